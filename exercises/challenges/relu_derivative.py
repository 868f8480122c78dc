r"""# Leaky ReLU of an affine form

Leaky ReLU lets a little through on the left: $\sigma(t) = t$ for $t > 0$ and $\sigma(t) = {{ alpha }}\,t$ for
$t \le 0$. Let $f(x) = \sigma({{ inside }})$. Give $f'(x)$ at each of the three points; answer `undefined` where the
derivative does not exist.
"""

from app.exercise import UNDEFINED, Exercise
from exercises.mathematics.drawing import ints
from exercises.mathematics.kinks import from_both_sides, leaky, leaky_because, side
from exercises.mathematics.terms import total

exercise = Exercise(given=dict(a=float, b=float, alpha=float, x="3 1"))
exercise.texts(inside=lambda a, b: total([a], ["x"], b), because=leaky_because)


@exercise.instance
def draw(rng):
    """The corner of the graph, which is not at 0, and a point on each side of it."""
    a, corner = ints(rng, -5, 5), ints(rng, -4, 4)
    x = rng.permutation([corner - rng.integers(1, 4), corner, corner + rng.integers(1, 4)])
    return None if abs(a) == 1 else dict(a=a, b=-a * corner, alpha=1 / rng.choice([2, 4, 5, 10]), x=x)


@exercise.parts("at_1 at_2 at_3", "scalar | undefined", each="x")
def slope(x, a, b, alpha):
    r"""Slope at point {{ number }}

    $f'({{ x }})$
    """
    t = a * x + b
    return a * side(t, alpha) if t else UNDEFINED


slope.oracle(lambda x, a, b, alpha: from_both_sides(lambda z: leaky(a * z + b, alpha), x))
slope.wrong("inner-factor-forgotten", lambda x, a, b, alpha: side(a * x + b, alpha), r"the outer slope $\sigma'(t)$")
slope.wrong("side-of-x", lambda x, a, b, alpha: a * side(x, alpha) if x * (a * x + b) < 0 else None, "the other slope")
slope.wrong("plain-relu", lambda x, a, b: 0.0 if a * x + b < 0 else None, "the slope of ReLU without a leak")
slope.wrong("left-slope-at-corner", lambda x, a, b, alpha: None if a * x + b else a * alpha, "the slope for $t < 0$")
slope.wrong("right-slope-at-corner", lambda x, a, b: None if a * x + b else a, "the slope for $t > 0$")
slope.wrong("corner-at-zero", lambda x, a, b: UNDEFINED if x == 0 and b else None, "right for a corner at $x = 0$")
slope.wrong("value-instead", lambda x, a, b, alpha: leaky(a * x + b, alpha), "$f(x)$")
slope.feedback(r"""
    inner-factor-forgotten: That is the outer slope. How fast does the argument of $\sigma$ change?
    side-of-x: The side is decided by the argument of $\sigma$, not by $x$.
    plain-relu: Is the left half of this graph flat?
    left-slope-at-corner: The formula for $f$ holds at this point, too, but compare the slopes on both sides of it.
    right-slope-at-corner: Compare the slopes on both sides of this point.
    corner-at-zero: Where is the argument of $\sigma$ zero?
    value-instead: You gave the function, not its slope.
""")
slope.hints(
    r"On which side of 0 is the argument of $\sigma$?", "Outer slope times inner slope, on both sides of a corner."
)
slope.explained(r"With $t = {{ inside }}$ the chain rule gives $f'(x) = {{ a }}\,\sigma'(t)$. {{ because }}")
