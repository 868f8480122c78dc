"""Regrades of an assignment, and the flags that students raise: for staff."""

from datetime import datetime
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import Connection

from app.api.attempts import VerdictOut, verdict_out
from app.api.wire import PAGE, PREFIX, Cursor, In, Limit, Nothing, NumberCursor, Time, changing, creating, reply, takes
from app.asking import Person, catalogue_of, reading, writing
from app.attempts import flags, keep, regrades
from app.attempts.regrades import Regrade
from app.auth import STAFF, TEACHERS
from app.bodies import Body
from app.courses import assignments, course
from app.courses.assignments import Assignment
from app.courses.course import Course
from app.limits import Reason
from app.replies import Reply
from app.scores import ROUNDING

router = APIRouter(tags=["Teach"])

MOST_SHOWN: Final = 10_000  # differences in one reply
SHOWN_AT_START: Final = 100  # where there is a regrade already: others wait for the writer meanwhile


class GradedOut(BaseModel):
    """A verdict as a student sees it."""

    status: str
    score: float
    feedback: str
    misconception: str | None
    follow_through: bool
    entries: list[Any] | None


class ChangeOut(BaseModel):
    attempt: str
    person: str
    item: str
    part: str
    before: GradedOut
    after: GradedOut
    kept: bool


class EffectOut(BaseModel):
    person: str
    item: str
    before: float = Field(description="The points that the student's work has reached.")
    after: float
    only_raise: float = Field(description="In place of `after`, where only what raises is kept.")


class UnreplayableOut(BaseModel):
    exercise: str
    reason: str = Field(
        description="`withdrawn`, `part-gone`, `other-numbers`, `unreadable` or `fails`: see the documentation."
    )
    attempts: int


class RegradeBaseOut(BaseModel):
    id: str
    assignment: str
    state: Literal["running", "ready", "kept"]
    attempts: int = Field(description="Looked at so far, of `total`.")
    total: int
    unreplayable: list[UnreplayableOut] = Field(description="Attempts that stay as they are.")
    versions: dict[str, str | None] = Field(description="Of the exercises, with which it grades; null: withdrawn.")
    changed_total: int
    made_by: str | None = Field(description="A person's id; null: a command on the server's own machine.")
    made_at: Time
    kept_by: str | None
    kept_at: Time | None
    reason: str | None
    only_raise: bool | None


class RegradeOut(RegradeBaseOut):
    changed: list[ChangeOut] = Field(description="By item, person and time.")
    changed_next: str | None = Field(description="The `cursor` of what comes next; null: that was all.")
    scores: list[EffectOut] = Field(description="What it does to points.")
    scores_next: str | None = Field(description="The `scores_cursor` of what comes next.")


class RegradesOut(BaseModel):
    items: list[RegradeBaseOut]
    next: None = None


def base_out(regrade: Regrade) -> RegradeBaseOut:
    return RegradeBaseOut(**_columns(regrade))


def _columns(regrade: Regrade) -> dict[str, Any]:
    return {
        **{name: getattr(regrade, name) for name in RegradeBaseOut.model_fields if hasattr(regrade, name)},
        "state": "running" if regrade.state == "keeping" else regrade.state,
        "changed_total": regrade.changed,
    }


def regrade_out(
    tx: Connection, regrade: Regrade, of: Assignment, after: int = 0, place: str = "", limit: int = MOST_SHOWN
) -> RegradeOut:
    """A regrade with what it changes, behind a number and a place."""
    changed = regrades.changes_of(tx, regrade.id, after, limit + 1)
    effects = regrades.effects_of(tx, regrade.id, place, limit + 1)
    points = {item.id: item.points for item in of.items}
    return RegradeOut(
        **_columns(regrade),
        changed=[ChangeOut.model_validate(row, from_attributes=True) for row in changed[:limit]],
        changed_next=str(changed[limit - 1].number) if len(changed) > limit > 0 else None,
        scores=[
            EffectOut(
                person=row.person,
                item=row.item,
                before=round(row.before * points[row.item], ROUNDING),
                after=round(row.after * points[row.item], ROUNDING),
                only_raise=round(row.only_raise * points[row.item], ROUNDING),
            )
            for row in effects[:limit]
        ],
        scores_next=f"{effects[limit - 1].item}.{effects[limit - 1].person}" if len(effects) > limit > 0 else None,
    )


@router.post(
    "/assignments/{assignment}/regrades",
    status_code=202,
    response_model=RegradeOut,
    openapi_extra=takes(Nothing, creates=True),
)
async def start_regrade(request: Request, caller: Person, assignment: str) -> Response:
    """Grade all students' attempts again with the present exercises; nothing is kept before you say so."""

    def make(tx: Connection, found: tuple[Assignment, Course], body: Body, received: datetime) -> Reply:
        body.read(Nothing)
        started = regrades.start(tx, catalogue_of(request), caller, found[0], received)
        shown = regrade_out(tx, started, found[0], limit=SHOWN_AT_START)
        return reply(shown, f"{PREFIX}/regrades/{started.id}")

    started = await creating(request, caller, lambda tx: assignments.find(tx, caller, assignment, TEACHERS), make, 202)
    request.app.state.regrading.wake()
    return started


@router.get("/assignments/{assignment}/regrades")
async def list_regrades(request: Request, caller: Person, assignment: str) -> RegradesOut:
    """The regrades of an assignment, newest first, without their differences."""

    def look(tx: Connection) -> list[Regrade]:
        assignments.find(tx, caller, assignment, STAFF)
        return regrades.of_assignment(tx, assignment)

    return RegradesOut(items=[base_out(regrade) for regrade in await reading(request, look)])


@router.get("/regrades/{regrade}", response_model=RegradeOut)
async def get_regrade(
    request: Request,
    caller: Person,
    regrade: str,
    cursor: NumberCursor = "0",
    scores_cursor: Cursor = "",
    limit: Annotated[int, Query(ge=0, le=MOST_SHOWN, description="Differences in one reply; 0: how far it is.")] = (
        MOST_SHOWN
    ),
) -> Response:
    """How far a regrade is, and every difference that it has found."""

    def look(tx: Connection) -> bytes:
        found = regrades.find(tx, caller, regrade, STAFF)
        place = scores_cursor.replace(".", " ")
        return regrade_out(tx, *found, int(cursor), place, limit).model_dump_json().encode()

    return Response(await reading(request, look), media_type="application/json")


class KeepIn(In, json_schema_extra={"example": {"reason": "The factor 2 was missing in the reference."}}):
    reason: Reason
    only_raise: bool = Field(False, description="Keep only what lowers nobody's points.")


@router.post("/regrades/{regrade}/keep", response_model=RegradeOut, openapi_extra=takes(KeepIn))
async def keep_regrade(request: Request, caller: Person, regrade: str) -> Response:
    """Keep exactly what a regrade has shown, as a new version of the grades. A second time changes nothing."""

    def decide(tx: Connection, found: tuple[Regrade, Assignment], body: Body, received: datetime) -> None:
        if keep.is_decided(found[0]):
            return
        keep.require_fresh(tx, catalogue_of(request), *found)
        wanted = body.read(KeepIn)
        keep.begin(tx, caller, *found, wanted.reason, wanted.only_raise, received)

    await changing(request, lambda tx: regrades.find(tx, caller, regrade), decide)
    request.app.state.regrading.wake()  # should this request not come to its end
    while not await writing(request, lambda tx: keep.keep_some(tx, regrade)):
        pass  # others come in between

    def look(tx: Connection) -> bytes:
        return regrade_out(tx, *regrades.find(tx, caller, regrade)).model_dump_json().encode()

    return Response(await reading(request, look), media_type="application/json")


# Flags --------------------------------------------------------------------------------------------


class NotGradedOut(BaseModel):
    unreplayable: str = Field(description="Why there is no verdict now.")


class FlaggedOut(BaseModel):
    id: str
    attempt: str
    comment: str
    created_at: Time
    person: str | None
    assignment: str
    item: str
    exercise: str
    answers: dict[str, Any]
    parts: dict[str, VerdictOut] = Field(description="The verdicts that hold.")
    replay: dict[str, Literal["same"] | GradedOut | NotGradedOut] = Field(
        description="By part, what grading says now: `same`, or the verdict it would give."
    )


class AllFlagsOut(BaseModel):
    items: list[FlaggedOut]
    next: str | None


def flagged_out(found: flags.Flagged) -> FlaggedOut:
    return FlaggedOut(
        **vars(found.flag),
        person=found.person,
        assignment=found.assignment,
        item=found.item,
        exercise=found.exercise,
        answers=found.attempt.answers,
        parts={part: verdict_out(marked) for part, marked in found.attempt.parts.items()},
        replay={part: _now_out(now) for part, now in found.now.items()},
    )


def _now_out(now: dict[str, Any] | str | None) -> Literal["same"] | GradedOut | NotGradedOut:
    if now is None:
        return "same"
    return NotGradedOut(unreplayable=now) if isinstance(now, str) else GradedOut(**now)


@router.get("/courses/{course_id}/flags")
async def list_course_flags(
    request: Request, caller: Person, course_id: str, cursor: Cursor = "", limit: Limit = PAGE
) -> AllFlagsOut:
    """What students think is marked wrong, newest first, beside what grading says now."""

    def look(tx: Connection) -> list[flags.Flagged]:
        course.find(tx, caller, course_id, STAFF)
        return flags.of_course(tx, catalogue_of(request), course_id, cursor, limit + 1)

    found = await reading(request, look)
    more = found[limit - 1].flag.id if len(found) > limit else None
    return AllFlagsOut(items=[flagged_out(one) for one in found[:limit]], next=more)
