"""Enrolments: who is in a course, in which role. A roster is taken line by line: good lines are kept."""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, delete, insert, select, update

from app.auth import Caller, Role, Secret, create_secret, new_id
from app.courses import audit
from app.courses.course import Course, instructors
from app.models import ROLES, enrolments, people, tokens
from app.problems import Conflict, InvalidRequest, NotFound

COLUMNS: Final = ("name", "email", "role", "external_id", "group")
EMAIL: Final = re.compile(r"[^@\s\"<>,;:\\]+@[^@\s\"<>,;:\\]+")
LONGEST: Final = {"name": 200, "email": 254, "external_id": 100, "group": 100}
AT_ONCE: Final = 500  # values in one query


@dataclass(frozen=True)
class LineError:
    """What is wrong with a line of a roster; the first line is 1, in a file that is the header."""

    line: int
    detail: str


@dataclass(frozen=True)
class Enrolled:
    """What a roster changed."""

    added: int
    updated: int
    unchanged: int
    errors: list[LineError]


Line = tuple[int, Mapping[str, str | None]]


def read_csv(raw: bytes) -> list[Line]:
    """The lines of a CSV roster, by column. Raises `InvalidRequest` where the file as a whole cannot be read."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidRequest("The roster is not UTF-8. Save it as CSV UTF-8 and send it again.") from None
    if "\0" in text:
        raise InvalidRequest("The roster holds a NUL character. Save it as CSV UTF-8 and send it again.")
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        header = [cell.strip().lower() for cell in next(reader, [])]
        if header[:2] != ["name", "email"] or len(set(header)) < len(header) or not set(header) <= set(COLUMNS):
            raise InvalidRequest(f"The first line must be {','.join(COLUMNS)}; columns from the right may be missing.")
        return [
            (reader.line_num, dict(zip(header, map(str.strip, cells), strict=False)))
            if len(cells) <= len(header)
            else (reader.line_num, {})
            for cells in reader
            if any(cell.strip() for cell in cells)
        ]
    except csv.Error as error:
        raise InvalidRequest(f"The roster cannot be read at line {reader.line_num}: {error}.") from None


def enrol(connection: Connection, caller: Caller, course: Course, lines: Iterable[Line], now: datetime) -> Enrolled:
    """Enrol people, or change what a line says differently. A line that changes nothing leaves no trace."""
    good, errors = _checked(lines)
    known = _people(connection, [line["email"] for _, line in good])
    present = {
        row.person: row for row in connection.execute(select(enrolments).where(enrolments.c.course == course.id))
    }
    teachers = {id for id, row in present.items() if row.role == "instructor" and row.left_at is None}
    new_people, added, changed, unchanged = [], [], [], 0
    for number, line in good:
        id = known.get(line["email"])
        if id is None:
            id = new_id()
            new_people.append({"id": id, "name": line["name"], "email": line["email"], "created_at": now})
        before = present.get(id)
        values: dict[str, str | None] = {
            name: line[name] or None for name in ("name", "role", "external_id", "group") if name in line
        }
        if before is None:
            added.append({"role": "student", **_given(values), "course": course.id, "person": id, "created_at": now})
            continue
        after = {**{name: before._mapping[name] for name in values}, **values}
        if not values.get("role"):
            after["role"] = before.role
        if teachers == {id} and after["role"] != "instructor":
            errors.append(LineError(number, "A course must keep an instructor. Add another one first."))
        elif before.left_at is not None:
            changed.append((id, {**after, "left_at": None}, True))
        elif any(before._mapping[name] != value for name, value in after.items()):
            changed.append((id, after, False))
        else:
            unchanged += 1
        if id in teachers and after["role"] != "instructor" and len(teachers) > 1:
            teachers.discard(id)
    _store(connection, course.id, new_people, added, changed)
    result = Enrolled(
        len(added) + sum(back for *_, back in changed),
        sum(not back for *_, back in changed),
        unchanged,
        sorted(errors, key=lambda error: error.line),
    )
    if added or changed:
        details = {"added": [row["person"] for row in added], "changed": [id for id, *_ in changed]}
        audit.record(connection, caller, now, "roster taken", course=course.id, details=details)
    return result


def _given(values: Mapping[str, str | None]) -> dict[str, str | None]:
    """Optional columns that are blank have their default."""
    return {name: value for name, value in values.items() if value is not None}


def _checked(lines: Iterable[Line]) -> tuple[list[tuple[int, dict[str, str]]], list[LineError]]:
    """The good lines, with addresses in lower case, and what is wrong with the others."""
    good: list[tuple[int, dict[str, str]]] = []
    errors: list[LineError] = []
    seen: dict[str, int] = {}
    for number, raw in lines:
        line = {name: (value or "").strip() for name, value in raw.items()}
        email = line.get("email", "").lower()
        if fault := _fault(line, email):
            errors.append(LineError(number, fault))
        elif email in seen:
            errors.append(LineError(number, f"This e-mail address is in line {seen[email]} already."))
        else:
            seen[email] = number
            if "role" in line:
                line["role"] = line["role"].lower()
            good.append((number, {**line, "email": email}))
    return good, errors


def _fault(line: Mapping[str, str], email: str) -> str | None:
    if not line:
        return "This line has more cells than the header. Put a cell with a separator in it in quotes."
    if not line.get("name"):
        return "The name is missing."
    if not EMAIL.fullmatch(email):
        return "This is no e-mail address."
    if line.get("role", "").lower() not in ("", *ROLES):
        return f"The role must be one of {', '.join(ROLES)}."
    for name, longest in LONGEST.items():
        if len(line.get(name, "")) > longest:
            return f"The {name} is longer than {longest} characters."
        if not line.get(name, "").isprintable():
            return f"The {name} holds a control character."
    return None


def _people(connection: Connection, emails: list[str]) -> dict[str, str]:
    """The ids of the people that are known already, by e-mail address."""
    known: dict[str, str] = {}
    for start in range(0, len(emails), AT_ONCE):
        found = select(people.c.email, people.c.id).where(people.c.email.in_(emails[start : start + AT_ONCE]))
        known.update((row.email, row.id) for row in connection.execute(found))
    return known


def _store(
    connection: Connection,
    course: str,
    new_people: list[dict[str, Any]],
    added: list[dict[str, Any]],
    changed: list[tuple[str, dict[str, Any], bool]],
) -> None:
    if new_people:
        connection.execute(insert(people), new_people)
    if added:
        blank = dict.fromkeys(("external_id", "group"))
        connection.execute(insert(enrolments), [{**blank, **row} for row in added])
    for person, values, _ in changed:
        here = (enrolments.c.course == course) & (enrolments.c.person == person)
        connection.execute(update(enrolments).where(here).values(**values))


# One person ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Member:
    """A person in a course."""

    id: str
    name: str
    email: str | None
    role: Role
    external_id: str | None
    group: str | None


def _members(course: str) -> Any:
    return (
        select(
            enrolments.c.person.label("id"),
            enrolments.c.name,
            people.c.email,
            enrolments.c.role,
            enrolments.c.external_id,
            enrolments.c.group,
        )
        .join(people, people.c.id == enrolments.c.person)
        .where(enrolments.c.course == course, enrolments.c.left_at.is_(None))
    )


def members(connection: Connection, course: str, after: str = "", limit: int | None = None) -> list[Member]:
    """Who is in a course, by id, from after one on."""
    found = _members(course).where(enrolments.c.person > after).order_by(enrolments.c.person).limit(limit)
    return [Member(**row._mapping) for row in connection.execute(found)]


def member(connection: Connection, course: str, person: str) -> Member:
    """Somebody in a course. Raises `NotFound`."""
    row = connection.execute(_members(course).where(enrolments.c.person == person)).one_or_none()
    if row is None:
        raise NotFound("There is nobody with this id in the course.")
    return Member(**row._mapping)


def change(
    connection: Connection, caller: Caller, course: Course, before: Member, values: Mapping[str, Any], now: datetime
) -> Member:
    """Change somebody's name, role, external id or group in the course. Raises `Conflict`."""
    if values.get("role", "instructor") != "instructor":
        _require_another_instructor(connection, course, before)
    if values:
        connection.execute(update(enrolments).where(_here(course, before)).values(**values))
        details = {"fields": sorted(values), **({"role": [before.role, values["role"]]} if "role" in values else {})}
        audit.record(connection, caller, now, "enrolment changed", course=course.id, subject=before.id, details=details)
    return member(connection, course.id, before.id)


def leave(connection: Connection, caller: Caller, course: Course, who: Member, now: datetime) -> None:
    """Take somebody out of the course: what they did stays, their tokens for this course end. Raises `Conflict`."""
    _require_another_instructor(connection, course, who)
    connection.execute(update(enrolments).where(_here(course, who)).values(left_at=now))
    connection.execute(delete(tokens).where(tokens.c.person == who.id, tokens.c.course == course.id))
    audit.record(connection, caller, now, "enrolment ended", course=course.id, subject=who.id)


def give_token(connection: Connection, caller: Caller, course: Course, who: Member, now: datetime) -> Secret:
    """A token for somebody in the course. It opens this course only, whatever else the person may do."""
    made = create_secret(connection, who.id, now, course=course.id, label=f"Given in {course.title}"[:100])
    audit.record(connection, caller, now, "token given", course=course.id, subject=who.id, details={"token": made.id})
    return made


def take_tokens(connection: Connection, caller: Caller, course: Course, who: Member, now: datetime) -> None:
    """Revoke all tokens of somebody that are for this course."""
    connection.execute(delete(tokens).where(tokens.c.person == who.id, tokens.c.course == course.id))
    audit.record(connection, caller, now, "tokens revoked", course=course.id, subject=who.id)


def _here(course: Course, who: Member) -> Any:
    return (enrolments.c.course == course.id) & (enrolments.c.person == who.id)


def _require_another_instructor(connection: Connection, course: Course, who: Member) -> None:
    if who.role == "instructor" and instructors(connection, course.id) == 1:
        raise Conflict("A course must keep an instructor. Make somebody else one first.")
