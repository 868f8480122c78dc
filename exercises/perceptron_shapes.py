r"""# Perceptron: the shapes of the seven Jacobians

Let $\mathbf a = \mathbf W\mathbf x + \mathbf b$ and $\mathbf y = \sigma(\mathbf a)$ with $\mathbf x \in \mathbb{R}^{D}$
and $\mathbf y \in \mathbb{R}^{N}$, where $D = {{ D }}$ and $N = {{ N }}$. $\sigma$ is applied to each entry, and
$\mathbf w_d$ is column $d$ of $\mathbf W$. Give each shape as rows × columns, a column like `120x1`.
"""

import numpy as np

from app.exercise import Exercise, Shape
from exercises.mathematics.drawing import sizes
from exercises.mathematics.perceptron_jacobians import shape_by_differences

exercise = Exercise(number=34, topic="perceptron", section="Exercises: Jacobians", given=dict(N=int, D=int))
JACOBIANS = (("a", "x"), ("a", "b"), ("a", "w_d"), ("y", "a"), ("y", "x"), ("y", "b"), ("y", "w_d"))
OUTPUTS_ARE_ROWS, COLUMN = "Outputs are rows.", r"How many rows does $\mathbf W$ have? A column has one entry per row."


@exercise.instance
def draw(rng, level):
    N, D = sizes(rng, 2, 9, 2) if level == "hand" else sizes(rng, 10, 40, 2)
    return dict(N=N, D=D)


def ask(id, symbol, columns):
    """The part in which the shape of this symbol is asked for: N rows and as many columns."""

    def shape(N, D):
        return N, {"N": N, "D": D, "1": 1}[columns]

    shape.__name__, shape.__doc__ = id, f"The shape of ${symbol}$"
    return exercise.part(Shape())(shape)


W, b, w_d = (ask(id, rf"\mathbf {id}", columns) for id, columns in (("W", "D"), ("b", "1"), ("w_d", "1")))
W.oracle(lambda N, D: np.outer(np.ones(N), np.ones(D)).shape)
W.wrong("inputs-as-rows", lambda N, D: (D, N), "the shape with rows and columns exchanged").says(OUTPUTS_ARE_ROWS)
for part in (b, w_d):
    part.oracle(lambda N, D: np.ones((N, D))[:, [0]].shape)
    part.wrong("inputs-as-rows", lambda N: (1, N), "a row").says("Vectors are columns: each entry is a row.")
w_d.wrong("column-has-D-entries", lambda D: (D, 1), r"the shape of $\mathbf x$").says(COLUMN)
for part in (W, b, w_d):
    part.hints(
        r"$\mathbf W\mathbf x$ has as many entries as $\mathbf a$, and $\mathbf b$ is added to it.",
        r"Each output has a row of $\mathbf W$, each input a column.",
    )
    part.explained(
        r"$\mathbf W$ has a row for each output and a column for each input: it is ${{ N }} \times {{ D }}$."
        r" So its columns $\mathbf w_d$ have $N = {{ N }}$ entries, like $\mathbf b$, which is added to"
        r" $\mathbf W\mathbf x = \sum_d \mathbf w_d x_d$."
    )

for output, variable in JACOBIANS:
    name, size = f"d{output}_d{variable.replace('_', '')}", "D" if variable == "x" else "N"
    part = ask(name, rf"\frac{{\partial\mathbf {output}}}{{\partial\mathbf {variable}}}", size)
    part.oracle(lambda N, D, name=name: shape_by_differences(name, N, D))
    if variable == "x":
        made = "the shape with rows and columns exchanged"
        part.wrong("inputs-as-rows", lambda N, D: (D, N), made).says(OUTPUTS_ARE_ROWS)
    part.wrong("vector-not-matrix", lambda N: (N, 1), "the shape of the output")
    if variable == "w_d":
        part.wrong("column-has-D-entries", lambda N, D: (N, D), r"what $D$ entries would give").says(COLUMN)
    part.wrong("input-size-everywhere", lambda D: (D, D), r"the length of $\mathbf x$, twice")
    part.wrong("scalar", lambda: (), "the shape of a number")
    part.feedback("""
        vector-not-matrix: A derivative of a vector by a vector has two ways.
        input-size-everywhere: Which variable is differentiated, and how long is it?
        scalar: Both variables here are vectors.
    """)
    part.hints("How long is the output?", "How long is the variable under the bar?", "Outputs × inputs.")
    part.explained(
        rf"$\mathbf {output}$ has $N$ entries and $\mathbf {variable}$ has ${size}$: outputs × inputs is"
        " ${{ reference }}$."
    )
