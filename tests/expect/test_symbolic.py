"""Expressions are equal, different with a point that shows it, or undecided."""

from fractions import Fraction
from functools import partial

import mpmath
import pytest
import sympy as sp

from autograder import codec, expect
from autograder.checks import Checks, part, run
from autograder.codec.expressions import to_tree
from autograder.expect import symbolic
from autograder.expect.formulas import Formula, formula_of
from autograder.local import Local
from autograder.student import Student
from autograder.timers import budget
from autograder.wrong import Wrong

x = sp.Symbol("x", real=True)
theta, phi = sp.symbols("theta phi", positive=True)


def wire(expression):
    return codec.roundtrip(expression)


def compare(a, b, seed=0):
    return symbolic.compare(formula_of(a), formula_of(b), a.free_symbols | b.free_symbols, seed)


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
    exactly = {s: sp.Rational(point[s.name].numerator, point[s.name].denominator) for s in (a + b).free_symbols}
    assert outcome == "different" and abs((a - b).subs(exactly).evalf(40)) > 0
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


def test_a_curve_fitted_to_the_values_is_no_formula():
    """A Chebyshev series of the logarithm, right to 22 digits where most points lie."""
    with mpmath.workdps(120):
        coefficients = [sp.Rational(mpmath.nstr(c, 60)) for c in mpmath.chebyfit(mpmath.log, [0.3, 2.5], 66)]
    fitted = sum(c * theta**k for k, c in enumerate(reversed(coefficients)))
    near = {"theta": Fraction(7, 4)}
    assert abs(formula_of(fitted).at(near, 160) - formula_of(sp.log(theta)).at(near, 160)) < 1e-18
    assert "digits in all" in said(expect.symbolically_equal, wire(fitted), sp.log(theta))


def test_a_series_that_is_cut_off_is_no_formula():
    """Few digits, right to 20 of them for θ from 0.3 to 2.5; the points that lie further out tell."""
    t = (theta - 1) / (theta + 1)
    series = sum(2 * t ** (2 * k + 1) / (2 * k + 1) for k in range(45))
    near = {"theta": Fraction(5, 2)}
    assert abs(formula_of(series).at(near, 40) - formula_of(sp.log(theta)).at(near, 40)) < 1e-20
    assert compare(series, sp.log(theta))[0] == "different"


@pytest.mark.parametrize(
    "tree",
    [
        ["Pow", ["Integer", "10"], ["Integer", "999999999"]],
        ["Pow", ["Integer", "7"], ["Pow", ["Integer", "7"], ["Integer", "300"]]],
        ["exp", ["exp", ["exp", ["Integer", "99"]]]],
        ["factorial", ["Integer", "9" * 300]],
        ["sin", ["Float", "1e9999"]],
        ["polygamma", ["Integer", "100000000"], ["Integer", "2"]],
        ["Pow", ["Integer", "0"], ["Integer", "-1"]],
        ["Add", ["oo"], ["Integer", "1"]],
        ["log", ["Integer", "0"]],
        ["log", ["Integer", "-1"]],
        ["exp", ["Integer", "1"], ["Integer", "2"]],
    ],
)
def test_what_has_no_value_or_takes_for_ever_has_none_and_takes_no_time(tree):
    assert Formula(tree).at({}, 40) is None or tree[:2] == ["Pow", ["Integer", "10"]]


def test_a_formula_that_keeps_the_judge_busy_is_stopped_and_called_so(monkeypatch):
    check = Checks("busy")

    @check
    def formula(student):
        with part("is the logarithm"):
            expect.symbolically_equal(student.formula(), sp.log(theta))

    monkeypatch.setattr(symbolic, "budget", partial(budget, 0.1))
    slow = codec.Expression(["Add", *[["expint", to_tree(theta), to_tree(theta)]] * 1300])
    verdict = run(check, "formula", Student(Local({"formula": lambda: slow})), 1.0)
    assert (verdict.status, verdict.points) == ("timeout", 0.0)
    assert run(check, "formula", Student(Local({"formula": lambda: sp.log(theta)})), 1.0).points == 1.0


FUNCTIONS = [
    *(f(theta / 3) for f in (sp.exp, sp.log, sp.sin, sp.cos, sp.tan, sp.sinh, sp.cosh, sp.tanh, sp.asin, sp.acos)),
    *(
        f(theta / 3)
        for f in (sp.atan, sp.asinh, sp.atanh, sp.erf, sp.erfc, sp.erfi, sp.gamma, sp.loggamma, sp.factorial)
    ),
    *(f(theta) for f in (sp.LambertW, sp.Ei, sp.sign, sp.Abs)),
    *(sp.acosh(theta + 1), sp.polygamma(0, theta), sp.polygamma(3, theta), sp.beta(theta, phi), sp.EulerGamma * theta),
    *(sp.expint(2, theta), sp.lowergamma(theta, phi), sp.uppergamma(theta, phi), sp.Max(theta, phi), sp.Min(theta, 1)),
    *(theta**phi, 1 / sp.sqrt(theta), sp.E**theta - sp.pi, sp.Float("0.25") * theta, sp.exp(sp.I * sp.pi) * theta),
]


@pytest.mark.parametrize("expression", FUNCTIONS, ids=str)
def test_values_are_those_of_sympy(expression):
    point = {"theta": Fraction(11, 16), "phi": Fraction(5, 4)}
    exactly = {theta: sp.Rational(11, 16), phi: sp.Rational(5, 4)}
    value, want = formula_of(expression).at(point, 40), expression.subs(exactly).evalf(40)
    assert abs(sp.Float(str(value), 40) - want) < 1e-35 * (1 + abs(want))
