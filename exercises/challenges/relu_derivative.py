r"""# Leaky ReLU of an affine form

Leaky ReLU lets a little through on the left: $\sigma(t) = t$ for $t > 0$ and $\sigma(t) = {{ alpha }}\,t$ for
$t \le 0$. Let $f(x) = \sigma({{ inside }})$. Give $f'(x)$ at each of the three points; answer `undefined` where the
derivative does not exist.
"""

from app.exercise import UNDEFINED, Exercise, values_latex
from exercises.mathematics.drawing import ints
from exercises.mathematics.terms import total

exercise = Exercise(given=dict(a=float, b=float, alpha=float, x="3 1"))


@exercise.instance
def draw(rng):
    """The corner of the graph, which is not at 0, and a point on each side of it."""
    a, corner = ints(rng, -5, 5), ints(rng, -4, 4)
    x = rng.permutation([corner - rng.integers(1, 4), corner, corner + rng.integers(1, 4)])
    return None if abs(a) == 1 else dict(a=a, b=-a * corner, alpha=1 / rng.choice([2, 4, 5, 10]), x=x)


exercise.texts(inside=lambda a, b: total([a], ["x"], b))


@exercise.text
def conclusion(x, a, b, alpha):
    t = a * x + b
    if t == 0:
        return "Here $t = 0$, where the slopes on the two sides differ: undefined."
    outer = values_latex(side(t, alpha), fractions=True)
    return rf"Here $t = {values_latex(t)}$, so $f'(x) = {outer}\cdot({values_latex(a)})$."


def side(t, alpha):
    """The slope of leaky ReLU at t, away from 0."""
    return 1.0 if t > 0 else alpha


def leaky(t, alpha):
    return t if t > 0 else alpha * t


@exercise.parts("at_1 at_2 at_3", "scalar | undefined", each="x")
def slope(x, a, b, alpha):
    r"""Slope at point {{ number }}

    $f'({{ x }})$
    """
    t = a * x + b
    return a * side(t, alpha) if t else UNDEFINED


@slope.oracle
def one_sided_differences(x, a, b, alpha, h=1e-3):
    before, here, after = (leaky(a * (x + step) + b, alpha) for step in (-h, 0, h))
    return (after - before) / (2 * h) if abs(after - 2 * here + before) < 1e-9 else UNDEFINED


slope.wrong(
    "inner-factor-forgotten",
    lambda x, a, b, alpha: side(a * x + b, alpha) if a * x + b else None,
    r"$\sigma'(t)$ without the slope of the inner function",
)
slope.wrong(
    "side-of-x",
    lambda x, a, b, alpha: a * side(x, alpha) if x * (a * x + b) < 0 else None,
    "the slope on the other side of the corner",
)
slope.wrong("plain-relu", lambda x, a, b: 0.0 if a * x + b < 0 else None, "the slope of ReLU without a leak")
slope.wrong(
    "left-slope-at-corner",
    lambda x, a, b, alpha: a * alpha if a * x + b == 0 else None,
    r"the slope on the side $t \le 0$ of the corner",
)
slope.wrong(
    "right-slope-at-corner",
    lambda x, a, b: a if a * x + b == 0 else None,
    "the slope on the side $t > 0$ of the corner",
)
slope.wrong(
    "corner-at-zero", lambda x, a, b: UNDEFINED if x == 0 and b else None, "what would hold for a corner at $x = 0$"
)
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
    r"Compute the argument $t$ of $\sigma$ at each point: on which side of 0 is it?",
    "Chain rule: the outer slope on that side times the inner slope.",
    "What does the definition of the derivative require at the corner?",
)
slope.explained(
    r"With $t = {{ inside }}$ the chain rule gives $f'(x) = \sigma'(t)\cdot({{ a }})$, where $\sigma'(t)$ is 1 for"
    r" $t > 0$ and ${{ alpha }}$ for $t < 0$. {{ conclusion }}"
)
