r"""# Perceptron: the output by a column of weights

Let $\mathbf a = \mathbf W\mathbf x + \mathbf b$ and $\mathbf y = \sigma(\mathbf a)$, {{ setting }}

$$\mathbf W = {{ W }} \qquad \mathbf x_0 = {{ x0 }}$$

$\mathbf w_d \in \mathbb{R}^N$ is column $d$ of $\mathbf W \in \mathbb{R}^{N \times D}$; here $d = {{ d }}$, counting
from 1. Compute the Jacobian of $\mathbf y$ with respect to $\mathbf w_d$ at its present value $\mathbf w_{d,0}$, in
numerator layout: outputs are rows, inputs are columns.
"""

from app.exercise import Exercise
from exercises.mathematics.perceptron import GIVEN, setting, slopes
from exercises.mathematics.perceptron_jacobians import FACTORS, FACTORS_IN_SYMBOLS, complete_dy_dwd, draw_factors

exercise = Exercise(number=41, topic="perceptron", section="Exercises: Jacobians", given=GIVEN, hidden=FACTORS)
exercise.instance(draw_factors)
exercise.in_symbols(**FACTORS_IN_SYMBOLS)
exercise.text(setting)
exercise.text(slopes)


@exercise.part("N N", formula="x_d diag(sigma'(a0))")
def answer(dy_da, da_dwd):
    r"""$\left.\frac{\partial\mathbf y}{\partial\mathbf w_d}\right|_{\mathbf w_{d,0}}$"""
    return dy_da @ da_dwd


complete_dy_dwd(answer)
