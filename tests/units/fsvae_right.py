"""Right answers to the exercises of unit 10, written in different ways: in torch, in NumPy, with loops, by torch's own
distributions."""

import math

import numpy as np
import torch
from torch import nn
from torch.distributions import Independent, Normal, kl_divergence
from torch.nn import functional as F

from autograder.derivation import KL, Density, Derivation, E, integral, log, variables

ROUNDING = 1 / (12 * 255**2)
y, z, x = variables("y z x")
p = Density("p", [y, z, x], factors=[y, z, x | y & z])
q = Density("q", [z], given=[x, y])
Q, DECODED, RATIO = q(z | x & y), p(x | y & z), p(x, z | y) / q(z | x & y)
END = E(Q, log(DECODED)) - KL(Q, p(z))


# --- conditional_bound


def by_jensen():
    return (
        Derivation(log(p(x | y)))
        .eq(log(integral(z, p(x, z | y))), by="marginal")
        .eq(log(integral(z, Q * RATIO)), by="algebra")
        .eq(log(E(Q, RATIO)), by="expectation")
        .ge(E(Q, log(RATIO)), by="jensen")
        .ge(E(Q, log(DECODED * p(z | y) / Q)), by="chain rule")
        .ge(E(Q, log(DECODED) + log(p(z) / Q)), by="independence")
        .ge(E(Q, log(DECODED)) - E(Q, log(Q / p(z))), by="linearity")
        .ge(END, by="definition")
    )


def by_the_gap():
    gap = KL(Q, p(z | x & y))
    return (
        Derivation(log(p(x | y)))
        .ge(log(p(x | y)) - gap, by="kl >= 0")
        .ge(log(p(x | y)) - E(Q, log(Q / p(z | x & y))), by="definition")
        .ge(log(p(x | y)) - E(Q, log(Q * p(x | y) / (DECODED * p(z | y)))), by="bayes")
        .ge(-E(Q, log(Q / (DECODED * p(z | y)))), by="constant")
        .ge(-E(Q, log(Q / p(z)) - log(DECODED)), by="independence")
        .ge(END, by="linearity, definition")
    )


def model_first():
    return (
        Derivation(log(p(x | y)))
        .eq(log(integral(z, p(x, z | y))), by="marginal")
        .eq(log(integral(z, DECODED * p(z | y))), by="chain rule")
        .eq(log(integral(z, DECODED * p(z))), by="independence")
        .eq(log(E(Q, DECODED * p(z) / Q)), by="expectation")
        .ge(E(Q, log(DECODED * p(z) / Q)), by="jensen: log is concave")
        .ge(E(Q, log(DECODED)) - E(Q, log(Q) - log(p(z))), by="linearity")
        .ge(END, by="definition")
    )


# --- bound_over_the_prior


def by_jensen_over_the_prior():
    return (
        Derivation(log(p(x | y)))
        .eq(log(integral(z, p(x, z | y))), by="marginal")
        .eq(log(integral(z, p(z | y) * DECODED)), by="chain rule")
        .eq(log(integral(z, p(z) * DECODED)), by="independence")
        .eq(log(E(p(z), DECODED)), by="expectation")
        .ge(E(p(z), log(DECODED)), by="jensen")
    )


def expectation_first():
    return (
        Derivation(log(p(x | y)))
        .eq(log(integral(z, p(x, z | y))), by="marginal")
        .eq(log(integral(z, p(z | y) * DECODED)), by="chain rule")
        .eq(log(E(p(z | y), DECODED)), by="expectation")
        .ge(E(p(z | y), log(DECODED)), by="jensen: log is concave")
        .ge(E(p(z), log(DECODED)), by="independence")
    )


def two_rules_on_a_line():
    return (
        Derivation(log(p(x | y)))
        .eq(log(integral(z, p(x, z | y))), by="marginal")
        .eq(log(integral(z, p(z) * DECODED)), by="chain rule, independence")
        .eq(log(E(p(z), DECODED)), by="expectation")
        .ge(E(p(z), log(DECODED)), by="jensen")
    )


# --- prior_bound


def positive(theta):
    if not (np.asarray(theta) > 0).all():
        raise ValueError("θ must be positive")


def bound_expanded(x, theta):
    positive(theta)
    x, theta = np.asarray(x, float), np.asarray(theta, float)
    return -np.log(np.sqrt(2 * np.pi)) - x**2 / 2 + x / theta - theta**-2.0


def bound_by_moments(x, theta):
    positive(theta)
    mean = np.reciprocal(np.asarray(theta, float))
    return -0.5 * (math.log(2 * math.pi) + np.square(x - mean) + mean**2)


def bound_in_torch(x, theta):
    positive(theta)
    x, theta = (torch.as_tensor(np.asarray(a, float)) for a in (x, theta))
    return Normal(1 / theta, 1.0).log_prob(x) - 0.5 / theta**2


# --- with_label


def label_by_one_hot(features, y, classes):
    return torch.cat((features, F.one_hot(y, classes).type_as(features)), 1)


def label_by_eye(features, y, classes):
    return torch.hstack([features, torch.eye(classes, dtype=features.dtype)[y]])


def label_by_comparison(features, y, classes):
    return torch.cat([features, (y[:, None] == torch.arange(classes)).to(features.dtype)], dim=-1)


def label_by_scatter(features, y, classes):
    wide = features.new_zeros(len(features), features.shape[1] + classes)
    wide[:, : features.shape[1]] = features
    return wide.scatter_(1, features.shape[1] + y[:, None], 1.0)


# --- gaussian_log_likelihood


def likelihood_by_normal(x, mean, var):
    return Normal(mean, torch.sqrt(var)).log_prob(x).sum(-1)


def likelihood_expanded(x, mean, var):
    var = var.expand_as(mean)
    return -0.5 * ((x - mean).square() / var).sum(1) - 0.5 * (2 * math.pi * var).log().sum(1)


def likelihood_by_independent(x, mean, var):
    return Independent(Normal(mean, (var + torch.zeros_like(mean)).sqrt()), 1).log_prob(x)


# --- FSVAE


def likelihood_by_loss(x, mean, var):
    var = var.expand_as(mean) if var.dim() < 2 else var
    return -F.gaussian_nll_loss(mean, x, var, full=True, reduction="none", eps=1e-12).sum(-1)


class Net(nn.Module):
    def __init__(self, inputs, hidden, outputs):
        super().__init__()
        self.net = nn.Sequential(
            nn.Linear(inputs, hidden), nn.ELU(), nn.Linear(hidden, hidden), nn.ELU(), nn.Linear(hidden, outputs)
        )


class WithNetworks(nn.Module):
    def __init__(self, z_dim, x_dim, hidden, classes):
        super().__init__()
        self.classes = classes
        self.enc, self.dec = Net(x_dim + classes, hidden, 2 * z_dim), Net(z_dim + classes, hidden, x_dim)
        self.log_sigma2 = nn.Parameter(torch.tensor(math.log(0.1)))

    def encode(self, x, y):
        mu, h = self.enc.net(label_by_one_hot(x, y, self.classes)).chunk(2, -1)
        return mu, F.softplus(h) + 1e-8

    def decode(self, z, y):
        return self.dec.net(label_by_one_hot(z, y, self.classes))

    def variance(self):
        return self.log_sigma2.exp() + ROUNDING


class ByHand(nn.Module):
    def __init__(self, z_dim, x_dim, hidden, classes):
        super().__init__()
        self.z_dim, self.classes = z_dim, classes
        self.enc = nn.ModuleDict({"net": self.three(x_dim + classes, hidden, 2 * z_dim)})
        self.dec = nn.ModuleDict({"net": self.three(z_dim + classes, hidden, x_dim)})
        self.register_parameter("log_sigma2", nn.Parameter(torch.tensor(-math.log(10.0))))

    def three(self, a, b, c):
        return nn.ModuleDict({"0": nn.Linear(a, b), "2": nn.Linear(b, b), "4": nn.Linear(b, c)})

    def run(self, net, h):
        for layer in ("0", "2"):
            h = F.elu(net[layer](h))
        return net["4"](h)

    def encode(self, x, y):
        out = self.run(self.enc["net"], label_by_eye(x, y, self.classes))
        return out[:, : self.z_dim], torch.log1p(torch.exp(out[:, self.z_dim :])) + 1e-8

    def decode(self, z, y):
        return self.run(self.dec["net"], label_by_comparison(z, y, self.classes))

    def variance(self):
        return torch.exp(self.log_sigma2) + 1 / 12 / 255**2


class LabelThroughItsOwnColumns(WithNetworks):
    """The first layer's columns for the label, picked instead of multiplied by indicators."""

    def through(self, net, features, y):
        first = net[0]
        split = features.shape[1]
        h = features @ first.weight[:, :split].T + first.weight[:, split:].T[y] + first.bias
        return net[1:](h)

    def encode(self, x, y):
        mu, h = torch.tensor_split(self.through(self.enc.net, x, y), 2, dim=1)
        return mu, F.softplus(h).add(1e-8)

    def decode(self, z, y):
        return self.through(self.dec.net, z, y)


# --- negative_elbo


def elbo_in_one(model, x, y, eps):
    mu, var = model.encode(x, y)
    kl = 0.5 * (mu.pow(2) + var - var.log() - 1).sum(1).mean()
    reconstruction = -likelihood_by_normal(x, model.decode(mu + var.sqrt() * eps, y), model.variance()).mean()
    return kl + reconstruction, kl, reconstruction


def elbo_by_distributions(model, x, y, eps):
    mu, var = model.encode(x, y)
    encoded = Independent(Normal(mu, var**0.5), 1)
    kl = kl_divergence(encoded, Independent(Normal(torch.zeros_like(mu), torch.ones_like(mu)), 1)).sum() / len(x)
    decoded = Normal(model.decode(mu + eps * var**0.5, y), model.variance() ** 0.5)
    reconstruction = -decoded.log_prob(x).sum() / len(x)
    return [kl + reconstruction, kl, reconstruction]


def elbo_by_squared_error(model, x, y, eps):
    mu, var = model.encode(x, y)
    D, sigma2 = x.shape[1], model.variance()
    squared = F.mse_loss(model.decode(mu + torch.sqrt(var) * eps, y), x, reduction="sum") / len(x)
    reconstruction = squared / (2 * sigma2) + D / 2 * (math.log(2 * math.pi) + torch.log(sigma2))
    kl = torch.mean(torch.sum(mu * mu + var - torch.log(var) - 1, dim=-1)) / 2
    return reconstruction + kl, kl, reconstruction


# --- best_variance


def decoded(model, x, y, eps, wanted=None):
    mu, var = model.encode(x, y)
    return model.decode(mu + torch.sqrt(var) * eps, y if wanted is None else wanted)


def variance_by_mse(model, x, y, eps):
    return F.mse_loss(decoded(model, x, y, eps), x)


def variance_by_sums(model, x, y, eps):
    return ((x - decoded(model, x, y, eps)) ** 2).sum() / x.numel()


def variance_as_a_number(model, x, y, eps):
    return float(torch.mean(torch.mean((decoded(model, x, y, eps) - x).square(), dim=1)))


# --- swap


def swap_image_by_image(model, x, y, wanted, eps):
    return torch.cat(
        [decoded(model, x[i : i + 1], y[i : i + 1], eps[i : i + 1], wanted[i : i + 1]) for i in range(len(x))]
    )


def swap_by_normal(model, x, y, wanted, eps):
    mu, var = model.encode(x, y)
    return model.decode(torch.addcmul(mu, var.sqrt(), eps), wanted)


# --- style_grid


def grid_by_interleaving(model, z, classes):
    labels = torch.arange(classes).repeat(len(z))
    return model.decode(z.repeat_interleave(classes, 0), labels).view(len(z), classes, -1)


def grid_row_by_row(model, z, classes):
    return torch.stack([model.decode(row.expand(classes, -1), torch.arange(classes)) for row in z])


def grid_column_by_column(model, z, classes):
    columns = [model.decode(z, torch.full((len(z),), c)) for c in range(classes)]
    return torch.stack(columns, dim=1)


# --- interpolate


def walk_by_lerp(model, z_a, z_b, y, steps):
    weights = torch.linspace(0, 1, steps).unsqueeze(1)
    return model.decode(torch.lerp(z_a, z_b, weights), torch.tensor([y] * steps))


def walk_by_steps(model, z_a, z_b, y, steps):
    points = torch.stack([z_a + (z_b - z_a) * i / (steps - 1) for i in range(steps)])
    return model.decode(points, torch.full((steps,), y))


def walk_point_by_point(model, z_a, z_b, y, steps):
    shares = np.linspace(0, 1, steps)
    images = [model.decode(((1 - s) * z_a + s * z_b).float()[None], torch.tensor([y])) for s in shares]
    return torch.cat(images)


# --- probe


def probe_in_numpy(features, labels, others, their_labels):
    A, B = (np.column_stack([np.asarray(f, float), np.ones(len(f))]) for f in (features, others))
    W = np.linalg.lstsq(A, np.eye(int(max(labels)) + 1)[np.asarray(labels)], rcond=None)[0]
    right = (B @ W).argmax(1) == np.asarray(their_labels)
    return right.mean(), right.std() / np.sqrt(len(right))


def probe_by_normal_equations(features, labels, others, their_labels):
    A, B = (torch.cat([torch.ones(len(f), 1), f], 1).double() for f in (features, others))
    W = torch.linalg.solve(A.T @ A, A.T @ F.one_hot(labels).double())
    a = ((B @ W).max(1).indices == their_labels).float().mean()
    return a, (a * (1 - a) / len(others)).sqrt()


def probe_by_centring(features, labels, others, their_labels):
    f, o, targets = features.double(), others.double(), F.one_hot(labels).double()
    W = torch.linalg.pinv(f - f.mean(0)) @ (targets - targets.mean(0))
    predicted = ((o - f.mean(0)) @ W + targets.mean(0)).argmax(1)
    accuracy = (predicted == their_labels).double().mean().item()
    return accuracy, (accuracy * (1 - accuracy) / len(predicted)) ** 0.5


ANSWERS = {
    "conditional_bound": [by_jensen(), by_the_gap(), model_first()],
    "bound_over_the_prior": [by_jensen_over_the_prior(), expectation_first(), two_rules_on_a_line()],
    "prior_bound": [bound_expanded, bound_by_moments, bound_in_torch],
    "blind_decoder": ["d"],
    "with_label": [label_by_one_hot, label_by_eye, label_by_comparison, label_by_scatter],
    "gaussian_log_likelihood": [
        likelihood_by_normal,
        likelihood_expanded,
        likelihood_by_independent,
        likelihood_by_loss,
    ],
    "FSVAE": [WithNetworks, ByHand, LabelThroughItsOwnColumns],
    "negative_elbo": [elbo_in_one, elbo_by_distributions, elbo_by_squared_error],
    "best_variance": [variance_by_mse, variance_by_sums, variance_as_a_number],
    "swap": [swap_image_by_image, swap_by_normal, lambda model, x, y, wanted, eps: decoded(model, x, y, eps, wanted)],
    "style_grid": [grid_by_interleaving, grid_row_by_row, grid_column_by_column],
    "interpolate": [walk_by_lerp, walk_by_steps, walk_point_by_point],
    "probe": [probe_in_numpy, probe_by_normal_equations, probe_by_centring],
    "leak": ["c"],
}
ON_A_MODEL = ("negative_elbo", "best_variance", "swap", "style_grid", "interpolate")


def namespaces():
    """(exercise, what a learner with this answer has defined)."""
    for name, answers in ANSWERS.items():
        for i, answer in enumerate(answers):
            model = {"FSVAE": ANSWERS["FSVAE"][i % 3]} if name in ON_A_MODEL else {}
            yield name, model | {name: answer}
