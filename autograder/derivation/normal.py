"""The normal form: two expressions are equal by a rule when they have the same one under it.

Rings, fractions and logs of products are free everywhere. What else is replaced depends on the features that the cited
rules switch on; with none, a density, an expectation or a named quantity is an atom.
"""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from functools import lru_cache

from autograder.derivation import atoms
from autograder.derivation.binders import Divergence, Entropy, Expectation, Integral, Over, Plate, Total, Uniform
from autograder.derivation.binding import Features, bind, sum_over
from autograder.derivation.conditioning import density_form
from autograder.derivation.effort import spend
from autograder.derivation.expressions import (
    Apply,
    Count,
    DensityAt,
    Expr,
    Mean,
    Named,
    Number,
    Parameter,
    Power,
    Product,
    Sum,
    Support,
)
from autograder.derivation.functions import log
from autograder.derivation.logs import log_form, power_form
from autograder.derivation.mistakes import TooLarge
from autograder.derivation.names import Name
from autograder.derivation.polynomials import ONE, Mono, Poly, add, constant, from_atom, multiply
from autograder.derivation.symmetry import up_to_copies

NOTHING: Features = frozenset()


def equal_under(left: Expr, right: Expr, features: Features) -> bool:
    """Whether the two have the same normal form under the features."""
    return normal_form(left, features) == normal_form(right, features)


@lru_cache(5_000)
def normal_form(e: Expr, features: Features = NOTHING) -> Poly:
    """The polynomial over atoms that the expression is, under the features."""
    spend(5)

    def form(inside: Expr) -> Poly:
        return normal_form(inside, features)

    match e:
        case Number(value):
            return constant(value)
        case Parameter():
            return from_atom(atoms.parameter(e))
        case Count():
            return from_atom(atoms.count(e))
        case DensityAt():
            return density_form(e, features)
        case Support(DensityAt(density, of, given)):
            return constant(1) if density.positive else from_atom(atoms.density(density, of, given), 0)
        case Plate(index, factor):
            return _plate(e, form(factor))
        case Sum(terms):
            return add(form(term) for term in terms)
        case Product(factors):
            return multiply(form(factor) for factor in factors)
        case Power(base, exponent):
            return power_form(form(base), exponent)
        case Apply(function, argument):
            return log_form(form(argument)) if function == log else from_atom(atoms.function(function, form(argument)))
        case Named(name, body):
            return form(body) if "names" in features else from_atom(atoms.named(name, normal_form(body)))
        case Divergence(left, right):
            if "divergence" in features:
                return form(unfolded(e))
            return up_to_copies(
                atoms.divergence(e.bound, multiply(map(form, left)), multiply(map(form, right))), e.bound, features
            )
        case Entropy(over):
            if "divergence" in features:
                return form(unfolded(e))
            return up_to_copies(atoms.entropy(e.bound, multiply(map(form, over))), e.bound, features)
        case Expectation(over, body):
            return _expectation(e.bound, multiply(map(form, over)), form(body), features)
        case Integral(variables, body):
            return bind("integral", variables, ONE, form(body), features)
        case Total(index, body):
            return sum_over(index, form(body))
        case Uniform(index, body):
            return bind("uniform", frozenset([index]), ONE, form(body), features)
        case Mean(bodies):
            return _mean([form(body) for body in bodies], features)
    raise TypeError(f"no normal form for {type(e).__name__}")


def unfolded(e: Divergence | Entropy) -> Expr:
    """A divergence or an entropy as the expectation that it stands for."""
    if isinstance(e, Entropy):
        return -Expectation(e.over, log(density_of(e.over)))
    return Expectation(e.left, log(density_of(e.left) / density_of(e.right)))


def density_of(over: Over) -> Expr:
    """The product of densities as one expression."""
    return over[0] if len(over) == 1 else Product(over)


def _expectation(bound: frozenset[Name], over: Poly, body: Poly, features: Features) -> Poly:
    if "integral" in features:
        return bind("integral", bound, ONE, over * body, features)
    ((mono, _),) = over.terms.items()
    return bind("expectation", bound, mono, body, features)


def _plate(e: Plate, factor: Poly) -> Poly:
    """The product over an index, taken apart where the density is a product."""
    ((mono, _),) = factor.terms.items()
    if any(e.index not in atom.names for atom, _ in mono):
        mono = _only(normal_form(e.factor))
    depth = max(atom.depth for atom, _ in mono) + 1
    index = atoms.canonical_index(e.index, depth)
    inside = {atoms.renamed_atom(atom, {e.index: index}): n for atom, n in mono}
    return multiply(from_atom(atoms.plate(index, atom), n) for atom, n in inside.items())


def _only(poly: Poly) -> Mono:
    ((mono, _),) = poly.terms.items()
    return mono


def _mean(bodies: list[Poly], features: Features) -> Poly:
    if "uniform" in features:
        return add(bodies).scaled(Fraction(1, len(bodies)))
    if len(bodies) > 500:
        raise TooLarge("that is an average over too many terms")
    return from_atom(atoms.mean(frozenset(Counter(bodies).items())))
