r"""# Gradient of the squared residual

Let $f(\theta) = \lVert W\theta - y\rVert_2^2$ with the data matrix $W \in \mathbb{R}^{N \times D}$ and the
targets $y \in \mathbb{R}^N$:

$$W = {{ W }} \qquad y = {{ y }}$$

Compute the gradient $\nabla f(\theta_0)$, a column, at

$$\theta_0 = {{ theta0 }}$$
"""

from app.exercise import Exercise
from exercises.mathematics import jacobian, least_squares
from exercises.mathematics.least_squares import loss, residual

exercise = Exercise(
    number=43,
    topic="least-squares",
    section="Exercise: Least Squares",
    given=dict(W="N D", theta0="D 1", y="N 1"),
)
exercise.instance(least_squares.draw)


@exercise.part("D 1")
def answer(W, theta0, y):
    r"""$\nabla f(\theta_0)$"""
    return 2 * W.T @ (W @ theta0 - y)


@answer.oracle
def by_differences(W, theta0, y):
    return jacobian(lambda theta: loss(W, theta, y), theta0).T


@answer.misconception(credit=0.6)
def row_layout(reference):
    """That is the total derivative, a row: a gradient is a column. Transpose it."""
    return reference.T


@answer.misconception(credit=0.5)
def factor_two_lost(reference):
    """Differentiate the square: a factor comes down."""
    return reference / 2


@answer.misconception
def residual_sign(reference):
    """Check the order in the residual: prediction minus target."""
    return -reference


@answer.misconception
def targets_forgotten(W, theta0):
    """The residual has two terms."""
    return 2 * W.T @ W @ theta0


@answer.misconception
def targets_added(W, theta0, y):
    """Check the sign of the targets inside the norm."""
    return 2 * W.T @ (W @ theta0 + y)


@answer.misconception(credit=0.3)
def inner_derivative_forgotten(W, theta0, y):
    r"""That is the gradient with respect to the residual $W\theta - y$ ($N$ entries). $\theta$ has $D$ of them."""
    return 2 * residual(W, theta0, y)


@answer.misconception(credit=0.5)
def averaged(reference, y):
    """This $f$ is a sum, not a mean."""
    return reference / len(y)


@answer.misconception(credit=0.5)
def halved_and_averaged(reference, y):
    r"""This $f$ carries neither $\frac12$ nor $\frac1N$."""
    return reference / (2 * len(y))


@answer.misconception
def not_summed_over_rows(W, theta0, y):
    """Each parameter collects contributions of all data rows."""
    return 2 * W * residual(W, theta0, y)


@answer.misconception
def value_instead(W, theta0, y):
    """One entry per parameter is expected."""
    return loss(W, theta0, y)


answer.hints(
    r"Let $a = W\theta - y$, $g(a) = \lVert a\rVert_2^2$ and $r = g(a)$.",
    r"Chain rule: $\frac{\partial r}{\partial\theta} ="
    r" \frac{\partial r}{\partial a}\,\frac{\partial a}{\partial\theta}$, a row.",
    r"$\frac{\partial a}{\partial\theta}$ is a matrix you know.",
    r"$\nabla g(a_0)$ was an earlier exercise.",
    "Transpose the row.",
)


@exercise.text
def twice_the_residual(W, theta0, y):
    return 2 * residual(W, theta0, y)


answer.explained(
    r"With $a_0 = W\theta_0 - y$ the chain rule gives the row $2a_0^\top W$. As a column:"
    r" $\nabla f(\theta_0) = W^\top(2a_0) = W^\top{{ twice_the_residual }} = {{ reference }}$."
)
