"""Reports, a student's work, doubts and the audit log in a real browser: accessible in every look."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser import LOOKS, PHONE, Browse, in_every_look
from tests.teaching import Classroom, fine, made, submit, wrong
from tests.test_regrading import gradient

PLACES = {
    "report": "/teach/assignments/{assignment}/report?sort=total&order=down",
    "report of the course": "/teach/courses/{course}/report",
    "student": "/teach/assignments/{assignment}/people/{alice}",
    "student in the course": "/teach/courses/{course}/report/{alice}",
    "flags": "/teach/courses/{course}/flags",
    "audit": "/teach/courses/{course}/audit",
}


@pytest.fixture
def address_of(classroom: Classroom) -> Callable[[str], str]:
    """The address of a page in a course in which there is something to see."""
    sheet = classroom.assign({"new_variants": True}, {"exercise": "ls-steps", "level": "numpy"}, title="x" * 60)
    instance = classroom.open(classroom.alice, sheet)
    attempt = submit(classroom.alice, instance, {"answer": wrong(instance)})
    made(classroom.alice.post(f"/attempts/{attempt['id']}/flag", {"comment": "It is right. " + "y" * 60}))
    submit(classroom.alice, instance, {"answer": gradient(instance, 1)})
    given = {"points": 3, "reason": "Right on paper."}
    fine(classroom.carol.put(f"/assignments/{sheet['id']}/items/2/overrides/{classroom.alice.id}", given))
    fine(classroom.carol.patch(f"/courses/{classroom.course}", {"rule": {"percent": 50}}))
    names = {"course": classroom.course, "alice": classroom.alice.id, "assignment": sheet["id"]}
    return lambda place: PLACES[place].format(**names)


@pytest.mark.parametrize("place", PLACES)
def test_what_a_class_did_is_accessible(
    browse: Browse, classroom: Classroom, address_of: Callable[[str], str], place: str
):
    page = browse(classroom.carol, address_of(place))
    for summary in page.locator("summary").all():
        if summary.locator("xpath=..").get_attribute("open") is None:
            summary.click()
    assert in_every_look(page) == []


def test_one_walks_through_a_class_and_gives_points_without_scripts(
    browse: Browse, classroom: Classroom, address_of: Callable[[str], str]
):
    page = browse(classroom.carol, address_of("report"), java_script_enabled=False)
    page.get_by_role("link", name="Alice").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Alice")
    page.get_by_role("link", name="After: Bob").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bob")
    page.get_by_text("Give points by hand, or excuse in item 1").click()
    page.get_by_label("Points, of 4").first.fill("2.5")
    page.get_by_label("Reason").first.fill("Told me on the phone.")
    page.get_by_role("button", name="Give these points").first.click()
    expect(page.get_by_role("status")).to_have_text("✓ Saved.")
    page.get_by_role("link", name="Report", exact=True).first.click()
    expect(page.get_by_role("row", name="Bob")).to_contain_text("2.5")


def test_a_report_is_taken_away(browse: Browse, classroom: Classroom, address_of: Callable[[str], str]):
    page = browse(classroom.carol, address_of("report of the course"))
    with page.expect_download() as download:
        page.get_by_role("link", name="Spreadsheet (CSV)").click()
    assert download.value.suggested_filename == "Mathematics.csv"


def test_names_stay_in_sight_on_a_phone(browse: Browse, classroom: Classroom, address_of: Callable[[str], str]):
    page = browse(classroom.carol, address_of("report"), **LOOKS[PHONE])
    table = page.get_by_role("region", name="Report")
    table.evaluate("region => { region.scrollIntoView(); region.scrollLeft = 10_000 }")
    assert table.evaluate("region => region.scrollLeft") > 0
    expect(page.get_by_role("link", name="Alice")).to_be_in_viewport()


def test_a_table_that_goes_on_fades_out_until_its_end_is_in_sight(
    browse: Browse, classroom: Classroom, address_of: Callable[[str], str]
):
    page = browse(classroom.carol, address_of("report"), **LOOKS[PHONE])
    table = page.get_by_role("region").first
    assert table.evaluate("box => getComputedStyle(box).maskImage") != "none"
    table.evaluate("box => box.scrollTo(box.scrollWidth, 0)")
    expect(table).not_to_have_class(re.compile("goes-on"))
    assert table.evaluate("box => getComputedStyle(box).maskImage") == "none"
