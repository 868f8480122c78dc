"""The one door to the disk.

`await writer.run(work)` runs `work(connection)` in the writer's thread, inside a transaction that
it shares with whatever else is waiting, and returns only after COMMIT: what was answered is on disk.
Each piece of work has a savepoint of its own, so one that raises leaves no trace and disturbs no
other.
"""

import asyncio
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Engine

from app.db import in_transaction
from app.problems import Overloaded

Result = TypeVar("Result")

LONGEST_QUEUE: Final = 1_000
LARGEST_GROUP: Final = 100


@dataclass
class _Job:
    work: Callable[[Any], Any]
    outside: bool = False  # of any transaction: it gets the engine
    done: Future[Any] = field(default_factory=Future)


class Writer:
    """Runs work that writes, in the order in which it comes."""

    def __init__(self, engine: Engine):
        self._engine = engine
        self._jobs: queue.Queue[_Job | None] = queue.Queue(LONGEST_QUEUE)
        self._thread = threading.Thread(target=self._serve, name="writer")
        self._thread.start()

    async def run(self, work: Callable[[Connection], Result]) -> Result:
        """What `work` returns, once it is on disk; whatever it raises, nothing of it kept.

        Raises `Overloaded` where too many wait already.
        """
        result: Result = await self._wait(_Job(work))
        return result

    async def run_outside(self, work: Callable[[Engine], Result]) -> Result:
        """What `work` returns, which is more than one transaction: nobody else writes before it is done."""
        result: Result = await self._wait(_Job(work, outside=True))
        return result

    async def _wait(self, job: _Job) -> Any:
        try:
            self._jobs.put_nowait(job)
        except queue.Full:
            raise Overloaded("Too many requests are waiting to be stored. Nothing of yours was.") from None
        return await asyncio.shield(asyncio.wrap_future(job.done))

    def close(self) -> None:
        """Finish what waits, then stop."""
        self._jobs.put(None)
        self._thread.join()

    def _serve(self) -> None:
        last = False
        while not last:
            group = [self._jobs.get()]
            while group[-1] is not None and len(group) < LARGEST_GROUP and not self._jobs.empty():
                group.append(self._jobs.get_nowait())
            last = group[-1] is None
            jobs = [job for job in group if job is not None and job.done.set_running_or_notify_cancel()]
            if inside := [job for job in jobs if not job.outside]:
                self._commit(inside)
            for job in jobs:
                if job.outside:
                    self._run_outside(job)

    def _commit(self, jobs: list[_Job]) -> None:
        """Run a group in one transaction, and answer each after its COMMIT."""
        try:
            with self._engine.begin() as connection:
                outcomes = [_attempt(connection, job) for job in jobs]
        except BaseException as error:
            outcomes = [_Outcome(failure=error)] * len(jobs)
        for job, outcome in zip(jobs, outcomes, strict=True):
            _answer(job, outcome)

    def _run_outside(self, job: _Job) -> None:
        try:
            _answer(job, _Outcome(job.work(self._engine)))
        except BaseException as error:
            _answer(job, _failed(error))


@dataclass(frozen=True)
class _Outcome:
    """What a piece of work came to; it counts only once the whole group is committed."""

    result: Any = None
    failure: BaseException | None = None


def _answer(job: _Job, outcome: _Outcome) -> None:
    if outcome.failure is None:
        job.done.set_result(outcome.result)
    else:
        job.done.set_exception(outcome.failure)


def _attempt(connection: Connection, job: _Job) -> _Outcome:
    """Run one piece of work in a savepoint. Raises where the database gave up the whole transaction."""
    try:
        with connection.begin_nested():
            result = job.work(connection)
    except BaseException as error:
        if not in_transaction(connection):
            raise  # nothing of the group is stored: nobody may be told "saved"
        return _failed(error)
    return _Outcome(result)


def _failed(error: BaseException) -> _Outcome:
    # A SystemExit would end the server in the hands of whoever waits.
    return _Outcome(failure=error if isinstance(error, Exception) else RuntimeError(repr(error)))
