"""An instructor presses Formgrader's autograde button, in a browser: the points are those of `autograder grade`."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from autograder.course import Course
from autograder.grading.run import Options, grade
from tests.browser.student import CHROMIUM, chromium
from tests.grading.conftest import UNIT
from tests.nbgrader.conftest import NbgraderCourse, empty_gradebook, new_course
from tests.nbgrader.test_formgrader import address, course

__all__ = ["address", "course", "empty_gradebook", "new_course"]  # fixtures
pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed"),
]


def test_the_button_gives_the_scores_of_the_command_line(course: NbgraderCourse, address: str, tmp_path: Path) -> None:
    with chromium() as browser:
        page = browser.new_page()
        page.goto(f"{address}/lab?token=test")  # logs in
        page.goto(f"{address}/formgrader/manage_submissions/{UNIT}")
        page.locator("tr", has_text="ada").locator(".autograde a").click()
        expect(page.get_by_text(f"Successfully autograded '{UNIT}' for student 'ada'")).to_be_visible(timeout=120_000)
    report = grade(Course.find(course.root), Options(course.root / "submitted", tmp_path / "out"))
    theirs = {outcome.student: outcome.score for outcome in report.outcomes}
    result = course.result(UNIT, "ada")
    assert result is not None and result[0] == theirs["ada"] == 5.0
