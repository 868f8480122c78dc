r"""# Perceptron: the pre-activation by a column of weights

Let $\mathbf a = \mathbf W\mathbf x + \mathbf b$ and $\mathbf y = \sigma(\mathbf a)$, {{ setting }}

$$\mathbf W = {{ W }} \qquad \mathbf x_0 = {{ x0 }}$$

$\mathbf w_d \in \mathbb{R}^N$ is column $d$ of $\mathbf W \in \mathbb{R}^{N \times D}$; here $d = {{ d }}$, counting
from 1. Compute the Jacobian of $\mathbf a$ with respect to $\mathbf w_d$ at its present value $\mathbf w_{d,0}$, in
numerator layout: outputs are rows, inputs are columns.
"""

import numpy as np

from app.exercise import Exercise
from exercises.mathematics.perceptron import GIVEN, HIDDEN, IN_SYMBOLS, draw, setting
from exercises.mathematics.perceptron_jacobians import complete_da_dwd

exercise = Exercise(number=37, topic="perceptron", section="Exercises: Jacobians", given=GIVEN, hidden=HIDDEN)
exercise.instance(draw)
exercise.in_symbols(**IN_SYMBOLS)
exercise.text(setting)


@exercise.part("N N", formula="x_d I_N")
def answer(W, x0, d):
    r"""$\left.\frac{\partial\mathbf a}{\partial\mathbf w_d}\right|_{\mathbf w_{d,0}}$"""
    return x0[d - 1] * np.eye(len(W))


complete_da_dwd(answer)
