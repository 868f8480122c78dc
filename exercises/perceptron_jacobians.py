r"""# The Jacobians of the simple perceptron

Let $a = Wx + b$ and $y = \sigma(a)$, {{ setting }}

$$W = {{ W }} \qquad x_0 = {{ x0 }}$$

Compute the seven Jacobians at $x_0$ and the given parameters, in numerator layout: outputs are rows, inputs are
columns. $W \in \mathbb{R}^{N \times D}$, and $w_d \in \mathbb{R}^N$ is column $d$ of $W$; here $d = {{ d }}$,
counting from 1.
"""

import numpy as np

from app.exercise import Exercise, col, diag, row
from exercises.mathematics import jacobian, perceptron
from exercises.mathematics.perceptron import activate, neighbour, slope, with_column

exercise = Exercise(
    number=41,
    topic="perceptron",
    section="Exercises: Jacobians",
    given=perceptron.GIVEN,
    hidden=perceptron.HIDDEN,
)
exercise.instance(perceptron.draw)


@exercise.text
def setting(activation, b, y0):
    return perceptron.setting(activation, b, y0)


@exercise.text
def slopes(activation, a0, b, y0):
    return perceptron.slopes(activation, a0, b, y0)


# The Jacobians ------------------------------------------------------------------------------------


@exercise.part("N D")
def da_dx(W):
    r"""$\left.\frac{\partial a}{\partial x}\right|_{x_0}$"""
    return W


@exercise.part("N N")
def da_db(W):
    r"""$\left.\frac{\partial a}{\partial b}\right|_{b_0}$"""
    return np.eye(len(W))


@exercise.part("N N")
def da_dwd(W, x0, d):
    r"""$\left.\frac{\partial a}{\partial w_d}\right|_{w_{d,0}}$"""
    return x0[d - 1] * np.eye(len(W))


@exercise.part("N N")
def dy_da(a0, activation):
    r"""$\left.\frac{\partial y}{\partial a}\right|_{a_0}$"""
    return diag(slope(activation, a0))


@exercise.part("N D")
def dy_dx(dy_da, da_dx):
    r"""$\left.\frac{\partial y}{\partial x}\right|_{x_0}$"""
    return dy_da @ da_dx


@exercise.part("N N")
def dy_db(dy_da, da_db):
    r"""$\left.\frac{\partial y}{\partial b}\right|_{b_0}$"""
    return dy_da @ da_db


@exercise.part("N N")
def dy_dwd(dy_da, da_dwd):
    r"""$\left.\frac{\partial y}{\partial w_d}\right|_{w_{d,0}}$"""
    return dy_da @ da_dwd


# The same by finite differences -------------------------------------------------------------------


@da_dx.oracle
def a_by_x(W, x0):
    return jacobian(lambda x: W @ x, x0)


@da_db.oracle
def a_by_b(W, x0, a0):
    return jacobian(lambda b: W @ x0 + b, a0 - W @ x0)


@da_dwd.oracle
def a_by_column(W, x0, d):
    return jacobian(lambda w: with_column(W, d, w) @ x0, W[:, [d - 1]])


@dy_da.oracle
def y_by_a(a0, activation):
    return jacobian(lambda a: activate(activation, a), a0)


@dy_dx.oracle
def y_by_x(W, x0, a0, activation):
    return jacobian(lambda x: activate(activation, W @ (x - x0) + a0), x0)


@dy_db.oracle
def y_by_b(W, x0, a0, activation):
    return jacobian(lambda b: activate(activation, W @ x0 + b), a0 - W @ x0)


@dy_dwd.oracle
def y_by_column(W, x0, a0, d, activation):
    b = a0 - W @ x0
    return jacobian(lambda w: activate(activation, with_column(W, d, w) @ x0 + b), W[:, [d - 1]])


# Misconceptions of the affine map -----------------------------------------------------------------


@da_dx.misconception
def transposed(W):
    """Outputs of $a$ are rows."""
    return W.T


@da_dx.misconception(id="value-instead")
def pre_activation_instead(a0):
    """That is $a_0$; the question is how it changes."""
    return a0


@da_dx.misconception
def still_contains_x(W, x0):
    """Differentiate $w_{nd}x_d$ with respect to $x_d$: what is left?"""
    return W * x0.T


@da_dx.misconception(id="activation-included")
def activation_included_with_weights(W, a0, activation):
    """The activation comes after $a$."""
    return diag(slope(activation, a0)) @ W


@da_dx.misconception
def rows_summed(W):
    """One column per input."""
    return col(W.sum(axis=1))


@da_db.misconception
def vector_of_ones(W):
    """$N$ outputs and $N$ inputs: the answer has two ways. Does $a_1$ feel $b_2$?"""
    return np.ones((len(W), 1))


@da_db.misconception
def all_ones(W):
    """Does $a_1$ feel $b_2$?"""
    return np.ones((len(W), len(W)))


@da_db.misconception
def scalar_one():
    """Right idea for one neuron; write it for all pairs (output, input)."""
    return 1.0


@da_db.misconception(id="size-of-input")
def identity_of_the_input(x0):
    """Which variable is differentiated, and how many entries has it?"""
    return np.eye(len(x0))


@da_db.misconception
def bias_on_diagonal(b):
    """Differentiate $b_n$ with respect to itself."""
    return diag(b)


@da_db.misconception
def zero(W):
    """$b$ is the variable here, not a constant."""
    return np.zeros((len(W), len(W)))


@da_db.misconception
def activation_included(a0, activation):
    """The activation comes after $a$."""
    return diag(slope(activation, a0))


@da_dwd.misconception
def scalar_only(x0, d):
    """The factor is right; the derivative of a vector by a vector has two ways."""
    return x0[d - 1, 0]


@da_dwd.misconception
def vector_instead(W, x0, d):
    """$w_d$ has $N$ entries: one column per entry."""
    return np.full((len(W), 1), x0[d - 1, 0])


@da_dwd.misconception
def full_matrix(W, x0, d):
    """Does $a_1$ feel the second entry of $w_d$?"""
    return np.full((len(W), len(W)), x0[d - 1, 0])


@da_dwd.misconception(id="input-forgotten")
def identity_only(W):
    """$w_d$ is multiplied by something in $a$."""
    return np.eye(len(W))


@da_dwd.misconception(id="index-slip")
def neighbour_on_diagonal(W, x0, d):
    """Which entry of $x$ multiplies this column? Counting starts at 1."""
    return neighbour(x0, d) * np.eye(len(W))


@da_dwd.misconception
def size_of_input(x0, d):
    """A column of $W$ has $N$ entries."""
    return x0[d - 1] * np.eye(len(x0))


@da_dwd.misconception
def whole_input_row(x0):
    """Only one column of $W$ is varied here (a row would give something like this)."""
    return row(x0)


@da_dwd.misconception(id="weights-instead")
def column_instead(W, d):
    """You differentiated with respect to $x_d$."""
    return W[:, [d - 1]]


# Misconceptions of the activation -----------------------------------------------------------------


@dy_da.misconception(id="vector-not-matrix", credit=0.5)
def slopes_as_a_vector(a0, activation):
    """The numbers are right. The derivative of $N$ outputs by $N$ inputs has two ways: where do zeros go?"""
    return slope(activation, a0)


@dy_da.misconception
def value_on_diagonal(a0, activation):
    """Right pattern; those are the outputs, not their slopes."""
    return diag(activate(activation, a0))


@dy_da.misconception
def formula_on_a(W, x0, b, activation):
    r"""The formula uses $\sigma(a)$, not $a$."""
    a = W @ x0 + b
    return diag(a * (1 - a)) if activation == "sigmoid" else None


@dy_da.misconception
def other_activation(a0, activation):
    """That derivative belongs to another activation."""
    y = activate(activation, a0)
    return diag(1 - y**2) if activation == "sigmoid" else diag(y * (1 - y))


@dy_da.misconception
def rows_repeated(a0, activation):
    """Does $y_1$ depend on $a_2$?"""
    return np.tile(slope(activation, a0).T, (len(a0), 1))


@dy_da.misconception
def identity(a0):
    """The activation is not the identity: its slope enters."""
    return np.eye(len(a0))


@dy_da.misconception
def diagonal_of_a(W, x0, b):
    """Take the slope of the activation at each pre-activation."""
    return diag(W @ x0 + b)


# Misconceptions of the chain rule -----------------------------------------------------------------


@dy_dx.misconception(id="transposed")
def inputs_as_rows(reference):
    """Outputs are rows: the diagonal matrix multiplies from the left."""
    return reference.T


@dy_dx.misconception(credit=0.3)
def activation_slope_forgotten(da_dx):
    r"""That is $\partial a/\partial x$. One more factor brings you to $y$."""
    return da_dx


@dy_dx.misconception(credit=0.3)
def weights_forgotten(dy_da):
    r"""That is $\partial y/\partial a$. One more factor brings you to $x$."""
    return dy_da


@dy_dx.misconception
def sigma_not_differentiated(a0, da_dx, activation):
    r"""The left factor contains slopes of $\sigma$, not its values."""
    return diag(activate(activation, a0)) @ da_dx


@dy_dx.misconception
def slope_at_x(W, x0, activation):
    r"""At which point is $\sigma$ evaluated in the forward pass?"""
    return W @ diag(slope(activation, x0))


@dy_dx.misconception(sometimes_right=True)
def bias_forgotten(W, a0, b, activation):
    """The pre-activation has two terms."""
    return diag(slope(activation, a0 - b)) @ W


@dy_dx.misconception
def rows_not_scaled_separately(W, a0, activation):
    """Every neuron has its own slope."""
    return slope(activation, a0).mean() * W


@dy_dx.misconception
def collapsed_to_row(W, a0, activation):
    """Do not add the outputs together: the left factor is a diagonal matrix, not a row."""
    return slope(activation, a0).T @ W


@dy_db.misconception(id="vector-not-matrix")
def slopes_for_the_bias_as_a_vector(a0, activation):
    """Right numbers; two ways are needed."""
    return slope(activation, a0)


@dy_db.misconception(id="activation-slope-forgotten")
def only_the_bias(da_db):
    r"""That is $\partial a/\partial b$."""
    return da_db


@dy_db.misconception(sometimes_right=True)
def slope_at_b(b, activation):
    """The slope is taken at the whole pre-activation."""
    return diag(slope(activation, b))


@dy_db.misconception(id="sigma-not-differentiated")
def outputs_for_the_bias(a0, activation):
    """Slopes, not values."""
    return diag(activate(activation, a0))


@dy_db.misconception(sometimes_right=True)
def multiplied_by_b(a0, b, activation):
    """What is the derivative of $b$ with respect to itself?"""
    return diag(slope(activation, a0) * b)


@dy_db.misconception
def multiplied_by_weights(dy_da, W):
    """The weights do not multiply $b$."""
    return dy_da @ W


@dy_dwd.misconception(id="vector-not-matrix")
def slopes_times_input_as_a_vector(a0, x0, d, activation):
    """Right numbers; each output depends only on its own weight: show that with zeros."""
    return x0[d - 1] * slope(activation, a0)


@dy_dwd.misconception(credit=0.3, sometimes_right=True)
def input_forgotten(dy_da):
    """What multiplies $w_d$ in the pre-activation?"""
    return dy_da


@dy_dwd.misconception(id="activation-slope-forgotten", credit=0.3)
def only_the_column(da_dwd):
    r"""That is $\partial a/\partial w_d$."""
    return da_dwd


@dy_dwd.misconception
def index_slip(dy_da, x0, d):
    """Which entry of $x$ goes with this column? Counting starts at 1."""
    return neighbour(x0, d) * dy_da


@dy_dwd.misconception(sometimes_right=True)
def one_column_in_preactivation(W, x0, b, d, activation):
    """Only $w_d$ varies, but the other columns are still there in $a$."""
    return x0[d - 1] * diag(slope(activation, W[:, [d - 1]] * x0[d - 1] + b))


@dy_dwd.misconception
def whole_weight_matrix(a0, x0, activation):
    """One column of $W$ is varied, not all weights at once."""
    return slope(activation, a0) @ x0.T


@dy_dwd.misconception(id="sigma-not-differentiated")
def outputs_times_input(a0, x0, d, activation):
    """Slopes, not values."""
    return x0[d - 1] * diag(activate(activation, a0))


@dy_dwd.misconception
def weights_instead(a0, W, d, activation):
    """You differentiated with respect to $x_d$."""
    return slope(activation, a0) * W[:, [d - 1]]


# On the way ---------------------------------------------------------------------------------------

for of_a in (da_dx, da_db, da_dwd):
    of_a.hints(
        "Shape first: outputs × inputs.",
        "Row $n$ is the transposed gradient of $a_n$. Write $a_n$ as a sum.",
        r"Everything but the variable is constant; for a column, write $a = w_d x_d + (\text{the rest})$.",
    )
dy_da.hints(
    "Shape first: outputs × inputs.",
    r"$y_n = \sigma(a_n)$: which entries of $a$ does $y_n$ feel?",
    r"The slope follows from the output: $\sigma(1 - \sigma)$ for the sigmoid, $1 - \sigma^2$ for $\tanh$;"
    " for ReLU it is 0 or 1.",
)
for of_y in (dy_dx, dy_db, dy_dwd):
    of_y.hints(
        "Shape first: outputs × inputs.",
        r"Chain rule: $\frac{\partial y}{\partial\,\cdot} ="
        r" \frac{\partial y}{\partial a}\,\frac{\partial a}{\partial\,\cdot}$.",
        "Both factors are fields above.",
    )
da_dx.explained(r"$a_n = \sum_d w_{nd}x_d + b_n$, so $\partial a_n/\partial x_d = w_{nd}$: $W = {{ reference }}$.")
da_db.explained(r"$a_n$ contains $b_n$ once and no other entry of $b$: the identity ${{ reference }}$.")
da_dwd.explained(
    r"$a = w_d x_d + (\text{the rest})$: each $a_n$ feels its own entry of $w_d$ with the factor $x_d$,"
    r" so $x_d I_N = {{ reference }}$."
)
dy_da.explained(
    r"$y_n = \sigma(a_n)$ depends on $a_n$ alone, with slope $\sigma'(a_n)$. With ${{ slopes }}$:"
    r" $\operatorname{diag}(\sigma'(a_0)) = {{ reference }}$."
)
dy_dx.explained(r"Chain rule: $\operatorname{diag}(\sigma'(a_0))\,W = {{ dy_da }}{{ da_dx }} = {{ reference }}$.")
dy_db.explained(r"Chain rule: $\operatorname{diag}(\sigma'(a_0))\,I_N = {{ dy_da }}{{ da_db }} = {{ reference }}$.")
dy_dwd.explained(
    r"Chain rule: $\operatorname{diag}(\sigma'(a_0))\,x_d I_N = {{ dy_da }}{{ da_dwd }} = {{ reference }}$."
)
