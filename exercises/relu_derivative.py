r"""# Derivative of ReLU

Let $\sigma(x) = \max(0, x)$ (ReLU). Give $\sigma'(x)$ at each of the four points. {{ at_zero }}
"""

from app.exercise import UNDEFINED, Exercise, values_latex
from exercises.mathematics.drawing import numbers
from exercises.mathematics.pictures import points_of

given = dict(x="4 1", convention=str)
exercise = Exercise(number=17, topic="derivatives", section="Exercises: Simple Derivatives", given=given)


@exercise.instance
def draw(rng, level):
    """Four different points, at least one on each side, none at 1; 0 in half of the instances."""
    special = 0.0 if rng.random() < 0.5 else -3.0
    left, right = -abs(numbers(rng, level)), abs(numbers(rng, level)) + 1
    x = rng.permutation([special, numbers(rng, level), left, right]).round(2)
    return None if 1 in x or len(set(x)) < 4 else dict(x=x, convention=rng.choice(["math", "framework"]))


exercise.figure(lambda x: points_of(lambda t: max(t, 0.0), x[:, 0], "ReLU"))


@exercise.text
def at_zero(convention):
    if convention == "math":
        return "Answer `undefined` where the derivative does not exist."
    return r"Give what an automatic differentiation library with the convention $\sigma'(0) = 0$ returns."


@exercise.text
def conclusion(x, convention):
    if x == 0 and convention == "math":
        return r"So $\sigma'(0)$ is undefined."
    if x == 0:
        return "The library returns 0, by its convention."
    return rf"Here $\sigma'({values_latex(x)}) = {int(x > 0)}$."


@exercise.parts("at_1 at_2 at_3 at_4", "scalar | undefined", each="x")
def slope(x, convention):
    r"""Slope at point {{ number }}

    $\sigma'({{ x }})$
    """
    if x == 0 and convention == "math":
        return UNDEFINED
    return 1.0 if x > 0 else 0.0


@slope.oracle
def one_sided_differences(x, convention):
    right, left = max(x + 1e-6, 0) - max(x, 0), max(x, 0) - max(x - 1e-6, 0)
    if abs(right - left) < 1e-9:
        return round(right / 1e-6, 3)
    return UNDEFINED if convention == "math" else 0.0


def at_kink(id, answer, made, only=None):
    """A wrong answer at 0, where the convention is `only`."""
    return slope.wrong(
        id, lambda x, convention: answer if x == 0 and convention == (only or convention) else None, made
    )


slope.wrong("value-instead", lambda x: x if x > 0 else None, r"$\sigma(x)$")
at_kink("zero-at-kink", 0.0, "what software returns there by convention", "math").says(
    "Software returns that by convention. Compare the slopes just left and just right of that point."
)
at_kink("one-at-kink", 1.0, "the slope just right of 0").says(
    "Compare the slopes on both sides of that point; then read again what is asked there."
)
at_kink("half-at-kink", 0.5, "the mean of the slopes on both sides of 0").says(
    "Averaging the two slopes does not make a derivative."
)
at_kink("undefined-despite-convention", UNDEFINED, "the answer without the convention", "framework").says(
    "Mathematically yes; the question fixes a convention for that point."
)
slope.wrong("sides-exchanged", lambda x: float(x < 0) if x else None, "the slope on the other side of 0")
slope.wrong("minus-one-on-the-left", lambda x: -1.0 if x < 0 else None, r"the slope of $\lvert x\rvert$")
slope.wrong("undefined-on-the-left", lambda x: UNDEFINED if x < 0 else None, "what holds at 0 only")
slope.feedback("""
    value-instead: You gave the function, not its slope. How steep is the right half of the graph?
    sides-exchanged: On which half of the graph is this point?
    minus-one-on-the-left: Is the left half of the graph descending or flat?
    undefined-on-the-left: The function is constant there. What is the slope of a constant?
""")
slope.hints(
    "Sketch the graph.",
    "What is the slope of each straight half?",
    "What does the definition of the derivative require at the corner?",
)
slope.explained(
    "Left of 0 the graph is flat: slope 0. Right of 0 it climbs one for one: slope 1. At 0 the two differ, so the"
    " derivative does not exist there. {{ conclusion }}"
)
