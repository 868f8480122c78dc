"""One student's work on an assignment: what they were asked, every attempt with all that was said of it, exceptions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from sqlalchemy import Connection, Row, func, select

from app.attempts import submissions
from app.attempts.flags import Flag
from app.attempts.replay import Unreplayable, restored
from app.attempts.submissions import Attempt
from app.courses import exceptions
from app.courses.assignments import Assignment, Item
from app.courses.exceptions import Extension
from app.courses.members import NOBODY, SHOWN_EMAIL
from app.exercise import Family, Instance
from app.models import attempts, enrolments, flags, instance_parts, instances, overrides, people, revisions
from app.problems import NotFound
from app.reports import tables
from app.reports.tables import Standing

NEWEST: Final = 300  # attempts that are shown


@dataclass(frozen=True)
class Person:
    """Somebody who is in a course, or was: `left_at` None is now."""

    id: str
    name: str
    email: str | None
    external_id: str | None
    group: str | None
    role: str
    left_at: datetime | None


@dataclass(frozen=True)
class Revision:
    """A later grade of an attempt: when it was made and why."""

    made_at: datetime
    reason: str
    regrade: str | None


@dataclass(frozen=True)
class Sent:
    """An attempt with the grade that holds; `staff`: somebody of staff made it, and it counts nothing."""

    attempt: Attempt
    staff: bool
    revisions: Sequence[Revision]
    flags: Sequence[Flag]


@dataclass(frozen=True)
class Variant:
    """A student's instance of an item: its row, its numbers (None: `fault` says why), its parts, its newest attempts.

    `earlier`: how many attempts came before those.
    """

    row: Row[Any]
    instance: Instance | None
    fault: str
    parts: Mapping[str, Row[Any]]
    attempts: Sequence[Sent]

    @property
    def earlier(self) -> int:
        return self.attempts[0].attempt.number - 1 if self.attempts else 0


@dataclass(frozen=True)
class Given:
    """Points that staff gave in place of what was reached; None: excused."""

    points: float | None
    reason: str
    made_at: datetime


@dataclass(frozen=True)
class ItemWork:
    """What a student has of an item, and how."""

    item: Item
    points: float | None
    attempts: int
    excused: bool
    late: bool
    given: Given | None
    variants: Sequence[Variant]


@dataclass(frozen=True)
class StudentWork:
    """All that a student did on an assignment; `left_out`: older attempts that are not shown."""

    who: Person
    standing: Standing
    extension: Extension
    items: Sequence[ItemWork]
    left_out: int


def find(connection: Connection, course: str, id: str) -> Person:
    """Somebody who is in a course, or was. Raises `NotFound`."""
    found = (
        select(
            enrolments.c.person,
            enrolments.c.name,
            SHOWN_EMAIL,
            enrolments.c.external_id,
            enrolments.c.group,
            enrolments.c.role,
            enrolments.c.left_at,
        )
        .join(people, people.c.id == enrolments.c.person)
        .where(enrolments.c.course == course, enrolments.c.person == id)
    )
    row = connection.execute(found).one_or_none()
    if row is None:
        raise NotFound(NOBODY)
    return Person(*row)


def work_of(
    connection: Connection, catalogue: Mapping[str, Family], assignment: Assignment, person: str
) -> StudentWork:
    """A student's work on an assignment. Raises `NotFound` for who never was in its course."""
    who = find(connection, assignment.course, person)
    theirs = (instances.c.assignment == assignment.id) & (instances.c.owner == person)
    rows = connection.execute(select(instances).where(theirs).order_by(instances.c.item, instances.c.variant)).all()
    sent, left_out = _newest(connection, [row.id for row in rows])
    parts = _parts(connection, [row.id for row in rows])
    variants = {
        item: _variants(catalogue, list(of), sent, parts) for item, of in groupby(rows, key=lambda row: str(row.item))
    }
    standing = tables.of_person(connection, assignment, person)
    given = _given(connection, assignment, person)
    by_item = zip(assignment.items, standing.points, standing.attempts, standing.excused, standing.late, strict=True)
    return StudentWork(
        who,
        standing,
        exceptions.extension_of(connection, assignment.id, person),
        [
            ItemWork(item, points, tries, excused, late, given.get(item.id), variants.get(item.id, []))
            for item, points, tries, excused, late in by_item
        ],
        left_out,
    )


def _variants(
    catalogue: Mapping[str, Family],
    rows: Sequence[Row[Any]],
    sent: Mapping[str, Sequence[Sent]],
    parts: Mapping[str, Mapping[str, Row[Any]]],
) -> list[Variant]:
    """The instances of an item by variant: those with attempts to show, and the last one."""
    found = []
    for row in rows:
        if row.id in sent or row is rows[-1]:
            instance, fault = _restored(catalogue, row)
            found.append(Variant(row, instance, fault, parts.get(row.id, {}), sent.get(row.id, [])))
    return found


def _restored(catalogue: Mapping[str, Family], row: Row[Any]) -> tuple[Instance | None, str]:
    try:
        return restored(catalogue, row), ""
    except Unreplayable as error:
        return None, error.reason


def _newest(connection: Connection, ids: Sequence[str]) -> tuple[dict[str, list[Sent]], int]:
    """The newest attempts on some instances, by instance and in order; how many older ones there are."""
    here = attempts.c.instance.in_(ids)
    rows = connection.execute(
        select(attempts).where(here).order_by(attempts.c.received_at.desc(), attempts.c.number.desc()).limit(NEWEST)
    ).all()
    total = connection.scalar(select(func.count()).select_from(attempts).where(here)) or 0
    in_order = sorted(rows, key=lambda row: (row.instance, row.number))
    of = [row.id for row in in_order]
    later, raised = _revisions(connection, of), _flags(connection, of)
    sent: dict[str, list[Sent]] = {}
    for row, made in zip(in_order, submissions.of_rows(connection, in_order), strict=True):
        whole = Sent(made, row.staff, later.get(row.id, []), raised.get(row.id, []))
        sent.setdefault(row.instance, []).append(whole)
    return sent, total - len(rows)


def _parts(connection: Connection, ids: Sequence[str]) -> dict[str, dict[str, Row[Any]]]:
    """How far the parts of instances are, by instance and part."""
    found: dict[str, dict[str, Row[Any]]] = {}
    for row in connection.execute(select(instance_parts).where(instance_parts.c.instance.in_(ids))):
        found.setdefault(row.instance, {})[row.part] = row
    return found


def _revisions(connection: Connection, ids: Sequence[str]) -> dict[str, list[Revision]]:
    found: dict[str, list[Revision]] = {}
    later = select(revisions).where(revisions.c.attempt.in_(ids)).order_by(revisions.c.number)
    for row in connection.execute(later):
        found.setdefault(row.attempt, []).append(Revision(row.made_at, row.reason, row.regrade))
    return found


def _flags(connection: Connection, ids: Sequence[str]) -> dict[str, list[Flag]]:
    found: dict[str, list[Flag]] = {}
    raised = select(flags).where(flags.c.attempt.in_(ids)).order_by(flags.c.created_at, flags.c.id)
    for row in connection.execute(raised):
        found.setdefault(row.attempt, []).append(Flag(row.id, row.attempt, row.comment, row.created_at))
    return found


def _given(connection: Connection, assignment: Assignment, person: str) -> dict[str, Given]:
    """What staff gave a student in place of what was reached, by item."""
    items = [item.id for item in assignment.items]
    found = select(overrides).where(overrides.c.item.in_(items), overrides.c.person == person)
    return {row.item: Given(row.points, row.reason, row.made_at) for row in connection.execute(found)}
