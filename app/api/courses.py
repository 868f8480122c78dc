"""Courses, the people in them, and what staff did there."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Annotated, Any, Final

from anyio import to_thread
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, FailFast, Field, model_validator
from sqlalchemy import Connection

from app.api.files import JSON_OR_CSV, OR_CSV, prefers_csv
from app.api.wire import (
    PAGE,
    PREFIX,
    Cursor,
    In,
    Limit,
    Nothing,
    NumberCursor,
    Time,
    changing,
    creating,
    reply,
    schema_of,
    takes,
)
from app.asking import Person, now, reading, writing
from app.auth import STAFF, TEACHERS, Caller
from app.bodies import MAX_FILE_BYTES, Body
from app.courses import audit, course, members, roster
from app.courses.course import Course
from app.courses.roster import Enrolled, Roster
from app.downloads import CSV, paged
from app.limits import AtLeast, Days, Percent, Title
from app.replies import Reply
from app.reports import deeds

router = APIRouter(prefix="/courses", tags=["Teach"])


class CourseIn(In, json_schema_extra={"example": {"title": "Mathematics", "timezone": "Europe/Vienna"}}):
    title: Title
    timezone: str = "UTC"


class RuleIn(In):
    """What passes the course: `percent` of all points, or `at_least` so many assignments with so many percent."""

    percent: Percent | None = None
    at_least: AtLeast | None = None
    assignments_with_percent: Percent | None = None

    @model_validator(mode="after")
    def _one_rule(self) -> "RuleIn":
        by_assignment = self.at_least is not None and self.assignments_with_percent is not None
        neither = self.at_least is None and self.assignments_with_percent is None
        if not (by_assignment and self.percent is None) and not (neither and self.percent is not None):
            raise ValueError("send either percent, or at_least with assignments_with_percent")
        return self


class CourseChangeIn(In, json_schema_extra={"example": {"rule": {"at_least": 6, "assignments_with_percent": 60}}}):
    title: Title | None = None
    timezone: str | None = None
    rule: RuleIn | None = None

    def values(self) -> dict[str, Any]:
        """What is to change; only the rule can be taken away."""
        sent = self.model_dump(include=self.model_fields_set, exclude_none=True)
        return {**({"rule": None} if "rule" in self.model_fields_set else {}), **sent}


class CopyIn(In, json_schema_extra={"example": {"title": "Mathematics, next year", "shift_days": 364}}):
    title: Title
    shift_days: Days = 0


class CourseOut(BaseModel):
    id: str
    title: str
    timezone: str
    rule: dict[str, Any] | None
    role: str


class CoursesOut(BaseModel):
    items: list[CourseOut]
    next: None = None


def course_out(found: Course) -> CourseOut:
    return CourseOut(**vars(found))


def course_reply(made: Course) -> Reply:
    return reply(course_out(made), f"{PREFIX}/courses/{made.id}")


@router.post("", status_code=201, response_model=CourseOut, openapi_extra=takes(CourseIn, creates=True))
async def create_course(request: Request, caller: Person) -> Response:
    """Make a course, with yourself as its instructor: for the operator and instructors of other courses."""

    def make(tx: Connection, _: str, body: Body, received: datetime) -> Reply:
        course.require_maker(tx, caller)
        wanted = body.read(CourseIn)
        return course_reply(course.create(tx, caller, wanted.title, wanted.timezone, received))

    return await creating(request, caller, lambda tx: caller.person, make)


@router.get("")
async def list_courses(request: Request, caller: Person) -> CoursesOut:
    """The courses you are in; all, for the operator."""
    caller.require_person()
    return CoursesOut(items=[course_out(c) for c in await reading(request, lambda tx: course.of_caller(tx, caller))])


@router.get("/{course_id}")
async def get_course(request: Request, caller: Person, course_id: str) -> CourseOut:
    """A course you are in."""
    return course_out(await reading(request, lambda tx: course.find(tx, caller, course_id)))


@router.patch("/{course_id}", openapi_extra=takes(CourseChangeIn))
async def change_course(request: Request, caller: Person, course_id: str) -> CourseOut:
    """Change title, time zone, or what passes."""

    def change(tx: Connection, found: Course, body: Body, received: datetime) -> CourseOut:
        return course_out(course.change(tx, caller, found, body.read(CourseChangeIn).values(), received))

    return await changing(request, lambda tx: course.find(tx, caller, course_id, TEACHERS), change)


@router.post("/{course_id}/copy", status_code=201, response_model=CourseOut, openapi_extra=takes(CopyIn, creates=True))
async def copy_course(request: Request, caller: Person, course_id: str) -> Response:
    """A new course with the same assignments, their dates shifted by days on the course's clock; nobody is in it."""

    def make(tx: Connection, found: Course, body: Body, received: datetime) -> Reply:
        course.require_maker(tx, caller)
        wanted = body.read(CopyIn)
        return course_reply(course.copy(tx, caller, found, wanted.title, wanted.shift_days, received))

    return await creating(request, caller, lambda tx: course.find(tx, caller, course_id, TEACHERS), make)


# Enrolments ---------------------------------------------------------------------------------------


class EnrolmentIn(In):
    name: str
    email: str
    role: str | None = None
    external_id: str | None = None
    group: str | None = None


class RosterIn(
    In, json_schema_extra={"example": {"items": [{"name": "Alice", "email": "alice@example.org", "role": "student"}]}}
):
    items: Annotated[list[EnrolmentIn], FailFast()] = Field(max_length=roster.MOST_LINES)


class LineErrorOut(BaseModel):
    line: int
    detail: str


class RosterOut(BaseModel):
    added: int
    updated: int
    unchanged: int
    errors: list[LineErrorOut]


class MemberOut(BaseModel):
    id: str
    name: str
    email: str | None
    role: str
    external_id: str | None
    group: str | None


class MembersOut(BaseModel):
    items: list[MemberOut]
    next: str | None


def member_out(member: members.Member) -> MemberOut:
    return MemberOut(**vars(member))


def read_roster(body: Body) -> Roster:
    """A roster: a file's lines by their number in it, those of JSON counted from 1."""
    if body.media_type == CSV:
        return roster.check(roster.read_csv(body.file(CSV)))
    people = body.read(RosterIn).items
    sent = (person.model_dump(include=person.model_fields_set) for person in people)
    return roster.check(roster.Line(n, cells) for n, cells in enumerate(sent, start=1))


ROSTER: Final = {
    "requestBody": {
        "content": {
            "application/json": {"schema": schema_of(RosterIn)},
            CSV: {"schema": {"type": "string", "example": "name,email,role,external_id,group\n"}},
        }
    }
}


@router.post("/{course_id}/enrolments", openapi_extra=ROSTER)
async def enrol_people(request: Request, caller: Person, course_id: str) -> RosterOut:
    """Take a roster, as JSON or CSV. Good lines are kept, bad ones reported; a second time changes nothing."""
    received = now(request)

    def find(tx: Connection) -> Course:
        return course.find(tx, caller, course_id, TEACHERS)

    def enrol(tx: Connection, lines: Sequence[roster.Good], later: Mapping[str, str]) -> Enrolled:
        return roster.enrol(tx, caller, find(tx), lines, received, later)

    await reading(request, find)  # who may not is told so before megabytes are received
    body = await Body.of(request, MAX_FILE_BYTES, also=CSV)
    read = await to_thread.run_sync(read_roster, body)
    batches = [await writing(request, partial(enrol, lines=some, later=ids)) for some, ids in read.batches()]
    done = roster.together(read, batches)
    return RosterOut(
        added=done.added,
        updated=done.updated,
        unchanged=done.unchanged,
        errors=[LineErrorOut(line=error.line, detail=error.detail) for error in roster.listed(done.errors)],
    )


@router.get("/{course_id}/enrolments")
async def list_enrolments(
    request: Request, caller: Person, course_id: str, cursor: Cursor = "", limit: Limit = PAGE
) -> MembersOut:
    """Who is in the course: for its staff."""

    def look(tx: Connection) -> list[members.Member]:
        course.find(tx, caller, course_id, STAFF)
        return members.members(tx, course_id, cursor, limit + 1)

    found = await reading(request, look)
    more = found[limit - 1].id if len(found) > limit else None
    return MembersOut(items=[member_out(member) for member in found[:limit]], next=more)


class EnrolmentChangeIn(In, json_schema_extra={"example": {"role": "assistant"}}):
    name: str | None = Field(None, min_length=1, max_length=200)
    email: str | None = Field(None, max_length=254, description="Of somebody in this course only, or for the operator.")
    role: str | None = Field(None, pattern="^(student|assistant|instructor)$")
    external_id: str | None = Field(None, max_length=100)
    group: str | None = Field(None, max_length=100)

    def values(self) -> dict[str, Any]:
        """What is to change; external id and group can be taken away."""
        sent = self.model_dump(include=self.model_fields_set)
        return {name: value for name, value in sent.items() if value is not None or name in ("external_id", "group")}


def of_course(tx: Connection, caller: Caller, course_id: str, person: str) -> tuple[Course, members.Member]:
    """Somebody in a course whose instructor asks."""
    found = course.find(tx, caller, course_id, TEACHERS)
    return found, members.member(tx, course_id, person)


@router.patch("/{course_id}/enrolments/{person}", openapi_extra=takes(EnrolmentChangeIn))
async def change_enrolment(request: Request, caller: Person, course_id: str, person: str) -> MemberOut:
    """Change somebody's name, address, role, external id or group."""

    def change(tx: Connection, found: tuple[Course, members.Member], body: Body, received: datetime) -> MemberOut:
        return member_out(members.change(tx, caller, *found, body.read(EnrolmentChangeIn).values(), received))

    return await changing(request, lambda tx: of_course(tx, caller, course_id, person), change)


@router.delete("/{course_id}/enrolments/{person}", status_code=204)
async def end_enrolment(request: Request, caller: Person, course_id: str, person: str) -> Response:
    """Take somebody out of the course. Their attempts are kept; their tokens for this course end."""

    def leave(tx: Connection, found: tuple[Course, members.Member], body: Body, received: datetime) -> None:
        body.read(Nothing)
        members.leave(tx, caller, *found, received)

    await changing(request, lambda tx: of_course(tx, caller, course_id, person), leave)
    return Response(status_code=204)


class GivenTokenOut(BaseModel):
    token: str = Field(description="Shown this once.")
    expires_at: Time


@router.post(
    "/{course_id}/enrolments/{person}/token",
    status_code=201,
    response_model=GivenTokenOut,
    openapi_extra=takes(Nothing, creates=True),
)
async def give_token(request: Request, caller: Person, course_id: str, person: str) -> Response:
    """A token for somebody in the course, shown once: it opens this course only."""

    def make(tx: Connection, found: tuple[Course, members.Member], body: Body, received: datetime) -> Reply:
        body.read(Nothing)
        made = members.give_token(tx, caller, *found, received)
        return reply(GivenTokenOut(token=made.text, expires_at=made.expires_at), f"{PREFIX}/me/tokens/{made.id}")

    return await creating(request, caller, lambda tx: of_course(tx, caller, course_id, person), make)


@router.delete("/{course_id}/enrolments/{person}/token", status_code=204)
async def take_tokens(request: Request, caller: Person, course_id: str, person: str) -> Response:
    """Revoke all tokens of somebody that are for this course, at once."""

    def take(tx: Connection, found: tuple[Course, members.Member], body: Body, received: datetime) -> None:
        body.read(Nothing)
        members.take_tokens(tx, caller, *found, received)

    await changing(request, lambda tx: of_course(tx, caller, course_id, person), take)
    return Response(status_code=204)


# Audit log ----------------------------------------------------------------------------------------


class DeedOut(BaseModel):
    number: int
    at: Time
    actor: str | None = Field(description="A person's id; null: a command on the server's own machine.")
    action: str
    subject: str | None
    details: dict[str, Any]


class AuditOut(BaseModel):
    items: list[DeedOut]
    next: str | None


@router.get("/{course_id}/audit", response_model=AuditOut, responses=OR_CSV)
async def list_audit(
    request: Request,
    caller: Person,
    course_id: str,
    cursor: NumberCursor = "0",
    limit: Limit = PAGE,
    format: JSON_OR_CSV = None,
) -> Response | AuditOut:
    """What staff did in the course, oldest first: for its instructors. As CSV all of it."""
    if format == "csv" or (format is None and prefers_csv(request)):
        of = await reading(request, lambda tx: course.find(tx, caller, course_id, TEACHERS))
        read = partial(deeds.sheet, course=of)
        return paged(request, f"{of.title} - audit", deeds.header(of), int(cursor), read)

    def look(tx: Connection) -> list[Any]:
        course.find(tx, caller, course_id, TEACHERS)
        return audit.of_course(tx, course_id, int(cursor), limit + 1)

    found = await reading(request, look)
    items = [DeedOut(**{name: row._mapping[name] for name in DeedOut.model_fields}) for row in found[:limit]]
    return AuditOut(items=items, next=str(items[-1].number) if len(found) > limit else None)
