r"""# How wrong is the prediction?

Let $f(\mathbf x) = \lVert\mathbf x\rVert_2^2$. From $\mathbf x_0$ one takes the step $\mathbf h$:

$$\mathbf x_0 = {{ x0 }} \qquad \mathbf h = {{ h }}$$

Predict the change of $f$ with the derivative and compare it with the true change. Then the step is made {{ k }} times
shorter, to $\frac{1}{ {{ k }} }\,\mathbf h$: what happens to the error?
"""

import numpy as np

from app.exercise import Exercise
from exercises.mathematics import jacobian
from exercises.mathematics.drawing import ints

exercise = Exercise(given=dict(x0="D 1", h="D 1", k=int))


@exercise.instance
def draw(rng):
    D = int(rng.integers(2, 4))
    x0, h = ints(rng, -3, 3, D, 1), ints(rng, -5, 5, D, 1) / 10
    return None if abs(f(x0 + h) - f(x0)) < 0.01 else dict(x0=x0, h=h, k=int(rng.choice([2, 3, 4, 5, 10])))


@exercise.part("scalar", weight=0.3)
def predicted(x0, h):
    r"""The predicted change"""
    return 2 * x0.T @ h


@exercise.part("scalar", weight=0.2)
def actual(x0, h):
    r"""The true change $f(\mathbf x_0 + \mathbf h) - f(\mathbf x_0)$"""
    return np.sum((x0 + h) ** 2) - np.sum(x0**2)


@exercise.part("scalar", weight=0.2)
def error(predicted, actual):
    r"""The error of the prediction: the true change minus the predicted one"""
    return actual - predicted


@exercise.part("scalar", weight=0.3)
def factor(k):
    r"""By which factor does the error shrink?

    How many times smaller is the error for the step $\frac{1}{ {{ k }} }\,\mathbf h$?
    """
    return k**2


def f(x):
    return float(np.linalg.norm(x) ** 2)


def missed(x0, h):
    """The error for a step, by differences."""
    return f(x0 + h) - f(x0) - jacobian(lambda t: f(x0 + t * h), [[0.0]]).item()


def true_change(x0, h):
    return f(x0 + h) - f(x0)


predicted.oracle(lambda x0, h: jacobian(lambda t: f(x0 + t * h), [[0.0]]))
predicted.wrong("actual-instead", true_change, "the true change")
predicted.wrong("factor-two-lost", lambda x0, h: x0.T @ h, r"$\mathbf x_0^\top\mathbf h$")
predicted.wrong("new-value-or-variation", lambda x0, h: f(x0) + 2 * x0.T @ h, r"the change added to $f(\mathbf x_0)$")
predicted.feedback(r"""
    actual-instead: The prediction is linear in $\mathbf h$: the derivative at $\mathbf x_0$, a row, times $\mathbf h$.
    factor-two-lost: A factor comes down from each square.
    new-value-or-variation: Is the change asked, or the value after the change?
""")
predicted.hints(r"$\nabla\lVert\mathbf x\rVert_2^2 = 2\mathbf x$.", r"Row times step: $2\mathbf x_0^\top\mathbf h$.")
predicted.explained(r"$\nabla f(\mathbf x_0)^\top\mathbf h = 2\mathbf x_0^\top\mathbf h = {{ reference }}$.")

actual.oracle(true_change)
actual.wrong("new-value-or-variation", lambda x0, h: f(x0 + h), r"$f(\mathbf x_0 + \mathbf h)$")
actual.wrong("value-of-the-step", lambda h: f(h), r"$f(\mathbf h)$")
actual.wrong("predicted-instead", lambda x0, h: 2 * x0.T @ h, "the predicted change")
actual.feedback(r"""
    new-value-or-variation: Is the change asked, or the value after the change?
    value-of-the-step: $f$ is not linear: compare its values at $\mathbf x_0 + \mathbf h$ and at $\mathbf x_0$.
    predicted-instead: Insert $\mathbf x_0 + \mathbf h$ in $f$ itself.
""")
actual.hints(r"Compute $\mathbf x_0 + \mathbf h$ first.", "Square, add, and subtract the old value.")
actual.explained(r"$\lVert\mathbf x_0 + \mathbf h\rVert_2^2 - \lVert\mathbf x_0\rVert_2^2 = {{ reference }}$.")

error.oracle(missed)
error.wrong("minus-sign", lambda reference: -reference, "the predicted change minus the true one")
error.wrong("length-not-squared", lambda h: np.linalg.norm(h), r"$\lVert\mathbf h\rVert_2$")
error.feedback(r"""
    minus-sign: The true change comes first.
    length-not-squared: Subtract the two changes. Is it $\lVert\mathbf h\rVert_2$ that is left?
""")
error.hints(
    "Use the answers before.", r"Expand $\lVert\mathbf x_0 + \mathbf h\rVert_2^2$: which term is not predicted?"
)
error.explained(
    r"$\lVert\mathbf x_0 + \mathbf h\rVert_2^2 = \lVert\mathbf x_0\rVert_2^2 + 2\mathbf x_0^\top\mathbf h +"
    r" \lVert\mathbf h\rVert_2^2$: the error, ${{ actual }}$ minus ${{ predicted }}$, is"
    r" $\lVert\mathbf h\rVert_2^2 = {{ reference }}$."
)

factor.oracle(lambda x0, h, k: missed(x0, h) / missed(x0, h / k))
factor.wrong("linear-in-the-step", lambda k: k, "the factor of the step")
factor.wrong("upside-down", lambda k: 1 / k**2, "the small error divided by the large one")
factor.wrong("cubed", lambda k: k**3, "the third power of the factor of the step")
factor.feedback(r"""
    linear-in-the-step: Which power of $\mathbf h$ does the error contain?
    upside-down: How many times smaller: a factor above 1.
    cubed: Which power of $\mathbf h$ does the error contain?
""")
factor.hints(r"Write the error as a formula in $\mathbf h$.", "Replace each $h_d$ by a fraction of it.")
factor.explained(
    r"The error is $\lVert\mathbf h\rVert_2^2$. With $\frac{1}{ {{ k }} }\,\mathbf h$ each square is ${{ k }}^2"
    r" = {{ reference }}$ times smaller: what a derivative misses is of second order in the step."
)
