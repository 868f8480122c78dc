"""A course to teach in: an app in this process, on a database of its own, with a clock that tests set.

`classroom` gives every test the same people anew: carol teaches, dave assists, alice and bob are
students, mallory teaches another course, and there is an operator and a guest. Requests go through
the whole application; only the socket is missing.
"""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

import httpx
import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from fastapi import FastAPI
from sqlalchemy import Connection, Select

from app.auth import create_secret, the_operator
from app.db import migrate
from app.exercise import Catalogue
from app.models import scores
from app.settings import Settings
from app.web import create_app

Result = TypeVar("Result")

MORNING: Final = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
SECRET: Final = "a secret of the tests, long enough to be one"
ITEM: Final = {"exercise": "ls-gradient", "level": "hand", "points": 4}


@dataclass
class Clock:
    """What time it is for the app: it stands still until a test moves it, and may go back."""

    moment: datetime = MORNING

    def __call__(self) -> datetime:
        return self.moment

    def set(self, moment: datetime | str) -> None:
        self.moment = datetime.fromisoformat(moment) if isinstance(moment, str) else moment

    def forward(self, **span: float) -> None:
        self.moment += timedelta(**span)

    def after(self, **span: float) -> str:
        """The moment that lies so far ahead, as the API writes it."""
        return written(self.moment + timedelta(**span))


def written(moment: datetime) -> str:
    """A moment as the API writes it."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(frozen=True)
class School:
    """A running app, and the way to it from a test."""

    app: FastAPI
    clock: Clock
    portal: BlockingPortal
    client: httpx.AsyncClient
    database: Path

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        return self.portal.call(partial(self.client.request, method, path, **options))

    def read(self, work: Callable[[Connection], Result]) -> Result:
        """What `work` reads in the database."""
        return self.portal.call(self.app.state.reader.run, work)

    def write(self, work: Callable[[Connection], Result]) -> Result:
        """What `work` does to the database, behind the back of the API."""
        return self.portal.call(self.app.state.writer.run, work)

    def rows(self, query: Select[Any]) -> list[Any]:
        return self.read(lambda tx: list(tx.execute(query)))


@contextmanager
def opened(app: FastAPI, clock: Clock, portal: BlockingPortal, database: Path) -> Iterator[School]:
    """The app on its database, started and at the end stopped."""
    transport = httpx.ASGITransport(app)  # what the app raises reaches the test: a 500 explains itself
    client = httpx.AsyncClient(transport=transport, base_url="http://nabla.test/api/v1")
    with portal.wrap_async_context_manager(app.router.lifespan_context(app)):
        yield School(app, clock, portal, client, database)
        portal.call(client.aclose)


@dataclass(frozen=True)
class Person:
    """Somebody who sends requests: with a token, or a guest without."""

    school: School
    token: str | None = None
    id: str = ""
    email: str = ""

    def send(self, method: str, path: str, *, key: str | None = None, **options: Any) -> httpx.Response:
        """A request with this person's token, and perhaps an idempotency key."""
        headers = {**options.pop("headers", {})}
        if self.token is not None:
            headers["Authorization"] = f"Bearer {self.token}".encode("latin-1")
        if key is not None:
            headers["Idempotency-Key"] = key
        return self.school.request(method, path, headers=headers, **options)

    def get(self, path: str, **query: Any) -> httpx.Response:
        return self.send("GET", path, params=query)

    def post(self, path: str, json: Any = None, **options: Any) -> httpx.Response:
        return self.send("POST", path, **({} if json is None else {"json": json}), **options)

    def put(self, path: str, json: Any) -> httpx.Response:
        return self.send("PUT", path, json=json)

    def patch(self, path: str, json: Any) -> httpx.Response:
        return self.send("PATCH", path, json=json)

    def delete(self, path: str) -> httpx.Response:
        return self.send("DELETE", path)

    def with_token(self, token: str) -> "Person":
        """The same person with another token."""
        return Person(self.school, token, self.id, self.email)


@dataclass(frozen=True)
class Classroom:
    """Carol's course and who is in it; mallory's beside it."""

    school: School
    course: str
    other_course: str
    operator: Person
    carol: Person
    dave: Person
    alice: Person
    bob: Person
    mallory: Person

    @property
    def guest(self) -> Person:
        return Person(self.school)

    @property
    def clock(self) -> Clock:
        return self.school.clock

    def assign(self, *items: dict[str, Any], **columns: Any) -> dict[str, Any]:
        """A new assignment of carol's; each item says how it differs from four points for `ls-gradient` by hand."""
        whole = [{**ITEM, **item} for item in items or ({},)]
        body = {"title": "Sheet 1", **columns, "items": whole}
        return made(self.carol.post(f"/courses/{self.course}/assignments", body))

    def open(self, person: Person, assignment: dict[str, Any], item: int | str = 1) -> dict[str, Any]:
        """Somebody's own instance of an item."""
        reply = person.post(f"/assignments/{assignment['id']}/items/{item}/instances")
        assert reply.status_code in (200, 201), reply.text
        return reply.json()

    def solution(self, instance: dict[str, Any]) -> dict[str, Any]:
        """The right answers, part by part, as staff sees them."""
        parts = fine(self.operator.get(f"/instances/{instance['id']}/solution"))["parts"]
        return {id: part["answer"] for id, part in parts.items()}

    def score(self, person: Person, assignment: dict[str, Any], item: int = 1) -> Any:
        """The row of `scores` of somebody for an item; None where there is none."""
        here = (scores.c.person == person.id) & (scores.c.item == assignment["items"][item - 1]["id"])
        rows = self.school.rows(scores.select().where(here))
        return rows[0] if rows else None


def made(reply: httpx.Response) -> dict[str, Any]:
    """The body of a reply that must say 201."""
    assert reply.status_code == 201, reply.text
    return reply.json()


def fine(reply: httpx.Response) -> dict[str, Any]:
    """The body of a reply that must say 200."""
    assert reply.status_code == 200, reply.text
    return reply.json()


def refused(reply: httpx.Response, status: int, slug: str) -> dict[str, Any]:
    """The body of a reply that must be this problem."""
    assert reply.status_code == status, reply.text
    assert reply.headers["content-type"] == "application/problem+json"
    body = reply.json()
    assert body["type"] == f"/problems/{slug}", body
    return body


def submit(person: Person, instance: dict[str, Any], answers: dict[str, Any]) -> dict[str, Any]:
    """The stored attempt with these answers."""
    return made(person.post(f"/instances/{instance['id']}/attempts", {"answers": answers}))


def answer(person: Person, instance: dict[str, Any], value: Any) -> dict[str, Any]:
    """The verdict on an answer to the only part of an instance."""
    return submit(person, instance, {"answer": value})["parts"]["answer"]


def wrong(instance: dict[str, Any], number: int = 1) -> list[float]:
    """A wrong answer to `ls-gradient`, another one for each number, that no misconception explains."""
    return [1000.0 + number] * len(instance["data"]["theta0"])


@contextmanager
def elsewhere(classroom: Classroom, folder: Path, catalogue: Catalogue, secret: str = SECRET) -> Iterator[Classroom]:
    """The same classroom on a server that was started anew, on a copy of the database as it is now."""
    own = Settings(data_dir=folder, secret=secret)
    with (
        closing(sqlite3.connect(classroom.school.database)) as now,
        closing(sqlite3.connect(folder / "nabla.db")) as new,
    ):
        now.backup(new)
    app = create_app(own, catalogue, classroom.clock)
    with opened(app, classroom.clock, classroom.school.portal, folder / "nabla.db") as school:
        people = {
            name: replace(value, school=school) for name, value in vars(classroom).items() if isinstance(value, Person)
        }
        yield replace(classroom, school=school, **people)


# Fixtures -----------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def portal() -> Iterator[BlockingPortal]:
    """The event loop on which the app runs."""
    with start_blocking_portal() as portal:
        yield portal


@dataclass(frozen=True)
class Prepared:
    """What the tests of one process share: an app, and a database with the people in it, to begin from."""

    app: FastAPI
    clock: Clock
    database: Path
    begin: Path
    people: dict[str, tuple[str, str, str]]
    courses: tuple[str, str]


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory, catalogue: Catalogue, portal: BlockingPortal) -> Prepared:
    settings = Settings(data_dir=tmp_path_factory.mktemp("school"), secret=SECRET)
    database = settings.data_dir / "nabla.db"
    migrate(settings.database)
    clock = Clock()
    app = create_app(settings, catalogue, clock)
    with opened(app, clock, portal, database) as school:
        people, courses = _enrol_everyone(school)
    begin = Path(shutil.copy(database, database.with_name("begin.db")))
    return Prepared(app, clock, database, begin, people, courses)


def _enrol_everyone(school: School) -> tuple[dict[str, tuple[str, str, str]], tuple[str, str]]:
    """The people (token, id and address) and the two courses."""

    def operator(tx: Connection) -> tuple[str, str, str]:
        id, _ = the_operator(tx, MORNING)
        return create_secret(tx, id, MORNING).text, id, ""

    token, id, _ = school.write(operator)
    boss = Person(school, token)
    rosters = {
        "Mathematics": {"carol": "instructor", "dave": "assistant", "alice": "student", "bob": "student"},
        "Another course": {"mallory": "instructor"},
    }
    people, courses = {"operator": (token, id, "")}, []
    for title, roles in rosters.items():
        course = made(boss.post("/courses", {"title": title, "timezone": "Europe/Vienna"}))["id"]
        courses.append(course)
        lines = [
            {"name": name.title(), "email": f"{name}@example.org", "role": role, "external_id": f"x-{name}"}
            for name, role in roles.items()
        ]
        fine(boss.post(f"/courses/{course}/enrolments", {"items": lines}))
        for member in fine(boss.get(f"/courses/{course}/enrolments"))["items"]:
            if member["email"]:
                own = school.write(partial(create_secret, person=member["id"], now=MORNING)).text
                people[member["name"].lower()] = (own, member["id"], member["email"])
    return people, (courses[0], courses[1])


@pytest.fixture
def school(prepared: Prepared, portal: BlockingPortal, catalogue: Catalogue) -> Iterator[School]:
    """The app, started anew on a copy of the database in which there are people and nothing else."""
    for file in prepared.database.parent.glob("nabla.db*"):
        file.unlink()
    shutil.copy(prepared.begin, prepared.database)
    prepared.clock.set(MORNING)
    with opened(prepared.app, prepared.clock, portal, prepared.database) as school:
        yield school
    prepared.app.state.catalogue = catalogue  # a test may have taken an exercise out of it


@pytest.fixture
def classroom(prepared: Prepared, school: School) -> Classroom:
    """Carol's course and the people around it, as on the first day."""
    people = {name: Person(school, *who) for name, who in prepared.people.items()}
    return Classroom(school, *prepared.courses, **people)
