"""Grades arrive whatever happens: outages, restarts, changes on the way, several senders, thousands at once.

`GRADES` says how many there are where there are many: `make prove-grades`.
"""

import asyncio
import os
import random
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import func, select

from app.models import grades, platforms
from app.passback import delivery, errands, scores, sender
from app.passback.sender import Sender
from app.reports import tables
from tests.gradebooks import Sent, book_of, into, kept_by
from tests.lms import linked
from tests.platform import Platform, User
from tests.platform.ags import item_url
from tests.platform.gradebook import Gradebook, LineItem, Post
from tests.teaching import Classroom

GRADES = int(os.environ.get("GRADES", "200"))
MINUTES = 5  # in which all of them are there after an outage


def sending(book: Sent, who: Sender | None = None) -> Future[None]:
    """Send what is due, in the background of the test."""
    one = who or book.classroom.school.app.state.sender
    return book.classroom.school.portal.start_task_soon(one.send_due)


def waiting(book: Sent) -> int:
    return book.classroom.school.read(
        lambda tx: tx.scalar(select(func.count()).select_from(grades).where(grades.c.state == "pending"))
    )


# Outages ------------------------------------------------------------------------------------------


def test_hours_of_an_outage_cost_few_calls_and_no_grade(book: Sent):
    users = book.learners(*(f"User{n}" for n in range(40)))
    book.give_many({user.id: 1 for user in users})
    book.lms.platform.fails("scores", times=100_000, status=500)
    for _ in range(6 * 20):
        book.wait_and_send(minutes=3)
    assert waiting(book) == 40
    assert book.lms.platform.count("scores") <= delivery.SIDE_BY_SIDE + 6 * 20
    book.give_many({user.id: 2 for user in users[:20]})
    book.lms.platform.faults.clear()
    book.wait_and_send(minutes=2)
    assert waiting(book) == 0
    assert [book.there(user) for user in users] == [2] * 20 + [1] * 20


def test_a_platform_that_is_back_is_tried_with_one_grade_before_the_others_follow(book: Sent):
    users = book.learners(*(f"User{n}" for n in range(20)))
    book.give_many({user.id: 1 for user in users})
    book.lms.platform.fails("scores", times=delivery.SIDE_BY_SIDE + 1, status=503)
    book.send()
    first = book.lms.platform.count("scores")
    assert 1 <= first <= delivery.SIDE_BY_SIDE
    book.wait_and_send(minutes=3)
    assert book.lms.platform.count("scores") == first + 1
    for _ in range(5):
        book.wait_and_send(minutes=3)
    assert (waiting(book), book.registered.rests) == (0, 0)


def test_one_grade_that_always_fails_does_not_hold_the_others_up(book: Sent):
    users = book.learners(*(f"User{n}" for n in range(6)))
    bad = users[0]
    post = book.lms.platform.gradebook.post

    def fail_for_one(item: Any, body: Any) -> Any:
        if body["userId"] == bad.id:
            raise RuntimeError("a fault of the platform")
        return post(item, body)

    book.lms.platform.gradebook.post = fail_for_one  # type: ignore[method-assign]
    book.give(bad, 1)
    book.wait_and_send(seconds=1)
    book.give_many({user.id: 1 for user in users[1:]})  # all of them behind the bad one
    for _ in range(10):
        book.wait_and_send(minutes=3)
    assert [book.state(user) for user in users] == ["pending"] + ["sent"] * 5


def test_one_grade_that_cannot_be_worked_out_does_not_hold_the_others_up(
    book: Sent, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    users = book.learners(*(f"User{n}" for n in range(6)))
    bad = book.person(users[0])
    of_person = tables.of_person

    def fail_for_one(tx: Any, assignment: Any, person: str) -> tables.Standing:
        if person == bad:
            raise RuntimeError("a fault of ours")
        return of_person(tx, assignment, person)

    book.give_many({user.id: 1 for user in users})
    with monkeypatch.context() as patched:
        patched.setattr(tables, "of_person", fail_for_one)
        book.send()
        assert [book.state(user) for user in users] == ["pending"] + ["sent"] * 5
        assert book.row(users[0]).trouble == scores.FAULT
        book.send()
        assert caplog.text.count("could not be worked out") == 1  # it waits
    book.wait_and_send(minutes=10)
    assert (book.state(users[0]), book.row(users[0]).trouble, book.there(users[0])) == ("sent", None, 1)


def test_pauses_grow_up_to_two_minutes():
    for tries in range(1, 60):
        most = min(2.0**tries, 120)
        assert most / 2 <= errands.pause_after(tries).total_seconds() <= most
    assert len({errands.pause_after(9) for _ in range(20)}) > 5  # not all at once


def test_a_platform_that_is_down_does_not_hold_another_one_up(classroom: Classroom):
    beside = replace(classroom, course=classroom.other_course, carol=classroom.mallory)
    with linked(classroom) as down, linked(beside, "moodle") as up:
        first, second = book_of(down), book_of(up)
        (ada,), (eve,) = first.learners("Ada"), second.learners("Eve")
        first.give(ada, 1)
        second.give(eve, 2)
        gate = down.platform.holds("scores")
        task = sending(first)
        assert gate.arrived.wait(10)
        within(10, lambda: up.platform.count("scores") == 1)
        assert second.there(eve) == 2
        gate.open()
        task.result(10)
        assert first.there(ada) == 1


def noting(gradebook: Gradebook, came: list[str]) -> Callable[[LineItem, dict[str, Any]], Post]:
    """How a gradebook takes scores, with its name noted for each, in order of arrival at all that note so."""
    post = gradebook.post

    def note(item: LineItem, body: dict[str, Any]) -> Post:
        came.append(gradebook.personality.name)
        return post(item, body)

    return note


def test_platforms_that_have_much_to_take_take_turns(classroom: Classroom, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sender, "PLATFORMS", 1)
    beside = replace(classroom, course=classroom.other_course, carol=classroom.mallory)
    came: list[str] = []
    with linked(classroom) as one, linked(beside, "moodle") as other:
        for lms in (one, other):
            book = book_of(lms)
            users = book.learners(*(f"User{n}" for n in range(errands.AT_ONCE + 1)))
            book.give_many({user.id: 1 for user in users})
            monkeypatch.setattr(lms.platform.gradebook, "post", noting(lms.platform.gradebook, came))
        sending(book, book.another_sender()).result(60)
    assert len(came) == 2 * (errands.AT_ONCE + 1)
    last = {name: len(came) - came[::-1].index(name) for name in came}
    assert all(came.index(name) < min(last.values()) for name in last)


def test_a_platform_that_is_switched_off_gets_nothing(book: Sent):
    (ada,) = book.learners("Ada")
    school = book.classroom.school
    school.write(lambda tx: tx.execute(platforms.update().values(state="disabled")))
    book.give(ada, 1)
    book.wait_and_send(days=1)
    assert book.lms.platform.count("scores") == 0
    school.write(lambda tx: tx.execute(platforms.update().values(state="active")))
    book.send()
    assert book.there(ada) == 1


# On the way ---------------------------------------------------------------------------------------


def within(seconds: float, holds: Any) -> None:
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.01)


@contextmanager
def on_the_way(book: Sent) -> Iterator[Future[None]]:
    """A grade has left, and its answer is late; at the end it comes."""
    gate = book.lms.platform.holds("scores")
    task = sending(book)
    assert gate.arrived.wait(10)
    try:
        yield task
    finally:
        gate.open()
        book.lms.platform.faults.clear()


def test_what_changes_on_the_way_goes_after_that(book: Sent):
    (ada,) = book.learners("Ada")
    book.give(ada, 1)
    with on_the_way(book) as task:
        book.give(ada, 2)
    task.result(10)
    assert [post.given for post in book.posts(ada)] == [1, 2]
    assert (book.there(ada), book.state(ada)) == (2, "sent")


def test_a_grade_whose_column_is_moved_on_the_way_goes_to_the_new_one(book: Sent):
    (ada,) = book.learners("Ada")
    book.give(ada, 1)
    other = book.lms.platform.gradebook.add(book.lms.there, "nabla", {"label": "Theirs", "scoreMaximum": 10})
    with on_the_way(book) as task:
        into(book.lms, book.id, book.linked.id, book.classroom.clock(), item_url(book.lms.platform, other))
    task.result(10)
    assert (book.lms.platform.grade(other, ada), book.state(ada)) == (2.5, "sent")


def test_a_change_on_the_way_of_a_refused_grade_goes_after_that(book: Sent):
    (ada,) = book.learners("Ada")
    book.give(ada, 1)
    book.lms.platform.fails("scores", status=422)
    with on_the_way(book) as task:
        book.give(ada, 2)
    task.result(10)
    assert (book.there(ada), book.state(ada)) == (2, "sent")


def test_one_grade_of_a_student_is_on_its_way_at_a_time(book: Sent):
    (ada,) = book.learners("Ada")
    book.give(ada, 1)
    with on_the_way(book) as task:
        book.give(ada, 2)
        sending(book, book.another_sender()).result(10)
        assert book.lms.platform.count("scores") == 0
    task.result(10)
    assert [post.given for post in book.posts(ada)] == [1, 2]


def test_two_senders_send_nothing_twice(book: Sent):
    users = book.learners(*(f"User{n}" for n in range(120)))
    book.give_many({user.id: 1 for user in users})
    tasks = [sending(book, book.another_sender()) for _ in range(2)]
    for task in tasks:
        task.result(60)
    book.wait_and_send(seconds=10)
    assert waiting(book) == 0
    assert [len(book.posts(user)) for user in users] == [1] * 120
    assert len(book.lms.platform.gradebook.items) == 1


def test_two_senders_that_lack_a_column_make_one(book: Sent):
    (ada,) = book.learners("Ada")
    book.give(ada, 1)
    gate = book.lms.platform.holds("line items")
    task = sending(book)
    assert gate.arrived.wait(10)
    book.give(ada, 2)
    (eve,) = book.learners("Eve")
    book.give(eve, 3)
    sending(book, book.another_sender()).result(10)
    gate.open()
    book.lms.platform.faults.clear()
    task.result(10)
    book.wait_and_send(minutes=3)
    assert (book.there(ada), book.there(eve)) == (2, 3)
    assert len(book.lms.platform.gradebook.items) == 1


def test_a_server_that_stops_waits_for_what_is_on_its_way(book: Sent):
    (ada,) = book.learners("Ada")
    book.give(ada, 1)
    portal = book.classroom.school.portal
    with on_the_way(book):
        closing = portal.start_task_soon(book.classroom.school.app.state.sender.close)
        time.sleep(0.1)
        assert not closing.done()
    closing.result(10)
    assert (book.there(ada), book.state(ada)) == (1, "sent")


def test_what_a_server_was_sending_when_it_died_is_sent_by_the_next_one(book: Sent, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sender, "STOPPING", 0.1)
    users = book.learners("Ada", "Eve")
    book.give_many({user.id: 1 for user in users})
    dead = book.another_sender()
    with on_the_way_of(book, dead):
        book.classroom.school.portal.call(dead.close)
    book.send()
    assert waiting(book) == 2  # it may be alive, for all that is known
    book.wait_and_send(minutes=3)
    assert [book.there(user) for user in users] == [1, 1]
    assert waiting(book) == 0


@contextmanager
def on_the_way_of(book: Sent, who: Sender) -> Iterator[None]:
    gate = book.lms.platform.holds("scores")
    sending(book, who)
    assert gate.arrived.wait(10)
    yield
    gate.open()
    book.lms.platform.faults.clear()


def test_a_server_that_stops_begins_nothing_more(book: Sent):
    (ada,) = book.learners("Ada")
    stopped = book.another_sender()
    book.classroom.school.portal.call(stopped.close)
    book.give(ada, 1)
    sending(book, stopped).result(10)
    assert book.lms.platform.count("scores") == 0


def test_grades_go_by_themselves_within_seconds(book: Sent, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sender, "LOOK", 0.05)
    (ada,) = book.learners("Ada")
    other = book.another_sender()

    async def give_and_wait() -> float:
        loop = asyncio.create_task(other.keep_sending())
        begun = time.monotonic()
        while book.lms.platform.count("scores") == 0 and time.monotonic() < begun + 10:
            await asyncio.sleep(0.01)
        loop.cancel()
        await asyncio.wait([loop])
        await other.close()
        return time.monotonic() - begun

    book.give(ada, 1)
    assert book.classroom.school.portal.call(give_and_wait) < 5
    assert (book.there(ada), book.state(ada)) == (1, "sent")


# Many ---------------------------------------------------------------------------------------------


def trouble(platform: Platform, chance: random.Random) -> None:
    """Something goes wrong with some of the next calls."""
    faults: list[dict[str, Any]] = [
        {"status": 500},
        {"status": 502, "stored": True},
        {"way": "drop"},
        {"way": "drop", "stored": True},
        {"status": 429, "headers": {"retry-after": "3"}},
        {"status": 403, "headers": {"x-rate-limit-remaining": "0"}},
        {"status": 401},
    ]
    for _ in range(chance.randint(1, 4)):
        platform.fails("scores", **chance.choice(faults))


@pytest.mark.parametrize("personality", ["moodle", "canvas", "openedx"])
def test_many_grades_end_equal_on_both_sides_and_none_is_out_of_order(classroom: Classroom, personality: str):
    chance = random.Random(personality)
    with kept_by(classroom, personality) as book:
        users = book.learners(*(f"User{n}" for n in range(GRADES)))
        wanted: dict[str, float] = {}
        one, other = book.another_sender(), book.another_sender()
        for _ in range(4):
            some = chance.sample(users, GRADES // 2)
            given = {user.id: chance.randint(0, 16) / 4 for user in some}
            book.give_many(given)
            wanted |= given
            trouble(book.lms.platform, chance)
            tasks = [sending(book, who) for who in (one, other)]
            for task in tasks:
                task.result(600)
            book.classroom.clock.forward(seconds=chance.randint(1, 40))
        book.lms.platform.faults.clear()
        begun = time.monotonic()
        seconds = 0
        while waiting(book):
            book.wait_and_send(seconds=10)
            seconds += 10
            assert seconds < 60 * MINUTES
        assert time.monotonic() - begun < 60 * MINUTES
        column = book.column
        assert {user.id: book.lms.platform.grade(column, user) for user in users if user.id in wanted} == wanted
        for user in users:
            history = [post.timestamp for post in book.lms.platform.history(column, user)]
            assert all(before < after for before, after in pairwise(history))


def test_thousands_of_grades_go_within_minutes(book: Sent):
    users: list[User] = book.learners(*(f"User{n}" for n in range(GRADES)))
    book.lms.platform.fails("scores", status=503)
    book.give_many({user.id: n % 5 for n, user in enumerate(users)})
    book.send()
    book.classroom.clock.forward(minutes=2)
    begun = time.monotonic()
    book.send()
    spent = timedelta(seconds=time.monotonic() - begun)
    assert waiting(book) == 0
    assert [book.lms.platform.grade(book.column, user) for user in users[:10]] == [0, 1, 2, 3, 4] * 2
    assert spent < timedelta(minutes=MINUTES)
    print(f"{GRADES} grades in {spent.total_seconds():.1f} s")  # noqa: T201 - the figure that `make prove-grades` is for
