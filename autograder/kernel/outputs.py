"""What a cell shows: text and PNG, counted in bytes and cut where the cell's room ends.

The outputs have the form of nbformat, except that texts and pictures are bytes: they travel in a frame's body.
"""

import base64
import contextlib
from typing import Any

Output = dict[str, Any]
CUT = "[output cut here: a cell may show {cell} bytes, a notebook {total}]\n"


class Outputs:
    """Gathers the outputs of the cell that runs; `begin` starts the next one."""

    def __init__(self, cell_bytes: int, total_bytes: int) -> None:
        self.cell_bytes, self.total_bytes, self.total_left = cell_bytes, total_bytes, total_bytes
        self.begin()

    def begin(self) -> None:
        self.gathered: list[Output] = []
        self.by_id: dict[str, list[Output]] = {}
        self.left = min(self.cell_bytes, self.total_left)
        self.cut = self.clear_before_next = False

    def end(self) -> list[Output]:
        """The outputs of the cell, the parts of each stream joined."""
        self.total_left -= min(self.cell_bytes, self.total_left) - self.left
        if self.cut:
            self.gathered.append(_stream("stderr", CUT.format(cell=self.cell_bytes, total=self.total_bytes).encode()))
        for output in self.gathered:
            if output["output_type"] == "stream":
                output["text"] = b"".join(output["text"])
        return self.gathered

    def room(self, data: bytes) -> bytes:
        """As much of `data` as still fits, on whole characters."""
        if len(data) > self.left:
            self.cut, data = True, data[: self.left].decode(errors="ignore").encode()
        self.left -= len(data)
        return data

    def text(self, name: str, data: bytes) -> None:
        if data := self.room(data):
            self._before_next()
            last = self.gathered[-1] if self.gathered else {}
            if last.get("name") == name:
                last["text"].append(data)
            else:
                self.gathered.append(_stream(name, data))

    def error(self, name: str, message: str, traceback: list[str]) -> None:
        """Shown even where no room is left, each part then short: why a cell failed must not be lost."""
        self._before_next()
        shown = [self.room(_bytes(line)) for line in traceback]
        head = {"ename": _bytes(name)[:200], "evalue": _bytes(message)[:2000]}
        self.gathered.append({"output_type": "error", **head, "traceback": [line for line in shown if line]})

    def display(self, kind: str, data: dict[str, Any], display_id: str = "", count: int | None = None) -> None:
        """A display_data or an execute_result (which has its cell's `count`)."""
        if shown := self._shown(data):
            self._before_next()
            output: Output = {"output_type": kind, "data": shown}
            output |= {"execution_count": count} if count is not None else {}
            self.gathered.append(output)
            if display_id:
                self.by_id.setdefault(display_id, []).append(output)

    def update(self, display_id: str, data: dict[str, Any]) -> None:
        """Replaces what this cell has displayed under `display_id`."""
        shown = self._shown(data)
        for output in self.by_id.get(display_id, []):
            output["data"] = shown

    def clear(self, wait: bool) -> None:
        if wait:
            self.clear_before_next = True
        else:
            self.gathered.clear()

    def _before_next(self) -> None:
        if self.clear_before_next:
            self.gathered.clear()
            self.clear_before_next = False

    def _shown(self, data: dict[str, Any]) -> dict[str, bytes]:
        shown = {}
        if "text/plain" in data:
            shown["text/plain"] = self.room(_bytes(data["text/plain"]))
        if picture := _png(data.get("image/png")):
            if len(picture) <= self.left:
                self.left -= len(picture)
                shown["image/png"] = picture
            else:
                self.cut = True
        return {kind: value for kind, value in shown.items() if value}


def _stream(name: str, data: bytes) -> Output:
    return {"output_type": "stream", "name": name, "text": [data]}


def _bytes(text: Any) -> bytes:
    return str(text).encode("utf-8", "replace")


def _png(picture: Any) -> bytes:
    if isinstance(picture, bytes):
        return picture
    with contextlib.suppress(ValueError, TypeError):
        return base64.b64decode(picture)
    return b""
