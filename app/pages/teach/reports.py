"""Reports as tables: the students of an assignment by item, those of a course by assignment; and as files."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache, partial
from math import fsum
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton
from babel.numbers import format_decimal
from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from sqlalchemy import Connection

from app import downloads
from app.asking import catalogue_of, now, reading
from app.auth import STAFF, TEACHERS
from app.courses import assignments, course
from app.pages.base import page
from app.pages.forms import upload_of
from app.pages.teach.exercises import titles_of
from app.pages.teach.rows import Column, Once, Order, Ordered, columns_of, means_of, rows_of
from app.pages.texts import language_of
from app.pages.visitors import SignedIn, Visiting, Visitor
from app.problems import Conflict, InvalidRequest, Problem
from app.reports import attempts, tables
from app.reports.files import File, Report, fill_canvas
from app.reports.tables import AssignmentReport, Choice, CourseReport

REMEMBERED: Final = 20_000  # numbers that have been written
NO_FILE: Final = "Choose the file that you exported from Canvas."

router = APIRouter(include_in_schema=False)

Group = Annotated[str, Query(max_length=100)]


def shown(request: Request, report: Report, order: Order) -> dict[str, Any]:
    """What the tables of all reports say: rows in their order, means, and how numbers and moments are written."""
    rows = rows_of(report)
    of, language = order.of(rows), language_of(request)
    width = len(rows[0].cells) if rows else 0
    return {
        "course": report.course,
        "here": "report",
        "order": order,
        "rows": of,
        "students": len(rows),
        "groups": sorted({row.student.group for row in rows if row.student.group}),
        "means": means_of(of, width),
        "once": Once,
        "numbers": Once(partial(number_text, language=language)),
        "moments": moments_of(ZoneInfo(report.course.timezone), language, now(request)),
    }


@lru_cache(REMEMBERED)
def number_text(number: float, language: str) -> str:
    """A number as a language writes it, rounded to two decimals."""
    return str(format_decimal(number, "#,##0.##", language))


def moments_of(zone: ZoneInfo, language: str, now: datetime) -> Once:
    """Moments on the clock of a course, short; the year only where it is another one than now."""
    this_year = now.astimezone(zone).year
    days = Once(lambda day: format_skeleton("MMMd" if day.year == this_year else "yMMMd", day, locale=language))

    def short(moment: datetime) -> str:
        local = moment.astimezone(zone)
        return f"{days[local.date()]}, {local:%H:%M}"

    return Once(short)


# An assignment ------------------------------------------------------------------------------------


@router.get("/teach/assignments/{assignment}/report")
async def show_report(request: Request, visitor: SignedIn, assignment: str, order: Ordered) -> Response:
    """The students of an assignment with their points by item."""
    return await _report(request, visitor, assignment, order)


async def _report(
    request: Request,
    visitor: Visitor,
    assignment: str,
    order: Order,
    problem: Problem | None = None,
    missing: Sequence[str] = (),
) -> Response:
    report = await reading(request, lambda tx: _of_assignment(tx, visitor, assignment))
    titles = titles_of(catalogue_of(request), report.assignment)

    def write() -> Response:
        return page(
            request,
            "teach/report",
            visitor,
            problem.status if problem else Conflict.status if missing else 200,
            assignment=report.assignment,
            full=report.points,
            columns=[Column(of.n, titles[of.id], of.points, of.void == "drop") for of in report.assignment.items],
            problem=problem,
            missing=missing,
            **shown(request, report, order),
        )

    return await run_in_threadpool(write)  # thousands of rows keep nobody else waiting


def _of_assignment(
    connection: Connection, visitor: Visitor, assignment: str, choice: Choice = tables.ALL
) -> AssignmentReport:
    found, of = assignments.find(connection, visitor.caller, assignment, STAFF)
    return tables.of_assignment(connection, of, found, choice)


@router.get("/teach/assignments/{assignment}/report.csv")
async def download_report(
    request: Request, visitor: SignedIn, assignment: str, format: File = "csv", group: Group = ""
) -> Response:
    """The report of an assignment as a file, of all students or of a group."""
    choice = Choice(group or None)
    report = await reading(request, lambda tx: _of_assignment(tx, visitor, assignment, choice))
    return await downloads.of_report(request, report, format)


@router.get("/teach/assignments/{assignment}/attempts.csv")
async def download_attempts(request: Request, visitor: SignedIn, assignment: str) -> Response:
    """Every attempt of an assignment, a row for each answer."""
    found, of = await reading(request, lambda tx: assignments.find(tx, visitor.caller, assignment, STAFF))
    zone = ZoneInfo(of.timezone)
    read = partial(attempts.sheet, assignment=found, zone=zone)
    return downloads.paged(request, f"{found.title} - attempts", attempts.header(zone), attempts.BEGINNING, read)


@router.post("/teach/assignments/{assignment}/report/canvas")
async def fill_in(request: Request, visitor: Visiting, assignment: str) -> Response:
    """An export of Canvas with the report in it; first who has points and is not in that file, where there is anybody.

    `anyway` in the form: that is all right.
    """
    report = await reading(request, lambda tx: _of_assignment(tx, visitor, assignment))
    form = await upload_of(request, visitor)
    try:
        if not form.files.get("file"):
            raise InvalidRequest(NO_FILE)
        filled = await run_in_threadpool(fill_canvas, report, form.files["file"])
    except (InvalidRequest, Conflict) as problem:
        return await _report(request, visitor, assignment, Order(), problem)
    if filled.unmatched and not form.get("anyway"):
        return await _report(request, visitor, assignment, Order(), missing=filled.unmatched)
    headers = downloads.attachment(downloads.title_of(report, "canvas"))
    return Response(filled.content, headers=headers, media_type=downloads.CSV)


# A course -----------------------------------------------------------------------------------------


@router.get("/teach/courses/{course_id}/report")
async def show_course_report(request: Request, visitor: SignedIn, course_id: str, order: Ordered) -> Response:
    """The students of a course with their points by assignment, and who passes by the course's rule."""
    report = await reading(request, lambda tx: _of_course(tx, visitor, course_id))

    def write() -> Response:
        values, columns = shown(request, report, order), columns_of(report)
        return page(
            request,
            "teach/course-report",
            visitor,
            columns=columns,
            full=fsum(column.points for column in columns),
            rule=report.course.rule,
            meeting=sum(row.meets is True for row in values["rows"]),
            may_change=report.course.role in TEACHERS,
            **values,
        )

    return await run_in_threadpool(write)


def _of_course(connection: Connection, visitor: Visitor, course_id: str, choice: Choice = tables.ALL) -> CourseReport:
    return tables.of_course(connection, course.find(connection, visitor.caller, course_id, STAFF), choice)


@router.get("/teach/courses/{course_id}/report.csv")
async def download_course_report(
    request: Request, visitor: SignedIn, course_id: str, format: File = "csv", group: Group = ""
) -> Response:
    """The report of a course as a file, of all students or of a group."""
    report = await reading(request, lambda tx: _of_course(tx, visitor, course_id, Choice(group or None)))
    return await downloads.of_report(request, report, format)
