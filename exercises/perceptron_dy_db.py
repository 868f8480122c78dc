r"""# Perceptron: the output by the bias

Let $\mathbf a = \mathbf W\mathbf x + \mathbf b$ and $\mathbf y = \sigma(\mathbf a)$, {{ setting }}

$$\mathbf W = {{ W }} \qquad \mathbf x_0 = {{ x0 }}$$

Compute the Jacobian of $\mathbf y$ with respect to $\mathbf b$ at its present value $\mathbf b_0$, in numerator
layout: outputs are rows, inputs are columns.
"""

from app.exercise import Exercise
from exercises.mathematics.perceptron import GIVEN, setting, slopes
from exercises.mathematics.perceptron_jacobians import FACTORS, FACTORS_IN_SYMBOLS, complete_dy_db, draw_factors

exercise = Exercise(number=40, topic="perceptron", section="Exercises: Jacobians", given=GIVEN, hidden=FACTORS)
exercise.instance(draw_factors)
exercise.in_symbols(**FACTORS_IN_SYMBOLS)
exercise.text(setting)
exercise.text(slopes)


@exercise.part("N N", formula="diag(sigma'(a0))")
def answer(dy_da, da_db):
    r"""$\left.\frac{\partial\mathbf y}{\partial\mathbf b}\right|_{\mathbf b_0}$"""
    return dy_da @ da_db


complete_dy_db(answer)
