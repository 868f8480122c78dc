"""The whole database, to another place and back. A copy of the file alone, `cp`, would lack what is in the log."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import ColumnElement, Connection, Engine, NullPool, create_engine, delete, func, inspect, select
from sqlalchemy.exc import DBAPIError

from app.auth import new_id
from app.db import CannotOpen, InUse, alone, among_commands, empty_log, make_private, migrate, open_engine, sync_folder
from app.keeping import tombstones
from app.keeping.erasure import erase_again
from app.models import attempts, erased, people, tokens
from app.settings import Settings

LOGS: Final = ("-wal", "-shm")  # what SQLite keeps beside a database that is open


@dataclass(frozen=True)
class Content:
    """What a database holds: attempts, people who are not erased, bytes."""

    attempts: int
    people: int
    size: int


@dataclass(frozen=True)
class Restored:
    """What a restore did: who was erased since the backup and is again, which tokens were revoked since and are again.

    `aside` is where the database went that was there before, if there was one. `readable`: what it said
    about revoked tokens and erased people could be taken over.
    """

    content: Content
    erased: int
    revoked: int
    aside: Path | None
    readable: bool


def back_up(database: Path, file: Path) -> Content:
    """Write a copy of the database as it is at this moment, while it is used; it takes its name once it is proved.

    Raises `CannotOpen`.
    """
    if not database.exists():
        raise CannotOpen(f"there is no database {database}. Set NABLA_DATA_DIR")
    with among_commands(database), _new_file(file) as new:
        _copy(database, new)
        content = _proved(new, database)
        _sync(new)
        _give_name(new, file)
    return content


def restore(file: Path, settings: Settings, now: datetime) -> Restored:
    """Put a backup in the place of the database, which is moved aside. The server must be stopped.

    Who was erased and which tokens were revoked since the backup stays so. Raises `CannotOpen`.
    """
    make_private(settings.data_dir)
    database = settings.database_file
    with _to_itself(database), _new_file(database) as new:
        _require_ours(file)
        _copy(file, new)
        with _named(file):
            migrate(f"sqlite:///{new}")
        present = _present(database)
        back, revoked = _bring_up_to_date(new, settings, present or _Present(), now)
        content = _proved(new, file)
        aside = _replace(database, new, now, closing=present is not None)
    return Restored(content, back, revoked, aside, present is not None)


@contextmanager
def _to_itself(database: Path) -> Iterator[None]:
    """Use the database without a server or a command beside. Raises `InUse`."""
    with ExitStack() as stack:
        try:
            stack.enter_context(alone(database))
        except InUse:
            raise InUse(f"a server uses {database}. Stop it first, and start it again afterwards") from None
        stack.enter_context(among_commands(database, only=True))
        yield


# Copies -------------------------------------------------------------------------------------------


@contextmanager
def _new_file(beside: Path) -> Iterator[Path]:
    """An empty file that nobody else can read, in the same directory; it is gone at the end unless it got a name."""
    new = beside.with_name(f"{beside.name}.new-{new_id()}")
    try:
        os.close(os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except OSError as error:
        raise CannotOpen(f"nothing can be written to {beside.parent}: {error.strerror}") from None
    try:
        yield new
    finally:
        for name in (new, *(new.with_name(new.name + log) for log in LOGS)):
            name.unlink(missing_ok=True)


def _looking_at(database: Path) -> Engine:
    """An engine that opens a database, of this or of another version, to read only."""
    where = f"{database.resolve().as_uri()}?mode=ro"
    return create_engine("sqlite://", creator=lambda: sqlite3.connect(where, uri=True), poolclass=NullPool)


@contextmanager
def _named(database: Path) -> Iterator[None]:
    """What SQLite or a migration says about a database, with its name. Raises `CannotOpen`."""
    try:
        yield
    except (DBAPIError, CannotOpen) as error:
        raise CannotOpen(f"{database}: {error.orig if isinstance(error, DBAPIError) else error}") from None


def _copy(database: Path, new: Path) -> None:
    """Copy what the database is at this moment into an empty file: SQLite reads all of it from one snapshot."""
    with _named(database), _looking_at(database).connect() as connection:
        connection.exec_driver_sql("VACUUM INTO ?", (str(new),))


def _require_ours(file: Path) -> None:
    """Raises `CannotOpen` for a file that is no database of Nabla."""
    if not file.is_file():
        raise CannotOpen(f"there is no file {file}")
    with _named(file), _looking_at(file).connect() as connection:
        if not {"alembic_version", attempts.name} <= set(inspect(connection).get_table_names()):
            raise CannotOpen("this is no database of Nabla")


def _proved(database: Path, source: Path) -> Content:
    """What a copy of a source holds, once SQLite has checked all of it. Raises `CannotOpen` where it is damaged."""
    with _named(source), _looking_at(database).connect() as connection:
        if (said := connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar_one()) != "ok":
            raise CannotOpen(f"it is damaged: {said}")
        if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").first():
            raise CannotOpen(f"it is damaged: rows of {broken[0]} lack their parents")
        if not inspect(connection).has_table(people.name):  # of a version before there were people
            return Content(_count(connection, attempts.c.id), 0, database.stat().st_size)
        known = _count(connection, people.c.id, people.c.erased_at.is_(None))
        return Content(_count(connection, attempts.c.id), known, database.stat().st_size)


def _count(connection: Connection, column: ColumnElement[str], *those: ColumnElement[bool]) -> int:
    return connection.scalar(select(func.count(column)).where(*those)) or 0


def _sync(file: Path) -> None:
    """Return once the content of a file is on disk."""
    with file.open("rb") as content:
        os.fsync(content.fileno())


def _give_name(new: Path, name: Path) -> None:
    """Give a finished file its name, which nothing else may have."""
    try:
        try:
            name.hardlink_to(new)  # unlike a renaming, this never overwrites
        except FileExistsError:
            raise CannotOpen(f"{name} exists already. Choose another name") from None
        except OSError:  # a disk without hard links
            new.rename(name)
        sync_folder(name.parent)
    except OSError as error:
        raise CannotOpen(f"{name} cannot be written: {error.strerror}") from None


# Restoring ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Present:
    """What the database knows that is to be replaced: who was erased, who there is, which tokens are good."""

    erased: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()
    tokens: frozenset[str] = frozenset()


def _present(database: Path) -> _Present | None:
    """What the present database knows; None where it cannot be read."""
    if not database.exists():
        return _Present()
    try:
        with _looking_at(database).connect() as connection:
            if not inspect(connection).has_table(erased.name):
                return _Present()  # it is of a version before
            columns = (erased.c.person, people.c.id, tokens.c.id)
            return _Present(*(frozenset(connection.scalars(select(column))) for column in columns))
    except DBAPIError:
        return None


def _bring_up_to_date(new: Path, settings: Settings, present: _Present, now: datetime) -> tuple[int, int]:
    """Erase people and revoke tokens in a copy that are gone since it was made; how many of each."""
    engine = open_engine(f"sqlite:///{new}", writes=True)
    try:
        with engine.begin() as connection:
            connection.execute(delete(tokens).where(tokens.c.purpose != "token"))
            found = connection.execute(select(tokens.c.id, tokens.c.person)).all()
            revoked = [row.id for row in found if row.person in present.people and row.id not in present.tokens]
            for id in revoked:
                connection.execute(delete(tokens).where(tokens.c.id == id))
            tombstones.record(connection, present.erased, now)
        return erase_again(engine, settings.tombstones, now), len(revoked)
    finally:
        engine.dispose()


def _replace(database: Path, new: Path, now: datetime, *, closing: bool) -> Path | None:
    """Put a finished file in the place of the database; where that went. There is one of the two at any moment.

    `closing` brings its log into it, which SQLite throws away where it cannot read the database.
    """
    aside = database.with_name(f"{database.name}.before-restore-{now:%Y%m%dT%H%M%SZ}")
    was_there = database.exists()
    _sync(new)
    try:
        if was_there:
            if closing:
                _close(database)
            for log in LOGS:
                with suppress(FileNotFoundError):
                    database.with_name(database.name + log).rename(aside.with_name(aside.name + log))
            aside.hardlink_to(database)
            sync_folder(database.parent)
        new.rename(database)
        sync_folder(database.parent)
    except OSError as error:
        raise CannotOpen(f"{database} cannot be moved aside: {error.strerror}") from None
    return aside if was_there else None


def _close(database: Path) -> None:
    """Bring all of a log into its database; where that cannot be done, it stays beside it."""
    engine = open_engine(f"sqlite:///{database}", writes=True)
    with suppress(DBAPIError, CannotOpen):
        empty_log(engine)
    engine.dispose()
