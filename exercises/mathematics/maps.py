r"""Affine maps $f(\mathbf x) = \mathbf A\mathbf x + \mathbf b$ shown by components or images.

`mode` says which: the components, or of a linear map the images of the basis vectors.
"""

import numpy as np

from app.exercise import values_latex
from exercises.mathematics.drawing import numbers, sizes
from exercises.mathematics.terms import components, expression


def draw(rng, level):
    """Components, one of them without a variable and half with constants; or the images of the basis vectors."""
    N, D = sizes(rng, 2, 3 if level == "hand" else 4, 2)
    A, b = numbers(rng, level, N, D, largest=6), np.zeros((N, 1))
    if rng.random() < 0.5:
        return dict(mode="images", components=None, images=A.T, A=A, b=b)
    A[rng.integers(N), rng.integers(D)] = 0
    if rng.random() < 0.5:
        b = numbers(rng, level, N, 1)
    expressions = [expression(row, constant) for row, constant in zip(A, b[:, 0])]
    return dict(mode="components", components=expressions, images=None, A=A, b=b)


def listed(mode, A, b):
    r"""What is shown of the map, such as $f_1(\mathbf x) = 3x_1 + 2 \qquad f_2(\mathbf x) = x_2$."""
    if mode == "images":
        equations = [rf"f(\mathbf e_{d}) = {values_latex(column[:, None])}" for d, column in enumerate(A.T, 1)]
    else:
        equations = [rf"f_{n}(\mathbf x) = {formula}" for n, formula in enumerate(components(A, b), 1)]
    return r" \qquad ".join(equations)


def packed(A):
    """The matrix with the zeros of each row moved to its end; None where they stand there."""
    moved = np.array([[*row[row != 0], *row[row == 0]] for row in A])
    return moved if (moved != A).any() else None
