"""What every kernel needs is imported and tried once, before the first learner comes: a fork inherits it.

No tensor operation runs here: some start threads, and a process with threads can't be forked.
"""

import contextlib
import gc
import importlib
import pkgutil
import sys
import warnings
from pathlib import Path

from autograder.kernel.outputs import Outputs
from autograder.kernel.seeds import seed_everything
from autograder.kernel.shell import Shell

MODULES = (
    *("numpy", "scipy.integrate", "scipy.special", "scipy.stats", "scipy.optimize", "sympy", "torch"),
    *("matplotlib.pyplot", "matplotlib_inline.backend_inline", "ipywidgets", "PIL.PngImagePlugin"),
    *("sympy.sets.setexpr", "sympy.tensor.tensor", "autograder.codec.expressions"),  # imported by the first formula
)
FIRST_FIGURE = """
import matplotlib.pyplot as plt
figure, axes = plt.subplots()
axes.plot([0, 1], [0, 1], label="$x^2$")
axes.set(title="t", xlabel="x", ylabel="y")
axes.legend();
"""
FIRST_ERROR = "def f(x):\n    return 1 / x\nf(0)"


def warm(shell: Shell, outputs: Outputs) -> None:
    """Leaves the shell as if nothing had run in it."""
    gc.disable()  # modules stay: to look through them for garbage, again and again, is a quarter of the time
    with warnings.catch_warnings(action="ignore"):
        for name in (*MODULES, *_modules()):
            with contextlib.suppress(Exception):  # absent, or broken: the learner's import will say so
                importlib.import_module(name)
        seed_everything(0)  # torch imports more when it is first seeded; each kernel has a seed of its own
        gc.freeze()
        gc.enable()
        for code in (FIRST_FIGURE, FIRST_ERROR, "1"):
            shell.run_cell(code, store_history=True)
    shell.reset(new_session=True)
    shell.execution_count = 1
    shell.displayhook.flush()
    outputs.begin()
    for name in ("last_type", "last_value", "last_traceback"):
        vars(sys).pop(name, None)


def _modules() -> list[str]:
    """The course's own modules that the unit allows: those in the library folder, where this file lies too."""
    library = Path(__file__).parents[2]
    found = pkgutil.walk_packages([str(library)], onerror=lambda name: None)
    return [module.name for module in found if not module.name.startswith("autograder")]
