"""The page of a course's learning platform in a real browser: accessible in every look, with scripts and without."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import Connection, insert

from app.models import grades, line_items
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
    page.get_by_role("link", name="LMS", exact=True).click()
    page.get_by_role("button", name="Fetch the roster now").click()
    expect(page.get_by_text("not yet")).to_have_count(0)
    assert lms.roster()["Ada Example"] == "student"
    page.get_by_label("Students only").check()
    page.get_by_role("group", name="Who is fetched").get_by_role("radio").nth(1).press("Enter")
    expect(page.get_by_role("status").first).to_have_text("✓ Saved.")
    assert lms.context.roster == "students"


def test_grades_that_were_refused_are_shown_and_sent_again_accessibly(browse: Browse, lms: Lms):
    classroom = lms.classroom
    assignment, other = classroom.assign(), classroom.assign(title="Sheet 2")
    now = classroom.clock()
    item = {"id": "column", "context": lms.id, "assignment": assignment["id"], "link": "", "created_at": now}
    row = {"line_item": "column", "version": 1, "tries": 0, "changed_at": now}
    refused = {**row, "person": classroom.alice.id, "state": "failed", "trouble": "Is not a student there."}
    sent = {**row, "person": classroom.bob.id, "state": "sent", "sent": 0.5, "sent_at": now}

    def store(tx: Connection) -> None:
        tx.execute(insert(line_items).values(**item))
        for one in (refused, sent):
            tx.execute(insert(grades).values(**one))

    classroom.school.write(store)
    page = browse(classroom.carol, f"/teach/courses/{classroom.course}/lms")
    expect(page.get_by_text("Is not a student there.")).to_be_visible()
    expect(page.get_by_role("button", name=f"Add a column for {other['title']}")).to_be_visible()
    assert in_every_look(page) == []
    page.get_by_role("link", name=re.compile("Send again.*Alice, Sheet 1")).click()
    expect(page.get_by_text("This overwrites grades that were changed by hand")).to_be_visible()
    assert in_every_look(page) == []
    page.get_by_role("button", name="Send it again", exact=True).click()
    expect(page.get_by_role("status").first).to_have_text("✓ Saved.")
    page.goto(f"/teach/assignments/{assignment['id']}/people/{classroom.bob.id}")
    expect(page.get_by_text("In The LMS: 2 of 4")).to_be_visible()
    assert in_every_look(page) == []
