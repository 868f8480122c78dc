"""The database: engines with the pragmas that make an acknowledged attempt durable, migrations, locks."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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
BUSY: Final = 5_000  # milliseconds that a connection waits for another one's lock
READERS_WAITED_FOR: Final = 200  # milliseconds; then the log is emptied another time


class GivenUp(Exception):
    """The database rolled a transaction back by itself, so that there is nothing to commit."""


class CannotOpen(Exception):
    """The data directory or the database cannot be used: the message says why."""


class InUse(CannotOpen):
    """Somebody else uses the database."""


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
        connection.execute(f"PRAGMA busy_timeout = {BUSY}")
        if not writes:
            connection.execute("PRAGMA query_only = ON")
        connection.execute("PRAGMA secure_delete = ON")  # what is deleted is overwritten
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


def size_of(connection: Connection) -> int:
    """How many bytes the database has."""
    pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    return int(pages * connection.exec_driver_sql("PRAGMA page_size").scalar_one())


def rewrite(engine: Engine, mark: int) -> None:
    """Write the whole database anew and empty its log, so that nothing is left of what was deleted.

    `secure_delete` alone leaves fragments where rows once moved from page to page. Nobody can write
    meanwhile: a gigabyte takes a quarter of a minute. `mark` is then kept in the database, for `mark_of`.
    """
    with _outside(engine) as connection:
        connection.exec_driver_sql("VACUUM")
        if _empty_log(connection):
            connection.exec_driver_sql(f"PRAGMA user_version = {int(mark)}")


def empty_log(engine: Engine) -> bool:
    """Bring the log into the database and empty it; False where somebody reads from it for too long."""
    with _outside(engine) as connection:
        return _empty_log(connection)


@contextmanager
def _outside(engine: Engine) -> Iterator[Connection]:
    """A connection outside of any transaction, on which the engine's BEGIN is undone."""
    with engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")
        yield connection


def _empty_log(connection: Connection) -> bool:
    connection.exec_driver_sql(f"PRAGMA busy_timeout = {READERS_WAITED_FOR}")
    try:
        busy, *_ = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {BUSY}")
    return not busy


def mark_of(connection: Connection) -> int:
    """What the last `rewrite` left; 0 before the first."""
    return int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())


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


def sync_folder(folder: Path) -> None:
    """Return once the names in a folder are on disk: a new file can be lost with its name."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def alone(database: Path) -> Iterator[None]:
    """Hold the lock of the server beside the database: SQLite is safe and fair with one writing server only.

    Raises `InUse`, `CannotOpen`.
    """
    try:
        lock = database.with_name(f"{database.name}.lock").open("w")
    except OSError as error:
        raise CannotOpen(f"nothing can be written beside {database}: {error.strerror}. Set NABLA_DATA_DIR") from None
    with lock:
        _lock(lock.fileno(), fcntl.LOCK_EX, f"another server uses {database} already. Stop it, or set NABLA_DATA_DIR")
        yield


@contextmanager
def among_commands(database: Path, *, only: bool = False) -> Iterator[None]:
    """Use the database as one of several commands; as the `only` one where its file is to be replaced.

    SQLite would write the log of the file that went beside the one that came. Raises `InUse`, `CannotOpen`.
    """
    try:
        folder = os.open(database.parent, os.O_RDONLY)
    except OSError as error:
        raise CannotOpen(f"the directory of {database} cannot be opened: {error.strerror}") from None
    try:
        kind = fcntl.LOCK_EX if only else fcntl.LOCK_SH
        _lock(folder, kind, f"another command is at work on {database}. Try again when it is done")
        yield
    finally:
        os.close(folder)


def _lock(file: int, kind: int, refusal: str) -> None:
    """Lock an open file until it is closed, or until the process ends. Raises `InUse`."""
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        raise InUse(refusal) from None


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
