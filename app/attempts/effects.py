"""What a regrade does to students' work, one student and item after the other, for people to look through."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, Connection, Row, func, literal, select, true, tuple_

from app.attempts.regrades import Regrade
from app.courses.assignments import Assignment
from app.models import enrolments, people, regrade_changes, regrade_scores

Direction = Literal["all", "up", "down"]

MOVES: Final[Mapping[Direction, ColumnElement[bool]]] = {
    "all": true(),
    "up": regrade_scores.c.after > regrade_scores.c.before,
    "down": regrade_scores.c.after < regrade_scores.c.before,
}


@dataclass(frozen=True)
class Regraded:
    """The work of a student on an item in which something changes: the share of its points, and the verdicts.

    `name` is that of the course's roster. `changes` are rows of verdicts before and after, in order.
    """

    item: str
    person: str
    name: str
    before: float
    after: float
    only_raise: float
    changes: Sequence[Row[Any]]

    @property
    def place(self) -> str:
        """Where it stands among the work that a regrade changes."""
        return f"{self.item}.{self.person}"


def of_regrade(
    connection: Connection, regrade: Regrade, assignment: Assignment, after: str, limit: int, direction: Direction
) -> list[Regraded]:
    """The work that a regrade changes, by item and person, from behind a place on; `direction` is that of points."""
    table = regrade_scores.c
    item, _, person = after.partition(".")
    found = (
        select(regrade_scores, func.coalesce(enrolments.c.name, people.c.name).label("name"))
        .join(people, people.c.id == table.person)
        .outerjoin(enrolments, (enrolments.c.course == assignment.course) & (enrolments.c.person == table.person))
        .where(
            table.regrade == regrade.id,
            tuple_(table.item, table.person) > tuple_(literal(item), literal(person)),
            MOVES[direction],
        )
    )
    return [
        Regraded(
            row.item,
            row.person,
            row.name,
            row.before,
            row.after,
            row.only_raise,
            _changes(connection, regrade, row.item, row.person),
        )
        for row in connection.execute(found.order_by(table.item, table.person).limit(limit)).all()
    ]


def _changes(connection: Connection, regrade: Regrade, item: str, person: str) -> list[Row[Any]]:
    table = regrade_changes.c
    here = (table.regrade == regrade.id) & (table.item == item) & (table.person == person)
    # Sorted here: asked for an order, SQLite would go through the whole regrade in that order.
    return sorted(connection.execute(select(regrade_changes).where(here)).all(), key=lambda row: int(row.number))
