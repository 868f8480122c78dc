"""Courses, people and assignments in a real browser: accessible in every look, with scripts and without."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Dialog, Page, expect
from sqlalchemy import delete

from app.models import audit, courses, enrolments
from tests.browser import LOOKS, PHONE, Browse, in_every_look
from tests.teaching import Classroom

PLACES = {
    "courses": "/teach",
    "course": "/teach/courses/{course}",
    "settings": "/teach/courses/{course}/settings",
    "copy": "/teach/courses/{course}/copy",
    "people": "/teach/courses/{course}/people",
    "who left": "/teach/courses/{course}/people?left=true",
    "member": "/teach/courses/{course}/people/{alice}",
    "new assignment": "/teach/courses/{course}/assignments/new?sheet=shapes",
    "assignment": "/teach/assignments/{assignment}",
    "extensions": "/teach/assignments/{assignment}/extensions?person={alice}",
}

# The bar at the bottom covers half of what lies below it, unless one has scrolled to where it stands.
UNCOVER = """() => {
    const scroll = () => document.querySelector(".save").scrollIntoView(false);
    addEventListener("resize", scroll);
    scroll();
}"""


@pytest.fixture
def address_of(classroom: Classroom) -> Callable[[str], str]:
    """The address of a page in a course in which there is something to see."""
    assignment = classroom.assign(
        {"exercise": "perceptron-dy-da"}, {"new_variants": True}, due_at="2026-12-01T22:59:59Z"
    )
    extension = {"due_at": "2026-12-04T22:59:59Z"}
    classroom.carol.put(f"/assignments/{assignment['id']}/extensions/{classroom.bob.id}", extension)
    classroom.carol.delete(f"/courses/{classroom.course}/enrolments/{classroom.dave.id}")
    names = {"course": classroom.course, "alice": classroom.alice.id, "assignment": assignment["id"]}
    return lambda place: PLACES[place].format(**names)


@pytest.mark.parametrize("place", PLACES)
def test_pages_for_teachers_are_accessible(
    browse: Browse, classroom: Classroom, address_of: Callable[[str], str], place: str
):
    page = browse(classroom.carol, address_of(place))
    for summary in page.locator("summary").all():
        if summary.locator("xpath=..").get_attribute("open") is None:
            summary.click()
    assert in_every_look(page) == []


def test_what_is_wrong_is_said_accessibly(browse: Browse, classroom: Classroom, address_of: Callable[[str], str]):
    page = browse(classroom.carol, address_of("new assignment"), **LOOKS[PHONE])
    page.get_by_label("Points").first.fill("many")
    page.get_by_role("button", name="Make the assignment").click()
    expect(page.get_by_role("alert")).to_contain_text("what you typed is kept")
    field = page.get_by_label("Points").first
    expect(field).to_have_value("many")
    expect(field).to_have_accessible_description(re.compile("from 0 to"))
    page.evaluate(UNCOVER)
    assert in_every_look(page) == []


def make_assignment(page: Page) -> None:
    page.get_by_label("Title").fill("Sheet 1")
    page.get_by_label("Due", exact=True).fill("2026-12-01T23:59")
    page.get_by_role("button", name=re.compile("by hand.*add Gradient of the squared residual")).click()
    page.get_by_role("button", name=re.compile("with numpy.*add Least squares, step by step")).click()
    page.get_by_role("button", name="Move item 2 up").click()
    page.get_by_label("Points").first.fill("3")
    page.get_by_role("button", name="Make the assignment").click()
    expect(page.get_by_role("status").first).to_have_text("✓ Saved.")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sheet 1")
    expect(page.get_by_label("Points").first).to_have_value("3")
    expect(page.get_by_label("Due", exact=True)).to_have_value("2026-12-01T23:59")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_an_assignment_is_made_in_a_browser(
    browse: Browse, classroom: Classroom, address_of: Callable[[str], str], scripts: bool
):
    address = address_of("new assignment").partition("?")[0]
    make_assignment(browse(classroom.carol, address, java_script_enabled=scripts))


def test_the_catalogue_narrows_while_one_types(browse: Browse, classroom: Classroom, address_of: Callable[[str], str]):
    page = browse(classroom.carol, address_of("assignment"))
    rows = page.locator(".catalogue .exercise:visible")
    expect(rows.nth(50)).to_be_visible()
    search = page.get_by_role("searchbox", name="Search")
    search.fill("softmax jacobian")
    expect(rows).to_have_count(1)
    search.press("Enter")  # has done its work already
    expect(rows).to_have_count(1)
    search.fill("")
    page.get_by_label("Topic").select_option("least-squares")
    expect(rows).to_have_count(4)
    search.fill("nothing of the kind")
    expect(page.get_by_text("No exercise is called that.")).to_be_visible()
    expect(page.locator("[data-say]")).to_be_empty()


def test_who_is_chosen_stays_in_sight_while_others_are_searched_for(
    browse: Browse, classroom: Classroom, address_of: Callable[[str], str]
):
    page = browse(classroom.carol, address_of("extensions").partition("?")[0])
    students = page.locator(".student:visible")
    expect(students).to_have_count(2)
    page.get_by_role("checkbox", name="Alice").check()
    page.get_by_role("searchbox").fill("nobody of that name")
    expect(students).to_have_count(1)
    expect(students).to_contain_text("Alice")


def test_who_leaves_what_is_not_saved_is_asked(browse: Browse, classroom: Classroom, address_of: Callable[[str], str]):
    page = browse(classroom.carol, address_of("assignment"))
    page.get_by_label("Title").press_sequentially("!")
    expect(page.locator("[data-say]")).to_have_text("Not saved yet.")
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    page.goto("/teach")
    assert asked == ["beforeunload"]
    page.goto(address_of("assignment"))
    page.get_by_label("Title").press_sequentially("!")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("status").first).to_have_text("✓ Saved.")
    page.goto("/teach")
    assert asked == ["beforeunload"]
    page.remove_listener("dialog", leave)


def test_a_first_course_is_in_the_time_zone_of_its_maker(browse: Browse, classroom: Classroom):
    page = browse(classroom.operator, "/teach", timezone_id="Asia/Tokyo")
    expect(page.get_by_label("Time zone")).to_have_value("Europe/Vienna")  # as the last course
    classroom.school.write(lambda tx: [tx.execute(delete(table)) for table in (enrolments, audit, courses)])
    page.reload()
    expect(page.get_by_label("Time zone")).to_have_value("Asia/Tokyo")
