r"""# Shape of a product or contraction

{{ operation }}

What is the shape of the result? Answer like `3x5`, `3` for a vector, `scalar`, or `undefined` if the sizes do not
allow it.
"""

from app.exercise import Exercise, Shape
from exercises.mathematics import tensor_operations

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
    formula = str(rng.choice((MATRICES if level == "hand" else MATRICES + TENSORS).split()))
    return dict(operands=tensor_operations.draw_operands(rng, formula), formula=formula)


exercise.figure(tensor_operations.pictured)
exercise.stratum(tensor_operations.operation_kind)
exercise.texts(operation=tensor_operations.described, reasoning=tensor_operations.reasoned)


@exercise.part(Shape())
def answer(operands, formula):
    """Shape of the result"""
    return tensor_operations.result_shape(operands, formula)


tensor_operations.mistakes(answer)
answer.wrong("forced-to-the-other", tensor_operations.forced_to_the_other, "what the other of two sizes would make")
answer.wrong("kronecker-sizes-added", tensor_operations.kronecker_added, "a pair of sums, of rows and of columns")
answer.wrong("kronecker-taken-for-product", tensor_operations.kronecker_as_product, "what a matrix product would make")
answer.feedback("""
    forced-to-the-other: Neither of the two sizes that share one index counts more. Are they equal?
    kronecker-sizes-added: Each entry of the first matrix is replaced by a whole copy of the second: how many rows does
        that make?
    kronecker-taken-for-product: This symbol is not the matrix product: nothing is summed.
""")
answer.hints(
    r"Write each size above its index. ($\otimes$ has none: there, each entry of the first matrix becomes a whole copy"
    " of the second.)",
    "An index that appears twice must have one size.",
    "Remove the summed indices; read the rest from the left-hand side.",
)
answer.explained("{{ reasoning }}")
