# ---
# jupyter:
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # 11 · Find the flaw: reading mathematics critically
#
# Lecture notes, papers and solutions to exercises have errors in them, and most of the time the result is right all
# the same: a sign slips on one line and slips back on the next, a bound is called an equality, samples come from the
# wrong distribution and nobody asks. The sources of this course are no exception. Here you read twenty-four short
# arguments. In some a line fails. Some are sound, however suspicious they look. You say which, and you *show* it.
#
# **What you will be able to do**
#
# - read a derivation line by line, and know what to ask of each line;
# - find numbers at which a false line shows, and say in two numbers what is wrong with it;
# - give the reason for each line of an argument that holds;
# - tell a right result from a right way to it.
#
# It takes about 90 minutes, in any order and in as many sittings as you like; items marked ⊕ can wait for a second
# reading. The unit that an item draws on is named beside it, and all that you need to compute stands below.
#
# ## How to read a proof
#
# | Ask | Because |
# |---|---|
# | *What is fixed? What is averaged over, with which weights?* | $\mathbb E_q$ and $\mathbb E_p$ look alike in print |
# | *Where may a density vanish?* | $q/q = 1$ only where $q > 0$; over a part of its space it sums to less than 1 |
# | *Which way, and Jensen's with which function?* | $\log$ is concave, $-\log$ is convex, $\log\mathbb E[u]$ a number |
# | *When is there equality?* | "$\le$" proves nothing about "$=$", and "if" is not "only if" |
# | *What is differentiated?* | a parameter may stand in the integrand, in the density, or in both |
# | *What was dropped?* | a constant is harmless in a gradient, and not in a bound |
# | *Over what does an index run?* | images, latent dimensions and samples all like to be called $i$ |
# | *What was confirmed?* | a case in which two different claims coincide confirms neither |
#
# And above all: **put numbers in.** A line claims something about every model. Take a small one, two values of $z$,
# and compute both sides. Numbers that differ refute the line for good. Numbers that agree prove nothing, but take a
# lopsided example, and one at the edge (a zero, two things equal, one sample), and little escapes.

# %%
import numpy as np
from scipy import integrate

from elboroom import widgets
from elboroom.checks.flaws import check
from elboroom.plots import flaws as plots

# %% [markdown]
# ### The tools
#
# Sums over a table, and integrals against an exponential and a normal density. Information is in nats, and
# KL$(q\,\Vert\,p)$ is `kl(q, p)`, in that order.


# %%
def mean(weights, values):
    """Σ w v, with 0 · anything = 0. Lists or arrays of the same shape."""
    weights, values = np.asarray(weights, float), np.asarray(values, float)
    return float(np.sum(weights[weights > 0] * values[weights > 0]))


def log(values):
    """log, with log 0 = -inf and no warning."""
    with np.errstate(divide="ignore"):
        return np.log(np.asarray(values, float))


def kl(q, p):
    return mean(q, log(q) - log(p))


def log_normal(x, mu, sigma=1.0):
    return -0.5 * np.log(2 * np.pi) - np.log(sigma) - (x - mu) ** 2 / (2 * sigma**2)


def over_exponential(f, rate):
    """E[f(z)] for z ~ Exp(rate)."""
    return integrate.quad(lambda z: rate * np.exp(-rate * z) * f(z), 0, 50 / rate, limit=200)[0]


def over_normal(f, mu, sigma):
    """E[f(z)] for z ~ N(mu, sigma²)."""
    return integrate.quad(lambda z: np.exp(log_normal(z, mu, sigma)) * f(z), mu - 12 * sigma, mu + 12 * sigma)[0]


# %% [markdown]
# ### What to hand in
#
# Lines are numbered. A line that begins with a sign ($=$, $\ge$, $\le$) continues the one above it; its left side is
# the value of that line, its right side is what it says itself. Every line is judged as a step from what stands above
# it. If more than one fails, the *first* one counts.
#
# **A line fails**: hand in a counterexample. That is a point (which numbers it consists of is said under each item) and
# the values of both sides there, to three decimals or better. The two must contradict the line by 0.01 at least.
#
#     {"line": 3, "q": [0.5, 0.5], "p": [0.9, 0.1], "left": 0.123, "right": 0.456}
#
# For a line that claims an equation, the mended line will do as well: a function of the point that returns what the
# right side should have been.
#
#     {"line": 3, "mended": lambda q, p: ...}
#
# **All lines hold**: hand in the reason for each, by name.
#
#     {"line": "sound", "why": ["definition", "jensen", ...]}
#
# | Reason | Says |
# |---|---|
# | `definition` | a symbol stands for this: KL, ELBO, entropy, an expectation, a matrix's singular values |
# | `algebra` | cancelling, expanding, the log of a product; a number is worked out |
# | `normalisation` | a density sums to 1 |
# | `constant` | what does not depend on the variable of an expectation goes in and out of it |
# | `linearity` | the expectation, integral or sum of a sum |
# | `chain rule` | $p(a, b) = p(a\mid b)\,p(b)$ |
# | `bayes` | $p(a\mid b) = p(b\mid a)\,p(a)/p(b)$ |
# | `marginal` | a variable that nothing depends on is summed out |
# | `independence` | what the model declares independent |
# | `jensen` | $f(\mathbb E[u]) \le \mathbb E[f(u)]$ for convex $f$ |
# | `kl >= 0` | a divergence is not negative |
# | `identically distributed` | variables with one law have the same expectation |
# | `substitution` | $z = g(\epsilon)$: an expectation over $z$ is one over the noise |
# | `under the integral` | the derivative of an integral is the integral of the derivative |
# | `derivative` | product rule, chain rule, the derivative of an elementary function |
# | `score` | $\partial q = q\,\partial\log q$, and so $\mathbb E_q[\partial\log q] = 0$ |
# | `moments` | mean, variance or mean square of a known distribution |
# | `eckart-young` | cutting the SVD is the best approximation of its rank |
# | `more choice` | an optimum over more candidates is at least as good |
#
# A counterexample is judged at once. Reasons and mended lines are recorded, and confirmed in grading. The line alone,
# without evidence that holds, is worth a quarter.
#
# *An example.* Let $q$ have the density $1/w$ on an interval of width $w$.
#
# > 1. $H(q) = \mathbb E_q[-\log q(z)].$
# > 2. $\mathbb E_q[-\log q(z)] \ge 0,\;$ because probabilities are at most 1.
#
# Line 2 speaks of probabilities, but $q$ is a density, and a density may exceed 1. On a narrow interval it does. A
# counterexample is a width, with both sides of line 2:

# %%
width = 0.5
example = {"line": 2, "width": width, "left": np.log(width), "right": 0.0}
print(f"left {example['left']:.4f} is not ≥ right {example['right']:.4f}: line 2 fails")

# %% [markdown]
# ## Part one: between two distributions
#
# ### 1 · Two ways round
#
# *Unit 02.* $q$ and $p$ are distributions over the same finite set, every probability positive.
#
# > 1. $\mathrm{KL}(q\,\Vert\,p) \ge 0.$
# > 2. $\mathrm{KL}(p\,\Vert\,q) \ge 0,\;$ for line 1 holds for any two distributions.
# > 3. If $q = p$, then $\mathrm{KL}(q\,\Vert\,p) = \mathrm{KL}(p\,\Vert\,q),\;$ since every logarithm is 0.
# > 4. If $q \ne p$, then $\mathrm{KL}(q\,\Vert\,p) \ne \mathrm{KL}(p\,\Vert\,q),\;$ since other logarithms are weighed
# >    with other weights.
# >
# > So the two are equal if and only if $q = p$.
#
# *A point is* `q`, `p`: lists of probabilities. For line 4, `left` and `right` that are the same number refute it.

# %% solution="symmetric"
symmetric = (
    ### BEGIN SOLUTION
    # Other logarithms with other weights may add up to the same number; exchanging two parts does it. "If" holds.
    {"line": 4, "q": [0.2, 0.8], "p": [0.8, 0.2], "left": 0.8318, "right": 0.8318}
    ### END SOLUTION
)

# %% check="symmetric" points=2
check("symmetric")

# %% [markdown]
# ### 2 · Another convex function
#
# *Unit 02.* $p(z) > 0$ everywhere, $q$ may vanish. Let $\phi(u) = u\log u$ for $u > 0$, and $\phi(0) = 0$.
#
# > $\displaystyle \mathrm{KL}(q\,\Vert\,p)$
# >
# > 1. $\displaystyle = \sum_z p(z)\,\frac{q(z)}{p(z)}\log\frac{q(z)}{p(z)}\;$ with $0\log 0 = 0$
# > 2. $\displaystyle = \mathbb E_p\Big[\phi\Big(\frac{q(z)}{p(z)}\Big)\Big]$
# > 3. $\displaystyle \ge \phi\Big(\mathbb E_p\Big[\frac{q(z)}{p(z)}\Big]\Big),\;$ since $\phi''(u) = 1/u > 0$
# > 4. $\displaystyle = \phi(1)$
# > 5. $= 0.$
#
# *A point is* `q` (zeros allowed) and `p`.

# %%
plots.chords()

# %% solution="through_u_log_u"
through_u_log_u = (
    ### BEGIN SOLUTION
    # p is positive everywhere, so p cancels in each term and all of q is left: nothing is lost on line 4.
    {"line": "sound", "why": ["algebra", "definition", "jensen", "normalisation", "algebra"]}
    ### END SOLUTION
)

# %% check="through_u_log_u" points=2
check("through_u_log_u")

# %% [markdown]
# ### 3 · The classical way
#
# *Unit 02.* $q$ and $p$ are distributions over the same finite set, with $p(z) > 0$ wherever $q(z) > 0$.
#
# > $\displaystyle \mathrm{KL}(q\,\Vert\,p) = \mathbb E_q\Big[-\log\frac{p(z)}{q(z)}\Big]$
# >
# > 1. $\displaystyle \ge -\log\mathbb E_q\Big[\frac{p(z)}{q(z)}\Big],\;$ since $-\log$ is convex
# > 2. $\displaystyle = -\log\sum_{z:\,q(z)>0} p(z)$
# > 3. $= -\log 1$
# > 4. $= 0.$
#
# *A point is* `q`, `p`: zeros allowed, as the argument allows them.

# %% solution="supports"
supports = (
    ### BEGIN SOLUTION
    # p sums to 1 over all z, and to less over those with q(z) > 0. Right: ≥ -log 1, and that is enough.
    {"line": 3, "q": [1.0, 0.0], "p": [0.5, 0.5], "left": 0.6931, "right": 0.0}
    ### END SOLUTION
)

# %% check="supports" points=2
check("supports")

# %% [markdown]
# ### 4 · Two Gaussians
#
# *Unit 02.* $q = \mathcal N(\mu_q, \sigma_q^2)$ and $p = \mathcal N(\mu_p, \sigma_p^2)$ in one dimension.
#
# > $\displaystyle -\mathrm{KL}(q\,\Vert\,p)$
# >
# > 1. $\displaystyle = \log\frac{\sigma_q}{\sigma_p} - \frac{\mathbb E_q[(z-\mu_p)^2]}{2\sigma_p^2}$
# >    $\displaystyle {}+ \frac{\mathbb E_q[(z-\mu_q)^2]}{2\sigma_q^2}$
# > 2. $\displaystyle = \log\frac{\sigma_q}{\sigma_p} - \frac{\mathbb E_q[(z-\mu_p)^2]}{2\sigma_p^2}$
# >    $\displaystyle {}+ \frac{\sigma_q^2}{2\sigma_p^2}$
# > 3. $\displaystyle = \log\frac{\sigma_q}{\sigma_p} - \frac{\mathbb E_q[(z-\mu_p)^2]}{2\sigma_p^2} + \frac12$
# > 4. $\displaystyle = \log\frac{\sigma_q}{\sigma_p} - \frac{\sigma_q^2 + (\mu_q-\mu_p)^2}{2\sigma_p^2} + \frac12 .$
#
# *A point is* `mu_q`, `sigma_q`, `mu_p`, `sigma_p`.

# %% solution="gaussian_kl"
gaussian_kl = (
    ### BEGIN SOLUTION
    # The variance belongs over its own 2 σ_q², and that is the ½. Line 3 slips back.
    {"line": 2, "mu_q": 0.0, "sigma_q": 1.0, "mu_p": 0.0, "sigma_p": 2.0, "left": -0.3181, "right": -0.6931}
    ### END SOLUTION
)

# %% check="gaussian_kl" points=2
check("gaussian_kl")

# %% [markdown]
# ## Part two: the bound of one observation
#
# From here on $x$ is what was observed, and fixed. A model is three lists over the values of $z$: `likelihood`, the
# numbers $p(x\mid z)$ at that $x$ (they need not sum to anything); `prior`, $p(z)$; and `q`, $q(z\mid x)$.
#
# $$\mathrm{ELBO} = \mathbb E_{q(z\mid x)}\big[\log p(x, z) - \log q(z\mid x)\big].$$
#
# ### 5 · From the gap to the evidence
#
# *Unit 01.*
#
# > $\displaystyle \mathrm{KL}\big(q(z\mid x)\,\Vert\,p(z\mid x)\big)$
# >
# > 1. $= \mathbb E_q[\log q(z\mid x) - \log p(z\mid x)]$
# > 2. $= \mathbb E_q[\log q(z\mid x) - \log p(x\mid z) - \log p(z) + \log p(x)]$
# > 3. $= \mathrm{KL}\big(q(z\mid x)\,\Vert\,p(z)\big) - \mathbb E_q[\log p(x\mid z) + \log p(x)]$
# > 4. $= \mathrm{KL}\big(q(z\mid x)\,\Vert\,p(z)\big) - \mathbb E_q[\log p(x\mid z)] + \log p(x),\;$ as $p(x)$ is the
# >    same for all $z$
# > 5. $= -\mathrm{ELBO} + \log p(x).$
#
# *A point is* `likelihood`, `prior`, `q`.

# %% solution="two_signs"
two_signs = (
    ### BEGIN SOLUTION
    # The minus in front of the bracket turns both signs in it: - E_q[log p(x|z)] + log p(x). Line 4 slips back.
    {"line": 3, "likelihood": [0.9, 0.2], "prior": [0.5, 0.5], "q": [0.5, 0.5], "left": 0.2596, "right": 1.4552}
    ### END SOLUTION
)

# %% check="two_signs" points=2
check("two_signs")

# %% [markdown]
# ### 6 · Multiplying by one
#
# *Unit 01.* $q(z\mid x) > 0$ for all $z$.
#
# > $\log p(x)$
# >
# > 1. $\displaystyle = \sum_z q(z\mid x)\log p(x)$
# > 2. $\displaystyle = \sum_z q(z\mid x)\log\frac{p(x, z)}{p(z\mid x)}$
# > 3. $\displaystyle = \sum_z q(z\mid x)\log\Big(\frac{p(x, z)}{q(z\mid x)}\cdot\frac{q(z\mid x)}{p(z\mid x)}\Big)$
# > 4. $\displaystyle = \sum_z q(z\mid x)\log\frac{p(x, z)}{q(z\mid x)}$
# >    $\displaystyle {}+ \sum_z q(z\mid x)\log\frac{q(z\mid x)}{p(z\mid x)}$
# > 5. $= \mathrm{ELBO} + \mathrm{KL}\big(q(z\mid x)\,\Vert\,p(z\mid x)\big).$
#
# *A point is* `likelihood`, `prior`, `q`.

# %% solution="under_the_integral"
under_the_integral = (
    ### BEGIN SOLUTION
    # p(x, z)/p(z|x) is p(x) for each z; from there on it is multiplying by q/q and sorting.
    {"line": "sound", "why": ["normalisation", "chain rule", "algebra", "linearity", "definition"]}
    ### END SOLUTION
)

# %% check="under_the_integral" points=2
check("under_the_integral")

# %% [markdown]
# ### 7 · The smaller the KL, the better
#
# *Units 01 and 06.* New images are made from $z \sim p(z)$, so it helps if the codes follow $p(z)$, too. Let $q$ and
# $r$ be two guesses at $p(z\mid x)$.
#
# > 1. $\mathrm{ELBO}(q) = \mathbb E_q[\log p(x\mid z)] - \mathrm{KL}(q\,\Vert\,p(z)).$
# > 2. If $\mathrm{KL}(q\,\Vert\,p(z)) \le \mathrm{KL}(r\,\Vert\,p(z))$, then $\mathrm{ELBO}(q) \ge \mathrm{ELBO}(r),\;$
# >    since that KL is what the bound subtracts.
# > 3. $\mathrm{KL}(q\,\Vert\,p(z)) \ge 0,\;$ with equality for the encoder that gives every image the prior.
# > 4. For that one, $\mathrm{ELBO}(p(z)) = \mathbb E_{p(z)}[\log p(x\mid z)].$
#
# *A point is* `likelihood`, `prior`, `q`, `r`. In line 2, `left` is ELBO$(q)$, `right` ELBO$(r)$.

# %% solution="small_kl"
small_kl = (
    ### BEGIN SOLUTION
    # The bound has two terms: the reconstruction may gain more than the KL costs.
    {
        "line": 2,
        "likelihood": [0.9, 0.1],
        "prior": [0.5, 0.5],
        "q": [0.5, 0.5],
        "r": [0.9, 0.1],
        "left": -1.2040,
        "right": -0.6931,
    }
    ### END SOLUTION
)

# %% check="small_kl" points=2
check("small_kl")

# %% [markdown]
# ## Part three: where everything is known
#
# The model of unit 03: $p_\theta(z) = \mathrm{Exp}(\theta)$, $p(x\mid z) = \mathcal N(z, 1)$,
# $q_\phi = \mathrm{Exp}(\phi)$, with rates $\theta, \phi > 0$. Write $\mathcal L(\theta,\phi)$ for its
# ELBO and $\log p_\theta(x)$ for the evidence. The tools give both by definition: the evidence is an expectation under
# the prior, $p_\theta(x) = \mathbb E_{p_\theta(z)}[p(x\mid z)]$, and an expectation under the posterior is a quotient
# of two under the prior, $\mathbb E[h(z)\mid x] = \mathbb E_{p_\theta(z)}[h(z)\,p(x\mid z)]\,/\,p_\theta(x)$.
#
# ### 8 · Up to a constant
#
# *Unit 03.* Let $M(\theta,\phi) = (x-\theta)/\phi - 1/\phi^2 + \log(\theta/\phi)$.
#
# > $\mathcal L(\theta, \phi)$
# >
# > 1. $= \mathbb E_{q_\phi}\big[-\tfrac12\log 2\pi - \tfrac12(x-z)^2 + \log\theta - \theta z - \log\phi + \phi z\big]$
# > 2. $= -\tfrac12\log 2\pi - \tfrac12x^2 + x/\phi - 1/\phi^2 + \log\theta - \theta/\phi - \log\phi + 1$
# > 3. $= M(\theta,\phi) + 1 - \tfrac12x^2 - \tfrac12\log 2\pi.$
# >
# > The last three terms contain neither $\theta$ nor $\phi$. Drop them; what is left serves as well:
# >
# > 4. $\partial_\phi\mathcal L(\theta,\phi) = \partial_\phi M(\theta,\phi),$
# > 5. $\log p_\theta(x) \ge M(\theta,\phi).$
#
# *A point is* `x`, `theta`, `phi`. Lines 4 and 5 stand for themselves: left and right of their signs.

# %% solution="left_out_constant"
left_out_constant = (
    ### BEGIN SOLUTION
    # 1 - x²/2 - ½ log 2π is negative as soon as |x| > 0.403. A gradient can spare it, a bound can't.
    {"line": 5, "x": 1.5, "theta": 1.0, "phi": 1.0, "left": -1.3689, "right": -0.5}
    ### END SOLUTION
)

# %% check="left_out_constant" points=2
check("left_out_constant")

# %% [markdown]
# ### 9 · The chosen prior
#
# *Unit 03.* We choose how codes are to be distributed: that is the prior. Then we bring $q_\phi$ near it.
#
# > 1. $\log p_\theta(x) - \mathcal L(\theta,\phi) = \mathrm{KL}(q_\phi\,\Vert\,p_\theta(z\mid x)).$
# > 2. $\mathcal L(\theta,\phi) = \mathbb E_{q_\phi}[\log p(x\mid z)] - \mathrm{KL}(q_\phi\,\Vert\,p_\theta(z)).$
# > 3. $\mathrm{KL}(q_\phi\,\Vert\,p_\theta(z)) = \log(\phi/\theta) + \theta/\phi - 1.$
# > 4. $\mathrm{KL}(q_\phi\,\Vert\,p_\theta(z)) \ge 0,\;$ and it is 0 at $\phi = \theta$.
# > 5. The other term of line 2 contains no prior, so the prior alone decides:
# >    $\;\mathcal L(\theta,\theta) \ge \mathcal L(\theta,\phi)\;$ for every $\phi$.
# >
# > So making $q_\phi$ match the chosen prior and making it match $p_\theta(z\mid x)$ is the same thing.
#
# *A point is* `x`, `theta`, `phi`.

# %% solution="chosen_prior"
chosen_prior = (
    ### BEGIN SOLUTION
    # The other term contains φ: it draws q to those z that explain x. The best q is near the posterior.
    {"line": 5, "x": 3.0, "theta": 1.0, "phi": 0.7, "left": -3.4189, "right": -3.2459}
    ### END SOLUTION
)

# %% check="chosen_prior" points=2
check("chosen_prior")

# %% [markdown]
# ### 10 · Pushing from below
#
# *Unit 03.* Let $x > 0$ and $B(\theta) = \max_\phi\mathcal L(\theta,\phi)$, attained at $\phi^*$: the best that the
# family can do.
#
# > 1. $\log p_\theta(x) \ge B(\theta).$
# > 2. $\log p_\theta(x) - B(\theta) = \mathrm{KL}(q_{\phi^*}\,\Vert\,p_\theta(z\mid x)).$
# > 3. If $B(\theta_2) \ge B(\theta)$, then $\log p_{\theta_2}(x) \ge \log p_\theta(x),\;$ for what lies on top of $B$
# >    is pushed up with it.
# > 4. $B(2/x) \ge B(\theta)\;$ for every $\theta$.
# >
# > So $\theta = 2/x$ maximises the likelihood.
#
# *A point is* `x`, `theta`, `theta2`.

# %% solution="raising_a_bound"
raising_a_bound = (
    ### BEGIN SOLUTION
    # log p is B plus a gap, and the gap may shrink by more than B rises.
    {"line": 3, "x": 4.0, "theta": 0.3, "theta2": 0.5, "left": -2.5684, "right": -2.3591}
    ### END SOLUTION
)

# %% check="raising_a_bound" points=2
check("raising_a_bound")

# %% [markdown]
# *Your point, drawn.* When you have handed in numbers, this shows what the argument is about at your $x$.

# %%
plots.pushing(raising_a_bound)

# %% [markdown]
# ## Part four: gradients and samples
#
# ### 11 · What does not depend on $\phi$
#
# *Unit 04.* The model of unit 03, with noise $\epsilon \sim \mathrm{Exp}(1)$.
#
# > $\mathcal L(\theta,\phi)$
# >
# > 1. $= \mathbb E_{q_\phi}[\log p(x\mid z) + \log p_\theta(z) - \log q_\phi(z)]$
# > 2. $= \mathbb E_\epsilon[\log p(x\mid\epsilon/\phi) + \log p_\theta(\epsilon/\phi) - \log q_\phi(\epsilon/\phi)]$
# > 3. $= \mathbb E_\epsilon[\log p(x\mid\epsilon/\phi) - \log q_\phi(\epsilon/\phi)],\;$ the prior being chosen once
# >    and for all
# > 4. $\displaystyle = \mathbb E_{\epsilon_1,\epsilon_2}\Big[\tfrac12\sum_{l=1}^2$
# >    $\displaystyle \big(\log p(x\mid\epsilon_l/\phi) - \log q_\phi(\epsilon_l/\phi)\big)\Big].$
# >
# > So averages of the last bracket estimate the ELBO without bias.
#
# *A point is* `x`, `theta`, `phi`.

# %% solution="without_the_prior"
without_the_prior = (
    ### BEGIN SOLUTION
    # The prior is fixed, but ε/φ is put into it: its logarithm is neither 0 nor constant.
    {"line": 3, "x": 1.5, "theta": 1.0, "phi": 1.3, "left": -1.5134, "right": -0.7442}
    ### END SOLUTION
)

# %% check="without_the_prior" points=2
check("without_the_prior")

# %% [markdown]
# ### 12 · The derivative of an expectation
#
# *Unit 04.* Let $R(\phi) = \mathbb E_{q_\phi}[\log p(x\mid z)]$, in the same model, and let $u$ be uniform on $[0, 1)$.
# Its end 1 is left out, because of the logarithm.
#
# > $\displaystyle \frac{d}{d\phi}R(\phi)$
# >
# > 1. $\displaystyle = \frac{d}{d\phi}\,\mathbb E_u\Big[\log p\Big(x\;\Big|\;\frac{-\log(1-u)}{\phi}\Big)\Big]$
# > 2. $\displaystyle = \mathbb E_u\Big[\frac{d}{d\phi}\log p\Big(x\;\Big|\;\frac{-\log(1-u)}{\phi}\Big)\Big]$
# > 3. $\displaystyle = \mathbb E_u\Big[(x - z)\cdot\Big(-\frac z\phi\Big)\Big]\;$ with $z = -\log(1-u)/\phi$
# > 4. $\displaystyle = -\frac{x\,\mathbb E_{q_\phi}[z] - \mathbb E_{q_\phi}[z^2]}{\phi}$
# > 5. $\displaystyle = -\frac{x}{\phi^2} + \frac{2}{\phi^3}.$
#
# *A point is* `x`, `phi`.

# %% solution="differentiable"
differentiable = (
    ### BEGIN SOLUTION
    # The noise does not know φ, so the derivative goes inside. The expectation is as smooth as can be.
    {"line": "sound", "why": ["substitution", "under the integral", "derivative", "linearity", "moments"]}
    ### END SOLUTION
)

# %% check="differentiable" points=2
check("differentiable")

# %% [markdown]
# ### 13 · No trick needed
#
# *Unit 04.* The gradient in $\theta$ is easy, for $q_\phi$ doesn't contain $\theta$. The same model again.
#
# > $\displaystyle \frac{\partial}{\partial\theta}\mathcal L(\theta,\phi)$
# >
# > 1. $\displaystyle = \mathbb E_{p_\theta(z\mid x)}\Big[\frac{\partial}{\partial\theta}\log p_\theta(x, z)\Big]$
# > 2. $\displaystyle = \mathbb E_{p_\theta(z\mid x)}\Big[\frac1\theta - z\Big]$
# > 3. $\displaystyle = \frac1\theta - \mathbb E[z\mid x]$
# > 4. $\displaystyle = \frac{\partial}{\partial\theta}\log p_\theta(x).$
#
# *A point is* `x`, `theta`, `phi`.

# %% solution="whose_samples"
whose_samples = (
    ### BEGIN SOLUTION
    # The ELBO averages over q: 1/θ - 1/φ. Over the posterior it is the slope of the evidence.
    {"line": 1, "x": 3.0, "theta": 1.0, "phi": 0.5, "left": -1.0, "right": -1.0552}
    ### END SOLUTION
)

# %% check="whose_samples" points=2
check("whose_samples")

# %% [markdown]
# ### 14 · A baseline for free
#
# *Unit 04.* Let $f_\phi(z) = \log p_\theta(x, z) - \log q_\phi(z)$, and $c$ be any number.
#
# > $\displaystyle \frac{\partial}{\partial\phi}\mathcal L(\theta,\phi)$
# >
# > 1. $\displaystyle = \int\partial_\phi\big(q_\phi(z)\,f_\phi(z)\big)\,dz$
# > 2. $\displaystyle = \int f_\phi(z)\,\partial_\phi q_\phi(z)\,dz + \int q_\phi(z)\,\partial_\phi f_\phi(z)\,dz$
# > 3. $\displaystyle = \mathbb E_{q_\phi}\big[f_\phi(z)\,\partial_\phi\log q_\phi(z)\big]$
# >    $\displaystyle {}+ \mathbb E_{q_\phi}\big[\partial_\phi f_\phi(z)\big]$
# > 4. $\displaystyle = \mathbb E_{q_\phi}\big[f_\phi(z)\,\partial_\phi\log q_\phi(z)\big]$
# > 5. $\displaystyle = \mathbb E_{q_\phi}\big[(f_\phi(z) - c)\,\partial_\phi\log q_\phi(z)\big].$
#
# *A point is* `x`, `theta`, `phi`, `c`.

# %% solution="score_and_baseline"
score_and_baseline = (
    ### BEGIN SOLUTION
    # The φ inside f contributes E_q[-∂ log q] = 0, and so does c times the score.
    {"line": "sound", "why": ["under the integral", "derivative", "score", "score", "score"]}
    ### END SOLUTION
)

# %% check="score_and_baseline" points=2
check("score_and_baseline")

# %% [markdown]
# ## Part five: what is minimised in practice
#
# ### 15 · Squared error
#
# *Unit 05.* The decoder is $\mathcal N(g(z), \sigma^2 I)$ with $D$ pixels. For an encoder and a decoder write
# $S = \mathbb E_q\lVert x - g(z)\rVert^2$ and KL for the KL of $q$ to the prior.
#
# > 1. $\displaystyle \mathbb E_q[-\log p(x\mid z)] = \frac{S}{2\sigma^2} + \frac D2\log(2\pi\sigma^2).$
# > 2. $-2\sigma^2\,\mathrm{ELBO} = S + 2\sigma^2\,\mathrm{KL} + D\sigma^2\log(2\pi\sigma^2).$
# > 3. Let $\sigma^2$ be fixed. Of two settings, `first` and `second`, let the first have the smaller
# >    $S + 2\sigma^2\,\mathrm{KL}$. Then $\mathrm{ELBO}(\text{first}) \ge \mathrm{ELBO}(\text{second}).$
# > 4. Let $\sigma^2$ be learned along with the rest: each setting has its own. Let the first have the smaller
# >    $S + 2\sigma^2\,\mathrm{KL}$. Then $\mathrm{ELBO}(\text{first}) \ge \mathrm{ELBO}(\text{second}).$
#
# *A point is* `D`, `first`, `second`: the last two are lists `[S, KL, sigma2]`. Lines 1 and 2 are about `first`.

# %% solution="weight_of_the_kl"
weight_of_the_kl = (
    ### BEGIN SOLUTION
    # D σ² log(2πσ²) is a constant for as long as σ² is one.
    {"line": 4, "D": 2, "first": [1.0, 1.0, 0.01], "second": [1.0, 1.0, 1.0], "left": -48.2327, "right": -3.3379}
    ### END SOLUTION
)

# %% check="weight_of_the_kl" points=2
check("weight_of_the_kl")

# %% [markdown]
# ### 16 · One line for a whole batch
#
# *Unit 06.* $N$ images, $K$ latents, $L$ samples for each image. Image $i$ has
# $q_i = \mathcal N(\mu_i, \mathrm{diag}\,\sigma_i^2)$, with means $\mu_{ij}$ and variances
# $\sigma_{ij}^2$; $\ell_{il} = \log p(x_i\mid z^{(i,l)})$.
#
# > $\displaystyle \frac1N\sum_{i=1}^N\Big\{\frac1L\sum_{l=1}^L\ell_{il}$
# > $\displaystyle {}- \mathrm{KL}\big(q_i\,\Vert\,\mathcal N(0, I)\big)\Big\}$
# >
# > 1. $\displaystyle = \frac1{NL}\sum_{i,l}\ell_{il} - \frac1N\sum_i\mathrm{KL}\big(q_i\,\Vert\,\mathcal N(0, I)\big)$
# > 2. $\displaystyle = \frac1{NL}\sum_{i,l}\ell_{il} - \frac1N\sum_i\sum_{j=1}^K$
# >    $\displaystyle \mathrm{KL}\big(\mathcal N(\mu_{ij},\sigma_{ij}^2)\,\Vert\,\mathcal N(0, 1)\big)$
# > 3. $\displaystyle = \frac1{NL}\sum_{i,l}\ell_{il}$
# >    $\displaystyle {}+ \frac1{2N}\sum_{i,j}\big[1 + \log\sigma_{ij}^2 - \sigma_{ij}^2 - \mu_{ij}^2\big]$
# > 4. $\displaystyle = \frac1{NL}\sum_{i,l}\ell_{il} + \frac12\sum_j$
# >    $\big[1 + \log\overline{\sigma_j^2} - \overline{\sigma_j^2} - \overline{\mu_j^2}\big],$
# >    where the bar is the average over the images.
#
# *A point is* `mu`, `var` (lists of $N$ rows of $K$ numbers) and `log_likelihood` ($N$ rows of $L$ numbers).

# %% solution="batch"
batch = (
    ### BEGIN SOLUTION
    # The log of an average is not the average of the logs: each image has its own KL.
    {
        "line": 4,
        "mu": [[0.5], [0.0]],
        "var": [[1.0], [0.1]],
        "log_likelihood": [[-1.0], [-3.0]],
        "left": -2.4131,
        "right": -2.1364,
    }
    ### END SOLUTION
)

# %% check="batch" points=2
check("batch")

# %% [markdown]
# ### 17 · Where the origin lies
#
# *Unit 05.* $X$ has a row for each of $N$ data points, with mean $\bar x$; $\tilde X$ is $X$ with $\bar x$ subtracted
# from each row. Singular values $s_1 \ge s_2 \ge \dots$, right singular vectors $V$; $V_k$ are the first $k$.
#
# > 1. $\displaystyle \lVert\tilde X - \tilde XV_kV_k^\top\rVert^2 = \sum_{i>k}s_i(\tilde X)^2,\;$ and no other $k$
# >    directions lose less.
# > 2. $\displaystyle \frac1N\sum_is_i(\tilde X)^2 = \frac1N\sum_n\lVert x_n - \bar x\rVert^2,\;$ the total variance.
# > 3. $\displaystyle \frac1N\sum_n\lVert x_n\rVert^2$
# >    $\displaystyle = \frac1N\sum_n\lVert x_n - \bar x\rVert^2 + \lVert\bar x\rVert^2.$
# > 4. $\displaystyle \sum_{i>k}s_i(X)^2 \ge \sum_{i>k}s_i(\tilde X)^2:\;$ without centring, $k$ directions lose at
# >    least as much.
# > 5. $\displaystyle \sum_{i>k+1}s_i(X)^2 \le \sum_{i>k}s_i(\tilde X)^2:\;$ but never more than one direction is
# >    lost by it.
#
# *A point is* `X` (a list of rows) and `k`, smaller than the number of columns.

# %%
widgets.explore(plots.origins, offset=(0.0, 6.0, 3.0))

# %% solution="centred_first"
centred_first = (
    ### BEGIN SOLUTION
    # Subspaces through 0 are among all flat ones; and those of dimension k lie in subspaces of dimension k + 1.
    {"line": "sound", "why": ["eckart-young", "definition", "algebra", "more choice", "more choice"]}
    ### END SOLUTION
)

# %% check="centred_first" points=2
check("centred_first")

# %% [markdown]
# ### 18 · The same model, turned ⊕
#
# *Unit 05.* A linear VAE with two latents: $z \sim \mathcal N(0, I)$, $x\mid z \sim \mathcal N(Wz, \sigma^2I)$. Its
# posterior has the covariance $\sigma^2M^{-1}$ with $M = W^\top W + \sigma^2I$. Let $R$ be a rotation, $M_R$
# what $M$ becomes for $WR$, and $G(W)$ the least $\mathrm{KL}(q\,\Vert\,p(z\mid x))$ over Gaussians $q$ with a diagonal
# covariance.
#
# > 1. $\log|WW^\top + \sigma^2I| = \log|WR(WR)^\top + \sigma^2I|:\;$ turned or not, $x$ has the same distribution.
# > 2. So the gap of the best diagonal $q$ is the same: $G(W) = G(WR).$
# > 3. $\log|M| = \log|M_R|,\;$ for $M_R = R^\top MR$.
# > 4. $G(W) = \tfrac12\big[\log M_{11} + \log M_{22} - \log|M|\big].$
# >
# > Which of the rotations a linear VAE finds is therefore left to chance.
#
# *A point is* `W` (a list of rows of two numbers), `sigma2` and `angle` (in radians; $R$ has the rows
# $(\cos, -\sin)$ and $(\sin, \cos)$).

# %% solution="rotated"
rotated = (
    ### BEGIN SOLUTION
    # A diagonal q is tied to the axes, and the posterior turns with W: M's diagonal changes, its determinant doesn't.
    {"line": 2, "W": [[2.0, 0.0], [0.0, 1.0]], "sigma2": 1.0, "angle": 0.8, "left": 0.0, "right": 0.1014}
    ### END SOLUTION
)

# %% check="rotated" points=2
check("rotated")

# %% [markdown]
# ## Part six: several samples, labels, conditions
#
# ### 19 · Two samples are better than one
#
# *Unit 08.* $w(z) = p(x, z)/q(z\mid x)$, with $q > 0$; $z_1$ and $z_2$ are independent samples of $q(z\mid x)$.
#
# > $\displaystyle \mathcal L_2 = \mathbb E_{z_1,z_2}\Big[\log\frac{w(z_1)+w(z_2)}2\Big]$
# >
# > 1. $\displaystyle \ge \mathbb E_{z_1,z_2}\big[\tfrac12\log w(z_1) + \tfrac12\log w(z_2)\big]$
# > 2. $\displaystyle = \tfrac12\mathbb E_{z_1,z_2}[\log w(z_1)] + \tfrac12\mathbb E_{z_1,z_2}[\log w(z_2)]$
# > 3. $\displaystyle = \tfrac12\mathbb E_{z_1}[\log w(z_1)] + \tfrac12\mathbb E_{z_2}[\log w(z_2)]$
# > 4. $\displaystyle = \mathbb E_q[\log w(z)]$
# > 5. $= \mathrm{ELBO}.$
#
# *A point is* `likelihood`, `prior`, `q`, as in part two.

# %% solution="two_samples"
two_samples = (
    ### BEGIN SOLUTION
    # Jensen for an average of two; each half loses the sample that it doesn't mention.
    {"line": "sound", "why": ["jensen", "linearity", "marginal", "identically distributed", "definition"]}
    ### END SOLUTION
)

# %% check="two_samples" points=2
check("two_samples")

# %% [markdown]
# ### 20 · Confirmed for one sample
#
# *Unit 08.* `log_w` has shape $(m, N)$: a row for each sample, a column for each image. A program gets the same numbers
# as one long list, `v = log_w.reshape(-1)`, and continues with `A = v.reshape(N, m)`. Counting begins at 0.
#
# > 1. $v[sN + n] = \texttt{log\_w}[s, n]\;$ for every sample $s$ and image $n$.
# > 2. $A[n, s] = \texttt{log\_w}[s, n]\;$ for every $s$ and $n$: row $n$ of $A$ holds the weights of image $n$.
# > 3. $\displaystyle \sum_{n,s}A[n, s] = \sum_{s,n}\texttt{log\_w}[s, n]:\;$ each weight is used once.
# > 4. For $m = 1$ the reported bound, the average over $n$ of $\log\frac1m\sum_se^{A[n,s]}$, is the ELBO: the average
# >    over $n$ of $\texttt{log\_w}[0, n].$
# >
# > The last line was tried, and the numbers agree to the last digit. So the program is right.
#
# *A point is* `log_w` (a list of $m$ rows), `s` and `n`.

# %% solution="one_sample_confirms"
one_sample_confirms = (
    ### BEGIN SOLUTION
    # v lists sample after sample; a row of A takes m neighbours, and they belong to different images.
    {"line": 2, "log_w": np.arange(4.0).reshape(2, 2), "s": 1, "n": 0, "left": 1.0, "right": 2.0}
    ### END SOLUTION
)

# %% check="one_sample_confirms" points=2
check("one_sample_confirms")

# %% [markdown]
# *Your weights, drawn.* When you have handed in numbers: the list, and the table made of it, coloured by image.

# %%
plots.reshaped(one_sample_confirms)

# %% [markdown]
# ### 21 · A prior made of priors ⊕
#
# *Unit 07.* The prior is a mixture: weights $\pi_k$ that sum to 1, and densities $p_k$, all positive.
#
# > $\displaystyle \mathrm{KL}\Big(q\,\Big\Vert\,\sum_k\pi_kp_k\Big)$
# >
# > 1. $\displaystyle = \mathbb E_q\Big[\log q(z) - \log\sum_k\pi_kp_k(z)\Big]$
# > 2. $\displaystyle \le \mathbb E_q\Big[\log q(z) - \sum_k\pi_k\log p_k(z)\Big]$
# > 3. $\displaystyle = \mathbb E_q\Big[\sum_k\pi_k\big(\log q(z) - \log p_k(z)\big)\Big]$
# > 4. $\displaystyle = \sum_k\pi_k\,\mathbb E_q[\log q(z) - \log p_k(z)]$
# > 5. $\displaystyle = \sum_k\pi_k\,\mathrm{KL}(q\,\Vert\,p_k).$
#
# *A point is* `q`, `weights` (lists) and `priors` (a row for each $k$).

# %% solution="averaged_prior"
averaged_prior = (
    ### BEGIN SOLUTION
    # -log is convex, so the mixture is never farther away than its parts are on average.
    {"line": "sound", "why": ["definition", "jensen", "normalisation", "linearity", "definition"]}
    ### END SOLUTION
)

# %% check="averaged_prior" points=2
check("averaged_prior")

# %% [markdown]
# ### 22 · Two forms of one bound
#
# *Unit 10.* The label $y$ is given. In the model $z$ and $y$ are independent: $p(z\mid y) = p(z)$. Here `likelihood` is
# the list of $p(x\mid y, z)$ at the $x$ and $y$ at hand, and `q` is $q(z\mid x, y)$, positive.
#
# > $\log p(x\mid y)$
# >
# > 1. $\displaystyle = \log\mathbb E_{p(z\mid y)}[p(x\mid y, z)]$
# > 2. $\displaystyle = \log\mathbb E_{p(z)}[p(x\mid y, z)]$
# > 3. $\displaystyle \ge \mathbb E_{p(z)}[\log p(x\mid y, z)]$
# > 4. $\displaystyle = \mathbb E_q\Big[\log\frac{p(x, z\mid y)}{q(z\mid x, y)}\Big],\;$ since the average may be taken
# >    over any $q$, if one divides by it
# > 5. $\displaystyle = \mathbb E_q[\log p(x\mid y, z)] - \mathrm{KL}\big(q(z\mid x, y)\,\Vert\,p(z)\big).$
#
# *A point is* `likelihood`, `prior`, `q`.

# %% solution="equivalent_bounds"
equivalent_bounds = (
    ### BEGIN SOLUTION
    # E_p[w] = E_q[p w/q], but here the log has come inside: two bounds, the first the looser as a rule.
    {"line": 4, "likelihood": [0.9, 0.1], "prior": [0.5, 0.5], "q": [0.9, 0.1], "left": -1.2040, "right": -0.6931}
    ### END SOLUTION
)

# %% check="equivalent_bounds" points=2
check("equivalent_bounds")

# %% [markdown]
# ### 23 · What the label tells about the style ⊕
#
# *Unit 10.* $y$ and $z$ are independent in the model: $p(x, y, z) = p(y)\,p(z)\,p(x\mid y, z)$. `likelihood` has a row
# for each $y$ and a column for each $z$; the lines are about one label $y$ and one value $z$.
#
# > 1. $p(z\mid x, y) = p(z\mid x),\;$ since $y$ says nothing about $z$.
# > 2. $p(x, z\mid y) = p(x\mid y, z)\,p(z).$
# > 3. $\displaystyle p(z\mid x) = \sum_{y'}p(y'\mid x)\,p(z\mid x, y').$
# > 4. At $q(z) = p(z\mid x, y)$ the bound is tight:
# >    $\mathbb E_q[\log p(x, z\mid y) - \log q(z)] = \log p(x\mid y).$
# >
# > So the encoder of a conditional VAE needs no label.
#
# *A point is* `prior_y`, `prior`, `likelihood`, `y`, `z`; the last two count from 0.

# %% solution="explained_away"
explained_away = (
    ### BEGIN SOLUTION
    # Independent causes depend on each other once their common effect is seen. Normalise the row of this y.
    {
        "line": 1,
        "prior_y": [0.5, 0.5],
        "prior": [0.5, 0.5],
        "likelihood": [[0.9, 0.1], [0.1, 0.9]],
        "y": 0,
        "z": 0,
        "left": 0.9,
        "right": 0.5,
    }
    ### END SOLUTION
)

# %% check="explained_away" points=2
check("explained_away")

# %% [markdown]
# ### 24 · A label that nobody gave
#
# *Unit 09.* Now $y$ is latent, too: $q(y, z\mid x) = q(y\mid x)\,q(z\mid x, y)$, all positive, and
# $L(x, y) = \mathbb E_{q(z\mid x,y)}[\log p(x, y, z) - \log q(z\mid x, y)]$.
#
# > $\log p(x)$
# >
# > 1. $\ge \mathbb E_{q(y,z\mid x)}[\log p(x, y, z) - \log q(y, z\mid x)]$
# > 2. $= \mathbb E_{q(y\mid x)}\Big[\mathbb E_{q(z\mid x,y)}[\log p(x, y, z)$
# >    ${}- \log q(z\mid x, y) - \log q(y\mid x)]\Big]$
# > 3. $= \mathbb E_{q(y\mid x)}[L(x, y) - \log q(y\mid x)]$
# > 4. $\displaystyle = \sum_yq(y\mid x)\,L(x, y) + H(q(y\mid x))$
# > 5. $\displaystyle \le \log\sum_ye^{L(x, y)},\;$ whatever $q(y\mid x)$ is.
#
# *A point is* `prior_y`, `prior`, `q_y` (lists), and `likelihood`, `q_z` (a row for each $y$, a column for each $z$).
# The model is $p(x, y, z) = p(y)\,p(z)\,p(x\mid y, z)$.

# %% solution="marginalised_label"
marginalised_label = (
    ### BEGIN SOLUTION
    # The ELBO for the pair (y, z), with the sum over y written out; line 5 is Jensen under q(y|x).
    {"line": "sound", "why": ["jensen", "chain rule", "definition", "linearity", "jensen"]}
    ### END SOLUTION
)

# %% check="marginalised_label" points=2
check("marginalised_label")

# %% [markdown]
# ## What can go wrong
#
# - **A right result hides a wrong way.** In several items the last line is a theorem. Reading from the end, one
#   believes everything above it.
# - **A harmless example.** $q = p$, $\sigma = 1$, $x = 0$, two uniform lists, one sample: in such cases false lines
#   come true. If both sides agree, change one number at a time before you believe the line.
# - **The line that looks odd.** A step that surprises is not yet wrong, and being surprised is not evidence. Compute.
# - **Inequalities that hold for the wrong reason.** Jensen names a function. Say which, and whether it is convex.
#
# ## Where it comes from
#
# Most items retell, in our words, something that stands in the sources of this course: an assignment and its solutions,
# lecture notes, an exercise sheet, a homework write-up and a set of notes, all on variational autoencoders. Some
# passages were mended on the way here, some were not, and some were right from the start; by now you know which.
# Reading like this is old advice: Pólya's *How to Solve It* (1945) has a whole chapter of questions to
# ask, and Lakatos' *Proofs and Refutations* (1976) is one long argument on what a counterexample is good for.
