r"""# A point that cannot be improved

Let $f(\boldsymbol\theta) = \lVert\mathbf W\boldsymbol\theta - \mathbf y\rVert_2^2$ with the data matrix $\mathbf W$:

$$\mathbf W = {{ W }} \qquad \boldsymbol\theta_0 = {{ theta0 }}$$

Choose targets $\mathbf y$ yourself, such that $\nabla f(\boldsymbol\theta_0) = \mathbf 0$ although
$\mathbf W\boldsymbol\theta_0 \ne \mathbf y$. There are many; send one of them.
"""

import numpy as np

from app.exercise import Exercise, col
from exercises.mathematics.drawing import ints

exercise = Exercise(given=dict(W="N 2", theta0="2 1"), hidden=dict(a="N 1"))


@exercise.instance
def draw(rng):
    """`a` is a residual in whole numbers, perpendicular to both columns of W."""
    W, theta0 = ints(rng, -2, 2, 3, 2), ints(rng, -3, 3, 2, 1)
    a = np.cross(W[:, 0], W[:, 1]).astype(int)
    if np.any(a == 0):
        return None
    return dict(W=W, theta0=theta0, a=col(a // np.gcd.reduce(a)))


@exercise.part("N 1")
def answer(W, theta0, a):
    r"""Targets $\mathbf y$, a column"""
    return W @ theta0 - a


@answer.accepts
def gradient_vanishes(answer, W, theta0):
    if answer.shape != (len(W), 1):
        return False
    a = W @ theta0 - answer
    size = np.abs(a).max()
    if size <= 1e-3 * np.abs(W @ theta0).max():
        return r"With these targets the residual is zero: $\mathbf W\boldsymbol\theta_0 \ne \mathbf y$ is asked for."
    return bool(np.abs(W.T @ a).max() <= 1e-3 * size) or "With these targets the gradient does not vanish: compute it."


@answer.oracle
def by_singular_vectors(W, theta0, a):
    """The last left singular vector is perpendicular to the columns of W, too."""
    u = np.linalg.svd(W)[0][:, [2]]
    return W @ theta0 - u * a[0] / u[0]


answer.wrong(
    "perfect-fit", lambda W, theta0: W @ theta0, r"$\mathbf W\boldsymbol\theta_0$, so that the residual is zero"
)
answer.wrong("residual-instead", lambda a: a, "a residual for which the gradient vanishes")
answer.wrong(
    "residual-sign",
    lambda reference: -reference,
    r"minus targets that would do, as if $\mathbf a$ were $\mathbf W"
    r"\boldsymbol\theta + \mathbf y$",
)
answer.wrong(
    "one-column-only",
    lambda W, theta0: W @ theta0 - col([W[1, 0], -W[0, 0], 0]),
    r"$\mathbf W\boldsymbol\theta_0$ minus a residual that is perpendicular to the first column of $\mathbf W$ alone",
    credit=0.3,
)
answer.feedback(r"""
    perfect-fit: These targets are hit. Find some that are missed, and that no small step comes nearer to.
    residual-instead: With $\mathbf W\boldsymbol\theta_0 - \mathbf y$ equal to that the gradient vanishes. Which
        $\mathbf y$ does it?
    residual-sign: The residual is prediction minus target.
    one-column-only: One entry of this gradient is zero. What does the other one ask for?
""")
answer.hints(
    r"$\nabla f(\boldsymbol\theta_0) = 2\mathbf W^\top\mathbf a_0$ with the residual $\mathbf a_0 ="
    r" \mathbf W\boldsymbol\theta_0 - \mathbf y$. For which $\mathbf a_0$ is it $\mathbf 0$?",
    r"$\mathbf a_0$ must be perpendicular to every column of $\mathbf W$: two equations for three unknowns.",
    r"Solve $\mathbf a_0 = \mathbf W\boldsymbol\theta_0 - \mathbf y$ for $\mathbf y$.",
)
answer.explained(
    r"$2\mathbf W^\top\mathbf a_0 = \mathbf 0$ says that the residual is perpendicular to both columns of $\mathbf W$:"
    r" $\mathbf a_0 = c\,{{ perpendicular }}$ with any $c \ne 0$. With $c = 1$, $\mathbf y = \mathbf W"
    r"\boldsymbol\theta_0 - \mathbf a_0 = {{ reference }}$. Seen from $\mathbf y$, $\mathbf W\boldsymbol\theta_0$ is"
    r" then the foot of the perpendicular to the plane of all $\mathbf W\boldsymbol\theta$."
)

exercise.texts(perpendicular=lambda a: a)
