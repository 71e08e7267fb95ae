"""One process becomes a prisoner: its own user, mount, process, network and IPC namespaces, a private scratch folder.

It happens inside bubblewrap's sandbox, once for each learner, so that no learner's kernel sees another's.
"""

import ctypes
import platform
import signal
from typing import Any

NEWNS, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET = 0x20000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000
CLONE = {"x86_64": 56, "aarch64": 220}
NOSUID, NODEV, NOEXEC = 2, 4, 8
PR_SET_DUMPABLE, PR_CAPBSET_DROP, LAST_CAPABILITY = 4, 24, 40
CAPABILITY_VERSION = (0x20080522).to_bytes(4, "little")
SHM_MB = 16  # /dev/shm
MB = 1 << 20


def clone_into_namespaces() -> int:
    """fork(), but the child is process 1 of fresh namespaces. To be called in a single-threaded process only.

    One call rather than unshare and fork, so that the page tables are copied once. The C library keeps its notion of
    the thread's number in the child, which therefore only sets up, forks the kernel proper and waits.
    """
    libc = ctypes.PyDLL(None, use_errno=True)  # PyDLL: the interpreter's lock stays held
    flags = NEWNS | NEWUTS | NEWIPC | NEWUSER | NEWPID | NEWNET | signal.SIGCHLD
    ctypes.pythonapi.PyOS_BeforeFork()
    pid = libc.syscall(CLONE[platform.machine()], flags, 0, 0, 0, 0)
    if pid == 0:
        ctypes.pythonapi.PyOS_AfterFork_Child()
    else:
        ctypes.pythonapi.PyOS_AfterFork_Parent()
    if pid < 0:
        raise OSError(ctypes.get_errno(), "fresh namespaces could not be made")
    return pid


def enter(user: int, group: int, disk_mb: int) -> None:
    """Makes the fresh namespaces habitable: the same user as outside, private /tmp, /dev/shm and /proc."""
    _write("/proc/self/setgroups", "deny")
    _write("/proc/self/uid_map", f"{user} {user} 1")
    _write("/proc/self/gid_map", f"{group} {group} 1")
    _mount("tmpfs", "/tmp", f"size={disk_mb * MB},nr_inodes=4096,mode=0700,uid={user},gid={group}")
    _mount("tmpfs", "/dev/shm", f"size={SHM_MB * MB},nr_inodes=256,mode=0700,uid={user},gid={group}")
    _mount("proc", "/proc", "")
    _write("/proc/sys/user/max_user_namespaces", "0")
    _libc().prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)  # what runs here before the learner's code is not for its eyes


def drop_privileges() -> None:
    """Gives up every capability, for good: execve can't give them back."""
    for capability in range(LAST_CAPABILITY + 1):
        _libc().prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
    if _libc().capset(ctypes.c_char_p(CAPABILITY_VERSION + bytes(4)), ctypes.c_char_p(bytes(24))):
        raise OSError(ctypes.get_errno(), "capabilities could not be dropped")
    _libc().prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)


def _mount(kind: str, where: str, options: str) -> None:
    arguments: list[Any] = [kind.encode(), where.encode(), kind.encode(), NOSUID | NODEV | NOEXEC, options.encode()]
    if _libc().mount(*arguments):
        raise OSError(ctypes.get_errno(), f"{kind} could not be mounted on {where}")


def _write(path: str, text: str) -> None:
    with open(path, "w") as file:
        file.write(text)


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
