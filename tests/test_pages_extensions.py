"""Extensions as pages: who has one, more time for one or many, on the clock of the course."""

from typing import Any

import pytest

from tests.teaching import Classroom, answer, fine
from tests.test_pages_editor import at, fields_of, wrong
from tests.visiting import Browser, Page

HOSTILE = "<script>alert(1)</script>"
DUE = "2027-03-27T22:59:00Z"  # 23:59 in Vienna, the night before the clock changes


@pytest.fixture
def carol(classroom: Classroom) -> Browser:
    return Browser(classroom.school, classroom.carol)


@pytest.fixture
def assignment(classroom: Classroom) -> dict[str, Any]:
    return classroom.assign({"tries": 3}, due_at=DUE)


def grant(browser: Browser, assignment: dict[str, Any], *students: str, do: str = "grant", **values: str) -> Page:
    return browser.send(f"{at(assignment)}/extensions", {"student": list(students), "do": do, **values})


def granted(classroom: Classroom, assignment: dict[str, Any]) -> dict[str, dict[str, Any]]:
    found = fine(classroom.carol.get(f"/assignments/{assignment['id']}/extensions"))["items"]
    names = {classroom.alice.id: "alice", classroom.bob.id: "bob", classroom.dave.id: "dave"}
    return {names[one.pop("person")]: one for one in found}


def listed(page: Page) -> list[str]:
    return [e.text.split()[0] for e in page.all("li", class_="student")]


def test_three_more_days_are_days_on_the_clock(carol: Browser, classroom: Classroom, assignment: dict[str, Any]):
    page = carol.visit(f"{at(assignment)}/extensions")
    assert listed(page) == ["Alice", "Bob"]
    assert "3 more days" in page.text
    assert "Tue 30 Mar 2027, 23:59" in page.text
    page = grant(carol, assignment, classroom.alice.id, do="days 3")
    assert "Saved." in page.text
    assert granted(classroom, assignment) == {
        "alice": {"due_at": "2027-03-30T21:59:00.000Z", "closes_at": None, "tries": None}
    }
    assert [e.text for e in page.all("th", scope="row")] == ["Alice"]


def test_many_students_get_the_same_extension_at_once(carol: Browser, classroom: Classroom, assignment: dict[str, Any]):
    carol.visit(f"{at(assignment)}/extensions")
    who = (classroom.alice.id, classroom.bob.id, classroom.alice.id)
    grant(carol, assignment, *who, due_at="2027-04-02T12:00", closes_at="2027-04-03T12:00", tries="9")
    same = {"due_at": "2027-04-02T10:00:00.000Z", "closes_at": "2027-04-03T10:00:00.000Z", "tries": 9}
    assert granted(classroom, assignment) == {"alice": same, "bob": same}


def test_an_extension_is_changed_from_what_it_is(carol: Browser, classroom: Classroom, assignment: dict[str, Any]):
    precise = "2027-10-31T01:30:00.123Z"  # the second half past two of that night
    fine(
        classroom.carol.put(
            f"/assignments/{assignment['id']}/extensions/{classroom.alice.id}", {"due_at": precise, "tries": 5}
        )
    )
    page = carol.visit(f"{at(assignment)}/extensions")
    (change,) = [e["href"] for e in page.all("a") if "person=" in e["href"]]
    page = carol.visit(change)
    assert fields_of(page)["student"] == classroom.alice.id
    assert page.field("tries") == "5"
    grant(carol, assignment, classroom.alice.id, due_at=page.field("due_at"), tries="7")
    assert granted(classroom, assignment)["alice"] == {"due_at": precise, "closes_at": None, "tries": 7}


def test_more_days_take_nothing_from_who_has_more(carol: Browser, classroom: Classroom, assignment: dict[str, Any]):
    long = {"due_at": "2027-04-20T10:00:00.000Z", "closes_at": "2027-05-20T10:00:00.000Z", "tries": 9}
    fine(classroom.carol.put(f"/assignments/{assignment['id']}/extensions/{classroom.alice.id}", long))
    closes = {"closes_at": "2027-05-20T10:00:00.000Z"}
    fine(classroom.carol.put(f"/assignments/{assignment['id']}/extensions/{classroom.bob.id}", closes))
    carol.visit(f"{at(assignment)}/extensions")
    grant(carol, assignment, classroom.alice.id, classroom.bob.id, do="days 1", tries="5")
    assert granted(classroom, assignment) == {
        "alice": long,
        "bob": {"due_at": "2027-03-28T21:59:00.000Z", **closes, "tries": 5},
    }


def test_who_left_meanwhile_is_named(carol: Browser, classroom: Classroom, assignment: dict[str, Any]):
    carol.visit(f"{at(assignment)}/extensions")
    assert classroom.carol.delete(f"/courses/{classroom.course}/enrolments/{classroom.alice.id}").status_code == 204
    page = grant(carol, assignment, classroom.alice.id, classroom.bob.id, do="days 1")
    assert page.status == 422
    assert "These have left the course: Alice" in page.text
    assert granted(classroom, assignment) == {}
    assert listed(page) == ["Bob"]
    ticked = [e["value"] for e in page.all("input", name="student") if "checked" in e.attributes]
    assert "Saved." in grant(carol, assignment, *ticked, do="days 1").text


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({"due_at": "2027-03-01T12:00"}, {"due_at"}),
        ({"due_at": "soon"}, {"due_at"}),
        ({"closes_at": "2027-03-01T12:00"}, {"closes_at"}),
        ({"tries": "0"}, {"tries"}),
        ({}, {"due_at"}),
    ],
)
def test_what_extends_nothing_is_refused_at_its_field(
    carol: Browser, classroom: Classroom, assignment: dict[str, Any], values: dict[str, str], fields: set[str]
):
    carol.visit(f"{at(assignment)}/extensions")
    page = grant(carol, assignment, classroom.alice.id, classroom.bob.id, **values)
    assert page.status == 422
    assert wrong(page) == fields
    assert {name: page.field(name) for name in values} == values
    ticked = [e["value"] for e in page.all("input", name="student") if "checked" in e.attributes]
    assert ticked == [classroom.alice.id, classroom.bob.id]
    assert granted(classroom, assignment) == {}


def test_nobody_chosen_or_somebody_of_another_course_is_refused(
    carol: Browser, classroom: Classroom, assignment: dict[str, Any]
):
    carol.visit(f"{at(assignment)}/extensions")
    page = grant(carol, assignment, tries="5")
    assert (page.status, "Choose at least one student." in page.text) == (422, True)
    page = grant(carol, assignment, classroom.mallory.id, tries="5")
    assert (page.status, "nobody with this id" in page.text) == (422, True)
    page = grant(carol, assignment, *(f"nobody {n}" for n in range(1_001)), tries="5")
    assert (page.status, "At most 1000 students" in page.text) == (422, True)
    assert granted(classroom, assignment) == {}


def test_a_search_keeps_who_is_chosen(carol: Browser, classroom: Classroom, assignment: dict[str, Any]):
    carol.visit(f"{at(assignment)}/extensions")
    page = grant(carol, assignment, classroom.bob.id, do="look", q="ALI", tries="5")
    assert page.status == 200
    assert listed(page) == ["Bob", "Alice"]
    assert page.field("tries") == "5"
    page = grant(carol, assignment, do="look", q=HOSTILE)
    assert "no such student" in page.text
    assert HOSTILE not in page.html
    assert granted(classroom, assignment) == {}


def test_a_withdrawn_extension_is_gone(carol: Browser, classroom: Classroom, assignment: dict[str, Any]):
    carol.visit(f"{at(assignment)}/extensions")
    grant(carol, assignment, classroom.alice.id, classroom.bob.id, do="days 1")
    page = carol.send(f"{at(assignment)}/extensions/{classroom.alice.id}/withdraw")
    assert "Saved." in page.text
    assert set(granted(classroom, assignment)) == {"bob"}
    assert carol.send(f"{at(assignment)}/extensions/{classroom.alice.id}/withdraw").status == 404


def test_late_work_is_decided_anew(carol: Browser, classroom: Classroom):
    assignment = classroom.assign(due_at="2026-11-22T09:00:00Z", closes_at="2026-11-30T09:00:00Z", late_penalty=0.5)
    instance = classroom.open(classroom.alice, assignment)
    answer(classroom.alice, instance, classroom.solution(instance)["answer"])
    assert classroom.score(classroom.alice, assignment).best == 0.5
    carol.visit(f"{at(assignment)}/extensions")
    grant(carol, assignment, classroom.alice.id, do="days 1")
    assert classroom.score(classroom.alice, assignment).best == 1


def test_an_assignment_that_is_never_due_can_have_more_tries(carol: Browser, classroom: Classroom):
    assignment = classroom.assign({"tries": 1})
    page = carol.visit(f"{at(assignment)}/extensions")
    assert [e["value"] for e in page.all("button", name="do") if e["value"].startswith("days")] == []
    grant(carol, assignment, classroom.alice.id, tries="4", due_at="", closes_at="")
    assert granted(classroom, assignment)["alice"]["tries"] == 4


def test_somebody_who_left_is_named_so(carol: Browser, classroom: Classroom, assignment: dict[str, Any]):
    carol.visit(f"{at(assignment)}/extensions")
    grant(carol, assignment, classroom.alice.id, do="days 1")
    classroom.carol.delete(f"/courses/{classroom.course}/enrolments/{classroom.alice.id}")
    page = carol.visit(f"{at(assignment)}/extensions")
    assert [e.text for e in page.all("th", scope="row")] == ["somebody who left the course"]


def test_hostile_names_are_names(carol: Browser, classroom: Classroom, assignment: dict[str, Any]):
    path = f"/courses/{classroom.course}/enrolments/{classroom.alice.id}"
    fine(classroom.carol.patch(path, {"name": HOSTILE, "group": HOSTILE}))
    carol.visit(f"{at(assignment)}/extensions")
    page = grant(carol, assignment, classroom.alice.id, do="days 1")
    assert page.all("th", scope="row")[0].text == HOSTILE
    assert HOSTILE not in page.html


def test_assistants_grant_extensions_and_others_do_not(classroom: Classroom, assignment: dict[str, Any]):
    path = f"{at(assignment)}/extensions"
    for person, status in ((None, 401), (classroom.mallory, 404), (classroom.alice, 403), (classroom.operator, 200)):
        browser = Browser(classroom.school, person)
        assert browser.visit(path).status == status
        browser.visit("/")
        if status != 200:
            assert grant(browser, assignment, classroom.alice.id, do="days 1").status == status
            browser.visit("/")
            assert browser.send(f"{path}/{classroom.alice.id}/withdraw").status == status
    assert granted(classroom, assignment) == {}
    dave = Browser(classroom.school, classroom.dave)
    assert dave.visit(path).status == 200
    assert grant(dave, assignment, classroom.alice.id, do="days 1").status == 200
    assert set(granted(classroom, assignment)) == {"alice"}
    assert dave.send(f"{path}/{classroom.alice.id}/withdraw").status == 200
    assert granted(classroom, assignment) == {}


def test_many_extensions_are_shown_page_by_page(
    carol: Browser, classroom: Classroom, assignment: dict[str, Any], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("app.pages.teach.exceptions.PAGE", 1)
    carol.visit(f"{at(assignment)}/extensions")
    page = grant(carol, assignment, classroom.alice.id, classroom.bob.id, do="days 1")
    assert "2 students have an extension." in page.text
    assert [e.text for e in page.all("th", scope="row")] == ["Alice"]
    assert listed(page) == ["Alice", "Bob"]
    (second,) = [e["href"] for e in page.all("a") if "number=2" in e["href"]]
    page = carol.visit(second)
    assert [e.text for e in page.all("th", scope="row")] == ["Bob"]
    (withdraw,) = [e["action"] for e in page.all("form") if "withdraw" in e["action"]]
    page = carol.send(withdraw)
    assert [e.text for e in page.all("th", scope="row")] == ["Alice"]  # the second page went with its last row
    assert carol.visit(f"{at(assignment)}/extensions?number=0").status == 422
