"""Reads what learners hand in without being led anywhere: no link is followed, nothing blocks, every size is bounded.

Every component of a path below the trusted root is opened by itself, relative to the folder before it, with O_NOFOLLOW;
O_NONBLOCK keeps a FIFO from stopping the judge, fstat says what was really opened.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MAX_NOTEBOOK = 20 << 20  # bytes
MAX_FILE, MAX_FILES, MAX_FILES_BYTES = 32 << 20, 256, 48 << 20
MAX_ENTRIES, MAX_DEPTH = 100_000, 8  # names looked at in a submission; folders within folders
IGNORED = {".ipynb_checkpoints", "__pycache__", ".git", "feedback"}

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class Unreadable(Exception):
    """The file can't or mustn't be read; the message says why, in words for the report."""


@contextmanager
def folder(root: Path, parts: tuple[str, ...] = ()) -> Iterator[int]:
    """A descriptor of root/part/part/…; only `root` itself may be a link. Raises Unreadable."""
    fd = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for part in parts:
            inner = _open(part, _FOLDER, fd)
            os.close(fd)
            fd = inner
        yield fd
    finally:
        os.close(fd)


def read_regular(root: Path, parts: tuple[str, ...], limit: int) -> bytes:
    """The bytes of the plain file root/part/…/part, at most `limit` of them. Raises Unreadable."""
    with folder(root, parts[:-1]) as fd:
        return read_at(fd, parts[-1], limit)


def read_at(folder_fd: int, name: str, limit: int) -> bytes:
    """The bytes of the plain file `name` in an open folder. Raises Unreadable."""
    fd = _open(name, _FILE, folder_fd)
    try:
        about = os.fstat(fd)
        if not stat.S_ISREG(about.st_mode):
            raise Unreadable(f"{printable(name)} is not a plain file")
        if about.st_size > limit:
            raise Unreadable(f"{printable(name)} is larger than {limit >> 20} MB")
        with os.fdopen(os.dup(fd), "rb") as file:
            return file.read(limit + 1)[:limit]
    finally:
        os.close(fd)


def names(folder_fd: int) -> list[os.DirEntry[str]]:
    """The entries of an open folder in the order of their names; at most MAX_ENTRIES are looked at."""
    found = []
    with os.scandir(folder_fd) as entries:
        for entry in entries:
            found.append(entry)
            if len(found) >= MAX_ENTRIES:
                break
    return sorted(found, key=lambda entry: os.fsencode(entry.name))


def printable(name: str) -> str:
    """A file's name as it can be shown and stored: what isn't text, or would disturb a terminal, is escaped."""
    text = name.encode("utf-8", "backslashreplace").decode() if is_text(name) else _escaped(name)
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def is_text(name: str) -> bool:
    """Whether the name is proper UTF-8."""
    return not any("\ud800" <= c <= "\udfff" for c in name)


def _escaped(name: str) -> str:
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _open(name: str, flags: int, folder_fd: int) -> int:
    if name in ("", ".", "..") or "/" in name or "\0" in name:
        raise Unreadable(f"{printable(name)!r} is no name of a file")
    try:
        return os.open(name, flags, dir_fd=folder_fd)
    except OSError as error:
        raise Unreadable(_why(name, folder_fd, error)) from None


def _why(name: str, folder_fd: int, error: OSError) -> str:
    try:
        linked = stat.S_ISLNK(os.stat(name, dir_fd=folder_fd, follow_symlinks=False).st_mode)
    except OSError:
        linked = False
    return f"{printable(name)} is a symbolic link" if linked else f"{printable(name)} can't be read ({error.strerror})"
