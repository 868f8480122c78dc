r"""# Least squares, step by step

Let $f(\theta) = \lVert W\theta - y\rVert_2^2$ with the data matrix $W \in \mathbb{R}^{N \times D}$ and the
targets $y \in \mathbb{R}^N$, and cut it into steps: $a = W\theta - y$, $g(a) = \lVert a\rVert_2^2$ and $r = g(a)$.

$$W = {{ W }} \qquad \theta_0 = {{ theta0 }} \qquad y = {{ y }}$$

Derivatives are in numerator layout: outputs are rows, inputs are columns. Say row or column:
`[[1, 2, 3]]` is a row, `[[1], [2], [3]]` is a column.
"""

from app.exercise import Exercise
from exercises.mathematics import jacobian, least_squares
from exercises.mathematics.least_squares import loss, residual

exercise = Exercise(
    number=42,
    topic="least-squares",
    section="Exercise: Least Squares",
    given=dict(W="N D", theta0="D 1", y="N 1"),
)
exercise.instance(least_squares.draw)


@exercise.part("N 1", weight=0.15)
def a(W, theta0, y):
    r"""The residual $a_0 = W\theta_0 - y$"""
    return W @ theta0 - y


@exercise.part("scalar", weight=0.1)
def r(a):
    r"""The value $r_0 = g(a_0)$"""
    return a.T @ a


@exercise.part("1 N", weight=0.2, oriented=True)
def dr_da(a):
    r"""$\left.\frac{\partial r}{\partial a}\right|_{a_0}$"""
    return 2 * a.T


@exercise.part("N D", weight=0.15)
def da_dtheta(W):
    r"""$\frac{\partial a}{\partial\theta}$"""
    return W


@exercise.part("1 D", weight=0.2, oriented=True)
def dr_dtheta(dr_da, da_dtheta):
    r"""$\left.\frac{\partial r}{\partial\theta}\right|_{\theta_0}$"""
    return dr_da @ da_dtheta


@exercise.part("D 1", weight=0.2, oriented=True)
def gradient(dr_dtheta):
    r"""$\nabla f(\theta_0)$"""
    return dr_dtheta.T


@a.oracle
def entry_by_entry(W, theta0, y):
    return [[sum(w * t for w, t in zip(row, theta0[:, 0])) - target] for row, target in zip(W, y[:, 0])]


@r.oracle
def sum_of_squares(a):
    return sum(entry**2 for entry in a[:, 0])


@dr_da.oracle
def differences_in_a(a):
    return jacobian(lambda v: v.T @ v, a)


@da_dtheta.oracle
def differences_of_the_residual(W, theta0, y):
    return jacobian(lambda t: residual(W, t, y), theta0)


@dr_dtheta.oracle
def differences_in_theta(W, theta0, y):
    return jacobian(lambda t: loss(W, t, y), theta0)


@gradient.oracle
def differences_in_theta_as_a_column(W, theta0, y):
    return jacobian(lambda t: loss(W, t, y), theta0).T


@dr_da.misconception
@da_dtheta.misconception
@dr_dtheta.misconception
@gradient.misconception
def row_column_exchanged(reference):
    """The derivative of a real-valued function is a row, its gradient a column. In a Jacobian, outputs are rows."""
    return reference.T


@dr_da.misconception(credit=0.5)
@dr_dtheta.misconception(credit=0.5)
@gradient.misconception(credit=0.5)
def factor_two_lost(reference):
    """A factor comes down from the square."""
    return reference / 2


@a.misconception
@dr_da.misconception
@dr_dtheta.misconception
@gradient.misconception
def residual_sign(reference):
    """Prediction minus target."""
    return -reference


@r.misconception
def norm_not_squared(reference):
    """The norm is squared here."""
    return reference**0.5


@r.misconception
def residuals_summed(a):
    """Square before adding."""
    return a.sum()


@a.misconception
def prediction_only(W, theta0):
    """Subtract the targets."""
    return W @ theta0


@dr_da.misconception
def squares_kept(a):
    """That is the list of squared residuals, not their slopes."""
    return (a**2).T


@dr_dtheta.misconception
def stopped_at_a(dr_da):
    """That is the derivative with respect to $a$; one factor remains."""
    return dr_da


@gradient.misconception(id="stopped-at-a")
def stopped_at_a_as_a_column(dr_da):
    """That is the derivative with respect to $a$; one factor remains."""
    return dr_da.T


a.hints(r"Multiply $W\theta_0$ row by row.", "Subtract the targets: prediction minus target.")
r.hints(r"Write $\lVert a\rVert_2^2$ as a sum over $n$.", r"Use $a_0$ from the first field again.")
dr_da.hints(
    "Shape first: one output, $N$ inputs. Which of the two counts rows?",
    r"Differentiate $\sum_n a_n^2$ with respect to one $a_n$.",
)
da_dtheta.hints("Shape first: outputs × inputs.", r"What stands in front of $\theta$ in $a = W\theta - y$?")
dr_dtheta.hints(
    r"Chain rule: $\frac{\partial r}{\partial\theta} ="
    r" \frac{\partial r}{\partial a}\,\frac{\partial a}{\partial\theta}$.",
    r"Shapes: $1\times N$ times $N\times D$. Use the two fields before.",
)
gradient.hints("The gradient has the shape of its variable.", "Use the field before.")
a.explained(r"Multiply and subtract: $a_0 = W\theta_0 - y = {{ reference }}$.")
r.explained(r"Square every entry of $a_0 = {{ a }}$ and add: $r_0 = {{ reference }}$.")
dr_da.explained(
    r"In $\sum_n a_n^2$ only $a_n^2$ depends on $a_n$, with slope $2a_n$. One output, $N$ inputs: the row"
    r" $2a_0^\top = {{ reference }}$."
)
da_dtheta.explained(r"$a$ is affine in $\theta$, so its derivative is the matrix in front: $W = {{ reference }}$.")
dr_dtheta.explained(
    r"Chain rule: $\frac{\partial r}{\partial a}\,\frac{\partial a}{\partial\theta}"
    r" = {{ dr_da }}{{ da_dtheta }} = {{ reference }}$."
)
gradient.explained(r"The gradient is the derivative as a column: $\nabla f(\theta_0) = {{ reference }}$.")
