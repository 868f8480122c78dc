"""Whether a student's grade has reached the platform's gradebook, for whoever looks at their work."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, case, select

from app.models import contexts, grades, items, line_items, overrides, platforms, scores

IN_ORDER: Final = {"failed": 0, "pending": 1, "superseded": 2, "sent": 3}  # of several columns the worst is shown


@dataclass(frozen=True)
class Reached:
    """How a grade stands at the platform of this name: `share` of the points was told it last, `at` that moment.

    `state` is that of the row, `release` when grades of the course go; `trouble`: why it was refused.
    """

    platform: str
    state: str
    release: str
    share: float | None
    at: datetime | None
    trouble: str | None


def of_person(connection: Connection, assignment: str, person: str) -> Reached | None:
    """How somebody's grade of an assignment stands; None where there is none to send, or nowhere to send it."""
    found = (
        select(platforms.c.name, grades.c.state, contexts.c.release, grades.c.sent, grades.c.sent_at, grades.c.trouble)
        .join(line_items, line_items.c.id == grades.c.line_item)
        .join(contexts, contexts.c.id == line_items.c.context)
        .join(platforms, platforms.c.id == contexts.c.platform)
        .where(line_items.c.assignment == assignment, grades.c.person == person)
        .order_by(case(IN_ORDER, value=grades.c.state), grades.c.changed_at.desc())
    )
    row = connection.execute(found.limit(1)).one_or_none()
    if row is None or (row.state == "sent" and row.sent is None):
        return None
    if row.state == "pending" and row.sent is None and not _has_points(connection, assignment, person):
        return None
    return Reached(*row)


def _has_points(connection: Connection, assignment: str, person: str) -> bool:
    """Whether there is anything to tell of somebody's work: a score, or points that staff gave."""
    of_items = select(items.c.id).where(items.c.assignment == assignment)
    scored = select(scores.c.person).where(scores.c.assignment == assignment, scores.c.person == person)
    given = select(overrides.c.person).where(overrides.c.item.in_(of_items), overrides.c.person == person)
    return any(connection.execute(found.limit(1)).first() for found in (scored, given))
