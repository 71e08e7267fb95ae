"""Holes that were found by looking for them, each with the trick that worked before it was closed."""

from typing import Any

import numpy as np
import pytest
import sympy

from autograder import expect
from autograder.checks import Checks, part
from autograder.checks import run as run_check
from autograder.checks.loading import load
from autograder.checks.remember import remembering
from autograder.checks.verdict import Verdict
from autograder.codec.expressions import to_tree
from autograder.course import Course
from autograder.derivation import Density, Variable, equal, grade, integral
from autograder.endpoint import TimedOut
from autograder.expect.formulas import Formula, formula_of
from autograder.expect.symbolic import compare
from autograder.grading.gradebook import _when
from autograder.grading.launching import Warm
from autograder.grading.reading import HandedCell
from autograder.grading.repair.entries import from_handed
from autograder.grading.repair.split import join_split_cells
from autograder.grading.template import Template, TemplateCell
from autograder.local import Local
from autograder.sandbox.outputs import rebuilt
from autograder.student import Student
from autograder.wrong import Wrong

X = sympy.Symbol("x", positive=True)
check = Checks("found")


@check
def logarithm(student: Student) -> None:
    with part("is the closed form"):
        expect.symbolically_equal(student.logarithm(), sympy.log(X))


@check
def sampler(student: Student) -> None:
    with part("moves with its rate"):
        low, middle, high = (student.sampler(np.linspace(0.1, 2.0, 5), rate) for rate in (0.99, 1.0, 1.01))
        expect.moves_with(low, middle, high, 0.01, lambda z: -z / 0.99, rtol=0.02)


@check
def number(student: Student) -> None:
    with part("is right"):
        expect.close(student.number(), 1.0)


def judged(name: str, answer: Any, seed: int = 12345) -> Verdict:
    return run_check(check, name, Student(Local({name: answer})), 1.0, seed)


class Launched:
    """A launcher that notes what it was asked for."""

    seeds: list[int]

    def __init__(self) -> None:
        self.seeds = []

    def launch(self, seed: int = 0) -> Any:
        self.seeds.append(seed)


def test_a_kernel_is_not_told_the_seed_that_the_checks_draw_from() -> None:
    """torch.initial_seed() told it, and with it every input to come."""
    launcher = Launched()
    Warm(launcher, 12345, ahead=False)()
    Warm(launcher, 12345, ahead=False)()
    assert launcher.seeds[0] == launcher.seeds[1] != 12345


def test_a_polynomial_through_the_points_where_formulas_are_compared_is_no_closed_form() -> None:
    """The points were the same in every run: who had the values there by quadrature needed no formula."""
    points: dict[Any, None] = {}

    class Spy(Formula):
        def at(self, point: Any, digits: int) -> Any:
            points[point["x"]] = None
            return super().at(point, digits)

    compare(Spy(to_tree(sympy.log(X))), formula_of(sympy.log(X)), {X})
    nodes = [sympy.Rational(node.numerator, node.denominator) for node in points]
    values = [sympy.Rational(str(sympy.log(node).evalf(40))) for node in nodes]
    assert len(nodes) >= 8
    through = sympy.interpolate(list(zip(nodes, values, strict=True)), X)
    assert compare(formula_of(through), formula_of(sympy.log(X)), {X})[0] == "equal"
    assert judged("logarithm", lambda: through).points == 0.0
    assert judged("logarithm", lambda: sympy.log(X)).points == 1.0


@pytest.mark.parametrize(
    "samples",
    [
        lambda eps, rate: np.zeros(0),
        lambda eps, rate: 0.0 * eps,
        lambda eps, rate: np.full(5, 1e308),
        lambda eps, rate: np.full(5, 1.7e308),
    ],
)
def test_samples_that_are_none_or_never_move_or_overflow_do_not_move_as_a_law_says(samples: Any) -> None:
    assert judged("sampler", samples).points == 0.0
    assert judged("sampler", lambda eps, rate: eps / rate).points == 1.0


def test_an_imaginary_part_is_not_overlooked() -> None:
    """Samples were ordered by their real parts, and views of arrays dropped the imaginary ones."""
    noise = np.random.default_rng(1).exponential(size=2000)
    with pytest.raises(Wrong, match="imaginary"):
        expect.samples_from(noise * (1 + 1j), lambda z: 1 - np.exp(-z), 2000, "Exp(1)")
    with pytest.raises(Wrong, match="imaginary"):
        expect.equivalent(np.array([1 + 2j]), lambda z: z, [1.0], (1,), "itself")
    expect.equivalent(np.array([1 + 0j]), lambda z: z, [1.0], (1,), "itself")


def test_samples_of_another_shape_are_wrong_and_not_a_mistake_of_the_check() -> None:
    with pytest.raises(Wrong, match="shape"):
        expect.moves_with(np.zeros(0), np.zeros(0), np.zeros(0), 0.1, lambda z: z - np.ones(3))


def test_errors_that_a_kernel_makes_up_count_as_output() -> None:
    """They had no size: two thousand cells could show a thousand each, some four gigabytes in the judge."""
    error = {"output_type": "error", "ename": b"E" * 200, "evalue": b"e" * 2000, "traceback": []}
    shown, used = rebuilt([error] * 1000, 1 << 20)
    assert len(shown) < 1000 and used > 2000 * len(shown)


FORMULAS = [
    ("03_exponential", "elbo_symbolic"),
    ("03_exponential", "gamma_elbo_symbolic"),
    ("02_kl", "kl_normal_general"),
    ("05_autoencoders", "squared_error_is_a_gaussian"),
]


@pytest.mark.parametrize(("unit", "name"), FORMULAS)
def test_numbers_that_are_right_one_call_after_the_other_are_no_formula(unit: str, name: str) -> None:
    """A function that returned the next of the values at the points of the public part passed for a formula."""
    found = Course.find().unit(unit)
    checks = load(found.public, found.hidden)
    wanted: list[float] = []

    class Spy(expect.symbolic.ValueAt):
        def __init__(self, got: Any, point: dict[str, float], want: float, rtol: float) -> None:
            wanted.append(want)
            super().__init__(got, point, want, rtol)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(expect.symbolic, "ValueAt", Spy)
        run_check(checks, name, Student(Local({})), 1.0)
    values = iter(list(wanted))
    names = ("elbo_symbolic", "gamma_elbo_symbolic", "kl_normal_general", "gaussian_elbo", "kl_weight", "best_variance")
    namespace = {called: lambda: sympy.Float(next(values), 17) for called in names}
    assert len(wanted) > 2
    assert run_check(checks, name, Student(Local(namespace)), 1.0).points == 0.0


def test_a_time_of_submission_that_cannot_be_read_does_not_end_the_run() -> None:
    """The file timestamp.txt may come from a learner, and was read while the gradebook was written."""
    assert _when("24:00 Z ../../etc/passwd") == {}


def test_an_answer_in_very_many_pieces_is_joined_in_time() -> None:
    """What a piece defines was looked for in all of the pieces before it: two thousand of them took an hour."""
    cell = TemplateCell(0, "code", "", "", grade_id="answer", solution=True)
    looked_at = 0
    pieces = [HandedCell("code", f"y{i} = {i}\n" + "x\n" * 100, grade_id="answer") for i in range(400)]
    import autograder.grading.repair.entries as entries

    real = entries.defined

    def counted(source: str) -> set[str]:
        nonlocal looked_at
        looked_at += len(source)
        return real(source)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(entries, "defined", counted)
        patch.setattr("autograder.grading.repair.split.defined", counted, raising=False)
        joined = join_split_cells([from_handed(piece) for piece in pieces], Template((cell,)), [])
    assert len(joined) == 1 and looked_at <= 4 * sum(len(piece.source) for piece in pieces)


def test_what_a_learner_makes_a_check_say_is_short() -> None:
    """An error's name and text come from the kernel: a megabyte in each part went into the outcome and its pages."""

    class Lying(Local):
        def request(self, message: dict[str, Any], seconds: float) -> Any:
            return [{"raised": [["E" * 400_000], "e" * 400_000]}] * len(message["calls"])

    verdict = run_check(check, "number", Student(Lying({})), 1.0)
    assert len(verdict.message) < 2000


@pytest.mark.parametrize("kind", ["sum", "product"])
def test_a_derivation_with_a_product_of_nothing_is_malformed(kind: str) -> None:
    """Nobody can write one, but a kernel can send it: the check failed itself, trying numbers on it."""
    x, z = Variable("x"), Variable("z")
    p = Density("p", [x, z])
    density = ["p", [["x", False, None], ["z", False, None]], [], [[["x", "z"], []]], True, False]
    rows = [[kind, []], ["density", "p", None, [["x", False, None]], []], ["integral", [["z", False, None]], 0]]
    answer = {"version": 1, "counts": [], "densities": [density], "functions": [], "rows": rows, "goal": None}
    report = grade(answer | {"start": 1, "lines": [["=", 2, [["constant", ""]]]]}, equal(p(x), integral(z, p(x, z))))
    assert not report.proved and "nothing" in str(report.problem)


def test_a_time_limit_that_ends_a_mistake_is_not_remembered_for_the_next_submission() -> None:
    rings = [TimedOut(), None]

    def mistake(x: float) -> float:
        if (ring := rings.pop(0)) is not None:
            raise ring
        return 2 * x

    remembered = remembering(mistake)
    with pytest.raises(TimedOut):
        remembered(1.0)
    assert remembered(1.0) == 2.0
