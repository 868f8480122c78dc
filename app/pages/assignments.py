"""A student's assignments: what is due, one assignment with its rules and items, all items on one page.

Staff are sent to the pages on which they teach; with `?view=student` they see what a student sees, and may
try the items out.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import Connection

from app.asking import catalogue_of, now, reading, writing
from app.attempts import assigned, held
from app.attempts.submissions import Attempt
from app.auth import STAFF, Caller, new_id
from app.courses import assignments, course, members
from app.courses.assignments import Assignment, Item
from app.courses.course import Course
from app.exercise import Catalogue, Family
from app.pages.base import page
from app.pages.forms import form_of
from app.pages.questions import Place, Work, work_on
from app.pages.solve import as_numpy
from app.pages.visitors import SignedIn, Visitor
from app.passback import reached
from app.passback.reached import Reached
from app.problems import Forbidden, NotFound, NotOpen, Withdrawn
from app.reports import coursework
from app.reports.coursework import Coursework, Task

AS_STUDENT: Final = "student"
LEFT: Final = (
    "You are no longer in the course of this assignment. What you did there is kept. "
    "If this is a mistake, ask your instructor to take you in again."
)

router = APIRouter(include_in_schema=False)


@router.get("/assignments")
async def list_assignments(request: Request, visitor: SignedIn) -> HTMLResponse:
    """Everything to do, by course: what ends soonest first."""
    caller, moment = visitor.caller, now(request)

    def look(tx: Connection) -> dict[str, Any]:
        taken = [one for one in course.of_caller(tx, caller) if one.role == "student"]
        works = {one.id: _works(tx, caller, one) for one in taken}
        in_order = {id: sorted(some, key=lambda work: work.place(moment)) for id, some in works.items()}
        left, made = coursework.courses_left(tx, caller), course.made_at(tx, works)
        return {"courses": taken, "works": in_order, "left": left, "made": made}

    return page(request, "assignments/list", visitor, **await reading(request, look))


def _works(connection: Connection, caller: Caller, of: Course) -> list[Coursework]:
    found = assignments.of_course(connection, of.id)
    return list(coursework.of_student(connection, of, caller.person, found))


@router.get("/assignments/{assignment}")
async def show_assignment(
    request: Request, visitor: SignedIn, assignment: str, view: Annotated[str, Query(max_length=20)] = ""
) -> Response:
    """One assignment: its dates and rules in words, its items, and what one has of them."""

    def look(tx: Connection) -> tuple[Coursework, Reached | None]:
        work = _find_work(tx, visitor.caller, assignment)
        return work, reached.of_person(tx, work.assignment.id, visitor.caller.person)

    work, grade = await reading(request, look)
    if _tries_out(work.course) and view != AS_STUDENT:
        return RedirectResponse(f"/teach/assignments/{assignment}", 303)
    families = {task.item.id: _family_of(catalogue_of(request), task.item) for task in work.tasks}
    trying = _tries_out(work.course)
    return page(request, "assignments/one", visitor, work=work, families=families, trying=trying, reached=grade)


def _find(connection: Connection, caller: Caller, id: str) -> tuple[Assignment, Course]:
    """An assignment and its course. Raises `Forbidden` for who has left it, `NotFound` for everybody else outside."""
    try:
        return assignments.find(connection, caller, id)
    except NotFound:
        if coursework.has_left(connection, caller, id):
            raise Forbidden(LEFT) from None
        raise


def _find_work(connection: Connection, caller: Caller, id: str) -> Coursework:
    found, of = _find(connection, caller, id)
    (work,) = coursework.of_student(connection, of, caller.person, [found])
    return work


def _tries_out(of: Course) -> bool:
    """Whether who looks teaches here: what they send is marked, and never counted."""
    return of.role in STAFF


def _family_of(catalogue: Catalogue, item: Item) -> Family | None:
    """The exercise of an item; None where it is no longer served."""
    family = catalogue.get(item.exercise)
    return family if family and item.level in family.levels else None


# Drawing ------------------------------------------------------------------------------------------


@router.post("/assignments/{assignment}/items/{item}")
async def begin(request: Request, visitor: SignedIn, assignment: str, item: str) -> Response:
    """One's own instance of an item: drawn the first time, and anew where new numbers are asked for."""
    form = await form_of(request, visitor)
    anew = bool(form.get("new_variant"))
    try:
        instance = await writing(request, lambda tx: _draw(tx, request, visitor, assignment, item, anew))
    except NotOpen:  # the page says in words when it opens
        return RedirectResponse(f"/assignments/{assignment}", 303)
    return RedirectResponse(f"/instances/{instance}", 303)


@router.post("/assignments/{assignment}/sheet")
async def draw_all(request: Request, visitor: SignedIn, assignment: str) -> Response:
    """All items on one page: those that are not begun are drawn, one after the other, so that nobody waits for all."""
    await form_of(request, visitor)
    work = await reading(request, lambda tx: _find_work(tx, visitor.caller, assignment))
    missing = [task.item.id for task in work.tasks if task.begun is None]
    try:
        for item in missing:
            with suppress(Withdrawn):  # the sheet says so at its place
                await writing(
                    request, partial(_draw, request=request, visitor=visitor, assignment=assignment, item=item)
                )
    except NotOpen:
        return RedirectResponse(f"/assignments/{assignment}", 303)
    return RedirectResponse(f"/assignments/{assignment}/sheet", 303)


def _draw(
    connection: Connection, request: Request, visitor: Visitor, assignment: str, item: str, anew: bool = False
) -> str:
    """The id of one's own instance of an item. Raises `NotOpen`, and as `assigned.own_instance` does."""
    caller, moment = visitor.caller, now(request)
    found, of = _find(connection, caller, assignment)
    assigned.require_begun(of, found, moment)
    secret: bytes = request.app.state.secret
    mine, _ = assigned.own_instance(
        connection, catalogue_of(request), secret, caller, of, found, found.item(item), anew, moment
    )
    return mine.id


# All on one page ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class OnSheet:
    """An item on the sheet. `work` is None where nothing is drawn yet, or the exercise is no longer served.

    `just`: the attempt after which the page is shown, where it was one on this item.
    """

    task: Task
    family: Family | None
    work: Work | None
    just: Attempt | None


@router.get("/assignments/{assignment}/sheet")
async def show_sheet(
    request: Request, visitor: SignedIn, assignment: str, attempt: Annotated[str, Query(max_length=64)] = ""
) -> Response:
    """Every item with its questions on one page, to answer there or to print."""
    moment = now(request)

    def look(tx: Connection) -> dict[str, Any]:
        work = _find_work(tx, visitor.caller, assignment)
        if work.phase(moment) == "ahead" and not _tries_out(work.course):
            raise NotOpen("This assignment has not opened yet.")
        entries = [_on_sheet(tx, request, visitor, work, task, attempt) for task in work.tasks]
        return {"work": work, "entries": entries, "student": _name_in(tx, work.course, visitor)}

    try:
        shown: Mapping[str, Any] = await reading(request, look)
    except NotOpen:
        return RedirectResponse(f"/assignments/{assignment}", 303)
    trying = _tries_out(shown["work"].course)
    return page(request, "assignments/sheet", visitor, trying=trying, key=new_id(), as_numpy=as_numpy, **shown)


def _on_sheet(
    connection: Connection, request: Request, visitor: Visitor, whole: Coursework, task: Task, attempt: str
) -> OnSheet:
    catalogue = catalogue_of(request)
    family, work = _family_of(catalogue, task.item), None
    if task.begun is not None:
        with suppress(Withdrawn):
            mine = held.find(connection, catalogue, task.begun.instance, visitor.caller, now(request))
            place = Place(whole.assignment, whole.course, task.points)
            work = work_on(connection, request, mine, visitor, place=place)
    just = next((one for one in work.history if one.id == attempt), None) if work else None
    return OnSheet(task, family, work, just)


def _name_in(connection: Connection, of: Course, visitor: Visitor) -> str:
    """What to write above a sheet: the name on the course's roster, of staff that of the account."""
    return visitor.name if _tries_out(of) else members.member(connection, of.id, visitor.caller.person).name
