"""Pages of the people of a course: a roster, each of them, how they are let in."""

import csv
import io
import re

import pytest
from sqlalchemy import select

from app.auth import create_secret
from app.courses.members import LINK_LASTS, MOST_LINKS
from app.models import audit, tokens
from tests.teaching import Classroom, Person, fine
from tests.visiting import Browser, Page

HOSTILE = "<script>alert(1)</script>"
HEADER = "name,email,role,external_id,group\n"


@pytest.fixture
def carol(classroom: Classroom) -> Browser:
    return Browser(classroom.school, classroom.carol)


def at(classroom: Classroom, place: str = "") -> str:
    return f"/teach/courses/{classroom.course}/people{place}"


def members(classroom: Classroom) -> dict[str, dict[str, str]]:
    return {one["name"]: one for one in fine(classroom.carol.get(f"/courses/{classroom.course}/enrolments"))["items"]}


def names(page: Page) -> list[str]:
    return [e.text for e in page.all("th", scope="row")]


def test_everybody_in_the_course_is_listed_by_name(carol: Browser, classroom: Classroom):
    page = carol.visit(at(classroom))
    assert names(page) == ["Alice", "Bob", "Carol", "Dave", "Operator"]
    assert "5 people" in page.text


def test_a_search_needs_every_word(carol: Browser, classroom: Classroom):
    assert names(carol.visit(at(classroom, "?q=ALICE"))) == ["Alice"]
    assert names(carol.visit(at(classroom, "?q=bob+example.org"))) == ["Bob"]
    assert names(carol.visit(at(classroom, "?q=x-dave"))) == ["Dave"]
    nobody = carol.visit(at(classroom, f"?q={HOSTILE}"))
    assert "Nobody in the course is called that." in nobody.text
    assert nobody.field("q") == HOSTILE
    assert HOSTILE not in nobody.html


def test_who_left_is_listed_apart_with_the_time_and_searched_likewise(carol: Browser, classroom: Classroom):
    assert "left the course" not in carol.visit(at(classroom)).text
    for person in (classroom.alice, classroom.bob):
        assert classroom.carol.delete(f"/courses/{classroom.course}/enrolments/{person.id}").status_code == 204
    page = carol.visit(at(classroom))
    assert names(page) == ["Carol", "Dave", "Operator"]
    (link,) = [e for e in page.all("a") if "left=true" in e["href"]]
    assert link.text == "2 have left the course"
    page = carol.visit(link["href"])
    assert names(page) == ["Alice", "Bob"]
    assert "left Sun 22 Nov 2026, 11:00" in page.text
    assert names(carol.visit(at(classroom, "?left=true&q=bob"))) == ["Bob"]
    (turned,) = [e["href"] for e in page.all("a") if "sort=name" in e["href"]]
    assert names(carol.visit(turned)) == ["Bob", "Alice"]


def test_columns_sort_both_ways(carol: Browser, classroom: Classroom):
    page = carol.visit(at(classroom, "?sort=role"))
    assert names(page) == ["Dave", "Carol", "Operator", "Alice", "Bob"]
    assert page.one("th", aria_sort="ascending").text.startswith("Role")
    (turned,) = [e["href"] for e in page.all("a") if "sort=role" in e["href"]]
    page = carol.visit(turned)
    assert names(page) == ["Bob", "Alice", "Operator", "Carol", "Dave"]
    assert page.one("th", aria_sort="descending").text.startswith("Role")


def test_a_group_is_shown_alone(carol: Browser, classroom: Classroom):
    carol.visit(at(classroom))
    carol.send(at(classroom, "/roster"), {"text": f"{HEADER}Alice,alice@example.org,,,red & blue\n"})
    page = carol.visit(at(classroom, "?group=red+%26+blue"))
    assert names(page) == ["Alice"]
    (sort,) = [e["href"] for e in page.all("a") if "sort=email" in e["href"]]
    assert names(carol.visit(sort)) == ["Alice"]


def test_a_roster_says_what_it_changed_and_gives_bad_lines_back(carol: Browser, classroom: Classroom):
    lines = [
        "Alice,alice@example.org,student,x-alice,",
        "Bobby,bob@example.org,student,x-bob,",
        "Erin,erin at example.org",
        "Alice,alice@example.org",
        f'"{HOSTILE},x@example.org',
    ]
    carol.visit(at(classroom))
    page = carol.send(at(classroom, "/roster"), {"text": HEADER + "\n".join(lines)})
    assert page.status == 200
    assert "Added 0, updated 1, unchanged 1. 3 lines have faults" in page.text
    assert "Line 4: This is no e-mail address." in page.text
    assert "Line 5: This e-mail address is in line 2 already." in page.text
    assert "Line 6: A quote in this line is not closed" in page.text
    assert page.one("textarea").text == " ".join([HEADER.strip(), lines[0], *lines[2:]])
    assert HOSTILE not in page.html
    mended = HEADER + lines[2].replace(" at ", "@")
    page = carol.send(at(classroom, "/roster"), {"text": mended})
    assert "Added 1, updated 0, unchanged 0." in page.text
    assert page.one("textarea").text == HEADER.strip()
    assert set(members(classroom)) == {"Alice", "Bobby", "Carol", "Dave", "Erin", "Operator"}


def test_a_roster_comes_as_a_file_with_whatever_lines_a_spreadsheet_writes(carol: Browser, classroom: Classroom):
    proof = carol.visit(at(classroom)).field("proof")
    file = "\ufeffname;email;role\r\nÉva;eva@example.org;student\r\nNo;no\r\n".encode()
    page = carol.send(
        at(classroom, "/roster"), {"text": HEADER}, proof=proof, files={"file": ("roster.csv", file, "text/csv")}
    )
    assert "Added 1, updated 0, unchanged 0. 1 line has a fault" in page.text
    assert page.one("textarea").text == "name;email;role No;no"
    assert "Éva" in names(page)


def test_a_line_that_repeats_another_one_overwrites_nobody_when_it_is_sent_again(carol: Browser, classroom: Classroom):
    carol.visit(at(classroom))
    lines = "Erin,erin@example.org\nFrank,erin@example.org\n"
    page = carol.send(at(classroom, "/roster"), {"text": HEADER + lines})
    assert "Line 3: This e-mail address is in line 2 already." in page.text
    page = carol.send(
        at(classroom, "/roster"), {"text": HEADER + page.one("textarea").text.split(" ", 1)[1].replace(" F", "\nF")}
    )
    assert "Added 0, updated 0, unchanged 1. 1 line has a fault" in page.text
    assert "Frank" not in members(classroom)


def test_the_example_of_the_box_is_taken_without_the_line_above_it(carol: Browser, classroom: Classroom):
    example = carol.visit(at(classroom)).all("code")[0].text
    page = carol.send(at(classroom, "/roster"), {"text": example.replace("alice@", "liddell@")})
    assert "Added 1, updated 0, unchanged 0." in page.text
    assert members(classroom)["Alice Liddell"]["group"] == "group 1"


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("  ", "Choose a file, or paste lines"),
        (f"{HOSTILE}\nAlice,alice@example.org", "The first line must be name,email"),
    ],
)
def test_a_roster_that_cannot_be_read_stays_in_its_box(carol: Browser, classroom: Classroom, text: str, remedy: str):
    carol.visit(at(classroom))
    page = carol.send(at(classroom, "/roster"), {"text": text})
    assert page.status == 422
    assert remedy in page.text
    assert page.one("textarea").text == " ".join(text.split())
    assert HOSTILE not in page.html


def test_one_person_is_added_by_hand(carol: Browser, classroom: Classroom):
    carol.visit(at(classroom))
    fields = {"name": HOSTILE, "email": "Erin@Example.org", "role": "assistant", "external_id": "", "group": "red"}
    page = carol.send(at(classroom), fields)
    assert page.one("h1").text == HOSTILE
    assert HOSTILE not in page.html
    assert members(classroom)[HOSTILE]["email"] == "erin@example.org"
    assert members(classroom)[HOSTILE]["role"] == "assistant"


def test_who_is_in_the_course_already_is_not_added_over(carol: Browser, classroom: Classroom):
    before = members(classroom)
    carol.visit(at(classroom))
    page = carol.send(at(classroom), {"name": "Somebody", "email": "Dave@example.org", "role": "student"})
    assert page.status == 422
    assert "Dave is in this course already" in page.text
    assert page.field("name") == "Somebody"
    assert members(classroom) == before


def test_a_roster_is_a_file_or_lines_and_never_half_of_both(carol: Browser, classroom: Classroom):
    before = members(classroom)
    carol.visit(at(classroom))
    lines = "name,email\nErin,erin@example.org"
    files = {"file": ("roster.csv", b"name,email\nFrank,frank@example.org\n", "text/csv")}
    page = carol.send(at(classroom, "/roster"), {"text": lines}, files=files)
    assert page.status == 422
    assert "Send one of them first" in page.text
    assert page.one("textarea", name="text").text.strip() == lines.replace("\n", " ")
    assert members(classroom) == before


def test_who_cannot_be_added_keeps_what_was_typed(carol: Browser, classroom: Classroom):
    carol.visit(at(classroom))
    page = carol.send(at(classroom), {"name": "Erin", "email": "erin@example.org", "role": "boss", "group": "red"})
    assert page.status == 422
    assert "The role must be one of" in page.text
    assert (page.field("name"), page.field("email"), page.field("group")) == ("Erin", "erin@example.org", "red")
    assert "Erin" not in members(classroom)


def test_a_person_is_changed(carol: Browser, classroom: Classroom):
    path = at(classroom, f"/{classroom.alice.id}")
    page = carol.visit(path)
    fields = {name: page.field(name) for name in ("name", "email", "external_id", "group")}
    page = carol.send(path, {**fields, "role": "assistant", "group": "blue", "external_id": ""})
    assert "Saved." in page.text
    seen = members(classroom)["Alice"]
    assert (seen["role"], seen["group"], seen["external_id"]) == ("assistant", "blue", None)


@pytest.mark.parametrize(
    ("changes", "status", "field"),
    [
        ({"email": "nothing"}, 422, "email"),
        ({"name": "x" * 201}, 422, "name"),
        ({"role": "boss"}, 422, "role"),
        ({"external_id": "X-BOB"}, 409, ""),
        ({"email": "bob@example.org"}, 409, ""),
    ],
)
def test_a_change_that_cannot_be_keeps_what_was_typed(
    carol: Browser, classroom: Classroom, changes: dict[str, str], status: int, field: str
):
    path = at(classroom, f"/{classroom.alice.id}")
    carol.visit(path)
    fields = {"name": "Alice L.", "email": "alice@example.org", "role": "student", "external_id": "", "group": "red"}
    page = carol.send(path, {**fields, **changes})
    assert page.status == status
    assert page.field("group") == "red"
    assert page.one("div", role="alert")
    assert [e["name"] for e in page.elements if e["aria-invalid"] == "true"] == ([field] if field else [])
    assert members(classroom)["Alice"]["group"] is None


def test_an_entry_that_a_colleague_changed_is_not_written_over_unseen(carol: Browser, classroom: Classroom):
    path = at(classroom, f"/{classroom.alice.id}")
    page = carol.visit(path)
    fields = {name: page.field(name) for name in ("name", "email", "external_id", "group")}
    fine(classroom.carol.patch(f"/courses/{classroom.course}/enrolments/{classroom.alice.id}", {"name": "Alice L."}))
    page = carol.send(path, {**fields, "role": "student", "group": "blue"})
    assert page.status == 409
    assert "Somebody else changed this person's entry" in page.text
    assert (page.field("name"), page.field("group")) == ("Alice L.", "blue")
    assert members(classroom)["Alice L."]["group"] is None
    fields["name"] = page.field("name")
    assert "Saved." in carol.send(path, {**fields, "role": "student", "group": "blue"}).text
    assert members(classroom)["Alice L."]["group"] == "blue"


def test_an_address_that_other_courses_know_is_for_the_operator(carol: Browser, classroom: Classroom):
    roster = {"items": [{"name": "Alice", "email": "alice@example.org", "role": "student"}]}
    fine(classroom.operator.post(f"/courses/{classroom.other_course}/enrolments", roster))
    path = at(classroom, f"/{classroom.alice.id}")
    fields = {"name": "Alice", "email": "a@example.org", "role": "student", "external_id": "x-alice", "group": ""}
    carol.visit(path)
    page = carol.send(path, fields)
    assert page.status == 403
    assert "Ask the operator" in page.text
    assert page.field("email") == "a@example.org"
    boss = Browser(classroom.school, classroom.operator)
    boss.visit(path)
    assert boss.send(path, fields).status == 200
    assert members(classroom)["Alice"]["email"] == "a@example.org"


def test_who_is_taken_out_is_gone_and_comes_back_with_a_roster(carol: Browser, classroom: Classroom):
    carol.visit(at(classroom, f"/{classroom.alice.id}"))
    page = carol.send(at(classroom, f"/{classroom.alice.id}/leave"))
    assert "Alice" not in names(page)
    assert carol.visit(at(classroom, f"/{classroom.alice.id}")).status == 404
    carol.visit(at(classroom))
    carol.send(at(classroom, "/roster"), {"text": f"{HEADER}Alice,alice@example.org\n"})
    assert "Alice" in members(classroom)


def test_the_last_instructor_stays(carol: Browser, classroom: Classroom):
    fine(
        classroom.carol.patch(f"/courses/{classroom.course}/enrolments/{classroom.operator.id}", {"role": "assistant"})
    )
    path = at(classroom, f"/{classroom.carol.id}")
    carol.visit(path)
    page = carol.send(f"{path}/leave")
    assert page.status == 409
    assert "A course must keep an instructor." in page.text


def test_a_token_is_shown_once_and_opens_this_course_only(carol: Browser, classroom: Classroom):
    path = at(classroom, f"/{classroom.alice.id}")
    carol.visit(path)
    token = carol.send(f"{path}/token").one("code", class_="once").text
    alice = classroom.alice.with_token(token)
    assert fine(alice.get(f"/courses/{classroom.course}"))["role"] == "student"
    assert alice.get(f"/courses/{classroom.other_course}").status_code == 404
    assert token not in carol.visit(path).html
    carol.send(f"{path}/tokens/revoke")
    assert alice.get(f"/courses/{classroom.course}").status_code == 401


@pytest.mark.parametrize(("deed", "purpose"), [("/token", "token"), ("/link", "sign-in")])
def test_what_is_shown_once_is_not_made_again_by_a_reload(
    carol: Browser, classroom: Classroom, deed: str, purpose: str
):
    path = at(classroom, f"/{classroom.alice.id}")
    mine = select(tokens.c.id).where(tokens.c.person == classroom.alice.id, tokens.c.purpose == purpose)
    before = len(classroom.school.rows(mine))
    proof = carol.visit(path).field("proof")
    assert carol.send(f"{path}{deed}", proof=proof).all("code", class_="once")
    page = carol.send(f"{path}{deed}", proof=proof)
    assert page.all("code", class_="once") == []
    assert "has been shown, and is not shown again" in page.text
    assert len(classroom.school.rows(mine)) == before + 1


def opened(page: Page) -> list[str]:
    return [e["id"] for e in page.all("details") if "open" in e.attributes]


def test_what_was_sent_stands_open_after_a_fault_and_nothing_else(carol: Browser, classroom: Classroom):
    assert opened(carol.visit(at(classroom))) == []
    assert opened(carol.send(at(classroom), {"name": "", "email": "erin@example.org"})) == ["add"]
    assert opened(carol.send(at(classroom, "/roster"), {"text": "nothing"})) == ["roster"]


def links_of(classroom: Classroom, person: Person) -> int:
    mine = select(tokens.c.id).where(tokens.c.person == person.id, tokens.c.purpose == "sign-in")
    return len(classroom.school.rows(mine))


def test_a_link_signs_somebody_in_once_to_this_course_only(carol: Browser, classroom: Classroom):
    roster = {"items": [{"name": "Dave", "email": "dave@example.org", "role": "instructor"}]}
    fine(classroom.operator.post(f"/courses/{classroom.other_course}/enrolments", roster))
    path = at(classroom, f"/{classroom.dave.id}")
    carol.visit(path)
    page = carol.send(f"{path}/link")
    address = page.one("code", class_="once").text
    assert address.startswith("http://nabla.test/sign-in/nabla_")
    dave = Browser(classroom.school)
    dave.visit(address)
    assert dave.send(address, {"next": "/teach"}).path == "/teach"
    assert [e.text for e in dave.visit("/teach").all("th", scope="row")] == ["Mathematics"]
    assert dave.visit("/me").one("h1").text == "Dave"
    assert dave.visit(f"/teach/courses/{classroom.other_course}").status == 404
    again = Browser(classroom.school)
    again.visit(address)
    assert again.send(address).status == 401


def test_a_link_is_good_for_a_week(carol: Browser, classroom: Classroom):
    path = at(classroom, f"/{classroom.alice.id}")
    carol.visit(path)
    early, late = (carol.send(f"{path}/link").one("code", class_="once").text for _ in range(2))
    assert LINK_LASTS.days == 7
    classroom.clock.forward(days=6, hours=23)
    browser = Browser(classroom.school)
    browser.visit(early)
    assert browser.send(early).status == 200
    classroom.clock.forward(hours=2)
    browser = Browser(classroom.school)
    browser.visit(late)
    assert browser.send(late).status == 401


def test_links_lead_to_the_public_address(carol: Browser, classroom: Classroom, monkeypatch: pytest.MonkeyPatch):
    settings = classroom.school.app.state.settings.model_copy(update={"public_url": "https://nabla.example.org"})
    path = at(classroom, f"/{classroom.alice.id}")
    carol.visit(path)
    monkeypatch.setitem(classroom.school.app.state._state, "settings", settings)
    address = carol.send(f"{path}/link").one("code", class_="once").text
    assert address.startswith("https://nabla.example.org/sign-in/nabla_")


def test_all_students_get_links_in_a_spreadsheet_for_a_letter(carol: Browser, classroom: Classroom):
    carol.visit(at(classroom))
    carol.send(at(classroom, "/roster"), {"text": f"{HEADER}=HYPERLINK(A1),erin@example.org\n"})
    reply = carol.send(at(classroom, "/links")).reply
    assert reply.headers["content-type"].startswith("text/csv")
    assert "attachment" in reply.headers["content-disposition"]
    assert reply.headers["cache-control"] == "no-store"
    rows = list(csv.DictReader(io.StringIO(reply.text.removeprefix("\ufeff"))))
    assert [row["name"] for row in rows] == ["'=HYPERLINK(A1)", "Alice", "Bob"]
    assert [row["email"] for row in rows] == ["erin@example.org", "alice@example.org", "bob@example.org"]
    alice = Browser(classroom.school)
    alice.visit(rows[1]["link"])
    assert alice.send(rows[1]["link"]).path == "/assignments"
    assert alice.visit("/me").one("h1").text == "Alice"


def test_links_are_written_down_and_only_the_newest_stay_good(carol: Browser, classroom: Classroom):
    elsewhere = classroom.school.write(
        lambda tx: create_secret(tx, classroom.alice.id, classroom.clock(), "sign-in", course=classroom.other_course)
    )
    carol.visit(at(classroom))
    for _ in range(MOST_LINKS + 2):
        classroom.clock.forward(minutes=1)
        last = carol.send(at(classroom, "/links")).reply.text
    assert links_of(classroom, classroom.alice) == MOST_LINKS + 1  # and the one of the other course
    assert links_of(classroom, classroom.carol) == 0
    (newest,) = re.findall(r"alice@example.org,(\S+)", last)
    browser = Browser(classroom.school)
    browser.visit(newest)
    assert browser.send(newest).status == 200
    assert browser.visit(f"/sign-in/{elsewhere.text}").status == 200
    deeds = classroom.school.rows(select(audit).where(audit.c.action == "sign-in links given"))
    assert len(deeds) == MOST_LINKS + 2
    assert deeds[0].actor == classroom.carol.id
    assert set(deeds[0].details["people"]) == {classroom.alice.id, classroom.bob.id}


def test_two_thousand_people_are_shown_two_hundred_at_a_time(carol: Browser, classroom: Classroom):
    lines = "".join(f"Student {n:04},s{n}@example.org,student,id-{n},group {n % 20}\n" for n in range(2_000))
    carol.visit(at(classroom))
    assert "Added 2000" in carol.send(at(classroom, "/roster"), {"text": HEADER + lines}).text
    page = carol.visit(at(classroom))
    assert len(names(page)) == 200
    assert names(carol.visit(at(classroom, "?number=11")))[-1] == "Student 1999"
    assert "There are fewer pages now." in carol.visit(at(classroom, "?number=12")).text
    assert names(carol.visit(at(classroom, "?q=student+1234"))) == ["Student 1234"]
    assert len(names(carol.visit(at(classroom, "?group=group+7")))) == 100


PLACES = ("", "/{alice}")
DEEDS = (
    "",
    "/roster",
    "/links",
    "/{alice}",
    "/{alice}/leave",
    "/{alice}/token",
    "/{alice}/link",
    "/{alice}/tokens/revoke",
)


def test_people_are_seen_by_staff_and_changed_by_instructors(classroom: Classroom):
    page = Browser(classroom.school, classroom.dave).visit(at(classroom))
    assert names(page) == ["Alice", "Bob", "Carol", "Dave", "Operator"]
    assert page.all("form", method="post") == []
    assert [e for e in page.all("a") if e["href"].startswith(at(classroom, "/"))] == []
    for place, assistant in zip(PLACES, (200, 403), strict=True):
        path = at(classroom, place.format(alice=classroom.alice.id))
        for person, status in (
            (None, 401),
            (classroom.mallory, 404),
            (classroom.alice, 403),
            (classroom.dave, assistant),
            (classroom.operator, 200),
        ):
            assert Browser(classroom.school, person).visit(path).status == status


@pytest.mark.parametrize("place", DEEDS)
def test_nobody_else_changes_people(classroom: Classroom, place: str):
    path = at(classroom, place.format(alice=classroom.alice.id))
    fields = {"text": HEADER, "name": "Erin", "email": "erin@example.org", "role": "instructor"}
    before = members(classroom)
    for person, status in ((None, 401), (classroom.mallory, 404), (classroom.alice, 403), (classroom.dave, 403)):
        browser = Browser(classroom.school, person)
        browser.visit("/")
        assert browser.send(path, fields).status == status
    assert members(classroom) == before


def test_a_person_of_another_course_is_nobody_here(carol: Browser, classroom: Classroom):
    for place in ("", "/leave", "/token", "/link"):
        path = at(classroom, f"/{classroom.mallory.id}{place}")
        carol.visit(at(classroom))
        assert carol.send(path, {"name": "M", "email": "m@example.org", "role": "student"}).status == 404
