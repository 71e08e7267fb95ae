"""The table of a run: what an instructor reads first."""

import io

from rich.console import Console

from autograder.grading.outcome import Outcome
from autograder.grading.table import print_table


def printed(*outcomes: Outcome) -> str:
    console = Console(file=io.StringIO(), width=120)
    print_table(list(outcomes), console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def check(mistake: str) -> dict[str, str]:
    return {"name": "elbo", "mistake": mistake}


def test_each_row_says_the_most_important_thing() -> None:
    ada = Outcome("ada", "u", "graded", 2.5, 9.0, 4.0, True, checks=[check("a"), check("a"), *map(check, "bcde")])
    bob = Outcome("bob", "u", "timeout", 1.0, 9.0, reason="check elbo took too long", repairs=["mended"])
    cyd = Outcome("cyd", "u", "graded", 9.0, 9.0, repairs=["the cell 'x' was missing; it was put back"])
    text = printed(ada, bob, cyd)
    assert "2.5 / 9 │       4 │ mistakes: a, b, c, and 2 more" in text
    assert "check elbo took too long" in text and "mended" not in text
    assert "it was put back" in text
    assert "2 graded, 1 timeout; 4.17 points on average" in text


def test_the_missing_count_in_no_average_and_units_have_tables_of_their_own() -> None:
    text = printed(
        Outcome("ada", "u", "graded", 2.0, 4.0), Outcome("bob", "u", "missing"), Outcome("ada", "v", "malformed")
    )
    assert "1 graded, 1 missing; 2 points on average" in text and text.rstrip().endswith("1 malformed")


def test_names_are_no_markup() -> None:
    assert "[red]x" in printed(Outcome("[red]x", "u", "graded", reason="[bold]why"))
