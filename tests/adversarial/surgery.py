"""Notebook surgery: the submission says for itself what is graded, by what, and for how many points."""

from tests.adversarial.attack import UNREPAIRED, Attack
from tests.grading.example import Notebook, cell, dict_of, grader, position

FULL = "2.0"


def test_says(source: str):
    """Replaces the source of both tests."""

    def change(notebook: Notebook) -> None:
        for name in ("double", "triangle"):
            dict_of(notebook, f"check-{name}")["source"] = source

    return change


def metadata(**values):
    """Changes the nbgrader metadata of both tests; their source becomes plain full marks."""

    def change(notebook: Notebook) -> None:
        for name in ("double", "triangle"):
            grader(notebook, f"check-{name}").update(values)
            dict_of(notebook, f"check-{name}")["source"] = FULL

    return change


def swapped(notebook: Notebook) -> None:
    """The ids of answer and test change places, so that the answer's text is restored and the test's is not."""
    for name in ("double", "triangle"):
        answer, test = dict_of(notebook, name), dict_of(notebook, f"check-{name}")
        answer["metadata"], test["metadata"] = test["metadata"], answer["metadata"]
        answer["source"], test["source"] = FULL, "pass"


def doubled(notebook: Notebook) -> None:
    """A second test of the same id that is easy."""
    for name in ("double", "triangle"):
        test = dict_of(notebook, f"check-{name}")
        copied = {**test, "id": f"again-{name}", "source": FULL}
        notebook["cells"].insert(position(notebook, f"check-{name}") + 1, copied)
        test["source"] = FULL


def written_before(notebook: Notebook) -> None:
    """The outputs of full marks are in the file already, and the cells are tagged so as not to be run."""
    for name in ("double", "triangle"):
        test = dict_of(notebook, f"check-{name}")
        result = {"output_type": "execute_result", "execution_count": 1, "metadata": {}, "data": {"text/plain": "2.0"}}
        test.update(outputs=[result], execution_count=1, source=FULL)
        test["metadata"]["tags"] = ["skip-execution", "run", "remove-cell", "raises-exception"]


def foreign(notebook: Notebook) -> None:
    """A kernel that runs nothing, and tests that are raw text with full marks in them."""
    notebook["metadata"]["kernelspec"] = {"name": "nothing", "display_name": "Nothing", "language": "none"}
    for name in ("double", "triangle"):
        test = dict_of(notebook, f"check-{name}")
        test["source"] = FULL


def new_points(notebook: Notebook) -> None:
    """A new test cell that is worth a hundred points."""
    extra = {"grade": True, "locked": True, "points": 100, "grade_id": "extra", "solution": False, "task": False}
    for name in ("double", "triangle"):
        dict_of(notebook, f"check-{name}")["source"] = FULL
    notebook["cells"].append(cell("code", "100.0", "extra", schema_version=3, **extra))


def attack(name: str, tries: str, change) -> Attack:
    return Attack(name, tries, UNREPAIRED, surgery=change)


ATTACKS = [
    attack("an edited test", "the test is a number: full marks", test_says(FULL)),
    attack("a test that ends in nan", "nan isn't smaller than anything", test_says("float('nan')")),
    attack("a test that is worth more", "the test returns a thousand points", test_says("1000.0")),
    attack("an empty test", "a test without output passes", test_says("pass")),
    attack("a comment", "the check is commented out", test_says('# check("double")')),
    attack("points in the metadata", "the cell says that it is worth a hundred", metadata(points=100)),
    attack("a test unlocked", "locked is false, so the text isn't restored", metadata(locked=False)),
    attack("ids swapped", "answer and test change places", swapped),
    attack("a test twice", "two tests of one id, one of them easy", doubled),
    attack("outputs in advance", "the file holds the outputs of full marks", written_before),
    attack("a foreign kernel", "nothing can be executed", foreign),
    attack("a new test", "another cell with points", new_points),
]
