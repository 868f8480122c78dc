"""Reports as pages: a class at a glance, sorted and searched, who passes, and files to take away."""

import csv
import io
from typing import Any

import pytest
from sqlalchemy import delete, insert

from app.auth import add_person
from app.models import enrolments
from app.pages.teach.rows import Order
from tests.teaching import MORNING, Classroom, Person, fine, submit, wrong
from tests.test_regrading import gradient
from tests.test_reports import export_of, void
from tests.visiting import Browser, Page

HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def carol(classroom: Classroom) -> Browser:
    return Browser(classroom.school, classroom.carol)


@pytest.fixture
def sheet(classroom: Classroom) -> dict[str, Any]:
    """Two items of 4 and 6 points: alice has all of the first, bob half of it too late, nobody began the second."""
    sheet = classroom.assign(
        {}, {"points": 6}, due_at=classroom.clock.after(hours=1), closes_at=classroom.clock.after(hours=9)
    )
    solve(classroom, classroom.alice, sheet)
    classroom.clock.forward(hours=2)
    instance = classroom.open(classroom.bob, sheet)
    submit(classroom.bob, instance, {"answer": gradient(instance, 1)})
    return sheet


def solve(classroom: Classroom, who: Person, sheet: dict[str, Any], item: int = 1) -> None:
    instance = classroom.open(who, sheet, item)
    submit(who, instance, {"answer": gradient(instance)})


def at(sheet: dict[str, Any]) -> str:
    return f"/teach/assignments/{sheet['id']}/report"


def of_course(classroom: Classroom) -> str:
    return f"/teach/courses/{classroom.course}/report"


def rows(page: Page) -> list[str]:
    return [row.text for row in page.all("tr")]


def names(page: Page) -> list[str]:
    links = [e for e in page.all("a") if e["href"].startswith(("people/", "report/"))]
    return [link.text for link in links]


def batched(texts: list[str], sizes: tuple[int, ...]) -> list[list[str]]:
    """The texts of all cells, row by row."""
    left = iter(texts)
    found = [[next(left) for _ in range(size)] for size in sizes]
    assert not list(left)
    return found


def enrol(classroom: Classroom, **columns: Any) -> str:
    """Another student, with these columns on the roster."""

    def come(tx: Any) -> str:
        person = add_person(tx, "Somebody", MORNING)
        row = {"course": classroom.course, "person": person, "role": "student", "created_at": MORNING, **columns}
        tx.execute(insert(enrolments).values(row))
        return person

    return classroom.school.write(come)


# An assignment ------------------------------------------------------------------------------------


def test_reports_are_for_staff(classroom: Classroom, sheet: dict[str, Any]):
    student = f"{of_course(classroom)}/{classroom.alice.id}"
    attempts = f"/teach/assignments/{sheet['id']}/attempts.csv"
    for path in (at(sheet), f"{at(sheet)}.csv", attempts, of_course(classroom), f"{of_course(classroom)}.csv", student):
        people = [None, classroom.mallory, classroom.alice, classroom.dave, classroom.carol, classroom.operator]
        statuses = [Browser(classroom.school, who).visit(path).status for who in people]
        assert statuses == [401, 404, 403, 200, 200, 200], path
    for path in ("/teach/assignments/none/report", "/teach/courses/none/report", f"{of_course(classroom)}/none"):
        assert Browser(classroom.school, classroom.carol).visit(path).status == 404


def test_points_stand_by_student_and_item_with_signs_in_words(carol: Browser, sheet: dict[str, Any]):
    page = carol.visit(at(sheet))
    assert names(page) == ["Alice", "Bob"]
    alices, bobs, means, counts = batched([e.text for e in page.all("td")], (6, 6, 5, 5))
    assert alices == ["", "4", "40", "4 ✓", "–", "Nov 22, 11:00"]
    assert bobs == ["", "1.6", "16", "1.6 late", "–", "Nov 22, 13:00"]
    assert means == ["2.8", "28", "2.8", "–", ""]
    assert counts == ["2", "", "2", "0", ""]
    assert "✓ all points, – nothing sent." in page.text
    assert "All times are those of Europe/Vienna." in page.text
    assert [e["class"] for e in page.all("td") if "✓" in e.text] == ["full"]


def test_who_is_excused_has_another_maximum_and_a_dropped_item_says_so(
    carol: Browser, classroom: Classroom, sheet: dict[str, Any]
):
    excused = {"excused": True, "reason": "Ill."}
    fine(classroom.carol.put(f"/assignments/{sheet['id']}/items/2/overrides/{classroom.alice.id}", excused))
    page = carol.visit(at(sheet))
    assert "4 / 4" in rows(page)[1]
    assert "excused" in rows(page)[1]
    void(classroom, sheet, 1, "drop")
    assert "does not count" in carol.visit(at(sheet)).one("thead").text


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("", ["Alice", "Bob"]),
        ("?sort=name&order=down", ["Bob", "Alice"]),
        ("?sort=total", ["Bob", "Alice"]),
        ("?sort=total&order=down", ["Alice", "Bob"]),
        ("?sort=percent&order=down", ["Alice", "Bob"]),
        ("?sort=1", ["Bob", "Alice"]),
        ("?sort=2", ["Alice", "Bob"]),  # nobody has any: by name
        ("?sort=200", ["Alice", "Bob"]),
        ("?sort=last&order=down", ["Bob", "Alice"]),
        ("?q=bo", ["Bob"]),
        ("?q=x-ALICE", ["Alice"]),
        ("?q=nobody", []),
        ("?group=none", []),
    ],
)
def test_a_report_is_sorted_and_searched(carol: Browser, sheet: dict[str, Any], query: str, wanted: list[str]):
    assert names(carol.visit(f"{at(sheet)}{query}")) == wanted


def test_who_has_sent_nothing_comes_before_who_has_no_points(carol: Browser, classroom: Classroom):
    sheet = classroom.assign()
    instance = classroom.open(classroom.bob, sheet)
    submit(classroom.bob, instance, {"answer": wrong(instance)})
    assert names(carol.visit(f"{at(sheet)}?sort=1&order=down")) == ["Bob", "Alice"]
    assert names(carol.visit(f"{at(sheet)}?sort=1")) == ["Alice", "Bob"]
    assert names(carol.visit(f"{at(sheet)}?sort=last")) == ["Alice", "Bob"]


def test_heads_of_columns_sort_and_keep_what_is_searched_for(carol: Browser, sheet: dict[str, Any]):
    page = carol.visit(f"{at(sheet)}?sort=total&order=down&q=b")
    sorted_by = [e for e in page.all("th") if e["aria-sort"]]
    assert [(e.text, e["aria-sort"]) for e in sorted_by] == [("Total ▼of 10", "descending")]
    links = {e.text: e["href"].partition("?")[2] for e in page.all("a") if "/report?" in e["href"]}
    assert links["Total ▼"] == "sort=total&q=b"
    assert links["Name"] == "q=b"
    assert links["%"] == "sort=percent&order=down&q=b"
    (bob,) = [e["href"] for e in page.all("a") if e["href"].startswith("people/")]
    assert bob.endswith("?sort=total&order=down&q=b")


def test_what_an_address_cannot_mean_is_refused(carol: Browser, sheet: dict[str, Any]):
    for query in ("?sort=colour", "?order=sideways", "?sort=0", f"?q={'x' * 101}"):
        assert carol.visit(f"{at(sheet)}{query}").status == 422


def test_a_group_is_shown_and_taken_away_alone(carol: Browser, classroom: Classroom, sheet: dict[str, Any]):
    enrol(classroom, name="Zoë", group="G 1 & more")
    page = carol.visit(f"{at(sheet)}?group=G+1+%26+more")
    assert names(page) == ["Zoë"]
    assert "1 of 3 students" in page.text
    assert [e.text for e in page.all("option")] == ["all", "G 1 & more"]
    (link,) = [e["href"] for e in page.all("a") if e.text == "Spreadsheet (CSV)"]
    taken = list(csv.reader(io.StringIO(carol.visit(link).reply.text.removeprefix("\ufeff"))))
    assert [row[0] for row in taken[1:]] == ["Zoë"]


def test_hostile_names_groups_and_titles_are_words(carol: Browser, classroom: Classroom):
    sheet = classroom.assign(title=HOSTILE)
    enrol(classroom, name=HOSTILE, group=f'">{HOSTILE}', external_id=HOSTILE)
    for path in (at(sheet), of_course(classroom), f"{at(sheet)}?q={HOSTILE}&group={HOSTILE}"):
        page = carol.visit(path)
        assert page.status == 200
        assert "<script>alert" not in page.html
    assert HOSTILE in names(carol.visit(at(sheet)))


def test_without_students_or_whom_one_looks_for_the_page_says_so(carol: Browser, classroom: Classroom):
    sheet = classroom.assign()
    assert "Nobody in the course is called that." in carol.visit(f"{at(sheet)}?q=zorro").text
    classroom.school.write(lambda tx: tx.execute(delete(enrolments).where(enrolments.c.role == "student")))
    assert "Nobody takes this course yet." in carol.visit(at(sheet)).text
    assert "Nobody takes this course yet." in carol.visit(of_course(classroom)).text


# Files --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format", ["csv", "canvas", "moodle"])
def test_files_are_those_of_the_api(carol: Browser, classroom: Classroom, sheet: dict[str, Any], format: str):
    for page, path in (
        (at(sheet), f"/assignments/{sheet['id']}/report"),
        (of_course(classroom), f"/courses/{classroom.course}/report"),
    ):
        same = classroom.carol.get(path, format=format)
        reply = carol.visit(f"{page}.csv?format={format}").reply
        assert reply.content == same.content
        assert reply.headers["content-disposition"] == same.headers["content-disposition"]
        again = carol.visit(f"{page}.csv?format={format}", headers={"If-None-Match": reply.headers["etag"]})
        assert again.status == 304


def test_every_attempt_can_be_taken_away(carol: Browser, classroom: Classroom, sheet: dict[str, Any]):
    same = classroom.carol.get(f"/assignments/{sheet['id']}/attempts", format="csv")
    assert carol.visit(f"/teach/assignments/{sheet['id']}/attempts.csv").reply.content == same.content


def test_a_gradebook_without_points_is_refused_on_a_page(carol: Browser, classroom: Classroom):
    sheet = classroom.assign({"points": 0})
    page = carol.visit(f"{at(sheet)}.csv?format=canvas")
    assert page.status == 409
    assert "A gradebook needs points" in page.text


def fill(carol: Browser, sheet: dict[str, Any], export: bytes | None, **fields: str) -> Page:
    carol.visit(at(sheet))
    files = {"file": ("export.csv", export, "text/csv")} if export is not None else {"other": ("", b"", "text/csv")}
    return carol.send(f"{at(sheet)}/canvas", fields, files=files)


def test_an_export_of_canvas_comes_back_filled_in(carol: Browser, classroom: Classroom, sheet: dict[str, Any]):
    export = export_of("Sheet 1")
    page = fill(carol, sheet, export, anyway="yes")
    assert page.status == 200
    same = classroom.carol.post(
        f"/assignments/{sheet['id']}/report/canvas", content=export, headers={"Content-Type": "text/csv"}
    )
    assert page.reply.content == same.content
    assert "attachment" in page.reply.headers["content-disposition"]


def test_who_has_points_and_is_not_in_the_export_is_named_first(carol: Browser, sheet: dict[str, Any]):
    export = export_of("Sheet 1").replace(b"bob", b"bobby").replace(b"Bob", b"Bobby")
    page = fill(carol, sheet, export)
    assert page.status == 409
    assert "1 student has points and is not in this file: bob@example.org" in page.text
    assert page.field("anyway") == "yes"
    assert fill(carol, sheet, export, anyway="yes").status == 200


def test_what_is_no_export_of_canvas_is_said_beside_the_report(carol: Browser, sheet: dict[str, Any]):
    for export, words in (
        (b"nothing of the kind", "Export Entire Gradebook"),
        (None, "Choose the file"),
        (b"", "Choose"),
    ):
        page = fill(carol, sheet, export)
        assert page.status == 422
        assert words in page.one("div", role="alert").text
        assert names(page) == ["Alice", "Bob"]


def test_filling_in_is_for_staff_with_a_form_of_ours(classroom: Classroom, sheet: dict[str, Any]):
    for who, status in ((None, 401), (classroom.mallory, 404), (classroom.alice, 403), (classroom.dave, 403)):
        browser = Browser(classroom.school, who)
        page = browser.send(f"{at(sheet)}/canvas", proof="00", files={"file": ("a.csv", b"x", "text/csv")})
        assert page.status == status


# A course -----------------------------------------------------------------------------------------


def rule(classroom: Classroom, **of: Any) -> None:
    fine(classroom.carol.patch(f"/courses/{classroom.course}", {"rule": of}))


def test_who_passes_is_said_in_words(carol: Browser, classroom: Classroom, sheet: dict[str, Any]):
    assert "The course has no rule of who passes. Set one" in carol.visit(of_course(classroom)).text
    rule(classroom, percent=40)
    page = carol.visit(of_course(classroom))
    assert "Who has at least 40 % of all points passes. So far 1 of 2 students do." in page.text
    assert ["✓ yes" in row for row in rows(page)[1:3]] == [True, False]
    assert ["✗ not yet" in row for row in rows(page)[1:3]] == [False, True]
    assert names(carol.visit(f"{of_course(classroom)}?sort=meets")) == ["Bob", "Alice"]


def test_an_assignment_that_counts_for_the_rule_is_ticked(carol: Browser, classroom: Classroom, sheet: dict[str, Any]):
    rule(classroom, at_least=1, assignments_with_percent=15)
    page = carol.visit(of_course(classroom))
    assert "Who has at least 15 % in 1 assignment passes. So far 2 of 2 students do." in page.text
    assert "✓ at least 15 % of the points" in page.text
    assert "16 % ✓ late" in rows(page)[2]


def test_a_course_adds_its_assignments_up(carol: Browser, classroom: Classroom, sheet: dict[str, Any]):
    second = classroom.assign({}, title="Sheet 2")
    solve(classroom, classroom.bob, second)
    page = carol.visit(f"{of_course(classroom)}?sort=total&order=down")
    assert names(page) == ["Bob", "Alice"]
    heads = [e.text for e in page.all("th", scope="col")]
    assert heads == ["Name", "Group", "Total ▼of 14", "%", "Sheet 1of 10", "Sheet 2of 4", "Last sent"]
    assert names(carol.visit(f"{of_course(classroom)}?sort=2&order=down")) == ["Bob", "Alice"]
    assert page.all("a", href=at(second))


def test_a_course_without_assignments_says_so(carol: Browser, classroom: Classroom):
    assert "There are no assignments yet." in carol.visit(of_course(classroom)).text


def test_assistants_are_not_sent_to_the_settings(classroom: Classroom, sheet: dict[str, Any]):
    page = Browser(classroom.school, classroom.dave).visit(of_course(classroom))
    assert "no rule" in page.text
    assert "Set one" not in page.text


# How it is written --------------------------------------------------------------------------------


def test_an_address_says_only_what_differs_from_the_usual():
    assert Order().query == ""
    assert Order(q="a b", group="ü").query == "?q=a+b&group=%C3%BC"
    assert Order("3", "down").by("3") == Order("3", "up")
    assert Order("3", "up").by("total") == Order("total", "down")
    assert Order("total", "down").by("name") == Order("name", "up")


def test_numbers_and_moments_are_in_the_readers_language(carol: Browser, sheet: dict[str, Any], monkeypatch):
    monkeypatch.setattr("app.pages.teach.reports.language_of", lambda request: "de")
    assert "1,6 late" in rows(carol.visit(at(sheet)))[2]
