"""Sends grades: a few platforms side by side, a few grades of each, until nothing is due.

At least once, and the newest wins: the timestamp of a grade is on disk before it is sent, its value is worked out after
it was claimed, and it is done with only where it has not changed since.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from sqlalchemy import Connection

from app.db import Reader
from app.passback import answers, columns, errands, scores
from app.passback.answers import Answer, Busy, Gone, Older, Refused, Taken
from app.passback.columns import Column, NoColumn, Renamed
from app.passback.errands import Claim, Errand
from app.passback.scores import Score, Told, Unchanged, Unsent, Wait
from app.platforms import registry
from app.platforms.outgoing import Unreachable
from app.platforms.registry import Platform
from app.platforms.services import Refused as NoToken
from app.platforms.services import Services
from app.writer import Writer

log = logging.getLogger("nabla")

LOOK: Final = 1.0  # seconds between two looks at what is due
PLATFORMS: Final = 4  # side by side
SIDE_BY_SIDE: Final = 4  # grades of one platform
STOPPING: Final = 5.0  # seconds in which what is under way may end
ELSEWHERE: Final = timedelta(seconds=5)  # until a column is looked at again that another sender makes
NEWER: Final = "The platform has a newer grade than this one."


@dataclass(frozen=True)
class _Delivery:
    """A grade on its way: what is told, and into which column."""

    errand: Errand
    score: Score
    column: Column


@dataclass
class _Round:
    """Some grades of a platform that are sent together. Once it is `over`, nothing more is begun."""

    claim: Claim
    platform: Platform
    over: bool = False
    answered: bool = False
    gone: list[_Delivery] = field(default_factory=list)


class Sender:
    """Sends what is due, each platform's by one task at a time."""

    def __init__(self, reader: Reader, writer: Writer, services: Services, clock: Callable[[], datetime]):
        self._reader = reader
        self._writer = writer
        self._services = services
        self._clock = clock
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
        due = await self._reader.run(lambda tx: errands.due_platforms(tx, self._clock()))
        for platform in due:
            if platform not in self._under_way and not self._stopping:
                self._under_way[platform] = task = asyncio.create_task(self._serve(platform))
                task.add_done_callback(lambda _, done=platform: self._under_way.pop(done))  # type: ignore[misc]
        return [self._under_way[platform] for platform in due if platform in self._under_way]

    async def _serve(self, platform: str) -> None:
        """Send what is due of one platform."""
        try:
            async with self._places:
                while not self._stopping and await self._send_some(platform):
                    pass
        except Exception:
            log.exception("Grades could not be sent. They are tried again in some minutes.")

    async def _send_some(self, platform: str) -> bool:
        """Send some grades of a platform; whether there may be more."""
        claim = await self._writer.run(lambda tx: errands.claim(tx, platform, self._clock()))
        if not claim.errands:
            return False
        this = _Round(claim, await self._reader.run(lambda tx: registry.find(tx, platform)))
        if not claim.rests and await self._renamed(this):
            await self._let_go(claim.errands)
            return not this.over
        told = await self._reader.run(lambda tx: scores.work_out(tx, claim.errands, self._clock()))
        pairs = list(zip(claim.errands, told, strict=True))
        await self._writer.run(lambda tx: _settle(tx, pairs))
        deliveries = await self._with_columns(this, [(one, what) for one, what in pairs if isinstance(what, Score)])
        await self._deliver_all(this, deliveries)
        if this.gone:
            await self._deliver_all(this, await self._with_new_columns(this), is_last=True)
        if not this.answered and not this.over:
            await self._writer.run(lambda tx: errands.try_another(tx, claim, self._clock()))
        return not this.over

    # Columns.

    async def _renamed(self, this: _Round) -> bool:
        """Tell the platform of new titles and points; whether grades are to be looked at anew after that."""
        ids = {errand.line_item for errand in this.claim.errands}
        rescaled = False
        for column, assignment in await self._reader.run(lambda tx: columns.outdated(tx, ids)):
            try:
                renamed = await columns.rename(self._services, this.platform, column, assignment)
            except NoToken as failure:
                await self._rest(this, Busy(_words(failure)))
                return True
            if renamed is not None:
                await self._writer.run(partial(_keep_renamed, renamed=renamed, now=self._clock()))
                rescaled |= renamed.rescaled
        return rescaled

    async def _with_columns(
        self, this: _Round, wanted: Iterable[tuple[Errand, Score]], lost: Mapping[str, str | None] | None = None
    ) -> list[_Delivery]:
        """The grades whose columns there are; those of others wait. `lost` columns are not where they were."""
        by_column: defaultdict[str, list[tuple[Errand, Score]]] = defaultdict(list)
        for errand, score in wanted:
            by_column[errand.line_item].append((errand, score))
        deliveries: list[_Delivery] = []
        for id, grades in by_column.items():
            column = None
            if not this.over:
                column = await self._column(this, id, grades[0][1], lost)
            if column is None:
                await self._let_go([errand for errand, _ in grades])
            else:
                deliveries += [_Delivery(errand, score, column) for errand, score in grades]
        return deliveries

    async def _column(
        self, this: _Round, id: str, score: Score, lost: Mapping[str, str | None] | None
    ) -> Column | None:
        """A column with its address; None where it cannot be had now: then its grades wait."""
        known = await self._reader.run(lambda tx: columns.find(tx, id))
        if known is None:
            return None
        try:
            if known.url is None or (lost is not None and known.url == lost.get(id)):
                return await self._sought(this, known, score)
            return known
        except (Unreachable, NoToken) as failure:
            await self._rest(this, Busy(_words(failure)))
        return None

    async def _sought(self, this: _Round, known: Column, score: Score) -> Column | None:
        """A column that was looked for, and made where there is none. Raises `Unreachable`, `NoToken`."""
        now = self._clock()
        if not await self._writer.run(lambda tx: columns.seek(tx, known, now)):
            await self._writer.run(lambda tx: errands.put_off_column(tx, known.id, now + ELSEWHERE))
            return None
        others = await self._reader.run(lambda tx: columns.taken(tx, known))
        try:
            found = await columns.have(self._services, this.platform, known, score.assignment, others)
        except NoColumn as failure:
            trouble = str(failure)
            await self._writer.run(lambda tx: _without_column(tx, known, trouble, self._clock()))
            return None
        except (Unreachable, NoToken):
            await self._writer.run(lambda tx: columns.lose(tx, known, None))
            raise
        await self._writer.run(lambda tx: columns.keep(tx, found))
        return found

    async def _with_new_columns(self, this: _Round) -> list[_Delivery]:
        """The grades for whose columns there was nothing where they were, with the places where they are now."""
        again, this.gone = this.gone, []
        lost = {one.column.id: one.column.url for one in again}
        return await self._with_columns(this, [(one.errand, one.score) for one in again], lost)

    # Grades.

    async def _deliver_all(self, this: _Round, deliveries: Sequence[_Delivery], *, is_last: bool = False) -> None:
        places = asyncio.Semaphore(SIDE_BY_SIDE)

        async def deliver(one: _Delivery) -> None:
            async with places:
                await self._deliver(this, one, is_last)

        await asyncio.gather(*(deliver(one) for one in deliveries))

    async def _deliver(self, this: _Round, one: _Delivery, is_last: bool) -> None:
        """Send a grade, and keep what came of it. One that the platform takes for an older one goes a second time."""
        answer: Answer | None = None
        for _ in range(2):
            answer = await self._posted(this, one)
            if not isinstance(answer, Older):
                break
        match answer:
            case None:
                await self._let_go([one.errand])
            case Busy():
                await self._rest(this, answer, one.errand)
            case Gone() if one.column.can_be_sought and not is_last:
                this.gone.append(one)
            case _:
                this.answered = True
                await self._writer.run(lambda tx: _conclude(tx, this.claim, one, answer))

    async def _posted(self, this: _Round, one: _Delivery) -> Answer | None:
        """What the platform answers to a grade; None where it is not sent now."""
        now = self._clock()
        if this.over or self._stopping or one.errand.leased_until - now < errands.ENOUGH:
            return None
        at = await self._writer.run(lambda tx: errands.stamp(tx, one.errand, now))
        if at is None:
            return None
        try:
            reply = await self._services.call(
                this.platform,
                one.column.allowed,
                "POST",
                one.column.scores_url,
                media_type=scores.MEDIA_TYPE,
                value=one.score.json(at),
            )
        except (Unreachable, NoToken) as failure:
            return Busy(_words(failure))
        return answers.answer_of(reply, self._clock())

    async def _rest(self, this: _Round, busy: Busy, errand: Errand | None = None) -> None:
        """Begin nothing more with a platform, and let it rest."""
        this.over = True
        now = self._clock()

        def rest(tx: Connection) -> None:
            errands.rest(tx, this.claim, busy.trouble, busy.asked, now)
            if errand is not None:
                errands.put_off(tx, errand, now + errands.pause_after(errand.tries + 1))

        await self._writer.run(rest)

    async def _let_go(self, some: Iterable[Errand]) -> None:
        def let_go(tx: Connection) -> None:
            for errand in some:
                errands.let_go(tx, errand)

        await self._writer.run(let_go)


def _words(failure: Unreachable | NoToken) -> str:
    return f"Grades cannot be sent: {failure}."


# What came of it ----------------------------------------------------------------------------------


def _settle(connection: Connection, pairs: Iterable[tuple[Errand, Told]]) -> None:
    """Keep which grades are not sent now, and why."""
    for errand, told in pairs:
        match told:
            case Unchanged():
                errands.settle(connection, errand, "sent")
            case Wait(until):
                errands.put_off(connection, errand, until)
            case Unsent(trouble):
                errands.settle(connection, errand, "failed", trouble)


def _conclude(connection: Connection, claim: Claim, one: _Delivery, answer: Answer) -> None:
    """Keep what a platform has answered, which so shows that it is awake."""
    errands.wake(connection, claim)
    match answer:
        case Taken():
            errands.settle(connection, one.errand, "sent", sent=one.score.share)
        case Older(surely=False, trouble=trouble) | Refused(trouble):
            errands.settle(connection, one.errand, "failed", trouble)
        case Older():
            errands.settle(connection, one.errand, "superseded", NEWER)
        case Gone():
            errands.settle(connection, one.errand, "failed", answers.NO_PLACE)


def _keep_renamed(connection: Connection, renamed: Renamed, now: datetime) -> None:
    columns.keep(connection, renamed.column)
    if renamed.rescaled:
        errands.tell_again(connection, renamed.column.id, now)


def _without_column(connection: Connection, column: Column, trouble: str, now: datetime) -> None:
    columns.lose(connection, column, trouble)
    errands.put_off_column(connection, column.id, now + columns.AGAIN)
