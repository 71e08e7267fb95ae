"""The objective: `negative_elbo`, its terms and its gradient."""

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import stats

from elboroom.advice.vae import check, mistake
from elboroom.advice.vae.networks import STATE
from elboroom.references import vae as by_definition
from elboroom.references.vae import NODES, WEIGHTS, State, Terms, sigmoid

Array = np.ndarray

check.hints(
    "negative_elbo",
    "Four lines: encode x; sample z with the given eps; the KL of each image; the log-likelihood of each image under "
    "the logits of its z. Everything that is needed stands above.",
    "The reconstruction is *minus* the log-likelihood. Each term is the mean over the images of what your functions "
    "return for each.",
    "Return three tensors without shape, (kl + reconstruction, kl, reconstruction), and let gradients pass: no "
    "`detach()`, no `item()`, no `no_grad()`.",
)

# --- negative_elbo


def parts(x: Any, eps: Any, var_to_scale: Callable[[Array], Array] = np.sqrt) -> tuple[Array, Array, Array, Array]:
    """(mu, var, z, logits) of the public check's model."""
    mu, var = by_definition.encode(x, STATE)
    z = mu + var_to_scale(var) * np.asarray(eps, float)
    return mu, var, z, by_definition.decode(z, STATE)


def terms(nats: Any, missed: Any) -> Terms:
    """(nelbo, kl, reconstruction) from those of each image, or from means."""
    return float(np.mean(nats) + np.mean(missed)), float(np.mean(nats)), float(np.mean(missed))


def usual(x: Any, eps: Any) -> tuple[Array, Array]:
    """(kl, reconstruction) of each image."""
    return by_definition.terms_at(x, *by_definition.encode(x, STATE), eps, STATE)


@mistake("negative_elbo")
def sum_over_the_batch(model: Any, x: Any, eps: Any) -> Terms:
    """The terms are summed over the batch. Take the mean over the images: then the loss doesn't grow with the batch."""
    nats, missed = usual(x, eps)
    return terms(nats.sum(), missed.sum())


@mistake("negative_elbo")
def reconstruction_as_a_mean_over_pixels(model: Any, x: Any, eps: Any) -> Terms:
    """The reconstruction is a mean over pixels, the KL a sum over latents. With the one D times too small the KL wins,
    and training ends with a latent space that is switched off."""
    nats, missed = usual(x, eps)
    return terms(nats, missed / np.shape(x)[1])


@mistake("negative_elbo")
def kl_as_a_mean_over_latents(model: Any, x: Any, eps: Any) -> Terms:
    """The KL is a mean over latents, the reconstruction a sum over pixels: the KL is K times too cheap, and this is no
    bound on anything."""
    nats, missed = usual(x, eps)
    return terms(nats / np.shape(eps)[1], missed)


@mistake("negative_elbo")
def means_instead_of_sums(model: Any, x: Any, eps: Any) -> Terms:
    """Both terms are means, over pixels and over latents, where sums belong. It comes from the functions above: mend
    those first."""
    nats, missed = usual(x, eps)
    return terms(nats / np.shape(eps)[1], missed / np.shape(x)[1])


@mistake("negative_elbo")
def the_elbo(model: Any, x: Any, eps: Any) -> Terms:
    """The first value is the ELBO. Its negative is asked for, the loss: kl + reconstruction."""
    nelbo, nats, missed = terms(*usual(x, eps))
    return -nelbo, nats, missed


@mistake("negative_elbo")
def reconstruction_as_in_unit_05(model: Any, x: Any, eps: Any) -> Terms:
    """The reconstruction is E_q[log p(x|z)], as in units 01 to 05. From this unit on it is the negative of that, a
    cost, so that nelbo = kl + reconstruction."""
    nelbo, nats, missed = terms(*usual(x, eps))
    return nelbo, nats, -missed


@mistake("negative_elbo")
def reconstruction_subtracted(model: Any, x: Any, eps: Any) -> Terms:
    """The sign of the reconstruction is turned in the sum: this loss falls when images become *less* likely."""
    _, nats, missed = terms(*usual(x, eps))
    return nats - missed, nats, -missed


@mistake("negative_elbo")
def difference(model: Any, x: Any, eps: Any) -> Terms:
    """The KL is subtracted. In the ELBO it is; in its negative both terms are costs, and add."""
    _, nats, missed = terms(*usual(x, eps))
    return missed - nats, nats, missed


@mistake("negative_elbo")
def mean_decoded(model: Any, x: Any, eps: Any) -> Terms:
    """The mean is decoded instead of a sample: eps plays no role. Without noise the means can shrink to almost nothing,
    the KL with them, and the decoder still tells them apart."""
    mu, var, _, _ = parts(x, eps)
    return terms(by_definition.kl(mu, var), -by_definition.log_bernoulli(x, by_definition.decode(mu, STATE)))


@mistake("negative_elbo")
def variance_as_scale(model: Any, x: Any, eps: Any) -> Terms:
    """The noise is scaled by the variance; it should be by the standard deviation."""
    mu, var, _, logits = parts(x, eps, var_to_scale=lambda var: var)
    return terms(by_definition.kl(mu, var), -by_definition.log_bernoulli(x, logits))


@mistake("negative_elbo")
def sample_in_the_kl(model: Any, x: Any, eps: Any) -> Terms:
    """The KL is computed with the sample z in place of the mean: it counts the noise twice."""
    _, var, z, logits = parts(x, eps)
    return terms(by_definition.kl(z, var), -by_definition.log_bernoulli(x, logits))


@mistake("negative_elbo")
def decoded_image_in_the_kl(model: Any, x: Any, eps: Any) -> Terms:
    """The decoder's output is in the KL: this encodes the reconstruction again. The KL is that of q(z|x), for the x
    that was seen; the decoder has no part in it."""
    _, _, _, logits = parts(x, eps)
    again = by_definition.encode(sigmoid(logits), STATE)
    return terms(by_definition.kl(*again), -by_definition.log_bernoulli(x, logits))


@mistake("negative_elbo")
def logits_in_the_kl(model: Any, x: Any, eps: Any) -> Terms:
    """The decoder's output is in the KL, as if its logits were the mean of q. The KL compares q(z|x) with the prior,
    and both live in the latent space."""
    _, _, _, logits = parts(x, eps)
    return terms(by_definition.kl(logits, np.ones_like(logits)), -by_definition.log_bernoulli(x, logits))


@mistake("negative_elbo")
def prior_missing(model: Any, x: Any, eps: Any) -> Terms:
    """The prior is missing from the KL: E_q[log q] alone is minus an entropy. It is E_q[log q - log p(z)]."""
    _, var, _, logits = parts(x, eps)
    sd = np.sqrt(var)[..., None]
    negative_entropy = (stats.norm.logpdf(sd * NODES, 0, sd) @ WEIGHTS).sum(axis=-1)
    return terms(negative_entropy, -by_definition.log_bernoulli(x, logits))


@mistake("negative_elbo")
def means_as_logits(model: Any, x: Any, eps: Any) -> Terms:
    """Bernoulli means went where logits were expected: the sigmoid is applied twice."""
    nats, _ = usual(x, eps)
    return terms(nats, -by_definition.log_bernoulli(x, sigmoid(parts(x, eps)[3])))


@mistake("negative_elbo")
def one_for_each_image(model: Any, x: Any, eps: Any) -> tuple[Array, Array, Array]:
    """These are the terms of each image; their means over the batch are asked for, three single numbers."""
    nats, missed = usual(x, eps)
    return nats + missed, nats, missed


GRADIENT = "gradient of negative_elbo"


def gradient_of(loss: Callable[[State], float]) -> State:
    return by_definition.gradient(loss, STATE)


@mistake("negative_elbo", function=GRADIENT)
def sample_detached(x: Any, eps: Any) -> State:
    """The value is right, its gradient isn't: no gradient flows from the reconstruction through z into the encoder. Was
    z detached, or drawn by something that can't be differentiated? That is what the reparameterization is for."""
    _, _, z, _ = parts(x, eps)
    kl = gradient_of(lambda s: by_definition.kl(*by_definition.encode(x, s)).mean())
    missed = gradient_of(lambda s: -by_definition.log_bernoulli(x, by_definition.decode(z, s)).mean())
    return {name: kl[name] + missed[name] for name in kl}


@mistake("negative_elbo", function=GRADIENT)
def scale_detached(x: Any, eps: Any) -> State:
    """The value is right, its gradient isn't: z moves with the mean, but not with the variance. Was the standard
    deviation detached?"""
    sd = np.sqrt(by_definition.encode(x, STATE)[1])

    def loss(state: State) -> float:
        mu, var = by_definition.encode(x, state)
        logits = by_definition.decode(mu + sd * np.asarray(eps, float), state)
        return float((by_definition.kl(mu, var) - by_definition.log_bernoulli(x, logits)).mean())

    return gradient_of(loss)
