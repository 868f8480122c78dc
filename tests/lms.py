"""Carol's course as that of a learning platform, which is served beside the app and knows it as its tool.

`lms` is one with the ways of no product; `linked(classroom, "moodle")` opens one of another kind.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import httpx
import pytest
from sqlalchemy import Connection, insert, select
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app.auth import seal_of
from app.courses import contexts as courses
from app.courses.contexts import Context
from app.models import contexts, enrolments, identities, people, tool_keys
from app.platforms import keys, registry
from app.platforms.registry import New
from tests.platform import Context as PlatformCourse
from tests.platform import Platform, Tool, User, words
from tests.platform.ags import items_url
from tests.teaching import MORNING, SECRET, Classroom

KEYS: Final = "https://nabla.test/keys"
CLIENT: Final = "nabla"


@dataclass(frozen=True)
class Lms:
    """The platform, its course and the tool; here, its registration and carol's course as the platform's."""

    classroom: Classroom
    platform: Platform
    there: PlatformCourse
    tool: Tool
    registered: registry.Platform
    id: str

    @property
    def context(self) -> Context:
        return self.classroom.school.read(lambda tx: courses.by_id(tx, self.id))

    def fetch(self) -> None:
        """Fetch what is due."""
        self.classroom.school.portal.call(self.classroom.school.app.state.rosters.fetch_due)

    def fetch_again(self) -> None:
        """Fetch it a day later."""
        self.classroom.clock.forward(days=1)
        self.fetch()

    def put(self, **values: Any) -> None:
        """Change what is known of the platform's course, behind everybody's back."""
        change = contexts.update().where(contexts.c.id == self.id).values(**values)
        self.classroom.school.write(lambda tx: tx.execute(change))

    @property
    def row(self) -> Any:
        (row,) = self.classroom.school.rows(select(contexts).where(contexts.c.id == self.id))
        return row

    def join(self, name: str = "", *roles: str, **fields: str) -> User:
        """Somebody new in the platform's course: a learner, unless roles are given."""
        user = self.platform.add_user(name, **fields)
        self.there.join(user, *(roles or (words.LEARNER,)))
        return user

    def person(self, user: User) -> str | None:
        """The id of the person who a user of the platform is here."""
        found = select(identities.c.person).where(identities.c.subject == user.id)
        return self.classroom.school.read(lambda tx: tx.scalar(found))

    def enrolment(self, user: User) -> Any:
        """The enrolment of a user of the platform in carol's course; None where there is none."""
        course = self.classroom.course
        found = (
            select(enrolments, people.c.name.label("called"), people.c.email.label("known_by"))
            .join(identities, identities.c.person == enrolments.c.person)
            .join(people, people.c.id == enrolments.c.person)
            .where(identities.c.subject == user.id, enrolments.c.course == course)
        )
        rows = self.classroom.school.rows(found)
        return rows[0] if rows else None

    def roster(self) -> dict[str, str]:
        """The roles of those who are in carol's course now, by name."""
        here = (enrolments.c.course == self.classroom.course) & enrolments.c.left_at.is_(None)
        found = select(enrolments.c.name, enrolments.c.role).where(here)
        return {row.name: row.role for row in self.classroom.school.rows(found)}


@cache
def _our_keys(database: str) -> list[dict[str, Any]]:
    """Keys of the tool, made once for the app of all tests, since that takes long."""
    return []


def _with_keys(tx: Connection, kept: list[dict[str, Any]]) -> dict[str, Any]:
    if kept and not tx.scalar(select(tool_keys.c.kid).limit(1)):
        tx.execute(insert(tool_keys), kept)
    elif not kept:
        keys.ensure(tx, seal_of(SECRET.encode(), keys.SEALED), MORNING)
        kept += [dict(row._mapping) for row in tx.execute(select(tool_keys))]
    return keys.published(tx)


@contextmanager
def linked(classroom: Classroom, personality: str = "standard") -> Iterator[Lms]:
    """A platform with these ways whose course is carol's, and whose roster is due."""
    school = classroom.school
    published = school.write(lambda tx: _with_keys(tx, _our_keys(str(school.database))))

    async def show_keys(request: Request) -> Response:
        return JSONResponse(published)

    app = Starlette(routes=[Route("/keys", show_keys)])
    platform = Platform(personality, clock=classroom.clock, tool=httpx.ASGITransport(app))
    with platform.served():
        tool = platform.add_tool(Tool(CLIENT, f"{KEYS}/login", [f"{KEYS}/launch"], KEYS))
        there = platform.add_context()
        (deployment,) = tool.deployments
        addresses = {name: getattr(platform, name) for name in registry.ADDRESSES}
        new = New(platform.issuer, CLIENT, name="The LMS", product=personality, **addresses)

        def connect(tx: Connection) -> tuple[registry.Platform, str]:
            registered = registry.add(tx, new, MORNING)
            values = {
                "id": f"context-of-{there.id}"[:32],
                "platform": registered.id,
                "deployment": deployment,
                "context": there.id,
                "course": classroom.course,
                "line_items_url": items_url(platform, there),
                "memberships_url": f"{platform.base}/courses/{there.id}/members",
                "scopes": list(words.AGS_SCOPES),
            }
            tx.execute(insert(contexts).values(**values))
            return registered, values["id"]

        yield Lms(classroom, platform, there, tool, *school.write(connect))


@pytest.fixture
def lms(classroom: Classroom) -> Iterator[Lms]:
    """A platform of no product whose course is carol's."""
    with linked(classroom) as lms:
        yield lms
