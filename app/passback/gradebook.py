"""The gradebook of a platform as a sender meets it: columns with their addresses, looked for, made and renamed."""

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from sqlalchemy import Connection

from app import outbox
from app.courses.assignments import Assignment
from app.db import Reader
from app.models import grades
from app.passback import columns, errands
from app.passback.columns import Column, NoColumn, Renamed
from app.platforms.outgoing import Unreachable
from app.platforms.registry import Platform
from app.platforms.services import Refused, Services
from app.writer import Writer

ELSEWHERE: Final = timedelta(seconds=5)  # until a column is looked at again that another sender makes


@dataclass(frozen=True)
class Desk:
    """What senders work with."""

    reader: Reader
    writer: Writer
    services: Services
    clock: Callable[[], datetime]


async def column(
    desk: Desk, platform: Platform, id: str, assignment: Assignment, lost: str | None = None
) -> Column | None:
    """A column with its address; None where it cannot be had now: then its grades wait.

    `lost` is an address at which there is nothing any more. Raises `Unreachable`, `Refused`.
    """
    known = await desk.reader.run(lambda tx: columns.find(tx, id))
    if known is None or (known.url is not None and known.url != lost):
        return known
    begun = desk.clock()
    if not await desk.writer.run(lambda tx: columns.seek(tx, known, begun)):
        await desk.writer.run(lambda tx: errands.put_off_column(tx, id, begun + ELSEWHERE))
        return None
    others = await desk.reader.run(lambda tx: columns.taken(tx, known))
    try:
        async with asyncio.timeout(columns.LONGEST.total_seconds()):
            found = await columns.have(desk.services, platform, known, assignment, others)
    except TimeoutError:
        await desk.writer.run(lambda tx: columns.let_go(tx, known))
        raise Unreachable("it takes too long to find the gradebook's column or to make it") from None
    except NoColumn as failure:
        trouble, until = str(failure), desk.clock() + columns.AGAIN
        await desk.writer.run(lambda tx: _do_without(tx, known, trouble, until))
        return None
    except (Unreachable, Refused):
        await desk.writer.run(lambda tx: columns.let_go(tx, known))
        raise
    await desk.writer.run(lambda tx: _keep_found(tx, found, lost, begun))
    return found


async def rename(desk: Desk, platform: Platform, ids: Collection[str]) -> bool:
    """Tell a platform of new titles and points of these columns; whether their grades are to be looked at anew.

    Raises `Refused`.
    """
    rescaled = False
    for outdated, assignment in await desk.reader.run(lambda tx: columns.outdated(tx, ids)):
        renamed = await columns.rename(desk.services, platform, outdated, assignment)
        if renamed is not None:
            await desk.writer.run(partial(_keep_renamed, renamed=renamed, now=desk.clock()))
            rescaled |= renamed.rescaled
    return rescaled


def _do_without(connection: Connection, column: Column, trouble: str, until: datetime) -> None:
    columns.lose(connection, column, trouble)
    errands.put_off_column(connection, column.id, until)


def _keep_found(connection: Connection, found: Column, lost: str | None, now: datetime) -> None:
    """Keep where a column is. In another one than before, there are none of the grades that were sent."""
    columns.keep(connection, found)
    if found.url != lost:
        outbox.tell_again(connection, grades.c.line_item == found.id, now)


def _keep_renamed(connection: Connection, renamed: Renamed, now: datetime) -> None:
    columns.keep(connection, renamed.column)
    if renamed.rescaled:
        outbox.tell_again(connection, grades.c.line_item == renamed.column.id, now)
