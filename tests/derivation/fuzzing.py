"""Random pairs of expressions that are nearly equal: one side is a random edit of the other.

Some edits are identities, some are plausible slips: a factor pulled out of an expectation that depends on it, a log
moved through it, a renamed variable, a dropped conditioning. Whether an edit is right is left to the refuter.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction

from autograder.derivation import (
    KL,
    Count,
    Density,
    Derivation,
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
    sqrt,
    subset,
    total,
    uniform,
    variables,
)
from autograder.derivation.binders import Divergence, Entropy, Expectation, Integral, Total, Uniform
from autograder.derivation.expressions import Apply, DensityAt, Expr, Mean, Named, Number, Power, Product, Sum
from autograder.derivation.names import Variable
from autograder.derivation.normal import unfolded
from autograder.derivation.sites import places
from autograder.derivation.wire import read, write


@dataclass
class World:
    """What the expressions of one language are made of."""

    densities: list[DensityAt]
    overs: list[list[Expr]]
    scalars: list[Expr] = field(default_factory=list)
    wholes: list[Callable[[random.Random], Expr]] = field(default_factory=list)


def plain() -> World:
    x, z = variables("x z")
    p, q = Density("p", [x, z]), Density("q", [z], given=[x])
    return World([p(x, z), p(x | z), p(z | x), p(z), p(x), q(z | x)], [[q(z | x)], [p(z | x)], [p(z)], [p(x, z)]])


def copies() -> World:
    x, z = variables("x z")
    p, q = Density("p", [x, z]), Density("q", [z], given=[x])
    a, b = z.copies(2)
    overs = [[q(a | x), q(b | x)], [q(a | x)], [q(b | x)], [q(z | x)], [q(a | x), p(b)]]
    return World([p(x, a), p(x, b), q(a | x), q(b | x), p(a), p(b), q(z | x), p(x, z)], overs)


def chained() -> World:
    x, u, v = variables("x u v")
    q = Density("q", [u, v], given=[x], factors=[u | x, v | u])
    p = Density("p", [u, v, x], factors=[u, v, x | u & v])
    found = [
        q(u, v | x),
        q(u | x),
        q(v | u),
        q(v | u & x),
        q(v | x),
        q(u | v & x),
        p(u, v),
        p(u),
        p(v),
        p(x | u & v),
        p(u | x),
        p(u | v),
    ]
    return World(
        found, [[q(u, v | x)], [q(u | x), q(v | u)], [q(u | x)], [q(v | u)], [p(u), p(v)], [p(u, v)], [q(v | x)]]
    )


def vanishing() -> World:
    x, z = variables("x z")
    p, q = Density("p", [x, z]), Density("q", [z], given=[x], positive=False)
    return World([p(x, z), p(z), q(z | x), p(z | x)], [[q(z | x)], [p(z)], [p(z | x)]])


def scaled() -> World:
    x, z = variables("x z")
    p, q = Density("p", [x, z]), Density("q", [z], given=[x])
    scalars = [Parameter("beta", positive=True), Parameter("gamma", at_least=1), Parameter("c")]
    return World([p(x, z), p(z), q(z | x), p(x | z)], [[q(z | x)], [p(z)]], scalars)


def sampled(positive: bool = True) -> World:
    x, z = variables("x z")
    p, q = Density("p", [x, z]), Density("q", [z], given=[x], positive=positive)
    m = Count("m")
    k = Count("k", at_most=m)
    i, j, a, s = index("i", m), index("j", m), index("a", k), None
    s = subset("S", k, m)
    draws, fewer = product(i, q(z[i] | x)), product(a, q(z[a] | x))

    def body(v: Variable, rng: random.Random) -> Expr:
        w = rng.choice([p(x, v), q(v | x), p(x, v) / q(v | x), p(v)])
        return rng.choice([w, log(w), w * log(w)])

    def spread(rng: random.Random) -> Expr:
        inner = rng.choice([
            lambda: average(i, body(z[i], rng)),
            lambda: total(i, body(z[i], rng)),
            lambda: uniform(j, body(z[j], rng)),
            lambda: uniform(s, average(a, body(z[s[a]], rng))),
            lambda: average(a, body(z[a], rng)),
            lambda: body(z[1], rng),
            lambda: uniform(j, body(z[j], rng) + body(z[1], rng)),
        ])()  # fmt: skip
        return E(rng.choice([draws, draws, fewer]), rng.choice([lambda e: e, log])(inner))

    return World(
        [p(x, z), q(z | x), p(x, z[1]), q(z[1] | x)], [[q(z | x)], [q(z[1] | x)]], [m, 1 / m], [spread, spread]
    )


def sampled_from_what_may_vanish() -> World:
    return sampled(positive=False)


WORLDS = [plain, copies, chained, vanishing, scaled, sampled, sampled_from_what_may_vanish]


def expression(world: World, rng: random.Random, depth: int = 3) -> Expr:
    """A random expression."""
    if depth == 0:
        return rng.choice(world.densities)
    kind = rng.randrange(13)
    smaller = [expression(world, rng, depth - 1) for _ in range(2)]
    match kind:
        case 0 | 1:
            return log(rng.choice(world.densities) * rng.choice(world.densities) / rng.choice(world.densities))
        case 2:
            return smaller[0] + smaller[1]
        case 3:
            return smaller[0] * smaller[1]
        case 4:
            return smaller[0] - log(rng.choice(world.densities))
        case 5 | 6 | 7:
            return E(rng.choice(world.overs), smaller[0])
        case 8:
            over = rng.choice(world.overs)
            return integral([v for f in over for v in f.of], product(over) * smaller[0])
        case 9:
            one, two = rng.choice(world.overs), rng.choice(world.overs)
            return KL(one, two)
        case 10:
            return rng.choice([log, sqrt, exp])(smaller[0])
        case 11:
            return rng.choice([*world.scalars, Number(Fraction(2)), Number(Fraction(-1, 3))]) * smaller[0]
    if world.wholes and rng.random() < 0.7:
        return rng.choice(world.wholes)(rng)
    return rng.choice([lambda: uniform(smaller), lambda: H(rng.choice(world.overs)), lambda: define("A", smaller[0])])()


def edited(world: World, e: Expr, rng: random.Random) -> Expr:
    """The expression with one random edit at a random place, or the same once more edited."""
    spots = list(places(e))
    node, _, put = rng.choice(spots)
    changed = put(_edit(world, node, rng))
    return edited(world, changed, rng) if rng.random() < 0.3 else changed


def _edit(world: World, e: Expr, rng: random.Random) -> Expr:
    options: list[Callable[[], Expr]] = [
        lambda: E(rng.choice(world.overs), e),
        lambda: e + rng.choice([1, -1]) * log(rng.choice(world.densities)),
        lambda: e * rng.choice(world.densities),
        lambda: e * (d := rng.choice(world.densities)) / d,
        lambda: -e,
        lambda: rename(e, rng),
    ]
    match e:
        case Expectation(over, Sum(terms)) | Expectation(over, Mean(terms)):
            options += [lambda: total(E(over, t) for t in terms)] * 4
        case Expectation(over, Product(factors)):
            options += [lambda: _pull(over, factors, rng)] * 4
            options += [lambda: product(E(over, f) for f in factors)]
        case Expectation(over, Apply(f, inside)):
            options += [lambda: f(E(over, inside))] * 2
        case Expectation(over, body):
            options += [lambda: body, lambda: E(rng.choice(world.overs), body), lambda: E(over[: len(over) - 1], body)]
        case Apply(f, Expectation(over, body)):
            options += [lambda: E(over, f(body))] * 3
        case Apply(f, Sum(terms)):
            options += [lambda: total(f(t) for t in terms)] * 2
        case Apply(f, Mean(bodies)):
            options += [lambda: uniform(f(b) for b in bodies)] * 3
        case Apply(f, Product(factors)):
            options += [lambda: total(f(t) for t in factors)] * 3
        case DensityAt():
            options += [lambda: _conditioned(e, rng)] * 6
        case Divergence() | Entropy():
            options += [lambda: unfolded(e)] * 4
        case Integral(names, body):
            options += [lambda: body, lambda: Integral(names - {rng.choice(sorted(names, key=str))}, body)] * 2
        case Total(i, body) | Uniform(i, body):
            options += [lambda: body if i not in body.free else uniform(i, body)] * 3
        case Named(_, body):
            options += [lambda: body] * 4
        case Mean(bodies):
            options += [lambda: average(bodies)] * 4
        case Power(base, n):
            options += [lambda: Power(base, n + 1)]
    if isinstance(e, Expectation):
        options += [lambda: integral(sorted(e.bound, key=str), product(e.over) * e.body)] * 3
        options += [lambda: E(e.over, e.body + rng.choice(world.densities)) - E(e.over, rng.choice(world.densities))]
    return rng.choice(options)()


def _pull(over: tuple[Expr, ...], factors: tuple[Expr, ...], rng: random.Random) -> Expr:
    i = rng.randrange(len(factors))
    return factors[i] * E(over, product([*factors[:i], *factors[i + 1 :]] or [Number(Fraction(1))]))


def _conditioned(e: DensityAt, rng: random.Random) -> Expr:
    """The chain rule, right or wrong; a condition dropped, added or traded."""
    p, of, given = e.density, sorted(e.of, key=str), sorted(e.given, key=str)
    v = rng.choice(of + given)
    options = [
        lambda: p.at([w for w in of if w != v], given) * p.at([v], [*[w for w in of if w != v], *given]),
        lambda: p.at([w for w in of if w != v], given) * p.at([v], given),
        lambda: p.at(of, [w for w in given if w != v]),
        lambda: p.at([*of, v], [w for w in given if w != v]) / p.at([v], [w for w in given if w != v]),
        lambda: p.at(given, of),
    ]
    return rng.choice(options)()


def rename(e: Expr, rng: random.Random) -> Expr:
    """One copy of a variable replaced by another one, in densities only: bound or not, right or wrong."""
    found = sorted({v for n in e.walk() if isinstance(n, DensityAt) for v in n.of | n.given}, key=str)
    if not found:
        return e
    old = rng.choice(found)
    new = rng.choice([old.root[1], old.root[2], old.root])
    return _renamed(e, old, new)


def _renamed(e: Expr, old: Variable, new: Variable) -> Expr:
    def go(n: object) -> object:
        if isinstance(n, DensityAt):
            return n.density.at({new if v == old else v for v in n.of}, {new if v == old else v for v in n.given})
        if isinstance(n, Expr):
            return type(n)(*(go(part) for part in n.content))
        return tuple(go(part) for part in n) if isinstance(n, tuple) else n

    return go(e)  # type: ignore[return-value]


def _meant(e: Expr) -> Expr:
    """The expression built once more by the language, which refuses it if an edit deep inside took its meaning away."""
    return read(write(Derivation(e))).start


def pair(rng: random.Random) -> tuple[Expr, Expr] | None:
    """Two expressions, or None if the edit had no meaning."""
    world = rng.choice(WORLDS)()
    try:
        left = _meant(expression(world, rng, rng.choice([1, 2, 2, 3])))
        right = _meant(edited(world, left, rng))
    except (Mistake, IndexError, TypeError):
        return None
    if sum(1 for _ in left.walk()) + sum(1 for _ in right.walk()) > 120:
        return None
    return (left, right) if rng.random() < 0.5 else (right, left)
