r"""# The whole tensor, through the activation

Let $\mathbf a = \mathbf W\mathbf x + \mathbf b$ and $\mathbf y = \sigma(\mathbf a)$, {{ setting }}

$$\mathbf W = {{ W }} \qquad \mathbf x_0 = {{ x0 }}$$

At $\mathbf x_0$ let all weights vary, and give all of $\frac{\partial\mathbf y}{\partial\mathbf W}$: entry $(i, n, d)$
is $\frac{\partial y_i}{\partial W_{nd}}$. Send a list of $N$ matrices $N \times D$, one for each output, as in
`[[[1, 2], [3, 4]], [[5, 6], [7, 8]]]`.
"""

import numpy as np

from app.exercise import Exercise
from exercises.mathematics.batches import by_weights, y_by_weights
from exercises.mathematics.perceptron import HIDDEN, LAYER, draw_layer, of_layer, setting, slope, slopes

exercise = Exercise(given=LAYER, hidden=HIDDEN)
exercise.instance(draw_layer)
exercise.texts(setting=setting, slopes=slopes)


@exercise.part("N N D")
def answer(x0, a0, activation):
    r"""$\frac{\partial\mathbf y}{\partial\mathbf W}$"""
    return by_weights(slope(activation, a0), x0)


answer.oracle(y_by_weights)
answer.wrong("inputs-first", lambda reference: np.moveaxis(reference, 0, -1), "right with the output last", credit=0.6)
answer.wrong("flattened-to-matrix", lambda reference: reference.reshape(len(reference), -1), "flattened", credit=0.6)
answer.wrong("rows-collected", of_layer(lambda x, s, y: s @ x.T), r"$\sigma'(\mathbf a_0)\,\mathbf x_0^\top$")
answer.wrong("activation-slope-forgotten", of_layer(lambda x, s, y: by_weights(s**0, x)), "without slopes", credit=0.3)
answer.wrong("input-forgotten", of_layer(lambda x, s, y: by_weights(s, 0 * x + 1)), r"made of $\sigma'(a_i)$ alone")
answer.wrong(
    "other-neurons-contribute",
    of_layer(lambda x, s, y: np.repeat((s @ x.T)[:, None], len(s), axis=1)),
    r"made with $\sigma'(a_i)\,x_d$ for every $n$",
)
answer.wrong(
    "sigma-not-differentiated",
    of_layer(lambda x, s, y: by_weights(y, x)),
    r"made with $\sigma(a_i)\,x_d$",
    sometimes_right=True,
)
answer.feedback(r"""
    inputs-first: Output index first, then the two indices of $\mathbf W$.
    flattened-to-matrix: Keep the two indices of $\mathbf W$ separate: one matrix for each output.
    rows-collected: These are the rows that are not zero. Where in the tensor does each of them stand?
    activation-slope-forgotten: You stopped at $\mathbf a$.
    input-forgotten: What multiplies this weight?
    other-neurons-contribute: Output $i$ only uses its own row of weights.
    sigma-not-differentiated: Slope, not value.
""")
answer.hints("Which weights does $y_i$ feel?", "In matrix $i$, which row belongs to neuron $i$?", "Chain rule there.")
answer.explained(
    r"$y_i$ feels row $i$ of $\mathbf W$ only: entry $(i, n, d)$ is $\sigma'(a_i)\,x_d$ for $n = i$, else 0. With"
    r" ${{ slopes }}$: ${{ reference }}$."
)
