"""Unit 11: hints, and the lines that many suspect though they hold, with the reason why they do.

Each module here registers those of a few items on `check`; elboroom.checks.flaws adds the checks. None says which line
fails, or whether one does.
"""

from autograder.checks import Checks

check = Checks("11_find_the_flaw")


def tempts(name: str, line: int, says: str) -> None:
    """Registers that people suspect this line of the item `name`, and what to tell them."""

    def suspected() -> int:
        return line

    suspected.__name__ = f"suspects_line_{line}"
    check.mistake(name, says)(suspected)
