"""Chromium for the tests: pages as people see and use them, with scripts, style sheet and Content-Security-Policy.

`browse(alice)` opens a window of alice's on the classroom's app, `browse()` one of a guest's; a test fails when a
script or the console of a window complains, or when a page asks another server. `axe` judges accessibility, and
`in_every_look` judges it in light, in dark and on a phone.
"""

import os
import re
import shutil
import socket
from collections.abc import Callable, Iterator, Sequence
from importlib.resources import files
from typing import Any, Final

import pytest
import uvicorn
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Route, sync_playwright

from app.auth import create_secret
from app.pages.cookies import SESSION
from tests.teaching import Person, School

NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MISSING: Final = "tests in a browser: install Chromium (Debian: apt install chromium) or name one in CHROMIUM"
FLAGS: Final = [
    "--no-sandbox",  # containers often have none, and it opens our own pages only
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--no-proxy-server",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]
PATIENCE: Final = 10_000  # milliseconds for a page or an element to appear

WINDOW: Final = {"width": 1280, "height": 720}
LOOKS: Final[dict[str, dict[str, Any]]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "320 pixels wide": {"viewport": {"width": 320, "height": 640}},
}
every_look = pytest.mark.parametrize("look", LOOKS)

AXE: Final = files("axe_playwright_python").joinpath("axe.min.js").read_text()
RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
JUDGE: Final = """async (rules) => (await axe.run(document, {
    runOnly: {type: "tag", values: rules}, resultTypes: ["violations"],
})).violations"""

Browse = Callable[..., Page]


def axe(page: Page) -> list[str]:
    """What is inaccessible in a page: the broken rule and where, for each place."""
    page.evaluate("document.fonts.ready.then(() => new Promise(requestAnimationFrame))")
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE)
    return [
        f"{rule['id']} ({rule['help']}): {node['html']}"
        for rule in page.evaluate(JUDGE, RULES)
        for node in rule["nodes"]
    ]


def in_every_look(page: Page) -> list[str]:
    """What is inaccessible in a page or wider than its window, look by look; it ends in the light."""
    found = []
    for name, look in reversed(LOOKS.items()):
        page.emulate_media(color_scheme=look.get("color_scheme", "light"))
        page.set_viewport_size(look.get("viewport", WINDOW))
        found += [f"{name}: {fault}" for fault in axe(page)]
        found += [] if no_horizontal_scrolling(page) else [f"{name}: it is wider than its window"]
    return found


def no_horizontal_scrolling(page: Page) -> bool:
    """Whether the page is no wider than its window."""
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def found_chromium() -> str | None:
    """The program; None where there is none."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what needs Chromium where there is none: from one place, so that pytest says it once."""
    if "chromium" in getattr(item, "fixturenames", ()) and found_chromium() is None:
        if os.environ.get("CI"):
            pytest.fail(MISSING, pytrace=False)
        pytest.skip(MISSING)


# Fixtures -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One Chromium for a module, not for all: while it runs, no other test of this process can use `asyncio.run`."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found_chromium(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def address(school: School) -> Iterator[str]:
    """Where the classroom's app listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(school.app, lifespan="off", log_config=None, access_log=False)
        server = uvicorn.Server(config)
        served = school.portal.start_task_soon(server.serve, [listener])
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        served.result(timeout=30)


@pytest.fixture
def faults() -> Iterator[list[str]]:
    """What went wrong in the windows of a test: none at its end. A test that means one takes it out."""
    found: list[str] = []
    yield found
    assert not found, "\n".join(found)


@pytest.fixture
def browse(chromium: Browser, school: School, address: str, faults: list[str]) -> Iterator[Browse]:
    """`browse(person, path="/", **context)` opens a window with cookies of its own; without a person, a guest's.

    `context` goes to Playwright's `new_context`: `**LOOKS["dark"]`, `java_script_enabled=False`, …; `also` are the
    addresses of other sites that the window may ask.
    """
    contexts = []

    def browse(person: Person | None = None, path: str = "/", also: Sequence[str] = (), **context: Any) -> Page:
        window = chromium.new_context(base_url=address, **context)
        contexts.append(window)
        window.set_default_timeout(PATIENCE)
        if person is not None:
            session = school.write(lambda tx: create_secret(tx, person.id, school.clock(), "session"))
            window.add_cookies([{"name": SESSION, "value": session.text, "url": address, "httpOnly": True}])
        page = window.new_page()
        _watch(page, [address, *also], faults)
        page.goto(path)
        return page

    yield browse
    for window in contexts:
        window.close()


@pytest.fixture
def page(browse: Browse) -> Page:
    """A guest's window, on the catalogue."""
    return browse()


def _watch(page: Page, addresses: Sequence[str], faults: list[str]) -> None:
    """Write down all complaints of a window, and stop what it asks of others."""
    opened: set[str] = set()

    def remember(request: Request) -> None:
        if request.is_navigation_request():
            opened.add(request.url.partition("#")[0])

    def complain(message: ConsoleMessage) -> None:
        loaded = message.location["url"].partition("#")[0]
        refused = message.text.startswith("Failed to load resource") and loaded in opened
        if message.type == "error" and not refused:  # a page may be a 404, what it loads may not
            faults.append(f"{page.url} says: {message.text}")

    def refuse(route: Route) -> None:
        faults.append(f"{page.url} asks another server: {route.request.url}")
        route.abort()

    page.on("request", remember)
    page.on("console", complain)
    page.on("pageerror", lambda error: faults.append(f"{page.url} raises: {error}"))
    page.route(re.compile(rf"^(?!({'|'.join(map(re.escape, addresses))})(/|$))"), refuse)
