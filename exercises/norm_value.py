r"""# Euclidean norm and its square

$$\mathbf x = {{ x }}$$

Compute the squared Euclidean norm $\lVert\mathbf x\rVert_2^2$ and the Euclidean norm $\lVert\mathbf x\rVert_2$.
"""

import numpy as np

from app.exercise import Exercise
from exercises.mathematics.drawing import decimals
from exercises.mathematics.norms import pythagorean

exercise = Exercise(number=7, topic="functions", section="Multivariate functions", given=dict(x="D 1"))


@exercise.instance
def draw(rng, level):
    """By hand the norm is a whole number."""
    return dict(x=pythagorean(rng) if level == "hand" else decimals(rng, -2.5, 2.5, int(rng.integers(3, 6)), 1))


@exercise.part("scalar", formula="||x||^2")
def square(x):
    r"""$\lVert\mathbf x\rVert_2^2$"""
    return x.T @ x


@exercise.part("scalar", formula="||x||")
def norm(square):
    r"""$\lVert\mathbf x\rVert_2$"""
    return np.sqrt(square)


square.oracle(lambda x: np.linalg.norm(x) ** 2)
norm.oracle(lambda x: np.linalg.norm(x))
square.wrong("square-root-mixed-up", lambda x: np.linalg.norm(x), r"$\lVert\mathbf x\rVert_2$", credit=0.4)
norm.wrong("square-root-mixed-up", lambda x: x.T @ x, r"$\lVert\mathbf x\rVert_2^2$", credit=0.4)
for part, power in ((square, 2), (norm, 1)):
    part.wrong("sum-of-absolute-values", lambda x: abs(x).sum(), r"$\sum_d \lvert x_d\rvert$")
    part.wrong("sum-then-square", lambda x, p=power: abs(x.sum()) ** p, "what comes out of adding before squaring")
    part.wrong("largest-entry", lambda x: abs(x).max(), r"$\max_d \lvert x_d\rvert$")
    part.wrong("vector-of-squares", lambda x: x**2, "the column of the squares $x_d^2$")
    part.feedback("""
        square-root-mixed-up: Look at the exponent outside the bars: norm, or squared norm?
        sum-of-absolute-values: That is another norm (index 1). Here each entry is squared first.
        sum-then-square: Square each entry before adding.
        largest-entry: That is the maximum norm.
        vector-of-squares: One more operation: the result is a single number.
    """)
square.wrong("negative-squares", lambda x: (x * abs(x)).sum(), "the sum of squares that keep their entry's sign").says(
    "The square of a negative number is positive."
)
square.hints("The symbol carries an exponent 2.", r"$\mathbf x^\top\mathbf x$.", "Can the result be negative?")
norm.hints("The symbol carries no exponent.", "How does a length follow from its square?")
square.explained(r"Square each entry, then add: $\mathbf x^\top\mathbf x = \sum_d x_d^2 = {{ reference }}$.")
norm.explained(r"The root of the squared norm: $\sqrt{ {{ square }} } = {{ reference }}$.")
