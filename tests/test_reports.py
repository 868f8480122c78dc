"""Reports say what students have: points by item and assignment, as JSON and as files, and every attempt."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final

import anyio
import pytest
from fastapi import Request
from sqlalchemy import delete, insert, update

from app.api.files import prefers_csv
from app.downloads import attachment
from app.models import enrolments, people, revisions, scores, verdicts
from app.reports import attempts
from tests.commands import Nabla
from tests.conftest import run_nabla
from tests.teaching import MORNING, Classroom, Person, answer, fine, made, refused, submit, wrong

AFFINE: Final = {"exercise": "gradient-affine-form"}


# What students do ---------------------------------------------------------------------------------


def solve(room: Classroom, who: Person, sheet: dict[str, Any], item: int = 1) -> dict[str, Any]:
    """The attempt with which somebody solves an item."""
    instance = room.open(who, sheet, item)
    return submit(who, instance, room.solution(instance))


def half(room: Classroom, who: Person, sheet: dict[str, Any], item: int = 1) -> None:
    """Somebody loses the factor two of `ls-gradient`, which is worth half of it."""
    instance = room.open(who, sheet, item)
    gradient = room.solution(instance)["answer"]
    assert answer(who, instance, [[entry / 2] for (entry,) in gradient])["score"] == 0.5


def miss(room: Classroom, who: Person, sheet: dict[str, Any], number: int = 1) -> None:
    assert answer(who, room.open(who, sheet), wrong(room.open(who, sheet), number))["score"] == 0


def assign_later(room: Classroom, *items: dict[str, Any], **columns: Any) -> dict[str, Any]:
    """An assignment that comes after all others of the course."""
    room.clock.forward(seconds=1)
    return room.assign(*items, **columns)


def report(room: Classroom, sheet: dict[str, Any], **query: Any) -> dict[str, Any]:
    return fine(room.carol.get(f"/assignments/{sheet['id']}/report", **query))


def student(room: Classroom, sheet: dict[str, Any], who: Person, **query: Any) -> dict[str, Any]:
    """Somebody's line of an assignment's report."""
    return next(line for line in report(room, sheet, **query)["students"] if line["id"] == who.id)


def course_line(room: Classroom, who: Person) -> dict[str, Any]:
    """Somebody's line of the course's report."""
    whole = fine(room.carol.get(f"/courses/{room.course}/report"))
    return next(line for line in whole["students"] if line["id"] == who.id)


def override(room: Classroom, sheet: dict[str, Any], who: Person, item: int = 1, **what: Any) -> None:
    address = f"/assignments/{sheet['id']}/items/{item}/overrides/{who.id}"
    fine(room.carol.put(address, {"reason": "Seen on paper.", **what}))


def change_item(room: Classroom, sheet: dict[str, Any], item: int = 1, **change: Any) -> None:
    """Change one item of an assignment."""
    listed = [{"id": one["id"], **(change if one["n"] == item else {})} for one in sheet["items"]]
    fine(room.carol.patch(f"/assignments/{sheet['id']}", {"items": listed}))


def void(room: Classroom, sheet: dict[str, Any], item: int, how: str | None) -> None:
    change_item(room, sheet, item, void=how, **({"reason": "It cannot be solved."} if how else {}))


def rows_of(text: str) -> list[list[str]]:
    """The rows of a CSV file, which must begin with a byte order mark."""
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:], newline="")))


def table(room: Classroom, address: str, **query: Any) -> list[dict[str, str]]:
    """A CSV file that carol gets, by column."""
    header, *rows = rows_of(room.carol.get(address, format="csv", **query).text)
    return [dict(zip(header, row, strict=True)) for row in rows]


# Points -------------------------------------------------------------------------------------------


def test_a_report_has_the_points_and_attempts_of_every_student_by_item(classroom: Classroom):
    sheet = classroom.assign({}, {"points": 6})
    miss(classroom, classroom.alice, sheet)
    classroom.clock.forward(minutes=5)
    half(classroom, classroom.alice, sheet)
    found = report(classroom, sheet)
    first, second = sheet["items"]
    assert found == {
        "assignment": sheet["id"],
        "title": "Sheet 1",
        "points": 10,
        "items": [
            {"id": first["id"], "n": 1, "exercise": "ls-gradient", "points": 4, "void": None},
            {"id": second["id"], "n": 2, "exercise": "ls-gradient", "points": 6, "void": None},
        ],
        "students": [
            {
                "id": classroom.alice.id,
                "name": "Alice",
                "email": "alice@example.org",
                "external_id": "x-alice",
                "group": None,
                "points": [2, None],
                "attempts": [2, 0],
                "excused": [False, False],
                "total": 2,
                "maximum": 10,
                "percent": 20,
                "late": False,
                "last_attempt_at": "2026-11-22T10:05:00.000Z",
            },
            {
                "id": classroom.bob.id,
                "name": "Bob",
                "email": "bob@example.org",
                "external_id": "x-bob",
                "group": None,
                "points": [None, None],
                "attempts": [0, 0],
                "excused": [False, False],
                "total": 0,
                "maximum": 10,
                "percent": 0,
                "late": False,
                "last_attempt_at": None,
            },
        ],
    }


def test_students_stand_by_name_and_those_of_one_name_by_id(classroom: Classroom):
    names = {"zoe@example.org": "Aaron", "yves@example.org": "Aaron", "ann@example.org": "Bob"}
    lines = [{"name": name, "email": email, "role": "student"} for email, name in names.items()]
    fine(classroom.carol.post(f"/courses/{classroom.course}/enrolments", {"items": lines}))
    listed = [(line["name"], line["id"]) for line in report(classroom, classroom.assign())["students"]]
    assert [name for name, _ in listed] == ["Aaron", "Aaron", "Alice", "Bob", "Bob"]
    assert listed == sorted(listed)


def test_staff_is_in_no_report_whatever_it_tries(classroom: Classroom):
    sheet = classroom.assign()
    for staff in (classroom.carol, classroom.dave, classroom.operator):
        solve(classroom, staff, sheet)
    assert {line["id"] for line in report(classroom, sheet)["students"]} == {classroom.alice.id, classroom.bob.id}
    assert [line["total"] for line in report(classroom, sheet)["students"]] == [0, 0]


def test_who_left_the_course_or_became_staff_is_in_no_report(classroom: Classroom):
    sheet = classroom.assign()
    solve(classroom, classroom.alice, sheet)
    here = f"/courses/{classroom.course}/enrolments"
    classroom.carol.delete(f"{here}/{classroom.alice.id}")
    fine(classroom.carol.patch(f"{here}/{classroom.bob.id}", {"role": "assistant"}))
    assert report(classroom, sheet)["students"] == []


def test_an_attempt_that_uses_no_try_is_an_attempt(classroom: Classroom):
    sheet = classroom.assign()
    for _ in range(3):
        miss(classroom, classroom.alice, sheet)
    assert classroom.score(classroom.alice, sheet).attempts == 1
    assert student(classroom, sheet, classroom.alice)["attempts"] == [3]


def test_sums_show_no_trace_of_binary_fractions(classroom: Classroom):
    sheet = classroom.assign({"points": 0.1}, {"points": 0.2})
    for item in (1, 2):
        solve(classroom, classroom.alice, sheet, item)
    line = student(classroom, sheet, classroom.alice)
    assert (line["points"], line["total"], line["maximum"], line["percent"]) == ([0.1, 0.2], 0.3, 0.3, 100)


def test_thirds_are_rounded_and_add_up(classroom: Classroom):
    sheet = classroom.assign({"points": 1}, {"points": 1}, {"points": 1})
    for item in (1, 2, 3):
        solve(classroom, classroom.alice, sheet, item)
    third = update(scores).where(scores.c.person == classroom.alice.id).values(best=round(1 / 3, 12))
    classroom.school.write(lambda tx: tx.execute(third))
    line = student(classroom, sheet, classroom.alice)
    assert (line["points"], line["total"], line["percent"]) == ([0.333333] * 3, 1, 33.333333)


def test_an_override_stands_in_place_of_what_was_reached(classroom: Classroom):
    sheet = classroom.assign({}, {})
    solve(classroom, classroom.alice, sheet)
    override(classroom, sheet, classroom.alice, 1, points=3)
    override(classroom, sheet, classroom.bob, 2, points=0)
    assert student(classroom, sheet, classroom.alice)["points"] == [3, None]
    line = student(classroom, sheet, classroom.bob)
    assert (line["points"], line["attempts"], line["maximum"], line["percent"]) == ([None, 0], [0, 0], 8, 0)


def test_who_is_excused_from_an_item_has_a_smaller_maximum(classroom: Classroom):
    sheet = classroom.assign({}, {"points": 12})
    half(classroom, classroom.alice, sheet)
    override(classroom, sheet, classroom.alice, 2, excused=True)
    line = student(classroom, sheet, classroom.alice)
    assert (line["points"], line["excused"]) == ([2, None], [False, True])
    assert (line["total"], line["maximum"], line["percent"]) == (2, 4, 50)


def test_who_is_excused_from_everything_has_no_percent(classroom: Classroom):
    sheet = classroom.assign()
    solve(classroom, classroom.alice, sheet)
    override(classroom, sheet, classroom.alice, excused=True)
    line = student(classroom, sheet, classroom.alice)
    assert (line["points"], line["total"], line["maximum"], line["percent"]) == ([None], 0, 0, None)
    assert line["attempts"] == [1]


def test_an_item_void_in_full_gives_its_points_to_everyone(classroom: Classroom):
    sheet = classroom.assign({}, {})
    half(classroom, classroom.alice, sheet)
    void(classroom, sheet, 1, "full")
    assert student(classroom, sheet, classroom.alice)["points"] == [4, None]
    assert student(classroom, sheet, classroom.bob)["points"] == [4, None]
    assert student(classroom, sheet, classroom.bob)["percent"] == 50


def test_what_staff_gave_one_student_holds_in_an_item_void_in_full(classroom: Classroom):
    sheet = classroom.assign()
    override(classroom, sheet, classroom.alice, points=0)
    override(classroom, sheet, classroom.bob, excused=True)
    void(classroom, sheet, 1, "full")
    assert student(classroom, sheet, classroom.alice)["total"] == 0
    assert student(classroom, sheet, classroom.bob)["maximum"] == 0


def test_a_dropped_item_is_in_no_sum_and_no_maximum(classroom: Classroom):
    sheet = classroom.assign({}, {"points": 6})
    for item in (1, 2):
        solve(classroom, classroom.alice, sheet, item)
    override(classroom, sheet, classroom.alice, 2, excused=True)
    void(classroom, sheet, 2, "drop")
    line = student(classroom, sheet, classroom.alice)
    assert (line["points"], line["excused"], line["attempts"]) == ([4, None], [False, False], [1, 1])
    assert (line["total"], line["maximum"], line["percent"]) == (4, 4, 100)
    assert report(classroom, sheet)["points"] == 4


def test_points_that_change_hold_at_once(classroom: Classroom):
    sheet = classroom.assign()
    half(classroom, classroom.alice, sheet)
    change_item(classroom, sheet, points=10)
    assert student(classroom, sheet, classroom.alice)["points"] == [5]


def test_a_best_score_that_was_late_makes_a_student_late_until_it_no_longer_counts(classroom: Classroom):
    sheet = classroom.assign({}, {}, due_at=classroom.clock.after(hours=1), closes_at=classroom.clock.after(hours=2))
    solve(classroom, classroom.bob, sheet, 1)
    classroom.clock.forward(minutes=90)
    solve(classroom, classroom.alice, sheet, 1)
    solve(classroom, classroom.bob, sheet, 1)  # late and no better
    assert student(classroom, sheet, classroom.alice)["late"] is True
    assert student(classroom, sheet, classroom.alice)["points"] == [3.2, None]
    assert student(classroom, sheet, classroom.bob)["late"] is False
    override(classroom, sheet, classroom.alice, points=3.2)
    assert student(classroom, sheet, classroom.alice)["late"] is False


def test_a_group_and_a_moment_choose_the_students(classroom: Classroom):
    sheet = classroom.assign()
    fine(classroom.carol.patch(f"/courses/{classroom.course}/enrolments/{classroom.bob.id}", {"group": "Tuesday"}))
    miss(classroom, classroom.alice, sheet)

    def chosen(**query: str) -> list[str]:
        of_course = fine(classroom.carol.get(f"/courses/{classroom.course}/report", **query))["students"]
        names = [line["name"] for line in report(classroom, sheet, **query)["students"]]
        assert [line["name"] for line in of_course] == names
        return names

    assert chosen(group="Tuesday") == ["Bob"]
    assert chosen(group="Monday") == []
    assert chosen(since="2026-11-22T10:00:00Z") == ["Alice"]
    assert chosen(since="2026-11-22T11:00:00.000+01:00") == ["Alice"]
    assert chosen(since="2026-11-22T10:00:00.001Z") == []
    assert chosen(since="2026-11-22T10:00:00Z", group="Tuesday") == []


@pytest.mark.parametrize("since", ["yesterday", "2026-11-22", "2026-11-22T10:00:00", ""])
def test_a_moment_without_an_offset_is_refused(classroom: Classroom, since: str):
    sheet = classroom.assign()
    body = refused(classroom.carol.get(f"/assignments/{sheet['id']}/report", since=since), 422, "invalid-request")
    assert body["errors"][0]["pointer"] == "/since"


def test_a_report_of_an_assignment_without_items_is_empty(classroom: Classroom):
    sheet = made(classroom.carol.post(f"/courses/{classroom.course}/assignments", {"title": "Soon", "items": []}))
    line = student(classroom, sheet, classroom.alice)
    assert (line["points"], line["total"], line["percent"]) == ([], 0, None)


# A course -----------------------------------------------------------------------------------------


def test_a_course_report_has_the_points_and_percents_of_every_student_by_assignment(classroom: Classroom):
    first, second = classroom.assign(title="One"), assign_later(classroom, {"points": 12}, title="Two")
    half(classroom, classroom.alice, first)
    solve(classroom, classroom.alice, second)
    found = fine(classroom.carol.get(f"/courses/{classroom.course}/report"))
    assert (found["course"], found["title"], found["rule"]) == (classroom.course, "Mathematics", None)
    assert found["assignments"] == [
        {"id": first["id"], "title": "One", "points": 4},
        {"id": second["id"], "title": "Two", "points": 12},
    ]
    assert found["students"][0] == {
        "id": classroom.alice.id,
        "name": "Alice",
        "email": "alice@example.org",
        "external_id": "x-alice",
        "group": None,
        "points": [2, 12],
        "percents": [50, 100],
        "attempts": [1, 1],
        "total": 14,
        "maximum": 16,
        "percent": 87.5,
        "meets_rule": None,
        "late": False,
        "last_attempt_at": "2026-11-22T10:00:01.000Z",
    }
    assert found["students"][1]["points"] == [None, None]


def set_rule(room: Classroom, **rule: float) -> None:
    fine(room.carol.patch(f"/courses/{room.course}", {"rule": rule}))


def test_a_rule_of_points_is_met_by_the_points_of_all_assignments(classroom: Classroom):
    sheets = [classroom.assign(), assign_later(classroom, {"points": 12})]
    solve(classroom, classroom.alice, sheets[0])
    set_rule(classroom, percent=25)
    assert course_line(classroom, classroom.alice)["meets_rule"] is True
    assert course_line(classroom, classroom.bob)["meets_rule"] is False
    set_rule(classroom, percent=25.1)
    assert course_line(classroom, classroom.alice)["meets_rule"] is False


def test_a_rule_of_assignments_counts_those_that_reach_its_percent(classroom: Classroom):
    for sheet in (classroom.assign(), classroom.assign(), classroom.assign()):
        half(classroom, classroom.alice, sheet)
    set_rule(classroom, at_least=3, assignments_with_percent=50)
    assert course_line(classroom, classroom.alice)["meets_rule"] is True
    set_rule(classroom, at_least=3, assignments_with_percent=50.01)
    assert course_line(classroom, classroom.alice)["meets_rule"] is False
    set_rule(classroom, at_least=4, assignments_with_percent=50)
    assert course_line(classroom, classroom.alice)["meets_rule"] is False


def test_three_thirds_of_a_point_are_half_of_two(classroom: Classroom):
    sheets = [classroom.assign({"points": 2 / 3}) for _ in range(3)]
    for sheet in sheets:
        half(classroom, classroom.alice, sheet)
    set_rule(classroom, percent=50)
    line = course_line(classroom, classroom.alice)
    assert (line["total"], line["percent"], line["meets_rule"]) == (1, 50, True)


def test_who_is_excused_from_an_assignment_has_no_percent_of_it_and_loses_nothing(classroom: Classroom):
    first, second = classroom.assign(), assign_later(classroom, {"points": 12})
    solve(classroom, classroom.alice, first)
    override(classroom, second, classroom.alice, excused=True)
    line = course_line(classroom, classroom.alice)
    assert (line["points"], line["percents"], line["maximum"], line["percent"]) == ([4, None], [100, None], 4, 100)


# What has changed since ---------------------------------------------------------------------------


def enrolment(room: Classroom, who: Person) -> str:
    return f"/courses/{room.course}/enrolments/{who.id}"


def store(room: Classroom, statement: Any) -> None:
    """Change the database behind the back of the API."""
    room.school.write(lambda tx: tx.execute(statement))


Change = Callable[[Classroom, dict[str, Any]], object]

CHANGES: dict[str, Change] = {
    "an attempt": lambda room, sheet: solve(room, room.bob, sheet),
    "an attempt that counts for nothing": lambda room, sheet: miss(room, room.alice, sheet),
    "a worse attempt later": lambda room, sheet: (room.clock.forward(hours=1), solve(room, room.alice, sheet)),
    "an override": lambda room, sheet: override(room, sheet, room.bob, points=1),
    "an exemption": lambda room, sheet: override(room, sheet, room.bob, excused=True),
    "other points in an override": lambda room, sheet: override(room, sheet, room.alice, 2, points=2),
    "an override that is taken back": lambda room, sheet: room.carol.delete(
        f"/assignments/{sheet['id']}/items/2/overrides/{room.alice.id}"
    ),
    "an extension that makes late work early": lambda room, sheet: fine(
        room.carol.put(f"/assignments/{sheet['id']}/extensions/{room.alice.id}", {"due_at": room.clock.after(hours=9)})
    ),
    "a later due date": lambda room, sheet: fine(
        room.carol.patch(f"/assignments/{sheet['id']}", {"due_at": room.clock.after(hours=9), "closes_at": None})
    ),
    "a smaller penalty": lambda room, sheet: fine(
        room.carol.patch(f"/assignments/{sheet['id']}", {"late_penalty": 0.1})
    ),
    "other points of an item": lambda room, sheet: change_item(room, sheet, points=5),
    "a void item": lambda room, sheet: void(room, sheet, 1, "drop"),
    "another title": lambda room, sheet: fine(room.carol.patch(f"/assignments/{sheet['id']}", {"title": "Sheet 2"})),
    "somebody new": lambda room, sheet: fine(
        room.carol.post(f"/courses/{room.course}/enrolments", {"items": [{"name": "Zoe", "email": "zoe@example.org"}]})
    ),
    "a student who leaves": lambda room, sheet: room.carol.delete(enrolment(room, room.bob)),
    "a student who assists now": lambda room, sheet: fine(
        room.carol.patch(enrolment(room, room.bob), {"role": "assistant"})
    ),
    "another name": lambda room, sheet: fine(room.carol.patch(enrolment(room, room.bob), {"name": "Robert"})),
    "another group": lambda room, sheet: fine(room.carol.patch(enrolment(room, room.bob), {"group": "Tuesday"})),
    "another external id": lambda room, sheet: fine(room.carol.patch(enrolment(room, room.bob), {"external_id": "7"})),
    "another address": lambda room, sheet: store(
        room, update(people).where(people.c.id == room.bob.id).values(email="robert@example.org")
    ),
    "another time zone": lambda room, sheet: fine(
        room.carol.patch(f"/courses/{room.course}", {"timezone": "America/Lima"})
    ),
    "a grade that a regrade keeps while nobody does anything": lambda room, sheet: store(
        room, update(scores).where(scores.c.person == room.alice.id).values(best=0.75)
    ),
    "a regrade that gives one what it takes from another": lambda room, sheet: store(
        room, update(scores).values(best=1 - scores.c.best)
    ),
    "a person who is erased": lambda room, sheet: store(
        room, delete(enrolments).where(enrolments.c.person == room.bob.id)
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_tag_changes_with(classroom: Classroom, change: str):
    due, closes = classroom.clock.after(hours=1), classroom.clock.after(hours=5)
    sheet = classroom.assign({}, {}, due_at=due, closes_at=closes)
    classroom.clock.forward(hours=2)
    solve(classroom, classroom.alice, sheet)
    miss(classroom, classroom.alice, sheet)
    override(classroom, sheet, classroom.alice, 2, points=1)
    addresses = (f"/assignments/{sheet['id']}/report", f"/courses/{classroom.course}/report")
    before = [classroom.carol.get(address) for address in addresses]
    tags = [reply.headers["etag"] for reply in before]
    again = [classroom.dave.get(address) for address in addresses]
    assert [reply.headers["etag"] for reply in again] == tags
    assert [reply.content for reply in again] == [reply.content for reply in before]
    CHANGES[change](classroom, sheet)
    for address, tag in zip(addresses, tags, strict=True):
        reply = classroom.carol.send("GET", address, headers={"If-None-Match": tag})
        assert reply.status_code == 200
        assert reply.headers["etag"] != tag


def test_the_tag_of_a_course_changes_with_its_rule_and_its_assignments(classroom: Classroom):
    seen = set()
    for step in (lambda: None, lambda: set_rule(classroom, percent=50), lambda: classroom.assign()):
        step()
        seen.add(classroom.carol.get(f"/courses/{classroom.course}/report").headers["etag"])
    assert len(seen) == 3


def test_a_report_that_is_known_is_not_sent_again(classroom: Classroom):
    sheet = classroom.assign()
    for address in (f"/assignments/{sheet['id']}/report", f"/courses/{classroom.course}/report"):
        tag = classroom.carol.get(address).headers["etag"]
        for known in (tag, f'"another", W/{tag}', "*"):
            reply = classroom.carol.send("GET", address, headers={"If-None-Match": known})
            assert (reply.status_code, reply.content, reply.headers["etag"]) == (304, b"", tag)
            assert reply.headers["vary"] == "Accept"
        assert classroom.carol.send("GET", address, headers={"If-None-Match": '"other"'}).status_code == 200


def test_each_form_and_choice_of_a_report_has_a_tag_of_its_own(classroom: Classroom):
    sheet = classroom.assign()
    queries = [{"format": format} for format in ("json", "csv", "canvas", "moodle")]
    queries += [{"group": "Tuesday"}, {"since": "2026-11-22T10:00:00Z"}]
    path = f"/assignments/{sheet['id']}/report"
    assert len({classroom.carol.get(path, **query).headers["etag"] for query in queries}) == len(queries)


def test_who_may_not_see_a_report_learns_nothing_from_its_tag(classroom: Classroom):
    sheet = classroom.assign()
    address = f"/assignments/{sheet['id']}/report"
    tag = classroom.carol.get(address).headers["etag"]
    refused(classroom.alice.send("GET", address, headers={"If-None-Match": tag}), 403, "forbidden")
    refused(classroom.mallory.send("GET", address, headers={"If-None-Match": tag}), 404, "not-found")


# Who may see them ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    ["/assignments/{}/report", "/assignments/{}/attempts", "/courses/{}/report", "/assignments/{}/report/canvas"],
)
@pytest.mark.parametrize("format", ["json", "csv"])
def test_reports_are_for_staff(classroom: Classroom, address: str, format: str):
    sheet = classroom.assign()
    path = address.format(classroom.course if "courses" in address else sheet["id"])

    def ask(who: Person) -> Any:
        if path.endswith("canvas"):
            return who.post(path, content=export_of("Sheet 1"), headers={"Content-Type": "text/csv"})
        return who.get(path, format=format)

    for staff in (classroom.carol, classroom.dave, classroom.operator):
        assert ask(staff).status_code == 200
    refused(ask(classroom.alice), 403, "forbidden")
    refused(ask(classroom.mallory), 404, "not-found")
    refused(ask(classroom.guest), 401, "unauthenticated")


# Spreadsheets -------------------------------------------------------------------------------------


def test_a_spreadsheet_has_a_row_a_student_with_times_on_the_clock_of_the_course(classroom: Classroom):
    sheet = classroom.assign({}, {**AFFINE, "points": 0.3})
    half(classroom, classroom.alice, sheet)
    override(classroom, sheet, classroom.alice, 2, excused=True)
    reply = classroom.carol.get(f"/assignments/{sheet['id']}/report", format="csv")
    assert reply.headers["content-type"] == "text/csv; charset=utf-8"
    assert reply.headers["content-disposition"].startswith('attachment; filename="Sheet 1.csv"')
    assert reply.text == (
        "\ufeffname,email,external_id,group,1 ls-gradient,2 gradient-affine-form,1 ls-gradient: attempts,"
        "2 gradient-affine-form: attempts,total,maximum,percent,late,last attempt (Europe/Vienna),person\r\n"
        f"Alice,alice@example.org,x-alice,,2,excused,1,0,2,4,50,no,2026-11-22 11:00:00,{classroom.alice.id}\r\n"
        f"Bob,bob@example.org,x-bob,,,,0,0,0,4.3,0,no,,{classroom.bob.id}\r\n"
    )


def test_the_spreadsheet_of_a_course_says_who_passes(classroom: Classroom):
    solve(classroom, classroom.alice, classroom.assign(title="One"))
    assign_later(classroom, title="Two")
    set_rule(classroom, percent=50)
    alice, bob = table(classroom, f"/courses/{classroom.course}/report")
    assert {**alice, "person": ""} == {
        "name": "Alice",
        "email": "alice@example.org",
        "external_id": "x-alice",
        "group": "",
        "One": "4",
        "Two": "",
        "One: percent": "100",
        "Two: percent": "0",
        "total": "4",
        "maximum": "8",
        "percent": "50",
        "late": "no",
        "last attempt (Europe/Vienna)": "2026-11-22 11:00:00",
        "rule met": "yes",
        "person": "",
    }
    assert bob["rule met"] == "no"


def test_no_name_group_or_title_becomes_a_formula(classroom: Classroom):
    evil = {"name": "=1+1", "email": "zoe@example.org", "external_id": "@SUM(A1)", "group": "+1"}
    fine(classroom.carol.post(f"/courses/{classroom.course}/enrolments", {"items": [evil]}))
    classroom.assign(title="=HYPERLINK(1)")
    header, *rows = rows_of(classroom.carol.get(f"/courses/{classroom.course}/report", format="csv").text)
    assert rows[0][:4] == ["'=1+1", "zoe@example.org", "'@SUM(A1)", "'+1"]
    assert "'=HYPERLINK(1)" in header
    for format in ("canvas", "moodle"):
        text = classroom.carol.get(f"/courses/{classroom.course}/report", format=format).text
        assert not [cell for row in rows_of(text) for cell in row if cell.startswith(("=", "+", "@"))]


@pytest.mark.parametrize(
    ("title", "plain", "exact"),
    [
        ("Sheet 1", "Sheet 1.csv", "Sheet%201.csv"),
        ('a"; filename="b.exe', "a ; filename= b.exe.csv", "a%20%3B%20filename%3D%20b.exe.csv"),
        ("one\r\nSet-Cookie: x", "one Set-Cookie x.csv", "one%20Set-Cookie%20x.csv"),
        ("Übung ∇ 3", "Ubung 3.csv", "%C3%9Cbung%20%E2%88%87%203.csv"),
        ("../../etc/passwd", "etc passwd.csv", "etc%20passwd.csv"),
        ("\u202egnp.exe", "gnp.exe.csv", "gnp.exe.csv"),
        ("∇", "nabla.csv", "%E2%88%87.csv"),
        ("100 %41", "100 41.csv", "100%2041.csv"),
        ("...", "nabla.csv", "nabla.csv"),
        ("x" * 300, "x" * 100 + ".csv", "x" * 100 + ".csv"),
    ],
)
def test_a_file_has_a_name_that_every_system_takes(title: str, plain: str, exact: str):
    disposition = attachment(title)["Content-Disposition"]
    assert disposition == f"attachment; filename=\"{plain}\"; filename*=UTF-8''{exact}"


def test_an_assignment_of_any_title_can_be_downloaded(classroom: Classroom):
    sheet = classroom.assign(title='Übung "1"\r\nX-Evil: 1, ∇/\u202e')
    for format in ("csv", "canvas", "moodle"):
        reply = classroom.carol.get(f"/assignments/{sheet['id']}/report", format=format)
        assert reply.status_code == 200
        assert "x-evil" not in reply.headers
        assert 'filename="Ubung 1 X-Evil 1,' in reply.headers["content-disposition"]


@pytest.mark.parametrize(
    ("accept", "csv_is_sent"),
    [
        ("text/csv", True),
        ("TEXT/CSV; charset=utf-8", True),
        ("text/csv, */*;q=0.1", True),
        ("application/json;q=0.5, text/csv;q=0.9", True),
        ("*/*", False),
        ("application/json, text/csv", False),
        ("text/csv;q=0", False),
        ("text/csv;q=0.2, application/json;q=0.3", False),
        ("image/png", False),
        ("", False),
    ],
)
def test_the_accept_header_chooses_between_json_and_csv(accept: str, csv_is_sent: bool):
    assert prefers_csv(Request({"type": "http", "headers": [(b"accept", accept.encode())]})) is csv_is_sent


def test_what_accept_asks_for_is_sent_and_the_address_has_the_last_word(classroom: Classroom):
    sheet = classroom.assign()
    address, headers = f"/assignments/{sheet['id']}/report", {"Accept": "text/csv"}
    assert rows_of(classroom.carol.send("GET", address, headers=headers).text)
    assert classroom.carol.send("GET", f"{address}?format=json", headers=headers).json()["title"] == "Sheet 1"


def test_an_unknown_format_is_refused(classroom: Classroom):
    sheet = classroom.assign()
    refused(classroom.carol.get(f"/assignments/{sheet['id']}/report", format="xls"), 422, "invalid-request")


# Gradebooks ---------------------------------------------------------------------------------------


def gradebook(room: Classroom, path: str, format: str) -> list[list[str]]:
    return rows_of(room.carol.get(path, format=format).text)


def test_a_gradebook_has_one_column_in_points_for_canvas_and_in_percent_for_moodle(classroom: Classroom):
    sheet = classroom.assign({}, {"points": 12})
    half(classroom, classroom.alice, sheet)
    path = f"/assignments/{sheet['id']}/report"
    assert gradebook(classroom, path, "canvas") == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Sheet 1"],
        ["Points Possible", "", "", "", "", "16"],
        ["Alice", "", "x-alice", "alice@example.org", "", "2"],
        ["Bob", "", "x-bob", "bob@example.org", "", ""],
    ]
    assert gradebook(classroom, path, "moodle") == [
        ["First name", "Last name", "ID number", "Email address", "Sheet 1"],
        ["Alice", "", "x-alice", "alice@example.org", "12.5"],
        ["Bob", "", "x-bob", "bob@example.org", ""],
    ]


def test_an_exemption_costs_nothing_in_a_gradebook(classroom: Classroom):
    sheet = classroom.assign({}, {"points": 12})
    half(classroom, classroom.alice, sheet)
    override(classroom, sheet, classroom.alice, 2, excused=True)
    for item in (1, 2):
        override(classroom, sheet, classroom.bob, item, excused=True)
    path = f"/assignments/{sheet['id']}/report"
    assert [row[-1] for row in gradebook(classroom, path, "canvas")] == ["Sheet 1", "16", "8", "EX"]
    assert [row[-1] for row in gradebook(classroom, path, "moodle")] == ["Sheet 1", "50", ""]


def test_a_course_has_a_gradebook_column_for_each_assignment_with_points(classroom: Classroom):
    one, none, two = (assign_later(classroom, {"points": p}, title=t) for p, t in ((4, "One"), (0, "None"), (2, "Two")))
    for sheet in (one, none, two):
        half(classroom, classroom.alice, sheet)
    rows = gradebook(classroom, f"/courses/{classroom.course}/report", "canvas")
    assert [row[5:] for row in rows] == [["One", "Two"], ["4", "2"], ["2", "1"], ["", ""]]
    rows = gradebook(classroom, f"/courses/{classroom.course}/report", "moodle")
    assert [row[4:] for row in rows] == [["One", "Two"], ["50", "50"], ["", ""]]


@pytest.mark.parametrize("format", ["canvas", "moodle"])
def test_a_gradebook_without_points_to_reach_is_refused(classroom: Classroom, format: str):
    sheet = classroom.assign({"points": 0})
    for path in (f"/assignments/{sheet['id']}/report", f"/courses/{classroom.course}/report"):
        refused(classroom.carol.get(path, format=format), 409, "conflict")
    assert classroom.carol.get(path, format="csv").status_code == 200


def test_canvas_cannot_tell_two_assignments_of_one_title_apart(classroom: Classroom):
    classroom.assign(), classroom.assign()
    body = refused(classroom.carol.get(f"/courses/{classroom.course}/report", format="canvas"), 409, "conflict")
    assert "Rename one" in body["detail"]
    assert classroom.carol.get(f"/courses/{classroom.course}/report", format="moodle").status_code == 200


def export_of(title: str) -> bytes:
    return (
        f"Student,ID,SIS User ID,SIS Login ID,Section,{title} (4711),Current Score\r\n"
        "    Points Possible,,,,,8,(read only)\r\n"
        "Alice,1001,x-alice,alice@example.org,Tuesday,,\r\n"
        "Dora,1003,x-dora,dora@example.org,Tuesday,5,\r\n"
    ).encode()


def fill(who: Person, sheet: dict[str, Any], export: bytes, content_type: str = "text/csv") -> Any:
    address = f"/assignments/{sheet['id']}/report/canvas"
    return who.post(address, content=export, headers={"Content-Type": content_type})


def test_an_export_of_canvas_comes_back_filled_in(classroom: Classroom):
    sheet = classroom.assign()
    half(classroom, classroom.alice, sheet)
    solve(classroom, classroom.bob, sheet)
    reply = fill(classroom.dave, sheet, export_of("Sheet 1"))
    assert reply.status_code == 200
    assert reply.headers["content-type"] == "text/csv; charset=utf-8"
    assert 'filename="Sheet 1 - Canvas.csv"' in reply.headers["content-disposition"]
    assert (reply.headers["nabla-matched"], reply.headers["nabla-not-found"]) == ("1", "1")
    assert reply.content == export_of("Sheet 1").replace(b"Tuesday,,", b"Tuesday,4,")


def test_what_is_no_export_of_canvas_is_refused_in_words(classroom: Classroom):
    sheet = classroom.assign()
    body = refused(fill(classroom.carol, sheet, b"name,points\r\nSecret Person,3\r\n"), 422, "invalid-request")
    assert "Line 1" in body["detail"]
    assert "Secret" not in json.dumps(body)
    refused(fill(classroom.carol, sheet, b""), 422, "invalid-request")
    refused(fill(classroom.carol, sheet, b"\xff\xfe\x00"), 422, "invalid-request")
    refused(fill(classroom.carol, sheet, export_of("Sheet 1"), "application/json"), 415, "unsupported-media-type")
    refused(fill(classroom.carol, sheet, b" " * (8 * 2**20 + 1)), 413, "too-large")
    void(classroom, sheet, 1, "drop")
    refused(fill(classroom.carol, sheet, export_of("Sheet 1")), 409, "conflict")


def test_a_compressed_file_is_refused_as_such(classroom: Classroom):
    sheet = classroom.assign()
    headers = {"Content-Type": "text/csv", "Content-Encoding": "gzip"}
    for address in (f"/assignments/{sheet['id']}/report/canvas", f"/courses/{classroom.course}/enrolments"):
        reply = classroom.carol.post(address, content=b"\x1f\x8b", headers=headers)
        refused(reply, 415, "unsupported-media-type")


# Every attempt ------------------------------------------------------------------------------------


def all_pages(who: Person, address: str, **query: Any) -> list[dict[str, Any]]:
    found, cursor = [], ""
    while cursor is not None:
        page = fine(who.get(address, cursor=cursor, **query))
        assert len(page["items"]) <= query.get("limit", 50)
        found += page["items"]
        cursor = page["next"]
    return found


def busy(room: Classroom) -> dict[str, Any]:
    """An assignment to which alice, bob and dave sent eight attempts."""
    sheet = room.assign({}, {"exercise": "ls-steps"})
    for number in range(3):
        miss(room, room.alice, sheet, number)
    solve(room, room.alice, sheet, 2)
    for number in range(2):
        miss(room, room.bob, sheet, number)
    solve(room, room.bob, sheet, 1)
    solve(room, room.dave, sheet, 1)
    return sheet


@pytest.mark.parametrize("limit", [1, 3, 50])
def test_every_attempt_is_on_one_page(classroom: Classroom, limit: int):
    sheet = busy(classroom)
    classroom.assign()  # and solve nothing of it
    solve(classroom, classroom.alice, classroom.assign())
    found = all_pages(classroom.carol, f"/assignments/{sheet['id']}/attempts", limit=limit)
    assert len({entry["id"] for entry in found}) == len(found) == 8
    assert [(e["person"], e["n"], e["staff"]) for e in found].count((classroom.alice.id, 1, False)) == 3
    assert [(e["n"], e["exercise"]) for e in found if e["person"] == classroom.alice.id].count((2, "ls-steps")) == 1
    assert [e["person"] for e in found if e["staff"]] == [classroom.dave.id]


def test_an_attempt_in_the_list_is_the_attempt_itself(classroom: Classroom):
    sheet = busy(classroom)
    for entry in all_pages(classroom.carol, f"/assignments/{sheet['id']}/attempts"):
        alone = fine(classroom.carol.get(f"/attempts/{entry['id']}"))
        item = sheet["items"][entry["n"] - 1]
        theirs = {"person": entry["person"], "item": item["id"], "n": item["n"], "exercise": item["exercise"]}
        assert entry == {**alone, **theirs, "staff": entry["person"] == classroom.dave.id}


@pytest.mark.parametrize("cursor", ["nonsense", "a.b", "a.1.2", ".1", "a.9999999999", "-"])
def test_a_cursor_of_another_list_is_refused(classroom: Classroom, cursor: str):
    sheet = classroom.assign()
    refused(classroom.carol.get(f"/assignments/{sheet['id']}/attempts", cursor=cursor), 422, "invalid-request")


@pytest.mark.parametrize("page", [1, 2, 3, 8, 500])
def test_the_spreadsheet_of_attempts_has_a_row_for_each_answer(
    classroom: Classroom, monkeypatch: pytest.MonkeyPatch, page: int
):
    sheet = busy(classroom)
    monkeypatch.setattr(attempts, "PAGE", page)
    rows = table(classroom, f"/assignments/{sheet['id']}/attempts")
    listed = all_pages(classroom.carol, f"/assignments/{sheet['id']}/attempts")
    expected = {(entry["id"], part): entry for entry in listed for part in entry["parts"]}
    assert len(rows) == len(expected) == 7 + 6
    for row in rows:
        entry = expected.pop((row["attempt"], row["part"]))
        verdict = entry["parts"][row["part"]]
        assert json.loads(row["answer"].removeprefix("'")) == entry["answers"][row["part"]]
        assert (row["person"], row["exercise"]) == (entry["person"], entry["exercise"])
        assert (row["status"], float(row["score"])) == (verdict["status"], pytest.approx(verdict["score"]))
        assert row["misconception"] == (verdict["misconception"] or "")
        assert row["counted"] == ("yes" if verdict["counted"] else "no")
        assert row["staff"] == ("yes" if entry["staff"] else "no")
        assert (row["received (Europe/Vienna)"], row["late"]) == ("2026-11-22 11:00:00.000", "no")
    assert expected == {}


def test_the_spreadsheet_of_attempts_has_people_as_the_roster_writes_them_and_no_formulas(classroom: Classroom):
    sheet = classroom.assign(AFFINE)
    fine(classroom.carol.patch(enrolment(classroom, classroom.alice), {"name": "=Alice()", "group": "Tuesday"}))
    instance = classroom.open(classroom.alice, sheet)
    rows = len(instance["data"]["w"])
    submit(classroom.alice, instance, {"answer": "; ".join(["1/3"] * rows)})
    submit(classroom.alice, instance, {"answer": [["-2"]] * rows})
    first, second = table(classroom, f"/assignments/{sheet['id']}/attempts")
    assert (first["name"], first["email"], first["group"]) == ("'=Alice()", "alice@example.org", "Tuesday")
    assert json.loads(first["answer"]) == "; ".join(["1/3"] * rows)
    assert json.loads(second["answer"]) == [["-2"]] * rows


def test_a_revised_grade_is_the_one_that_the_list_and_the_spreadsheet_show(classroom: Classroom):
    sheet = classroom.assign(due_at=classroom.clock.after(hours=1), closes_at=classroom.clock.after(hours=5))
    classroom.clock.forward(hours=2)
    attempt = solve(classroom, classroom.alice, sheet)
    address = f"/assignments/{sheet['id']}/attempts"
    assert [row["late"] for row in table(classroom, address)] == ["yes"]
    revised = {
        "attempt": attempt["id"],
        "number": 1,
        "score": 0.5,
        "late": False,
        "factor": 1,
        "made_at": MORNING,
        "reason": "test",
    }
    store(classroom, insert(revisions).values(revised))
    first = classroom.school.rows(verdicts.select())[0]._mapping
    store(classroom, insert(verdicts).values({**first, "revision": 1, "status": "partial", "score": 0.5}))
    (row,) = table(classroom, address)
    assert (row["late"], row["status"], row["score"]) == ("no", "partial", "0.5")
    (entry,) = all_pages(classroom.carol, address)
    assert (entry["late"], entry["score"], entry["parts"]["answer"]["status"]) == (False, 0.5, "partial")


def test_attempts_of_people_who_left_stay_in_the_list(classroom: Classroom):
    sheet = classroom.assign()
    miss(classroom, classroom.alice, sheet)
    classroom.carol.delete(enrolment(classroom, classroom.alice))
    assert [row["name"] for row in table(classroom, f"/assignments/{sheet['id']}/attempts")] == ["Alice"]


# While a file is sent -----------------------------------------------------------------------------


def sent_slowly(room: Classroom, path: str) -> Iterator[tuple[bytes, int]]:
    """The pieces of a file, and how many connections to the database were in use when each was taken."""
    app, pieces = room.school.app, []
    headers = [(b"authorization", f"Bearer {room.carol.token}".encode())]
    scope = {
        "type": "http",
        "method": "GET",
        "path": f"/api/v1{path}",
        "raw_path": path.encode(),
        "query_string": b"format=csv",
        "headers": headers,
        "client": ("127.0.0.1", 1),
        "server": ("nabla.test", 80),
        "scheme": "http",
        "root_path": "",
        "http_version": "1.1",
    }

    async def receive() -> dict[str, Any]:
        return await anyio.sleep_forever()  # nobody leaves

    async def send(message: dict[str, Any]) -> None:
        if message.get("body"):
            pieces.append((message["body"], app.state.reader._engine.pool.checkedout()))

    room.school.portal.call(partial(app, scope, receive, send))
    return iter(pieces)


def test_whoever_reads_slowly_keeps_no_connection_from_others(classroom: Classroom, monkeypatch: pytest.MonkeyPatch):
    sheet = busy(classroom)
    monkeypatch.setattr(attempts, "PAGE", 2)
    monkeypatch.setattr("app.downloads.CHUNK", 100)
    monkeypatch.setattr("app.reports.deeds.PAGE", 2)
    for path in (
        f"/assignments/{sheet['id']}/attempts",
        f"/assignments/{sheet['id']}/report",
        f"/courses/{classroom.course}/report",
        f"/courses/{classroom.course}/audit",
    ):
        pieces = list(sent_slowly(classroom, path))
        assert len(pieces) > 1
        assert {connections for _, connections in pieces} == {0}
        assert b"".join(body for body, _ in pieces).decode() == classroom.carol.get(path, format="csv").text


def test_the_first_row_is_sent_before_any_attempt_is_read(classroom: Classroom, monkeypatch: pytest.MonkeyPatch):
    sheet, read = busy(classroom), []
    original = attempts.sheet
    monkeypatch.setattr(attempts, "PAGE", 2)
    monkeypatch.setattr(attempts, "sheet", lambda *args, **more: (read.append(1), original(*args, **more))[1])
    header, *_ = sent_slowly(classroom, f"/assignments/{sheet['id']}/attempts")
    assert header[0].decode().startswith("\ufeffattempt,instance,")
    assert len(read) == 5


# The audit log ------------------------------------------------------------------------------------


def test_the_audit_log_can_be_had_as_a_file(classroom: Classroom, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("app.reports.deeds.PAGE", 2)
    override(classroom, classroom.assign(), classroom.alice, points=1)
    address = f"/courses/{classroom.course}/audit"
    rows = table(classroom, address)
    listed = fine(classroom.carol.get(address))["items"]
    assert [int(row["number"]) for row in rows] == [deed["number"] for deed in listed]
    assert [row["action"] for row in rows][-2:] == ["assignment created", "points overridden"]
    assert rows[-1]["at (Europe/Vienna)"] == "2026-11-22 11:00:00"
    assert rows[-1]["actor"] == classroom.carol.id
    assert json.loads(rows[-1]["details"]) == listed[-1]["details"]
    named = [rows[-1][column] for column in ("actor name", "subject name", "person name")]
    assert named == ["Carol", "Sheet 1, item 1", "Alice"]
    refused(classroom.dave.get(address, format="csv"), 403, "forbidden")
    refused(classroom.mallory.get(address, format="csv"), 404, "not-found")


# The command --------------------------------------------------------------------------------------


def test_the_command_prints_what_the_api_sends(classroom: Classroom, nabla: Nabla):
    sheet, data = classroom.assign(title="Übung 1"), classroom.school.database.parent
    half(classroom, classroom.alice, sheet)
    fine(classroom.carol.patch(enrolment(classroom, classroom.bob), {"group": "Tuesday"}))
    ids = {sheet["id"]: f"/assignments/{sheet['id']}/report", classroom.course: f"/courses/{classroom.course}/report"}
    for id, path in ids.items():
        printed = nabla("report", id, "--format", "json", data=data)
        assert json.loads(printed.stdout) == fine(classroom.carol.get(path))
    printed = nabla("report", sheet["id"], "--format", "canvas", "--group", "Tuesday", data=data)
    path = f"/assignments/{sheet['id']}/report"
    assert printed.stdout == classroom.carol.get(path, format="canvas", group="Tuesday").text
    assert run_nabla("report", sheet["id"], data=data).stdout.startswith("\ufeffname,email")


def test_the_command_fills_an_export_of_canvas_in(classroom: Classroom, nabla: Nabla):
    sheet, data = classroom.assign(), classroom.school.database.parent
    half(classroom, classroom.alice, sheet)
    solve(classroom, classroom.bob, sheet)
    export = data / "export.csv"
    export.write_bytes(export_of("Sheet 1"))
    printed = nabla("report", sheet["id"], "--fill-canvas", str(export), data=data)
    assert "Alice,1001,x-alice,alice@example.org,Tuesday,4," in printed.stdout
    assert printed.stderr == "1 students filled in, 1 not found in the file\nnot found: bob@example.org\n"


def test_the_command_says_what_it_cannot_report(classroom: Classroom, nabla: Nabla):
    sheet, data = classroom.assign({"points": 0}), classroom.school.database.parent
    for arguments, said in (
        (["nothing"], "there is no assignment and no course with this id"),
        ([sheet["id"], "--format", "canvas"], "needs points"),
        ([sheet["id"], "--fill-canvas", str(data / "missing.csv")], "cannot be read"),
        ([classroom.course, "--fill-canvas", str(data / "missing.csv")], "for one assignment"),
    ):
        done = nabla("report", *arguments, data=data)
        assert (done.returncode, done.stdout) == (1, "")
        assert said in done.stderr
