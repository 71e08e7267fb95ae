"""Makes the sample class of unit 04: what a class hands in, from perfect in three dialects to blank and broken.

Run it after the student notebook has changed: python -m samples.make_04_reparameterization
It fills a copy of course/04_reparameterization for each student and writes nothing else.
"""

from samples.classroom import hand_in

UNIT = "04_reparameterization"

NUMPY = {
    "exponential_from_unit": "def exponential_from_unit(eps, phi):\n    return eps / phi",
    "exponential_from_uniform": "def exponential_from_uniform(u, phi):\n    return -np.log1p(-u) / phi",
    "change_of_variables": 'change_of_variables = "bcda"',
    "gaussian_diagonal": "def gaussian_diagonal(mu, log_var, eps):\n    return mu + np.sqrt(np.exp(log_var)) * eps",
    "gaussian_full": """def gaussian_full(mu, cov, eps):
    if not np.allclose(cov, cov.T):
        raise ValueError("not symmetric")
    A = np.linalg.cholesky(cov)
    return mu + np.einsum("ij,nj->ni", A, eps)""",
    "elbo_estimate_joint": """def elbo_estimate_joint(x, theta, phi, eps):
    return f(eps / phi, x, theta, phi).mean()""",
    "elbo_estimate_kl": """def elbo_estimate_kl(x, theta, phi, eps):
    kl = np.log(phi) - np.log(theta) - 1 + theta / phi
    return log_likelihood(x, eps / phi).mean() - kl""",
    "reparameterized_gradient": """def reparameterized_gradient(x, theta, phi, eps):
    z = eps / phi
    return (x - z - theta + phi) * (-eps / phi**2) - 1 / phi + z""",
    "score_function_gradient": """def score_function_gradient(x, theta, phi, z):
    return f(z, x, theta, phi) * (1 / phi - z)""",
    "optimal_baseline": "def optimal_baseline(f, s):\n    return np.average(f, weights=s**2)",
    "sticking_the_landing": """def sticking_the_landing(x, theta, phi, eps):
    z = eps / phi
    return (x - z - theta + phi) * (-z / phi)""",
    "implicit_gradient": "def implicit_gradient(z, phi):\n    return -np.asarray(z) / phi",
    "theta_gradient": "def theta_gradient(theta, z):\n    return (1 / theta - z).mean()",
}

TORCH = NUMPY | {
    "exponential_from_uniform": """def exponential_from_uniform(u, phi):
    u, phi = torch.as_tensor(u).double(), torch.as_tensor(phi).double()
    return torch.distributions.Exponential(phi).icdf(u)""",
    "gaussian_full": """def gaussian_full(mu, cov, eps):
    mu, cov, eps = (torch.as_tensor(a).double() for a in (mu, cov, eps))
    return mu + eps @ torch.distributions.MultivariateNormal(mu, cov).scale_tril.T""",
    "reparameterized_gradient": """def reparameterized_gradient(x, theta, phi, eps):
    rates = torch.full(np.shape(eps), float(phi), dtype=torch.float64, requires_grad=True)
    z = torch.as_tensor(eps).double() / rates
    value = -0.5 * (x - z) ** 2 - theta * z - torch.log(rates) + rates * z
    return torch.autograd.grad(value.sum(), rates)[0]""",
    "score_function_gradient": """def score_function_gradient(x, theta, phi, z):
    rates = torch.full(np.shape(z), float(phi), dtype=torch.float64, requires_grad=True)
    score = torch.autograd.grad((torch.log(rates) - rates * torch.as_tensor(z).double()).sum(), rates)[0]
    return f(z, x, theta, phi) * score.numpy()""",
    "theta_gradient": """def theta_gradient(theta, z):
    theta = torch.tensor(float(theta), dtype=torch.float64, requires_grad=True)
    (torch.log(theta) - theta * torch.as_tensor(z).double()).mean().backward()
    return theta.grad""",
}

LOOPS = NUMPY | {
    "exponential_from_unit": """def exponential_from_unit(eps, phi):
    eps, phi = np.broadcast_arrays(np.asarray(eps, dtype=float), phi)
    z = np.empty(eps.shape)
    for i in np.ndindex(z.shape):
        z[i] = eps[i] / phi[i]
    return z""",
    "gaussian_diagonal": """def gaussian_diagonal(mu, log_var, eps):
    mu, log_var, eps = np.broadcast_arrays(mu, log_var, eps)
    z = np.empty(eps.shape)
    for i in np.ndindex(z.shape):
        z[i] = mu[i] + float(np.exp(log_var[i])) ** 0.5 * eps[i]
    return z""",
    "elbo_estimate_joint": """def elbo_estimate_joint(x, theta, phi, eps):
    total = 0.0
    for e in eps:
        z = float(e) / phi
        total += log_joint(z, x, theta) - log_q(z, phi)
    return total / len(eps)""",
    "optimal_baseline": """def optimal_baseline(f, s):
    above = below = 0.0
    for one, weight in zip(f, s):
        above += float(weight) ** 2 * float(one)
        below += float(weight) ** 2
    return above / below""",
}

OTHER_MAPS = NUMPY | {
    "exponential_from_unit": "def exponential_from_unit(eps, phi):\n    return -np.log(-np.expm1(-eps)) / phi",
    "exponential_from_uniform": """def exponential_from_uniform(u, phi):
    with np.errstate(divide="ignore"):
        return -np.log(u) / phi""",
    "gaussian_diagonal": "def gaussian_diagonal(mu, log_var, eps):\n    return mu - np.exp(log_var / 2) * eps",
    "gaussian_full": """def gaussian_full(mu, cov, eps):
    values, vectors = np.linalg.eigh(cov)
    if not np.allclose(cov, cov.T) or min(values) <= 0:
        raise ValueError("this is not a covariance")
    return mu + eps @ (vectors * np.sqrt(values)).T""",
}

RATES_FOR_MEANS = NUMPY | {
    "exponential_from_unit": "def exponential_from_unit(eps, phi):\n    return phi * eps",
    "exponential_from_uniform": "def exponential_from_uniform(u, phi):\n    return -phi * np.log1p(-u)",
    "gaussian_diagonal": "def gaussian_diagonal(mu, log_var, eps):\n    return mu + np.exp(log_var) * eps",
    "gaussian_full": """def gaussian_full(mu, cov, eps):
    return mu + eps @ cov""",
    "elbo_estimate_joint": """def elbo_estimate_joint(x, theta, phi, eps):
    return np.mean(f(phi * eps, x, theta, phi))""",
    "implicit_gradient": "def implicit_gradient(z, phi):\n    return z / phi",
}

AS_IN_THE_NOTES = NUMPY | {
    "change_of_variables": 'change_of_variables = "bcab"',
    "gaussian_full": """def gaussian_full(mu, cov, eps):
    return mu + eps @ np.linalg.cholesky(cov)""",
    "elbo_estimate_joint": """def elbo_estimate_joint(x, theta, phi, eps):
    z = eps / phi
    return np.mean(log_likelihood(x, z) - log_q(z, phi))""",
    "elbo_estimate_kl": """def elbo_estimate_kl(x, theta, phi, eps):
    kl = np.log(phi / theta) + theta / phi - 1
    return np.mean(log_likelihood(x, eps / phi)) + kl""",
    "reparameterized_gradient": """def reparameterized_gradient(x, theta, phi, eps):
    return eps / phi - 1 / phi""",
    "score_function_gradient": """def score_function_gradient(x, theta, phi, z):
    return log_joint(z, x, theta) * (1 / phi - z)""",
    "optimal_baseline": "def optimal_baseline(f, s):\n    return np.mean(f)",
    "theta_gradient": "def theta_gradient(theta, z):\n    return np.sum(1 / theta - z)",
}

DRAWS_INSIDE = NUMPY | {
    "exponential_from_unit": """def exponential_from_unit(eps, phi):
    return np.random.default_rng().exponential(1 / phi, np.shape(eps))""",
    "exponential_from_uniform": """def exponential_from_uniform(u, phi):
    return np.random.default_rng(42).exponential(1 / phi, np.shape(u))""",
    "gaussian_diagonal": """def gaussian_diagonal(mu, log_var, eps):
    return np.random.default_rng().normal(mu, np.exp(log_var / 2), np.shape(eps))""",
    "gaussian_full": """def gaussian_full(mu, cov, eps):
    return np.random.default_rng().multivariate_normal(mu, cov, len(eps))""",
}

HALF_DONE = dict(list(NUMPY.items())[:6])

CRASHES = NUMPY | {
    "exponential_from_uniform": "def exponential_from_uniform(u, phi)\n    return -np.log1p(-u) / phi",
    "gaussian_diagonal": "def gaussian_diagonal(mu, log_var, eps):\n    return mu + sigma * eps",
    "optimal_baseline": "def optimal_baseline(f, s):\n    import os\n    os._exit(1)",
}

CLASS = {
    "ada-numpy": NUMPY,
    "ben-torch": TORCH,
    "chloe-loops": LOOPS,
    "dana-other-maps": OTHER_MAPS,
    "emil-rates-for-means": RATES_FOR_MEANS,
    "fay-as-in-the-notes": AS_IN_THE_NOTES,
    "gil-draws-inside": DRAWS_INSIDE,
    "hana-half-done": HALF_DONE,
    "ivo-blank": {},
    "jo-crashes": CRASHES,
}

if __name__ == "__main__":
    hand_in(UNIT, CLASS)
