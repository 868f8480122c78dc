r"""# Row vector of a linear form

The linear form $f : \mathbb R^D \to \mathbb R$, $D = {{ D }}$, is

$$f(\mathbf x) = {{ formula }}$$

Give the matrix that represents it, in the right shape: `[[1, 2, 3]]` is a row, `[[1], [2], [3]]` a column.
"""

import numpy as np

from app.exercise import Exercise
from exercises.mathematics import jacobian
from exercises.mathematics.drawing import distinct
from exercises.mathematics.terms import total

given = dict(D=int, idx=list, c="K 1")
exercise = Exercise(number=3, topic="functions", section="Multivariate functions", given=given)
exercise.texts(formula=lambda idx, c: total(c, [f"x_{d}" for d in idx]))
exercise.stratum(lambda D, idx: f"{D - len(idx)} absent")


@exercise.instance
def draw(rng, level):
    """One or two variables are absent; the others are not in the order of their indices."""
    D = int(rng.integers(4, 7))
    idx = rng.permutation(np.arange(1, D + 1))[: D - int(rng.integers(1, 3))]
    return dict(D=D, idx=idx, c=distinct(rng, level, len(idx), 7)) if np.any(np.diff(idx) < 0) else None


@exercise.part("1 D", oriented=True)
def answer(D, idx, c):
    r"""The matrix $\mathbf w^\top$ with $f(\mathbf x) = \mathbf w^\top \mathbf x$"""
    w = np.zeros((1, D))
    w[0, np.array(idx) - 1] = c[:, 0]
    return w


@answer.oracle
def by_differences(D, idx, c):
    return jacobian(lambda x: sum(a * x[d - 1] for a, d in zip(c[:, 0], idx)), np.zeros((D, 1)))


answer.wrong("column", lambda reference: reference.T, "a column of the right numbers", credit=0.6)
answer.wrong("zeros-dropped", lambda idx, c: c[np.argsort(idx)].T, "the row without its zeros")
answer.wrong("written-order", lambda c: c.T, "the row of the coefficients as they are written")
answer.wrong(
    "written-order-padded", lambda D, c: np.c_[c.T, np.zeros((1, D - len(c)))], "the written order, then zeros"
)
answer.feedback(r"""
    column: The entries are right. There is $1$ output and there are $D$ inputs: which of these is the number of rows?
    zeros-dropped: How many inputs does $f$ have? An absent variable still has a coefficient.
    written-order: Sort the coefficients by variable index, not by where they stand; every input has one.
    written-order-padded: The length is right; put each coefficient in the slot of its own variable.
""")
answer.hints(r"What is $f(\mathbf e_d)$?", "One entry per input.", r"Your matrix times $\mathbf x$ is $f(\mathbf x)$.")
answer.explained(
    r"Entry $d$ is $f(\mathbf e_d)$, the coefficient of $x_d$, and $0$ where $x_d$ is absent. One output, ${{ D }}$"
    r" inputs: the row $\mathbf w^\top = {{ reference }}$."
)
