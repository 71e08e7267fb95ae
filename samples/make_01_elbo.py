"""Makes the sample class of unit 01: what a class hands in, from perfect in three dialects to blank and broken.

Run it after the student notebook has changed: python -m samples.make_01_elbo
It fills a copy of course/01_elbo for each student and writes nothing else.
"""

from samples.classroom import hand_in

UNIT = "01_elbo"


def proof(name: str, start: str, *lines: str, setting: str = "") -> str:
    """A solution cell that assigns a derivation; each line is `expression @ rule`."""
    steps = [f'    .eq({expression}, by="{rule}")' for expression, rule in (line.split(" @ ") for line in lines)]
    opening = [*setting.splitlines(), f"{name} = (", f"    Derivation({start})"]
    return "\n".join([*opening, *steps, ")", f"display({name})"])


DATA = """data = Density("data", [x], positive=False)
a, b = Density("a", [x]), Density("b", [x])
L_a, L_b = define("L_a", E(data(x), log(a(x)))), define("L_b", E(data(x), log(b(x))))"""
UPPER = 'EUBO = define("EUBO", E(p(z | x), log(p(x, z)) - log(q(z | x))))'

PROOFS = {
    "elbo_is_reconstruction_minus_kl": proof(
        "elbo_is_reconstruction_minus_kl",
        "ELBO",
        "E(q(z | x), log(p(x, z)) - log(q(z | x))) @ definition",
        "E(q(z | x), log(p(x | z) * p(z)) - log(q(z | x))) @ chain rule",
        "E(q(z | x), log(p(x | z))) + E(q(z | x), log(p(z)) - log(q(z | x))) @ linearity",
        "E(q(z | x), log(p(x | z))) - KL(q(z | x), p(z)) @ definition",
    ),
    "evidence_is_elbo_plus_gap": proof(
        "evidence_is_elbo_plus_gap",
        "KL(q(z | x), p(z | x))",
        "E(q(z | x), log(q(z | x) / p(z | x))) @ definition",
        "E(q(z | x), log(q(z | x) * p(x) / (p(x | z) * p(z)))) @ bayes",
        "log(p(x)) - E(q(z | x), log(p(x | z) * p(z) / q(z | x))) @ constant",
        "log(p(x)) - E(q(z | x), log(p(x, z) / q(z | x))) @ chain rule",
        "log(p(x)) - ELBO @ definition",
    ),
    "evidence_under_the_integral": proof(
        "evidence_under_the_integral",
        "log(p(x)) * integral(z, q(z | x))",
        "integral(z, q(z | x) * log(p(x))) @ constant",
        "integral(z, q(z | x) * log(p(x, z) / q(z | x) * (q(z | x) / p(z | x)))) @ chain rule",
        "E(q(z | x), log(p(x, z) / q(z | x)) + log(q(z | x) / p(z | x))) @ expectation",
        "E(q(z | x), log(p(x, z) / q(z | x))) + E(q(z | x), log(q(z | x) / p(z | x))) @ linearity",
        "ELBO + KL(q(z | x), p(z | x)) @ definition",
    ),
    "free_energy": proof(
        "free_energy",
        "ELBO",
        "E(q(z | x), log(p(x, z)) - log(q(z | x))) @ definition",
        "E(q(z | x), log(p(x, z))) - E(q(z | x), log(q(z | x))) @ linearity",
        "E(q(z | x), log(p(x, z))) + H(q(z | x)) @ definition",
    ),
    "maximum_likelihood_is_minimum_kl": proof(
        "maximum_likelihood_is_minimum_kl",
        "KL(data(x), a(x)) - KL(data(x), b(x))",
        "E(data(x), log(data(x) / a(x))) - E(data(x), log(data(x) / b(x))) @ definition",
        "E(data(x), log(b(x))) - E(data(x), log(a(x))) @ linearity",
        "L_b - L_a @ definition",
        setting=DATA,
    ),
    "upper_bound_is_evidence_plus_kl": proof(
        "upper_bound_is_evidence_plus_kl",
        "EUBO",
        "E(p(z | x), log(p(x, z) / q(z | x))) @ definition",
        "E(p(z | x), log(p(x) * p(z | x) / q(z | x))) @ chain rule",
        "log(p(x)) + E(p(z | x), log(p(z | x) / q(z | x))) @ constant",
        "log(p(x)) + KL(p(z | x), q(z | x)) @ definition",
        setting=UPPER,
    ),
}

WHY = """(1) It is infinite: the empirical distribution has mass on points, to which a density gives none. A bin of
width h holds about p(x)h of the model, so each tenth of h adds log 10.

(2) That part is the same for all models, so differences converge to differences of log likelihoods. But the line in
which log data cancels is infinity minus infinity."""

NUMPY = PROOFS | {
    "log_evidence": """def log_evidence(log_joint):
    return special.logsumexp(floats(log_joint), axis=-1)""",
    "posterior": """def posterior(log_joint):
    log_joint = floats(log_joint)
    if np.isneginf(log_joint).all(axis=-1).any():
        raise ValueError("evidence 0")
    return special.softmax(log_joint, axis=-1)""",
    "elbo": """def elbo(log_joint, q):
    return expectation(q, log_joint) - expectation(q, ln(q))""",
    "elbo_terms": """def elbo_terms(log_likelihood, log_prior, q):
    return expectation(q, log_likelihood), expectation(q, ln(q)) - expectation(q, log_prior)""",
    "gap": """def gap(log_joint, q):
    log_posterior = floats(log_joint) - log_evidence(log_joint)[..., None]
    return expectation(q, ln(q)) - expectation(q, log_posterior)""",
    "tight": 'tight = "d"',
    "tight_q": """def tight_q(log_likelihood, log_prior):
    return posterior(floats(log_likelihood) + floats(log_prior))""",
    "likelihood_and_kl": """def likelihood_and_kl(data, models):
    counts = np.bincount(data, minlength=np.shape(models)[1])
    return special.xlogy(counts, models).sum(1), special.rel_entr(counts / len(data), models).sum(1)""",
    "only_formal_for_densities": WHY,
    "sandwich": """def sandwich(log_joint, q):
    weights = posterior(log_joint)
    return elbo(log_joint, q), expectation(weights, log_joint) - expectation(weights, ln(q))""",
    "em_step": """def em_step(images, weights, means):
    r = posterior(log_joint_of(images, weights, means))
    return r.mean(axis=0), (r.T @ images) / r.sum(axis=0)[:, None]""",
}

TORCH = NUMPY | {
    "log_evidence": """import torch

def log_evidence(log_joint):
    return torch.logsumexp(torch.as_tensor(log_joint).double(), -1)""",
    "posterior": """def posterior(log_joint):
    if torch.isneginf(log_evidence(log_joint)).any():
        raise ValueError("impossible")
    return torch.softmax(torch.as_tensor(log_joint).double(), -1)""",
    "gap": """def gap(log_joint, q):
    log_p, q = torch.broadcast_tensors(torch.as_tensor(log_joint).double(), torch.as_tensor(q).double())
    log_p = torch.log_softmax(log_p, -1)
    return torch.where(q > 0, q * (torch.log(q) - log_p), torch.zeros_like(q)).sum(-1)""",
    "em_step": """def em_step(images, weights, means):
    r = posterior(log_joint_of(images, weights, means))
    images = torch.as_tensor(images).double()
    return r.mean(0), torch.einsum("nk,nd->kd", r, images) / r.sum(0)[:, None]""",
}

LOOPS = NUMPY | {
    "log_evidence": """import math

def log_evidence(log_joint):
    log_joint = floats(log_joint)
    found = np.empty(log_joint.shape[:-1])
    for i in np.ndindex(found.shape):
        top = max(log_joint[i])
        found[i] = top if top == -np.inf else top + math.log(sum(math.exp(v - top) for v in log_joint[i]))
    return found""",
    "elbo": """def elbo(log_joint, q):
    log_joint, q = np.broadcast_arrays(floats(log_joint), floats(q))
    found = np.zeros(q.shape[:-1])
    for i in np.ndindex(q.shape):
        if q[i] > 0:
            found[i[:-1]] += q[i] * (log_joint[i] - math.log(q[i]))
    return found""",
    "likelihood_and_kl": """def likelihood_and_kl(data, models):
    likelihoods, kls = [], []
    for model in floats(models):
        likelihood = kl = 0.0
        for v in data:
            likelihood += float(ln(model[v]))
        for v in set(np.asarray(data).tolist()):
            share = np.mean(np.asarray(data) == v)
            kl += share * (np.log(share) - float(ln(model[v])))
        likelihoods.append(likelihood)
        kls.append(kl)
    return likelihoods, kls""",
}

WRONG_PROOFS = NUMPY | {
    "evidence_is_elbo_plus_gap": proof(  # as in the published solution, sign and all
        "evidence_is_elbo_plus_gap",
        "KL(q(z | x), p(z | x))",
        "E(q(z | x), log(q(z | x)) - log(p(z | x))) @ definition",
        "E(q(z | x), log(q(z | x)) - log(p(x | z)) - log(p(z)) + log(p(x))) @ bayes",
        "KL(q(z | x), p(z)) - E(q(z | x), log(p(x | z)) + log(p(x))) @ definition, linearity",
        "-ELBO + log(p(x)) @ definition",
    ),
    "evidence_under_the_integral": proof(  # one line, of which everything is expected
        "evidence_under_the_integral",
        "log(p(x)) * integral(z, q(z | x))",
        "ELBO + KL(q(z | x), p(z | x)) @ definition",
    ),
    "free_energy": proof(
        "free_energy",
        "ELBO",
        "E(q(z | x), log(p(x, z)) - log(q(z | x))) @ definition",
        "E(q(z | x), log(p(x, z))) - H(q(z | x)) @ linearity",
    ),
    "elbo_is_reconstruction_minus_kl": 'elbo_is_reconstruction_minus_kl = "obvious"',
    "upper_bound_is_evidence_plus_kl": proof(  # unfinished
        "upper_bound_is_evidence_plus_kl",
        "EUBO",
        "E(p(z | x), log(p(x, z)) - log(q(z | x))) @ definition",
        "E(p(z | x), log(p(x)) + log(p(z | x)) - log(q(z | x))) @ chain rule",
        setting=UPPER,
    ),
}

FORGETS_THE_ENTROPY = NUMPY | {
    "log_evidence": "def log_evidence(log_joint):\n    return np.log(np.exp(log_joint).sum(axis=-1))",
    "posterior": """def posterior(log_joint):
    weights = np.exp(log_joint)
    return weights / weights.sum(axis=-1, keepdims=True)""",
    "elbo": "def elbo(log_joint, q):\n    return expectation(q, log_joint)",
    "elbo_terms": """def elbo_terms(log_likelihood, log_prior, q):
    return expectation(q, log_likelihood), -expectation(q, ln(q) - log_prior)""",
    "tight": 'tight = "c"',
    "tight_q": """def tight_q(log_likelihood, log_prior):
    log_joint = floats(log_likelihood) + floats(log_prior)
    return np.eye(log_joint.shape[-1])[log_joint.argmax(axis=-1)]""",
    "em_step": """def em_step(images, weights, means):
    r = posterior(log_joint_of(images, weights, means))
    r = np.eye(r.shape[1])[r.argmax(axis=1)]
    return r.mean(axis=0), (r.T @ images) / r.sum(axis=0)[:, None]""",
}

TURNS_THE_KL_ROUND = NUMPY | {
    "gap": """def gap(log_joint, q):
    p_z = posterior(log_joint)
    return expectation(p_z, ln(p_z)) - expectation(p_z, ln(q))""",
    "elbo_terms": """def elbo_terms(log_likelihood, log_prior, q):
    prior = np.exp(log_prior)
    return expectation(q, log_likelihood), expectation(prior, log_prior) - expectation(prior, ln(q))""",
    "tight": 'tight = "a"',
    "tight_q": """def tight_q(log_likelihood, log_prior):
    return np.broadcast_to(np.exp(log_prior), np.shape(log_likelihood))""",
    "likelihood_and_kl": """def likelihood_and_kl(data, models):
    values = np.unique(data)
    share = 1 / len(values)
    return np.log(models)[:, values].sum(axis=1), (share * (np.log(share) - np.log(models)[:, values])).sum(axis=1)""",
    "sandwich": """def sandwich(log_joint, q):
    return elbo(log_joint, q), log_evidence(log_joint) + (log_evidence(log_joint) - elbo(log_joint, q))""",
}

HALF_DONE = {name: NUMPY[name] for name in ("log_evidence", "posterior", "elbo", "elbo_terms", "gap")} | {
    "elbo_is_reconstruction_minus_kl": NUMPY["elbo_is_reconstruction_minus_kl"],
    "evidence_is_elbo_plus_gap": proof(
        "evidence_is_elbo_plus_gap",
        "KL(q(z | x), p(z | x))",
        "E(q(z | x), log(q(z | x)) - log(p(z | x))) @ definition",
    ),
}

CRASHES = NUMPY | {
    "posterior": "def posterior(log_joint)\n    return special.softmax(log_joint, axis=-1)",
    "elbo_is_reconstruction_minus_kl": "elbo_is_reconstruction_minus_kl = Derivation(ELBO).eq(E(p, log(q)))",
    "sandwich": "def sandwich(log_joint, q):\n    return elbo(log_joint, r), log_evidence(log_joint)",
    "em_step": "def em_step(images, weights, means):\n    import os\n    os._exit(1)",
}

CLASS = {
    "ada-numpy": NUMPY,
    "ben-torch": TORCH,
    "chloe-loops": LOOPS,
    "dana-wrong-proofs": WRONG_PROOFS,
    "emil-forgets-the-entropy": FORGETS_THE_ENTROPY,
    "fay-turns-the-kl-round": TURNS_THE_KL_ROUND,
    "hana-half-done": HALF_DONE,
    "ivo-blank": {},
    "jo-crashes": CRASHES,
}

if __name__ == "__main__":
    hand_in(UNIT, CLASS)
