"""The caller: who they are, their courses, instances and tokens."""

from datetime import datetime, timedelta
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import Connection, Row

from app import auth
from app.api.instances import InAssignmentOut, in_assignment_out
from app.api.wire import PAGE, PREFIX, Cursor, In, Limit, Nothing, Time, changing, creating, reply, takes
from app.asking import Person, reading
from app.attempts import held
from app.bodies import Body
from app.courses import audit, course, members
from app.problems import NotFound
from app.replies import Reply

router = APIRouter(prefix="/me", tags=["Me"])


class MyCourseOut(BaseModel):
    id: str
    title: str
    timezone: str
    role: str


class MeOut(BaseModel):
    id: str
    name: str
    email: str | None
    operator: bool
    courses: list[MyCourseOut]


@router.get("")
async def get_me(request: Request, caller: Person) -> MeOut:
    """Who you are, and the courses you are in."""

    def look(tx: Connection) -> MeOut:
        person = auth.person(tx, caller.person)
        mine = [c for c in course.of_caller(tx, caller) if c.role != "operator"]
        return MeOut(
            id=person.id,
            # A course's token, which its instructor may have made, says what that course calls the person.
            name=members.member(tx, caller.course, person.id).name if caller.course else person.name,
            email=person.email,
            operator=caller.operator,
            courses=[MyCourseOut(id=c.id, title=c.title, timezone=c.timezone, role=c.role) for c in mine],
        )

    return await reading(request, look)


class MyInstanceOut(BaseModel):
    id: str
    exercise: str
    version: str
    level: str
    page: str
    assignment: InAssignmentOut | None
    score: float
    closed: bool
    created_at: Time


class MyInstancesOut(BaseModel):
    items: list[MyInstanceOut]
    next: str | None


@router.get("/instances")
async def list_my_instances(
    request: Request,
    caller: Person,
    exercise: str | None = None,
    assignment: str | None = None,
    open: bool = False,
    cursor: Cursor = "",
    limit: Limit = PAGE,
) -> MyInstancesOut:
    """Your instances, newest first; `open=true`: those neither closed nor fully solved."""

    def look(tx: Connection) -> MyInstancesOut:
        found = held.of_caller(tx, caller, exercise, assignment, open, cursor, limit + 1)
        shown = found[:limit]
        return MyInstancesOut(
            items=[my_instance_out(row, assigned) for row, assigned in shown],
            next=shown[-1][0].id if len(found) > limit else None,
        )

    return await reading(request, look)


def my_instance_out(row: Row[Any], assigned: held.Assigned | None) -> MyInstanceOut:
    return MyInstanceOut(
        id=row.id,
        exercise=row.exercise,
        version=row.version,
        level=row.level,
        page=f"/instances/{row.id}",
        assignment=in_assignment_out(assigned) if assigned else None,
        score=row.score,
        closed=row.closed_at is not None,
        created_at=row.created_at,
    )


class TokenOut(BaseModel):
    id: str
    label: str
    course: str | None = Field(description="The one course that it opens; null: all that you may do.")
    created_at: Time
    expires_at: Time


class TokensOut(BaseModel):
    items: list[TokenOut]
    next: None = None


class TokenIn(In, json_schema_extra={"example": {"label": "notebook", "days": 30}}):
    label: str = Field("", max_length=100)
    days: int = Field(180, ge=1, le=730)


class NewTokenOut(BaseModel):
    id: str
    token: str = Field(description="Shown this once.")
    expires_at: Time


def tokens_out(rows: list[Row[Any]]) -> TokensOut:
    return TokensOut(items=[TokenOut(**{name: row._mapping[name] for name in TokenOut.model_fields}) for row in rows])


@router.get("/tokens")
async def list_my_tokens(request: Request, caller: Person) -> TokensOut:
    """Your tokens, newest first: never their text, which is shown once. A course's token sees that course's only."""
    return tokens_out(await reading(request, lambda tx: auth.tokens_of(tx, caller.person, caller.course)))


@router.post("/tokens", status_code=201, response_model=NewTokenOut, openapi_extra=takes(TokenIn, creates=True))
async def create_my_token(request: Request, caller: Person) -> Response:
    """A further token of yours, shown once. One made with a course's token opens that course only, too."""

    def make(tx: Connection, person: str, body: Body, received: datetime) -> Reply:
        wanted = body.read(TokenIn)
        auth.require_room_for_a_token(tx, person, caller.course)
        lifetime = timedelta(days=wanted.days)
        made = auth.create_secret(tx, person, received, course=caller.course, label=wanted.label, lifetime=lifetime)
        body_out = NewTokenOut(id=made.id, token=made.text, expires_at=made.expires_at)
        return reply(body_out, f"{PREFIX}/me/tokens/{made.id}")

    return await creating(request, caller, lambda tx: caller.person, make)


@router.get("/tokens/{token}")
async def get_my_token(request: Request, caller: Person, token: str) -> TokenOut:
    """One of your tokens."""
    rows = await reading(request, lambda tx: auth.tokens_of(tx, caller.person, caller.course))
    for row in rows:
        if row.id == token:
            return tokens_out([row]).items[0]
    raise NotFound("There is no such token.")


@router.delete("/tokens/{token}", status_code=204)
async def revoke_my_token(request: Request, caller: Person, token: str) -> Response:
    """Revoke a token, at once: one of yours; anybody's, for the operator."""

    def revoke(tx: Connection, person: str, body: Body, received: datetime) -> None:
        body.read(Nothing)
        owner = auth.revoke(tx, token, caller)
        if owner != person:
            audit.record(tx, caller, received, "token revoked", subject=owner, details={"token": token})

    await changing(request, lambda tx: caller.person, revoke)
    return Response(status_code=204)
