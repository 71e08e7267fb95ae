"""docs/masters.md: its example is a master, and its tables say what the build does."""

import json
import re
from pathlib import Path

from autograder.build.pipeline import build

PAGE = (Path(__file__).parents[2] / "docs" / "masters.md").read_text(encoding="utf-8")


def test_the_example_builds(tiny):
    (example,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    tiny.unit.master.write_text(example, encoding="utf-8")
    checks = "from types import SimpleNamespace\ncheck = SimpleNamespace(names=['mean', 'family'])\n"
    (tiny.root / "lessons" / "tiny.py").write_text(checks, encoding="utf-8")
    built = build(tiny.course, [tiny.unit])
    cells = json.loads(built.texts[tiny.unit.student_notebook])["cells"]
    graded = [cell["metadata"]["nbgrader"]["grade_id"] for cell in cells if cell["metadata"]]
    assert graded == ["mean", "check-mean", "family", "check-family", "family_why", "rubric-family_why"]


def test_the_table_of_cells_is_what_the_build_makes(tiny):
    instructor = json.loads(tiny.build().texts[tiny.unit.instructor_notebook])
    made = {cell["id"]: cell["metadata"].get("nbgrader") for cell in instructor["cells"]}
    rows = re.findall(r"\| `([\w-]+)` \| (yes|no), (yes|no), (yes|no) \| `<unit>-([\w-]+)` \|", PAGE)
    assert len(rows) == 4
    for grade_id, *flags, cell_id in rows:
        name = cell_id.replace("elbo", "double").replace("why", "why_even")
        found = made[f"tiny-{name}"]
        assert found["grade_id"] == grade_id.replace("elbo", "double").replace("why", "why_even")
        assert [found[key] for key in ("grade", "solution", "locked")] == [flag == "yes" for flag in flags]
