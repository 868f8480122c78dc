"""The pages of a student's assignments: what is due, the rules in words, the items, all of them on one page."""

import re
from typing import Any

import pytest
from sqlalchemy import func, select

from app.models import instances
from tests.histories import without
from tests.teaching import Classroom, Person, answer, fine, submit, wrong
from tests.visiting import Browser, Page

HOSTILE = "<script>alert(1)</script>"
SEVERAL = ({}, {"exercise": "ls-steps", "tries": 2}, {"exercise": "norm-value"})


@pytest.fixture
def alice(classroom: Classroom) -> Browser:
    return Browser(classroom.school, classroom.alice)


def at(sheet: dict[str, Any], item: int | None = None) -> str:
    """The page of an assignment; the address that draws one of its items."""
    return f"/assignments/{sheet['id']}" + (f"/items/{sheet['items'][item - 1]['id']}" if item else "")


def drawn(classroom: Classroom) -> int:
    """How many instances there are."""
    return classroom.school.rows(select(func.count()).select_from(instances))[0][0]


def item(page: Page, n: int) -> str:
    """All that a page says of an item."""
    return next(e for e in page.elements if e["id"] == f"item-{n}").text


def listed(page: Page) -> list[str]:
    """The titles on the list, in order."""
    return [e.text for e in page.all("h3")]


# Who sees what ------------------------------------------------------------------------------------


def test_guests_are_asked_to_sign_in_and_come_back(classroom: Classroom):
    sheet = classroom.assign()
    guest = Browser(classroom.school)
    for path in ("/assignments", at(sheet), f"{at(sheet)}/sheet"):
        page = guest.visit(path)
        assert page.status == 401
        assert [e["href"] for e in page.all("a") if "next=" in e["href"]] == [f"/sign-in?next={path}"]
    for path in (at(sheet, 1), f"{at(sheet)}/sheet"):
        guest.visit("/")
        assert guest.send(path).status == 401
    assert drawn(classroom) == 0


def test_for_who_is_in_another_course_there_is_no_such_assignment(classroom: Classroom):
    sheet = classroom.assign()
    mallory = Browser(classroom.school, classroom.mallory)
    assert "Sheet 1" not in mallory.visit("/assignments").html
    for path in (at(sheet), f"{at(sheet)}/sheet"):
        assert mallory.visit(path).status == 404
    for path in (at(sheet, 1), f"{at(sheet)}/sheet"):
        mallory.visit("/")
        assert mallory.send(path).status == 404
    assert drawn(classroom) == 0


def test_another_site_draws_nothing(classroom: Classroom, alice: Browser):
    sheet = classroom.assign()
    alice.visit(at(sheet))
    for path in (at(sheet, 1), f"{at(sheet)}/sheet"):
        assert alice.send(path, proof="").status == 403
        assert alice.send(path, headers={"Sec-Fetch-Site": "cross-site"}).status == 403
    assert drawn(classroom) == 0


def test_who_has_left_the_course_is_told_so(classroom: Classroom, alice: Browser):
    sheet = classroom.assign()
    instance = classroom.open(classroom.alice, sheet)
    assert classroom.carol.delete(f"/courses/{classroom.course}/enrolments/{classroom.alice.id}").status_code == 204
    for path in (at(sheet), f"{at(sheet)}/sheet"):
        page = alice.visit(path)
        assert page.status == 403
        assert "You are no longer in the course of this assignment. What you did there is kept." in page.text
    page = alice.visit("/assignments")
    assert "Sheet 1" not in page.text
    assert "Courses that you are no longer in Mathematics" in page.text
    assert alice.visit(f"/instances/{instance['id']}").status == 200
    alice.visit("/")
    assert alice.send(at(sheet, 1)).status == 403


def test_a_token_of_another_course_opens_no_assignment(classroom: Classroom):
    sheet = classroom.assign()
    row = {"name": "Alice", "email": classroom.alice.email, "role": "student"}
    fine(classroom.operator.post(f"/courses/{classroom.other_course}/enrolments", {"items": [row]}))
    reply = classroom.mallory.post(f"/courses/{classroom.other_course}/enrolments/{classroom.alice.id}/token")
    elsewhere = {"headers": {"Authorization": f"Bearer {reply.json()['token']}"}}
    browser = Browser(classroom.school)
    assert "Sheet 1" not in browser.visit("/assignments", **elsewhere).text
    assert browser.visit(at(sheet), **elsewhere).status == 404
    fine(classroom.carol.get(f"/courses/{classroom.course}"))
    classroom.carol.delete(f"/courses/{classroom.course}/enrolments/{classroom.alice.id}")
    assert browser.visit(at(sheet), **elsewhere).status == 404
    assert "Mathematics" not in browser.visit("/assignments", **elsewhere).text


@pytest.mark.parametrize("who", ["carol", "dave", "operator"])
def test_staff_are_sent_to_where_they_teach(classroom: Classroom, who: str):
    sheet = classroom.assign()
    reply = Browser(classroom.school, getattr(classroom, who)).visit(at(sheet), follow_redirects=False).reply
    assert (reply.status_code, reply.headers["location"]) == (303, f"/teach/assignments/{sheet['id']}")


def test_staff_try_an_assignment_out_as_a_student_would_and_nothing_counts(classroom: Classroom):
    sheet = classroom.assign(opens_at=classroom.clock.after(days=1))
    carol = Browser(classroom.school, classroom.carol)
    page = carol.visit(f"{at(sheet)}?view=student")
    assert "You look at this as a student would." in page.text
    assert "Gradient of the squared residual" in item(page, 1)
    page = carol.send(f"{at(sheet)}/sheet")
    assert page.path == f"{at(sheet)}/sheet"
    assert "marked and never counted" in page.text
    page = answer_on_sheet(carol, 1, "[[1000], [2000], [3000]]")
    assert "Result: 0 %" in item(page, 1)
    assert classroom.score(classroom.carol, sheet) is None


# What is due --------------------------------------------------------------------------------------


def test_the_list_puts_first_what_ends_soonest(classroom: Classroom, alice: Browser):
    after = classroom.clock.after
    classroom.assign(title="Whenever")
    classroom.assign(title="Closed", due_at=after(days=-1))
    classroom.assign(title="Closed long ago", due_at=after(days=-30))
    classroom.assign(title="Next week", due_at=after(days=7))
    classroom.assign(title="Late", due_at=after(days=-1), closes_at=after(days=1))
    classroom.assign(title="To come", opens_at=after(days=1), due_at=after(days=3))
    classroom.assign(title="Tomorrow", due_at=after(days=1))
    titles = listed(alice.visit("/assignments"))
    assert titles[:5] == ["Late", "Tomorrow", "Next week", "Whenever", "To come"]
    assert titles[5:] == ["Closed", "Closed long ago"]


def test_every_state_is_said_in_words_with_the_exact_moment_on_the_courses_clock(classroom: Classroom, alice: Browser):
    sheet = classroom.assign(
        opens_at=classroom.clock.after(days=2),
        due_at=classroom.clock.after(days=9),
        closes_at=classroom.clock.after(days=11),
        late_penalty=0.25,
    )

    def said(days: float = 0) -> list[str]:
        classroom.clock.forward(days=days)
        mine = Browser(classroom.school, classroom.alice)  # the session before has ended
        return [mine.visit(path).text for path in ("/assignments", at(sheet))]

    for text in said():
        assert "not open yet Opens in 2 days: Tue 24 Nov 2026, 11:00. Due Tue 1 Dec 2026, 11:00." in text
    for text in said(days=2):
        assert "open 0 of 4 points Due in 7 days: Tue 1 Dec 2026, 11:00." in text
    for text in said(days=8):
        assert "late 0 of 4 points It was due Tue 1 Dec 2026, 11:00. You can still answer late:" in text
        assert "it closes in 24 hours, Thu 3 Dec 2026, 11:00. After the due date points count 75 %." in text
    for text in said(days=2):
        assert "closed 0 of 4 points Closed 24 hours ago: Thu 3 Dec 2026, 11:00." in text


def test_the_time_zone_is_named_once(classroom: Classroom, alice: Browser):
    sheet = classroom.assign(due_at=classroom.clock.after(days=1))
    for path in ("/assignments", at(sheet)):
        assert alice.visit(path).text.count("Europe/Vienna") == 1


def test_an_assignment_without_dates_takes_its_time(classroom: Classroom, alice: Browser):
    classroom.assign()
    classroom.assign(title="Ends", closes_at=classroom.clock.after(days=1))
    text = alice.visit("/assignments").text
    assert "Open, and never due: take your time." in text
    assert "Closes in 24 hours: Mon 23 Nov 2026, 11:00." in text


def test_an_extension_is_marked_for_who_has_it(classroom: Classroom, alice: Browser):
    sheet = classroom.assign({"tries": 2}, due_at=classroom.clock.after(days=1))
    days = {"due_at": classroom.clock.after(days=4), "tries": 5}
    fine(classroom.carol.put(f"/assignments/{sheet['id']}/extensions/{classroom.alice.id}", days))
    for path in ("/assignments", at(sheet)):
        text = alice.visit(path).text
        assert "Due in 4 days: Thu 26 Nov 2026, 11:00." in text
        assert "extension you have until Thu 26 Nov 2026, 11:00" in text
    assert "5 tries for each question" in item(alice.page, 1)
    text = Browser(classroom.school, classroom.bob).visit("/assignments").text
    assert "Due in 24 hours" in text
    assert "extension" not in text


def test_points_and_progress_are_ones_own(classroom: Classroom, alice: Browser):
    sheet = classroom.assign(*SEVERAL)
    mine = classroom.open(classroom.alice, sheet)
    submit(classroom.alice, mine, classroom.solution(mine))
    submit(classroom.alice, classroom.open(classroom.alice, sheet, 2), {"r": 12345})
    assert "4 of 12 points" in alice.visit("/assignments").text
    assert "1 of 3 items solved, 1 begun" in alice.page.text
    (bar,) = alice.page.all("progress")
    assert (bar["value"], bar["max"]) == ("1", "3")
    text = Browser(classroom.school, classroom.bob).visit("/assignments").text
    assert "0 of 12 points" in text
    assert "0 of 3 items solved" in text


def test_who_takes_no_course_is_told_where_to_go(classroom: Classroom):
    page = Browser(classroom.school, classroom.carol).visit("/assignments")
    assert "You take no course here yet." in page.text
    assert "/teach" in [e["href"] for e in page.all("a")]
    assert "There are no assignments yet." in Browser(classroom.school, classroom.alice).visit("/assignments").text


# One assignment -----------------------------------------------------------------------------------


def test_before_the_opening_nothing_of_the_items_is_shown_or_drawn(classroom: Classroom, alice: Browser):
    sheet = classroom.assign(opens_at=classroom.clock.after(days=1))
    page = alice.visit(at(sheet))
    assert "What it asks is shown once it has opened." in page.text
    assert "squared residual" not in page.html
    assert page.all("button") == []
    alice.visit("/")
    for path in (at(sheet, 1), f"{at(sheet)}/sheet"):
        page = alice.send(path)
        assert page.path == at(sheet)
        assert "Opens in 24 hours" in page.text
        alice.visit("/")
    assert alice.visit(f"{at(sheet)}/sheet").path == at(sheet)
    assert drawn(classroom) == 0


def test_beginning_draws_numbers_once_and_leads_to_them(classroom: Classroom, alice: Browser):
    sheet = classroom.assign()
    page = alice.visit(at(sheet))
    assert "○ not begun" in item(page, 1)
    (button,) = page.all("button", formaction=at(sheet, 1))
    assert button.text == "Begin: Gradient of the squared residual"
    page = alice.send(button["formaction"])
    assert page.path == f"/instances/{classroom.open(classroom.alice, sheet)['id']}"
    alice.visit(at(sheet))
    assert alice.send(at(sheet, 1)).path == page.path
    assert drawn(classroom) == 1


def test_what_was_answered_is_continued_and_what_is_solved_looked_at(classroom: Classroom, alice: Browser):
    sheet = classroom.assign({"tries": 3})
    instance = classroom.open(classroom.alice, sheet)
    answer(classroom.alice, instance, wrong(instance))
    text = item(alice.visit(at(sheet)), 1)
    assert "begun" in text
    assert "0 of 4 points" in text
    assert "2 tries left" in text
    assert "Continue" in text
    submit(classroom.alice, instance, classroom.solution(instance))
    text = item(alice.visit(at(sheet)), 1)
    assert "✓ solved" in text
    assert "4 of 4 points" in text
    assert "Look at it" in text
    assert "tries" not in text


def test_tries_are_said_question_by_question(classroom: Classroom, alice: Browser):
    sheet = classroom.assign({"exercise": "ls-steps", "tries": 2})
    instance = classroom.open(classroom.alice, sheet)
    assert "2 tries left for each open question" in item(alice.visit(at(sheet)), 1)
    submit(classroom.alice, instance, {"r": 12345})
    submit(classroom.alice, instance, {"r": 12346, "a": classroom.solution(instance)["a"]})
    text = item(alice.visit(at(sheet)), 1)
    assert re.findall(r": (\d)", text.partition("Tries left:")[2]) == list("02222")  # r comes first; a is solved


def test_without_tries_there_is_nothing_to_continue(classroom: Classroom, alice: Browser):
    sheet = classroom.assign({"tries": 1})
    instance = classroom.open(classroom.alice, sheet)
    answer(classroom.alice, instance, wrong(instance))
    text = item(alice.visit(at(sheet)), 1)
    assert "✗ out of tries" in text
    assert "Look at it" in text
    assert "Continue" not in text


def test_giving_up_is_said(classroom: Classroom, alice: Browser):
    sheet = classroom.assign()
    instance = classroom.open(classroom.alice, sheet)
    fine(classroom.alice.post(f"/instances/{instance['id']}/close", {}))
    assert "given up" in item(alice.visit(at(sheet)), 1)


def test_new_numbers_come_where_the_item_allows_them(classroom: Classroom, alice: Browser):
    sheet = classroom.assign({"new_variants": True}, {"exercise": "norm-value"})
    for n in (1, 2):
        instance = classroom.open(classroom.alice, sheet, n)
        submit(classroom.alice, instance, classroom.solution(instance))
    page = alice.visit(at(sheet))
    assert [e["formaction"] for e in page.all("button", name="new_variant")] == [at(sheet, 1)]
    alice.send(at(sheet, 1), {"new_variant": "yes"})
    assert drawn(classroom) == 3
    text = item(alice.visit(at(sheet)), 1)
    assert "not begun" in text
    assert "solved on earlier numbers" in text
    assert "4 of 4 points" in text
    assert "2 of 2 items solved" in alice.page.text
    assert alice.send(at(sheet, 2), {"new_variant": "yes"}).status == 403


def test_what_counts_in_another_way_is_said_with_its_reason(classroom: Classroom, alice: Browser):
    sheet = classroom.assign(*SEVERAL, {"exercise": "form-value"})
    ids = [entry["id"] for entry in sheet["items"]]
    voids = [
        {"id": ids[0], "void": "full", "reason": f"A wrong sign {HOSTILE}"},
        {"id": ids[1], "void": "drop", "reason": "Too hard"},
    ]
    fine(classroom.carol.patch(f"/assignments/{sheet['id']}", {"items": voids}))
    for id, what in ((ids[2], {"points": 1.5}), (ids[3], {"excused": True})):
        override = {**what, "reason": "between us"}
        fine(classroom.carol.put(f"/assignments/{sheet['id']}/items/{id}/overrides/{classroom.alice.id}", override))
    page = alice.visit(at(sheet))
    assert "Everyone has all points of this item. The reason: A wrong sign" in item(page, 1)
    assert "4 of 4 points" in item(page, 1)
    assert "This item does not count for anybody. The reason: Too hard" in item(page, 2)
    assert "Your instructor gave you these points by hand" in item(page, 3)
    assert "1.5 of 4 points" in item(page, 3)
    assert "You are excused from this item" in item(page, 4)
    assert "between us" not in page.html
    assert HOSTILE not in page.html
    assert "5.5 of 8 points" in page.text
    assert page.all("progress") == []  # there is nothing left to reach
    bob = Browser(classroom.school, classroom.bob).visit(at(sheet))
    assert "Your instructor gave" not in bob.text
    assert "0 of 2 items solved" in bob.text


def test_the_rules_are_said_in_words(classroom: Classroom, alice: Browser):
    sheet = classroom.assign(
        {"solutions": "never"},
        due_at=classroom.clock.after(days=1),
        closes_at=classroom.clock.after(days=2),
        late_penalty=0.2,
        attempt_factors=[1, 0.75],
        hint_cost=0.125,
    )
    text = alice.visit(at(sheet)).text
    assert "Late answers are taken until Tue 24 Nov 2026, 11:00. After the due date points count 80 %." in text
    assert "try 1: 100 %, try 2: 75 %, and so on." in text
    assert "Each hint that you open takes 12.5 % of its question's points." in text
    assert "Worked solutions open once the assignment has closed, Tue 24 Nov 2026, 11:00." in text
    assert "Worked solutions are not shown here." in item(alice.page, 1)


@pytest.mark.parametrize(
    ("penalty", "said"), [(0, "Late answers count in full."), (1, "Late answers are marked, and count nothing.")]
)
def test_penalties_at_the_ends_of_the_scale_are_words(classroom: Classroom, alice: Browser, penalty: int, said: str):
    after = classroom.clock.after
    sheet = classroom.assign(due_at=after(days=1), closes_at=after(days=2), late_penalty=penalty)
    assert said in alice.visit(at(sheet)).text


def test_without_a_time_for_late_answers_the_due_date_is_the_end(classroom: Classroom, alice: Browser):
    sheet = classroom.assign(due_at=classroom.clock.after(days=1))
    assert "It closes when it is due: later answers are not taken." in alice.visit(at(sheet)).text


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        ("after_close", "The worked solutions are open, with your own numbers."),
        ("when_done", "A worked solution opens as soon as you have solved the item"),
        ("never", "Worked solutions are not shown here."),
    ],
)
def test_after_the_end_it_says_what_still_can_be_done(classroom: Classroom, alice: Browser, policy: str, said: str):
    sheet = classroom.assign(due_at=classroom.clock.after(hours=1), solutions=policy)
    instance = classroom.open(classroom.alice, sheet)
    answer(classroom.alice, instance, wrong(instance))
    classroom.clock.forward(hours=2)
    page = alice.visit(at(sheet))
    assert "Nothing more can be sent. What you reached until then counts, and is kept." in page.text
    assert said in page.text
    assert "they can give you more time" in page.text
    assert "Look at it" in item(page, 1)
    page = alice.send(at(sheet, 1))
    assert page.all("button", value="check") == []
    assert ("Worked solution" in page.text) == (policy == "after_close")


def test_points_that_came_late_are_said_to_be_late(classroom: Classroom, alice: Browser):
    after = classroom.clock.after
    sheet = classroom.assign(due_at=after(hours=1), closes_at=after(days=2), late_penalty=0.5)
    classroom.clock.forward(hours=2)
    instance = classroom.open(classroom.alice, sheet)
    submit(classroom.alice, instance, classroom.solution(instance))
    assert "Part of your points" not in alice.visit(at(sheet)).text  # that it is late now stands there already
    classroom.clock.forward(days=2)
    page = Browser(classroom.school, classroom.alice).visit(at(sheet))
    assert "2 of 4 points" in item(page, 1)
    assert "Part of your points came after the due date. After the due date points count 50 %." in page.text


def test_an_exercise_that_is_no_longer_served_is_said_at_its_place(classroom: Classroom, alice: Browser):
    sheet = classroom.assign(*SEVERAL)
    instance = classroom.open(classroom.alice, sheet)
    submit(classroom.alice, instance, classroom.solution(instance))
    catalogue = classroom.school.app.state.catalogue
    classroom.school.app.state.catalogue = without(catalogue, "ls-gradient", "norm-value")
    page = alice.visit(at(sheet))
    assert "no longer served" in item(page, 1)
    assert "4 of 4 points" in item(page, 1)
    page = alice.send(f"{at(sheet)}/sheet")
    assert page.status == 200
    assert "no longer served" in item(page, 1)
    assert "no longer served" in item(page, 3)
    assert "Check this item" in item(page, 2)


def test_titles_of_teachers_are_shown_as_text(classroom: Classroom, alice: Browser):
    sheet = classroom.assign(title=HOSTILE)
    fine(classroom.carol.patch(f"/courses/{classroom.course}", {"title": f"Course {HOSTILE}"}))
    alice.visit("/assignments")
    for page in (alice.page, alice.visit(at(sheet)), alice.send(f"{at(sheet)}/sheet")):
        assert page is not None
        assert HOSTILE not in page.html
        assert HOSTILE in page.text


def test_an_assignment_without_items_has_a_page(classroom: Classroom, alice: Browser):
    body = {"title": "Empty", "items": []}
    sheet = classroom.carol.post(f"/courses/{classroom.course}/assignments", body).json()
    assert "It has no items yet." in alice.visit(at(sheet)).text
    assert alice.visit(f"{at(sheet)}/sheet").status == 200


# All on one page ----------------------------------------------------------------------------------


def answer_on_sheet(browser: Browser, n: int, text: str, part: str = "answer") -> Page:
    """Check an answer to an item of the sheet that is open."""
    assert browser.page is not None
    html = browser.page.html.split(f'id="item-{n}"')[1].split("</section>\n<section")[0]
    found = re.search(r'<form method="post" action="(/instances/[^"]+)" class="answers"', html)
    back = re.search(r'name="back" value="([^"]+)"', html)
    assert found
    assert back
    return browser.send(found[1], {"do": "check", f"text.{part}": text, "back": back[1]})


def test_a_sheet_has_every_item_with_its_questions_and_a_table_of_contents(classroom: Classroom, alice: Browser):
    sheet = classroom.assign(*SEVERAL)
    alice.visit(at(sheet))
    page = alice.send(f"{at(sheet)}/sheet")
    assert page.path == f"{at(sheet)}/sheet"
    assert drawn(classroom) == 3
    assert [e["href"] for e in page.all("a") if e["href"].startswith("#item-")] == ["#item-1", "#item-2", "#item-3"]
    assert len(page.all("form", class_="answers")) == 3
    assert len({e["id"] for e in page.elements if e["id"]}) == len([e for e in page.elements if e["id"]])
    assert len(page.all("h1")) == 1
    for n in (1, 2, 3):
        own = classroom.open(classroom.alice, sheet, n)
        assert f"/instances/{own['id']}" in [e["href"] for e in page.all("a")]
    assert "Mathematics · Alice" in page.text


def test_an_answer_on_the_sheet_comes_back_to_its_item_with_the_result(classroom: Classroom, alice: Browser):
    sheet = classroom.assign(*SEVERAL)
    alice.visit(at(sheet))
    alice.send(f"{at(sheet)}/sheet")
    instance = classroom.open(classroom.alice, sheet)
    right = str(classroom.solution(instance)["answer"])
    page = answer_on_sheet(alice, 1, right)
    assert page.path.startswith(f"{at(sheet)}/sheet?attempt=")
    assert "Result: 4 of 4 points" in item(page, 1)
    assert page.one("h3", id="result").attributes["tabindex"] == "-1"
    assert "Result" not in item(page, 2)
    assert "1 of 3 items solved" in page.text
    assert classroom.score(classroom.alice, sheet).best == 1.0


def test_what_a_late_answer_counts_is_its_result_on_the_sheet(classroom: Classroom, alice: Browser):
    after = classroom.clock.after
    sheet = classroom.assign(due_at=after(hours=-1), closes_at=after(days=1), late_penalty=0.5)
    alice.visit(at(sheet))
    alice.send(f"{at(sheet)}/sheet")
    right = str(classroom.solution(classroom.open(classroom.alice, sheet))["answer"])
    page = answer_on_sheet(alice, 1, right)
    assert "Result: 2 of 4 points" in item(page, 1)
    assert "This was sent after the due date." in item(page, 1)


def test_a_sheet_that_is_only_looked_at_draws_nothing(classroom: Classroom, alice: Browser):
    sheet = classroom.assign(*SEVERAL)
    classroom.open(classroom.alice, sheet, 2)
    page = alice.visit(f"{at(sheet)}/sheet")
    assert drawn(classroom) == 1
    assert "Some items have no numbers of yours yet." in page.text
    assert len(page.all("form", class_="answers")) == 1
    assert alice.send(at(sheet, 1)).path.startswith("/instances/")


def test_an_attempt_of_somebody_else_is_no_result_of_mine(classroom: Classroom, alice: Browser):
    sheet = classroom.assign()
    theirs = classroom.open(classroom.bob, sheet)
    attempt = submit(classroom.bob, theirs, {"answer": wrong(theirs)})
    own = classroom.open(classroom.alice, sheet)
    submit(classroom.alice, own, {"answer": wrong(own)})
    for named in (attempt["id"], "", "nothing"):
        page = alice.visit(f"{at(sheet)}/sheet?attempt={named}")
        assert page.status == 200
        assert "Result" not in page.text


def test_a_closed_sheet_takes_no_answers_and_shows_its_solutions(classroom: Classroom, alice: Browser):
    sheet = classroom.assign(*SEVERAL, due_at=classroom.clock.after(hours=1))
    classroom.clock.forward(hours=2)
    alice.visit(at(sheet))
    page = alice.send(f"{at(sheet)}/sheet")
    assert "Nothing more can be sent." in page.text
    assert page.all("button", value="check") == []
    assert "Worked solution" in item(page, 1)
    assert drawn(classroom) == 3


def test_a_sheet_on_paper_says_whose_it_is(classroom: Classroom):
    name = f"Alice {HOSTILE}"
    fine(classroom.carol.patch(f"/courses/{classroom.course}/enrolments/{classroom.alice.id}", {"name": name}))
    sheet = classroom.assign(due_at=classroom.clock.after(days=1))
    page = Browser(classroom.school, classroom.alice).visit(f"{at(sheet)}/sheet")
    words = page.one("p", class_="on-paper").text
    assert words == f"Mathematics · {name} · due Mon 23 Nov 2026, 11:00 (Europe/Vienna)"
    assert HOSTILE not in page.html


def test_students_cannot_reach_each_others_work(classroom: Classroom):
    sheet = classroom.assign()
    mine: dict[str, str] = {}
    for who in (classroom.alice, classroom.bob):
        mine[who.id] = begin(classroom, who, sheet)
    assert len(set(mine.values())) == 2
    assert Browser(classroom.school, classroom.bob).visit(mine[classroom.alice.id]).status == 404


def begin(classroom: Classroom, who: Person, sheet: dict[str, Any]) -> str:
    """The address of somebody's instance of the first item."""
    browser = Browser(classroom.school, who)
    browser.visit(at(sheet))
    return browser.send(at(sheet, 1)).path
