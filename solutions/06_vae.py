# ---
# jupyter:
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # 06 · The MNIST VAE
#
# Five units of preparation, and now the thing itself: two networks, three formulas, a training loop, and digits that
# nobody has written. Everything in the loop is yours. The model is small enough for a laptop (661,404 weights), and it
# is not a toy: trained for 20,000 steps on all of MNIST it is the VAE of a Stanford homework, NELBO and all.
#
# **What you will be able to do**
#
# - write a VAE from its parts: a sampler, a likelihood, a divergence, an encoder, a decoder;
# - put them together into an objective in which sums and means are where they belong, and train it;
# - say what a NELBO of 100 nats is worth, in bits for a pixel and against a model without latents;
# - look into a latent space: reconstructions, samples, paths, a map of all digits in two dimensions;
# - count the latents that are used, and split what they cost into information and mismatch;
# - measure what the encoder's haste costs (the amortisation gap), and what $\beta$ buys.
#
# It takes about 90 minutes. You need unit 02 (the KL of a diagonal Gaussian), unit 04 ($z = \mu + \sigma\epsilon$),
# and unit 05 for why anybody wants this.
#
# | Symbol | Code | Is |
# |---|---|---|
# | $x$, $D$ | `x` (N, D) | a batch of images, each $D = 784$ pixels of 0 or 1, float32 |
# | $z$, $K$ | `z` (N, K) | the latents, $K = 10$ |
# | $p(z) = \mathcal N(0, I)$ | | the prior |
# | $p(x\mid z)$ | `logits` (N, D) | the decoder: each pixel is Bernoulli, with the probability sigmoid(logit) |
# | $q(z\mid x) = \mathcal N(\mu, \operatorname{diag}\sigma^2)$ | `mu`, `var` (N, K) | the encoder |
# | $\epsilon \sim \mathcal N(0, I)$ | `eps` (N, K) | the noise: always handed in, never drawn inside |
# | $\beta$ | `beta` | what a nat of KL costs, in nats of reconstruction |
#
# **Three conventions change here**, and it is better to say so aloud than to find out by a wrong sign:
#
# 1. In units 01 to 05 *reconstruction* was $\mathbb E_q[\log p(x\mid z)]$, and ELBO = reconstruction − KL. From now on
#    everything is a cost: **reconstruction is minus that expectation**, and nelbo = kl + reconstruction, three numbers
#    that one wants small. (NELBO is the negative ELBO, the loss.)
# 2. In units 02 and 04 functions took `log_var`. From now on they take **the variance itself, `var`**. The encoder
#    makes it with a softplus and not with an exponential.
# 3. Arrays become **torch tensors**, batch first; gradients pass through everything that you write.

# %%
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from elboroom import studio, widgets
from elboroom.checks.vae import check
from elboroom.plots import vae as plots

# %% [markdown]
# One line decides how large all of this is. As it stands, the notebook runs from top to bottom on one processor in a
# minute or two, on 5,000 embedded digits. With `data, device, steps = "full", "cuda", 20_000` it is the published
# protocol on a GPU.

# %%
data, device, steps = "subset", "cpu", 1500

# %% tags=["run"]
digits = studio.digits(data, device)

# %% [markdown]
# ## Pixels that are coins
#
# MNIST's pixels are grey: whole numbers from 0 to 255. Our decoder will say, for each pixel, with which probability it
# is *on*. A Bernoulli variable is 0 or 1, never 0.7. The usual way out is to read a grey value as a probability, and to
# toss the coin: a pixel of value $v$ is on with probability $v/255$, and a new coin is tossed every time that the image
# is seen.
#
# *By hand.* A pixel of value 51 is on in one case out of five. With $u = 0.15$ drawn uniformly it is on, with
# $u = 0.35$ it is off.
#
# **Exercise.** The coin, made from uniform noise that you are given, float32, of the same shape as the pixels.

# %% solution="binarise"
def binarise(pixels, u):
    """1 where u < value/255, else 0: pixels (...) uint8, u (...) uniform; returns (...) float32."""
    ### BEGIN SOLUTION
    return (u * 255 < pixels).float()
    ### END SOLUTION

# %% check="binarise" points=1
check("binarise")

# %% [markdown]
# *Why it matters.* Feed grey pixels into a Bernoulli likelihood and you still get a number: $x\log p + (1-x)\log(1-p)$
# doesn't complain about $x = 0.7$. But it is the log of nothing: over all grey $x$ it doesn't integrate to one, and the
# "NELBO" can't be compared with anybody else's. Rounding at one half is honest, but it is another data set (an easier
# one). Whoever reports nats for MNIST says how the pixels became binary; ours are tossed afresh at every step.
#
# ## Three formulas
#
# **The sample.** The encoder will give a mean and a variance for each latent of each image. As in unit 04, the sample
# is a function of them and of noise that comes from outside: $z = \mu + \sigma\odot\epsilon$.
#
# *By hand.* $\mu = 2$, $\sigma^2 = 4$, $\epsilon = 1$: $z = 4$. (If you got 6, read convention 2 again.)

# %% solution="sample"
def sample(mu, var, eps):
    """A sample of N(mu, diag var) made of standard normal noise: (N, K) each; returns (N, K)."""
    ### BEGIN SOLUTION
    return mu + var.sqrt() * eps
    ### END SOLUTION

# %% check="sample" points=1
check("sample")

# %% [markdown]
# **The likelihood.** Given $z$ the pixels are independent. A pixel with the logit $a$ is on with probability
# $p = 1/(1 + e^{-a})$, off with probability $1 - p = 1/(1 + e^{a})$, and
#
# $$\log p(x\mid z) = \sum_{d=1}^{D} \big[x_d \log p_d + (1 - x_d)\log(1 - p_d)\big].$$
#
# *By hand.* Two pixels with logits $0$ and $\log 3$, so $p = (\tfrac12, \tfrac34)$. The image $(1, 0)$ has probability
# $\tfrac12\cdot\tfrac14 = \tfrac18$, and a log likelihood of $-2.079$.
#
# *What can go wrong.* A trained decoder is sure of itself: logits of ±20 are common. In float32 the sigmoid of 20 is
# exactly 1, the log of $1 - p$ is then minus infinity, and one pixel of the other colour ends the training. So never
# form $p$. Whether by a function of PyTorch's or by $\log(1 + e^a)$, which has a name (softplus), it can be computed
# from the logits.
#
# **Exercise.** One number for each image, right for logits of ±80 in float32.

# %% solution="bernoulli_log_likelihood"
def bernoulli_log_likelihood(x, logits):
    """log p(x | logits) in nats, x (N, D) of 0 and 1, logits (N, D); returns (N,)."""
    ### BEGIN SOLUTION
    return -F.binary_cross_entropy_with_logits(logits, x, reduction="none").sum(dim=-1)
    ### END SOLUTION

# %% check="bernoulli_log_likelihood" points=3
check("bernoulli_log_likelihood")

# %% [markdown]
# **The divergence** from $q(z\mid x) = \mathcal N(\mu, \operatorname{diag}\sigma^2)$ to the prior. Unit 02 had it; here
# it takes the variance:
#
# $$\mathrm{KL}\big(q(z\mid x)\,\|\,p(z)\big)
#   = \sum_{k=1}^{K} \tfrac12\big(\mu_k^2 + \sigma_k^2 - 1 - \log\sigma_k^2\big).$$
#
# *By hand.* $\mu = 1, \sigma^2 = 1$: half a nat. $\mu = 0, \sigma^2 = \tfrac14$: $\tfrac12(\tfrac14 - 1 + \log 4) =
# 0.318$.

# %% solution="kl"
def kl(mu, var):
    """KL(N(mu, diag var) || N(0, I)) in nats, (N, K) each; returns (N,)."""
    ### BEGIN SOLUTION
    return 0.5 * (mu**2 + var - 1 - var.log()).sum(dim=-1)
    ### END SOLUTION

# %% check="kl" points=2
check("kl")

# %% [markdown]
# ## Two networks
#
# The protocol is that of CS 236 (Stanford, 2019), whose figures we want to be able to compare with:
#
# | | Layers | Nonlinearity |
# |---|---|---|
# | encoder | 784 → 300 → 300 → 2K | ELU between the layers, none at the end |
# | decoder | K → 300 → 300 → 784 | ELU between the layers, none at the end |
#
# ELU is $a$ for $a > 0$ and $e^a - 1$ below: a ReLU with a rounded knee.
#
# Of the encoder's $2K$ outputs the first $K$ are the mean $\mu$; of the others, $h$, the variance is made, which has to
# be positive: $\sigma^2 = \mathrm{softplus}(h) + 10^{-8}$. Softplus is $\log(1 + e^h)$; for large $h$ it grows like
# $h$. The floor keeps $\log\sigma^2$ finite when $h$ is very negative.
#
# *By hand.* $h = 0$ gives $\sigma^2 = \log 2 = 0.693$. With `exp` it would be 1: a different encoder, with weights that
# mean something else. So that your weights can be read by others (and by the judge), their names and shapes are fixed:
# each network is an `nn.Sequential` of five under the name `net`, which makes `net.0.weight`, `net.0.bias`,
# `net.2.weight`, …, `net.4.bias`.
#
# **Exercise.** The two networks.

# %% solution="Encoder"
class Encoder(nn.Module):
    """q(z|x): called with x (N, x_dim) it returns (mu, var), (N, z_dim) each."""

    def __init__(self, x_dim=784, z_dim=10, hidden=300):
        super().__init__()
        ### BEGIN SOLUTION
        self.net = nn.Sequential(
            nn.Linear(x_dim, hidden),
            nn.ELU(),
            nn.Linear(hidden, hidden),
            nn.ELU(),
            nn.Linear(hidden, 2 * z_dim),
        )
        ### END SOLUTION

    def forward(self, x):
        ### BEGIN SOLUTION
        mu, h = self.net(x).chunk(2, dim=-1)  # (N, K) each
        return mu, F.softplus(h) + 1e-8
        ### END SOLUTION

# %% check="Encoder" points=2
check("Encoder")

# %% solution="Decoder"
class Decoder(nn.Module):
    """p(x|z): called with z (..., z_dim) it returns the logits, (..., x_dim)."""

    def __init__(self, z_dim=10, x_dim=784, hidden=300):
        super().__init__()
        ### BEGIN SOLUTION
        self.net = nn.Sequential(
            nn.Linear(z_dim, hidden),
            nn.ELU(),
            nn.Linear(hidden, hidden),
            nn.ELU(),
            nn.Linear(hidden, x_dim),
        )
        ### END SOLUTION

    def forward(self, z):
        ### BEGIN SOLUTION
        return self.net(z)  # (N, D)
        ### END SOLUTION

# %% check="Decoder" points=1
check("Decoder")

# %% [markdown]
# **Exercise.** The pair: a module with the encoder under the name `enc` and the decoder under `dec`, so that its
# weights are `enc.net.0.weight`, …, `dec.net.4.bias`. Mind that its arguments come in the decoder's order.

# %% solution="VAE"
class VAE(nn.Module):
    """Parts `enc` and `dec`: encode(x) returns (mu, var), decode(z) returns logits."""

    def __init__(self, z_dim=10, x_dim=784, hidden=300):
        super().__init__()
        ### BEGIN SOLUTION
        self.enc = Encoder(x_dim, z_dim, hidden)
        self.dec = Decoder(z_dim, x_dim, hidden)
        ### END SOLUTION

    def encode(self, x):
        ### BEGIN SOLUTION
        return self.enc(x)
        ### END SOLUTION

    def decode(self, z):
        ### BEGIN SOLUTION
        return self.dec(z)
        ### END SOLUTION

# %% check="VAE" points=2
check("VAE")

# %% [markdown]
# ## One objective
#
# Lecture notes often write the objective of a batch with an index too few. With $N$ images, $K$ latents and one sample
# of $z$ for each image, it is
#
# $$\mathrm{nelbo} = \frac1N\sum_{i=1}^{N}\Big\{
#   \underbrace{\textstyle\sum_k \tfrac12(\mu_{ik}^2 + \sigma_{ik}^2 - 1 - \log\sigma_{ik}^2)}_{\text{kl}}
#   \; \underbrace{-\, \log p(x_i\mid z_i)}_{\text{reconstruction}}\Big\},
#   \qquad z_i = \mu_i + \sigma_i\odot\epsilon_i.$$
#
# **Sums over latents and pixels, means over images.** The sums are not a matter of taste: log probabilities of
# independent things add. Take the mean over 784 pixels instead, as many losses do by default, and the reconstruction
# becomes 784 times too cheap; the KL wins, and the encoder learns to say nothing. Take the mean over the latents, and
# the KL is 10 times too cheap. Either way the number is a bound on nothing. The mean over images is indeed a matter of
# taste: it keeps the learning rate independent of the batch.
#
# One sample for each image is enough: it is unbiased (unit 04), and the noise averages out over steps. Where the KL has
# a closed form there is no need to sample it.
#
# *By hand.* One image of one pixel, $x = 1$, and one latent: $q = \mathcal N(1, 1)$, noise $\epsilon = 0$, so $z = 1$.
# Let the decoder say that the logit is $z$. Then kl $= \tfrac12$, reconstruction $= \log(1 + e^{-1}) = 0.313$, and
# nelbo $= 0.813$.
#
# **Exercise.** The three terms, from `model.encode`, `model.decode` and your functions above. They are 0-d tensors, and
# gradients pass.

# %% solution="negative_elbo"
def negative_elbo(model, x, eps):
    """(nelbo, kl, reconstruction), 0-d, in nats: means over the images of x (N, D).

    eps (N, K) makes one z for each image."""
    ### BEGIN SOLUTION
    mu, var = model.encode(x)
    z = sample(mu, var, eps)
    nats = kl(mu, var).mean()
    reconstruction = -bernoulli_log_likelihood(x, model.decode(z)).mean()
    return nats + reconstruction, nats, reconstruction
    ### END SOLUTION

# %% check="negative_elbo" points=4
check("negative_elbo")

# %% [markdown]
# ## One step
#
# A step of training is: encode, sample, decode, and go downhill. The first three you have. With a weight $\beta$ on the
# KL (1 until further notice) the loss is
#
# $$\text{reconstruction} + \beta\cdot\text{kl}.$$
#
# *What can go wrong.* PyTorch *adds* gradients to those that a weight already has. Without `zero_grad` each step goes
# along the sum of all gradients so far: it works a little, which is worse than not at all. And Adam hides mistakes: it
# divides each gradient by its own typical size, so a loss that is 784 times too large trains exactly as well. The check
# therefore steps by plain gradient descent, where everything shows.
#
# **Exercise.** One step. It returns the three terms as Python numbers, as they were before the step.

# %% solution="train_step"
def train_step(model, optimiser, x, eps, beta=1.0):
    """One step down reconstruction + beta·kl; returns (nelbo, kl, reconstruction), floats."""
    ### BEGIN SOLUTION
    nelbo, nats, reconstruction = negative_elbo(model, x, eps)
    optimiser.zero_grad()
    (reconstruction + beta * nats).backward()
    optimiser.step()
    return nelbo.item(), nats.item(), reconstruction.item()
    ### END SOLUTION

# %% check="train_step" points=3
check("train_step")

# %% [markdown]
# ## Training
#
# **Exercise** (training). Fill in the cell: make `model`, a `VAE()` on `device`, and train it with Adam at a learning
# rate of $10^{-3}$, for `steps` steps. What you need:
#
# - `studio.batches(digits.train, steps)` gives pairs (step, x), x (100, 784), binarised afresh.
# - `torch.randn(len(x), 10, device=device)` is the noise; `torch.manual_seed(0)` first makes your run repeatable.
# - `live = studio.Live(steps, rows)` and then, after each step, `live(step, nelbo=…, kl=…, reconstruction=…)` draws the
#   terms as they fall, and the digits that `rows` returns. The cell has a `rows` for you: eight test digits, and
#   below them what your model makes of them (the decoded mean).
#
# The cell then saves the weights to `vae.safetensors`, beside this notebook. **Hand in that file together with the
# notebook**: grading does not train. The judge puts your weights into its own VAE and computes the NELBO of 1,000 test
# digits: 170 nats earn a part of the points, 135 more, 120 all. The settings above reach about 115.

# %% solution="train_vae" tags=["run"]
model = None


def rows():
    x = studio.binarise(digits.test[:8], torch.Generator(device).manual_seed(0))
    with torch.no_grad():
        return [x, torch.sigmoid(model.decode(model.encode(x)[0]))]


### BEGIN SOLUTION
torch.manual_seed(2)
model = VAE().to(device)
optimiser = torch.optim.Adam(model.parameters(), lr=1e-3)
watch = studio.Live(steps, rows)
for step, x in studio.batches(digits.train, steps):
    eps = torch.randn(len(x), 10, device=device)
    nelbo, nats, reconstruction = train_step(model, optimiser, x, eps)
    watch(step, nelbo=nelbo, kl=nats, reconstruction=reconstruction)
### END SOLUTION
if model is not None:
    studio.save(model, "vae.safetensors")

# %% [markdown]
# The next cell reads what you hand in. It runs in grading, too.

# %%
vae_weights = studio.read("vae.safetensors")

# %% check="train_vae" points=4
check("train_vae")

# %% [markdown]
# Watch the two terms. The reconstruction falls at once: the decoder learns the mean digit, then the classes. The KL
# *rises*, from nothing to some twenty nats, because the codes begin to carry something. A KL that stays at zero is the
# sign that the decoder has learnt to do without latents.
#
# ## What is a nat worth?
#
# A NELBO is a code length: that many nats suffice, on average, to send an image to somebody who has the model. (With
# *bits-back* coding: the choice of $z$ carries another message, whose length is taken off. Without it one pays more.)
# Others report **bits per pixel**: $1$ bit $= \ln 2$ nats.
#
# *By hand.* A fair coin costs $\ln 2$ nats. Sixteen of them, at $16\ln 2$ nats, are 1 bit for each "pixel".

# %% solution="bits_per_pixel"
def bits_per_pixel(nelbo, pixels=784):
    """What `nelbo` nats for an image of so many pixels are in bits per pixel."""
    ### BEGIN SOLUTION
    return nelbo / (pixels * np.log(2))
    ### END SOLUTION

# %% check="bits_per_pixel" points=1
check("bits_per_pixel")

# %% [markdown]
# And what would it be *without* latents? Take an encoder that says $\mathcal N(0, I)$ whatever it sees. Its KL is zero:
# the smallest there is, and it has learnt nothing. The decoder doesn't know which image is meant, so the best that it
# can do is to give each pixel one probability for all images. This is the score to beat; a VAE that stands there has
# collapsed, however small its KL.
#
# *By hand.* Four images of one pixel, which is on in one of them. The best probability is $\tfrac14$, and an image
# costs $\tfrac14\log 4 + \tfrac34\log\tfrac43 = 0.562$ nats.
#
# **Exercise.** The least NELBO of a model with a constant encoder, on the images x. A pixel that never changes costs
# nothing.

# %% solution="nelbo_without_latents"
def nelbo_without_latents(x):
    """The least mean cost of the images x (N, D), in nats, with one probability a pixel; float."""
    ### BEGIN SOLUTION
    p = x.mean(dim=0)
    return float((torch.special.entr(p) + torch.special.entr(1 - p)).sum())
    ### END SOLUTION

# %% check="nelbo_without_latents" points=2
check("nelbo_without_latents")

# %% tags=["run"]
def on_test_digits(model, n=1000):
    """(nelbo, kl, reconstruction) on n test digits, floats; None while an answer is missing."""
    with torch.no_grad():
        x = studio.binarise(digits.test[:n], torch.Generator(device).manual_seed(1))
        mu, _ = model.encode(x)
        terms = negative_elbo(model, x, torch.randn(mu.shape, device=device))
    return None if terms is None else [float(term) for term in terms]


if model is not None:
    nelbo, nats, reconstruction = on_test_digits(model)
    plain = nelbo_without_latents(studio.binarise(digits.train)) or np.nan
    print(f"{digits.described}, after {steps:,} steps")
    print(f"NELBO {nelbo:.1f} = KL {nats:.1f} + reconstruction {reconstruction:.1f} nats")
    print(f"{bits_per_pixel(nelbo) or np.nan:.3f} bits per pixel; without latents {plain:.1f} nats")

# %% [markdown]
# Ten numbers, worth some twenty nats, save about ninety. (The published figures of the full protocol: NELBO 100.8, KL
# 19.3, reconstruction 81.5 on 100 test images, a standard error of 3. On all 10,000 three runs of ours give 99.6.)
#
# ## Looking around
#
# **Reconstructions.** Above, test digits, binarised; below, the decoder's probabilities for the mean of their code.
# What has been smoothed away? Which digit has become another?

# %% tags=["run"]
plots.reconstructions(model, studio.binarise(digits.test[:20]))

# %% [markdown]
# **Two hundred digits that nobody has written.** Draw $z$ from the prior, decode it, show the probabilities. That is
# all there is to generating. Compare the worst ones here with the worst reconstructions: a reconstruction starts from
# a $z$ where the encoder puts digits, a sample from anywhere that the prior goes.

# %% tags=["run"]
torch.manual_seed(1)
plots.generated(model, torch.randn(200, 10, device=device))

# %% [markdown]
# **Paths.** Encode two digits and walk from one mean to the other in a straight line. The upper row of each pair does
# so in the latent space, and decodes; the lower one fades between the pixels. In which row is every picture on the way
# a digit?

# %% tags=["run"]
plots.paths(model, studio.binarise(digits.test[:6]))

# %% [markdown]
# **A map.** With two latents the whole space fits on a page. The next cell trains a second VAE with $K = 2$ (the same
# functions, a function around them), and the slider walks through its space. Left, where the encoder puts test digits,
# by class; middle, what the decoder makes of the point that you chose; right, the decoder everywhere, on a grid with
# equal shares of the prior. Where two classes touch, walk across the border slowly.

# %%
def fit(steps, z_dim=10, beta=1.0):
    """A VAE after so many steps, always from the same start; None while an answer is missing."""
    torch.manual_seed(0)
    trained = VAE(z_dim=z_dim).to(device)
    if not list(trained.parameters()):
        return None
    adam = torch.optim.Adam(trained.parameters(), lr=1e-3)
    for _, x in studio.batches(digits.train, steps):
        noise = torch.randn(len(x), z_dim, device=device)
        if train_step(trained, adam, x, noise, beta) is None:
            return None
    return trained


# %% tags=["run"]
flat = fit(steps, z_dim=2)
shown, classes = digits.test[:2000], digits.test_labels[:2000]
widgets.explore(plots.plane, flat, shown, classes, z1=(-3.0, 3.0, 0.5), z2=(-3.0, 3.0, -0.5))

# %% [markdown]
# ## Which latents are used?
#
# Some latents fall asleep. Where it costs more than it helps to say something, the bound itself prefers
# $q(z_k\mid x) = p(z_k)$ (unit 05 computed exactly when, for a linear decoder). The usual measure: a latent is
# **active** when the mean of its $q$ differs from image to image, with a variance over the images above $0.01$ (Burda
# et al. 2016).
#
# *By hand.* Two images, two latents, means $(0.3, 2)$ and $(-0.3, 2)$: the variances are $0.09$ and $0$, one unit is
# active. The second sits far from zero, and tells nothing.

# %% solution="active_units"
def active_units(mu):
    """How many columns of mu (N, K) have a variance over the images above 0.01; int."""
    ### BEGIN SOLUTION
    return int((mu.var(dim=0, correction=0) > 0.01).sum())
    ### END SOLUTION

# %% check="active_units" points=1
check("active_units")

# %% tags=["run"]
mu = var = None
if model is not None:
    with torch.no_grad():
        mu, var = model.encode(studio.binarise(digits.test[:1000]))
plots.latent_by_latent(kl, active_units, mu, var)

# %% [markdown]
# ## What haste costs ⊕
#
# Variational inference, as lecture notes introduce it, gives *every example* parameters of its own, $\gamma_i =
# (\mu_i, \sigma_i^2)$, and alternates: improve each $\gamma_i$ for the decoder as it is, then take a step in $\theta$
# with all $\gamma_i$ held fixed. A VAE puts a network in place of the $\gamma_i$: $\gamma_i = f_\phi(x_i)$. That is
# *amortisation*. A new image costs one pass through the encoder, and not an optimisation; for this speed the encoder
# pays, since one network has to do for all images:
#
# $$\log p(x) - \mathrm{ELBO}(f_\phi(x))
#   = \underbrace{\log p(x) - \max_\gamma \mathrm{ELBO}(\gamma)}_{\text{approximation gap}}
#   + \underbrace{\max_\gamma \mathrm{ELBO}(\gamma) - \mathrm{ELBO}(f_\phi(x))}_{\text{amortisation gap}}$$
#
# (Cremer, Li and Duvenaud 2018). The first is the price of a Gaussian $q$, the second that of the encoder. The second
# we can measure: start each image's $\gamma_i$ at what the encoder says, and go downhill on this image's nelbo, with
# the decoder as it is.
#
# A step in $\sigma^2$ could make it negative; a step in $\log\sigma^2$ can't.
#
# *By hand.* A decoder that ignores $z$ leaves only the KL, with slopes $\mu$ and, in $\log\sigma^2$,
# $\tfrac12(\sigma^2 - 1)$. From $\mu = 1$, $\sigma^2 = 4$ a step of $0.1$ goes to $\mu = 0.9$ and $\log\sigma^2 = \log
# 4 - 0.15$: towards the prior, as it should.
#
# **Exercise.** One such step for a batch of images: gradient descent in `mu` and in `log var` on each image's own
# nelbo, with one sample from `eps`. An image's step must not depend on how many others are in the batch, and the
# model's weights stay as they are.

# %% solution="improve_q"
def improve_q(model, x, mu, var, eps, lr):
    """(mu, var), (N, K) each, after one step of size lr; x (N, D), eps (N, K)."""
    ### BEGIN SOLUTION
    mu = mu.detach().clone().requires_grad_()
    log_var = var.detach().log().requires_grad_()
    z = sample(mu, log_var.exp(), eps)
    total = (kl(mu, log_var.exp()) - bernoulli_log_likelihood(x, model.decode(z))).sum()
    by_mu, by_log_var = torch.autograd.grad(total, [mu, log_var])
    return (mu - lr * by_mu).detach(), (log_var - lr * by_log_var).exp().detach()
    ### END SOLUTION

# %% check="improve_q" points=3
check("improve_q")

# %% tags=["run"]
def nelbo_of_each(model, x, mu, var, samples=50):
    """The nelbo of each image under its own q, from so many samples: (N,)."""
    with torch.no_grad():
        drawn = [sample(mu, var, torch.randn_like(mu)) for _ in range(samples)]
        missed = [-bernoulli_log_likelihood(x, model.decode(z)) for z in drawn]
    return kl(mu, var) + torch.stack(missed).mean(dim=0)


encoded = refined = None
if model is not None:
    x = studio.binarise(digits.test[:200], torch.Generator(device).manual_seed(2))
    with torch.no_grad():
        codes = model.encode(x)
    encoded, (mu, var) = nelbo_of_each(model, x, *codes), codes
    for step in range(300):
        moved = improve_q(model, x, mu, var, torch.randn_like(mu), lr=0.02 * (1 - step / 300))
        if moved is None:
            break
        mu, var = moved
    else:
        refined = nelbo_of_each(model, x, mu, var)
plots.amortisation(encoded, refined)

# %% [markdown]
# Each dot is a test digit; below the diagonal its own $q$ is better than the encoder's. So the encoder leaves nats on
# the table, more for unusual digits, and a VAE may be better than its reported NELBO. (How much is left for the other
# gap, the Gaussian's, takes a way to estimate $\log p(x)$ itself. That is unit 08.)
#
# ## Where the KL goes ⊕
#
# The mean KL is a sum of two things that are worth telling apart. Let $q(z) = \frac1N\sum_n q(z\mid x_n)$, the
# **aggregate** of all codes: what the decoder gets to see in training. Then (Hoffman and Johnson 2016)
#
# $$\frac1N\sum_n \mathrm{KL}\big(q(z\mid x_n)\,\|\,p(z)\big)
#   = \underbrace{I_q(x; z)}_{\text{tells images apart}}
#   + \underbrace{\mathrm{KL}\big(q(z)\,\|\,p(z)\big)}_{\text{mismatch}},
#   \qquad I_q = \frac1N\sum_n \mathbb E_{q(z\mid x_n)}\Big[\log\frac{q(z\mid x_n)}{q(z)}\Big].$$
#
# *Why.* $\log\frac{q(z\mid x_n)}{p(z)} = \log\frac{q(z\mid x_n)}{q(z)} + \log\frac{q(z)}{p(z)}$; average. The first
# part is the mutual information between an image (its index $n$, drawn uniformly) and its code. One wants it large.
# The second is what sampling suffers from: where the prior is and the codes are not, the decoder is untrained. "The
# smaller the KL, the better the samples" is true of the second alone.
#
# *By hand.* Two images with narrow $q$'s, far apart: a code names its image, so $I = \log 2$. It is never more than
# $\log N$: there are only $N$ images to tell apart.
#
# **Exercise.** Estimate both from one sample $z_n \sim q(z\mid x_n)$ for each image: the means over $n$ of $\log
# q(z_n\mid x_n) - \log q(z_n)$ and of $\log q(z_n) - \log p(z_n)$. Narrow $q$'s have densities that underflow: stay
# with logarithms.

# %% solution="kl_split"
def kl_split(mu, var, z):
    """(I_q(x; z), KL(q(z) || p(z))), floats, in nats, from z_n ~ q(z|x_n); all (N, K)."""
    ### BEGIN SOLUTION
    q = torch.distributions.Normal(mu, var.sqrt())
    log_q = q.log_prob(z[:, None]).sum(dim=-1)  # (N, N): row n for z_n
    aggregate = torch.logsumexp(log_q, dim=1) - np.log(len(z))
    log_prior = torch.distributions.Normal(0.0, 1.0).log_prob(z).sum(dim=-1)
    return float((log_q.diagonal() - aggregate).mean()), float((aggregate - log_prior).mean())
    ### END SOLUTION

# %% check="kl_split" points=3
check("kl_split")

# %% [markdown]
# With more images, the same twenty nats. Predict both curves before you look: which of the two grows with $N$, along
# which line, and for how long?

# %% tags=["run"]
mu = var = None
if model is not None:
    with torch.no_grad():
        mu, var = model.encode(studio.binarise(digits.train[:2000]))
plots.kl_against_images(kl_split, mu, var)

# %% [markdown]
# The information follows $\log N$: the code of a digit names it among two thousand others, nearly without error. It
# can't do so for ever: $I_q$ is at most the mean KL, so with twenty nats it leaves the line before $N = e^{20}$, half a
# billion. Up to there the mutual information of *this sample* is a fact about the sample's size. Beware of figures for
# $I_q$ that don't tell their $N$.
#
# ## What β buys
#
# Put a weight on the KL (Higgins et al. 2017): minimise reconstruction + $\beta$·kl. Call the KL the **rate**, what is
# spent on the code, and the reconstruction the **distortion**, what is still missing when the code is known. Each
# model is then a point in a plane, and $\beta$ says how many nats of distortion one is ready to accept for a nat of
# rate saved (Alemi et al. 2018). Lines of equal NELBO have slope −1. At rate zero waits the model without latents.

# %% tags=["run"]
betas = (0.1, 0.3, 1.0, 3.0, 10.0)
fits, points = {}, []
for beta in betas:
    fits[beta] = fit(steps // 2, beta=beta)
    if fits[beta] is not None:
        _, rate, distortion = on_test_digits(fits[beta])
        with torch.no_grad():
            means, _ = fits[beta].encode(studio.binarise(digits.test[:1000]))
        points.append((beta, rate, distortion, active_units(means) or 0))
ready = len(points) == len(betas)
seen = studio.binarise(digits.train)
plots.rate_distortion(points if ready else None, nelbo_without_latents, seen)

# %% [markdown]
# What it looks like: each row is one of these models, with reconstructions of the same ten digits on the left, and
# samples from the prior on the right.

# %% tags=["run"]
ten = studio.binarise(digits.test[:10], torch.Generator(device).manual_seed(3))
plots.by_beta(fits if ready else None, ten)

# %% [markdown] essay="rate_and_distortion" points=4
# **Read your two pictures.** In ten to fifteen lines: (1) Which of the models has the lowest NELBO, and why must it be
# near $\beta = 1$? (2) What does $\beta < 1$ gain and lose, in reconstructions and in samples, and where do its
# samples come from that the codes of data don't? (3) What happens to the number of active units as $\beta$ grows, and
# what does the model at the end of that road say about an image? (4) It is said that $\beta > 1$ "disentangles". What
# is meant, by which mechanism might it happen, and why does neither of your pictures show it?
#
# ### BEGIN SOLUTION
# (1) β = 1 (or its neighbour, within the noise of a short training): the NELBO *is* the objective with β = 1, so models
# trained for another weight can only be as good by luck. On the plane the curve touches the line of slope −1 there.
#
# (2) β < 1 spends more rate: the reconstructions are sharper and closer to the particular digit. But the codes are
# narrow and spread out, the aggregate q(z) no longer looks like the prior, and z drawn from N(0, I) falls between the
# codes, where the decoder is untrained: the samples are broken strokes. It is the autoencoder of unit 05, approached
# from the other side.
#
# (3) It falls: a latent whose use no longer pays for β times its rate is switched off (the linear VAE: when its
# eigenvalue is under β σ²). At the end all are off, the KL is zero, every image gets the same q, and the decoder
# returns the mean digit: the point at rate zero, with the distortion of the model without latents. Its samples are all
# alike; its KL is perfect.
#
# (4) That single latents correspond to single factors of variation (slant, thickness, class). A higher price on the KL
# makes the posterior use few axes, and the diagonal q prefers decoders whose columns are orthogonal, as in the linear
# VAE, so that axes may align with independent factors. Neither picture varies one latent at a time, nor are factors
# labelled, so neither can show it; it depends on the data, and without assumptions on them it can't be had at all
# (Locatello et al. 2019). What is lost is certain: for β > 1 the objective is still a lower bound on log p(x), but a
# looser one.
# ### END SOLUTION
#
# ### BEGIN RUBRIC
# - **1 point**: the model near β = 1, with the reason that the NELBO is this objective (or the slope of the tangent).
#   Half a point for the right model without a reason.
# - **1 point**: for β < 1 better reconstructions *and* worse samples, the latter from a mismatch between the prior and
#   the codes. Half a point for one of the two.
# - **1 point**: units switch off one after the other; the limit is a constant encoder, whose decoder returns the mean
#   image. Half a point if only the number is described.
# - **1 point**: a definition of disentangling, a mechanism (price on the KL, diagonal q), and that it would take
#   varying one latent at a time, or labelled factors, to see it. Half a point for two of the three.
# ### END RUBRIC

# %% [markdown]
# **Exercise.** What is the main thing that $\beta$ buys?
#
# - **a** A tighter bound: with the right $\beta$ the gap to $\log p(x)$ closes.
# - **b** Better samples for every $\beta > 1$, since the aggregate of the codes comes closer to the prior.
# - **c** A choice of the trade between rate and distortion, at the price that for $\beta \ne 1$ the objective is no
#   longer the negative ELBO; larger values can (but need not) lead to latents that stand for one thing each.
# - **d** A regulariser against overfitting of the decoder's weights, as weight decay is one.
# - **e** Nothing but a change of the learning rate, which Adam undoes.
#
# Assign the letter to `what_beta_buys`. It is recorded now and marked in grading; so are the next two.

# %% solution="what_beta_buys"
### BEGIN SOLUTION
what_beta_buys = "c"
### END SOLUTION

# %% check="what_beta_buys" points=1
check("what_beta_buys")

# %% [markdown]
# **Exercise.** A perfect optimiser finds the one maximum of the ELBO over $\theta$ and $\phi$. Has it found a maximum
# of $\log p_\theta(x)$?
#
# - **a** Yes: the ELBO is a lower bound, and whoever pushes a lower bound to its top pushes the evidence to its top.
# - **b** Not necessarily: the gap depends on $\theta$ as well, and the bound may prefer a $\theta$ with a smaller gap
#   over one with more evidence. Unit 03 computed such a case.
# - **c** Not necessarily, because stochastic gradients only find local maxima.
# - **d** Yes, provided that $q$ has full covariance matrices.
# - **e** No, never: if the gap is positive anywhere, then the two maxima are different.

# %% solution="maximum_of_the_bound"
### BEGIN SOLUTION
maximum_of_the_bound = "b"
### END SOLUTION

# %% check="maximum_of_the_bound" points=1
check("maximum_of_the_bound")

# %% [markdown]
# **Exercise.** Why does a VAE tend to generate better than an autoencoder with the same networks?
#
# - **a** Its reconstructions are better, so its decoder is.
# - **b** It has more weights: the encoder has twice as many outputs.
# - **c** The KL makes every $q(z\mid x)$ equal to the prior, so that the decoder has seen all that will be sampled.
# - **d** The KL keeps the codes where the prior will be sampled, and noise in the codes makes the decoder right in a
#   neighbourhood of each: few holes, and no sharp edges between codes.
# - **e** It maximises the likelihood, and a higher likelihood means better samples.

# %% solution="better_sampler"
### BEGIN SOLUTION
better_sampler = "d"
### END SOLUTION

# %% check="better_sampler" points=1
check("better_sampler")

# %% [markdown]
# ## What can go wrong
#
# - **A mean where a sum belongs**, over pixels or over latents: see above. The most common mistake of all, since it is
#   the default of most losses.
# - **A sigmoid too many.** A decoder that ends in a sigmoid, and a likelihood that takes logits: no pixel can be more
#   than 73 % on, or less than 50 %, and training stalls above 500 nats without an error message.
# - **A KL that falls to zero in the first hundred steps**: $\beta$ or a mean too large in its favour, or a decoder that
#   does without. Compare with the score without latents, not with zero.
# - **Judging by reconstructions.** They are the autoencoder's strength. Look at samples, and at the NELBO on digits
#   that weren't trained on.
# - **Numbers without their circumstances.** How were the pixels made binary, on how many images, with how many samples
#   of $z$, with which standard error? On 100 images it is 3 nats: more than most differences that papers report.
#
# ## Where it comes from
#
# - The protocol and the published figures: a write-up of CS 236, homework 2, Stanford, 2019, problem 1.
# - Per-example $\gamma_i$, amortisation, the four steps of an iteration: lecture notes, CSCI 5525, University of
#   Minnesota, 2020, lectures 22 and 23. The objective of a batch: notes on the ELBO for VAEs (here with its indices, a
#   sum over the data in the KL, and samples that belong to their image).
# - The short answers: assignment, CPSC 440/540, University of British Columbia, 2022, part 2.
# - D. P. Kingma and M. Welling, *Auto-encoding variational Bayes*, ICLR 2014. D. J. Rezende, S. Mohamed and D.
#   Wierstra, *Stochastic backpropagation and approximate inference in deep generative models*, ICML 2014.
# - Y. Burda, R. Grosse and R. Salakhutdinov, *Importance weighted autoencoders*, ICLR 2016 (active units).
# - M. Hoffman and M. Johnson, *ELBO surgery: yet another way to carve up the variational evidence lower bound*, 2016.
# - I. Higgins et al., *β-VAE*, ICLR 2017. A. Alemi et al., *Fixing a broken ELBO*, ICML 2018.
# - C. Cremer, X. Li and D. Duvenaud, *Inference suboptimality in variational autoencoders*, ICML 2018.
# - F. Locatello et al., *Challenging common assumptions in the unsupervised learning of disentangled representations*,
#   ICML 2019.
#
# Next, unit 07: the prior gets clusters.
