"""The server's clock decides, wherever it jumps: every decision follows from what is stored of it."""

import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Event
from typing import Any

import pytest
from sqlalchemy import select

from app.dates import RULE, Dates, decide, judge
from app.models import assignments, attempts, extensions, instances, revisions, scores
from app.problems import NotOpen, PastDue
from tests.teaching import MORNING, Classroom, Clock, Person, fine, refused, submit, written, wrong

DATES = ("opens_at", "due_at", "closes_at")


def stored_dates(decision: dict[str, Any]) -> Dates:
    return Dates(*(decision[name] and datetime.fromisoformat(decision[name]) for name in DATES))


def assert_decided(received: datetime, factor: float, decision: dict[str, Any]) -> None:
    """The stored decision follows from the stored dates, penalty, rule and moment, and says the stored factor."""
    again = judge(received, stored_dates(decision), decision["late_penalty"])
    assert again.json() == decision
    assert (decision["rule"], decision["factor"]) == (RULE, factor)


def someday(rng: random.Random) -> datetime:
    """A moment up to three days around the morning: at times exactly a full hour."""
    around = timedelta(milliseconds=rng.randrange(-3 * 86_400_000, 3 * 86_400_000))
    return MORNING + (timedelta(hours=around // timedelta(hours=1)) if rng.random() < 0.3 else around)


def some_dates(rng: random.Random) -> dict[str, str | None]:
    opens_at, due_at, closes_at = sorted(someday(rng) for _ in DATES)
    if opens_at == due_at:
        due_at, closes_at = due_at + timedelta(hours=1), closes_at + timedelta(hours=1)
    dates = {"opens_at": opens_at, "due_at": due_at, "closes_at": closes_at}
    return {name: written(at) if rng.random() < 0.8 else None for name, at in dates.items()}


def held_dates(classroom: Classroom, sheet: dict[str, Any], person: Person) -> tuple[Dates, float]:
    """What holds for somebody, from the rows of assignment and extension."""
    (row,) = classroom.school.rows(select(assignments).where(assignments.c.id == sheet["id"]))
    dates = Dates(row.opens_at, row.due_at, row.closes_at)
    here = (extensions.c.assignment == sheet["id"]) & (extensions.c.person == person.id)
    for extension in classroom.school.rows(select(extensions).where(here)):
        dates = dates.extended(extension.due_at, extension.closes_at)
    return dates, row.late_penalty


@pytest.mark.parametrize("seed", range(6))
def test_whatever_the_clock_does_every_decision_follows_from_what_is_stored(classroom: Classroom, seed: int):
    c, rng = classroom, random.Random(seed)
    sheet = c.assign(late_penalty=0.25)
    own = {who.id: c.open(who, sheet) for who in (c.alice, c.bob)}
    taken = 0
    for n in range(60):
        c.clock.set(someday(rng))
        who, deed = rng.choice((c.alice, c.bob)), rng.random()
        if deed < 0.15:
            reply = c.carol.patch(
                f"/assignments/{sheet['id']}", {**some_dates(rng), "late_penalty": rng.choice((0, 0.25, 1))}
            )
            assert reply.status_code == 200, reply.text
        elif deed < 0.25:
            extension = {"due_at": written(someday(rng)), "closes_at": rng.choice((None, written(someday(rng))))}
            reply = c.dave.put(f"/assignments/{sheet['id']}/extensions/{who.id}", extension)
            assert reply.status_code in (200, 422), reply.text  # a moment that extends nothing is refused
        else:
            dates, penalty = held_dates(c, sheet, who)
            reply = who.post(f"/instances/{own[who.id]['id']}/attempts", {"answers": {"answer": wrong(own[who.id], n)}})
            try:
                decision = decide(c.clock(), dates, penalty)
            except NotOpen:
                refused(reply, 403, "not-open")
            except PastDue:
                refused(reply, 403, "past-due")
            else:
                taken += 1
                assert reply.json()["submitted_at"] == written(c.clock())
                assert reply.json()["late"] == decision.late
    rows = c.school.rows(select(attempts))
    assert len(rows) == taken > 10
    for row in rows:
        assert_decided(row.received_at, row.factor, row.decision)
    worth = {row.id: (row.factor, not row.late) for row in rows}
    moments = {row.id: row.received_at for row in rows}
    for revision in c.school.rows(select(revisions).order_by(revisions.c.number)):
        assert_decided(moments[revision.attempt], revision.factor, revision.decision)
        assert (revision.factor, not revision.late) > worth[revision.attempt]  # never against a student
        worth[revision.attempt] = revision.factor, not revision.late


def test_the_moment_that_counts_is_the_one_in_which_the_request_came(classroom: Classroom):
    """However long it then waits for its turn to be written."""
    c = classroom
    sheet = c.assign(due_at=c.clock.after(minutes=1))
    own = c.open(c.alice, sheet)
    busy, go_on = Event(), Event()

    def hold_up(tx: Any) -> None:
        busy.set()
        assert go_on.wait(20)

    with ThreadPoolExecutor(2) as pool:
        holding = pool.submit(c.school.write, hold_up)
        assert busy.wait(20)
        c.clock.forward(minutes=1)
        sending = pool.submit(submit, c.alice, own, {"answer": wrong(own)})
        while c.school.app.state.writer._jobs.empty():
            time.sleep(0.01)
        c.clock.forward(days=1)
        go_on.set()
        holding.result()
        attempt = sending.result()
    assert (attempt["late"], attempt["submitted_at"]) == (False, sheet["due_at"])
    refused(c.alice.post(f"/instances/{own['id']}/attempts", {"answers": {"answer": wrong(own, 2)}}), 403, "past-due")


def test_a_clock_that_goes_back_closes_what_had_opened_and_opens_what_had_closed(classroom: Classroom):
    c = classroom
    sheet = c.assign(opens_at=c.clock.after(), due_at=c.clock.after(days=1))
    own = c.open(c.alice, sheet)
    address, body = f"/instances/{own['id']}/attempts", {"answers": {"answer": wrong(own)}}
    c.clock.forward(milliseconds=-1)
    refused(c.alice.post(address, body), 403, "not-open")
    c.clock.forward(days=2)
    refused(c.alice.post(address, body), 403, "past-due")
    c.clock.forward(days=-1)
    assert submit(c.alice, own, body["answers"])["late"] is False


def test_attempts_keep_the_order_in_which_they_came_though_the_clock_went_back(classroom: Classroom):
    c = classroom
    sheet = c.assign()
    own = c.open(c.alice, sheet)
    sent = []
    for n, hours in enumerate((5, -3, -4, 1)):
        c.clock.forward(hours=hours)
        sent.append(submit(c.alice, own, {"answer": wrong(own, n)}))
    listed = fine(c.alice.get(f"/instances/{own['id']}/attempts"))["items"]
    assert listed == sent
    (row,) = c.school.rows(select(scores))
    assert written(row.last_attempt_at) == max(attempt["submitted_at"] for attempt in sent)


def test_a_clock_that_goes_back_neither_revives_nor_ends_a_token(classroom: Classroom):
    c = classroom
    c.clock.forward(days=1)
    new = c.alice.post("/me/tokens", {"days": 1}).json()
    c.clock.forward(days=-30)
    fine(c.alice.with_token(new["token"]).get("/me"))
    assert c.alice.delete(f"/me/tokens/{new['id']}").status_code == 204
    c.clock.forward(days=-30)
    refused(c.alice.with_token(new["token"]).get("/me"), 401, "unauthenticated")


@pytest.fixture(params=["UTC", "Pacific/Auckland", "America/St_Johns"])
def machine_zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The time zone of the machine on which the server runs."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", request.param)
        time.tzset()
        yield request.param
    time.tzset()


def test_the_time_zone_of_the_machine_changes_nothing(classroom: Classroom, machine_zone: str):
    c = classroom
    sheet = c.assign(due_at="2026-11-22T11:00:00+01:00", closes_at="2026-11-22T10:00:00.001Z")
    assert (sheet["due_at"], sheet["closes_at"]) == ("2026-11-22T10:00:00.000Z", "2026-11-22T10:00:00.001Z")
    own = c.open(c.alice, sheet)
    assert submit(c.alice, own, {"answer": wrong(own)})["late"] is False
    c.clock.forward(milliseconds=1)
    attempt = submit(c.alice, own, {"answer": wrong(own, 2)})
    assert (attempt["late"], attempt["submitted_at"]) == (True, "2026-11-22T10:00:00.001Z")
    received = c.school.rows(select(attempts.c.received_at).order_by(attempts.c.number))
    assert received == [(MORNING,), (MORNING + timedelta(milliseconds=1),)]
    assert c.school.rows(select(instances.c.created_at)) == [(MORNING,)]


def test_what_is_finer_than_a_millisecond_is_cut_off_before_it_decides(classroom: Classroom):
    c = classroom
    sheet = c.assign(due_at=c.clock.after())
    own = c.open(c.alice, sheet)
    c.clock.set(MORNING + timedelta(microseconds=999))
    assert submit(c.alice, own, {"answer": wrong(own)})["submitted_at"] == sheet["due_at"]
    (row,) = c.school.rows(select(attempts))
    assert_decided(row.received_at, 1.0, row.decision)


def test_the_clock_is_read_once_for_each_request(classroom: Classroom, monkeypatch: pytest.MonkeyPatch):
    sheet = classroom.assign(due_at=classroom.clock.after(days=1))
    own = classroom.open(classroom.alice, sheet)
    readings: list[datetime] = []

    def reading(clock: Clock) -> datetime:
        readings.append(clock.moment)
        return clock.moment

    monkeypatch.setattr(Clock, "__call__", reading)
    submit(classroom.alice, own, {"answer": wrong(own)})
    assert len(readings) == 1
