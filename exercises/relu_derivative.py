r"""# Derivative of ReLU

Let $\sigma(x) = \max(0, x)$. Give $\sigma'(x)$ at each of the four points. {{ at_zero }}
"""

from app.exercise import UNDEFINED, Exercise, values_latex
from exercises.mathematics.drawing import numbers

exercise = Exercise(
    number=17,
    topic="derivatives",
    section="Exercises: Simple Derivatives",
    given=dict(x="4 1", convention=str),
)


@exercise.instance
def draw(rng, level):
    """Four different points, at least one on each side, none at 1; 0 in half of the instances."""
    special = 0.0 if rng.random() < 0.5 else -3.0
    left, right = -abs(numbers(rng, level)), abs(numbers(rng, level)) + 1
    x = rng.permutation([special, numbers(rng, level), left, right]).round(2)
    return None if 1 in x or len(set(x)) < 4 else dict(x=x, convention=str(rng.choice(["math", "framework"])))


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


@slope.misconception
def value_instead(x):
    """You gave the function, not its slope. How steep is the right half of the graph?"""
    return x if x > 0 else None


@slope.misconception
def zero_at_kink(x, convention):
    """Software returns that by convention. Compare the slopes just left and just right of that point."""
    return 0.0 if x == 0 and convention == "math" else None


@slope.misconception
def one_at_kink(x):
    """Compare the slopes on both sides of that point; then read again what is asked there."""
    return 1.0 if x == 0 else None


@slope.misconception
def half_at_kink(x):
    """Averaging the two slopes does not make a derivative."""
    return 0.5 if x == 0 else None


@slope.misconception
def undefined_despite_convention(x, convention):
    """Mathematically yes; the question fixes a convention for that point."""
    return UNDEFINED if x == 0 and convention == "framework" else None


@slope.misconception
def sides_exchanged(x):
    """On which half of the graph is this point?"""
    return None if x == 0 else float(x < 0)


@slope.misconception
def minus_one_on_the_left(x):
    """Is the left half of the graph descending or flat?"""
    return -1.0 if x < 0 else None


@slope.misconception
def undefined_on_the_left(x):
    """The function is constant there. What is the slope of a constant?"""
    return UNDEFINED if x < 0 else None


slope.hints(
    "Sketch the graph.",
    "What is the slope of each straight half?",
    "What does the definition of the derivative require at the corner?",
)
slope.explained(
    "Left of 0 the graph is flat: slope 0. Right of 0 it climbs one for one: slope 1. At 0 the two differ, so the"
    " derivative does not exist there. {{ conclusion }}"
)
