"""The learning platform that a course belongs to: its roster, and how grades go there."""

from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import Connection

from app.asking import now, reading, writing
from app.auth import STAFF, TEACHERS, Role
from app.courses import contexts, course
from app.courses.contexts import Context
from app.courses.course import Course
from app.models.lms import ROSTERS
from app.pages.base import page
from app.pages.forms import form_of
from app.pages.visitors import SignedIn, Visiting, Visitor
from app.passback import rosters
from app.passback.rosters import Fetched
from app.platforms import registry
from app.platforms.registry import Platform
from app.problems import Conflict, ErrorOut, InvalidRequest, NotFound, Problem

PATIENCE: Final = 8.0  # seconds that a page waits for a roster
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
    linked = await reading(request, lambda tx: _linked(tx, visitor, course_id))
    return page(
        request,
        "teach/lms",
        visitor,
        problem.status if problem else 200,
        here="lms",
        course=linked.course,
        linked=linked,
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
