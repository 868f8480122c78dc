"""The HTTP door, `/api/v1`. What goes over the wire is declared beside the route that uses it."""

from fastapi import APIRouter

from app.api import assignments, attempts, courses, exercises, instances, me, people, regrades, reports, statistics
from app.api.wire import PREFIX, PROBLEMS

router = APIRouter(prefix=PREFIX, responses=PROBLEMS)
for room in (exercises, instances, attempts, me, courses, assignments, reports, statistics, people, regrades):
    router.include_router(room.router)
