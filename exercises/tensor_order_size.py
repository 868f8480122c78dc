r"""# Ways and elements of a tensor

{{ tensor }} How many ways does it have, and how many numbers does it contain?
"""

import numpy as np

from app.exercise import Exercise
from exercises.mathematics.tensor_stories import draw_shape, kind, told

hidden = dict(story=str)
exercise = Exercise(number=8, topic="tensors", section="Tensors", given=dict(shape=list), hidden=hidden, largest=5000)
exercise.instance(draw_shape)
exercise.stratum(kind)
exercise.texts(
    tensor=told,
    sizes=lambda shape: ", ".join(map(str, shape)),
    factors=lambda shape: r" \cdot ".join(map(str, shape)),
)


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
ways.wrong(
    "size-one-ways-dropped",
    lambda shape: sum(size > 1 for size in shape) if 1 in shape else None,
    "the number of sizes above 1",
).says("A way of size 1 still needs its own index.")
elements.wrong("order-and-size-mixed", lambda ways: ways, "the number of ways")
for part in (ways, elements):
    part.wrong("sizes-added", sum, "the sum of the sizes")
