"""How fast the VAE trains: the plain PyTorch loop, ours, and the floor, side by side in one run.

    python benchmarks/training.py [--repeats N] [--steps N] [--write FILE]

Milliseconds a step with 1 and 2 threads are medians of N turns of 100 steps each, the loops taking turns. Then each
loop trains with each protocol until -ELBO 100 on the 10,000 test images (binarised once, one sample of z; looked at
every 500 steps, not counted), again in turns. Some ten minutes on two quiet cores. $ELBOROOM_DATA, see the README.
"""

import argparse
import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import torch

from benchmarks import page
from benchmarks.graders.spent import busy_seconds
from benchmarks.trainers.floor import Floor, by_default, by_onednn
from benchmarks.trainers.ours import OurLoop
from benchmarks.trainers.plain import PlainLoop
from benchmarks.trainers.race import milliseconds, until
from benchmarks.trainers.report import STEPS, Measured, report
from elboroom.data import Dataset, load
from elboroom.training import settings_for
from elboroom.training.distributed import World

WANTED = 100.0


def main() -> int:
    asked = arguments()
    dataset = load("mnist")
    with World.join("cpu") as world:
        measured = Measured(f"{dataset.described} on {world.described.partition(',')[0]}", WANTED)
    begun, worked, own = time.perf_counter(), busy_seconds(), time.process_time()
    for threads in (1, 2):
        torch.set_num_threads(threads)
        measured.cpu[threads] = milliseconds(loops(dataset), asked.repeats)
    measured.reached = race(dataset, asked.steps)
    cores = (os.cpu_count() or 1) * (time.perf_counter() - begun)
    measured.others = max(0.0, busy_seconds() - worked - (time.process_time() - own)) / cores
    if torch.cuda.is_available():
        measured.gpu = on_a_gpu(dataset, asked.repeats)
    print(section := report(measured))
    if asked.write:
        page.write(asked.write, "training", section)
    return 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=31, help="turns of each loop")
    parser.add_argument("--steps", type=int, default=STEPS, help="after which a loop gives up reaching the bound")
    parser.add_argument("--write", type=Path, help="the page to write the tables into")
    return parser.parse_args()


def loops(dataset: Dataset) -> dict[str, object]:
    settings = settings_for("vae", "published")
    return {
        "plain loop": PlainLoop(settings, dataset),
        "ours": OurLoop(settings, dataset),
        "matrix products alone, PyTorch's default": Floor(settings, by_default),
        "matrix products alone, oneDNN's": Floor(settings, by_onednn),
    }


def race(dataset: Dataset, most: int) -> dict:
    """(loop, protocol) -> what it took to the bound."""
    kinds = {"plain loop": PlainLoop, "ours": OurLoop}
    runners = {
        (name, protocol): kind(settings_for("vae", protocol), dataset)
        for protocol in ("published", "tuned")
        for name, kind in kinds.items()
    }
    return until(runners, dataset.test, WANTED, most)


def on_a_gpu(dataset: Dataset, repeats: int) -> dict[str, float]:
    """ms a step, each way of running it."""
    settings = settings_for("vae", "tuned")
    ways = {"eager": "eager", "compiled": "compiled", "recorded graph": "default"}
    runners: dict = {"plain loop": PlainLoop(settings, dataset, "cuda")}
    runners |= {name: OurLoop(settings, dataset, "cuda", how) for name, how in ways.items()}
    return milliseconds(runners, repeats, "cuda")


if __name__ == "__main__":
    sys.exit(main())
