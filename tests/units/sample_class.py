"""What a student of a sample class earns when their answers are judged in this process."""

import contextlib
from collections.abc import Mapping
from typing import Any

from tests.units.judging import Judge


def shares(judge: Judge, given: Mapping[str, Any], handed_in: Mapping[str, str]) -> dict[str, float]:
    """Exercise -> share of its points, from the names that the notebook gives and the cells that were handed in, less
    what would end the process."""
    namespace = dict(given)
    for source in handed_in.values():
        if "os._exit" not in source:
            with contextlib.suppress(SyntaxError):
                exec(source, namespace)
    return {name: judge(name, namespace).points for name in judge.names}


def assert_all_or_nothing(
    judge: Judge, given: Mapping[str, Any], handed_in: Mapping[str, str], lost: list[str]
) -> None:
    """The exercises in `lost` earn nothing, the others everything."""
    assert shares(judge, given, handed_in) == {name: 0.0 if name in lost else 1.0 for name in judge.names}
