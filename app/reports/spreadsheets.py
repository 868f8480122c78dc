"""The numbers behind the charts of statistics, as spreadsheets."""

from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from app.gradebooks import Cell, spreadsheet
from app.reports.files import on_the_clock
from app.reports.progress import Progress
from app.reports.statistics import EDGES, Statistics


def items(found: Statistics) -> Iterator[str]:
    """A row for each item: its figures, and how many students reached which tenth of its points."""
    tenths = [f"{100 * edge:.0f} to {100 * edge + 10:.0f} %" for edge in EDGES[:-1]]
    names = ("attempted", "solved", "mean", "facility", "discrimination", "median_attempts_to_correct")
    header = ["item", "exercise", "level", "points", *(name.replace("_", " ") for name in names), "remarks", *tenths]
    rows: Iterator[Sequence[Cell]] = (
        [
            one.item.n,
            one.item.exercise,
            one.item.level,
            one.item.points,
            *(getattr(one.figures, name) for name in names),
            ", ".join(one.figures.remarks),
            *one.histogram,
        ]
        for one in found.items
    )
    return spreadsheet([header, *rows])


def misconceptions(found: Statistics) -> Iterator[str]:
    """A row for each misconception of each part, on each day (UTC) on which it was met."""
    rows: Iterator[Sequence[Cell]] = (
        [one.item.n, one.item.exercise, met.part, met.id, day.day.isoformat(), day.count, day.students]
        for one in found.items
        for met in one.misconceptions
        for day in met.days
    )
    return spreadsheet([["item", "exercise", "part", "misconception", "day (UTC)", "times", "students"], *rows])


def progress(found: Progress | None, zone: ZoneInfo) -> Iterator[str]:
    """A row for each hour or day: how far the class was at its end."""
    header = [f"until ({zone.key})", "students", "begun", "items", "solved in all", "finished"]
    if found is None:
        return spreadsheet([header])
    rows: Iterator[Sequence[Cell]] = (
        [on_the_clock(step.at, zone), found.students, step.begun, found.items, step.solved, step.finished]
        for step in found.steps
    )
    return spreadsheet([header, *rows])
