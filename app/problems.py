"""What can go wrong with a request, as RFC 9457 problems.

Raise one anywhere; `web.py` turns it into `application/problem+json`. The slug at the end of `type`
is stable, and `/problems/<slug>` explains it in the words of the class's docstring. No message
repeats what was sent.
"""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from pydantic import BaseModel
from starlette.responses import JSONResponse


class ErrorOut(BaseModel):
    """One error within a request: where (a JSON pointer; in a text, the 0-based position), what, and what to do."""

    pointer: str
    detail: str
    position: int | None = None


class ProblemOut(BaseModel):
    """An error, after RFC 9457. `type` ends in a stable slug."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[ErrorOut] = []


class Problem(Exception):
    """Base of all problems: `detail` says what is wrong and what to do."""

    slug: ClassVar[str]
    status: ClassVar[int]
    title: ClassVar[str]

    def __init__(self, detail: str, errors: list[ErrorOut] | None = None, headers: Mapping[str, str] | None = None):
        super().__init__(detail)
        self.detail = detail
        self.errors = errors or []
        self.headers = dict(headers or {})

    def response(self) -> JSONResponse:
        body = ProblemOut(
            type=f"/problems/{self.slug}",
            title=self.title,
            status=self.status,
            detail=self.detail,
            errors=self.errors,
        )
        content: dict[str, Any] = body.model_dump(exclude_none=True)
        return JSONResponse(content, self.status, self.headers, "application/problem+json")


class NotFound(Problem):
    """There is nothing at this address, or you may not reach it."""

    slug, status, title = "not-found", 404, "Not found"


class MethodNotAllowed(Problem):
    """The address exists and does not take this method; the `Allow` header names those it takes."""

    slug, status, title = "method-not-allowed", 405, "Method not allowed"


class Unauthenticated(Problem):
    """The token is missing where one is needed, or is unknown, expired or revoked. Ask for a new one."""

    slug, status, title = "unauthenticated", 401, "Not signed in"

    def __init__(self, detail: str):
        super().__init__(detail, headers={"WWW-Authenticate": "Bearer"})


class Forbidden(Problem):
    """You are in this course, and your role does not let you do this."""

    slug, status, title = "forbidden", 403, "Forbidden"


class InvalidRequest(Problem):
    """The body, a parameter or a header is not what the API takes; `errors` points at each fault."""

    slug, status, title = "invalid-request", 422, "Invalid request"


class Unreadable(Problem):
    """An answer could not be read. Nothing of the request was stored and no try was used."""

    slug, status, title = "unreadable", 422, "Unreadable answer"


class TooLarge(Problem):
    """The body is larger than 64 KiB; than 8 MiB where it is a roster or a gradebook."""

    slug, status, title = "too-large", 413, "Too large"


class TooSlow(Problem):
    """The body did not arrive in time."""

    slug, status, title = "too-slow", 408, "Too slow"


class UnsupportedMediaType(Problem):
    """The body is not JSON (or CSV, where that is taken): send its `Content-Type`, not compressed."""

    slug, status, title = "unsupported-media-type", 415, "Unsupported media type"


class KeyReused(Problem):
    """This `Idempotency-Key` came before with another body. Use a new key for a new request."""

    slug, status, title = "key-reused", 422, "Idempotency key reused"


class Closed(Problem):
    """The instance is closed: draw a new one."""

    slug, status, title = "closed", 409, "Closed"


class NotOpen(Problem):
    """The assignment has not opened yet."""

    slug, status, title = "not-open", 403, "Not open yet"


class PastDue(Problem):
    """The assignment has closed. What was sent before is kept; this was not stored."""

    slug, status, title = "past-due", 403, "Past due"


class NoTries(Problem):
    """A part has no tries left. Nothing of the request was stored."""

    slug, status, title = "no-tries", 409, "No tries left"


class Conflict(Problem):
    """What is there does not allow this, for the reason in `detail`. Nothing was changed."""

    slug, status, title = "conflict", 409, "Conflict"


class RegradeStale(Problem):
    """Attempts came in, or exercises changed, since the regrade was computed. Start another one."""

    slug, status, title = "regrade-stale", 409, "Regrade out of date"


class NoHint(Problem):
    """There is no such hint to open now. Hints open one after the other."""

    slug, status, title = "no-hint", 409, "No such hint"


class SolutionNotOpen(Problem):
    """The solution opens once the instance is solved, closed or out of tries; in an assignment, when that says so."""

    slug, status, title = "solution-not-open", 403, "Solution not open"


class Withdrawn(Problem):
    """The exercise is no longer served, or needs other numbers now than this instance has. Attempts are kept."""

    slug, status, title = "withdrawn", 410, "Exercise withdrawn"


class Overloaded(Problem):
    """The service cannot take the request now and has stored nothing of it. Try again after `Retry-After` seconds."""

    slug, status, title = "overloaded", 503, "Overloaded"

    def __init__(self, detail: str, retry_after: int = 2):
        super().__init__(detail, headers={"Retry-After": str(retry_after)})


class InternalError(Problem):
    """A fault of ours. Nothing of the request was stored and no try was used."""

    slug, status, title = "internal-error", 500, "Internal error"


def kinds() -> Iterator[type[Problem]]:
    """Every kind of problem."""
    yield from Problem.__subclasses__()
