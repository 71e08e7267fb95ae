"""Unit 05's truths, each two independent ways: definitions against numpy, scipy, torch and sampling; closed forms
against definitions."""

import numpy as np
import pytest
import torch
from scipy import linalg, optimize, stats

from elboroom import clouds
from elboroom.advice.autoencoders import formula, network
from elboroom.references import autoencoders as linear
from elboroom.references import gaussian_bound
from elboroom.references import linear_vae as model
from elboroom.references.remembered import remembered
from tests.units.autoencoders_right import sequential
from tests.units.judging import Judge

closed = Judge("05_autoencoders").hidden.closed

DATA = [clouds.ellipse(), clouds.pancake(), clouds.factors(), clouds.spectrum()]
W1 = np.array([[1.5], [-0.3], [0.6], [0.2]])
W2 = np.array([[1.5, 0.4], [-0.3, 0.9], [0.6, 0.8], [0.2, -1.1]])
W3 = np.array([[1.5, 0.4, 0.2], [-0.3, 0.9, 0.7], [0.6, 0.8, -0.5], [0.2, -1.1, 0.6]])
ROWS = np.array([[2.0, 1.0, 30.0, -4.0], [1.0, -1.0, 32.0, -5.0], [4.0, 0.5, 31.0, -7.0]])
V, VARIANCES = np.array([[0.5, -0.1, 0.2, 0.3], [0.1, 0.4, -0.3, 0.2]]), np.array([0.3, 1.6])


def close(got, want, rtol, atol=0.0):
    np.testing.assert_allclose(got, want, rtol=rtol, atol=atol)


def sizes():
    return [(X, k) for X in DATA for k in range(1, X.shape[1])]


def name(case):
    X, k = case[:2]
    return f"{X.shape[1]}-{k}"


@pytest.mark.parametrize("case", sizes(), ids=name)
def test_the_least_error_is_what_the_singular_value_decomposition_cuts_off(case):
    X, k = case
    s = np.linalg.svd(X - X.mean(axis=0), compute_uv=False)
    close(linear.least_error(X, k), (s[k:] ** 2).sum(), rtol=1e-9)
    close(closed.least_error(X, k), (s[k:] ** 2).sum(), rtol=1e-9)


@pytest.mark.parametrize("case", sizes(), ids=name)
def test_the_best_plane_is_spanned_by_eigenvectors(case):
    X, k = case
    vectors = np.linalg.eigh(np.cov(X.T, bias=True))[1][:, -k:]
    plane = linear.plane(linear.covariance(X), k)
    assert np.degrees(linalg.subspace_angles(plane, vectors)).max() < 1e-6
    assert linear.largest_angle(plane, vectors) < 1e-6


def test_the_largest_angle_is_scipys():
    draw = np.random.default_rng(0)
    for _ in range(20):
        A, B = draw.normal(size=(5, 2)), draw.normal(size=(5, 2))
        close(linear.largest_angle(A, B), np.degrees(linalg.subspace_angles(A, B)).max(), rtol=1e-6)


def test_principal_scores_of_a_polynomial_kernel_are_those_of_its_features():
    X = clouds.rings()[0][::16]
    x, y = X.T
    features = np.stack([1 + 0 * x, *(np.sqrt(2) * f for f in (x, y, x * y)), x**2, y**2], axis=1)
    gram = (1 + X @ X.T) ** 2
    close(features @ features.T, gram, rtol=1e-12, atol=1e-12)
    C = features - features.mean(axis=0)
    U, s, _ = np.linalg.svd(C, full_matrices=False)
    want = linear.outer_products((U * s)[:, :3])
    for scores in (linear.principal_scores(linear.features(gram), 3), closed.principal_scores(gram, 3)):
        close(linear.outer_products(scores), want, rtol=0, atol=1e-7 * want.max())


def test_the_autoencoder_is_torchs():
    module, x = sequential(network.D, network.K, network.HIDDEN), np.random.default_rng(0).normal(size=(6, network.D))
    module.load_state_dict({n: torch.tensor(w) for n, w in network.STATE.items()})
    module, at = module.double(), torch.tensor(x, requires_grad=True)
    codes, decoded = linear.forward(x, network.STATE)
    close(codes, module.encoder(at).detach(), rtol=1e-6, atol=1e-6)
    close(decoded, module(at).detach(), rtol=1e-6, atol=1e-6)
    ((at - module(at)) ** 2).sum(dim=1).mean().backward()
    close(linear.error_slope(x, network.STATE), at.grad, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("sigma2", [0.3, 0.8, 2.0])
@pytest.mark.parametrize("W", [W1, W2], ids=["K=1", "K=2"])
def test_the_likelihood_on_a_grid_is_the_gaussian_density(W, sigma2):
    C = ROWS - ROWS.mean(axis=0)
    want = stats.multivariate_normal(np.zeros(4), W @ W.T + sigma2 * np.eye(4)).logpdf(C).mean()
    close(model.log_likelihood(ROWS, W, sigma2), want, rtol=1e-8)
    close(closed.log_density(ROWS, W, sigma2), want, rtol=1e-12)


def samples_of_the_bound(n=400_000):
    """log p(x, z) - log q(z | x) at z ~ q, for one row, in torch."""
    generator = torch.Generator().manual_seed(1)
    C = torch.tensor(ROWS - ROWS.mean(axis=0))[0]
    q = torch.distributions.Normal(torch.tensor(V) @ C, torch.tensor(VARIANCES).sqrt())
    z = q.mean + q.stddev * torch.randn((n, 2), generator=generator, dtype=torch.float64)
    prior, scale = torch.distributions.Normal(0.0, 1.0), torch.tensor(0.8, dtype=torch.float64).sqrt()
    decoded = torch.distributions.Normal(z @ torch.tensor(W2).T, scale)
    return (decoded.log_prob(C).sum(1) + prior.log_prob(z).sum(1) - q.log_prob(z).sum(1)).numpy()


def test_the_bound_by_quadrature_is_an_average_of_samples():
    samples, row = samples_of_the_bound(), np.vstack([ROWS, 2 * ROWS.mean(axis=0) - ROWS])
    z, weights = model.nodes(2)
    assert z.shape == (9, 2) and np.isclose(weights.sum(), 1)
    first = ROWS[0] - ROWS.mean(axis=0)
    pair = np.vstack([first, -first])  # two rows about the origin whose bounds are equal
    assert abs(model.elbo(pair, W2, 0.8, V, VARIANCES) - samples.mean()) < 5 * samples.std() / np.sqrt(len(samples))
    close(model.elbo(row, W2, 0.8, V, VARIANCES), model.elbo(ROWS, W2, 0.8, V, VARIANCES), rtol=1e-12)


def test_the_bound_in_closed_form_is_the_expectation():
    for W, encoder, d in [(W2, V, VARIANCES), (W1, V[:1], [0.2]), (W3, np.vstack([V, V[1:]]), [0.3, 0.1, 2.0])]:
        want = model.elbo(ROWS, W, 0.8, encoder, d)
        close(closed.bound(ROWS, W, 0.8, encoder, d), want, rtol=1e-12)
        parts = model.reconstruction(ROWS, W, 0.8, encoder, d) - model.kl(ROWS, encoder, d)
        close(parts, want, rtol=1e-12)


@pytest.mark.parametrize("W", [W1, W2, W3], ids=["K=1", "K=2", "K=3"])
def test_the_best_encoder_is_where_an_optimiser_ends(W):
    K = W.shape[1]

    def loss(u):
        return -closed.bound(ROWS, W, 0.8, u[: 4 * K].reshape(K, 4), np.exp(u[4 * K :]))

    best = model.best_encoder(W, 0.8)
    found = optimize.minimize(loss, np.zeros(5 * K), method="BFGS", options={"gtol": 1e-7})
    assert loss(np.concatenate([best[0].ravel(), np.log(best[1])])) <= found.fun + 1e-9
    close(np.exp(found.x[4 * K :]), best[1], rtol=1e-4)
    for got, want in zip(best, closed.best_encoder(W, 0.8), strict=True):
        close(got, want, rtol=1e-7, atol=1e-10)


@pytest.mark.parametrize("sigma2", [0.3, 0.8, 2.0])
def test_the_gap_is_evidence_less_bound(sigma2):
    difference = model.log_likelihood(ROWS, W2, sigma2) - model.elbo(ROWS, W2, sigma2, *model.best_encoder(W2, sigma2))
    close(model.gap(W2, sigma2), difference, rtol=1e-5)
    for W in (W1, W2, W3):
        close(model.gap(W, sigma2), closed.gap(W, sigma2), rtol=1e-7, atol=1e-10)


def test_the_gap_is_the_kl_that_torch_gives():
    M = torch.tensor(W3.T @ W3 + 0.8 * np.eye(3))
    posterior = torch.distributions.MultivariateNormal(torch.zeros(3).double(), precision_matrix=M / 0.8)
    best = torch.tensor(model.best_encoder(W3, 0.8)[1])
    q = torch.distributions.MultivariateNormal(torch.zeros(3).double(), torch.diag(best))
    close(model.gap(W3, 0.8), torch.distributions.kl_divergence(q, posterior), rtol=1e-7)


@pytest.mark.parametrize("case", sizes(), ids=name)
def test_the_climb_of_the_likelihood_ends_where_the_closed_form_says(case):
    X, k = case
    W, sigma2 = model.climb(X, k)
    want, noise = closed.most_likely_model(X, k)
    close(sigma2, noise, rtol=1e-7)
    close(W @ W.T, want @ want.T, rtol=0, atol=1e-7 * np.abs(want @ want.T).max())


def test_no_step_from_the_end_of_the_climb_raises_the_likelihood():
    X = clouds.factors()
    W, sigma2 = model.climb(X, 2)
    top, draw = closed.log_density(X, W, sigma2), np.random.default_rng(0)
    for size in (1e-4, 1e-2, 1.0):
        for _ in range(50):
            moved = W + size * draw.normal(size=W.shape), sigma2 * np.exp(size * draw.normal())
            assert closed.log_density(X, *moved) < top


@pytest.mark.parametrize("sigma2", [0.1, 0.6, 1.1, 3.0])
def test_columns_at_a_fixed_noise_are_shrunk_eigenvalues(sigma2):
    want = closed.shrunk_lengths(clouds.spectrum(), 5, sigma2)
    close(model.column_lengths(clouds.spectrum(), 5, sigma2), want, rtol=1e-7, atol=1e-7)


def test_the_gaussian_bound_is_the_formula_and_the_known_symbols_agree():
    S, KL, D, sigma = formula.symbols()
    expressions = closed.gaussian_formulas()
    assert (formula.bound(S, KL, D, sigma**2) - expressions[0]).expand(force=True).simplify() == 0
    for point in [(1.78, 0.7, 3.0, 0.6), (4.01, 1.9, 2.0, 1.4)]:
        at = dict(zip((S, KL, D, sigma), point, strict=True))
        close(gaussian_bound.gaussian_elbo(*point), float(expressions[0].subs(at)), rtol=1e-12)
        close(gaussian_bound.kl_weight(point[3]), float(expressions[1].subs(at)), rtol=1e-7)
        close(gaussian_bound.best_variance(*point[:3]), float(expressions[2].subs(at)), rtol=1e-7)


@pytest.mark.parametrize(
    ("cloud", "eigenvalues"),
    [
        (clouds.ellipse, [2.0, 0.3]),
        (clouds.pancake, [4.0, 1.0, 0.09]),
        (clouds.factors, [9.0, 4.0, 0.6, 0.4, 0.25, 0.1]),
        (clouds.spectrum, [4.0, 2.5, 1.5, 0.8, 0.5, 0.3, 0.15, 0.05]),
    ],
    ids=["ellipse", "pancake", "factors", "spectrum"],
)
def test_a_cloud_has_the_eigenvalues_that_it_says(cloud, eigenvalues):
    close(np.linalg.eigvalsh(np.cov(cloud().T, bias=True))[::-1], eigenvalues, rtol=1e-9)
    assert np.array_equal(cloud(), cloud())


def test_a_definition_is_worked_out_once_for_equal_inputs_and_cannot_be_changed():
    calls = []

    @remembered
    def double(x, factor):
        calls.append(factor)
        return 2 * np.asarray(x)

    first, second = double([1.0, 2.0], 3), double(np.array([1.0, 2.0]), 3)
    assert first is second and calls == [3]
    double([1.0, 2.5], 3)
    double([1.0, 2.0], 4)
    assert calls == [3, 3, 4]
    with pytest.raises(ValueError, match="read-only"):
        first[0] = 0.0


def test_a_definition_refuses_what_would_take_it_too_long():
    with pytest.raises(ValueError, match="40 columns"):
        linear.best_pair(np.eye(40), 2)
    with pytest.raises(ValueError, match="too large"):
        model.log_likelihood(ROWS, W3, 1.0)
    with pytest.raises(ValueError, match="too large"):
        model.elbo(np.zeros((2, 60)), np.zeros((60, 40)), 1.0, np.zeros((40, 60)), np.ones(40))
    with pytest.raises(ValueError, match="positive"):
        model.best_encoder(W2, -1.0)
