# ---
# jupyter:
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # 02 · KL: why the gap is never negative
#
# Unit 01 left a promise. The evidence is the ELBO plus a gap, the gap is a Kullback–Leibler divergence, and *a KL is
# never negative*: everything that is called a lower bound in this course hangs on these four words. Here you prove
# them, and get to know the divergence that they are about: what it charges for, what it forgives, what it costs to
# compute, and what becomes of a $q$ that is made to minimise it.
#
# **What you will be able to do**
#
# - compute a KL between tables, between Gaussians with any covariance, between products, and from samples alone;
# - *see* Jensen's inequality, and prove with it that no KL is negative, minding the one line that is often wrong;
# - refute, with two numbers, a claim about symmetry that stands in lecture notes;
# - derive the Gaussian KL that is in the loss of almost every VAE, and compute it without losing its digits;
# - say what a factorised $q$ must get wrong, and whether it will cover a target or pick a piece of it.
#
# It takes about 90 minutes, 70 without the sections marked ⊕. You need sums, logarithms and a little linear algebra.
#
# | Symbol | Code | Is |
# |---|---|---|
# | $q$, $p$ | `q`, `p` | two distributions: the guess, and what it is held against; tables are `(..., K)` |
# | $\mathrm{KL}(q\,\Vert\,p)$ | `kl_discrete(q, p)`, … | the divergence, always averaged under the *first* |
# | $\mathbb E_q[f]$ | `weights @ f(values)` | the average of $f$ under $q$ |
# | $\mu$, $\sigma^2$ | `mu`, `log_var` | mean and variance of a Gaussian; its variance comes as $\log\sigma^2$ |
# | $\Sigma$, $\Lambda = \Sigma^{-1}$ | `cov`, `precision` | covariance and precision matrix, $K\times K$ |
# | $H(q)$ | | the entropy, $-\mathbb E_q[\log q]$ |
#
# Logarithms are natural, information is in nats. Where something is said with a sum, read an integral for densities.

# %%
import numpy as np
import sympy
from IPython.display import display

from autograder.derivation import KL, Density, Derivation, E, equal, integral, log, variables
from elboroom import widgets
from elboroom.checks.kl import check
from elboroom.plots import kl as plots


def ln(values):
    """log, with log 0 = -inf and no warning."""
    with np.errstate(divide="ignore"):
        return np.log(np.asarray(values, dtype=float))


# %% [markdown]
# ## What a divergence charges for
#
# A forecaster says $p$, the world does $q$. Each day something happens, and the forecaster pays $-\log p(z)$ for the
# $z$ that did: little if it was thought likely, a lot if not. Had the forecaster known $q$, the bill would have been
# $-\log q(z)$. The average difference is the price of believing $p$ where $q$ is true:
#
# $$\mathrm{KL}(q\,\|\,p) = \mathbb E_q\big[\log q(z) - \log p(z)\big] = \sum_z q(z)\log\frac{q(z)}{p(z)}.$$
#
# *By hand.* $q = (\tfrac12, \tfrac12)$ and $p = (\tfrac34, \tfrac14)$: $\tfrac12\log\tfrac23 + \tfrac12\log 2 = 0.1438$
# nats. One term is negative! Single terms may be. It is the *average* that never is, and that wants a proof.
#
# *At the zeros.* Two cases, and they are as different as can be.
#
# - $q(z) = 0$: the term is $0$, whatever $p$ says, zero included. What never happens is never paid for.
# - $q(z) > 0$ and $p(z) = 0$: the term is $+\infty$, and so is the KL. The forecaster called something impossible, and
#   it happened.
#
# *What can go wrong.* In floating point, `0 * -inf` and `inf - inf` are `nan`. Adding a small number to everything
# silences the `nan`, and turns the honest $\infty$ into an arbitrary number like 27. A difference of logarithms is
# safer than the logarithm of a quotient, which can overflow when $p(z)$ is as small as $10^{-310}$.
#
# **Exercise.** The KL between tables. The function `ln` above knows $\log 0$.

# %% solution="kl_discrete"
def kl_discrete(q, p):
    """KL(q || p) in nats. q, p: (..., K), rows sum to 1; returns (...). inf where p is 0 and q isn't."""
    ### BEGIN SOLUTION
    q, p = np.asarray(q), np.asarray(p)
    log_ratio = ln(np.where(q > 0, q, 1.0)) - ln(np.where(q > 0, p, 1.0))  # 0 where q is 0
    return (q * log_ratio).sum(axis=-1)
    ### END SOLUTION

# %% check="kl_discrete" points=3
check("kl_discrete")

# %% [markdown]
# ## Not a distance
#
# Turn the example round: $\mathrm{KL}(p\,\|\,q) = \tfrac34\log\tfrac32 + \tfrac14\log\tfrac12 = 0.1308$. Not $0.1438$.
# The two directions average under different distributions, and answer different questions. So a KL isn't a distance,
# and the word *divergence* is a warning.
#
# Lecture notes that we used for this course say more: "$\mathrm{KL}(p\,\|\,q) = \mathrm{KL}(q\,\|\,p)$ if and only if
# $p = q$". Is it true that the directions agree *only* for equal distributions? Below, each point is a pair of coins,
# $q(\text{head})$ and $p(\text{head})$; colour is the difference between the directions, and on the black lines there
# is none. If the notes were right, there would be one line.

# %% tags=["run"]
plots.both_ways(kl_discrete)

# %% [markdown]
# **Exercise.** Refute the claim: return two *different* distributions over the same values, `(p, q)`, each an array
# `(K,)` for a $K$ of your choice, whose KLs to each other are finite and equal. (Let some entry differ by 0.001 at
# least.)

# %% solution="symmetric_but_different"
def symmetric_but_different():
    """(p, q): two different pmfs (K,), with KL(p || q) = KL(q || p), finite."""
    ### BEGIN SOLUTION
    return np.array([0.2, 0.8]), np.array([0.8, 0.2])
    ### END SOLUTION

# %% check="symmetric_but_different" points=2
check("symmetric_but_different")

# %% [markdown]
# What *is* true, and what the notes were probably after: $\mathrm{KL}(q\,\|\,p) = 0$ if and only if $q = p$. The reason
# comes with the proof, to which we turn now.
#
# ## Jensen's inequality is a picture
#
# A function is **convex** if it bends upwards: a chord never runs below the curve. $u^2$, $e^u$ and $-\log u$ are. Put
# weights on a few points of the curve. Their centre of mass lies among the chords, hence *above* the curve:
#
# $$\underbrace{\mathbb E[f(X)]}_{\text{height of the centre}}\;\ge\;
#   \underbrace{f(\mathbb E[X])}_{\text{the curve below it}} \qquad\text{for convex } f .$$
#
# That is **Jensen's inequality**. What is between the two we call the *Jensen gap*. It is zero if $X$ is a constant,
# and, when $f$ is strictly convex, *only* then. For concave $f$ all is upside down.
#
# *By hand.* $X$ is $0$ or $2$, with weights one half. For $f(u) = u^2$ the gap is $2 - 1 = 1$. Have you seen
# $\mathbb E[X^2] - \mathbb E[X]^2$ before? For $f(u) = u$ it is 0, whatever the weights.
#
# **Exercise.** The gap. `f` is a function that works on arrays and on numbers. A value of weight 0 plays no role, even
# where `f` is infinite.

# %% solution="jensen_gap"
def jensen_gap(f, values, weights):
    """E[f(X)] - f(E[X]), a float. values (n,): what X can be; weights (n,): how likely, >= 0, summing to 1."""
    ### BEGIN SOLUTION
    possible = weights > 0
    values, weights = values[possible], weights[possible]
    return weights @ f(values) - f(weights @ values)
    ### END SOLUTION

# %% check="jensen_gap" points=2
check("jensen_gap")

# %% [markdown]
# Now drive the distribution with the sliders: three points on the curve of $-\log u$, a weight for the one in the
# middle, the rest shared evenly; `spread` moves the outer two apart.
#
# - What makes the gap grow? What makes it vanish? (There are two ways.)
# - The orange point is always inside the triangle of chords. Why can't it leave?

# %% tags=["run"]
widgets.explore(plots.jensen, jensen_gap, spread=(0.0, 0.95, 0.8), middle=(0.0, 1.0, 0.3))

# %% [markdown]
# ## Never negative
#
# And here is the idea of the whole unit. A KL *is* a Jensen gap. Write it with $-\log$, as an average of a convex
# function at the ratio $u = p(z)/q(z)$:
#
# $$\mathrm{KL}(q\,\|\,p) = \mathbb E_q\Big[-\log\frac{p(z)}{q(z)}\Big] \;\ge\;
#   -\log \mathbb E_q\Big[\frac{p(z)}{q(z)}\Big].$$
#
# And the average ratio is $\sum_z q(z)\frac{p(z)}{q(z)} = \sum_z p(z) = 1$, whose logarithm is zero. Look at the first
# example: the ratios are $\tfrac32$ and $\tfrac12$, with weights one half.

# %%
q_half, p_skewed = np.array([0.5, 0.5]), np.array([0.75, 0.25])
print("KL:", kl_discrete(q_half, p_skewed))
print("gap of -log at p/q:", jensen_gap(lambda u: -np.log(u), p_skewed / q_half, q_half))

# %% [markdown]
# When is it zero? $-\log$ is strictly convex, so the ratio $p/q$ must be one constant $c$ on all $z$ that $q$ can give.
# The KL is then $-\log c$, which is zero for $c = 1$ only. So $p = q$ there, nothing is left elsewhere, and $q = p$.
#
# *Read that again.* "On all $z$ that $q$ can give": the average over $q$ doesn't see the rest. Let $q = (1, 0)$ and $p
# = (\tfrac12, \tfrac12)$. The average ratio is $1\cdot\frac{1/2}{1} = \tfrac12$, not 1: half of $p$ lies where $q$ is
# zero. In general the sum runs over the $z$ with $q(z) > 0$, and
#
# $$\mathbb E_q\Big[\frac{p(z)}{q(z)}\Big] = \sum_{z:\,q(z) > 0} p(z) \;\le\; 1, \qquad\text{so}\qquad
#   -\log \mathbb E_q\Big[\frac{p(z)}{q(z)}\Big] \;\ge\; -\log 1 = 0 .$$
#
# Luckily the inequality points the right way. The chain holds with $\ge$ in its last step but one, and not with $=$.
#
# ## The proof
#
# As in unit 01, you write a derivation line by line, each line with its rule, and the notebook checks it. A density
# that may be zero somewhere is declared so:

# %%
z = variables("z")
q, p = Density("q", [z], positive=False), Density("p", [z])

# %% [markdown]
# | On paper | In code | Rule, for `by=` | Says |
# |---|---|---|---|
# | $\mathrm{KL}(q\,\Vert\,p)$ | `KL(q(z), p(z))` | `"definition"` | it is $\mathbb E_q[\log q - \log p]$ |
# | $\mathbb E_q[f]$ | `E(q(z), f)` | `"expectation"` | $\mathbb E_q[f] = \int q f\,dz$ |
# | $\int f\,dz$ | `integral(z, f)` | `"normalisation"` | $\int p\,dz = 1$; and $\le 1$ where $q > 0$ only |
# | $=$, $\ge$ | `.eq(line, by=...)`, `.ge(...)` | `"jensen: ... is convex"` | the inequality, for the function named |
# | $\log$, fractions | `log(...)`, `/` | `"algebra"`, `"log"` | free on every line |
#
# The published solution of the assignment that this proof comes from goes wrong in two places. First, it says: "Since
# $-\log(\mathbb E[x])$ is convex". An expectation is a number, and numbers don't bend. The convex *function* is
# $u\mapsto -\log u$; name another one, and the rule is refused. Second, it writes $=$ where you now know better. Here
# is what the notebook says to the one and to the other:

# %%
Derivation(E(q(z), -log(p(z) / q(z)))).ge(-log(E(q(z), p(z) / q(z))), by="jensen: log is convex")

# %%
Derivation(-log(integral(z, q(z) * (p(z) / q(z))))).eq(-log(1), by="normalisation")

# %% [markdown]
# **Exercise.** Prove that a KL is never negative, also when $q$ may vanish: put `begin.eq(...)`, and the lines that
# follow it, in place of the dots. (The rule "kl >= 0" exists. Using it here would be too easy: the cell says ok, the
# check refuses it. This proof earns its points only when it is complete.)

# %% solution="kl_is_nonnegative"
goal = KL(q(z), p(z)) >= 0
begin = Derivation(KL(q(z), p(z)), goal=goal)
kl_is_nonnegative = (
    ### BEGIN SOLUTION
    begin.eq(E(q(z), log(q(z)) - log(p(z))), by="definition")
    .eq(E(q(z), -log(p(z) / q(z))), by="log")
    .ge(-log(E(q(z), p(z) / q(z))), by="jensen: -log is convex")
    .eq(-log(integral(z, q(z) * (p(z) / q(z)))), by="expectation")
    .ge(-log(1), by="normalisation")
    .eq(0, by="log")
    ### END SOLUTION
)
display(kl_is_nonnegative)

# %% check="kl_is_nonnegative" points=4
check("kl_is_nonnegative")

# %% [markdown]
# With that, the ELBO *is* a lower bound: $\log p(x) = \mathrm{ELBO} + \mathrm{KL}(q(z)\,\|\,p(z\mid x)) \ge
# \mathrm{ELBO}$. With $\ge$, and with $=$ for $q = p(z\mid x)$ alone. (The notes that we take the next section from
# write "$=$" between the evidence and the bound, in their last line.)
#
# ## Between Gaussians
#
# In a VAE the encoder gives a mean and a variance, $q = \mathcal N(\mu_q, \sigma_q^2)$, the prior is a Gaussian too,
# and the KL between them has a formula. Everything in it follows from one observation: $\log q - \log p$ is a parabola
# in $z$, and the average of a parabola needs two moments only.
#
# $$\log q(z) - \log p(z) = \log\frac{\sigma_p}{\sigma_q} - \frac{(z - \mu_q)^2}{2\sigma_q^2}
#   + \frac{(z - \mu_p)^2}{2\sigma_p^2}.$$
#
# Take $\mathbb E_q$ term by term. The first is a constant. In the second, $\mathbb E_q[(z - \mu_q)^2] = \sigma_q^2$ by
# definition. For the third write $z - \mu_p = (z - \mu_q) + (\mu_q - \mu_p)$ and expand; what happens to the mixed
# term?
#
# *By hand.* Equal variances 1, means 1 apart: KL is $\tfrac12$. Equal means, $\sigma_q = 2$, $\sigma_p = 1$:
# $\tfrac12(4 - 1 - \log 4) = 0.8069$. The other way round, $\sigma_q = 1$, $\sigma_p = 2$:
# $\tfrac12(\tfrac14 - 1 + \log 4) = 0.3181$. Too wide costs more than too narrow.
#
# *An erratum.* The notes from which we take this begin with $-D_{KL} = \int q\log\frac qp\,dz$: the sign is wrong. And
# halfway down, $\mathbb E_q[(z - \mu_q)^2]$ is divided by $2\sigma_p^2$, where $2\sigma_q^2$ belongs (their next line
# has $\tfrac12$, which is right again). The result is right, yet who copies from the middle gets
# $\log\frac{\sigma_p}{\sigma_q} + \frac{(\mu_q - \mu_p)^2}{2\sigma_p^2}$, which is negative for a wide $q$. The first
# slip, shown to our machine:

# %%
Derivation(-KL(q(z), p(z))).eq(integral(z, q(z) * log(q(z) / p(z))), by="definition and expectation")

# %% [markdown]
# **Exercise.** The formula, in `sympy`: return an expression in the four symbols.

# %% solution="kl_normal_general"
def kl_normal_general():
    """KL(N(mu_q, sigma_q²) || N(mu_p, sigma_p²)) in nats: sympy, in mu_q, mu_p (real), sigma_q, sigma_p (positive)."""
    mu_q, mu_p = sympy.symbols("mu_q mu_p", real=True)
    sigma_q, sigma_p = sympy.symbols("sigma_q sigma_p", positive=True)
    ### BEGIN SOLUTION
    return sympy.log(sigma_p / sigma_q) + (sigma_q**2 + (mu_q - mu_p) ** 2) / (2 * sigma_p**2) - sympy.Rational(1, 2)
    ### END SOLUTION

# %% check="kl_normal_general" points=2
check("kl_normal_general")

# %% [markdown]
# A latent $z$ has $K$ components. With diagonal covariances they are independent under $q$ and under $p$, and the KL is
# the *sum* of $K$ such formulas (you will prove this below; an average over components would be another loss function).
# Networks give $\log\sigma^2$, since that may be any number. Use it as it is: $\sigma_q^2/\sigma_p^2$ is
# $\exp(\log\sigma_q^2 - \log\sigma_p^2)$.
#
# **Exercise.** Rows are examples, columns are components; one KL for each row.

# %% solution="kl_normal"
def kl_normal(mu_q, log_var_q, mu_p, log_var_p):
    """KL(N(mu_q, diag) || N(mu_p, diag)) in nats, with log variances. All (N, K); returns (N,)."""
    ### BEGIN SOLUTION
    log_ratio = log_var_q - log_var_p
    shift = (mu_q - mu_p) ** 2 / np.exp(log_var_p)
    return 0.5 * np.sum(np.exp(log_ratio) - 1 - log_ratio + shift, axis=-1)
    ### END SOLUTION

# %% check="kl_normal" points=3
check("kl_normal")

# %% [markdown]
# With the prior $\mathcal N(0, I)$ it becomes what stands in almost every VAE:
#
# $$\mathrm{KL} = \tfrac12\sum_j\big(\mu_j^2 + \sigma_j^2 - 1 - \log\sigma_j^2\big).$$
#
# *What can go wrong.* Near the prior, where a collapsed latent sits, $\sigma^2$ is almost 1. Let $t = \log\sigma^2$ be
# small. Then $e^t - 1 - t \approx t^2/2$: for $t = 10^{-3}$ that is $5\cdot 10^{-7}$, computed from numbers around 1.
# In single precision, in which networks are trained, 1 is known to seven digits only, so that one good digit is left:

# %%
t = np.float32(1e-3)
print("as it stands:", 0.5 * (np.exp(t) - 1 - t), "   truly:", 0.5 * (1e-3**2 / 2 + 1e-3**3 / 6))

# %% [markdown]
# The cure is `np.expm1(t)`: it is $e^t - 1$, without ever computing $e^t$.
#
# **Exercise.** Right for $\log\sigma^2$ from $-40$ to $40$, and at $10^{-3}$ in single precision to 1 %.

# %% solution="kl_standard_normal"
def kl_standard_normal(mu, log_var):
    """KL(N(mu, diag exp(log_var)) || N(0, I)) in nats. mu, log_var (N, K), log_var in [-40, 40]; returns (N,)."""
    ### BEGIN SOLUTION
    return 0.5 * np.sum(mu**2 + (np.expm1(log_var) - log_var), axis=-1)
    ### END SOLUTION

# %% check="kl_standard_normal" points=3
check("kl_standard_normal")

# %% [markdown]
# ## Products
#
# Why may one add up the components? Because logarithms make sums of products. Let *both* be products,
# $q(z_1, z_2) = q(z_1)\,q(z_2)$ and $p(z_1, z_2) = p(z_1)\,p(z_2)$. Then
#
# $$\log\frac{q(z_1, z_2)}{p(z_1, z_2)} = \log\frac{q(z_1)}{p(z_1)} + \log\frac{q(z_2)}{p(z_2)},$$
#
# and each term depends on one variable only, so that the other one can be averaged away. Now as a proof. Densities that
# are products are declared with their factors (capital letters, so that `q` and `p` from above keep their meaning):

# %%
z1, z2 = variables("z1 z2")
Q, P = Density("Q", [z1, z2], factors=[z1, z2]), Density("P", [z1, z2], factors=[z1, z2])
whole_Q, whole_P = Q(z1, z2), P(z1, z2)

# %% [markdown]
# | Rule | Says |
# |---|---|
# | `"factorisation"` | a density is the product of its declared factors: `Q(z1, z2)` is `Q(z1) * Q(z2)` |
# | `"linearity"` | $\mathbb E[a + b] = \mathbb E[a] + \mathbb E[b]$ |
# | `"marginal"` | $\mathbb E_{Q(z_1, z_2)}[f(z_1)] = \mathbb E_{Q(z_1)}[f(z_1)]$ |
#
# **Exercise.** Two components are enough: more are the same line again.

# %% solution="kl_is_additive"
goal = equal(KL(whole_Q, whole_P), KL(Q(z1), P(z1)) + KL(Q(z2), P(z2)))
begin = Derivation(KL(whole_Q, whole_P), goal=goal)
kl_is_additive = (
    ### BEGIN SOLUTION
    begin.eq(E(whole_Q, log(whole_Q / whole_P)), by="definition")
    .eq(E(whole_Q, log(Q(z1) / P(z1)) + log(Q(z2) / P(z2))), by="factorisation")
    .eq(E(whole_Q, log(Q(z1) / P(z1))) + E(whole_Q, log(Q(z2) / P(z2))), by="linearity")
    .eq(E(Q(z1), log(Q(z1) / P(z1))) + E(Q(z2), log(Q(z2) / P(z2))), by="marginal")
    .eq(KL(Q(z1), P(z1)) + KL(Q(z2), P(z2)), by="definition")
    ### END SOLUTION
)
display(kl_is_additive)

# %% check="kl_is_additive" points=3
check("kl_is_additive")

# %% [markdown]
# What it is worth: thirty components with ten values each have $10^{30}$ joint values. The sum needs three hundred.
#
# *By hand.* Two coins, each $q = (\tfrac12, \tfrac12)$ against $p = (\tfrac34, \tfrac14)$: $2\cdot 0.1438 = 0.2877$.
#
# **Exercise.** The KL of products, given their factors.

# %% solution="kl_of_products"
def kl_of_products(q, p):
    """KL(q_1 ⊗ ... ⊗ q_D || p_1 ⊗ ... ⊗ p_D) in nats, a float. q, p: lists of pmfs; factor i has its own length K_i.

    ValueError unless q and p have equally many factors."""
    ### BEGIN SOLUTION
    return float(sum(kl_discrete(q_i, p_i) for q_i, p_i in zip(q, p, strict=True)))
    ### END SOLUTION

# %% check="kl_of_products" points=2
check("kl_of_products")

# %% [markdown]
# ## If only one of them is a product ⊕
#
# In a VAE $q$ is a product and the prior, too; but the posterior, to which the *gap* is measured, is not. What is then
# left of the sum? With the marginals $p_1$, $p_2$ of a joint $p$,
#
# $$\mathrm{KL}(q_1\otimes q_2\,\|\,p) = \mathrm{KL}(q_1\,\|\,p_1) + \mathrm{KL}(q_2\,\|\,p_2)
#   - \mathbb E_{q}\Big[\log\frac{p(z_1, z_2)}{p_1(z_1)\,p_2(z_2)}\Big].$$
#
# The last expectation is over $q$, not over $p$, so it may have either sign: positive if $q$ sits where $p$'s
# components agree with each other.
#
# *By hand.* Two coins that agree nine times in ten, $p = \begin{pmatrix} .45 & .05\\ .05 & .45\end{pmatrix}$, and $q_1
# = q_2 = (.9, .1)$. Each marginal of $p$ is fair, so each marginal KL is $.9\log 1.8 + .1\log .2 = 0.3681$, together
# $0.736$. But the KL itself is smaller, $0.544$: $q$ prefers (head, head), and there $p$ is far from small.
#
# **Exercise.** Both numbers, for any $q_1$, $q_2$ and joint table $p$: `(kl, sum_of_marginal_kls)`.

# %% solution="half_factorised"
def half_factorised(q1, q2, p):
    """(KL(q1 ⊗ q2 || p), KL(q1 || p_1) + KL(q2 || p_2)) in nats.

    q1 (K,), q2 (L,), p (K, L): p[i, j] = p(z1 = i, z2 = j)."""
    ### BEGIN SOLUTION
    together = kl_discrete(np.outer(q1, q2).ravel(), p.ravel())
    apart = kl_discrete(q1, p.sum(axis=1)) + kl_discrete(q2, p.sum(axis=0))
    return together, apart
    ### END SOLUTION

# %% check="half_factorised" points=2
check("half_factorised")

# %% [markdown]
# Along the axis runs $q(\text{head})$, the same for both coins; the slider is how often they agree under $p$. Where do
# the curves cross? At agreement $\tfrac12$ there is one curve only: why?

# %% tags=["run"]
widgets.explore(plots.half, half_factorised, agreement=(0.05, 0.95, 0.9))

# %% [markdown]
# ## With correlations
#
# For Gaussians with full covariances the parabola becomes a quadratic form, and the two moments a vector and a matrix:
#
# $$\mathrm{KL} = \tfrac12\Big[\mathrm{tr}(\Sigma_p^{-1}\Sigma_q) + (\mu_q - \mu_p)^\top\Sigma_p^{-1}(\mu_q - \mu_p)
#   - K + \log\frac{|\Sigma_p|}{|\Sigma_q|}\Big].$$
#
# On paper one inverts $\Sigma_p$. In code one doesn't: take the Cholesky factors, $\Sigma = LL^\top$ with $L$ lower
# triangular. Then
#
# $$\mathrm{tr}(\Sigma_p^{-1}\Sigma_q) = \|L_p^{-1}L_q\|_F^2, \qquad
#   \Delta^\top\Sigma_p^{-1}\Delta = \|L_p^{-1}\Delta\|^2, \qquad \log|\Sigma| = 2\sum_i \log L_{ii},$$
#
# sums of squares that can't become negative by rounding, and a determinant that can't underflow ($|\Sigma|$ of two
# hundred variances of $0.01$ is $10^{-400}$, which is 0 in double precision).
#
# *By hand.* In one dimension, $\mathcal N(1, 4)$ against $\mathcal N(0, 1)$:
# $\tfrac12[4 + 1 - 1 + \log\tfrac14] = 1.3069$.
#
# *What can go wrong.* `np.linalg.cholesky` raises `LinAlgError` (a ValueError) when a matrix is not positive definite,
# but reads one triangle only: it never notices that a matrix isn't symmetric. You have to.
#
# **Exercise.** Both covariances have to be symmetric (forgive rounding errors) and positive definite; a ValueError
# otherwise.

# %% solution="kl_mvn"
def kl_mvn(mu_q, cov_q, mu_p, cov_p):
    """KL(N(mu_q, cov_q) || N(mu_p, cov_p)) in nats, a float. mu (K,), cov (K, K).

    ValueError unless both covariances are symmetric and positive definite."""
    ### BEGIN SOLUTION
    for cov in (cov_q, cov_p):
        if not np.allclose(cov, cov.T):
            raise ValueError("a covariance is symmetric")
    root_q, root_p = np.linalg.cholesky(cov_q), np.linalg.cholesky(cov_p)
    spread, shift = np.linalg.solve(root_p, root_q), np.linalg.solve(root_p, mu_q - mu_p)
    log_dets = np.sum(np.log(np.diag(root_p))) - np.sum(np.log(np.diag(root_q)))
    return log_dets + 0.5 * (np.sum(spread**2) + np.sum(shift**2) - len(mu_q))
    ### END SOLUTION

# %% check="kl_mvn" points=3
check("kl_mvn")

# %% [markdown]
# ## What a factorised q must get wrong ⊕
#
# Encoders give diagonal Gaussians; posteriors have correlations. What is the best that a factorised
# $q = \mathcal N(0, \mathrm{diag}(v))$ can do for a target $\mathcal N(0, \Sigma)$? Put it into the formula: with the
# precision $\Lambda = \Sigma^{-1}$,
#
# $$\mathrm{KL} = \tfrac12\Big[\sum_i \Lambda_{ii}\,v_i - \sum_i\log v_i - K - \log|\Lambda|\Big],$$
#
# and each $v_i$ stands alone. Set the derivative to zero. What comes out is *not* the variance $\Sigma_{ii}$ of the
# component, it is the variance that is left when all the others are *known*. So the best factorised $q$ is too narrow:
# it has to stay where $p$ is large, and $p$ is a thin ridge.
#
# *By hand.* $\Sigma = \begin{pmatrix}1 & .8\\ .8 & 1\end{pmatrix}$ has $\Lambda_{11} = \Lambda_{22} = 1/0.36$. The best
# variances are $0.36$, though each component has variance 1. The gap that remains, which no training can close, is
# $\tfrac12\log\frac{1}{0.36} = 0.5108$ nats.
#
# **Exercise.** The best variances, and the KL that remains.

# %% solution="best_diagonal"
def best_diagonal(cov):
    """(variances (K,), gap): the diagonal Gaussian q with the least KL(q || N(0, cov)), and that KL in nats."""
    ### BEGIN SOLUTION
    precision = np.linalg.inv(cov)
    diagonal = np.diag(precision)
    _, log_det = np.linalg.slogdet(precision)
    return 1 / diagonal, 0.5 * (np.sum(np.log(diagonal)) - log_det)
    ### END SOLUTION

# %% check="best_diagonal" points=3
check("best_diagonal")

# %% [markdown]
# The target's ellipse, your best $q$ inside, and dashed the product of the target's own marginals: the right variances,
# and a larger KL. Let the correlation go to 1.

# %% tags=["run"]
widgets.explore(plots.ridge, best_diagonal, kl_mvn, rho=(-0.95, 0.95, 0.8))

# %% [markdown]
# ## Without a formula
#
# For a mixture, a flow, or anything that a network defines, there is no formula. But a KL is an expectation under $q$,
# and if one can draw from $q$ and evaluate both logarithms, an average will do:
#
# $$\mathrm{KL}(q\,\|\,p) \approx \frac1n\sum_{i=1}^n \big(\log q(z_i) - \log p(z_i)\big), \qquad z_i\sim q,$$
#
# with a standard error $s/\sqrt n$, where $s$ is the standard deviation of the $n$ terms (divided by $n - 1$: the mean
# has been fitted to the same numbers). An estimate without its error is not an estimate.
#
# *By hand.* $q = \mathcal N(0, 1)$, $p = \mathcal N(1, 1)$: the term is $\tfrac12 - z$, and the KL is $\tfrac12$. The
# two samples $z = (0, 1)$ give the terms $(\tfrac12, -\tfrac12)$: mean $0$, standard deviation $0.7071$, standard error
# $0.5$. A single term is negative whenever $z > \tfrac12$, in 31 % of cases. *The KL* is never negative; an *estimate*
# of it may well be, and clipping it at zero would make it biased.
#
# **Exercise.** `log_q` and `log_p` take samples `(n, K)` and return `(n,)`.

# %% solution="kl_monte_carlo"
def kl_monte_carlo(log_q, log_p, samples):
    """(estimate of KL(q || p), its standard error) in nats, from samples (n, K) of q, n >= 2."""
    ### BEGIN SOLUTION
    terms = log_q(samples) - log_p(samples)  # (n,)
    return np.mean(terms), np.std(terms, ddof=1) / np.sqrt(len(terms))
    ### END SOLUTION

# %% check="kl_monte_carlo" points=2
check("kl_monte_carlo")

# %% [markdown]
# The same two Gaussians, `distance` apart, and growing samples; bars are two standard errors. How often does the bar
# miss the line, and how often should it? And what grows faster with the distance, the KL or its error?

# %% tags=["run"]
widgets.explore(plots.estimates, kl_monte_carlo, distance=(0.0, 4.0, 1.0))

# %% [markdown]
# ## Forward and reverse
#
# Take a target with two bumps, $p = \tfrac12\mathcal N(-a, 1) + \tfrac12\mathcal N(a, 1)$, and a single Gaussian
# $q = \mathcal N(m, s^2)$ to stand for it. It can't be right. How will it be wrong? That depends on the direction.
#
# - **Reverse**, $\mathrm{KL}(q\,\|\,p)$, which falls as the ELBO rises: averaged under $q$. It charges for $q$ being
#   where $p$ isn't, and never looks at what $q$ leaves out. It *seeks a mode*.
# - **Forward**, $\mathrm{KL}(p\,\|\,q)$, what maximum likelihood minimises: averaged under $p$. It charges for every
#   piece of $p$ that $q$ calls impossible. It *covers the mass*, the empty middle included.
#
# First by hand: the sliders are $a$, $m$ and $s$. Find the best $q$ for each direction. The bars are what you pay, the
# black mark is the least that a single Gaussian can pay. How many best places are there for the reverse one, when $a =
# 3.5$? When $a = 2$?

# %% tags=["run"]
widgets.explore(plots.two_bumps, kl_discrete, a=(0.0, 4.0, 3.0), m=(-4.0, 4.0, 0.0), s=(0.3, 5.0, 2.0))

# %% [markdown]
# The forward optimum can be had on paper. In $\mathrm{KL}(p\,\|\,q) = -H(p) - \mathbb E_p[\log q]$ only the last term
# has $q$ in it, and $\log q$ is a parabola: so of $p$, only mean and variance matter, and the best $q$ has just these,
#
# $$q = \mathcal N(0,\ 1 + a^2).$$
#
# (The variance of $p$ is the variance inside a bump, 1, plus the variance between the bumps, $a^2$.) The reverse
# optimum has no formula, and does something stranger. While the bumps overlap, it covers them, too. But between $a =
# 2.8$ and $a = 2.9$ it *jumps*: from there on a $q$ in the middle pays more than one that sits on a single bump, and
# there are two best places. Gradient descent ends in the one that it starts near (or in the middle, which stays a
# valley, however dear and flat), and never knows of the other. For well separated bumps the price is
# $\log 2 = 0.693$ nats: half of $p$ has been missed. Move $a$ slowly through the jump.

# %% tags=["run"]
widgets.explore(plots.seek_or_cover, kl_discrete, a=(0.0, 4.0, 3.2))

# %% [markdown]
# ## What can go wrong
#
# - **The order.** $\mathrm{KL}(q\,\|\,p)$ averages under $q$. `scipy.stats.entropy(q, p, axis=-1)` has our order (its
#   own default is the first axis); `torch.nn.functional.kl_div(input, target, reduction="batchmean")` takes $\log p$
#   first and then $q$, and computes $\mathrm{KL}(q\,\|\,p)$; without `reduction` it divides by the number of values as
#   well.
# - **Mean or sum.** Over components it is a sum, over a batch a mean. With a mean over the components as well, the KL
#   weighs $K$ times too little.
# - **Small numbers added to be safe.** They turn $\infty$ into a number that depends on the small number.
# - **$=$ for $\ge$.** Jensen is an inequality; so is the next step, where $p$ has mass that $q$ can't see.
# - **"It is small, so the samples are good."** A small KL between $q(z)$ and the prior says that the code is near the
#   prior. An encoder that ignores its input has KL 0, and transmits nothing.
# - **Reverse KL and uncertainty.** A mode-seeking, factorised $q$ is too sure of itself. Don't read its variance as
#   that of the posterior.
#
# ## Where it comes from
#
# The divergence: Kullback and Leibler, *On Information and Sufficiency* (1951). That it isn't negative: an assignment
# of CPSC 440 (UBC), problem 1.3, whose solution is mended above; the claim on symmetry: lecture notes of CSCI 5525
# (Minnesota). Products: *Advanced Machine Learning: Deep Generative Models*, exercise sheet 02, problem 3 (TU München).
# The Gaussian formula: a set of notes on the ELBO, and appendix B of Kingma and Welling, *Auto-Encoding Variational
# Bayes* (2014). Forward and reverse, and what factorised approximations do: Bishop, *Pattern Recognition and Machine
# Learning*, chapter 10; Turner and Sahani (2011). Jensen's inequality: Jensen (1906). The example with two coins, and
# the pictures, are ours.
#
# **Next:** unit 03, where model, posterior, bound and gap can all be computed, and the best $q$ is still not right.
