"""`elboroom train`: a run of the laboratory with a progress bar, and its figures at the end."""

from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from elboroom.training.loop import Look
from elboroom.training.run import run
from elboroom.training.settings import Settings, settings_for


def train_model(model: str, protocol: str, folder: Path, device: str, changes: dict[str, Any]) -> None:
    """Trains, evaluates, prints the figures; what was not given in `changes` is the protocol's."""
    settings = settings_for(model, protocol, **{name: value for name, value in changes.items() if value is not None})
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, transient=True) as progress:
        bar = progress.add_task(model, total=settings.steps)

        def show(look: Look) -> None:
            said = f"{model}  -ELBO {look.nelbo:7.2f}  {look.steps_per_second:4.0f} steps/s"
            progress.update(bar, completed=look.step, description=said)

        metrics = run(settings, folder, device, [show])
    if metrics:
        Console().print(summary(metrics, settings, folder), highlight=False)


def summary(metrics: dict[str, Any], settings: Settings, folder: Path) -> str:
    """The figures of a run, in nats, with standard errors over images."""
    error = metrics["se"]
    lines = [
        f"{settings.model} on {metrics['data']}, {metrics['images']:,} images, {settings.steps:,} steps",
        f"  -ELBO {metrics['nelbo']:.2f} ± {error['nelbo']:.2f} nats  "
        f"= KL {metrics['kl']:.2f} + reconstruction {metrics['rec']:.2f}",
        f"  {metrics['bits_per_pixel']:.4f} bits a pixel",
        *(f"  -IWAE-{m} {value:.2f} ± {error[m]:.2f}" for m, value in metrics["iwae"].items()),
        f"  {metrics['active_units']} active units of {settings.z_dim}",
    ]
    if metrics.get("seconds"):
        lines.append(f"  {metrics['seconds']:.0f} s, {metrics['steps_per_second']:.0f} steps/s on {metrics['device']}")
    return "\n".join([*lines, f"  in {folder}"])
