r"""# Ways and elements of a tensor

{{ tensor }} How many ways does it have, and how many numbers does it contain?
"""

import numpy as np

from app.exercise import Exercise
from exercises.mathematics.tensor_stories import draw_shape, factors, kind, told

hidden = dict(story=str)
exercise = Exercise(number=8, topic="tensors", section="Tensors", given=dict(shape=list), hidden=hidden, largest=5000)
exercise.instance(draw_shape)
exercise.stratum(kind)
exercise.texts(tensor=told, factors=factors, sizes=lambda shape: ", ".join(map(str, shape)))


@exercise.part("scalar", weight=0.5)
def ways(shape):
    """Number of ways"""
    return len(shape)


@exercise.part("scalar", weight=0.5)
def elements(shape):
    """Number of elements"""
    return np.prod(shape)


ways.oracle(lambda shape: np.broadcast_to(0, shape).ndim)
elements.oracle(lambda shape: np.broadcast_to(0, shape).size)

ways.wrong("order-and-size-mixed", lambda shape: np.prod(shape), "${{ factors }}$, the number of elements")
elements.wrong("order-and-size-mixed", lambda ways: ways, "the number of ways")


@ways.misconception("the number of sizes above 1")
def size_one_ways_dropped(shape):
    """A way of size 1 still needs its own index."""
    return len(shape) - shape.count(1) if 1 in shape else None


for part in (ways, elements):
    part.wrong("sizes-added", lambda shape: sum(shape), "the sum of the sizes")
    part.wrong("largest-size", lambda shape: max(shape), "the largest size")
    part.feedback(r"""
        order-and-size-mixed: You answered the other question: counting indices is not counting entries.
        sizes-added: How many entries does a $2 \times 3$ matrix have? Generalise that.
        largest-size: Every way matters, not only the longest.
    """)
elements.wrong("sizes-times-ways", lambda shape: len(shape) * max(shape), "the largest size added once per way").says(
    "Fix all indices but one: how many entries? Now let the next one vary too."
)

ways.hints("How many indices point at one number?", "Try the matrix case.")
elements.hints("Try the matrix case.", "Each new way multiplies the count.")
ways.explained("Each of the sizes {{ sizes }} has an index of its own, a size of 1 too: ${{ reference }}$ ways.")
elements.explained("Each way multiplies the count by its size: ${{ factors }} = {{ reference }}$.")
