"""Flags: students say "I think this is marked wrong", and staff sees it beside what grading says now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, func, insert, select

from app.attempts.replay import Unreplayable, again, restored, shown_before, shown_now
from app.attempts.submissions import Attempt, of_rows
from app.attempts.work import Tried, tried_on
from app.auth import new_id
from app.exercise import Family
from app.models import attempts, flags, instances
from app.problems import Conflict

MOST_FLAGS: Final = 20  # on one attempt


@dataclass(frozen=True)
class Flag:
    """A student's "I think this is marked wrong"."""

    id: str
    attempt: str
    comment: str
    created_at: datetime


def flag(connection: Connection, attempt: Attempt, comment: str, now: datetime) -> Flag:
    """Keep a student's doubt beside the attempt, for staff. Raises `Conflict`."""
    here = select(func.count()).select_from(flags).where(flags.c.attempt == attempt.id)
    if (connection.scalar(here) or 0) >= MOST_FLAGS:
        raise Conflict(f"There are {MOST_FLAGS} flags on this attempt already. Staff sees them all: write to them.")
    raised = Flag(new_id(), attempt.id, comment, now)
    connection.execute(insert(flags).values(vars(raised)))
    return raised


def flags_of(connection: Connection, attempt: Attempt) -> list[Flag]:
    """The flags on an attempt, oldest first."""
    rows = connection.execute(
        select(flags).where(flags.c.attempt == attempt.id).order_by(flags.c.created_at, flags.c.id)
    )
    return [Flag(row.id, row.attempt, row.comment, row.created_at) for row in rows]


# For staff ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Flagged:
    """A flag with the attempt it is on, and what grading says now of each part.

    `now`: what a student would see, where it is something else; why there is none, in words; None: the same.
    """

    flag: Flag
    person: str | None
    assignment: str
    item: str
    exercise: str
    attempt: Attempt
    now: dict[str, dict[str, Any] | str | None]


def of_course(
    connection: Connection, catalogue: Mapping[str, Family], course: str, before: str, limit: int
) -> list[Flagged]:
    """The flags on attempts in the assignments of a course, newest first, those older than the flag `before`."""
    found = (
        select(flags, instances.c.owner, instances.c.assignment, instances.c.item, instances.c.exercise)
        .join(attempts, attempts.c.id == flags.c.attempt)
        .join(instances, instances.c.id == attempts.c.instance)
        .where(instances.c.course == course, instances.c.assignment.is_not(None))
    )
    if before:
        last = select(flags.c.created_at, flags.c.id).where(flags.c.id == before).subquery()
        older = flags.c.created_at < last.c.created_at
        found = found.join(last, older | ((flags.c.created_at == last.c.created_at) & (flags.c.id < last.c.id)))
    rows = connection.execute(found.order_by(flags.c.created_at.desc(), flags.c.id.desc()).limit(limit)).all()
    on = list(connection.execute(select(attempts).where(attempts.c.id.in_([row.attempt for row in rows]))))
    of_id = {attempt.id: attempt for attempt in of_rows(connection, on)}
    now = _graded_now(connection, catalogue, on)
    return [
        Flagged(
            Flag(row.id, row.attempt, row.comment, row.created_at),
            row.owner,
            row.assignment,
            row.item,
            row.exercise,
            of_id[row.attempt],
            now[row.attempt],
        )
        for row in rows
    ]


def _graded_now(
    connection: Connection, catalogue: Mapping[str, Family], on: Sequence[Row[Any]]
) -> dict[str, dict[str, dict[str, Any] | str | None]]:
    """By attempt and part, what grading says now."""
    ids = {row.instance for row in on}
    stored = {row.id: row for row in connection.execute(select(instances).where(instances.c.id.in_(ids)))}
    tried = {t.id: t for all_of in tried_on(connection, sorted(ids), staff=True).values() for t in all_of}
    return {
        row.id: {part: _now(catalogue, stored[row.instance], tried[row.id], part) for part in tried[row.id].holding}
        for row in on
    }


def _now(catalogue: Mapping[str, Family], instance: Row[Any], tried: Tried, part: str) -> dict[str, Any] | str | None:
    try:
        now = shown_now(again(restored(catalogue, instance), tried.holding[part]), tried, part)
    except Unreplayable as error:
        return str(error)
    return None if now == shown_before(tried.holding[part]) else now
