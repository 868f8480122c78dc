"""In a real browser, the learning platform of the tests frames a tool and keeps its data (LTI Platform Storage)."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.platform import Platform, Tool
from tests.platform.courses import Context

TOOL = "http://127.0.0.1:9"  # nobody listens there: what the tool answers is written here
ASK = """([frame, message, origin]) => new Promise((tell) => {
    const target = frame === "_parent" ? parent : parent.frames[frame];
    addEventListener("message", ({data, origin}) => tell({...data, origin}), {once: true});
    setTimeout(() => tell(null), 1000);
    target.postMessage(message, origin);
})"""


@pytest.fixture
def platform() -> Platform:
    platform = Platform(name="browsers")
    platform.add_tool(Tool("tool-1", f"{TOOL}/login", [f"{TOOL}/launch"], f"{TOOL}/jwks.json"))
    return platform


def opened(page: Page, platform: Platform, storage_target: str) -> str:
    """A course of the platform with the tool, whose page says how it came there, in a frame; its address."""
    context: Context = platform.add_context()
    visit = platform.visit(platform.add_user("Alice"), context, platform.add_link(context, f"{TOOL}/launch"))
    visit.storage_target = storage_target
    answer = lambda route: route.fulfill(content_type="text/html", body="<p id=came>Here I am.</p>")  # noqa: E731
    page.route(f"{TOOL}/**", answer)
    page.goto(f"{platform.base}/open/{visit.id}")
    page.frame_locator("iframe[name=tool]").locator("#came").wait_for()
    return platform.base


def ask(page: Page, frame: str, message: dict[str, Any], origin: str) -> Any:
    """What the tool is told by the platform's frame when it sends it a message."""
    tool = page.frame("tool")
    assert tool is not None
    return tool.evaluate(ASK, [frame, message, origin])


@pytest.mark.parametrize("target", ["storage", "_parent"])
def test_the_platform_keeps_data_of_a_framed_tool(chromium: Browser, platform: Platform, target: str):
    with platform.served("localhost") as origin:
        page = chromium.new_page()
        opened(page, platform, target)
        capabilities = ask(page, "_parent", {"subject": "lti.capabilities", "message_id": "1"}, origin)
        told = {message["subject"]: message.get("frame") for message in capabilities["supported_messages"]}
        assert told["lti.put_data"] == told["lti.get_data"] == target
        put = {"subject": "lti.put_data", "message_id": "2", "key": "state_x", "value": "a value"}
        assert ask(page, target, put, origin) == {
            "subject": "lti.put_data.response",
            "message_id": "2",
            "key": "state_x",
            "value": "a value",
            "origin": origin,
        }
        get = {"subject": "lti.get_data", "message_id": "3", "key": "state_x"}
        assert ask(page, target, get, origin)["value"] == "a value"
        assert ask(page, target, {**get, "key": "state_y"}, origin)["value"] is None
        page.close()


def test_without_storage_the_platform_keeps_silent(chromium: Browser, platform: Platform):
    with platform.served("localhost") as origin:
        page = chromium.new_page()
        opened(page, platform, "")
        assert ask(page, "_parent", {"subject": "lti.capabilities", "message_id": "1"}, origin) is None
        page.close()


def test_a_message_for_another_origin_does_not_arrive(chromium: Browser, platform: Platform):
    with platform.served("localhost"):
        page = chromium.new_page()
        opened(page, platform, "_parent")
        capabilities = {"subject": "lti.capabilities", "message_id": "1"}
        assert ask(page, "_parent", capabilities, "http://localhost:1") is None
        page.close()


def test_the_tool_is_opened_with_the_login_of_the_visit(chromium: Browser, platform: Platform):
    with platform.served("localhost"):
        page = chromium.new_page()
        opened(page, platform, "storage")
        tool = page.frame("tool")
        assert tool is not None
        asked = dict(pair.split("=") for pair in tool.url.partition("?")[2].split("&"))
        assert asked["lti_storage_target"] == "storage"
        assert asked["client_id"] == "tool-1"
        page.close()


def test_an_administrator_sees_what_a_tool_says_at_the_end_of_its_registration(chromium: Browser, platform: Platform):
    with platform.served("localhost") as origin:
        page = chromium.new_page()
        close = f"<p id=came>Done</p><script>parent.postMessage({{subject: 'org.imsglobal.lti.close'}}, '{origin}')</script>"
        page.route(f"{TOOL}/**", lambda route: route.fulfill(content_type="text/html", body=close))
        page.goto(f"{origin}/settings?tool={TOOL}/register")
        page.wait_for_function("window.received.length === 1")
        assert page.evaluate("window.received") == [{"origin": TOOL, "subject": "org.imsglobal.lti.close"}]
        page.close()
