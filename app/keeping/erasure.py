"""Erasure: a person and everything of theirs is deleted. What the class did stays, under an id that leads nowhere."""

import re
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Engine, Select, Text, cast, delete, func, insert, select, update

from app import auth
from app.auth import Caller, new_id
from app.courses.audit import COMMAND, record
from app.db import empty_log, mark_of, rewrite, size_of
from app.keeping import tombstones
from app.models import (
    attempts,
    audit,
    enrolments,
    extensions,
    flags,
    grades,
    identities,
    instance_parts,
    instances,
    mistakes,
    overrides,
    people,
    regrade_changes,
    regrade_scores,
    regrades,
    replies,
    revisions,
    scores,
    tokens,
    verdicts,
)
from app.problems import Conflict

Ids = Collection[str] | Select[tuple[str]]

DEEDS: Final = ((audit, "actor"), (revisions, "made_by"), (regrades, "made_by"), (regrades, "kept_by"))
"""Where it stands who of the staff did something."""
QUICKLY_REWRITTEN: Final = 100_000_000  # bytes: in about a second


def erase(connection: Connection, caller: Caller, file: Path, person: str, now: datetime) -> None:
    """Erase somebody, and remember that in the file of tombstones, which is on disk before this is committed.

    Raises `NotFound`, `Conflict` for the last operator, `CannotOpen` where the file cannot be written.
    """
    who = auth.person(connection, person)
    if who.operator and _operators(connection) == 1:
        raise Conflict("This is the only operator. Make somebody else one first.")
    forget(connection, caller, person, now)
    tombstones.remember(file, person)


def forget(connection: Connection, caller: Caller, person: str, now: datetime) -> None:
    """Delete what is known of somebody; their scores and mistakes, as numbers, go to somebody without a name."""
    courses: list[str | None] = [*_courses(connection, person)]
    nobody = new_id()
    connection.execute(insert(people).values(id=nobody, name="", operator=False, created_at=now, erased_at=now))
    _forget_replies(connection, person)
    forget_instances(connection, select(instances.c.id).where(instances.c.owner == person))
    _keep_numbers(connection, person, nobody)
    for table in (regrade_scores, extensions, overrides, grades, identities, tokens, enrolments):
        connection.execute(delete(table).where(table.c.person == person))
    _rename_deeds(connection, person, nobody)
    tombstones.record(connection, [person], now)
    connection.execute(delete(people).where(people.c.id == person))
    eraser = replace(caller, id=nobody) if caller.id == person else caller
    for course in courses or [None]:
        record(connection, eraser, now, "person erased", course=course, subject=nobody)


def _operators(connection: Connection) -> int:
    found = select(func.count()).select_from(people).where(people.c.operator, people.c.erased_at.is_(None))
    return connection.scalar(found) or 0


def _courses(connection: Connection, person: str) -> list[str]:
    """The courses in which somebody is or has been, or has worked."""
    enrolled = select(enrolments.c.course).where(enrolments.c.person == person)
    worked = select(instances.c.course).where(instances.c.owner == person, instances.c.course.is_not(None))
    return sorted(connection.scalars(enrolled.union(worked)))


def forget_instances(connection: Connection, ids: Ids) -> None:
    """Delete instances, with all that hangs on them."""
    forget_attempts(connection, select(attempts.c.id).where(attempts.c.instance.in_(ids)))
    connection.execute(delete(instance_parts).where(instance_parts.c.instance.in_(ids)))
    connection.execute(delete(instances).where(instances.c.id.in_(ids)))


def forget_attempts(connection: Connection, ids: Ids) -> None:
    """Delete attempts, with all that hangs on them."""
    for table in (flags, regrade_changes, revisions, verdicts):
        connection.execute(delete(table).where(table.c.attempt.in_(ids)))
    connection.execute(delete(attempts).where(attempts.c.id.in_(ids)))


def _keep_numbers(connection: Connection, person: str, nobody: str) -> None:
    """Scores and mistakes of somebody become nobody's; the days of attempts stay, their times do not."""
    for row in connection.execute(select(scores).where(scores.c.person == person)).all():
        moments = {name: row._mapping[name] for name in ("last_attempt_at", "begun_at", "solved_at")}
        days = {name: at and at.replace(hour=0, minute=0, second=0, microsecond=0) for name, at in moments.items()}
        here = (scores.c.assignment == row.assignment) & (scores.c.person == person) & (scores.c.item == row.item)
        connection.execute(update(scores).where(here).values(person=nobody, **days))
    connection.execute(update(mistakes).where(mistakes.c.person == person).values(person=nobody, attempt=""))


def _forget_replies(connection: Connection, person: str) -> None:
    """Delete kept replies to somebody, and those on paths that name them, their instances or their attempts."""
    mine = select(instances.c.id).where(instances.c.owner == person)
    theirs = select(attempts.c.id).where(attempts.c.instance.in_(mine))
    named = {person, *connection.scalars(mine), *connection.scalars(theirs)}
    for scope in set(connection.scalars(select(replies.c.scope))):
        if not named.isdisjoint(re.split("[/ ]", scope)):
            connection.execute(delete(replies).where(replies.c.scope == scope))


# What staff did -----------------------------------------------------------------------------------


def about(person: str) -> ColumnElement[bool]:
    """Entries of the audit log about somebody: they are its subject, or its details name them."""
    return (audit.c.subject == person) | cast(audit.c.details, Text).contains(person, autoescape=True)


def _rename_deeds(connection: Connection, person: str, nobody: str) -> None:
    """Put another id in the place of somebody's wherever staff did something, and drop reasons about them."""
    for row in connection.execute(select(audit).where(about(person))).all():
        subject = nobody if row.subject == person else row.subject
        details = _renamed(row.details, person, nobody)
        here = audit.c.number == row.number
        connection.execute(update(audit).where(here).values(subject=subject, details=details))
    done = regrades.c.cursor.endswith(person, autoescape=True) & regrades.c.state.in_(("ready", "kept"))
    connection.execute(update(regrades).where(done).values(cursor=""))
    for table, column in DEEDS:
        connection.execute(update(table).where(table.c[column] == person).values({column: nobody}))


def _renamed(value: Any, person: str, nobody: str) -> Any:
    if isinstance(value, dict):
        renamed = {_renamed(name, person, nobody): _renamed(of, person, nobody) for name, of in value.items()}
        return {**renamed, **({"reason": ""} if "reason" in renamed else {})}
    if isinstance(value, list):
        return [_renamed(of, person, nobody) for of in value]
    return nobody if value == person else value


# Nobody comes back --------------------------------------------------------------------------------


def erase_again(engine: Engine, file: Path, now: datetime) -> int:
    """Erase whoever is in the database and was erased before, as it or the file says; how many that were.

    For a database that may come from elsewhere, and that no server uses yet. Raises `CannotOpen`.
    """
    with engine.begin() as connection:
        tombstones.record(connection, tombstones.remembered(file), now)
        everyone, back = tombstones.recorded(connection), tombstones.back_again(connection)
    for person in sorted(everyone - tombstones.remembered(file)):
        tombstones.remember(file, person)
    for person in back:
        with engine.begin() as connection:
            forget(connection, COMMAND, person, now)
    leave_no_trace(engine)
    return len(back)


def has_traces(connection: Connection) -> bool:
    """Whether somebody was erased since the database was written anew, so that fragments may be in its file."""
    return tombstones.count(connection) != mark_of(connection)


def leave_no_trace(engine: Engine, at_most: int | None = None) -> bool:
    """Write the database anew if somebody was erased since that was done last; whether no trace is left.

    Some is where somebody else reads for too long, and where the database has more bytes than `at_most`.
    """
    with engine.begin() as connection:
        if not has_traces(connection):
            return True
        if at_most is not None and size_of(connection) > at_most:
            return False
        erased_people = tombstones.count(connection)
    rewrite(engine, erased_people)
    with engine.begin() as connection:
        return not has_traces(connection)


def leave_little_trace(engine: Engine) -> None:
    """What of that can be done at once, after an erasure: all of it, unless others would wait long for that."""
    if not leave_no_trace(engine, QUICKLY_REWRITTEN):
        empty_log(engine)
