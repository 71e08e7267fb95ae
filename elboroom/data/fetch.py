"""A verified file: from $ELBOROOM_DATA, from the user's cache, or downloaded there from the first mirror that works.

A download goes on where an interrupted one stopped, and the file gets its name only once its hash is right. A file
with the wrong hash is kept aside under the name `….bad`, so that it can be looked at and is never used.
"""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pooch
import requests
from rich.progress import Progress

from autograder.errors import UserError
from elboroom.data.catalogue import RemoteFile

TIMEOUT = 30.0  # seconds without a byte


class Unavailable(UserError):
    """A file that is neither here nor to be had now."""


def cache_folder() -> Path:
    """The user's cache for data."""
    return Path(pooch.os_cache("elboroom"))


def given_folder() -> Path | None:
    """$ELBOROOM_DATA, if it is set."""
    value = os.environ.get("ELBOROOM_DATA")
    return Path(value) if value else None


def find(dataset: str, file: RemoteFile) -> Path | None:
    """The file where it already is and whole: in $ELBOROOM_DATA/<dataset>/ or in the cache. Else None.

    A file of that name with another hash is put aside with a word about it (in the cache) or refused (UserError, in
    $ELBOROOM_DATA, which is the user's own folder)."""
    given = given_folder()
    if given is not None:
        path = _under_any_ending(given / dataset / file.name)
        if path is not None:
            if _sha256(path) not in (file.sha256, _GZIPPED.get(file.sha256)):
                raise UserError(f"{path} is not the file it should be: its sha256 differs", "Replace it or move it")
            return path
    cached = cache_folder() / dataset / file.name
    if cached.is_file():
        if _sha256(cached) == file.sha256:
            return cached
        set_aside(cached)
    return None


def fetch(dataset: str, file: RemoteFile) -> Path:
    """The file, downloaded if it must be. Raises Unavailable, which tells what every mirror said."""
    found = find(dataset, file)
    if found is not None:
        return found
    folder = cache_folder() / dataset
    folder.mkdir(parents=True, exist_ok=True)
    said = []
    for url in file.urls:
        try:
            return _download(url, file, folder)
        except (requests.RequestException, OSError, ValueError) as error:
            said.append(f"{url}: {type(error).__name__}")
    raise Unavailable(
        f"{file.name} of {dataset} can't be had ({'; '.join(said)})",
        f"Try again with a network, or put the file into a folder <data>/{dataset}/ and set ELBOROOM_DATA=<data>",
    )


def set_aside(path: Path) -> Path:
    """Renames a bad file, so that it is neither used nor lost; returns where it is now."""
    bad = path.with_name(path.name + ".bad")
    path.replace(bad)
    print(f"{path.name} was not what it should be; it is now {bad}")
    return bad


def _download(url: str, file: RemoteFile, folder: Path) -> Path:
    """Through pooch, which compares the hash before the file gets its name."""
    part = folder / (file.name + ".part")
    try:
        path = pooch.retrieve(
            url, f"sha256:{file.sha256}", fname=file.name, path=folder, downloader=_resuming(part), progressbar=False
        )
    except ValueError:  # the hash is wrong
        if part.is_file():
            part.replace(folder / file.name)
            set_aside(folder / file.name)
        raise
    part.unlink(missing_ok=True)
    return Path(path)


def _resuming(part: Path) -> Callable[[str, Any, Any], None]:
    """A downloader for pooch that gathers the file in `part`, and begins where `part` ends."""

    def download(url: str, output: Any, _: Any) -> None:
        have = part.stat().st_size if part.is_file() else 0
        headers = {"Range": f"bytes={have}-"} if have else {}
        with requests.get(url, headers=headers, stream=True, timeout=TIMEOUT) as response:
            response.raise_for_status()
            going_on = response.status_code == requests.codes.partial_content
            _gather(response, part, "ab" if going_on else "wb", have if going_on else 0)
        Path(output).write_bytes(part.read_bytes())

    return download


def _gather(response: requests.Response, part: Path, mode: str, have: int) -> None:
    length = response.headers.get("Content-Length")
    total = int(length) + have if length else None
    with Progress(transient=True) as progress, part.open(mode) as file:
        bar = progress.add_task(part.stem, total=total, completed=have)
        for chunk in response.iter_content(1 << 16):
            file.write(chunk)
            progress.advance(bar, len(chunk))
    if total is not None and part.stat().st_size != total:
        raise OSError(f"{part.name}: the connection ended early")


def _under_any_ending(path: Path) -> Path | None:
    """The file itself or, for a text file, its gzip."""
    return next((p for p in (path, path.with_name(path.name + ".gz")) if p.is_file()), None)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# The binarised MNIST is often kept gzipped; the hashes of the gzips that were verified, by that of their content.
_GZIPPED = {
    "ad693b29f94c14277b095f5238ddefbbdaaae0939789dd2f4f0205278cee3e4d": (
        "02f17f64a47fbe70caa444bada9a0b69c5a16a9d30514efe08515e75fe697246"
    ),
    "1de3d397c40fe8eeb33dafd4099a1f665ec01e96d9be234aaeeac8a34930e2e2": (
        "4ee9dad1d885512cc4315f23f5930bd9535128854e73a544acdd5cdeaf6e043b"
    ),
    "e6687bfea3f820c174f33b7865140b2a2dd2930ef786f35d45795fc193b5ab2c": (
        "19fe580af81cfd6511885b42a84a4b7bfff3d72973bc19146f072efc16f1dea1"
    ),
}
