"""Rosters that are too large, or give two people one id; addresses, roles and deeds around them."""

import csv
import io
import json
import time
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from app.attempts.flags import MOST_FLAGS
from app.auth import add_person
from app.courses import roster
from app.gradebooks import guarded
from app.models import audit, enrolments, people
from tests.commands import Nabla
from tests.conftest import run_nabla
from tests.teaching import MORNING, Classroom, Person, fine, made, refused, submit, wrong

HEADER = "name,email,role,external_id,group\n"
TAKEN = "This external_id is that of another person in the course."


def send(person: Person, course: str, content: str) -> Any:
    headers = {"Content-Type": "text/csv"}
    return person.send("POST", f"/courses/{course}/enrolments", content=content.encode(), headers=headers)


def take(classroom: Classroom, content: str) -> dict[str, Any]:
    return fine(send(classroom.carol, classroom.course, content))


def of(classroom: Classroom, person: Person) -> str:
    return f"/courses/{classroom.course}/enrolments/{person.id}"


def ids(classroom: Classroom) -> dict[str, str | None]:
    """The external ids in carol's course, by address."""
    everyone = (enrolments.c.course == classroom.course) & enrolments.c.left_at.is_(None)
    found = select(people.c.email, enrolments.c.external_id).join(people, people.c.id == enrolments.c.person)
    return {row.email: row.external_id for row in classroom.school.rows(found.where(everyone)) if row.email}


def deeds(classroom: Classroom, action: str) -> list[Any]:
    return [row.details for row in classroom.school.rows(select(audit).where(audit.c.action == action))]


# Size ---------------------------------------------------------------------------------------------


def test_a_roster_of_too_many_lines_is_refused_before_they_are_read(
    classroom: Classroom, monkeypatch: pytest.MonkeyPatch
):
    read: list[int] = []
    original = roster._line
    monkeypatch.setattr(roster, "_line", lambda number, *more: (read.append(number), original(number, *more))[1])
    problem = refused(send(classroom.carol, classroom.course, "name,email\n" + "x\n" * 50_001), 422, "invalid-request")
    assert "50000 lines" in problem["detail"]
    assert read == []


def test_a_roster_may_have_as_many_lines_as_it_says_and_blank_ones_behind(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(roster, "MOST_LINES", 3)
    assert len(roster.read_csv(b"name,email\r\na\r\nb\r\nc\r\n\r\n\r\n")) == 3
    with pytest.raises(roster.InvalidRequest):
        roster.read_csv(b"name,email\ra\rb\rc\rd")


def test_json_that_is_no_roster_is_refused_at_its_first_fault(classroom: Classroom):
    address = f"/courses/{classroom.course}/enrolments"
    problem = refused(classroom.carol.post(address, {"items": [1] * 1_000}), 422, "invalid-request")
    assert [error["pointer"] for error in problem["errors"]] == ["/items/0"]
    line = {"name": "X", "email": "x"}
    refused(classroom.carol.post(address, {"items": [line] * (roster.MOST_LINES + 1)}), 422, "invalid-request")


def test_a_reply_lists_a_thousand_errors_and_says_how_many_more(classroom: Classroom):
    errors = take(classroom, "name,email\n" + "x\n" * 1_007)["errors"]
    assert len(errors) == 1_001
    assert (errors[-2]["line"], errors[-1]["line"]) == (1_001, 1_002)
    assert "7 more" in errors[-1]["detail"]
    assert len(take(classroom, "name,email\n" + "x\n" * 1_000)["errors"]) == 1_000


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("name,x-mail", "Column 2 of yours is none of these. Understood of yours: name."),
        ("name,email,E-Mail", "Column 3 of yours is email a second time"),
        ("name,Vorname,Nachname,Mail", "a name both in one piece and in two"),
        ("Vorname,Mail", "no column name. Understood of yours: first name, email."),
        ("name", "no column email"),
        ("role", "no column name and no column email"),
    ],
)
def test_a_header_that_is_wrong_is_told_which_column(classroom: Classroom, header: str, words: str):
    problem = refused(send(classroom.carol, classroom.course, f"{header}\nX,x@y\n"), 422, "invalid-request")
    assert words in problem["detail"]
    assert "x-mail" not in problem["detail"]


@pytest.mark.parametrize(
    "content",
    [
        "Name;E-Mail\nÉva Kiss;eva@example.org\n",
        "EMAIL ADDRESS,Nom\neva@example.org,Éva Kiss\n",
        "Vorname;Nachname;E-Mail-Adresse\nÉva;Kiss;eva@example.org\n",
        "Name\tVorname\tMail\nKiss\tÉva\teva@example.org\n",
        "Nom,PRENOM,courriel\nKiss,Éva,eva@example.org\n",
        "First name,Surname,ID number,Email address\nÉva,Kiss,,eva@example.org\n",
        "name,email,role,external_id,group\nÉva Kiss\teva@example.org\tstudent\n",
        "Éva Kiss,eva@example.org,student\n",
    ],
)
def test_columns_have_the_names_that_other_programs_give_them(classroom: Classroom, content: str):
    assert take(classroom, content) == {"added": 1, "updated": 0, "unchanged": 0, "errors": []}
    names = {row.email: row.name for row in classroom.school.rows(select(people))}
    assert names["eva@example.org"] == "Éva Kiss"


def test_a_first_line_that_is_about_somebody_is_line_one():
    read = roster.check(roster.read_csv(b"Alice,alice@example.org\nBob,bob@example.org,king\n"))
    assert [number for number, _ in read.good] == [1]
    assert [error.line for error in read.errors] == [2]
    assert (
        roster.to_mend(b"A;a@b.org;king\n", [roster.LineError(1, "")])
        == "name;email;role;external_id;group\nA;a@b.org;king\n"
    )


# External ids -------------------------------------------------------------------------------------


def test_two_people_do_not_get_one_external_id(classroom: Classroom):
    content = HEADER + "Erin,erin@example.org,,7a,\nFrank,frank@example.org,,7A,\nGrace,grace@example.org,,X-BOB,\n"
    first = take(classroom, content)
    assert (first["added"], [error["line"] for error in first["errors"]]) == (1, [3, 4])
    assert all(error["detail"].startswith(TAKEN) for error in first["errors"])
    assert ids(classroom)["erin@example.org"] == "7a"
    assert take(classroom, content) == {"added": 0, "updated": 0, "unchanged": 1, "errors": first["errors"]}
    assert not classroom.school.rows(select(people).where(people.c.email == "frank@example.org"))


@pytest.mark.parametrize("at_once", [1, 500])
def test_external_ids_may_change_hands_within_a_roster(
    classroom: Classroom, monkeypatch: pytest.MonkeyPatch, at_once: int
):
    monkeypatch.setattr(roster, "AT_ONCE", at_once)
    content = (
        HEADER + "Alice,alice@example.org,,x-bob,\nBob,bob@example.org,,x-dave,\nDave,dave@example.org,,x-alice,\n"
    )
    result = take(classroom, content)
    assert (result["updated"], result["errors"]) == (3, [])
    assert ids(classroom)["alice@example.org"] == "x-bob"
    assert take(classroom, content)["unchanged"] == 3


def test_who_counts_on_an_id_that_is_kept_is_refused_too(classroom: Classroom):
    content = HEADER + "Alice,alice@example.org,,x-bob,\nBob,bob@example.org,,x-carol,\n"
    for _ in range(2):
        result = take(classroom, content)
        assert (result["updated"], [error["line"] for error in result["errors"]]) == (0, [2, 3])


def test_the_id_of_who_left_is_free_and_missing_when_they_come_back(classroom: Classroom):
    assert classroom.carol.delete(of(classroom, classroom.bob)).status_code == 204
    assert take(classroom, HEADER + "Erin,erin@example.org,,x-bob,\n")["added"] == 1
    assert [error["detail"] for error in take(classroom, "name,email\nBob,bob@example.org\n")["errors"]] == [TAKEN]


def test_a_patch_gives_nobody_the_id_of_another(classroom: Classroom):
    problem = refused(classroom.carol.patch(of(classroom, classroom.alice), {"external_id": "X-Bob"}), 409, "conflict")
    assert problem["detail"] == TAKEN
    assert fine(classroom.carol.patch(of(classroom, classroom.alice), {"external_id": "X-Alice"}))


# Addresses ----------------------------------------------------------------------------------------


def test_an_instructor_changes_the_address_of_who_is_in_no_other_course(classroom: Classroom):
    address = of(classroom, classroom.alice)
    changed = fine(classroom.carol.patch(address, {"email": " Alice.L@Example.org "}))
    assert changed["email"] == "alice.l@example.org"
    assert take(classroom, "name,email\nAlice,alice.l@example.org\n")["unchanged"] == 1
    assert deeds(classroom, "enrolment changed") == [{"fields": ["email"]}]
    for email in ("alice", "a@b@c", "", "x" * 250 + "@example.org", "a\a@example.org"):
        problem = refused(classroom.carol.patch(address, {"email": email}), 422, "invalid-request")
        assert problem["errors"][0]["pointer"] == "/email"
    problem = refused(classroom.carol.patch(address, {"email": "mallory@example.org"}), 409, "conflict")
    assert problem["detail"] == "Another person is known by this address."


def test_who_was_ever_elsewhere_or_is_an_operator_gets_an_address_from_the_operator_only(classroom: Classroom):
    c = classroom
    other = f"/courses/{c.other_course}/enrolments"
    fine(c.mallory.post(other, {"items": [{"name": "Alice", "email": c.alice.email}]}))
    assert c.mallory.delete(f"{other}/{c.alice.id}").status_code == 204
    boss = c.school.write(lambda tx: add_person(tx, "Boss", MORNING, email="boss@example.org", operator=True))
    fine(c.carol.post(f"/courses/{c.course}/enrolments", {"items": [{"name": "Boss", "email": "boss@example.org"}]}))
    for person in (c.alice.id, boss):
        address = f"/courses/{c.course}/enrolments/{person}"
        problem = refused(c.carol.patch(address, {"email": f"{person}@example.org"}), 403, "forbidden")
        assert "Ask the operator" in problem["detail"]
        assert "Another course" not in problem["detail"]
        assert (
            fine(c.operator.patch(address, {"email": f"{person}@example.org"}))["email"]
            == f"{person}@example.org".lower()
        )
    refused(c.dave.patch(of(c, c.bob), {"email": "b@example.org"}), 403, "forbidden")


# Courses ------------------------------------------------------------------------------------------


def test_a_token_of_one_course_makes_no_other(classroom: Classroom):
    c = classroom
    bound = c.carol.with_token(made(c.operator.post(f"{of(c, c.carol)}/token"))["token"])
    body = {"title": "Mine"}
    for path in ("/courses", f"/courses/{c.course}/copy"):
        problem = refused(bound.post(path, body), 403, "forbidden")
        assert problem["detail"] == "This token is for one course only. Use one of your own: make it on /me."
    assert len(fine(c.carol.get("/courses"))["items"]) == 1
    made(c.carol.post(f"/courses/{c.course}/copy", body))


@pytest.mark.parametrize(
    ("role", "shown"), [("instructor", "instructor"), ("assistant", "assistant"), ("student", "operator")]
)
def test_the_role_of_an_operator_who_is_enrolled_is_the_same_everywhere(classroom: Classroom, role: str, shown: str):
    c = classroom
    fine(c.carol.patch(of(c, c.operator), {"role": role}))
    listed = {course["id"]: course["role"] for course in fine(c.operator.get("/courses"))["items"]}
    assert listed[c.course] == fine(c.operator.get(f"/courses/{c.course}"))["role"] == shown
    changed = fine(c.operator.patch(f"/courses/{c.course}", {"title": "Still the operator's"}))
    assert changed["role"] == shown


def test_the_log_says_what_was_made_and_copied(classroom: Classroom):
    body = {"title": "Next year", "shift_days": 364}
    made(classroom.carol.post(f"/courses/{classroom.course}/copy", body))
    whole = {"title": "Next year", "timezone": "Europe/Vienna"}
    assert deeds(classroom, "course created")[-1] == whole
    assert deeds(classroom, "course copied") == [{**whole, "shift_days": 364}]


# For one student ----------------------------------------------------------------------------------


def test_the_log_says_what_an_extension_was_before(classroom: Classroom):
    c = classroom
    sheet = c.assign(due_at=c.clock.after(days=1))
    address = f"/assignments/{sheet['id']}/extensions/{c.alice.id}"
    fine(c.carol.put(address, {"due_at": c.clock.after(days=2)}))
    fine(c.carol.put(address, {"tries": 3}))
    assert c.carol.delete(address).status_code == 204
    due = (MORNING + timedelta(days=2)).isoformat()
    same = {"person": c.alice.id, "closes_at": [None, None]}
    assert deeds(c, "extension granted") == [
        {**same, "due_at": [None, due], "tries": [None, None]},
        {**same, "due_at": [due, None], "tries": [None, 3]},
    ]
    assert deeds(c, "extension withdrawn") == [{**same, "due_at": [None, None], "tries": [3, None]}]


def test_hundreds_of_extensions_take_a_few_statements(classroom: Classroom):
    lines = "".join(f"S{n},s{n}@example.org\n" for n in range(800))
    take(classroom, f"name,email\n{lines}")
    students = (enrolments.c.course == classroom.course) & (enrolments.c.role == "student")
    persons = [row.person for row in classroom.school.rows(select(enrolments.c.person).where(students))]
    sheet = classroom.assign(due_at=classroom.clock.after(days=1))
    ran: list[str] = []
    engine = classroom.school.write(lambda tx: tx.engine)

    def count(*execution: Any) -> None:
        ran.append(execution[2])

    event.listen(engine, "before_cursor_execute", count)
    try:
        items = [{"person": person, "tries": 9} for person in persons]
        begun = time.perf_counter()
        fine(classroom.carol.post(f"/assignments/{sheet['id']}/extensions", {"items": items}))
        took = time.perf_counter() - begun
    finally:
        event.remove(engine, "before_cursor_execute", count)
    assert 0 < len(ran) < 30, took
    assert len(deeds(classroom, "extension granted")) == len(persons)


def test_an_override_gives_no_more_than_the_item_has_and_the_log_says_what_it_was(classroom: Classroom):
    c = classroom
    sheet = c.assign()
    address = f"/assignments/{sheet['id']}/items/1/overrides/{c.alice.id}"
    problem = refused(c.carol.put(address, {"points": 4.5, "reason": "x"}), 422, "invalid-request")
    assert problem["errors"] == [{"pointer": "/points", "detail": "This item has 4 points."}]
    for body in ({"points": 4}, {"excused": True}, {"points": 0}):
        fine(c.carol.put(address, {**body, "reason": "Paper."}))
    assert c.carol.delete(address).status_code == 204
    changes = [deed["points"] for deed in deeds(c, "points overridden")]
    assert changes == [[None, 4], [4, "excused"], ["excused", 0]]
    assert deeds(c, "override withdrawn") == [{"person": c.alice.id, "points": [0, None]}]


def test_an_attempt_has_room_for_twenty_flags(classroom: Classroom):
    mine = classroom.open(classroom.alice, classroom.assign({}))
    attempt = submit(classroom.alice, mine, {"answer": wrong(mine)})["id"]
    for n in range(MOST_FLAGS):
        made(classroom.alice.post(f"/attempts/{attempt}/flag", {"comment": f"{n}"}))
    refused(classroom.alice.post(f"/attempts/{attempt}/flag", {"comment": "Again"}), 409, "conflict")
    assert len(fine(classroom.alice.get(f"/attempts/{attempt}/flag"))["items"]) == MOST_FLAGS == 20


# nabla audit --------------------------------------------------------------------------------------


def test_a_command_prints_the_log_of_the_server_and_of_a_course(classroom: Classroom, nabla: Nabla):
    data = classroom.school.database.parent
    given = nabla("token", "create", "--operator", data=data)
    assert given.returncode == 0, given.stderr
    kept = classroom.school.rows(select(audit).order_by(audit.c.number))
    for arguments, expected in (
        ((), kept),
        (("--course", classroom.course), [deed for deed in kept if deed.course == classroom.course]),
    ):
        done = nabla("audit", *arguments, data=data)
        assert done.returncode == 0, done.stderr
        rows = list(csv.DictReader(io.StringIO(done.stdout.lstrip("\ufeff"))))
        assert [int(row["number"]) for row in rows] == [deed.number for deed in expected]
        assert [row["actor"] for row in rows] == [guarded(deed.actor or "") for deed in expected]
        assert [json.loads(row["details"]) for row in rows] == [deed.details for deed in expected]
        assert ("token given" in {row["action"] for row in rows}) == (not arguments)
    assert run_nabla("audit", "--course", "nothing-has-this-id", data=data).returncode == 1
