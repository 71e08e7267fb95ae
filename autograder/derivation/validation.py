"""Plain data held to a type and a size; anything else is Malformed."""

from __future__ import annotations

from typing import Any

from autograder.derivation.mistakes import Malformed
from autograder.derivation.names import LONGEST_NAME

LARGEST_NUMBER, MOST_PARTS = 10**12, 60


def a_list(value: object, length: int | None = None, most: int = MOST_PARTS) -> list[Any]:
    if type(value) is not list or len(value) > most or (length is not None and len(value) != length):
        raise Malformed("a list was expected here, of a certain length")
    return value


def a_dict(value: object) -> dict[str, Any]:
    if type(value) is not dict or len(value) > 20:
        raise Malformed("this is not a derivation")
    return value


def a_name(value: object) -> str:
    if type(value) is not str or not value.isidentifier() or len(value) > LONGEST_NAME:
        raise Malformed("a name was expected here")
    return value


def a_known(value: object, among: dict[str, Any]) -> Any:
    if type(value) is not str or value not in among:
        raise Malformed("a name is used that isn't declared")
    return among[value]


def a_bool(value: object) -> bool:
    if type(value) is not bool:
        raise Malformed("true or false was expected here")
    return value


def an_integer(value: object, least: int = -LARGEST_NUMBER, most: int = LARGEST_NUMBER) -> int:
    if type(value) is not int or not least <= value <= most:
        raise Malformed("a whole number was expected here, not too large")
    return value


def a_relation(value: object) -> str:
    if type(value) is not str or value not in ("=", ">=", "<="):
        raise Malformed("=, >= or <= was expected here")
    return value
