r"""# Tensor puzzles

Each puzzle names two arrays and an operation by its index formula. What is the shape of the result? Answer like `3x5`,
`3` for a vector, `scalar`, or `undefined` if the sizes do not allow the operation.
"""

from app.exercise import Exercise, Shape
from exercises.mathematics import pictures, tensor_operations
from exercises.mathematics.drawing import sizes
from exercises.mathematics.tensor_operations import described, indices, reasoned, result_shape

FIGURES = {
    "a": ("i,j->ij", [8, 6]),
    "b": ("i,i->", [5]),
    "c": ("ij,j->i", [3, 5]),
    "d": ("ij,jk->ik", [5, 4, 3]),
    "e": ("ij,ik->jk", [3, 4, 6]),
    "f": ("ijk,kl->ijl", [3, 4, 6, 5]),
    "g": ("ijk,lj->ilk", [2, 3, 6, 4]),
}
AS_WRITTEN = {  # the sizes of another figure, multiplied as they stand
    "e2": ("e", "ij,jk->ik"),
    "g2": ("g", "ijk,kl->ijl"),
}

given = dict.fromkeys([*FIGURES, *AS_WRITTEN], dict)
exercise = Exercise(number=9, topic="tensors", section="Tensors", given=given)


@exercise.instance
def draw(rng, level, seed):
    """Fresh sizes, pairwise different within a figure; those of the lecture for seed 0 by hand."""
    low, high = (2, 9) if level == "hand" else (10, 99)
    drawn = {}
    for id, (formula, of_the_lecture) in FIGURES.items():
        factors, _ = indices(formula)
        letters = sorted(set("".join(factors)))
        chosen = of_the_lecture if level == "hand" and seed == 0 else sizes(rng, low, high, len(letters))
        size = dict(zip(letters, chosen))
        drawn[id] = dict(operands=[[size[letter] for letter in factor] for factor in factors], formula=formula)
    for id, (figure, formula) in AS_WRITTEN.items():
        drawn[id] = dict(operands=drawn[figure]["operands"], formula=formula)
    return drawn


@exercise.figure
def boxes(a, b, c, d, e, f, g):
    return pictures.operands([(id, puzzle["operands"]) for id, puzzle in zip(FIGURES, (a, b, c, d, e, f, g))])


exercise.texts(
    operation=lambda operands, formula: described(operands, formula),
    reasoning=lambda operands, formula: reasoned(operands, formula),
)


@exercise.parts(" ".join([*FIGURES, *AS_WRITTEN]), Shape(), each="operands formula")
def shape(operands, formula):
    """Figure {{ id }}

    {{ operation }}
    """
    return result_shape(operands, formula)


tensor_operations.mistakes(shape)

shape.hints(
    "Name the index of each way.",
    "Strike out the index that is summed.",
    "The ways left, in the order of the left-hand side, are the shape.",
)
shape.explained("{{ reasoning }}")
