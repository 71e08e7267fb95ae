"""Every sample class ends as its golden file says."""

import json
from pathlib import Path

import pytest

from tests.golden.outcomes import golden, graded, units

DEMO = "03_exponential"  # what `make demo` grades
MARKED = [pytest.param(unit, marks=[] if unit == DEMO else [pytest.mark.full]) for unit in units()]


@pytest.mark.parametrize("unit", MARKED)
def test_the_sample_class_ends_as_ever(unit: str, tmp_path: Path) -> None:
    assert golden(unit).is_file(), f"a new sample class: python -m tests.golden.outcomes {unit}"
    expected = json.loads(golden(unit).read_text(encoding="utf-8"))
    found = graded(unit, tmp_path)
    assert found == expected, f"if that is right: python -m tests.golden.outcomes {unit}"
