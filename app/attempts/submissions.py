"""Attempts: read what was sent, grade it, store it with all that a replay needs; and flags on them.

What history allows is decided here and never in grading: what is counted, when entries are marked.
"""

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, func, insert, select, update

from app.answers import Unreadable
from app.attempts.held import Held, PartState, no_such_part, reachable, store_state
from app.auth import Caller, new_id
from app.exercise import Family, Part, Reading, Value
from app.grading import Verdict, grade
from app.models import attempts, flags, instances, verdicts
from app.problems import ErrorOut, NotFound
from app.problems import Unreadable as UnreadableProblem

MARKS_FROM: Final = 2  # entries are marked right or wrong from this counted wrong attempt on
VERDICT_COLUMNS: Final = ("status", "score", "feedback", "misconception", "follow_through", "close")


@dataclass(frozen=True)
class Marked:
    """A verdict as it was given: whether it counted, which entries it marked, how the answer was read."""

    verdict: Verdict
    counted: bool
    entries: list[Any] | None
    read_as: dict[str, Any]


@dataclass(frozen=True)
class Attempt:
    """One submission, stored for ever."""

    id: str
    instance: str
    number: int
    received_at: datetime
    answers: dict[str, Any]
    score: float
    parts: dict[str, Marked]


def read(held: Held, answers: Mapping[str, Any]) -> dict[str, Reading]:
    """Read every answer. Raises `InvalidRequest` for unknown parts, `Unreadable` with all that cannot be read."""
    if not set(answers) <= set(held.family.by_id):
        raise no_such_part(held.family, "/answers")
    readings: dict[str, Reading] = {}
    errors: list[ErrorOut] = []
    for part in held.family.parts:
        if part.id in answers:
            try:
                readings[part.id] = part.kind.read(answers[part.id])
            except Unreadable as error:
                errors.append(ErrorOut(pointer=f"/answers/{part.id}", detail=error.message, position=error.position))
    if errors:
        raise UnreadableProblem("An answer could not be read. Nothing was stored and no try was used.", errors)
    return readings


@dataclass(frozen=True)
class _Answered:
    """The answer to one part, graded: all that is stored of it."""

    part: Part
    reading: Reading
    earlier: Mapping[str, Value]
    verdict: Verdict
    counted: bool
    state: PartState  # of the part, after it

    @property
    def value(self) -> Any:
        return self.part.kind.json(self.reading.value)

    def row(self, attempt: str, held: Held) -> dict[str, Any]:
        return {
            "attempt": attempt,
            "part": self.part.id,
            "instance": held.id,
            "value": self.value,
            "value_hash": _hash(self.value),
            "earlier": {id: held.family.by_id[id].kind.json(value) for id, value in self.earlier.items()},
            "hints_open": self.state.hints_open,
            **{name: getattr(self.verdict, name) for name in VERDICT_COLUMNS},
            "counted": self.counted,
            "entries": self.verdict.entries if self.state.wrong >= MARKS_FROM else None,
            "read_as": read_as(self.reading),
        }


def submit(connection: Connection, held: Held, answers: dict[str, Any], caller: Caller, now: datetime) -> Attempt:
    """Grade answers and store the attempt, with all that a replay needs.

    An attempt of staff on somebody else's instance is marked and changes nothing of its state.
    """
    readings = read(held, answers)
    staff = caller.operator and held.row.owner != caller.id
    known = _latest_values(held) | {id: reading.value for id, reading in readings.items()}
    answered = [
        _grade_part(connection, held, part, readings[part.id], known, staff)
        for part in held.family.parts
        if part.id in readings
    ]
    states = {**held.parts} if staff else {**held.parts, **{answer.part.id: answer.state for answer in answered}}
    id = new_id()
    score = _score(held.family, states)
    attempt = {
        "id": id,
        "instance": held.id,
        "number": _next_number(connection, held),
        "version": held.family.version,
        "received_at": now,
        "answers": answers,
        "score": score,
        "staff": staff,
    }
    connection.execute(insert(attempts).values(attempt))
    connection.execute(insert(verdicts), [answer.row(id, held) for answer in answered])
    for part in readings:
        if states[part] != held.parts[part]:
            store_state(connection, held, part, states[part])
    if score != held.row.score:
        connection.execute(update(instances).where(instances.c.id == held.id).values(score=score))
    return find_attempt(connection, id, caller)


def _grade_part(
    connection: Connection, held: Held, part: Part, reading: Reading, known: Mapping[str, Value], staff: bool
) -> _Answered:
    """Grade one answer, and say what it does to the state of its part."""
    earlier = {id: known[id] for id in part.earlier if id in known}
    verdict = grade(part, held.instance, reading.value, earlier)
    value = part.kind.json(reading.value)
    counted = not staff and _counts(connection, held, part, verdict, _hash(value))
    return _Answered(part, reading, earlier, verdict, counted, _after(held.parts[part.id], verdict, counted, value))


def _next_number(connection: Connection, held: Held) -> int:
    last = connection.scalar(select(func.max(attempts.c.number)).where(attempts.c.instance == held.id))
    return (last or 0) + 1


def _hash(value: Any) -> str:
    """What tells whether two answers were read as the same value."""
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()


def read_as(reading: Reading) -> dict[str, Any]:
    """How an answer was understood, made from the answer alone."""
    return {"shape": None if reading.shape is None else list(reading.shape), "latex": reading.latex}


def _latest_values(held: Held) -> dict[str, Value]:
    """What the student answered last, part by part; not what the exercise, changed since, no longer reads."""
    values: dict[str, Value] = {}
    for part in held.family.parts:
        latest = held.parts[part.id].latest
        if latest is not None:
            with suppress(Unreadable):
                values[part.id] = part.kind.read(latest).value
    return values


def _counts(connection: Connection, held: Held, part: Part, verdict: Verdict, value_hash: str) -> bool:
    """Whether an answer uses a try: not on a solved part, not a second time, not the first rounding slip."""
    state = held.parts[part.id]
    if state.solved or (verdict.close and not state.was_close):
        return False
    same = (
        select(verdicts.c.part)
        .join(attempts, attempts.c.id == verdicts.c.attempt)
        .where(verdicts.c.instance == held.id, verdicts.c.part == part.id, verdicts.c.value_hash == value_hash)
        .where(attempts.c.staff.is_(False))
    )
    return connection.execute(same.limit(1)).first() is None


def _after(state: PartState, verdict: Verdict, counted: bool, value: Any) -> PartState:
    """The state of a part after a verdict: the best score stays."""
    correct = verdict.status == "correct"
    return replace(
        state,
        score=max(state.score, verdict.score),
        solved=state.solved or correct,
        tries_used=state.tries_used + counted,
        wrong=state.wrong + (counted and not correct),
        was_close=state.was_close or verdict.close,
        latest=value,
    )


def _score(family: Family, states: Mapping[str, PartState]) -> float:
    """The weighted mean of the best scores of the parts, in [0, 1]."""
    total = sum(part.weight for part in family.parts)
    earned = sum(part.weight * states[part.id].score for part in family.parts)
    return min(1.0, round(earned / total, 12))


def find_attempt(connection: Connection, id: str, caller: Caller) -> Attempt:
    """A stored attempt. Raises `NotFound` where the caller may not reach it."""
    row = connection.execute(select(attempts).where(attempts.c.id == id)).one_or_none()
    if row is None:
        raise NotFound("There is no such attempt.")
    reachable(connection, row.instance, caller)
    return _attempts(connection, [row])[0]


def history(connection: Connection, id: str, caller: Caller, after: int, limit: int) -> list[Attempt]:
    """Attempts on an instance in the order in which they came, those after number `after`."""
    reachable(connection, id, caller)
    rows = connection.execute(
        select(attempts)
        .where(attempts.c.instance == id, attempts.c.number > after)
        .order_by(attempts.c.number)
        .limit(limit)
    )
    return _attempts(connection, list(rows))


def _attempts(connection: Connection, rows: list[Row[Any]]) -> list[Attempt]:
    marked: dict[str, dict[str, Marked]] = {row.id: {} for row in rows}
    for verdict in connection.execute(select(verdicts).where(verdicts.c.attempt.in_(marked))):
        marked[verdict.attempt][verdict.part] = Marked(
            Verdict(**{name: getattr(verdict, name) for name in VERDICT_COLUMNS}),
            verdict.counted,
            verdict.entries,
            verdict.read_as,
        )
    return [
        Attempt(
            row.id,
            row.instance,
            row.number,
            row.received_at,
            row.answers,
            row.score,
            {part: marked[row.id][part] for part in row.answers},
        )
        for row in rows
    ]


# Flags --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Flag:
    """A student's "I think this is marked wrong"."""

    id: str
    attempt: str
    comment: str
    created_at: datetime


def flag(connection: Connection, attempt: Attempt, comment: str, now: datetime) -> Flag:
    """Keep a student's doubt beside the attempt, for staff."""
    raised = Flag(new_id(), attempt.id, comment, now)
    connection.execute(insert(flags).values(vars(raised)))
    return raised


def flags_of(connection: Connection, attempt: Attempt) -> list[Flag]:
    """The flags on an attempt, oldest first."""
    rows = connection.execute(
        select(flags).where(flags.c.attempt == attempt.id).order_by(flags.c.created_at, flags.c.id)
    )
    return [Flag(row.id, row.attempt, row.comment, row.created_at) for row in rows]
