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
exercise.text(curves.worked)
exercise.texts(outputs=lambda kind: 2 if kind == "circle" else 3, point=lambda theta0: curves.exact(theta0))

exercise.in_symbols(
    fixed=dict(kind="helix"),
    texts=dict(
        formula=r"\begin{bmatrix} r\cos\theta \\ r\sin\theta \\ k_3\theta \end{bmatrix}",
        outputs="3",
        point=curves.WHERE,
        units="Angles are in radians.",
        worked=r"f_1 = r\cos\theta_0,\qquad f_2 = r\sin\theta_0,\qquad f_3 = k_3\theta_0",
    ),
)


@exercise.figure
def circle(kind, theta0):
    text = "A circle of radius r around the origin, and the point on it at the angle θ₀ from the first axis."
    return figures.circle("r", theta0, "θ₀", text) if kind == "circle" else None


@exercise.text
def units(kind, theta0):
    if kind == "cubic":
        return ""
    by_hand = r" In decimals, $\sqrt3 \approx 1.7321$ and $\pi \approx 3.1416$." * ("pi" in curves.exact(theta0))
    return f"Angles are in radians.{by_hand}"


@exercise.part("N 1", formula="[r cos(theta0); r sin(theta0); k_3 theta0]")
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


def with_start(kind, start, reference):
    """The point with other first components, on a curve that goes round."""
    return np.r_[start, reference[2:]] if curves.turns(kind) else None


@answer.misconception(r"what comes out where $\theta_0$ is an angle in degrees")
def degrees(kind, theta0, r, reference):
    """Your calculator treated the angle as degrees. Angles here are in radians."""
    return with_start(kind, curves.value("circle", np.deg2rad(theta0), r, None), reference)


answer.wrong(
    "sin-cos-swapped",
    lambda kind, reference: with_start(kind, reference[1::-1], reference),
    "the point with sine first",
)
answer.wrong(
    "radius-forgotten",
    lambda kind, r, reference: with_start(kind, reference[:2] / r, reference),
    "the point for radius 1",
)
answer.wrong("norm-instead", lambda reference: np.linalg.norm(reference), r"$\lVert f(\theta_0)\rVert_2$")
answer.wrong("sum-of-components", lambda reference: reference.sum(), r"$\sum_n f_n(\theta_0)$")
answer.wrong("row-layout", lambda reference: reference.T, "a row of the right numbers")
answer.feedback("""
    sin-cos-swapped: Both numbers appear, in the other order. Which component of the formula comes first?
    radius-forgotten: The angle is right. What multiplies the cosine and the sine?
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
