"""What a check concludes: a verdict, made of parts."""

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass
class Part:
    """One named, weighted part of a check. `message` is for the learner; `mistake` names a known misconception;
    `share` is how much of its weight is won (1 when ok; something between for a proof that gets part of the way).
    `given` names the part of the same check without which this one proves nothing."""

    name: str
    weight: float
    public: bool
    ok: bool = False
    share: float = 0.0
    message: str = ""
    mistake: str = ""
    given: str = ""


@dataclass
class Verdict:
    """The outcome of one check.

    status: passed, partial, failed, blank (nothing written yet), timeout, died (the learner's kernel), or error (the
    check itself broke: no point is given, and it is not the learner's fault). `hidden_share` is the share of the
    points that hidden parts decide; `hidden_run` says whether they did.
    """

    name: str
    status: str
    points: float
    max_points: float
    message: str = ""
    mistake: str = ""
    parts: list[Part] = field(default_factory=list)
    hidden_share: float = 0.0
    hidden_run: bool = True

    def to_dict(self) -> dict[str, Any]:
        """Plain data, as in a line of outcomes.jsonl."""
        return asdict(self)
