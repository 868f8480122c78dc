"""Start the server: one process, one writer, on a socket of its own choosing; stop it in good order."""

import fcntl
import os
import signal
import socket
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from app.db import SAFE_SQLITE, make_private, migrate, open_engine
from app.exercise import Catalogue
from app.settings import Settings
from app.web import create_app


class CannotServe(Exception):
    """The server cannot start: the message says why and what to do."""


def serve(settings: Settings, catalogue: Catalogue) -> int:
    """Serve until SIGTERM or Ctrl-C, then finish what was begun. Returns the exit status."""
    try:
        make_private(settings.data_dir)
    except OSError as error:
        raise CannotServe(
            f"the data directory {settings.data_dir} cannot be made: {error.strerror}. Set NABLA_DATA_DIR."
        ) from None
    with _alone(settings.data_dir), _listening(settings.host, settings.port) as listener:
        engine = open_engine(settings.database, writes=True)
        migrate(engine)
        engine.dispose()
        config = uvicorn.Config(
            create_app(settings, catalogue),
            log_level="warning",
            access_log=False,  # addresses name instances, and whoever knows a guest's may use it
            server_header=False,
            proxy_headers=bool(settings.trusted_proxies),
            forwarded_allow_ips=settings.trusted_proxies or None,
        )
        server = uvicorn.Server(config)

        def stop(*_: object) -> None:
            # Uvicorn has its own handlers while it serves: they stop it gracefully, then raise the signal
            # again. Ours take one that comes before, and make that second one harmless.
            server.should_exit = True

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        _greet(settings, catalogue, listener)
        server.run(sockets=[listener])
        return 0


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the data directory's lock: SQLite is safe and fair with one writing server only."""
    with (folder / "server.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotServe(f"another server uses {folder} already. Stop it, or set NABLA_DATA_DIR.") from None
        yield


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError as error:
            raise CannotServe(
                f"cannot listen on {host} port {port}: {os.strerror(error.errno or 0)}."
                f" Choose another: NABLA_PORT={port + 1} make serve"
            ) from None
        yield listener


def _greet(settings: Settings, catalogue: Catalogue, listener: socket.socket) -> None:
    host, port = listener.getsockname()[:2]
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    print(f"Nabla serves {len(catalogue)} exercises on {address}")
    print(f"  to try out its API:   {address}/docs")
    print(f"  a first exercise:     curl -X POST {address}/api/v1/exercises/ls-gradient/instances")
    print(f"  data:                 {settings.data_dir.resolve()} (SQLite {sqlite3.sqlite_version})")
    if sqlite3.sqlite_version_info < SAFE_SQLITE:
        newer = ".".join(map(str, SAFE_SQLITE))
        print(f"  note: SQLite before {newer} can damage a database that several processes write; Nabla lets one.")
    for fault in catalogue.faults.values():
        print(f"  not served: {fault}", file=sys.stderr)
    print("Ctrl-C stops it.", flush=True)
