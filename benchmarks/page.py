"""A page of the documentation that has places for what benchmarks measure, each between two lines."""

from pathlib import Path

BEGIN = "<!-- {script}: written by benchmarks/{script}.py --write -->"
END = "<!-- end of {script} -->"


def write(path: Path, script: str, section: str) -> None:
    """Replaces what stands in a script's place, which must be there."""
    begin, end = BEGIN.format(script=script), END.format(script=script)
    page = path.read_text(encoding="utf-8")
    if begin not in page or end not in page.partition(begin)[2]:
        raise SystemExit(f"{path} has no place for this: it needs the two lines {begin} and {end}")
    before, _, rest = page.partition(begin)
    path.write_text(f"{before}{begin}\n\n{section}\n\n{end}{rest.partition(end)[2]}", encoding="utf-8")
