"""Reports for staff: points by student, as JSON and as files, and every attempt."""

from functools import partial
from typing import Annotated, Any, Final, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, Field
from sqlalchemy import Connection

from app import downloads
from app.api.attempts import AttemptOut, attempt_out
from app.api.files import JSON, JSON_OR_CSV, OR_CSV, prefers_csv
from app.api.wire import PAGE, Cursor, Limit, Time, TimeIn
from app.asking import Person, now, reading
from app.attempts import assigned
from app.auth import STAFF
from app.bodies import MAX_FILE_BYTES, Body
from app.courses import assignments, course
from app.courses.assignments import Assignment
from app.downloads import CSV, attachment, is_known, paged
from app.reports import attempts, tables
from app.reports.files import File, Report, fill_canvas
from app.reports.tables import DECIMALS, AssignmentReport, Choice, CourseReport, Result, Standing, Student, meets

router = APIRouter(tags=["Teach"])

Format = Annotated[
    File | Literal["json"] | None,
    Query(description="`canvas` and `moodle` are gradebook files. Default: what `Accept` prefers of JSON and CSV."),
]
Group = Annotated[str | None, Query(max_length=100, description="Only the students of this group.")]
Since = Annotated[TimeIn | None, Query(description="Only students who sent something then or later.")]

FILES: Final[dict[int | str, dict[str, Any]]] = {
    200: {**OR_CSV[200], "headers": {"ETag": {"schema": {"type": "string"}}}},
    304: {"description": "Nothing has changed since the `ETag` in `If-None-Match`."},
}


class StudentOut(BaseModel):
    id: str
    name: str
    email: str | None
    external_id: str | None
    group: str | None


class ResultOut(StudentOut):
    total: float
    maximum: float = Field(description="What this student could have: less where they are excused.")
    percent: float | None = Field(description="Of the maximum; null where that is 0.")
    late: bool = Field(description="Whether a score that counts was late.")
    last_attempt_at: Time | None


class ReportItemOut(BaseModel):
    id: str
    n: int
    exercise: str
    points: float
    void: str | None = Field(description="`full`: everyone has the points; `drop`: nobody, and they are not missing.")


class StandingOut(ResultOut):
    points: list[float | None] = Field(description="By item; null: not attempted, excused, or the item is dropped.")
    attempts: list[int] = Field(description="By item: how often something was sent.")
    excused: list[bool]


class AssignmentReportOut(BaseModel):
    assignment: str
    title: str
    points: float = Field(description="The points of all items that count.")
    items: list[ReportItemOut]
    students: list[StandingOut] = Field(description="Those in the course now, by name.")


class OwnScoreOut(BaseModel):
    assignment: str
    title: str
    items: list[ReportItemOut]
    points: list[float | None] = Field(description="By item; null: not attempted, excused, or the item is dropped.")
    attempts: list[int] = Field(description="By item: how often something was sent.")
    excused: list[bool]
    total: float
    maximum: float
    percent: float | None
    late: bool


class ReportAssignmentOut(BaseModel):
    id: str
    title: str
    points: float


class CourseStandingOut(ResultOut):
    points: list[float | None] = Field(description="By assignment; null where nothing was attempted or given.")
    percents: list[float | None] = Field(description="By assignment.")
    attempts: list[int] = Field(description="By assignment.")
    meets_rule: bool | None = Field(description="Whether this passes the course; null where it has no rule.")


class CourseReportOut(BaseModel):
    course: str
    title: str
    rule: dict[str, Any] | None
    assignments: list[ReportAssignmentOut]
    students: list[CourseStandingOut] = Field(description="Those in the course now, by name.")


def report_out(report: Report) -> AssignmentReportOut | CourseReportOut:
    return _assignment_out(report) if isinstance(report, AssignmentReport) else _course_out(report)


def _assignment_out(report: AssignmentReport) -> AssignmentReportOut:
    return AssignmentReportOut(
        assignment=report.assignment.id,
        title=report.title,
        points=_rounded(report.points),
        items=_items_out(report.assignment),
        students=[_standing_out(student, standing) for student, standing in report.students()],
    )


def _items_out(assignment: Assignment) -> list[ReportItemOut]:
    return [
        ReportItemOut(id=item.id, n=item.n, exercise=item.exercise, points=item.points, void=item.void)
        for item in assignment.items
    ]


def _standing_out(student: Student, standing: Standing) -> StandingOut:
    return StandingOut(
        **_result(student, standing.result),
        **_by_item(standing),
    )


def _by_item(standing: Standing) -> dict[str, Any]:
    return {
        "points": [None if points is None else _rounded(points) for points in standing.points],
        "attempts": list(standing.attempts),
        "excused": list(standing.excused),
    }


def _course_out(report: CourseReport) -> CourseReportOut:
    return CourseReportOut(
        course=report.course.id,
        title=report.title,
        rule=report.course.rule,
        assignments=[
            ReportAssignmentOut(id=one.id, title=one.title, points=_rounded(tables.full_points(one.items)))
            for one in report.assignments
        ],
        students=[
            CourseStandingOut(
                **_result(student, whole),
                points=[_rounded(result.total) if result.begun else None for result in results],
                percents=[result.percent for result in results],
                attempts=[result.attempts for result in results],
                meets_rule=meets(report.course.rule, results, whole),
            )
            for student, results, whole in report.students()
        ],
    )


def _result(student: Student, result: Result) -> dict[str, Any]:
    return {
        **student._asdict(),
        "total": _rounded(result.total),
        "maximum": _rounded(result.maximum),
        "percent": result.percent,
        "late": result.late,
        "last_attempt_at": result.last_attempt_at,
    }


def _rounded(points: float) -> float:
    return round(points, DECIMALS)


async def answer(request: Request, report: Report, wanted: File | Literal["json"] | None) -> Response:
    """A report in the form that is asked for; nothing where the client has it already."""
    format = wanted or ("csv" if prefers_csv(request) else "json")
    headers = {"Vary": "Accept"}
    if format != "json":
        return await downloads.of_report(request, report, format, headers)
    headers["ETag"] = await downloads.etag_of(report, format)
    if is_known(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    body = await run_in_threadpool(lambda: report_out(report).model_dump_json())
    return Response(body, headers=headers, media_type=JSON)


@router.get("/assignments/{assignment}/report", response_model=AssignmentReportOut, responses=FILES)
async def report_assignment(
    request: Request,
    caller: Person,
    assignment: str,
    format: Format = None,
    group: Group = None,
    since: Since = None,
) -> Response:
    """Points by student and item: for staff."""

    def look(tx: Connection) -> AssignmentReport:
        found, of = assignments.find(tx, caller, assignment, STAFF)
        return tables.of_assignment(tx, of, found, Choice(group, since))

    return await answer(request, await reading(request, look), format)


@router.get("/assignments/{assignment}/mine")
async def get_own_score(request: Request, caller: Person, assignment: str) -> OwnScoreOut:
    """What you have reached in an assignment, as its report has it."""

    def look(tx: Connection) -> OwnScoreOut:
        found, of = assignments.find(tx, caller, assignment)
        assigned.require_begun(of, found, now(request))
        standing = tables.of_person(tx, found, caller.person)
        return OwnScoreOut(
            assignment=found.id,
            title=found.title,
            items=_items_out(found),
            **_by_item(standing),
            total=_rounded(standing.result.total),
            maximum=_rounded(standing.result.maximum),
            percent=standing.result.percent,
            late=standing.result.late,
        )

    return await reading(request, look)


@router.get("/courses/{course_id}/report", response_model=CourseReportOut, responses=FILES)
async def report_course(
    request: Request,
    caller: Person,
    course_id: str,
    format: Format = None,
    group: Group = None,
    since: Since = None,
) -> Response:
    """Points by student and assignment, and who passes by the course's rule: for staff."""

    def look(tx: Connection) -> CourseReport:
        return tables.of_course(tx, course.find(tx, caller, course_id, STAFF), Choice(group, since))

    return await answer(request, await reading(request, look), format)


FILLED: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "content": {CSV: {"schema": {"type": "string"}}},
        "description": "The same file, filled in.",
        "headers": {
            "Nabla-Matched": {"schema": {"type": "integer"}, "description": "How many students got a score."},
            "Nabla-Not-Found": {
                "schema": {"type": "integer"},
                "description": "How many students have a score and are not in the file.",
            },
        },
    }
}
EXPORT: Final = {"requestBody": {"content": {CSV: {"schema": {"type": "string"}}}}}


@router.post("/assignments/{assignment}/report/canvas", response_class=Response, responses=FILLED, openapi_extra=EXPORT)
async def fill_canvas_export(request: Request, caller: Person, assignment: str) -> Response:
    """Fill an export of a Canvas gradebook in: for staff. What concerns no score of this assignment stays as it is."""

    def look(tx: Connection) -> AssignmentReport:
        found, of = assignments.find(tx, caller, assignment, STAFF)
        return tables.of_assignment(tx, of, found)

    report = await reading(request, look)  # who may not is told so before megabytes are received
    body = await Body.of(request, MAX_FILE_BYTES, also=CSV)
    filled = await run_in_threadpool(fill_canvas, report, body.file(CSV))
    counts = {"Nabla-Matched": str(filled.matched), "Nabla-Not-Found": str(len(filled.unmatched))}
    headers = {**attachment(downloads.title_of(report, "canvas")), **counts}
    return Response(filled.content, headers=headers, media_type=CSV)


# Every attempt ------------------------------------------------------------------------------------


class EntryOut(AttemptOut):
    person: str | None = Field(description="Whose instance it is.")
    item: str
    n: int
    exercise: str
    staff: bool = Field(description="Whether somebody of staff made it: marked, never counted.")


class EntriesOut(BaseModel):
    items: list[EntryOut]
    next: str | None


def entry_out(entry: attempts.Entry) -> EntryOut:
    return EntryOut(
        **vars(attempt_out(entry.attempt)),
        person=entry.person,
        item=entry.item.id,
        n=entry.item.n,
        exercise=entry.item.exercise,
        staff=entry.staff,
    )


@router.get("/assignments/{assignment}/attempts", response_model=EntriesOut, responses=OR_CSV)
async def list_all_attempts(
    request: Request,
    caller: Person,
    assignment: str,
    cursor: Cursor = "",
    limit: Limit = PAGE,
    format: JSON_OR_CSV = None,
) -> Response | EntriesOut:
    """Every attempt of an assignment, by instance: for staff. As CSV all of them, a row for each answer to a part."""
    after = attempts.place_of(cursor)
    if format == "csv" or (format is None and prefers_csv(request)):
        found, of = await reading(request, lambda tx: assignments.find(tx, caller, assignment, STAFF))
        zone = ZoneInfo(of.timezone)
        read = partial(attempts.sheet, assignment=found, zone=zone)
        return paged(request, f"{found.title} - attempts", attempts.header(zone), after, read)

    def look(tx: Connection) -> list[attempts.Entry]:
        return attempts.entries(tx, assignments.find(tx, caller, assignment, STAFF)[0], after, limit + 1)

    page = await reading(request, look)
    more = str(page[limit - 1].place) if len(page) > limit else None
    return EntriesOut(items=[entry_out(entry) for entry in page[:limit]], next=more)
