r"""# Gradient of a quadratic form

Let $f(\mathbf x) = \mathbf x^\top\mathbf A\mathbf x$ where $\mathbf A$ is not symmetric. Compute the gradient
$\nabla f(\mathbf x_0)$, a column, for

$$\mathbf A = {{ A }} \qquad \mathbf x_0 = {{ x0 }}$$
"""

import numpy as np

from app.exercise import Exercise
from exercises.mathematics import jacobian
from exercises.mathematics.drawing import numbers

given = dict(A="D D", x0="D 1")
exercise = Exercise(number=54, topic="beyond", section="Beyond the slides", given=given, beyond_lecture=True)
exercise.texts(symmetric=lambda A: A + A.T)

exercise.in_symbols(texts=dict(symmetric=r"(\mathbf A + \mathbf A^\top)"))


@exercise.instance
def draw(rng, level):
    D = 2 if level == "hand" else 3
    A = numbers(rng, level, D, D)
    return dict(A=A, x0=numbers(rng, level, D, 1, largest=3)) if np.abs(A - A.T).max() > 0.5 else None


@exercise.part("D 1", formula="(A + A^T) x0")
def answer(A, x0):
    r"""$\nabla f(\mathbf x_0)$"""
    return (A + A.T) @ x0


answer.oracle(lambda A, x0: jacobian(lambda x: x.T @ A @ x, x0).T)
answer.wrong("symmetric-formula", lambda A, x0: 2 * A @ x0, r"$2\mathbf A\mathbf x_0$")
answer.wrong("transposed-formula", lambda A, x0: 2 * A.T @ x0, r"$2\mathbf A^\top\mathbf x_0$")
answer.wrong("one-place-only", lambda A, x0: A @ x0, r"$\mathbf A\mathbf x_0$")
answer.wrong("other-place-only", lambda A, x0: A.T @ x0, r"$\mathbf A^\top\mathbf x_0$")
answer.wrong("value-instead", lambda A, x0: x0.T @ A @ x0, r"$f(\mathbf x_0)$")
answer.wrong("row-layout", lambda reference: reference.T, r"$\mathbf x_0^\top(\mathbf A + \mathbf A^\top)$, a row")
answer.wrong("matrix-instead", lambda A: A + A.T, r"$\mathbf A + \mathbf A^\top$")
answer.feedback(r"""
    symmetric-formula: That formula assumes a symmetric matrix.
    transposed-formula: That formula assumes a symmetric matrix.
    one-place-only: $\mathbf x$ occurs twice.
    other-place-only: $\mathbf x$ occurs twice.
    value-instead: One entry per input.
    row-layout: A gradient is a column.
    matrix-instead: Insert the point.
""")
answer.hints(
    "For $D = 2$, expand $f$ into four terms.",
    "$x_1$ occurs in three of them.",
    r"Both places where $\mathbf x$ occurs vary.",
)
answer.explained(
    r"The product rule lets each $\mathbf x$ vary in turn: $\mathbf A\mathbf x_0$ from the left one,"
    r" $\mathbf A^\top\mathbf x_0$ from the right one. Together"
    r" $(\mathbf A + \mathbf A^\top)\mathbf x_0 = {{ symmetric }}{{ x0 }} = {{ reference }}$."
)
