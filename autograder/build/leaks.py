"""Solution text in a students' notebook: whatever way it came there, it must not be committed.

A line of a solution or rubric is distinctive when it is long enough and stands in one exercise only; validation that
every solution repeats says nothing. No cell of the students' notebook may contain a distinctive line.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from autograder.build.master import Cell, Master
from autograder.build.regions import regions

SHORTEST = 20  # characters, spaces squeezed


def leaks(master: Master, student: dict[str, Any]) -> Iterator[tuple[int, str, int]]:
    """(line of the master, exercise, index of the students' cell) for every solution line that students would see."""
    shown = [_squeeze("".join(cell["source"])) for cell in student["cells"]]
    for line, name, text in distinctive_lines(master):
        for index, source in enumerate(shown):
            if text in source:
                yield line, name, index


def distinctive_lines(master: Master) -> list[tuple[int, str, str]]:
    """(line of the master, exercise, text) of the solution and rubric lines that give an answer away."""
    found = [line for cell in master.cells for line in _hidden_lines(master, cell)]
    exercises = Counter(text for _, text in {(name, text) for _, name, text in found})
    return [line for line in found if len(line[2]) >= SHORTEST and exercises[line[2]] == 1]


def _hidden_lines(master: Master, cell: Cell) -> Iterator[tuple[int, str, str]]:
    for region in regions(master, cell):
        for index, text in enumerate(region.body):
            yield cell.first + region.begin + 1 + index, cell.name, _squeeze(text)


def _squeeze(text: str) -> str:
    return " ".join(text.split())
