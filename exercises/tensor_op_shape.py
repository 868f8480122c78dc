r"""# Shape of a product or contraction

{{ operation }}

What is the shape of the result? Answer like `3x5`, `3` for a vector, `scalar`, or `undefined` if the sizes do not
allow it.
"""

from app.exercise import Exercise, Shape
from exercises.mathematics import tensor_operations
from exercises.mathematics.drawing import sizes
from exercises.mathematics.tensor_operations import (
    KRONECKER,
    described,
    indices,
    operation_kind,
    reasoned,
    result_shape,
)

exercise = Exercise(number=10, topic="tensors", section="Tensors", given=dict(operands=list, formula=str))

MATRICES = """
    i,j->ij   i,i->      ij,j->i    i,ij->j   ij,jk->ik  ji,jk->ik
    ij,kj->ik ij,ij->ij  ii->       i,ij,j->  kron       ij,jk,kl->il
"""
TENSORS = """
    ijk,kl->ijl   ijk,li->ljk   ijk,lj->ilk  ijk,lk->ijl  ijk,j->ik     ijk,klm->ijlm  ijk,jkl->il
    ijk,ijk->     ij,k->ijk     i,j,k->ijk   iij->j       bij,bjk->bik  ijkl,lm->ijkm
"""


@exercise.instance
def draw(rng, level):
    """Pairwise different sizes; in three of ten formulas that match ways, one size is broken."""
    formula = str(rng.choice((MATRICES if level == "hand" else MATRICES + TENSORS).split()))
    if formula == KRONECKER:
        m, n, p, q = sizes(rng, 2, 7, 4)
        return dict(operands=[[m, n], [p, q]], formula=formula)
    factors, _ = indices(formula)
    letters = sorted(set("".join(factors)))
    size = dict(zip(letters, sizes(rng, 2, 9, len(letters))))
    operands = [[size[letter] for letter in factor] for factor in factors]
    if rng.random() < 0.3:
        break_one_match(rng, factors, operands)
    return dict(operands=operands, formula=formula)


def break_one_match(rng, factors, operands):
    """Change a size that must equal an earlier one, half the time to one that tempts: the other way would fit."""
    letters = "".join(factors)
    places = [(o, w) for o, factor in enumerate(factors) for w in range(len(factor))]
    matches = [place for k, place in enumerate(places) if letters[k] in letters[:k]]
    if not matches:
        return
    operand, way = matches[int(rng.integers(len(matches)))]
    tempting = [size for size in operands[0] if size != operands[operand][way]] if operand else []
    others = [size for size in range(2, 10) if not any(size in shape for shape in operands)]
    operands[operand][way] = tempting[0] if tempting and rng.random() < 0.5 else int(rng.choice(others))


exercise.stratum(lambda formula: operation_kind(formula))
exercise.texts(
    operation=lambda operands, formula: described(operands, formula),
    reasoning=lambda operands, formula: reasoned(operands, formula),
)


@exercise.part(Shape())
def answer(operands, formula):
    """Shape of the result"""
    return result_shape(operands, formula)


tensor_operations.mistakes(answer)


@answer.misconception("the sums of rows and of columns")
def kronecker_sizes_added(operands, formula):
    """Each entry of the first matrix is replaced by a whole copy of the second: how many rows does that make?"""
    return tuple(m + n for m, n in zip(*operands)) if formula == KRONECKER else None


@answer.misconception("the rows of the first matrix and the columns of the second, as in a matrix product")
def kronecker_taken_for_product(operands, formula):
    """This symbol is not the matrix product: nothing is summed."""
    return (operands[0][0], operands[1][1]) if formula == KRONECKER else None


answer.hints(
    r"Write each size above its index. ($\otimes$ has no indices: there, each entry of the first matrix becomes a whole"
    " copy of the second.)",
    "An index that appears twice must have one size.",
    "Remove the summed indices; read the rest from the left-hand side.",
)
answer.explained("{{ reasoning }}")
