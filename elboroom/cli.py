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


@app.command()
def train(
    model: Annotated[str, typer.Argument(help="vae, gmvae, iwae, ...")],
    out: Annotated[Path, typer.Option(help="where the run is kept; the same command goes on with it")],
    data: Annotated[str | None, typer.Option(help="mnist, fashion_mnist, binarized_mnist, ...")] = None,
    device: Annotated[str, typer.Option(help="auto, cpu or cuda")] = "auto",
    protocol: Annotated[str, typer.Option(help="tuned or published")] = "tuned",
    steps: Annotated[int | None, typer.Option(help="steps of the optimiser")] = None,
    seed: Annotated[int | None, typer.Option(help="of weights, order and noise")] = None,
    beta: Annotated[float | None, typer.Option(help="weight of the KL")] = None,
    subset: Annotated[bool, typer.Option(help="only the digits that come with the course")] = False,
    other: Annotated[list[str] | None, typer.Option("--set", help="any other setting: NAME=VALUE")] = None,
) -> None:
    """Train a model of the laboratory and evaluate it on the whole test set."""
    from elboroom.commands.train import train_model

    changes = {"data": data, "steps": steps, "seed": seed, "beta": beta, "subset": subset or None}
    changes |= dict(pair.partition("=")[::2] for pair in other or [])
    train_model(model, protocol, out, device, changes)


@app.command()
def evaluate(
    run: Annotated[Path, typer.Argument(help="the folder of a finished run")],
    device: Annotated[str, typer.Option(help="auto, cpu or cuda")] = "auto",
    seed: Annotated[int, typer.Option(help="of the binarisation and of the noise")] = 0,
) -> None:
    """Print the figures of a finished run, computed again."""
    from elboroom.commands.evaluate import evaluate_run

    evaluate_run(run, device, seed)


data_app = typer.Typer(help="The data sets.", no_args_is_help=True)
app.add_typer(data_app, name="data")


@data_app.command()
def fetch(name: Annotated[str, typer.Argument(help="mnist, fashion_mnist, binarized_mnist or svhn")]) -> None:
    """Download a data set, verified, into the cache."""
    from elboroom.commands.data import fetch_data

    fetch_data(name)


def main() -> None:
    """Run a command; what a person can mend is one line on stderr and exit code 2."""
    try:
        app()
    except UserError as error:
        typer.echo(f"elboroom: {error}", err=True)
        sys.exit(2)
