"""The scores of students by item: kept up with each attempt, in its transaction, so that no report adds them up.

Points are the item's points times the best of (score of the instance after an attempt × what
lateness left of it).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, and_, bindparam, exists, func, insert, select, update

from app import outbox
from app.auth import Caller
from app.dates import Dates, judge
from app.models import attempts, instances, mistakes, revisions, scores

ROUNDING: Final = 12  # decimals of scores, so that sums of weights reach 1
FEW: Final = 500  # people that a query names


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
    begun_at: datetime
    solved_at: datetime | None


@dataclass(frozen=True)
class Submission:
    """What one attempt brings to the score: `score` of the instance after it, `first` of parts answered the first time.

    `mistakes` are the counted wrong answers: part, misconception or "", pattern or "".
    """

    attempt: str
    received_at: datetime
    score: float
    late: bool
    factor: float
    counted: bool
    solved: bool
    first: float
    mistakes: tuple[tuple[str, str, str], ...]


def after(score: Score, submission: Submission) -> Score:
    """The score after one more attempt."""
    reached = round(submission.score * submission.factor, ROUNDING)
    better = reached > score.best or score.submissions == 0
    in_time_too = reached == score.best and not submission.late  # of equally good ones, the one in time
    number = score.attempts + submission.counted
    solves = submission.solved and score.first_correct is None
    return replace(
        score,
        best=max(score.best, reached),
        late=submission.late if better or in_time_too else score.late,
        submissions=score.submissions + 1,
        attempts=number,
        first_correct=number if solves else score.first_correct,
        first_score=min(1.0, round(score.first_score + submission.first, ROUNDING)),
        last_attempt_at=max(score.last_attempt_at, submission.received_at),
        solved_at=submission.received_at if solves else score.solved_at,
    )


def nothing(stratum: str, now: datetime) -> Score:
    """The score before the first attempt, which is sent now."""
    return Score(0.0, False, 0, 0, None, 0.0, stratum, now, now, None)


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
    outbox.changed(connection, assignment, [person], submission.received_at)


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
    revised: list[dict[str, Any]] = []
    reached: dict[tuple[str, str], tuple[float, bool]] = {}
    for row in _late(connection, assignment, dates):
        decision = judge(row.received_at, dates[row.owner], late_penalty)
        if decision.factor > row.factor or not decision.late:
            revised.append(
                {
                    "attempt": row.id,
                    "number": row.number + 1,
                    "score": row.score,
                    "late": decision.late,
                    "factor": decision.factor,
                    "decision": decision.json(),
                    "made_at": now,
                    "made_by": caller.id,
                    "reason": reason,
                }
            )
            now_worth = round(row.score * decision.factor, ROUNDING), not decision.late
            reached[row.item, row.owner] = max(now_worth, reached.get((row.item, row.owner), now_worth))
    if revised:
        connection.execute(insert(revisions), revised)
        _raise_best(connection, assignment, reached, now)
    return len(revised)


def _late(connection: Connection, assignment: str, people: Collection[str]) -> list[Row[Any]]:
    """The late attempts of these students in an assignment, with the grade that holds.

    The latest revision is looked up attempt by attempt: one student's need not know of all.
    """
    latest, later = revisions.alias(), revisions.alias()
    is_latest = ~exists().where(later.c.attempt == latest.c.attempt, later.c.number > latest.c.number)
    found: Select[Any] = (
        select(
            attempts.c.id,
            attempts.c.received_at,
            instances.c.item,
            instances.c.owner,
            func.coalesce(latest.c.score, attempts.c.score).label("score"),
            func.coalesce(latest.c.factor, attempts.c.factor).label("factor"),
            func.coalesce(latest.c.number, 0).label("number"),
        )
        .join(instances, instances.c.id == attempts.c.instance)
        .outerjoin(latest, (latest.c.attempt == attempts.c.id) & is_latest)
        .where(
            instances.c.assignment == assignment,
            attempts.c.staff.is_(False),
            func.coalesce(latest.c.late, attempts.c.late),
        )
    )
    if len(people) <= FEW:
        found = found.where(instances.c.owner.in_(people))
    return [row for row in connection.execute(found) if row.owner in people]


def _raise_best(
    connection: Connection, assignment: str, reached: Mapping[tuple[str, str], tuple[float, bool]], now: datetime
) -> None:
    """Keep what students reached by item and person, and whether in time, where that is better than what they have.

    Of equally good attempts the one in time counts.
    """
    present = select(scores.c.item, scores.c.person, scores.c.best, scores.c.late).where(
        scores.c.assignment == assignment
    )
    people = {person for _, person in reached}
    if len(people) <= FEW:
        present = present.where(scores.c.person.in_(people))
    better = [
        {"of_item": row.item, "of_person": row.person, "best": now_worth[0], "late": not now_worth[1]}
        for row in connection.execute(present)
        if (now_worth := reached.get((row.item, row.person))) and now_worth > (row.best, not row.late)
    ]
    named = (scores.c.item == bindparam("of_item")) & (scores.c.person == bindparam("of_person"))
    if better:
        connection.execute(update(scores).where(scores.c.assignment == assignment, named), better)
        outbox.changed(connection, assignment, {row["of_person"] for row in better}, now)
