"""How a class comes along until an assignment is due, and which misconceptions fade on the way.

A student has *begun* with their first answer, *solved* an item with the answer after which everything in it was
right, by the marks that hold now, and *finished* with the last of the items that count and from which they are not
excused. Only those who are in the course now are looked at, so that shares are of a class that stays the same.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import BigInteger, Connection, String, case, cast, func, select, type_coerce

from app.courses.assignments import Assignment
from app.models import EPOCH, overrides, scores
from app.models.base import MILLISECOND
from app.reports.statistics import Day, Whole
from app.scores import FEW

HOURLY: Final = timedelta(days=3)  # up to so long a time is shown hour by hour
HOUR: Final = timedelta(hours=1)
MOST_STEPS: Final = 400
FEWEST_MET: Final = 5  # of fewer nobody can say whether they fade

Trend = Literal["fades", "stays", "grows"]


@dataclass(frozen=True)
class Step:
    """How far the class was at a moment: students who had begun, items solved by all together, students at the end."""

    at: datetime
    begun: int
    solved: int
    finished: int


@dataclass(frozen=True)
class Progress:
    """The way of a class of `students` through `items`, from `begin` to `end`; the steps reach to now at most."""

    students: int
    items: int
    begin: datetime
    end: datetime
    hourly: bool
    steps: tuple[Step, ...]


def of_assignment(
    connection: Connection, assignment: Assignment, students: Collection[str], zone: ZoneInfo, now: datetime
) -> Progress | None:
    """The progress of these students, day by day on the clock of the course; None before the first answer."""
    counting = [item.id for item in assignment.items if item.void is None]
    rows = [row for row in _times(connection, assignment, counting, students) if row.person in students]
    if not rows:
        return None
    begun = [row.begun_at for row in rows]
    by_student = {row.person: [*map(int, row.solved_at.split(","))] for row in rows if row.solved_at}
    solved = [at for times in by_student.values() for at in times]
    spared = _spared(connection, counting)
    finished = [max(at) for person, at in by_student.items() if len(at) + spared.get(person, 0) == len(counting)]
    finished += [min(begun) for person, n in spared.items() if n == len(counting) and person in students]
    dates, last = assignment.dates, _moment(max([*begun, *solved]))
    begin = min(_moment(min(begun)), dates.opens_at or now)
    end = max(last, dates.closes_at or dates.due_at or last)
    hourly = end - begin <= HOURLY
    moments = list(_moments(begin, min(now, end), zone, hourly))
    until = np.array([(at - EPOCH) // MILLISECOND for at in moments], np.int64)
    counts = (np.searchsorted(_sorted(of), until, "right") for of in (begun, solved, finished))
    steps = tuple(Step(at, *map(int, row)) for at, row in zip(moments, zip(*counts, strict=True), strict=True))
    return Progress(len(students), len(counting), begin, end, hourly, steps)


def _times(
    connection: Connection, assignment: Assignment, counting: Sequence[str], students: Collection[str]
) -> Sequence[Any]:
    """When students sent their first answer, and solved those items that count (joined by commas); others, too.

    In milliseconds. SQLite joins texts in less time than it takes to hand over a row for each.
    """
    solved = case((scores.c.item.in_(counting), cast(scores.c.solved_at, String)))
    found = select(
        scores.c.person,
        type_coerce(func.min(scores.c.begun_at), BigInteger).label("begun_at"),
        func.aggregate_strings(solved, ",").label("solved_at"),
    ).where(scores.c.assignment == assignment.id)
    if len(students) <= FEW:
        found = found.where(scores.c.person.in_(students))
    return connection.execute(found.group_by(scores.c.person)).all()


def _spared(connection: Connection, counting: Sequence[str]) -> dict[str, int]:
    """How many of the items that count somebody has not solved and is excused from; only those with some."""
    own = (scores.c.item == overrides.c.item) & (scores.c.person == overrides.c.person)
    excused = overrides.c.item.in_(counting) & overrides.c.points.is_(None) & scores.c.solved_at.is_(None)
    found = select(overrides.c.person, func.count().label("items")).outerjoin(scores, own).where(excused)
    return {row.person: row.items for row in connection.execute(found.group_by(overrides.c.person))}


def _sorted(times: Collection[int]) -> Whole:
    return np.sort(np.array([*times], np.int64))


def _moment(milliseconds: int) -> datetime:
    return EPOCH + milliseconds * MILLISECOND


def _moments(begin: datetime, end: datetime, zone: ZoneInfo, hourly: bool) -> Sequence[datetime]:
    """The ends of the hours or days between two moments, and the later of them; the newest where there are too many."""
    found = []
    local = begin.astimezone(zone)
    if hourly:
        at = local.replace(minute=0, second=0, microsecond=0).astimezone(UTC) + HOUR
        while at < end:
            found.append(at)
            at += HOUR
    else:
        day = local.date() + timedelta(days=1)
        while (at := datetime.combine(day, time(), zone).astimezone(UTC)) < end:
            found.append(at)
            day += timedelta(days=1)
    return [*found[-MOST_STEPS:], end]


# Misconceptions -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Halves:
    """How often something was met in the first and in the second half of some days."""

    early: int
    late: int

    @property
    def trend(self) -> Trend | None:
        """What became of it; None where it was met too seldom to say."""
        if self.early + self.late < FEWEST_MET:
            return None
        return "fades" if 2 * self.late <= self.early else "grows" if 2 * self.early <= self.late else "stays"


def halves(days: Sequence[Day], first: date, last: date) -> Halves | None:
    """What was met in the first and in the second half of the days between two; None of a single day.

    Of an odd number of days the middle one is in neither: else what is met evenly would seem to fade.
    """
    if first == last:
        return None
    half = ((last - first).days + 1) // 2
    early = sum(day.count for day in days if (day.day - first).days < half)
    return Halves(early, sum(day.count for day in days if (last - day.day).days < half))
