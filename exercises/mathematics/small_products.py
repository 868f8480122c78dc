"""Products of small arrays: how they are drawn, their names, their formulas, and how one computes them by hand.

`op` is a key of OPERATIONS, `X` the list of its operands, each a nested list.
"""

import numpy as np

from app.exercise import values_latex
from exercises.mathematics.drawing import numbers, sizes
from exercises.mathematics.tensor_operations import indices, sizes_forced
from exercises.mathematics.terms import in_brackets

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


def draw_product(rng, level):
    """An operation and its operands, never square where a transpose could hide."""
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


def arrays(X):
    return [np.array(entries, dtype=float) for entries in X]


def only(of, wrong):
    """A wrong way with one operation: a function of its operands."""
    return lambda op, X: wrong(*arrays(X)) if op == of else None


def computed(op, X):
    """The result of an operation."""
    X = arrays(X)
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
    X = arrays(X)
    operands, result = indices(OPERATIONS[op][2])
    size = sizes_forced([array.shape for array in X], OPERATIONS[op][2])
    summed = [letter for letter in size if letter not in result]
    for values in np.ndindex(*(size[letter] for letter in summed)):
        index = dict(zip(result, place)) | dict(zip(summed, values))
        yield [array[tuple(index[letter] for letter in letters)] for letters, array in zip(operands, X)]


def looped(op, X):
    """The result once more, entry by entry and product by product."""
    size = sizes_forced([array.shape for array in arrays(X)], OPERATIONS[op][2])
    shape = [size[letter] for letter in indices(OPERATIONS[op][2])[1]]
    entries = [sum(np.prod(factors) for factors in factors_of(op, X, place)) for place in np.ndindex(*shape)]
    if op == "kron":
        shape = [shape[0] * shape[1], shape[2] * shape[3]]
    return np.reshape(entries, shape)


def shown(op, X):
    """The operands in LaTeX; a tensor as its slices, one for each value of the first index."""
    pieces = []
    for name, array in zip(OPERATIONS[op][1], arrays(X)):
        if array.ndim == 3:
            pieces += [rf"(T_{{{i}jk}})_{{jk}} = {values_latex(piece)}" for i, piece in enumerate(array, 1)]
        else:
            pieces.append(rf"{name} = {values_latex(array if array.ndim == 2 else array[:, None])}")
    return r" \qquad ".join(pieces)


def stratum(op):
    return "matrix product" if op in ("matmul", "AtB", "ABt") else op


def remarks(op):
    """How the operands are to be read and the result is to be sent, where it is no number."""
    slices = r"Of $\mathcal T$ the slices are shown: $T_{1jk}$ stands in row $j$ and column $k$ of the first matrix. "
    sending = "Send the matrix row by row, as in `[[1, 2], [3, 4]]`."
    if op in ("traceAB", "bilinear"):
        return ""
    return slices + sending if op == "mode3-vector" else sending


def begun(op, X):
    """The first steps by hand, with numbers."""
    X = arrays(X)
    if op == "bilinear":
        return rf"$\mathbf A\mathbf v = {values_latex(X[1] @ X[2])}$; the row $\mathbf u^\top$ times this column"
    if op == "traceAB":
        diagonal = " and ".join(f"${values_latex(entry)}$" for entry in np.diag(X[0] @ X[1]))
        return rf"Only the diagonal of $\mathbf A\mathbf B$ is needed. Row by column it is {diagonal}; add them"
    if op == "kron":
        block = values_latex(X[0][0, 0] * X[1])
        return rf"In the place of every $A_{{ij}}$ stands the block $A_{{ij}}\mathbf B$, first of all ${block}$"
    terms = [r" \cdot ".join(map(in_brackets, factors)) for factors in factors_of(op, X, (0, 0))]
    return f"The entry in row 1 and column 1 is ${' + '.join(terms)}$, the others likewise"
