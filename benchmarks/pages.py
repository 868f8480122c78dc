"""What pages cost the server over a seeded database: `python -m benchmarks.pages DATABASE`.

From the request to the last byte of the page, packed as browsers ask for it, within one process: no socket, no
network. The medians are of pages that have been looked at once: what exercises show is remembered. Processor time
is the steadier figure on a machine that others use, too.
"""

import argparse
import asyncio
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from typing import Final

import httpx
from sqlalchemy import select

from app.auth import create_secret
from app.db import open_engine
from app.exercise import load_folders
from app.models import enrolments, scores
from app.pages.cookies import SESSION
from app.serving import settle
from app.settings import HOME, Settings
from app.web import create_app
from benchmarks.reports import the_assignment

ROUNDS: Final = 25
EXERCISES: Final = ("ls-gradient", "perceptron-jacobians", "two-layer-backprop")
KIB: Final = 1_024

PAGES: Final = {
    "catalogue": "/",
    "people": "/teach/courses/{course}/people",
    "editor": "/teach/assignments/{assignment}",
    "extensions": "/teach/assignments/{assignment}/extensions",
    "report": "/teach/assignments/{assignment}/report",
    "report by total": "/teach/assignments/{assignment}/report?sort=total&order=down",
    "report of the course": "/teach/courses/{course}/report",
    "student": "/teach/assignments/{assignment}/people/{student}",
    "flags": "/teach/courses/{course}/flags",
    "audit": "/teach/courses/{course}/audit",
    "statistics": "/teach/assignments/{assignment}/statistics",
    "live": "/teach/assignments/{assignment}/live",
}


def main() -> None:
    parser = argparse.ArgumentParser(description="What pages cost the server over a seeded database.")
    parser.add_argument("database", type=Path, help="as `python -m benchmarks.seed` fills it")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    wanted = parser.parse_args()
    names, session = _prepared(wanted.database.resolve())
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), database_url=f"sqlite:///{wanted.database.resolve()}")
        asyncio.run(_measure(settings, names, session, wanted.rounds))


def _prepared(database: Path) -> tuple[dict[str, str], str]:
    """Ids of what there is to look at, and a session of who teaches it."""
    engine = open_engine(f"sqlite:///{database}", writes=True)
    with engine.begin() as connection:
        assignment, course = the_assignment(connection)
        teacher = enrolments.c.role == "instructor"
        carol = connection.scalars(select(enrolments.c.person).where(enrolments.c.course == course.id, teacher)).one()
        student = connection.scalars(select(scores.c.person).where(scores.c.assignment == assignment.id)).first()
        session = create_secret(connection, carol, datetime.now(UTC), "session").text
    engine.dispose()
    return {"assignment": assignment.id, "course": course.id, "student": str(student)}, session


async def _measure(settings: Settings, names: dict[str, str], session: str, rounds: int) -> None:
    app = create_app(settings, load_folders([HOME / "exercises"]))
    client = httpx.AsyncClient(
        transport=httpx.ASGITransport(app),
        base_url="http://nabla",
        headers={"Accept": "text/html", "Accept-Encoding": "gzip"},
        cookies={SESSION: session},
    )
    print(f"{'page':<24} {'median':>9} {'9 of 10':>9} {'processor':>9} {'HTML':>11} {'packed':>10}")
    async with app.router.lifespan_context(app), client:
        settle()
        for exercise in EXERCISES:
            drawn = (await client.post(f"/api/v1/exercises/{exercise}/instances")).raise_for_status().json()
            await _page(client, exercise, drawn["page"], rounds)
        for name, path in PAGES.items():
            await _page(client, name, path.format(**names), rounds)


async def _page(client: httpx.AsyncClient, name: str, path: str, rounds: int) -> None:
    reply = (await client.get(path)).raise_for_status()
    times, processor = [], []
    for _ in range(rounds):
        begun, worked = time.perf_counter(), time.process_time()
        await client.get(path)
        times.append(time.perf_counter() - begun)
        processor.append(time.process_time() - worked)
    *_, slow = quantiles(times, n=10)
    taken = " ".join(f"{1000 * of:6.1f} ms" for of in (median(times), slow, median(processor)))
    sizes = f"{len(reply.content) / KIB:7.0f} KiB {int(reply.headers['content-length']) / KIB:6.0f} KiB"
    print(f"{name:<24} {taken} {sizes}")


if __name__ == "__main__":
    main()
