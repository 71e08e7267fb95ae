"""The checks of one unit: what is public, what is hidden, the mistakes known for each, and hints."""

import difflib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from autograder.checks.remember import remembering
from autograder.errors import UserError
from autograder.student import Student
from autograder.wrong import Wrong

Check = Callable[[Student], None]


@dataclass(frozen=True)
class Mistake:
    """A misconception: what it makes of the inputs of `function`, and what to tell whoever has it."""

    name: str
    function: str
    says: str
    returns: Callable[..., Any]


class Checks:
    """The checks of a unit. As a decorator it registers one; called with a name, in a notebook, it runs one.

    >>> check = Checks("00_example")
    >>> @check(hidden=2)
    ... def elbo(student): ...
    >>> check.names
    ['elbo']
    """

    def __init__(self, unit: str) -> None:
        self.unit = unit
        self.public: dict[str, Check] = {}
        self.secret: dict[str, Check] = {}
        self.hidden_weight: dict[str, float] = {}
        self.mistakes: dict[str, list[Mistake]] = {}
        self.hinted: dict[str, tuple[str, ...]] = {}
        self.module = ""  # the module of the public checks

    @property
    def names(self) -> list[str]:
        """The registered checks, in the order of the unit."""
        return list(self.public)

    def __call__(self, what: Any = None, *, hidden: float = 0.0) -> Any:
        if isinstance(what, str):
            from autograder.checks.notebook import run_in_notebook

            return run_in_notebook(self, what)
        if what is not None:
            return self._register(what, 0.0)
        return lambda function: self._register(function, hidden)

    def _register(self, function: Check, hidden: float) -> Check:
        name = function.__name__
        if name in self.public:
            raise ValueError(f"{self.unit}: two public checks are called {name}")
        self.public[name], self.hidden_weight[name], self.module = function, hidden, function.__module__
        return function

    def hidden(self, function: Check) -> Check:
        """Registers the hidden parts of the public check of the same name."""
        name = function.__name__
        if name not in self.public:
            raise ValueError(f"{self.unit}: hidden parts for {name}, which has no public check")
        self.secret[name] = function
        return function

    def mistake(
        self, name: str, says: str = "", function: str = ""
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Registers a known mistake of the check `name`: the decorated function returns, for the same arguments as
        the learner's `function` (by default of the check's name), what the misconception would return. Without `says`
        its docstring, as one paragraph, speaks to the learner."""

        def register(returns: Callable[..., Any]) -> Callable[..., Any]:
            sentence = says or " ".join((returns.__doc__ or "").split())
            known = Mistake(returns.__name__, function or name, sentence, remembering(returns))
            self.mistakes.setdefault(name, []).append(known)
            return returns

        return register

    def known(self, name: str, mistake: str) -> Wrong:
        """The known mistake called `mistake` of the check `name`, to be raised where a check itself has found it."""
        return Wrong({m.name: m.says for m in self.mistakes[name]}[mistake], mistake)

    def hints(self, name: str, first: str, second: str, third: str) -> None:
        """Three hints for the check `name`, each nearer to the answer than the one before."""
        self.hinted[name] = (first, second, third)

    def require(self, name: str) -> None:
        """Raises UserError, with the names that come closest, unless there is a check called `name`."""
        if name not in self.public:
            near = difflib.get_close_matches(name, self.public, n=3) or self.names
            raise UserError(f"unit {self.unit} has no check {name!r}", f"Did you mean {' or '.join(map(repr, near))}?")
