r"""# Gradient of the squared residual

Let $f(\boldsymbol\theta) = \lVert\mathbf W\boldsymbol\theta - \mathbf y\rVert_2^2$ with the data matrix $\mathbf W$
and the targets $\mathbf y$:

$$\mathbf W = {{ W }} \qquad \mathbf y = {{ y }} \qquad \boldsymbol\theta_0 = {{ theta0 }}$$

Compute the gradient $\nabla f(\boldsymbol\theta_0)$, a column.
"""

from app.exercise import Exercise
from exercises.mathematics import jacobian
from exercises.mathematics.least_squares import draw, loss, residual

given = dict(W="N D", theta0="D 1", y="N 1")
exercise = Exercise(number=43, topic="least-squares", section="Exercise: Least Squares", given=given)
exercise.instance(draw)
exercise.text(residual)
exercise.in_symbols(texts=dict(residual=r"\mathbf W\boldsymbol\theta_0 - \mathbf y"))


@exercise.part("D 1", formula="2 W^T (W theta0 - y)")
def answer(W, theta0, y):
    r"""$\nabla f(\boldsymbol\theta_0)$"""
    return 2 * W.T @ (W @ theta0 - y)


answer.oracle(lambda W, theta0, y: jacobian(lambda theta: loss(W, theta, y), theta0).T)
answer.wrong("row-layout", lambda reference: reference.T, "a row of the right numbers", credit=0.6)
answer.wrong("factor-two-lost", lambda reference: reference / 2, r"$\mathbf W^\top\mathbf a_0$", credit=0.5)
answer.wrong("residual-sign", lambda reference: -reference, r"what comes of $\mathbf y - \mathbf W\boldsymbol\theta_0$")
answer.wrong("targets-forgotten", lambda W, theta0: 2 * W.T @ W @ theta0, r"the gradient for $\mathbf y = \mathbf 0$")
answer.wrong("targets-added", lambda W, theta0, y: 2 * W.T @ (W @ theta0 + y), r"what comes of $+\mathbf y$ in $f$")
answer.wrong("inner-derivative-forgotten", lambda W, theta0, y: 2 * (W @ theta0 - y), r"$2\mathbf a_0$", credit=0.3)
answer.wrong("averaged", lambda reference, y: reference / len(y), r"$\frac{1}{N}\nabla f$", credit=0.5)
answer.wrong("halved-and-averaged", lambda reference, y: reference / 2 / len(y), r"$\frac{1}{2N}\nabla f$", credit=0.5)
answer.wrong("not-summed-over-rows", lambda W, theta0, y: 2 * W * (W @ theta0 - y), "the table of all $2a_n W_{nd}$")
answer.wrong("value-instead", loss, r"the value $f(\boldsymbol\theta_0)$")
answer.feedback(r"""
    row-layout: That is the total derivative, a row: a gradient is a column. Transpose it.
    factor-two-lost: Differentiate the square: a factor comes down.
    residual-sign: Check the order in the residual: prediction minus target.
    targets-forgotten: The residual has two terms.
    targets-added: Check the sign of the targets inside the norm.
    inner-derivative-forgotten: One slope for each of the $N$ residuals. $\boldsymbol\theta$ has $D$ entries.
    averaged: This $f$ is a sum, not a mean.
    halved-and-averaged: This $f$ carries neither $\frac12$ nor $\frac1N$.
    not-summed-over-rows: Each parameter collects contributions of all data rows.
    value-instead: That is a value of $f$. A gradient has one entry per parameter.
""")
answer.hints(
    r"Let $\mathbf a = \mathbf W\boldsymbol\theta - \mathbf y$ and $r = g(\mathbf a) = \lVert\mathbf a\rVert_2^2$.",
    r"Chain rule: $\frac{\partial r}{\partial\mathbf a}\,\frac{\partial\mathbf a}{\partial\boldsymbol\theta}$, a row.",
    r"$\frac{\partial\mathbf a}{\partial\boldsymbol\theta}$ is a matrix you know.",
    r"$\nabla g(\mathbf a_0)$ was an earlier exercise.",
    "Transpose the row.",
)
answer.explained(
    r"With $\mathbf a_0 = \mathbf W\boldsymbol\theta_0 - \mathbf y = {{ residual }}$ the chain rule gives the row"
    r" $2\mathbf a_0^\top\mathbf W$. The gradient is its transpose, $2\mathbf W^\top\mathbf a_0 = {{ reference }}$."
)
