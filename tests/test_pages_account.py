"""The pages of one's account: signing in, courses and tokens, and the way into a notebook."""

import html
import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app import auth
from app.auth import create_secret
from app.models import tokens
from tests.conftest import Server
from tests.teaching import Classroom, Person, fine, made
from tests.visiting import Browser, Page

HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def alice(classroom: Classroom) -> Browser:
    return Browser(classroom.school, classroom.alice)


def token_on(page: Page) -> str:
    """The token that a page shows."""
    return page.one("pre", id="made").text


def how_many(classroom: Classroom, who: Person) -> int:
    """How many tokens somebody has."""
    theirs = (tokens.c.person == who.id) & (tokens.c.purpose == "token")
    return classroom.school.rows(select(func.count()).select_from(tokens).where(theirs))[0][0]


def link_for(classroom: Classroom, who: Person) -> str:
    """A sign-in link of somebody."""
    now = classroom.clock()
    return "/sign-in/" + classroom.school.write(lambda tx: create_secret(tx, who.id, now, "sign-in")).text


# Signing in ---------------------------------------------------------------------------------------


def test_signing_in_with_a_token_leads_to_where_one_was_going(classroom: Classroom):
    sheet = classroom.assign()
    browser = Browser(classroom.school)
    page = browser.visit(f"/assignments/{sheet['id']}")
    (link,) = [e["href"] for e in page.one("main") and page.all("a") if "next=" in e["href"]]
    page = browser.visit(link)
    page = browser.send(link, {"token": f"  {classroom.alice.token}\n", "next": page.field("next")})
    assert page.path == f"/assignments/{sheet['id']}"
    assert page.one("h1").text == "Sheet 1"


def test_signing_in_with_a_link_leads_to_where_one_was_going(classroom: Classroom):
    link = link_for(classroom, classroom.alice)
    browser = Browser(classroom.school)
    page = browser.visit(f"{link}?next=/me/notebook")
    assert page.all("input", name="token") == []
    assert browser.send(link, {"next": page.field("next")}).path == "/me/notebook"


@pytest.mark.parametrize("next", ["https://evil.example/", "//evil.example/", "/\\evil.example", "me", "/" + 600 * "a"])
def test_no_link_leads_to_another_site(classroom: Classroom, next: str):
    browser = Browser(classroom.school)
    browser.visit("/sign-in")
    fields = {"token": str(classroom.alice.token), "next": next}
    reply = browser.send("/sign-in", fields, follow_redirects=False).reply
    assert (reply.status_code, reply.headers["location"]) == (303, "/assignments")
    if len(next) < 500:
        assert Browser(classroom.school).visit("/sign-in", params={"next": next}).field("next") == ""


@pytest.mark.parametrize(
    ("person", "place"), [("alice", "/assignments"), ("carol", "/me"), ("dave", "/me"), ("operator", "/me")]
)
def test_who_only_wants_to_sign_in_lands_where_they_have_something_to_do(classroom: Classroom, person: str, place: str):
    browser = Browser(classroom.school)
    browser.visit("/sign-in")
    assert browser.send("/sign-in", {"token": getattr(classroom, person).token, "next": ""}).path == place


def test_a_wrong_token_says_what_to_do_and_forgets_nothing_but_itself(classroom: Classroom):
    browser = Browser(classroom.school)
    browser.visit("/sign-in")
    page = browser.send("/sign-in", {"token": f"nabla_{HOSTILE}", "next": "/assignments"})
    assert page.status == 401
    assert "Copy all of it" in page.text
    assert page.field("next") == "/assignments"
    assert page.field("token") == ""
    assert "alert(1)" not in page.html


def test_a_used_link_offers_a_token_instead(classroom: Classroom):
    link = link_for(classroom, classroom.alice)
    browser = Browser(classroom.school)
    browser.visit(link)
    browser.send(link)
    other = Browser(classroom.school)
    other.visit(link)
    page = other.send(link, {"next": "/assignments"})
    assert page.status == 401
    assert "This link has been used, or its time is over." in page.text
    assert "/sign-in?next=/assignments" in [e["href"] for e in page.all("a")]


@pytest.mark.parametrize(("field", "lasts"), [({}, timedelta(hours=12)), ({"own_device": "yes"}, timedelta(days=30))])
def test_a_session_lasts_longer_on_ones_own_device(classroom: Classroom, field: dict[str, str], lasts: timedelta):
    browser = Browser(classroom.school)
    browser.visit("/sign-in")
    browser.send("/sign-in", {"token": str(classroom.alice.token), **field})
    classroom.clock.forward(seconds=lasts.total_seconds() - 1)
    assert browser.visit("/me").one("h1").text == "Alice"
    classroom.clock.forward(seconds=1)
    assert browser.visit("/me").status == 401


def test_who_is_signed_in_already_is_told_so(classroom: Classroom, alice: Browser):
    page = alice.visit("/sign-in?next=/assignments")
    assert "You are signed in as Alice." in page.text
    assert "/assignments" in [e["href"] for e in page.all("a") if e.text == "Go on without"]
    assert "signed in as" not in Browser(classroom.school).visit("/sign-in").text


def test_a_session_ends_with_signing_out_and_its_tokens_stay(classroom: Classroom, alice: Browser):
    before = how_many(classroom, classroom.alice)
    session = alice.cookies["nabla_session"]
    alice.visit("/me")
    assert alice.send("/sign-out").path == "/"
    assert alice.visit("/me").status == 401
    thief = Browser(classroom.school)
    thief.cookies.set("nabla_session", session, domain="nabla.test")
    assert thief.visit("/me").status == 401
    assert how_many(classroom, classroom.alice) == before


# Courses and tokens -------------------------------------------------------------------------------


def test_guests_are_asked_to_sign_in(classroom: Classroom):
    guest = Browser(classroom.school)
    assert guest.visit("/me").status == 401
    assert guest.page is not None
    assert guest.page.field("next") == "/me"
    assert guest.visit("/me/notebook").status == 401
    guest.visit("/")
    assert guest.send("/me/tokens").status == 401


def test_ones_courses_are_listed_with_what_one_does_there(classroom: Classroom, alice: Browser):
    page = alice.visit("/me")
    assert "Mathematics you take it" in page.text
    assert "/assignments" in [e["href"] for e in page.all("a") if e.text == "Mathematics"]
    assert "Another course" not in page.text
    page = Browser(classroom.school, classroom.dave).visit("/me")
    assert "Mathematics you assist" in page.text
    assert f"/teach/courses/{classroom.course}" in [e["href"] for e in page.all("a") if e.text == "Mathematics"]


def test_a_token_is_revoked_at_once_by_its_owner_alone(classroom: Classroom, alice: Browser):
    alice.visit("/me")
    (address,) = [e["action"] for e in alice.page.all("form") if e["action"].endswith("/revoke")] if alice.page else []
    bob = Browser(classroom.school, classroom.bob)
    bob.visit("/me")
    assert bob.send(address).status == 404
    assert classroom.alice.get("/me").status_code == 200
    alice.visit("/me")
    assert alice.send(address).path == "/me"
    assert "You have none." in alice.visit("/me").text
    assert classroom.alice.get("/me").status_code == 401


def test_an_expired_token_is_said_to_be_expired(classroom: Classroom, alice: Browser):
    assert "expired" not in alice.visit("/me").text
    classroom.clock.forward(days=181)
    assert "expired" in Browser(classroom.school, classroom.alice).visit("/me").text


# In a notebook ------------------------------------------------------------------------------------


def test_a_token_is_shown_once_and_a_reload_makes_no_other(classroom: Classroom, alice: Browser):
    before = how_many(classroom, classroom.alice)
    page = alice.visit("/me/notebook")
    assert page.all("pre", id="made") == []
    form = {"label": f"laptop {HOSTILE}", "days": "30"}
    proof = page.field("proof")
    page = alice.send("/me/tokens", form, proof=proof)
    token = token_on(page)
    assert fine(classroom.alice.with_token(token).get("/me"))["id"] == classroom.alice.id
    page = alice.send("/me/tokens", form, proof=proof)  # reloaded
    assert "This token has been shown, and is not shown again." in page.text
    assert token not in page.html
    assert how_many(classroom, classroom.alice) == before + 1
    page = alice.visit("/me")
    assert token not in page.html
    assert HOSTILE not in page.html
    assert f"laptop {HOSTILE}" in [e.text for e in page.all("th", scope="row")]


@pytest.mark.parametrize(("sent", "days"), [("30", 30), ("365", 365), ("100000", 180), ("", 180), (HOSTILE, 180)])
def test_a_token_is_good_for_as_long_as_was_chosen(classroom: Classroom, alice: Browser, sent: str, days: int):
    alice.visit("/me/notebook")
    person = classroom.alice.with_token(token_on(alice.send("/me/tokens", {"days": sent})))
    classroom.clock.forward(days=days, seconds=-1)
    assert person.get("/me").status_code == 200
    classroom.clock.forward(seconds=1)
    assert person.get("/me").status_code == 401


def test_who_signed_in_for_one_course_gets_tokens_of_that_course(classroom: Classroom):
    given = made(classroom.carol.post(f"/courses/{classroom.course}/enrolments/{classroom.alice.id}/token"))["token"]
    browser = Browser(classroom.school)
    browser.visit("/sign-in")
    page = browser.send("/sign-in", {"token": given, "next": "/me"})
    assert "You signed in for one course" in page.text
    assert len([e for e in page.all("form") if e["action"].endswith("/revoke")]) == 1  # not the one for everything
    browser.visit("/me/notebook")
    token = token_on(browser.send("/me/tokens"))
    rows = classroom.school.rows(select(tokens.c.course).order_by(tokens.c.created_at.desc()))
    assert [row.course for row in rows].count(classroom.course) == 3  # given, the session, and the new one
    assert fine(classroom.alice.with_token(token).get("/me"))["courses"][0]["id"] == classroom.course


def test_a_session_for_one_course_shows_only_what_that_course_knows_of_somebody(classroom: Classroom):
    roster = {"items": [{"name": "Wonderland, Alice", "email": "alice@example.org", "role": "student"}]}
    fine(classroom.operator.post(f"/courses/{classroom.other_course}/enrolments", roster))
    path = f"/courses/{classroom.other_course}/enrolments/{classroom.alice.id}/token"
    browser = Browser(classroom.school)
    browser.visit("/sign-in")
    page = browser.send("/sign-in", {"token": made(classroom.operator.post(path))["token"], "next": "/me"})
    assert page.one("h1").text == "Wonderland, Alice"
    assert "alice@example.org" not in page.text


def test_too_many_tokens_are_refused_and_the_label_stays(classroom: Classroom, alice: Browser):
    now = classroom.clock()

    for _ in range(auth.MOST_TOKENS):
        classroom.school.write(lambda tx: create_secret(tx, classroom.alice.id, now))
    alice.visit("/me/notebook")
    page = alice.send("/me/tokens", {"label": "one more"})
    assert page.status == 409
    assert "Revoke some first." in page.text
    assert page.field("label") == "one more"
    assert page.all("pre", id="made") == []


def test_a_form_of_another_site_makes_no_token(classroom: Classroom, alice: Browser):
    before = how_many(classroom, classroom.alice)
    alice.visit("/me/notebook")
    assert alice.send("/me/tokens", headers={"Sec-Fetch-Site": "cross-site"}).status == 403
    assert alice.send("/me/tokens", proof="0" * 128).status == 403
    assert how_many(classroom, classroom.alice) == before


def test_the_cells_of_the_notebook_page_run_as_they_are(
    server: Server, operator_token: str, monkeypatch: pytest.MonkeyPatch
):
    authorized = {"Authorization": f"Bearer {operator_token}"}
    with server.client(**authorized) as client:
        instance = made(client.post("/exercises/ls-gradient/instances", json={"level": "hand"}))
        page = client.get(f"{server.url}/me/notebook", headers={"Accept": "text/html"}).text
        cells = [html.unescape(cell) for cell in re.findall(r'<code id="[a-z-]+-cell">(.*?)</code>', page, re.DOTALL)]
        assert len(cells) == 4
        monkeypatch.setattr("getpass.getpass", lambda prompt: operator_token)
        names: dict[str, object] = {}
        exec("\n".join(cells[:-1]), names)  # nothing is sent until one means it
        assert client.get(f"/instances/{instance['id']}/attempts").json()["items"] == []
        exec(cells[-1], names)
        names["nabla"].close()  # type: ignore[attr-defined]
        assert operator_token not in page
        stored = client.get(f"/instances/{instance['id']}/attempts").json()["items"]
    assert [one["id"] for one in stored] == [names["attempt"].json()["id"]]  # type: ignore[attr-defined]
