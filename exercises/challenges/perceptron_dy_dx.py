r"""# Perceptron: what a Jacobian tells

Let $\mathbf a = \mathbf W\mathbf x + \mathbf b$ and $\mathbf y = \sigma(\mathbf a)$, where $\sigma$, applied to each
entry, is the logistic sigmoid. Of some input $\mathbf x_0$ only the Jacobian
$\mathbf J = \left.\frac{\partial\mathbf y}{\partial\mathbf x}\right|_{\mathbf x_0}$ was kept:

$$\mathbf W = {{ W }} \qquad \mathbf J = {{ J }}$$

All entries of $\mathbf a_0 = \mathbf W\mathbf x_0 + \mathbf b$ were positive. Find the forward pass again.
"""

import numpy as np

from app.exercise import Choice, Exercise, col, diag
from exercises.mathematics.drawing import distinct, ints, sizes
from exercises.mathematics.perceptron import sigmoid, slope
from exercises.mathematics.perceptron_jacobians import which, y_by_x

exercise = Exercise(given=dict(W="N D", J="N D"), hidden=dict(x0="D 1", a0="N 1"))


@exercise.instance
def draw(rng):
    N, D = sizes(rng, 2, 3, 2)
    y0 = col(rng.permutation([4 / 5, 3 / 4, 2 / 3, 5 / 6])[:N])
    W = ints(rng, -4, 4, N, D)
    return dict(W=W, J=y0 * (1 - y0) * W, x0=distinct(rng, "hand", D), a0=np.log(y0 / (1 - y0)))


@exercise.part(
    Choice(
        at_x=r"$\mathbf W\operatorname{diag}[\sigma'(\mathbf x_0)]$",
        transposed=r"$\mathbf W^\top\operatorname{diag}[\sigma'(\mathbf a_0)]$",
        values=r"$\operatorname{diag}[\sigma(\mathbf a_0)]\,\mathbf W$",
        left=r"$\operatorname{diag}[\sigma'(\mathbf a_0)]\,\mathbf W$",
        row=r"$\sigma'(\mathbf a_0)^\top\mathbf W$",
    ),
    weight=0.2,
)
def formula():
    r"""Which formula is $\mathbf J$?"""
    return "left"


@exercise.part("N 1", weight=0.4)
def slopes(W, J):
    r"""The slopes $\sigma'(\mathbf a_0)$, a column"""
    return J[:, [0]] / W[:, [0]]


@exercise.part("N 1", weight=0.4)
def y0(slopes):
    r"""The output $\mathbf y_0$, a column"""
    return (1 + np.sqrt(1 - 4 * slopes)) / 2


@formula.oracle
def by_differences(W, x0, a0):
    s, y = slope("sigmoid", a0), sigmoid(a0)
    at_x = W @ diag(slope("sigmoid", x0))
    candidates = dict(at_x=at_x, transposed=W.T @ diag(s), values=diag(y) @ W, left=diag(s) @ W, row=s.T @ W)
    return which(y_by_x(W, x0, a0, "sigmoid"), **candidates)


slopes.oracle(lambda a0: slope("sigmoid", a0))
y0.oracle(lambda a0: sigmoid(a0))

formula.wrong("slope-at-x", lambda: "at_x", "the chain rule with the slopes at the wrong point")
formula.wrong("transposed", lambda: "transposed", "a product of the right factors in the wrong layout")
formula.wrong("sigma-not-differentiated", lambda: "values", r"the formula with $\sigma$ for $\sigma'$")
formula.wrong("collapsed-to-row", lambda: "row", "the sum of all rows")
formula.feedback(r"""
    slope-at-x: At which point is $\sigma$ evaluated in the forward pass?
    transposed: Outputs are rows: the diagonal matrix multiplies from the left.
    sigma-not-differentiated: The left factor contains slopes of $\sigma$, not its values.
    collapsed-to-row: Do not add the outputs together: the left factor is a diagonal matrix, not a row.
""")
slopes.wrong("as-a-matrix", lambda reference: diag(reference), "a diagonal of the slopes", credit=0.5)
slopes.wrong("not-divided", lambda J: J[:, [0]], r"the first column of $\mathbf J$")
slopes.wrong("inverted", lambda W, J: W[:, [0]] / J[:, [0]], r"$\frac{w_{n1} }{J_{n1} }$")
slopes.feedback(r"""
    as-a-matrix: The numbers are right; they are asked for as a column.
    not-divided: The entries of $\mathbf J$ contain a weight each.
    inverted: Which of the two is the product?
""")
y0.wrong("other-root", lambda reference: 1 - reference, r"the other root of $y(1 - y) = \sigma'$", credit=0.5)
y0.wrong("slope-instead", lambda slopes: slopes, "the column of the slopes")
y0.wrong("formula-of-tanh", lambda slopes: np.sqrt(1 - slopes), r"$\sqrt{1 - \sigma'}$")
y0.feedback(r"""
    other-root: Two outputs have this slope. Which of them belongs to a positive pre-activation?
    slope-instead: How does the slope of the sigmoid follow from its value? Solve this for the value.
    formula-of-tanh: $\sigma' = 1 - \sigma^2$ belongs to $\tanh$.
""")

formula.hints("Shape first: outputs × inputs.", "One factor for each step: first the affine map, then the activation.")
slopes.hints(
    r"Row $n$ of $\mathbf J$ is row $n$ of $\mathbf W$ times one number.",
    "Any entry of the row that is not 0 gives it.",
)
y0.hints(
    r"For the sigmoid, $\sigma' = \sigma(1 - \sigma)$.",
    r"Solve $y_n(1 - y_n) = \sigma'(a_n)$. Where is $\sigma$ larger than $\frac12$?",
)
formula.explained(
    r"Chain rule: $\frac{\partial\mathbf y}{\partial\mathbf a}\,\frac{\partial\mathbf a}{\partial\mathbf x}"
    r" = \operatorname{diag}[\sigma'(\mathbf a_0)]\,\mathbf W$."
)
slopes.explained(
    r"Row $n$ of $\operatorname{diag}[\sigma'(\mathbf a_0)]\,\mathbf W$ is row $n$ of $\mathbf W$ times $\sigma'(a_n)$,"
    r" so $\sigma'(a_n) = \frac{J_{n1} }{w_{n1} }$: ${{ reference }}$."
)
y0.explained(
    r"$y_n(1 - y_n) = \sigma'(a_n)$ has the roots $\frac12 \pm \sqrt{\frac14 - \sigma'(a_n)}$. Where $a_n > 0$, $y_n$"
    r" is above $\frac12$: ${{ reference }}$."
)
