"""What goes wrong on purpose: at each end point a test may schedule errors, silence, and broken connections."""

from collections import Counter, defaultdict, deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event
from typing import Any, Final, Literal

import anyio
import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

SERVED: Final = "tests.platform.served"  # in the scope of requests that came over a socket
Ways = Literal["answer", "drop", "silence"]
Endpoint = Callable[[Request], Awaitable[Response]]


class Refusal(Exception):
    """What a tool sent is wrong: the status and error code it is told, and why, for people."""

    def __init__(self, status: int, error: str, why: str = "") -> None:
        super().__init__(f"{status} {error}: {why}")
        self.status, self.error, self.why = status, error, why

    def response(self) -> Response:
        return JSONResponse({"error": self.error, "error_description": self.why}, self.status)


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong: an answer that is not the right one, or none."""

    way: Ways
    stored: bool = False  # the right thing is done first, and only its answer is lost
    status: int = 500
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass
class Gate:
    """Holds the next requests at an end point until it is opened; `arrived` is set when the first one waits."""

    arrived: Event = field(default_factory=Event)
    opened: Event = field(default_factory=Event)

    def open(self) -> None:
        self.opened.set()

    async def passed(self) -> None:
        self.arrived.set()
        await anyio.to_thread.run_sync(self.opened.wait, abandon_on_cancel=True)


@dataclass(frozen=True)
class Call:
    """A request that came in: where, when by the platform's clock, and the status of the answer (0: none)."""

    at: str
    method: str
    url: str
    moment: datetime
    status: int


class Faults:
    """The faults that are scheduled at each end point, first come first served, and the calls that came."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self.calls: list[Call] = []
        self.refusals: list[Refusal] = []
        self.places: set[str] = set()
        self._scheduled: defaultdict[str, deque[Fault]] = defaultdict(deque)
        self._gates: dict[str, Gate] = {}

    def schedule(self, at: str, fault: Fault, times: int) -> None:
        self._require_place(at)
        self._scheduled[at].extend([fault] * times)

    def hold(self, at: str) -> Gate:
        self._require_place(at)
        self._gates[at] = Gate()
        return self._gates[at]

    def clear(self) -> None:
        """Everything goes right from now on."""
        self._scheduled.clear()
        for gate in self._gates.values():
            gate.open()
        self._gates.clear()

    def count(self, at: str) -> int:
        self._require_place(at)
        return Counter(call.at for call in self.calls)[at]

    def next(self, at: str) -> Fault | None:
        return self._scheduled[at].popleft() if self._scheduled[at] else None

    def gate(self, at: str) -> Gate | None:
        return self._gates.get(at)

    def _require_place(self, at: str) -> None:
        assert at in self.places, f"there is no end point {at!r}, but {sorted(self.places)}"


class Guarded:
    """An end point as an ASGI app: it notes each call, turns refusals into answers, and fails as scheduled."""

    def __init__(self, at: str, endpoint: Endpoint, faults: Faults) -> None:
        self.at, self.endpoint, self.faults = at, endpoint, faults
        faults.places.add(at)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request, moment, fault = Request(scope, receive), self.faults.now(), self.faults.next(self.at)
        if gate := self.faults.gate(self.at):
            await gate.passed()
        response = await self._answer(request) if fault is None or fault.stored else None
        status = 0
        if fault is None:
            assert response is not None
            status = response.status_code
        elif fault.way == "answer":
            response = Response(fault.body, fault.status, dict(fault.headers))
            status = fault.status
        self.faults.calls.append(Call(self.at, request.method, str(request.url), moment, status))
        if fault is not None and fault.way == "drop":
            await _drop(send)
        elif fault is not None and fault.way == "silence":
            await _be_silent(scope, receive)
        else:
            assert response is not None
            await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        try:
            return await self.endpoint(request)
        except Refusal as refusal:
            self.faults.refusals.append(refusal)
            return refusal.response()


async def _drop(send: Send) -> None:
    """Break off in the middle of an answer: uvicorn closes the socket, and in process httpx's error is the client's."""
    headers = [(b"content-type", b"application/json"), (b"content-length", b"1000")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"{", "more_body": True})
    raise httpx.RemoteProtocolError("the platform dropped the connection")


async def _be_silent(scope: Scope, receive: Receive) -> None:
    """Never answer: over a socket until the client gives up, in process, where httpx has no time limits, at once."""
    if SERVED not in scope:
        raise httpx.ReadTimeout("the platform never answered")
    message: Any = {}
    while message.get("type") != "http.disconnect":
        message = await receive()
