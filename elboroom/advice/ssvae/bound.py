"""The bound with a label, L(x, y): `bound` for each row, `labelled` for a batch; and for every class, `class_bounds`.

What one gets wrong in L(x, y) shows again in everything that is made of it. So a mistake in a row is registered for
`bound`, for `class_bounds` and for `unlabelled` at once.
"""

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from elboroom.advice.ssvae import check, mistake
from elboroom.advice.ssvae.model import STATE
from elboroom.references import ssvae as by_definition
from elboroom.references.ssvae import decode, encode, log_pixels, log_q, marginal, softplus, terms
from elboroom.references.vae import kl

Array = np.ndarray
Rows = Callable[[Any, Any, Any], Array]  # (x, y, eps) -> one number for each row
CLASSES = by_definition.classes_of(STATE)

check.hints(
    "labelled",
    "Three terms for each row: log p(x|y,z) at one sample z, minus the KL of q(z|x,y) from N(0, I), plus log p(y). The "
    "first two are those of unit 06, with y beside x and beside z.",
    "log p(y) is the same number for every class: there are as many classes as the classifier has outputs. Count them: "
    "`model.classify(x).shape[1]`.",
    "`-F.binary_cross_entropy_with_logits(logits, x, reduction='none').sum(dim=1)` is log p(x|y,z). `labelled` is "
    "minus the mean of `bound`.",
)


def table_of(rows: Rows, x: Any, eps: Any) -> Array:
    """(N, C): for every image and class, by a loop."""
    x, eps = np.asarray(x, float), np.asarray(eps, float)
    return np.array([[rows(x[[i]], [y], eps[[i], y])[0] for y in range(CLASSES)] for i in range(len(x))])


def in_rows(rows: Rows) -> Rows:
    """Registers a mistake in L(x, y) wherever it shows."""

    @functools.wraps(rows)
    def in_bound(model: Any, x: Any, y: Any, eps: Any) -> Array:
        return rows(x, y, eps)

    @functools.wraps(rows)
    def in_table(model: Any, x: Any, eps: Any) -> Array:
        return table_of(rows, x, eps)

    @functools.wraps(rows)
    def in_u(model: Any, x: Any, eps: Any) -> Any:
        return -marginal(log_q(STATE, x), table_of(rows, x, eps)).mean()

    mistake("labelled", "bound")(in_bound)
    mistake("class_bounds")(in_table)
    mistake("unlabelled")(in_u)
    return rows


def sampled(x: Any, y: Any, eps: Any) -> tuple[Array, Array, Array]:
    """(z, mu, var) of these rows with this noise."""
    mu, var = encode(STATE, x, y)
    return mu + np.sqrt(var) * np.asarray(eps, float), mu, var


@in_rows
def without_the_prior_of_y(x: Any, y: Any, eps: Any) -> Array:
    """log p(y) is missing: the class is a part of what the model explains, and each has the probability 1/C."""
    likelihood, divergence, _ = terms(STATE, x, y, eps)
    return likelihood - divergence


@in_rows
def prior_of_y_subtracted(x: Any, y: Any, eps: Any) -> Array:
    """log p(y) has the wrong sign: it is negative, -log C, and it is added."""
    likelihood, divergence, log_prior = terms(STATE, x, y, eps)
    return likelihood - divergence - log_prior


@in_rows
def ten_classes(x: Any, y: Any, eps: Any) -> Array:
    """log p(y) is -log 10 here, whatever the model. This one has another number of classes."""
    likelihood, divergence, _ = terms(STATE, x, y, eps)
    return likelihood - divergence - np.log(10)


@in_rows
def divergence_added(x: Any, y: Any, eps: Any) -> Array:
    """The KL has the wrong sign: it is a charge, and lowers the bound."""
    likelihood, divergence, log_prior = terms(STATE, x, y, eps)
    return likelihood + divergence + log_prior


@in_rows
def without_the_divergence(x: Any, y: Any, eps: Any) -> Array:
    """The KL of q(z|x,y) from the prior is missing."""
    likelihood, _, log_prior = terms(STATE, x, y, eps)
    return likelihood + log_prior


@in_rows
def divergence_of_the_sample(x: Any, y: Any, eps: Any) -> Array:
    """The KL is that of the sample z in place of the mean: KL(N(mu, var)‖N(0, I)) wants mu."""
    z, _, var = sampled(x, y, eps)
    likelihood, _, log_prior = terms(STATE, x, y, eps)
    return likelihood - kl(z, var) + log_prior


@in_rows
def divergence_of_the_reconstruction(x: Any, y: Any, eps: Any) -> Array:
    """The KL is that of the decoder's output, encoded again. It belongs to q(z|x,y), and is given x."""
    logits = decode(STATE, sampled(x, y, eps)[0], y)
    likelihood, _, log_prior = terms(STATE, x, y, eps)
    return likelihood - kl(*encode(STATE, np.exp(-softplus(-logits)), y)) + log_prior


@in_rows
def mean_over_pixels(x: Any, y: Any, eps: Any) -> Array:
    """log p(x|y,z) is a mean over the pixels; it should be their sum."""
    likelihood, divergence, log_prior = terms(STATE, x, y, eps)
    return likelihood / np.shape(x)[-1] - divergence + log_prior


@in_rows
def decoded_mean(x: Any, y: Any, eps: Any) -> Array:
    """The mean of q is decoded, not a sample: eps isn't used."""
    mu, var = encode(STATE, x, y)
    return log_pixels(x, decode(STATE, mu, y)) - kl(mu, var) + terms(STATE, x, y, eps)[2]


@in_rows
def noise_times_variance(x: Any, y: Any, eps: Any) -> Array:
    """The noise is multiplied by the variance; the sample is mu + sqrt(var) · eps."""
    mu, var = encode(STATE, x, y)
    logits = decode(STATE, mu + var * np.asarray(eps, float), y)
    return log_pixels(x, logits) - kl(mu, var) + terms(STATE, x, y, eps)[2]


@in_rows
def with_the_classifier(x: Any, y: Any, eps: Any) -> Array:
    """-log q(y|x) is in the bound of a labelled image. With y given there is nothing to infer about it; it belongs to
    U, where y is not known."""
    own = log_q(STATE, x)[np.arange(len(np.asarray(y))), np.asarray(y)]
    return by_definition.bound(STATE, x, y, eps) - own


@mistake("labelled", "bound")
def negative_bound(model: Any, x: Any, y: Any, eps: Any) -> Array:
    """This is -L(x, y). `bound` is the bound itself; the minus comes with the mean, in `labelled`."""
    return -by_definition.bound(STATE, x, y, eps)


@mistake("labelled", "bound")
def mean_of_the_bounds(model: Any, x: Any, y: Any, eps: Any) -> Any:
    """`bound` gives one number for each row; the mean is taken in `labelled`."""
    return by_definition.bound(STATE, x, y, eps).mean()


@mistake("labelled")
def labelled_not_negated(model: Any, x: Any, y: Any, eps: Any) -> Any:
    """The sign: `labelled` is what is minimised, *minus* the mean of the bounds."""
    return by_definition.bound(STATE, x, y, eps).mean()


@mistake("labelled")
def labelled_summed(model: Any, x: Any, y: Any, eps: Any) -> Any:
    """This is the sum over the batch; it should be the mean."""
    return -by_definition.bound(STATE, x, y, eps).sum()


@mistake("labelled")
def labelled_by_row(model: Any, x: Any, y: Any, eps: Any) -> Array:
    """This is one number for each row; `labelled` is their mean, a tensor without a shape."""
    return -by_definition.bound(STATE, x, y, eps)
