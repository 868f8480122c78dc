"""How the grades of a course stand with its platform, for the people who teach there, and what they decide about it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, func, or_, select, update

from app import outbox
from app.auth import Caller
from app.courses import audit
from app.courses.assignments import Assignment
from app.courses.contexts import Context
from app.models import assignments, contexts, enrolments, grades, line_items, people, platforms
from app.models.lms import GRADE_STATES, RELEASES
from app.problems import ErrorOut, InvalidRequest

REVIEWED: Final = "for_review"


@dataclass(frozen=True)
class Counts:
    """How many grades of an assignment stand how: `pending` ones wait.

    `trouble`: why its column cannot be had, else why one of its grades was refused last, for people.
    """

    assignment: str
    title: str
    sent: int
    pending: int
    superseded: int
    failed: int
    trouble: str | None


@dataclass(frozen=True)
class Standing:
    """How the grades of a course stand: by assignment that has a column, and why the platform rests, for people."""

    assignments: list[Counts]
    trouble: str | None
    resting_until: datetime | None


@dataclass(frozen=True)
class Failure:
    """A grade that was refused: whose (with the name that the roster has), why, for people, and when it was tried."""

    person: str
    name: str
    trouble: str
    at: datetime


def standing(connection: Connection, course: str) -> Standing:
    """How the grades of a course stand. One who has no grade to send is not counted."""
    platform = connection.execute(
        select(platforms.c.trouble, platforms.c.resting_until)
        .join(contexts, contexts.c.platform == platforms.c.id)
        .where(contexts.c.course == course)
    ).one_or_none()
    counts = _counts(connection, course)
    columns = (
        select(assignments.c.id, assignments.c.title, func.max(line_items.c.trouble).label("trouble"))
        .join(line_items, line_items.c.assignment == assignments.c.id)
        .where(assignments.c.course == course)
        .group_by(assignments.c.id)
        .order_by(assignments.c.created_at, assignments.c.id)
    )
    found = [
        Counts(
            row.id,
            row.title,
            **{state: counts.get((row.id, state), 0) for state in GRADE_STATES},
            trouble=row.trouble or _newest_trouble(connection, row.id),
        )
        for row in connection.execute(columns).all()
    ]
    return Standing(found, platform and platform.trouble, platform and platform.resting_until)


def _counts(connection: Connection, course: str) -> dict[tuple[str, str], int]:
    """How many grades are in a state, by assignment and state; a `sent` one of which nothing was told is none."""
    found = (
        select(line_items.c.assignment, grades.c.state, func.count())
        .join(line_items, line_items.c.id == grades.c.line_item)
        .join(assignments, assignments.c.id == line_items.c.assignment)
        .where(assignments.c.course == course, or_(grades.c.state != "sent", grades.c.sent.is_not(None)))
        .group_by(line_items.c.assignment, grades.c.state)
    )
    return {(row[0], row[1]): row[2] for row in connection.execute(found)}


def _newest_trouble(connection: Connection, assignment: str) -> str | None:
    newest = connection.execute(_refused(assignment).limit(1)).one_or_none()
    return str(newest.trouble) if newest else None


def refused(connection: Connection, assignment: str) -> list[Failure]:
    """The grades of an assignment that were refused, the last first."""
    return [Failure(row.person, row.name, row.trouble, row.at) for row in connection.execute(_refused(assignment))]


def _refused(assignment: str) -> Any:
    tried = func.coalesce(grades.c.sent_at, grades.c.changed_at, type_=grades.c.changed_at.type)
    named = func.coalesce(enrolments.c.name, people.c.name).label("name")
    return (
        select(grades.c.person, named, func.coalesce(grades.c.trouble, "").label("trouble"), tried.label("at"))
        .join(line_items, line_items.c.id == grades.c.line_item)
        .join(assignments, assignments.c.id == line_items.c.assignment)
        .join(people, people.c.id == grades.c.person)
        .outerjoin(enrolments, (enrolments.c.course == assignments.c.course) & (enrolments.c.person == people.c.id))
        .where(line_items.c.assignment == assignment, grades.c.state == "failed")
        .order_by(tried.desc(), named)
    )


# What is decided ----------------------------------------------------------------------------------


def resend(
    connection: Connection, caller: Caller, assignment: Assignment, persons: Collection[str] | None, now: datetime
) -> None:
    """Send the grades of these people (None: of everybody) again, though the platform may have others by now."""
    of_assignment = select(line_items.c.id).where(line_items.c.assignment == assignment.id)
    here: ColumnElement[bool] = grades.c.line_item.in_(of_assignment)
    if persons is not None:
        here &= grades.c.person.in_(persons)
    outbox.tell_again(connection, here, now)
    connection.execute(update(line_items).where(line_items.c.assignment == assignment.id).values(trouble=None))
    outbox.changed(connection, assignment.id, persons, now)
    details = {"people": None if persons is None else sorted(persons)}
    audit.record(
        connection, caller, now, "grades sent again", course=assignment.course, subject=assignment.id, details=details
    )


def set_release(connection: Connection, caller: Caller, context: Context, release: str, now: datetime) -> None:
    """Choose when the grades of a course go; those that wait go by that. Raises `InvalidRequest`.

    Those that went for review, and no longer need one, go once more as final ones.
    """
    if release not in RELEASES:
        detail = "Choose when grades go."
        raise InvalidRequest(detail, [ErrorOut(pointer="/release", detail=detail)])
    if release == context.release:
        return
    connection.execute(update(contexts).where(contexts.c.id == context.id).values(release=release))
    here = grades.c.line_item.in_(select(line_items.c.id).where(line_items.c.context == context.id))
    if context.release == REVIEWED:
        outbox.tell_again(connection, here & (grades.c.state == "sent"), now)
    connection.execute(update(grades).where(here, grades.c.state == "pending").values(due_at=now))
    details = {"release": [context.release, release]}
    audit.record(connection, caller, now, "release chosen", course=context.course, subject=context.id, details=details)
