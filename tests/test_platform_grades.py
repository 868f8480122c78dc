"""The gradebook of the tests' learning platform has the rules of each product, and the faults that a test schedules."""

import threading
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.platform import PERSONALITIES, words
from tests.platform.ags import item_url, items_url
from tests.platform.scene import Scene

every_personality = pytest.mark.parametrize("personality", PERSONALITIES)


def by_product(**values: Any) -> Any:
    """A test with a value for each product."""
    assert set(values) == set(PERSONALITIES)
    return pytest.mark.parametrize(("personality", "expected"), values.items())


KEPT = 0


def status(reply: httpx.Response) -> int:
    """That of an error; what a score is told that was kept differs."""
    return KEPT if reply.is_success else reply.status_code


@pytest.fixture
def scene() -> Scene:
    return Scene.on("standard")


# Line items.


@every_personality
def test_a_line_item_is_created_read_changed_and_deleted(personality: str):
    scene = Scene.on(personality)
    created = scene.create(resourceId="sheet-1", tag="grade").json()
    headers = {**scene.tool.bearer(), "content-type": f"{words.LINE_ITEM_TYPE}; charset=utf-8"}
    assert scene.tool.request("GET", created["id"], headers=headers).json() == created
    changed = {**created, "label": "Sheet one", "scoreMaximum": 10}
    assert scene.tool.request("PUT", created["id"], headers=headers, json=changed).json() == changed
    assert scene.platform.line_item(resourceId="sheet-1").maximum == 10
    assert scene.tool.request("DELETE", created["id"], headers=headers).status_code == 204
    assert scene.tool.request("GET", created["id"], headers=headers).status_code == 404


@pytest.mark.parametrize("body", [{"scoreMaximum": 0}, {"scoreMaximum": True}, {"label": " "}], ids=str)
def test_a_wrong_line_item_is_refused(scene: Scene, body: dict[str, Any]):
    assert scene.create(**body).status_code == 400


def test_a_line_item_of_a_link_that_may_have_none_is_not_found(scene: Scene):
    assert scene.create(resourceLinkId="unknown").status_code == 404
    scene.link.gradable = False
    assert scene.create(resourceLinkId=scene.link.id).status_code == 404
    assert not scene.platform.gradebook.items


def test_media_types_count_without_their_parameters(scene: Scene):
    url, bearer = items_url(scene.platform, scene.context), scene.tool.bearer()
    body = {"label": "Sheet 1", "scoreMaximum": 1}
    assert scene.tool.request("POST", url, json=body, headers=bearer).status_code == 415
    assert scene.tool.request("GET", url, headers={**bearer, "accept": "text/html"}).status_code == 406
    container = {**bearer, "accept": f"{words.LINE_ITEMS_TYPE}; q=1"}
    assert scene.tool.request("GET", url, headers=container).status_code == 200


def test_line_items_are_filtered_and_come_by_pages():
    scene = Scene.on("canvas")
    for number in range(120):
        scene.column(resourceId=f"sheet-{number}", tag="odd" if number % 2 else "even")
    bearer, url = scene.tool.bearer(words.LINE_ITEM_READING_SCOPE), items_url(scene.platform, scene.context)
    found, pages = [], []
    reply = scene.tool.request("GET", url, params={"tag": "odd"}, headers=bearer)
    while True:
        found += reply.json()
        pages.append(len(reply.json()))
        if "next" not in reply.links:
            break
        reply = scene.tool.request("GET", reply.links["next"]["url"], headers=bearer)
    assert pages == [50, 10]
    assert [item["resourceId"] for item in found] == [f"sheet-{number}" for number in range(1, 120, 2)]
    one = scene.tool.request("GET", url, params={"resource_id": "sheet-7"}, headers=bearer).json()
    assert [item["resourceId"] for item in one] == ["sheet-7"]


def test_a_tool_may_ask_for_smaller_pages_only():
    scene = Scene.on("canvas")
    for _ in range(60):
        scene.column()
    bearer, url = scene.tool.bearer(words.LINE_ITEM_READING_SCOPE), items_url(scene.platform, scene.context)
    sizes = [len(scene.tool.request("GET", url, params={"limit": n}, headers=bearer).json()) for n in (7, 1000)]
    assert sizes == [7, 50]


def test_another_tools_line_item_is_not_found(scene: Scene):
    item = scene.column()
    item.client_id = "tool-2"
    assert scene.score(item, scene.alice, 10).status_code == 404
    url = items_url(scene.platform, scene.context)
    assert scene.tool.request("GET", url, headers=scene.tool.bearer()).json() == []


def test_moodles_line_items_keep_the_query_of_their_address_last():
    scene = Scene.on("moodle")
    item = scene.column()
    assert item_url(scene.platform, item, "/scores").endswith("/lineitem/scores?type_id=1")
    bare = item_url(scene.platform, item).partition("?")[0]
    assert scene.tool.request("GET", bare, headers=scene.tool.bearer()).status_code == 404


# Scores.


@every_personality
def test_a_score_counts_on_the_scale_of_its_line_item(personality: str):
    scene = Scene.on(personality)
    item = scene.column()
    reply = scene.score(item, scene.alice, 75)
    assert reply.status_code == {"moodle": 200, "canvas": 200, "openedx": 201}.get(personality, 204)
    assert scene.platform.grade(item, scene.alice) == 15
    assert scene.platform.grade(item, scene.bob) is None
    headers = scene.tool.bearer(words.RESULT_SCOPE)
    (result,) = scene.tool.request("GET", item_url(scene.platform, item, "/results"), headers=headers).json()
    assert (result["userId"], result["resultScore"], result["resultMaximum"]) == (scene.alice.id, 15, 20)


@by_product(standard=[409, 409, KEPT], moodle=[409, 409, 409], canvas=[400, KEPT, KEPT], openedx=[400, KEPT, KEPT])
def test_an_older_score_is_refused_and_one_of_the_same_time_as_the_product_does(personality: str, expected: list[int]):
    told = []
    for seconds in (-0.002, 0, 0.002):
        scene = Scene.on(personality)
        scene.clock.forward(seconds=0.5)
        item = scene.column()
        assert scene.score(item, scene.alice, 10).is_success
        told.append(status(scene.score(item, scene.alice, 20, seconds)))
        assert scene.platform.grade(item, scene.alice) == (4 if told[-1] == KEPT else 2)
        assert len(scene.platform.history(item, scene.alice)) == (2 if told[-1] == KEPT else 1)
        assert [post.given for post in scene.platform.gradebook.posts] == [10, 20]
    assert told == expected


def test_a_refused_score_does_not_make_later_ones_old(scene: Scene):
    item = scene.column()
    scene.score(item, scene.alice, 10, seconds=5)
    assert scene.score(item, scene.alice, 20, seconds=4).status_code == 409
    assert scene.score(item, scene.alice, 30, seconds=6).status_code == 204
    assert scene.platform.grade(item, scene.alice) == 6


@by_product(
    standard={"carol": 400, "preview": 404, "nobody": 404},
    moodle={"carol": 400, "preview": 400, "nobody": 400},
    canvas={"carol": 422, "preview": 422, "nobody": 422},
    openedx={"carol": KEPT, "preview": KEPT, "nobody": KEPT},
)
def test_scores_of_others_than_students_are_treated_as_the_product_does(personality: str, expected: dict[str, int]):
    scene = Scene.on(personality)
    item, nobody = scene.column(), scene.platform.add_user()
    people = {"carol": scene.carol, "preview": scene.preview, "nobody": nobody}
    assert {name: status(scene.score(item, who, 10)) for name, who in people.items()} == expected
    scene.context.leave(scene.bob)
    assert status(scene.score(item, scene.bob, 10)) == expected["nobody"]


@by_product(standard=400, moodle=400, canvas=422, openedx=400)
def test_a_score_needs_its_maximum(personality: str, expected: int):
    scene = Scene.on(personality)
    assert scene.score(scene.column(), scene.alice, 10, scoreMaximum=None).status_code == expected


@by_product(standard=2, moodle=None, canvas=2, openedx=2)
def test_a_score_that_is_not_final_does_what_the_product_does_with_it(personality: str, expected: float | None):
    scene = Scene.on(personality)
    item = scene.column()
    scene.score(item, scene.alice, 10)
    assert scene.score(item, scene.alice, 90, seconds=2, gradingProgress="PendingManual").is_success
    assert scene.platform.grade(item, scene.alice) == expected


@by_product(standard=40, moodle=40, canvas=40, openedx=20)
def test_a_score_above_its_maximum_is_kept_or_capped(personality: str, expected: float):
    scene = Scene.on(personality)
    item = scene.column()
    assert scene.score(item, scene.alice, 200).is_success
    assert scene.platform.grade(item, scene.alice) == expected


@pytest.mark.parametrize(
    "body",
    [
        {"userId": None},
        {"userId": 7},
        {"timestamp": None},
        {"timestamp": "2026-11-29T10:00:00.000"},
        {"timestamp": "2026-11-29T10:00:00Z"},
        {"timestamp": "yesterday"},
        {"activityProgress": None},
        {"gradingProgress": "Done"},
        {"scoreGiven": -1},
        {"scoreGiven": "10"},
        {"scoreGiven": True},
        {"scoreMaximum": 0},
        {"comment": 3},
    ],
    ids=str,
)
def test_a_malformed_score_is_refused(scene: Scene, body: dict[str, Any]):
    item = scene.column()
    assert scene.score(item, scene.alice, 10, **body).status_code == 400
    assert not scene.platform.gradebook.posts
    assert scene.platform.refusals


# Faults.


def test_scheduled_errors_come_in_order_and_end(scene: Scene):
    item = scene.column()
    scene.platform.fails(times=2, status=503, headers={"retry-after": "30"})
    first, second, third = (scene.score(item, scene.alice, 10, seconds) for seconds in range(3))
    assert [reply.status_code for reply in (first, second, third)] == [503, 503, 204]
    assert first.headers["retry-after"] == "30"
    assert len(scene.platform.history(item, scene.alice)) == 1
    assert scene.platform.count("scores") == 3


def test_a_fault_is_scheduled_at_end_points_that_there_are(scene: Scene):
    with pytest.raises(AssertionError, match="no end point"):
        scene.platform.fails("score")


@by_product(
    standard=(429, "retry-after", "7"),
    moodle=(429, "retry-after", "7"),
    canvas=(403, "x-rate-limit-remaining", "0"),
    openedx=(429, "retry-after", "7"),
)
def test_too_many_calls_are_refused_as_the_product_does(personality: str, expected: tuple[int, str, str]):
    scene = Scene.on(personality)
    item = scene.column()
    scene.platform.limits()
    reply = scene.score(item, scene.alice, 10)
    assert (reply.status_code, reply.headers[expected[1]]) == (expected[0], expected[2])


def test_a_score_may_be_stored_though_the_answer_is_an_error(scene: Scene):
    item = scene.column()
    scene.platform.fails(stored=True)
    assert scene.score(item, scene.alice, 10).status_code == 500
    assert scene.platform.grade(item, scene.alice) == 2


@pytest.mark.parametrize("stored", [True, False])
@pytest.mark.parametrize(("way", "error"), [("drop", httpx.RemoteProtocolError), ("silence", httpx.ReadTimeout)])
@pytest.mark.parametrize("over", ["in process", "a socket"])
def test_an_answer_may_be_lost(scene: Scene, over: str, way: Any, error: type[Exception], stored: bool):
    item = scene.column()

    def lose_one() -> None:
        headers = {**scene.tool.bearer(), "content-type": words.SCORE_TYPE}
        scene.platform.fails(way=way, stored=stored)
        body = {"userId": scene.alice.id, "timestamp": "2026-11-29T10:00:00.000Z", "scoreGiven": 1, "scoreMaximum": 1}
        progress = {"activityProgress": "Completed", "gradingProgress": "FullyGraded"}
        url = item_url(scene.platform, item, "/scores")
        scene.tool.request("POST", url, json={**body, **progress}, headers=headers, timeout=0.5)

    if over == "in process":
        with pytest.raises(error):
            lose_one()
    else:
        with scene.platform.served():
            scene.tool.transport = httpx.AsyncHTTPTransport()
            with pytest.raises(error):
                lose_one()
    assert len(scene.platform.history(item, scene.alice)) == stored


def test_answers_wait_until_a_gate_is_opened(scene: Scene):
    item, replies = scene.column(), []
    gate = scene.platform.holds("scores")
    sender = threading.Thread(target=lambda: replies.append(scene.score(item, scene.alice, 10)))
    sender.start()
    assert gate.arrived.wait(5)
    assert not replies and scene.platform.grade(item, scene.alice) is None
    gate.open()
    sender.join(5)
    assert [reply.status_code for reply in replies] == [204]


def test_a_key_set_may_be_huge_or_elsewhere_or_kept(scene: Scene):
    url = scene.platform.jwks_url
    scene.platform.cache_control = "max-age=60"
    assert scene.tool.request("GET", url).headers["cache-control"] == "max-age=60"
    scene.platform.fails("jwks", status=200, body=b" " * 2_000_000)
    assert len(scene.tool.request("GET", url).content) == 2_000_000
    scene.platform.fails("jwks", status=302, headers={"location": "http://127.0.0.1/"})
    assert scene.tool.request("GET", url).is_redirect


def test_the_platforms_clock_may_be_ahead(scene: Scene):
    assertion = scene.tool.sign(scene.tool.claims())
    scene.platform.offset = timedelta(minutes=10)
    assert scene.tool.ask_token(assertion, words.SCORE_SCOPE).status_code == 400


def test_a_deleted_line_item_takes_no_scores(scene: Scene):
    item = scene.column()
    scene.score(item, scene.alice, 10)
    scene.platform.gradebook.remove(item)
    assert scene.score(item, scene.alice, 20, seconds=1).status_code == 404
    assert scene.platform.grade(item, scene.alice) is None
    assert len(scene.platform.history(item, scene.alice)) == 1
