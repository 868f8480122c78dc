"""Keeping a regrade: exactly what it has shown becomes the grade that holds.

Verdicts and attempts get one more version, with who, when and why; what follows from them (parts,
instances, scores, mistakes) is counted again. Counted tries, hints, lateness and the factors that
they left are never touched. It is done student by student, so that nobody waits long for the writer;
what was begun goes on after a restart.
"""

from collections.abc import Mapping
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from sqlalchemy import Connection, Row, delete, insert, literal, select, tuple_, update

from app import outbox
from app.attempts.regrades import Catalogue, Regrade, by_id, exercises_of, stamp_of
from app.attempts.submissions import VERDICT_COLUMNS
from app.attempts.work import Regraded, Standing, Tried, Work, standing, work_of
from app.auth import Caller
from app.courses import audit
from app.courses.assignments import Assignment
from app.grading import Verdict
from app.models import (
    instance_parts,
    instances,
    mistakes,
    regrade_changes,
    regrade_scores,
    regrades,
    revisions,
    verdicts,
)
from app.models import scores as scores_table
from app.problems import Conflict, RegradeStale

UNITS: Final = 5  # students' scores of an item, that are kept at a time

Key = tuple[str, str]  # an attempt and a part


def is_decided(regrade: Regrade) -> bool:
    """Whether somebody has decided to keep it, so that asking again changes nothing."""
    return regrade.state in ("keeping", "kept")


def require_fresh(connection: Connection, catalogue: Catalogue, regrade: Regrade, assignment: Assignment) -> None:
    """Raises `Conflict` while it runs, `RegradeStale` where it does not show what is there."""
    if regrade.state == "running":
        raise Conflict("This regrade has not come to its end yet. Look at it again soon.")
    exercises = exercises_of(catalogue, (item.exercise for item in assignment.items))
    if regrade.stamp != stamp_of(connection, assignment.id, exercises):
        raise RegradeStale(
            "Since this regrade, attempts came in, dates or exercises changed, or another regrade was kept."
            " Start another one."
        )


def begin(
    connection: Connection,
    caller: Caller,
    regrade: Regrade,
    assignment: Assignment,
    reason: str,
    only_raise: bool,
    now: datetime,
) -> None:
    """Decide that a regrade is kept; with `only_raise`, only what lowers nobody's points."""
    connection.execute(
        update(regrades)
        .where(regrades.c.id == regrade.id)
        .values(state="keeping", cursor="", kept_by=caller.id, kept_at=now, reason=reason, only_raise=only_raise)
    )
    details = {"id": regrade.id, "reason": reason, "only_raise": only_raise, "changed": regrade.changed}
    audit.record(
        connection, caller, now, "regrade kept", course=assignment.course, subject=assignment.id, details=details
    )


def keep_some(connection: Connection, id: str) -> bool:
    """Keep the next piece of a regrade that is being kept; whether it is kept now as a whole."""
    regrade = by_id(connection, id)
    if regrade.state != "keeping" or regrade.kept_at is None:
        return True
    table = regrade_scores.c
    item, _, person = regrade.cursor.partition(" ")
    behind = tuple_(table.item, table.person) > tuple_(literal(item), literal(person))
    found = select(table.item, table.person).where(table.regrade == id, behind)
    units = connection.execute(found.order_by(table.item, table.person).limit(UNITS)).all()
    for of_item, rows in groupby(units, key=lambda row: str(row.item)):
        people = [row.person for row in rows]
        for work in work_of(connection, regrade.assignment, of_item, people, whole=True):
            _keep_work(connection, regrade, work)
        outbox.changed(connection, regrade.assignment, people, regrade.kept_at)
    last = len(units) < UNITS
    progress = {"state": "kept"} if last else {"cursor": f"{units[-1].item} {units[-1].person}"}
    connection.execute(update(regrades).where(regrades.c.id == id).values(**progress))
    return last


def _keep_work(connection: Connection, regrade: Regrade, work: Work) -> None:
    """Keep what a regrade has shown of a student's work on an item."""
    if work.score is None or not any(work.tried.values()):
        return  # they were erased since
    wanted = _wanted(connection, regrade, work)
    known = regrade.exercises[work.exercise]
    new = {key: _regraded(after) for key, after in wanted.items()}
    now = standing(work, work.score, known["weights"][work.level], new, only_raise=bool(regrade.only_raise))
    tried = {t.id: t for all_of in work.tried.values() for t in all_of}
    if rows := [_verdict_row(tried[key[0]].holding[key[1]], after, known["version"]) for key, after in wanted.items()]:
        connection.execute(insert(verdicts), rows)
    changed = {attempt for attempt, _ in wanted}
    again = [t for t in tried.values() if t.id in changed or now.reached[t.id] != t.score]
    if again:
        connection.execute(insert(revisions), [_revision_row(regrade, t, now.reached[t.id]) for t in again])
    _store_states(connection, work, now)
    _store_score(connection, regrade.assignment, work, now)
    if wanted:
        _store_mistakes(connection, regrade.assignment, work, now)


def _wanted(connection: Connection, regrade: Regrade, work: Work) -> dict[Key, Mapping[str, Any]]:
    """The verdicts to keep, by attempt and part; they are marked."""
    table = regrade_changes.c
    here = (table.regrade == regrade.id) & (table.item == work.item) & (table.person == work.person)
    if regrade.only_raise:
        here &= table.lowers.is_(False)
    connection.execute(update(regrade_changes).where(here).values(kept=True))
    # Asked for an order, SQLite would go through the whole regrade in that order.
    found = connection.execute(select(table.attempt, table.part, table.after).where(here))
    return {(row.attempt, row.part): row.after for row in found}


def _regraded(after: Mapping[str, Any]) -> Regraded:
    return Regraded(Verdict(**{name: after[name] for name in VERDICT_COLUMNS}), after["pattern"])


def _verdict_row(row: Row[Any], after: Mapping[str, Any], version: str) -> dict[str, Any]:
    """One more version of a verdict: the same answer, otherwise marked."""
    return {**row._mapping, **after, "revision": row.revision + 1, "version": version}


def _revision_row(regrade: Regrade, tried: Tried, score: float) -> dict[str, Any]:
    return {
        "attempt": tried.id,
        "number": tried.revision + 1,
        "score": score,
        "late": tried.grade.late,
        "factor": tried.factor,
        "decision": tried.grade.decision,
        "made_at": regrade.kept_at,
        "made_by": regrade.kept_by,
        "reason": regrade.reason,
        "regrade": regrade.id,
    }


def _store_states(connection: Connection, work: Work, now: Standing) -> None:
    """What the parts and instances have reached. Tries, hints and the latest answers stay as they are."""
    for row in work.instances:
        if not work.tried[row.id]:
            continue
        total = now.reached[work.tried[row.id][-1].id]
        for part, state in now.states[row.id].items():
            here = (instance_parts.c.instance == row.id) & (instance_parts.c.part == part)
            connection.execute(update(instance_parts).where(here).values(score=state.score, solved=state.solved))
        if row.score != total:
            connection.execute(update(instances).where(instances.c.id == row.id).values(score=total))


def _store_score(connection: Connection, assignment: str, work: Work, now: Standing) -> None:
    table = scores_table.c
    here = (table.assignment == assignment) & (table.person == work.person) & (table.item == work.item)
    names = ("best", "late", "first_correct", "first_score", "solved_at")
    values = {name: getattr(now.score, name) for name in names}
    connection.execute(update(scores_table).where(here).values(**values))


def _store_mistakes(connection: Connection, assignment: str, work: Work, now: Standing) -> None:
    """Count wrong answers again, each on the day on which it came, as `scores.add_mistakes` does one by one."""
    table = mistakes.c
    here = {"assignment": assignment, "item": work.item, "person": work.person}
    connection.execute(delete(mistakes).where(*(table[name] == value for name, value in here.items())))
    rows: dict[tuple[Any, ...], dict[str, Any]] = {}
    for submission in now.submissions:
        day = submission.received_at.date()
        for part, misconception, pattern in submission.mistakes:
            found = {"part": part, "misconception": misconception, "pattern": pattern, "day": day}
            row = rows.setdefault(tuple(found.values()), {**here, **found, "count": 0})
            row |= {"count": row["count"] + 1, "attempt": submission.attempt}
    if rows:
        connection.execute(insert(mistakes), [*rows.values()])
