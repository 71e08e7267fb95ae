# ---
# jupyter:
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # 07 · A prior with clusters
#
# The VAE of unit 06 chose $p(z) = \mathcal N(0, I)$ and never asked whether that is a good prior for digits. Digits
# come in kinds; their codes gather in clusters, with little in between; and the KL charges every code for the distance
# to a round cloud that doesn't look like them. Here the prior becomes a mixture of Gaussians, and is *learnt*.
#
# **What you will be able to do**
#
# - write the log density of a Gaussian and of a mixture so that neither underflows;
# - estimate a KL that has no closed form from one sample, and say why that estimate may be negative, and must be left
#   so;
# - build and train a VAE whose prior has parameters of its own;
# - compare priors fairly: same images, same noise, differences with their standard errors;
# - bound the KL to a mixture without sampling;
# - prove which prior would be the best of all, and say why nobody uses it.
#
# It takes about 90 minutes. You need unit 06 (the VAE), and of unit 02 the KL of two diagonal Gaussians.
#
# | Symbol | Code | Is |
# |---|---|---|
# | $x$, $D$ | `x` (N, D) | a batch of binary images, $D = 784$ |
# | $z$, $K$ | `z` (N, K) | the latents, one row for each image |
# | $q(z\mid x)$ | `mu`, `var` (N, K) | what the encoder says: $\mathcal N(\mu, \operatorname{diag}\mathrm{var})$ |
# | $p(z)$, $k$ | `prior_mu`, `prior_var` (1 or N, k, K) | the prior: a mixture of $k$ Gaussians with equal weights |
# | $\epsilon$ | `eps` (N, K) | standard normal noise: $z = \mu + \sqrt{\mathrm{var}}\,\epsilon$ |
#
# Conventions. Everything is a torch tensor, and keeps its dtype. `var` is a *variance*; it comes from a network as
# $\mathrm{softplus}(h) + 10^{-8}$, as in unit 06. As there, `reconstruction` is $-\mathbb E_q[\log p(x\mid z)]$, a
# cost like the KL, and nelbo = kl + reconstruction. All in nats.
#
# One line decides how large all of this is. As it stands, the notebook takes about two minutes on one processor, on
# 5,000 digits. With `data, device, steps = "full", "cuda", 20_000` it trains on all 60,000, for as long as the
# homework that this unit comes from.

# %%
import math

import torch
from IPython.display import display
from torch import nn
from torch.nn import functional as F

from autograder.derivation import KL, Count, Density, Derivation, E, average, index, log, variables
from elboroom import studio, widgets
from elboroom.checks.gmvae import check
from elboroom.plots import clusters as pictures
from elboroom.plots import gmvae as plots

# %%
data, device, steps = "subset", "cpu", 1500

# %% tags=["run"]
digits = studio.digits(data, device)

# %% [markdown]
# ## A Gaussian, in logs
#
# A diagonal Gaussian in $K$ dimensions is a product of one-dimensional ones, so its log density is a sum:
#
# $$\log\mathcal N(z; \mu, \operatorname{diag}\mathrm{var}) = \sum_{j=1}^K
#   \Big[-\tfrac12\log 2\pi - \tfrac12\log\mathrm{var}_j - \frac{(z_j - \mu_j)^2}{2\,\mathrm{var}_j}\Big].$$
#
# Unit 06 got by without it, since there the KL came in closed form. Now we need the density itself.
#
# *By hand.* $z = (1, 0)$ under $\mu = (0, 0)$, $\mathrm{var} = (1, 4)$. Twice $-\tfrac12\log 2\pi = -0.9189$; the
# second coordinate is wide and pays $-\tfrac12\log 4 = -0.6931$; the first is off by one: $-\tfrac12$. Together
# $-3.0310$.
#
# *Why logs.* Forty standard deviations from the mean the density is $e^{-800}$, and a computer calls that 0. Its log
# is a number like any other.
#
# **Exercise.** The log density, for each row. Allow any leading shape, and let `mu` and `var` broadcast: the next
# exercise will ask for all rows under all components at once.

# %% solution="log_normal"
def log_normal(z, mu, var):
    """log N(z; mu, diag var): (..., K) -> (...)."""
    ### BEGIN SOLUTION
    return -0.5 * (math.log(2 * math.pi) + var.log() + (z - mu) ** 2 / var).sum(-1)
    ### END SOLUTION

# %% check="log_normal" points=2
check("log_normal")

# %% [markdown]
# ## A mixture, in logs
#
# To draw from a mixture with equal weights, choose one of $k$ components, each with probability $1/k$, and draw from
# it. Its density is the mean of the components' densities:
#
# $$p(z) = \frac1k\sum_{c=1}^k \mathcal N(z; \mu_c, \operatorname{diag}\mathrm{var}_c),\qquad
#   \log p(z) = \log\sum_{c=1}^k e^{\,\ell_c} - \log k,\qquad \ell_c = \log\mathcal N(z; \mu_c, \mathrm{var}_c).$$
#
# Three steps, and the order matters: *sum* over the coordinates within a component (they are independent there),
# *mean* over the components of the densities, *log* of that mean.
#
# *By hand.* Two components on the line, $\mathcal N(-1, 1)$ and $\mathcal N(1, 1)$. At $z = 0$ both have the density
# 0.2420, so has their mean, and $\log p(0) = -1.4189$. At $z = 1$ they have 0.0540 and 0.3989; the mean is 0.2265, its
# log $-1.4852$. The mean of the *logs* at $z = 1$ is $-1.9189$: by Jensen it is never larger. It isn't even the log of
# a density: $e^{\text{mean of logs}}$ has the area 0.6065.
#
# *The trick.* $e^{\ell_c}$ underflows where every component is far away, and the log of zero is $-\infty$: one such
# code in a batch, and the gradient is gone. Take the largest term out, $\log\sum_c e^{\ell_c} = m + \log\sum_c
# e^{\ell_c - m}$ with $m = \max_c \ell_c$: now one of the terms is 1. `torch.logsumexp` does that.
#
# **Exercise.** The log density of the mixture. `mu` and `var` have a dimension for the batch in front: 1 when all rows
# share the mixture, N when each row has its own.

# %% solution="log_normal_mixture"
def log_normal_mixture(z, mu, var):
    """The log of the mean over the k components of N(z; mu, diag var).

    z (N, K); mu, var (1 or N, k, K); returns (N,)."""
    ### BEGIN SOLUTION
    table = log_normal(z[:, None], mu, var)  # (N, k)
    return torch.logsumexp(table, dim=1) - math.log(mu.shape[1])
    ### END SOLUTION

# %% check="log_normal_mixture" points=4
check("log_normal_mixture")

# %% [markdown]
# Four components on the line. Make them narrower, then wider. The orange curve is yours. The dotted one is a *single*
# Gaussian with the same mean and variance: whoever averages parameters in place of densities gets something like it,
# and no clusters.

# %% tags=["run"]
widgets.explore(plots.mixture_on_the_line, log_normal_mixture, width=(0.15, 2.0, 0.4))

# %% [markdown]
# ## A KL from one sample
#
# $\mathrm{KL}(q\,\|\,p)$ with a Gaussian $q$ and a mixture $p$ has no closed form: the log of a sum stands under the
# integral. But it is an expectation, and we have a sample of $q$ at hand, the $z$ that goes to the decoder:
#
# $$\mathrm{KL}\big(q(z\mid x)\,\|\,p(z)\big) = \mathbb E_q\big[\log q(z\mid x) - \log p(z)\big]
#   \approx \log q(z\mid x) - \log p(z),\qquad z\sim q(z\mid x).$$
#
# One sample for each image is enough. It is unbiased, and a step of training averages over a hundred images.
#
# *By hand.* $q = \mathcal N(0, 1)$, and the prior has two narrow components, $\mathcal N(\pm1, \tfrac14)$. At $z = 0$:
# $\log q = -0.9189$, $\log p = -2.2258$, and the estimate is $1.3069$. At $z = 1$: $\log q = -1.4189$, $\log p =
# -0.9186$, and the estimate is $-0.5003$. **Negative**, though no KL ever is. Both are estimates of the same number,
# 0.2278.
#
# **Exercise.** The estimate, for each row. `z` is the sample: don't draw another.

# %% solution="kl_to_mixture_monte_carlo"
def kl_to_mixture_monte_carlo(z, mu, var, prior_mu, prior_var):
    """log q(z) - log p(z), one sample of KL(q || p) for each row.

    z, mu, var (N, K), q = N(mu, diag var); prior_mu, prior_var (1 or N, k, K); returns (N,)."""
    ### BEGIN SOLUTION
    return log_normal(z, mu, var) - log_normal_mixture(z, prior_mu, prior_var)
    ### END SOLUTION

# %% check="kl_to_mixture_monte_carlo" points=2
check("kl_to_mixture_monte_carlo")

# %% [markdown]
# The case that you did by hand, with a slider for the components' standard deviation. Left: where the prior is higher
# than $q$, an estimate is negative (shaded). Right: twenty thousand estimates. With a deviation of ½, 46 % of them are
# negative, and their mean is the KL all the same.

# %% tags=["run"]
widgets.explore(plots.estimates, log_normal, log_normal_mixture, kl_to_mixture_monte_carlo, width=(0.2, 1.5, 0.5))

# %% [markdown]
# **Exercise.** Make one. A $q$ on the line, a prior with as many components as you like, and an ordinary sample $z$ of
# $q$ (within two of its standard deviations), for which the estimate is below $-1$, although the KL itself is above ½.

# %% solution="negative_sample"
def negative_sample():
    """(z, mu, var, prior_mu, prior_var): three numbers and two lists of numbers."""
    ### BEGIN SOLUTION
    return 0.0, 0.0, 1.0, [0.0], [0.01]
    ### END SOLUTION

# %% check="negative_sample" points=1
check("negative_sample")

# %% [markdown]
# **Exercise.** In the middle of training you print the KLs of a batch, and some are negative. What to do?
#
# - **a** Look for the bug: a KL is never negative.
# - **b** Replace each by $\max(0, \cdot)$: it removes impossible values, and noise with them.
# - **c** Nothing: their expectation is the KL, and only their average enters the objective.
# - **d** Throw the batch away: with a negative KL the objective isn't a bound on the evidence any more.
# - **e** Normalise the prior: only a $p$ that integrates to more than 1 can be higher than $q$ where $q$ is likely.
#
# Assign the letter to `below_zero`, as in `below_zero = "a"`. It is recorded now and marked in grading.

# %% solution="below_zero"
### BEGIN SOLUTION
below_zero = "c"
### END SOLUTION

# %% check="below_zero" points=1
check("below_zero")

# %% [markdown]
# ## The model
#
# Encoder and decoder are those of unit 06. New is a parameter, `z_pre`, of shape (2k, K): its first k rows are the
# components' means, and its last k rows become their variances. That is all the prior is, $2kK$ numbers, and the same
# gradient that trains the networks moves them. (Encoder and prior now walk towards each other. Before, only one of
# them could.)
#
# **Exercise.** The module. Encoder and decoder are those of unit 06: paste your two classes into the cell. Names and
# shapes are part of the question, so that weights can be exchanged:
#
# - `enc` and `dec`, as in unit 06: their weights are `enc.net.0.weight`, …, `dec.net.4.bias`. (784 → 300 → 300 → 2K
#   and K → 300 → 300 → 784, with an ELU after the first and the second layer.)
# - `z_pre`, an `nn.Parameter` of shape (2k, z_dim).
# - `encode(x)` returns `(mu, var)`, (N, K) each, and `decode(z)` logits, as in unit 06. `prior()` returns `(mu, var)`,
#   (k, K) each: the first k rows of `z_pre`, and softplus of the last k, plus `1e-8`.
#
# How you initialise `z_pre` is up to you; small random numbers will do, but not zeros: components that are exactly
# alike get the same gradient, and stay alike for ever.

# %% solution="GMVAE"
### BEGIN SOLUTION
class Encoder(nn.Module):
    def __init__(self, x_dim=784, z_dim=10, hidden=300):
        super().__init__()
        first, second, last = nn.Linear(x_dim, hidden), nn.Linear(hidden, hidden), nn.Linear(hidden, 2 * z_dim)
        self.net = nn.Sequential(first, nn.ELU(), second, nn.ELU(), last)

    def forward(self, x):
        mu, h = self.net(x).chunk(2, dim=-1)  # (N, K) each
        return mu, F.softplus(h) + 1e-8


class Decoder(nn.Module):
    def __init__(self, z_dim=10, x_dim=784, hidden=300):
        super().__init__()
        first, second, last = nn.Linear(z_dim, hidden), nn.Linear(hidden, hidden), nn.Linear(hidden, x_dim)
        self.net = nn.Sequential(first, nn.ELU(), second, nn.ELU(), last)

    def forward(self, z):
        return self.net(z)  # (N, D)


### END SOLUTION
class GMVAE(nn.Module):
    """A VAE with a mixture prior: p(z) is the mean over k of N(mu_k, diag var_k), learnt."""

    def __init__(self, z_dim=10, x_dim=784, hidden=300, k=100):
        super().__init__()
        ### BEGIN SOLUTION
        self.enc, self.dec = Encoder(x_dim, z_dim, hidden), Decoder(z_dim, x_dim, hidden)
        self.z_pre = nn.Parameter(0.03 * torch.randn(2 * k, z_dim))
        ### END SOLUTION

    def encode(self, x):
        """(mu, var) of q(z|x): (N, D) -> (N, K) each."""
        ### BEGIN SOLUTION
        return self.enc(x)
        ### END SOLUTION

    def decode(self, z):
        """The logits of p(x|z): (N, K) -> (N, D)."""
        ### BEGIN SOLUTION
        return self.dec(z)
        ### END SOLUTION

    def prior(self):
        """(mu, var) of the components: (k, K) each."""
        ### BEGIN SOLUTION
        mu, h = self.z_pre.chunk(2)  # (k, K) each
        return mu, F.softplus(h) + 1e-8
        ### END SOLUTION

# %% check="GMVAE" points=3
check("GMVAE")

# %% [markdown]
# ## The objective
#
# $$-\mathrm{ELBO} = \underbrace{\mathbb E_q\big[\log q(z\mid x) - \log p(z)\big]}_{\text{kl}}
#   + \underbrace{\mathbb E_q\big[-\log p(x\mid z)\big]}_{\text{reconstruction}},$$
#
# with one sample $z = \mu + \sqrt{\mathrm{var}}\,\epsilon$ for both expectations, and the mean over the batch.
#
# *What a sampled KL costs.* Noise in this term: with $p = \mathcal N(0, I)$ the closed form would be known, and one
# sample of it has the right mean but not the right value. (The noise of the *sum* need not grow, as the two terms share
# their $z$; unit 08 measures it.) Here there is no choice. And since the same $z$ goes to prior and decoder, one pass
# through the encoder is enough.
#
# **Exercise.** The three terms. `model.prior()` is (k, K); mind the dimension that the mixture wants in front.

# %% solution="negative_elbo"
def negative_elbo(model, x, eps):
    """(nelbo, kl, reconstruction), tensors without a shape: means over the batch. x (N, D) of 0 and 1, eps (N, K)."""
    ### BEGIN SOLUTION
    mu, var = model.encode(x)
    z = mu + var.sqrt() * eps
    prior_mu, prior_var = model.prior()
    kl = kl_to_mixture_monte_carlo(z, mu, var, prior_mu[None], prior_var[None]).mean()
    logits = model.decode(z)
    reconstruction = F.binary_cross_entropy_with_logits(logits, x, reduction="none").sum(-1).mean()
    return kl + reconstruction, kl, reconstruction
    ### END SOLUTION

# %% check="negative_elbo" points=3
check("negative_elbo")

# %% [markdown]
# ## Training
#
# As in unit 06: draw, step, look. `studio.batches(images, steps)` gives `(step, x)` with x (100, 784), binarised
# afresh; `studio.Live` shows the terms as they fall, and pictures: the decoded means of the first twelve components,
# say. Watch them take sides.
#
# *What can go wrong.* With one learning rate for everything, 1,500 steps on 5,000 digits end at 114.1 nats on test
# digits: no better than with $\mathcal N(0, I)$. Adam moves each number by about the learning rate in a step, however
# small its gradient. With $2\cdot 10^{-3}$, falling to 0, that makes 1.5 in 1,500 steps: far for a weight of a
# network, but the means of the components start at the origin, and the codes lie up to 6 away. So give `z_pre` a rate
# of its own, ten times as large; from the same start that makes 111.0. Adam takes one group of parameters for each
# rate: `torch.optim.Adam([{"params": …, "lr": …}, {"params": …, "lr": …}])`. (The homework has one rate, and 20,000
# steps.)
#
# **Exercise** (training). Write `train`, and train a model with 100 components. The cell saves the weights to
# `gmvae.safetensors`, beside this notebook. **Hand in that file together with the notebook**: grading doesn't train.
# The judge puts your weights into its own model and measures, on the 1,000 embedded test digits, the NELBO (under 140,
# under 120 and under 115.5 nats), and, below 140, what your mixture is worth: by how much the mean KL to it is smaller
# than that to the best single Gaussian for the same codes. Half a nat is asked for. Ours reaches 111.0 nats in 1,500
# steps. Any step size, schedule or number of steps will do.

# %% solution="train_gmvae" tags=["run"]
def train(model, steps):
    """Trains `model` for so many steps, on batches of a hundred training digits, and returns it."""
    ### BEGIN SOLUTION
    networks = [*model.enc.parameters(), *model.dec.parameters()]
    optimiser = torch.optim.Adam([{"params": networks, "lr": 2e-3}, {"params": [model.z_pre], "lr": 2e-2}])
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
    live = studio.Live(steps, rows=lambda: [torch.sigmoid(model.decode(model.prior()[0][:12]))])
    for step, x in studio.batches(digits.train, steps):
        eps = torch.randn(len(x), model.z_pre.shape[1], device=x.device)
        nelbo, kl, reconstruction = negative_elbo(model, x, eps)
        optimiser.zero_grad()
        nelbo.backward()
        optimiser.step()
        schedule.step()
        live(step, nelbo=nelbo, kl=kl, reconstruction=reconstruction)
    return model
    ### END SOLUTION


torch.manual_seed(0)
gmvae = train(GMVAE().to(device), steps)
if gmvae is not None:
    studio.save(gmvae, "gmvae.safetensors")

# %% [markdown]
# The next cell reads what you hand in. It runs in grading, too.

# %%
gmvae_weights = studio.read("gmvae.safetensors")

# %% check="train_gmvae" points=3
check("train_gmvae")

# %% [markdown]
# ## Priors compared
#
# A mixture with one component, frozen at $\mathcal N(0, I)$, *is* the prior of unit 06. So your code can train its own
# rival; and a third one, with a single component that is learnt. Everything else is the same: networks, steps,
# batches.

# %% tags=["run"]
def frozen(model):
    """A model with one component, which is made N(0, I) and stays that."""
    with torch.no_grad():
        model.z_pre[:1], model.z_pre[1:] = 0.0, math.log(math.e - 1)  # softplus of the second is 1
    model.z_pre.requires_grad_(False)
    return model


models = {"a mixture of 100": gmvae}
if gmvae is not None:
    torch.manual_seed(0)
    models["N(0, I)"] = train(frozen(GMVAE(k=1)).to(device), steps)
    torch.manual_seed(0)
    models["one Gaussian, learnt"] = train(GMVAE(k=1).to(device), steps)

# %% [markdown]
# A fair comparison gives each model the same test images, binarised once, and the same noise. Then most of what makes
# one image cost more than another is common to all models and cancels in the *difference*. We take the terms on 50
# batches of 20 test digits; the standard error of a mean is the standard deviation of the 50 over $\sqrt{50}$. Compare
# the two columns of standard errors. (The write-up that this unit comes from reports 100.8 against 97.7 on a hundred
# images. The standard error of each is about 3. Is the difference real? From those two numbers nobody can tell.)

# %% tags=["run"]
def measured(model):
    """(50, 3): nelbo, kl and reconstruction on 50 batches of 20 test digits, with the same noise for every model."""
    same = torch.Generator().manual_seed(1)
    x = studio.binarise(digits.test[:1000].cpu(), same).to(device).view(50, 20, -1)
    eps = torch.randn(50, 20, model.z_pre.shape[1], generator=same).to(device)
    with torch.no_grad():
        return torch.stack([torch.stack(negative_elbo(model, *batch)) for batch in zip(x, eps, strict=True)]).cpu()


if gmvae is not None:
    terms = {name: measured(model) for name, model in models.items()}
    print("prior                    NELBO            KL    reconstruction   less than N(0, I)")
    for name in ("N(0, I)", "one Gaussian, learnt", "a mixture of 100"):
        (nelbo, kl, reconstruction), spread = terms[name].mean(0), terms[name][:, 0].std() / 50**0.5
        gained = (terms["N(0, I)"] - terms[name])[:, 0]
        print(f"{name:22} {nelbo:6.2f} ± {spread:.2f}   {kl:6.2f}   {reconstruction:9.2f}", end="")
        print(f"         {gained.mean():6.2f} ± {gained.std() / 50**0.5:.2f}")

# %% [markdown]
# *What this standard error doesn't say.* It is about the digits: a thousand others would show about the same
# difference between *these two models*. Another seed makes other models. Three trainings of the mixture (with
# components that begin apart) that differed in their seed alone ended at 112.1, 112.2 and 111.0 nats. A gain of half a
# nat, from one run of each, is no finding.
#
# The homework's protocol has all of the data, 20,000 steps and 500 components. Its write-up reports a gain of the same
# kind: 97.7 nats instead of 100.8, and both terms are lower (KL 17.7 for 19.3, reconstruction 80.0 for 81.5).
# Our own, on all 10,000 test images, three runs each: 99.6 and 97.5 nats (KL 19.3 and 17.9).
#
# ## Two hundred digits, by component
#
# **Exercise.** To sample from the mixture, choose components, then draw from each its Gaussian. The choice comes as
# `component` (n,), whole numbers from 0 to k − 1; the noise as `eps`.
#
# *Mind the word.* A mixture of Gaussians is not a sum of Gaussians. The average of one sample from each component is
# Gaussian again, with a single peak in the middle of everything, where no digit is.

# %% solution="sample_mixture"
def sample_mixture(mu, var, component, eps):
    """One sample from N(mu[c], diag var[c]) for each c in `component`.

    mu, var (k, K); component (n,) int64; eps (n, K) standard normal; returns (n, K)."""
    ### BEGIN SOLUTION
    return mu[component] + var[component].sqrt() * eps
    ### END SOLUTION

# %% check="sample_mixture" points=1
check("sample_mixture")

# %% [markdown]
# Twenty components, one for each column, ten samples of each. A column's colour stands for its component.

# %% tags=["run"]
two_hundred = component = None
if gmvae is not None:
    torch.manual_seed(4)
    mu, var = (each.detach() for each in gmvae.prior())
    component = torch.randperm(len(mu))[:20].repeat(10)  # 20 columns, 10 rows
    z = sample_mixture(mu, var, component.to(device), torch.randn(200, mu.shape[1]).to(device))
    two_hundred = None if z is None else torch.sigmoid(gmvae.decode(z)).detach().cpu()
pictures.digits_by_component(two_hundred, component)

# %% [markdown]
# Within a column the digit mostly stays the same, and so does much of its slant and weight. Nobody told the model that
# there are digits. (A column of rubbish is a component that lost its codes to the others. All weights are $1/k$, so it
# is still drawn from as often as they are. What would you have to change?)
#
# ## The clusters of the prior
#
# Where do the components lie? The codes of the test digits, in the plane along which they vary most, coloured by their
# labels; over them the components, each an ellipse of one standard deviation.

# %% tags=["run"]
codes = mu = var = None
if gmvae is not None:
    mu, var = (each.detach() for each in gmvae.prior())
    codes = gmvae.encode(studio.binarise(digits.test[:1000]))[0].detach()
pictures.clusters(codes, digits.test_labels[:1000], mu, var)

# %% [markdown]
# And what does a component stand for? Decode its mean. To find which digits live in it, ask for each code which
# component it is most likely to come from: the table of log densities that your mixture averages, and its largest
# entry. The number in the corner counts the training digits of that component; the frame has the colour of the label
# that most of them have. (Labels are used for looking only.)

# %% tags=["run"]
faces = members = None
if gmvae is not None:
    with torch.no_grad():
        faces = torch.sigmoid(gmvae.decode(mu)).cpu()
        parts = [gmvae.encode(studio.binarise(x))[0] for x in digits.train[:5000].split(500)]
        members = torch.cat([log_normal(z[:, None], mu, var) for z in parts]).argmax(dim=1).cpu()
pictures.faces(faces, members, digits.train_labels[:5000].cpu())

# %% [markdown] essay="priors_compared" points=4
# **What does a better prior buy?** In ten to fifteen lines, with your table and your pictures: (1) The prior stands in
# one of the two terms only. Which of them fall, and why not that one alone? (2) Is the difference between the mixture
# and $\mathcal N(0, I)$ more than noise? Say which standard error decides that, why it is smaller than the one beside
# the NELBO, and what it leaves out. (3) One Gaussian with a mean and variances of its own can do nothing that
# $\mathcal N(0, I)$ can't: what could encoder and decoder do all along? So where does the difference in your table
# come from? Why doesn't the argument hold for a mixture? (4) Samples: what goes wrong between the clusters under
# $\mathcal N(0, I)$, and what has changed?
#
# ### BEGIN SOLUTION
# (1) The prior stands in the KL, which is what the encoder pays for telling the decoder about $x$, measured from the
# prior. With clusters where the codes are, a code need not be surprising, and the KL falls, by 1.2 nats here. But the
# reconstruction falls as well, by 1.8: training minimises the sum, and where telling has become cheaper it pays to
# tell more, with codes that are more precise.
#
# (2) Yes: 3.0 nats are thirteen of its standard errors, 0.22. It is the standard error of the *paired* difference that
# counts. Each NELBO varies from batch to batch because some digits are harder than others (its own standard error is
# about 1), but they are harder for both models, and that cancels in the difference. Two separate standard errors,
# added in squares, would give 1.4. What is left out is the training: another seed may shift it by half a nat or a
# whole one, not by three.
#
# (3) Any mean and diagonal variances of a Gaussian prior can be absorbed: shift and scale $z$, and undo it in the
# decoder's first layer. The models $p(x)$ are the same. The encoder can follow, exactly in its means, and in its
# variances as well as a softplus can imitate a rescaled one: so KL and reconstruction can be what they were, and the
# optimum is practically the same. A difference of 0.9 comes from the way there: 1,500 steps
# are not the optimum, a start that is scaled differently gets further in them or less far, and so does another seed.
# No affine map turns one Gaussian into several peaks, and a bent one would leave q no diagonal Gaussian.
#
# (4) The aggregate posterior has gaps, $\mathcal N(0, I)$ hasn't: a sample from the gap is a $z$ for which the decoder
# has hardly been trained, and looks like a cross of two digits. The mixture puts its mass where codes are, so fewer
# samples fall between; samples of one component mostly show one digit in one style.
# ### END SOLUTION
#
# ### BEGIN RUBRIC
# - **1 point**: the KL falls because the prior comes to where the codes are; the reconstruction falls because it is
#   the sum that is minimised, and cheaper codes can be more precise. Half a point for one of them.
# - **1 point**: the paired difference and its standard error, with the reason (hard images are hard for both), and
#   that the choice of the seed isn't in it. Half a point without the latter, or for comparing two separate errors
#   correctly.
# - **1 point**: an affine change of the latents is absorbed by encoder and decoder, so the difference is one of
#   training; it makes no clusters. Half a point for either half.
# - **1 point**: gaps in the aggregate posterior under a round prior, decoder untrained there; the mixture avoids them.
#   Evidence from a picture is named.
# ### END RUBRIC

# %% [markdown]
# ## A bound without samples ⊕
#
# There is no closed form for the KL to a mixture, but there are closed forms for the KL to each of its components, and
# they can be put together. The simplest way is Jensen's: the log of the mean is at least the mean of the logs, so
#
# $$\mathrm{KL}\Big(r\,\Big\|\,\frac1k\sum_i c_i\Big) \le \frac1k\sum_i\mathrm{KL}(r\,\|\,c_i).$$
#
# **Exercise.** Prove it. $r$ is a density of $z$, $c_i$ are $k$ others. The KL to the mixture is written out, as an
# expectation. Write `.le(…, by="jensen")` for the one line that isn't an equality; `average(i, f)` is
# $\frac1k\sum_{i=1}^k f$.

# %%
x, z = variables("x z")
k = Count("k")
i = index("i", k)
c, r = Density("c", [z], indexed=True), Density("r", [z])

# %% solution="at_most_the_mean"
to_the_mixture = E(r(z), log(r(z)) - log(average(i, c[i](z))))
goal = to_the_mixture <= average(i, KL(r(z), c[i](z)))
begin = Derivation(to_the_mixture, goal=goal)
at_most_the_mean = (
    ### BEGIN SOLUTION
    begin.le(E(r(z), log(r(z)) - average(i, log(c[i](z)))), by="jensen")
    .eq(E(r(z), average(i, log(r(z)) - log(c[i](z)))), by="algebra")
    .eq(average(i, E(r(z), log(r(z)) - log(c[i](z)))), by="linearity")
    .eq(average(i, KL(r(z), c[i](z))), by="definition")
    ### END SOLUTION
)
display(at_most_the_mean)

# %% check="at_most_the_mean" points=2
check("at_most_the_mean")

# %% [markdown]
# That bound is poor: a single component far away makes it huge, although a mixture is hardly hurt by one. Nothing
# forces us to use the weights $1/k$ in Jensen's inequality. Take any weights $r_i$ that sum to 1, write $\frac1k\sum_i
# c_i = \sum_i r_i\,\frac{c_i}{k\,r_i}$, and the same lines give (Hershey & Olsen 2007)
#
# $$\mathrm{KL}\Big(q\,\Big\|\,\frac1k\sum_i p_i\Big)
#   \le \sum_i r_i\big(\mathrm{KL}(q\,\|\,p_i) + \log r_i + \log k\big).$$
#
# On the right stands, up to a constant, $\mathrm{KL}(r\,\|\,\text{softmax}(-\mathrm{KL}))$, so the best weights are
# that softmax, $r_i \propto e^{-\mathrm{KL}(q\|p_i)}$. Put them in, and what is left is
#
# $$\mathrm{KL}\Big(q\,\Big\|\,\frac1k\sum_i p_i\Big) \le -\log\frac1k\sum_{i=1}^k e^{-\mathrm{KL}(q\,\|\,p_i)}.$$
#
# *By hand.* $q = \mathcal N(0, 1)$; the prior has $q$ itself for a component, and $\mathcal N(10, 1)$. The KLs are 0
# and 50. Mean: 25. The bound: $-\log\frac12(1 + e^{-50}) = \log 2 = 0.6931$. The KL itself: 0.6931. Half of the
# prior's mass is where $q$ never goes, and that costs $\log 2$, wherever it is.
#
# **Exercise.** This bound, for each row.

# %% solution="mixture_kl_bound"
def mixture_kl_bound(mu, var, prior_mu, prior_var):
    """The bound of Hershey and Olsen on KL(q || p) for q = N(mu, diag var) and p a mixture with equal weights.

    mu, var (N, K); prior_mu, prior_var (1 or N, k, K); returns (N,)."""
    ### BEGIN SOLUTION
    mu, var = mu[:, None], var[:, None]  # (N, 1, K)
    terms = (prior_var / var).log() + (var + (mu - prior_mu) ** 2) / prior_var - 1
    divergences = 0.5 * terms.sum(-1)  # (N, k)
    return math.log(prior_mu.shape[1]) - torch.logsumexp(-divergences, dim=1)
    ### END SOLUTION

# %% check="mixture_kl_bound" points=3
check("mixture_kl_bound")

# %% [markdown]
# Move $q = \mathcal N(m, s^2)$ across a prior with two components. Black is the KL itself, by quadrature with your
# densities; orange is your bound. Where is it tight, where isn't it? Make $q$ wide, until it covers both components.

# %% tags=["run"]
widgets.explore(plots.bound_against_kl, log_normal, log_normal_mixture, mixture_kl_bound, s=(0.2, 3.0, 0.6))

# %% [markdown]
# ## The best of all priors ⊕
#
# Suppose the encoder is given. Which prior makes the mean KL as small as possible? Write $q(x)$ for the distribution
# of the data, and $q(x, z) = q(x)\,q(z\mid x)$. Its marginal $q(z)$ is the *aggregate posterior*: encode a random
# image, draw a code. Then
#
# $$\mathbb E_{q(x)}\,\mathrm{KL}\big(q(z\mid x)\,\|\,p(z)\big)
#   = \mathbb E_{q(x)}\,\mathrm{KL}\big(q(z\mid x)\,\|\,q(z)\big) + \mathrm{KL}\big(q(z)\,\|\,p(z)\big).$$
#
# The first term doesn't know the prior. It is the mutual information of $x$ and $z$: what the codes tell about the
# images. The second is the price of a prior that isn't the aggregate posterior, and it vanishes for $p(z) = q(z)$.
#
# **Exercise.** Prove that no prior does better than the aggregate posterior. The identity above is on the way.

# %%
q, p = Density("q", [x, z]), Density("p", [z])

# %% solution="aggregate_posterior_is_optimal"
goal = E(q(x), KL(q(z | x), p(z))) >= E(q(x), KL(q(z | x), q(z)))
begin = Derivation(E(q(x), KL(q(z | x), p(z))), goal=goal)
aggregate_posterior_is_optimal = (
    ### BEGIN SOLUTION
    begin.eq(E(q(x), E(q(z | x), log(q(z | x)) - log(p(z)))), by="definition")
    .eq(
        E(q(x), E(q(z | x), log(q(z | x)) - log(q(z)))) + E(q(x), E(q(z | x), log(q(z)) - log(p(z)))),
        by="linearity",
    )
    .eq(E(q(x), KL(q(z | x), q(z))) + E(q(x, z), log(q(z)) - log(p(z))), by="definition, tower")
    .eq(E(q(x), KL(q(z | x), q(z))) + E(q(z), log(q(z)) - log(p(z))), by="marginal")
    .eq(E(q(x), KL(q(z | x), q(z))) + KL(q(z), p(z)), by="definition")
    .ge(E(q(x), KL(q(z | x), q(z))), by="kl >= 0")
    ### END SOLUTION
)
display(aggregate_posterior_is_optimal)

# %% check="aggregate_posterior_is_optimal" points=3
check("aggregate_posterior_is_optimal")

# %% [markdown]
# If the prior must be a single Gaussian, then it can't be the aggregate posterior; the best one is the Gaussian that
# is nearest to it, in the sense of $\mathrm{KL}(q(z)\,\|\,p(z))$. That is a maximum of likelihood.
#
# *By hand.* Two images, with the codes $\mathcal N(-1, \tfrac14)$ and $\mathcal N(1, \tfrac14)$. The aggregate
# posterior has the mean 0 and the variance $\tfrac14 + 1 = 1.25$: spread within, and spread between. With $p =
# \mathcal N(0, 1.25)$ both KLs are 0.8047; with $\mathcal N(0, 1)$, 0.8181; with the aggregate posterior itself,
# 0.6327.
#
# **Exercise.** The mean and the variances of the best Gaussian prior (diagonal), given what the encoder says of N
# images.

# %% solution="best_gaussian_prior"
def best_gaussian_prior(mu, var):
    """(mean, variance), (K,) each, of the Gaussian p with the least mean over n of KL(N(mu_n, diag var_n) || p).

    mu, var (N, K)."""
    ### BEGIN SOLUTION
    mean = mu.mean(0)
    return mean, (var + (mu - mean) ** 2).mean(0)
    ### END SOLUTION

# %% check="best_gaussian_prior" points=2
check("best_gaussian_prior")

# %% [markdown]
# Now four priors for one and the same encoder, that of your GMVAE: $\mathcal N(0, I)$, the best Gaussian, the mixture
# that was learnt, and the aggregate posterior of a thousand training digits, a mixture with a thousand components.
# Each is measured on those thousand digits, and on a thousand test digits.

# %% tags=["run"]
def mean_kl(q, prior_mu, prior_var):
    """The mean over the codes `q` = (mu, var) of one sample each of the KL to a mixture (k, K), with its error."""
    generator = torch.Generator().manual_seed(2)
    z = q[0] + q[1].sqrt() * torch.randn(q[0].shape, generator=generator).to(device)
    kl = kl_to_mixture_monte_carlo(z, *q, prior_mu[None], prior_var[None])
    return f"{kl.mean():7.2f} ± {kl.std() / len(kl) ** 0.5:.2f}"


best = None
if gmvae is not None:
    with torch.no_grad():
        seen, unseen = (gmvae.encode(studio.binarise(x[:1000])) for x in (digits.train, digits.test))
        best = best_gaussian_prior(*seen)
if best is not None:
    nothing = torch.zeros_like(mu[:1])
    priors = {"N(0, I)": (nothing, nothing + 1), "the best Gaussian": tuple(each[None] for each in best)}
    priors |= {"the mixture that was learnt": (mu, var), "the aggregate posterior": seen}
    print("prior                            KL, these digits     KL, test digits")
    for name, prior in priors.items():
        print(f"{name:30} {mean_kl(seen, *prior):>18}  {mean_kl(unseen, *prior):>18}")
    print(f"{'(log 1000)':30} {math.log(1000):11.2f}")

# %% [markdown]
# The theorem holds: on the digits that it is made of, no prior comes near the aggregate posterior. Its KL can't even
# exceed $\log 1000 = 6.91$, since each code's own component has a weight of $1/1000$. But look at the other column.
# The theorem's $q(x)$ is the distribution of all digits; a thousand of them are not that distribution, and a prior
# that is optimal for a training set has learnt it by heart. That is why the mixture has 100 components and not 5,000:
# few enough that each has to serve many digits. Tomczak & Welling (2018) keep the form of the optimum and tie its
# components to learnt *pseudo-inputs* $u_i$, $p(z) = \frac1k\sum_i q(z\mid u_i)$: the VampPrior.
#
# ## What can go wrong
#
# - **log k.** `logsumexp` is the log of a *sum*. Without $-\log k$ the "prior" integrates to $k$, and every KL is too
#   small by the same constant: the training is the same, only the number is wrong, by 4.6 nats for 100 components.
# - **The wrong axis.** A (k, K) prior without the batch dimension still broadcasts, and `mu.shape[1]` is then K.
# - **Mixing each coordinate by itself.** First the sum over coordinates, then the mean over components.
# - **Variance, log variance, standard deviation.** `var` goes into the density as it is; only the sample takes its
#   root.
# - **Clipping** the negative estimates, or taking their absolute value. Both bias the objective upwards.
# - **One learning rate for all.** Latents are measured in units, weights in hundredths of them.
# - **The expanded square.** $(z - \mu)^2 = z^2 - 2z\mu + \mu^2$ turns the table into two matrix products, which
#   saves memory and time; far from the origin, in float32, it loses digits.
#
# ## Where it comes from
#
# - The model, its parameter `z_pre`, and the figures 97.7 / 17.7 / 80.0 (on 100 test images): CS 236, Stanford,
#   2019/20, homework 2, problem 2, and a write-up of it.
# - J. Hershey and P. Olsen, *Approximating the Kullback Leibler divergence between Gaussian mixture models*, ICASSP
#   2007.
# - M. Hoffman and M. Johnson, *ELBO surgery: yet another way to carve up the variational evidence lower bound*, NIPS
#   workshop 2016.
# - J. Tomczak and M. Welling, *VAE with a VampPrior*, AISTATS 2018.
# - N. Dilokthanakul et al., *Deep unsupervised clustering with Gaussian mixture variational autoencoders*, 2016:
#   another model of this name, in which the component is a latent variable of its own.
#
# Next, unit 08: the same models, and a bound that comes nearer to the evidence.
