"""The public checks of unit 06, in the order of the unit: every answer is held against its definition.

The definitions are in elboroom.references.vae, hints and known mistakes in elboroom.advice.vae; the hidden parts stand
beside the master.
"""

from elboroom.advice.vae import check
from elboroom.checks import vae_latents, vae_objective, vae_pieces

__all__ = ["check"]

REGISTERED = (vae_pieces, vae_objective, vae_latents)  # importing them registers the checks, each after the one before
