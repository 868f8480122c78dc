r"""# Shape of an einsum

`A.shape == {{ A_shape }}` and `B.shape == {{ B_shape }}`. What is the shape of `einsum("{{ formula }}", A, B)`? Answer
like `3x5`, or `undefined` if the call raises an error.
"""

from app.exercise import UNDEFINED, Exercise, Shape
from exercises.mathematics import einsum_calls
from exercises.mathematics.einsum_calls import by_appearance, sizes_of
from exercises.mathematics.tensor_operations import called_undefined

given = dict(a=str, b=str, out=str, A=list, B=list)
exercise = Exercise(number=11, topic="tensors", section="Tensors", given=given)
exercise.instance(einsum_calls.draw_call)
exercise.stratum(einsum_calls.kind)
exercise.texts(A_shape=lambda A: tuple(A), B_shape=lambda B: tuple(B))
exercise.texts(formula=einsum_calls.formula, reasoning=einsum_calls.reasoned)


@exercise.part(Shape())
def answer(a, b, out, A, B):
    """Shape of the result"""
    return einsum_calls.result(a, b, out, A, B)


answer.oracle(einsum_calls.by_numpy)


@answer.misconception("what would come out if the sizes fitted")
def forced_to_fit(a, b, out, A, B, reference):
    """One letter carries two different sizes."""
    return sizes_of(out, a, b, A, B) if reference is UNDEFINED else None


@answer.misconception("a list of the sizes in the order of the operands", sometimes_right=True)
def order_of_appearance(a, b, out, A, B):
    """The letters after the arrow also fix the order."""
    return sizes_of(by_appearance(out, a, b), a, b, A, B)


@answer.misconception("one way for every letter")
def nothing_summed(a, b, A, B):
    """Letters that are missing after the arrow are summed away."""
    return sizes_of(by_appearance(a + b, a, b), a, b, A, B)


@answer.misconception("a list of the sizes of the letters that only one operand has", sometimes_right=True)
def only_shared_summed(a, b, A, B):
    """It is the part after the arrow that decides what is summed, not whether a letter is shared."""
    return sizes_of(by_appearance({*a} ^ {*b}, a, b), a, b, A, B)


answer.wrong("called-undefined", called_undefined, "right only where one letter has two sizes").says(
    "Check each shared letter: do its sizes really disagree?"
)
answer.hints("Assign a size to each letter.", "Look only at what follows the arrow.", "Keep its order.")
answer.explained("{{ reasoning }}")
