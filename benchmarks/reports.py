"""What reports and statistics cost over a seeded database: `python -m benchmarks.reports DATABASE`.

Queries are compared by the processor time of rounds in which everything takes its turn, from files
that are in memory: the claim is a ratio within a round. What goes over HTTP is measured by the clock.
"""

import argparse
import os
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any, Final

import httpx
from sqlalchemy import Connection, select

from app.auth import create_secret
from app.courses import assignments, audit
from app.courses.assignments import Assignment
from app.courses.course import Course
from app.db import open_engine
from app.models import assignments as assignments_table
from app.models import enrolments
from app.reports import statistics, tables
from app.settings import HOME

ROUNDS: Final = 9
FIRST_BYTES: Final = 7
MIB: Final = 2**20


def main() -> None:
    parser = argparse.ArgumentParser(description="What reports and statistics cost over a seeded database.")
    parser.add_argument("database", type=Path, help="as `python -m benchmarks.seed` fills it")
    database = parser.parse_args().database.resolve()
    engine = open_engine(f"sqlite:///{database}", writes=True)
    with engine.begin() as connection:
        assignment, course = the_assignment(connection)
        teacher = enrolments.c.role == "instructor"
        carol = connection.scalars(select(enrolments.c.person).where(enrolments.c.course == course.id, teacher)).one()
        token = create_secret(connection, carol, datetime.now(UTC)).text
    with tempfile.TemporaryDirectory() as folder:
        with engine.begin() as connection:
            flat = _flat(database, Path(folder) / "flat.db")
            _queries(connection, flat, course, assignment)
        engine.dispose()
        with _server(database, Path(folder)) as server:
            _streams(server, token, assignment)


def the_assignment(connection: Connection) -> tuple[Assignment, Course]:
    """The one assignment of a seeded database."""
    return assignments.find(connection, audit.COMMAND, connection.scalars(select(assignments_table.c.id)).one())


# Queries ------------------------------------------------------------------------------------------


def _flat(database: Path, path: Path) -> sqlite3.Connection:
    """What a service without scores would ask: all attempts in one table, with an index that covers the question."""
    flat = sqlite3.connect(path, isolation_level=None)
    flat.execute("ATTACH ? AS seeded", (str(database),))
    flat.execute("""
        CREATE TABLE attempts AS SELECT a.id, i.owner AS person, i.item, a.score * a.factor AS score, a.received_at
        FROM seeded.attempts a JOIN seeded.instances i ON i.id = a.instance
    """)
    flat.execute("CREATE INDEX covering ON attempts (person, item, score)")
    return flat


def _queries(connection: Connection, flat: sqlite3.Connection, course: Course, assignment: Assignment) -> None:
    (attempts,) = flat.execute("SELECT count(*) FROM attempts").fetchone()
    best = "SELECT person, item, max(score) FROM attempts GROUP BY person, item"
    (plan,) = flat.execute(f"EXPLAIN QUERY PLAN {best}").fetchall()
    assert "USING COVERING INDEX" in plan[3]
    turns: dict[str, Callable[[], Any]] = {
        "covering-index GROUP BY over all attempts": lambda: flat.execute(best).fetchall(),
        "report: its queries": lambda: tables.of_assignment(connection, course, assignment),
        "report: queries, points and totals": lambda: list(
            tables.of_assignment(connection, course, assignment).students()
        ),
        "statistics": lambda: statistics.of_assignment(connection, assignment),
    }
    times: dict[str, list[float]] = {name: [] for name in turns}
    for work in turns.values():
        work()  # what is read for the first time comes from the disk
    for _ in range(ROUNDS):
        for name, work in turns.items():
            begun = time.process_time()
            work()
            times[name].append(time.process_time() - begun)
    (base, *_) = times.values()
    print(f"{attempts:,} attempts, {len(assignment.items)} items; medians of {ROUNDS} rounds, processor time")
    for name, taken in times.items():
        ratio = median(one / of for one, of in zip(taken, base, strict=True))
        print(f"  {name:<42} {1000 * median(taken):7.1f} ms  {ratio:5.2f} of the GROUP BY")


# Streams ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Server:
    """A running server, and its process."""

    url: str
    pid: int

    def memory(self, of: str) -> int:
        """Bytes: `VmRSS` now, `VmHWM` at most so far."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        found = re.search(rf"^{of}:\s+(\d+) kB$", status, re.MULTILINE)
        assert found is not None
        return 1024 * int(found[1])


@contextmanager
def _server(database: Path, folder: Path) -> Iterator[Server]:
    """The service on that database, in a process of its own."""
    environment = {**os.environ, "NABLA_DATA_DIR": str(folder), "NABLA_DATABASE_URL": f"sqlite:///{database}"}
    command = [sys.executable, "-m", "app.cli", "serve", "--port", "0"]
    with subprocess.Popen(command, cwd=HOME, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            greeting = ""
            for line in process.stdout:
                greeting += line
                if line.startswith("Ctrl-C"):
                    break
            address = re.search(r"on (http://\S+)", greeting)
            assert address is not None, greeting
            yield Server(address[1], process.pid)
        finally:
            process.send_signal(signal.SIGTERM)


def _streams(server: Server, token: str, assignment: Assignment) -> None:
    path = f"/api/v1/assignments/{assignment.id}"
    files = {"report as CSV": f"{path}/report?format=csv", "attempts as CSV": f"{path}/attempts?format=csv"}
    with httpx.Client(base_url=server.url, headers={"Authorization": f"Bearer {token}"}, timeout=600) as client:
        first = {name: [_first_byte(client, file) for _ in range(FIRST_BYTES)] for name, file in files.items()}
        for name, times in first.items():
            print(f"  {name:<42} {1000 * median(times):7.1f} ms  until the first byte")
        _whole(client, server, files["attempts as CSV"])
        begun = time.perf_counter()
        client.get(f"{path}/statistics").raise_for_status()
        print(f"  {'statistics, over HTTP':<42} {1000 * (time.perf_counter() - begun):7.1f} ms")


def _first_byte(client: httpx.Client, file: str) -> float:
    begun = time.perf_counter()
    with client.stream("GET", file) as reply:
        reply.raise_for_status()
        next(reply.iter_raw())
        return time.perf_counter() - begun


def _whole(client: httpx.Client, server: Server, file: str) -> None:
    """Read a stream to its end, and see what memory the server takes: at the beginning, and at most."""
    size, begun = 0, time.perf_counter()
    early = 0
    with client.stream("GET", file) as reply:
        reply.raise_for_status()
        for chunk in reply.iter_raw():
            size += len(chunk)
            if not early and size > MIB:
                early = server.memory("VmHWM")
    taken = time.perf_counter() - begun
    most = server.memory("VmHWM")
    print(f"  attempts as CSV, all of it: {size / MIB:.0f} MiB in {taken:.1f} s")
    print(f"  memory of the server: {early / MIB:.0f} MiB after the first MiB, {most / MIB:.0f} MiB at most")


if __name__ == "__main__":
    main()
