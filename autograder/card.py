"""The card that a check shows: points, a verdict for each part, what hidden parts decide, a message, hints on request.

It is a small piece of HTML without script (hints open by themselves), and the same in plain text for a terminal.
"""

import re
from html import escape

from autograder.checks.verdict import Part, Verdict

HEADLINES = {
    "passed": ("✓", "right", "#1a7f37"),
    "partial": ("◐", "right in part", "#9a6700"),
    "failed": ("✗", "not right yet", "#cf222e"),
    "blank": ("○", "not written yet", "#57606a"),
    "timeout": ("✗", "took too long", "#cf222e"),
    "died": ("✗", "the kernel died", "#cf222e"),
    "error": ("!", "the check itself failed", "#8250df"),
}
RECORDED = ("●", "recorded", "#57606a")  # all is decided by hidden parts
_BOX = (
    "border:1px solid {colour}55;border-left:4px solid {colour};border-radius:4px;padding:8px 14px;margin:4px 0;"
    "max-width:52em;font-size:14px;line-height:1.45;color:var(--jp-ui-font-color1,#1f2328);"
    "background:var(--jp-layout-color1,#fff)"
)
_QUIET = "color:var(--jp-ui-font-color2,#57606a)"
_EMPHASIS = re.compile(r"(?<![\w*)])\*(\w+)\*(?![\w*(])")  # *plus*, and no product: a*b*c
_LEVELS = ("A hint", "A second hint", "A third hint")


class Card:
    """Shows `verdict`; `description` says what the check wants, `hints` are those on offer by now."""

    def __init__(self, verdict: Verdict, description: str = "", hints: tuple[str, ...] = ()) -> None:
        self.verdict, self.description, self.hints = verdict, description, hints

    def _repr_html_(self) -> str:
        verdict = self.verdict
        mark, headline, colour = _headline(verdict)
        rows = [
            f'<div style="display:flex;justify-content:space-between;gap:1em"><b style="color:{colour}">{mark} '
            f"<code>{escape(verdict.name)}</code>: {headline}</b><span>{escape(_points(verdict))}</span></div>",
            f'<div style="{_QUIET}">{_marked_up(self.description)}</div>' if self.description else "",
            *(_part_row(part, message) for part, message in _rows(verdict)),
            f'<div style="margin-top:6px">{_marked_up(_advice(verdict))}</div>' if _advice(verdict) else "",
            f'<div style="{_QUIET};margin-top:6px">{escape(_hidden_note(verdict))}</div>',
            *(_hint_row(level, hint) for level, hint in zip(_LEVELS, self.hints, strict=False)),
        ]
        return f'<div style="{_BOX.format(colour=colour)}">{"".join(rows)}</div>'

    def __repr__(self) -> str:
        verdict = self.verdict
        mark, headline, _ = _headline(verdict)
        lines = [f"{mark} {verdict.name}: {headline} ({_points(verdict)})"]
        lines += [f"  {_mark(part)} {part.name}{': ' * bool(said)}{said}" for part, said in _rows(verdict)]
        lines += [f"  {text}" for text in (_advice(verdict), _hidden_note(verdict)) if text]
        lines += [f"  {level}: {hint}" for level, hint in zip(_LEVELS, self.hints, strict=False)]
        return "\n".join(lines)


def _headline(verdict: Verdict) -> tuple[str, str, str]:
    """Mark, words and colour; nothing is called right while hidden parts are still to come."""
    mark, headline, colour = HEADLINES[verdict.status]
    if verdict.status != "passed" or verdict.hidden_run or not verdict.hidden_share:
        return mark, headline, colour
    return RECORDED if verdict.hidden_share == 1 else (mark, "right so far", colour)


def _points(verdict: Verdict) -> str:
    return f"{_number(verdict.points)} of {_number(verdict.max_points)} points"


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _rows(verdict: Verdict) -> list[tuple[Part, str]]:
    """The parts to show, each with its message; what was said once is not said again."""
    rows: list[tuple[Part, str]] = []
    said: set[str] = set()
    for part in [] if verdict.status == "blank" else verdict.parts:
        message = "" if part.ok or part.message in said else part.message
        said.add(part.message)
        rows.append((part, message))
    return rows


def _mark(part: Part) -> str:
    return "✓" if part.ok else "◐" if part.share else "✗"


def _part_row(part: Part, message: str) -> str:
    colour = "#1a7f37" if part.ok else "#cf222e"
    message = f'<div style="margin-left:1.5em">{_marked_up(message)}</div>' if message else ""
    hidden = "" if part.public else f' <span style="{_QUIET}">(hidden)</span>'
    mark = f'<span style="color:{colour}">{_mark(part)}</span>'
    return f"<div>{mark} {_marked_up(part.name)}{hidden}{message}</div>"


def _hint_row(level: str, hint: str) -> str:
    return f'<details style="margin-top:4px"><summary>{level}</summary>{_marked_up(hint)}</details>'


def _advice(verdict: Verdict) -> str:
    if verdict.status == "blank":
        return "Nothing to check yet: write your answer in the cell above, run it, then run this one again."
    if verdict.status == "error":
        return "No point was given or taken for your work here; please tell whoever runs the course."
    return ""


def _hidden_note(verdict: Verdict) -> str:
    if not verdict.hidden_share:
        return ""
    share, whole = _number(verdict.hidden_share * verdict.max_points), _number(verdict.max_points)
    verb = "decided" if verdict.hidden_run else "will decide, in grading,"
    return f"Hidden parts {verb} {'all' if share == whole else f'{share} of the {whole}'} points."


def _marked_up(text: str) -> str:
    """Escaped, with `code` set as code and *words* as emphasis."""
    pieces = escape(text).split("`")
    if len(pieces) % 2 == 0:  # an odd number of backticks: no code to set
        return escape(text)
    pieces[0::2] = [_EMPHASIS.sub(r"<em>\1</em>", piece) for piece in pieces[0::2]]
    pieces[1::2] = [f"<code>{piece}</code>" for piece in pieces[1::2]]
    return "".join(pieces)
