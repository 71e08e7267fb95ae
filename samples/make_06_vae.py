"""Makes the sample class of unit 06: what a class hands in, from perfect in several dialects to blank and broken.

Run it after the student notebook has changed: python -m samples.make_06_vae
It fills a copy of course/06_vae for each student, puts the weights of the one who trained beside it (in half precision;
the kept file is copied, and trained anew where there is none), and writes nothing else.
"""

from samples.classroom import Answers, HandedIn, hand_in
from samples.vae_weights import TRAINED, UNIT, WEIGHTS, save_weights


def network(first: str, last: str, nonlinearity: str = "nn.ELU()") -> str:
    """The lines of a network, from so many inputs to so many outputs."""
    return f"""        self.net = nn.Sequential(
            nn.Linear({first}, hidden), {nonlinearity},
            nn.Linear(hidden, hidden), {nonlinearity},
            nn.Linear(hidden, {last}))"""


def encoder(second: str, nonlinearity: str = "nn.ELU()") -> str:
    return f"""class Encoder(nn.Module):
    def __init__(self, x_dim=784, z_dim=10, hidden=300):
        super().__init__()
{network("x_dim", "2 * z_dim", nonlinearity)}

    def forward(self, x):
        mu, h = torch.chunk(self.net(x), 2, dim=1)
        return mu, {second}"""


def decoder(result: str) -> str:
    return f"""class Decoder(nn.Module):
    def __init__(self, z_dim=10, x_dim=784, hidden=300):
        super().__init__()
{network("z_dim", "x_dim")}

    def forward(self, z):
        return {result}"""


TRAINING = f"""model = VAE().to(device)


def rows():
    return [digits.test[:8] / 255, torch.sigmoid(model.decode(model.encode(digits.test[:8] / 255)[0]))]


optimiser = torch.optim.Adam(model.parameters(), lr=1e-3)
live = studio.Live(steps, rows)
for step, x in studio.batches(digits.train, steps):
    n, k, r = train_step(model, optimiser, x, torch.randn(len(x), 10, device=device))
    live(step, nelbo=n, kl=k, reconstruction=r)
studio.save(model, "{WEIGHTS}")"""

PYTORCH = {
    "binarise": "def binarise(pixels, u):\n    return (u < pixels / 255).float()",
    "sample": "def sample(mu, var, eps):\n    return mu + torch.sqrt(var) * eps",
    "bernoulli_log_likelihood": """def bernoulli_log_likelihood(x, logits):
    return torch.distributions.Bernoulli(logits=logits).log_prob(x).sum(-1)""",
    "kl": "def kl(mu, var):\n    return -0.5 * torch.sum(1 + torch.log(var) - mu**2 - var, dim=1)",
    "Encoder": encoder("F.softplus(h) + 1e-8"),
    "Decoder": decoder("self.net(z)"),
    "VAE": """class VAE(nn.Module):
    def __init__(self, z_dim=10, x_dim=784, hidden=300):
        super().__init__()
        self.enc = Encoder(x_dim, z_dim, hidden)
        self.dec = Decoder(z_dim, x_dim, hidden)

    def encode(self, x):
        return self.enc(x)

    def decode(self, z):
        return self.dec(z)""",
    "negative_elbo": """def negative_elbo(model, x, eps):
    mu, var = model.encode(x)
    logits = model.decode(sample(mu, var, eps))
    k = kl(mu, var).mean()
    rec = -bernoulli_log_likelihood(x, logits).mean()
    return k + rec, k, rec""",
    "train_step": """def train_step(model, optimiser, x, eps, beta=1.0):
    optimiser.zero_grad()
    nelbo, k, rec = negative_elbo(model, x, eps)
    loss = rec + beta * k
    loss.backward()
    optimiser.step()
    return nelbo.item(), k.item(), rec.item()""",
    "train_vae": TRAINING,
    "bits_per_pixel": "def bits_per_pixel(nelbo, pixels=784):\n    return nelbo / np.log(2) / pixels",
    "nelbo_without_latents": """def nelbo_without_latents(x):
    p = x.mean(0)
    return -(torch.xlogy(p, p) + torch.xlogy(1 - p, 1 - p)).sum().item()""",
    "active_units": "def active_units(mu):\n    return int((mu.var(dim=0) > 0.01).sum())",
    "improve_q": """def improve_q(model, x, mu, var, eps, lr):
    mu = mu.clone().requires_grad_(True)
    log_var = torch.log(var).requires_grad_(True)
    z = mu + torch.exp(log_var / 2) * eps
    loss = (kl(mu, log_var.exp()) - bernoulli_log_likelihood(x, model.decode(z))).sum()
    g_mu, g_log_var = torch.autograd.grad(loss, (mu, log_var))
    return (mu - lr * g_mu).detach(), torch.exp(log_var - lr * g_log_var).detach()""",
    "kl_split": """def kl_split(mu, var, z):
    def log_normal(z, mu, var):
        return -0.5 * (np.log(2 * np.pi) + torch.log(var) + (z - mu) ** 2 / var).sum(-1)

    log_q = log_normal(z[:, None, :], mu[None, :, :], var[None, :, :])
    log_qz = torch.logsumexp(log_q, dim=1) - np.log(len(z))
    log_pz = log_normal(z, torch.zeros_like(z), torch.ones_like(z))
    return (torch.diagonal(log_q) - log_qz).mean().item(), (log_qz - log_pz).mean().item()""",
    "rate_and_distortion": """The model with β = 1 has the lowest NELBO since that is what it was trained for. Below 1
the reconstructions get sharper and the samples worse: the codes are no longer where the prior is. Above 1 units switch
off until the decoder only knows the mean digit. Disentangling would mean one factor to a latent; to see it one has to
move one latent at a time.""",
    "what_beta_buys": 'what_beta_buys = "c"',
    "maximum_of_the_bound": 'maximum_of_the_bound = "b"',
    "better_sampler": 'better_sampler = "d"',
}

BY_HAND = PYTORCH | {
    "bernoulli_log_likelihood": """def bernoulli_log_likelihood(x, logits):
    return (x * logits - torch.log1p(torch.exp(-logits.abs())) - logits.clamp(min=0)).sum(dim=1)""",
    "kl": """def kl(mu, var):
    each = [(mu[:, k] ** 2 + var[:, k] - 1 - torch.log(var[:, k])) / 2 for k in range(mu.shape[1])]
    return sum(each)""",
    "Encoder": encoder("torch.logaddexp(h, torch.zeros_like(h)) + 1e-8"),
    "nelbo_without_latents": """def nelbo_without_latents(x):
    total = 0.0
    for column in x.numpy().T:
        p = float(column.mean(dtype=float))
        total -= sum(q * np.log(q) for q in (p, 1 - p) if q > 0)
    return total""",
    "kl_split": """def kl_split(mu, var, z):
    I = marginal = 0.0
    for n in range(len(z)):
        logs = torch.distributions.Normal(mu, var**0.5).log_prob(z[n]).sum(1)
        mixed = torch.logsumexp(logs, 0) - np.log(len(mu))
        I += float(logs[n] - mixed) / len(z)
        marginal += float(mixed - torch.distributions.Normal(0.0, 1.0).log_prob(z[n]).sum()) / len(z)
    return I, marginal""",
}

DISTRIBUTIONS = PYTORCH | {
    "sample": """def sample(mu, var, eps):
    q = torch.distributions.Normal(mu, var**0.5)
    return q.mean + q.stddev * eps""",
    "kl": """def kl(mu, var):
    q = torch.distributions.Normal(mu, var.sqrt())
    return torch.distributions.kl_divergence(q, torch.distributions.Normal(0.0, 1.0)).sum(-1)""",
    "negative_elbo": """def negative_elbo(model, x, eps):
    mu, var = model.encode(x)
    logits = model.decode(mu + var.sqrt() * eps)
    rec = F.binary_cross_entropy_with_logits(logits, x, reduction="sum") / len(x)
    k = kl(mu, var).sum() / len(x)
    return rec + k, k, rec""",
}

MEANS_FOR_SUMS = PYTORCH | {
    "bernoulli_log_likelihood": """def bernoulli_log_likelihood(x, logits):
    return -F.binary_cross_entropy_with_logits(logits, x, reduction="none").mean(dim=1)""",
    "kl": "def kl(mu, var):\n    return (0.5 * (mu**2 + var - 1 - torch.log(var))).mean(dim=1)",
    "nelbo_without_latents": """def nelbo_without_latents(x):
    p = x.mean(0)
    return -(torch.xlogy(p, p) + torch.xlogy(1 - p, 1 - p)).mean().item()""",
    "what_beta_buys": 'what_beta_buys = "e"',
}

AS_BEFORE = PYTORCH | {
    "sample": "def sample(mu, var, eps):\n    return mu + torch.exp(var / 2) * eps",
    "kl": "def kl(mu, var):\n    return 0.5 * (mu**2 + torch.exp(var) - 1 - var).sum(-1)",
    "Encoder": encoder("torch.exp(h)"),
    "negative_elbo": """def negative_elbo(model, x, eps):
    mu, var = model.encode(x)
    k = kl(mu, var).mean()
    rec = bernoulli_log_likelihood(x, model.decode(sample(mu, var, eps))).mean()
    return k - rec, k, rec""",
    "maximum_of_the_bound": 'maximum_of_the_bound = "a"',
}

SIGMOIDS = PYTORCH | {
    "binarise": "def binarise(pixels, u):\n    return pixels / 255",
    "bernoulli_log_likelihood": """def bernoulli_log_likelihood(x, logits):
    p = torch.sigmoid(logits).clamp(1e-7, 1 - 1e-7)
    return (x * torch.log(p) + (1 - x) * torch.log(1 - p)).sum(-1)""",
    "Decoder": decoder("torch.sigmoid(self.net(z))"),
    "better_sampler": 'better_sampler = "c"',
}

DOES_NOT_TRAIN = {name: answer for name, answer in PYTORCH.items() if name != "rate_and_distortion"} | {
    "train_step": """def train_step(model, optimiser, x, eps, beta=1.0):
    nelbo, k, rec = negative_elbo(model, x, eps)
    (rec + beta * k).backward()
    optimiser.step()
    return nelbo.item(), k.item(), rec.item()""",
    "improve_q": """def improve_q(model, x, mu, var, eps, lr):
    mu = mu.clone().requires_grad_(True)
    log_var = torch.log(var).requires_grad_(True)
    z = mu + torch.exp(log_var / 2) * eps
    loss = (kl(mu, log_var.exp()) - bernoulli_log_likelihood(x, model.decode(z))).mean()
    loss.backward()
    return (mu - lr * mu.grad).detach(), torch.exp(log_var - lr * log_var.grad).detach()""",
}

HALF_DONE = dict(list(PYTORCH.items())[:8])

CRASHES = PYTORCH | {
    "kl": "def kl(mu, var)\n    return mu",
    "active_units": "def active_units(mu):\n    return int(variance(mu) > 0.01)",
    "kl_split": "def kl_split(mu, var, z):\n    import os\n    os._exit(1)",
}


def with_weights(answers: Answers) -> HandedIn:
    return HandedIn(answers, {WEIGHTS: save_weights})


CLASS = {
    TRAINED: with_weights(PYTORCH),
    "ben-by-hand": BY_HAND,
    "chloe-distributions": DISTRIBUTIONS,
    "dana-means-for-sums": MEANS_FOR_SUMS,
    "emil-as-in-unit-05": AS_BEFORE,
    "fay-sigmoids": SIGMOIDS,
    "gil-does-not-train": DOES_NOT_TRAIN,
    "hana-half-done": HALF_DONE,
    "ida-blank": {},
    "ivo-crashes": HandedIn(CRASHES, {WEIGHTS: b"not a safetensors file"}),
}

if __name__ == "__main__":
    hand_in(UNIT, CLASS)
