r"""# Perceptron: a row of weights

Let $\mathbf a = \mathbf W\mathbf x + \mathbf b$ with

$$\mathbf W = {{ W }} \qquad \mathbf x_0 = {{ x0 }}$$

This time a row varies: $\hat{\mathbf w}_n^\top$ is row $n$ of $\mathbf W$; here $n = {{ n }}$, counting from 1. Compute
the Jacobian of $\mathbf a$ with respect to $\hat{\mathbf w}_n \in \mathbb{R}^D$ at $\mathbf x_0$, in numerator layout:
outputs are rows, inputs are columns.
"""

import numpy as np

from app.exercise import Exercise
from exercises.mathematics import jacobian
from exercises.mathematics.drawing import distinct, ints, sizes
from exercises.mathematics.perceptron import in_row
from exercises.mathematics.perceptron_jacobians import da_dwd

exercise = Exercise(given=dict(W="N D", x0="D 1", n=int))


@exercise.instance
def draw(rng):
    N, D = sizes(rng, 2, 4, 2)
    return dict(W=ints(rng, -3, 3, N, D), x0=distinct(rng, "hand", D, 5), n=int(rng.integers(1, N + 1)))


@exercise.part("N D")
def answer(W, x0, n):
    r"""$\frac{\partial\mathbf a}{\partial\hat{\mathbf w}_n}$"""
    return in_row(n, x0.T, W)


answer.oracle(lambda W, x0, n: jacobian(lambda w: np.vstack([W[: n - 1], w.T, W[n:]]) @ x0, W[n - 1].reshape(-1, 1)))
answer.wrong("transposed", lambda reference: reference.T, "the transpose")
answer.wrong("row-only", lambda x0: x0.T, r"$\mathbf x_0^\top$, the row of $a_n$ alone")
answer.wrong("every-row", lambda W, x0: np.ones((len(W), 1)) @ x0.T, r"$\mathbf x_0^\top$ in every row")
answer.wrong("column-instead", lambda W, x0, n: da_dwd(W, x0, n) if n <= len(x0) else None, r"$x_n\mathbf I_N$")
answer.wrong("index-slip", lambda W, x0, n: in_row(n - 1 or 2, x0.T, W), r"$\mathbf x_0^\top$ in another row")
answer.wrong("weights-instead", lambda W, n: in_row(n, W[n - 1], W), r"$\hat{\mathbf w}_n^\top$ in its row")
answer.wrong("input-forgotten", lambda W, n: in_row(n, 1.0, W), "1 for every weight of the row")
answer.feedback(r"""
    transposed: Outputs are rows.
    row-only: The other outputs need rows, too. How much do they feel this row of weights?
    every-row: Does another neuron use the weights of this row?
    column-instead: That is for a column of $\mathbf W$. How many entries has a row?
    index-slip: Which output uses these weights? Counting starts at 1.
    weights-instead: You differentiated with respect to $\mathbf x$.
    input-forgotten: Each weight is multiplied by something.
""")
answer.hints(
    "Shape first: outputs × inputs.",
    r"$a_i = \hat{\mathbf w}_i^\top\mathbf x + b_i$. Which outputs contain $\hat{\mathbf w}_n$?",
    "The rows of all other outputs are zero.",
)
answer.explained(
    r"Only $a_{ {{ n }} } = \hat{\mathbf w}_{ {{ n }} }^\top\mathbf x_0 + b_{ {{ n }} }$ contains these weights; its"
    r" gradient is $\mathbf x_0$. So $\mathbf x_0^\top$ stands in row {{ n }}, and zeros elsewhere, ${{ reference }}$."
)
