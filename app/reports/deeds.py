"""What staff did in a course, as a spreadsheet: a page from after an entry's number on."""

import json
from collections.abc import Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row

from app.courses import assignments, audit, members
from app.courses.course import Course
from app.gradebooks import Cell
from app.reports.files import on_the_clock

PAGE: Final = 1_000  # entries that are read at once


def header(course: Course) -> Sequence[Cell]:
    names = ["actor name", "subject name", "person name"]
    return ["number", f"at ({course.timezone})", "actor", "action", "subject", "details", *names]


def sheet(connection: Connection, after: int, course: Course) -> tuple[list[Sequence[Cell]], int | None]:
    """The rows of a page, oldest first; the last number, None where that was all.

    Names stand behind the ids and values that the log is kept in: people, assignments and items as they are called now.
    """
    deeds = audit.of_course(connection, course.id, after, PAGE)
    zone, names = ZoneInfo(course.timezone), _names(connection, course, deeds)
    rows: list[Sequence[Cell]] = [
        [
            deed.number,
            on_the_clock(deed.at, zone),
            deed.actor,
            deed.action,
            deed.subject,
            json.dumps(deed.details, ensure_ascii=False),
            *(names.get(id or "") for id in (deed.actor, deed.subject, deed.details.get("person"))),
        ]
        for deed in deeds
    ]
    return rows, deeds[-1].number if len(deeds) == PAGE else None


def _names(connection: Connection, course: Course, deeds: Sequence[Row[Any]]) -> dict[str, str]:
    """What is called what, by id, of all that some entries name."""
    ids = {id for deed in deeds for id in (deed.actor, deed.subject, deed.details.get("person")) if id}
    present = assignments.of_course(connection, course.id)
    of_items = {item.id: f"{one.title}, item {item.n}" for one in present for item in one.items}
    titles = {course.id: course.title, **{one.id: one.title for one in present}}
    return {**members.names(connection, course.id, ids), **of_items, **titles}
