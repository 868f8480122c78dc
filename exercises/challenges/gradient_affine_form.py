r"""# Gradient with respect to the parameters

Let $f = b + \mathbf w^\top \mathbf x$, where the input $\mathbf x$ stays as it is and the parameters move: $f$ is a
function of the column $(w_1, \dots, w_D, b)^\top$. At

$$\mathbf w = {{ w }} \qquad b = {{ b }} \qquad \mathbf x = {{ x0 }}$$

compute its gradient, a column with one entry for each parameter, that of $b$ last.
"""

import numpy as np

from app.exercise import Exercise, col
from exercises.mathematics import jacobian
from exercises.mathematics.drawing import numbers, sizes

exercise = Exercise(given=dict(w="D 1", b=float, x0="D 1"), hidden=dict(start="P 1"))


@exercise.instance
def draw(rng):
    (D,) = sizes(rng, 3, 5, 1)
    w, b = numbers(rng, "hand", D, 1, largest=6), numbers(rng, "hand")
    return dict(w=w, b=b, x0=numbers(rng, "hand", D, 1), start=np.vstack([w, [[b]]]))


@exercise.part("P 1")
def answer(x0):
    r"""The gradient with respect to $(\mathbf w, b)$"""
    return np.vstack([x0, [[1.0]]])


answer.oracle(lambda start, x0: jacobian(lambda parameters: parameters[:-1].T @ x0 + parameters[-1], start).T)
answer.wrong("row-layout", lambda reference: reference.T, "a row of the right numbers")
answer.wrong("only-weights", lambda x0: x0, r"$\mathbf x$, the gradient with respect to $\mathbf w$ alone")
answer.wrong("bias-kept", lambda x0, b: col([*x0[:, 0], b]), r"$\mathbf x$ with $b$ below")
answer.wrong("input-instead", lambda start: col([*start[:-1, 0], 1]), r"$\mathbf w$ with a 1 below")
answer.feedback(r"""
    row-layout: The gradient is a column.
    only-weights: How many parameters are there? One is still missing.
    bias-kept: What is the slope of $b$ with respect to $b$?
    input-instead: That is the slope with respect to $\mathbf x$. Which of the two moves here?
""")
answer.hints("One entry for each parameter: $D$ weights and $b$.", "Which factor stands beside $w_1$?")
answer.explained(
    "$w_d$ is multiplied by $x_d$, so the slope with respect to $w_d$ is $x_d$; $b$ stands alone, with slope 1:"
    " ${{ reference }}$."
)
