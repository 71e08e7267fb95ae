"""The homework's loss, and its training run: `ssvae_loss`, `train_ssvae`; two questions about them."""

from typing import Any

import numpy as np

from elboroom.advice.ssvae import check, mistake
from elboroom.advice.ssvae.marginal import found
from elboroom.advice.ssvae.model import STATE
from elboroom.references import ssvae as by_definition
from elboroom.references.ssvae import CLASS_WEIGHT, cross_entropy, log_q, marginal, network

Array = np.ndarray

check.hints(
    "ssvae_loss",
    "Two terms, from two batches: the bound of the unlabelled one, with the weight gw, and the cross-entropy of the "
    "labelled one, with the weight 100.",
    "The cross-entropy is the mean of -log q(y|x) over the labelled images, at their labels. `F.cross_entropy` "
    "computes it from logits; nothing goes through a softmax before.",
    "`gw * unlabelled(model, x, eps) + 100 * F.cross_entropy(model.classify(labelled_x), labelled_y)`; where gw is 0, "
    "leave the first term out: it costs nearly all of the time.",
)
check.hints(
    "train_ssvae",
    "One step: an unlabelled batch from `studio.batches`, the hundred labelled digits (all of them, binarised afresh), "
    "fresh noise (N, C, K), the loss, and the optimiser.",
    "Where the accuracy stays near that of the classifier alone: does the loss get gw = 1, and does the bound fall to "
    "some 120 nats and below? Where it falls and the accuracy doesn't rise: are labels and images in the same order?",
    "Adam at 2e-3 gets there within the number of steps given; at 1e-4 it doesn't. `optimiser.zero_grad()` stands "
    "before `backward()`.",
)
check.hints(
    "nameless",
    "Without labels, what in the model tells class 3 from class 8? Write down U and exchange two classes everywhere.",
    "Exchange two class inputs of both networks, and two outputs of the classifier. Does any term of U notice?",
    "So U has at least 10! equally good maxima, and which digits form a class is up to the model as well. What is it "
    "that the labels decide?",
)


def parts(x: Any, eps: Any, labelled_x: Any, labelled_y: Any) -> tuple[Any, float]:
    """(-mean of U, cross-entropy)."""
    return -marginal(*found(x, eps)).mean(), cross_entropy(STATE, labelled_x, labelled_y)


@mistake("ssvae_loss")
def class_weight_on_the_bound(model: Any, x: Any, eps: Any, labelled_x: Any, labelled_y: Any, gw: float) -> Any:
    """The 100 multiplies the unlabelled term, which is hundreds of nats already. It belongs to the cross-entropy, which
    begins at 2.3."""
    unlabelled, entropy = parts(x, eps, labelled_x, labelled_y)
    return CLASS_WEIGHT * gw * unlabelled + entropy


@mistake("ssvae_loss")
def everything_times_a_hundred(model: Any, x: Any, eps: Any, labelled_x: Any, labelled_y: Any, gw: float) -> Any:
    """The 100 multiplies both terms. Only the cross-entropy has this weight."""
    unlabelled, entropy = parts(x, eps, labelled_x, labelled_y)
    return CLASS_WEIGHT * (gw * unlabelled + entropy)


@mistake("ssvae_loss")
def without_the_class_weight(model: Any, x: Any, eps: Any, labelled_x: Any, labelled_y: Any, gw: float) -> Any:
    """The cross-entropy lacks its weight, 100."""
    unlabelled, entropy = parts(x, eps, labelled_x, labelled_y)
    return gw * unlabelled + entropy


@mistake("ssvae_loss")
def summed_cross_entropy(model: Any, x: Any, eps: Any, labelled_x: Any, labelled_y: Any, gw: float) -> Any:
    """The cross-entropy is a sum over the labelled images; it should be their mean. (The weight 100 is another 100.)"""
    unlabelled, entropy = parts(x, eps, labelled_x, labelled_y)
    return gw * unlabelled + CLASS_WEIGHT * len(np.asarray(labelled_y)) * entropy


@mistake("ssvae_loss")
def softmax_twice(model: Any, x: Any, eps: Any, labelled_x: Any, labelled_y: Any, gw: float) -> Any:
    """The logits went through a softmax before the cross-entropy, which takes a log-softmax itself. The loss can't come
    near 0 any more."""
    unlabelled, _ = parts(x, eps, labelled_x, labelled_y)
    again = by_definition.log_softmax(np.exp(log_q(STATE, labelled_x)))
    own = again[np.arange(len(again)), np.asarray(labelled_y)]
    return gw * unlabelled - CLASS_WEIGHT * own.mean()


@mistake("ssvae_loss")
def generative_weight_ignored(model: Any, x: Any, eps: Any, labelled_x: Any, labelled_y: Any, gw: float) -> Any:
    """gw isn't used: the unlabelled term always has the weight 1."""
    unlabelled, entropy = parts(x, eps, labelled_x, labelled_y)
    return unlabelled + CLASS_WEIGHT * entropy


@mistake("ssvae_loss")
def generative_weight_on_both(model: Any, x: Any, eps: Any, labelled_x: Any, labelled_y: Any, gw: float) -> Any:
    """gw multiplies the cross-entropy, too. With gw = 0 nothing would be learnt at all."""
    unlabelled, entropy = parts(x, eps, labelled_x, labelled_y)
    return gw * (unlabelled + CLASS_WEIGHT * entropy)


@mistake("ssvae_loss")
def bound_minimised(model: Any, x: Any, eps: Any, labelled_x: Any, labelled_y: Any, gw: float) -> Any:
    """The bound's sign: `unlabelled` is -U already, and is added."""
    unlabelled, entropy = parts(x, eps, labelled_x, labelled_y)
    return -gw * unlabelled + CLASS_WEIGHT * entropy


@mistake("ssvae_loss")
def cross_entropy_negated(model: Any, x: Any, eps: Any, labelled_x: Any, labelled_y: Any, gw: float) -> Any:
    """The cross-entropy's sign: it is the mean of *minus* log q(y|x), and is added."""
    unlabelled, entropy = parts(x, eps, labelled_x, labelled_y)
    return gw * unlabelled - CLASS_WEIGHT * entropy


@mistake("ssvae_loss")
def classes_one_by_one(model: Any, x: Any, eps: Any, labelled_x: Any, labelled_y: Any, gw: float) -> Any:
    """This is a binary cross-entropy of each class by itself. Here the classes exclude each other: the term is
    -log q(y|x) of the right one."""
    unlabelled, _ = parts(x, eps, labelled_x, labelled_y)
    logits, hot = network(STATE, "cls", labelled_x), by_definition.one_hot(STATE, labelled_y)
    binary = np.logaddexp(0.0, logits) - hot * logits
    return gw * unlabelled + CLASS_WEIGHT * binary.mean()
