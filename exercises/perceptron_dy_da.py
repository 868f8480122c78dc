r"""# Perceptron: the output by the pre-activation

Let $\mathbf a = \mathbf W\mathbf x + \mathbf b$ and $\mathbf y = \sigma(\mathbf a)$, {{ setting }}

$$\mathbf W = {{ W }} \qquad \mathbf x_0 = {{ x0 }}$$

Compute the Jacobian of $\mathbf y$ with respect to $\mathbf a$ at $\mathbf a_0 = \mathbf W\mathbf x_0 + \mathbf b$,
in numerator layout: outputs are rows, inputs are columns.
"""

from app.exercise import Exercise, diag
from exercises.mathematics.perceptron import GIVEN, HIDDEN, IN_SYMBOLS, draw, setting, slope, slopes
from exercises.mathematics.perceptron_jacobians import complete_dy_da

exercise = Exercise(number=38, topic="perceptron", section="Exercises: Jacobians", given=GIVEN, hidden=HIDDEN)
exercise.instance(draw)
exercise.in_symbols(**IN_SYMBOLS)
exercise.text(setting)
exercise.text(slopes)


@exercise.part("N N", formula="diag(sigma'(a0))")
def answer(a0, activation):
    r"""$\left.\frac{\partial\mathbf y}{\partial\mathbf a}\right|_{\mathbf a_0}$"""
    return diag(slope(activation, a0))


complete_dy_da(answer)
