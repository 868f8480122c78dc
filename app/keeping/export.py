"""Everything that is kept about one person, as a ZIP that they and their school can read."""

import json
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import IO, Any, Final

from sqlalchemy import Connection, select

from app.auth import Caller
from app.courses import audit
from app.exercise import Catalogue
from app.gradebooks import Cell, spreadsheet
from app.keeping.belongings import (
    Entry,
    Scope,
    deeds,
    drawn,
    enrolled,
    known_as,
    of_assignments,
    of_items,
    passed_on,
    secrets,
    sent,
    who,
)
from app.models import enrolments, extensions, mistakes, overrides, regrade_changes, regrade_scores, scores

README: Final = """\
This is what Nabla keeps about one person{whose}.

README.txt       this file
person.json      who it is
enrolments.json  their courses, with name, role and group as the roster of each has them
identities.json  who they are on learning platforms
tokens.json      what lets them in: dates and labels; the tokens themselves are kept nowhere
instances.json   the exercises they drew, with the numbers they saw and how far they came, part by part
attempts.json    everything they sent: the answers as they were sent, how each was read and graded, then and
                 later (revisions), whether it was late and why, and what they flagged as marked wrong
attempts.csv     the same as a table, a line for each answer; an apostrophe before a text keeps a spreadsheet from
                 calculating it
scores.json      the points they reached, item by item, as shares
mistakes.json    how often they gave which wrong answer on which day
extensions.json  later dates and more tries that they were granted
overrides.json   points that staff gave them in place of those reached
grades.json      what learning platforms were told of their grades, as shares of the points
{regrades}audit.json       what staff did that concerns them

All times are in UTC, after RFC 3339. All texts are UTF-8. Ids are random.{left_out}
Replies to requests that may be sent again are kept in sealed form for 48 hours; they repeat what is here.
"""
REGRADES: Final = """\
regrades.json    what regrades changed, or would change, in verdicts
regrade_scores.json  and in points
"""
LEFT_OUT: Final = """
Left out is what would give answers of assignments away: seeds and hidden numbers, what regrades are about to
change, what staff tried on your instances, and in which way a wrong answer that no misconception explains is
near the right one. Your instructors and the operator of the service can see it.\
"""
COLUMNS: Final = (
    *("received_at", "course", "assignment", "exercise", "level", "instance", "attempt", "number", "part"),
    *("answer", "status", "score", "counted", "misconception", "feedback"),
)


def record_export(connection: Connection, caller: Caller, scope: Scope, now: datetime) -> None:
    """Keep that staff exported somebody's data, in each course that it concerns."""
    theirs = select(enrolments.c.course).where(enrolments.c.person == scope.person)
    concerned: Sequence[str | None] = scope.courses or sorted(connection.scalars(theirs)) or [None]
    for course in concerned:
        audit.record(connection, caller, now, "person exported", course=course, subject=scope.person)


def write(connection: Connection, catalogue: Catalogue, scope: Scope, now: datetime, file: IO[bytes]) -> None:
    """Write the ZIP, some rows at a time."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", _readme(scope))
        archive.writestr("person.json", _json({**who(connection, scope), "exported_at": now}) + "\n")
        for name, entries in _lists(connection, catalogue, scope):
            _write(archive, f"{name}.json", _array(entries))
        _write(archive, "attempts.csv", spreadsheet(_table(sent(connection, scope))))


def _readme(scope: Scope) -> str:
    whose = "" if scope.courses is None else f" in the courses {', '.join(scope.courses)}"
    regrades, left_out = ("", LEFT_OUT) if scope.own else (REGRADES, "")
    return README.format(whose=whose, regrades=regrades, left_out=left_out)


def _lists(connection: Connection, catalogue: Catalogue, scope: Scope) -> Iterator[tuple[str, Iterable[Entry]]]:
    yield "enrolments", enrolled(connection, scope)
    yield "identities", known_as(connection, scope)
    yield "tokens", secrets(connection, scope)
    yield "instances", drawn(connection, catalogue, scope)
    yield "attempts", sent(connection, scope)
    for table in (scores, mistakes, extensions):
        yield table.name, of_assignments(connection, scope, table)
    yield "overrides", of_items(connection, scope, overrides)
    yield "grades", passed_on(connection, scope)
    if not scope.own:
        yield "regrades", of_items(connection, scope, regrade_changes)
        yield "regrade_scores", of_items(connection, scope, regrade_scores)
    yield "audit", deeds(connection, scope)


def _write(archive: zipfile.ZipFile, name: str, texts: Iterable[str]) -> None:
    with archive.open(name, "w") as file:
        for text in texts:
            file.write(text.encode())


def _array(entries: Iterable[Entry]) -> Iterator[str]:
    """A JSON array, an entry a line."""
    before = "["
    for entry in entries:
        yield f"{before}\n{_json(entry)}"
        before = ","
    yield "[]\n" if before == "[" else "\n]\n"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=_text)


def _text(value: Any) -> str:
    """A time as RFC 3339 has it, or a day."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in JSON")


def _table(attempts: Iterable[Entry]) -> Iterator[Sequence[Cell]]:
    """A line for each answer, with the grade that holds."""
    yield COLUMNS
    for attempt in attempts:
        holds = {verdict["part"]: verdict for verdict in attempt["verdicts"]}  # of several, the last revision
        for part, answer in attempt["answers"].items():
            verdict = holds[part]
            yield (
                _text(attempt["received_at"]),
                attempt["course"],
                attempt["assignment_title"],
                *(attempt[name] for name in ("exercise", "level", "instance", "id")),
                attempt["number"],
                part,
                answer if isinstance(answer, str) else _json(answer),
                *(verdict[name] for name in ("status", "score", "counted", "misconception", "feedback")),
            )
