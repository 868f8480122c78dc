"""Some grades of one platform, claimed together: worked out, sent side by side, and what came of each kept."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from app.passback import answers, columns, errands, gradebook, scores
from app.passback.answers import Answer, Busy, Gone, Older, Refused, Taken
from app.passback.columns import Column
from app.passback.errands import Claim, Errand
from app.passback.gradebook import Desk
from app.passback.scores import Score, Told, Unchanged, Unsent, Wait
from app.platforms.outgoing import Unreachable
from app.platforms.registry import Platform
from app.platforms.services import Refused as NoToken
from app.platforms.services import Unavailable

SIDE_BY_SIDE: Final = 8  # grades on their way at a time
NEWER: Final = "The platform has a newer grade than this one."


@dataclass(frozen=True)
class Letter:
    """A grade on its way: what is told, and into which column."""

    errand: Errand
    score: Score
    column: Column


@dataclass
class Delivery:
    """Sends the grades of a claim. Once it is `over`, nothing more is begun: the platform cannot take any now."""

    desk: Desk
    claim: Claim
    platform: Platform
    stopping: Callable[[], bool]
    over: bool = False
    answered: bool = False
    _gone: list[Letter] = field(default_factory=list)

    async def make(self) -> None:
        """Send what is to be sent, and keep what came of all."""
        some = self.claim.errands
        if await self._renamed():
            await self._let_go(some)
            return
        told = await self.desk.reader.run(lambda tx: scores.work_out(tx, some, self.desk.clock()))
        pairs = list(zip(some, told, strict=True))
        await self.desk.writer.run(lambda tx: _settle(tx, pairs))
        await self._send(await self._addressed((one, score) for one, score in pairs if isinstance(score, Score)))
        if self._gone:
            again, self._gone = self._gone, []
            lost = {letter.column.id: letter.column.url for letter in again}
            letters = await self._addressed(((letter.errand, letter.score) for letter in again), lost)
            await self._send(letters, is_last=True)
        if not self.answered and not self.over:
            await self.desk.writer.run(lambda tx: errands.try_another(tx, self.claim, self.desk.clock()))

    async def _renamed(self) -> bool:
        """Tell the platform of new titles and points first; whether the grades are to be looked at anew after that."""
        if self.claim.rests:
            return False
        try:
            return await gradebook.rename(self.desk, self.platform, {one.line_item for one in self.claim.errands})
        except NoToken as failure:
            await self._rest(_words(failure))
            return True

    async def _addressed(
        self, wanted: Iterable[tuple[Errand, Score]], lost: Mapping[str, str | None] | None = None
    ) -> list[Letter]:
        """The grades for which there is a column; the others wait. There is nothing any more where `lost` ones were."""
        by_column: defaultdict[str, list[tuple[Errand, Score]]] = defaultdict(list)
        for errand, score in wanted:
            by_column[errand.line_item].append((errand, score))
        letters: list[Letter] = []
        for id, grades in by_column.items():
            column = await self._column(id, grades[0][1], (lost or {}).get(id))
            if column is None:
                await self._let_go([errand for errand, _ in grades])
            else:
                letters += [Letter(errand, score, column) for errand, score in grades]
        return letters

    async def _column(self, id: str, score: Score, lost: str | None) -> Column | None:
        if self.over:
            return None
        try:
            return await gradebook.column(self.desk, self.platform, id, score.assignment, lost)
        except (Unreachable, NoToken) as failure:
            await self._rest(_words(failure))
            return None

    async def _send(self, letters: Sequence[Letter], *, is_last: bool = False) -> None:
        """Send grades, some at a time. What the platform takes for older ones goes a second time."""
        for start in range(0, len(letters), SIDE_BY_SIDE):
            some = letters[start : start + SIDE_BY_SIDE]
            found = await self._posted(some)
            older = [place for place, answer in enumerate(found) if isinstance(answer, Older)]
            second = await self._posted([some[place] for place in older])
            for place, answer in zip(older, second, strict=True):
                found[place] = answer
            await self._keep(list(zip(some, found, strict=True)), is_last)

    async def _posted(self, letters: Sequence[Letter]) -> list[Answer | None]:
        """What the platform answers to grades that are sent side by side; None where one is not sent now."""
        now = self.desk.clock()
        if not letters or self.over or self.stopping() or letters[0].errand.leased_until - now < errands.ENOUGH:
            return [None] * len(letters)
        stamps = await self.desk.writer.run(lambda tx: [errands.stamp(tx, one.errand, now) for one in letters])
        return await asyncio.gather(*map(self._answer, letters, stamps))

    async def _answer(self, letter: Letter, at: datetime | None) -> Answer | None:
        if at is None:
            return None
        column, score = letter.column, letter.score
        try:
            reply = await self.desk.services.call(
                self.platform,
                column.allowed,
                "POST",
                column.scores_url,
                media_type=scores.MEDIA_TYPE,
                value=score.json(at, self.platform.product),
            )
        except (Unreachable, NoToken) as failure:
            return _words(failure)
        return answers.answer_of(reply, self.desk.clock())

    async def _keep(self, answered: Sequence[tuple[Letter, Answer | None]], is_last: bool) -> None:
        """Keep what came of grades that were sent."""
        conclusions = []
        for letter, answer in answered:
            match answer:
                case None:
                    await self._let_go([letter.errand])
                case Busy():
                    await self._rest(answer, letter.errand)
                case Gone() if letter.column.can_be_sought and not is_last:
                    self._gone.append(letter)
                case _:
                    conclusions.append((letter, answer))
        if conclusions:
            self.answered = True
            await self.desk.writer.run(lambda tx: _conclude(tx, self.claim, conclusions))

    async def _rest(self, busy: Busy, errand: Errand | None = None) -> None:
        """Begin nothing more with the platform, and let it rest."""
        self.over = True
        now = self.desk.clock()

        def rest(tx: Connection) -> None:
            errands.rest(tx, self.claim, busy.trouble, busy.asked, now)
            if errand is not None:
                errands.put_off(tx, errand, now + errands.pause_after(errand.tries + 1))

        await self.desk.writer.run(rest)

    async def _let_go(self, some: Iterable[Errand]) -> None:
        def let_go(tx: Connection) -> None:
            for errand in some:
                errands.let_go(tx, errand)

        await self.desk.writer.run(let_go)


def _words(failure: Unreachable | NoToken) -> Busy:
    asked = failure.asked if isinstance(failure, Unavailable) else None
    return Busy(f"Grades cannot be sent: {failure}.", asked)


# What came of it ----------------------------------------------------------------------------------


def _settle(connection: Connection, pairs: Iterable[tuple[Errand, Told]]) -> None:
    """Keep which grades are not sent now, and why."""
    for errand, told in pairs:
        match told:
            case Unchanged():
                errands.settle(connection, errand, "sent")
            case Wait(until, trouble):
                errands.put_off(connection, errand, until, trouble)
            case Unsent(trouble):
                errands.settle(connection, errand, "failed", trouble)


def _conclude(connection: Connection, claim: Claim, conclusions: Sequence[tuple[Letter, Answer]]) -> None:
    """Keep what a platform has answered, which so shows that it is awake."""
    errands.wake(connection, claim)
    columns.clear_trouble(connection, {letter.column.id for letter, answer in conclusions if isinstance(answer, Taken)})
    for letter, answer in conclusions:
        match answer:
            case Taken():
                errands.settle(connection, letter.errand, "sent", sent=letter.score.share)
            case Older(surely=False, trouble=trouble) | Refused(trouble):
                errands.settle(connection, letter.errand, "failed", trouble)
            case Older():
                errands.settle(connection, letter.errand, "superseded", NEWER)
            case Gone():
                errands.settle(connection, letter.errand, "failed", answers.NO_PLACE)
