"""Reports as tables: the students of an assignment by item, those of a course by assignment.

They are read from `scores` and `overrides`, one row a student, and never from attempts.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from hashlib import blake2b
from math import fsum
from typing import Any, Final, NamedTuple

from sqlalchemy import BigInteger, Connection, Integer, String, cast, func, select, type_coerce

from app.courses import assignments
from app.courses.assignments import Assignment, Item
from app.courses.course import Course
from app.courses.members import SHOWN_EMAIL
from app.models import EPOCH, enrolments, overrides, people, scores
from app.models.base import MILLISECOND
from app.scores import ROUNDING

DECIMALS: Final = 6
"""Of a per cent: what a course's rule is compared with is what the report shows."""

UNITS: Final = 10**ROUNDING
NOTHING: Final = (None, 0)

Packed = tuple[str, str, str, int]
"""A student's scores in one row: items, best scores and submissions, with commas; the last attempt in milliseconds.

SQLite joins texts in less time than it takes to hand over a row for each, and whole numbers in less
than fractions: best scores are in units of their last decimal. Submissions are doubled, and one more
where the best was late.
"""

Overrides = Mapping[str, float | None]
"""Points by item in place of what a student reached; None is excused."""


class Student(NamedTuple):
    """Somebody who takes a course, as its roster has them."""

    id: str
    name: str
    email: str | None
    external_id: str | None
    group: str | None


@dataclass(frozen=True)
class Choice:
    """Which students a report is about: a `group`, those who sent something at or after a moment; None is all."""

    group: str | None = None
    since: datetime | None = None

    def admits(self, last_attempt_at: datetime | None) -> bool:
        return self.since is None or (last_attempt_at is not None and last_attempt_at >= self.since)


ALL: Final = Choice()


@dataclass(frozen=True, slots=True)
class Result:
    """What a student has of an assignment or of a course, and the `maximum` that this student could have.

    `begun`: there are points to report, be it 0. `late`: one of the scores that count was.
    """

    total: float
    maximum: float
    begun: bool
    attempts: int
    late: bool
    last_attempt_at: datetime | None

    @property
    def percent(self) -> float | None:
        """The total in per cent of the maximum; None for who is excused from all, or where there are no points."""
        return round(100 * self.total / self.maximum, DECIMALS) if self.maximum else None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a student stands in an assignment, by item: points (None: nothing to give any for), attempts, exemptions.

    `late`: the score that counts was.
    """

    points: tuple[float | None, ...]
    attempts: tuple[int, ...]
    excused: tuple[bool, ...]
    late: tuple[bool, ...]
    result: Result


# An assignment ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class AssignmentReport:
    """The students of an assignment, by name."""

    course: Course
    assignment: Assignment
    choice: Choice
    roster: Sequence[Student]
    record: "Record"

    @property
    def title(self) -> str:
        return self.assignment.title

    @property
    def points(self) -> float:
        """Those of all items that count."""
        return full_points(self.assignment.items)

    @cached_property
    def digest(self) -> str:
        """Another one whenever what the report says changes, for whatever reason."""
        return _digest(_about(self.course), self.choice, self.record.digest(self.assignment), *self.roster)

    def students(self) -> Iterator[tuple[Student, Standing]]:
        """The students, worked out one after the other."""
        for student in self.roster:
            standing = self.record.standing(self.assignment.items, student.id)
            if self.choice.admits(standing.result.last_attempt_at):
                yield student, standing


def of_person(connection: Connection, assignment: Assignment, person: str) -> Standing:
    """How one person stands in an assignment."""
    return record_of(connection, assignment, person).standing(assignment.items, person)


def of_assignment(
    connection: Connection, course: Course, assignment: Assignment, choice: Choice = ALL
) -> AssignmentReport:
    """The report of an assignment."""
    students = roster(connection, course, choice.group)
    return AssignmentReport(course, assignment, choice, students, _record(connection, assignment))


def full_points(items: Iterable[Item]) -> float:
    """The points of those items that count."""
    return fsum(item.points for item in items if item.void != "drop")


def _standing(items: Sequence[Item], packed: Packed | None, instead: Overrides) -> Standing:
    """What scores and overrides come to."""
    reached = _reached(packed)
    of_items = [_of_item(item, reached.get(item.id, NOTHING), instead) for item in items]
    points, attempts, excused, late = zip(*of_items, strict=True) if of_items else ((), (), (), ())
    result = Result(
        total=fsum(filter(None, points)),
        maximum=full_points(item for item, out in zip(items, excused, strict=True) if not out),
        begun=any(number is not None for number in points),
        attempts=sum(attempts),
        late=any(late),
        last_attempt_at=packed and EPOCH + packed[3] * MILLISECOND,
    )
    return Standing(points, attempts, excused, late, result)


def _reached(packed: Packed | None) -> dict[str, tuple[int, int]]:
    """The best score and the submissions by item, as `Packed` has them."""
    if packed is None:
        return {}
    ids, bests, doubled, _ = packed
    numbers = zip(map(int, bests.split(",")), map(int, doubled.split(",")), strict=True)
    return dict(zip(ids.split(","), numbers, strict=True))


def _of_item(item: Item, reached: tuple[int | None, int], instead: Overrides) -> tuple[float | None, int, bool, bool]:
    """The points of one item: what this student was given, else what everyone is, else what was reached.

    With them the attempts, whether the student is excused, and whether the score is late: one that an override or a
    void replaces is not.
    """
    best, doubled = reached
    attempts = doubled >> 1
    if item.void == "drop":
        return None, attempts, False, False
    if item.id in instead:
        points = instead[item.id]
        return points, attempts, points is None, False
    if item.void == "full":
        return item.points, attempts, False, False
    if best is None:
        return None, attempts, False, False
    return item.points * best / UNITS, attempts, False, bool(doubled & 1)


# A course -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CourseReport:
    """The students of a course, by name."""

    course: Course
    assignments: Sequence[Assignment]
    choice: Choice
    roster: Sequence[Student]
    records: Sequence["Record"]

    @property
    def title(self) -> str:
        return self.course.title

    @cached_property
    def digest(self) -> str:
        """Another one whenever what the report says changes, for whatever reason."""
        digests = [record.digest(one) for one, record in zip(self.assignments, self.records, strict=True)]
        return _digest(_about(self.course), self.choice, digests, *self.roster)

    def students(self) -> Iterator[tuple[Student, Sequence[Result], Result]]:
        """The students, worked out one after the other: what they have of each assignment, and of all."""
        for student in self.roster:
            pairs = zip(self.assignments, self.records, strict=True)
            results = [record.standing(assignment.items, student.id).result for assignment, record in pairs]
            whole = _together(results)
            if self.choice.admits(whole.last_attempt_at):
                yield student, results, whole


def of_course(connection: Connection, course: Course, choice: Choice = ALL) -> CourseReport:
    """The report of a course."""
    found = assignments.of_course(connection, course.id)
    records = [_record(connection, assignment) for assignment in found]
    return CourseReport(course, found, choice, roster(connection, course, choice.group), records)


def _together(results: Sequence[Result]) -> Result:
    """What results in several assignments come to."""
    return Result(
        total=fsum(result.total for result in results),
        maximum=fsum(result.maximum for result in results),
        begun=any(result.begun for result in results),
        attempts=sum(result.attempts for result in results),
        late=any(result.late for result in results),
        last_attempt_at=max((r.last_attempt_at for r in results if r.last_attempt_at is not None), default=None),
    )


def meets(rule: Mapping[str, Any] | None, results: Iterable[Result], whole: Result) -> bool | None:
    """Whether a student passes the course; None where it has no rule. Who can reach nothing has reached 0 %."""
    if rule is None:
        return None
    if rule.get("percent") is not None:
        return bool((whole.percent or 0) >= rule["percent"])
    enough = [result for result in results if (result.percent or 0) >= rule["assignments_with_percent"]]
    return bool(len(enough) >= rule["at_least"])


def out_of_reach(rule: Mapping[str, Any] | None, present: Iterable[Assignment]) -> bool:
    """Whether a rule asks for more than all points of the assignments that there are."""
    full = [Result(points, points, True, 0, False, None) for points in (full_points(one.items) for one in present)]
    return meets(rule, full, _together(full)) is False


# What is read -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Record:
    """What the tables have of an assignment, by person."""

    work: Mapping[str, Packed]
    overrides: Mapping[str, Overrides]

    def standing(self, items: Sequence[Item], person: str) -> Standing:
        return _standing(items, self.work.get(person), self.overrides.get(person, {}))

    def digest(self, assignment: Assignment) -> str:
        return _digest(assignment, self.overrides, *self.work.items())


def record_of(connection: Connection, assignment: Assignment, person: str) -> Record:
    """What the tables have of one person in an assignment."""
    return Record(_work(connection, assignment, person), _overrides(connection, assignment, person))


def _record(connection: Connection, assignment: Assignment) -> Record:
    return Record(_work(connection, assignment), _overrides(connection, assignment))


def _work(connection: Connection, assignment: Assignment, person: str | None = None) -> dict[str, Packed]:
    def joined(column: Any) -> Any:
        return func.aggregate_strings(column, ",")

    found = (
        select(
            scores.c.person,
            joined(scores.c.item),
            joined(cast(cast(func.round(scores.c.best * UNITS), BigInteger), String)),
            joined(cast(scores.c.submissions * 2 + cast(scores.c.late, Integer), String)),
            type_coerce(func.max(scores.c.last_attempt_at), BigInteger),
        )
        .where(scores.c.assignment == assignment.id)
        .group_by(scores.c.person)
    )
    if person is not None:
        found = found.where(scores.c.person == person)
    return {row[0]: row[1:] for row in connection.execute(found)}


def _overrides(
    connection: Connection, assignment: Assignment, person: str | None = None
) -> dict[str, dict[str, float | None]]:
    ids = [item.id for item in assignment.items]
    found = select(overrides.c.person, overrides.c.item, overrides.c.points).where(overrides.c.item.in_(ids))
    if person is not None:
        found = found.where(overrides.c.person == person)
    instead: dict[str, dict[str, float | None]] = {}
    for person, item, points in connection.execute(found.order_by(overrides.c.item, overrides.c.person)):
        instead.setdefault(person, {})[item] = points
    return instead


def roster(connection: Connection, course: Course, group: str | None = None) -> list[Student]:
    """Who takes the course now, or a group of them, by name."""
    here = (enrolments.c.course == course.id) & (enrolments.c.role == "student") & enrolments.c.left_at.is_(None)
    found = select(
        enrolments.c.person, enrolments.c.name, SHOWN_EMAIL, enrolments.c.external_id, enrolments.c.group
    ).join(people, people.c.id == enrolments.c.person)
    found = found.where(here) if group is None else found.where(here, enrolments.c.group == group)
    return list(map(Student._make, connection.execute(found.order_by(enrolments.c.name, enrolments.c.person))))


def _about(course: Course) -> tuple[Any, ...]:
    """What a report says of its course, whoever asks."""
    return course.id, course.title, course.timezone, course.rule


def _digest(*parts: object) -> str:
    digest = blake2b(digest_size=16)
    for part in parts:
        digest.update(repr(part).encode())
    return digest.hexdigest()
