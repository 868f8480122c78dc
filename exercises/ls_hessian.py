r"""# Hessian of the squared residual

Let $f(\boldsymbol\theta) = \lVert\mathbf W\boldsymbol\theta - \mathbf y\rVert_2^2$ with the data matrix
$\mathbf W$, which has $N$ rows and $D$ columns, and the targets $\mathbf y$:

$$\mathbf W = {{ W }} \qquad \mathbf y = {{ y }} \qquad \boldsymbol\theta_0 = {{ theta0 }}$$

Compute the Hessian of $f$ at $\boldsymbol\theta_0$, the $D \times D$ matrix $\mathbf H$ of the second derivatives
$H_{ij} = \frac{\partial^2 f}{\partial\theta_i\,\partial\theta_j}(\boldsymbol\theta_0)$.
"""

import numpy as np

from app.exercise import Exercise, diag
from exercises.mathematics import jacobian, least_squares
from exercises.mathematics.least_squares import gradient, loss

given = dict(W="N D", theta0="D 1", y="N 1")
exercise = Exercise(number=55, topic="beyond", section="Beyond the slides", given=given, beyond_lecture=True)
exercise.instance(least_squares.draw)


@exercise.part("D D", formula="2 W^T W")
def answer(W):
    r"""$\mathbf H$"""
    return 2 * W.T @ W


@answer.oracle
def by_second_differences(W, theta0, y):
    """Of a quadratic function, they are right whatever the step."""
    return jacobian(lambda theta: jacobian(lambda t: loss(W, t, y), theta, h=1).T, theta0, h=1)


answer.wrong("factor-two-lost", lambda reference: reference / 2, r"$\mathbf W^\top\mathbf W$")
answer.wrong("wrong-order", lambda W: 2 * W @ W.T, r"$2\mathbf W\mathbf W^\top$")
answer.wrong("entries-squared", lambda W: 2 * W**2, r"twice the squared entries of $\mathbf W$")
answer.wrong("diagonal-only", lambda reference: diag(np.diag(reference)), "only the diagonal")
answer.wrong("targets-included", gradient, r"$2\mathbf W^\top(\mathbf W\boldsymbol\theta_0 - \mathbf y)$, the gradient")
answer.wrong("sign-flipped", lambda reference: -reference, r"$-2\mathbf W^\top\mathbf W$")
answer.feedback("""
    factor-two-lost: Start from the exact gradient.
    wrong-order: The Hessian has one row and one column per parameter.
    entries-squared: This is a matrix product.
    diagonal-only: Mixed second derivatives are not zero here.
    targets-included: Differentiate once more.
    sign-flipped: Is the bowl open upwards?
""")
answer.hints(
    r"The Hessian is the Jacobian of the map $\boldsymbol\theta \mapsto \nabla f(\boldsymbol\theta)$.",
    r"The gradient is affine in $\boldsymbol\theta$. Which matrix stands in front of $\boldsymbol\theta$?",
)
answer.explained(
    r"The gradient $2\mathbf W^\top(\mathbf W\boldsymbol\theta - \mathbf y)"
    r" = 2\mathbf W^\top\mathbf W\boldsymbol\theta - 2\mathbf W^\top\mathbf y$ is affine in $\boldsymbol\theta$, so its"
    r" Jacobian is the matrix in front, at every $\boldsymbol\theta_0$ and for all targets:"
    r" $\mathbf H = 2\mathbf W^\top\mathbf W = {{ reference }}$."
)
