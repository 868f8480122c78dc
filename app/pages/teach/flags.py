"""What students think is marked wrong, beside the verdict that holds and what grading says now."""

from functools import partial
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from sqlalchemy import Connection

from app.asking import catalogue_of, reading
from app.attempts import flags
from app.attempts.flags import Flagged
from app.auth import STAFF
from app.courses import assignments, course, members
from app.exercise import Catalogue
from app.pages.base import page
from app.pages.teach import stored
from app.pages.visitors import SignedIn

PAGE: Final = 50

router = APIRouter(include_in_schema=False)

Before = Annotated[str, Query(pattern="^[A-Za-z0-9_-]{0,64}$")]


@router.get("/teach/courses/{course_id}/flags")
async def show_flags(request: Request, visitor: SignedIn, course_id: str, before: Before = "") -> HTMLResponse:
    """The doubts of students, newest first; those older than the one named."""
    catalogue = catalogue_of(request)

    def look(tx: Connection) -> dict[str, Any]:
        found = course.find(tx, visitor.caller, course_id, STAFF)
        raised = flags.of_course(tx, catalogue, course_id, before, PAGE + 1)
        theirs = assignments.of_course(tx, course_id)
        return {
            "course": found,
            "flags": raised[:PAGE],
            "older": raised[PAGE - 1].flag.id if len(raised) > PAGE else None,
            "names": members.names(tx, course_id, {one.person for one in raised if one.person}),
            "assignments": {one.id: one.title for one in theirs},
            "items": {item.id: item for one in theirs for item in one.items},
        }

    values = await reading(request, look)
    return page(
        request,
        "teach/flags",
        visitor,
        here="flags",
        catalogue=catalogue,
        title_of=partial(_title, catalogue),
        as_text=stored.as_text,
        formula=stored.formula,
        words=stored.words,
        inline=stored.inline,
        **values,
    )


def _title(catalogue: Catalogue, raised: Flagged, part: str) -> str:
    family = catalogue.get(raised.exercise)
    return stored.title(family.by_id if family else {}, part)
