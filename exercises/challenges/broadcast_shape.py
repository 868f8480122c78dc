r"""# A loss that is silently wrong

The predictions `y` of a network have one way; the targets `t` were read from a file as a column. The mean squared error
is wanted. No error is raised.

    y = np.array({{ y }})
    t = np.array({{ t }})
    loss = ((y - t) ** 2).mean()
"""

import numpy as np

from app.exercise import Choice, Exercise, Shape
from exercises.mathematics.silent_losses import by_numpy, draw_losses, listed, losses, statement_that_fits

exercise = Exercise(given=dict(y=list, t=list))
exercise.instance(draw_losses)
exercise.texts(squares=listed)


@exercise.part(Shape(exact=True), weight=0.3)
def shape(y):
    """Shape of `y - t`, as numpy prints it"""
    return len(y), len(y)


@exercise.part("scalar", weight=0.4)
def loss(y, t):
    """Value of `loss`"""
    return losses(y, t)["every_pair"]


STATEMENTS = Choice(
    unaffected="It is the intended one: after the mean the shape no longer matters.",
    factor="Its terms are the intended ones; only the number they are divided by is wrong.",
    first_only="It compares all predictions with the first target.",
    every_pair="It compares every prediction with every target.",
)


@exercise.part(STATEMENTS, weight=0.3)
def why():
    """What is true of this loss?"""
    return "every_pair"


shape.oracle(lambda y, t: (np.array(y) - np.array(t)).shape)
loss.oracle(by_numpy)
why.oracle(statement_that_fits)

shape.wrong("one-way", lambda y: (len(y),), "the shape of `y`")
shape.wrong("column-kept", lambda y: (len(y), 1), "the shape of `t`")
shape.feedback("""
    one-way: The result has as many ways as the longer shape.
    column-kept: Right-align the two shapes: what happens to the way of size 1?
""")
loss.wrong("intended-loss", lambda y, t: losses(y, t)["unaffected"], "the mean over pairs that belong together")
loss.wrong("not-averaged", lambda y, reference: reference * len(y) ** 2, "the sum of the squares")
loss.wrong(
    "divided-by-rows", lambda y, reference: reference * len(y), "the sum of the squares, divided by the number of rows"
)
loss.feedback("""
    intended-loss: That is what was meant. Which numbers does `y - t` hold?
    not-averaged: `mean()` also divides.
    divided-by-rows: How many numbers does `mean()` average?
""")
why.wrong("unaffected", lambda: "unaffected", "what one hopes for")
why.wrong("factor", lambda: "factor", "true only if the squares of pairs that belong together were added")
why.wrong("first-only", lambda: "first_only", "true of the first row of `y - t` only")
why.feedback("""
    unaffected: Compute the intended mean with your numbers and compare.
    factor: Write out `y - t`. Are there entries that the intended loss does not have?
    first-only: Which target stands in the second row of `y - t`?
""")

exercise.hints(
    "Right-align the two shapes and fill up with 1: what is `y` now, a row or a column?",
    "Write out `y - t`, one row for each target.",
)
shape.explained(
    "Right-aligned, `y` counts as a row; `t` is a column. Each is repeated to fit the other: ${{ reference }}$."
)
loss.explained(
    "One row for each target, one column for each prediction; the mean of ${{ squares }}$ is ${{ reference }}$."
)
why.explained(
    "${{ reference }}$ Only the diagonal of `y - t` was wanted. With `t[:, 0]` both have one way, and the loss is the"
    " intended one."
)
