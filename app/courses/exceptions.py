"""What holds for one student only: extensions of an assignment's dates and tries, overrides of an item's points."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from app import scores
from app.auth import Caller
from app.courses import audit, roster
from app.courses.assignments import Assignment, Item, dates_of
from app.models import extensions, overrides
from app.problems import ErrorOut, InvalidRequest, NotFound


@dataclass(frozen=True)
class Extension:
    """Later dates or more tries for one student; what is None stays as the assignment has it."""

    person: str
    due_at: datetime | None = None
    closes_at: datetime | None = None
    tries: int | None = None


def extend(
    connection: Connection,
    caller: Caller,
    assignment: Assignment,
    wanted: Sequence[Extension],
    now: datetime,
    pointer: str = "/items/{}",
) -> None:
    """Grant extensions, in place of those that these students have. Late attempts are decided anew.

    Raises `InvalidRequest` for dates that are no later and for who is not in the course; `pointer`
    says where in the request each extension stands.
    """
    _require_different(wanted, pointer)
    for place, extension in enumerate(wanted):
        if fault := _fault(connection, assignment, extension):
            name, detail = fault
            raise InvalidRequest(detail, [ErrorOut(pointer=f"{pointer.format(place)}/{name}", detail=detail)])
        connection.execute(delete(extensions).where(_of(assignment, extension.person)))
        connection.execute(insert(extensions).values(assignment=assignment.id, granted_at=now, **vars(extension)))
        details = {
            name: value.isoformat() if isinstance(value, datetime) else value for name, value in vars(extension).items()
        }
        audit.record(
            connection,
            caller,
            now,
            "extension granted",
            course=assignment.course,
            subject=assignment.id,
            details=details,
        )
    dates = dates_of(connection, assignment)
    theirs = {e.person: dates[e.person] for e in wanted if e.person in dates}
    scores.redecide(
        connection,
        assignment.id,
        theirs,
        assignment.late_penalty,
        caller=caller,
        reason="extension granted",
        now=now,
    )


def _require_different(wanted: Sequence[Extension], pointer: str) -> None:
    """Raises `InvalidRequest` where somebody has two extensions: which one holds?"""
    people = [extension.person for extension in wanted]
    for place, person in enumerate(people):
        if person in people[:place]:
            detail = "This person has an extension further up in the list already."
            raise InvalidRequest(detail, [ErrorOut(pointer=f"{pointer.format(place)}/person", detail=detail)])


def _fault(connection: Connection, assignment: Assignment, extension: Extension) -> tuple[str, str] | None:
    """What of an extension cannot hold, and why."""
    try:
        roster.member(connection, assignment.course, extension.person)
    except NotFound as nobody:
        return "person", nobody.detail
    due, end = assignment.dates.due_at, assignment.dates.end
    if extension.due_at is not None and due is None:
        return "due_at", "The assignment has no due date that could be later."
    if extension.due_at is not None and due is not None and extension.due_at < due:
        return "due_at", "This is before the assignment's own due date."
    if extension.closes_at is not None and end is None:
        return "closes_at", "The assignment never closes."
    later = assignment.dates.extended(extension.due_at, None)
    if extension.closes_at is not None and extension.closes_at < max(filter(None, (later.due_at, end))):
        return "closes_at", "This is before the due date, or before the assignment's own closing time."
    return None


def withdraw(connection: Connection, caller: Caller, assignment: Assignment, person: str, now: datetime) -> None:
    """Take an extension back. What was sent while it held stays as it was decided. Raises `NotFound`."""
    if connection.execute(delete(extensions).where(_of(assignment, person))).rowcount == 0:
        raise NotFound("This student has no extension of this assignment.")
    details = {"person": person}
    audit.record(
        connection, caller, now, "extension withdrawn", course=assignment.course, subject=assignment.id, details=details
    )


def extensions_of(connection: Connection, assignment: Assignment) -> list[Extension]:
    """The extensions of an assignment."""
    found = select(extensions).where(extensions.c.assignment == assignment.id).order_by(extensions.c.person)
    return [Extension(row.person, row.due_at, row.closes_at, row.tries) for row in connection.execute(found)]


def extension_of(connection: Connection, assignment: str, person: str) -> Extension:
    """A student's extension of an assignment; one that extends nothing where there is none."""
    here = (extensions.c.assignment == assignment) & (extensions.c.person == person)
    row = connection.execute(select(extensions).where(here)).one_or_none()
    return Extension(person) if row is None else Extension(person, row.due_at, row.closes_at, row.tries)


def _of(assignment: Assignment, person: str) -> Any:
    return (extensions.c.assignment == assignment.id) & (extensions.c.person == person)


@dataclass(frozen=True)
class Override:
    """Points that staff gave a student for an item in place of what was reached; None excuses from the item."""

    person: str
    points: float | None
    reason: str


def override(
    connection: Connection, caller: Caller, assignment: Assignment, item: Item, wanted: Override, now: datetime
) -> None:
    """Give points, or excuse, in place of what was reached. Raises `NotFound` for who is not in the course."""
    roster.member(connection, assignment.course, wanted.person)
    connection.execute(delete(overrides).where(overrides.c.item == item.id, overrides.c.person == wanted.person))
    connection.execute(insert(overrides).values(item=item.id, made_at=now, **vars(wanted)))
    audit.record(
        connection,
        caller,
        now,
        "points overridden",
        course=assignment.course,
        subject=item.id,
        details={"person": wanted.person, "points": wanted.points, "reason": wanted.reason},
    )


def restore(
    connection: Connection, caller: Caller, assignment: Assignment, item: Item, person: str, now: datetime
) -> None:
    """Take an override back: what was reached counts again. Raises `NotFound`."""
    here = (overrides.c.item == item.id) & (overrides.c.person == person)
    if connection.execute(delete(overrides).where(here)).rowcount == 0:
        raise NotFound("This student's points of this item are not overridden.")
    audit.record(
        connection,
        caller,
        now,
        "override withdrawn",
        course=assignment.course,
        subject=item.id,
        details={"person": person},
    )
