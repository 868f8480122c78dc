r"""# A matrix as the variable

Let $\mathbf Y = \mathbf A\mathbf X\mathbf B$ with $\mathbf X \in \mathbb R^{N \times P}$ and

$$\mathbf A = {{ A }} \qquad \mathbf B = {{ B }}$$

Let $\mathrm{vec}$ stack the **columns** of a matrix into one column, the first on top. Compute the derivative
$\frac{\partial\,\mathrm{vec}\,\mathbf Y}{\partial\,\mathrm{vec}\,\mathbf X}$, a matrix with a row for each entry of
$\mathbf Y$.
"""

import numpy as np

from app.exercise import Exercise
from exercises.mathematics import jacobian
from exercises.mathematics.drawing import numbers

given = dict(A="M N", B="P Q")
exercise = Exercise(number=59, topic="beyond", section="Beyond the slides", given=given, beyond_lecture=True)


@exercise.instance
def draw(rng, level):
    M, N = (2, 3) if rng.random() < 0.5 else (3, 2)
    Q = 1 if level == "hand" else 3
    return dict(A=numbers(rng, level, M, N, largest=3), B=numbers(rng, level, 2, Q, largest=3))


@exercise.part("MQ NP", formula="B^T ⊗ A")
def answer(A, B):
    r"""$\frac{\partial\,\mathrm{vec}\,\mathbf Y}{\partial\,\mathrm{vec}\,\mathbf X}$"""
    return np.kron(B.T, A)


@answer.oracle
def by_differences(A, B):
    N, P = A.shape[1], B.shape[0]
    return jacobian(lambda x: (A @ x.reshape(P, N).T @ B).T.reshape(-1, 1), np.zeros((N * P, 1)))


answer.wrong("factors-exchanged", lambda A, B: np.kron(A, B.T), r"$\mathbf A\otimes\mathbf B^\top$, for stacked rows")
answer.wrong("transpose-forgotten", lambda A, B: np.kron(B, A), r"$\mathbf B\otimes\mathbf A$")
answer.wrong("transposed", lambda reference: reference.T, r"$\mathbf B\otimes\mathbf A^\top$")
answer.feedback(r"""
    factors-exchanged: With column stacking, which factor repeats for each column?
    transpose-forgotten: Compare the shape with (entries of $\mathbf Y$) × (entries of $\mathbf X$), and one entry with
        $\frac{\partial Y_{mq}}{\partial X_{np}}$.
    transposed: Outputs are rows; or you transposed the factor on the wrong side (both give this matrix).
""")
answer.hints(
    r"Shape first: (entries of $\mathbf Y$) × (entries of $\mathbf X$).",
    r"One basis matrix at a time: let $\mathbf X$ have a 1 in one place and zeros elsewhere. Then"
    r" $\mathrm{vec}\,\mathbf Y$ is one column of the answer.",
)
answer.explained(
    r"$Y_{mq} = \sum_{n,p} A_{mn}X_{np}B_{pq}$, so $\frac{\partial Y_{mq}}{\partial X_{np}} = B_{pq}A_{mn}$. With"
    r" columns stacked, $m$ and $n$ run fastest: a copy of $\mathbf A$ for each pair $(q, p)$, multiplied by $B_{pq}$."
    r" That is $\mathbf B^\top\otimes\mathbf A = {{ reference }}$."
)
