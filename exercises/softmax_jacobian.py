r"""# Jacobian of the softmax

The softmax turns $K$ scores $\mathbf z$ into probabilities: $s_i = \frac{e^{z_i}}{\sum_j e^{z_j}}$. {{ known }}

Compute the Jacobian $\frac{\partial\mathbf s}{\partial\mathbf z}$ there, a $K \times K$ matrix in numerator layout:
outputs are rows, inputs are columns.
"""

import numpy as np

from app.exercise import Exercise, col, diag
from exercises.mathematics import jacobian
from exercises.mathematics.drawing import decimals
from exercises.mathematics.softmax import known, softmax

given, hidden = dict(z="K 1", s="K 1"), dict(p="K 1")  # for numpy the scores z, by hand the probabilities; p are both
exercise = Exercise(
    number=51, topic="beyond", section="Beyond the slides", given=given, hidden=hidden, beyond_lecture=True
)
exercise.text(known)

exercise.in_symbols(
    computed=dict(s="softmax(z)", p=lambda s: s),
    texts=dict(
        known=r"The scores are $\mathbf z \in \mathbb{R}^{K \times 1}$.", p=r"\operatorname{softmax}(\mathbf z)"
    ),
)


@exercise.instance
def draw(rng, level):
    if level == "hand":
        weights = col(rng.permutation([1, 2, 3, 4, 5])[:3])
        return dict(z=None, s=weights / weights.sum(), p=weights / weights.sum())
    z = decimals(rng, -1.5, 1.5, int(rng.integers(3, 5)), 1, gap=0)
    return dict(z=z, s=None, p=softmax(z))


@exercise.part("K K", formula="diag(s) - s s^T")
def answer(p):
    r"""$\frac{\partial\mathbf s}{\partial\mathbf z}$"""
    return diag(p) - p @ p.T


answer.oracle(lambda p: jacobian(lambda z: np.exp(z) / np.exp(z).sum(), np.log(p)))
answer.wrong("treated-entry-by-entry", lambda p: diag(p * (1 - p)), r"the diagonal matrix of $s_i(1 - s_i)$")
answer.wrong("vector-not-matrix", lambda p: p * (1 - p), r"the column of $s_i(1 - s_i)$")
answer.wrong("off-diagonal-sign", lambda reference: np.abs(reference), "made with $+s_i s_j$ beside the diagonal")
answer.wrong("outer-product-forgotten", lambda p: diag(p), r"$\mathrm{diag}[\mathbf s]$")
answer.wrong("outer-product-only", lambda p: -p @ p.T, r"$-\mathbf s\mathbf s^\top$")
answer.wrong("sign-flipped", lambda reference: -reference, r"$\mathbf s\mathbf s^\top - \mathrm{diag}[\mathbf s]$")
answer.feedback("""
    treated-entry-by-entry: The diagonal is right. Does $s_1$ change when $z_2$ moves?
    vector-not-matrix: Every output depends on every input.
    off-diagonal-sign: If one score rises, what happens to the other probabilities?
    outer-product-forgotten: The denominator also depends on $z_j$.
    outer-product-only: The numerator also depends on $z_i$.
    sign-flipped: Does a probability rise or fall with its own score?
""")
answer.hints("Every $z_j$ is in the denominator.", r"Treat $i = j$ and $i \ne j$ apart.", "What does each row sum to?")
answer.explained(
    r"By the quotient rule, $\frac{\partial s_i}{\partial z_i} = s_i(1 - s_i)$ and, for $i \ne j$,"
    r" $\frac{\partial s_i}{\partial z_j} = -s_i s_j$. Together that is"
    r" $\mathrm{diag}[\mathbf s] - \mathbf s\mathbf s^\top = {{ reference }}$ with $\mathbf s = {{ p }}$."
)
