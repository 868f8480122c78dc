"""Signing in, with a one-time link or a token; courses and tokens of whoever is signed in; signing out."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import Connection

from app import auth
from app.asking import now, reading, writing
from app.auth import Secret
from app.courses import course
from app.pages import cookies
from app.pages.base import page
from app.pages.forms import LONGEST_ADDRESS, form_of, local
from app.pages.showing import shown_once
from app.pages.visitors import SignedIn, Visiting, Visitor
from app.problems import Conflict, Problem, Unauthenticated

OWN_DEVICE: Final = timedelta(days=30)
TOKEN_LASTS: Final[Mapping[str, timedelta]] = {days: timedelta(days=int(days)) for days in ("30", "180", "365")}
LONGEST_LABEL: Final = 100
HOME: Final = "/me"
ASSIGNMENTS: Final = "/assignments"

router = APIRouter(include_in_schema=False)

Next = Annotated[str, Query(max_length=LONGEST_ADDRESS)]


@router.get("/sign-in")
async def ask_for_token(request: Request, visitor: Visiting, next: Next = "") -> HTMLResponse:
    """A field for a token."""
    return page(request, "sign-in", visitor, next=local(next, ""), link=None, failed=False)


@router.post("/sign-in")
async def sign_in_with_token(request: Request, visitor: Visiting) -> Response:
    """A session for whoever has a token."""
    form = await form_of(request, visitor)
    token, next = form.get("token").strip(), local(form.get("next"), "")
    lifetime = OWN_DEVICE if form.get("own_device") else auth.LIFETIMES["session"]
    try:
        session = await writing(request, lambda tx: auth.sign_in_with_token(tx, token, now(request), lifetime))
    except Unauthenticated:
        return page(request, "sign-in", visitor, 401, next=next, link=None, failed=True)
    return await _signed_in(request, session, next)


@router.get("/sign-in/{link}")
async def ask_to_sign_in(request: Request, visitor: Visiting, link: str, next: Next = "") -> HTMLResponse:
    """A button, so that a program that looks at links in passing does not use this one up."""
    return page(request, "sign-in", visitor, next=local(next, ""), link=link, failed=False)


@router.post("/sign-in/{link}")
async def sign_in(request: Request, visitor: Visiting, link: str) -> Response:
    """Use up the link for a session."""
    form = await form_of(request, visitor)
    next = local(form.get("next"), "")
    lifetime = OWN_DEVICE if form.get("own_device") else auth.LIFETIMES["session"]
    try:
        session = await writing(request, lambda tx: auth.sign_in(tx, link, now(request), lifetime))
    except Unauthenticated:
        return page(request, "sign-in", visitor, 401, next=next, link=link, failed=True)
    return await _signed_in(request, session, next)


def _first_place(connection: Connection, session: Secret, moment: datetime) -> str:
    """Where somebody goes who came to sign in and for nothing else: who takes a course, and no more, to what is due."""
    caller = auth.caller_of(connection, session.text, moment, "session")
    roles = {one.role for one in course.of_caller(connection, caller)}
    return ASSIGNMENTS if roles == {"student"} and not caller.operator else HOME


async def _signed_in(request: Request, session: Secret, next: str) -> Response:
    reply = RedirectResponse(next or await reading(request, lambda tx: _first_place(tx, session, now(request))), 303)
    cookies.keep(request, reply, cookies.SESSION, session.text, session.expires_at - now(request))
    return reply


@router.get("/me")
async def show_me(request: Request, visitor: Visiting) -> HTMLResponse:
    """Who is signed in, their courses and their tokens."""
    if visitor.is_guest:
        return page(request, "sign-in", visitor, 401, next=HOME, link=None, failed=False)
    caller = visitor.caller

    def look(tx: Connection) -> dict[str, Any]:
        mine = course.of_caller(tx, caller)
        return {
            "email": None if caller.course else auth.person(tx, caller.person).email,
            "courses": mine,
            "made": course.made_at(tx, [one.id for one in mine]),
            "tokens": auth.tokens_of(tx, caller.person, caller.course),
        }

    return page(request, "me", visitor, **await reading(request, look))


@router.get("/me/notebook")
async def show_notebook(request: Request, visitor: SignedIn) -> HTMLResponse:
    """How to use the service in a notebook, and a form for a token."""
    return _notebook(request, visitor)


def _notebook(
    request: Request,
    visitor: Visitor,
    *,
    made: Secret | None = None,
    shown_before: bool = False,
    problem: Problem | None = None,
    label: str = "",
) -> HTMLResponse:
    status = problem.status if problem else 200
    shown = {"made": made, "shown_before": shown_before, "problem": problem, "label": label, "lasts": TOKEN_LASTS}
    return page(request, "notebook", visitor, status, **shown)


@router.post("/me/tokens")
async def make_token(request: Request, visitor: Visiting) -> HTMLResponse:
    """Make a token, and show it this once."""
    form = await form_of(request, visitor)
    label = form.get("label").strip()[:LONGEST_LABEL]
    lifetime = TOKEN_LASTS.get(form.get("days"), auth.LIFETIMES["token"])
    caller, moment = visitor.caller, now(request)

    def make(tx: Connection) -> Secret:
        auth.require_room_for_a_token(tx, caller.person, caller.course)
        return auth.create_secret(tx, caller.person, moment, course=caller.course, label=label, lifetime=lifetime)

    try:
        made = await shown_once(request, visitor, form, make)
    except Conflict as problem:
        return _notebook(request, visitor, problem=problem, label=label)
    return _notebook(request, visitor, made=made, shown_before=made is None)


@router.post("/me/tokens/{token}/revoke")
async def revoke_token(request: Request, visitor: Visiting, token: str) -> Response:
    """Revoke a token of one's own, at once."""
    await form_of(request, visitor)
    mine = auth.Caller(visitor.caller.person, course=visitor.caller.course)
    await writing(request, lambda tx: auth.revoke(tx, token, mine))
    return RedirectResponse("/me#tokens", 303)


@router.post("/sign-out")
async def sign_out(request: Request, visitor: Visiting) -> Response:
    """End the session."""
    await form_of(request, visitor)
    session = request.cookies.get(cookies.SESSION, "")
    await writing(request, lambda tx: auth.sign_out(tx, session))
    reply = RedirectResponse("/", 303)
    cookies.forget(request, reply, cookies.SESSION)
    reply.headers["Clear-Site-Data"] = '"storage"'  # what was typed and not checked
    return reply
