"""The application: doors, errors, documentation and health put together."""

import asyncio
import logging
import re
from base64 import b64encode
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from inspect import cleandoc
from pathlib import Path
from typing import Any

import fastapi_offline
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from fastapi.staticfiles import StaticFiles
from joserfc.jwk import RSAKey
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app import api, lti, pages, problems
from app.attempts.regrading import Regrading
from app.auth import seal_of, server_secret
from app.bodies import sentence
from app.db import CannotOpen, GivenUp, Reader, open_engine
from app.exercise import Catalogue
from app.exercise.watching import Watch
from app.keeping.purge import keep_purging
from app.pages import workbench
from app.pages.base import STATIC
from app.pages.refusals import refusal, wants_page
from app.passback.rosters import Rosters
from app.passback.sender import Sender
from app.platforms import keys
from app.platforms.framing import Framers
from app.platforms.keysets import Keysets
from app.platforms.outgoing import Outgoing, is_loopback
from app.platforms.services import Services
from app.problems import (
    Conflict,
    ErrorOut,
    InternalError,
    InvalidRequest,
    MethodNotAllowed,
    NotFound,
    Overloaded,
    Problem,
)
from app.settings import Settings
from app.writer import Writer

LOOKING = 0.5  # seconds between two looks at the files of exercises, where they are watched

log = logging.getLogger("nabla")

HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
]
KEPT = "public, max-age=31536000, immutable"


def utc() -> datetime:
    return datetime.now(UTC)


def create_app(
    settings: Settings, catalogue: Catalogue, clock: Callable[[], datetime] = utc, watch: Watch | None = None
) -> FastAPI:
    """The service on a database that is migrated already. `clock` says what time it is.

    With `watch`, exercises are loaded again when their files change, and the workbench shows their answers.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        write_engine = open_engine(settings.database, writes=True)
        read_engine = open_engine(settings.database, writes=False)
        app.state.writer = Writer(write_engine)
        app.state.reader = Reader(read_engine)
        await app.state.framers.read(app.state.reader)
        app.state.regrading = Regrading(app.state.reader, app.state.writer, lambda: app.state.catalogue)
        app.state.rosters = Rosters(app.state.writer, app.state.services, clock)
        app.state.sender = Sender(app.state.reader, app.state.writer, app.state.services, clock)
        tasks = [
            asyncio.create_task(keep_purging(app.state.writer, settings, clock)),
            asyncio.create_task(app.state.rosters.keep_fetching()),
            asyncio.create_task(app.state.framers.keep_reading(app.state.reader)),
            asyncio.create_task(app.state.sender.keep_sending()),
        ]
        if watch:
            tasks.append(asyncio.create_task(_keep_loading(app, watch)))
        yield
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        await app.state.regrading.close()
        await app.state.rosters.close()
        await app.state.sender.close()
        await app.state.outgoing.close()
        app.state.writer.close()
        read_engine.dispose()
        write_engine.dispose()

    app = FastAPI(
        title="Nabla",
        version="1",
        description="Exercises on the mathematics behind deep learning that grade themselves.",
        lifespan=lifespan,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.settings = settings
    app.state.catalogue = catalogue
    app.state.clock = clock
    app.state.secret = server_secret(settings.data_dir, settings.secret)
    app.state.seal = seal_of(app.state.secret, "kept replies")
    app.state.outgoing = Outgoing(settings.private_platforms, loopback=is_loopback(settings.address))
    app.state.framers = Framers(settings.framed_by)
    app.state.keysets = Keysets(app.state.outgoing, clock)
    app.state.services = Services(app.state.outgoing, lambda: signing(app), clock)
    app.include_router(api.router)
    app.include_router(pages.router)
    app.include_router(lti.router)
    if watch:
        app.state.watch = watch
        app.include_router(workbench.router)
    files = Path(__file__).parent / "static"
    app.mount(STATIC, KeptFiles(directory=files))
    app.mount("/static", StaticFiles(directory=files))
    _add_documentation(app)
    _add_health(app)
    _add_errors(app)
    app.add_middleware(Headers)
    return app


class KeptFiles(StaticFiles):
    """The files of the pages, which browsers keep: their address has a digest of them all."""

    def file_response(self, *args: Any, **options: Any) -> Response:
        response = super().file_response(*args, **options)
        response.headers["Cache-Control"] = KEPT
        return response


async def _keep_loading(app: FastAPI, watch: Watch) -> None:
    while True:
        await asyncio.sleep(LOOKING)
        try:
            if found := await asyncio.to_thread(watch.again):
                app.state.catalogue = found
                for fault in found.faults.values():
                    log.warning("Not served: %s", fault)
        except Exception:  # whatever it is, the next look may find it gone
            log.exception("The exercises could not be loaded again.")


async def signing(app: FastAPI) -> RSAKey:
    """The key that signs what goes to platforms, made before its first use."""
    seal = seal_of(app.state.secret, keys.SEALED)
    key: RSAKey = await app.state.writer.run(lambda tx: keys.ensure(tx, seal, app.state.clock()))
    return key


class Headers:
    """Adds the headers that every reply has."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *(h for h in HEADERS if h[0] not in present)]
            await send(message)

        await self.app(scope, receive, send_with_headers)


def _add_documentation(app: FastAPI) -> None:
    assets = Path(fastapi_offline.__file__).parent / "static"
    app.mount("/docs/assets", StaticFiles(directory=assets))

    @cache
    def schema() -> dict[str, Any]:
        found = app.openapi()
        found["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
        found["security"] = [{}, {"token": []}]  # a token or none: guests may practise
        return found

    @app.get("/openapi.json", include_in_schema=False)
    def openapi() -> JSONResponse:
        """The API as a document: half a second's work, done when it is first asked for and in a thread."""
        return JSONResponse(schema())

    @app.get("/docs", include_in_schema=False)
    async def docs() -> HTMLResponse:
        response = get_swagger_ui_html(
            openapi_url="/openapi.json",
            title="Nabla: the API",
            swagger_js_url="/docs/assets/swagger-ui-bundle.js",
            swagger_css_url="/docs/assets/swagger-ui.css",
            swagger_favicon_url="/docs/assets/favicon.png",
        )
        (script,) = re.findall(rb"<script>(.*?)</script>", bytes(response.body), re.DOTALL)
        digest = b64encode(sha256(script).digest()).decode()
        response.headers["Content-Security-Policy"] = (
            f"default-src 'none'; script-src 'self' 'sha256-{digest}'; style-src 'self' 'unsafe-inline';"
            " img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )
        return response

    @app.get("/problems/{slug}", include_in_schema=False)
    async def problem(slug: str) -> PlainTextResponse:
        for kind in problems.kinds():
            if kind.slug == slug:
                return PlainTextResponse(f"{kind.status} {kind.title}\n\n{cleandoc(kind.__doc__ or '')}\n")
        raise NotFound("There is no such kind of problem.")


def _add_health(app: FastAPI) -> None:
    @app.api_route("/healthz", methods=["GET", "HEAD"], include_in_schema=False)
    async def healthz() -> PlainTextResponse:
        """The process answers."""
        return PlainTextResponse("ok\n")

    @app.api_route("/readyz", methods=["GET", "HEAD"], include_in_schema=False)
    async def readyz(request: Request) -> PlainTextResponse:
        """The database answers, and can be written."""
        await request.app.state.writer.run(lambda tx: tx.execute(text("SELECT 1 FROM instances LIMIT 1")).first())
        return PlainTextResponse("ready\n")


def _add_errors(app: FastAPI) -> None:
    async def answer(request: Request, problem: Problem) -> Response:
        return await refusal(request, problem) if wants_page(request) else problem.response()

    app.add_exception_handler(lti.LaunchRefused, lti.refused)
    app.add_exception_handler(Problem, answer)  # type: ignore[arg-type]  # it is called with this kind only

    @app.exception_handler(RequestValidationError)
    async def on_parameter(request: Request, error: RequestValidationError) -> Response:
        errors = [ErrorOut(pointer=_parameter(fault["loc"]), detail=sentence(fault["msg"])) for fault in error.errors()]
        return await answer(request, InvalidRequest("A parameter of the address is not what it takes.", errors))

    @app.exception_handler(HTTPException)
    async def on_http(request: Request, error: HTTPException) -> Response:
        if error.status_code == 405:
            detail = "This address does not take this method. The Allow header names those it takes."
            headers = {"Allow": ", ".join(_allowed(request)) or "GET, HEAD"}
            return await answer(request, MethodNotAllowed(detail, headers=headers))
        if error.status_code == 404:
            return await answer(request, NotFound("There is nothing at this address. /docs lists all addresses."))
        return await answer(request, InvalidRequest("The request cannot be read."))

    @app.exception_handler(ClientDisconnect)
    async def on_disconnect(_: Request, __: ClientDisconnect) -> PlainTextResponse:
        return PlainTextResponse("Nobody is there to read this.\n", 400)

    @app.exception_handler(PoolTimeout)
    @app.exception_handler(OperationalError)
    @app.exception_handler(GivenUp)
    @app.exception_handler(CannotOpen)
    async def on_database(request: Request, error: SQLAlchemyError | GivenUp | CannotOpen) -> Response:
        log.error("The database refused: %s", error)
        detail = "The database cannot take this now. Nothing of it was stored; try again."
        return await answer(request, Overloaded(detail))

    @app.exception_handler(IntegrityError)
    async def on_gone(request: Request, error: IntegrityError) -> Response:
        if "FOREIGN KEY" not in str(error.orig):
            raise error
        detail = "What this belongs to was deleted while you sent it. Nothing was stored."
        return await answer(request, Conflict(detail))

    @app.exception_handler(Exception)
    async def on_fault(request: Request, error: Exception) -> Response:
        # The server logs the traceback; the reply says nothing of the inside.
        fault = InternalError("A fault of ours. Nothing of this request was stored and no try was used.")
        response = await answer(request, fault)
        response.raw_headers.extend(HEADERS)  # this handler stands outside the middleware
        return response


def _allowed(request: Request) -> list[str]:
    """The methods that this address takes; the router itself names those of the first route only."""
    methods = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
    scopes = {method: {**request.scope, "method": method} for method in methods}
    return [m for m in methods if any(route.matches(scopes[m])[0] is Match.FULL for route in request.app.routes)]


def _parameter(location: Any) -> str:
    return "".join(f"/{part}" for part in location[1:])
