"""What a check raises when a learner's answer isn't what it should be."""


class Wrong(Exception):
    """The answer is wrong; the message is for the learner. `mistake` names a known misconception, when it is one;
    `share` is how much of the part was established all the same (a proof's lines), in [0, 1)."""

    def __init__(self, message: str, mistake: str = "", share: float = 0.0) -> None:
        super().__init__(message)
        self.message = message
        self.mistake = mistake
        self.share = share
