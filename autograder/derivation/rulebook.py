"""The rules that a line may cite, each with its identity and its side conditions.

`rules.chain_rule`, `rules.linearity`, ... can be typed with completion; their names and aliases can be cited as text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches

from autograder.derivation.mistakes import Mistake

MOST_PER_LINE = 2


@dataclass(frozen=True)
class Rule:
    """A rule: what it is called, and which replacements it switches on in the normal form."""

    name: str
    features: frozenset[str]
    aliases: tuple[str, ...] = ()
    inequality: bool = False
    detail: str = ""
    meaning: str = ""

    def __repr__(self) -> str:
        return self.name + (f": {self.detail}" if self.detail else "")

    def __call__(self, detail: str) -> Rule:
        """The rule with what it is applied to: rules.jensen("log is concave")."""
        return Rule(self.name, self.features, self.aliases, self.inequality, detail, self.meaning)


ALL: dict[str, Rule] = {}


def _rule(name: str, features: str, *aliases: str, inequality: bool = False) -> Callable[[Callable[[], None]], Rule]:
    def declare(function: Callable[[], None]) -> Rule:
        rule = Rule(name, frozenset(features.split()), aliases, inequality, meaning=function.__doc__ or "")
        ALL[name] = rule
        return rule

    return declare


@_rule("algebra", "", "arithmetic", "rearranging", "cancelling", "multiply by 1")
def algebra() -> None:
    """Sums, products, fractions: a (b + c) = a b + a c, a / a = 1. Free on every line.

    Where a density may vanish, q / q is 1 only inside an expectation over q, or where q > 0.
    """


@_rule("log", "", "logs", "log algebra", "logarithm", "logarithms", "properties of log")
def log() -> None:
    """log(a b) = log a + log b, log(a / b) = log a - log b, log 1 = 0, for positive a and b. Free on every line."""


@_rule("definition", "names divergence", "definitions", "by definition", "def")
def definition() -> None:
    """A named quantity is its body; KL(q || p) = E_q[log(q / p)]; H(q) = -E_q[log q]."""


@_rule("linearity", "linearity", "linear", "linearity of expectation", "linearity of the integral")
def linearity() -> None:
    """E[a + b] = E[a] + E[b], and the same for integrals and averages over an index.

    Of sums only: E[a b] is not E[a] E[b]. Signs, numbers and parameters pass on every line.
    """


@_rule("constant", "constant", "constants", "take out constants", "expectation of a constant")
def constant() -> None:
    """E[c] = c, E[c f + d] = c E[f] + d; the integral of c f is c times that of f.

    c and d must not depend on what the expectation or the integral runs over.
    """


@_rule("chain rule", "chain", "chain", "product rule", "conditioning", "definition of conditional probability")
def chain_rule() -> None:
    """p(a, b) = p(a | b) p(b), for variables of one density.

    Trading p(a | b) for p(b | a) is Bayes' rule.
    """


@_rule("bayes", "chain", "bayes rule", "bayes' rule", "bayes' theorem", "bayes theorem")
def bayes() -> None:
    """p(a | b) = p(b | a) p(a) / p(b), for variables of one density. The evidence p(b) stays."""


@_rule(
    "normalisation",
    "normalisation",
    "normalization",
    "integrates to 1",
    "integrates to one",
    "densities integrate to 1",
)
def normalisation() -> None:
    """The integral of q(z | x) over z is 1, over all of z; E[1] = 1.

    Where q > 0 only, the integral of p is at most 1 (in a line with >= or <=).
    """


@_rule("marginal", "marginal", "marginalisation", "marginalization", "integrate out", "sum rule")
def marginal() -> None:
    """The integral of p(x, z) over z is p(x); E over q(z1) q(z2) of f(z1) is E over q(z1).

    A variable leaves when one density has it before the bar and nothing else depends on it.
    """


@_rule("expectation", "integral", "expectation as an integral", "definition of expectation", "as an integral")
def expectation() -> None:
    """E over q(z) of f(z) is the integral of q(z) f(z) over z; a sum for discrete z."""


@_rule("independence", "independence", "independent", "conditional independence")
def independence() -> None:
    """p(a, b | c) = p(a | c) p(b | c), p(a | b, c) = p(a | c), where the declared factorisation says so."""


@_rule("factorisation", "factorisation", "factorization", "factorises", "factorizes", "declared factorisation")
def factorisation() -> None:
    """q(z1, z2 | x) is the product of its declared factors; a factor needs only what it was declared given."""


@_rule("symmetry", "copies", "renaming", "exchangeability", "rename the copies")
def symmetry() -> None:
    """Copies follow the same density: E over q(z[1]) of f(z[1]) is E over q(z[2]) of f(z[2]), and over q(z) of f(z).

    All copies of a variable that an expectation draws are renamed together.
    """


@_rule(
    "identically distributed",
    "copies linearity marginal uniform",
    "iid",
    "i.i.d.",
    "identically distributed copies",
    "average of copies",
    "unbiased average",
)
def identically_distributed() -> None:
    """E over z[1], ..., z[m] drawn from one q of (1/m) sum_i f(z[i]) is E over q of f(z).

    Likewise for a uniform index, and of the copies in a subset of size k for z[1], ..., z[k].
    Of averages only: the average must not stand inside a log.
    """


@_rule("uniform index", "uniform", "uniform", "index", "uniform subset", "uniform distribution")
def uniform_index() -> None:
    """(1/m) sum_i f(i) is the expectation of f(i) over i uniform in 1, ..., m.

    Also (1/m) sum_i f(i) is the expectation, over subsets S of size k, of the average over S.
    """


@_rule("tower", "nesting", "tower rule", "tower property", "fubini", "total expectation", "order of integration")
def tower() -> None:
    """E over p(y) of E over p(x | y) is E over p(x, y); an integral of integrals is one integral, in any order."""


@_rule("jensen", "", "jensen's inequality", "jensens inequality", inequality=True)
def jensen() -> None:
    """f(E[g]) >= E[f(g)] for concave f, f(E[g]) <= E[f(g)] for convex f.

    At one place, where it is clear whether a larger value makes the whole larger or smaller. It gives an inequality,
    never an equality. log is concave; so -log is convex. Name the function: by="jensen: log is concave".
    """


@_rule(
    "kl >= 0", "", "kl>=0", "kl is nonnegative", "gibbs", "gibbs' inequality", "kl is never negative", inequality=True
)
def kl_nonnegative() -> None:
    """KL(q || p) >= 0: the sides differ by KLs with coefficients that are known not to be negative."""


def find(text: str) -> Rule:
    """The rule of this name, or with this alias; `jensen: log is concave` keeps what stands after the colon."""
    name, _, detail = text.partition(":")
    key = _key(name)
    for rule in ALL.values():
        if key in (_key(rule.name), *map(_key, rule.aliases)):
            return rule(detail.strip()) if detail.strip() else rule
    if found := re.fullmatch(r"\s*jensen\w*\W*\s*\(?\s*(.+?)\s*\)?\s*", name, re.I):
        return jensen(found[1])
    near = get_close_matches(key, [_key(n) for rule in ALL.values() for n in (rule.name, *rule.aliases)], 1)
    hint = f"did you mean {near[0]!r}? " if near else ""
    raise Mistake(f"no rule is called {text.strip()!r}; {hint}there are: {', '.join(ALL)}")


def cited(by: object) -> tuple[Rule, ...]:
    """The rules that a line cites: a rule, its name, or two of them (in a tuple, or joined by a comma or `and`)."""
    if isinstance(by, Rule):
        return (by,)
    if isinstance(by, str):
        try:
            return (find(by),)
        except Mistake:
            parts = re.split(r"\s*(?:,|;|\+|\band\b)\s*", by)
            if len(parts) < 2:
                raise
            return cited(tuple(parts))
    if not isinstance(by, (tuple, list)) or not by:
        raise Mistake("say by which rule, as in by='chain rule' or by=rules.chain_rule")
    found = tuple(rule for part in by for rule in cited(part))
    if len(found) > MOST_PER_LINE:
        raise Mistake("at most two rules on one line: write the steps between")
    return found


def _key(name: str) -> str:
    return re.sub(r"[\s_-]+", " ", name.strip().lower())


class Rules:
    """All rules, for completion: rules.chain_rule."""

    def __init__(self) -> None:
        for rule in ALL.values():
            attribute = {"kl >= 0": "kl_nonnegative"}.get(rule.name, rule.name.replace(" ", "_"))
            setattr(self, attribute, rule)

    def __repr__(self) -> str:
        return ", ".join(ALL)

    def _repr_markdown_(self) -> str:
        rows = "\n".join(f"| {rule.name} | {rule.meaning.split(chr(10))[0]} |" for rule in ALL.values())
        return f"| Rule | Says |\n|---|---|\n{rows}"


rules = Rules()
