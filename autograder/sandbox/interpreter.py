"""How a learner's interpreter starts: no site module (so no .pth, no sitecustomize), a fixed path, a bare environment.

Modules are found in the standard library, then in the unit's library folder, then among the installed packages; the
folder with the learner's own files comes last (autograder.kernel.serve), so nothing there can shadow a module.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

BOOT = "import sys; sys.path += {paths!r}; from autograder.kernel.{module} import main; main(sys.argv[1])"
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"), "1")

# An array of a hundred thousand numbers comes from memory that stays, not from fresh pages each time it is computed.
STAYS = {"MALLOC_MMAP_THRESHOLD_": str(16 << 20), "MALLOC_TRIM_THRESHOLD_": str(32 << 20)}


def executable() -> Path:
    """The interpreter itself, not the virtual environment's link to it."""
    return Path(getattr(sys, "_base_executable", None) or sys.executable).resolve()


def package_folders() -> list[Path]:
    """The folders of installed packages that the judge itself imports from."""
    folders = [Path(entry) for entry in sys.path if Path(entry).name in ("site-packages", "dist-packages")]
    return [folder for folder in dict.fromkeys(folders) if folder.is_dir()]


def command(module: str, paths: Sequence[Path | str], argument: str) -> list[str]:
    """Runs `main(argument)` of autograder.kernel.<module>."""
    boot = BOOT.format(paths=[str(path) for path in paths], module=module)
    return [str(executable()), "-s", "-S", "-P", "-B", "-X", "utf8", "-c", boot, argument]


def environment(home: Path | str) -> dict[str, str]:
    """Every variable that the kernel sees: none of the judge's own, and the same hashes in every run."""
    caches = {"IPYTHONDIR": f"{home}/ipython", "MPLCONFIGDIR": f"{home}/matplotlib"}
    fixed = {"HOME": str(home), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "PYTHONHASHSEED": "0"}
    return fixed | caches | ONE_THREAD | STAYS
