"""Grades that are to go to a learning platform: written down in the transaction in which a score changes.

What is sent is worked out when it is sent, so the newest score wins; this only says whose changed. Where an assignment
has no column in a platform's gradebook, nothing is written.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Connection, and_, exists, insert, literal, select, union, update

from app.models import assignments, enrolments, grades, items, line_items, overrides, scores

FIRST: Final = 1  # version
FEW: Final = 500  # people that a query names


def changed(connection: Connection, assignment: str, people: Collection[str] | None, now: datetime) -> None:
    """Have the grades of these people in an assignment sent: those of everybody who has any, where it is None."""
    columns = list(connection.scalars(select(line_items.c.id).where(line_items.c.assignment == assignment)))
    for column in columns:
        if people is None or len(people) > FEW:
            _mark_all(connection, column, assignment, now)
        else:
            _mark(connection, column, people, now)


def _mark(connection: Connection, column: str, people: Collection[str], now: datetime) -> None:
    here = (grades.c.line_item == column) & grades.c.person.in_(people)
    present = set(connection.scalars(select(grades.c.person).where(here)))
    _again(connection, here, now)
    if new := [person for person in people if person not in present]:
        row = {"line_item": column, **_fresh(now)}
        connection.execute(insert(grades), [{**row, "person": person} for person in new])


def _mark_all(connection: Connection, column: str, assignment: str, now: datetime) -> None:
    _again(connection, grades.c.line_item == column, now)
    of_items = select(items.c.id).where(items.c.assignment == assignment)
    given_to_all = exists().where(items.c.assignment == assignment, items.c.void == "full")
    is_student = (enrolments.c.role == "student") & enrolments.c.left_at.is_(None)
    have = union(
        select(scores.c.person).where(scores.c.assignment == assignment),
        select(overrides.c.person).where(overrides.c.item.in_(of_items)),
        select(enrolments.c.person)
        .join(assignments, assignments.c.course == enrolments.c.course)
        .where(assignments.c.id == assignment, is_student, given_to_all),
    ).subquery()
    known = exists().where(and_(grades.c.line_item == column, grades.c.person == have.c.person))
    values = _fresh(now)
    columns = [literal(value, grades.c[name].type) for name, value in values.items()]
    rows = select(literal(column), have.c.person, *columns).where(~known)
    connection.execute(insert(grades).from_select(["line_item", "person", *values], rows))


def _fresh(now: datetime) -> dict[str, object]:
    return {"state": "pending", "version": FIRST, "due_at": now, "tries": 0, "changed_at": now}


def _again(connection: Connection, here: ColumnElement[bool], now: datetime) -> None:
    """Have grades that are known sent again; one that was refused for good may be taken now that it is another one."""
    values = {"state": "pending", "due_at": now, "changed_at": now, "trouble": None}
    connection.execute(update(grades).where(here).values(version=grades.c.version + 1, **values))


def tell_again(connection: Connection, those: ColumnElement[bool], now: datetime) -> None:
    """Have grades sent that a platform has taken, though they are the same: what it has is in doubt, or wrong."""
    taken = those & grades.c.sent.is_not(None)
    connection.execute(update(grades).where(taken).values(tries=grades.c.tries + 1))
    _again(connection, taken, now)
