"""The logarithms of the importance weights: log_weights. Two small models, told apart by the number of their pixels."""

import functools
from typing import Any

import numpy as np

from elboroom.advice.iwae import check, mistake
from elboroom.checks.modules import State, double, gradients_of, judge, numbers, one_thread, state_of
from elboroom.references import iwae as by_definition

Array = np.ndarray
SIZES = {6: ("VAE", 2, 6, 5), 4: ("GMVAE", 2, 4, 5)}  # pixels -> kind, z_dim, x_dim, hidden
SPREADS = {6: 0.4, 4: 0.6}

check.hints(
    "log_weights",
    "Three log densities: of the image under the decoder, of z under the prior, and, subtracted, of z under q. First "
    "make z from eps.",
    "`Normal(mu, var.sqrt()).log_prob(z)` has one number for each coordinate: sum over the last axis. `Normal` wants "
    "standard deviations. `model.log_prior(z)` is summed already.",
    "`Bernoulli(logits=model.decode(z)).log_prob(x).sum(-1)` + `model.log_prior(z)` - `q.log_prob(z).sum(-1)`, with "
    "z = mu + var.sqrt() * eps, of shape (m, N, K) because mu (N, K) broadcasts.",
)


@functools.cache
def model(pixels: int, spread: float = 0.0) -> Any:
    """The judge's own module for images of so many pixels, float64; `spread` scales its weights."""
    from elboroom import models

    kind, *sizes = SIZES[pixels]
    make = functools.partial(getattr(models, kind), *sizes, **({"k": 3} if kind == "GMVAE" else {}))
    with one_thread():
        return judge(make, seed=pixels, spread=spread or SPREADS[pixels])


def by_torch(ours: Any, x: Any, eps: Any) -> Array:
    """The log weights that the judge's module gives, (m, N)."""
    with one_thread():
        return numbers(ours.log_weights(double(x), double(eps)))


def slopes(ours: Any, x: Any, eps: Any) -> State:
    """The gradient of the sum of the log weights in each weight of the judge's module."""
    with one_thread():
        return gradients_of(ours.log_weights(double(x), double(eps)).sum(), ours)


def pieces(x: Any, eps: Any) -> tuple[Array, Array, Array]:
    """log p(x|z), log p(z), log q(z|x), (m, N) each."""
    state = weights(x)
    z = by_definition.drawn(x, eps, state)
    log_q = by_definition.log_normal(z, *by_definition.encode(x, state))
    return by_definition.log_likelihood(x, z, state), by_definition.log_prior(z, state), log_q


def weights(x: Any) -> State:
    """The state of the model for these images."""
    return state_of(model(np.shape(x)[-1]))


@mistake("log_weights")
def prior_missing(model: Any, x: Any, eps: Any) -> Any:
    """log p(z) is missing: this is log p(x|z) - log q(z|x). The weight has the *joint* on top."""
    log_x, _, log_q = pieces(x, eps)
    return log_x - log_q


@mistake("log_weights")
def q_missing(model: Any, x: Any, eps: Any) -> Any:
    """log q(z|x) is missing: this is the log joint. z was drawn from q, and dividing by q makes up for that."""
    log_x, log_z, _ = pieces(x, eps)
    return log_x + log_z


@mistake("log_weights")
def q_added(model: Any, x: Any, eps: Any) -> Any:
    """log q(z|x) has the wrong sign: q stands in the denominator of the weight."""
    log_x, log_z, log_q = pieces(x, eps)
    return log_x + log_z + log_q


@mistake("log_weights")
def likelihood_only(model: Any, x: Any, eps: Any) -> Any:
    """This is log p(x|z) alone. It would be the log weight if z came from the prior; here it comes from q."""
    return pieces(x, eps)[0]


@mistake("log_weights")
def likelihood_as_a_loss(model: Any, x: Any, eps: Any) -> Any:
    """log p(x|z) has the sign of a loss. A weight is larger where the decoder makes the image more likely."""
    log_x, log_z, log_q = pieces(x, eps)
    return -log_x + log_z - log_q


@mistake("log_weights")
def mean_over_pixels(model: Any, x: Any, eps: Any) -> Any:
    """log p(x|z) is the mean over the pixels here. The pixels are independent given z: their logarithms add up."""
    log_x, log_z, log_q = pieces(x, eps)
    return log_x / np.shape(x)[-1] + log_z - log_q


@mistake("log_weights")
def kl_in_closed_form(model: Any, x: Any, eps: Any) -> Any:
    """This is log p(x|z) minus the KL in closed form. In the mean over z it is the ELBO, too, but it is not the log of
    a weight: its exponential doesn't average to p(x). Take log p(z) - log q(z|x) at the z that was drawn."""
    mu, var = by_definition.encode(x, weights(x))
    return pieces(x, eps)[0] - 0.5 * (mu**2 + var - 1 - np.log(var)).sum(axis=-1)


@mistake("log_weights")
def noise_times_variance(model: Any, x: Any, eps: Any) -> Any:
    """The noise is multiplied by the variance. A sample of N(mu, var) is mu plus the standard deviation times eps."""
    state = weights(x)
    mu, var = by_definition.encode(x, state)
    z = mu + var * np.asarray(eps)
    log_q = by_definition.log_normal(z, mu, var)
    return by_definition.log_likelihood(x, z, state) + by_definition.log_prior(z, state) - log_q


@mistake("log_weights")
def variance_as_deviation(model: Any, x: Any, eps: Any) -> Any:
    """log q(z|x) is computed as if `var` were a standard deviation. `Normal` wants its square root."""
    state = weights(x)
    log_x, log_z, _ = pieces(x, eps)
    mu, var = by_definition.encode(x, state)
    return log_x + log_z - by_definition.log_normal(by_definition.drawn(x, eps, state), mu, var**2)


@mistake("log_weights")
def density_of_the_noise(model: Any, x: Any, eps: Any) -> Any:
    """You subtract the log density of eps under N(0, I). q is a density of z: it is narrower than that of eps, and
    higher, by the product of the standard deviations."""
    log_x, log_z, _ = pieces(x, eps)
    return log_x + log_z - by_definition.log_normal(eps, 0.0, 1.0)


@mistake("log_weights")
def standard_normal_prior(model: Any, x: Any, eps: Any) -> Any:
    """The prior is N(0, I) here, whatever the model. This model has a prior of its own: `model.log_prior(z)`."""
    log_x, _, log_q = pieces(x, eps)
    return log_x + by_definition.log_normal(by_definition.drawn(x, eps, weights(x)), 0.0, 1.0) - log_q


@mistake("log_weights")
def images_first(model: Any, x: Any, eps: Any) -> Any:
    """This is (N, m). Samples come first, images second: (m, N)."""
    return by_definition.log_weights(x, eps, weights(x)).T


@mistake("log_weights")
def a_number_for_each_coordinate(model: Any, x: Any, eps: Any) -> Any:
    """The log densities of z are not summed over its coordinates: the result should have the shape (m, N)."""
    state = weights(x)
    _, var = by_definition.encode(x, state)
    z = by_definition.drawn(x, eps, state)
    log_ratio = -0.5 * (z**2 - np.asarray(eps) ** 2 - np.log(var))
    return by_definition.log_likelihood(x, z, state)[..., None] + log_ratio


@mistake("log_weights", function="gradient of log_weights")
def samples_detached(x: Any, eps: Any) -> State:
    """The gradient stops at z: the samples are detached, so the encoder never learns what the decoder thinks of them.
    z = mu + sqrt(var) * eps must stay differentiable."""
    from elboroom.models.densities import log_normal

    ours = model(np.shape(x)[-1])
    with one_thread():
        mu, var = ours.encode(double(x))
        at_fixed_z = gradients_of(-log_normal((mu + var.sqrt() * double(eps)).detach(), mu, var).sum(), ours)
    whole = slopes(ours, x, eps)
    return {name: at_fixed_z[name] if name.startswith("enc") else slope for name, slope in whole.items()}
