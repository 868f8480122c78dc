"""Figures that several exercises show. They say what the statement says and have no numbers on their axes."""

import numpy as np

from app.exercise import figures

STEP = 1e-4


def tangent(f, x0, formula, marks=None, least=1.5):
    """The graph of `f` around the point and the origin, touched by its tangent at the point.

    `formula` names f in the text alternative; `marks` are further points by their name, such as {"x₀ + h": 1.5};
    the axis goes at least so far to both sides.
    """
    slope = (f(x0 + STEP) - f(x0 - STEP)) / (2 * STEP)
    points = {x0: "x₀", **{x: name for name, x in (marks or {}).items()}}
    span = 1.3 * max(least, *map(abs, points))
    text = f"The graph of {formula} and its tangent at x₀, {'right' if x0 > 0 else 'left'} of the origin."
    return figures.graph(f, -span, span, text, tangents={x0: slope}, marks=points)


def points_of(f, xs, formula):
    """The graph of `f` with the points x₁, x₂, … on it."""
    span = 1.3 * float(np.abs(xs).max())
    marks = {float(x): f"x{chr(ord('₁') + n)}" for n, x in enumerate(xs)}
    order = ", ".join(marks[x] for x in sorted(marks))
    text = f"The graph of {formula}, with its points at {order} from left to right."
    return figures.graph(f, -span, span, text, marks=marks)


def operands(named):
    """The operands of each of some operations as boxes, by the name of the operation."""
    words = "; ".join(
        f"{name}: {' and '.join('×'.join(map(str, shape)) for shape in shapes)}" for name, shapes in named
    )
    return figures.tensors(dict(named), f"The operands as boxes with the lengths of their sides. {words}.")
