"""Logs and powers of polynomials: log(a b) = log a + log b for positive a, b; (a b)^n = a^n b^n."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from autograder.derivation import atoms
from autograder.derivation.binding import sum_over
from autograder.derivation.mistakes import Mistake
from autograder.derivation.names import Index
from autograder.derivation.polynomials import (
    ONE,
    ZERO,
    Atom,
    Poly,
    add,
    constant,
    content,
    from_atom,
    from_mono,
    leading_sign,
    multiply,
    raised,
    removed,
)

LARGEST_PRIME = 1000


def log_form(poly: Poly) -> Poly:
    """log of a polynomial: the logs of its number and of its positive atoms are split off."""
    if not poly:
        raise Mistake("this is the log of 0")
    number, mono, rest = content(poly)
    splits = frozenset((atom, n) for atom, n in mono if atom.positive) if rest.positive or len(rest.terms) > 1 else ONE
    kept = rest * from_mono(removed(mono, splits))
    parts = [_log_of_number(number)] + [log_of_atom(atom).scaled(Fraction(n)) for atom, n in splits if n]
    return add(parts if kept == constant(1) else [*parts, from_atom(atoms.log(kept))])


def log_of_atom(atom: Atom) -> Poly:
    """log of a positive atom."""
    if atom.kind == "power":
        return from_atom(atoms.log(atom.data[0]))
    if atom.kind == "plate":
        index, factor = atom.data
        assert isinstance(index, Index) and isinstance(factor, Atom)
        return sum_over(index, log_of_atom(factor))
    if atom.kind == "function" and atom.data[0].name == "exp":
        return atom.data[1]
    return from_atom(atoms.log(from_atom(atom)))


def power_form(poly: Poly, exponent: int) -> Poly:
    """poly**exponent: positive powers are multiplied out, a sum to a negative power is an atom."""
    if exponent >= 0:
        return multiply([poly] * exponent)
    if not poly:
        raise Mistake("this divides by 0")
    number, mono, rest = content(poly)
    sign = leading_sign(rest)
    below = from_mono(raised(mono, exponent), number**exponent * (sign if exponent % 2 else 1))
    return (
        below
        if (rest := rest.scaled(Fraction(sign))) == constant(1)
        else below * from_atom(atoms.power(rest), exponent)
    )


def _log_of_number(number: Fraction) -> Poly:
    parts = [from_atom(atoms.ln(p)).scaled(Fraction(n)) for p, n in _prime_powers(number.numerator)]
    parts += [from_atom(atoms.ln(p)).scaled(Fraction(-n)) for p, n in _prime_powers(number.denominator)]
    return add(parts) if parts else ZERO


def _prime_powers(number: int) -> Iterator[tuple[int, int]]:
    """Small prime factors with their multiplicity; what is left over stays as it is."""
    for prime in range(2, LARGEST_PRIME):
        if prime * prime > number:
            break
        times_ = 0
        while number % prime == 0:
            number, times_ = number // prime, times_ + 1
        if times_:
            yield prime, times_
    if number > 1:
        yield number, 1
