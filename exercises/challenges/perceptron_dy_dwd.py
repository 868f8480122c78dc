r"""# Perceptron: all weights at once

Let $\mathbf a = \mathbf W\mathbf x + \mathbf b$ and $\mathbf y = \sigma(\mathbf a)$, {{ setting }}

$$\mathbf W = {{ W }} \qquad \mathbf x_0 = {{ x0 }}$$

Put the columns of $\mathbf W \in \mathbb{R}^{N \times D}$ below each other, $\mathbf w_1$ on top: a column
$\mathbf w \in \mathbb{R}^{ND}$ of all weights. Compute $\frac{\partial\mathbf y}{\partial\mathbf w}$ at the present
weights, in numerator layout: outputs are rows, inputs are columns.
"""

import numpy as np

from app.exercise import Exercise, col
from exercises.mathematics import jacobian
from exercises.mathematics.perceptron import HIDDEN, LAYER, activate, draw_layer, setting, slopes
from exercises.mathematics.perceptron_jacobians import dy_da, values_on_diagonal

exercise = Exercise(given=LAYER, hidden=HIDDEN)
exercise.instance(draw_layer)
exercise.texts(setting=setting, slopes=slopes)


@exercise.part("N P")
def answer(x0, a0, activation):
    r"""$\frac{\partial\mathbf y}{\partial\mathbf w}$"""
    return np.hstack([x * dy_da(a0, activation) for x in x0[:, 0]])


@answer.oracle
def by_differences(W, x0, a0, activation):
    at = W.reshape(-1, 1, order="F")
    return jacobian(lambda w: activate(activation, (w - at).reshape(W.shape, order="F") @ x0 + a0), at)


def mistake(id, wrong, made, credit=None):
    """A wrong way that is made of x0 and of the diagonal matrices of slopes and of outputs."""

    def combined(x0, a0, activation):
        return wrong(x0, dy_da(a0, activation), values_on_diagonal(a0, activation))

    answer.wrong(id, combined, made, credit=credit)


mistake("row-by-row", lambda x, S, Y: np.kron(S, x.T), r"the derivative by the rows of $\mathbf W$ in turn", 0.5)
mistake("activation-slope-forgotten", lambda x, S, Y: np.kron(x.T, np.eye(len(S))), "made without the slopes", 0.3)
mistake("input-forgotten", lambda x, S, Y: np.tile(S, len(x)), "made without the $x_d$", 0.3)
mistake("sigma-not-differentiated", lambda x, S, Y: np.kron(x.T, Y), r"made with $\sigma(\mathbf a_0)$")
mistake("blocks-below-each-other", lambda x, S, Y: np.kron(x, S), "the right blocks, below each other", 0.5)
mistake("zeros-forgotten", lambda x, S, Y: col(np.diag(S)) @ x.T, r"$\sigma'(\mathbf a_0)\,\mathbf x_0^\top$")
answer.feedback(r"""
    row-by-row: The right entries for another order: here the weights come column by column.
    activation-slope-forgotten: That is the derivative of $\mathbf a$. One more factor brings you to $\mathbf y$.
    input-forgotten: What multiplies each column of weights in the pre-activation?
    sigma-not-differentiated: Slopes, not values.
    blocks-below-each-other: Weights are inputs: they count columns.
    zeros-forgotten: Each output needs an entry for every weight, also for those of other neurons.
""")
answer.hints(
    r"Shape first: outputs × inputs. How many entries has $\mathbf w$?",
    r"The block for one column is $\frac{\partial\mathbf y}{\partial\mathbf w_d}$.",
    "Write the blocks beside each other, in the order of the columns.",
)
answer.explained(
    r"With ${{ slopes }}$: column $d$ of $\mathbf W$ contributes the block"
    r" $\frac{\partial\mathbf y}{\partial\mathbf w_d} = x_d\operatorname{diag}[\sigma'(\mathbf a_0)]$. One block for"
    r" each entry of $\mathbf x_0 = {{ x0 }}$, from left to right: ${{ reference }}$."
)
