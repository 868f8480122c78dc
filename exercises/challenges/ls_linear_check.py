r"""# What the gradient leaves out

Let $f(\boldsymbol\theta) = \lVert\mathbf W\boldsymbol\theta - \mathbf y\rVert_2^2$. Of the data you know
$\mathbf W$, but neither the targets $\mathbf y$ nor the point $\boldsymbol\theta_0$, from which the step $\mathbf h$
is taken:

$$\mathbf W = {{ W }} \qquad \mathbf h = {{ h }}$$
"""

import numpy as np

from app.exercise import Choice, Exercise
from exercises.mathematics import jacobian, least_squares
from exercises.mathematics.drawing import ints
from exercises.mathematics.least_squares import loss

exercise = Exercise(given=dict(W="N D", h="D 1"), hidden=dict(theta0="D 1", y="N 1"))
exercise.texts(moved=lambda W, h: W @ h)


@exercise.instance
def draw(rng):
    drawn = least_squares.draw(rng, "hand")
    if drawn is None:
        return None
    h = ints(rng, -3, 3, *drawn["theta0"].shape)
    return drawn | dict(h=h) if abs(drawn["W"] @ h).sum() > 1 else None


@exercise.part("scalar", weight=0.6)
def gap(W, h):
    r"""$f(\boldsymbol\theta_0 + \mathbf h) - f(\boldsymbol\theta_0) - \nabla f(\boldsymbol\theta_0)^\top\mathbf h$

    The actual change of $f$ minus the change that its gradient predicts.
    """
    return ((W @ h) ** 2).sum()


WHY = Choice(
    minimum=r"$f$ has its minimum at $\boldsymbol\theta_0$",
    positive="$f$ is a squared norm, so differences of its values are not negative either",
    square=r"it is itself a squared norm, that of $\mathbf W\mathbf h$",
    small=r"$\mathbf h$ is small, and for small steps prediction and change agree",
)


@exercise.part(WHY, weight=0.4)
def why():
    """Why can this difference never be negative?"""
    return "square"


@gap.oracle
def somewhere(W, theta0, y, h):
    """At one point that is not shown, with a gradient by differences."""
    slope = jacobian(lambda theta: loss(W, theta, y), theta0) @ h
    return loss(W, theta0 + h, y) - loss(W, theta0, y) - slope


@why.oracle
def the_claim_that_holds(W, theta0, y, h):
    slope, start = jacobian(lambda theta: loss(W, theta, y), theta0), loss(W, theta0, y)
    left_out = loss(W, theta0 + h, y) - start - (slope @ h).item()
    claims = dict(
        minimum=not slope.any(),
        positive=loss(W, theta0 - 1e-3 * slope.T, y) >= start,
        square=abs(left_out - np.linalg.norm(W @ h) ** 2) < 1e-6,
        small=abs(left_out) < 0.1,
    )
    (holds,) = [id for id, claim in claims.items() if claim]
    return holds


gap.wrong("gap-from-h-alone", lambda h: (h**2).sum(), r"$\lVert\mathbf h\rVert_2^2$")
gap.wrong("not-squared", lambda W, h: ((W @ h) ** 2).sum() ** 0.5, r"$\lVert\mathbf W\mathbf h\rVert_2$")
gap.wrong("entries-summed", lambda W, h: (W @ h).sum(), r"the sum of the entries of $\mathbf W\mathbf h$")
gap.wrong("factor-two-kept", lambda reference: 2 * reference, r"$2\lVert\mathbf W\mathbf h\rVert_2^2$")
gap.wrong("taken-for-zero", lambda: 0, "what would be left if $f$ were affine")
gap.feedback(r"""
    gap-from-h-alone: Expand the square: $\mathbf h$ enters through $\mathbf W$.
    not-squared: The norm is squared here.
    entries-summed: Square before adding.
    factor-two-kept: In $\lVert\mathbf a + \mathbf b\rVert^2$, which of the three terms carries the factor 2?
    taken-for-zero: The prediction is exact for affine functions. Is $f$ one?
""")
why.wrong("minimum-assumed", lambda: "minimum", r"true only where $\nabla f(\boldsymbol\theta_0) = \mathbf 0$")
why.wrong("value-for-difference", lambda: "positive", "about a value of $f$, not about the difference")
why.wrong("small-steps-only", lambda: "small", "about the size of the difference, not about its sign")
why.feedback(r"""
    minimum-assumed: Nothing was said about $\boldsymbol\theta_0$: it may be anywhere.
    value-for-difference: From two numbers that are not negative you can subtract more than there is.
    small-steps-only: Take $\mathbf h$ ten times as long: is it negative then?
""")

gap.hints(
    r"Let $\mathbf a_0 = \mathbf W\boldsymbol\theta_0 - \mathbf y$. What is the residual at"
    r" $\boldsymbol\theta_0 + \mathbf h$?",
    r"Expand $\lVert\mathbf a_0 + \mathbf W\mathbf h\rVert_2^2$ into three terms.",
    "One term is the old loss, one is the prediction.",
)
why.hints("Which of these must hold for every step, from every point?", "Look at the formula that you found.")

gap.explained(
    r"$f(\boldsymbol\theta_0 + \mathbf h) = \lVert\mathbf a_0 + \mathbf W\mathbf h\rVert_2^2 ="
    r" \lVert\mathbf a_0\rVert_2^2 + 2\mathbf a_0^\top\mathbf W\mathbf h + \lVert\mathbf W\mathbf h\rVert_2^2$: the"
    r" loss before, the prediction, and the difference asked for. With $\mathbf W\mathbf h = {{ moved }}$ it is"
    r" ${{ reference }}$."
)
why.explained(
    r"The difference is $\lVert\mathbf W\mathbf h\rVert_2^2 \ge 0$, whatever $\mathbf y$ and $\boldsymbol\theta_0$ are:"
    r" the graph of $f$ lies above all of its tangent planes."
)
