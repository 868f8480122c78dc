"""The operator's pages of learning platforms: invited, added by hand, confirmed, changed, disabled, removed."""

import pytest
from sqlalchemy import select

from app.models import audit, invitations, platforms
from app.platforms import registry
from tests.teaching import Classroom
from tests.test_lti_setup import BY_HAND, framers
from tests.visiting import Browser, Page

FIELDS = {**BY_HAND, "product": "", "name": "The university", "any_deployment": "yes"}


@pytest.fixture
def browser(classroom: Classroom) -> Browser:
    """The operator's."""
    return Browser(classroom.school, classroom.operator)


def added(browser: Browser, **fields: str) -> Page:
    browser.visit("/platforms/new")
    return browser.send("/platforms/new", {**FIELDS, "do": "add", **fields})


def only(browser: Browser) -> registry.Platform:
    (found,) = browser.school.read(registry.everyone)
    return found


def proposed(browser: Browser) -> registry.Platform:
    new = registry.New(**BY_HAND)
    return browser.school.write(lambda tx: registry.add(tx, new, browser.school.clock(), self_registered=True))


def test_the_operator_finds_the_pages(browser: Browser):
    for path in ("/me", "/teach"):
        assert browser.visit(path).all("a", href="/platforms")
    page = browser.visit("/platforms")
    assert "None is registered yet." in page.text
    assert "http://nabla.test/lti/login" in page.text
    assert "http://nabla.test/lti/jwks.json" in page.text


def test_nobody_else_does(classroom: Classroom):
    classroom.school.write(lambda tx: registry.add(tx, registry.New(**BY_HAND), classroom.clock()))
    (id,) = [row.id for row in classroom.school.rows(select(platforms))]
    paths = ("", "/new", f"/{id}", f"/{id}/remove")
    for person in (classroom.carol, classroom.alice):
        browser = Browser(classroom.school, person)
        assert [browser.visit(f"/platforms{path}").status for path in paths] == [404] * 4
        browser.visit("/me")
        assert not browser.page.all("a", href="/platforms")
        for path in (
            "/invitations",
            "/invitations/h/withdraw",
            "/new",
            f"/{id}",
            f"/{id}/state",
            f"/{id}/deployments",
            f"/{id}/remove",
        ):
            browser.visit("/me")
            assert browser.send(f"/platforms{path}", {**FIELDS, "do": "disable"}).status == 404
    guest = Browser(classroom.school)
    assert [guest.visit(f"/platforms{path}").status for path in paths] == [401] * 4
    assert [row.state for row in classroom.school.rows(select(platforms))] == ["active"]
    assert classroom.school.rows(select(invitations)) == []


def test_an_address_for_registering_is_shown_once(browser: Browser):
    browser.visit("/platforms")
    proof = browser.page.field("proof")
    page = browser.send("/platforms/invitations")
    address = page.one("code", id="invitation").text
    assert address.startswith("http://nabla.test/lti/register?invitation=")
    again = browser.send("/platforms/invitations", proof=proof)
    assert "has been shown" in again.text
    assert len(browser.school.rows(select(invitations))) == 1


def test_an_address_that_nobody_has_used_is_withdrawn(browser: Browser, classroom: Classroom):
    browser.visit("/platforms")
    assert "nobody has used" not in browser.page.text
    address = browser.send("/platforms/invitations").one("code", id="invitation").text
    page = browser.visit("/platforms")
    assert "Made Sun 22 Nov 2026" in page.text
    assert [button.text for button in page.all("button", aria_describedby="unused-1")] == ["Withdraw"]
    (form,) = [form["action"] for form in page.all("form") if form["action"].endswith("/withdraw")]
    for _ in range(2):  # twice is no fault
        assert "nobody has used" not in browser.send(form).text
        browser.visit("/platforms")
    assert classroom.school.rows(select(invitations)) == []
    deeds = [row.action for row in classroom.school.rows(select(audit).order_by(audit.c.number))]
    assert deeds[-2:] == ["platform invited", "invitation withdrawn"]
    assert "withdrawn" in Browser(classroom.school).visit(address.removeprefix("http://nabla.test")).text


def test_the_fields_of_a_product_are_filled_in_without_scripts(browser: Browser):
    browser.visit("/platforms/new?product=moodle")
    typed = {"product": "moodle", "address": "https://moodle.example.org/", "client_id": "a1", "do": "fill"}
    page = browser.send("/platforms/new", {**typed, "any_deployment": "yes"})
    assert page.field("issuer") == "https://moodle.example.org"
    assert page.field("jwks_url") == "https://moodle.example.org/mod/lti/certs.php"
    assert page.field("client_id") == "a1"
    assert "nothing is saved yet" in page.text
    assert browser.school.read(registry.everyone) == []


def test_a_platform_is_added_by_hand(browser: Browser):
    page = added(browser, framed_by="https://a.example  https://*.b.example", deployments="1 2", any_deployment="")
    assert page.one("h1").text == "The university"
    assert "Saved." in page.text
    found = only(browser)
    assert found.framed_by == ("https://a.example", "https://*.b.example")
    assert not found.any_deployment
    assert [row.deployment for row in browser.school.read(lambda tx: registry.deployments_of(tx, found))] == ["1", "2"]
    assert framers(browser.school) == {"https://a.example", "https://*.b.example", "https://lms.example.org"}


def test_the_same_form_twice_adds_one_platform(browser: Browser):
    browser.visit("/platforms/new")
    proof = browser.page.field("proof")
    for _ in range(2):
        page = browser.send("/platforms/new", {**FIELDS, "do": "add"}, proof=proof)
        assert page.one("h1").text == "The university"
    only(browser)


def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(browser: Browser):
    page = added(browser, jwks_url="lms.example.org/jwks", framed_by="lms", name="Kept")
    assert page.status == 422
    assert page.one("small", id="fault-jwks_url").text.endswith("begins with https:// or http://.")
    assert page.one("small", id="fault-framed_by")
    assert page.field("name") == "Kept"
    assert page.field("jwks_url") == "lms.example.org/jwks"
    page = browser.send("/platforms/new", {**FIELDS, "product": "moodle", "address": "moodle", "do": "fill"})
    assert page.one("small", id="fault-address")
    assert browser.school.read(registry.everyone) == []


def test_a_second_one_with_the_same_issuer_and_client_is_refused(browser: Browser):
    added(browser)
    page = added(browser, name="Again")
    assert page.status == 409
    assert "registered already" in page.one("div", role="alert").text


def test_a_platform_that_registered_itself_is_confirmed(browser: Browser):
    found = proposed(browser)
    page = browser.visit("/platforms")
    assert "to be confirmed" in page.text
    page = browser.visit(f"/platforms/{found.id}")
    assert "Confirm it only if" in page.text
    page = browser.send(f"/platforms/{found.id}/state", {"do": "confirm"})
    assert "enabled" in page.text
    assert only(browser).state == "active"
    assert "https://lms.example.org" in framers(browser.school)
    deeds = [row.action for row in browser.school.rows(select(audit)) if row.subject == found.id]
    assert deeds == ["platform confirmed"]


def test_a_platform_is_changed_disabled_and_enabled(browser: Browser):
    added(browser)
    at = f"/platforms/{only(browser).id}"
    page = browser.send(at, {**FIELDS, "name": "Another name", "anonymous": "yes"})
    assert page.one("h1").text == "Another name"
    assert only(browser).anonymous
    page = browser.send(at, {**FIELDS, "issuer": ""})
    assert (page.status, page.one("small", id="fault-issuer").text) == (422, "✗ This field is missing.")
    assert "disabled" in browser.send(f"{at}/state", {"do": "disable"}).text
    assert only(browser).state == "disabled"
    browser.send(f"{at}/state", {"do": "enable"})
    assert only(browser).state == "active"
    assert browser.send(f"{at}/state", {"do": "explode"}).status == 422


def test_deployments_are_agreed_to_and_refused(browser: Browser):
    added(browser, any_deployment="")
    found = only(browser)
    at = f"/platforms/{found.id}"
    browser.school.write(lambda tx: registry.deployment(tx, found, "7", browser.school.clock()))
    assert "1 deployment waits" in browser.visit("/platforms").text
    assert "waits" in browser.visit(at).text
    assert "agreed" in browser.send(f"{at}/deployments", {"deployment": "7", "do": "agree"}).text
    assert "refused" in browser.send(f"{at}/deployments", {"deployment": "7", "do": "refuse"}).text
    page = browser.send(f"{at}/deployments", {"deployment": "", "do": "agree"})
    assert page.one("small", id="fault-deployments")
    rows = browser.school.read(lambda tx: registry.deployments_of(tx, found))
    assert [(row.deployment, row.state) for row in rows] == [("7", "refused")]


def test_removing_asks_first_and_can_be_sent_twice(browser: Browser):
    added(browser)
    at = f"/platforms/{only(browser).id}/remove"
    page = browser.visit(at)
    assert "0 people came from it" in page.text
    proof = page.field("proof")
    for _ in range(2):
        assert "Removed." in browser.send(at, proof=proof).text
    assert browser.school.read(registry.everyone) == []


def test_another_site_cannot_send_these_forms(browser: Browser):
    added(browser)
    at = f"/platforms/{only(browser).id}"
    for path in (f"{at}/state", f"{at}/remove", "/platforms/invitations"):
        reply = browser.send(path, {"do": "disable"}, headers={"Sec-Fetch-Site": "cross-site"})
        assert reply.status == 403
        browser.visit(at)
    assert only(browser).state == "active"
