"""The files handed in beside a notebook, by content: what the kernel gets is bytes, never a path or a descriptor."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from autograder.grading.files import (
    IGNORED,
    MAX_DEPTH,
    MAX_ENTRIES,
    MAX_FILE,
    MAX_FILES,
    MAX_FILES_BYTES,
    Unreadable,
    folder,
    is_text,
    names,
    printable,
    read_at,
)

Files = dict[str, bytes]


def extra_files(root: Path, parts: tuple[str, ...], repairs: list[str]) -> Files:
    """Relative path -> bytes for the plain files below root/part/…, notebooks excepted. What is left out (links, FIFOs,
    too large, too many, names that aren't UTF-8) is said in `repairs`, a sentence for each kind."""
    found, left_out = Files(), _LeftOut()
    try:
        with folder(root, parts) as top:
            _collect(top, (), found, left_out)
    except (Unreadable, OSError) as error:
        left_out.add("the folder can't be read", str(error))
    repairs.extend(left_out.sentences())
    return found


def merged(handed_in: Files, ours: Files, repairs: list[str]) -> Files:
    """The instructor's files, and behind them those of the learner's that are not in their way: neither of the same
    path, nor named like a folder of theirs, nor below one of them. The latter two are said in `repairs`."""
    folders = {folder for name in ours for folder in PurePosixPath(name).parents}
    files, left_out = dict(ours), _LeftOut()
    for name, data in handed_in.items():
        path = PurePosixPath(name)
        if path in folders or any(str(folder) in ours for folder in path.parents):
            left_out.add("in the way of the instructor's files", printable(name))
        else:
            files.setdefault(name, data)
    repairs.extend(left_out.sentences())
    return files


def not_put(names: Iterable[str]) -> list[str]:
    """What is said of files that the kernel had no place for."""
    failed = [printable(name)[:80] for name in names]
    others = f" and {len(failed) - 1} more" if len(failed) > 1 else ""
    return [f"the file {failed[0]}{others} could not be put beside the notebook"] if failed else []


def _collect(folder_fd: int, inside: tuple[str, ...], found: Files, left_out: "_LeftOut") -> None:
    for entry in names(folder_fd):
        left_out.looked_at += 1
        if left_out.looked_at > MAX_ENTRIES:
            return
        if entry.name in IGNORED or entry.name.endswith((".ipynb", ".pyc")):
            continue
        path = (*inside, entry.name)
        if not is_text(entry.name):
            left_out.add("the name isn't UTF-8", "/".join(map(printable, path)))
        elif entry.is_dir(follow_symlinks=False):
            _descend(folder_fd, path, found, left_out)
        else:
            _take(folder_fd, path, found, left_out)


def _descend(folder_fd: int, path: tuple[str, ...], found: Files, left_out: "_LeftOut") -> None:
    if len(path) > MAX_DEPTH:
        left_out.add("too deep", "/".join(map(printable, path)))
        return
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        inner = os.open(path[-1], flags, dir_fd=folder_fd)
    except OSError:
        left_out.add("not readable", "/".join(map(printable, path)))
        return
    try:
        _collect(inner, path, found, left_out)
    finally:
        os.close(inner)


def _take(folder_fd: int, path: tuple[str, ...], found: Files, left_out: "_LeftOut") -> None:
    name = "/".join(path)
    if len(found) >= MAX_FILES:
        left_out.add(f"only the first {MAX_FILES} are taken", printable(name))
        return
    room = min(MAX_FILE, MAX_FILES_BYTES - sum(map(len, found.values())))
    try:
        found[name] = read_at(folder_fd, path[-1], room)
    except Unreadable as why:
        left_out.add(_kind(str(why)), printable(name))


def _kind(why: str) -> str:
    kinds = ("symbolic link", "not a plain file", "larger than")
    return next((kind for kind in kinds if kind in why), "not readable")


class _LeftOut:
    """What was not taken, counted by the reason, with the first name as the example."""

    def __init__(self) -> None:
        self.looked_at = 0
        self.reasons: dict[str, list[str]] = {}

    def add(self, reason: str, name: str) -> None:
        self.reasons.setdefault(reason, []).append(name)

    def sentences(self) -> Iterator[str]:
        for reason, left in self.reasons.items():
            others = f" and {len(left) - 1} more" if len(left) > 1 else ""
            yield f"file {left[0][:80]}{others} left out: {_REASONS.get(reason, reason)}"


_REASONS = {
    "symbolic link": "links are not followed",
    "not a plain file": "not a plain file",
    "larger than": f"larger than {MAX_FILE >> 20} MB, or all files together than {MAX_FILES_BYTES >> 20} MB",
}
