"""Rosters of platforms' courses: fetched when somebody asks for one, and once a day.

A roster is taken only when all of its pages have come. A course is claimed before its roster is fetched, so that
several servers fetch it once; where one stops midway, it is due again when the claim ends.
"""

import asyncio
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, or_, select, update

from app.auth import Caller
from app.courses import audit, contexts, fetched
from app.courses.audit import COMMAND
from app.courses.contexts import Context
from app.models import contexts as table
from app.models import platforms
from app.passback import memberships
from app.passback.memberships import Listed, Reading
from app.platforms import registry
from app.platforms.outgoing import Reply, Unreachable
from app.platforms.registry import Platform
from app.platforms.services import MEMBERSHIPS, Refused, Services, is_at_limit
from app.problems import Conflict
from app.writer import Writer

log = logging.getLogger("nabla")

LOOK: Final = 5.0  # seconds between two looks at what is due
EVERY: Final = timedelta(days=1)
AGAIN: Final = timedelta(hours=1)  # after a failure
SPREAD: Final = 0.1  # what of these spans chance takes off, so that not all courses come at once
LONGEST: Final = timedelta(minutes=5)  # for all pages of a roster
CLAIMED: Final = timedelta(minutes=15)  # longer than that
AT_ONCE: Final = 4  # courses side by side
FAULT: Final = "The roster could not be taken, by a fault of ours. It is fetched again in an hour."


@dataclass(frozen=True)
class _Errand:
    """A roster to fetch, for whom: the server itself, or who asked for it."""

    context: Context
    platform: Platform
    caller: Caller
    begun_at: datetime


class Rosters:
    """Fetches rosters, each course's once at a time."""

    def __init__(self, writer: Writer, services: Services, clock: Callable[[], datetime]):
        self._writer = writer
        self._services = services
        self._clock = clock
        self._under_way: dict[str, asyncio.Task[None]] = {}

    async def keep_fetching(self, look: float = LOOK) -> None:
        """Fetch what is due, again and again, until cancelled."""
        while True:
            await asyncio.sleep(look)
            try:
                await self.fetch_due()
            except Exception:
                log.exception("Rosters could not be fetched. The next trial is in a moment.")

    async def fetch_due(self) -> None:
        """Fetch the rosters that are due now."""
        while errands := await self._writer.run(lambda tx: _claim_due(tx, self._clock())):
            await asyncio.gather(*(self._alone(errand) for errand in errands))

    async def fetch(self, caller: Caller, context: str, patience: float) -> bool:
        """Fetch a roster now, for somebody who waits so many seconds; whether it was done by then.

        Raises `NotFound`, `Conflict`.
        """
        errand = await self._writer.run(lambda tx: _claim(tx, caller, context, self._clock()))
        done, _ = await asyncio.wait([self._alone(errand)], timeout=patience)
        return bool(done)

    async def close(self) -> None:
        """Give up what is under way: it is done again when the server is back."""
        tasks = list(self._under_way.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _alone(self, errand: _Errand) -> "asyncio.Task[None]":
        """The fetch of a roster that is under way, or else this one."""
        id = errand.context.id
        if id not in self._under_way:
            self._under_way[id] = asyncio.create_task(self._make(errand))
            self._under_way[id].add_done_callback(lambda _: self._under_way.pop(id))
        return self._under_way[id]

    async def _make(self, errand: _Errand) -> None:
        try:
            async with asyncio.timeout(LONGEST.total_seconds()):
                listed = await self._listed(errand)
            await self._writer.run(lambda tx: _take(tx, errand, listed, self._clock()))
        except (Unreachable, Refused) as failure:
            await self._fail(errand, f"The roster could not be fetched: {failure}."[:300])
        except TimeoutError:
            await self._fail(errand, f"The platform took longer than {LONGEST.seconds // 60} minutes for its roster.")
        except Exception:
            log.exception("A roster could not be taken. It is fetched again in an hour.")
            await self._fail(errand, FAULT)

    async def _listed(self, errand: _Errand) -> Listed:
        """The whole roster, as it is now. Raises `Unreachable`, `Refused`."""
        context = errand.context
        url = memberships.address_of(context.memberships_url or "", only_students=context.roster == "students")
        reading = Reading()
        async for page in self._services.pages(errand.platform, [MEMBERSHIPS], url, accept=memberships.MEDIA_TYPE):
            if not page.is_good:
                raise Unreachable(_words(page))
            await asyncio.to_thread(reading.add, page)
        return reading.listed()

    async def _fail(self, errand: _Errand, trouble: str) -> None:
        await self._writer.run(lambda tx: _put_off(tx, errand.context, trouble, self._clock()))


def _words(reply: Reply) -> str:
    match reply.status:
        case status if is_at_limit(reply):
            return f"it takes fewer calls at once (status {status})"
        case 401 | 403:
            return f"it refused (status {reply.status}); may this tool see names and roles there?"
        case 404 | 410:
            return f"it is not where it was (status {reply.status}); open the course there once, then fetch it again"
        case _:
            return f"the platform answered with the status {reply.status}"


# When ---------------------------------------------------------------------------------------------


def _claim_due(connection: Connection, now: datetime) -> list[_Errand]:
    """Some courses whose rosters are due, which nobody else fetches from now on."""
    due = or_(table.c.roster_due_at <= now, table.c.roster_due_at.is_(None))
    found = (
        select(table.c.id)
        .join(platforms, platforms.c.id == table.c.platform)
        .where(due, table.c.memberships_url.is_not(None), table.c.roster != "never", platforms.c.state == "active")
        .order_by(table.c.roster_due_at)
    )
    return [_errand(connection, COMMAND, id, now) for id in connection.scalars(found.limit(AT_ONCE)).all()]


def _claim(connection: Connection, caller: Caller, id: str, now: datetime) -> _Errand:
    """A roster that somebody asks for. Raises `NotFound`, `Conflict`."""
    context = contexts.by_id(connection, id)
    if context.memberships_url is None:
        raise Conflict("The platform has not said where its roster is. Open this course there once, then try again.")
    if context.roster == "never":
        raise Conflict("The roster of this course is not to be fetched. Choose who is, then try again.")
    if registry.find(connection, context.platform).state != "active":
        raise Conflict("The platform is switched off here. Ask the operator of this server.")
    return _errand(connection, caller, id, now)


def _errand(connection: Connection, caller: Caller, id: str, now: datetime) -> _Errand:
    _put(connection, id, roster_due_at=now + CLAIMED)
    context = contexts.by_id(connection, id)
    return _Errand(context, registry.find(connection, context.platform), caller, now)


def _take(connection: Connection, errand: _Errand, listed: Listed, now: datetime) -> None:
    """Bring the course in line with its roster, unless another one is wanted by now."""
    context = contexts.by_id(connection, errand.context.id)
    if (context.memberships_url, context.roster) != (errand.context.memberships_url, errand.context.roster):
        return
    leaving, begun_at = not listed.unread, errand.begun_at
    fetched.bring(connection, errand.caller, context, listed.members, now, leaving=leaving, begun_at=begun_at)
    note = _note(listed)
    _put(connection, context.id, roster_at=now, roster_due_at=now + _spread(EVERY), roster_trouble=note)


def _note(listed: Listed) -> str | None:
    """What people should know of a roster that was taken."""
    if listed.unread:
        entries = "entry was" if listed.unread == 1 else "entries were"
        rest = "passed over, since they cannot be read. Nobody was marked as having left."
        return f"{listed.unread} {entries} {rest}"
    if not any(role for _, role in listed.members.values()):
        return "The platform's list is empty. Nobody was marked as having left."
    return None


def _put_off(connection: Connection, context: Context, trouble: str, now: datetime) -> None:
    _put(connection, context.id, roster_due_at=now + _spread(AGAIN), roster_trouble=trouble)


def _spread(span: timedelta) -> timedelta:
    """A little less than a span, by chance."""
    return span * (1 - SPREAD * secrets.randbelow(1_000) / 1_000)


def _put(connection: Connection, id: str, **values: Any) -> None:
    connection.execute(update(table).where(table.c.id == id).values(**values))


# What ---------------------------------------------------------------------------------------------


def choose(connection: Connection, caller: Caller, context: Context, whom: str, now: datetime) -> None:
    """Have nobody, students or everybody fetched from now on, and that soon."""
    if whom == context.roster:
        return
    _put(connection, context.id, roster=whom, roster_due_at=now, roster_trouble=None)
    details = {"roster": [context.roster, whom]}
    audit.record(connection, caller, now, "roster chosen", course=context.course, subject=context.id, details=details)


@dataclass(frozen=True)
class Fetched:
    """When the roster of a course was fetched last, and what went wrong since, for people."""

    at: datetime | None
    trouble: str | None


def last(connection: Connection, context: Context) -> Fetched:
    """How the roster of a course came last."""
    row = connection.execute(select(table.c.roster_at, table.c.roster_trouble).where(table.c.id == context.id)).one()
    return Fetched(row.roster_at, row.roster_trouble)
