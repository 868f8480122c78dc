r"""# Row or column?

Let {{ function }}, and

$$\mathbf x_0 = {{ x0 }} \qquad \mathbf h = {{ h }}$$

Give the total derivative of $f$ at $\mathbf x_0$, the gradient, and the derivative applied to $\mathbf h$, each in its
right shape{{ layout }}.
"""

import numpy as np

from app.exercise import Exercise, values_latex
from exercises.mathematics import jacobian
from exercises.mathematics.drawing import numbers

given = dict(quad=bool, w="D 1", b=float, x0="D 1", h="D 1")
exercise = Exercise(number=23, topic="gradients", section="Special Case 2", given=given)


@exercise.instance
def draw(rng, level):
    D, quad = int(rng.integers(3, 5)), bool(rng.random() < 0.5)
    w, b = (None, None) if quad else (numbers(rng, level, D, 1, largest=6), numbers(rng, level))
    x0, h = numbers(rng, level, D, 1), numbers(rng, level, D, 1, largest=3)
    return dict(quad=quad, w=w, b=b, x0=x0, h=h)


exercise.stratum(lambda quad: "squared norm" if quad else "affine form")
exercise.texts(
    layout=lambda: ": `[[1, 2, 3]]` is a row, `[[1], [2], [3]]` is a column",
    sum=lambda quad: r"\sum_d x_d^2" if quad else r"b + \sum_d w_d x_d",
    slope=lambda quad: "2x_d" if quad else "w_d",
)

exercise.in_symbols(
    fixed=dict(quad=True, w=None, b=None),
    texts=dict(layout="", function=r"$f(\mathbf x) = \lVert\mathbf x\rVert_2^2$", sum=r"\sum_d x_d^2", slope="2x_d"),
)


@exercise.text
def function(quad, w, b):
    if quad:
        return r"$f(\mathbf x) = \lVert\mathbf x\rVert_2^2$"
    formula = r"$f(\mathbf x) = b + \mathbf w^\top\mathbf x$"
    return rf"{formula} with $\mathbf w = {values_latex(w)}$ and $b = {values_latex(b)}$"


@exercise.part("1 D", oriented=True, formula="2 x0^T")
def derivative(quad, w, x0):
    r"""The total derivative $\left.\frac{df}{d\mathbf x}\right|_{\mathbf x_0}$"""
    return 2 * x0.T if quad else w.T


@exercise.part("D 1", oriented=True, formula="2 x0")
def gradient(derivative):
    r"""The gradient $\nabla f(\mathbf x_0)$"""
    return derivative.T


@exercise.part("scalar", formula="2 x0^T h")
def applied(derivative, h):
    r"""$\left.\frac{df}{d\mathbf x}\right|_{\mathbf x_0}\mathbf h$"""
    return derivative @ h


def f(x, quad, w, b):
    return x.T @ x if quad else b + w.T @ x


derivative.oracle(lambda quad, w, b, x0: jacobian(lambda x: f(x, quad, w, b), x0))
gradient.oracle(lambda quad, w, b, x0: jacobian(lambda x: f(x, quad, w, b), x0).T)
applied.oracle(lambda quad, w, b, x0, h: jacobian(lambda t: f(x0 + t * h, quad, w, b), [[0.0]]))

NORM = r"$\lVert\nabla f(\mathbf x_0)\rVert_2$"
for part, made in ((derivative, "the gradient, a column"), (gradient, "the total derivative, a row")):
    part.wrong("row-column-exchanged", lambda reference: reference.T, made)
    part.wrong("norm-of-gradient", lambda reference: np.linalg.norm(reference), NORM)
    part.feedback("""
        row-column-exchanged: One of them eats a vector and returns a number; the other is a direction in input space.
        norm-of-gradient: The length is a number without direction; this is not what is asked.
    """)
applied.wrong(
    "entrywise-not-summed", lambda derivative, h: derivative.T * h, "made of the terms of the sum, one by one"
)
applied.wrong("outer-product", lambda derivative, h: derivative.T @ h.T, "column times row")
applied.wrong("norm-of-gradient", lambda derivative: np.linalg.norm(derivative), NORM)
applied.feedback(r"""
    entrywise-not-summed: A row times a column is one number.
    outer-product: Check the order: row first, then column.
    norm-of-gradient: That is the largest rate per unit step, in one particular direction. Here the step is $\mathbf h$.
""")

derivative.hints(
    "How many outputs, how many inputs?", r"Outputs × inputs: it multiplies the column $\mathbf h$ from the left."
)
gradient.hints(r"It has the shape of $\mathbf x$.", "Its entries are those of the derivative.")
applied.hints("Row times column.", "How many outputs does $f$ have?")
derivative.explained(
    "In ${{ sum }}$ the slope along $x_d$ is ${{ slope }}$. One output, $D$ inputs: the row ${{ reference }}$."
)
gradient.explained(r"The gradient is the derivative transposed, a column like $\mathbf x$: ${{ reference }}$.")
applied.explained(r"Row times column, one number: ${{ derivative }}{{ h }} = {{ reference }}$.")
