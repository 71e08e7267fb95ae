"""Unit 06: the mutants that are no mistakes."""

from typing import Any

import numpy as np
import torch


def means(generator: np.random.Generator) -> tuple[Any, ...]:
    """mu (40, 6): columns of all kinds of variances."""
    return (torch.from_numpy(generator.normal(size=(40, 6)) * generator.uniform(0, 0.3, 6)),)


DOMAIN = {"active_units": means}

LAST = "The arrays have two dimensions: 1 and -1 are the same one."
EITHER = (
    "The convention speaks of the variance over the images; with 1/N or 1/(N - 1), it doesn't say, and both are right."
)
PROVED = {
    "bernoulli_log_likelihood": {
        'return -F.binary_cross_entropy_with_logits(logits, x, reduction="none").sum(dim=1)': LAST,
    },
    "kl": {"return 0.5 * (mu**2 + var - 1 - var.log()).sum(dim=1)": LAST},
    "Encoder": {"mu, h = self.net(x).chunk(2, dim=1)  # (N, K) each": LAST},
    "kl_split": {"log_prior = torch.distributions.Normal(0.0, 1.0).log_prob(z).sum(dim=1)": LAST},
    "active_units": {
        "return int((mu.var(dim=0) > 0.01).sum())": EITHER,
        "return int((mu.var(dim=0, correction=1) > 0.01).sum())": EITHER,
    },
}
