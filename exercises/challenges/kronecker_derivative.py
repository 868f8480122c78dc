r"""# Rows stacked instead of columns

Let $\mathbf Y = \mathbf A\mathbf X\mathbf B$ with $\mathbf X \in \mathbb R^{N \times P}$ and

$$\mathbf A = {{ A }} \qquad \mathbf B = {{ B }}$$

Here $\mathrm{vec}$ stacks the **rows** of a matrix, each written as a column, the first on top (as `X.reshape(-1)` does
in numpy). Compute $\frac{\partial\,\mathrm{vec}\,\mathbf Y}{\partial\,\mathrm{vec}\,\mathbf X}$, a matrix with a row
for each entry of $\mathbf Y$.
"""

import numpy as np

from app.exercise import Exercise
from exercises.mathematics import jacobian
from exercises.mathematics.drawing import ints

exercise = Exercise(given=dict(A="M N", B="P Q"))


@exercise.instance
def draw(rng):
    M, N = (1, 3) if rng.random() < 0.5 else (3, 1)
    return dict(A=ints(rng, -3, 3, M, N), B=ints(rng, -3, 3, 2, 2))


@exercise.part("MQ NP")
def answer(A, B):
    r"""$\frac{\partial\,\mathrm{vec}\,\mathbf Y}{\partial\,\mathrm{vec}\,\mathbf X}$, rows stacked"""
    return np.kron(A, B.T)


@answer.oracle
def by_differences(A, B):
    N, P = A.shape[1], B.shape[0]
    return jacobian(lambda x: (A @ x.reshape(N, P) @ B).reshape(-1, 1), np.zeros((N * P, 1)))


answer.wrong("columns-stacked", lambda A, B: np.kron(B.T, A), r"$\mathbf B^\top\otimes\mathbf A$, for stacked columns")
answer.wrong("transpose-forgotten", lambda A, B: np.kron(A, B), r"$\mathbf A\otimes\mathbf B$")
answer.wrong("transposed", lambda reference: reference.T, r"$\mathbf A^\top\otimes\mathbf B$")
answer.wrong("both-mistakes", lambda A, B: np.kron(B, A), r"$\mathbf B\otimes\mathbf A$")
answer.feedback(r"""
    columns-stacked: Which index runs fastest here, that of the rows or that of the columns?
    transpose-forgotten: A row of $\mathbf Y$ is a row of $\mathbf A\mathbf X$ times $\mathbf B$. Written as a column,
        what happens to $\mathbf B$?
    transposed: Compare the shape with (entries of $\mathbf Y$) × (entries of $\mathbf X$).
    both-mistakes: Take the stacking and the transpose one at a time, with one basis matrix.
""")
answer.hints(
    r"Whatever is stacked, $\frac{\partial Y_{mq}}{\partial X_{np}} = A_{mn}B_{pq}$.",
    "Only the places differ: here $q$ and $p$ run fastest. Which factor is copied as a block?",
)
answer.explained(
    r"$\frac{\partial Y_{mq}}{\partial X_{np}} = A_{mn}B_{pq}$. With rows stacked, $q$ and $p$ run fastest:"
    r" for each pair $(m, n)$ a copy of $\mathbf B^\top$, multiplied by $A_{mn}$. That is"
    r" $\mathbf A\otimes\mathbf B^\top = {{ reference }}$."
)
