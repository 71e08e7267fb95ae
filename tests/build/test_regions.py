"""Regions between markers: found when well-formed, an error with the line otherwise."""

import pytest

from autograder.build.errors import MasterError
from autograder.build.master import Cell, Master
from autograder.build.regions import regions

MASTER = Master("tiny", "solutions/tiny.py", ())


def found(source, kind="code"):
    return regions(MASTER, Cell(kind, source, line=10, first=11))


def test_regions_are_found_in_order_with_their_bodies():
    source = (
        "def f():\n    ### BEGIN SOLUTION\n    return 1\n    ### END SOLUTION\n### BEGIN RUBRIC\n# a\n### END RUBRIC"
    )
    first, second = found(source)
    assert (first.what, first.begin, first.end, first.body) == ("SOLUTION", 1, 3, ("    return 1",))
    assert (second.what, second.begin, second.end, second.body) == ("RUBRIC", 4, 6, ("# a",))


def test_prose_may_speak_of_beginnings_and_solutions():
    assert found("In the end, solutions begin with BEGIN; the end solution.", "markdown") == []


@pytest.mark.parametrize(
    ("source", "line", "message"),
    [
        ("a\n### BEGIN SOLUTION\nb", 12, "BEGIN SOLUTION has no END SOLUTION"),
        ("a\n### END SOLUTION", 12, "END SOLUTION has no BEGIN SOLUTION"),
        ("### BEGIN SOLUTION\na\n### END RUBRIC", 13, "END RUBRIC has no BEGIN RUBRIC"),
        ("### BEGIN SOLUTION\n### BEGIN SOLUTION\na\n### END SOLUTION", 12, "a region inside a region"),
        ("### BEGIN SOLUTION\n\n### END SOLUTION", 11, "nothing between BEGIN SOLUTION and END SOLUTION"),
        ("## BEGIN SOLUTION\na\n### END SOLUTION", 11, "'## BEGIN SOLUTION' is not a marker"),
        ("### Begin Solution\na", 11, "'### Begin Solution' is not a marker"),
        ("### BEGIN SOLUTIONS\na", 11, "'### BEGIN SOLUTIONS' is not a marker"),
        ("###BEGIN SOLUTION\na", 11, "'###BEGIN SOLUTION' is not a marker"),
        ("x = 1  ### BEGIN SOLUTION\na", 11, "'x = 1  ### BEGIN SOLUTION' is not a marker"),
        ("### BEGIN HIDDEN TESTS\na", 11, "'### BEGIN HIDDEN TESTS' is not a marker"),
        ("### BEGIN MARK SCHEME\na", 11, "'### BEGIN MARK SCHEME' is not a marker"),
        ("def f():\n### BEGIN SOLUTION\n    return 1\n### END SOLUTION", 12, "not indented alike"),
        ("def f():\n    ### BEGIN SOLUTION\n    return 1\n### END SOLUTION", 12, "not indented alike"),
    ],
)
def test_a_malformed_region_is_an_error_with_its_line(source, line, message):
    with pytest.raises(MasterError) as error:
        found(source)
    assert error.value.line == line and message in str(error.value)
