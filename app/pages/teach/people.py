"""Who is in a course: a roster to bring them in, each of them to change, to let in, to take out."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, Final, Literal

from anyio import to_thread
from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import Connection

from app.asking import now, reading, writing
from app.auth import STAFF, TEACHERS, Secret
from app.courses import contexts, course, members, roster
from app.courses.course import Course
from app.courses.headers import COLUMNS
from app.courses.members import LINK_LASTS, MOST_LINKS, Member
from app.courses.roster import AT_ONCE, LONGEST, Enrolled
from app.gradebooks import spreadsheet
from app.models import ROLES
from app.pages.base import page
from app.pages.forms import form_of, upload_of
from app.pages.showing import shown_once
from app.pages.teach.meanwhile import Changed, require_as_opened, written
from app.pages.teach.typed import typed
from app.pages.visitors import SignedIn, Visiting, Visitor
from app.problems import Conflict, ErrorOut, Forbidden, InvalidRequest, Problem

PAGE: Final = 200
MOST_NAMED: Final = 20  # of those who are there twice
HEADER: Final = ",".join(COLUMNS) + "\n"

router = APIRouter(include_in_schema=False)

Column = Literal["name", "email", "role", "external_id", "group"]


@dataclass(frozen=True)
class Wanted:
    """Whom the page shows: who has every word of a search, of a group, in an order; as many as fit on a page.

    Those who are in the course, or those who `left` it.
    """

    q: str = ""
    group: str = ""
    sort: Column = "name"
    descending: bool = False
    number: int = 1
    left: bool = False

    def of(self, everybody: Sequence[Member]) -> list[Member]:
        """Those of the people whom it means, on all pages, in order."""
        words = self.q.casefold().split()
        found = [who for who in everybody if self.group in ("", who.group) and _says(who, words)]
        return sorted(found, key=self._place, reverse=self.descending)

    def _place(self, who: Member) -> tuple[str, str, str]:
        return str(getattr(who, self.sort) or "").casefold(), who.name.casefold(), who.id

    def page(self, found: Sequence[Member]) -> Sequence[Member]:
        return found[(self.number - 1) * PAGE : self.number * PAGE]


def _says(who: Member, words: Sequence[str]) -> bool:
    said = f"{who.name} {who.email} {who.external_id}".casefold()
    return all(word in said for word in words)


@dataclass(frozen=True)
class Roster:
    """What became of a roster: what it changed, and the text of its lines that are to be mended."""

    done: Enrolled | None = None
    text: str = HEADER


NO_ROSTER: Final = Roster()


# Everybody ----------------------------------------------------------------------------------------


@router.get("/teach/courses/{course_id}/people")
async def show_people(
    request: Request,
    visitor: SignedIn,
    course_id: str,
    q: Annotated[str, Query(max_length=100)] = "",
    group: Annotated[str, Query(max_length=100)] = "",
    sort: Column = "name",
    descending: bool = False,
    number: Annotated[int, Query(ge=1, le=1_000)] = 1,
    left: bool = False,
) -> HTMLResponse:
    """Who is in a course or has left it, all or those who are searched for."""
    return await _people(request, visitor, course_id, Wanted(q.strip(), group, sort, descending, number, left))


async def _people(
    request: Request,
    visitor: Visitor,
    course_id: str,
    wanted: Wanted | None = None,
    taken: Roster = NO_ROSTER,
    added: Mapping[str, str] | None = None,
    problem: Problem | None = None,
) -> HTMLResponse:
    wanted = wanted or Wanted()

    def look(tx: Connection) -> tuple[Course, list[Member], set[str], int]:
        found = course.find(tx, visitor.caller, course_id, STAFF)
        meant = members.former(tx, course_id) if wanted.left else members.members(tx, course_id)
        return found, meant, contexts.arrived(tx, course_id), members.how_many_left(tx, course_id)

    of, everybody, arrived, left = await reading(request, look)
    found = wanted.of(everybody)
    return await run_in_threadpool(
        page,
        request,
        "teach/people",
        visitor,
        problem.status if problem else 200,
        course=of,
        here="people",
        teaches=of.role in TEACHERS,
        wanted=wanted,
        shown=wanted.page(found),
        arrived=arrived,
        twice=() if wanted.left else _twice(everybody, arrived),
        left=left,
        found=len(found),
        total=len(everybody),
        pages=-(-len(found) // PAGE),
        groups=sorted({who.group for who in everybody if who.group}),
        columns=COLUMNS,
        taken=taken,
        most_named=MOST_NAMED,
        most_errors=roster.MOST_ERRORS,
        added=added or dict.fromkeys(COLUMNS, ""),
        adding=added is not None,
        link_days=LINK_LASTS.days,
        most_links=MOST_LINKS,
        roles=ROLES,
        longest=LONGEST,
        problem=problem,
    )


@router.post("/teach/courses/{course_id}/people/roster")
async def take_roster(request: Request, visitor: Visiting, course_id: str) -> HTMLResponse:
    """Take a roster, from a file or as text. Good lines are kept, bad ones come back to be mended."""
    find = _finding(visitor, course_id)
    if visitor.is_guest:
        await form_of(request, visitor)  # where a session has ended this keeps what was typed
    await reading(request, find)  # who may not is told so before megabytes are received
    form = await upload_of(request, visitor)
    file, text = form.files.get("file", b""), form.get("text").encode()
    raw = file or text
    try:
        if file.strip() and text.strip().count(b"\n"):
            raise InvalidRequest("There is a file, and there are lines in the box. Send one of them first.")
        if not raw.strip():
            raise InvalidRequest("Choose a file, or paste lines into the box.")
        read = await to_thread.run_sync(lambda: roster.check(roster.read_csv(raw)))
    except InvalidRequest as problem:
        taken = Roster(text=form.get("text"))
        return await _people(request, visitor, course_id, taken=taken, problem=problem)

    def enrol(tx: Connection, lines: Sequence[roster.Good], later: Mapping[str, str]) -> Enrolled:
        return roster.enrol(tx, visitor.caller, find(tx), lines, now(request), later)

    batches = [await writing(request, partial(enrol, lines=some, later=ids)) for some, ids in read.batches()]
    done = roster.together(read, batches)
    return await _people(request, visitor, course_id, taken=Roster(done, roster.to_mend(raw, done.errors)))


def _twice(everybody: Sequence[Member], arrived: Collection[str]) -> list[str]:
    """The names of those from the platform whose address is that of somebody else in the course, too."""
    known = {who.email.casefold() for who in everybody if who.email and who.id not in arrived}
    return sorted(who.name for who in everybody if who.id in arrived and who.email and who.email.casefold() in known)


def _finding(visitor: Visitor, course_id: str) -> Callable[[Connection], Course]:
    return lambda tx: course.find(tx, visitor.caller, course_id, TEACHERS)


@router.post("/teach/courses/{course_id}/people")
async def add_person(request: Request, visitor: Visiting, course_id: str) -> Response:
    """Add one person, as a roster of one line would."""
    values = typed(await form_of(request, visitor), *COLUMNS)

    def add(tx: Connection) -> str:
        found = course.find(tx, visitor.caller, course_id, TEACHERS)
        read = roster.check([roster.Line(1, values)])
        if known := _known_here(tx, found, [cells["email"] for _, cells in read.good]):
            raise InvalidRequest(f"{known.name} is in this course already, and stays as they are.")
        done = roster.together(read, [roster.enrol(tx, visitor.caller, found, read.good, now(request))])
        if done.errors:
            raise InvalidRequest(done.errors[0].detail)
        return roster.ids_of(tx, [read.good[0][1]["email"]]).popitem()[1]

    try:
        person = await writing(request, add)
    except InvalidRequest as problem:
        return await _people(request, visitor, course_id, added=values, problem=problem)
    return RedirectResponse(f"/teach/courses/{course_id}/people/{person}", 303)


def _known_here(connection: Connection, of: Course, emails: list[str]) -> Member | None:
    """Who is in a course under one of these addresses."""
    ids = roster.ids_of(connection, emails).values()
    present = members.among(connection, of.id, list(ids))
    return members.member(connection, of.id, present.pop()) if present else None


@router.post("/teach/courses/{course_id}/people/links")
async def make_links(request: Request, visitor: Visiting, course_id: str) -> Response:
    """A sign-in link for each student, as a spreadsheet from which letters are made."""
    await form_of(request, visitor)
    find = _finding(visitor, course_id)

    def look(tx: Connection) -> list[Member]:
        return [who for who in members.members(tx, find(tx).id) if who.role == "student"]

    def give(tx: Connection, some: Sequence[Member]) -> list[Secret]:
        return members.give_links(tx, visitor.caller, find(tx), some, now(request))

    students = sorted(await reading(request, look), key=lambda who: (who.name.casefold(), who.id))
    links: list[Secret] = []
    for start in range(0, len(students), AT_ONCE):
        links += await writing(request, partial(give, some=students[start : start + AT_ONCE]))
    rows = ([who.name, who.email, _address(request, link)] for who, link in zip(students, links, strict=True))
    headers = {"Content-Disposition": 'attachment; filename="sign-in-links.csv"'}
    content = "".join(spreadsheet([["name", "email", "link"], *rows]))
    return Response(content, headers=headers, media_type="text/csv")


def _address(request: Request, link: Secret) -> str:
    """Where a sign-in link leads, from outside."""
    site: str = request.app.state.settings.public_url or str(request.base_url).rstrip("/")
    return f"{site}/sign-in/{link.text}"


# One of them --------------------------------------------------------------------------------------


@router.get("/teach/courses/{course_id}/people/{person}")
async def show_member(
    request: Request, visitor: SignedIn, course_id: str, person: str, saved: bool = False
) -> HTMLResponse:
    """Somebody in the course, for its instructors."""
    return await _member(request, visitor, course_id, person, saved=saved)


async def _member(
    request: Request,
    visitor: Visitor,
    course_id: str,
    person: str,
    *,
    values: Mapping[str, str] | None = None,
    opened: str = "",
    problem: Problem | None = None,
    saved: bool = False,
    **made: Any,
) -> HTMLResponse:
    def look(tx: Connection) -> tuple[Course, Member, bool]:
        return *_member_of(tx, visitor, course_id, person), person in contexts.arrived(tx, course_id)

    of, who, arrived = await reading(request, look)
    stored = _fields_of(who)
    if isinstance(problem, Changed):
        values, opened = problem.merged(values or {}, stored), ""
    return page(
        request,
        "teach/member",
        visitor,
        problem.status if problem else 200,
        course=of,
        here="people",
        who=who,
        arrived=arrived,
        values=values or stored,
        opened=opened or written(stored),
        roles=ROLES,
        longest=LONGEST,
        problem=problem,
        saved=saved,
        link_days=LINK_LASTS.days,
        **{"token": None, "link": None, "address": "", "shown_before": False, **made},
    )


def _fields_of(who: Member) -> dict[str, str]:
    """What stands in the fields of somebody."""
    return {name: getattr(who, name) or "" for name in COLUMNS}


def _member_of(connection: Connection, visitor: Visitor, course_id: str, person: str) -> tuple[Course, Member]:
    found = course.find(connection, visitor.caller, course_id, TEACHERS)
    return found, members.member(connection, found.id, person)


@router.post("/teach/courses/{course_id}/people/{person}")
async def change_member(request: Request, visitor: Visiting, course_id: str, person: str) -> Response:
    """Change somebody's name, address, role, external id or group."""
    form = await form_of(request, visitor)
    values = typed(form, *COLUMNS)

    def change(tx: Connection) -> None:
        if values["role"] not in ROLES:
            detail = f"The role must be one of {', '.join(ROLES)}."
            raise InvalidRequest(detail, [ErrorOut(pointer="/role", detail=detail)])
        found = _member_of(tx, visitor, course_id, person)
        require_as_opened(form, _fields_of(found[1]), "this person's entry")
        sent = {name: value for name, value in values.items() if name != "email" or value or found[1].email}
        members.change(tx, visitor.caller, *found, sent, now(request))

    try:
        await writing(request, change)
    except (InvalidRequest, Conflict, Forbidden) as problem:
        opened = form.get("opened")
        return await _member(request, visitor, course_id, person, values=values, opened=opened, problem=problem)
    return RedirectResponse(f"/teach/courses/{course_id}/people/{person}?saved=yes", 303)


@router.post("/teach/courses/{course_id}/people/{person}/leave")
async def take_out(request: Request, visitor: Visiting, course_id: str, person: str) -> Response:
    """Take somebody out of the course; what they did stays."""
    await form_of(request, visitor)

    def leave(tx: Connection) -> None:
        members.leave(tx, visitor.caller, *_member_of(tx, visitor, course_id, person), now(request))

    try:
        await writing(request, leave)
    except Conflict as problem:
        return await _member(request, visitor, course_id, person, problem=problem)
    is_self = person == visitor.caller.id
    return RedirectResponse("/teach" if is_self else f"/teach/courses/{course_id}/people", 303)


@router.post("/teach/courses/{course_id}/people/{person}/token")
async def give_token(request: Request, visitor: Visiting, course_id: str, person: str) -> HTMLResponse:
    """A token for somebody, which opens this course only; shown this once."""
    form = await form_of(request, visitor)

    def give(tx: Connection) -> Secret:
        return members.give_token(tx, visitor.caller, *_member_of(tx, visitor, course_id, person), now(request))

    try:
        token = await shown_once(request, visitor, form, give)
    except Conflict as problem:
        return await _member(request, visitor, course_id, person, problem=problem)
    return await _member(request, visitor, course_id, person, token=token, shown_before=token is None)


@router.post("/teach/courses/{course_id}/people/{person}/tokens/revoke")
async def take_tokens(request: Request, visitor: Visiting, course_id: str, person: str) -> Response:
    """Revoke all tokens, links and sessions of somebody that are for this course, at once."""
    await form_of(request, visitor)

    def take(tx: Connection) -> None:
        members.take_tokens(tx, visitor.caller, *_member_of(tx, visitor, course_id, person), now(request))

    await writing(request, take)
    return RedirectResponse(f"/teach/courses/{course_id}/people/{person}?saved=yes", 303)


@router.post("/teach/courses/{course_id}/people/{person}/link")
async def make_link(request: Request, visitor: Visiting, course_id: str, person: str) -> HTMLResponse:
    """A link that signs somebody in once, to this course only; shown this once."""
    form = await form_of(request, visitor)

    def give(tx: Connection) -> Secret:
        found, who = _member_of(tx, visitor, course_id, person)
        return members.give_links(tx, visitor.caller, found, [who], now(request))[0]

    link = await shown_once(request, visitor, form, give)
    address = _address(request, link) if link else ""
    return await _member(request, visitor, course_id, person, link=link, address=address, shown_before=link is None)
