"""Measures loops side by side: a stretch of each in turn, so that what else the machine does meets all of them."""

import statistics
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import torch

from elboroom.evaluation import evaluate

STRETCH = 100  # steps between two turns
LOOK_EVERY = 500  # steps between two evaluations on the test images, which aren't counted


class Loop(Protocol):
    def steps(self, n: int) -> None: ...


def wait(device: str) -> None:
    """Until the device has done what it was given."""
    if device == "cuda":
        torch.cuda.synchronize()


def seconds(loop: Loop, n: int, device: str = "cpu") -> float:
    begun = time.perf_counter()
    loop.steps(n)
    wait(device)
    return time.perf_counter() - begun


def milliseconds(loops: Mapping[str, Loop], repeats: int, device: str = "cpu") -> dict[str, float]:
    """The median over `repeats` turns of a step's time, for each loop."""
    for loop in loops.values():
        seconds(loop, STRETCH // 5, device)
    turns = [{name: seconds(loop, STRETCH, device) for name, loop in loops.items()} for _ in range(repeats)]
    return {name: 1e3 * statistics.median(turn[name] for turn in turns) / STRETCH for name in loops}


@dataclass
class Reached:
    """The steps and seconds of training until the bound was reached, or those until it was given up."""

    steps: int = 0
    seconds: float = 0.0
    nelbo: float = float("inf")
    reached: bool = False


def until(loops: Mapping[str, Any], split: Any, wanted: float, most: int) -> dict[str, Reached]:
    """Trains each until its -ELBO on `split` (binarised once, one sample of z) is `wanted` or less, or `most` steps."""
    found = {name: Reached() for name in loops}
    while any(not r.reached and r.steps < most for r in found.values()):
        for name, result in found.items():
            if not result.reached and result.steps < most:
                _go_on(loops[name], result, split, wanted)
    return found


def _go_on(loop: Any, result: Reached, split: Any, wanted: float) -> None:
    result.seconds += seconds(loop, STRETCH)
    result.steps += STRETCH
    if result.steps % LOOK_EVERY == 0:
        result.nelbo = evaluate(loop.evaluated(), split, samples=())["nelbo"]
        result.reached = result.nelbo <= wanted
