"""One process becomes a prisoner: its own process, mount, network, IPC and user namespaces, a private scratch folder.

It happens inside bubblewrap's sandbox, once for each learner, so that no learner's kernel sees another's. The zygote
has one capability for it, CAP_SYS_ADMIN in bubblewrap's user namespace; the prisoner keeps none, in no namespace.
"""

import ctypes
import os
from typing import Any

NEWNS, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET = 0x20000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000
NOSUID, NODEV, NOEXEC, RECURSIVE, PRIVATE = 2, 4, 8, 16384, 1 << 18
PR_SET_DUMPABLE, PR_CAPBSET_DROP, LAST_CAPABILITY = 4, 24, 40
CAPABILITY_VERSION = (0x20080522).to_bytes(4, "little")
SHM_MB = 16  # /dev/shm
MB = 1 << 20


def fork() -> int:
    """os.fork(), but the child is process 1 of a fresh process namespace: whatever it starts ends with it. To be called
    in a single-threaded process only. Raises OSError."""
    own = os.open("/proc/self/ns/pid", os.O_RDONLY)
    child = None
    try:
        _must(_libc().unshare(NEWPID), "a process namespace could not be made")  # for the next child
        child = os.fork()
    finally:
        if child != 0 and _libc().setns(own, NEWPID):
            raise RuntimeError("later children would be born into this one's namespace")
        os.close(own)
    return child


def enter(user: int, group: int, disk_mb: int) -> None:
    """Takes the other namespaces, and makes them habitable: private /tmp, /dev/shm and /proc, the same user as outside.

    The user namespace comes last. So the others belong to bubblewrap's, where the prisoner has no say, whatever it gets
    hold of in its own."""
    _must(_libc().unshare(NEWNS | NEWUTS | NEWIPC | NEWNET), "fresh namespaces could not be made")
    _must(_libc().mount(b"none", b"/", None, RECURSIVE | PRIVATE, None), "mounts could not be made private")
    _mount("tmpfs", "/tmp", f"size={disk_mb * MB},nr_inodes=4096,mode=0700,uid={user},gid={group}")
    _mount("tmpfs", "/dev/shm", f"size={SHM_MB * MB},nr_inodes=256,mode=0700,uid={user},gid={group}")
    _mount("proc", "/proc", "")
    _must(_libc().unshare(NEWUSER), "a user namespace could not be made")
    _write("/proc/self/setgroups", "deny")
    _write("/proc/self/uid_map", f"{user} {user} 1")
    _write("/proc/self/gid_map", f"{group} {group} 1")
    _write("/proc/sys/user/max_user_namespaces", "0")


def drop_privileges() -> None:
    """Gives up every capability, for good: execve can't give them back."""
    for capability in range(LAST_CAPABILITY + 1):
        _libc().prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
    nothing = ctypes.c_char_p(CAPABILITY_VERSION + bytes(4)), ctypes.c_char_p(bytes(24))
    _must(_libc().capset(*nothing), "capabilities could not be dropped")
    _libc().prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)  # which fresh namespaces have switched off


def _mount(kind: str, where: str, options: str) -> None:
    arguments: list[Any] = [kind.encode(), where.encode(), kind.encode(), NOSUID | NODEV | NOEXEC, options.encode()]
    _must(_libc().mount(*arguments), f"{kind} could not be mounted on {where}")


def _must(result: int, otherwise: str) -> None:
    if result:
        raise OSError(ctypes.get_errno(), otherwise)


def _write(path: str, text: str) -> None:
    with open(path, "w") as file:
        file.write(text)


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
