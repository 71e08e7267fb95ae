"""Find the bug: pooled_images, repaired_bound, telltale. And the choice that closes the unit: tighter."""

from typing import Any

import numpy as np

from elboroom.advice.iwae import check, mistake
from elboroom.references import iwae as by_definition

check.hints(
    "pooled_images",
    "Write the list for N = 3 and m = 2 on paper: which image does each of the six weights belong to? Then cut it into "
    "rows of two.",
    "`mu.repeat(m, 1)` repeats the whole batch: images 0, 1, …, N - 1, then 0, 1, … again. What stands at place p of "
    "the list?",
    "At place p stands image p mod N (`p % N`). Row i, column s of the table is place i · m + s.",
)
check.hints(
    "repaired_bound",
    "The first N weights of the list are sample 0 of all images, the next N are sample 1. What shape do you have to "
    "give it so that a row is a sample?",
    "`reshape` fills row after row. How many weights stand in a row that holds one sample of every image, and how many "
    "such rows are there?",
    "`log_w.reshape(m, -1)` has a row for each sample and a column for each image; `iwae_bound` does the rest.",
)
check.hints(
    "telltale",
    "Try each test on paper, on the wrong code. Which of them would it pass?",
    "With one sample the rows are right, whatever the layout. A wrong bound may rise with m, too.",
    "What has the wrong code in it that no right one may have? An image's bound depends on its neighbours.",
)
check.hints(
    "tighter",
    "Look at the right half of the picture, signal over noise. Which of the two lines falls, and whose gradient is it?",
    "As m grows, the best bound hardly depends on q any more. What is left, then, to teach the encoder?",
    "The decoder sees better and better estimates of the evidence's gradient; the encoder's signal falls like 1/m, its "
    "noise only like the root of that.",
)


@mistake("pooled_images")
def as_it_should_be(N: int, m: int) -> Any:
    """In this table every row holds m samples of one image: so it should be, and so the code believes it to be. What
    stands there after `repeat` and `reshape`?"""
    return np.repeat(np.arange(N)[:, None], m, axis=1)


@mistake("pooled_images")
def samples_in_place_of_images(N: int, m: int) -> Any:
    """These are the numbers of the *samples*. Return the number of the image that each weight belongs to."""
    return np.repeat(np.arange(m), N).reshape(N, m)


@mistake("pooled_images")
def places(N: int, m: int) -> Any:
    """These are places in the list of m·N weights. After N of them the list starts with image 0 again."""
    return np.arange(N * m).reshape(N, m)


@mistake("pooled_images")
def repaired_table(N: int, m: int) -> Any:
    """This is the table after the repair, turned: a row for each sample. Return what the wrong `reshape(N, m)`
    makes."""
    return np.tile(np.arange(N), (m, 1))


@mistake("pooled_images")
def modulo_the_samples(N: int, m: int) -> Any:
    """You count modulo m. The list starts again with image 0 after N weights, not after m."""
    return (np.arange(N * m) % m).reshape(N, m)


@mistake("pooled_images")
def from_one(N: int, m: int) -> Any:
    """The images are counted from 1 here. Count from 0, as arrays do."""
    return by_definition.pooled_images(N, m) + 1


@mistake("repaired_bound")
def not_repaired(log_w: Any, m: int) -> Any:
    """This is the write-up's bound still: row i of the table holds weights of different images."""
    return by_definition.iwae_bound(np.reshape(log_w, (-1, m)).T)


@mistake("repaired_bound")
def over_the_images(log_w: Any, m: int) -> Any:
    """The table is right now, but the mean goes over the images: one number for each sample. A bound belongs to an
    image."""
    return by_definition.iwae_bound(np.reshape(log_w, (m, -1)).T)


@mistake("repaired_bound")
def mean_of_the_logs(log_w: Any, m: int) -> Any:
    """The images are no longer mixed, but this averages logarithms: it is the ELBO whatever m is."""
    return np.reshape(log_w, (m, -1)).mean(axis=0)


@mistake("repaired_bound")
def log_m_forgotten(log_w: Any, m: int) -> Any:
    """The images are no longer mixed, but log m is missing: a mean is a sum over m."""
    return by_definition.repaired_bound(log_w, m) + np.log(m)


@mistake("repaired_bound")
def one_number(log_w: Any, m: int) -> Any:
    """This is one number, the mean over the images. Return a bound for each of them, (N,)."""
    return by_definition.repaired_bound(log_w, m).mean()


@mistake("repaired_bound")
def as_a_loss(log_w: Any, m: int) -> Any:
    """This is minus the bound. Return the bound itself."""
    return -by_definition.repaired_bound(log_w, m)


@mistake("repaired_bound")
def all_pooled(log_w: Any, m: int) -> Any:
    """Every image gets the mean over all weights of all images. An image's bound is made of its own weights."""
    N = len(np.asarray(log_w)) // m
    return np.repeat(by_definition.iwae_bound(np.reshape(log_w, (-1, 1))), N)
