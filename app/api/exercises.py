"""The catalogue."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel

from app.asking import Asking, catalogue_of
from app.exercise import Family
from app.problems import NotFound

router = APIRouter(tags=["Practise"])

ExerciseId = Annotated[str, Path(examples=["ls-gradient"])]


class ExercisePartOut(BaseModel):
    id: str
    title: str
    answer: str


class ExerciseOut(BaseModel):
    id: str
    title: str
    topic: str
    section: str
    levels: list[str]
    parts: list[ExercisePartOut]
    beyond_lecture: bool


class ExercisesOut(BaseModel):
    items: list[ExerciseOut]
    next: None = None


def exercise_out(family: Family) -> ExerciseOut:
    return ExerciseOut(
        id=family.id,
        title=family.title,
        topic=family.topic,
        section=family.section,
        levels=list(family.levels),
        parts=[ExercisePartOut(id=part.id, title=part.title, answer=part.kind.name) for part in family.parts],
        beyond_lecture=family.beyond_lecture,
    )


@router.get("/exercises")
async def list_exercises(request: Request, caller: Asking, topic: str | None = None) -> ExercisesOut:
    """The catalogue, in lecture order."""
    found = (family for family in catalogue_of(request).values() if topic in (None, family.topic))
    return ExercisesOut(items=[exercise_out(family) for family in found])


@router.get("/exercises/{exercise}")
async def get_exercise(request: Request, caller: Asking, exercise: ExerciseId) -> ExerciseOut:
    """One exercise of the catalogue."""
    return exercise_out(family_of(request, exercise))


def family_of(request: Request, exercise: str) -> Family:
    family = catalogue_of(request).get(exercise)
    if family is None:
        raise NotFound("There is no such exercise. GET /api/v1/exercises lists them.")
    return family
