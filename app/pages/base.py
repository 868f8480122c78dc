"""What all pages share: templates, the session cookie, and forms that only our own pages can send."""

import hmac
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import parse_qs

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse
from fastapi.templating import Jinja2Templates
from markupsafe import Markup

from app import auth
from app.asking import caller_of, now, reading
from app.auth import Caller
from app.bodies import Body
from app.markup import html
from app.problems import Forbidden, Unauthenticated

COOKIE: Final = "nabla_session"
FORM: Final = "application/x-www-form-urlencoded"

templates = Jinja2Templates(Path(__file__).parents[1] / "templates")
templates.env.filters["markdown"] = lambda text: Markup(html(text))  # noqa: S704 - html() escapes what is not Markdown
templates.env.filters["svg"] = Markup  # a figure, made by an exercise file


async def visitor_of(request: Request) -> Caller:
    """Who looks at a page: the person of the session, else as the API has it. A session that is over is none."""
    session = request.cookies.get(COOKIE)
    if session and "authorization" not in request.headers:
        try:
            return await reading(request, lambda tx: auth.caller_of(tx, session, now(request), "session"))
        except Unauthenticated:
            pass
    return await caller_of(request)


Visiting = Annotated[Caller, Depends(visitor_of)]


def page(request: Request, name: str, visitor: Caller, status: int = 200, **values: Any) -> HTMLResponse:
    """A page from its template, which knows the visitor and the proof that its forms must carry."""
    shared = {"api": f"{request.base_url}api/v1", "visitor": visitor, "proof": _proof(request)}
    return templates.TemplateResponse(request, f"{name}.html", {**shared, **values}, status)


def _proof(request: Request) -> str:
    """What a form of this session must carry: other sites cannot read it, so they cannot send it."""
    secret: bytes = request.app.state.secret
    return hmac.digest(secret, f"form {request.cookies.get(COOKIE, '')}".encode(), "sha256").hex()


async def form(request: Request) -> dict[str, str]:
    """The fields of a form that one of our own pages sent. Raises `Forbidden` for any other."""
    if request.headers.get("sec-fetch-site") == "cross-site":  # before somebody is signed in, all have one proof
        raise Forbidden("Another site sent this form. Open the page here and send it once more.")
    body = await Body.of(request, also=FORM)
    try:
        fields = parse_qs(body.raw.decode("ascii"), max_num_fields=100)
    except ValueError:
        fields = {}
    values = {name: given[0] for name, given in fields.items()}
    if not hmac.compare_digest(values.pop("proof", "").encode(), _proof(request).encode()):
        raise Forbidden("This form is out of date, or another site sent it. Open the page again and send it once more.")
    return values
