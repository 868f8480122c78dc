"""Gradient descent: how large the learning rate may be, and where a function is least."""

import numpy as np

from exercises.mathematics.differences import jacobian


def largest_rate(f, D):
    """The rate above which gradient descent explodes on `f`, a quadratic form of D variables, for some start.

    By bisection: a step multiplies by I − ηH, which must not make anything longer. H is found by differences.
    """
    H = jacobian(lambda theta: jacobian(f, theta, h=1).T, np.zeros((D, 1)), h=1)
    low, high = 0.0, 10.0
    for _ in range(60):
        rate = (low + high) / 2
        explodes = np.abs(np.linalg.eigvalsh(np.eye(D) - rate * H)).max() > 1 + 1e-12
        low, high = (low, rate) if explodes else (rate, high)
    return low


def least(f, low, high):
    """Where a convex function of one variable is least, by ternary search."""
    for _ in range(100):
        left, right = low + (high - low) / 3, high - (high - low) / 3
        low, high = (low, right) if f(left) < f(right) else (left, high)
    return low
