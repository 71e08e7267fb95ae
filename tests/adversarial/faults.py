"""Faults and bad inputs, and the outcome that each must end in: (status, score, a word of the reason or of a repair)."""

# ruff: noqa: E501 (programs in strings)

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.adversarial import target
from tests.adversarial.target import UNIT
from tests.grading.example import Notebook, cell, dict_of, position

Make = Callable[[Path], None]


@dataclass(frozen=True)
class Fault:
    """`make` writes the submission's folder. `says` occurs in the reason or in a repair."""

    name: str
    make: Make
    status: str
    score: float
    says: str = ""


FAULTS: list[Fault] = []


def solved() -> Notebook:
    return target.notebook(target.SOLVED)


def raw(data: bytes) -> Make:
    return lambda folder: _write(folder, data)


def edited(change: Callable[[Notebook], None]) -> Make:
    """The right answers, with something changed about the notebook."""

    def make(folder: Path) -> None:
        notebook = solved()
        change(notebook)
        _write(folder, json.dumps(notebook).encode())

    return make


def running(code: str) -> Make:
    """The right answers behind a cell that runs `code`."""
    return edited(lambda notebook: notebook["cells"].insert(1, cell("code", code, "extra")))


def answering(name: str, source: str) -> Make:
    """The right answers but for one."""
    return edited(lambda notebook: dict_of(notebook, name).update(source=source))


def crowded(folder: Path) -> None:
    """The right answers among five thousand other files."""
    _write(folder, TEXT)
    for i in range(5000):
        _write(folder, b"", f"{i}.txt")


def fault(name: str, make: Make, status: str, score: float, says: str = "") -> None:
    FAULTS.append(Fault(name, make, status, score, says))


def _write(folder: Path, data: bytes, name: str = f"{UNIT}.ipynb") -> None:
    (folder / name).write_bytes(data)


TEXT = json.dumps(solved()).encode()
DEAF = "import signal\nfor s in (2, 15): signal.signal(s, signal.SIG_IGN)\nwhile True: pass"

# files that are no notebooks, or almost none
fault("an empty file", raw(b""), "malformed", 0)
fault("a picture", raw(b"\x89PNG\r\n\x1a\n" + bytes(1000)), "malformed", 0)
fault("half a notebook", raw(TEXT[: len(TEXT) // 2]), "malformed", 0)
fault("a list", raw(b"[]"), "malformed", 0)
fault("a bomb of lists", raw(b'{"cells": ' + b"[" * 200_000), "malformed", 0)
fault("a million cells", raw(b'{"cells": [' + b"{}," * 1_000_000 + b"{}]}"), "graded", 0, "only the first")
fault("a byte-order mark", raw(b"\xef\xbb\xbf" + TEXT), "graded", 4, "byte")
fault("trailing bytes", raw(TEXT + b"\n<<<<<<< HEAD"), "graded", 4, "after")
fault("another encoding", raw(TEXT.replace(b"x + x", "x + x  # größer".encode("latin-1"))), "graded", 4)
fault(
    "NaN in the metadata",
    raw(TEXT.replace(b'"metadata": {"kernelspec"', b'"metadata": {"n": NaN, "kernelspec"')),
    "graded",
    4,
)
fault("no folder's content", lambda folder: None, "missing", 0)
fault("another name", lambda folder: _write(folder, TEXT, "homework final (2).ipynb"), "graded", 4, "called")
fault(
    "two notebooks, neither of that name",
    lambda folder: [_write(folder, TEXT, n) for n in ("a.ipynb", "b.ipynb")] and None,
    "malformed",
    0,
)
fault("a link to nowhere", lambda folder: (folder / f"{UNIT}.ipynb").symlink_to("nowhere"), "malformed", 0, "link")
fault("a pipe", lambda folder: os.mkfifo(folder / f"{UNIT}.ipynb"), "malformed", 0, "plain file")
fault("a folder of that name", lambda folder: (folder / f"{UNIT}.ipynb").mkdir(), "malformed", 0, "plain file")

# notebooks that somebody has worked on
fault("a deleted test", edited(lambda n: n["cells"].pop(position(n, "check-double"))), "graded", 4, "put back")
fault("a retyped test", edited(lambda n: dict_of(n, "check-double").update(cell_type="markdown")), "graded", 4)
fault("a retyped answer", edited(lambda n: dict_of(n, "double").update(cell_type="raw")), "graded", 4)
fault("no kernelspec", edited(lambda n: n["metadata"].clear()), "graded", 4)
fault("ids twice", edited(lambda n: dict_of(n, "triangle").update(id="double")), "graded", 4)
fault("no metadata at all", edited(lambda n: [c.update(metadata={}) for c in n["cells"]] and None), "graded", 4)
fault("a deleted answer", edited(lambda n: n["cells"].pop(position(n, "double"))), "graded", 2)
fault("cells upside down", edited(lambda n: n["cells"].reverse()), "graded", 4, "moved")
fault(
    "sources as lists",
    edited(lambda n: [c.update(source=c["source"].splitlines(True)) for c in n["cells"]] and None),
    "graded",
    4,
)

# programs that don't end well
fault("a syntax error in one answer", answering("double", "def double(x) return"), "graded", 2)
fault("an exception at import", running("import nothing_of_that_name"), "graded", 4)
fault("an endless cell", running("while True: pass"), "timeout", 4, "too long")
fault("a cell that ignores interrupts", running(DEAF), "timeout", 4)
fault("an endless answer", answering("double", "def double(x):\n    while True: pass"), "timeout", 2)
fault("a sleeping answer", answering("double", "import time\ndef double(x):\n    time.sleep(100)"), "timeout", 2)
fault("an exit", running("import os; os._exit(3)"), "kernel-died", 4)
fault("SystemExit", running("raise SystemExit"), "graded", 4)
fault("a segmentation fault", running("import ctypes; ctypes.string_at(0)"), "kernel-died", 4)
fault("an answer that dies", answering("double", "import os\ndef double(x):\n    os.abort()"), "kernel-died", 2)
fault("too much memory", running("x = bytearray(2 << 30)\nx[::4096] = b'1' * len(x[::4096])"), "graded", 4)
fault(
    "memory by many",
    running(
        "import os, time\nfor _ in range(20):\n    if os.fork() == 0:\n        x = b'1' * (100 << 20)\n        time.sleep(5)\n        os._exit(0)\ntime.sleep(5)"
    ),
    "out-of-memory",
    4,
)
fault("a fork bomb", running("import os\nwhile True:\n    try: os.fork()\n    except OSError: pass"), "timeout", 4)
fault("output without end", running("while True: print('x' * 10**6)"), "timeout", 4)
fault(
    "a full disk",
    running(
        "try:\n    with open('x', 'wb') as f:\n        while True: f.write(bytes(1 << 20))\nexcept OSError:\n    pass"
    ),
    "graded",
    4,
)
fault("input()", running("input('name? ')"), "graded", 4)
fault("a deep recursion", answering("double", "def double(x):\n    return double(x)"), "graded", 2)
fault(
    "a giant array",
    answering(
        "double",
        "import numpy as np\ndef double(x):\n    return np.lib.stride_tricks.as_strided(np.zeros(1), (10**9,), (0,))",
    ),
    "graded",
    2,
)
fault(
    "a deep list",
    answering("double", "deep = []\nfor _ in range(10**5): deep = [deep]\ndef double(x):\n    return deep"),
    "graded",
    2,
)
fault(
    "five thousand files",
    crowded,
    "graded",
    4,
)
