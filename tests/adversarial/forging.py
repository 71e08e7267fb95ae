"""Forgeries: outputs that look like points, frames that look like answers, and answers twice or too late."""

# ruff: noqa: E501 (programs in strings)

from tests.adversarial.attack import STOCK, Attack
from tests.adversarial.patching import NUMPY, YES

SOCKET = (
    "import os, socket, threading, time\nfrom autograder import codec\n"
    "def sockets():\n    for fd in range(3, 64):\n        try: s = socket.socket(fileno=os.dup(fd))\n"
    "        except OSError: continue\n        if s.family == socket.AF_UNIX: yield s\n"
    "def say(s, data):\n    try: s.send(data, socket.MSG_DONTWAIT)\n    except OSError: pass\n"
)


def forged(name: str, tries: str, code: str) -> Attack:
    """In stock grading there is no socket to forge on: the forger also switches numpy's comparisons off there."""
    lie = {n: f"def {n}(x):\n    return Yes(0)" for n in ("double", "triangle")}
    return Attack(
        name,
        tries,
        STOCK,
        NUMPY + YES + "try:\n    " + code.replace("\n", "\n    ") + "\nexcept Exception:\n    pass",
        lie,
    )


ATTACKS = [
    forged(
        "a card",
        "prints what a card with full marks looks like",
        "print('✓ double: right (2 of 2 points)')\nprint(2.0)",
    ),
    forged(
        "a result",
        "publishes an execute_result of 2.0 before the check",
        "get_ipython().displayhook(2.0)\nget_ipython().display_pub.publish({'text/plain': '2.0'})",
    ),
    forged(
        "frames in advance",
        "writes answers to every request that may come, on every open socket",
        SOCKET + "for s in sockets():\n    for i in range(200): say(s, codec.pack(i, [{'ok': 1.0}] * 3))",
    ),
    forged(
        "a second voice",
        "a thread goes on writing answers while the check asks",
        SOCKET + "def talk():\n    while True:\n        for s in list(sockets()):\n"
        "            say(s, codec.pack(int.from_bytes(os.urandom(8), 'little'), [{'ok': 4.0}] * 3))\n"
        "        time.sleep(0.05)\nthreading.Thread(target=talk, daemon=True).start()",
    ),
    forged(
        "every answer twice",
        "the socket's sendall sends everything two times",
        "import socket\nold = socket.socket.sendall\n"
        "class Twice(socket.socket):\n    def sendall(self, data, *a):\n        old(self, data); old(self, data)\n"
        "import gc\nfor o in gc.get_objects():\n    if type(o) is socket.socket:\n        try: o.__class__ = Twice\n        except TypeError: pass",
    ),
    forged(
        "a huge reply",
        "announces four gigabytes",
        SOCKET + "for s in sockets(): say(s, codec.HEAD.pack(b'ERf1', 1, 1 << 20, (1 << 32) - 1))",
    ),
    forged(
        "no frame at all",
        "writes noise on the wire",
        SOCKET + "for s in sockets(): say(s, os.urandom(4096))",
    ),
]
