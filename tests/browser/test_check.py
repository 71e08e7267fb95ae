"""A student answers wrongly, in JupyterLab, by hand: the card says by name what went wrong, and helps on request."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.student import CHROMIUM, EXPOSED, Student, chromium
from tests.infra.jupyter import lab_of

ROOT = Path(__file__).parents[2]
WITHOUT_THE_ENTROPY = (
    "mean = 1 / phi",
    "log_prior = np.log(theta) - theta * mean",
    "log_likelihood = -0.5 * np.log(2 * np.pi) - 0.5 * (x**2 - 2 * x * mean + 2 * mean**2)",
    "return log_prior + log_likelihood",
)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed"),
]


@pytest.fixture(scope="module")
def student(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Student]:
    """Sits before unit 03, imports done, in a copy of the course that has no solutions. Each test has its exercise."""
    root = tmp_path_factory.mktemp("copy")
    shutil.copy(ROOT / "course.toml", root)
    shutil.copytree(ROOT / "course", root / "course")
    with lab_of(root, EXPOSED) as address, chromium() as browser:
        student = Student(browser, address, "03_exponential/03_exponential.ipynb")
        student.run("import check")
        yield student


def test_an_answer_not_written_yet_is_met_kindly(student: Student) -> None:
    student.run("def best_phi(")
    card = student.run('check("best_phi")')
    expect(card).to_contain_text("best_phi: not written yet")
    expect(card).not_to_contain_text("Traceback")


def test_a_wrong_answer_is_told_the_name_of_its_mistake(student: Student) -> None:
    student.write("def elbo(", *WITHOUT_THE_ENTROPY)
    card = student.run('check("elbo")')
    expect(card).to_contain_text("elbo: not right yet")
    expect(card).to_contain_text("The entropy of q is missing")
    expect(card).to_contain_text(re.compile(r"Hidden parts will decide, in grading, [\d.]+ of the [\d.]+ points"))


def test_a_hint_opens_on_request(student: Student) -> None:
    student.run("def elbo_gradient(")
    card = student.run('check("elbo_gradient")')
    hint = card.locator("details").first
    expect(hint).not_to_have_attribute("open", "")
    card.get_by_text("A hint", exact=True).click()
    expect(hint).to_have_attribute("open", "")


def test_the_check_cell_cannot_be_deleted_or_edited(student: Student) -> None:
    student.cell('check("elbo")').locator(".cm-content").click()
    student.page.keyboard.type("0  # ")
    student.page.keyboard.press("Escape")
    student.page.keyboard.type("dd")
    assert student.source('check("elbo")') == 'check("elbo")'
