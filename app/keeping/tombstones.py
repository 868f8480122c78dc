"""Who was erased, in the database and in a file beside it: random ids, which say nothing once their people are gone.

A database that comes from a backup, or is copied back by hand, has people in it who were erased
since. The file, which is never put back, says who.
"""

import os
import re
from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, func, insert, select

from app.db import CannotOpen, sync_folder
from app.models import erased, people

LINE: Final = re.compile(r"^[A-Za-z0-9_-]{1,32}$", re.MULTILINE)


def remember(file: Path, person: str) -> None:
    """Add somebody to the file, and return once that is on disk. Raises `CannotOpen`."""
    if person in remembered(file):
        return
    try:
        is_new = not file.exists()
        with os.fdopen(os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "r+b", buffering=0) as lines:
            torn = lines.read()[-1:] not in (b"", b"\n")  # by a loss of power, before anything was erased
            lines.write(b"\n" * torn + f"{person}\n".encode())
            os.fsync(lines.fileno())
        if is_new:
            sync_folder(file.parent)
    except OSError as error:
        raise CannotOpen(f"nothing can be added to {file}: {error.strerror}") from None


def remembered(file: Path) -> set[str]:
    """Everybody in the file; nobody where there is none. Raises `CannotOpen`."""
    try:
        return set(LINE.findall(file.read_text(errors="replace")))
    except FileNotFoundError:
        return set()
    except OSError as error:
        raise CannotOpen(f"{file} cannot be read: {error.strerror}") from None


def recorded(connection: Connection) -> set[str]:
    """Everybody whom the database names as erased."""
    return set(connection.scalars(select(erased.c.person)))


def record(connection: Connection, persons: Collection[str], now: datetime) -> None:
    """Name people in the database as erased, where it does not yet."""
    missing = sorted(set(persons) - recorded(connection))
    if missing:
        connection.execute(insert(erased), [{"person": person, "at": now} for person in missing])


def count(connection: Connection) -> int:
    """How many people the database names as erased."""
    return connection.scalar(select(func.count()).select_from(erased)) or 0


def back_again(connection: Connection) -> list[str]:
    """The people in the database whom it names as erased."""
    return list(connection.scalars(select(people.c.id).join(erased, erased.c.person == people.c.id)))
