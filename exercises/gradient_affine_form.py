r"""# Gradient of an affine form

Let $f(\mathbf x) = b + \mathbf w^\top \mathbf x$ with

$$\mathbf w = {{ w }} \qquad b = {{ b }} \qquad \mathbf x_0 = {{ x0 }}$$

Compute the gradient $\nabla f(\mathbf x_0)$, a column.
"""

from app.exercise import Exercise, col
from exercises.mathematics import jacobian
from exercises.mathematics.drawing import numbers

given = dict(w="D 1", b=float, x0="D 1")
exercise = Exercise(number=20, topic="gradients", section="Exercises: Gradients", given=given)


@exercise.instance
def draw(rng, level):
    D = int(rng.integers(3, 5 if level == "hand" else 6))
    return dict(w=numbers(rng, level, D, 1, largest=6), b=numbers(rng, level), x0=numbers(rng, level, D, 1))


@exercise.part("D 1", formula="w")
def answer(w):
    r"""$\nabla f(\mathbf x_0)$"""
    return w


answer.oracle(lambda w, b, x0: jacobian(lambda x: b + w.T @ x, x0).T)
answer.wrong("row-layout", lambda reference: reference.T, r"the row $\mathbf w^\top$")
answer.wrong("point-instead", lambda x0: x0, r"$\mathbf x_0$")
answer.wrong("value-instead", lambda w, b, x0: b + w.T @ x0, r"$f(\mathbf x_0)$")
answer.wrong("still-contains-x", lambda w, x0: w * x0, "a column of the terms $w_d x_d$")
answer.wrong("constant-kept", lambda w, b: w + b, r"$\mathbf w$ with $b$ added to each entry")
answer.wrong("constant-prepended", lambda w, b: col([b, *w[:, 0]]), r"$\mathbf w$ with $b$ on top")
answer.wrong("entries-summed", lambda w: w.sum(), r"$\sum_d w_d$")
answer.feedback(r"""
    row-layout: That is the total derivative, a row. The gradient is its transpose.
    point-instead: You differentiated with respect to the other vector.
    value-instead: The gradient has one entry per input.
    still-contains-x: In $w_d x_d$, what remains after differentiating with respect to $x_d$?
    constant-kept: A constant does not change when $\mathbf x$ moves.
    constant-prepended: One entry per input variable; $b$ is not an input here.
    entries-summed: Keep the partial derivatives apart.
""")
answer.hints(
    r"Write $f(\mathbf x) = b + \sum_d w_d x_d$.",
    "Differentiate with respect to $x_1$ only.",
    r"Does the answer depend on $\mathbf x_0$?",
)
answer.explained(
    r"In $b + \sum_d w_d x_d$ only the term $w_d x_d$ depends on $x_d$, with slope $w_d$, wherever $\mathbf x_0$ is:"
    r" $\nabla f(\mathbf x_0) = \mathbf w = {{ reference }}$."
)
