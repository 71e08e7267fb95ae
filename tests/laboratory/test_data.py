"""The data sets: what they hold, what they say of themselves, what is embedded."""

import runpy
from pathlib import Path

import numpy as np
import pytest
import torch

from autograder.errors import UserError
from elboroom.data import SUBSET, load, of_each_class
from elboroom.training import binarise

SCRIPT = Path(__file__).parents[2] / "scripts" / "embed_mnist.py"


def test_the_embedded_digits_are_balanced_and_say_what_they_are(digits):
    assert digits.train.images.shape == (5000, 784) and digits.test.images.shape == (1000, 784)
    assert np.bincount(digits.train.labels).tolist() == [500] * 10
    assert np.bincount(digits.test.labels).tolist() == [100] * 10
    assert digits.source == SUBSET and SUBSET in digits.described


def test_the_embedded_file_is_small_and_what_the_script_makes_of_the_verified_files(full_data, digits):
    script = runpy.run_path(str(SCRIPT))
    arrays = script["subset"]()
    assert np.array_equal(arrays["train_images"], digits.train.images)
    assert np.array_equal(arrays["test_labels"], digits.test.labels)
    assert script["TARGET"].stat().st_size < 1_200_000


def test_the_full_splits_have_their_official_sizes(full_data):
    mnist = load("mnist")
    assert (len(mnist.train), len(mnist.test), mnist.described) == (60_000, 10_000, "mnist")
    assert mnist.train.labels[:5].tolist() == [5, 0, 4, 1, 9]
    binarised = load("binarized_mnist")
    assert (len(binarised.train), len(binarised.test)) == (60_000, 10_000) and binarised.test.labels is None
    assert set(np.unique(binarised.test.images)) == {0, 1}


def test_the_binarised_test_file_is_not_left_sorted_by_class(full_data):
    images = load("binarized_mnist").test.images.astype(float)
    blocks = images.reshape(10, 1000, 784).mean(1)
    assert np.abs(blocks - blocks.mean(0)).max() < 0.1  # sorted by class, a block is one digit and far from the mean


def test_held_out_images_are_training_images_that_training_no_longer_has(digits):
    held = digits.held_out()
    assert (len(held.train), len(held.test)) == (4167, 833) and "held-out" in held.described
    assert np.array_equal(held.test.images, digits.train.images[-833:])
    assert np.array_equal(held.train.images, digits.train.images[:-833])


def test_the_colours_of_coloured_digits_say_nothing_about_the_digit(digits):
    coloured = load("coloured_mnist", subset=True)
    assert coloured.train.images.shape == (5000, 3, 32, 32)
    paper = coloured.train.images[:, :, 0, 0].astype(float)
    means = np.array([paper[coloured.train.labels == c].mean(0) for c in range(10)])
    assert np.abs(means - paper.mean(0)).max() < 6 * paper.std() / np.sqrt(500)
    again = load("coloured_mnist", subset=True)
    assert np.array_equal(again.test.images, coloured.test.images)


def test_labels_are_chosen_evenly_and_reproducibly(digits):
    chosen = of_each_class(digits.train.labels, 10, seed=1)
    assert np.bincount(digits.train.labels[chosen]).tolist() == [10] * 10 and len(set(chosen)) == 100
    assert chosen.tolist() == of_each_class(digits.train.labels, 10, seed=1).tolist()
    assert chosen.tolist() != of_each_class(digits.train.labels, 10, seed=2).tolist()


def test_an_unknown_name_is_told_the_known_ones():
    with pytest.raises(UserError, match="Known: binarized_mnist"):
        load("mnits")
    with pytest.raises(UserError, match="Embedded: coloured_mnist, mnist"):
        load("svhn", subset=True)


def test_a_pixel_is_set_with_the_probability_of_its_grey():
    pixels = torch.tensor([0, 1, 64, 128, 254, 255], dtype=torch.uint8).expand(200_000, 6)
    share = binarise(pixels, torch.Generator().manual_seed(0)).double().mean(0)
    p = torch.tensor([0, 1, 64, 128, 254, 255]) / 255
    assert (share - p).abs().lt(5 * (p * (1 - p) / 200_000).sqrt() + 1e-9).all()
    assert share[0] == 0 and share[-1] == 1
