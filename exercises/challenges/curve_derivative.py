r"""# Point and velocity

A circle and a helix,

$$f(\theta) = \begin{bmatrix} {{ r }}\cos\theta \\ {{ r }}\sin\theta \end{bmatrix} \qquad
g(\theta) = \begin{bmatrix} {{ r }}\cos\theta \\ {{ r }}\sin\theta \\ {{ height }} \end{bmatrix} \qquad
\theta_0 = {{ point }}$$

Multiply the point, as a row, by the velocity, a column: once on the circle, once on the helix. (In decimals,
$\pi \approx 3.1416$.)
"""

import numpy as np

from app.exercise import Choice, Exercise
from exercises.mathematics import curves, jacobian
from exercises.mathematics.drawing import ints
from exercises.mathematics.terms import term

exercise = Exercise(given=dict(theta0=float, r=float, c=float))
exercise.texts(
    height=lambda c: term(c, r"\theta"),
    point=lambda theta0: curves.exact(theta0),
    product_on_the_helix=lambda c, theta0: curves.exact(c**2 * theta0),
)
REASONS = Choice(
    speed="The point moves at constant speed.",
    distance="The point stays at the same distance from the origin.",
    unit=r"$\cos^2\theta + \sin^2\theta = 1$, so the velocity has length 1.",
)


@exercise.instance
def draw(rng):
    return dict(theta0=rng.choice(curves.SIXTHS) * np.pi / 6, r=rng.choice([2.0, 4.0, 6.0]), c=ints(rng, -4, 4))


@exercise.part("scalar")
def circle():
    r"""$f(\theta_0)^\top f'(\theta_0)$"""
    return 0.0


@exercise.part("scalar")
def helix(theta0, c):
    r"""$g(\theta_0)^\top g'(\theta_0)$"""
    return c**2 * theta0


@exercise.part(REASONS, weight=0.5)
def why():
    r"""What explains the product on the circle, for every $\theta_0$?"""
    return "distance"


def radius(theta, r, c):
    """The distance from the origin; of the circle for c = 0."""
    return np.sqrt((r * np.cos(theta)) ** 2 + (r * np.sin(theta)) ** 2 + (c * theta) ** 2)


circle.oracle(lambda theta0, r: radius(theta0, r, 0) * jacobian(lambda theta: radius(theta, r, 0), [[theta0]]))
helix.oracle(lambda theta0, r, c: radius(theta0, r, c) * jacobian(lambda theta: radius(theta, r, c), [[theta0]]))


@why.oracle
def by_comparing_with_the_helix(theta0, r, c):
    """The reason must hold on the circle and fail on the helix, which has constant speed, too."""
    on_circle, on_helix = (radius(theta0 + 1, r, height) - radius(theta0, r, height) for height in (0, c))
    return "distance" if abs(on_circle) < 1e-9 < abs(on_helix) else "speed"


circle.wrong("cosine-sign", lambda theta0, r: r**2 * np.sin(2 * theta0), "the product with no minus in the velocity")
circle.wrong("lengths-multiplied", lambda r: r**2, "the product of the two lengths")
circle.feedback("""
    cosine-sign: Check the derivative of the cosine.
    lengths-multiplied: Lengths multiply so only for parallel vectors. Multiply entry by entry and add.
""")
helix.wrong("third-component-lost", lambda: 0.0, "the product for the circle")
helix.wrong("height-not-differentiated", lambda theta0, c: (c * theta0) ** 2, "the square of the third component")
helix.wrong("factor-once", lambda theta0, c: c * theta0, "the third component itself")
helix.wrong("cosine-sign", lambda theta0, r, reference: reference + r**2 * np.sin(2 * theta0), "the sum with no minus")
helix.feedback("""
    third-component-lost: A third component has joined: what does it contribute?
    height-not-differentiated: What is the slope of the third component?
    factor-once: Both the point and the velocity contain the factor of the third component.
    cosine-sign: Check the derivative of the cosine.
""")
why.wrong("constant-speed", lambda: "speed", "true of the helix, too").says("What is the product on the helix, then?")
why.wrong("unit-velocity", lambda: "unit", "not true for this radius").says("How long is the velocity on this circle?")
circle.hints("Differentiate each component.", "Multiply entry by entry and add.")
helix.hints("The first two components are those of the circle.", "Add what the third one contributes.")
why.hints(r"What is the derivative of $\lVert f(\theta)\rVert_2^2$, by the chain rule?", "What does it say if it is 0?")
circle.explained(
    r"$f'(\theta) = {{ r }}\,(-\sin\theta,\ \cos\theta)^\top$: the terms $\mp\,{{ r }}^2\sin\theta\cos\theta$ cancel."
    " The product is ${{ reference }}$: the velocity is perpendicular to the point."
)
helix.explained(
    "The rest cancels; the third component adds ${{ height }}$ times its slope: ${{ product_on_the_helix }}$."
)
why.explained(r"$2f^\top f'$ is the derivative of $\lVert f\rVert_2^2$, constant on the circle but not on the helix.")
