"""What staff did in a course, as sentences, newest first."""

from collections.abc import Iterable, Iterator
from datetime import datetime
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
MOST_NAMED: Final = 20  # people in an entry who are named; the others are counted
LISTS: Final = ("added", "changed", "left", "people")  # of ids, in the details of an entry

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
        entries = audit.newest(tx, course_id, before, PAGE + 1)
        theirs = assignments.of_course(tx, course_id)
        return {
            "course": found,
            "deeds": entries[:PAGE],
            "older": entries[PAGE - 1].number if len(entries) > PAGE else None,
            "names": members.names(tx, course_id, set(_people_in(entries[:PAGE]))),
            "assignments": {one.id: one.title for one in theirs},
            "items": {item.id: (item, one) for one in theirs for item in one.items},
            "titles": {id: title for one in theirs for id, title in titles_of(catalogue_of(request), one).items()},
        }

    values = await reading(request, look)
    return page(
        request,
        "teach/audit",
        visitor,
        here="audit",
        moment_of=datetime.fromisoformat,
        most_named=MOST_NAMED,
        **values,
    )


@router.get("/teach/courses/{course_id}/audit.csv")
async def download_audit(request: Request, visitor: SignedIn, course_id: str) -> Response:
    """The whole log as a spreadsheet, oldest first."""
    found = await reading(request, lambda tx: course.find(tx, visitor.caller, course_id, TEACHERS))
    read = partial(deeds.sheet, course=found)
    return downloads.paged(request, f"{found.title} - audit", deeds.header(found), 0, read)


def _people_in(entries: Iterable[Row[Any]]) -> Iterator[str]:
    """Whoever is named in some entries: who did it, to whom, and for whom."""
    for entry in entries:
        yield from filter(None, (entry.actor, entry.subject, entry.details.get("person")))
        for name in LISTS:
            some = entry.details.get(name)
            yield from some[:MOST_NAMED] if isinstance(some, list) else ()
        roles = entry.details.get("roles")
        yield from list(roles)[:MOST_NAMED] if isinstance(roles, dict) else ()
