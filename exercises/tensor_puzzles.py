r"""# Tensor puzzles

Each puzzle names two arrays and an operation by its index formula; e2 and g2 have the arrays of e and g. What is the
shape of the result? Answer like `3x5`, `3` for a vector, `scalar`, or `undefined` if the sizes do not allow it.
"""

from app.exercise import Exercise, Shape
from exercises.mathematics import pictures, tensor_operations
from exercises.mathematics.drawing import sizes

FIGURES = {  # the formula, and the sizes of its indices in the lecture, in alphabetical order
    "a": ("i,j->ij", [8, 6]),
    "b": ("i,i->", [5]),
    "c": ("ij,j->i", [3, 5]),
    "d": ("ij,jk->ik", [5, 4, 3]),
    "e": ("ij,ik->jk", [3, 4, 6]),
    "f": ("ijk,kl->ijl", [3, 4, 6, 5]),
    "g": ("ijk,lj->ilk", [2, 3, 6, 4]),
}
AS_WRITTEN = {"e2": ("e", "ij,jk->ik"), "g2": ("g", "ijk,kl->ijl")}  # another figure's arrays, multiplied as they stand
PUZZLES = [*FIGURES, *AS_WRITTEN]

exercise = Exercise(number=9, topic="tensors", section="Tensors", given=dict.fromkeys(PUZZLES, dict))


@exercise.instance
def draw(rng, level, seed):
    """Fresh sizes, pairwise different within a figure; those of the lecture for seed 0 by hand."""
    low, high = (2, 9) if level == "hand" else (10, 99)
    drawn = {}
    for id, (formula, lecture) in FIGURES.items():
        chosen = lecture if level == "hand" and seed == 0 else sizes(rng, low, high, len(lecture))
        drawn[id] = dict(operands=tensor_operations.sized(formula, chosen), formula=formula)
    for id, (figure, formula) in AS_WRITTEN.items():
        drawn[id] = dict(operands=drawn[figure]["operands"], formula=formula)
    return drawn


@exercise.figure
def boxes(a, b, c, d, e, f, g):
    return pictures.operands([(id, puzzle["operands"]) for id, puzzle in zip(FIGURES, (a, b, c, d, e, f, g))])


exercise.texts(operation=tensor_operations.described, reasoning=tensor_operations.reasoned)


@exercise.parts(" ".join(PUZZLES), Shape(), each="operands formula")
def shape(operands, formula):
    """Figure {{ id }}

    {{ operation }}
    """
    return tensor_operations.result_shape(operands, formula)


tensor_operations.mistakes(shape)
shape.hints("Name the index of each way.", "Strike out what is summed.", "The left-hand side gives the rest in order.")
shape.explained("{{ reasoning }}")
