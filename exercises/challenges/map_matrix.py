r"""# Matrix of a composition

Let $f : \mathbb R^{ {{ middle }} } \to \mathbb R^2$ and $g : \mathbb R^2 \to \mathbb R^{ {{ middle }} }$ be

$$f(\mathbf z) = {{ outer }} \qquad g(\mathbf x) = {{ inner }}$$

Then $f(g(\mathbf x)) = \mathbf C\mathbf x + \mathbf d$. Give $\mathbf C$ and the column $\mathbf d$.
"""

import numpy as np

from app.exercise import Exercise
from exercises.mathematics import jacobian
from exercises.mathematics.drawing import ints
from exercises.mathematics.terms import column_latex, components

exercise = Exercise(given=dict(A="2 N", p="2 1", B="N 2", q="N 1"))
exercise.stratum(lambda B: f"{len(B)} between")
exercise.texts(
    middle=lambda B: len(B),
    outer=lambda A, p: column_latex(components(A, p, "z")),
    inner=lambda B, q: column_latex(components(B, q, "x")),
)


@exercise.instance
def draw(rng):
    """Both orders exist; in half of the instances even with results of the same shape."""
    N = int(rng.integers(2, 4))
    return dict(A=ints(rng, -3, 3, 2, N), p=ints(rng, -5, 5, 2, 1), B=ints(rng, -3, 3, N, 2), q=ints(rng, -4, 4, N, 1))


@exercise.part("2 2", oriented=True, weight=0.6)
def matrix(A, B):
    r"""$\mathbf C$"""
    return A @ B


@exercise.part("2 1", weight=0.4)
def constant(A, p, q):
    r"""$\mathbf d$"""
    return A @ q + p


def composed(x, A, p, B, q):
    return A @ (B @ x + q) + p


matrix.oracle(lambda A, p, B, q: jacobian(lambda x: composed(x, A, p, B, q), np.ones((2, 1))))
matrix.wrong("order-exchanged", lambda A, B: B @ A, r"the matrix of $g(f(\mathbf x))$")
matrix.wrong("transposed", lambda reference: reference.T, r"$\mathbf C^\top$", credit=0.5)
matrix.wrong("entrywise-product", lambda A, B: A * B if A.shape == B.shape else None, "the product entry by entry")
matrix.feedback(r"""
    order-exchanged: Which map is applied to $\mathbf x$ first? Its matrix stands beside $\mathbf x$.
    transposed: Rows and columns are exchanged: outputs are rows.
    entrywise-product: One map after the other multiplies rows by columns, not entries by entries.
""")
matrix.hints(
    r"Write $f(\mathbf z) = \mathbf A\mathbf z + \mathbf p$ and $g(\mathbf x) = \mathbf B\mathbf x + \mathbf q$.",
    r"Put $g(\mathbf x)$ in the place of $\mathbf z$ and multiply out.",
)
matrix.explained(
    r"With $f(\mathbf z) = \mathbf A\mathbf z + \mathbf p$ and $g(\mathbf x) = \mathbf B\mathbf x + \mathbf q$,"
    r" $f(g(\mathbf x)) = \mathbf A(\mathbf B\mathbf x + \mathbf q) + \mathbf p = \mathbf{AB}\,\mathbf x + \mathbf{Aq}"
    r" + \mathbf p$, so that $\mathbf C = \mathbf{AB} = {{ A }}{{ B }} = {{ reference }}$."
)

constant.oracle(lambda A, p, B, q: composed(np.zeros((2, 1)), A, p, B, q))
constant.wrong("constants-added", lambda p, q: p + q if len(p) == len(q) else None, "the sum of the two constants")
constant.wrong("outer-constant-forgotten", lambda A, q: A @ q, "what $f$ makes of the inner constant, without its own")
constant.wrong("inner-constant-forgotten", lambda p: p, "the constant of $f$ alone")
constant.feedback(r"""
    constants-added: The inner constant goes through $f$ as well.
    outer-constant-forgotten: $f$ has a constant, too.
    inner-constant-forgotten: What is $g(\mathbf 0)$, and what does $f$ make of it?
""")
constant.hints(r"What is $f(g(\mathbf 0))$?", "The inner constant first, then $f$ with its own constant.")
constant.explained(
    r"$\mathbf d = f(g(\mathbf 0))$: $f$ makes of the inner constant ${{ q }}$ the column ${{ A }}{{ q }} + {{ p }} ="
    r" {{ reference }}$."
)
