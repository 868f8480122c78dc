"""One student's work as a page: every attempt with all that was said of it, and points to give by hand."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from app.exercise import Catalogue
from app.models import enrolments, people, verdicts
from tests.histories import changed, with_family, without
from tests.teaching import Classroom, Person, fine, made, submit, wrong
from tests.test_regrading import gradient
from tests.visiting import Browser, Page

HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def carol(classroom: Classroom) -> Browser:
    return Browser(classroom.school, classroom.carol)


@pytest.fixture
def sheet(classroom: Classroom) -> dict[str, Any]:
    """Two items: alice lost a factor 2 in the first, took a hint and had it right, too late."""
    sheet = classroom.assign(
        {"tries": 5},
        {"points": 2},
        hint_cost=0.1,
        due_at=classroom.clock.after(hours=1),
        closes_at=classroom.clock.after(hours=9),
        late_penalty=0.5,
    )
    instance = classroom.open(classroom.alice, sheet)
    submit(classroom.alice, instance, {"answer": gradient(instance, 1)})
    made(classroom.alice.post(f"/instances/{instance['id']}/hints", {"part": "answer", "number": 1}))
    classroom.clock.forward(hours=2)
    submit(classroom.alice, instance, {"answer": gradient(instance)})
    return sheet


def at(sheet: dict[str, Any], who: Person) -> str:
    return f"/teach/assignments/{sheet['id']}/people/{who.id}"


def attempts(page: Page) -> list[str]:
    return [e.text for e in page.all("li") if e["id"].startswith("attempt-")]


def give(
    browser: Browser, sheet: dict[str, Any], who: Person, item: int | str = 1, do: str = "give", **of: str
) -> Page:
    browser.visit(at(sheet, who))
    return browser.send(f"{at(sheet, who)}/items/{item}", {"do": do, **of})


def standing(classroom: Classroom, sheet: dict[str, Any], who: Person) -> dict[str, Any]:
    found = fine(classroom.carol.get(f"/assignments/{sheet['id']}/report"))["students"]
    return next(student for student in found if student["id"] == who.id)


# Work ---------------------------------------------------------------------------------------------


def test_a_students_work_is_for_staff(classroom: Classroom, sheet: dict[str, Any]):
    people_ = [None, classroom.mallory, classroom.alice, classroom.bob, classroom.dave, classroom.carol]
    statuses = [Browser(classroom.school, who).visit(at(sheet, classroom.alice)).status for who in people_]
    assert statuses == [401, 404, 403, 403, 200, 200]


def test_who_never_was_in_the_course_is_not_found(carol: Browser, classroom: Classroom, sheet: dict[str, Any]):
    assert carol.visit(at(sheet, classroom.mallory)).status == 404
    assert carol.visit(f"/teach/assignments/{sheet['id']}/people/none").status == 404
    assert carol.visit(f"/teach/courses/{classroom.course}/report/{classroom.mallory.id}").status == 404


def test_attempts_stand_in_order_with_all_that_was_said(carol: Browser, classroom: Classroom, sheet: dict[str, Any]):
    page = carol.visit(at(sheet, classroom.alice))
    first, second = attempts(page)
    assert "Attempt 1 Sun 22 Nov 2026, 11:00" in first
    assert "partly right, 50 % factor-two-lost" in first
    assert "Differentiate the square: a factor comes down." in first
    assert "late" not in first
    assert "Attempt 2 Sun 22 Nov 2026, 13:00 late" in second
    assert "right" in second
    assert "tries and hints leave 90 % of it" in second
    assert "90 % after it" in second
    assert page.all("math")
    assert "2 of 6 (33.33 %)" in page.text  # the first one in time is worth more than the second, late
    assert "1 hint opened" in page.text
    assert page.one("ol", class_="hints").text.startswith("Let ")


def test_the_statement_stands_there_with_the_students_numbers(
    carol: Browser, classroom: Classroom, sheet: dict[str, Any]
):
    instance = classroom.open(classroom.alice, sheet)
    page = carol.visit(at(sheet, classroom.alice))
    assert "Compute the gradient" in page.one("div", class_="card statement").text
    assert page.all("a", href=f"/instances/{instance['id']}")


def test_what_somebody_sent_is_words(carol: Browser, classroom: Classroom):
    sheet = classroom.assign({"exercise": "tensor-op-shape"}, title=HOSTILE)
    instance = classroom.open(classroom.alice, sheet)
    attempt = submit(classroom.alice, instance, {"answer": " 3 x 5 "})
    made(classroom.alice.post(f"/attempts/{attempt['id']}/flag", {"comment": f"Look: {HOSTILE}"}))
    hostile = {"feedback": f"So: {HOSTILE}", "misconception": HOSTILE}
    read_as = {"shape": None, "latex": f"\\nonsense{{{HOSTILE}"}
    classroom.school.write(lambda tx: tx.execute(update(verdicts).values(**hostile, read_as=read_as)))
    classroom.school.write(lambda tx: tx.execute(update(enrolments).values(name=HOSTILE)))
    page = carol.visit(at(sheet, classroom.alice))
    assert page.status == 200
    assert "<script>alert" not in page.html
    (sent,) = attempts(page)
    assert "3 x 5" in sent
    assert f"Look: {HOSTILE}" in sent
    assert f"So: {HOSTILE}" in sent
    assert "Read as \\nonsense{" in sent  # what cannot be rendered is shown as it is
    assert page.one("h1").text == HOSTILE


def test_variants_and_attempts_of_staff_are_told_apart(carol: Browser, classroom: Classroom):
    sheet = classroom.assign({"new_variants": True})
    first = classroom.open(classroom.alice, sheet)
    submit(classroom.alice, first, {"answer": wrong(first)})
    second = made(classroom.alice.post(f"/assignments/{sheet['id']}/items/1/instances", {"new_variant": True}))
    submit(classroom.dave, second, {"answer": wrong(second)})
    page = carol.visit(at(sheet, classroom.alice))
    assert [e.text for e in page.all("h3")] == ["Variant 1 0 %", "Variant 2 0 %"]
    assert ["by staff, not counted" in sent for sent in attempts(page)] == [False, True]
    assert "2 variants" in page.text


def test_only_the_newest_attempts_are_shown(carol: Browser, classroom: Classroom, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("app.reports.students.NEWEST", 2)
    sheet = classroom.assign()
    instance = classroom.open(classroom.alice, sheet)
    for number in range(3):
        submit(classroom.alice, instance, {"answer": wrong(instance, number)})
    page = carol.visit(at(sheet, classroom.alice))
    assert [sent[:9] for sent in attempts(page)] == ["Attempt 2", "Attempt 3"]
    assert "1 older attempt is not shown here" in page.text
    assert "1 attempt before these is not shown." in page.text


def test_a_grade_that_was_changed_says_why(carol: Browser, classroom: Classroom, sheet: dict[str, Any]):
    extension = {"due_at": classroom.clock.after(hours=1)}
    fine(classroom.carol.put(f"/assignments/{sheet['id']}/extensions/{classroom.alice.id}", extension))
    page = carol.visit(at(sheet, classroom.alice))
    _, second = attempts(page)
    assert "grade changed Sun 22 Nov 2026, 13:00: an extension was granted" in second
    assert "late" not in second
    facts = page.one("dl", class_="facts").text
    assert "later dates · Change it" in facts
    assert "DueSun 22 Nov 2026, 14:00, closes Sun 22 Nov 2026, 22:00" in facts


def test_without_its_exercise_work_can_still_be_read(
    carol: Browser,
    classroom: Classroom,
    sheet: dict[str, Any],
    catalogue: Catalogue,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
):
    classroom.school.app.state.catalogue = without(catalogue, "ls-gradient")
    page = carol.visit(at(sheet, classroom.alice))
    assert "Its numbers cannot be shown: the exercise is no longer served." in page.text
    assert len(attempts(page)) == 2
    fails = "def residual(W):\n    raise ValueError\n\n\nexercise.text(residual)"
    broken = changed(tmp_path, "ls_gradient.py", ("= {{ W }}", "= {{ residual }}"), ("exercise.text(residual)", fails))
    classroom.school.app.state.catalogue = with_family(catalogue, broken)
    page = carol.visit(at(sheet, classroom.alice))
    assert len(attempts(page)) == 2
    assert not page.all("div", class_="card statement")
    assert "no words for numbers of an earlier version" in caplog.text


def test_who_left_the_course_can_be_looked_at_and_no_more(carol: Browser, classroom: Classroom, sheet: dict[str, Any]):
    proof = carol.visit(at(sheet, classroom.alice)).field("proof")
    assert classroom.carol.delete(f"/courses/{classroom.course}/enrolments/{classroom.alice.id}").status_code == 204
    page = carol.visit(at(sheet, classroom.alice))
    assert "no longer in the course" in page.text
    assert len(attempts(page)) == 2
    assert not page.all("button", value="give")
    values = {"do": "give", "points": "1", "reason": "So."}
    assert carol.send(f"{at(sheet, classroom.alice)}/items/1", values, proof=proof).status == 404
    assert carol.visit(f"/teach/courses/{classroom.course}/report/{classroom.alice.id}").status == 200


def test_the_way_leads_on_in_the_order_of_the_report(carol: Browser, classroom: Classroom, sheet: dict[str, Any]):
    page = carol.visit(at(sheet, classroom.alice))
    assert "1 of 2" in page.one("nav", aria_label="Students").text
    assert page.all("a", rel="prev") == []
    assert [e["href"] for e in page.all("a", rel="next")] == [at(sheet, classroom.bob)] * 2
    query = "?sort=total&order=down"
    page = carol.visit(f"{at(sheet, classroom.bob)}{query}")
    assert {e["href"] for e in page.all("a", rel="prev")} == {at(sheet, classroom.alice) + query}
    page = carol.visit(f"{at(sheet, classroom.bob)}?q=alice")  # the search does not find him
    assert page.all("a", rel="next") == page.all("a", rel="prev") == []


# Points by hand -----------------------------------------------------------------------------------


def test_points_are_given_by_hand_with_a_reason_and_taken_back(
    carol: Browser, classroom: Classroom, sheet: dict[str, Any]
):
    page = give(carol, sheet, classroom.bob, points="3,5", reason=f"Right on paper. {HOSTILE}")
    assert page.status == 200
    assert "Saved." in page.text
    assert f"3.5 points given by hand, in place of what was reached. The reason: Right on paper. {HOSTILE}" in page.text
    assert standing(classroom, sheet, classroom.bob)["points"] == [3.5, None]
    page = give(carol, sheet, classroom.bob, do="withdraw")
    assert "by hand, in place" not in page.text
    assert standing(classroom, sheet, classroom.bob)["points"] == [None, None]
    assert give(carol, sheet, classroom.bob, do="withdraw").status == 200  # pressed twice


def test_a_student_is_excused_from_an_item(carol: Browser, classroom: Classroom, sheet: dict[str, Any]):
    page = give(carol, sheet, classroom.bob, 2, "excuse", points="ignored", reason="Ill.")
    assert "Excused from this item. The reason: Ill." in page.text
    assert standing(classroom, sheet, classroom.bob)["excused"] == [False, True]


def test_after_saving_one_is_where_one_was(carol: Browser, classroom: Classroom, sheet: dict[str, Any]):
    query = "?sort=total&order=down"
    carol.visit(at(sheet, classroom.bob) + query)
    page = carol.send(f"{at(sheet, classroom.bob)}/items/2{query}", {"do": "excuse", "reason": "Ill."})
    assert page.path == f"{at(sheet, classroom.bob)}{query}&saved=yes"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"points": "many", "reason": "So."}, "Points are a number from 0 to"),
        ({"points": "", "reason": "So."}, "Points are a number from 0 to"),
        ({"points": "-1", "reason": "So."}, "Points are a number from 0 to"),
        ({"points": "nan", "reason": "So."}, "Points are a number from 0 to"),
        ({"points": "4.5", "reason": "So."}, "This item has 4 points."),
        ({"points": "1", "reason": "  "}, "Say why"),
        ({"points": "1", "reason": "x" * 1_001}, "Say why"),
    ],
)
def test_what_cannot_be_given_is_said_and_what_was_typed_is_kept(
    carol: Browser, classroom: Classroom, sheet: dict[str, Any], values: dict[str, str], words: str
):
    page = give(carol, sheet, classroom.bob, **values)
    assert page.status == 422
    assert words in page.text
    assert page.field("points") == values["points"]
    assert page.field("reason") == values["reason"].strip()
    assert standing(classroom, sheet, classroom.bob)["points"] == [None, None]


def test_only_instructors_give_points(classroom: Classroom, sheet: dict[str, Any]):
    browser = Browser(classroom.school, classroom.dave)
    assert not browser.visit(at(sheet, classroom.bob)).all("button", value="give")
    address = f"{at(sheet, classroom.bob)}/items/1"
    for who, status in ((None, 401), (classroom.mallory, 404), (classroom.bob, 403), (classroom.dave, 403)):
        browser = Browser(classroom.school, who)
        browser.visit("/sign-in")
        assert browser.send(address, {"do": "give", "points": "4", "reason": "Mine."}).status == status
    assert standing(classroom, sheet, classroom.bob)["points"] == [None, None]


def test_what_is_no_item_or_button_is_refused(carol: Browser, classroom: Classroom, sheet: dict[str, Any]):
    assert give(carol, sheet, classroom.bob, "none", points="1", reason="So.").status == 404
    assert give(carol, sheet, classroom.bob, do="dance").status == 422
    stranger = f"{at(sheet, classroom.mallory)}/items/1"
    carol.visit(at(sheet, classroom.bob))
    assert carol.send(stranger, {"do": "give", "points": "1", "reason": "So."}).status == 404


# All assignments ----------------------------------------------------------------------------------


def test_a_student_stands_there_with_all_assignments(carol: Browser, classroom: Classroom, sheet: dict[str, Any]):
    fine(classroom.carol.patch(f"/courses/{classroom.course}", {"rule": {"percent": 30}}))
    classroom.assign(title=HOSTILE)
    page = carol.visit(f"/teach/courses/{classroom.course}/report/{classroom.alice.id}")
    assert page.one("h1").text == "Alice"
    assert "2 of 10 (20 %)" in page.text
    assert "✗ not yet" in page.text
    assert "<script>alert" not in page.html
    assert page.all("a", href=at(sheet, classroom.alice))
    assert page.all("a", href=f"/teach/courses/{classroom.course}/people/{classroom.alice.id}")


def test_assistants_do_not_see_the_way_to_the_roster(classroom: Classroom, sheet: dict[str, Any]):
    page = Browser(classroom.school, classroom.dave).visit(
        f"/teach/courses/{classroom.course}/report/{classroom.alice.id}"
    )
    assert not page.all("a", href=f"/teach/courses/{classroom.course}/people/{classroom.alice.id}")


def test_who_was_erased_is_not_found(carol: Browser, classroom: Classroom, sheet: dict[str, Any]):
    assert classroom.operator.delete(f"/people/{classroom.alice.id}").status_code == 204
    assert carol.visit(at(sheet, classroom.alice)).status == 404
    assert classroom.school.rows(people.select().where(people.c.id == classroom.alice.id)) == []
