"""python -m elboroom.results [--only PATTERN] [--plan | --page | --check]: does the missing runs, writes the page."""

import argparse
import sys
from fnmatch import fnmatch
from pathlib import Path

from autograder.errors import UserError
from elboroom.results.declared import declared
from elboroom.results.driver import do, finished, forecast
from elboroom.results.page import agrees, write


def main(arguments: list[str] | None = None) -> int:
    asked = _arguments(arguments)
    page, kept = asked.docs / "results.md", asked.docs / "results"
    runs = [run for run in declared() if fnmatch(run.name, asked.only)]
    try:
        if asked.plan:
            done = finished(runs, kept)
            print("\n".join(f"{'done   ' if run.name in done else 'missing'}  {run.name}" for run in runs))
            print(forecast([run for run in runs if run.name not in done], done))
        elif not (asked.page or asked.check):
            do(runs, kept, asked.runs, asked.device)
        done = finished(declared(), kept)
        if asked.check and not agrees(page, done):
            raise UserError(f"{page} isn't what its JSON says", "Run: python -m elboroom.results --page")
        if not (asked.check or asked.plan):
            write(page, done)
    except UserError as error:
        print(f"results: {error}", file=sys.stderr)
        return 2
    return 0


def _arguments(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m elboroom.results", description=__doc__)
    parser.add_argument("--only", default="*", help="names of runs, like 'vae-tuned-*'")
    parser.add_argument("--device", default="auto", help="auto, cpu or cuda")
    parser.add_argument("--runs", type=Path, default=Path("runs"), help="where checkpoints are kept")
    parser.add_argument("--docs", type=Path, default=Path("docs"), help="the folder of results.md and results/")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--plan", action="store_true", help="only say what is missing and how long it takes")
    how.add_argument("--page", action="store_true", help="only write the page, from the JSON that is there")
    how.add_argument("--check", action="store_true", help="only say whether the page is what the JSON says")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
