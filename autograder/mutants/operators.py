"""The slips: each operator looks at one node of a solution's syntax tree and proposes what a hand could have written.

Names of functions are swapped with those they are confused with (log and exp, sum and mean, var and std); constants
are off by one, arguments change places, a term is dropped, an axis is another, a guard is left out.
"""

import ast
import copy
from collections.abc import Callable, Iterator

Operator = Callable[[ast.AST], Iterator[tuple[str, ast.AST]]]

BINARY: dict[type[ast.operator], list[type[ast.operator]]] = {
    ast.Add: [ast.Sub],
    ast.Sub: [ast.Add],
    ast.Mult: [ast.Div],
    ast.Div: [ast.Mult],
    ast.Pow: [ast.Mult],
    ast.MatMult: [ast.Mult],
    ast.FloorDiv: [ast.Div],
}
COMPARISONS: dict[type[ast.cmpop], list[type[ast.cmpop]]] = {
    ast.Lt: [ast.LtE, ast.Gt],
    ast.LtE: [ast.Lt, ast.GtE],
    ast.Gt: [ast.GtE, ast.Lt],
    ast.GtE: [ast.Gt, ast.LtE],
    ast.Eq: [ast.NotEq],
    ast.NotEq: [ast.Eq],
}
CONFUSED = {
    "log": "exp",
    "exp": "log",
    "log1p": "log",
    "expm1": "exp",
    "sum": "mean",
    "mean": "sum",
    "var": "std",
    "std": "var",
    "max": "min",
    "min": "max",
    "maximum": "minimum",
    "minimum": "maximum",
    "all": "any",
    "any": "all",
    "erfc": "erfcx",
    "erfcx": "erfc",
    "log_ndtr": "ndtr",
    "ndtr": "log_ndtr",
    "logaddexp": "maximum",
    "sqrt": "square",
    "square": "sqrt",
    "zeros": "ones",
    "ones": "zeros",
    "cumsum": "cumprod",
    "argmax": "argmin",
    "argmin": "argmax",
}


def swapped_operator(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """a + b for a − b, < for ≤ or >."""
    if isinstance(node, ast.BinOp):
        for other in BINARY.get(type(node.op), []):
            yield "operator", ast.BinOp(node.left, other(), node.right)
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        for comparison in COMPARISONS.get(type(node.ops[0]), []):
            yield "comparison", ast.Compare(node.left, [comparison()], node.comparators)


def dropped_term(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """One side of a sum or a product only."""
    if isinstance(node, ast.BinOp) and isinstance(
        node.op, ast.Add | ast.Sub | ast.Mult | ast.Div | ast.Pow | ast.MatMult
    ):
        yield "dropped term", node.left
        if isinstance(node.op, ast.Add | ast.Mult | ast.MatMult):
            yield "dropped term", node.right


def sign(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """A minus or a `not` that got lost."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.Not):
        yield "sign", node.operand


def constant(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """A number that is off: by one, or doubled."""
    if not isinstance(node, ast.Constant) or node.value is ...:
        return
    if isinstance(node.value, bool):
        yield "constant", ast.Constant(not node.value)
    elif isinstance(node.value, int | float):
        yield "constant", ast.Constant(node.value + 1)
        if node.value not in (0, 1):
            yield "constant", ast.Constant(node.value / 2)


def confused_function(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """log for exp, sum for mean, var for std."""
    if isinstance(node, ast.Attribute) and node.attr in CONFUSED:
        yield "function", ast.Attribute(node.value, CONFUSED[node.attr], node.ctx)
    if isinstance(node, ast.Name) and node.id in CONFUSED and isinstance(node.ctx, ast.Load):
        yield "function", ast.Name(CONFUSED[node.id], node.ctx)


def transpose(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """A transpose left out."""
    if isinstance(node, ast.Attribute) and node.attr in ("T", "mT"):
        yield "transpose", node.value


def arguments(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """Two arguments that changed places, an axis along the other dimension, a keyword left out."""
    if not isinstance(node, ast.Call):
        return
    for i in range(len(node.args) - 1):
        yield "arguments swapped", _call(node, [*node.args[:i], node.args[i + 1], node.args[i], *node.args[i + 2 :]])
    for i, keyword in enumerate(node.keywords):
        rest = [*node.keywords[:i], *node.keywords[i + 1 :]]
        if keyword.arg in ("axis", "dim"):
            axis = ast.unparse(keyword.value)
            other = ast.keyword(keyword.arg, ast.Constant(0 if axis in ("-1", "1") else -1))
            yield "axis", _call(node, node.args, [*rest, other])
        yield "keyword left out", _call(node, node.args, rest)


def _call(node: ast.Call, args: list[ast.expr], keywords: list[ast.keyword] | None = None) -> ast.Call:
    return ast.Call(node.func, args, node.keywords if keywords is None else keywords)


def condition(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """A guard that never holds, `and` for `or`, the branches exchanged."""
    if isinstance(node, ast.If):
        never = copy.copy(node)
        never.test = ast.Constant(False)
        yield "guard left out", never
    if isinstance(node, ast.BoolOp):
        yield "and/or", ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
    if isinstance(node, ast.IfExp):
        yield "branches", ast.IfExp(node.test, node.orelse, node.body)


OPERATORS: list[Operator] = [
    swapped_operator,
    dropped_term,
    sign,
    constant,
    confused_function,
    transpose,
    arguments,
    condition,
]
