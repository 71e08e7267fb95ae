"""A filter on system calls: an allow-list, so that what nobody thought of is refused, too.

Refused for good: new namespaces, mounts, tracing, other processes' memory, bpf, perf, io_uring, userfaultfd, memfd,
SysV and POSIX message queues and shared memory, keys, modules, setuid and friends, every socket that isn't a unix one
(vsock ignores network namespaces), limits of other processes, input pushed into a terminal.
"""

import ctypes
import errno
import functools
import os
import platform
import struct

from autograder.kernel.syscalls import ARCHITECTURES, BY_ARGUMENT, NEWEST, TABLE, numbers

AUDIT = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
X32 = 0x40000000  # x86-64 has a second set of numbers from here on
NUMBER, ARCHITECTURE, ARGUMENTS = 0, 4, 16  # offsets in struct seccomp_data
ALLOW, KILL, ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
LOAD, EQUAL, GREATER, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x25, 0x35, 0x45, 0x06
NAMESPACES = 0x20000 | 0x2000000 | 0x4000000 | 0x8000000 | 0x10000000 | 0x20000000 | 0x40000000
AF_UNIX, TIOCSTI, TIOCLINUX = 1, 0x5412, 0x541C
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, MODE_FILTER = 38, 22, 2

Instruction = tuple[int, int, int, int]  # code, jump if true, jump if false, operand
REFUSE = (RETURN, 0, 0, ERRNO | errno.EPERM)
UNKNOWN = (RETURN, 0, 0, ERRNO | errno.ENOSYS)
PERMIT = (RETURN, 0, 0, ALLOW)


def restrict() -> None:
    """Puts this process, and all that it starts, under the filter, for good."""
    program = compiled(platform.machine())
    buffer = ctypes.create_string_buffer(program)
    header = struct.pack("<HxxxxxxQ", len(program) // 8, ctypes.addressof(buffer))
    libc = ctypes.CDLL(None, use_errno=True)
    for call in ((PR_SET_NO_NEW_PRIVS, 1), (PR_SET_SECCOMP, MODE_FILTER, ctypes.c_char_p(header))):
        if libc.prctl(*call, *[0] * (5 - len(call))):
            raise OSError(ctypes.get_errno(), "the system call filter could not be installed")


@functools.cache
def compiled(machine: str) -> bytes:
    """The filter as bytes, which every kernel finds ready once the zygote has asked for it."""
    return b"".join(struct.pack("<HBBI", *instruction) for instruction in instructions(machine))


def instructions(machine: str) -> list[Instruction]:
    """The filter as a program for the kernel's BPF machine."""
    if machine not in ARCHITECTURES:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS), f"system calls of {machine}")
    call = numbers(BY_ARGUMENT, machine)
    return [
        (LOAD, 0, 0, ARCHITECTURE),
        (EQUAL, 1, 0, AUDIT[machine]),
        (RETURN, 0, 0, KILL),
        (LOAD, 0, 0, NUMBER),
        (AT_LEAST, 0, 1, X32),
        REFUSE,
        *_only(call["clone3"], [UNKNOWN]),  # its arguments can't be looked at; libraries fall back to clone
        *_only(call["clone"], [*_argument(0), (ANY_BIT, 0, 1, NAMESPACES), REFUSE, PERMIT]),
        *_only(call["socket"], [*_argument(0), (EQUAL, 1, 0, AF_UNIX), REFUSE, PERMIT]),
        *_only(call["socketpair"], [*_argument(0), (EQUAL, 1, 0, AF_UNIX), REFUSE, PERMIT]),
        *_only(call["prlimit64"], [*_argument(0), (EQUAL, 1, 0, 0), REFUSE, PERMIT]),  # pid 0: the caller's own
        *_only(call["ioctl"], [*_argument(1), (EQUAL, 1, 0, TIOCSTI), (EQUAL, 0, 1, TIOCLINUX), REFUSE, PERMIT]),
        *(step for first, last in _runs(sorted(numbers(TABLE, machine).values())) for step in _range(first, last)),
        (GREATER, 0, 1, NEWEST),
        UNKNOWN,
        REFUSE,
    ]


def _only(number: int, steps: list[Instruction]) -> list[Instruction]:
    """`steps` (which end in a return) for this call only."""
    return [(EQUAL, 0, len(steps), number), *steps]


def _argument(index: int) -> list[Instruction]:
    """Loads the low half of an argument; all arguments looked at here are ints."""
    return [(LOAD, 0, 0, ARGUMENTS + 8 * index)]


def _range(first: int, last: int) -> list[Instruction]:
    return [(AT_LEAST, 0, 2, first), (GREATER, 1, 0, last), PERMIT]


def _runs(values: list[int]) -> list[tuple[int, int]]:
    """Maximal runs of consecutive numbers, as (first, last)."""
    runs: list[tuple[int, int]] = []
    for value in values:
        if runs and value == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], value)
        else:
            runs.append((value, value))
    return runs
