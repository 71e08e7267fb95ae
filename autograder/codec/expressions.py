"""Sympy expressions as trees of whitelisted names: written in the kernel, read by the judge, never evaluated as text
(see autograder.expect.formulas).

A tree is ["Symbol", name, {assumption: bool}], ["Integer", digits], ["Rational", digits, digits], ["Float", digits],
[constant], or [head, child, …] with a head from HEADS. What is not there (an Integral, a Sum, an undefined function)
is not a closed form, and is refused with that reason.
"""

import re
from typing import Any

from autograder.codec.data import MAX_DEPTH, Refused

CONSTANTS = {"pi": "Pi", "E": "Exp1", "EulerGamma": "EulerGamma", "I": "ImaginaryUnit", "oo": "Infinity"}
ASSUMPTIONS = {"positive", "negative", "nonnegative", "nonpositive", "nonzero", "real", "integer", "finite"}
HEADS = {
    *("Add", "Mul", "Pow", "exp", "log", "Abs", "sign", "Max", "Min"),
    *("sin", "cos", "tan", "sinh", "cosh", "tanh", "asin", "acos", "atan", "asinh", "acosh", "atanh"),
    *("erf", "erfc", "erfi", "gamma", "loggamma", "polygamma", "beta", "factorial", "LambertW"),
    *("Ei", "expint", "lowergamma", "uppergamma"),
}
MAX_DIGITS, MAX_TREE = 400, 4000
_NAME = re.compile(r"[^\W\d]\w{0,40}")
_DIGITS = {
    "Integer": [re.compile(r"-?\d+")],
    "Rational": [re.compile(r"-?\d+"), re.compile(r"0*[1-9]\d*")],
    "Float": [re.compile(r"-?\d+(\.\d*)?(e[+-]?\d{1,4})?")],
}


def to_tree(expression: Any) -> Any:
    """The tree of a sympy expression. Raises Refused, saying what is in it that is not part of a closed form."""
    import sympy

    if isinstance(expression, sympy.MatrixBase):
        return ["Matrix", *[[to_tree(entry) for entry in expression.row(i)] for i in range(expression.rows)]]
    if isinstance(expression, sympy.Symbol):
        known = {k: v for k, v in expression.assumptions0.items() if k in ASSUMPTIONS and v is not None}
        return ["Symbol", expression.name, known]
    for kind, parts in (("Integer", ("p",)), ("Rational", ("p", "q"))):
        if isinstance(expression, getattr(sympy, kind)):
            return [kind, *(str(getattr(expression, part)) for part in parts)]
    if isinstance(expression, sympy.Float):
        return ["Float", str(expression)]
    for name, singleton in CONSTANTS.items():
        if expression is getattr(sympy.S, singleton):
            return [name]
    if expression is sympy.S.NegativeInfinity:
        return ["Mul", ["Integer", "-1"], ["oo"]]
    head = type(expression).__name__
    if head not in HEADS or not expression.args:
        raise Refused(f"it contains {head}, which is not part of a closed form")
    return [head, *(to_tree(argument) for argument in expression.args)]


def validate(tree: Any) -> None:
    """Raises Refused unless `tree` is one that to_tree could have made, of moderate size."""
    todo, count = [(tree, 0)], 0
    while todo:
        node, depth = todo.pop()
        count += 1
        if type(node) is not list or not node or depth > MAX_DEPTH or count > MAX_TREE:
            raise Refused("malformed expression")
        todo += [(child, depth + 1) for child in _children(node, depth)]


def _children(node: list, depth: int) -> list:
    head, *rest = node
    if head == "Matrix" and depth == 0 and rest and all(type(row) is list and row for row in rest):
        return [entry for row in rest for entry in row]
    if head == "Symbol" and len(rest) == 2 and _is_symbol(*rest):
        return []
    if type(head) is str and (_is_number(head, rest) or (head in CONSTANTS and not rest)):
        return []
    if type(head) is str and head in HEADS and rest:
        return rest
    raise Refused("malformed expression")


def _is_number(head: str, digits: list) -> bool:
    patterns = _DIGITS.get(head, [])
    return len(patterns) == len(digits) > 0 and all(
        type(d) is str and len(d) <= MAX_DIGITS and bool(pattern.fullmatch(d))
        for pattern, d in zip(patterns, digits, strict=True)
    )


def _is_symbol(name: Any, known: Any) -> bool:
    return (
        type(name) is str
        and bool(_NAME.fullmatch(name))
        and type(known) is dict
        and all(k in ASSUMPTIONS and type(v) is bool for k, v in known.items())
    )
