r"""# Only the constant is left

Let $f(\mathbf x) = \mathbf w^\top\mathbf x + b$ with

$$\mathbf w = {{ w }} \qquad b = {{ b }}$$

Find a vector $\mathbf x \ne \mathbf 0$ with $f(\mathbf x) = b$, a column. Any such vector is right.
"""

import numpy as np

from app.exercise import Exercise, col
from exercises.mathematics.drawing import distinct, numbers

exercise = Exercise(given=dict(w="D 1", b=float))
exercise.stratum(lambda w: f"{len(w)} entries")
exercise.instance(lambda rng: dict(w=distinct(rng, "hand", rng.integers(2, 5), 7), b=numbers(rng, "hand", largest=6)))


def column(w, *top):
    """As long as w, with these entries on top and zeros below."""
    return col([*top, *np.zeros(len(w) - len(top))])


@exercise.part("D 1")
def answer(w):
    r"""$\mathbf x$"""
    return column(w, w[1, 0], -w[0, 0])


@answer.accepts
def orthogonal(answer, w):
    """The products cancel, up to rounding; measured against the largest entry, so that nothing overflows."""
    if np.shape(answer) != w.shape or not answer.any():
        return False
    products = w * (answer / np.abs(answer).max())
    if abs(products.sum()) <= 1e-6 * np.abs(products).sum():
        return True
    return r"For your vector $\mathbf w^\top\mathbf x$ is not $0$. Choose two entries so that their products cancel."


# The first two weights, turned by a quarter.
answer.oracle(lambda w: column(w, *np.array([[0, 1], [-1, 0]]) @ w[:2, 0]))
answer.wrong("zero-vector", lambda w: 0 * w, "the zero vector")
answer.wrong("sign-forgotten", lambda w: column(w, w[1, 0], w[0, 0]), "a vector with two equal products, $w_1w_2$")
answer.wrong("weights-instead", lambda w: w, r"$\mathbf w$ itself")
answer.wrong("zero-of-f", lambda w, b: column(w, -b / w[0, 0]), r"a solution of $f(\mathbf x) = 0$")
answer.feedback(r"""
    zero-vector: That one always works, so it is excluded. Let two products cancel each other.
    sign-forgotten: The two products have the same size. What do their signs have to be?
    weights-instead: $\mathbf w^\top\mathbf w$ is a sum of squares. Can it be $0$?
    zero-of-f: There $f(\mathbf x) = 0$. Which value is asked for?
""")
answer.hints(r"What must $\mathbf w^\top\mathbf x$ be?", "Two entries, the rest $0$.", "Their products must cancel.")
answer.explained(
    r"$f(\mathbf x) = b$ says $\mathbf w^\top\mathbf x = 0$: $\mathbf x$ is orthogonal to $\mathbf w$. Exchange two"
    r" weights and change one sign, zeros elsewhere: $w_1w_2 - w_2w_1 = 0$ for $\mathbf x = {{ reference }}$."
)
