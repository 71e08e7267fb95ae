"""What a learner's kernel says it has shown, made into outputs of a notebook: text and PNG, built here, or nothing.

The kernel may lie, so each piece is taken apart and rebuilt. No HTML, SVG or JavaScript can come through.
"""

import base64
from typing import Any

PNG = b"\x89PNG\r\n\x1a\n"
MAX_OUTPUTS = 1000  # of one cell
MAX_LINES = 100  # of one traceback
Output = dict[str, Any]


def rebuilt(outputs: Any, room: int) -> tuple[list[Output], int]:
    """The outputs (of nbformat 4) that `outputs` can be read as, and their size; what exceeds `room` is left out."""
    made, used = [], 0
    for output in outputs[:MAX_OUTPUTS] if type(outputs) is list else []:
        build = _BUILDERS.get(str(output.get("output_type"))) if type(output) is dict else None
        built, size = build(output) if build else (None, 0)
        if built and used + size <= room:
            made.append(built)
            used += size
    return made, used


def _stream(output: Output) -> tuple[Output | None, int]:
    name = "stderr" if output.get("name") == "stderr" else "stdout"
    text = _bytes(output.get("text"))
    return {"output_type": "stream", "name": name, "text": _text(text)} if text else None, len(text)


def _error(output: Output) -> tuple[Output | None, int]:
    name, message = _bytes(output.get("ename"))[:200], _bytes(output.get("evalue"))[:2000]
    lines = output.get("traceback")
    traceback = [_bytes(line) for line in lines[:MAX_LINES]] if type(lines) is list else []
    error = {"ename": _text(name), "evalue": _text(message), "traceback": [_text(t) for t in traceback]}
    return {"output_type": "error", **error}, len(name) + len(message) + sum(map(len, traceback))


def _display(output: Output) -> tuple[Output | None, int]:
    given = output.get("data")
    data = given if type(given) is dict else {}
    text, picture = _bytes(data.get("text/plain")), _bytes(data.get("image/png"))
    shown = {"text/plain": _text(text)} if text else {}
    if picture.startswith(PNG):
        shown["image/png"] = base64.b64encode(picture).decode()
    count = output.get("execution_count")
    built: Output = {"output_type": output["output_type"], "data": shown, "metadata": {}}
    if output["output_type"] == "execute_result":
        built["execution_count"] = count if type(count) is int else None
    return built if shown else None, len(text) + len(picture)


_BUILDERS = {"stream": _stream, "error": _error, "display_data": _display, "execute_result": _display}


def _bytes(data: Any) -> bytes:
    return data if type(data) is bytes else b""


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")
