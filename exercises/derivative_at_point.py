r"""# Derivative at a point

Let $f(x) = {{ formula }}$. Compute the derivative $f'(x_0)$ at $x_0 = {{ x0 }}$.
"""

from app.exercise import Exercise
from exercises.mathematics import jacobian
from exercises.mathematics.drawing import decimals, numbers
from exercises.mathematics.pictures import tangent
from exercises.mathematics.trinomials import derived, f, formula, variation

given = dict(a=float, n=int, b=float, c=float, x0=float)  # f(x) = a xⁿ + b x + c
exercise = Exercise(number=14, topic="derivatives", section="Special Case 1", given=given)
exercise.texts(formula=formula, derived=derived)
exercise.in_symbols(domains=dict(x0="positive"), texts=dict(formula="a x^n + b x + c", derived="n a x^{n - 1} + b"))
exercise.stratum(lambda n, b: f"polynomial of degree {n}" if b else "plain square")
exercise.figure(lambda a, n, b, c, x0: tangent(lambda x: f(x, a, n, b, c), x0, "f"))


@exercise.instance
def draw(rng, level, seed):
    """The lecture's square first, and in four of ten instances."""
    x0 = float(rng.choice([-6, -5, -4, -3, 3, 4, 5, 6])) if level == "hand" else decimals(rng, -4, 4, gap=1.2)
    if seed == 0 or rng.random() < 0.4:
        return dict(a=1, n=2, b=0, c=0, x0=x0)
    a, b, c = numbers(rng, level), numbers(rng, level), numbers(rng, level)
    return dict(a=a, n=rng.choice([2, 3]), b=b, c=c, x0=x0)


@exercise.part("scalar", formula="n a x0^(n - 1) + b")
def answer(a, n, b, x0):
    r"""$f'(x_0)$"""
    return n * a * x0 ** (n - 1) + b


answer.oracle(lambda a, n, b, c, x0: jacobian(lambda x: f(x, a, n, b, c), [[x0]]))
answer.wrong("value-instead", lambda a, n, b, c, x0: f(x0, a, n, b, c), "$f(x_0)$")
answer.wrong("power-not-lowered", lambda a, n, b, x0: n * a * x0**n + b, "$f'(x_0)$ with the old exponent")
answer.wrong("exponent-factor-lost", lambda a, n, b, x0: a * x0 ** (n - 1) + b, "$f'(x_0)$ without a factor ${{ n }}$")
answer.wrong("constant-kept", lambda c, reference: reference + c if c else None, "$f'(x_0)$ plus the constant of $f$")
answer.wrong(
    "linear-term-kept",
    lambda b, x0, reference: reference - b + b * x0 if b else None,
    "$f'(x_0)$ with the linear term in place of its slope",
)
answer.wrong("secant-with-step-one", lambda a, n, b, x0: variation(x0, 1, a, n, b), "$f(x_0 + 1) - f(x_0)$")
answer.wrong("sign-lost", lambda reference: -reference if reference < 0 else None, "$-f'(x_0)$")
answer.feedback("""
    value-instead: That is the height of the curve. The question is about its slope.
    power-not-lowered: Differentiating lowers the exponent by one.
    exponent-factor-lost: A factor comes down from the exponent.
    constant-kept: How fast does a constant change?
    linear-term-kept: What is the slope of the linear term alone?
    secant-with-step-one: You took a step of size 1. The derivative is what happens as the step shrinks.
    sign-lost: Is the function increasing or decreasing at this point?
""")
answer.hints("$f'$ is a function; find it before inserting $x_0$.", "Go term by term.", "Then evaluate.")
answer.explained(
    "Each exponent comes down as a factor and drops by one; a constant has the slope 0: $f'(x) = {{ derived }}$."
    " At $x_0 = {{ x0 }}$ this is ${{ reference }}$."
)
