r"""# A layer applied to a batch

A layer with weights $\mathbf W \in \mathbb R^{N \times D}$ and bias $\mathbf b \in \mathbb R^N$ (one way) is applied to
a batch of $B$ inputs at once. They are {{ storage }}

Here $\sigma$ is the logistic sigmoid, entry by entry, $\mathbf 1$ the column of $B$ ones, and

$$B = {{ B }} \qquad D = {{ D }} \qquad N = {{ N }}$$

Give four shapes, as in `3x5` or `3x5x2`. Output indices come first, and no two indices are merged into one.
"""

import numpy as np

from app.exercise import Exercise, Shape
from exercises.mathematics.batches import tensor_derivative
from exercises.mathematics.drawing import sizes
from exercises.mathematics.perceptron import sigmoid

given = dict(N=int, D=int, B=int, rows=bool)
exercise = Exercise(number=49, topic="batches", section="Matrix and tensor variables", given=given)


@exercise.instance
def draw(rng, level):
    N, D, B = sizes(rng, 2, 9, 3)
    return dict(N=N, D=D, B=B, rows=bool(rng.random() < 0.5))


exercise.stratum(lambda rows: "examples as rows" if rows else "examples as columns")


@exercise.text
def storage(rows):
    if rows:
        return (
            r"the rows of $\mathbf X \in \mathbb R^{B \times D}$:"
            "\n\n" + r"$$\mathbf Y = \sigma(\mathbf X\mathbf W^\top + \mathbf 1\mathbf b^\top)$$"
        )
    return (
        r"the columns of $\mathbf X \in \mathbb R^{D \times B}$:"
        "\n\n" + r"$$\mathbf Y = \sigma(\mathbf W\mathbf X + \mathbf b\mathbf 1^\top)$$"
    )


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


@dY_db.accepts
def with_b_as_a_column(answer, Y, N):
    return answer in ((*Y, N), (*Y, N, 1))


def layer(X, W, b, rows):
    return sigmoid(X @ W.T + b) if rows else sigmoid(W @ X + b[:, None])


def ones(N, D, B, rows):
    """X, W and b full of ones."""
    return np.ones((B, D) if rows else (D, B)), np.ones((N, D)), np.ones(N)


Y.oracle(lambda N, D, B, rows: layer(*ones(N, D, B, rows), rows).shape)


@dY_dX.oracle
def differences_in_the_inputs(N, D, B, rows):
    X, W, b = ones(N, D, B, rows)
    return tensor_derivative(lambda inputs: layer(inputs, W, b, rows), X).shape


@dY_dW.oracle
def differences_in_the_weights(N, D, B, rows):
    X, W, b = ones(N, D, B, rows)
    return tensor_derivative(lambda weights: layer(X, weights, b, rows), W).shape


@dY_db.oracle
def differences_in_the_bias(N, D, B, rows):
    X, W, b = ones(N, D, B, rows)
    return tensor_derivative(lambda bias: layer(X, W, bias, rows), b).shape


def mistake(id, made, feedback, **shapes):
    """The same wrong way in several parts, with its shape in each."""
    for part in (Y, dY_dX, dY_dW, dY_db):
        if shape := shapes.get(part.ids[0]):
            part.wrong(id, shape, made).says(feedback)


mistake(
    "other-storage-convention",
    "right for examples stored the other way",
    "Are examples stored as rows or as columns here?",
    Y=lambda reference: reference[::-1],
    dY_dX=lambda Y, D, B, rows: (*Y[::-1], *stored(D, B, not rows)),
    dY_dW=lambda Y, N, D: (*Y[::-1], N, D),
    dY_db=lambda Y, N: (*Y[::-1], N),
)
Y.wrong("shape-of-the-variable", lambda D, B, rows: stored(D, B, rows), r"the shape of $\mathbf X$")
Y.feedback("""
    shape-of-the-variable: That is the shape of the inputs. How many numbers come out for one example?
""")
mistake(
    "shape-of-the-variable",
    "the shape of the variable alone",
    "Every output entry has a derivative for every input entry.",
    dY_dX=lambda D, B, rows: stored(D, B, rows),
    dY_dW=lambda N, D: (N, D),
    dY_db=lambda N: (N,),
)
mistake(
    "batch-forgotten",
    "right for a single example",
    "How many examples are processed at once?",
    Y=lambda N: (N,),
    dY_dX=lambda N, D: (N, D),
    dY_dW=lambda N, D: (N, N, D),
    dY_db=lambda N: (N, N),
)
dY_dX.wrong("batch-counted-once", lambda N, D, B: (B, N, D), r"one $N \times D$ matrix for each example")
dY_dX.feedback("""
    batch-counted-once: The output has a batch index, and so has the variable it is differentiated by.
""")
dY_dW.wrong("batch-counted-once", lambda N, D, B: (B, N, D), r"one $N \times D$ matrix for each example")
dY_dW.feedback("""
    batch-counted-once: A single output of one example already has a derivative for every weight. How many outputs has
        one example?
""")
for part in (dY_dX, dY_dW, dY_db):
    part.wrong(
        "inputs-first",
        lambda reference: (*reference[2:], *reference[:2]),
        "made of the input's ways, then the output's",
    )
    part.feedback("""
        inputs-first: Output ways first.
    """)

Y.hints("Shape of one example's output.", "Where does $B$ go?", "Compare with the formula: sizes that meet must agree.")
for part in (dY_dX, dY_dW, dY_db):
    part.hints(r"What is the shape of $\mathbf Y$, with $B$ in its place?", "Output ways, then input ways.")
Y.explained(r"Each example makes $N = {{ N }}$ outputs, stored as the inputs are: ${{ reference }}$.")
dY_dX.explained(r"The ways of $\mathbf Y$, ${{ Y }}$, then those of $\mathbf X$: ${{ reference }}$.")
dY_dW.explained(r"The ways of $\mathbf Y$, ${{ Y }}$, then those of $\mathbf W$, $N \times D$: ${{ reference }}$.")
dY_db.explained(r"The ways of $\mathbf Y$, ${{ Y }}$, then the one way of $\mathbf b$: ${{ reference }}$.")
