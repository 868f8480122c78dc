"""Tries: what uses one and what does not, what happens without any left, and that no race loses count.

`make prove-tries` runs the races a hundred times; `make test` a few.
"""

import asyncio
import os
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from app.attempts import held, submissions
from app.attempts.assigned import own_instance
from app.auth import Caller
from app.courses import assignments
from app.models import attempts, instance_parts, verdicts
from app.problems import NoTries
from tests.conftest import Server
from tests.teaching import MORNING, SECRET, Classroom, Person, answer, fine, made, refused, submit, wrong

RACES: Final = int(os.environ.get("RACES", "3"))
PARALLEL: Final = 200


def send(person: Person, instance: dict[str, Any], **answers: Any) -> Any:
    return person.post(f"/instances/{instance['id']}/attempts", {"answers": answers})


def parts(person: Person, instance: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The parts of an instance as they stand now."""
    return {part["id"]: part for part in fine(person.get(f"/instances/{instance['id']}"))["parts"]}


def off_by(right: list[list[float]], error: float) -> list[list[float]]:
    """The right column with an error in its first entry."""
    return [[right[0][0] + error], *right[1:]]


@pytest.fixture
def own(classroom: Classroom) -> dict[str, Any]:
    """Alice's instance of a single question with three tries."""
    return classroom.open(classroom.alice, classroom.assign({"tries": 3}))


@pytest.fixture
def steps(classroom: Classroom) -> dict[str, Any]:
    """Alice's instance of a question in six parts with two tries each."""
    return classroom.open(classroom.alice, classroom.assign({"exercise": "ls-steps", "tries": 2}))


# What uses a try ----------------------------------------------------------------------------------


def test_a_wrong_answer_uses_a_try_and_so_does_the_right_one(classroom: Classroom, own: dict[str, Any]):
    alice, right = classroom.alice, classroom.solution(own)["answer"]
    first = answer(alice, own, wrong(own))
    assert (first["counted"], first["tries_left"]) == (True, 2)
    second = answer(alice, own, right)
    assert (second["status"], second["counted"], second["tries_left"]) == ("correct", True, 1)
    part = parts(alice, own)["answer"]
    assert (part["tries_used"], part["tries_left"], part["solved"]) == (2, 1, True)


def test_tries_count_per_part_and_a_part_left_out_uses_none(classroom: Classroom, steps: dict[str, Any]):
    attempt = submit(classroom.alice, steps, {"a": 1, "r": 2})
    assert set(attempt["parts"]) == {"a", "r"}
    left = {id: part["tries_left"] for id, part in parts(classroom.alice, steps).items()}
    assert left == {"a": 1, "r": 1, "dr_da": 2, "da_dtheta": 2, "dr_dtheta": 2, "gradient": 2}


def test_an_answer_to_a_solved_part_is_stored_and_uses_no_try(classroom: Classroom, own: dict[str, Any]):
    alice, right = classroom.alice, classroom.solution(own)["answer"]
    answer(alice, own, right)
    for value in (wrong(own), right, wrong(own, 2)):
        verdict = answer(alice, own, value)
        assert (verdict["counted"], verdict["tries_left"]) == (False, 2)
    part = parts(alice, own)["answer"]
    assert (part["tries_used"], part["solved"], part["score"]) == (1, True, 1)
    assert len(fine(alice.get(f"/instances/{own['id']}/attempts"))["items"]) == 4


def test_a_part_solved_with_the_last_try_still_takes_answers(classroom: Classroom, own: dict[str, Any]):
    alice = classroom.alice
    for n in (1, 2):
        answer(alice, own, wrong(own, n))
    last = answer(alice, own, classroom.solution(own)["answer"])
    assert (last["counted"], last["tries_left"]) == (True, 0)
    after = answer(alice, own, wrong(own, 3))
    assert (after["counted"], after["tries_left"]) == (False, 0)


@pytest.mark.parametrize(
    ("first", "again"),
    [
        ([[5], [7]], [[5], [7]]),
        ([[5], [7]], [5, 7]),
        ([[5], [7]], "[[5], [7]]"),
        ([[0.5], [7]], "1/2; 7"),
        ([[0.5], [7]], [["1/2"], [7.0]]),
        ([[0], [7]], [[-0.0], [7]]),
        ([[0], [7]], "-0; 7"),
        ([[1000], [7]], "1e3 \n 7"),
        (5, "5.0"),
        (5, [[5]]),
    ],
)
def test_the_same_value_again_uses_no_try_however_it_is_written(
    classroom: Classroom, own: dict[str, Any], first: Any, again: Any
):
    assert answer(classroom.alice, own, first)["counted"] is True
    verdict = answer(classroom.alice, own, again)
    assert (verdict["counted"], verdict["tries_left"]) == (False, 2)
    answer(classroom.alice, own, wrong(own))
    assert answer(classroom.alice, own, first)["counted"] is False  # nor later


def test_the_same_value_of_another_part_or_in_another_shape_is_another_value(
    classroom: Classroom, own: dict[str, Any], steps: dict[str, Any]
):
    alice = classroom.alice
    assert [v["counted"] for v in submit(alice, steps, {"a": 5, "r": 5})["parts"].values()] == [True, True]
    assert answer(alice, own, [[5], [7]])["counted"]
    assert answer(alice, own, [[5, 7]])["counted"]


def test_a_value_that_staff_tried_is_new_to_the_student(classroom: Classroom, own: dict[str, Any]):
    for who in (classroom.dave, classroom.carol, classroom.operator):
        assert answer(who, own, wrong(own))["counted"] is False
    assert answer(classroom.alice, own, wrong(own))["counted"] is True


def test_a_rounding_slip_uses_no_try_the_first_time(classroom: Classroom, own: dict[str, Any]):
    right = classroom.solution(own)["answer"]
    first, second, again = (answer(classroom.alice, own, off_by(right, error)) for error in (4e-6, 5e-6, 4e-6))
    assert all("rounding" in verdict["feedback"] for verdict in (first, second, again))
    assert [verdict["counted"] for verdict in (first, second, again)] == [False, True, False]
    assert [verdict["tries_left"] for verdict in (first, second, again)] == [3, 2, 2]


def test_an_answer_that_cannot_be_read_uses_no_try_and_nothing_is_stored(classroom: Classroom, steps: dict[str, Any]):
    before = classroom.school.rows(select(instance_parts))
    for value in ("", "[[1, 2], [3]]", "1,,2", True, None, {}, [[1, None]], "one", [1, 2], "nan", [["1/0"]]):
        problem = refused(send(classroom.alice, steps, a=[[1]], gradient=value), 422, "unreadable")
        assert [error["pointer"] for error in problem["errors"]] == ["/answers/gradient"]
    assert classroom.school.rows(select(instance_parts)) == before
    assert classroom.school.rows(select(attempts)) == []


def test_a_readable_answer_of_another_shape_is_graded_and_uses_a_try(classroom: Classroom, own: dict[str, Any]):
    for used, value in enumerate((5, [[5, 7]], [[5, 7, 8], [1, 2, 3]]), start=1):
        verdict = answer(classroom.alice, own, value)
        assert (verdict["counted"], verdict["tries_left"], verdict["entries"]) == (True, 3 - used, None)


def test_a_fault_of_ours_uses_no_try(classroom: Classroom, own: dict[str, Any], monkeypatch: pytest.MonkeyPatch):
    def broken(*_: Any) -> Any:
        raise ZeroDivisionError("a bug")

    with monkeypatch.context() as patch:
        patch.setattr(submissions, "grade", broken)
        with pytest.raises(ZeroDivisionError):
            send(classroom.alice, own, answer=wrong(own))
    assert classroom.school.rows(select(attempts)) == []
    assert answer(classroom.alice, own, wrong(own))["tries_left"] == 2


def test_a_retry_uses_one_try(classroom: Classroom, own: dict[str, Any]):
    address, body = f"/instances/{own['id']}/attempts", {"answers": {"answer": wrong(own)}}
    replies = {classroom.alice.post(address, body, key="once").content for _ in range(5)}
    assert len(replies) == 1
    assert parts(classroom.alice, own)["answer"]["tries_used"] == 1


def test_tries_are_unlimited_in_practice_and_where_an_item_says_nothing(classroom: Classroom):
    c = classroom
    for own in (made(c.alice.post("/exercises/ls-gradient/instances")), c.open(c.alice, c.assign())):
        verdicts = [answer(c.alice, own, wrong(own, n)) for n in range(30)]
        assert {(verdict["counted"], verdict["tries_left"]) for verdict in verdicts} == {(True, None)}
        part = parts(c.alice, own)["answer"]
        assert (part["tries_used"], part["tries_left"]) == (30, None)


def test_entries_are_marked_from_the_second_wrong_answer_that_counted(classroom: Classroom, own: dict[str, Any]):
    alice = classroom.alice
    shown = [answer(alice, own, wrong(own, n))["entries"] for n in (1, 1, 2, 2)]
    assert [entries is None for entries in shown] == [True, True, False, False]


# Without tries left -------------------------------------------------------------------------------


def test_a_part_without_tries_left_is_refused_and_nothing_of_the_request_is_stored(
    classroom: Classroom, steps: dict[str, Any]
):
    alice = classroom.alice
    for n in (1, 2):
        submit(alice, steps, {"a": n, "r": n})
    before = classroom.school.rows(select(instance_parts)), classroom.school.rows(select(verdicts))
    problem = refused(send(alice, steps, a=3, da_dtheta=3), 409, "no-tries")
    assert [error["pointer"] for error in problem["errors"]] == ["/answers/a"]
    problem = refused(send(alice, steps, a=3, r="unreadable", dr_da=True), 409, "no-tries")
    assert [error["pointer"] for error in problem["errors"]] == ["/answers/a", "/answers/r"]
    refused(send(alice, steps, a=1), 409, "no-tries")  # not even a value of before
    assert (classroom.school.rows(select(instance_parts)), classroom.school.rows(select(verdicts))) == before
    assert submit(alice, steps, {"da_dtheta": 3})["parts"]["da_dtheta"]["tries_left"] == 1


def test_tries_that_are_lowered_below_those_used_leave_none_and_raised_again_leave_the_rest(
    classroom: Classroom,
):
    c = classroom
    sheet = c.assign({"tries": 5})
    own, item = c.open(c.alice, sheet), sheet["items"][0]["id"]
    for n in range(3):
        answer(c.alice, own, wrong(own, n))

    def allow(tries: int | None) -> dict[str, Any]:
        fine(c.carol.patch(f"/assignments/{sheet['id']}", {"items": [{"id": item, "tries": tries}]}))
        return parts(c.alice, own)["answer"]

    assert [(allow(n)["tries_left"], allow(n)["tries_used"]) for n in (5, 3, 2, 1)] == [(2, 3), (0, 3), (0, 3), (0, 3)]
    refused(send(c.alice, own, answer=wrong(own, 9)), 409, "no-tries")
    assert allow(4)["tries_left"] == 1
    assert answer(c.alice, own, wrong(own, 9))["tries_left"] == 0
    assert allow(None)["tries_left"] is None
    assert answer(c.alice, own, wrong(own, 10))["tries_left"] is None
    counted = [a["parts"]["answer"] for a in fine(c.alice.get(f"/instances/{own['id']}/attempts"))["items"]]
    assert [verdict["tries_left"] for verdict in counted] == [4, 3, 2, 0, None]  # as it was when they were given


def test_what_is_closed_takes_nothing_however_many_tries_are_left(classroom: Classroom, own: dict[str, Any]):
    fine(classroom.alice.post(f"/instances/{own['id']}/close"))
    for value in (wrong(own), "unreadable", classroom.solution(own)["answer"]):
        refused(send(classroom.alice, own, answer=value), 409, "closed")
    assert classroom.school.rows(select(attempts)) == []


def test_without_tries_left_the_time_is_decided_first(classroom: Classroom):
    c = classroom
    own = c.open(c.alice, c.assign({"tries": 1}, due_at=c.clock.after(days=1)))
    answer(c.alice, own, wrong(own))
    refused(send(c.alice, own, answer=wrong(own, 2)), 409, "no-tries")
    c.clock.forward(days=2)
    refused(send(c.alice, own, answer=wrong(own, 2)), 403, "past-due")


# Any history --------------------------------------------------------------------------------------


@dataclass
class Model:
    """What tries are, said once more and shorter."""

    tries: int
    used: int = 0
    solved: bool = False
    close: bool = False
    seen: set[str] = field(default_factory=set)

    def take(self, value: str) -> bool:
        """Whether an answer counts."""
        counted = not self.solved and value not in self.seen and not (value.startswith("close") and not self.close)
        self.seen.add(value)
        self.close |= value.startswith("close")
        self.solved |= value == "right"
        self.used += counted
        return counted


VALUES: Final = ("right", "close 1", "close 2", "wrong 1", "wrong 2", "wrong 3", "other shape")
PARTS: Final = ("a", "da_dtheta")  # neither follows from the other: what follows may be right by follow-through
answers_to_parts = st.dictionaries(st.sampled_from(PARTS), st.sampled_from(VALUES), min_size=1)


class Undone(Exception):
    """Raised so that nothing of a transaction is kept."""


@given(st.lists(answers_to_parts, max_size=12), st.integers(1, 3))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_sequence_of_answers_counts_as_the_rules_say(
    classroom: Classroom, sequence: list[dict[str, str]], tries: int
):
    sheet = classroom.assign({"exercise": "ls-steps", "tries": tries})
    alice, catalogue = Caller(classroom.alice.id), classroom.school.app.state.catalogue

    def work_through(tx: Connection) -> None:
        found, course = assignments.find(tx, alice, sheet["id"])
        drawn = (tx, catalogue, SECRET.encode(), alice, course, found, found.items[0], False, MORNING)
        mine, _ = own_instance(*drawn)
        models = {part: Model(tries) for part in PARTS}
        for wanted in sequence:
            now = held.find(tx, catalogue, mine.id, alice, MORNING)
            answers = {part: _value(now, part, value) for part, value in wanted.items()}
            if any(not models[part].solved and models[part].used >= tries for part in wanted):
                with pytest.raises(NoTries):
                    submissions.submit(tx, now, answers, None, MORNING)
                continue
            marked = submissions.submit(tx, now, answers, None, MORNING).parts
            for part, value in wanted.items():
                assert marked[part].counted == models[part].take(value), (part, value)
                assert marked[part].tries_left == max(0, tries - models[part].used)
            after = held.find(tx, catalogue, mine.id, alice, MORNING).parts
            for part, model in models.items():
                assert (after[part].tries_used, after[part].solved) == (model.used, model.solved)
        raise Undone

    with pytest.raises(Undone):
        classroom.school.write(work_through)


def _value(of: held.Held, part: str, value: str) -> Any:
    """An answer that is right, nearly so, wrong, or of another shape."""
    right = of.family.by_id[part].kind.json(of.instance.truth(of.family.by_id[part]))
    if value == "right":
        return right
    if value == "other shape":
        return [[1, 2, 3, 4, 5, 6, 7], [1, 2, 3, 4, 5, 6, 7]]
    kind, number = value.split()
    error = int(number) * (2e-6 if kind == "close" else 1000)
    return [[right[0][0] + error, *right[0][1:]], *right[1:]]


# Races --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Racing:
    """A real server, with carol and alice in a course of their own."""

    server: Server
    carol: str
    alice: str
    course: str

    def as_(self, token: str) -> httpx.Client:
        return self.server.client(Authorization=f"Bearer {token}")


@pytest.fixture(scope="module")
def racing(server: Server, operator_token: str) -> Iterator[Racing]:
    with server.client(Authorization=f"Bearer {operator_token}") as operator:
        course = made(operator.post("/courses", json={"title": "Races"}))["id"]
        line = {"name": "Alice", "email": "alice@races.example"}
        fine(operator.post(f"/courses/{course}/enrolments", json={"items": [line]}))
        members = fine(operator.get(f"/courses/{course}/enrolments"))["items"]
        (alice,) = (member["id"] for member in members if member["email"])
        token = made(operator.post(f"/courses/{course}/enrolments/{alice}/token"))["token"]
    yield Racing(server, operator_token, token, course)


@pytest.mark.parametrize("run", range(RACES))
def test_two_hundred_parallel_submissions_with_three_tries_left_leave_exactly_three_counted_attempts(
    racing: Racing, run: int
):
    """Of one question, or of one of six; in every other run some send a value that others send as well."""
    exercise, parts = (("ls-gradient", ["answer"]), ("ls-steps", ["a", "da_dtheta", "gradient"]))[run % 2]
    item = {"exercise": exercise, "level": "hand", "points": 1, "tries": 4}
    with racing.as_(racing.carol) as carol, racing.as_(racing.alice) as alice:
        sheet = made(carol.post(f"/courses/{racing.course}/assignments", json={"title": "Race", "items": [item]}))
        own = made(alice.post(f"/assignments/{sheet['id']}/items/1/instances"))
        address = f"/instances/{own['id']}/attempts"
        made(alice.post(address, json={"answers": {part: [[1], [2]] for part in parts}}))  # three tries are left
        numbers = count(10)
        pick = random.Random(run)
        bodies = [
            {"answers": {part: [[pick.randrange(10, 18) if run % 4 > 1 else next(numbers)], [2]]}}
            for part in (pick.choice(parts) for _ in range(PARALLEL))
        ]
        replies = asyncio.run(_at_once(racing, address, bodies))
        after = {part["id"]: part for part in fine(alice.get(f"/instances/{own['id']}"))["parts"]}
        stored = fine(alice.get(address, params={"limit": 200}))["items"]
    assert {reply.status_code for reply in replies} <= {201, 409}
    for part in parts:
        told = [v["counted"] for v in (r.json()["parts"].get(part) for r in replies if r.status_code == 201) if v]
        kept = [attempt["parts"][part]["counted"] for attempt in stored if part in attempt["parts"]]
        assert (sum(told), sum(kept)) == (3, 4)
        assert (after[part]["tries_used"], after[part]["tries_left"]) == (4, 0)
    assert len(stored) == 1 + sum(reply.status_code == 201 for reply in replies)
    if run % 4 < 2:
        assert len(stored) == 1 + 3 * len(parts)
    with closing(sqlite3.connect(racing.server.data / "nabla.db")) as database:
        score = database.execute("SELECT attempts, submissions FROM scores WHERE assignment = ?", [sheet["id"]])
        assert score.fetchall() == [(1 + 3 * len(parts), len(stored))]


async def _at_once(racing: Racing, address: str, bodies: list[dict[str, Any]]) -> list[httpx.Response]:
    limits = httpx.Limits(max_connections=PARALLEL)
    headers = {"Authorization": f"Bearer {racing.alice}"}
    async with httpx.AsyncClient(base_url=racing.server.api, limits=limits, headers=headers, timeout=60) as client:
        return await asyncio.gather(*(client.post(address, json=body) for body in bodies))
