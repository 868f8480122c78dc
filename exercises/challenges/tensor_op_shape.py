r"""# Which matrix to transpose

Let $\mathbf A \in \mathbb R^{{{ A_shape }}}$ and $\mathbf B \in \mathbb R^{{{ B_shape }}}$. They are to be multiplied
in this order, $\mathbf A$ in front, and each may be transposed first. Exactly one way of doing so makes the product
defined.
"""

import numpy as np

from app.exercise import Choice, Exercise, Shape, shape_latex
from exercises.mathematics.transposes import draw_factors, fitting, product_of_ones

exercise = Exercise(given=dict(A=list, B=list))
exercise.instance(draw_factors)
exercise.stratum(lambda A, B: f"to transpose: {fitting(A, B)[0]}")
exercise.texts(
    A_shape=lambda A: shape_latex(tuple(A)),
    B_shape=lambda B: shape_latex(tuple(B)),
    factors=lambda A, B: r"({1} \times {2})({2} \times {3})".format(*fitting(A, B)),
    inner=lambda A, B: fitting(A, B)[2],
)

WAYS = Choice(
    none=r"neither: $\mathbf A\mathbf B$",
    first=r"$\mathbf A$ only: $\mathbf A^\top\mathbf B$",
    second=r"$\mathbf B$ only: $\mathbf A\mathbf B^\top$",
    both=r"both: $\mathbf A^\top\mathbf B^\top$",
)


@exercise.part(WAYS, weight=0.4)
def transpose(A, B):
    """Which of the two must be transposed?"""
    return fitting(A, B)[0]


@exercise.part(Shape(), weight=0.3)
def shape(A, B):
    """Shape of that product"""
    _, m, _, n = fitting(A, B)
    return m, n


@exercise.part("scalar", weight=0.3)
def multiplications(A, B):
    """Number of multiplications of two numbers that it takes, row by column"""
    return np.prod(fitting(A, B)[1:])


transpose.oracle(lambda A, B: product_of_ones(A, B)[0])
shape.oracle(lambda A, B: product_of_ones(A, B)[1].shape)
multiplications.oracle(lambda A, B: product_of_ones(A, B)[1].sum())

OTHER = {"first": "second", "second": "first"}
transpose.wrong(
    "taken-as-written", lambda reference: None if reference == "none" else "none", "the product as it stands"
)
transpose.wrong("other-operand", lambda reference: OTHER.get(reference), "the other one of the two")
transpose.wrong(
    "both-transposed", lambda reference: None if reference == "both" else "both", "undefined: the inner sizes differ"
)
transpose.feedback("""
    taken-as-written: Write the two inner sizes next to each other: are they equal as the matrices stand?
    other-operand: Turn that matrix around and look at the two inner sizes again.
    both-transposed: Transposing both changes both inner sizes. Are they equal then?
""")
shape.wrong("reversed", lambda reference: reference[::-1], "columns × rows", credit=0.3)
shape.wrong("inner-sizes-kept", lambda A, B: fitting(A, B)[2:3] * 2, "the two inner sizes")
shape.wrong(
    "taken-as-written", lambda A, B: (A[0], B[1]), "a pair of the outer sizes as they stand", sometimes_right=True
)
shape.feedback("""
    reversed: The ways are right; rows come first.
    inner-sizes-kept: The inner sizes belong to the index that is summed. Which sizes are left?
    taken-as-written: Look at the factors after transposing.
""")
multiplications.wrong("one-per-entry", lambda shape: np.prod(shape), "the number of entries of the product")
multiplications.wrong(
    "one-entry-only", lambda A, B: fitting(A, B)[2], "the number of multiplications of a single entry"
)
multiplications.wrong(
    "additions-counted",
    lambda shape, A, B: np.prod(shape) * (2 * fitting(A, B)[2] - 1),
    "the number of multiplications and additions",
)
multiplications.wrong("every-pair", lambda A, B: np.prod(A) * np.prod(B), "the number of pairs, one entry from each")
multiplications.feedback(r"""
    one-per-entry: How many multiplications does one entry take?
    one-entry-only: That is for one entry. How many entries are there?
    additions-counted: Count the multiplications only.
    every-pair: Not every entry of $\mathbf A$ meets every entry of $\mathbf B$. Which ones do?
""")

transpose.hints(r"Write the four sizes in a row, $\mathbf A$ first.", "Transposing exchanges the sizes of a matrix.")
shape.hints("Write the sizes of the two factors in a row.", "The inner two disappear.")
multiplications.hints("How many multiplications does one entry take?", "How many entries are there?")
transpose.explained("The inner sizes must be equal. They are in ${{ factors }}$ only: ${{ reference }}$.")
shape.explained("${{ factors }}$: the inner size ${{ inner }}$ disappears, ${{ reference }}$ is left.")
multiplications.explained(
    "Each entry takes ${{ inner }}$ multiplications. A ${{ shape }}$ matrix has as many entries as its two sizes"
    " multiplied: ${{ reference }}$ multiplications in all."
)
