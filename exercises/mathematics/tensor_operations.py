"""Products and contractions by their index formula, in the notation of einsum or `kron`: shapes, words, mistakes.

`operands` are shapes. A formula such as `ij,jk->ik` gives every way of every operand an index; an
index that does not stand behind the arrow is summed.
"""

import numpy as np

from app.exercise import UNDEFINED, shape_latex
from exercises.mathematics import pictures
from exercises.mathematics.drawing import sizes

KRONECKER = "kron"
NAMES = {
    "i,j->ij": r"outer product, $\mathbf u\mathbf v^\top$",
    "i,i->": r"inner product, $\mathbf u^\top\mathbf v$",
    "ij,j->i": r"matrix times vector, $\mathbf A\mathbf u$",
    "i,ij->j": r"matrix times vector, $\mathbf A^\top\mathbf u$",
    "ij,jk->ik": r"matrix product, $\mathbf A\mathbf B$",
    "ji,jk->ik": r"$\mathbf A^\top\mathbf B$",
    "ij,ik->jk": r"$\mathbf A^\top\mathbf B$, the sum over the common way",
    "ij,kj->ik": r"$\mathbf A\mathbf B^\top$",
    "ij,ij->ij": r"entrywise product, $\mathbf A\odot\mathbf B$",
    "ii->": r"trace, $\operatorname{tr}\mathbf A$",
    "i,ij,j->": r"bilinear form, $\mathbf u^\top\mathbf A\mathbf v$",
    KRONECKER: "Kronecker product",
    "ij,jk,kl->il": r"product of three matrices, $\mathbf A\mathbf B\mathbf D$",
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
    met = {}
    for letters, shape in zip(indices(formula)[0], operands, strict=True):
        for letter, size in zip(letters, shape, strict=True):
            met.setdefault(letter, size)
    return met


def result_shape(operands, formula):
    """The shape of the result, or UNDEFINED where one index would have two sizes."""
    if formula == KRONECKER:
        return tuple(m * n for m, n in zip(*operands))
    met = sizes_forced(operands, formula)
    for letters, shape in zip(indices(formula)[0], operands):
        if any(met[letter] != size for letter, size in zip(letters, shape)):
            return UNDEFINED
    return tuple(met[letter] for letter in indices(formula)[1])


# Shapes for a formula -----------------------------------------------------------------------------


def sized(formula, chosen):
    """The shapes of the operands whose indices, in alphabetical order, have the sizes chosen."""
    factors, _ = indices(formula)
    size = dict(zip(sorted(set("".join(factors))), chosen))
    return [[size[letter] for letter in letters] for letters in factors]


def draw_operands(rng, formula):
    """Pairwise different sizes; in three of ten formulas that match ways, one size is broken."""
    if formula == KRONECKER:
        m, n, p, q = sizes(rng, 2, 7, 4)
        return [[m, n], [p, q]]
    letters = {letter for factor in indices(formula)[0] for letter in factor}
    operands = sized(formula, sizes(rng, 2, 9, len(letters)))
    if rng.random() < 0.3:
        break_one_match(rng, formula, operands)
    return operands


def break_one_match(rng, formula, operands):
    """Change a size that must equal an earlier one, half the time to one that tempts: the other way would fit."""
    factors, _ = indices(formula)
    letters = "".join(factors)
    places = [(o, w) for o, factor in enumerate(factors) for w in range(len(factor))]
    matches = [place for k, place in enumerate(places) if letters[k] in letters[:k]]
    if not matches:
        return
    operand, way = matches[int(rng.integers(len(matches)))]
    tempting = [size for size in operands[0] if size != operands[operand][way]] if operand else []
    others = [size for size in range(2, 10) if not any(size in shape for shape in operands)]
    operands[operand][way] = tempting[0] if tempting and rng.random() < 0.5 else int(rng.choice(others))


# Words --------------------------------------------------------------------------------------------


def described(operands, formula):
    """The operands with their spaces and the formula, as a sentence in Markdown."""
    letters = symbols(operands)
    bold = [rf"\mathcal {letter}" if letter in "TS" else rf"\mathbf {letter}" for letter in letters]
    spaces = [rf"${name} \in \mathbb R^{{{shape_latex(tuple(shape))}}}$" for name, shape in zip(bold, operands)]
    name = f" ({NAMES[formula]})" if formula in NAMES else ""
    return f"Let {', '.join(spaces)} and ${index_formula(letters, formula)}${name}."


def reasoned(operands, formula, order="of the left-hand side"):
    """The worked solution in Markdown: the size of each index, what is summed, what stays."""
    shape = shape_latex(result_shape(operands, formula))
    if formula == KRONECKER:
        (m, n), (p, q) = operands
        rows, columns = rf"{m}\cdot{p}", rf"{n}\cdot{q}"
        return rf"Rows multiply and columns multiply: ${rows} \times {columns}$, which is ${shape}$."
    met = sizes_forced(operands, formula)
    for letters, operand in zip(indices(formula)[0], operands):
        for letter, size in zip(letters, operand):
            if met[letter] != size:
                return f"The index ${letter}$ would have the sizes {met[letter]} and {size} at once: undefined."
    result = indices(formula)[1]
    listed = ", ".join(f"${letter} = {size}$" for letter, size in met.items())
    summed = ", ".join(f"${letter}$" for letter in met if letter not in result)
    left = f"The sum removes {summed}." if summed else "Nothing is summed."
    kept = f"In the order {order}" if result else "No index is left"
    return f"The sizes are {listed}. {left} {kept}: ${shape}$."


def pictured(operands):
    """One or two operands as boxes under their names; None where there are more, or a box cannot show them."""
    if len(operands) > 2 or max(map(len, operands)) > 3:
        return None
    return pictures.operands([(", ".join(symbols(operands)), operands)])


def symbols(operands):
    """A letter for each operand: u, v, w for vectors, A, B, D for matrices, T, S for tensors."""
    letters = {1: iter("uvw"), 2: iter("ABD"), 3: iter("TS")}
    return [next(letters[min(len(shape), 3)]) for shape in operands]


def index_formula(letters, formula):
    r"""The formula of one entry in LaTeX, such as `C_{ik} = \sum_{j} A_{ij} B_{jk}`."""
    if formula == KRONECKER:
        return rf"\mathbf C = \mathbf {letters[0]} \otimes \mathbf {letters[1]}"
    factors, result = indices(formula)
    summed = "".join(dict.fromkeys(index for factor in factors for index in factor if index not in result))
    left = f"{'C' if len(result) > 1 else 'c'}_{{{result}}}" if result else "c"
    product = r"\,".join(f"{letter}_{{{factor}}}" for letter, factor in zip(letters, factors))
    return f"{left} = " + (rf"\sum_{{{summed}}} " if summed else "") + product


# Mistakes about shapes ----------------------------------------------------------------------------


def mistakes(question):
    """Give a question about `operands` and `formula` its oracle and its misconceptions."""
    question.oracle(shape_by_numpy)
    question.wrong("forced-to-fit", forced_to_fit, "what would come out if the sizes fitted")
    question.wrong("called-undefined", called_undefined, "right only where one index has two sizes")
    question.wrong("nothing-summed", every_way, "a list of all ways of all operands", sometimes_right=True)
    question.wrong("summed-way-kept", every_index, "one way for every index, summed or not", sometimes_right=True)
    question.wrong("outer-taken-for-inner", all_summed_away, "what is left where every index is summed")
    question.wrong("reversed", backwards, "the right shape in reversed order", credit=0.3, sometimes_right=True)
    question.wrong("shape-of-first-operand", first_operand, "the shape of the first operand", sometimes_right=True)
    question.feedback("""
        forced-to-fit: Write the two sizes that share one index next to each other. Are they equal?
        called-undefined: Nothing forbids this operation: list the indices that appear twice, if any, and compare their
            sizes.
        nothing-summed: You kept every way of every operand. Which ways does the left-hand side have?
        summed-way-kept: An index under the sum sign cannot survive in the result.
        outer-taken-for-inner: There is no sum in this formula.
        reversed: The ways are right; give them in the order of the left-hand side, in a matrix rows first.
        shape-of-first-operand: That is the shape of the first operand alone. Which indices stand on the left-hand side,
            and do the sizes fit?
    """)


def shape_by_numpy(operands, formula):
    arrays = [np.ones(shape) for shape in operands]
    if formula == KRONECKER:
        return np.kron(*arrays).shape
    try:
        return np.einsum(formula, *arrays).shape
    except ValueError:
        return UNDEFINED


def forced_to_fit(operands, formula, reference):
    """Undefined results only: each index has the size met first."""
    if reference is not UNDEFINED:
        return None
    met = sizes_forced(operands, formula)
    return tuple(met[letter] for letter in indices(formula)[1])


def forced_to_the_other(operands, formula, reference):
    """The same with the size met last, where that makes a difference."""
    if reference is not UNDEFINED:
        return None
    factors, result = indices(formula)
    met = {letter: size for letters, shape in zip(factors, operands) for letter, size in zip(letters, shape)}
    forced = tuple(met[letter] for letter in result)
    return None if forced == forced_to_fit(operands, formula, reference) else forced


def called_undefined(reference):
    return None if reference is UNDEFINED else UNDEFINED


def every_way(operands):
    return tuple(size for shape in operands for size in shape)


def every_index(operands, formula):
    return None if formula == KRONECKER else tuple(sizes_forced(operands, formula).values())


def all_summed_away(formula):
    return () if operation_kind(formula) == "outer product" else None


def backwards(reference):
    return None if reference is UNDEFINED else reference[::-1]


def first_operand(operands):
    return tuple(operands[0])


def kronecker_added(operands, formula):
    return tuple(m + n for m, n in zip(*operands)) if formula == KRONECKER else None


def kronecker_as_product(operands, formula):
    return (operands[0][0], operands[1][1]) if formula == KRONECKER else None
