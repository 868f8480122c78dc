"""What grading says of an answer."""

from dataclasses import dataclass
from typing import Any, Final, Literal

from app.exercise import Part

WRONG_ORIENTATION: Final = 0.6  # credit for the right values in the wrong orientation, unless stated
ARISES: Final = {
    "transposed": "the right value with rows and columns exchanged, ${{ reference }}^\\top$",
    "sign-flipped": "minus the right value",
    "constant-factor": "a multiple of the right value",
    "permuted": "made of the right numbers in another order",
}  # the detectors that fit every array

Entries = list[Any]  # nested lists of booleans in the shape of the answer


@dataclass(frozen=True)
class Verdict:
    """What grading says of one answer. `score` is in [0, 1]; `entries` marks the entries right or wrong."""

    status: Literal["correct", "partial", "incorrect"]
    score: float
    feedback: str
    misconception: str | None = None
    follow_through: bool = False
    close: bool = False
    entries: Entries | None = None


def arises(part: Part, misconception: str) -> str | None:
    """How the wrong value of a misconception arises, a template: one of the part, or of those that fit every array."""
    own = {known.id: known.made for known in part.misconceptions}
    return own.get(misconception) or ARISES.get(misconception)
