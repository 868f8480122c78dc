r"""# Perceptron: the output by the input

Let $\mathbf a = \mathbf W\mathbf x + \mathbf b$ and $\mathbf y = \sigma(\mathbf a)$, {{ setting }}

$$\mathbf W = {{ W }} \qquad \mathbf x_0 = {{ x0 }}$$

Compute the Jacobian of $\mathbf y$ with respect to $\mathbf x$ at $\mathbf x_0$, in numerator layout: outputs are
rows, inputs are columns.
"""

from app.exercise import Exercise
from exercises.mathematics.perceptron import GIVEN, setting, slopes
from exercises.mathematics.perceptron_jacobians import FACTORS, FACTORS_IN_SYMBOLS, complete_dy_dx, draw_factors

exercise = Exercise(number=39, topic="perceptron", section="Exercises: Jacobians", given=GIVEN, hidden=FACTORS)
exercise.instance(draw_factors)
exercise.in_symbols(**FACTORS_IN_SYMBOLS)
exercise.text(setting)
exercise.text(slopes)


@exercise.part("N D", formula="diag(sigma'(a0)) W")
def answer(dy_da, da_dx):
    r"""$\left.\frac{\partial\mathbf y}{\partial\mathbf x}\right|_{\mathbf x_0}$"""
    return dy_da @ da_dx


complete_dy_dx(answer)
