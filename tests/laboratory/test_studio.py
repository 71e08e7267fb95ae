"""The studio: digits that say what they are, batches without repeats, a live plot in one output, weights on disk."""

import numpy as np
import pytest
import torch
from IPython.core.interactiveshell import InteractiveShell

from elboroom import studio
from elboroom.data import Dataset, Split
from elboroom.plots.digits import mosaic
from elboroom.plots.picture import Picture


def test_digits_say_that_they_are_the_subset(capsys):
    digits = studio.digits()
    assert "subset" in digits.described and "subset" in capsys.readouterr().out
    assert digits.train.shape == (5000, 784) and digits.train.dtype == torch.uint8
    assert digits.test.shape == (1000, 784) and len(digits.test_labels) == 1000


def test_coloured_digits_are_there_too():
    assert studio.digits(name="coloured_mnist").train.shape == (5000, 3, 32, 32)


def test_digits_that_cannot_be_written_to_make_no_noise(monkeypatch):
    """Arrays over the bytes of a file are read-only; warnings are errors here."""
    grey = np.zeros((3, 784), "u1")
    grey.flags.writeable = False
    split = Split(grey, np.arange(3))
    monkeypatch.setattr("elboroom.data.load", lambda name, subset: Dataset(name, split, split))
    assert repr(studio.digits("full")) == "mnist: 3 to train on, 3 for the test"


def test_unknown_data_are_refused():
    with pytest.raises(ValueError, match='should be "subset" or "full"'):
        studio.digits("everything")


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU here")
def test_a_device_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match="there is no device 'cuda'"):
        studio.digits(device="cuda")


def test_binary_pixels_are_on_as_often_as_they_are_bright():
    pixels = torch.tensor([0, 51, 204, 255], dtype=torch.uint8).repeat(20_000, 1)
    x = studio.binarise(pixels, torch.Generator().manual_seed(0))
    assert set(x.unique().tolist()) == {0.0, 1.0}
    assert x.mean(0).tolist() == pytest.approx([0.0, 0.2, 0.8, 1.0], abs=0.015)


IMAGES = torch.arange(10, dtype=torch.uint8)[:, None] * 25


def test_an_epoch_has_every_image_once_and_the_next_another_order():
    drawn = [x[:, 0] * 255 for _, x in studio.batches(IMAGES, 4, size=5, binary=False)]
    epochs = [torch.cat(drawn[:2]), torch.cat(drawn[2:])]
    for epoch in epochs:
        assert epoch.round().int().sort().values.tolist() == IMAGES[:, 0].tolist()
    assert not torch.equal(*epochs)


def test_labels_stay_with_their_images():
    labels = torch.arange(10)
    for step, x, y in studio.batches(IMAGES, 3, size=4, labels=labels, binary=False):
        assert step < 3 and (x[:, 0] * 255 / 25).round().int().tolist() == y.tolist()


def test_batches_are_binarised_afresh_and_alike_for_the_same_seed():
    grey = torch.full((4, 784), 128, dtype=torch.uint8)
    first, second = ([x for _, x in studio.batches(grey, 2, size=4, seed=5)] for _ in range(2))
    assert torch.equal(first[0], second[0]) and not torch.equal(first[0], first[1])
    other = next(studio.batches(grey, 1, size=4, seed=6))[1]
    assert not torch.equal(first[0], other)


def test_a_batch_larger_than_the_data_is_refused():
    with pytest.raises(ValueError, match="a batch of 11 can't be drawn from 10 images"):
        next(studio.batches(IMAGES, 1, size=11))


def test_weights_come_back_as_they_were_saved(tmp_path, capsys):
    model, path = torch.nn.Linear(3, 2), str(tmp_path / "model.safetensors")
    studio.save(model, path)
    assert "8 weights" in capsys.readouterr().out
    found = studio.read(path)
    assert isinstance(found, dict) and set(found) == {"weight", "bias"}
    assert np.array_equal(found["weight"], model.weight.detach().numpy())


def test_a_file_that_is_missing_or_broken_reads_as_nothing_yet(tmp_path, capsys):
    broken = tmp_path / "broken.safetensors"
    broken.write_bytes(b"not weights")
    assert studio.read(str(tmp_path / "none.safetensors")) is ... and studio.read(str(broken)) is ...
    said = capsys.readouterr().out
    assert "There is no" in said and "can't be read" in said


def run(live: studio.Live, steps: int) -> None:
    for step in range(steps):
        live(step, nelbo=torch.tensor(30.0 - step, requires_grad=True), kl=10.0)


def test_outside_a_notebook_a_run_prints_means_every_few_steps(capsys):
    run(studio.Live(steps=5, every=2), 5)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("   (")[0] for line in lines] == [
        "step 2 of 5   nelbo 29.5   kl 10.0",
        "step 4 of 5   nelbo 27.5   kl 10.0",
        "step 5 of 5   nelbo 26.0   kl 10.0",
    ]


class Shell(InteractiveShell):
    kernel = object()


def test_in_a_notebook_one_output_is_updated(monkeypatch):
    shown, updated = [], []

    class Handle:
        update = updated.append

    def display(picture, display_id):
        shown.append(picture)
        return Handle()

    monkeypatch.setattr("IPython.get_ipython", lambda: Shell.__new__(Shell))
    monkeypatch.setattr("IPython.display.display", display)
    run(studio.Live(steps=6, rows=lambda: [torch.rand(8, 784)] * 2, every=2), 6)
    assert len(shown) == 1 and len(updated) == 2
    assert all(isinstance(p, Picture) and p._repr_png_()[0].startswith(b"\x89PNG") for p in [*shown, *updated])


def test_a_mosaic_has_each_image_in_its_place():
    rows = np.arange(6.0).reshape(2, 3)[..., None].repeat(784, 2)
    image = mosaic(rows)
    assert image.shape == (56, 84)
    assert image[::28, ::28].tolist() == [[0, 1, 2], [3, 4, 5]] and image[27, 27] == 0
    assert mosaic([torch.rand(2, 3, 32, 32)]).shape == (32, 64, 3)
