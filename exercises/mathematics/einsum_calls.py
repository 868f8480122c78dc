"""Calls `einsum("ij,jk->ik", A, B)`: `a`, `b` and `out` are the letters of operands and result, `A` and `B` shapes."""

from app.exercise import UNDEFINED
from exercises.mathematics import tensor_operations
from exercises.mathematics.drawing import sizes


def draw_call(rng, level):
    """Two operands of two or three ways that share letters but not all; in one call of five a size does not fit."""
    letters = list("ijklm"[: 4 if level == "hand" else 5])
    a, b = ("".join(rng.permutation(letters)[: rng.integers(2, 4)]) for _ in "AB")
    every = sorted({*a, *b})
    out = "".join(rng.permutation(every)[: rng.integers(2, 4)])
    if not set(a) & set(b) or set(a) == set(b) or len(out) == len(every):
        return None
    size = dict(zip(letters, sizes(rng, 2, 9, len(letters))))
    A, B = ([size[letter] for letter in word] for word in (a, b))
    if rng.random() < 0.2:
        way = int(rng.choice([way for way, letter in enumerate(b) if letter in a]))
        B[way] = int(rng.choice([size for size in range(2, 10) if size != B[way]]))
    return dict(a=a, b=b, out=out, A=A, B=B)


def formula(a, b, out):
    return f"{a},{b}->{out}"


def result(a, b, out, A, B):
    """The shape of the result, or UNDEFINED."""
    return tensor_operations.result_shape([A, B], formula(a, b, out))


def by_numpy(a, b, out, A, B):
    """The same, as numpy finds it."""
    return tensor_operations.shape_by_numpy([A, B], formula(a, b, out))


def reasoned(a, b, out, A, B):
    """The worked solution in Markdown."""
    return tensor_operations.reasoned([A, B], formula(a, b, out), "behind the arrow")


def kind(a, b, out, A, B):
    return "sizes do not fit" if result(a, b, out, A, B) is UNDEFINED else f"{len(out)} ways"


def sizes_of(letters, a, b, A, B):
    """The sizes of these letters; where one has two, the first."""
    size = dict(zip(b + a, B + A))
    return tuple(size[letter] for letter in letters)


def by_appearance(letters, a, b):
    """These letters in the order in which the operands have them."""
    return sorted({*letters}, key=(a + b).index)
