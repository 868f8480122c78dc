"""The page of the learning platform that a course belongs to."""

import time
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, delete, insert, select, update

from app.auth import create_secret
from app.courses import contexts
from app.courses.contexts import Column
from app.models import audit, grades, line_items, platforms
from app.pages.teach import lms as page_of_lms
from app.passback import rosters
from tests.lms import Lms
from tests.platform import User, words
from tests.teaching import MORNING, Classroom, Person, made, submit, wrong
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
    for place in ("/roster", "/whom", "/release", "/columns", "/again"):
        assert dave.send(at(classroom, place), {"roster": "never"}, proof=proof(dave)).reply.status_code == 403
    assert dave.visit(at(classroom, "/again?assignment=x")).reply.status_code == 403
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
    page = carol.send(at(lms.classroom, "/roster"))  # which is the same one
    assert "is being fetched" in page.text
    gate.open()
    until = time.monotonic() + 20
    while "Ada Example" not in lms.roster() and time.monotonic() < until:
        time.sleep(0.02)
    assert "Ada Example" in lms.roster()
    assert lms.platform.count("members") == 1


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
    lms.classroom.school.write(lambda tx: contexts.grade_into(tx, lms.context, assignment["id"], Column("link"), now))
    (row,) = lms.classroom.school.rows(select(line_items).where(line_items.c.assignment == assignment["id"]))
    return row.id


def grade(lms: Lms, item: str, person: Person, state: str, **values: Any) -> None:
    """Somebody's row of the outbox, in some state, behind everybody's back."""
    now = lms.classroom.clock()
    row = {"line_item": item, "person": person.id, "state": state, "version": 1, "tries": 0, "changed_at": now}
    due = {"due_at": now + timedelta(days=300)} if state == "pending" else {}
    here = (grades.c.line_item == item) & (grades.c.person == person.id)

    def put(tx: Connection) -> None:
        tx.execute(delete(grades).where(here))
        tx.execute(insert(grades).values(**row, **due, **values))

    lms.classroom.school.write(put)


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
    mine = classroom.open(classroom.alice, assignment)
    submit(classroom.alice, mine, {"answer": wrong(mine)})
    at = classroom.clock.moment - timedelta(minutes=5)
    sent = {"sent_at": at} if "sent" in values else {}
    grade(lms, column(lms, assignment), classroom.alice, state, **values, **sent)
    theirs = Browser(classroom.school, classroom.alice).visit(f"/assignments/{assignment['id']}")
    assert student in theirs.text
    page = carol.visit(f"/teach/assignments/{assignment['id']}/people/{classroom.alice.id}")
    assert (staff or student) in page.text
    page = carol.visit(f"/teach/assignments/{assignment['id']}/people/{classroom.bob.id}")
    assert "The LMS" not in page.text


def test_of_work_that_is_not_begun_nothing_is_on_its_way(lms: Lms):
    classroom = lms.classroom
    assignment = classroom.assign()
    grade(lms, column(lms, assignment), classroom.alice, "pending")
    theirs = Browser(classroom.school, classroom.alice).visit(f"/assignments/{assignment['id']}")
    assert "The LMS" not in theirs.text


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


# Grades -------------------------------------------------------------------------------------------


def send(lms: Lms) -> None:
    """Send what is due; some of it may be under way already."""
    school = lms.classroom.school
    school.portal.call(school.app.state.sender.send_due)
    while school.rows(select(grades).where(grades.c.leased_until.is_not(None))):
        time.sleep(0.02)


def solve(lms: Lms, assignment: dict[str, Any], user: User) -> Person:
    """Somebody from the platform solves an assignment; the person who they are here."""
    id = lms.person(user)
    assert id is not None
    school = lms.classroom.school
    person = Person(school, school.write(lambda tx: create_secret(tx, id, lms.classroom.clock())).text, id)
    instance = lms.classroom.open(person, assignment)
    submit(person, instance, lms.classroom.solution(instance))
    return person


def counts(page: Page) -> list[list[str]]:
    """What the table of grades says, row by row: sent, waiting, refused."""
    numbers = [cell.text for cell in page.all("td") if cell["class"] == "number"]
    return [numbers[start : start + 3] for start in range(0, len(numbers), 3)]


@pytest.fixture
def graded(lms: Lms) -> tuple[dict[str, Any], User]:
    """An assignment with a column, and a student of the platform who has solved it, and whose grade was sent."""
    assignment = lms.classroom.assign()
    ada = lms.join("Ada")
    lms.fetch()
    column(lms, assignment)
    solve(lms, assignment, ada)
    send(lms)
    return assignment, ada


def points(lms: Lms, user: User) -> float | None:
    (item,) = lms.platform.gradebook.items.values()
    return lms.platform.grade(item, user)


def test_how_many_grades_were_sent_is_told(carol: Browser, lms: Lms, graded: tuple[dict[str, Any], User]):
    assert points(lms, graded[1]) == 4
    page = carol.visit(at(lms.classroom))
    assert counts(page) == [["1", "0", "0"]]
    assert page.one("th", scope="row").text == "Sheet 1"


def test_a_grade_that_was_refused_is_told_with_the_reason_and_whose_it_is(carol: Browser, lms: Lms):
    assignment = lms.classroom.assign()
    ada = lms.join("Ada")
    lms.fetch()
    column(lms, assignment)
    lms.there.leave(ada)  # the platform knows, and its roster has not come again
    person = solve(lms, assignment, ada)
    send(lms)
    page = carol.visit(at(lms.classroom))
    assert counts(page) == [["0", "0", "1"]]
    (line,) = [one.text for one in page.all("li") if one.text.startswith("Ada Example:")]
    assert len(line) > len("Ada Example: Send again")
    assert [a["href"] for a in page.all("a") if "person=" in a["href"]] == [
        f"{at(lms.classroom)}/again?assignment={assignment['id']}&person={person.id}"
    ]


def test_a_long_list_of_refusals_is_cut(carol: Browser, lms: Lms, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(page_of_lms, "MOST_REFUSED", 1)
    assignment = lms.classroom.assign()
    item = column(lms, assignment)
    for person in (lms.classroom.alice, lms.classroom.bob):
        grade(lms, item, person, "failed", trouble=HOSTILE)
    page = carol.visit(at(lms.classroom))
    assert "2 grades of Sheet 1 were refused" in page.text
    assert "and 1 more" in page.text
    assert HOSTILE not in page.html


def test_grades_that_wait_are_told_with_the_reason(carol: Browser, lms: Lms):
    assignment = lms.classroom.assign()
    ada = lms.join("Ada")
    lms.fetch()
    column(lms, assignment)
    lms.platform.fails("line items", times=100, status=503)
    lms.platform.fails("scores", times=100, status=503)
    solve(lms, assignment, ada)
    send(lms)
    page = carol.visit(at(lms.classroom))
    assert counts(page) == [["0", "1", "0"]]
    assert "Grades for The LMS wait:" in page.text
    assert "503" in page.text


@pytest.mark.parametrize("whose", ["one", "all"])
def test_grades_are_sent_again_after_a_page_has_asked(
    carol: Browser, lms: Lms, graded: tuple[dict[str, Any], User], whose: str
):
    assignment, ada = graded
    (item,) = lms.platform.gradebook.items.values()
    before = len(lms.platform.history(item, ada))
    query = f"?assignment={assignment['id']}" + (f"&person={lms.person(ada)}" if whose == "one" else "")
    page = carol.visit(at(lms.classroom, f"/again{query}"))
    assert "This overwrites grades that were changed by hand in The LMS." in page.text
    assert ("Ada Example" in page.text) is (whose == "one")
    send(lms)
    assert len(lms.platform.history(item, ada)) == before
    fields = {one["name"]: one["value"] for one in page.all("input", type="hidden") if one["name"] != "proof"}
    page = carol.send(at(lms.classroom, "/again"), fields)
    assert "Saved." in page.text
    lms.classroom.clock.forward(seconds=2)
    send(lms)
    assert len(lms.platform.history(item, ada)) == before + 1
    log = carol.visit(f"/teach/courses/{lms.classroom.course}/audit").text
    assert ("had the grade of Ada Example sent" if whose == "one" else "had all grades sent") in log


def test_a_grade_is_sent_again_from_the_page_of_its_student(
    carol: Browser, lms: Lms, graded: tuple[dict[str, Any], User]
):
    assignment, ada = graded
    address = f"/teach/assignments/{assignment['id']}/people/{lms.person(ada)}"
    link = f"{at(lms.classroom)}/again?assignment={assignment['id']}&person={lms.person(ada)}"
    assert carol.visit(address).one("a", href=link).text == "Send it again"
    assert carol.visit(link).reply.status_code == 200
    dave = Browser(lms.classroom.school, lms.classroom.dave)
    assert dave.visit(address).all("a", href=link) == []


def test_when_grades_go_is_chosen(carol: Browser, lms: Lms):
    page = carol.visit(at(lms.classroom))
    chosen = [one["value"] for one in page.all("input", type="radio", name="release") if "checked" in one.attributes]
    assert chosen == ["at_once"]
    assert len(page.all("input", type="radio", name="release")) == 4
    carol.send(at(lms.classroom, "/release"), {"release": "never"})
    assert lms.context.release == "never"
    assert carol.send(at(lms.classroom, "/release"), {"release": HOSTILE}).reply.status_code == 422
    log = carol.visit(f"/teach/courses/{lms.classroom.course}/audit").text
    assert "chose when grades go to the learning platform: Not now" in log


def test_a_column_is_added_for_an_assignment_that_no_link_opens(carol: Browser, lms: Lms):
    assignment = lms.classroom.assign()
    ada = lms.join("Ada")
    lms.fetch()
    solve(lms, assignment, ada)
    page = carol.visit(at(lms.classroom))
    assert "Add a column for Sheet 1" in buttons(page)
    page = carol.send(at(lms.classroom, "/columns"), {"assignment": assignment["id"]})
    assert "Add a column for Sheet 1" not in buttons(page)
    carol.send(at(lms.classroom, "/columns"), {"assignment": assignment["id"]})  # pressed twice
    send(lms)
    assert lms.platform.line_item(resourceId=assignment["id"]).label == "Sheet 1"
    assert points(lms, ada) == 4
    assert "had a column made" in carol.visit(f"/teach/courses/{lms.classroom.course}/audit").text


def test_without_a_gradebook_there_are_no_columns_to_add(carol: Browser, lms: Lms):
    assignment = lms.classroom.assign()
    lms.put(line_items_url=None)
    page = carol.visit(at(lms.classroom))
    assert "has offered no gradebook" in page.text
    assert "Add a column for Sheet 1" not in buttons(page)
    assert carol.send(at(lms.classroom, "/columns"), {"assignment": assignment["id"]}).reply.status_code == 409


def test_another_courses_assignments_and_people_are_not_to_be_had(lms: Lms):
    classroom = lms.classroom
    own = classroom.assign()
    foreign = made(
        classroom.mallory.post(f"/courses/{classroom.other_course}/assignments", {"title": "X", "items": []})
    )
    boss = Browser(classroom.school, classroom.operator)  # who may see both
    genuine = proof(boss)
    for query in (f"assignment={foreign['id']}", f"assignment={own['id']}&person={classroom.mallory.id}"):
        assert boss.visit(at(classroom, f"/again?{query}")).reply.status_code == 404
    for place in ("/again", "/columns"):
        fields = {"assignment": foreign["id"]}
        assert boss.send(at(classroom, place), fields, proof=genuine).reply.status_code == 404
    fields = {"assignment": own["id"], "person": classroom.mallory.id}
    assert boss.send(at(classroom, "/again"), fields, proof=genuine).reply.status_code == 404
