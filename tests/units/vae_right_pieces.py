"""Right answers to the first exercises of unit 06, the formulas and the networks, written in different ways."""

from itertools import pairwise

import torch
from torch import nn
from torch.distributions import Bernoulli, Normal, kl_divergence
from torch.nn import functional as F

# --- the pieces


def binarise(pixels, u):
    return (u * 255 < pixels).float()


def binarise_by_where(pixels, u):
    return torch.where(u < pixels.float() / 255, 1.0, 0.0)


def binarise_in_numpy(pixels, u):
    return torch.from_numpy((pixels.numpy() / 255 > u.numpy()).astype("float32"))


def sample(mu, var, eps):
    return mu + var.sqrt() * eps


def sample_by_exponential(mu, var, eps):
    return torch.exp(0.5 * torch.log(var)) * eps + mu


def sample_by_addcmul(mu, var, eps):
    return torch.addcmul(mu, var**0.5, eps)


def log_likelihood(x, logits):
    return -F.binary_cross_entropy_with_logits(logits, x, reduction="none").sum(dim=1)


def log_likelihood_by_softplus(x, logits):
    return (x * logits - F.softplus(logits)).sum(-1)


def log_likelihood_by_distribution(x, logits):
    return Bernoulli(logits=logits).log_prob(x).sum(-1)


def log_likelihood_by_logsigmoid(x, logits):
    return torch.where(x > 0.5, F.logsigmoid(logits), F.logsigmoid(-logits)).sum(dim=1)


def kl(mu, var):
    return 0.5 * (mu**2 + var - 1 - var.log()).sum(dim=-1)


def kl_by_distribution(mu, var):
    return kl_divergence(Normal(mu, var.sqrt()), Normal(0.0, 1.0)).sum(dim=1)


def kl_in_a_loop(mu, var):
    return sum(-0.5 * (1 + torch.log(var[:, k]) - mu[:, k].square() - var[:, k]) for k in range(mu.shape[1]))


# --- the networks


def layers(*sizes):
    linear = [nn.Linear(a, b) for a, b in pairwise(sizes)]
    return nn.Sequential(linear[0], nn.ELU(), linear[1], nn.ELU(), linear[2])


class Encoder(nn.Module):
    def __init__(self, x_dim=784, z_dim=10, hidden=300):
        super().__init__()
        self.net = layers(x_dim, hidden, hidden, 2 * z_dim)

    def forward(self, x):
        mu, h = self.net(x).chunk(2, dim=-1)
        return mu, F.softplus(h) + 1e-8


class EncoderFromAList(nn.Module):
    def __init__(self, x_dim=784, z_dim=10, hidden=300):
        super().__init__()
        self.K, self.net = z_dim, nn.ModuleList(layers(x_dim, hidden, hidden, 2 * z_dim))

    def forward(self, x):
        for layer in self.net:
            x = layer(x)
        return x[:, : self.K], torch.logaddexp(x[:, self.K :], torch.zeros(())) + 1e-8


class EncoderByName(nn.Module):
    def __init__(self, x_dim=784, z_dim=10, hidden=300):
        super().__init__()
        self.net = nn.ModuleDict(
            {"0": nn.Linear(x_dim, hidden), "2": nn.Linear(hidden, hidden), "4": nn.Linear(hidden, 2 * z_dim)}
        )

    def forward(self, x):
        h = self.net["4"](F.elu(self.net["2"](F.elu(self.net["0"](x)))))
        mu, raw = torch.tensor_split(h, 2, dim=1)
        return [mu, nn.Softplus()(raw) + 1e-8]


class Decoder(nn.Module):
    def __init__(self, z_dim=10, x_dim=784, hidden=300):
        super().__init__()
        self.net = layers(z_dim, hidden, hidden, x_dim)

    def forward(self, z):
        return self.net(z)


class DecoderFromAList(nn.Module):
    def __init__(self, z_dim=10, x_dim=784, hidden=300):
        super().__init__()
        self.net = nn.ModuleList(layers(z_dim, hidden, hidden, x_dim))

    def forward(self, z):
        for layer in self.net:
            z = layer(z)
        return z


class DecoderByName(nn.Module):
    def __init__(self, z_dim=10, x_dim=784, hidden=300):
        super().__init__()
        self.net = nn.ModuleDict(
            {"0": nn.Linear(z_dim, hidden), "2": nn.Linear(hidden, hidden), "4": nn.Linear(hidden, x_dim)}
        )

    def forward(self, z):
        h = F.elu(self.net["0"](z))
        return self.net["4"](torch.where(self.net["2"](h) > 0, self.net["2"](h), torch.expm1(self.net["2"](h))))


class VAE(nn.Module):
    def __init__(self, z_dim=10, x_dim=784, hidden=300):
        super().__init__()
        self.enc, self.dec = Encoder(x_dim, z_dim, hidden), Decoder(z_dim, x_dim, hidden)

    def encode(self, x):
        return self.enc(x)

    def decode(self, z):
        return self.dec(z)


class VAEOfLists(VAE):
    def __init__(self, z_dim=10, x_dim=784, hidden=300):
        nn.Module.__init__(self)
        self.dec, self.enc = DecoderFromAList(z_dim, x_dim, hidden), EncoderFromAList(x_dim, z_dim, hidden)


class VAEThatForwards(VAE):
    def forward(self, x):
        return self.decode(self.encode(x)[0])

    def encode(self, x):
        mu, var = self.enc.forward(x)
        return mu, var
