"""Enrolments: who is in a course, in which role. A roster is taken line by line: good lines are kept."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, func, insert, select, update

from app.auth import Caller, new_id
from app.courses import audit
from app.courses.course import Course, instructors
from app.courses.headers import COLUMNS, Header
from app.models import ROLES, enrolments, people
from app.problems import InvalidRequest

OF_COURSE: Final = ("name", "role", "external_id", "group")  # what an enrolment says, beside whom it is about
EMAIL: Final = re.compile(r"[^@\s\"<>,;:\\]+@[^@\s\"<>,;:\\]+")
LONGEST: Final = {"name": 200, "email": 254, "external_id": 100, "group": 100}
SEPARATORS: Final = ",;\t"
CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
AT_ONCE: Final = 500  # lines in one transaction: others wait for it
MOST_LINES: Final = 50_000  # of one roster
MOST_ERRORS: Final = 1_000  # that one reply lists

NO_ADDRESS: Final = "This is no e-mail address."
NO_INSTRUCTOR: Final = "A course must keep an instructor. Add another one first."
ANOTHERS: Final = "This external_id is that of another person in the course."

Good = tuple[int, Mapping[str, str]]
"""A line that can be taken: its number, and its cells by column."""


@dataclass(frozen=True)
class LineError:
    """What is wrong with a line of a roster; the first line is 1, in a file that is the header where it has one.

    `repeats`: the line that is about the same person, where that is what is wrong.
    """

    line: int
    detail: str
    repeats: int | None = None


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

    def batches(self) -> Iterator[tuple[Sequence[Good], Mapping[str, str]]]:
        """The good lines, as many at a time as one transaction takes, and which external ids the later ones give."""
        for start in range(0, len(self.good), AT_ONCE):
            later = self.good[start + AT_ONCE :]
            ids = {cells["email"]: cells["external_id"] for _, cells in later if "external_id" in cells}
            yield self.good[start : start + AT_ONCE], ids


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


def listed(errors: Sequence[LineError]) -> Sequence[LineError]:
    """As many errors as a reply lists; the last one says how many more there are."""
    more = len(errors) - MOST_ERRORS
    if more <= 0:
        return errors
    last = f"From this line on, {more} more lines have faults. Mend those above and send the roster again."
    return [*errors[:MOST_ERRORS], LineError(errors[MOST_ERRORS].line, last)]


# Reading ------------------------------------------------------------------------------------------


def read_csv(raw: bytes) -> list[Line]:
    """The lines of a CSV roster. Raises `InvalidRequest` where the file as a whole cannot be read.

    Each line is read for itself, so that a quote which is never closed spoils its own line only.
    """
    texts = _texts(raw)
    delimiter = _delimiter(texts[0])
    header = _header(texts[0])
    start = 1 if header else 0
    lines = [_line(n, header or Header(), text, delimiter) for n, text in enumerate(texts[start:], start=start + 1)]
    return [line for line in lines if line.fault or any(line.cells.values())]


def to_mend(raw: bytes, errors: Sequence[LineError]) -> str:
    """What is left of a CSV roster to be mended and sent again: its header, and the lines with these errors.

    A line that repeats another one has that with it: sent again as it is, it is refused again.
    """
    texts = _texts(raw)
    header = texts[0] if _header(texts[0]) else _delimiter(texts[0]).join(COLUMNS)
    lines = {error.line for error in errors} | {error.repeats for error in errors if error.repeats}
    return "".join(f"{text}\n" for text in [header, *(texts[line - 1] for line in sorted(lines))])


def _header(first: str) -> Header | None:
    """The columns that the first line names; None where it is about somebody. Raises `InvalidRequest`."""
    cells = _cells(first, _delimiter(first)) or ()
    return None if any(map(EMAIL.fullmatch, cells)) else Header.of(cells)


def _delimiter(line: str) -> str:
    return max(SEPARATORS, key=line.count)


def _texts(raw: bytes) -> list[str]:
    """The lines of a CSV file as they stand in it. Raises `InvalidRequest`."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidRequest("The roster is not UTF-8. Save it as CSV UTF-8 and send it again.") from None
    if "\0" in text:
        raise InvalidRequest("The roster holds a NUL character. Save it as CSV UTF-8 and send it again.")
    text = text.rstrip("\r\n")
    if text.count("\n") + text.count("\r") - text.count("\r\n") > MOST_LINES:
        raise InvalidRequest(f"A roster may have {MOST_LINES} lines below the first. Send it in parts.")
    return re.split("\r\n|\r|\n", text)


def _cells(line: str, delimiter: str) -> list[str] | None:
    """The cells of one line; None where quotes are out of order."""
    reader = csv.reader([line], delimiter=delimiter, strict=True, skipinitialspace=True)
    try:
        return [cell.strip() for cell in next(reader, [])]
    except csv.Error:
        return None


def _line(number: int, header: Header, text: str, delimiter: str) -> Line:
    """A line as it is read: with the separator of the header, or its own where that is not in it."""
    cells = _cells(text, delimiter if delimiter in text else _delimiter(text))
    if cells is None:
        return Line(number, {}, 'A quote in this line is not closed, or not doubled: "Alice ""Al"" Liddell".')
    if len(cells) > len(header.columns) and any(cells):
        fault = "This line has more cells than the header. Put a cell with a separator in it in quotes."
        return Line(number, {}, fault)
    return Line(number, header.cells(cells))


def check(lines: Iterable[Line]) -> Roster:
    """The good lines, with addresses in lower case, and what is wrong with the others.

    Instructors come first: whether a course keeps one is then judged by what the whole roster makes of it.
    """
    good: list[Good] = []
    errors: list[LineError] = []
    seen: dict[str, int] = {}
    ids: dict[str, int] = {}
    for line in lines:
        cells = {name: (value or "").strip() for name, value in line.cells.items()}
        cells |= {name: cells.get(name, "").lower() for name in ("email", "role") if name in cells}
        if fault := line.fault or _fault(cells):
            errors.append(LineError(line.number, fault))
        elif (before := seen.get(cells["email"])) is not None:
            errors.append(LineError(line.number, f"This e-mail address is in line {before} already.", before))
        elif (before := ids.get(key_of(cells.get("external_id")))) is not None:
            errors.append(LineError(line.number, f"{ANOTHERS} It is in line {before} already.", before))
        else:
            seen[cells["email"]] = line.number
            ids |= {key: line.number for key in [key_of(cells.get("external_id"))] if key}
            good.append((line.number, cells))
    return Roster(sorted(good, key=lambda line: line[1].get("role") != "instructor"), errors)


def _fault(cells: Mapping[str, str]) -> str | None:
    if not cells.get("name"):
        return "The name is missing."
    if not EMAIL.fullmatch(cells.get("email", "")):
        return NO_ADDRESS
    if cells.get("role", "") not in ("", *ROLES):
        return f"The role must be one of {', '.join(ROLES)}."
    return next(filter(None, (fault_of_cell(name, cells.get(name, "")) for name in LONGEST)), None)


def fault_of_cell(name: str, value: str) -> str | None:
    if len(value) > LONGEST.get(name, len(value)):
        return f"The {name} is longer than {LONGEST[name]} characters."
    return f"The {name} holds a control character." if CONTROL.search(value) else None


# Enrolling ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Step:
    """What a line would do: the enrolment of its person, before (None: never in the course) and after."""

    line: int
    person: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any]

    @property
    def id_before(self) -> str:
        """What nobody else in the course could take; nothing, where the person was not in it."""
        return key_of(self.before["external_id"]) if self.before and self.before["left_at"] is None else ""


def enrol(
    connection: Connection,
    caller: Caller,
    course: Course,
    lines: Sequence[Good],
    now: datetime,
    later: Mapping[str, str] | None = None,
) -> Enrolled:
    """Enrol people, or change what a line says differently. A line that changes nothing leaves no trace.

    `later`: the external ids that the roster gives people further down, by address. Theirs are free to take.
    """
    known = ids_of(connection, [cells["email"] for _, cells in lines])
    present = _present(connection, course.id, list(known.values()))
    steps, new_people = [], []
    for number, cells in lines:
        id = known.get(cells["email"])
        if id is None:
            id = new_id()
            new_people.append({"id": id, "name": cells["name"], "email": cells["email"], "created_at": now})
        before = present.get(id)
        steps.append(_Step(number, id, before, _enrolment(before, cells)))
    wanted = [step.after["external_id"] for step in steps if key_of(step.after["external_id"]) != step.id_before]
    holders = holders_of(connection, course.id, wanted, later or {})
    refused = _refused(steps, set(instructors(connection, course.id)), holders)
    taken = [step for step in steps if step.line not in refused]
    added = [step for step in taken if step.before is None]
    changed = [step for step in taken if step.before is not None and step.before != step.after]
    _store(
        connection,
        course.id,
        [row for row in new_people if row["id"] in {step.person for step in added}],
        [{**step.after, "course": course.id, "person": step.person, "created_at": now} for step in added],
        [_change(step.person, step.after) for step in changed],
    )
    if added or changed:
        roles = {step.person: step.after["role"] for step in added if step.after["role"] != "student"}
        roles |= {s.person: s.after["role"] for s in changed if s.before and s.before["role"] != s.after["role"]}
        details = {"added": [s.person for s in added], "changed": [s.person for s in changed], "roles": roles}
        audit.record(connection, caller, now, "roster taken", course=course.id, details=details)
    back = sum(step.before is not None and step.before["left_at"] is not None for step in changed)
    errors = [LineError(line, detail) for line, detail in refused.items()]
    return Enrolled(len(added) + back, len(changed) - back, len(taken) - len(added) - len(changed), errors)


def _refused(steps: Sequence[_Step], teachers: set[str], holders: Mapping[str, set[str]]) -> dict[int, str]:
    """What is wrong with lines, judged by what all of them together make of the course.

    Whose line is refused keeps what others may have counted on: they are looked at again until no more fall.
    """
    refused: dict[int, str] = {}
    while True:
        found = {**_taking_ids(steps, refused, holders), **_leaving_nobody(steps, refused, teachers)}
        if not found:
            return dict(sorted(refused.items()))
        refused |= found


def _leaving_nobody(steps: Sequence[_Step], refused: Mapping[int, str], teachers: set[str]) -> dict[int, str]:
    """The lines that would leave the course without an instructor."""
    found = {}
    for step in steps:
        if step.line in refused:
            continue
        if teachers == {step.person} and step.after["role"] != "instructor":
            found[step.line] = NO_INSTRUCTOR
        elif step.after["role"] == "instructor":
            teachers = teachers | {step.person}
        else:
            teachers = teachers - {step.person}
    return found


def _taking_ids(steps: Sequence[_Step], refused: Mapping[int, str], holders: Mapping[str, set[str]]) -> dict[int, str]:
    """The lines that give somebody an external id which another one keeps, or takes before."""
    moving = {
        step.person
        for step in steps
        if step.line not in refused and step.id_before != key_of(step.after["external_id"])
    }
    owner = {key: min(persons - moving) for key, persons in holders.items() if persons - moving}
    found = {}
    for step in steps:
        key = key_of(step.after["external_id"])
        if key and step.person in moving and owner.setdefault(key, step.person) != step.person:
            found[step.line] = ANOTHERS
    return found


def holders_of(
    connection: Connection, course: str, ids: Sequence[str | None], later: Mapping[str, str]
) -> dict[str, set[str]]:
    """Who in a course has one of these external ids, and is not given another one later."""
    wanted = {form for id in ids if id for form in (id, id.lower(), key_of(id))}
    column = enrolments.c.external_id
    here = (enrolments.c.course == course) & enrolments.c.left_at.is_(None)
    found = (
        select(enrolments.c.person, column, people.c.email)
        .join(people, people.c.id == enrolments.c.person)
        .where(here, column.in_(wanted) | func.lower(column).in_(wanted))
    )
    holders: dict[str, set[str]] = {}
    for row in connection.execute(found) if wanted else ():
        key = key_of(row.external_id)
        if key_of(later.get(row.email, row.external_id)) == key:
            holders.setdefault(key, set()).add(row.person)
    return holders


def key_of(external_id: str | None) -> str:
    """What tells an external id from another one: gradebooks are matched whatever the case."""
    return (external_id or "").strip().casefold()


def _enrolment(before: Mapping[str, Any] | None, cells: Mapping[str, str]) -> dict[str, Any]:
    """An enrolment after a line: what that leaves out stays.

    Who comes back begins as a student: a roster without roles makes nobody an instructor again.
    """
    said = {name: cells[name] or None for name in OF_COURSE if name in cells}
    role = "student" if before is None or before["left_at"] is not None else before["role"]
    kept = before or dict.fromkeys(OF_COURSE)
    return {**kept, **said, "role": said.get("role") or role, "left_at": None}


def ids_of(connection: Connection, emails: list[str]) -> dict[str, str]:
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
