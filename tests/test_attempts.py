"""What is stored of an attempt is enough to replay it, and no race confuses the count."""

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import IntegrityError

from app.attempts import held, hints, submissions
from app.auth import GUEST, Caller, add_person, caller_of, create_secret, the_operator
from app.exercise import Catalogue, Family
from app.exercise.kinds import Numeric
from app.exercise.values import is_finite
from app.grading import grade
from app.models import attempts, instances, verdicts
from app.problems import NoHint, NotFound, Unauthenticated, Withdrawn
from tests.conftest import Server

NOW = datetime(2026, 11, 22, 10, 0, 0, 123000, tzinfo=UTC)


def slips(rng: random.Random, found: held.Held) -> dict[str, Any]:
    """Answers to some parts: the truth, a misconception or a distortion of the truth."""
    answers = {}
    for part in found.family.parts:
        truth = found.instance.truth(part)
        wrong = [found.instance.wrong(part, m) for m in part.misconceptions]
        values = [truth, *(value for value in wrong if value is not None and is_finite(value))]
        answers[part.id] = part.kind.json(rng.choice(values))
    return {id: answers[id] for id in rng.sample(list(answers), rng.randint(1, len(answers)))}


def submit_at_random(connection: Connection, family: Family, rng: random.Random) -> None:
    found = held.draw(connection, family, rng.choice(family.levels), rng.randrange(1000), GUEST, NOW)
    for _ in range(4):
        found = held.find(connection, {family.id: family}, found.id, GUEST, NOW)
        submissions.submit(connection, found, slips(rng, found), None, NOW)


def test_every_verdict_can_be_replayed_from_what_is_stored(connection: Connection, catalogue: Catalogue):
    rng = random.Random(7)
    for family in catalogue.values():
        for _ in range(5):
            submit_at_random(connection, family, rng)
    rows = connection.execute(select(verdicts, instances).join(instances, verdicts.c.instance == instances.c.id)).all()
    assert len(rows) > 200
    for row in rows:
        family = catalogue[row.exercise].at(row.level)
        instance = family.instance(row.level, row.seed, row.drawn)
        earlier = {name: family.by_id[name].kind.read(value).value for name, value in row.earlier.items()}
        part = family.by_id[row.part]
        verdict = grade(part, instance, part.kind.read(row.value).value, earlier)
        stored = {name: getattr(row, name) for name in submissions.VERDICT_COLUMNS if name != "score"}
        assert stored == {name: getattr(verdict, name) for name in stored}
        assert row._mapping[verdicts.c.score] == verdict.score


def test_attempts_on_an_instance_are_numbered_without_gaps(connection: Connection, catalogue: Catalogue):
    submit_at_random(connection, catalogue["ls-steps"], random.Random(1))
    assert list(connection.scalars(select(attempts.c.number).order_by(attempts.c.number))) == [1, 2, 3, 4]


def test_parallel_submissions_of_one_value_count_once(server: Server):
    with server.client() as guest:
        instance = guest.post("/exercises/gradient-affine-form/instances", json={"seed": 3}).json()
        wrong = {"answers": {"answer": [[x] for x in instance["data"]["x0"]]}}
        with ThreadPoolExecutor(16) as pool:
            replies = list(pool.map(lambda _: httpx.post(attempts_of(server, instance), json=wrong), range(32)))
        assert {reply.status_code for reply in replies} == {201}
        assert sum(reply.json()["parts"]["answer"]["counted"] for reply in replies) == 1
        assert guest.get(f"/instances/{instance['id']}").json()["parts"][0]["tries_used"] == 1
        assert len(guest.get(f"/instances/{instance['id']}/attempts").json()["items"]) == 32


def attempts_of(server: Server, instance: dict[str, Any]) -> str:
    return f"{server.api}/instances/{instance['id']}/attempts"


def test_staff_look_on_without_changing_a_guests_score(server: Server, operator_token: str):
    with server.client() as guest, server.client(Authorization=f"Bearer {operator_token}") as operator:
        instance = guest.post("/exercises/gradient-affine-form/instances", json={"seed": 4}).json()
        right = {"answers": {"answer": [[w] for w in instance["data"]["w"]]}}
        attempt = operator.post(f"/instances/{instance['id']}/attempts", json=right).json()
        assert attempt["parts"]["answer"]["status"] == "correct"
        assert attempt["parts"]["answer"]["counted"] is False
        assert attempt["score"] == 0
        after = guest.get(f"/instances/{instance['id']}").json()
        assert (after["score"], after["parts"][0]["solved"], after["parts"][0]["tries_used"]) == (0, False, 0)


def test_an_operators_own_instance_is_theirs_alone(server: Server, operator_token: str):
    with server.client() as guest, server.client(Authorization=f"Bearer {operator_token}") as operator:
        instance = operator.post("/exercises/gradient-affine-form/instances", json={"seed": 4}).json()
        right = {"answers": {"answer": [[w] for w in instance["data"]["w"]]}}
        assert guest.get(f"/instances/{instance['id']}").status_code == 404
        assert guest.post(f"/instances/{instance['id']}/attempts", json=right).status_code == 404
        attempt = operator.post(f"/instances/{instance['id']}/attempts", json=right).json()
        assert attempt["score"] == 1
        assert guest.get(f"/attempts/{attempt['id']}").status_code == 404


def test_an_instance_of_a_withdrawn_exercise_says_so_and_keeps_its_attempts(
    connection: Connection, catalogue: Catalogue
):
    found = held.draw(connection, catalogue["ls-gradient"], None, 7, GUEST, NOW)
    submissions.submit(connection, found, {"answer": [[1], [2], [3]]}, None, NOW)
    with pytest.raises(Withdrawn):
        held.find(connection, {}, found.id, GUEST, NOW)
    changed = {"ls-gradient": catalogue["ls-steps"], "ls-steps": catalogue["perceptron-jacobians"]}
    assert held.find(connection, changed, found.id, GUEST, NOW).parts.keys() == catalogue["ls-steps"].by_id.keys()
    with pytest.raises(Withdrawn):
        held.find(connection, {"ls-gradient": catalogue["perceptron-jacobians"]}, found.id, GUEST, NOW)
    assert len(submissions.history(connection, found.id, GUEST, 0, 10)) == 1


def test_the_database_refuses_what_must_not_be(connection: Connection, catalogue: Catalogue):
    found = held.draw(connection, catalogue["ls-gradient"], None, 7, GUEST, NOW)
    for _ in range(2):
        submissions.submit(connection, found, {"answer": [[1], [2], [3]]}, None, NOW)
    for statement in (
        "UPDATE instances SET score = 1.5",
        "UPDATE instance_parts SET score = -0.1",
        "UPDATE instance_parts SET wrong = tries_used + 1",
        "UPDATE verdicts SET status = 'maybe'",
        "UPDATE attempts SET number = 1",
        "UPDATE verdicts SET attempt = 'nowhere'",
    ):
        with pytest.raises(IntegrityError), connection.begin_nested():
            connection.execute(text(statement))


def test_a_token_is_kept_as_a_hash_and_ends_when_it_expires(connection: Connection):
    person, _ = the_operator(connection, NOW)
    token = create_secret(connection, person, NOW, lifetime=timedelta(days=1)).text
    assert token not in str(connection.execute(text("SELECT * FROM tokens")).all())
    caller = caller_of(connection, token, NOW)
    assert caller.operator
    with pytest.raises(Unauthenticated):
        caller_of(connection, token, datetime(2026, 11, 23, 10, 0, 1, tzinfo=UTC))
    with pytest.raises(Unauthenticated):
        caller_of(connection, token + "x", NOW)


def test_nobody_reaches_the_instance_of_somebody_else(connection: Connection, catalogue: Catalogue):
    alice, mallory, carol = (add_person(connection, name, NOW) for name in ("Alice", "Mallory", "Carol"))
    owner, other, operator = Caller(alice), Caller(mallory), Caller(carol, operator=True)
    found = held.draw(connection, catalogue["ls-gradient"], None, 7, owner, NOW)
    attempt = submissions.submit(connection, found, {"answer": [[1], [2], [3]]}, None, NOW)
    for caller in (owner, operator):
        assert held.find(connection, catalogue, found.id, caller, NOW).id == found.id
        assert submissions.find_attempt(connection, attempt.id, caller).id == attempt.id
    for caller in (other, GUEST):
        with pytest.raises(NotFound):
            held.find(connection, catalogue, found.id, caller, NOW)
        with pytest.raises(NotFound):
            submissions.find_attempt(connection, attempt.id, caller)
        with pytest.raises(NotFound):
            submissions.history(connection, found.id, caller, 0, 10)


def test_an_exercise_may_lose_hints_and_change_its_kind_of_answer(connection: Connection, catalogue: Catalogue):
    family = catalogue["relu-derivative"]
    found = held.draw(connection, family, None, 7, GUEST, NOW)
    submissions.submit(connection, found, {"at_1": "undefined"}, None, NOW)
    for number in (1, 2, 3):
        hints.open_hint(connection, held.find(connection, catalogue, found.id, GUEST, NOW), "at_1", number)
    kind, parts = Numeric(), family.parts
    changed = replace(
        family, parts=tuple(replace(part, kind=kind, hints=part.hints[:1]) for part in parts if part.reference)
    )
    found = held.find(connection, {family.id: changed}, found.id, GUEST, NOW)
    assert [hint.number for hint in hints.open_hints(found)] == [1]
    with pytest.raises(NoHint):
        hints.open_hint(connection, found, "at_1", 3)
    found = replace(found, instance=family.instance(found.row.level, found.row.seed, found.row.drawn))
    assert submissions.submit(connection, found, {"at_2": 0}, None, NOW).number == 2
