"""Tries one mutant in a forked child: is it caught by the checks, and if not, is it equivalent?

The child starts from a process in which the whole unit has been worked out, so a trial costs a fork and one check.
"""

import os
import pickle
import signal
from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.checks import Checks, run
from autograder.forked import one_thread
from autograder.local import Local
from autograder.mutants.mutate import Mutant
from autograder.student import Student

SECONDS = 20  # a mutant that runs longer is caught: the learner would notice
DRAWS = 1000

Domain = Callable[[np.random.Generator], tuple[Any, ...]]


def trial(mutant: Mutant, check: Checks, namespace: dict[str, Any], domain: Domain | None) -> str:
    """ "caught", "equivalent" (equal on DRAWS random inputs of the domain) or "survived"."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        outcome = "caught"
        try:
            os.close(read)
            signal.alarm(SECONDS)
            _silence()
            one_thread()
            outcome = _outcome(mutant, check, namespace, domain)
        except BaseException:  # whatever breaks is noticed
            outcome = "caught"
        finally:
            os.write(write, pickle.dumps(outcome))
            os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        data = pipe.read()
    os.waitpid(child, 0)
    return pickle.loads(data) if data else "caught"


def _silence() -> None:
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)


def _outcome(mutant: Mutant, check: Checks, namespace: dict[str, Any], domain: Domain | None) -> str:
    original = dict(namespace)
    exec(mutant.original, original)
    exec(mutant.source, namespace)
    verdict = run(check, mutant.exercise, Student(Local(namespace)), 1.0)
    if verdict.points < 1.0:
        return "caught"
    if domain and _equal_everywhere(original[mutant.exercise], namespace[mutant.exercise], domain):
        return "equivalent"
    return "survived"


def _equal_everywhere(a: Callable[..., Any], b: Callable[..., Any], domain: Domain) -> bool:
    generator = np.random.default_rng(7)
    for _ in range(DRAWS):
        arguments = domain(generator)
        if not _same(_result(a, arguments), _result(b, arguments)):
            return False
    return True


def _result(function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    with np.errstate(all="ignore"):
        try:
            return function(*arguments)
        except Exception as error:
            return type(error).__name__


def _same(a: Any, b: Any) -> bool:
    if isinstance(a, str) or isinstance(b, str):
        return type(a) is type(b) and a == b
    if isinstance(a, tuple | list):
        return type(a) is type(b) and len(a) == len(b) and all(map(_same, a, b))
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    return a.shape == b.shape and bool(np.allclose(a, b, rtol=1e-10, atol=1e-300, equal_nan=True))
