"""The live view in a real browser: it shows itself anew, but not to a hidden tab, nor while it is paused."""

from typing import Any

import pytest
from playwright.sync_api import Page, Request, Response, Route, expect

from tests.browser import Browse
from tests.teaching import Classroom, submit, wrong

EVERY = 0.1  # seconds, in the place of some
SOME_TIME = 600  # milliseconds, in which it would have asked several times
HIDE = """hidden => {
    Object.defineProperty(document, "hidden", {configurable: true, get: () => hidden});
    document.dispatchEvent(new Event("visibilitychange"));
}"""


@pytest.fixture
def sheet(classroom: Classroom) -> dict[str, Any]:
    return classroom.assign({})


@pytest.fixture
def live(browse: Browse, classroom: Classroom, sheet: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Page:
    """Carol's window on the live view, which has shown itself anew once."""
    monkeypatch.setattr("app.pages.teach.live.EVERY", EVERY)
    page = browse(classroom.carol, f"/teach/assignments/{sheet['id']}/live")
    with page.expect_response(is_fragment):
        pass
    return page


def is_fragment_address(address: str) -> bool:
    return "fragment=1" in address


def is_fragment(one: Request | Response) -> bool:
    return is_fragment_address(one.url)


def asks_again(page: Page) -> bool:
    """Whether the page asks twice more."""
    for _ in range(2):
        with page.expect_request(is_fragment):
            pass
    return True


def asked_in_some_time(page: Page) -> int:
    """How often the page asks, from a moment on at which no answer is under way any more."""
    page.wait_for_timeout(SOME_TIME / 2)
    found: list[Request] = []

    def count(request: Request) -> None:
        if is_fragment(request):
            found.append(request)

    page.on("request", count)
    page.wait_for_timeout(SOME_TIME)
    page.remove_listener("request", count)
    return len(found)


def test_what_students_send_appears_by_itself(live: Page, classroom: Classroom, sheet: dict[str, Any]):
    expect(live.locator(".now")).to_contain_text("0 of 2 students")
    mine = classroom.open(classroom.alice, sheet)
    submit(classroom.alice, mine, {"answer": wrong(mine)})
    expect(live.locator(".now")).to_contain_text("1 of 2 students")
    assert asks_again(live)


def test_a_paused_view_asks_nothing_until_it_goes_on(live: Page):
    live.get_by_role("button", name="Pause", exact=True).click()
    expect(live.locator("[data-say]")).to_have_text("Paused.")
    assert asked_in_some_time(live) == 0
    with live.expect_request(is_fragment):
        live.get_by_role("button", name="Go on").click()
    expect(live.locator("[data-say]")).to_have_text("")
    assert asks_again(live)


def test_a_hidden_tab_asks_nothing_and_at_once_when_it_is_seen(live: Page):
    live.evaluate(HIDE, True)
    assert asked_in_some_time(live) == 0
    with live.expect_request(is_fragment):
        live.evaluate(HIDE, False)
    assert asks_again(live)


def test_a_session_that_is_over_is_said_and_nothing_asked_any_more(live: Page, faults: list[str]):
    live.context.clear_cookies()
    expect(live.locator("[data-say]")).to_have_text("This page is not shown to you any more. Load it again to see why.")
    assert asked_in_some_time(live) == 0
    assert len(faults) == 1
    assert "401" in faults.pop()


def test_a_server_that_cannot_be_reached_is_asked_again(live: Page, faults: list[str]):
    live.context.set_offline(True)
    expect(live.locator("[data-say]")).to_contain_text("The server cannot be reached.")
    live.context.set_offline(False)
    expect(live.locator("[data-say]")).to_have_text("")
    assert faults
    faults.clear()


def test_an_older_reply_never_takes_the_place_of_a_newer_one(live: Page):
    asked: list[Route] = []

    def answer_the_second(route: Route) -> None:
        asked.append(route)
        if len(asked) == 2:
            route.fulfill(body="newer")

    with live.expect_request(is_fragment):
        live.route(is_fragment_address, answer_the_second)
    live.get_by_role("button", name="Pause").click()
    live.get_by_role("button", name="Go on").click()
    expect(live.locator("[data-live]")).to_have_text("newer")
    asked[0].fulfill(body="older")
    live.wait_for_timeout(SOME_TIME / 2)
    expect(live.locator("[data-live]")).to_have_text("newer")
    live.unroute_all(behavior="ignoreErrors")
