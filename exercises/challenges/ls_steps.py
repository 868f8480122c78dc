r"""# Mean squared residual, step by step

Let $f(\boldsymbol\theta) = \frac1N\lVert\mathbf W\boldsymbol\theta - \mathbf y\rVert_2^2$ with the data matrix
$\mathbf W$ and the targets $\mathbf y$, cut into steps: $\mathbf a = \mathbf W\boldsymbol\theta - \mathbf y$ and
$r = g(\mathbf a) = \frac1N\lVert\mathbf a\rVert_2^2$.

$$\mathbf W = {{ W }} \qquad \boldsymbol\theta_0 = {{ theta0 }} \qquad \mathbf y = {{ y }}$$

Say row or column: `[[1, 2, 3]]` is a row, `[[1], [2], [3]]` is a column.
"""

from app.exercise import Exercise
from exercises.mathematics import jacobian
from exercises.mathematics.least_squares import draw, loss, residual

exercise = Exercise(given=dict(W="N D", theta0="D 1", y="N 1"))
exercise.instance(lambda rng: draw(rng, "hand"))
exercise.text(residual)


@exercise.part("scalar", weight=0.2)
def r(W, theta0, y):
    r"""The value $r_0 = f(\boldsymbol\theta_0)$"""
    return loss(W, theta0, y) / len(y)


@exercise.part("1 N", weight=0.4, oriented=True)
def dr_da(W, theta0, y):
    r"""$\left.\frac{\partial r}{\partial\mathbf a}\right|_{\mathbf a_0}$"""
    return 2 / len(y) * residual(W, theta0, y).T


@exercise.part("D 1", weight=0.4, oriented=True)
def gradient(dr_da, W):
    r"""$\nabla f(\boldsymbol\theta_0)$"""
    return W.T @ dr_da.T


r.oracle(lambda W, theta0, y: ((W @ theta0 - y) ** 2).mean())
dr_da.oracle(lambda W, theta0, y: jacobian(lambda a: (a**2).mean(), W @ theta0 - y))
gradient.oracle(lambda W, theta0, y: jacobian(lambda theta: ((W @ theta - y) ** 2).mean(), theta0).T)


def over_parameters(reference, W):
    return reference * W.shape[0] / W.shape[1]


for part in (r, dr_da, gradient):
    part.wrong("mean-forgotten", lambda reference, y: reference * len(y), "$N$ times the right value", credit=0.5).says(
        r"This $f$ is a mean: where does $\frac1N$ go?"
    )
for part in (dr_da, gradient):
    part.wrong("row-column-exchanged", lambda reference: reference.T, "the right value, transposed")
    part.wrong("factor-two-lost", lambda reference: reference / 2, "half of the right value", credit=0.5)
    part.wrong("residual-sign", lambda reference: -reference, "minus the right value")
    part.feedback("""
        row-column-exchanged: The derivative of a real-valued function is a row, its gradient a column.
        factor-two-lost: A factor comes down from the square.
        residual-sign: Prediction minus target.
    """)
for part in (r, gradient):
    part.wrong("divided-by-parameters", over_parameters, "made with $D$ in the place of $N$", credit=0.3).says(
        r"The mean is taken over the rows of $\mathbf W$, not over the parameters."
    )
gradient.wrong("divided-twice", lambda reference, y: reference / len(y), r"the right value times $\frac1N$").says(
    r"$\frac1N$ belongs to one of the two factors, not to both."
)

r.hints(r"Square the entries of $\mathbf a_0$.", "Their mean: how many are there?")
r.explained(r"$\mathbf a_0 = {{ residual }}$; the mean of the squares of its entries is $r_0 = {{ reference }}$.")
dr_da.hints(r"$r = \frac1N\sum_n a_n^2$: a constant factor stays.", "One output, $N$ inputs: which counts rows?")
dr_da.explained(
    r"In $\frac1N\sum_n a_n^2$ the slope with respect to $a_n$ is $\frac{2}{N}a_n$. One output, $N$ inputs: the row"
    r" $\frac{2}{N}\mathbf a_0^\top = {{ reference }}$."
)
gradient.hints("Chain rule: which of the two factors contains $\\frac1N$?", "Multiply, then transpose.")
gradient.explained(
    r"$\mathbf a$ does not contain $\frac1N$, so $\frac{\partial\mathbf a}{\partial\boldsymbol\theta} = \mathbf W$ as"
    r" before. The row ${{ dr_da }}{{ W }}$ as a column: $\nabla f(\boldsymbol\theta_0) = {{ reference }}$."
)
