"""The page of the learning platform that a course belongs to."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from app.courses import contexts
from app.models import audit, grades, line_items, platforms
from app.pages.teach import lms as page_of_lms
from app.passback import rosters
from tests.lms import Lms
from tests.platform import words
from tests.teaching import MORNING, Classroom, Person
from tests.visiting import Browser, Page

HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def carol(classroom: Classroom) -> Browser:
    return Browser(classroom.school, classroom.carol)


def at(classroom: Classroom, place: str = "") -> str:
    return f"/teach/courses/{classroom.course}/lms{place}"


def buttons(page: Page) -> list[str]:
    return [button.text for button in page.all("button")]


# Who may ------------------------------------------------------------------------------------------


def test_a_course_of_no_platform_has_no_such_page(carol: Browser, classroom: Classroom):
    assert carol.visit(at(classroom)).reply.status_code == 404
    page = carol.visit(f"/teach/courses/{classroom.course}")
    assert page.all("a", href=at(classroom)) == []


def test_the_page_is_in_the_navigation_of_a_course_of_a_platform(carol: Browser, lms: Lms):
    place = carol.visit(f"/teach/courses/{lms.classroom.course}").one("a", href=at(lms.classroom))
    assert place.text == "LMS"
    page = carol.visit(at(lms.classroom))
    assert page.one("h1").text == "The LMS"
    assert page.one("a", aria_current="page").text == "LMS"


def test_assistants_read_and_change_nothing(lms: Lms):
    classroom = lms.classroom
    dave = Browser(classroom.school, classroom.dave)
    page = dave.visit(at(classroom))
    assert "Fetched last" in page.text
    assert page.all("form", method="post") == []
    for place in ("/roster", "/whom"):
        assert dave.send(at(classroom, place), {"roster": "never"}, proof=proof(dave)).reply.status_code == 403
    assert lms.context.roster == "everybody"


def proof(browser: Browser) -> str:
    return browser.visit("/me").field("proof")


@pytest.mark.parametrize("name", ["alice", "mallory"])
def test_nobody_else_sees_it(lms: Lms, name: str):
    person = getattr(lms.classroom, name)
    reply = Browser(lms.classroom.school, person).visit(at(lms.classroom)).reply
    assert reply.status_code == (403 if name == "alice" else 404)


# The roster ---------------------------------------------------------------------------------------


def test_a_roster_is_fetched_on_demand(carol: Browser, lms: Lms):
    lms.join("Ada")
    lms.put(roster_due_at=lms.classroom.clock.moment.replace(year=2027))
    page = carol.visit(at(lms.classroom))
    assert "not yet" in page.text
    page = carol.send(at(lms.classroom, "/roster"))
    assert "Ada Example" in lms.roster()
    assert "not yet" not in page.text
    (deed,) = lms.classroom.school.rows(select(audit).where(audit.c.action == "roster fetched"))
    assert deed.actor == lms.classroom.carol.id


def test_trouble_with_a_roster_is_said(carol: Browser, lms: Lms):
    lms.platform.fails("members", status=403)
    carol.visit(at(lms.classroom))
    page = carol.send(at(lms.classroom, "/roster"))
    assert "may this tool see names and roles there?" in page.text


def test_nobody_waits_for_a_roster_that_takes_long(carol: Browser, lms: Lms, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(page_of_lms, "PATIENCE", 0.1)
    lms.join("Ada")
    gate = lms.platform.holds("members")
    carol.visit(at(lms.classroom))
    page = carol.send(at(lms.classroom, "/roster"))
    assert "is being fetched" in page.text
    gate.open()
    carol.send(at(lms.classroom, "/roster"))  # which waits for the same one
    assert lms.platform.count("members") == 1
    assert "Ada Example" in lms.roster()


def test_whom_to_fetch_is_chosen(carol: Browser, lms: Lms):
    page = carol.visit(at(lms.classroom))
    (chosen,) = [one["value"] for one in page.all("input", type="radio", name="roster") if "checked" in one.attributes]
    assert chosen == "everybody"
    page = carol.send(at(lms.classroom, "/whom"), {"roster": "students"})
    assert "Saved." in page.text
    assert lms.context.roster == "students"
    assert lms.row.roster_due_at == MORNING
    page = carol.send(at(lms.classroom, "/whom"), {"roster": "never"})
    assert "Fetch the roster now" not in buttons(page)
    assert carol.send(at(lms.classroom, "/roster")).reply.status_code == 409
    assert carol.send(at(lms.classroom, "/whom"), {"roster": HOSTILE}).reply.status_code == 422
    assert lms.context.roster == "never"


def test_a_platform_that_offers_no_roster_is_not_asked(carol: Browser, lms: Lms):
    lms.put(memberships_url=None)
    page = carol.visit(at(lms.classroom))
    assert "has not offered its roster" in page.text
    assert "Fetch the roster now" not in buttons(page)
    assert carol.send(at(lms.classroom, "/roster")).reply.status_code == 409


def test_a_platform_that_is_switched_off_is_said(carol: Browser, lms: Lms):
    lms.classroom.school.write(lambda tx: tx.execute(update(platforms).values(state="disabled", name=HOSTILE)))
    page = carol.visit(at(lms.classroom))
    assert "is switched off here" in page.text
    assert HOSTILE not in page.html
    assert carol.send(at(lms.classroom, "/roster")).reply.status_code == 409


def test_the_audit_log_has_words_for_it(lms: Lms):
    ada = lms.join("Ada")
    lms.join("Max", words.INSTRUCTOR)
    lms.fetch()
    lms.there.leave(ada)
    lms.fetch_again()
    lms.classroom.school.write(
        lambda tx: rosters.choose(tx, rosters.COMMAND, lms.context, "students", lms.classroom.clock())
    )
    carol = Browser(lms.classroom.school, lms.classroom.carol)
    text = carol.visit(f"/teach/courses/{lms.classroom.course}/audit").text
    assert "took the roster of the learning platform: 2 added, 0 changed, 0 left" in text
    assert "took the roster of the learning platform: 0 added, 0 changed, 1 left" in text
    assert "left: Ada Example" in text
    assert "chose who is fetched" in text


# One student's grade ------------------------------------------------------------------------------


def column(lms: Lms, assignment: dict[str, Any]) -> str:
    """A column of the platform's gradebook for an assignment; its id."""
    now = lms.classroom.clock()
    lms.classroom.school.write(
        lambda tx: contexts.grade_into(tx, lms.context, assignment["id"], contexts.Column("link"), now)
    )
    (row,) = lms.classroom.school.rows(select(line_items).where(line_items.c.assignment == assignment["id"]))
    return row.id


def grade(lms: Lms, item: str, person: Person, state: str, **values: Any) -> None:
    """A row of the outbox in some state, behind everybody's back."""
    now = lms.classroom.clock()
    row = {"line_item": item, "person": person.id, "state": state, "version": 1, "tries": 0, "changed_at": now}
    due = {"due_at": now + timedelta(days=300)} if state == "pending" else {}
    lms.classroom.school.write(lambda tx: tx.execute(insert(grades).values(**row, **due, **values)))


@pytest.mark.parametrize(
    ("state", "values", "release", "student", "staff"),
    [
        ("sent", {"sent": 0.8}, "at_once", "In The LMS: 3.2 of 4, sent 5 minutes ago.", None),
        ("pending", {"sent": 0.5}, "at_once", "In The LMS: 2 of 4, sent 5 minutes ago. What changed since is", None),
        ("pending", {}, "at_once", "On its way to The LMS.", None),
        ("pending", {}, "after_close", "It goes to The LMS once the assignment has closed.", None),
        ("pending", {}, "never", "Not sent to The LMS yet: staff decides when.", None),
        ("superseded", {"sent": 0.5}, "at_once", "The LMS keeps a newer grade than the one from here.", None),
        (
            "failed",
            {"trouble": "is not a student there"},
            "at_once",
            "Not in The LMS yet: your instructor sees why.",
            "Not in The LMS: is not a student there",
        ),
    ],
)
def test_whether_a_grade_has_reached_the_platform_is_said_to_the_student_and_to_staff(
    carol: Browser, lms: Lms, state: str, values: dict[str, Any], release: str, student: str, staff: str | None
):
    classroom = lms.classroom
    assignment = classroom.assign()
    lms.put(release=release)
    at = classroom.clock.moment - timedelta(minutes=5)
    sent = {"sent_at": at} if "sent" in values else {}
    grade(lms, column(lms, assignment), classroom.alice, state, **values, **sent)
    theirs = Browser(classroom.school, classroom.alice).visit(f"/assignments/{assignment['id']}")
    assert student in theirs.text
    page = carol.visit(f"/teach/assignments/{assignment['id']}/people/{classroom.alice.id}")
    assert (staff or student) in page.text
    page = carol.visit(f"/teach/assignments/{assignment['id']}/people/{classroom.bob.id}")
    assert "The LMS" not in page.text


def test_of_several_columns_the_one_that_is_furthest_behind_is_told(carol: Browser, lms: Lms):
    classroom = lms.classroom
    assignment = classroom.assign()
    first = column(lms, assignment)
    grade(lms, first, classroom.alice, "sent", sent=1, sent_at=classroom.clock())
    second = {"id": "second", "context": lms.id, "assignment": assignment["id"], "link": "", "created_at": MORNING}
    classroom.school.write(lambda tx: tx.execute(insert(line_items).values(**second)))
    grade(lms, "second", classroom.alice, "failed", trouble="no such column")
    page = carol.visit(f"/teach/assignments/{assignment['id']}/people/{classroom.alice.id}")
    assert "Not in The LMS: no such column" in page.text
