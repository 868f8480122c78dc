r"""# Which map has this Jacobian?

One of four maps $f:\mathbb{R}^2\to\mathbb{R}^2$ has at $\mathbf x = \mathbf 0$ the Jacobian

$$\mathbf J = {{ J }}$$

Which one? And what is the Jacobian of that map at $\mathbf x_0 = {{ x0 }}$? In numerator layout: outputs are rows,
inputs are columns.
"""

import numpy as np

from app.exercise import Choice, Exercise
from exercises.mathematics import polynomials
from exercises.mathematics.drawing import distinct, ints

given = dict(J="N D", x0="D 1", E="M N K D", c="M N K")
exercise = Exercise(given=given, hidden=dict(kinds=list))

NAMES = "abcd"
SQUARES = np.array([(2, 0), (1, 1), (0, 2)])


@exercise.instance
def draw(rng):
    """Four maps with linear terms, one quadratic term and a constant in each component.

    Their linear part is J; J transposed; such that the Jacobian is J at (1, 1); and J with the first
    column at the squares instead.
    """
    J = ints(rng, -4, 4, 2, 2)
    kinds = [str(kind) for kind in rng.permutation(["right", "transposed", "at-ones", "at-squares"])]
    E = np.array([[[(1, 0), (0, 1), rng.choice(SQUARES), (0, 0)] for _ in range(2)] for _ in kinds])
    c = ints(rng, -3, 3, 4, 2, 4)
    for kind, exponents, coefficients in zip(kinds, E, c):
        if kind == "at-squares":
            exponents[:, 2] = (2, 0)
            coefficients[:, 1:3] = J[:, ::-1]
        else:
            coefficients[:, :2] = J.T if kind == "transposed" else J
        if kind == "at-ones":
            coefficients[:, :2] = 2 * J - polynomials.derivative(exponents, coefficients, np.ones((2, 1)))
    if not c.all() or np.all(c[..., :2] == J, axis=(1, 2)).sum() > 1:
        return None
    return dict(J=J, x0=distinct(rng, "hand", 2, 3), E=E, c=c, kinds=kinds)


def of_map(function, E, c, name, *x):
    """What a function says of one of the maps, at a point or without one."""
    return function(E[NAMES.index(name)], c[NAMES.index(name)], *x)


def named(kind, kinds):
    return NAMES[kinds.index(kind)]


exercise.texts(
    map_a=lambda E, c: of_map(polynomials.map_latex, E, c, "a"),
    map_b=lambda E, c: of_map(polynomials.map_latex, E, c, "b"),
    map_c=lambda E, c: of_map(polynomials.map_latex, E, c, "c"),
    map_d=lambda E, c: of_map(polynomials.map_latex, E, c, "d"),
    partials=lambda E, c, kinds: of_map(polynomials.derivative_latex, E, c, named("right", kinds)),
)


@exercise.part(Choice(**{name: f"$f(\\mathbf x) = {{{{ map_{name} }}}}$" for name in NAMES}), weight=0.5)
def which(kinds):
    r"""The map with $\left.\frac{df}{d\mathbf x}\right|_{\mathbf 0} = \mathbf J$"""
    return named("right", kinds)


@exercise.part("N D", weight=0.5, oriented=True)
def at_x0(which, E, c, x0):
    r"""Its Jacobian at $\mathbf x_0$"""
    return of_map(polynomials.derivative, E, c, which, x0)


@which.oracle
def by_trying_all(J, E, c):
    at_0 = {name: of_map(polynomials.by_differences, E, c, name, np.zeros((2, 1))) for name in NAMES}
    return next(name for name in NAMES if np.allclose(at_0[name], J))


which.wrong("transposed", lambda kinds: named("transposed", kinds), r"the map with the Jacobian $\mathbf J^\top$")
which.wrong(
    "another-point", lambda kinds: named("at-ones", kinds), r"the map with the Jacobian $\mathbf J$ at $(1, 1)$"
)
which.wrong(
    "square-for-slope",
    lambda kinds: named("at-squares", kinds),
    r"the map with the first column of $\mathbf J$ at the squares",
)
which.feedback(r"""
    transposed: Row $n$ of a Jacobian belongs to output $n$.
    another-point: Differentiate, then insert $\mathbf 0$ in every entry.
    square-for-slope: Which slope has $x_1^2$ where $x_1 = 0$?
""")
which.hints(
    "Entry $(n, d)$ of a Jacobian is the slope of output $n$ with respect to $x_d$.",
    r"Which slope have a constant, a square and $x_1x_2$ at $\mathbf 0$?",
)
which.explained(
    r"At $\mathbf 0$, constants and quadratic terms have slope 0. The coefficients of the linear terms are the Jacobian"
    r" there, row $n$ for output $n$. They are $\mathbf J$ for ${{ reference }}$."
)

at_x0.oracle(lambda which, E, c, x0: of_map(polynomials.by_differences, E, c, which, x0))
at_x0.wrong("transposed", lambda reference: reference.T, "the right value transposed")
at_x0.wrong("another-point", lambda J: J, r"$\mathbf J$, the Jacobian at $\mathbf 0$")
at_x0.wrong(
    "exponent-factor-lost",
    lambda which, E, c, x0: of_map(polynomials.factors_lost, E, c, which, x0),
    "made without exponents as factors",
)
at_x0.wrong("value-instead", lambda which, E, c, x0: of_map(polynomials.value, E, c, which, x0), r"$f(\mathbf x_0)$")
at_x0.feedback(r"""
    transposed: Each output gets a row.
    another-point: That is the Jacobian at $\mathbf 0$. Which terms have another slope at $\mathbf x_0$?
    exponent-factor-lost: Exponents come down as factors.
    value-instead: The value of the map is not its derivative.
""")
at_x0.hints("Differentiate each component with respect to $x_1$, then to $x_2$.", "Insert the whole point last.")
at_x0.explained(r"Everywhere $\frac{df}{d\mathbf x} = {{ partials }}$. At $\mathbf x_0$ this is ${{ reference }}$.")
