r"""# Derivative of a curve

Let $f : \mathbb R \to \mathbb R^{ {{ outputs }} }$ with

$$f(\theta) = {{ formula }} \qquad \theta_0 = {{ point }}$$

Give the total derivative of $f$ at $\theta_0$, in numerator layout: outputs are rows, inputs are columns. Its
orientation counts{{ layout }}. Angles are in radians. {{ root }}
"""

import numpy as np

from app.exercise import Exercise, col
from exercises.mathematics import curves, jacobian

given = dict(kind=str, theta0=float, r=float, k="4 1")
exercise = Exercise(number=19, topic="derivatives", section="Summary", given=given, hidden=dict(y0="N 1"))
exercise.texts(
    formula=curves.formula,
    layout=lambda: ": `[[1, 2]]` is a row, `[[1], [2]]` a column",
    outputs=lambda kind: 2 if kind == "circle" else 3,
    point=lambda theta0: curves.exact(theta0),
    root=lambda theta0: r"In decimals, $\sqrt3 \approx 1.7321$." if "pi" in curves.exact(theta0) else "",
    derived=lambda kind, r, k: r" \\ ".join(curves.derivative_components(kind, r, k)),
    inserted=lambda kind, theta0, r, k: r" \\ ".join(map(curves.exact, curves.derivative(kind, theta0, r, k)[:, 0])),
)

exercise.in_symbols(
    fixed=dict(kind="helix"),
    computed=dict(y0=lambda theta0, r, k: curves.value("helix", theta0, r, k)),
    texts=dict(
        formula=r"\begin{bmatrix} r\cos\theta \\ r\sin\theta \\ k_3\theta \end{bmatrix}",
        outputs="3",
        layout="",
        point=curves.WHERE,
        root="",
        derived=r"-r\sin\theta \\ r\cos\theta \\ k_3",
        inserted=r"-r\sin\theta_0 \\ r\cos\theta_0 \\ k_3",
    ),
)


@exercise.instance
def draw(rng, level):
    """A curve, the number θ0, and the point y0 of the curve there."""
    drawn = curves.draw(rng, level)
    return drawn | dict(y0=curves.value(drawn["kind"], drawn["theta0"], drawn["r"], drawn["k"]))


@exercise.part("N 1", oriented=True, formula="[-r sin(theta0); r cos(theta0); k_3]")
def answer(kind, theta0, r, k):
    r"""$f'(\theta_0)$"""
    return curves.derivative(kind, theta0, r, k)


def linear_part_kept(kind, reference, y0):
    """The derivative with the value of the linear component in its place; a circle has none."""
    linear = dict(helix=2, cubic=0).get(kind)
    return None if linear is None else np.where(np.arange(len(y0)) == linear, y0.T, reference.T).T


def signed(kind, reference, first, second):
    """The derivative with other signs in the first two components, of a curve that goes round."""
    return reference * col([first, second, 1][: len(reference)]) if curves.turns(kind) else None


answer.oracle(lambda kind, theta0, r, k: jacobian(lambda theta: curves.value(kind, theta.item(), r, k), [[theta0]]))
answer.wrong("row-layout", lambda reference: reference.T, r"$f'(\theta_0)^\top$, a row")
answer.wrong("value-instead", lambda y0: y0, r"$f(\theta_0)$")
answer.wrong(
    "cosine-sign", lambda kind, reference: signed(kind, reference, -1, 1), "the derivative with the other sign on top"
)
answer.wrong(
    "signs-swapped", lambda kind, reference: signed(kind, reference, -1, -1), "the derivative with its signs swapped"
)
answer.wrong("linear-part-not-differentiated", linear_part_kept, r"$f'(\theta_0)$ with the linear component itself")
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
