r"""# Steepest direction

Let {{ function }}, and

$$\mathbf x_0 = {{ x0 }}$$

From $\mathbf x_0$, in which direction does $f$ increase fastest, how fast, and in which direction does it decrease
fastest? Send directions as columns of length 1.
"""

import numpy as np

from app.exercise import Exercise, values_latex
from exercises.mathematics import jacobian
from exercises.mathematics.drawing import decimals, numbers

given = dict(quad=bool, g="D 1", m="D 1", x0="D 1")
exercise = Exercise(number=24, topic="gradients", section="Special Case 2", given=given, hidden=dict(gradient="D 1"))
exercise.stratum(lambda quad: "squared distance" if quad else "linear form")
exercise.texts(
    formula=lambda quad: r"2(\mathbf x_0 - \mathbf m)" if quad else r"\mathbf g",
    gradient_there=lambda gradient: gradient,
    length=lambda gradient: np.linalg.norm(gradient),
)
exercise.in_symbols(
    fixed=dict(quad=True, g=None),
    computed=dict(gradient=lambda x0, m: 2 * (x0 - m)),
    texts=dict(
        function=(
            r"$f(\mathbf x) = \lVert\mathbf x - \mathbf m\rVert_2^2$ with"
            r" $\mathbf m \in \mathbb{R}^{D \times 1}$"
        ),
        formula=r"2(\mathbf x_0 - \mathbf m)",
        gradient_there=r"2(\mathbf x_0 - \mathbf m)",
        length=r"2\lVert\mathbf x_0 - \mathbf m\rVert_2",
    ),
)
WHOLE_LENGTHS = ((3, 4), (6, 8), (5, 12), (2, 3, 6), (1, 2, 2), (2, 6, 9), (4, 4, 7))


@exercise.instance
def draw(rng, level):
    """By hand the gradient has a whole length. The centre m has two decimals: entries of the gradient are even."""
    if level == "hand":
        lengths = np.array(WHOLE_LENGTHS[rng.integers(len(WHOLE_LENGTHS))])
        gradient = (rng.permutation(lengths) * rng.choice([-1.0, 1.0], len(lengths)))[:, None]
    else:
        gradient = 2 * decimals(rng, -1.5, 1.5, int(rng.integers(2, 5)), 1)
    quad, x0 = bool(rng.random() < 0.5), numbers(rng, level, len(gradient), 1)
    g, m = (None, np.round(x0 - gradient / 2, 2)) if quad else (gradient, None)
    return dict(quad=quad, g=g, m=m, x0=x0, gradient=gradient)


@exercise.text
def function(quad, g, m):
    if quad:
        return rf"$f(\mathbf x) = \lVert\mathbf x - \mathbf m\rVert_2^2$ with $\mathbf m = {values_latex(m)}$"
    return rf"$f(\mathbf x) = \mathbf g^\top\mathbf x$ with $\mathbf g = {values_latex(g)}$"


@exercise.part("D 1", formula="(x0 - m)/||x0 - m||")
def increase(gradient):
    """Unit vector of fastest increase"""
    return gradient / np.linalg.norm(gradient)


@exercise.part("scalar", formula="2 ||x0 - m||")
def rate(gradient):
    """Rate of increase per unit step in that direction"""
    return np.linalg.norm(gradient)


@exercise.part("D 1", formula="(m - x0)/||x0 - m||")
def decrease(gradient):
    """Unit vector of fastest decrease"""
    return -gradient / np.linalg.norm(gradient)


def slopes(quad, g, m, x0):
    return jacobian(lambda x: np.sum((x - m) ** 2) if quad else g.T @ x, x0).T


rate.oracle(lambda quad, g, m, x0: np.sqrt(np.sum(slopes(quad, g, m, x0) ** 2)))
increase.oracle(lambda quad, g, m, x0: slopes(quad, g, m, x0) / np.sqrt(np.sum(slopes(quad, g, m, x0) ** 2)))
decrease.oracle(lambda quad, g, m, x0: -slopes(quad, g, m, x0) / np.sqrt(np.sum(slopes(quad, g, m, x0) ** 2)))
for part, sign, name in ((increase, 1, r"$\nabla f(\mathbf x_0)$"), (decrease, -1, r"$-\nabla f(\mathbf x_0)$")):
    part.wrong("not-normalised", lambda gradient, sign=sign: sign * gradient, f"{name}, not divided by its length")
    part.wrong("opposite-direction", lambda reference: -reference, "the opposite direction")
    part.wrong("towards-the-point", lambda x0, m: x0 / np.linalg.norm(x0), r"$\mathbf x_0$, divided by its length")
    part.wrong(
        "divided-by-sum", lambda reference: reference / np.abs(reference).sum(), "made with a sum for the length"
    )
    part.feedback("""
        not-normalised: The direction is right; a unit vector has length 1.
        opposite-direction: Check the sign: does $f$ go up or down along your answer?
        towards-the-point: The direction depends on the slope at the point, not on where the point lies.
        divided-by-sum: Divide by the Euclidean length.
    """)
rate.wrong("opposite-direction", lambda reference: -reference, "the rate in the opposite direction")
rate.wrong("squared-length", lambda gradient: gradient.T @ gradient, r"$\lVert\nabla f(\mathbf x_0)\rVert_2^2$")
rate.wrong("sum-of-entries", lambda gradient: gradient.sum(), "the sum of the entries of the gradient")
rate.feedback("""
    opposite-direction: Check the sign: does $f$ go up or down in the direction of fastest increase?
    squared-length: A rate per unit step is the length of the gradient, not its square.
    sum-of-entries: The step goes along one unit vector, not one unit along every axis.
""")
increase.hints("Compute the gradient.", "Which multiple of it has length 1?")
rate.hints("Compute the gradient.", "Its length is the rate.")
decrease.hints("Downhill is opposite to uphill.", "Length 1 again.")
increase.explained(
    r"$\nabla f(\mathbf x_0) = {{ formula }} = {{ gradient_there }}$, divided by ${{ length }}$: ${{ reference }}$."
)
rate.explained(r"The length of the gradient: $\lVert {{ formula }}\rVert_2 = {{ reference }}$.")
decrease.explained("The opposite of the direction of fastest increase: ${{ reference }}$.")
