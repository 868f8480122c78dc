"""Marking formulas: what `app.formula` judges, in the words and with the credit of the exercise.

The order: equal to the reference; the part's misconceptions, on the same random instances; right but for its
orientation; what the structure of the formula shows; its shape.
"""

from typing import Final

from app.exercise import Part
from app.exercise.closed_forms import ClosedForm
from app.exercise.writing import Misconception
from app.formula import Formula, Shape, judge
from app.grading.verdict import WRONG_ORIENTATION, Verdict

NO_IDEA: Final = "This is not equal to it. Take it step by step, with the shape beside each factor; a hint shows one."


def marked(part: Part, kind: ClosedForm, formula: Formula) -> Verdict:
    """The verdict on a formula that was read for this part."""
    judgement = judge(formula, kind.reference)
    if judgement.right:
        return Verdict("correct", 1.0, "Correct.")
    for misconception in part.misconceptions:
        if misconception.id == judgement.wrong:
            return _of_misconception(misconception, judgement.transposed)
    if judgement.transposed:
        return Verdict("partial", WRONG_ORIENTATION, _about_orientation(kind.reference.shape), "transposed")
    if judgement.hint:
        return Verdict("incorrect", 0.0, judgement.hint.feedback, judgement.hint.id)
    return Verdict("incorrect", 0.0, NO_IDEA if judgement.fits else _about_shape(kind.reference.shape, formula.shape))


def _of_misconception(found: Misconception, transposed: bool) -> Verdict:
    unstated = WRONG_ORIENTATION if transposed else 0.0
    credit = unstated if found.credit is None else found.credit
    return Verdict("partial" if credit else "incorrect", credit, found.feedback, found.id)


def _about_orientation(shape: Shape) -> str:
    if not shape.is_column and not shape.is_row:
        return "Right, with rows and columns exchanged. Which index of a Jacobian counts outputs?"
    return f"Right but for its orientation. Write it as a {'column' if shape.is_column else 'row'}."


def _about_shape(expected: Shape, shape: Shape) -> str:
    return f"Expected {_named(expected)}; yours is {_named(shape)}."


def _named(shape: Shape) -> str:
    if shape.is_scalar:
        return "a number"
    noun = "column" if shape.is_column else "row" if shape.is_row else "matrix"
    return f"a {noun}, {shape}"
