"""An error in a master names the file and the line where the author can mend it."""

from autograder.errors import UserError


class MasterError(UserError):
    """Something is wrong at a line of a master; the message begins with `file, line N`."""

    def __init__(self, file: str, line: int, message: str, remedy: str) -> None:
        super().__init__(f"{file}, line {line}: {message}", remedy)
        self.line = line
