"""In a real browser, the learning platform of the tests frames a tool and keeps its data (LTI Platform Storage)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Frame, Page
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from tests.browser import PATIENCE
from tests.platform import Platform, Tool
from tests.platform.serving import listening

HERE = "<!doctype html><title>Tool</title><p id=here>Here I am."
FAREWELL = "<script>parent.postMessage({subject: 'org.imsglobal.lti.close'}, '*')</script>"
SILENCE = 500  # milliseconds, after which nothing comes any more
ASK = """([frame, message, origin, patience]) => new Promise((tell) => {
    const target = frame === "_parent" ? parent : parent.frames[frame];
    addEventListener("message", ({data, origin}) => tell({...data, origin}), {once: true});
    setTimeout(() => tell(null), patience);
    target.postMessage(message, origin);
})"""
CAPABILITIES = {"subject": "lti.capabilities", "message_id": "1"}


async def login(request: Request) -> Response:
    return HTMLResponse(HERE)


async def register(request: Request) -> Response:
    return HTMLResponse(HERE + FAREWELL)


@dataclass
class Course:
    """A course of a platform in which a window shows the tool, and the platform's origin."""

    page: Page
    platform: Platform
    tool_url: str

    @property
    def tool(self) -> Frame:
        frame = self.page.frame("tool")
        assert frame is not None
        return frame

    def open(self, storage_target: str) -> None:
        context = self.platform.add_context()
        link = self.platform.add_link(context, f"{self.tool_url}/launch")
        visit = self.platform.visit(self.platform.add_user("Alice"), context, link, storage_target=storage_target)
        self.page.goto(f"{self.platform.base}/open/{visit.id}")
        self.page.frame_locator("iframe[name=tool]").locator("#here").wait_for()

    def ask(self, frame: str, message: dict[str, Any], origin: str = "", patience: int = PATIENCE) -> Any:
        """What the platform's frame tells the tool when it sends it a message; None once patience ends."""
        return self.tool.evaluate(ASK, [frame, message, origin or self.platform.base, patience])


@pytest.fixture
def course(chromium: Browser) -> Iterator[Course]:
    """On localhost, where the tool, on 127.0.0.1, is another site."""
    app = Starlette(routes=[Route("/login", login), Route("/register", register)])
    platform = Platform(name="browsers")
    with listening(app) as tool_url, platform.served("localhost"), window(chromium) as page:
        platform.add_tool(Tool("tool-1", f"{tool_url}/login", [f"{tool_url}/launch"], f"{tool_url}/jwks.json"))
        yield Course(page, platform, tool_url)


@contextmanager
def window(chromium: Browser) -> Iterator[Page]:
    page = chromium.new_page()
    page.set_default_timeout(PATIENCE)
    yield page
    page.close()


@pytest.mark.parametrize("target", ["storage", "_parent"])
def test_the_platform_keeps_data_of_a_framed_tool(course: Course, target: str):
    course.open(target)
    told = course.ask("_parent", CAPABILITIES)["supported_messages"]
    assert [message["frame"] for message in told if message["subject"].endswith("_data")] == [target, target]
    put = {"subject": "lti.put_data", "message_id": "2", "key": "state_x", "value": "a value"}
    answer = {**put, "subject": "lti.put_data.response", "origin": course.platform.base}
    assert course.ask(target, put) == answer
    get = {"subject": "lti.get_data", "message_id": "3", "key": "state_x"}
    assert course.ask(target, get)["value"] == "a value"
    assert course.ask(target, {**get, "key": "state_y"})["value"] is None


def test_data_of_a_tool_are_not_told_to_another_origin(course: Course):
    course.open("storage")
    course.ask("storage", {"subject": "lti.put_data", "message_id": "2", "key": "x", "value": "y"})
    get = {"subject": "lti.get_data", "message_id": "3", "key": "x"}
    assert course.ask("storage", get)["value"] == "y"
    assert course.page.evaluate(ASK, ["storage", get, course.platform.base, PATIENCE])["value"] is None


def test_without_storage_the_platform_keeps_silent(course: Course):
    course.open("")
    assert course.ask("_parent", CAPABILITIES, patience=SILENCE) is None


def test_another_frame_than_the_one_for_storage_keeps_nothing(course: Course):
    course.open("storage")
    put = {"subject": "lti.put_data", "message_id": "2", "key": "x", "value": "y"}
    assert course.ask("_parent", put, patience=SILENCE) is None


def test_a_message_for_another_origin_does_not_arrive(course: Course):
    course.open("_parent")
    assert course.ask("_parent", CAPABILITIES, origin="http://localhost:1", patience=SILENCE) is None


def test_the_tool_is_opened_with_the_login_of_the_visit(course: Course):
    course.open("storage")
    asked = parse_qs(urlsplit(course.tool.url).query)
    assert (asked["client_id"], asked["lti_storage_target"]) == (["tool-1"], ["storage"])


def test_an_administrator_sees_what_a_tool_says_at_the_end_of_its_registration(course: Course):
    course.page.goto(f"{course.platform.base}/settings?tool={course.tool_url}/register")
    course.page.wait_for_function("window.received.length === 1")
    said = course.page.evaluate("window.received")
    assert said == [{"origin": course.tool_url, "subject": "org.imsglobal.lti.close"}]
