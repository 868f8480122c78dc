"""What students did, read again: attempts with the grades that hold, and where they lead.

`standing` counts a student's work on an item again exactly as `submissions.submit` counted it as it came.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, select

from app import scores
from app.attempts.held import PartState, total_score
from app.attempts.submissions import VERDICT_COLUMNS, first_score, mistakes_of, state_after, verdict_of
from app.grading import Verdict
from app.models import attempts, instances, items, revisions, verdicts
from app.models import scores as scores_table
from app.scores import Score, Submission

INSTANCE: Final = ("id", "item", "owner", "variant", "exercise", "version", "level", "seed", "drawn", "score")
ATTEMPT: Final = ("id", "instance", "number", "version", "received_at", "score", "late", "factor")
VERDICT: Final = ("attempt", "part", "revision", "version", "value", "earlier", "factor", "counted", "pattern")
"""What it takes to grade and count again, beside what the student sees of a verdict."""


@dataclass(frozen=True)
class Tried:
    """An attempt: the grade that holds, its number, and the verdicts by part, the first ones and those that hold.

    `wrong`: how many counted wrong answers each part had after it, on which the marks that were shown depend.
    """

    row: Row[Any]
    grade: Row[Any]
    revision: int
    first: Mapping[str, Row[Any]]
    holding: Mapping[str, Row[Any]]
    wrong: Mapping[str, int]

    @property
    def id(self) -> str:
        return str(self.row.id)

    @property
    def score(self) -> float:
        return float(self.grade.score)

    @property
    def factor(self) -> float:
        return float(self.grade.factor)


def tried_on(
    connection: Connection, ids: Sequence[str], *, staff: bool = False, whole: bool = False
) -> dict[str, list[Tried]]:
    """The attempts on some instances, by instance, in order.

    Those of `staff` come only where they are asked for, and so does all that grading does not need (`whole`).
    """
    of_verdict = verdicts.c if whole else [verdicts.c[name] for name in (*VERDICT, *VERDICT_COLUMNS, "entries")]
    of_attempt = attempts.c if whole else [attempts.c[name] for name in ATTEMPT]
    first: dict[str, dict[str, Row[Any]]] = {}
    holding: dict[str, dict[str, Row[Any]]] = {}
    given = select(*of_verdict).where(verdicts.c.instance.in_(ids)).order_by(verdicts.c.revision)
    for row in connection.execute(given):
        if row.revision == 0:
            first.setdefault(row.attempt, {})[row.part] = row
        holding.setdefault(row.attempt, {})[row.part] = row
    grades = _grades(connection, ids)
    found: dict[str, list[Tried]] = {id: [] for id in ids}
    wrong: dict[str, Counter[str]] = {id: Counter() for id in ids}
    stored = select(*of_attempt).where(attempts.c.instance.in_(ids))
    if not staff:
        stored = stored.where(attempts.c.staff.is_(False))
    for row in connection.execute(stored.order_by(attempts.c.instance, attempts.c.number)):
        grade = grades.get(row.id)
        parts = first.get(row.id, {})
        so_far = wrong[row.instance]
        for part, verdict in parts.items():
            so_far[part] += verdict.counted and verdict.status != "correct"
        found[row.instance].append(
            Tried(
                row,
                grade or row,
                grade.number if grade else 0,
                parts,
                holding.get(row.id, {}),
                {part: so_far[part] for part in parts},
            )
        )
    return found


def _grades(connection: Connection, ids: Sequence[str]) -> dict[str, Row[Any]]:
    """The newest revisions of the attempts on some instances, by attempt, where they have any."""
    found = select(revisions).join(attempts, attempts.c.id == revisions.c.attempt).where(attempts.c.instance.in_(ids))
    return {row.attempt: row for row in connection.execute(found.order_by(revisions.c.number))}


@dataclass(frozen=True)
class Work:
    """All that a student did on an item: instances by variant, attempts by instance, and the score that follows."""

    item: str
    person: str
    instances: Sequence[Row[Any]]
    tried: Mapping[str, Sequence[Tried]]
    score: Score | None

    @property
    def place(self) -> str:
        """Where it stands among the work of an assignment."""
        return f"{self.item} {self.person}"

    @property
    def exercise(self) -> str:
        return str(self.instances[0].exercise)

    @property
    def level(self) -> str:
        return str(self.instances[0].level)

    def in_order(self) -> list[tuple[Row[Any], Tried]]:
        """The attempts in the order in which they came, with their instances.

        Within an instance they have numbers; between instances the clock decides, which may have gone back.
        """
        found: list[tuple[datetime, int, int, Row[Any], Tried]] = []
        for instance in self.instances:
            latest = None
            for tried in self.tried[instance.id]:
                latest = max(latest or tried.row.received_at, tried.row.received_at)
                found.append((latest, instance.variant, tried.row.number, instance, tried))
        return [(instance, tried) for *_, instance, tried in sorted(found, key=lambda entry: entry[:3])]


def works(connection: Connection, assignment: str, after: str, limit: int) -> list[Work]:
    """Students' work on the items of an assignment, in the order of its places, from behind a place on."""
    item_before, _, person_before = after.partition(" ")
    of_assignment = select(items.c.id).where(items.c.assignment == assignment, items.c.id >= item_before)
    found: list[Work] = []
    for item in connection.scalars(of_assignment.order_by(items.c.id)).all():
        begin = person_before if item == item_before else ""
        people = (
            select(instances.c.owner)
            .where(instances.c.item == item, instances.c.owner > begin)
            .group_by(instances.c.owner)
            .order_by(instances.c.owner)
        )
        found += work_of(connection, assignment, item, connection.scalars(people.limit(limit - len(found))).all())
        if len(found) == limit:
            break
    return found


def work_of(
    connection: Connection, assignment: str, item: str, people: Sequence[str], *, whole: bool = False
) -> list[Work]:
    """What some people did on an item of an assignment, in the order of their ids; `whole` as in `tried_on`."""
    theirs = [instances.c[name] for name in INSTANCE]
    rows = connection.execute(
        select(*theirs)
        .where(instances.c.item == item, instances.c.owner.in_(people))
        .order_by(instances.c.owner, instances.c.variant)
    ).all()
    tried = tried_on(connection, [row.id for row in rows], whole=whole)
    reached = connection.execute(
        select(scores_table).where(
            scores_table.c.assignment == assignment, scores_table.c.person.in_(people), scores_table.c.item == item
        )
    )
    score = {row.person: scores.of_row(row) for row in reached}
    own: dict[str, list[Row[Any]]] = {}
    for row in rows:
        own.setdefault(row.owner, []).append(row)
    return [
        Work(item, person, mine, {row.id: tried[row.id] for row in mine}, score.get(person))
        for person, mine in own.items()
    ]


# Where it leads -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Regraded:
    """A verdict that takes the place of the one that holds."""

    verdict: Verdict
    pattern: str | None


New = Mapping[tuple[str, str], Regraded]  # by attempt and part


def reached(work: Work, weights: Mapping[str, float], new: New, only_raise: bool = False) -> dict[str, float]:
    """The score of the instance after each attempt, with new verdicts in the place of those that hold.

    `only_raise`: none becomes lower, whatever new weights of the parts say.
    """
    found: dict[str, float] = {}
    for all_of in work.tried.values():
        best = dict.fromkeys(weights, 0.0)
        for tried in all_of:
            for part in tried.holding.keys() & best.keys():  # the exercise may have got further ones since
                row, graded = tried.holding[part], new.get((tried.id, part))
                best[part] = max(best[part], (graded.verdict.score if graded else row.score) * row.factor)
            total = total_score(weights, best)
            found[tried.id] = max(total, tried.score) if only_raise else total
    return found


def best_of(work: Work, after_each: Mapping[str, float]) -> float:
    """The share of the item's points that these scores are worth, lateness considered."""
    worth = (round(after_each[tried.id] * tried.factor, scores.ROUNDING) for of in work.tried.values() for tried in of)
    return max(worth, default=0.0)


@dataclass(frozen=True)
class Standing:
    """Where work leads: the score after each attempt, the states of the parts by instance, the score of the item."""

    reached: Mapping[str, float]
    states: Mapping[str, Mapping[str, PartState]]
    submissions: Sequence[Submission]
    score: Score


def standing(work: Work, before: Score, weights: Mapping[str, float], new: New, only_raise: bool = False) -> Standing:
    """Count all work again, with new verdicts in the place of those that hold; `only_raise` as in `reached`."""
    after_each = reached(work, weights, new, only_raise)
    states = {row.id: dict.fromkeys(weights, PartState()) for row in work.instances}
    answered: set[str] = set()
    submissions = []
    score = scores.nothing(before.stratum, before.begun_at)
    for instance, tried in work.in_order():
        of = states[instance.id]
        given = {part: _given(row, new.get((tried.id, part))) for part, row in tried.holding.items()}
        firsts = {part: graded.verdict for part, graded in given.items() if part not in answered}
        answered |= firsts.keys()
        for part in given.keys() & of.keys():
            row = tried.holding[part]
            of[part] = state_after(of[part], given[part].verdict, row.factor, row.counted, row.value)
        submission = Submission(
            attempt=tried.id,
            received_at=tried.row.received_at,
            score=after_each[tried.id],
            late=bool(tried.grade.late),
            factor=tried.factor,
            counted=any(row.counted for row in tried.holding.values()),
            solved=all(state.solved for state in of.values()),
            first=first_score(weights, firsts),
            mistakes=mistakes_of([_mistake(tried.holding[part], graded) for part, graded in given.items()]),
        )
        submissions.append(submission)
        score = scores.after(score, submission)
    return Standing(after_each, states, submissions, score)


def _given(row: Row[Any], regraded: Regraded | None) -> Regraded:
    return regraded or Regraded(verdict_of(row), row.pattern)


def _mistake(row: Row[Any], graded: Regraded) -> dict[str, Any]:
    verdict = graded.verdict
    return {
        "part": row.part,
        "counted": row.counted,
        "status": verdict.status,
        "misconception": verdict.misconception,
        "pattern": graded.pattern,
    }
