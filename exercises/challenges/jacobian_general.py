r"""# Which map has this Jacobian?

One of four maps $f:\mathbb{R}^2\to\mathbb{R}^2$ has at $\mathbf x = \mathbf 0$ the Jacobian

$$\mathbf J = {{ J }}$$

Which one? And what is its Jacobian at $\mathbf x_0 = {{ x0 }}$, outputs × inputs?
"""

import numpy as np

from app.exercise import Choice, Exercise
from exercises.mathematics import jacobian
from exercises.mathematics.drawing import distinct, ints
from exercises.mathematics.polynomials import derivative, derivative_latex, map_latex, value

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
            coefficients[:, :2] = 2 * J - derivative(exponents, coefficients, np.ones((2, 1)))
    if not c.all() or np.all(c[..., :2] == J, axis=(1, 2)).sum() > 1:
        return None
    return dict(J=J, x0=distinct(rng, "hand", 2, 3), E=E, c=c, kinds=kinds)


def option(k):
    def shown(E, c):
        return map_latex(E[k], c[k])

    shown.__name__ = f"map_{NAMES[k]}"
    return exercise.text(shown)


for k in range(4):
    option(k)


exercise.texts(partials=lambda E, c, kinds: derivative_latex(*chosen(E, c, NAMES[kinds.index("right")])))


def chosen(E, c, name):
    """Exponents and coefficients of a map."""
    return E[NAMES.index(name)], c[NAMES.index(name)]


@exercise.part(Choice(**{name: f"$f(\\mathbf x) = {{{{ map_{name} }}}}$" for name in NAMES}), weight=0.5)
def which(kinds):
    r"""The map with $\left.\frac{df}{d\mathbf x}\right|_{\mathbf 0} = \mathbf J$"""
    return NAMES[kinds.index("right")]


@exercise.part("N D", weight=0.5, oriented=True)
def at_x0(which, E, c, x0):
    r"""Its Jacobian at $\mathbf x_0$"""
    return derivative(*chosen(E, c, which), x0)


def by_differences(E, c, name, x):
    powers, factors = chosen(E, c, name)
    return jacobian(lambda x: [sum(a * np.prod(x[:, 0] ** e) for a, e in zip(*f)) for f in zip(factors, powers)], x)


@which.oracle
def by_trying_all(J, E, c):
    return next(name for name in NAMES if np.allclose(by_differences(E, c, name, np.zeros((2, 1))), J))


at_x0.oracle(lambda which, E, c, x0: by_differences(E, c, which, x0))


def mistaken(kind):
    return lambda kinds: NAMES[kinds.index(kind)]


which.wrong("transposed", mistaken("transposed"), r"the map with the Jacobian $\mathbf J^\top$")
which.wrong("another-point", mistaken("at-ones"), r"the map whose Jacobian is $\mathbf J$ at $(1, 1)$")
which.wrong("square-for-slope", mistaken("at-squares"), "the map with the first column at the squares")
which.feedback(r"""
    transposed: Row $n$ of a Jacobian belongs to output $n$.
    another-point: Differentiate, then insert $\mathbf 0$ in every entry.
    square-for-slope: Which slope has $x_1^2$ where $x_1 = 0$?
""")
at_x0.wrong("transposed", lambda reference: reference.T, "the right value transposed")
at_x0.wrong("another-point", lambda J: J, r"$\mathbf J$, the Jacobian at $\mathbf 0$")
at_x0.wrong(
    "exponent-factor-lost",
    lambda which, E, c, x0: derivative(*chosen(E, c, which), x0, factor=False),
    "the Jacobian without the factors that come down from the exponents",
)
at_x0.wrong("value-instead", lambda which, E, c, x0: value(*chosen(E, c, which), x0), r"$f(\mathbf x_0)$")
at_x0.feedback(r"""
    transposed: Each output gets a row.
    another-point: That is the Jacobian at $\mathbf 0$. Which terms have another slope at $\mathbf x_0$?
    exponent-factor-lost: Exponents come down as factors.
    value-instead: The value of the map is not its derivative.
""")

which.hints(
    "Entry $(n, d)$ of a Jacobian is the slope of output $n$ with respect to $x_d$.",
    r"Which slope have a constant, a square and $x_1x_2$ at $\mathbf 0$?",
)
at_x0.hints("Differentiate each component with respect to $x_1$, then to $x_2$.", "Insert the whole point last.")
which.explained(
    r"At $\mathbf 0$, constants and quadratic terms have slope 0. The coefficients of the linear terms are the Jacobian"
    r" there, row $n$ for output $n$. They are $\mathbf J$ for ${{ reference }}$."
)
at_x0.explained(
    r"""At any point the Jacobian is

$$\frac{df}{d\mathbf x} = {{ partials }}$$

At $\mathbf x_0 = {{ x0 }}$ this is ${{ reference }}$."""
)
