r"""Least squares: $f(\boldsymbol\theta) = \lVert\mathbf W\boldsymbol\theta - \mathbf y\rVert_2^2$.

The data matrix W is N×D, the unknown θ is D×1, the targets y are N×1.
"""

import numpy as np

from app.exercise import col
from exercises.mathematics.drawing import decimals, ints


def draw(rng, level):
    """W of full rank with N > D, a residual that is not small, no entry of the gradient close to 0."""
    hand = level == "hand"
    D = int(rng.integers(2, 4))
    N = int(rng.integers(D + 1, 5 if hand else 7))
    W = ints(rng, -2, 2, N, D) if hand else decimals(rng, -1.5, 1.5, N, D)
    theta0 = ints(rng, -3, 3, D, 1) if hand else decimals(rng, -2, 2, D, 1)
    y = ints(rng, -4, 4, N, 1) if hand else decimals(rng, -2, 2, N, 1)
    a = residual(W, theta0, y)
    if np.abs(a).max() <= 0.5 or np.linalg.matrix_rank(W) < D or np.abs(W.T @ a).min() <= 0.2:
        return None
    return dict(W=W, theta0=theta0, y=y)


def draw_perpendicular(rng):
    """W, θ0 and a residual `a` in whole numbers, perpendicular to both columns of W: the gradient vanishes."""
    W, theta0 = ints(rng, -2, 2, 3, 2), ints(rng, -3, 3, 2, 1)
    a = np.cross(W[:, 0], W[:, 1]).astype(int)
    if np.any(a == 0):
        return None
    return dict(W=W, theta0=theta0, a=col(a // np.gcd.reduce(a)))


def residual(W, theta0, y):
    """The residual Wθ − y, N×1."""
    return W @ theta0 - y


def loss(W, theta0, y):
    """The squared residual, a number."""
    return float(np.sum(residual(W, theta0, y) ** 2))


def gradient(W, theta0, y):
    """The gradient of the squared residual, D×1."""
    return 2 * W.T @ residual(W, theta0, y)


def step(W, theta0, y, eta):
    """The end of a step against the gradient, with the learning rate eta."""
    return theta0 - eta * gradient(W, theta0, y)
