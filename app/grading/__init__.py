"""Marking one answer: `grade(part, instance, value, earlier) -> Verdict`.

A pure function: no clock, no database, no history beyond the earlier values it is handed. What a
verdict costs (tries, counting, when marks at entries are shown) is decided in `attempts/`.

`numbers.py` marks what is numbers, shapes and choices, `formulas.py` formulas, `verdict.py` has what comes of it.
Raise `GRADER` in `exercise/loading.py` with any change here that may mark an answer differently.
"""

from collections.abc import Mapping

from app.exercise import Instance, Part, Value
from app.exercise.closed_forms import ClosedForm
from app.formula import Formula
from app.grading import formulas, numbers
from app.grading.verdict import Verdict, arises

__all__ = ["Verdict", "arises", "grade"]


def grade(part: Part, instance: Instance, value: Value, earlier: Mapping[str, Value]) -> Verdict:
    """The verdict on a value that was read for this part (finite, as `part.kind.read` returns it).

    `earlier` holds the student's own values of the parts that this one is built on, where they
    have any; they matter for follow-through only.
    """
    if isinstance(part.kind, ClosedForm) and isinstance(value, Formula):
        return formulas.marked(part, part.kind, value)
    return numbers.marked(part, instance, value, earlier)
