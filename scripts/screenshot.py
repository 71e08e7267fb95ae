"""Take README's picture: a wrong answer and its card, in JupyterLab. Run it as `python -m scripts.screenshot`."""

import shutil
import tempfile
from pathlib import Path

from tests.browser.student import EXPOSED, Student, chromium
from tests.browser.test_check import WITHOUT_THE_ENTROPY
from tests.infra.jupyter import lab_of

ROOT = Path(__file__).parents[1]
PICTURE = ROOT / "docs/images/check.png"


def photograph(student: Student) -> None:
    """Answer wrongly, ask for a hint, and take the picture."""
    student.run("import check")
    student.write("def elbo(", *WITHOUT_THE_ENTROPY)
    card = student.run('check("elbo")')
    card.get_by_text("A hint", exact=True).click()
    student.page.get_by_role("tab", name="File Browser").click()  # closes it
    student.cell("def elbo(")
    student.page.mouse.move(0, 0)
    student.page.wait_for_timeout(500)
    student.page.screenshot(path=PICTURE)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(ROOT / "course.toml", folder)
        shutil.copytree(ROOT / "course", Path(folder) / "course")
        with lab_of(Path(folder), EXPOSED) as address, chromium() as browser:
            photograph(Student(browser, address, "03_exponential/03_exponential.ipynb"))


if __name__ == "__main__":
    main()
