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

from app import scores
from app.answers import Unreadable
from app.attempts.held import Held, PartState, no_such_part, reachable, store_state
from app.auth import Caller, new_id
from app.dates import Decision
from app.exercise import Family, Part, Reading, Value
from app.grading import Verdict, grade
from app.models import attempts, flags, instances, revisions, verdicts
from app.patterns import pattern, stratum
from app.problems import ErrorOut, NotFound, NoTries
from app.problems import Unreadable as UnreadableProblem
from app.scores import ROUNDING, Submission

MARKS_FROM: Final = 2  # entries are marked right or wrong from this counted wrong attempt on
VERDICT_COLUMNS: Final = ("status", "score", "feedback", "misconception", "follow_through", "close")


@dataclass(frozen=True)
class Marked:
    """A verdict as it was given: whether it counted, the tries and marks it left, how the answer was read."""

    verdict: Verdict
    counted: bool
    tries_left: int | None
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
    late: bool
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
    factor: float
    before: PartState  # of the part
    state: PartState  # of the part, after it

    @property
    def value(self) -> Any:
        return self.part.kind.json(self.reading.value)

    def row(self, attempt: str, held: Held) -> dict[str, Any]:
        return {
            "attempt": attempt,
            "part": self.part.id,
            "revision": 0,
            "instance": held.id,
            "version": held.family.version,
            "value": self.value,
            "value_hash": _hash(self.value),
            "earlier": {id: held.family.by_id[id].kind.json(value) for id, value in self.earlier.items()},
            "hints_open": self.state.hints_open,
            **{name: getattr(self.verdict, name) for name in VERDICT_COLUMNS},
            "factor": self.factor,
            "pattern": self.pattern(held),
            "counted": self.counted,
            "tries_left": held.tries_left(self.state),
            "entries": self.verdict.entries if self.state.wrong >= MARKS_FROM else None,
            "read_as": read_as(self.reading),
        }

    def pattern(self, held: Held) -> str | None:
        """What a wrong answer looks like that no misconception explains."""
        unexplained = self.verdict.status != "correct" and self.verdict.misconception is None
        return pattern(self.part, held.instance, self.reading.value) if unexplained else None


def submit(
    connection: Connection, held: Held, answers: dict[str, Any], decision: Decision | None, now: datetime
) -> Attempt:
    """Grade answers and store the attempt, with all that a replay needs and what it does to the score.

    `decision` is what `held.admit` made of the moment. An attempt of staff is marked and never
    counted; on somebody else's instance it changes nothing of its state. Raises `NoTries`, and as `read` does.
    """
    _require_tries(held, answers)
    readings = read(held, answers)
    staff = held.staff
    known = _latest_values(held) | {id: reading.value for id, reading in readings.items()}
    answered = [
        _grade_part(connection, held, part, readings[part.id], known, staff)
        for part in held.family.parts
        if part.id in readings
    ]
    states = {**held.parts, **{answer.part.id: answer.state for answer in answered}} if held.own else {**held.parts}
    id = new_id()
    factor = decision.factor if decision else 1.0
    score = total_score(held.family, states)
    attempt = {
        "id": id,
        "instance": held.id,
        "number": _next_number(connection, held),
        "version": held.family.version,
        "received_at": now,
        "answers": answers,
        "score": score,
        "staff": staff,
        "factor": factor,
        "decision": decision.json() if decision else None,
    }
    connection.execute(insert(attempts).values(attempt))
    rows = [answer.row(id, held) for answer in answered]
    connection.execute(insert(verdicts), rows)
    for part in readings:
        if states[part] != held.parts[part]:
            store_state(connection, held, part, states[part])
    if score != held.row.score:
        connection.execute(update(instances).where(instances.c.id == held.id).values(score=score))
    if held.assigned and not staff:
        submission = Submission(
            attempt=id,
            received_at=now,
            score=score,
            factor=factor,
            counted=any(answer.counted for answer in answered),
            solved=all(state.solved for state in states.values()),
            first=_first(held, answered),
            mistakes=mistakes_of(rows),
        )
        item = held.assigned.item.id
        of_whom = (held.row.assignment, item, held.row.owner, stratum(held.instance))
        scores.add(connection, *of_whom, submission)
    return _stored(connection, id)


def _require_tries(held: Held, answers: Mapping[str, Any]) -> None:
    """Raises `NoTries` where a part is named that has none left; a solved part takes answers for ever."""
    detail = "This part has no tries left."
    errors = [
        ErrorOut(pointer=f"/answers/{id}", detail=detail)
        for id, state in held.parts.items()
        if id in answers and not held.staff and not state.solved and held.tries_left(state) == 0
    ]
    if errors:
        raise NoTries("A part has no tries left. Nothing was stored; send the other parts without it.", errors)


def _first(held: Held, answered: list[_Answered]) -> float:
    """What the first verdicts on parts add to the score of first verdicts; new variants have none."""
    if held.row.variant > 1:
        return 0.0
    total = sum(part.weight for part in held.family.parts)
    firsts = [answer for answer in answered if answer.before.latest is None]
    return sum(answer.part.weight * answer.verdict.score for answer in firsts) / total


def mistakes_of(rows: list[dict[str, Any]]) -> tuple[tuple[str, str, str], ...]:
    """The counted wrong answers among verdicts, as `scores` counts them."""
    wrong = [row for row in rows if row["counted"] and row["status"] != "correct"]
    return tuple((row["part"], row["misconception"] or "", row["pattern"] or "") for row in wrong)


def _grade_part(
    connection: Connection, held: Held, part: Part, reading: Reading, known: Mapping[str, Value], staff: bool
) -> _Answered:
    """Grade one answer, and say what it does to the state of its part."""
    earlier = {id: known[id] for id in part.earlier if id in known}
    verdict = grade(part, held.instance, reading.value, earlier)
    value = part.kind.json(reading.value)
    counted = not staff and _counts(connection, held, part, verdict, _hash(value))
    before = held.parts[part.id]
    factor = held.assigned.factor(before) if held.assigned else 1.0
    state = _after(before, verdict, factor, counted, value)
    return _Answered(part, reading, earlier, verdict, counted, factor, before, state)


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


def _after(state: PartState, verdict: Verdict, factor: float, counted: bool, value: Any) -> PartState:
    """The state of a part after a verdict, of whose score tries and hints left a factor: the best stays."""
    correct = verdict.status == "correct"
    return replace(
        state,
        score=max(state.score, verdict.score * factor),
        solved=state.solved or correct,
        tries_used=state.tries_used + counted,
        wrong=state.wrong + (counted and not correct),
        was_close=state.was_close or verdict.close,
        latest=value,
    )


def total_score(family: Family, states: Mapping[str, PartState]) -> float:
    """The weighted mean of the best scores of the parts, in [0, 1]."""
    total = sum(part.weight for part in family.parts)
    earned = sum(part.weight * states[part.id].score for part in family.parts)
    return min(1.0, round(earned / total, ROUNDING))


def find_attempt(connection: Connection, id: str, caller: Caller) -> Attempt:
    """A stored attempt. Raises `NotFound` where the caller may not reach it."""
    instance = connection.scalar(select(attempts.c.instance).where(attempts.c.id == id))
    if instance is None:
        raise NotFound("There is no such attempt.")
    try:
        reachable(connection, instance, caller)
    except NotFound:
        raise NotFound("There is no such attempt.") from None
    return _stored(connection, id)


def _stored(connection: Connection, id: str) -> Attempt:
    return of_rows(connection, [connection.execute(select(attempts).where(attempts.c.id == id)).one()])[0]


def history(connection: Connection, id: str, caller: Caller, after: int, limit: int) -> list[Attempt]:
    """Attempts on an instance in the order in which they came, those after number `after`."""
    reachable(connection, id, caller)
    rows = connection.execute(
        select(attempts)
        .where(attempts.c.instance == id, attempts.c.number > after)
        .order_by(attempts.c.number)
        .limit(limit)
    )
    return of_rows(connection, list(rows))


def of_rows(connection: Connection, rows: list[Row[Any]]) -> list[Attempt]:
    """Attempts, with the grades that hold now: a later revision takes the place of what it changed."""
    ids = [row.id for row in rows]
    marked: dict[str, dict[str, Marked]] = {id: {} for id in ids}
    for verdict in connection.execute(
        select(verdicts).where(verdicts.c.attempt.in_(ids)).order_by(verdicts.c.revision)
    ):
        marked[verdict.attempt][verdict.part] = Marked(
            verdict_of(verdict),
            verdict.counted,
            verdict.tries_left,
            verdict.entries,
            verdict.read_as,
        )
    graded = {row.id: (row.score, row.factor) for row in rows}
    newest = select(revisions).where(revisions.c.attempt.in_(ids)).order_by(revisions.c.number)
    graded.update((row.attempt, (row.score, row.factor)) for row in connection.execute(newest))
    return [
        Attempt(
            row.id,
            row.instance,
            row.number,
            row.received_at,
            row.answers,
            graded[row.id][0],
            graded[row.id][1] < 1,
            {part: marked[row.id][part] for part in row.answers},
        )
        for row in rows
    ]


def verdict_of(row: Row[Any]) -> Verdict:
    """A stored verdict."""
    return Verdict(**{name: getattr(row, name) for name in VERDICT_COLUMNS})


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
