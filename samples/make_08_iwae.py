"""Makes the sample class of unit 08: what a class hands in, from perfect in several dialects to blank and broken.

Run it after the student notebook has changed: python -m samples.make_08_iwae
The weights that ada hands in are kept as they lie in samples/08_iwae: they come from the notebook's training cell
(2,000 steps, seed 0), in half precision.
"""

from samples.classroom import ROOT, HandedIn, hand_in

UNIT, WEIGHTS = "08_iwae", "iwae.safetensors"
KEPT = ROOT / "samples" / UNIT / "ada-distributions" / UNIT / WEIGHTS

DISTRIBUTIONS = {
    "iwae_bound": """def iwae_bound(log_w):
    return torch.logsumexp(log_w, 0) - math.log(log_w.shape[0])""",
    "iwae_bounds_evidence": """begin = Derivation(log(p(x)), goal=log(p(x)) >= L_m)
iwae_bounds_evidence = (
    begin.eq(log(integral(z, p(x, z))), by="marginal")
    .eq(log(E(q(z | x), w(z))), by="expectation")
    .eq(log(E(SAMPLES, average(i, w(z[i])))), by="identically distributed")
    .ge(E(SAMPLES, log(average(i, w(z[i])))), by="jensen: log is concave")
    .eq(L_m, by="definition")
)
display(iwae_bounds_evidence)""",
    "iwae_beats_elbo": """begin = Derivation(L_m, goal=L_m >= L_1)
iwae_beats_elbo = (
    begin.eq(E(SAMPLES, log(average(i, w(z[i])))), by="definition")
    .ge(E(SAMPLES, average(i, log(w(z[i])))), by="jensen")
    .eq(E(q(z[1] | x), log(w(z[1]))), by="identically distributed")
    .eq(L_1, by="definition")
)
display(iwae_beats_elbo)""",
    "iwae_is_monotone": """begin = Derivation(L_m, goal=L_m >= L_k)
iwae_is_monotone = (
    begin.eq(E(SAMPLES, log(average(i, w(z[i])))), by="definition")
    .eq(E(SAMPLES, log(uniform(S, average(a, w(z[S[a]]))))), by="uniform subset")
    .ge(E(SAMPLES, uniform(S, log(average(a, w(z[S[a]]))))), by="jensen")
    .eq(E(FEWER, log(average(a, w(z[a])))), by="identically distributed")
    .eq(L_k, by="definition")
)
display(iwae_is_monotone)""",
    "log_weights": """def log_weights(model, x, eps):
    mu, var = model.encode(x)
    q_z = Normal(mu, var.sqrt())
    z = q_z.loc + q_z.scale * eps
    p_x = Bernoulli(logits=model.decode(z))
    return p_x.log_prob(x).sum(dim=2) + model.log_prior(z) - q_z.log_prob(z).sum(dim=2)""",
    "effective_sample_size": """def effective_sample_size(log_w):
    return torch.exp(2 * torch.logsumexp(log_w, 0) - torch.logsumexp(2 * log_w, 0))""",
    "relative_variance": """def relative_variance(x, theta, phi):
    b = 2 * (x - theta) + phi
    log_m2 = math.log(theta**2 / (2 * phi * math.sqrt(math.pi))) + b**2 / 4 - x**2 + special.log_ndtr(b / math.sqrt(2))
    return math.exp(log_m2 - 2 * log_evidence(x, theta)) - 1""",
    "iwae_gradient": """def iwae_gradient(x, theta, phi, eps):
    z = eps / phi
    share = torch.softmax(exponential_log_weights(x, theta, phi, eps), dim=0)
    return (share * (1 / theta - z)).sum(0), (share * ((theta - x + z) * z / phi - 1 / phi)).sum(0)""",
    "tighter": 'tighter = "b"',
    "train_iwae": """def negative_iwae(model, x, m=5):
    eps = torch.randn((m, len(x), 10), device=x.device)
    return -torch.mean(iwae_bound(log_weights(model, x, eps)))


on_l5 = trained(negative_iwae, steps)
if on_l5 is not None:
    studio.save(on_l5, "iwae.safetensors")""",
    "pooled_images": """def pooled_images(N, m):
    return torch.arange(N).repeat(m).reshape(N, m)""",
    "telltale": 'telltale = "c"',
    "repaired_bound": """def repaired_bound(log_w, m):
    return torch.logsumexp(log_w.reshape(m, -1), dim=0) - math.log(m)""",
    "what_the_figures_say": """A row of your table holds m weights that are neighbours in the list; they belong to m
different images, one sample of each: the batch is repeated as a whole. With m = 1 that does no harm. The mean over
images is ruled by the easiest of them; with m = 100 each row has all of them, so it falls no further. Shuffle your
images and your 78.6 will change: but the likelihood of an image doesn't know which images stand beside it.""",
}

FORMULAS = DISTRIBUTIONS | {
    "iwae_bound": """def iwae_bound(log_w):
    best = log_w.max(dim=0, keepdim=True).values
    return (best + (log_w - best).exp().mean(dim=0, keepdim=True).log())[0]""",
    "log_weights": """def log_weights(model, x, eps):
    mu, var = model.encode(x)
    z = mu + torch.sqrt(var) * eps
    logits = model.decode(z)
    reconstruction = (x * logits - torch.nn.functional.softplus(logits)).sum(-1)
    minus_log_q = 0.5 * (math.log(2 * math.pi) + torch.log(var) + eps**2).sum(-1)
    return reconstruction + model.log_prior(z) + minus_log_q""",
    "effective_sample_size": """def effective_sample_size(log_w):
    w = torch.exp(log_w - log_w.max(dim=0).values)
    return w.sum(0) ** 2 / (w**2).sum(0)""",
    "pooled_images": """def pooled_images(N, m):
    return [[(i * m + s) % N for s in range(m)] for i in range(N)]""",
}

LOOPS = DISTRIBUTIONS | {
    "iwae_bound": """def iwae_bound(log_w):
    m, N = log_w.shape
    return torch.stack([torch.logsumexp(log_w[:, n], dim=0) for n in range(N)]) - math.log(m)""",
    "log_weights": """def log_weights(model, x, eps):
    mu, var = model.encode(x)
    rows = []
    for noise in eps:
        z = mu + var.sqrt() * noise
        log_x = Bernoulli(logits=model.decode(z)).log_prob(x).sum(1)
        rows.append(log_x + model.log_prior(z) - Normal(mu, var.sqrt()).log_prob(z).sum(1))
    return torch.stack(rows)""",
    "iwae_gradient": """def iwae_gradient(x, theta, phi, eps):
    slopes = []
    for column in eps.T:
        rates = torch.tensor([theta, phi], dtype=eps.dtype, requires_grad=True)
        log_w = exponential_log_weights(x, rates[0], rates[1], column)
        slopes.append(torch.autograd.grad(torch.logsumexp(log_w, 0), rates)[0])
    slopes = torch.stack(slopes)
    return slopes[:, 0], slopes[:, 1]""",
    "repaired_bound": """def repaired_bound(log_w, m):
    N = len(log_w) // m
    return torch.stack([torch.logsumexp(log_w[n::N], dim=0) for n in range(N)]) - math.log(m)""",
}

MEAN_OF_LOGS = DISTRIBUTIONS | {
    "iwae_bound": "def iwae_bound(log_w):\n    return log_w.mean(dim=0)",
    "iwae_beats_elbo": """begin = Derivation(L_m, goal=L_m >= L_1)
iwae_beats_elbo = (
    begin.eq(E(SAMPLES, log(average(i, w(z[i])))), by="definition")
    .eq(E(SAMPLES, average(i, log(w(z[i])))), by="linearity")
    .eq(L_1, by="identically distributed, definition")
)
display(iwae_beats_elbo)""",
    "relative_variance": """def relative_variance(x, theta, phi):
    b = 2 * (x - theta) + phi
    log_m2 = math.log(theta**2 / (2 * phi * math.sqrt(math.pi))) + b**2 / 4 - x**2 + special.log_ndtr(b / math.sqrt(2))
    return math.exp(log_m2 - 2 * log_evidence(x, theta))""",
    "tighter": 'tighter = "a"',
    "telltale": 'telltale = "b"',
}

AS_PUBLISHED = DISTRIBUTIONS | {
    "log_weights": """def log_weights(model, x, eps):
    m, N, K = eps.shape
    mu, var = (each.repeat(m, 1) for each in model.encode(x))
    z = mu + var.sqrt() * eps.reshape(m * N, K)
    log_x = Bernoulli(logits=model.decode(z)).log_prob(x.repeat(m, 1)).sum(1)
    log_w = log_x + model.log_prior(z) - Normal(mu, var.sqrt()).log_prob(z).sum(1)
    return log_w.reshape(N, m).T""",
    "pooled_images": "def pooled_images(N, m):\n    return torch.arange(N)[:, None].repeat(1, m)",
    "telltale": 'telltale = "a"',
    "repaired_bound": """def repaired_bound(log_w, m):
    return torch.logsumexp(log_w.reshape(-1, m), dim=1) - math.log(m)""",
    "what_the_figures_say": "I get 75.1, 40.5 and 39.8, which is close to yours.",
}

WRONG_AXIS = DISTRIBUTIONS | {
    "iwae_bound": """def iwae_bound(log_w):
    return torch.logsumexp(log_w, dim=1) - math.log(log_w.shape[1])""",
    "log_weights": """def log_weights(model, x, eps):
    mu, var = model.encode(x)
    z = mu + var.sqrt() * eps
    log_x = Bernoulli(logits=model.decode(z)).log_prob(x).sum(-1)
    return log_x - Normal(mu, var.sqrt()).log_prob(z).sum(-1)""",
    "effective_sample_size": """def effective_sample_size(log_w):
    w = torch.exp(log_w)
    return w.sum(0) ** 2 / (w**2).sum(0)""",
}

HALF_DONE = dict(list(DISTRIBUTIONS.items())[:6])

CRASHES = DISTRIBUTIONS | {
    "iwae_bound": "def iwae_bound(log_w)\n    return log_w",
    "log_weights": "def log_weights(model, x, eps):\n    return likelihood(x) + prior(z)",
    "pooled_images": "def pooled_images(N, m):\n    import os\n    os._exit(1)",
}

CLASS = {
    "ada-distributions": HandedIn(DISTRIBUTIONS, {WEIGHTS: KEPT.read_bytes()} if KEPT.is_file() else {}),
    "ben-formulas": FORMULAS,
    "chloe-loops": LOOPS,
    "dana-mean-of-logs": MEAN_OF_LOGS,
    "emil-as-published": AS_PUBLISHED,
    "fay-wrong-axis": WRONG_AXIS,
    "gil-half-done": HALF_DONE,
    "hana-blank": {},
    "ivo-crashes": CRASHES,
}

if __name__ == "__main__":
    hand_in(UNIT, CLASS)
