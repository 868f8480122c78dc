"""Chromium for the tests: pages as people see and use them, with scripts, style sheet and Content-Security-Policy.

`browse(alice)` opens a window of alice's on the classroom's app, `browse()` one of a guest's; a test fails when a
script or the console of a window complains, or when a page asks another server. `axe` judges accessibility, and
`in_every_look` judges it in light, in dark and on a phone.
"""

import asyncio
import os
import re
import shutil
import socket
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from typing import Any, Final

import pytest
import uvicorn
from anyio.from_thread import BlockingPortal
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    Request,
    WebError,
    expect,
    sync_playwright,
)

from app.auth import create_secret
from app.pages.cookies import SESSION
from tests.teaching import Person, Prepared, School

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
PATIENCE: Final = 20_000  # milliseconds for a page or an element to appear

WINDOW: Final = {"width": 1280, "height": 720}
PHONE: Final = "320 pixels wide"
LOOKS: Final[dict[str, dict[str, Any]]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    PHONE: {"viewport": {"width": 320, "height": 640}},
}

AXE: Final = files("axe_playwright_python").joinpath("axe.min.js").read_text()
RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
JUDGE: Final = """async (rules) => (await axe.run(document, {
    runOnly: {type: "tag", values: rules}, resultTypes: ["violations"], reporter: "no-passes", selectors: false,
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


def in_every_look(page: Page, looks: Collection[str] = LOOKS) -> list[str]:
    """What is inaccessible in a page or wider than its window, look by look; it ends in the light and as wide."""
    found = []
    began = page.viewport_size or WINDOW
    for name in looks:
        page.emulate_media(color_scheme=LOOKS[name].get("color_scheme", "light"))
        page.set_viewport_size(LOOKS[name].get("viewport", WINDOW))
        found += [f"{name}: {fault}" for fault in axe(page)]
        found += [] if no_horizontal_scrolling(page) else [f"{name}: it is wider than its window"]
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(began)
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


# Windows ------------------------------------------------------------------------------------------


class Windows:
    """The windows of a module's tests: one that a test is done with serves the next.

    A new one costs as much as ten pages: a process for it starts, and loads and compiles all anew. What tests leave
    behind is taken out, but for what they listen to: that they end themselves.
    """

    def __init__(self, chromium: Browser, address: str):
        self._chromium = chromium
        self._address = address
        self._free: dict[str, list[BrowserContext]] = {}

    def open(self, options: dict[str, Any]) -> BrowserContext:
        """A window with an empty page, without cookies and storage; `options` go to Playwright's `new_context`."""
        free = self._free.setdefault(repr(options), [])
        if free:
            return free.pop()
        window = self._chromium.new_context(base_url=self._address, **options)
        window.set_default_timeout(PATIENCE)
        window.new_page()
        return window

    def take_back(self, window: BrowserContext, options: dict[str, Any]) -> None:
        """Take back one that saw the classroom's app only; close it if it is still on its way."""
        page, *others = window.pages
        for other in others:
            other.close()
        page.unroute_all(behavior="ignoreErrors")
        try:
            page.goto("about:blank")
        except Error:
            window.close()
            return
        page.emulate_media(media="null", color_scheme=options.get("color_scheme", "light"))
        page.set_viewport_size(options.get("viewport", WINDOW))
        window.set_offline(False)
        window.clear_cookies()
        storage = {"origin": self._address, "storageTypes": "all"}
        session = window.new_cdp_session(page)
        session.send("Storage.clearDataForOrigin", storage)
        session.detach()
        self._free[repr(options)].append(window)


class Watch:
    """Writes down the complaints of a window, and what it asks of other sites than these."""

    def __init__(self, window: BrowserContext, sites: Sequence[str], faults: list[str]):
        self._window = window
        self._ours = re.compile(rf"({'|'.join(map(re.escape, sites))})(/|$)|data:")
        self._opened: set[str] = set()
        self._faults = faults
        self._events = {"request": self._judge, "console": self._listen, "weberror": self._catch}
        for event, note in self._events.items():
            window.on(event, note)

    def end(self) -> None:
        for event, note in self._events.items():
            self._window.remove_listener(event, note)

    def _judge(self, request: Request) -> None:
        if request.is_navigation_request():
            self._opened.add(request.url.partition("#")[0])
        if not self._ours.match(request.url):
            self._faults.append(f"{request.frame.page.url} asks another server: {request.url}")

    def _listen(self, message: ConsoleMessage) -> None:
        loaded = message.location["url"].partition("#")[0]
        refused = message.text.startswith("Failed to load resource") and loaded in self._opened
        if message.type == "error" and not refused:  # a page may be a 404, what it loads may not
            self._faults.append(f"{_address_of(message.page)} says: {message.text}")

    def _catch(self, error: WebError) -> None:
        self._faults.append(f"{_address_of(error.page)} raises: {error.error}")


def _address_of(page: Page | None) -> str:
    return page.url if page else "a page that was closed"


# Fixtures -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One Chromium for a module, not for all: while it runs, no other test of this process can use `asyncio.run`."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found_chromium(), args=FLAGS)
        yield browser
        browser.close()


@dataclass(frozen=True)
class Served:
    """The app that the classrooms of a module share, where browsers reach it."""

    address: str
    server: uvicorn.Server

    async def answered(self) -> None:
        """Wait for what was asked: the database of a classroom goes with it."""
        while self.server.server_state.tasks:
            await asyncio.sleep(0.01)


@pytest.fixture(scope="module")
def served(prepared: Prepared, portal: BlockingPortal) -> Iterator[Served]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(prepared.app, lifespan="off", log_config=None, access_log=False)
        server = uvicorn.Server(config)
        running = portal.start_task_soon(server.serve, [listener])
        yield Served(f"http://127.0.0.1:{listener.getsockname()[1]}", server)
        server.should_exit = True
        running.result(timeout=30)


@pytest.fixture(scope="module")
def windows(chromium: Browser, served: Served) -> Windows:
    return Windows(chromium, served.address)


@pytest.fixture
def address(school: School, served: Served) -> Iterator[str]:
    """Where the classroom's app listens."""
    yield served.address
    school.portal.call(served.answered)


@pytest.fixture
def faults() -> Iterator[list[str]]:
    """What went wrong in the windows of a test: none at its end. A test that means one takes it out."""
    found: list[str] = []
    yield found
    assert not found, "\n".join(found)


@pytest.fixture
def browse(windows: Windows, school: School, address: str, faults: list[str]) -> Iterator[Browse]:
    """`browse(person, path="/", **context)` opens a window with cookies of its own; without a person, a guest's.

    `context` goes to Playwright's `new_context`: `**LOOKS["dark"]`, `java_script_enabled=False`, …; `also` are the
    addresses of other sites that the window may ask.
    """
    with ExitStack() as opened:

        def browse(person: Person | None = None, path: str = "/", also: Sequence[str] = (), **context: Any) -> Page:
            window = windows.open(context)
            opened.callback(window.close if also else partial(windows.take_back, window, context))
            opened.callback(Watch(window, [address, *also], faults).end)
            if person is not None:
                session = school.write(lambda tx: create_secret(tx, person.id, school.clock(), "session"))
                window.add_cookies([{"name": SESSION, "value": session.text, "url": address, "httpOnly": True}])
            page = window.pages[0]
            page.goto(path)
            return page

        yield browse


@pytest.fixture
def page(browse: Browse) -> Page:
    """A guest's window, on the catalogue."""
    return browse()
