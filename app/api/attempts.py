"""Attempts: submit, preview, look back, flag."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import Connection

from app.api.wire import PAGE, PREFIX, In, Limit, NumberCursor, Time, creating, reply, takes
from app.asking import Asking, finding, reading
from app.attempts import flags, held, submissions
from app.bodies import Body
from app.replies import Reply

router = APIRouter(tags=["Practise"])


class AnswersIn(In, json_schema_extra={"example": {"answers": {"answer": [[-4], [9]]}}}):
    answers: dict[str, Any] = Field(
        min_length=1,
        description="By part: a number, a nested list of numbers, or a text such as `2/3`, `[[1, 2], [3, 4]]`, `3x5`,"
        " `W^T y`.",
    )


class ReadAsOut(BaseModel):
    shape: list[int | str] | None = Field(description='Sizes; of a formula in letters, as in ["N", 1].')
    latex: str


class VerdictOut(BaseModel):
    status: str
    score: float
    feedback: str
    misconception: str | None
    follow_through: bool
    factor: float
    counted: bool
    tries_left: int | None
    entries: list[Any] | None
    read_as: ReadAsOut


class AttemptOut(BaseModel):
    id: str
    instance: str
    submitted_at: Time
    answers: dict[str, Any]
    score: float
    late: bool
    parts: dict[str, VerdictOut]


class AttemptsOut(BaseModel):
    items: list[AttemptOut]
    next: str | None


def attempt_out(attempt: submissions.Attempt) -> AttemptOut:
    return AttemptOut(
        id=attempt.id,
        instance=attempt.instance,
        submitted_at=attempt.received_at,
        answers=attempt.answers,
        score=attempt.score,
        late=attempt.late,
        parts={id: verdict_out(marked) for id, marked in attempt.parts.items()},
    )


def verdict_out(marked: submissions.Marked) -> VerdictOut:
    verdict = marked.verdict
    return VerdictOut(
        status=verdict.status,
        score=verdict.score,
        feedback=verdict.feedback,
        misconception=verdict.misconception,
        follow_through=verdict.follow_through,
        factor=marked.factor,
        counted=marked.counted,
        tries_left=marked.tries_left,
        entries=marked.entries,
        read_as=ReadAsOut(**marked.read_as),
    )


@router.post(
    "/instances/{instance}/attempts",
    status_code=201,
    response_model=AttemptOut,
    openapi_extra=takes(AnswersIn, creates=True),
)
async def submit_attempt(request: Request, caller: Asking, instance: str) -> Response:
    """Submit answers to some or all parts. They are graded and stored before the reply is sent."""

    def make(tx: Connection, found: held.Held, body: Body, received: datetime) -> Reply:
        decision = held.admit(found, received)
        attempt = submissions.submit(tx, found, body.read(AnswersIn).answers, decision, received)
        return reply(attempt_out(attempt), f"{PREFIX}/attempts/{attempt.id}")

    return await creating(request, caller, finding(request, instance, caller), make)


@router.get("/instances/{instance}/attempts")
async def list_attempts(
    request: Request,
    caller: Asking,
    instance: str,
    cursor: NumberCursor = "0",
    limit: Limit = PAGE,
) -> AttemptsOut:
    """The attempts on an instance, oldest first."""
    found = await reading(request, lambda tx: submissions.history(tx, instance, caller, int(cursor), limit + 1))
    shown = found[:limit]
    more = str(shown[-1].number) if len(found) > limit else None
    return AttemptsOut(items=[attempt_out(attempt) for attempt in shown], next=more)


@router.get("/attempts/{attempt}")
async def get_attempt(request: Request, caller: Asking, attempt: str) -> AttemptOut:
    """One attempt, with its answers as they were sent."""
    return attempt_out(await reading(request, lambda tx: submissions.find_attempt(tx, attempt, caller)))


class PartReadOut(BaseModel):
    read_as: ReadAsOut


class PreviewOut(BaseModel):
    parts: dict[str, PartReadOut]


@router.post("/instances/{instance}/preview", openapi_extra=takes(AnswersIn))
async def preview_answers(request: Request, caller: Asking, instance: str) -> PreviewOut:
    """How answers would be read: costs nothing, reveals nothing, stores nothing."""
    body = await Body.of(request)
    found = await reading(request, finding(request, instance, caller))
    readings = submissions.read(found, body.read(AnswersIn).answers)
    return PreviewOut(
        parts={id: PartReadOut(read_as=ReadAsOut(**submissions.read_as(reading))) for id, reading in readings.items()}
    )


class FlagIn(In, json_schema_extra={"example": {"comment": "I think that 2/3 is right here."}}):
    comment: str = Field(min_length=1, max_length=4_000)


class FlagOut(BaseModel):
    id: str
    attempt: str
    comment: str
    created_at: Time


class FlagsOut(BaseModel):
    items: list[FlagOut]
    next: None = None


def flag_out(flag: flags.Flag) -> FlagOut:
    return FlagOut(id=flag.id, attempt=flag.attempt, comment=flag.comment, created_at=flag.created_at)


@router.post(
    "/attempts/{attempt}/flag", status_code=201, response_model=FlagOut, openapi_extra=takes(FlagIn, creates=True)
)
async def raise_flag(request: Request, caller: Asking, attempt: str) -> Response:
    """Say "I think this is marked wrong"; staff see it beside the attempt."""

    def make(tx: Connection, found: submissions.Attempt, body: Body, received: datetime) -> Reply:
        flag = flags.flag(tx, found, body.read(FlagIn).comment, received)
        return reply(flag_out(flag), f"{PREFIX}/attempts/{found.id}/flag")

    return await creating(request, caller, lambda tx: submissions.find_attempt(tx, attempt, caller), make)


@router.get("/attempts/{attempt}/flag")
async def list_flags(request: Request, caller: Asking, attempt: str) -> FlagsOut:
    """The flags on an attempt, oldest first."""
    found = await reading(request, lambda tx: flags.flags_of(tx, submissions.find_attempt(tx, attempt, caller)))
    return FlagsOut(items=[flag_out(flag) for flag in found])
