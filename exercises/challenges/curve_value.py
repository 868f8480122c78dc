r"""# Where on the ellipse?

The ellipse $f(\theta) = (r_1\cos\theta,\ r_2\sin\theta)$ passes through the point $\mathbf p$:

$$\mathbf r = {{ r }} \qquad \mathbf p = {{ point }}$$

For which $\theta$ (radians) is $f(\theta) = \mathbf p$?
"""

import numpy as np

from app.exercise import Choice, Exercise
from exercises.mathematics.curves import SIXTHS, exact, value
from exercises.mathematics.terms import column_latex

exercise = Exercise(given=dict(r="2 1", p="2 1"), hidden=dict(sixths=int))
exercise.stratum(lambda sixths: f"quadrant {sixths // 3 + 1}")
exercise.texts(
    point=lambda p: column_latex(exact(entry) for entry in p[:, 0]),
    cosine=lambda p, r: exact(p[0, 0] / r[0, 0], fractions=True),
    sine=lambda p, r: exact(p[1, 0] / r[1, 0], fractions=True),
)


@exercise.instance
def draw(rng):
    sixths = int(rng.choice(SIXTHS))
    r = rng.permutation([2.0, 4.0, 6.0])[:2, None]
    return dict(r=r, p=(r * value("circle", sixths * np.pi / 6, 1, None)).round(12), sixths=sixths)


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
    sine-sign-lost: The cosine is right. Two angles of a turn have it: what does the second component say?
    cosine-sign-lost: The sine is right. Two angles of a turn have it: what does the first component say?
    opposite-point: The tangent is right, but opposite points have the same. Look at the signs of the components.
    sin-cos-swapped: Which of the two components holds the cosine?
""")
answer.hints("Divide each component by its radius.", "The sizes leave four angles.", "The signs tell the quadrant.")
answer.explained(
    r"Divide by the radii: $\cos\theta = {{ cosine }}$ and $\sin\theta = {{ sine }}$. The cosine alone"
    r" leaves two angles; the sign of the sine decides: $\theta = {{ reference }}$."
)
