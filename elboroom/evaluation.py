"""Evaluation on a whole split, with standard errors: NELBO, its two terms, -IWAE-m, active units.

Importance samples are streamed: memory doesn't grow with m, and one pass gives the bound for every m asked for.
"""

import math
from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor

from elboroom.binarising import binarise
from elboroom.data import Split
from elboroom.models import VAE, LinearVAE
from elboroom.models.densities import log_normal, sample_normal

IMAGES = 500  # at a time
ROWS = {"cpu": 500, "cuda": 100_000}  # samples of z at a time: what the decoder makes of them stays in a CPU's cache
SAMPLES = (1, 10, 100, 1000)
ACTIVE = 0.01  # a unit is active when the variance over x of its posterior mean is larger (Burda et al. 2016)


@torch.no_grad()
def evaluate(
    model: VAE | LinearVAE, split: Split, seed: int = 0, samples: tuple[int, ...] = SAMPLES, binary: bool = False
) -> dict[str, Any]:
    """Means over all images of `split`, binarised once from `seed`, in nats:

    nelbo, kl, rec (one sample of z per image), iwae {m: -IWAE-m}, each with its standard error over images under
    "se"; bits_per_pixel; active_units; images."""
    model.eval()
    columns = [_columns(model, x, generator, samples) for x, generator in _batches(model, split, seed, binary)]
    terms = {name: torch.cat([c[name] for c in columns]).double().cpu().numpy() for name in columns[0]}
    means = {name: float(values.mean()) for name, values in terms.items() if values.ndim == 1}
    errors = {name: float(v.std(ddof=1) / math.sqrt(len(v))) for name, v in terms.items() if v.ndim == 1}
    return {
        **{name: means[name] for name in ("nelbo", "kl", "rec")},
        "iwae": {str(m): means[f"iwae {m}"] for m in samples},
        "se": {name.removeprefix("iwae "): error for name, error in errors.items()},
        "bits_per_pixel": means["nelbo"] / (split.images.shape[1] * math.log(2)),
        "active_units": int((terms["mu"].var(axis=0) > ACTIVE).sum()),
        "images": len(split),
    }


def _batches(model: VAE | LinearVAE, split: Split, seed: int, binary: bool) -> Iterator[tuple[Tensor, torch.Generator]]:
    device = next(model.parameters()).device
    generator = torch.Generator(device).manual_seed(10_007 + seed)
    for start in range(0, len(split), IMAGES):
        pixels = torch.tensor(split.images[start : start + IMAGES], device=device)
        yield (pixels.float() if binary else binarise(pixels, generator)), generator


def _columns(
    model: VAE | LinearVAE, x: Tensor, generator: torch.Generator, samples: tuple[int, ...]
) -> dict[str, Tensor]:
    """Per image: the terms (N,), -IWAE-m (N,) for each m, the posterior means (N, K)."""
    mu, var = model.encode(x)
    eps = torch.randn(mu.shape, generator=generator, device=x.device)
    z = sample_normal(mu, var, eps)
    kl = model.kl(z, mu, var)
    log_weight = model.weigh(x, mu, var, eps[None])[0]
    reconstruction = -(log_weight - model.log_prior(z) + log_normal(z, mu, var))
    bounds = _streamed(model, x, mu, var, generator, samples)
    return {"nelbo": kl + reconstruction, "kl": kl, "rec": reconstruction, "mu": mu} | bounds


def _streamed(
    model: VAE | LinearVAE, x: Tensor, mu: Tensor, var: Tensor, generator: torch.Generator, samples: tuple[int, ...]
) -> dict[str, Tensor]:
    """-IWAE-m for each m, from the first m of max(samples) importance samples, a chunk at a time."""
    chunk = max(1, ROWS[x.device.type] // len(x))
    running = torch.full((len(x),), -math.inf, device=x.device)
    bounds, done = {}, 0
    for m in sorted(samples):
        while done < m:
            k = min(chunk, m - done)
            eps = torch.randn(k, *mu.shape, generator=generator, device=x.device)
            running = torch.logaddexp(running, torch.logsumexp(model.weigh(x, mu, var, eps), 0))
            done += k
        bounds[f"iwae {m}"] = math.log(m) - running
    return bounds
