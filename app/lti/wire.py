"""What platforms have browsers send to the door: the fields of a query or a form, each once, within bounds."""

from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import parse_qsl

from fastapi import Request

from app.bodies import Body
from app.lti.refusals import LaunchRefused
from app.problems import Problem

URLENCODED: Final = "application/x-www-form-urlencoded"
MOST_FIELDS: Final = 1_000
LARGEST: Final = 128 * 1024  # bytes: signed messages are long


async def fields_of(request: Request) -> Mapping[str, str]:
    """The fields that were sent, each once. Raises `LaunchRefused`."""
    pairs = await _sent(request)
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise _unreadable()
    return fields


async def many_fields_of(request: Request) -> Mapping[str, Sequence[str]]:
    """The fields that were sent, with all their values. Raises `LaunchRefused`."""
    fields: dict[str, list[str]] = {}
    for name, value in await _sent(request):
        fields.setdefault(name, []).append(value)
    return fields


async def _sent(request: Request) -> list[tuple[str, str]]:
    pairs = list(request.query_params.multi_items())
    if request.method == "POST":
        try:
            body = await Body.of(request, LARGEST, also=URLENCODED)
        except Problem as problem:
            raise _unreadable(problem.status) from None
        pairs += _pairs(body)
    if any("\0" in text for pair in pairs for text in pair):
        raise _unreadable()
    return pairs


def _pairs(body: Body) -> list[tuple[str, str]]:
    if body.raw and body.media_type != URLENCODED:
        raise _unreadable()
    try:
        return parse_qsl(body.raw.decode("ascii"), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
    except ValueError:
        raise _unreadable() from None


def _unreadable(status: int = 400) -> LaunchRefused:
    return LaunchRefused("bad-login-request", "The platform sent something that cannot be read.", status=status)
