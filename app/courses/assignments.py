"""Assignments and their items: made, found, changed while they are in use."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from app import outbox, scores
from app.auth import STAFF, Caller, Role, new_id
from app.courses import audit, members
from app.courses.course import EVERYONE, Course
from app.courses.course import find as find_course
from app.dates import Dates
from app.exercise import Catalogue
from app.models import assignments, enrolments, extensions, instances, items, overrides, regrades
from app.models import scores as scores_table
from app.problems import Conflict, ErrorOut, InvalidRequest, NotFound

DATES: Final = ("opens_at", "due_at", "closes_at")
DRAWN: Final = ("exercise", "level", "only")  # what of an item says how its instances are drawn
POLICIES: Final = ("late_penalty", "attempt_factors", "hint_cost", "solutions")
UNSTATED: Final = {"tries": None, "new_variants": False, "solutions": None}  # of an item that does not say


@dataclass(frozen=True)
class Item:
    """An exercise in an assignment. `tries` None is unlimited; `solutions` None is as the assignment has it."""

    id: str
    n: int
    exercise: str
    level: str
    points: float
    only: Mapping[str, Any] = field(default_factory=dict)
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
    members.member(connection, found[1].id, person)
    return found


def of_course(connection: Connection, course: str) -> list[Assignment]:
    """The assignments of a course, oldest first."""
    found = select(assignments).where(assignments.c.course == course)
    rows = list(connection.execute(found.order_by(assignments.c.created_at, assignments.c.id)))
    theirs = select(items).join(assignments, assignments.c.id == items.c.assignment)
    by_assignment: dict[str, list[Row[Any]]] = {row.id: [] for row in rows}
    for item in connection.execute(theirs.where(assignments.c.course == course).order_by(items.c.n)):
        by_assignment[item.assignment].append(item)
    return [of_rows(row, by_assignment[row.id]) for row in rows]


def begun(connection: Connection, course: str) -> dict[str, int]:
    """How many of the students of a course have begun each of its assignments; those with none are left out."""
    # One instance of a student tells it: looked for by item and owner, which an index has.
    has_begun = (
        select(instances.c.id)
        .join(items, items.c.id == instances.c.item)
        .where(items.c.assignment == assignments.c.id, instances.c.owner == enrolments.c.person)
        .exists()
    )
    students = (enrolments.c.role == "student") & enrolments.c.left_at.is_(None)
    found = (
        select(assignments.c.id, func.count().label("students"))
        .join(enrolments, enrolments.c.course == assignments.c.course)
        .where(assignments.c.course == course, students, has_begun)
    )
    return {row.id: row.students for row in connection.execute(found.group_by(assignments.c.id))}


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
    from_sheet: int = 0,
) -> Assignment:
    """A new assignment with these columns and items, the first of which a sheet brought. Raises `InvalidRequest`."""
    _require_order(Dates(*(values[name] for name in DATES)))
    for place, item in enumerate(wanted, start=-from_sheet):
        _require_known(catalogue, item["exercise"], item["level"], item["only"], place)
    id = new_id()
    connection.execute(insert(assignments).values(id=id, course=course.id, created_at=now, **values))
    for n, item in enumerate(wanted, start=1):
        connection.execute(insert(items).values(id=new_id(), assignment=id, n=n, **item))
    details = {"title": values["title"], "items": [item["exercise"] for item in wanted]}
    audit.record(connection, caller, now, "assignment created", course=course.id, subject=id, details=details)
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
    """Change columns, and items: those with an `id` are changed, those without are new, the others stay.

    What is in use keeps its exercise and level. Scores are stored as shares, so that new points hold
    at once. Raises `InvalidRequest`, `Conflict`.
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
    if {"due_at", "late_penalty"} & set(details):
        scores.redecide(
            connection,
            changed.id,
            dates_of(connection, changed),
            changed.late_penalty,
            caller=caller,
            reason="assignment changed",
            now=now,
        )
    if details:
        outbox.changed(connection, changed.id, None, now)
    return changed


def _change_items(
    connection: Connection, catalogue: Catalogue, assignment: Assignment, wanted: Sequence[Mapping[str, Any]]
) -> list[Any]:
    """Change the items that are named and add the new ones; what changed, for the audit log."""
    present = {item.id: item for item in assignment.items}
    named = [item["id"] for item in wanted if "id" in item]
    if len(set(named)) < len(named) or not set(named) <= set(present):
        detail = "Each id must be that of another item of this assignment. Leave it out for a new item."
        raise InvalidRequest(detail, [ErrorOut(pointer="/items", detail=detail)])
    used = used_items(connection, assignment)
    in_order = set(named) == set(present)  # who names all of them puts them in order, too
    last = 0 if in_order else len(present)
    changes: list[Any] = []
    for place, given in enumerate(wanted):
        values = {name: value for name, value in given.items() if name != "id"}
        if "id" not in given:
            last += 1
            _require_known(catalogue, values["exercise"], values["level"], values["only"], place)
            id = new_id()
            connection.execute(insert(items).values(id=id, assignment=assignment.id, n=last, **values))
            changes.append({"added": id})
        else:
            last += in_order
            item = present[given["id"]]
            wanted_values = {**values, "n": last if in_order else item.n}
            changes += _change_item(connection, catalogue, item, wanted_values, place, item.id in used)
    if not in_order and not changes:
        _refuse_to_remove([item for id, item in present.items() if id not in named], used)
    return changes


def _refuse_to_remove(left_out: Sequence[Item], used: set[str]) -> None:
    """Who leaves items out and changes nothing else wants them removed, which is done one by one."""
    for item in left_out:
        _require_unused(item, used)
    detail = "Items that are left out stay. Remove one with DELETE /api/v1/assignments/{assignment}/items/{item}."
    raise InvalidRequest(detail, [ErrorOut(pointer="/items", detail=detail)])


def _require_unused(item: Item, used: set[str]) -> None:
    """Raises `Conflict`."""
    if item.id in used:
        reason = "somebody has begun it, or has points for it"
        raise Conflict(f"Item {item.n} cannot be removed: {reason}. Make it void instead.")


def _change_item(
    connection: Connection, catalogue: Catalogue, item: Item, values: Mapping[str, Any], place: int, used: bool
) -> list[Any]:
    changed = {name: value for name, value in values.items() if getattr(item, name) != value}
    if set(DRAWN) & set(changed):
        if used:
            raise Conflict(f"Item {item.n} is in use and keeps its exercise and level. Make it void, and add one.")
        exercise, level, only = (changed.get(name, getattr(item, name)) for name in DRAWN)
        _require_known(catalogue, exercise, level, only, place)
    if not changed:
        return []
    connection.execute(update(items).where(items.c.id == item.id).values(**changed))
    return [{"item": item.id, **{name: [getattr(item, name), changed[name]] for name in changed}}]


def remove_item(connection: Connection, caller: Caller, assignment: Assignment, item: Item, now: datetime) -> None:
    """Take an item out that nobody has begun. Raises `Conflict`."""
    _require_unused(item, used_items(connection, assignment))
    connection.execute(delete(items).where(items.c.id == item.id))
    behind = (items.c.assignment == assignment.id) & (items.c.n > item.n)
    connection.execute(update(items).where(behind).values(n=items.c.n - 1))
    details = {"removed": item.id, "exercise": item.exercise}
    audit.record(
        connection, caller, now, "item removed", course=assignment.course, subject=assignment.id, details=details
    )
    outbox.changed(connection, assignment.id, None, now)


def keep_items(
    connection: Connection, caller: Caller, assignment: Assignment, ids: Collection[str], now: datetime
) -> Assignment:
    """Take out all items but these, which nobody may have begun. Raises `Conflict`."""
    for item in reversed(assignment.items):  # the last first: those before it keep their places
        if item.id not in ids:
            remove_item(connection, caller, assignment, item, now)
    return find(connection, caller, assignment.id)[0]


def remove(connection: Connection, caller: Caller, assignment: Assignment, now: datetime) -> None:
    """Remove an assignment that nobody has begun. Raises `Conflict`."""
    if used_items(connection, assignment):
        raise Conflict("Students have begun this assignment, or have points for it. Make its items void instead.")
    for table in (regrades, extensions, items):
        connection.execute(delete(table).where(table.c.assignment == assignment.id))
    connection.execute(delete(assignments).where(assignments.c.id == assignment.id))
    details = {"title": assignment.title}
    audit.record(
        connection, caller, now, "assignment removed", course=assignment.course, subject=assignment.id, details=details
    )


def used_items(connection: Connection, assignment: Assignment) -> set[str]:
    """The items of which there are instances, scores (be it of people who were erased), or points that staff gave."""
    drawn = select(instances.c.item).where(instances.c.assignment == assignment.id)
    scored = select(scores_table.c.item).where(scores_table.c.assignment == assignment.id)
    given = select(overrides.c.item).where(overrides.c.item.in_([item.id for item in assignment.items]))
    return {id for found in (drawn, scored, given) for id in connection.scalars(found.distinct())}


def _json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _require_order(dates: Dates) -> None:
    if fault := dates.fault():
        name, detail = fault
        raise InvalidRequest(detail, [ErrorOut(pointer=f"/{name}", detail=detail)])


def of_sheet(catalogue: Catalogue, sheet: str) -> list[dict[str, Any]]:
    """The items of a ready-made sheet, a point each. Raises `InvalidRequest`."""
    found = catalogue.sheets.get(sheet)
    if found is None:
        detail = f"There is no such sheet. There are: {', '.join(catalogue.sheets) or 'none'}."
        raise InvalidRequest(detail, [ErrorOut(pointer="/sheet", detail=detail)])
    return [{**vars(item), "points": 1.0, **UNSTATED} for item in found.items]


def _require_known(catalogue: Catalogue, exercise: str, level: str, only: Mapping[str, Any], place: int) -> None:
    """Raises `InvalidRequest` for an exercise or a level that is not served, or numbers that it does not draw."""
    family = catalogue.get(exercise)
    if family is None:
        detail = "There is no such exercise. GET /api/v1/exercises lists them."
        raise InvalidRequest(detail, [ErrorOut(pointer=f"/items/{place}/exercise", detail=detail)])
    if level not in family.levels:
        detail = f"This exercise has the levels {', '.join(family.levels)}."
        raise InvalidRequest(detail, [ErrorOut(pointer=f"/items/{place}/level", detail=detail)])
    if fault := family.at(level).undrawn(level, only):
        raise InvalidRequest(fault, [ErrorOut(pointer=f"/items/{place}/only", detail=fault)])


def dates_of(connection: Connection, assignment: Assignment) -> dict[str, Dates]:
    """The dates that hold for everyone who has a score in an assignment."""
    everyone = connection.scalars(
        select(scores_table.c.person).where(scores_table.c.assignment == assignment.id).distinct()
    )
    found = connection.execute(select(extensions).where(extensions.c.assignment == assignment.id))
    granted = {row.person: assignment.dates.extended(row.due_at, row.closes_at) for row in found}
    return {person: granted.get(person, assignment.dates) for person in everyone}
