"""Enrolments: who is in a course, in which role. A roster is taken line by line: good lines are kept."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from app.auth import Caller, Role, Secret, create_secret, new_id, require_room_for_a_token
from app.courses import audit
from app.courses.course import Course, instructors
from app.models import ROLES, enrolments, people, tokens
from app.problems import Conflict, ErrorOut, InvalidRequest, NotFound

COLUMNS: Final = ("name", "email", "role", "external_id", "group")
OF_COURSE: Final = ("name", "role", "external_id", "group")  # what an enrolment says, beside whom it is about
EMAIL: Final = re.compile(r"[^@\s\"<>,;:\\]+@[^@\s\"<>,;:\\]+")
LONGEST: Final = {"name": 200, "email": 254, "external_id": 100, "group": 100}
CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
AT_ONCE: Final = 500  # lines in one transaction: others wait for it

Good = tuple[int, Mapping[str, str]]
"""A line that can be taken: its number, and its cells by column."""


@dataclass(frozen=True)
class LineError:
    """What is wrong with a line of a roster; the first line is 1, in a file that is the header."""

    line: int
    detail: str


@dataclass(frozen=True)
class Line:
    """A line of a roster: its cells by column, or what keeps it from being read."""

    number: int
    cells: Mapping[str, str | None]
    fault: str | None = None


@dataclass(frozen=True)
class Roster:
    """A roster as it was read: its good lines, instructors first, and what is wrong with the others."""

    good: Sequence[Good]
    errors: Sequence[LineError]

    def batches(self) -> Iterator[Sequence[Good]]:
        """The good lines, as many at a time as one transaction takes."""
        return (self.good[start : start + AT_ONCE] for start in range(0, len(self.good), AT_ONCE))


@dataclass(frozen=True)
class Enrolled:
    """What a roster changed."""

    added: int
    updated: int
    unchanged: int
    errors: Sequence[LineError]


def together(roster: Roster, done: Sequence[Enrolled]) -> Enrolled:
    """What all batches of a roster changed, with everything that is wrong with it, by line."""
    errors = [*roster.errors, *(error for batch in done for error in batch.errors)]
    return Enrolled(
        sum(batch.added for batch in done),
        sum(batch.updated for batch in done),
        sum(batch.unchanged for batch in done),
        sorted(errors, key=lambda error: error.line),
    )


# Reading ------------------------------------------------------------------------------------------


def read_csv(raw: bytes) -> list[Line]:
    """The lines of a CSV roster. Raises `InvalidRequest` where the file as a whole cannot be read.

    Each line is read for itself, so that a quote which is never closed spoils its own line only.
    """
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidRequest("The roster is not UTF-8. Save it as CSV UTF-8 and send it again.") from None
    if "\0" in text:
        raise InvalidRequest("The roster holds a NUL character. Save it as CSV UTF-8 and send it again.")
    first, *others = re.split("\r\n|\r|\n", text)
    delimiter = max(",;\t", key=first.count)
    header = [cell.lower() for cell in _cells(first, delimiter) or ()]
    if header[:2] != ["name", "email"] or len(set(header)) < len(header) or not set(header) <= set(COLUMNS):
        raise InvalidRequest(f"The first line must be {','.join(COLUMNS)}; columns from the right may be missing.")
    lines = (_line(number, header, _cells(text, delimiter)) for number, text in enumerate(others, start=2))
    return [line for line in lines if line.fault or any(line.cells.values())]


def _cells(line: str, delimiter: str) -> list[str] | None:
    """The cells of one line; None where quotes are out of order."""
    reader = csv.reader([line], delimiter=delimiter, strict=True, skipinitialspace=True)
    try:
        return [cell.strip() for cell in next(reader, [])]
    except csv.Error:
        return None


def _line(number: int, header: list[str], cells: list[str] | None) -> Line:
    if cells is None:
        return Line(number, {}, 'A quote in this line is not closed, or not doubled: "Alice ""Al"" Liddell".')
    if len(cells) > len(header) and any(cells):
        fault = "This line has more cells than the header. Put a cell with a separator in it in quotes."
        return Line(number, {}, fault)
    return Line(number, dict(zip(header, cells, strict=False)))


def check(lines: Iterable[Line]) -> Roster:
    """The good lines, with addresses in lower case, and what is wrong with the others.

    Instructors come first: whether a course keeps one is then judged by what the whole roster makes of it.
    """
    good: list[Good] = []
    errors: list[LineError] = []
    seen: dict[str, int] = {}
    for line in lines:
        cells = {name: (value or "").strip() for name, value in line.cells.items()}
        cells |= {name: cells.get(name, "").lower() for name in ("email", "role") if name in cells}
        if fault := line.fault or _fault(cells):
            errors.append(LineError(line.number, fault))
        elif (before := seen.setdefault(cells["email"], line.number)) != line.number:
            errors.append(LineError(line.number, f"This e-mail address is in line {before} already."))
        else:
            good.append((line.number, cells))
    return Roster(sorted(good, key=lambda line: line[1].get("role") != "instructor"), errors)


def _fault(cells: Mapping[str, str]) -> str | None:
    if not cells.get("name"):
        return "The name is missing."
    if not EMAIL.fullmatch(cells.get("email", "")):
        return "This is no e-mail address."
    if cells.get("role", "") not in ("", *ROLES):
        return f"The role must be one of {', '.join(ROLES)}."
    return next(filter(None, (_fault_of_cell(name, cells.get(name, "")) for name in LONGEST)), None)


def _fault_of_cell(name: str, value: str) -> str | None:
    if len(value) > LONGEST.get(name, len(value)):
        return f"The {name} is longer than {LONGEST[name]} characters."
    return f"The {name} holds a control character." if CONTROL.search(value) else None


# Enrolling ----------------------------------------------------------------------------------------


def enrol(connection: Connection, caller: Caller, course: Course, lines: Sequence[Good], now: datetime) -> Enrolled:
    """Enrol people, or change what a line says differently. A line that changes nothing leaves no trace."""
    known = _ids(connection, [cells["email"] for _, cells in lines])
    present = _present(connection, course.id, list(known.values()))
    teachers = set(instructors(connection, course.id))
    new_people, added, changed, errors = [], [], [], []
    for number, cells in lines:
        id = known.get(cells["email"])
        if id is None:
            id = new_id()
            new_people.append({"id": id, "name": cells["name"], "email": cells["email"], "created_at": now})
        before = present.get(id)
        after = _enrolment(before, cells)
        if teachers == {id} and after["role"] != "instructor":
            errors.append(LineError(number, "A course must keep an instructor. Add another one first."))
            continue
        teachers = teachers | {id} if after["role"] == "instructor" else teachers - {id}
        if before is None:
            added.append({**after, "course": course.id, "person": id, "created_at": now})
        elif after != before:
            changed.append((id, before, after))
    _store(connection, course.id, new_people, added, [_change(id, after) for id, _, after in changed])
    if added or changed:
        roles = {row["person"]: row["role"] for row in added if row["role"] != "student"}
        roles |= {id: after["role"] for id, before, after in changed if after["role"] != before["role"]}
        details = {"added": [row["person"] for row in added], "changed": [id for id, *_ in changed], "roles": roles}
        audit.record(connection, caller, now, "roster taken", course=course.id, details=details)
    back = sum(before["left_at"] is not None for _, before, _ in changed)
    unchanged = len(lines) - len(errors) - len(added) - len(changed)
    return Enrolled(len(added) + back, len(changed) - back, unchanged, errors)


def _enrolment(before: Mapping[str, Any] | None, cells: Mapping[str, str]) -> dict[str, Any]:
    """An enrolment after a line: what that leaves out stays.

    Who comes back begins as a student: a roster without roles makes nobody an instructor again.
    """
    said = {name: cells[name] or None for name in OF_COURSE if name in cells}
    role = "student" if before is None or before["left_at"] is not None else before["role"]
    kept = before or dict.fromkeys(OF_COURSE)
    return {**kept, **said, "role": said.get("role") or role, "left_at": None}


def _ids(connection: Connection, emails: list[str]) -> dict[str, str]:
    """The ids of the people that are known already, by e-mail address."""
    found = select(people.c.email, people.c.id).where(people.c.email.in_(emails))
    return {row.email: row.id for row in connection.execute(found)}


def _present(connection: Connection, course: str, persons: list[str]) -> dict[str, dict[str, Any]]:
    """What the course knows of these people, those who left included."""
    here = (enrolments.c.course == course) & enrolments.c.person.in_(persons)
    found = select(enrolments.c.person, *(enrolments.c[name] for name in (*OF_COURSE, "left_at"))).where(here)
    rows = (dict(row._mapping) for row in connection.execute(found))
    return {row.pop("person"): row for row in rows}


def _change(person: str, after: Mapping[str, Any]) -> dict[str, Any]:
    return {"who": person, **{f"new_{name}": value for name, value in after.items()}}


def _store(
    connection: Connection,
    course: str,
    new_people: list[dict[str, Any]],
    added: list[dict[str, Any]],
    changed: list[dict[str, Any]],
) -> None:
    if new_people:
        connection.execute(insert(people), new_people)
    if added:
        connection.execute(insert(enrolments), added)
    if changed:
        here = (enrolments.c.course == course) & (enrolments.c.person == bindparam("who"))
        values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in (*OF_COURSE, "left_at")}
        connection.execute(update(enrolments).where(here).values(values), changed)


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
    """Change somebody's name, role, external id or group in the course. Raises `InvalidRequest`, `Conflict`."""
    wanted = {name: (value or "").strip() or None for name, value in values.items()}
    changed = {name: value for name, value in wanted.items() if value != getattr(before, name)}
    for name, value in changed.items():
        detail = _fault_of_cell(name, value) if value else "The name is missing." if name == "name" else None
        if detail:
            raise InvalidRequest(detail, [ErrorOut(pointer=f"/{name}", detail=detail)])
    if changed.get("role", "instructor") != "instructor":
        _require_another_instructor(connection, course, before)
    if changed:
        connection.execute(update(enrolments).where(_here(course, before)).values(**changed))
        details = {"fields": sorted(changed), **({"role": [before.role, changed["role"]]} if "role" in changed else {})}
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
    require_room_for_a_token(connection, who.id, course.id)
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
    if who.role == "instructor" and len(instructors(connection, course.id)) == 1:
        raise Conflict("A course must keep an instructor. Make somebody else one first.")
