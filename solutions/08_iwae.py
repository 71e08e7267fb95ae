# ---
# jupyter:
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # 08 · A tighter bound
#
# The ELBO asks one sample of $q$ how well it explains $x$, and takes the logarithm. If the sample was unlucky, the
# logarithm is merciless. This unit asks $m$ samples and takes the logarithm of their *mean*: the importance-weighted
# bound $\mathcal L_m$ (Burda, Grosse & Salakhutdinov 2016). It costs $m$ times as much and lies between the ELBO and
# the evidence. It also has a price that nobody expected, and it is so easy to get wrong that a published solution of an
# assignment reports 45 nats where 95 would be right. You will find out how.
#
# **What you will be able to do**
#
# - compute $\mathcal L_m$ from log weights, stably, and say what each axis of an array is for;
# - prove that $\log p(x) \ge \mathcal L_m \ge \mathcal L_1$, for every $m$ at once, and that more samples never hurt;
# - predict how fast the gap closes, and say how many of your samples count;
# - show that a tighter bound teaches the encoder *less*;
# - train a model on $\mathcal L_m$;
# - read somebody's figures, find out from them what the program did, and write the test that would have caught it.
#
# It takes about 90 minutes; sections marked ⊕ can wait. You need units 01 (the bound, the language of derivations) and
# 06 (the model); units 03 and 04 help where one observed number stands in for the images.
#
# | Symbol | Code | Is |
# |---|---|---|
# | $x$ | `x` (N, 784) | a batch of N images, of zeros and ones |
# | $m$ | `m` | the number of samples of $z$ for each image |
# | $\epsilon$, $z$ | `eps` (m, N, K) | noise; a sample $z = \mu + \sigma\epsilon$ of $q(z\mid x)$ |
# | $w = p(x, z)/q(z\mid x)$ | `log_w` (m, N) | the importance weights, as logarithms: samples first, images second |
# | $\mathcal L_m$ | `iwae_bound` (N,) | $\mathbb E[\log\frac1m\sum_s w_s]$, its estimate; $\mathcal L_1$ is the ELBO |
#
# Information is in nats. Write your functions with torch: bounds are there to be climbed.

# %%
import math

import torch
from IPython.display import display
from scipy import special
from torch.distributions import Bernoulli, Normal

from autograder.derivation import (
    Count,
    Density,
    Derivation,
    E,
    average,
    define,
    index,
    integral,
    log,
    product,
    subset,
    uniform,
    variables,
)
from elboroom import specimens, studio, widgets
from elboroom.checks.iwae import check
from elboroom.plots import iwae as plots
from elboroom.plots import iwae_bug as bug_plots
from elboroom.specimens import GMVAE, VAE

data, device, steps = "subset", "cpu", 2000  # on a GPU: "full", "cuda", 20_000
digits = studio.digits(data, device)

# %% [markdown]
# ## The evidence is a mean weight
#
# Draw $z$ from $q$ and ask how much more often the model would have drawn it, together with $x$: that is the weight
# $w(z) = p(x, z)/q(z\mid x)$. Its mean is the evidence, for any $q$ that is positive everywhere:
#
# $$\mathbb E_{q(z\mid x)}[w(z)] = \int q(z\mid x)\,\frac{p(x, z)}{q(z\mid x)}\,dz = p(x).$$
#
# So the average of a few weights is an *unbiased* estimate of $p(x)$. Take its logarithm, and you have an estimate of
# $\log p(x)$ that is biased downwards, because the logarithm is concave. That bias is the gap. With one sample the bias
# is the whole of what unit 01 called the gap; an average of $m$ wobbles less, and loses less:
#
# $$\mathcal L_m = \mathbb E_{z_1, \dots, z_m \sim q(z\mid x)}\Big[\log\frac1m\sum_{s=1}^m w(z_s)\Big].$$
#
# *By hand.* The two urns of unit 01: $p(x, z) = (0.3, 0.1)$ and the lazy guess $q = (\tfrac12, \tfrac12)$. The weights
# are $0.6$ and $0.2$, and their mean is $0.4 = p(x)$. One sample: $\mathcal L_1 = \tfrac12\log 0.6 + \tfrac12\log 0.2 =
# -1.0601$, the ELBO. Two samples have the mean weight $0.6$, $0.4$ or $0.2$, with probabilities $\tfrac14, \tfrac12,
# \tfrac14$: $\mathcal L_2 = -0.9882$. The evidence is $\log 0.4 = -0.9163$: half of the gap is gone.

# %%
print(f"L_1 = {0.5 * math.log(0.6) + 0.5 * math.log(0.2):.4f}")
print(f"L_2 = {0.25 * math.log(0.6) + 0.5 * math.log(0.4) + 0.25 * math.log(0.2):.4f}")
print(f"log p(x) = {math.log(0.4):.4f}")

# %% [markdown]
# **Exercise.** The estimate of $\mathcal L_m$ from $m$ samples, for each of $N$ images: `log_w` (m, N) in, (N,) out.
# Weights of images are like $e^{-100}$, and single precision ends at $e^{-103}$.

# %% solution="iwae_bound"
def iwae_bound(log_w):
    """log of the mean weight of each image, in nats: a tensor (m, N) to (N,), differentiable."""
    ### BEGIN SOLUTION
    m = len(log_w)
    return torch.logsumexp(log_w, dim=0) - math.log(m)
    ### END SOLUTION

# %% check="iwae_bound" points=3
check("iwae_bound")

# %% [markdown]
# What does this function tell a log weight? Its derivative in $\log w_s$ is $w_s/\sum_t w_t$, the sample's *share* of
# the weights; the check has just verified it on yours. A good sample speaks loudly, a bad one is not heard. Keep that
# in mind until we train.
#
# ## It is a bound, whatever m is
#
# Now prove it, for every $m$ at once. The language is that of unit 01, with words for many samples:
#
# | On paper | In code |
# |---|---|
# | $w(z)$, $\ w(z_i)$ | `w(z)`, `w(z[i])` |
# | $\frac1m\sum_{i=1}^m w(z_i)$ | `average(i, w(z[i]))` |
# | $\mathbb E_{z_1, \dots, z_m \sim q(z\mid x)}[\dots]$ | `E(SAMPLES, ...)` |
# | $\mathbb E_{j \sim \mathrm{uniform}\{1 \dots m\}}[w(z_j)]$ | `uniform(j, w(z[j]))` |
#
# | Rule, for `by=` | Says |
# |---|---|
# | `"marginal"` | $\int p(x, z)\,dz = p(x)$ |
# | `"expectation"` | $\int q(z\mid x)\,f\,dz = \mathbb E_{q(z\mid x)}[f]$ |
# | `"identically distributed"` | the expectation of an average of copies is that of one of them |
# | `"uniform index"` | an average is an expectation over a uniform index |
# | `"jensen"` | $\log\mathbb E[f] \ge \mathbb E[\log f]$, for expectations and averages |
# | `"definition"`, `"algebra"` | as in unit 01 |

# %%
x, z = variables("x z")
p, q = Density("p", [x, z]), Density("q", [z], given=[x])
m = Count("m")
i, j = index("i", m), index("j", m)


def w(u):
    """The weight of a sample."""
    return p(x, u) / q(u | x)


SAMPLES = product(i, q(z[i] | x))
L_m = define("L_m", E(SAMPLES, log(average(i, w(z[i])))))
L_1 = define("L_1", E(q(z[1] | x), log(w(z[1]))))

# %% [markdown]
# *A wrong line to begin with.* "The logarithm of an average is the average of the logarithms, by linearity." At $m = 2$
# the machine finds a table of probabilities for which it isn't:

# %%
(
    Derivation(E(SAMPLES, log(average(i, w(z[i])))))
    .eq(E(SAMPLES, average(i, log(w(z[i])))), by="linearity")
)

# %% [markdown]
# **Exercise.** $\log p(x) \ge \mathcal L_m$. *The plan:* write $p(x)$ as the mean weight of one sample, then of the
# average of $m$; only then let Jensen do his work. (Jensen first would lead to $\mathcal L_1$. It is the order of the
# two steps that makes the bound tighter.)

# %% solution="iwae_bounds_evidence"
begin = Derivation(log(p(x)), goal=log(p(x)) >= L_m)
iwae_bounds_evidence = (
    ### BEGIN SOLUTION
    begin.eq(log(integral(z, p(x, z))), by="marginal")
    .eq(log(integral(z, q(z | x) * w(z))), by="algebra")
    .eq(log(E(q(z | x), w(z))), by="expectation")
    .eq(log(E(SAMPLES, average(i, w(z[i])))), by="identically distributed")
    .ge(E(SAMPLES, log(average(i, w(z[i])))), by="jensen")
    .eq(L_m, by="definition")
    ### END SOLUTION
)
display(iwae_bounds_evidence)

# %% check="iwae_bounds_evidence" points=3
check("iwae_bounds_evidence")

# %% [markdown]
# **Exercise.** $\mathcal L_m \ge \mathcal L_1$: never worse than the ELBO. *The plan:* this time the average *inside*
# is what Jensen is applied to. Read it as an expectation over a uniform index.

# %% solution="iwae_beats_elbo"
begin = Derivation(L_m, goal=L_m >= L_1)
iwae_beats_elbo = (
    ### BEGIN SOLUTION
    begin.eq(E(SAMPLES, log(average(i, w(z[i])))), by="definition")
    .eq(E(SAMPLES, log(uniform(j, w(z[j])))), by="uniform index")
    .ge(E(SAMPLES, uniform(j, log(w(z[j])))), by="jensen")
    .eq(E(q(z[1] | x), log(w(z[1]))), by="identically distributed")
    .eq(L_1, by="definition")
    ### END SOLUTION
)
display(iwae_beats_elbo)

# %% check="iwae_beats_elbo" points=2
check("iwae_beats_elbo")

# %% [markdown]
# ### More samples never hurt ⊕
#
# The homework stops there. But is $\mathcal L_{20} \ge \mathcal L_{10}$? Burda et al. have a beautiful argument. Take
# $m$ numbers, and average $k$ of them that you choose at random: on average that is the average of all. *By hand*, $m =
# 3$ and $k = 2$:
#
# $$\tfrac13(a + b + c) = \tfrac13\Big[\tfrac{a + b}2 + \tfrac{a + c}2 + \tfrac{b + c}2\Big].$$
#
# In the language: `S = subset("S", k, m)` is a uniform choice of $k$ of the indices, `z[S[a]]` the $a$-th sample of the
# choice, and `"uniform subset"` the rule.
#
# **Exercise.** $\mathcal L_m \ge \mathcal L_k$ for all $k \le m$.

# %%
k = Count("k", at_most=m)
a, S = index("a", k), subset("S", k, m)
FEWER = product(a, q(z[a] | x))
L_k = define("L_k", E(FEWER, log(average(a, w(z[a])))))

# %% solution="iwae_is_monotone"
begin = Derivation(L_m, goal=L_m >= L_k)
iwae_is_monotone = (
    ### BEGIN SOLUTION
    begin.eq(E(SAMPLES, log(average(i, w(z[i])))), by="definition")
    .eq(E(SAMPLES, log(uniform(S, average(a, w(z[S[a]]))))), by="uniform subset")
    .ge(E(SAMPLES, uniform(S, log(average(a, w(z[S[a]]))))), by="jensen")
    .eq(E(FEWER, log(average(a, w(z[a])))), by="identically distributed")
    .eq(L_k, by="definition")
    ### END SOLUTION
)
display(iwae_is_monotone)

# %% check="iwae_is_monotone" points=2
check("iwae_is_monotone")

# %% [markdown]
# What these proofs compare are *expectations*. In a single run $\mathcal L_{10}$'s estimate may well lie below
# $\mathcal L_1$'s.
#
# ## A trained model
#
# Two models come with this unit, trained on all of MNIST by the protocol of unit 06: `vae`, and `gmvae`, whose prior is
# a learnt mixture of 500 Gaussians (unit 07). Both speak the same language:
#
# | Call | Gives |
# |---|---|
# | `model.encode(x)` | `(mu, var)` of $q(z\mid x) = \mathcal N(\mu, \operatorname{diag}\sigma^2)$, (N, K) each |
# | `model.decode(z)` | the logits of $p(x\mid z)$, a Bernoulli for each pixel: (..., K) to (..., 784) |
# | `model.log_prior(z)` | $\log p(z)$: (..., K) to (...) |
#
# The log weight has three parts,
#
# $$\log w = \log p(x\mid z) + \log p(z) - \log q(z\mid x), \qquad z = \mu + \sigma\epsilon .$$
#
# The second and third look like the KL of the ELBO. They are what the KL is the *mean* of. With the KL in their place
# you would get the same $\mathcal L_1$ (its mean is the same), but no weights: the mean of $e^{\log p(x\mid z) -
# \mathrm{KL}}$ is not $p(x)$.
#
# *By hand.* Shapes. `mu` is (N, K) and `eps` (m, N, K), so $\mu + \sigma\epsilon$ broadcasts to (m, N, K): the new axis
# is in front. `decode` makes (m, N, 784) of it, against which `x` (N, 784) broadcasts. The sum over pixels leaves (m,
# N). No image is repeated, nothing is reshaped, and nothing can be mixed up. Remember that.
#
# **Exercise.** The log weights, from the distributions of torch or by formulas of your own. (`Bernoulli(logits=...)`
# is stable; probabilities and their logarithms are not.)

# %% solution="log_weights"
def log_weights(model, x, eps):
    """log p(x, z) - log q(z|x) in nats at z = mu + sigma eps: eps (m, N, K) to (m, N), differentiable."""
    ### BEGIN SOLUTION
    mu, var = model.encode(x)
    sigma = var.sqrt()
    z = mu + sigma * eps  # (m, N, K)
    log_likelihood = Bernoulli(logits=model.decode(z)).log_prob(x).sum(-1)
    log_q = Normal(mu, sigma).log_prob(z).sum(-1)
    return log_likelihood + model.log_prior(z) - log_q
    ### END SOLUTION

# %% check="log_weights" points=4
check("log_weights")

# %% [markdown]
# A thousand samples of 200 images are 200,000 decoded images, 160 million numbers. So they are made a few samples at a
# time, and only the weights are kept. *What can go wrong:* whoever keeps only the *bound* of each chunk, and averages
# those, has $\mathcal L_{10}$, a hundred times, not $\mathcal L_{1000}$.

# %%
@torch.no_grad()
def sampled(model, x, m, seed=0, at_once=10):
    """(m, N): log weights of m samples of each image; `...` while `log_weights` isn't written yet."""
    generator = torch.Generator(x.device).manual_seed(seed)
    chunks = []
    for done in range(0, m, at_once):
        shape = min(at_once, m - done), len(x), model.z_dim
        chunks.append(log_weights(model, x, torch.randn(shape, generator=generator, device=x.device)))
    return ... if chunks[0] is None else torch.cat(chunks)


vae, gmvae = specimens.load("vae", device), specimens.load("gmvae", device)
assert isinstance(vae, VAE) and isinstance(gmvae, GMVAE)
coins = torch.Generator(device).manual_seed(1)
test = studio.binarise(digits.test, coins)
chosen = torch.cat([(digits.test_labels == c).nonzero()[:20, 0] for c in range(10)])
images = test[chosen]  # twenty of each class, in class order

# %% [markdown]
# First a test of the test. $\mathcal L_1$ is the ELBO, so minus the mean log weight should be the NELBO of unit 06,
# whose KL has a closed form. Not sample by sample: they are two estimates of one number.

# %% tags=["run"]
plots.two_estimates(log_weights, vae, images)

# %% [markdown]
# They agree. And the one with the closed form has *more* noise: if $q$ were the posterior, $\log p(x\mid z) + \log p(z)
# - \log q(z\mid x)$ would be $\log p(x)$ for every $z$, while its first term alone never stops wobbling. (The write-up
# that we shall read reports a NELBO of 100.84 for its VAE and an IWAE-1 of 100.11, on 100 images. Is that a worry? On
# half as many images both histograms are wider by $\sqrt 2$, and the difference of two such numbers has a standard
# deviation of half a nat. It is none.)
#
# And now the bound. One pass of a thousand samples gives all points: blocks of $m$ of them for each $m$. (The band is
# the standard error over *images*. Images differ far more from each other than the bound does between values of $m$,
# and all points stand on the same images: the differences between points are much surer than the band suggests.)

# %% tags=["run"]
tables = {"VAE": sampled(vae, images, 1000), "GMVAE": sampled(gmvae, images, 1000)}
plots.bound_against_m(iwae_bound, tables)

# %% [markdown]
# Four nats, from $m = 1$ to $m = 1000$. Half of them are there at $m = 5$, and the curve flattens slowly: each tenfold
# costs ten times as much and gives half as much. It is still a bound; where the evidence lies, the picture doesn't say.
#
# The mixture prior is better by every bound, by 1.7 nats at $m = 1$ and by 1.3 at $m = 1000$. That is worth knowing:
# had only the ELBO been better, it might have been that its *posteriors* are easier for a Gaussian $q$, and its
# evidence no larger.
#
# ## How many samples count?
#
# A thousand samples, but if one of them has nearly all the weight, the mean is that one. A common measure is the
# **effective sample size**,
#
# $$\mathrm{ESS} = \frac{\big(\sum_s w_s\big)^2}{\sum_s w_s^2}, \qquad 1 \le \mathrm{ESS} \le m .$$
#
# *By hand.* Weights $(1, 1, 1, 1)$: $16/4 = 4$. Weights $(1, 0, 0, 0)$: $1$. Weights $(3, 1)$: $16/10 = 1.6$. It
# doesn't change when all weights are multiplied by the same number, and that is the key to computing it: $e^{-200}$ is
# zero, but only ratios matter.
#
# **Exercise.** The effective sample size of each image.

# %% solution="effective_sample_size"
def effective_sample_size(log_w):
    """(Σ w)² / Σ w² for each image: a tensor of log weights (m, N) to (N,)."""
    ### BEGIN SOLUTION
    shares = torch.softmax(log_w, dim=0)
    return 1 / shares.square().sum(dim=0)
    ### END SOLUTION

# %% check="effective_sample_size" points=2
check("effective_sample_size")

# %% tags=["run"]
plots.samples_that_count(effective_sample_size, tables["VAE"], images)

# %% [markdown]
# Of a thousand samples of an ordinary digit some twelve count. A Gaussian in ten dimensions is a poor net for a curved
# posterior: most of what it catches is thrown back. That is no defect of the bound; it is the same mismatch that makes
# the ELBO's gap. The small numbers are the images with a hard posterior: what do they have in common?
#
# ## How fast does the gap close? ⊕
#
# Let $\bar w$ be the mean of $m$ weights, and write $\bar w = p\,(1 + \delta)$. Then $\delta$ has the mean 0 and the
# variance $\mathrm{Var}(w)/(m p^2)$, and
#
# $$\log\bar w = \log p + \delta - \tfrac12\delta^2 + \dots, \qquad
#   \log p - \mathcal L_m \approx \frac{\mathrm{Var}(w)}{2\,m\,p^2} .$$
#
# The gap falls like $1/m$ once $\delta$ is small. To see that it does, one needs a model whose evidence is known. Unit
# 03 had one: $z \sim \mathrm{Exp}(\theta)$, $x\mid z \sim \mathcal N(z, 1)$, $q = \mathrm{Exp}(\phi)$, one observed
# number.

# %%
def exponential_log_weights(x, theta, phi, eps):
    """log p(x, z) - log q(z) at z = eps/phi, for noise eps ~ Exp(1) of any shape; numbers or tensors."""
    theta, phi = torch.as_tensor(theta, dtype=eps.dtype), torch.as_tensor(phi, dtype=eps.dtype)
    z = eps / phi
    log_joint = torch.log(theta) - theta * z - 0.5 * math.log(2 * math.pi) - 0.5 * (x - z) ** 2
    return log_joint - (torch.log(phi) - phi * z)


def log_evidence(x, theta):
    """log p(x), as in unit 03 (in the form for x ≥ θ)."""
    return math.log(theta) + theta**2 / 2 - theta * x + special.log_ndtr(x - theta)


# %% [markdown]
# *By hand.* At $x = 1.5$ and $\theta = \phi = 1$, $q$ is the prior, and the weight is the likelihood: $w = \mathcal
# N(1.5; z, 1)$. It lies between 0 and 0.399, and $p = e^{-1.3689} = 0.2544$. Its relative variance is $0.1508$, so the
# prediction is $0.0754/m$. The gap of the ELBO, $0.1750$, is more than twice that: with one sample $\delta$ isn't
# small.
#
# **Exercise.** The relative variance, $\mathrm{Var}(w)/p(x)^2$, for any $x$ and any rates. By numerical integration, or
# by completing a square; far out ($x = 300$) an integrator needs to be told where to look.

# %% solution="relative_variance"
def relative_variance(x, theta, phi):
    """Var(w)/p(x)² of w = p(x, z)/q(z) with z ~ q = Exp(phi): three numbers to a float."""
    ### BEGIN SOLUTION
    b = 2 * x - 2 * theta + phi
    log_area = b**2 / 4 + 0.5 * math.log(math.pi) + special.log_ndtr(b / math.sqrt(2))
    log_second_moment = 2 * math.log(theta) - math.log(2 * math.pi * phi) - x**2 + log_area
    return math.expm1(log_second_moment - 2 * log_evidence(x, theta))
    ### END SOLUTION

# %% check="relative_variance" points=2
check("relative_variance")

# %% [markdown]
# Move $\phi$. Near $1$ the prediction holds from $m = 4$ on. Push it to $4$, where $q$ is much narrower than the
# posterior: the weights have rare giants, the variance is huge, and the formula promises a gap that the bound is far
# better than, until $m$ is in the hundreds. "Falls like $1/m$" is a statement about the end of the curve.

# %% tags=["run"]
answers = iwae_bound, relative_variance, exponential_log_weights, log_evidence
widgets.explore(plots.gap_against_m, *answers, phi=(0.6, 4.5, 1.0))

# %% [markdown]
# ## What a tighter bound teaches ⊕
#
# If $\mathcal L_m$ is closer to what we want to maximise, its gradient should be the better teacher. For the model it
# is. For the encoder, look at what the gap's formula says. Differentiate in $\phi$: the evidence doesn't depend on it,
# so
#
# $$\frac{\partial\mathcal L_m}{\partial\phi}
#   \approx -\frac1{2m}\,\frac{\partial}{\partial\phi}\frac{\mathrm{Var}(w)}{p^2}.$$
#
# The signal falls like $1/m$. The noise of an average of $m$ samples falls like $1/\sqrt m$. So their ratio *falls*,
# like $1/\sqrt m$ (Rainforth et al. 2018). With infinitely many samples any $q$ is good enough, and the bound has
# nothing left to say about it.
#
# **Exercise.** See it happen. The gradient of the estimate of $\mathcal L_m$ in $\theta$ and in $\phi$, in the
# exponential model, for given noise: one pair of slopes for each of the $n$ columns of `eps` (m, n), each column an
# estimate of its own. $z = \epsilon/\phi$ moves with $\phi$, as in unit 04. By hand or by autograd, as you like.

# %% solution="iwae_gradient"
def iwae_gradient(x, theta, phi, eps):
    """(d/dtheta, d/dphi) of log of the mean weight over the rows of eps (m, n), Exp(1): two tensors (n,)."""
    ### BEGIN SOLUTION
    n = eps.shape[1]
    rates = [torch.full((n,), float(rate), dtype=eps.dtype, requires_grad=True) for rate in (theta, phi)]
    bounds = iwae_bound(exponential_log_weights(x, *rates, eps))
    return torch.autograd.grad(bounds.sum(), rates)
    ### END SOLUTION

# %% check="iwae_gradient" points=3
check("iwae_gradient")

# %% tags=["run"]
widgets.explore(plots.signal_and_noise, iwae_gradient, phi=(0.4, 1.5, 0.7))

# %% [markdown]
# Blue, the model's gradient: its signal settles at the slope of the evidence, the noise falls, the ratio grows like
# $\sqrt m$. Orange, the encoder's: below the noise, and sinking. (The cure is a gradient in which the squared shares
# weigh the path through $z$ alone: *doubly reparameterised*, Tucker et al. 2019. Its ratio grows like $\sqrt m$ for the
# encoder, too.)
#
# **Exercise.** You will train with $\mathcal L_m$ and measure with $\mathcal L_{1000}$ in any case. Which sentence
# would you defend?
#
# - **a** The larger $m$ in training, the better: a tighter bound has a better gradient, for all parameters.
# - **b** With a large $m$ the decoder is taught by something close to the evidence, while the encoder's gradient drowns
#   in noise.
# - **c** A large $m$ in training brings $q$ closer to the posterior, because the gap of $\mathcal L_m$ is smaller.
# - **d** The choice of $m$ changes the speed of training only: all $\mathcal L_m$ have the same maximum.
# - **e** With a large $m$ the estimate can exceed $\log p(x)$, so what is maximised is no longer a bound.
#
# Put the letter in place of the dots, in quotation marks. It is recorded now and marked in grading.

# %% solution="tighter"
tighter = (
    ### BEGIN SOLUTION
    "b"
    ### END SOLUTION
)

# %% check="tighter" points=1
check("tighter")

# %% [markdown]
# ## Train on it
#
# With moderate $m$ the bargain is a good one. Train the same small network twice, from the same start, on the ELBO and
# on $\mathcal L_5$.
#
# **Exercise** (training). Fill in the loss. The cell trains for `steps` steps (half a minute) and saves the
# weights to `iwae.safetensors`, beside this notebook. **Hand in that file together with the notebook**: grading does
# not train, it measures the weights on a thousand test digits, with twenty samples of each: $-\mathcal L_{20}$ (at most
# 123, and at most 116 nats), and, below 123, whether $\mathcal L_{20}$ lies at least 4 nats above $\mathcal L_1$. The
# cell as it is reaches about 113, and 5.

# %% tags=["run"]
def trained(loss, steps, hidden=100, seed=0):
    """A new VAE after `steps` steps of Adam on loss(model, x); None while the loss isn't written yet."""
    torch.manual_seed(seed)
    model = VAE(hidden=hidden).to(device)
    optimiser = torch.optim.Adam(model.parameters(), lr=2e-3)
    shown = digits.test[:12].float() / 255
    live = studio.Live(steps, rows=lambda: [shown, torch.sigmoid(model.decode(model.encode(shown)[0]))])
    for step, x in studio.batches(digits.train, steps):
        value = loss(model, x)
        if value is None:
            return None
        optimiser.zero_grad()
        value.backward()
        optimiser.step()
        live(step, loss=value)
    return model


# %% solution="train_iwae" tags=["run"]
def negative_iwae(model, x, m=5):
    """Minus L_m of a fresh set of m samples, the mean over the batch: a 0-d tensor."""
    ### BEGIN SOLUTION
    eps = torch.randn(m, len(x), model.z_dim, device=x.device)
    return -iwae_bound(log_weights(model, x, eps)).mean()
    ### END SOLUTION


on_l5 = trained(negative_iwae, steps)
if on_l5 is not None:
    studio.save(on_l5, "iwae.safetensors")

# %% [markdown]
# The next cell reads what you hand in. It runs in grading, too.

# %%
iwae_weights = studio.read("iwae.safetensors")

# %% check="train_iwae" points=3
check("train_iwae")

# %% [markdown]
# And the other one, on $\mathcal L_1$, for comparison. Then both are measured with every bound.

# %% tags=["run"]
on_l1 = trained(lambda model, x: negative_iwae(model, x, m=1), steps)
both = {"trained on $L_1$": on_l1, "trained on $L_5$": on_l5}
trained_tables = {name: ... if model is None else sampled(model, images, 100) for name, model in both.items()}
bug_plots.two_trainings(iwae_bound, trained_tables)

# %% [markdown]
# The second is ahead by every bound, by the ELBO too, which it was not trained on. Be careful with the reason. Each of
# its steps looks at five samples of each image, where the first looks at one, and took three times as long: part of the
# lead is simply better gradients. What is the bound's own doing is the *slope*: with many samples the second gains some
# six nats, the first three or four. Its encoder casts a wider net, which is bad for a single sample and good for
# twenty; the ELBO would have punished it for that. (How would you find out which of the two is the better *model*,
# whatever its encoder? The right end of the curves is the nearest to an answer.)
#
# ## Find the bug
#
# Now read. A published write-up of the assignment behind this unit reports, for its VAE, on a subset of 100 test
# images:
#
# | $m$ | 1 | 10 | 100 | 1000 |
# |---|---|---|---|---|
# | $-\mathcal L_m$, published | 100.1 | 78.6 | 46.4 | 45.5 |
# | right, a hundred of our digits | 98.4 | 96.1 | 95.0 | 94.6 |
#
# It comments: "increasing the number of importance samples $m$ decreases the NIWAE", and "for $m = 1$ the NIWAE-1
# values match the associated NELBO". Both are true. The figures are wrong by up to 50 nats, and every theorem that you
# have proved is consistent with them. So where is the bug?
#
# What we know of the program: it keeps everything in two dimensions. To have $m$ samples of each image, it repeats the
# whole batch $m$ times and treats it as a batch of $m\cdot N$ images. At the end it has a list of $m\cdot N$ log
# weights, and folds it into a table with a row for each image.

# %%
def as_a_list(log_w):
    """(m, N) to (m·N,): what comes out when the batch is repeated, `x.repeat(m, 1)`: image 0, 1, …, N-1, 0, 1, …"""
    return log_w.reshape(-1)


def published_bound(log_w, m):
    """The write-up's bounds from the list of m·N log weights: (N,)."""
    table = log_w.reshape(-1, m)  # a row for each image, or so it says
    return iwae_bound(table.T)


# %% [markdown]
# *By hand.* Three images $A, B, C$ and two samples. The list is $A_1 B_1 C_1 A_2 B_2 C_2$. Folded into rows of two it
# is $(A_1 B_1), (C_1 A_2), (B_2 C_2)$.
#
# **Exercise.** Whose weights stand in row $i$? Return the (N, m) table of image numbers, for any $N$ and $m$; a tensor,
# an array or a list.

# %% solution="pooled_images"
def pooled_images(N, m):
    """(N, m): the number of the image, 0 to N - 1, that each entry of the write-up's table belongs to."""
    ### BEGIN SOLUTION
    places = torch.arange(N * m).reshape(N, m)
    return places % N
    ### END SOLUTION

# %% check="pooled_images" points=2
check("pooled_images")

# %% [markdown]
# Look at the table for twelve images. What is in a row when $m = 1$? When $m$ is small? When $m = 12$, and when it is a
# multiple of that?

# %% tags=["run"]
widgets.explore(bug_plots.rows, pooled_images, m=(1.0, 16.0, 4.0))

# %% [markdown]
# Now reproduce the figures. The write-up's hundred images are ten of each class *in class order*: the assignment's code
# collects them class by class. Ours are other digits, so don't expect the same numbers; expect the same shape.

# %%
hundred = torch.cat([torch.arange(20 * c, 20 * c + 10) for c in range(10)])  # ten of each class, in class order

# %% tags=["run"]
ours = tables["VAE"] if tables["VAE"] is ... else tables["VAE"][:, hundred].cpu()
bug_plots.beside_the_published(iwae_bound, ours)

# %% [markdown]
# There they are. With $m = 10$ a row holds one sample of each of ten *different* images: in class order, ten images of
# the same class. A mean of weights that range from $e^{-35}$ to $e^{-180}$ is the largest of them, divided by ten. So
# each row reports, about, the best image of its class. Shuffle the images, and each row finds its best image among all
# classes: the same bug then gives another curve, with 59 where the class order gives 75. The published 78.6 says that
# the images were in class order. From $m = 100$ on every row holds all the images, the order no longer matters, and the
# "bound" of each image is the same number: it tends to
#
# $$-\log\frac1N\sum_{i=1}^N p(x_i),$$
#
# which is the code length of the easiest image in the set, plus $\log N$. (It is a 1, of course.)
#
# How close is it? It depends on which hundred images one has, through the single easiest of them. Take a thousand other
# choices of ten digits of each class, from our thousand:

# %% tags=["run"]
many = sampled(vae, test, 100)
many = many if many is ... else many.cpu()
bug_plots.over_draws(many, digits.test_labels.cpu())

# %% [markdown]
# On all 10,000 test images, with the same model (`python scripts/pooled_rows.py`), where $\pm$ is the standard
# deviation over choices of the hundred images, and the last column the share of choices that lie below the published
# figure:
#
# | $m$ | right | rows of $m$, in class order | rows of $m$, shuffled | published | below |
# |---|---|---|---|---|---|
# | 1 | 99.55 | 100.5 ± 2.2 | 100.4 ± 2.1 | 100.1 | 43 % |
# | 10 | 96.86 | 77.5 ± 2.0 | 58.7 ± 3.3 | 78.6 | 71 % |
# | 100 | 95.84 | 42.5 ± 2.6 | 42.6 ± 2.6 | 46.4 | 92 % |
# | 1000 | | 41.6 ± 2.7 | 41.6 ± 2.7 | 45.5 | 93 % |
#
# The published figures lie where one draw of a hundred images may lie, if the images were in class order, and six
# standard deviations away at $m = 10$ if they weren't.
#
# **Exercise.** Which of these tests would have caught the bug, whatever the model and the data?
#
# - **a** Compare $-\mathcal L_1$ with the NELBO.
# - **b** Verify that the bound rises with $m$.
# - **c** Compute the bound of one image alone, and in the midst of others, with the same noise: it must be the same.
# - **d** Repeat the computation with other noise, and look at the standard error.
# - **e** Repeat the computation in double precision.

# %% solution="telltale"
telltale = (
    ### BEGIN SOLUTION
    "c"
    ### END SOLUTION
)

# %% check="telltale" points=1
check("telltale")

# %% [markdown]
# **Exercise.** Repair it: the same arguments, the right bounds.

# %% solution="repaired_bound"
def repaired_bound(log_w, m):
    """The bounds (N,) from a list (m·N,) of log weights: image 0, 1, …, N-1 for sample 0, then for sample 1, …"""
    ### BEGIN SOLUTION
    one_row_per_sample = log_w.reshape(m, -1)
    return iwae_bound(one_row_per_sample)
    ### END SOLUTION

# %% check="repaired_bound" points=2
check("repaired_bound")

# %% [markdown] essay="what_the_figures_say" points=3
# **Write to the author.** In at most twelve lines, to somebody who believes the 45.5: (1) what a row of the table
# holds, and why $m = 1$ could not show it; (2) why the figure falls from 78.6 to 46.4 and then hardly moves; (3) an
# argument, from something that you have proved or measured, that a VAE with a NELBO of 100 can't have $-\log p(x) \le
# 45.5$ on average *and* show what your pictures show.
#
# ### BEGIN SOLUTION
# (1) `repeat` puts whole batches one after the other: the list starts again with image 0 after $N$ weights. Folding it
# into rows of $m$ therefore puts weights of $m$ neighbouring *images* into a row, one sample of each, and not $m$
# samples of one image. With $m = 1$ a row is one weight of the right image, so $-\mathcal L_1$ is right whatever the
# layout.
#
# (2) A mean of weights of different images is nearly its largest term over $m$. At $m = 10$, in class order, that is
# the easiest of ten images of the same class; at $m = 100$ it is the easiest of all images, and each of the hundred
# rows holds the same images. More samples then only improve the estimate of $\log\frac1N\sum_i p(x_i)$, which is the
# same number for every row. The figure is a lower bound, too, but of the log of the *mean* evidence.
#
# (3) If $-\log p(x)$ were at most 45.5 on average, the gap of the ELBO, which is $\mathrm{KL}(q\|p(z\mid x))$, would be
# 54 nats or more. Either no sample in a thousand finds the good $z$: then $\mathcal L_{1000}$ couldn't show 45.5. Or
# some do, with weights $e^{50}$ times the usual one: then the right bound would leap when they turn up. What we measure
# is a curve that flattens at 95: gains of 2.7, 1.0 and 0.5 nats for each factor of ten, with some twelve samples in a
# thousand that count. Also, the figure changes when the images are shuffled, and the bound of an image can't depend on
# its neighbours.
# ### END SOLUTION
#
# ### BEGIN RUBRIC
# - **1 point**: a row mixes images (which ones: $m$ neighbours in the list, one sample each), and with $m = 1$ each row
#   holds its own image. Half a point if only one of the two is said.
# - **1 point**: the mean over images is dominated by the easiest; from $m = 100$ on all rows hold all images, so the
#   figure tends to $-\log\frac1N\sum_i p(x_i)$ (in words will do). Half a point for "it averages over images" alone.
# - **1 point**: an argument that stands on something proved or measured: the gap would have to be 54 nats, against the
#   effective sample size or the flattening curve; or the figure depends on the order, or on the company, of the images.
#   No point for "it looks too low".
# ### END RUBRIC

# %% [markdown]
# ## What can go wrong
#
# - **The wrong axis.** Samples first, images second, and the mean over samples. When $m = N$ a wrong axis doesn't even
#   change the shape: test with $m \ne N$.
# - **The mean before, or after, the logarithm.** `log_w.mean(0)` is the ELBO, with $m$ times the work.
# - **$\log m$.** A sum of weights in place of their mean gains $\log 1000 = 6.9$ nats, for nothing.
# - **Averaging bounds.** The mean of a hundred estimates of $\mathcal L_{10}$ is $\mathcal L_{10}$.
# - **`reshape` never fails.** It puts numbers into any shape of the right size. Let broadcasting make the new axis, as
#   in your `log_weights`, and there is nothing to fold.
# - **"It agrees for $m = 1$."** A test that the bug passes is no evidence against the bug. Ask of each test: which
#   mistake would it catch?
# - **Too good.** A gain of 50 nats is not a reason to celebrate, but to look for its cause.
#
# ## Where it comes from
#
# Problem 3 of *CS 236: Deep Generative Models*, homework 2 (Stanford, autumn 2019): the bound, the first two proofs,
# the IWAE-1 to 1000 of a VAE and of a mixture prior. The write-up is a public one; its derivations of the bounds are
# right, and are the ones above. Y. Burda, R. Grosse and R. Salakhutdinov, *Importance weighted autoencoders* (2016):
# the bound, its monotonicity, training on it. T. Rainforth et al., *Tighter variational bounds are not necessarily
# better* (2018); G. Tucker et al., *Doubly reparameterized gradient estimators* (2019). For the gap's $1/m$: J. Domke
# and D. Sheldon, *Importance weighting and variational inference* (2018).
#
# **Next:** in unit 09 some of the images have labels.
