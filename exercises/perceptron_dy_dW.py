r"""# Output of a layer by all weights

Let $\mathbf a = \mathbf W\mathbf x + \mathbf b$ and $\mathbf y = \sigma(\mathbf a)$, {{ setting }}

$$\mathbf W = {{ W }} \qquad \mathbf x_0 = {{ x0 }}$$

At $\mathbf x_0$ let all weights vary. Entry $(i, n, d)$ of $\frac{\partial\mathbf y}{\partial\mathbf W}$ is
$\frac{\partial y_i}{\partial W_{nd}}$, counting from 1. Here $(i, n, d) = ({{ i }}, {{ n }}, {{ d }})$.
"""

import numpy as np

from app.exercise import Exercise
from exercises.mathematics import perceptron
from exercises.mathematics.batches import output_and_neuron, own_row, tensor_derivative, whose_weight
from exercises.mathematics.perceptron import activate, neighbour, slope

exercise = Exercise(
    number=48,
    topic="batches",
    section="Matrix and tensor variables",
    given=perceptron.GIVEN | dict(i=int, n=int),
    hidden=perceptron.HIDDEN,
)


@exercise.instance
def draw(rng, level):
    """The output i is one that is not switched off."""
    drawn = perceptron.draw(rng, level)
    if drawn is None:
        return None
    active = np.flatnonzero(slope(drawn["activation"], drawn["a0"])) + 1
    return drawn | output_and_neuron(rng, active, len(drawn["W"]), own=0.7)


exercise.stratum(lambda activation, i, n: f"{activation}, {'own weight' if i == n else 'weight of another neuron'}")
exercise.texts(
    setting=lambda activation, b, y0: perceptron.setting(activation, b, y0),
    slopes=lambda activation, a0, b, y0: perceptron.slopes(activation, a0, b, y0),
)


def only_row(W, i, factor, inputs):
    """The slice of output i that has `factor` times `inputs` in its own row."""
    return factor * own_row(W, i) @ inputs.T


@exercise.part("scalar")
def entry(x0, a0, activation, i, n, d):
    r"""The entry $(i, n, d)$"""
    return slope(activation, a0)[i - 1, 0] * x0[d - 1, 0] if i == n else 0


@exercise.part("N D")
def slice(W, x0, a0, activation, i):
    r"""The slice of output $i$: the $N \times D$ matrix of all $\frac{\partial y_i}{\partial W_{nd}}$"""
    return only_row(W, i, slope(activation, a0)[i - 1], x0)


entry.oracle(lambda W, x0, a0, activation, i, n, d: slice_by_differences(W, x0, a0, activation, i)[n - 1, d - 1])


@slice.oracle
def slice_by_differences(W, x0, a0, activation, i):
    return tensor_derivative(lambda weights: activate(activation, (weights - W) @ x0 + a0)[i - 1, 0], W)


def mistake(id, wrong_slice, made, feedback):
    """A wrong way to the slice that shows in the entry, too, where the weight belongs to the neuron."""

    def wrong_entry(W, x0, a0, activation, i, n, d):
        return wrong_slice(W, x0, a0, activation, i)[n - 1, d - 1] if i == n else None

    entry.wrong(id, wrong_entry, made, sometimes_right=True).says(feedback)
    slice.wrong(id, wrong_slice, made, sometimes_right=True).says(feedback)


mistake(
    "activation-slope-forgotten",
    lambda W, x0, a0, activation, i: only_row(W, i, 1, x0),
    r"made with $x_d$, as for $\frac{\partial a_i}{\partial\mathbf W}$",
    r"You stopped at $\mathbf a$.",
)
mistake(
    "input-forgotten",
    lambda W, x0, a0, activation, i: only_row(W, i, slope(activation, a0)[i - 1], np.ones_like(x0)),
    r"made with $\sigma'(a_i)$ alone",
    "What multiplies this weight?",
)
entry.wrong(
    "other-neurons-contribute",
    lambda x0, a0, activation, i, n, d: None if i == n else slope(activation, a0)[i - 1] * x0[d - 1],
    r"$\sigma'(a_i)\,x_d$",
)
slice.wrong(
    "other-neurons-contribute",
    lambda x0, a0, activation: slope(activation, a0) @ x0.T,
    r"$\sigma'(\mathbf a_0)\,\mathbf x_0^\top$, which has rows of all neurons",
    sometimes_right=True,
)
slice.feedback("""
    other-neurons-contribute: Output $i$ only uses its own row of weights.
""")
mistake(
    "sigma-not-differentiated",
    lambda W, x0, a0, activation, i: only_row(W, i, activate(activation, a0)[i - 1], x0),
    r"made with $\sigma(a_i)\,x_d$",
    "Slope, not value.",
)
entry.wrong(
    "index-slip",
    lambda x0, a0, activation, i, n, d: slope(activation, a0)[i - 1] * neighbour(x0, d) if i == n else None,
    r"$\sigma'(a_i)$ times the entry beside $x_d$",
)
entry.feedback("""
    other-neurons-contribute: Output $i$ only uses its own row of weights.
    index-slip: Check the second index.
""")
mistake(
    "weights-kept",
    lambda W, x0, a0, activation, i: only_row(W, i, slope(activation, a0)[i - 1], W[[i - 1]].T * x0),
    r"made with $\sigma'(a_i)\,W_{id}\,x_d$",
    "The weight itself disappears when you differentiate with respect to it.",
)

exercise.hints(
    r"$y_i = \sigma(a_i)$ and $a_i = \sum_d W_{id}x_d + b_i$.",
    "Which weights occur in it? Everything else is zero.",
    r"Chain rule: $\sigma'(a_i)$ times what multiplies the weight.",
)


@exercise.text
def case(i, n, d, activation, a0, b, y0):
    if i != n:
        return f"{whose_weight(i, n, d)}: the derivative is"
    known = perceptron.slopes(activation, a0, b, y0)
    return rf"{whose_weight(i, n, d)}: the chain rule gives $\sigma'(a_{i})\,x_{d}$. With ${known}$ that is"


entry.explained("{{ case }} ${{ reference }}$.")
slice.explained(
    r"$y_i = \sigma(a_i)$ feels row $i = {{ i }}$ of $\mathbf W$ only. With ${{ slopes }}$ that row of the slice is"
    r" $\sigma'(a_i)\,\mathbf x_0^\top$, the others are zero: ${{ reference }}$."
)
