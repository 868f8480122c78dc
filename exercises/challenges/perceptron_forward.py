r"""# Perceptron: inactive neurons

Let $\mathbf a = \mathbf W\mathbf x + \mathbf b$ and $\mathbf y = \sigma(\mathbf a)$, where $\sigma$, applied to each
entry, is ReLU, $\sigma(t) = \max(0, t)$. A neuron with $a_n < 0$ is inactive: $y_n$ is 0, and stays 0 when $\mathbf x$
moves a little. Let

$$\mathbf W = {{ W }} \qquad \mathbf x_0 = {{ x0 }} \qquad \mathbf b = {{ b }}$$
"""

import numpy as np

from app.exercise import Exercise
from exercises.mathematics import jacobian
from exercises.mathematics.drawing import ints

exercise = Exercise(given=dict(W="N D", x0="D 1", b="N 1"))
exercise.texts(a0=lambda W, x0, b: W @ x0 + b)


@exercise.instance
def draw(rng):
    """At least two inactive neurons, not equally far from the kink, and none on it."""
    W, x0, b = ints(rng, -3, 3, 4, 2), ints(rng, -3, 3, 2, 1), ints(rng, -6, 6, 4, 1)
    a = W @ x0 + b
    inactive = a[a < 0]
    if len(inactive) not in (2, 3) or np.ptp(inactive) == 0 or np.any(a == 0):
        return None
    return dict(W=W, x0=x0, b=b)


@exercise.part("N 1")
def active(W, x0, b):
    r"""Which neurons are active at $\mathbf x_0$?

    A column with 1 for each active neuron and 0 for each inactive one.
    """
    return W @ x0 + b > 0


@exercise.part("scalar")
def shift(W, x0, b):
    r"""The smallest $t$ that leaves none inactive

    The same number $t$ is added to each entry of $\mathbf b$, until no $a_n$ is negative.
    """
    return -np.min(W @ x0 + b)


active.oracle(lambda W, x0, b: np.diag(jacobian(lambda bias: np.maximum(W @ x0 + bias, 0), b)).reshape(-1, 1))
shift.oracle(lambda W, x0, b: next(t for t in range(100) if np.all(W @ x0 + b + t >= 0)))
active.wrong("inverted", lambda reference: 1 - reference, "1 for each inactive neuron")
active.wrong("output-instead", lambda W, x0, b: np.maximum(W @ x0 + b, 0), r"the output $\mathbf y_0$")
active.wrong("bias-forgotten", lambda W, x0: W @ x0 > 0, r"decided by $\mathbf W\mathbf x_0$")
active.wrong("sign-of-the-bias", lambda b: b > 0, r"decided by $\mathbf b$")
active.feedback("""
    inverted: An active neuron has a positive pre-activation.
    output-instead: Those are the outputs. Asked is only which of them are active.
    bias-forgotten: The pre-activation has two terms.
    sign-of-the-bias: The pre-activation decides, not the bias alone.
""")
active.hints(
    r"$a_n = w_{n1}x_1 + w_{n2}x_2 + b_n$: one row of $\mathbf W$ for each neuron.",
    "ReLU lets positive pre-activations through.",
)
active.explained(r"The positive entries of $\mathbf a_0 = {{ a0 }}$ belong to the active neurons: ${{ reference }}$.")

shift.wrong("first-to-wake", lambda W, x0, b: -max(a for a in W @ x0 + b if a < 0), "enough for the first to wake")
shift.wrong("shifts-added", lambda W, x0, b: -np.minimum(W @ x0 + b, 0).sum(), r"$-\sum a_n$ over the inactive")
shift.wrong("bias-forgotten", lambda W, x0: -np.min(W @ x0), r"enough for $\mathbf W\mathbf x_0$ alone")
shift.wrong("wrong-direction", lambda reference: -reference, "the smallest pre-activation")
shift.feedback("""
    first-to-wake: That wakes one neuron. Are the others active, too?
    shifts-added: Every neuron gets the whole $t$: what they need does not add up.
    bias-forgotten: The bias is already there; $t$ comes on top.
    wrong-direction: Which sign must $t$ have to raise a negative pre-activation?
""")
shift.hints(
    r"Compute $\mathbf a_0 = \mathbf W\mathbf x_0 + \mathbf b$: outputs hide how far an inactive neuron is from 0.",
    r"Adding $t$ to $\mathbf b$ adds $t$ to every $a_n$. Which neuron is the last to wake?",
)
shift.explained(
    r"Each entry of $\mathbf a_0 = {{ a0 }}$ rises by $t$. The smallest one reaches 0 last, at $t = {{ reference }}$."
)
