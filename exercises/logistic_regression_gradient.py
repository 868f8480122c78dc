r"""# Gradient of logistic regression

One example $\mathbf x_0$ has the label $t \in \{0, 1\}$. The model predicts $p = \sigma(\mathbf w^\top\mathbf x_0 + b)$
with the logistic sigmoid $\sigma(u) = \frac{1}{1 + e^{-u}}$, and the loss is
$\ell = -t\ln p - (1 - t)\ln(1 - p)$.

$$\mathbf x_0 = {{ x0 }} \qquad \mathbf w = {{ w }} \qquad t = {{ t }} \qquad {{ symbol }} = {{ known }}$$

Compute the gradient $\nabla_{\mathbf w}\ell$, a column.
"""

from app.exercise import Exercise
from exercises.mathematics import jacobian, logistic
from exercises.mathematics.logistic import cross_entropy, prediction, slope

given, hidden = dict(x0="D 1", w="D 1", b=float, p=float, t=int), dict(a0=float)  # p by hand, b for numpy
exercise = Exercise(
    number=57, topic="beyond", section="Beyond the slides", given=given, hidden=hidden, beyond_lecture=True
)
exercise.instance(logistic.draw)
exercise.stratum(lambda t: f"label {t}")
exercise.texts(symbol=lambda p: "b" if p is None else "p", known=lambda b, p: b if p is None else p)
exercise.texts(prediction=prediction)

exercise.in_symbols(
    functions=dict(sigma="sigmoid"),
    domains=dict(t="label"),
    computed=dict(a0="w^T x0 + b", p="sigma(a0)"),
    texts=dict(
        symbol=r"b \in \mathbb{R} \qquad p",
        known=r"\sigma(\mathbf w^\top\mathbf x_0 + b)",
        prediction=r"\sigma(\mathbf w^\top\mathbf x_0 + b)",
    ),
)


@exercise.part("D 1", formula="(p - t) x0")
def answer(x0, t, a0):
    r"""$\nabla_{\mathbf w}\ell$"""
    return (prediction(a0) - t) * x0


answer.oracle(lambda x0, w, t, a0: jacobian(lambda v: cross_entropy(a0 + (v - w).T @ x0, t), w).T)
answer.wrong("sign-flipped", lambda reference: -reference, r"$(t - p)\,\mathbf x_0$")
answer.wrong("extra-sigmoid-slope", lambda a0, reference: slope(a0) * reference, r"$(p - t)\,p(1 - p)\,\mathbf x_0$")
answer.wrong("input-forgotten", lambda t, a0: prediction(a0) - t, "$p - t$")
answer.wrong("probability-times-input", lambda x0, t, a0: prediction(a0) * x0 if t else None, r"$p\,\mathbf x_0$")
answer.wrong("row-layout", lambda reference: reference.T, r"the row $(p - t)\,\mathbf x_0^\top$")
answer.wrong("weights-instead", lambda w, t, a0: (prediction(a0) - t) * w, r"$(p - t)\,\mathbf w$")
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
    r"With $a = \mathbf w^\top\mathbf x_0 + b$: find $\frac{d\ell}{dp}$, $\frac{dp}{da}$ and $\nabla_{\mathbf w}a$.",
    r"Multiply $\frac{d\ell}{dp}$ by $\frac{dp}{da} = p(1 - p)$: the product simplifies.",
)
answer.explained(
    r"With $a = \mathbf w^\top\mathbf x_0 + b$ the chain rule gives"
    r" $\frac{d\ell}{dp}\cdot\frac{dp}{da} = \frac{p - t}{p(1 - p)}\cdot p(1 - p) = p - t$, and"
    r" $\nabla_{\mathbf w}a = \mathbf x_0$. Here $p = {{ prediction }}$, so"
    r" $\nabla_{\mathbf w}\ell = (p - t)\,\mathbf x_0 = {{ reference }}$."
)
