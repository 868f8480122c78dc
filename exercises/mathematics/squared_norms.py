r"""Squared norms, scaled and shifted: $g(\mathbf x) = c\,\lVert\mathbf x - \mathbf m\rVert_2^2$."""

import numpy as np

from app.exercise import values_latex
from exercises.mathematics.drawing import decimals, numbers


def draw(rng, level):
    """The factor c, the centre m and a point x0; in four of ten instances the plain squared norm, c = 1 and m = 0."""
    D = int(rng.integers(2, 5))
    x0 = numbers(rng, level, D, 1, largest=7)
    if rng.random() < 0.4:
        return dict(c=1.0, m=np.zeros((D, 1)), x0=x0)
    c = float(rng.choice([-2, 2, 3, 4])) if level == "hand" else decimals(rng, 1.3, 3)
    return dict(c=c, m=numbers(rng, level, D, 1), x0=x0)


def value(x, c, m):
    return c * np.sum((x - m) ** 2)


def formula(c, m):
    r"""The formula of g in LaTeX, such as $3\,\lVert\mathbf x - \mathbf m\rVert_2^2$."""
    return rf"{values_latex(c)}\,\lVert\mathbf x - \mathbf m\rVert_2^2" if m.any() else r"\lVert\mathbf x\rVert_2^2"


def derived(c, m):
    r"""The formula of its gradient at x0, such as $6\,(\mathbf x_0 - \mathbf m)$."""
    return rf"{values_latex(2 * c)}\,(\mathbf x_0 - \mathbf m)" if m.any() else r"2\,\mathbf x_0"


def centre(m):
    """The centre, to be shown beside the point, unless it is 0."""
    return rf" \qquad \mathbf m = {values_latex(m)}" if m.any() else ""
