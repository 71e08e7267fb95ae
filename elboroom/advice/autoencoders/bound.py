"""The bound of the linear VAE: linear_vae_elbo, best_linear_encoder, linear_vae_gap."""

from typing import Any

import numpy as np

from elboroom.advice.autoencoders import check, mistake
from elboroom.references import linear_vae as by_definition

Array = np.ndarray
Encoder = tuple[Array, Array]

check.hints(
    "linear_vae_elbo",
    "Two terms: E_q[log p(x | z)], a Gaussian's log density under an expectation, and KL(q‖p(z)) of two diagonal "
    "Gaussians, which unit 02 has in closed form.",
    "Under q, z = V x + noise with variances d. So E_q‖x - W z‖² = ‖x - W V x‖² + what the noise adds: the sum over j "
    "of d_j ‖w_j‖².",
    "Per row: -½[D log 2πσ² + (‖x - W V x‖² + Σ d_j‖w_j‖²)/σ²] - ½[‖V x‖² + Σ(d_j - 1 - log d_j)], x centred; then "
    "the mean over the rows.",
)
check.hints(
    "best_linear_encoder",
    "The gap is KL(q‖p(z | x)). So let q have the posterior's mean. Its covariance it can't always have.",
    "The posterior is N(M⁻¹Wᵀx, σ²M⁻¹) with M = WᵀW + σ²I. The best diagonal q for a Gaussian with precision Λ has the "
    "variances 1/Λ_jj, not the diagonal of Λ⁻¹.",
    "Here Λ = M/σ². `V = np.linalg.solve(M, W.T)`, and the variances are σ² over the diagonal of M.",
)
check.hints(
    "linear_vae_gap",
    "At the best q the means agree, so the gap is a KL between two Gaussians with one mean: it doesn't depend on x.",
    "With precision Λ and best variances 1/Λ_jj, the KL is ½[Σ log Λ_jj - log|Λ|]. Put Λ = M/σ² in: what becomes of "
    "σ²?",
    "σ² cancels: ½[Σ log M_jj - log|M|], with M = WᵀW + σ²I. `slogdet` gives log|M| without overflow.",
)


@mistake("linear_vae_elbo")
def without_the_kl(X: Any, W: Any, sigma2: float, V: Any, d: Any) -> float:
    """This is the reconstruction alone. The bound also charges KL(q‖p(z)) for leaving the prior."""
    return by_definition.reconstruction(X, W, sigma2, V, d)


@mistake("linear_vae_elbo")
def kl_added(X: Any, W: Any, sigma2: float, V: Any, d: Any) -> float:
    """The KL is added. It is a charge: reconstruction *minus* KL."""
    return by_definition.reconstruction(X, W, sigma2, V, d) + by_definition.kl(X, V, d)


@mistake("linear_vae_elbo")
def decoded_mean_only(X: Any, W: Any, sigma2: float, V: Any, d: Any) -> float:
    """The error is that of the decoded mean, as in an autoencoder. q is spread out: E_q‖x - Wz‖² is larger than the
    error at the mean."""
    narrow = by_definition.reconstruction(X, W, sigma2, V, 0 * np.asarray(d, float))
    return narrow - by_definition.kl(X, V, d)


@mistake("linear_vae_elbo")
def deviations_for_variances(X: Any, W: Any, sigma2: float, V: Any, d: Any) -> float:
    """d has been squared: it holds variances, not standard deviations."""
    return by_definition.elbo(X, W, sigma2, V, np.asarray(d, float) ** 2)


@mistake("linear_vae_elbo")
def kl_reversed(X: Any, W: Any, sigma2: float, V: Any, d: Any) -> float:
    """The KL runs the wrong way: this is KL(p(z)‖q), and the bound has KL(q‖p(z))."""
    m = by_definition.centred(X) @ np.asarray(V, float).T
    noise, weights = by_definition.nodes(len(d))
    ratio = by_definition.log_normal(noise, 0.0, np.ones(len(d))) - by_definition.log_normal(noise, m[:, None], d)
    return by_definition.reconstruction(X, W, sigma2, V, d) - float((ratio @ weights).mean())


@mistake("linear_vae_elbo")
def added_up(X: Any, W: Any, sigma2: float, V: Any, d: Any) -> float:
    """This is the sum over the rows; here a bound is the mean over them."""
    return len(np.asarray(X)) * by_definition.elbo(X, W, sigma2, V, d)


@mistake("linear_vae_elbo")
def without_the_constant(X: Any, W: Any, sigma2: float, V: Any, d: Any) -> float:
    """-½ D log 2πσ² is missing. Without it this can't be compared with log p(x), and σ² could not be learnt."""
    return by_definition.elbo(X, W, sigma2, V, d) + np.shape(X)[1] / 2 * np.log(2 * np.pi * sigma2)


@mistake("linear_vae_elbo")
def not_centred(X: Any, W: Any, sigma2: float, V: Any, d: Any) -> float:
    """The data are not centred: encoder and decoder both speak of x less the mean of the rows."""
    X = np.asarray(X, float)
    return by_definition.elbo(np.vstack([X, -X]), W, sigma2, V, d)  # mirrored, their mean is 0


@mistake("linear_vae_elbo")
def mean_not_penalised(X: Any, W: Any, sigma2: float, V: Any, d: Any) -> float:
    """The KL leaves out the mean of q: ½‖Vx‖² is a part of it."""
    nothing = 0 * np.asarray(V, float)
    return by_definition.reconstruction(X, W, sigma2, V, d) - by_definition.kl(X, nothing, d)


def posterior_covariance(W: Any, sigma2: float) -> Array:
    """(K, K), from the joint covariance of z and x, conditioned on x."""
    W = np.asarray(W, float)
    C = W @ W.T + sigma2 * np.eye(len(W))
    return np.eye(W.shape[1]) - W.T @ np.linalg.solve(C, W)


@mistake("best_linear_encoder")
def marginal_variances(W: Any, sigma2: float) -> Encoder:
    """V is right. The variances are the posterior's own, the diagonal of its covariance. The best *factorised* q is
    narrower: KL(q‖p) makes it fit inside, with one over the diagonal of the precision."""
    return by_definition.best_encoder(W, sigma2)[0], np.diag(posterior_covariance(W, sigma2))


@mistake("best_linear_encoder")
def precisions(W: Any, sigma2: float) -> Encoder:
    """V is right; these are one over the variances."""
    V, d = by_definition.best_encoder(W, sigma2)
    return V, 1 / d


@mistake("best_linear_encoder")
def deviations(W: Any, sigma2: float) -> Encoder:
    """V is right; these are the standard deviations, and d holds variances."""
    V, d = by_definition.best_encoder(W, sigma2)
    return V, np.sqrt(d)


@mistake("best_linear_encoder")
def noise_left_out(W: Any, sigma2: float) -> Encoder:
    """V is right; the variances lack the factor σ². The less noise, the surer q can be."""
    V, d = by_definition.best_encoder(W, sigma2)
    return V, d / sigma2


@mistake("best_linear_encoder")
def least_squares(W: Any, sigma2: float) -> Encoder:
    """V is the pseudo-inverse of W, as if there were no prior. The prior pulls every code towards 0: add σ²I before you
    invert."""
    return np.linalg.pinv(np.asarray(W, float)), by_definition.best_encoder(W, sigma2)[1]


@mistake("best_linear_encoder")
def transposed_decoder(W: Any, sigma2: float) -> Encoder:
    """V is Wᵀ. That would be right for orthonormal columns without noise; here the columns have lengths, and the noise
    shrinks."""
    return np.asarray(W, float).T, by_definition.best_encoder(W, sigma2)[1]


@mistake("best_linear_encoder")
def unit_prior_precision(W: Any, sigma2: float) -> Encoder:
    """In WᵀW + I the noise is missing. The prior's precision, 1, stands against WᵀW/σ²."""
    V, d = by_definition.best_encoder(W, 1.0)
    return V, d * sigma2


@mistake("linear_vae_gap")
def half_forgotten(W: Any, sigma2: float) -> float:
    """The factor ½ is missing."""
    return 2 * by_definition.gap(W, sigma2)


@mistake("linear_vae_gap")
def below_the_bound(W: Any, sigma2: float) -> float:
    """The sign is the wrong way round: the bound lies below log p(x), the gap is never negative."""
    return -by_definition.gap(W, sigma2)


@mistake("linear_vae_gap")
def without_the_noise(W: Any, sigma2: float) -> float:
    """σ²I is missing in M. The noise makes the posterior rounder, and the gap smaller."""
    return by_definition.factorised_gap(np.asarray(W, float).T @ np.asarray(W, float))


@mistake("linear_vae_gap")
def of_the_covariance(W: Any, sigma2: float) -> float:
    """This is ½[Σ log S_jj - log|S|] of the posterior's *covariance* S: the least KL the other way round, KL(p‖q). The
    gap is KL(q‖p), and the q that is best for it has to do with the precision."""
    return by_definition.factorised_gap(posterior_covariance(W, sigma2))


@mistake("linear_vae_gap")
def prior_of_unit_noise(W: Any, sigma2: float) -> float:
    """M is WᵀW + I here. It should be WᵀW + σ²I: the posterior's precision is WᵀW/σ² + I."""
    return by_definition.factorised_gap(np.asarray(W, float).T @ np.asarray(W, float) + np.eye(np.shape(W)[1]))


@mistake("linear_vae_gap")
def determinant_only(W: Any, sigma2: float) -> float:
    """Only the determinant is there. The gap compares it with the product of the diagonal: Σ log M_jj - log|M|."""
    W = np.asarray(W, float)
    return -0.5 * float(np.linalg.slogdet(W.T @ W + sigma2 * np.eye(W.shape[1]))[1])
