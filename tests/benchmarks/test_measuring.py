"""The benchmark's parts: a class without twins, what a command takes, stages, extrapolation, the page it writes."""

import sys
from pathlib import Path

import pytest

from benchmarks import notebooks, page
from benchmarks.graders import report, stages
from benchmarks.graders.handed_in import class_of, source_of
from benchmarks.graders.report import Measured, Stock
from benchmarks.graders.spent import Spent, spent
from benchmarks.grading import compared, extrapolated


def test_no_two_students_hand_in_the_same_formula():
    sources = ["".join(map(source_of, each["cells"])) for each in class_of(48).values()]
    with_formula = [source for source in sources if "* theta) - sympy.log(" in source]
    assert len(with_formula) > 40
    assert len(set(with_formula)) == len(with_formula)


def test_what_a_command_takes_includes_what_it_leaves_running(tmp_path: Path):
    burn = f"{sys.executable} -c 'sum(range(10**7))' & exec sleep 1"
    took = spent(["sh", "-c", burn], ["true"], folders=[tmp_path, tmp_path])
    assert took.wall > 0
    assert took.cpu is None or took.cpu > 0.02


def test_a_command_that_fails_says_what_it_said(tmp_path: Path):
    with pytest.raises(RuntimeError, match="no such class"):
        spent(["sh", "-c", "echo no such class; exit 3"], folders=[tmp_path])


def test_a_stage_is_counted_without_the_stages_in_it(monkeypatch):
    clock = iter([0.0, 1.0, 4.0, 14.0, 15.0])
    monkeypatch.setattr(stages.time, "perf_counter", lambda: next(clock))
    watch = stages.Stopwatch()
    with watch.stage("check"), watch.stage("cells"):
        pass
    assert watch.seconds == {"check": 3.0 + 1.0, "cells": 10.0}


def test_extrapolation_counts_the_set_up_once():
    assert extrapolated(Spent(5.0, None), Spent(25.0, None), 11, 101).wall == 5.0 + 100 * 2.0
    assert extrapolated(Spent(5.0, 4.0), Spent(25.0, 14.0), 11, 101).cpu == 4.0 + 100 * 1.0


def test_scores_that_differ_are_told(capsys):
    assert not compared({"ada": {"elbo": 3.0}}, {"ada": {"elbo": 0.0}})
    assert "ada, elbo: 3 by us, 0 by stock" in capsys.readouterr().err
    assert not compared({"ada": {"elbo": 3.0}}, {})
    assert compared({"ada": {"elbo": 3.0}, "ben": {"elbo": 1.0}}, {"ada": {"elbo": 3.0}})


@pytest.fixture
def measured() -> Measured:
    stock = {
        (120, Stock(1, pictures=True)): Spent(500.0, 450.0),
        (120, Stock(2, pictures=True)): Spent(280.0, 440.0),
        (120, Stock(1, pictures=False)): Spent(300.0, 290.0),
        (120, Stock(2, pictures=False)): Spent(130.0, None),
    }
    runs = [Spent(wall, 12.0) for wall in (7.0, 9.0, 6.0)]
    told = {"setup": {"start": 0.5, "load": 0.7}, "seconds": {"write": 0.6}, "kernels": [20.0, 41.0]}
    return Measured(
        24,
        {(120, 2): runs},
        stock,
        told | {"judge": 127.0, "worker": 150.0},
    )


def test_the_table_has_medians_ratios_and_says_what_was_extrapolated(measured):
    table = report.report(measured)
    assert "| `autograder grade`, 2 jobs | 1029 | 7.0 | 12.0 | 71.4 | 40.0 | 42.9 | 18.6 |" in table
    assert "| stock, alone, no pictures, extrapolated from 24 | 24 | 300.0 | 290.0 | 1.7 | 0.9 | 1.0 | 0.4 |" in table
    assert "| not measured |" in table


def test_budgets_are_held_or_missed(measured):
    table = report.report(measured)
    assert "| Class of 120, against stock, alone | ≥ 40× | 71.4× | held | 42.9× | held |" in table
    assert "| Class of 120, against stock, two shards | ≥ 20× | 40.0× | held | 18.6× | **missed** |" in table
    assert "| ≤ 40 MB | | | median 30 MB, most 41 MB | **missed** |" in table


def test_only_what_stands_between_the_markers_is_replaced(tmp_path: Path):
    begin, end = "<!-- grading: written by benchmarks/grading.py --write -->", "<!-- end of grading -->"
    others = "<!-- training: written by benchmarks/training.py --write -->\nx\n<!-- end of training -->"
    file = tmp_path / "page.md"
    file.write_text(f"before\n{others}\n{begin}\nold\n{end}\nafter\n", encoding="utf-8")
    page.write(file, "grading", "new")
    assert file.read_text(encoding="utf-8") == f"before\n{others}\n{begin}\n\nnew\n\n{end}\nafter\n"
    with pytest.raises(SystemExit, match="it needs the two lines <!-- notebooks"):
        page.write(file, "notebooks", "new")


def test_the_documentation_has_the_places():
    text = (Path(__file__).parents[2] / "docs" / "performance.md").read_text(encoding="utf-8")
    for script in ("grading", "training", "notebooks"):
        assert text.index(page.BEGIN.format(script=script)) < text.index(page.END.format(script=script))


def test_the_slowest_notebook_is_held_against_what_is_wanted():
    table = notebooks.report({"00_first": 12.4, "01_second": 181.0})
    assert "| 00_first | 12 |" in table and table.endswith("takes 181 s, wanted are 180 s at most: **missed**.")
    assert notebooks.report({"00_first": 12.4}).endswith(": held.")
