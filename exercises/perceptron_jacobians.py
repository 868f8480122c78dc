r"""# The Jacobians of the simple perceptron

Let $\mathbf a = \mathbf W\mathbf x + \mathbf b$ and $\mathbf y = \sigma(\mathbf a)$, {{ setting }}

$$\mathbf W = {{ W }} \qquad \mathbf x_0 = {{ x0 }}$$

Compute the seven Jacobians at $\mathbf x_0$ and the given parameters, in numerator layout: outputs are rows, inputs are
columns. $\mathbf w_d \in \mathbb{R}^N$ is column $d$ of $\mathbf W \in \mathbb{R}^{N \times D}$; here $d = {{ d }}$,
counting from 1.
"""

from app.exercise import Exercise
from exercises.mathematics import perceptron_jacobians as seven
from exercises.mathematics.perceptron import GIVEN, HIDDEN, IN_SYMBOLS, draw, setting, slopes

exercise = Exercise(number=41, topic="perceptron", section="Exercises: Jacobians", given=GIVEN, hidden=HIDDEN)
exercise.instance(draw)
exercise.in_symbols(**IN_SYMBOLS)
exercise.text(setting)
exercise.text(slopes)

seven.complete_da_dx(exercise.part("N D", formula="W")(seven.da_dx))
seven.complete_da_db(exercise.part("N N", formula="I_N")(seven.da_db))
seven.complete_da_dwd(exercise.part("N N", formula="x_d I_N")(seven.da_dwd))
seven.complete_dy_da(exercise.part("N N", formula="diag(sigma'(a0))")(seven.dy_da))


@exercise.part("N D", formula="diag(sigma'(a0)) W")
def dy_dx(dy_da, da_dx):
    r"""$\left.\frac{\partial\mathbf y}{\partial\mathbf x}\right|_{\mathbf x_0}$"""
    return dy_da @ da_dx


@exercise.part("N N", formula="diag(sigma'(a0))")
def dy_db(dy_da, da_db):
    r"""$\left.\frac{\partial\mathbf y}{\partial\mathbf b}\right|_{\mathbf b_0}$"""
    return dy_da @ da_db


@exercise.part("N N", formula="x_d diag(sigma'(a0))")
def dy_dwd(dy_da, da_dwd):
    r"""$\left.\frac{\partial\mathbf y}{\partial\mathbf w_d}\right|_{\mathbf w_{d,0}}$"""
    return dy_da @ da_dwd


seven.complete_dy_dx(dy_dx)
seven.complete_dy_db(dy_db)
seven.complete_dy_dwd(dy_dwd)
for of_y in (dy_dx, dy_db, dy_dwd):
    of_y.hints(seven.OUTPUTS_BY_INPUTS, seven.CHAIN_RULE, "Both factors are fields above.")
