"""Makes the sample class of unit 03: what a real class hands in. The folder's name says what the submission is.

Run it after the student notebook has changed: python -m samples.make_03_exponential.py
Four are right, each in its own way (the model solution, and the answers that tests/units accepts); then come those half
done, those with one well-known mistake each, and the messy ones. tests/golden says what becomes of each.
"""

import ast
import copy
import json

from samples.classroom import ROOT, Answers, Class, HandedIn, Notebook, as_bytes, filled, hand_in, named, released

UNIT = "03_exponential"

WHY = """The gap is KL(q || posterior), and a KL is zero only if the two densities are equal. log q is a straight line
in z for every phi, the log posterior has second derivative -1, so they never are. With q ranging over the normal
densities cut at zero the posterior would be in the family, at location x - theta and scale 1."""
EXERCISES = [
    "log_unnormalised_posterior",
    "posterior_is_truncated_normal",
    "log_evidence",
    "can_be_tight",
    "elbo_symbolic",
    "elbo",
    "elbo_gradient",
    "best_phi",
    "maximise_elbo",
    "maximum_likelihood",
    "ascend",
    "gamma_elbo_symbolic",
    "gamma_elbo",
]


def written_in(file: str) -> Answers:
    """The answers in a module of tests/units: each with the helpers that stand above it."""
    source = (ROOT / "tests" / "units" / file).read_text(encoding="utf-8")
    answers, waiting = {}, ""
    for node in ast.parse(source).body[1:]:  # without the docstring
        first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
        waiting += "\n".join(source.splitlines()[first - 1 : node.end_lineno]) + "\n\n\n"
        for name in named_by(node):
            if name in EXERCISES:
                answers[name], waiting = waiting.strip(), ""
    return answers | {"can_be_tight_why": WHY}


def named_by(node: ast.stmt) -> list[str]:
    """The function or the variables that a statement defines."""
    if isinstance(node, ast.FunctionDef):
        return [node.name]
    return [t.id for t in node.targets if isinstance(t, ast.Name)] if isinstance(node, ast.Assign) else []


def model_solution() -> Answers:
    """The solution cells of the instructor's notebook, without their markers."""
    notebook = json.loads((ROOT / "solutions" / UNIT / f"{UNIT}.ipynb").read_text(encoding="utf-8"))
    cells = {name: "".join(cell["source"]) for name, cell in named(notebook)}
    unmarked = {name: [line for line in source.splitlines() if "###" not in line] for name, source in cells.items()}
    return {name: "\n".join(unmarked[name]) for name in EXERCISES} | {"can_be_tight_why": WHY}


NUMPY = model_solution()

ONE_MISTAKE: dict[str, Answers] = {
    "forgets-the-support": {
        "log_unnormalised_posterior": """def log_unnormalised_posterior(z, x, theta):
    return -0.5 * np.asarray(z) ** 2 + (x - positive(theta)) * np.asarray(z)"""
    },
    "evidence-underflows": {
        "log_evidence": """def log_evidence(x, theta):
    x, theta = np.asarray(x, dtype=float), positive(theta)
    return np.log(theta) + theta**2 / 2 - theta * x + np.log(special.ndtr(x - theta))"""
    },
    "chooses-the-prior": {"can_be_tight": 'can_be_tight = "a"'},
    "forgets-the-entropy": {
        "elbo": """def elbo(x, theta, phi):
    x, theta, phi = np.asarray(x), positive(theta), positive(phi)
    return -0.5 * np.log(2 * np.pi) - 0.5 * (x**2 - 2 * x / phi + 2 / phi**2) + np.log(theta) - theta / phi"""
    },
    "square-of-the-mean": {
        "elbo_symbolic": """def elbo_symbolic():
    x, theta, phi = sympy.symbols("x theta phi")
    reconstruction = -sympy.log(2 * sympy.pi) / 2 - (x - 1 / phi) ** 2 / 2
    return reconstruction + sympy.log(theta) - theta / phi - sympy.log(phi) + 1"""
    },
    "leaves-a-const": {
        "elbo_symbolic": """def elbo_symbolic():
    x, theta, phi = sympy.symbols("x theta phi")
    return -1 / phi**2 + (x - theta) / phi + sympy.log(theta) - sympy.log(phi)  # + const""",
    },
    "quadrature-for-a-formula": {
        "elbo": """from scipy import integrate


@np.vectorize
def elbo(x, theta, phi):
    positive([theta, phi])

    def integrand(z):
        log_q = np.log(phi) - phi * z
        return np.exp(log_q) * (log_joint(z, x, theta) - log_q)

    return integrate.quad(integrand, 0, np.inf)[0]"""
    },
    "gradient-in-the-logarithms": {
        "elbo_gradient": """def elbo_gradient(x, theta, phi):
    x, theta, phi = np.asarray(x), positive(theta), positive(phi)
    return 1 - theta / phi, 2 / phi**2 - (x - theta) / phi - 1"""
    },
    "best-mean-not-rate": {
        "best_phi": """def best_phi(x, theta):
    d = np.asarray(x) - positive(theta)
    return (d + np.sqrt(d**2 + 8)) / 4"""
    },
    "bound-for-evidence": {"maximum_likelihood": "def maximum_likelihood(x):\n    return maximise_elbo(x)[0]"},
    "leaves-the-domain": {
        "ascend": """def ascend(x, theta, phi, steps, lr):
    path = [(float(positive(theta)), float(positive(phi)))]
    for _ in range(steps):
        phi = phi + lr * (2 / phi**3 - (x - theta) / phi**2 - 1 / phi)
        theta = theta + lr * (1 / theta - 1 / phi)
        path.append((theta, phi))
    return np.array(path)"""
    },
}


def without(notebook: Notebook, *names: str) -> Notebook:
    """Some cells were deleted, a check among them."""
    gone = [cell for name, cell in named(notebook) if name in names]
    return notebook | {"cells": [cell for cell in notebook["cells"] if cell not in gone]}


def with_checks_edited(notebook: Notebook) -> Notebook:
    """Someone has helped the checks along, and unlocked them."""
    for name, cell in named(notebook):
        if name in ("check-elbo", "check-best_phi"):
            cell["source"] = ["3.0  # fine"]
            cell["metadata"]["nbgrader"]["locked"] = False
    return notebook


def saved_by_an_old_jupyter(notebook: Notebook) -> Notebook:
    """Format 4.2: cells have no ids."""
    cells = [{key: value for key, value in cell.items() if key != "id"} for cell in notebook["cells"]]
    return notebook | {"cells": cells, "nbformat_minor": 2}


def with_an_import_that_fails(notebook: Notebook) -> Notebook:
    """The first cell wants a package that nobody here has; nothing after it finds numpy."""
    first = next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    first["source"] = ["import pyro_not_installed_here\n", *first["source"]]
    return notebook


def messy() -> dict[str, HandedIn]:
    perfect = filled(released(UNIT), NUMPY)
    idle = filled(released(UNIT), {"elbo": "def elbo(x, theta, phi):\n    return 0.0"})
    return {
        "syntax-error-in-one-cell": HandedIn(NUMPY | {"best_phi": "def best_phi(x, theta)\n    return 1.0"}),
        "cells-deleted": HandedIn(
            as_bytes(without(perfect, "check-log_evidence", "check-elbo", "ascend", "check-ascend"))
        ),
        "checks-edited": HandedIn(as_bytes(with_checks_edited(idle))),
        "exception-at-import": HandedIn(as_bytes(with_an_import_that_fails(copy.deepcopy(perfect)))),
        "endless-loop": HandedIn(NUMPY | {"ascend": "while True:\n    pass"}),
        "not-a-notebook": HandedIn(b"%PDF-1.7\nMy answers, scanned.\n"),
        "old-jupyter": HandedIn(as_bytes(saved_by_an_old_jupyter(perfect))),
        "renamed": HandedIn(NUMPY, name=f"{UNIT} (1).ipynb"),  # as a browser names a second download
    }


CLASS: Class = {
    "perfect-numpy": NUMPY,
    "perfect-torch": written_in("exponential_torch.py"),
    "perfect-math-loops": written_in("exponential_loops.py"),
    "perfect-sympy": written_in("exponential_sympy.py"),
    "half-done": {name: NUMPY[name] for name in EXERCISES[:6]},
    "blank": {},
    **{student: NUMPY | wrong for student, wrong in ONE_MISTAKE.items()},
    **messy(),
}

if __name__ == "__main__":
    hand_in(UNIT, CLASS)
