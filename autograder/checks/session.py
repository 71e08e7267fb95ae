"""One check under way: its parts, the expectations of the part being run, and the judgement at the part's end."""

import contextvars
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import numpy as np

from autograder.checks.verdict import Part
from autograder.endpoint import Died, TimedOut
from autograder.student import Student
from autograder.wrong import Wrong

MAX_MESSAGE = 1500  # characters


class Expectation(Protocol):
    """Something expected of one answer: it can be judged, and held against a known mistake."""

    function: str  # the learner's function that the answer comes from, "" when there is none

    def judge(self, public: bool) -> None:
        """Raises Wrong when the answer isn't as expected; a hidden expectation doesn't tell its inputs."""
        ...

    def agrees_with(self, mistake: Any) -> bool | None:
        """Whether the answer is what `mistake`, a function of the same arguments, returns; None if it can't tell."""
        ...


class Session:
    """A check being run for one learner: `public` says whether its parts may speak of their inputs."""

    def __init__(self, name: str, student: Student, seed: int, mistakes: list[Any]) -> None:
        self.name, self.student, self.seed, self.mistakes = name, student, seed, mistakes
        self.parts: list[Part] = []
        self.pending: list[Expectation] | None = None
        self.public = True
        self.trouble = ""  # timeout, died or error: the last that happened, but an error stays
        self.start(public=True)

    def start(self, public: bool) -> None:
        """Begins the public or the hidden half, each with a generator of its own."""
        self.public = public
        self._generator: np.random.Generator | None = None

    @property
    def generator(self) -> np.random.Generator:
        """The half's random numbers; made when they are asked for, as many checks draw none."""
        if self._generator is None:
            self._generator = np.random.default_rng([self.seed, zlib.crc32(self.name.encode()), self.public])
        return self._generator

    @contextmanager
    def part(self, name: str, weight: float, given: str = "", seconds: float | None = None) -> Iterator[None]:
        """Collects what the body expects, asks for all of it at once, then judges it in order."""
        part = Part(name, weight, self.public, given=given)
        self.parts.append(part)
        self.pending = []
        try:
            yield
            self.student.flush(seconds)
            self._judge(self.pending)
            part.ok, part.share = True, 1.0
        except Wrong as wrong:
            part.message, part.mistake, part.share = _short(wrong.message), wrong.mistake, wrong.share
        except TimedOut:
            self._broke(part, "timeout", "This took too long and was stopped.")
        except Died as died:
            self._broke(part, "died", _DEATHS.get(died.reason, "The kernel died while this ran."))
        except Exception as error:
            self._broke(part, "error", f"The check itself failed ({type(error).__name__}); this is not your fault.")
        finally:
            self.pending = None

    def _broke(self, part: Part, trouble: str, message: str) -> None:
        part.message = message
        if self.trouble != "error":
            self.trouble = trouble

    def _judge(self, expectations: list[Expectation]) -> None:
        for expectation in expectations:
            try:
                expectation.judge(self.public)
            except Wrong as wrong:
                raise self._named(expectation.function, expectations) or wrong from None

    def _named(self, function: str, expectations: list[Expectation]) -> Wrong | None:
        """The known mistake that explains every answer of `function` in this part, if there is one."""
        same = [e for e in expectations if e.function == function]
        for mistake in self.mistakes:
            if mistake.function == function and _explains(mistake.returns, same):
                return Wrong(mistake.says, mistake.name)
        return None


def _explains(mistake: Any, expectations: list[Expectation]) -> bool:
    """Whether some answer is what the mistake returns and none is not; the first that is not settles it."""
    agreed = False
    for expectation in expectations:
        opinion = _agrees(expectation, mistake)
        if opinion is False:
            return False
        agreed = agreed or opinion is True
    return agreed


def _agrees(expectation: Expectation, mistake: Any) -> bool | None:
    try:
        with np.errstate(all="ignore"):
            return expectation.agrees_with(mistake)
    except TimedOut:
        raise
    except Exception:  # a mistake need not be defined on every input of a check; there it explains nothing
        return False


def _short(message: str) -> str:
    """A learner's kernel has a say in a message, but not in its length."""
    return message if len(message) <= MAX_MESSAGE else f"{message[: MAX_MESSAGE - 1]}…"


_DEATHS = {
    "timeout": "This took too long and could not be interrupted.",
    "out-of-memory": "This needed more memory than a submission may use.",
}
_SESSION: contextvars.ContextVar[Session | None] = contextvars.ContextVar("session", default=None)


@contextmanager
def activate(session: Session) -> Iterator[None]:
    """Makes `part`, `rng` and the expectations belong to `session`."""
    token = _SESSION.set(session)
    try:
        yield
    finally:
        _SESSION.reset(token)


def current() -> Session | None:
    """The session under way, or None outside a check."""
    return _SESSION.get()


def _session() -> Session:
    session = current()
    if session is None:
        raise RuntimeError("part() and rng() belong inside a check that is being run")
    return session


@contextmanager
def part(name: str, weight: float = 1.0, given: str = "", seconds: float | None = None) -> Iterator[None]:
    """A named part of a check: passed or not, worth its share of the points. `name` is shown to the learner.

    A part that holds the answer only against itself (its shape, two calls alike) says `given` the name of the part that
    holds it against the truth: without that one it is worth nothing, since a constant would pass it. `seconds` is what
    its calls may take together in grading, where that is less than what a request may take."""
    with _session().part(name, weight, given, seconds):
        yield


def rng() -> np.random.Generator:
    """The check's random numbers: from the run's seed and the check's name, the same for every submission of a run."""
    return _session().generator
