"""Pages that settle what a link opens, where the launch alone does not: copies of courses, and choosing by hand."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Connection, select

from app.asking import now, reading, writing
from app.auth import STAFF, Caller, create_secret
from app.courses import assignments, audit, contexts, course
from app.courses.assignments import Assignment
from app.courses.contexts import Context
from app.courses.course import Course, shifted
from app.limits import MOST_DAYS
from app.lti import deep_links, passes
from app.lti.opening import Destination, Launch, wanted_by
from app.lti.passes import Pass
from app.lti.refusals import BROWSER, LaunchRefused
from app.lti.showing import framers, show
from app.lti.wire import fields_of
from app.models import courses
from app.pages.visitors import visitor_of
from app.platforms.registry import Platform
from app.problems import Forbidden, NotFound, Problem

PAGE: Final = "set-up"
WEEK: Final = 7


async def settle(request: Request, launch: Launch, leads_to: Destination, framed_by: str) -> Response:
    """The page that a launch leads to."""
    if leads_to.template == "lti/pick":
        return await deep_links.begin(request, launch, framed_by)
    if leads_to.template != "lti/set-up" or launch.context is None:
        return show(request, leads_to.template, framed_by=framed_by, context=launch.context)
    link = launch.message.resource_link
    details = {**leads_to.values, "link": link.id if link else "", "wanted": wanted_by(launch.message.custom)}
    text = passes.issue(request, PAGE, launch.context, launch.person, details, now(request))
    found = passes.opened(request, text, PAGE, now(request))
    stand = await reading(request, lambda tx: _stand(tx, found, None))
    return show(request, "lti/set-up", framed_by=framed_by, ticket=text, stand=stand, problem=None)


@dataclass(frozen=True)
class Stand:
    """What an instructor decides about: the course that may be taken over, with its dates moved, and what is here."""

    here: Course
    own: tuple[Assignment, ...]
    source: Course | None
    theirs: tuple[Assignment, ...]
    shift_days: int
    others: bool  # there is a former course, which is for those to take over who teach it
    why: str  # the link opens nothing, where it is not another course's


def _stand(connection: Connection, found: Pass, shift_days: int | None) -> Stand:
    _, context, taught = passes.teacher_of(connection, found)
    own = tuple(assignments.of_course(connection, taught.id))
    source, why = _source(connection, found, context), found.details.get("why", "")
    if source is None:
        return Stand(taught, own, None, (), 0, bool(found.details.get("source")), why)
    days = _weeks_between(connection, source.id, taught.id) if shift_days is None else shift_days
    zone = ZoneInfo(source.timezone)
    theirs = [
        replace(one, dates=shifted(one.dates, days, zone)) for one in assignments.of_course(connection, source.id)
    ]
    return Stand(taught, own, source, tuple(theirs), days, False, why)


def _source(connection: Connection, found: Pass, context: Context) -> Course | None:
    """The course that may be taken over: one of the same platform, by who is of its staff.

    Whoever teaches any course of a platform can write another one's ids into a link.
    """
    id = found.details.get("source")
    home = contexts.of_course(connection, id) if id else None
    if home is None or home.platform != context.platform or home.course == context.course:
        return None
    try:
        return course.find(connection, Caller(found.person), home.course, STAFF)
    except (NotFound, Forbidden):
        return None


def _weeks_between(connection: Connection, before: str, after: str) -> int:
    """The whole weeks between the beginnings of two courses, in days: a weekday stays what it is."""
    made = select(courses.c.id, courses.c.created_at).where(courses.c.id.in_((before, after)))
    moments = {row.id: row.created_at for row in connection.execute(made)}
    days: float = (moments[after] - moments[before]).total_seconds() / 86_400
    return min(max(WEEK * round(days / WEEK), 0), MOST_DAYS)


async def set_up(request: Request) -> Response:
    """Take another course's assignments over, or have a link open one that is here; or show the dates once more."""
    fields = await fields_of(request)
    ticket, moment = fields.get("ticket", ""), now(request)
    found = passes.opened(request, ticket, PAGE, moment)
    platform = await reading(request, lambda tx: passes.teacher_of(tx, found)[0])
    framed_by = framers(request, platform)
    problem: Problem | None = None
    days = _days(fields.get("shift_days", ""))
    try:
        if fields.get("do") in ("copy", "bind"):
            address = await writing(request, lambda tx: _decided(tx, found, fields, days, moment))
            return await onward(request, platform, found.person, address)
    except Problem as refusal:
        if isinstance(refusal, LaunchRefused):
            raise
        problem, days = refusal, None
    stand = await reading(request, lambda tx: _stand(tx, found, days))
    status = problem.status if problem else 200
    return show(request, "lti/set-up", status, framed_by=framed_by, ticket=ticket, stand=stand, problem=problem)


def _days(text: str) -> int | None:
    """A number of days; None for what is none."""
    digits = text.strip().removeprefix("-")
    if not (digits.isascii() and digits.isdecimal() and len(digits) < math.ceil(math.log10(MOST_DAYS)) + 1):
        return None
    return min(max(int(text), -MOST_DAYS), MOST_DAYS)


def _decided(connection: Connection, found: Pass, fields: Mapping[str, str], days: int | None, now: datetime) -> str:
    """The address of what the link opens from now on."""
    _, context, taught = passes.teacher_of(connection, found)
    link, original = found.details["link"], found.details.get("original", "")
    if fields["do"] == "bind":
        chosen = assignments.find(connection, Caller(found.person), fields.get("assignment", ""))[0]
        if chosen.course != taught.id:
            raise LaunchRefused("other-course", "This assignment is one of another course.", BROWSER)
    else:
        made = _copied(connection, found, context, days, now)
        if original not in made:
            return f"/teach/courses/{taught.id}"
        chosen = assignments.find(connection, Caller(found.person), made[original])[0]
    contexts.bind(connection, context, link, found.details["wanted"], chosen.id)
    if original:  # others of its links name it, too
        contexts.remember_copies(connection, context, {original: chosen.id})
    return f"/assignments/{chosen.id}"


def _copied(connection: Connection, found: Pass, context: Context, days: int | None, now: datetime) -> dict[str, str]:
    """The copies of another course's assignments: made now, or, where the button was pressed twice, before."""
    source = _source(connection, found, context)
    if source is None:
        raise LaunchRefused("other-course", "There is no course to take over.", BROWSER)
    if made := contexts.copies_of(connection, context, source.id):
        return made
    shift = _weeks_between(connection, source.id, context.course) if days is None else days
    made = course.copy_assignments(connection, source, context.course, shift, now)
    contexts.remember_copies(connection, context, made, source.id)
    details = {"timezone": source.timezone, "shift_days": shift}
    audit.record(
        connection,
        Caller(found.person),
        now,
        "course copied",
        course=context.course,
        subject=source.id,
        details=details,
    )
    return made


async def onward(request: Request, platform: Platform, person: str, address: str) -> Response:
    """The way to an address: in a tab of its own where this browser keeps no session in a frame."""
    if (await visitor_of(request)).caller.id == person:
        return RedirectResponse(address, 303)
    link = await writing(request, lambda tx: create_secret(tx, person, now(request), "sign-in"))
    values: dict[str, Any] = {"link": link.text, "next": address}
    return show(request, "lti/new-tab", framed_by=framers(request, platform), **values)
