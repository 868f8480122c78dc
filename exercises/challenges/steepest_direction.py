r"""# Along other directions

Let $f(\mathbf x) = \lVert\mathbf x - \mathbf m\rVert_2^2$, and

$$\mathbf m = {{ m }} \qquad \mathbf x_0 = {{ x0 }} \qquad \mathbf u = {{ u }}$$

where $\mathbf u$ has length 1. From $\mathbf x_0$, at which rate per unit step does $f$ change along $\mathbf u$? And
along which direction does it not change to first order? There are many; send one, a column.
"""

import numpy as np

from app.exercise import Exercise, col
from exercises.mathematics import jacobian
from exercises.mathematics.drawing import numbers

exercise = Exercise(given=dict(m="D 1", x0="D 1", u="D 1"))

UNITS = np.array([(3, 4), (4, 3), (5, 12), (12, 5), (8, 15), (15, 8)])


@exercise.instance
def draw(rng):
    u = UNITS[rng.integers(len(UNITS))] * rng.choice([-1, 1], 2)
    m, x0 = numbers(rng, "hand", 2, 1), numbers(rng, "hand", 2, 1)
    return dict(m=m, x0=x0, u=u / np.linalg.norm(u)) if np.all(m != x0) else None


exercise.texts(gradient=lambda m, x0: 2 * (x0 - m))


@exercise.part("scalar")
def rate(m, x0, u):
    r"""Rate of change along $\mathbf u$"""
    return 2 * (x0 - m).T @ u


@exercise.part("D 1")
def direction(m, x0):
    r"""A direction $\mathbf h \ne \mathbf 0$ of zero first-order change, of any length"""
    return col([m[1, 0] - x0[1, 0], x0[0, 0] - m[0, 0]])


@direction.accepts
def any_perpendicular(answer, m, x0):
    if answer.shape != x0.shape:
        return False
    if not answer.any():
        return "The zero vector leads nowhere. Choose a direction."
    cosine = (x0 - m).T @ answer / np.linalg.norm(x0 - m) / np.linalg.norm(answer)
    return bool(abs(cosine) < 1e-3) or "Along your direction $f$ does change to first order."


rate.oracle(lambda m, x0, u: jacobian(lambda t: np.linalg.norm(x0 + t * u - m) ** 2, [[0.0]]))


@direction.oracle
def along_the_circle(m, x0):
    """The level sets are circles around m: turn the point and look where it goes."""
    arm = complex(*(x0 - m)[:, 0])
    turned = jacobian(lambda t: np.exp(1j * t) * arm, [[0.0]]).item()
    return col([turned.real, turned.imag])


rate.wrong("steepest-rate", lambda m, x0: 2 * np.linalg.norm(x0 - m), r"$\lVert\nabla f(\mathbf x_0)\rVert_2$")
rate.wrong("entrywise-not-summed", lambda m, x0, u: 2 * (x0 - m) * u, "made of the terms of the sum, one by one")
rate.wrong("factor-two-lost", lambda reference: reference / 2, r"$(\mathbf x_0 - \mathbf m)^\top\mathbf u$")
rate.wrong("shift-forgotten", lambda x0, u: 2 * x0.T @ u, r"$2\,\mathbf x_0^\top\mathbf u$")
rate.feedback(r"""
    steepest-rate: That is the largest rate, along the gradient. Here one goes along $\mathbf u$.
    entrywise-not-summed: A rate is one number: the row times the column.
    factor-two-lost: Differentiate one square carefully: what comes down?
    shift-forgotten: The centre $\mathbf m$ is inside the square.
""")
direction.wrong("zero-vector", lambda x0: 0 * x0, r"$\mathbf 0$, no direction")
direction.wrong("gradient-itself", lambda m, x0: 2 * (x0 - m), "the gradient, along which $f$ changes fastest")
direction.wrong("sign-not-changed", lambda m, x0: 2 * (x0 - m)[::-1], "the gradient with its two entries exchanged")
direction.wrong("perpendicular-to-u", lambda u: col([-u[1, 0], u[0, 0]]), r"perpendicular to $\mathbf u$")
direction.feedback(r"""
    zero-vector: The zero vector leads nowhere. Choose a direction.
    gradient-itself: Along this direction $f$ changes fastest.
    sign-not-changed: Multiply it with the gradient: do the two terms cancel?
    perpendicular-to-u: $\mathbf u$ was for the first question. What must $\mathbf h$ be perpendicular to now?
""")

rate.hints("Compute the gradient.", r"The rate along $\mathbf u$ is the derivative, a row, times $\mathbf u$.")
direction.hints(
    r"The change along $\mathbf h$ is $\nabla f(\mathbf x_0)^\top\mathbf h$ to first order. When is it zero?",
    "In two dimensions: exchange the entries and change one sign.",
)
rate.explained(
    r"$\nabla f(\mathbf x_0) = 2(\mathbf x_0 - \mathbf m) = {{ gradient }}$, and"
    r" $\nabla f(\mathbf x_0)^\top\mathbf u = {{ reference }}$."
)
direction.explained(
    r"$\nabla f(\mathbf x_0)^\top\mathbf h = 0$ says that $\mathbf h$ is perpendicular to the gradient"
    r" ${{ gradient }}$: all multiples of ${{ reference }}$, except $\mathbf 0$."
    r" They are tangent to the circle around $\mathbf m$."
)
