"""A platform registers itself (LTI Dynamic Registration 1.0): one address pasted there, and the operator confirms.

The platform's administrator is led here with the address of the platform's configuration. We read that, send back what
we are, and keep what the platform calls us. Whatever fails leaves nothing behind, and the invitation stays good.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from fastapi import Request
from fastapi.responses import Response
from sqlalchemy import Connection

from app import connecting
from app.asking import now, reading, site_of, writing
from app.auth import Caller
from app.lti.refusals import LaunchRefused
from app.lti.showing import ANYWHERE, show
from app.lti.wire import fields_of
from app.models.lms import CLAIM_LENGTH
from app.platforms import invitations
from app.platforms.outgoing import Outgoing, Reply, Unreachable, origin_of
from app.platforms.products import PRODUCTS, product_of
from app.platforms.registry import New, Platform
from app.platforms.tool import CONFIGURATION, Tool
from app.problems import Conflict, InvalidRequest, NotFound

OF_PLATFORM: Final = "https://purl.imsglobal.org/spec/lti-platform-configuration"
REQUIRED: Final = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri", "registration_endpoint")
ALGORITHM: Final = "RS256"
LONGEST: Final = 4_000  # characters of a registration token
BY_HAND: Final = "Or have the operator of this service add the platform by hand, under /platforms."
AGAIN: Final = "Start the registration in the platform once more: its token may have been used or be too old."
ERRORS: Final[Mapping[str, str]] = {
    "invalid_token": "it says that its token is not good",
    "invalid_redirect_uri": "it does not take the addresses of this service",
    "invalid_client_metadata": "it does not take what this service says of itself",
    "access_denied": "it says that you may not register tools",
}


class RegistrationRefused(LaunchRefused):
    """A platform could not be registered; the page says what its administrator, or the operator here, has to change."""

    title = "This platform was not registered"


async def register(request: Request) -> Response:
    """Register with the platform whose administrator holds an invitation."""
    fields = await fields_of(request)
    invitation = fields.get("invitation", "")
    await reading(request, lambda tx: _require(tx, invitation, now(request)))
    url, token = fields.get("openid_configuration", ""), fields.get("registration_token", "")
    if not url:
        detail = "Nothing was registered: this address is for a learning platform, and no platform sent you here."
        remedy = "Paste the whole address into the platform, where it registers tools (dynamic registration)."
        raise RegistrationRefused("no-configuration", detail, remedy)
    _require_plain(token)
    outgoing: Outgoing = request.app.state.outgoing
    described = await _described(outgoing, url, token)
    answer = await _answered(outgoing, described, token, Tool(site_of(request)))
    new, deployment = _platform(described, answer)
    made = await writing(request, lambda tx: _kept(tx, invitation, new, deployment, now(request)))
    return show(request, "lti/registered", framed_by=ANYWHERE, platform=made, deployment=deployment)


def _require(connection: Connection, invitation: str, now: datetime) -> None:
    """Raises `RegistrationRefused`."""
    try:
        invitations.require(connection, invitation, now)
    except NotFound:
        remedy = "Ask the operator of this service for a new one; each registers one platform, within a week."
        detail = "This address for registering a platform is unknown, used, withdrawn or older than a week."
        raise RegistrationRefused("bad-invitation", detail, remedy, 403) from None


def _require_plain(token: str) -> None:
    """Raises `RegistrationRefused` for a token that fits into no header."""
    if not token.isascii() or (token and not token.isprintable()) or len(token) > LONGEST:
        raise RegistrationRefused("bad-configuration", "The registration token is none that can be sent.", AGAIN)


# What the platform says of itself ----------------------------------------------------------------


async def _described(outgoing: Outgoing, url: str, token: str) -> Mapping[str, Any]:
    """The platform's configuration, as far as we need it. Raises `RegistrationRefused`."""
    try:
        reply = await outgoing.send("GET", url, headers=_headers(token))  # Canvas asks for the token here already
        if not reply.is_good:
            raise Unreachable(f"it answered with the status {reply.status}")
        described = reply.json()
    except Unreachable as why:
        detail = f"The platform's configuration (openid_configuration) cannot be read: {why}."
        remedy = f"The platform must be reached from this service by https, at a public address. {BY_HAND}"
        raise RegistrationRefused("unreachable-configuration", detail, remedy) from None
    if not isinstance(described, dict):
        raise _bad("The platform's configuration is not a JSON object.")
    _require_members(described)
    _require_issuer(described["issuer"], url)
    for name in REQUIRED[1:]:
        await _require_askable(outgoing, name, described[name])
    return described


def _headers(token: str) -> dict[str, str]:
    return {"Accept": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}


def _bad(detail: str) -> RegistrationRefused:
    remedy = f"Whoever looks after the platform has to change what it says of itself. {BY_HAND}"
    return RegistrationRefused("bad-configuration", detail, remedy)


def _require_members(described: Mapping[str, Any]) -> None:
    """Raises `RegistrationRefused`."""
    missing = [name for name in REQUIRED if not isinstance(described.get(name), str) or not described[name].strip()]
    if missing:
        raise _bad(f"The platform's configuration lacks {', '.join(missing)}.")
    algorithms = described.get("id_token_signing_alg_values_supported", [ALGORITHM])
    if not isinstance(algorithms, list) or ALGORITHM not in algorithms:
        raise _bad(f"The platform does not sign with {ALGORITHM}, which LTI 1.3 asks for.")


def _require_issuer(issuer: str, url: str) -> None:
    """The configuration comes from the issuer's own host (section 3.5.1). Raises `RegistrationRefused`."""
    ours, theirs = (urlsplit(origin_of(one)).hostname for one in (issuer, url))
    if ours is None or ours != theirs:
        detail = "The platform's configuration names an issuer at another host than the one it was read from."
        remedy = f"Set the address of the platform (its issuer) to that at which people reach it. {BY_HAND}"
        raise RegistrationRefused("foreign-issuer", detail, remedy)


async def _require_askable(outgoing: Outgoing, name: str, url: str) -> None:
    """Raises `RegistrationRefused` for an address that this service must not ask."""
    try:
        await outgoing.judge(url)
    except Unreachable as why:
        raise _bad(f"The platform's configuration names an address that cannot be used ({name}): {why}.") from None


# What we say of ourselves, and what comes of it --------------------------------------------------


async def _answered(outgoing: Outgoing, described: Mapping[str, Any], token: str, tool: Tool) -> Mapping[str, Any]:
    """The platform's answer to our registration. Raises `RegistrationRefused`."""
    registration = tool.registration(_scopes(described), _places(described))
    headers = {**_headers(token), "Content-Type": "application/json"}
    content = json.dumps(registration).encode()
    try:
        reply = await outgoing.send("POST", described["registration_endpoint"], headers=headers, content=content)
        if not reply.is_good:
            detail = f"The platform refused the registration with the status {reply.status}{_words(reply)}."
            raise RegistrationRefused("registration-refused", detail, f"{AGAIN} {BY_HAND}")
        answer = reply.json()
    except Unreachable as why:
        detail = f"The platform did not take the registration: {why}."
        remedy = f"If the platform lists this tool already, remove it there. {AGAIN}"
        raise RegistrationRefused("registration-refused", detail, remedy) from None
    if not isinstance(answer, dict):
        raise _no_client()
    return answer


def _scopes(described: Mapping[str, Any]) -> list[str] | None:
    listed = described.get("scopes_supported")
    return [one for one in listed if isinstance(one, str)] if isinstance(listed, list) else None


def _places(described: Mapping[str, Any]) -> dict[str, list[str]]:
    """Where tools may be found in the platform, by the kind of message."""
    platform = described.get(OF_PLATFORM)
    messages = platform.get("messages_supported") if isinstance(platform, dict) else None
    found: dict[str, list[str]] = {}
    for message in messages if isinstance(messages, list) else []:
        places = message.get("placements") if isinstance(message, dict) else None
        if isinstance(places, list):
            found[str(message.get("type"))] = [place for place in places if isinstance(place, str)]
    return found


def _words(reply: Reply) -> str:
    """Why the platform refused, where it says so in a code that we know (RFC 7591, section 3.2.2)."""
    try:
        said = reply.json()
    except Unreachable:
        return ""
    code = said.get("error") if isinstance(said, dict) else None
    return f": {ERRORS[code]}" if isinstance(code, str) and code in ERRORS else ""


def _no_client() -> RegistrationRefused:
    detail = "The platform took the registration, and did not say what it calls this tool (client_id)."
    remedy = f"Remove the tool in the platform again. {BY_HAND}"
    return RegistrationRefused("bad-registration", detail, remedy)


def _platform(described: Mapping[str, Any], answer: Mapping[str, Any]) -> tuple[New, str]:
    """The platform as we keep it, and the deployment that it made, "" where it made none.

    Raises `RegistrationRefused`.
    """
    client_id, tool = answer.get("client_id"), answer.get(CONFIGURATION)
    if isinstance(client_id, int) and not isinstance(client_id, bool):
        client_id = str(client_id)
    if not isinstance(client_id, str) or not 0 < len(client_id) <= CLAIM_LENGTH:
        raise _no_client()
    deployment = tool.get("deployment_id") if isinstance(tool, dict) else None
    about = described.get(OF_PLATFORM)
    family = about.get("product_family_code") if isinstance(about, dict) else None
    product = product_of(family) if isinstance(family, str) else ""
    new = New(
        issuer=described["issuer"],
        client_id=client_id,
        auth_url=described["authorization_endpoint"],
        token_url=described["token_endpoint"],
        jwks_url=described["jwks_uri"],
        name=urlsplit(origin_of(described["authorization_endpoint"])).netloc,
        product=product,
        token_audience=_audience(described, product),
        framed_by=_framers(described["issuer"], product),
    )
    return new, str(deployment) if isinstance(deployment, str | int) and not isinstance(deployment, bool) else ""


def _audience(described: Mapping[str, Any], product: str) -> str:
    """For whom what we sign for tokens is, where that is not where they are asked for; Canvas names a mere host."""
    said = described.get("authorization_server")
    if isinstance(said, str) and origin_of(said):
        return said
    return PRODUCTS[product].token_audience


def _framers(issuer: str, product: str) -> tuple[str, ...]:
    """Whose pages will show ours: hosted Canvas's are each institution's own, which it does not name."""
    if product == "canvas" and issuer.endswith(".instructure.com"):
        return ("https://*.instructure.com",)
    framed_by: tuple[str, ...] = PRODUCTS[product].filled(origin_of(issuer))["framed_by"]
    return framed_by


def _kept(connection: Connection, invitation: str, new: New, deployment: str, now: datetime) -> Platform:
    """Use the invitation up for the platform. Raises `RegistrationRefused`."""
    _require(connection, invitation, now)
    try:
        made = connecting.add(connection, Caller(), new, [deployment] if deployment else [], now, invited=True)
    except Conflict as problem:
        raise RegistrationRefused("registered-already", problem.detail, BY_HAND, 409) from None
    except InvalidRequest as problem:
        names = ", ".join(error.pointer.strip("/") for error in problem.errors)
        raise _bad(f"The platform says something that cannot be kept ({names}).") from None
    invitations.use_up(connection, invitation, now)
    return made
