r"""# Perceptron: the forward pass

Let $\mathbf a = \mathbf W\mathbf x + \mathbf b$ and $\mathbf y = \sigma(\mathbf a)$, {{ setting }}

$$\mathbf W = {{ W }} \qquad \mathbf x_0 = {{ x0 }}$$

Compute the output $\mathbf y_0$ at $\mathbf x_0$, a column.
"""

import numpy as np

from app.exercise import Exercise
from exercises.mathematics.perceptron import GIVEN, HIDDEN, IN_SYMBOLS, activate, draw_forward, setting, slope

exercise = Exercise(number=33, topic="perceptron", section="Exercises: Jacobians", given=GIVEN, hidden=HIDDEN)
exercise.instance(draw_forward)
exercise.in_symbols(**IN_SYMBOLS | dict(computed=dict(a0="W x0 + b"), fixed=dict(y0=None)))
exercise.text(setting)


@exercise.part("N 1", formula="sigma(a0)")
def answer(a0, activation):
    r"""$\mathbf y_0 = \sigma(\mathbf W\mathbf x_0 + \mathbf b)$"""
    return activate(activation, a0)


OTHERWISE = {  # the functions, by other formulas
    "sigmoid": lambda t: (1 + np.tanh(t / 2)) / 2,
    "relu": lambda t: max(t, 0),
    "tanh": np.tanh,
    "softplus": lambda t: np.log1p(np.exp(t)),
    "wave": lambda t: -2 * np.cos(t + np.pi / 2),
}


@answer.oracle
def entry_by_entry(W, x0, b, activation):
    sigma = OTHERWISE[activation]
    return [[sigma(sum(w * x for w, x in zip(row, x0[:, 0])) + shift)] for row, shift in zip(W, b[:, 0])]


answer.wrong("activation-forgotten", lambda a0: a0, r"the pre-activation $\mathbf a_0$")
answer.wrong("bias-forgotten", lambda W, x0, activation: activate(activation, W @ x0), r"made without $\mathbf b$")
answer.wrong(
    "activation-applied-first",
    lambda W, x0, b, activation: W @ activate(activation, x0) + b,
    r"$\mathbf W\sigma(\mathbf x_0) + \mathbf b$",
)
answer.wrong(
    "bias-after-activation",
    lambda W, x0, b, activation: activate(activation, W @ x0) + b,
    r"$\sigma(\mathbf W\mathbf x_0) + \mathbf b$",
)
answer.wrong("derivative-instead", lambda a0, activation: slope(activation, a0), r"$\sigma'(\mathbf a_0)$")
answer.feedback(r"""
    activation-forgotten: That is the pre-activation; one function is still to be applied.
    bias-forgotten: A term is missing inside the activation.
    activation-applied-first: First the affine map, then the activation.
    bias-after-activation: The bias is inside the activation.
    derivative-instead: You applied $\sigma'$ instead of $\sigma$.
""")
answer.hints(
    r"The affine map comes first: $a_n = \sum_d w_{nd}x_d + b_n$, one row of $\mathbf W$ for each neuron.",
    r"Then $\sigma$, to one entry of $\mathbf a_0$ after the other.",
)
answer.explained(
    r"The pre-activation is $\mathbf a_0 = \mathbf W\mathbf x_0 + \mathbf b = {{ a0 }}$."
    r" Apply $\sigma$ to each entry: $\mathbf y_0 = \sigma(\mathbf a_0) = {{ reference }}$."
)
