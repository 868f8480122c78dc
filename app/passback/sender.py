"""Sends grades: a few platforms side by side, some grades of each at a time, until nothing is due.

At least once, and the newest wins: the timestamp of a grade is on disk before it is sent, its value is worked out after
it was claimed, and it is done with only where it has not changed since.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Final

from app.db import Reader
from app.passback import errands
from app.passback.delivery import Delivery
from app.passback.gradebook import Desk
from app.platforms import registry
from app.platforms.services import Services
from app.writer import Writer

log = logging.getLogger("nabla")

LOOK: Final = 1.0  # seconds between two looks at what is due
PLATFORMS: Final = 4  # side by side
STOPPING: Final = 5.0  # seconds in which what is under way may end


class Sender:
    """Sends what is due, each platform's by one task at a time."""

    def __init__(self, reader: Reader, writer: Writer, services: Services, clock: Callable[[], datetime]):
        self._desk = Desk(reader, writer, services, clock)
        self._under_way: dict[str, asyncio.Task[None]] = {}
        self._places = asyncio.Semaphore(PLATFORMS)
        self._stopping = False

    async def keep_sending(self) -> None:
        """Send what is due, again and again, until cancelled."""
        while True:
            await asyncio.sleep(LOOK)
            try:
                await self._begin()
            except Exception:
                log.exception("Grades could not be sent. The next trial is in a moment.")

    async def send_due(self) -> None:
        """Send all that is due now."""
        await asyncio.gather(*await self._begin())

    async def close(self) -> None:
        """Begin nothing more, and wait a moment for what is under way; what is cut off goes when the server is back."""
        self._stopping = True
        tasks = list(self._under_way.values())
        if tasks:
            await asyncio.wait(tasks, timeout=STOPPING)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _begin(self) -> "list[asyncio.Task[None]]":
        """The tasks that send what is due, of which some are under way already."""
        due = await self._desk.reader.run(lambda tx: errands.due_platforms(tx, self._desk.clock()))
        if self._stopping:
            return []
        return [self._under_way.get(platform) or self._task(platform) for platform in due]

    def _task(self, platform: str) -> "asyncio.Task[None]":
        task = self._under_way[platform] = asyncio.create_task(self._serve(platform))
        task.add_done_callback(lambda _: self._under_way.pop(platform))
        return task

    async def _serve(self, platform: str) -> None:
        """Send what is due of one platform."""
        more = True
        try:
            while more:  # in turn with those that wait for a place: a slow platform does not keep one
                async with self._places:
                    more = not self._stopping and await self._send_some(platform)
        except Exception:
            log.exception("Grades could not be sent. They are tried again in some minutes.")

    async def _send_some(self, platform: str) -> bool:
        """Send some grades of a platform; whether there may be more."""
        desk = self._desk
        claim = await desk.writer.run(lambda tx: errands.claim(tx, platform, desk.clock()))
        if not claim.errands:
            return False
        registered = await desk.reader.run(lambda tx: registry.find(tx, platform))
        delivery = Delivery(desk, claim, registered, lambda: self._stopping)
        await delivery.make()
        return not delivery.over
