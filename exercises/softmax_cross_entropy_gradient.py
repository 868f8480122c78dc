r"""# Gradient of the cross entropy of a softmax

Scores become probabilities, $s_k(\mathbf z) = \frac{e^{z_k}}{\sum_j e^{z_j}}$, and are compared with a target that is 1
at the right class ($c = {{ c }}$, counting from 1) and 0 elsewhere: $\ell(\mathbf z) = -\sum_k t_k \ln s_k(\mathbf z)$
with

$$\mathbf z = {{ scores }} \qquad \mathbf t = {{ t }}$$

Compute the gradient $\nabla_{\mathbf z}\ell$ there, a column.
"""

import numpy as np

from app.exercise import Exercise, col
from exercises.mathematics import jacobian
from exercises.mathematics.drawing import decimals
from exercises.mathematics.softmax import scores_latex, softmax

given = dict(z="K 1", t="K 1", c=int)
exercise = Exercise(number=52, topic="beyond", section="Beyond the slides", given=given, beyond_lecture=True)
exercise.texts(scores=scores_latex, probabilities=softmax)

exercise.in_symbols(
    domains=dict(t="one-hot"),
    computed=dict(s="softmax(z)", c=lambda t: int(np.argmax(t)) + 1),
    texts=dict(scores=r"\in \mathbb{R}^{K \times 1}", probabilities=r"\mathbf s", c="c"),
)


@exercise.instance
def draw(rng, level):
    """By hand the scores are logarithms of whole numbers."""
    powers = col(rng.permutation([1, 2, 3, 4, 5])[:3])
    z = np.log(powers) if level == "hand" else decimals(rng, -1.5, 1.5, 4, 1, gap=0)
    c = int(rng.integers(1, len(z) + 1))
    return dict(z=z, t=col(np.eye(len(z))[c - 1]), c=c)


@exercise.part("K 1", formula="s - t")
def answer(z, t):
    r"""$\nabla_{\mathbf z}\ell$"""
    return softmax(z) - t


answer.oracle(lambda z, c: jacobian(lambda scores: np.log(np.exp(scores).sum()) - scores[c - 1], z).T)
answer.wrong("sign-flipped", lambda reference: -reference, r"$\mathbf t - \mathbf s$")
answer.wrong("stopped-at-probabilities", lambda z, t: -t / softmax(z), r"$-t_k/s_k$, that is $\nabla_{\mathbf s}\ell$")
answer.wrong("softmax-jacobian-diagonal-only", lambda z, t: -t * (1 - softmax(z)), "made of $-t_k(1 - s_k)$")
answer.wrong("probabilities-only", softmax, r"$\mathbf s$")
answer.wrong("scores-minus-targets", lambda z, t: z - t, r"$\mathbf z - \mathbf t$")
answer.wrong("row-layout", lambda reference: reference.T, "a row of the right numbers")
answer.wrong("value-instead", lambda z, c: -np.log(softmax(z)[c - 1]), r"$\ell(\mathbf z)$")
answer.feedback(r"""
    sign-flipped: Raising the score of the right class should lower the loss.
    stopped-at-probabilities: That is the derivative with respect to $\mathbf s$.
    softmax-jacobian-diagonal-only: Wrong classes also influence the loss, through the denominator.
    probabilities-only: The target is missing.
    scores-minus-targets: Compare probabilities, not scores.
    row-layout: A gradient is a column.
    value-instead: One entry per score.
""")
answer.hints(r"First $\nabla_{\mathbf s}\ell$.", "Then the softmax Jacobian.", r"Simplify with $\sum_k t_k = 1$.")
answer.explained(
    r"$\ell = \ln\sum_j e^{z_j} - \sum_k t_k z_k$, because $\sum_k t_k = 1$. The terms have slopes $s_k$ and $t_k$:"
    r" $\nabla_{\mathbf z}\ell = \mathbf s - \mathbf t = {{ probabilities }} - {{ t }} = {{ reference }}$."
)
