r"""Functions with a kink at 0: ReLU, $\sigma(t) = \max(0, t)$, and leaky ReLU, which has the slope α on the left."""

from app.exercise import UNDEFINED, values_latex


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


def because(x, convention):
    """In Markdown, what the derivative of ReLU is at one point, and why."""
    if x:
        half, slope = ("Right of 0 the graph climbs one for one", 1) if x > 0 else ("Left of 0 the graph is flat", 0)
        return rf"{half}: $\sigma'({values_latex(x)}) = {slope}$."
    corner = "At 0 the slopes differ, 0 on the left and 1 on the right: no derivative exists"
    return f"{corner}." if convention == "math" else rf"{corner}. By convention, software returns $\sigma'(0) = 0$."


def leaky_because(x, a, b, alpha):
    """The same for leaky ReLU of ax + b."""
    t = a * x + b
    if not t:
        return "Here $t = 0$, where the two slopes differ: no derivative exists."
    outer, slope = (values_latex(factor * side(t, alpha), fractions=True) for factor in (1, a))
    sign = ">" if t > 0 else "<"
    return rf"Here $t = {values_latex(t)} {sign} 0$, so $\sigma'(t) = {outer}$ and $f'({values_latex(x)}) = {slope}$."
