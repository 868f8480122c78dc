r"""# Perceptron: which bias to choose

Let $\mathbf a = \mathbf W\mathbf x + \mathbf b$ and $\mathbf y = \sigma(\mathbf a)$, where $\sigma$, applied to each
entry, is {{ name }}. The forward pass gave $\mathbf y_0$, and the output should change by $\boldsymbol\delta$:

$$\mathbf y_0 = {{ y0 }} \qquad \boldsymbol\delta = {{ delta }}$$

Only $\mathbf b$ may change; $\mathbf W$ and $\mathbf x$ stay as they are.
"""

import numpy as np

from app.exercise import Choice, Exercise, diag
from exercises.mathematics import perceptron
from exercises.mathematics.drawing import distinct
from exercises.mathematics.perceptron import NAMES, slope
from exercises.mathematics.perceptron_jacobians import slope_column, which, y_by_a, y_by_b

given = dict(y0="N 1", delta="N 1", activation=str)
exercise = Exercise(given=given, hidden=dict(W="N D", x0="D 1", a0="N 1"))
exercise.texts(name=lambda activation: NAMES[activation], slopes=slope_column)


@exercise.instance
def draw(rng):
    drawn = perceptron.draw(rng, "hand", ("sigmoid", "tanh"))
    shown = {name: drawn[name] for name in ("y0", "activation", "W", "x0", "a0")}
    return shown | dict(delta=distinct(rng, "hand", len(drawn["y0"])) / 100)


@exercise.part(
    Choice(
        identity=r"$\mathbf I_N$",
        weights=r"$\operatorname{diag}[\sigma'(\mathbf a_0)]\,\mathbf W$",
        slopes=r"$\operatorname{diag}[\sigma'(\mathbf a_0)]$",
        values=r"$\operatorname{diag}[\sigma(\mathbf a_0)]$",
        at_b=r"$\operatorname{diag}[\sigma'(\mathbf b_0)]$",
        column=r"$\sigma'(\mathbf a_0)$",
    ),
    weight=0.3,
)
def formula():
    r"""$\left.\frac{\partial\mathbf y}{\partial\mathbf b}\right|_{\mathbf b_0}$ in symbols

    $\mathbf a_0 = \mathbf W\mathbf x_0 + \mathbf b_0$ is the pre-activation of the forward pass.
    """
    return "slopes"


@exercise.part("N 1", weight=0.7)
def change(y0, delta, activation):
    r"""The change of $\mathbf b$

    The column $\Delta\mathbf b$ for which, to first order, the output changes by $\boldsymbol\delta$:
    $\frac{\partial\mathbf y}{\partial\mathbf b}\,\Delta\mathbf b = \boldsymbol\delta$.
    """
    return delta / (y0 * (1 - y0) if activation == "sigmoid" else 1 - y0**2)


@formula.oracle
def by_differences(W, x0, a0, y0, activation):
    s, at_b = slope(activation, a0), diag(slope(activation, a0 - W @ x0))
    candidates = dict(
        identity=np.eye(len(s)), weights=diag(s) @ W, slopes=diag(s), values=diag(y0), at_b=at_b, column=s
    )
    return which(y_by_b(W, x0, a0, activation), **candidates)


change.oracle(lambda a0, delta, activation: np.linalg.solve(y_by_a(a0, activation), delta))

formula.wrong("activation-slope-forgotten", lambda: "identity", "the derivative of the affine map")
formula.wrong("multiplied-by-weights", lambda: "weights", r"$\frac{\partial\mathbf y}{\partial\mathbf x}$")
formula.wrong("sigma-not-differentiated", lambda: "values", "made of outputs")
formula.wrong("slope-at-b", lambda: "at_b", "made of slopes at another point")
formula.wrong("vector-not-matrix", lambda: "column", "the diagonal alone")
formula.feedback(r"""
    activation-slope-forgotten: That is $\frac{\partial\mathbf a}{\partial\mathbf b}$.
    multiplied-by-weights: The weights do not multiply $\mathbf b$.
    sigma-not-differentiated: Slopes, not values.
    slope-at-b: The slope is taken at the whole pre-activation.
    vector-not-matrix: Right numbers; two ways are needed.
""")
change.wrong("slope-forgotten", lambda delta: delta, r"$\boldsymbol\delta$ itself")
change.wrong(
    "multiplied-instead",
    lambda a0, delta, activation: slope_column(a0, activation) * delta,
    r"a product of the slopes and $\boldsymbol\delta$",
)
change.wrong("divided-by-values", lambda y0, delta: delta / y0, r"$\boldsymbol\delta$ divided by the outputs")
change.wrong(
    "other-activation",
    lambda y0, delta, activation: delta / (1 - y0**2 if activation == "sigmoid" else y0 * (1 - y0)),
    r"$\boldsymbol\delta$ divided by the slopes of another activation",
)
change.feedback(r"""
    slope-forgotten: The activation stands between bias and output: how much of a change does it let through?
    multiplied-instead: That is how much the output changes when $\mathbf b$ changes by $\boldsymbol\delta$.
    divided-by-values: Slopes, not values.
    other-activation: That derivative belongs to another activation.
""")

formula.hints("Shape first: outputs × inputs.", "One factor for each step: first the affine map, then the activation.")
change.hints(
    "How does the slope of this activation follow from its value?",
    r"The matrix is diagonal: each entry of $\mathbf b$ has an equation of its own.",
)
formula.explained(
    r"$a_n$ contains $b_n$ with slope 1, and $y_n = \sigma(a_n)$: the chain rule gives"
    r" $\operatorname{diag}[\sigma'(\mathbf a_0)]\,\mathbf I_N$."
)
change.explained(
    r"The slopes follow from $\mathbf y_0$: $\sigma'(\mathbf a_0) = {{ slopes }}$. Each equation"
    r" $\sigma'(a_n)\,\Delta b_n = \delta_n$ stands alone: $\Delta\mathbf b = {{ reference }}$."
)
