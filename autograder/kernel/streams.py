"""Everything that is written on standard output and standard error, by Python and by C code alike.

Python writes straight into the cell's outputs. File descriptors 1 and 2 are files (unlinked, so no name leads to them)
rather than pipes: a file never blocks its writer, needs no thread that reads, and ends at the limits on files. What C
code has written is picked up before Python's next word and at the end of each cell, so the order is the true one.
"""

import contextlib
import ctypes
import fcntl
import io
import os
import sys
import tempfile

from autograder.kernel.outputs import Outputs

DESCRIPTORS = {"stdout": 1, "stderr": 2}


class Captured:
    """File descriptors 1 and 2, redirected into files of the current directory."""

    def __init__(self, outputs: Outputs) -> None:
        self.outputs = outputs
        self.files = {name: _file_behind(descriptor) for name, descriptor in DESCRIPTORS.items()}
        self.read = dict.fromkeys(DESCRIPTORS, 0)
        self.flush_c = ctypes.CDLL(None).fflush

    def collect(self) -> None:
        """Moves what C code and child processes have written into the outputs."""
        for name, file in self.files.items():
            with contextlib.suppress(OSError):
                size = os.fstat(file).st_size
                if size > self.read[name]:
                    data = os.pread(file, self.outputs.left + 4, self.read[name])
                    self.read[name] = size
                    self.outputs.text(name, data.decode("utf-8", "replace").encode())

    def finish(self) -> None:
        """At the end of a cell: also what C's own buffers still hold; then the files are emptied."""
        self.flush_c(None)
        self.collect()
        for name, file in self.files.items():
            with contextlib.suppress(OSError):
                os.ftruncate(file, 0)
                self.read[name] = 0


class Stream(io.TextIOBase):
    """sys.stdout or sys.stderr of the learner's kernel."""

    encoding, errors = "utf-8", "replace"

    def __init__(self, name: str, outputs: Outputs, captured: Captured) -> None:
        self.name, self.outputs, self.captured, self.owner = name, outputs, captured, os.getpid()

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        data = text.encode(self.encoding, self.errors)
        if os.getpid() != self.owner:  # a forked child: its outputs would end with it
            os.write(DESCRIPTORS[self.name], data)
        else:
            self.captured.collect()
            self.outputs.text(self.name, data)
        return len(text)

    def writable(self) -> bool:
        return True

    def flush(self) -> None:
        if os.getpid() == self.owner:
            self.captured.collect()

    def fileno(self) -> int:
        return DESCRIPTORS[self.name]


def install(outputs: Outputs) -> Captured:
    """Redirects the process's standard streams into `outputs`."""
    captured = Captured(outputs)
    sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115 (lives as long as the process)
    sys.stdout = sys.__stdout__ = Stream("stdout", outputs, captured)  # type: ignore[assignment, misc]
    sys.stderr = sys.__stderr__ = Stream("stderr", outputs, captured)  # type: ignore[assignment, misc]
    return captured


def _file_behind(descriptor: int) -> int:
    file, path = tempfile.mkstemp(dir=".")
    os.unlink(path)
    fcntl.fcntl(file, fcntl.F_SETFL, os.O_APPEND)
    os.dup2(file, descriptor)
    return file
