"""Regrades: all students' attempts of an assignment graded again with the present exercises, shown before it is kept.

A regrade is made piece by piece: `differences` reads and grades some students' work, `store` notes
what it found. Both are short, and where they stopped is stored, so that anybody goes on from there.
`keep.py` keeps what was found.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, case, delete, func, insert, literal, or_, select, tuple_, update

from app.attempts.held import weights_of
from app.attempts.replay import Unreplayable, again, regraded, restored, shown_before, shown_now
from app.attempts.work import Regraded, Work, best_of, reached, works
from app.auth import TEACHERS, Caller, Role, new_id
from app.courses import assignments, audit
from app.courses.assignments import Assignment
from app.exercise import Family
from app.models import assignments as assignments_table
from app.models import extensions, people, regrade_changes, regrade_scores, regrades, scores
from app.problems import Conflict, NotFound

UNITS: Final = 25  # students' work on an item, that is read and graded at a time

Catalogue = Mapping[str, Family]


@dataclass(frozen=True)
class Regrade:
    """A regrade, as far as it has come. `exercises`: the version and the weights it grades with; None: withdrawn."""

    id: str
    assignment: str
    state: str
    stamp: str
    exercises: Mapping[str, Any]
    cursor: str
    attempts: int
    total: int
    changed: int
    unreplayable: list[dict[str, Any]]
    made_by: str | None
    made_at: datetime
    kept_by: str | None
    kept_at: datetime | None
    reason: str | None
    only_raise: bool | None

    @property
    def versions(self) -> dict[str, str | None]:
        """The versions of the exercises that it grades with; None where one is no longer served."""
        return {id: known and known["version"] for id, known in self.exercises.items()}


def of_row(row: Row[Any]) -> Regrade:
    values = row._mapping
    return Regrade(**{name: values[name] for name in Regrade.__dataclass_fields__})


def by_id(connection: Connection, id: str) -> Regrade:
    """A regrade, whoever asks. Raises `NotFound`."""
    row = connection.execute(select(regrades).where(regrades.c.id == id)).one_or_none()
    if row is None:
        raise NotFound("There is no such regrade.")
    return of_row(row)


def find(
    connection: Connection, caller: Caller, id: str, roles: tuple[Role, ...] = TEACHERS
) -> tuple[Regrade, Assignment]:
    """A regrade and its assignment. Raises `NotFound`, `Forbidden`."""
    caller.require_person()
    regrade = by_id(connection, id)
    try:
        return regrade, assignments.find(connection, caller, regrade.assignment, roles)[0]
    except NotFound:
        raise NotFound("There is no such regrade.") from None


def of_assignment(connection: Connection, assignment: str) -> list[Regrade]:
    """The regrades of an assignment, newest first."""
    found = select(regrades).where(regrades.c.assignment == assignment)
    return [of_row(row) for row in connection.execute(found.order_by(regrades.c.made_at.desc(), regrades.c.id))]


# Beginning ----------------------------------------------------------------------------------------


def start(
    connection: Connection, catalogue: Catalogue, caller: Caller, assignment: Assignment, now: datetime
) -> Regrade:
    """A new regrade; the one there is where it runs still, or where nothing has changed since.

    Raises `Conflict` while another one is being kept.
    """
    exercises = exercises_of(catalogue, (item.exercise for item in assignment.items))
    stamp = stamp_of(connection, assignment.id, exercises)
    for present in of_assignment(connection, assignment.id):
        if present.state == "keeping":
            raise Conflict("A regrade of this assignment is being kept. Wait until it is done.")
        if present.exercises == exercises and (present.state == "running" or present.stamp == stamp):
            return present
    id = new_id()
    connection.execute(
        insert(regrades).values(
            id=id,
            assignment=assignment.id,
            made_by=caller.id,
            made_at=now,
            **_nothing_yet(connection, assignment.id, exercises, stamp),
        )
    )
    audit.record(
        connection, caller, now, "regrade started", course=assignment.course, subject=assignment.id, details={"id": id}
    )
    return by_id(connection, id)


def renew(connection: Connection, catalogue: Catalogue) -> None:
    """Begin the regrades anew that ran with other exercises: what they found is not true any more."""
    for row in connection.execute(select(regrades).where(regrades.c.state == "running")).all():
        exercises = exercises_of(catalogue, row.exercises)
        if row.exercises != exercises:
            stamp = stamp_of(connection, row.assignment, exercises)
            anew = _nothing_yet(connection, row.assignment, exercises, stamp)
            connection.execute(update(regrades).where(regrades.c.id == row.id).values(**anew))
            for table in (regrade_changes, regrade_scores):
                connection.execute(delete(table).where(table.c.regrade == row.id))


def unfinished(connection: Connection, catalogue: Catalogue) -> list[str]:
    """The regrades that are running with these exercises, or being kept, oldest first."""
    found = select(regrades).where(regrades.c.state.in_(("running", "keeping")))
    return [
        row.id
        for row in connection.execute(found.order_by(regrades.c.made_at, regrades.c.id))
        if row.state == "keeping" or row.exercises == exercises_of(catalogue, row.exercises)
    ]


def _nothing_yet(connection: Connection, assignment: str, exercises: dict[str, Any], stamp: str) -> dict[str, Any]:
    submissions = (
        select(func.sum(scores.c.submissions))
        .join(people, people.c.id == scores.c.person)
        .where(scores.c.assignment == assignment, people.c.erased_at.is_(None))
    )
    return {
        "state": "running",
        "stamp": stamp,
        "exercises": exercises,
        "cursor": "",
        "attempts": 0,
        "total": connection.scalar(submissions) or 0,
        "changed": 0,
        "unreplayable": [],
    }


def exercises_of(catalogue: Catalogue, ids: Iterable[str]) -> dict[str, Any]:
    """What grading depends on: the present version of each exercise, and the weights of its parts, by level."""
    families = {id: catalogue.get(id) for id in sorted(ids)}
    return {id: family and _stamp_of_one(family) for id, family in families.items()}


def _stamp_of_one(family: Family) -> dict[str, Any]:
    return {"version": family.version, "weights": {level: weights_of(family.at(level)) for level in family.levels}}


def stamp_of(connection: Connection, assignment: str, exercises: Mapping[str, Any]) -> str:
    """What changes with every attempt of a student, decision about lateness, regrade that is kept, and exercise."""
    table = assignments_table.c
    reached = func.count(), func.sum(scores.c.submissions), func.sum(scores.c.best)
    granted = func.count(), func.max(extensions.c.granted_at)
    kept = select(func.count()).where(regrades.c.assignment == assignment, regrades.c.kept_at.is_not(None))
    facts = [
        select(*reached).where(scores.c.assignment == assignment),
        select(*granted).where(extensions.c.assignment == assignment),
        select(table.due_at, table.closes_at, table.late_penalty).where(table.id == assignment),
        kept,
    ]
    stamped = [exercises, *(list(connection.execute(fact).one()) for fact in facts)]
    return hashlib.sha256(json.dumps(stamped, default=str).encode()).hexdigest()


# Finding differences ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """A verdict that a regrade would give in place of the one that holds."""

    item: str
    person: str
    attempt: str
    part: str
    before: dict[str, Any]
    after: dict[str, Any]
    lowers: bool


@dataclass(frozen=True)
class Effect:
    """What a regrade does to a student's score of an item, as shares of its points."""

    item: str
    person: str
    before: float
    after: float
    only_raise: float


@dataclass(frozen=True)
class Found:
    """What came of grading some work again, up to a place (None: it was the rest)."""

    changes: list[Change] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    attempts: int = 0
    unreplayable: Counter[tuple[str, str]] = field(default_factory=Counter)  # by exercise and reason
    last: str | None = None


def _no_matter() -> None: ...


def differences(
    connection: Connection,
    catalogue: Catalogue,
    assignment: str,
    after: str = "",
    limit: int = UNITS,
    tick: Callable[[], None] = _no_matter,
) -> Found:
    """Grade some students' work on items of an assignment again, from behind the place `after` on.

    A student's work on an item is replayed as a whole, or left as it is: its score is made of all of
    it. `tick` is called for each attempt; what it raises ends the work.
    """
    changes: list[Change] = []
    effects: list[Effect] = []
    unreplayable: Counter[tuple[str, str]] = Counter()
    attempts = 0
    found = works(connection, assignment, after, limit)
    for work in found:
        number = sum(map(len, work.tried.values()))
        attempts += number
        if not number:
            continue
        try:
            changed, effect = _of_work(catalogue, work, tick)
        except Unreplayable as error:
            unreplayable[work.exercise, error.reason] += number
            continue
        changes += changed
        effects += effect
    return Found(changes, effects, attempts, unreplayable, found[-1].place if len(found) == limit else None)


def look(
    connection: Connection, catalogue: Catalogue, id: str, tick: Callable[[], None] = _no_matter
) -> tuple[Regrade, Found] | None:
    """What comes next in a regrade, for `store`; None where it does not run, or not with these exercises."""
    regrade = by_id(connection, id)
    if regrade.state != "running" or regrade.exercises != exercises_of(catalogue, regrade.exercises):
        return None
    return regrade, differences(connection, catalogue, regrade.assignment, regrade.cursor, tick=tick)


def _of_work(catalogue: Catalogue, work: Work, tick: Callable[[], None]) -> tuple[list[Change], list[Effect]]:
    """What differs in the work of a student on an item. Raises `Unreplayable`."""
    new: dict[tuple[str, str], Regraded] = {}
    changes: list[Change] = []
    restore = {row.id: restored(catalogue, row) for row in work.instances if work.tried[row.id]}
    for row, tried in work.in_order():
        for part, verdict in tried.holding.items():
            now = again(restore[row.id], verdict)
            before, after = shown_before(verdict), shown_now(now, tried, part)
            if before != after:
                new[tried.id, part] = graded = regraded(restore[row.id], verdict, now)
                after["pattern"] = graded.pattern
                lowers = now.score < verdict.score or (verdict.status == "correct" != now.status)
                changes.append(Change(work.item, work.person, tried.id, part, before, after, lowers))
        tick()
    family = catalogue[work.exercise]
    same_version = all(tried.row.version == family.version for all_of in work.tried.values() for tried in all_of)
    if work.score is None or (same_version and not changes):
        return changes, []
    weights = weights_of(family.at(work.level))
    whole = reached(work, weights, new)
    if not changes and all(whole[t.id] == t.score for all_of in work.tried.values() for t in all_of):
        return [], []
    raising = {(c.attempt, c.part): new[c.attempt, c.part] for c in changes if not c.lowers}
    only = best_of(work, reached(work, weights, raising, only_raise=True))
    return changes, [Effect(work.item, work.person, work.score.best, best_of(work, whole), only)]


def store(connection: Connection, regrade: Regrade, found: Found) -> bool:
    """Note what was found behind the place that the regrade had reached; False where somebody else was quicker."""
    here = (regrades.c.id == regrade.id) & (regrades.c.state == "running")
    here &= (regrades.c.cursor == regrade.cursor) & (regrades.c.stamp == regrade.stamp)
    unreplayable = Counter({(known["exercise"], known["reason"]): known["attempts"] for known in regrade.unreplayable})
    done = regrade.attempts + found.attempts
    progress = {
        "state": "ready" if found.last is None else "running",
        "cursor": regrade.cursor if found.last is None else found.last,
        "attempts": done,
        "total": done if found.last is None else max(done, regrade.total),
        "changed": regrade.changed + len(found.changes),
        "unreplayable": [
            {"exercise": exercise, "reason": reason, "attempts": attempts}
            for (exercise, reason), attempts in sorted((unreplayable + found.unreplayable).items())
        ],
    }
    if connection.execute(update(regrades).where(here).values(**progress)).rowcount == 0:
        return False
    numbered = enumerate(found.changes, start=regrade.changed + 1)
    if changes := [{"regrade": regrade.id, "number": number, **vars(change)} for number, change in numbered]:
        connection.execute(insert(regrade_changes), changes)
    if effects := [{"regrade": regrade.id, **vars(effect)} for effect in found.effects]:
        connection.execute(insert(regrade_scores), effects)
    return True


# Looking ------------------------------------------------------------------------------------------


def changes_of(connection: Connection, regrade: str, after: int, limit: int) -> list[Row[Any]]:
    """The verdicts that a regrade changes, by item, person and time, those behind a number."""
    found = select(regrade_changes).where(regrade_changes.c.regrade == regrade, regrade_changes.c.number > after)
    return list(connection.execute(found.order_by(regrade_changes.c.number).limit(limit)))


def effects_of(connection: Connection, regrade: str, after: str, limit: int) -> list[Row[Any]]:
    """The scores that a regrade changes, by item and person, those behind a place."""
    table = regrade_scores.c
    item, _, person = after.partition(" ")
    behind = tuple_(table.item, table.person) > tuple_(literal(item), literal(person))
    differs = or_(table.after != table.before, table.only_raise != table.before)
    found = select(regrade_scores).where(table.regrade == regrade, behind, differs)
    return list(connection.execute(found.order_by(table.item, table.person).limit(limit)))


def summary(connection: Connection, regrade: str) -> dict[str, tuple[int, int, int]]:
    """By item that a regrade changes: how many verdicts, and for how many students points go up, and down."""
    of, to = regrade_changes.c, regrade_scores.c
    changed = select(of.item, func.count()).where(of.regrade == regrade).group_by(of.item)
    verdicts = {row[0]: row[1] for row in connection.execute(changed)}
    up = func.sum(case((to.after > to.before, 1), else_=0))
    down = func.sum(case((to.after < to.before, 1), else_=0))
    moved = select(to.item, up, down).where(to.regrade == regrade).group_by(to.item)
    return {item: (verdicts.get(item, 0), ups, downs) for item, ups, downs in connection.execute(moved)}
