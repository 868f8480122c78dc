"""An assignment of carol's whose grades go to a platform, for tests of how they get there."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select

from app import outbox
from app.auth import create_secret
from app.courses import contexts
from app.models import grades, identities, line_items, overrides, platforms
from app.passback import sender
from app.passback.sender import Sender
from tests.lms import Lms, linked
from tests.platform import LineItem, Post, User
from tests.platform.courses import ResourceLink
from tests.teaching import Classroom, Person, fine

NO_LOOK = 100_000.0


@pytest.fixture(autouse=True)
def no_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Grades are sent when a test says so, and not by the loop."""
    monkeypatch.setattr(sender, "LOOK", NO_LOOK)


@dataclass(frozen=True)
class Book:
    """An assignment of carol's of one item with four points."""

    classroom: Classroom
    assignment: dict[str, Any]

    @property
    def id(self) -> str:
        return str(self.assignment["id"])


@dataclass(frozen=True)
class Sent(Book):
    """One whose grades go to a platform, into the column of a link that opens it."""

    lms: Lms
    link: ResourceLink | None = None

    @property
    def linked(self) -> ResourceLink:
        assert self.link is not None
        return self.link

    # What happens here.

    def learners(self, *names: str) -> list[User]:
        """Students who came with the roster."""
        users = [self.lms.join(name) for name in names]
        self.lms.put(roster_due_at=self.classroom.clock())
        self.lms.fetch()
        return users

    def signed_in(self, user: User) -> Person:
        """A learner who sends requests."""
        id = self.person(user)
        token = self.classroom.school.write(lambda tx: create_secret(tx, id, self.classroom.clock())).text
        return Person(self.classroom.school, token, id)

    def person(self, user: User) -> str:
        found = self.lms.person(user)
        assert found is not None
        return found

    def give(self, user: User, points: float | None) -> None:
        """Carol gives points, or excuses."""
        path = f"/assignments/{self.id}/items/1/overrides/{self.person(user)}"
        wanted = {"reason": "As told."} | ({"excused": True} if points is None else {"points": points})
        fine(self.classroom.carol.put(path, wanted))

    def give_many(self, points: dict[str, float]) -> None:
        """Points for many, by the platform's ids, in one go."""
        (item,) = self.assignment["items"]
        now = self.classroom.clock()

        def give(tx: Connection) -> None:
            known = {row.subject: row.person for row in tx.execute(select(identities))}
            theirs = {known[subject]: value for subject, value in points.items()}
            tx.execute(overrides.delete().where(overrides.c.person.in_(theirs)))
            rows = [{"item": item["id"], "person": id, "points": value} for id, value in theirs.items()]
            tx.execute(insert(overrides), [{**row, "reason": "", "made_at": now} for row in rows])
            outbox.changed(tx, self.id, theirs, now)

        self.classroom.school.write(give)

    def send(self) -> None:
        """Send what is due."""
        self.classroom.school.portal.call(self.classroom.school.app.state.sender.send_due)

    def wait_and_send(self, **span: float) -> None:
        self.classroom.clock.forward(**span)
        self.send()

    def another_sender(self) -> Sender:
        """A sender as that of another server on the same database."""
        state = self.classroom.school.app.state
        return Sender(state.reader, state.writer, state.services, self.classroom.clock)

    # What came of it.

    def row(self, user: User) -> Any:
        """The row of somebody's grade; None where there is none."""
        rows = self.classroom.school.rows(select(grades).where(grades.c.person == self.person(user)))
        assert len(rows) < 2
        return rows[0] if rows else None

    def state(self, user: User) -> str:
        return str(self.row(user).state)

    @property
    def line_item(self) -> Any:
        (row,) = self.classroom.school.rows(select(line_items).where(line_items.c.assignment == self.id))
        return row

    @property
    def registered(self) -> Any:
        (row,) = self.classroom.school.rows(select(platforms))
        return row

    @property
    def column(self) -> LineItem:
        """The only column of the platform's gradebook for the assignment."""
        return self.lms.platform.line_item(resourceId=self.id)

    def there(self, user: User) -> float | None:
        """The points of somebody on the platform."""
        return self.lms.platform.grade(self.column, user)

    def posts(self, user: User) -> list[Post]:
        """All that was sent of somebody, be it refused."""
        return [post for post in self.lms.platform.gradebook.posts if post.user == user.id]


def book_of(lms: Lms, **columns: Any) -> Sent:
    """An assignment that a link on the platform opens."""
    assignment = lms.classroom.assign(**columns)
    link = lms.platform.add_link(lms.there, "https://nabla.test/launch")
    into(lms, assignment["id"], link.id, lms.classroom.clock())
    return Sent(lms.classroom, assignment, lms, link)


def into(lms: Lms, assignment: str, link: str, now: datetime, url: str | None = None) -> None:
    """Have the grades of an assignment go into the column of a link, as a launch does."""
    column = contexts.Column(link, url)
    lms.classroom.school.write(lambda tx: contexts.grade_into(tx, lms.context, assignment, column, now))


@contextmanager
def kept_by(classroom: Classroom, personality: str) -> Iterator[Sent]:
    """A gradebook of a product."""
    with linked(classroom, personality) as lms:
        yield book_of(lms)


@pytest.fixture
def book(lms: Lms) -> Sent:
    """A gradebook with the ways of no product."""
    return book_of(lms)
