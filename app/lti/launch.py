"""The end of a launch: the platform says who opens what, signed; whoever it is gets in, and there."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Connection

from app import auth
from app.asking import catalogue_of, now, reading, writing
from app.auth import LIFETIMES, Caller, Role, Secret, hashed
from app.courses import contexts
from app.courses.contexts import Context, Who
from app.lti import logins, messages, opening
from app.lti.login import storage_key
from app.lti.logins import Login
from app.lti.messages import DEEP_LINKING, Expected, Message
from app.lti.opening import Destination
from app.lti.refusals import ADMINISTRATOR, LaunchRefused, untrusted
from app.lti.showing import ANYWHERE, framers, show
from app.lti.wire import fields_of
from app.pages import cookies
from app.pages.visitors import Visitor
from app.platforms import registry
from app.platforms.outgoing import origin_of
from app.platforms.registry import Platform
from app.platforms.roles import is_preview, role_of

ERRORS: Final = {
    "login_required": "it asks to sign in there first",
    "access_denied": "it does not let you in",
    "invalid_request": "it does not understand the request of this service",
    "unauthorized_client": "it does not know this service",
    "interaction_required": "it needs something of you first",
    "consent_required": "it asks for your consent first",
    "server_error": "it has a fault",
    "temporarily_unavailable": "it cannot answer now",
}


@dataclass(frozen=True)
class Launch:
    """Somebody who comes from a platform: with a course and a role in it, where the platform names them."""

    platform: Platform
    message: Message
    person: str
    context: Context | None
    role: Role | None


async def finish(request: Request) -> Response:
    """Let somebody in, and lead them to what they opened."""
    fields = await fields_of(request)
    moment = now(request)
    state = fields.get("state", "")
    login, platform = await reading(request, lambda tx: _begun(tx, state, moment))
    if "error" in fields:
        raise _platforms_error(fields["error"])
    claims = await messages.read(fields.get("id_token", ""), platform, request.app.state.keysets)
    expected = Expected(login.nonce, login.target)
    message = messages.check(claims, platform, expected, moment, hashed)
    held = cookies.kept_across(request, login.cookie)
    shown = held or fields.get("browser", "")
    if not shown:
        return _unbound(request, platform, login, fields)
    if hashed(shown) != login.browser:
        detail = "Another browser began this launch than the one that finishes it."
        raise untrusted("other-browser", detail)
    await writing(request, lambda tx: logins.consume(tx, login, moment))
    return await _let_in(request, platform, message, by_cookie=bool(held), login=login)


def _begun(connection: Connection, state: str, now: datetime) -> tuple[Login, Platform]:
    login = logins.find(connection, state, now)
    platform = registry.find(connection, login.platform)
    if platform.state != "active":
        detail = "The operator of this service has disabled this platform."
        raise LaunchRefused("disabled-platform", detail, "Ask the operator why; they enable it under /platforms.", 403)
    return login, platform


def _platforms_error(code: str) -> LaunchRefused:
    said = ERRORS.get(code, "it does not say why in words that this service knows")
    remedy = f"Sign in to the learning platform, and open the link there once more. {ADMINISTRATOR}"
    return LaunchRefused("platform-error", f"The learning platform refused the launch: {said}.", remedy)


# Browsers that keep no cookies in frames ----------------------------------------------------------


def _unbound(request: Request, platform: Platform, login: Login, fields: dict[str, str]) -> Response:
    """The way on where the browser sent no cookie: the platform's storage, else a tab of its own."""
    target = fields.get("lti_storage_target") or login.request.get("lti_storage_target")
    storage = target and {"frame": target, "origin": origin_of(platform.auth_url), "key": storage_key(fields["state"])}
    message = {name: fields[name] for name in ("state", "id_token")}
    values = {"storage": storage, "message": message, "login": login.request}
    return show(request, "lti/unbound", framed_by=ANYWHERE, **values)


# Letting in ---------------------------------------------------------------------------------------


async def _let_in(
    request: Request, platform: Platform, message: Message, *, by_cookie: bool, login: Login
) -> Response:
    if message.sub is None:
        return RedirectResponse("/", 303)  # a guest, where the operator welcomes them

    def enter(tx: Connection) -> tuple[Launch, Destination]:
        launch = _entered(tx, platform, message, now(request))
        return launch, opening.destination(tx, catalogue_of(request), launch, now(request))

    launch, destination = await writing(request, enter)
    purpose: auth.Purpose = "session" if by_cookie else "sign-in"
    secret = await writing(request, lambda tx: auth.create_secret(tx, launch.person, now(request), purpose))
    if not by_cookie and destination.is_address:
        return show(request, "lti/new-tab", framed_by=framers(request, platform), link=secret.text, next=destination.address)
    reply = await destination.reply(request, launch)
    if by_cookie:
        cookies.keep(request, reply, cookies.SESSION, secret.text, LIFETIMES["session"])
    cookies.forget_across(reply, login.cookie)
    return reply
