"""The submissions in a folder: SUBMITTED/<student>/<assignment>/<notebook>.ipynb, as nbgrader lays them out."""

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import UserError
from autograder.grading.extras import Files, extra_files
from autograder.grading.files import MAX_NOTEBOOK, Unreadable, folder, names, printable, read_at
from autograder.grading.reading import Malformed


@dataclass(frozen=True)
class Submission:
    """One student's folder for one assignment. `folder_name` is the student's folder as the file system has it."""

    root: Path
    folder_name: str
    assignment: str

    @property
    def student(self) -> str:
        """The student, as it can be shown and stored."""
        return printable(self.folder_name)

    @property
    def parts(self) -> tuple[str, str]:
        return self.folder_name, self.assignment


@dataclass
class Contents:
    """What was handed in: the notebook's bytes, the files beside it, and what had to be mended or left out."""

    notebook: bytes
    files: Files
    repairs: list[str]


class Missing(Exception):
    """Nothing was handed in; the message says what there is instead."""


def students_of(root: Path) -> list[str]:
    """The students' folders, by name. A link among them is refused later, when it is read."""
    with os.scandir(root) as entries:
        return sorted((e.name for e in entries if not e.name.startswith(".") and e.is_dir()), key=os.fsencode)


def unknown_folders(root: Path, known: set[str]) -> list[str]:
    """Folders that students have handed in and that aren't named after an assignment: misspelt, perhaps."""
    found = []
    for student in students_of(root):
        with suppress(OSError), os.scandir(root / student) as entries:
            folders = sorted(e.name for e in entries if e.is_dir() and e.name not in known and e.name[0] not in "._")
            found += [f"{printable(student)}/{printable(name)}" for name in folders]
    return found


def discover(root: Path, assignments: list[str]) -> list[Submission]:
    """Every submission below `root`, in the order of the names. Raises UserError when `root` is no folder of
    students."""
    if not root.is_dir():
        raise UserError(f"there is no folder {root}", "Give the folder that holds a folder for each student")
    found = []
    for student in students_of(root):
        there = {name for name in assignments if os.path.lexists(root / student / name)}
        found += [Submission(root, student, name) for name in assignments if name in there]
    return found


def read(submission: Submission) -> Contents:
    """What was handed in. Raises Missing or Malformed."""
    repairs: list[str] = []
    try:
        with folder(submission.root, submission.parts) as fd:
            name = _notebook_name(fd, submission.assignment, repairs)
            notebook = read_at(fd, name, MAX_NOTEBOOK)
    except Unreadable as why:
        raise Malformed(str(why)) from None
    except OSError as error:
        raise Malformed(f"the folder can't be read ({error.strerror})") from None
    return Contents(notebook, extra_files(submission.root, submission.parts, repairs), repairs)


def _notebook_name(folder_fd: int, assignment: str, repairs: list[str]) -> str:
    wanted = f"{assignment}.ipynb"
    found = [e.name for e in names(folder_fd) if e.name.lower().endswith(".ipynb") and not e.name.startswith(".")]
    if wanted in found:
        return wanted
    alike = [name for name in found if assignment in name] if len(found) > 1 else found
    if len(alike) == 1:
        repairs.append(f"the notebook was called {printable(alike[0])!a}; it was taken for {wanted}")
        return alike[0]
    if found:
        raise Malformed(f"there are {len(found)} notebooks, and none of them is called {wanted}")
    raise Missing("the folder holds no notebook")
