"""What holds for one student only: extensions of an assignment's dates and tries, overrides of an item's points."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, delete, insert, select

from app import outbox, scores
from app.auth import Caller
from app.courses import audit, members
from app.courses.assignments import Assignment, Item, dates_of
from app.models import extensions, overrides
from app.problems import ErrorOut, InvalidRequest, NotFound

EXTENDED: Final = ("due_at", "closes_at", "tries")
EXCUSED: Final = "excused"


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
    present = members.among(connection, assignment.course, [extension.person for extension in wanted])
    for place, extension in enumerate(wanted):
        if fault := _fault(present, assignment, extension):
            name, detail = fault
            raise InvalidRequest(detail, [ErrorOut(pointer=f"{pointer.format(place)}/{name}", detail=detail)])
    if not wanted:
        return
    before = {extension.person: extension for extension in extensions_of(connection, assignment)}
    theirs_now = extensions.c.person.in_([extension.person for extension in wanted])
    connection.execute(delete(extensions).where(extensions.c.assignment == assignment.id, theirs_now))
    granted = {"assignment": assignment.id, "granted_at": now}
    connection.execute(insert(extensions), [{**granted, **vars(extension)} for extension in wanted])
    details = [_change(e.person, before.get(e.person), e) for e in wanted]
    where = {"course": assignment.course, "subject": assignment.id}
    audit.record_all(connection, caller, now, "extension granted", details, **where)
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
    outbox.changed(connection, assignment.id, {extension.person for extension in wanted}, now)


def _require_different(wanted: Sequence[Extension], pointer: str) -> None:
    """Raises `InvalidRequest` where somebody has two extensions: which one holds?"""
    people: set[str] = set()
    for place, extension in enumerate(wanted):
        if extension.person in people:
            detail = "This person has an extension further up in the list already."
            raise InvalidRequest(detail, [ErrorOut(pointer=f"{pointer.format(place)}/person", detail=detail)])
        people.add(extension.person)


def _change(person: str, before: Extension | None, after: Extension | None) -> dict[str, Any]:
    """What an extension was and is, for the audit log; None: there is none."""

    def value(extension: Extension | None, name: str) -> Any:
        found = getattr(extension, name, None)
        return found.isoformat() if isinstance(found, datetime) else found

    return {"person": person, **{name: [value(before, name), value(after, name)] for name in EXTENDED}}


def _fault(present: Collection[str], assignment: Assignment, extension: Extension) -> tuple[str, str] | None:
    """What of an extension cannot hold, and why."""
    if extension.person not in present:
        return "person", members.NOBODY
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
    before = extension_of(connection, assignment.id, person)
    if connection.execute(delete(extensions).where(_of(assignment, person))).rowcount == 0:
        raise NotFound("This student has no extension of this assignment.")
    details = _change(person, before, None)
    audit.record(
        connection, caller, now, "extension withdrawn", course=assignment.course, subject=assignment.id, details=details
    )
    outbox.changed(connection, assignment.id, [person], now)


def extensions_of(connection: Connection, assignment: Assignment) -> list[Extension]:
    """The extensions of an assignment."""
    found = select(extensions).where(extensions.c.assignment == assignment.id).order_by(extensions.c.person)
    return [Extension(row.person, row.due_at, row.closes_at, row.tries) for row in connection.execute(found)]


def extension_of(connection: Connection, assignment: str, person: str) -> Extension:
    """A student's extension of an assignment; one that extends nothing where there is none."""
    return extensions_for(connection, [assignment], person).get(assignment, Extension(person))


def extensions_for(connection: Connection, assignments: Collection[str], person: str) -> dict[str, Extension]:
    """A student's extensions of some assignments, by assignment."""
    found = select(extensions).where(extensions.c.assignment.in_(assignments), extensions.c.person == person)
    return {
        row.assignment: Extension(person, row.due_at, row.closes_at, row.tries) for row in connection.execute(found)
    }


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
    """Give points, or excuse, in place of what was reached.

    Raises `NotFound` for who is not in the course, `InvalidRequest` for more points than the item has.
    """
    members.member(connection, assignment.course, wanted.person)
    if wanted.points is not None and wanted.points > item.points:
        detail = f"This item has {item.points:g} {'point' if item.points == 1 else 'points'}."
        raise InvalidRequest(detail, [ErrorOut(pointer="/points", detail=detail)])
    before = _given(connection, item, wanted.person)
    connection.execute(delete(overrides).where(overrides.c.item == item.id, overrides.c.person == wanted.person))
    connection.execute(insert(overrides).values(item=item.id, made_at=now, **vars(wanted)))
    audit.record(
        connection,
        caller,
        now,
        "points overridden",
        course=assignment.course,
        subject=item.id,
        details={
            "person": wanted.person,
            "points": [before, EXCUSED if wanted.points is None else wanted.points],
            "reason": wanted.reason,
        },
    )
    outbox.changed(connection, assignment.id, [wanted.person], now)


def _given(connection: Connection, item: Item, person: str) -> float | str | None:
    """What an override gives somebody, for the audit log: points, or `excused`; None where there is none."""
    here = (overrides.c.item == item.id) & (overrides.c.person == person)
    row = connection.execute(select(overrides.c.points).where(here)).one_or_none()
    return None if row is None else EXCUSED if row.points is None else float(row.points)


def restore(
    connection: Connection, caller: Caller, assignment: Assignment, item: Item, person: str, now: datetime
) -> None:
    """Take an override back: what was reached counts again. Raises `NotFound`."""
    before = _given(connection, item, person)
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
        details={"person": person, "points": [before, None]},
    )
    outbox.changed(connection, assignment.id, [person], now)
