"""Parses notebooks in a process of its own, under limits: a JSON bomb ends this process, not the judge.

Run as a script, isolated (`python -I -S`), with nothing but the standard library: frames of 8 bytes of length and a
body come in on stdin (a notebook's bytes) and go out on stdout (JSON: the cells and what was mended, or the reason why
the file is malformed). It executes nothing and keeps of the notebook only what grading needs.
"""

import base64
import json
import math
import sys
from collections.abc import Callable
from typing import Any

MAX_CELLS, MAX_SOURCE, MAX_SOURCES = 2000, 1 << 20, 12 << 20  # cells; characters in one and in all of them
MAGIC = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}
FLAGS = ("grade", "solution", "locked", "task")


class Malformed(Exception):
    """The reason why this is no notebook."""


def parse(raw: bytes) -> dict[str, Any]:
    """{"cells": [...], "kernel": name, "repairs": [sentence, ...]}, or {"malformed": reason}."""
    repairs: list[str] = []
    try:
        text = _decoded(raw, repairs)
        notebook = _loaded(text, repairs)
        cells = [_cell(cell, repairs) for cell in _cells(notebook, repairs)]
        return {"cells": _within_limits(cells, repairs), "kernel": _kernel(notebook), "repairs": _once(repairs)}
    except Malformed as why:
        return {"malformed": str(why)}
    except (MemoryError, RecursionError):
        return {"malformed": "the file is too large or too deeply nested to be a notebook"}


def _decoded(raw: bytes, repairs: list[str]) -> str:
    if not raw.strip(b"\0 \t\r\n"):
        raise Malformed("the file is empty")
    if raw[:3] == b"\xef\xbb\xbf":
        repairs.append("a byte-order mark before the notebook was removed")
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        repairs.append("the file was written as UTF-16; it was read as such")
        return raw.decode("utf-16", "replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        repairs.append("the file isn't UTF-8; it was read as Western European text")
        return raw.decode("cp1252", "replace")


def _loaded(text: str, repairs: list[str]) -> dict[str, Any]:
    def constant(name: str) -> None:
        repairs.append("NaN or Infinity, which JSON doesn't have, was read as nothing")

    decoder = json.JSONDecoder(parse_constant=constant, parse_int=lambda digits: int(digits[:18]))
    text = text.strip("\0 \t\r\n")
    try:
        notebook, end = decoder.raw_decode(text)
    except ValueError as error:
        raise Malformed(_not_json(text, error)) from None
    if text[end:].strip():
        repairs.append(f"{len(text) - end} characters after the notebook's end were ignored")
    if not isinstance(notebook, dict):
        raise Malformed("the file is JSON, but no notebook")
    return notebook


def _not_json(text: str, error: ValueError) -> str:
    if not text.startswith("{"):
        return f"the file is no notebook: it begins with {text[:12]!a}"
    line, lines = getattr(error, "lineno", 0), text.count("\n") + 1
    broke_off = "Unterminated" in str(error) or getattr(error, "pos", 0) >= len(text) - 1
    return f"the file {'breaks off' if broke_off else 'is damaged'} at line {line} of {lines}"


def _cells(notebook: dict[str, Any], repairs: list[str]) -> list[dict[str, Any]]:
    cells = notebook.get("cells")
    sheets = notebook.get("worksheets")
    if not isinstance(cells, list) and isinstance(sheets, list):
        version = notebook.get("nbformat")
        repairs.append(f"the notebook's format {version if isinstance(version, int) else 3} was upgraded to 4")
        cells = [c for s in sheets if isinstance(s, dict) and isinstance(s.get("cells"), list) for c in s["cells"]]
    if not isinstance(cells, list):
        raise Malformed("the file is JSON, but no notebook: it has no list of cells")
    whole = [cell for cell in cells if isinstance(cell, dict)]
    if len(whole) < len(cells):
        repairs.append("entries that are no cells were left out")
    return whole


def _cell(cell: dict[str, Any], repairs: list[str]) -> dict[str, Any]:
    metadata = _table(cell.get("metadata"))
    grader, tags = _table(metadata.get("nbgrader")), metadata.get("tags")
    kind = cell.get("cell_type")
    source = _text(cell.get("source", cell.get("input", "")), repairs)
    if kind == "heading":
        kind, source = "markdown", f"{'#' * min(6, max(1, _whole(cell.get('level'), 1)))} {source}"
    return {
        "type": kind if kind in ("code", "markdown", "raw") else "raw",
        "source": source,
        "id": cell["id"] if isinstance(cell.get("id"), str) else "",
        "grade_id": _text(grader.get("grade_id"), []) if isinstance(grader.get("grade_id"), str) else "",
        "flags": {flag: grader[flag] for flag in FLAGS if isinstance(grader.get(flag), bool)},
        "points": _points(grader.get("points")),
        "tags": [tag for tag in tags if isinstance(tag, str)][:20] if isinstance(tags, list) else [],
        "attachments": _pictures(cell.get("attachments")),
        "unlocked": metadata.get("editable") is True or metadata.get("deletable") is True,
    }


def _text(source: Any, repairs: list[str]) -> str:
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    if not isinstance(source, str):
        return ""
    if any("\ud800" <= c <= "\udfff" for c in source):
        repairs.append("characters that are no text were replaced by question marks")
    return source.encode("utf-8", "replace").decode().replace("\r\n", "\n").replace("\r", "\n")


def _pictures(attachments: Any) -> dict[str, dict[str, str]]:
    """What was pasted into a text cell: PNGs and JPEGs, nothing else."""
    found = {}
    for name, data in _table(attachments).items():
        pictures = {kind: text for kind, text in _table(data).items() if _is_picture(kind, text)}
        if pictures and len(name) < 200:
            found[_text(name, [])] = pictures
    return found


def _is_picture(kind: str, data: Any) -> bool:
    if kind not in MAGIC or not isinstance(data, str):
        return False
    try:
        return base64.b64decode(data, validate=True).startswith(MAGIC[kind])
    except ValueError:
        return False


def _within_limits(cells: list[dict[str, Any]], repairs: list[str]) -> list[dict[str, Any]]:
    room = MAX_SOURCES
    for cell in cells[:MAX_CELLS]:
        if len(cell["source"]) > min(MAX_SOURCE, room):
            repairs.append(f"a cell with {len(cell['source'])} characters was emptied")
            cell["source"] = ""
        room -= len(cell["source"])
    if len(cells) > MAX_CELLS:
        repairs.append(f"only the first {MAX_CELLS} of {len(cells)} cells were read")
    return cells[:MAX_CELLS]


def _kernel(notebook: dict[str, Any]) -> str:
    name = _table(_table(notebook.get("metadata")).get("kernelspec")).get("name")
    return name[:80].encode("utf-8", "replace").decode() if isinstance(name, str) else ""


def _points(value: Any) -> float | None:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return float(value) if number and math.isfinite(value) else None


def _whole(value: Any, default: int) -> int:
    return value if isinstance(value, int) else default


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _once(sentences: list[str]) -> list[str]:
    return list(dict.fromkeys(sentences))[:20]


def limit(megabytes: int) -> None:
    """Bounds this process's memory; it opens no further files and starts no processes."""
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
    resource.setrlimit(resource.RLIMIT_NOFILE, (16, 16))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def serve(read: Callable[[int], bytes], write: Callable[[bytes], Any], flush: Callable[[], None]) -> None:
    """Answers one frame after the other until the judge closes the pipe."""
    while len(head := read(8)) == 8:
        reply = parse(read(int.from_bytes(head, "little")))
        body = json.dumps(reply).encode()
        write(len(body).to_bytes(8, "little") + body)
        flush()


if __name__ == "__main__":
    limit(int(sys.argv[1]))
    serve(sys.stdin.buffer.read, sys.stdout.buffer.write, sys.stdout.buffer.flush)
