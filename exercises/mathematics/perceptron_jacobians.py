r"""The seven Jacobians of the simple perceptron: everything about each but the question itself.

`complete_dy_dx(question)` gives a question about $\frac{\partial\mathbf y}{\partial\mathbf x}$ its oracle, its
misconceptions, its hints and its worked solution. The last three Jacobians are products of two of the first four.
Where these are parts of the same exercise, what a student sends for them is followed; where they are not,
`draw_factors` draws them hidden, under the same names.
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
    W, x0, d, a0, activation = (drawn[name] for name in ("W", "x0", "d", "a0", "activation"))
    return drawn | dict(da_dx=da_dx(W), da_db=da_db(W), da_dwd=da_dwd(W, x0, d), dy_da=dy_da(a0, activation))


# The first four -----------------------------------------------------------------------------------


def da_dx(W):
    r"""$\left.\frac{\partial\mathbf a}{\partial\mathbf x}\right|_{\mathbf x_0}$"""
    return W


def da_db(W):
    r"""$\left.\frac{\partial\mathbf a}{\partial\mathbf b}\right|_{\mathbf b_0}$"""
    return np.eye(len(W))


def da_dwd(W, x0, d):
    r"""$\left.\frac{\partial\mathbf a}{\partial\mathbf w_d}\right|_{\mathbf w_{d,0}}$"""
    return x0[d - 1] * np.eye(len(W))


def dy_da(a0, activation):
    r"""$\left.\frac{\partial\mathbf y}{\partial\mathbf a}\right|_{\mathbf a_0}$"""
    return diag(slope(activation, a0))


FACTORS_IN_SYMBOLS = perceptron.IN_SYMBOLS | dict(
    computed=perceptron.IN_SYMBOLS["computed"] | dict(da_dx=da_dx, da_db=da_db, da_dwd=da_dwd, dy_da=dy_da),
    texts=perceptron.IN_SYMBOLS["texts"]
    | dict(
        da_dx=r"\mathbf W",
        da_db=r"\mathbf I_N",
        da_dwd=r"\left(x_d\mathbf I_N\right)",
        dy_da=r"\operatorname{diag}[\sigma'(\mathbf a_0)]",
    ),
)


# What one may take for them -----------------------------------------------------------------------


def slope_column(a0, activation):
    """As a column, not on a diagonal."""
    return slope(activation, a0)


def values_on_diagonal(a0, activation):
    """Outputs in place of their slopes."""
    return diag(activate(activation, a0))


def full(W, entry):
    """N×N with this entry in all places."""
    return np.full((len(W), len(W)), entry)


def formula_on_a(W, x0, b, activation):
    """The slope of the sigmoid with a in place of its value."""
    a = W @ x0 + b
    return diag(a * (1 - a)) if activation == "sigmoid" else None


def other_activation(a0, activation):
    """The formula of tanh for the sigmoid, else that of the sigmoid."""
    y = activate(activation, a0)
    return diag(1 - y**2) if activation == "sigmoid" else diag(y * (1 - y))


def column_alone(W, x0, b, d, activation):
    """The last one where the pre-activation forgets the other columns."""
    return x0[d - 1] * dy_da(W[:, [d - 1]] * x0[d - 1] + b, activation)


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


def which(found, **candidates):
    """The name of the candidate that was found by differences."""
    return next(id for id, J in candidates.items() if J.shape == found.shape and np.allclose(J, found))


def shape_by_differences(name, N, D):
    """The shape of the Jacobian with this name."""
    W, x, a = np.ones((N, D)), np.ones((D, 1)), np.ones((N, 1))
    return {
        "da_dx": lambda: a_by_x(W, x),
        "da_db": lambda: a_by_b(W, x, a),
        "da_dwd": lambda: a_by_column(W, x, 1),
        "dy_da": lambda: y_by_a(a, "sigmoid"),
        "dy_dx": lambda: y_by_x(W, x, a, "sigmoid"),
        "dy_db": lambda: y_by_b(W, x, a, "sigmoid"),
        "dy_dwd": lambda: y_by_column(W, x, a, 1, "sigmoid"),
    }[name]().shape


# The affine map -----------------------------------------------------------------------------------

OUTPUTS_BY_INPUTS = "Shape first: outputs × inputs."
ROWS = "Row $n$ is the transposed gradient of $a_n$. Write $a_n$ as a sum."
REST = r"write $\mathbf a = \mathbf w_d x_d + (\text{the rest})$."
BY_X = r"$\frac{\partial\mathbf y}{\partial\mathbf x} = \operatorname{diag}[\sigma'(\mathbf a_0)]\,\mathbf W$"
BY_B = r"$\frac{\partial\mathbf y}{\partial\mathbf b} = \operatorname{diag}[\sigma'(\mathbf a_0)]$"


def complete_da_dx(question):
    wrong = question.wrong
    wrong("transposed", lambda W: W.T, r"$\mathbf W^\top$")
    wrong("value-instead", lambda a0: a0, r"the pre-activation $\mathbf a_0$ itself")
    wrong("still-contains-x", lambda W, x0: W * x0.T, "made of the terms $w_{nd}x_d$ of the sums")
    wrong("activation-included", lambda W, a0, activation: dy_da(a0, activation) @ W, BY_X)
    wrong("rows-summed", lambda W: col(W.sum(axis=1)), r"the sum of each row of $\mathbf W$")
    question.feedback(r"""
        transposed: Outputs of $\mathbf a$ are rows.
        value-instead: That is $\mathbf a_0$; the question is how it changes.
        still-contains-x: Differentiate $w_{nd}x_d$ with respect to $x_d$: what is left?
        activation-included: The activation comes after $\mathbf a$.
        rows-summed: One column per input.
    """)
    question.oracle(a_by_x)
    question.hints(OUTPUTS_BY_INPUTS, ROWS, "Differentiate each sum with respect to $x_1$ only.")
    question.explained(
        r"$a_n = \sum_d w_{nd}x_d + b_n$, so $\frac{\partial a_n}{\partial x_d} = w_{nd}$, wherever $\mathbf x_0$ is:"
        r" $\frac{\partial\mathbf a}{\partial\mathbf x} = \mathbf W = {{ reference }}$."
    )


def complete_da_db(question):
    wrong = question.wrong
    wrong("vector-of-ones", lambda W: np.ones((len(W), 1)), "a column of ones")
    wrong("all-ones", lambda W: full(W, 1.0), "a matrix of ones")
    wrong("scalar-one", lambda: 1.0, "the number 1")
    wrong("size-of-input", lambda x0: np.eye(len(x0)), r"$\mathbf I_D$")
    wrong("bias-on-diagonal", lambda b: diag(b), r"$\operatorname{diag}[\mathbf b]$")
    wrong("zero", lambda W: full(W, 0.0), "a matrix of zeros")
    wrong("activation-included", dy_da, BY_B)
    question.feedback(r"""
        vector-of-ones: $N$ outputs and $N$ inputs: the answer has two ways. Does $a_1$ feel $b_2$?
        all-ones: Does $a_1$ feel $b_2$?
        scalar-one: Right idea for one neuron; write it for all pairs (output, input).
        size-of-input: Which variable is differentiated, and how many entries has it?
        bias-on-diagonal: Differentiate $b_n$ with respect to itself.
        zero: $\mathbf b$ is the variable here, not a constant.
        activation-included: The activation comes after $\mathbf a$.
    """)
    question.oracle(a_by_b)
    question.hints(OUTPUTS_BY_INPUTS, ROWS, r"Everything but $\mathbf b$ is constant here.")
    question.explained(
        r"$a_n$ contains $b_n$, with slope 1, and no other entry of $\mathbf b$:"
        r" $\frac{\partial\mathbf a}{\partial\mathbf b} = \mathbf I_N = {{ reference }}$."
    )


def complete_da_dwd(question):
    wrong = question.wrong
    wrong("scalar-only", lambda x0, d: x0[d - 1, 0], "the number $x_d$")
    wrong("vector-instead", lambda W, x0, d: np.full((len(W), 1), x0[d - 1, 0]), "$x_d$ all along a column")
    wrong("full-matrix", lambda W, x0, d: full(W, x0[d - 1, 0]), "$x_d$ in every entry")
    wrong("input-forgotten", da_db, r"$\mathbf I_N$")
    wrong("index-slip", lambda W, x0, d: neighbour(x0, d) * np.eye(len(W)), r"made with the entry beside $x_d$")
    wrong("size-of-input", lambda x0, d: x0[d - 1] * np.eye(len(x0)), r"$x_d\mathbf I_D$")
    wrong("whole-input-row", lambda x0: row(x0), r"$\mathbf x_0^\top$")
    wrong("weights-instead", lambda W, d: W[:, [d - 1]], r"the column $\mathbf w_d$")
    question.feedback(r"""
        scalar-only: The factor is right; the derivative of a vector by a vector has two ways.
        vector-instead: $\mathbf w_d$ has $N$ entries: one column per entry.
        full-matrix: Does $a_1$ feel the second entry of $\mathbf w_d$?
        input-forgotten: $\mathbf w_d$ is multiplied by something in $\mathbf a$.
        index-slip: Which entry of $\mathbf x$ multiplies this column? Counting starts at 1.
        size-of-input: A column of $\mathbf W$ has $N$ entries.
        whole-input-row: Only one column of $\mathbf W$ is varied here (a row would give something like this).
        weights-instead: You differentiated with respect to $x_d$.
    """)
    question.oracle(a_by_column)
    question.hints(OUTPUTS_BY_INPUTS, ROWS, f"Everything else is constant: {REST}")
    question.explained(
        r"$\mathbf a = \mathbf w_d x_d + (\text{the rest})$: each $a_n$ feels its own entry of $\mathbf w_d$, with the"
        r" factor $x_d$: $\frac{\partial\mathbf a}{\partial\mathbf w_d} = x_d\mathbf I_N = {{ reference }}$."
    )


# The activation -----------------------------------------------------------------------------------


def complete_dy_da(question):
    wrong = question.wrong
    wrong("vector-not-matrix", slope_column, r"the column $\sigma'(\mathbf a_0)$", credit=0.5)
    wrong("value-on-diagonal", values_on_diagonal, r"$\operatorname{diag}[\sigma(\mathbf a_0)]$")
    wrong("formula-on-a", formula_on_a, "made of $a_n(1 - a_n)$ on the diagonal")
    wrong("other-activation", other_activation, "a diagonal matrix with the slope formula of another activation")
    wrong(
        "rows-repeated",
        lambda a0, activation: np.tile(slope_column(a0, activation).T, (len(a0), 1)),
        r"the row $\sigma'(\mathbf a_0)^\top$, once for each output",
    )
    wrong("identity", lambda a0: np.eye(len(a0)), r"$\mathbf I_N$")
    wrong("diagonal-of-a", lambda W, x0, b: diag(W @ x0 + b), r"$\operatorname{diag}[\mathbf a_0]$")
    question.feedback(r"""
        vector-not-matrix: The numbers are right. The derivative of $N$ outputs by $N$ inputs has two ways: where do
            zeros go?
        value-on-diagonal: Right pattern; those are the outputs, not their slopes.
        formula-on-a: The formula uses $\sigma(a)$, not $a$.
        other-activation: That derivative belongs to another activation.
        rows-repeated: Does $y_1$ depend on $a_2$?
        identity: The activation is not the identity: its slope enters.
        diagonal-of-a: Take the slope of the activation at each pre-activation.
    """)
    question.oracle(y_by_a)
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
    wrong("transposed", lambda reference: reference.T, r"$\mathbf W^\top\operatorname{diag}[\sigma'(\mathbf a_0)]$")
    wrong("activation-slope-forgotten", lambda da_dx: da_dx, r"$\mathbf W$, without the slopes", credit=0.3)
    wrong("weights-forgotten", lambda dy_da: dy_da, r"$\operatorname{diag}[\sigma'(\mathbf a_0)]$ alone", credit=0.3)
    wrong(
        "sigma-not-differentiated",
        lambda a0, da_dx, activation: values_on_diagonal(a0, activation) @ da_dx,
        r"$\operatorname{diag}[\sigma(\mathbf a_0)]\,\mathbf W$",
    )
    wrong(
        "slope-at-x",
        lambda W, x0, activation: W @ dy_da(x0, activation),
        r"$\mathbf W\operatorname{diag}[\sigma'(\mathbf x_0)]$",
    )
    wrong(
        "bias-forgotten",
        lambda W, a0, b, activation: dy_da(a0 - b, activation) @ W,
        r"$\operatorname{diag}[\sigma'(\mathbf W\mathbf x_0)]\,\mathbf W$",
        sometimes_right=True,
    )
    wrong(
        "rows-not-scaled-separately",
        lambda W, a0, activation: slope_column(a0, activation).mean() * W,
        r"$\mathbf W$ times the mean of the slopes",
    )
    wrong(
        "collapsed-to-row",
        lambda W, a0, activation: slope_column(a0, activation).T @ W,
        r"$\sigma'(\mathbf a_0)^\top\mathbf W$",
    )
    question.feedback(r"""
        transposed: Outputs are rows: the diagonal matrix multiplies from the left.
        activation-slope-forgotten: That is $\frac{\partial\mathbf a}{\partial\mathbf x}$. One more factor brings you to
            $\mathbf y$.
        weights-forgotten: That is $\frac{\partial\mathbf y}{\partial\mathbf a}$. One more factor brings you to
            $\mathbf x$.
        sigma-not-differentiated: The left factor contains slopes of $\sigma$, not its values.
        slope-at-x: At which point is $\sigma$ evaluated in the forward pass?
        bias-forgotten: The pre-activation has two terms.
        rows-not-scaled-separately: Every neuron has its own slope.
        collapsed-to-row: Do not add the outputs together: the left factor is a diagonal matrix, not a row.
    """)
    question.oracle(y_by_x)
    question.hints(OUTPUTS_BY_INPUTS, CHAIN_RULE, r"$\mathbf W$ is one of the factors. On which side does it stand?")
    question.explained(
        SLOPES + r"$\frac{\partial\mathbf y}{\partial\mathbf x} = \operatorname{diag}[\sigma'(\mathbf a_0)]\,\mathbf W"
        r" = {{ dy_da }}{{ da_dx }} = {{ reference }}$."
    )


def complete_dy_db(question):
    wrong = question.wrong
    wrong("vector-not-matrix", slope_column, r"the column $\sigma'(\mathbf a_0)$")
    wrong("activation-slope-forgotten", lambda da_db: da_db, r"$\mathbf I_N$, without the slopes")
    wrong(
        "slope-at-b",
        lambda b, activation: dy_da(b, activation),
        r"$\operatorname{diag}[\sigma'(\mathbf b)]$",
        sometimes_right=True,
    )
    wrong("sigma-not-differentiated", values_on_diagonal, r"$\operatorname{diag}[\sigma(\mathbf a_0)]$")
    wrong(
        "multiplied-by-b",
        lambda a0, b, activation: diag(slope_column(a0, activation) * b),
        r"made of $\sigma'(a_n)\,b_n$ on the diagonal",
        sometimes_right=True,
    )
    wrong("multiplied-by-weights", lambda dy_da, W: dy_da @ W, BY_X)
    question.feedback(r"""
        vector-not-matrix: Right numbers; two ways are needed.
        activation-slope-forgotten: That is $\frac{\partial\mathbf a}{\partial\mathbf b}$.
        slope-at-b: The slope is taken at the whole pre-activation.
        sigma-not-differentiated: Slopes, not values.
        multiplied-by-b: What is the derivative of $\mathbf b$ with respect to itself?
        multiplied-by-weights: The weights do not multiply $\mathbf b$.
    """)
    question.oracle(y_by_b)
    question.hints(OUTPUTS_BY_INPUTS, CHAIN_RULE, r"Which $a_n$ feel $b_1$, and how much?")
    question.explained(
        SLOPES
        + r"$\frac{\partial\mathbf y}{\partial\mathbf b} = \operatorname{diag}[\sigma'(\mathbf a_0)]\,\mathbf I_N"
        r" = {{ dy_da }}{{ da_db }} = {{ reference }}$."
    )


def complete_dy_dwd(question):
    wrong = question.wrong
    wrong(
        "vector-not-matrix",
        lambda a0, x0, d, activation: x0[d - 1] * slope_column(a0, activation),
        r"the column $x_d\,\sigma'(\mathbf a_0)$",
    )
    wrong("input-forgotten", lambda dy_da: dy_da, r"$\operatorname{diag}[\sigma'(\mathbf a_0)]$ alone", credit=0.3)
    wrong("activation-slope-forgotten", lambda da_dwd: da_dwd, r"$x_d\mathbf I_N$, without the slopes", credit=0.3)
    wrong("index-slip", lambda dy_da, x0, d: neighbour(x0, d) * dy_da, "made with the entry beside $x_d$")
    wrong(
        "one-column-in-preactivation",
        column_alone,
        r"$x_d\operatorname{diag}[\sigma'(\mathbf w_d x_d + \mathbf b)]$",
        sometimes_right=True,
    )
    wrong(
        "whole-weight-matrix",
        lambda a0, x0, activation: slope_column(a0, activation) @ x0.T,
        r"$\sigma'(\mathbf a_0)\,\mathbf x_0^\top$",
    )
    wrong(
        "sigma-not-differentiated",
        lambda a0, x0, d, activation: x0[d - 1] * values_on_diagonal(a0, activation),
        r"$x_d\operatorname{diag}[\sigma(\mathbf a_0)]$",
    )
    wrong(
        "weights-instead",
        lambda a0, W, d, activation: slope_column(a0, activation) * W[:, [d - 1]],
        r"column $d$ of $\operatorname{diag}[\sigma'(\mathbf a_0)]\,\mathbf W$",
    )
    question.feedback(r"""
        vector-not-matrix: Right numbers; each output depends only on its own weight: show that with zeros.
        input-forgotten: What multiplies $\mathbf w_d$ in the pre-activation?
        activation-slope-forgotten: That is $\frac{\partial\mathbf a}{\partial\mathbf w_d}$.
        index-slip: Which entry of $\mathbf x$ goes with this column? Counting starts at 1.
        one-column-in-preactivation: Only $\mathbf w_d$ varies, but the other columns are still there in $\mathbf a$.
        whole-weight-matrix: One column of $\mathbf W$ is varied, not all weights at once.
        sigma-not-differentiated: Slopes, not values.
        weights-instead: You differentiated with respect to $x_d$.
    """)
    question.oracle(y_by_column)
    question.hints(OUTPUTS_BY_INPUTS, CHAIN_RULE, f"For the second factor, {REST}")
    question.explained(
        SLOPES
        + r"$\frac{\partial\mathbf y}{\partial\mathbf w_d} = \operatorname{diag}[\sigma'(\mathbf a_0)]\,x_d\mathbf I_N"
        r" = {{ dy_da }}{{ da_dwd }} = {{ reference }}$."
    )
