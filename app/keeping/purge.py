"""What has had its time is deleted: expired secrets, kept replies, guests' work, and people where a setting says so.

In small batches, each in a transaction of its own, so that nobody who submits waits long. After erasures, those by a
command too, the file of the database is written anew: a small one soon, a large one in the night.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import Connection, delete, select

from app.courses.audit import COMMAND
from app.keeping.erasure import QUICKLY_REWRITTEN, erase, forget_attempts, forget_instances, leave_no_trace
from app.models import attempts, enrolments, instances, invitations, logins, people, replies, tokens
from app.replies import KEPT
from app.settings import Settings
from app.writer import Writer

log = logging.getLogger("nabla")

AT_ONCE: Final = 500  # rows of a batch
INSTANCES_AT_ONCE: Final = 50
ATTEMPTS_AT_ONCE: Final = 200  # each has verdicts, flags and more
MOST_BATCHES: Final = 10_000  # of a kind; the rest waits for the next day
PAUSE: Final = 0.02  # seconds between batches, for others who write
LAUNCHES_KEPT: Final = timedelta(days=1)  # after they expired: one that is sent again is told what is wrong with it
FIRST: Final = timedelta(minutes=5)  # after the start
EVERY: Final = timedelta(days=1)
AGAIN: Final = timedelta(hours=1)  # after a failure
AT_EACH_LOOK: Final = timedelta(0)
QUIET: Final = range(2, 5)  # hours of UTC in which a large database is written anew
LOOK: Final = 30.0  # seconds between looks at the clock


@dataclass(frozen=True)
class Batch:
    """How many of its kind one batch deleted, and whether there may be more."""

    deleted: int
    more: bool


@dataclass(frozen=True)
class Purged:
    """How many were deleted: tokens, sessions and sign-in links; kept replies; guests' instances; people.

    `launches`: logins from learning platforms that were begun, and invitations of platforms.
    """

    secrets: int = 0
    launches: int = 0
    replies: int = 0
    instances: int = 0
    people: int = 0


async def purge(writer: Writer, settings: Settings, now: datetime) -> Purged:
    """Delete all that has had its time."""
    cutoff = now - timedelta(days=settings.guest_days)
    steps: dict[str, Callable[[Connection], Batch]] = {
        "secrets": lambda tx: expired_secrets(tx, now),
        "launches": lambda tx: old_launches(tx, now),
        "replies": lambda tx: old_replies(tx, now),
        "instances": lambda tx: unused_instances(tx, cutoff),
    }
    if settings.retention_days:
        inactive_since = now - timedelta(days=settings.retention_days)
        steps["people"] = lambda tx: inactive_person(tx, settings, inactive_since, now)
    counts = dict.fromkeys(steps, 0)
    for name, step in steps.items():
        for _ in range(MOST_BATCHES):
            batch = await writer.run(step)
            counts[name] += batch.deleted
            if not batch.more:
                break
            await asyncio.sleep(PAUSE)
    return Purged(**counts)


def expired_secrets(connection: Connection, now: datetime) -> Batch:
    """Delete tokens, sessions and sign-in links that are good for nothing any more."""
    some = select(tokens.c.id).where(tokens.c.expires_at <= now).limit(AT_ONCE)
    deleted = connection.execute(delete(tokens).where(tokens.c.id.in_(some))).rowcount
    return Batch(deleted, deleted == AT_ONCE)


def old_launches(connection: Connection, now: datetime) -> Batch:
    """Delete logins that nobody can send again, and invitations that nobody can use."""
    some = select(logins.c.state).where(logins.c.expires_at <= now - LAUNCHES_KEPT).limit(AT_ONCE)
    deleted = connection.execute(delete(logins).where(logins.c.state.in_(some))).rowcount
    invited = connection.execute(delete(invitations).where(invitations.c.expires_at <= now)).rowcount
    return Batch(deleted + invited, deleted == AT_ONCE)


def old_replies(connection: Connection, now: datetime) -> Batch:
    """Delete replies that were kept for idempotency keys, once no retry can come."""
    some = select(replies.c.scope, replies.c.key).where(replies.c.created_at < now - KEPT).limit(AT_ONCE)
    rows = connection.execute(some).all()
    for row in rows:
        connection.execute(delete(replies).where(replies.c.scope == row.scope, replies.c.key == row.key))
    return Batch(len(rows), len(rows) == AT_ONCE)


def unused_instances(connection: Connection, cutoff: datetime) -> Batch:
    """Delete instances that guests drew and did not use since, with their attempts."""
    used_since = select(attempts.c.id).where(attempts.c.instance == instances.c.id, attempts.c.received_at >= cutoff)
    unused = select(instances.c.id).where(
        instances.c.owner.is_(None), instances.c.created_at < cutoff, ~used_since.exists()
    )
    ids = list(connection.scalars(unused.limit(INSTANCES_AT_ONCE)))
    some = list(connection.scalars(select(attempts.c.id).where(attempts.c.instance.in_(ids)).limit(ATTEMPTS_AT_ONCE)))
    forget_attempts(connection, some)
    rest = set(connection.scalars(select(attempts.c.instance).where(attempts.c.instance.in_(ids)).distinct()))
    empty = [id for id in ids if id not in rest]
    forget_instances(connection, empty)
    return Batch(len(empty), bool(ids))


def inactive_person(connection: Connection, settings: Settings, cutoff: datetime, now: datetime) -> Batch:
    """Erase somebody who is in no course, does not run this server, and did nothing since."""
    enrolled = select(enrolments.c.course).where(
        enrolments.c.person == people.c.id, enrolments.c.left_at.is_(None) | (enrolments.c.left_at >= cutoff)
    )
    signed_in = select(tokens.c.id).where(tokens.c.person == people.c.id, tokens.c.created_at >= cutoff)
    drew = select(instances.c.id).where(instances.c.owner == people.c.id, instances.c.created_at >= cutoff)
    sent = select(attempts.c.id).join(instances, instances.c.id == attempts.c.instance)
    sent = sent.where(instances.c.owner == people.c.id, attempts.c.received_at >= cutoff)
    inactive = select(people.c.id).where(
        people.c.erased_at.is_(None),
        people.c.operator.is_(False),
        people.c.created_at < cutoff,
        *(~did.exists() for did in (enrolled, signed_in, drew, sent)),
    )
    person = connection.scalar(inactive.limit(1))
    if person is None:
        return Batch(0, more=False)
    erase(connection, COMMAND, settings.tombstones, person, now)
    return Batch(1, more=True)


# Again and again ----------------------------------------------------------------------------------


async def keep_purging(writer: Writer, settings: Settings, clock: Callable[[], datetime], look: float = LOOK) -> None:
    """Purge some minutes from now and then once a day by that clock, and leave no trace of the erased, until cancelled.

    A large database waits for a quiet hour; a server that never runs in one writes it anew when it starts.
    """

    async def delete_what_has_had_its_time(now: datetime) -> timedelta:
        await purge(writer, settings, now)
        return EVERY

    async def overwrite_traces(now: datetime) -> timedelta:
        at_most = None if now.astimezone(UTC).hour in QUIET else QUICKLY_REWRITTEN
        clean = await writer.run_outside(lambda engine: leave_no_trace(engine, at_most))
        return AT_EACH_LOOK if clean else AGAIN

    await asyncio.gather(
        _keep(delete_what_has_had_its_time, clock() + FIRST, clock, look),
        _keep(overwrite_traces, clock(), clock, look),
    )


async def _keep(
    work: Callable[[datetime], Awaitable[timedelta]], due: datetime, clock: Callable[[], datetime], look: float
) -> None:
    """Do a work whenever it is due, which it says itself each time."""
    while True:
        await asyncio.sleep(look)
        now = clock()
        if due - EVERY <= now < due:  # a clock that was put back days does not stop this for days
            continue
        try:
            due = now + await work(now)
        except Exception:
            log.exception("What has had its time could not be deleted. The next trial is in an hour.")
            due = now + AGAIN
