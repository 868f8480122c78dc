"""Courses, rosters, copies, the audit log: what an instructor does, and what no file may do."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from app.courses import audit as audit_log
from app.courses import roster
from app.courses.course import find as find_course
from app.courses.course import instructors, shifted
from app.dates import Dates
from app.models import audit, enrolments, people
from app.problems import InvalidRequest
from tests.teaching import MORNING, Classroom, Person, answer, fine, made, refused, written, wrong

VIENNA: Final = ZoneInfo("Europe/Vienna")
FILE: Final = {"Content-Type": "text/csv"}


def send_csv(person: Person, course: str, content: str | bytes) -> Any:
    raw = content.encode() if isinstance(content, str) else content
    return person.send("POST", f"/courses/{course}/enrolments", content=raw, headers=FILE)


def take(classroom: Classroom, content: str | bytes) -> dict[str, Any]:
    """What carol's course made of a CSV roster."""
    return fine(send_csv(classroom.carol, classroom.course, content))


def members(classroom: Classroom) -> dict[str, dict[str, Any]]:
    """Who is in carol's course, by address."""
    listed = fine(classroom.carol.get(f"/courses/{classroom.course}/enrolments", limit=200))["items"]
    return {member["email"]: member for member in listed}


# Courses ------------------------------------------------------------------------------------------


def test_a_course_has_the_fields_of_the_contract(classroom: Classroom):
    course = made(classroom.carol.post("/courses", {"title": "Analysis", "timezone": "Europe/Vienna"}))
    assert course == {
        "id": course["id"],
        "title": "Analysis",
        "timezone": "Europe/Vienna",
        "rule": None,
        "role": "instructor",
    }
    assert fine(classroom.carol.get(f"/courses/{course['id']}")) == course
    assert course in fine(classroom.carol.get("/courses"))["items"]
    assert made(classroom.carol.post("/courses", {"title": "Algebra"}))["timezone"] == "UTC"


@pytest.mark.parametrize(
    "body",
    [
        *({}, {"title": ""}, {"title": " \t"}, {"title": "x" * 201}, {"title": None}, {"title": 5}, {"title": ["x"]}),
        *(
            {"title": "x", "timezone": zone}
            for zone in ("", "Vienna", "localtime", "../../etc/passwd", "UTC\n", None, 1)
        ),
        *({"title": "x", "role": "operator"}, {"title": "x", "id": "x"}, [], "x", 5, True),
    ],
)
def test_any_other_course_is_refused(classroom: Classroom, body: Any):
    refused(classroom.carol.send("POST", "/courses", json=body), 422, "invalid-request")
    assert len(fine(classroom.carol.get("/courses"))["items"]) == 1


def test_a_patch_changes_what_it_names_and_takes_away_what_is_null(classroom: Classroom):
    address, carol = f"/courses/{classroom.course}", classroom.carol
    whole = {"title": "Analysis", "timezone": "America/New_York", "rule": {"percent": 50.0}}
    before = fine(carol.patch(address, whole))
    assert {name: before[name] for name in whole} == whole
    assert fine(carol.patch(address, {})) == before
    assert fine(carol.patch(address, {"title": "Analysis 2"})) == {**before, "title": "Analysis 2"}
    rule = {"at_least": 6, "assignments_with_percent": 60.0}
    assert fine(carol.patch(address, {"rule": rule}))["rule"] == rule
    assert fine(carol.patch(address, {"title": None, "timezone": None, "rule": None}))["rule"] is None
    after = fine(carol.get(address))
    assert (after["title"], after["timezone"]) == ("Analysis 2", "America/New_York")


@pytest.mark.parametrize(
    "rule",
    [
        *({}, {"percent": None}, {"percent": -1}, {"percent": 101}, {"percent": "50"}, {"percent": True}, [], "x", 50),
        *({"at_least": 6}, {"assignments_with_percent": 60}, {"at_least": 0, "assignments_with_percent": 60}),
        *({"at_least": 6.5, "assignments_with_percent": 60}, {"percent": 50, "at_least": 1}, {"percent": 10**400}),
        *({"percent": 50, "at_least": 6, "assignments_with_percent": 60}, {"percent": 50, "points": 3}),
    ],
)
def test_a_rule_that_says_too_little_or_too_much_is_refused(classroom: Classroom, rule: Any):
    refused(classroom.carol.patch(f"/courses/{classroom.course}", {"rule": rule}), 422, "invalid-request")
    assert fine(classroom.carol.get(f"/courses/{classroom.course}"))["rule"] is None


# Copies -------------------------------------------------------------------------------------------


def copy(classroom: Classroom, shift_days: int) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A copy of carol's course, and its assignments."""
    body = {"title": "Next year", "shift_days": shift_days}
    course = made(classroom.carol.post(f"/courses/{classroom.course}/copy", body))
    return course, fine(classroom.carol.get(f"/courses/{course['id']}/assignments"))["items"]


def test_a_copy_has_the_assignments_in_their_order_and_nobody_in_it(classroom: Classroom):
    c = classroom
    fine(c.carol.patch(f"/courses/{c.course}", {"rule": {"percent": 50}}))
    policy = {"late_penalty": 0.5, "attempt_factors": [1, 0.5], "hint_cost": 0.1, "solutions": "when_done"}
    items = [{"tries": 2, "new_variants": True, "solutions": "never"}, {"level": "numpy"}]
    sheets = []
    for n in range(6):
        sheets.append(c.assign(*items, title=f"Sheet {n}", **policy))
        c.clock.forward(seconds=1)
    answer(c.alice, own := c.open(c.alice, sheets[0]), wrong(own))
    course, copied = copy(c, 0)
    assert (course["rule"], course["timezone"], course["role"]) == ({"percent": 50.0}, "Europe/Vienna", "instructor")
    assert [sheet["title"] for sheet in copied] == [f"Sheet {n}" for n in range(6)]
    fresh = {"id": None, "course": None, "items": None}
    for old, new in zip(sheets, copied, strict=True):
        assert {**old, **fresh} == {**new, **fresh}
        assert [{**item, "id": None} for item in old["items"]] == [{**item, "id": None} for item in new["items"]]
        assert not {old["id"], *(i["id"] for i in old["items"])} & {new["id"], *(i["id"] for i in new["items"])}
    assert [m["name"] for m in fine(c.carol.get(f"/courses/{course['id']}/enrolments"))["items"]] == ["Carol"]
    refused(c.alice.get(f"/courses/{course['id']}"), 404, "not-found")


def test_a_copy_keeps_the_time_of_day_over_a_change_of_daylight_saving(classroom: Classroom):
    """From Monday 2 March 2026, 8:00 in Vienna (UTC+1) to 6 April, 8:00 (UTC+2)."""
    classroom.assign(opens_at="2026-03-02T07:00:00Z", due_at="2026-03-28T22:59:59Z", closes_at="2026-04-04T21:59:59Z")
    _, (sheet,) = copy(classroom, 35)
    assert sheet["opens_at"] == "2026-04-06T06:00:00.000Z"
    assert sheet["due_at"] == "2026-05-02T21:59:59.000Z"
    assert sheet["closes_at"] == "2026-05-09T21:59:59.000Z"
    _, (back,) = copy(classroom, -35)
    assert back["closes_at"] == "2026-02-28T22:59:59.000Z"


def test_a_copy_of_a_course_without_dates_has_none(classroom: Classroom):
    classroom.assign()
    _, (sheet,) = copy(classroom, 364)
    assert (sheet["opens_at"], sheet["due_at"], sheet["closes_at"]) == (None, None, None)


def test_items_that_were_void_are_whole_in_a_copy(classroom: Classroom):
    sheet = classroom.assign()
    item = {"id": sheet["items"][0]["id"], "void": "full", "reason": "A typo."}
    fine(classroom.carol.patch(f"/assignments/{sheet['id']}", {"items": [item]}))
    _, (copied,) = copy(classroom, 7)
    assert (copied["items"][0]["void"], copied["items"][0]["reason"]) == (None, None)


@pytest.mark.parametrize("days", [3_661, -3_661, 10**30, 1.5, "7", True])
def test_a_course_is_not_copied_by_too_many_days(classroom: Classroom, days: Any):
    body = {"title": "Later", "shift_days": days}
    refused(classroom.carol.post(f"/courses/{classroom.course}/copy", body), 422, "invalid-request")


def test_a_copy_does_not_leave_the_years_that_assignments_have(classroom: Classroom):
    classroom.assign(due_at="2999-12-01T00:00:00Z")
    body = {"title": "Later", "shift_days": 364}
    problem = refused(classroom.carol.post(f"/courses/{classroom.course}/copy", body), 422, "invalid-request")
    assert problem["errors"][0]["pointer"] == "/shift_days"
    assert len(fine(classroom.carol.get("/courses"))["items"]) == 1


instants = st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds
zones = st.sampled_from(["UTC", "Europe/Vienna", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"])
minutes = st.integers(1, 60 * 24 * 30).map(lambda n: timedelta(minutes=n))


@given(instants, minutes, st.timedeltas(timedelta(), timedelta(days=3)), st.integers(-800, 800), zones)
def test_shifted_dates_stay_in_order_and_keep_their_time_of_day(
    opens_at: datetime, until: timedelta, late: timedelta, days: int, zone: str
):
    dates = Dates(opens_at, opens_at + until, opens_at + until + late)
    moved = shifted(dates, days, ZoneInfo(zone))
    assert moved.fault() is None
    for before, after in zip(vars(dates).values(), vars(moved).values(), strict=True):
        assert abs(after - before - timedelta(days=days)) <= timedelta(hours=1)
        clock, later = before.astimezone(ZoneInfo(zone)), after.astimezone(ZoneInfo(zone))
        gap_or_fold = {
            t.astimezone(ZoneInfo(zone)).utcoffset() for t in (after - timedelta(hours=3), after + timedelta(hours=3))
        }
        assert clock.time() == later.time() or len(gap_or_fold) == 2


@pytest.mark.parametrize(
    ("opens_at", "due_at"),
    [
        ("2026-03-01T02:30:00+01:00", "2026-03-01T03:15:00+01:00"),  # 29 March skips from 2 to 3
        (
            "2025-10-26T02:30:00+02:00",
            "2025-10-26T02:15:00+01:00",
        ),  # this hour comes twice, 26 October 2026 has it once
    ],
)
def test_dates_in_the_hour_that_is_skipped_or_repeated_do_not_change_places(opens_at: str, due_at: str):
    dates = Dates(*(datetime.fromisoformat(text).astimezone(UTC) for text in (opens_at, due_at)))
    days = 28 if "03-01" in opens_at else 365
    assert shifted(dates, days, VIENNA) == Dates(*(at and at + timedelta(days=days) for at in vars(dates).values()))


# Rosters ------------------------------------------------------------------------------------------

ROSTER: Final = """name,email,role,external_id,group
Erin Example,erin@example.org,student,e-1,A
Frank,frank@example.org,assistant,,
Grace,grace@example.org,,g-1,B
"""


def test_a_csv_roster_enrols_and_taken_again_changes_nothing(classroom: Classroom):
    assert take(classroom, ROSTER) == {"added": 3, "updated": 0, "unchanged": 0, "errors": []}
    there = members(classroom)
    erin = {"name": "Erin Example", "role": "student", "external_id": "e-1", "group": "A"}
    assert {name: there["erin@example.org"][name] for name in erin} == erin
    assert there["frank@example.org"]["role"] == "assistant"
    assert there["frank@example.org"]["external_id"] is None
    assert there["grace@example.org"]["role"] == "student"
    deeds = classroom.school.rows(select(audit))
    assert take(classroom, ROSTER) == {"added": 0, "updated": 0, "unchanged": 3, "errors": []}
    assert members(classroom) == there
    assert classroom.school.rows(select(audit)) == deeds


def test_json_does_what_csv_does(classroom: Classroom):
    line = {"name": "Erin", "email": "erin@example.org", "role": "assistant", "external_id": "e", "group": "A"}
    address = f"/courses/{classroom.course}/enrolments"
    assert fine(classroom.carol.post(address, {"items": [line]}))["added"] == 1
    assert take(classroom, "name,email,role,external_id,group\nErin,erin@example.org,assistant,e,A")["unchanged"] == 1
    bad = [{"name": "", "email": "x@y"}, {"name": "X", "email": "x"}, {**line, "role": "king"}, line, line]
    result = fine(classroom.carol.post(address, {"items": bad}))
    assert [error["line"] for error in result["errors"]] == [1, 2, 3, 5]
    assert result["unchanged"] == 1
    for items in ([{"name": "X"}], [{"name": "X", "email": 5}], [{**line, "id": "x"}], "x", None, {}):
        refused(classroom.carol.post(address, {"items": items}), 422, "invalid-request")
    assert fine(classroom.carol.post(address, {"items": []})) == {
        "added": 0,
        "updated": 0,
        "unchanged": 0,
        "errors": [],
    }


def test_bad_lines_are_reported_by_number_and_good_ones_kept(classroom: Classroom):
    lines = [
        "name,email,role,external_id,group",
        "Erin,erin@example.org,student,,",
        ",nameless@example.org,student,,",
        "No Address,,student,,",
        "",
        "Two Addresses,a@b@c,student,,",
        "King,king@example.org,king,,",
        "Too Many,many@example.org,student,,A,B",
        "Erin Again,ERIN@example.org,student,,",
        f"Long,{'x' * 250}@example.org,student,,",
        f"{'x' * 201},long@example.org,student,,",
        f"Long Group,group@example.org,student,,{'x' * 101}",
        "Bell\a,bell@example.org,student,,",
        '"Open Quote,open@example.org,student,,',
        'In"ner,inner@example.org,student,,',
        '"Wrong" Quote,wrong@example.org,student,,',
        "Frank,frank@example.org",
        ",,,,,,",
    ]
    result = take(classroom, "\n".join(lines))
    details = {error["line"]: error["detail"] for error in result["errors"]}
    assert list(details) == [3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 16]
    assert "line 2 already" in details[9]
    assert "separator" in details[8]
    assert "quote" in details[14]
    assert result["added"] == 3
    assert {"erin@example.org", "frank@example.org", "inner@example.org"} <= set(members(classroom))
    assert not any(text in str(result) for text in ("king@", "nameless", "x" * 50))  # errors repeat nothing
    again = take(classroom, "\n".join(lines))
    assert (again["added"], again["updated"], again["unchanged"]) == (0, 0, 3)
    assert again["errors"] == result["errors"]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_the_files_of_every_spreadsheet_are_read(classroom: Classroom, separator: str, end: str, mark: str):
    cells = [["Name", "E-mail"], ['"Zoë, ""Zo""; Q"', " Zoe@Example.ORG "], ["René", '"rene@example.org"']]
    cells[0][1] = "EMAIL"
    content = mark + end.join(separator.join(line) for line in cells) + end
    assert take(classroom, content)["added"] == 2
    there = members(classroom)
    assert there["zoe@example.org"]["name"] == 'Zoë, "Zo"; Q'
    assert there["rene@example.org"]["name"] == "René"


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"\n\n", b"Alice,alice at example.org\n", b"email\nx@y\n", b"name\nX\n", b"name,email,points\n"),
        *(b"name,email,email\n", b'"name,email\n', b"name,email\0\n", b"name,email\nX,x@y\0\n", b"\xff\xfe\0\0"),
        *("name,email\nX,x@y.org\n".encode(coding) for coding in ("utf-16", "utf-16-le", "utf-32")),
        *("name,email\nRené,x@y.org\n".encode("latin-1"), b"PK\x03\x04 a spreadsheet", b'{"items": []}'),
    ],
)
def test_a_file_that_is_no_roster_is_refused_as_a_whole(classroom: Classroom, content: bytes):
    before = members(classroom)
    problem = refused(send_csv(classroom.carol, classroom.course, content), 422, "invalid-request")
    assert re_says_what_to_do(problem["detail"])
    assert members(classroom) == before


def re_says_what_to_do(detail: str) -> bool:
    return "Save it as CSV UTF-8" in detail or "The first line must be name,email,role,external_id,group" in detail


@pytest.mark.parametrize(
    "name",
    [
        *('=HYPERLINK("x")', "+1", "-1", "@SUM(A1)", "'; DROP TABLE people; --", "<script>", "%s%n", "{0}", "\\N"),
        *("Ana\u00a0María", "\u0641\u200c\u0627", "Ｅｒｉｎ", "🙂", "e\u0301", "NULL", "None", "0", "x" * 200),
    ],
)
def test_a_name_is_kept_as_it_is_written(classroom: Classroom, name: str):
    quoted = name.replace('"', '""')
    assert take(classroom, f'name,email\n"{quoted}",erin@example.org\n')["added"] == 1
    assert members(classroom)["erin@example.org"]["name"] == name
    line = {"name": name, "email": "erin@example.org"}
    assert fine(classroom.carol.post(f"/courses/{classroom.course}/enrolments", {"items": [line]}))["unchanged"] == 1


@pytest.mark.parametrize("name", ["a\nb", "a\tb", "\x1b[31m", "a\u2028b", "\x7f", "a\x85b"])
def test_a_name_with_a_control_character_is_left_out(classroom: Classroom, name: str):
    line = {"name": f"x{name}x", "email": "erin@example.org"}
    result = fine(classroom.carol.post(f"/courses/{classroom.course}/enrolments", {"items": [line]}))
    assert [error["line"] for error in result["errors"]] == [1]
    address = f"/courses/{classroom.course}/enrolments/{classroom.alice.id}"
    assert (
        refused(classroom.carol.patch(address, {"group": f"x{name}x"}), 422, "invalid-request")["errors"][0]["pointer"]
        == "/group"
    )


def test_people_are_known_by_their_address_however_it_is_written(classroom: Classroom):
    assert take(classroom, "name,email\nAlice, ALICE@Example.Org \n")["unchanged"] == 1
    assert take(classroom, "name,email\nJürgen,Jürgen@BÜCHER.example\n")["added"] == 1
    assert take(classroom, "name,email\nJürgen,jürgen@bücher.example\n")["unchanged"] == 1
    assert len(classroom.school.rows(select(people).where(people.c.email == "jürgen@bücher.example"))) == 1


def test_what_a_line_leaves_out_stays_and_what_it_leaves_blank_goes(classroom: Classroom):
    take(classroom, ROSTER)
    assert take(classroom, "name,email\nErin E.,erin@example.org\nFrank,frank@example.org\n")["updated"] == 1
    erin = members(classroom)["erin@example.org"]
    assert (erin["name"], erin["external_id"], erin["group"]) == ("Erin E.", "e-1", "A")
    assert members(classroom)["frank@example.org"]["role"] == "assistant"
    take(classroom, "name,email,role,external_id,group\nErin E.,erin@example.org,,,\n")
    erin = members(classroom)["erin@example.org"]
    assert (erin["role"], erin["external_id"], erin["group"]) == ("student", None, None)


def test_nobody_leaves_by_missing_from_a_roster_and_who_left_comes_back(classroom: Classroom):
    take(classroom, ROSTER)
    before = members(classroom)
    take(classroom, "name,email\nHeidi,heidi@example.org\n")
    assert set(members(classroom)) == {*before, "heidi@example.org"}
    erin = before["erin@example.org"]["id"]
    assert classroom.carol.delete(f"/courses/{classroom.course}/enrolments/{erin}").status_code == 204
    assert "erin@example.org" not in members(classroom)
    assert take(classroom, ROSTER) == {"added": 1, "updated": 0, "unchanged": 2, "errors": []}
    assert members(classroom)["erin@example.org"] == before["erin@example.org"]


def test_a_roster_of_more_lines_than_one_transaction_takes_is_taken_whole(classroom: Classroom):
    several = 2 * roster.AT_ONCE + 7
    lines = [f"Student {n},s{n}@example.org,student,{n},G{n % 3}" for n in range(several)]
    lines[roster.AT_ONCE + 3] = "bad line"
    content = "name,email,role,external_id,group\n" + "\n".join(lines)
    first = take(classroom, content)
    assert (first["added"], [error["line"] for error in first["errors"]]) == (several - 1, [roster.AT_ONCE + 5])
    again = take(classroom, content)
    assert (again["added"], again["updated"], again["unchanged"]) == (0, 0, several - 1)
    assert take(classroom, content.replace("student", "assistant"))["updated"] == several - 1
    deeds = classroom.school.rows(select(audit.c.details).where(audit.c.action == "roster taken"))
    assert max(len(deed.details["added"]) + len(deed.details["changed"]) for deed in deeds) <= roster.AT_ONCE


def test_a_roster_larger_than_8_mib_is_refused(classroom: Classroom):
    content = b"name,email\n" + b"x" * (8 * 1024 * 1024)
    refused(send_csv(classroom.carol, classroom.course, content), 413, "too-large")
    refused(send_csv(classroom.alice, classroom.course, content), 403, "forbidden")
    refused(send_csv(classroom.mallory, classroom.course, content), 404, "not-found")
    refused(send_csv(classroom.guest, classroom.course, content), 401, "unauthenticated")


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
@settings(max_examples=200)
def test_no_file_breaks_the_reader(raw: bytes):
    for content in (raw, b"name,email,role\n" + raw):
        try:
            read = roster.check(roster.read_csv(content))
        except InvalidRequest:
            continue
        numbers = [number for number, _ in read.good] + [error.line for error in read.errors]
        assert len(set(numbers)) == len(numbers)
        assert all(number >= 1 for number in numbers)


cells = st.text(st.characters(exclude_characters="\0\r\n", exclude_categories=["Cs"]), max_size=12)
emails = st.sampled_from([f"{name}@example.org" for name in ("carol", "alice", "bob", "erin", "Frank", "GRACE")])
roster_lines = st.lists(
    st.tuples(cells, emails, st.sampled_from(["", "student", "Assistant", "instructor", "king"]), cells, cells),
    max_size=8,
)


class Undone(Exception):
    """Raised so that nothing of a transaction is kept."""


@given(st.lists(st.tuples(roster_lines, st.integers(2, 5)), min_size=1, max_size=3))
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_taking_any_roster_twice_changes_nothing_more_and_keeps_an_instructor(
    classroom: Classroom, rosters: list[tuple[list[tuple[str, ...]], int]]
):
    def take_all(tx: Connection) -> None:
        course = find_course(tx, audit_log.COMMAND, classroom.course)
        for lines, columns in rosters:
            read = roster.check(
                roster.Line(n, dict(zip(roster.COLUMNS, line[:columns], strict=False))) for n, line in enumerate(lines)
            )
            first = roster.enrol(tx, audit_log.COMMAND, course, read.good, MORNING)
            assert first.added + first.updated + first.unchanged + len(first.errors) == len(read.good)
            rows = tx.execute(enrolments.select().order_by(enrolments.c.person)).all()
            again = roster.enrol(tx, audit_log.COMMAND, course, read.good, MORNING)
            assert (again.added, again.updated, again.errors) == (0, 0, first.errors)
            assert tx.execute(enrolments.select().order_by(enrolments.c.person)).all() == rows
            assert instructors(tx, course.id)
        raise Undone

    with pytest.raises(Undone):
        classroom.school.write(take_all)


# A course keeps an instructor ---------------------------------------------------------------------


@pytest.fixture
def alone(classroom: Classroom) -> Classroom:
    """Carol is the only instructor of her course."""
    assert classroom.carol.delete(f"/courses/{classroom.course}/enrolments/{classroom.operator.id}").status_code == 204
    return classroom


def test_the_last_instructor_neither_leaves_nor_is_demoted(alone: Classroom):
    address = f"/courses/{alone.course}/enrolments/{alone.carol.id}"
    for who in (alone.carol, alone.operator):
        refused(who.delete(address), 409, "conflict")
        for role in ("student", "assistant"):
            refused(who.patch(address, {"role": role}), 409, "conflict")
    result = take(alone, "name,email,role\nCarol,carol@example.org,student\nErin,erin@example.org,student\n")
    assert (result["added"], [error["line"] for error in result["errors"]]) == (1, [2])
    assert fine(alone.carol.patch(address, {"name": "Carol C.", "role": "instructor"}))["name"] == "Carol C."


def test_an_instructor_may_leave_once_there_is_another(alone: Classroom):
    of_dave = f"/courses/{alone.course}/enrolments/{alone.dave.id}"
    fine(alone.carol.patch(of_dave, {"role": "instructor"}))
    assert alone.carol.delete(f"/courses/{alone.course}/enrolments/{alone.carol.id}").status_code == 204
    refused(alone.carol.get(f"/courses/{alone.course}"), 404, "not-found")
    refused(alone.dave.patch(of_dave, {"role": "student"}), 409, "conflict")


@pytest.mark.parametrize("swapped", [False, True])
def test_a_roster_may_hand_a_course_over_in_any_order_of_its_lines(alone: Classroom, swapped: bool):
    lines = ["Carol,carol@example.org,student", "Dave,dave@example.org,instructor"]
    content = "name,email,role\n" + "\n".join(lines[::-1] if swapped else lines)
    reply = fine(send_csv(alone.operator, alone.course, content))
    assert (reply["updated"], reply["errors"]) == (2, [])
    assert fine(send_csv(alone.operator, alone.course, content))["unchanged"] == 2
    assert fine(alone.carol.get(f"/courses/{alone.course}"))["role"] == "student"


# One enrolment ------------------------------------------------------------------------------------


def test_a_patch_of_an_enrolment_changes_what_it_names(classroom: Classroom):
    address = f"/courses/{classroom.course}/enrolments/{classroom.alice.id}"
    whole = {"name": "Alice L.", "role": "assistant", "external_id": "a-1", "group": "A"}
    assert whole.items() <= fine(classroom.carol.patch(address, whole)).items()
    assert fine(classroom.carol.patch(address, {"group": None}))["group"] is None
    assert fine(classroom.carol.patch(address, {"external_id": "  "}))["external_id"] is None
    after = fine(classroom.carol.patch(address, {"name": None, "role": None}))
    assert (after["name"], after["role"]) == ("Alice L.", "assistant")
    assert fine(classroom.alice.get("/me"))["name"] == "Alice"  # her name elsewhere is her own


@pytest.mark.parametrize(
    "body",
    [
        *({"name": ""}, {"name": "  "}, {"name": "x" * 201}, {"name": 5}, {"role": "operator"}, {"role": ""}),
        *({"group": "x" * 101}, {"external_id": 7}, {"email": "new.example.org"}, {"id": "x"}, [], "x"),
    ],
)
def test_any_other_patch_of_an_enrolment_is_refused(classroom: Classroom, body: Any):
    before = members(classroom)
    address = f"/courses/{classroom.course}/enrolments/{classroom.alice.id}"
    refused(classroom.carol.patch(address, body), 422, "invalid-request")
    assert members(classroom) == before


def test_enrolments_are_listed_page_by_page(classroom: Classroom):
    listed, cursor = [], ""
    while cursor is not None:
        page = fine(classroom.dave.get(f"/courses/{classroom.course}/enrolments", limit=2, cursor=cursor))
        assert len(page["items"]) <= 2
        listed += [member["id"] for member in page["items"]]
        cursor = page["next"]
    assert sorted(listed) == sorted(member["id"] for member in members(classroom).values())


# Audit log ----------------------------------------------------------------------------------------


def test_everything_that_staff_does_is_in_the_audit_log_without_names(classroom: Classroom):
    c = classroom
    sheet = c.assign(due_at=c.clock.after(days=1), title="Sheet")
    item, alice, bob = sheet["items"][0]["id"], c.alice.id, c.bob.id
    of_sheet, of_course = f"/assignments/{sheet['id']}", f"/courses/{c.course}"
    later = c.clock.after(days=2)
    deeds: list[tuple[Person, str, str, Any, str, str]] = [
        (c.carol, "PATCH", of_course, {"title": "Analysis"}, "course changed", c.course),
        (c.carol, "PATCH", of_sheet, {"due_at": later}, "assignment changed", sheet["id"]),
        (c.carol, "PATCH", of_sheet, {"items": [{"id": item, "points": 9}]}, "assignment changed", sheet["id"]),
        (c.dave, "PUT", f"{of_sheet}/extensions/{alice}", {"tries": 9}, "extension granted", sheet["id"]),
        (
            c.dave,
            "POST",
            f"{of_sheet}/extensions",
            {"items": [{"person": bob, "tries": 9}]},
            "extension granted",
            sheet["id"],
        ),
        (c.dave, "DELETE", f"{of_sheet}/extensions/{bob}", None, "extension withdrawn", sheet["id"]),
        (
            c.carol,
            "PUT",
            f"{of_sheet}/items/1/overrides/{bob}",
            {"points": 1, "reason": "Paper."},
            "points overridden",
            item,
        ),
        (c.carol, "DELETE", f"{of_sheet}/items/1/overrides/{bob}", None, "override withdrawn", item),
        (
            c.carol,
            "PATCH",
            f"{of_course}/enrolments/{bob}",
            {"name": "Robert", "role": "assistant"},
            "enrolment changed",
            bob,
        ),
        (c.carol, "POST", f"{of_course}/enrolments/{bob}/token", None, "token given", bob),
        (c.carol, "DELETE", f"{of_course}/enrolments/{bob}/token", None, "tokens revoked", bob),
        (c.carol, "DELETE", f"{of_course}/enrolments/{bob}", None, "enrolment ended", bob),
        (
            c.carol,
            "POST",
            f"{of_course}/enrolments",
            {"items": [{"name": "Robert", "email": c.bob.email}]},
            "roster taken",
            "",
        ),
    ]
    for who, method, path, body, _, _ in deeds:
        reply = who.send(method, path, **({} if body is None else {"json": body}))
        assert reply.is_success, (method, path, reply.text)
    listed = fine(c.carol.get(f"{of_course}/audit", limit=200))["items"]
    found = [(deed["actor"], deed["action"], deed["subject"] or "") for deed in listed]
    assert found[-len(deeds) :] == [(who.id, action, subject) for who, *_, action, subject in deeds]
    assert [deed["action"] for deed in listed][:3] == ["course created", "roster taken", "assignment created"]
    assert all(deed["at"] == written(c.clock()) for deed in listed)
    for name in ("Carol", "Dave", "Alice", "Bob", "Robert", "example.org", "x-alice"):
        assert name not in str(listed)
    refused(c.dave.get(f"{of_course}/audit"), 403, "forbidden")


def test_the_audit_log_says_who_became_what_and_which_values_changed(classroom: Classroom):
    c = classroom
    take(c, "name,email,role\nErin,erin@example.org,instructor\nBob,bob@example.org,assistant\n")
    erin = members(c)["erin@example.org"]["id"]
    fine(c.carol.patch(f"/courses/{c.course}/enrolments/{c.alice.id}", {"role": "assistant", "name": "Alice L."}))
    sheet = c.assign({"tries": 3})
    fine(c.carol.patch(f"/assignments/{sheet['id']}", {"late_penalty": 0.5}))
    changes = {"id": sheet["items"][0]["id"], "tries": 5, "points": 2}
    fine(c.carol.patch(f"/assignments/{sheet['id']}", {"items": [changes]}))
    *_, taken, changed, _, penalty, items = fine(c.carol.get(f"/courses/{c.course}/audit", limit=200))["items"]
    assert taken["details"]["roles"] == {erin: "instructor", c.bob.id: "assistant"}
    assert changed["details"] == {"fields": ["name", "role"], "role": ["student", "assistant"]}
    assert penalty["details"] == {"late_penalty": [0.2, 0.5]}
    (item,) = items["details"]["items"]
    assert (item["item"], item["tries"], item["points"]) == (sheet["items"][0]["id"], [3, 5], [4.0, 2.0])


def test_what_changes_nothing_or_is_refused_is_no_deed(classroom: Classroom):
    c = classroom
    sheet = c.assign()
    before = fine(c.carol.get(f"/courses/{c.course}/audit", limit=200))
    fine(c.carol.patch(f"/courses/{c.course}", {"title": "Mathematics"}))
    fine(c.carol.patch(f"/courses/{c.course}/enrolments/{c.alice.id}", {"name": "Alice", "role": "student"}))
    fine(c.carol.patch(f"/assignments/{sheet['id']}", {"title": "Sheet 1", "late_penalty": 0.2}))
    refused(c.carol.put(f"/assignments/{sheet['id']}/extensions/{c.alice.id}", {"due_at": "x"}), 422, "invalid-request")
    refused(c.dave.patch(f"/courses/{c.course}", {"title": "Mine"}), 403, "forbidden")
    assert fine(c.carol.get(f"/courses/{c.course}/audit", limit=200)) == before


def test_the_audit_log_is_read_page_by_page_and_each_course_has_its_own(classroom: Classroom):
    c = classroom
    listed, cursor = [], "0"
    while cursor is not None:
        page = fine(c.carol.get(f"/courses/{c.course}/audit", limit=1, cursor=cursor))
        listed += page["items"]
        cursor = page["next"]
    assert listed == fine(c.carol.get(f"/courses/{c.course}/audit"))["items"]
    assert not {deed["number"] for deed in listed} & {
        deed["number"] for deed in fine(c.mallory.get(f"/courses/{c.other_course}/audit"))["items"]
    }
