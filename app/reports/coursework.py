"""What a student has to do and has done: assignments as they hold for them, item by item."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from sqlalchemy import Connection, Row, select

from app.attempts.held import Assigned
from app.auth import Caller
from app.courses import exceptions
from app.courses.assignments import Assignment, Item
from app.courses.course import Course
from app.courses.exceptions import Extension
from app.dates import Dates
from app.models import assignments, courses, enrolments, instance_parts, instances
from app.reports import tables
from app.reports.tables import Standing

Phase = Literal["ahead", "open", "late", "over"]
State = Literal["new", "begun", "solved", "no-tries", "given-up"]

IN_ORDER: Final[Sequence[Phase]] = ("late", "open", "ahead", "over")  # what can be answered now comes first
OF_INSTANCE: Final = ("item", "id", "closed_at")
OF_PART: Final = ("part", "solved", "tries_used", "hints_open")


@dataclass(frozen=True)
class Begun:
    """The newest instance of an item that a student has; `tries_used` of the parts that are not solved on it.

    `touched`: something was answered on it, or a hint opened. `ever_solved`: on this instance or on an earlier one.
    """

    instance: str
    closed: bool
    touched: bool
    tries_used: Mapping[str, int]
    ever_solved: bool


@dataclass(frozen=True)
class Task:
    """An item as it holds for one student, and what they have of it.

    `points` None: there are none to report. `given`: staff gave them.
    """

    assigned: Assigned
    begun: Begun | None
    points: float | None
    excused: bool
    given: bool

    @property
    def item(self) -> Item:
        return self.assigned.item

    @property
    def counts(self) -> bool:
        """Whether there is something to reach for this student."""
        return self.item.void is None and not self.excused and not self.given

    @property
    def tries_left(self) -> Mapping[str, int]:
        """The tries left of each part that is not solved; nothing where they are unlimited, or nothing is drawn yet."""
        tries = self.assigned.tries
        if tries is None or self.begun is None:
            return {}
        return {part: max(0, tries - used) for part, used in self.begun.tries_used.items()}

    @property
    def solved(self) -> bool:
        return self.begun is not None and self.begun.ever_solved

    @property
    def state(self) -> State:
        """How the newest instance stands."""
        if self.begun is None:
            return "new"
        if not self.begun.tries_used:
            return "solved"
        if self.begun.closed:
            return "given-up"
        left = self.tries_left
        if left and not any(left.values()):
            return "no-tries"
        return "begun" if self.begun.touched else "new"


@dataclass(frozen=True)
class Coursework:
    """An assignment as it holds for one student."""

    course: Course
    assignment: Assignment
    extension: Extension
    tasks: Sequence[Task]
    standing: Standing

    @property
    def dates(self) -> Dates:
        return self.assignment.dates.extended(self.extension.due_at, self.extension.closes_at)

    @property
    def extended(self) -> bool:
        """Whether this student has more time than the others."""
        usual = self.assignment.dates
        return (self.dates.due_at, self.dates.end) != (usual.due_at, usual.end)

    @property
    def to_do(self) -> Sequence[Task]:
        """The items in which there is something to reach."""
        return [task for task in self.tasks if task.counts]

    def phase(self, now: datetime) -> Phase:
        """What dates say of this moment, as `dates.decide` takes or refuses an attempt."""
        dates = self.dates
        if dates.opens_at is not None and now < dates.opens_at:
            return "ahead"
        if dates.end is not None and now > dates.end:
            return "over"
        return "late" if dates.due_at is not None and now > dates.due_at else "open"

    def place(self, now: datetime) -> tuple[int, timedelta]:
        """Where it stands in a list: what ends soonest first, then what opens soonest, at last what ended last."""
        phase = self.phase(now)
        date = {"ahead": self.dates.opens_at, "open": self.dates.due_at}.get(phase, self.dates.end)
        return IN_ORDER.index(phase), timedelta.max if date is None else abs(date - now)


def of_student(
    connection: Connection, course: Course, person: str, found: Iterable[Assignment]
) -> Sequence[Coursework]:
    """Assignments of a course as they hold for one student."""
    found = list(found)
    ids = [assignment.id for assignment in found]
    extensions = exceptions.extensions_for(connection, ids, person)
    begun = _begun(connection, ids, person)
    return [_coursework(connection, course, one, extensions.get(one.id, Extension(person)), begun) for one in found]


def _coursework(
    connection: Connection,
    course: Course,
    assignment: Assignment,
    extension: Extension,
    begun: Mapping[str, Begun],
) -> Coursework:
    record = tables.record_of(connection, assignment, extension.person)
    standing = record.standing(assignment.items, extension.person)
    given = record.overrides.get(extension.person, {})
    tasks = [
        Task(
            Assigned(assignment, item, extension),
            begun.get(item.id),
            standing.points[place],
            standing.excused[place],
            given.get(item.id) is not None,
        )
        for place, item in enumerate(assignment.items)
    ]
    return Coursework(course, assignment, extension, tasks, standing)


def _begun(connection: Connection, ids: Sequence[str], person: str) -> dict[str, Begun]:
    """What a student has drawn of the items of some assignments, by item."""
    answered = instance_parts.c.latest.is_not(None).label("answered")
    told = [*(instances.c[name] for name in OF_INSTANCE), *(instance_parts.c[name] for name in OF_PART), answered]
    found = (
        select(*told)
        .join(instance_parts, instance_parts.c.instance == instances.c.id)
        .where(instances.c.owner == person, instances.c.assignment.in_(ids))
        .order_by(instances.c.variant)
    )
    drawn: dict[str, dict[str, list[Row[Any]]]] = {}
    for row in connection.execute(found):
        drawn.setdefault(row.item, {}).setdefault(row.id, []).append(row)
    return {item: _newest(list(variants.values())) for item, variants in drawn.items()}


def _newest(variants: Sequence[Sequence[Row[Any]]]) -> Begun:
    """The last of the instances of an item, each given by the rows of its parts."""
    last = variants[-1]
    return Begun(
        instance=last[0].id,
        closed=last[0].closed_at is not None,
        touched=any(row.answered or row.hints_open for row in last),
        tries_used={row.part: row.tries_used for row in last if not row.solved},
        ever_solved=any(all(row.solved for row in parts) for parts in variants),
    )


# Courses that one has left ------------------------------------------------------------------------


def courses_left(connection: Connection, caller: Caller) -> list[str]:
    """The titles of the courses in which the caller was and is no more."""
    return list(connection.scalars(select(courses.c.title).where(_left(caller)).order_by(courses.c.title)))


def has_left(connection: Connection, caller: Caller, assignment: str) -> bool:
    """Whether an assignment belongs to a course in which the caller was and is no more."""
    of = select(assignments.c.id).join(courses, courses.c.id == assignments.c.course)
    return connection.scalar(of.where(assignments.c.id == assignment, _left(caller))) is not None


def _left(caller: Caller) -> Any:
    gone = select(enrolments.c.course).where(enrolments.c.person == caller.person, enrolments.c.left_at.is_not(None))
    if caller.course is not None:
        gone = gone.where(enrolments.c.course == caller.course)
    return courses.c.id.in_(gone)
