r"""# Value of a linear or affine map

Let $f : \mathbb R^D \to \mathbb R^N$, $f(\mathbf x) = \mathbf A\mathbf x{{ plus_b }}$ with

$$\mathbf A = {{ A }}{{ constant }} \qquad \mathbf x_0 = {{ x0 }}$$

Compute $f(\mathbf x_0)$, a column.
"""

import numpy as np

from app.exercise import Exercise, values_latex
from exercises.mathematics.drawing import numbers, sizes
from exercises.mathematics.terms import total

given = dict(A="N D", x0="D 1", b="N 1")
exercise = Exercise(number=4, topic="functions", section="Multivalued multivariate functions", given=given)
exercise.stratum(lambda b: "affine" if b.any() else "linear")
exercise.texts(
    plus_b=lambda b: r" + \mathbf b" if b.any() else "",
    constant=lambda b: rf" \qquad \mathbf b = {values_latex(b)}" if b.any() else "",
    columns=lambda A, x0, b: total(x0, [values_latex(column) for column in np.hsplit(A, len(x0))], b),
)

exercise.in_symbols(
    texts=dict(
        plus_b=r" + \mathbf b",
        constant=r" \qquad \mathbf b \in \mathbb{R}^{N \times 1}",
        columns=r"\sum_d x_{0,d}\mathbf a_d + \mathbf b",
    )
)


@exercise.instance
def draw(rng, level):
    """In a third of the instances a linear map: b = 0."""
    N, D = sizes(rng, 2, 3 if level == "hand" else 5, 2)
    b = np.zeros((N, 1)) if rng.random() < 1 / 3 else numbers(rng, level, N, 1)
    return dict(A=numbers(rng, level, N, D), x0=numbers(rng, level, D, 1), b=b)


@exercise.part("N 1", formula="A x0 + b")
def answer(A, x0, b):
    r"""$f(\mathbf x_0)$"""
    return A @ x0 + b


answer.oracle(lambda A, x0, b: sum(A[:, [d]] * x0[d, 0] for d in range(len(x0))) + b)
answer.wrong("constant-forgotten", lambda A, x0, b: A @ x0 if b.any() else None, r"$\mathbf A\mathbf x_0$", credit=0.5)
answer.wrong("entrywise-broadcast", lambda A, x0, b: A * x0.T + b, "the table of the weighted columns")
answer.wrong("row-layout", lambda reference: reference.T, "a row of the right numbers")
answer.wrong("constant-subtracted", lambda A, x0, b: A @ x0 - b if b.any() else None, r"$\mathbf{Ax}_0 - \mathbf b$")
answer.wrong("columns-unweighted", lambda A, b: A.sum(1, keepdims=True) + b, r"$\sum_d\mathbf a_d{{ plus_b }}$")
answer.feedback(r"""
    constant-forgotten: You applied the linear part only.
    entrywise-broadcast: You scaled the columns but kept them apart. One more step adds them.
    row-layout: The value of a map into $\mathbb R^N$ is a column.
    constant-subtracted: Check the sign of the constant term.
    columns-unweighted: You added the columns; each has its own weight.
""")
answer.hints("Which shape?", r"Row view: row $n$ times $\mathbf x_0$.", r"Column view: $\sum_d x_{0,d}\mathbf a_d$.")
answer.explained(
    r"Weight the columns $\mathbf a_d$ with the entries of $\mathbf x_0$ and add: $f(\mathbf x_0) = {{ columns }} ="
    r" {{ reference }}$. Row view: entry $n$ of $\mathbf{Ax}_0$ is the inner product of row $n$ with $\mathbf x_0$."
)
