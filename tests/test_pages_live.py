"""The live view: what happens now, without names unless they are asked for, and its part that shows itself anew."""

import re
from typing import Any

import pytest

from tests.conftest import HOME
from tests.teaching import Classroom, Person, fine, made, submit, wrong
from tests.test_regrading import gradient
from tests.visiting import Browser, Page

FEEDBACK = "Differentiate the square: a factor comes down."


@pytest.fixture
def sheet(classroom: Classroom) -> dict[str, Any]:
    return classroom.assign({}, {"exercise": "ls-steps"})


def live(classroom: Classroom, sheet: dict[str, Any], end: str = "", who: Person | None = None) -> Page:
    return Browser(classroom.school, who or classroom.carol).visit(f"/teach/assignments/{sheet['id']}/live{end}")


def section(page: Page, name: str) -> str:
    """What stands in a section of the live view."""
    return next(e for e in page.all("section") if e["aria-labelledby"] == f"now-{name}").text


def work(classroom: Classroom, sheet: dict[str, Any]) -> None:
    """Alice solves the first item; bob has four wrong answers to it in a row, the last one a misconception."""
    alices, bobs = classroom.open(classroom.alice, sheet), classroom.open(classroom.bob, sheet)
    submit(classroom.alice, alices, {"answer": gradient(alices)})
    for number in range(3):
        classroom.clock.forward(seconds=20)
        submit(classroom.bob, bobs, {"answer": wrong(bobs, number)})
    classroom.clock.forward(seconds=20)
    submit(classroom.bob, bobs, {"answer": gradient(bobs, 1)})


def test_the_live_view_is_for_staff(classroom: Classroom, sheet: dict[str, Any]):
    for end in ("", "?fragment=1&names=on"):
        assert Browser(classroom.school).visit(f"/teach/assignments/{sheet['id']}/live{end}").status == 401
        people = [classroom.mallory, classroom.alice, classroom.dave, classroom.carol, classroom.operator]
        assert [live(classroom, sheet, end, who).status for who in people] == [404, 403, 200, 200, 200]


def test_before_anything_happens_everybody_has_not_begun(classroom: Classroom, sheet: dict[str, Any]):
    page = live(classroom, sheet)
    assert "0 of 2 students sent something in the last 5 minutes." in page.text
    assert section(page, "items").count("0 solved · 0 trying · 2 not begun") == 2
    assert section(page, "stuck") == "Stuck Nobody has 3 wrong answers in a row."


def test_items_say_how_many_solved_them_and_try_them_now(classroom: Classroom, sheet: dict[str, Any]):
    work(classroom, sheet)
    page = live(classroom, sheet)
    assert "2 of 2 students sent something in the last 5 minutes." in page.text
    items = section(page, "items")
    assert "1 solved · 1 trying, 1 of them now · 0 not begun" in items
    classroom.clock.forward(minutes=5)
    page = live(classroom, sheet)
    assert "0 of 2 students" in page.text
    assert "1 solved · 1 trying · 0 not begun" in section(page, "items")


def test_who_is_stuck_is_named_only_where_names_are_asked_for(classroom: Classroom, sheet: dict[str, Any]):
    work(classroom, sheet)
    classroom.clock.forward(seconds=30)
    page = live(classroom, sheet)
    assert "Somebody, 4 wrong in a row: 1 Gradient of the squared residual 30 seconds ago" in section(page, "stuck")
    assert FEEDBACK in section(page, "stuck")
    for end in ("", "?fragment=1", "?names=off"):
        html = live(classroom, sheet, end).html
        assert "Bob" not in html
        assert "Alice" not in html
        assert classroom.bob.id not in html
    named = live(classroom, sheet, "?names=on")
    assert "Bob, 4 wrong in a row" in section(named, "stuck")
    assert "Alice: 1" in section(named, "last")


def test_two_wrong_answers_are_not_stuck_and_a_right_one_ends_it(classroom: Classroom, sheet: dict[str, Any]):
    bobs = classroom.open(classroom.bob, sheet)
    for number in range(2):
        submit(classroom.bob, bobs, {"answer": wrong(bobs, number)})
    assert "Nobody has 3 wrong" in section(live(classroom, sheet), "stuck")
    submit(classroom.bob, bobs, {"answer": wrong(bobs, 5)})
    assert "3 wrong in a row" in section(live(classroom, sheet), "stuck")
    submit(classroom.bob, bobs, {"answer": gradient(bobs)})
    assert "Nobody has 3 wrong" in section(live(classroom, sheet), "stuck")


def test_who_was_stuck_a_while_ago_has_gone_on(classroom: Classroom, sheet: dict[str, Any]):
    work(classroom, sheet)
    classroom.clock.forward(minutes=14)
    assert "4 wrong in a row" in section(live(classroom, sheet), "stuck")
    assert "1 student, once" in section(live(classroom, sheet), "met")
    classroom.clock.forward(minutes=2)
    page = live(classroom, sheet)
    assert "Nobody has 3 wrong" in section(page, "stuck")
    assert section(page, "met") == "Misconceptions of the last 15 minutes None."
    assert "None in the last 15 minutes." in section(page, "last")


def test_an_exercise_of_several_questions_names_the_one(classroom: Classroom, sheet: dict[str, Any]):
    bobs = classroom.open(classroom.bob, sheet, 2)
    right = classroom.solution(bobs)
    for number in range(3):
        submit(classroom.bob, bobs, {"a": right["a"], "r": 1000 + number})
    page = live(classroom, sheet)
    assert "2 Least squares, step by step, r" in section(page, "stuck")
    assert "✓right ✗wrong 2 Least squares, step by step, a, r" in section(page, "last")


def test_who_goes_on_with_other_numbers_is_judged_by_those(classroom: Classroom):
    assignment = classroom.assign({"new_variants": True})
    first = classroom.open(classroom.bob, assignment)
    for number in range(3):
        submit(classroom.bob, first, {"answer": wrong(first, number)})
    assert "3 wrong in a row" in section(live(classroom, assignment), "stuck")
    item = f"/assignments/{assignment['id']}/items/1/instances"
    second = made(classroom.bob.post(item, {"new_variant": True}))
    classroom.clock.forward(seconds=1)
    submit(classroom.bob, second, {"answer": wrong(second, 1)})
    assert "Nobody has 3 wrong" in section(live(classroom, assignment), "stuck")


def test_trials_of_staff_do_not_happen(classroom: Classroom, sheet: dict[str, Any]):
    mine = classroom.open(classroom.alice, sheet)
    for number in range(4):
        submit(classroom.dave, mine, {"answer": wrong(mine, number)})
    page = live(classroom, sheet)
    assert "0 of 2 students" in page.text
    assert "Nobody has 3 wrong" in section(page, "stuck")
    submit(classroom.alice, mine, {"answer": wrong(mine, 9)})
    submit(classroom.dave, mine, {"answer": gradient(mine, 1)})
    page = live(classroom, sheet)
    assert section(page, "met").endswith("None.")
    assert section(page, "last").count("wrong") == 1


def test_what_happened_before_does_not_count_among_what_happens_now(classroom: Classroom, sheet: dict[str, Any]):
    bobs = classroom.open(classroom.bob, sheet)
    submit(classroom.bob, bobs, {"answer": gradient(bobs, 1)})
    classroom.clock.forward(minutes=20)
    submit(classroom.bob, bobs, {"answer": wrong(bobs)})
    page = live(classroom, sheet)
    assert section(page, "met").endswith("None.")
    assert section(page, "last").count("1 Gradient of the squared residual") == 1


def test_a_group_is_looked_at_by_itself(classroom: Classroom, sheet: dict[str, Any]):
    work(classroom, sheet)
    fine(classroom.carol.patch(f"/courses/{classroom.course}/enrolments/{classroom.alice.id}", {"group": "A"}))
    page = live(classroom, sheet, "?group=A&names=on")
    assert "1 of 1 students" in page.text
    assert "Bob" not in page.text
    assert page.one("div", data_live=live_address(sheet, "fragment=1&group=A&names=on"))
    assert [e.text for e in page.all("option")] == ["everyone", "A"]


def live_address(sheet: dict[str, Any], query: str) -> str:
    return f"/teach/assignments/{sheet['id']}/live?{query}"


def test_the_fragment_is_what_changes_and_nothing_else(classroom: Classroom, sheet: dict[str, Any]):
    work(classroom, sheet)
    whole, part = live(classroom, sheet), live(classroom, sheet, "?fragment=1")
    assert part.html.strip() in whole.html
    assert "<html" not in part.html
    assert "<h1" not in part.html


def test_without_a_script_a_link_shows_it_anew_and_nothing_is_announced_by_itself(
    classroom: Classroom, sheet: dict[str, Any]
):
    page = live(classroom, sheet, "?names=on")
    assert "http-equiv" not in page.html
    (refresh,) = (e for e in page.all("a") if e.text == "Refresh")
    assert refresh["href"] == "?group=&names=on"
    (pause,) = (e for e in page.all("button") if e.text == "Pause")
    assert "hidden" in pause.attributes  # the script shows it
    assert "aria-live" not in page.html
    assert [e.text for e in page.all("span", role="status")] == [""]


def test_what_people_are_called_is_no_markup(classroom: Classroom, sheet: dict[str, Any]):
    hostile = "<script>alert(1)</script>"
    work(classroom, sheet)
    for who in (classroom.alice, classroom.bob):
        change = {"name": hostile, "group": hostile}
        fine(classroom.carol.patch(f"/courses/{classroom.course}/enrolments/{who.id}", change))
    fine(classroom.carol.patch(f"/assignments/{sheet['id']}", {"title": hostile}))
    page = live(classroom, sheet, "?names=on&group=%3Cscript%3Ealert(1)%3C/script%3E")
    assert hostile not in page.html
    assert page.html.count("&lt;script&gt;alert(1)") > 4
    assert not re.search(r" style=|<style|<script(?! type=\"module\" src=)| on[a-z]+=", page.html)


def test_all_that_the_script_asks_for_stands_in_the_page(classroom: Classroom, sheet: dict[str, Any]):
    script = (HOME / "app" / "static" / "live.js").read_text()
    wanted = set(re.findall(r"(?:dataset\.|\[data-)([a-zA-Z]+)", script)) - {"done"}  # of regrades
    page = live(classroom, sheet)
    there = {name.removeprefix("data-").replace("go-on", "goOn") for e in page.elements for name in e.attributes}
    assert len(wanted) > 6
    assert wanted <= there
