r"""# A small product

$${{ operands }}$$

Compute {{ operation }}. {{ remarks }}
"""

import numpy as np

from app.exercise import Exercise
from exercises.mathematics.drawing import numbers, sizes
from exercises.mathematics.small_products import OPERATIONS, begun, computed, looped, shown

exercise = Exercise(number=13, topic="tensors", section="Tensors", given=dict(op=str, X=list))


@exercise.instance
def draw(rng, level):
    op = str(rng.choice(list(OPERATIONS)))
    n, m, k = sizes(rng, 2, 4, 3)
    shapes = {
        "outer": [(n, 1), (1, m)],
        "AtB": [(m, n), (m, k)],
        "ABt": [(n, m), (k, m)],
        "hadamard": [(2, 2), (2, 2)],
        "traceAB": [(2, 2), (2, 2)],
        "kron": [(2, 1), (1, 3)] if rng.random() < 0.5 else [(2, 2), (1, 2)],
        "bilinear": [(1, n), (n, m), (m, 1)],
        "mode3-vector": [(2, 3, 2), (2,)] if level == "hand" else [(n, m, k), (k,)],
    }
    X = [numbers(rng, level, *shape, largest=3) for shape in shapes.get(op, [(n, m), (m, k)])]
    if np.abs(computed(op, X)).max() < 0.2:  # of a number that nearly cancels, too few digits are right
        return None
    return dict(op=op, X=[array.astype(int if level == "hand" else float).tolist() for array in X])


exercise.stratum(lambda op: "matrix product" if op in ("matmul", "AtB", "ABt") else op)


def arrays(X):
    return [np.array(entries, dtype=float) for entries in X]


exercise.texts(
    operands=lambda op, X: shown(op, arrays(X)),
    operation=lambda op: OPERATIONS[op][0],
    beginning=lambda op, X: begun(op, arrays(X)),
)


@exercise.text
def remarks(op):
    slices = r"Of $\mathcal T$ the slices are shown: $T_{1jk}$ stands in row $j$ and column $k$ of the first matrix. "
    sending = "Send the matrix row by row, as in `[[1, 2], [3, 4]]`."
    if op in ("traceAB", "bilinear"):
        return ""
    return slices + sending if op == "mode3-vector" else sending


@exercise.part("N M", oriented=True)
def answer(op, X):
    """The result"""
    return computed(op, arrays(X))


answer.oracle(lambda op, X: looped(op, arrays(X)))


def only(of, wrong):
    """A wrong way with one operation: a function of its operands."""
    return lambda op, X: wrong(*arrays(X)) if op == of else None


answer.wrong(
    "hadamard-taken-for-product", only("hadamard", lambda A, B: A @ B), r"the matrix product $\mathbf A\mathbf B$"
)


@answer.misconception("the transpose of the result")
def transposed(op, reference):
    """Which operand supplies the row index of the result?"""
    return reference.T if op in ("outer", "matmul", "AtB", "ABt", "hadamard") else None


answer.wrong(
    "product-of-traces",
    only("traceAB", lambda A, B: np.trace(A) * np.trace(B)),
    r"$\operatorname{tr}\mathbf A \cdot \operatorname{tr}\mathbf B$",
)
answer.wrong("entrywise-then-added", only("traceAB", lambda A, B: np.sum(A * B)), r"$\sum_{ij} A_{ij} B_{ij}$")
answer.wrong(
    "sum-of-all-entries", only("traceAB", lambda A, B: np.sum(A @ B)), r"the sum of all entries of $\mathbf A\mathbf B$"
)
answer.wrong(
    "kronecker-order", only("kron", lambda A, B: np.kron(B, A)), r"$\mathbf B \otimes \mathbf A$", sometimes_right=True
)
answer.wrong(
    "diagonal-only",
    only("bilinear", lambda u, A, v: sum(x * a * y for x, a, y in zip(u[0], np.diag(A), v[:, 0]))),
    r"$\sum_i u_i A_{ii} v_i$",
)
answer.wrong("not-summed", only("mode3-vector", lambda T, v: T * v), "the products $T_{ijk} v_k$ before the sum")
answer.wrong("summed-without-weights", only("mode3-vector", lambda T, v: T.sum(axis=2)), r"$\sum_k T_{ijk}$")
answer.feedback(r"""
    hadamard-taken-for-product: The symbol $\odot$ multiplies entries at the same place; no sum.
    product-of-traces: Form the product first (only its diagonal is needed), then add.
    entrywise-then-added: Row of the first matrix meets *column* of the second.
    sum-of-all-entries: The trace only adds the diagonal.
    kronecker-order: Each entry of the *first* matrix multiplies a full copy of the second.
    diagonal-only: Every pair $(i, j)$ contributes a term.
    not-summed: The last index is under the sum: add along it.
    summed-without-weights: The entries of the vector are the weights of the sum.
""")
answer.hints("Shape first.", "Write the formula of one entry.", "Compute the top-left entry, then the rest.")
answer.explained("{{ beginning }}: ${{ reference }}$.")
