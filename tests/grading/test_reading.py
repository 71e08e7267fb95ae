"""Parsing what was handed in: mended where that is possible, malformed with the reason where it isn't, never at the
judge's cost."""

import json
import os
import resource
from collections.abc import Iterator

import pytest

from autograder.grading.reader_child import MAX_CELLS, MAX_SOURCE
from autograder.grading.reading import Handed, Malformed, Reader
from tests.grading import example


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader() as made:
        yield made


RAW = json.dumps(example.perfect()).encode()


def sources(handed: Handed) -> list[str]:
    return [cell.source for cell in handed.cells]


MENDED = {
    "a byte-order mark": (b"\xef\xbb\xbf" + RAW, "byte-order mark"),
    "UTF-16": (RAW.decode().encode("utf-16"), "UTF-16"),
    "trailing bytes": (RAW + b"}\n<<<<<<< HEAD", "after the notebook's end"),
    "NaN in its metadata": (RAW.replace(b'"nbformat": 4', b'"x": NaN, "y": -Infinity, "nbformat": 4'), "NaN"),
    "something that is no cell": (RAW.replace(b'"cells": [', b'"cells": [null, 7, '), "no cells"),
    "a lone surrogate": (RAW.replace(b"# Multiples", b"# Multiples\\ud800"), "no text"),
}


@pytest.mark.parametrize("kind", MENDED)
def test_a_notebook_with_small_damage_is_read_and_the_repair_is_said(reader: Reader, kind: str) -> None:
    raw, said = MENDED[kind]
    handed = reader.read(raw)
    assert sources(handed)[1:] == sources(reader.read(RAW))[1:]
    assert len(handed.repairs) == 1 and said in handed.repairs[0]


def test_a_file_in_western_european_text_keeps_its_letters(reader: Reader) -> None:
    handed = reader.read(json.dumps(example.notebook("x", "y", "Weil è vier"), ensure_ascii=False).encode("cp1252"))
    assert "Weil è vier" in sources(handed)


def test_format_3_is_upgraded(reader: Reader) -> None:
    cells = [
        {"cell_type": "heading", "level": 2, "source": ["Part A"], "metadata": {}},
        {
            "cell_type": "code",
            "input": ["a = 1\n", "b = 2"],
            "outputs": [],
            "metadata": {"nbgrader": {"grade_id": "A"}},
        },
    ]
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": cells}]}
    handed = reader.read(json.dumps(old).encode())
    assert [(cell.type, cell.source) for cell in handed.cells] == [("markdown", "## Part A"), ("code", "a = 1\nb = 2")]
    assert handed.cells[1].grade_id == "A"
    assert handed.repairs == ["the notebook's format 3 was upgraded to 4"]


MALFORMED = {
    "an empty file": (b"\n\0\n", "empty"),
    "a PDF": (b"%PDF-1.7\n%\xe2\xe3", "it begins with '%PDF-1.7"),
    "a file that breaks off": (RAW[:500], "breaks off at line 1 of 1"),
    "a damaged file": (RAW.replace(b'"cells": [{', b'"cells": [{,', 1), "is damaged at line 1"),
    "JSON that is no notebook": (b"[1, 2]", "JSON, but no notebook"),
    "a notebook without cells": (b'{"cells": {}}', "no list of cells"),
    "endless nesting": (b"[" * 2_000_000, "too deeply nested"),
    "nested objects": (b'{"a":' * 200_000, "too deeply nested"),
}


@pytest.mark.parametrize("kind", MALFORMED)
def test_what_is_no_notebook_is_malformed_for_a_reason(reader: Reader, kind: str) -> None:
    raw, reason = MALFORMED[kind]
    with pytest.raises(Malformed, match=reason):
        reader.read(raw)
    assert len(reader.read(RAW).cells) == 9  # the next one is read as ever


def test_odd_types_in_every_field_are_taken_for_nothing(reader: Reader) -> None:
    cell = {"cell_type": ["code"], "source": [1, "a"], "id": 7, "metadata": {"nbgrader": {"points": "x"}, "tags": {}}}
    handed = reader.read(json.dumps({"cells": [cell, {}], "metadata": [], "nbformat": "4"}).encode())
    first = handed.cells[0]
    assert (first.type, first.source, first.id, first.points, first.tags) == ("raw", "a", "", None, [])


def test_numbers_without_end_are_no_way_to_spend_time(reader: Reader) -> None:
    with pytest.raises(Malformed):
        reader.read(b"9" * 2_000_000)
    handed = reader.read(b'{"cells": [], "nbformat": ' + b"9" * 1_000_000 + b', "x": 1e999999}')
    assert handed.cells == []


def test_too_much_of_anything_is_cut_and_said(reader: Reader) -> None:
    many = [{"cell_type": "code", "source": "1"}] * (MAX_CELLS + 1)
    handed = reader.read(json.dumps({"cells": [{"source": "x" * (MAX_SOURCE + 1)}, *many]}).encode())
    assert len(handed.cells) == MAX_CELLS and handed.cells[0].source == ""
    assert any("emptied" in said for said in handed.repairs) and any("only the first" in s for s in handed.repairs)


def test_a_bomb_ends_the_child_not_the_judge() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with Reader(memory_mb=200) as small:
        with pytest.raises(Malformed, match="too large"):
            small.read(b'{"cells": [' + b"[]," * 5_000_000 + b"[]]}")
        assert len(small.read(RAW).cells) == 9
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60_000  # KB; the child needed 200 MB


def test_a_child_that_is_killed_is_replaced(reader: Reader) -> None:
    reader.read(RAW)
    assert reader._child is not None
    os.kill(reader._child.pid, 9)
    reader._child.wait()
    assert len(reader.read(RAW).cells) == 9


def test_a_child_that_takes_too_long_is_given_up() -> None:
    with Reader(seconds=0.0) as impatient, pytest.raises(Malformed, match="memory or time"):
        impatient.read(RAW)
