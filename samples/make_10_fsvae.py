"""Makes the sample class of unit 10: what a class hands in, from perfect in several dialects to blank and broken.

Run it after the student notebook has changed: python -m samples.make_10_fsvae
The weights that ada hands in are kept as they lie in samples/10_fsvae: they come from the notebook's training cell
(1,500 steps, seed 0), in half precision.
"""

from samples.classroom import ROOT, HandedIn, hand_in

UNIT, WEIGHTS = "10_fsvae", "fsvae.safetensors"
KEPT = ROOT / "samples" / UNIT / "ada-torch" / UNIT / WEIGHTS

BOUND = """goal = log(p(x | y)) >= E(q(z | x & y), log(p(x | y & z))) - KL(q(z | x & y), p(z))
begin = Derivation(log(p(x | y)), goal=goal)
Q = q(z | x & y)
conditional_bound = (
    begin.eq(log(integral(z, p(x, z | y))), by="marginal")
    .eq(log(integral(z, Q * (p(x, z | y) / Q))), by="algebra")
    .eq(log(E(Q, p(x, z | y) / Q)), by="expectation")
    .ge(E(Q, log(p(x, z | y) / Q)), by="jensen")
    .ge(E(Q, log(p(x | y & z) * p(z | y) / Q)), by="chain rule")
    .ge(E(Q, log(p(x | y & z)) + log(p(z) / Q)), by="independence")
    .ge(E(Q, log(p(x | y & z))) - E(Q, log(Q / p(z))), by="linearity")
    .ge(E(Q, log(p(x | y & z))) - KL(Q, p(z)), by="definition")
)"""
OVER_THE_PRIOR = """goal = log(p(x | y)) >= E(p(z), log(p(x | y & z)))
begin = Derivation(log(p(x | y)), goal=goal)
bound_over_the_prior = (
    begin.eq(log(integral(z, p(x, z | y))), by="marginal")
    .eq(log(integral(z, p(z) * p(x | y & z))), by="chain rule, independence")
    .eq(log(E(p(z), p(x | y & z))), by="expectation")
    .ge(E(p(z), log(p(x | y & z))), by="jensen")
)"""

TORCH = {
    "conditional_bound": BOUND,
    "bound_over_the_prior": OVER_THE_PRIOR,
    "prior_bound": """def prior_bound(x, theta):
    x, theta = np.asarray(x, dtype=float), np.asarray(theta, dtype=float)
    if (theta <= 0).any():
        raise ValueError("theta")
    return -np.log(2 * np.pi) / 2 - x**2 / 2 + x / theta - 1 / theta**2""",
    "blind_decoder": 'blind_decoder = "d"',
    "with_label": """def with_label(features, y, classes):
    indicators = torch.nn.functional.one_hot(y, classes)
    return torch.cat([features, indicators.to(features.dtype)], dim=1)""",
    "gaussian_log_likelihood": """def gaussian_log_likelihood(x, mean, var):
    var = var.expand_as(mean)
    return -0.5 * (torch.log(2 * math.pi * var) + (x - mean) ** 2 / var).sum(dim=1)""",
    "FSVAE": """class FSVAE(nn.Module):
    def __init__(self, z_dim, x_dim, hidden, classes):
        super().__init__()
        self.classes = classes
        self.enc = Network(x_dim + classes, hidden, 2 * z_dim)
        self.dec = Network(z_dim + classes, hidden, x_dim)
        self.log_sigma2 = nn.Parameter(torch.tensor(0.1).log())

    def encode(self, x, y):
        mu, h = torch.chunk(self.enc(with_label(x, y, self.classes)), 2, dim=1)
        return mu, F.softplus(h) + 1e-8

    def decode(self, z, y):
        return self.dec(with_label(z, y, self.classes))

    def variance(self):
        return self.log_sigma2.exp() + ROUNDING""",
    "negative_elbo": """def negative_elbo(model, x, y, eps):
    mu, var = model.encode(x, y)
    mean = model.decode(mu + var.sqrt() * eps, y)
    rec = -gaussian_log_likelihood(x, mean, model.variance()).mean()
    kl = 0.5 * torch.sum(mu**2 + var - 1 - var.log(), dim=1).mean()
    return kl + rec, kl, rec""",
    "best_variance": """def best_variance(model, x, y, eps):
    mu, var = model.encode(x, y)
    return torch.mean((x - model.decode(mu + var.sqrt() * eps, y)) ** 2)""",
    "train_fsvae": """Z_DIM, HIDDEN, CLASSES = 10, 200, 10


def train(model, labels, learn_variance=False):
    model.log_sigma2.requires_grad_(learn_variance)
    adam = torch.optim.Adam([p for p in model.parameters() if p.requires_grad], lr=2e-3)
    cosine = torch.optim.lr_scheduler.CosineAnnealingLR(adam, steps)
    for step, x, y in studio.batches(train_images, steps, labels=labels, binary=False):
        adam.zero_grad()
        negative_elbo(model, x, y, torch.randn(len(x), Z_DIM, device=device))[0].backward()
        adam.step()
        cosine.step()
    return model


def fresh():
    torch.manual_seed(0)
    return FSVAE(Z_DIM, train_images.shape[1], HIDDEN, CLASSES).to(device)


fsvae = train(fresh(), train_labels)
studio.save(fsvae, "fsvae.safetensors")""",
    "swap": """def swap(model, x, y, wanted, eps):
    mu, var = model.encode(x, y)
    return model.decode(mu + var.sqrt() * eps, wanted)""",
    "style_grid": """def style_grid(model, z, classes):
    return torch.stack([model.decode(row.repeat(classes, 1), torch.arange(classes)) for row in z])""",
    "interpolate": """def interpolate(model, z_a, z_b, y, steps):
    w = torch.linspace(0, 1, steps)[:, None]
    return model.decode(z_a + w * (z_b - z_a), torch.full((steps,), y))""",
    "probe": """def probe(features, labels, others, their_labels):
    A = torch.cat([features.double(), torch.ones(len(features), 1)], dim=1)
    B = torch.cat([others.double(), torch.ones(len(others), 1)], dim=1)
    W = torch.linalg.lstsq(A, F.one_hot(labels).double()).solution
    a = float(((B @ W).argmax(dim=1) == their_labels).double().mean())
    return a, math.sqrt(a * (1 - a) / len(others))""",
    "leak": 'leak = "c"',
    "learnt_variance": """The normaliser falls with the variance, so the bound falls by a thousand nats; as a density
that model is better, as a swapper it isn't. Errors cost more, so it buys more nats of z, and the strokes of the digit
come along. I would choose the variance on held-out pictures by the probe and the reader.""",
}

DISTRIBUTIONS = TORCH | {
    "with_label": """def with_label(features, y, classes):
    return torch.hstack([features, torch.eye(classes, dtype=features.dtype)[y]])""",
    "gaussian_log_likelihood": """def gaussian_log_likelihood(x, mean, var):
    return torch.distributions.Normal(mean, var.sqrt()).log_prob(x).sum(-1)""",
    "negative_elbo": """def negative_elbo(model, x, y, eps):
    from torch.distributions import Normal, kl_divergence
    mu, var = model.encode(x, y)
    kl = kl_divergence(Normal(mu, var.sqrt()), Normal(0.0, 1.0)).sum(-1).mean()
    decoded = Normal(model.decode(mu + var.sqrt() * eps, y), model.variance().sqrt())
    rec = -decoded.log_prob(x).sum(-1).mean()
    return kl + rec, kl, rec""",
    "style_grid": """def style_grid(model, z, classes):
    R = len(z)
    images = model.decode(z.repeat_interleave(classes, dim=0), torch.arange(classes).repeat(R))
    return images.view(R, classes, -1)""",
}

NUMPY = TORCH | {
    "conditional_bound": """goal = log(p(x | y)) >= E(q(z | x & y), log(p(x | y & z))) - KL(q(z | x & y), p(z))
begin = Derivation(log(p(x | y)), goal=goal)
Q = q(z | x & y)
conditional_bound = (
    begin.eq(log(integral(z, p(x, z | y))), by="marginal")
    .eq(log(integral(z, p(x | y & z) * p(z | y))), by="chain rule")
    .eq(log(integral(z, p(x | y & z) * p(z))), by="independence")
    .eq(log(E(Q, p(x | y & z) * p(z) / Q)), by="expectation")
    .ge(E(Q, log(p(x | y & z) * p(z) / Q)), by="jensen")
    .ge(E(Q, log(p(x | y & z))) - E(Q, log(Q) - log(p(z))), by="linearity")
    .ge(E(Q, log(p(x | y & z))) - KL(Q, p(z)), by="definition")
)""",
    "interpolate": """def interpolate(model, z_a, z_b, y, steps):
    points = [(1 - w) * z_a + w * z_b for w in torch.linspace(0, 1, steps)]
    return torch.stack([model.decode(point[None], torch.tensor([y]))[0] for point in points])""",
    "probe": """def probe(features, labels, others, their_labels):
    features, others = np.asarray(features, dtype=float), np.asarray(others, dtype=float)
    labels, their_labels = np.asarray(labels), np.asarray(their_labels)
    A, B = np.c_[features, np.ones(len(features))], np.c_[others, np.ones(len(others))]
    W = np.linalg.lstsq(A, np.eye(labels.max() + 1)[labels], rcond=None)[0]
    right = (B @ W).argmax(axis=1) == their_labels
    return right.mean(), right.std() / np.sqrt(len(right))""",
}

BLIND_DECODER = TORCH | {
    "FSVAE": TORCH["FSVAE"].replace(
        "self.dec(with_label(z, y, self.classes))", "self.dec(torch.cat([z, z.new_zeros(len(z), self.classes)], dim=1))"
    ),
    "leak": 'leak = "a"',
}

CLASS_MAJOR = TORCH | {
    "with_label": """def with_label(features, y, classes):
    indicators = torch.stack([(y == c).to(features.dtype) for c in range(classes)])
    return torch.cat([features, indicators.reshape(len(y), classes)], dim=1)""",
    "style_grid": """def style_grid(model, z, classes):
    R = len(z)
    images = model.decode(z.repeat(classes, 1), torch.arange(classes).repeat_interleave(R))
    return images.reshape(R, classes, -1)""",
    "swap": """def swap(model, x, y, wanted, eps):
    mu, var = model.encode(x, wanted)
    return model.decode(mu + var.sqrt() * eps, wanted)""",
}

NORMALISER_ONCE = TORCH | {
    "gaussian_log_likelihood": """def gaussian_log_likelihood(x, mean, var):
    return -0.5 * ((x - mean) ** 2 / var).sum(dim=1) - 0.5 * torch.log(2 * math.pi * var)""",
    "negative_elbo": TORCH["negative_elbo"].replace("var.sqrt() * eps", "var * eps"),
    "best_variance": """def best_variance(model, x, y, eps):
    mu, var = model.encode(x, y)
    return ((x - model.decode(mu + var.sqrt() * eps, y)) ** 2).sum(dim=1).mean()""",
}

AS_PUBLISHED = TORCH | {
    "conditional_bound": """begin = Derivation(log(p(x | y)))
conditional_bound = (
    begin.eq(log(E(p(z), p(x | y & z))), by="expectation")
    .ge(E(p(z), log(p(x | y & z))), by="jensen")
)""",
    "prior_bound": """def prior_bound(x, theta):
    if np.any(np.asarray(theta) <= 0):
        raise ValueError("theta")
    return -0.5 * np.log(2 * np.pi) - 0.5 * (x - 1 / theta) ** 2""",
    "blind_decoder": 'blind_decoder = "b"',
    "probe": TORCH["probe"].replace("(B @ W)", "(A @ W)").replace("== their_labels", "== labels"),
}

HALF_DONE = dict(list(TORCH.items())[:8])

CRASHES = TORCH | {
    "prior_bound": "def prior_bound(x, theta)\n    return x",
    "FSVAE": TORCH["FSVAE"].replace("self.log_sigma2 = nn.Parameter(torch.tensor(0.1).log())", "self.beta = beta"),
    "interpolate": "def interpolate(model, z_a, z_b, y, steps):\n    import os\n    os._exit(1)",
}

CLASS = {
    "ada-torch": HandedIn(TORCH, {WEIGHTS: KEPT.read_bytes()}),
    "ben-distributions": DISTRIBUTIONS,
    "chloe-numpy": NUMPY,
    "dana-blind-decoder": BLIND_DECODER,
    "emil-class-major": CLASS_MAJOR,
    "fay-normaliser-once": NORMALISER_ONCE,
    "gil-half-done": HALF_DONE,
    "hana-blank": {},
    "ivo-crashes": CRASHES,
    "jo-as-published": HandedIn(AS_PUBLISHED, {WEIGHTS: b"not a file of weights"}),
}


if __name__ == "__main__":
    hand_in(UNIT, CLASS)
