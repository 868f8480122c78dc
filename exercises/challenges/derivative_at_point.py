r"""# Where is the slope as prescribed?

Let $f(x) = {{ formula }}$. At which point $x_0 > 0$ is the derivative $f'(x_0) = {{ s }}$?
"""

import numpy as np

from app.exercise import Exercise
from exercises.mathematics.drawing import ints
from exercises.mathematics.trinomials import derived, formula

exercise = Exercise(given=dict(a=float, b=float, c=float, s=float))  # f(x) = a x³ + b x + c


@exercise.instance
def draw(rng):
    a, b, c = ints(rng, -2, 2), ints(rng, -4, 4), ints(rng, -4, 4)
    return dict(a=a, b=b, c=c, s=3 * a * rng.integers(2, 6) ** 2 + b)


exercise.texts(
    formula=lambda a, b, c: formula(a, 3, b, c),
    derived=lambda a, b: derived(a, 3, b),
    square=lambda a, b, s: (s - b) / (3 * a),
)


@exercise.part("scalar")
def answer(a, b, s):
    r"""$x_0$"""
    return ((s - b) / (3 * a)) ** 0.5


answer.oracle(lambda a, b, c, s: max(np.roots(np.polyder([a, 0, b, c]) - [0, 0, s]).real))
answer.wrong("other-root", lambda reference: -reference, "the other point with this slope", credit=0.5)
answer.wrong("square-root-forgotten", lambda reference: reference**2, "$x_0^2$")
answer.wrong("slope-taken-for-point", lambda a, b, s: 3 * a * s**2 + b, "$f'({{ s }})$")
answer.wrong("exponent-factor-lost", lambda reference: 3**0.5 * reference, "right without the factor 3 in $f'$")
answer.wrong(
    "linear-term-lost", lambda a, s: (s / (3 * a)) ** 0.5 if s / a > 0 else None, "right without the linear term"
)
answer.feedback(r"""
    other-root: The slope is the same there. Which of the two points is asked for?
    square-root-forgotten: The square is to be undone, too.
    slope-taken-for-point: You inserted the slope as if it were the point: which side of the equation does it belong to?
    exponent-factor-lost: A factor comes down from the exponent.
    linear-term-lost: What is the slope of the linear term of $f$?
""")
answer.hints("Find $f'$ first, as a function.", "The prescribed slope turns it into an equation for $x_0$.")
answer.explained(
    "$f'(x) = {{ derived }}$. Set it equal to ${{ s }}$ and solve for the square: $x_0^2 = {{ square }}$."
    " The root above 0 is $x_0 = {{ reference }}$."
)
