r"""# Gradient of a polynomial

Let

$$f(\mathbf x) = {{ polynomial }} \qquad \mathbf x_0 = {{ x0 }}$$

Compute the gradient $\nabla f(\mathbf x_0)$, a column.
"""

from app.exercise import Exercise
from exercises.mathematics import polynomials
from exercises.mathematics.drawing import decimals, ints, numbers

given = dict(E="K D", c="K 1", x0="D 1")
exercise = Exercise(number=22, topic="gradients", section="Special Case 2", given=given)
exercise.texts(polynomial=polynomials.latex, partials=polynomials.gradient_latex)


@exercise.instance
def draw(rng, level):
    hand = level == "hand"
    D = K = 2 if hand else 3
    x0 = ints(rng, -3, 3, D, 1) if hand else decimals(rng, -2, 2, D, 1, gap=0.4)
    return dict(E=polynomials.exponents(rng, 3, K, D), c=numbers(rng, level, K, 1), x0=x0)


@exercise.part("D 1")
def answer(E, c, x0):
    r"""$\nabla f(\mathbf x_0)$"""
    return polynomials.derivative(E, c, x0).T


answer.oracle(lambda E, c, x0: polynomials.by_differences(E, c, x0).T)
answer.wrong("row-layout", lambda reference: reference.T, r"the row $\nabla f(\mathbf x_0)^\top$")
answer.wrong(
    "exponent-factor-lost", lambda E, c, x0: polynomials.factors_lost(E, c, x0).T, "made without exponents as factors"
)
answer.wrong(
    "other-variables-dropped",
    lambda E, c, x0: polynomials.others_dropped(E, c, x0).T,
    "made with 1 for other variables",
)
answer.wrong("entries-summed", lambda reference: reference.sum(), "the sum of the partial derivatives")
answer.wrong("value-instead", polynomials.value, r"$f(\mathbf x_0)$")
answer.wrong("entries-permuted", lambda reference: reference[::-1], "the gradient in reverse order")
answer.feedback("""
    row-layout: The gradient is a column.
    exponent-factor-lost: Exponents come down as factors.
    other-variables-dropped: The other variables are held constant: they stay as factors, they do not vanish.
    entries-summed: Keep one entry per variable.
    value-instead: The question is how $f$ changes, per variable.
    entries-permuted: Entry $d$ belongs to variable $x_d$.
""")
answer.hints("Treat all but one variable as constants.", "Repeat for each variable.", "Insert the point last.")
answer.explained(
    r"Differentiate with respect to one variable at a time, the others held constant: $\nabla f(\mathbf x) ="
    r" {{ partials }}$. At $\mathbf x_0$ this is $\nabla f(\mathbf x_0) = {{ reference }}$."
)
