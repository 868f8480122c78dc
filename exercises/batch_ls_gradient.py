r"""# Least squares with several targets

Let $f(\boldsymbol\Theta) = \lVert\mathbf W\boldsymbol\Theta - \mathbf Y\rVert_F^2$, the sum of the squares of all
entries, with the data matrix $\mathbf W$, which has $N$ rows and $D$ columns, and $K$ targets for each of its rows, the
columns of $\mathbf Y$:

$$\mathbf W = {{ W }} \qquad \mathbf Y = {{ Y }} \qquad \boldsymbol\Theta_0 = {{ T }}$$

Compute the gradient at $\boldsymbol\Theta_0$ (`T` in the data): an array of the shape of $\boldsymbol\Theta$, whose
entry $(d, k)$ is $\frac{\partial f}{\partial\Theta_{dk}}$.
"""

from app.exercise import Exercise, col
from exercises.mathematics.batches import draw_targets, tensor_derivative
from exercises.mathematics.least_squares import loss, residual

given = dict(W="N D", T="D K", Y="N K")
exercise = Exercise(number=50, topic="batches", section="Matrix and tensor variables", given=given)
exercise.instance(draw_targets)
exercise.texts(twice_the_residual=lambda W, T, Y: 2 * residual(W, T, Y))

exercise.in_symbols(
    computed=dict(Theta0="T"),
    latex=dict(T=r"\boldsymbol\Theta_0"),
    texts=dict(twice_the_residual=r"\,2(\mathbf W\boldsymbol\Theta_0 - \mathbf Y)"),
)


@exercise.part("D K", formula="2 W^T (W T - Y)")
def answer(W, T, Y):
    r"""The gradient $\nabla f(\boldsymbol\Theta_0)$"""
    return 2 * W.T @ (W @ T - Y)


answer.oracle(lambda W, T, Y: tensor_derivative(lambda theta: loss(W, theta, Y), T))
answer.wrong("transposed", lambda reference: reference.T, r"the transposed array, $K \times D$")
answer.wrong("factor-two-lost", lambda reference: reference / 2, "half the gradient")
answer.wrong("residual-sign", lambda reference: -reference, "minus the gradient")
answer.wrong("targets-forgotten", lambda W, T: 2 * W.T @ W @ T, r"$2\mathbf W^\top\mathbf W\boldsymbol\Theta_0$")
answer.wrong("inner-derivative-forgotten", lambda W, T, Y: 2 * residual(W, T, Y), "twice the residual")
answer.wrong("averaged-over-rows", lambda W, reference: reference / len(W), r"$\frac1N$ of the gradient")
answer.wrong("columns-summed", lambda reference: col(reference.sum(axis=1)), "the sum of the columns of the gradient")
answer.wrong("value-instead", lambda W, T, Y: loss(W, T, Y), r"$f(\boldsymbol\Theta_0)$")
answer.feedback(r"""
    transposed: The gradient has the shape of the variable.
    factor-two-lost: A factor comes down from the square.
    residual-sign: Prediction minus target.
    targets-forgotten: The residual has two terms.
    inner-derivative-forgotten: That has the shape of the residual, not of $\boldsymbol\Theta$.
    averaged-over-rows: A sum, not a mean.
    columns-summed: Each column of targets is a separate problem.
    value-instead: An array is expected.
""")
answer.hints(
    r"One column of $\boldsymbol\Theta$ is one ordinary least-squares problem.",
    "Solve that: what is its gradient?",
    "Put the columns side by side.",
)
answer.explained(
    r"Column $k$ of $\boldsymbol\Theta$ meets column $k$ of $\mathbf Y$ only: its gradient is"
    r" $2\mathbf W^\top(\mathbf W\boldsymbol\theta_k - \mathbf y_k)$. Side by side:"
    r" $2\mathbf W^\top(\mathbf W\boldsymbol\Theta_0 - \mathbf Y) = \mathbf W^\top{{ twice_the_residual }} ="
    r" {{ reference }}$."
)
