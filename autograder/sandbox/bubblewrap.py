"""The sandbox that a zygote lives in: what it sees of this machine, and that it sees nothing else.

There is no course here, no solutions folder, no gradebook, no home: only system libraries, the interpreter, installed
packages (without those that the library folder has, should they be installed too) and the unit's library folder.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

from autograder.errors import UserError
from autograder.sandbox import interpreter, stage

LIBRARY = "/library"
NAMESPACES = ("user", "pid", "net", "ipc", "uts", "cgroup-try")
ALONE = ("--die-with-parent", "--new-session", "--hostname", "kernel")
FOR_NAMESPACES = ("--cap-add", "CAP_SYS_ADMIN")  # in this sandbox's user namespace: see autograder.kernel.isolate
SYSTEM = ("bin", "sbin", "lib", "lib32", "lib64", "libexec", "share", "local/lib", "local/share")  # of /usr
ETC = ("alternatives", "fonts", "ld.so.cache", "localtime")
PREFIX = ("bin", "lib", "lib64", "share", "etc")  # of the interpreter's own folder
DEVICES = ("null", "zero", "full", "random", "urandom")
LINKS = {"/dev/fd": "/proc/self/fd", "/dev/stdin": "fd/0", "/dev/stdout": "fd/1", "/dev/stderr": "fd/2"}


def start(
    module: str, given: dict[str, Any], library: Path, descriptors: Sequence[int], errors: IO[bytes]
) -> subprocess.Popen:
    """Starts autograder.kernel.<module> in a sandbox, with `given` as its argument. It ends when the pipe to its
    standard input closes, be it by the caller's death. What goes wrong is written to `errors`. Raises UserError
    without bubblewrap."""
    specification = _specification(module, given, library) | {"descriptors": list(descriptors)}
    process = subprocess.Popen(
        [str(interpreter.executable()), "-I", "-S", stage.__file__],
        stdin=subprocess.PIPE,
        stdout=errors,
        stderr=errors,
        pass_fds=list(descriptors),
        start_new_session=True,  # Ctrl-C is the judge's to handle
        env={},
    )
    assert process.stdin
    process.stdin.write(json.dumps(specification).encode() + b"\n")
    process.stdin.flush()
    return process


def _specification(module: str, given: dict[str, Any], library: Path) -> dict[str, Any]:
    """The words of bubblewrap's command line, save for the binds whose sources only root may be able to reach."""
    bwrap = shutil.which("bwrap")
    if bwrap is None:
        raise UserError("bubblewrap is not installed", "Install it: `apt-get install bubblewrap`, say")
    packages = [(str(folder), f"/packages/{number}") for number, folder in enumerate(interpreter.package_folders())]
    command = interpreter.command(module, [LIBRARY, *(target for _, target in packages)], json.dumps(given))
    return {
        "before": [bwrap, *_namespaces(), *_system()],
        "binds": [*_interpreter(), *packages, (str(library.resolve()), LIBRARY)],
        "after": [*_hidden(library, packages), *_private(), *_environment(), "--remount-ro", "/", *command],
    }


def _namespaces() -> list[str]:
    return [*(f"--unshare-{kind}" for kind in NAMESPACES), *ALONE, *FOR_NAMESPACES]


def _system() -> list[str]:
    """The system's own programs, libraries and fonts, read-only."""
    words = []
    for part in SYSTEM:
        words += ["--ro-bind-try", f"/usr/{part}", f"/usr/{part}"]
    for name in ETC:
        words += ["--ro-bind-try", f"/etc/{name}", f"/etc/{name}"]
    for name in ("bin", "sbin", "lib", "lib32", "lib64"):
        path = Path("/", name)
        if path.is_symlink():
            words += ["--symlink", f"usr/{name}", f"/{name}"]
        elif path.exists():
            words += ["--ro-bind", f"/{name}", f"/{name}"]
    return words


def _interpreter() -> list[tuple[str, str]]:
    """The folders of the interpreter, at the places for which it was built."""
    folders = [Path(sys.base_prefix, part) for part in PREFIX]
    return [(str(folder), str(folder)) for folder in folders if folder.is_dir() and sys.base_prefix != "/usr"]


def _hidden(library: Path, packages: Sequence[tuple[str, str]]) -> list[str]:
    """Empty folders over installed packages that the library has its own version of, and over those packages of the
    interpreter's that the judge's environment doesn't use."""
    own = [path.name for path in library.iterdir() if path.is_dir()]
    hidden = [f"{target}/{name}" for source, target in packages for name in own if Path(source, name).is_dir()]
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    places = [Path(sys.base_prefix, "lib", version, "site-packages"), Path("/usr/lib/python3/dist-packages")]
    places += [Path("/usr/local/lib", version, kind) for kind in ("site-packages", "dist-packages")]
    hidden += [str(place) for place in places if place.is_dir()]
    return [word for path in dict.fromkeys(hidden) for word in ("--tmpfs", path, "--remount-ro", path)]


def _private() -> list[str]:
    """Its own processes, its own temporary files, and five devices; no terminal."""
    words = ["--proc", "/proc", "--tmpfs", "/tmp", "--tmpfs", "/dev"]
    for device in DEVICES:
        words += ["--dev-bind", f"/dev/{device}", f"/dev/{device}"]
    for link, target in LINKS.items():
        words += ["--symlink", target, link]
    return [*words, "--dir", "/dev/shm", "--remount-ro", "/dev"]


def _environment() -> list[str]:
    words = ["--chdir", "/tmp", "--clearenv"]
    for name, value in interpreter.environment("/tmp").items():
        words += ["--setenv", name, value]
    return words
