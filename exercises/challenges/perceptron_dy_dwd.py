r"""# Perceptron: all weights at once

Let $\mathbf a = \mathbf W\mathbf x + \mathbf b$ and $\mathbf y = \sigma(\mathbf a)$, {{ setting }}

$$\mathbf W = {{ W }} \qquad \mathbf x_0 = {{ x0 }}$$

Put the columns of $\mathbf W \in \mathbb{R}^{N \times D}$ below each other, $\mathbf w_1$ on top: a column
$\mathbf w \in \mathbb{R}^{ND}$ of all weights. Compute $\frac{\partial\mathbf y}{\partial\mathbf w}$ at the present
weights, in numerator layout: outputs are rows, inputs are columns.
"""

import numpy as np

from app.exercise import Exercise, diag
from exercises.mathematics import jacobian, perceptron
from exercises.mathematics.perceptron import GIVEN, activate, slope

given = {name: GIVEN[name] for name in ("W", "x0", "b", "y0", "activation")}
exercise = Exercise(given=given, hidden=perceptron.HIDDEN)
exercise.text(perceptron.setting)
exercise.text(perceptron.slopes)


@exercise.instance
def draw(rng):
    drawn = perceptron.draw(rng, "hand")
    return drawn and {name: drawn[name] for name in (*given, "a0")}


@exercise.part("N P")
def answer(x0, a0, activation):
    r"""$\frac{\partial\mathbf y}{\partial\mathbf w}$"""
    return np.hstack([x * diag(slope(activation, a0)) for x in x0[:, 0]])


@answer.oracle
def by_differences(W, x0, a0, activation):
    def y(w):
        return activate(activation, (w.reshape(W.shape, order="F") - W) @ x0 + a0)

    return jacobian(y, W.reshape(-1, 1, order="F"))


answer.wrong(
    "row-by-row",
    lambda x0, a0, activation: np.kron(diag(slope(activation, a0)), x0.T),
    r"the derivative by the rows of $\mathbf W$, one after the other",
    credit=0.5,
)
answer.wrong(
    "activation-slope-forgotten",
    lambda x0, a0: np.kron(x0.T, np.eye(len(a0))),
    r"$\frac{\partial\mathbf a}{\partial\mathbf w}$",
    credit=0.3,
)
answer.wrong(
    "input-forgotten",
    lambda x0, a0, activation: np.tile(diag(slope(activation, a0)), len(x0)),
    r"$\operatorname{diag}[\sigma'(\mathbf a_0)]$ for every column of weights",
    credit=0.3,
)
answer.wrong(
    "sigma-not-differentiated",
    lambda x0, a0, activation: np.kron(x0.T, diag(activate(activation, a0))),
    r"made of the blocks $x_d\operatorname{diag}[\sigma(\mathbf a_0)]$",
)
answer.wrong(
    "blocks-below-each-other",
    lambda x0, a0, activation: np.kron(x0, diag(slope(activation, a0))),
    "the right blocks, below each other",
    credit=0.5,
)
answer.wrong(
    "zeros-forgotten",
    lambda x0, a0, activation: slope(activation, a0) @ x0.T,
    r"$\sigma'(\mathbf a_0)\,\mathbf x_0^\top$",
)
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
