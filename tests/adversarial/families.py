"""All attacks, family by family."""

from tests.adversarial import forging, hooks, objects, outside, patching, searching, shadowing, surgery, timing
from tests.adversarial.attack import Attack

FAMILIES = {
    family.__name__.rpartition(".")[2]: family.ATTACKS
    for family in (hooks, patching, objects, searching, forging, shadowing, surgery, timing, outside)
}
ATTACKS: dict[str, Attack] = {f"{name}: {a.name}": a for name, attacks in FAMILIES.items() for a in attacks}
