"""The HTTP door, `/api/v1`. What goes over the wire is declared beside the route that uses it."""

from fastapi import APIRouter

from app.api import attempts, exercises, instances
from app.api.wire import PREFIX, PROBLEMS

router = APIRouter(prefix=PREFIX, responses=PROBLEMS, tags=["Practise"])
for room in (exercises, instances, attempts):
    router.include_router(room.router)
