"""The class: submissions of unit 03 as a class would hand them in, made from the sample class.

Each of these gives points for whole exercises only, so that a test cell of asserts, which passes or not, can give the
same; and none of them times out. No two students have the same formula: values that are remembered for one of them
are of no use for the next.
"""

import copy
import json
from pathlib import Path
from typing import Any

Notebook = dict[str, Any]
UNIT = "03_exponential"
ROOT = Path(__file__).resolve().parents[2]
CLASS = (  # of 24; of 120 there are five of each
    *("perfect-numpy", "forgets-the-entropy", "half-done", "perfect-math-loops", "best-mean-not-rate", "perfect-numpy"),
    *("leaves-a-const", "perfect-torch", "chooses-the-prior", "old-jupyter", "blank", "gradient-in-the-logarithms"),
    *("perfect-numpy", "square-of-the-mean", "half-done", "leaves-the-domain", "bound-for-evidence", "perfect-numpy"),
    *("exception-at-import", "old-jupyter", "perfect-sympy", "best-mean-not-rate", "syntax-error-in-one-cell"),
    "perfect-numpy",
)


def class_of(size: int) -> dict[str, Notebook]:
    """Student -> notebook."""
    kinds = [CLASS[number % len(CLASS)] for number in range(size)]
    return {f"s{number:03d}-{kind}": _own(_sample(kind), number) for number, kind in enumerate(kinds)}


def write(notebooks: dict[str, Notebook], submitted: Path) -> None:
    """SUBMITTED/<student>/<unit>/<unit>.ipynb, as nbgrader lays submissions out."""
    for student, notebook in notebooks.items():
        folder = submitted / student / UNIT
        folder.mkdir(parents=True)
        (folder / f"{UNIT}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")


def source_of(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


def _sample(kind: str) -> Notebook:
    path = ROOT / "samples" / UNIT / kind / UNIT / f"{UNIT}.ipynb"
    return dict(json.loads(path.read_text(encoding="utf-8")))


def _own(notebook: Notebook, number: int) -> Notebook:
    """The same with a form of the formulas that no other student has."""
    notebook = copy.deepcopy(notebook)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            other = f"(sympy.log({number + 2} * theta) - sympy.log({number + 2}))"
            cell["source"] = source_of(cell).replace("sympy.log(theta)", other)
    return notebook
