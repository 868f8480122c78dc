"""An instance as a page shows it: its questions, what stands in their fields, what came of answers, the way on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from fastapi import Request
from sqlalchemy import Connection

from app.answers import Unreadable
from app.asking import now
from app.attempts import held, hints, progress, solutions, submissions
from app.attempts.held import Held, PartState
from app.attempts.hints import OpenHint
from app.attempts.progress import Progress
from app.attempts.solutions import Solution
from app.attempts.submissions import Attempt, Marked
from app.auth import Caller
from app.courses import assignments
from app.courses.assignments import Assignment
from app.courses.course import Course
from app.exercise import Part
from app.exercise.closed_forms import ClosedForm
from app.exercise.kinds import Choice
from app.pages.fields import Field, Widget, filled_with, keys_of, widget_of
from app.pages.visitors import Visitor
from app.problems import Closed, Forbidden, NotOpen, PastDue, Problem, SolutionNotOpen
from app.reports import tables

LOOKED_BACK: Final = 10  # attempts that a page lists


@dataclass(frozen=True)
class Question:
    """One part as a page shows it: what is asked, what stands in its fields, what came of the last answer.

    `names` are what a formula may be written with. `unreadable` is why what was typed cannot be read; `entries` marks
    the cells of the grid right or wrong.
    """

    part: Part
    prompt: str
    state: PartState
    tries_left: int | None
    widget: Widget
    keys: Sequence[str]
    names: Sequence[str]
    options: Mapping[str, str]
    field: Field
    last: Marked | None
    attempt: str | None
    unreadable: Unreadable | None
    hints: Sequence[OpenHint]
    hint_cost: float
    solution: Solution | None

    @property
    def takes_answers(self) -> bool:
        return not self.state.solved and self.tries_left != 0

    @property
    def answered(self) -> bool:
        """Whether the fields show the answer that the last verdict is about."""
        return self.last is not None and self.unreadable is None

    def mark(self, row: int, column: int) -> bool | None:
        """Whether the entry in a cell of the grid is right; None where that is not said."""
        entries = self.last.entries if self.last and self.answered else None
        try:
            return None if entries is None else bool(entries[row][column])
        except (IndexError, TypeError):
            return None


@dataclass(frozen=True)
class Place:
    """Where an instance stands in a course: its assignment, and the points that count for its item."""

    assignment: Assignment
    course: Course
    points: float | None


@dataclass(frozen=True)
class Work:
    """An instance and all that its page says of it.

    `refusal` is why it takes no answers now; `place` is that of a student's, as long as they are in the course.
    """

    held: Held
    questions: Sequence[Question]
    history: Sequence[Attempt]
    refusal: Problem | None
    place: Place | None
    progress: Progress | None

    @property
    def closes_for_answers(self) -> bool:
        return self.refusal is not None or not any(question.takes_answers for question in self.questions)


@dataclass(frozen=True)
class Typed:
    """What a form brought that was not stored: it stays in the fields, with what keeps it from being read."""

    fields: Mapping[str, Field]
    unreadable: Mapping[str, Unreadable]


NOTHING: Final = Typed({}, {})


def work_on(
    connection: Connection,
    request: Request,
    found: Held,
    visitor: Visitor,
    typed: Typed = NOTHING,
    place: Place | None = None,
) -> Work:
    """Everything that a page says of an instance; `place` where that is known already."""
    caller = visitor.caller
    history = submissions.telling(connection, found.id, caller, LOOKED_BACK)
    opened = hints.open_hints(found)
    shown = _solutions(connection, found, request)
    place = place or _place(connection, found, caller)
    worked = {} if found.assigned else progress.of_caller(connection, caller, found.row.exercise)
    return Work(
        held=found,
        questions=[
            _question(found, part, history, typed, [one for one in opened if one.part == part.id], shown.get(part.id))
            for part in found.family.parts
        ],
        history=history,
        refusal=_refusal(found, request),
        place=place,
        progress=worked.get((found.row.exercise, found.row.level)),
    )


def _place(connection: Connection, found: Held, caller: Caller) -> Place | None:
    """The place of a student's instance, as long as they are in the course."""
    if found.assigned is None or not found.member:
        return None
    assignment, course = assignments.find(connection, caller, found.row.assignment)
    standing = tables.of_person(connection, assignment, found.row.owner)  # lateness, variants, what staff gave
    return Place(assignment, course, standing.points[found.assigned.item.n - 1] or 0.0)


def _question(
    found: Held,
    part: Part,
    history: Sequence[Attempt],
    typed: Typed,
    opened: Sequence[OpenHint],
    solution: Solution | None,
) -> Question:
    kind = found.instance.kind(part)
    widget = widget_of(kind)
    theirs = [attempt for attempt in reversed(history) if part.id in attempt.parts]
    if found.parts[part.id].solved:  # whatever was tried behind it
        theirs.sort(key=lambda attempt: attempt.parts[part.id].verdict.status != "correct")
    last = theirs[0] if theirs else None
    sent = filled_with(last.answers.get(part.id) if last else None, widget)
    return Question(
        part=part,
        prompt=found.instance.fill(part.prompt or part.title, part),
        state=found.parts[part.id],
        tries_left=found.tries_left(found.parts[part.id]),
        widget=widget,
        keys=keys_of(kind),
        names=kind.names if isinstance(kind, ClosedForm) else (),
        options=kind.options if isinstance(kind, Choice) else {},
        field=typed.fields.get(part.id, sent),
        last=last.parts[part.id] if last else None,
        attempt=last.id if last else None,
        unreadable=typed.unreadable.get(part.id),
        hints=opened,
        hint_cost=found.hint_cost,
        solution=solution,
    )


def _solutions(connection: Connection, found: Held, request: Request) -> Mapping[str, Solution]:
    """The worked solutions, where they are open."""
    try:
        held.require_solution(found, now(request))
    except SolutionNotOpen:
        return {}
    return solutions.worked(connection, found)


def _refusal(found: Held, request: Request) -> Problem | None:
    try:
        held.admit(found, now(request))
    except (Closed, Forbidden, NotOpen, PastDue) as refusal:
        return refusal
    return None
