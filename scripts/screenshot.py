"""Take README's pictures, in JupyterLab: a wrong answer and its card; a right proof and a wrong line.

Run it as `python -m scripts.screenshot`.
"""

import shutil
import tempfile
from pathlib import Path

from tests.browser.student import EXPOSED, Student, chromium
from tests.browser.test_check import WITHOUT_THE_ENTROPY
from tests.infra.jupyter import lab_of

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs/images"


def photograph_check(student: Student) -> None:
    """Answer wrongly, ask for a hint, and take the picture."""
    student.run("import check")
    student.write("def elbo(", *WITHOUT_THE_ENTROPY)
    card = student.run('check("elbo")')
    card.get_by_text("A hint", exact=True).click()
    student.page.get_by_role("tab", name="File Browser").click()  # closes it
    student.cell("def elbo(")
    take(student, "check.png")


def photograph_derivation(student: Student) -> None:
    """Run the gallery as far as its first wrong line, and take the picture."""
    for source in ("from fractions", 'variables("x z")', 'define("ELBO"', "goal = equal", "KL(p(z), q(z | x)), by"):
        student.run(source)
    take(student, "derivation.png")


def take(student: Student, name: str) -> None:
    student.page.mouse.move(0, 0)
    student.page.wait_for_timeout(1500)  # for the formulas
    student.page.screenshot(path=PICTURES / name)


def main() -> None:
    for unit, photograph in (("03_exponential", photograph_check), ("00_derivations", photograph_derivation)):
        with tempfile.TemporaryDirectory() as folder:
            shutil.copy(ROOT / "course.toml", folder)
            shutil.copytree(ROOT / "course", Path(folder) / "course")
            with lab_of(Path(folder), EXPOSED) as address, chromium() as browser:
                photograph(Student(browser, address, f"{unit}/{unit}.ipynb"))


if __name__ == "__main__":
    main()
