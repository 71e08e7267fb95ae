"""Whether a line follows by the rules that it cites, and by these alone.

An equality (or an inequality between equal sides) follows when both sides have the same normal form under the rules. It
must need them: a line that algebra gives, or one of two cited rules alone, cites the wrong thing. An inequality follows
by Jensen, by KL >= 0, or by integrating over a part of the space; then a second rule may be cited beside.
"""

from __future__ import annotations

from autograder.derivation.expressions import DensityAt, Expr
from autograder.derivation.jensen import Finding, by_jensen
from autograder.derivation.nonnegative import by_kl, by_part_of_space
from autograder.derivation.normal import NOTHING, equal_under
from autograder.derivation.rulebook import Rule, chain_rule, jensen, normalisation


def justify(left: Expr, relation: str, right: Expr, by: tuple[Rule, ...]) -> Finding:
    """Whether left = right (>=, <=) follows by the rules."""
    features = frozenset(f for rule in by for f in rule.features)
    strict = [rule for rule in by if rule.inequality]
    if strict:
        return _inequality(left, relation, right, strict, features, by)
    if equal_under(left, right, features):
        return _needed(left, right, by, features)
    return by_part_of_space(left, relation, right, features) if normalisation in by else Finding(False)


def _inequality(
    left: Expr, relation: str, right: Expr, strict: list[Rule], features: frozenset[str], by: tuple[Rule, ...]
) -> Finding:
    if len(strict) > 1:
        return Finding(False, "one inequality on a line is enough")
    rule = strict[0]
    if rule.name == jensen.name:
        found = by_jensen(left, relation, right, rule.detail, features)
        alone = features and by_jensen(left, relation, right, rule.detail, NOTHING).ok
    else:
        found = by_kl(left, relation, right, features)
        alone = features and by_kl(left, relation, right, NOTHING).ok
    if found.ok and alone:
        others = " and ".join(r.name for r in by if not r.inequality)
        return Finding(False, f"{rule.name} alone does it: {others} is not used")
    return found


def _needed(left: Expr, right: Expr, by: tuple[Rule, ...], features: frozenset[str]) -> Finding:
    """The sides agree under the rules; whether the rules are the right ones to cite."""
    if features and equal_under(left, right, NOTHING):
        return Finding(False, "algebra alone does it")
    used = [rule for rule in by if rule.features]
    for rule in used if len(used) > 1 else ():
        if equal_under(left, right, rule.features):
            return Finding(False, f"{rule.name} alone does it")
    if chain_rule in by and trades_conditions(left, right):
        return Finding(False, "p(a | b) traded for p(b | a) is Bayes' rule")
    return Finding(True)


def trades_conditions(left: Expr, right: Expr) -> bool:
    """Whether some p(a | b) on the left is a p(b | a) on the right."""
    before, after = _densities(left), _densities(right)
    return any((density, given, of) in after - before for density, of, given in before - after)


def _densities(e: Expr) -> set[tuple[object, object, object]]:
    return {(node.density, node.of, node.given) for node in e.walk() if isinstance(node, DensityAt)}
