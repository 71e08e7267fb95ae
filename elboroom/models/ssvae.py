"""The semi-supervised VAE, model M2 of Kingma et al. (2014): a class y beside z, summed out where no label is known.

p(y) is uniform, p(z) = N(0, I), p(x|y,z) = Bernoulli(logits(y, z)); q(y|x) is a classifier, q(z|x,y) a Gaussian.
    L(x, y) = E_q(z|x,y)[log p(x|y,z) + log p(y) + log p(z) - log q(z|x,y)]  <=  log p(x, y)
    U(x)    = sum over y of q(y|x) L(x, y), plus the entropy of q(y|x)       <=  log p(x)

Where the time goes: U takes both networks through every class of every image. So both are given a list of *pairs*
(image, class). The encoder's first layer is W_x x + W_y y, of which the large half is computed once an image. And of a
class to which q(y|x) gives less than CUT nothing is computed: q cut there and made to sum to 1 again is a distribution
too, so U stays a bound, and it differs by less than 10^-4 nats from the one of all classes. Once the classifier has
made up its mind, one or two classes of ten are left.
"""

import math
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from elboroom.models.densities import kl_standard_normal, sample_normal
from elboroom.models.networks import FLOOR, HIDDEN, Decoder, Encoder
from elboroom.models.products import Linear

CLASSES = 10
CUT = 1e-6
Terms = tuple[Tensor, Tensor, Tensor]


class SSVAE(nn.Module):
    """Images x (N, D) hold 0 and 1; classes y (N,) are int64; noise eps is explicit: (N, K), or (N, C, K) for U."""

    def __init__(self, z_dim: int = 64, x_dim: int = 784, hidden: int = HIDDEN, classes: int = CLASSES) -> None:
        super().__init__()
        self.z_dim, self.x_dim, self.classes = z_dim, x_dim, classes
        self.cls = Classifier(x_dim, classes, hidden)
        self.enc = Encoder(x_dim + classes, z_dim, hidden)
        self.dec = Decoder(z_dim + classes, x_dim, hidden)

    def classify(self, x: Tensor) -> Tensor:
        """The logits of q(y|x): (N, C)."""
        return self.cls(x)

    def encode(self, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        """(mu, var) of q(z|x,y), (N, K) each."""
        return self.enc(torch.cat([x, self._one_hot(y)], -1))

    def decode(self, z: Tensor, y: Tensor) -> Tensor:
        """The logits of p(x|y,z): (N, D)."""
        return self.dec(torch.cat([z, self._one_hot(y)], -1))

    def labelled(self, x: Tensor, y: Tensor, eps: Tensor) -> Tensor:
        """-mean of L(x, y): 0-d, in nats. eps (N, K)."""
        everyone = torch.arange(len(x), device=x.device)
        reconstruction, kl = self.pairs(x, everyone, y, eps)
        return (reconstruction + kl).mean() + math.log(self.classes)

    def unlabelled(self, x: Tensor, eps: Tensor) -> Tensor:
        """-mean of U(x): 0-d, in nats. eps (N, C, K)."""
        return self.negative_elbo(x, eps)[0]

    def negative_elbo(self, x: Tensor, eps: Tensor) -> Terms:
        """(-U, KL of q(y,z|x) from the prior, reconstruction), 0-d: means over the batch. eps (N, C, K)."""
        kl, reconstruction = (term.mean() for term in self.terms(x, self.classify(x), eps))
        return kl + reconstruction, kl, reconstruction

    def terms(self, x: Tensor, logits: Tensor, eps: Tensor) -> tuple[Tensor, Tensor]:
        """(KL, reconstruction) of q(y,z|x), for each image, (N,): -U is their sum. logits (N, C) are q(y|x)'s."""
        n, c = len(x), self.classes
        assert logits.shape == (n, c) and eps.shape == (n, c, self.z_dim), "images first, then classes"
        which, y, log_q = likely(whole(logits))  # (R,) each
        reconstruction, kl_z = self.pairs(x, which, y, eps[which, y])
        kl = kl_z + log_q + math.log(c)
        q, zeros = log_q.exp(), torch.zeros(n, dtype=log_q.dtype, device=x.device)
        return zeros.index_add(0, which, q * kl), zeros.index_add(0, which, q * reconstruction)

    def table(self, x: Tensor, eps: Tensor) -> Tensor:
        """L(x, y) for every class, none cut: (N, C). eps (N, C, K)."""
        n, c = len(x), self.classes
        which, y = _all_pairs(n, c, x.device)
        reconstruction, kl = self.pairs(x, which, y, eps.reshape(n * c, self.z_dim))
        return -(reconstruction + kl).reshape(n, c) - math.log(c)

    def pairs(self, x: Tensor, which: Tensor, y: Tensor, eps: Tensor) -> tuple[Tensor, Tensor]:
        """(-log p(x|y,z), KL(q(z|x,y) || p(z))) for the pairs (x[which], y): which, y (R,), eps (R, K) -> (R,) each."""
        rows = (len(y),)
        assert which.shape == rows and eps.shape == (*rows, self.z_dim)
        y = self._one_hot(y)  # (R, C)
        first = self._first
        w_x, w_y = first.weight.split([self.x_dim, self.classes], 1)
        of_x = F.linear(x, w_x, first.bias)  # (N, H), once an image
        h = of_x.index_select(0, which) + F.linear(y, w_y)
        mu, h = whole(self.enc.net[1:](h)).chunk(2, -1)  # (R, K) each
        var = F.softplus(h) + FLOOR
        z = sample_normal(mu, var, eps)
        logits = whole(self.dec(torch.cat([z, y], -1).to(of_x.dtype)))  # (R, D)
        reconstruction = -LogBernoulli.apply(x.index_select(0, which), logits)
        kl = kl_standard_normal(mu, var)
        assert reconstruction.shape == kl.shape == rows
        return reconstruction, kl

    @property
    def _first(self) -> nn.Linear:
        first = self.enc.net[0]
        assert isinstance(first, nn.Linear)
        return first

    def _one_hot(self, y: Tensor) -> Tensor:
        return F.one_hot(y, self.classes).to(self._first.weight.dtype)


class Classifier(nn.Module):
    """x -> the logits of q(y|x), by two hidden layers of ReLU."""

    def __init__(self, inputs: int, classes: int, hidden: int = HIDDEN) -> None:
        super().__init__()
        self.net = nn.Sequential(
            Linear(inputs, hidden), nn.ReLU(), Linear(hidden, hidden), nn.ReLU(), Linear(hidden, classes)
        )

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)


class LogBernoulli(torch.autograd.Function):
    """log p(x) of Bernoulli pixels, summed: x·logits minus the sum of softplus(logits); (R, D) -> (R,).

    Its gradient in the logits, x - sigmoid(logits), is written down: half the passes over the largest array."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, logits: Tensor) -> Tensor:
        ctx.save_for_backward(x, logits)
        return (x * logits).sum(-1) - F.softplus(logits).sum(-1)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[None, Tensor]:
        x, logits = ctx.saved_tensors
        return None, (x - torch.sigmoid(logits)).mul_(gradient[:, None])


def whole(numbers: Tensor) -> Tensor:
    """In single precision again what a network made in half; double stays double."""
    return numbers.float() if numbers.dtype == torch.bfloat16 else numbers


def likely(logits: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """The pairs (image, class) of which q(y|x) is at least CUT, and log q(y|x) with the others cut off: (R,) each.

    On a GPU all pairs: recorded graphs need shapes that don't depend on numbers."""
    n, c = logits.shape
    if logits.is_cuda:
        which, y = _all_pairs(n, c, logits.device)
        return which, y, F.log_softmax(logits, -1).reshape(n * c)
    kept = F.log_softmax(logits.detach(), -1) >= math.log(CUT)  # (N, C)
    which, y = kept.nonzero(as_tuple=True)
    return which, y, F.log_softmax(logits.masked_fill(~kept, -math.inf), -1)[which, y]


def _all_pairs(n: int, c: int, device: torch.device) -> tuple[Tensor, Tensor]:
    """Image after image, each with every class: (n·c,) each."""
    return torch.arange(n, device=device).repeat_interleave(c), torch.arange(c, device=device).repeat(n)
