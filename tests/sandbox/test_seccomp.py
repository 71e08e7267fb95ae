"""The filter on system calls, run here step by step as the kernel's BPF machine would, for both architectures."""

import errno
import re
from pathlib import Path

import pytest

from autograder.kernel import seccomp
from autograder.kernel.syscalls import ARCHITECTURES, BY_ARGUMENT, TABLE, numbers

MACHINES = list(ARCHITECTURES)
HEADERS = {
    "x86_64": Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
    "aarch64": Path("/usr/include/asm-generic/unistd.h"),
}
OLD_NAMES = {"newfstatat": "fstatat", "sendfile": "sendfile", "fadvise64": "fadvise64"}
REFUSED = seccomp.ERRNO | errno.EPERM
UNKNOWN = seccomp.ERRNO | errno.ENOSYS


def verdict(machine: str, number: int, *arguments: int, architecture: int | None = None) -> int:
    """What the filter answers to a call."""
    words = {seccomp.NUMBER: number, seccomp.ARCHITECTURE: architecture or seccomp.AUDIT[machine]}
    words |= {seccomp.ARGUMENTS + 8 * i: value & 0xFFFFFFFF for i, value in enumerate(arguments)}
    program, at, loaded = seccomp.instructions(machine), 0, 0
    tests = {
        seccomp.EQUAL: lambda operand: loaded == operand,
        seccomp.GREATER: lambda operand: loaded > operand,
        seccomp.AT_LEAST: lambda operand: loaded >= operand,
        seccomp.ANY_BIT: lambda operand: bool(loaded & operand),
    }
    while True:
        code, if_true, if_false, operand = program[at]
        at += 1
        if code == seccomp.RETURN:
            return operand
        if code == seccomp.LOAD:
            loaded = words[operand]
        else:
            at += if_true if tests[code](operand) else if_false


@pytest.mark.parametrize("machine", MACHINES)
def test_every_call_on_the_list_is_allowed_and_every_other_one_refused(machine: str) -> None:
    allowed = set(numbers(TABLE, machine).values())
    special = set(numbers(BY_ARGUMENT, machine).values())
    for number in set(range(451)) - special:
        assert verdict(machine, number) == (seccomp.ALLOW if number in allowed else REFUSED), number
    assert verdict(machine, 451) == verdict(machine, 5000) == UNKNOWN


@pytest.mark.parametrize("machine", MACHINES)
def test_what_is_allowed_for_some_arguments_is_refused_for_the_others(machine: str) -> None:
    call = numbers(BY_ARGUMENT, machine)
    allowed = {"clone": [17, 0x3D0F00], "socket": [1], "socketpair": [1], "prlimit64": [0]}
    refused = {"clone": [17 | 0x10000000, 0x20000, 0x40000000], "socket": [2, 10, 16, 17, 40], "prlimit64": [1, -1]}
    refused["socketpair"] = [2, 30]
    for name, arguments in allowed.items():
        assert all(verdict(machine, call[name], argument) == seccomp.ALLOW for argument in arguments), name
    for name, arguments in refused.items():
        assert all(verdict(machine, call[name], argument) == REFUSED for argument in arguments), name
    assert verdict(machine, call["ioctl"], 0, 0x5401) == seccomp.ALLOW
    assert verdict(machine, call["ioctl"], 0, seccomp.TIOCSTI) == verdict(machine, call["ioctl"], 0, 0x541C) == REFUSED
    assert verdict(machine, call["clone3"]) == UNKNOWN


@pytest.mark.parametrize("machine", MACHINES)
def test_another_architecture_s_calls_end_the_process(machine: str) -> None:
    assert verdict(machine, 0, architecture=0x40000003) == seccomp.KILL
    assert verdict(machine, seccomp.X32 | 1) == REFUSED


@pytest.mark.parametrize("machine", MACHINES)
def test_none_of_the_dangerous_calls_is_on_the_list(machine: str) -> None:
    dangerous = {"ptrace", "mount", "unshare", "setns", "bpf", "keyctl", "memfd_create", "io_uring_setup", "pidfd_open"}
    assert not dangerous & set(numbers(TABLE, machine))


@pytest.mark.parametrize("machine", MACHINES)
def test_the_numbers_are_those_of_the_system_s_headers(machine: str) -> None:
    if not HEADERS[machine].exists():
        pytest.skip("NOT TESTED, the kernel's headers are not installed")
    text = HEADERS[machine].read_text()
    defined = dict(re.findall(r"#define (?:__NR|__NR3264)_(\w+) (\d+)\b", text))
    for name, number in (numbers(TABLE, machine) | numbers(BY_ARGUMENT, machine)).items():
        assert int(defined.get(name) or defined[OLD_NAMES[name]]) == number, name


def test_other_machines_are_told_that_there_is_no_filter_for_them() -> None:
    with pytest.raises(OSError, match="riscv64"):
        seccomp.instructions("riscv64")
