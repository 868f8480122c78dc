"""How the items of an assignment do: facility, discrimination, tries, misconceptions, kinds of instances.

Everything is read from `scores` and `mistakes`, which each attempt keeps up; attempts are never
looked at. All students who ever sent something count, those who left the course among them.

The formulas are those of classical item analysis as Moodle's quiz statistics define them
(https://docs.moodle.org/dev/Quiz_statistics_calculations; L. Crocker and J. Algina, Introduction to
Classical and Modern Test Theory, 1986, chapter 14), on first attempts: later ones depend on
feedback to the earlier.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
from sqlalchemy import ColumnElement, Connection, Table, func, select

from app.courses.assignments import Assignment, Item
from app.models import enrolments, mistakes, scores

FEWEST: Final = 10  # students; of fewer, facility and discrimination would say more about them than about the item
BINS: Final = 10
EDGES: Final = [bin / BINS for bin in range(BINS + 1)]
HARD: Final = 0.2  # a facility below it: hardly anybody's first answer is right
EASY: Final = 0.9  # above it: the item tells few students apart
WEAK: Final = 0.2  # a discrimination below it: the item asks for something else than the rest, or is unclear
DECIMALS: Final = 9  # differences beyond them come from rounding, not from students

SMALLEST: Final = 1e-300  # of all points together, so that none at all can be divided by it

Remark = Literal["hard", "easy", "weak", "reversed"]
Numbers = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Figures:
    """How students did. What cannot be said is None.

    `mean` is in points, of the best attempt. The median is that of those who solved it: beside
    `solved` it says how many it leaves out.
    """

    attempted: int
    solved: int
    mean: float | None
    facility: float | None
    discrimination: float | None
    median_attempts_to_correct: float | None

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """What is unusual, as textbooks read these figures; `reversed`: who is good at the rest is bad at this."""
        found: list[Remark] = []
        if self.facility is not None and not HARD <= self.facility <= EASY:
            found.append("hard" if self.facility < HARD else "easy")
        if self.discrimination is not None and self.discrimination < WEAK:
            found.append("reversed" if self.discrimination < 0 else "weak")
        return tuple(found)


@dataclass(frozen=True)
class Stratum:
    """How those did who had one kind of instance of an item."""

    level: str
    stratum: str
    figures: Figures


@dataclass(frozen=True)
class Day:
    """How often a misconception was met on a day (UTC), and in how many students."""

    day: date
    count: int
    students: int


@dataclass(frozen=True)
class Met:
    """A misconception, as it was met in a part of an item."""

    id: str
    part: str
    count: int
    students: int
    days: tuple[Day, ...]


@dataclass(frozen=True)
class Unexplained:
    """Wrong answers that no misconception explains and that look alike.

    `attempt` has one of them; None where all who gave them were erased.
    """

    part: str
    pattern: str
    count: int
    students: int
    attempt: str | None


@dataclass(frozen=True)
class ItemStatistics:
    """How an item does. `histogram` counts students by the share of its points, in `BINS` bins from 0 to 1."""

    item: Item
    figures: Figures
    strata: tuple[Stratum, ...]
    histogram: tuple[int, ...]
    misconceptions: tuple[Met, ...]
    unexplained: tuple[Unexplained, ...]


@dataclass(frozen=True)
class Statistics:
    """How the items of an assignment do, and how many students sent something to any of them."""

    assignment: Assignment
    students: int
    items: tuple[ItemStatistics, ...]


def of_assignment(connection: Connection, assignment: Assignment, group: str | None = None) -> Statistics:
    """The statistics of an assignment, of all students or of a group of its course."""
    work = _work(connection, assignment, group)
    met = _misconceptions(connection, assignment, group)
    unexplained = _unexplained(connection, assignment, group)
    return Statistics(
        assignment,
        work.students,
        tuple(
            ItemStatistics(
                item,
                _figures(item, of_item := work.of(place)),
                _strata(item, of_item),
                histogram(of_item.best),
                tuple(met.get(item.id, ())),
                tuple(unexplained.get(item.id, ())),
            )
            for place, item in enumerate(assignment.items)
        ),
    )


# Scores -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _OfItem:
    """The students who attempted an item: best share, first score, number of the solving attempt (nan: none),
    kind of instance, and their first scores in the rest of the assignment, weighted by points."""

    best: Numbers
    first: Numbers
    first_correct: Numbers
    stratum: npt.NDArray[np.str_]
    rest: Numbers

    def where(self, chosen: npt.NDArray[np.bool_]) -> "_OfItem":
        return _OfItem(**{name: values[chosen] for name, values in vars(self).items()})


@dataclass(frozen=True)
class _Work:
    """Everybody's scores: a row for each student and item, in columns; and what first scores add up to."""

    student: Whole
    item: Whole
    best: Numbers
    first: Numbers
    first_correct: Numbers
    stratum: npt.NDArray[np.str_]
    total: Numbers  # by student: first scores weighted by points, 1 where all were right
    weights: Numbers  # by item; 0 of void ones

    @property
    def students(self) -> int:
        return len(self.total)

    def of(self, place: int) -> _OfItem:
        here = self.item == place
        first, student = self.first[here], self.student[here]
        rest = self.total[student] - self.weights[place] * first
        return _OfItem(self.best[here], first, self.first_correct[here], self.stratum[here], rest)


def _work(connection: Connection, assignment: Assignment, group: str | None) -> _Work:
    columns = ("person", "item", "best", "first_score", "first_correct", "stratum")
    found = select(*(scores.c[name] for name in columns)).where(_here(scores, assignment, group))
    rows = connection.execute(found).all()
    person, item, best, first, correct, stratum = zip(*rows, strict=True) if rows else ((),) * len(columns)
    place = {item.id: place for place, item in enumerate(assignment.items)}
    number = {id: number for number, id in enumerate(dict.fromkeys(person))}
    points = np.array([0.0 if item.void else item.points for item in assignment.items])
    weights = points / max(float(points.sum()), SMALLEST)
    students, items = (np.array([of[id] for id in ids], np.int64) for of, ids in ((number, person), (place, item)))
    firsts = np.array(first, np.float64)
    return _Work(
        students,
        items,
        np.array(best, np.float64),
        firsts,
        np.array(correct, np.float64),
        np.array(stratum, np.str_),
        np.bincount(students, weights[items] * firsts, len(number)).astype(np.float64),
        weights,
    )


def _here(table: Table, assignment: Assignment, group: str | None) -> ColumnElement[bool]:
    """What concerns an assignment, or a group in it; who left the course is still in their group."""
    here = table.c.assignment == assignment.id
    if group is None:
        return here
    members = select(enrolments.c.person).where(enrolments.c.course == assignment.course, enrolments.c.group == group)
    return here & table.c.person.in_(members)


def _figures(item: Item, of: _OfItem) -> Figures:
    attempted, solvers = len(of.best), of.first_correct[~np.isnan(of.first_correct)]
    enough = attempted >= FEWEST
    return Figures(
        attempted=attempted,
        solved=len(solvers),
        mean=float(of.best.mean()) * item.points if attempted else None,
        facility=float(of.first.mean()) if enough else None,
        discrimination=correlation(of.first, of.rest) if enough else None,
        median_attempts_to_correct=float(np.median(solvers)) if len(solvers) else None,
    )


def _strata(item: Item, of: _OfItem) -> tuple[Stratum, ...]:
    return tuple(
        Stratum(item.level, str(name), _figures(item, of.where(of.stratum == name))) for name in np.unique(of.stratum)
    )


def correlation(item: Numbers, rest: Numbers) -> float | None:
    """Pearson's correlation of scores on an item with those on the rest; None where a side is the same for all.

    Over those who attempted the item, so that it does not mistake giving up early for lack of skill
    in late items; what they left out of the rest counts as 0 there.
    """
    item, rest = (np.round(side - side.mean(), DECIMALS) for side in (item, rest))
    if not item.any() or not rest.any():
        return None
    found = float(item @ rest) / float(np.sqrt((item @ item) * (rest @ rest)))
    return min(1.0, max(-1.0, found))


def histogram(shares: Numbers) -> tuple[int, ...]:
    """How many shares are in each bin, its lower edge included; 1 is in the last.

    Not `numpy.histogram`: for it 0.3 lies below its own edge 3 × 0.1.
    """
    bins = np.minimum(np.floor(np.round(BINS * shares, DECIMALS)).astype(np.int64), BINS - 1)
    return tuple(np.bincount(bins, minlength=BINS).tolist())


# Mistakes -----------------------------------------------------------------------------------------


def _misconceptions(connection: Connection, assignment: Assignment, group: str | None) -> Mapping[str, Sequence[Met]]:
    """The misconceptions met in each item, those of the most students first."""
    kind = (mistakes.c.item, mistakes.c.part, mistakes.c.misconception)
    # Grouped in the order of the primary key, so that SQLite need not sort. A day has one row a student.
    by_day = select(*kind, mistakes.c.day, func.sum(mistakes.c.count), func.count()).where(
        _here(mistakes, assignment, group), mistakes.c.misconception != ""
    )
    days: dict[tuple[str, str, str], list[Day]] = {}
    for item, part, id, *of_day in connection.execute(
        by_day.group_by(*kind, mistakes.c.pattern, mistakes.c.day).order_by(*kind, mistakes.c.pattern, mistakes.c.day)
    ):
        days.setdefault((item, part, id), []).append(Day(*of_day))
    students = select(*kind, func.count(mistakes.c.person.distinct())).where(
        _here(mistakes, assignment, group), mistakes.c.misconception != ""
    )
    found: dict[str, list[Met]] = {}
    for item, part, id, number in connection.execute(students.group_by(*kind)):
        of_kind = tuple(days[item, part, id])
        found.setdefault(item, []).append(Met(id, part, sum(day.count for day in of_kind), number, of_kind))
    for met in found.values():
        met.sort(key=lambda one: (-one.students, -one.count, one.part, one.id))
    return found


def _unexplained(
    connection: Connection, assignment: Assignment, group: str | None
) -> Mapping[str, Sequence[Unexplained]]:
    """The wrong answers to each item that no misconception explains, those of the most students first."""
    kind = (mistakes.c.item, mistakes.c.part, mistakes.c.misconception, mistakes.c.pattern)
    grouped = select(
        mistakes.c.item,
        mistakes.c.part,
        mistakes.c.pattern,
        func.sum(mistakes.c.count),
        func.count(mistakes.c.person.distinct()),
        func.max(mistakes.c.attempt),
    ).where(_here(mistakes, assignment, group), mistakes.c.misconception == "")
    found: dict[str, list[Unexplained]] = {}
    for item, part, pattern, count, students, attempt in connection.execute(grouped.group_by(*kind)):
        found.setdefault(item, []).append(Unexplained(part, pattern, count, students, attempt or None))
    for groups in found.values():
        groups.sort(key=lambda one: (-one.students, -one.count, one.part, one.pattern))
    return found
