"""Small clouds of points, rows of X, the same on every machine: notebooks learn from them and the judge knows them too.

They are drawn by NumPy's legacy generator, whose stream is frozen for ever. The first four are then stretched so that
their covariance (centred, 1/N) has exactly the eigenvalues in their docstring.
"""

import numpy as np

Array = np.ndarray


def ellipse() -> Array:
    """(60, 2): eigenvalues 2 and 0.3, far from the origin."""
    return _stretched(60, [2.0, 0.3], seed=1) @ _mirror([0.42, -1.0]) + [3.0, 5.0]


def pancake() -> Array:
    """(400, 3): eigenvalues 4, 1 and 0.09, centred at 0: flat, and longer than wide."""
    return _stretched(400, [4.0, 1.0, 0.09], seed=2) @ _mirror([1.0, -0.6, 0.5])


def factors() -> Array:
    """(300, 6): eigenvalues 9, 4, 0.6, 0.4, 0.25 and 0.1, far from the origin: two strong factors, and the rest."""
    X = _stretched(300, [9.0, 4.0, 0.6, 0.4, 0.25, 0.1], seed=3)
    return X @ _mirror([1.0, 2.0, -1.0, 0.5, -2.0, 1.5]) + [9.0, -6.0, 4.0, 0.0, 7.0, -3.0]


def spectrum() -> Array:
    """(300, 8): eigenvalues 4, 2.5, 1.5, 0.8, 0.5, 0.3, 0.15 and 0.05."""
    X = _stretched(300, [4.0, 2.5, 1.5, 0.8, 0.5, 0.3, 0.15, 0.05], seed=4)
    return X @ _mirror([1.0, -1.0, 2.0, 0.5, 1.0, -2.0, 0.3, 1.0])


def curve() -> Array:
    """(300, 2): three quarters of a circle of radius 1, blurred."""
    draw = np.random.RandomState(5)
    angle = np.sort(draw.uniform(-0.25 * np.pi, 1.25 * np.pi, 300))
    return np.column_stack([np.cos(angle), np.sin(angle)]) + 0.05 * draw.standard_normal((300, 2))


def rings() -> tuple[Array, Array]:
    """(200, 2) points on two rings, one inside the other, and (200,) the number of the ring, 0 or 1."""
    draw = np.random.RandomState(6)
    ring, angle = np.repeat([0, 1], 100), draw.uniform(0, 2 * np.pi, 200)
    radius = np.where(ring == 0, 0.7, 2.0) + 0.1 * draw.standard_normal(200)
    return radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle)]), ring


def moons() -> Array:
    """(400, 2): two crescents that reach into each other, blurred."""
    draw = np.random.RandomState(7)
    angle, upper = draw.uniform(0, np.pi, 400), np.arange(400) % 2 == 0
    x = np.where(upper, np.cos(angle), 1 - np.cos(angle)) - 0.5
    y = np.where(upper, np.sin(angle), 0.5 - np.sin(angle)) - 0.25
    return np.column_stack([x, y]) + 0.06 * draw.standard_normal((400, 2))


def _stretched(n: int, eigenvalues: list[float], seed: int) -> Array:
    """(n, D) rows with mean 0 and covariance diag(eigenvalues), exactly but for rounding."""
    Z = np.random.RandomState(seed).standard_normal((n, len(eigenvalues)))
    Z -= Z.mean(axis=0)
    whitened = np.linalg.solve(np.linalg.cholesky(Z.T @ Z / n), Z.T).T
    return whitened * np.sqrt(eigenvalues)


def _mirror(v: list[float]) -> Array:
    """The reflection in the plane orthogonal to v: an orthogonal matrix that mixes all coordinates."""
    w = np.asarray(v)
    return np.eye(w.size) - 2 * np.outer(w, w) / (w @ w)
