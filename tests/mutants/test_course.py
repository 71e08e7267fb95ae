"""The course's checks catch the slips in its model solutions: a fixed sample of them here, all in `make test-full`."""

import pytest

from autograder.course import Course
from autograder.mutants.many import examine
from autograder.mutants.report import good_enough, markdown

COURSE = Course.find()
EVERY = 12
UNITS = [unit for unit in COURSE.units.values() if unit.name != "00_derivations"]


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_the_checks_catch_a_sample_of_the_mutants(unit):
    tallies = examine(unit, every=EVERY)
    survivors = [mutant for tally in tallies for mutant in tally.survivors]
    assert len(survivors) <= 1, markdown(unit.name, tallies)


@pytest.mark.full
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_the_checks_catch_all_but_two_in_a_hundred_of_the_mutants(unit):
    tallies = examine(unit)
    assert good_enough(tallies), markdown(unit.name, tallies)
