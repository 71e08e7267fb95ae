"""The learner's commands. Each is imported when it is called, so `elboroom --help` answers at once."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from autograder.errors import UserError

app = typer.Typer(
    name="elboroom",
    help="ELBO Room: variational autoencoders from first principles.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
PASS_ON = {"allow_extra_args": True, "ignore_unknown_options": True}
CoursePath = Annotated[Path | None, typer.Option("--course", help="the course, when you are not inside it")]


@app.command(context_settings=PASS_ON)
def lab(context: typer.Context, course: CoursePath = None) -> None:
    """Copy course/ to work/, never over a file of yours, and open JupyterLab there. Options go to JupyterLab."""
    from autograder.course import Course
    from elboroom.commands.lab import open_lab

    open_lab(Course.find(course), context.args)


@app.command()
def solution(
    exercise: Annotated[str, typer.Argument(help="an exercise's name: elbo, or 03_exponential/elbo")],
    course: CoursePath = None,
) -> None:
    """Print an exercise's model solution, for self-study."""
    from autograder.course import Course
    from elboroom.commands.solution import model_solution

    typer.echo(model_solution(Course.find(course), exercise))


def main() -> None:
    """Run a command; what a person can mend is one line on stderr and exit code 2."""
    try:
        app()
    except UserError as error:
        typer.echo(f"elboroom: {error}", err=True)
        sys.exit(2)
