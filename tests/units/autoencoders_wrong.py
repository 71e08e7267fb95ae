"""Wrong answers to the exercises of unit 05 as a learner would write them: (exercise, function, code, mistake).

They are written without a look at the definitions that the known mistakes are made of.
"""

import numpy as np
import sympy
import torch

from tests.units.autoencoders_right import KL, D, S, layers, positive, sequential, sigma, sizes


def centred(X):
    return np.asarray(X, dtype=float) - np.mean(np.asarray(X, dtype=float), axis=0)


def eigh(C):
    values, vectors = np.linalg.eigh(C.T @ C / len(C))
    return values[::-1], vectors[:, ::-1]


def pair(V, k):
    return V[:, :k], V[:, :k].T


def whitened(X, k):
    values, V = eigh(centred(X))
    return V[:, :k] / np.sqrt(values[:k]), V[:, :k].T


def with_singular_values(X, k):
    _, s, Vt = np.linalg.svd(centred(X))
    return Vt[:k].T * s[:k], Vt[:k]


def standardised(X, k):
    C = centred(X)
    return pair(eigh(C / C.std(axis=0))[1], k)


def raw(function):
    """The right formula on data that are not centred: the mean of the rows is taken to be 0."""

    def answer(X, *rest):
        X = np.asarray(X, dtype=float)
        return function(X, *rest)

    return answer


def ppca(C, k, keep=lambda values, noise: np.sqrt(values - noise), noise=np.mean):
    sizes(C, k)
    values, V = eigh(C)
    return V[:, :k] * keep(values[:k], noise(values[k:])), noise(values[k:])


def sample_covariance(X, k):
    sizes(X, k)
    values, vectors = np.linalg.eigh(np.cov(np.asarray(X, dtype=float).T))
    return vectors[:, -k:] * np.sqrt(values[-k:] - values[:-k].mean()), values[:-k].mean()


LOG_2PI = np.log(2 * np.pi)


def likelihood(C, W, sigma2, log_2pi=LOG_2PI):
    positive(sigma2)
    cov = W @ W.T + sigma2 * np.eye(len(W))
    squares = np.trace(np.linalg.solve(cov, C.T @ C)) / len(C)
    return -0.5 * (len(W) * log_2pi + np.linalg.slogdet(cov)[1] + squares)


def elbo(C, W, sigma2, V, d, spread=1.0, kl=1.0, constant=1.0):
    positive(sigma2, d)
    m = C @ V.T
    error = ((C - m @ W.T) ** 2).sum(axis=1).mean() + spread * ((W**2).sum(axis=0) * d).sum()
    price = 0.5 * ((m**2).sum(axis=1).mean() + (d - 1 - np.log(d)).sum())
    return -0.5 * (constant * len(W) * np.log(2 * np.pi * sigma2) + error / sigma2) - kl * price


def reversed_kl(X, W, sigma2, V, d):
    m = centred(X) @ V.T
    price = 0.5 * ((1 + m**2) / d - 1 + np.log(d)).sum(axis=1).mean()
    return elbo(centred(X), W, sigma2, V, d, kl=0.0) - price


def encoder(W, sigma2, prior=None):
    positive(sigma2)
    M = W.T @ W + (sigma2 if prior is None else prior) * np.eye(W.shape[1])
    return np.linalg.solve(M, W.T), M


def gap(M, sign=1, factor=0.5):
    return sign * factor * (np.log(np.diag(M)).sum() - np.linalg.slogdet(M)[1])


def M_of(W, sigma2):
    positive(sigma2)
    return W.T @ W + sigma2 * np.eye(W.shape[1])


def eigenvalues(X, k, ddof=0):
    return np.linalg.eigvalsh(np.cov(np.asarray(X, dtype=float).T, ddof=ddof))[::-1][:k]


def linear_layers(inputs, hidden, outputs):
    return torch.nn.Sequential(torch.nn.Linear(inputs, hidden), torch.nn.Identity(), torch.nn.Linear(hidden, outputs))


def linear_network(D, K, hidden):
    network = sequential(D, K, hidden)
    network.encoder, network.decoder = linear_layers(D, hidden, K), linear_layers(K, hidden, D)
    return network


def rectified(D, K, hidden):
    network = sequential(D, K, hidden)
    network.encoder[1] = network.decoder[1] = torch.nn.ReLU()
    return network


def squashed(D, K, hidden):
    network = sequential(D, K, hidden)
    network.decoder.append(torch.nn.Tanh())
    return network


class EncoderOnly(torch.nn.Module):
    def __init__(self, D, K, hidden):
        super().__init__()
        self.encoder, self.decoder = layers(D, hidden, K), layers(K, hidden, D)

    def forward(self, x):
        return self.encoder(x)


def kernel(gram, k, scale=lambda values: np.sqrt(values), centre=True):
    H = np.eye(len(gram)) - 1 / len(gram) if centre else np.eye(len(gram))
    values, vectors = np.linalg.eigh(H @ gram @ H)
    return (vectors[:, -k:] * scale(values[-k:]))[:, ::-1]


WRONG = [
    ("pca_autoencoder", "pca_autoencoder", raw(lambda X, k: pair(np.linalg.svd(X)[2].T, k)), "uncentred"),
    ("pca_autoencoder", "pca_autoencoder", lambda X, k: pair(eigh(X - X.mean(1)[:, None])[1], k), "centred_by_rows"),
    ("pca_autoencoder", "pca_autoencoder", lambda X, k: pair(eigh(centred(X))[1][:, ::-1], k), "least_spread"),
    ("pca_autoencoder", "pca_autoencoder", standardised, "standardised"),
    ("pca_autoencoder", "pca_autoencoder", whitened, "whitened_one_way"),
    ("pca_autoencoder", "pca_autoencoder", with_singular_values, "singular_values_kept"),
    ("autoencoder", "autoencoder", linear_network, "linear_all_the_way"),
    ("autoencoder", "autoencoder", rectified, "rectified"),
    ("autoencoder", "autoencoder", squashed, "squashed_output"),
    ("autoencoder", "autoencoder", EncoderOnly, "encoder_only"),
    ("autoencoder", "squared_error", lambda m, x: torch.nn.functional.mse_loss(m(x), x), "mean_over_everything"),
    ("autoencoder", "squared_error", lambda m, x: ((m(x) - x) ** 2).sum(), "sum_over_everything"),
    ("autoencoder", "squared_error", lambda m, x: (m(x) - x).norm(dim=1).mean(), "distance"),
    ("autoencoder", "squared_error", lambda m, x: ((m(x) - x) ** 2).sum(1), "one_per_row"),
    ("kernel_pca", "kernel_pca", lambda g, k: kernel(g, k, centre=False), "features_uncentred"),
    ("kernel_pca", "kernel_pca", lambda g, k: kernel(g, k, lambda v: 1.0), "unit_vectors"),
    ("kernel_pca", "kernel_pca", lambda g, k: kernel(g, k, lambda v: v), "times_the_eigenvalue"),
    ("kernel_pca", "kernel_pca", lambda g, k: kernel(g, k, lambda v: 1 / np.sqrt(v)), "divided_by_the_root"),
    ("kernel_pca", "kernel_pca", lambda g, k: kernel(g / len(g), k), "variances_instead"),
    ("kernel_pca", "kernel_pca", lambda g, k: kernel(g, k)[:, ::-1], "in_rising_order"),
    *[
        ("ppca_maximum_likelihood", "ppca_maximum_likelihood", code, mistake)
        for code, mistake in [
            (raw(ppca), "without_centring"),
            (sample_covariance, "sample_covariance"),
            (lambda X, k: ppca(centred(X), k, noise=lambda v: v.sum() / (len(v) + k)), "noise_spread_over_all"),
            (lambda X, k: ppca(centred(X), k, noise=np.min), "smallest_variance"),
            (lambda X, k: ppca(centred(X), k, lambda v, noise: np.sqrt(v)), "noise_counted_twice"),
            (lambda X, k: ppca(centred(X), k, lambda v, noise: v - noise), "root_forgotten"),
            (lambda X, k: (ppca(centred(X), k)[0], np.sqrt(ppca(centred(X), k)[1])), "deviation_returned"),
            (lambda X, k: ppca(centred(X), k, lambda v, noise: 1.0), "directions_only"),
        ]
    ],
    *[
        ("ppca_log_likelihood", "ppca_log_likelihood", code, mistake)
        for code, mistake in [
            (raw(likelihood), "around_the_origin"),
            (lambda X, W, s: len(X) * likelihood(centred(X), W, s), "summed"),
            (lambda X, W, s: likelihood(centred(X), W, s, 0.0), "unnormalised"),
            (lambda X, W, s: likelihood(centred(X), W, s, np.log(2 * np.pi) / len(W)), "normalised_once"),
            (lambda X, W, s: likelihood(centred(X), W, s**2), "variance_squared"),
            (lambda X, W, s: likelihood(centred(X), 0 * W, s), "given_the_prior_mean"),
            (lambda X, W, s: elbo(centred(X), W, s, 0 * W.T, np.ones(W.shape[1])), "average_of_the_log"),
            (lambda X, W, s: 2 * likelihood(centred(X), W, s), "twice_the_value"),
        ]
    ],
    *[
        ("linear_vae_elbo", "linear_vae_elbo", code, mistake)
        for code, mistake in [
            (lambda X, *rest: elbo(centred(X), *rest, kl=0.0), "without_the_kl"),
            (lambda X, *rest: elbo(centred(X), *rest, kl=-1.0), "kl_added"),
            (lambda X, *rest: elbo(centred(X), *rest, spread=0.0), "decoded_mean_only"),
            (lambda X, W, s, V, d: elbo(centred(X), W, s, V, d**2), "deviations_for_variances"),
            (reversed_kl, "kl_reversed"),
            (lambda X, *rest: len(X) * elbo(centred(X), *rest), "added_up"),
            (lambda X, *rest: elbo(centred(X), *rest, constant=0.0), "without_the_constant"),
            (raw(elbo), "not_centred"),
        ]
    ],
    *[
        ("best_linear_encoder", "best_linear_encoder", code, mistake)
        for code, mistake in [
            (lambda W, s: (encoder(W, s)[0], s * np.diag(np.linalg.inv(encoder(W, s)[1]))), "marginal_variances"),
            (lambda W, s: (encoder(W, s)[0], np.diag(encoder(W, s)[1]) / s), "precisions"),
            (lambda W, s: (encoder(W, s)[0], np.sqrt(s / np.diag(encoder(W, s)[1]))), "deviations"),
            (lambda W, s: (encoder(W, s)[0], 1 / np.diag(encoder(W, s)[1])), "noise_left_out"),
            (lambda W, s: (np.linalg.pinv(W), s / np.diag(encoder(W, s)[1])), "least_squares"),
            (lambda W, s: (W.T, s / np.diag(encoder(W, s)[1])), "transposed_decoder"),
            (lambda W, s: (encoder(W, s, 1.0)[0], s / np.diag(encoder(W, s, 1.0)[1])), "unit_prior_precision"),
        ]
    ],
    *[
        ("linear_vae_gap", "linear_vae_gap", code, mistake)
        for code, mistake in [
            (lambda W, s: gap(M_of(W, s), factor=1.0), "half_forgotten"),
            (lambda W, s: gap(M_of(W, s), sign=-1), "below_the_bound"),
            (lambda W, s: gap(W.T @ W), "without_the_noise"),
            (lambda W, s: gap(s * np.linalg.inv(M_of(W, s))), "of_the_covariance"),
            (lambda W, s: gap(W.T @ W + np.eye(W.shape[1])), "prior_of_unit_noise"),
            (lambda W, s: -0.5 * np.log(np.linalg.det(M_of(W, s))), "determinant_only"),
        ]
    ],
    *[
        ("collapse", "collapse", code, mistake)
        for code, mistake in [
            (lambda X, k, s: eigenvalues(X, k) - s, "below_nothing"),
            (lambda X, k, s: eigenvalues(X, k) * (eigenvalues(X, k) > s), "cut_but_not_shrunk"),
            (lambda X, k, s: eigenvalues(X, k), "never_off"),
            (lambda X, k, s: np.sqrt(np.maximum(eigenvalues(X, k) - s, 0)), "not_squared"),
            (lambda X, k, s: np.maximum(eigenvalues(X, k) - np.sqrt(s), 0), "deviation_subtracted"),
            (lambda X, k, s: np.maximum(eigenvalues(X, k) - s, 0)[::-1], "shortest_first"),
            (lambda X, k, s: np.maximum(eigh(np.asarray(X))[0][:k] - s, 0), "far_from_the_origin"),
            (lambda X, k, s: np.maximum(eigenvalues(X, k, 1) - s, 0), "sample_variances"),
        ]
    ],
    *[
        ("squared_error_is_a_gaussian", function, code, mistake)
        for function, code, mistake in [
            ("gaussian_elbo", lambda: -(S + KL), "as_in_the_notes"),
            ("gaussian_elbo", lambda: -S / (2 * sigma**2) - KL, "constant_left_out"),
            (
                "gaussian_elbo",
                lambda: -S / 2 / sigma**2 - D * sympy.log(2 * sympy.pi * sigma) / 2 - KL,
                "deviation_in_",
            ),
            ("kl_weight", lambda: sigma**2, "variance_as_weight"),
            ("kl_weight", lambda: 1, "no_weight"),
            ("best_variance", lambda: sympy.sqrt(S / D), "best_deviation"),
        ]
    ],
]
