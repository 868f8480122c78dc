"""What holds for one student only: extensions and overrides."""

from datetime import datetime

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field, model_validator
from sqlalchemy import Connection

from app.api.wire import In, Nothing, Time, TimeIn, changing, takes
from app.asking import Person, reading
from app.auth import STAFF, TEACHERS
from app.bodies import Body
from app.courses import assignments, exceptions
from app.courses.assignments import Assignment
from app.courses.course import Course
from app.courses.exceptions import Extension, Override
from app.limits import MOST_EXTENSIONS, Points, Reason, Tries

router = APIRouter(tags=["Teach"])


class ExtensionIn(In, json_schema_extra={"example": {"due_at": "2026-12-04T22:59:59Z"}}):
    due_at: TimeIn | None = None
    closes_at: TimeIn | None = Field(None, description="Default: later by the same span as the due date.")
    tries: Tries | None = Field(None, description="Of each part, in place of the item's where that has fewer.")

    @model_validator(mode="after")
    def _something(self) -> "ExtensionIn":
        if self.due_at is None and self.closes_at is None and self.tries is None:
            raise ValueError("send due_at, closes_at or tries")
        return self


class PersonExtensionIn(ExtensionIn):
    person: str


class ExtensionsIn(
    In, json_schema_extra={"example": {"items": [{"person": "an id", "due_at": "2026-12-04T22:59:59Z"}]}}
):
    items: list[PersonExtensionIn] = Field(min_length=1, max_length=MOST_EXTENSIONS)


class ExtensionOut(BaseModel):
    person: str
    due_at: Time | None
    closes_at: Time | None
    tries: int | None


class ExtensionsOut(BaseModel):
    items: list[ExtensionOut]
    next: None = None


def extension_out(extension: Extension) -> ExtensionOut:
    return ExtensionOut(**vars(extension))


@router.put("/assignments/{assignment}/extensions/{person}", openapi_extra=takes(ExtensionIn))
async def extend(request: Request, caller: Person, assignment: str, person: str) -> ExtensionOut:
    """Later dates or more tries for one student. What they sent late before is decided anew."""

    def put(tx: Connection, found: tuple[Assignment, Course], body: Body, received: datetime) -> ExtensionOut:
        extension = Extension(person, **body.read(ExtensionIn).model_dump())
        exceptions.extend(tx, caller, found[0], [extension], received, pointer="")
        return extension_out(extension)

    return await changing(request, lambda tx: assignments.find_for(tx, caller, assignment, person), put)


@router.post("/assignments/{assignment}/extensions", openapi_extra=takes(ExtensionsIn))
async def extend_many(request: Request, caller: Person, assignment: str) -> ExtensionsOut:
    """Extensions for many students: all of them, or none."""

    def put(tx: Connection, found: tuple[Assignment, Course], body: Body, received: datetime) -> ExtensionsOut:
        wanted = [Extension(**item.model_dump()) for item in body.read(ExtensionsIn).items]
        exceptions.extend(tx, caller, found[0], wanted, received)
        return ExtensionsOut(items=[extension_out(extension) for extension in wanted])

    return await changing(request, lambda tx: assignments.find(tx, caller, assignment, STAFF), put)


@router.get("/assignments/{assignment}/extensions")
async def list_extensions(request: Request, caller: Person, assignment: str) -> ExtensionsOut:
    """The extensions of an assignment: for staff."""

    def look(tx: Connection) -> list[Extension]:
        return exceptions.extensions_of(tx, assignments.find(tx, caller, assignment, STAFF)[0])

    return ExtensionsOut(items=[extension_out(extension) for extension in await reading(request, look)])


@router.delete("/assignments/{assignment}/extensions/{person}", status_code=204)
async def withdraw_extension(request: Request, caller: Person, assignment: str, person: str) -> Response:
    """Take an extension back. What was sent while it held stays as it was decided."""

    def withdraw(tx: Connection, found: tuple[Assignment, Course], body: Body, received: datetime) -> None:
        body.read(Nothing)
        exceptions.withdraw(tx, caller, found[0], person, received)

    await changing(request, lambda tx: assignments.find(tx, caller, assignment, STAFF), withdraw)
    return Response(status_code=204)


class OverrideIn(In, json_schema_extra={"example": {"points": 3, "reason": "Right on paper."}}):
    points: Points | None = None
    excused: bool | None = None
    reason: Reason

    @model_validator(mode="after")
    def _one_of_two(self) -> "OverrideIn":
        if (self.points is None) != (self.excused is True):
            raise ValueError('send either points or "excused": true')
        return self


class OverrideOut(BaseModel):
    item: str
    person: str
    points: float | None
    excused: bool
    reason: str


@router.put("/assignments/{assignment}/items/{item}/overrides/{person}", openapi_extra=takes(OverrideIn))
async def override_points(request: Request, caller: Person, assignment: str, item: str, person: str) -> OverrideOut:
    """Points for one student and item in place of what was reached, or excused from it; with a reason."""

    def put(tx: Connection, found: tuple[Assignment, Course], body: Body, received: datetime) -> OverrideOut:
        of = found[0].item(item)
        wanted = body.read(OverrideIn)
        exceptions.override(tx, caller, found[0], of, Override(person, wanted.points, wanted.reason), received)
        return OverrideOut(
            item=of.id, person=person, points=wanted.points, excused=wanted.points is None, reason=wanted.reason
        )

    return await changing(request, lambda tx: assignments.find_for(tx, caller, assignment, person, TEACHERS), put)


@router.delete("/assignments/{assignment}/items/{item}/overrides/{person}", status_code=204)
async def withdraw_override(request: Request, caller: Person, assignment: str, item: str, person: str) -> Response:
    """Take an override back: what was reached counts again."""

    def withdraw(tx: Connection, found: tuple[Assignment, Course], body: Body, received: datetime) -> None:
        body.read(Nothing)
        exceptions.restore(tx, caller, found[0], found[0].item(item), person, received)

    await changing(request, lambda tx: assignments.find(tx, caller, assignment, TEACHERS), withdraw)
    return Response(status_code=204)
