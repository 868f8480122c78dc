r"""# Value of a curve

Let $f : \mathbb R \to \mathbb R^{ {{ outputs }} }$ with

$$f(\theta) = {{ formula }} \qquad \theta_0 = {{ point }}$$

Compute $f(\theta_0)$, a column. {{ units }}
"""

import numpy as np

from app.exercise import Exercise, col, figures
from exercises.mathematics import curves

given = dict(kind=str, theta0=float, r=float, k="4 1")
exercise = Exercise(number=1, topic="functions", section="Multivalued functions", given=given)
exercise.instance(curves.draw)
exercise.text(curves.formula)


@exercise.figure
def circle(kind, theta0):
    text = "A circle of radius r around the origin, and the point on it at the angle θ₀ from the first axis."
    return figures.circle("r", theta0, "θ₀", text) if kind == "circle" else None


exercise.texts(outputs=lambda kind: 2 if kind == "circle" else 3, point=lambda theta0: curves.exact(theta0))


@exercise.text
def units(kind, theta0):
    if kind == "cubic":
        return ""
    by_hand = r" In decimals, $\sqrt3 \approx 1.7321$ and $\pi \approx 3.1416$." * ("pi" in curves.exact(theta0))
    return f"Angles are in radians.{by_hand}"


@exercise.text
def worked(kind, theta0, r, k):
    """Each component with its formula at the point and its value."""
    at = [entry.replace(r"\theta", rf"\left({curves.exact(theta0)}\right)") for entry in curves.components(kind, r, k)]
    values = curves.value(kind, theta0, r, k)[:, 0]
    return r",\qquad ".join(f"f_{n} = {left} = {curves.exact(right)}" for n, left, right in zip((1, 2, 3), at, values))


@exercise.part("N 1")
def answer(kind, theta0, r, k):
    r"""$f(\theta_0)$"""
    return curves.value(kind, theta0, r, k)


@answer.oracle
def by_complex_numbers_and_polynomials(kind, theta0, r, k):
    if kind == "cubic":
        a, b, c, d = k[:, 0]
        return col([np.polyval(powers, theta0) for powers in ([a, b], [c, 0, 0], [d, 0, 0, 0])])
    turned = r * np.exp(1j * theta0)
    return col([turned.real, turned.imag, *([k[2, 0] * theta0] if kind == "helix" else [])])


def with_start(reference, *start):
    """The value with other first two components."""
    return col([*start, *reference[2:, 0]])


# A circle and a helix have a radius; the cubic shows none, so that what names `r` does not apply to it.
answer.wrong(
    "sin-cos-swapped", lambda r, reference: with_start(reference, *reference[[1, 0], 0]), "sine and cosine exchanged"
)
answer.wrong(
    "degrees",
    lambda theta0, r, reference: with_start(
        reference, r * np.cos(np.pi * theta0 / 180), r * np.sin(np.pi * theta0 / 180)
    ),
    r"what comes out where $\theta_0$ is an angle in degrees",
)
answer.wrong(
    "radius-forgotten", lambda r, reference: with_start(reference, *reference[:2, 0] / r), "the point for the radius 1"
)
answer.wrong("norm-instead", lambda reference: np.linalg.norm(reference), r"$\lVert f(\theta_0)\rVert_2$")
answer.wrong("sum-of-components", lambda reference: reference.sum(), r"$\sum_n f_n(\theta_0)$")
answer.wrong("row-layout", lambda reference: reference.T, "the right numbers as a row")
answer.feedback("""
    sin-cos-swapped: Both numbers appear, in the other order. Which component of the formula comes first?
    degrees: Your calculator treated the angle as degrees. Angles here are in radians.
    radius-forgotten: The direction is right but every point you give lies on the unit circle. What multiplies the
        cosine and the sine?
    norm-instead: You computed the length of the output. The output itself is a vector.
    sum-of-components: The components are not added: the value has as many entries as $f$ has component functions.
    row-layout: Vectors are columns in this course.
""")
answer.hints(
    "How many numbers does $f$ return?",
    r"Write the component functions $f_1, f_2, \dots$ one under the other.",
    r"Evaluate each at the same $\theta_0$.",
)
answer.explained(
    r"""Put $\theta_0$ into one component function after the other:

$${{ worked }}$$

One under the other they are $f(\theta_0) = {{ reference }}$."""
)
