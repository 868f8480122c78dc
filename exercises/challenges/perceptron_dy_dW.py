r"""# From the loss back to the weights

A loss $r$ follows the layer $\mathbf a = \mathbf W\mathbf x + \mathbf b$, $\mathbf y = \sigma(\mathbf a)$,
{{ setting }} Of the loss itself we know only its gradient $\mathbf g = \nabla_{\mathbf y} r$ at $\mathbf y_0$:

$$\mathbf W = {{ W }} \qquad \mathbf x_0 = {{ x0 }} \qquad \mathbf g = {{ g }}$$

Go back to $\mathbf a$, then to the weights.
"""

import numpy as np

from app.exercise import Exercise
from exercises.mathematics.batches import tensor_derivative
from exercises.mathematics.drawing import ints
from exercises.mathematics.perceptron import HIDDEN, LAYER, activate, draw_layer, setting, slope, slopes

exercise = Exercise(given=LAYER | dict(g="N 1"), hidden=HIDDEN)
exercise.texts(setting=setting, slopes=slopes)


@exercise.instance
def draw(rng):
    drawn = draw_layer(rng)
    return drawn and drawn | dict(g=ints(rng, -3, 3, len(drawn["W"]), 1))


@exercise.part("N 1", weight=0.4)
def grad_a(a0, activation, g):
    r"""The gradient $\nabla_{\mathbf a} r$, a column"""
    return slope(activation, a0) * g


@exercise.part("N D", weight=0.6)
def grad_W(grad_a, x0):
    r"""$\frac{\partial r}{\partial\mathbf W}$, which has the shape of $\mathbf W$"""
    return grad_a @ x0.T


grad_a.oracle(lambda a0, activation, g: tensor_derivative(lambda a: np.sum(g * activate(activation, a)), a0))


@grad_W.oracle
def by_differences_in_the_weights(W, x0, a0, activation, g):
    return tensor_derivative(lambda weights: np.sum(g * activate(activation, (weights - W) @ x0 + a0)), W)


grad_a.wrong("activation-slope-forgotten", lambda g: g, r"$\mathbf g$, the gradient with respect to $\mathbf y$")
grad_a.wrong("loss-gradient-forgotten", lambda a0, activation: slope(activation, a0), r"$\sigma'(\mathbf a_0)$")
grad_a.wrong(
    "sigma-not-differentiated",
    lambda a0, activation, g: activate(activation, a0) * g,
    r"$\sigma(\mathbf a_0) \odot \mathbf g$",
    sometimes_right=True,
)
grad_a.wrong("row-layout", lambda reference: reference.T, "a row of the right numbers")
grad_a.feedback(r"""
    activation-slope-forgotten: One factor still leads from $\mathbf y$ to $\mathbf a$.
    loss-gradient-forgotten: The loss comes after the activation: its gradient is a factor, too.
    sigma-not-differentiated: Slope, not value.
    row-layout: A gradient is a column.
""")
grad_W.wrong("transposed", lambda reference: reference.T, r"the transposed array, $D \times N$")
grad_W.wrong("input-forgotten", lambda W, grad_a: 0 * W + grad_a, r"$\nabla_{\mathbf a} r$ in every column")
grad_W.wrong("weights-kept", lambda W, grad_a: grad_a * W, r"made with $W_{nd}$ in place of $x_d$")
grad_W.wrong("gradient-by-the-input", lambda W, grad_a: W.T @ grad_a, r"$\mathbf W^\top\,\nabla_{\mathbf a} r$")
grad_W.feedback(r"""
    transposed: The array has the shape of $\mathbf W$: one row per neuron.
    input-forgotten: What multiplies $W_{nd}$ in $a_n$?
    weights-kept: The weight itself disappears when you differentiate with respect to it.
    gradient-by-the-input: That is the gradient with respect to $\mathbf x$. Which variable moves here?
""")

grad_a.hints(
    r"$y_n = \sigma(a_n)$: how does $r$ feel $a_n$ through $y_n$?",
    r"Two factors per entry: $\frac{\partial r}{\partial y_n}$ and the slope of $\sigma$ at $a_n$.",
)
grad_W.hints(
    r"$W_{nd}$ occurs in $a_n$ only.",
    r"$\frac{\partial r}{\partial W_{nd}} = \frac{\partial r}{\partial a_n}\,\frac{\partial a_n}{\partial W_{nd}}$.",
    "A column times a row is a matrix.",
)
grad_a.explained(
    r"$r$ feels $a_n$ through $y_n$ only: $\nabla_{\mathbf a} r = \sigma'(\mathbf a_0) \odot \mathbf g$ (entry by"
    r" entry). With ${{ slopes }}$: ${{ reference }}$."
)
grad_W.explained(
    r"$W_{nd}$ is multiplied by $x_d$ and occurs in $a_n$ only, so $\frac{\partial r}{\partial W_{nd}} ="
    r" \frac{\partial r}{\partial a_n}\,x_d$. All together: ${{ grad_a }}\,\mathbf x_0^\top = {{ reference }}$."
)
