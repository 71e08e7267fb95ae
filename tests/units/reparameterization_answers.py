"""Right answers to unit 04, written in ways that have nothing in common: NumPy, plain loops, torch, other maps."""

import math
from typing import Any

import numpy as np
import torch

LOG_2PI = math.log(2 * math.pi)


# NumPy, as a textbook has it --------------------------------------------------------------------------------------


def unit_numpy(eps: Any, phi: Any) -> Any:
    return np.asarray(eps) / phi


def uniform_numpy(u: Any, phi: Any) -> Any:
    return -np.log1p(-np.asarray(u)) / phi


def diagonal_numpy(mu: Any, log_var: Any, eps: Any) -> Any:
    return mu + np.exp(0.5 * log_var) * eps


def full_cholesky(mu: Any, cov: Any, eps: Any) -> Any:
    if not np.allclose(cov, cov.T):
        raise ValueError("not symmetric")
    return mu + eps @ np.linalg.cholesky(cov).T


def weight(x: float, theta: float, phi: float, z: Any) -> Any:
    return np.log(theta / phi) - 0.5 * LOG_2PI - 0.5 * (x - z) ** 2 + (phi - theta) * z


def joint_numpy(x: float, theta: float, phi: float, eps: Any) -> Any:
    return weight(x, theta, phi, eps / phi).mean()


def kl_numpy(x: float, theta: float, phi: float, eps: Any) -> Any:
    return np.mean(-0.5 * LOG_2PI - 0.5 * (x - eps / phi) ** 2) - (np.log(phi / theta) + theta / phi - 1)


def pathwise_numpy(x: float, theta: float, phi: float, eps: Any) -> Any:
    z = eps / phi
    return (x - z - theta + phi) * (-z / phi) + z - 1 / phi


def landing_numpy(x: float, theta: float, phi: float, eps: Any) -> Any:
    z = eps / phi
    return (x - z - theta + phi) * (-z / phi)


def score_numpy(x: float, theta: float, phi: float, z: Any) -> Any:
    return weight(x, theta, phi, z) * (1 / phi - z)


def baseline_numpy(f: Any, s: Any) -> Any:
    return np.mean(s**2 * f) / np.mean(s**2)


def implicit_numpy(z: Any, phi: Any) -> Any:
    return -np.asarray(z) / phi


def theta_numpy(theta: float, z: Any) -> Any:
    return 1 / theta - np.mean(z)


# Plain loops ------------------------------------------------------------------------------------------------------


def each(function: Any, *arguments: Any) -> Any:
    """Entry by entry over arguments that broadcast."""
    arrays = np.broadcast_arrays(*arguments)
    values = [function(*(float(a) for a in entry)) for entry in zip(*(a.ravel() for a in arrays), strict=True)]
    return np.array(values, dtype=float).reshape(arrays[0].shape)


def unit_loops(eps: Any, phi: Any) -> Any:
    return each(lambda e, p: e / p, eps, phi)


def uniform_loops(u: Any, phi: Any) -> Any:
    return each(lambda v, p: -math.log1p(-v) / p, u, phi)


def uniform_falling_loops(u: Any, phi: Any) -> Any:
    return each(lambda v, p: -math.log(v) / p, u, phi)  # math.log(0.0) is a ValueError


def diagonal_loops(mu: Any, log_var: Any, eps: Any) -> Any:
    return each(lambda m, v, e: m + math.sqrt(math.exp(v)) * e, mu, log_var, eps)


def full_loops(mu: Any, cov: Any, eps: Any) -> Any:
    k = len(mu)
    if any(abs(cov[i, j] - cov[j, i]) > 1e-9 * (abs(cov[i, i]) + abs(cov[j, j])) for i in range(k) for j in range(k)):
        raise ValueError("lopsided")
    root = np.zeros((k, k))
    for i in range(k):
        for j in range(i + 1):
            rest = float(cov[i, j]) - sum(root[i, n] * root[j, n] for n in range(j))
            if i == j and rest <= 0:
                raise ValueError("not positive definite")
            root[i, j] = math.sqrt(rest) if i == j else rest / root[j, j]
    samples = np.zeros((len(eps), k))
    for n, noise in enumerate(eps):
        for i in range(k):
            samples[n, i] = mu[i] + sum(root[i, j] * noise[j] for j in range(k))
    return samples


def log_weight_loops(x: float, theta: float, phi: float, z: float) -> float:
    likelihood = -0.5 * LOG_2PI - 0.5 * (x - z) ** 2
    return likelihood + (math.log(theta) - theta * z) - (math.log(phi) - phi * z)


def joint_loops(x: float, theta: float, phi: float, eps: Any) -> float:
    return sum(log_weight_loops(x, theta, phi, float(e) / phi) for e in eps) / len(eps)


def kl_loops(x: float, theta: float, phi: float, eps: Any) -> float:
    kl = math.log(phi) - math.log(theta) + theta / phi - 1
    return sum(-0.5 * LOG_2PI - 0.5 * (x - float(e) / phi) ** 2 for e in eps) / len(eps) - kl


def pathwise_loops(x: float, theta: float, phi: float, eps: Any) -> Any:
    return each(lambda e: -(x - theta - e / phi) * e / phi**2 - 1 / phi, eps)


def landing_loops(x: float, theta: float, phi: float, eps: Any) -> Any:
    return each(lambda e: -(x - theta - e / phi) * e / phi**2 - e / phi, eps)


def score_loops(x: float, theta: float, phi: float, z: Any) -> Any:
    return each(lambda v: log_weight_loops(x, theta, phi, v) * (1 / phi - v), z)


def baseline_loops(f: Any, s: Any) -> float:
    above = sum(float(b) ** 2 * float(a) for a, b in zip(f, s, strict=True))
    return above / sum(float(b) ** 2 for b in s)


def implicit_loops(z: Any, phi: Any) -> Any:
    return each(lambda v, p: -v / p, z, phi)


def theta_loops(theta: float, z: Any) -> float:
    return sum(1 / theta - float(v) for v in z) / len(z)


# torch: distributions and automatic differentiation ---------------------------------------------------------------


def real(value: Any) -> torch.Tensor:
    return torch.as_tensor(np.array(value, dtype=float))


def unit_torch(eps: Any, phi: Any) -> Any:
    return real(eps) * real(phi).reciprocal()


def uniform_torch(u: Any, phi: Any) -> Any:
    return torch.distributions.Exponential(real(phi)).icdf(real(u))


def uniform_falling_torch(u: Any, phi: Any) -> Any:
    return -torch.log(real(u)) / real(phi)


def diagonal_torch(mu: Any, log_var: Any, eps: Any) -> Any:
    return torch.addcmul(real(mu), (0.5 * real(log_var)).exp(), real(eps))


def full_torch(mu: Any, cov: Any, eps: Any) -> Any:
    try:
        law = torch.distributions.MultivariateNormal(real(mu), covariance_matrix=real(cov))
    except ValueError:
        raise
    return law.loc + real(eps) @ law.scale_tril.mT


def moving(phi: float) -> torch.Tensor:
    return torch.tensor(float(phi), dtype=torch.float64, requires_grad=True)


def log_joint_torch(x: float, theta: float, z: torch.Tensor) -> torch.Tensor:
    prior = torch.distributions.Exponential(real(theta), validate_args=False).log_prob(z)
    return prior + torch.distributions.Normal(z, 1.0).log_prob(real(x))


def log_q_torch(phi: Any, z: torch.Tensor) -> torch.Tensor:
    return torch.distributions.Exponential(phi, validate_args=False).log_prob(z)


def joint_torch(x: float, theta: float, phi: float, eps: Any) -> Any:
    z = real(eps) / phi
    return (log_joint_torch(x, theta, z) - log_q_torch(real(phi), z)).mean()


def kl_torch(x: float, theta: float, phi: float, eps: Any) -> Any:
    q, prior = torch.distributions.Exponential(real(phi)), torch.distributions.Exponential(real(theta))
    reconstruction = torch.distributions.Normal(real(eps) / phi, 1.0).log_prob(real(x)).mean()
    return reconstruction - torch.distributions.kl_divergence(q, prior)


def sample_gradients(values: torch.Tensor, phi: torch.Tensor) -> Any:
    """d values[i] / d phi for each i."""
    gradients = [torch.autograd.grad(value, phi, retain_graph=True)[0] for value in values]
    return torch.stack(gradients) if gradients else torch.zeros(0)


def pathwise_torch(x: float, theta: float, phi: float, eps: Any) -> Any:
    rate = moving(phi)
    z = real(eps) / rate
    return sample_gradients(log_joint_torch(x, theta, z) - log_q_torch(rate, z), rate)


def landing_torch(x: float, theta: float, phi: float, eps: Any) -> Any:
    rate = moving(phi)
    z = real(eps) / rate
    return sample_gradients(log_joint_torch(x, theta, z) - log_q_torch(rate.detach(), z), rate)


def score_torch(x: float, theta: float, phi: float, z: Any) -> Any:
    rate, z = moving(phi), real(z)
    log_q = log_q_torch(rate, z)
    return sample_gradients((log_joint_torch(x, theta, z) - log_q).detach() * log_q, rate)


def baseline_torch(f: Any, s: Any) -> Any:
    return torch.dot(real(s).square() / real(s).square().sum(), real(f))


def implicit_torch(z: Any, phi: Any) -> Any:
    return real(z).neg() / real(phi)


def theta_torch(theta: float, z: Any) -> Any:
    rate = moving(theta)
    log_q_torch(rate, real(z)).mean().backward()
    return rate.grad


# Other maps and other roots ---------------------------------------------------------------------------------------


def unit_mirrored(eps: Any, phi: Any) -> Any:
    """Falls as the noise rises, and is right in law all the same."""
    return -np.log(-np.expm1(-np.asarray(eps))) / phi


def uniform_falling(u: Any, phi: Any) -> Any:
    with np.errstate(divide="ignore"):
        return -np.log(np.asarray(u)) / phi


def uniform_folded(u: Any, phi: Any) -> Any:
    with np.errstate(divide="ignore"):
        return -np.log(np.abs(1 - 2 * np.asarray(u))) / phi


def diagonal_mirrored(mu: Any, log_var: Any, eps: Any) -> Any:
    return mu - np.exp(log_var / 2) * eps


def full_symmetric(mu: Any, cov: Any, eps: Any) -> Any:
    values, vectors = np.linalg.eigh(cov)
    if not np.allclose(cov, cov.T) or values.min() <= 0:
        raise ValueError("no covariance")
    return mu + eps @ (vectors * np.sqrt(values)) @ vectors.T


def full_eigenvectors(mu: Any, cov: Any, eps: Any) -> Any:
    if np.abs(cov - cov.T).max() > 1e-8 * np.abs(cov).max():
        raise ValueError("not symmetric")
    values, vectors = np.linalg.eigh(cov)
    if not (values > 0).all():
        raise ValueError("not positive definite")
    return mu + eps @ (vectors * np.sqrt(values)).T


RIGHT: dict[str, list[Any]] = {
    "exponential_from_unit": [unit_numpy, unit_loops, unit_torch, unit_mirrored],
    "exponential_from_uniform": [
        uniform_numpy,
        uniform_loops,
        uniform_torch,
        uniform_falling,
        uniform_falling_loops,
        uniform_falling_torch,
        uniform_folded,
    ],
    "gaussian_diagonal": [diagonal_numpy, diagonal_loops, diagonal_torch, diagonal_mirrored],
    "gaussian_full": [full_cholesky, full_loops, full_torch, full_symmetric, full_eigenvectors],
    "elbo_estimate_joint": [joint_numpy, joint_loops, joint_torch],
    "elbo_estimate_kl": [kl_numpy, kl_loops, kl_torch],
    "reparameterized_gradient": [pathwise_numpy, pathwise_loops, pathwise_torch],
    "sticking_the_landing": [landing_numpy, landing_loops, landing_torch],
    "score_function_gradient": [score_numpy, score_loops, score_torch],
    "optimal_baseline": [baseline_numpy, baseline_loops, baseline_torch],
    "implicit_gradient": [implicit_numpy, implicit_loops, implicit_torch],
    "theta_gradient": [theta_numpy, theta_loops, theta_torch],
}
