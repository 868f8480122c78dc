r"""# Shape of a tensor derivative

Let $\mathcal Y = f(\mathcal X)$, where $\mathcal X$ is {{ input }} and $\mathcal Y$ is {{ output }}. In
$\frac{\partial\mathcal Y}{\partial\mathcal X}$ the output indices come first, and no two indices are merged into one.
Write a shape like `3x5` or `3x5x2`.
"""

import numpy as np

from app.exercise import Exercise, Shape
from exercises.mathematics.batches import derivative_of_ones, kinds, variable
from exercises.mathematics.drawing import sizes

exercise = Exercise(number=46, topic="batches", section="Matrix and tensor variables", given=dict(Y=list, X=list))
exercise.stratum(lambda Y, X: kinds(Y, X))
exercise.texts(output=lambda Y: variable(Y), input=lambda X: variable(X), counted=lambda Y, X: f"{len(Y)} + {len(X)}")


@exercise.instance
def draw(rng, level):
    ways_of_y, ways_of_x = int(rng.integers(0, 3)), int(rng.integers(1, 3 if level == "hand" else 4))
    if ways_of_y + ways_of_x == 1:
        return None  # a number by a vector: D here, and 1×D as a total derivative
    drawn = sizes(rng, 2, 9, ways_of_y + ways_of_x)
    return dict(Y=drawn[:ways_of_y], X=drawn[ways_of_y:])


@exercise.part("scalar", weight=0.3)
def ways(Y, X):
    r"""The number of ways of $\frac{\partial\mathcal Y}{\partial\mathcal X}$"""
    return len(Y) + len(X)


@exercise.part(Shape(), weight=0.7)
def shape(Y, X):
    r"""The shape of $\frac{\partial\mathcal Y}{\partial\mathcal X}$"""
    return (*Y, *X)


ways.oracle(lambda Y, X: derivative_of_ones(Y, X).ndim)
shape.oracle(lambda Y, X: derivative_of_ones(Y, X).shape)
ways.wrong("number-of-entries", lambda Y, X: np.prod(Y + X), "the number of entries")
ways.wrong("always-a-matrix", lambda: 2, "the number of ways of a matrix", sometimes_right=True)
ways.feedback("""
    number-of-entries: How many indices are needed, not how many numbers.
    always-a-matrix: Count the indices of the output and of the input.
""")
shape.wrong("inputs-first", lambda Y, X: (*X, *Y), "made of the input's ways, then the output's", sometimes_right=True)
shape.wrong("shape-of-the-output", lambda Y: Y, r"the shape of $\mathcal Y$")
shape.wrong("shape-of-the-input", lambda X: X, r"the shape of $\mathcal X$", sometimes_right=True)
shape.wrong("flattened-to-matrix", lambda Y, X: (np.prod(Y), np.prod(X)), "a matrix's shape", sometimes_right=True)
shape.feedback("""
    inputs-first: In this course the output indices come first.
    shape-of-the-output: Each output entry has a derivative for each input entry.
    shape-of-the-input: Right for a single real output only.
    flattened-to-matrix: The count is right; keep the ways separate.
""")
exercise.hints("One index per way of the output.", "One index per way of the input.", "Put the two lists together.")
ways.explained("One index for each way of the output, then of the input: ${{ counted }} = {{ reference }}$.")
shape.explained(r"First the ways of $\mathcal Y$, if any, then those of $\mathcal X$: ${{ reference }}$.")
