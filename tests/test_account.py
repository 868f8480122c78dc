"""Signing in with a one-time link, and what a session may do on the pages."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from app.auth import caller_of, create_secret, sign_in, the_operator
from app.db import migrate, open_engine
from app.problems import Unauthenticated
from tests.commands import Nabla
from tests.conftest import Server, run_nabla, serving

LINK = re.compile(r"(http://\S+/sign-in/nabla_\S+)")
PROOF = re.compile(r'name="proof" value="(\w+)"')
TOKEN = re.compile(r"<code>(nabla_[\w-]+)</code>")


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Server]:
    with serving(tmp_path) as server:
        yield server


def new_link(server: Server) -> str:
    engine = open_engine(f"sqlite:///{server.data / 'nabla.db'}", writes=True, checkpoints=False)
    with engine.begin() as connection:
        now = datetime.now(UTC)
        link = create_secret(connection, the_operator(connection, now)[0], now, "sign-in").text
    engine.dispose()
    return f"{server.url}/sign-in/{link}"


def link_of(greeting: str) -> str:
    found = LINK.search(greeting)
    assert found, greeting
    return found[1]


def send(browser: httpx.Client, address: str, page: str | httpx.URL, **fields: str) -> httpx.Response:
    """Send a form as a browser does that has just opened `page`."""
    proof = PROOF.search(browser.get(page).text)
    assert proof
    return browser.post(address, data={"proof": proof[1], **fields})


@contextmanager
def signed_in(server: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url) as browser:
        link = new_link(server)
        assert send(browser, link, link).headers["location"] == "/me"
        yield browser


def test_the_first_start_prints_a_link_that_signs_the_operator_in_once(fresh: Server):
    link = link_of(fresh.greeting)
    with httpx.Client(base_url=fresh.url) as browser:
        assert send(browser, link, link).headers["location"] == "/me"
        page = browser.get("/me")
        assert page.status_code == 200
        assert "You run this service" in page.text
    with httpx.Client(base_url=fresh.url) as other:
        again = send(other, link, link)
        assert again.status_code == 401
        assert "has been used" in again.text


def test_only_the_first_start_prints_a_link(tmp_path: Path):
    with serving(tmp_path) as first:
        assert LINK.search(first.greeting)
    with serving(tmp_path) as second:
        assert not LINK.search(second.greeting)


def test_who_made_an_operators_token_first_needs_no_link(tmp_path: Path, nabla: Nabla):
    assert nabla("token", "create", "--operator", data=tmp_path).returncode == 0
    with serving(tmp_path) as server:
        assert not LINK.search(server.greeting)


def test_looking_at_a_link_does_not_use_it_up(server: Server):
    link = new_link(server)
    for _ in range(3):
        assert httpx.get(link).status_code == 200
    with httpx.Client(base_url=server.url) as browser:
        assert send(browser, link, link).status_code == 303


def test_the_link_is_kept_as_a_hash(server: Server):
    secret = new_link(server).rpartition("/")[2].encode()
    assert secret not in b"".join(path.read_bytes() for path in server.data.glob("nabla.db*"))


def test_a_link_ends_after_fifteen_minutes_and_is_no_token(tmp_path: Path):
    url = f"sqlite:///{tmp_path / 'test.db'}"
    migrate(url)
    engine = open_engine(url, writes=True)
    with engine.begin() as connection:
        start = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
        person, _ = the_operator(connection, start)
        link = create_secret(connection, person, start, "sign-in").text
        with pytest.raises(Unauthenticated):
            caller_of(connection, link, start)
        with pytest.raises(Unauthenticated):
            sign_in(connection, link, datetime(2026, 11, 22, 10, 15, tzinfo=UTC))
        session = sign_in(connection, link, datetime(2026, 11, 22, 10, 14, 59, tzinfo=UTC))
        with pytest.raises(Unauthenticated):
            sign_in(connection, link, datetime(2026, 11, 22, 10, 14, 59, tzinfo=UTC))
        with pytest.raises(Unauthenticated):
            caller_of(connection, session.text, start)  # a session is no token either
        assert caller_of(connection, session.text, start, "session").operator
    engine.dispose()


def test_the_sign_in_command_prints_another_link(server: Server):
    printed = run_nabla("sign-in", data=server.data, NABLA_PUBLIC_URL=server.url)
    link = printed.stdout.strip()
    assert link.startswith(f"{server.url}/sign-in/nabla_")
    with httpx.Client(base_url=server.url) as browser:
        assert send(browser, link, link).status_code == 303
        assert browser.get("/me").status_code == 200


def test_a_token_made_on_the_page_works_until_it_is_revoked(server: Server):
    with signed_in(server) as browser:
        made = TOKEN.search(send(browser, "/me/tokens", "/me", label="notebook <b>").text)
        assert made
        with server.client(Authorization=f"Bearer {made[1]}") as client:
            assert client.get("/me").json()["operator"] is True
            page = browser.get("/me").text
            assert made[1] not in page
            assert "notebook &lt;b&gt;" in page
            id = re.findall(r"/me/tokens/([\w-]+)/revoke", page)[0]  # the newest stands first
            assert send(browser, f"/me/tokens/{id}/revoke", "/me").status_code == 303
            assert client.get("/me").status_code == 401


def test_a_form_without_its_proof_changes_nothing(server: Server):
    link = new_link(server)
    assert httpx.post(link).status_code == 403
    with signed_in(server) as browser:
        for proof in ("", "00", PROOF.findall(httpx.get(f"{server.url}/sign-in/x").text)[0]):
            assert browser.post("/me/tokens", data={"proof": proof}).status_code == 403
            assert browser.post("/sign-out", data={"proof": proof}).status_code == 403
            assert browser.get("/me").status_code == 200


def test_a_session_cookie_is_out_of_reach_for_scripts_and_other_sites(server: Server):
    link = new_link(server)
    with httpx.Client(base_url=server.url) as browser:
        cookie = send(browser, link, link).headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


def test_the_api_takes_no_session(server: Server):
    with signed_in(server) as browser:
        assert browser.get("/api/v1/me").status_code == 401


def test_signing_out_ends_the_session(server: Server):
    with signed_in(server) as browser:
        session = browser.cookies["nabla_session"]
        assert send(browser, "/sign-out", "/me").status_code == 303
        with httpx.Client(base_url=server.url, cookies={"nabla_session": session}) as old:
            assert old.get("/me").status_code == 401


def test_a_session_that_is_over_leaves_the_pages_to_a_guest(server: Server):
    with httpx.Client(base_url=server.url, cookies={"nabla_session": "nabla_over"}) as browser:
        assert browser.get("/").status_code == 200
        assert browser.get("/me").status_code == 401


def test_no_other_site_signs_a_browser_in(server: Server):
    link = new_link(server)
    with httpx.Client(base_url=server.url, headers={"Sec-Fetch-Site": "cross-site"}) as browser:
        assert send(browser, link, link).status_code == 403
    with httpx.Client(base_url=server.url, headers={"Sec-Fetch-Site": "same-origin"}) as browser:
        assert send(browser, link, link).status_code == 303
