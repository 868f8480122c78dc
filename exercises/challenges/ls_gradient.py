r"""# A point that cannot be improved

Let $f(\boldsymbol\theta) = \lVert\mathbf W\boldsymbol\theta - \mathbf y\rVert_2^2$ with the data matrix $\mathbf W$:

$$\mathbf W = {{ W }} \qquad \boldsymbol\theta_0 = {{ theta0 }}$$

Choose targets $\mathbf y$ yourself, such that $\nabla f(\boldsymbol\theta_0) = \mathbf 0$ although
$\mathbf W\boldsymbol\theta_0 \ne \mathbf y$. There are many; send one of them.
"""

import numpy as np

from app.exercise import Exercise, col
from exercises.mathematics.least_squares import draw_perpendicular

exercise = Exercise(given=dict(W="N 2", theta0="2 1"), hidden=dict(a="N 1"))
exercise.instance(draw_perpendicular)


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


answer.oracle(lambda W, theta0, a: W @ theta0 - a + W @ np.linalg.pinv(W) @ a)  # a has no part along the columns
answer.wrong("perfect-fit", lambda W, theta0: W @ theta0, r"$\mathbf W\boldsymbol\theta_0$, which leaves no residual")
answer.wrong("residual-instead", lambda a: a, "a residual for which the gradient vanishes")
answer.wrong("residual-sign", lambda reference: -reference, "minus a column of targets that would do")
answer.wrong(
    "one-column-only", lambda W, theta0: W @ theta0 - col([W[1, 0], -W[0, 0], 0]), "right for one column", credit=0.3
)
answer.feedback(r"""
    perfect-fit: These targets are hit. Find some that are missed, and that no small step comes nearer to.
    residual-instead: A residual of this kind is wanted. Which $\mathbf y$ leaves it?
    residual-sign: The residual is prediction minus target.
    one-column-only: One entry of this gradient is zero. What does the other one ask for?
""")
answer.hints(
    r"The gradient is $2\mathbf W^\top\mathbf a_0$ with the residual $\mathbf a_0$: when is it zero?",
    r"$\mathbf a_0$ must be perpendicular to every column of $\mathbf W$: two equations for three unknowns.",
    r"Solve $\mathbf a_0 = \mathbf W\boldsymbol\theta_0 - \mathbf y$ for $\mathbf y$.",
)
answer.explained(
    r"$2\mathbf W^\top\mathbf a_0 = \mathbf 0$ says that $\mathbf a_0$ is perpendicular to both columns of $\mathbf W$:"
    r" a multiple of ${{ a }}$. With this, $\mathbf y = \mathbf W\boldsymbol\theta_0 - \mathbf a_0 = {{ reference }}$."
    r" Its nearest point in the plane of all $\mathbf W\boldsymbol\theta$ is $\mathbf W\boldsymbol\theta_0$."
)
