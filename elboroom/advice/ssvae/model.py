"""The three networks: SSVAE with classify, encode and decode."""

from typing import Any

import numpy as np

from elboroom.advice.ssvae import check, mistake
from elboroom.references import ssvae as by_definition
from elboroom.references.ssvae import encode, log_softmax, network, one_hot, softplus

Array = np.ndarray
Gaussian = tuple[Array, Array]

SIZES = (6, 2, 5, 3)  # x_dim, z_dim, hidden, classes
STATE = by_definition.weights(SIZES, seed=3)

check.hints(
    "SSVAE",
    "Three networks of three linear layers each. Two of them are given the class as well: put it beside x, or beside "
    "z, as a vector that is 1 at the class and 0 elsewhere.",
    "`F.one_hot(y, classes).float()` makes that vector; `torch.cat([x, …], dim=1)` puts it on the right-hand side. The "
    "classifier has ReLUs between its layers, the other two have ELUs.",
    "`mu, h = self.enc.net(…).chunk(2, dim=-1)`, and the variance is `F.softplus(h) + 1e-8`. `classify` and `decode` "
    "return logits: nothing after the last layer.",
)


def halves(outputs: Array) -> tuple[Array, Array]:
    mu, h = np.split(outputs, 2, axis=-1)
    return mu, h


def beside(first: Any, second: Any) -> Array:
    return np.concatenate([np.asarray(first, float), np.asarray(second, float)], axis=-1)


@mistake("SSVAE", "SSVAE.classify")
def class_probabilities(x: Any) -> Array:
    """`classify` returns probabilities. Return the logits: the loss takes their log-softmax, which is stable."""
    return np.exp(log_softmax(network(STATE, "cls", x)))


@mistake("SSVAE", "SSVAE.classify")
def log_probabilities(x: Any) -> Array:
    """`classify` returns log probabilities. Return the last layer as it is; the log-softmax comes later."""
    return log_softmax(network(STATE, "cls", x))


@mistake("SSVAE", "SSVAE.classify")
def elus_in_the_classifier(x: Any) -> Array:
    """The classifier's hidden units are ELUs; here they are ReLUs."""
    return network(STATE, "cls", x, by_definition.elu)


@mistake("SSVAE", "SSVAE.encode")
def exponential_encoder(x: Any, y: Any) -> Gaussian:
    """The encoder's variances are exponentials; in these models they are a softplus (plus 1e-8)."""
    mu, h = halves(network(STATE, "enc", beside(x, one_hot(STATE, y))))
    return mu, np.exp(h)


@mistake("SSVAE", "SSVAE.encode")
def deviations(x: Any, y: Any) -> Gaussian:
    """The second array holds standard deviations; `encode` returns variances."""
    mu, var = encode(STATE, x, y)
    return mu, np.sqrt(var)


@mistake("SSVAE", "SSVAE.encode")
def outputs_exchanged(x: Any, y: Any) -> Gaussian:
    """The halves of the encoder's outputs are exchanged: the first K columns are the means."""
    h, mu = halves(network(STATE, "enc", beside(x, one_hot(STATE, y))))
    return mu, softplus(h)


@mistake("SSVAE", "SSVAE.encode")
def class_before_image(x: Any, y: Any) -> Gaussian:
    """The class stands on the left of x. Put it on the right, so that weights can be exchanged."""
    mu, h = halves(network(STATE, "enc", beside(one_hot(STATE, y), x)))
    return mu, softplus(h)


@mistake("SSVAE", "SSVAE.encode")
def class_not_encoded(x: Any, y: Any) -> Gaussian:
    """The encoder doesn't look at y: whatever the class, it says the same. This is q(z|x); the model has q(z|x,y)."""
    mu, h = halves(network(STATE, "enc", beside(x, 0 * one_hot(STATE, y))))
    return mu, softplus(h)


@mistake("SSVAE", "SSVAE.encode")
def rectified_encoder(x: Any, y: Any) -> Gaussian:
    """The encoder's hidden units are ReLUs; here they are ELUs. (Only the classifier has ReLUs.)"""
    return encode(STATE, x, y, by_definition.relu)


@mistake("SSVAE", "SSVAE.decode")
def pixel_probabilities(z: Any, y: Any) -> Array:
    """The decoder returns probabilities. Return the logits: the log likelihood is stable from those."""
    return np.exp(-softplus(-by_definition.decode(STATE, z, y)))


@mistake("SSVAE", "SSVAE.decode")
def class_before_code(z: Any, y: Any) -> Array:
    """The class stands on the left of z. Put it on the right, so that weights can be exchanged."""
    return network(STATE, "dec", beside(one_hot(STATE, y), z))


@mistake("SSVAE", "SSVAE.decode")
def class_not_decoded(z: Any, y: Any) -> Array:
    """The decoder doesn't look at y: all classes would look the same."""
    return network(STATE, "dec", beside(z, 0 * one_hot(STATE, y)))


@mistake("SSVAE", "SSVAE.decode")
def rectified_decoder(z: Any, y: Any) -> Array:
    """The decoder's hidden units are ReLUs; here they are ELUs. (Only the classifier has ReLUs.)"""
    return by_definition.decode(STATE, z, y, by_definition.relu)
