"""Instances: draw, look, hints, give up, solution."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import Connection

from app.api.exercises import ExerciseId, family_of
from app.api.wire import PREFIX, In, Nothing, Time, changing, creating, reply, takes
from app.asking import Asking, finding, now, reading
from app.attempts import held, hints, solutions
from app.bodies import Body
from app.exercise import Family, Part
from app.exercise.kinds import Choice, Kind
from app.replies import Reply

router = APIRouter(tags=["Practise"])


class InstanceIn(In, json_schema_extra={"example": {"level": "hand", "seed": 7}}):
    level: str | None = Field(None, description="Default: the first level the exercise has.")
    seed: int | None = Field(None, ge=0, le=held.LARGEST_SEED, description="Default: random.")


class ChoiceOut(BaseModel):
    id: str
    text: str


class PartOut(BaseModel):
    id: str
    title: str
    prompt: str
    answer: str
    choices: list[ChoiceOut] | None
    weight: float
    hints_open: int
    tries_used: int
    tries_left: int | None
    score: float
    solved: bool


class InAssignmentOut(BaseModel):
    id: str
    item: str
    points: float
    opens_at: Time | None
    due_at: Time | None
    closes_at: Time | None


class InstanceOut(BaseModel):
    id: str
    exercise: str
    version: str
    level: str
    seed: int | None
    page: str
    statement: str
    figure: str | None = Field(description="Inline SVG with a text alternative.")
    data: dict[str, Any]
    parts: list[PartOut]
    assignment: InAssignmentOut | None
    score: float
    closed: bool


def instance_out(found: held.Held) -> InstanceOut:
    return InstanceOut(
        id=found.id,
        exercise=found.family.id,
        version=found.row.version,
        level=found.row.level,
        seed=None if found.assigned else found.row.seed,
        page=f"/instances/{found.id}",
        statement=found.instance.statement,
        figure=found.instance.figure,
        data=found.instance.data,
        parts=[part_out(found, part) for part in found.family.parts],
        assignment=in_assignment_out(found.assigned) if found.assigned else None,
        score=found.score,
        closed=found.closed,
    )


def in_assignment_out(assigned: held.Assigned) -> InAssignmentOut:
    """The dates as they hold for the student who has the instance."""
    return InAssignmentOut(
        id=assigned.assignment.id,
        item=assigned.item.id,
        points=assigned.item.points,
        opens_at=assigned.dates.opens_at,
        due_at=assigned.dates.due_at,
        closes_at=assigned.dates.end,
    )


def part_out(found: held.Held, part: Part) -> PartOut:
    state = found.parts[part.id]
    return PartOut(
        id=part.id,
        title=part.title,
        prompt=found.instance.fill(part.prompt or part.title, part),
        answer=part.kind.name,
        choices=choices_out(found.instance.kind(part)),
        weight=part.weight,
        hints_open=state.hints_open,
        tries_used=state.tries_used,
        tries_left=found.tries_left(state),
        score=state.score,
        solved=state.solved,
    )


def choices_out(kind: Kind) -> list[ChoiceOut] | None:
    if not isinstance(kind, Choice):
        return None
    return [ChoiceOut(id=id, text=text) for id, text in kind.options.items()]


@router.post(
    "/exercises/{exercise}/instances",
    status_code=201,
    response_model=InstanceOut,
    openapi_extra=takes(InstanceIn, creates=True),
)
async def draw_instance(request: Request, caller: Asking, exercise: ExerciseId) -> Response:
    """Draw an instance to practise on. Same exercise version, level and seed: same data."""

    def make(tx: Connection, family: Family, body: Body, received: datetime) -> Reply:
        wanted = body.read(InstanceIn)
        drawn = held.draw(tx, family, wanted.level, wanted.seed, caller, received)
        return reply(instance_out(drawn), f"{PREFIX}/instances/{drawn.id}")

    return await creating(request, caller, lambda tx: family_of(request, exercise), make)


@router.get("/instances/{instance}")
async def get_instance(request: Request, caller: Asking, instance: str) -> InstanceOut:
    """An instance, with the score and the state of its parts."""
    return instance_out(await reading(request, finding(request, instance, caller)))


@router.post("/instances/{instance}/close")
async def close_instance(request: Request, caller: Asking, instance: str) -> InstanceOut:
    """Give up: the instance takes no further attempts and its solution opens."""
    find = finding(request, instance, caller)

    def close(tx: Connection, found: held.Held, body: Body, received: datetime) -> InstanceOut:
        body.read(Nothing)
        held.close(tx, found, received)
        return instance_out(find(tx))

    return await changing(request, find, close)


class HintIn(In, json_schema_extra={"example": {"part": "answer", "number": 1}}):
    part: str
    number: int = Field(ge=1)


class HintOut(BaseModel):
    part: str
    number: int
    text: str
    cost: float


class HintsOut(BaseModel):
    items: list[HintOut]
    next: None = None


def hint_out(hint: hints.OpenHint) -> HintOut:
    return HintOut(part=hint.part, number=hint.number, text=hint.text, cost=hint.cost)


@router.post(
    "/instances/{instance}/hints",
    status_code=201,
    response_model=HintOut,
    responses={200: {"model": HintOut, "description": "This hint was open already."}},
    openapi_extra=takes(HintIn, creates=True),
)
async def open_hint(request: Request, caller: Asking, instance: str) -> Response:
    """Open the next hint of a part (201), or show one that is open already (200, no charge)."""

    def make(tx: Connection, found: held.Held, body: Body, received: datetime) -> Reply:
        wanted = body.read(HintIn)
        if wanted.number > found.hints_open(wanted.part):
            held.admit(found, received)
        hint, is_new = hints.open_hint(tx, found, wanted.part, wanted.number)
        return reply(hint_out(hint), f"{PREFIX}/instances/{instance}/hints" if is_new else None)

    return await creating(request, caller, finding(request, instance, caller), make)


@router.get("/instances/{instance}/hints")
async def list_hints(request: Request, caller: Asking, instance: str) -> HintsOut:
    """The hints that are open."""
    found = await reading(request, finding(request, instance, caller))
    return HintsOut(items=[hint_out(hint) for hint in hints.open_hints(found)])


class PartSolutionOut(BaseModel, from_attributes=True):
    answer: Any
    latex: str
    explanation: str = Field(description="Markdown; ends with how the wrong values arise that were sent.")


class SolutionOut(BaseModel):
    parts: dict[str, PartSolutionOut]


@router.get("/instances/{instance}/solution")
async def get_solution(request: Request, caller: Asking, instance: str) -> SolutionOut:
    """The worked solution on this instance's numbers, once it is done; in an assignment, when that opens solutions."""
    find = finding(request, instance, caller)

    def work(tx: Connection) -> SolutionOut:
        found = find(tx)
        held.require_solution(found, now(request))
        parts = solutions.worked(tx, found).items()
        return SolutionOut(parts={id: PartSolutionOut.model_validate(solution) for id, solution in parts})

    return await reading(request, work)
