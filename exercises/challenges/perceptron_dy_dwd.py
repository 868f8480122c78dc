r"""# Perceptron: all weights at once

Let $\mathbf a = \mathbf W\mathbf x + \mathbf b$ and $\mathbf y = \sigma(\mathbf a)$, {{ setting }}

$$\mathbf W = {{ W }} \qquad \mathbf x_0 = {{ x0 }}$$

Put the columns of $\mathbf W \in \mathbb{R}^{N \times D}$ below each other, $\mathbf w_1$ on top: a column
$\mathbf w \in \mathbb{R}^{ND}$ of all weights. Compute $\frac{\partial\mathbf y}{\partial\mathbf w}$ at the present
weights, in numerator layout: outputs are rows, inputs are columns.
"""

import numpy as np

from app.exercise import Exercise, diag
from exercises.mathematics import jacobian
from exercises.mathematics.perceptron import HIDDEN, LAYER, activate, draw_layer, of_layer, setting, slope, slopes

exercise = Exercise(given=LAYER, hidden=HIDDEN)
exercise.instance(draw_layer)
exercise.texts(setting=setting, slopes=slopes)


@exercise.part("N P")
def answer(x0, a0, activation):
    r"""$\frac{\partial\mathbf y}{\partial\mathbf w}$"""
    return np.hstack([x * diag(slope(activation, a0)) for x in x0[:, 0]])


@answer.oracle
def by_differences(W, x0, a0, activation):
    at = W.reshape(-1, 1, order="F")
    return jacobian(lambda w: activate(activation, (w - at).reshape(W.shape, order="F") @ x0 + a0), at)


answer.wrong("row-by-row", of_layer(lambda x, s, y: np.kron(diag(s), x.T)), "right for weights row by row", credit=0.5)
answer.wrong(
    "activation-slope-forgotten", of_layer(lambda x, s, y: np.kron(x.T, np.eye(len(s)))), "without slopes", credit=0.3
)
answer.wrong("input-forgotten", of_layer(lambda x, s, y: np.tile(diag(s), len(x))), "without the $x_d$", credit=0.3)
answer.wrong(
    "sigma-not-differentiated", of_layer(lambda x, s, y: np.kron(x.T, diag(y))), r"made of $\sigma(\mathbf a_0)$"
)
answer.wrong(
    "blocks-below-each-other", of_layer(lambda x, s, y: np.kron(x, diag(s))), "a stack of the blocks", credit=0.5
)
answer.wrong("zeros-forgotten", of_layer(lambda x, s, y: s @ x.T), r"$\sigma'(\mathbf a_0)\,\mathbf x_0^\top$")
answer.feedback(r"""
    row-by-row: The right entries for another order: here the weights come column by column.
    activation-slope-forgotten: That is the derivative of $\mathbf a$. One more factor brings you to $\mathbf y$.
    input-forgotten: What multiplies each column of weights in the pre-activation?
    sigma-not-differentiated: Slopes, not values.
    blocks-below-each-other: Weights are inputs: they count columns.
    zeros-forgotten: Each output needs an entry for every weight, also for those of other neurons.
""")
answer.hints(r"How many entries has $\mathbf w$?", "Which block belongs to one column?", "Blocks stand side by side.")
answer.explained(
    r"With ${{ slopes }}$: column $d$ contributes the block $x_d\operatorname{diag}[\sigma'(\mathbf a_0)]$. One block"
    r" for each entry of $\mathbf x_0 = {{ x0 }}$, from left to right: ${{ reference }}$."
)
