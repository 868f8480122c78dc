"""The HTTP contract of `/api/v1`, through a real server: what is served, graded, kept, refused, and in which order."""

import os
import re
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from app.auth import create_secret, the_operator
from app.db import open_engine
from app.exercise import Catalogue
from app.problems import Problem, kinds
from tests.commands import Nabla
from tests.conftest import Server, serving

PRACTICE = ("/api/v1/exercises", "/api/v1/instances", "/api/v1/attempts")
MARKER = "s3cret-m4rker"  # sent in many places, to be found in no error
LARGEST_SEED = 2**53 - 1

EXERCISE = {"id", "title", "topic", "section", "levels", "parts", "beyond_lecture"}
INSTANCE = {
    *("id", "exercise", "version", "level", "seed", "page", "statement", "figure", "data", "parts"),
    *("assignment", "score", "closed"),
}
PART = {
    *("id", "title", "prompt", "answer", "choices", "weight"),
    *("hints_open", "tries_used", "tries_left", "score", "solved"),
}
ATTEMPT = {"late", "id", "instance", "submitted_at", "answers", "score", "parts"}
VERDICT = {
    *(
        "status",
        "score",
        "feedback",
        "misconception",
        "follow_through",
        "factor",
        "counted",
        "tries_left",
        "entries",
        "read_as",
    ),
}

# What the tests do over and over -------------------------------------------------------------------


def draw(client: httpx.Client, exercise: str = "ls-gradient", level: str = "hand", seed: int = 7) -> dict[str, Any]:
    """A new instance, the same numbers each time."""
    reply = client.post(f"/exercises/{exercise}/instances", json={"level": level, "seed": seed})
    assert reply.status_code == 201, reply.text
    return reply.json()


def look(client: httpx.Client, instance: dict[str, Any]) -> dict[str, Any]:
    """The instance as it stands now."""
    return client.get(f"/instances/{instance['id']}").json()


def send(client: httpx.Client, instance: dict[str, Any], answers: dict[str, Any], **headers: str) -> httpx.Response:
    """Answers, by part, to an instance; headers with `_` for `-`."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post(f"/instances/{instance['id']}/attempts", json={"answers": answers}, headers=named)


def submit(client: httpx.Client, instance: dict[str, Any], answers: dict[str, Any]) -> dict[str, Any]:
    """The stored attempt with these answers."""
    reply = send(client, instance, answers)
    assert reply.status_code == 201, reply.text
    return reply.json()


def answer(client: httpx.Client, instance: dict[str, Any], value: Any) -> dict[str, Any]:
    """The verdict on an answer to the only part of an instance."""
    return submit(client, instance, {"answer": value})["parts"]["answer"]


def attempts(client: httpx.Client, instance: dict[str, Any]) -> list[dict[str, Any]]:
    return client.get(f"/instances/{instance['id']}/attempts").json()["items"]


def close(client: httpx.Client, instance: dict[str, Any]) -> httpx.Response:
    return client.post(f"/instances/{instance['id']}/close")


def hint(client: httpx.Client, instance: dict[str, Any], number: int, part: str = "answer") -> httpx.Response:
    return client.post(f"/instances/{instance['id']}/hints", json={"part": part, "number": number})


def gradient(instance: dict[str, Any]) -> list[float]:
    """The right answer to `ls-gradient`, computed from the data as a student would with numpy."""
    W, theta0, y = (np.array(instance["data"][name]) for name in ("W", "theta0", "y"))
    return (2 * W.T @ (W @ theta0 - y)).tolist()


def off_by(instance: dict[str, Any], error: float) -> list[float]:
    """The right answer to `ls-gradient` with an error in its first entry."""
    first, *others = gradient(instance)
    return [first + error, *others]


def right_answers(client: httpx.Client, exercise: str, level: str = "hand", seed: int = 7) -> dict[str, Any]:
    """The right answer to every part, from the solution of a twin that was given up."""
    twin = draw(client, exercise, level, seed)
    close(client, twin)
    solution = client.get(f"/instances/{twin['id']}/solution").json()
    return {id: part["answer"] for id, part in solution["parts"].items()}


def problem(reply: httpx.Response, status: int, slug: str) -> dict[str, Any]:
    """The body of a reply that must be this problem, in the form of RFC 9457."""
    assert reply.status_code == status, reply.text
    assert reply.headers["content-type"] == "application/problem+json"
    body = reply.json()
    assert {"type", "title", "status", "detail"} <= set(body)
    assert body["type"].endswith(f"/{slug}")
    assert body["status"] == status
    return body


def pointers(body: dict[str, Any]) -> list[str]:
    return [error["pointer"] for error in body["errors"]]


@pytest.fixture(scope="module")
def client(server: Server) -> Iterator[httpx.Client]:
    """One guest for the whole file: to make a client takes longer than a request."""
    with server.client() as guest:
        yield guest


@pytest.fixture
def instance(client: httpx.Client) -> dict[str, Any]:
    """A new instance of one part, whose answer is a column."""
    return draw(client)


@pytest.fixture
def steps(client: httpx.Client) -> dict[str, Any]:
    """An instance of several parts with different weights."""
    return draw(client, "ls-steps")


def operations(server: Server, client: httpx.Client) -> list[tuple[str, str]]:
    """Every documented method and address of practising, with ids that exist nowhere."""
    paths = client.get(f"{server.url}/openapi.json").json()["paths"]
    return [
        (method.upper(), server.url + re.sub(r"\{\w+\}", "nowhere", path))
        for path, methods in paths.items()
        if path.startswith(PRACTICE)
        for method in methods
    ]


# Catalogue -----------------------------------------------------------------------------------------


def test_the_catalogue_is_one_page_in_lecture_order(client: httpx.Client, catalogue: Catalogue):
    page = client.get("/exercises").json()
    in_order = sorted(catalogue.values(), key=lambda family: family.number)
    assert [item["id"] for item in page["items"]] == [family.id for family in in_order]
    assert page["next"] is None


def test_an_exercise_has_the_fields_of_the_contract(client: httpx.Client):
    for item in client.get("/exercises").json()["items"]:
        assert set(item) == EXERCISE
        assert all(set(part) == {"id", "title", "answer"} for part in item["parts"])
        assert client.get(f"/exercises/{item['id']}").json() == item


def test_the_catalogue_can_be_narrowed_to_a_topic(client: httpx.Client):
    everything = client.get("/exercises").json()["items"]
    for topic in {item["topic"] for item in everything}:
        narrowed = client.get("/exercises", params={"topic": topic}).json()["items"]
        assert narrowed == [item for item in everything if item["topic"] == topic]
    assert client.get("/exercises", params={"topic": "knitting"}).json()["items"] == []


def test_a_single_question_is_called_answer_and_others_have_their_names(client: httpx.Client):
    parts = {item["id"]: [part["id"] for part in item["parts"]] for item in client.get("/exercises").json()["items"]}
    assert parts["ls-gradient"] == ["answer"]
    assert parts["ls-steps"] == ["a", "r", "dr_da", "da_dtheta", "dr_dtheta", "gradient"]
    assert parts["tensor-puzzles"] == [*"abcdefg", "e2", "g2"]


def test_an_unknown_exercise_is_not_found(client: httpx.Client):
    problem(client.get("/exercises/nowhere"), 404, "not-found")
    problem(client.post("/exercises/nowhere/instances"), 404, "not-found")


# Instances -----------------------------------------------------------------------------------------


def test_an_instance_has_the_fields_of_the_contract(instance: dict[str, Any]):
    assert set(instance) == INSTANCE
    assert all(set(part) == PART for part in instance["parts"])
    assert instance["page"] == f"/instances/{instance['id']}"
    assert (instance["exercise"], instance["level"], instance["seed"]) == ("ls-gradient", "hand", 7)
    assert (instance["assignment"], instance["score"], instance["closed"]) == (None, 0.0, False)


def test_a_new_part_has_no_hints_tries_or_score(instance: dict[str, Any]):
    (part,) = instance["parts"]
    assert (part["id"], part["answer"], part["choices"], part["weight"]) == ("answer", "vector", None, 1.0)
    assert (part["hints_open"], part["tries_used"], part["tries_left"]) == (0, 0, None)
    assert (part["score"], part["solved"]) == (0.0, False)


def test_data_is_ready_for_numpy_with_vectors_as_flat_lists(instance: dict[str, Any]):
    data = instance["data"]
    assert set(data) == {"W", "theta0", "y"}
    assert np.shape(data["W"]) == (len(data["y"]), len(data["theta0"]))
    assert np.ndim(data["theta0"]) == np.ndim(data["y"]) == 1


def test_getting_an_instance_equals_what_drawing_it_replied(client: httpx.Client):
    drawn = client.post("/exercises/ls-gradient/instances", json={})
    assert drawn.status_code == 201
    assert drawn.headers["location"] == f"/api/v1/instances/{drawn.json()['id']}"
    assert client.get(f"/instances/{drawn.json()['id']}").json() == drawn.json()


@pytest.mark.parametrize("request_of", [{}, {"content": b""}, {"json": {}}, {"json": {"level": None, "seed": None}}])
def test_without_wishes_the_first_level_and_some_seed_are_drawn(client: httpx.Client, request_of: dict[str, Any]):
    drawn = client.post("/exercises/ls-gradient/instances", **request_of).json()
    assert drawn["level"] == client.get("/exercises/ls-gradient").json()["levels"][0]
    assert 0 <= drawn["seed"] <= LARGEST_SEED


def test_level_and_seed_give_the_same_data_again_under_another_id(client: httpx.Client):
    for item in client.get("/exercises").json()["items"]:
        for level in item["levels"]:
            one, two = draw(client, item["id"], level, 3), draw(client, item["id"], level, 3)
            assert one["id"] != two["id"]
            one["id"] = two["id"]
            one["page"] = two["page"]
            assert one == two


def test_another_seed_and_another_level_give_other_data(client: httpx.Client):
    drawn = [draw(client, seed=7), draw(client, seed=8), draw(client, level="numpy", seed=7)]
    assert len({str(instance["data"]) for instance in drawn}) == 3


def test_ids_have_at_least_128_random_bits(client: httpx.Client):
    ids = [draw(client)["id"] for _ in range(40)]
    assert len(set(ids)) == 40
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{22,}", id) for id in ids)  # 6 bits a character
    # No character is a prefix, a clock or a counter: each takes many values although the seed is the same.
    assert all(len(set(column)) > 12 for column in zip(*ids, strict=True))


@pytest.mark.parametrize("seed", [0, LARGEST_SEED])
def test_the_smallest_and_the_largest_seed_are_drawn(client: httpx.Client, seed: int):
    assert draw(client, seed=seed)["seed"] == seed


@pytest.mark.parametrize("seed", [-1, LARGEST_SEED + 1, 10**300, "7", 7.5, 7.0, True, [7], {}])
def test_any_other_seed_is_refused(client: httpx.Client, seed: Any):
    refused = client.post("/exercises/ls-gradient/instances", json={"seed": seed})
    assert pointers(problem(refused, 422, "invalid-request")) == ["/seed"]


@pytest.mark.parametrize("level", ["knitting", "Hand", "", 1, ["hand"]])
def test_an_unknown_level_is_refused(client: httpx.Client, level: Any):
    refused = client.post("/exercises/ls-gradient/instances", json={"level": level})
    assert pointers(problem(refused, 422, "invalid-request")) == ["/level"]


def test_an_unknown_field_is_refused(client: httpx.Client):
    refused = client.post("/exercises/ls-gradient/instances", json={"level": "hand", "sed": 7})
    problem(refused, 422, "invalid-request")


# Attempts ------------------------------------------------------------------------------------------


def test_an_attempt_has_the_fields_of_the_contract(client: httpx.Client, instance: dict[str, Any]):
    reply = send(client, instance, {"answer": gradient(instance)})
    attempt = reply.json()
    assert reply.status_code == 201
    assert reply.headers["location"] == f"/api/v1/attempts/{attempt['id']}"
    assert set(attempt) == ATTEMPT
    assert set(attempt["parts"]["answer"]) == VERDICT
    assert attempt["instance"] == instance["id"]


def test_an_attempt_is_dated_in_utc_with_milliseconds(client: httpx.Client, instance: dict[str, Any]):
    moment = submit(client, instance, {"answer": 1})["submitted_at"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", moment)
    assert abs(datetime.now(UTC) - datetime.fromisoformat(moment)).total_seconds() < 60


def test_a_right_answer_is_correct_and_solves_its_part(client: httpx.Client, instance: dict[str, Any]):
    attempt = submit(client, instance, {"answer": gradient(instance)})
    verdict = attempt["parts"]["answer"]
    assert (attempt["score"], verdict["status"], verdict["score"], verdict["counted"]) == (1.0, "correct", 1.0, True)
    now = look(client, instance)
    assert (now["score"], now["closed"]) == (1.0, False)
    assert (now["parts"][0]["solved"], now["parts"][0]["tries_used"]) == (True, 1)


def test_a_named_mistake_earns_its_share_and_its_feedback(client: httpx.Client, instance: dict[str, Any]):
    verdict = answer(client, instance, [entry / 2 for entry in gradient(instance)])
    assert (verdict["status"], verdict["score"], verdict["misconception"]) == ("partial", 0.5, "factor-two-lost")
    assert verdict["feedback"]


def test_an_answer_of_another_shape_is_graded_with_feedback_about_it(client: httpx.Client, instance: dict[str, Any]):
    for another in (1234, [1, 2, 3, 4, 5], [[1, 2], [3, 4]]):
        verdict = answer(client, instance, another)
        assert (verdict["status"], verdict["score"], verdict["entries"]) == ("incorrect", 0.0, None)
        assert verdict["feedback"].startswith("Expected")


def test_getting_an_attempt_equals_what_submitting_it_replied(client: httpx.Client, instance: dict[str, Any]):
    for value in (gradient(instance), "2/3", [1, 2, 3]):
        submitted = submit(client, instance, {"answer": value})
        assert client.get(f"/attempts/{submitted['id']}").json() == submitted
        assert attempts(client, instance)[-1] == submitted


@pytest.mark.parametrize(
    "sent",
    [
        *("2/3", "−2/3", " 1 2; 3 4 ", "[[1, 2],\n [3, 4]]", "1\t2\r\n3\t4"),
        *(7, -0.1, 1e-7, 5e-324, 1.7976931348623157e308, 12345678901234567890, 10**300),
        *([1, 2.5, "1/3"], [["1e2"], [-2]], [[[1, 2]], [[3, 4]]]),
    ],
    ids=repr,
)
def test_answers_come_back_as_they_were_sent(client: httpx.Client, instance: dict[str, Any], sent: Any):
    submitted = submit(client, instance, {"answer": sent})
    assert submitted["answers"] == {"answer": sent}
    assert attempts(client, instance) == [submitted]


def test_attempts_are_listed_page_by_page_oldest_first(client: httpx.Client, instance: dict[str, Any]):
    submitted = [submit(client, instance, {"answer": n}) for n in range(5)]
    assert [[a["answers"]["answer"] for a in page] for page in pages(client, instance, limit=2)] == [
        [0, 1],
        [2, 3],
        [4],
    ]
    assert list(pages(client, instance, limit=5)) == [submitted]
    assert list(pages(client, instance, limit=4)) == [submitted[:4], submitted[4:]]


def pages(client: httpx.Client, instance: dict[str, Any], limit: int) -> Iterator[list[dict[str, Any]]]:
    cursor: dict[str, Any] = {}
    while True:
        page = client.get(f"/instances/{instance['id']}/attempts", params={"limit": limit, **cursor}).json()
        yield page["items"]
        if page["next"] is None:
            return
        cursor = {"cursor": page["next"]}


def test_parts_left_out_are_not_touched_and_the_score_is_the_weighted_mean(client: httpx.Client, steps: dict[str, Any]):
    right = right_answers(client, "ls-steps")
    weight = {part["id"]: part["weight"] for part in steps["parts"]}
    assert len(set(weight.values())) > 1
    first = submit(client, steps, {"a": right["a"]})
    assert set(first["parts"]) == {"a"}
    assert first["score"] == pytest.approx(weight["a"] / sum(weight.values()))
    second = submit(client, steps, {"r": right["r"], "dr_da": [[0]]})
    assert second["score"] == pytest.approx((weight["a"] + weight["r"]) / sum(weight.values()))
    assert {part["id"]: part["tries_used"] for part in look(client, steps)["parts"]} == {
        **dict.fromkeys(weight, 0),
        **dict.fromkeys(["a", "r", "dr_da"], 1),
    }


def test_what_follows_from_an_own_mistake_is_correct(client: httpx.Client, steps: dict[str, Any]):
    mistaken = [entry[0] + n for n, entry in enumerate(right_answers(client, "ls-steps")["a"], 5)]
    attempt = submit(client, steps, {"a": mistaken, "dr_da": [[2 * entry for entry in mistaken]]})
    verdict = attempt["parts"]["dr_da"]
    assert attempt["parts"]["a"]["status"] == "incorrect"
    assert (verdict["status"], verdict["score"], verdict["follow_through"]) == ("correct", 1.0, True)


def test_the_best_score_stays(client: httpx.Client, instance: dict[str, Any]):
    half = submit(client, instance, {"answer": [entry / 2 for entry in gradient(instance)]})
    worse = submit(client, instance, {"answer": [0, 0, 0]})
    assert (half["score"], worse["score"]) == (0.5, 0.5)
    assert worse["parts"]["answer"]["score"] == 0.0
    assert look(client, instance)["parts"][0]["score"] == 0.5


def test_a_value_that_was_graded_before_is_not_counted(client: httpx.Client, instance: dict[str, Any]):
    counted = [answer(client, instance, value)["counted"] for value in ([1, 2, 3], [1, 2, 3], "1; 2; 3.0", [1, 2, 4])]
    assert counted == [True, False, False, True]
    assert look(client, instance)["parts"][0]["tries_used"] == 2


def test_an_answer_to_a_solved_part_is_not_counted_and_takes_nothing(client: httpx.Client, instance: dict[str, Any]):
    answer(client, instance, gradient(instance))
    later = submit(client, instance, {"answer": [0, 0, 0]})
    assert (later["score"], later["parts"]["answer"]["counted"]) == (1.0, False)
    assert look(client, instance)["parts"][0]["solved"]


def test_a_rounding_slip_is_free_once(client: httpx.Client, instance: dict[str, Any]):
    first, second = (answer(client, instance, off_by(instance, error)) for error in (4e-6, 5e-6))
    assert "rounding" in first["feedback"]
    assert "rounding" in second["feedback"]
    assert (first["counted"], second["counted"]) == (False, True)


def test_entries_are_marked_from_the_second_counted_wrong_attempt_on(client: httpx.Client, instance: dict[str, Any]):
    errors = (1e3, 1e3, 2e3, 3e3)  # the second repeats the first, so it does not count
    marks = [answer(client, instance, off_by(instance, error))["entries"] for error in errors]
    marked = [[False], *[[True] for _ in gradient(instance)[1:]]]
    assert marks == [None, None, marked, marked]


@pytest.mark.parametrize("value", ["1x", 7, [7]])
def test_an_unknown_part_is_refused_and_nothing_is_stored(client: httpx.Client, instance: dict[str, Any], value: Any):
    problem(send(client, instance, {"answer": [1, 2, 3], "anwser": value}), 422, "invalid-request")
    assert attempts(client, instance) == []


@pytest.mark.parametrize("body", [{}, {"answers": {}}, {"answers": None}, {"answers": [1]}, {"answers": "1"}, {"a": 1}])
def test_an_attempt_answers_at_least_one_part(client: httpx.Client, instance: dict[str, Any], body: dict[str, Any]):
    problem(client.post(f"/instances/{instance['id']}/attempts", json=body), 422, "invalid-request")
    assert attempts(client, instance) == []


# Answers that cannot be read -----------------------------------------------------------------------

UNREADABLE: list[tuple[Any, int | None]] = [  # an answer, and the position of the fault where it is in a text
    (True, None),
    (None, None),
    ({"x": 1}, None),
    ([], None),
    ([[]], None),
    ([1, True, 2], None),
    ([1, None, 2], None),
    ([[1, 2], [3]], None),
    ([1, [2]], None),
    ([1, ""], None),
    ([1] * 5_000, None),
    (10**350, None),
    ("1 2; 3", 5),
    ("", 0),
    ("   ", 0),
    ("NaN", 0),
    ("inf", 0),
    ("-Infinity", 0),
    ("1e400", 0),
    ("1,5", 1),
    ("[1, 2, x]", 7),
    ("[1, , 2]", 4),
    ("[[1, 2], [3, 4]", 0),
    ("1 2]", 3),
    ("[[[[[[[1]]]]]]]", 6),
    ("1/0", 2),
    ("1 000'", 5),
    ("١٢", 0),
    ("1_0", 1),
    ("0x10", 1),
    ("__import__('os')", 0),
    (["  1x", 2], 3),
]


@pytest.mark.parametrize(("value", "position"), UNREADABLE, ids=lambda value: repr(value)[:24])
def test_an_unreadable_answer_is_pointed_at_and_nothing_is_stored(
    client: httpx.Client, instance: dict[str, Any], value: Any, position: int | None
):
    (error,) = problem(send(client, instance, {"answer": value}), 422, "unreadable")["errors"]
    assert error["pointer"] == "/answers/answer"
    assert error["detail"]
    assert error.get("position") == position
    assert attempts(client, instance) == []
    assert look(client, instance) == instance


def test_a_flat_list_is_unreadable_where_row_or_column_is_the_question(client: httpx.Client, steps: dict[str, Any]):
    body = problem(send(client, steps, {"dr_da": [1, 2, 3]}), 422, "unreadable")
    assert pointers(body) == ["/answers/dr_da"]


def test_all_unreadable_parts_are_named_at_once_and_readable_ones_wait(client: httpx.Client, steps: dict[str, Any]):
    answers = {"a": [1, 2, 3], "r": True, "dr_da": "1,5", "gradient": [[1], [2, 3]]}
    body = problem(send(client, steps, answers), 422, "unreadable")
    assert pointers(body) == ["/answers/r", "/answers/dr_da", "/answers/gradient"]
    assert attempts(client, steps) == []
    assert look(client, steps) == steps


# Preview -------------------------------------------------------------------------------------------

READ_AS: list[tuple[str, str, Any, list[int] | None, str]] = [  # exercise, part, answer, shape, LaTeX
    ("ls-gradient", "answer", 5, [], "5"),
    ("ls-gradient", "answer", "−2/3", [], r"-\frac{2}{3}"),
    ("ls-gradient", "answer", [-4, 9], [2, 1], r"\begin{bmatrix} -4 \\ 9 \end{bmatrix}"),
    ("ls-gradient", "answer", [[-4, 9]], [1, 2], r"\begin{bmatrix} -4 & 9 \end{bmatrix}"),
    ("ls-gradient", "answer", "1 2; 3 4", [2, 2], r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}"),
    ("ls-gradient", "answer", [["1/2"], [1.5e-3]], [2, 1], r"\begin{bmatrix} \frac{1}{2} \\ 0.0015 \end{bmatrix}"),
    ("tensor-op-shape", "answer", "3x5", [3, 5], r"3 \times 5"),
    ("tensor-op-shape", "answer", "(3, 5)", [3, 5], r"3 \times 5"),
    ("tensor-op-shape", "answer", [3, 5], [3, 5], r"3 \times 5"),
    ("tensor-op-shape", "answer", 3, [3], "3"),
    ("tensor-op-shape", "answer", "scalar", [], r"\text{scalar}"),
    ("tensor-op-shape", "answer", "undefined", None, r"\text{undefined}"),
    ("relu-derivative", "at_1", "Undefined", None, r"\text{undefined}"),
]


@pytest.mark.parametrize(("exercise", "part", "value", "shape", "latex"), READ_AS)
def test_a_preview_says_how_an_answer_is_read(
    client: httpx.Client, exercise: str, part: str, value: Any, shape: list[int] | None, latex: str
):
    instance = draw(client, exercise)
    reply = client.post(f"/instances/{instance['id']}/preview", json={"answers": {part: value}})
    assert reply.status_code == 200
    assert reply.json() == {"parts": {part: {"read_as": {"shape": shape, "latex": latex}}}}
    assert submit(client, instance, {part: value})["parts"][part]["read_as"] == {"shape": shape, "latex": latex}


def test_a_preview_stores_nothing_and_costs_nothing(client: httpx.Client, instance: dict[str, Any]):
    address, right = f"/instances/{instance['id']}/preview", {"answers": {"answer": gradient(instance)}}
    previews = [client.post(address, json=right, headers={"Idempotency-Key": "look"}) for _ in range(2)]
    assert [preview.status_code for preview in previews] == [200, 200]
    assert look(client, instance) == instance
    assert attempts(client, instance) == []
    assert answer(client, instance, gradient(instance))["counted"]


@pytest.mark.parametrize(
    ("body", "slug"),
    [
        ({"answers": {"answer": "1,5"}}, "unreadable"),
        ({"answers": {"answer": None}}, "unreadable"),
        ({"answers": {"anwser": 1}}, "invalid-request"),
        ({"answers": {}}, "invalid-request"),
        ({"answers": {"answer": 1}, "score": 1}, "invalid-request"),
    ],
)
def test_a_preview_refuses_what_an_attempt_refuses(
    client: httpx.Client, instance: dict[str, Any], body: dict[str, Any], slug: str
):
    for address in ("preview", "attempts"):
        problem(client.post(f"/instances/{instance['id']}/{address}", json=body), 422, slug)


# Hints ---------------------------------------------------------------------------------------------


def open_all(client: httpx.Client, instance: dict[str, Any], part: str) -> list[dict[str, Any]]:
    """Open the hints of a part, one by one, until there is no further one."""
    opened: list[dict[str, Any]] = []
    while (reply := hint(client, instance, len(opened) + 1, part)).status_code == 201:
        opened.append(reply.json())
    problem(reply, 409, "no-hint")
    return opened


def test_hints_open_one_by_one_to_the_last(client: httpx.Client, instance: dict[str, Any]):
    opened = open_all(client, instance, "answer")
    assert len(opened) > 1
    assert [hint["number"] for hint in opened] == list(range(1, len(opened) + 1))
    assert all(set(hint) == {"part", "number", "text", "cost"} and hint["cost"] == 0 for hint in opened)
    assert len({hint["text"] for hint in opened}) == len(opened)
    assert client.get(f"/instances/{instance['id']}/hints").json()["items"] == opened
    assert look(client, instance)["parts"][0]["hints_open"] == len(opened)


def test_a_hint_that_is_open_is_shown_again(client: httpx.Client, instance: dict[str, Any]):
    first, again = hint(client, instance, 1), hint(client, instance, 1)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    assert first.headers["location"] == f"/api/v1/instances/{instance['id']}/hints"
    assert look(client, instance)["parts"][0]["hints_open"] == 1


def test_hints_do_not_open_out_of_order(client: httpx.Client, instance: dict[str, Any]):
    problem(hint(client, instance, 2), 409, "no-hint")
    assert client.get(f"/instances/{instance['id']}/hints").json()["items"] == []


def test_nothing_says_how_many_hints_there_are(client: httpx.Client, instance: dict[str, Any]):
    # A hint that exists and one that does not are refused in the same words, or asking would count them.
    assert hint(client, instance, 2).content == hint(client, instance, 1000).content
    assert not any("hint" in field and field != "hints_open" for field in instance["parts"][0])


def test_hints_of_different_parts_open_independently(client: httpx.Client, steps: dict[str, Any]):
    assert hint(client, steps, 1, "gradient").status_code == 201
    assert hint(client, steps, 1, "a").status_code == 201
    assert hint(client, steps, 2, "a").status_code == 201
    opened = client.get(f"/instances/{steps['id']}/hints").json()["items"]
    assert [(hint["part"], hint["number"]) for hint in opened] == [("a", 1), ("a", 2), ("gradient", 1)]


def test_hints_of_an_unknown_part_are_refused(client: httpx.Client, instance: dict[str, Any]):
    body = problem(hint(client, instance, 1, "anwser"), 422, "invalid-request")
    assert pointers(body) == ["/part"]


@pytest.mark.parametrize("number", [0, -1, "1", 1.0, True, None])
def test_a_hint_has_a_whole_number_from_1_on(client: httpx.Client, instance: dict[str, Any], number: Any):
    assert pointers(problem(hint(client, instance, number), 422, "invalid-request")) == ["/number"]


def test_hints_cost_nothing_in_practice(client: httpx.Client, instance: dict[str, Any]):
    open_all(client, instance, "answer")
    assert submit(client, instance, {"answer": gradient(instance)})["score"] == 1.0


def test_a_closed_instance_shows_open_hints_and_opens_none(client: httpx.Client, instance: dict[str, Any]):
    opened = hint(client, instance, 1)
    close(client, instance)
    problem(hint(client, instance, 2), 409, "closed")
    again = hint(client, instance, 1)
    assert (again.status_code, again.json()) == (200, opened.json())


# Closing and solution ------------------------------------------------------------------------------


def test_the_solution_opens_when_the_instance_is_closed(client: httpx.Client, instance: dict[str, Any]):
    address = f"/instances/{instance['id']}/solution"
    problem(client.get(address), 403, "solution-not-open")
    close(client, instance)
    solution = client.get(address)
    assert solution.status_code == 200
    assert set(solution.json()) == {"parts"}
    assert {id: set(part) for id, part in solution.json()["parts"].items()} == {
        "answer": {"answer", "latex", "explanation"}
    }


def test_the_solution_opens_when_every_part_is_solved(client: httpx.Client, steps: dict[str, Any]):
    address, right = f"/instances/{steps['id']}/solution", right_answers(client, "ls-steps")
    last = right.popitem()
    submit(client, steps, right)
    problem(client.get(address), 403, "solution-not-open")
    assert submit(client, steps, dict([last]))["score"] == 1.0
    assert set(client.get(address).json()["parts"]) == {*right, last[0]}


def test_the_answers_of_a_solution_are_correct_on_a_twin(client: httpx.Client):
    for item in client.get("/exercises").json()["items"]:
        for level in item["levels"]:
            right = right_answers(client, item["id"], level, seed=11)
            attempt = submit(client, draw(client, item["id"], level, seed=11), right)
            assert {part["status"] for part in attempt["parts"].values()} == {"correct"}, (item["id"], level)
            assert attempt["score"] == 1.0


def test_closing_twice_changes_nothing(client: httpx.Client, instance: dict[str, Any]):
    first, second = close(client, instance), close(client, instance)
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json() == {**instance, "closed": True} == second.json() == look(client, instance)


def test_a_closed_instance_takes_no_attempts(client: httpx.Client, instance: dict[str, Any]):
    submit(client, instance, {"answer": 1})
    before = attempts(client, instance)
    close(client, instance)
    problem(send(client, instance, {"answer": gradient(instance)}), 409, "closed")
    assert attempts(client, instance) == before


# Flags ---------------------------------------------------------------------------------------------


def test_flags_are_kept_beside_their_attempt_oldest_first(client: httpx.Client, instance: dict[str, Any]):
    address = f"/attempts/{submit(client, instance, {'answer': 1})['id']}/flag"
    comments = [f"∇f = {n}" for n in range(8)]
    raised = [client.post(address, json={"comment": comment}) for comment in comments]
    assert {(reply.status_code, reply.headers["location"]) for reply in raised} == {(201, f"/api/v1{address}")}
    assert [reply.json()["comment"] for reply in raised] == comments
    kept = client.get(address).json()
    assert kept == {"items": by_time([reply.json() for reply in raised]), "next": None}


def by_time(flags: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(flags, key=lambda flag: (flag["created_at"], flag["id"]))


@pytest.mark.parametrize("body", [{}, {"comment": ""}, {"comment": "x" * 4001}, {"comment": 1}, {"comment": None}])
def test_a_flag_needs_a_comment(client: httpx.Client, instance: dict[str, Any], body: dict[str, Any]):
    address = f"/attempts/{submit(client, instance, {'answer': 1})['id']}/flag"
    assert pointers(problem(client.post(address, json=body), 422, "invalid-request")) == ["/comment"]
    assert client.get(address).json()["items"] == []


# Idempotency ---------------------------------------------------------------------------------------

CREATING = {  # everything that a POST creates: where, with which body, and with which other one
    "instance": ("/exercises/ls-gradient/instances", {"level": "hand"}, {"level": "numpy"}),
    "attempt": ("/instances/{instance}/attempts", {"answers": {"answer": 1}}, {"answers": {"answer": 2}}),
    # The same JSON in another order is another body: a key stands for bytes.
    "hint": ("/instances/{instance}/hints", {"part": "answer", "number": 1}, {"number": 1, "part": "answer"}),
    "flag": ("/attempts/{attempt}/flag", {"comment": "Why?"}, {"comment": "Why"}),
}


@pytest.fixture(params=CREATING)
def creating(request: pytest.FixtureRequest, client: httpx.Client, instance: dict[str, Any]) -> tuple[str, Any, Any]:
    """An address that creates something, a body for it, and another body."""
    path, body, other = CREATING[request.param]
    attempt = submit(client, instance, {"answer": 0})
    return path.format(instance=instance["id"], attempt=attempt["id"]), body, other


def test_the_same_key_and_bytes_get_the_first_reply_again(client: httpx.Client, creating: tuple[str, Any, Any]):
    address, body, _ = creating
    first, second = (client.post(address, json=body, headers={"Idempotency-Key": "once"}) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.content == first.content
    assert second.headers["location"] == first.headers["location"]


def test_the_same_key_with_other_bytes_is_refused(client: httpx.Client, creating: tuple[str, Any, Any]):
    address, body, other = creating
    assert client.post(address, json=body, headers={"Idempotency-Key": "other"}).status_code == 201
    problem(client.post(address, json=other, headers={"Idempotency-Key": "other"}), 422, "key-reused")


def test_a_replay_creates_nothing(client: httpx.Client, instance: dict[str, Any]):
    for _ in range(3):
        attempt = send(client, instance, {"answer": 1}, Idempotency_Key="again").json()
        flag = {"json": {"comment": "Why?"}, "headers": {"Idempotency-Key": "again"}}
        client.post(f"/attempts/{attempt['id']}/flag", **flag)
    assert attempts(client, instance) == [attempt]
    assert len(client.get(f"/attempts/{attempt['id']}/flag").json()["items"]) == 1
    assert look(client, instance)["parts"][0]["tries_used"] == 1


def test_twenty_requests_with_one_key_at_once_leave_one_attempt(client: httpx.Client, instance: dict[str, Any]):
    with ThreadPoolExecutor(20) as pool:
        running = [pool.submit(send, client, instance, {"answer": 1}, Idempotency_Key="at once") for _ in range(20)]
        replies = [request.result() for request in running]
    assert {reply.status_code for reply in replies} == {201}
    assert len({reply.content for reply in replies}) == 1
    assert attempts(client, instance) == [replies[0].json()]


def test_twenty_requests_with_different_keys_leave_twenty_attempts(client: httpx.Client, instance: dict[str, Any]):
    with ThreadPoolExecutor(20) as pool:
        running = [pool.submit(send, client, instance, {"answer": n}, Idempotency_Key=str(n)) for n in range(20)]
        submitted = {request.result().json()["id"] for request in running}
    assert {attempt["id"] for attempt in attempts(client, instance)} == submitted
    assert len(submitted) == 20
    assert look(client, instance)["parts"][0]["tries_used"] == 20


def test_a_replay_works_after_the_instance_was_closed(client: httpx.Client, instance: dict[str, Any]):
    first = send(client, instance, {"answer": 1}, Idempotency_Key="early")
    close(client, instance)
    again = send(client, instance, {"answer": 1}, Idempotency_Key="early")
    assert (again.status_code, again.content) == (201, first.content)
    problem(send(client, instance, {"answer": 1}, Idempotency_Key="late"), 409, "closed")


def test_a_key_of_a_refused_request_is_free(client: httpx.Client, instance: dict[str, Any]):
    problem(send(client, instance, {"answer": "1,5"}, Idempotency_Key="typo"), 422, "unreadable")
    assert send(client, instance, {"answer": "1.5"}, Idempotency_Key="typo").status_code == 201


def test_a_key_means_something_else_on_another_instance(client: httpx.Client, instance: dict[str, Any]):
    another = draw(client)
    ids = {send(client, place, {"answer": 1}, Idempotency_Key="here").json()["id"] for place in (instance, another)}
    assert len(ids) == 2


def test_a_key_means_something_else_to_another_caller(
    client: httpx.Client, operator: httpx.Client, instance: dict[str, Any]
):
    guest, staff = (send(caller, instance, {"answer": 1}, Idempotency_Key="mine") for caller in (client, operator))
    assert (guest.status_code, staff.status_code) == (201, 201)
    assert guest.json()["id"] != staff.json()["id"]


def test_a_guest_who_retries_from_another_address_gets_the_first_reply(server: Server, instance: dict[str, Any]):
    # A phone that leaves the wireless network between two tries: the instance is the guest's scope, not the address.
    replies = []
    for address in ("127.0.0.1", "127.0.0.2"):
        transport = httpx.HTTPTransport(local_address=address)
        with httpx.Client(base_url=server.api, transport=transport) as guest:
            replies.append(send(guest, instance, {"answer": 1}, Idempotency_Key="roaming").content)
    assert replies[0] == replies[1]


@pytest.mark.parametrize("key", ["", "x" * 256, "clé".encode(), b"tab\there"], ids=["empty", "long", "accent", "tab"])
def test_a_key_is_a_short_printable_text(client: httpx.Client, instance: dict[str, Any], key: str | bytes):
    body = {"answers": {"answer": 1}}
    refused = client.post(f"/instances/{instance['id']}/attempts", json=body, headers={"Idempotency-Key": key})
    problem(refused, 422, "invalid-request")
    assert attempts(client, instance) == []


# Who asks ------------------------------------------------------------------------------------------


def assert_unauthenticated(reply: httpx.Response):
    problem(reply, 401, "unauthenticated")
    assert reply.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "authorization",
    ["Bearer nabla_wrong", "Bearer", "Basic Z3Vlc3Q6", "nabla_wrong", "", b"Bearer \xff\xfe"],
    ids=repr,
)
def test_a_bad_token_is_401_and_never_a_guest(server: Server, client: httpx.Client, authorization: str | bytes):
    for method, address in operations(server, client):
        assert_unauthenticated(client.request(method, address, headers={"Authorization": authorization}))


def test_an_expired_token_is_401(server: Server, client: httpx.Client):
    engine = open_engine(f"sqlite:///{server.data / 'nabla.db'}", writes=True, checkpoints=False)
    with engine.begin() as connection:
        now = datetime.now(UTC)
        person, _ = the_operator(connection, now)
        token = create_secret(connection, person, now, lifetime=timedelta(0)).text
    engine.dispose()
    assert_unauthenticated(client.get("/exercises", headers={"Authorization": f"Bearer {token}"}))


def test_a_token_is_kept_as_a_hash(server: Server, operator_token: str):
    stored = b"".join(path.read_bytes() for path in server.data.glob("nabla.db*"))
    assert operator_token.encode() not in stored


def test_the_operator_always_sees_the_solution(client: httpx.Client, operator: httpx.Client, instance: dict[str, Any]):
    address = f"/instances/{instance['id']}/solution"
    assert operator.get(address).status_code == 200
    problem(client.get(address), 403, "solution-not-open")


def test_an_instance_of_the_operator_does_not_exist_for_a_guest(client: httpx.Client, operator: httpx.Client):
    instance = draw(operator)
    attempt = submit(operator, instance, {"answer": 1})
    nothing = client.get("/instances/nowhere").content
    for name in ("", "/attempts", "/hints", "/solution"):
        assert client.get(f"/instances/{instance['id']}{name}").content == nothing
    for name in ("attempts", "preview", "hints", "close"):
        problem(client.post(f"/instances/{instance['id']}/{name}"), 404, "not-found")
    problem(client.get(f"/attempts/{attempt['id']}"), 404, "not-found")
    problem(client.post(f"/attempts/{attempt['id']}/flag"), 404, "not-found")


def test_an_attempt_of_staff_on_the_instance_of_a_guest_changes_nothing(
    client: httpx.Client, operator: httpx.Client, instance: dict[str, Any]
):
    tried = submit(operator, instance, {"answer": [1, 2, 3]})
    solved = submit(operator, instance, {"answer": gradient(instance)})
    assert [attempt["parts"]["answer"]["counted"] for attempt in (tried, solved)] == [False, False]
    assert look(client, instance) == instance
    # The guest has not tried this value yet: it counts.
    assert answer(client, instance, [1, 2, 3])["counted"]


def test_where_guests_are_turned_off_a_token_is_needed(tmp_path: Path, nabla: Nabla):
    with serving(tmp_path, NABLA_GUESTS="off") as server, server.client() as client:
        for method, address in operations(server, client):
            assert_unauthenticated(client.request(method, address))
        for health in ("/healthz", "/readyz"):
            assert client.get(server.url + health).status_code == 200
        token = nabla("token", "create", "--operator", data=tmp_path).stdout.strip()
        client.headers["Authorization"] = f"Bearer {token}"
        instance = draw(client)
        assert submit(client, instance, {"answer": gradient(instance)})["score"] == 1.0


# The order of decisions ----------------------------------------------------------------------------

BROKEN = {"content": b'{"answers": ', "headers": {"Content-Type": "application/json"}}


def test_who_asks_is_decided_before_what_exists(client: httpx.Client):
    request = {**BROKEN, "headers": {"Authorization": "Bearer nabla_wrong"}}
    assert_unauthenticated(client.post("/instances/nowhere/attempts", **request))


def test_what_exists_is_decided_before_the_body_is_read(server: Server, client: httpx.Client):
    for method, address in operations(server, client):
        if "nowhere" in address:
            problem(client.request(method, address, **BROKEN), 404, "not-found")


def test_what_exists_is_decided_before_the_key_is_judged(client: httpx.Client):
    refused = client.post("/instances/nowhere/attempts", json={}, headers={"Idempotency-Key": "x" * 256})
    problem(refused, 404, "not-found")


@pytest.mark.parametrize("request_of", [BROKEN, {"json": {"answers": {"answer": None}}}, {"json": {}}])
def test_what_is_allowed_is_decided_before_the_body_is_read(
    client: httpx.Client, instance: dict[str, Any], request_of: dict[str, Any]
):
    close(client, instance)
    problem(client.post(f"/instances/{instance['id']}/attempts", **request_of), 409, "closed")


def test_a_replay_is_decided_before_what_is_allowed(client: httpx.Client, instance: dict[str, Any]):
    send(client, instance, {"answer": 1}, Idempotency_Key="order")
    close(client, instance)
    problem(send(client, instance, {"answer": 2}, Idempotency_Key="order"), 422, "key-reused")


# Problems ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/api/v1/nowhere", "/nowhere", "/api/v2/exercises", "/docs/assets/nowhere"])
def test_an_unknown_address_is_a_problem(server: Server, address: str):
    problem(httpx.get(server.url + address), 404, "not-found")


def test_a_method_that_an_address_does_not_take_is_a_problem_that_names_all_it_takes(
    server: Server, client: httpx.Client
):
    documented: dict[str, set[str]] = {}
    for method, address in operations(server, client):
        documented.setdefault(address, set()).add(method)
    allowed = {}
    for address in documented:
        refused = client.delete(address)
        problem(refused, 405, "method-not-allowed")
        allowed[address] = set(refused.headers["allow"].split(", ")) - {"HEAD"}
    assert allowed == documented


def test_a_body_beyond_64_kib_is_a_problem(client: httpx.Client, instance: dict[str, Any]):
    address, full = f"/instances/{instance['id']}/attempts", b'{"answers": {"answer": 1}}'.ljust(64 * 1024)
    headers = {"Content-Type": "application/json"}
    problem(client.post(address, content=full + b" ", headers=headers), 413, "too-large")
    assert client.post(address, content=full, headers=headers).status_code == 201


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "application/json", "Content-Encoding": "gzip"},
    ],
    ids=lambda headers: str(list(headers.values())),
)
def test_another_media_type_is_a_problem(client: httpx.Client, instance: dict[str, Any], headers: dict[str, str]):
    body = b'{"answers": {"answer": 1}}'
    refused = client.post(f"/instances/{instance['id']}/attempts", content=body, headers=headers)
    problem(refused, 415, "unsupported-media-type")


def test_json_may_name_its_charset(client: httpx.Client):
    headers = {"Content-Type": "Application/JSON; charset=utf-8"}
    assert client.post("/exercises/ls-gradient/instances", content=b"{}", headers=headers).status_code == 201


REPEATING: list[tuple[str, str, dict[str, Any]]] = [  # method, address, and a request with the marker in it
    ("GET", f"/{MARKER}", {}),
    ("GET", f"/exercises/{MARKER}", {}),
    ("GET", f"/instances/{MARKER}/solution", {}),
    ("GET", "/instances/{id}/attempts", {"params": {"cursor": MARKER}}),
    ("GET", "/instances/{id}/attempts", {"params": {"limit": MARKER}}),
    ("GET", "/exercises", {"headers": {"Authorization": f"Bearer {MARKER}"}}),
    ("GET", "/exercises", {"headers": {"Authorization": f"{MARKER} x"}}),
    ("PATCH", f"/exercises/{MARKER}", {}),
    ("POST", "/exercises/ls-gradient/instances", {"json": {"level": MARKER}}),
    ("POST", "/exercises/ls-gradient/instances", {"json": {"seed": MARKER}}),
    ("POST", "/exercises/ls-gradient/instances", {"json": {MARKER: 1}}),
    ("POST", "/exercises/ls-gradient/instances", {"json": MARKER}),
    ("POST", "/exercises/ls-gradient/instances", {"json": [{MARKER: MARKER}]}),
    ("POST", "/instances/{id}/attempts", {"json": {"answers": MARKER}}),
    ("POST", "/instances/{id}/attempts", {"json": {"answers": {"answer": MARKER}}}),
    ("POST", "/instances/{id}/attempts", {"json": {"answers": {"answer": [1, MARKER]}}}),
    ("POST", "/instances/{id}/attempts", {"json": {"answers": {"answer": {MARKER: 1}}}}),
    ("POST", "/instances/{id}/attempts", {"json": {"answers": {MARKER: 1}}}),
    ("POST", "/instances/{id}/attempts", {"json": {"answers": {"answer": 1}, MARKER: 1}}),
    (
        "POST",
        "/instances/{id}/attempts",
        {"json": {}, "headers": {"Idempotency-Key": f"{MARKER}\xff".encode("latin1")}},
    ),
    ("POST", "/instances/{id}/attempts", {"json": {}, "headers": {"Content-Encoding": MARKER}}),
    ("POST", "/instances/{id}/attempts", {"content": b"{}", "headers": {"Content-Type": f"text/{MARKER}"}}),
    ("POST", "/instances/{id}/preview", {"json": {"answers": {"answer": f"1 {MARKER}"}}}),
    ("POST", "/instances/{id}/preview", {"json": {"answers": {MARKER: 1}}}),
    ("POST", "/instances/{id}/hints", {"json": {"part": MARKER, "number": 1}}),
    ("POST", "/instances/{id}/hints", {"json": {"part": "answer", "number": MARKER}}),
    ("POST", "/attempts/{attempt}/flag", {"json": {"comment": [MARKER]}}),
    ("POST", "/attempts/{attempt}/flag", {"json": {"comment": MARKER * 1000}}),
]
JSON = {"Content-Type": "application/json"}
REPEATING += [  # bodies that are no JSON
    ("POST", "/instances/{id}/attempts", {"content": body.replace(b"MARKER", MARKER.encode()), "headers": JSON})
    for body in (
        b'{"answers": MARKER}',
        b'{"MARKER": 1, "MARKER": 2}',
        b'{"answers": {"answer": "MARKER',
        b'{"answers": {"answer": "\\MARKER"}}',
        b'{"answers": {"answer": "MARKER\x01"}}',
        b'{"answers": {"answer": "MARKER\\u0000"}}',
        b'{"answers": {"MARKER\\ud800": 1}}',
        b'{"answers": {"answer": "MARKER\xff"}}',
        b'{"answers": {"answer": 1}} MARKER',
    )
]


@pytest.mark.parametrize(("method", "address", "request_of"), REPEATING)
def test_an_error_never_repeats_what_was_sent(
    client: httpx.Client, instance: dict[str, Any], method: str, address: str, request_of: dict[str, Any]
):
    attempt = submit(client, instance, {"answer": 1})
    refused = client.request(method, address.format(id=instance["id"], attempt=attempt["id"]), **request_of)
    assert 400 <= refused.status_code < 500
    assert refused.headers["content-type"] == "application/problem+json"
    assert MARKER not in refused.text
    assert MARKER not in str(refused.headers)


@pytest.mark.parametrize("kind", list(kinds()), ids=lambda kind: kind.slug)
def test_every_kind_of_problem_is_explained_at_its_address(server: Server, kind: type[Problem]):
    page = httpx.get(f"{server.url}/problems/{kind.slug}")
    assert page.status_code == 200
    assert page.text.startswith(f"{kind.status} {kind.title}")


def test_a_problem_leads_to_its_explanation(server: Server, client: httpx.Client):
    body = problem(client.get("/exercises/nowhere"), 404, "not-found")
    assert httpx.get(httpx.URL(server.url).join(body["type"])).status_code == 200
    problem(httpx.get(f"{server.url}/problems/knitting"), 404, "not-found")


def test_the_contract_of_practising_has_a_problem_for_every_refusal():
    assert {kind.slug for kind in kinds()} >= {
        *("not-found", "unauthenticated", "invalid-request", "unreadable", "too-large"),
        *("key-reused", "closed", "solution-not-open", "overloaded"),
    }


# Health and documentation --------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_health_is_answered_at_the_root(server: Server, address: str):
    assert httpx.get(server.url + address).status_code == 200


def test_every_reply_forbids_sniffing_storing_and_referring(server: Server):
    for address in ("/healthz", "/docs", "/openapi.json", "/api/v1/exercises", "/nowhere"):
        headers = httpx.get(server.url + address).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "same-origin"


def test_openapi_describes_every_address_of_practising(server: Server):
    document = httpx.get(f"{server.url}/openapi.json").json()
    described = {f"{m.upper()} {re.sub(r'{.*?}', '*', path)}" for path, ms in document["paths"].items() for m in ms}
    assert described >= {
        "GET /api/v1/exercises",
        "GET /api/v1/exercises/*",
        "POST /api/v1/exercises/*/instances",
        "GET /api/v1/instances/*",
        "POST /api/v1/instances/*/attempts",
        "GET /api/v1/instances/*/attempts",
        "GET /api/v1/attempts/*",
        "POST /api/v1/attempts/*/flag",
        "POST /api/v1/instances/*/preview",
        "POST /api/v1/instances/*/hints",
        "GET /api/v1/instances/*/hints",
        "POST /api/v1/instances/*/close",
        "GET /api/v1/instances/*/solution",
    }


def test_openapi_describes_bodies_and_problems(server: Server):
    submitting = httpx.get(f"{server.url}/openapi.json").json()["paths"]["/api/v1/instances/{instance}/attempts"][
        "post"
    ]
    assert "answers" in str(submitting["requestBody"]["content"]["application/json"]["schema"])
    assert "application/problem+json" in submitting["responses"]["4XX"]["content"]
    assert "201" in submitting["responses"]


def test_the_documentation_comes_from_this_server_alone(server: Server):
    page = httpx.get(f"{server.url}/docs").text
    assert not re.search(r"""["'(=]\s*(https?:)?//""", page)
    assets = re.findall(r"""(?:src|href)=["']([^"']+)["']""", page)
    assert len(assets) >= 2
    for asset in [*assets, "/openapi.json"]:
        assert httpx.get(server.url + asset).status_code == 200


# Durability ----------------------------------------------------------------------------------------


def draw_once(guest: httpx.Client) -> bytes:
    """The reply to a draw with a key, which is the same one whenever it is sent."""
    return guest.post("/exercises/ls-gradient/instances", headers={"Idempotency-Key": "durable"}).content


def submit_until_refused(guest: httpx.Client, instance: dict[str, Any], acknowledged: list[Any]):
    """Submit one attempt after the other, noting those that were acknowledged, until the server goes away."""
    with suppress(httpx.TransportError):
        while True:
            acknowledged.append(submit(guest, instance, {"answer": len(acknowledged)}))


@pytest.mark.parametrize(
    ("sign", "status"), [(signal.SIGKILL, -signal.SIGKILL), (signal.SIGTERM, 0)], ids=["kill -9", "SIGTERM"]
)
def test_an_acknowledged_attempt_survives_the_end_of_the_server(tmp_path: Path, sign: signal.Signals, status: int):
    with serving(tmp_path) as server, server.client() as guest, ThreadPoolExecutor(4) as pool:
        drawn = draw_once(guest)
        ledgers: list[tuple[dict[str, Any], list[Any]]] = [(draw(guest), []) for _ in range(4)]
        for instance, acknowledged in ledgers:
            pool.submit(submit_until_refused, guest, instance, acknowledged)
        time.sleep(0.5)  # the server stops while all four are at it
        os.kill(server.process.pid, sign)
        assert server.process.wait(30) == status
    with serving(tmp_path) as server, server.client() as guest:
        assert draw_once(guest) == drawn
        for instance, acknowledged in ledgers:
            stored = [attempt for page in pages(guest, instance, limit=200) for attempt in page]
            assert acknowledged
            assert stored[: len(acknowledged)] == acknowledged
            # One more may have been stored, whose acknowledgement was on the way.
            assert len(stored) <= len(acknowledged) + 1
