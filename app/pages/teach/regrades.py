"""Grading again: the regrades of an assignment, what one would change, and keeping it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import Connection

from app.asking import catalogue_of, now, reading, writing
from app.attempts import effects, keep, regrades
from app.attempts.effects import Direction, Regraded
from app.attempts.regrades import Regrade
from app.auth import STAFF, TEACHERS
from app.courses import assignments, members
from app.courses.assignments import Assignment
from app.courses.course import Course
from app.limits import LONGEST_REASON
from app.pages.base import page
from app.pages.forms import form_of
from app.pages.teach.exercises import titles_of
from app.pages.visitors import SignedIn, Visiting, Visitor
from app.problems import Conflict, ErrorOut, InvalidRequest, Problem, RegradeStale

PAGE: Final = 25  # students' work on an item, on a page
EVERY: Final = 2  # seconds

router = APIRouter(include_in_schema=False)


@router.get("/teach/assignments/{assignment}/regrades")
async def list_regrades(request: Request, visitor: SignedIn, assignment: str) -> HTMLResponse:
    """The regrades of an assignment, newest first."""
    return await _list(request, visitor, assignment)


async def _list(request: Request, visitor: Visitor, assignment: str, problem: Problem | None = None) -> HTMLResponse:
    def look(tx: Connection) -> dict[str, Any]:
        found, course = assignments.find(tx, visitor.caller, assignment, STAFF)
        made = regrades.of_assignment(tx, found.id)
        return {
            "course": course,
            "assignment": found,
            "regrades": made,
            "names": members.names(tx, found.course, {id for one in made for id in (one.made_by, one.kept_by) if id}),
        }

    values = await reading(request, look)
    status = problem.status if problem else 200
    may = values["course"].role in TEACHERS
    return page(request, "teach/regrades", visitor, status, here="regrades", problem=problem, may_grade=may, **values)


@router.post("/teach/assignments/{assignment}/regrades")
async def start_regrade(request: Request, visitor: Visiting, assignment: str) -> Response:
    """Grade all students' attempts again; the page of the regrade shows how far it is."""
    await form_of(request, visitor)

    def start(tx: Connection) -> Regrade:
        found, _ = assignments.find(tx, visitor.caller, assignment, TEACHERS)
        return regrades.start(tx, catalogue_of(request), visitor.caller, found, now(request))

    try:
        started = await writing(request, start)
    except Conflict as problem:
        return await _list(request, visitor, assignment, problem)
    request.app.state.regrading.wake()
    return RedirectResponse(f"/teach/regrades/{started.id}", 303)


# One regrade --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Shown:
    """A regrade as its page shows it: what it changes by item, and a page of the work that it changes.

    `stale`: why it cannot be kept any more. `next`: the place of the page that follows.
    """

    regrade: Regrade
    assignment: Assignment
    course: Course
    names: dict[str, str]
    stale: str
    summary: dict[str, tuple[int, int, int]]
    work: Sequence[Regraded]
    next: str | None

    @property
    def runs(self) -> bool:
        return self.regrade.state in ("running", "keeping")


@router.get("/teach/regrades/{regrade}")
async def show_regrade(
    request: Request,
    visitor: SignedIn,
    regrade: str,
    after: Annotated[str, Query(pattern="^[A-Za-z0-9_.-]{0,100}$")] = "",
    points: Direction = "all",
    fragment: bool = False,
) -> HTMLResponse:
    """How far a regrade is, or what it changes. `fragment`: only how far it is."""
    return await _show(request, visitor, regrade, after, points, fragment=fragment)


async def _show(
    request: Request,
    visitor: Visitor,
    id: str,
    after: str = "",
    points: Direction = "all",
    *,
    fragment: bool = False,
    problem: Problem | None = None,
    reason: str = "",
    only_raise: bool = False,
) -> HTMLResponse:
    def look(tx: Connection) -> Shown:
        regrade, assignment = regrades.find(tx, visitor.caller, id, STAFF)
        _, course = assignments.find(tx, visitor.caller, assignment.id, STAFF)
        is_done = regrade.state in ("ready", "kept")
        work = effects.of_regrade(tx, regrade, assignment, after, PAGE + 1, points) if is_done else []
        return Shown(
            regrade,
            assignment,
            course,
            members.names(tx, course.id, {id for id in (regrade.made_by, regrade.kept_by) if id}),
            _stale(tx, request, regrade, assignment) if regrade.state == "ready" else "",
            regrades.summary(tx, id) if is_done else {},
            work[:PAGE],
            work[PAGE - 1].place if len(work) > PAGE else None,
        )

    shown = await reading(request, look)
    return page(
        request,
        "teach/regrade-progress" if fragment else "teach/regrade",
        visitor,
        problem.status if problem else 200,
        here="regrades",
        course=shown.course,
        assignment=shown.assignment,
        shown=shown,
        titles=titles_of(catalogue_of(request), shown.assignment),
        items={item.id: item for item in shown.assignment.items},
        after=after,
        points=points,
        every=EVERY,
        may_grade=shown.course.role in TEACHERS,
        problem=problem,
        reason=reason,
        only_raise=only_raise,
        longest_reason=LONGEST_REASON,
    )


def _stale(connection: Connection, request: Request, regrade: Regrade, assignment: Assignment) -> str:
    """Why a regrade that is ready cannot be kept any more; nothing where it can."""
    try:
        keep.require_fresh(connection, catalogue_of(request), regrade, assignment)
    except RegradeStale as problem:
        return problem.detail
    return ""


@router.post("/teach/regrades/{regrade}/keep")
async def keep_regrade(request: Request, visitor: Visiting, regrade: str) -> Response:
    """Keep exactly what a regrade shows; once more changes nothing."""
    form = await form_of(request, visitor)
    reason, only_raise = form.get("reason").strip(), bool(form.get("only_raise"))

    def decide(tx: Connection) -> None:
        found, assignment = regrades.find(tx, visitor.caller, regrade, TEACHERS)
        if keep.is_decided(found):
            return
        keep.require_fresh(tx, catalogue_of(request), found, assignment)
        if not 1 <= len(reason) <= LONGEST_REASON:
            detail = f"Say why, in 1 to {LONGEST_REASON} characters: it is kept with the grades."
            raise InvalidRequest(detail, [ErrorOut(pointer="/reason", detail=detail)])
        keep.begin(tx, visitor.caller, found, assignment, reason, only_raise, now(request))

    try:
        await writing(request, decide)
    except (InvalidRequest, Conflict, RegradeStale) as problem:
        return await _show(request, visitor, regrade, problem=problem, reason=reason, only_raise=only_raise)
    request.app.state.regrading.wake()
    return RedirectResponse(f"/teach/regrades/{regrade}", 303)
