"""People in a course, one at a time: found, changed, let in with a token, taken out."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, delete, func, select, update

from app.auth import Caller, Role, Secret, create_secret, create_secrets, require_room_for_a_token
from app.courses import audit
from app.courses.course import Course, instructors
from app.courses.roster import ANOTHERS, EMAIL, NO_ADDRESS, OF_COURSE, fault_of_cell, holders_of, ids_of, key_of
from app.models import enrolments, people, tokens
from app.problems import Conflict, ErrorOut, Forbidden, InvalidRequest, NotFound

NOBODY: Final = "There is nobody with this id in the course."
SHOWN_EMAIL: Final = func.coalesce(people.c.email, enrolments.c.email).label("email")
"""Somebody's address: by which we know them, else as a learning platform writes it, to be shown and no more."""
LINK_LASTS: Final = timedelta(days=7)
MOST_LINKS: Final = 5  # of one person in a course that are good at the same time


@dataclass(frozen=True)
class Member:
    """A person in a course, or who left it. `email` may be what a learning platform says, by which nobody is known."""

    id: str
    name: str
    email: str | None
    role: Role
    external_id: str | None
    group: str | None
    left_at: datetime | None = None


def _members(course: str, *, left: bool = False) -> Any:
    where = enrolments.c.left_at.is_not(None) & people.c.erased_at.is_(None) if left else enrolments.c.left_at.is_(None)
    return (
        select(
            enrolments.c.person.label("id"),
            enrolments.c.name,
            SHOWN_EMAIL,
            enrolments.c.role,
            enrolments.c.external_id,
            enrolments.c.group,
            enrolments.c.left_at,
        )
        .join(people, people.c.id == enrolments.c.person)
        .where(enrolments.c.course == course, where)
    )


def members(connection: Connection, course: str, after: str = "", limit: int | None = None) -> list[Member]:
    """Who is in a course, by id, from after one on."""
    found = _members(course).where(enrolments.c.person > after).order_by(enrolments.c.person).limit(limit)
    return [Member(**row._mapping) for row in connection.execute(found)]


def former(connection: Connection, course: str) -> list[Member]:
    """Who was in a course and has left it, by id."""
    return [Member(**row._mapping) for row in connection.execute(_members(course, left=True).order_by("id"))]


def how_many_left(connection: Connection, course: str) -> int:
    """How many have left a course."""
    found = select(func.count()).select_from(_members(course, left=True).subquery())
    return connection.scalar(found) or 0


def member(connection: Connection, course: str, person: str) -> Member:
    """Somebody in a course. Raises `NotFound`."""
    row = connection.execute(_members(course).where(enrolments.c.person == person)).one_or_none()
    if row is None:
        raise NotFound(NOBODY)
    return Member(**row._mapping)


def among(connection: Connection, course: str, persons: Sequence[str]) -> set[str]:
    """Those of these people who are in a course."""
    here = (enrolments.c.course == course) & enrolments.c.person.in_(persons) & enrolments.c.left_at.is_(None)
    return set(connection.scalars(select(enrolments.c.person).where(here)))


def left(connection: Connection, course: str, persons: Sequence[str]) -> list[str]:
    """The names of those of these people who were in a course and have left it."""
    gone = (enrolments.c.course == course) & enrolments.c.person.in_(persons) & enrolments.c.left_at.is_not(None)
    return list(connection.scalars(select(enrolments.c.name).where(gone).order_by(enrolments.c.name)))


def names(connection: Connection, course: str, persons: Collection[str]) -> dict[str, str]:
    """The names of some people: as a course's roster has them, of others (the operator) their own."""
    found = (
        select(people.c.id, func.coalesce(enrolments.c.name, people.c.name).label("name"))
        .outerjoin(enrolments, (enrolments.c.person == people.c.id) & (enrolments.c.course == course))
        .where(people.c.id.in_(persons), people.c.erased_at.is_(None))
    )
    return {row.id: row.name for row in connection.execute(found)}


def change(
    connection: Connection, caller: Caller, course: Course, before: Member, values: Mapping[str, Any], now: datetime
) -> Member:
    """Change somebody's name, address, role, external id or group.

    Raises `Forbidden`, `InvalidRequest`, `Conflict`.
    """
    wanted = {name: (value or "").strip() or None for name, value in values.items()}
    if address := wanted.get("email"):
        wanted["email"] = address = address.lower()
    changed = {name: value for name, value in wanted.items() if value != getattr(before, name)}
    if "email" in changed:
        _require_readdressing(connection, caller, course, before)
    for name, value in changed.items():
        if detail := _fault_of_change(name, value):
            raise InvalidRequest(detail, [ErrorOut(pointer=f"/{name}", detail=detail)])
    if changed.get("role", "instructor") != "instructor":
        _require_another_instructor(connection, course, before)
    key = key_of(changed.get("external_id"))
    if holders_of(connection, course.id, [changed.get("external_id")], {}).get(key, set()) - {before.id}:
        raise Conflict(ANOTHERS)
    if "email" in changed and address and ids_of(connection, [address]):
        raise Conflict("Another person is known by this address.")
    if changed:
        of_course = {name: value for name, value in changed.items() if name in OF_COURSE}
        if of_course:
            connection.execute(update(enrolments).where(_here(course, before)).values(**of_course))
        if "email" in changed:
            connection.execute(update(people).where(people.c.id == before.id).values(email=changed["email"]))
        details = {"fields": sorted(changed), **({"role": [before.role, changed["role"]]} if "role" in changed else {})}
        audit.record(connection, caller, now, "enrolment changed", course=course.id, subject=before.id, details=details)
    return member(connection, course.id, before.id)


def _fault_of_change(name: str, value: str | None) -> str | None:
    if name == "email" and not EMAIL.fullmatch(value or ""):
        return NO_ADDRESS
    if name == "name" and not value:
        return "The name is missing."
    return fault_of_cell(name, value or "")


def _require_readdressing(connection: Connection, caller: Caller, course: Course, who: Member) -> None:
    """Raises `Forbidden` for who may not change somebody's address: it is how other courses know them, too."""
    elsewhere = select(enrolments.c.person).where(enrolments.c.person == who.id, enrolments.c.course != course.id)
    operator = select(people.c.id).where(people.c.id == who.id, people.c.operator)
    if not caller.operator and connection.execute(elsewhere.union(operator)).first():
        raise Forbidden("This address is not for a course alone to change. Ask the operator of this server to do it.")


def leave(connection: Connection, caller: Caller, course: Course, who: Member, now: datetime) -> None:
    """Take somebody out of the course: what they did stays, their tokens for this course end. Raises `Conflict`."""
    _require_another_instructor(connection, course, who)
    connection.execute(update(enrolments).where(_here(course, who)).values(left_at=now))
    connection.execute(delete(tokens).where(tokens.c.person == who.id, tokens.c.course == course.id))
    audit.record(connection, caller, now, "enrolment ended", course=course.id, subject=who.id)


def give_token(connection: Connection, caller: Caller, course: Course, who: Member, now: datetime) -> Secret:
    """A token for somebody in the course. It opens this course only, whatever else the person may do."""
    require_room_for_a_token(connection, who.id, course.id)
    made = create_secret(connection, who.id, now, course=course.id, label=f"Given in {course.title}"[:100])
    audit.record(connection, caller, now, "token given", course=course.id, subject=who.id, details={"token": made.id})
    return made


def give_links(
    connection: Connection, caller: Caller, course: Course, people_in: Sequence[Member], now: datetime
) -> list[Secret]:
    """A link for each of some people of the course, which signs them in once, to this course only.

    Each of them keeps the newest links of theirs, so that those of a letter stay good while another one is written.
    """
    persons = [who.id for who in people_in]
    made = create_secrets(connection, persons, now, "sign-in", course=course.id, lifetime=LINK_LASTS)
    number = func.row_number().over(partition_by=tokens.c.person, order_by=tokens.c.created_at.desc())
    theirs = (tokens.c.course == course.id) & (tokens.c.purpose == "sign-in") & tokens.c.person.in_(persons)
    newest_first = select(tokens.c.id, number.label("number")).where(theirs).subquery()
    connection.execute(
        delete(tokens).where(tokens.c.id.in_(select(newest_first.c.id).where(newest_first.c.number > MOST_LINKS)))
    )
    audit.record(connection, caller, now, "sign-in links given", course=course.id, details={"people": persons})
    return made


def take_tokens(connection: Connection, caller: Caller, course: Course, who: Member, now: datetime) -> None:
    """Revoke all tokens of somebody that are for this course."""
    connection.execute(delete(tokens).where(tokens.c.person == who.id, tokens.c.course == course.id))
    audit.record(connection, caller, now, "tokens revoked", course=course.id, subject=who.id)


def _here(course: Course, who: Member) -> Any:
    return (enrolments.c.course == course.id) & (enrolments.c.person == who.id)


def _require_another_instructor(connection: Connection, course: Course, who: Member) -> None:
    if who.role == "instructor" and len(instructors(connection, course.id)) == 1:
        raise Conflict("A course must keep an instructor. Make somebody else one first.")
