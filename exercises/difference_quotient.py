r"""# From the difference quotient to the limit

Let $f(x) = x^2$, $x_0 = {{ x0 }}$ and $h = {{ h }}$. Compute the difference quotient exactly, without rounding.
"""

from app.exercise import Choice, Exercise
from exercises.mathematics import jacobian
from exercises.mathematics.drawing import decimals, ints

exercise = Exercise(number=15, topic="derivatives", section="Special Case 1", given=dict(x0=float, h=float))
LIMITS = Choice(infinity=r"$h \to \infty$", zero=r"$h \to 0$", point=r"$h \to x_0$", one=r"$h \to 1$")


@exercise.instance
def draw(rng, level):
    """A point other than 1: there two of the limits to choose from would be the same."""
    x0 = ints(rng, -6, 6) if level == "hand" else round(decimals(rng, -4, 4, gap=1), 1)
    h = rng.choice([-2, -1, -0.5, 0.5, 1, 2] if level == "hand" else [-0.1, -0.01, 0.01, 0.1])
    return None if x0 == 1 else dict(x0=x0, h=h)


@exercise.part("scalar", weight=0.75, tolerance=1e-6, formula="2 x0 + h")  # so that the derivative itself does not pass
def quotient(x0, h):
    r"""The quotient $\frac{f(x_0 + h) - f(x_0)}{h}$"""
    return 2 * x0 + h


@exercise.part(LIMITS, weight=0.25)
def limit():
    r"""In which limit does the quotient become $f'(x_0)$?"""
    return "zero"


@limit.oracle
def by_trying(x0):
    steps = dict(infinity=1e6, zero=1e-6, point=x0, one=1.0)
    slope = jacobian(lambda x: x**2, [[x0]])
    return min(steps, key=lambda end: abs(((x0 + steps[end]) ** 2 - x0**2) / steps[end] - slope))


quotient.oracle(lambda x0, h: ((x0 + h) ** 2 - x0**2) / h)
quotient.wrong("derivative-instead", lambda x0: 2 * x0, "$f'(x_0)$")
quotient.wrong("not-divided", lambda h, reference: reference * h if h != 1 else None, "$f(x_0 + h) - f(x_0)$")
quotient.wrong("square-distributed", lambda h: h, r"$\frac{(x_0^2 + h^2) - x_0^2}{h}$")
quotient.wrong("increment-outside", lambda: 1.0, r"$\frac{(f(x_0) + h) - f(x_0)}{h}$")
quotient.wrong("wrong-order", lambda reference: -reference, r"$\frac{f(x_0) - f(x_0 + h)}{h}$")
quotient.feedback("""
    derivative-instead: That is the limit. The question keeps a finite $h$.
    not-divided: You have the variation of $f$. One division is missing.
    square-distributed: Expand $(x_0 + h)^2$: a cross term appears.
    increment-outside: $h$ is added to the argument, not to the value.
    wrong-order: New value minus old value.
""")
limit.wrong("step-grows", lambda: "infinity", "a growing step").says("Where should the second point $x_0 + h$ go?")
limit.wrong("step-taken-for-point", lambda: "point", "the limit of $x_0 + h$").says("$h$ is the step, not a point.")
limit.wrong("step-of-one", lambda: "one", "a step of size 1").says("It still joins two points of the graph.")
quotient.hints("Compute $f(x_0 + h)$.", "Subtract $f(x_0)$.", "Divide by $h$.")
limit.hints("It is the slope of the line through the points at $x_0$ and $x_0 + h$. When is that the tangent?")
quotient.explained(r"$\frac{f(x_0 + h) - f(x_0)}{h} = \frac{2x_0h + h^2}{h} = 2x_0 + h = {{ reference }}$.")
limit.explained(r"$2x_0 + h$ tends to $2x_0 = f'(x_0)$ as $h \to 0$: the secant becomes the tangent.")
