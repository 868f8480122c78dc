"""Regrades in the background of the server: off its event loop, a piece at a time, on from where a stopped one was."""

import asyncio
import logging
import threading
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final, TypeVar

from sqlalchemy import Connection

from app.attempts import keep, regrades
from app.attempts.regrades import Catalogue
from app.db import Reader
from app.problems import Overloaded
from app.writer import Writer

Result = TypeVar("Result")

log = logging.getLogger("nabla")

PAUSE: Final = 1  # second, where the writer has too much to do
REST: Final = 0.0001  # seconds, after each few attempts
ATTEMPTS: Final = 10
RETRY: Final = 30  # seconds, after a failure


class Stopped(Exception):
    """The server stops: what is under way is given up, and done again when it is back."""


class Regrading:
    """Makes the regrades that are asked for, one after the other, and those that a stopped server left unfinished."""

    def __init__(self, reader: Reader, writer: Writer, catalogue: Callable[[], Catalogue]):
        self._reader = reader
        self._writer = writer
        self._catalogue = catalogue
        self._stopping = threading.Event()
        self._wanted = asyncio.Event()
        self._graded = 0
        self._task = asyncio.create_task(self._serve())

    def wake(self) -> None:
        """There is a new regrade."""
        self._wanted.set()

    async def close(self) -> None:
        """Stop within a moment, in the midst of a piece of work."""
        self._stopping.set()
        self._wanted.set()
        await self._task

    async def _serve(self) -> None:
        await self._safely(self._writer.run(lambda tx: regrades.renew(tx, self._catalogue())))
        self.wake()
        while await self._wanted.wait() and not self._stopping.is_set():
            self._wanted.clear()
            unfinished = self._reader.run(lambda tx: regrades.unfinished(tx, self._catalogue()))
            for id in await self._safely(unfinished) or []:
                if not self._stopping.is_set():
                    await self._safely(self._make(id))

    async def _safely(self, work: Awaitable[Result]) -> Result | None:
        """What work comes to; None where it fails, for one on a full disk: then it is tried again later."""
        try:
            return await work
        except Stopped:
            return None
        except Exception:
            log.exception("A regrade could not go on. It is tried again later.")
            asyncio.get_running_loop().call_later(RETRY, self.wake)
            return None

    async def _make(self, id: str) -> None:
        """Bring a regrade to its end. Raises `Stopped`."""
        while piece := await self._reader.run(lambda tx: regrades.look(tx, self._catalogue(), id, tick=self._tick)):
            await self._write(partial(regrades.store, regrade=piece[0], found=piece[1]))
        while not await self._write(lambda tx: keep.keep_some(tx, id)):
            self._go_on()

    async def _write(self, work: Callable[[Connection], bool]) -> bool:
        while True:
            try:
                return await self._writer.run(work)
            except Overloaded:
                await asyncio.sleep(PAUSE)
                self._go_on()

    def _go_on(self) -> None:
        """Raises `Stopped` once the server stops."""
        if self._stopping.is_set():
            raise Stopped

    def _tick(self) -> None:
        """In the thread that grades: let requests through, which wait for the interpreter. Raises `Stopped`."""
        self._go_on()
        self._graded += 1
        if self._graded % ATTEMPTS == 0:
            time.sleep(REST)
