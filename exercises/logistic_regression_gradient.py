r"""# Gradient of logistic regression

One example $\mathbf x_0$ has the label $t \in \{0, 1\}$. The model predicts $p = \sigma(\mathbf w^\top\mathbf x_0 + b)$
with the logistic sigmoid $\sigma(u) = \frac{1}{1 + e^{-u}}$, and the loss is
$\ell = -t\ln p - (1 - t)\ln(1 - p)$.

$$\mathbf x_0 = {{ x0 }} \qquad \mathbf w = {{ w }} \qquad t = {{ t }} \qquad {{ known }}$$

Compute the gradient $\nabla_{\mathbf w}\ell$, a column.
"""

from app.exercise import Exercise, values_latex
from exercises.mathematics import jacobian
from exercises.mathematics.drawing import decimals, ints, numbers
from exercises.mathematics.logistic import FRACTIONS, cross_entropy, logit
from exercises.mathematics.perceptron import activate

given = dict(x0="D 1", w="D 1", b=float, p=float, t=int)  # p by hand, b for numpy
hidden = dict(a0=float)
exercise = Exercise(
    number=57, topic="beyond", section="Beyond the slides", given=given, hidden=hidden, beyond_lecture=True
)


@exercise.instance
def draw(rng, level):
    D = int(rng.integers(2, 4))
    shown = dict(x0=numbers(rng, level, D, 1), t=int(rng.integers(2)), b=None, p=None)
    if level == "hand":
        p = float(rng.choice(FRACTIONS))
        return shown | dict(w=ints(rng, -2, 2, D, 1), p=p, a0=float(logit(p)))
    w, b = decimals(rng, -1, 1, D, 1), decimals(rng, -1, 1)
    a0 = (w.T @ shown["x0"]).item() + b
    return shown | dict(w=w, b=b, a0=a0) if 0.3 < abs(a0) < 2 else None


exercise.stratum(lambda t: f"label {t}")
exercise.texts(
    known=lambda b, p: f"b = {values_latex(b)}" if p is None else f"p = {values_latex(p, fractions=True)}",
    prediction=lambda a0: activate("sigmoid", a0),
)


@exercise.part("D 1")
def answer(x0, t, a0):
    r"""$\nabla_{\mathbf w}\ell$"""
    return (activate("sigmoid", a0) - t) * x0


answer.oracle(lambda x0, w, t, a0: jacobian(lambda v: cross_entropy(a0 + (v - w).T @ x0, t), w).T)


def slope(a0):
    """The slope of the sigmoid."""
    p = activate("sigmoid", a0)
    return p * (1 - p)


answer.wrong("sign-flipped", lambda reference: -reference, r"$(t - p)\,\mathbf x_0$")
answer.wrong("extra-sigmoid-slope", lambda a0, reference: slope(a0) * reference, r"$(p - t)\,p(1 - p)\,\mathbf x_0$")
answer.wrong("input-forgotten", lambda t, a0: activate("sigmoid", a0) - t, "$p - t$")
answer.wrong(
    "probability-times-input", lambda x0, t, a0: activate("sigmoid", a0) * x0 if t else None, r"$p\,\mathbf x_0$"
)
answer.wrong("row-layout", lambda reference: reference.T, r"the row $(p - t)\,\mathbf x_0^\top$")
answer.wrong("weights-instead", lambda w, t, a0: (activate("sigmoid", a0) - t) * w, r"$(p - t)\,\mathbf w$")
answer.wrong("stopped-at-p", lambda a0, reference: reference / slope(a0), r"$\frac{p - t}{p(1 - p)}\,\mathbf x_0$")
answer.feedback("""
    sign-flipped: If $t = 1$, should $p$ go up or down to reduce the loss?
    extra-sigmoid-slope: That factor cancels against the derivative of the logarithm.
    input-forgotten: One factor is missing, and the answer has $D$ entries.
    probability-times-input: The label is missing.
    row-layout: A gradient is a column.
    weights-instead: You differentiated with respect to the input.
    stopped-at-p: One factor of the chain is missing: the slope of the sigmoid.
""")
answer.hints(
    r"With $a = \mathbf w^\top\mathbf x_0 + b$ the chain has three factors: $\frac{d\ell}{dp}$, $\frac{dp}{da}$ and"
    r" $\nabla_{\mathbf w}a$.",
    r"Multiply $\frac{d\ell}{dp}$ by $\frac{dp}{da} = p(1 - p)$: the product simplifies.",
)
answer.explained(
    r"With $a = \mathbf w^\top\mathbf x_0 + b$ the chain rule gives"
    r" $\frac{d\ell}{dp}\cdot\frac{dp}{da} = \frac{p - t}{p(1 - p)}\cdot p(1 - p) = p - t$, and"
    r" $\nabla_{\mathbf w}a = \mathbf x_0$. Here $p = {{ prediction }}$, so"
    r" $\nabla_{\mathbf w}\ell = (p - t)\,\mathbf x_0 = {{ reference }}$."
)
