"""A learning platform's courses and ours that belong to them: made when somebody first comes from there.

People are known by the platform's id for them alone, never by name or address. Who comes again comes as the platform
has them now: it decides about names and roles.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, insert, select, update

from app import outbox
from app.auth import Caller, Role, add_person, new_id
from app.courses import audit
from app.models import (
    assignments,
    contexts,
    copies,
    courses,
    enrolments,
    grades,
    identities,
    line_items,
    people,
    resource_links,
)
from app.problems import NotFound

LONGEST_NAME: Final = 200
LONGEST_EMAIL: Final = 254
LONGEST_ADDRESS: Final = 1_000
UNPRINTABLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
NO_LINK: Final = ""  # of a column that belongs to no link


@dataclass(frozen=True)
class Context:
    """A platform's course, and the id of ours."""

    id: str
    platform: str
    deployment: str
    context: str
    course: str
    line_items_url: str | None
    memberships_url: str | None
    scopes: tuple[str, ...]
    release: str
    roster: str


@dataclass(frozen=True)
class Who:
    """Somebody as a platform names them: `subject` is its id for them; the rest it may keep to itself."""

    subject: str
    name: str | None = None
    email: str | None = None
    preview: bool = False


# Courses ------------------------------------------------------------------------------------------


def find(connection: Connection, platform: str, deployment: str, context: str) -> Context | None:
    """A platform's course that somebody has come from before."""
    here = (contexts.c.platform == platform) & (contexts.c.deployment == deployment) & (contexts.c.context == context)
    row = connection.execute(select(contexts).where(here)).one_or_none()
    return _of(row) if row else None


def by_id(connection: Connection, id: str) -> Context:
    """A platform's course. Raises `NotFound`."""
    row = connection.execute(select(contexts).where(contexts.c.id == id)).one_or_none()
    if row is None:
        raise NotFound("There is no such course of a platform.")
    return _of(row)


def of_course(connection: Connection, course: str) -> Context | None:
    """The platform's course that one of ours belongs to."""
    row = connection.execute(select(contexts).where(contexts.c.course == course)).one_or_none()
    return _of(row) if row else None


def of_history(connection: Connection, platform: str, ids: Collection[str]) -> list[Context]:
    """Those of a platform's courses that we know, by its ids for them."""
    here = (contexts.c.platform == platform) & contexts.c.context.in_(ids)
    return [_of(row) for row in connection.execute(select(contexts).where(here))]


def make(
    connection: Connection, platform: str, deployment: str, context: str, title: str, actor: str, now: datetime
) -> Context:
    """A new course for a platform's; `actor` is the person who came first.

    Its clock is that of the platform's latest course here whose clock somebody has set.
    """
    course, id = new_id(), new_id()
    values = {
        "id": course,
        "title": presentable(title) or "A course",
        "timezone": _zone(connection, platform),
    }
    connection.execute(insert(courses).values(rule=None, created_at=now, **values))
    where = {"platform": platform, "deployment": deployment, "context": context}
    connection.execute(insert(contexts).values(id=id, course=course, scopes=[], **where))
    row = connection.execute(select(contexts).where(contexts.c.id == id)).one()
    audit.record(
        connection, Caller(actor), now, "course created", course=course, subject=course, details={**values, **where}
    )
    return _of(row)


def _zone(connection: Connection, platform: str) -> str:
    theirs = (
        select(courses.c.timezone)
        .join(contexts, contexts.c.course == courses.c.id)
        .where(contexts.c.platform == platform, courses.c.timezone != "UTC")
        .order_by(courses.c.created_at.desc())
    )
    return connection.scalar(theirs.limit(1)) or "UTC"


def offer(
    connection: Connection,
    context: Context,
    line_items_url: str | None,
    memberships_url: str | None,
    scopes: Collection[str],
    now: datetime,
) -> None:
    """Keep which services the platform offers for this course; a roster that is new is fetched at once.

    A platform may let us send grades (`scopes`) to a column that a link names, without a list of columns.
    """
    values: dict[str, Any] = {}
    if line_items_url or scopes:
        values["scopes"] = sorted(scopes)
    if line_items_url:
        values["line_items_url"] = line_items_url[:LONGEST_ADDRESS]
    if memberships_url:
        values["memberships_url"] = memberships_url[:LONGEST_ADDRESS]
        if context.memberships_url is None:
            values["roster_due_at"] = now
    present = {name: getattr(context, name, None) for name in values} | {"scopes": list(context.scopes)}
    if any(present.get(name) != value for name, value in values.items()):
        connection.execute(update(contexts).where(contexts.c.id == context.id).values(**values))


def _of(row: Row[Any]) -> Context:
    values = {name: row._mapping[name] for name in Context.__dataclass_fields__}
    return Context(**{**values, "scopes": tuple(row.scopes)})


# People -------------------------------------------------------------------------------------------


def known(connection: Connection, platform: str, who: Who, now: datetime) -> str:
    """The id of the person whom a platform names: a new one who comes for the first time."""
    here = (identities.c.platform == platform) & (identities.c.subject == who.subject)
    row = connection.execute(select(identities).where(here)).one_or_none()
    if row is None:
        person = add_person(connection, who.name or nameless(who.subject), now)
        values = {"platform": platform, "subject": who.subject, "person": person, "preview": who.preview}
        connection.execute(insert(identities).values(**values))
        return person
    if row.preview != who.preview:
        connection.execute(update(identities).where(here).values(preview=who.preview))
    if who.name:
        named = (people.c.id == row.person) & (people.c.name != who.name)
        connection.execute(update(people).where(named).values(name=who.name))
    return str(row.person)


def arrived(connection: Connection, course: str) -> set[str]:
    """Those in a course whom its platform has named: it decides what they are called there, and in which role."""
    found = (
        select(identities.c.person)
        .join(contexts, contexts.c.platform == identities.c.platform)
        .join(enrolments, (enrolments.c.course == contexts.c.course) & (enrolments.c.person == identities.c.person))
        .where(contexts.c.course == course, enrolments.c.left_at.is_(None))
    )
    return set(connection.scalars(found))


def presentable(text: str | None) -> str | None:
    """What can be shown of what a platform calls somebody or something; None where nothing can."""
    return UNPRINTABLE.sub(" ", text or "").strip()[:LONGEST_NAME].strip() or None


def nameless(subject: str) -> str:
    """What somebody is called whose name the platform keeps to itself."""
    return f"Person {subject[-6:]}"


def enter(connection: Connection, context: Context, who: Who, role: Role, now: datetime) -> str:
    """Take somebody into a course, or bring their enrolment up to date; the id of the person."""
    person = known(connection, context.platform, who, now)
    here = (enrolments.c.course == context.course) & (enrolments.c.person == person)
    row = connection.execute(select(enrolments).where(here)).one_or_none()
    told = {"name": who.name, "email": who.email and who.email[:LONGEST_EMAIL]}
    said = {"role": role, "left_at": None, **{name: value for name, value in told.items() if value}}
    details: dict[str, Any] = {"platform": context.platform}
    if row is None:
        values = {"name": nameless(who.subject), **said, "course": context.course, "person": person, "created_at": now}
        connection.execute(insert(enrolments).values(**values))
        action = "enrolment made"
    elif {name: row._mapping[name] for name in said} == said:
        return person
    else:
        connection.execute(update(enrolments).where(here).values(**said))
        if row.role == role and row.left_at is None:
            return person
        send_again(connection, context, [person], now)
        action, details = "enrolment changed", {**details, "role": [row.role, role]}
    audit.record(connection, Caller(person), now, action, course=context.course, subject=person, details=details)
    return person


def send_again(connection: Connection, context: Context, persons: Collection[str], now: datetime) -> None:
    """Have the grades sent of those who came back or have another role: they may have been refused until now."""
    if not persons:
        return
    graded = select(line_items.c.assignment).where(line_items.c.context == context.id).distinct()
    for assignment in connection.scalars(graded).all():
        outbox.changed(connection, assignment, persons, now)


# Links and copies ---------------------------------------------------------------------------------


def linked(connection: Connection, context: Context, link: str, wanted: str) -> str | None:
    """The assignment that a link opens, as long as it asks for what it asked for then."""
    here = (resource_links.c.context == context.id) & (resource_links.c.link == link)
    return connection.scalar(select(resource_links.c.assignment).where(here, resource_links.c.wanted == wanted))


def opened_by_links(connection: Connection, context: Context) -> set[str]:
    """The assignments that somebody has opened by a link."""
    return set(connection.scalars(select(resource_links.c.assignment).where(resource_links.c.context == context.id)))


def bind(connection: Connection, context: Context, link: str, wanted: str, assignment: str) -> None:
    """Have a link that asks for something open an assignment of the context's course from now on."""
    if linked(connection, context, link, wanted) == assignment:
        return
    here = (resource_links.c.context == context.id) & (resource_links.c.link == link)
    values = {"wanted": wanted, "assignment": assignment}
    if not connection.execute(update(resource_links).where(here).values(**values)).rowcount:
        connection.execute(insert(resource_links).values(context=context.id, link=link, **values))


@dataclass(frozen=True)
class Column:
    """A column of the platform's gradebook: of which link ("" of none), where it is, and in which list of columns.

    Without a `url` it is looked for in that list, or made there. Open edX has a list for each link.
    """

    link: str = NO_LINK
    url: str | None = None
    items_url: str | None = None


def grade_into(connection: Connection, context: Context, assignment: str, column: Column, now: datetime) -> None:
    """Send the grades of an assignment to a column; what there is already goes at once."""
    here = (
        (line_items.c.context == context.id)
        & (line_items.c.assignment == assignment)
        & (line_items.c.link == column.link)
    )
    said = {name: value for name in ("url", "items_url") if (value := getattr(column, name))}
    row = connection.execute(select(line_items).where(here)).one_or_none()
    if row is None:
        values = {"id": new_id(), "context": context.id, "assignment": assignment, "link": column.link, **said}
        connection.execute(insert(line_items).values(created_at=now, **values))
    elif any(row._mapping[name] != value for name, value in said.items()):
        connection.execute(update(line_items).where(here).values(**said, trouble=None))
        if column.url and column.url != row.url:  # none of the grades that were sent is there
            outbox.tell_again(connection, grades.c.line_item == row.id, now)
    else:
        return
    outbox.changed(connection, assignment, None, now)


def stands_for(connection: Connection, course: str, original: str) -> str | None:
    """The assignment of a course that a course copied on the platform has in place of another one's."""
    here = (copies.c.course == course) & (copies.c.original == original)
    return connection.scalar(select(copies.c.assignment).where(here))


def copies_of(connection: Connection, context: Context, source: str) -> dict[str, str]:
    """The copies that were made of another course's assignments, by their originals; none where none were."""
    if connection.scalar(select(contexts.c.copied_from).where(contexts.c.id == context.id)) != source:
        return {}
    found = select(copies.c.original, copies.c.assignment).where(copies.c.course == context.course)
    return {row.original: row.assignment for row in connection.execute(found)}


def remember_copies(
    connection: Connection, context: Context, made: Mapping[str, str], source: str | None = None
) -> None:
    """Keep which assignments stand for another course's: those of the course `source`, where all were copied."""
    if source is not None:
        connection.execute(update(contexts).where(contexts.c.id == context.id).values(copied_from=source))
    for original, copy in made.items():
        here = (copies.c.course == context.course) & (copies.c.original == original)
        if not connection.execute(update(copies).where(here).values(assignment=copy)).rowcount:
            connection.execute(insert(copies).values(course=context.course, original=original, assignment=copy))


def home_of(connection: Connection, assignment: str) -> Context | None:
    """The platform's course that an assignment belongs to."""
    found = select(contexts).join(assignments, assignments.c.course == contexts.c.course)
    row = connection.execute(found.where(assignments.c.id == assignment)).one_or_none()
    return _of(row) if row else None
