r"""# Derivative of a curve

Let $f : \mathbb R \to \mathbb R^{ {{ outputs }} }$ with

$$f(\theta) = {{ formula }} \qquad \theta_0 = {{ point }}$$

Give the total derivative of $f$ at $\theta_0$, in numerator layout: outputs are rows, inputs are columns. Its
orientation counts: `[[1, 2]]` is a row, `[[1], [2]]` a column. {{ units }}
"""

import numpy as np

from app.exercise import Exercise, col
from exercises.mathematics import curves, jacobian

exercise = Exercise(
    number=19,
    topic="derivatives",
    section="Summary",
    given=dict(kind=str, theta0=float, r=float, k="4 1"),
    hidden=dict(y0="N 1"),  # the point on the curve
)
exercise.text(curves.formula)


@exercise.instance
def draw(rng, level):
    drawn = curves.draw(rng, level)
    kind, theta0, r, k = (drawn[name] for name in ("kind", "theta0", "r", "k"))
    return dict(kind=kind, theta0=theta0, r=r, k=k, y0=curves.value(kind, theta0, r, k))


exercise.texts(
    outputs=lambda kind: 2 if kind == "circle" else 3,
    point=lambda theta0: curves.exact(theta0),
    derived=lambda kind, r, k: r" \\ ".join(curves.derivative_components(kind, r, k)),
)


@exercise.text
def units(kind, theta0):
    if kind == "cubic":
        return ""
    by_hand = r" In decimals, $\sqrt3 \approx 1.7321$." * ("pi" in curves.exact(theta0))
    return f"The angle is in radians.{by_hand}"


@exercise.text
def inserted(kind, theta0, r, k):
    return r" \\ ".join(curves.exact(entry) for entry in curves.derivative(kind, theta0, r, k)[:, 0])


@exercise.part("N 1", oriented=True)
def answer(kind, theta0, r, k):
    r"""$f'(\theta_0)$"""
    return curves.derivative(kind, theta0, r, k)


answer.oracle(lambda kind, theta0, r, k: jacobian(lambda theta: curves.value(kind, theta.item(), r, k), [[theta0]]))


def linear_part_kept(kind, reference, y0):
    """The derivative with the value of the linear component in its place; a circle has none."""
    linear = dict(helix=2, cubic=0).get(kind)
    return None if linear is None else np.where(np.arange(len(y0)) == linear, y0.T, reference.T).T


def with_signs(reference, *signs):
    return reference * col([*signs, 1][: len(reference)])


# A circle and a helix have a radius; the cubic shows none, so that what names `r` does not apply to it.
answer.wrong("row-layout", lambda reference: reference.T, r"$f'(\theta_0)^\top$, a row")
answer.wrong("value-instead", lambda y0: y0, r"$f(\theta_0)$")
answer.wrong(
    "cosine-sign", lambda r, reference: with_signs(reference, -1, 1), "the derivative with the other sign on top"
)
answer.wrong(
    "signs-swapped",
    lambda r, reference: with_signs(reference, -1, -1),
    "the derivative with the minus sign in the wrong place",
)
answer.wrong(
    "linear-part-not-differentiated",
    linear_part_kept,
    "the derivative with the linear component itself in place of its slope",
)
answer.wrong("speed-instead", lambda reference: np.linalg.norm(reference), r"$\lVert f'(\theta_0)\rVert_2$")
answer.feedback("""
    row-layout: One input, $N$ outputs: how many columns does a matrix with one input have?
    value-instead: That is the point on the curve; its velocity is asked.
    cosine-sign: Check the derivative of the cosine.
    signs-swapped: One of the two derivatives carries a minus sign; check which.
    linear-part-not-differentiated: Differentiate every component, also the linear one.
    speed-instead: You gave the length of the derivative.
""")
answer.hints("One derivative per component.", "Stack them.", "Outputs are rows.")
answer.explained(
    r"""Differentiate each component. One input and ${{ outputs }}$ outputs make a column:

$$f'(\theta) = \begin{bmatrix} {{ derived }} \end{bmatrix}, \qquad
f'(\theta_0) = \begin{bmatrix} {{ inserted }} \end{bmatrix}$$"""
)
