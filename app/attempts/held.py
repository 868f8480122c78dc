"""Instances as students hold them: drawn, found again, closed; their hints and their solution."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, insert, select, update

from app.auth import Caller, new_id
from app.exercise import ExerciseError, Family, Instance, NoInstance, Part
from app.models import instance_parts, instances
from app.problems import Closed, ErrorOut, InvalidRequest, NoHint, NotFound, SolutionNotOpen, Withdrawn

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
class Held:
    """A stored instance: its row, its numbers, and the state of its parts."""

    row: Row[Any]
    instance: Instance
    parts: Mapping[str, PartState]

    @property
    def id(self) -> str:
        return str(self.row.id)

    @property
    def family(self) -> Family:
        return self.instance.family

    @property
    def closed(self) -> bool:
        return self.row.closed_at is not None

    def hints_open(self, part: str) -> int:
        """How many hints of a part are open; none of a part that does not exist."""
        return self.parts[part].hints_open if part in self.parts else 0

    @property
    def solved(self) -> bool:
        return all(state.solved for state in self.parts.values())


def draw(
    connection: Connection, family: Family, level: str | None, seed: int | None, caller: Caller, now: datetime
) -> Held:
    """Draw an instance and store it."""
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
    id = new_id()
    connection.execute(
        insert(instances).values(
            id=id,
            owner=caller.id,
            exercise=family.id,
            version=family.version,
            level=level,
            seed=seed,
            drawn=instance.drawn,
            created_at=now,
            score=0.0,
        )
    )
    connection.execute(
        insert(instance_parts),
        [_state_row(id, part.id, PartState()) for part in family.parts],
    )
    return _held(connection, reachable(connection, id, caller), family)


def find(connection: Connection, catalogue: Mapping[str, Family], id: str, caller: Caller) -> Held:
    """A stored instance. Raises `NotFound` where the caller may not reach it, `Withdrawn` without its exercise."""
    row = reachable(connection, id, caller)
    family = catalogue.get(row.exercise)
    if family is None:
        raise Withdrawn("This exercise is no longer served. Your attempts on it are kept.")
    return _held(connection, row, family)


def _held(connection: Connection, row: Row[Any], family: Family) -> Held:
    try:
        instance = family.instance(row.level, row.seed, row.drawn)
    except ExerciseError:
        raise Withdrawn("This exercise has changed and needs other numbers now. Draw a new instance.") from None
    states = connection.execute(select(instance_parts).where(instance_parts.c.instance == row.id))
    stored = {state.part: _state(state) for state in states}
    return Held(row, instance, {part.id: stored.get(part.id, PartState()) for part in family.parts})


def reachable(connection: Connection, id: str, caller: Caller) -> Row[Any]:
    """The row of an instance. Raises `NotFound` where the caller may not reach it."""
    row = connection.execute(select(instances).where(instances.c.id == id)).one_or_none()
    if row is None or not (row.owner is None or row.owner == caller.id or caller.operator):
        raise NotFound("There is no such instance.")
    return row


def _state(row: Row[Any]) -> PartState:
    return PartState(row.score, row.solved, row.tries_used, row.wrong, row.was_close, row.hints_open, row.latest)


def _state_row(instance: str, part: str, state: PartState) -> dict[str, Any]:
    return {"instance": instance, "part": part, **vars(state)}


def close(connection: Connection, held: Held, now: datetime) -> None:
    """Give up: no further attempts, the solution opens. Closing twice changes nothing."""
    connection.execute(
        update(instances).where(instances.c.id == held.id, instances.c.closed_at.is_(None)).values(closed_at=now)
    )


def require_open(held: Held) -> None:
    """Raises `Closed`."""
    if held.closed:
        raise Closed("This instance is closed. Draw a new one.")


def store_state(connection: Connection, held: Held, part: str, state: PartState) -> None:
    """Keep the new state of a part."""
    here = (instance_parts.c.instance == held.id) & (instance_parts.c.part == part)
    stored = connection.execute(update(instance_parts).where(here).values(**vars(state)))
    if stored.rowcount == 0:  # a part that the exercise got after this instance was drawn
        connection.execute(insert(instance_parts).values(_state_row(held.id, part, state)))


def no_such_part(family: Family, pointer: str) -> InvalidRequest:
    """The problem of a request that names a part which the exercise does not have."""
    detail = f"There is no such part. The parts are: {', '.join(family.by_id)}."
    return InvalidRequest(detail, [ErrorOut(pointer=pointer, detail=detail)])


# Hints and solutions ------------------------------------------------------------------------------


@dataclass(frozen=True)
class OpenHint:
    """A hint that a student has opened."""

    part: str
    number: int
    text: str
    cost: float = 0.0


def open_hint(connection: Connection, held: Held, part_id: str, number: int) -> tuple[OpenHint, bool]:
    """Open a hint, or show one again; whether it is new. Raises `NoHint` out of order and past the last."""
    part = held.family.by_id.get(part_id)
    if part is None:
        raise no_such_part(held.family, "/part")
    already = min(held.parts[part_id].hints_open, len(part.hints))
    if number <= already:
        return _hint(held, part, number), False
    if number > already + 1:  # before the end is looked at: how many there are stays unsaid
        raise NoHint(f"Hints open one after the other. Ask for number {already + 1} first.")
    if number > len(part.hints):
        raise NoHint("There is no further hint for this part.")
    state = replace(held.parts[part_id], hints_open=number)
    store_state(connection, held, part_id, state)
    return _hint(held, part, number), True


def open_hints(held: Held) -> list[OpenHint]:
    """The hints that are open, part by part."""
    return [
        _hint(held, part, number)
        for part in held.family.parts
        for number in range(1, min(held.parts[part.id].hints_open, len(part.hints)) + 1)
    ]


def _hint(held: Held, part: Part, number: int) -> OpenHint:
    return OpenHint(part.id, number, held.instance.fill(part.hints[number - 1], part))


def require_solution(held: Held, caller: Caller) -> None:
    """Raises `SolutionNotOpen` until the instance is solved or closed; staff see it always."""
    if not (held.solved or held.closed or caller.operator):
        raise SolutionNotOpen("The solution opens once every part is solved or the instance is closed.")
