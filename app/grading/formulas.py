"""Marking formulas: what `app.formula` judges, in the words and with the credit of the exercise.

The order: equal to the reference; the part's misconceptions, on the same random instances; right but for its
orientation; what the structure of the formula shows; its shape.
"""

from typing import Final

from app.exercise import Part
from app.exercise.closed_forms import ClosedForm
from app.formula import Formula, Shape, judge
from app.grading.verdict import WRONG_ORIENTATION, Verdict

NO_IDEA: Final = "This is not equal to it. Write the shape beside each factor, or try small numbers; a hint shows a step."


def marked(part: Part, kind: ClosedForm, formula: Formula) -> Verdict:
    """The verdict on a formula that was read for this part."""
    judgement = judge(formula, kind.reference)
    if judgement.right:
        return Verdict("correct", 1.0, "Correct.")
    for misconception in part.misconceptions:
        if misconception.id == judgement.wrong:
            credit = misconception.credit
            if credit is None:
                credit = WRONG_ORIENTATION if judgement.transposed else 0.0
            status = "partial" if credit else "incorrect"
            return Verdict(status, credit, misconception.feedback, misconception.id)
    if judgement.transposed:
        return Verdict("partial", WRONG_ORIENTATION, _about_orientation(kind.reference.shape), "transposed")
    if judgement.hint:
        return Verdict("incorrect", 0.0, judgement.hint.feedback, judgement.hint.id)
    return Verdict("incorrect", 0.0, NO_IDEA if judgement.fits else _about_shape(kind.reference.shape, formula.shape))


def _about_orientation(shape: Shape) -> str:
    if not shape.is_column and not shape.is_row:
        return "Right but for its orientation: rows and columns are exchanged. Which index of a Jacobian counts outputs?"
    return f"Right but for its orientation: write it as a {'column' if shape.is_column else 'row'}."


def _about_shape(expected: Shape, shape: Shape) -> str:
    return f"Expected {_named(expected)}; yours is {_named(shape)}."


def _named(shape: Shape) -> str:
    if shape.is_scalar:
        return "a number"
    noun = "column" if shape.is_column else "row" if shape.is_row else "matrix"
    return f"a {noun}, {shape}"
