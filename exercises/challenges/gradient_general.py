r"""# Where the gradient vanishes

The gradient of

$$f(\mathbf x) = {{ polynomial }}$$

vanishes at $\mathbf x = \mathbf 0$, but not only there. Find another such point, a column. Any of them is right.
"""

from app.exercise import Exercise, col
from exercises.mathematics import polynomials

exercise = Exercise(given=dict(E="K D", c="K 1"), hidden=dict(p=float, q=float))
exercise.texts(polynomial=polynomials.latex, partials=polynomials.gradient_latex, square=lambda q: q**2)


@exercise.instance
def draw(rng):
    """The gradient of $a x_1x_2^2 + b x_1^2 + c x_2^2$ vanishes where $x_1 = -c/a$ and $x_2^2 = -2bx_1/a$."""
    a, q, p = (float(rng.choice(pool)) for pool in ([-2, -1, 1, 2], [1, 2, 3, 4], [-4, -3, -2, -1, 1, 2, 3, 4]))
    b = -a * q**2 / (2 * p)
    return None if b % 1 else dict(E=[[1, 2], [2, 0], [0, 2]], c=[a, b, -a * p], p=p, q=q)


@exercise.part("D 1")
def answer(p, q):
    r"""A point $\mathbf x \ne \mathbf 0$ with $\nabla f(\mathbf x) = \mathbf 0$"""
    return col([p, q])


@answer.accepts
def any_other_zero(answer, E, c):
    if answer.shape != (2, 1):
        return False
    if abs(answer).max() < 0.1:
        return "That is the point that the statement names already, or next to it. Find another one."
    wrong = [d for d, slope in enumerate(polynomials.derivative(E, c, answer)[0], 1) if abs(slope) > 1e-6]
    return not wrong or f"At your point entry {wrong[0]} of the gradient is not zero."


@answer.oracle
def by_trying_all_whole_points(E, c):
    points = [col([x1, x2]) for x1 in range(-4, 5) for x2 in range(1, 5)]
    return next(point for point in points if abs(polynomials.by_differences(E, c, point)).max() < 1e-6)


answer.wrong("root-not-taken", lambda p, q: col([p, q**2]), "the point with $x_2^2$ in the place of $x_2$")
answer.wrong("entries-permuted", lambda p, q: col([q, p]), "a right point with its entries exchanged")
answer.wrong("sign-lost", lambda p, q: col([-p, q]), "a right point with the other sign of $x_1$")
answer.wrong("exponent-factor-lost", lambda p, q: col([p, q / 2**0.5]), "made without exponents as factors")
answer.wrong("only-second-entry", lambda p: col([p, 0]), "where only the second entry vanishes")
answer.feedback("""
    root-not-taken: The first entry of the gradient tells the square of a variable.
    entries-permuted: Which of the two variables is this value for?
    sign-lost: Solve the second entry for $x_1$ once more: mind the sign when a term changes sides.
    exponent-factor-lost: Exponents come down as factors.
    only-second-entry: One entry of the gradient vanishes there. Both must.
""")
answer.hints("Both entries must be zero.", "Factor out $x_2$ in the second.", "Then insert $x_1$ in the first.")
answer.explained(
    r"The second entry of $\nabla f(\mathbf x) = {{ partials }}$ has the factor $x_2$. If $x_2 = 0$, the first entry"
    r" leads to $\mathbf x = \mathbf 0$. Otherwise the other factor vanishes: $x_1 = {{ p }}$, and the first entry says"
    r" $x_2^2 = {{ square }}$. Both signs are right; one of the two points is ${{ reference }}$."
)
