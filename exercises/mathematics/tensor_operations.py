"""Products and contractions by their index formula, in the notation of einsum or `kron`.

`operands` are shapes. A formula such as `ij,jk->ik` gives every way of every operand an index; an
index that does not stand behind the arrow is summed.
"""

import numpy as np

from app.exercise import UNDEFINED, shape_latex

KRONECKER = "kron"
NAMES = {
    "i,j->ij": "outer product",
    "i,i->": "inner product",
    "ij,j->i": "matrix times vector",
    "i,ij->j": "matrix times vector, $A^\\top u$",
    "ij,jk->ik": "matrix product, $AB$",
    "ji,jk->ik": "$A^\\top B$",
    "ij,ik->jk": "$A^\\top B$, the sum over the common way",
    "ij,kj->ik": "$AB^\\top$",
    "ij,ij->ij": "entrywise product",
    "ii->": "trace",
    "i,ij,j->": "bilinear form, $u^\\top Av$",
    KRONECKER: "Kronecker product",
    "ij,jk,kl->il": "product of three matrices",
    "ijk,kl->ijl": "last way of a tensor with the first way of a matrix",
    "ijk,li->ljk": "mode-1 product",
    "ijk,lj->ilk": "mode-2 product",
    "ijk,lk->ijl": "mode-3 product",
    "ijk,j->ik": "second way of a tensor with a vector",
    "ijk,klm->ijlm": "contraction of one way",
    "ijk,jkl->il": "contraction of two ways",
    "ijk,ijk->": "full contraction",
    "ij,k->ijk": "outer product of a matrix and a vector",
    "i,j,k->ijk": "outer product of three vectors",
    "bij,bjk->bik": "batched matrix product",
    "ijkl,lm->ijkm": "last way of a 4-way tensor with a matrix",
    "iij->j": "partial trace",
}


def indices(formula):
    """The indices of each operand, and those of the result."""
    left, right = formula.split("->")
    return left.split(","), right


def operation_kind(formula):
    """The kind of operation among those that ask for the same thought."""
    if formula == KRONECKER:
        return "Kronecker product"
    factors, result = indices(formula)
    letters = "".join(factors)
    if len(factors) == 1:
        return "trace"
    if set(letters) == set(result):
        return "outer product" if len(set(letters)) == len(letters) else "entrywise product"
    if max(map(len, factors)) > 2:
        return "contraction of a tensor"
    return "matrix product" if len(factors) == 2 else "product of three"


def sizes_forced(operands, formula):
    """A size for every index, in order of appearance: the first one met, whatever comes later."""
    sizes = {}
    for letters, shape in zip(indices(formula)[0], operands, strict=True):
        for letter, size in zip(letters, shape, strict=True):
            sizes.setdefault(letter, size)
    return sizes


def result_shape(operands, formula):
    """The shape of the result, or UNDEFINED where one index would have two sizes."""
    if formula == KRONECKER:
        return tuple(m * n for m, n in zip(*operands))
    sizes = sizes_forced(operands, formula)
    for letters, shape in zip(indices(formula)[0], operands):
        if any(sizes[letter] != size for letter, size in zip(letters, shape)):
            return UNDEFINED
    return tuple(sizes[letter] for letter in indices(formula)[1])


def described(operands, formula):
    """The operands with their spaces and the formula, as a sentence in Markdown."""
    names = symbols(operands)
    spaces = [rf"${name} \in \mathbb{{R}}^{{{shape_latex(tuple(shape))}}}$" for name, shape in zip(names, operands)]
    name = f" ({NAMES[formula]})" if formula in NAMES else ""
    return f"Let {', '.join(spaces)} and ${index_formula(names, formula)}${name}."


def reasoned(operands, formula):
    """The worked solution in Markdown: the size of each index, what is summed, what stays."""
    shape = shape_latex(result_shape(operands, formula))
    if formula == KRONECKER:
        (m, n), (p, q) = operands
        rows, columns = rf"{m}\cdot{p}", rf"{n}\cdot{q}"
        return rf"Rows multiply and columns multiply: ${rows} \times {columns}$, which is ${shape}$."
    sizes = sizes_forced(operands, formula)
    for letters, operand in zip(indices(formula)[0], operands):
        for letter, size in zip(letters, operand):
            if sizes[letter] != size:
                return f"The index ${letter}$ would have the sizes {sizes[letter]} and {size} at once: undefined."
    result = indices(formula)[1]
    listed = ", ".join(f"${letter} = {size}$" for letter, size in sizes.items())
    summed = ", ".join(f"${letter}$" for letter in sizes if letter not in result)
    left = f"The sum removes {summed}." if summed else "Nothing is summed."
    return f"The sizes are {listed}. {left} In the order of the left-hand side: ${shape}$."


def symbols(operands):
    """A letter for each operand: u, v, w for vectors, A, B, D for matrices, T, S for tensors."""
    letters = {1: iter("uvw"), 2: iter("ABD"), 3: iter("TS")}
    return [next(letters[min(len(shape), 3)]) for shape in operands]


def index_formula(names, formula):
    r"""The formula in LaTeX, such as `C_{ik} = \sum_{j} A_{ij} B_{jk}`."""
    if formula == KRONECKER:
        return rf"C = {names[0]} \otimes {names[1]}"
    factors, result = indices(formula)
    summed = "".join(dict.fromkeys(letter for letters in factors for letter in letters if letter not in result))
    left = f"{'C' if len(result) > 1 else 'c'}_{{{result}}}" if result else "c"
    product = r"\,".join(f"{name}_{{{letters}}}" for name, letters in zip(names, factors))
    return f"{left} = " + (rf"\sum_{{{summed}}} " if summed else "") + product


def mistakes(question):
    """Give a question about `operands` and `formula` its oracle, misconceptions, hints and worked solution."""
    question.oracle(shape_by_numpy)
    question.misconception(forced_to_fit)
    question.misconception(called_undefined)
    question.misconception(sometimes_right=True)(nothing_summed)
    question.misconception(sometimes_right=True)(summed_way_kept)
    question.misconception(outer_taken_for_inner)
    question.misconception(sometimes_right=True, credit=0.3, id="reversed")(reversed_ways)
    question.misconception(sometimes_right=True)(shape_of_first_operand)
    question.hints(
        "Name the index of each way and write its size above it. ($\\otimes$ has no indices: there, each entry of the"
        " first matrix becomes a whole copy of the second.)",
        "An index that appears twice must have one size. Strike out the indices that are summed.",
        "The ways left, in the order of the left-hand side, are the shape.",
    )
    question.explained("{{ reasoning }}")


def shape_by_numpy(operands, formula):
    arrays = [np.ones(shape) for shape in operands]
    if formula == KRONECKER:
        return np.kron(*arrays).shape
    try:
        return np.einsum(formula, *arrays).shape
    except ValueError:
        return UNDEFINED


def forced_to_fit(operands, formula, reference):
    """Write the two sizes that share one index next to each other. Are they equal?"""
    if reference is not UNDEFINED:
        return None
    sizes = sizes_forced(operands, formula)
    return tuple(sizes[letter] for letter in indices(formula)[1])


def called_undefined(reference):
    """Nothing forbids this operation: list the indices that appear twice, if any, and compare their sizes."""
    return None if reference is UNDEFINED else UNDEFINED


def nothing_summed(operands):
    """You kept every way of every operand. Which ways does the left-hand side have?"""
    return tuple(size for shape in operands for size in shape)


def summed_way_kept(operands, formula):
    """An index under the sum sign cannot survive in the result."""
    return None if formula == KRONECKER else tuple(sizes_forced(operands, formula).values())


def outer_taken_for_inner(formula):
    """There is no sum in this formula."""
    return () if formula in ("i,j->ij", "ij,k->ijk", "i,j,k->ijk") else None


def reversed_ways(reference):
    """The ways are right; give them in the order of the left-hand side."""
    return None if reference is UNDEFINED else reference[::-1]


def kronecker_sizes_added(operands, formula):
    """Each entry of the first matrix is replaced by a whole copy of the second: how many rows does that make?"""
    return tuple(m + n for m, n in zip(*operands)) if formula == KRONECKER else None


def kronecker_taken_for_product(operands, formula):
    """This symbol is not the matrix product: nothing is summed."""
    return (operands[0][0], operands[1][1]) if formula == KRONECKER else None


def shape_of_first_operand(operands):
    """That is the shape of the first operand alone. Which indices stand on the left-hand side, and do the sizes fit?"""
    return tuple(operands[0])
