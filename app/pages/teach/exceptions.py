"""Extensions of an assignment: who has one, more time or tries for one student or many."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Final
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import Field
from sqlalchemy import Connection

from app.asking import now, reading, writing
from app.auth import STAFF
from app.courses import assignments, exceptions, members
from app.courses.assignments import Assignment
from app.courses.course import Course
from app.courses.exceptions import EXTENDED, Extension
from app.courses.members import Member
from app.limits import MOST_EXTENSIONS, MOST_TRIES
from app.pages.base import page
from app.pages.forms import Form, form_of
from app.pages.teach.clock import days_later, from_input, to_input
from app.pages.teach.people import PAGE, Wanted
from app.pages.teach.typed import TriesTyped, Typed, checked, typed
from app.pages.visitors import SignedIn, Visiting, Visitor
from app.problems import ErrorOut, InvalidRequest

QUICK: Final = (1, 3, 7)  # days
MOST_SHOWN: Final = 500  # students to choose from at a time
LONGEST_SEARCH: Final = 100
NOBODY: Final = "Choose at least one student."
NOTHING: Final = "Say until when, or how many tries."
LEFT: Final = "Nothing is granted yet: look who is still chosen, and send it again. These have left the course:"
TOO_MANY: Final = f"At most {MOST_EXTENSIONS} students at once."
AT: Final = "/teach/assignments/{assignment}/extensions"

router = APIRouter(include_in_schema=False)

Words = Annotated[str, Query(max_length=LONGEST_SEARCH)]
Number = Annotated[int, Query(ge=1, le=1_000)]


class ExtensionTyped(Typed):
    tries: TriesTyped = Field(description=f"Tries are a whole number from 1 to {MOST_TRIES}, or nothing: as before.")


@dataclass(frozen=True)
class Typing:
    """What stands in the form: who is chosen, who is searched for, what is to be granted."""

    chosen: tuple[str, ...] = ()
    who: Wanted = field(default_factory=Wanted)
    values: Mapping[str, str] = field(default_factory=lambda: dict.fromkeys(EXTENDED, ""))

    @classmethod
    def of(cls, form: Form) -> "Typing":
        who = Wanted(form.get("q").strip()[:LONGEST_SEARCH], form.get("group")[:LONGEST_SEARCH])
        return cls(tuple(dict.fromkeys(form.all("student"))), who, typed(form, *EXTENDED))

    def listed(self, students: Sequence[Member]) -> list[Member]:
        """The students to choose from: those who are chosen already, then whom the search finds."""
        chosen = [who for who in Wanted().of(students) if who.id in self.chosen]
        found = [who for who in self.who.of(students) if who.id not in self.chosen]
        return [*chosen, *found]

    def wanted(
        self, assignment: Assignment, zone: ZoneInfo, had: Mapping[str, Extension], days: int
    ) -> list[Extension]:
        """The extensions that are to be granted, to those who `had` these so far.

        Either what was typed, in place of what they had, or some `days` more than the assignment's own due date, which
        take nothing from anybody. A date that stands as the field shows that of the only one who is chosen is that
        very moment. Raises `InvalidRequest`.
        """
        if not self.chosen or len(self.chosen) > MOST_EXTENSIONS:
            raise _refusal(TOO_MANY if self.chosen else NOBODY, "/students")
        tries = checked(ExtensionTyped, {"tries": self.values["tries"]}).tries
        if days and assignment.dates.due_at:
            later = days_later(assignment.dates.due_at, days, zone)
            present = (had.get(person, Extension(person)) for person in self.chosen)
            return [_longer(one, assignment, later, tries) for one in present]
        kept = had.get(self.chosen[0], Extension("")) if len(self.chosen) == 1 else Extension("")
        due_at = from_input(self.values["due_at"], zone, "/due_at", kept.due_at)
        closes_at = from_input(self.values["closes_at"], zone, "/closes_at", kept.closes_at)
        if due_at is None and closes_at is None and tries is None:
            raise _refusal(NOTHING, "/due_at")
        return [Extension(person, due_at, closes_at, tries) for person in self.chosen]


def _longer(had: Extension, assignment: Assignment, due_at: datetime, tries: int | None) -> Extension:
    """An extension until a due date at least, with so many tries at least; it ends no earlier than that so far."""
    due = max(due_at, had.due_at or due_at)
    end = assignment.dates.extended(had.due_at, had.closes_at).end
    moved = assignment.dates.extended(due, None).end
    closes_at = end if end and moved and moved < end else None
    return Extension(had.person, due, closes_at, max((n for n in (tries, had.tries) if n), default=None))


def _refusal(detail: str, pointer: str) -> InvalidRequest:
    return InvalidRequest(detail, [ErrorOut(pointer=pointer, detail=detail)])


@router.get(AT)
async def show_extensions(
    request: Request,
    visitor: SignedIn,
    assignment: str,
    person: Words = "",
    q: Words = "",
    group: Words = "",
    number: Number = 1,
    saved: bool = False,
) -> HTMLResponse:
    """Who has an extension, and a form to grant some; `person` is chosen, with what they have."""

    def look(tx: Connection) -> tuple[Extension, ZoneInfo]:
        found, of = assignments.find(tx, visitor.caller, assignment, STAFF)
        return exceptions.extension_of(tx, found.id, person), ZoneInfo(of.timezone)

    has, zone = await reading(request, look)
    values = {
        "due_at": to_input(has.due_at, zone),
        "closes_at": to_input(has.closes_at, zone),
        "tries": "" if has.tries is None else str(has.tries),
    }
    typing = Typing((person,) if person else (), Wanted(q.strip(), group), values)
    return await _extensions(request, visitor, assignment, typing, number=number, saved=saved)


async def _extensions(
    request: Request,
    visitor: Visitor,
    assignment: str,
    typing: Typing,
    problem: InvalidRequest | None = None,
    *,
    number: int = 1,
    saved: bool = False,
) -> HTMLResponse:
    """`number` is that of the page of those who have an extension."""

    def look(tx: Connection) -> tuple[Assignment, Course, list[Member], list[Extension]]:
        found, of = assignments.find(tx, visitor.caller, assignment, STAFF)
        return found, of, members.members(tx, of.id), exceptions.extensions_of(tx, found)

    found, of, everybody, granted = await reading(request, look)
    zone = ZoneInfo(of.timezone)

    def write() -> HTMLResponse:
        students = [who for who in everybody if who.role == "student"]
        names = {who.id: who.name for who in everybody}
        granted.sort(key=lambda one: names.get(one.person, "").casefold())
        pages = -(-len(granted) // PAGE)
        here = max(1, min(number, pages))
        listed, most = typing.listed(students), max(MOST_SHOWN, len(typing.chosen))
        due = found.dates.due_at
        return page(
            request,
            "teach/extensions",
            visitor,
            problem.status if problem else 200,
            course=of,
            assignment=found,
            here="extensions",
            granted=len(granted),
            shown=granted[(here - 1) * PAGE : here * PAGE],
            pages=pages,
            number=here,
            names=names,
            dates_of=lambda one: found.dates.extended(one.due_at, one.closes_at),
            typing=typing,
            listed=listed[:most],
            more=max(0, len(listed) - most),
            groups=sorted({who.group for who in students if who.group}),
            quick={days: days_later(due, days, zone) for days in QUICK} if due else {},
            saved=saved,
            problem=problem,
        )

    return await run_in_threadpool(write)


@router.post(AT)
async def grant(request: Request, visitor: Visiting, assignment: str) -> Response:
    """Grant extensions to all who are chosen, or search for others first."""
    form = await form_of(request, visitor)
    typing = Typing.of(form)
    what, _, days = form.get("do").partition(" ")
    if what not in ("grant", "days"):
        return await _extensions(request, visitor, assignment, typing)

    def extend(tx: Connection) -> None:
        found, of = assignments.find(tx, visitor.caller, assignment, STAFF)
        if left := members.left(tx, of.id, typing.chosen):
            raise _refusal(f"{LEFT} {', '.join(left)}", "/students")
        had = {one.person: one for one in exceptions.extensions_of(tx, found)}
        more = int(days) if days in map(str, QUICK) else 0
        wanted = typing.wanted(found, ZoneInfo(of.timezone), had, more)
        exceptions.extend(tx, visitor.caller, found, wanted, now(request), pointer="")

    try:
        await writing(request, extend)
    except InvalidRequest as problem:
        return await _extensions(request, visitor, assignment, typing, problem)
    return RedirectResponse(f"/teach/assignments/{assignment}/extensions?saved=yes", 303)


@router.post(f"{AT}/{{person}}/withdraw")
async def withdraw(request: Request, visitor: Visiting, assignment: str, person: str, number: Number = 1) -> Response:
    """Take an extension back. What was sent while it held stays as it was decided."""
    await form_of(request, visitor)

    def take_back(tx: Connection) -> None:
        found, _ = assignments.find(tx, visitor.caller, assignment, STAFF)
        exceptions.withdraw(tx, visitor.caller, found, person, now(request))

    await writing(request, take_back)
    return RedirectResponse(f"/teach/assignments/{assignment}/extensions?number={number}&saved=yes", 303)
