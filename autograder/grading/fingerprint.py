"""What an outcome depends on, as hashes: the submission, and everything of ours that judges it."""

import hashlib
import importlib.util
import sys
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

import autograder
from autograder.course import Unit
from autograder.grading.assignment import Assignment
from autograder.grading.reading import Malformed
from autograder.grading.submission import Contents, Missing, Submission, read

LIBRARIES = ("numpy", "scipy", "sympy", "torch")


def of_submission(submission: Submission) -> str:
    """The fingerprint of what is in the folder now."""
    try:
        return of_contents(read(submission))
    except (Missing, Malformed) as why:
        return of_nothing(why)


def of_contents(contents: Contents) -> str:
    """The fingerprint of what was read."""
    files = (piece for name, data in sorted(contents.files.items()) for piece in (name.encode(), data))
    return _digest([contents.notebook, *files, *map(str.encode, contents.repairs)])


def of_nothing(why: Exception) -> str:
    """The fingerprint of a submission that couldn't be read."""
    return _digest([type(why).__name__.encode(), str(why).encode()])


def of_engine(unit: Unit, assignment: Assignment) -> str:
    """The fingerprint of what judges: the engine, the checks with all of their package, the notebooks, the limits, the
    seed, and the libraries that compute."""
    ours = [unit.hidden, unit.instructor_notebook, unit.student_notebook]
    sources = [*_sources(autograder.__name__), *_sources(unit.public)]
    said = [sys.version, repr(assignment.limits), repr(unit.kernel), str(assignment.seed), *map(version, LIBRARIES)]
    contents = [path.read_bytes() for path in [*ours, *sources] if path.is_file()]
    return _digest([*map(str.encode, said), *contents, *(data for _, data in sorted(assignment.files.items()))])


def both(submission: str, engine: str) -> str:
    """The fingerprint of an outcome."""
    return _digest([submission.encode(), engine.encode()])


def _sources(module: str) -> list[Path]:
    """The files of the top-level package, or of the one module, that `module` belongs to."""
    spec = importlib.util.find_spec(module.partition(".")[0])
    assert spec is not None and spec.origin is not None
    origin = Path(spec.origin)
    return sorted(origin.parent.rglob("*.py")) if spec.submodule_search_locations else [origin]


def _digest(pieces: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(len(piece).to_bytes(8, "little"))
        digest.update(piece)
    return digest.hexdigest()
