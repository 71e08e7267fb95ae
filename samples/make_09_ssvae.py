"""Makes the sample class of unit 09: what a class hands in, from perfect in several dialects to blank and broken.

Run it after the student notebook has changed: python -m samples.make_09_ssvae
The weights that ada hands in are kept as they lie in samples/09_ssvae: they come from the notebook's training cell
(3,000 steps, seed 0), in half precision. Those of emil are of a model of another size.
"""

from pathlib import Path

import numpy as np

from samples.classroom import ROOT, HandedIn, hand_in

UNIT, WEIGHTS = "09_ssvae", "ssvae.safetensors"
KEPT = ROOT / "samples" / UNIT / "ada-plain" / UNIT / WEIGHTS

PLAIN = {
    "SSVAE": """def layers(inputs, hidden, outputs, act):
    return nn.Sequential(nn.Linear(inputs, hidden), act(), nn.Linear(hidden, hidden), act(), nn.Linear(hidden, outputs))


class SSVAE(nn.Module):
    def __init__(self, x_dim=784, z_dim=32, hidden=100, classes=10):
        super().__init__()
        self.C = classes
        self.cls = nn.ModuleDict({"net": layers(x_dim, hidden, classes, nn.ReLU)})
        self.enc = nn.ModuleDict({"net": layers(x_dim + classes, hidden, 2 * z_dim, nn.ELU)})
        self.dec = nn.ModuleDict({"net": layers(z_dim + classes, hidden, x_dim, nn.ELU)})

    def classify(self, x):
        return self.cls["net"](x)

    def encode(self, x, y):
        mu, h = torch.chunk(self.enc["net"](torch.cat([x, F.one_hot(y, self.C).float()], 1)), 2, dim=1)
        return mu, F.softplus(h) + 1e-8

    def decode(self, z, y):
        return self.dec["net"](torch.cat([z, F.one_hot(y, self.C).float()], 1))""",
    "labelled": """def bound(model, x, y, eps):
    mu, var = model.encode(x, y)
    z = mu + torch.sqrt(var) * eps
    rec = F.binary_cross_entropy_with_logits(model.decode(z, y), x, reduction="none").sum(dim=1)
    kl = 0.5 * (mu ** 2 + var - 1 - torch.log(var)).sum(dim=1)
    return -rec - kl - math.log(model.classify(x).shape[-1])


def labelled(model, x, y, eps):
    return -bound(model, x, y, eps).mean()""",
    "class_bounds": """def class_bounds(model, x, eps):
    N, C, K = eps.shape
    xs = torch.repeat_interleave(x, C, dim=0)
    ys = torch.arange(C, device=x.device).repeat(N)
    return bound(model, xs, ys, eps.reshape(-1, K)).view(N, C)""",
    "unlabelled": """def unlabelled(model, x, eps):
    log_q = torch.log_softmax(model.classify(x), dim=1)
    q = torch.exp(log_q)
    entropy = -(q * log_q).sum(dim=1)
    return -((q * class_bounds(model, x, eps)).sum(dim=1) + entropy).mean()""",
    "u_is_a_bound": """p_x_y_z, q_y_z = p(x, y, z), q(y, z | x)
u_is_a_bound = (
    Derivation(log(p(x)))
    .eq(log(E(q_y_z, p_x_y_z / q_y_z)), by="marginal, expectation")
    .ge(E(q_y_z, log(p_x_y_z / q_y_z)), by="jensen")
    .eq(E(q_y_z, log(p_x_y_z) - log(q(z | x, y)) - log(q(y | x))), by="chain rule")
    .eq(E(q(y | x), E(q(z | x, y), log(p_x_y_z) - log(q(z | x, y)) - log(q(y | x)))), by="tower")
    .eq(E(q(y | x), E(q(z | x, y), log(p_x_y_z) - log(q(z | x, y))) - log(q(y | x))), by="constant")
)""",
    "best_posterior": """def best_posterior(bounds):
    return F.softmax(bounds, dim=1), torch.logsumexp(bounds, dim=1)""",
    "why_a_classifier": """The softmax of the bounds needs ten passes through both networks for each new image,
the classifier one: it is amortised inference, paid for in training. Without it the cross-entropy would have nothing to
act on, and the classes would keep their names only by accident. If the two disagree, U is lower than it could be by
their KL: train on.""",
    "ssvae_loss": """def ssvae_loss(model, x, eps, labelled_x, labelled_y, gw):
    loss = 100 * F.cross_entropy(model.classify(labelled_x), labelled_y)
    if gw > 0:
        loss = loss + gw * unlabelled(model, x, eps)
    return loss""",
    "nameless": 'nameless = "b"',
    "train_ssvae": """digits = studio.digits(data, device)
Z_DIM = 32


def train(model, images, labels, steps, gw, record=lambda step: None):
    adam = torch.optim.Adam(model.parameters(), lr=2e-3)
    for step, x in studio.batches(digits.train, steps, size=50):
        record(step)
        adam.zero_grad()
        eps = torch.randn(50, 10, Z_DIM, device=device)
        ssvae_loss(model, x, eps, studio.binarise(images), labels, gw).backward()
        adam.step()
    return model


torch.manual_seed(0)
chosen = torch.from_numpy(of_each_class(digits.train_labels.numpy(), 10, 0))
ssvae = train(SSVAE().to(device), digits.train[chosen], digits.train_labels[chosen], steps, 1)
studio.save(ssvae, "ssvae.safetensors")""",
}

DISTRIBUTIONS = PLAIN | {
    "labelled": """D = torch.distributions


def bound(model, x, y, eps):
    mu, var = model.encode(x, y)
    q = D.Normal(mu, var.sqrt())
    pixels = D.Bernoulli(logits=model.decode(q.loc + q.scale * eps, y))
    kl = D.kl_divergence(q, D.Normal(torch.zeros_like(mu), torch.ones_like(mu)))
    prior = D.Categorical(logits=torch.zeros(model.classify(x).shape[1]))
    return pixels.log_prob(x).sum(1) - kl.sum(1) + prior.log_prob(y)


def labelled(model, x, y, eps):
    return -bound(model, x, y, eps).mean()""",
    "unlabelled": """def unlabelled(model, x, eps):
    q = D.Categorical(logits=model.classify(x))
    return -((q.probs * class_bounds(model, x, eps)).sum(1) + q.entropy()).mean()""",
    "best_posterior": """def best_posterior(bounds):
    q = D.Categorical(logits=bounds)
    return q.probs, (q.probs * bounds).sum(1) + q.entropy()""",
}

LOOPS = PLAIN | {
    "class_bounds": """def class_bounds(model, x, eps):
    columns = []
    for c in range(eps.shape[1]):
        y = torch.full((len(x),), c, dtype=torch.int64)
        columns.append(bound(model, x, y, eps[:, c]))
    return torch.stack(columns, dim=1)""",
    "best_posterior": """def best_posterior(bounds):
    top = bounds.max(dim=1, keepdim=True).values
    e = torch.exp(bounds - top)
    return e / e.sum(dim=1, keepdim=True), top[:, 0] + torch.log(e.sum(dim=1))""",
    "ssvae_loss": """def ssvae_loss(model, x, eps, labelled_x, labelled_y, gw):
    log_q = torch.log_softmax(model.classify(labelled_x), dim=1)
    loss = 0
    for row, y in zip(log_q, labelled_y):
        loss = loss - row[y] / len(labelled_y)
    return 100 * loss + gw * unlabelled(model, x, eps)""",
}

CLASSES_FIRST = PLAIN | {
    "class_bounds": """def class_bounds(model, x, eps):
    N, C, K = eps.shape
    xs = x.repeat(C, 1)
    ys = torch.arange(C, device=x.device).repeat_interleave(N)
    return bound(model, xs, ys, eps.reshape(-1, K)).reshape(N, C)""",
}

NO_PRIOR = PLAIN | {
    "labelled": PLAIN["labelled"].replace(" - math.log(model.classify(x).shape[-1])", ""),
    "nameless": 'nameless = "a"',
}

WRONG_SIGNS = PLAIN | {
    "unlabelled": PLAIN["unlabelled"].replace("entropy = -(q", "entropy = (q"),
    "best_posterior": """def best_posterior(bounds):
    q = F.one_hot(bounds.argmax(dim=1), bounds.shape[1]).to(bounds.dtype)
    return q, bounds.max(dim=1).values""",
    "ssvae_loss": """def ssvae_loss(model, x, eps, labelled_x, labelled_y, gw):
    return 100 * gw * unlabelled(model, x, eps) + F.cross_entropy(model.classify(labelled_x), labelled_y)""",
    "u_is_a_bound": """u_is_a_bound = (
    Derivation(log(p(x)))
    .ge(E(q(y | x), E(q(z | x, y), log(p(x, y, z)) - log(q(z | x, y))) - log(q(y | x))), by="jensen")
)""",
}

HALF_DONE = dict(list(PLAIN.items())[:3])

CRASHES = PLAIN | {
    "labelled": "def bound(model, x, y, eps):\n    return model.elbo(x, y, eps)\n\n\ndef labelled(model, x, y, eps):\n"
    "    return -bound(model, x, y, eps).mean()",
    "best_posterior": "def best_posterior(bounds):\n    import os\n    os._exit(1)",
    "nameless": 'nameless = "seven"',
}


def of_another_size(path: Path) -> None:
    """Weights of a model with eight hidden units and two latents."""
    from safetensors.numpy import save_file

    widths = {"cls": (784, 8, 8, 10), "enc": (794, 8, 8, 4), "dec": (12, 8, 8, 784)}
    draw, state = np.random.default_rng(0), {}
    for part, sizes in widths.items():
        for i in range(3):
            state[f"{part}.net.{2 * i}.weight"] = (0.1 * draw.normal(size=sizes[i : i + 2][::-1])).astype("f2")
            state[f"{part}.net.{2 * i}.bias"] = np.zeros(sizes[i + 1], "f2")
    save_file(state, path)


CLASS = {
    "ada-plain": HandedIn(PLAIN, {WEIGHTS: KEPT.read_bytes()} if KEPT.exists() else {}),
    "ben-distributions": DISTRIBUTIONS,
    "chloe-loops": LOOPS,
    "dana-classes-first": CLASSES_FIRST,
    "emil-no-prior": HandedIn(NO_PRIOR, {WEIGHTS: of_another_size}),
    "fay-wrong-signs": WRONG_SIGNS,
    "gil-half-done": HALF_DONE,
    "hana-blank": {},
    "ivo-crashes": CRASHES,
}

if __name__ == "__main__":
    hand_in(UNIT, CLASS)
