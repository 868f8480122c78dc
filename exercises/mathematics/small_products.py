"""Products of small arrays: their names, their formulas, and how one computes them by hand."""

import numpy as np

from app.exercise import values_latex
from exercises.mathematics.tensor_operations import indices, sizes_forced

OPERATIONS = {  # what to compute, the operands in LaTeX, the formula of its entries
    "outer": (r"the outer product $\mathbf u\mathbf v^\top$", [r"\mathbf u", r"\mathbf v^\top"], "ia,aj->ij"),
    "matmul": (r"the product $\mathbf A\mathbf B$", [r"\mathbf A", r"\mathbf B"], "ij,jk->ik"),
    "AtB": (r"the product $\mathbf A^\top\mathbf B$", [r"\mathbf A", r"\mathbf B"], "ji,jk->ik"),
    "ABt": (r"the product $\mathbf A\mathbf B^\top$", [r"\mathbf A", r"\mathbf B"], "ij,kj->ik"),
    "hadamard": (r"the Hadamard product $\mathbf A \odot \mathbf B$", [r"\mathbf A", r"\mathbf B"], "ij,ij->ij"),
    "traceAB": (r"the trace $\operatorname{tr}(\mathbf A\mathbf B)$", [r"\mathbf A", r"\mathbf B"], "ij,ji->"),
    "kron": (r"the Kronecker product $\mathbf A \otimes \mathbf B$", [r"\mathbf A", r"\mathbf B"], "ij,kl->ikjl"),
    "bilinear": (
        r"the number $\mathbf u^\top\mathbf A\mathbf v$",
        [r"\mathbf u^\top", r"\mathbf A", r"\mathbf v"],
        "ai,ij,jb->ab",
    ),
    "mode3-vector": (
        r"the matrix $\mathbf Y$ with the entries $Y_{ij} = \sum_k T_{ijk}\,v_k$",
        [r"\mathcal T", r"\mathbf v"],
        "ijk,k->ij",
    ),
}


def computed(op, X):
    """The result of an operation on arrays."""
    if op in ("outer", "matmul", "bilinear"):
        return np.linalg.multi_dot(X)
    if op == "AtB":
        return X[0].T @ X[1]
    if op == "ABt":
        return X[0] @ X[1].T
    if op == "hadamard":
        return X[0] * X[1]
    if op == "traceAB":
        return np.trace(X[0] @ X[1])
    return np.kron(*X) if op == "kron" else X[0] @ X[1]


def factors_of(op, X, place):
    """The factors of every product that is summed in one entry of the result, by its indices."""
    operands, result = indices(OPERATIONS[op][2])
    sizes = sizes_forced([array.shape for array in X], OPERATIONS[op][2])
    summed = [letter for letter in sizes if letter not in result]
    for values in np.ndindex(*(sizes[letter] for letter in summed)):
        index = dict(zip(result, place)) | dict(zip(summed, values))
        yield [array[tuple(index[letter] for letter in letters)] for letters, array in zip(operands, X)]


def looped(op, X):
    """The result once more, entry by entry and product by product."""
    sizes = sizes_forced([array.shape for array in X], OPERATIONS[op][2])
    shape = [sizes[letter] for letter in indices(OPERATIONS[op][2])[1]]
    entries = [sum(np.prod(factors) for factors in factors_of(op, X, place)) for place in np.ndindex(*shape)]
    if op == "kron":
        shape = [shape[0] * shape[1], shape[2] * shape[3]]
    return np.reshape(entries, shape)


def shown(op, X):
    """The operands in LaTeX; a tensor as its slices, one for each value of the first index."""
    pieces = []
    for name, array in zip(OPERATIONS[op][1], X):
        if array.ndim == 3:
            pieces += [rf"(T_{{{i}jk}})_{{jk}} = {values_latex(piece)}" for i, piece in enumerate(array, 1)]
        else:
            pieces.append(rf"{name} = {values_latex(array if array.ndim == 2 else array[:, None])}")
    return r" \qquad ".join(pieces)


def begun(op, X):
    """The first steps by hand, with numbers."""
    if op == "bilinear":
        return rf"$\mathbf A\mathbf v = {values_latex(X[1] @ X[2])}$; the row $\mathbf u^\top$ times this column"
    if op == "traceAB":
        diagonal = " and ".join(f"${values_latex(entry)}$" for entry in np.diag(X[0] @ X[1]))
        return rf"Only the diagonal of $\mathbf A\mathbf B$ is needed. Row by column it is {diagonal}; add them"
    if op == "kron":
        block = values_latex(X[0][0, 0] * X[1])
        return (
            rf"Every entry $A_{{ij}}$ becomes the block $A_{{ij}}\mathbf B$. The first one is ${block}$; side by side"
        )
    terms = [r" \cdot ".join(map(in_brackets, factors)) for factors in factors_of(op, X, (0, 0))]
    return f"The entry in row 1 and column 1 is ${' + '.join(terms)}$, the others likewise"


def in_brackets(number):
    """A number as a term or a factor."""
    return values_latex(number) if number >= 0 else f"({values_latex(number)})"
