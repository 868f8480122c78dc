"""Every attempt of an assignment, in the order of instances and of the attempts on each: a page from after a place."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, func, select

from app.attempts import submissions
from app.attempts.submissions import Attempt
from app.courses.assignments import Assignment, Item
from app.courses.members import SHOWN_EMAIL
from app.gradebooks import Cell
from app.models import attempts, enrolments, instances, people, revisions, verdicts
from app.problems import InvalidRequest
from app.reports.files import on_the_clock

PLACE: Final = re.compile(r"([A-Za-z0-9_-]{1,32})\.([0-9]{1,9})", re.ASCII)


@dataclass(frozen=True)
class Place:
    """Where a page ends: at an attempt, by its instance and its number there."""

    instance: str = ""
    number: int = 0

    def __str__(self) -> str:
        return f"{self.instance}.{self.number}"


BEGINNING: Final = Place()


def place_of(text: str) -> Place:
    """The place that a cursor names; none is the beginning. Raises `InvalidRequest`."""
    if not text:
        return BEGINNING
    match = PLACE.fullmatch(text)
    if match is None:
        raise InvalidRequest("This cursor is none of this list. Send the `next` of a page, or none.")
    return Place(match[1], int(match[2]))


@dataclass(frozen=True)
class Entry:
    """An attempt, to which item, and whose instance it was; `staff`: somebody of staff made it."""

    attempt: Attempt
    person: str | None
    item: Item
    staff: bool

    @property
    def place(self) -> Place:
        return Place(self.attempt.instance, self.attempt.number)


def entries(connection: Connection, assignment: Assignment, after: Place, limit: int) -> list[Entry]:
    """A page of attempts, with the grades that hold now."""
    rows = _page(connection, assignment, after, limit)
    items = {item.id: item for item in assignment.items}
    stored = submissions.of_rows(connection, rows)
    return [Entry(made, row.owner, items[row.item], row.staff) for made, row in zip(stored, rows, strict=True)]


def _page(connection: Connection, assignment: Assignment, after: Place, limit: int) -> list[Row[Any]]:
    here = (instances.c.assignment == assignment.id) & (instances.c.id >= after.instance)
    found = (
        select(
            attempts,
            instances.c.owner,
            instances.c.item,
            instances.c.variant,
            func.coalesce(enrolments.c.name, people.c.name).label("name"),
            SHOWN_EMAIL,
            enrolments.c.external_id,
            enrolments.c.group,
        )
        .join(instances, instances.c.id == attempts.c.instance)
        .outerjoin(people, people.c.id == instances.c.owner)
        .outerjoin(enrolments, (enrolments.c.course == assignment.course) & (enrolments.c.person == instances.c.owner))
        .where(here, (instances.c.id > after.instance) | (attempts.c.number > after.number))
    )
    return list(connection.execute(found.order_by(instances.c.id, attempts.c.number).limit(limit)))


# A spreadsheet ------------------------------------------------------------------------------------

PAGE: Final = 500  # attempts that are read at once
VERDICT: Final = ("status", "score", "misconception", "pattern", "follow_through", "counted")


def header(zone: ZoneInfo) -> Sequence[Cell]:
    who = ("person", "name", "email", "external_id", "group")
    what = ("item", "exercise", "level", "version", "part", f"received ({zone.key})", "answer")
    return ["attempt", "instance", "number", *who, *what, *VERDICT, "late", "staff"]


def sheet(
    connection: Connection, after: Place, assignment: Assignment, zone: ZoneInfo
) -> tuple[list[Sequence[Cell]], Place | None]:
    """The rows of a page, one for each part that was answered; where the page ends, None where it is the last."""
    page = _page(connection, assignment, after, PAGE)
    items = {item.id: item for item in assignment.items}
    verdicts_of, late_of = _grades(connection, [row.id for row in page])
    rows: list[Sequence[Cell]] = []
    for row in page:
        item, late = items[row.item], late_of.get(row.id, row.late)
        who = [row.id, row.instance, row.number, row.owner, row.name, row.email, row.external_id, row.group]
        received = on_the_clock(row.received_at, zone, "milliseconds")
        for part, (version, *verdict) in verdicts_of.get(row.id, {}).items():
            what = [item.n, item.exercise, item.level, version, part, received, _json(row.answers.get(part))]
            rows.append([*who, *what, *verdict, late, row.staff])
    return rows, Place(page[-1].instance, page[-1].number) if len(page) == PAGE else None


def _grades(connection: Connection, ids: Sequence[str]) -> tuple[dict[str, dict[str, Any]], dict[str, bool]]:
    """The verdicts that hold, by attempt and part; and whether attempts whose grade was revised are late."""
    columns = (verdicts.c[name] for name in ("attempt", "part", "version", *VERDICT))
    found = select(*columns).where(verdicts.c.attempt.in_(ids))
    verdicts_of: dict[str, dict[str, Any]] = {}
    for attempt, part, *verdict in connection.execute(found.order_by(*verdicts.primary_key)):  # later revisions win
        verdicts_of.setdefault(attempt, {})[part] = verdict
    revised = select(revisions.c.attempt, revisions.c.late).where(revisions.c.attempt.in_(ids))
    late_of = {row.attempt: row.late for row in connection.execute(revised.order_by(revisions.c.number))}
    return verdicts_of, late_of


def _json(answer: Any) -> str | None:
    """An answer as it was sent; None where it was erased."""
    return None if answer is None else json.dumps(answer, ensure_ascii=False)
