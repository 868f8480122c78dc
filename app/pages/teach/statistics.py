"""How an assignment does, as charts with their tables: points, items, misconceptions, the way to the deadline."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

import numpy as np
from babel.dates import format_skeleton
from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import Connection

from app.asking import catalogue_of, now, reading
from app.auth import STAFF
from app.courses import assignments
from app.courses.assignments import Assignment
from app.courses.course import Course
from app.exercise import Catalogue
from app.figures import charts
from app.figures.charts import Scale
from app.pages.base import page
from app.pages.teach.exercises import feedback_of, titles_of
from app.pages.texts import language_of
from app.pages.visitors import SignedIn
from app.problems import NotFound
from app.reports import progress, spreadsheets, statistics, tables
from app.reports.progress import Halves, Progress
from app.reports.statistics import EASY, FEWEST, HARD, WEAK, ItemStatistics, Met, Statistics, Unexplained
from app.reports.tables import Student

MOST_CHARTS: Final = 12  # misconceptions that have one
MOST_UNEXPLAINED: Final = 30  # kinds of answers that are listed
MOST_TICKS: Final = 4
OF_ITEMS: Final[Mapping[str, Callable[[Statistics], Iterator[str]]]] = {
    "items": spreadsheets.items,
    "misconceptions": spreadsheets.misconceptions,
}

router = APIRouter(include_in_schema=False)

Group = Annotated[str, Query(max_length=100)]


@dataclass(frozen=True)
class Totals:
    """How many students have which tenth of the points, of those who have begun; what is in the middle."""

    counts: tuple[int, ...]
    begun: int
    students: int
    median: float | None


@dataclass(frozen=True)
class Misconception:
    """A misconception in an item, what its holders read, and how often it was met early and late."""

    of: ItemStatistics
    met: Met
    feedback: str
    halves: Halves | None


@dataclass(frozen=True)
class View:
    """All that the page shows."""

    course: Course
    groups: Sequence[str]
    totals: Totals
    statistics: Statistics
    progress: Progress | None

    @property
    def days(self) -> tuple[date, date] | None:
        """The first and the last day on which a misconception was met."""
        found = [day.day for one in self.statistics.items for met in one.misconceptions for day in met.days]
        return (min(found), max(found)) if found else None

    @property
    def dots(self) -> dict[str, tuple[float | None, float | None]]:
        """Facility and discrimination by the number of the item, of those that enough students have tried."""
        figures = {str(one.item.n): one.figures for one in self.statistics.items}
        return {n: (of.facility, of.discrimination) for n, of in figures.items() if of.facility is not None}

    def misconceptions(self, catalogue: Catalogue) -> list[Misconception]:
        """Those of all items, the most students first."""
        days = self.days
        found = [
            Misconception(
                one,
                met,
                feedback_of(catalogue, one.item, met.part, met.id),
                progress.halves(met.days, *days) if days else None,
            )
            for one in self.statistics.items
            for met in one.misconceptions
        ]
        return sorted(found, key=lambda of: (-of.met.students, -of.met.count, of.of.item.n, of.met.part, of.met.id))

    @property
    def unexplained(self) -> list[tuple[ItemStatistics, Unexplained]]:
        """The kinds of wrong answers that nothing explains and that the most students gave, with their items."""
        found = [(one, alike) for one in self.statistics.items for alike in one.unexplained]
        return sorted(found, key=lambda pair: (-pair[1].students, -pair[1].count))[:MOST_UNEXPLAINED]


def _view(connection: Connection, course: Course, assignment: Assignment, group: str, now: datetime) -> View:
    report = tables.of_assignment(connection, course, assignment)
    standings = [(student, standing) for student, standing in report.students() if group in ("", student.group)]
    return View(
        course,
        sorted({student.group for student in report.roster if student.group}),
        _totals([standing.result for _, standing in standings]),
        statistics.of_assignment(connection, assignment, group or None),
        _progress(connection, course, assignment, [student for student, _ in standings], now),
    )


def _progress(
    connection: Connection, course: Course, assignment: Assignment, roster: Sequence[Student], now: datetime
) -> Progress | None:
    students = {student.id for student in roster}
    return progress.of_assignment(connection, assignment, students, ZoneInfo(course.timezone), now)


def _totals(results: Sequence[tables.Result]) -> Totals:
    percents = np.array([result.percent for result in results if result.begun and result.percent is not None])
    median = float(np.median(percents)) if len(percents) else None
    return Totals(statistics.histogram(percents / 100), len(percents), len(results), median)


@router.get("/teach/assignments/{assignment}/statistics")
async def show_statistics(request: Request, visitor: SignedIn, assignment: str, group: Group = "") -> HTMLResponse:
    """Statistics of all students, or of a group."""

    def look(tx: Connection) -> View:
        found, of = assignments.find(tx, visitor.caller, assignment, STAFF)
        return _view(tx, of, found, group, now(request))

    view = await reading(request, look)
    language, days = language_of(request), view.days
    return await run_in_threadpool(
        page,
        request,
        "teach/statistics",
        visitor,
        course=view.course,
        assignment=view.statistics.assignment,
        here="statistics",
        group=group,
        view=view,
        titles=titles_of(catalogue_of(request), view.statistics.assignment),
        edges=[f"{10 * tenth}" for tenth in range(statistics.BINS + 1)],
        misconceptions=view.misconceptions(catalogue_of(request)),
        unexplained=view.unexplained,
        most_charts=MOST_CHARTS,
        middle=days and days[0] + (days[1] - days[0]) // 2,
        way=view.progress and Way.of(view.progress, ZoneInfo(view.course.timezone), language),
        counts_by_day=_counts_by_day,
        short=lambda day: short(day, language),
        short_days=lambda days: [short(day, language) for day in days],
        charts=charts,
        Scale=Scale,
        limits={"hard": HARD, "easy": EASY, "weak": WEAK, "fewest": FEWEST},
    )


def _counts_by_day(met: Met, first: date, last: date) -> Mapping[date, int]:
    """How often a misconception was met on each day from the first to the last, days without it among them."""
    counts = {day.day: day.count for day in met.days}
    every = (date.fromordinal(number) for number in range(first.toordinal(), last.toordinal() + 1))
    return {day: counts.get(day, 0) for day in every}


def short(day: date, language: str) -> str:
    """A day as it is written where there is little room."""
    return str(format_skeleton("MMMd", day, locale=language))


@dataclass(frozen=True)
class Way:
    """The progress of a class as curves need it: places between 0 and 1, shares at them, what stands below some."""

    places: Sequence[float]
    begun: Sequence[float]
    solved: Sequence[float]
    finished: Sequence[float]
    ticks: Mapping[float, str]
    span: Progress

    @classmethod
    def of(cls, found: Progress, zone: ZoneInfo, language: str) -> "Way":
        students, items = max(1, found.students), max(1, found.items)
        steps = found.steps
        return cls(
            [0.0, *(_place(found, step.at) for step in steps)],
            [0.0, *(step.begun / students for step in steps)],
            [0.0, *(step.solved / (students * items) for step in steps)],
            [0.0, *(step.finished / students for step in steps)],
            dict(_ticks(found, zone, language)),
            found,
        )

    def due(self, at: datetime | None) -> float | None:
        """The place of a moment; None where it lies outside."""
        return _place(self.span, at) if at and self.span.begin <= at <= self.span.end else None


def _place(found: Progress, at: datetime) -> float:
    whole = (found.end - found.begin).total_seconds()
    return min(1.0, max(0.0, (at - found.begin).total_seconds() / whole)) if whole else 1.0


def _ticks(found: Progress, zone: ZoneInfo, language: str) -> Iterator[tuple[float, str]]:
    """Some places with the day or the hour on the clock of the course."""
    for number in range(MOST_TICKS):
        place = number / (MOST_TICKS - 1)
        at = (found.begin + place * (found.end - found.begin)).astimezone(zone)
        yield place, f"{at:%H:%M}" if found.hourly else short(at.date(), language)


@router.get("/teach/assignments/{assignment}/statistics/progress.csv")
async def download_progress(request: Request, visitor: SignedIn, assignment: str, group: Group = "") -> Response:
    """The way to the deadline, as a spreadsheet."""

    def look(tx: Connection) -> Iterator[str]:
        found, of = assignments.find(tx, visitor.caller, assignment, STAFF)
        way = _progress(tx, of, found, tables.roster(tx, of, group or None), now(request))
        return spreadsheets.progress(way, ZoneInfo(of.timezone))

    return _file("progress", await reading(request, look))


@router.get("/teach/assignments/{assignment}/statistics/{table}.csv")
async def download_table(
    request: Request, visitor: SignedIn, assignment: str, table: str, group: Group = ""
) -> Response:
    """The numbers of a chart of items, as a spreadsheet."""

    def look(tx: Connection) -> Iterator[str]:
        found, _ = assignments.find(tx, visitor.caller, assignment, STAFF)
        if table not in OF_ITEMS:
            raise NotFound("There is no such table. The page of the statistics links those there are.")
        return OF_ITEMS[table](statistics.of_assignment(tx, found, group or None))

    return _file(table, await reading(request, look))


def _file(table: str, rows: Iterable[str]) -> Response:
    headers: dict[str, Any] = {"Content-Disposition": f'attachment; filename="statistics-{table}.csv"'}
    return Response("".join(rows), headers=headers, media_type="text/csv")
