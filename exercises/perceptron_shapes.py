r"""# Perceptron: the shapes of the seven Jacobians

Let $\mathbf a = \mathbf W\mathbf x + \mathbf b$ and $\mathbf y = \sigma(\mathbf a)$ with $\mathbf x \in \mathbb{R}^{D}$
and $\mathbf y \in \mathbb{R}^{N}$, where $D = {{ D }}$ and $N = {{ N }}$. $\sigma$ is applied to each entry, and
$\mathbf w_d$ is column $d$ of $\mathbf W$. Give each shape as rows × columns, a column like `120x1`.
"""

import numpy as np

from app.exercise import Exercise, Shape
from exercises.mathematics import jacobian
from exercises.mathematics.drawing import sizes
from exercises.mathematics.perceptron import sigmoid, with_column

exercise = Exercise(number=34, topic="perceptron", section="Exercises: Jacobians", given=dict(N=int, D=int))

PARAMETERS = {"W": ("W", "N D"), "b": ("b", "N 1"), "w_d": ("w_d", "N 1")}
JACOBIANS = {  # output, variable, shape
    "da_dx": ("a", "x", "N D"),
    "da_db": ("a", "b", "N N"),
    "da_dwd": ("a", "w_d", "N N"),
    "dy_da": ("y", "a", "N N"),
    "dy_dx": ("y", "x", "N D"),
    "dy_db": ("y", "b", "N N"),
    "dy_dwd": ("y", "w_d", "N N"),
}


@exercise.instance
def draw(rng, level):
    N, D = sizes(rng, 2, 9, 2) if level == "hand" else sizes(rng, 10, 40, 2)
    return dict(N=N, D=D)


def ask(id, symbol, declared):
    """The part in which the shape of this symbol is asked for."""

    def shape(N, D):
        return [{"N": N, "D": D, "1": 1}[size] for size in declared.split()]

    shape.__name__, shape.__doc__ = id, f"The shape of ${symbol}$"
    return exercise.part(Shape())(shape)


def jacobian_of_ones(output, variable, N, D):
    """The Jacobian by finite differences where all weights, biases and inputs are 1."""
    W, x, b = np.ones((N, D)), np.ones((D, 1)), np.ones((N, 1))
    a, start = {
        "x": (lambda v: W @ v + b, x),
        "b": (lambda v: W @ x + v, b),
        "w_d": (lambda v: with_column(W, 1, v) @ x + b, W[:, [0]]),
        "a": (lambda v: v, W @ x + b),
    }[variable]
    return jacobian(a if output == "a" else lambda v: sigmoid(a(v)), start)


def d_entries(part, made, wrong):
    part.wrong("column-has-D-entries", wrong, made)
    part.feedback(r"""
        column-has-D-entries: How many rows does $\mathbf W$ have? A column has one entry per row.
    """)


for id, (letter, declared) in PARAMETERS.items():
    part = ask(id, rf"\mathbf {letter}", declared)
    if id == "W":
        part.oracle(lambda N, D: np.outer(np.ones(N), np.ones(D)).shape)
        part.wrong("inputs-as-rows", lambda N, D: (D, N), "the shape with rows and columns exchanged")
        part.feedback("""
            inputs-as-rows: Outputs are rows.
        """)
    else:
        part.oracle(lambda N, D: np.ones((N, D))[:, [0]].shape)
        part.wrong("inputs-as-rows", lambda N: (1, N), "a row")
        part.feedback("""
            inputs-as-rows: Vectors are columns: each entry is a row.
        """)
    if id == "w_d":
        d_entries(part, r"the shape of $\mathbf x$", lambda D: (D, 1))
    part.hints(
        r"$\mathbf W\mathbf x$ has as many entries as $\mathbf a$, and $\mathbf b$ is added to it.",
        r"Each output has a row of $\mathbf W$, each input a column.",
    )
    part.explained(
        r"$\mathbf W$ has a row for each output and a column for each input: it is ${{ N }} \times {{ D }}$."
        r" So its columns $\mathbf w_d$ have $N = {{ N }}$ entries, like $\mathbf b$, which is added to"
        r" $\mathbf W\mathbf x = \sum_d \mathbf w_d x_d$."
    )

for id, (output, variable, declared) in JACOBIANS.items():
    part = ask(id, rf"\frac{{\partial\mathbf {output}}}{{\partial\mathbf {variable}}}", declared)
    part.oracle(lambda N, D, output=output, variable=variable: jacobian_of_ones(output, variable, N, D).shape)
    if variable == "x":
        part.wrong("inputs-as-rows", lambda N, D: (D, N), "the shape with rows and columns exchanged")
        part.feedback("""
            inputs-as-rows: Outputs are rows.
        """)
    part.wrong("vector-not-matrix", lambda N: (N, 1), "the shape of the output")
    if variable == "w_d":
        d_entries(part, r"right only if $\mathbf w_d$ had $D$ entries", lambda N, D: (N, D))
    part.wrong("input-size-everywhere", lambda D: (D, D), r"the length of $\mathbf x$, twice")
    part.wrong("scalar", lambda: (), "the shape of a number")
    part.feedback("""
        vector-not-matrix: A derivative of a vector by a vector has two ways.
        input-size-everywhere: Which variable is differentiated, and how long is it?
        scalar: Both variables here are vectors.
    """)
    part.hints("How long is the output?", "How long is the variable under the bar?", "Outputs × inputs.")
    part.explained(
        rf"$\mathbf {output}$ has $N$ entries and $\mathbf {variable}$ has ${'D' if variable == 'x' else 'N'}$:"
        " outputs × inputs is ${{ reference }}$."
    )
