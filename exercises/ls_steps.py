r"""# Least squares, step by step

Let $f(\boldsymbol\theta) = \lVert\mathbf W\boldsymbol\theta - \mathbf y\rVert_2^2$ with the data matrix $\mathbf W$
and the targets $\mathbf y$, cut into steps: $\mathbf a = \mathbf W\boldsymbol\theta - \mathbf y$ and
$r = g(\mathbf a) = \lVert\mathbf a\rVert_2^2$.

$$\mathbf W = {{ W }} \qquad \boldsymbol\theta_0 = {{ theta0 }} \qquad \mathbf y = {{ y }}$$

Derivatives are in numerator layout: outputs are rows, inputs are columns. Say row or column:
`[[1, 2, 3]]` is a row, `[[1], [2], [3]]` is a column.
"""

from app.exercise import Exercise
from exercises.mathematics import jacobian, least_squares
from exercises.mathematics.least_squares import loss, residual

exercise = Exercise(
    number=42, topic="least-squares", section="Exercise: Least Squares", given=dict(W="N D", theta0="D 1", y="N 1")
)
exercise.instance(least_squares.draw)


@exercise.part("N 1", weight=0.15)
def a(W, theta0, y):
    r"""The residual $\mathbf a_0 = \mathbf W\boldsymbol\theta_0 - \mathbf y$"""
    return W @ theta0 - y


@exercise.part("scalar", weight=0.1)
def r(a):
    r"""The value $r_0 = g(\mathbf a_0)$"""
    return a.T @ a


@exercise.part("1 N", weight=0.2, oriented=True)
def dr_da(a):
    r"""$\left.\frac{\partial r}{\partial\mathbf a}\right|_{\mathbf a_0}$"""
    return 2 * a.T


@exercise.part("N D", weight=0.15)
def da_dtheta(W):
    r"""$\frac{\partial\mathbf a}{\partial\boldsymbol\theta}$"""
    return W


@exercise.part("1 D", weight=0.2, oriented=True)
def dr_dtheta(dr_da, da_dtheta):
    r"""$\left.\frac{\partial r}{\partial\boldsymbol\theta}\right|_{\boldsymbol\theta_0}$"""
    return dr_da @ da_dtheta


@exercise.part("D 1", weight=0.2, oriented=True)
def gradient(dr_dtheta):
    r"""$\nabla f(\boldsymbol\theta_0)$"""
    return dr_dtheta.T


@a.oracle
def entry_by_entry(W, theta0, y):
    return [[sum(w * t for w, t in zip(row, theta0[:, 0])) - target] for row, target in zip(W, y[:, 0])]


r.oracle(lambda a: sum(entry**2 for entry in a[:, 0]))

dr_da.oracle(lambda a: jacobian(lambda v: v.T @ v, a))

da_dtheta.oracle(lambda W, theta0, y: jacobian(lambda t: residual(W, t, y), theta0))

dr_dtheta.oracle(lambda W, theta0, y: jacobian(lambda t: loss(W, t, y), theta0))

gradient.oracle(lambda W, theta0, y: jacobian(lambda t: loss(W, t, y), theta0).T)


for part in (dr_da, da_dtheta, dr_dtheta, gradient):
    exchanged = "the right value with rows and columns exchanged"
    part.wrong("row-column-exchanged", lambda reference: reference.T, exchanged)
    part.feedback("""
        row-column-exchanged: The derivative of a real-valued function is a row, its gradient a column. In a Jacobian,
            outputs are rows.
    """)
for part in (dr_da, dr_dtheta, gradient):
    part.wrong("factor-two-lost", lambda reference: reference / 2, "half of the right value", credit=0.5)
    part.feedback("""
        factor-two-lost: A factor comes down from the square.
    """)
for part in (a, dr_da, dr_dtheta, gradient):
    from_minus_a = r"what comes of $\mathbf y - \mathbf W\boldsymbol\theta_0$"
    part.wrong("residual-sign", lambda reference: -reference, from_minus_a)
    part.feedback("""
        residual-sign: Prediction minus target.
    """)
a.wrong("prediction-only", lambda W, theta0: W @ theta0, r"$\mathbf W\boldsymbol\theta_0$")
a.feedback("""
    prediction-only: Subtract the targets.
""")
r.wrong("norm-not-squared", lambda reference: reference**0.5, r"$\lVert\mathbf a_0\rVert_2$")
r.wrong("residuals-summed", lambda a: a.sum(), r"$\sum_n a_n$")
r.feedback("""
    norm-not-squared: The norm is squared here.
    residuals-summed: Square before adding.
""")
dr_da.wrong("squares-kept", lambda a: (a**2).T, "the row of all $a_n^2$")
dr_da.feedback("""
    squares-kept: That is the list of squared residuals, not their slopes.
""")
for part, stopped in ((dr_dtheta, lambda dr_da: dr_da), (gradient, lambda dr_da: dr_da.T)):
    part.wrong("stopped-at-a", stopped, r"$2\mathbf a_0$, the slopes with respect to $\mathbf a$")
    part.feedback(r"""
        stopped-at-a: That is the derivative with respect to $\mathbf a$; one factor remains.
    """)

a.hints(r"Multiply $\mathbf W\boldsymbol\theta_0$ row by row.", "Subtract the targets: prediction minus target.")
r.hints(r"Write $\lVert\mathbf a\rVert_2^2$ as a sum over $n$.", r"Use $\mathbf a_0$ from the first field again.")
dr_da.hints(
    "Shape first: one output, $N$ inputs. Which of the two counts rows?",
    r"Differentiate $\sum_n a_n^2$ with respect to one $a_n$.",
)
da_dtheta.hints(
    "Shape first: outputs × inputs.",
    r"What stands in front of $\boldsymbol\theta$ in $\mathbf a = \mathbf W\boldsymbol\theta - \mathbf y$?",
)
dr_dtheta.hints(
    r"Chain rule: $\frac{\partial r}{\partial\boldsymbol\theta} = \frac{\partial r}{\partial\mathbf a}\,"
    r"\frac{\partial\mathbf a}{\partial\boldsymbol\theta}$.",
    r"Shapes: $1\times N$ times $N\times D$. Use the two fields before.",
)
gradient.hints("The gradient has the shape of its variable.", "Use the field before.")
a.explained(r"Multiply and subtract: $\mathbf a_0 = \mathbf W\boldsymbol\theta_0 - \mathbf y = {{ reference }}$.")
r.explained(r"Square every entry of $\mathbf a_0 = {{ a }}$ and add: $r_0 = {{ reference }}$.")
dr_da.explained(
    r"In $\sum_n a_n^2$ only $a_n^2$ depends on $a_n$, with slope $2a_n$. One output, $N$ inputs: the row"
    r" $2\mathbf a_0^\top = {{ reference }}$."
)
da_dtheta.explained(
    r"$\mathbf a$ is affine in $\boldsymbol\theta$, so its derivative is the matrix in front:"
    r" $\mathbf W = {{ reference }}$."
)
dr_dtheta.explained(
    r"Chain rule: $\frac{\partial r}{\partial\mathbf a}\,\frac{\partial\mathbf a}{\partial\boldsymbol\theta}"
    r" = {{ dr_da }}{{ da_dtheta }} = {{ reference }}$."
)
gradient.explained(r"The gradient is the derivative as a column: $\nabla f(\boldsymbol\theta_0) = {{ reference }}$.")
