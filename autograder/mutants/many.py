"""Examines a unit in a process of its own, so that one unit's notebook doesn't meet another's names."""

import multiprocessing
from multiprocessing.connection import Connection

from autograder.course import Unit
from autograder.errors import UserError
from autograder.mutants.unit import Tally, prepare, tallies


def examine(unit: Unit, every: int = 1, exercise: str = "") -> list[Tally]:
    """The tallies of a unit's exercises (or of one of them). UserError when the unit can't be worked out."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_examine, args=(unit, every, exercise, there))
    process.start()
    there.close()
    try:
        result = here.recv()
    except EOFError:
        raise UserError(f"{unit.name}: the examination ended early", "Run the instructor notebook and look") from None
    finally:
        process.join()
    if isinstance(result, dict):
        raise UserError(**result)
    return result


def _examine(unit: Unit, every: int, exercise: str, pipe: Connection) -> None:
    try:
        prepared = prepare(unit, every, exercise)
        pipe.send(list(tallies(prepared)))
    except UserError as error:
        pipe.send({"message": error.message, "remedy": error.remedy})
