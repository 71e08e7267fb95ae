"""The bound in closed form: elbo, elbo_symbolic, and the same for a Gamma q: gamma_elbo, gamma_elbo_symbolic.

Each mistake is one transformation of E_q[log p(z) + log p(x|z) - log q(z)], written on the terms t and registered for
the numbers and for the symbols at once.
"""

from collections.abc import Callable
from typing import Any

from elboroom.advice.exponential import RATES, check, ignores_the_domain, mistake
from elboroom.references import exponential as by_definition
from elboroom.references.exponential_terms import Numbers, Symbols, Terms

Transformation = Callable[[Any], Any]

check.hints(
    "elbo_symbolic",
    "Write E_q[log p(z) + log p(x | z) - log q(z)] and multiply everything out: a polynomial in z, and some constants.",
    "An expectation goes through sums and constants. So only E_q[z] and E_q[z²] are needed; both stand above.",
    "Do the three terms one by one: E_q[log θ - θz], E_q[-½ log 2π - ½(x² - 2xz + z²)] and -E_q[log φ - φz]. "
    "Add them; nothing may be swept into a «const».",
)
check.hints(
    "elbo",
    "You have the formula already: this is `elbo_symbolic` in numbers. Turn the arguments into float arrays first.",
    "Apart from log φ, φ occurs only as 1/φ = E_q[z]: `mean = 1 / phi` makes the formula short.",
    "`positive(theta)` and `positive(phi)` refuse what isn't a rate and give arrays; NumPy broadcasts the rest.",
)
check.hints(
    "gamma_elbo_symbolic",
    "Only -log q(z) is new. Write out log q(z) for a Gamma density: which function of z is in it besides z itself?",
    "You need E[z] = a/b, E[z²] = a(a+1)/b² and E[log z] = ψ(a) - log b. In sympy ψ(a) is `polygamma(0, a)`.",
    "The entropy is -E[log q] = -a log b + log Γ(a) - (a-1)(ψ(a) - log b) + a; use `loggamma(a)`. Then add the rest.",
)
check.hints(
    "gamma_elbo",
    "At a = 1 a Gamma is an exponential: your function must then agree with `elbo(x, theta, b)`. Start from there.",
    "`special.gammaln` and `special.digamma` are log Γ and ψ, entry by entry, for arrays of any shape.",
    "Prior and likelihood need E[z] = a/b and E[z²] = a(a+1)/b². Add the entropy a - log b + log Γ(a) + (1-a)ψ(a).",
)


def exponential(transformation: Transformation) -> Transformation:
    """Registers a mistake of elbo(x, theta, phi) and of elbo_symbolic()."""
    _register(transformation, "elbo", lambda x, theta, phi: transformation(Numbers(x, theta, phi))[..., 0])
    _register(transformation, "elbo_symbolic", lambda: transformation(Symbols()))
    return transformation


def gamma(transformation: Transformation) -> Transformation:
    """Registers a mistake of gamma_elbo(x, theta, a, b) and of gamma_elbo_symbolic()."""
    _register(transformation, "gamma_elbo", lambda x, theta, a, b: transformation(Numbers(x, theta, b, a))[..., 0])
    _register(transformation, "gamma_elbo_symbolic", lambda: transformation(Symbols(gamma=True)))
    return transformation


def _register(transformation: Transformation, name: str, returns: Callable[..., Any]) -> None:
    returns.__name__, returns.__doc__ = transformation.__name__, transformation.__doc__
    mistake(name)(returns)


ignores_the_domain("elbo", RATES.format("θ or φ"), by_definition.elbo)
ignores_the_domain("gamma_elbo", RATES.format("θ, a or b"), by_definition.gamma_elbo)


@gamma
@exponential
def without_the_entropy(t: Terms) -> Any:
    """The entropy of q is missing: the bound is E_q[log p(x, z)] *plus* the entropy of q."""
    return t.E(lambda z: t.log_prior(z) + t.log_likelihood(z))


@gamma
@exponential
def entropy_subtracted(t: Terms) -> Any:
    """The entropy of q goes in with the wrong sign: it is minus E_q[log q(z)], and a wider q is rewarded for it."""
    return t.E(lambda z: t.log_prior(z) + t.log_likelihood(z) + t.log_q(z))


@gamma
@exponential
def without_the_prior(t: Terms) -> Any:
    """log p(z) is missing: nothing here knows the prior."""
    return t.E(lambda z: t.log_likelihood(z) - t.log_q(z))


@gamma
@exponential
def reconstruction_only(t: Terms) -> Any:
    """This is the reconstruction term alone. The bound also charges KL(q‖p(z)) for leaving the prior."""
    return t.E(t.log_likelihood)


@gamma
@exponential
def without_the_normaliser(t: Terms) -> Any:
    """The constant -½ log 2π of the likelihood is missing. Gradients don't mind, but then it isn't a bound on log
    p(x)."""
    return t.E(lambda z: t.log_prior(z) + t.log_likelihood(z) - t.log_q(z)) - t.log_likelihood(t.x)


@exponential
def constants_dropped(t: Terms) -> Any:
    """Everything without θ and φ has been left out as a «const». The climb looks the same, but the bound is off: it
    can't be compared with log p(x) any more."""
    return without_the_normaliser(t) + t.x**2 / 2 - 1


@gamma
@exponential
def square_of_the_mean(t: Terms) -> Any:
    """This takes E[z²] to be E[z]². A square's mean exceeds the mean's square, by the variance of q."""
    return t.log_likelihood(t.E(lambda z: z)) + t.E(lambda z: t.log_prior(z) - t.log_q(z))


@exponential
def expectation_over_the_prior(t: Terms) -> Any:
    """The expectation is over the prior here. In the bound z is drawn from q."""
    return t.E_prior(lambda z: t.log_prior(z) + t.log_likelihood(z) - t.log_q(z))


@exponential
def reversed_kl(t: Terms) -> Any:
    """The KL has its arguments swapped: the bound charges KL(q‖p(z)), an expectation over q."""
    return t.E(t.log_likelihood) - t.E_prior(lambda z: t.log_prior(z) - t.log_q(z))


@gamma
@exponential
def scale_for_rate(t: Terms) -> Any:
    """The parameter of q that multiplies z is a rate here, not a scale: the larger it is, the smaller the mean of q."""
    other = t.with_rate(1 / t.rate)
    return other.E(lambda z: t.log_prior(z) + t.log_likelihood(z) - other.log_q(z))


@gamma
@exponential
def a_loss(t: Terms) -> Any:
    """This is minus the bound, a loss to minimise. Return the bound itself, which lies below log p(x)."""
    return -t.E(lambda z: t.log_prior(z) + t.log_likelihood(z) - t.log_q(z))


@gamma
def log_of_the_mean(t: Terms) -> Any:
    """This takes E[log z] to be log E[z]. The logarithm is concave, so the mean of log z is smaller."""
    right = t.E(lambda z: t.log_prior(z) + t.log_likelihood(z) - t.log_q(z))
    return right + (t.shape - 1) * (t.E(t.log) - t.log(t.E(lambda z: z)))
