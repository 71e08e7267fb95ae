"""Reading a master: jupytext's cells, with the lines they stand on."""

import jupytext
import pytest

from autograder.build.read import read_master
from autograder.errors import UserError


def cells(tiny, text):
    tiny.unit.master.write_text(text, encoding="utf-8")
    return read_master(tiny.unit).cells


def test_the_cells_are_those_that_jupytext_reads(tiny):
    theirs = jupytext.reads(tiny.unit.master.read_text(encoding="utf-8"), fmt="py:percent").cells
    ours = read_master(tiny.unit).cells
    assert [(c.kind, c.source) for c in ours] == [(c.cell_type, c.source) for c in theirs]


def test_every_cell_knows_the_line_of_its_marker_and_of_its_source(tiny):
    lines = tiny.unit.master.read_text(encoding="utf-8").splitlines()
    for cell in read_master(tiny.unit).cells:
        assert lines[cell.line - 1].startswith("# %%")
        assert cell.lines[0] in lines[cell.first - 1]


def test_markdown_in_triple_quotes_starts_one_line_later(tiny):
    (cell,) = cells(tiny, '# %% [markdown]\n"""\nHello\n"""\n')
    assert (cell.source, cell.line, cell.first) == ("Hello", 1, 3)


def test_a_magic_is_uncommented_as_jupytext_does(tiny):
    (cell,) = cells(tiny, "\n\n# %%\n# %matplotlib inline\n")
    assert (cell.source, cell.line, cell.first) == ("%matplotlib inline", 3, 4)


def test_text_before_the_first_cell_is_an_error_with_its_line(tiny):
    with pytest.raises(UserError, match=r"solutions/tiny\.py, line 2: text before the first cell"):
        cells(tiny, "\nx = 1\n# %%\n")


def test_a_missing_master_is_an_error_with_the_remedy(tiny):
    tiny.unit.master.unlink()
    with pytest.raises(UserError, match=r"solutions/tiny\.py is missing\. Write it"):
        read_master(tiny.unit)


def test_a_master_in_another_encoding_is_an_error(tiny):
    tiny.unit.master.write_bytes("# %%\n# é".encode("latin-1"))
    with pytest.raises(UserError, match="not UTF-8"):
        read_master(tiny.unit)
