"""The operator's pages of learning platforms in a real browser: accessible in every look, with scripts and without."""

import re
from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

from app.platforms import registry
from tests.browser import LOOKS, PHONE, Browse, in_every_look
from tests.platform import Platform
from tests.platform.registration import registration_address
from tests.teaching import Classroom, made
from tests.test_lti_setup import BY_HAND

PLACES = {
    "list": "/platforms",
    "new": "/platforms/new",
    "one": "/platforms/{active}",
    "proposed": "/platforms/{proposed}",
    "remove": "/platforms/{active}/remove",
}


@pytest.fixture
def address_of(classroom: Classroom) -> Callable[[str], str]:
    """The address of a page where there are platforms to see."""
    now = classroom.clock()

    def fill(tx: registry.Connection) -> dict[str, str]:
        waits = registry.add(tx, registry.New(**BY_HAND, any_deployment=False, name="A long name of a university"), now)
        registry.deployment(tx, waits, "7:" + "0123456789abcdef" * 4, now)
        registry.decide(tx, waits, "8", "active", now)
        itself = registry.New(**{**BY_HAND, "client_id": "43"})
        return {"active": waits.id, "proposed": registry.add(tx, itself, now, self_registered=True).id}

    names = classroom.school.write(fill)
    return lambda place: PLACES[place].format(**names)


@pytest.mark.parametrize("place", PLACES)
def test_pages_of_platforms_are_accessible(
    browse: Browse, classroom: Classroom, address_of: Callable[[str], str], place: str
):
    page = browse(classroom.operator, address_of(place), **LOOKS[PHONE])
    for summary in page.locator("summary").all():
        summary.click()
    assert in_every_look(page) == []


def test_what_is_wrong_with_a_platform_is_said_accessibly(browse: Browse, classroom: Classroom):
    page = browse(classroom.operator, "/platforms/new", **LOOKS[PHONE])
    page.get_by_label("Client id").fill("42")
    page.get_by_role("button", name="Add the platform").click()
    field = page.get_by_label("Public keyset URL", exact=True)
    expect(field).to_have_accessible_description(re.compile("begins with https"))
    expect(page.get_by_label("Client id")).to_have_value("42")
    assert in_every_look(page) == []


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_platform_is_added_in_a_browser(browse: Browse, classroom: Classroom, scripts: bool):
    page = browse(classroom.operator, "/platforms/new", java_script_enabled=scripts)
    page.get_by_label("Product").select_option("Moodle")
    page.get_by_label("Address of the platform").fill("https://moodle.example.org")
    page.get_by_label("Client id").fill("a1b2")
    page.get_by_role("button", name="Fill in").click()
    expect(page.get_by_label("Issuer")).to_have_value("https://moodle.example.org")
    page.get_by_role("button", name="Add the platform").click()
    expect(page.get_by_role("status").first).to_have_text("✓ Saved.")
    expect(page.get_by_role("heading", level=1)).to_have_text("https://moodle.example.org")


def test_addresses_are_copied_with_one_click(browse: Browse, classroom: Classroom):
    page = browse(classroom.operator, "/platforms", permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Make an address").click()
    page.get_by_role("button", name="Copy", exact=True).click()
    expect(page.get_by_role("button", name="Copied", exact=True)).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert re.fullmatch(r"http://[^ ]+/lti/register\?invitation=[\w-]{43}", copied)
    assert in_every_look(page) == []
    page.get_by_role("button", name="Withdraw", exact=True).click()
    expect(page.get_by_role("button", name="Withdraw", exact=True)).to_have_count(0)


def test_a_registration_in_the_platforms_frame_says_that_it_is_done(browse: Browse, classroom: Classroom, address: str):
    platform = Platform(clock=classroom.clock)
    with platform.served("localhost"):
        invited = made(classroom.operator.post("/platforms/invitations"))["address"]
        tool = f"{address}/lti/register?{invited.partition('?')[2]}"
        page = browse(also=[platform.base], **LOOKS[PHONE])
        inside = registration_address(platform, tool, platform.invite())
        page.goto(f"{platform.base}/settings?{urlencode({'tool': inside})}")
        frame = page.frame_locator("iframe[name=tool]")
        expect(frame.get_by_role("heading", name="Registered")).to_be_visible()
        page.wait_for_function("window.received.some(({subject}) => subject === 'org.imsglobal.lti.close')")
        page.goto(registration_address(platform, tool, "none"))
        expect(page.get_by_role("alert")).to_contain_text("unknown, used, withdrawn or older")
        assert in_every_look(page) == []
    assert [one.state for one in classroom.school.read(registry.everyone)] == ["proposed"]
