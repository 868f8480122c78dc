r"""# What the softmax does not see

Some scores $\mathbf z$ have the softmax

$$\mathbf s = {{ s }}$$

Look at its Jacobian $\mathbf J = \frac{\partial\mathbf s}{\partial\mathbf z}$ there, a $K \times K$ matrix, outputs as
rows.
"""

import numpy as np

from app.exercise import Choice, Exercise, col
from exercises.mathematics import jacobian
from exercises.mathematics.softmax import softmax

exercise = Exercise(given=dict(s="K 1"))


@exercise.instance
def draw(rng):
    weights = col(rng.permutation([1, 2, 3, 4, 5])[: int(rng.integers(3, 5))])
    return dict(s=weights / weights.sum())


@exercise.part("scalar", weight=0.2)
def row_sum(s):
    r"""The sum of the first row of $\mathbf J$"""
    return 0 * s[0]


@exercise.part("K 1", weight=0.3)
def null(s):
    r"""A column $\mathbf v \ne \mathbf 0$ with $\mathbf J\mathbf v = \mathbf 0$"""
    return np.ones_like(s)


@exercise.part("scalar", weight=0.3)
def rank(s):
    r"""The rank of $\mathbf J$"""
    return len(s) - 1


@exercise.part(
    Choice(
        nothing="The probabilities stay the same.",
        all_rise="All probabilities rise by $c$.",
        scaled="All probabilities are multiplied by $e^c$.",
        sharper="The largest probability rises, the others fall.",
    ),
    weight=0.2,
)
def shift():
    r"""What happens when the same number $c > 0$ is added to every score?"""
    return "nothing"


@null.accepts
def another_null_vector(answer, s):
    if answer.shape != s.shape or not np.any(answer):
        return False
    if np.ptp(answer) <= 1e-3 * np.abs(answer).max():
        return True
    return r"Multiply the rows of $\mathbf J$ by your column: not every product is 0."


def J(s):
    """The Jacobian, by finite differences."""
    return jacobian(softmax, np.log(s))


@null.oracle
def by_singular_vectors(s):
    v = np.linalg.svd(J(s))[2][-1]
    return col(v / v[0])


row_sum.oracle(lambda s: np.round(J(s)[0].sum(), 9))
rank.oracle(lambda s: np.linalg.matrix_rank(J(s), tol=1e-6))
shift.oracle(lambda s: "nothing" if np.allclose(softmax(np.log(s) + 2), s) else "scaled")
row_sum.wrong("sum-of-probabilities", lambda: 1, "the sum of the probabilities themselves")
row_sum.wrong("off-diagonal-sign", lambda s: 2 * s[0] * (1 - s[0]), "the sum with $+s_1 s_j$ beside the diagonal")
row_sum.wrong("treated-entry-by-entry", lambda s: s[0] * (1 - s[0]), "$s_1(1 - s_1)$, the diagonal entry alone")
row_sum.feedback(r"""
    sum-of-probabilities: The probabilities always sum to 1. How does that sum change when $\mathbf z$ moves?
    off-diagonal-sign: If one score rises, what happens to the other probabilities?
    treated-entry-by-entry: Does $s_1$ change when $z_2$ moves?
""")
null.wrong("zero-vector", lambda s: 0 * s, "the zero vector")
null.wrong("probabilities-instead", lambda s: s, r"$\mathbf s$ itself")
null.wrong("sums-to-zero", lambda s: col([1, -1] + [0] * (len(s) - 2)), "a column whose entries sum to 0")
null.feedback(r"""
    zero-vector: $\mathbf 0$ is excluded.
    probabilities-instead: Is $\mathbf s^\top\mathbf s$ equal to every $s_i$?
    sums-to-zero: One score up, one down: that does change the probabilities.
""")
rank.wrong("full-rank", lambda s: len(s), "$K$")
rank.wrong("outer-product-only", lambda: 1, r"the rank of $\mathbf s\mathbf s^\top$ alone")
rank.feedback("""
    full-rank: Can a matrix with a null vector have full rank?
    outer-product-only: A diagonal matrix is there, too.
""")
shift.wrong("numerator-only", lambda: "scaled", "what happens to the numerators")
shift.wrong("scores-taken-for-probabilities", lambda: "all_rise", "what happens to the scores")
shift.wrong("differences-amplified", lambda: "sharper", "what happens when the scores are multiplied")
shift.feedback("""
    numerator-only: And what happens to the denominator?
    scores-taken-for-probabilities: Could the probabilities still sum to 1?
    differences-amplified: Does the ratio of two probabilities change?
""")

FORMULA = r"$\mathbf J = \mathrm{diag}[\mathbf s] - \mathbf s\mathbf s^\top$."
row_sum.hints(FORMULA, "The entries of a row, added up: use that the probabilities sum to 1.")
null.hints(
    "The sum of a row is its product with which column?", r"Which change of $\mathbf z$ leaves $\mathbf s$ alone?"
)
rank.hints(FORMULA, r"For which $\mathbf v$ is $\mathbf J\mathbf v = \mathbf 0$? How many directions are those?")
shift.hints(r"Write $s_k = e^{z_k}/\sum_j e^{z_j}$.", r"$e^{z_k + c} = e^c\,e^{z_k}$.")
row_sum.explained(r"$s_1 - s_1(s_1 + \dots + s_K) = s_1 - s_1 = {{ reference }}$, and so for every row.")
null.explained(r"All rows sum to 0, so $\mathbf J\mathbf 1 = \mathbf 0$: ${{ reference }}$, or any multiple of it.")
rank.explained(
    r"$\mathbf J\mathbf v = \mathbf 0$ says $s_i(v_i - \mathbf s^\top\mathbf v) = 0$ for all $i$: all $v_i$ are equal."
    " One direction is lost, so the rank is $K - 1 = {{ reference }}$."
)
shift.explained(
    r"The factor $e^c$ appears above and below the fraction and cancels. That is the null vector $\mathbf 1$, for"
    " steps of any length."
)
