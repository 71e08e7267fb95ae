"""Text from a learner, made harmless: markup escaped, colours and other control characters gone."""

import re
from html import escape

_ESCAPE_SEQUENCE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|.)", re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def plain(text: str) -> str:
    """The text without control characters; of a line that was overwritten (a progress bar), what it ended as."""
    text = _ESCAPE_SEQUENCE.sub("", text.replace("\r\n", "\n"))
    lines = (line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n"))
    return _CONTROL.sub("", "\n".join(lines))


def html(text: str) -> str:
    """The text as it can stand in a page or in an attribute."""
    return escape(plain(text))
