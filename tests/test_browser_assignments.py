"""A student's assignments in a real browser: in every look, with and without scripts, and on paper."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import Browse, in_every_look
from tests.teaching import Classroom, answer, fine, submit, wrong

ITEMS = ({"tries": 3}, {"exercise": "ls-steps", "tries": 2}, {"exercise": "norm-value", "new_variants": True})


@pytest.fixture
def sheet(classroom: Classroom) -> dict[str, Any]:
    """An assignment with something solved, something wrong, an exception, and a late time ahead."""
    after = classroom.clock.after
    made = classroom.assign(
        *ITEMS, due_at=after(days=2), closes_at=after(days=4), hint_cost=0.1, attempt_factors=[1, 0.5]
    )
    first = classroom.open(classroom.alice, made)
    answer(classroom.alice, first, wrong(first))
    second = classroom.open(classroom.alice, made, 2)
    submit(classroom.alice, second, {"r": 12345})
    void = {"id": made["items"][2]["id"], "void": "full", "reason": "A wrong sign"}
    fine(classroom.carol.patch(f"/assignments/{made['id']}", {"items": [void]}))
    fine(classroom.carol.put(f"/assignments/{made['id']}/extensions/{classroom.alice.id}", {"due_at": after(days=3)}))
    return made


def test_the_pages_of_an_assignment_are_accessible(classroom: Classroom, browse: Browse, sheet: dict[str, Any]):
    classroom.assign(title="Closed", due_at=classroom.clock.after(days=-1))
    page = browse(classroom.alice, "/assignments")
    for path in ("/assignments", f"/assignments/{sheet['id']}", f"/assignments/{sheet['id']}/sheet"):
        page.goto(path)
        assert in_every_look(page) == []
    page.get_by_role("button", name="Get them all").click()
    expect(page.locator("form.answers")).to_have_count(3)
    page.wait_for_load_state()
    assert in_every_look(page) == []


def test_the_pages_of_an_account_are_accessible(classroom: Classroom, browse: Browse):
    page = browse(classroom.alice, "/me")
    assert in_every_look(page) == []
    page.get_by_role("link", name="Use in a notebook").click()
    page.wait_for_url("**/me/notebook")
    assert in_every_look(page) == []
    page.get_by_role("button", name="Make a token").click()
    expect(page.get_by_role("status")).to_contain_text("shown this once")
    page.wait_for_load_state()
    assert in_every_look(page) == []


def result_of(page: Page, item: int, text: str) -> None:
    """Check a text as the answer to an item of the sheet that is open, and see the result there."""
    place = page.locator(f"#item-{item}")
    box = place.locator("textarea").first
    if not box.is_visible():
        place.locator("summary", has_text="as text instead").click()
    box.fill(text)
    place.get_by_role("button", name="Check this item", exact=True).click()
    expect(place.get_by_role("heading", name="Result: 0 of 4 points")).to_be_visible()


def test_an_answer_on_the_sheet_stays_there_and_other_fields_keep_what_was_typed(
    classroom: Classroom, browse: Browse, sheet: dict[str, Any]
):
    page = browse(classroom.alice, f"/assignments/{sheet['id']}/sheet")
    other = page.locator("#item-2 input[name='text.r']")
    other.fill("1/3")
    result_of(page, 1, "[[7], [8]]")
    expect(page.locator("#result")).to_be_focused()
    expect(other).to_have_value("1/3")
    page.reload()
    expect(other).to_have_value("1/3")


def test_without_scripts_an_answer_on_the_sheet_leads_back_to_its_item(
    classroom: Classroom, browse: Browse, sheet: dict[str, Any]
):
    page = browse(classroom.alice, f"/assignments/{sheet['id']}/sheet", java_script_enabled=False)
    expect(page.get_by_text("Scripts are off in this browser")).to_be_visible()
    result_of(page, 1, "[[7], [8]]")
    assert page.url.endswith("#item-1")


def test_on_paper_an_item_begins_a_page_with_room_and_without_buttons(
    classroom: Classroom, browse: Browse, sheet: dict[str, Any]
):
    page = browse(classroom.alice, f"/assignments/{sheet['id']}/sheet")
    page.get_by_role("button", name="Get them all").click()
    expect(page.locator("form.answers")).to_have_count(3)
    page.wait_for_load_state()
    page.emulate_media(media="print")
    for gone in ("button", "input", "textarea", "nav", "progress"):
        assert [e for e in page.locator(gone).all() if e.is_visible()] == [], gone
    expect(page.get_by_text("Mathematics · Alice · due")).to_be_visible()
    breaks = page.locator("section.item").evaluate_all("all => all.map(one => getComputedStyle(one).breakBefore)")
    assert breaks == ["auto", "page", "page"]
    rooms = page.locator("#item-3 .question").evaluate_all("all => all.map(one => one.clientHeight)")
    assert min(rooms) > 150


def test_signing_in_by_hand_leads_back_to_the_assignment(classroom: Classroom, browse: Browse, sheet: dict[str, Any]):
    page = browse(None, f"/assignments/{sheet['id']}")
    page.get_by_role("main").get_by_role("link", name="Sign in").click()
    page.get_by_label("Token").fill("nabla_wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("unknown, has expired or was revoked")
    page.get_by_label("Token").fill(str(classroom.alice.token))
    page.get_by_label("Token").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sheet 1")
