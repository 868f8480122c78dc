"""Instances as students hold them: drawn, found again, closed; when their solution opens."""

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, exists, insert, select, update

from app.attempts.recent import recent
from app.auth import STAFF, Caller, new_id, role_in
from app.courses.assignments import Assignment, Item, item_of_row, of_rows
from app.courses.exceptions import Extension, extensions_for
from app.dates import Dates, Decision, decide, require_begun
from app.exercise import ExerciseError, Family, Instance, NoInstance
from app.models import assignments, attempts, instance_parts, instances, items, verdicts
from app.problems import (
    Closed,
    ErrorOut,
    Forbidden,
    InvalidRequest,
    NotFound,
    SolutionNotOpen,
    Withdrawn,
)
from app.scores import ROUNDING

LARGEST_SEED: Final = 2**53 - 1


@dataclass(frozen=True)
class PartState:
    """How far a student has come with one part."""

    score: float = 0.0
    solved: bool = False
    tries_used: int = 0
    wrong: int = 0
    was_close: bool = False
    hints_open: int = 0
    latest: Any = None


@dataclass(frozen=True)
class Assigned:
    """What an assignment says about an instance, as it holds for the student who has it."""

    assignment: Assignment
    item: Item
    extension: Extension

    @property
    def dates(self) -> Dates:
        return self.assignment.dates.extended(self.extension.due_at, self.extension.closes_at)

    @property
    def tries(self) -> int | None:
        """The tries of each part; an extension may give more, never fewer. None is unlimited."""
        return None if self.item.tries is None else max(self.item.tries, self.extension.tries or 0)

    @property
    def solutions(self) -> str:
        return self.item.solutions or self.assignment.solutions

    def factor(self, state: PartState) -> float:
        """What tries and hints leave of the score of the next answer to a part."""
        factors = self.assignment.attempt_factors
        of_try = factors[min(state.tries_used, len(factors) - 1)] if factors else 1.0
        return of_try * max(0.0, 1 - self.assignment.hint_cost * state.hints_open)


@dataclass(frozen=True)
class Held:
    """A stored instance: its row, its numbers, the state of its parts, and who looks at it.

    `staff`: its attempts by this caller are marked and never counted. `member`: the owner may still work on it.
    """

    row: Row[Any]
    instance: Instance
    parts: Mapping[str, PartState]
    assigned: Assigned | None = None
    staff: bool = False
    own: bool = True
    member: bool = True

    @property
    def id(self) -> str:
        return str(self.row.id)

    @property
    def family(self) -> Family:
        return self.instance.family

    @property
    def closed(self) -> bool:
        return self.row.closed_at is not None

    @property
    def score(self) -> float:
        return total_of(weights_of(self.family), self.parts) if self.staff and self.own else float(self.row.score)

    @property
    def hint_cost(self) -> float:
        return self.assigned.assignment.hint_cost if self.assigned else 0.0

    def hints_open(self, part: str) -> int:
        """How many hints of a part are open; none of a part that does not exist."""
        return self.parts[part].hints_open if part in self.parts else 0

    @property
    def solved(self) -> bool:
        return all(state.solved for state in self.parts.values())

    def tries_left(self, state: PartState) -> int | None:
        """The tries that a part in this state has left; None is unlimited."""
        if self.assigned is None or self.assigned.tries is None:
            return None
        return max(0, self.assigned.tries - state.tries_used)

    @property
    def done(self) -> bool:
        """Whether nothing more can be reached: solved, closed, or out of tries in every part that is not solved."""
        return self.closed or all(state.solved or self.tries_left(state) == 0 for state in self.parts.values())


def draw(
    connection: Connection, family: Family, level: str | None, seed: int | None, caller: Caller, now: datetime
) -> Held:
    """Draw an instance to practise on, and store it. One drawn with a course's token stays within that course."""
    level = family.levels[0] if level is None else level
    if level not in family.levels:
        detail = f"This exercise has the levels {', '.join(family.levels)}."
        raise InvalidRequest(detail, [ErrorOut(pointer="/level", detail=detail)])
    seed = secrets.randbelow(LARGEST_SEED + 1) if seed is None else seed
    try:
        instance = family.draw(level, seed)
    except NoInstance:
        detail = "No instance can be drawn from this seed. Send another one, or none."
        raise InvalidRequest(detail, [ErrorOut(pointer="/seed", detail=detail)]) from None
    return store(connection, instance, caller, now, course=caller.course, variant=0)


def store(connection: Connection, instance: Instance, caller: Caller, now: datetime, **of_item: Any) -> Held:
    """Store an instance that was drawn for the caller; `of_item` says to which item it belongs."""
    family, id = instance.family, new_id()
    connection.execute(
        insert(instances).values(
            id=id,
            owner=caller.id,
            browser=caller.browser,
            exercise=family.id,
            version=family.version,
            level=instance.level,
            seed=instance.seed,
            drawn=instance.drawn,
            created_at=now,
            score=0.0,
            **of_item,
        )
    )
    connection.execute(
        insert(instance_parts),
        [_state_row(id, part.id, PartState()) for part in family.parts],
    )
    recent.keep(id, instance)
    return _held(connection, reachable(connection, id, caller), family)


def hash_of(instance: Instance) -> str:
    """What tells whether two instances have the same numbers."""
    return hashlib.sha256(json.dumps(instance.drawn, sort_keys=True).encode()).hexdigest()


def find(connection: Connection, catalogue: Mapping[str, Family], id: str, caller: Caller, now: datetime) -> Held:
    """A stored instance.

    Raises `NotFound` where the caller may not reach it, `Withdrawn` without its exercise, `NotOpen`
    for a student before its assignment opens.
    """
    reached = reachable(connection, id, caller)
    family = catalogue.get(reached.row.exercise)
    if family is None:
        raise Withdrawn("This exercise is no longer served. Your attempts on it are kept, and so are your points.")
    held = _held(connection, reached, family)
    if held.assigned and not held.staff:
        require_begun(now, held.assigned.dates)
    return held


def of_caller(
    connection: Connection,
    caller: Caller,
    exercise: str | None,
    assignment: str | None,
    unfinished: bool,
    before: str,
    limit: int,
) -> list[tuple[Row[Any], Assigned | None]]:
    """The caller's own instances, newest first, those older than `before`, with what their assignments say."""
    found = select(instances).where(instances.c.owner == caller.person)
    if caller.course is not None:
        found = found.where(instances.c.course == caller.course)
    if exercise is not None:
        found = found.where(instances.c.exercise == exercise)
    if assignment is not None:
        found = found.where(instances.c.assignment == assignment)
    if unfinished:
        unsolved = exists().where(instance_parts.c.instance == instances.c.id, instance_parts.c.solved.is_(False))
        found = found.where(instances.c.closed_at.is_(None), unsolved)
    if before:
        last = select(instances.c.created_at, instances.c.id).where(instances.c.id == before).subquery()
        older = instances.c.created_at < last.c.created_at
        found = found.join(last, older | ((instances.c.created_at == last.c.created_at) & (instances.c.id < last.c.id)))
    newest_first = found.order_by(instances.c.created_at.desc(), instances.c.id.desc()).limit(limit)
    rows = connection.execute(newest_first).all()
    assigned = _assigned(connection, caller.person, [row for row in rows if row.item])
    return [(row, assigned.get(row.item)) for row in rows]


def _held(connection: Connection, reached: "Reached", family: Family) -> Held:
    row = reached.row
    try:
        instance = recent.restored(family, row)
    except ExerciseError:
        raise Withdrawn("This exercise has changed and needs other numbers now. Draw a new instance.") from None
    states = connection.execute(select(instance_parts).where(instance_parts.c.instance == row.id))
    stored = {state.part: _state(state) for state in states}
    parts = {part.id: stored.get(part.id, PartState()) for part in instance.family.parts}
    if reached.staff and reached.own:
        parts = _tried_out(connection, row.id, parts)
    assigned = _assigned(connection, row.owner, [row])[row.item] if row.item else None
    return Held(row, instance, parts, assigned, reached.staff, reached.own, reached.member)


def _tried_out(connection: Connection, instance: str, parts: dict[str, PartState]) -> dict[str, PartState]:
    """The parts of staff's own instance, with what their attempts reached on it.

    It is stored nowhere else: should they become students, they begin with what they did as students.
    """
    told = ("part", "status", "score", "factor", "close", "value")
    found = (
        select(*(verdicts.c[name] for name in told))
        .join(attempts, attempts.c.id == verdicts.c.attempt)
        .where(attempts.c.instance == instance, attempts.c.staff)
        .order_by(attempts.c.number, verdicts.c.revision)
    )
    for row in connection.execute(found):
        if before := parts.get(row.part):
            best, solved = max(before.score, row.score * row.factor), before.solved or row.status == "correct"
            close = before.was_close or row.close
            parts[row.part] = replace(before, score=best, solved=solved, was_close=close, latest=row.value)
    return parts


def _assigned(connection: Connection, owner: str, rows: Sequence[Row[Any]]) -> dict[str, Assigned]:
    """What their assignments say about instances of one student, by item."""
    theirs = {row.assignment for row in rows}
    of_id = {of.id: of for of in connection.execute(select(assignments).where(assignments.c.id.in_(theirs)))}
    extensions = extensions_for(connection, theirs, owner)
    found = connection.execute(select(items).where(items.c.id.in_({row.item for row in rows})))
    return {
        item.id: Assigned(
            of_rows(of_id[item.assignment], [item]),
            item_of_row(item),
            extensions.get(item.assignment, Extension(owner)),
        )
        for item in found
    }


@dataclass(frozen=True)
class Reached:
    """The row of an instance, and what the caller is to it."""

    row: Row[Any]
    staff: bool
    own: bool
    member: bool


def reachable(connection: Connection, id: str, caller: Caller) -> Reached:
    """An instance that the caller may reach: a guest's, their own, or a student's in a course where they are staff.

    Raises `NotFound` for any other.
    """
    row = connection.execute(select(instances).where(instances.c.id == id)).one_or_none()
    if row is not None:
        is_guests = row.owner is None and not caller.operator
        own = is_guests or (row.owner == caller.id and caller.course in (None, row.course))
        role = role_in(connection, caller, row.course) if row.course else None
        staff = (role in STAFF and row.item is not None) or (caller.operator and not own)
        if own or staff:
            return Reached(row, staff, own, row.course is None or role is not None)
    raise NotFound("There is no such instance.")


def _state(row: Row[Any]) -> PartState:
    return PartState(row.score, row.solved, row.tries_used, row.wrong, row.was_close, row.hints_open, row.latest)


def _state_row(instance: str, part: str, state: PartState) -> dict[str, Any]:
    return {"instance": instance, "part": part, **vars(state)}


def close(connection: Connection, held: Held, now: datetime) -> None:
    """Give up: no further attempts, the solution opens. Closing twice changes nothing.

    Raises `Forbidden` for staff: only its owner gives an instance up.
    """
    if not held.own:
        raise Forbidden("Only the student who has this instance can give it up.")
    connection.execute(
        update(instances).where(instances.c.id == held.id, instances.c.closed_at.is_(None)).values(closed_at=now)
    )


def admit(held: Held, received: datetime) -> Decision | None:
    """Whether an attempt received at that moment is taken, and in an assignment whether it is late.

    Raises `NotOpen`, `PastDue`, `Forbidden`, `Closed`. Dates do not bind staff.
    """
    decision = None
    if held.assigned and not held.staff:
        if not held.member:
            raise Forbidden("You are no longer in this course. What you did is kept.")
        decision = decide(received, held.assigned.dates, held.assigned.assignment.late_penalty)
    if held.closed:
        again = held.assigned is None or held.assigned.item.new_variants
        remedy = "Draw a new one." if again else "You gave it up; this item has no new variants."
        raise Closed(f"This instance is closed. {remedy}")
    return decision


def store_state(connection: Connection, held: Held, part: str, **state: Any) -> None:
    """Keep what has changed of the state of a part."""
    here = (instance_parts.c.instance == held.id) & (instance_parts.c.part == part)
    stored = connection.execute(update(instance_parts).where(here).values(**state))
    if stored.rowcount == 0:  # a part that the exercise got after this instance was drawn
        connection.execute(insert(instance_parts).values(_state_row(held.id, part, PartState(**state))))


def weights_of(family: Family) -> dict[str, float]:
    """The weights of the parts, in the order of the exercise."""
    return {part.id: part.weight for part in family.parts}


def total_of(weights: Mapping[str, float], states: Mapping[str, PartState]) -> float:
    """The score of an instance whose parts are in these states."""
    return total_score(weights, {part: states[part].score for part in weights})


def total_score(weights: Mapping[str, float], best: Mapping[str, float]) -> float:
    """The weighted mean of the best scores of the parts, in [0, 1]."""
    earned = sum(weight * best[part] for part, weight in weights.items())
    return min(1.0, round(earned / sum(weights.values()), ROUNDING))


def no_such_part(family: Family, pointer: str) -> InvalidRequest:
    """The problem of a request that names a part which the exercise does not have."""
    detail = f"There is no such part. The parts are: {', '.join(family.by_id)}."
    return InvalidRequest(detail, [ErrorOut(pointer=pointer, detail=detail)])


def require_solution(held: Held, now: datetime) -> None:
    """Raises `SolutionNotOpen` until the instance is done; in an assignment, until that says so. Not for staff."""
    if held.staff:
        return
    if held.assigned is None or held.assigned.solutions == "when_done":
        if not held.done:
            raise SolutionNotOpen("The solution opens once every part is solved, out of tries, or the instance closed.")
    elif held.assigned.solutions == "never":
        raise SolutionNotOpen("The solutions of this assignment do not open here.")
    elif (end := held.assigned.dates.end) is None or now <= end:
        raise SolutionNotOpen("The solution opens once the assignment has closed.")
