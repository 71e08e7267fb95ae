"""The arguments of unit 11 in numbers: what each of their lines claims at a point, computed by definition.

Which of the lines is wrong is not written here, and neither are the lines: they stand in the notebook. A test holds
that both have as many.
"""

from elboroom.references.arguments import (
    bounds,
    divergences,
    exponential,
    gradients,
    labels,
    linear,
    objectives,
    several,
)
from elboroom.references.arguments.claims import Argument, Claim, Kind, Point

__all__ = ["ARGUMENTS", "Argument", "Claim", "Kind", "Point"]

ARGUMENTS: dict[str, Argument] = {
    name: argument
    for module in (divergences, bounds, exponential, gradients, objectives, linear, several, labels)
    for name, argument in module.ARGUMENTS.items()
}
