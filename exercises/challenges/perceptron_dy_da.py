r"""# An activation that mixes neurons

For an activation applied to each entry, $\frac{\partial\mathbf y}{\partial\mathbf a}$ is diagonal. Others mix: let
$y_n = \frac{a_n}{a_1 + \dots + a_N}$, the share of neuron $n$ in the sum, at

$$\mathbf a_0 = {{ a0 }}$$
"""

import numpy as np

from app.exercise import Choice, Exercise, diag
from exercises.mathematics import jacobian

exercise = Exercise(given=dict(a0="N 1"))


@exercise.instance
def draw(rng):
    return dict(a0=rng.permutation(np.arange(1, 6))[: rng.integers(2, 4)].reshape(-1, 1))


@exercise.part("N N", weight=0.7)
def shares(a0):
    r"""$\left.\frac{\partial\mathbf y}{\partial\mathbf a}\right|_{\mathbf a_0}$ of these shares

    In numerator layout: outputs are rows, inputs are columns.
    """
    total = a0.sum()
    return (total * np.eye(len(a0)) - a0) / total**2  # the column a0 is subtracted from every column


@exercise.part(
    Choice(
        leaky=r"leaky ReLU, $y_n = \max(a_n, \frac{1}{10}a_n)$",
        softplus=r"softplus, $y_n = \ln(1 + e^{a_n})$",
        softmax=r"softmax, $y_n = \frac{e^{a_n}}{e^{a_1} + \dots + e^{a_N}}$",
        swish=r"swish, $y_n = \frac{a_n}{1 + e^{-a_n}}$",
    ),
    weight=0.3,
)
def mixing():
    r"""Which of these well-known activations mixes, too?

    For the other three $\frac{\partial\mathbf y}{\partial\mathbf a}$ is diagonal.
    """
    return "softmax"


shares.oracle(lambda a0: jacobian(lambda a: a / a.sum(), a0))


@mixing.oracle
def off_the_diagonal(a0):
    activations = {
        "leaky": lambda a: np.maximum(a, a / 10),
        "softplus": lambda a: np.log1p(np.exp(a)),
        "softmax": lambda a: np.exp(a) / np.exp(a).sum(),
        "swish": lambda a: a / (1 + np.exp(-a)),
    }
    return next(id for id, sigma in activations.items() if abs(jacobian(sigma, a0)[0, 1]) > 1e-6)


shares.wrong("off-diagonal-forgotten", lambda reference: diag(np.diag(reference)), "right on the diagonal only")
shares.wrong("sum-held-fixed", lambda a0: np.eye(len(a0)) / a0.sum(), r"$\mathbf I_N$ divided by the sum")
shares.wrong("transposed", lambda reference: reference.T, "the transpose")
shares.wrong("numerator-held-fixed", lambda a0: -np.tile(a0, len(a0)) / a0.sum() ** 2, r"$-\frac{a_n}{s^2}$ everywhere")
shares.wrong("value-on-diagonal", lambda a0: diag(a0 / a0.sum()), "a diagonal of the shares themselves")
shares.feedback("""
    off-diagonal-forgotten: Does $y_1$ stay the same when $a_2$ grows?
    sum-held-fixed: When $a_n$ moves, the sum moves, too: quotient rule.
    transposed: Outputs are rows.
    numerator-held-fixed: On the diagonal the numerator moves, too: quotient rule.
    value-on-diagonal: Those are the outputs, not their slopes.
""")
for name in ("leaky", "softplus", "swish"):
    mixing.wrong(f"entrywise-{name}", lambda name=name: name, "an activation applied to each entry").says(
        r"Which entries of $\mathbf a$ occur in the formula of $y_1$?"
    )

shares.hints(
    r"Write $s = a_1 + \dots + a_N$. Every $a_i$ occurs in it.",
    r"Quotient rule for $\frac{a_n}{s}$: once with respect to $a_n$, once with respect to another $a_i$.",
)
mixing.hints("Change $a_2$ alone in each formula. Does $y_1$ change?")
shares.explained(
    r"With $s = a_1 + \dots + a_N$ the quotient rule gives $\frac{\partial y_n}{\partial a_n} = \frac{s - a_n}{s^2}$"
    r" and, for $i \ne n$, $\frac{\partial y_n}{\partial a_i} = -\frac{a_n}{s^2}$: ${{ reference }}$."
    " Each column adds up to 0, because the shares always add up to 1."
)
mixing.explained(
    "The denominator of softmax contains every entry, so each output feels all of them. In the other formulas $y_n$"
    " contains $a_n$ alone."
)
