r"""# Shape of an einsum

{{ operands }}. What is the shape of `einsum("{{ formula }}", A, B)`? Answer
like `3x5`, or `undefined` if the call raises an error.
"""

from app.exercise import UNDEFINED, Exercise, Shape
from exercises.mathematics.drawing import sizes
from exercises.mathematics.tensor_operations import (
    called_undefined,
    reasoned,
    result_shape,
    shape_by_numpy,
    sizes_forced,
)

given = dict(a=str, b=str, out=str, A=list, B=list)
exercise = Exercise(number=11, topic="tensors", section="Tensors", given=given)


@exercise.instance
def draw(rng, level):
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


@exercise.stratum
def kind(a, b, out, A, B):
    return "sizes do not fit" if result_shape([A, B], f"{a},{b}->{out}") is UNDEFINED else f"{len(out)} ways"


exercise.texts(
    operands=lambda A, B: f"`A.shape == {tuple(A)}` and `B.shape == {tuple(B)}`",
    reasoning=lambda a, b, out, A, B: reasoned([A, B], formula(a, b, out), "behind the arrow"),
)


@exercise.text
def formula(a, b, out):
    return f"{a},{b}->{out}"


@exercise.part(Shape())
def answer(a, b, out, A, B):
    """Shape of the result"""
    return result_shape([A, B], formula(a, b, out))


answer.oracle(lambda a, b, out, A, B: shape_by_numpy([A, B], formula(a, b, out)))


def kept(stays):
    """Of every letter that stays, in order of appearance, the size that it has first."""

    def shape(a, b, out, A, B):
        sizes = sizes_forced([A, B], formula(a, b, out))
        return tuple(size for letter, size in sizes.items() if stays(letter, a, b, out))

    return shape


@answer.misconception("what would come out if the sizes fitted")
def forced_to_fit(a, b, out, A, B, reference):
    """One letter carries two different sizes."""
    sizes = sizes_forced([A, B], formula(a, b, out))
    return tuple(sizes[letter] for letter in out) if reference is UNDEFINED else None


answer.wrong(
    "order-of-appearance",
    kept(lambda letter, a, b, out: letter in out),
    "the right sizes in the order of the operands",
    sometimes_right=True,
)
answer.wrong("nothing-summed", kept(lambda letter, a, b, out: True), "one way for every letter")
answer.wrong(
    "only-shared-summed",
    kept(lambda letter, a, b, out: (letter in a) != (letter in b)),
    "the sizes of the letters that only one operand has",
    sometimes_right=True,
)
answer.wrong("called-undefined", called_undefined, "right only where one letter has two sizes")
answer.feedback("""
    order-of-appearance: The letters after the arrow also fix the order.
    nothing-summed: Letters that are missing after the arrow are summed away.
    only-shared-summed: It is the part after the arrow that decides what is summed, not whether a letter is shared.
    called-undefined: Check each shared letter: do its sizes really disagree?
""")
answer.hints("Assign a size to each letter.", "Look only at what follows the arrow.", "Keep its order.")
answer.explained("{{ reasoning }}")
