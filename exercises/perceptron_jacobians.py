r"""# The Jacobians of the simple perceptron

Let $\mathbf a = \mathbf W\mathbf x + \mathbf b$ and $\mathbf y = \sigma(\mathbf a)$, {{ setting }}

$$\mathbf W = {{ W }} \qquad \mathbf x_0 = {{ x0 }}$$

Compute the seven Jacobians at $\mathbf x_0$ and the given parameters, in numerator layout: outputs are rows, inputs are
columns. $\mathbf w_d \in \mathbb{R}^N$ is column $d$ of $\mathbf W \in \mathbb{R}^{N \times D}$; here $d = {{ d }}$,
counting from 1.
"""

import numpy as np

from app.exercise import Exercise, diag
from exercises.mathematics import perceptron, perceptron_jacobians
from exercises.mathematics.perceptron import slope
from exercises.mathematics.perceptron_jacobians import CHAIN_RULE, OUTPUTS_BY_INPUTS

exercise = Exercise(
    number=41, topic="perceptron", section="Exercises: Jacobians", given=perceptron.GIVEN, hidden=perceptron.HIDDEN
)
exercise.instance(perceptron.draw)
exercise.text(perceptron.setting)
exercise.text(perceptron.slopes)


@exercise.part("N D")
def da_dx(W):
    r"""$\left.\frac{\partial\mathbf a}{\partial\mathbf x}\right|_{\mathbf x_0}$"""
    return W


@exercise.part("N N")
def da_db(W):
    r"""$\left.\frac{\partial\mathbf a}{\partial\mathbf b}\right|_{\mathbf b_0}$"""
    return np.eye(len(W))


@exercise.part("N N")
def da_dwd(W, x0, d):
    r"""$\left.\frac{\partial\mathbf a}{\partial\mathbf w_d}\right|_{\mathbf w_{d,0}}$"""
    return x0[d - 1] * np.eye(len(W))


@exercise.part("N N")
def dy_da(a0, activation):
    r"""$\left.\frac{\partial\mathbf y}{\partial\mathbf a}\right|_{\mathbf a_0}$"""
    return diag(slope(activation, a0))


@exercise.part("N D")
def dy_dx(dy_da, da_dx):
    r"""$\left.\frac{\partial\mathbf y}{\partial\mathbf x}\right|_{\mathbf x_0}$"""
    return dy_da @ da_dx


@exercise.part("N N")
def dy_db(dy_da, da_db):
    r"""$\left.\frac{\partial\mathbf y}{\partial\mathbf b}\right|_{\mathbf b_0}$"""
    return dy_da @ da_db


@exercise.part("N N")
def dy_dwd(dy_da, da_dwd):
    r"""$\left.\frac{\partial\mathbf y}{\partial\mathbf w_d}\right|_{\mathbf w_{d,0}}$"""
    return dy_da @ da_dwd


perceptron_jacobians.complete_da_dx(da_dx)
perceptron_jacobians.complete_da_db(da_db)
perceptron_jacobians.complete_da_dwd(da_dwd)
perceptron_jacobians.complete_dy_da(dy_da)
perceptron_jacobians.complete_dy_dx(dy_dx)
perceptron_jacobians.complete_dy_db(dy_db)
perceptron_jacobians.complete_dy_dwd(dy_dwd)
for of_y in (dy_dx, dy_db, dy_dwd):
    of_y.hints(OUTPUTS_BY_INPUTS, CHAIN_RULE, "Both factors are fields above.")
