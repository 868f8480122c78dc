"""Forms that make something: whoever sends one twice, by a second click or a reload, makes it once."""

from collections.abc import Callable

from fastapi import Request
from fastapi.responses import RedirectResponse
from sqlalchemy import Connection

from app.asking import now, writing
from app.pages.forms import Form
from app.pages.visitors import Visitor
from app.replies import Key, Reply, once


async def making(request: Request, visitor: Visitor, form: Form, make: Callable[[Connection], str]) -> RedirectResponse:
    """Make something and go to its address, which `make` returns; the same form again goes there, too."""

    def work(tx: Connection) -> str:
        key = Key(f"{request.url.path} {visitor.caller.person}", form.digest, form.digest.encode())
        reply = once(tx, request.app.state.seal, key, now(request), lambda: Reply(b"", make(tx)))
        return reply.location or "/teach"

    return RedirectResponse(await writing(request, work), 303)
