"""Promises about other processes, privileges, and what the operating system may be asked to do."""

import os
import platform

from autograder.sandbox import interpreter
from autograder.sandbox.protections.attempt import Launch, Protection, tried

OTHERS = """
import os
others = [pid for pid in os.listdir("/proc") if pid.isdigit() and pid != str(os.getpid())]
if others:
    print("sees", len(others), "other processes")
if judge > 9:  # smaller numbers have a meaning inside, too
    try:
        os.kill(judge, 0)
        print("may signal the judge")
    except OSError:
        pass
"""
TRACE = """
import ctypes, os, time
libc, child = ctypes.CDLL(None), os.fork()
if child == 0:
    time.sleep(60)
    os._exit(0)
for name, target in {"its parent": os.getppid(), "its child": child}.items():
    if libc.ptrace(0x4206, target, 0, 0) == 0:  # PTRACE_SEIZE: unlike PTRACE_ATTACH, it doesn't stop the process
        print("traces", name)
os.kill(child, 9)
os.waitpid(child, 0)
for name in ("mem", "environ", "fd", "root", "maps"):
    path = f"/proc/{os.getppid()}/{name}"
    try:
        os.listdir(path) if name in ("fd", "root") else open(path, "rb").read(0 if name == "mem" else 1)
        print("reads", name, "of its parent")
    except OSError:
        pass
"""
ENVIRONMENTS = """
import glob
known = {*names, "PWD", "LC_CTYPE", "MPLBACKEND", "KMP_INIT_AT_FORK", "KMP_DUPLICATE_LIB_OK", "TORCHINDUCTOR_CACHE_DIR"}
for path in glob.glob("/proc/[0-9]*/environ"):
    try:
        words = open(path, "rb").read().decode(errors="replace").split("\\0")
    except OSError:
        continue
    more = {word.partition("=")[0] for word in words if word} - known
    if more:
        print("reads", len(more), "environment variables in", path)
"""
NAMESPACES = """
import ctypes, os
libc = ctypes.CDLL(None)
for name, flag in {"user": 0x10000000, "mount": 0x20000, "network": 0x40000000, "process": 0x20000000}.items():
    child = os.fork()
    if child == 0:
        os._exit(libc.unshare(flag) == 0)
    if os.waitpid(child, 0)[1]:
        print("made a", name, "namespace")
child = libc.syscall(clone, 0x10000000 | 17, 0, 0, 0, 0)
if child == 0:
    libc._exit(0)
if child > 0:
    print("cloned into a user namespace")
"""
CLONE = {"x86_64": 56, "aarch64": 220}
PRIVILEGES = """
import os
status = dict(line.split(":", 1) for line in open("/proc/self/status") if ":" in line)
capabilities = [name for name in ("CapEff", "CapPrm", "CapInh", "CapBnd", "CapAmb") if int(status[name], 16)]
if capabilities:
    print("has capabilities in", *capabilities)
if os.getuid() == 0:
    print("is root")
if status["NoNewPrivs"].strip() != "1":
    print("can gain privileges by running a program")
"""
CALLS = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
for name, (number, *arguments) in calls.items():
    child = os.fork()
    if child == 0:
        libc.syscall(number, *arguments)
        os._exit(ctypes.get_errno() in (1, 38))  # EPERM, ENOSYS
    if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 1:
        print("may call", name)
"""
# The number on x86-64, on aarch64, and arguments that the system rejects as wrong where it does not forbid the call.
CALLED = {
    "memfd_create": (319, 279, -1, 0),
    "io_uring_setup": (425, 425, -1, 0),
    "pidfd_open": (434, 434, -1, 0),
    "process_vm_readv": (310, 270, -1, 0, 0, 0, 0, -1),
    "name_to_handle_at": (303, 264, -1, 0, 0, 0, -1),
    "add_key": (248, 217, 0, 0, 0, 0, 0),
    "mq_open": (240, 180, 0, 0, 0, 0),
    "shmget": (29, 194, 0, 0, 0),
    "setns": (308, 268, -1, 0),
    "bpf": (321, 280, -1, 0, 0),
}
TERMINALS = """
import os
for path in ("/dev/tty", "/dev/ptmx", "/dev/pts", "/dev/console"):
    if os.path.exists(path):
        print("has", path)
"""


def _makes_a_call(launch: Launch) -> str:
    column = 0 if platform.machine() == "x86_64" else 1
    return tried(launch, CALLS, calls={name: (call[column], *call[2:]) for name, call in CALLED.items()})


def _makes_a_namespace(launch: Launch) -> str:
    return tried(launch, NAMESPACES, clone=CLONE[platform.machine()])


def _reads_environments(launch: Launch) -> str:
    return tried(launch, ENVIRONMENTS, names=list(interpreter.environment("")))


def _sees_others(launch: Launch) -> str:
    return tried(launch, OTHERS, judge=os.getpid())


PROTECTIONS = (
    Protection("processes", "no process of others can be seen or signalled", _sees_others),
    Protection("tracing", "no process can be traced, nor the one above read", lambda launch: tried(launch, TRACE)),
    Protection("environment", "no environment variable of the judge's can be read", _reads_environments),
    Protection("namespaces", "no further namespace can be made", _makes_a_namespace),
    Protection("privileges", "the kernel has none and can't gain any", lambda launch: tried(launch, PRIVILEGES)),
    Protection("system calls", "only those on a list are answered", _makes_a_call),
    Protection("terminals", "there is none to type into", lambda launch: tried(launch, TERMINALS)),
)
