"""`elboroom train`: a run of the laboratory with a progress bar, and its figures at the end."""

from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from elboroom.training.loop import Look
from elboroom.training.recipes import settings_for
from elboroom.training.run import run
from elboroom.training.settings import Settings

SHARES = {
    "accuracy": "accuracy",
    "digit_from_z": "the digit is found in z in",
    "digit_of_swap": "with another label, that digit is read in",
    "old_digit_of_swap": "and the old one in",
}


def train_model(model: str, protocol: str, folder: Path, device: str, changes: dict[str, Any]) -> None:
    """Trains, evaluates, prints the figures; what was not given in `changes` is the protocol's."""
    settings = settings_for(model, protocol, **{name: value for name, value in changes.items() if value is not None})
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, transient=True) as progress:
        bar = progress.add_task(model, total=settings.steps)

        def show(look: Look) -> None:
            cost = next(iter(look.terms.items()))
            said = f"{model}  {cost[0]} {cost[1]:7.2f}  {look.steps_per_second:4.0f} steps/s"
            progress.update(bar, completed=look.step, description=said)

        metrics = run(settings, folder, device, [show])
    if metrics:
        Console().print(summary(metrics, settings, folder), highlight=False)


def summary(metrics: dict[str, Any], settings: Settings, folder: Path) -> str:
    """The figures of a run, in nats, with standard errors over images; what a model's evaluation doesn't give is left
    out."""
    error = metrics["se"]
    lines = [f"{settings.model} on {metrics['data']}, {metrics['images']:,} images, {settings.steps:,} steps"]
    if "nelbo" in metrics:
        lines.append(
            f"  -ELBO {metrics['nelbo']:.2f} ± {error['nelbo']:.2f} nats  "
            f"= KL {metrics['kl']:.2f} + reconstruction {metrics['rec']:.2f}"
        )
    if "bits_per_pixel" in metrics:
        lines.append(f"  {metrics['bits_per_pixel']:.4f} bits a pixel")
    lines += [f"  -IWAE-{m} {value:.2f} ± {error[m]:.2f}" for m, value in metrics.get("iwae", {}).items()]
    lines += [
        f"  {label} {100 * metrics[name]:.2f} % ± {100 * error[name]:.2f}"
        for name, label in SHARES.items()
        if name in metrics
    ]
    if "active_units" in metrics:
        lines.append(f"  {metrics['active_units']} active units of {settings.z_dim}")
    if metrics.get("seconds"):
        lines.append(f"  {metrics['seconds']:.0f} s, {metrics['steps_per_second']:.0f} steps/s on {metrics['device']}")
    return "\n".join([*lines, f"  in {folder}"])
