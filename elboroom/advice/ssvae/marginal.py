"""The bound without a label, U(x): `unlabelled`, and what the best q(y|x) would make of it: `best_posterior`."""

from typing import Any

import numpy as np

from elboroom.advice.ssvae import check, mistake
from elboroom.advice.ssvae.model import STATE
from elboroom.references import ssvae as by_definition
from elboroom.references.ssvae import log_q, log_softmax, marginal, network, table

Array = np.ndarray

check.hints(
    "unlabelled",
    "U(x) is an expectation over y, and y has C values: a sum with the weights q(y|x). The entropy of q(y|x) is added.",
    "Entropy is -Σ q log q, so both parts can be had in one sum: Σ over y of q(y|x)·(L(x, y) - log q(y|x)). Take "
    "log q(y|x) as a log-softmax of the logits; q is its exponential.",
    "`log_q = F.log_softmax(model.classify(x), dim=1)`; then `-(log_q.exp() * (class_bounds(model, x, eps) - log_q))"
    ".sum(dim=1).mean()`.",
)
check.hints(
    "best_posterior",
    "U = Σ q(y)·(L(y) - log q(y)) is a function of q on the simplex. With two classes you can draw it. In general: set "
    "its derivative to zero, with a multiplier for Σ q = 1.",
    "L(y) - log q(y) - 1 = multiplier, for all y. So log q(y) is L(y) plus a constant, and q is …",
    "q = softmax of L. Put log q = L - logsumexp(L) into U: what is left of L - log q?",
)
check.hints(
    "u_is_a_bound",
    "Treat y and z together as one latent: then it is the bound of unit 01, with q(y, z|x) for q(z|x).",
    "Make log p(x) the log of an expectation over q(y, z|x) (by marginal, expectation), then use Jensen's inequality.",
    "What is left: split log q(y, z|x) (chain rule), split the expectation into one over y and one over z (tower), and "
    "take log q(y|x), which doesn't depend on z, out of the inner one (constant).",
)


def found(x: Any, eps: Any) -> tuple[Array, Array]:
    """(log q(y|x), the table of L(x, y)), (N, C) each."""
    return log_q(STATE, x), table(STATE, x, eps)


@mistake("unlabelled")
def entropy_subtracted(model: Any, x: Any, eps: Any) -> Any:
    """The entropy of q(y|x) has the wrong sign. It is -Σ q log q, which is positive, and it is *added* to the bound: a
    classifier that isn't sure pays less."""
    log_weights, bounds = found(x, eps)
    return -(np.exp(log_weights) * (bounds + log_weights)).sum(axis=1).mean()


@mistake("unlabelled")
def without_the_entropy(model: Any, x: Any, eps: Any) -> Any:
    """The entropy of q(y|x) is missing. Without it the best classifier puts everything on the largest L(x, y)."""
    log_weights, bounds = found(x, eps)
    return -(np.exp(log_weights) * bounds).sum(axis=1).mean()


@mistake("unlabelled")
def classes_with_equal_weights(model: Any, x: Any, eps: Any) -> Any:
    """The bounds are averaged over the classes with equal weights, as if q(y|x) were the prior. The weights are what
    the classifier says."""
    log_weights, bounds = found(x, eps)
    return -(bounds.mean(axis=1) - (np.exp(log_weights) * log_weights).sum(axis=1)).mean()


@mistake("unlabelled")
def prior_of_y_once_more(model: Any, x: Any, eps: Any) -> Any:
    """log p(y) is in it twice: L(x, y) has it already."""
    log_weights, bounds = found(x, eps)
    return -marginal(log_weights, bounds - np.log(bounds.shape[1])).mean()


@mistake("unlabelled")
def at_the_best_posterior(model: Any, x: Any, eps: Any) -> Any:
    """This is the logsumexp of the bounds: U at the best possible q(y|x), not at the classifier's. The classifier isn't
    in it, and would learn nothing from it."""
    return -np.logaddexp.reduce(found(x, eps)[1], axis=1).mean()


@mistake("unlabelled")
def log_outside(model: Any, x: Any, eps: Any) -> Any:
    """The sum over the classes stands inside a logarithm: log Σ q(y|x) e^L. The expectation is of L itself: Σ q L, and
    the entropy."""
    log_weights, bounds = found(x, eps)
    return -np.logaddexp.reduce(log_weights + bounds, axis=1).mean()


@mistake("unlabelled")
def likeliest_class_alone(model: Any, x: Any, eps: Any) -> Any:
    """Only the class that q(y|x) likes best is looked at. The sum runs over all classes, each with its weight."""
    log_weights, bounds = found(x, eps)
    return -bounds[np.arange(len(bounds)), log_weights.argmax(axis=1)].mean()


@mistake("unlabelled")
def mean_over_the_table(model: Any, x: Any, eps: Any) -> Any:
    """A mean over all pairs: the sum over the classes has become a mean, too, a C-th of it. The mean is over the images
    only."""
    log_weights, bounds = found(x, eps)
    return -(np.exp(log_weights) * (bounds - log_weights)).mean()


@mistake("unlabelled")
def softmax_over_the_batch(model: Any, x: Any, eps: Any) -> Any:
    """The softmax runs over the images (dim=0). For each image the classes' probabilities sum to 1: dim=1."""
    logits = network(STATE, "cls", x)
    return -marginal(log_softmax(logits.T).T, table(STATE, x, eps)).mean()


@mistake("unlabelled")
def entropy_of_the_mean(model: Any, x: Any, eps: Any) -> Any:
    """The entropy is that of the classes' mean probabilities over the batch. Each image has its own q(y|x), and its own
    entropy."""
    log_weights, bounds = found(x, eps)
    mean = np.exp(log_weights).mean(axis=0)
    return -(np.exp(log_weights) * bounds).sum(axis=1).mean() + (mean * np.log(mean)).sum()


@mistake("unlabelled")
def unlabelled_not_negated(model: Any, x: Any, eps: Any) -> Any:
    """The sign: `unlabelled` is what is minimised, *minus* the mean of U."""
    return marginal(*found(x, eps)).mean()


@mistake("unlabelled")
def unlabelled_summed(model: Any, x: Any, eps: Any) -> Any:
    """This is the sum over the batch; it should be the mean."""
    return -marginal(*found(x, eps)).sum()


@mistake("unlabelled")
def unlabelled_by_row(model: Any, x: Any, eps: Any) -> Array:
    """This is one number for each image; `unlabelled` is their mean, a tensor without a shape."""
    return -marginal(*found(x, eps))


# The best q(y|x) ----------------------------------------------------------------------------------------------------


def best(bounds: Any) -> tuple[Array, Array]:
    return by_definition.best_marginal(bounds)


@mistake("best_posterior")
def all_on_the_largest(bounds: Any) -> tuple[Array, Array]:
    """Everything is on the largest bound. That would be best without the entropy; with it, some probability on the next
    best costs less than it gains."""
    bounds = np.asarray(bounds, float)
    return np.eye(bounds.shape[1])[bounds.argmax(axis=1)], bounds.max(axis=1)


@mistake("best_posterior")
def q_over_the_batch(bounds: Any) -> tuple[Array, Array]:
    """U is right; the softmax runs over the images. Each image's probabilities sum to 1."""
    bounds = np.asarray(bounds, float)
    return np.exp(log_softmax(bounds.T).T), best(bounds)[1]


@mistake("best_posterior")
def log_of_the_mean(bounds: Any) -> tuple[Array, Array]:
    """q is right; U is too small by log C. Put your q into the sum of q·(L - log q). (log p(y) is in L already.)"""
    q, u = best(bounds)
    return q, u - np.log(q.shape[1])


@mistake("best_posterior")
def expectation_alone(bounds: Any) -> tuple[Array, Array]:
    """q is right; its entropy is missing in U."""
    q, _ = best(bounds)
    return q, (q * np.asarray(bounds, float)).sum(axis=1)


@mistake("best_posterior")
def softmax_of_the_negative(bounds: Any) -> tuple[Array, Array]:
    """The sign in the softmax: the class with the *largest* bound should have the largest probability."""
    bounds = np.asarray(bounds, float)
    return np.exp(log_softmax(-bounds)), best(bounds)[1]


@mistake("best_posterior")
def proportional_to_the_bound(bounds: Any) -> tuple[Array, Array]:
    """q is proportional to L. Bounds are logs of probabilities, and negative: here the worst class would be the
    likeliest."""
    bounds = np.asarray(bounds, float)
    return bounds / bounds.sum(axis=1, keepdims=True), best(bounds)[1]


@mistake("best_posterior")
def log_of_q(bounds: Any) -> tuple[Array, Array]:
    """U is right; the first array holds log q. Return the probabilities."""
    q, u = best(bounds)
    return np.log(q), u
