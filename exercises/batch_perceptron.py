r"""# A layer applied to a batch

A layer with weights $\mathbf W \in \mathbb R^{N \times D}$ and bias $\mathbf b \in \mathbb R^N$ (one way) is applied to
a batch of $B$ inputs at once. They are the {{ axis }} of $\mathbf X \in \mathbb R^{ {{ space }} }$:

$$\mathbf Y = \sigma({{ preactivations }})$$

Here $\sigma$ is the logistic sigmoid, entry by entry, $\mathbf 1$ the column of $B$ ones, and

$$B = {{ B }} \qquad D = {{ D }} \qquad N = {{ N }}$$

Give four shapes, as in `3x5` or `3x5x2`. Output indices come first, and no two indices are merged into one.
"""

from app.exercise import Exercise, Shape
from exercises.mathematics.batches import batch_derivative, batch_of_ones
from exercises.mathematics.drawing import sizes

given = dict(N=int, D=int, B=int, rows=bool)
exercise = Exercise(number=49, topic="batches", section="Matrix and tensor variables", given=given)
exercise.stratum(lambda rows: "examples as rows" if rows else "examples as columns")
BY_ROWS, BY_COLUMNS = (
    r"\mathbf X\mathbf W^\top + \mathbf 1\mathbf b^\top",
    r"\mathbf W\mathbf X + \mathbf b\mathbf 1^\top",
)
exercise.texts(
    axis=lambda rows: "rows" if rows else "columns",
    space=lambda rows: r"B \times D" if rows else r"D \times B",
    preactivations=lambda rows: BY_ROWS if rows else BY_COLUMNS,
)


@exercise.instance
def draw(rng, level):
    N, D, B = sizes(rng, 2, 9, 3)
    return dict(N=N, D=D, B=B, rows=bool(rng.random() < 0.5))


def stored(size, B, rows):
    """The shape of a batch of vectors of this size."""
    return (B, size) if rows else (size, B)


@exercise.part(Shape())
def Y(N, B, rows):
    r"""The shape of $\mathbf Y$"""
    return stored(N, B, rows)


@exercise.part(Shape())
def dY_dX(Y, D, B, rows):
    r"""The shape of $\frac{\partial\mathbf Y}{\partial\mathbf X}$"""
    return (*Y, *stored(D, B, rows))


@exercise.part(Shape())
def dY_dW(Y, N, D):
    r"""The shape of $\frac{\partial\mathbf Y}{\partial\mathbf W}$"""
    return (*Y, N, D)


@exercise.part(Shape())
def dY_db(Y, N):
    r"""The shape of $\frac{\partial\mathbf Y}{\partial\mathbf b}$"""
    return (*Y, N)


dY_db.accepts(lambda answer, Y, N: answer in ((*Y, N), (*Y, N, 1)))  # the second with b as a column
Y.oracle(lambda N, D, B, rows: batch_of_ones(N, D, B, rows).shape)
dY_dX.oracle(lambda N, D, B, rows: batch_derivative("X", N, D, B, rows).shape)
dY_dW.oracle(lambda N, D, B, rows: batch_derivative("W", N, D, B, rows).shape)
dY_db.oracle(lambda N, D, B, rows: batch_derivative("b", N, D, B, rows).shape)

OTHER, SINGLE = "right for examples stored the other way", "right for a single example"
Y.wrong("other-storage-convention", lambda reference: reference[::-1], OTHER)
Y.wrong("shape-of-the-variable", lambda D, B, rows: stored(D, B, rows), r"the shape of $\mathbf X$")
Y.wrong("batch-forgotten", lambda N: (N,), SINGLE)
dY_dX.wrong("other-storage-convention", lambda Y, D, B, rows: (*Y[::-1], *stored(D, B, not rows)), OTHER)
dY_dW.wrong("other-storage-convention", lambda Y, N, D: (*Y[::-1], N, D), OTHER)
dY_db.wrong("other-storage-convention", lambda Y, N: (*Y[::-1], N), OTHER)
for part in (dY_dX, dY_dW, dY_db):
    part.wrong("shape-of-the-variable", lambda reference: reference[2:], "the shape of the variable alone")
dY_dX.wrong("batch-forgotten", lambda N, D: (N, D), SINGLE)
dY_dW.wrong("batch-forgotten", lambda N, D: (N, N, D), SINGLE)
dY_db.wrong("batch-forgotten", lambda N: (N, N), SINGLE)
for part in (dY_dX, dY_dW):
    part.wrong("batch-counted-once", lambda N, D, B: (B, N, D), r"one $N \times D$ matrix for each example")
for part in (dY_dX, dY_dW, dY_db):
    part.wrong(
        "inputs-first",
        lambda reference: (*reference[2:], *reference[:2]),
        "made of the input's ways, then the output's",
    )
    part.feedback("""
        shape-of-the-variable: Every output entry has a derivative for every input entry.
        inputs-first: Output ways first.
    """)
    part.hints(r"What is the shape of $\mathbf Y$, with $B$ in its place?", "Output ways, then input ways.")
for part in (Y, dY_dX, dY_dW, dY_db):
    part.feedback("""
        other-storage-convention: Are examples stored as rows or as columns here?
        batch-forgotten: How many examples are processed at once?
    """)
Y.feedback("shape-of-the-variable: That is the shape of the inputs. How many numbers come out for one example?")
dY_dX.feedback("batch-counted-once: The output has a batch index, and so has the variable it is differentiated by.")
dY_dW.feedback("batch-counted-once: That would do for one output of each example. How many outputs has an example?")
Y.hints("Shape of one example's output.", "Where does $B$ go?", "Compare with the formula: sizes that meet must agree.")
Y.explained(r"Each example makes $N = {{ N }}$ outputs, stored as the inputs are: ${{ reference }}$.")
dY_dX.explained(r"The ways of $\mathbf Y$, ${{ Y }}$, then those of $\mathbf X$: ${{ reference }}$.")
dY_dW.explained(r"The ways of $\mathbf Y$, ${{ Y }}$, then those of $\mathbf W$, $N \times D$: ${{ reference }}$.")
dY_db.explained(r"The ways of $\mathbf Y$, ${{ Y }}$, then the one way of $\mathbf b$: ${{ reference }}$.")
