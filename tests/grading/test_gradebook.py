"""nbgrader's gradebook after `autograder grade --gradebook`: as nbgrader itself would have filled it."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from autograder.course import Course
from autograder.errors import UserError
from autograder.grading.gradebook import GradebookWriter
from autograder.grading.run import Options, Report, grade
from tests.grading import example
from tests.grading.conftest import UNIT, HandIn

pytestmark = pytest.mark.usefixtures("in_process")


@pytest.fixture(scope="module")
def empty_gradebook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("gradebook") / "empty.db"
    with GradebookWriter(f"sqlite:///{path}", path.parent):
        return path


@pytest.fixture
def url(empty_gradebook: Path, tmp_path: Path) -> str:
    """A gradebook with nothing in it; nbgrader takes seconds to make one."""
    shutil.copy(empty_gradebook, tmp_path / "gradebook.db")
    return f"sqlite:///{tmp_path}/gradebook.db"


def graded(course: Course, submitted: Path, url: str, **options: Any) -> Report:
    return grade(course, Options(submitted, submitted.parent / "out", gradebook=url, seed=7, **options))


def open_gradebook(url: str) -> Any:
    from nbgrader.api import Gradebook

    return Gradebook(url)


def scores(url: str, student: str) -> dict[str, tuple[float | None, bool]]:
    """Grade id -> (automatic score, whether a person is needed)."""
    with open_gradebook(url) as gradebook:
        notebook = gradebook.find_submission_notebook(UNIT, UNIT, student)
        return {grade.name: (grade.auto_score, grade.needs_manual_grade) for grade in notebook.grades}


def test_scores_essays_and_comments_are_recorded(course: Course, hand_in: HandIn, submitted: Path, url: str) -> None:
    hand_in("ada", example.perfect())
    hand_in("bob", example.blank())
    hand_in("cyd", b"not a notebook")
    graded(course, submitted, url)
    assert scores(url, "ada") == {"double-check": (2.0, False), "triple-check": (3.0, False), "why": (None, True)}
    nothing = {"double-check": (0.0, False), "triple-check": (0.0, False), "why": (0.0, False)}
    assert scores(url, "bob") == scores(url, "cyd") == nothing
    with open_gradebook(url) as gradebook:
        assert gradebook.find_submission(UNIT, "ada").max_score == 9.0
        assert gradebook.find_submission(UNIT, "ada").score == 5.0
        assert gradebook.find_comment("double", UNIT, UNIT, "ada").comment is None
        assert gradebook.find_comment("double", UNIT, UNIT, "bob").comment == "No response."
        cell = gradebook.find_source_cell("double-check", UNIT, UNIT)
        assert (cell.source, cell.locked, cell.cell_type) == ('check("double")', True, "code")


def test_a_persons_scores_are_kept(course: Course, hand_in: HandIn, submitted: Path, url: str) -> None:
    hand_in("ada", example.perfect())
    hand_in("bob", example.perfect())
    graded(course, submitted, url)
    with open_gradebook(url) as gradebook:
        for student in ("ada", "bob"):
            essay = gradebook.find_grade("why", UNIT, UNIT, student)
            essay.manual_score, essay.needs_manual_grade = 3.5, False
            gradebook.find_comment("why", UNIT, UNIT, student).manual_comment = "Nicely said."
            gradebook.find_grade("double-check", UNIT, UNIT, student).manual_score = 1.5
        gradebook.db.commit()
    notebook = example.perfect()
    example.dict_of(notebook, "double")["source"] = example.BLANK_DOUBLE
    hand_in("bob", notebook)
    graded(course, submitted, url, only_changed=True)
    with open_gradebook(url) as gradebook:
        for student, score, needed in (("ada", 8.0, False), ("bob", 8.0, True)):
            assert gradebook.find_submission(UNIT, student).score == score
            essay = gradebook.find_grade("why", UNIT, UNIT, student)
            assert (essay.manual_score, essay.needs_manual_grade) == (3.5, needed)
            overridden = gradebook.find_grade("double-check", UNIT, UNIT, student)
            assert (overridden.manual_score, overridden.needs_manual_grade) == (1.5, needed)
            assert gradebook.find_comment("why", UNIT, UNIT, student).comment == "Nicely said."


def test_what_is_kept_from_a_run_without_it_is_recorded_too(
    course: Course, hand_in: HandIn, submitted: Path, url: str
) -> None:
    hand_in("ada", example.perfect())
    grade(course, Options(submitted, submitted.parent / "out", seed=7))
    assert graded(course, submitted, url, only_changed=True).kept == 0
    assert scores(url, "ada")["double-check"] == (2.0, False)
    assert graded(course, submitted, url, only_changed=True).kept == 1


def test_who_is_in_the_gradebook_is_expected(course: Course, hand_in: HandIn, submitted: Path, url: str) -> None:
    with open_gradebook(url) as gradebook:
        gradebook.add_student("zoe")
    hand_in("ada", example.perfect())
    report = graded(course, submitted, url)
    assert [(o.student, o.status) for o in report.outcomes] == [("ada", "graded"), ("zoe", "missing")]
    with open_gradebook(url) as gradebook:
        assert [s.student.id for s in gradebook.assignment_submissions(UNIT)] == ["ada"]


def test_a_roster_enrols_its_students(course: Course, hand_in: HandIn, submitted: Path, url: str) -> None:
    hand_in("ada", example.perfect())
    graded(course, submitted, url, expected=["ada", "bob"])
    with open_gradebook(url) as gradebook:
        assert sorted(student.id for student in gradebook.students) == ["ada", "bob"]


def test_the_time_of_submission_is_recorded(course: Course, hand_in: HandIn, submitted: Path, url: str) -> None:
    (hand_in("ada", example.perfect()) / "timestamp.txt").write_text("2026-02-02 15:58:23.948203 UTC\n")
    (hand_in("bob", example.perfect()) / "timestamp.txt").write_text("yesterday, honestly")
    graded(course, submitted, url)
    with open_gradebook(url) as gradebook:
        assert str(gradebook.find_submission(UNIT, "ada").timestamp) == "2026-02-02 15:58:23.948203"
        assert gradebook.find_submission(UNIT, "bob").timestamp is None


def test_the_courses_name_is_that_of_nbgrader(course: Course, hand_in: HandIn, submitted: Path, url: str) -> None:
    (course.root / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.course_id = 'multiples'\n")
    hand_in("ada", example.perfect())
    graded(course, submitted, url)
    with open_gradebook(url) as gradebook:
        assert gradebook.find_assignment(UNIT).course_id == "multiples"


def test_a_gradebook_of_another_version_of_the_assignment_is_refused(
    course: Course, hand_in: HandIn, submitted: Path, url: str
) -> None:
    hand_in("ada", example.perfect())
    graded(course, submitted, url)
    left = (submitted.parent / "out" / "outcomes.jsonl").read_bytes()
    unit = course.unit(UNIT)
    for path in (unit.instructor_notebook, unit.student_notebook):
        path.write_text(path.read_text().replace('"why"', '"why_not"'))
    with pytest.raises(UserError, match="the gradebook has other cells"):
        graded(course, submitted, url, expected=["ada", "bob"])
    assert left and (submitted.parent / "out" / "outcomes.jsonl").read_bytes() == left
    with open_gradebook(url) as gradebook:
        assert [student.id for student in gradebook.students] == ["ada"]
