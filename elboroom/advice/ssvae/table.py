"""The bounds of every image for every class: `class_bounds`, and the ways to fold N·C pairs into a wrong table.

A wrong table makes a wrong U(x): its mistakes are registered for `unlabelled`, too.
"""

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from elboroom.advice.ssvae import check, mistake
from elboroom.advice.ssvae.bound import CLASSES
from elboroom.advice.ssvae.model import STATE
from elboroom.references import ssvae as by_definition
from elboroom.references.ssvae import log_q, marginal

Array = np.ndarray

check.hints(
    "class_bounds",
    "Each image goes through the model C times, once with every class. Make a long batch of all N·C pairs, ask `bound` "
    "once, and fold the answer into a table.",
    "The order of the pairs decides how to fold. If the pairs run image after image (all classes of the first image, "
    "then all of the second, …), then `.reshape(N, C)` is right.",
    "`x.repeat_interleave(C, dim=0)` repeats each image C times in a row; `torch.arange(C).repeat(N)` counts through "
    "the classes N times; `eps.reshape(N * C, K)` is in the same order.",
)


def in_the_table(table: Callable[[Any, Any, Any], Array]) -> Callable[[Any, Any, Any], Array]:
    """Registers a mistake in the table, and in the U(x) that is made of it."""

    @functools.wraps(table)
    def in_u(model: Any, x: Any, eps: Any) -> Any:
        return -marginal(log_q(STATE, x), table(model, x, eps)).mean()

    mistake("unlabelled")(in_u)
    mistake("class_bounds")(table)
    return table


def pairs(x: Any, eps: Any) -> tuple[Array, Array, int, int]:
    x, eps = np.asarray(x, float), np.asarray(eps, float)
    return x, eps, len(x), CLASSES


@in_the_table
def classes_first(model: Any, x: Any, eps: Any) -> Array:
    """The pairs run class after class (first all images with class 0, …), and are folded as if they ran image after
    image. The shape is right; the bounds are those of other images. (The noise is in the table's order, too.)"""
    x, eps, n, c = pairs(x, eps)
    flat = by_definition.bound(STATE, np.tile(x, (c, 1)), np.repeat(np.arange(c), n), eps.reshape(n * c, -1))
    return flat.reshape(n, c)


@in_the_table
def folded_the_wrong_way(model: Any, x: Any, eps: Any) -> Array:
    """The bounds are right, but they run class after class, and are folded into N rows as if they ran image after
    image. Fold into (C, N) and transpose, or repeat the images in the other order."""
    _, _, n, c = pairs(x, eps)
    return by_definition.table(STATE, x, eps).T.reshape(n, c)


@in_the_table
def wrong_noise(model: Any, x: Any, eps: Any) -> Array:
    """Images and classes are paired and folded well, but the noise isn't: `eps[i, y]` belongs to image i with class y,
    and eps was flattened in the other order."""
    x, eps, n, c = pairs(x, eps)
    flat = eps.reshape(n * c, -1)
    return np.array(
        [[by_definition.bound(STATE, x[[i]], [y], flat[[y * n + i]])[0] for y in range(c)] for i in range(n)]
    )


@in_the_table
def images_in_step_with_classes(model: Any, x: Any, eps: Any) -> Array:
    """Both the images and the classes are tiled, so they run in step: image 0 with class 0, image 1 with class 1, … One
    of the two has to be repeated in place (`repeat_interleave`)."""
    x, eps, n, c = pairs(x, eps)
    flat = by_definition.bound(STATE, np.tile(x, (c, 1)), np.tile(np.arange(c), n), eps.reshape(n * c, -1))
    return flat.reshape(n, c)


@in_the_table
def one_noise_for_all(model: Any, x: Any, eps: Any) -> Array:
    """All classes of an image share the noise of class 0; eps has noise of its own for each pair."""
    x, eps, _, c = pairs(x, eps)
    return by_definition.table(STATE, x, np.repeat(eps[:, :1], c, axis=1))


@mistake("class_bounds")
def transposed(model: Any, x: Any, eps: Any) -> Array:
    """The table is transposed: images in rows, classes in columns."""
    return by_definition.table(STATE, x, eps).T


@in_the_table
def weighted_already(model: Any, x: Any, eps: Any) -> Array:
    """The bounds are multiplied by q(y|x) already. The table holds L(x, y) itself."""
    return np.exp(log_q(STATE, x)) * by_definition.table(STATE, x, eps)


@in_the_table
def negative_table(model: Any, x: Any, eps: Any) -> Array:
    """This is -L(x, y): the table holds the bounds, not their negatives."""
    return -by_definition.table(STATE, x, eps)
