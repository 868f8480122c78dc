"""The editor of an assignment: exercises chosen from the catalogue, points and tries, dates and rules."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import Connection

from app.asking import catalogue_of, now, reading, writing
from app.auth import STAFF, TEACHERS
from app.courses import assignments, course
from app.courses.assignments import Assignment
from app.courses.course import Course
from app.exercise import Catalogue
from app.limits import LONGEST_REASON, LONGEST_TITLE, MOST_ITEMS
from app.pages.base import page
from app.pages.forms import Form, form_of
from app.pages.practice import by_section, fits
from app.pages.teach import choices, remarks
from app.pages.teach.draft import Draft, Row
from app.pages.teach.exercises import titles_of
from app.pages.teach.making import making
from app.pages.teach.remarks import Names, Places, Remarks
from app.pages.visitors import SignedIn, Visiting, Visitor
from app.problems import Conflict, InvalidRequest, Problem
from app.reports.tables import full_points

LONGEST_SEARCH: Final = 100
LARGEST_FORM: Final = 512 * 1024  # bytes; with as many items as an assignment may have
LONGEST_DEED: Final = 250  # characters: a word, and an exercise with its level or the place of an item
CHANGED: Final = (
    "Somebody else changed this assignment since you opened it. Nothing of yours is saved yet, and nothing is lost: "
    "what you changed stands below as you have it, all else as it is now, with new items at its end. Look through it "
    "and save it once more."
)

NEW: Final = "/teach/courses/{course_id}/assignments/new"
ONE: Final = "/teach/assignments/{assignment}"

router = APIRouter(include_in_schema=False)

Words = Annotated[str, Query(max_length=LONGEST_SEARCH)]


@dataclass(frozen=True)
class Search:
    """What of the catalogue is shown, and which sheet is chosen."""

    q: str = ""
    topic: str = ""
    sheet: str = ""

    @classmethod
    def of(cls, form: Form) -> "Search":
        return cls(*(form.get(name)[:LONGEST_SEARCH] for name in ("q", "topic", "sheet")))


WHOLE: Final = Search()


# A new one ----------------------------------------------------------------------------------------


@router.get(NEW)
async def begin_assignment(
    request: Request, visitor: SignedIn, course_id: str, q: Words = "", topic: Words = "", sheet: Words = ""
) -> HTMLResponse:
    """An empty assignment, or with the items of a ready-made sheet."""
    found = await reading(request, lambda tx: course.find(tx, visitor.caller, course_id, TEACHERS))
    draft = Draft.new().with_sheet(catalogue_of(request), sheet) if sheet else Draft.new()
    return await run_in_threadpool(_editor, request, visitor, found, draft, search=Search(q, topic))


@router.post(NEW)
async def make_assignment(request: Request, visitor: Visiting, course_id: str) -> Response:
    """Edit a new assignment further, or save it."""
    form = await form_of(request, visitor, LARGEST_FORM)
    catalogue, draft = catalogue_of(request), Draft.of_form(form)

    def make(tx: Connection) -> str:
        found = course.find(tx, visitor.caller, course_id, TEACHERS)
        columns, items = draft.values(ZoneInfo(found.timezone), catalogue)
        made = assignments.create(tx, catalogue, visitor.caller, found, columns, items, now(request))
        return f"/teach/assignments/{made.id}?{remarks.of_saving(None, made, (), now(request)).query}"

    problem: Problem | None = None
    try:
        if form.get("do") == "save":
            return await making(request, visitor, form, make)
        draft = done(draft, form, catalogue)
    except (InvalidRequest, Conflict) as refusal:
        problem = refusal
    found = await reading(request, lambda tx: course.find(tx, visitor.caller, course_id, TEACHERS))
    return await run_in_threadpool(_editor, request, visitor, found, draft, problem=problem, search=Search.of(form))


def done(draft: Draft, form: Form, catalogue: Catalogue) -> Draft:
    """A draft after what its form asks for; nothing is saved. Raises `InvalidRequest`."""
    match form.get("do")[:LONGEST_DEED].split():
        case ["add", exercise, level]:
            return draft.with_rows([Row(exercise, level)])
        case ["sheet"] if form.get("sheet"):
            return draft.with_sheet(catalogue, form.get("sheet"))
        case ["up", place] if place.isdecimal():
            return draft.moved(int(place), -1)
        case ["down", place] if place.isdecimal():
            return draft.moved(int(place), 1)
        case ["remove", place] if place.isdecimal():
            return draft.without(int(place))
    return draft


# One that there is --------------------------------------------------------------------------------


@router.get(ONE)
async def show_assignment(
    request: Request,
    visitor: SignedIn,
    assignment: str,
    remark: Names,
    item: Places,
    q: Words = "",
    topic: Words = "",
    saved: bool = False,
) -> HTMLResponse:
    """The items and dates of an assignment: to edit for instructors, to read for assistants."""
    said = Remarks(tuple(remark), tuple(item)) if saved else None

    def look(tx: Connection) -> tuple[Assignment, Course, set[str]]:
        found, of = assignments.find(tx, visitor.caller, assignment, STAFF)
        return found, of, assignments.used_items(tx, found)

    found, of, used = await reading(request, look)
    if of.role in TEACHERS:
        draft = Draft.of(found, ZoneInfo(of.timezone))
        return await run_in_threadpool(
            _editor, request, visitor, of, draft, found, used, search=Search(q, topic), saved=said
        )
    titles = titles_of(catalogue_of(request), found)
    return page(
        request, "teach/assignment", visitor, course=of, assignment=found, here="items", titles=titles, full=full_points
    )


@router.post(ONE)
async def change_assignment(request: Request, visitor: Visiting, assignment: str) -> Response:
    """Edit an assignment further, or save it."""
    form = await form_of(request, visitor, LARGEST_FORM)
    catalogue, draft = catalogue_of(request), Draft.of_form(form)
    problem: Problem | None = None
    try:
        if form.get("do") == "save":
            said = await writing(request, lambda tx: _save(tx, request, visitor, assignment, draft, form.get("stand")))
            return RedirectResponse(f"/teach/assignments/{assignment}?{said.query}", 303)
        draft = done(draft, form, catalogue)
    except (InvalidRequest, Conflict) as refusal:
        problem = refusal

    def look(tx: Connection) -> tuple[Assignment, Course, set[str]]:
        found, of = assignments.find(tx, visitor.caller, assignment, TEACHERS)
        return found, of, assignments.used_items(tx, found)

    found, of, used = await reading(request, look)
    stand, opened = form.get("stand"), Draft.opened_in(form)
    if problem and problem.detail == CHANGED:
        present = Draft.of(found, ZoneInfo(of.timezone))
        draft, stand, opened = merged(draft, opened, present), stand_of(found), present
    kept: dict[str, Any] = {"stand": stand, "opened": opened, "search": Search.of(form)}
    return await run_in_threadpool(_editor, request, visitor, of, draft, found, used, problem=problem, **kept)


def _save(tx: Connection, request: Request, visitor: Visitor, id: str, draft: Draft, stand: str) -> Remarks:
    """Make an assignment what a draft says, and what is worth a word about it. Raises `InvalidRequest`, `Conflict`."""
    catalogue, moment = catalogue_of(request), now(request)
    found, of = assignments.find(tx, visitor.caller, id, TEACHERS)
    if stand != stand_of(found):
        raise Conflict(CHANGED)
    zone = ZoneInfo(of.timezone)
    columns, items = draft.values(zone, catalogue, Draft.of(found, zone))
    left = assignments.keep_items(tx, visitor.caller, found, {row.id for row in draft.rows}, moment)
    saved = assignments.change(tx, catalogue, visitor.caller, left, columns, items, moment)
    return remarks.of_saving(found, saved, assignments.used_items(tx, saved), moment)


def stand_of(found: Assignment) -> str:
    """What tells an assignment from itself after a change."""
    return hashlib.sha256(repr(found).encode()).hexdigest()[:20]


def merged(draft: Draft, opened: Draft, present: Draft) -> Draft:
    """A draft of what has changed meanwhile: fields that were not touched since it was `opened` are as they are now.

    Its items that are gone are new ones; those that are new stand at its end.
    """
    columns = {
        name: present.columns[name] if text == opened.columns.get(name) else text
        for name, text in draft.columns.items()
    }
    now_there = {row.id: row for row in present.rows}
    before = {row.id: row for row in opened.rows}
    mine = tuple(
        replace(row, id="") if row.id not in now_there else now_there[row.id] if row == before.get(row.id) else row
        for row in draft.rows
    )
    theirs = tuple(row for id, row in now_there.items() if id not in before and id not in {row.id for row in mine})
    return Draft(columns, (*mine, *theirs))


@router.post(f"{ONE}/remove")
async def remove_assignment(request: Request, visitor: Visiting, assignment: str) -> Response:
    """Remove an assignment that nobody has begun."""
    await form_of(request, visitor)

    def remove(tx: Connection) -> Course:
        found, of = assignments.find(tx, visitor.caller, assignment, TEACHERS)
        assignments.remove(tx, visitor.caller, found, now(request))
        return of

    of = await writing(request, remove)
    return RedirectResponse(f"/teach/courses/{of.id}", 303)


# Its page -----------------------------------------------------------------------------------------


def _editor(
    request: Request,
    visitor: Visitor,
    of: Course,
    draft: Draft,
    found: Assignment | None = None,
    used: Collection[str] = (),
    *,
    search: Search = WHOLE,
    stand: str = "",
    opened: Draft | None = None,
    saved: Remarks | None = None,
    problem: Problem | None = None,
) -> HTMLResponse:
    catalogue = catalogue_of(request)
    families = catalogue.values()
    values: dict[str, Any] = {
        "course": of,
        "assignment": found,
        "here": "items" if found else "assignments",
        "draft": draft,
        "used": used,
        "stand": stand or (stand_of(found) if found else ""),
        "opened": opened or draft,
        "unsaved": bool(request.method == "POST" or (draft.rows and not found)),
        "saved": saved,
        "problem": problem,
        "catalogue": catalogue,
        "sections": by_section(families),
        "fitting": {family.id for family in families if fits(family, search.q, search.topic)},
        "topics": list(dict.fromkeys(family.topic for family in families)),
        "search": search,
        "values_of": lambda row: choices.of_item(catalogue, row.exercise, row.level),
        "limits": {"title": LONGEST_TITLE, "reason": LONGEST_REASON, "items": MOST_ITEMS},
    }
    return page(request, "teach/assignment-edit", visitor, problem.status if problem else 200, **values)
