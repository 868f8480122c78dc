"""The learning platform that a course belongs to: its roster, and how grades go there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import Connection

from app.asking import now, reading, writing
from app.auth import STAFF, TEACHERS, Role
from app.courses import assignments, audit, contexts, course
from app.courses.assignments import Assignment
from app.courses.contexts import Column, Context
from app.courses.course import Course
from app.models.lms import RELEASES, ROSTERS
from app.pages.base import page
from app.pages.forms import form_of
from app.pages.visitors import SignedIn, Visiting, Visitor
from app.passback import rosters, standing
from app.passback.rosters import Fetched
from app.passback.standing import Failure, Standing
from app.platforms import registry
from app.platforms.registry import Platform
from app.problems import Conflict, ErrorOut, InvalidRequest, NotFound, Problem
from app.reports import students
from app.reports.students import Person

PATIENCE: Final = 8.0  # seconds that a page waits for a roster
MOST_REFUSED: Final = 50  # grades of an assignment that are named
AT: Final = "/teach/courses/{course_id}/lms"

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Linked:
    """A course with its platform, and how its roster came last."""

    course: Course
    context: Context
    platform: Platform
    fetched: Fetched


def _linked(connection: Connection, visitor: Visitor, course_id: str, roles: tuple[Role, ...] = STAFF) -> Linked:
    """Raises `NotFound` for a course that belongs to no platform, too."""
    found = course.find(connection, visitor.caller, course_id, roles)
    context = contexts.of_course(connection, course_id)
    if context is None:
        raise NotFound("This course belongs to no learning platform.")
    platform = registry.find(connection, context.platform)
    return Linked(found, context, platform, rosters.last(connection, context))


@dataclass(frozen=True)
class Grades:
    """How the grades of a course stand, those that were refused by assignment, and which assignments have no column."""

    standing: Standing
    refused: Mapping[str, Sequence[Failure]]
    without: Sequence[Assignment]


def _grades(connection: Connection, course_id: str) -> Grades:
    stands = standing.standing(connection, course_id)
    failed = [one.assignment for one in stands.assignments if one.failed]
    present = {one.assignment for one in stands.assignments}
    return Grades(
        stands,
        {id: standing.refused(connection, id)[:MOST_REFUSED] for id in failed},
        [one for one in assignments.of_course(connection, course_id) if one.id not in present],
    )


@router.get(AT)
async def show_lms(
    request: Request, visitor: SignedIn, course_id: str, saved: bool = False, fetching: bool = False
) -> HTMLResponse:
    """Which platform it is, when its roster came, and how grades go."""
    return await _show(request, visitor, course_id, saved=saved, fetching=fetching)


async def _show(
    request: Request,
    visitor: Visitor,
    course_id: str,
    *,
    problem: Problem | None = None,
    saved: bool = False,
    fetching: bool = False,
) -> HTMLResponse:
    def look(tx: Connection) -> tuple[Linked, Grades]:
        return _linked(tx, visitor, course_id), _grades(tx, course_id)

    linked, found = await reading(request, look)
    return page(
        request,
        "teach/lms",
        visitor,
        problem.status if problem else 200,
        here="lms",
        course=linked.course,
        linked=linked,
        grades=found,
        releases=RELEASES,
        teaches=linked.course.role in TEACHERS,
        rosters=ROSTERS,
        problem=problem,
        saved=saved,
        fetching=fetching,
    )


def _back(course_id: str, query: str = "saved=yes") -> Response:
    return RedirectResponse(f"{AT.format(course_id=course_id)}?{query}", 303)


# The roster ---------------------------------------------------------------------------------------


@router.post(f"{AT}/roster")
async def fetch_roster(request: Request, visitor: Visiting, course_id: str) -> Response:
    """Fetch the roster now; one that takes long comes while the page is shown again."""
    await form_of(request, visitor)
    linked = await reading(request, lambda tx: _linked(tx, visitor, course_id, TEACHERS))
    try:
        done = await request.app.state.rosters.fetch(visitor.caller, linked.context.id, PATIENCE)
    except Conflict as problem:
        return await _show(request, visitor, course_id, problem=problem)
    return _back(course_id, "" if done else "fetching=yes")


@router.post(f"{AT}/whom")
async def choose_whom(request: Request, visitor: Visiting, course_id: str) -> Response:
    """Choose who is fetched."""
    wanted = (await form_of(request, visitor)).get("roster")

    def choose(tx: Connection) -> None:
        linked = _linked(tx, visitor, course_id, TEACHERS)
        if wanted not in ROSTERS:
            detail = "Choose who is fetched."
            raise InvalidRequest(detail, [ErrorOut(pointer="/roster", detail=detail)])
        rosters.choose(tx, visitor.caller, linked.context, wanted, now(request))

    try:
        await writing(request, choose)
    except InvalidRequest as problem:
        return await _show(request, visitor, course_id, problem=problem)
    return _back(course_id)


# Grades -------------------------------------------------------------------------------------------


@router.post(f"{AT}/release")
async def choose_release(request: Request, visitor: Visiting, course_id: str) -> Response:
    """Choose when grades go."""
    wanted = (await form_of(request, visitor)).get("release")

    def choose(tx: Connection) -> None:
        linked = _linked(tx, visitor, course_id, TEACHERS)
        standing.set_release(tx, visitor.caller, linked.context, wanted, now(request))

    try:
        await writing(request, choose)
    except InvalidRequest as problem:
        return await _show(request, visitor, course_id, problem=problem)
    return _back(course_id)


@router.post(f"{AT}/columns")
async def add_column(request: Request, visitor: Visiting, course_id: str) -> Response:
    """Have a column made for an assignment that no link of the platform opens."""
    wanted = (await form_of(request, visitor)).get("assignment")

    def add(tx: Connection) -> None:
        linked = _linked(tx, visitor, course_id, TEACHERS)
        found = _assignment(tx, visitor, linked, wanted)
        if linked.context.line_items_url is None:
            raise Conflict("The platform has offered no gradebook for this course. Open the course there once.")
        if any(one.id == found.id for one in _grades(tx, course_id).without):  # it was not pressed twice
            contexts.grade_into(tx, linked.context, found.id, Column(), now(request))
            audit.record(tx, visitor.caller, now(request), "column added", course=course_id, subject=found.id)

    try:
        await writing(request, add)
    except Conflict as problem:
        return await _show(request, visitor, course_id, problem=problem)
    return _back(course_id)


def _assignment(connection: Connection, visitor: Visitor, linked: Linked, id: str) -> Assignment:
    """An assignment of the course. Raises `NotFound`."""
    found, of = assignments.find(connection, visitor.caller, id, TEACHERS)
    if of.id != linked.course.id:
        raise NotFound("There is no such assignment.")
    return found


@dataclass(frozen=True)
class Again:
    """What is to be sent again: the grades of an assignment, of one person or (None) of everybody."""

    linked: Linked
    assignment: Assignment
    who: Person | None


def _again(connection: Connection, visitor: Visitor, course_id: str, assignment: str, person: str) -> Again:
    linked = _linked(connection, visitor, course_id, TEACHERS)
    found = _assignment(connection, visitor, linked, assignment)
    return Again(linked, found, students.find(connection, course_id, person) if person else None)


Id = Annotated[str, Query(max_length=64)]


@router.get(f"{AT}/again")
async def ask_to_send_again(
    request: Request, visitor: SignedIn, course_id: str, assignment: Id, person: Id = ""
) -> HTMLResponse:
    """Whether grades are to be sent again, though that may overwrite what was changed on the platform."""
    again = await reading(request, lambda tx: _again(tx, visitor, course_id, assignment, person))
    return page(request, "teach/lms-again", visitor, here="lms", course=again.linked.course, again=again)


@router.post(f"{AT}/again")
async def send_again(request: Request, visitor: Visiting, course_id: str) -> Response:
    """Send the grades of an assignment again, of one person or of everybody."""
    form = await form_of(request, visitor)

    def send(tx: Connection) -> None:
        again = _again(tx, visitor, course_id, form.get("assignment"), form.get("person"))
        persons = [again.who.id] if again.who else None
        standing.resend(tx, visitor.caller, again.assignment, persons, now(request))

    await writing(request, send)
    return _back(course_id)
