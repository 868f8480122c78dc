r"""# Cross entropy with soft targets

Now the target is itself a distribution. For $s_k(\mathbf z) = \frac{e^{z_k}}{\sum_j e^{z_j}}$ and
$\ell(\mathbf z) = -\sum_k t_k \ln s_k(\mathbf z)$ with

$$\mathbf z = {{ scores }} \qquad \mathbf t = {{ t }}$$

compute the gradient, and read its signs.
"""

import numpy as np

from app.exercise import Choice, Exercise, col
from exercises.mathematics import jacobian
from exercises.mathematics.softmax import scores_latex, softmax

exercise = Exercise(given=dict(z="K 1", t="K 1"))
exercise.texts(scores=scores_latex, probabilities=softmax)
TENTHS = [(1, 4, 5), (2, 3, 5), (1, 2, 7), (1, 3, 6)]


@exercise.instance
def draw(rng):
    """Probabilities and targets in tenths, at least one apart everywhere."""
    s, t = (col(rng.permutation(tenths)) for tenths in rng.choice(TENTHS, 2))
    return dict(z=np.log(s), t=t / 10) if np.all(s != t) else None


@exercise.part("K 1", weight=0.7)
def answer(z, t):
    r"""$\nabla_{\mathbf z}\ell$, a column"""
    return softmax(z) - t


@exercise.part(
    Choice(too_likely="$s_k > t_k$", too_unlikely="$s_k < t_k$", no_target="$t_k = 0$", positive_score="$z_k > 0$"),
    weight=0.3,
)
def positive():
    r"""Whatever $\mathbf z$ and $\mathbf t$ are: entry $k$ of the gradient is positive exactly where …"""
    return "too_likely"


answer.oracle(lambda z, t: jacobian(lambda scores: np.log(np.exp(scores).sum()) - t.T @ scores, z).T)
positive.oracle(lambda z, t, answer: "too_likely" if np.array_equal(answer > 0, softmax(z) > t) else "too_unlikely")
answer.wrong("sign-flipped", lambda reference: -reference, r"$\mathbf t - \mathbf s$")
answer.wrong("stopped-at-probabilities", lambda z, t: -t / softmax(z), r"$-t_k/s_k$, that is $\nabla_{\mathbf s}\ell$")
answer.wrong("probabilities-only", softmax, r"$\mathbf s$")
answer.wrong("target-made-hard", lambda z, t: softmax(z) - (t == t.max()), "made with 1 for the likeliest target")
answer.wrong("scores-minus-targets", lambda z, t: z - t, r"$\mathbf z - \mathbf t$")
answer.wrong("row-layout", lambda reference: reference.T, "a row of the right numbers")
answer.feedback(r"""
    sign-flipped: Raising a score whose target is larger than its probability should lower the loss.
    stopped-at-probabilities: That is the derivative with respect to $\mathbf s$.
    probabilities-only: The target is missing.
    target-made-hard: The target is a distribution: use all of its entries.
    scores-minus-targets: Compare probabilities, not scores.
    row-layout: A gradient is a column.
""")
positive.wrong("sign-flipped", lambda: "too_unlikely", "where the entries are negative")
positive.wrong("hard-target-habit", lambda: "no_target", "right for hard targets only")
positive.wrong("scores-instead", lambda: "positive_score", "about the scores, not about the gradient")
positive.feedback("""
    sign-flipped: Moving against the gradient must bring $s_k$ closer to $t_k$.
    hard-target-habit: That describes a target with a single 1. Here every $t_k$ may be positive.
    scores-instead: Add the same number to all scores: do the probabilities change?
""")

positive.hints("Write entry $k$ of the gradient with letters.", "It is a difference: when is that above 0?")
answer.hints(
    r"Write $\ln s_k = z_k - \ln\sum_j e^{z_j}$.",
    r"Simplify with $\sum_k t_k = 1$, then differentiate with respect to $z_1$ only.",
)
answer.explained(
    r"$\ell = \ln\sum_j e^{z_j} - \sum_k t_k z_k$, because $\sum_k t_k = 1$. So"
    r" $\nabla_{\mathbf z}\ell = \mathbf s - \mathbf t = {{ probabilities }} - {{ t }} = {{ reference }}$."
)
positive.explained(
    "Entry $k$ is $s_k - t_k$. Where it is positive, a step against the gradient lowers the score $z_k$."
)
