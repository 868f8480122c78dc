r"""# Broadcasting

{{ operands }}. What is the shape of `A + B` in numpy or PyTorch? Answer as it is printed there: `(3,)`, `(3, 1)` and
`(1, 3)` are three different shapes. Answer `undefined` if the sum raises an error.
"""

import numpy as np

from app.exercise import UNDEFINED, Exercise, Shape
from exercises.mathematics.drawing import sizes

exercise = Exercise(number=12, topic="tensors", section="Tensors", given=dict(a=list, b=list))


@exercise.instance
def draw(rng, level):
    """Ways of size 1 and missing first ways at random; then, in one pair of three, some other size."""
    full = sizes(rng, 2, 8, int(rng.integers(2, 4 if level == "hand" else 5)))
    a, b = ([size if rng.random() < 0.6 else 1 for size in full][rng.integers(2) :] for _ in "ab")
    if rng.random() < 0.35:
        shape = a if rng.random() < 0.5 else b
        shape[rng.integers(len(shape))] = int(rng.integers(2, 9))
    if a == b or (len(a) == len(b) and list(broadcast(a, b) or ()) in (a, b)):
        return None
    return dict(a=a, b=b)


def aligned(a, b):
    """Both shapes, the shorter one filled up with ones in front."""
    ways = max(len(a), len(b))
    return [(1,) * (ways - len(shape)) + tuple(shape) for shape in (a, b)]


def broadcast(a, b):
    """The common shape; None where two sizes differ and neither is 1."""
    pairs = list(zip(*aligned(a, b), strict=True))
    return None if any(m != n and 1 not in (m, n) for m, n in pairs) else tuple(max(pair) for pair in pairs)


@exercise.stratum
def kind(a, b):
    if broadcast(a, b) is None:
        return "sizes do not fit"
    return "as many ways" if len(a) == len(b) else "a way is missing"


exercise.texts(operands=lambda a, b: f"`A.shape == {tuple(a)}` and `B.shape == {tuple(b)}`")


@exercise.text
def side_by_side(a, b):
    left, right = aligned(a, b)
    clash = next(((m, n) for m, n in zip(left, right, strict=True) if m != n and 1 not in (m, n)), None)
    if clash:
        return f"`{left}` and `{right}`. The sizes {clash[0]} and {clash[1]} differ and neither is 1"
    return f"`{left}` and `{right}`. Ways of size 1 are repeated as often as the other shape says"


@exercise.part(Shape(exact=True))
def answer(a, b):
    """Shape of `A + B`"""
    return broadcast(a, b) or UNDEFINED


@answer.oracle
def by_adding(a, b):
    try:
        return (np.zeros(a) + np.zeros(b)).shape
    except ValueError:
        return UNDEFINED


@answer.accepts
def pair_by_pair(answer, a, b):
    """Never whether there is a result: that is the question."""
    if answer == (broadcast(a, b) or UNDEFINED):
        return True
    if isinstance(answer, tuple) and len(answer) != max(len(a), len(b)):
        return "A sum, if there is one, has as many ways as the longer shape."
    return "Write the two shapes below each other, right-aligned, and compare them pair by pair."


@answer.misconception("what comes out if the shapes are aligned on the left", sometimes_right=True)
def aligned_on_the_left(a, b):
    """Shapes are compared starting from the last way, not from the first."""
    return (broadcast(a[::-1], b[::-1]) or ())[::-1] or UNDEFINED


@answer.misconception("the larger size of each pair")
def everything_stretches(a, b, reference):
    """Only ways of size 1 (or missing ones in front) can be stretched."""
    return tuple(map(max, *aligned(a, b))) if reference is UNDEFINED else None


@answer.misconception("right only where two sizes differ and neither is 1")
def shapes_must_be_equal(reference):
    """Equality is not needed: what happens to a way of size 1?"""
    return None if reference is UNDEFINED else UNDEFINED


@answer.misconception("the ways of both in a row")
def shapes_joined(a, b):
    """Addition is entry by entry: no index is added."""
    return a + b if len(a + b) <= 6 else None  # nobody can send a shape of more ways


@answer.misconception("the smaller of the two shapes")
def smaller_shape(a, b, reference):
    """The result must be able to hold every combination of indices."""
    return None if reference is UNDEFINED else min(a, b, key=lambda shape: (len(shape), np.prod(shape)))


answer.hints(
    "Right-align the two shapes.", "Fill missing front ways with 1.", "Each pair must be equal or contain a 1."
)
answer.explained(
    "Right-aligned and, where ways are missing, filled up with 1 in front: {{ side_by_side }}: ${{ reference }}$."
)
