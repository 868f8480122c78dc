"""Stored answers graded again: from the numbers of the instance, the value as it was read, and the earlier values.

Grading is pure, so that the same version of an exercise gives the same verdict for ever. `replay`
proves it; a regrade builds on it with a newer version.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Row, func, select

from app.answers import Unreadable
from app.attempts.submissions import VERDICT_COLUMNS, marks, pattern_of, read_as, verdict_of
from app.attempts.work import INSTANCE, Regraded, Tried, tried_on
from app.exercise import ExerciseError, Family, Instance, Part, Value
from app.grading import Verdict, grade
from app.models import instances

REASONS: Final = {
    "other-version": "given by another version of the exercise",
    "withdrawn": "the exercise is no longer served",
    "part-gone": "the exercise no longer has the part",
    "other-numbers": "the exercise needs other numbers now",
    "unreadable": "the part takes other answers now",
    "fails": "the exercise fails on these numbers or this answer",
}
INSTANCES: Final = 100  # that are read at a time


class Unreplayable(Exception):
    """Something stored cannot be graded again, for one of the `REASONS`."""

    def __init__(self, reason: str):
        super().__init__(REASONS[reason])
        self.reason = reason


def restored(catalogue: Mapping[str, Family], row: Row[Any]) -> Instance:
    """A stored instance, in the present version of its exercise. Raises `Unreplayable`."""
    family = catalogue.get(row.exercise)
    if family is None:
        raise Unreplayable("withdrawn")
    try:
        return family.instance(row.level, row.seed, row.drawn)
    except ExerciseError:
        raise Unreplayable("other-numbers") from None


def again(instance: Instance, row: Row[Any]) -> Verdict:
    """What grading says now of a stored answer. Raises `Unreplayable`."""
    part = instance.family.by_id.get(row.part)
    if part is None:
        raise Unreplayable("part-gone")
    value = _value(part, row.value)
    try:
        return grade(part, instance, value, _earlier(part, instance, row.earlier))
    except Exception:  # whatever the exercise's functions raise
        raise Unreplayable("fails") from None


def _value(part: Part, stored: Any) -> Value:
    try:
        return part.kind.restored(stored)
    except Unreadable:
        raise Unreplayable("unreadable") from None


def _earlier(part: Part, instance: Instance, stored: Mapping[str, Any]) -> dict[str, Value]:
    """The student's own earlier values, as far as the exercise, changed since, still has and reads those parts."""
    values: dict[str, Value] = {}
    for id in part.earlier:
        if id in stored:
            with suppress(Unreadable):
                values[id] = instance.family.by_id[id].kind.restored(stored[id])
    return values


def regraded(instance: Instance, row: Row[Any], verdict: Verdict) -> Regraded:
    """A new verdict with all that is stored of it. Raises `Unreplayable`."""
    part = instance.family.by_id[row.part]
    try:
        return Regraded(verdict, pattern_of(part, instance, _value(part, row.value), verdict))
    except Unreplayable:
        raise
    except Exception:  # as in `again`
        raise Unreplayable("fails") from None


def shown(verdict: Verdict, entries: list[Any] | None) -> dict[str, Any]:
    """All that a student may see of a verdict, with the marks that were shown."""
    return {**{name: getattr(verdict, name) for name in VERDICT_COLUMNS}, "entries": entries}


def shown_before(row: Row[Any]) -> dict[str, Any]:
    return shown(verdict_of(row), row.entries)


def shown_now(verdict: Verdict, tried: Tried, part: str) -> dict[str, Any]:
    return shown(verdict, marks(verdict, tried.wrong[part]))


# The proof ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Difference:
    """A stored verdict that its own version of the exercise would not give again, and what of it differs."""

    attempt: str
    part: str
    revision: int
    fields: tuple[str, ...]

    def __str__(self) -> str:
        version = f", version {self.revision}" if self.revision else ""
        return f"attempt {self.attempt}, part {self.part}{version}: {', '.join(self.fields)}"


@dataclass(frozen=True)
class Replayed:
    """What came of replaying the verdicts on some instances, up to the last of them (None: there are no more)."""

    instances: int
    same: int
    differences: Sequence[Difference]
    left_out: Counter[str]
    last: str | None


def how_many(connection: Connection, exercise: str | None) -> int:
    """How many instances there are to replay."""
    found = select(func.count()).select_from(instances)
    if exercise is not None:
        found = found.where(instances.c.exercise == exercise)
    return connection.scalar(found) or 0


def replay(
    connection: Connection,
    catalogue: Mapping[str, Family],
    exercise: str | None = None,
    after: str = "",
    limit: int = INSTANCES,
) -> Replayed:
    """Grade the verdicts on some instances again, the first ones and those that hold, where the version is the same.

    The instances are those behind the id `after`; those of one `exercise` where it is named.
    """
    found = select(*(instances.c[name] for name in INSTANCE)).where(instances.c.id > after)
    if exercise is not None:
        found = found.where(instances.c.exercise == exercise)
    rows = connection.execute(found.order_by(instances.c.id).limit(limit)).all()
    tried = tried_on(connection, [row.id for row in rows], staff=True, whole=True)
    same, differences, left_out = 0, [], Counter[str]()
    for row in rows:
        for outcome in _replay_one(catalogue, row, tried[row.id]):
            if isinstance(outcome, Difference):
                differences.append(outcome)
            elif outcome is None:
                same += 1
            else:
                left_out[outcome] += 1
    return Replayed(len(rows), same, differences, left_out, rows[-1].id if rows else None)


def _replay_one(
    catalogue: Mapping[str, Family], row: Row[Any], tried: Sequence[Tried]
) -> Iterator[Difference | str | None]:
    """For each verdict on an instance how it differs, None where it does not, or why it is not replayed."""
    instance, fault = None, ""
    try:
        instance = restored(catalogue, row)
    except Unreplayable as unreplayable:
        fault = unreplayable.reason
    family = catalogue.get(row.exercise)
    for attempt in tried:
        for part, first in attempt.first.items():
            for verdict in {first.revision: first, attempt.holding[part].revision: attempt.holding[part]}.values():
                if family is None or verdict.version != family.version:
                    gone = bool(instance and part not in instance.family.by_id)
                    yield "part-gone" if gone else fault or "other-version"
                elif fields := _differing(instance, attempt, verdict) if instance else (fault,):
                    yield Difference(attempt.id, part, verdict.revision, fields)
                else:
                    yield None


def _differing(instance: Instance, attempt: Tried, row: Row[Any]) -> tuple[str, ...]:
    """What of a stored verdict grading would give differently now."""
    try:
        stored = shown_before(row)
        now = shown_now(again(instance, row), attempt, row.part)
        if row.revision == 0:
            kind = instance.kind(instance.family.by_id[row.part])
            reading = kind.read(attempt.row.answers[row.part])
            stored |= {"value": row.value, "read_as": row.read_as}
            now |= {"value": kind.json(reading.value), "read_as": read_as(reading)}
    except (Unreplayable, Unreadable) as error:
        return (str(error),)
    return tuple(name for name in stored if _canonical(stored[name]) != _canonical(now[name]))


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
