"""What is kept about one person, list by list, and what of it who may have."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Connection, Row, Select, Table, func, select, true

from app.auth import STAFF, Caller
from app.auth import person as find_person
from app.exercise import Catalogue, ExerciseError
from app.keeping.erasure import about
from app.models import (
    assignments,
    attempts,
    audit,
    contexts,
    courses,
    enrolments,
    flags,
    grades,
    identities,
    instance_parts,
    instances,
    items,
    line_items,
    people,
    platforms,
    revisions,
    tokens,
    verdicts,
)
from app.problems import NotFound

Entry = dict[str, Any]

AT_ONCE: Final = 100  # rows in memory
TITLE: Final = assignments.c.title.label("assignment_title")


@dataclass(frozen=True)
class Scope:
    """What of somebody's data is asked for: all of it, or that of some courses.

    `own`: they ask themselves. What gives answers of assignments away is then left out. Staff of a
    course gets that, and nothing that was practised beside the assignments.
    """

    person: str
    courses: tuple[str, ...] | None
    own: bool

    def course(self, column: ColumnElement[Any]) -> ColumnElement[bool]:
        """Whether a column names a course that is asked for; anything does where all is."""
        return true() if self.courses is None else column.in_(self.courses)

    def instance(self) -> ColumnElement[bool]:
        """Whether an instance is asked for."""
        practice = true() if self.own or self.courses is None else instances.c.item.is_not(None)
        return (instances.c.owner == self.person) & self.course(instances.c.course) & practice

    def attempt(self) -> ColumnElement[bool]:
        """Whether an attempt on an instance is asked for.

        Those of staff may show a student the right answer: whoever asks themselves gets them where they are staff.
        """
        if not self.own:
            return self.instance()
        staffed = select(enrolments.c.course).where(enrolments.c.person == self.person, enrolments.c.role.in_(STAFF))
        theirs = instances.c.item.is_not(None) & instances.c.course.in_(staffed)
        return self.instance() & (attempts.c.staff.is_(False) | theirs)


def scope_of(connection: Connection, caller: Caller, person: str) -> Scope:
    """What the caller may have of somebody's data.

    The operator all; everyone their own, with a course's token that of the course; instructors that
    of their courses in which somebody is or has been. Raises `Unauthenticated`, `NotFound`.
    """
    caller.require_person()
    find_person(connection, person)
    if caller.operator:
        return Scope(person, None, own=False)
    if caller.id == person:
        return Scope(person, None if caller.course is None else (caller.course,), own=True)
    taught = select(enrolments.c.course).where(
        enrolments.c.person == caller.id, enrolments.c.role == "instructor", enrolments.c.left_at.is_(None)
    )
    if caller.course is not None:
        taught = taught.where(enrolments.c.course == caller.course)
    shared = select(enrolments.c.course).where(enrolments.c.person == person, enrolments.c.course.in_(taught))
    if found := tuple(sorted(connection.scalars(shared))):
        return Scope(person, found, own=False)
    raise NotFound("There is no such person.")


def who(connection: Connection, scope: Scope) -> Entry:
    """The person; where it is about courses, without what none of them has a say in."""
    row = find_person(connection, scope.person)
    if scope.courses is None:
        return {name: row._mapping[name] for name in ("id", "name", "email", "operator", "created_at")}
    if not scope.own:
        return {"id": row.id, "email": row.email}
    called = select(enrolments.c.name).where(enrolments.c.person == row.id, scope.course(enrolments.c.course))
    return {"id": row.id, "name": connection.scalar(called), "email": row.email}


def enrolled(connection: Connection, scope: Scope) -> Iterator[Entry]:
    found = select(courses.c.title.label("course_title"), *_columns(enrolments)).join(courses)
    return _rows(connection, found.where(enrolments.c.person == scope.person, scope.course(enrolments.c.course)))


def known_as(connection: Connection, scope: Scope) -> Iterator[Entry]:
    """Who somebody is on learning platforms: on those of the courses that are asked for."""
    theirs = select(contexts.c.platform).where(scope.course(contexts.c.course))
    asked_for = true() if scope.courses is None else identities.c.platform.in_(theirs)
    found = select(platforms.c.name.label("platform_name"), *_columns(identities)).join(platforms)
    return _rows(connection, found.where(identities.c.person == scope.person, asked_for))


def passed_on(connection: Connection, scope: Scope) -> Iterator[Entry]:
    """What learning platforms were told of somebody's grades."""
    columns = (grades.c[name] for name in ("state", "changed_at", "sent_at", "sent", "trouble"))
    found = (
        select(assignments.c.id.label("assignment"), TITLE, *columns)
        .join(line_items, line_items.c.id == grades.c.line_item)
        .join(assignments, assignments.c.id == line_items.c.assignment)
    )
    return _rows(connection, found.where(grades.c.person == scope.person, scope.course(assignments.c.course)))


def secrets(connection: Connection, scope: Scope) -> Iterator[Entry]:
    """Tokens, sessions and sign-in links: never what they are made of."""
    found = select(*_columns(tokens, "hash"))
    return _rows(connection, found.where(tokens.c.person == scope.person, scope.course(tokens.c.course)))


def of_assignments(connection: Connection, scope: Scope, table: Table) -> Iterator[Entry]:
    """The rows of a table that has a column for the person and one for the assignment."""
    columns = _columns(table, *(["pattern"] if scope.own else []))
    found = select(TITLE, *columns).join(assignments, assignments.c.id == table.c.assignment)
    return _rows(connection, found.where(table.c.person == scope.person, scope.course(assignments.c.course)))


def of_items(connection: Connection, scope: Scope, table: Table) -> Iterator[Entry]:
    """The rows of a table that has a column for the person and one for the item."""
    found = select(items.c.assignment, TITLE, *_columns(table)).join(items, items.c.id == table.c.item)
    found = found.join(assignments, assignments.c.id == items.c.assignment)
    return _rows(connection, found.where(table.c.person == scope.person, scope.course(assignments.c.course)))


def drawn(connection: Connection, catalogue: Catalogue, scope: Scope) -> Iterator[Entry]:
    """Instances, with their parts and with the numbers that the student sees: what is hidden is nobody's data."""
    found = (
        select(
            *_columns(instances, "owner", "drawn_hash"),
            TITLE,
            items.c.n.label("item_number"),
        )
        .outerjoin(assignments, assignments.c.id == instances.c.assignment)
        .outerjoin(items, items.c.id == instances.c.item)
        .where(scope.instance())
        .order_by(instances.c.created_at, instances.c.id)
    )
    for rows in _batches(connection, found):
        parts = _by(connection, instance_parts, "instance", [row.id for row in rows])
        for row in rows:
            entry = {**row._mapping, "data": _seen(catalogue, row), "parts": parts[row.id]}
            del entry["drawn"]
            if row.item is not None:
                del entry["seed"]
            yield entry


def _seen(catalogue: Catalogue, row: Row[Any]) -> Mapping[str, Any] | None:
    try:
        return catalogue[row.exercise].instance(row.level, row.seed, row.drawn).data
    except (KeyError, ExerciseError):  # it is no longer served, or needs other numbers now
        return None


def sent(connection: Connection, scope: Scope) -> Iterator[Entry]:
    """Attempts, with all that grading made of them, then and later, and the flags on them."""
    found = (
        select(
            attempts,
            *(instances.c[name] for name in ("exercise", "level", "course", "assignment", "item")),
            TITLE,
        )
        .join(instances, instances.c.id == attempts.c.instance)
        .outerjoin(assignments, assignments.c.id == instances.c.assignment)
        .where(scope.attempt())
        .order_by(attempts.c.received_at, attempts.c.instance, attempts.c.number)
    )
    for rows in _batches(connection, found):
        ids = [row.id for row in rows]
        without = ("instance", "value_hash", *(["pattern"] if scope.own else []))
        marked = _by(connection, verdicts, "attempt", ids, *without)
        revised = _by(connection, revisions, "attempt", ids, "made_by")
        flagged = _by(connection, flags, "attempt", ids)
        for row in rows:
            of_row = {"verdicts": marked[row.id], "revisions": revised[row.id], "flags": flagged[row.id]}
            yield {**row._mapping, **of_row}


def how_many_sent(connection: Connection, scope: Scope) -> int:
    """The number of entries of `sent`."""
    found = select(func.count()).select_from(attempts).join(instances, instances.c.id == attempts.c.instance)
    return connection.scalar(found.where(scope.attempt())) or 0


def deeds(connection: Connection, scope: Scope) -> Iterator[Entry]:
    """What the audit log says about somebody, and where all is asked for, what they did themselves."""
    concerning = about(scope.person)
    if scope.courses is None:
        concerning |= audit.c.actor == scope.person
    found = select(audit).where(concerning, scope.course(audit.c.course)).order_by(audit.c.number)
    others = set(connection.scalars(select(people.c.id).where(people.c.id != scope.person)))
    for row in _stream(connection, found):
        by = "this person" if row.actor == scope.person else "a command on the server" if row.actor is None else "staff"
        entry = {"at": row.at, "course": row.course, "action": row.action, "by": by}
        if row.subject == scope.person or scope.person in str(row.details):
            entry["details"] = _without(row.details, others)
        yield entry


def _without(value: Any, others: Collection[str]) -> Any:
    """Details of a deed without the other people whom they name."""
    if isinstance(value, dict):
        return {name: _without(of, others) for name, of in value.items() if name not in others}
    if isinstance(value, list):
        return [_without(of, others) for of in value if not (isinstance(of, str) and of in others)]
    return None if isinstance(value, str) and value in others else value


# Rows ---------------------------------------------------------------------------------------------


def _columns(table: Table, *without: str) -> list[Column[Any]]:
    return [column for column in table.c if column.name not in ("person", *without)]


def _stream(connection: Connection, found: Select[Any]) -> Iterator[Row[Any]]:
    return iter(connection.execute(found.execution_options(yield_per=AT_ONCE)))


def _batches(connection: Connection, found: Select[Any]) -> Iterator[Sequence[Row[Any]]]:
    return connection.execute(found.execution_options(yield_per=AT_ONCE)).partitions()


def _rows(connection: Connection, found: Select[Any]) -> Iterator[Entry]:
    return (dict(row._mapping) for row in _stream(connection, found))


def _by(connection: Connection, table: Table, key: str, ids: Sequence[str], *without: str) -> dict[str, list[Entry]]:
    """The rows of a table that belong to these ids, by id."""
    found: dict[str, list[Entry]] = defaultdict(list)
    order = table.primary_key.columns
    for row in connection.execute(select(table).where(table.c[key].in_(ids)).order_by(*order)):
        found[row._mapping[key]].append({n: v for n, v in row._mapping.items() if n not in (key, *without)})
    return found
