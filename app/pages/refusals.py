"""Problems, for people: a page in place of the JSON that programs get. What they typed is kept, to be sent again."""

from typing import Final

from fastapi import Request, Response

from app import auth
from app.pages.base import page
from app.pages.forms import Form
from app.pages.visitors import Visitor, visitor_of
from app.problems import Problem, Unauthenticated

READ: Final = ("/lti/jwks.json", "/lti/config.json")  # by platforms
NOT_PAGES: Final = ("/api/", "/static/", "/docs/", "/healthz", "/readyz", "/openapi.json", *READ)


def wants_page(request: Request) -> bool:
    """Whether a person in a browser asks, and not a program."""
    return "text/html" in request.headers.get("accept", "") and not request.url.path.startswith(NOT_PAGES)


async def refusal(request: Request, problem: Problem) -> Response:
    """A page that says what is wrong and what to do."""
    try:
        visitor = await visitor_of(request)
    except Exception:  # whatever keeps us from knowing who asks, this page is about another problem
        visitor = Visitor(auth.GUEST)
    if visitor.is_over and problem.status == 404:  # for all that we know it is theirs
        problem = Unauthenticated("You are signed out. Sign in again to see this page.")
    form: Form = getattr(request.state, "form", Form())
    path = request.url.path
    back = path if request.method == "GET" or path.startswith("/instances/") else "/me"
    closed = getattr(request.state, "closed", None)
    values = {"problem": problem, "form": form, "path": path, "back": back, "closed": closed}
    response = page(request, "refusal", visitor, problem.status, **values)
    response.headers.update({name: value for name, value in problem.headers.items() if name != "WWW-Authenticate"})
    return response
