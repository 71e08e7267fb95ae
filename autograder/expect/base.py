"""What the expectations share: they wait for the end of the part, and know the function that their answer is from."""

from typing import Any

from autograder import codec
from autograder.checks.session import Expectation, current
from autograder.student import Answer


class Expected:
    """An expectation about one answer `got` (an Answer, or a plain value in tests)."""

    def __init__(self, got: Any) -> None:
        self.got = got
        self.function = got.name if isinstance(got, Answer) else ""

    @property
    def subject(self) -> Any:
        """How to speak of the answer where its inputs are public: what this is as a string, which nobody needs of an
        answer that is right."""
        return self.got if isinstance(self.got, Answer) else "this"

    def data(self) -> Any:
        """The answer's value as the codec decodes it."""
        return self.got.data() if isinstance(self.got, Answer) else self.got

    def says(self, public: bool, predicate: str) -> str:
        """A sentence about the answer, which doesn't tell hidden inputs."""
        return f"{self.subject} {predicate}" if public else f"On an input you don't see, `{self.function}` {predicate}"

    def returned_by(self, mistake: Any) -> Any:
        """What a known mistake returns for the same arguments."""
        args = [a.array if isinstance(a, codec.View) else a for a in self.got.args]
        return mistake(*args, **self.got.message.get("kwargs", {}))

    def agrees_with(self, mistake: Any) -> bool | None:
        """Most expectations can't tell one mistake from another."""
        return None


def await_judgement(expectation: Expectation) -> None:
    """Hands the expectation to the part that is open; outside a part, judges it at once."""
    session = current()
    if session is not None and session.pending is not None:
        session.pending.append(expectation)
    else:
        expectation.judge(public=True)
