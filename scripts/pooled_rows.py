"""What unit 08 quotes: the published IWAE figures, rebuilt by mixing images, on all 10,000 test images of MNIST.

    ELBOROOM_DATA=<folder with mnist/> python scripts/pooled_rows.py

For each of the two trained models of elboroom.specimens: -IWAE-m as it should be, and as the write-up computed it, over
2,000 choices of ten images of each class; the share of choices whose figure lies below the published one. In minutes.
"""

import math
from typing import Any

import torch

from elboroom import models, specimens, studio
from elboroom.plots.iwae_bug import draws

PUBLISHED = {
    "vae": {1: 100.11, 10: 78.58, 100: 46.39, 1000: 45.55},
    "gmvae": {1: 97.73, 10: 77.10, 100: 43.67, 1000: 43.12},
}
SAMPLES, IMAGES, CHOICES = 100, 500, 2000


@torch.no_grad()
def log_weights(name: str, x: torch.Tensor) -> torch.Tensor:
    """(100, N): log weights of all images under the trained model."""
    model = {"vae": models.VAE, "gmvae": models.GMVAE}[name]()
    model.load_state_dict(specimens.load(name).state_dict())
    generator = torch.Generator().manual_seed(0)
    columns = []
    for few in x.split(IMAGES):
        noise = (torch.randn(10, len(few), model.z_dim, generator=generator) for _ in range(SAMPLES // 10))
        columns.append(torch.cat([model.log_weights(few, eps) for eps in noise]))
    return torch.cat(columns, dim=1)


def report(name: str, log_w: torch.Tensor, labels: Any) -> None:
    """Prints the figures of one model."""
    for m in (1, 10, 100):
        bound = torch.logsumexp(log_w[:m], 0) - math.log(m)
        print(f"{name}  right     m = {m:4d}: {-bound.mean():6.2f} ± {bound.std() / len(bound) ** 0.5:.2f}")
    in_order, shuffled = draws(log_w, labels, CHOICES), draws(log_w, labels, CHOICES, shuffled=True)
    for m, published in PUBLISHED[name].items():
        values = in_order[m]
        below = 100 * (values < published).mean()
        said = f"{values.mean():6.1f} ± {values.std():.1f}, {below:2.0f} % below the published {published:6.2f}"
        print(f"{name}  published m = {m:4d}: {said}; shuffled {shuffled[m].mean():6.1f} ± {shuffled[m].std():.1f}")


def main() -> None:
    digits = studio.digits("full")
    x = studio.binarise(digits.test, torch.Generator().manual_seed(0))
    for name in PUBLISHED:
        report(name, log_weights(name, x), digits.test_labels)


if __name__ == "__main__":
    main()
