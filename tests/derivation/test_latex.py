"""LaTeX as people write it is read as what it means; what could mean two things is asked about, at its place."""

from __future__ import annotations

import pytest

from autograder.derivation import (
    KL,
    Count,
    Density,
    E,
    H,
    Mistake,
    Parameter,
    average,
    define,
    exp,
    index,
    integral,
    log,
    product,
    total,
    uniform,
    variables,
)
from autograder.derivation.expressions import Expr
from autograder.derivation.latex import from_latex
from autograder.derivation.normal import equal_under
from tests.derivation.right_chains import ELBO, JOINT, POSTERIOR, PRIOR, Q, p, q, weight, x, z
from tests.derivation.source_proofs import L_M, m

LIKELIHOOD = p(x | z)
beta = Parameter("beta", positive=True)
i, j = index("i", m), index("j", m)
draws = product(i, q(z[i] | x))
y = variables("y", discrete=True)
labels = Density("r", [y], given=[x])
parts = variables("w1 w2")
apart = Density("s", parts)
each = Density("g", [z], indexed=True)
L_m = define("L_m", L_M.body)
DECLARED = (p, q, ELBO, m, beta, L_m, labels, apart, each)

READ = {
    r"\log p(x)": log(p(x)),
    r"\ln p_\theta(x)": log(p(x)),
    r"\mathbb{E}_{z \sim q(z|x)}[\log p(x|z)] - \mathrm{KL}(q(z|x)\|p(z))": E(Q, log(LIKELIHOOD)) - KL(Q, PRIOR),
    r"\mathbb{E}_{q(z\mid x)}\left[\log \frac{p(x,z)}{q(z\mid x)}\right]": E(Q, log(JOINT / Q)),
    r"\mathbb{E}_{q_\phi(z \mid x)}\big[\,\log p_\theta(x,z) - \log q_\phi(z \mid x)\,\big]": E(Q, log(JOINT) - log(Q)),
    r"\log \int p_\theta(x,z)\,dz": log(integral(z, JOINT)),
    r"\log \int p(x, z) \, \mathrm{d}z": log(integral(z, JOINT)),
    r"\int q_\phi(z|x) \log \frac{p_\theta(x,z)}{q_\phi(z|x)} \, dz": integral(z, Q * log(JOINT / Q)),
    r"\int_z p(x|z) p(z) dz": integral(z, LIKELIHOOD * PRIOR),
    r"\iint p(x,z)\, dx\, dz": integral([x, z], JOINT),
    r"\int \cdots \int s(w_1, w_2) \, dw_1 \, dw_{2}": integral(parts, apart(*parts)),
    r"D_{\mathrm{KL}}\left(q_\phi(z \mid x) \,\|\, p_\theta(z \mid x)\right)": KL(Q, POSTERIOR),
    r"D_{KL}(q_{\phi}(z|x) || p(z))": KL(Q, PRIOR),
    r"\mathcal{KL}(q_{\phi}(z \mid x) \mid\mid p(z))": KL(Q, PRIOR),
    r"\mathbb{KL}(q(\mathbf{z} \mid \mathbf{x}) \| p(\mathbf{z}))": KL(Q, PRIOR),
    r"\operatorname{KL}[q(z|x) \parallel p(z)]": KL(Q, PRIOR),
    r"\mathbb E_q[\log p(x|z)] + \log p(x)": E(Q, log(LIKELIHOOD)) + log(p(x)),
    r"-\mathbb{E}_{q(z|x)}\Bigl[\ln \frac{q(z|x)}{p(z)}\Bigr]": -E(Q, log(Q / PRIOR)),
    r"\mathbb{E}_{z_1,z_2 \sim q(z|x)}\left[\log \tfrac12 \sum_{i=1}^2 \frac{p(x,z_i)}{q(z_i|x)}\right]": E(
        q(z[1] | x) * q(z[2] | x), log(average([weight(z[1]), weight(z[2])]))
    ),
    r"\mathbb{E}_{\mathbf{z}^{(1)}, \ldots, \mathbf{z}^{(m)} \sim q_\phi(\mathbf{z}|\mathbf{x})} [ \log \frac{1}{m}"
    r" \sum_{i=1}^m \frac{p_\theta(\mathbf{x}, \mathbf{z}^{(i)})}{q_\phi(\mathbf{z}^{(i)} | \mathbf{x})} ]": E(
        draws, log(average(i, weight(z[i])))
    ),
    r"\mathbb{E}_{z_{1:m} \sim q(z|x)}[\mathbb{E}_{j \sim U(1..m)}[\log p(z_j)]]": E(draws, uniform(j, log(p(z[j])))),
    r"\mathrm{KL}(\prod_{i=1}^m q(z_i|x) \| \prod_{i=1}^m p(z_i))": KL(draws, product(i, p(z[i]))),
    r"\sum_{i=1}^{m} \log p(z_i)": total(i, log(p(z[i]))),
    r"\sum_{i=1}^{2} \mathrm{KL}(g_i(z_i) \| p(z_i))": total(KL(each[n](z[n]), p(z[n])) for n in (1, 2)),
    r"\sum_y r(y|x) \log r(y|x)": integral(y, labels(y | x) * log(labels(y | x))),
    r"\text{ELBO}(\theta,\phi)": ELBO,
    r"\mathcal{L}_m(\mathbf{x};\theta,\phi)": L_m,
    r"\beta \, \mathrm{KL}(q \| p(z))": beta * KL(Q, PRIOR),
    r"\mathrm{H}(q(z|x)) + \mathbb{H}[q]": H(Q) + H(Q),
    r"0.5 \log p(x)": log(p(x)) / 2,
    r"\left(\log p(x)\right) \int q(z|x) dz": log(p(x)) * integral(z, Q),
    r"(\log p(x))^2": log(p(x)) ** 2,
    r"\exp(\log p(x))": exp(log(p(x))),
    r"-\log(1)": -log(1),
    r"p(x,z)/q(z|x)": JOINT / Q,
    r"\mathbb{E}_{z \sim q(z|x)}\{p(x|z)\}": E(Q, LIKELIHOOD),
}


@pytest.mark.parametrize(("source", "meaning"), READ.items())
def test_it_is_read_as_what_it_means(source: str, meaning: Expr) -> None:
    read = from_latex(source, *DECLARED).start
    assert equal_under(read, meaning, frozenset(["copies"])) and read.free == meaning.free, repr(read)


@pytest.mark.parametrize(("source", "at", "said"), [
    (r"\log p(x|z)p(z)", "p(z)", "how far does the \\log reach"),
    (r"\log p(x)^2", "p(x)", "the power of what"),
    (r"p(x,z)/q(z|x) p(z)", "/", "what is divided by what"),
    (r"\mathbb{E}[\log p(x|z)]", r"\mathbb{E}", "over which density"),
    (r"\mathbb{E}_p[\log p(x)]", "p[", "which p is meant"),
    (r"\sum_{i=1}^m \log p(z_i) + \log p(z_i)", ")", "i is not bound here"),
    (r"\mathbb{E}_{z\sim p(x|z)}[p(z)]", r"z\sim", "what is drawn is not"),
])  # fmt: skip
def test_what_can_be_read_in_two_ways_is_asked_about(source: str, at: str, said: str) -> None:
    with pytest.raises(Mistake) as asked:
        from_latex(source, *DECLARED)
    message, shown, caret = str(asked.value).splitlines()
    assert said in message
    assert shown.strip() == source
    assert len(caret) - 1 <= shown.rindex(at) + 1


@pytest.mark.parametrize(("source", "place", "said"), [
    (r"\mathbb{E}_{q(z|x)}[\log p(x|z)", "end", "] was expected"),
    (r"\log q(z)", "q(z)", "write x after the bar"),
    (r"\mathrm{KL}(q(z|x), p(z))", "))", r"\| was expected"),
    (r"p(x|u)", "u)", "u is not known here; declared are p, q"),
    (r"\foo p(x)", r"\foo", r"\foo is not known here"),
    (r"\int p(x,z)", "end", "d and a variable, as in dz"),
    (r"\log", "end", "an expression was expected"),
    (r"p(x", "end", "a comma"),
    (r"\mathbb{E}_{z\sim q(z|x)} \log p(x)", r"\log", "( or ["),
    (r"\sum_z p(x,z)", "z p", "z is not discrete"),
    (r"q(z|x)^{20}", "q(z", "powers are whole numbers"),
    (r"1 / (p(x) - p(z))", "1 /", "nothing shows that p(x) - p(z) is not 0"),
])  # fmt: skip
def test_an_error_points_at_its_place_and_says_what_was_expected(source: str, place: str, said: str) -> None:
    with pytest.raises(Mistake) as refused:
        from_latex(source, *DECLARED)
    message, shown, caret = str(refused.value).splitlines()
    assert said in message
    column = len(caret) - 5
    expected = len(source) if place == "end" else source.rindex(place)
    assert abs(column - expected) <= 1, (shown, caret)


PROOF = r"""
\begin{aligned}
\log p(x) &= \mathbb{E}_{z\sim q(z|x)}[\log p(x)] && \text{constant} \\
&= \mathbb{E}_{q(z|x)}\left[\log \frac{p_\theta(x,z)}{p_\theta(z|x)}\right] && \text{by the chain rule} \\ % why not
&= \mathbb{E}_{q(z|x)}\left[\log \frac{p(x,z)}{q(z|x)}\right]
   + \mathbb{E}_{q(z|x)}\left[\log \frac{q(z|x)}{p(z|x)}\right] && \text{(linearity, log)} \\
&= \underbrace{\mathrm{ELBO}}_{\text{the bound}} + D_{\mathrm{KL}}(q(z|x)\,\|\,p(z|x)) \quad \text{definition} \\[2pt]
&\geq \mathrm{ELBO} && \text{KL $\geq$ 0}
\end{aligned}
"""


def test_an_aligned_block_is_a_derivation() -> None:
    read = from_latex(PROOF, p, q, ELBO, goal=log(p(x)) >= ELBO)
    assert [step.relation for step in read.steps] == ["=", "=", "=", "=", ">="]
    assert [[rule.name for rule in step.by] for step in read.steps] == [
        ["constant"], ["chain rule"], ["linearity", "log"], ["definition"], ["kl >= 0"],
    ]  # fmt: skip
    assert read.check().proved


def test_the_reading_is_echoed() -> None:
    read = from_latex(r"\log p(x) &= \mathbb{E}_q[\log p(x)] && \text{constant}", p, q)
    shown = read._repr_markdown_()
    assert r"\mathbb{E}_{q(z \mid x)}\left[\log p(x)\right]" in shown
    assert "q alone was read as q(z | x)" in shown


@pytest.mark.parametrize(("source", "said"), [
    (r"\log p(x) &= \mathbb{E}_q[\log p(x)]", "by which rule?"),
    (r"\log p(x) \\ \log p(x) && \text{algebra}", "begins with ="),
    (r"= \log p(x) && \text{algebra}", "must begin with an expression"),
    (r"\log p(x) &= \log p(x) && \text{magic}", "no rule is called 'magic'"),
    (r"\underbrace{\log p(x) &= 1 && \text{log}", "this brace is never closed"),
    ("", "nothing to read"),
    ("x" * 30_000, "too long"),
    ("(" * 3000 + "1" + ")" * 3000, "nested too deeply"),
])  # fmt: skip
def test_a_block_that_is_no_derivation_is_refused(source: str, said: str) -> None:
    with pytest.raises(Mistake) as refused:
        from_latex(source, p, q)
    assert said in str(refused.value)


def test_the_line_of_the_block_is_named() -> None:
    with pytest.raises(Mistake) as refused:
        from_latex(
            PROOF.replace(r"q(z|x)}{p(z|x)}\right] && \text{(linearity, log)}", r"q(z)}{p(z|x)}\right] && \text{log}"),
            p,
            q,
            ELBO,
        )
    assert str(refused.value).startswith("line 6: q is only declared given x")


@pytest.mark.parametrize("wrong", ["z", 3, None])
def test_only_what_has_a_name_can_be_declared(wrong: object) -> None:
    with pytest.raises(Mistake, match="can't be declared"):
        from_latex("1", wrong)


def test_a_size_must_be_declared_as_a_count() -> None:
    with pytest.raises(Mistake, match="not declared as a Count"):
        from_latex(r"\sum_{i=1}^{\beta} \log p(z_i)", p, beta)
    assert from_latex(r"\sum_{i=1}^{K} 2", p, Count("K")).start.free == frozenset()


def test_a_subscript_that_could_be_a_copy_or_a_variable_is_refused() -> None:
    with pytest.raises(Mistake, match="z_1 could be the variable z1 or a copy of z"):
        from_latex("1", p, Density("s", variables("z1 z2")))
