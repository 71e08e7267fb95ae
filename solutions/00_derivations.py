# ---
# jupyter:
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # 00 · Proofs that answer back
#
# Half of this subject is proofs, and a proof on paper doesn't say where it is wrong. Here it does. You write a
# derivation line by line, each line with the rule that gives it, and every line gets a mark while you write. This
# notebook shows in ten minutes how that works; nothing in it is graded.
#
# **What you will be able to do**
#
# - write a derivation over densities, and read its marks;
# - read a counterexample, and redo it by hand;
# - tell "false" from "true, but not by that rule" and from "write the steps between";
# - find the rule you need.

# %%
from fractions import Fraction
from math import log as ln

from IPython.display import display

from autograder.derivation import (
    KL,
    Count,
    Density,
    Derivation,
    E,
    H,
    average,
    define,
    equal,
    index,
    integral,
    log,
    product,
    rules,
    uniform,
    variables,
)
from autograder.derivation.latex import from_latex

# %% [markdown]
# ## The words
#
# Say once which densities there are, and of what. `p` is a model of $x$ and $z$ together; `q` is a density of $z$ that
# is chosen for each $x$, so it is declared `given=[x]`. After that, write what you would write on paper: `p(x | z)`,
# `p(x)`, `E(q(z | x), ...)` for an expectation over $q(z \mid x)$, `KL`, `H`, `integral`, `log`. The machine knows
# nothing else about these densities: whatever you prove holds for all of them.

# %%
x, z = variables("x z")
p = Density("p", [x, z])
q = Density("q", [z], given=[x])

E(q(z | x), log(p(x, z)) - log(q(z | x)))

# %% [markdown]
# A quantity gets a name with `define`. This one will follow you through the whole course.

# %%
ELBO = define("ELBO", E(q(z | x), log(p(x, z)) - log(q(z | x))))

# %% [markdown]
# ## A right proof
#
# A derivation begins with an expression. `.eq(...)` adds a line with $=$, `.ge(...)` one with $\ge$, `.le(...)` one
# with $\le$; `by=` says the rule. The goal is what you set out to prove. A check mark at the end of a line means two
# things: a search through small models found no counterexample, *and* the line follows by the rule you cite.

# %%
goal = equal(log(p(x)), ELBO + KL(q(z | x), p(z | x)))
(
    Derivation(log(p(x)), goal=goal)
    .eq(E(q(z | x), log(p(x))), by="constant")
    .eq(E(q(z | x), log(p(x, z)) - log(p(z | x))), by="chain rule")
    .eq(E(q(z | x), log(p(x, z)) - log(q(z | x)) + log(q(z | x)) - log(p(z | x))), by="algebra")
    .eq(E(q(z | x), log(p(x, z)) - log(q(z | x))) + E(q(z | x), log(q(z | x)) - log(p(z | x))), by="linearity")
    .eq(ELBO + KL(q(z | x), p(z | x)), by="definition")
)

# %% [markdown]
# The trick is in the third line: $\log q$ is subtracted and added. (Algebra is free on every line, so the fourth would
# be accepted without it; but who would see why?) Take another line away, or change a sign, and run the cell again. That
# is the quickest way to learn the language.
#
# ## A wrong one
#
# The two arguments of a KL are not alike. Exchange them, and the machine looks for a small model in which that matters.

# %%
Derivation(E(q(z | x), log(q(z | x) / p(z)))).eq(KL(p(z), q(z | x)), by="definition")

# %% [markdown]
# ### How to read a counterexample
#
# The tables are the model: two values of $x$, two of $z$, all probabilities as fractions. Everything else follows from
# them, so you can redo it on paper. From the first table $p(z{=}0) = \tfrac1{15} + \tfrac1{15} = \tfrac2{15}$, from the
# second $q(z{=}0 \mid x{=}0) = \tfrac12$. Then both sides at $x = 0$ are two terms each:

# %%
prior = [Fraction(2, 15), Fraction(13, 15)]
guide = [Fraction(1, 2), Fraction(1, 2)]
left = sum(float(a) * ln(a / b) for a, b in zip(guide, prior, strict=True))
right = sum(float(b) * ln(b / a) for a, b in zip(guide, prior, strict=True))
print(f"left {left:.4f}, right {right:.4f}")

# %% [markdown]
# One table in which the sides differ is enough: the line is false, whatever rule it cites. The hint below a false
# line, where there is one, names one edit with which it would be true. Sometimes a table has widths as well. Then $z$
# is continuous: it is uniform within each cell, and the numbers are densities, which may exceed 1. That is needed to
# refute what holds for probabilities only.

# %%
Derivation(H(q(z | x))).ge(0, by="kl >= 0")

# %% [markdown]
# ## True, but not by that rule
#
# The next line is true. It isn't linearity, though: nothing is split. An amber mark says so and names the rule.

# %%
Derivation(E(q(z | x), log(p(x, z)))).eq(E(q(z | x), log(p(x | z)) + log(p(z))), by="linearity")

# %% [markdown]
# ## Write the steps between
#
# Two rules on one line are welcome, as in `by="chain rule, linearity"`. With more at once, nobody can follow, and the
# machine doesn't try: no counterexample is no proof.

# %%
Derivation(log(p(x))).eq(ELBO + KL(q(z | x), p(z | x)), by="definition")

# %% [markdown]
# ## What is bound stays inside
#
# $z$ lives inside the expectation that averages over it. A factor that depends on $z$ can't leave.

# %%
Derivation(E(q(z | x), log(p(x | z)) + log(p(x)))).eq(log(p(x | z)) + log(p(x)), by="constant")

# %% [markdown]
# ## Inequalities
#
# Jensen's inequality needs a function and its shape: $\log$ is concave, so $\log \mathbb E[g] \ge \mathbb E[\log g]$.
# The machine knows where the step leads up and where down, also under a minus sign or inside another expectation.

# %%
goal = log(p(x)) >= ELBO
(
    Derivation(log(p(x)), goal=goal)
    .eq(log(integral(z, p(x, z))), by="marginal")
    .eq(log(integral(z, q(z | x) * (p(x, z) / q(z | x)))), by="algebra")
    .eq(log(E(q(z | x), p(x, z) / q(z | x))), by="expectation")
    .ge(E(q(z | x), log(p(x, z) / q(z | x))), by="jensen: log is concave")
    .eq(ELBO, by="definition")
)

# %%
Derivation(log(E(q(z | x), p(x | z)))).le(E(q(z | x), log(p(x | z))), by="jensen: log is concave")

# %% [markdown]
# ## All rules, with one example each
#
# Type `rules.` and press the tab key to see them; `by=rules.chain_rule` and `by="chain rule"` are the same. Algebra and
# logs of products are free: they may happen on any line besides the rule.

# %%
display(rules)

# %%
m = Count("m")  # any number of samples
i = index("i", m)
samples = product(i, q(z[i] | x))  # z[1], ..., z[m], independent
u, v = variables("u v")
r = Density("r", [u, v], factors=[u, v])  # declared independent

examples = [
    Derivation(p(x) * (p(z) + p(x, z))).eq(p(x) * p(z) + p(x) * p(x, z), by="algebra"),
    Derivation(log(p(x, z) / q(z | x))).eq(log(p(x, z)) - log(q(z | x)), by="log"),
    Derivation(KL(q(z | x), p(z))).eq(E(q(z | x), log(q(z | x) / p(z))), by="definition"),
    Derivation(E(q(z | x), log(p(z)) + p(z))).eq(E(q(z | x), log(p(z))) + E(q(z | x), p(z)), by="linearity"),
    Derivation(E(q(z | x), p(x) * log(p(z)))).eq(p(x) * E(q(z | x), log(p(z))), by="constant"),
    Derivation(p(x, z)).eq(p(x | z) * p(z), by="chain rule"),
    Derivation(p(z | x)).eq(p(x | z) * p(z) / p(x), by="bayes"),
    Derivation(integral(z, q(z | x))).eq(1, by="normalisation"),
    Derivation(integral(z, p(x, z))).eq(p(x), by="marginal"),
    Derivation(E(q(z | x), log(p(z)))).eq(integral(z, q(z | x) * log(p(z))), by="expectation"),
    Derivation(r(u | v)).eq(r(u), by="independence"),
    Derivation(r(u, v)).eq(r(u) * r(v), by="factorisation"),
    Derivation(E(q(z[1] | x), log(p(z[1])))).eq(E(q(z[2] | x), log(p(z[2]))), by="symmetry"),
    Derivation(E(samples, average(i, p(z[i])))).eq(E(q(z | x), p(z)), by="identically distributed"),
    Derivation(average(i, p(z[i]))).eq(uniform(i, p(z[i])), by="uniform index"),
    Derivation(E(p(x), E(p(z | x), log(p(x | z))))).eq(E(p(x, z), log(p(x | z))), by="tower"),
    Derivation(log(E(q(z | x), p(x | z)))).ge(E(q(z | x), log(p(x | z))), by="jensen: log is concave"),
    Derivation(ELBO + KL(q(z | x), p(z))).ge(ELBO, by="kl >= 0"),
]
for example in examples:
    display(example)

# %% [markdown]
# ## If you would rather type LaTeX
#
# An `aligned` block is read as well, with the rule in `\text{...}` at the end of each row. What is shown below the
# cell is what was read. Where your LaTeX could mean two things, you are asked: `\log p(x|z) p(z)` needs brackets.

# %%
from_latex(
    r"""
    \mathrm{ELBO} &= \mathbb{E}_{q(z \mid x)}[\log p(x, z) - \log q(z \mid x)] && \text{definition} \\
                  &= \mathbb{E}_{q(z \mid x)}[\log p(x, z)] + \mathrm{H}(q(z \mid x)) && \text{linearity, definition}
    """,
    p,
    q,
    ELBO,
)

# %% [markdown]
# ## What it can't do
#
# It knows densities, not formulas for them: nothing about Gaussians, no derivatives, no change of variables, no
# limits. It assumes that densities are positive (say `positive=False` where one may vanish) and that your integrals
# exist. And a line that is true may still be called a gap, if the step is too long for it. Then make it shorter.
#
# ## Your turn
#
# The KL between joint densities splits into the KL between the marginals and the average KL between the conditionals.
# The first line stands here, and the goal. You will need the definition, the chain rule, linearity, a constant, and the
# tower rule, read from right to left.

# %%
a, b = Density("a", [x, z]), Density("b", [x, z])
start, end = KL(a(x, z), b(x, z)), KL(a(x), b(x)) + E(a(x), KL(a(z | x), b(z | x)))
Derivation(start, goal=equal(start, end)).eq(E(a(x, z), log(a(x, z) / b(x, z))), by="definition")
