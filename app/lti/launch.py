"""The end of a launch: the platform says who opens what, signed; whoever it is gets in, and there."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Connection

from app.asking import catalogue_of, now, reading, writing
from app.auth import LIFETIMES, Secret, create_secret, hashed
from app.courses import contexts
from app.courses.contexts import Who
from app.lti import logins, messages
from app.lti.login import storage_key
from app.lti.logins import Login
from app.lti.messages import Expected, GradesClaim, Message, RosterClaim
from app.lti.opening import Destination, Launch, destination
from app.lti.refusals import ADMINISTRATOR, LaunchRefused, untrusted
from app.lti.settling import settle
from app.lti.showing import ANYWHERE, framers, show
from app.lti.wire import fields_of
from app.pages import cookies
from app.pages.forms import comes_from_us
from app.platforms import registry
from app.platforms.outgoing import origin_of
from app.platforms.registry import DeploymentState, Platform
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
    message = messages.check(claims, platform, expected, moment)
    held = cookies.kept_across(request, login.cookie)
    shown = held or (fields.get("browser", "") if comes_from_us(request) else "")
    if not shown:
        return _unbound(request, platform, login, fields)
    if hashed(shown) != login.browser:
        detail = "Another browser began this launch than the one that finishes it."
        raise untrusted("other-browser", detail)
    _require_deployment(await writing(request, lambda tx: _used(tx, login, platform, message, moment)))
    if message.sub is None:  # a guest, where the operator has platforms send them
        return RedirectResponse("/", 303)
    reply = await _let_in(request, platform, message, by_cookie=bool(held))
    cookies.forget_across(reply, login.cookie)
    return reply


def _begun(connection: Connection, state: str, now: datetime) -> tuple[Login, Platform]:
    login = logins.find(connection, state, now)
    platform = registry.find(connection, login.platform)
    if platform.state != "active":
        detail = "The operator of this service has disabled this platform."
        raise LaunchRefused("disabled-platform", detail, "Ask the operator why; they enable it under /platforms.", 403)
    return login, platform


def _used(connection: Connection, login: Login, platform: Platform, message: Message, now: datetime) -> DeploymentState:
    """Use the login up; what was decided of the deployment, which the operator sees from now on."""
    logins.consume(connection, login, now)
    return registry.deployment(connection, platform, message.deployment_id, now)


def _require_deployment(state: DeploymentState) -> None:
    """Raises `LaunchRefused`."""
    remedy = "The operator of this service decides about the deployments of a platform under /platforms."
    if state == "pending":
        detail = "The tool was added at another place of the platform (a deployment that is new here)."
        raise LaunchRefused("pending-deployment", detail, remedy, 403)
    if state == "refused":
        detail = "The operator of this service has refused this deployment of the platform."
        raise LaunchRefused("unknown-deployment", detail, remedy, 403)


def _platforms_error(code: str) -> LaunchRefused:
    said = ERRORS.get(code, "it does not say why in words that this service knows")
    remedy = f"Sign in to the learning platform, and open the link there once more. {ADMINISTRATOR}"
    return LaunchRefused("platform-error", f"The learning platform refused the launch: {said}.", remedy)


# Browsers that keep no cookies in frames ----------------------------------------------------------


def _unbound(request: Request, platform: Platform, login: Login, fields: Mapping[str, str]) -> Response:
    """The way on where the browser sent no cookie: the platform's storage, else a tab of its own."""
    target = fields.get("lti_storage_target") or login.request.get("lti_storage_target")
    storage = target and {"frame": target, "origin": origin_of(platform.auth_url), "key": storage_key(fields["state"])}
    message = {name: fields[name] for name in ("state", "id_token")}
    asked = {name: value for name, value in login.request.items() if name != "lti_storage_target"}
    again = f"/lti/login?{urlencode(asked)}"  # a link: no form of ours may lead on to the platform
    return show(request, "lti/unbound", framed_by=ANYWHERE, storage=storage, message=message, again=again)


# Letting in ---------------------------------------------------------------------------------------


async def _let_in(request: Request, platform: Platform, message: Message, by_cookie: bool) -> Response:
    """Somebody's session, and the way to what they opened: in a tab of its own where the browser keeps no cookies."""
    moment = now(request)

    def enter(tx: Connection) -> tuple[Launch, Destination, Secret]:
        registry.launched(tx, platform, moment)
        launch = entered(tx, platform, message, moment)
        leads_to = destination(tx, catalogue_of(request), launch, moment)
        return launch, leads_to, create_secret(tx, launch.person, moment, "session" if by_cookie else "sign-in")

    launch, leads_to, secret = await writing(request, enter)
    framed_by = framers(request, platform)
    if leads_to.template:
        reply: Response = await settle(request, launch, leads_to, framed_by)
    elif by_cookie:
        reply = RedirectResponse(leads_to.address, 303)
    else:
        reply = show(request, "lti/new-tab", framed_by=framed_by, link=secret.text, next=leads_to.address)
    if by_cookie:
        cookies.keep(request, reply, cookies.SESSION, secret.text, LIFETIMES["session"])
    return reply


def entered(connection: Connection, platform: Platform, message: Message, now: datetime) -> Launch:
    """The launch of somebody, who is in the course now, where the platform names one and gives them a role in it."""
    who = Who(message.sub or "", message.full_name, message.email, preview=is_preview(message.roles))
    role, named = role_of(message.roles), message.context
    person = contexts.known(connection, platform.id, who, now)
    if named is None:
        return Launch(platform, message, person)
    context = contexts.find(connection, platform.id, message.deployment_id, named.id)
    if context is None and role is not None:
        title = named.title or named.label or ""
        context = contexts.make(connection, platform.id, message.deployment_id, named.id, title, person, now)
    if context is not None:
        grades, roster = message.grades or GradesClaim(), message.roster or RosterClaim()
        contexts.offer(connection, context, grades.lineitems, roster.context_memberships_url, grades.scope, now)
        if role is not None:
            contexts.enter(connection, context, who, role, now)
    return Launch(platform, message, person, context, role)
