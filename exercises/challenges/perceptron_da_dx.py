r"""# Perceptron: a step of the input

Let $\mathbf a = \mathbf W\mathbf x + \mathbf b$. The input moves from $\mathbf x_0$ by $\boldsymbol\delta$:

$$\mathbf W = {{ W }} \qquad \mathbf x_0 = {{ x0 }} \qquad \boldsymbol\delta = {{ delta }}$$

The bias $\mathbf b$ is unknown.
"""

import numpy as np

from app.exercise import Choice, Exercise
from exercises.mathematics import jacobian
from exercises.mathematics.drawing import distinct, ints, sizes
from exercises.mathematics.perceptron_jacobians import which

exercise = Exercise(given=dict(W="N D", x0="D 1", delta="D 1"))


@exercise.instance
def draw(rng):
    """An end of the step at which terms w·x are not mere weights."""
    N, D = sizes(rng, 2, 3, 2)
    x0, delta = distinct(rng, "hand", D, 4), distinct(rng, "hand", D, 4)
    if np.abs(x0 + delta).max() < 2:
        return None
    return dict(W=ints(rng, -3, 3, N, D), x0=x0, delta=delta)


@exercise.part("N 1")
def change(W, delta):
    r"""By how much does $\mathbf a$ change?

    $\mathbf a(\mathbf x_0 + \boldsymbol\delta) - \mathbf a(\mathbf x_0)$, a column.
    """
    return W @ delta


@exercise.part(
    Choice(
        scaled=r"$\mathbf W\operatorname{diag}[\mathbf x_0 + \boldsymbol\delta]$",
        same=r"$\mathbf W$, as at $\mathbf x_0$",
        unknown=r"It cannot be said without $\mathbf b$.",
        value=r"$\mathbf W(\mathbf x_0 + \boldsymbol\delta)$",
    )
)
def elsewhere():
    r"""$\frac{\partial\mathbf a}{\partial\mathbf x}$ at $\mathbf x_0 + \boldsymbol\delta$"""
    return "same"


@change.oracle
def with_some_bias(W, x0, delta):
    def a(x):
        return np.array([[sum(w * t for w, t in zip(row, x[:, 0])) + 7] for row in W])

    return a(x0 + delta) - a(x0)


@elsewhere.oracle
def by_differences(W, x0, delta):
    x1 = x0 + delta
    return which(jacobian(lambda x: W @ x + 7, x1), scaled=W * x1.T, same=W, value=W @ x1)


change.wrong("new-value", lambda W, x0, delta: W @ (x0 + delta), r"$\mathbf W(\mathbf x_0 + \boldsymbol\delta)$")
change.wrong("old-value", lambda W, x0: W @ x0, r"$\mathbf W\mathbf x_0$")
change.wrong("row-layout", lambda reference: reference.T, "a row of the right numbers")
change.wrong("terms-not-added", lambda W, delta: W * delta.T, r"$\mathbf W\operatorname{diag}[\boldsymbol\delta]$")
change.feedback(r"""
    new-value: That is the new value, up to $\mathbf b$. Asked is the difference to the old one.
    old-value: Which vector says how far the input moves?
    row-layout: A change of $\mathbf a$ is a column, like $\mathbf a$.
    terms-not-added: Each output adds up what all inputs contribute.
""")
elsewhere.wrong("still-contains-x", lambda: "scaled", r"made of terms $w_{nd}x_d$")
elsewhere.wrong("value-instead", lambda: "value", r"$\mathbf a$ without $\mathbf b$, no derivative")
elsewhere.wrong("bias-needed", lambda: "unknown", r"what would be true if $\mathbf b$ were multiplied by something")
elsewhere.feedback(r"""
    still-contains-x: Differentiate $w_{nd}x_d$ with respect to $x_d$: what is left?
    value-instead: That is how large $\mathbf a$ is, up to $\mathbf b$; the question is how it changes.
    bias-needed: Is $\mathbf b$ still there after differentiating with respect to $\mathbf x$?
""")

change.hints(r"Write $\mathbf a$ at both points and subtract.", "What cancels?")
elsewhere.hints(r"$\mathbf a$ is affine in $\mathbf x$.", r"Do its slopes depend on where $\mathbf x$ is?")
change.explained(
    r"$\mathbf W(\mathbf x_0 + \boldsymbol\delta) + \mathbf b - (\mathbf W\mathbf x_0 + \mathbf b)"
    r" = \mathbf W\boldsymbol\delta = {{ reference }}$: exact, however large the step, because $\mathbf a$ is affine."
)
elsewhere.explained(
    r"$\frac{\partial a_n}{\partial x_d} = w_{nd}$ contains neither $\mathbf x$ nor $\mathbf b$: the Jacobian of an"
    r" affine map is its matrix $\mathbf W$ at every point."
)
