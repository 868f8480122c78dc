r"""# Row vector and constant of an affine form

The affine form $f : \mathbb R^D \to \mathbb R$, $D = {{ D }}$, is

$$f(\mathbf x) = {{ formula }}$$

Write $f(\mathbf x) = \mathbf w^\top\mathbf x + b$ and give both. Say row or column: `[[1, 2, 3]]` is a row,
`[[1], [2], [3]]` a column.
"""

import numpy as np

from app.exercise import Exercise
from exercises.mathematics import jacobian
from exercises.mathematics.drawing import ints
from exercises.mathematics.terms import total, variables

exercise = Exercise(given=dict(D=int, g=float, idx=list, c="4 1", p="2 1"))
exercise.stratum(lambda D: f"{D} inputs")


@exercise.instance
def draw(rng):
    """A factor times a bracket with two terms, then two terms outside; one variable is in both."""
    D = int(rng.integers(4, 6))
    i, j, k = (int(d) for d in rng.permutation(np.arange(1, D + 1))[:3])
    g = float(rng.choice([-4, -3, -2, 2, 3, 4]))
    return dict(D=D, g=g, idx=[j, i, i, k], c=ints(rng, -4, 4, 4, 1), p=ints(rng, -5, 5, 2, 1))


@exercise.text
def formula(g, idx, c, p):
    names = [f"x_{d}" for d in idx]
    bracket = total(c[:2], names[:2], p[0, 0])
    return total([g, *c[2:, 0]], [rf"\left({bracket}\right)", *names[2:]], p[1, 0])


exercise.texts(expanded=lambda D, g, idx, c, p: total(collected(D, idx, c, g, g), variables(D), g * p[0, 0] + p[1, 0]))


def collected(D, idx, c, *factors):
    """The row of the coefficients, the first two multiplied by factors, added up where they share a variable."""
    w = np.zeros((1, D))
    np.add.at(w[0], np.array(idx) - 1, c[:, 0] * [*factors, 1, 1])
    return w


@exercise.part("1 D", oriented=True, weight=0.6)
def matrix(D, g, idx, c):
    r"""The matrix $\mathbf w^\top$"""
    return collected(D, idx, c, g, g)


@exercise.part("scalar", weight=0.4)
def constant(g, p):
    r"""The constant $b$"""
    return g * p[0, 0] + p[1, 0]


def f(x, g, idx, c, p):
    """The formula as it stands."""
    terms = [c[k, 0] * x[d - 1, 0] for k, d in enumerate(idx)]
    return g * (terms[0] + terms[1] + p[0, 0]) + terms[2] + terms[3] + p[1, 0]


matrix.oracle(lambda D, g, idx, c, p: jacobian(lambda x: f(x, g, idx, c, p), np.ones((D, 1))))
matrix.wrong("column", lambda reference: reference.T, "a column of the right numbers", credit=0.6)
matrix.wrong("factor-forgotten", lambda D, idx, c: collected(D, idx, c, 1, 1), "the row without the factor")
matrix.wrong("factor-on-first-term", lambda D, g, idx, c: collected(D, idx, c, g, 1), "the row with one factor lost")
matrix.wrong("not-collected", lambda D, g, idx, c: collected(D, idx, c, g, 0), "the row without a term of the bracket")
matrix.feedback(r"""
    column: The entries are right. There is $1$ output and there are $D$ inputs: which of these is the number of rows?
    factor-forgotten: What stands in front of the bracket multiplies every term in it.
    factor-on-first-term: The factor multiplies every term of the bracket, not only the first.
    not-collected: One variable stands inside the bracket and outside. Its two coefficients belong together.
""")
matrix.hints(
    "Multiply out the bracket.",
    "One variable stands inside and outside: collect its coefficients.",
    "One entry per input, in the order of the indices; an absent variable has the coefficient 0.",
)
matrix.explained(
    r"Multiplied out and sorted, $f(\mathbf x) = {{ expanded }}$. Entry $d$ is the coefficient of $x_d$:"
    r" $\mathbf w^\top = {{ reference }}$."
)

constant.oracle(lambda D, g, idx, c, p: f(np.zeros((D, 1)), g, idx, c, p))
constant.wrong("factor-forgotten", lambda p: p.sum(), "the sum of the two constants")
constant.wrong("bracket-forgotten", lambda p: p[1, 0], "the constant outside alone")
constant.feedback("""
    factor-forgotten: What stands in front of the bracket multiplies its constant, too.
    bracket-forgotten: The bracket contains a constant, too.
""")
constant.hints("Multiply out the bracket.", r"What is $f(\mathbf 0)$?")
constant.explained(r"What remains without variables: $b = f(\mathbf 0) = {{ reference }}$.")
