"""What staff did, when and to what: written in the transaction of the deed, in ids and values, never in names."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from app.auth import Caller
from app.models import audit

COMMAND = Caller(operator=True)
"""Who acts when a command on the server's own machine does."""


def record(
    connection: Connection,
    caller: Caller,
    now: datetime,
    action: str,
    *,
    course: str | None = None,
    subject: str | None = None,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Keep that the caller did something: `action` is a noun and a verb, as in `assignment changed`."""
    record_all(connection, caller, now, action, [details or {}], course=course, subject=subject)


def record_all(
    connection: Connection,
    caller: Caller,
    now: datetime,
    action: str,
    details: Sequence[Mapping[str, Any]],
    *,
    course: str | None = None,
    subject: str | None = None,
) -> None:
    """Keep that the caller did the same several times: an entry for each of the details."""
    deed = {"at": now, "actor": caller.id, "course": course, "action": action, "subject": subject}
    connection.execute(insert(audit), [{**deed, "details": dict(one)} for one in details])


def of_course(connection: Connection, course: str, after: int, limit: int) -> list[Row[Any]]:
    """What was done in a course, oldest first, from after an entry's number on."""
    found = select(audit).where(audit.c.course == course, audit.c.number > after)
    return list(connection.execute(found.order_by(audit.c.number).limit(limit)))


def newest(connection: Connection, course: str, before: int | None, limit: int) -> list[Row[Any]]:
    """What was done in a course last, newest first; before an entry's number, where that is named."""
    found = select(audit).where(audit.c.course == course)
    if before is not None:
        found = found.where(audit.c.number < before)
    return list(connection.execute(found.order_by(audit.c.number.desc()).limit(limit)))


def everything(connection: Connection, course: str | None = None) -> Iterator[Row[Any]]:
    """All that was done, in a course or on the whole server, oldest first; a page at a time in memory."""
    found = select(audit).order_by(audit.c.number).execution_options(yield_per=1_000)
    return iter(connection.execute(found if course is None else found.where(audit.c.course == course)))
