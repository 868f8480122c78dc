"""Signing in with a one-time link, the tokens of whoever is signed in, signing out."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import Connection

from app import auth
from app.asking import now, reading, writing
from app.auth import Caller, Secret
from app.courses import course
from app.pages.base import COOKIE, Visiting, form, page
from app.problems import Unauthenticated

router = APIRouter(include_in_schema=False)


@router.get("/sign-in/{link}")
async def ask_to_sign_in(request: Request, visitor: Visiting, link: str) -> HTMLResponse:
    """A button, so that a program that looks at links in passing does not use this one up."""
    return page(request, "sign-in", visitor)


@router.post("/sign-in/{link}")
async def sign_in(request: Request, visitor: Visiting, link: str) -> Response:
    """Use up the link for a session."""
    await form(request)
    try:
        session = await writing(request, lambda tx: auth.sign_in(tx, link, now(request)))
    except Unauthenticated:
        return page(request, "sign-in", visitor, 401, used_up=True)
    reply = RedirectResponse("/me", 303)
    reply.set_cookie(
        COOKIE,
        session.text,
        max_age=int(auth.LIFETIMES["session"].total_seconds()),
        httponly=True,
        secure=request.url.scheme == "https",
        samesite="lax",
    )
    return reply


@router.get("/me")
async def show_me(request: Request, visitor: Visiting) -> HTMLResponse:
    """Who is signed in, their courses and their tokens."""
    return await _account(request, visitor)


async def _account(request: Request, visitor: Caller, made: Secret | None = None) -> HTMLResponse:
    if visitor.id is None:
        return page(request, "me", visitor, 401, person=None)

    def look(tx: Connection) -> dict[str, Any]:
        return {
            "person": auth.person(tx, visitor.person),
            "courses": course.of_caller(tx, visitor),
            "tokens": auth.tokens_of(tx, visitor.person, visitor.course),
        }

    return page(request, "me", visitor, made=made, **await reading(request, look))


@router.post("/me/tokens")
async def make_token(request: Request, visitor: Visiting) -> HTMLResponse:
    """Make a token, and show it this once."""
    label = (await form(request)).get("label", "")[:100]

    def make(tx: Connection) -> Secret:
        auth.require_room_for_a_token(tx, visitor.person, visitor.course)
        return auth.create_secret(tx, visitor.person, now(request), course=visitor.course, label=label)

    return await _account(request, visitor, await writing(request, make))


@router.post("/me/tokens/{token}/revoke")
async def revoke_token(request: Request, visitor: Visiting, token: str) -> Response:
    """Revoke a token of one's own, at once."""
    await form(request)
    mine = Caller(visitor.person, course=visitor.course)
    await writing(request, lambda tx: auth.revoke(tx, token, mine))
    return RedirectResponse("/me", 303)


@router.post("/sign-out")
async def sign_out(request: Request) -> Response:
    """End the session."""
    await form(request)
    session = request.cookies.get(COOKIE, "")
    await writing(request, lambda tx: auth.sign_out(tx, session))
    reply = RedirectResponse("/", 303)
    reply.delete_cookie(COOKIE)
    return reply
