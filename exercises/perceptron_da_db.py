r"""# Perceptron: the pre-activation by the bias

Let $\mathbf a = \mathbf W\mathbf x + \mathbf b$ and $\mathbf y = \sigma(\mathbf a)$, {{ setting }}

$$\mathbf W = {{ W }} \qquad \mathbf x_0 = {{ x0 }}$$

Compute the Jacobian of $\mathbf a$ with respect to $\mathbf b$ at its present value $\mathbf b_0$, in numerator
layout: outputs are rows, inputs are columns.
"""

import numpy as np

from app.exercise import Exercise
from exercises.mathematics.perceptron import GIVEN, HIDDEN, IN_SYMBOLS, draw, setting
from exercises.mathematics.perceptron_jacobians import complete_da_db

exercise = Exercise(number=36, topic="perceptron", section="Exercises: Jacobians", given=GIVEN, hidden=HIDDEN)
exercise.instance(draw)
exercise.in_symbols(**IN_SYMBOLS)
exercise.text(setting)


@exercise.part("N N", formula="I_N")
def answer(W):
    r"""$\left.\frac{\partial\mathbf a}{\partial\mathbf b}\right|_{\mathbf b_0}$"""
    return np.eye(len(W))


complete_da_db(answer)
