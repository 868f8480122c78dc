"""Rosters that come from a learning platform: whom they bring into a course, and whom they leave there."""

import asyncio
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import event, insert, select, update

from app.auth import create_secret
from app.courses import fetched
from app.courses.audit import COMMAND
from app.courses.contexts import Column, Who, enter, grade_into
from app.models import audit, enrolments, grades, identities, line_items, people, platforms, tokens
from app.passback import memberships, rosters
from app.platforms.outgoing import Reply, Unreachable
from tests.lms import Lms, linked
from tests.platform import words
from tests.teaching import MORNING, Classroom

LOCAL = {"Operator": "instructor", "Carol": "instructor", "Dave": "assistant", "Alice": "student", "Bob": "student"}


def deeds(lms: Lms, action: str = "roster fetched") -> list[Any]:
    here = (audit.c.course == lms.classroom.course) & (audit.c.action == action)
    return lms.classroom.school.rows(select(audit).where(here).order_by(audit.c.number))


# Whom it brings -----------------------------------------------------------------------------------


def test_members_of_the_platforms_course_are_enrolled_in_their_roles(lms: Lms):
    lms.join("Ada")
    lms.join("Max", words.INSTRUCTOR)
    lms.join("Eve", words.INSTRUCTOR, words.TEACHING_ASSISTANT)
    lms.join("Ida", words.CONTEXT_ROLES + "Mentor")
    lms.fetch()
    came = {"Ada Example": "student", "Max Example": "instructor", "Eve Example": "assistant"}
    assert lms.roster() == {**LOCAL, **came}
    assert lms.row.roster_at == MORNING
    assert lms.row.roster_trouble is None


def test_an_address_is_kept_to_be_shown_and_makes_nobody_known(lms: Lms):
    ada = lms.join("Ada")
    alice = lms.join("Alice")  # the platform says alice@example.org, as carol's roster does
    lms.fetch()
    assert lms.enrolment(ada).email == "ada@example.org"
    assert lms.enrolment(ada).known_by is None
    assert lms.enrolment(alice).email == "alice@example.org"
    assert lms.person(alice) != lms.classroom.alice.id


def test_a_platform_may_keep_names_and_addresses_to_itself(lms: Lms):
    nobody = lms.join()
    half = lms.join("", given_name="Ada", family_name="Lovelace")
    lms.fetch()
    assert lms.enrolment(nobody).name == f"Person {nobody.id[-6:]}"
    assert lms.enrolment(nobody).email is None
    assert lms.enrolment(half).name == "Ada Lovelace"


def test_what_the_platform_says_otherwise_later_is_taken_and_what_it_keeps_stays(lms: Lms):
    ada = lms.join("Ada")
    lms.fetch()
    ada.name, ada.email = "Ada King", "ada.king@example.org"
    lms.there.join(ada, words.INSTRUCTOR)
    lms.fetch_again()
    now = lms.enrolment(ada)
    assert (now.name, now.called, now.email, now.role) == ("Ada King", "Ada King", "ada.king@example.org", "instructor")
    ada.name = ada.given_name = ada.family_name = ada.email = ""
    lms.fetch_again()
    assert (lms.enrolment(ada).name, lms.enrolment(ada).email) == ("Ada King", "ada.king@example.org")


def test_the_same_roster_again_changes_nothing_and_leaves_no_trace(lms: Lms):
    lms.join("Ada")
    lms.fetch()
    before = lms.roster(), len(deeds(lms)), len(lms.classroom.school.rows(select(people)))
    lms.fetch_again()
    assert (lms.roster(), len(deeds(lms)), len(lms.classroom.school.rows(select(people)))) == before
    assert before[1] == 1
    assert lms.platform.count("members") == 2


def test_the_audit_log_says_whom_a_roster_brought(lms: Lms):
    ada, eve = lms.join("Ada"), lms.join("Eve", words.INSTRUCTOR)
    lms.fetch()
    (deed,) = deeds(lms)
    assert deed.actor is None
    assert set(deed.details["added"]) == {lms.person(ada), lms.person(eve)}
    assert deed.details["roles"] == {lms.person(eve): "instructor"}
    lms.there.leave(ada)
    lms.fetch_again()
    assert deeds(lms)[1].details["left"] == [lms.person(ada)]


# Pages and roles ----------------------------------------------------------------------------------


@pytest.mark.parametrize("personality", ["standard", "moodle", "canvas", "openedx"])
def test_all_pages_of_every_product_are_taken(classroom: Classroom, personality: str):
    with linked(classroom, personality) as lms:
        users = [lms.join(f"User{n}") for n in range(130)]
        lms.join("Max", words.INSTRUCTOR)
        lms.fetch()
        assert lms.row.roster_trouble is None
        assert lms.platform.count("members") == (3 if personality == "canvas" else 2)
        assert all(lms.enrolment(user).role == "student" for user in (users[0], users[99], users[129]))
        assert lms.roster()["Max Example"] == "instructor"


def test_only_students_are_asked_for_where_that_is_chosen(lms: Lms):
    lms.join("Ada")
    lms.join("Max", words.INSTRUCTOR)
    lms.put(roster="students")
    lms.fetch()
    assert lms.roster() == {**LOCAL, "Ada Example": "student"}
    assert "role=http%3A%2F%2Fpurl.imsglobal.org" in lms.platform.faults.calls[-1].url


def test_staff_is_not_touched_where_only_students_are_fetched(lms: Lms):
    ada, max_ = lms.join("Ada"), lms.join("Max", words.INSTRUCTOR)
    lms.join("Eve")
    lms.fetch()
    lms.put(roster="students")
    lms.there.leave(ada)
    lms.fetch_again()
    assert lms.enrolment(ada).left_at is not None
    assert lms.enrolment(max_).left_at is None


def test_a_platform_that_ignores_the_filter_brings_no_staff_either(lms: Lms):
    members = {"1": (Who("1", "Ada"), "student"), "2": (Who("2", "Max"), "instructor")}
    context = replace(lms.context, roster="students")
    lms.classroom.school.write(lambda tx: fetched.bring(tx, COMMAND, context, members, MORNING, leaving=True))
    assert lms.roster() == {**LOCAL, "Ada": "student"}


def test_nobody_is_fetched_where_that_is_chosen(lms: Lms):
    lms.join("Ada")
    lms.put(roster="never")
    lms.fetch()
    assert lms.platform.count("members") == 0


@pytest.mark.parametrize(
    ("url", "students", "asked"),
    [
        ("https://lms.test/m", False, "https://lms.test/m?limit=500"),
        ("https://lms.test/m?id=7", False, "https://lms.test/m?id=7&limit=500"),
        ("https://lms.test/m?limit=10", False, "https://lms.test/m?limit=10"),
        (
            "https://lms.test/m?id=a%2Fb",
            True,
            f"https://lms.test/m?id=a%2Fb&role={quote(words.LEARNER, safe='')}&limit=500",
        ),
    ],
)
def test_what_is_asked_for_is_added_to_an_address_that_may_have_a_query(url: str, students: bool, asked: str):
    assert memberships.address_of(url, students) == asked


# Who leaves ---------------------------------------------------------------------------------------


def test_who_is_no_longer_a_member_has_left_and_may_come_back(lms: Lms):
    ada = lms.join("Ada")
    lms.join("Eve")
    lms.fetch()
    person, school, course = lms.person(ada), lms.classroom.school, lms.classroom.course
    school.write(lambda tx: create_secret(tx, person, MORNING, course=course))
    school.write(lambda tx: create_secret(tx, person, MORNING))
    lms.there.leave(ada)
    lms.fetch_again()
    assert lms.enrolment(ada).left_at == lms.classroom.clock()
    kept = school.rows(select(tokens.c.course).where(tokens.c.person == person))
    assert [row.course for row in kept] == [None]
    lms.there.join(ada, words.LEARNER)
    lms.fetch_again()
    assert lms.enrolment(ada).left_at is None
    assert deeds(lms)[-1].details["added"] == [person]


def test_the_grades_of_who_comes_back_or_becomes_a_student_are_sent_again(lms: Lms):
    school, assignment = lms.classroom.school, lms.classroom.assign()
    ada, eve, max_ = lms.join("Ada"), lms.join("Eve", words.INSTRUCTOR), lms.join("Max")
    lms.fetch()

    def refuse(tx: Any) -> None:
        grade_into(tx, lms.context, assignment["id"], Column("link"), MORNING)
        item = tx.scalar(select(line_items.c.id))
        row = {"line_item": item, "state": "failed", "version": 1, "tries": 0, "changed_at": MORNING}
        tx.execute(insert(grades), [{**row, "person": lms.person(user)} for user in (ada, eve, max_)])

    lms.there.leave(ada)
    lms.fetch_again()
    school.write(refuse)
    lms.there.join(ada, words.LEARNER)
    lms.there.join(eve, words.LEARNER)
    max_.name = "Maximilian"
    lms.fetch_again()
    versions = {row.person: row.version for row in school.rows(select(grades))}  # each change is one more
    assert versions == {lms.person(ada): 2, lms.person(eve): 2, lms.person(max_): 1}


def test_the_grades_of_who_comes_back_by_a_link_are_sent_again(lms: Lms):
    school, assignment = lms.classroom.school, lms.classroom.assign()
    ada = lms.join("Ada")
    lms.join("Eve")
    lms.fetch()
    lms.there.leave(ada)
    lms.fetch_again()

    person, context = lms.person(ada), lms.context

    def come_back(tx: Any) -> None:
        grade_into(tx, context, assignment["id"], Column("link"), MORNING)
        row = {"line_item": tx.scalar(select(line_items.c.id)), "person": person, "state": "failed", "version": 1}
        tx.execute(insert(grades).values(**row, tries=0, changed_at=MORNING))
        enter(tx, context, Who(ada.id), "student", lms.classroom.clock() + timedelta(days=9))

    school.write(come_back)
    (row,) = school.rows(select(grades))
    assert (row.state, row.version) == ("pending", 2)


@pytest.mark.parametrize("status", ["Inactive", "Deleted"])
def test_who_is_listed_as_not_active_has_left(lms: Lms, status: str):
    ada = lms.join("Ada")
    lms.join("Eve")
    lms.fetch()
    lms.there.join(ada, words.LEARNER, status=status)
    lms.fetch_again()
    assert lms.enrolment(ada).left_at is not None


def test_who_has_no_role_that_is_known_any_longer_has_left(lms: Lms):
    ada = lms.join("Ada")
    lms.join("Eve")
    lms.fetch()
    lms.there.join(ada, words.CONTEXT_ROLES + "Mentor")
    lms.fetch_again()
    assert lms.enrolment(ada).left_at is not None


def test_who_did_not_come_from_the_platform_stays(lms: Lms):
    lms.join("Ada")
    lms.fetch()
    assert LOCAL.items() <= lms.roster().items()


def test_an_empty_list_takes_nobody_out(lms: Lms):
    ada = lms.join("Ada")
    lms.fetch()
    lms.there.leave(ada)
    lms.fetch_again()
    assert lms.enrolment(ada).left_at is None
    assert "empty" in lms.row.roster_trouble


def test_a_teacher_who_looks_as_a_student_is_not_taken_out(lms: Lms):
    ada = lms.join("Ada")
    lms.join("Eve")
    lms.fetch()
    look = update(identities).where(identities.c.subject == ada.id).values(preview=True)
    lms.classroom.school.write(lambda tx: tx.execute(look))
    lms.there.leave(ada)
    lms.fetch_again()
    assert lms.enrolment(ada).left_at is None


def test_the_last_who_teach_a_course_stay(lms: Lms):
    school, course = lms.classroom.school, lms.classroom.course
    max_, eve = lms.join("Max", words.INSTRUCTOR), lms.join("Eve", words.INSTRUCTOR)
    lms.join("Ada")
    lms.fetch()
    ours = (lms.classroom.carol.id, lms.classroom.operator.id)
    here = (enrolments.c.course == course) & enrolments.c.person.in_(ours)
    school.write(lambda tx: tx.execute(update(enrolments).where(here).values(left_at=MORNING)))
    lms.there.leave(max_)
    lms.fetch_again()
    assert (lms.enrolment(max_).left_at is None, lms.enrolment(eve).left_at) == (False, None)
    lms.there.join(eve, words.LEARNER)
    lms.fetch_again()
    assert (lms.enrolment(eve).role, lms.enrolment(eve).left_at) == ("instructor", None)
    lms.there.leave(eve)
    lms.fetch_again()
    assert (lms.enrolment(eve).role, lms.enrolment(eve).left_at) == ("instructor", None)


def test_somebody_of_another_platform_stays(lms: Lms):
    school, course = lms.classroom.school, lms.classroom.course
    lms.join("Ada")

    def come_from_elsewhere(tx: Any) -> None:
        row = dict(tx.execute(select(platforms)).one()._mapping)
        tx.execute(insert(platforms).values(**{**row, "id": "another", "client_id": "another"}))
        tx.execute(insert(identities).values(platform="another", subject="1", person=lms.classroom.bob.id))

    school.write(come_from_elsewhere)
    lms.fetch()
    assert lms.roster()["Bob"] == "student"
    assert course == lms.context.course


# What cannot be read ------------------------------------------------------------------------------


def read(*members: Any) -> memberships.Listed:
    reading = memberships.Reading()
    reading.add(Reply(200, {}, json.dumps({"members": list(members)}).encode()))
    return reading.listed()


def member(**said: Any) -> dict[str, Any]:
    return {"user_id": "1", "roles": ["Learner"], **said}


@pytest.mark.parametrize(
    "entry",
    [
        None,
        7,
        {},
        {"roles": ["Learner"]},
        member(user_id=""),
        member(user_id=None),
        member(user_id="x" * 256),
        member(user_id="a\nb"),
        member(user_id=["1"]),
        member(user_id=True),
        {"user_id": "1"},
        member(roles=None),
        member(roles={"Learner": True}),
        member(status="Suspended"),
        member(status=["Active"]),
    ],
)
def test_an_entry_that_cannot_be_read_is_passed_over_and_counted(entry: Any):
    listed = read(entry, member(user_id="2"))
    assert (list(listed.members), listed.unread) == (["2"], 1)


@pytest.mark.parametrize(
    ("said", "who"),
    [
        ({}, Who("1")),
        ({"user_id": 1}, Who("1")),
        ({"status": "active", "name": " Ada "}, Who("1", "Ada")),
        ({"status": None, "name": "Ada\n\x00Lovelace"}, Who("1", "Ada Lovelace")),
        ({"name": 7, "given_name": "Ada", "family_name": "King", "picture": {}}, Who("1", "Ada King")),
        ({"name": "x" * 300}, Who("1", "x" * 200)),
        ({"name": "\ud800Ada"}, Who("1", "Ada")),
        ({"email": "ada@example.org"}, Who("1", None, "ada@example.org")),
        ({"email": "no address"}, Who("1")),
        ({"email": ["a@b"]}, Who("1")),
        ({"email": f"{'x' * 250}@example.org"}, Who("1")),
        ({"roles": "Learner", "message": [{}]}, Who("1")),
        ({"roles": ["Learner", 7, None]}, Who("1")),
    ],
)
def test_what_of_an_entry_can_be_used_is_used(said: dict[str, Any], who: Who):
    listed = read(member(**said))
    assert listed.members == {"1": (who, "student")}
    assert listed.unread == 0


def test_somebody_who_is_listed_twice_has_all_their_roles():
    listed = read(member(), member(roles=["Instructor"]), member(roles=["Administrator"], status="Deleted"))
    assert listed.members["1"][1] == "instructor"


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"members": null}', b'{"id": 1}', b"[" * 100_000, b"\xff"])
def test_a_page_that_is_no_list_of_members_is_refused_whole(body: bytes):
    with pytest.raises(Unreachable, match="cannot be read"):
        memberships.Reading().add(Reply(200, {}, body))


def test_nobody_leaves_while_entries_cannot_be_read(lms: Lms):
    ada, eve = lms.join("Ada"), lms.join("Eve")
    lms.fetch()
    lms.there.leave(ada)
    lms.there.join(eve, words.LEARNER, status="Suspended")
    lms.join("Ida")
    lms.fetch_again()
    assert lms.enrolment(ada).left_at is None
    assert lms.roster()["Ida Example"] == "student"
    assert "1 entry was passed over" in lms.row.roster_trouble


# Failures -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "fault", "words_of_it"),
    [
        ("members", {"status": 500}, "status 500"),
        ("members", {"status": 403}, "may this tool see names"),
        ("members", {"status": 404}, "not where it was"),
        ("members", {"way": "drop"}, "broke off"),
        ("members", {"status": 200, "body": b"<html>"}, "not JSON"),
        ("token", {"status": 500}, "tokens cannot be had"),
        ("token", {"status": 400}, "key set"),
    ],
)
def test_a_failure_is_said_and_tried_again_in_an_hour(lms: Lms, at: str, fault: dict[str, Any], words_of_it: str):
    lms.join("Ada")
    lms.platform.fails(at, **fault)
    lms.fetch()
    assert lms.roster() == LOCAL
    assert words_of_it in lms.row.roster_trouble
    assert timedelta(minutes=50) < lms.row.roster_due_at - MORNING <= timedelta(hours=1)
    assert lms.row.roster_at is None
    lms.classroom.clock.forward(hours=1)
    lms.fetch()
    assert "Ada Example" in lms.roster()
    assert lms.row.roster_trouble is None


def test_nothing_is_taken_where_a_later_page_fails(lms: Lms):
    users = [lms.join(f"User{n}") for n in range(130)]
    lms.fetch()
    for user in users[:100]:
        lms.there.leave(user)
    for n in range(100):
        lms.join(f"New{n}")
    gate = lms.platform.holds("members")

    async def fetch_while_it_breaks() -> None:
        fetching = asyncio.create_task(lms.classroom.school.app.state.rosters.fetch_due())
        await asyncio.to_thread(gate.arrived.wait)
        lms.platform.fails("members", status=502)  # the second page: the first has arrived
        gate.open()
        await fetching

    lms.classroom.clock.forward(days=1)
    lms.classroom.school.portal.call(fetch_while_it_breaks)
    assert "status 502" in lms.row.roster_trouble
    assert not any(name.startswith("New") for name in lms.roster())
    assert all(lms.enrolment(user).left_at is None for user in users[:3])


def test_a_roster_that_has_more_members_than_are_taken_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(memberships, "MOST_MEMBERS", 2)
    with pytest.raises(Unreachable, match="more than 2 members"):
        read(*(member(user_id=str(n)) for n in range(3)))


# When ---------------------------------------------------------------------------------------------


def test_a_roster_is_fetched_once_a_day(lms: Lms):
    lms.join("Ada")
    lms.fetch()
    lms.fetch()
    assert lms.platform.count("members") == 1
    assert timedelta(hours=21) < lms.row.roster_due_at - MORNING <= timedelta(days=1)
    lms.classroom.clock.forward(hours=21)
    lms.fetch()
    assert lms.platform.count("members") == 1
    lms.classroom.clock.forward(hours=3)
    lms.fetch()
    assert lms.platform.count("members") == 2


def test_several_servers_fetch_a_roster_once(lms: Lms):
    lms.join("Ada")
    state = lms.classroom.school.app.state
    others = [rosters.Rosters(state.writer, state.services, state.clock) for _ in range(4)]

    async def all_at_once() -> None:
        await asyncio.gather(*(one.fetch_due() for one in others))

    lms.classroom.school.portal.call(all_at_once)
    assert lms.platform.count("members") == 1


def test_a_roster_whose_server_died_is_due_again(lms: Lms):
    lms.join("Ada")
    gate = lms.platform.holds("members")
    state = lms.classroom.school.app.state
    dying = rosters.Rosters(state.writer, state.services, state.clock)

    async def die() -> None:
        fetching = asyncio.create_task(dying.fetch_due())
        await asyncio.to_thread(gate.arrived.wait)
        await dying.close()
        await asyncio.gather(fetching, return_exceptions=True)

    lms.classroom.school.portal.call(die)
    lms.platform.faults.clear()
    lms.fetch()
    assert lms.roster() == LOCAL
    lms.classroom.clock.forward(minutes=15)
    lms.fetch()
    assert "Ada Example" in lms.roster()


def test_a_platform_that_is_switched_off_is_not_asked(lms: Lms):
    lms.classroom.school.write(lambda tx: tx.execute(update(platforms).values(state="disabled")))
    lms.fetch()
    assert lms.platform.count("members") == 0


def test_a_roster_that_is_not_wanted_any_longer_is_not_taken(lms: Lms):
    lms.join("Ada")
    gate = lms.platform.holds("members")
    school = lms.classroom.school
    context = lms.context

    async def change_midway() -> None:
        fetching = asyncio.create_task(school.app.state.rosters.fetch_due())
        await asyncio.to_thread(gate.arrived.wait)
        await school.app.state.writer.run(lambda tx: rosters.choose(tx, COMMAND, context, "never", MORNING))
        gate.open()
        await fetching

    school.portal.call(change_midway)
    assert lms.roster() == LOCAL
    assert deeds(lms, "roster chosen")[0].details == {"roster": ["everybody", "never"]}


# Many ---------------------------------------------------------------------------------------------


def test_two_thousand_members_are_taken_in_few_statements(lms: Lms):
    members = {str(n): (Who(str(n), f"User {n}", f"u{n}@example.org"), "student") for n in range(2_000)}
    renamed = {id: (replace(who, name=f"{who.name} II"), role) for id, (who, role) in members.items()}
    context, school = lms.context, lms.classroom.school

    def bring(tx: Any, some: Any) -> int:
        statements = []
        listener = lambda *args: statements.append(args[2])  # noqa: E731
        event.listen(tx, "before_cursor_execute", listener)
        fetched.bring(tx, COMMAND, context, some, MORNING, leaving=True)
        event.remove(tx, "before_cursor_execute", listener)
        return len(statements)

    for some in (members, renamed, {"1": renamed["1"]}, members):
        assert school.write(lambda tx, some=some: bring(tx, some)) < 15
    assert len(lms.roster()) == 2_000 + len(LOCAL)
