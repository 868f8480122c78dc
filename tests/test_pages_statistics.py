"""The page of statistics: charts with their tables, in words that a teacher can act on, for staff only."""

import csv
import io
import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert

from app.auth import add_person
from app.exercise import Catalogue
from app.models import enrolments, scores
from app.models import mistakes as mistakes_table
from tests.histories import without
from tests.teaching import MORNING, Classroom, Person, fine, submit, wrong
from tests.test_regrading import gradient
from tests.visiting import Browser, Page

HOSTILE = "<script>alert(1)</script>"
FEEDBACK = "Differentiate the square: a factor comes down."


def statistics(classroom: Classroom, sheet: dict[str, Any], who: Person | None = None, end: str = "") -> Page:
    browser = Browser(classroom.school, who or classroom.carol)
    return browser.visit(f"/teach/assignments/{sheet['id']}/statistics{end}")


def rows(page: Page) -> list[str]:
    return [row.text for row in page.all("tr")]


@pytest.fixture
def sheet(classroom: Classroom) -> dict[str, Any]:
    """An assignment: alice has it right at once; bob lost a factor 2 and then sent something that nothing explains."""
    sheet = classroom.assign({}, due_at=classroom.clock.after(days=7))
    alices, bobs = classroom.open(classroom.alice, sheet), classroom.open(classroom.bob, sheet)
    submit(classroom.alice, alices, {"answer": gradient(alices)})
    submit(classroom.bob, bobs, {"answer": gradient(bobs, 1)})
    submit(classroom.bob, bobs, {"answer": wrong(bobs)})
    return sheet


def crowd(classroom: Classroom, sheet: dict[str, Any], shares: list[float]) -> None:
    """Further students with these first and best scores of every item."""

    def come(tx: Connection) -> None:
        for number, share in enumerate(shares):
            person = add_person(tx, f"Student {number}", MORNING)
            here = {"course": classroom.course, "person": person, "created_at": MORNING}
            tx.execute(insert(enrolments).values(name=f"Student {number}", role="student", **here))
            for item in sheet["items"]:
                values = {"best": share, "first_score": share, "first_correct": 1 if share == 1 else None}
                counts = {"late": False, "submissions": 1, "attempts": 1, "stratum": "", "last_attempt_at": MORNING}
                here = {"assignment": sheet["id"], "person": person, "item": item["id"]}
                tx.execute(insert(scores).values(**here, **values, **counts))

    classroom.school.write(come)


def test_statistics_are_for_staff(classroom: Classroom, sheet: dict[str, Any]):
    for end in ("", "/items.csv"):
        assert Browser(classroom.school).visit(f"/teach/assignments/{sheet['id']}/statistics{end}").status == 401
        people = [classroom.mallory, classroom.alice, classroom.dave, classroom.carol, classroom.operator]
        assert [statistics(classroom, sheet, who, end).status for who in people] == [404, 403, 200, 200, 200]
    assert Browser(classroom.school, classroom.carol).visit("/teach/assignments/none/statistics").status == 404


def test_before_the_first_answer_the_page_says_so(classroom: Classroom):
    page = statistics(classroom, classroom.assign({}))
    assert "Nobody has sent anything yet." in page.text
    assert not page.all("svg")


def test_points_are_counted_by_tenths_of_those_who_have_begun(classroom: Classroom, sheet: dict[str, Any]):
    crowd(classroom, sheet, [0.0, 0.9])
    page = statistics(classroom, sheet)
    assert "4 of 4 students have begun. Half of them have at least 70 % of the points." in page.text
    assert rows(page)[1:11] == [
        "0 to below 101",
        *(f"{low} to below {low + 10}0" for low in range(10, 50, 10)),
        "50 to below 601",
        *(f"{low} to below {low + 10}0" for low in range(60, 90, 10)),
        "90 to 1002",
    ]
    assert "0–10: 1; 10–20: 0; 20–30: 0; 30–40: 0; 40–50: 0; 50–60: 1" in page.html  # what the chart says


def test_a_misconception_is_shown_in_the_words_that_students_read(classroom: Classroom, sheet: dict[str, Any]):
    page = statistics(classroom, sheet)
    heading = next(e for e in page.all("h3") if "factor-two-lost" in e.text)
    assert heading.text == f"{FEEDBACK} factor-two-lost"
    assert "1 student, 1 time" in page.text
    assert "Nov 22: 1" in page.text  # in the table
    assert "factor-two-lost, day by day" in page.html  # what the chart is called


def test_what_nothing_explains_is_grouped_with_an_example_to_look_at(classroom: Classroom, sheet: dict[str, Any]):
    page = statistics(classroom, sheet)
    link = next(e for e in page.all("a") if e["href"].startswith("/attempts/"))
    assert link.text.startswith("one of them to item 1:")
    attempt = fine(classroom.carol.get(link["href"]))
    assert attempt["answers"]["answer"][0] > 1000


def test_figures_are_said_from_ten_students_on_and_read_in_words(classroom: Classroom):
    sheet = classroom.assign({}, {"exercise": "gradient-affine-form"})
    crowd(classroom, sheet, [0.0] * 9)
    page = statistics(classroom, sheet)
    assert "Facility and discrimination are said once 10 students have tried an item" in page.text
    assert "too hard?" not in page.text
    crowd(classroom, sheet, [0.5])
    page = statistics(classroom, sheet)
    assert [row for row in rows(page) if "too hard? 5 % 1 10 0 – 0.2 / 4" in row]
    assert "1: facility 5 %, discrimination 1.00; 2: facility 5 %, discrimination 1.00" in page.html


def test_an_item_that_works_against_the_rest_is_marked_so(classroom: Classroom):
    sheet = classroom.assign({}, {})
    crowd(classroom, sheet, [0.5] * 12)

    def turn(tx: Connection) -> None:
        found = tx.execute(scores.select()).all()
        people = sorted({row.person for row in found})
        for row in found:
            good = people.index(row.person) % 2
            first = good if row.item == sheet["items"][0]["id"] else 1 - good
            here = (scores.c.person == row.person) & (scores.c.item == row.item)
            tx.execute(scores.update().where(here).values(first_score=first))

    classroom.school.write(turn)
    assert statistics(classroom, sheet).text.count("works against the rest") == 2


def test_a_misconception_that_fades_is_said_to(classroom: Classroom, sheet: dict[str, Any]):
    def earlier(tx: Connection) -> None:
        row = tx.execute(mistakes_table.select().where(mistakes_table.c.misconception != "")).one()
        values = {**row._mapping, "day": row.day - timedelta(days=6), "count": 9}
        tx.execute(insert(mistakes_table).values(values))

    classroom.school.write(earlier)
    page = statistics(classroom, sheet)
    assert "1 student, 10 times ↘ fades 9, then 1" in page.text
    assert "Nov 16: 9; Nov 17: 0" in page.html  # days without it are in the chart, too


def test_a_group_is_looked_at_by_itself(classroom: Classroom, sheet: dict[str, Any]):
    for who, group in ((classroom.alice, "A"), (classroom.bob, "B & C")):
        fine(classroom.carol.patch(f"/courses/{classroom.course}/enrolments/{who.id}", {"group": group}))
    assert [e.text for e in statistics(classroom, sheet).all("option")] == ["everyone", "A", "B & C"]
    page = statistics(classroom, sheet, end="?group=A")
    assert "1 of 1 students have begun" in page.text
    assert "factor-two-lost" not in page.text
    page = statistics(classroom, sheet, end="?group=B+%26+C")
    assert "factor-two-lost" in page.text
    (link,) = {e["href"] for e in page.all("a") if "misconceptions.csv" in e["href"]}
    assert Browser(classroom.school, classroom.carol).visit(link).html.count("factor-two-lost") == 1
    assert "0 of 0 students" not in statistics(classroom, sheet, end="?group=nobody").text


def test_the_way_of_the_class_is_drawn_until_the_deadline(classroom: Classroom, sheet: dict[str, Any]):
    classroom.clock.forward(days=2)
    page = statistics(classroom, sheet)
    assert "students who have begun: 100 %" in page.html
    assert "of all items solved: 50 %" in page.html
    assert "students who have solved all: 50 %" in page.html
    assert [row for row in rows(page) if row.startswith("Mon 23 Nov 2026, 00:00")] == ["Mon 23 Nov 2026, 00:00211"]
    assert ">due</text>" in page.html


def test_charts_are_pictures_with_a_name_and_the_page_is_strict(classroom: Classroom, sheet: dict[str, Any]):
    page = statistics(classroom, sheet)
    pictures = page.all("svg")
    assert len(pictures) >= 3
    assert all(picture["role"] == "img" for picture in pictures)
    assert all(title.text for title in page.all("title"))
    assert not re.search(r" style=|<style|<script(?! type=\"module\" src=)| on[a-z]+=", page.html)


def test_titles_and_groups_are_no_markup(classroom: Classroom, sheet: dict[str, Any]):
    fine(classroom.carol.patch(f"/assignments/{sheet['id']}", {"title": HOSTILE}))
    fine(classroom.carol.patch(f"/courses/{classroom.course}", {"title": HOSTILE}))
    fine(classroom.carol.patch(f"/courses/{classroom.course}/enrolments/{classroom.bob.id}", {"group": HOSTILE}))
    page = statistics(classroom, sheet, end="?group=%3Cscript%3Ealert(1)%3C/script%3E")
    assert HOSTILE not in page.html
    assert page.html.count("&lt;script&gt;alert(1)") >= 4


def test_an_exercise_that_is_gone_keeps_its_statistics(
    classroom: Classroom, sheet: dict[str, Any], catalogue: Catalogue
):
    classroom.school.app.state.catalogue = without(catalogue, "ls-gradient")
    page = statistics(classroom, sheet)
    assert page.status == 200
    assert "1 ls-gradient" in page.text
    assert "factor-two-lost" in page.text
    assert FEEDBACK not in page.text


def spreadsheet(classroom: Classroom, sheet: dict[str, Any], name: str) -> list[list[str]]:
    reply = statistics(classroom, sheet, end=f"/{name}.csv").reply
    assert reply.headers["content-type"] == "text/csv; charset=utf-8"
    assert reply.headers["content-disposition"] == f'attachment; filename="statistics-{name}.csv"'
    return list(csv.reader(io.StringIO(reply.text.removeprefix("\ufeff"))))


def test_every_chart_has_its_numbers_as_a_spreadsheet(classroom: Classroom, sheet: dict[str, Any]):
    header, item = spreadsheet(classroom, sheet, "items")
    figures = dict(zip(header, item, strict=True))
    assert [figures[name] for name in ("item", "exercise", "points", "attempted", "solved", "mean")] == [
        "1",
        "ls-gradient",
        "4",
        "2",
        "1",
        "3",
    ]
    assert [name for name in header if name.endswith("%") and figures[name] == "1"] == ["50 to 60 %", "90 to 100 %"]
    assert spreadsheet(classroom, sheet, "misconceptions")[1:] == [
        ["1", "ls-gradient", "answer", "factor-two-lost", "2026-11-22", "1", "1"]
    ]
    assert spreadsheet(classroom, sheet, "progress")[1:] == [["2026-11-22 11:00:00", "2", "2", "1", "1", "1"]]
    assert statistics(classroom, sheet, end="/anything.csv").status == 404
