r"""# Logistic regression on a batch

$N$ examples are the rows of $\mathbf X$, and $\mathbf t$ holds their labels. The predictions
$p_n = \sigma(\hat{\mathbf x}_n^\top\mathbf w + b)$, where $\hat{\mathbf x}_n^\top$ is row $n$ and $\sigma$ the logistic
sigmoid, are known:

$$\mathbf X = {{ X }} \qquad \mathbf t = {{ t }} \qquad \mathbf p = {{ p }}$$

The loss is the **mean** $\ell = \frac1N\sum_n \bigl(-t_n\ln p_n - (1 - t_n)\ln(1 - p_n)\bigr)$.
"""

import numpy as np

from app.exercise import Exercise, col
from exercises.mathematics import jacobian
from exercises.mathematics.drawing import ints
from exercises.mathematics.logistic import FRACTIONS, cross_entropy, logit

exercise = Exercise(given=dict(X="N D", t="N 1", p="N 1"))


@exercise.instance
def draw(rng):
    t = rng.permutation([0, 1, int(rng.integers(2))])
    return dict(X=ints(rng, -4, 4, 3, 2), t=col(t), p=col(rng.choice(FRACTIONS, 3)))


@exercise.part("D 1", weight=0.6)
def dw(X, t, p):
    r"""$\nabla_{\mathbf w}\ell$, a column"""
    return X.T @ (p - t) / len(t)


@exercise.part("scalar", weight=0.4)
def db(t, p):
    r"""$\frac{\partial\ell}{\partial b}$"""
    return (p - t).mean()


dw.oracle(lambda X, t, p: jacobian(lambda w: cross_entropy(logit(p) + X @ w, t).mean(), np.zeros((X.shape[1], 1))).T)
db.oracle(lambda t, p: jacobian(lambda b: cross_entropy(logit(p) + b, t).mean(), np.zeros((1, 1))))
for part in (dw, db):
    part.wrong("sign-flipped", lambda reference: -reference, "minus the right value")
    part.wrong("summed-not-averaged", lambda t, reference: len(t) * reference, "the sum over the examples")
    part.feedback("""
        sign-flipped: If $t_n = 1$, should $p_n$ go up or down to reduce the loss?
        summed-not-averaged: The loss is a mean.
    """)
SLOPE = "made with the factors $p_n(1 - p_n)$"
dw.wrong("extra-sigmoid-slope", lambda X, t, p: X.T @ ((p - t) * p * (1 - p)) / len(t), SLOPE)
db.wrong("extra-sigmoid-slope", lambda t, p: ((p - t) * p * (1 - p)).mean(), SLOPE)
dw.wrong("row-layout", lambda reference: reference.T, "a row of the right numbers")
dw.wrong("labels-forgotten", lambda X, p: X.T @ p / len(p), r"$\frac1N\mathbf X^\top\mathbf p$")
dw.wrong("not-summed-over-examples", lambda X, t, p: X * (p - t), r"made of rows $(p_n - t_n)\,\hat{\mathbf x}_n^\top$")
dw.feedback("""
    extra-sigmoid-slope: The slope of the sigmoid cancels against the derivative of the logarithm.
    row-layout: A gradient is a column.
    labels-forgotten: The labels are missing.
    not-summed-over-examples: Every example adds to the same $D$ entries.
""")
db.wrong("labels-forgotten", lambda p: p.mean(), "the mean prediction")
db.wrong("inputs-included", lambda dw: dw.sum(), r"the sum of the entries of $\nabla_{\mathbf w}\ell$")
db.feedback("""
    extra-sigmoid-slope: The slope of the sigmoid cancels against the derivative of the logarithm.
    labels-forgotten: The labels are missing.
    inputs-included: What does $b$ stand beside: an input, or nothing?
""")

dw.hints(
    r"For one example the gradient is $(p - t)\,\mathbf x$.", r"Which product with $\mathbf X^\top$ sums over the rows?"
)
db.hints("Like a weight whose input is always the same number.", "Which number is it?")
dw.explained(
    r"The gradient of a mean is the mean of the gradients $(p_n - t_n)\,\hat{\mathbf x}_n$:"
    r" $\nabla_{\mathbf w}\ell = \frac1N\mathbf X^\top(\mathbf p - \mathbf t) = {{ reference }}$."
)
db.explained(
    r"The bias is a weight whose input is always 1: $\frac{\partial\ell}{\partial b} = \frac1N\sum_n(p_n - t_n)"
    r" = {{ reference }}$."
)
