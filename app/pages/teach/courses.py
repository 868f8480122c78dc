"""Courses: those one teaches, a new one, what is in one, its settings, a copy of it."""

from collections.abc import Mapping
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import Field
from sqlalchemy import Connection

from app.asking import now, reading, writing
from app.auth import STAFF, TEACHERS, Caller
from app.courses import assignments, course
from app.courses.assignments import Assignment
from app.courses.course import Course, shifted
from app.dates import Dates
from app.limits import LONGEST_TITLE, MOST_ASSIGNMENTS, MOST_DAYS, AtLeast, Days, Title
from app.pages.base import page
from app.pages.forms import form_of
from app.pages.teach.making import making
from app.pages.teach.meanwhile import Changed, require_as_opened, written
from app.pages.teach.typed import HundredTyped, Typed, checked, number, typed
from app.pages.visitors import SignedIn, Visiting, Visitor
from app.problems import Forbidden, InvalidRequest, Problem
from app.reports.tables import full_points, out_of_reach

UTC_NAME: Final = "UTC"
A_YEAR: Final = 364  # days: the same day of the week
TITLE: Final = f"A title has 1 to {LONGEST_TITLE} characters."
DAYS: Final = f"Move dates by a whole number of days, {MOST_DAYS} at most; -7 is a week sooner."

router = APIRouter(include_in_schema=False)

Saved = Annotated[bool, Query()]


class CourseTyped(Typed):
    title: Title = Field(description=TITLE)
    timezone: str


class CopyTyped(Typed):
    title: Title = Field(description=TITLE)
    shift_days: Days = Field(description=DAYS)


class ByPercent(Typed):
    percent: HundredTyped = Field(description="Percent are a number from 0 to 100.")


class ByAssignments(Typed):
    at_least: AtLeast = Field(description=f"Say how many assignments: a whole number from 1 to {MOST_ASSIGNMENTS}.")
    assignments_with_percent: HundredTyped = Field(description="Percent are a number from 0 to 100.")


RULES: Final[Mapping[str, type[Typed]]] = {"percent": ByPercent, "at_least": ByAssignments}


# All of them --------------------------------------------------------------------------------------


@router.get("/teach")
async def list_courses(request: Request, visitor: SignedIn) -> HTMLResponse:
    """The courses one teaches or assists in, and a form for a new one."""
    return await _list(request, visitor)


async def _list(
    request: Request, visitor: Visitor, values: Mapping[str, str] | None = None, problem: InvalidRequest | None = None
) -> HTMLResponse:
    def look(tx: Connection) -> dict[str, Any]:
        mine = [one for one in course.of_caller(tx, visitor.caller) if one.role in STAFF]
        return {
            "courses": mine,
            "overview": course.overview(tx, [one.id for one in mine], now(request)),
            "made": course.made_at(tx, [one.id for one in mine]),
            "may_make": may_make(tx, visitor.caller),
        }

    found = await reading(request, look)
    zone = found["courses"][-1].timezone if found["courses"] else UTC_NAME
    return page(
        request,
        "teach/courses",
        visitor,
        problem.status if problem else 200,
        problem=problem,
        values=values or {"title": "", "timezone": zone},
        zones=sorted(course.timezones()),
        longest_title=LONGEST_TITLE,
        **found,
    )


def may_make(connection: Connection, caller: Caller) -> bool:
    """Whether somebody may make courses."""
    try:
        course.require_maker(connection, caller)
    except Forbidden:
        return False
    return True


@router.post("/teach/courses")
async def make_course(request: Request, visitor: Visiting) -> Response:
    """A new course, with oneself as its instructor."""
    form = await form_of(request, visitor)
    values = typed(form, "title", "timezone")

    def make(tx: Connection) -> str:
        course.require_maker(tx, visitor.caller)
        wanted = checked(CourseTyped, values)
        return address_of(course.create(tx, visitor.caller, wanted.title, wanted.timezone, now(request)))

    try:
        return await making(request, visitor, form, make)
    except InvalidRequest as problem:
        return await _list(request, visitor, values, problem)


def address_of(of: Course) -> str:
    return f"/teach/courses/{of.id}"


# One of them --------------------------------------------------------------------------------------


@router.get("/teach/courses/{course_id}")
async def show_course(request: Request, visitor: SignedIn, course_id: str) -> HTMLResponse:
    """The assignments of a course: their dates, points, and how many have begun."""

    def look(tx: Connection) -> dict[str, Any]:
        found = course.find(tx, visitor.caller, course_id, STAFF)
        return {
            "course": found,
            "assignments": assignments.of_course(tx, found.id),
            "begun": assignments.begun(tx, found.id),
            "students": course.overview(tx, [found.id], now(request))[found.id].students,
            "may_copy": found.role in TEACHERS and may_make(tx, visitor.caller),
        }

    found = await reading(request, look)
    teaches = found["course"].role in TEACHERS
    return page(request, "teach/course", visitor, here="assignments", full=full_points, teaches=teaches, **found)


# Settings -----------------------------------------------------------------------------------------


@router.get("/teach/courses/{course_id}/settings")
async def show_settings(request: Request, visitor: SignedIn, course_id: str, saved: Saved = False) -> HTMLResponse:
    """The title of a course, its time zone, and what passes it."""
    return await _settings(request, visitor, course_id, saved=saved)


async def _settings(
    request: Request,
    visitor: Visitor,
    course_id: str,
    values: Mapping[str, str] | None = None,
    problem: Problem | None = None,
    *,
    opened: str = "",
    saved: bool = False,
) -> HTMLResponse:
    def look(tx: Connection) -> tuple[Course, bool, list[Assignment]]:
        found = course.find(tx, visitor.caller, course_id, TEACHERS)
        return found, may_make(tx, visitor.caller), assignments.of_course(tx, found.id)

    found, may_copy, present = await reading(request, look)
    stored = _settings_of(found)
    if isinstance(problem, Changed):
        values, opened = problem.merged(values or {}, stored), ""
    return page(
        request,
        "teach/course-settings",
        visitor,
        problem.status if problem else 200,
        course=found,
        here="settings",
        may_copy=may_copy,
        saved=saved,
        problem=problem,
        values=values or stored,
        opened=opened or written(stored),
        out_of_reach=out_of_reach(found.rule, present),
        zones=sorted(course.timezones()),
        longest_title=LONGEST_TITLE,
    )


def _settings_of(found: Course) -> dict[str, str]:
    """The settings of a course as their fields show them."""
    rule = found.rule or {}
    numbers = {name: number(rule[name]) if name in rule else "" for name in (*RULES, "assignments_with_percent")}
    chosen = next((kind for kind in RULES if kind in rule), "")
    return {"title": found.title, "timezone": found.timezone, "rule": chosen, **numbers}


@router.post("/teach/courses/{course_id}/settings")
async def change_settings(request: Request, visitor: Visiting, course_id: str) -> Response:
    """Change title, time zone, or what passes."""
    form = await form_of(request, visitor)
    values = typed(form, "title", "timezone", "rule", *RULES, "assignments_with_percent")

    def change(tx: Connection) -> None:
        found = course.find(tx, visitor.caller, course_id, TEACHERS)
        require_as_opened(form, _settings_of(found), "these settings")
        course.change(tx, visitor.caller, found, _changes(values), now(request))

    try:
        await writing(request, change)
    except (InvalidRequest, Changed) as problem:
        return await _settings(request, visitor, course_id, values, problem, opened=form.get("opened"))
    return RedirectResponse(f"/teach/courses/{course_id}/settings?saved=yes", 303)


def _changes(values: Mapping[str, str]) -> dict[str, Any]:
    """The settings that were typed. Raises `InvalidRequest`."""
    said = checked(CourseTyped, {name: values[name] for name in CourseTyped.model_fields}).model_dump()
    if values["rule"] not in RULES:
        return {**said, "rule": None}
    kind = RULES[values["rule"]]
    return {**said, "rule": checked(kind, {name: values[name] for name in kind.model_fields}).model_dump()}


# A copy -------------------------------------------------------------------------------------------


@router.get("/teach/courses/{course_id}/copy")
async def ask_for_copy(request: Request, visitor: SignedIn, course_id: str) -> HTMLResponse:
    """What the dates of a copy would be."""
    return await _copy(request, visitor, course_id)


async def _copy(
    request: Request,
    visitor: Visitor,
    course_id: str,
    values: Mapping[str, str] | None = None,
    problem: InvalidRequest | None = None,
) -> HTMLResponse:
    def look(tx: Connection) -> tuple[Course, list[Assignment]]:
        found = course.find(tx, visitor.caller, course_id, TEACHERS)
        course.require_maker(tx, visitor.caller)
        return found, assignments.of_course(tx, course_id)

    found, present = await reading(request, look)
    values, moment = values or {"title": found.title, "shift_days": str(A_YEAR)}, now(request)
    moved: list[tuple[Assignment, Dates]] = []
    try:
        days = checked(CopyTyped, values).shift_days
        moved = [(one, shifted(one.dates, days, ZoneInfo(found.timezone))) for one in present]
    except InvalidRequest as fault:
        problem = problem or fault
    return page(
        request,
        "teach/course-copy",
        visitor,
        problem.status if problem else 200,
        course=found,
        here="settings",
        moved=moved,
        past=sum(bool(dates.due_at and dates.due_at < moment) for _, dates in moved),
        at_once=sum(dates.opens_at is None and not (dates.end and dates.end < moment) for _, dates in moved),
        problem=problem,
        values=values,
        longest_title=LONGEST_TITLE,
    )


@router.post("/teach/courses/{course_id}/copy")
async def copy_course(request: Request, visitor: Visiting, course_id: str) -> Response:
    """A new course with the same assignments on other dates, or first the dates that it would have."""
    form = await form_of(request, visitor)
    values = typed(form, "title", "shift_days")
    if form.get("do") != "copy":
        return await _copy(request, visitor, course_id, values)

    def copy(tx: Connection) -> str:
        found = course.find(tx, visitor.caller, course_id, TEACHERS)
        course.require_maker(tx, visitor.caller)
        wanted = checked(CopyTyped, values)
        return address_of(course.copy(tx, visitor.caller, found, wanted.title, wanted.shift_days, now(request)))

    try:
        return await making(request, visitor, form, copy)
    except InvalidRequest as problem:
        return await _copy(request, visitor, course_id, values, problem)
