"""Platforms that register themselves: one address, the operator's word, and nothing left of what fails."""

import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from sqlalchemy import select
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from app.models import audit, deployments, invitations, platforms
from app.platforms import outgoing
from tests.launching import SITE, Frame
from tests.platform import Platform, words
from tests.platform.registration import configuration, registration_address
from tests.platform.serving import listening
from tests.teaching import Classroom, School, fine, made
from tests.visiting import Page

DESCRIBED = "/.well-known/openid-configuration"


@dataclass(frozen=True)
class Scene:
    """A platform on a port of this machine whose administrator has an address of the operator's."""

    classroom: Classroom
    platform: Platform
    address: str

    @property
    def school(self) -> School:
        return self.classroom.school

    def register(self, token: str | None = None, **changed: str) -> Page:
        """The administrator goes where the platform leads."""
        at = registration_address(self.platform, self.address, token or self.platform.invite())
        return self.go({**dict(parse_qsl(urlsplit(at).query)), **changed})

    def go(self, query: dict[str, str]) -> Page:
        return Frame(self.school).go(f"/lti/register?{httpx.QueryParams(query)}")

    def kept(self) -> list[Any]:
        return self.school.rows(select(platforms))


@pytest.fixture
def scene(classroom: Classroom) -> Iterator[Scene]:
    platform = Platform(clock=classroom.clock, tool=httpx.ASGITransport(classroom.school.app))
    with platform.served():
        yield Scene(classroom, platform, made(classroom.operator.post("/platforms/invitations"))["address"])


def code_of(page: Page) -> str:
    """The code of a refusal, which leaves nothing behind and says what to do."""
    assert page.status >= 400
    assert page.one("h1").text == "This platform was not registered"
    assert page.all("div", role="alert")
    return page.all("code")[0].text


def test_a_platform_registers_itself_and_the_operator_confirms(scene: Scene):
    page = scene.register()
    assert page.status == 200, page.text
    assert "once the operator of this service has confirmed" in page.text
    assert [script for script in page.all("script", type="module") if "registered" in script["src"]]
    (kept,) = scene.kept()
    (tool,) = scene.platform.tools.values()
    assert (kept.state, kept.self_registered) == ("proposed", True)
    assert (kept.issuer, kept.client_id) == (scene.platform.issuer, tool.client_id)
    assert (kept.auth_url, kept.token_url) == (scene.platform.auth_url, scene.platform.token_url)
    assert kept.jwks_url == scene.platform.jwks_url
    assert [row.deployment for row in scene.school.rows(select(deployments))] == list(tool.deployments)
    assert [row.action for row in scene.school.rows(select(audit)) if row.subject == kept.id] == [
        "platform registered itself"
    ]
    at = f"/platforms/{kept.id}"
    fine(scene.classroom.operator.patch(at, {"state": "active"}))


def test_somebody_comes_from_it_once_it_is_confirmed(scene: Scene):
    scene.register()
    (tool,) = scene.platform.tools.values()
    context, alice = scene.platform.add_context(), scene.platform.add_user("Alice")
    context.join(alice, words.LEARNER)
    link = scene.platform.add_link(context, f"{SITE}/lti/launch", exercise="ls-gradient")
    frame = Frame(scene.school)
    visit = scene.platform.visit(alice, context, link, tool)
    with pytest.raises(AssertionError):  # the login leads to no platform
        frame.launch(visit)
    (kept,) = scene.kept()
    fine(scene.classroom.operator.patch(f"/platforms/{kept.id}", {"state": "active"}))
    assert Frame(scene.school).launch(scene.platform.visit(alice, context, link, tool)).status == 200


def test_what_we_say_of_ourselves(scene: Scene):
    sent: list[dict[str, Any]] = []

    async def take(request: Request) -> Response:
        sent.append(await request.json())
        assert request.headers["authorization"] == "Bearer the token"
        return JSONResponse({**sent[0], "client_id": 42})

    with listening(Starlette(routes=[Route("/register", take, methods=["POST"])])) as elsewhere:
        scene.platform.configuration = {
            "registration_endpoint": f"{elsewhere}/register",
            "scopes_supported": [words.SCORE_SCOPE, words.MEMBERS_SCOPE],
            words.PLATFORM_CONFIGURATION: {
                "product_family_code": "canvas",
                "messages_supported": [
                    {"type": words.RESOURCE_LINK, "placements": ["course_navigation", "account_navigation"]},
                    {"type": words.DEEP_LINK, "placements": ["link_selection", "editor_button"]},
                ],
            },
        }
        assert scene.register("the token").status == 200
    (asked,) = sent
    tool = asked.pop(words.TOOL_CONFIGURATION)
    assert asked == {
        "application_type": "web",
        "response_types": ["id_token"],
        "grant_types": ["implicit", "client_credentials"],
        "initiate_login_uri": f"{SITE}/lti/login",
        "redirect_uris": [f"{SITE}/lti/launch"],
        "jwks_uri": f"{SITE}/lti/jwks.json",
        "client_name": "Nabla",
        "token_endpoint_auth_method": "private_key_jwt",
        "scope": f"{words.SCORE_SCOPE} {words.MEMBERS_SCOPE}",
    }
    assert tool["domain"] == "nabla.test"
    assert tool["custom_parameters"] == {
        "context_history": "$Context.id.history",
    }
    assert {message["type"]: message.get("placements") for message in tool["messages"]} == {
        words.RESOURCE_LINK: ["course_navigation"],
        words.DEEP_LINK: ["link_selection"],
    }
    (kept,) = scene.kept()
    assert (kept.product, kept.client_id) == ("canvas", "42")


def test_the_page_may_be_shown_in_any_frame_and_closes_itself(scene: Scene):
    page = scene.register()
    assert page.reply.headers["content-security-policy"].endswith("frame-ancestors *")
    (script,) = [script for script in page.all("script", type="module") if "registered" in script["src"]]
    source = scene.school.request("GET", f"{SITE}{script['src']}").text
    assert 'subject: "org.imsglobal.lti.close"' in source


@pytest.mark.parametrize("personality", ["moodle", "openedx", "standard"])
def test_the_ways_of_a_product_are_known_by_its_name(classroom: Classroom, personality: str):
    platform = Platform(personality, clock=classroom.clock, tool=httpx.ASGITransport(classroom.school.app))
    with platform.served():
        scene = Scene(classroom, platform, made(classroom.operator.post("/platforms/invitations"))["address"])
        assert scene.register().status == 200
        (kept,) = scene.kept()
        assert kept.product == ("" if personality == "standard" else personality)
        assert kept.framed_by[0] == platform.base


@pytest.mark.parametrize(
    ("said", "family", "audience"),
    [
        ("https://api.brightspace.com/auth/token", "BrightspaceLMS", "https://api.brightspace.com/auth/token"),
        (None, "desire2learn", "https://api.brightspace.com/auth/token"),
        ("canvas.instructure.com", "canvas", ""),
        (7, "moodle", ""),
    ],
)
def test_for_whom_tokens_are_asked_is_as_the_platform_says(scene: Scene, said: Any, family: str, audience: str):
    about = {words.PLATFORM_CONFIGURATION: {"product_family_code": family}}
    scene.platform.configuration = {**about, **({"authorization_server": said} if said else {})}
    assert scene.register().status == 200
    (kept,) = scene.kept()
    assert kept.token_audience == audience


# Invitations --------------------------------------------------------------------------------------


def test_an_address_is_good_once(scene: Scene):
    assert scene.register().status == 200
    assert scene.school.rows(select(invitations)) == []
    assert code_of(scene.register()) == "bad-invitation"
    assert len(scene.kept()) == 1
    assert len(scene.platform.tools) == 1


@pytest.mark.parametrize("invitation", ["", "another", "x" * 5_000])
def test_an_address_of_nobody_is_refused_before_anything_is_asked(scene: Scene, invitation: str):
    assert code_of(scene.register(invitation=invitation)) == "bad-invitation"
    assert scene.platform.count("configuration") == 0


def test_an_address_is_good_for_a_week(scene: Scene):
    scene.classroom.clock.forward(days=6, hours=23)
    assert code_of(scene.register(openid_configuration="")) == "no-configuration"
    scene.classroom.clock.forward(hours=1)
    assert code_of(scene.register()) == "bad-invitation"


def test_who_opens_the_address_in_a_browser_is_told_where_it_belongs(scene: Scene):
    page = Frame(scene.school).go(scene.address)
    assert code_of(page) == "no-configuration"
    assert "Paste the whole address into the platform" in page.text


def test_a_platform_that_is_registered_already_is_refused_and_the_address_stays_good(scene: Scene):
    assert scene.register().status == 200
    scene.platform.tools.clear()  # so that it gives the same client id again
    second = made(scene.classroom.operator.post("/platforms/invitations"))["address"]
    again = Scene(scene.classroom, scene.platform, second)
    assert code_of(again.register()) == "registered-already"
    assert len(scene.kept()) == 1
    assert len(scene.school.rows(select(invitations))) == 1


# Platforms that do wrong --------------------------------------------------------------------------


def assert_nothing_came_of_it(scene: Scene) -> None:
    assert scene.kept() == []
    assert scene.school.rows(select(deployments)) == []
    assert len(scene.school.rows(select(invitations))) == 1
    scene.platform.configuration = {}
    assert scene.register().status == 200  # the invitation is still good


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"issuer": ""}, "bad-configuration"),
        ({"issuer": 7}, "bad-configuration"),
        ({"token_endpoint": None}, "bad-configuration"),
        ({"registration_endpoint": ""}, "bad-configuration"),
        ({"jwks_uri": ["https://a.example"]}, "bad-configuration"),
        ({"id_token_signing_alg_values_supported": ["HS256"]}, "bad-configuration"),
        ({"id_token_signing_alg_values_supported": "RS256 too"}, "bad-configuration"),
        ({"issuer": "https://another.example"}, "foreign-issuer"),
        ({"issuer": "127.0.0.1"}, "foreign-issuer"),
        ({"jwks_uri": "http://169.254.169.254/latest/meta-data"}, "bad-configuration"),
        ({"jwks_uri": "https://169.254.169.254/latest/meta-data"}, "bad-configuration"),
        ({"token_endpoint": "https://10.0.0.1/token"}, "bad-configuration"),
        ({"token_endpoint": "https://[::ffff:10.0.0.1]/token"}, "bad-configuration"),
        ({"authorization_endpoint": "javascript:alert(1)"}, "bad-configuration"),
        ({"authorization_endpoint": "https://a;script-src *"}, "bad-configuration"),
        ({"registration_endpoint": "https://192.168.1.1/register"}, "bad-configuration"),
        ({"registration_endpoint": "file:///etc/passwd"}, "bad-configuration"),
    ],
)
def test_a_configuration_that_is_not_as_it_must_be_is_refused(scene: Scene, change: dict[str, Any], code: str):
    scene.platform.configuration = change
    page = scene.register()
    assert code_of(page) == code
    assert not any(str(value) in page.text for value in change.values() if value)
    assert scene.platform.count("registration") == 0
    assert_nothing_came_of_it(scene)


@pytest.mark.parametrize(
    "answer",
    [
        {"body": b"<html>Sign in first</html>"},
        {"body": b"[]"},
        {"body": b'{"issuer": "a", "issuer": "b"}'},
        {"body": b"[" * 100_000},
        {"body": b"{" + b" " * (1024 * 1024)},
        {"body": b"\xff\xfe"},
        {"status": 302, "headers": {"location": "http://169.254.169.254/"}},
        {"status": 404},
        {"status": 500},
        {"way": "drop"},
    ],
    ids=["html", "a list", "twice", "deep", "huge", "no text", "redirect", "404", "500", "broken off"],
)
def test_what_is_no_configuration_is_refused(scene: Scene, answer: dict[str, Any]):
    scene.platform.fails("configuration", **{"status": 200, **answer})
    assert code_of(scene.register()) in ("unreachable-configuration", "bad-configuration")
    assert_nothing_came_of_it(scene)


def test_a_platform_that_never_answers_is_given_up(scene: Scene, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(outgoing, "LONGEST_WAIT", 0.3)
    scene.platform.fails("configuration", way="silence")
    page = scene.register()
    assert code_of(page) == "unreachable-configuration"
    assert "did not answer" in page.text
    monkeypatch.undo()
    assert_nothing_came_of_it(scene)


@pytest.mark.parametrize(
    "url",
    [
        "http://school.example/config",
        "https://10.1.2.3/config",
        "https://[fd00::1]/config",
        "https://169.254.169.254/latest/meta-data",
        "https://metadata.internal.invalid/",
        "ftp://school.example/config",
        "file:///etc/passwd",
        "https://user@school.example/config",
        "//school.example/config",
        "not an address",
        "https://school.example:99999/config",
        "https://[::1",
    ],
)
def test_no_address_within_a_private_network_is_asked(scene: Scene, url: str):
    assert code_of(scene.register(openid_configuration=url)) == "unreachable-configuration"
    assert scene.kept() == []


def test_a_service_that_is_reached_from_elsewhere_asks_not_even_itself(scene: Scene, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(scene.school.app.state.outgoing, "_loopback", False)
    assert code_of(scene.register()) == "unreachable-configuration"
    scene.platform.base = scene.platform.base.replace("http:", "https:")
    assert code_of(scene.register()) == "unreachable-configuration"
    assert scene.platform.count("configuration") == 0


def test_a_name_that_means_a_private_address_is_not_asked(scene: Scene, monkeypatch: pytest.MonkeyPatch):
    async def lookup(*_: Any, **__: Any) -> list[Any]:
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in ("93.184.216.34", "10.0.0.1")
        ]

    loop = scene.school.portal.call(_loop)
    monkeypatch.setattr(loop, "getaddrinfo", lookup)
    monkeypatch.setattr(scene.school.app.state.outgoing, "_loopback", False)
    page = scene.register(openid_configuration="https://school.example/config")
    assert code_of(page) == "unreachable-configuration"
    assert "private network" in page.text


async def _loop() -> Any:
    import asyncio

    return asyncio.get_running_loop()


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ({"status": 400, "body": b'{"error": "invalid_token"}'}, "registration-refused"),
        ({"status": 400, "body": b'{"error": "<b>own words</b>"}'}, "registration-refused"),
        ({"status": 500, "body": b"<html>"}, "registration-refused"),
        ({"status": 307, "headers": {"location": "http://169.254.169.254/"}}, "registration-refused"),
        ({"status": 200, "body": b"<html>"}, "registration-refused"),
        ({"status": 200, "body": b"[]"}, "bad-registration"),
        ({"status": 200, "body": b"{}"}, "bad-registration"),
        ({"status": 200, "body": b'{"client_id": ""}'}, "bad-registration"),
        ({"status": 200, "body": b'{"client_id": true}'}, "bad-registration"),
        ({"status": 200, "body": json.dumps({"client_id": "x" * 256}).encode()}, "bad-registration"),
        ({"way": "drop"}, "registration-refused"),
    ],
)
def test_an_answer_that_is_none_leaves_nothing(scene: Scene, answer: dict[str, Any], code: str):
    scene.platform.fails("registration", **answer)
    page = scene.register()
    assert code_of(page) == code
    assert "own words" not in page.text
    assert_nothing_came_of_it(scene)


def test_the_platforms_reason_is_said_in_our_words(scene: Scene):
    page = scene.register("a token that the platform never gave")
    assert code_of(page) == "registration-refused"
    assert "status 401: it says that its token is not good" in page.text


@pytest.mark.parametrize("deployment", ["", None, 7, True, "ä", "x" * 256, ["1"]])
def test_a_deployment_is_taken_where_it_is_one(scene: Scene, deployment: Any):
    answer = {"client_id": "42", words.TOOL_CONFIGURATION: {"deployment_id": deployment}}
    scene.platform.fails("registration", status=200, body=json.dumps(answer).encode())
    page = scene.register()
    if deployment in ("ä", "x" * 256):
        assert code_of(page) == "bad-configuration"
    else:
        assert page.status == 200
        expected = ["7"] if deployment == 7 and deployment is not True else []
        assert [row.deployment for row in scene.school.rows(select(deployments))] == expected


@pytest.mark.parametrize("token", ["with\nnewline", "ünïcode", "x" * 5_000])
def test_a_token_that_fits_into_no_header_is_refused(scene: Scene, token: str):
    assert code_of(scene.register(token)) == "bad-configuration"


def test_a_configuration_that_was_read_from_elsewhere_is_refused(scene: Scene):
    async def describe(_: Request) -> Response:
        return JSONResponse(configuration(scene.platform))

    async def lead_on(_: Request) -> Response:
        return RedirectResponse(f"{scene.platform.base}{DESCRIBED}", 302)

    routes = [Route("/copy", describe), Route("/lead-on", lead_on)]
    with listening(Starlette(routes=routes), "localhost") as elsewhere:
        assert code_of(scene.register(openid_configuration=f"{elsewhere}/copy")) == "foreign-issuer"
        assert code_of(scene.register(openid_configuration=f"{elsewhere}/lead-on")) == "unreachable-configuration"
    assert scene.platform.count("configuration") == 0
