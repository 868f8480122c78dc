r"""# Which matrix to transpose

Let {{ operands }}. They are to be multiplied in this order, $\mathbf A$ in front, and each may be transposed first.
Exactly one way of doing so makes the product defined.
"""

import numpy as np

from app.exercise import Choice, Exercise, Shape, shape_latex
from exercises.mathematics.drawing import sizes

exercise = Exercise(given=dict(A=list, B=list))
TURNED = {"none": (1, 1), "first": (-1, 1), "second": (1, -1), "both": (-1, -1)}  # -1: this one is transposed


@exercise.instance
def draw(rng):
    m, k, n = sizes(rng, 2, 6, 3)
    turn_A, turn_B = TURNED[str(rng.choice(list(TURNED)))]
    return dict(A=[m, k][::turn_A], B=[k, n][::turn_B])


def fitting(A, B):
    """The one way in which the inner sizes are equal, and the sizes m×k and k×n then."""
    for way, (turn_A, turn_B) in TURNED.items():
        (m, k), (inner, n) = A[::turn_A], B[::turn_B]
        if k == inner:
            return way, m, k, n
    return None


exercise.stratum(lambda A, B: f"to transpose: {fitting(A, B)[0]}")


@exercise.text
def operands(A, B):
    spaces = [rf"$\mathbf {name} \in \mathbb R^{{{shape_latex(tuple(shape))}}}$" for name, shape in zip("AB", (A, B))]
    return " and ".join(spaces)


@exercise.text
def factors(A, B):
    _, m, k, n = fitting(A, B)
    return rf"({m} \times {k})({k} \times {n})"


@exercise.text
def inner(A, B):
    return str(fitting(A, B)[2])


@exercise.part(
    Choice(
        none=r"neither: $\mathbf A\mathbf B$",
        first=r"$\mathbf A$ only: $\mathbf A^\top\mathbf B$",
        second=r"$\mathbf B$ only: $\mathbf A\mathbf B^\top$",
        both=r"both: $\mathbf A^\top\mathbf B^\top$",
    ),
    weight=0.4,
)
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


def products_of_ones(A, B):
    """What numpy makes of matrices of ones, by way."""
    a, b = np.ones(A), np.ones(B)
    for way, (left, right) in {"none": (a, b), "first": (a.T, b), "second": (a, b.T), "both": (a.T, b.T)}.items():
        if left.shape[1] == right.shape[0]:
            yield way, left @ right


transpose.oracle(lambda A, B: next(products_of_ones(A, B))[0])

shape.oracle(lambda A, B: next(products_of_ones(A, B))[1].shape)

multiplications.oracle(lambda A, B: next(products_of_ones(A, B))[1].sum())

transpose.wrong(
    "taken-as-written", lambda reference: None if reference == "none" else "none", r"the product as it stands"
)
transpose.wrong(
    "other-operand", lambda reference: {"first": "second", "second": "first"}.get(reference), "the other one of the two"
)
transpose.wrong(
    "both-transposed", lambda reference: None if reference == "both" else "both", r"$\mathbf A^\top\mathbf B^\top$"
)
transpose.feedback("""
    taken-as-written: Write the two inner sizes next to each other: are they equal as the matrices stand?
    other-operand: Turn that matrix around and look at the two inner sizes again.
    both-transposed: Transposing both changes both inner sizes. Are they equal then?
""")
shape.wrong("reversed", lambda reference: reference[::-1], "columns × rows", credit=0.3)
shape.wrong("inner-sizes-kept", lambda A, B: fitting(A, B)[2:3] * 2, "the two inner sizes")
shape.wrong(
    "taken-as-written",
    lambda A, B: (A[0], B[1]),
    r"the rows of $\mathbf A$ and the columns of $\mathbf B$",
    sometimes_right=True,
)
shape.feedback("""
    reversed: The ways are right; rows come first.
    inner-sizes-kept: The inner sizes belong to the index that is summed. Which sizes are left?
    taken-as-written: Look at the factors after transposing.
""")
multiplications.wrong("one-per-entry", lambda shape: np.prod(shape), "the number of entries of the product")
multiplications.wrong("one-entry-only", lambda A, B: fitting(A, B)[2], "the multiplications of a single entry")
multiplications.wrong(
    "additions-counted",
    lambda shape, A, B: np.prod(shape) * (2 * fitting(A, B)[2] - 1),
    "what one gets with the additions",
)
multiplications.wrong(
    "every-pair",
    lambda A, B: np.prod(A) * np.prod(B),
    r"the number of pairs of an entry of $\mathbf A$ and one of $\mathbf B$",
)
multiplications.feedback(r"""
    one-per-entry: How many multiplications does one entry take?
    one-entry-only: That is for one entry. How many entries are there?
    additions-counted: Count the multiplications only.
    every-pair: Not every entry of $\mathbf A$ meets every entry of $\mathbf B$. Which ones do?
""")

transpose.hints(
    "Write the four sizes in a row, $\\mathbf A$ first.", "Transposing exchanges the two sizes of a matrix."
)
shape.hints("Write the sizes of the two factors in a row.", "The inner two disappear.")
multiplications.hints("How many multiplications does one entry take?", "How many entries are there?")
transpose.explained(
    "The inner sizes must be equal. They are in ${{ factors }}$ and in no other way: ${{ reference }}$."
)
shape.explained("${{ factors }}$: the inner size ${{ inner }}$ disappears, ${{ reference }}$ is left.")
multiplications.explained(
    "Each entry takes ${{ inner }}$ multiplications. A ${{ shape }}$ matrix has as many entries as its two sizes"
    " multiplied: ${{ reference }}$ multiplications in all."
)
