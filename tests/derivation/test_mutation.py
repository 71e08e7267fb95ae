"""A right derivation with one edit on one line is found out, unless the edited line happens to be right as well.

Whether it is right is decided by another route than the normal form: by models that the refuter doesn't use.
"""

from __future__ import annotations

import random

import pytest

from autograder.derivation import Derivation, Mistake
from autograder.derivation.derivation import allowed
from autograder.derivation.expressions import DensityAt, Expr
from autograder.derivation.line import Step, judge
from autograder.derivation.refute import refute
from tests.derivation import other_right_chains
from tests.derivation.fuzzing import World, _meant, edited
from tests.derivation.right_chains import RIGHT
from tests.derivation.source_proofs import PROOFS
from tests.derivation.test_fuzz import DEEP

CHAINS = RIGHT | other_right_chains.OTHER | PROOFS


def vocabulary(chain: Derivation) -> World:
    """The densities of a chain, to edit its lines with."""
    found = [node for line in chain.lines for node in line.walk() if isinstance(node, DensityAt)]
    densities = list(dict.fromkeys(found))
    return World(densities, [[d] for d in densities])


def mutants(chain: Derivation, rng: random.Random, each: int) -> list[tuple[Expr, Step]]:
    """Lines whose right side has one edit."""
    world, found = vocabulary(chain), []
    for left, step in zip(chain.lines, chain.steps, strict=False):
        for _ in range(each):
            try:
                right = _meant(edited(world, step.right, rng))
            except (Mistake, IndexError, TypeError):
                continue
            if right.same(step.right):
                continue
            found.append((left, Step(step.relation, right, step.by)))
    return found


def accepted_wrongly(name: str, each: int) -> tuple[int, list[str]]:
    chain, rng = CHAINS[name](), random.Random(name)
    made = mutants(chain, rng, each)
    wrong = []
    for left, step in made:
        verdict = judge(left, step, chain.start.free, allowed(None))
        if verdict.ok and refute(left, step.relation, step.right, DEEP) is not None:
            wrong.append(f"{left!r} {step.relation} {step.right!r} by {step.by}")
    return len(made), wrong


def test_mutants_are_found_out() -> None:
    results = [accepted_wrongly(name, each=1) for name in CHAINS if "3" not in name]
    assert not [wrong for _, found in results for wrong in found]
    assert sum(made for made, _ in results) > 150


@pytest.mark.full
@pytest.mark.parametrize("name", CHAINS)
def test_many_mutants_are_found_out(name: str) -> None:
    made, wrong = accepted_wrongly(name, each=12)
    assert not wrong
    assert made > 0
