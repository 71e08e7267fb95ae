"""Right answers to the exercises of unit 09, written in different ways: in one batch, with loops, by distributions."""

import math

import torch
from torch import nn
from torch.distributions import Bernoulli, Categorical, Independent, Normal, kl_divergence
from torch.nn import functional as F


def layers(inputs, hidden, outputs, nonlinearity):
    return nn.Sequential(
        nn.Linear(inputs, hidden),
        nonlinearity(),
        nn.Linear(hidden, hidden),
        nonlinearity(),
        nn.Linear(hidden, outputs),
    )


# --- SSVAE


class Part(nn.Module):
    def __init__(self, *sizes):
        super().__init__()
        self.net = layers(*sizes)

    def forward(self, x):
        return self.net(x)


class InParts(nn.Module):
    def __init__(self, x_dim=784, z_dim=32, hidden=100, classes=10):
        super().__init__()
        self.C = classes
        self.cls = Part(x_dim, hidden, classes, nn.ReLU)
        self.enc = Part(x_dim + classes, hidden, 2 * z_dim, nn.ELU)
        self.dec = Part(z_dim + classes, hidden, x_dim, nn.ELU)

    def classify(self, x):
        return self.cls(x)

    def encode(self, x, y):
        h = self.enc(torch.cat((x, F.one_hot(y, self.C).to(x)), -1))
        half = h.shape[-1] // 2
        return h[:, :half], F.softplus(h[:, half:]) + 1e-8

    def decode(self, z, y):
        return self.dec(torch.cat((z, F.one_hot(y, self.C).to(z)), -1))


class WithoutOneHot(InParts):
    """The class picks a column of the first layer's weights."""

    def first(self, net, x, y):
        weight, n = net[0].weight, x.shape[1]
        h = F.linear(x, weight[:, :n], net[0].bias) + weight[:, n:].t()[y]
        return net[1:](h)

    def encode(self, x, y):
        mu, h = self.first(self.enc.net, x, y).split(self.enc.net[4].out_features // 2, 1)
        return mu, torch.logaddexp(h, torch.zeros(())) + 1e-8

    def decode(self, z, y):
        return self.first(self.dec.net, z, y)


class WithEye(InParts):
    """The class as a row of the identity; the classifier by functional layers."""

    def classify(self, x):
        first, second, last = self.cls.net[0], self.cls.net[2], self.cls.net[4]
        return last(second(first(x).clamp(min=0)).clamp(min=0))

    def encode(self, x, y):
        mu, h = torch.chunk(self.enc(torch.hstack([x, torch.eye(self.C)[y]])), 2, 1)
        return mu, nn.Softplus()(h) + 1e-8

    def decode(self, z, y):
        return self.dec(torch.hstack([z, torch.eye(self.C)[y]]))


# --- labelled


def bound(model, x, y, eps):
    mu, var = model.encode(x, y)
    logits = model.decode(mu + var.sqrt() * eps, y)
    likelihood = -F.binary_cross_entropy_with_logits(logits, x, reduction="none").sum(1)
    kl = 0.5 * (mu.square() + var - 1 - var.log()).sum(1)
    return likelihood - kl - math.log(model.classify(x).shape[1])


def bound_by_distributions(model, x, y, eps):
    mu, var = model.encode(x, y)
    q, p = Normal(mu, var.sqrt()), Normal(torch.zeros_like(mu), torch.ones_like(mu))
    pixels = Independent(Bernoulli(logits=model.decode(q.loc + q.scale * eps, y)), 1)
    prior = Categorical(logits=torch.zeros(model.classify(x[:1]).shape[1]))
    return pixels.log_prob(x) - kl_divergence(q, p).sum(-1) + prior.log_prob(y)


def bound_by_softplus(model, x, y, eps):
    mu, var = model.encode(x, y)
    logits = model.decode(mu + torch.sqrt(var) * eps, y)
    log_x = (x * logits - F.softplus(logits)).sum(-1)
    uniform = torch.log_softmax(0 * model.classify(x), -1)[:, 0]
    return log_x + 0.5 * (1 + torch.log(var) - mu**2 - var).sum(-1) + uniform


def labelled(model, x, y, eps):
    return -bound(model, x, y, eps).mean()


def labelled_by_sum(model, x, y, eps):
    return bound_by_distributions(model, x, y, eps).sum() / -len(x)


def labelled_from_softplus(model, x, y, eps):
    return torch.mean(-bound_by_softplus(model, x, y, eps))


# --- class_bounds


def class_bounds(model, x, eps):
    n, c, k = eps.shape
    pairs = x.repeat_interleave(c, 0), torch.arange(c).repeat(n), eps.reshape(n * c, k)
    return bound(model, *pairs).reshape(n, c)


def class_bounds_class_after_class(model, x, eps):
    n, c, k = eps.shape
    noise = eps.transpose(0, 1).reshape(c * n, k)
    return bound(model, x.repeat(c, 1), torch.arange(c).repeat_interleave(n), noise).reshape(c, n).T


def class_bounds_with_a_loop(model, x, eps):
    n, c, _ = eps.shape
    return torch.stack([bound(model, x, torch.full((n,), y), eps[:, y]) for y in range(c)], dim=1)


# --- unlabelled


def unlabelled(model, x, eps):
    log_q = F.log_softmax(model.classify(x), 1)
    return -(log_q.exp() * (class_bounds(model, x, eps) - log_q)).sum(1).mean()


def unlabelled_by_categorical(model, x, eps):
    q = Categorical(logits=model.classify(x))
    return -((q.probs * class_bounds_with_a_loop(model, x, eps)).sum(-1) + q.entropy()).mean()


def unlabelled_as_a_gap(model, x, eps):
    """The largest U, less KL(q || softmax L)."""
    bounds = class_bounds(model, x, eps)
    gap = F.kl_div(
        F.log_softmax(bounds, 1), F.log_softmax(model.classify(x), 1), reduction="batchmean", log_target=True
    )
    return gap - torch.logsumexp(bounds, 1).mean()


# --- best_posterior


def best_posterior(bounds):
    return bounds.softmax(1), bounds.logsumexp(1)


def best_posterior_shifted(bounds):
    top = bounds.max(1, keepdim=True).values
    e = (bounds - top).exp()
    return e / e.sum(1, keepdim=True), (top + e.sum(1, keepdim=True).log()).squeeze(1)


def best_posterior_by_categorical(bounds):
    q = Categorical(logits=bounds)
    return q.probs, (q.probs * bounds).sum(-1) + q.entropy()


# --- ssvae_loss


def loss(model, x, eps, labelled_x, labelled_y, gw):
    entropy = F.cross_entropy(model.classify(labelled_x), labelled_y)
    return gw * unlabelled(model, x, eps) + 100 * entropy


def loss_by_log_softmax(model, x, eps, labelled_x, labelled_y, gw):
    log_q = F.log_softmax(model.classify(labelled_x), dim=1)
    total = -100 * log_q[range(len(labelled_y)), labelled_y].mean()
    if gw != 0:
        total = total + gw * unlabelled_by_categorical(model, x, eps)
    return total


def loss_in_one_pass(model, x, eps, labelled_x, labelled_y, gw):
    logits = model.classify(torch.cat([x, labelled_x]))[len(x) :]
    return 100 * F.nll_loss(logits.log_softmax(1), labelled_y) + gw * unlabelled_as_a_gap(model, x, eps)


ANSWERS = {
    "SSVAE": [InParts, WithoutOneHot, WithEye],
    "labelled": [labelled, labelled_by_sum, labelled_from_softplus],
    "class_bounds": [class_bounds, class_bounds_class_after_class, class_bounds_with_a_loop],
    "unlabelled": [unlabelled, unlabelled_by_categorical, unlabelled_as_a_gap],
    "best_posterior": [best_posterior, best_posterior_shifted, best_posterior_by_categorical],
    "ssvae_loss": [loss, loss_by_log_softmax, loss_in_one_pass],
}
BOUNDS = [bound, bound_by_distributions, bound_by_softplus]


def namespace(name, i):
    """The i-th right answer to an exercise, with a module and a bound that go with it."""
    return {"SSVAE": ANSWERS["SSVAE"][i], "bound": BOUNDS[i], name: ANSWERS[name][i]}


def namespaces():
    for name, answers in ANSWERS.items():
        for i in range(len(answers)):
            yield name, namespace(name, i)
