"""What every kernel needs is imported and tried once, before the first learner comes: a fork inherits it.

What only some need is tried in pauses (SOON, LATER); torch is imported at the start only where the unit's own notebook
names it (see autograder.kernel.zygote). No tensor operation runs here: some start threads, and a process with threads
can't be forked.
"""

import contextlib
import gc
import importlib
import os
import shutil
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

from autograder.kernel.outputs import Outputs
from autograder.kernel.seeds import seed_everything
from autograder.kernel.shell import Shell

MODULES = (
    *("numpy", "scipy.special", "scipy.optimize", "sympy"),
    *("matplotlib.pyplot", "matplotlib_inline.backend_inline", "ipywidgets", "PIL.PngImagePlugin"),
    *("sympy.sets.setexpr", "sympy.tensor.tensor", "autograder.codec.expressions"),  # imported by the first formula
)
LIBRARY = Path(__file__).parents[2]
FIRST_ERROR = "def f(x):\n    return 1 / x\nf(0)"
FIRST_FORMULA = """
import sympy
z = sympy.Symbol("z", positive=True)
area = sympy.integrate(z * sympy.exp(-z), (z, 0, sympy.oo))
sympy.lambdify(z, area * z, ["scipy", "numpy"])(1.0)
"""
FIRST_SIMPLIFICATION = """
import sympy
z = sympy.Symbol("z", positive=True)
sympy.simplify(sympy.log(z**2) / z + sympy.exp(z) * sympy.exp(-z))
"""
FIRST_FIGURE = """
import scipy.integrate, scipy.stats
import matplotlib.pyplot as plt
figure, axes = plt.subplots()
axes.plot([0, 1], [0, 1], label="$x^2$")
axes.set(title="t", xlabel="x", ylabel="y")
axes.legend();
"""
SOON, LATER = (FIRST_ERROR, FIRST_FORMULA, FIRST_SIMPLIFICATION), (FIRST_FIGURE,)


def warm(shell: Shell, outputs: Outputs, torch: bool) -> None:
    """Leaves the shell as if nothing had run in it."""
    _bring_font_list()
    _import(*MODULES, *(["torch"] if torch else []), *_modules(torch))
    _run("1", shell, outputs)


def rehearsals(shell: Shell, outputs: Outputs, *codes: str) -> Iterator[None]:
    """One at each step: what fills tables and imports modules when it is done for the first time."""
    for code in codes:
        _run(code, shell, outputs)
        yield


def import_torch() -> None:
    """Imports what most learners of most units do without."""
    _import("torch", *_modules(torch=True))


def _import(*names: str) -> None:
    gc.disable()  # modules stay: to look through them for garbage, again and again, is a quarter of the time
    with warnings.catch_warnings(action="ignore"):
        for name in names:
            with contextlib.suppress(Exception):  # absent, or broken: the learner's import will say so
                importlib.import_module(name)
        if "torch" in sys.modules:
            seed_everything(0)  # torch imports more when it is first seeded; each kernel has a seed of its own
    gc.freeze()
    gc.enable()


def _run(code: str, shell: Shell, outputs: Outputs) -> None:
    with warnings.catch_warnings(action="ignore"):
        shell.run_cell(code, store_history=True)
    shell.reset(new_session=True)
    shell.execution_count = 1
    shell.displayhook.flush()
    outputs.begin()
    for name in ("last_type", "last_value", "last_traceback"):
        vars(sys).pop(name, None)
    gc.collect()
    gc.freeze()


def _bring_font_list() -> None:
    """Spares matplotlib to look for fonts; where there is no such list, it does."""
    with contextlib.suppress(OSError):
        for fonts in LIBRARY.glob("fontlist-*.json"):
            os.makedirs(os.environ["MPLCONFIGDIR"], exist_ok=True)
            shutil.copy(fonts, os.environ["MPLCONFIGDIR"])


def _modules(torch: bool) -> Iterator[str]:
    """The course's own modules that the unit allows: those in the library folder, where this file lies too. Without
    `torch`, those that name it are left out."""
    for path in sorted(LIBRARY.rglob("*.py")):
        parts = path.relative_to(LIBRARY).with_suffix("").parts
        if parts[0] != "autograder" and (torch or "torch" not in path.read_text(encoding="utf-8")):
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
