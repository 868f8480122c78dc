"""What happens in an assignment now, for whoever walks through the room, or on the wall: it shows itself anew."""

from functools import partial
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from sqlalchemy import Connection

from app.asking import catalogue_of, now, reading
from app.auth import STAFF
from app.courses import assignments
from app.courses.assignments import Assignment
from app.courses.course import Course
from app.figures import charts
from app.pages.base import page
from app.pages.teach.exercises import feedback_of, titles_of
from app.pages.visitors import SignedIn
from app.reports import live
from app.reports.live import Now

EVERY: Final = 5  # seconds

router = APIRouter(include_in_schema=False)


@router.get("/teach/assignments/{assignment}/live")
async def show_live(
    request: Request,
    visitor: SignedIn,
    assignment: str,
    group: Annotated[str, Query(max_length=100)] = "",
    names: Annotated[str, Query(max_length=10)] = "",
    fragment: bool = False,
) -> HTMLResponse:
    """Who works, how items stand, who is stuck; names only where they are asked for. `fragment`: what changes of it."""

    def look(tx: Connection) -> tuple[Assignment, Course, list[str], Now]:
        found, course = assignments.find(tx, visitor.caller, assignment, STAFF)
        groups = [] if fragment else live.groups(tx, found)
        return found, course, groups, live.of_assignment(tx, found, now(request), group or None)

    found, course, groups, happening = await reading(request, look)
    catalogue = catalogue_of(request)
    return page(
        request,
        "teach/live-now" if fragment else "teach/live",
        visitor,
        course=course,
        assignment=found,
        here="live",
        groups=groups,
        group=group,
        names=names == "on",
        every=EVERY,
        happening=happening,
        charts=charts,
        titles=titles_of(catalogue, found),
        feedback=partial(feedback_of, catalogue),
        minutes={"working": live.WORKING.seconds // 60, "recent": live.RECENT.seconds // 60},
        stuck_after=live.STUCK,
    )
