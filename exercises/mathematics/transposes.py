"""Which of two matrices, given by their shapes, to transpose so that they can be multiplied."""

import numpy as np

from exercises.mathematics.drawing import sizes

TURNED = {"none": (1, 1), "first": (-1, 1), "second": (1, -1), "both": (-1, -1)}  # -1: this one is transposed


def draw_factors(rng):
    """Pairwise different sizes m×k and k×n, and then any of the two transposed."""
    m, k, n = sizes(rng, 2, 6, 3)
    turn_A, turn_B = TURNED[str(rng.choice(list(TURNED)))]
    return dict(A=[m, k][::turn_A], B=[k, n][::turn_B])


def fitting(A, B):
    """The one way in which the inner sizes are equal, and the sizes m, k, n of the factors m×k and k×n then."""
    for way, (turn_A, turn_B) in TURNED.items():
        (m, k), (inner, n) = A[::turn_A], B[::turn_B]
        if k == inner:
            return way, m, k, n
    return None


def product_of_ones(A, B):
    """What numpy makes of matrices of ones: the way to a product, and the product."""
    a, b = np.ones(A), np.ones(B)
    for way, (left, right) in {"none": (a, b), "first": (a.T, b), "second": (a, b.T), "both": (a.T, b.T)}.items():
        if left.shape[1] == right.shape[0]:
            return way, left @ right
    return None
