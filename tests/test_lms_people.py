"""People who come from a learning platform: how they are shown, and that no address makes them somebody else."""

import csv
import io
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from app.auth import create_secret
from app.models import identities, people
from tests.lms import Lms
from tests.platform import User
from tests.teaching import MORNING, Classroom, Person, fine, submit, wrong
from tests.test_keeping import exported
from tests.visiting import Browser

ADDRESS = "ada@example.org"


@pytest.fixture
def carol(classroom: Classroom) -> Browser:
    return Browser(classroom.school, classroom.carol)


@pytest.fixture
def ada(lms: Lms) -> User:
    """Somebody who came with the roster."""
    ada = lms.join("Ada")
    lms.fetch()
    return ada


@pytest.fixture(autouse=True)
def nobody_was_erased(classroom: Classroom) -> Iterator[None]:
    """Who is erased in a test is not erased from the next one."""
    yield
    classroom.school.app.state.settings.tombstones.unlink(missing_ok=True)


def as_caller(lms: Lms, user: User) -> Person:
    """The person who a user of the platform is here, with a token."""
    id = lms.person(user)
    assert id is not None
    return Person(lms.classroom.school, lms.classroom.school.write(lambda tx: create_secret(tx, id, MORNING)).text, id)


def lines(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"))))


# What is shown ------------------------------------------------------------------------------------


def test_the_address_that_the_platform_says_is_in_reports_and_files(lms: Lms, ada: User):
    carol, course = lms.classroom.carol, lms.classroom.course
    assignment = lms.classroom.assign()
    them = as_caller(lms, ada)
    instance = lms.classroom.open(them, assignment)
    submit(them, instance, {"answer": wrong(instance)})
    at = f"/assignments/{assignment['id']}"

    def address(entries: list[Any]) -> set[str]:
        return {entry["email"] for entry in entries if entry["name"] == "Ada Example"}

    assert address(fine(carol.get(f"/courses/{course}/enrolments"))["items"]) == {ADDRESS}
    assert address(fine(carol.get(f"{at}/report"))["students"]) == {ADDRESS}
    assert address(lines(carol.get(f"{at}/report", format="csv").text)) == {ADDRESS}
    assert address(lines(carol.get(f"{at}/attempts", format="csv").text)) == {ADDRESS}
    assert ADDRESS in carol.get(f"{at}/report", format="moodle").text
    page = Browser(lms.classroom.school, carol).visit(f"/teach/assignments/{assignment['id']}/people/{them.id}")
    assert ADDRESS in page.text


def test_an_export_holds_it(lms: Lms, ada: User):
    them = as_caller(lms, ada)
    files = exported(lms.classroom.operator, them)
    assert files["person.json"]["email"] is None
    assert files["enrolments.json"][0]["email"] == ADDRESS


def test_an_erased_person_who_is_still_a_member_comes_back_as_somebody_new(lms: Lms, ada: User):
    them = as_caller(lms, ada)
    assert lms.classroom.operator.delete(f"/people/{them.id}").status_code == 204
    rows = lms.classroom.school.rows(select(identities).where(identities.c.subject == ada.id))
    assert rows == []
    lms.fetch_again()
    assert lms.person(ada) != them.id
    assert lms.enrolment(ada).name == "Ada Example"


# Who is meant -------------------------------------------------------------------------------------


def test_an_address_that_the_platform_says_finds_nobody(lms: Lms, ada: User):
    lms.join("Alice", email="bob@example.org")
    lms.fetch_again()
    school = lms.classroom.school
    assert school.rows(select(people.c.id).where(people.c.email == ADDRESS)) == []
    carol = Browser(school, lms.classroom.carol)
    at = f"/teach/courses/{lms.classroom.course}/people"
    carol.visit(at)
    page = carol.send(at, {"name": "Bob", "email": "bob@example.org", "role": "student"})
    assert "Bob is in this course already" in page.text
    line = {"name": "Robert", "email": "bob@example.org", "role": "student"}
    taken = fine(lms.classroom.carol.post(f"/courses/{lms.classroom.course}/enrolments", {"items": [line]}))
    assert (taken["added"], taken["updated"]) == (0, 1)
    assert lms.roster()["Alice Example"] == "student"


def test_people_of_the_platform_are_marked_with_the_address_that_it_says(carol: Browser, lms: Lms):
    ada = lms.join("Ada")
    lms.fetch()
    page = carol.visit(f"/teach/courses/{lms.classroom.course}/people")
    (row,) = [one.text for one in page.all("tr") if "Ada" in one.text]
    assert row == "Ada Example ada@example.org student The LMS"
    page = carol.visit(f"/teach/courses/{lms.classroom.course}/people/{lms.person(ada)}")
    assert page.field("email") == "ada@example.org"
    assert "which decides on their name and role" in page.text


def test_who_is_there_twice_is_named(carol: Browser, lms: Lms):
    page = carol.visit(f"/teach/courses/{lms.classroom.course}/people")
    assert "here twice" not in page.text
    lms.join("Alice")
    lms.fetch()
    page = carol.visit(f"/teach/courses/{lms.classroom.course}/people")
    assert "Alice Example is here twice" in page.text


def test_saving_somebody_of_the_platform_gives_them_no_address_to_be_known_by(carol: Browser, lms: Lms):
    ada = lms.join("Ada")
    lms.fetch()
    address = f"/teach/courses/{lms.classroom.course}/people/{lms.person(ada)}"
    page = carol.visit(address)
    fields = {name: page.field(name) for name in ("name", "email", "external_id")}
    carol.send(address, {**fields, "role": "student", "group": "red"})
    assert (lms.enrolment(ada).group, lms.enrolment(ada).known_by) == ("red", None)
    carol.visit(address)
    carol.send(address, {**fields, "email": "lovelace@example.org", "role": "student"})
    assert lms.enrolment(ada).known_by == "lovelace@example.org"


def test_a_roster_of_staff_that_names_the_same_address_means_another_person(lms: Lms):
    ada = lms.join("Ada")
    lms.fetch()
    course, carol = lms.classroom.course, lms.classroom.carol
    line = {"name": "Ada", "email": "ada@example.org", "role": "student"}
    fine(carol.post(f"/courses/{course}/enrolments", {"items": [line]}))
    members = fine(carol.get(f"/courses/{course}/enrolments"))["items"]
    theirs = [one["id"] for one in members if one["email"] == "ada@example.org"]
    assert len(theirs) == 2
    assert lms.person(ada) in theirs
