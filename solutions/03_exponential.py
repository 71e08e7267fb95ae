# ---
# jupyter:
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # 03 · A model where everything is known
#
# In a variational autoencoder you can estimate the ELBO, but neither the evidence nor the posterior is at hand. So you
# never see how far the bound is from the truth, nor what that does to the parameters you learn. Here is a model so
# small that nothing is hidden: one observed number, one latent number, and every quantity in closed form.
#
# **What you will be able to do**
#
# - read a posterior off the joint, without integrating anything;
# - write an evidence that is right to nine digits where the textbook formula returns $-\infty$;
# - say that a bound can't be tight *before* computing it, and see by how much it misses;
# - derive an ELBO and its gradient in closed form, and climb it without leaving the domain;
# - show with numbers that maximising the bound is not maximising the evidence.
#
# It takes about 75 minutes; the section marked ⊕ can wait for a second reading. You need units 01 and 02, or at least
# $\log p(x) = \mathrm{ELBO} + \mathrm{KL}(q(z)\,\|\,p(z\mid x))$.
#
# | Symbol | Code | Is |
# |---|---|---|
# | $x$ | `x` | what we observe, a real number |
# | $z$ | `z` | what is latent, a positive number |
# | $\theta$ | `theta` | the rate of the prior $p_\theta(z)$: the model's parameter |
# | $\phi$ | `phi` | the rate of $q_\phi(z)$: the variational parameter |
# | $\mathcal L(\theta, \phi)$ | `elbo` | the evidence lower bound, in nats |
# | $\Phi$ | `special.ndtr` | the distribution function of $\mathcal N(0, 1)$ |
#
# Functions of numbers broadcast, as NumPy's do: give them arrays and they work entry by entry. (`ascend` takes single
# numbers; a value that is the same for all entries may stay a single number.)

# %%
import numpy as np
import sympy
from scipy import optimize, special

from elboroom import widgets
from elboroom.checks.exponential import check
from elboroom.plots import exponential as plots


def positive(values):
    """The values as an array of floats. Raises ValueError unless all of them are positive."""
    values = np.asarray(values, dtype=float)
    if not np.all(values > 0):
        raise ValueError("a rate must be positive")
    return values


# %% [markdown]
# ## The model
#
# An atom decays after a waiting time $z$; a noisy clock shows $x$. We see one reading and want to know the rate.
#
# $$z \sim \mathrm{Exp}(\theta):\quad p_\theta(z) = \theta e^{-\theta z}\ \ (z > 0), \qquad\qquad
#   x \mid z \sim \mathcal N(z, 1):\quad p(x\mid z) = \tfrac{1}{\sqrt{2\pi}}\, e^{-\frac12 (x - z)^2}.$$
#
# $\theta$ is a *rate*: the mean waiting time is $1/\theta$. The clock may well show a negative number; $z$ is never
# one.
#
# *By hand.* Take $\theta = 1$, $z = 1$, $x = 1.5$. Then $\log p(z) = \log 1 - 1 = -1$ and
# $\log p(x\mid z) = -\tfrac12\log 2\pi - \tfrac12\cdot 0.25 = -0.9189 - 0.125 = -1.0439$, so $\log p(x, z) = -2.0439$
# nats. In code, with the same symbols:

# %%
def log_joint(z, x, theta):
    """log p(x, z) = log p(z) + log p(x | z), for z > 0."""
    log_prior = np.log(theta) - theta * z
    log_likelihood = -0.5 * np.log(2 * np.pi) - 0.5 * (x - z) ** 2
    return log_prior + log_likelihood


print(f"log p(x, z) = {log_joint(z=1.0, x=1.5, theta=1.0):.4f} nats")

# %% [markdown]
# ## The posterior, without integrating
#
# Bayes' rule says $p(z\mid x) = p(x, z)/p(x)$. As a function of $z$ the denominator is a constant. So the *shape* of
# the posterior costs nothing: take the log of the joint and keep what contains $z$. The rest shifts the curve up or
# down, and normalising shifts it back.
#
# *By hand.* At $x = 1.5$, $\theta = 1$ the joint is the same for $z = 1$ as for $z$ next to zero: going from 0 to 1
# costs one nat of prior and gains one nat of likelihood ($\tfrac12\cdot 1.5^2 - \tfrac12\cdot 0.5^2 = 1$). Use it as a
# test of what you write.
#
# **Exercise.** The log posterior, up to a constant in $z$: any constant will do. Where the posterior has no mass, its
# logarithm is $-\infty$ (`-np.inf`).

# %% solution="log_unnormalised_posterior"
def log_unnormalised_posterior(z, x, theta):
    """log p(z | x) up to a constant in z, in nats; -inf for z <= 0. Broadcasts. ValueError unless theta > 0."""
    ### BEGIN SOLUTION
    z, x, theta = np.asarray(z), np.asarray(x), positive(theta)
    return np.where(z > 0, -0.5 * z**2 + (x - theta) * z, -np.inf)
    ### END SOLUTION

# %% check="log_unnormalised_posterior" points=2
check("log_unnormalised_posterior")

# %% [markdown]
# What you have is a parabola in $z$ that opens downwards, cut off at zero. The logarithm of a normal density is a
# parabola, too:
#
# $$\log \mathcal N(z; m, s^2) = -\frac{(z - m)^2}{2 s^2} + \text{const}
#   = -\frac{1}{2s^2}\,z^2 + \frac{m}{s^2}\, z + \text{const}.$$
#
# So the posterior is a normal density with its left part cut away, a *truncated normal*. Nobody has integrated
# anything.
#
# **Exercise.** Which normal is it that is cut at zero? Compare coefficients. Return `(loc, scale)`: the mean $m$ and
# the standard deviation $s$ it had *before* the cut.

# %% solution="posterior_is_truncated_normal"
def posterior_is_truncated_normal(x, theta):
    """(loc, scale) of the normal that, restricted to z > 0, is the posterior. ValueError unless theta > 0."""
    ### BEGIN SOLUTION
    return np.asarray(x) - positive(theta), 1.0
    ### END SOLUTION

# %% check="posterior_is_truncated_normal" points=1
check("posterior_is_truncated_normal")

# %% [markdown]
# Move the sliders. The prior pulls the likelihood's bell to the left, as a whole, by $\theta$ times its variance: it
# never changes its width. Make $x$ negative: the bell's centre leaves the domain, and what remains looks more and more
# like an exponential.

# %% tags=["run"]
answers = log_unnormalised_posterior, posterior_is_truncated_normal
widgets.explore(plots.posterior, *answers, x=(-3.0, 5.0, 1.5), theta=(0.1, 4.0, 1.0))

# %% [markdown]
# ## The evidence
#
# Now the constant. The evidence is the area under the joint, $p_\theta(x) = \int_0^\infty p_\theta(x, z)\,dz$.
# Completing the square, as you just did, turns the integrand into a number times a normal density, and the area of
# $\mathcal N(m, 1)$ over $z > 0$ is $\Phi(m)$. That is all the integration this model needs.
#
# *What can go wrong.* On paper the formula is finished there. In floating point it isn't. Look at what happens to its
# ingredients when $\theta$ is much larger than $x$:

# %%
theta, x = 1e8, 1.5
print("Phi(-40)        =", special.ndtr(-40.0), "   (truly 3.7e-350)")
print("theta²/2        =", theta**2 / 2, "   known to within", np.spacing(theta**2 / 2))
print("log Phi(x - θ)  =", special.log_ndtr(x - theta), "   just as large, with the other sign")

# %% [markdown]
# Two numbers of size $5\cdot10^{15}$, each rounded to the nearest whole or so, are to leave, together with $-\theta x$
# and $\log\theta$, $-2.04$. The cure is to let the large parts cancel *on paper*. SciPy has the right function for it,
# the scaled complementary error function:
#
# $$\mathrm{erfcx}(t) = e^{t^2}\,\frac{2}{\sqrt\pi}\int_t^\infty e^{-s^2} ds, \qquad
#   \Phi(-t) = \tfrac12\, e^{-t^2/2}\; \mathrm{erfcx}\!\left(t/\sqrt2\right).$$
#
# For $t > 0$ it is a tame number between 0 and 1. Put $t = \theta - x$ and see what remains of the exponents.
#
# *By hand.* As $\theta \to \infty$ the prior squeezes $z$ to zero, so $\log p(x) \to \log\mathcal N(x; 0, 1)$: at
# $x = 1.5$ that is $-0.9189 - 1.125 = -2.0439$. Your function must say so at $\theta = 10^8$.
#
# **Exercise.** The log evidence, right to nine digits for *every* $x$ and every $\theta > 0$. You will want one form
# for $x \ge \theta$ and another for $x < \theta$.

# %% solution="log_evidence"
def log_evidence(x, theta):
    """log p(x) in nats, for z ~ Exp(theta) and x | z ~ N(z, 1). Broadcasts. ValueError unless theta > 0."""
    ### BEGIN SOLUTION
    x, theta = np.broadcast_arrays(np.asarray(x), positive(theta))
    above, below = np.maximum(x - theta, 0.0), np.maximum(theta - x, 0.0)  # each form on its own side
    for_large_x = theta * (0.5 * theta - x) + special.log_ndtr(above)
    for_small_x = -0.5 * x**2 + np.log(0.5 * special.erfcx(below / np.sqrt(2)))
    return np.log(theta) + np.where(x >= theta, for_large_x, for_small_x)
    ### END SOLUTION

# %% check="log_evidence" points=3
check("log_evidence")

# %% [markdown]
# ## Can the bound be tight?
#
# Pretend that the posterior is out of reach, as it will be in a VAE, and choose a simple family for $q$:
#
# $$q_\phi(z) = \mathrm{Exp}(z; \phi) = \phi e^{-\phi z}, \qquad z > 0,\ \phi > 0.$$
#
# The gap between evidence and bound is $\mathrm{KL}(q_\phi(z)\,\|\,p_\theta(z\mid x))$.
#
# **Exercise.** Let $x$ and $\theta$ be given. Is there a $\phi$ for which the bound is tight,
# $\mathcal L(\theta, \phi) = \log p_\theta(x)$? Which sentence would you defend?
#
# - **a** Yes, at $\phi = \theta$: then $q$ is the prior, and the KL is zero.
# - **b** Yes, at the $\phi$ where $\partial\mathcal L/\partial\phi = 0$: at its highest point a bound touches what it
#   bounds.
# - **c** No, whatever $x$ and $\theta$ are: no density of this family has the shape of the posterior.
# - **d** Only if $x = \theta$: then the linear term of the log posterior vanishes.
# - **e** No, because there is a single observation; with more of them the gap closes.
#
# Put the letter in place of the dots, in quotation marks. It is recorded now and marked in grading.

# %% solution="can_be_tight"
can_be_tight = (
    ### BEGIN SOLUTION
    "c"
    ### END SOLUTION
)

# %% check="can_be_tight" points=1
check("can_be_tight")

# %% [markdown] essay="can_be_tight_why" points=3
# **Why?** In at most eight lines: (1) prove your answer, from "the gap is a KL divergence" to a statement about $\phi$.
# (2) Change *one* thing in the model (the prior, the likelihood or the family of $q$) so that the bound can be tight,
# and say at which $q$ it is.
#
# ### BEGIN SOLUTION
# (1) The gap is $\mathrm{KL}(q_\phi\|p_\theta(\cdot\mid x))$. A KL divergence is zero only if its two densities agree
# for almost all $z$; both are continuous on $z > 0$, so they would agree, and so would their logarithms, for all
# $z > 0$. But $\log q_\phi(z) = \log\phi - \phi z$ is linear in $z$, while
# $\log p_\theta(z\mid x) = -\tfrac12 z^2 + (x - \theta)z + c$ has second derivative $-1$. No choice of $\phi$ gives a
# line a curvature. So the KL is positive for every $\phi > 0$, every $x$ and every $\theta$.
#
# (2) Several answers are right. A richer family: all normal densities truncated to $z > 0$; tight at location
# $x - \theta$ and scale 1. Another likelihood: $x\mid z \sim \mathrm{Exp}(z)$, with density $z e^{-xz}$, makes the
# posterior $\mathrm{Gamma}(2, x + \theta)$, so a Gamma $q$ is tight there. Or a likelihood that ignores $z$: the
# posterior is then the prior, and $\phi = \theta$ is tight (but nothing is learnt about $z$).
# ### END SOLUTION
#
# ### BEGIN RUBRIC
# - **1 point**: a KL is zero only if both densities are the same (almost everywhere), so the question is whether the
#   posterior belongs to the family. Half a point if "the KL must be zero" is said but not what follows for the
#   densities.
# - **1 point**: the two logarithms differ as functions of $z$ (quadratic against linear, or an equivalent argument such
#   as the hazard rate, the behaviour as $z \to \infty$, or the mode when $x > \theta$), for *every* $\phi$. No point
#   for a numerical example alone.
# - **1 point**: a change that works, with the $q$ at which the bound is tight. Half a point when the change works but
#   the $q$ is missing.
# ### END RUBRIC

# %% [markdown]
# One picture to keep. On a logarithmic scale every member of the family is a straight line; the posterior is bent. A
# family has a *shape*, and no amount of tuning its parameters changes that. It is the reason why people build richer
# families of $q$, and at the end of this unit you will do so.

# %% tags=["run"]
plots.parabola_and_lines(log_unnormalised_posterior, x=1.5, theta=1.0)

# %% [markdown]
# ## The bound in closed form
#
# $$\mathcal L(\theta, \phi) = \mathbb E_{q_\phi(z)}\big[\log p(x\mid z) + \log p_\theta(z) - \log q_\phi(z)\big]
#   = \underbrace{\mathbb E_{q_\phi(z)}[\log p(x\mid z)]}_{\text{reconstruction}}
#   - \underbrace{\mathrm{KL}(q_\phi(z)\,\|\,p_\theta(z))}_{\text{price}}.$$
#
# Multiplied out, the bracket is a polynomial of degree two in $z$, and an expectation of a polynomial needs moments
# only. For $z \sim \mathrm{Exp}(\phi)$, integrating by parts once more for each power,
#
# $$\mathbb E[1] = 1, \qquad \mathbb E[z] = \frac1\phi, \qquad \mathbb E[z^2] = \frac2{\phi^2}.$$
#
# The last one is where people slip: $\mathbb E[z^2]$ is not $\mathbb E[z]^2$. The difference is the variance,
# $1/\phi^2$.
#
# *By hand.* Take $x = 1.5$ and $\theta = \phi = 1$. Then $q$ is the prior, the price is zero, and
#
# $$\mathcal L = -\tfrac12\log 2\pi - \tfrac12\,\mathbb E\big[x^2 - 2xz + z^2\big]
#   = -0.9189 - \tfrac12(2.25 - 3 + 2) = -1.5439 .$$
#
# The evidence there is $-1.3689$: a gap of $0.175$ nats.
#
# **Exercise.** The whole of $\mathcal L(\theta, \phi)$ as a sympy expression in `x`, `theta` and `phi`, without
# integrals and without leftovers.
#
# About those leftovers: an exercise sheet from which this model is taken collects what contains neither $\theta$ nor
# $\phi$ in a "const", although it asks for a closed form. For the gradient that is harmless. But then nothing can be
# compared with the evidence: the "const" is $1 - \tfrac12x^2 - \tfrac12\log 2\pi$, and without it the example above
# reads $-0.5$, far *above* $\log p(x) = -1.3689$. A bound is only a bound with its constants.

# %% solution="elbo_symbolic"
def elbo_symbolic():
    """The ELBO in nats, a sympy expression in x (real), theta and phi (positive)."""
    x = sympy.Symbol("x", real=True)
    theta, phi = sympy.symbols("theta phi", positive=True)
    ### BEGIN SOLUTION
    reconstruction = -sympy.log(2 * sympy.pi) / 2 - (x**2 - 2 * x / phi + 2 / phi**2) / 2
    log_prior = sympy.log(theta) - theta / phi
    entropy = 1 - sympy.log(phi)
    return reconstruction + log_prior + entropy
    ### END SOLUTION

# %% check="elbo_symbolic" points=2
check("elbo_symbolic")

# %% [markdown]
# **Exercise.** The same as a function of numbers and arrays.

# %% solution="elbo"
def elbo(x, theta, phi):
    """The ELBO in nats for q = Exp(phi). Broadcasts. ValueError unless theta > 0 and phi > 0."""
    ### BEGIN SOLUTION
    x, theta, phi = np.asarray(x), positive(theta), positive(phi)
    reconstruction = -0.5 * np.log(2 * np.pi) - 0.5 * x**2 + x / phi - 1 / phi**2
    kl = np.log(phi / theta) + theta / phi - 1
    return reconstruction - kl
    ### END SOLUTION

# %% check="elbo" points=3
check("elbo")

# %% [markdown]
# Now you can see the gap. Left, the bound as $\phi$ varies, under the evidence, which doesn't depend on $\phi$. Right,
# the best $q$ beside the posterior it stands for. Questions for the sliders:
#
# - Where must $x$ go for the gap to (almost) close? What does the posterior look like there?
# - The best $q$ has its mode at zero, always. What does it do when the posterior's mode is far from zero?

# %% tags=["run"]
answers = elbo, log_evidence, log_unnormalised_posterior
widgets.explore(plots.gap, *answers, x=(-3.0, 5.0, 1.5), theta=(0.1, 4.0, 1.0))

# %% [markdown]
# ## Which way is up?
#
# Training a VAE is gradient ascent on a noisy estimate of the ELBO's gradient. Here there is no noise: the gradient has
# a closed form, and unit 04 will measure its estimators against it.
#
# Beware of one thing. $\phi$ stands *twice* in $\mathbb E_{q_\phi}[\dots - \log q_\phi(z)]$: inside the bracket, and in
# the density that $z$ is drawn from. Whoever differentiates the bracket only gets zero for its $\phi$-part, because
# $\mathbb E_q[\partial_\phi \log q_\phi(z)] = \partial_\phi\!\int q_\phi(z)\,dz = 0$. In the closed form both places
# are already accounted for.
#
# *By hand.* At $x = 1.5$, $\theta = \phi = 1$ the slope is $0$ in $\theta$ and $0.5$ in $\phi$.
#
# **Exercise.** Return the pair $(\partial\mathcal L/\partial\theta,\ \partial\mathcal L/\partial\phi)$.

# %% solution="elbo_gradient"
def elbo_gradient(x, theta, phi):
    """(dL/dtheta, dL/dphi). Broadcasts. ValueError unless theta > 0 and phi > 0."""
    ### BEGIN SOLUTION
    x, theta, phi = np.asarray(x), positive(theta), positive(phi)
    by_theta = 1 / theta - 1 / phi
    by_phi = 2 / phi**3 - (x - theta) / phi**2 - 1 / phi
    return by_theta, by_phi
    ### END SOLUTION

# %% check="elbo_gradient" points=2
check("elbo_gradient")

# %% [markdown]
# ## The best q for a given model
#
# Hold $\theta$ fixed and ask for the best $\phi$. In terms of the *mean* $u = 1/\phi$ of $q$ the bound is
# $-u^2 + (x - \theta)u + \log u$ plus a constant: a downward parabola plus a logarithm. Both are concave, so there is
# exactly one top and no way to miss it.
#
# Setting the slope to zero gives a quadratic equation. *What can go wrong:* its textbook solution subtracts two nearly
# equal numbers when $x - \theta$ is large.

# %%
d = 1e9
print("(√(d² + 8) - d) / 2 =", (np.sqrt(d**2 + 8) - d) / 2, "   but a rate is positive")

# %% [markdown]
# *By hand.* At $x = \theta$ the equation becomes $\phi^2 = 2$. And for a huge $x - \theta$ the logarithm hardly
# matters: the parabola's top is at $u = (x-\theta)/2$, so $\phi \approx 2/(x-\theta)$. Two tests for what you write.
#
# **Exercise.** The best $\phi$, to twelve digits for $|x - \theta|$ up to $10^9$.

# %% solution="best_phi"
def best_phi(x, theta):
    """The phi that maximises the ELBO for this x and theta. Broadcasts. ValueError unless theta > 0."""
    ### BEGIN SOLUTION
    d = np.asarray(x) - positive(theta)
    large = np.abs(d) + np.hypot(d, np.sqrt(8))  # a sum of positive numbers: nothing cancels
    return np.where(d < 0, large / 2, 4 / large)
    ### END SOLUTION

# %% check="best_phi" points=2
check("best_phi")

# %% [markdown]
# ## Two mountains, two tops
#
# Learning moves $\theta$ as well. Now two different questions look alike:
#
# - Which $(\theta, \phi)$ makes the *bound* $\mathcal L(\theta, \phi)$ largest?
# - Which $\theta$ makes the *evidence* $\log p_\theta(x)$ largest? That is maximum likelihood.
#
# Notes on VAEs like to say that by maximising the ELBO one maximises the likelihood. Let us see.
#
# **The bound first.** $\partial\mathcal L/\partial\theta = 0$ means that prior and $q$ have the same rate. So at the
# top $q$ *is* the prior, nothing is paid for the KL, and $q$ says nothing that the prior didn't say: in a VAE this is
# called posterior collapse. What is left depends on one number, the common mean.
#
# *By hand.* Is there always a top? Take $x = -1$ and let $\theta = \phi$ grow: the bound rises towards
# $\log\mathcal N(-1; 0, 1)$ and never gets there. A function that is asked for a top that doesn't exist should say so.
#
# **Exercise.** The pair $(\theta, \phi)$ at the top, for $x > 0$; for $x \le 0$ (any $x \le 0$ in an array) a
# ValueError whose message says why.

# %% solution="maximise_elbo"
def maximise_elbo(x):
    """(theta, phi) at the ELBO's maximum. Broadcasts. ValueError, with the reason, unless x > 0."""
    ### BEGIN SOLUTION
    x = np.asarray(x)
    if not np.all(x > 0):
        raise ValueError("for x <= 0 the ELBO has no maximum: it rises for ever as theta = phi grows")
    return 2 / x, 2 / x
    ### END SOLUTION

# %% check="maximise_elbo" points=2
check("maximise_elbo")

# %% [markdown]
# **Now the evidence.** Its derivative is an average over the *true* posterior. Differentiate under the integral, and
# divide and multiply by the joint:
#
# $$\frac{\partial}{\partial\theta}\log p_\theta(x)
#   = \int \frac{p_\theta(x, z)}{p_\theta(x)}\,\frac{\partial \log p_\theta(x, z)}{\partial\theta}\,dz
#   = \mathbb E_{p_\theta(z\mid x)}\Big[\frac1\theta - z\Big] = \frac1\theta - \mathbb E[z\mid x].$$
#
# The best prior has the mean that the posterior has. (With $q$ in place of the posterior you would get
# $\partial\mathcal L/\partial\theta$ again: the whole difference between the two questions is which $z$ are averaged.)
# The posterior is $\mathcal N(m, 1)$ cut at zero, with $m = x - \theta$, and its mean has a closed form; with $\varphi$
# the density of $\mathcal N(0,1)$,
#
# $$\mathbb E[z\mid x] = m + \frac{\varphi(m)}{\Phi(m)}.$$
#
# The equation $1/\theta = \mathbb E[z\mid x]$ has no solution in closed form. Solve it numerically: one root, and it
# lies between $1/x$ and $2/x$.
#
# *What can go wrong.* $\varphi(m)/\Phi(m)$ is $0/0$ for $m \ll 0$; `erfcx` is the cure here, too: put $\Phi(-t)$ from
# above under the fraction, with $t = -m$. And for $x \le 0$ there is no maximum at all: the posterior then falls off
# faster than $e^{-\theta z}$, so its mean stays below $1/\theta$, the derivative is positive everywhere, and
# $\log p_\theta(x)$ rises to $\log\mathcal N(x; 0, 1)$ as $\theta\to\infty$.
#
# **Exercise.** The $\theta$ of maximum likelihood, to five digits; for $x \le 0$ a ValueError whose message says why.
# `optimize.brentq(f, low, high)` finds a root, `np.vectorize(g)` makes a function of one number take arrays.

# %% solution="maximum_likelihood"
def maximum_likelihood(x):
    """The theta at which the evidence is largest. Broadcasts. ValueError, with the reason, unless x > 0."""
    ### BEGIN SOLUTION
    x = np.asarray(x)
    if not np.all(x > 0):
        raise ValueError("for x <= 0 the evidence has no maximum: it rises for ever as theta grows")

    def slope(theta, x):
        m = x - theta
        return 1 / theta - (m + np.sqrt(2 / np.pi) / special.erfcx(-m / np.sqrt(2)))

    return np.vectorize(lambda x: optimize.brentq(slope, 1 / x, 2 / x, args=(x,)))(x)
    ### END SOLUTION

# %% check="maximum_likelihood" points=3
check("maximum_likelihood")

# %% [markdown]
# The two tops don't agree. At $x = 1.5$ the evidence is largest at $\theta = 0.98269$ and the bound at
# $\theta = 1.33333$, more than a third higher. The bound is lower where it must pay more, so its top is drawn to where
# $q$ fits best: here to narrow priors, because the gap shrinks as $\theta$ grows. **Maximising the bound is not
# maximising the evidence**, unless the gap is the same everywhere.
#
# How bad is it? Look to the right. For small $x$ hardly at all; for large $x$ the learnt rate is twice what it should
# be: the bound insists on $q$ = prior, and then pays for the spread of $q$, which an exponential can only reduce
# together with its mean.

# %% tags=["run"]
answers = elbo, best_phi, log_evidence, maximise_elbo, maximum_likelihood
widgets.explore(plots.two_tops, *answers, x=(0.3, 8.0, 1.5))

# %% [markdown]
# ## Climbing
#
# With a neural network for $q$ there is no formula for the top; one climbs. Naive gradient ascent,
# $\phi \leftarrow \phi + \eta\,\partial_\phi\mathcal L$, has a flaw here that you will meet again wherever a parameter
# must stay positive:

# %%
x, phi, theta, lr = 20.0, 1.0, 0.1, 0.1
slope = 2 / phi**3 - (x - theta) / phi**2 - 1 / phi
print(f"one step of naive ascent: φ = {phi + lr * slope:.2f}, which is no rate at all")
print(f"one step on log φ:        φ = {phi * np.exp(lr * phi * slope):.3f}")

# %% [markdown]
# So step on the logarithm. With $\lambda = \log\phi$ the chain rule gives
# $\partial\mathcal L/\partial\lambda = \phi\,\partial\mathcal L/\partial\phi$, and adding to $\lambda$ multiplies
# $\phi$, which therefore stays positive, whatever the step. (It stays positive; it need not converge. With too large a
# step it will jump over the top, on any scale.)
#
# **Exercise.** Coordinate ascent, `steps` times, with step size `lr`: first
# $\log\phi \leftarrow \log\phi + \eta\,\phi\,\partial_\phi\mathcal L(\theta, \phi)$; then
# $\log\theta \leftarrow \log\theta + \eta\,\theta\,\partial_\theta\mathcal L(\theta, \phi)$ at the *new* $\phi$. Return
# an array with a row $(\theta, \phi)$ for the start and one for each step.

# %% solution="ascend"
def ascend(x, theta, phi, steps, lr):
    """(steps + 1, 2): the path of (theta, phi), start included. ValueError unless theta > 0 and phi > 0."""
    ### BEGIN SOLUTION
    theta, phi = float(positive(theta)), float(positive(phi))
    path = [(theta, phi)]
    for _ in range(steps):
        phi *= np.exp(lr * phi * elbo_gradient(x, theta, phi)[1])
        theta *= np.exp(lr * theta * elbo_gradient(x, theta, phi)[0])
        path.append((theta, phi))
    return np.array(path)
    ### END SOLUTION

# %% check="ascend" points=3
check("ascend")

# %% [markdown]
# The whole unit in one picture. White lines join points of equal $\mathcal L$; the colour is the gap, bright where the
# bound is nearly tight. Move $x$ and watch three things:
#
# - The path first heads for the ridge, where $q$ is the best for its $\theta$: fitting $q$ is the easy part. Then it
#   creeps along the ridge to the top, which lies on the dotted diagonal: $q$ = prior.
# - The gap is smallest *far away* from the top, where both rates are large and the bound is poor. A small gap is no
#   sign of a good model.
# - The vertical line is where the evidence is largest. The path doesn't end there.

# %% tags=["run"]
widgets.explore(plots.landscape, elbo, log_evidence, ascend, x=(0.3, 6.0, 1.5))

# %% [markdown]
# ## A richer family ⊕
#
# The family was the problem; take a larger one that contains it. A Gamma density has a shape $a$ beside its rate $b$,
# and for $a > 1$ it can leave zero:
#
# $$q(z) = \mathrm{Gamma}(z; a, b) = \frac{b^a}{\Gamma(a)}\, z^{a-1} e^{-bz}, \qquad
#   \mathrm{Exp}(\phi) = \mathrm{Gamma}(1, \phi).$$
#
# Its moments: $\mathbb E[z] = a/b$, $\ \mathbb E[z^2] = a(a+1)/b^2$, and, because of the power of $z$, a new one,
# $\mathbb E[\log z] = \psi(a) - \log b$ with the digamma function $\psi = (\log\Gamma)'$. (Differentiate
# $\int z^{a-1}e^{-bz}dz = \Gamma(a)\,b^{-a}$ with respect to $a$.) The prior and the likelihood have not changed, so of
# the three terms of the ELBO only the entropy of $q$ needs thought.
#
# *By hand.* At $a = 1$ everything must fall back to the exponential, with $\phi = b$.
#
# **Exercise.** The ELBO with this $q$, as an expression (`sympy.loggamma(a)` is $\log\Gamma(a)$ and
# `sympy.polygamma(0, a)` is $\psi(a)$), then as a function (`special.gammaln`, `special.digamma`).

# %% solution="gamma_elbo_symbolic"
def gamma_elbo_symbolic():
    """The ELBO in nats for q = Gamma(a, rate b), a sympy expression in x (real), theta, a and b (positive)."""
    x = sympy.Symbol("x", real=True)
    theta, a, b = sympy.symbols("theta a b", positive=True)
    ### BEGIN SOLUTION
    mean, square, mean_log = a / b, a * (a + 1) / b**2, sympy.polygamma(0, a) - sympy.log(b)
    reconstruction = -sympy.log(2 * sympy.pi) / 2 - (x**2 - 2 * x * mean + square) / 2
    log_prior = sympy.log(theta) - theta * mean
    log_q = a * sympy.log(b) - sympy.loggamma(a) + (a - 1) * mean_log - b * mean
    return reconstruction + log_prior - log_q
    ### END SOLUTION

# %% check="gamma_elbo_symbolic" points=1
check("gamma_elbo_symbolic")

# %% solution="gamma_elbo"
def gamma_elbo(x, theta, a, b):
    """The ELBO in nats for q = Gamma(a, rate b). Broadcasts. ValueError unless theta, a and b are positive."""
    ### BEGIN SOLUTION
    x, theta, a, b = np.asarray(x), positive(theta), positive(a), positive(b)
    mean, square = a / b, a * (a + 1) / b**2
    reconstruction = -0.5 * np.log(2 * np.pi) - 0.5 * (x**2 - 2 * x * mean + square)
    entropy = a - np.log(b) + special.gammaln(a) + (1 - a) * special.digamma(a)
    return reconstruction + np.log(theta) - theta * mean + entropy
    ### END SOLUTION

# %% check="gamma_elbo" points=2
check("gamma_elbo")

# %% [markdown]
# At $x = 1.5$, $\theta = 1$ the evidence is $-1.3689$. The best exponential reaches $-1.5039$, the best Gamma
# $-1.4080$: seven tenths of the gap are gone. It is still not tight. Say why, with the argument you used above: what
# does $\log q$ look like now?

# %% tags=["run"]
answers = elbo, gamma_elbo, log_evidence, log_unnormalised_posterior
widgets.explore(plots.richer_family, *answers, x=(-2.0, 5.0, 1.5), theta=(0.1, 4.0, 1.0))

# %% [markdown]
# ## What can go wrong
#
# - **A rate is not a scale.** $\mathrm{Exp}(\phi)$ has mean $1/\phi$; `scipy.stats.expon` and `numpy.random` want the
#   scale. When a curve moves the wrong way as $\phi$ grows, look here first.
# - **$\mathbb E[f(z)]$ is not $f(\mathbb E[z])$.** Plugging the mean of $q$ into the likelihood forgets
#   $\tfrac12\mathrm{Var}_q(z)$.
# - **A KL to the prior is not the gap.** The price in the ELBO is $\mathrm{KL}(q\|p(z))$; the gap is
#   $\mathrm{KL}(q\|p(z\mid x))$. At the top of our bound the first is zero and the second isn't.
# - **Maximising a bound is not maximising what it bounds.**
# - **The edges of a domain.** To draw $z \sim \mathrm{Exp}(\phi)$ from $u$ uniform on $[0, 1]$, the sheet takes
#   $S_\phi(u) = -\log(1 - u)/\phi$ as a map $[0, 1] \to \mathbb R_+$. At neither end is that so:

# %%
with np.errstate(divide="ignore"):
    for u in (0.0, 1.0):
        print(f"S(u = {u:.0f}) = {-np.log1p(-u) / 1.0 + 0.0}")

# %% [markdown]
# $S_\phi(0) = 0$ is not a positive number, and $S_\phi(1)$ is no number at all. The map is one from the *open*
# interval. Generators return $u \in [0, 1)$: the infinity can't happen, the zero can, about once in $10^{16}$ draws.
# Unit 04 takes it from here.
#
# ## Where it comes from
#
# The model, the choice of $q$, the ELBO and its gradient: *Advanced Machine Learning: Deep Generative Models*, exercise
# sheet 02, problem 1 (TU München). The sentence about maximising the likelihood: a set of lecture notes on the ELBO for
# VAEs; the counterexample is ours. The derivative of the evidence as a posterior mean is Fisher's identity. That a
# variational family biases what is learnt is the subject of Turner and Sahani, *Two problems with variational
# expectation maximisation for time-series models* (2011). For truncated normals see any table of distributions under
# *Mills ratio*.
#
# **Next:** in unit 04 the closed forms go away, one after the other, and estimators take their place.
