r"""# Output of a layer by all weights

Let $\mathbf a = \mathbf W\mathbf x + \mathbf b$ and $\mathbf y = \sigma(\mathbf a)$, {{ setting }}

$$\mathbf W = {{ W }} \qquad \mathbf x_0 = {{ x0 }}$$

At $\mathbf x_0$ let all weights vary. Entry $(i, n, d)$ of $\frac{\partial\mathbf y}{\partial\mathbf W}$ is
$\frac{\partial y_i}{\partial W_{nd}}$, counting from 1. Here $(i, n, d) = {{ place }}$.
"""

from app.exercise import Exercise
from exercises.mathematics.batches import (
    OWN_WEIGHT,
    PLACE,
    draw_weight_of_layer,
    own_row,
    whose_weight_of_layer,
    y_by_weights,
)
from exercises.mathematics.perceptron import GIVEN, HIDDEN, IN_SYMBOLS, activate, neighbour, setting, slope, slopes

given = GIVEN | dict(i=int, n=int)
exercise = Exercise(number=48, topic="batches", section="Matrix and tensor variables", given=given, hidden=HIDDEN)
exercise.instance(draw_weight_of_layer)
exercise.stratum(lambda activation, i, n: f"{activation}, {'own weight' if i == n else 'weight of another neuron'}")
exercise.texts(setting=setting, slopes=slopes, case=whose_weight_of_layer, place=lambda i, n, d: f"({i}, {n}, {d})")
exercise.in_symbols(
    **IN_SYMBOLS
    | dict(
        indices=dict(i="N", n="N", d="D"),
        texts=IN_SYMBOLS["texts"] | dict(case=f"{OWN_WEIGHT}; the slope $\\sigma'(a_i)$ comes behind:", place=PLACE),
    )
)


@exercise.part("scalar", formula="delta_{in} sigma'(a0)_i x_d")
def entry(x0, a0, activation, i, n, d):
    r"""The entry $(i, n, d)$"""
    return slope(activation, a0)[i - 1, 0] * x0[d - 1, 0] if i == n else 0


@exercise.part("N D", formula="sigma'(a0)_i e_i x0^T")
def slice(W, x0, a0, activation, i):
    r"""The slice of output $i$: the $N \times D$ matrix of all $\frac{\partial y_i}{\partial W_{nd}}$"""
    return own_row(W, i) * slope(activation, a0) @ x0.T


entry.oracle(lambda W, x0, a0, activation, i, n, d: y_by_weights(W, x0, a0, activation)[i - 1, n - 1, d - 1])
slice.oracle(lambda W, x0, a0, activation, i: y_by_weights(W, x0, a0, activation)[i - 1])


def mistake(id, wrong_row, made):
    """A wrong way to row i, from its weights, inputs, output and slope, and to the entry where that is its own."""

    def wrong_slice(W, x0, a0, activation, i):
        y, s = activate(activation, a0[i - 1]), slope(activation, a0[i - 1])
        return own_row(W, i) * wrong_row(W[i - 1], x0[:, 0], y, s)

    def wrong_entry(W, x0, a0, activation, i, n, d):
        return wrong_slice(W, x0, a0, activation, i)[n - 1, d - 1] if i == n else None

    entry.wrong(id, wrong_entry, made, sometimes_right=True)
    slice.wrong(id, wrong_slice, made, sometimes_right=True)


mistake("activation-slope-forgotten", lambda w, x, y, s: x, r"made with $x_d$, as for $\mathbf a$")
mistake("input-forgotten", lambda w, x, y, s: s + 0 * x, r"made with $\sigma'(a_i)$ alone")
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
mistake("sigma-not-differentiated", lambda w, x, y, s: y * x, r"made with $\sigma(a_i)\,x_d$")
entry.wrong(
    "index-slip",
    lambda x0, a0, activation, i, n, d: slope(activation, a0)[i - 1] * neighbour(x0, d) if i == n else None,
    r"$\sigma'(a_i)$ times the entry beside $x_d$",
)
mistake("weights-kept", lambda w, x, y, s: s * w * x, r"made with $\sigma'(a_i)\,W_{id}\,x_d$")
for part in (entry, slice):
    part.feedback(r"""
        activation-slope-forgotten: You stopped at $\mathbf a$.
        input-forgotten: What multiplies this weight?
        other-neurons-contribute: Output $i$ only uses its own row of weights.
        sigma-not-differentiated: Slope, not value.
        weights-kept: The weight itself disappears when you differentiate with respect to it.
    """)
entry.feedback("index-slip: Check the second index.")
exercise.hints(
    r"$y_i = \sigma(a_i)$ and $a_i = \sum_d W_{id}x_d + b_i$.",
    "Which weights occur in it? Everything else is zero.",
    r"Chain rule: $\sigma'(a_i)$ times what multiplies the weight.",
)
entry.explained("{{ case }} ${{ reference }}$.")
slice.explained(
    r"$y_i$ feels row $i$ only, with slopes $\sigma'(a_i)\,\mathbf x_0^\top$. With ${{ slopes }}$: ${{ reference }}$."
)
