"""Right answers to the items of unit 11, of other kinds than the master's: other points, arrays, tensors, mended
lines, other reasons. None of them uses the course's own definitions."""

import math

import numpy as np
import torch
from scipy import integrate, stats

X = {"x": 2.5, "theta": 0.8, "phi": 0.6}


def over_q(f, phi):
    return integrate.quad(lambda z: phi * math.exp(-phi * z) * f(z), 0, 60 / phi, limit=200)[0]


def bound(x, theta, phi):
    return over_q(lambda z: stats.norm.logpdf(x, z) + math.log(theta / phi) - (theta - phi) * z, phi)


def evidence(x, theta):
    return math.log(theta) + theta**2 / 2 - theta * x + stats.norm.logcdf(x - theta)


def posterior_mean(x, theta):
    return stats.truncnorm.mean(theta - x, np.inf, loc=x - theta)


def kl(q, p):
    return sum(a * math.log(a / b) for a, b in zip(q, p, strict=True) if a > 0)


def elbo(likelihood, prior, q):
    return sum(b * math.log(a) for a, b in zip(likelihood, q, strict=True)) - kl(q, prior)


def answer(line, point, left, right):
    return {"line": line, **point, "left": left, "right": right}


def best(x, theta):
    return (-(x - theta) + math.sqrt((x - theta) ** 2 + 8)) / 2


THREE = {"q": [0.5, 0.3, 0.2], "p": [0.2, 0.3, 0.5]}
TORCH = {"q": torch.tensor([0.1, 0.6, 0.3]), "p": torch.tensor([0.3, 0.6, 0.1])}
MODEL = {"likelihood": np.array([0.7, 0.1, 0.4]), "prior": np.array([0.2, 0.5, 0.3]), "q": np.array([0.1, 0.3, 0.6])}
BLIND, SEEING = {"q": [0.5, 0.5]}, {"r": [0.95, 0.05]}
PAIR = {"likelihood": [0.5, 0.01], "prior": [0.5, 0.5]}
CLOUD = np.array([[0.3, -1.0], [2.0, 0.4], [-0.7, 1.1]])
SPREAD = np.array([[2.0, 0.3], [0.1, 0.3], [0.5, 1.5]])
FITS = np.array([[-1.0, -2.0], [-3.0, -2.5], [0.5, 0.1]])
FIVE = np.arange(20.0).reshape(4, 5)


def batch_by_hand(mu, var, log_likelihood):
    price = 0.5 * (np.asarray(var) + np.asarray(mu) ** 2 - 1 - np.log(var))
    return float(np.mean(log_likelihood) - price.sum(axis=1).mean())


def batch_of_the_mean(mu, var, log_likelihood):
    m, v = (np.asarray(mu) ** 2).mean(axis=0), np.asarray(var).mean(axis=0)
    return float(np.mean(log_likelihood) + 0.5 * (1 + np.log(v) - v - m).sum())


def gaps(likelihood, prior, q):
    """KL(q ‖ p(z | x)), and what the wrong third line makes of it."""
    log_p = math.log(np.dot(likelihood, prior))
    price, fit = kl(q, prior), float(np.dot(q, np.log(likelihood)))
    return price - fit + log_p, price - fit - log_p


def above_the_evidence(x, theta, phi):
    return (x - theta) / phi - 1 / phi**2 + math.log(theta / phi)


def gaussian(mu_q, sigma_q, mu_p, sigma_p):
    return math.log(sigma_q / sigma_p) - (sigma_q**2 + (mu_q - mu_p) ** 2) / (2 * sigma_p**2) + 0.5


def short_of_the_prior(x, theta, phi):
    return over_q(lambda z: stats.norm.logpdf(x, z) - math.log(phi) + phi * z, phi)


def turned(W, angle):
    cos, sin = math.cos(angle), math.sin(angle)
    return np.asarray(W) @ np.array([[cos, -sin], [sin, cos]])


def diagonal_gap(W, sigma2):
    M = np.asarray(W).T @ np.asarray(W) + sigma2 * np.eye(2)
    return 0.5 * math.log(M[0, 0] * M[1, 1] / np.linalg.det(M))


TALL = np.array([[1.0, 0.2], [-0.5, 2.0], [0.3, 0.7]])
LABELS = {"prior_y": [0.4, 0.6], "prior": [0.2, 0.5, 0.3], "likelihood": [[0.1, 0.07, 0.6], [0.9, 0.03, 0.12]]}
EVIDENCE = 0.4 * 0.235 + 0.6 * 0.231
BELLS = {"mu_q": 1.0, "sigma_q": 0.5, "mu_p": -1.0, "sigma_p": 1.5}
SHARP, BLUNT = [4.0, 0.5, 1e-3], [4.0, 0.5, 2.0]


def elbo_of(D, squared, price, var):
    return -price - squared / (2 * var) - D / 2 * math.log(2 * math.pi * var)


RIGHT = {
    "symmetric": [
        answer(4, THREE, kl(*THREE.values()), kl(*THREE.values())),
        answer(4, TORCH, 0.2197, torch.tensor(0.2197)),
        answer(np.int64(4), {"q": np.array([0.4, 0.1, 0.4, 0.1]), "p": np.array([0.1, 0.4, 0.1, 0.4])}, 0.8318, 0.8318),
    ],
    "supports": [
        answer(3, {"q": [0.5, 0.5, 0.0], "p": np.array([0.1, 0.1, 0.8])}, -math.log(0.2), 0),
        answer(3, {"q": torch.tensor([0.0, 1.0]), "p": torch.tensor([0.25, 0.75])}, 0.2877, -0.0),
        {"line": 3, "mended": lambda q, p: -math.log(sum(b for a, b in zip(q, p, strict=True) if a > 0))},
    ],
    "gaussian_kl": [
        answer(2, BELLS, gaussian(**BELLS), gaussian(**BELLS) - 0.5 + 0.25 / 4.5),
        answer(2, {"mu_q": 0, "sigma_q": 2, "mu_p": 0, "sigma_p": 1}, math.log(2) - 1.5, math.log(2)),
        {"line": 2, "mended": gaussian},
    ],
    "two_signs": [
        answer(3, MODEL, *gaps(**MODEL)),
        answer(3, {name: torch.tensor(value) for name, value in MODEL.items()}, *gaps(**MODEL)),
        {"line": 3, "mended": lambda likelihood, prior, q: gaps(likelihood, prior, q)[0]},
    ],
    "small_kl": [
        answer(2, PAIR | BLIND | SEEING, elbo(**PAIR, q=[0.5, 0.5]), elbo(**PAIR, q=[0.95, 0.05])),
        answer(
            2,
            {"likelihood": [0.1, 2.0, 0.3], "prior": [0.3, 0.4, 0.3], "q": [0.4, 0.3, 0.3], "r": [0.05, 0.9, 0.05]},
            elbo([0.1, 2.0, 0.3], [0.3, 0.4, 0.3], [0.4, 0.3, 0.3]),
            elbo([0.1, 2.0, 0.3], [0.3, 0.4, 0.3], [0.05, 0.9, 0.05]),
        ),
        answer(2, {"likelihood": [1e-3, 1], "prior": [0.5, 0.5], "q": (0.5, 0.5), "r": (0.01, 0.99)}, -3.4539, -0.7062),
    ],
    "equivalent_bounds": [
        answer(4, MODEL, float(MODEL["prior"] @ np.log(MODEL["likelihood"])), elbo(**MODEL)),
        answer(4, {**PAIR, "q": [0.9, 0.1]}, math.log(0.005) / 2, elbo(**PAIR, q=[0.9, 0.1])),
        {"line": 4, "mended": lambda likelihood, prior, q: torch.tensor(prior) @ torch.log(torch.tensor(likelihood))},
    ],
    "weight_of_the_kl": [
        answer(4, {"D": 3, "first": SHARP, "second": BLUNT}, elbo_of(3, *SHARP), elbo_of(3, *BLUNT)),
        answer(4, {"D": 40, "first": [1, 1, 5], "second": [20, 1, 1]}, elbo_of(40, 1, 1, 5), elbo_of(40, 20, 1, 1)),
        answer(
            4, {"D": 784, "first": np.array([30, 20, 0.02]), "second": np.array([30, 20, 0.04])},
            elbo_of(784, 30, 20, 0.02), elbo_of(784, 30, 20, 0.04),
        ),
    ],
    "batch": [
        answer(
            4, {"mu": CLOUD, "var": SPREAD, "log_likelihood": FITS},
            batch_by_hand(CLOUD, SPREAD, FITS), batch_of_the_mean(CLOUD, SPREAD, FITS),
        ),
        answer(4, {"mu": [[0.0], [0.0]], "var": [[0.01], [1.0]], "log_likelihood": [[0.0], [0.0]]}, -0.9038, -0.0942),
        {"line": 4, "mended": batch_by_hand},
    ],
    "left_out_constant": [
        answer(5, X, evidence(X["x"], X["theta"]), above_the_evidence(**X)),
        answer(5, {"x": 4, "theta": 0.5, "phi": 0.5}, evidence(4, 0.5), 3.0),
        answer(5, {"x": -4.0, "theta": 1.0, "phi": 3.0}, evidence(-4, 1), above_the_evidence(-4, 1, 3)),
    ],
    "chosen_prior": [
        answer(5, {"x": 4.0, "theta": 0.8, "phi": 0.6}, bound(4, 0.8, 0.8), bound(4, 0.8, 0.6)),
        answer(5, {"x": 0.0, "theta": 0.5, "phi": 1.2}, bound(0, 0.5, 0.5), bound(0, 0.5, 1.2)),
        answer(5, {"x": np.float64(5), "theta": 1.0, "phi": 0.45}, bound(5, 1, 1), bound(5, 1, 0.45)),
    ],
    "raising_a_bound": [
        answer(3, {"x": 6.0, "theta": 0.2, "theta2": 1 / 3}, evidence(6, 1 / 3), evidence(6, 0.2)),
        answer(3, {"x": 5, "theta": 0.22, "theta2": 0.4}, evidence(5, 0.4), evidence(5, 0.22)),
        answer(3, {"x": 2.0, "theta": 0.65, "theta2": 1.0}, evidence(2, 1), evidence(2, 0.65)),
    ],
    "without_the_prior": [
        answer(3, X, bound(**X), short_of_the_prior(**X)),
        answer(3, {"x": 0.0, "theta": 3.0, "phi": 2.0}, bound(0, 3, 2), short_of_the_prior(0, 3, 2)),
        {"line": 3, "mended": bound},
    ],
    "whose_samples": [
        answer(1, X, 1 / 0.8 - 1 / 0.6, 1 / 0.8 - posterior_mean(2.5, 0.8)),
        answer(1, {"x": 1.5, "theta": 2.0, "phi": 2.0}, 0.0, 0.5 - posterior_mean(1.5, 2.0)),
        {"line": 1, "mended": lambda x, theta, phi: 1 / theta - 1 / phi},
    ],
    "rotated": [
        answer(
            2, {"W": TALL, "sigma2": 0.5, "angle": 0.6}, diagonal_gap(TALL, 0.5), diagonal_gap(turned(TALL, 0.6), 0.5)
        ),
        answer(2, {"W": torch.diag(torch.tensor([3.0, 1.0])), "sigma2": 2, "angle": math.pi / 4}, 0.0, 0.19761),
        {"line": 2, "mended": lambda W, sigma2, angle: diagonal_gap(W, sigma2)},
    ],
    "explained_away": [
        answer(1, LABELS | {"y": 1, "z": 2}, 0.12 * 0.3 / 0.231, (0.4 * 0.6 * 0.3 + 0.6 * 0.12 * 0.3) / EVIDENCE),
        answer(1, LABELS | {"y": np.int64(0), "z": np.int64(0)}, 0.02 / 0.235, (0.4 * 0.02 + 0.6 * 0.18) / EVIDENCE),
        {"line": 1, "mended": lambda prior_y, prior, likelihood, y, z: (
            likelihood[y][z] * prior[z] / sum(a * b for a, b in zip(likelihood[y], prior, strict=True))
        )},
    ],
    "one_sample_confirms": [
        answer(2, {"log_w": FIVE, "s": 3, "n": 2}, 11.0, 17.0),
        answer(2, {"log_w": torch.tensor([[0.0, 1.0], [2.0, 3.0]]), "s": 1, "n": 0}, 1, 2),
        {"line": 2, "mended": lambda log_w, s, n: log_w.reshape(-1)[n * len(log_w) + s]},
    ],
    "through_u_log_u": [["definition", "definition", "jensen", "normalisation", "definition"]],
    "under_the_integral": [
        ["constant", "bayes", "algebra", "linearity", "definition"],
        ["normalisation", "bayes", "algebra", "algebra", "definition"],
    ],
    "centred_first": [
        ["eckart-young", "algebra", "moments", "more choice", "more choice"],
        ["eckart-young", "definition", "linearity", "more choice", "eckart-young"],
    ],
    "differentiable": [["substitution", "under the integral", "chain rule", "algebra", "moments"]],
    "score_and_baseline": [
        ["under the integral", "derivative", "score", "normalisation", "normalisation"],
        ["under the integral", "linearity", "definition", "score", "score"],
    ],
    "averaged_prior": [
        ["definition", "jensen", "algebra", "linearity", "definition"],
        ["definition", "jensen", "constant", "linearity", "definition"],
    ],
    "two_samples": [
        ["jensen", "linearity", "independence", "identically distributed", "definition"],
        ["jensen", "constant", "normalisation", "identically distributed", "definition"],
    ],
    "marginalised_label": [
        ["kl >= 0", "chain rule", "constant", "linearity", "kl >= 0"],
        ["jensen", "chain rule", "linearity", "definition", "jensen"],
    ],
}  # fmt: skip
for _name, _answers in RIGHT.items():
    RIGHT[_name] = [{"line": "sound", "why": a} if isinstance(a, list) else a for a in _answers]
