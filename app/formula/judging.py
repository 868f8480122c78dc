"""What is to be said of a formula beside the right one: `judge`. The grader makes a verdict of it."""

from dataclasses import dataclass

from app.answers import Array
from app.formula.diagnosis import Hint, hint_about
from app.formula.equivalence import Answers, Reference
from app.formula.reading import Formula
from app.formula.sizes import Shape


@dataclass(frozen=True)
class Judgement:
    """`right`: equal to the reference. `fits`: of its shape. `transposed`: not right, but its transpose is.

    `wrong`: the first of the reference's wrong formulas that it equals. `hint`: else, what its structure shows, if
    anything.
    """

    right: bool
    fits: bool
    transposed: bool = False
    wrong: str | None = None
    hint: Hint | None = None


def judge(formula: Formula, reference: Reference) -> Judgement:
    """Compare a formula with a reference of the same symbols. Only the shape of the whole is compared, in letters."""
    answers = Answers(formula)
    answer = answers.of(reference.shape)
    if answer and answer.is_right(reference):
        return Judgement(right=True, fits=True)
    wrong = _equal_wrong(answers, reference)
    turned = None if reference.shape.is_scalar else answers.of(reference.shape.transposed)
    if turned and turned.is_right(reference, _transposed):
        return Judgement(right=False, fits=answer is not None, transposed=True, wrong=wrong)
    hint = None if wrong else hint_about(formula, answer, reference)
    return Judgement(right=False, fits=answer is not None, wrong=wrong, hint=hint)


def _transposed(values: Array) -> Array:
    return values.swapaxes(-1, -2)


def _equal_wrong(answers: Answers, reference: Reference) -> str | None:
    """The first wrong formula that this one equals, of whatever shape it is."""
    for id, mistake in reference.mistakes.items():
        answer = answers.of(mistake.shape or _own(answers.formula, reference))
        if answer and mistake.is_made(answer):
            return id
    return None


def _own(formula: Formula, reference: Reference) -> Shape:
    """A formula's own shape; an `I` whose size is open is as large as it must be to be right."""
    return reference.shape if formula.is_open else formula.shape
