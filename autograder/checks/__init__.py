"""Checks: named, weighted parts that hold a learner's answers against definitions.

check = Checks("03_exponential")

@check(hidden=2)
def elbo(student):
    \"\"\"The closed form equals the expectation it stands for.\"\"\"
    with part("matches its definition", weight=3):
        for x, theta, phi in GRID:
            expect.close(student.elbo(x, theta, phi), elbo_by_quadrature(x, theta, phi), rtol=1e-6)
"""

from autograder.checks.registry import Checks, Mistake
from autograder.checks.run import run
from autograder.checks.session import part, rng
from autograder.checks.verdict import Part, Verdict

__all__ = ["Checks", "Mistake", "Part", "Verdict", "part", "rng", "run"]
