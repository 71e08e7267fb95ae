"""A report as an aligned block with a mark per line; under it, what is wrong with the first bad line."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from autograder.derivation import counterexamples
from autograder.derivation.line import Step, Verdict, cite
from autograder.derivation.plain import plain
from autograder.derivation.report import Report
from autograder.derivation.tex import SIGNS, tex

MARKS = {"ok": r"\color{green}{\checkmark}", "wrong-rule": r"\color{orange}{\approx}", "gap": r"\color{orange}{\cdots}"}
BAD = r"\color{red}{\times}"
TITLES = {
    "ok": "ok",
    "false": "this line is false",
    "wrong-rule": "not by that rule",
    "gap": "write the steps between",
    "escaped": "a variable has escaped",
    "wrong-direction": "wrong direction",
    "goal-not-reached": "not there yet",
    "undecided": "undecided",
    "too-large": "too large",
    "malformed": "this can't be checked",
}


def latex(report: Report) -> str:
    """The aligned block."""
    rows = [rf"& {tex(report.start)}"]
    for step, verdict in zip(report.steps, report.verdicts, strict=True):
        rows.append(rf"{SIGNS[step.relation]}\ & {tex(step.right)} && {_reason(step)}\ {mark(verdict)}")
    return "\\begin{aligned}\n" + " \\\\\n".join(rows) + "\n\\end{aligned}"


def mark(verdict: Verdict) -> str:
    """A check mark, or what isn't one."""
    return MARKS.get(verdict.status, BAD)


def markdown(report: Report) -> str:
    """The block, and under it what is wrong."""
    return "\n\n".join([f"$$\n{latex(report)}\n$$", *_notes(report), *_table_blocks(report)])


def html(report: Report) -> str:
    """The same for a page that typesets what stands between dollar signs."""
    parts = [f'<div class="derivation">$$\n{escape(latex(report), quote=False)}\n$$']
    parts += [f"<p>{_bold(escape(note, quote=False))}</p>" for note in _notes(report)]
    for title, header, rows in _tables(report):
        head = "".join(f"<th>{escape(h, quote=False)}</th>" for h in (*header, title))
        body = "".join("<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>" for row in rows)
        parts.append(f"<table><tr>{head}</tr>{body}</table>")
    return "\n".join(parts) + "</div>"


def text(report: Report) -> str:
    """The same for a terminal."""
    rows = [f"      {plain(report.start)}"]
    for step, verdict in zip(report.steps, report.verdicts, strict=True):
        rows.append(f"{step.relation:>5} {plain(step.right)}   [{cite(step.by)}: {verdict.status}]")
    return "\n".join([*rows, *(note.replace("**", "").replace("$", "") for note in _notes(report))])


def _reason(step: Step) -> str:
    return rf"\text{{{cite(step.by).replace('>=', '≥')}}}"


def _notes(report: Report) -> Iterator[str]:
    """What is wrong with the first bad line, how many more there are, and what is wrong with the whole."""
    bad = [number for number, verdict in enumerate(report.verdicts, 1) if not verdict.ok]
    if report.first_bad:
        number, verdict = report.first_bad
        yield f"Line {number}: **{TITLES[verdict.status]}.** {_sentence(verdict)}".strip()
        yield from (f"Hint: {hint}." for hint in verdict.hints)
    if len(bad) > 1:
        yield f"Further lines to look at: {', '.join(map(str, bad[1:]))}."
    if report.problem and (not bad or report.problem.status == "wrong-direction"):
        yield f"**{TITLES[report.problem.status]}.** {_sentence(report.problem)}"
    if report.proved:
        yield "**Every line is ok**" + (", and the goal is reached." if report.goal is not None else ".")


def _sentence(verdict: Verdict) -> str:
    said = verdict.message[:1].upper() + verdict.message[1:]
    return said if said.endswith(".") or not said else f"{said}."


def _tables(report: Report) -> list[tuple[str, list[str], list[list[str]]]]:
    found = report.first_bad[1].counterexample if report.first_bad else None
    return counterexamples.tables(found) if found else []


def _table_blocks(report: Report) -> Iterator[str]:
    for title, header, rows in _tables(report):
        lines = [[*header, title], ["---"] * (len(header) + 1), *rows]
        yield "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _bold(note: str) -> str:
    pieces = note.split("**")
    return "".join(f"<b>{piece}</b>" if i % 2 else piece for i, piece in enumerate(pieces))
