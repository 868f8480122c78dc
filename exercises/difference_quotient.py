r"""# From the difference quotient to the limit

Let $f(x) = x^2$, $x_0 = {{ x0 }}$ and $h = {{ h }}$. Compute the quotient exactly, without rounding.
"""

from app.exercise import Choice, Exercise
from exercises.mathematics import jacobian
from exercises.mathematics.drawing import decimals, ints

exercise = Exercise(number=15, topic="derivatives", section="Special Case 1", given=dict(x0=float, h=float))


@exercise.instance
def draw(rng, level):
    """A point other than 1: there two of the limits to choose from would be the same."""
    hand = level == "hand"
    x0 = ints(rng, -6, 6) if hand else round(decimals(rng, -4, 4, gap=1), 1)
    h = rng.choice([-2, -1, -0.5, 0.5, 1, 2] if hand else [-0.1, -0.01, 0.01, 0.1])
    return None if x0 == 1 else dict(x0=x0, h=h)


@exercise.part("scalar", weight=0.75, tolerance=1e-6)  # so that the derivative itself does not pass
def quotient(x0, h):
    r"""The quotient $\frac{f(x_0 + h) - f(x_0)}{h}$"""
    return 2 * x0 + h


@exercise.part(
    Choice(infinity=r"$h \to \infty$", zero=r"$h \to 0$", point=r"$h \to x_0$", one=r"$h \to 1$"), weight=0.25
)
def limit():
    r"""In which limit does the quotient become $f'(x_0)$?"""
    return "zero"


@quotient.oracle
def as_defined(x0, h):
    return ((x0 + h) ** 2 - x0**2) / h


@limit.oracle
def by_trying(x0):
    slope = jacobian(lambda x: x**2, [[x0]])
    steps = dict(infinity=1e6, zero=1e-6, point=x0, one=1.0)
    return min(steps, key=lambda end: abs(as_defined(x0, steps[end]) - slope))


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
limit.wrong("step-grows", lambda: "infinity", "a step that runs away")
limit.wrong("step-taken-for-point", lambda: "point", "the limit of $x_0 + h$, not of $h$")
limit.wrong("step-of-one", lambda: "one", "a secant with a step of size 1")
limit.feedback("""
    step-grows: With a growing step the second point leaves $x_0$. Where should it go?
    step-taken-for-point: $h$ is the step; the second point is $x_0 + h$.
    step-of-one: A step of size 1 still joins two different points of the graph.
""")

quotient.hints("Compute $f(x_0 + h)$.", "Subtract $f(x_0)$.", "Divide by $h$; what remains as $h$ shrinks?")
limit.hints(
    "The quotient is the slope of the line through the points at $x_0$ and $x_0 + h$. When does it touch the graph?"
)
quotient.explained(
    r"$f(x_0 + h) - f(x_0) = 2x_0h + h^2$. Divided by $h$: $2x_0 + h = 2\cdot({{ x0 }}) + ({{ h }}) = {{ reference }}$."
)
limit.explained(
    r"The quotient is $2x_0 + h$. As $h \to 0$ it tends to $2x_0 = f'(x_0)$: the secant becomes the tangent."
)
