"""What staff did in a course, as sentences, newest first."""

from collections.abc import Iterable
from functools import partial
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import Connection, Row

from app import downloads
from app.asking import catalogue_of, reading
from app.auth import TEACHERS
from app.courses import assignments, audit, course, members
from app.pages.base import page
from app.pages.teach.exercises import titles_of
from app.pages.visitors import SignedIn
from app.reports import deeds

PAGE: Final = 100

router = APIRouter(include_in_schema=False)


@router.get("/teach/courses/{course_id}/audit")
async def show_audit(
    request: Request,
    visitor: SignedIn,
    course_id: str,
    before: Annotated[int | None, Query(ge=1, le=2**53)] = None,
) -> HTMLResponse:
    """The log, a page at a time; what came before an entry where that is named."""

    def look(tx: Connection) -> dict[str, Any]:
        found = course.find(tx, visitor.caller, course_id, TEACHERS)
        done = audit.newest(tx, course_id, before, PAGE + 1)
        theirs = assignments.of_course(tx, course_id)
        return {
            "course": found,
            "deeds": done[:PAGE],
            "older": done[PAGE - 1].number if len(done) > PAGE else None,
            "names": members.names(tx, course_id, _people_in(done[:PAGE])),
            "assignments": {one.id: one.title for one in theirs},
            "items": {id: title for one in theirs for id, title in titles_of(catalogue_of(request), one).items()},
        }

    return page(request, "teach/audit", visitor, here="audit", **await reading(request, look))


@router.get("/teach/courses/{course_id}/audit.csv")
async def download_audit(request: Request, visitor: SignedIn, course_id: str) -> Response:
    """The whole log as a spreadsheet, oldest first."""
    found = await reading(request, lambda tx: course.find(tx, visitor.caller, course_id, TEACHERS))
    read = partial(deeds.sheet, course=found)
    return downloads.paged(request, f"{found.title} - audit", deeds.header(found), 0, read)


def _people_in(done: Iterable[Row[Any]]) -> set[str]:
    """Whoever may be named in some entries: who did it, to whom, and for whom."""
    named = ((deed.actor, deed.subject, deed.details.get("person")) for deed in done)
    return {id for ids in named for id in ids if isinstance(id, str)}
