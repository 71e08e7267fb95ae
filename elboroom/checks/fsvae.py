"""The public checks of unit 10, in the order of the unit: every answer is held against its definition.

The definitions are in elboroom.references.fsvae, hints and known mistakes in elboroom.advice.fsvae; the hidden parts
stand beside the master.
"""

from elboroom.advice.fsvae import check

from elboroom.checks import fsvae_pieces  # isort: skip
from elboroom.checks import fsvae_model  # isort: skip
from elboroom.checks import fsvae_style  # isort: skip

__all__ = ["check"]

REGISTERED = (fsvae_pieces, fsvae_model, fsvae_style)  # importing them, in this order, registers the checks
