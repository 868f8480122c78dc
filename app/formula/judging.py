"""What is to be said of a formula beside the right one: `judge`. The grader makes a verdict of it."""

from dataclasses import dataclass

from app.answers import Array
from app.formula.diagnosis import Hint, hint_about
from app.formula.equivalence import Answer, Reference
from app.formula.reading import Formula
from app.formula.shapes import Shaped
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
    shape = reference.shape
    fitted = formula.fitted(shape)
    answer = Answer(fitted, formula.symbols) if fitted else None
    if answer and answer.is_right(reference):
        return Judgement(right=True, fits=True)
    turned = formula.fitted(shape.transposed)
    if turned and Answer(turned, formula.symbols).is_right(reference, _transposed):
        return Judgement(right=False, fits=answer is not None, transposed=True, wrong=_equal_wrong(formula, reference))
    wrong = _equal_wrong(formula, reference)
    hint = None if wrong else hint_about(formula, answer, reference)
    return Judgement(right=False, fits=answer is not None, wrong=wrong, hint=hint)


def _transposed(values: Array) -> Array:
    return values.swapaxes(-1, -2)


def _equal_wrong(formula: Formula, reference: Reference) -> str | None:
    """The first wrong formula that this one equals, of whatever shape it is."""
    answers: dict[Shape, Answer] = {}
    for id, mistake in reference.mistakes.items():
        fitted = _fitted(formula, mistake.shape, reference.shape)
        if fitted is None:
            continue
        answer = answers.setdefault(fitted.shape, Answer(fitted, formula.symbols))
        if mistake.is_made(answer):
            return id
    return None


def _fitted(formula: Formula, shape: Shape | None, otherwise: Shape) -> Shaped | None:
    """The formula in this shape, where it can have it.

    Where the shape is not known, in its own; an `I` whose size is open is as large as it must be to be right.
    """
    if shape is not None:
        return formula.fitted(shape)
    return formula.fitted(otherwise) if formula.is_open else formula.shaped
