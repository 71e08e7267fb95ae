"""Right answers to the exercises of unit 05, written in different ways: by svd, by eigh, in torch, with loops."""

from collections import OrderedDict

import numpy as np
import sympy
import torch
from scipy import stats


def centred(X):
    X = np.asarray(X, dtype=float)
    return X - X.mean(axis=0)


def sizes(X, k):
    if not 1 <= k < np.shape(X)[1]:
        raise ValueError("k must be between 1 and D - 1")


def positive(*values):
    if any(np.any(np.asarray(v) <= 0) for v in values):
        raise ValueError("a variance must be positive")


def spectrum(X):
    C = centred(X)
    values, vectors = np.linalg.eigh(C.T @ C / len(C))
    return values[::-1], vectors[:, ::-1]


# --- pca_autoencoder


def pca_by_svd(X, k):
    sizes(X, k)
    directions = np.linalg.svd(centred(X), full_matrices=True)[2][:k]
    return directions.T, directions


def pca_by_eigh_with_an_invertible_map(X, k):
    sizes(X, k)
    A = np.random.RandomState(3).standard_normal((k, k)) + 3 * np.eye(k)
    V = spectrum(X)[1][:, :k]
    return V @ A, np.linalg.inv(A) @ V.T


def pca_in_torch(X, k):
    sizes(X, k)
    X = torch.as_tensor(np.asarray(X, dtype=float))
    _, _, Vt = torch.linalg.svd(X - X.mean(dim=0), full_matrices=True)
    return -Vt[:k].T, -Vt[:k]


def pca_by_deflation(X, k):
    sizes(X, k)
    C, found = centred(X), []
    S = C.T @ C
    for _ in range(k):
        values, vectors = np.linalg.eigh(S)
        found.append(vectors[:, -1])
        S = S - values[-1] * np.outer(found[-1], found[-1])
        for v in found:  # keep the next one out of what is found, where all is zero
            S = S - (np.trace(C.T @ C) + 1) * np.outer(v, v)
    return np.array(found).T, np.array(found)


# --- autoencoder


def layers(*sizes):
    return torch.nn.Sequential(torch.nn.Linear(*sizes[:2]), torch.nn.Tanh(), torch.nn.Linear(*sizes[1:]))


def sequential(D, K, hidden):
    return torch.nn.Sequential(OrderedDict(encoder=layers(D, hidden, K), decoder=layers(K, hidden, D)))


class Module(torch.nn.Module):
    def __init__(self, D, K, hidden):
        super().__init__()
        self.encoder, self.decoder = layers(D, hidden, K), layers(K, hidden, D)

    def forward(self, x):
        return self.decoder(self.encoder(x))


class OnlyTheLayers(torch.nn.Module):
    def __init__(self, D, K, hidden):
        super().__init__()
        self.encoder = torch.nn.Sequential(OrderedDict([("0", torch.nn.Linear(D, hidden)), ("1", torch.nn.Tanh())]))
        self.encoder.append(torch.nn.Linear(hidden, K))
        self.decoder = layers(K, hidden, D)

    def __call__(self, x):
        return self.decoder(self.encoder(x))


def error_by_sums(model, x):
    return ((x - model(x)) ** 2).sum(dim=1).mean()


def error_by_norms(model, x):
    return torch.linalg.vector_norm(x - model(x), dim=-1).square().mean()


def error_by_mse(model, x):
    return torch.nn.functional.mse_loss(model(x), x, reduction="sum") / len(x)


# --- kernel_pca


def kernel_checked(gram, k):
    gram = np.array(np.asarray(gram, dtype=float))
    if not 1 <= k < len(gram):
        raise ValueError("k must be between 1 and N - 1")
    return gram


def kernel_by_eigh(gram, k):
    gram = kernel_checked(gram, k)
    H = np.eye(len(gram)) - 1 / len(gram)
    values, vectors = np.linalg.eigh(H @ gram @ H)
    return vectors[:, ::-1][:, :k] * np.sqrt(np.maximum(values[::-1][:k], 0.0))


def kernel_by_svd_of_a_factor(gram, k):
    gram = kernel_checked(gram, k)
    values, vectors = np.linalg.eigh(gram)
    F = vectors * np.sqrt(np.maximum(values, 0))
    U, s, _ = np.linalg.svd(F - F.mean(axis=0))
    return -U[:, :k] * s[:k]


def kernel_by_means_in_torch(gram, k):
    gram = torch.tensor(kernel_checked(gram, k))
    centred = gram - gram.mean(dim=0) - gram.mean(dim=1, keepdim=True) + gram.mean()
    values, vectors = torch.linalg.eigh((centred + centred.T) / 2)
    return (vectors * values.clamp(min=0).sqrt()).flip(1)[:, :k]


# --- probabilistic PCA


def ppca_by_eigh(X, k):
    sizes(X, k)
    values, vectors = spectrum(X)
    sigma2 = max(values[k:].mean(), 0.0)
    return vectors[:, :k] * np.sqrt(np.maximum(values[:k] - sigma2, 0)), sigma2


def ppca_by_svd_turned(X, k):
    sizes(X, k)
    C = centred(X)
    _, s, Vt = np.linalg.svd(C, full_matrices=True)
    values = np.zeros(C.shape[1])
    values[: len(s)] = s**2 / len(C)
    sigma2 = values[k:].sum() / (C.shape[1] - k)
    turn = np.linalg.qr(np.random.RandomState(1).standard_normal((k, k)))[0]
    return (Vt[:k].T * np.sqrt(np.clip(values[:k] - sigma2, 0, None))) @ turn, sigma2


def ppca_in_torch(X, k):
    sizes(X, k)
    X = torch.as_tensor(np.asarray(X, dtype=float))
    values, vectors = torch.linalg.eigh(torch.cov(X.T, correction=0))
    sigma2 = values[:-k].mean().clamp(min=0)
    return -vectors[:, -k:] * (values[-k:] - sigma2).clamp(min=0).sqrt(), sigma2


def likelihood_by_trace(X, W, sigma2):
    positive(sigma2)
    C, W = centred(X), np.asarray(W, dtype=float)
    cov = W @ W.T + sigma2 * np.eye(len(W))
    S = C.T @ C / len(C)
    return -0.5 * (len(W) * np.log(2 * np.pi) + np.linalg.slogdet(cov)[1] + np.trace(np.linalg.solve(cov, S)))


def likelihood_by_scipy(X, W, sigma2):
    positive(sigma2)
    C, W = centred(X), np.asarray(W, dtype=float)
    return np.mean(stats.multivariate_normal(np.zeros(len(W)), W @ W.T + sigma2 * np.eye(len(W))).logpdf(C))


def likelihood_in_torch(X, W, sigma2):
    positive(sigma2)
    X, W = (torch.as_tensor(np.asarray(a, dtype=float)) for a in (X, W))
    normal = torch.distributions.LowRankMultivariateNormal(X.mean(dim=0), W, sigma2 * torch.ones(len(W)).double())
    return normal.log_prob(X).mean()


def likelihood_by_woodbury(X, W, sigma2):
    positive(sigma2)
    C, W = centred(X), np.asarray(W, dtype=float)
    D, K = W.shape
    M = W.T @ W + sigma2 * np.eye(K)
    logdet = np.linalg.slogdet(M)[1] + (D - K) * np.log(sigma2)
    squares = ((C**2).sum(axis=1) - (C @ W * np.linalg.solve(M, W.T @ C.T).T).sum(axis=1)) / sigma2
    return -0.5 * (D * np.log(2 * np.pi) + logdet + squares.mean())


# --- the bound


def elbo_by_terms(X, W, sigma2, V, d):
    positive(sigma2, d)
    C, W, V, d = centred(X), *(np.asarray(a, dtype=float) for a in (W, V, d))
    m = C @ V.T
    errors = ((C - m @ W.T) ** 2).sum(axis=1) + (W**2).sum(axis=0) @ d
    reconstruction = -0.5 * (len(W) * np.log(2 * np.pi * sigma2) + errors / sigma2)
    kl = 0.5 * (m**2 + d - 1 - np.log(d)).sum(axis=1)
    return (reconstruction - kl).mean()


def elbo_with_loops(X, W, sigma2, V, d):
    positive(sigma2, d)
    C, W, V, d = centred(X), *(np.asarray(a, dtype=float) for a in (W, V, d))
    total = 0.0
    for x in C:
        m = V @ x
        for i in range(len(W)):
            total -= 0.5 * np.log(2 * np.pi * sigma2)
            total -= 0.5 * ((x[i] - W[i] @ m) ** 2 + (W[i] ** 2 * d).sum()) / sigma2
        for j in range(len(d)):
            total -= 0.5 * (m[j] ** 2 + d[j] - 1 - np.log(d[j]))
    return total / len(C)


def elbo_in_torch(X, W, sigma2, V, d):
    positive(sigma2, d)
    X, W, V, d = (torch.as_tensor(np.asarray(a, dtype=float)) for a in (X, W, V, d))
    C = X - X.mean(dim=0)
    q = torch.distributions.Normal(C @ V.T, d.sqrt().expand(len(C), len(d)))
    prior = torch.distributions.Normal(torch.zeros_like(q.loc), 1.0)
    kl = torch.distributions.kl_divergence(q, prior).sum(dim=1)
    spread = torch.trace(W @ torch.diag(d) @ W.T)
    decoded = torch.distributions.Normal(q.loc @ W.T, torch.tensor(sigma2, dtype=torch.float64).sqrt())
    return (decoded.log_prob(C).sum(dim=1) - kl).mean() - spread / (2 * sigma2)


def encoder_by_precision(W, sigma2):
    positive(sigma2)
    W = np.asarray(W, dtype=float)
    M = W.T @ W + sigma2 * np.eye(W.shape[1])
    return np.linalg.solve(M, W.T), sigma2 / np.diag(M)


def encoder_by_ridge(W, sigma2):
    positive(sigma2)
    W = np.asarray(W, dtype=float)
    D, K = W.shape
    stacked = np.vstack([W, np.sqrt(sigma2) * np.eye(K)])
    V = np.linalg.lstsq(stacked, np.vstack([np.eye(D), np.zeros((K, D))]), rcond=None)[0]
    return V, 1 / (1 + (W**2).sum(axis=0) / sigma2)


def encoder_in_torch(W, sigma2):
    positive(sigma2)
    W = torch.as_tensor(np.asarray(W, dtype=float))
    M = W.T @ W + sigma2 * torch.eye(W.shape[1], dtype=W.dtype)
    return torch.linalg.inv(M) @ W.T, sigma2 / torch.diagonal(M)


def gap_by_slogdet(W, sigma2):
    positive(sigma2)
    W = np.asarray(W, dtype=float)
    M = W.T @ W + sigma2 * np.eye(W.shape[1])
    return 0.5 * (np.log(np.diag(M)).sum() - np.linalg.slogdet(M)[1])


def gap_by_correlation(W, sigma2):
    positive(sigma2)
    W = np.asarray(W, dtype=float)
    M = W.T @ W + sigma2 * np.eye(W.shape[1])
    scale = np.sqrt(np.diag(M))
    return -0.5 * np.log(np.linalg.eigvalsh(M / np.outer(scale, scale))).sum()


def gap_by_cholesky(W, sigma2):
    positive(sigma2)
    W = torch.as_tensor(np.asarray(W, dtype=float))
    M = W.T @ W + sigma2 * torch.eye(W.shape[1], dtype=W.dtype)
    return 0.5 * torch.diagonal(M).log().sum() - torch.linalg.cholesky(M).diagonal().log().sum()


def collapse_by_eigh(X, k, sigma2):
    sizes(X, k)
    positive(sigma2)
    return np.maximum(spectrum(X)[0][:k] - sigma2, 0)


def collapse_by_svd(X, k, sigma2):
    sizes(X, k)
    positive(sigma2)
    C = centred(X)
    values = np.append(np.linalg.svd(C, compute_uv=False) ** 2 / len(C), np.zeros(C.shape[1]))[:k]
    return [float(v - sigma2) if v > sigma2 else 0.0 for v in values]


def collapse_in_torch(X, k, sigma2):
    sizes(X, k)
    positive(sigma2)
    X = torch.as_tensor(np.asarray(X, dtype=float))
    return (torch.linalg.eigvalsh(torch.cov(X.T, correction=0)).flip(0)[:k] - sigma2).clamp(min=0)


# --- formulas

S, KL, D, sigma = sympy.symbols("S KL D sigma", positive=True)
s = sympy.Symbol("sigma")

ANSWERS = {
    "pca_autoencoder": [pca_by_svd, pca_by_eigh_with_an_invertible_map, pca_in_torch, pca_by_deflation],
    "autoencoder": [
        {"autoencoder": sequential, "squared_error": error_by_sums},
        {"autoencoder": Module, "squared_error": error_by_norms},
        {"autoencoder": OnlyTheLayers, "squared_error": error_by_mse},
    ],
    "kernel_pca": [kernel_by_eigh, kernel_by_svd_of_a_factor, kernel_by_means_in_torch],
    "ppca_maximum_likelihood": [ppca_by_eigh, ppca_by_svd_turned, ppca_in_torch],
    "ppca_log_likelihood": [likelihood_by_trace, likelihood_by_scipy, likelihood_in_torch, likelihood_by_woodbury],
    "linear_vae_elbo": [elbo_by_terms, elbo_with_loops, elbo_in_torch],
    "best_linear_encoder": [encoder_by_precision, encoder_by_ridge, encoder_in_torch],
    "linear_vae_gap": [gap_by_slogdet, gap_by_correlation, gap_by_cholesky],
    "collapse": [collapse_by_eigh, collapse_by_svd, collapse_in_torch],
    "squared_error_is_a_gaussian": [
        {
            "gaussian_elbo": lambda: -S / (2 * sigma**2) - D / 2 * sympy.log(2 * sympy.pi * sigma**2) - KL,
            "kl_weight": lambda: 2 * sigma**2,
            "best_variance": lambda: S / D,
        },
        {
            "gaussian_elbo": lambda: -(S / sigma**2 + D * sympy.log(2 * sympy.pi)) / 2 - D * sympy.log(sigma) - KL,
            "kl_weight": lambda: (sympy.sqrt(2) * sigma) ** 2,
            "best_variance": lambda: sympy.exp(sympy.log(S) - sympy.log(D)),
        },
        {
            "gaussian_elbo": lambda: -KL - (S + D * s**2 * sympy.log(2 * sympy.pi * s**2)) / (2 * s**2),
            "kl_weight": lambda: s**2 + s**2,
            "best_variance": lambda: 1 / (D / S),
        },
    ],
    "smaller_kl": [{"smaller_kl": "d"}],
}


def namespaces():
    """(check, a learner's names) for each right answer."""
    for name, answers in ANSWERS.items():
        for answer in answers:
            yield name, answer if isinstance(answer, dict) else {name: answer}
