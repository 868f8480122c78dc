"""Pages of courses: those one teaches, a new one, its settings, a copy of it."""

import pytest

from tests.teaching import Classroom, Person, fine
from tests.visiting import Browser

HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def carol(classroom: Classroom) -> Browser:
    return Browser(classroom.school, classroom.carol)


def at(classroom: Classroom, place: str = "") -> str:
    return f"/teach/courses/{classroom.course}{place}"


def test_one_sees_the_courses_that_one_teaches_or_assists(classroom: Classroom, carol: Browser):
    classroom.assign({}, {}, due_at="2026-12-01T22:59:00Z")
    page = carol.visit("/teach")
    assert [e.text for e in page.all("th", scope="row")] == ["Mathematics"]
    assert "2 students" in page.text
    assert "Tue 1 Dec 2026, 23:59" in page.text
    assert "assistant" in Browser(classroom.school, classroom.dave).visit("/teach").text


def test_courses_of_one_title_are_told_apart(classroom: Classroom, carol: Browser):
    assert "made Sun" not in carol.visit("/teach").text
    classroom.clock.forward(hours=1)
    carol.send("/teach/courses", {"title": "Mathematics", "timezone": "UTC"})
    for place in ("/teach", "/me"):
        page = carol.visit(place)
        assert "made Sun 22 Nov 2026, 11:00" in page.text
        assert "made Sun 22 Nov 2026, 11:00 UTC" in page.text


def test_who_may_not_is_shown_where_they_may(classroom: Classroom):
    page = Browser(classroom.school, classroom.dave).visit(at(classroom, "/settings"))
    assert page.status == 403
    assert [e["href"] for e in page.all("a") if e.text.startswith("To the")] == ["/teach", "/"]
    page = Browser(classroom.school, classroom.alice).visit(at(classroom))
    assert [e["href"] for e in page.all("a") if e.text.startswith("To ")] == ["/assignments", "/"]


def test_the_operator_sees_all_courses(classroom: Classroom):
    page = Browser(classroom.school, classroom.operator).visit("/teach")
    assert {e.text for e in page.all("th", scope="row")} == {"Mathematics", "Another course"}


def test_a_course_is_made_with_its_maker_as_instructor(classroom: Classroom, carol: Browser):
    carol.visit("/teach")
    page = carol.send("/teach/courses", {"title": "Next term", "timezone": "America/Lima"})
    assert page.one("h1").text == "Next term"
    id = page.path.rsplit("/", 1)[1]
    assert fine(classroom.carol.get(f"/courses/{id}")) == {
        "id": id,
        "title": "Next term",
        "timezone": "America/Lima",
        "rule": None,
        "role": "instructor",
    }


def test_the_same_form_twice_makes_one_course(classroom: Classroom, carol: Browser):
    proof = carol.visit("/teach").field("proof")
    fields = {"title": "Once", "timezone": "UTC"}
    first, second = (carol.send("/teach/courses", fields, proof=proof) for _ in range(2))
    assert first.path == second.path
    assert [one["title"] for one in fine(classroom.carol.get("/courses"))["items"]].count("Once") == 1


@pytest.mark.parametrize(
    ("title", "zone", "pointer"), [("  ", "UTC", "title"), ("x" * 201, "UTC", "title"), (HOSTILE, "Vienna", "timezone")]
)
def test_what_is_no_course_keeps_what_was_typed(carol: Browser, title: str, zone: str, pointer: str):
    carol.visit("/teach")
    page = carol.send("/teach/courses", {"title": title, "timezone": zone})
    assert page.status == 422
    assert page.field("title") == title.strip()
    assert page.field("timezone") == zone
    assert page.one("input", name=pointer)["aria-invalid"] == "true"
    assert page.all("small", id=page.one("input", name=pointer)["aria-describedby"])
    assert HOSTILE not in page.html


def test_only_instructors_and_the_operator_make_courses(classroom: Classroom):
    for person in (classroom.alice, classroom.dave):
        browser = Browser(classroom.school, person)
        page = browser.visit("/teach")
        assert page.all("form", action="/teach/courses#new") == []
        browser.visit("/me")
        assert browser.send("/teach/courses", {"title": "Mine", "timezone": "UTC"}).status == 403
    assert "You teach no course here." in Browser(classroom.school, classroom.alice).visit("/teach").text


def test_a_course_says_how_each_assignment_stands(classroom: Classroom, carol: Browser):
    soon = classroom.assign({}, {}, title="Soon", opens_at="2026-11-23T10:00:00Z", due_at="2026-11-30T10:00:00Z")
    open_one = classroom.assign({}, {}, title="Open", due_at="2026-11-25T10:00:00Z")
    late = classroom.assign({}, {}, title="Late", due_at="2026-11-21T10:00:00Z", closes_at="2026-11-23T10:00:00Z")
    over = classroom.assign({}, {}, title="Over", due_at="2026-11-01T10:00:00Z")
    never = classroom.assign({}, {}, title="Never")
    for person, item in ((classroom.alice, 1), (classroom.alice, 2), (classroom.dave, 1)):
        classroom.open(person, open_one, item)
    page = carol.visit(at(classroom))
    cards = {card.text.split()[0]: card.text for card in page.all("li", class_="card")}
    assert "not open yet opens in 24 hours" in cards["Soon"]
    assert "open due in 3 days" in cards["Open"]
    assert "late closes in 24 hours" in cards["Late"]
    assert "closed since 3 weeks ago" in cards["Over"]
    assert "open never due" in cards["Never"]
    assert "8 for 2 items" in cards["Open"]
    assert "by 1 of 2 students" in cards["Open"]
    assert "by 0 of 2 students" in cards["Soon"]
    for one in (soon, open_one, late, over, never):
        assert page.all("a", href=f"/teach/assignments/{one['id']}")


def test_assistants_see_no_way_to_change_a_course(classroom: Classroom):
    classroom.assign()
    dave = Browser(classroom.school, classroom.dave)
    page = dave.visit(at(classroom))
    assert page.status == 200
    assert page.all("a", href=at(classroom, "/assignments/new")) == []
    assert page.all("a", href=at(classroom, "/copy")) == []


def test_settings_hold_title_zone_and_rule(classroom: Classroom, carol: Browser):
    carol.visit(at(classroom, "/settings"))
    fields = {"title": "Calculus", "timezone": "Europe/Rome", "rule": "at_least", "at_least": "6"}
    page = carol.send(at(classroom, "/settings"), {**fields, "assignments_with_percent": "62,5"})
    assert "Saved." in page.text
    assert page.field("assignments_with_percent") == "62.5"
    assert page.one("input", name="rule", value="at_least").attributes.keys() >= {"checked"}
    seen = fine(classroom.carol.get(f"/courses/{classroom.course}"))
    assert (seen["title"], seen["timezone"]) == ("Calculus", "Europe/Rome")
    assert seen["rule"] == {"at_least": 6, "assignments_with_percent": 62.5}
    carol.send(at(classroom, "/settings"), {**fields, "rule": "percent", "percent": "50"})
    assert fine(classroom.carol.get(f"/courses/{classroom.course}"))["rule"] == {"percent": 50}
    carol.send(at(classroom, "/settings"), {**fields, "rule": ""})
    assert fine(classroom.carol.get(f"/courses/{classroom.course}"))["rule"] is None


def test_settings_that_a_colleague_changed_are_not_written_over_unseen(classroom: Classroom, carol: Browser):
    carol.visit(at(classroom, "/settings"))
    theirs = {"title": "Theirs", "rule": {"percent": 40}}
    fine(classroom.carol.patch(f"/courses/{classroom.course}", theirs))
    fields = {"title": "Mathematics", "timezone": "Europe/Rome", "rule": "", "percent": "", "at_least": ""}
    page = carol.send(at(classroom, "/settings"), {**fields, "assignments_with_percent": ""})
    assert page.status == 409
    assert "Somebody else changed these settings" in page.text
    assert [page.field(name) for name in ("title", "timezone", "percent")] == ["Theirs", "Europe/Rome", "40"]
    assert page.one("input", name="rule", value="percent").attributes.keys() >= {"checked"}
    assert fine(classroom.carol.get(f"/courses/{classroom.course}"))["timezone"] != "Europe/Rome"
    again = {"title": "Theirs", "timezone": "Europe/Rome", "rule": "percent", "percent": "40"}
    assert "Saved." in carol.send(at(classroom, "/settings"), again).text


def test_settings_of_a_page_that_says_not_what_it_opened_with_are_refused(classroom: Classroom, carol: Browser):
    carol.visit(at(classroom, "/settings"))
    page = carol.send(at(classroom, "/settings"), {"title": "X", "timezone": "UTC", "opened": "{"})
    assert page.status == 422
    assert "Open it again." in page.text


def test_a_rule_that_nobody_can_meet_is_pointed_out(classroom: Classroom, carol: Browser):
    classroom.assign()
    fields = {"title": "Calculus", "timezone": "UTC", "rule": "at_least", "assignments_with_percent": "50"}
    carol.visit(at(classroom, "/settings"))
    page = carol.send(at(classroom, "/settings"), {**fields, "at_least": "2"})
    assert "Saved." in page.text
    assert "Nobody can pass" in page.text
    assert "Nobody can pass" not in carol.send(at(classroom, "/settings"), {**fields, "at_least": "1"}).text


def test_a_time_zone_is_known_in_any_case(classroom: Classroom, carol: Browser):
    carol.visit(at(classroom, "/settings"))
    page = carol.send(at(classroom, "/settings"), {"title": "Calculus", "timezone": "america/new york", "rule": ""})
    assert page.field("timezone") == "America/New_York"


@pytest.mark.parametrize(
    ("rule", "wrong"),
    [
        ({"rule": "percent", "percent": "101"}, {"percent"}),
        ({"rule": "percent", "percent": "nan"}, {"percent"}),
        (
            {"rule": "at_least", "at_least": "0", "assignments_with_percent": ""},
            {"at_least", "assignments_with_percent"},
        ),
    ],
)
def test_a_rule_that_cannot_hold_is_refused_at_its_field(
    classroom: Classroom, carol: Browser, rule: dict[str, str], wrong: set[str]
):
    carol.visit(at(classroom, "/settings"))
    page = carol.send(at(classroom, "/settings"), {"title": HOSTILE, "timezone": "UTC", **rule})
    assert page.status == 422
    assert {e["name"] for e in page.all("input", aria_invalid="true")} == wrong
    assert page.field("title") == HOSTILE
    assert HOSTILE not in page.html
    assert fine(classroom.carol.get(f"/courses/{classroom.course}"))["title"] == "Mathematics"


def test_a_copy_shows_its_dates_before_it_is_made(classroom: Classroom, carol: Browser):
    classroom.assign({}, {}, opens_at="2026-03-20T07:00:00Z", due_at="2026-03-27T22:59:00Z")
    page = carol.visit(at(classroom, "/copy"))
    assert page.field("shift_days") == "364"
    page = carol.send(at(classroom, "/copy"), {"do": "show", "title": "Again", "shift_days": "7"})
    assert "Fri 27 Mar 2026, 08:00now Fri 20 Mar 2026, 08:00" in page.text
    assert "1 assignment would be due in the past." in page.text
    assert "no date at which" not in page.text
    assert "Fri 3 Apr 2026, 23:59now Fri 27 Mar 2026, 23:59" in page.text  # the clock has changed in between
    assert len(fine(classroom.carol.get("/courses"))["items"]) == 1
    page = carol.send(at(classroom, "/copy"), {"do": "copy", "title": "Again", "shift_days": "7"})
    assert page.one("h1").text == "Again"
    copied = fine(classroom.carol.get(f"{page.path.removeprefix('/teach')}/assignments"))["items"]
    assert [one["due_at"] for one in copied] == ["2026-04-03T21:59:00.000Z"]


def test_a_copy_says_what_is_open_at_once(classroom: Classroom, carol: Browser):
    classroom.assign(due_at="2026-12-27T22:59:00Z")
    page = carol.visit(at(classroom, "/copy"))
    assert "1 assignment has no date at which it opens" in page.text
    assert "in the past" not in page.text


@pytest.mark.parametrize(
    ("title", "days", "wrong"), [("Again", "a week", {"shift_days"}), ("", "99999", {"title", "shift_days"})]
)
def test_a_copy_that_cannot_be_keeps_what_was_typed(
    classroom: Classroom, carol: Browser, title: str, days: str, wrong: set[str]
):
    classroom.assign()
    carol.visit(at(classroom, "/copy"))
    for do in ("show", "copy"):
        page = carol.send(at(classroom, "/copy"), {"do": do, "title": title, "shift_days": days})
        assert page.status == 422
        assert (page.field("title"), page.field("shift_days")) == (title, days)
        assert {e["name"] for e in page.all("input", aria_invalid="true")} == wrong
    assert len(fine(classroom.carol.get("/courses"))["items"]) == 1


def test_a_hostile_title_is_a_title(classroom: Classroom, carol: Browser):
    fine(classroom.carol.patch(f"/courses/{classroom.course}", {"title": HOSTILE}))
    classroom.assign({}, {}, title=HOSTILE)
    for place in ("/teach", at(classroom), at(classroom, "/settings"), at(classroom, "/copy")):
        page = carol.visit(place)
        assert page.status == 200
        assert HOSTILE not in page.html
        assert HOSTILE in page.html.replace("&lt;", "<").replace("&gt;", ">")


def answers(person: Person | None, classroom: Classroom, path: str) -> int:
    return Browser(classroom.school, person).visit(path).status


def test_pages_of_a_course_are_for_its_staff(classroom: Classroom):
    for place, assistant in (("", 200), ("/settings", 403), ("/copy", 403)):
        path = at(classroom, place)
        assert answers(None, classroom, path) == 401
        assert answers(classroom.mallory, classroom, path) == 404
        assert answers(classroom.alice, classroom, path) == 403
        assert answers(classroom.dave, classroom, path) == assistant
        assert answers(classroom.operator, classroom, path) == 200
    assert answers(None, classroom, "/teach") == 401


def test_nobody_else_changes_a_course(classroom: Classroom):
    for place in ("/settings", "/copy"):
        fields = {"title": "Mine", "timezone": "UTC", "rule": "", "do": "copy", "shift_days": "0"}
        for person, status in ((None, 401), (classroom.mallory, 404), (classroom.alice, 403), (classroom.dave, 403)):
            browser = Browser(classroom.school, person)
            browser.visit("/")
            assert browser.send(at(classroom, place), fields).status == status
