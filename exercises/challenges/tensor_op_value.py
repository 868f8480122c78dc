r"""# Two products, one trace

$$\mathbf A = {{ A }} \qquad \mathbf B = {{ B }}$$

Compute both products and their traces. Send a matrix row by row, such as `[[1, 2], [3, 4]]`.
"""

import numpy as np

from app.exercise import Exercise
from exercises.mathematics.drawing import ints, sizes

exercise = Exercise(given=dict(A="N M", B="M N"))


@exercise.instance
def draw(rng):
    N, M = sizes(rng, 2, 3, 2)
    return dict(A=ints(rng, -3, 3, N, M), B=ints(rng, -3, 3, M, N))


@exercise.part("N N", weight=0.3, oriented=True)
def ab(A, B):
    r"""$\mathbf A\mathbf B$"""
    return A @ B


@exercise.part("scalar", weight=0.2)
def trace_ab(ab):
    r"""$\operatorname{tr}(\mathbf A\mathbf B)$"""
    return np.trace(ab)


@exercise.part("M M", weight=0.3, oriented=True)
def ba(A, B):
    r"""$\mathbf B\mathbf A$"""
    return B @ A


@exercise.part("scalar", weight=0.2)
def trace_ba(ba):
    r"""$\operatorname{tr}(\mathbf B\mathbf A)$"""
    return np.trace(ba)


ab.oracle(lambda A, B: [[sum(a * b for a, b in zip(row, column)) for column in B.T] for row in A])
ba.oracle(lambda A, B: sum(np.outer(column, row) for column, row in zip(B.T, A)))


@trace_ab.oracle
@trace_ba.oracle
def sum_over_all_entries(A, B):
    return sum(A[place] * B[place[::-1]] for place in np.ndindex(*A.shape))


for part in (ab, ba):
    part.wrong("transposed", lambda reference: reference.T, "the transpose of the product")
ab.wrong("other-order", lambda A, B: B @ A, r"$\mathbf B\mathbf A$")
ba.wrong("other-order", lambda A, B: A @ B, r"$\mathbf A\mathbf B$")
ab.wrong("entrywise", lambda A, B: A * B.T, "a table of the $A_{ij} B_{ji}$, not added")
ba.wrong("entrywise", lambda A, B: B * A.T, "a table of the $B_{ij} A_{ji}$, not added")
for part in (ab, ba):
    part.feedback("""
        transposed: Which operand supplies the row index of the result?
        other-order: The order counts. Which matrix stands in front?
        entrywise: An entry of a matrix product is a sum: row of the first matrix meets column of the second.
    """)
trace_ab.wrong("sum-of-all-entries", lambda ab: ab.sum(), r"the sum of all entries of $\mathbf A\mathbf B$")
trace_ba.wrong("sum-of-all-entries", lambda ba: ba.sum(), r"the sum of all entries of $\mathbf B\mathbf A$")
trace_ab.wrong("diagonal-multiplied", lambda ab: np.prod(np.diag(ab)), "the product of the diagonal entries")
trace_ba.wrong("diagonal-multiplied", lambda ba: np.prod(np.diag(ba)), "the product of the diagonal entries")
for part in (trace_ab, trace_ba):
    part.feedback("""
        sum-of-all-entries: The trace only adds the diagonal.
        diagonal-multiplied: The diagonal is added, not multiplied.
    """)

exercise.hints("Shape first: how many rows and columns does each product have?", "Row by column, one entry at a time.")
trace_ab.hints(r"Use $\mathbf A\mathbf B$ from above.", "Which of its entries have equal row and column index?")
trace_ba.hints(r"Use $\mathbf B\mathbf A$ from above.", "Compare with the other trace. Must the two be related?")
ab.explained(r"Rows of $\mathbf A$ times columns of $\mathbf B$: ${{ reference }}$.")
trace_ab.explained("The sum of the diagonal of ${{ ab }}$: ${{ reference }}$.")
ba.explained(r"Rows of $\mathbf B$ times columns of $\mathbf A$: ${{ reference }}$.")
trace_ba.explained(
    r"The sum of the diagonal of ${{ ba }}$: ${{ reference }}$. The products differ, even in shape. The traces do not:"
    r" both are $\sum_{ij} A_{ij} B_{ji}$."
)
