"""Which grades are to be sent now, claimed so that nobody else sends them; what came of it, written down.

A grade is claimed for a while: where its sender stops midway, somebody sends it when that is over. A platform that
cannot take grades rests as a whole, and one grade tries it before the others follow.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, exists, select, update

from app.models import contexts, grades, line_items, platforms
from app.models.base import EPOCH, MILLISECOND

AT_ONCE: Final = 32  # grades that are claimed together
LEASE: Final = timedelta(minutes=2)
ENOUGH: Final = timedelta(seconds=45)  # of a lease: what is begun with that much left is done before it ends
APART: Final = timedelta(seconds=1)  # of two grades of a student: some platforms compare whole seconds
FAR: Final = timedelta(days=1)  # a timestamp so far ahead came from a clock that went wrong
LONGEST: Final = timedelta(minutes=2)  # between two trials, so that all of it goes soon after an outage of any length
LONGEST_ASKED: Final = timedelta(minutes=15)  # between two trials, where the platform asks for a pause
MOST_DOUBLINGS: Final = 7
TROUBLE: Final = 300  # characters


@dataclass(frozen=True)
class Errand:
    """A grade that is claimed: of whom, for which column, and what is known of the last time.

    `sent` is the share of the points that the platform took last; after `tries` without an answer it may have another
    one. `sent_at` is the timestamp that was tried last.
    """

    line_item: str
    person: str
    assignment: str
    version: int
    tries: int
    sent: float | None
    sent_at: datetime | None
    leased_until: datetime

    @property
    def here(self) -> ColumnElement[bool]:
        return (grades.c.line_item == self.line_item) & (grades.c.person == self.person)


@dataclass(frozen=True)
class Claim:
    """Grades of one platform to be sent now; `rests` of the platform as it was then. With any, this is a probe."""

    platform: str
    rests: int
    errands: tuple[Errand, ...]


# Claiming -----------------------------------------------------------------------------------------


def due_platforms(connection: Connection, now: datetime) -> list[str]:
    """The platforms that take grades now and have some waiting."""
    if not connection.scalar(select(exists().where(grades.c.due_at <= now))):
        return []
    waiting = _of_platform(platforms.c.id).where(*_due(now)).exists()
    found = select(platforms.c.id).where(_awake(now), waiting)
    return list(connection.scalars(found.order_by(platforms.c.id)))


def claim(connection: Connection, platform: str, now: datetime) -> Claim:
    """Some grades of a platform, the ones that are due longest; none while it rests."""
    here = (platforms.c.id == platform) & _awake(now)
    rests = connection.scalar(select(platforms.c.rests).where(here))
    if rests is None:
        return Claim(platform, 0, ())
    found = _of_platform(platform).where(*_due(now)).order_by(grades.c.due_at).limit(1 if rests else AT_ONCE)
    rows = connection.execute(found).all()
    if rows and rests:
        here &= platforms.c.rests == rests
        if not connection.execute(update(platforms).where(here).values(resting_until=now + LEASE)).rowcount:
            return Claim(platform, rests, ())
    until = now + LEASE
    errands = [Errand(**row._mapping, leased_until=until) for row in rows]
    mine = [
        errand
        for errand in errands
        if connection.execute(update(grades).where(errand.here, *_due(now)).values(leased_until=until)).rowcount
    ]
    return Claim(platform, rests, tuple(mine))


def _awake(now: datetime) -> ColumnElement[bool]:
    rested = platforms.c.resting_until.is_(None) | (platforms.c.resting_until <= now)
    return (platforms.c.state == "active") & rested


def _due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    free = grades.c.leased_until.is_(None) | (grades.c.leased_until <= now)
    return grades.c.due_at <= now, free


def _of_platform(platform: Any) -> Any:
    """The grades of a platform, with what an errand knows of each."""
    return (
        select(
            grades.c.line_item,
            grades.c.person,
            line_items.c.assignment,
            grades.c.version,
            grades.c.tries,
            grades.c.sent,
            grades.c.sent_at,
        )
        .select_from(contexts)
        .join(line_items, line_items.c.context == contexts.c.id)
        .join(grades, grades.c.line_item == line_items.c.id)
        .where(contexts.c.platform == platform)
    )


# Sending ------------------------------------------------------------------------------------------


def stamp(connection: Connection, errand: Errand, now: datetime) -> datetime | None:
    """The timestamp of a grade that is sent next, kept before that; None where it is somebody else's by now.

    Later than the one before, by so much that every platform sees it; but one that a wrong clock put far ahead is
    left behind.
    """
    mine = errand.here & (grades.c.leased_until == errand.leased_until)
    last = connection.execute(select(grades.c.sent_at).where(mine)).one_or_none()
    if last is None:
        return None
    at = later_than(last.sent_at, now)
    connection.execute(update(grades).where(mine).values(sent_at=at, tries=grades.c.tries + 1))
    return at


def later_than(last: datetime | None, now: datetime) -> datetime:
    """The timestamp that follows another one, in whole milliseconds."""
    moment = EPOCH + (now - EPOCH) // MILLISECOND * MILLISECOND
    if last is None or last > now + FAR:
        return moment
    return max(moment, last + APART)


def settle(connection: Connection, errand: Errand, state: str, trouble: str | None = None, **values: Any) -> None:
    """Keep what came of a grade, and be done with it, unless it has changed meanwhile: then it goes once more.

    That even where it is the same, since it may have to go to another column by now: `tries` stays.
    """
    told = {"leased_until": None, **values}
    done = {"state": state, "due_at": None, "tries": 0, "trouble": trouble and trouble[:TROUBLE]}
    same = errand.here & (grades.c.version == errand.version)
    if not connection.execute(update(grades).where(same).values(**told, **done)).rowcount:
        connection.execute(update(grades).where(errand.here).values(**told))


def put_off(connection: Connection, errand: Errand, until: datetime, trouble: str | None = None) -> None:
    """Let go of a grade that is tried again later, or at once where it has changed meanwhile."""
    same = errand.here & (grades.c.version == errand.version)
    values: Mapping[str, Any] = {"leased_until": None, "due_at": until, "trouble": trouble}
    if not connection.execute(update(grades).where(same).values(**values)).rowcount:
        let_go(connection, errand)


def let_go(connection: Connection, errand: Errand) -> None:
    """Let go of a grade that is due as before."""
    mine = errand.here & (grades.c.leased_until == errand.leased_until)
    connection.execute(update(grades).where(mine).values(leased_until=None))


def put_off_column(connection: Connection, line_item: str, until: datetime) -> None:
    """Try the grades of a column later that cannot be had now."""
    waiting = (grades.c.line_item == line_item) & (grades.c.due_at <= until)
    connection.execute(update(grades).where(waiting).values(due_at=until))


# Platforms ----------------------------------------------------------------------------------------


def rest(connection: Connection, claim: Claim, trouble: str, asked: timedelta | None, now: datetime) -> None:
    """Let a platform rest that could not take a grade: longer each time, or as long as it asks for.

    Of several grades that failed together the first one counts.
    """
    pause = pause_after(claim.rests + 1) if asked is None else min(asked, LONGEST_ASKED)
    values: Mapping[str, Any] = {"rests": claim.rests + 1, "resting_until": now + pause, "trouble": trouble[:TROUBLE]}
    connection.execute(update(platforms).where(_unchanged(claim)).values(**values))


def wake(connection: Connection, claim: Claim) -> None:
    """A platform that rested has taken a grade: the others follow."""
    if claim.rests:
        values: Mapping[str, Any] = {"rests": 0, "resting_until": None, "trouble": None}
        connection.execute(update(platforms).where(_unchanged(claim)).values(**values))


def try_another(connection: Connection, claim: Claim, now: datetime) -> None:
    """The grade that was to try a platform was none to send: another one may."""
    if claim.rests:
        connection.execute(update(platforms).where(_unchanged(claim)).values(resting_until=now))


def _unchanged(claim: Claim) -> ColumnElement[bool]:
    return (platforms.c.id == claim.platform) & (platforms.c.rests == claim.rests)


def pause_after(tries: int) -> timedelta:
    """How long to wait after so many trials: doubled each time, by chance a little less."""
    most = min(timedelta(seconds=2 ** min(tries, MOST_DOUBLINGS)), LONGEST)
    return most * (0.5 + secrets.randbelow(501) / 1_000)
