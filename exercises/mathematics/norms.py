"""Vectors whose Euclidean norm is a whole number."""

import numpy as np

TUPLES = [(3, 4), (5, 12), (8, 6), (2, 3, 6), (1, 4, 8), (2, 6, 9), (1, 2, 2), (4, 4, 7), (1, 1, 3, 5), (2, 4, 5, 6)]


def pythagorean(rng):
    """A column of whole numbers of whole norm, in any order and with any signs."""
    sizes = np.array(TUPLES[rng.integers(len(TUPLES))], dtype=float)
    return (rng.permutation(sizes) * rng.choice([-1.0, 1.0], sizes.size)).reshape(-1, 1)
