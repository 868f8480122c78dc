"""Launches in a real browser: in a frame of another site, with and without cookies there, and in tabs of their own."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import FrameLocator, Page, Route, expect

from tests.browser import Browse, in_every_look
from tests.launching import Campus, a_campus
from tests.platform import words
from tests.platform.oidc import Visit
from tests.teaching import School
from tests.test_launches import assignment_of, copied

pytest_plugins = ["tests.browser"]


@pytest.fixture
def campus(school: School, address: str) -> Iterator[Campus]:
    """The platform is another site: browsers tell `localhost` from 127.0.0.1."""
    yield from a_campus(school, site=address, host="localhost")


def opened(browse: Browse, campus: Campus, visit: Visit, *, keeps_cookies: bool = True) -> tuple[Page, FrameLocator]:
    """The platform's page, and the tool's frame in it; in a browser that keeps cookies in frames, or does not."""
    page = browse(also=[campus.platform.base])
    if not keeps_cookies:
        page.route(campus.tool.redirect_uris[0], _without_cookies)
    page.goto(f"{campus.platform.base}/open/{visit.id}")
    return page, page.frame_locator("iframe[name=tool]")


def _without_cookies(route: Route) -> None:
    """Come back from the platform with nothing of what the login had the browser keep."""
    route.request.frame.page.context.clear_cookies()
    route.continue_()


def test_a_link_opens_in_the_platforms_frame_and_is_solved_there(browse: Browse, campus: Campus):
    visit = campus.visit(campus.alice, campus.link(title="Warm-up", exercise="ls-gradient"))
    _, frame = opened(browse, campus, visit)
    expect(frame.get_by_role("heading", name="Warm-up")).to_be_visible()
    frame.get_by_role("button", name="Begin").first.click()
    expect(frame.get_by_role("button", name="Check").first).to_be_visible()


@pytest.mark.parametrize("target", ["_parent", "storage"])
def test_the_platforms_storage_stands_for_cookies(browse: Browse, campus: Campus, target: str):
    visit = campus.visit(campus.alice, campus.link(title="Warm-up", exercise="ls-gradient"), storage_target=target)
    page, frame = opened(browse, campus, visit, keeps_cookies=False)
    button = frame.get_by_role("button", name="Open in a new tab")
    expect(frame.get_by_text("signs you in there, once")).to_be_visible()
    with page.context.expect_page() as tab:
        button.click()
    expect(tab.value.get_by_role("heading", name="Warm-up")).to_be_visible()


def test_without_cookies_and_storage_a_new_tab_begins_again(browse: Browse, campus: Campus):
    visit = campus.visit(campus.alice, campus.link(title="Warm-up", exercise="ls-gradient"))
    page, frame = opened(browse, campus, visit, keeps_cookies=False)
    with page.context.expect_page() as tab:
        frame.get_by_role("link", name="Open in a new tab").click()
    expect(tab.value.get_by_role("heading", name="Warm-up")).to_be_visible()


def test_pages_of_launches_are_accessible(browse: Browse, campus: Campus):
    campus.open(campus.carol, campus.link())
    id = assignment_of(campus, "Sheet 1")
    context, (link,) = copied(campus, id)
    visits = {
        "choose": campus.visit(campus.carol, None),
        "take over": campus.visit(campus.carol, link, context),
        "not set up": campus.visit(campus.bob, link, context),
        "no role": campus.visit(campus.owl, campus.link(assignment=id)),
        "refused": campus.visit(
            campus.alice, campus.link(), change=lambda launch: launch.claims.pop(words.LTI + "roles")
        ),
    }
    page = browse(also=[campus.platform.base])
    for name, visit in visits.items():
        page.goto(f"{campus.platform.base}/start/{visit.id}")
        page.wait_for_url("**/lti/launch")
        assert in_every_look(page) == [], name


def test_an_instructor_chooses_in_the_frame_and_is_back_on_the_platform(browse: Browse, campus: Campus):
    _, frame = opened(browse, campus, campus.visit(campus.carol, None))
    frame.locator("summary", has_text="Least squares").click()
    frame.get_by_label("by hand: Gradient of the squared residual").check()
    frame.get_by_role("button", name="Add to the course").click()
    expect(frame.get_by_text("The links were added.")).to_be_visible()
    (item,) = campus.platform.content_items
    assert item["title"] == "Gradient of the squared residual"
