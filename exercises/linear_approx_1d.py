r"""# The variation and its linear approximation

Let $f(x) = {{ formula }}$, $x_0 = {{ x0 }}$ and $h = {{ h }}$. The variation is
$\delta_{x_0}(h) = f(x_0 + h) - f(x_0)$; the linear map $h \mapsto f'(x_0)\,h$ approximates it.
"""

from app.exercise import Exercise
from exercises.mathematics import jacobian
from exercises.mathematics.drawing import decimals, numbers
from exercises.mathematics.pictures import tangent
from exercises.mathematics.terms import total

given = dict(x0=float, h=float, a=float, b=float)  # f(x) = a x² + b x
exercise = Exercise(number=16, topic="derivatives", section="Special Case 1", given=given)
exercise.stratum(lambda b: "with a linear term" if b else "plain square")
exercise.texts(formula=lambda a, b: total([a, b], ["x^2", "x"]), derived=lambda a, b: total([2 * a], ["x"], b))
exercise.texts(new=lambda x0, h, a, b: f(x0 + h, a, b), old=lambda x0, a, b: f(x0, a, b))
exercise.in_symbols(texts=dict(formula="a x^2 + b x", derived="2 a x + b", new="f(x_0 + h)", old="f(x_0)"))
exercise.figure(lambda x0, h, a, b: tangent(lambda x: f(x, a, b), x0, "f", {"x₀ + h": x0 + h}))


@exercise.instance
def draw(rng, level, seed):
    """The lecture's square first, and in half of the instances; |h| ≤ |x0|/2."""
    hand = level == "hand"
    x0 = float(rng.choice([-6, -5, -4, -3, 3, 4, 5, 6])) if hand else decimals(rng, -4, 4, gap=1.5)
    h = rng.choice([-2, -0.5, 0.5, 2] if hand else [-0.4, -0.3, -0.2, 0.2, 0.3, 0.4])
    plain = seed == 0 or rng.random() < 0.5
    a, b = (1, 0) if plain else (numbers(rng, level), numbers(rng, level))
    return dict(x0=x0, h=h, a=a, b=b) if abs(h) <= abs(x0) / 2 else None


def f(x, a, b):
    return a * x**2 + b * x


@exercise.part("scalar", formula="a h (2 x0 + h) + b h")
def variation(x0, h, a, b):
    r"""(a) The variation $\delta_{x_0}(h)$"""
    return f(x0 + h, a, b) - f(x0, a, b)


@exercise.part("scalar", formula="(2 a x0 + b) h")
def linear(x0, h, a, b):
    r"""(b) Its linear approximation $f'(x_0)\,h$"""
    return (2 * a * x0 + b) * h


@exercise.part("scalar", formula="a h^2")
def error(variation, linear):
    """(c) The error, (a) minus (b)"""
    return variation - linear


MIXED = "One of the two is exact and curved, the other is a straight line in $h$. Which is which?"
variation.oracle(lambda x0, h, a, b: a * h * (2 * x0 + h) + b * h)
variation.wrong("exact-and-linear-mixed", lambda x0, h, a, b: (2 * a * x0 + b) * h, r"$f'(x_0)\,h$").says(MIXED)
variation.wrong("new-value", lambda x0, h, a, b: f(x0 + h, a, b), "$f(x_0 + h)$").says("The variation is a difference.")
variation.wrong("f-of-the-step", lambda h, a, b: f(h, a, b), "$f(h)$").says("$f(x_0 + h)$ is not $f(x_0) + f(h)$.")
linear.oracle(lambda x0, h, a, b: jacobian(lambda x: f(x, a, b), [[x0]]) * h)
linear.wrong("exact-and-linear-mixed", lambda variation: variation, r"$\delta_{x_0}(h)$").says(MIXED)
linear.wrong("tangent-value", lambda x0, a, b, reference: f(x0, a, b) + reference, r"$f(x_0) + f'(x_0)\,h$")
linear.wrong("slope-without-step", lambda x0, a, b: 2 * a * x0 + b, "$f'(x_0)$")
linear.wrong("slope-at-the-end", lambda x0, h, a, b: (2 * a * (x0 + h) + b) * h, r"$f'(x_0 + h)\,h$")
linear.feedback("""
    tangent-value: That is the height of the tangent. Here only its change counts.
    slope-without-step: A slope is a change per unit of step.
    slope-at-the-end: The linear map is fixed at $x_0$.
""")
error.oracle(lambda h, a: a * h**2)
error.wrong("error-sign", lambda reference: -reference, "(b) minus (a)").says("Exact minus approximation.")
variation.hints("It needs two values of $f$.")
linear.hints("It needs one derivative and one product.")
error.hints("Expand (a): which part is linear in $h$?")
variation.explained(
    "Exact, from two values of $f$: ${{ new }}$ at $x_0 + h$ minus ${{ old }}$ at $x_0$ is ${{ reference }}$."
)
linear.explained(
    "$f'(x) = {{ derived }}$, taken at $x_0 = {{ x0 }}$ and multiplied by $h = {{ h }}$: ${{ reference }}$."
)
error.explained(
    "${{ variation }}$ minus ${{ linear }}$ is ${{ reference }}$, the $h^2$ term: it shrinks faster than $h$."
)
