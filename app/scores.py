"""The scores of students by item: kept up with each attempt, in its transaction, so that no report adds them up.

Points are the item's points times the best of (score of the instance after an attempt × what
lateness left of it).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, and_, func, insert, select, update

from app.auth import Caller
from app.dates import Dates, judge
from app.models import attempts, instances, mistakes, revisions, scores

ROUNDING: Final = 12  # decimals of scores, so that sums of weights reach 1


@dataclass(frozen=True)
class Score:
    """What a student has reached in an item."""

    best: float
    late: bool
    submissions: int
    attempts: int
    first_correct: int | None
    first_score: float
    stratum: str
    last_attempt_at: datetime


@dataclass(frozen=True)
class Submission:
    """What one attempt brings to the score: `score` of the instance after it, `first` of parts answered the first time.

    `mistakes` are the counted wrong answers: part, misconception or "", pattern or "".
    """

    attempt: str
    received_at: datetime
    score: float
    factor: float
    counted: bool
    solved: bool
    first: float
    mistakes: tuple[tuple[str, str, str], ...]


def after(score: Score, submission: Submission) -> Score:
    """The score after one more attempt."""
    reached = round(submission.score * submission.factor, ROUNDING)
    better = reached > score.best or score.submissions == 0
    number = score.attempts + submission.counted
    return replace(
        score,
        best=max(score.best, reached),
        late=submission.factor < 1 if better else score.late,
        submissions=score.submissions + 1,
        attempts=number,
        first_correct=number if submission.solved and score.first_correct is None else score.first_correct,
        first_score=min(1.0, round(score.first_score + submission.first, ROUNDING)),
        last_attempt_at=max(score.last_attempt_at, submission.received_at),
    )


def nothing(stratum: str, now: datetime) -> Score:
    """The score before the first attempt."""
    return Score(0.0, False, 0, 0, None, 0.0, stratum, now)


def add(connection: Connection, assignment: str, item: str, person: str, stratum: str, submission: Submission) -> None:
    """Bring a student's score of an item up to date with an attempt."""
    here = (scores.c.assignment == assignment) & (scores.c.person == person) & (scores.c.item == item)
    row = connection.execute(select(scores).where(here)).one_or_none()
    before = nothing(stratum, submission.received_at) if row is None else of_row(row)
    values = vars(after(before, submission))
    if row is None:
        connection.execute(insert(scores).values(assignment=assignment, person=person, item=item, **values))
    else:
        connection.execute(update(scores).where(here).values(**values))
    add_mistakes(connection, assignment, item, person, submission)


def of_row(row: Row[Any]) -> Score:
    values = row._mapping
    return Score(**{name: values[name] for name in Score.__dataclass_fields__})


def add_mistakes(connection: Connection, assignment: str, item: str, person: str, submission: Submission) -> None:
    """Count the wrong answers of an attempt, on the day (UTC) on which it was received."""
    for part, misconception, pattern in submission.mistakes:
        key = {
            "assignment": assignment,
            "item": item,
            "part": part,
            "misconception": misconception,
            "pattern": pattern,
            "day": submission.received_at.date(),
            "person": person,
        }
        here = and_(*(mistakes.c[name] == value for name, value in key.items()))
        counted = update(mistakes).where(here).values(count=mistakes.c.count + 1, attempt=submission.attempt)
        if connection.execute(counted).rowcount == 0:
            connection.execute(insert(mistakes).values(**key, count=1, attempt=submission.attempt))


# Deciding anew about lateness ---------------------------------------------------------------------


def redecide(
    connection: Connection,
    assignment: str,
    dates: Mapping[str, Dates],
    late_penalty: float,
    *,
    caller: Caller,
    reason: str,
    now: datetime,
) -> int:
    """Decide anew about late attempts of these people, after dates or the penalty changed; how many changed.

    Only in their favour: an attempt that was in time stays in time. The new decision is a revision
    of the attempt, beside the first one.
    """
    changed = []
    for row in _late(connection, assignment, dates):
        decision = judge(row.received_at, dates[row.owner], late_penalty)
        if decision.factor > row.factor:
            connection.execute(
                insert(revisions).values(
                    attempt=row.id,
                    number=row.number + 1,
                    score=row.score,
                    factor=decision.factor,
                    decision=decision.json(),
                    made_at=now,
                    made_by=caller.id,
                    reason=reason,
                )
            )
            changed.append((row.item, row.owner))
    for item, person in dict.fromkeys(changed):
        _find_best(connection, assignment, item, person)
    return len(changed)


def graded() -> Any:
    """A subquery of all attempts of students in assignments, with the grade that holds: score, factor, number."""
    newest = (
        select(revisions.c.attempt, func.max(revisions.c.number).label("number"))
        .group_by(revisions.c.attempt)
        .subquery()
    )
    latest = revisions.alias()
    return (
        select(
            attempts.c.id,
            attempts.c.received_at,
            instances.c.assignment,
            instances.c.item,
            instances.c.owner,
            func.coalesce(latest.c.score, attempts.c.score).label("score"),
            func.coalesce(latest.c.factor, attempts.c.factor).label("factor"),
            func.coalesce(latest.c.number, 0).label("number"),
        )
        .join(instances, instances.c.id == attempts.c.instance)
        .outerjoin(newest, newest.c.attempt == attempts.c.id)
        .outerjoin(latest, (latest.c.attempt == attempts.c.id) & (latest.c.number == newest.c.number))
        .where(attempts.c.staff.is_(False))
        .subquery()
    )


def _late(connection: Connection, assignment: str, people: Iterable[str]) -> list[Row[Any]]:
    grade = graded()
    found = select(grade).where(grade.c.assignment == assignment, grade.c.factor < 1)
    wanted = set(people)
    return [row for row in connection.execute(found) if row.owner in wanted]


def _find_best(connection: Connection, assignment: str, item: str, person: str) -> None:
    """Find the best attempt of a student at an item again."""
    grade = graded()
    found = select(grade.c.score, grade.c.factor).where(
        grade.c.assignment == assignment, grade.c.item == item, grade.c.owner == person
    )
    best, on_time = max((round(row.score * row.factor, ROUNDING), row.factor) for row in connection.execute(found))
    here = (scores.c.assignment == assignment) & (scores.c.person == person) & (scores.c.item == item)
    connection.execute(update(scores).where(here).values(best=best, late=on_time < 1))
