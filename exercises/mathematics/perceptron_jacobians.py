r"""The seven Jacobians of the simple perceptron: everything about each but the question itself.

`complete_dy_dx(question)` gives a question about $\frac{\partial\mathbf y}{\partial\mathbf x}$ its oracle, its
misconceptions, its hints and its worked solution. The last three Jacobians are products of two earlier ones. Where
these are parts of the same exercise, what a student sends for them is followed; where they are not, `draw_factors`
draws them hidden, under the same names.
"""

import numpy as np

from app.exercise import col, diag, row
from exercises.mathematics import jacobian, perceptron
from exercises.mathematics.perceptron import activate, neighbour, slope, with_column

FACTORS = perceptron.HIDDEN | dict(da_dx="N D", da_db="N N", da_dwd="N N", dy_da="N N")


def draw_factors(rng, level):
    """What `perceptron.draw` draws, and the factors of the chain rule."""
    drawn = perceptron.draw(rng, level)
    if drawn is None:
        return None
    W, x0, a0, d = (drawn[name] for name in ("W", "x0", "a0", "d"))
    da_db = np.eye(len(W))
    dy_da = diag(slope(drawn["activation"], a0))
    return drawn | dict(da_dx=W, da_db=da_db, da_dwd=x0[d - 1] * da_db, dy_da=dy_da)


# By finite differences ----------------------------------------------------------------------------


def a_by_x(W, x0):
    return jacobian(lambda x: W @ x, x0)


def a_by_b(W, x0, a0):
    return jacobian(lambda b: W @ x0 + b, a0 - W @ x0)


def a_by_column(W, x0, d):
    return jacobian(lambda w: with_column(W, d, w) @ x0, W[:, [d - 1]])


def y_by_a(a0, activation):
    return jacobian(lambda a: activate(activation, a), a0)


def y_by_x(W, x0, a0, activation):
    return jacobian(lambda x: activate(activation, W @ (x - x0) + a0), x0)


def y_by_b(W, x0, a0, activation):
    return jacobian(lambda b: activate(activation, W @ x0 + b), a0 - W @ x0)


def y_by_column(W, x0, a0, d, activation):
    b = a0 - W @ x0
    return jacobian(lambda w: activate(activation, with_column(W, d, w) @ x0 + b), W[:, [d - 1]])


# The affine map -----------------------------------------------------------------------------------

OUTPUTS_BY_INPUTS = "Shape first: outputs × inputs."
ROWS = "Row $n$ is the transposed gradient of $a_n$. Write $a_n$ as a sum."
REST = (
    r"Everything but the variable is constant; for a column, write $\mathbf a = \mathbf w_d x_d + (\text{the rest})$."
)


def complete_da_dx(question):
    wrong = question.wrong
    question.oracle(a_by_x)
    wrong("transposed", lambda W: W.T, r"$\mathbf W^\top$").says(r"Outputs of $\mathbf a$ are rows.")
    wrong("value-instead", lambda a0: a0, r"the pre-activation $\mathbf a_0$ itself").says(
        r"That is $\mathbf a_0$; the question is how it changes."
    )
    wrong("still-contains-x", lambda W, x0: W * x0.T, "made of the terms $w_{nd}x_d$ of the sums").says(
        "Differentiate $w_{nd}x_d$ with respect to $x_d$: what is left?"
    )
    wrong(
        "activation-included",
        lambda W, a0, activation: diag(slope(activation, a0)) @ W,
        r"$\frac{\partial\mathbf y}{\partial\mathbf x} = \operatorname{diag}[\sigma'(\mathbf a_0)]\,\mathbf W$",
    ).says(r"The activation comes after $\mathbf a$.")
    wrong("rows-summed", lambda W: col(W.sum(axis=1)), r"the sum of each row of $\mathbf W$").says(
        "One column per input."
    )
    question.hints(OUTPUTS_BY_INPUTS, ROWS, "Differentiate each sum with respect to $x_1$ only.")
    question.explained(
        r"$a_n = \sum_d w_{nd}x_d + b_n$, so $\frac{\partial a_n}{\partial x_d} = w_{nd}$, wherever $\mathbf x_0$ is:"
        r" $\frac{\partial\mathbf a}{\partial\mathbf x} = \mathbf W = {{ reference }}$."
    )


def complete_da_db(question):
    wrong = question.wrong
    question.oracle(a_by_b)
    wrong("vector-of-ones", lambda W: np.ones((len(W), 1)), "a column of ones").says(
        "$N$ outputs and $N$ inputs: the answer has two ways. Does $a_1$ feel $b_2$?"
    )
    wrong("all-ones", lambda W: np.ones((len(W), len(W))), "a matrix of ones").says("Does $a_1$ feel $b_2$?")
    wrong("scalar-one", lambda: 1.0, "the number 1").says(
        "Right idea for one neuron; write it for all pairs (output, input)."
    )
    wrong("size-of-input", lambda x0: np.eye(len(x0)), r"$\mathbf I_D$").says(
        "Which variable is differentiated, and how many entries has it?"
    )
    wrong("bias-on-diagonal", lambda b: diag(b), r"$\operatorname{diag}[\mathbf b]$").says(
        "Differentiate $b_n$ with respect to itself."
    )
    wrong("zero", lambda W: np.zeros((len(W), len(W))), "a matrix of zeros").says(
        r"$\mathbf b$ is the variable here, not a constant."
    )
    wrong(
        "activation-included",
        lambda a0, activation: diag(slope(activation, a0)),
        r"$\frac{\partial\mathbf y}{\partial\mathbf b} = \operatorname{diag}[\sigma'(\mathbf a_0)]$",
    ).says(r"The activation comes after $\mathbf a$.")
    question.hints(OUTPUTS_BY_INPUTS, ROWS, r"Everything but $\mathbf b$ is constant here.")
    question.explained(
        r"$a_n$ contains $b_n$, with slope 1, and no other entry of $\mathbf b$:"
        r" $\frac{\partial\mathbf a}{\partial\mathbf b} = \mathbf I_N = {{ reference }}$."
    )


def complete_da_dwd(question):
    wrong = question.wrong
    question.oracle(a_by_column)
    wrong("scalar-only", lambda x0, d: x0[d - 1, 0], "the number $x_d$").says(
        "The factor is right; the derivative of a vector by a vector has two ways."
    )
    wrong("vector-instead", lambda W, x0, d: np.full((len(W), 1), x0[d - 1, 0]), "$x_d$ all along a column").says(
        r"$\mathbf w_d$ has $N$ entries: one column per entry."
    )
    wrong("full-matrix", lambda W, x0, d: np.full((len(W), len(W)), x0[d - 1, 0]), "$x_d$ in every entry").says(
        r"Does $a_1$ feel the second entry of $\mathbf w_d$?"
    )
    wrong("input-forgotten", lambda W: np.eye(len(W)), r"$\mathbf I_N$").says(
        r"$\mathbf w_d$ is multiplied by something in $\mathbf a$."
    )
    wrong(
        "index-slip",
        lambda W, x0, d: neighbour(x0, d) * np.eye(len(W)),
        r"$\mathbf I_N$ times another entry of $\mathbf x_0$ than $x_d$",
    ).says(r"Which entry of $\mathbf x$ multiplies this column? Counting starts at 1.")
    wrong("size-of-input", lambda x0, d: x0[d - 1] * np.eye(len(x0)), r"$x_d\mathbf I_D$").says(
        r"A column of $\mathbf W$ has $N$ entries."
    )
    wrong("whole-input-row", lambda x0: row(x0), r"$\mathbf x_0^\top$").says(
        r"Only one column of $\mathbf W$ is varied here (a row would give something like this)."
    )
    wrong("weights-instead", lambda W, d: W[:, [d - 1]], r"the column $\mathbf w_d$").says(
        "You differentiated with respect to $x_d$."
    )
    question.hints(
        OUTPUTS_BY_INPUTS,
        ROWS,
        r"Everything else is constant: write $\mathbf a = \mathbf w_d x_d + (\text{the rest})$.",
    )
    question.explained(
        r"$\mathbf a = \mathbf w_d x_d + (\text{the rest})$: each $a_n$ feels its own entry of $\mathbf w_d$, with the"
        r" factor $x_d$: $\frac{\partial\mathbf a}{\partial\mathbf w_d} = x_d\mathbf I_N = {{ reference }}$."
    )


# The activation -----------------------------------------------------------------------------------


def complete_dy_da(question):
    wrong = question.wrong
    question.oracle(y_by_a)
    wrong(
        "vector-not-matrix",
        lambda a0, activation: slope(activation, a0),
        r"the column $\sigma'(\mathbf a_0)$",
        credit=0.5,
    ).says("The numbers are right. The derivative of $N$ outputs by $N$ inputs has two ways: where do zeros go?")
    wrong(
        "value-on-diagonal",
        lambda a0, activation: diag(activate(activation, a0)),
        r"$\operatorname{diag}[\sigma(\mathbf a_0)]$",
    ).says("Right pattern; those are the outputs, not their slopes.")
    wrong("formula-on-a", _formula_on_a, r"made of $a_n(1 - a_n)$ on the diagonal").says(
        r"The formula uses $\sigma(a)$, not $a$."
    )
    wrong("other-activation", _other_activation, "a diagonal matrix with the slope formula of another activation").says(
        "That derivative belongs to another activation."
    )
    wrong(
        "rows-repeated",
        lambda a0, activation: np.tile(slope(activation, a0).T, (len(a0), 1)),
        r"the row $\sigma'(\mathbf a_0)^\top$, once for each output",
    ).says("Does $y_1$ depend on $a_2$?")
    wrong("identity", lambda a0: np.eye(len(a0)), r"$\mathbf I_N$").says(
        "The activation is not the identity: its slope enters."
    )
    wrong("diagonal-of-a", lambda W, x0, b: diag(W @ x0 + b), r"$\operatorname{diag}[\mathbf a_0]$").says(
        "Take the slope of the activation at each pre-activation."
    )
    question.hints(
        OUTPUTS_BY_INPUTS,
        r"$y_n = \sigma(a_n)$: which entries of $\mathbf a$ does $y_n$ feel?",
        r"The slope follows from the output: $\sigma(1 - \sigma)$ for the sigmoid, $1 - \sigma^2$ for $\tanh$;"
        " for ReLU it is 0 or 1.",
    )
    question.explained(
        r"$y_n = \sigma(a_n)$ depends on $a_n$ alone, with slope $\sigma'(a_n)$. With ${{ slopes }}$:"
        r" $\frac{\partial\mathbf y}{\partial\mathbf a} = \operatorname{diag}[\sigma'(\mathbf a_0)] = {{ reference }}$."
    )


def _formula_on_a(W, x0, b, activation):
    a = W @ x0 + b
    return diag(a * (1 - a)) if activation == "sigmoid" else None


def _other_activation(a0, activation):
    y = activate(activation, a0)
    return diag(1 - y**2) if activation == "sigmoid" else diag(y * (1 - y))


# The chain rule -----------------------------------------------------------------------------------

CHAIN_RULE = (
    r"Chain rule: $\frac{\partial\mathbf y}{\partial\,\cdot} ="
    r" \frac{\partial\mathbf y}{\partial\mathbf a}\,\frac{\partial\mathbf a}{\partial\,\cdot}$."
)
SLOPES = (
    r"With ${{ slopes }}$: $\frac{\partial\mathbf y}{\partial\mathbf a} = \operatorname{diag}[\sigma'(\mathbf a_0)]"
    r" = {{ dy_da }}$. By the chain rule, "
)


def complete_dy_dx(question):
    wrong = question.wrong
    question.oracle(y_by_x)
    wrong(
        "transposed", lambda reference: reference.T, r"$\mathbf W^\top\operatorname{diag}[\sigma'(\mathbf a_0)]$"
    ).says("Outputs are rows: the diagonal matrix multiplies from the left.")
    wrong(
        "activation-slope-forgotten",
        lambda da_dx: da_dx,
        r"$\frac{\partial\mathbf a}{\partial\mathbf x} = \mathbf W$, without the slopes",
        credit=0.3,
    ).says(r"That is $\frac{\partial\mathbf a}{\partial\mathbf x}$. One more factor brings you to $\mathbf y$.")
    wrong(
        "weights-forgotten",
        lambda dy_da: dy_da,
        r"$\frac{\partial\mathbf y}{\partial\mathbf a}$, without the weights",
        credit=0.3,
    ).says(r"That is $\frac{\partial\mathbf y}{\partial\mathbf a}$. One more factor brings you to $\mathbf x$.")
    wrong(
        "sigma-not-differentiated",
        lambda a0, da_dx, activation: diag(activate(activation, a0)) @ da_dx,
        r"$\operatorname{diag}[\sigma(\mathbf a_0)]\,\mathbf W$",
    ).says(r"The left factor contains slopes of $\sigma$, not its values.")
    wrong(
        "slope-at-x",
        lambda W, x0, activation: W @ diag(slope(activation, x0)),
        r"$\mathbf W\operatorname{diag}[\sigma'(\mathbf x_0)]$",
    ).says(r"At which point is $\sigma$ evaluated in the forward pass?")
    wrong(
        "bias-forgotten",
        lambda W, a0, b, activation: diag(slope(activation, a0 - b)) @ W,
        r"$\operatorname{diag}[\sigma'(\mathbf W\mathbf x_0)]\,\mathbf W$",
        sometimes_right=True,
    ).says("The pre-activation has two terms.")
    wrong(
        "rows-not-scaled-separately",
        lambda W, a0, activation: slope(activation, a0).mean() * W,
        r"$\mathbf W$ times the mean of the slopes",
    ).says("Every neuron has its own slope.")
    wrong(
        "collapsed-to-row",
        lambda W, a0, activation: slope(activation, a0).T @ W,
        r"$\sigma'(\mathbf a_0)^\top\mathbf W$",
    ).says("Do not add the outputs together: the left factor is a diagonal matrix, not a row.")
    question.hints(OUTPUTS_BY_INPUTS, CHAIN_RULE, r"$\mathbf W$ is one of the factors. On which side does it stand?")
    question.explained(
        SLOPES + r"$\frac{\partial\mathbf y}{\partial\mathbf x} = \operatorname{diag}[\sigma'(\mathbf a_0)]\,\mathbf W"
        r" = {{ dy_da }}{{ da_dx }} = {{ reference }}$."
    )


def complete_dy_db(question):
    wrong = question.wrong
    question.oracle(y_by_b)
    wrong("vector-not-matrix", lambda a0, activation: slope(activation, a0), r"the column $\sigma'(\mathbf a_0)$").says(
        "Right numbers; two ways are needed."
    )
    wrong(
        "activation-slope-forgotten",
        lambda da_db: da_db,
        r"$\frac{\partial\mathbf a}{\partial\mathbf b} = \mathbf I_N$, without the slopes",
    ).says(r"That is $\frac{\partial\mathbf a}{\partial\mathbf b}$.")
    wrong(
        "slope-at-b",
        lambda b, activation: diag(slope(activation, b)),
        r"$\operatorname{diag}[\sigma'(\mathbf b)]$",
        sometimes_right=True,
    ).says("The slope is taken at the whole pre-activation.")
    wrong(
        "sigma-not-differentiated",
        lambda a0, activation: diag(activate(activation, a0)),
        r"$\operatorname{diag}[\sigma(\mathbf a_0)]$",
    ).says("Slopes, not values.")
    wrong(
        "multiplied-by-b",
        lambda a0, b, activation: diag(slope(activation, a0) * b),
        r"made of $\sigma'(a_n)\,b_n$ on the diagonal",
        sometimes_right=True,
    ).says(r"What is the derivative of $\mathbf b$ with respect to itself?")
    wrong(
        "multiplied-by-weights",
        lambda dy_da, W: dy_da @ W,
        r"$\frac{\partial\mathbf y}{\partial\mathbf x} = \operatorname{diag}[\sigma'(\mathbf a_0)]\,\mathbf W$",
    ).says(r"The weights do not multiply $\mathbf b$.")
    question.hints(OUTPUTS_BY_INPUTS, CHAIN_RULE, r"Which $a_n$ feel $b_1$, and how much?")
    question.explained(
        SLOPES
        + r"$\frac{\partial\mathbf y}{\partial\mathbf b} = \operatorname{diag}[\sigma'(\mathbf a_0)]\,\mathbf I_N"
        r" = {{ dy_da }}{{ da_db }} = {{ reference }}$."
    )


def complete_dy_dwd(question):
    wrong = question.wrong
    question.oracle(y_by_column)
    wrong(
        "vector-not-matrix",
        lambda a0, x0, d, activation: x0[d - 1] * slope(activation, a0),
        r"the column $x_d\,\sigma'(\mathbf a_0)$",
    ).says("Right numbers; each output depends only on its own weight: show that with zeros.")
    wrong(
        "input-forgotten",
        lambda dy_da: dy_da,
        r"$\operatorname{diag}[\sigma'(\mathbf a_0)]$, without $x_d$",
        credit=0.3,
    ).says(r"What multiplies $\mathbf w_d$ in the pre-activation?")
    wrong(
        "activation-slope-forgotten",
        lambda da_dwd: da_dwd,
        r"$\frac{\partial\mathbf a}{\partial\mathbf w_d} = x_d\mathbf I_N$, without the slopes",
        credit=0.3,
    ).says(r"That is $\frac{\partial\mathbf a}{\partial\mathbf w_d}$.")
    wrong(
        "index-slip",
        lambda dy_da, x0, d: neighbour(x0, d) * dy_da,
        r"$\operatorname{diag}[\sigma'(\mathbf a_0)]$ times another entry of $\mathbf x_0$ than $x_d$",
    ).says(r"Which entry of $\mathbf x$ goes with this column? Counting starts at 1.")
    wrong(
        "one-column-in-preactivation",
        lambda W, x0, b, d, activation: x0[d - 1] * diag(slope(activation, W[:, [d - 1]] * x0[d - 1] + b)),
        r"$x_d\operatorname{diag}[\sigma'(\mathbf w_d x_d + \mathbf b)]$",
        sometimes_right=True,
    ).says(r"Only $\mathbf w_d$ varies, but the other columns are still there in $\mathbf a$.")
    wrong(
        "whole-weight-matrix",
        lambda a0, x0, activation: slope(activation, a0) @ x0.T,
        r"$\sigma'(\mathbf a_0)\,\mathbf x_0^\top$",
    ).says(r"One column of $\mathbf W$ is varied, not all weights at once.")
    wrong(
        "sigma-not-differentiated",
        lambda a0, x0, d, activation: x0[d - 1] * diag(activate(activation, a0)),
        r"$x_d\operatorname{diag}[\sigma(\mathbf a_0)]$",
    ).says("Slopes, not values.")
    wrong(
        "weights-instead",
        lambda a0, W, d, activation: slope(activation, a0) * W[:, [d - 1]],
        r"column $d$ of $\operatorname{diag}[\sigma'(\mathbf a_0)]\,\mathbf W$",
    ).says("You differentiated with respect to $x_d$.")
    question.hints(
        OUTPUTS_BY_INPUTS,
        CHAIN_RULE,
        r"For the second factor, write $\mathbf a = \mathbf w_d x_d + (\text{the rest})$.",
    )
    question.explained(
        SLOPES
        + r"$\frac{\partial\mathbf y}{\partial\mathbf w_d} = \operatorname{diag}[\sigma'(\mathbf a_0)]\,x_d\mathbf I_N"
        r" = {{ dy_da }}{{ da_dwd }} = {{ reference }}$."
    )
