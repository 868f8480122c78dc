"""The rule by which numpy and PyTorch make arrays of different shapes fit."""

import numpy as np

from app.exercise import UNDEFINED
from exercises.mathematics.drawing import sizes


def draw_shapes(rng, level):
    """Ways of size 1 and missing first ways at random; then, in one pair of three, some other size."""
    full = sizes(rng, 2, 8, int(rng.integers(2, 4 if level == "hand" else 5)))
    a, b = ([size if rng.random() < 0.6 else 1 for size in full][rng.integers(2) :] for _ in "ab")
    if rng.random() < 0.35:
        shape = a if rng.random() < 0.5 else b
        shape[rng.integers(len(shape))] = int(rng.integers(2, 9))
    if a == b or (len(a) == len(b) and broadcast(a, b) in (tuple(a), tuple(b))):
        return None
    return dict(a=a, b=b)


def aligned(a, b):
    """Both shapes, the shorter one filled up with ones in front."""
    ways = max(len(a), len(b))
    return [(1,) * (ways - len(shape)) + tuple(shape) for shape in (a, b)]


def clash(a, b):
    """The first pair of sizes that differ without a 1 among them; None where all fit."""
    return next(((m, n) for m, n in zip(*aligned(a, b)) if m != n and 1 not in (m, n)), None)


def stretched(a, b):
    """The larger size of each pair."""
    return tuple(map(max, *aligned(a, b)))


def broadcast(a, b):
    """The common shape, or UNDEFINED."""
    return UNDEFINED if clash(a, b) else stretched(a, b)


def by_adding(a, b):
    """The same, as numpy finds it."""
    try:
        return (np.zeros(a) + np.zeros(b)).shape
    except ValueError:
        return UNDEFINED


def kind(a, b):
    return "sizes do not fit" if clash(a, b) else "as many ways" if len(a) == len(b) else "a way is missing"


def compared(a, b):
    """The two shapes side by side and what follows, in Markdown."""
    shapes = "`{}` and `{}`".format(*aligned(a, b))
    if clash(a, b):
        return shapes + ". The sizes {} and {} differ and neither is 1".format(*clash(a, b))
    return f"{shapes}. Ways of size 1 are repeated as often as the other shape says"


def judged(answer, a, b):
    """Whether a shape is that of the sum; else what to look at, but not whether there is a sum, which is asked."""
    if answer == broadcast(a, b):
        return True
    if isinstance(answer, tuple) and len(answer) != max(len(a), len(b)):
        return "A sum, if there is one, has as many ways as the longer shape."
    return "Write the two shapes below each other, right-aligned, and compare them pair by pair."
