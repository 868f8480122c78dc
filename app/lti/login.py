"""The beginning of a launch: the platform asks us to log somebody in, and we ask it back who they are.

OpenID Connect third-party initiated login (1EdTech Security Framework 1.0, section 5.1.1). It is bound to the
browser by a cookie, and in LTI Platform Storage where the platform offers that: some keep no cookies in frames.
"""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Connection

from app.asking import now, reading, site_of, writing
from app.auth import hashed
from app.lti import logins
from app.lti.refusals import LaunchRefused
from app.lti.showing import ANYWHERE, show
from app.lti.wire import fields_of
from app.pages import cookies
from app.platforms import registry
from app.platforms.outgoing import origin_of
from app.platforms.registry import Platform

REQUIRED: Final = ("iss", "login_hint", "target_link_uri")
OPTIONAL: Final = ("client_id", "lti_deployment_id", "lti_message_hint", "lti_storage_target")
LONGEST: Final = 4_000  # characters of a parameter: each is kept until the launch is over
LAUNCH: Final = "/lti/launch"
TARGETS: Final = (LAUNCH, "/lti/deep-link")
OTHER_CLIENT: Final = "Compare the client id under /platforms with the platform's, or register this client id as well."
REGISTER: Final = "Register the platform here first: the operator of this service does so under /platforms."


async def log_in(request: Request) -> Response:
    """Ask the platform who it is that it leads here."""
    asked = _asked(await fields_of(request))
    site = site_of(request).rstrip("/")
    if not is_ours(asked["target_link_uri"], site):
        detail = "The platform leads to an address that is none of this service."
        raise LaunchRefused("foreign-target", detail, f"Set the tool address (target link URI) to {site}{LAUNCH}.")
    platform = await reading(request, lambda tx: found(tx, asked["iss"], asked.get("client_id")))
    begun = logins.Begun.new()
    await writing(request, lambda tx: logins.begin(tx, begun, platform, asked, now(request)))
    address = _question(platform, begun, asked, f"{site}{LAUNCH}")
    reply = _stored(request, platform, begun, asked, address)
    cookies.keep_across(request, reply, logins.cookie_of(hashed(begun.state)), begun.browser, logins.LASTS)
    return reply


def _asked(fields: Mapping[str, str]) -> dict[str, str]:
    """The parameters of the request. Raises `LaunchRefused`."""
    asked = {name: fields[name] for name in (*REQUIRED, *OPTIONAL) if fields.get(name)}
    if any(len(text) > LONGEST for text in asked.values()):
        raise LaunchRefused("bad-login-request", f"A parameter has more than {LONGEST} characters.")
    if missing := [name for name in REQUIRED if name not in asked]:
        detail = f"The login request of the platform lacks {', '.join(missing)}."
        raise LaunchRefused(
            "bad-login-request", detail, "Open the link in the platform itself; no other address works."
        )
    return asked


def is_ours(address: str, site: str) -> bool:
    """Whether an address is one that launches lead to."""
    return address.isprintable() and origin_of(address) == origin_of(site) and urlsplit(address).path in _paths(site)


def _paths(site: str) -> tuple[str, ...]:
    return tuple(f"{urlsplit(site).path}{path}" for path in TARGETS)


def found(connection: Connection, issuer: str, client_id: str | None) -> Platform:
    """The platform that asks. Raises `LaunchRefused`."""
    platforms = registry.by_issuer(connection, issuer, client_id)
    if not platforms and registry.by_issuer(connection, issuer, None):
        detail = "This service knows the platform by another client id than the one that came."
        raise LaunchRefused("unknown-platform", detail, OTHER_CLIENT, 403)
    if not platforms:
        detail = "This service does not know the platform: its issuer is not registered."
        raise LaunchRefused("unknown-platform", detail, REGISTER, 403)
    active = [platform for platform in platforms if platform.state == "active"]
    if len(active or platforms) > 1:
        detail = "Several tools are registered for this issuer, and the platform does not say which one it means."
        raise LaunchRefused("ambiguous-issuer", detail, "Have the platform send client_id with the login request.")
    (platform,) = active or platforms
    if platform.state == "proposed":
        detail = "The platform registered itself, and the operator of this service has not confirmed it yet."
        raise LaunchRefused("not-confirmed", detail, "The operator confirms it under /platforms.", 403)
    if platform.state == "disabled":
        detail = "The operator of this service has disabled this platform."
        raise LaunchRefused("disabled-platform", detail, "Ask the operator why; they enable it under /platforms.", 403)
    return platform


def _question(platform: Platform, begun: logins.Begun, asked: Mapping[str, str], launch: str) -> str:
    """The address at which the platform says who it is. Hints go back as they came."""
    question = {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": platform.client_id,
        "redirect_uri": launch,
        "state": begun.state,
        "nonce": begun.nonce,
        "login_hint": asked["login_hint"],
    }
    if "lti_message_hint" in asked:
        question["lti_message_hint"] = asked["lti_message_hint"]
    return f"{platform.auth_url}{'&' if urlsplit(platform.auth_url).query else '?'}{urlencode(question)}"


def _stored(
    request: Request, platform: Platform, begun: logins.Begun, asked: Mapping[str, str], address: str
) -> Response:
    """The way to the platform: through its storage, where it offers one."""
    target = asked.get("lti_storage_target")
    if target is None:
        return RedirectResponse(address, 302)
    storage: dict[str, Any] = {
        "frame": target,
        "origin": origin_of(platform.auth_url),
        "key": storage_key(begun.state),
        "value": begun.browser,
        "address": address,
    }
    return show(request, "lti/store", framed_by=ANYWHERE, storage=storage)


def storage_key(state: str) -> str:
    """Under what a platform's storage keeps what binds a login to its browser."""
    return f"nabla_{hashed(state)[: logins.COOKIE_DIGITS]}"
