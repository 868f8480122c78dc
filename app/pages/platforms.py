"""Learning platforms, for the operator: who they are, what they need of us, invitations, confirming, removing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import Connection

from app import connecting
from app.asking import frame_anew, now, reading, site_of, writing
from app.models.lms import ADDRESS_LENGTH, CLAIM_LENGTH
from app.pages.base import page
from app.pages.forms import Form, form_of
from app.pages.teach.making import making
from app.pages.visitors import SignedIn, Visiting, Visitor
from app.platforms import invitations, registry
from app.platforms.invitations import Invitation
from app.platforms.products import PRODUCTS
from app.platforms.registry import Platform, State
from app.platforms.tool import Tool
from app.problems import Conflict, InvalidRequest, NotFound, Problem
from app.replies import Key, Reply, once

AT: Final = "/platforms"
TEXTS: Final = ("name", "product", "issuer", "client_id", "auth_url", "token_url", "jwks_url", "token_audience")
SWITCHES: Final = ("any_deployment", "anonymous")
STATES: Final[Mapping[str, State]] = {"confirm": "active", "enable": "active", "disable": "disabled"}
DECISIONS: Final[Mapping[str, Literal["active", "refused"]]] = {"agree": "active", "refuse": "refused"}

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Typing:
    """What stands in the fields of a platform; lists are words separated by blanks."""

    values: Mapping[str, Any]
    address: str = ""
    deployments: str = ""

    @classmethod
    def of(cls, form: Form) -> "Typing":
        values = {name: form.get(name).strip() for name in (*TEXTS, "framed_by")}
        if values["product"] not in PRODUCTS:
            values["product"] = ""
        switches = {name: bool(form.get(name)) for name in SWITCHES}
        return cls({**values, **switches}, form.get("address").strip(), form.get("deployments").strip())

    @classmethod
    def showing(cls, platform: Platform) -> "Typing":
        values = {name: getattr(platform, name) for name in (*TEXTS, *SWITCHES)}
        return cls({**values, "framed_by": " ".join(platform.framed_by)})

    @property
    def fields(self) -> dict[str, Any]:
        """The fields as values."""
        return {**self.values, "framed_by": tuple(self.values["framed_by"].split())}

    def filled(self) -> "Typing":
        """With what the product has at the address. Raises `InvalidRequest`."""
        found = PRODUCTS[self.values["product"]].filled(self.address, self.values["client_id"])
        words = {name: " ".join(value) if name == "framed_by" else value for name, value in found.items()}
        return Typing(
            {**self.values, **{n: value for n, value in words.items() if value}}, self.address, self.deployments
        )


EMPTY: Final = Typing({**dict.fromkeys((*TEXTS, "framed_by"), ""), "any_deployment": True, "anonymous": False})


def _shared(request: Request) -> dict[str, Any]:
    longest = {"name": 200, "client_id": CLAIM_LENGTH, "address": ADDRESS_LENGTH}
    return {"tool": Tool(site_of(request)), "products": PRODUCTS, "longest": longest}


# All of them --------------------------------------------------------------------------------------


@router.get(AT)
async def list_platforms(request: Request, visitor: SignedIn, removed: bool = False) -> HTMLResponse:
    """The platforms, with their states, and what one that is new needs."""
    return await _list(request, visitor, removed=removed)


async def _list(
    request: Request,
    visitor: Visitor,
    *,
    invited: Invitation | None = None,
    shown_before: bool = False,
    removed: bool = False,
) -> HTMLResponse:
    def look(tx: Connection) -> dict[str, Any]:
        connecting.require_operator(visitor.caller)
        found = [(one, _waiting(tx, one)) for one in registry.everyone(tx)]
        return {"platforms": found, "unused": invitations.unused(tx, now(request))}

    return page(
        request,
        "platforms/list",
        visitor,
        **await reading(request, look),
        invited=invited,
        shown_before=shown_before,
        removed=removed,
        days=invitations.LASTS.days,
        **_shared(request),
    )


def _waiting(connection: Connection, platform: Platform) -> int:
    """How many of its deployments wait for the operator."""
    return sum(row.state == "pending" for row in registry.deployments_of(connection, platform))


@router.post(f"{AT}/invitations")
async def invite(request: Request, visitor: Visiting) -> HTMLResponse:
    """An address at which a platform may register itself, shown this once: a reload neither makes nor shows one."""
    form = await form_of(request, visitor)
    caller, moment = visitor.caller, now(request)

    def make(tx: Connection) -> Invitation | None:
        connecting.require_operator(caller)
        key = Key(f"{AT}/invitations {caller.person}", form.digest, form.digest.encode())
        new: list[Invitation] = []

        def create() -> Reply:
            new.append(connecting.invite(tx, caller, moment))
            return Reply(b"", AT)

        once(tx, request.app.state.seal, key, moment, create)
        return new[0] if new else None

    made = await writing(request, make)
    return await _list(request, visitor, invited=made, shown_before=made is None)


@router.post(f"{AT}/invitations/{{invitation}}/withdraw")
async def withdraw(request: Request, visitor: Visiting, invitation: str) -> Response:
    """Make an address worthless that nobody has used."""
    await form_of(request, visitor)
    await writing(request, lambda tx: connecting.withdraw(tx, visitor.caller, invitation, now(request)))
    return RedirectResponse(f"{AT}#invite", 303)


# A new one ----------------------------------------------------------------------------------------


@router.get(f"{AT}/new")
async def ask_for_platform(
    request: Request, visitor: SignedIn, product: Annotated[str, Query(max_length=20)] = ""
) -> HTMLResponse:
    """The fields of a platform that is added by hand."""
    chosen = product if product in PRODUCTS else ""
    return await _new(request, visitor, Typing({**EMPTY.values, "product": chosen}))


async def _new(
    request: Request, visitor: Visitor, typing: Typing, problem: Problem | None = None, *, filled: bool = False
) -> HTMLResponse:
    connecting.require_operator(visitor.caller)
    status = problem.status if problem else 200
    shown = {"typing": typing, "problem": problem, "filled": filled}
    return page(request, "platforms/new", visitor, status, **shown, **_shared(request))


@router.post(f"{AT}/new")
async def add_platform(request: Request, visitor: Visiting) -> Response:
    """Add the platform, or first fill in what its product has at its address."""
    form = await form_of(request, visitor)
    connecting.require_operator(visitor.caller)
    typing = Typing.of(form)

    def add(tx: Connection) -> str:
        new = connecting.completed(typing.fields, typing.address)
        made = connecting.add(tx, visitor.caller, new, typing.deployments.split(), now(request))
        return f"{AT}/{made.id}?saved=yes"

    try:
        if form.get("do") == "fill":
            return await _new(request, visitor, typing.filled(), filled=True)
        reply = await making(request, visitor, form, add)
    except (InvalidRequest, Conflict) as problem:
        return await _new(request, visitor, typing, problem)
    await frame_anew(request)
    return reply


# One of them --------------------------------------------------------------------------------------


@router.get(f"{AT}/{{platform}}")
async def show_platform(request: Request, visitor: SignedIn, platform: str, saved: bool = False) -> HTMLResponse:
    """A platform: its state, deployments and fields, and what it needs of us."""
    return await _one(request, visitor, platform, saved=saved)


async def _one(
    request: Request,
    visitor: Visitor,
    id: str,
    typing: Typing | None = None,
    problem: Problem | None = None,
    *,
    saved: bool = False,
) -> HTMLResponse:
    def look(tx: Connection) -> dict[str, Any]:
        found = connecting.find(tx, visitor.caller, id)
        return {"platform": found, "deployments": registry.deployments_of(tx, found)}

    found = await reading(request, look)
    return page(
        request,
        "platforms/one",
        visitor,
        problem.status if problem else 200,
        typing=typing or Typing.showing(found["platform"]),
        problem=problem,
        saved=saved,
        **found,
        **_shared(request),
    )


@router.post(f"{AT}/{{platform}}")
async def change_platform(request: Request, visitor: Visiting, platform: str) -> Response:
    """Change the fields of a platform."""
    form = await form_of(request, visitor)
    typing = Typing.of(form)

    def change(tx: Connection, found: Platform) -> None:
        connecting.change(tx, visitor.caller, found, typing.fields, now(request))

    return await _changed(request, visitor, platform, change, typing)


@router.post(f"{AT}/{{platform}}/state")
async def put_platform(request: Request, visitor: Visiting, platform: str) -> Response:
    """Confirm a platform that registered itself, disable one, or enable it again."""
    form = await form_of(request, visitor)

    def put(tx: Connection, found: Platform) -> None:
        if form.get("do") not in STATES:
            raise InvalidRequest("Choose one of the buttons of the page.")
        connecting.put(tx, visitor.caller, found, STATES[form.get("do")], now(request))

    return await _changed(request, visitor, platform, put)


@router.post(f"{AT}/{{platform}}/deployments")
async def decide(request: Request, visitor: Visiting, platform: str) -> Response:
    """Agree to a deployment, or refuse it."""
    form = await form_of(request, visitor)

    def put(tx: Connection, found: Platform) -> None:
        if form.get("do") not in DECISIONS:
            raise InvalidRequest("Choose one of the buttons of the page.")
        state = DECISIONS[form.get("do")]
        connecting.decide(tx, visitor.caller, found, form.get("deployment").strip(), state, now(request))

    return await _changed(request, visitor, platform, put)


async def _changed(
    request: Request,
    visitor: Visitor,
    id: str,
    change: Callable[[Connection, Platform], None],
    typing: Typing | None = None,
) -> Response:
    """Change a platform, and show it; with what is wrong where it cannot be changed so."""
    try:
        await writing(request, lambda tx: change(tx, connecting.find(tx, visitor.caller, id)))
    except (InvalidRequest, Conflict) as problem:
        return await _one(request, visitor, id, typing, problem)
    await frame_anew(request)
    return RedirectResponse(f"{AT}/{id}?saved=yes", 303)


@router.get(f"{AT}/{{platform}}/remove")
async def ask_to_remove(request: Request, visitor: SignedIn, platform: str) -> HTMLResponse:
    """What goes with a platform, and what stays."""

    def look(tx: Connection) -> dict[str, Any]:
        found = connecting.find(tx, visitor.caller, platform)
        return {"platform": found, "people": registry.people_of(tx, found), "courses": registry.courses_of(tx, found)}

    return page(request, "platforms/remove", visitor, **await reading(request, look))


@router.post(f"{AT}/{{platform}}/remove")
async def remove(request: Request, visitor: Visiting, platform: str) -> Response:
    """Forget a platform; one that is forgotten already stays so."""
    await form_of(request, visitor)
    connecting.require_operator(visitor.caller)

    def forget(tx: Connection) -> None:
        try:
            found = connecting.find(tx, visitor.caller, platform)
        except NotFound:
            return
        connecting.remove(tx, visitor.caller, found, now(request))

    await writing(request, forget)
    await frame_anew(request)
    return RedirectResponse(f"{AT}?removed=yes", 303)
