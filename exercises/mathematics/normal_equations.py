r"""The normal equations $\mathbf W^\top\mathbf W\boldsymbol\theta = \mathbf W^\top\mathbf y$ of least squares."""

import numpy as np

from app.exercise import col
from exercises.mathematics.drawing import decimals, ints


def draw(rng, level):
    """W and y; by hand such that the solution is whole."""
    if level != "hand":
        W = decimals(rng, -1.5, 1.5, 5, 3)
        return dict(W=W, y=decimals(rng, -2, 2, 5, 1)) if np.linalg.cond(W) < 8 else None
    W = ints(rng, -2, 2, 3, 2)
    y = whole_targets(rng, W)
    return dict(W=W, y=y) if y is not None and np.abs(y).max() <= 9 else None


def whole_targets(rng, W):
    """For W of shape 3×2, whole targets with a whole solution; None where the columns of W are dependent.

    The residual is a multiple of the normal of the plane that the columns span.
    """
    normal = np.cross(W[:, 0], W[:, 1])
    if not normal.any():
        return None
    return W @ ints(rng, -3, 3, 2, 1) + rng.choice([-1, 1]) * col(normal) / np.gcd.reduce(normal.astype(int))


def solution(W, y):
    """The minimiser, of smallest norm where there are several, by numpy's own least squares."""
    return np.linalg.lstsq(W, y, rcond=None)[0]


def first_rows_solved(W, y):
    """The solution of as many rows of Wθ = y as there are unknowns; None where there is hardly one."""
    D = W.shape[1]
    return np.linalg.solve(W[:D], y[:D]) if abs(np.linalg.det(W[:D])) > 0.1 else None
