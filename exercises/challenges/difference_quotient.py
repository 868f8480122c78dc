r"""# The limit from a table

Let $f(x) = {{ formula }}$ and $x_0 = {{ x0 }}$. Compute the difference quotient $\frac{f(x_0 + h) - f(x_0)}{h}$ for
three steps, exactly, and read off the value that it approaches as $h \to 0$.
"""

from app.exercise import Exercise
from exercises.mathematics import jacobian
from exercises.mathematics.drawing import ints
from exercises.mathematics.terms import total
from exercises.mathematics.trinomials import f, formula, variation

exercise = Exercise(given=dict(b=float, x0=float))  # f(x) = x³ + b x
exercise.texts(formula=lambda b: formula(1, 3, b, 0), expanded=lambda b: total([1], ["3x_0^2 + 3x_0h + h^2"], b))


@exercise.instance
def draw(rng):
    return dict(b=ints(rng, -6, 6), x0=rng.choice([-6, -5, -4, -3, -2, 2, 3, 4, 5, 6]))


def quotient(b, x0, h):
    return 3 * x0**2 + 3 * x0 * h + h**2 + b


@exercise.part("scalar", tolerance=1e-6)
def at_1(b, x0):
    """The quotient for $h = 1$"""
    return quotient(b, x0, 1)


@exercise.part("scalar", tolerance=1e-6)
def at_2(b, x0):
    """The quotient for $h = 0.1$"""
    return quotient(b, x0, 0.1)


@exercise.part("scalar", tolerance=1e-6)
def at_3(b, x0):
    """The quotient for $h = 0.01$"""
    return quotient(b, x0, 0.01)


@exercise.part("scalar")
def limit(b, x0):
    r"""The value it approaches as $h \to 0$"""
    return 3 * x0**2 + b


def complete(part, h):
    part.oracle(lambda b, x0: variation(x0, h, 1, 3, b) / h)
    part.wrong("derivative-instead", lambda b, x0: 3 * x0**2 + b, "$f'(x_0)$")
    part.wrong("cube-distributed", lambda b: h**2 + b, "the quotient with $x_0^3 + h^3$ for the cube")
    if h != 1:
        part.wrong("not-divided", lambda reference: reference * h, "the variation").says("One division is missing.")
    part.wrong("cross-term-lost", lambda b, x0: 3 * x0**2 + h**2 + b, "the quotient without $3x_0h$")
    part.feedback("""
        derivative-instead: That is the limit. The question keeps a finite $h$.
        cube-distributed: Expand $(x_0 + h)^3$: cross terms appear.
        cross-term-lost: $(x_0 + h)^3$ has four terms; three of them contain $h$.
    """)
    part.hints("Expand $(x_0 + h)^3$ with letters.", "Subtract and divide by $h$, then put the numbers in.")
    part.explained("Expand the cube, subtract, divide by $h$: ${{ expanded }} = {{ reference }}$.")


complete(at_1, 1)
complete(at_2, 0.1)
complete(at_3, 0.01)

limit.oracle(lambda b, x0: jacobian(lambda x: f(x, 1, 3, b, 0), [[x0]]))
limit.wrong("last-row-of-the-table", lambda at_3: at_3, "the quotient for $h = 0.01$")
limit.wrong("exponent-factor-lost", lambda b, x0: x0**2 + b, "$f'(x_0)$ without the factor 3")
limit.wrong("value-instead", lambda b, x0: f(x0, 1, 3, b, 0), "$f(x_0)$")
limit.feedback("""
    last-row-of-the-table: The quotient still changes with smaller steps. Where does it go?
    exponent-factor-lost: Compare with your table: is it near this value?
    value-instead: That is the height of the curve, not its slope.
""")
limit.hints("Expand $(x_0 + h)^3$ with letters.", "Subtract and divide by $h$.", "Which terms vanish with $h$?")
limit.explained(r"In ${{ expanded }}$ the terms with $h$ vanish: $f'(x_0) = {{ reference }}$.")
