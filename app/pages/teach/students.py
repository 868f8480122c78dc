"""One student: their work on an assignment with points to give by hand, and what they have of each assignment."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Final

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response
from pydantic import Field
from sqlalchemy import Connection

from app.asking import catalogue_of, now, reading, writing
from app.auth import STAFF, TEACHERS
from app.courses import assignments, course, exceptions
from app.courses.assignments import Assignment, Item
from app.courses.course import Course
from app.courses.exceptions import Override
from app.limits import LONGEST_REASON, MOST_POINTS, Reason
from app.pages.base import page
from app.pages.forms import Form, form_of
from app.pages.teach import stored
from app.pages.teach.exercises import titles_of
from app.pages.teach.rows import Order, Ordered, Row, columns_of, rows_of, rows_without_points
from app.pages.teach.typed import PointsTyped, Typed, checked, typed
from app.pages.visitors import SignedIn, Visiting, Visitor
from app.passback import reached
from app.passback.reached import Reached
from app.problems import ErrorOut, InvalidRequest, NotFound, Problem
from app.reports import students, tables
from app.reports.students import StudentWork, Variant
from app.reports.tables import CourseReport

WHY: Final = f"Say why, in 1 to {LONGEST_REASON} characters: it is kept with the points."
AT: Final = "/teach/assignments/{assignment}/people/{person}"

router = APIRouter(include_in_schema=False)


class ExcusedTyped(Typed):
    reason: Reason = Field(description=WHY)


class PointsGivenTyped(ExcusedTyped):
    points: PointsTyped = Field(description=f"Points are a number from 0 to {MOST_POINTS}.")


@dataclass(frozen=True)
class Neighbours:
    """Who stands before and after a student in a report; None: nobody. `place` from 1, None: not in it."""

    before: Row | None
    after: Row | None
    place: int | None
    all: int

    @classmethod
    def of(cls, rows: Sequence[Row], person: str) -> "Neighbours":
        place = next((n for n, row in enumerate(rows) if row.student.id == person), None)
        if place is None:
            return cls(None, None, None, len(rows))
        after = rows[place + 1] if place + 1 < len(rows) else None
        return cls(rows[place - 1] if place else None, after, place + 1, len(rows))


# Work on an assignment ----------------------------------------------------------------------------


@router.get(AT)
async def show_student(
    request: Request, visitor: SignedIn, assignment: str, person: str, order: Ordered, saved: bool = False
) -> Response:
    """A student's work on an assignment, item by item."""
    return await _student(request, visitor, assignment, person, order, saved=saved)


async def _student(
    request: Request,
    visitor: Visitor,
    assignment: str,
    person: str,
    order: Order,
    *,
    item: str = "",
    values: Mapping[str, str] | None = None,
    problem: Problem | None = None,
    saved: bool = False,
) -> Response:
    """`problem` is one of the form of an `item`, in whose fields `values` stand."""

    def look(tx: Connection) -> tuple[Assignment, Course, StudentWork, Callable[[], list[Row]], Reached | None]:
        found, of = assignments.find(tx, visitor.caller, assignment, STAFF)
        work = students.work_of(tx, catalogue_of(request), found, person)
        return found, of, work, _rows(tx, of, found, order), reached.of_person(tx, found.id, person)

    found, of, work, rows, grade = await reading(request, look)

    def write() -> Response:
        return page(
            request,
            "teach/student",
            visitor,
            problem.status if problem else 200,
            course=of,
            assignment=found,
            here="report",
            work=work,
            reached=grade,
            titles=titles_of(catalogue_of(request), found),
            dates=found.dates.extended(work.extension.due_at, work.extension.closes_at),
            neighbours=Neighbours.of(order.of(rows()), person),
            order=order,
            may_give=of.role in TEACHERS and work.who.left_at is None,
            of_item=item,
            values=values or {},
            problem=problem,
            saved=saved,
            longest_reason=LONGEST_REASON,
            statement_of=_statement,
            figure_of=_figure,
            hints_of=_hints,
            title_of=_title,
            as_text=stored.as_text,
            formula=stored.formula,
            words=stored.words,
            inline=stored.inline,
        )

    return await run_in_threadpool(write)


def _rows(connection: Connection, of: Course, assignment: Assignment, order: Order) -> Callable[[], list[Row]]:
    """How to make the rows among which a student stands; the points of a whole class only where the order asks."""
    if order.asks_points:
        return partial(rows_of, tables.of_assignment(connection, of, assignment))
    return partial(rows_without_points, tables.roster(connection, of))


def _statement(variant: Variant) -> str | None:
    instance = variant.instance
    return stored.told(lambda: instance.statement, None) if instance else None


def _figure(variant: Variant) -> str | None:
    instance = variant.instance
    return stored.told(lambda: instance.figure, None) if instance else None


def _hints(variant: Variant, part: str) -> list[str]:
    """The hints to a part that the student has opened."""
    instance, state = variant.instance, variant.parts.get(part)
    asked = instance.family.by_id.get(part) if instance else None
    if instance is None or asked is None or state is None:
        return []
    return stored.told(lambda: [instance.fill(hint, asked) for hint in asked.hints[: state.hints_open]], [])


def _title(variant: Variant, part: str) -> str:
    return stored.title(variant.instance.family.by_id if variant.instance else {}, part)


# Points by hand -----------------------------------------------------------------------------------


@router.post(f"{AT}/items/{{item}}")
async def give_points(
    request: Request, visitor: Visiting, assignment: str, person: str, item: str, order: Ordered
) -> Response:
    """Give a student points for an item, excuse them from it, or take either back: as the button says."""
    form = await form_of(request, visitor)

    def decide(tx: Connection) -> Item:
        found, _ = assignments.find_for(tx, visitor.caller, assignment, person, TEACHERS)
        of = found.item(item)
        if form.get("do") == "withdraw":
            with suppress(NotFound):  # pressed twice
                exceptions.restore(tx, visitor.caller, found, of, person, now(request))
        else:
            exceptions.override(tx, visitor.caller, found, of, _override(form, person), now(request))
        return of

    try:
        of = await writing(request, decide)
    except InvalidRequest as problem:
        values = typed(form, "points", "reason")
        return await _student(request, visitor, assignment, person, order, item=item, values=values, problem=problem)
    address = AT.format(assignment=assignment, person=person)
    return RedirectResponse(f"{address}{order.query_with(saved='yes')}#item-{of.n}", 303)


def _override(form: Form, person: str) -> Override:
    """What a form gives. Raises `InvalidRequest`."""
    what = form.get("do")
    if what == "excuse":
        return Override(person, None, checked(ExcusedTyped, typed(form, "reason")).reason)
    if what != "give":
        detail = "This page has no such button. Open it again."
        raise InvalidRequest(detail, [ErrorOut(pointer="/do", detail=detail)])
    given = checked(PointsGivenTyped, typed(form, "points", "reason"))
    return Override(person, given.points, given.reason)


# All assignments ----------------------------------------------------------------------------------


@router.get("/teach/courses/{course_id}/report/{person}")
async def show_standing(request: Request, visitor: SignedIn, course_id: str, person: str, order: Ordered) -> Response:
    """What a student has of each assignment of a course."""

    def look(tx: Connection) -> tuple[CourseReport, students.Person]:
        of = course.find(tx, visitor.caller, course_id, STAFF)
        return tables.of_course(tx, of), students.find(tx, of.id, person)

    report, who = await reading(request, look)

    def write() -> Response:
        rows = rows_of(report)
        return page(
            request,
            "teach/student-course",
            visitor,
            course=report.course,
            here="report",
            who=who,
            row=next((row for row in rows if row.student.id == person), None),
            columns=columns_of(report),
            neighbours=Neighbours.of(order.of(rows), person),
            order=order,
            may_change=report.course.role in TEACHERS,
        )

    return await run_in_threadpool(write)
