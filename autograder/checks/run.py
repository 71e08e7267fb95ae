"""Runs a check for one learner and concludes. Whatever goes wrong, no point is given that wasn't established."""

from autograder.checks.registry import Checks
from autograder.checks.session import Session, activate
from autograder.checks.verdict import Part, Verdict
from autograder.student import Student


def run(check: Checks, name: str, student: Student, points: float, seed: int = 0, hidden: bool = True) -> Verdict:
    """The verdict of check `name` on `student`, worth up to `points`. With hidden=False only the public parts run,
    and the hidden parts' share of the points is not given."""
    check.require(name)
    session = Session(name, student, seed, check.mistakes.get(name, []))
    halves = [(check.public[name], True)]
    if hidden and name in check.secret:
        halves.append((check.secret[name], False))
    with activate(session):
        for half, public in halves:
            session.start(public)
            _guarded(half, session)
    return _conclude(session, check.hidden_weight[name], points, hidden)


def _guarded(half, session: Session) -> None:  # type: ignore[no-untyped-def]
    """A check that fails outside its parts is broken as a whole."""
    try:
        half(session.student)
    except Exception as error:
        session.trouble = "error"
        text = f"The check itself failed ({type(error).__name__}: {str(error)[:300]}); this is not your fault."
        session.parts.append(Part("the check runs", 1.0, session.public, message=text))


def _conclude(session: Session, hidden_weight: float, points: float, hidden: bool) -> Verdict:
    public_weight = sum(p.weight for p in session.parts if p.public)
    hidden_seen = sum(p.weight for p in session.parts if not p.public)
    if hidden and not session.trouble and abs(hidden_seen - hidden_weight) > 1e-9:
        session.trouble = "error"
        text = f"The check itself is wrong: hidden parts weigh {hidden_seen:g}, declared are {hidden_weight:g}."
        session.parts.append(Part("the check is whole", 0.0, False, message=text))
    failed = next((p for p in session.parts if not p.ok), None)
    _withhold(session.parts)
    total = public_weight + hidden_weight
    won = sum(p.weight * p.share for p in session.parts)
    earned = points * won / total if total > 0 and session.trouble != "error" else 0.0
    return Verdict(
        name=session.name,
        status=_status(session, failed, won),
        points=min(points, max(0.0, earned)),
        max_points=points,
        message=failed.message if failed else "",
        mistake=next((p.mistake for p in session.parts if p.mistake), ""),
        parts=session.parts,
        hidden_share=hidden_weight / total if total > 0 else 0.0,
        hidden_run=hidden,
    )


def _withhold(parts: list[Part]) -> None:
    """Takes back what rests on a part that failed."""
    right = {part.name for part in parts if part.ok}
    for part in parts:
        if part.ok and part.given and part.given not in right:
            part.ok, part.share = False, 0.0
            part.message = f"This counts once the answer {part.given}."


def _status(session: Session, failed: Part | None, won: float) -> str:
    if session.trouble:
        return session.trouble
    if failed is None:
        return "passed" if session.parts else "error"
    results = [answer.result or {} for answer in session.student.answers]
    if results and all("missing" in r or r.get("ok", ...) is None for r in results):
        return "blank"
    return "partial" if won else "failed"
