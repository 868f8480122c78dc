"""Reports as files: spreadsheets, gradebooks to import, and an export of Canvas filled in."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final, Literal
from zoneinfo import ZoneInfo

from app import gradebooks
from app.courses.assignments import Assignment
from app.gradebooks import Cell, Column, Filled, Line, NotAGradebook, spreadsheet
from app.problems import Conflict, InvalidRequest
from app.reports.tables import AssignmentReport, CourseReport, Result, Student, full_points, meets

File = Literal["csv", "canvas", "moodle"]
Report = AssignmentReport | CourseReport

STUDENT: Final = ("name", "email", "external_id", "group")


def write(report: Report, file: File) -> Iterator[str]:
    """A report as a file, row by row. Raises `Conflict` before the first row where a gradebook cannot have it."""
    if file == "csv":
        return spreadsheet(_of_assignment(report) if isinstance(report, AssignmentReport) else _of_course(report))
    columns = _columns(report)
    if file == "moodle":
        return gradebooks.moodle(columns, _lines(report))
    try:
        return gradebooks.canvas(columns, _lines(report))
    except ValueError as error:
        raise Conflict(str(error)) from None


def fill_canvas(report: AssignmentReport, export: bytes) -> Filled:
    """An export of Canvas with the report in it. Raises `InvalidRequest` where it is none, and as `write` does."""
    columns = _columns(report)
    try:
        return gradebooks.fill_canvas(export, columns[0], list(_lines(report)))
    except NotAGradebook as error:
        raise InvalidRequest(str(error)) from None


def on_the_clock(moment: datetime | None, zone: ZoneInfo, timespec: str = "seconds") -> str | None:
    """A moment as the clock of a course shows it, in the form that spreadsheets know."""
    return None if moment is None else moment.astimezone(zone).replace(tzinfo=None).isoformat(" ", timespec)


# Spreadsheets -------------------------------------------------------------------------------------


def _of_assignment(report: AssignmentReport) -> Iterator[Sequence[Cell]]:
    zone = ZoneInfo(report.course.timezone)
    names = [f"{item.n} {item.exercise}" for item in report.assignment.items]
    yield [*STUDENT, *names, *(f"{name}: attempts" for name in names), *_in_all(zone), "person"]
    for student, standing in report.students():
        points = zip(standing.points, standing.excused, strict=True)
        cells = ("excused" if excused else number for number, excused in points)
        yield [*_who(student), *cells, *standing.attempts, *_all(standing.result, zone), student.id]


def _of_course(report: CourseReport) -> Iterator[Sequence[Cell]]:
    zone = ZoneInfo(report.course.timezone)
    names = [assignment.title for assignment in report.assignments]
    yield [*STUDENT, *names, *(f"{name}: percent" for name in names), *_in_all(zone), "rule met", "person"]
    for student, results, whole in report.students():
        points = (result.total if result.begun else None for result in results)
        percents = (result.percent for result in results)
        met = meets(report.course.rule, results, whole)
        yield [*_who(student), *points, *percents, *_all(whole, zone), met, student.id]


def _who(student: Student) -> Sequence[Cell]:
    return [student.name, student.email, student.external_id, student.group]


def _in_all(zone: ZoneInfo) -> Sequence[Cell]:
    return ["total", "maximum", "percent", "late", f"last attempt ({zone.key})"]


def _all(result: Result, zone: ZoneInfo) -> Sequence[Cell]:
    return [result.total, result.maximum, result.percent, result.late, on_the_clock(result.last_attempt_at, zone)]


# Gradebooks ---------------------------------------------------------------------------------------


def _graded(report: Report) -> Sequence[Assignment]:
    return (report.assignment,) if isinstance(report, AssignmentReport) else report.assignments


def _results(report: Report) -> Iterator[tuple[Student, Sequence[Result]]]:
    if isinstance(report, AssignmentReport):
        return ((student, (standing.result,)) for student, standing in report.students())
    return ((student, results) for student, results, _ in report.students())


def _columns(report: Report) -> list[Column]:
    """A column for each assignment in which points can be reached. Raises `Conflict` where there is none."""
    full = [(assignment.title, full_points(assignment.items)) for assignment in _graded(report)]
    columns = [Column(title, points) for title, points in full if points]
    if not columns:
        raise Conflict("A gradebook needs points that can be reached. Give an item points, then ask again.")
    return columns


def _lines(report: Report) -> Iterator[Line]:
    """What each student has, in the points of the columns."""
    full = [full_points(assignment.items) for assignment in _graded(report)]
    for student, results in _results(report):
        counting = [(result, points) for result, points in zip(results, full, strict=True) if points]
        yield Line(
            student.name,
            student.email or "",
            student.external_id,
            student.group,
            tuple(_score(result, points) for result, points in counting),
            tuple(not result.maximum for result, _ in counting),
        )


def _score(result: Result, full: float) -> float | None:
    """The points in a gradebook, where everyone's maximum is the same: who is excused from an item loses nothing."""
    return result.total * full / result.maximum if result.begun and result.maximum else None
