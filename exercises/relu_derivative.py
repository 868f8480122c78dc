r"""# Derivative of ReLU

Let $\sigma(x) = \max(0, x)$ (ReLU). {{ asked }} {{ at_zero }}
"""

from app.exercise import UNDEFINED, Exercise
from exercises.mathematics.drawing import numbers
from exercises.mathematics.kinks import at_kink, at_zero, because, from_both_sides, relu
from exercises.mathematics.pictures import points_of

given = dict(x="4 1", convention=str)
exercise = Exercise(number=17, topic="derivatives", section="Exercises: Simple Derivatives", given=given)
exercise.figure(lambda x: points_of(relu, x[:, 0], "ReLU"))
exercise.text(at_zero)
exercise.text(because)
exercise.texts(asked=lambda: r"Give $\sigma'(x)$ at each of the four points.")
exercise.in_symbols(
    fixed=dict(convention="framework"),
    texts=dict(
        asked=r"Give $\sigma'(x)$ for $x \ne 0$, without derivatives.",
        at_zero="The step `H(x)` is 0 left of 0 and 1 right of it.",
        because=r"Right of 0 the graph climbs one for one, left of 0 it is flat: $\sigma'(x) = H(x)$.",
    ),
    without="'",
)


@exercise.instance
def draw(rng, level):
    """Four different points, none at 1, on both sides; 0 in half of the strict instances and in all others."""
    convention = str(rng.choice(["math", "framework"]))
    special = 0.0 if convention == "framework" or rng.random() < 0.5 else -3.0
    left, right = -abs(numbers(rng, level)), abs(numbers(rng, level)) + 1
    x = rng.permutation([special, numbers(rng, level), left, right]).round(2)
    return None if 1 in x or len(set(x)) < 4 else dict(x=x, convention=convention)


@exercise.parts("at_1 at_2 at_3 at_4", "scalar | undefined", each="x", formula="H(x)")
def slope(x, convention):
    r"""Slope at point {{ number }}

    $\sigma'({{ x }})$
    """
    return UNDEFINED if x == 0 and convention == "math" else float(x > 0)


slope.oracle(lambda x, convention: from_both_sides(relu, x) if x or convention == "math" else 0.0)
slope.wrong("value-instead", lambda x: x if x > 0 else None, r"$\sigma(x)$")
slope.wrong("zero-at-kink", at_kink(0.0, "math"), "what software returns there by convention")
slope.wrong("one-at-kink", at_kink(1.0, "math", "framework"), "the slope just right of 0")
slope.wrong("half-at-kink", at_kink(0.5, "math", "framework"), "the mean of the slopes on both sides of 0")
slope.wrong("undefined-despite-convention", at_kink(UNDEFINED, "framework"), "the answer without the convention")
slope.wrong("sides-exchanged", lambda x: float(x < 0) if x else None, "the slope on the other side of 0")
slope.wrong("minus-one-on-the-left", lambda x: -1.0 if x < 0 else None, r"the slope of $\lvert x\rvert$")
slope.wrong("undefined-on-the-left", lambda x: UNDEFINED if x < 0 else None, "what holds at 0 only")
slope.feedback("""
    value-instead: You gave the function, not its slope. How steep is the right half of the graph?
    zero-at-kink: Software returns that by convention. Compare the slopes just left and just right of that point.
    one-at-kink: Compare the slopes on both sides of that point; then read again what is asked there.
    half-at-kink: Averaging the two slopes does not make a derivative.
    undefined-despite-convention: Mathematically yes; the question fixes a convention for that point.
    sides-exchanged: On which half of the graph is this point?
    minus-one-on-the-left: Is the left half of the graph descending or flat?
    undefined-on-the-left: The function is constant there. What is the slope of a constant?
""")
slope.hints("Sketch the graph.", "Where on it is this point?", "On a half: how steep is it? At the corner: are both?")
slope.explained("{{ because }}")
