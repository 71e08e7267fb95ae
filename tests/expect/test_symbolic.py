"""Expressions are equal, different with a point that shows it, or undecided."""

import pytest
import sympy as sp

from autograder import codec, expect
from autograder.expect.symbolic import compare
from autograder.wrong import Wrong

x = sp.Symbol("x", real=True)
theta, phi = sp.symbols("theta phi", positive=True)


def wire(expression):
    return codec.roundtrip(expression)


def said(expectation, *args):
    with pytest.raises(Wrong) as wrong:
        expectation(*args)
    return wrong.value.message


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (sp.log(theta * phi), sp.log(theta) + sp.log(phi)),
        ((x + theta) ** 2, x**2 + 2 * x * theta + theta**2),
        (sp.sin(x) ** 2, 1 - sp.cos(x) ** 2),
        (sp.sqrt(x**2), sp.Abs(x)),
        (sp.exp(-40) * x, x / sp.exp(40)),
        (sp.Integer(1), sp.cos(0)),
    ],
)
def test_equal_expressions_in_another_form_are_equal(a, b):
    assert compare(a, b) == ("equal", {})
    expect.symbolically_equal(wire(a), b)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (theta, theta + sp.Float("1e-15")),
        (sp.sqrt(x**2), x),
        (sp.log(theta / phi), sp.log(phi / theta)),
        (theta + sp.exp(-40), theta),
    ],
)
def test_different_expressions_are_shown_a_point(a, b):
    outcome, point = compare(a, b)
    assert outcome == "different" and abs((a - b).evalf(40, subs=point)) > 0
    assert "for example at" in said(expect.symbolically_equal, wire(a), b)


def test_an_expression_without_real_values_is_undecided():
    assert compare(sp.log(-theta), theta)[0] == "undecided"
    assert "can't be decided" in said(expect.symbolically_equal, wire(sp.log(-theta)), theta)


def test_symbols_are_matched_by_name_whatever_their_assumptions_or_script():
    learner = sp.Symbol("θ") + sp.Symbol("phi")
    expect.symbolically_equal(wire(learner), theta + phi)


def test_a_foreign_symbol_is_named():
    message = said(expect.symbolically_equal, wire(sp.Symbol("lamda") + theta), theta + phi)
    assert "uses lamda" in message and "phi, theta" in message


def test_a_number_or_a_string_is_not_taken_for_a_formula():
    expect.symbolically_equal(2, sp.Integer(2))
    assert "should return a sympy expression, not text" in said(expect.symbolically_equal, "theta", theta)


def test_value_at_a_point_by_definition():
    expect.value_at(wire(theta**2 - sp.log(phi)), {"theta": 3.0, "phi": 1.0}, 9.0)
    assert "too large" in said(expect.value_at, wire(theta), {"theta": 3.0}, 2.0)
    assert "no finite real value" in said(expect.value_at, wire(sp.log(theta - 3)), {"theta": 3.0}, 2.0)
