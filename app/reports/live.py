"""What happens in an assignment now: who works, how items stand, who is stuck, what goes wrong.

Read again every few seconds by every tutor, so it looks at those scores first that changed a moment ago, and at
the attempts of nobody else. Staff are not counted.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, case, func, select

from app.courses.assignments import Assignment, Item
from app.models import attempts, enrolments, instance_parts, instances, scores, verdicts

WORKING: Final = timedelta(minutes=5)  # who sent something since then works now
RECENT: Final = timedelta(minutes=15)
STUCK: Final = 3  # wrong answers in a row to a part
MOST_STUCK: Final = 50
LAST: Final = 12  # attempts that are shown


@dataclass(frozen=True)
class ItemNow:
    """How many of the students have not begun an item, try it, solved it; `working` of those who try do so now."""

    item: Item
    unbegun: int
    trying: int
    working: int
    solved: int


@dataclass(frozen=True)
class Stuck:
    """Somebody who works and had so many wrong answers in a row to a part; the misconception of the last, if any."""

    person: str
    name: str
    item: Item
    part: str
    wrong: int
    misconception: str | None
    last_at: datetime


@dataclass(frozen=True)
class Met:
    """A misconception, how often and in how many students it was met a moment ago."""

    item: Item
    part: str
    id: str
    count: int
    students: int


@dataclass(frozen=True)
class Marked:
    """An attempt of a moment ago: the status of each part that was answered."""

    attempt: str
    person: str
    name: str
    item: Item
    at: datetime
    statuses: Mapping[str, str]


@dataclass(frozen=True)
class Now:
    """What happens at a moment. `students`: all who take part, of whom `working` do so now."""

    students: int
    working: int
    items: tuple[ItemNow, ...]
    stuck: tuple[Stuck, ...]
    more_stuck: int
    met: tuple[Met, ...]
    last: tuple[Marked, ...]


def of_assignment(connection: Connection, assignment: Assignment, now: datetime, group: str | None = None) -> Now:
    """What happens in an assignment, among all students of its course or those of a group."""
    names = _students(connection, assignment, group)
    recent = [row for row in _answered(connection, assignment, now - RECENT) if row.owner in names]
    stuck = _stuck(connection, assignment, names, recent, now)
    return Now(
        students=len(names),
        working=len({row.owner for row in recent if row.received_at > now - WORKING}),
        items=_items(connection, assignment, names, now, group),
        stuck=tuple(stuck[:MOST_STUCK]),
        more_stuck=len(stuck[MOST_STUCK:]),
        met=_met(assignment, recent),
        last=_last(assignment, names, recent),
    )


def groups(connection: Connection, assignment: Assignment) -> list[str]:
    """The groups of those who take the course now."""
    found = select(enrolments.c.group).where(_member(assignment, None), enrolments.c.group.is_not(None))
    return list(connection.scalars(found.distinct().order_by(enrolments.c.group)))


def _students(connection: Connection, assignment: Assignment, group: str | None) -> dict[str, str]:
    """The names of those who take the course now, or of a group of them, by id."""
    found = select(enrolments.c.person, enrolments.c.name).where(_member(assignment, group))
    return {row.person: row.name for row in connection.execute(found)}


def _member(assignment: Assignment, group: str | None) -> ColumnElement[bool]:
    here = (
        (enrolments.c.course == assignment.course) & (enrolments.c.role == "student") & enrolments.c.left_at.is_(None)
    )
    return here if group is None else here & (enrolments.c.group == group)


def _items(
    connection: Connection, assignment: Assignment, names: Mapping[str, str], now: datetime, group: str | None
) -> tuple[ItemNow, ...]:
    unsolved = scores.c.first_correct.is_(None)
    working = func.sum(case((unsolved & (scores.c.last_attempt_at > now - WORKING), 1), else_=0))
    found = (
        select(scores.c.item, func.count(), func.count(scores.c.first_correct), working)
        .where(
            scores.c.assignment == assignment.id,
            scores.c.person.in_(select(enrolments.c.person).where(_member(assignment, group))),
        )
        .group_by(scores.c.item)
    )
    counts = {item: numbers for item, *numbers in connection.execute(found)}
    stand = []
    for item in assignment.items:
        begun, solved, now_at_it = counts.get(item.id, (0, 0, 0))
        stand.append(ItemNow(item, len(names) - begun, begun - solved, now_at_it, solved))
    return tuple(stand)


def _answered(connection: Connection, assignment: Assignment, since: datetime) -> Sequence[Any]:
    """The answers of a moment ago, part by part, newest first, as they were marked."""
    found = (
        select(
            instances.c.owner,
            instances.c.item,
            attempts.c.instance,
            attempts.c.id,
            attempts.c.received_at,
            verdicts.c.part,
            verdicts.c.status,
            verdicts.c.misconception,
            verdicts.c.counted,
        )
        .select_from(scores)
        .join(instances, (instances.c.item == scores.c.item) & (instances.c.owner == scores.c.person))
        .join(attempts, attempts.c.instance == instances.c.id)
        .join(verdicts, (verdicts.c.attempt == attempts.c.id) & (verdicts.c.revision == 0))
        .where(
            scores.c.assignment == assignment.id,
            scores.c.last_attempt_at > since,
            attempts.c.received_at > since,
            attempts.c.staff.is_(False),
        )
        .order_by(attempts.c.received_at.desc(), attempts.c.id, verdicts.c.part)
    )
    return connection.execute(found).all()


def _stuck(
    connection: Connection, assignment: Assignment, names: Mapping[str, str], recent: Sequence[Any], now: datetime
) -> list[Stuck]:
    """Those who answered a moment ago a part that they have not solved, worst first.

    All counted answers to a part that is not solved were wrong: they are in a row.
    """
    found = (
        select(instance_parts.c.instance, instance_parts.c.part, instance_parts.c.wrong)
        .select_from(scores)
        .join(instances, (instances.c.item == scores.c.item) & (instances.c.owner == scores.c.person))
        .join(instance_parts, instance_parts.c.instance == instances.c.id)
        .where(
            scores.c.assignment == assignment.id,
            scores.c.last_attempt_at > now - RECENT,
            instance_parts.c.solved.is_(False),
            instance_parts.c.wrong >= STUCK,
        )
    )
    wrong = {(row.instance, row.part): row.wrong for row in connection.execute(found)}
    item = {item.id: item for item in assignment.items}
    stuck: dict[tuple[str, str, str], Stuck | None] = {}
    for row in recent:  # the newest of each is the first: who goes on with other numbers is judged by those
        key, times = (row.owner, row.item, row.part), wrong.get((row.instance, row.part))
        if key not in stuck:
            stuck[key] = times and Stuck(
                row.owner, names[row.owner], item[row.item], row.part, times, row.misconception, row.received_at
            )
    return sorted(filter(None, stuck.values()), key=lambda one: (-one.wrong, one.item.n, one.name))


def _met(assignment: Assignment, recent: Sequence[Any]) -> tuple[Met, ...]:
    """The misconceptions of a moment ago, those of the most students first."""
    item = {item.id: item for item in assignment.items}
    met = [row for row in recent if row.misconception and row.counted]
    count = Counter((row.item, row.part, row.misconception) for row in met)
    students = Counter((of, part, id) for of, part, id, _ in {(r.item, r.part, r.misconception, r.owner) for r in met})
    found = [Met(item[of], part, id, count[of, part, id], students[of, part, id]) for of, part, id in count]
    return tuple(sorted(found, key=lambda one: (-one.students, -one.count, one.item.n, one.part, one.id)))


def _last(assignment: Assignment, names: Mapping[str, str], recent: Sequence[Any]) -> tuple[Marked, ...]:
    item = {item.id: item for item in assignment.items}
    statuses: dict[str, dict[str, str]] = {}
    found: dict[str, Marked] = {}
    for row in recent:
        if row.id not in found and len(found) == LAST:
            break
        of = statuses.setdefault(row.id, {})
        of[row.part] = row.status
        found[row.id] = Marked(row.id, row.owner, names[row.owner], item[row.item], row.received_at, of)
    return tuple(found.values())
