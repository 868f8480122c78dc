"""`nabla export`, `nabla erase`, `nabla purge`, `nabla backup` and `nabla restore`."""

import argparse
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from app.cli.access import person_of
from app.cli.base import Commands, Refusal, load, opened, transaction
from app.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

    from app.keeping.backup import Content
    from app.keeping.purge import Purged


FRAGMENTS: Final = """\
Fragments of whom was erased may be in nabla.db and nabla.db-wal until the service writes them anew:
within a minute up to 100 MB, else between 02:00 and 05:00 UTC or at its next start.
Up to 100 MB, DELETE /api/v1/people/{id} does so before it answers."""


def add(commands: Commands) -> None:
    export = commands.add_parser("export", help="write everything kept about a person into a ZIP")
    export.add_argument("person", help="e-mail address or id")
    export.add_argument("file", type=Path, help="the ZIP, which must not exist yet")
    export.set_defaults(run=_export)

    erase = commands.add_parser("erase", help="erase a person and everything of theirs")
    erase.add_argument("person", help="e-mail address or id")
    erase.add_argument("--yes", action="store_true", help="do it: there is no way back")
    erase.set_defaults(run=_erase)

    purge = commands.add_parser("purge", help="delete what has had its time, as the service does every day")
    purge.set_defaults(run=_purge)

    backup = commands.add_parser("backup", help="copy the database while it is used")
    backup.add_argument("file", type=Path, help="the copy, which must not exist yet")
    backup.set_defaults(run=_backup)

    restore = commands.add_parser("restore", help="put a backup in the place of the database")
    restore.add_argument("file", type=Path, help="the backup")
    restore.set_defaults(run=_restore)


def _somebody(connection: "Connection", text: str) -> str:
    """The id of a person named by e-mail address or id. Raises `Refusal`, `NotFound`."""
    from app.auth import person

    return person_of(connection, text) if "@" in text else str(person(connection, text).id)


def _export(arguments: argparse.Namespace, settings: Settings) -> int:
    from app.courses.audit import COMMAND
    from app.keeping.belongings import how_many_sent, scope_of
    from app.keeping.export import record_export, write

    now, catalogue = datetime.now(UTC), load(settings)
    try:
        descriptor = os.open(arguments.file, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
    except FileExistsError:
        raise Refusal(f"{arguments.file} exists already. Choose another name.") from None
    except OSError as error:
        raise Refusal(f"{arguments.file} cannot be written: {error.strerror}.") from None
    try:
        with os.fdopen(descriptor, "w+b") as file, transaction(settings, writes=False) as connection:
            scope = scope_of(connection, COMMAND, _somebody(connection, arguments.person))
            write(connection, catalogue, scope, now, file)
            sent = how_many_sent(connection, scope)
        with transaction(settings) as connection:
            record_export(connection, COMMAND, scope, now)
    except BaseException:
        arguments.file.unlink()
        raise
    print(f"{arguments.file} holds {sent} attempts and all else that is kept about this person.")
    return 0


def _erase(arguments: argparse.Namespace, settings: Settings) -> int:
    from app.courses.audit import COMMAND
    from app.db import CannotOpen
    from app.keeping.erasure import erase

    if not arguments.yes:
        raise Refusal("this deletes everything about a person, for good. Say --yes to do it.")
    with transaction(settings) as connection:
        try:
            person = _somebody(connection, arguments.person)
            erase(connection, COMMAND, settings.tombstones, person, datetime.now(UTC))
        except CannotOpen as error:
            raise Refusal(f"{error}.") from None
    _leave_no_trace(settings)
    print("Erased. Backups and files that were exported before still hold their data: delete those, too.")
    return 0


def _leave_no_trace(settings: Settings) -> None:
    """Write the database anew after erasures; beside a running service, which alone may do that, say when it does."""
    from app.db import InUse, alone
    from app.keeping.erasure import has_traces, leave_no_trace

    try:
        with alone(settings.database_file), opened(settings) as engine:
            clean = leave_no_trace(engine)
    except InUse:
        with transaction(settings, writes=False) as connection:
            clean = not has_traces(connection)
    if not clean:
        print(FRAGMENTS)


def _purge(arguments: argparse.Namespace, settings: Settings) -> int:
    import asyncio

    with opened(settings) as engine:
        done = asyncio.run(_purged(engine, settings))
    print(
        f"{done.secrets} expired tokens, sessions and sign-in links, {done.launches} launches,"
        f" {done.replies} kept replies,"
        f" {done.instances} instances of guests, {done.people} people deleted"
    )
    _leave_no_trace(settings)
    return 0


async def _purged(engine: "Engine", settings: Settings) -> "Purged":
    from app.keeping.purge import purge
    from app.writer import Writer

    writer = Writer(engine)
    try:
        return await purge(writer, settings, datetime.now(UTC))
    finally:
        writer.close()


def _backup(arguments: argparse.Namespace, settings: Settings) -> int:
    from app.db import CannotOpen
    from app.keeping.backup import back_up

    try:
        done = back_up(settings.database_file, arguments.file)
    except CannotOpen as error:
        raise Refusal(f"{error}.") from None
    print(f"{arguments.file} holds {_described(done)}. It was checked, and can be restored.")
    print(f"It holds personal data. Keep {settings.data_dir / 'secret'} and {settings.tombstones}, if any, with it.")
    return 0


def _restore(arguments: argparse.Namespace, settings: Settings) -> int:
    from app.db import CannotOpen
    from app.keeping.backup import restore

    try:
        done = restore(arguments.file, settings, datetime.now(UTC))
    except CannotOpen as error:
        raise Refusal(f"{error}.") from None
    print(f"{settings.database_file} holds {_described(done.content)}, from {arguments.file}.")
    fewer = ", with their attempts, whom the backup still counts" if done.erased else ""
    print(
        f"Erased again: {done.erased} people{fewer}. Revoked again: {done.revoked} tokens."
        " Sessions and sign-in links have ended; tokens stay good."
    )
    if not done.readable:
        print(
            "The database that was there cannot be read. Who was erased is known from files, what was revoked is not:"
        )
        print("see `nabla token list`.")
    if done.aside is not None:
        print(f"What was there before is {done.aside}. It still holds personal data: delete it when you can.")
    return 0


def _described(content: "Content") -> str:
    return f"{content.attempts} attempts and {content.people} people in {content.size / 1e6:.1f} MB"
