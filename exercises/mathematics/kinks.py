r"""Functions with a kink at 0: ReLU, $\sigma(t) = \max(0, t)$, and leaky ReLU, which has the slope α on the left."""

from app.exercise import UNDEFINED


def relu(t):
    return max(t, 0.0)


def leaky(t, alpha):
    """Leaky ReLU."""
    return t if t > 0 else alpha * t


def side(t, alpha):
    """The slope of leaky ReLU at t; None at 0."""
    return (1.0 if t > 0 else alpha) if t else None


def from_both_sides(f, x, h=1e-3):
    """The derivative of a piecewise linear f at x by differences; UNDEFINED where left and right do not agree."""
    left, right = (f(x) - f(x - h)) / h, (f(x + h) - f(x)) / h
    return (left + right) / 2 if abs(right - left) < 1e-6 else UNDEFINED


def at_kink(answer, *conventions):
    """A wrong way that gives this answer at 0 under these conventions and does not apply elsewhere."""
    return lambda x, convention: answer if x == 0 and convention in conventions else None


def at_zero(convention):
    """What is asked at 0: strictly (`math`), or as software does it (`framework`)."""
    if convention == "math":
        return "Answer `undefined` where the derivative does not exist."
    return r"Give what an automatic differentiation library with the convention $\sigma'(0) = 0$ returns."
