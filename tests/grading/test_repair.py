"""Repair: whatever was done to a notebook, the instructor's cells come back, the answers stay, and it is said."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from autograder.grading.reader_child import MAX_SOURCE, parse
from autograder.grading.reading import Handed, HandedCell
from autograder.grading.repair import ReadyCell, repair
from autograder.grading.template import make_template
from tests.grading import example
from tests.grading.example import BLANK_DOUBLE, DOUBLE, TRIPLE, Notebook, cell, dict_of, grader, position

WHOLE = ["title", "imports", "double", "double-check", "prose", "triple", "triple-check", "why", "training"]


def repaired(notebook: Notebook) -> tuple[list[ReadyCell], list[str]]:
    return repair(example.handed(notebook), example.template())


def by_id(cells: list[ReadyCell]) -> dict[str, ReadyCell]:
    return {c.id: c for c in cells}


def test_an_honest_notebook_needs_no_repair() -> None:
    cells, report = repaired(example.perfect())
    assert [c.id for c in cells] == WHOLE
    assert [c.source for c in cells] == [c["source"] for c in example.perfect()["cells"]]
    assert report == []


def deleted_test(notebook: Notebook) -> None:
    del notebook["cells"][position(notebook, "double-check")]


def duplicated_test(notebook: Notebook) -> None:
    again = copy.deepcopy(dict_of(notebook, "double-check")) | {"id": "again"}
    notebook["cells"].insert(position(notebook, "double-check"), again)


def check_as_markdown(notebook: Notebook) -> None:
    dict_of(notebook, "double-check")["cell_type"] = "markdown"


def check_as_raw(notebook: Notebook) -> None:
    dict_of(notebook, "double-check")["cell_type"] = "raw"


def answer_as_raw(notebook: Notebook) -> None:
    dict_of(notebook, "double")["cell_type"] = "raw"


def unlocked_test(notebook: Notebook) -> None:
    grader(notebook, "double-check")["locked"] = False


def editable_test(notebook: Notebook) -> None:
    dict_of(notebook, "double-check")["metadata"]["editable"] = True


def check_made_a_solution(notebook: Notebook) -> None:
    grader(notebook, "double-check")["solution"] = True


def check_moved_up(notebook: Notebook) -> None:
    notebook["cells"].insert(0, notebook["cells"].pop(position(notebook, "double-check")))


def check_moved_down(notebook: Notebook) -> None:
    notebook["cells"].append(notebook["cells"].pop(position(notebook, "double-check")))


def points_raised(notebook: Notebook) -> None:
    grader(notebook, "double-check")["points"] = 100


def points_dropped(notebook: Notebook) -> None:
    del grader(notebook, "double-check")["points"]


def ids_of_test_and_answer_swapped(notebook: Notebook) -> None:
    grader(notebook, "double")["grade_id"] = "double-check"
    grader(notebook, "double-check")["grade_id"] = "double"


def ids_of_answers_swapped(notebook: Notebook) -> None:
    grader(notebook, "double")["grade_id"] = "triple"
    grader(notebook, "triple")["grade_id"] = "double"


def ids_of_tests_swapped(notebook: Notebook) -> None:
    grader(notebook, "double-check")["grade_id"] = "triple-check"
    grader(notebook, "triple-check")["grade_id"] = "double-check"


def answer_without_id(notebook: Notebook) -> None:
    dict_of(notebook, "double").update({"metadata": {}, "id": "fresh"})


def essay_without_id(notebook: Notebook) -> None:
    dict_of(notebook, "why").update({"metadata": {}, "id": "fresh"})


def skipping_tag(notebook: Notebook) -> None:
    dict_of(notebook, "double")["metadata"]["tags"] = ["skip-execution", "raises-exception", "my-own"]


def run_tag_on_an_answer(notebook: Notebook) -> None:
    dict_of(notebook, "double")["metadata"]["tags"] = ["run"]


def read_only_cell_deleted(notebook: Notebook) -> None:
    del notebook["cells"][position(notebook, "imports")]


def answer_split_with_its_metadata(notebook: Notebook) -> None:
    at, first = position(notebook, "double"), dict_of(notebook, "double")
    second = copy.deepcopy(first) | {"source": "    return 2 * x\n", "id": "second-half"}
    first["source"] = "def double(x):"
    notebook["cells"].insert(at + 1, second)


def answer_split_in_the_middle_of_a_block(notebook: Notebook) -> None:
    answer_split_with_its_metadata(notebook)
    dict_of(notebook, "second-half")["metadata"] = {}


def no_kernelspec(notebook: Notebook) -> None:
    del notebook["metadata"]["kernelspec"]


def foreign_kernelspec(notebook: Notebook) -> None:
    notebook["metadata"]["kernelspec"]["name"] = "julia-1.11"


REPAIRS: dict[Callable[[Notebook], None], str] = {
    deleted_test: "the cell 'double-check' was missing; it was put back",
    duplicated_test: "the cell 'double-check' was there 2 times; one was kept",
    check_as_markdown: "the cell 'double-check' had become a markdown cell; it is a code cell again",
    check_as_raw: "the cell 'double-check' had become a raw cell; it is a code cell again",
    answer_as_raw: "the cell 'double' had become a raw cell; it is a code cell again",
    unlocked_test: "the cell 'double-check' had been unlocked; it is locked again",
    editable_test: "the cell 'double-check' had been unlocked; it is locked again",
    check_made_a_solution: "the cell 'double-check' had been unlocked; it is locked again",
    check_moved_up: "the cell 'double-check' had been moved; it is back in its place",
    check_moved_down: "the cell 'double-check' had been moved; it is back in its place",
    points_raised: "the cell 'double-check' claimed 100 points; it is worth 2",
    points_dropped: "the cell 'double-check' claimed no points; it is worth 2",
    ids_of_test_and_answer_swapped: "the cell 'double' had lost its id; it was known by what it defines",
    ids_of_answers_swapped: "the cell 'double' bore the id 'triple'; the ids were put right",
    ids_of_tests_swapped: "the cell 'triple-check' bore the id 'double-check'; the ids were put right",
    answer_without_id: "the cell 'double' had lost its id; it was known by what it defines",
    essay_without_id: "the cell 'why' had lost its id; it was known by its place",
    skipping_tag: "execution tags were removed: raises-exception, skip-execution",
    run_tag_on_an_answer: "execution tags were removed: run",
    read_only_cell_deleted: "the cell 'imports' was missing; it was put back",
    answer_split_with_its_metadata: "the cell 'double' was split; its pieces were joined",
    answer_split_in_the_middle_of_a_block: "the cell 'double' was split; its pieces were joined",
    no_kernelspec: "the notebook named no kernel; the course's was used",
    foreign_kernelspec: "the notebook named the kernel 'julia-1.11'; the course's was used",
}


@pytest.mark.parametrize("damage", REPAIRS, ids=lambda damage: damage.__name__)
def test_damage_is_mended_and_said(damage: Callable[[Notebook], None]) -> None:
    notebook = example.perfect()
    damage(notebook)
    cells, report = repaired(notebook)
    assert [c.id for c in cells] == WHOLE
    assert {id: c.source for id, c in by_id(cells).items()} == {
        c["id"]: c["source"] for c in example.perfect()["cells"]
    }
    assert [c.to_notebook()["metadata"] for c in cells] == [c["metadata"] for c in example.perfect()["cells"]]
    assert REPAIRS[damage] in report
    assert len(report) == (2 if damage in (ids_of_answers_swapped, ids_of_tests_swapped) else 1)


def test_an_edited_test_is_restored_behind_the_learners_text() -> None:
    notebook = example.perfect()
    dict_of(notebook, "double-check")["source"] = "double = lambda x: 7"
    cells, report = repaired(notebook)
    at = [c.id for c in cells].index("double-check")
    assert (cells[at - 1].source, cells[at].source) == ("double = lambda x: 7", 'check("double")')
    assert cells[at - 1].to_notebook()["metadata"] == {}
    assert report == ["the cell 'double-check' had been edited; its text is the instructor's again"]


def test_an_emptied_test_is_put_back() -> None:
    notebook = example.perfect()
    dict_of(notebook, "double-check")["source"] = ""
    cells, report = repaired(notebook)
    assert by_id(cells)["double-check"].source == 'check("double")'
    assert report == ["the cell 'double-check' was missing; it was put back"]


def test_of_several_answers_the_last_that_was_worked_on_is_kept() -> None:
    notebook = example.perfect()
    answer = dict_of(notebook, "double")
    answer["source"] = "def double(x):\n    return x"
    for number, source in enumerate([DOUBLE, BLANK_DOUBLE]):
        notebook["cells"].insert(3 + number, copy.deepcopy(answer) | {"source": source, "id": f"copy-{number}"})
    cells, report = repaired(notebook)
    assert by_id(cells)["double"].source == DOUBLE
    assert len([c for c in cells if "def double" in c.source and c.execute]) == 3  # all of them run, in order
    assert report == ["the cell 'double' was there 3 times; one was kept"]


def test_a_test_stays_where_the_learner_left_it_if_it_fits() -> None:
    notebook = example.perfect()
    notebook["cells"].insert(position(notebook, "double-check"), cell("code", "y = double(2)", "own-1"))
    notebook["cells"].insert(position(notebook, "double-check") + 1, cell("code", "y", "own-2"))
    cells, report = repaired(notebook)
    order = [c.id for c in cells]
    assert order.index("own-1") < order.index("double-check") < order.index("own-2") and report == []


def test_a_deleted_test_comes_back_behind_what_the_learner_added_to_the_exercise() -> None:
    notebook = example.perfect()
    deleted_test(notebook)
    notebook["cells"].insert(position(notebook, "double") + 1, cell("code", "double = lambda x: x + x", "better"))
    cells, _ = repaired(notebook)
    order = [c.id for c in cells]
    assert order.index("better") < order.index("double-check") < order.index("prose")


def test_two_tests_of_one_answer_keep_their_order() -> None:
    def two_tests() -> Notebook:
        made = example.perfect()
        second = cell("code", "assert double(0) == 0", "zero", grade_id="zero", grade=True, locked=True, points=1)
        made["cells"].insert(position(made, "double-check") + 1, second)
        return made

    notebook = two_tests()
    notebook["cells"].insert(2, notebook["cells"].pop(position(notebook, "zero")))
    cells, report = repair(example.handed(notebook), make_template(two_tests(), two_tests()))
    assert [c.id for c in cells][2:5] == ["double", "double-check", "zero"]
    assert report == ["the cell 'zero' had been moved; it is back in its place"]


def test_exercises_in_another_order_keep_it() -> None:
    notebook = example.perfect()
    cells = notebook["cells"]
    notebook["cells"] = cells[:2] + cells[5:7] + cells[2:5] + cells[7:]
    ready, report = repaired(notebook)
    order = [c.id for c in ready]
    assert order.index("triple-check") < order.index("double") < order.index("double-check") and report == []


def test_merged_answers_still_count() -> None:
    notebook = example.perfect()
    dict_of(notebook, "double")["source"] = DOUBLE + "\n" + TRIPLE
    del notebook["cells"][position(notebook, "triple")]
    cells, report = repaired(notebook)
    assert report == ["the cell 'triple' was missing; it was put back"]
    assert not by_id(cells)["triple"].execute  # the blank would undo the merged answer
    assert by_id(cells)["triple"].to_notebook()["metadata"]["autograder"] == "not-executed"


def test_an_answer_merged_with_its_test_still_counts() -> None:
    notebook = example.perfect()
    dict_of(notebook, "double")["source"] = DOUBLE + '\ncheck("double")'
    deleted_test(notebook)
    cells, report = repaired(notebook)
    assert by_id(cells)["double-check"].source == 'check("double")'
    assert by_id(cells)["double"].execute
    assert report == ["the cell 'double-check' was missing; it was put back"]


def test_a_split_essay_is_joined() -> None:
    notebook = example.perfect()
    rest = copy.deepcopy(dict_of(notebook, "why")) | {"source": "And so on.", "id": "rest"}
    notebook["cells"].insert(position(notebook, "why") + 1, rest)
    cells, report = repaired(notebook)
    assert by_id(cells)["why"].source == "Because.\n\nAnd so on."
    assert report == ["the cell 'why' was split; its pieces were joined"]


@pytest.mark.parametrize("id", ["why", "double"])
def test_the_pieces_of_an_answer_are_joined_up_to_the_size_of_a_cell(id: str) -> None:
    notebook = example.perfect()
    at = position(notebook, id)
    pieces = [copy.deepcopy(dict_of(notebook, id)) | {"source": f"'{n}' + '{'x' * 6000}'"} for n in range(400)]
    notebook["cells"][at : at + 1] = pieces
    cells, _ = repaired(notebook)
    lengths = [len(c.source) for c in cells if c.source.startswith("'")]
    assert sum(lengths) > 400 * 6000
    assert MAX_SOURCE - 6100 < max(lengths) <= MAX_SOURCE and len(lengths) == 3


def test_a_copy_of_a_split_essay_is_no_piece_of_it() -> None:
    notebook = example.perfect()
    at = position(notebook, "why")
    texts = ["Because of this.", "And of that.", "Because of this.", "And of that."]
    notebook["cells"][at : at + 1] = [copy.deepcopy(dict_of(notebook, "why")) | {"source": text} for text in texts]
    cells, _ = repaired(notebook)
    assert [c.source for c in cells].count("Because of this.\n\nAnd of that.") == 2


def test_duplicate_cell_ids_are_made_unique() -> None:
    notebook = example.perfect()
    notebook["cells"] += [cell("code", f"x = {n}", "double") for n in range(2)] + [cell("raw", "?", "no id at all!")]
    cells, report = repaired(notebook)
    ids = [c.id for c in cells]
    assert len(set(ids)) == len(ids) == len(WHOLE) + 3
    assert report == ["2 cells had the id of another cell; fresh ids were given"]


def test_a_notebook_that_lost_all_metadata_is_put_together_again() -> None:
    notebook = example.perfect()
    for each in notebook["cells"]:
        each["metadata"] = {}
        del each["id"]
    cells, _ = repaired(notebook)
    assert [c.id for c in cells] == WHOLE
    assert (by_id(cells)["double"].source, by_id(cells)["why"].source) == (DOUBLE, "Because.")


def test_an_empty_notebook_becomes_the_blank_one() -> None:
    cells, report = repaired({"nbformat": 4, "metadata": {}, "cells": []})
    assert [c.id for c in cells] == ["imports", "double", "double-check", "triple", "triple-check", "why"]
    assert by_id(cells)["why"].source == example.ESSAY and not by_id(cells)["why"].answered
    assert len(report) == 7


def test_what_trains_is_not_executed_even_when_it_was_edited() -> None:
    notebook = example.perfect()
    dict_of(notebook, "training")["source"] = "train(steps=10**9)"
    notebook["cells"].append(cell("code", "train(more=True)", "more", tags=["run"]))
    cells, _ = repaired(notebook)
    assert not by_id(cells)["training"].execute and not by_id(cells)["more"].execute


def test_no_metadata_of_the_learner_gets_through() -> None:
    notebook = example.perfect()
    notebook["metadata"]["widgets"] = {"x": "<script>"}
    hostile = cell("code", "1", "own", grade_id="bonus", grade=True, points=50)
    hostile["metadata"]["autograder"] = "x"
    notebook["cells"].append(hostile)
    dict_of(notebook, "title")["metadata"]["nbgrader"] = {"grade": True, "grade_id": "t", "points": 9}
    dict_of(notebook, "title")["attachments"] = {"x.svg": {"image/svg+xml": "<svg onload=alert(1)>"}}
    cells, _ = repaired(notebook)
    assert by_id(cells)["own"].to_notebook()["metadata"] == {}
    assert by_id(cells)["title"].to_notebook() == {
        "cell_type": "markdown", "id": "title", "metadata": {}, "source": "# Multiples",
    }  # fmt: skip


def test_hidden_tests_come_back_into_a_plain_test_cell() -> None:
    def plain(source: str) -> Notebook:
        made = example.blank()
        dict_of(made, "double-check")["source"] = source
        return made

    template = make_template(plain("assert double(1) == 2\nassert double(2) == 4"), plain("assert double(1) == 2"))
    cells, report = repair(example.handed(plain("assert double(1) == 2")), template)
    assert by_id(cells)["double-check"].source == "assert double(1) == 2\nassert double(2) == 4"
    assert report == [] and template.has_plain_tests


def test_an_answer_is_never_restored_from_the_solution() -> None:
    cells, _ = repaired({"nbformat": 4, "metadata": {}, "cells": []})
    assert DOUBLE not in [c.source for c in cells]


@pytest.mark.parametrize("size", [1, 40])
def test_any_shuffle_of_any_cells_gives_a_whole_notebook(size: int) -> None:
    """Every cell of the template exactly once, every test after its answer, whatever came in."""
    import random

    generator = random.Random(7)
    pool = example.perfect()["cells"] + example.blank()["cells"]
    pool += [cell("code", "x = 1", "x"), cell("markdown", 'check("double")', "y", grade_id="triple", solution=True)]
    for _ in range(200):
        chosen = [copy.deepcopy(generator.choice(pool)) for _ in range(generator.randrange(size))]
        cells, _ = repair(_handed(chosen), example.template())
        ids = [c.cell.grade_id for c in cells if c.cell and c.cell.grade_id]
        assert sorted(ids) == sorted(example.template().by_grade_id)
        assert ids.index("double") < ids.index("double-check") and ids.index("triple") < ids.index("triple-check")
        assert len({c.id for c in cells}) == len(cells)


def _handed(cells: list[dict[str, Any]]) -> Handed:
    reply = parse(json.dumps({"cells": cells}).encode())
    return Handed([HandedCell(**c) for c in reply["cells"]])
