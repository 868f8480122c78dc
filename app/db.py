"""The database: engines with the pragmas that make an acknowledged attempt durable, and migrations."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

import anyio.to_thread
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event

from app.settings import HOME

Result = TypeVar("Result")

SAFE_SQLITE: Final = (3, 51, 3)
"""From this version on SQLite is free of a fault that can corrupt a write-ahead log when two
connections write and checkpoint at once. Nabla avoids it on older ones: one process writes while it
serves, and no other connection ever checkpoints."""


def open_engine(url: str, *, writes: bool, checkpoints: bool = True) -> Engine:
    """An engine on a SQLite file: the one connection that writes, or connections that read.

    A command that writes beside a running server leaves checkpoints to it.
    """
    engine = create_engine(url, pool_size=1 if writes else 4, max_overflow=0)

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _: object) -> None:
        connection.isolation_level = None  # transactions begin below, not by guess of the driver
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA busy_timeout = 5000")
        if not writes:
            connection.execute("PRAGMA query_only = ON")
        if not writes or not checkpoints:
            connection.execute("PRAGMA wal_autocheckpoint = 0")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def migrate(engine: Engine) -> None:
    """Bring the database to the newest revision."""
    config = Config()
    config.set_main_option("script_location", str(HOME / "migrations"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def make_private(folder: Path) -> None:
    """Make the data directory, and let nobody else read what this process writes: it holds students' work."""
    os.umask(0o077)
    folder.mkdir(parents=True, exist_ok=True)


class Reader:
    """Reads, each in a transaction of its own, off the event loop."""

    def __init__(self, engine: Engine):
        self._engine = engine

    async def run(self, work: Callable[[Connection], Result]) -> Result:
        """What `work` makes of a connection to a consistent snapshot."""
        return await anyio.to_thread.run_sync(self._run, work)

    def _run(self, work: Callable[[Connection], Result]) -> Result:
        with self._engine.begin() as connection:
            return work(connection)
