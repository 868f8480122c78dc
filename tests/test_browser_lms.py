"""The page of a course's learning platform in a real browser: accessible in every look, with scripts and without."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.browser import Browse, in_every_look
from tests.lms import Lms


def test_the_page_of_the_platform_is_accessible(browse: Browse, lms: Lms):
    lms.join("Alice")
    lms.platform.fails("members", status=403)
    lms.fetch()
    page = browse(lms.classroom.carol, f"/teach/courses/{lms.classroom.course}/lms")
    expect(page.get_by_text("may this tool see names")).to_be_visible()
    for summary in page.locator("summary").all():
        summary.click()
    assert in_every_look(page) == []


def test_people_who_are_there_twice_are_shown_accessibly(browse: Browse, lms: Lms):
    lms.join("Alice")
    lms.fetch()
    page = browse(lms.classroom.carol, f"/teach/courses/{lms.classroom.course}/people")
    expect(page.get_by_text("Alice Example is here twice")).to_be_visible()
    assert in_every_look(page) == []


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_roster_is_fetched_and_chosen_in_a_browser(browse: Browse, lms: Lms, scripts: bool):
    lms.join("Ada")
    lms.put(roster_due_at=lms.classroom.clock() + timedelta(days=1))
    page = browse(lms.classroom.carol, f"/teach/courses/{lms.classroom.course}", java_script_enabled=scripts)
    page.get_by_role("link", name="LMS").click()
    page.get_by_role("button", name="Fetch the roster now").click()
    expect(page.get_by_text("not yet")).to_have_count(0)
    assert lms.roster()["Ada Example"] == "student"
    page.get_by_label("Students only").check()
    page.get_by_role("group", name="Who is fetched").get_by_role("radio").nth(1).press("Enter")
    expect(page.get_by_role("status").first).to_have_text("✓ Saved.")
    assert lms.context.roster == "students"
