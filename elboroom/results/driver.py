"""Does the runs that are missing, one after the other; each goes on where it was interrupted."""

import json
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from elboroom.results.declared import Run
from elboroom.training.checkpoint import is_of
from elboroom.training.run import run as train_and_evaluate

Metrics = dict[str, Any]


def finished(runs: Iterable[Run], kept: Path) -> dict[str, Metrics]:
    """The metrics of the runs that are done, by name: their settings, samples and code are those that are declared."""
    done = {}
    for run in runs:
        path = kept / f"{run.name}.json"
        if path.is_file() and run.is_done_by(metrics := json.loads(path.read_text(encoding="utf-8"))):
            done[run.name] = metrics
    return done


def do(runs: list[Run], kept: Path, folders: Path, device: str) -> None:
    """Does what is missing of these runs. A run's folder keeps its checkpoint; its metrics are kept as JSON."""
    done = finished(runs, kept)
    missing = [run for run in runs if run.name not in done]
    print(f"{len(done)} of {len(runs)} runs are done. {forecast(missing, done)}")
    for run in missing:
        print(f"{run.name} ...", flush=True)
        folder = folders / run.name
        if not is_of(folder, run.settings):  # begun before the settings changed
            shutil.rmtree(folder)
        metrics = train_and_evaluate(run.settings, folder, device, samples=run.samples)
        if metrics:
            kept.mkdir(parents=True, exist_ok=True)
            (kept / f"{run.name}.json").write_text(json.dumps(metrics, indent=1) + "\n", encoding="utf-8")


def seconds_of(metrics: Metrics) -> float:
    return metrics["seconds"] + metrics["evaluation_seconds"]


def forecast(missing: list[Run], done: dict[str, Metrics]) -> str:
    """How long the missing runs take, from the seconds a step that finished ones of the same model took."""
    seconds, unknown = 0.0, 0
    for run in missing:
        alike = [m for m in done.values() if m["settings"]["model"] == run.settings.model]
        if alike:
            pace = [seconds_of(m) / m["settings"]["steps"] for m in alike]
            seconds += run.settings.steps * sum(pace) / len(pace)
        unknown += not alike
    said = f"The missing ones take {seconds / 3600:.1f} hours" if missing else "None is missing"
    return f"{said}{f', and {unknown} of them nobody knows how long' * bool(unknown)}."
