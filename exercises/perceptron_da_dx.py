r"""# Perceptron: the pre-activation by the input

Let $\mathbf a = \mathbf W\mathbf x + \mathbf b$ and $\mathbf y = \sigma(\mathbf a)$, {{ setting }}

$$\mathbf W = {{ W }} \qquad \mathbf x_0 = {{ x0 }}$$

Compute the Jacobian of $\mathbf a$ with respect to $\mathbf x$ at $\mathbf x_0$, in numerator layout: outputs are
rows, inputs are columns.
"""

from app.exercise import Exercise
from exercises.mathematics.perceptron import GIVEN, HIDDEN, IN_SYMBOLS, draw, setting
from exercises.mathematics.perceptron_jacobians import complete_da_dx

exercise = Exercise(number=35, topic="perceptron", section="Exercises: Jacobians", given=GIVEN, hidden=HIDDEN)
exercise.instance(draw)
exercise.in_symbols(**IN_SYMBOLS)
exercise.text(setting)


@exercise.part("N D", formula="W")
def answer(W):
    r"""$\left.\frac{\partial\mathbf a}{\partial\mathbf x}\right|_{\mathbf x_0}$"""
    return W


complete_da_dx(answer)
