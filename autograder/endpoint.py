"""What a check talks to: something that answers messages with plain data, near (a namespace) or far (a kernel)."""

from typing import Any, Protocol


class TimedOut(Exception):
    """The answer took too long; the learner's kernel was interrupted and lives on."""


class Died(Exception):
    """The learner's kernel is gone; `reason` is one of "timeout", "out-of-memory", "killed", "protocol", …"""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason


class Endpoint(Protocol):
    """The judge's view of a learner's kernel."""

    def request(self, message: dict[str, Any], seconds: float) -> Any:
        """The kernel's answer, plain data as the codec decodes it. Raises TimedOut or Died."""
        ...
