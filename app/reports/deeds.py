"""What staff did in a course, as a spreadsheet: a page from after an entry's number on."""

import json
from collections.abc import Sequence
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from app.courses import audit
from app.courses.course import Course
from app.gradebooks import Cell
from app.reports.files import on_the_clock

PAGE: Final = 1_000  # entries that are read at once


def header(course: Course) -> Sequence[Cell]:
    return ["number", f"at ({course.timezone})", "actor", "action", "subject", "details"]


def sheet(connection: Connection, after: int, course: Course) -> tuple[list[Sequence[Cell]], int | None]:
    """The rows of a page, oldest first; the last number, None where that was all."""
    deeds = audit.of_course(connection, course.id, after, PAGE)
    zone = ZoneInfo(course.timezone)
    rows: list[Sequence[Cell]] = [
        [
            deed.number,
            on_the_clock(deed.at, zone),
            deed.actor,
            deed.action,
            deed.subject,
            json.dumps(deed.details, ensure_ascii=False),
        ]
        for deed in deeds
    ]
    return rows, deeds[-1].number if len(deeds) == PAGE else None
