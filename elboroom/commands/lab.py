"""JupyterLab on the learner's own copies: course/ is the course's, work/ is the learner's.

A file of work/ is never written again, so building the course and learning from it don't collide.
"""

import os
import shutil
from pathlib import Path

import elboroom
from autograder.course import Course
from autograder.errors import UserError

QUIET = Path(elboroom.__file__).parent / "jupyter"  # settings: without the instructor's tools, without Jupyter's news


def copy_course(course: Path, work: Path) -> list[Path]:
    """Copy every file that `work` lacks; return the copies. Raises UserError when there is nothing to copy."""
    files = [path for path in sorted(course.rglob("*")) if path.is_file() and ".ipynb_checkpoints" not in path.parts]
    if not files:
        raise UserError(f"There are no notebooks in {course}", "Make them with `autograder build`")
    return [copy for path in files if (copy := _copy(path, work / path.relative_to(course)))]


def _copy(source: Path, target: Path) -> Path | None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with source.open("rb") as original, target.open("xb") as copy:
            shutil.copyfileobj(original, copy)
    except FileExistsError:
        if target.is_file():
            return None
        raise _in_the_way(target) from None
    except NotADirectoryError:
        raise _in_the_way(target) from None
    return target


def _in_the_way(target: Path) -> UserError:
    return UserError(f"{target} cannot be copied: something else has its name", "Rename what is there, then try again")


def open_lab(course: Course, options: list[str]) -> None:
    """Copy what is missing, then serve JupyterLab on work/ until it is stopped."""
    work = course.root / "work"
    copies = copy_course(course.root / "course", work)
    print(f"{len(copies)} new files in {work}" if copies else f"{work} has every file of the course", flush=True)
    folders = [str(QUIET), os.environ.get("JUPYTER_CONFIG_PATH", "")]
    os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join(filter(None, folders))
    os.chdir(work)
    from jupyterlab.labapp import LabApp

    LabApp.launch_instance([f"--ServerApp.root_dir={work}", *_as_root(), *options])


def _as_root() -> list[str]:
    """Jupyter refuses root unless told; in a container, root is all there is."""
    return ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
