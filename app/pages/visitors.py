"""Who looks at a page: the person of a session, else whoever a token names, else a guest in their browser."""

import hashlib
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy import Connection

from app import auth
from app.asking import caller_of, now, reading
from app.auth import STAFF, Caller
from app.courses import course, members
from app.pages import cookies
from app.problems import Unauthenticated


@dataclass(frozen=True)
class Visitor:
    """Who asks, as the API knows them, and what the head of every page says of them.

    `is_over`: their browser sent a session that has ended.
    """

    caller: Caller
    name: str = ""
    studies: bool = False
    teaches: bool = False
    is_over: bool = False

    @property
    def is_guest(self) -> bool:
        return self.caller.id is None


async def visitor_of(request: Request) -> Visitor:
    """The visitor, be they welcome or not: who is not must still get in. Raises `Unauthenticated` for a bad token."""
    session = request.cookies.get(cookies.SESSION)
    is_over = False
    if session and "authorization" not in request.headers:
        try:
            return await reading(
                request, lambda tx: _signed_in(tx, auth.caller_of(tx, session, now(request), "session"))
            )
        except Unauthenticated:
            is_over = True
    if "authorization" in request.headers:
        caller = await caller_of(request)
        return await reading(request, lambda tx: _signed_in(tx, caller))
    return Visitor(Caller(browser=browser_of(request.cookies.get(cookies.BROWSER, ""))), is_over=is_over)


def _signed_in(connection: Connection, caller: Caller) -> Visitor:
    roles = {found.role for found in course.of_caller(connection, caller)}
    return Visitor(
        caller,
        name_of(connection, caller),
        studies="student" in roles,
        teaches=caller.operator or not roles.isdisjoint(STAFF),
    )


def name_of(connection: Connection, caller: Caller) -> str:
    """What somebody is called; in a session for one course, which its instructor may have made, as that course does."""
    if caller.course is not None:
        return members.names(connection, caller.course, [caller.person]).get(caller.person, "")
    return str(auth.person(connection, caller.person).name)


def browser_of(name: str) -> str | None:
    """Under what the practice of a guest's browser is kept: a hash of the name in its cookie."""
    return hashlib.sha256(name.encode()).hexdigest() if name else None


async def person_of(request: Request) -> Visitor:
    """The visitor, who must be signed in. Raises `Unauthenticated`."""
    visitor = await visitor_of(request)
    if visitor.is_guest:
        raise Unauthenticated("Sign in to see this page.")
    return visitor


def require_welcome(request: Request, visitor: Visitor) -> None:
    """Raises `Unauthenticated` for a guest where there are none."""
    if visitor.is_guest and request.app.state.settings.guests == "off":
        raise Unauthenticated("This service is for people who are signed in. Sign in first.")


async def practising_of(request: Request) -> Visitor:
    """The visitor, who may practise; a form is read before that is asked, so that it is not lost.

    Raises `Unauthenticated`.
    """
    visitor = await visitor_of(request)
    if request.method != "POST":
        require_welcome(request, visitor)
    return visitor


Visiting = Annotated[Visitor, Depends(visitor_of)]
Practising = Annotated[Visitor, Depends(practising_of)]
SignedIn = Annotated[Visitor, Depends(person_of)]
