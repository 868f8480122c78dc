"""Attempts: read what was sent, grade it, store it with all that a replay needs.

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
from app.attempts.held import Held, PartState, no_such_part, reachable, store_state, total_of, weights_of
from app.auth import Caller, new_id
from app.dates import Decision
from app.exercise import Instance, Part, Reading, Value
from app.grading import Verdict, grade
from app.models import attempts, instance_parts, instances, revisions, verdicts
from app.patterns import pattern, stratum
from app.problems import ErrorOut, NotFound, NoTries
from app.problems import Unreadable as UnreadableProblem
from app.scores import Submission

MARKS_FROM: Final = 2  # entries are marked right or wrong from this counted wrong attempt on
VERDICT_COLUMNS: Final = ("status", "score", "feedback", "misconception", "follow_through", "close")


@dataclass(frozen=True)
class Marked:
    """A verdict as it was given: what tries and hints left of its score, whether it counted, how it was read."""

    verdict: Verdict
    factor: float
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
                readings[part.id] = held.instance.kind(part).read(answers[part.id])
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
            "pattern": pattern_of(self.part, held.instance, self.reading.value, self.verdict),
            "counted": self.counted,
            "tries_left": held.tries_left(self.state),
            "entries": marks(self.verdict, self.state.wrong),
            "read_as": read_as(self.reading),
        }


def pattern_of(part: Part, instance: Instance, value: Value, verdict: Verdict) -> str | None:
    """What a wrong answer looks like that no misconception explains."""
    unexplained = verdict.status != "correct" and verdict.misconception is None
    return pattern(part, instance, value) if unexplained else None


def marks(verdict: Verdict, wrong: int) -> list[Any] | None:
    """The marks at entries that the student sees, after so many counted wrong answers to the part."""
    return verdict.entries if wrong >= MARKS_FROM else None


def submit(
    connection: Connection, held: Held, answers: dict[str, Any], decision: Decision | None, now: datetime
) -> Attempt:
    """Grade answers and store the attempt, with all that a replay needs and what it does to the score.

    `decision` is what `held.admit` made of the moment. An attempt of staff is marked, never counted,
    and changes nothing of what is stored beside it. Raises `NoTries`, and as `read` does.
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
    late, factor = (decision.late, decision.factor) if decision else (False, 1.0)
    weights = weights_of(held.family)
    score = total_of(weights, states)
    attempt = {
        "id": id,
        "instance": held.id,
        "number": _next_number(connection, held),
        "version": held.family.version,
        "received_at": now,
        "answers": answers,
        "score": score,
        "staff": staff,
        "late": late,
        "factor": factor,
        "decision": decision.json() if decision else None,
    }
    connection.execute(insert(attempts).values(attempt))
    rows = [answer.row(id, held) for answer in answered]
    connection.execute(insert(verdicts), rows)
    for part in readings:
        if states[part] != held.parts[part] and not staff:
            store_state(connection, held, part, **vars(states[part]))
    if score != held.row.score and not staff:
        connection.execute(update(instances).where(instances.c.id == held.id).values(score=score))
    if held.assigned and not staff:
        firsts = _firsts(connection, held, answered)
        submission = Submission(
            attempt=id,
            received_at=now,
            score=score,
            late=late,
            factor=factor,
            counted=any(answer.counted for answer in answered),
            solved=all(state.solved for state in states.values()),
            first=first_score(weights, firsts),
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


def _firsts(connection: Connection, held: Held, answered: list[_Answered]) -> dict[str, Verdict]:
    """The first verdicts that the student gets on parts of the item, whichever variant they are given on."""
    here = {answer.part.id: answer.verdict for answer in answered if answer.before.latest is None}
    others = (instances.c.item == held.row.item) & (instances.c.owner == held.row.owner) & (instances.c.id != held.id)
    before = (
        select(instance_parts.c.part)
        .join(instances, instances.c.id == instance_parts.c.instance)
        .where(others, instance_parts.c.part.in_(here), instance_parts.c.latest.is_not(None))
    )
    elsewhere = set(connection.scalars(before)) if here else set()
    return {part: verdict for part, verdict in here.items() if part not in elsewhere}


def first_score(weights: Mapping[str, float], firsts: Mapping[str, Verdict]) -> float:
    """What the first verdicts on parts add to the score of first verdicts."""
    earned = sum(weight * firsts[part].score for part, weight in weights.items() if part in firsts)
    return earned / sum(weights.values())


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
    state = state_after(before, verdict, factor, counted, value)
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
                values[part.id] = part.kind.restored(latest)
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


def state_after(state: PartState, verdict: Verdict, factor: float, counted: bool, value: Any) -> PartState:
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


def find_attempt(connection: Connection, id: str, caller: Caller) -> Attempt:
    """A stored attempt; one of staff's for staff only. Raises `NotFound` where the caller may not reach it."""
    nothing = NotFound("There is no such attempt.")
    row = connection.execute(select(attempts).where(attempts.c.id == id)).one_or_none()
    if row is None:
        raise nothing
    try:
        reached = reachable(connection, row.instance, caller)
    except NotFound:
        raise nothing from None
    if row.staff and not reached.staff:
        raise nothing
    return of_rows(connection, [row])[0]


def _stored(connection: Connection, id: str) -> Attempt:
    return of_rows(connection, [connection.execute(select(attempts).where(attempts.c.id == id)).one()])[0]


def history(connection: Connection, id: str, caller: Caller, after: int, limit: int) -> list[Attempt]:
    """Attempts on an instance in the order in which they came, those after number `after`.

    Those of staff are for staff: they may show a student the right answer.
    """
    found = select(attempts).where(attempts.c.instance == id, attempts.c.number > after)
    if not reachable(connection, id, caller).staff:
        found = found.where(attempts.c.staff.is_(False))
    return of_rows(connection, list(connection.execute(found.order_by(attempts.c.number).limit(limit))))


def telling(connection: Connection, id: str, caller: Caller, limit: int) -> list[Attempt]:
    """The last attempts on an instance, oldest first, and for each part the last one that answered it.

    Those of staff are for staff.
    """
    here = attempts.c.instance == id
    if not reachable(connection, id, caller).staff:
        here &= attempts.c.staff.is_(False)
    last = select(attempts.c.number).where(here).order_by(attempts.c.number.desc()).limit(limit)
    of_parts = (
        select(func.max(attempts.c.number))
        .join(verdicts, verdicts.c.attempt == attempts.c.id)
        .where(here)
        .group_by(verdicts.c.part)
    )
    numbers = {*connection.scalars(last), *connection.scalars(of_parts)}
    found = select(attempts).where(attempts.c.instance == id, attempts.c.number.in_(numbers))
    return of_rows(connection, list(connection.execute(found.order_by(attempts.c.number))))


def of_rows(connection: Connection, rows: list[Row[Any]]) -> list[Attempt]:
    """Attempts, with the grades that hold now: a later revision takes the place of what it changed."""
    ids = [row.id for row in rows]
    marked: dict[str, dict[str, Marked]] = {id: {} for id in ids}
    for verdict in connection.execute(
        select(verdicts).where(verdicts.c.attempt.in_(ids)).order_by(verdicts.c.revision)
    ):
        marked[verdict.attempt][verdict.part] = Marked(
            verdict_of(verdict),
            verdict.factor,
            verdict.counted,
            verdict.tries_left,
            verdict.entries,
            verdict.read_as,
        )
    graded = {row.id: (row.score, row.late) for row in rows}
    newest = select(revisions).where(revisions.c.attempt.in_(ids)).order_by(revisions.c.number)
    graded.update((row.attempt, (row.score, row.late)) for row in connection.execute(newest))
    return [
        Attempt(
            row.id,
            row.instance,
            row.number,
            row.received_at,
            row.answers,
            *graded[row.id],
            {part: marked[row.id][part] for part in row.answers},
        )
        for row in rows
    ]


def verdict_of(row: Row[Any]) -> Verdict:
    """A stored verdict."""
    return Verdict(**{name: getattr(row, name) for name in VERDICT_COLUMNS})
