"""The one door to the disk: in order, all or nothing for each, never before COMMIT, never without end."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import IntegrityError, OperationalError

from app import writer as writer_module
from app.db import mark_of, open_engine, rewrite
from app.problems import Overloaded
from app.writer import Writer


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_engine(f"sqlite:///{tmp_path / 'test.db'}", writes=True)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE numbers (n INTEGER PRIMARY KEY CHECK (n < 1000))"))
    yield engine
    engine.dispose()


@pytest.fixture
def writer(engine: Engine) -> Iterator[Writer]:
    writer = Writer(engine)
    yield writer
    writer.close()


def add(n: int):
    def work(connection: Connection) -> int:
        connection.execute(text("INSERT INTO numbers VALUES (:n)"), {"n": n})
        return n

    return work


def stored(engine: Engine) -> list[int]:
    other = open_engine(str(engine.url), writes=False)
    with other.begin() as connection:
        found = [n for (n,) in connection.execute(text("SELECT n FROM numbers ORDER BY n"))]
    other.dispose()
    return found


async def all_of(writer: Writer, *works):
    return await asyncio.gather(*(writer.run(work) for work in works), return_exceptions=True)


def test_what_was_answered_is_stored(writer: Writer, engine: Engine):
    assert asyncio.run(all_of(writer, *map(add, range(50)))) == list(range(50))
    assert stored(engine) == list(range(50))


def test_work_that_fails_disturbs_no_other_in_its_group(writer: Writer, engine: Engine):
    def add_then_fail(connection: Connection) -> None:
        add(7)(connection)
        raise ValueError("no")

    results = asyncio.run(all_of(writer, add(1), add_then_fail, add(1000), add(2)))
    assert results[0] == 1
    assert isinstance(results[1], ValueError)
    assert isinstance(results[2], IntegrityError)
    assert results[3] == 2
    assert stored(engine) == [1, 2]


def test_nothing_is_answered_when_the_commit_fails(writer: Writer, engine: Engine):
    def forbid_commit(connection: Connection) -> None:
        connection.execute(text("PRAGMA defer_foreign_keys = ON"))
        connection.execute(text("CREATE TABLE pupils (id INTEGER REFERENCES numbers (n))"))
        connection.execute(text("INSERT INTO pupils VALUES (99)"))

    results = asyncio.run(all_of(writer, add(3), forbid_commit))
    assert any(isinstance(result, Exception) for result in results)
    assert stored(engine) == [n for n, result in zip([3], results, strict=False) if result == 3]


def test_a_full_queue_refuses_instead_of_waiting(writer: Writer, monkeypatch: pytest.MonkeyPatch):
    started, release = threading.Event(), threading.Event()

    def wait(_: Connection) -> None:
        started.set()
        assert release.wait(10)

    async def fill() -> list[object]:
        first = asyncio.ensure_future(writer.run(wait))
        await asyncio.to_thread(started.wait, 10)
        waiting = [asyncio.ensure_future(writer.run(add(n))) for n in range(writer_module.LONGEST_QUEUE + 5)]
        await asyncio.sleep(0)
        release.set()
        return await asyncio.gather(first, *waiting, return_exceptions=True)

    results = asyncio.run(fill())
    assert sum(isinstance(result, Overloaded) for result in results) == 5


def test_closing_finishes_what_waits(engine: Engine):
    writer = Writer(engine)

    async def leave() -> None:
        for n in range(20):
            asyncio.ensure_future(writer.run(add(n)))  # noqa: RUF006 - nobody waits for it, on purpose
        await asyncio.sleep(0)

    asyncio.run(leave())
    writer.close()
    assert stored(engine) == list(range(20))


def test_a_locked_database_is_an_error_not_a_loss(engine: Engine):
    other = open_engine(str(engine.url), writes=True)
    writer = Writer(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 50")
    with other.begin():
        (result,) = asyncio.run(all_of(writer, add(5)))
    assert isinstance(result, OperationalError)
    assert asyncio.run(all_of(writer, add(6))) == [6]
    writer.close()
    other.dispose()
    assert stored(engine) == [6]


def test_nobody_is_told_saved_when_the_database_gives_up_the_transaction(engine: Engine):
    # A full disk: SQLite then rolls the whole transaction back, not only the savepoint.
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE texts (t TEXT)"))
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 8}")
    writer = Writer(engine)
    started, release = threading.Event(), threading.Event()

    def wait(_: Connection) -> None:
        started.set()
        assert release.wait(10)

    def fill(connection: Connection) -> None:
        connection.execute(text("INSERT INTO texts VALUES (:t)"), {"t": "x" * 100_000})

    async def in_one_group() -> list[object]:
        first = asyncio.ensure_future(writer.run(wait))
        await asyncio.to_thread(started.wait, 10)
        waiting = [asyncio.ensure_future(writer.run(work)) for work in (add(1), fill, add(2))]
        await asyncio.sleep(0)
        release.set()
        return (await asyncio.gather(first, *waiting, return_exceptions=True))[1:]

    results = asyncio.run(in_one_group())
    writer.close()
    assert stored(engine) == [n for n in results if isinstance(n, int)]
    assert isinstance(results[1], OperationalError)


def test_work_that_wants_to_end_the_process_ends_nothing(writer: Writer, engine: Engine):
    def leave(_: Connection) -> None:
        raise SystemExit(3)

    results = asyncio.run(all_of(writer, leave, add(1)))
    assert isinstance(results[0], RuntimeError)
    assert results[1] == 1
    assert stored(engine) == [1]


def test_what_is_more_than_a_transaction_runs_between_those_of_others(writer: Writer, engine: Engine):
    def tidy(of: Engine) -> int:
        rewrite(of, 7)
        with of.begin() as connection:
            return connection.execute(text("SELECT count(*) FROM numbers")).scalar_one()

    async def all_at_once() -> list[object]:
        works = [writer.run(add(1)), writer.run_outside(tidy), writer.run(add(2))]
        return await asyncio.gather(*works)

    first, counted, second = asyncio.run(all_at_once())
    assert (first, second) == (1, 2)
    assert counted in (1, 2)
    assert stored(engine) == [1, 2]
    with engine.begin() as connection:
        assert mark_of(connection) == 7


def test_what_fails_outside_of_transactions_disturbs_nobody(writer: Writer, engine: Engine):
    def fail(_: Engine) -> None:
        raise SystemExit(3)

    async def one_after_the_other() -> None:
        with pytest.raises(RuntimeError):
            await writer.run_outside(fail)
        await writer.run(add(1))

    asyncio.run(one_after_the_other())
    assert stored(engine) == [1]
