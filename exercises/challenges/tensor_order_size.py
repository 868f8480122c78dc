r"""# Memory of a training step

A training step keeps three tensors: a batch $\mathcal X \in \mathbb R^{{{ space }}}$, a bias
$\mathbf b \in \mathbb R^{{{ N }}}$, and the loss $\ell$, a 0-way tensor. All are stored as float32, four bytes for each
number.
"""

import numpy as np

from app.exercise import Exercise, shape_latex
from exercises.mathematics.drawing import sizes
from exercises.mathematics.tensor_stories import factors

exercise = Exercise(given=dict(shape=list, N=int), largest=5000)


@exercise.instance
def draw(rng):
    *shape, N = sizes(rng, 2, 9, 4)
    return dict(shape=shape, N=N)


exercise.texts(space=lambda shape: shape_latex(tuple(shape)), factors=factors)


@exercise.part("scalar", weight=0.3)
def loss_elements():
    r"""How many elements does $\ell$ have?"""
    return 1


@exercise.part("scalar", weight=0.7)
def memory(shape, N, loss_elements):
    """How many bytes do the three tensors take together?"""
    return 4 * (np.prod(shape) + N + loss_elements)


loss_elements.oracle(lambda: np.zeros(()).size)
memory.oracle(lambda shape, N: sum(np.zeros(of, dtype=np.float32).nbytes for of in (tuple(shape), (N,), ())))

loss_elements.wrong("ways-instead", lambda: 0, "the number of ways")
loss_elements.wrong("bytes-instead", lambda: 4, "the number of bytes")
loss_elements.feedback("""
    ways-instead: You need no index to point at an entry. What is there to point at?
    bytes-instead: Count numbers here, not bytes.
""")
memory.wrong("loss-left-out", lambda shape, N: 4 * (np.prod(shape) + N), r"the memory of $\mathcal X$ and $\mathbf b$")
memory.wrong("bytes-forgotten", lambda reference: reference / 4, "the number of numbers", credit=0.5)
memory.wrong("double-precision", lambda reference: 2 * reference, "the memory as float64")
memory.wrong("bits-instead", lambda reference: 8 * reference, "the memory in bits")
memory.wrong("sizes-added", lambda shape, N: 4 * (sum(shape) + N + 1), "the sum of all sizes, times four")
memory.feedback(r"""
    loss-left-out: Three tensors are stored; one of them has no ways and still takes memory.
    bytes-forgotten: That many numbers are stored. How many bytes does each take?
    double-precision: Eight bytes a number is float64. What does float32 say?
    bits-instead: 32 bits are how many bytes?
    sizes-added: How many entries does a $2 \times 3$ matrix have? Generalise that.
""")

loss_elements.hints(
    "A matrix has one element for each pair of indices, a vector one for each index.",
    "With $k$ ways the number of elements is a product of $k$ sizes. What is a product of no factors?",
)
memory.hints("Count the numbers of each of the three tensors.", "Four bytes for each number.")
loss_elements.explained("A 0-way tensor is a single number; the empty product is ${{ reference }}$.")
memory.explained(
    r"$\mathcal X$ has ${{ factors }}$ numbers, $\mathbf b$ has ${{ N }}$ and $\ell$ has ${{ loss_elements }}$."
    " Four bytes each: ${{ reference }}$ bytes."
)
