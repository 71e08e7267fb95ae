"""Reaching out: the gradebook, the disk, the judge's process, the network, and what is left behind."""

# ruff: noqa: E501 (programs in strings)

from tests.adversarial.attack import OPEN, STOCK, Attack
from tests.adversarial.patching import NUMPY, YES

LIE = {name: f"def {name}(x):\n    return Yes(0)" for name in ("double", "triangle")}
OVERWRITE = (
    "import json, time\npath = '{course}/course/00_target/00_target.ipynb'\n"
    "source = json.load(open('{course}/solutions/00_target/00_target.ipynb'))\n"
    "for c in source['cells']:\n    if c['metadata']['nbgrader'].get('solution'): exec(''.join(c['source']), globals())\n"
)


def outside(name: str, tries: str, code: str, works_in: str = OPEN) -> Attack:
    """In the open the attacker gets at the solution by the way; what is tried must not work in the sandbox."""
    answers = {n: f"pass  # {n} comes from outside" for n in ("double", "triangle")}
    return Attack(
        name,
        tries,
        works_in,
        f"try:\n    {code.replace(chr(10), chr(10) + '    ')}\nexcept OSError:\n    pass\n" + OVERWRITE,
        answers,
    )


ATTACKS = [
    Attack(
        "the gradebook two folders up",
        "UPDATE grade SET extra_credit",
        STOCK,
        NUMPY
        + YES
        + "import sqlite3, glob\nfor path in ['../../../gradebook.db', '../../gradebook.db', '{course}/gradebook.db']:\n"
        "    try:\n        with sqlite3.connect(path, timeout=1) as db: db.execute('UPDATE grade SET extra_credit = 100')\n"
        "    except sqlite3.Error: pass",
        LIE,
    ),
    outside(
        "the hidden checks",
        "truncates the file of hidden checks",
        "open('{course}/solutions/00_target_hidden.py', 'a').close()",
    ),
    outside("the course file", "raises the limits", "open('{course}/course.toml', 'a').close()"),
    outside(
        "the judge",
        "sends signals to every process but itself",
        "import os, signal\nfor p in os.listdir('/proc'):\n    if p.isdigit() and int(p) != os.getpid(): os.kill(int(p), 0)",
    ),
    outside(
        "a trace",
        "attaches to the parent with ptrace",
        "import ctypes, os\nctypes.CDLL(None).ptrace(0x4206, os.getppid(), 0, 0)",
    ),
    outside(
        "the network",
        "asks a server on this machine for the answers",
        "import socket\nsocket.create_connection(('127.0.0.1', 9), timeout=0.2)",
    ),
    outside(
        "a process left behind",
        "a daemon that overwrites the graded notebook later",
        "import os, time\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n        time.sleep(30)\n        os._exit(0)\n    os._exit(0)",
    ),
    outside(
        "a descriptor",
        "reads every open descriptor",
        "import os\nfor fd in range(3, 64):\n    try: os.pread(fd, 10, 0)\n    except OSError: pass",
    ),
]
