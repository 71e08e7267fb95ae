"""How a derivation shows itself: a mark per line, the first bad line explained, no stack trace of ours."""

from __future__ import annotations

import subprocess
import sys

import pytest

from autograder.derivation import (
    Derivation,
    E,
    Mistake,
    average,
    grade,
    index,
    integral,
    log,
    product,
    rules,
    uniform,
    variables,
)
from autograder.derivation.expressions import Count, Expr
from autograder.derivation.names import Subset
from autograder.derivation.tex import tex
from tests.derivation.other_right_chains import OTHER
from tests.derivation.right_chains import ELBO, JOINT, KL, PRIOR, Q, elbo_is_reconstruction_minus_kl, p, q, x, z
from tests.derivation.test_chains import ALL_WRONG

BAD = Derivation(E(Q, log(Q / PRIOR))).eq(KL(PRIOR, Q), by="definition").eq(KL(PRIOR, Q), by="jensen")


def test_every_line_has_a_mark() -> None:
    shown = elbo_is_reconstruction_minus_kl()._repr_markdown_()
    assert shown.count(r"\checkmark") == 6
    assert "**Every line is ok**, and the goal is reached." in shown
    assert r"\text{chain rule}" in shown and r"\begin{aligned}" in shown


def test_the_first_bad_line_is_explained() -> None:
    shown = BAD._repr_markdown_()
    assert "Line 1: **this line is false.** At x = 0 the left side is" in shown
    assert "Hint: equality would hold with the arguments of the KL swapped." in shown
    assert r"| $x$ | $z$ | $p(x, z)$ |" in shown
    assert "Further lines to look at: 2." in shown
    assert shown.count(r"\color{red}{\times}") == 1


def test_html_is_escaped_and_has_the_table() -> None:
    shown = BAD.check()._repr_html_()
    assert "<table>" in shown and "&amp;" in shown and r"\begin{aligned}" in shown
    assert "<script" not in shown


def test_latex_alone_has_the_block() -> None:
    assert BAD.check()._repr_latex_().startswith("$$\\begin{aligned}")


@pytest.mark.parametrize("name", ALL_WRONG)
def test_every_verdict_can_be_shown(name: str) -> None:
    report = ALL_WRONG[name][0]().check()
    for shown in (report._repr_markdown_(), report._repr_html_(), repr(report)):
        assert "None" not in shown and "object at" not in shown


def test_nothing_changes_a_derivation() -> None:
    begun = Derivation(log(p(x)))
    begun.eq(E(Q, log(p(x))), by="constant")
    assert begun.steps == ()


SHELL = "from IPython.core.interactiveshell import InteractiveShell as S"
HEAVY = ("sympy", "mpmath", "lark", "torch")


def test_a_mistake_shows_one_line_in_ipython() -> None:
    """In a real shell: the message, and no frame of ours."""
    code = "from autograder.derivation import *; x, z = variables('x z'); p = Density('p', [x, z])\nlog(log(p(x)))"
    ran = subprocess.run(
        [sys.executable, "-c", f"{SHELL}; S.instance().run_cell({code!r})"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "Mistake: log needs a positive argument" in ran.stdout + ran.stderr
    assert "Traceback" not in ran.stdout + ran.stderr and "language.py" not in ran.stdout + ran.stderr


def test_importing_is_light() -> None:
    code = f"import sys, autograder.derivation; print([m for m in {HEAVY} if m in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_it_stands_alone() -> None:
    """A learner's kernel has this package and little else: it imports nothing else of the project."""
    code = (
        "import sys, autograder.derivation.latex, autograder.derivation.wire\n"
        "ours = [m for m in sys.modules if m.startswith(('autograder.', 'elboroom'))]\n"
        "print([m for m in ours if not m.startswith('autograder.derivation')])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


m = Count("m")
i = index("i", m)
S = Subset("S", 2, m)
SHOWN = {
    r"\log p(x) - \log p(z)": log(p(x)) - log(PRIOR),
    r"\mathbb{E}_{q(z \mid x)}\left[\log \frac{p(x, z)}{q(z \mid x)}\right]": E(Q, log(JOINT / Q)),
    r"\mathrm{KL}\left(q(z \mid x)\,\|\,p(z)\right)": KL(Q, PRIOR),
    r"\int p(x, z)\, \mathrm{d}z": integral(z, JOINT),
    r"-\left(\log p(x) + \log p(z)\right)": -(log(p(x)) + log(PRIOR)),
    r"\left(p(x) + p(z)\right)^{2}": (p(x) + PRIOR) ** 2,
    r"\mathbb{E}_{\prod_{i=1}^{m} q(z_{i} \mid x)}\left[\log p(z_{1})\right]": E(product(i, q(z[i] | x)), log(p(z[1]))),
    r"\mathbb{E}_{i \sim \mathrm{U}(1, \ldots, m)}\left[p(z_{i})\right]": uniform(i, p(z[i])),
    r"\frac{\sum_{i=1}^{m} p(z_{i})}{m}": average(i, p(z[i])),
    r"\mathrm{ELBO}": ELBO,
}  # fmt: skip


@pytest.mark.parametrize(("written", "e"), SHOWN.items())
def test_it_is_written_as_on_paper(written: str, e: Expr) -> None:
    assert tex(e) == written


UNREADABLE = (r"\mathbb{E}_{I}", "g\\left")  # an expectation over listed bodies, a function of one's own


def test_brackets_stand_where_the_meaning_needs_them() -> None:
    """What is written reads back, by the LaTeX reader, as what it was."""
    from autograder.derivation.latex import from_latex
    from autograder.derivation.normal import equal_under

    read = 0
    for build in OTHER.values():
        derivation = build()
        densities = {n.density for line in derivation.lines for n in line.walk() if type(n).__name__ == "DensityAt"}
        if len({d.name for d in densities}) < len(densities) or any(d.index for d in densities):
            continue
        for line in derivation.lines:
            names = [n for n in line.walk() if type(n).__name__ in ("Named", "Parameter", "Count")]
            try:
                again = from_latex(tex(line), *densities, *names, m).start
            except Mistake as refused:
                assert any(sign in tex(line) for sign in UNREADABLE), (tex(line), str(refused))
                continue
            read += 1
            assert equal_under(again, line, frozenset()), tex(line)
    assert read > 100


def test_a_shown_rule_list_and_a_graded_report() -> None:
    assert "| jensen |" in rules._repr_markdown_()
    assert "can't be checked" in grade(None, log(p(x)) >= ELBO)._repr_markdown_()


def test_variables_are_named_in_one_string() -> None:
    one, two = variables("a b")
    assert (repr(one), repr(two[1]), repr(variables("c"))) == ("a", "b[1]", "c")
    with pytest.raises(Mistake, match="one string"):
        variables("")
