"""Pages of the door: bare ones, which show in a platform's frame whoever is signed in there."""

import logging
from typing import Any, Final

from fastapi import Request
from fastapi.responses import HTMLResponse

from app.auth import GUEST
from app.lti.refusals import LaunchRefused
from app.pages.base import page, policy
from app.pages.visitors import Visitor
from app.platforms.outgoing import origin_of
from app.platforms.registry import Platform

log = logging.getLogger("nabla")

LOGGED: Final = 200  # characters of what came
ANYWHERE: Final = "*"  # for pages on which nothing can be done in anybody's name
OWN_FORMS: Final = "'self'"


def show(
    request: Request,
    name: str,
    status: int = 200,
    *,
    framed_by: str,
    form_action: str = OWN_FORMS,
    **values: Any,
) -> HTMLResponse:
    """A page that those origins may show in a frame."""
    reply = page(request, name, Visitor(GUEST), status, **values)
    reply.headers["Content-Security-Policy"] = policy(request, framed_by=framed_by, form_action=form_action)
    return reply


def framers(request: Request, platform: Platform) -> str:
    """The origins whose pages may show ours, those of a platform among them."""
    ours: tuple[str, ...] = request.app.state.settings.framed_by
    return " ".join(dict.fromkeys((*ours, *platform.framed_by, origin_of(platform.auth_url))))


async def refused(request: Request, problem: Exception) -> HTMLResponse:
    """The page of a launch that was refused."""
    assert isinstance(problem, LaunchRefused)  # noqa: S101 - it is called with this kind only
    asked = {name: request.query_params.get(name, "")[:LOGGED] for name in ("iss", "client_id")}
    log.warning("A launch was refused: %s. It came with %r.", problem.code, asked)
    return show(request, "lti/refused", problem.status, framed_by=ANYWHERE, problem=problem)
