"""One process or several (torchrun): who I am, on which device, and how gradients are shared."""

import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.distributed as dist
from torch import nn

from autograder.errors import UserError


@dataclass(frozen=True)
class World:
    """This process among `size`; each takes its share of every batch, and gradients are averaged."""

    rank: int
    size: int
    device: torch.device

    @property
    def first(self) -> bool:
        return self.rank == 0

    @property
    def described(self) -> str:
        """The device by name, for a report."""
        if self.device.type == "cuda":
            return f"{self.size} × {torch.cuda.get_device_name(self.device)}"
        threads = torch.get_num_threads()
        processes = f", {self.size} processes" if self.size > 1 else ""
        return f"{_processor()}, {threads} thread{'s' * (threads > 1)}{processes}"

    def parallel(self, objective: nn.Module) -> nn.Module:
        """The objective, with gradients averaged over all processes."""
        return nn.parallel.DistributedDataParallel(objective) if self.size > 1 else objective

    @classmethod
    @contextmanager
    def join(cls, device: str = "auto") -> Iterator["World"]:
        """Joins the processes that torchrun started, if it did; leaves them at the end."""
        size, rank = int(os.environ.get("WORLD_SIZE", "1")), int(os.environ.get("RANK", "0"))
        place = _device(device, int(os.environ.get("LOCAL_RANK", "0")))
        if size > 1:
            dist.init_process_group("nccl" if place.type == "cuda" else "gloo")
        try:
            yield cls(rank, size, place)
        finally:
            if size > 1:
                dist.destroy_process_group()


def _device(name: str, local_rank: int) -> torch.device:
    """A device by name; "auto" is this process's GPU where there is one."""
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    if name == "cuda":
        if not torch.cuda.is_available():
            raise UserError("there is no CUDA device here", "Use --device cpu, or auto")
        torch.cuda.set_device(local_rank)
        return torch.device("cuda", local_rank)
    try:
        return torch.device(name)
    except RuntimeError:
        raise UserError(f"there is no device {name!r}", "Use cpu, cuda or auto") from None


def _processor() -> str:
    """The processor's name where the system tells it."""
    told = Path("/proc/cpuinfo")
    lines = told.read_text().splitlines() if told.is_file() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or "CPU"
