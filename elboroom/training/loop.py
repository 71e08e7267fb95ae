"""The one training loop: draw, step, and now and then look at what the device has gathered."""

import json
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from autograder.errors import UserError
from elboroom.training.checkpoint import restore, save
from elboroom.training.recipe import Drawn
from elboroom.training.stepper import Stepper

LOOK_EVERY = 200  # steps between two looks at the device: between them nothing waits for it
SAVE_EVERY = 2_000
CAUSES = {
    "kl": "the KL: a variance of q may have run to 0 or to infinity",
    "reconstruction": "the reconstruction: logits may have overflowed",
}
TERMS = ("nelbo", "kl", "reconstruction")


@dataclass(frozen=True)
class Look:
    """What the last steps cost on average, term by term, and how fast they went. `step` is the number of steps done."""

    step: int
    terms: dict[str, float]
    steps_per_second: float


Observer = Callable[[Look], None]


class Diverged(UserError):
    """A term of the objective was no longer a number."""


def train(
    stepper: Stepper,
    batches: Drawn,
    folder: Path | None = None,
    observers: list[Observer] | None = None,
    terms: tuple[str, ...] = TERMS,
) -> float:
    """Takes the steps that are left, and returns the seconds that all steps took, those before a resumption too.

    With a folder the run goes on from its checkpoint, keeps one every SAVE_EVERY steps and at the end, and appends to
    metrics.jsonl. On Ctrl-C it saves and raises KeyboardInterrupt. Raises Diverged at a term that is not finite."""
    steps = stepper.settings.steps
    done, before = restore(folder, stepper) if folder else (0, 0.0)
    watching = [*(observers or []), *([_writer(folder, done)] if folder else [])]
    begun = time.perf_counter() - before
    with _deferred_interrupt() as pressed:
        while done < steps:
            end = min(steps, done + LOOK_EVERY - done % LOOK_EVERY)
            done, look = _stretch(stepper, batches, done, end, pressed, terms)
            for observer in watching:
                observer(look)
            if folder and (done % SAVE_EVERY == 0 or done == steps or pressed):
                save(folder, stepper, done, time.perf_counter() - begun)
            if pressed:
                print(f"Stopped after {done} of {steps} steps{'; the same command goes on from there' * bool(folder)}.")
                raise KeyboardInterrupt
    return time.perf_counter() - begun


def _stretch(
    stepper: Stepper, batches: Drawn, start: int, end: int, pressed: list[bool], names: tuple[str, ...]
) -> tuple[int, Look]:
    """Steps from start up to end, or up to where Ctrl-C was pressed; (steps done, the look at them)."""
    gathered: list[Tensor] = []
    begun, step = time.perf_counter(), start
    while step < end and not (pressed and gathered):
        gathered.append(stepper.take(step, *batches.draw(step)))
        step += 1
    terms = torch.stack(gathered).cpu().double()  # (steps, T)
    _all_finite(terms, start, names)
    means = dict(zip(names, terms.mean(0).tolist(), strict=True))
    return step, Look(step, means, (step - start) / (time.perf_counter() - begun))


def _all_finite(terms: Tensor, start: int, names: tuple[str, ...]) -> None:
    bad = ~terms.isfinite()
    if bad.any():
        step = int(bad.any(1).nonzero()[0])
        guilty = [name for name, is_bad in zip(names, bad[step].tolist(), strict=True) if is_bad]
        term = next((name for name in guilty[1:] or guilty if name in CAUSES), guilty[-1])  # the first is their sum
        raise Diverged(
            f"At step {start + step} {CAUSES.get(term, 'the term ' + term)} is not finite",
            "Lower the learning rate, or warm it up; look for a log or a division without a floor",
        )


def _writer(folder: Path, done: int) -> Observer:
    """Appends looks to metrics.jsonl, of which only what belongs to the checkpoint's steps is kept."""
    path = folder / "metrics.jsonl"
    lines = path.read_text().splitlines() if path.is_file() else []
    path.write_text("".join(line + "\n" for line in lines if line.endswith("}") and json.loads(line)["step"] <= done))

    def write(look: Look) -> None:
        with path.open("a") as file:
            line = {"step": look.step, **look.terms, "steps_per_second": look.steps_per_second}
            file.write(json.dumps(line) + "\n")

    return write


@contextmanager
def _deferred_interrupt() -> Iterator[list[bool]]:
    """Ctrl-C waits for the end of the step; pressed again, it doesn't."""
    pressed: list[bool] = []
    if threading.current_thread() is not threading.main_thread():
        yield pressed
        return

    def note(*_: object) -> None:
        if pressed:
            raise KeyboardInterrupt
        pressed.append(True)

    before = signal.signal(signal.SIGINT, note)
    try:
        yield pressed
    finally:
        signal.signal(signal.SIGINT, before)
