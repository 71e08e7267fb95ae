"""What cells can get wrong together, by breaking the golden master in one place at a time."""

import pytest

from autograder.build.errors import MasterError
from autograder.errors import UserError

PLAIN = "# %%\n### BEGIN SOLUTION\nx = 1\n### END SOLUTION\n\n"
WHY = "# ### BEGIN RUBRIC\n# - 1 point: names the two halves\n# - 1 point: says that they are equal\n# ### END RUBRIC\n"


def error(tiny):
    with pytest.raises(MasterError) as caught:
        tiny.build()
    return caught.value


def test_a_solution_region_outside_a_solution_cell(tiny):
    tiny.edit('# %% solution="double"', PLAIN + '# %% solution="double"')
    found = error(tiny)
    assert found.line == tiny.line_of("x = 1") - 1 and "solution text in a cell that isn't for it" in found.message


def test_a_rubric_in_a_solution_cell(tiny):
    tiny.edit("    return twice_the_number", "    ### END SOLUTION\n    ### BEGIN RUBRIC\n    # a\n    ### END RUBRIC")
    tiny.edit("    ### END RUBRIC\n    ### END SOLUTION", "    ### END RUBRIC")
    assert "rubric text in a cell that isn't for it" in str(error(tiny))


def test_a_solution_cell_without_a_solution(tiny):
    tiny.edit('    ### BEGIN SOLUTION\n    "even"\n    ### END SOLUTION', '    "even"')
    found = error(tiny)
    assert found.line == tiny.line_of('solution="parity"') and "solution 'parity' has no SOLUTION" in found.message


def test_an_essay_without_a_rubric(tiny):
    tiny.edit(WHY, "")
    found = error(tiny)
    assert found.line == tiny.line_of("why_even") and "essay 'why_even' has no RUBRIC" in found.message


def test_an_essay_with_two_rubrics(tiny):
    tiny.edit(WHY, WHY + WHY)
    assert "two rubrics" in str(error(tiny))


def test_a_name_used_twice_names_both_lines(tiny):
    tiny.edit('essay="draw_it"', 'essay="double"')
    found = error(tiny)
    assert found.line == tiny.line_of('essay="double"')
    assert f"'double' is taken by line {tiny.line_of('solution=')}" in found.message


@pytest.mark.parametrize("source", ["check('double')", 'check("parity")', 'check("double")\nprint(1)', ""])
def test_a_check_cell_that_does_something_else(tiny, source):
    tiny.edit('check("double")', source)
    found = error(tiny)
    assert found.line == tiny.line_of('check="double"') and 'Its whole source is check("double")' in found.remedy


def test_a_solution_without_a_check(tiny):
    tiny.edit('# %% check="double" points=3\ncheck("double")', "# %%")
    found = error(tiny)
    assert found.line == tiny.line_of('solution="double"') and "solution 'double' has no check" in found.message


def test_a_check_without_a_solution(tiny):
    tiny.edit('solution="parity" ', "").edit('    ### BEGIN SOLUTION\n    "even"\n    ### END SOLUTION', '    "even"')
    found = error(tiny)
    assert found.line == tiny.line_of('check="parity"') and "check 'parity' has no solution" in found.message


def test_a_check_above_its_solution(tiny):
    cell = '# %% check="double" points=3\ncheck("double")\n'
    tiny.edit(cell, "").edit('# %% solution="double"', cell + '\n# %% solution="double"')
    assert "stands above its solution" in str(error(tiny))


def test_a_check_that_the_module_does_not_register(tiny):
    tiny.edit('solution="double"', 'solution="triple"').edit('# %% check="double"', '# %% check="triple"')
    tiny.edit('check("double")', 'check("triple")')
    found = error(tiny)
    assert found.line == tiny.line_of('check="triple"') and "check 'triple' is not in lessons.tiny" in found.message


def test_a_registered_check_without_a_cell(tiny):
    text = tiny.unit.master.read_text(encoding="utf-8")
    start, end = text.index('# %% solution="parity"'), text.index("# %% [markdown] essay")
    tiny.unit.master.write_text(text[:start] + text[end:], encoding="utf-8")
    assert 'no cell has check="parity", which lessons.tiny registers' in str(error(tiny))


def test_a_check_module_that_cannot_be_imported(tiny):
    toml = tiny.root / "course.toml"
    toml.write_text(toml.read_text().replace("lessons.tiny", "lessons.absent"))
    with pytest.raises(UserError, match=r"importing lessons\.absent failed: ModuleNotFoundError"):
        tiny.build()


def test_a_check_module_without_checks(tiny):
    toml = tiny.root / "course.toml"
    toml.write_text(toml.read_text().replace("lessons.tiny", "lessons.empty"))
    (tiny.root / "lessons/empty.py").write_text("x = 1\n")
    with pytest.raises(UserError, match=r"lessons\.empty has no object `check`"):
        tiny.build()
