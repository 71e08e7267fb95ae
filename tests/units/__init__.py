"""The units' tests: what holds for every unit is in test_every_unit.py, what is a unit's own in files of its name."""

import pytest

# So that a failure says what was compared, as in the tests themselves.
pytest.register_assert_rewrite("tests.units.judging", "tests.units.sample_class")
