"""Weights on disk: a safetensors file beside the notebook, handed in together with it."""

from pathlib import Path
from types import EllipsisType
from typing import Any

import numpy as np
import torch


def save(model: torch.nn.Module, path: str) -> None:
    """Writes the weights of `model`, its state_dict, to `path`, and says so."""
    from safetensors.torch import save_file

    state = {name: w.detach().cpu().contiguous().clone() for name, w in model.state_dict().items()}
    save_file(state, path)
    print(f"{path}: {sum(w.numel() for w in state.values()):,} weights. Hand it in together with this notebook.")


def read(path: str) -> dict[str, np.ndarray[Any, Any]] | EllipsisType:
    """The weights in `path`, name -> array; `...` where there is no such file, or none that can be read."""
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    if not Path(path).is_file():
        print(f"There is no {path} beside this notebook yet.")
        return ...
    try:
        return load_file(path)
    except (SafetensorError, OSError, ValueError, TypeError) as error:
        print(f"{path} can't be read: {error}. Save it again.")
        return ...
