"""Assignments, their items, and what holds for one student only."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field, model_validator
from sqlalchemy import Connection

from app.api.instances import InstanceOut, instance_out
from app.api.wire import PREFIX, In, Nothing, Time, TimeIn, changing, creating, reply, takes
from app.asking import Person, catalogue_of, now, reading
from app.attempts import assigned
from app.auth import STAFF, TEACHERS, Role
from app.bodies import Body
from app.courses import assignments, course, exceptions
from app.courses.assignments import DATES, UNSTATED, Assignment, Item
from app.courses.course import Course
from app.dates import Dates
from app.limits import MOST_ITEMS, Factors, Only, Points, Reason, Share, Solutions, Title, Tries, Void
from app.replies import Reply

router = APIRouter(tags=["Teach"])


class ItemIn(In):
    exercise: str
    level: str
    points: Points
    only: Only = Field({}, description="Values that givens of its instances have, such as the activation relu.")
    tries: Tries | None = Field(None, description="Of each part. Default: unlimited.")
    new_variants: bool = Field(False, description="Whether students may draw further instances; the best counts.")
    solutions: Solutions | None = Field(None, description="Default: as the assignment has it.")


class AssignmentIn(
    In,
    json_schema_extra={
        "example": {
            "title": "Sheet 1",
            "due_at": "2026-12-01T22:59:59Z",
            "items": [{"exercise": "ls-gradient", "level": "hand", "points": 4, "tries": 5}],
        }
    },
):
    title: Title
    opens_at: TimeIn | None = None
    due_at: TimeIn | None = None
    closes_at: TimeIn | None = Field(None, description="Default: when it is due.")
    late_penalty: Share = Field(0.2, description="The share of the points that an attempt after the due date loses.")
    attempt_factors: Factors = Field(
        [],
        description="What the first counted try at a part is worth, the second, …; the last one goes on. Default: 1.",
    )
    hint_cost: Share = Field(0.0, description="The share of a part's score that each open hint takes.")
    solutions: Solutions = Field("after_close", description="`after_close`, `when_done` or `never`.")
    sheet: str | None = Field(None, description="A ready-made sheet, whose exercises come before the items.")
    items: list[ItemIn] = Field([], max_length=MOST_ITEMS)

    @model_validator(mode="after")
    def _something(self) -> "AssignmentIn":
        if self.sheet is None and "items" not in self.model_fields_set:
            raise ValueError("say which items it has, or which sheet it is")
        return self

    def columns(self) -> dict[str, Any]:
        return self.model_dump(exclude={"sheet", "items"})


class ItemChangeIn(In):
    id: str | None = Field(None, description="Of an item that is there; none for a new one.")
    exercise: str | None = None
    level: str | None = None
    points: Points | None = None
    only: Only | None = None
    tries: Tries | None = None
    new_variants: bool | None = None
    solutions: Solutions | None = None
    void: Void | None = Field(None, description="`full`: all points for all; `drop`: no points.")
    reason: Reason | None = None

    @model_validator(mode="after")
    def _complete(self) -> "ItemChangeIn":
        if self.void is not None and self.reason is None:
            raise ValueError("say in `reason` why the item is void")
        if self.id is None and None in (self.exercise, self.level, self.points):
            raise ValueError("a new item needs exercise, level and points")
        return self

    def columns(self) -> dict[str, Any]:
        """What was sent, under the names of the columns; null takes tries, solutions and void away."""
        clearable = ("tries", "solutions", "void")
        sent = {
            name: value
            for name, value in self.model_dump(include=self.model_fields_set - {"reason"}).items()
            if value is not None or name in clearable
        }
        if "void" in sent:
            sent["void_reason"] = self.reason if self.void else None
        return sent if self.id else {"only": {}, **UNSTATED, **sent}


class AssignmentChangeIn(In, json_schema_extra={"example": {"due_at": "2026-12-08T22:59:59Z"}}):
    title: Title | None = None
    opens_at: TimeIn | None = None
    due_at: TimeIn | None = None
    closes_at: TimeIn | None = None
    late_penalty: Share | None = None
    attempt_factors: Factors | None = None
    hint_cost: Share | None = None
    solutions: Solutions | None = None
    items: list[ItemChangeIn] | None = Field(
        None, max_length=MOST_ITEMS, description="Those with an id are changed, those without are new, the others stay."
    )

    def columns(self) -> dict[str, Any]:
        """What was sent; null takes dates away."""
        sent = self.model_dump(include=self.model_fields_set - {"items"})
        return {name: value for name, value in sent.items() if value is not None or name in DATES}


class ItemOut(BaseModel):
    id: str
    n: int
    exercise: str
    title: str | None = Field(description="Null where the exercise is no longer served.")
    level: str
    points: float
    only: dict[str, Any]
    tries: int | None
    new_variants: bool
    solutions: str
    void: str | None
    reason: str | None


class AssignmentOut(BaseModel):
    id: str
    course: str
    title: str
    opens_at: Time | None
    due_at: Time | None
    closes_at: Time | None
    late_penalty: float
    attempt_factors: list[float]
    hint_cost: float
    solutions: str
    items: list[ItemOut]


class AssignmentsOut(BaseModel):
    items: list[AssignmentOut]
    next: None = None


def assignment_out(request: Request, found: Assignment, dates: Dates, show_items: bool = True) -> AssignmentOut:
    return AssignmentOut(
        id=found.id,
        course=found.course,
        title=found.title,
        opens_at=dates.opens_at,
        due_at=dates.due_at,
        closes_at=dates.end,
        late_penalty=found.late_penalty,
        attempt_factors=list(found.attempt_factors),
        hint_cost=found.hint_cost,
        solutions=found.solutions,
        items=[item_out(request, found, item) for item in found.items] if show_items else [],
    )


def item_out(request: Request, found: Assignment, item: Item) -> ItemOut:
    family = catalogue_of(request).get(item.exercise)
    return ItemOut(
        id=item.id,
        n=item.n,
        exercise=item.exercise,
        title=family.title if family else None,
        level=item.level,
        points=item.points,
        only=dict(item.only),
        tries=item.tries,
        new_variants=item.new_variants,
        solutions=item.solutions or found.solutions,
        void=item.void,
        reason=item.void_reason,
    )


def seen_by(tx: Connection, request: Request, found: Assignment, role: Role, person: str) -> AssignmentOut:
    """An assignment as somebody sees it: a student with their own dates, and without its items before it opens."""
    if role in STAFF:
        return assignment_out(request, found, found.dates)
    extension = exceptions.extension_of(tx, found.id, person)
    dates = found.dates.extended(extension.due_at, extension.closes_at)
    begun = dates.opens_at is None or now(request) >= dates.opens_at
    return assignment_out(request, found, dates, begun)


@router.post(
    "/courses/{course_id}/assignments",
    status_code=201,
    response_model=AssignmentOut,
    openapi_extra=takes(AssignmentIn, creates=True),
)
async def create_assignment(request: Request, caller: Person, course_id: str) -> Response:
    """Make an assignment of exercises from the catalogue."""

    def make(tx: Connection, found: Course, body: Body, received: datetime) -> Reply:
        wanted = body.read(AssignmentIn)
        sheet = assignments.of_sheet(catalogue_of(request), wanted.sheet) if wanted.sheet else []
        items = [*sheet, *(item.model_dump() for item in wanted.items)]
        made = assignments.create(
            tx, catalogue_of(request), caller, found, wanted.columns(), items, received, len(sheet)
        )
        return reply(assignment_out(request, made, made.dates), f"{PREFIX}/assignments/{made.id}")

    return await creating(request, caller, lambda tx: course.find(tx, caller, course_id, TEACHERS), make)


@router.get("/courses/{course_id}/assignments")
async def list_assignments(request: Request, caller: Person, course_id: str) -> AssignmentsOut:
    """The assignments of a course; a student sees their own dates."""

    def look(tx: Connection) -> AssignmentsOut:
        role = course.find(tx, caller, course_id).role
        found = assignments.of_course(tx, course_id)
        return AssignmentsOut(items=[seen_by(tx, request, one, role, caller.person) for one in found])

    return await reading(request, look)


@router.get("/assignments/{assignment}")
async def get_assignment(request: Request, caller: Person, assignment: str) -> AssignmentOut:
    """An assignment; a student sees their own dates, and its items once it has opened."""

    def look(tx: Connection) -> AssignmentOut:
        found, of = assignments.find(tx, caller, assignment)
        return seen_by(tx, request, found, of.role, caller.person)

    return await reading(request, look)


@router.delete("/assignments/{assignment}", status_code=204)
async def remove_assignment(request: Request, caller: Person, assignment: str) -> Response:
    """Remove an assignment that nobody has begun."""

    def remove(tx: Connection, found: tuple[Assignment, Course], body: Body, received: datetime) -> None:
        body.read(Nothing)
        assignments.remove(tx, caller, found[0], received)

    await changing(request, lambda tx: assignments.find(tx, caller, assignment, TEACHERS), remove)
    return Response(status_code=204)


@router.delete("/assignments/{assignment}/items/{item}", status_code=204)
async def remove_item(request: Request, caller: Person, assignment: str, item: str) -> Response:
    """Take an item out that nobody has begun; one in use can be made void."""

    def remove(tx: Connection, found: tuple[Assignment, Course], body: Body, received: datetime) -> None:
        wanted = found[0].item(item)
        body.read(Nothing)
        assignments.remove_item(tx, caller, found[0], wanted, received)

    await changing(request, lambda tx: assignments.find(tx, caller, assignment, TEACHERS), remove)
    return Response(status_code=204)


@router.patch("/assignments/{assignment}", openapi_extra=takes(AssignmentChangeIn))
async def change_assignment(request: Request, caller: Person, assignment: str) -> AssignmentOut:
    """Change an assignment, in use or not. Points hold at once; dates are decided anew in the students' favour."""

    def change(tx: Connection, found: tuple[Assignment, Course], body: Body, received: datetime) -> AssignmentOut:
        wanted = body.read(AssignmentChangeIn)
        items = None if wanted.items is None else [item.columns() for item in wanted.items]
        changed = assignments.change(tx, catalogue_of(request), caller, found[0], wanted.columns(), items, received)
        return assignment_out(request, changed, changed.dates)

    return await changing(request, lambda tx: assignments.find(tx, caller, assignment, TEACHERS), change)


class OwnInstanceIn(In, json_schema_extra={"example": {}}):
    new_variant: bool = Field(False, description="A further instance, where the item allows it.")


@router.post(
    "/assignments/{assignment}/items/{item}/instances",
    status_code=201,
    response_model=InstanceOut,
    responses={200: {"model": InstanceOut, "description": "The one that you have already."}},
    openapi_extra=takes(OwnInstanceIn, creates=True),
)
async def get_own_instance(request: Request, caller: Person, assignment: str, item: str) -> Response:
    """Your own instance of an item (its id or its `n`): 201 the first time, afterwards 200 and the same one."""

    def find(tx: Connection) -> tuple[Assignment, Course, Item]:
        found, of = assignments.find(tx, caller, assignment)
        return found, of, found.item(item)

    def make(tx: Connection, found: tuple[Assignment, Course, Item], body: Body, received: datetime) -> Reply:
        whole, of, wanted = found
        assigned.require_begun(of, whole, received)
        new = body.read(OwnInstanceIn).new_variant
        secret: bytes = request.app.state.secret
        mine, is_new = assigned.own_instance(
            tx, catalogue_of(request), secret, caller, of, whole, wanted, new, received
        )
        return reply(instance_out(mine), f"{PREFIX}/instances/{mine.id}" if is_new else None)

    return await creating(request, caller, find, make)
