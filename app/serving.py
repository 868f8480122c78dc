"""Start the server: one process, one writer, on a socket of its own choosing; stop it in good order."""

import gc
import signal
import socket
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Final

import uvicorn

from app.auth import create_secret, the_operator
from app.db import alone, make_private, migrate, open_engine
from app.exercise import Catalogue
from app.exercise.watching import Watch
from app.keeping.erasure import erase_again
from app.settings import Settings
from app.web import create_app

LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")
STOPPING: Final = 5  # seconds that requests under way have when the server is told to stop


class CannotServe(Exception):
    """The server cannot start: the message says why and what to do."""


def serve(settings: Settings, catalogue: Catalogue, watch: Watch | None = None) -> None:
    """Serve until SIGTERM or Ctrl-C, then finish what was begun. Raises `CannotServe`, `CannotOpen`.

    `watch` loads exercises again when their files change, and opens the workbench.
    """
    if watch and settings.host not in LOOPBACK:
        raise CannotServe("--reload shows all answers, so it serves this machine only. Leave NABLA_HOST and --host out")
    make_private(settings.data_dir)
    with alone(settings.database_file), _listening(settings.host, settings.port) as listener:
        migrate(settings.database)
        _keep_erased(settings)
        config = uvicorn.Config(
            create_app(settings, catalogue, watch=watch),
            log_level="warning",
            access_log=False,  # addresses name instances, and whoever knows a guest's may use it
            server_header=False,
            proxy_headers=bool(settings.trusted_proxies),
            forwarded_allow_ips=settings.trusted_proxies or None,
            timeout_graceful_shutdown=STOPPING,
        )
        server = uvicorn.Server(config)

        def stop(*_: object) -> None:
            # Uvicorn has its own handlers while it serves: they stop it gracefully, then raise the signal
            # again. Ours take one that comes before, and make that second one harmless.
            server.should_exit = True

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        address = _address(listener)
        _greet(settings, catalogue, address)
        _welcome(settings, address)
        if watch:
            print(f"  the workbench:        {address}/workbench shows every answer, anew as you save")
        print("Ctrl-C stops it.", flush=True)
        settle()
        server.run(sockets=[listener])


def settle() -> None:
    """Leave what is loaded now out of garbage collection: it stays, and a collection that looks through it takes
    a tenth of a second, in the midst of somebody's page."""
    gc.collect()
    gc.freeze()


def _keep_erased(settings: Settings) -> None:
    """Erase again whoever was erased: the database may be an older one, put back by hand."""
    engine = open_engine(settings.database, writes=True)
    try:
        if back := erase_again(engine, settings.tombstones, datetime.now(UTC)):
            print(f"Erased again, because the database is an older one: {back} of the people in it.")
    finally:
        engine.dispose()


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
            listener.listen()  # from the greeting on, whoever comes is served
        except OSError as error:
            remedy = "Set NABLA_HOST" if isinstance(error, socket.gaierror) else f"Set NABLA_PORT={port + 1}"
            raise CannotServe(f"cannot listen on {host} port {port}: {error.strerror}. {remedy}, for one") from None
        yield listener


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def _greet(settings: Settings, catalogue: Catalogue, address: str) -> None:
    print(f"Nabla serves {len(catalogue)} exercises on {address}")
    print(f"  to try out its API:   {address}/docs")
    print(f"  a first exercise:     curl -X POST {address}/api/v1/exercises/ls-gradient/instances")
    print(f"  the database:         {settings.database_file} (SQLite {sqlite3.sqlite_version})")
    for fault in catalogue.faults.values():
        print(f"  not served: {fault}", file=sys.stderr)


def _welcome(settings: Settings, address: str) -> None:
    """On the first start, make the operator and print a link that signs them in: here and nowhere else."""
    engine = open_engine(settings.database, writes=True, checkpoints=False)
    with engine.begin() as connection:
        now = datetime.now(UTC)
        operator, is_new = the_operator(connection, now)
        if is_new:
            link = create_secret(connection, operator, now, "sign-in").text
            print(f"  you, its operator:    {settings.public_url or address}/sign-in/{link}")
            print("                        signs you in once within 15 minutes; `nabla sign-in` prints another")
    engine.dispose()
