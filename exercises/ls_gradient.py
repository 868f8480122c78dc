r"""# Gradient of the squared residual

Let $f(\boldsymbol\theta) = \lVert\mathbf W\boldsymbol\theta - \mathbf y\rVert_2^2$ with the data matrix $\mathbf W$
and the targets $\mathbf y$:

$$\mathbf W = {{ W }} \qquad \mathbf y = {{ y }} \qquad \boldsymbol\theta_0 = {{ theta0 }}$$

Compute the gradient $\nabla f(\boldsymbol\theta_0)$, a column.
"""

from app.exercise import Exercise
from exercises.mathematics import jacobian, least_squares
from exercises.mathematics.least_squares import loss, residual

exercise = Exercise(
    number=43, topic="least-squares", section="Exercise: Least Squares", given=dict(W="N D", theta0="D 1", y="N 1")
)
exercise.instance(least_squares.draw)


@exercise.part("D 1")
def answer(W, theta0, y):
    r"""$\nabla f(\boldsymbol\theta_0)$"""
    return 2 * W.T @ (W @ theta0 - y)


answer.oracle(lambda W, theta0, y: jacobian(lambda theta: loss(W, theta, y), theta0).T)
answer.wrong("row-layout", lambda reference: reference.T, "the right numbers as a row", credit=0.6)
answer.wrong("factor-two-lost", lambda reference: reference / 2, r"$\mathbf W^\top\mathbf a_0$", credit=0.5)
answer.wrong(
    "residual-sign", lambda reference: -reference, r"$2\mathbf W^\top(\mathbf y - \mathbf W\boldsymbol\theta_0)$"
)
answer.wrong(
    "targets-forgotten",
    lambda W, theta0: 2 * W.T @ W @ theta0,
    r"$2\mathbf W^\top\mathbf W\boldsymbol\theta_0$, without $\mathbf y$",
)
answer.wrong(
    "targets-added",
    lambda W, theta0, y: 2 * W.T @ (W @ theta0 + y),
    r"$2\mathbf W^\top(\mathbf W\boldsymbol\theta_0 + \mathbf y)$",
)
answer.wrong(
    "inner-derivative-forgotten",
    lambda W, theta0, y: 2 * residual(W, theta0, y),
    r"$2\mathbf a_0$, the gradient with respect to the residual $\mathbf a = \mathbf W\boldsymbol\theta - \mathbf y$",
    credit=0.3,
)
answer.wrong("averaged", lambda reference, y: reference / len(y), r"$\frac{2}{N}\mathbf W^\top\mathbf a_0$", credit=0.5)
answer.wrong(
    "halved-and-averaged",
    lambda reference, y: reference / (2 * len(y)),
    r"$\frac{1}{N}\mathbf W^\top\mathbf a_0$",
    credit=0.5,
)
answer.wrong(
    "not-summed-over-rows",
    lambda W, theta0, y: 2 * W * residual(W, theta0, y),
    r"made of the terms $2a_n W_{nd}$, which are still to be added over $n$",
)
answer.wrong("value-instead", loss, r"the value $f(\boldsymbol\theta_0)$")
answer.feedback(r"""
    row-layout: That is the total derivative, a row: a gradient is a column. Transpose it.
    factor-two-lost: Differentiate the square: a factor comes down.
    residual-sign: Check the order in the residual: prediction minus target.
    targets-forgotten: The residual has two terms.
    targets-added: Check the sign of the targets inside the norm.
    inner-derivative-forgotten: That is the gradient with respect to the residual $\mathbf W\boldsymbol\theta - \mathbf
        y$ ($N$ entries). $\boldsymbol\theta$ has $D$ of them.
    averaged: This $f$ is a sum, not a mean.
    halved-and-averaged: This $f$ carries neither $\frac12$ nor $\frac1N$.
    not-summed-over-rows: Each parameter collects contributions of all data rows.
    value-instead: One entry per parameter is expected.
""")
answer.hints(
    r"Let $\mathbf a = \mathbf W\boldsymbol\theta - \mathbf y$, $g(\mathbf a) = \lVert\mathbf a\rVert_2^2$ and"
    r" $r = g(\mathbf a)$.",
    r"Chain rule: $\frac{\partial r}{\partial\boldsymbol\theta} = \frac{\partial r}{\partial\mathbf a}\,"
    r"\frac{\partial\mathbf a}{\partial\boldsymbol\theta}$, a row.",
    r"$\frac{\partial\mathbf a}{\partial\boldsymbol\theta}$ is a matrix you know.",
    r"$\nabla g(\mathbf a_0)$ was an earlier exercise.",
    "Transpose the row.",
)

exercise.texts(twice_the_residual=lambda W, theta0, y: 2 * residual(W, theta0, y))

answer.explained(
    r"With $\mathbf a_0 = \mathbf W\boldsymbol\theta_0 - \mathbf y$ the chain rule gives the row"
    r" $2\mathbf a_0^\top\mathbf W$. As a column: $\nabla f(\boldsymbol\theta_0) = \mathbf W^\top(2\mathbf a_0)"
    r" = \mathbf W^\top{{ twice_the_residual }} = {{ reference }}$."
)
