# ---
# jupyter:
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # 10 · Style and content
#
# The house numbers of a street differ in two ways: in *what* they say, and in *how* they say it: ink, paper, slant,
# width. If somebody tells the model what an image says, its latents are free to hold the rest. Then one can take the
# hand of one image and let it write another digit. This unit builds that model, and measures whether it really keeps
# the two apart.
#
# **What you will be able to do**
#
# - derive the bound for a model that is given a label, and say where the independence of style and content enters;
# - tell a bound from a looser one, by how much it is looser, and what training with it would do;
# - write the likelihood of a picture with Gaussian noise, with all its constants, and learn the noise safely;
# - put a label into both halves of a VAE, train it, swap contents, and lay out styles and contents in a grid;
# - measure what is left of the digit in $z$, against chance and against a model that wasn't told.
#
# It takes about 90 minutes. You need unit 06 (the VAE), the proofs of unit 01, and a line of unit 05 (squared error is
# a Gaussian).
#
# | Symbol | Code | Is |
# |---|---|---|
# | $x$, $D$ | `x` (N, D) | a batch of pictures: the colours of all pixels, in $[0, 1]$ |
# | $y$ | `y` (N,) | their labels, whole numbers from 0: the content |
# | $z$, $K$ | `z` (N, K) | the latents: the style |
# | $q(z\mid x, y)$ | `mu`, `var` (N, K) | what the encoder says: $\mathcal N(\mu, \operatorname{diag}\mathrm{var})$ |
# | $p(x\mid z, y)$ | `mean` (N, D), $\sigma^2$ | the decoder's Gaussian: one variance for all pixels |
# | $\epsilon$ | `eps` (N, K) | standard normal noise: $z = \mu + \sqrt{\mathrm{var}}\,\epsilon$ |
#
# Everything from the pieces on is a torch tensor. `var` is a *variance*. As in unit 06, `reconstruction` is a cost and
# nelbo = kl + reconstruction, in nats. New: colours have a *density*, so costs may be negative.
#
# One cell of settings. As it is, the notebook takes a minute or two on a laptop, on 5,000 coloured digits of $16 \times
# 16$ pixels. With `"coloured_mnist", "full", "cuda", 20_000, 32, 0.4` it takes all 60,000 in their full size (why 0.4,
# you will see); with `"svhn"` in front it takes real house numbers, which are downloaded (for non-commercial use, and
# not to be passed on). The weights that you hand in are of a model of $16 \times 16$ pixels: the judge can't take
# others.

# %%
import math

import numpy as np
import torch
from IPython.display import display
from torch import nn
from torch.nn import functional as F

from autograder.derivation import KL, Density, Derivation, E, integral, log, variables
from elboroom import studio, widgets
from elboroom.checks.fsvae import check
from elboroom.plots import fsvae as plots
from elboroom.reading import Reader

# %%
name, data, device, steps, side, sigma2 = "coloured_mnist", "subset", "cpu", 1500, 16, 0.1

# %% [markdown]
# ## A model that is told
#
# Two things make a picture: a label $y$ that we are told, and a style $z$ that we aren't. They are drawn independently
# of each other, and the picture is drawn given both:
#
# $$p(x\mid y) = \int p(z)\,p(x\mid z, y)\,dz, \qquad p(z\mid y) = p(z).$$
#
# How often each digit occurs is none of the model's business: it is asked for $\log p(x\mid y)$, and $p(y)$ never
# appears. As always the integral is out of reach, and as always a $q$ of our own helps. It may look at all that is
# known, the picture *and* the label:
#
# $$\log p(x\mid y) \;\ge\; \mathbb E_{q(z\mid x, y)}\big[\log p(x\mid z, y)\big]
#   - \mathrm{KL}\big(q(z\mid x, y)\,\|\,p(z)\big).$$
#
# It is the bound of unit 01 with a $y$ behind every bar but one: $p(z)$ stands there alone, because style is drawn
# without looking at the label. Watch where your proof needs that.
#
# *By hand.* Two styles, equally likely, and a picture with $p(x\mid z, y) = (0.6, 0.2)$ for the label that it has. Then
# $p(x\mid y) = 0.4$ and its log is $-0.9163$. With $q = (\tfrac12, \tfrac12)$, the prior, the KL is zero and the bound
# $\tfrac12\log 0.6 + \tfrac12\log 0.2 = -1.0601$. With $q = (\tfrac34, \tfrac14)$, the posterior, the reconstruction
# is $-0.7855$, the KL $0.1308$, and the bound touches: $-0.9163$.
#
# **Exercise.** Prove the bound. The language is that of unit 01. `p(x | y & z)` is the decoder, `q(z | x & y)` the
# encoder. Two more rules: `"marginal"` brings $z$ in under an integral, `"independence"` says $p(z\mid y) = p(z)$.

# %%
y, z, x = variables("y z x")
p = Density("p", [y, z, x], factors=[y, z, x | y & z])  # y and z on their own, x given both
q = Density("q", [z], given=[x, y])

# %% solution="conditional_bound"
goal = log(p(x | y)) >= E(q(z | x & y), log(p(x | y & z))) - KL(q(z | x & y), p(z))
begin = Derivation(log(p(x | y)), goal=goal)
conditional_bound = (
    ### BEGIN SOLUTION
    begin.eq(log(integral(z, p(x, z | y))), by="marginal")
    .eq(log(integral(z, q(z | x & y) * (p(x, z | y) / q(z | x & y)))), by="algebra")
    .eq(log(E(q(z | x & y), p(x, z | y) / q(z | x & y))), by="expectation")
    .ge(E(q(z | x & y), log(p(x, z | y) / q(z | x & y))), by="jensen: log is concave")
    .ge(E(q(z | x & y), log(p(x | y & z) * p(z | y) / q(z | x & y))), by="chain rule")
    .ge(E(q(z | x & y), log(p(x | y & z)) + log(p(z) / q(z | x & y))), by="independence")
    .ge(E(q(z | x & y), log(p(x | y & z))) - E(q(z | x & y), log(q(z | x & y) / p(z))), by="linearity")
    .ge(E(q(z | x & y), log(p(x | y & z))) - KL(q(z | x & y), p(z)), by="definition")
    ### END SOLUTION
)
display(conditional_bound)

# %% check="conditional_bound" points=4
check("conditional_bound")

# %% [markdown]
# ## A bound that is looser
#
# A published solution of this exercise first stops earlier. It writes $p(x\mid y)$ as an average over the *prior*,
# applies Jensen, and calls $\mathbb E_{p(z)}[\log p(x\mid z, y)]$ the ELBO. Further down it derives the bound with a
# $q$ and calls it "an equivalent definition in a different form".
#
# **Exercise.** The first of the two is true as an inequality. Prove it.

# %% solution="bound_over_the_prior"
goal = log(p(x | y)) >= E(p(z), log(p(x | y & z)))
begin = Derivation(log(p(x | y)), goal=goal)
bound_over_the_prior = (
    ### BEGIN SOLUTION
    begin.eq(log(integral(z, p(x, z | y))), by="marginal")
    .eq(log(integral(z, p(z | y) * p(x | y & z))), by="chain rule")
    .eq(log(integral(z, p(z) * p(x | y & z))), by="independence")
    .eq(log(E(p(z), p(x | y & z))), by="expectation")
    .ge(E(p(z), log(p(x | y & z))), by="jensen: log is concave")
    ### END SOLUTION
)
display(bound_over_the_prior)

# %% check="bound_over_the_prior" points=2
check("bound_over_the_prior")

# %% [markdown]
# Equivalent they are not: this is what the bound with a $q$ becomes when $q$ *is* the prior. Its KL is zero then, and
# nobody has looked at $x$. By how much is it looser? Measure it where everything is known, in the model of unit 03: $z
# \sim \mathrm{Exp}(\theta)$, $x\mid z \sim \mathcal N(z, 1)$. (There is no label there; put the same one behind every
# bar.)
#
# *By hand.* $\log p(x\mid z) = -\tfrac12\log 2\pi - \tfrac12(x - z)^2$, and the mean of a square is the square of the
# mean plus the variance. Under $\mathrm{Exp}(\theta)$ the mean is $1/\theta$. At $x = 0$, $\theta = 1$ the square is
# $z^2$ and its mean $2$; so the bound is $-0.9189 - 1 = -1.9189$.
#
# **Exercise.** The bound over the prior, in closed form. Arguments broadcast, as in unit 03, and may be whole numbers
# or in single precision: compute in float64.

# %% solution="prior_bound"
def prior_bound(x, theta):
    """E[log N(x; z, 1)] for z ~ Exp(theta), in nats. x, theta: (...); ValueError unless theta > 0."""
    ### BEGIN SOLUTION
    theta = np.asarray(theta, dtype=float)
    if np.any(theta <= 0):
        raise ValueError("theta must be positive")
    return -0.5 * np.log(2 * np.pi) - 0.5 * ((x - 1 / theta) ** 2 + 1 / theta**2)
    ### END SOLUTION

# %% check="prior_bound" points=2
check("prior_bound")

# %% [markdown]
# At $x = 1.5$, $\theta = 1$ the evidence is $-1.3689$. The best exponential $q$ gives $-1.5039$; the prior itself gives
# $-1.5439$. Here that is a small loss. Drag $\theta$ down, so that the prior gets wide, and look again: a $q$ that may
# not look at $x$ has to be right everywhere at once.

# %% tags=["run"]
widgets.explore(plots.bounds, prior_bound, theta=(0.15, 3.0, 1.0))

# %% [markdown]
# And what would happen if one *trained* with it?
#
# **Exercise.** The decoder is $\mathcal N(f(z, y), \sigma^2 I)$, and $f$ may be any function. Over all training
# pictures one maximises the mean of $\mathbb E_{p(z)}[\log p(x\mid z, y)]$. Which $f$ is best?
#
# - **a** $f(z, y)$ is a picture of the training set with the label $y$, another one for each region of $z$: it
#   memorises them.
# - **b** $f(z, y)$ draws the digit $y$ in the style $z$, as with the tighter bound; it takes longer to train.
# - **c** $f(z, y)$ is the mean of all pictures, whatever $z$ and $y$ are.
# - **d** $f(z, y)$ is the mean of all pictures with the label $y$, whatever $z$ is.
# - **e** There is no best one: $f$ grows without bound.

# %% solution="blind_decoder"
blind_decoder = (
    ### BEGIN SOLUTION
    "d"
    ### END SOLUTION
)

# %% check="blind_decoder" points=1
check("blind_decoder")

# %% [markdown]
# ## The pieces
#
# **The label.** A label is not a quantity: 7 isn't more than 3. So each class gets a column of its own, which is 1 for
# the pictures of that class and 0 for the others. These *indicators* go beside whatever else a network is given: beside
# the picture in the encoder, beside the style in the decoder.
#
# *By hand.* Features $(5, 6)$, label 2 of 3 classes: $(5, 6, 0, 0, 1)$.
#
# **Exercise.** Put them there, after the features. Labels count from 0.

# %% solution="with_label"
def with_label(features, y, classes):
    """The features (N, F) with the indicators of the labels y (N,) beside them: (N, F + classes), features' dtype."""
    ### BEGIN SOLUTION
    return torch.cat([features, F.one_hot(y, classes).to(features.dtype)], dim=1)
    ### END SOLUTION

# %% check="with_label" points=1
check("with_label")

# %% [markdown]
# **The noise.** Pixels were coins in unit 06. A colour is a number, so the decoder says which colour it expects, and
# how far off it may be: $p(x\mid z, y) = \mathcal N(x; m, \sigma^2 I)$. Its log density is
#
# $$\log p(x\mid z, y) = \sum_{i=1}^D\Big[-\tfrac12\log 2\pi - \tfrac12\log\sigma^2
#   - \frac{(x_i - m_i)^2}{2\sigma^2}\Big].$$
#
# With $\sigma^2$ fixed the first two terms are a constant, and people leave them out. Learn $\sigma^2$ without them and
# it runs to infinity, where every error is forgiven. Keep them *once* instead of once for each pixel, and it comes out
# $D$ times too large: code that takes the log of a single number and adds it after the sum does just that.
#
# *By hand.* Two pixels, both off by 1, $\sigma^2 = 2$: each has $-0.9189 - 0.3466 - 0.25 = -1.5155$, the picture
# $-3.0310$.
#
# **Exercise.** The log density of each picture. The variance may be a single number, one for each pixel (D,), or one
# for each pixel of each picture (N, D); it always comes as a tensor.

# %% solution="gaussian_log_likelihood"
def gaussian_log_likelihood(x, mean, var):
    """log N(x; mean, diag var), in nats: x, mean (N, D), var broadcasts against them; returns (N,)."""
    ### BEGIN SOLUTION
    pixels = math.log(2 * math.pi) + torch.log(var) + (x - mean) ** 2 / var  # (N, D), whatever the shape of var
    return -0.5 * pixels.sum(1)
    ### END SOLUTION

# %% check="gaussian_log_likelihood" points=3
check("gaussian_log_likelihood")

# %% [markdown]
# ## The model
#
# Two networks as in unit 06 (two hidden layers, ELU), each with the label beside its input; and one number, $\log
# \sigma^2$, stored as a logarithm so that no step can make the variance negative.
#
# A learnt variance wants a floor, too. Colours are stored as one of 256 bytes. A decoder that is surer of a colour than
# that rounding could be rewarded without end: if it hit all colours exactly, $-\tfrac12\log\sigma^2$ would go to
# infinity. (With a variance for each pixel, one pixel that is the same in all pictures is enough.) Rounding to
# multiples of $1/255$ has the variance $1/(12\cdot 255^2)$, so nothing below that has a meaning, and
# $\sigma^2 = e^{\log\sigma^2} + 1/(12\cdot 255^2)$ never gets there.

# %%
ROUNDING = 1 / (12 * 255**2)


class Network(nn.Module):
    """inputs -> hidden -> hidden -> outputs, with ELU between; its weights are called net.0.weight … net.4.bias."""

    def __init__(self, inputs, hidden, outputs):
        super().__init__()
        layers = nn.Linear(inputs, hidden), nn.ELU(), nn.Linear(hidden, hidden), nn.ELU(), nn.Linear(hidden, outputs)
        self.net = nn.Sequential(*layers)

    def forward(self, x):
        return self.net(x)


# %% [markdown]
# **Exercise.** The model. So that weights can be exchanged, names and order are fixed: `enc` and `dec` are a `Network`
# each, and take the image (or the style) *first*, then the label's indicators. `log_sigma2` is an `nn.Parameter`
# without a shape, which begins at $\log 0.1$, the value of the homework that this unit comes from. The encoder's $2K$
# outputs are $\mu$ and, as ever, an $h$ with $\mathrm{var} = \mathrm{softplus}(h) + 10^{-8}$. The decoder's output is
# the mean as it is, not squashed.

# %% solution="FSVAE"
class FSVAE(nn.Module):
    """q(z|x,y) = N(mu(x,y), diag var(x,y)), p(x|z,y) = N(mean(z,y), sigma2 I)."""

    def __init__(self, z_dim, x_dim, hidden, classes):
        super().__init__()
        ### BEGIN SOLUTION
        self.classes = classes
        self.enc, self.dec = Network(x_dim + classes, hidden, 2 * z_dim), Network(z_dim + classes, hidden, x_dim)
        self.log_sigma2 = nn.Parameter(torch.tensor(math.log(0.1)))
        ### END SOLUTION

    def encode(self, x, y):
        """(mu, var) of q(z|x,y): (N, D) and (N,) to (N, K) each."""
        ### BEGIN SOLUTION
        mu, h = self.enc(with_label(x, y, self.classes)).chunk(2, dim=1)
        return mu, F.softplus(h) + 1e-8
        ### END SOLUTION

    def decode(self, z, y):
        """The mean of p(x|z,y): (N, K) and (N,) to (N, D)."""
        ### BEGIN SOLUTION
        return self.dec(with_label(z, y, self.classes))
        ### END SOLUTION

    def variance(self):
        """sigma2: exp(log_sigma2) + ROUNDING, a tensor without shape."""
        ### BEGIN SOLUTION
        return torch.exp(self.log_sigma2) + ROUNDING
        ### END SOLUTION

# %% check="FSVAE" points=3
check("FSVAE")

# %% [markdown]
# **The objective.** The bound with its sign turned, one sample $z = \mu + \sqrt{\mathrm{var}}\,\epsilon$ for each
# picture. The KL has the closed form of units 02 and 06: the label shifts $q$, but not the prior.
#
# *By hand.* One latent, $\mu = 1$, $\mathrm{var} = 1$: $\mathrm{KL} = \tfrac12(1 + 1 - 1 - 0) = \tfrac12$, for a 3 as
# for a 7.
#
# **Exercise.** The three terms: means over the batch of sums over dimensions, tensors without shape.

# %% solution="negative_elbo"
def negative_elbo(model, x, y, eps):
    """(nelbo, kl, reconstruction), 0-d, in nats. x (N, D), y (N,), eps (N, K)."""
    ### BEGIN SOLUTION
    mu, var = model.encode(x, y)
    z = mu + torch.sqrt(var) * eps
    kl = 0.5 * (mu**2 + var - 1 - torch.log(var)).sum(1).mean()
    reconstruction = -gaussian_log_likelihood(x, model.decode(z, y), model.variance()).mean()
    return kl + reconstruction, kl, reconstruction
    ### END SOLUTION

# %% check="negative_elbo" points=3
check("negative_elbo")

# %% [markdown]
# **How much noise is best?** ⊕ For given networks and a given batch the negative ELBO, as a function of $\sigma^2$
# alone, is $\tfrac D2\log\sigma^2 + S/(2\sigma^2)$ plus what doesn't depend on it, $S$ being the mean squared error of
# a whole picture. It has one minimum. (Rybkin et al. 2021 train with it: no $\sigma^2$ to choose, none to learn.)
#
# **Exercise.** That minimum, for the styles that this noise gives.

# %% solution="best_variance"
def best_variance(model, x, y, eps):
    """The sigma2 at which the reconstruction of this batch costs least: a tensor without shape."""
    ### BEGIN SOLUTION
    mu, var = model.encode(x, y)
    mean = model.decode(mu + torch.sqrt(var) * eps, y)
    return ((x - mean) ** 2).mean()
    ### END SOLUTION

# %% check="best_variance" points=1
check("best_variance")

# %% [markdown]
# ## Training
#
# Digits in colours. Ink and paper are drawn at random for every image, whatever the digit: here style and content *are*
# independent, so the model's assumption is true. (On real house numbers it is only nearly true.) To be quick we shrink
# the pictures: $2 \times 2$ pixels become one.

# %% tags=["run"]
digits = studio.digits(data, device, name)


def small(images):
    """Bytes (N, 3, 32, 32) as rows of bytes (N, 3·side²): each square of pixels becomes one, their mean."""
    parts = [F.avg_pool2d(part.float(), 32 // side).round().to(torch.uint8) for part in images.split(1000)]
    return torch.cat(parts).flatten(1)


train_images, train_labels = small(digits.train), digits.train_labels
x_test, y_test = small(digits.test)[:1000] / 255, digits.test_labels[:1000]
plots.gallery(x_test[:60])

# %% [markdown]
# **Exercise** (training). Write `train`, and train a model with 10 latents and 200 hidden units, its variance *held* at
# 0.1. (`learn_variance` will be wanted later: then $\log\sigma^2$ moves as well. It has a long way to go, and Adam
# moves nothing by more than its rate in a step: give it a rate ten times that of the networks.)
#
# `studio.batches(train_images, steps, labels=labels, binary=False)` gives (step, x, y): x (100, D) float32, the colours
# in $[0, 1]$ (without `binary=False` they would become 0 and 1), and y (100,). Noise is `torch.randn(len(x), Z_DIM,
# device=x.device)`. `studio.Live(steps)` draws the terms, as in unit 06.
#
# The cell saves the weights to `fsvae.safetensors`, beside this notebook. **Hand in that file together with the
# notebook**: grading doesn't train. The judge puts your weights into its own model and measures on the 1,000 embedded
# test digits, in $16 \times 16$ pixels: the negative ELBO (below $-100$, and below $-128$ nats); how many of the digits
# are read as the digit that they were swapped to (9 in 10); and in how many a probe finds the digit in $z$ (fewer than
# 1 in 4). Ours reaches $-136.6$, 98 in 100, and 12 in 100.

# %% solution="train_fsvae" tags=["run"]
Z_DIM, HIDDEN, CLASSES = 10, 200, 10


def train(model, labels, learn_variance=False):
    """Trains `model` for `steps` steps on the training pictures with these labels, and returns it.

    `model.log_sigma2` stays as it is unless learn_variance."""
    ### BEGIN SOLUTION
    model.log_sigma2.requires_grad_(learn_variance)
    networks = [*model.enc.parameters(), *model.dec.parameters()]
    optimiser = torch.optim.Adam([{"params": networks, "lr": 2e-3}, {"params": [model.log_sigma2], "lr": 2e-2}])
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
    live = studio.Live(steps)
    for step, x, y in studio.batches(train_images, steps, labels=labels, binary=False):
        eps = torch.randn(len(x), Z_DIM, device=x.device)
        nelbo, kl, reconstruction = negative_elbo(model, x, y, eps)
        optimiser.zero_grad()
        nelbo.backward()
        optimiser.step()
        schedule.step()
        live(step, nelbo=nelbo, kl=kl, reconstruction=reconstruction)
    return model
    ### END SOLUTION


def fresh():
    """A new model, the same every time, with the variance of the settings."""
    torch.manual_seed(0)
    model = FSVAE(Z_DIM, train_images.shape[1], HIDDEN, CLASSES).to(device)
    for weight_name, weight in model.named_parameters():
        if weight_name == "log_sigma2":
            nn.init.constant_(weight, math.log(sigma2))
    return model


fsvae = train(fresh(), train_labels)
if fsvae is not None:
    studio.save(fsvae, "fsvae.safetensors")

# %% [markdown]
# The next cell reads what you hand in. It runs in grading, too.

# %%
fsvae_weights = studio.read("fsvae.safetensors")

# %% check="train_fsvae" points=4
check("train_fsvae")

# %% [markdown]
# ## Same hand, other digit
#
# Now the label can be changed behind the model's back. The encoder looks at a picture *with the label that it has* and
# finds the style, whatever the digit doesn't explain. The decoder is given that style and another label.
#
# **Exercise.** Swap the content.

# %% solution="swap"
def swap(model, x, y, wanted, eps):
    """Pictures in the style of x (N, D), whose labels are y, with the labels `wanted` (N,): means (N, D).

    The style is one sample of q(z|x,y), with the noise eps (N, K)."""
    ### BEGIN SOLUTION
    mu, var = model.encode(x, y)
    return model.decode(mu + torch.sqrt(var) * eps, wanted)
    ### END SOLUTION

# %% check="swap" points=2
check("swap")

# %% [markdown]
# In the first row pictures that the model has never seen, then what it makes of them with their own label, then with
# others. The paper stays, the slant stays, the width stays. And the ink? At this $\sigma^2$ its colour isn't worth the
# nats: all ink is grey, bright or dark.

# %% tags=["run"]
plots.swapped(fsvae, swap, x_test[:14], y_test[:14])

# %% [markdown]
# **A grid.** Draw some styles from the prior and let each write every digit. Rows share $z$, columns share $y$. To
# decode all $R \cdot C$ pairs in one call they have to be laid out one after the other and cut into rows again, and
# here is a trap that this course has met before (unit 08 finds it in a published result): a list made style by style
# and read class by class has the right shape, and the wrong pictures in it.
#
# *By hand.* Two styles $a, b$ and three classes. Row by row the pairs are $a0, a1, a2, b0, b1, b2$. Made the other way,
# $a0, b0, a1, b1, a2, b2$, and cut into two rows of three, the first row is $a0, b0, a1$.
#
# **Exercise.** The grid.

# %% solution="style_grid"
def style_grid(model, z, classes):
    """(R, classes, D): in row r and column c the picture with the style z[r] (z is (R, K)) and the label c."""
    ### BEGIN SOLUTION
    labels = torch.arange(classes).repeat(len(z)).to(z.device)  # 0 1 2 0 1 2
    images = model.decode(z.repeat_interleave(classes, dim=0), labels)  # z[0] z[0] z[0] z[1] z[1] z[1]
    return images.reshape(len(z), classes, -1)
    ### END SOLUTION

# %% check="style_grid" points=2
check("style_grid")

# %% tags=["run"]
torch.manual_seed(1)
plots.styles(fsvae, style_grid, torch.randn(8, Z_DIM, device=device))

# %% [markdown]
# **From one hand to another.** Walk along a straight line in $z$ with the label held. If $z$ holds the style, every
# point of the line is a picture of the same digit.
#
# **Exercise.** The walk, both ends included.

# %% solution="interpolate"
def interpolate(model, z_a, z_b, y, steps):
    """(steps, D): pictures with the label y, a whole number, for z on the straight line from z_a (K,) to z_b (K,)."""
    ### BEGIN SOLUTION
    share = torch.linspace(0, 1, steps)[:, None].to(z_a.device)  # of z_b
    labels = torch.full((steps,), y).to(z_a.device)
    return model.decode((1 - share) * z_a + share * z_b, labels)
    ### END SOLUTION

# %% check="interpolate" points=1
check("interpolate")

# %% tags=["run"]
torch.manual_seed(2)
plots.walks(fsvae, interpolate, torch.randn(5, 2, Z_DIM, device=device))

# %% [markdown]
# ## Is that true, or does it only look like it?
#
# Pictures can be chosen. "Style and content are kept apart" is a claim that can be measured, from both sides:
#
# 1. *The style doesn't know the digit.* Let a classifier learn to predict $y$ from $z$ alone. It should do no better
#    than chance.
# 2. *The content does.* Let somebody who has never seen the model read what it draws. They should read the label that
#    the decoder was given.
#
# The bound has an opinion on the first. For each label split the mean KL, as in unit 06, into what $z$ tells of $x$ and
# what separates all codes together from the prior; then average over the labels:
#
# $$\underbrace{\mathbb E\big[\mathrm{KL}(q(z\mid x,y)\,\|\,p(z))\big]}_{\text{the KL of the bound}}
#   = I_q(x; z\mid y) + \mathbb E_y\,\mathrm{KL}\big(q(z\mid y)\,\|\,p(z)\big),
#   \qquad I_q(y; z) \le \mathbb E_y\,\mathrm{KL}\big(q(z\mid y)\,\|\,p(z)\big).$$
#
# Whatever $z$ knows of the digit is paid for in nats, and it buys nothing, since the decoder is told the digit anyway.
# So at the optimum of the bound $z$ knows nothing. (For an optimum. There are $\log 10 = 2.3$ nats to be saved, and
# training may have other worries. Hence the measurement.)
#
# **The probe.** The plainest of classifiers. Put a column of ones beside the features, and let $W$ be the matrix for
# which $\|AW - T\|^2$ is least, $T$ having a column of indicators for each class. The prediction is the class with the
# largest entry in the row of $AW$. It is fitted on one set and judged on another.
#
# *By hand.* If it is right in $a = 0.2$ of $n = 100$ rows, the standard error is $\sqrt{0.2 \cdot 0.8/100} = 0.04$: two
# and a half standard errors above a chance of 0.1.
#
# **Exercise.** Accuracy and standard error. Labels run from 0 to `labels.max()`.

# %% solution="probe"
def probe(features, labels, others, their_labels):
    """(accuracy, standard error) on the others (M, F) of the least-squares classifier of features (N, F): two floats.

    labels (N,) and their_labels (M,) are whole numbers."""
    ### BEGIN SOLUTION
    A, B = (torch.cat([f, f.new_ones(len(f), 1)], dim=1).double() for f in (features, others))
    W = torch.linalg.lstsq(A, F.one_hot(labels).double()).solution
    accuracy = float(((B @ W).argmax(dim=1) == their_labels).double().mean())
    return accuracy, math.sqrt(accuracy * (1 - accuracy) / len(others))
    ### END SOLUTION

# %% check="probe" points=3
check("probe")

# %% [markdown]
# An accuracy says nothing alone. Two numbers to hold it against: chance, and what the same probe finds in the $z$ of a
# model that is *not* told. That model is easily had: give yours the label 0 for every picture.

# %% tags=["run"]
untold = None if fsvae is None else train(fresh(), torch.zeros_like(train_labels))

# %% [markdown]
# And a reader for the second claim: `Reader` remembers real training digits and compares how the *ink* lies, whatever
# its colour, with its three nearest neighbours. It has never seen a model.

# %% tags=["run"]
reader = Reader(train_images, train_labels.cpu())
generator = torch.Generator().manual_seed(3)
wanted = (y_test + torch.randint(1, 10, y_test.shape, generator=generator).to(device)) % 10  # never the own label
noise = torch.randn(len(train_images) + len(x_test), Z_DIM, generator=generator).to(device)
print(f"real test digits are read with accuracy {reader.accuracy(x_test, y_test.cpu())[0]:.3f}")


@torch.no_grad()
def measured(model, told=1):
    """The bound, the probe of z, and what is read after a swap: ((nelbo, 0), (a, error), (a, error))."""
    x, y = torch.cat([train_images / 255, x_test]), torch.cat([train_labels, y_test])
    mu, var = model.encode(x, told * y)
    z, n = mu + torch.sqrt(var) * noise, len(train_images)
    nelbo = negative_elbo(model, x_test, told * y_test, noise[n:])[0]
    read = reader.accuracy(swap(model, x_test, told * y_test, told * wanted, noise[n:]), wanted.cpu())
    return (float(nelbo), 0.0), probe(z[:n], train_labels, z[n:], y_test), read


def told_of(results):
    """A line for each model."""
    print("                      negative ELBO   digit found in z   swapped digit read as wanted")
    for who, ((nelbo, _), (found, error), (read, read_error)) in results.items():
        print(f"{who:22} {nelbo:12.1f}     {found:.3f} ± {error:.3f}     {read:.3f} ± {read_error:.3f}")


results = {}
if untold is not None:
    results = {"told": measured(fsvae), "not told": measured(untold, told=0)}
    told_of(results)

# %% [markdown]
# For us the probe finds the digit in 13 of 100 styles of the model that was told (chance: 10), and in 33 of those of
# the model that wasn't; and 97 of 100 swapped digits are read as what they were swapped to. Not quite *at* chance:
# three standard errors above, with other seeds one or two. A fair sentence is "nearly independent", with the numbers
# behind it. The bound of the model that wasn't told is 6 nats worse. The label itself can account for $\log 10 = 2.3$
# of them at most; the rest is lost because its few nats go into paper and slant, and it can hardly draw a digit: its
# $z$ is busy.
#
# (We probed *samples* of $q(z\mid x,y)$, for it is samples that the theorem above speaks of. The means $\mu$ alone give
# the digit away more often: averaging the noise out undoes what the KL paid for.)
#
# **Exercise.** Somebody shows you a model of this kind whose $z$ gives the digit away in three of four pictures. Which
# of these faults can alone explain it?
#
# - **a** The encoder isn't given the label; the decoder is.
# - **b** The KL is weighted ten times too high.
# - **c** The decoder isn't given the label; the encoder is.
# - **d** $\log p(y)$ was added to the bound.
# - **e** There are fewer latents than classes.

# %% solution="leak"
leak = (
    ### BEGIN SOLUTION
    "c"
    ### END SOLUTION
)

# %% check="leak" points=1
check("leak")

# %% [markdown]
# ## What a learnt variance does
#
# $\sigma^2 = 0.1$ was given from outside: a standard deviation of 0.32 on a scale from 0 to 1, a very tolerant judge of
# colours. How tolerant depends on the number of pixels, too: it is their errors *together* that the KL is weighed
# against. In $32 \times 32$ pixels, with four times as many errors, the same 0.1 is a stricter judge. (There, on all
# 60,000 coloured digits, `elboroom train fsvae` comes to 34 in 100 styles that give the digit away, and 73 in 100 swaps
# that are read as wanted. With four times the variance, 0.4, on the 5,000 digits, it is 16 and 98 again.) Now let the
# model choose.

# %% tags=["run"]
learnt = None if fsvae is None else train(fresh(), train_labels, learn_variance=True)
if learnt is not None:
    results["told, variance learnt"] = measured(learnt)
    told_of(results)
    with torch.no_grad():
        for who, model in (("held", fsvae), ("learnt", learnt)):
            best = best_variance(model, x_test, y_test, noise[-len(x_test) :])
            print(f"variance {who} at {model.variance():.4f}; for these test digits the best would be {best:.4f}")

# %% tags=["run"]
plots.compared(fsvae, learnt, swap, x_test[:14], y_test[:14])

# %% tags=["run"]
plots.both_sides(results)

# %% [markdown] essay="learnt_variance" points=4
# **What did the learnt variance do?** In ten to fifteen lines, with reference to your own figures and pictures: (1) Why
# is the negative ELBO so much lower, and may one conclude that this model is better? (2) What happened to KL and
# reconstructions, and why, in terms of what a unit of squared error costs? (3) What happened to style and content, and
# how does that go together with the argument that at the optimum of the bound $z$ knows nothing of the digit? (4) You
# have to choose a variance for a model whose purpose is to swap contents. What would you do, and how would you know?
#
# ### BEGIN SOLUTION
# (1) It is the normaliser: $\tfrac D2\log\sigma^2$ falls by $\tfrac{768}2\log(0.1/0.0054)$, some 1,100 nats. The
# errors, which cost more now, take some 360 of them back, the KL 20; 740 are left. Both are bounds on the same log
# density of the same data, so the comparison is legitimate, and as a *density model* the second is far better: 0.1 was
# a wrong description of the noise. It doesn't say that it is better at anything else.
#
# (2) An error of size $e^2$ costs $e^2/2\sigma^2$. With $\sigma^2$ some 18 times smaller it costs 18 times as much,
# while a nat of KL costs what it always did ($\lambda = 2\sigma^2$ in unit 05). So the model buys more information: the
# KL rises from 7 to 27 nats, and reconstructions are sharper (squared error per pixel 0.0055 instead of 0.009); even a
# tint of the ink is worth its price now.
#
# (3) The probe finds the digit in 45 of 100 styles instead of 13, and only 43 of 100 swapped digits are read as wanted:
# the pictures keep strokes of the old digit. Knowing the digit in $z$ still costs nats that buy nothing at the
# optimum. But at most 2.3 nats can be saved that way, whereas hundreds are at stake in the reconstruction, and the
# quickest way to lower those is to encode the strokes as they are, which give the digit away. After 1,500 steps the
# optimum of the bound is not where we are.
#
# (4) Treat $\sigma^2$ (or equivalently a weight on the KL, or its schedule) as a choice, and choose it by what it is
# for: on held-out pictures, by the probe and the reader, next to the reconstruction error. Longer training, more data,
# or a penalty on what a classifier finds in $z$ are other ways. A lower negative ELBO isn't evidence here.
# ### END SOLUTION
#
# ### BEGIN RUBRIC
# - **1 point**: the normaliser explains the fall (half a point), and the comparison is legitimate for the density but
#   says nothing of style and content (half a point).
# - **1 point**: squared error gets dearer relative to the KL as $\sigma^2$ falls, so the KL rises and errors fall; with
#   own figures. Half a point without the reason.
# - **1 point**: separation got worse, with figures from both sides (half a point); optimum against training, or 2.3
#   nats against hundreds, or an equivalent argument (half a point).
# - **1 point**: a choice by a measurement that fits the purpose, on data that weren't trained on. Half a point for
#   "tune it" without a criterion.
# ### END RUBRIC

# %% [markdown]
# ## What can go wrong
#
# - **The label doesn't reach one half.** Without it in the decoder $z$ has to carry the digit. Without it in the
#   encoder the bound still holds, but $q$ can't tell a slanted 1 from a 7.
# - **The label as one number**, or its indicators beside the wrong pictures: shapes fit, nothing complains.
# - **A normaliser left out**, or counted once instead of $D$ times: harmless until the variance is learnt.
# - **The KL of the wrong Gaussian.** It compares the encoder's $q$ with the prior, not the decoder's pixels.
# - **Class-major and style-major.** A grid with the right shape and diagonal styles.
# - **Chosen pictures.** A probe and a reader, held-out data, a baseline, standard errors.
#
# ## Where it comes from
#
# - The model, its bound and the variance 0.1: CS 236, Stanford, homework 2, problem 5, on SVHN with two hidden layers
#   of 500; the two bounds that are called equivalent stand in a published write-up of it (2019).
# - D. Kingma, D. Rezende, S. Mohamed and M. Welling, *Semi-supervised learning with deep generative models*, NeurIPS
#   2014: style and content, and the pictures of analogies.
# - K. Sohn, H. Lee and X. Yan, *Learning structured output representation using deep conditional generative models*,
#   NeurIPS 2015: the conditional VAE.
# - M. Hoffman and M. Johnson, *ELBO surgery*, 2016: the split of the KL.
# - O. Rybkin, K. Daniilidis and S. Levine, *Simple and effective VAE training with calibrated decoders*, ICML 2021: the
#   best variance in closed form.
# - Y. Netzer et al., *Reading digits in natural images with unsupervised feature learning*, 2011: SVHN.
#
# Next, unit 11: arguments of other people, some of them sound.
