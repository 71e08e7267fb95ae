"""Errors that a person can mend: the command line prints them as one line with the remedy and exits with 2."""


class UserError(Exception):
    """Something in the input or the set-up is wrong; `remedy` says what to do about it."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message}. {self.remedy}".rstrip() if self.remedy else self.message

    def _render_traceback_(self) -> list[str]:
        return [str(self)]  # what IPython shows in a notebook: the message, no traceback
