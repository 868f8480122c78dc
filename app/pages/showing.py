"""Secrets that a page makes and shows once: the same form, sent again by a reload, neither makes nor shows one."""

from collections.abc import Callable

from fastapi import Request
from sqlalchemy import Connection

from app.asking import now, writing
from app.auth import Secret
from app.pages.forms import Form
from app.pages.visitors import Visitor
from app.replies import Key, Reply, once


async def shown_once(
    request: Request, visitor: Visitor, form: Form, make: Callable[[Connection], Secret]
) -> Secret | None:
    """The secret that `make` makes; None where this form has made it before. Raises as `make` does."""
    key = Key(f"{request.url.path} {visitor.caller.person}", form.digest, form.digest.encode())

    def work(tx: Connection) -> Secret | None:
        new: list[Secret] = []

        def create() -> Reply:
            new.append(make(tx))
            return Reply(b"", new[0].id)

        once(tx, request.app.state.seal, key, now(request), create)
        return new[0] if new else None

    return await writing(request, work)
