"""Unit 03 answered in torch: tensors all the way, distributions and autograd where they help."""

import math

import sympy
import torch
from torch.distributions import Exponential, Gamma, Normal, kl_divergence

LOG_2PI = math.log(2 * math.pi)


def tensor(values):
    return torch.as_tensor(values, dtype=torch.float64)


def rate(values):
    values = tensor(values)
    if not bool((values > 0).all()):
        raise ValueError("rates are positive")
    return values


def log_unnormalised_posterior(z, x, theta):
    z, x, theta = tensor(z), tensor(x), rate(theta)
    inside = Exponential(theta).log_prob(z.clamp(min=1e-30)) + Normal(z, 1.0).log_prob(x)
    return torch.where(z > 0, inside, -torch.inf)


def posterior_is_truncated_normal(x, theta):
    return tensor(x) - rate(theta), tensor(1.0)


def log_evidence(x, theta):
    x, theta = torch.broadcast_tensors(tensor(x), rate(theta))
    m = x - theta
    right = 0.5 * theta * (theta - 2 * x) + torch.special.log_ndtr(m.clamp(min=0))
    left = torch.log(torch.special.erfcx(-m.clamp(max=0) / math.sqrt(2)) / 2) - x**2 / 2
    return theta.log() + torch.where(m >= 0, right, left)


can_be_tight = "c"


def elbo_symbolic():
    x, z = sympy.symbols("x z", real=True)
    theta, phi = sympy.symbols("theta phi", positive=True)
    log_joint = sympy.log(theta) - theta * z - (x - z) ** 2 / 2 - sympy.log(2 * sympy.pi) / 2
    integrand = sympy.expand(log_joint - sympy.log(phi) + phi * z) * phi * sympy.exp(-phi * z)
    return sympy.integrate(sympy.expand(integrand), (z, 0, sympy.oo))


def elbo(x, theta, phi):
    x, prior, q = tensor(x), Exponential(rate(theta)), Exponential(rate(phi))
    reconstruction = -0.5 * (LOG_2PI + (x - q.mean) ** 2 + q.variance)
    return reconstruction - kl_divergence(q, prior)


def elbo_gradient(x, theta, phi):
    x, theta, phi = torch.broadcast_tensors(tensor(x), rate(theta), rate(phi))
    theta, phi = theta.clone().requires_grad_(), phi.clone().requires_grad_()
    return torch.autograd.grad(elbo(x, theta, phi).sum(), (theta, phi))


def best_phi(x, theta):
    d = tensor(x) - rate(theta)
    root = torch.hypot(d, tensor(math.sqrt(8)))
    return torch.where(d > 0, 4 / (root + d.clamp(min=0)), (root - d.clamp(max=0)) / 2)


def maximise_elbo(x):
    x = tensor(x)
    if not bool((x > 0).all()):
        raise ValueError("the bound keeps rising as both rates grow")
    return 2 / x, 2 / x


def maximum_likelihood(x):
    x = tensor(x)
    if not bool((x > 0).all()):
        raise ValueError("the evidence keeps rising with theta")
    low, high = 1 / x, 2 / x
    for _ in range(60):
        theta = (low + high) / 2
        mean = x - theta + torch.exp(Normal(0.0, 1.0).log_prob(x - theta) - torch.special.log_ndtr(x - theta))
        low, high = torch.where(1 / theta > mean, theta, low), torch.where(1 / theta > mean, high, theta)
    return (low + high) / 2


def ascend(x, theta, phi, steps, lr):
    theta, phi = rate(theta), rate(phi)
    path = [torch.stack([theta, phi])]
    for _ in range(steps):
        phi = phi * torch.exp(lr * phi * elbo_gradient(x, theta, phi)[1])
        theta = theta * torch.exp(lr * theta * elbo_gradient(x, theta, phi)[0])
        path.append(torch.stack([theta, phi]))
    return torch.stack(path)


def gamma_elbo_symbolic():
    x = sympy.Symbol("x", real=True)
    theta, a, b = sympy.symbols("theta a b", positive=True)
    second_moment = (a / b) ** 2 + a / b**2
    entropy = a - sympy.log(b) + sympy.log(sympy.gamma(a)) + (1 - a) * sympy.polygamma(0, a)
    log_likelihood = -(sympy.log(2 * sympy.pi) + x**2 - 2 * x * a / b + second_moment) / 2
    return log_likelihood + sympy.log(theta) - theta * a / b + entropy


def gamma_elbo(x, theta, a, b):
    x, theta, q = tensor(x), rate(theta), Gamma(rate(a), rate(b))
    reconstruction = -0.5 * (LOG_2PI + (x - q.mean) ** 2 + q.variance)
    return reconstruction + theta.log() - theta * q.mean + q.entropy()
