"""The embedded digits, small runs, and the full files where $ELBOROOM_DATA or a neighbouring folder has them."""

import os
from pathlib import Path

import pytest
import torch

from elboroom.data import Dataset, load
from elboroom.training import Settings

NEIGHBOUR = Path(__file__).resolve().parents[3] / "shared" / "data"


@pytest.fixture(autouse=True)
def one_thread():
    """Small tensors are faster so, and sums come out the same."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def digits() -> Dataset:
    return load("mnist", subset=True)


@pytest.fixture
def full_data(monkeypatch):
    """Makes the full files available, or skips, saying so."""
    given = os.environ.get("ELBOROOM_DATA")
    folder = Path(given) if given else NEIGHBOUR
    if not (folder / "mnist").is_dir():
        pytest.skip("the full MNIST is not at hand: set ELBOROOM_DATA to a folder that has mnist/")
    monkeypatch.setenv("ELBOROOM_DATA", str(folder))
    return folder


@pytest.fixture
def short() -> Settings:
    """Twenty steps on the embedded digits."""
    return Settings(steps=20, subset=True, average=0.9, schedule="cosine", seed=3)
