"""Parses notebooks with the help of a limited child process, which is replaced when a notebook has killed it."""

import json
import select
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.grading import reader_child

MEMORY_MB, SECONDS = 768, 20.0
MAX_REPLY = 256 << 20


class Malformed(Exception):
    """What was handed in is no notebook and can't be made one; the message is the reason, one sentence."""


@dataclass
class HandedCell:
    """One cell as handed in: what grading needs of it, and nothing else."""

    type: str
    source: str
    id: str = ""
    grade_id: str = ""
    flags: dict[str, bool] = field(default_factory=dict)
    points: float | None = None
    tags: list[str] = field(default_factory=list)
    attachments: dict[str, dict[str, str]] = field(default_factory=dict)
    unlocked: bool = False


@dataclass
class Handed:
    """A notebook as handed in: its cells, the kernel it names, and what had to be mended to read it."""

    cells: list[HandedCell]
    kernel: str = ""
    repairs: list[str] = field(default_factory=list)


class Reader:
    """Parses one notebook after the other; a context manager."""

    def __init__(self, memory_mb: int = MEMORY_MB, seconds: float = SECONDS) -> None:
        self.memory_mb, self.seconds = memory_mb, seconds
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Reader":
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def read(self, raw: bytes) -> Handed:
        """The notebook in `raw`. Raises Malformed."""
        try:
            reply = self._ask(raw)
        except (OSError, EOFError, ValueError):
            self.close()
            raise Malformed("the file needs more memory or time to read than a notebook may") from None
        if "malformed" in reply:
            self._forget_after_trouble(reply["malformed"])
            raise Malformed(reply["malformed"])
        return Handed([HandedCell(**cell) for cell in reply["cells"]], reply["kernel"], reply["repairs"])

    def _ask(self, raw: bytes) -> dict[str, Any]:
        child, deadline = self._running(), time.monotonic() + self.seconds
        assert child.stdin is not None
        child.stdin.write(len(raw).to_bytes(8, "little") + raw)  # the child reads all of it before it parses
        child.stdin.flush()
        size = int.from_bytes(self._receive(8, deadline), "little")
        if size > MAX_REPLY:
            raise ValueError("a reply that large is none of ours")
        return dict(json.loads(self._receive(size, deadline)))

    def _receive(self, size: int, deadline: float) -> bytes:
        assert self._child is not None and self._child.stdout is not None
        out, got = self._child.stdout, bytearray()
        while len(got) < size:
            ready, _, _ = select.select([out], [], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                raise EOFError("no reply in time")
            piece = out.read1(size - len(got))  # type: ignore[attr-defined]
            if not piece:
                raise EOFError("the child is gone")
            got += piece
        return bytes(got)

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._child is None or self._child.poll() is not None:
            self.close()
            command = [sys.executable, "-I", "-S", str(Path(reader_child.__file__)), str(self.memory_mb)]
            pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
            self._child = subprocess.Popen(command, env={}, **pipes)  # type: ignore[call-overload]
        return self._child

    def _forget_after_trouble(self, reason: str) -> None:
        if "too large" in reason:  # it has run out of memory once: a fresh one for the next notebook
            self.close()

    def close(self) -> None:
        """Ends the child."""
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            child.communicate()
