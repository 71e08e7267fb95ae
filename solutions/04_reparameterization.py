# ---
# jupyter:
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # 04 · Reparameterization: gradients through a sample
#
# In unit 03 every expectation had a closed form. In a variational autoencoder the most important one, the
# reconstruction term, has none: it is estimated from samples of $q$, and the bound with it, and then climbed. But the
# parameter we want to move sits *in the distribution that the samples come from*, and a sample is just a number. How do
# you differentiate a number that was drawn?
#
# **What you will be able to do**
#
# - turn noise that knows nothing of $\phi$ into samples of $q_\phi$, and prove that this is allowed;
# - estimate the ELBO in two ways, and say which is less noisy without repeating what is usually said;
# - differentiate through a sample, and around it, and keep the two estimators apart;
# - measure the variance of a gradient, and lower it three times;
# - say whose samples a gradient in $\theta$ needs.
#
# It takes about 90 minutes; sections marked ⊕ can wait for a second reading. Units 01 and 03 help, but what you need
# of them stands here.
#
# | Symbol | Code | Is |
# |---|---|---|
# | $x$, $z$ | `x`, `z` | what we observe; what is latent |
# | $\theta$ | `theta` | the rate of the prior: the model's parameter |
# | $\phi$ | `phi` | the rate of $q_\phi$: the variational parameter |
# | $\epsilon$, $u$ | `eps`, `u` | noise: $\mathrm{Exp}(1)$ or $\mathcal N(0, I)$; uniform on $[0, 1)$ |
# | $g_\phi(\epsilon)$ | | the map that makes a sample of the noise, $z = g_\phi(\epsilon)$ |
# | $m$ | `m` | the number of samples |
# | $f(z)$ | `f` | $\log p(x, z) - \log q(z)$: the ELBO is its expectation |
# | $s(z)$ | `s` | the score, $\partial \log q_\phi(z)/\partial\phi$ |

# %%
import numpy as np
import torch
from scipy import integrate

from elboroom import widgets
from elboroom.checks.reparameterization import check
from elboroom.plots import estimators
from elboroom.plots import reparameterization as plots

# %% [markdown]
# ## The model
#
# The model of unit 03: one observed number, one latent number. An atom decays after a waiting time $z$, a noisy clock
# shows $x$, and $q$ is a guess at $z$.
#
# $$p_\theta(z) = \theta e^{-\theta z}\ \ (z > 0), \qquad p(x\mid z) = \mathcal N(x; z, 1), \qquad
#   q_\phi(z) = \phi e^{-\phi z}\ \ (z > 0).$$
#
# $\theta$ and $\phi$ are *rates*: under $q$ the mean of $z$ is $1/\phi$, and its mean square $2/\phi^2$. You will use
# these functions all the time:

# %%
def log_likelihood(x, z):
    """log p(x | z) = log N(x; z, 1)."""
    return -0.5 * np.log(2 * np.pi) - 0.5 * (x - z) ** 2


def log_joint(z, x, theta):
    """log p(x, z) = log p(x | z) + log p(z), for z > 0."""
    return log_likelihood(x, z) + np.log(theta) - theta * z


def log_q(z, phi):
    """log q(z) = log Exp(z; phi), for z > 0."""
    return np.log(phi) - phi * z


def f(z, x, theta, phi):
    """What the ELBO is the expectation of, under q."""
    return log_joint(z, x, theta) - log_q(z, phi)


# %% [markdown]
# The model is so small that the truth can be had by numerical integration. Whatever you estimate below, you can hold
# it against these numbers.

# %%
def exact_elbo(x, theta, phi):
    """The ELBO in nats, as the integral of q(z) f(z)."""
    return integrate.quad(lambda z: np.exp(log_q(z, phi)) * f(z, x, theta, phi), 0, np.inf)[0]


def exact_slope(x, theta, phi, h=1e-4):
    """The derivative of the ELBO in phi, as a difference quotient."""
    return (exact_elbo(x, theta, phi + h) - exact_elbo(x, theta, phi - h)) / (2 * h)


x, theta, phi = 1.5, 1.0, 1.0
print(f"ELBO = {exact_elbo(x, theta, phi):.4f} nats, its slope in φ = {exact_slope(x, theta, phi):.4f}")

# %% [markdown]
# ## Where did the gradient go?
#
# Take the harder half of the ELBO, the reconstruction term $\mathbb E_{q_\phi}[\log p(x\mid z)]$. Estimating it is
# easy: draw $m$ samples, average. Now change $\phi$ a little and do it again. The new average differs from the old
# one for two reasons: $\phi$ has moved, and the dice have fallen differently. The second effect is much larger.
#
# *The picture to keep.* Left, each estimate has its own samples. Right, the generator is put back into the same state
# before each estimate: the noise is held fixed while $\phi$ moves. Each curve is one such noise.

# %%
def reconstruction(phi, rng, m):
    """An estimate of E_q[log p(x | z)] at x = 1.5 from m samples."""
    z = rng.exponential(scale=1 / phi, size=m)
    return np.mean(log_likelihood(1.5, z))


def exact_reconstruction(phi):
    return integrate.quad(lambda z: np.exp(log_q(z, phi)) * log_likelihood(1.5, z), 0, np.inf)[0]


plots.fresh_or_fixed_noise(reconstruction, exact_reconstruction, m=20)

# %% [markdown]
# The curves on the right are wrong by a little, but they are *smooth*, and they have slopes. Their slopes are
# estimates of the slope of the dashed line. That is the whole trick, and the rest of this unit spells it out: **move
# the randomness out of the way of the parameter.**
#
# One of the sources of this course, a set of notes, motivates the trick otherwise: "$\mathbb E_{q}[\log p(x\mid z)]$
# is not differentiable, thus SGD does not work". But look at the dashed line. Here the expectation even has a
# formula,
#
# $$\mathbb E_{q_\phi}[\log p(x\mid z)] = -\tfrac12\log 2\pi - \tfrac{x^2}{2} + \frac{x}{\phi} - \frac{1}{\phi^2},$$
#
# and you can differentiate it in your head. Nothing is wrong with the expectation. It is the *naive sample* that has
# forgotten how it came about: once `z` is an array of numbers, $\phi$ no longer occurs in it.
#
# ## Noise first, parameter second
#
# Write the sample as a function of noise that doesn't know $\phi$, and of $\phi$:
#
# $$z = g_\phi(\epsilon), \qquad \epsilon \sim r(\epsilon), \qquad \text{such that}\quad z \sim q_\phi .$$
#
# The generator makes $\epsilon$; from there on everything is deterministic and can be differentiated. How to find
# $g_\phi$? Through distribution functions. If $g_\phi$ rises, then $z \le a$ happens exactly when
# $\epsilon \le g_\phi^{-1}(a)$, so
#
# $$F_z(a) = \Pr(g_\phi(\epsilon) \le a) = \Pr\big(\epsilon \le g_\phi^{-1}(a)\big)
#   = F_\epsilon\big(g_\phi^{-1}(a)\big).$$
#
# You know both sides: $F_z(a) = 1 - e^{-\phi a}$ is what you want, $F_\epsilon$ is what you have. Solve for $g_\phi$.
#
# *By hand.* A rising map takes the median to the median. That of $\mathrm{Exp}(1)$ is $\log 2 = 0.693$ (half of the
# atoms have decayed after one half-life), that of $\mathrm{Exp}(2)$ is $0.347$.
#
# **Exercise.** You have a generator of $\mathrm{Exp}(1)$ noise. Turn its noise into samples of $\mathrm{Exp}(\phi)$.
# Don't call a generator yourself: the noise is given.

# %% solution="exponential_from_unit"
def exponential_from_unit(eps, phi):
    """Samples of Exp(phi) out of eps ~ Exp(1). eps, phi broadcast; eps may be empty. Returns their common shape."""
    ### BEGIN SOLUTION
    return eps / phi
    ### END SOLUTION

# %% check="exponential_from_unit" points=2
check("exponential_from_unit")

# %% [markdown]
# How can a machine know that samples are right? Not by looking at one: any positive number is a possible sample. The
# check looks at three things, and they are what makes a reparameterization. (1) The same noise gives the same
# samples. (2) Two thousand samples together have the distribution function of $\mathrm{Exp}(\phi)$. (3) When $\phi$
# moves and the noise stays, each sample moves at the right speed. Any map that does all three is right, not only
# ours.
#
# Move the slider. Each thread is one $\epsilon$; a sample slides along its thread.

# %% tags=["run"]
widgets.explore(plots.threads, exponential_from_unit, phi=(0.5, 4.0, 1.0))

# %% [markdown]
# *What can go wrong.* NumPy, SciPy and torch don't agree on what an exponential distribution is parameterized by.
# `rng.exponential(scale)` and `scipy.stats.expon(scale=...)` want the mean, `torch.distributions.Exponential(rate)`
# wants the rate. The variable is often called the same.
#
# ## From uniform noise
#
# What if all you have is uniform noise, as at the bottom of every generator? Compose: first make $\mathrm{Exp}(1)$ of
# it, then use what you just wrote. Or read the distribution function backwards: a height $u$ between 0 and 1, chosen
# evenly, over to the curve $F(z;\phi)$, then down to the axis. Where the curve is steep, many heights end up close
# together, and that is what a high density is.
#
# *By hand.* $u = \tfrac12$ must go to the median, $\log(2)/\phi$.
#
# *At the ends.* The exercise sheet that this problem comes from calls its map $[0, 1] \to \mathbb R_+$ (and
# $\mathbb R_+$ is where $z > 0$). At neither end is that so: the rising map takes $u = 0$ to $z = 0$, which isn't
# positive, and $u = 1$ to infinity. On the *open* interval all is well. `rng.random()` draws from $[0, 1)$: zero can
# happen, one can't. So your function gets a $u = 0$ now and then; with the rising map this gives a harmless 0, with
# the falling one (put $1 - u$ for $u$: its law is the same) an infinity, which would spoil any average. Both are
# accepted, as is a ValueError; one of the three is the best.
#
# **Exercise.** Samples of $\mathrm{Exp}(\phi)$ from uniform noise. Keep your digits where $u$ is tiny: in floating
# point, $1 - 10^{-17}$ is $1$. NumPy's `np.log1p(a)` is $\log(1 + a)$ without computing $1 + a$.

# %% solution="exponential_from_uniform"
def exponential_from_uniform(u, phi):
    """Samples of Exp(phi) out of u uniform on [0, 1), tiny u included. u, phi broadcast; u may be empty."""
    ### BEGIN SOLUTION
    return -np.log1p(-u) / phi
    ### END SOLUTION

# %% check="exponential_from_uniform" points=2
check("exponential_from_uniform")

# %% tags=["run"]
widgets.explore(plots.inverse, exponential_from_uniform, phi=(0.5, 4.0, 1.0))

# %% [markdown]
# ## Why that is allowed
#
# We want to replace an average over $q_\phi$ by one over the noise, and then to differentiate under the integral.
# Both steps need a reason. Let $g_\phi$ be differentiable and strictly monotone in $\epsilon$, and $r$ the density of
# the noise. Then
#
# $$\mathbb E_{q_\phi}[h(z)] = \int h(z)\, q_\phi(z)\, dz
#   = \int \underbrace{\ \boxed{1}\ }_{z\, =\, g_\phi(\epsilon)} d\epsilon
#   \;\overset{\boxed{2}}{=}\; \int h(g_\phi(\epsilon))\, r(\epsilon)\, d\epsilon
#   = \mathbb E_{r}[h(g_\phi(\epsilon))],$$
#
# $$\frac{\partial}{\partial\phi}\,\mathbb E_{r}[h(g_\phi(\epsilon))] \;\overset{\boxed{3}}{=}\;
#   \mathbb E_{r}\Big[\frac{\partial}{\partial\phi} h(g_\phi(\epsilon))\Big],
#   \qquad\text{although}\qquad
#   \frac{\partial}{\partial\phi}\,\mathbb E_{q_\phi}[h(z)] \;\overset{\boxed{4}}{\neq}\;
#   \mathbb E_{q_\phi}\Big[\frac{\partial}{\partial\phi} h(z)\Big].$$
#
# (Here $z$ is one number. In $K$ dimensions read $|\det \partial g_\phi/\partial\epsilon|$ for $|g_\phi'|$.)
#
# **Exercise.** Choose what belongs in each gap.
#
# **1**, the integrand after the substitution:
#
# - **a** $h(g_\phi(\epsilon))\; q_\phi(g_\phi(\epsilon))$
# - **b** $h(g_\phi(\epsilon))\; q_\phi(g_\phi(\epsilon))\; |g_\phi'(\epsilon)|$
# - **c** $h(g_\phi(\epsilon))\; q_\phi(g_\phi(\epsilon))\, /\, |g_\phi'(\epsilon)|$
# - **d** $h(g_\phi(\epsilon))\; q_\phi(\epsilon)\; |g_\phi'(\epsilon)|$
#
# **2**, the reason:
#
# - **a** a sample takes its density with it: $q_\phi(g_\phi(\epsilon)) = r(\epsilon)$
# - **b** $q_\phi$ and $r$ both integrate to one
# - **c** a small interval takes its probability with it: $q_\phi(z)\,|dz| = r(\epsilon)\,|d\epsilon|$
# - **d** $z$ and $\epsilon$ are independent
#
# **3**, the reason:
#
# - **a** expectations are linear, and so are derivatives
# - **b** $h$ does not depend on $\phi$
# - **c** $g_\phi$ can be inverted
# - **d** $r$ does not depend on $\phi$, and the derivative inside exists everywhere and is bounded by an integrable
#   function of $\epsilon$
#
# **4**, the reason:
#
# - **a** $\phi$ is also in the density: the left side has the term $\int h\,\partial_\phi q_\phi\, dz$, the right
#   side hasn't
# - **b** the left side is not differentiable
# - **c** the right side is random
# - **d** if $h$ doesn't contain $\phi$, both sides are zero
#
# Assign four letters, as in `change_of_variables = "aaaa"`. They are recorded now and marked in grading.

# %% solution="change_of_variables"
### BEGIN SOLUTION
change_of_variables = "bcda"
### END SOLUTION

# %% check="change_of_variables" points=3
check("change_of_variables")

# %% [markdown]
# ## Gaussians
#
# Almost every VAE has a Gaussian $q$, with one mean and one variance for each component of $z$. Multiplying noise by
# $\sigma$ multiplies its standard deviation by $\sigma$; adding $\mu$ moves its mean to $\mu$. So, with
# $\epsilon \sim \mathcal N(0, I)$ and $\odot$ the product entry by entry,
#
# $$z = \mu + \sigma \odot \epsilon \;\sim\; \mathcal N\big(\mu, \mathrm{diag}(\sigma^2)\big).$$
#
# A network that is to output a positive number is usually asked for its logarithm, here for $\log\sigma^2$.
#
# *By hand.* $\mu = 1$, $\log\sigma^2 = \log 4$, $\epsilon = -\tfrac12$: the noise is half a standard deviation below
# the mean, the standard deviation is 2, so $z = 0$.
#
# **Exercise.** Diagonal Gaussian samples.

# %% solution="gaussian_diagonal"
def gaussian_diagonal(mu, log_var, eps):
    """Samples of N(mu, diag exp(log_var)) out of eps ~ N(0, I). All (..., K), broadcast; eps may have no rows."""
    ### BEGIN SOLUTION
    return mu + np.exp(0.5 * log_var) * eps
    ### END SOLUTION

# %% check="gaussian_diagonal" points=2
check("gaussian_diagonal")

# %% [markdown]
# With correlations, $\sigma$ becomes a matrix. If $z = \mu + A\epsilon$, then
#
# $$\mathrm{Cov}(z) = \mathbb E\big[A\epsilon\,\epsilon^\top\! A^\top\big]
#   = A\,\mathbb E[\epsilon\epsilon^\top]\,A^\top = AA^\top,$$
#
# so any $A$ with $AA^\top = \Sigma$ will do: a *root* of $\Sigma$. There are many. If $A$ is one, so is $AQ$ for
# every rotation $Q$, since rotating standard normal noise doesn't change its law. The cheapest is the triangular one,
# the Cholesky factor.
#
# *By hand.* $\Sigma = \begin{pmatrix} 4 & 2\\ 2 & 2\end{pmatrix}$ has the root
# $A = \begin{pmatrix} 2 & 0\\ 1 & 1\end{pmatrix}$. The noise $\epsilon = (1, -1)$ becomes $A\epsilon = (2, 0)$.
#
# *What can go wrong.* Your samples are the *rows* of an array, so every product stands the other way round than on
# paper. And `np.linalg.cholesky` reads one triangle of what it is given and believes that the other is its mirror
# image:

# %%
print(np.linalg.cholesky(np.array([[1.0, 5.0], [0.0, 1.0]])), "is a root of what?")

# %% [markdown]
# **Exercise.** Gaussian samples with a full covariance, with a root of your choice. What isn't a covariance deserves
# a ValueError (forgive a rounding error in the last digits).

# %% solution="gaussian_full"
def gaussian_full(mu, cov, eps):
    """Samples of N(mu, cov) out of eps ~ N(0, I). mu (K,), cov (K, K), eps (n, K); returns (n, K).

    ValueError unless cov is symmetric and positive definite."""
    ### BEGIN SOLUTION
    if not np.allclose(cov, cov.T):
        raise ValueError("a covariance is symmetric")
    root = np.linalg.cholesky(cov)  # LinAlgError, a ValueError, unless positive definite
    return mu + eps @ root.T  # (n, K)
    ### END SOLUTION

# %% check="gaussian_full" points=3
check("gaussian_full")

# %% [markdown]
# The same noise through two roots. Colours follow the noise: the points are others, the cloud is the same. A gradient
# estimate from one noise depends on the root; its expectation doesn't.

# %% tags=["run"]
widgets.explore(plots.two_roots, (gaussian_full,), rho=(-0.95, 0.95, 0.8))

# %% [markdown]
# ## Two estimators of the bound
#
# Now estimate the ELBO. There are two ways to write it, and each becomes an estimator when the expectation that is
# left is replaced by an average over $z_i = g_\phi(\epsilon_i)$:
#
# $$\mathcal L = \mathbb E_{q}\big[\log p(x, z) - \log q(z)\big] \qquad\text{and}\qquad
#   \mathcal L = \mathbb E_{q}\big[\log p(x\mid z)\big] - \mathrm{KL}(q(z)\,\|\,p(z)).$$
#
# The first samples everything. The second samples the reconstruction and puts the KL in as a formula, if there is
# one. Kingma and Welling call them SGVB estimators A and B.
#
# *By hand.* For this model $f(z)$ is a parabola in $z$. So its average depends on two moments of the noise only,
# $\mathbb E[\epsilon] = 1$ and $\mathbb E[\epsilon^2] = 2$. The two-point "sample" $\epsilon = (0, 2)$ has both! Let
# $x = 1.5$ and $\theta = \phi = 1$, so $z = \epsilon$. At $z = 0$: $\log p(x\mid z) = -0.9189 - 1.125 = -2.0439$, and
# prior and $q$ cancel. At $z = 2$: $-0.9189 - 0.125 = -1.0439$, and they cancel again. The average is $-1.5439$, the
# bound itself.
#
# *An erratum.* In the notes mentioned above, the first estimator reads
# $\frac1L\sum_l \log p(x\mid z^{(l)}) - \log q(z^{(l)})$: the prior is missing. At $x = 1.5$, $\theta = 1$,
# $\phi = 1.3$ this tends to $-0.744$, where the bound is $-1.513$ and the evidence $-1.369$. A lower bound above the
# evidence is an alarm worth having.
#
# **Exercise.** The first estimator, with $z = \epsilon/\phi$ (also if you found another right map above), `log_joint`
# and `log_q`.

# %% solution="elbo_estimate_joint"
def elbo_estimate_joint(x, theta, phi, eps):
    """An estimate of the ELBO in nats, every term sampled, from z = eps/phi. eps (m,) ~ Exp(1); returns a float."""
    ### BEGIN SOLUTION
    z = exponential_from_unit(eps, phi)  # (m,)
    return np.mean(log_joint(z, x, theta) - log_q(z, phi))
    ### END SOLUTION

# %% check="elbo_estimate_joint" points=2
check("elbo_estimate_joint")

# %% [markdown]
# For the second you need the KL between two exponentials. Write its definition, $\mathbb E_q[\log q(z) - \log p(z)]$,
# insert the densities, and remember $\mathbb E_q[z] = 1/\phi$. *By hand:* it must be 0 when $\phi = \theta$, and
# positive otherwise; at $\phi = 2$, $\theta = 1$ it is $0.1931$.
#
# **Exercise.** The second estimator.

# %% solution="elbo_estimate_kl"
def elbo_estimate_kl(x, theta, phi, eps):
    """An estimate of the ELBO in nats, the KL in closed form, from z = eps/phi. eps (m,) ~ Exp(1); returns a float."""
    ### BEGIN SOLUTION
    z = exponential_from_unit(eps, phi)  # (m,)
    kl = np.log(phi / theta) + theta / phi - 1
    return np.mean(log_likelihood(x, z)) - kl
    ### END SOLUTION

# %% check="elbo_estimate_kl" points=2
check("elbo_estimate_kl")

# %% [markdown]
# "What can be computed should not be sampled": the second estimator is usually said to have the smaller variance. Try
# it. Then go to $x = -3$, $\theta = 1$, $\phi = 4$.

# %% tags=["run"]
pair = elbo_estimate_joint, elbo_estimate_kl
widgets.explore(estimators.two_estimators, pair, x=(-3.0, 3.0, 1.5), theta=(0.5, 4.0, 1.0), phi=(0.5, 5.0, 2.0))

# %% [markdown]
# There the "improved" estimator has a variance of $0.770$, the plain one of $0.0195$. The reason is short. Apart from
# constants, the second averages $-\tfrac12 z^2 + xz$, the first $-\tfrac12 z^2 + (x - \theta + \phi)z$. Sampling the
# KL adds $(\phi - \theta)z$, and a random term that is added can just as well *cancel* another: here
# $x - \theta + \phi = 0$, and the whole linear part is gone. Variances add up only for terms that are uncorrelated.
# (And at $\theta = \phi$ the two are one and the same. Why?)
#
# ## Through the sample
#
# Back to the gradient. Insert $z = \epsilon/\phi$ into $f$ and differentiate. $\phi$ now occurs in two places, in $z$
# and in $\log q_\phi$ itself, so the total derivative has two parts:
#
# $$\frac{d}{d\phi}\Big[\log p(x, z) - \log q_\phi(z)\Big]_{z = g_\phi(\epsilon)}
#   = \underbrace{\frac{\partial}{\partial z}\Big[\log p(x, z) - \log q_\phi(z)\Big]
#     \cdot\frac{dz}{d\phi}}_{\text{through the sample}}
#   \;-\; \underbrace{\frac{\partial \log q_\phi(z)}{\partial\phi}}_{\text{the score}} .$$
#
# The average over the noise is the derivative of the ELBO: that was gap 3 of the proof.
#
# *By hand.* At $x = 1.5$, $\theta = \phi = 1$ the first bracket's $z$-derivative is $x - z$, and $dz/d\phi = -z$. At
# $\epsilon = 0$: through the sample $0$, score $1$, together $-1$. At $\epsilon = 2$: through the sample
# $(-0.5)(-2) = 1$, score $-1$, together $2$. The average of $-1$ and $2$ is the exact slope, $0.5$. (The integrand is
# a parabola again.)
#
# **Exercise.** One value *per sample*, because their spread is what we are after.

# %% solution="reparameterized_gradient"
def reparameterized_gradient(x, theta, phi, eps):
    """d/dphi of f(z) along z = eps/phi, for each sample: the total derivative. eps (m,) ~ Exp(1); returns (m,)."""
    ### BEGIN SOLUTION
    z = exponential_from_unit(eps, phi)  # (m,)
    through_the_sample = ((x - z) - theta + phi) * (-z / phi)
    score = 1 / phi - z
    return through_the_sample - score
    ### END SOLUTION

# %% check="reparameterized_gradient" points=3
check("reparameterized_gradient")

# %% [markdown]
# In practice automatic differentiation does this for you, if you let it. torch has two methods that draw samples.
# `rsample` goes through $g_\phi$ and remembers; `sample` returns numbers that have forgotten. Both run without a
# complaint:

# %%
rate = torch.tensor(1.0, requires_grad=True)
q = torch.distributions.Exponential(rate)
prior = torch.distributions.Exponential(torch.tensor(1.0))
for draw in (q.rsample, q.sample):
    torch.manual_seed(0)
    z = draw((100_000,))
    value = torch.distributions.Normal(z, 1.0).log_prob(torch.tensor(1.5)) + prior.log_prob(z) - q.log_prob(z)
    slope = torch.autograd.grad(value.mean(), rate)[0]
    print(f"{draw.__name__:8s} gives ELBO ≈ {value.mean():.3f} and slope ≈ {slope:+.3f}")

# %% [markdown]
# The second slope is an excellent estimate of $-\mathbb E_q[s(z)]$, which is zero for every model:
# $\mathbb E_q[\partial_\phi\log q] = \int \partial_\phi q_\phi\, dz = \partial_\phi 1 = 0$. Keep this identity in
# mind, it returns three times.
#
# ## Around the sample
#
# What if $z$ is a category, or the model is a black box, and there is nothing to differentiate through? Then
# differentiate the *density* instead, and leave the samples where they are. With $\partial q = q\,\partial\log q$,
#
# $$\frac{\partial}{\partial\phi}\,\mathbb E_{q_\phi}[f(z)] = \int f\,\partial_\phi q_\phi\, dz
#   + \mathbb E_{q_\phi}[\partial_\phi f] = \mathbb E_{q_\phi}\big[f(z)\, s(z)\big], \qquad
#   s(z) = \frac{\partial \log q_\phi(z)}{\partial\phi}.$$
#
# (Here $\partial_\phi f = -s$, and its average is zero, as you have just seen.) This is the *score-function
# estimator*, or REINFORCE. In words: if a sample did well, make it more probable.
#
# *By hand.* With the two-point noise $(0, 2)$ from before: $f s = -2.0439\cdot 1$ at $z = 0$, and $-1.0439\cdot(-1)$
# at $z = 2$. The average is $-0.5$, not $0.5$. No mistake: $f s$ is a *cubic* in $z$, and the third moment of our two
# points is 4, not 6. This estimator asks more of its samples.
#
# **Exercise.** One value per sample. Keep all constants of $f$, no baseline.

# %% solution="score_function_gradient"
def score_function_gradient(x, theta, phi, z):
    """f(z) d/dphi log q(z), for each sample. z (m,) ~ q; returns (m,)."""
    ### BEGIN SOLUTION
    score = 1 / phi - z
    return (log_joint(z, x, theta) - log_q(z, phi)) * score
    ### END SOLUTION

# %% check="score_function_gradient" points=3
check("score_function_gradient")

# %% [markdown]
# Two estimators, one mean. Left you see both as functions of the sample; the dotted line is their common average
# under $q$. Right, what one sample's estimate spreads.
#
# - Start at $(x, \theta, \phi) = (1.5, 1, 1)$. Which one would you want?
# - It is often said that the reparameterized gradient *always* varies less. Go to $(0.5, 2.6, 3.6)$: its variance is
#   $0.0632$, that of the score function $0.0413$. Neither is always the smaller. The one lives on the slope of $f$, the
#   other on its height; with neural networks the height is large and the slope is tame, and so VAEs use the first.

# %% tags=["run"]
both = score_function_gradient, reparameterized_gradient
widgets.explore(estimators.sample_by_sample, *both, x=(-3.0, 3.0, 1.5), theta=(0.5, 4.0, 1.0), phi=(0.5, 4.0, 1.0))

# %% [markdown]
# ## A baseline ⊕
#
# The score function's trouble is the height of $f$: add 1000 to $f$, and the gradient is the same but the estimator
# is useless. So subtract a constant. Because $\mathbb E_q[s] = 0$,
#
# $$\mathbb E_q\big[(f(z) - b)\, s(z)\big] = \mathbb E_q\big[f(z)\,s(z)\big] \qquad\text{for every constant } b.$$
#
# Which $b$ is best? The mean is the same for all, so the variance is least where the mean square
# $\mathbb E_q[(f - b)^2 s^2]$ is: a parabola in $b$. Set its derivative to zero.
#
# *By hand.* Two samples, $f = (-2, -1)$. If $s = (1, -1)$, both count the same, and $b = -1.5$. If $s = (2, -1)$, the
# first counts four times as much: $b = \frac{4\cdot(-2) + 1\cdot(-1)}{5} = -1.8$. It isn't the mean of $f$.
#
# **Exercise.** The best baseline, with means over the sample in place of expectations.

# %% solution="optimal_baseline"
def optimal_baseline(f, s):
    """The constant b that makes the mean of ((f - b) s)² least. f, s (m,); returns a float."""
    ### BEGIN SOLUTION
    return np.mean(s**2 * f) / np.mean(s**2)
    ### END SOLUTION

# %% check="optimal_baseline" points=2
check("optimal_baseline")

# %% [markdown]
# *What can go wrong.* A $b$ computed from the very samples it is used on depends on them, and is no constant: the
# estimate is then biased, by an amount of order $1/m$. Take $b$ from other samples (yesterday's, or all but the one
# in hand).
#
# ## Sticking the landing ⊕
#
# Look at the total derivative once more: a part through the sample, minus the score. The score has mean zero. So drop
# it! What is left is unbiased, too:
#
# $$\frac{\partial}{\partial z}\Big[\log p(x, z) - \log q_\phi(z)\Big]\cdot\frac{dz}{d\phi}.$$
#
# It looks like a gain for free, and sometimes it isn't one (the dropped term may have cancelled something). But it
# has one beautiful property. Suppose $q$ has *become* the posterior. Then $\log p(x, z) - \log q(z) = \log p(x)$ for
# every $z$: a constant, whose $z$-derivative is zero. The estimator is exactly 0, for every single sample: no noise
# at all at the very place where we want to come to rest. The total derivative still jitters there, by the score.
#
# *By hand.* At $x = 1.5$, $\theta = \phi = 1$, with $\epsilon = (0, 2)$: the parts through the sample were $0$ and
# $1$. Their average is $0.5$ again.
#
# **Exercise.** The derivative through the sample alone, one value per sample.

# %% solution="sticking_the_landing"
def sticking_the_landing(x, theta, phi, eps):
    """The part of the gradient in phi that goes through z = eps/phi. eps (m,) ~ Exp(1); returns (m,)."""
    ### BEGIN SOLUTION
    z = exponential_from_unit(eps, phi)  # (m,)
    return -(x - theta - z) * z / phi - z
    ### END SOLUTION

# %% check="sticking_the_landing" points=2
check("sticking_the_landing")

# %% [markdown]
# Our exponential $q$ can never be the posterior (unit 03), so here it never quite lands. To see a landing, take a
# model where $q$ can: $z \sim \mathcal N(0, 1)$, $x\mid z \sim \mathcal N(z, 1)$. At $x = 2$ the posterior is
# $\mathcal N(1, \tfrac12)$. With $q = \mathcal N(\mu, \sigma^2)$ and $z = \mu + \sigma\epsilon$, both gradients in
# $\sigma$ take three lines:

# %%
def gaussian_gradients(x, mu, sigma, eps):
    """(total derivative, path only) of log p(x, z) - log q(z) in sigma, for each sample; eps (m,) ~ N(0, 1)."""
    z = mu + sigma * eps
    path = ((x - z) - z + eps / sigma) * eps
    return path - (eps**2 - 1) / sigma, path

# %% tags=["run"]
widgets.explore(estimators.landing_on_a_gaussian, gaussian_gradients, mu=(0.0, 2.0, 1.0))

# %% [markdown]
# At $\mu = 1$ the path-only curve comes down to zero, exactly at $\sigma = \sqrt{1/2}$. Move $\mu$ away from the
# posterior's mean: it doesn't land any more.
#
# ## How a sample moves, without a map ⊕
#
# For a Gamma, a Beta or a mixture there is no handy $g_\phi$. But we never needed $g_\phi$ itself: only $dz/d\phi$,
# how fast a sample moves when the noise stays. And one kind of noise always exists, the height $u = F(z; \phi)$. Hold
# it fixed and differentiate:
#
# $$0 = \frac{d}{d\phi} F(z(\phi); \phi)
#   = \frac{\partial F}{\partial z}\,\frac{dz}{d\phi} + \frac{\partial F}{\partial\phi}
#   \qquad\Longrightarrow\qquad \frac{dz}{d\phi} = -\,\frac{\partial F(z; \phi)/\partial\phi}{q_\phi(z)} .$$
#
# So it is enough to know the distribution function and its derivatives. In one dimension there is even no choice:
# every smooth monotone $g_\phi$ has this same $dz/d\phi$, which is how the very first check of this unit could judge
# the speed of your samples without knowing your map.
#
# *By hand.* For $\mathrm{Exp}(\phi)$: insert $F = 1 - e^{-\phi z}$ and compare with $\frac{d}{d\phi}(\epsilon/\phi)$,
# written in terms of $z$.
#
# **Exercise.** The speed of a sample of $\mathrm{Exp}(\phi)$. It must survive where $F$ is 1 to all digits.

# %% solution="implicit_gradient"
def implicit_gradient(z, phi):
    """dz/dphi at a fixed height of the distribution function of Exp(phi). z, phi broadcast; returns their shape."""
    ### BEGIN SOLUTION
    return -z / phi
    ### END SOLUTION

# %% check="implicit_gradient" points=2
check("implicit_gradient")

# %% tags=["run"]
widgets.explore(plots.sideways, implicit_gradient, phi=(0.5, 3.0, 1.0))

# %% [markdown]
# The arrows stay at their height and should end on the blue curve; they miss it a little in the tail, as tangents do.
#
# ## The other parameter
#
# The model's $\theta$ is easy: $q_\phi$ doesn't depend on it, so the derivative goes straight inside,
#
# $$\frac{\partial\mathcal L}{\partial\theta}
#   = \mathbb E_{q_\phi}\Big[\frac{\partial}{\partial\theta}\log p_\theta(x, z)\Big],$$
#
# and no trick is needed. What *is* needed is the right samples. One of our sources, a set of lecture notes, draws
# $z_1, \dots, z_m$ from $p(z\mid x)$ at this point. With those the same average estimates something else, by Fisher's
# identity (differentiate $\log p_\theta(x) = \log\int p_\theta(x, z)\,dz$):
#
# $$\mathbb E_{p_\theta(z\mid x)}\Big[\frac{\partial}{\partial\theta}\log p_\theta(x, z)\Big]
#   = \frac{\partial}{\partial\theta}\log p_\theta(x).$$
#
# That is the gradient of the *evidence*, and if we could sample the posterior, we would not need $q$ at all. The two
# differ: at $x = 1.5$, $\theta = \phi = 1$ the first is $0$ and the second $-0.00916$.
#
# *By hand.* Which term of $\log p_\theta(x, z)$ contains $\theta$? If $z$ has the mean of the prior on average, the
# gradient is 0: the prior is where it should be.
#
# **Exercise.** The estimate from given samples, one number. (It is the same function for both kinds of samples; $x$
# plays no role in it.)

# %% solution="theta_gradient"
def theta_gradient(theta, z):
    """The mean over the samples z (m,) of d/dtheta log p(x, z); returns a float."""
    ### BEGIN SOLUTION
    return 1 / theta - np.mean(z)
    ### END SOLUTION

# %% check="theta_gradient" points=2
check("theta_gradient")

# %% tags=["run"]
widgets.explore(estimators.whose_samples, (theta_gradient,), x=(0.75, 2.85, 1.5), phi=(0.5, 2.5, 1.0))

# %% [markdown]
# Where a curve crosses zero, an ascent comes to rest. With samples of $q$ it rests at $\theta = \phi$, with samples
# of the posterior at the maximum of the evidence. They are different places, and only one of them is on offer.
#
# ## What variance costs
#
# Averages of $m$ independent samples have a variance of $1/m$ times that of one: on logarithmic axes, lines of slope
# $-1$, for every estimator. So a variance that is ten times smaller is worth ten times the samples. Which lines change
# places when you go to $(0.5, 2.6, 3.6)$? And to $(-3, 1, 4)$, where the best baseline turns the worst estimator into a
# good one?

# %% tags=["run"]
answers = score_function_gradient, reparameterized_gradient, sticking_the_landing, (f, optimal_baseline)
ranges = {"x": (-3.0, 3.0, 1.5), "theta": (0.5, 4.0, 1.0), "phi": (0.5, 4.0, 1.0)}
widgets.explore(estimators.variance_against_m, *answers, **ranges)

# %% [markdown]
# And this is what it means for learning: eight runs each, one sample per step, the same noise and the same step size.
# The dashed line is the best $\phi$. Here $x = -3$, so that even good $z$ explain it badly: $f$ is around $-7$, and
# the score function has to carry that height along. For so small an $x$ the posterior is almost an exponential, and
# the third estimator almost lands.

# %% tags=["run"]
x, theta = -3.0, 1.0
best = max(np.linspace(4.0, 5.0, 101), key=lambda phi: exact_elbo(x, theta, phi))
answers = score_function_gradient, reparameterized_gradient, sticking_the_landing
estimators.ascents(*answers, x=x, theta=theta, best=float(best))

# %% [markdown]
# ## What can go wrong
#
# - **Drawing inside.** A function that calls the generator gives the right law and no gradient.
# - **`sample` for `rsample`.** The ELBO looks fine, its gradient is noise around zero.
# - **A rate is not a scale, a variance is not a standard deviation.** $\exp(\log\sigma^2)$ is a variance; noise wants
#   its root.
# - **A root on the wrong side.** For samples in rows it is `eps @ A.T`.
# - **Half a gradient.** $\phi$ stands in $z$ *and* in $\log q$. Dropping the second place is allowed, dropping the
#   first is fatal.
# - **Rules of thumb about variance.** Closed forms can raise it, reparameterization can lose. Measure.
# - **Categories.** A discrete $z$ jumps: $g_\phi$ is piecewise constant in $\phi$, its derivative is zero almost
#   everywhere, and the third gap of the proof fails. There the score function stays.
#
# ## Where it comes from
#
# The two exponential maps: *Advanced Machine Learning: Deep Generative Models*, exercise sheet 02, problem 2 (TU
# München). The trick for the ELBO and both estimators: Kingma and Welling, *Auto-Encoding Variational Bayes* (2014),
# and Rezende, Mohamed and Wierstra, *Stochastic Backpropagation* (2014), by way of lecture notes of CSCI 5525
# (Minnesota) and a set of notes on the ELBO, whose slips are corrected above. The score function: Williams,
# *REINFORCE* (1992); the baseline: Greensmith, Bartlett and Baxter (2004). Path derivative only: Roeder, Wu and
# Duvenaud, *Sticking the Landing* (2017). Implicit gradients: Figurnov, Mohamed and Mnih (2018). A survey: Mohamed,
# Rosca, Figurnov and Mnih, *Monte Carlo Gradient Estimation in Machine Learning* (2020). The examples where the
# common wisdom fails are ours.
#
# **Next:** unit 05 puts the ELBO to work on data, with the simplest encoder and decoder there are: matrices.
