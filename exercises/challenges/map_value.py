r"""# From one point to another

Of the affine map $f(\mathbf x) = \mathbf A\mathbf x + \mathbf b$ only $\mathbf A$ is known, and one value:

$$\mathbf A = {{ A }} \qquad \mathbf x_1 = {{ x1 }} \qquad f(\mathbf x_1) = {{ f1 }} \qquad \mathbf x_0 = {{ x0 }}$$

With the columns $\mathbf a_d$ of $\mathbf A$, write $f(\mathbf x_0) = f(\mathbf x_1) + \sum_d c_d\mathbf a_d$. Both
answers are columns.
"""

import numpy as np

from app.exercise import Exercise
from exercises.mathematics.drawing import ints, numbers, sizes

exercise = Exercise(given=dict(A="N D", x1="D 1", f1="N 1", x0="D 1"), hidden=dict(b="N 1"))
exercise.stratum(lambda A: f"{A.shape[0]}×{A.shape[1]}")


@exercise.instance
def draw(rng):
    N, D = sizes(rng, 2, 3, 2)
    A, b, x1, c = numbers(rng, "hand", N, D), ints(rng, -5, 5, N, 1), ints(rng, -3, 3, D, 1), ints(rng, -3, 3, D, 1)
    return dict(A=A, x1=x1, f1=A @ x1 + b, x0=x1 + c, b=b)


@exercise.part("D 1", weight=0.4)
def weights(x0, x1):
    r"""The weights $\mathbf c$"""
    return x0 - x1


@exercise.part("N 1", weight=0.6)
def value(A, f1, weights):
    r"""$f(\mathbf x_0)$"""
    return f1 + A @ weights


@weights.oracle
def for_independent_columns(x0, x1):
    """The weights are the same for every map, so they are those of one whose columns determine them."""
    M = np.vander(np.arange(1.0, 5.0), len(x0))
    return np.linalg.lstsq(M, M @ x0 - M @ x1)[0]


weights.wrong("point-instead", lambda x0: x0, r"$\mathbf x_0$")
weights.wrong("difference-reversed", lambda x0, x1: x1 - x0, r"$\mathbf x_1 - \mathbf x_0$")
weights.wrong("row-layout", lambda reference: reference.T, "a row of the right numbers")
weights.feedback(r"""
    point-instead: Those weights lead from $\mathbf b$ to $f(\mathbf x_0)$. Here the sum starts at $f(\mathbf x_1)$.
    difference-reversed: Those weights lead back. Where does the way start, and where does it end?
    row-layout: Vectors are columns in this course.
""")
weights.hints(
    r"$f(\mathbf x_1) = \mathbf A\mathbf x_1 + \mathbf b$. Subtract it from $f(\mathbf x_0)$.",
    r"Which vector does $\mathbf A$ multiply then?",
)
weights.explained(
    r"In the difference the constant cancels: $f(\mathbf x_0) - f(\mathbf x_1) = \mathbf A(\mathbf x_0 - \mathbf x_1)$,"
    r" so that $\mathbf c = \mathbf x_0 - \mathbf x_1 = {{ reference }}$."
)

value.oracle(lambda A, b, x0: A @ x0 + b)
value.wrong("start-forgotten", lambda A, weights: A @ weights, r"$\sum_d c_d\mathbf a_d$ alone")
value.wrong("constant-forgotten", lambda A, x0: A @ x0, r"$\mathbf A\mathbf x_0$")
value.wrong("value-for-constant", lambda A, x0, f1: A @ x0 + f1, r"$f(\mathbf x_1) + \mathbf A\mathbf x_0$")
value.wrong("row-layout", lambda reference: reference.T, "a row of the right numbers")
value.feedback(r"""
    start-forgotten: That is the change from $f(\mathbf x_1)$. Where does it start?
    constant-forgotten: That is the linear part. The known value knows the constant.
    value-for-constant: $f(\mathbf x_1)$ is not the constant: it contains $\mathbf A\mathbf x_1$ already.
    row-layout: The value of a map into $\mathbb R^N$ is a column.
""")
value.hints("The constant need not be known.", r"Add the weighted columns to $f(\mathbf x_1)$.")
value.explained(
    r"$f(\mathbf x_0) = f(\mathbf x_1) + \mathbf A\mathbf c = {{ f1 }} + {{ A }}{{ weights }} = {{ reference }}$."
)
