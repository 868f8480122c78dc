r"""# Broadcasting

{{ operands }}. What is the shape of `A + B` in numpy or PyTorch? Answer as it is printed there: `(3,)`, `(3, 1)` and
`(1, 3)` are three different shapes. Answer `undefined` if the sum raises an error.
"""

import numpy as np

from app.exercise import UNDEFINED, Exercise, Shape
from exercises.mathematics.broadcasting import broadcast, by_adding, compared, draw_shapes, judged, kind, stretched
from exercises.mathematics.tensor_operations import called_undefined

exercise = Exercise(number=12, topic="tensors", section="Tensors", given=dict(a=list, b=list))
exercise.instance(draw_shapes)
exercise.stratum(kind)
exercise.texts(operands=lambda a, b: f"`A.shape == {tuple(a)}` and `B.shape == {tuple(b)}`", compared=compared)


@exercise.part(Shape(exact=True))
def answer(a, b):
    """Shape of `A + B`"""
    return broadcast(a, b)


answer.oracle(by_adding)
answer.accepts(judged)


@answer.misconception("what comes out if the shapes are aligned on the left", sometimes_right=True)
def aligned_on_the_left(a, b):
    """Shapes are compared starting from the last way, not from the first."""
    shape = broadcast(a[::-1], b[::-1])
    return shape if shape is UNDEFINED else shape[::-1]


@answer.misconception("the larger size of each pair")
def everything_stretches(a, b, reference):
    """Only ways of size 1 (or missing ones in front) can be stretched."""
    return stretched(a, b) if reference is UNDEFINED else None


answer.wrong("shapes-must-be-equal", called_undefined, "right only where two sizes differ and neither is 1")
# Nobody can send a shape of more than 6 ways.
answer.wrong("shapes-joined", lambda a, b: a + b if len(a + b) <= 6 else None, "a list of the ways of both")


@answer.misconception("the smaller of the two shapes")
def smaller_shape(a, b, reference):
    """The result must be able to hold every combination of indices."""
    return None if reference is UNDEFINED else min(a, b, key=lambda shape: (len(shape), np.prod(shape)))


answer.feedback("""
    shapes-must-be-equal: Equality is not needed: what happens to a way that has size 1 or is missing in front?
    shapes-joined: Addition is entry by entry: no index is added.
""")
answer.hints("Right-align the shapes.", "Fill missing front ways with 1.", "Each pair must be equal or contain a 1.")
answer.explained("Right-aligned, with 1 for ways that are missing in front: {{ compared }}: ${{ reference }}$.")
