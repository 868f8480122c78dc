r"""# The whole tensor, through the activation

Let $\mathbf a = \mathbf W\mathbf x + \mathbf b$ and $\mathbf y = \sigma(\mathbf a)$, {{ setting }}

$$\mathbf W = {{ W }} \qquad \mathbf x_0 = {{ x0 }}$$

At $\mathbf x_0$ let all weights vary, and give all of $\frac{\partial\mathbf y}{\partial\mathbf W}$: entry $(i, n, d)$
is $\frac{\partial y_i}{\partial W_{nd}}$. Send a list of $N$ matrices $N \times D$, one for each output, as in
`[[[1, 2], [3, 4]], [[5, 6], [7, 8]]]`.
"""

import numpy as np

from app.exercise import Exercise
from exercises.mathematics import perceptron
from exercises.mathematics.batches import by_weights, tensor_derivative
from exercises.mathematics.perceptron import activate, slope

given = dict(W="N D", x0="D 1", b="N 1", y0="N 1", activation=str)
exercise = Exercise(given=given, hidden=perceptron.HIDDEN)


@exercise.instance
def draw(rng):
    drawn = perceptron.draw(rng, "hand")
    return drawn and {name: drawn[name] for name in (*given, *perceptron.HIDDEN)}


exercise.texts(
    setting=lambda activation, b, y0: perceptron.setting(activation, b, y0),
    slopes=lambda activation, a0, b, y0: perceptron.slopes(activation, a0, b, y0),
)


@exercise.part("N N D")
def answer(x0, a0, activation):
    r"""$\frac{\partial\mathbf y}{\partial\mathbf W}$"""
    return by_weights(slope(activation, a0), x0)


@answer.oracle
def by_differences(W, x0, a0, activation):
    return tensor_derivative(lambda weights: activate(activation, (weights - W) @ x0 + a0)[:, 0], W)


answer.wrong(
    "inputs-first", lambda reference: np.moveaxis(reference, 0, -1), "the tensor with its output index last", credit=0.6
)
answer.wrong(
    "flattened-to-matrix",
    lambda reference: reference.reshape(len(reference), -1),
    r"the tensor flattened to $N \times ND$",
    credit=0.6,
)
answer.wrong(
    "rows-collected",
    lambda a0, x0, activation: slope(activation, a0) @ x0.T,
    r"$\sigma'(\mathbf a_0)\,\mathbf x_0^\top$",
)
answer.wrong(
    "activation-slope-forgotten",
    lambda x0, a0: by_weights(np.ones(len(a0)), x0),
    r"$\frac{\partial\mathbf a}{\partial\mathbf W}$",
    credit=0.3,
)
answer.wrong(
    "input-forgotten",
    lambda x0, a0, activation: by_weights(slope(activation, a0), np.ones_like(x0)),
    r"the tensor with $\sigma'(a_i)$ in place of $\sigma'(a_i)\,x_d$",
)
answer.wrong(
    "other-neurons-contribute",
    lambda W, x0, a0, activation: np.einsum("i,n,d->ind", slope(activation, a0)[:, 0], np.ones(len(W)), x0[:, 0]),
    r"made with $\sigma'(a_i)\,x_d$ for every $n$",
)
answer.wrong(
    "sigma-not-differentiated",
    lambda x0, a0, activation: by_weights(activate(activation, a0), x0),
    r"the tensor with $\sigma(a_i)$ in place of $\sigma'(a_i)$",
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
answer.hints(
    r"$y_i = \sigma(a_i)$ and $a_i = \sum_d W_{id}x_d + b_i$.",
    "In matrix $i$, which row belongs to neuron $i$?",
    r"Chain rule: $\sigma'(a_i)$ times what multiplies the weight; everything else is zero.",
)
answer.explained(
    r"$y_i$ feels row $i$ of $\mathbf W$ only: entry $(i, n, d)$ is $\sigma'(a_i)\,x_d$ for $n = i$, else 0. With"
    r" ${{ slopes }}$: ${{ reference }}$."
)
