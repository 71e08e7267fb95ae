"""Unit 06, what the hidden checks compare with beyond the judge's own modules."""

from typing import Any

import numpy as np
import torch

from elboroom.checks.modules import State, double, gradients_of, numbers, state_of
from elboroom.models import densities

Array = np.ndarray


def descended(model: Any, batches: list[tuple[Array, Array]], beta: float, rate: float) -> State:
    """The weights of the judge's model after a step of gradient descent on each batch."""
    for x, eps in batches:
        _, nats, missed = model.negative_elbo(double(x), double(eps))
        slope = gradients_of(missed + beta * nats, model)
        model.load_state_dict({name: w - rate * double(slope[name]) for name, w in model.state_dict().items()})
    return state_of(model)


def improved(model: Any, x: Array, mu: Array, var: Array, eps: Array) -> tuple[Array, Array]:
    """(mu, var) after one step of 0.05 downhill, by torch."""
    mean = double(mu).requires_grad_()
    log_var = double(np.log(np.asarray(var, float))).requires_grad_()
    z = mean + torch.exp(log_var / 2) * double(eps)
    missed = -densities.log_bernoulli(double(x), model.decode(z))
    total = (missed + densities.kl_standard_normal(mean, log_var.exp())).sum()
    by_mean, by_log_var = torch.autograd.grad(total, [mean, log_var])
    return numbers((mean - 0.05 * by_mean, (log_var - 0.05 * by_log_var).exp()))


def split(mu: Array, var: Array, z: Array) -> tuple[float, float]:
    """(I_q(x; z), KL(q(z) || p(z))) at the samples z, from log densities."""
    log_q = densities.log_normal(double(z)[:, None], double(mu)[None], double(var)[None])
    aggregate = densities.iwae_bound(log_q.T)
    marginal = (aggregate - densities.log_standard_normal(double(z))).mean()
    return float((log_q.diagonal() - aggregate).mean()), float(marginal)


def cost_of_coins(x: Array) -> float:
    """The sum of the pixels' entropies, in nats: 0 log 0 is 0."""
    p = double(x).mean(0)
    return float((torch.special.entr(p) + torch.special.entr(1 - p)).sum())
