r"""# A small product

$${{ operands }}$$

Compute {{ operation }}. {{ remarks }}
"""

import numpy as np

from app.exercise import Exercise
from exercises.mathematics import small_products
from exercises.mathematics.small_products import OPERATIONS, begun, computed, looped, only, remarks, shown

exercise = Exercise(number=13, topic="tensors", section="Tensors", given=dict(op=str, X=list))
exercise.instance(small_products.draw_product)
exercise.stratum(small_products.stratum)
exercise.texts(operands=shown, operation=lambda op: OPERATIONS[op][0], remarks=remarks, beginning=begun)


@exercise.part("N M", oriented=True)
def answer(op, X):
    """The result"""
    return computed(op, X)


answer.oracle(looped)
answer.wrong("hadamard-taken-for-product", only("hadamard", lambda A, B: A @ B), r"$\mathbf A\mathbf B$")


@answer.misconception("the transpose of the result")
def transposed(op, reference):
    """Rows and columns are exchanged: which operand supplies the row index of the result?"""
    return reference.T if op in ("outer", "matmul", "AtB", "ABt", "hadamard") else None


answer.wrong("product-of-traces", only("traceAB", lambda A, B: np.trace(A) * np.trace(B)), "the product of the traces")
answer.wrong("entrywise-then-added", only("traceAB", lambda A, B: np.sum(A * B)), r"$\sum_{ij} A_{ij} B_{ij}$")
answer.wrong("sum-of-all-entries", only("traceAB", lambda A, B: np.sum(A @ B)), "the sum of all entries of the product")
answer.wrong(
    "kronecker-order", only("kron", lambda A, B: np.kron(B, A)), r"$\mathbf B \otimes \mathbf A$", sometimes_right=True
)
answer.wrong("diagonal-only", only("bilinear", lambda u, A, v: np.trace(u.T * A * v.T)), r"$\sum_i u_i A_{ii} v_i$")
answer.wrong("not-summed", only("mode3-vector", lambda T, v: T * v), "an array of the $T_{ijk} v_k$, not added")
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
