"""Courses: made, found, changed, copied."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Final
from zoneinfo import ZoneInfo, available_timezones

from sqlalchemy import Connection, Select, func, insert, select, update

from app.auth import STAFF, TEACHERS, Caller, Role, new_id, require_role
from app.courses import audit
from app.dates import EARLIEST, LATEST, Dates
from app.models import assignments, contexts, courses, enrolments, items, people, platforms
from app.problems import ErrorOut, Forbidden, InvalidRequest

MILLISECOND: Final = timedelta(milliseconds=1)
EVERYONE: Final[tuple[Role, ...]] = ("student", "assistant", "instructor", "operator")


@dataclass(frozen=True)
class Course:
    """A course, as one of its people sees it. `platform`: the name of the learning platform that it belongs to."""

    id: str
    title: str
    timezone: str
    rule: dict[str, Any] | None
    role: Role
    platform: str | None = None


def create(connection: Connection, caller: Caller, title: str, timezone: str, now: datetime) -> Course:
    """A new course, with the caller as its instructor."""
    return _create(connection, caller, title, timezone_called(timezone), None, now)


def _create(
    connection: Connection, caller: Caller, title: str, timezone: str, rule: dict[str, Any] | None, now: datetime
) -> Course:
    id = new_id()
    values = {"id": id, "title": title, "timezone": timezone, "rule": rule, "created_at": now}
    connection.execute(insert(courses).values(values))
    if caller.id is not None:  # a command on the server's own machine enrols nobody
        name = connection.scalar(select(people.c.name).where(people.c.id == caller.id))
        connection.execute(
            insert(enrolments).values(course=id, person=caller.id, name=name, role="instructor", created_at=now)
        )
    details = {"title": title, "timezone": timezone}
    audit.record(connection, caller, now, "course created", course=id, subject=id, details=details)
    return Course(id, title, timezone, rule, "operator" if caller.id is None else "instructor")


def require_maker(connection: Connection, caller: Caller) -> None:
    """Raises `Forbidden` for who may make no courses."""
    if caller.operator:
        return
    if caller.course is not None:  # whoever was given it would teach where its giver has no say
        raise Forbidden("This token is for one course only. Use one of your own: make it on /me.")
    teaches = select(enrolments.c.course).where(
        enrolments.c.person == caller.person, enrolments.c.role == "instructor", enrolments.c.left_at.is_(None)
    )
    if connection.execute(teaches.limit(1)).first() is None:
        raise Forbidden("Courses are made by instructors and by the operator. Ask the operator to enrol you in one.")


@cache
def timezones() -> set[str]:
    """The names of the time zone database, which takes long to read; what a machine calls local is none of them."""
    return available_timezones() - {"localtime"}


@cache
def _timezones_in_any_case() -> dict[str, str]:
    return {name.casefold(): name for name in timezones()}


def timezone_called(name: str) -> str:
    """The name of a time zone as its database writes it. Raises `InvalidRequest` where there is none in any case."""
    found = name if name in timezones() else _timezones_in_any_case().get(name.casefold().replace(" ", "_"))
    if found is None:
        detail = "There is no such time zone. Send a name such as Europe/Vienna."
        raise InvalidRequest(detail, [ErrorOut(pointer="/timezone", detail=detail)])
    return found


def find(connection: Connection, caller: Caller, id: str, roles: tuple[Role, ...] = EVERYONE) -> Course:
    """A course in which the caller has one of these roles. Raises `NotFound`, `Forbidden`."""
    role = require_role(connection, caller, id, roles)
    if caller.operator:
        role = _roles_of(connection, caller).get(id, role)
    row = connection.execute(_courses().where(courses.c.id == id)).one()
    return Course(row.id, row.title, row.timezone, row.rule, role, row.platform)


def of_caller(connection: Connection, caller: Caller) -> list[Course]:
    """The courses that the caller may see, oldest first."""
    role_of = _roles_of(connection, caller)
    found = _courses().order_by(courses.c.created_at, courses.c.id)
    if caller.course is not None:
        found = found.where(courses.c.id == caller.course)
    return [
        Course(row.id, row.title, row.timezone, row.rule, role_of.get(row.id, "operator"), row.platform)
        for row in connection.execute(found)
        if caller.operator or row.id in role_of
    ]


def _courses() -> Select[Any]:
    """Courses with the names of their platforms."""
    theirs = select(platforms.c.name).join(contexts, contexts.c.platform == platforms.c.id)
    return select(courses, theirs.where(contexts.c.course == courses.c.id).scalar_subquery().label("platform"))


@dataclass(frozen=True)
class Overview:
    """How many students a course has, and when the next of its assignments is due; None: none is."""

    students: int = 0
    next_due: datetime | None = None


def overview(connection: Connection, courses: Collection[str], now: datetime) -> dict[str, Overview]:
    """What there is to see of each of some courses at first sight."""
    students = (enrolments.c.role == "student") & enrolments.c.left_at.is_(None)
    counts = (
        select(enrolments.c.course, func.count().label("students"))
        .where(students, enrolments.c.course.in_(courses))
        .group_by(enrolments.c.course)
    )
    due = (
        select(assignments.c.course, func.min(assignments.c.due_at).label("next_due"))
        .where(assignments.c.due_at > now, assignments.c.course.in_(courses))
        .group_by(assignments.c.course)
    )
    students_of = {row.course: row.students for row in connection.execute(counts)}
    due_of = {row.course: row.next_due for row in connection.execute(due)}
    return {course: Overview(students_of.get(course, 0), due_of.get(course)) for course in courses}


def made_at(connection: Connection, ids: Collection[str]) -> dict[str, datetime]:
    """When some courses were made."""
    found = select(courses.c.id, courses.c.created_at).where(courses.c.id.in_(ids))
    return {row.id: row.created_at for row in connection.execute(found)}


def _roles_of(connection: Connection, caller: Caller) -> dict[str, Role]:
    """The caller's roles by course. The operator is shown as staff where they are that, and never as a student."""
    mine = (enrolments.c.person == caller.id) & enrolments.c.left_at.is_(None)
    rows = connection.execute(select(enrolments.c.course, enrolments.c.role).where(mine))
    return {row.course: row.role for row in rows if not caller.operator or row.role in STAFF}


def change(connection: Connection, caller: Caller, course: Course, values: Mapping[str, Any], now: datetime) -> Course:
    """Change the title, the time zone or the rule of a course."""
    if "timezone" in values:
        values = {**values, "timezone": timezone_called(values["timezone"])}
    before = {name: getattr(course, name) for name in values}
    if values and before != dict(values):
        connection.execute(update(courses).where(courses.c.id == course.id).values(**values))
        details = {name: [before[name], values[name]] for name in values}
        audit.record(connection, caller, now, "course changed", course=course.id, subject=course.id, details=details)
    return find(connection, caller, course.id, TEACHERS)


def copy(connection: Connection, caller: Caller, course: Course, title: str, shift_days: int, now: datetime) -> Course:
    """A new course with the same assignments, their dates moved by whole days on the course's own clock.

    Items that were voided are whole again. People, extensions and scores stay where they are.
    """
    made = _create(connection, caller, title, course.timezone, course.rule, now)
    copy_assignments(connection, course, made.id, shift_days, now)
    details = {"title": title, "timezone": course.timezone, "shift_days": shift_days}
    audit.record(connection, caller, now, "course copied", course=made.id, subject=course.id, details=details)
    return made


def copy_assignments(connection: Connection, course: Course, to: str, shift_days: int, now: datetime) -> dict[str, str]:
    """Copy the assignments of a course into another one, as `copy` does; the new ids by the old ones."""
    zone, made = ZoneInfo(course.timezone), dict[str, str]()
    here = select(assignments).where(assignments.c.course == course.id)
    rows = connection.execute(here.order_by(assignments.c.created_at, assignments.c.id)).all()
    for place, row in enumerate(rows):
        dates = shifted(Dates(row.opens_at, row.due_at, row.closes_at), shift_days, zone)
        # A millisecond apart: lists show the oldest first.
        new = {"id": new_id(), "course": to, "created_at": now + place * MILLISECOND, **vars(dates)}
        connection.execute(insert(assignments).values({**row._mapping, **new}))
        made[row.id] = str(new["id"])
        for item in connection.execute(select(items).where(items.c.assignment == row.id).order_by(items.c.n)):
            kept = {**item._mapping, "id": new_id(), "assignment": new["id"], "void": None, "void_reason": None}
            connection.execute(insert(items).values(kept))
    return made


def shifted(dates: Dates, days: int, zone: ZoneInfo) -> Dates:
    """The same times on the clock of the zone, days later, over changes of daylight saving time, too.

    Where two of them fall into the hour that the clock skips or repeats, they may change places:
    then all move by whole days of 24 hours. Raises `InvalidRequest` for years that are no assignment's.
    """
    try:
        span = timedelta(days=days)
        moved = Dates(*(at and (at.astimezone(zone) + span).astimezone(UTC) for at in vars(dates).values()))
        moved = Dates(*(at and at + span for at in vars(dates).values())) if moved.fault() else moved
    except OverflowError:
        moved = None
    if moved is None or not all(EARLIEST <= at < LATEST for at in vars(moved).values() if at):
        detail = f"All dates must stay between the years {EARLIEST.year} and {LATEST.year}. Shift by fewer days."
        raise InvalidRequest(detail, [ErrorOut(pointer="/shift_days", detail=detail)])
    return moved


def instructors(connection: Connection, course: str) -> list[str]:
    """Who teaches a course."""
    active = (enrolments.c.course == course) & (enrolments.c.role == "instructor") & enrolments.c.left_at.is_(None)
    return list(connection.scalars(select(enrolments.c.person).where(active)))
