"""The near endpoint: a namespace in this process, reached through the codec, so that what grading would refuse is
refused at once."""

from typing import Any

from autograder import codec
from autograder.kernel.answers import Answers


class Local:
    """Answers a check's requests out of `namespace` (a notebook's, usually). It has no time limit: a learner who
    waits too long presses the stop button."""

    def __init__(self, namespace: dict[str, Any]) -> None:
        self.answers = Answers(namespace)

    def request(self, message: dict[str, Any], seconds: float) -> Any:
        """As an Endpoint; `seconds` plays no role here."""
        received = codec.roundtrip(message, revive=self.answers.revive)
        return codec.roundtrip(self.answers.answer(received), handle=self.answers.keep)
