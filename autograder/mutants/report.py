"""The report on mutants: a table per exercise, and every survivor with its diff."""

from autograder.mutants.mutate import Mutant
from autograder.mutants.unit import Tally

WANTED, MOST_EQUIVALENT = 0.98, 0.05  # of a unit's mutants


def share_caught(tallies: list[Tally]) -> float:
    """Caught among those that are not equivalent; 1.0 when there are none."""
    caught = sum(t.caught for t in tallies)
    wrong = caught + sum(len(t.survivors) for t in tallies)
    return caught / wrong if wrong else 1.0


def share_equivalent(tallies: list[Tally]) -> float:
    """Excluded as equivalent, among all."""
    tried = sum(t.tried for t in tallies)
    return sum(len(t.equivalent) + len(t.proved) for t in tallies) / tried if tried else 0.0


def good_enough(tallies: list[Tally]) -> bool:
    """Whether the unit's checks catch what they should, with few exclusions."""
    return share_caught(tallies) >= WANTED and share_equivalent(tallies) <= MOST_EQUIVALENT


def markdown(unit: str, tallies: list[Tally]) -> str:
    """The unit's section of docs/mutants.md."""
    lines = [
        f"## {unit}",
        "",
        f"{sum(t.tried for t in tallies)} mutants, {share_caught(tallies):.1%} of the wrong ones caught, "
        f"{share_equivalent(tallies):.1%} excluded as equivalent.",
        "",
        "| Exercise | Mutants | Caught | Equal on random inputs | Equal by proof | Survived |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| `{t.exercise}` | {t.tried} | {t.caught} | {len(t.equivalent)} | {len(t.proved)} | {len(t.survivors)} |"
        for t in tallies
    ]
    lines += _listed("Survivors", [m for t in tallies for m in t.survivors])
    lines += _listed("Equal on random inputs", [m for t in tallies for m in t.equivalent])
    lines += _proofs(tallies)
    return "\n".join(lines) + "\n"


def _listed(title: str, group: list[Mutant]) -> list[str]:
    if not group:
        return []
    lines = ["", f"### {title}"]
    for mutant in group:
        lines += ["", f"`{mutant.exercise}`, {mutant.slip}:", "", "```diff", mutant.diff, "```"]
    return lines


def _proofs(tallies: list[Tally]) -> list[str]:
    proved = [(m, why) for t in tallies for m, why in t.proved]
    if not proved:
        return []
    lines = ["", "### Equal by proof"]
    for mutant, why in proved:
        lines += ["", f"`{mutant.exercise}`: {why}", "", "```diff", mutant.diff, "```"]
    return lines
