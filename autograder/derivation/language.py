"""How to write expressions: E, KL, H, integral, log, sums and averages, named quantities.

What has no meaning is refused at once, in the subject's words.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from autograder.derivation.binders import (
    Divergence,
    Entropy,
    Expectation,
    Integral,
    Over,
    Plate,
    Total,
    Uniform,
    targets,
)
from autograder.derivation.densities import listed
from autograder.derivation.expressions import (
    Apply,
    Claim,
    Count,
    DensityAt,
    Expr,
    Mean,
    Named,
    Number,
    Power,
    Product,
    Sum,
    Support,
    expr,
)
from autograder.derivation.functions import Function, domain_is_positive
from autograder.derivation.instantiate import at_index
from autograder.derivation.mistakes import Mistake
from autograder.derivation.names import Family, Index, Name, Pick, Size, Subset, Variable, as_tuple, check_name, show
from autograder.derivation.signs import nonzero, positive

LARGEST_POWER = 12


def E(over: Expr | Iterable[Expr], body: object) -> Expr:
    """The expectation of the body over a density, or over a product of densities of different variables."""
    factors, body = density_product(over), expr(body)
    check_copies(targets(factors), body)
    return Expectation(factors, body)


def KL(left: Expr | Iterable[Expr], right: Expr | Iterable[Expr]) -> Expr:
    """The Kullback-Leibler divergence: E over left of log(left / right), in nats."""
    first, second = density_product(left), density_product(right)
    if targets(first) != targets(second):
        raise Mistake("KL compares two densities of the same variables")
    for other in second:
        check_copies(targets(first), other)
    return Divergence(first, second)


def H(over: Expr | Iterable[Expr]) -> Expr:
    """The entropy: minus the expectation of the log density (differential for continuous variables), in nats."""
    return Entropy(density_product(over))


def integral(over: Variable | Iterable[Variable], body: object, where: DensityAt | None = None) -> Expr:
    """The integral of the body over variables; only where a density is positive, if `where` is given."""
    names, body = frozenset(as_tuple(over)), expr(body)
    check_copies(names, body)
    return Integral(names, body if where is None else Product((Support(where), body)))


def apply(function: Function, argument: object) -> Expr:
    """f(argument); a function on (0, oo) needs an argument that is seen to be positive."""
    inside = expr(argument)
    if domain_is_positive(function) and not positive(inside):
        raise Mistake(f"{function.name} needs a positive argument, and nothing shows that {inside} is positive")
    return Apply(function, inside)


def power(base: Expr, exponent: int) -> Expr:
    """base to an integer power; a negative one needs a base that is seen not to be 0."""
    if not isinstance(exponent, int) or isinstance(exponent, bool) or abs(exponent) > LARGEST_POWER:
        raise Mistake(f"powers are whole numbers between -{LARGEST_POWER} and {LARGEST_POWER}; for roots use sqrt")
    if exponent < 0 and not nonzero(base):
        raise Mistake(f"nothing shows that {base} is not 0: don't divide by it")
    if isinstance(base, Number) and base.value:
        return Number(base.value**exponent)
    return base if exponent == 1 else Power(base, exponent)


def total(index: Index | Iterable[object], body: object = None) -> Expr:
    """The sum of expressions, or the sum over i of the body: total(i, f(z[i]))."""
    if not isinstance(index, Index):
        return Sum(tuple(expr(term) for term in index))
    return Total(index, expr(body)) if symbolic(index) else Sum(tuple(each(index, expr(body))))


def product(index: Index | Iterable[object], body: object = None) -> Expr:
    """The product of expressions, or the product over i of a density: product(i, q(z[i] | x))."""
    if not isinstance(index, Index):
        return Product(tuple(expr(factor) for factor in index))
    body = expr(body)
    if not symbolic(index):
        return Product(tuple(each(index, body)))
    if not isinstance(body, DensityAt) or any(v.copy != index for v in body.of):
        raise Mistake(f"the product over {index.name} takes a density of copies, as in q(z[{index.name}] | x)")
    return Plate(index, body)


def average(index: Index | Iterable[object], body: object = None) -> Expr:
    """The sum divided by the number of terms."""
    if isinstance(index, Index):
        return Product((power(expr(index.size), -1), total(index, body)))
    terms = tuple(index)
    return Product((Number(Fraction(1, len(terms))), total(terms)))


def uniform(index: Index | Subset | Iterable[object], body: object = None) -> Expr:
    """The expectation over an index, or over a subset, drawn uniformly; or over which of some expressions is taken."""
    if isinstance(index, (Index, Subset)):
        body = expr(body)
        return Uniform(index, body) if symbolic(index) else Mean(tuple(each(index, body)))
    bodies = tuple(expr(body) for body in index)
    if not bodies:
        raise Mistake("an average needs at least one term")
    return Mean(bodies)


def index(name: str, size: Size) -> Index:
    """An index that runs from 1 to size."""
    if isinstance(size, bool) or not isinstance(size, (int, Count)) or (isinstance(size, int) and not 1 <= size <= 12):
        raise Mistake(f"{name} should run to a small number or to a Count, as in index('i', Count('m'))")
    check_name(name)
    return Index(name, size)


def subset(name: str, size: Size, of: Size) -> Subset:
    """A set of `size` distinct numbers out of 1, ..., of."""
    if not at_most(size, of):
        raise Mistake(
            f"nothing shows that {show(size)} is at most {show(of)}: declare Count({show(size)!r}, at_most={show(of)})"
        )
    check_name(name)
    return Subset(name, size, of)


def define(name: str, body: object) -> Expr:
    """A quantity with a name: ELBO = define("ELBO", ...)."""
    check_name(name)
    return Named(name, expr(body))


def equal(left: object, right: object) -> Claim:
    """The claim that two expressions are equal, for a goal."""
    return Claim(expr(left), "=", expr(right))


def symbolic(index: Index | Subset) -> bool:
    """Whether the size is a Count rather than a number."""
    return isinstance(index.size, Count) or (isinstance(index, Subset) and isinstance(index.of, Count))


def each(index: Index | Subset, body: Expr) -> list[Expr]:
    """The body at every value of an index, or of a subset, of known size."""
    return at_index(index, body)


def at_most(size: Size, of: Size) -> bool:
    """Whether size <= of is known."""
    while isinstance(size, Count) and size != of and size.at_most is not None:
        size = size.at_most
    return bool(size == of) or (isinstance(size, int) and (size == 1 or (isinstance(of, int) and size <= of)))


def density_product(over: Expr | Iterable[Expr]) -> Over:
    """A density or a product of densities as its factors, checked to be a density of all its targets."""
    factors = flat(over)
    if not factors or not all(isinstance(f, (DensityAt, Plate)) for f in factors):
        raise Mistake("this needs a density, or a product of densities, as in q(z | x)")
    found = [(targets((f,)), f.free - targets((f,))) for f in factors]
    seen: set[tuple[str, object]] = set()
    for of, _ in found:
        for name in of:
            key = (name.name, name.copy if isinstance(name, Variable) else name.size)
            clash = key in seen or any(n == name.name and (isinstance(name, Family) or c == "family") for n, c in seen)
            if clash:
                raise Mistake(
                    f"{show(name)} is drawn twice: a product of densities is one density only for different variables"
                )
            seen |= {key} | ({(name.name, "family")} if isinstance(name, Family) else set())
    todo = list(found)
    while todo:
        drawn: frozenset[Name] = frozenset().union(*(of for of, _ in todo))
        ready = [pair for pair in todo if not pair[1] & drawn]
        if not ready:
            raise Mistake("that product is not a density: each factor is conditioned on what another one draws")
        todo = [pair for pair in todo if pair not in ready]
    return tuple(factors)


def flat(over: Expr | Iterable[Expr]) -> list[Expr]:
    """The factors of nested products."""
    if not isinstance(over, Expr | Iterable):
        raise Mistake(f"{over!r} stands here without its variables: write them, as in q(z | x)")
    if isinstance(over, Product):
        return [f for factor in over.factors for f in flat(factor)]
    return [over] if isinstance(over, Expr) else [f for factor in over for f in flat(expr(factor))]


def _largest(copy: object) -> Size:
    """The largest number that a copy can have."""
    if isinstance(copy, Pick):
        return copy.subset.of
    return copy.size if isinstance(copy, Index) else copy if isinstance(copy, int) else 1


def check_copies(bound: frozenset[Name], body: Expr) -> None:
    """Refuse copies z[i] of which it is unclear whether z[1], ..., z[m], being bound, includes them."""
    for name in bound:
        for other in body.free:
            if not isinstance(other, Variable) or other.name != name.name or other == name or other.copy is None:
                continue
            if isinstance(name, Family):
                if not at_most(_largest(other.copy), name.size):
                    raise Mistake(f"{other} is not among {name.name}[1], ..., {name.name}[{show(name.size)}]")
            elif (
                isinstance(name, Variable)
                and name.copy is not None
                and not (isinstance(name.copy, int) and isinstance(other.copy, int))
            ):
                raise Mistake(f"{listed([other])} may or may not be {name}: name the copies apart")
