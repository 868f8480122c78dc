r"""Curves $f:\mathbb R\to\mathbb R^N$: a circle, a helix and a cubic, with a point $\theta_0$ on the axis.

`kind` names the curve. `r` is the radius of the circle and of the helix, `k` holds the four numbers of
which the cubic takes $(k_1\theta + k_2,\ k_3\theta^2,\ k_4\theta^3)$ and the helix its third component $k_3\theta$.
"""

import re
from fractions import Fraction

import numpy as np

from app.exercise import col, values_latex
from exercises.mathematics.drawing import decimals, ints, numbers
from exercises.mathematics.terms import term, total

SIXTHS = (1, 2, 4, 5, 7, 8, 10, 11)  # of π: neither sine nor cosine is 0 there, and their sizes differ
WHERE = r"\in \mathbb{R} \qquad r \in \mathbb{R} \qquad \mathbf k \in \mathbb{R}^4"  # as symbols


def draw(rng, level):
    """The curve, its numbers and the point. Round angles at level `hand`."""
    kind = str(rng.choice(["circle", "helix", "cubic"]))
    hand = level == "hand"
    if kind == "cubic":
        theta0 = ints(rng, -3, 3) if hand else decimals(rng, -2, 2)
    else:
        theta0 = float(rng.choice(SIXTHS)) * np.pi / 6 if hand else decimals(rng, 0.3, 6)
    r = float(rng.choice([2, 4, 6])) if hand else decimals(rng, 1.2, 3)
    k = numbers(rng, level, 4, 1)
    return dict(kind=kind, theta0=theta0, r=r, k=k)


def value(kind, theta, r, k):
    """The point $f(\theta)$ of the curve, N×1."""
    if kind == "cubic":
        a, b, c, d = k[:, 0]
        return col([a * theta + b, c * theta**2, d * theta**3])
    height = [k[2, 0] * theta] if kind == "helix" else []
    return col([r * np.cos(theta), r * np.sin(theta), *height])


def derivative(kind, theta, r, k):
    r"""The total derivative $f'(\theta)$ of the curve, N×1."""
    if kind == "cubic":
        a, _, c, d = k[:, 0]
        return col([a, 2 * c * theta, 3 * d * theta**2])
    height = [k[2, 0]] if kind == "helix" else []
    return col([-r * np.sin(theta), r * np.cos(theta), *height])


def derivative_components(kind, r, k):
    r"""The derivatives of the component functions in LaTeX, such as $-2\sin\theta$ and $2\cos\theta$."""
    if kind == "cubic":
        a, _, c, d = k[:, 0]
        return [values_latex(a), term(2 * c, r"\theta"), term(3 * d, r"\theta^2")]
    height = [values_latex(k[2, 0])] if kind == "helix" else []
    return [term(-r, r"\sin\theta"), term(r, r"\cos\theta"), *height]


def components(kind, r, k):
    r"""The component functions in LaTeX, such as $2\cos\theta$ and $2\sin\theta$."""
    if kind == "cubic":
        a, b, c, d = k[:, 0]
        return [total([a], [r"\theta"], b), term(c, r"\theta^2"), term(d, r"\theta^3")]
    height = [term(k[2, 0], r"\theta")] if kind == "helix" else []
    return [term(r, r"\cos\theta"), term(r, r"\sin\theta"), *height]


def formula(kind, r, k):
    r"""The formula of the curve in LaTeX: its component functions as a column."""
    return r"\begin{bmatrix} " + r" \\ ".join(components(kind, r, k)) + r" \end{bmatrix}"


def turns(kind):
    """Whether the curve goes round: whether it has a radius, a sine and a cosine."""
    return kind != "cubic"


def worked(kind, theta0, r, k):
    """Each component function with the point put into it, and its value."""
    left = [inserted(formula, theta0) for formula in components(kind, r, k)]
    right = [exact(entry) for entry in value(kind, theta0, r, k)[:, 0]]
    sides = [" = ".join(dict.fromkeys(both)) for both in zip(left, right)]
    return r",\qquad ".join(f"f_{n} = {both}" for n, both in enumerate(sides, 1))


def inserted(formula, theta0):
    """A component function with the point put into it: in brackets behind a sine or a cosine, or where negative."""
    point = exact(theta0)
    in_brackets = rf"\left({point}\right)"
    if "cos" in formula or "sin" in formula:
        return formula.replace(r"\theta", in_brackets)
    factor = in_brackets if theta0 < 0 else point
    return re.sub(r"([0-9}])?\\theta", lambda found: rf"{found[1]} \cdot {factor}" if found[1] else factor, formula)


def exact(number, fractions=False):
    r"""A number in LaTeX; as a multiple of $\pi$ or of $\sqrt3$ where it is one, such as $\frac{2\pi}{3}$."""
    for unit, symbol, largest in ((np.pi, r"\pi", 12), (np.sqrt(3), r"\sqrt{3}", 2)):
        share = Fraction(number / unit).limit_denominator(largest)
        if share and abs(float(share) * unit - number) < 1e-9:
            over = term(abs(share.numerator), symbol)
            size = over if share.denominator == 1 else rf"\frac{{{over}}}{{{share.denominator}}}"
            return size if share > 0 else f"-{size}"
    return values_latex(number, fractions=fractions)
