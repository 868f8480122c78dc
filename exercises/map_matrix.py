r"""# Matrix of a linear map

{{ described }} and give $\mathbf A$, in the right shape: `[[1, 2, 3], [4, 5, 6]]` has two rows.
"""

import numpy as np

from app.exercise import Exercise, values_latex
from exercises.mathematics import jacobian
from exercises.mathematics.drawing import numbers, sizes
from exercises.mathematics.terms import expression, total, variables

exercise = Exercise(
    number=5,
    topic="functions",
    section="Multivalued multivariate functions",
    given=dict(mode=str, components=list, images="D N"),
    hidden=dict(A="N D", b="N 1"),
)


@exercise.instance
def draw(rng, level):
    """Components, one of them without a variable and half with constants; or the images of the basis vectors."""
    N, D = sizes(rng, 2, 3 if level == "hand" else 4, 2)
    A, b = numbers(rng, level, N, D, largest=6), np.zeros((N, 1))
    if rng.random() < 0.5:
        return dict(mode="images", components=None, images=A.T, A=A, b=b)
    A[rng.integers(N), rng.integers(D)] = 0
    if rng.random() < 0.5:
        b = numbers(rng, level, N, 1)
    components = [expression(row, constant) for row, constant in zip(A, b[:, 0])]
    return dict(mode="components", components=components, images=None, A=A, b=b)


exercise.stratum(lambda mode, b: f"{mode} with constants" if b.any() else mode)


@exercise.text
def described(mode, A, b):
    N, D = A.shape
    if mode == "images":
        values = [rf"f(\mathbf e_{d}) = {values_latex(A[:, [d - 1]])}" for d in range(1, D + 1)]
        start, goal = "is linear, and", r"Write $f(\mathbf x) = \mathbf A\mathbf x$"
    else:
        rows = [total(A[n], variables(D), b[n, 0]) for n in range(N)]
        values = [rf"f_{n}(\mathbf x) = {row}" for n, row in enumerate(rows, 1)]
        start, goal = "has the components", r"Write $f(\mathbf x) = \mathbf A\mathbf x + \mathbf b$"
    listed = r" \qquad ".join(values)
    spaces = rf"The map $f : \mathbb R^D \to \mathbb R^N$, $D = {D}$, $N = {N}$,"
    return f"{spaces} {start}\n\n$${listed}$$\n\n{goal}"


@exercise.text
def rule(mode):
    if mode == "images":
        return r"$\mathbf A\mathbf e_d$ is column $d$ of $\mathbf A$, so the images are the columns, in this order"
    return (
        "Row $n$ holds the coefficients of $f_n$, $0$ for a variable that is absent; constants belong to $\\mathbf b$"
    )


@exercise.part("N D", oriented=True)
def answer(A):
    r"""$\mathbf A$"""
    return A


@answer.oracle
def by_differences(A, b):
    def f(x):
        return np.array([sum(a * entry for a, entry in zip(row, x[:, 0])) for row in A]) + b[:, 0]

    return jacobian(f, np.zeros((A.shape[1], 1)))


def packed(A):
    """Each row with its zeros moved to the end."""
    return np.array([[*row[row != 0], *row[row == 0]] for row in A])


answer.wrong("transposed", lambda A: A.T, r"$\mathbf A^\top$", credit=0.5)
answer.wrong(
    "constants-inside",
    lambda A, b: np.c_[A, b] if b.any() else None,
    r"$\mathbf A$ with $\mathbf b$ as a further column",
)
answer.wrong(
    "missing-variable-shifted",
    lambda A: packed(A) if (packed(A) != A).any() else None,
    "the matrix in which the coefficients behind an absent variable have moved to its place",
)
answer.feedback(r"""
    transposed: Check the shape: the matrix must accept a column with $D$ entries and return $N$ of them.
    constants-inside: The constants do not multiply any input; they belong to $\mathbf b$.
    missing-variable-shifted: A variable that does not appear still occupies its column.
""")
answer.hints(
    "Shape first: outputs are rows.",
    "Column $d$ is what $f$ does to the $d$-th basis vector (without the constants).",
    r"Test your matrix on $\mathbf e_1$.",
)
answer.explained(r"{{ rule }}: $\mathbf A = {{ reference }}$.")
