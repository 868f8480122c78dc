r"""Compositions $g\circ f$ of an inner function $f(x) = ax^n + b$ and an outer function g that bears a name."""

import numpy as np

from exercises.mathematics.drawing import decimals, ints, numbers
from exercises.mathematics.perceptron import sigmoid
from exercises.mathematics.terms import total

OUTER = {  # g, its derivative, and both in words and LaTeX
    "square": (lambda y: y**2, lambda y: 2 * y, "$g(y) = y^2$", "$g'(y) = 2y$"),
    "cube": (lambda y: y**3, lambda y: 3 * y**2, "$g(y) = y^3$", "$g'(y) = 3y^2$"),
    "exp": (np.exp, np.exp, "$g(y) = e^y$", "$g'(y) = e^y$"),
    "sigmoid": (
        sigmoid,
        lambda y: sigmoid(y) * sigmoid(-y),
        r"let $g(y) = \frac{1}{1 + e^{-y}}$ be the logistic sigmoid",
        r"$g'(y) = g(y)\,(1 - g(y))$",
    ),
    "relu": (
        lambda y: np.maximum(y, 0.0),
        lambda y: float(y > 0),
        r"let $g(y) = \max(0, y)$ be ReLU",
        "$g'(y) = 1$ for $y > 0$ and $0$ for $y < 0$",
    ),
    "tanh": (np.tanh, lambda y: 1 - np.tanh(y) ** 2, r"$g(y) = \tanh y$", "$g'(y) = 1 - g(y)^2$"),
    "softplus": (
        lambda y: np.logaddexp(0, y),
        sigmoid,
        r"let $g(y) = \ln(1 + e^y)$ be softplus",
        r"$g'(y) = \frac{1}{1 + e^{-y}}$",
    ),
    "wave": (lambda y: 2 * np.sin(y), lambda y: 2 * np.cos(y), r"let $g(y) = 2\sin y$", r"$g'(y) = 2\cos y$"),
    "reciprocal": (lambda y: 1 / y, lambda y: -1 / y**2, r"$g(y) = \frac{1}{y}$", r"$g'(y) = -\frac{1}{y^2}$"),
}


def draw(rng, level):
    """f, g and a point; y0 is f there, df its slope. ReLU is mostly where it is not flat, and never at its kink."""
    hand = level == "hand"
    g = str(rng.choice(["square", "cube", "relu"] if hand else ["cube", "exp", "relu", "sigmoid", "square"]))
    a, b, n = numbers(rng, level), numbers(rng, level), int(rng.integers(1, 3))
    x0 = ints(rng, -3, 3) if hand else decimals(rng, -1.5, 1.5)
    y0 = inner(x0, a, b, n)
    if not 0.25 < abs(y0) < (8 if hand else 2) or abs(y0 - x0) <= 0.2:
        return None
    if g == "relu" and y0 < 0 and rng.random() < 0.8:
        return None
    return dict(g=g, a=a, b=b, n=n, x0=x0, y0=y0, df=a * n * x0 ** (n - 1))


def inner(x, a, b, n):
    """f(x)."""
    return a * x**n + b


def value(g, y):
    """g(y)."""
    return OUTER[g][0](y)


def slope(g, y):
    """g'(y), a number."""
    return OUTER[g][1](y)


def inner_latex(a, b, n):
    """What f(x) is."""
    return total([a], ["x" if n == 1 else f"x^{n}"], b)


# Wrong ways that are no mistakes for ReLU: its slope is the same at half of all points. There they give None.


def slope_at_x(g, x0, df):
    """The slope of g taken at x0."""
    return slope(g, x0) * df if g != "relu" else None


def nested_slopes(g, df):
    """The slope of g taken at the slope of f."""
    return slope(g, df) if g != "relu" else None


def other_order(g, a, n, x0):
    r"""$(f\circ g)'(x_0)$; None where f is affine, too: there it is `slope_at_x`."""
    return a * n * value(g, x0) ** (n - 1) * slope(g, x0) if n > 1 and g != "relu" else None
