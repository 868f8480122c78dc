r"""# One step downhill

Let $f(\mathbf x) = \lVert\mathbf x\rVert_2^2 + \mathbf w^\top\mathbf x$. From the column $\mathbf x_0$, take one step
of gradient descent with the step size $\eta$:

$$\mathbf w = {{ w }} \qquad \mathbf x_0 = {{ x0 }} \qquad \eta = {{ eta }}$$

What may be subtracted from $\mathbf x_0$, and where does the step lead? Say row or column: `[[1, 2, 3]]` is a row,
`[[1], [2], [3]]` is a column.
"""

import numpy as np

from app.exercise import Choice, Exercise
from exercises.mathematics import jacobian
from exercises.mathematics.drawing import numbers

exercise = Exercise(given=dict(w="D 1", x0="D 1", eta=float))

OBJECTS = Choice(
    gradient=r"$\eta\,\nabla f(\mathbf x_0)$",
    derivative=r"$\eta\left.\frac{df}{d\mathbf x}\right|_{\mathbf x_0}$",
    either="Either of the two: they hold the same numbers.",
    applied=r"$\eta\left.\frac{df}{d\mathbf x}\right|_{\mathbf x_0}\mathbf x_0$",
)


@exercise.instance
def draw(rng):
    D = int(rng.integers(2, 4))
    eta = float(rng.choice([0.1, 0.2, 0.25, 0.4]))
    return dict(w=numbers(rng, "hand", D, 1, largest=6), x0=numbers(rng, "hand", D, 1), eta=eta)


@exercise.part(OBJECTS, weight=0.3)
def subtracted():
    r"""What is subtracted from $\mathbf x_0$?"""
    return "gradient"


@exercise.part("D 1", weight=0.7, oriented=True)
def point(w, x0, eta):
    r"""The point $\mathbf x_1$ after the step"""
    return x0 - eta * (2 * x0 + w)


def slopes(w, x0):
    return jacobian(lambda x: np.sum(x * (x + w)), x0)


@subtracted.oracle
def by_shapes(w, x0):
    row = slopes(w, x0)
    results = dict(gradient=row.T, derivative=row, applied=row @ x0)
    return next(name for name, result in results.items() if result.shape == x0.shape)


point.oracle(lambda w, x0, eta: [[x - eta * slope] for x, slope in zip(x0[:, 0], slopes(w, x0)[0])])

subtracted.wrong("row-column-exchanged", lambda: "derivative", "the row that eats a vector and returns a number")
subtracted.wrong("shapes-ignored", lambda: "either", "right for one of the two only")
subtracted.wrong("number-from-a-column", lambda: "applied", "a single number")
subtracted.feedback(r"""
    row-column-exchanged: What is its shape, and what is the shape of $\mathbf x_0$?
    shapes-ignored: The numbers agree, the shapes do not. numpy subtracts anyway: what shape does it return?
    number-from-a-column: A row times a column is one number. Has a number a direction to go?
""")
point.wrong("uphill", lambda w, x0, eta: x0 + eta * (2 * x0 + w), r"$\mathbf x_0 + \eta\,\nabla f(\mathbf x_0)$")
point.wrong("row-broadcast", lambda w, x0, eta: x0 - eta * (2 * x0 + w).T, "what numpy makes of a column minus a row")
point.wrong("row-layout", lambda reference: reference.T, r"$\mathbf x_1$ as a row")
point.wrong("step-instead", lambda w, x0, eta: -eta * (2 * x0 + w), r"the step $-\eta\,\nabla f(\mathbf x_0)$")
point.wrong("step-size-forgotten", lambda w, x0: -x0 - w, r"$\mathbf x_0 - \nabla f(\mathbf x_0)$")
point.wrong("linear-term-forgotten", lambda x0, eta: x0 - 2 * eta * x0, r"$\mathbf x_0 - 2\eta\,\mathbf x_0$")
point.feedback(r"""
    uphill: Descent goes against the gradient.
    row-broadcast: A column minus a row is not defined; numpy repeats both until they fit. The result should be a point.
    row-layout: $\mathbf x_1$ is a point like $\mathbf x_0$.
    step-instead: That is the step. Where does it lead?
    step-size-forgotten: Which factor stands before the gradient?
    linear-term-forgotten: $f$ has two terms. What is the gradient of the second?
""")

subtracted.hints(r"What has the shape of $\mathbf x_0$?", "How many rows and columns has each of the three?")
point.hints("Add the gradients of the two terms of $f$.", r"$\mathbf x_1 = \mathbf x_0 - \eta\,\nabla f(\mathbf x_0)$.")
subtracted.explained(
    r"$\mathbf x_0$ is a column. Of these only the gradient is one, too: the derivative is a row, and applied to"
    r" $\mathbf x_0$ it gives a number."
)
point.explained(
    r"$\nabla f(\mathbf x_0) = 2\mathbf x_0 + \mathbf w$, so"
    r" $\mathbf x_1 = \mathbf x_0 - \eta\,(2\mathbf x_0 + \mathbf w) = {{ reference }}$."
)
