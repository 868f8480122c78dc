"""The HTTP door, `/api/v1`. What goes over the wire is declared beside the route that uses it."""

from fastapi import APIRouter

from app.api import (
    assignments,
    attempts,
    courses,
    exceptions,
    exercises,
    instances,
    me,
    people,
    platforms,
    regrades,
    reports,
    sheets,
    statistics,
)
from app.api.wire import PREFIX, PROBLEMS

router = APIRouter(prefix=PREFIX, responses=PROBLEMS)
practise = (exercises, sheets, instances, attempts, me)
teach = (courses, assignments, exceptions, reports, statistics, regrades, people)
operate = (platforms,)
for room in (*practise, *teach, *operate):
    router.include_router(room.router)
