"""Behaviour: refusing what is outside the domain, returning the same value, naming one of the options."""

from typing import Any

import numpy as np

from autograder.expect.base import Expected, await_judgement
from autograder.student import Answer, describe_kind
from autograder.wrong import Wrong


def raises(got: Answer, error: str) -> None:
    """The call raises `error` (the name of an exception; a subclass will do)."""
    await_judgement(Raises(got, error))


def equal(got: Any, want: Any) -> None:
    """Plain data of the same kind and value: a string, an integer, a bool, a list of them."""
    await_judgement(Equal(got, want))


def choice(got: Any, options: str) -> None:
    """One of the letters in `options`: the form of the answer to a multiple-choice question, not its truth."""
    await_judgement(Choice(got, options))


class Raises(Expected):
    """See `raises`."""

    def __init__(self, got: Answer, error: str) -> None:
        super().__init__(got)
        self.error = error

    def judge(self, public: bool) -> None:
        outcome = self.got.outcome()
        if "ok" in outcome and outcome["ok"] is not None:
            raise Wrong(self.says(public, f"returns a value; outside the domain it should raise {self.error}."))
        if "raised" not in outcome:
            self.data()
            return
        kinds, text = outcome["raised"]
        if self.error not in kinds:
            raise Wrong(self.says(public, f"raises {kinds[0]}{': ' + text if text else ''}, not {self.error}."))


class Equal(Expected):
    """See `equal`."""

    def __init__(self, got: Any, want: Any) -> None:
        super().__init__(got)
        self.want = want

    def judge(self, public: bool) -> None:
        value = self._plain()
        if type(value) is not type(self.want):
            wanted = describe_kind(self.want)
            raise Wrong(f"{self.subject} should be {wanted}, not {describe_kind(value)}.")
        if value != self.want:
            raise Wrong(self.says(public, "is not what it should be."))

    def agrees_with(self, mistake: Any) -> bool:
        return bool(self._plain() == self.returned_by(mistake))

    def _plain(self) -> Any:
        value = self.data()
        is_scalar = isinstance(value, np.ndarray) and value.ndim == 0
        return value.item() if is_scalar else value


class Choice(Expected):
    """See `choice`."""

    def __init__(self, got: Any, options: str) -> None:
        super().__init__(got)
        self.options = options

    def judge(self, public: bool) -> None:
        value = self.data()
        if type(value) is not str or len(value) != 1 or value not in self.options:
            letters = ", ".join(repr(letter) for letter in self.options)
            raise Wrong(f"{self.subject} should be one of the letters {letters}.")
