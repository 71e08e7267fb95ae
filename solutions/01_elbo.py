# ---
# jupyter:
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # 01 · Three faces of the evidence lower bound
#
# You see $x$, but not $z$, which is behind it. To judge a model by what you saw, you must add up every way in which it
# could have come about, and there are usually too many to add. This unit replaces the sum by a lower bound, the ELBO,
# and looks at it from three sides: as *reconstruction minus a price*, as *evidence minus a gap*, and as *energy plus
# entropy*. All later units stand on it.
#
# **What you will be able to do**
#
# - compute an evidence and a posterior in logarithms, right even at $e^{-10000}$;
# - split the ELBO into its terms, and say what each of them wants;
# - *prove* the three faces, in derivations that check themselves line by line;
# - say for which $q$ the bound is tight, and build it;
# - explain why maximum likelihood is a divergence in disguise, and when saying so is only a manner of speaking;
# - enclose the evidence from both sides, and climb it with EM, watching the bound at work.
#
# It takes about 90 minutes, 60 without the two sections marked ⊕. You need sums, logarithms and Bayes' rule.
#
# | Symbol | Code | Is |
# |---|---|---|
# | $x$ | | what we observe |
# | $z$ | the last axis | what is latent: one of $K$ values in this unit |
# | $p(x, z)$ | `log_joint` | the model: its logarithm at the $x$ we saw, for every $z$; `(..., K)` |
# | $p(z)$, $p(x\mid z)$ | `log_prior`, `log_likelihood` | its two factors, as logarithms; `(..., K)` |
# | $p(x) = \sum_z p(x, z)$ | `log_evidence` | the evidence, as a logarithm; `(...)` |
# | $p(z\mid x)$ | `posterior` | what $x$ says about $z$; `(..., K)` |
# | $q(z)$ or $q(z\mid x)$ | `q` | any distribution over $z$ that we choose; `(..., K)` |
# | $\mathbb E_q[f] = \sum_z q(z) f(z)$ | `expectation` | the average of $f$ under $q$ |
# | $\mathrm{KL}(q\,\Vert\,p) = \mathbb E_q[\log q - \log p]$ | `kl` | the Kullback–Leibler divergence |
# | $H(q) = -\mathbb E_q[\log q]$ | | the entropy |
#
# Logarithms are natural, information is in nats. Arrays are batch-first; `...` stands for any leading shape. Where $z$
# is continuous, read integrals for sums: the proofs stay as they are (but an entropy may then be negative).

# %%
import numpy as np
from IPython.display import display
from scipy import special, stats

from autograder.derivation import KL, Density, Derivation, E, H, define, equal, integral, log, variables
from elboroom import widgets
from elboroom.checks.elbo import check
from elboroom.plots import elbo as plots


def floats(values):
    """The values as an array of floats: lists, whole numbers, single precision and tensors alike."""
    return np.asarray(values, dtype=float)


def ln(values):
    """log, with log 0 = -inf and no warning."""
    with np.errstate(divide="ignore"):
        return np.log(floats(values))


def expectation(q, f):
    """E_q[f], the sum over z of q(z) f(z): (..., K) twice to (...). Where q is 0, f doesn't matter."""
    q, f = np.broadcast_arrays(floats(q), floats(f))
    return np.where(q > 0, q * np.where(q > 0, f, 0.0), 0.0).sum(axis=-1)


# %% [markdown]
# ## Two urns
#
# Urn A holds 60 % red balls, urn B 20 %. Somebody tosses a coin, takes a ball from urn A or B accordingly, and shows
# you the ball. It is red. Which urn was it? And how probable was a red ball in the first place?
#
# The urn is $z$, the colour is $x$. The model is the joint, prior times likelihood:
#
# $$p(x, z) = p(z)\,p(x\mid z), \qquad p(\text{red}, A) = \tfrac12\cdot 0.6 = 0.3, \qquad
#   p(\text{red}, B) = \tfrac12\cdot 0.2 = 0.1 .$$
#
# The **evidence** is what the model thought of the thing that happened, all explanations added up:
#
# $$p(x) = \sum_z p(x, z), \qquad p(\text{red}) = 0.3 + 0.1 = 0.4 .$$
#
# Two urns are easy. A latent of a hundred bits has $2^{100}$ values, a continuous one infinitely many, and then this
# innocent sum is the whole difficulty. Here $K$ is small on purpose: everything that you will later only bound, you can
# see.
#
# *What can go wrong.* An image of a thousand pixels has a probability like $e^{-500}$ or $e^{-10000}$. That is why one
# computes with logarithms. But the sum is over probabilities, not over their logarithms:

# %%
log_joint_far = np.log([0.3, 0.1]) - 10_000
with np.errstate(divide="ignore"):
    print("log(sum(exp(.))):", np.log(np.exp(log_joint_far).sum()), "   for exp(-10000) is", np.exp(-10_000.0))
print("truly:           ", np.log(0.4) - 10_000)

# %% [markdown]
# The cure takes one line on paper. Let $m$ be the largest of the $\ell_z = \log p(x, z)$; then
#
# $$\log\sum_z e^{\ell_z} = m + \log\sum_z e^{\ell_z - m},$$
#
# where the largest term is $e^0 = 1$ and nothing that matters can vanish. When *all* $\ell_z$ are $-\infty$, the model
# says that $x$ can't happen, and the answer is $-\infty$; watch out for $-\infty - (-\infty)$.
#
# **Exercise.** The log evidence: `(..., K)` to `(...)`. Like all functions of this unit it should take whatever
# `floats` takes. (NumPy has a ufunc for $\log(e^a + e^b)$, and every ufunc can `reduce` along an axis.)

# %% solution="log_evidence"
def log_evidence(log_joint):
    """log p(x) in nats: (..., K) to (...). -inf where the whole row is -inf."""
    ### BEGIN SOLUTION
    return np.logaddexp.reduce(floats(log_joint), axis=-1)
    ### END SOLUTION

# %% check="log_evidence" points=2
check("log_evidence")

# %% [markdown]
# ## What x says about z
#
# The **posterior** answers the first question: Bayes' rule is the joint, divided by its own sum.
#
# $$p(z\mid x) = \frac{p(x, z)}{p(x)} = \frac{p(x\mid z)\,p(z)}{p(x)}, \qquad
#   p(A\mid\text{red}) = \frac{0.3}{0.4} = 0.75 .$$
#
# A word on words, because a set of notes on our subject mixes them up: it chooses "a prior $p(z\mid x_i)$". What one
# chooses, before any ball is drawn, is the *prior* $p(z)$; it can't depend on $x$. The *posterior* $p(z\mid x)$ is not
# chosen at all, it follows: $(0.75, 0.25)$ after a red ball, $(\tfrac13, \tfrac23)$ after another colour. And the thing
# with parameters to learn will be a third one, $q$, our stand-in for the posterior.
#
# **Exercise.** The posterior, in the shape of `log_joint`; a ValueError if the evidence is 0 for any row: nothing can
# be said about the causes of what can't happen.

# %% solution="posterior"
def posterior(log_joint):
    """p(z | x): (..., K) to (..., K), rows sum to 1. ValueError where the evidence is 0."""
    ### BEGIN SOLUTION
    log_joint = floats(log_joint)
    evidence = log_evidence(log_joint)
    if np.any(np.isneginf(evidence)):
        raise ValueError("the evidence is 0: this x can't happen, so it has no posterior")
    return np.exp(log_joint - evidence[..., None])
    ### END SOLUTION

# %% check="posterior" points=2
check("posterior")

# %% [markdown]
# ## The bound
#
# Suppose now that the sum over $z$ is out of reach, and with it evidence and posterior. What *can* be had is an
# average: pick any distribution $q$ over $z$, and average under it the log joint, corrected by $q$'s own logarithm.
# That is the **evidence lower bound**:
#
# $$\mathrm{ELBO}(q) = \mathbb E_{q(z)}\big[\log p(x, z) - \log q(z)\big] \;\le\; \log p(x).$$
#
# The expectation is *outside* the logarithm. That is the whole trick: an average can be estimated from a few samples of
# $z$, whereas the logarithm of a sum wants all of them. Why it is a bound, you will see below; how it can be optimised
# with samples is the subject of unit 04.
#
# *By hand.* With the lazy guess $q = (\tfrac12, \tfrac12)$:
# $\tfrac12\log 0.3 + \tfrac12\log 0.1 - \log\tfrac12 = -1.7533 + 0.6931 = -1.0601$ nats, against
# $\log 0.4 = -0.9163$. Lower indeed, by $0.1438$.
#
# *What can go wrong:* zeros. Where $q(z) = 0$ the term is $0$, whatever else is there: $t\log t \to 0$ as $t\to 0$, and
# a $z$ that is never drawn is never averaged. Where $q(z) > 0$ and the *joint* is $0$, the term is truly $-\infty$: $q$
# believes in something that the model excludes. In floating point, `0 * -inf` and `inf - inf` are `nan`. The function
# `expectation` above leaves out every $z$ with $q(z) = 0$, and with it both; NumPy may still warn of the second.
#
# **Exercise.** The ELBO. `log_joint` and `q` broadcast against each other.

# %% solution="elbo"
def elbo(log_joint, q):
    """E_q[log p(x, z) - log q(z)] in nats: (..., K) twice to (...). -inf where q > 0 and the joint is 0."""
    ### BEGIN SOLUTION
    return expectation(q, log_joint) - expectation(q, ln(q))
    ### END SOLUTION

# %% check="elbo" points=3
check("elbo")

# %% [markdown]
# ## The first face: reconstruction minus a price
#
# Split the joint into $p(x\mid z)\,p(z)$ and give each half of the bracket its share:
#
# $$\mathrm{ELBO} = \underbrace{\mathbb E_q[\log p(x\mid z)]}_{\text{reconstruction}}
#   - \underbrace{\mathrm{KL}(q(z)\,\|\,p(z))}_{\text{price}}.$$
#
# The **reconstruction** asks: if I draw $z$ from $q$, how well does it explain the $x$ that I saw? Left alone, it would
# put all of $q$ on the single best $z$. The **price** charges for every nat by which $q$ departs from what was believed
# before seeing $x$. Left alone, it would keep $q$ at the prior. In a VAE the first trains the decoder to decode, the
# second keeps the encoder from writing down more about $x$ than it must.
#
# *By hand.* At $q = (\tfrac12, \tfrac12)$, which is the prior, the price is zero and the reconstruction
# $\tfrac12\log 0.6 + \tfrac12\log 0.2 = -1.0601$: the ELBO again.
#
# **Exercise.** Return both terms, `(reconstruction, kl)`. (Mind the sign: here reconstruction is a log likelihood,
# larger when better. From unit 06 on it will be a loss.)

# %% solution="elbo_terms"
def elbo_terms(log_likelihood, log_prior, q):
    """(E_q[log p(x | z)], KL(q || p(z))) in nats: (..., K) three times to two arrays (...)."""
    ### BEGIN SOLUTION
    reconstruction = expectation(q, log_likelihood)
    kl = expectation(q, ln(q)) - expectation(q, log_prior)
    return reconstruction, kl
    ### END SOLUTION

# %% check="elbo_terms" points=2
check("elbo_terms")

# %% [markdown]
# ## The second face: evidence minus a gap
#
# A bound is only as good as its gap. Ours has a name, and it is a divergence again, to another distribution:
#
# $$\log p(x) - \mathrm{ELBO}(q) = \mathrm{KL}\big(q(z)\,\|\,p(z\mid x)\big).$$
#
# *Why.* Write $p(x, z) = p(x)\,p(z\mid x)$ inside the ELBO. The factor $p(x)$ doesn't depend on $z$, so it leaves the
# expectation; what stays behind is minus a KL. You will prove it below, twice. A KL divergence is never negative (unit
# 02 is about why), and so the ELBO is a *lower* bound.
#
# *By hand.* The posterior is $(0.75, 0.25)$ and $q = (\tfrac12, \tfrac12)$:
# $\tfrac12\log\frac{0.5}{0.75} + \tfrac12\log\frac{0.5}{0.25} = 0.1438$. It is the number from above.
#
# **Exercise.** The gap as a function. Don't subtract the ELBO from the evidence: compute the divergence. Then the
# identity becomes something that you can *test*.

# %% solution="gap"
def gap(log_joint, q):
    """KL(q || p(z | x)) in nats: (..., K) twice to (...). inf where q > 0 and the joint is 0."""
    ### BEGIN SOLUTION
    log_posterior = floats(log_joint) - log_evidence(log_joint)[..., None]
    return expectation(q, ln(q)) - expectation(q, log_posterior)
    ### END SOLUTION

# %% check="gap" points=2
check("gap")

# %% [markdown]
# So here is the test, on a hundred random models with five values of $z$ each. And after it the picture to keep: the
# evidence is one fixed length, and $q$ decides how it is divided. Move $q(A)$ and watch the reconstruction, the price
# and the gap trade places; then move the prior, and see which of the lengths follow. Questions:
#
# - Where is the gap zero? Where is the price zero? Can both be zero at once?
# - At which $q$ is the reconstruction largest, and why isn't the ELBO largest there?

# %% tags=["run"]
plots.identity(log_evidence, elbo, gap)

# %% tags=["run"]
widgets.explore(plots.bars, elbo_terms, log_evidence, gap, q=(0.05, 0.95, 0.9), prior=(0.05, 0.95, 0.5))

# %% [markdown]
# ## Proving it: a derivation that answers
#
# Now the proofs. You write them as you would on paper, a line at a time, each with the rule that gives it. The notebook
# checks each line: it is **ok**; or it is **false**, and then you get numbers for which the two sides differ; or it may
# be true, but **not by that rule**, or not in one step.
#
# First declare who is who: a joint density $p$ over $x$ and $z$, and a conditional one, $q(z\mid x)$. (From here on
# $x$, $z$, $p$ and $q$ are symbols. Sums or integrals make no difference to the rules.)

# %%
x, z = variables("x z")
p = Density("p", [x, z])
q = Density("q", [z], given=[x])
ELBO = define("ELBO", E(q(z | x), log(p(x, z)) - log(q(z | x))))

# %% [markdown]
# | On paper | In code |
# |---|---|
# | $p(x, z)$, $\ p(x\mid z)$, $\ p(z)$ | `p(x, z)`, `p(x \| z)`, `p(z)` |
# | $p(z\mid x)$, $\ p(x)$, $\ q(z\mid x)$ | `p(z \| x)`, `p(x)`, `q(z \| x)` |
# | $\mathbb E_{q(z\mid x)}[f]$ | `E(q(z \| x), f)` |
# | $\mathrm{KL}(q(z\mid x)\,\Vert\,p(z))$, $\ H(q(z\mid x))$ | `KL(q(z \| x), p(z))`, `H(q(z \| x))` |
# | $\int f\,dz$ | `integral(z, f)` |
# | $\log$, $+$, $-$, $\times$, $/$ | `log(...)`, `+`, `-`, `*`, `/` |
#
# | Rule, for `by=` | Says |
# |---|---|
# | `"definition"` | a name is its body; $\mathrm{KL}(q\,\Vert\,p) = \mathbb E_q[\log q - \log p]$ |
# | | and $H(q) = -\mathbb E_q[\log q]$ |
# | `"chain rule"` | $p(x, z) = p(x\mid z)\,p(z) = p(z\mid x)\,p(x)$ |
# | `"bayes"` | $p(z\mid x) = p(x\mid z)\,p(z)/p(x)$ |
# | `"linearity"` | $\mathbb E[a + b] = \mathbb E[a] + \mathbb E[b]$, and likewise for integrals |
# | `"constant"` | what doesn't depend on $z$ leaves $\mathbb E_{q(z\mid x)}$, or an integral over $z$ |
# | `"normalisation"` | $\int q(z\mid x)\,dz = 1$ |
# | `"expectation"` | $\mathbb E_{q(z\mid x)}[f] = \int q(z\mid x)\,f\,dz$ |
# | `"algebra"`, `"log"` | fractions, products, $\log ab = \log a + \log b$: free on every line |
#
# (`from autograder.derivation import rules` and then `rules` lists them all, those of later units too.)
#
# A worked proof. A KL is made of two things that pull in different directions, an entropy and a cross-entropy:
# $\mathrm{KL}(q(z\mid x)\,\|\,p(z)) = -H(q(z\mid x)) - \mathbb E_{q(z\mid x)}[\log p(z)]$. Begin with
# `Derivation(first_line, goal=...)`; every `.eq(...)` is a new line.

# %%
goal = equal(KL(q(z | x), p(z)), -H(q(z | x)) - E(q(z | x), log(p(z))))
(
    Derivation(KL(q(z | x), p(z)), goal=goal)
    .eq(E(q(z | x), log(q(z | x)) - log(p(z))), by="definition")
    .eq(E(q(z | x), log(q(z | x))) - E(q(z | x), log(p(z))), by="linearity")
    .eq(-H(q(z | x)) - E(q(z | x), log(p(z))), by="definition")
)

# %% [markdown]
# And a wrong line. In the published solution of an exercise that you will do in a minute, a minus sign is taken out of
# an expectation, and one of the two terms inside forgets to turn its own sign. It is hard to see, and the end of that
# proof is right again, so nobody noticed. The machine finds a small table of probabilities for which the two sides
# differ:

# %%
(
    Derivation(E(q(z | x), log(p(x)) - log(p(x | z))))
    .eq(-E(q(z | x), log(p(x | z)) + log(p(x))), by="linearity")
)

# %% [markdown]
# **Exercise.** Your turn. Prove the first face. `begin` is the first line already; in place of the dots write
# `begin.eq(..., by="...")` and as many lines more as you like. Run the cell whenever you want an answer. Abbreviate if
# you like: after `Q = q(z | x)` you may write `E(Q, ...)`. Hand in what you have even if it isn't finished: a chain
# that has come part of the way may earn part of the points.

# %% solution="elbo_is_reconstruction_minus_kl"
goal = equal(ELBO, E(q(z | x), log(p(x | z))) - KL(q(z | x), p(z)))
begin = Derivation(ELBO, goal=goal)
elbo_is_reconstruction_minus_kl = (
    ### BEGIN SOLUTION
    begin.eq(E(q(z | x), log(p(x, z)) - log(q(z | x))), by="definition")
    .eq(E(q(z | x), log(p(x | z)) + log(p(z)) - log(q(z | x))), by="chain rule")
    .eq(E(q(z | x), log(p(x | z))) - E(q(z | x), log(q(z | x)) - log(p(z))), by="linearity")
    .eq(E(q(z | x), log(p(x | z))) - KL(q(z | x), p(z)), by="definition")
    ### END SOLUTION
)
display(elbo_is_reconstruction_minus_kl)

# %% check="elbo_is_reconstruction_minus_kl" points=2
check("elbo_is_reconstruction_minus_kl")

# %% [markdown]
# **Exercise.** The second face, as the assignment wants it: begin with the gap, $\mathrm{KL}(q(z\mid x)\,\|\,p(z\mid
# x))$, replace the posterior by Bayes' rule, and reach an expression from which $\log p(x) = \mathrm{ELBO} +
# \mathrm{KL}$ follows by moving terms from side to side. This is where the published solution slips; take care of the
# sign of $\log p(x)$.

# %% solution="evidence_is_elbo_plus_gap"
goal = equal(log(p(x)), ELBO + KL(q(z | x), p(z | x)))
begin = Derivation(KL(q(z | x), p(z | x)), goal=goal)
evidence_is_elbo_plus_gap = (
    ### BEGIN SOLUTION
    begin.eq(E(q(z | x), log(q(z | x)) - log(p(z | x))), by="definition")
    .eq(E(q(z | x), log(q(z | x)) - log(p(x | z)) - log(p(z)) + log(p(x))), by="bayes")
    .eq(E(q(z | x), log(q(z | x)) - log(p(x | z) * p(z))) + log(p(x)), by="constant")
    .eq(-E(q(z | x), log(p(x, z)) - log(q(z | x))) + log(p(x)), by="chain rule")
    .eq(-ELBO + log(p(x)), by="definition")
    ### END SOLUTION
)
display(evidence_is_elbo_plus_gap)

# %% check="evidence_is_elbo_plus_gap" points=3
check("evidence_is_elbo_plus_gap")

# %% [markdown]
# The same fact has a second proof, with a trick worth having: *multiply by one, twice*. Start from the evidence, times
# an integral that is 1, and take it inside:
#
# $$\log p(x) \;=\; \log p(x)\int q(z\mid x)\,dz \;=\; \int q(z\mid x)\,\log p(x)\,dz.$$
#
# Under the integral $p(x)$ may be written with $z$ in it, and multiplied by $q(z\mid x)/q(z\mid x)$. Whatever you
# multiply by one, choose it so that two logarithms that you know fall out.
#
# **Exercise.** Begin with `log(p(x)) * integral(z, q(z | x))` and reach $\mathrm{ELBO} + \mathrm{KL}$.

# %% solution="evidence_under_the_integral"
start = log(p(x)) * integral(z, q(z | x))
goal = equal(start, ELBO + KL(q(z | x), p(z | x)))
begin = Derivation(start, goal=goal)
evidence_under_the_integral = (
    ### BEGIN SOLUTION
    begin.eq(integral(z, q(z | x) * log(p(x))), by="constant")
    .eq(integral(z, q(z | x) * log(p(x, z) / p(z | x))), by="chain rule")
    .eq(integral(z, q(z | x) * log(p(x, z) / q(z | x) * q(z | x) / p(z | x))), by="algebra")
    .eq(integral(z, q(z | x) * (log(p(x, z) / q(z | x)) + log(q(z | x) / p(z | x)))), by="log")
    .eq(E(q(z | x), log(p(x, z) / q(z | x)) + log(q(z | x) / p(z | x))), by="expectation")
    .eq(E(q(z | x), log(p(x, z) / q(z | x))) + E(q(z | x), log(q(z | x) / p(z | x))), by="linearity")
    .eq(ELBO + KL(q(z | x), p(z | x)), by="definition")
    ### END SOLUTION
)
display(evidence_under_the_integral)

# %% check="evidence_under_the_integral" points=3
check("evidence_under_the_integral")

# %% [markdown]
# Two lines from a set of notes on this derivation. In the first, a minus sign stands before a KL that is written out
# correctly *with* its sign. The second is the notes' last line: it writes "=" between the evidence and the bound. The
# difference between the two is exactly what you have just proved it to be.

# %%
(
    Derivation(-KL(q(z | x), p(z)))
    .eq(integral(z, q(z | x) * log(q(z | x) / p(z))), by="definition, expectation")
)

# %%
(
    Derivation(log(p(x)))
    .eq(-KL(q(z | x), p(z)) + E(q(z | x), log(p(x | z))), by="definition")
)

# %% [markdown]
# ## The third face: energy plus entropy
#
# Leave the joint in one piece instead, and split off $q$:
#
# $$\mathrm{ELBO} = \mathbb E_{q}[\log p(x, z)] + H(q).$$
#
# With $-\log p(x, z)$ read as an *energy*, minus the ELBO is "average energy minus entropy", which physics calls a free
# energy. Nature minimises it, too. The first term is highest when $q$ sits on the single most probable $z$; the entropy
# is highest when $q$ is spread evenly. What they agree on is not the best $z$, but the posterior. This face tells you
# what a wrong sign of $\log q$ does: it rewards a $q$ that is sure of itself, and the bound is gone.
#
# **Exercise.** Prove it. Three lines.

# %% solution="free_energy"
goal = equal(ELBO, E(q(z | x), log(p(x, z))) + H(q(z | x)))
begin = Derivation(ELBO, goal=goal)
free_energy = (
    ### BEGIN SOLUTION
    begin.eq(E(q(z | x), log(p(x, z)) - log(q(z | x))), by="definition")
    .eq(E(q(z | x), log(p(x, z))) - E(q(z | x), log(q(z | x))), by="linearity")
    .eq(E(q(z | x), log(p(x, z))) + H(q(z | x)), by="definition")
    ### END SOLUTION
)
display(free_energy)

# %% check="free_energy" points=1
check("free_energy")

# %% [markdown]
# ## Where the bound touches
#
# **Exercise.** Let the model and $x$ be given, and $q$ be free: any distribution over $z$. For which $q$ is the bound
# tight, $\mathrm{ELBO}(q) = \log p(x)$, whatever the model?
#
# - **a** For the prior $p(z)$: then the KL is zero.
# - **b** For the uniform distribution: no other has a higher entropy.
# - **c** For the $q$ that puts all its weight on the best $z$: that maximises $\mathbb E_q[\log p(x, z)]$.
# - **d** For the posterior $p(z\mid x)$: it makes the divergence that is left zero.
# - **e** For the likelihood $p(x\mid z)$, normalised over $z$: it has seen $x$, which the prior has not.
#
# Put the letter in place of the dots, in quotation marks. It is recorded now and marked in grading.

# %% solution="tight"
tight = (
    ### BEGIN SOLUTION
    "d"
    ### END SOLUTION
)

# %% check="tight" points=1
check("tight")

# %% [markdown]
# **Exercise.** Build it, out of the two factors of the joint. It should work for a batch of observations, `(..., K)`,
# and a prior that is the same for all of them, `(K,)`.

# %% solution="tight_q"
def tight_q(log_likelihood, log_prior):
    """The q at which the ELBO is the evidence: (..., K) twice to (..., K), rows sum to 1."""
    ### BEGIN SOLUTION
    return posterior(floats(log_likelihood) + floats(log_prior))
    ### END SOLUTION

# %% check="tight_q" points=1
check("tight_q")

# %% [markdown]
# Turn this around. To *maximise* the ELBO over $q$ is to *find* the posterior: optimisation does what the integral
# would have done. That is variational inference in one sentence. When $q$ isn't free but one of a family, it finds the
# member that is nearest to the posterior, nearest in the sense of $\mathrm{KL}(q\,\|\,p(z\mid x))$. What remains is the
# gap, and unit 03 measures what it does to learning.
#
# ## Why maximise a likelihood at all?
#
# Data $x_1, \dots, x_n$ have come in. Of several models, maximum likelihood takes the one with the largest
# $\sum_i \log p(x_i)$. There is another way to say it. Let $\hat p$ be the **empirical distribution**: the share of the
# observations that are $v$, repeats counted. Then ask which model is nearest to $\hat p$:
#
# $$\mathrm{KL}(\hat p\,\|\,p) = \sum_v \hat p(v)\log\frac{\hat p(v)}{p(v)}
#   = -H(\hat p) - \frac1n\sum_{i=1}^n \log p(x_i).$$
#
# The first term doesn't know the model. So the two rank models alike, in opposite directions, and
# $\arg\max_p \sum_i\log p(x_i) = \arg\min_p \mathrm{KL}(\hat p\,\|\,p)$.
#
# *By hand.* Data $(0, 0, 1)$, so $\hat p = (\tfrac23, \tfrac13)$. The model $(\tfrac12, \tfrac12)$ has log likelihood
# $-3\log 2 = -2.0794$ and $\mathrm{KL} = \log 2 - H(\hat p) = 0.6931 - 0.6365 = 0.0566$. The model
# $(\tfrac23, \tfrac13)$ has $-1.9095$, and $0$: nothing can be nearer.
#
# **Exercise.** Both, for several models at once. `data` holds whole numbers from $0$ to $V - 1$, one for each
# observation; each row of `models` is a pmf over them. Compute the divergence as a divergence, not from the likelihood.
# A model that excludes what was seen has log likelihood $-\infty$ and divergence $\infty$.

# %% solution="likelihood_and_kl"
def likelihood_and_kl(data, models):
    """(sum_i log p(x_i), KL(p_hat || p)) for each model, in nats: data (n,), models (M, V); two arrays (M,)."""
    ### BEGIN SOLUTION
    models = floats(models)
    counts = np.bincount(data, minlength=models.shape[1])
    shares = counts / counts.sum()
    return expectation(counts, ln(models)), expectation(shares, ln(shares)) - expectation(shares, ln(models))
    ### END SOLUTION

# %% check="likelihood_and_kl" points=2
check("likelihood_and_kl")

# %% tags=["run"]
plots.two_rankings(likelihood_and_kl)

# %% [markdown]
# **Exercise.** And the proof, in the form that matters for a ranking: compare *two* models, $a$ and $b$. By as much as
# one is nearer in divergence, it is better in mean log likelihood. Write $L_a = \mathbb E_{\mathrm{data}}[\log a(x)]$,
# which is $\frac1n\sum_i\log a(x_i)$, for the empirical distribution is just that: $n$ observations, each with a share
# of $1/n$.

# %% solution="maximum_likelihood_is_minimum_kl"
data = Density("data", [x], positive=False)  # it may be 0: not every value has been seen
a, b = Density("a", [x]), Density("b", [x])
L_a, L_b = define("L_a", E(data(x), log(a(x)))), define("L_b", E(data(x), log(b(x))))
goal = equal(KL(data(x), a(x)) - KL(data(x), b(x)), L_b - L_a)
begin = Derivation(KL(data(x), a(x)) - KL(data(x), b(x)), goal=goal)
maximum_likelihood_is_minimum_kl = (
    ### BEGIN SOLUTION
    begin.eq(E(data(x), log(data(x)) - log(a(x))) - E(data(x), log(data(x)) - log(b(x))), by="definition")
    .eq(E(data(x), log(b(x)) - log(a(x))), by="linearity")
    .eq(E(data(x), log(b(x))) - E(data(x), log(a(x))), by="linearity")
    .eq(L_b - L_a, by="definition")
    ### END SOLUTION
)
display(maximum_likelihood_is_minimum_kl)

# %% check="maximum_likelihood_is_minimum_kl" points=2
check("maximum_likelihood_is_minimum_kl")

# %% [markdown]
# *What can go wrong.* For real numbers the sentence "minimise $\mathrm{KL}(\hat p\,\|\,p)$" is only formal. Sort 200
# draws from $\mathcal N(0, 1)$ into bins of width $h$, compare the shares with those of two models, and make the bins
# smaller:

# %%
draws = np.random.default_rng(0).normal(size=200)
first, second = stats.norm(0, 1), stats.norm(0.5, 1.5)
print("   h      KL to the first   KL to the second   difference")
for h in (1.0, 0.1, 0.01, 1e-3, 1e-4):
    left_ends, counts = np.unique(np.floor(draws / h) * h, return_counts=True)
    shares = counts / 200
    kl_1, kl_2 = (np.sum(shares * np.log(shares / (m.cdf(left_ends + h) - m.cdf(left_ends)))) for m in (first, second))
    print(f"{h:6g}   {kl_1:15.4f}   {kl_2:16.4f}   {kl_2 - kl_1:10.4f}")
print(f"difference of the mean log likelihoods: {np.mean(first.logpdf(draws) - second.logpdf(draws)):.4f}")

# %% [markdown] essay="only_formal_for_densities" points=2
# **Why only formal?** In at most six lines: (1) What is $\mathrm{KL}(\hat p\,\|\,p)$ when $p$ is any density on the
# real line and $\hat p$ is the empirical distribution of $n$ real numbers, and why does the table show that? (2) What
# does the last column say about maximum likelihood, and which line of your proof stops making sense?
#
# ### BEGIN SOLUTION
# (1) It is $+\infty$, for every $p$. $\hat p$ puts a share of $1/n$ on single points, and to a single point $p$ gives
# probability zero: $\hat p > 0$ where $p = 0$. In bins of width $h$ the model's share near $x_i$ is about $p(x_i)\,h$,
# so once each bin holds one draw at most, the divergence is about
# $-\log n - \frac1n\sum_i\log p(x_i) - \log h$: it grows by $\log 10$ whenever $h$ shrinks tenfold.
#
# (2) The term $-\log h$ is the same for both models, so the difference converges to the difference of the mean log
# likelihoods: maximum likelihood still ranks densities, and is the limit of the rankings by divergence. But "the model
# nearest to $\hat p$" means nothing, as all are infinitely far, and the line of the proof where $\log\mathrm{data}$
# cancels subtracts $\infty$ from $\infty$.
# ### END SOLUTION
#
# ### BEGIN RUBRIC
# - **1 point**: the divergence is infinite for every density $p$, since $\hat p$ has mass on points to which $p$ gives
#   none (half a point), and the growth in the table is explained by $p(x_i)\,h$ or an equivalent (half a point).
# - **1 point**: the difference tends to a difference of mean log likelihoods, so the ranking survives (half a point);
#   the cancelling of the term that the models share is what is illegitimate, infinity less infinity (half a point).
# ### END RUBRIC

# %% [markdown]
# ## From both sides ⊕
#
# The ELBO averages $\log p(x, z) - \log q(z)$ over $q$, and lies below the evidence. Average the *same* thing over the
# posterior, and it lies above:
#
# $$\mathbb E_{p(z\mid x)}\big[\log p(x, z) - \log q(z)\big] = \log p(x) + \mathrm{KL}\big(p(z\mid x)\,\|\,q(z)\big).$$
#
# One integrand, two averages, and the evidence between them. You may object that the posterior is what we don't have.
# True for real data. But if you *simulate* $x$ from the model, you know the $z$ that produced it, and that $z$ is an
# exact draw from the posterior of that $x$: on simulated data both ends can be estimated, and you learn how good a
# bound really is.
#
# *By hand.* For the red ball and $q = (\tfrac12,\tfrac12)$:
# $0.75\log\frac{0.3}{0.5} + 0.25\log\frac{0.1}{0.5} = -0.7855$, while the evidence is $-0.9163$ and the ELBO $-1.0601$.
# The evidence isn't in the middle: the two distances are different divergences.
#
# **Exercise.** Prove it.

# %% solution="upper_bound_is_evidence_plus_kl"
EUBO = define("EUBO", E(p(z | x), log(p(x, z)) - log(q(z | x))))
goal = equal(EUBO, log(p(x)) + KL(p(z | x), q(z | x)))
begin = Derivation(EUBO, goal=goal)
upper_bound_is_evidence_plus_kl = (
    ### BEGIN SOLUTION
    begin.eq(E(p(z | x), log(p(x, z)) - log(q(z | x))), by="definition")
    .eq(E(p(z | x), log(p(x)) + log(p(z | x)) - log(q(z | x))), by="chain rule")
    .eq(log(p(x)) + E(p(z | x), log(p(z | x)) - log(q(z | x))), by="constant")
    .eq(log(p(x)) + KL(p(z | x), q(z | x)), by="definition")
    ### END SOLUTION
)
display(upper_bound_is_evidence_plus_kl)

# %% check="upper_bound_is_evidence_plus_kl" points=2
check("upper_bound_is_evidence_plus_kl")

# %% [markdown]
# **Exercise.** And compute it: `(lower, upper)`, for `log_joint` and `q` that broadcast. Zeros are interesting here. A
# $q$ that is zero where the posterior isn't makes the upper end infinite, and leaves the lower one finite: the two
# divergences punish different faults.

# %% solution="sandwich"
def sandwich(log_joint, q):
    """(lower, upper) bounds of log p(x) in nats: (..., K) twice to two arrays (...)."""
    ### BEGIN SOLUTION
    p_z_given_x = posterior(log_joint)
    return elbo(log_joint, q), expectation(p_z_given_x, log_joint) - expectation(p_z_given_x, ln(q))
    ### END SOLUTION

# %% check="sandwich" points=2
check("sandwich")

# %% tags=["run"]
widgets.explore(plots.from_both_sides, sandwich, log_evidence, prior=(0.05, 0.95, 0.5))

# %% [markdown]
# ## Climbing with a bound: EM ⊕
#
# So far the model was given. Now it has parameters $\theta$, and the evidence of all data is to grow. The bound has two
# arguments then, $\mathcal F(q, \theta) = \sum_n \mathbb E_{q_n}[\log p_\theta(x_n, z) - \log q_n(z)]$, and you know
# all about both. Climb them in turn:
#
# 1. **E-step.** Hold $\theta$, choose the best $q_n$: the posterior of each $x_n$. The bound now *touches* the
#    evidence.
# 2. **M-step.** Hold the $q_n$, choose the best $\theta$. The bound rises from where the two touched; the evidence lies
#    above it, and so it rises as well, or stays:
#
# $$\log p_{\theta'}(\text{data}) \;\ge\; \mathcal F(q, \theta') \;\ge\; \mathcal F(q, \theta)
#   \;=\; \log p_{\theta}(\text{data}).$$
#
# The first step is the gap, the second the M-step, the third the E-step. So **the evidence never falls**, without a
# step size, and whatever the model. (The $q_n$ are then out of date, and one begins again.)
#
# Our model: binary images $x_n \in \{0, 1\}^D$, made by $K$ stencils. Stencil $k$ is taken with probability $w_k$, and
# switches pixel $d$ on with probability $\mu_{kd}$, independently:
# $p(x_n, z = k) = w_k \prod_d \mu_{kd}^{x_{nd}} (1 - \mu_{kd})^{1 - x_{nd}}$.
#
# *What is the best $\theta$ for given $q$?* The section on maximum likelihood tells. In
# $\sum_n \sum_k q_n(k)\log w_k$ the average of $q$ over the images plays the part of $\hat p$, and the nearest $w$ is
# that average itself. For $\mu_{kd}$ it is the same with two outcomes, on and off, image $n$ counting with weight
# $q_n(k)$: the best $\mu_{kd}$ is the weighted share of images that have pixel $d$ on.
#
# *By hand.* Two images of one pixel, $1$ and $0$; $w = (\tfrac12, \tfrac12)$, $\mu = (0.8, 0.4)$. The posterior of
# stencil 1 is $\frac{0.4}{0.4 + 0.2} = \tfrac23$ for the first image and $\frac{0.1}{0.1 + 0.3} = \tfrac14$ for the
# second. So $w_1 \leftarrow \tfrac12(\tfrac23 + \tfrac14) = 0.4583$ and
# $\mu_1 \leftarrow \tfrac23 / (\tfrac23 + \tfrac14) = 0.7273$.
#
# The joint is given, with zeros and ones taken care of:

# %%
def log_joint_of(images, weights, means):
    """log p(x_n, z = k): images (N, D) of 0 and 1, weights (K,), means (K, D); (N, K)."""
    images, means = floats(images)[:, None, :], floats(means)
    return ln(weights) + (special.xlogy(images, means) + special.xlog1py(1 - images, -means)).sum(axis=-1)


# %% [markdown]
# **Exercise.** One step of EM, E and then M. Return the new `(weights, means)`.

# %% solution="em_step"
def em_step(images, weights, means):
    """(weights (K,), means (K, D)) after one step of EM: images (N, D) of 0 and 1, weights (K,), means (K, D)."""
    ### BEGIN SOLUTION
    q = posterior(log_joint_of(images, weights, means))  # (N, K)
    share = q.sum(axis=0)
    return share / len(q), q.T @ floats(images) / share[:, None]
    ### END SOLUTION

# %% check="em_step" points=3
check("em_step")

# %% [markdown]
# Here are 120 images of nine pixels, made by two stencils and some noise, and a model that starts almost uniform. Move
# the slider from step to step. Left: the evidence along the line from the old parameters to the new ones, and the bound
# that EM climbs instead. It touches the evidence where you are (E), and its top is where you go next (M). Middle: the
# evidence after every step. Right: what the stencils look like by then.
#
# - The first step makes both stencils the average image, and the second hardly does a thing. Why? And what then?
# - Is the top of the bound the top of the evidence? What would a *longer* step do here?

# %% tags=["run"]
generator = np.random.default_rng(4)
stencils = np.array([[1, 1, 1, 0, 1, 0, 0, 1, 0], [1, 0, 0, 1, 0, 0, 1, 1, 1]])  # a T and an L
clean = stencils[generator.integers(0, 2, 120)]
noisy_images = np.where(generator.random(clean.shape) < 0.2, 1 - clean, clean)
almost_uniform = np.array([0.5, 0.5]), 0.5 + 0.01 * generator.uniform(-1, 1, (2, 9))
answers = em_step, posterior, elbo, log_evidence, log_joint_of
widgets.explore(plots.climb, *answers, noisy_images, almost_uniform, step=(0.0, 8.0, 3.0))

# %% [markdown]
# A VAE is this picture with two changes. The E-step can't be done, so $q$ becomes a family with parameters, the
# encoder, and it only comes *near* the posterior; and both steps are small steps of gradient ascent, on samples. With a
# bound that doesn't touch, the argument above breaks at its last link, and the evidence may fall while the bound rises.
# Unit 03 shows how much.
#
# ## What can go wrong
#
# - **The logarithm of a sum is not the sum of the logarithms.** The evidence adds probabilities; the ELBO averages
#   logarithms. Where the logarithm stands is the difference between the two.
# - **Two KLs, one bound.** The price is $\mathrm{KL}(q\,\|\,p(z))$, the gap is $\mathrm{KL}(q\,\|\,p(z\mid x))$. A
#   price of zero means that $q$ ignores $x$; a gap of zero means that nothing is lost.
# - **A bound on one $x$, not on a batch.** Each observation has its own $q$, its own bound and its own gap.
# - **Constants count.** Drop a constant such as $\tfrac12\log 2\pi$ from $\log q$ and the result may lie above the
#   evidence: the gradient is right, but it is no bound. Drop a normaliser with parameters in it, such as $\log\sigma$,
#   and the gradient is wrong, too.
# - **Zeros.** $0\log 0 = 0$, but $q > 0$ where the joint is $0$ costs everything.
# - **"=" for "≥".** A bound becomes an equation only where you can name the gap, and show that it is zero.
#
# ## Where it comes from
#
# The first two proofs: the VAE assignment of CPSC 440 (University of British Columbia), exercises 1.1 and 1.2, whose
# solution to 1.2 has the sign that was refuted above. The proof under the integral, and maximum likelihood as a
# divergence: CSCI 5525, lectures 22 and 23 (University of Minnesota). The derivation from the gap, with the minus, the
# "=" and the "chosen prior $p(z\mid x_i)$" that were corrected here: a set of notes on the ELBO for VAEs, steps 1 to 5.
# Energy and entropy, and EM as climbing one function of two arguments: R. Neal and G. Hinton, *A view of the EM
# algorithm that justifies incremental, sparse, and other variants* (1998). The upper end of the sandwich: R. Grosse,
# Z. Ghahramani and R. Adams, *Sandwiching the marginal likelihood using bidirectional Monte Carlo* (2015).
#
# **Next:** unit 02 asks why a KL divergence is never negative, on which everything here rests.
