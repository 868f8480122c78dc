r"""# Row vector of a linear form

The linear form $f : \mathbb R^D \to \mathbb R$, $D = {{ D }}$, is

$$f(\mathbf x) = {{ formula }}$$

Give the matrix that represents it, in the right shape: `[[1, 2, 3]]` is a row, `[[1], [2], [3]]` a column.
"""

import numpy as np

from app.exercise import Exercise, row
from exercises.mathematics import jacobian
from exercises.mathematics.drawing import distinct
from exercises.mathematics.terms import total

given = dict(D=int, idx=list, c="K 1")
exercise = Exercise(number=3, topic="functions", section="Multivariate functions", given=given)


@exercise.instance
def draw(rng, level):
    """One or two variables are absent; the others are not in the order of their indices."""
    D = int(rng.integers(4, 7))
    idx = rng.permutation(np.arange(1, D + 1))[: D - int(rng.integers(1, 3))]
    if np.all(np.diff(idx) > 0):
        return None
    return dict(D=D, idx=idx, c=distinct(rng, level, len(idx), 7))


exercise.texts(formula=lambda idx, c: total(c, [f"x_{d}" for d in idx]))
exercise.stratum(lambda D, idx: f"{D - len(idx)} absent")


@exercise.part("1 D", oriented=True)
def answer(D, idx, c):
    r"""The matrix $\mathbf w^\top$ with $f(\mathbf x) = \mathbf w^\top \mathbf x$"""
    w = np.zeros((1, D))
    w[0, np.array(idx) - 1] = c[:, 0]
    return w


@answer.oracle
def by_differences(D, idx, c):
    return jacobian(lambda x: sum(c[k, 0] * x[d - 1, 0] for k, d in enumerate(idx)), np.zeros((D, 1)))


answer.wrong("column", lambda reference: reference.T, "the right numbers as a column", credit=0.6)
answer.wrong("zeros-dropped", lambda idx, c: row(c[np.argsort(idx)]), "the row without its zeros")
answer.wrong("written-order", lambda c: row(c), "the row of the coefficients as they are written")
answer.wrong(
    "written-order-padded",
    lambda D, c: row([*c[:, 0], *np.zeros(D - len(c))]),
    "the row of the coefficients as they are written, then zeros",
)
answer.feedback(r"""
    column: The entries are right. A map from $\mathbb R^D$ to $\mathbb R$ has $1$ output and $D$ inputs: which of these
        is the number of rows?
    zeros-dropped: How many inputs does $f$ have? An absent variable still has a coefficient.
    written-order: Coefficients are sorted by variable index, not by where they stand in the formula, and every input
        has one.
    written-order-padded: The length is right; put each coefficient in the slot of its own variable.
""")
answer.hints(
    "Apply $f$ to the vector with a single 1 in slot $d$.",
    "One entry per input.",
    r"$f(\mathbf x)$ must equal (your answer) times the column $\mathbf x$.",
)
answer.explained(
    r"Entry $d$ is $f(\mathbf e_d)$, the coefficient of $x_d$, and $0$ where $x_d$ is absent. One output, ${{ D }}$"
    r" inputs: the row $\mathbf w^\top = {{ reference }}$."
)
