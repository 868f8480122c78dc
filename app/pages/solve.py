"""An instance to work on: its questions, what was answered, what came of it, hints and solution."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from sqlalchemy import Connection

from app import answers
from app.answers import Unreadable
from app.asking import catalogue_of, finding, now, reading, writing
from app.attempts import flags, held, hints, submissions
from app.attempts.held import Held
from app.auth import new_id
from app.courses import course
from app.exercise import Family
from app.pages.base import page
from app.pages.fields import Field, typed_in, widget_of
from app.pages.forms import Form, form_of, local
from app.pages.questions import Typed, Work, work_on
from app.pages.visitors import Practising, Visitor, require_welcome
from app.problems import Conflict, InvalidRequest, NoHint, PastDue, Problem
from app.replies import Key, Reply, once

WHOLE: Final = re.compile("[0-9]{1,3}")
LONGEST_COMMENT: Final = 4_000
LONGEST_PASTE: Final = answers.MAX_TEXT

router = APIRouter(include_in_schema=False)


# The page -----------------------------------------------------------------------------------------


@router.get("/instances/{instance}")
async def show_instance(
    request: Request, visitor: Practising, instance: str, attempt: Annotated[str, Query(max_length=64)] = ""
) -> HTMLResponse:
    """An instance with its questions; with what came of an attempt, where that is named."""
    find = finding(request, instance, visitor.caller)
    work = await reading(request, lambda tx: work_on(tx, request, find(tx), visitor))
    return _shown(request, visitor, work, attempt)


def _shown(
    request: Request, visitor: Visitor, work: Work, attempt: str = "", back: str = "", status: int = 200
) -> HTMLResponse:
    just = next((one for one in work.history if one.id == attempt), None)
    return page(
        request,
        "solve/instance",
        visitor,
        status,
        work=work,
        held=work.held,
        just=just,
        following=_following(request, work.held.family),
        as_numpy=as_numpy(work.held.instance.data),
        key=new_id(),
        back=back,
        past_last=getattr(request.state, "past_last_hint", ""),
        hinted=getattr(request.state, "hinted", ""),
        nothing_to_check=getattr(request.state, "nothing_to_check", False),
    )


def as_numpy(data: Mapping[str, Any]) -> str:
    """The givens as lines of Python, vectors flat as the API has them."""
    lines = ["import numpy as np", ""]
    for name, value in data.items():
        is_array = isinstance(value, list) and value and not isinstance(value[0], str)
        lines.append(f"{name} = np.array({value})" if is_array else f"{name} = {value!r}")
    return "\n".join(lines)


def _following(request: Request, family: Family) -> Family | None:
    """The exercise behind this one in the lecture."""
    ids = list(catalogue_of(request))
    place = ids.index(family.id) + 1
    return catalogue_of(request)[ids[place]] if place < len(ids) else None


# What its buttons do ------------------------------------------------------------------------------


@router.post("/instances/{instance}")
async def work_at(request: Request, visitor: Practising, instance: str) -> Response:
    """Check answers, open a hint, change the size of a grid, or give up: as the button says that was pressed."""
    form = await form_of(request, visitor)
    require_welcome(request, visitor)
    try:
        return await _done(request, visitor, instance, form)
    except PastDue:
        find = finding(request, instance, visitor.caller)
        request.state.closed = await reading(request, lambda tx: _closing(tx, visitor, find(tx)))
        raise


def _closing(connection: Connection, visitor: Visitor, found: Held) -> tuple[datetime, str] | None:
    """When an assignment closed for who has an instance of it, and on whose clock: a refusal says so."""
    if found.assigned is None or found.assigned.dates.end is None:
        return None
    of = course.find(connection, visitor.caller, found.assigned.assignment.course)
    return found.assigned.dates.end, of.timezone


async def _done(request: Request, visitor: Visitor, instance: str, form: Form) -> Response:
    deed, _, what = form.get("do", "check").partition(":")
    if deed == "check":
        return await _check(request, visitor, instance, form, what)
    if deed == "hint":
        await _open_hint(request, visitor, instance, what)
        if back := local(form.get("back"), ""):
            return RedirectResponse(back, 303)
    elif deed == "close":
        return await _give_up(request, visitor, instance)
    elif deed != "size":
        raise InvalidRequest("This page has no such button. Open it again.")
    return await _again(request, visitor, instance, form)


async def _give_up(request: Request, visitor: Visitor, instance: str) -> Response:
    find = finding(request, instance, visitor.caller)

    def close(tx: Connection) -> str:
        found = find(tx)
        held.close(tx, found, now(request))
        return found.family.parts[0].id

    return RedirectResponse(f"/instances/{instance}#solution-{await writing(request, close)}", 303)


async def _again(
    request: Request,
    visitor: Visitor,
    instance: str,
    form: Form,
    unreadable: Mapping[str, Unreadable] | None = None,
    attempt: str = "",
) -> Response:
    """The page once more, with everything in its fields that was typed."""
    find = finding(request, instance, visitor.caller)

    def look(tx: Connection) -> Work:
        found = find(tx)
        return work_on(tx, request, found, visitor, Typed(_typed(found, form), unreadable or {}))

    status = 422 if unreadable and not attempt else 200
    return _shown(request, visitor, await reading(request, look), attempt, local(form.get("back"), ""), status)


def _typed(found: Held, form: Form) -> dict[str, Field]:
    """What a form brings for the parts that still take answers."""
    return {
        part.id: typed_in(form, part.id, widget_of(found.instance.kind(part)))
        for part in found.family.parts
        if not found.parts[part.id].solved
    }


async def _check(request: Request, visitor: Visitor, instance: str, form: Form, only: str) -> Response:
    """Grade what can be read of a form; what cannot is said beside its field and costs nothing."""
    find = finding(request, instance, visitor.caller)
    unreadable: dict[str, Unreadable] = {}

    def check(tx: Connection) -> str | None:
        found = find(tx)
        received = now(request)
        sent = _to_grade(found, form, only, unreadable)

        def make() -> Reply:
            if not sent:
                return Reply(b"")  # nothing is created, and nothing kept
            decision = held.admit(found, received)
            return Reply(b"", submissions.submit(tx, found, sent, decision, received).id)

        key = Key(f"/instances/{instance}", form.digest, form.digest.encode())
        return once(tx, request.app.state.seal, key, received, make).location

    attempt = await writing(request, check)
    request.state.nothing_to_check = attempt is None and not unreadable
    if attempt is None or unreadable or (only and _has_more(form, only)):
        return await _again(request, visitor, instance, form, unreadable, attempt or "")
    back = local(form.get("back"), f"/instances/{instance}")
    address, _, place = back.partition("#")
    place = place or (f"part-{instance}-{only}" if only else "result")
    return RedirectResponse(f"{address}?attempt={attempt}#{place}", 303)


def _has_more(form: Form, only: str) -> bool:
    """Whether something is typed for another part than the one that is checked: it stays in its fields."""
    return any(
        value.strip() and name.startswith(("text.", "cell.")) and name.split(".")[1] != only
        for name, value in form.typed
    )


def _to_grade(found: Held, form: Form, only: str, unreadable: dict[str, Unreadable]) -> dict[str, Any]:
    """The answers of a form that are to be graded, of one part where it is named.

    Left out are parts that are done, and empty ones; `unreadable` gets those that cannot be read.
    """
    sent: dict[str, Any] = {}
    for id, field in _typed(found, form).items():
        answer = field.answer
        if answer is None or (only and id != only) or found.tries_left(found.parts[id]) == 0:
            continue
        try:
            found.instance.kind(found.family.by_id[id]).read(answer)
            sent[id] = answer
        except Unreadable as error:
            unreadable[id] = error
    return sent


async def _open_hint(request: Request, visitor: Visitor, instance: str, which: str) -> None:
    """Open a hint of a part by its number, so that pressing twice opens one."""
    part, _, number = which.rpartition(":")
    find = finding(request, instance, visitor.caller)

    def open_it(tx: Connection) -> None:
        found = find(tx)
        if WHOLE.fullmatch(number) and int(number) > found.hints_open(part):
            held.admit(found, now(request))
            hints.open_hint(tx, found, part, int(number))

    request.state.hinted = part
    try:
        await writing(request, open_it)
    except NoHint:
        request.state.past_last_hint = part


# While one types ----------------------------------------------------------------------------------


@router.post("/instances/{instance}/read-as")
async def read_as(request: Request, visitor: Practising, instance: str) -> HTMLResponse:
    """How what stands in the fields of a part would be read: a fragment of a page. Stores nothing."""
    form = await form_of(request, visitor)
    require_welcome(request, visitor)
    id = form.get("part")
    found = await reading(request, finding(request, instance, visitor.caller))
    part = found.family.by_id.get(id)
    if part is None:
        raise held.no_such_part(found.family, "/part")
    kind = found.instance.kind(part)
    field = typed_in(form, id, widget_of(kind))
    answer, understood, fault = field.answer, None, None
    if answer is not None and not (field.is_partial and isinstance(answer, list)):  # who still types is left in peace
        try:
            understood = kind.read(answer)
        except Unreadable as error:
            fault = error
    told: dict[str, Any] = {"understood": understood, "fault": fault, "is_shape": kind.name == "shape"}
    return page(request, "solve/read-as", visitor, text=field.text, **told)


@router.post("/cells")
async def cells(request: Request, visitor: Practising) -> JSONResponse:
    """A pasted matrix as rows of entries, for a grid; or why it cannot be read."""
    form = await form_of(request, visitor)
    require_welcome(request, visitor)
    try:
        return JSONResponse({"rows": answers.cells(form.get("text")[: LONGEST_PASTE + 1])})
    except Unreadable as error:
        return JSONResponse({"detail": error.message}, 422)


# One attempt, and doubts about it -----------------------------------------------------------------


@router.get("/attempts/{attempt}")
async def show_attempt(request: Request, visitor: Practising, attempt: str) -> HTMLResponse:
    """An attempt as it was marked, and a way to say that it is marked wrong."""
    return await _attempt(request, visitor, attempt)


async def _attempt(
    request: Request, visitor: Visitor, attempt: str, problem: Problem | None = None, comment: str = ""
) -> HTMLResponse:
    def look(tx: Connection) -> dict[str, Any]:
        found = submissions.find_attempt(tx, attempt, visitor.caller)
        of = held.find(tx, catalogue_of(request), found.instance, visitor.caller, now(request))
        zone = course.find(tx, visitor.caller, of.row.course).timezone if of.assigned and of.member else "UTC"
        return {"attempt": found, "held": of, "flags": flags.flags_of(tx, found), "zone": zone}

    status = problem.status if problem else 200
    found = await reading(request, look)
    return page(request, "solve/attempt", visitor, status, problem=problem, comment=comment, **found)


@router.post("/attempts/{attempt}/flag")
async def flag_attempt(request: Request, visitor: Practising, attempt: str) -> Response:
    """Keep "I think this is marked wrong" for those who teach."""
    form = await form_of(request, visitor)
    require_welcome(request, visitor)
    comment = form.get("comment").strip()

    def keep(tx: Connection) -> None:
        found = submissions.find_attempt(tx, attempt, visitor.caller)
        if not 1 <= len(comment) <= LONGEST_COMMENT:
            raise InvalidRequest(f"Say in 1 to {LONGEST_COMMENT} characters why you think so.")
        key = Key(f"/attempts/{attempt}/flag", form.digest, form.digest.encode())
        received = now(request)
        once(tx, request.app.state.seal, key, received, lambda: Reply(b"", flags.flag(tx, found, comment, received).id))

    try:
        await writing(request, keep)
    except (InvalidRequest, Conflict) as problem:
        return await _attempt(request, visitor, attempt, problem, comment)
    return RedirectResponse(f"/attempts/{attempt}#flags", 303)
