"""Reading a request's body: bounded, strict JSON, checked against a pydantic model.

Python's JSON reader takes NaN, duplicate keys and lone surrogates; this one refuses them.
"""

import asyncio
import json
import math
import re
from typing import Any, Final, NoReturn, TypeVar

from anyio import to_thread
from fastapi import Request
from pydantic import BaseModel, ValidationError

from app.problems import ErrorOut, InvalidRequest, Problem, TooLarge, TooSlow, UnsupportedMediaType

MAX_BYTES: Final = 64 * 1024
MAX_FILE_BYTES: Final = 8 * 1024 * 1024  # of a roster, or a gradebook
LONGEST_WAIT: Final = 20  # seconds for a body to arrive
MAX_DEPTH: Final = 8
MAX_KEYS: Final = 1_000  # of one object
MOST_ERRORS: Final = 20  # that one reply lists
NO_TEXT: Final = re.compile("[\0\ud800-\udfff]")  # NUL, half of a surrogate pair
MAX_DIGITS: Final = 400  # of a whole number; 10^309 is infinite as a float already

WORDS: Final = {
    "model_type": "Expected a JSON object.",
    "missing": "This field is missing.",
    "too_short": "There must be at least one.",
}

Model = TypeVar("Model", bound=BaseModel)


class Body:
    """A body, parsed when it arrives. What is wrong with it is raised when it is read: 404 and 409 come first."""

    def __init__(self, raw: bytes, content_type: str, encoding: str, also: str = ""):
        self.raw = raw
        self.media_type = content_type.partition(";")[0].strip().lower()
        self._value: Any = {}
        self._problem: Problem | None = None
        try:
            if encoding != "identity":
                raise UnsupportedMediaType("Send the body without Content-Encoding.")
            if raw.strip() and not (also and self.media_type == also):
                self._value = _parse(raw, self.media_type)
        except Problem as problem:
            self._problem = problem

    @classmethod
    async def of(cls, request: Request, limit: int = MAX_BYTES, also: str = "") -> "Body":
        """Receive a body of at most `limit` bytes: JSON, or of a media type that is taken `also`, as it is.

        Raises `TooLarge`, `TooSlow`.
        """
        received = bytearray()
        try:
            async with asyncio.timeout(LONGEST_WAIT):
                async for chunk in request.stream():
                    received += chunk
                    if len(received) > limit:
                        raise TooLarge(f"The body is larger than {limit // 1024} KiB. Send less.")
        except TimeoutError:
            raise TooSlow(f"The body did not arrive within {LONGEST_WAIT} seconds. Send it again.") from None
        headers = request.headers
        sent = (headers.get("content-type", ""), headers.get("content-encoding", "identity"))
        if len(received) > MAX_BYTES:  # it takes long to parse: others are served meanwhile
            return await to_thread.run_sync(cls, bytes(received), *sent, also)
        return cls(bytes(received), *sent, also)

    def file(self, media_type: str) -> bytes:
        """The body as it was sent, where it is of this media type. Raises `UnsupportedMediaType`."""
        if self.media_type != media_type:
            raise UnsupportedMediaType(f"Send the file as it is, with the header Content-Type: {media_type}.")
        if self._problem:
            raise self._problem
        return self.raw

    def read(self, model: type[Model]) -> Model:
        """The body as this model; an empty body as an empty object. Raises `InvalidRequest`, `UnsupportedMediaType`."""
        if self._problem:
            raise self._problem
        try:
            return model.model_validate(self._value, strict=True)
        except ValidationError as error:
            raise InvalidRequest("The body is not what this address takes.", _errors(error, model)) from None


def _parse(raw: bytes, content_type: str) -> Any:
    if content_type != "application/json":
        raise UnsupportedMediaType("Send JSON, with the header Content-Type: application/json.")
    return parse_json(raw)


def parse_json(raw: bytes) -> Any:
    """UTF-8 JSON without duplicate keys, NaN, infinities, lone surrogates, NUL, or nesting beyond 8.

    Raises `InvalidRequest`, which says where but not what stands there.
    """
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _invalid("The body is not UTF-8.", error.start) from None
    try:
        value = json.loads(
            text, object_pairs_hook=_unique, parse_constant=_no_constant, parse_float=_float, parse_int=_int
        )
    except json.JSONDecodeError as error:
        remedy = 'Put fractions and pasted matrices in quotes, as in "2/3".'
        raise _invalid(f"The body is not JSON: {error.msg}. {remedy}", error.pos) from None
    except RecursionError:
        raise _invalid(f"The body is nested deeper than {MAX_DEPTH}.") from None
    _check(value)
    return value


def _invalid(detail: str, position: int | None = None) -> InvalidRequest:
    return InvalidRequest(detail, [ErrorOut(pointer="", detail=detail, position=position)])


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise _invalid("An object of the body has the same key twice.")
    return members


def _no_constant(_: str) -> NoReturn:
    raise _invalid("NaN and infinities are not JSON. Send finite numbers.")


def _float(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise _invalid("A number of the body is not finite. Send numbers below 1.8e308 in size.")
    return number


def _int(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise _invalid(f"A number of the body has more than {MAX_DIGITS} digits.")
    return int(digits)


def _check(value: Any) -> None:
    """Depth and texts, level by level, without recursion."""
    level, depth = [value], 0
    while level:
        depth += any(isinstance(item, (dict, list)) for item in level)
        if depth > MAX_DEPTH:
            raise _invalid(f"The body is nested deeper than {MAX_DEPTH}.")
        below: list[Any] = []
        for item in level:
            if isinstance(item, dict):
                if len(item) > MAX_KEYS:
                    raise _invalid(f"An object of the body has more than {MAX_KEYS} keys.")
                below += [*item.keys(), *item.values()]
            elif isinstance(item, list):
                below += item
            elif isinstance(item, str) and NO_TEXT.search(item):
                raise _invalid("A text of the body holds a NUL or half of a surrogate pair.")
        level = below


def _errors(error: ValidationError, model: type[BaseModel]) -> list[ErrorOut]:
    """Pydantic's errors as pointers into the body. A key that was sent is never repeated, only named keys are."""
    errors = []
    for fault in error.errors(include_url=False, include_input=False, include_context=False)[:MOST_ERRORS]:
        *parents, last = fault["loc"] or ("",)
        if fault["type"] == "extra_forbidden":
            known = ", ".join(model.model_fields)
            errors.append(ErrorOut(pointer=_pointer(parents), detail=f"Unknown field. There are: {known}."))
        else:
            detail = WORDS.get(fault["type"], sentence(fault["msg"]))
            errors.append(ErrorOut(pointer=_pointer([*parents, last]), detail=detail))
    return errors


def sentence(message: str) -> str:
    """What a validator says, without the words that pydantic puts before it."""
    said = message.removeprefix("Value error, ")
    return f"{said[:1].upper()}{said[1:]}."


def _pointer(path: list[int | str]) -> str:
    return "".join(f"/{part}" for part in path if part != "")
