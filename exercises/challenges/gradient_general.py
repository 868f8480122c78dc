r"""# Where the gradient vanishes

Let

$$f(\mathbf x) = {{ polynomial }}$$

The gradient $\nabla f(\mathbf x)$ vanishes at $\mathbf x = \mathbf 0$, but not only there. Find another point at which
it does. Any such point is right; send it as a column.
"""

import numpy as np

from app.exercise import Exercise, col
from exercises.mathematics import jacobian
from exercises.mathematics.polynomials import derivative, gradient_latex, latex

exercise = Exercise(given=dict(E="K D", c="K 1"), hidden=dict(p=float, q=float))


@exercise.instance
def draw(rng):
    """The gradient of $a x_1x_2^2 + b x_1^2 + c x_2^2$ vanishes where $x_1 = -c/a$ and $x_2^2 = -2bx_1/a$."""
    a, q, p = (float(rng.choice(pool)) for pool in ([-2, -1, 1, 2], [1, 2, 3, 4], [-4, -3, -2, -1, 1, 2, 3, 4]))
    b = -a * q**2 / (2 * p)
    return None if b % 1 else dict(E=[[1, 2], [2, 0], [0, 2]], c=[a, b, -a * p], p=p, q=q)


exercise.texts(polynomial=lambda E, c: latex(E, c), partials=lambda E, c: gradient_latex(E, c), square=lambda q: q**2)


@exercise.part("D 1")
def answer(p, q):
    r"""A point $\mathbf x \ne \mathbf 0$ with $\nabla f(\mathbf x) = \mathbf 0$"""
    return col([p, q])


@answer.accepts
def any_other_zero(answer, E, c):
    if answer.shape != (2, 1):
        return False
    if not answer.any():
        return "The statement names this point already. Find another one."
    wrong = [d for d, slope in enumerate(derivative(E, c, answer)[0], 1) if abs(slope) > 1e-6]
    return not wrong or f"At your point entry {wrong[0]} of the gradient is not zero."


@answer.oracle
def by_trying_all_whole_points(E, c):
    whole = range(-4, 5)
    points = [col([x1, x2]) for x1 in whole for x2 in whole if x2 > 0]
    f = lambda x: sum(a * np.prod(x[:, 0] ** e) for a, e in zip(c[:, 0], E))
    return next(point for point in points if np.abs(jacobian(f, point)).max() < 1e-6)


answer.wrong("root-not-taken", lambda p, q: col([p, q**2]), "the point with $x_2^2$ in the place of $x_2$")
answer.wrong("entries-permuted", lambda p, q: col([q, p]), "a right point with its entries exchanged")
answer.wrong("sign-lost", lambda p, q: col([-p, q]), "a right point with the other sign of $x_1$")
answer.wrong(
    "exponent-factor-lost",
    lambda p, q: col([p, q / 2**0.5]),
    "where the gradient would vanish if exponents did not come down as factors",
)
answer.wrong("only-second-entry", lambda p: col([p, 0]), "where only the second entry vanishes")
answer.feedback("""
    root-not-taken: The first entry of the gradient tells the square of a variable.
    entries-permuted: Which of the two variables is this value for?
    sign-lost: Solve the second entry for $x_1$ once more: mind the sign when a term changes sides.
    exponent-factor-lost: Exponents come down as factors.
    only-second-entry: One entry of the gradient vanishes there. Both must.
""")
answer.hints(
    "Set each entry of the gradient to zero: two equations.",
    "In the second equation, factor out $x_2$. One of the factors is zero.",
    r"$x_2 = 0$ leads to $\mathbf x = \mathbf 0$; the other factor tells $x_1$. Insert it in the first equation.",
)
answer.explained(
    r"""The gradient is

$$\nabla f(\mathbf x) = {{ partials }}$$

The second entry has the factor $x_2$. If $x_2 = 0$, the first entry leads to $\mathbf x = \mathbf 0$. Otherwise the
other factor vanishes: $x_1 = {{ p }}$. The first entry then says $x_2^2 = {{ square }}$. Both signs are right; one of
the two points is ${{ reference }}$."""
)
