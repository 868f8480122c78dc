"""What every door needs: who asks, the way to the exercises and to the database."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, TypeVar

from fastapi import Depends, Request
from sqlalchemy import Connection

from app import auth
from app.attempts import held
from app.auth import Caller
from app.exercise import Catalogue
from app.problems import Unauthenticated

Result = TypeVar("Result")


def now(request: Request) -> datetime:
    """The server's clock, read once a request, in the whole milliseconds that are stored."""
    if not hasattr(request.state, "received"):
        moment: datetime = request.app.state.clock()
        request.state.received = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    received: datetime = request.state.received
    return received


async def caller_of(request: Request) -> Caller:
    """The caller: a token's, or a guest where guests are welcome. Raises `Unauthenticated`."""
    authorization = request.headers.get("authorization")
    if authorization is not None:
        token = auth.bearer(authorization)
        return await reading(request, lambda tx: auth.caller_of(tx, token, now(request)))
    if request.app.state.settings.guests == "off":
        raise Unauthenticated("This server serves no guests. Send the header Authorization: Bearer and your token.")
    return auth.GUEST


Asking = Annotated[Caller, Depends(caller_of)]


async def person_of(caller: Asking) -> Caller:
    """The caller, who must be somebody. Raises `Unauthenticated` for a guest, before anything else is looked at."""
    caller.require_person()
    return caller


Person = Annotated[Caller, Depends(person_of)]


def catalogue_of(request: Request) -> Catalogue:
    catalogue: Catalogue = request.app.state.catalogue
    return catalogue


async def reading(request: Request, work: Callable[[Connection], Result]) -> Result:
    """What `work` reads, from one consistent snapshot."""
    result: Result = await request.app.state.reader.run(work)
    return result


async def writing(request: Request, work: Callable[[Connection], Result]) -> Result:
    """What `work` returns, once what it wrote is on disk."""
    result: Result = await request.app.state.writer.run(work)
    return result


def finding(request: Request, instance: str, caller: Caller) -> Callable[[Connection], held.Held]:
    """How to find an instance that the caller may reach."""
    return lambda tx: held.find(tx, catalogue_of(request), instance, caller, now(request))


def site_of(request: Request) -> str:
    """Where people reach the service, for addresses that they take elsewhere."""
    public: str = request.app.state.settings.public_url
    return f"{public}/" if public else str(request.base_url)


async def frame_anew(request: Request) -> None:
    """After platforms have changed: pages say at once whose frames may show them."""
    await request.app.state.framers.read(request.app.state.reader)
