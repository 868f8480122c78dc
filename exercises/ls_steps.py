r"""# Least squares, step by step

Let $f(\boldsymbol\theta) = \lVert\mathbf W\boldsymbol\theta - \mathbf y\rVert_2^2$ with the data matrix $\mathbf W$
and the targets $\mathbf y$, cut into steps: $\mathbf a = \mathbf W\boldsymbol\theta - \mathbf y$ and
$r = g(\mathbf a) = \lVert\mathbf a\rVert_2^2$.

$$\mathbf W = {{ W }} \qquad \boldsymbol\theta_0 = {{ theta0 }} \qquad \mathbf y = {{ y }}$$

Derivatives are in numerator layout: outputs are rows, inputs are columns.{{ spelled }}
"""

from app.exercise import Exercise
from exercises.mathematics import jacobian
from exercises.mathematics.least_squares import draw, loss, residual

given = dict(W="N D", theta0="D 1", y="N 1")
exercise = Exercise(number=42, topic="least-squares", section="Exercise: Least Squares", given=given)
exercise.instance(draw)
exercise.texts(spelled=lambda: " Say row or column: `[[1, 2, 3]]` is a row, `[[1], [2], [3]]` is a column.")
exercise.in_symbols(texts=dict(spelled=""))


@exercise.part("N 1", weight=0.15, formula="W theta0 - y")
def a(W, theta0, y):
    r"""The residual $\mathbf a_0 = \mathbf W\boldsymbol\theta_0 - \mathbf y$"""
    return W @ theta0 - y


@exercise.part("scalar", weight=0.1, formula="||a||^2")
def r(a):
    r"""The value $r_0 = g(\mathbf a_0)$"""
    return a.T @ a


@exercise.part("1 N", weight=0.2, oriented=True, formula="2 a^T")
def dr_da(a):
    r"""$\left.\frac{\partial r}{\partial\mathbf a}\right|_{\mathbf a_0}$"""
    return 2 * a.T


@exercise.part("N D", weight=0.15, formula="W")
def da_dtheta(W):
    r"""$\frac{\partial\mathbf a}{\partial\boldsymbol\theta}$"""
    return W


@exercise.part("1 D", weight=0.2, oriented=True, formula="2 a^T W")
def dr_dtheta(dr_da, da_dtheta):
    r"""$\left.\frac{\partial r}{\partial\boldsymbol\theta}\right|_{\boldsymbol\theta_0}$"""
    return dr_da @ da_dtheta


@exercise.part("D 1", weight=0.2, oriented=True, formula="2 W^T a")
def gradient(dr_dtheta):
    r"""$\nabla f(\boldsymbol\theta_0)$"""
    return dr_dtheta.T


a.oracle(lambda W, theta0, y: (W * theta0.T).sum(axis=1, keepdims=True) - y)
r.oracle(loss)
dr_da.oracle(lambda a: jacobian(lambda v: v.T @ v, a))
da_dtheta.oracle(lambda W, theta0, y: jacobian(lambda theta: residual(W, theta, y), theta0))
dr_dtheta.oracle(lambda W, theta0, y: jacobian(lambda theta: loss(W, theta, y), theta0))
gradient.oracle(lambda W, theta0, y: jacobian(lambda theta: loss(W, theta, y), theta0).T)

for part in (dr_da, da_dtheta, dr_dtheta, gradient):
    part.wrong("row-column-exchanged", lambda reference: reference.T, "the right value, transposed").says(
        "Outputs are rows, so the derivative of a real-valued function is a row. Its gradient is a column."
    )
for part in (dr_da, dr_dtheta, gradient):
    part.wrong("factor-two-lost", lambda reference: reference / 2, "half of the right value", credit=0.5).says(
        "A factor comes down from the square."
    )
for part in (a, dr_da, dr_dtheta, gradient):
    part.wrong("residual-sign", lambda reference: -reference, "minus the right value").says("Prediction minus target.")
a.wrong("prediction-only", lambda W, theta0: W @ theta0, "the prediction alone").says("Subtract the targets.")
r.wrong("norm-not-squared", lambda reference: reference**0.5, r"$\sqrt{r_0}$").says("The norm is squared here.")
r.wrong("residuals-summed", lambda a: a.sum(), r"$\sum_n a_n$").says("Square before adding.")
dr_da.wrong("squares-kept", lambda a: (a**2).T, "the row of all $a_n^2$").says("Those are squares, not their slopes.")
for part, stopped in ((dr_dtheta, lambda dr_da: dr_da), (gradient, lambda dr_da: dr_da.T)):
    part.wrong("stopped-at-a", stopped, "made of the slopes $2a_n$").says(
        r"That is the derivative with respect to $\mathbf a$; one factor remains."
    )

a.hints(r"Multiply $\mathbf W\boldsymbol\theta_0$ row by row.", "Subtract the targets: prediction minus target.")
a.explained(r"Multiply and subtract: $\mathbf a_0 = \mathbf W\boldsymbol\theta_0 - \mathbf y = {{ reference }}$.")
r.hints(r"Write $\lVert\mathbf a\rVert_2^2$ as a sum over $n$.", r"Use $\mathbf a_0$ from the first field.")
r.explained(r"Square every entry of $\mathbf a_0 = {{ a }}$ and add: $r_0 = {{ reference }}$.")
dr_da.hints(
    "One output, $N$ inputs: which of the two counts rows?",
    r"Differentiate $\sum_n a_n^2$ with respect to one $a_n$.",
)
dr_da.explained(r"In $\sum_n a_n^2$ only $a_n^2$ depends on $a_n$: the row of the slopes $2a_n$ is ${{ reference }}$.")
da_dtheta.hints("Shape first: outputs × inputs.", r"What stands in front of $\boldsymbol\theta$ in $\mathbf a$?")
da_dtheta.explained(
    r"$\mathbf a$ is affine in $\boldsymbol\theta$: its derivative is the matrix in front, ${{ reference }}$."
)
dr_dtheta.hints("Chain rule: multiply the two fields before.", r"Shapes: $1\times N$ times $N\times D$.")
dr_dtheta.explained(
    r"$\frac{\partial r}{\partial\mathbf a}\,\frac{\partial\mathbf a}{\partial\boldsymbol\theta}"
    r" = {{ dr_da }}{{ da_dtheta }} = {{ reference }}$."
)
gradient.hints("The gradient has the shape of its variable.", "Use the field before.")
gradient.explained(r"The derivative as a column: $\nabla f(\boldsymbol\theta_0) = {{ reference }}$.")
