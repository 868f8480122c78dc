r"""# Derivative at a point

Let $f(x) = {{ formula }}$. Compute the derivative $f'(x_0)$ at $x_0 = {{ x0 }}$.
"""

from app.exercise import Exercise
from exercises.mathematics import jacobian
from exercises.mathematics.drawing import decimals, numbers
from exercises.mathematics.pictures import tangent
from exercises.mathematics.terms import total

given = dict(a=float, n=int, b=float, c=float, x0=float)  # f(x) = a xⁿ + b x + c
exercise = Exercise(number=14, topic="derivatives", section="Special Case 1", given=given)


@exercise.instance
def draw(rng, level, seed):
    """The lecture's square first, and in four of ten instances."""
    x0 = float(rng.choice([-6, -5, -4, -3, 3, 4, 5, 6])) if level == "hand" else decimals(rng, -4, 4, gap=1.2)
    if seed == 0 or rng.random() < 0.4:
        return dict(a=1, n=2, b=0, c=0, x0=x0)
    a, b, c = (numbers(rng, level) for _ in range(3))
    return dict(a=a, n=rng.choice([2, 3]), b=b, c=c, x0=x0)


@exercise.stratum
def form(n, b):
    return f"polynomial of degree {n}" if b else "plain square"


@exercise.text
def formula(a, n, b, c):
    return total([a, b], [f"x^{n}", "x"], c)


@exercise.text
def derived(a, n, b):
    return total([n * a], ["x" if n == 2 else f"x^{n - 1}"], b)


def f(x, a, n, b, c):
    return a * x**n + b * x + c


@exercise.part("scalar")
def answer(a, n, b, x0):
    r"""$f'(x_0)$"""
    return a * n * x0 ** (n - 1) + b


@answer.oracle
def by_differences(a, n, b, c, x0):
    return jacobian(lambda x: f(x, a, n, b, c), [[x0]])


answer.wrong("value-instead", lambda a, n, b, c, x0: f(x0, a, n, b, c), "$f(x_0)$").says(
    "That is the height of the curve. The question is about its slope."
)
answer.wrong("power-not-lowered", lambda a, n, b, x0: a * n * x0**n + b, "$f'(x_0)$ with the old exponent").says(
    "Differentiating lowers the exponent by one."
)
answer.wrong(
    "exponent-factor-lost", lambda a, n, b, x0: a * x0 ** (n - 1) + b, "$f'(x_0)$ without the factor ${{ n }}$"
).says("A factor comes down from the exponent.")
answer.wrong(
    "constant-kept", lambda c, reference: reference + c if c else None, "$f'(x_0)$ with the constant ${{ c }}$ added"
).says("How fast does a constant change?")
answer.wrong(
    "linear-term-kept",
    lambda b, x0, reference: reference - b + b * x0 if b else None,
    "$f'(x_0)$ with the linear term in place of its slope",
).says(r"What is the slope of $x \mapsto bx$?")
answer.wrong(
    "secant-with-step-one",
    lambda a, n, b, c, x0: f(x0 + 1, a, n, b, c) - f(x0, a, n, b, c),
    "$f(x_0 + 1) - f(x_0)$",
).says("You took a step of size 1. The derivative is what happens as the step shrinks.")
answer.wrong("sign-lost", lambda reference: -reference if reference < 0 else None, "$-f'(x_0)$").says(
    "Is the function increasing or decreasing at this point?"
)

exercise.figure(lambda a, n, b, c, x0: tangent(lambda x: f(x, a, n, b, c), x0, "f"))
answer.hints("$f'$ is a function; find it before inserting $x_0$.", "Go term by term.", "Then evaluate.")
answer.explained(
    "In each power the exponent comes down as a factor and drops by one; a constant does not change:"
    " $f'(x) = {{ derived }}$. At $x_0 = {{ x0 }}$ this is $f'(x_0) = {{ reference }}$."
)
