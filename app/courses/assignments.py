"""Assignments and their items: made, found, changed while they are in use."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, delete, insert, select, update

from app import scores
from app.auth import STAFF, Caller, Role, new_id
from app.courses import audit, roster
from app.courses.course import EVERYONE, Course
from app.courses.course import find as find_course
from app.dates import Dates
from app.exercise import Catalogue
from app.models import assignments, extensions, instances, items, overrides
from app.models import scores as scores_table
from app.problems import Conflict, ErrorOut, InvalidRequest, NotFound

DATES: Final = ("opens_at", "due_at", "closes_at")
POLICIES: Final = ("late_penalty", "attempt_factors", "hint_cost", "solutions")


@dataclass(frozen=True)
class Item:
    """An exercise in an assignment. `tries` None is unlimited; `solutions` None is as the assignment has it."""

    id: str
    n: int
    exercise: str
    level: str
    points: float
    tries: int | None = None
    new_variants: bool = False
    solutions: str | None = None
    void: str | None = None
    void_reason: str | None = None


@dataclass(frozen=True)
class Assignment:
    """An assignment of a course."""

    id: str
    course: str
    title: str
    dates: Dates
    late_penalty: float
    attempt_factors: Sequence[float]
    hint_cost: float
    solutions: str
    items: tuple[Item, ...] = field(default=())

    def item(self, wanted: str) -> Item:
        """An item by its id or its place, from 1. Raises `NotFound`."""
        for item in self.items:
            if wanted in (item.id, str(item.n)):
                return item
        raise NotFound("There is no such item in this assignment.")


def find(
    connection: Connection, caller: Caller, id: str, roles: tuple[Role, ...] = EVERYONE
) -> tuple[Assignment, Course]:
    """An assignment, and its course as the caller sees it. Raises `NotFound`, `Forbidden`."""
    caller.require_person()
    row = connection.execute(select(assignments).where(assignments.c.id == id)).one_or_none()
    if row is None:
        raise NotFound("There is no such assignment.")
    try:
        course = find_course(connection, caller, row.course, roles)
    except NotFound:
        raise NotFound("There is no such assignment.") from None
    return of_rows(row, _items(connection, id)), course


def find_for(
    connection: Connection, caller: Caller, id: str, person: str, roles: tuple[Role, ...] = STAFF
) -> tuple[Assignment, Course]:
    """An assignment for something that concerns one person of its course. Raises as `find` does."""
    found = find(connection, caller, id, roles)
    roster.member(connection, found[1].id, person)
    return found


def of_course(connection: Connection, course: str) -> list[Assignment]:
    """The assignments of a course, oldest first."""
    found = select(assignments).where(assignments.c.course == course)
    rows = list(connection.execute(found.order_by(assignments.c.created_at, assignments.c.id)))
    return [of_rows(row, _items(connection, row.id)) for row in rows]


def _items(connection: Connection, assignment: str) -> list[Row[Any]]:
    return list(connection.execute(select(items).where(items.c.assignment == assignment).order_by(items.c.n)))


def of_rows(row: Row[Any], item_rows: Sequence[Row[Any]]) -> Assignment:
    return Assignment(
        row.id,
        row.course,
        row.title,
        Dates(row.opens_at, row.due_at, row.closes_at),
        row.late_penalty,
        row.attempt_factors,
        row.hint_cost,
        row.solutions,
        tuple(item_of_row(item) for item in item_rows),
    )


def item_of_row(row: Row[Any]) -> Item:
    values = row._mapping
    return Item(**{name: values[name] for name in Item.__dataclass_fields__})


def create(
    connection: Connection,
    catalogue: Catalogue,
    caller: Caller,
    course: Course,
    values: Mapping[str, Any],
    wanted: Sequence[Mapping[str, Any]],
    now: datetime,
) -> Assignment:
    """A new assignment with these columns and items. Raises `InvalidRequest`."""
    _require_order(Dates(*(values[name] for name in DATES)))
    for place, item in enumerate(wanted):
        _require_known(catalogue, item["exercise"], item["level"], place)
    id = new_id()
    connection.execute(insert(assignments).values(id=id, course=course.id, created_at=now, **values))
    for n, item in enumerate(wanted, start=1):
        connection.execute(insert(items).values(id=new_id(), assignment=id, n=n, **item))
    audit.record(connection, caller, now, "assignment created", course=course.id, subject=id)
    return find(connection, caller, id)[0]


def change(
    connection: Connection,
    catalogue: Catalogue,
    caller: Caller,
    assignment: Assignment,
    values: Mapping[str, Any],
    wanted: Sequence[Mapping[str, Any]] | None,
    now: datetime,
) -> Assignment:
    """Change columns, and items: those with an `id` stay, those without are new, those left out go.

    What is in use keeps its exercise and level, and cannot go: it can be made void. Scores follow
    from what is stored as shares, so that new points hold at once. Raises `InvalidRequest`, `Conflict`.
    """
    before = {**vars(assignment), **vars(assignment.dates)}
    _require_order(Dates(*(values.get(name, before[name]) for name in DATES)))
    details = {name: [_json(before[name]), _json(value)] for name, value in values.items() if before[name] != value}
    if details:
        connection.execute(update(assignments).where(assignments.c.id == assignment.id).values(**values))
    if wanted is not None and (changes := _change_items(connection, catalogue, assignment, wanted)):
        details["items"] = changes
    if details:
        audit.record(
            connection,
            caller,
            now,
            "assignment changed",
            course=assignment.course,
            subject=assignment.id,
            details=details,
        )
    changed = find(connection, caller, assignment.id)[0]
    if {"due_at", "closes_at", "late_penalty"} & set(details):
        scores.redecide(
            connection,
            changed.id,
            dates_of(connection, changed),
            changed.late_penalty,
            caller=caller,
            reason="assignment changed",
            now=now,
        )
    return changed


def _change_items(
    connection: Connection, catalogue: Catalogue, assignment: Assignment, wanted: Sequence[Mapping[str, Any]]
) -> list[Any]:
    """Bring the items to what is wanted; what changed, for the audit log."""
    present = {item.id: item for item in assignment.items}
    kept = [item["id"] for item in wanted if "id" in item]
    if len(set(kept)) < len(kept) or not set(kept) <= set(present):
        detail = "Each id must be that of another item of this assignment. Leave it out for a new item."
        raise InvalidRequest(detail, [ErrorOut(pointer="/items", detail=detail)])
    used = _used(connection, assignment)
    changes: list[Any] = []
    for item in assignment.items:
        if item.id not in kept:
            if item.id in used:
                reason = "students have drawn it, or have points for it"
                raise Conflict(f"Item {item.n} cannot be removed: {reason}. Make it void instead.")
            connection.execute(delete(items).where(items.c.id == item.id))
            changes.append({"removed": item.id})
    for n, given in enumerate(wanted, start=1):
        values = {name: value for name, value in given.items() if name != "id"}
        if "id" not in given:
            _require_known(catalogue, values["exercise"], values["level"], n - 1)
            id = new_id()
            connection.execute(insert(items).values(id=id, assignment=assignment.id, n=n, **values))
            changes.append({"added": id})
            continue
        item = present[given["id"]]
        changed = {name: value for name, value in {**values, "n": n}.items() if getattr(item, name) != value}
        if {"exercise", "level"} & set(changed):
            if item.id in used:
                raise Conflict(f"Item {item.n} is in use and keeps its exercise and level. Make it void, and add one.")
            _require_known(catalogue, changed.get("exercise", item.exercise), changed.get("level", item.level), n - 1)
        if changed:
            connection.execute(update(items).where(items.c.id == item.id).values(**changed))
            changes.append({"item": item.id, **{name: [getattr(item, name), changed[name]] for name in changed}})
    return changes


def _used(connection: Connection, assignment: Assignment) -> set[str]:
    """The items of which somebody has an instance, or points that staff gave."""
    drawn = select(instances.c.item).where(instances.c.assignment == assignment.id)
    given = select(overrides.c.item).where(overrides.c.item.in_([item.id for item in assignment.items]))
    return {*connection.scalars(drawn.distinct()), *connection.scalars(given)}


def _json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _require_order(dates: Dates) -> None:
    if fault := dates.fault():
        name, detail = fault
        raise InvalidRequest(detail, [ErrorOut(pointer=f"/{name}", detail=detail)])


def _require_known(catalogue: Catalogue, exercise: str, level: str, place: int) -> None:
    """Raises `InvalidRequest` for an exercise or a level that is not served."""
    family = catalogue.get(exercise)
    if family is None:
        detail = "There is no such exercise. GET /api/v1/exercises lists them."
        raise InvalidRequest(detail, [ErrorOut(pointer=f"/items/{place}/exercise", detail=detail)])
    if level not in family.levels:
        detail = f"This exercise has the levels {', '.join(family.levels)}."
        raise InvalidRequest(detail, [ErrorOut(pointer=f"/items/{place}/level", detail=detail)])


def dates_of(connection: Connection, assignment: Assignment) -> dict[str, Dates]:
    """The dates that hold for everyone who has a score in an assignment."""
    everyone = connection.scalars(
        select(scores_table.c.person).where(scores_table.c.assignment == assignment.id).distinct()
    )
    found = connection.execute(select(extensions).where(extensions.c.assignment == assignment.id))
    granted = {row.person: assignment.dates.extended(row.due_at, row.closes_at) for row in found}
    return {person: granted.get(person, assignment.dates) for person in everyone}
