"""How a sample moves with its parameter, without a map: implicit_gradient."""

from typing import Any

import numpy as np

from elboroom.advice.reparameterization import check, mistake
from elboroom.references import reparameterization as noisy

check.hints(
    "implicit_gradient",
    "Hold the height u = F(z; φ) fixed and let φ grow a little: by how much must z move to stay at that height?",
    "0 = ∂F/∂φ + q(z) · dz/dφ, because q is the slope of F in z.",
    "F = 1 - exp(-φz), so ∂F/∂φ = z exp(-φz), and q(z) = φ exp(-φz). The exponentials cancel.",
)


@mistake("implicit_gradient")
def against_the_flow(z: Any, phi: Any) -> Any:
    """The sign is lost: a larger rate pulls every sample towards 0."""
    return -noisy.implicit_gradient(z, phi)


@mistake("implicit_gradient")
def at_a_fixed_place(z: Any, phi: Any) -> Any:
    """This is how fast probability drains past z. To turn a height into a distance, divide by the slope of the
    distribution function, q(z)."""
    return noisy.implicit_gradient(z, phi) * noisy.density(z, phi)


@mistake("implicit_gradient")
def upside_down(z: Any, phi: Any) -> Any:
    """The fraction is upside down: the change in height ∂F/∂φ goes above, the slope q(z) below."""
    return 1 / noisy.implicit_gradient(z, phi)


@mistake("implicit_gradient")
def same_for_all(z: Any, phi: Any) -> Any:
    """This is how the *mean* 1/φ moves. Samples far from 0 move faster than samples near it."""
    return noisy.implicit_gradient(noisy.mean(phi) * np.ones(np.shape(z)), phi)


@mistake("implicit_gradient")
def sample_taken_for_noise(z: Any, phi: Any) -> Any:
    """You divide by φ², which is right in terms of the noise ε. In terms of the sample z one φ is used up."""
    return noisy.implicit_gradient(z, phi) / phi


@mistake("implicit_gradient")
def score_of_the_sample(z: Any, phi: Any) -> Any:
    """This is the score ∂ log q/∂φ: how the density at z changes. Return how the sample itself moves."""
    return noisy.score(z, phi)
