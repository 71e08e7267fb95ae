"""Rubrics: instructors read them below the answer, students don't."""

from autograder.build.read import read_master
from autograder.build.rubrics import with_rubric_cells


def test_a_rubric_becomes_a_cell_below_its_essay(tiny):
    cells = with_rubric_cells(read_master(tiny.unit)).cells
    index = next(i for i, cell in enumerate(cells) if cell.name == "why_even")
    essay, rubric = cells[index : index + 2]
    assert "RUBRIC" not in essay.source and "### BEGIN SOLUTION" in essay.source
    assert (rubric.kind, rubric.role, rubric.grade_id) == ("markdown", "rubric", "rubric-why_even")
    assert rubric.source.startswith("*A person reads the answer above. It is worth up to 2 points.*")
    assert rubric.source.endswith("- 1 point: names the two halves\n- 1 point: says that they are equal")


def test_a_rubric_in_code_is_written_as_comments_and_read_as_text(tiny):
    rubric = with_rubric_cells(read_master(tiny.unit)).cells[-4]
    assert rubric.source.endswith("**Rubric**\n\n- 1 point: one star per unit")
    assert "up to 1 point.*" in rubric.source
