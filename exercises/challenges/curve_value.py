r"""# Where on the ellipse?

The ellipse $f(\theta) = (r_1\cos\theta,\ r_2\sin\theta)$ passes through the point $\mathbf p$:

$$\mathbf r = {{ r }} \qquad \mathbf p = {{ point }}$$

For which $\theta$ (radians) is $f(\theta) = \mathbf p$?
"""

import numpy as np

from app.exercise import Choice, Exercise
from exercises.mathematics.curves import SIXTHS, exact

exercise = Exercise(given=dict(r="2 1", p="2 1"), hidden=dict(sixths=int))


@exercise.instance
def draw(rng):
    sixths = int(rng.choice(SIXTHS))
    r = rng.permutation([2.0, 4.0, 6.0])[:2, None]
    direction = np.array([[np.cos(sixths * np.pi / 6)], [np.sin(sixths * np.pi / 6)]])
    return dict(r=r, p=(r * direction).round(12), sixths=sixths)


exercise.stratum(lambda sixths: f"quadrant {sixths // 3 + 1}")
exercise.texts(point=lambda p: rf"\begin{{bmatrix}} {exact(p[0, 0])} \\ {exact(p[1, 0])} \end{{bmatrix}}")


@exercise.text
def divided(p, r):
    """The cosine and the sine, still with the root."""
    doubled = 2 * p[:, 0] / r[:, 0]
    return rf"2\cos\theta = {exact(doubled[0])},\qquad 2\sin\theta = {exact(doubled[1])}"


def named(sixths):
    """A multiple of π/6 as an option."""
    return f"{sixths % 12}pi/6"


@exercise.part(Choice(**{named(sixths): f"${exact(sixths * np.pi / 6)}$" for sixths in SIXTHS}))
def answer(sixths):
    r"""$\theta$"""
    return named(sixths)


@answer.oracle
def nearest_point(r, p):
    angles = np.array(SIXTHS) * np.pi / 6
    distances = np.linalg.norm(r * [np.cos(angles), np.sin(angles)] - p, axis=0)
    return named(SIXTHS[np.argmin(distances)])


answer.wrong("sine-sign-lost", lambda sixths: named(-sixths), "the other angle with this cosine")
answer.wrong("cosine-sign-lost", lambda sixths: named(6 - sixths), "the other angle with this sine")
answer.wrong("opposite-point", lambda sixths: named(sixths + 6), "the other angle with this tangent")
answer.wrong("sin-cos-swapped", lambda sixths: named(3 - sixths), "the angle with sine and cosine exchanged")
answer.feedback("""
    sine-sign-lost: The cosine is right there. Two angles of a turn have the same cosine: what does the second component
        say?
    cosine-sign-lost: The sine is right there. Two angles of a turn have the same sine: what does the first component
        say?
    opposite-point: The tangent is right there, but it is the same at opposite points. Look at the signs of the
        components.
    sin-cos-swapped: Which of the two components holds the cosine?
""")
answer.hints(
    r"Divide each component by its radius: what are $\cos\theta$ and $\sin\theta$?",
    r"Their sizes leave four angles.",
    "Their signs tell the quadrant.",
)
answer.explained(
    r"""Divide by the radii:

$${{ divided }}$$

The cosine alone leaves two angles; the sign of the sine decides: $\theta = {{ reference }}$."""
)
