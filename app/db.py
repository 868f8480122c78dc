"""The database: engines with the pragmas that make an acknowledged attempt durable, and migrations."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

import anyio.to_thread
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError

from app.settings import HOME

Result = TypeVar("Result")

LONGEST_WAIT: Final = 3  # seconds for a connection; then the service is overloaded


class GivenUp(Exception):
    """The database rolled a transaction back by itself, so that there is nothing to commit."""


class CannotOpen(Exception):
    """The data directory or the database cannot be used: the message says why."""


def open_engine(url: str, *, writes: bool, checkpoints: bool = True, checks_keys: bool = True) -> Engine:
    """An engine on a SQLite file: the one connection that writes, or connections that read.

    A command that writes beside a running server leaves checkpoints to it. A migration checks
    foreign keys at its end: to change a table, SQLite drops it and puts another in its place.
    """
    engine = create_engine(
        url,
        pool_size=1 if writes else 4,
        max_overflow=0,
        pool_timeout=LONGEST_WAIT,
        hide_parameters=True,  # errors are logged, and answers are nobody's business
    )

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _: object) -> None:
        connection.isolation_level = None  # transactions begin below, not by guess of the driver
        (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
        if mode != "wal":
            raise CannotOpen(f"the database keeps no write-ahead log there ({mode}); put it on a local disk")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA foreign_keys = {'ON' if checks_keys else 'OFF'}")
        connection.execute("PRAGMA busy_timeout = 5000")
        if not writes:
            connection.execute("PRAGMA query_only = ON")
        if not writes or not checkpoints:
            connection.execute("PRAGMA wal_autocheckpoint = 0")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    @event.listens_for(engine, "commit")
    def commit(connection: Connection) -> None:
        if not in_transaction(connection):
            raise GivenUp("The database gave up the transaction; nothing of it was stored.")

    return engine


def in_transaction(connection: Connection) -> bool:
    """Whether the database still is in the transaction: a full disk, for one, makes SQLite give it up."""
    return bool(getattr(connection.connection.dbapi_connection, "in_transaction", True))


def migrate(url: str) -> None:
    """Bring the database to the newest revision, all or nothing.

    Raises `CannotOpen` where there is no such database to be had.
    """
    config = Config()
    config.set_main_option("script_location", str(HOME / "migrations"))
    engine = open_engine(url, writes=True, checkpoints=False, checks_keys=False)
    try:
        with engine.begin() as connection:
            newest = ScriptDirectory.from_config(config).get_current_head()
            if MigrationContext.configure(connection).get_current_revision() == newest:
                return
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                raise CannotOpen(f"a migration would leave rows of {broken[0]} without their parents")
    except (DBAPIError, CommandError, GivenUp) as error:
        reason = error.orig if isinstance(error, DBAPIError) else error
        raise CannotOpen(
            f"the database {engine.url.database} cannot be opened or brought up to date: {reason}"
        ) from None
    finally:
        engine.dispose()


def make_private(folder: Path) -> None:
    """Make the data directory, and let nobody else read what this process writes: it holds students' work.

    Raises `CannotOpen`.
    """
    os.umask(0o077)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotOpen(f"the directory {folder} cannot be made: {error.strerror}. Set NABLA_DATA_DIR") from None


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
