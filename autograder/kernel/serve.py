"""The learner's end of the socket: reads a request frame, answers it, and so on until the judge hangs up.

It runs beside the learner's code, so it is trusted with nothing: it only makes honest kernels answer honestly.
"""

import contextlib
import os
import signal
import socket
import sys
from pathlib import Path, PurePosixPath
from typing import Any

from autograder import codec
from autograder.kernel.answers import Answers
from autograder.kernel.outputs import Outputs
from autograder.kernel.seeds import seed_everything
from autograder.kernel.shell import Shell
from autograder.kernel.streams import Captured, install

Message = dict[str, Any]


class Server:
    """Answers frames on a socket out of one shell. While `busy`, an interrupt ends the request."""

    def __init__(self, descriptor: int, shell: Shell, outputs: Outputs) -> None:
        self.socket, self.shell, self.outputs, self.busy = socket.socket(fileno=descriptor), shell, outputs, False
        self.captured: Captured = install(outputs)
        self.answers = Answers(shell.user_ns)
        signal.signal(signal.SIGINT, self.interrupted)

    def interrupted(self, *_: object) -> None:
        if self.busy:
            raise KeyboardInterrupt

    def serve(self) -> None:
        while head := self.exactly(codec.HEAD.size):
            id, header, body = codec.sizes(head)
            self.socket.sendall(self.reply(id, self.exactly(header), self.exactly(body)))

    def exactly(self, n: int) -> bytes:
        """The next n bytes; nothing when the judge has hung up."""
        data = bytearray()
        while len(data) < n:
            chunk = self.socket.recv(min(n - len(data), 1 << 20))
            if not chunk:
                return b""
            data += chunk
        return bytes(data)

    def reply(self, id: int, header: bytes, body: bytes) -> bytes:
        message: Message = {}
        try:
            self.busy = True
            message = codec.unpack(header, body, self.answers.revive)
            result = _OPERATIONS.get(message["op"], Server.answer)(self, message)
            self.busy = False
            return codec.pack(id, result, self.answers.keep)
        except BaseException as error:
            self.busy = False
            refused = {"refused": f"{type(error).__name__}: {error}"[:300]}
            return codec.pack(id, [refused] * len(message.get("calls", [])) or refused)

    def run(self, message: Message) -> Message:
        """Runs a cell; what it shows, and whether it went through."""
        self.outputs.begin()
        result = self.shell.run_cell(message["code"].decode(), store_history=True)
        self.captured.finish()
        return {"status": "ok" if result.success else "error", "outputs": self.outputs.end()}

    def files(self, message: Message) -> list[bool]:
        """Puts files beside the notebook; for each of them, whether it is there."""
        return [_put(PurePosixPath(name.decode()), data) for name, data in message["files"]]

    def answer(self, message: Message) -> Any:
        """A check's calls; what they print is dropped, as nobody would see it."""
        self.outputs.begin()
        with self.shell.builtin_trap:
            answer = self.answers.answer(message)
        self.captured.finish()
        self.outputs.begin()
        return answer


def _put(path: PurePosixPath, data: bytes) -> bool:
    """Whether the file could be written, whole and inside the folder; nothing of it is left otherwise."""
    if path.is_absolute() or ".." in path.parts:
        return False
    try:
        Path(path.parent).mkdir(parents=True, exist_ok=True)
        Path(path).write_bytes(data)
    except (OSError, ValueError):
        with contextlib.suppress(OSError, ValueError):
            Path(path).unlink()
        return False
    return True


_OPERATIONS = {"run": Server.run, "files": Server.files, "ping": lambda server, message: True}


def serve(descriptor: int, shell: Shell, outputs: Outputs, seed: int) -> None:
    """Serves until the judge hangs up, in the current directory; the learner's own modules come last in sys.path."""
    sys.path.append(os.getcwd())
    seed_everything(seed)
    Server(descriptor, shell, outputs).serve()
