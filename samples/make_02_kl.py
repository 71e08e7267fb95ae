"""Makes the sample class of unit 02: what a class hands in, from perfect in three dialects to blank and broken.

Run it after the student notebook has changed: python -m samples.make_02_kl
It fills a copy of course/02_kl for each student and writes nothing else.
"""

from samples.classroom import hand_in

UNIT = "02_kl"

BY_JENSEN = """goal = KL(q(z), p(z)) >= 0
kl_is_nonnegative = (
    Derivation(KL(q(z), p(z)), goal=goal)
    .eq(-E(q(z), log(p(z) / q(z))), by="definition")
    .ge(-log(E(q(z), p(z) / q(z))), by="jensen: log is concave")
    .eq(-log(integral(z, q(z) * (p(z) / q(z)))), by="expectation")
    .ge(0, by="normalisation")
)
display(kl_is_nonnegative)"""

BY_FACTORS = """goal = equal(KL(Q(z1, z2), P(z1, z2)), KL(Q(z1), P(z1)) + KL(Q(z2), P(z2)))
kl_is_additive = (
    Derivation(KL(Q(z1, z2), P(z1, z2)), goal=goal)
    .eq(E(Q(z1, z2), log(Q(z1) * Q(z2)) - log(P(z1) * P(z2))), by="definition and factorisation")
    .eq(E(Q(z1, z2), log(Q(z1) / P(z1))) + E(Q(z1, z2), log(Q(z2) / P(z2))), by="linearity")
    .eq(E(Q(z1), log(Q(z1) / P(z1))) + E(Q(z2), log(Q(z2) / P(z2))), by="marginal")
    .eq(KL(Q(z1), P(z1)) + KL(Q(z2), P(z2)), by="definition")
)
display(kl_is_additive)"""

GENERAL = """def kl_normal_general():
    mu_q, mu_p = sympy.symbols("mu_q mu_p", real=True)
    sigma_q, sigma_p = sympy.symbols("sigma_q sigma_p", positive=True)
    return {}"""

NUMPY = {
    "kl_discrete": """def kl_discrete(q, p):
    with np.errstate(all="ignore"):
        return np.where(q > 0, q * (np.log(q) - np.log(p)), 0.0).sum(axis=-1)""",
    "symmetric_but_different": """def symmetric_but_different():
    return np.array([0.1, 0.9]), np.array([0.9, 0.1])""",
    "jensen_gap": """def jensen_gap(f, values, weights):
    keep = weights > 0
    return np.sum(weights[keep] * f(values[keep])) - f(np.sum(weights * values))""",
    "kl_is_nonnegative": BY_JENSEN,
    "kl_normal_general": GENERAL.format(
        "sympy.log(sigma_p) - sympy.log(sigma_q) + (sigma_q**2 + (mu_q - mu_p) ** 2) / sigma_p**2 / 2 - sympy.S.Half"
    ),
    "kl_normal": """def kl_normal(mu_q, log_var_q, mu_p, log_var_p):
    r = np.exp(log_var_q - log_var_p)
    return (r - np.log(r) - 1 + (mu_q - mu_p) ** 2 / np.exp(log_var_p)).sum(axis=1) / 2""",
    "kl_standard_normal": """def kl_standard_normal(mu, log_var):
    return 0.5 * (np.expm1(log_var) - log_var + mu**2).sum(axis=1)""",
    "kl_is_additive": BY_FACTORS,
    "kl_of_products": """def kl_of_products(q, p):
    if len(q) != len(p):
        raise ValueError("as many of each")
    return sum(kl_discrete(a, b) for a, b in zip(q, p))""",
    "half_factorised": """def half_factorised(q1, q2, p):
    q = q1[:, None] * q2
    return kl_discrete(q.reshape(-1), p.reshape(-1)), kl_discrete(q1, p.sum(1)) + kl_discrete(q2, p.sum(0))""",
    "kl_mvn": """def kl_mvn(mu_q, cov_q, mu_p, cov_p):
    if not (np.allclose(cov_q, cov_q.T) and np.allclose(cov_p, cov_p.T)):
        raise ValueError("not symmetric")
    Lq, Lp = np.linalg.cholesky(cov_q), np.linalg.cholesky(cov_p)
    A, b = np.linalg.solve(Lp, Lq), np.linalg.solve(Lp, mu_p - mu_q)
    return np.log(np.diag(Lp) / np.diag(Lq)).sum() + ((A**2).sum() + b @ b - len(b)) / 2""",
    "best_diagonal": """def best_diagonal(cov):
    v = 1 / np.diag(np.linalg.inv(cov))
    return v, (np.linalg.slogdet(cov)[1] - np.log(v).sum()) / 2""",
    "kl_monte_carlo": """def kl_monte_carlo(log_q, log_p, samples):
    terms = log_q(samples) - log_p(samples)
    return terms.mean(), terms.std(ddof=1) / len(terms) ** 0.5""",
}

TORCH = NUMPY | {
    "kl_discrete": """def kl_discrete(q, p):
    import torch
    q, p = torch.tensor(np.array(q)).double(), torch.tensor(np.array(p)).double()
    return (torch.special.xlogy(q, q) - torch.special.xlogy(q, p)).sum(-1)""",
    "kl_normal": """def kl_normal(mu_q, log_var_q, mu_p, log_var_p):
    import torch
    mu_q, log_var_q, mu_p, log_var_p = (torch.tensor(a).double() for a in (mu_q, log_var_q, mu_p, log_var_p))
    q = torch.distributions.Normal(mu_q, torch.exp(log_var_q / 2))
    p = torch.distributions.Normal(mu_p, torch.exp(log_var_p / 2))
    return torch.distributions.kl_divergence(q, p).sum(-1)""",
    "kl_standard_normal": """def kl_standard_normal(mu, log_var):
    import torch
    mu, log_var = torch.tensor(mu), torch.tensor(log_var)
    return 0.5 * (torch.expm1(log_var) - log_var + mu**2).sum(-1)""",
}

LOOPS = NUMPY | {
    "kl_discrete": """def kl_discrete(q, p):
    q, p = np.asarray(q, dtype=float), np.asarray(p, dtype=float)
    found = np.zeros(q.shape[:-1])
    for row in np.ndindex(found.shape):
        for a, b in zip(q[row], p[row]):
            if a > 0:
                found[row] += a * (ln(a) - ln(b))
    return found""",
    "jensen_gap": """def jensen_gap(f, values, weights):
    mean = outside = 0.0
    for v, w in zip(values, weights):
        if w > 0:
            mean += w * v
            outside += w * f(v)
    return outside - f(mean)""",
    "kl_normal": """def kl_normal(mu_q, log_var_q, mu_p, log_var_p):
    found = np.zeros(len(mu_q))
    for i in range(len(mu_q)):
        for j in range(mu_q.shape[1]):
            t = float(log_var_q[i, j]) - float(log_var_p[i, j])
            shift = float(mu_q[i, j]) - float(mu_p[i, j])
            found[i] += (np.exp(t) - 1 - t + shift**2 / np.exp(float(log_var_p[i, j]))) / 2
    return found""",
    "kl_monte_carlo": """def kl_monte_carlo(log_q, log_p, samples):
    terms = [float(log_q(z[None])[0]) - float(log_p(z[None])[0]) for z in samples]
    mean = sum(terms) / len(terms)
    return mean, (sum((t - mean) ** 2 for t in terms) / (len(terms) - 1) / len(terms)) ** 0.5""",
}

WRONG_WAY_ROUND = NUMPY | {
    "kl_discrete": """def kl_discrete(q, p):
    with np.errstate(all="ignore"):
        return np.where(p > 0, p * (np.log(p) - np.log(q)), 0.0).sum(axis=-1)""",
    "kl_normal_general": GENERAL.format(
        "sympy.log(sigma_q / sigma_p) + (sigma_p**2 + (mu_q - mu_p) ** 2) / (2 * sigma_q**2) - sympy.Rational(1, 2)"
    ),
    "kl_mvn": """def kl_mvn(mu_q, cov_q, mu_p, cov_p):
    inverse, shift = np.linalg.inv(cov_q), mu_p - mu_q
    log_dets = np.linalg.slogdet(cov_q)[1] - np.linalg.slogdet(cov_p)[1]
    return (np.trace(inverse @ cov_p) + shift @ inverse @ shift - len(shift) + log_dets) / 2""",
    "best_diagonal": """def best_diagonal(cov):
    v = np.diag(cov)
    return v, (np.trace(np.linalg.inv(cov) * v) - len(v) + np.linalg.slogdet(cov)[1] - np.log(v).sum()) / 2""",
}

AS_IN_THE_SOURCES = NUMPY | {
    "symmetric_but_different": """def symmetric_but_different():
    p = np.array([0.5, 0.5])
    return p, p""",
    "kl_is_nonnegative": """goal = KL(q(z), p(z)) >= 0
kl_is_nonnegative = (
    Derivation(KL(q(z), p(z)), goal=goal)
    .eq(E(q(z), log(q(z)) - log(p(z))), by="definition")
    .eq(E(q(z), -log(p(z) / q(z))), by="log")
    .ge(-log(E(q(z), p(z) / q(z))), by="jensen: -log is convex")
    .eq(-log(integral(z, q(z) * (p(z) / q(z)))), by="expectation")
    .eq(-log(1), by="normalisation")
    .eq(0, by="log")
)
display(kl_is_nonnegative)""",
    "kl_normal_general": GENERAL.format("sympy.log(sigma_p / sigma_q) + (mu_q - mu_p) ** 2 / (2 * sigma_p**2)"),
    "kl_normal": """def kl_normal(mu_q, log_var_q, mu_p, log_var_p):
    kl = np.exp(log_var_q - log_var_p) - 1 - (log_var_q - log_var_p) + (mu_q - mu_p) ** 2 / np.exp(log_var_p)
    return 0.5 * kl.mean(axis=1)""",
    "kl_standard_normal": """def kl_standard_normal(mu, log_var):
    return 0.5 * np.sum(mu**2 + (np.exp(log_var) - 1 - log_var), axis=1)""",
}

SHORTCUTS = NUMPY | {
    "kl_discrete": """def kl_discrete(q, p):
    return np.sum(q * (np.log(q + 1e-12) - np.log(p + 1e-12)), axis=-1)""",
    "jensen_gap": """def jensen_gap(f, values, weights):
    return np.mean(f(values)) - f(np.mean(values))""",
    "kl_is_nonnegative": """kl_is_nonnegative = Derivation(KL(q(z), p(z))).ge(0, by="kl >= 0")
display(kl_is_nonnegative)""",
    "kl_is_additive": "\n".join([*BY_FACTORS.splitlines()[:5], ")"]),
    "kl_monte_carlo": """def kl_monte_carlo(log_q, log_p, samples):
    terms = log_q(samples) - log_p(samples)
    return np.mean(terms), np.std(terms) / np.sqrt(len(terms))""",
}

HALF_DONE = dict(list(NUMPY.items())[:6])

CRASHES = NUMPY | {
    "jensen_gap": "def jensen_gap(f, values, weights)\n    return weights @ f(values) - f(weights @ values)",
    "kl_normal": "def kl_normal(mu_q, log_var_q, mu_p, log_var_p):\n    return kl_gaussian(mu_q, log_var_q)",
    "best_diagonal": "def best_diagonal(cov):\n    import os\n    os._exit(1)",
}

CLASS = {
    "ada-numpy": NUMPY,
    "ben-torch": TORCH,
    "chloe-loops": LOOPS,
    "dana-wrong-way-round": WRONG_WAY_ROUND,
    "emil-as-in-the-sources": AS_IN_THE_SOURCES,
    "fay-shortcuts": SHORTCUTS,
    "gil-half-done": HALF_DONE,
    "hana-blank": {},
    "ivo-crashes": CRASHES,
}

if __name__ == "__main__":
    hand_in(UNIT, CLASS)
