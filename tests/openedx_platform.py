"""The LTI 1.3 platform of Open edX for the tests: `openedx` is one that runs, `Visitor` somebody's browser.

It is lti-consumer-xblock, which we did not write, in a process and an environment of its own (`make openedx`);
tests/openedx/serve.py starts it.
"""

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urljoin

import httpx
import pytest

from tests.conftest import HOME, clean_environment

PYTHON: Final = HOME / ".venv" / "openedx" / "bin" / "python"
BUILT: Final = HOME / ".venv" / "openedx.stamp"
MISSING: Final = "tests with the platform of Open edX: build its environment with `make openedx`"
ROLES: Final = ("student", "Community TA", "staff", "instructor", "global_staff")
PEOPLE: Final = {"alice": "student", "bob": "student", "carol": "instructor", "dave": "Community TA"}
AUTOMATIC: Final = {"id_token", "JWT", "response_mode"}  # a form with one of these fields is sent by a script at once


@dataclass(frozen=True)
class Tool:
    """The addresses of a tool that its administrator enters in Studio."""

    login: str
    launch: str
    deep_link: str
    keys: str

    @classmethod
    def nabla(cls, url: str) -> "Tool":
        """The project's own, on a server at this address."""
        return cls(f"{url}/lti/login", f"{url}/lti/launch", f"{url}/lti/launch", f"{url}/lti/jwks.json")


@dataclass(frozen=True)
class Registration:
    """What the platform tells the administrator of the tool about a block."""

    issuer: str
    client_id: str
    deployment_id: str
    auth_url: str
    token_url: str
    keys_url: str


@dataclass(frozen=True)
class Gradebook:
    """What arrived about a block: grades in the gradebook, oldest first, and what the tool stored by AGS."""

    published: list[dict[str, Any]]
    line_items: list[dict[str, Any]]
    scores: list[dict[str, Any]]

    def of(self, user: str) -> float | None:
        """The user's grade in points, None without one."""
        grades = [grade["earned"] for grade in self.published if grade["user"] == user]
        return grades[-1] if grades else None


@dataclass(frozen=True)
class Platform:
    """A running platform."""

    url: str
    log: Path
    client: httpx.Client

    def course(self, number: str) -> "Course":
        """A course of alice, bob, carol and dave."""
        course = Course(self, f"Nabla+{number}+2026")
        for username, role in PEOPLE.items():
            course.enrol(username, role)
        return course

    def control(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        reply = self.client.request(method, f"{self.url}/control/{path}", **options)
        assert reply.status_code == 200, f"{method} {path}: {reply.status_code}; see {self.log}"
        return reply.json()


@dataclass(frozen=True)
class Course:
    """A course on the platform."""

    platform: Platform
    run: str

    def block(self, name: str, tool: Tool, **settings: Any) -> "Block":
        """A graded block of the course for this tool, with all services; `settings` are fields of LtiConsumerXBlock.

        For example `custom_parameters=["exercise=ls-gradient"]`, `weight=4` (points), `due`,
        `lti_advantage_ags_mode="declarative"`, `lti_1p3_enable_nrps=False`, `ask_to_send_email=False`.
        """
        block = Block(self.platform, f"block-v1:{self.run}+type@lti_consumer+block@{name}")
        defaults = {
            "lti_advantage_ags_mode": "programmatic",
            "lti_1p3_enable_nrps": True,
            "has_score": True,
            "ask_to_send_full_name": True,
            "ask_to_send_email": True,
        }
        block.change(
            display_name=name,
            lti_version="lti_1p3",
            lti_1p3_oidc_url=tool.login,
            lti_1p3_launch_url=tool.launch,
            lti_1p3_tool_key_mode="keyset_url",
            lti_1p3_tool_keyset_url=tool.keys,
            lti_advantage_deep_linking_enabled=True,
            lti_advantage_deep_linking_launch_url=tool.deep_link,
            **{**defaults, **settings},
        )
        return block

    @property
    def members(self) -> list[dict[str, Any]]:
        """Who is in it: username, name, email, role, and the external_id that tools see."""
        return self._control("GET", "members")["members"]

    def enrol(self, username: str, role: str) -> str:
        """Somebody's id for tools, who has this role from now on: one of ROLES."""
        assert role in ROLES, role
        person = {"username": username, "name": username.title(), "email": f"{username}@school.example", "role": role}
        return self._control("POST", "members", json=person)["external_id"]

    def expel(self, username: str) -> None:
        self._control("DELETE", f"members/{username}")

    def share(self, enabled: bool) -> None:
        """Whether its roster tells names and addresses."""
        self._control("PUT", "sharing", json={"enabled": enabled})

    def _control(self, method: str, what: str, **options: Any) -> dict[str, Any]:
        return self.platform.control(method, f"courses/{quote('course-v1:' + self.run)}/{what}", **options)


@dataclass(frozen=True)
class Block:
    """A place of the course where the tool opens."""

    platform: Platform
    location: str

    @property
    def registration(self) -> Registration:
        told = self._control("GET")
        return Registration(
            issuer=told["issuer"],
            client_id=told["client_id"],
            deployment_id=told["deployment_id"],
            auth_url=told["oidc_callback"],
            token_url=told["token_url"],
            keys_url=told["keyset_url"],
        )

    @property
    def passport(self) -> str:
        """For `lti_1p3_passport_id` of another block: the tool then knows both by one client id."""
        return self.registration.token_url.rpartition("/")[2]

    @property
    def gradebook(self) -> Gradebook:
        return Gradebook(**self._control("GET", "/grades"))

    @property
    def content(self) -> list[dict[str, Any]]:
        """What deep linking chose for it."""
        return self._control("GET", "/content")["items"]

    def change(self, **settings: Any) -> None:
        """Set fields of LtiConsumerXBlock by their names."""
        self._control("PUT", json=settings)

    def delete_line_items(self) -> None:
        self._control("DELETE", "/line-items")

    def door(self, which: str, user: str, role: str | None = None) -> str:
        """Where the user opens it in the course ("launch"), or chooses its content in Studio ("studio")."""
        query = {"block": self.location, "user": user, **({"role": role} if role else {})}
        return str(httpx.URL(f"{self.platform.url}/{which}", params=query))

    def _control(self, method: str, what: str = "", **options: Any) -> dict[str, Any]:
        return self.platform.control(method, f"blocks/{quote(self.location)}{what}", **options)


# A browser ------------------------------------------------------------------------------------------


@dataclass
class Form:
    """A form of a page: where it goes, what is sent as it stands, and what there is to choose: names and values."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    choices: list[tuple[str, str]] = field(default_factory=list)

    def chosen(self, word: str) -> dict[str, str]:
        """The first choice that has this among the words of its value, as a field."""
        return dict([next(choice for choice in self.choices if word in choice[1].split())])


class _Forms(HTMLParser):
    CHOSEN: Final = {"checkbox", "radio", "submit", "button"}

    def __init__(self, page: httpx.Response):
        super().__init__(convert_charrefs=True)
        self.found: list[Form] = []
        self._address = str(page.url)
        self._select = ""
        self.feed(page.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name, value = given.get("name", ""), given.get("value", "")
        if tag == "form":
            self.found.append(Form(urljoin(self._address, given.get("action", ""))))
        elif tag == "select":
            self._select = name
        elif self.found and tag == "option":
            self.found[-1].choices.append((self._select, value))
        elif self.found and name and (tag == "button" or given.get("type") in self.CHOSEN):
            self.found[-1].choices.append((name, value))
        elif self.found and name and tag == "input":
            self.found[-1].fields[name] = value


class Visitor:
    """Somebody's browser: keeps cookies, follows redirects, and sends the forms that scripts send at once.

    With `framed`, all that it opens stands in a frame within the platform's page, as Open edX shows its blocks.
    """

    def __init__(self, *, framed: bool = False) -> None:
        self._client = httpx.Client(
            follow_redirects=True,
            timeout=30,
            verify=False,  # all that is visited is on this machine; the certificates of authorities take long to load
            headers={"Accept": "text/html", "Sec-Fetch-Dest": "iframe" if framed else "document"},
            event_hooks={"response": [self._trust_this_machine]},
        )
        self.visited: list[httpx.Response] = []

    def __enter__(self) -> "Visitor":
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    @property
    def page(self) -> httpx.Response:
        """Where they are."""
        return self.visited[-1]

    def open(self, url: str) -> httpx.Response:
        """Open an address, relative to the page they are on."""
        return self._go("GET", urljoin(str(self.page.url), url) if self.visited else url)

    def launch(self, block: Block, user: str, role: str | None = None) -> httpx.Response:
        """From the unit of the course into the tool."""
        return self.open(block.door("launch", user, role))

    def choose(self, block: Block, user: str, role: str | None = None) -> httpx.Response:
        """From Studio into the tool, to choose content."""
        return self.open(block.door("studio", user, role))

    def form(self, path: str) -> Form:
        """The form of the page that goes to this path."""
        (found,) = [form for form in _Forms(self.page).found if httpx.URL(form.action).path == path]
        return found

    def send(self, form: Form, choice: Mapping[str, str] | None = None) -> httpx.Response:
        return self._go("POST", form.action, data={**form.fields, **(choice or {})})

    def _go(self, method: str, url: str, **options: Any) -> httpx.Response:
        reply = self._client.request(method, url, headers=self._provenance(method, url), **options)
        self.visited += [*reply.history, reply]
        if reply.headers.get("content-type", "").startswith("text/html"):
            for form in _Forms(reply).found:
                if AUTOMATIC & form.fields.keys():
                    return self.send(form)
        return reply

    def _provenance(self, method: str, url: str) -> dict[str, str]:
        """What browsers say about the page from which one goes on."""
        if not self.visited:
            return {"Sec-Fetch-Site": "none"}
        here = self.page.url.copy_with(raw_path=b"/")
        within = here == httpx.URL(url).copy_with(raw_path=b"/")
        site = {"Sec-Fetch-Site": "same-origin" if within else "cross-site"}
        return {**site, "Origin": str(here).rstrip("/")} if method == "POST" else site

    def _trust_this_machine(self, _: httpx.Response) -> None:
        """Browsers send secure cookies to the machine they run on without TLS, too; httpx would not."""
        for cookie in self._client.cookies.jar:
            cookie.secure = False


# Fixtures -------------------------------------------------------------------------------------------


@contextmanager
def running(folder: Path) -> Iterator[Platform]:
    """A platform with its database and log in this folder."""
    command = [PYTHON, HOME / "tests" / "openedx" / "serve.py", folder]
    with subprocess.Popen(command, env=clean_environment(), stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line, "the platform did not start: its complaint stands on standard error"
            with httpx.Client(timeout=30) as client:
                yield Platform(json.loads(line)["url"], folder / "openedx.log", client)
        finally:
            process.terminate()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what needs the platform where it is not built: from one place, so that pytest says it once."""
    if "openedx" in getattr(item, "fixturenames", ()) and not BUILT.exists():
        if os.environ.get("CI") == "true":
            pytest.fail(MISSING, pytrace=False)
        pytest.skip(MISSING)


@pytest.fixture(scope="session")
def openedx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """One platform for all tests, each with a course of its own."""
    with running(tmp_path_factory.mktemp("openedx")) as platform:
        yield platform
