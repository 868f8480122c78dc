r"""# Linear approximation of the loss

Let $f(\boldsymbol\theta) = \lVert\mathbf W\boldsymbol\theta - \mathbf y\rVert_2^2$ with the data matrix $\mathbf W$
and the targets $\mathbf y$, and take the step $\mathbf h$ from $\boldsymbol\theta_0$:

$$\mathbf W = {{ W }} \qquad \mathbf y = {{ y }} \qquad \boldsymbol\theta_0 = {{ theta0 }} \qquad \mathbf h = {{ h }}$$

How well does the gradient predict what the step does to $f$?
"""

from app.exercise import Exercise
from exercises.mathematics import jacobian, least_squares
from exercises.mathematics.drawing import ints
from exercises.mathematics.least_squares import gradient, loss

given = dict(W="N D", theta0="D 1", y="N 1", h="D 1")
exercise = Exercise(number=45, topic="least-squares", section="Exercise: Least Squares", given=given)
exercise.texts(gradient=gradient, before=loss, after=lambda W, theta0, y, h: loss(W, theta0 + h, y))

exercise.in_symbols(
    texts=dict(
        gradient=r"\bigl(2\mathbf W^\top(\mathbf W\boldsymbol\theta_0 - \mathbf y)\bigr)",
        before=r"f(\boldsymbol\theta_0)",
        after=r"f(\boldsymbol\theta_0 + \mathbf h)",
    )
)


@exercise.instance
def draw(rng, level):
    drawn = least_squares.draw(rng, level)
    if drawn is None:
        return None
    h = ints(rng, -2, 2, *drawn["theta0"].shape) / (1 if level == "hand" else 10)
    change = predicted(**drawn, h=h)
    left_out = actual(**drawn, h=h) - change
    return drawn | dict(h=h) if abs(change) > 0.05 and abs(left_out) > 0.01 else None


@exercise.part("scalar", formula="2 (W theta0 - y)^T W h")
def predicted(W, theta0, y, h):
    r"""The predicted change $\nabla f(\boldsymbol\theta_0)^\top\mathbf h$"""
    return gradient(W, theta0, y).T @ h


@exercise.part("scalar", formula="||W (theta0 + h) - y||^2 - ||W theta0 - y||^2")
def actual(W, theta0, y, h):
    r"""The actual change $f(\boldsymbol\theta_0 + \mathbf h) - f(\boldsymbol\theta_0)$"""
    return loss(W, theta0 + h, y) - loss(W, theta0, y)


@exercise.part("scalar", formula="||W h||^2")
def gap(predicted, actual):
    r"""Actual minus predicted change"""
    return actual - predicted


# Slopes along the step: at its start, and halfway, where that of a parabola is the whole change.
predicted.oracle(lambda W, theta0, y, h: jacobian(lambda t: loss(W, theta0 + t * h, y), [0.0]))
actual.oracle(lambda W, theta0, y, h: jacobian(lambda t: loss(W, theta0 + t * h, y), [0.5]))
gap.oracle(lambda W, h: ((W @ h) ** 2).sum())

predicted.wrong("predicted-actual-exchanged", lambda W, theta0, y, h: actual(W, theta0, y, h), "the actual change")
predicted.wrong("factor-two-lost", lambda reference: reference / 2, "half of the right value")
predicted.wrong("entrywise-not-summed", lambda W, theta0, y, h: gradient(W, theta0, y) * h, "the list of the terms")
predicted.feedback("""
    predicted-actual-exchanged: One needs two evaluations of $f$, the other one gradient.
    factor-two-lost: Check the gradient.
    entrywise-not-summed: Row times column is one number.
""")
predicted.hints(
    r"$\nabla f = 2\mathbf W^\top(\mathbf W\boldsymbol\theta - \mathbf y)$.", "Inner product with the step."
)
predicted.explained(r"$\nabla f(\boldsymbol\theta_0)^\top\mathbf h = {{ gradient }}^\top{{ h }} = {{ reference }}$.")

actual.wrong("predicted-actual-exchanged", lambda predicted: predicted, "the predicted change")
actual.wrong("new-loss", lambda W, theta0, y, h: loss(W, theta0 + h, y), r"$f(\boldsymbol\theta_0 + \mathbf h)$")
actual.wrong("loss-of-the-step", lambda W, y, h: loss(W, h, y), r"$f(\mathbf h)$")
actual.feedback(r"""
    predicted-actual-exchanged: One needs two evaluations of $f$, the other one gradient.
    new-loss: Subtract the loss before the step.
    loss-of-the-step: $f(\boldsymbol\theta_0 + \mathbf h)$ is not $f(\boldsymbol\theta_0) + f(\mathbf h)$.
""")
actual.hints(r"Two losses: at $\boldsymbol\theta_0 + \mathbf h$ and at $\boldsymbol\theta_0$.", "Their difference.")
actual.explained("Loss after the step minus loss before: ${{ after }} - {{ before }} = {{ reference }}$.")

gap.wrong("gap-sign", lambda reference: -reference, "predicted minus actual change").says("Actual minus predicted.")
gap.wrong("gap-from-h-alone", lambda h: (h**2).sum(), r"$\lVert\mathbf h\rVert_2^2$").says(
    r"Expand the square: $\mathbf h$ enters through $\mathbf W$."
)
gap.hints("Use the two fields before.", r"Or expand $f(\boldsymbol\theta_0 + \mathbf h)$: which of the terms is left?")
gap.explained(
    r"${{ actual }}$ minus ${{ predicted }}$ is ${{ reference }}$. It is no accident: with $\mathbf a_0 = \mathbf W"
    r"\boldsymbol\theta_0 - \mathbf y$, $f(\boldsymbol\theta_0 + \mathbf h) = \lVert\mathbf a_0 + \mathbf W\mathbf h"
    r"\rVert_2^2 = \lVert\mathbf a_0\rVert_2^2 + 2\mathbf a_0^\top\mathbf W\mathbf h + \lVert\mathbf W\mathbf h"
    r"\rVert_2^2$: the loss before, the prediction, and the difference."
)
