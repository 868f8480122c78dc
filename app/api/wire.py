"""What all routes share: strict requests, replies that come once, problems and bodies in OpenAPI."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any, Final, NoReturn, TypeVar

from fastapi import Query, Request, Response
from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, WithJsonSchema
from sqlalchemy import Connection

from app.asking import now, writing
from app.auth import Caller
from app.bodies import Body
from app.dates import moment
from app.problems import Forbidden, InvalidRequest, NotOpen, Problem, ProblemOut, Withdrawn
from app.replies import Key, Reply, once

Found = TypeVar("Found")
Result = TypeVar("Result")

PREFIX: Final = "/api/v1"
PAGE: Final = 50
LARGEST_PAGE: Final = 200

Limit = Annotated[int, Query(ge=1, le=LARGEST_PAGE, description="How many at most.")]
Cursor = Annotated[str, Query(pattern="^[A-Za-z0-9_.-]{0,100}$", description="The `next` of the page before.")]
NumberCursor = Annotated[str, Query(pattern="^[0-9]{1,12}$", description="The `next` of the page before.")]


def schema_of(model: type[BaseModel]) -> dict[str, Any]:
    """The JSON schema of a model with its parts in place: a reference would point outside of a route's schema."""
    schema = model.model_json_schema()
    parts = schema.pop("$defs", {})

    def in_place(value: Any) -> Any:
        if isinstance(value, list):
            return [in_place(entry) for entry in value]
        if not isinstance(value, dict):
            return value
        if "$ref" in value:
            value = {**parts[value["$ref"].rpartition("/")[2]], **{k: v for k, v in value.items() if k != "$ref"}}
        return {name: in_place(entry) for name, entry in value.items()}

    whole: dict[str, Any] = in_place(schema)
    return whole


def _problem() -> dict[str, Any]:
    """The body of a problem in OpenAPI."""
    return {"content": {"application/problem+json": {"schema": schema_of(ProblemOut)}}}


PROBLEMS: Final[dict[int | str, dict[str, Any]]] = {
    "4XX": {**_problem(), "description": "A problem: its `type` says which."},
    422: {**_problem(), "description": "The request or an answer cannot be read: `errors` says where."},
    503: {**_problem(), "description": "Try again after `Retry-After` seconds."},
}

IDEMPOTENCY_KEY: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "Any random text: a retry with the same key gets the first reply again and does nothing twice.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"},
}


def _moment(value: Any) -> datetime:
    if not isinstance(value, str):
        raise ValueError("send a time as text, such as 2026-11-22T10:00:00Z")
    return moment(value)


TimeIn = Annotated[
    datetime,
    BeforeValidator(_moment),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2026-11-22T10:00:00Z"]}),
]

Time = Annotated[
    datetime,
    PlainSerializer(
        lambda t: t.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"), return_type=str
    ),
]


class In(BaseModel):
    """A request: strict, without unknown fields."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Nothing(In):
    """A request without content: an empty body, or `{}`."""


def takes(model: type[BaseModel], *, creates: bool = False) -> dict[str, Any]:
    """A route's request in OpenAPI. Routes read it themselves, once 401, 404 and 409 are decided.

    A route that `creates` something takes an `Idempotency-Key`, too.
    """
    body = {"requestBody": {"content": {"application/json": {"schema": schema_of(model)}}}}
    return {**body, "parameters": [IDEMPOTENCY_KEY]} if creates else body


async def creating(
    request: Request,
    caller: Caller,
    find: Callable[[Connection], Found],
    make: Callable[[Connection, Found, Body, datetime], Reply],
    status: int = 201,
) -> Response:
    """Find what a POST is about, then make the new thing, once for each idempotency key; `status` says that it is made.

    The order is the contract's: 404 from `find`, then a kept reply, then 403, 409 and 422 from `find` and `make`.
    """
    received = now(request)
    body = await Body.of(request)

    def work(tx: Connection) -> Reply:
        deed: Callable[[], Reply]
        try:
            deed = partial(make, tx, find(tx), body, received)
        except (Forbidden, NotOpen, Withdrawn) as refusal:  # what was made while it was allowed is replied again
            deed = partial(_refuse, refusal)
        return once(tx, request.app.state.seal, _key(request, caller, body), received, deed)

    first = await writing(request, work)
    if first.location is None:
        return Response(first.body, 200, media_type="application/json")
    return Response(first.body, status, {"Location": first.location}, "application/json")


def _refuse(refusal: Problem) -> NoReturn:
    raise refusal


async def changing(
    request: Request,
    find: Callable[[Connection], Found],
    make: Callable[[Connection, Found, Body, datetime], Result],
) -> Result:
    """Find what a request changes, then change it: 404 from `find` comes before 409 and 422 from `make`."""
    received = now(request)
    body = await Body.of(request)
    return await writing(request, lambda tx: make(tx, find(tx), body, received))


def _key(request: Request, caller: Caller, body: Body) -> Key | None:
    """The request's idempotency key, in the scope of path and caller; a course's token is a caller of its own.

    A guest's path names an instance or an attempt, which is theirs, wherever they come from. Where it
    does not (drawing an instance), their address keeps guests with equal keys apart.
    """
    key = request.headers.get("idempotency-key")
    if key is None:
        return None
    if not 1 <= len(key) <= 255 or not key.isascii() or not key.isprintable():
        raise InvalidRequest("An Idempotency-Key has 1 to 255 printable ASCII characters.")
    who = caller.id or "guest"
    if caller.course is not None:
        who += f" in {caller.course}"
    if caller.id is None and request.client and "exercise" in request.path_params:
        who += f" at {request.client.host}"
    return Key(f"{request.url.path} {who}", key, body.raw)


def reply(body: BaseModel, location: str | None = None) -> Reply:
    """A reply with this body; a `location` says that it was created."""
    return Reply(body.model_dump_json().encode(), location)
