r"""# Through the narrowest place

A vector runs through differentiable functions, one after the other:

$$\mathbf x_0 \in {{ spaces }}$$

The derivative $\mathbf J$ of the last value with respect to $\mathbf x_0$ depends on the functions, of which you know
nothing but the sizes.
"""

import numpy as np

from app.exercise import Exercise
from exercises.mathematics.drawing import sizes

exercise = Exercise(given=dict(n=list))


@exercise.instance
def draw(rng):
    """The narrowest place is inside; in half of the chains it is a single number."""
    n = sizes(rng, 2, 9, int(rng.integers(3, 6)))
    if rng.random() < 0.5:
        n[int(rng.integers(1, len(n) - 1))] = 1
    return dict(n=n) if min(n[1:-1]) < min(n[0], n[-1]) else None


exercise.texts(spaces=lambda n: r" \to ".join(r"\mathbb R" if size == 1 else rf"\mathbb R^{{{size}}}" for size in n))


@exercise.part("scalar", weight=0.6)
def rank(n):
    r"""The largest rank that $\mathbf J$ can have"""
    return min(n)


@exercise.part("scalar", weight=0.4)
def still(n, rank):
    r"""At least so many linearly independent $\mathbf h$ satisfy $\mathbf J\mathbf h = \mathbf 0$

    Along such an $\mathbf h$ the last value does not change, to first order.
    """
    return n[0] - rank


def random_product(n):
    steps = [np.random.default_rng(k).normal(size=(n[k], n[k - 1])) for k in range(1, len(n))]
    return np.linalg.multi_dot(steps[::-1])


rank.oracle(lambda n: np.linalg.matrix_rank(random_product(n)))
still.oracle(lambda n: (np.linalg.eigvalsh(random_product(n).T @ random_product(n)) < 1e-6).sum())

rank.wrong("only-the-ends", lambda n: min(n[0], n[-1]), r"the smaller size of $\mathbf J$")
rank.wrong("full-of-the-inputs", lambda n: n[0], r"the size of $\mathbf x_0$")
rank.wrong("widest-place", lambda n: max(n), "the largest size of the chain")
rank.feedback("""
    only-the-ends: That would be so for any matrix of this shape. This one is a product.
    full-of-the-inputs: Can the values in the middle of the chain remember that many directions?
    widest-place: A product has no larger rank than any of its factors.
""")
still.wrong("rank-instead", lambda rank: rank, "the rank itself", sometimes_right=True)
still.wrong("counted-in-the-outputs", lambda n, rank: n[-1] - rank, "the size of the last value minus the rank")
still.wrong("difference-of-the-ends", lambda n: abs(n[0] - n[-1]), "the difference of the outer sizes")
still.feedback(r"""
    rank-instead: That many directions survive. How many are there in all?
    counted-in-the-outputs: $\mathbf h$ is a step from $\mathbf x_0$: in how many dimensions does it live?
    difference-of-the-ends: Use the rank: directions that survive and directions that are lost add up to all of them.
""")

rank.hints(
    r"Write $\mathbf J$ as a product and the size of each factor below it.",
    "A factor of size $p\\times q$ has a rank of at most the smaller of the two.",
    "The rank of a product is at most the rank of each factor.",
)
still.hints(
    r"The $\mathbf h$ with $\mathbf J\mathbf h = \mathbf 0$ form a space.", "Its dimension and the rank add up."
)
rank.explained(
    "The rank of a product is at most that of each factor, and that is at most the smaller of its sizes: the narrowest"
    " place decides, and functions in general position reach it. The largest rank is ${{ reference }}$."
)
still.explained(
    r"Of the independent directions at $\mathbf x_0$ at most ${{ rank }}$ survive; the others, at least"
    r" ${{ reference }}$, are mapped to $\mathbf 0$."
)
