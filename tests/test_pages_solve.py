"""The page of an instance: what was typed is read, graded and shown, and nothing of it is lost."""

import re

import pytest
from sqlalchemy import select

from app.models import attempts, flags
from tests.teaching import Classroom, Person, fine, made
from tests.visiting import Browser, Page

HOSTILE = "<script>alert(1)</script>"


def begin(browser: Browser, exercise: str, level: str = "hand") -> Page:
    """The page of fresh numbers."""
    browser.visit(f"/exercises/{exercise}")
    page = browser.send(f"/exercises/{exercise}/instances", {"level": level, "fresh": "yes"})
    assert page.status == 200, page.html
    assert page.path.startswith("/instances/")
    return page


def id_of(page: Page) -> str:
    return page.path.split("/")[2].partition("?")[0]


def typed(part: str, rows: list[list[object]]) -> dict[str, str]:
    """The fields of a grid with these entries."""
    cells = {f"cell.{part}.{r}.{c}": str(entry) for r, row in enumerate(rows) for c, entry in enumerate(row)}
    return {f"rows.{part}": str(len(rows)), f"columns.{part}": str(len(rows[0])), **cells}


def right(classroom: Classroom, page: Page) -> dict[str, object]:
    """The right answers to the instance that a page shows: those of an equal one that was given up."""
    shown = fine(classroom.guest.get(f"/instances/{id_of(page)}"))
    twin = made(
        classroom.guest.post(
            f"/exercises/{shown['exercise']}/instances", {"level": shown["level"], "seed": shown["seed"]}
        )
    )
    fine(classroom.guest.post(f"/instances/{twin['id']}/close", {}))
    parts = fine(classroom.guest.get(f"/instances/{twin['id']}/solution"))["parts"]
    return {id: part["answer"] for id, part in parts.items()}


@pytest.fixture
def guest(classroom: Classroom) -> Browser:
    return Browser(classroom.school)


def test_a_right_grid_is_graded_and_the_result_comes_first(classroom: Classroom, guest: Browser):
    page = begin(guest, "ls-gradient")
    answer = right(classroom, page)["answer"]
    page = guest.send(f"/instances/{id_of(page)}", {"do": "check", **typed("answer", answer)})
    assert "attempt=" in page.path
    assert page.one("h2", id="result").text == "Result: 100 %"
    assert page.one("h2", id="result").attributes["tabindex"] == "-1"
    assert page.one("title").text.startswith("100 %")
    assert "Right" in page.text
    assert page.all("button", value="check") == []  # there is nothing left to check


def test_no_grid_says_how_large_its_answer_is(guest: Browser):
    for exercise in ("ls-gradient", "perceptron-da-dx", "map-matrix"):
        page = begin(guest, exercise)
        assert page.field("rows.answer") == page.field("columns.answer") == "2"
        assert len([e for e in page.all("input") if e["name"].startswith("cell.")]) == 4


def test_every_cell_has_a_name_that_can_be_heard(guest: Browser):
    page = begin(guest, "ls-steps")
    names = [e["aria-label"] for e in page.all("input") if e["name"].startswith("cell.dr_da.")]
    assert names == [f"partial r partial a at a 0 row {r} column {c}" for r in (1, 2) for c in (1, 2)]
    assert "dr_da" not in page.text


def test_what_follows_from_an_earlier_answer_says_from_which_and_when(classroom: Classroom, guest: Browser):
    page = begin(guest, "norm-value")
    square = right(classroom, page)["square"]
    address = f"/instances/{id_of(page)}"
    page = guest.send(address, {"do": "check", "text.square": "1000000", "text.norm": "1000"})
    assert "The mistake is before it, in “" in page.text
    assert "<code>square</code>" not in page.html
    page = guest.send(address, {"do": "check", "text.square": str(square)})
    assert "The mistake is before it" not in page.text
    assert "right for the earlier values that you had when you sent it; you have put those right since" in page.text


def test_a_misconception_is_told_beside_its_question(classroom: Classroom, guest: Browser):
    page = begin(guest, "ls-gradient")
    half = [[entry / 2 for entry in row] for row in right(classroom, page)["answer"]]
    page = guest.send(f"/instances/{id_of(page)}", {"do": "check", **typed("answer", half)})
    assert page.one("h2", id="result").text == "Result: 50 %"
    assert "a factor comes down" in page.text
    assert page.field("cell.answer.0.0") == str(half[0][0])  # to go on from


def test_what_cannot_be_read_costs_nothing_and_holds_nothing_back(classroom: Classroom, guest: Browser):
    page = begin(guest, "ls-steps")
    answers = right(classroom, page)
    fields = {"do": "check", "text.r": str(answers["r"]), **typed("a", [["1", "x"], ["2", ""]])}
    page = guest.send(f"/instances/{id_of(page)}", fields)
    assert page.status == 200
    stored = fine(classroom.guest.get(f"/instances/{id_of(page)}/attempts"))["items"]
    assert [set(one["answers"]) for one in stored] == [{"r"}]
    assert stored[0]["parts"]["r"]["status"] == "correct"
    assert "Cannot be read: Row 1, entry 2" in page.text
    assert page.field("cell.a.0.1") == "x"
    assert "It uses no try." in page.text
    (way,) = [e["href"] for e in page.all("a") if e.text.startswith("The residual")]
    assert page.one("fieldset", id=way.removeprefix("#")).text.startswith("The residual")


def test_a_page_of_unreadable_answers_stores_nothing(classroom: Classroom, guest: Browser):
    page = begin(guest, "form-value")
    page = guest.send(f"/instances/{id_of(page)}", {"do": "check", "text.answer": "1,,2"})
    assert page.status == 422
    assert page.field("text.answer") == "1,,2"
    assert fine(classroom.guest.get(f"/instances/{id_of(page)}/attempts"))["items"] == []


def test_an_empty_page_is_no_attempt(classroom: Classroom, guest: Browser):
    page = begin(guest, "ls-steps")
    page = guest.send(f"/instances/{id_of(page)}", {"do": "check"})
    assert page.status == 200
    assert "There is nothing to check yet" in page.text
    assert fine(classroom.guest.get(f"/instances/{id_of(page)}/attempts"))["items"] == []


def test_one_question_can_be_checked_alone(classroom: Classroom, guest: Browser):
    page = begin(guest, "norm-value")
    first, second = fine(classroom.guest.get(f"/instances/{id_of(page)}"))["parts"]
    fields = {"do": f"check:{first['id']}", f"text.{first['id']}": "1", f"text.{second['id']}": "2"}
    page = guest.send(f"/instances/{id_of(page)}", fields)
    (stored,) = fine(classroom.guest.get(f"/instances/{id_of(page)}/attempts"))["items"]
    assert set(stored["answers"]) == {first["id"]}
    assert page.field(f"text.{second['id']}") == "2"  # it is not checked, and not lost
    assert page.all("h2", id="result")


def test_the_box_counts_in_place_of_the_cells(classroom: Classroom, guest: Browser):
    page = begin(guest, "ls-gradient")
    fields = {"do": "check", "text.answer": "[[1], [2], [3]]", **typed("answer", [["7"]])}
    page = guest.send(f"/instances/{id_of(page)}", fields)
    (stored,) = fine(classroom.guest.get(f"/instances/{id_of(page)}/attempts"))["items"]
    assert stored["answers"] == {"answer": "[[1], [2], [3]]"}


def test_without_scripts_a_grid_changes_its_size_and_keeps_its_entries(guest: Browser):
    page = begin(guest, "ls-gradient")
    fields = {**typed("answer", [["5", "6"], ["7", "8"]]), "rows.answer": "3", "columns.answer": "1"}
    page = guest.send(f"/instances/{id_of(page)}", {"do": "size:answer", **fields})
    cells = [(e["name"], e["value"]) for e in page.all("input") if e["name"].startswith("cell.")]
    assert cells == [("cell.answer.0.0", "5"), ("cell.answer.1.0", "7"), ("cell.answer.2.0", "")]


@pytest.mark.parametrize("size", ["", "0", "-3", "1e9", "99999999999999999999", "²"])
def test_no_size_of_a_grid_is_too_strange(guest: Browser, size: str):
    page = begin(guest, "ls-gradient")
    page = guest.send(f"/instances/{id_of(page)}", {"do": "size:answer", "rows.answer": size, "columns.answer": size})
    assert page.status == 200
    assert 1 <= len([e for e in page.all("input") if e["name"].startswith("cell.")]) <= 256


def test_hints_open_one_by_one_and_what_is_typed_stays(guest: Browser):
    page = begin(guest, "ls-gradient")
    (button,) = [e for e in page.all("button") if e["value"].startswith("hint:")]
    assert button["value"] == "hint:answer:1"
    page = guest.send(f"/instances/{id_of(page)}", {"do": button["value"], "text.answer": "1 2"})
    assert len(page.all("ol", class_="hints")) == 1
    assert page.field("text.answer") == "1 2"
    again = guest.send(f"/instances/{id_of(page)}", {"do": button["value"]})  # pressed twice
    assert len(re.findall("<li ", again.html.partition('class="hints"')[2].partition("</ol>")[0])) == 1


def test_past_the_last_hint_it_says_so_and_never_before_how_many_there_are(guest: Browser):
    page = begin(guest, "ls-gradient")
    for number in range(1, 20):
        page = guest.send(f"/instances/{id_of(page)}", {"do": f"hint:answer:{number}"})
        if "no further hint" in page.text:
            break
    else:
        raise AssertionError("hints have no end")
    assert number > 1


@pytest.mark.parametrize("number", ["²", "-1", "0", "", "9" * 5_000, "1:1"])
def test_no_number_of_a_hint_is_too_strange(guest: Browser, number: str):
    page = begin(guest, "ls-gradient")
    page = guest.send(f"/instances/{id_of(page)}", {"do": f"hint:answer:{number}"})
    assert page.status in (200, 422)
    assert page.all("ol", class_="hints") == []


def test_a_solved_question_shows_the_answer_that_solved_it(classroom: Classroom, guest: Browser):
    page = begin(guest, "form-value")
    address = f"/instances/{id_of(page)}"
    value = right(classroom, page)["answer"]
    for answer in (value, 12345):
        made(classroom.guest.post(f"{address}/attempts", {"answers": {"answer": answer}}))
    assert "Not right yet" not in guest.visit(address).one("fieldset").text


def test_an_early_answer_stays_however_many_follow(classroom: Classroom, guest: Browser):
    page = begin(guest, "norm-value")
    address = f"/instances/{id_of(page)}"
    first, second = fine(classroom.guest.get(address))["parts"]
    made(classroom.guest.post(f"{address}/attempts", {"answers": {first["id"]: 4711}}))
    for n in range(15):
        made(classroom.guest.post(f"{address}/attempts", {"answers": {second["id"]: 5000 + n}}))
    page = guest.visit(address)
    assert page.field(f"text.{first['id']}") == "4711"
    assert page.field(f"text.{second['id']}") == "5014"


def test_giving_up_shows_the_solution_with_the_own_numbers(classroom: Classroom, guest: Browser):
    page = begin(guest, "form-value")
    value = right(classroom, page)["answer"]
    page = guest.send(f"/instances/{id_of(page)}", {"do": "close"})
    assert "Worked solution" in page.text
    assert str(value).replace("-", "\N{MINUS SIGN}") in page.text
    assert "You gave up these numbers." in page.text


@pytest.mark.parametrize("is_right", [True, False])
def test_a_repeated_request_is_one_attempt(classroom: Classroom, guest: Browser, is_right: bool):
    page = begin(guest, "form-value")
    answer = str(right(classroom, page)["answer"]) if is_right else "12345"
    fields = {"do": "check", "key": page.field("key"), "text.answer": answer}
    proof = page.field("proof")
    first = guest.send(f"/instances/{id_of(page)}", fields, proof=proof)
    second = guest.send(f"/instances/{id_of(page)}", fields, proof=proof)
    assert first.path == second.path
    assert len(fine(classroom.guest.get(f"/instances/{id_of(page)}/attempts"))["items"]) == 1


def test_hostile_answers_are_shown_as_text(guest: Browser):
    page = begin(guest, "form-value")
    page = guest.send(f"/instances/{id_of(page)}", {"do": "check", "text.answer": HOSTILE})
    assert HOSTILE not in page.html
    assert page.field("text.answer") == HOSTILE


def test_read_as_shows_how_a_field_is_read(guest: Browser):
    page = begin(guest, "ls-gradient")
    address = f"/instances/{id_of(page)}/read-as"
    proof = page.field("proof")
    read = guest.send(address, {"part": "answer", **typed("answer", [["1/2"], ["-3"]])}, proof=proof)
    assert "<mfrac>" in read.html
    assert "2\u00a0×\u00a01" in read.html
    fault = guest.send(address, {"part": "answer", "text.answer": "[1, 2"}, proof=proof)
    assert "never closed" in fault.html
    assert "<mark>[</mark>" in fault.html


def test_read_as_leaves_who_still_fills_a_grid_in_peace(guest: Browser):
    page = begin(guest, "ls-gradient")
    fields = {"part": "answer", **typed("answer", [["1"], [""]])}
    assert "Cannot be read" not in guest.send(f"/instances/{id_of(page)}/read-as", fields).html


def test_undefined_may_stand_in_a_cell(classroom: Classroom, guest: Browser):
    page = begin(guest, "is-linear")
    fields = {"do": "check:witness", **typed("witness", [["undefined", ""], ["", ""]])}
    guest.send(f"/instances/{id_of(page)}", fields)
    (stored,) = fine(classroom.guest.get(f"/instances/{id_of(page)}/attempts"))["items"]
    assert stored["answers"] == {"witness": "undefined"}


def test_an_instance_of_somebody_else_is_not_found(classroom: Classroom):
    alice = Browser(classroom.school, classroom.alice)
    page = begin(alice, "ls-gradient")
    for person in (classroom.bob, classroom.mallory, None):
        other = Browser(classroom.school, person)
        assert other.visit(page.path).status == 404
        assert other.visit(page.path).one("h1").text == "Not found"


def test_a_doubt_reaches_those_who_teach(classroom: Classroom):
    sheet = classroom.assign()
    instance = classroom.open(classroom.alice, sheet)
    alice = Browser(classroom.school, classroom.alice)
    alice.visit(f"/instances/{instance['id']}")
    alice.send(f"/instances/{instance['id']}", {"do": "check", "text.answer": "[[1000], [2000], [3000]]"})
    (link,) = {e["href"] for e in alice.page.all("a") if e["href"].startswith("/attempts/")}
    alice.visit(link)
    assert alice.send(f"{link}/flag", {"comment": "  "}).status == 422
    page = alice.send(f"{link}/flag", {"comment": f"I think so. {HOSTILE}"})
    assert page.status == 200
    assert HOSTILE not in page.html
    assert [row.comment for row in classroom.school.rows(select(flags))] == [f"I think so. {HOSTILE}"]


def assigned_page(classroom: Classroom, who: Person, **columns: object) -> tuple[Browser, Page, dict[str, object]]:
    sheet = classroom.assign({"tries": 2}, **columns)
    instance = classroom.open(who, sheet)
    browser = Browser(classroom.school, who)
    return browser, browser.visit(f"/instances/{instance['id']}"), instance


def test_tries_and_dates_of_an_assignment_are_said(classroom: Classroom):
    due = classroom.clock.after(days=1)
    browser, page, instance = assigned_page(
        classroom, classroom.alice, due_at=due, closes_at=classroom.clock.after(days=2), late_penalty=0.25
    )
    assert "2 tries left" in page.text
    assert "due Mon 23 Nov 2026, 11:00 (Europe/Vienna)" in page.text
    classroom.clock.forward(hours=25)
    assert "Sign in again" in browser.visit(f"/instances/{instance['id']}").text
    browser = Browser(classroom.school, classroom.alice)
    page = browser.visit(f"/instances/{instance['id']}")
    assert "late: answers now count 75 %" in page.text
    classroom.clock.forward(days=2)
    browser = Browser(classroom.school, classroom.alice)
    page = browser.visit(f"/instances/{instance['id']}")
    assert "This assignment closed" in page.text
    assert page.all("button", value="check") == []


def test_what_comes_too_late_is_shown_once_more(classroom: Classroom):
    browser, _, instance = assigned_page(classroom, classroom.alice, due_at=classroom.clock.after(hours=1))
    classroom.clock.forward(hours=2)
    page = browser.send(f"/instances/{instance['id']}", {"do": "check", "text.answer": "[[1], [2], [345]]"})
    assert page.status == 403
    assert "This assignment closed Sun 22 Nov 2026, 12:00 (Europe/Vienna)." in page.text
    assert "UTC" not in page.text
    assert "[[1], [2], [345]]" in page.text
    assert classroom.school.rows(select(attempts)) == []


def test_without_tries_left_a_page_takes_no_answer(classroom: Classroom):
    browser, page, instance = assigned_page(classroom, classroom.alice)
    for number in (1, 2):
        page = browser.send(
            f"/instances/{instance['id']}", {"do": "check", "text.answer": f"[[{number}000], [1], [2]]"}
        )
    assert "0 tries left" in page.text
    assert page.all("button", value="check") == []
    stored = len(classroom.school.rows(select(attempts)))
    browser.send(f"/instances/{instance['id']}", {"do": "check", "text.answer": "[[3000], [1], [2]]"})
    assert len(classroom.school.rows(select(attempts))) == stored


def test_cells_are_marked_from_the_second_wrong_attempt_on(classroom: Classroom, guest: Browser):
    page = begin(guest, "map-matrix")
    answer = right(classroom, page)["answer"]
    for add in (1000, 2000):
        some = [[*answer[0][:-1], answer[0][-1] + add], *answer[1:]]
        page = guest.send(f"/instances/{id_of(page)}", {"do": "check", **typed("answer", some)})
        marked = [e for e in page.all("td") if e["class"]]
        assert bool(marked) == (add == 2000)
    last = f"cell.answer.0.{len(answer[0]) - 1}"
    (wrong,) = [e for e in page.all("input") if e["name"] == last]
    assert wrong["aria-invalid"] == "true"
    assert wrong["aria-label"].endswith(", not right")


def test_a_session_that_ended_loses_nothing_that_was_typed(classroom: Classroom):
    browser = Browser(classroom.school, classroom.alice)
    page = begin(browser, "form-value")
    fields = {"do": "check", "text.answer": "12345"}
    address = f"/instances/{id_of(page)}"
    proof = page.field("proof")
    classroom.clock.forward(hours=13)
    page = browser.send(address, fields, proof=proof)
    assert page.status == 401
    assert page.field("text.answer") == "12345"
    again = Browser(classroom.school, classroom.alice)  # signed in again, in another tab
    again.page = page
    page = again.send(
        address, {e["name"]: e["value"] for e in page.all("input", type="hidden") if e["name"] != "proof"}
    )
    assert "attempt=" in page.path


def test_an_old_browser_that_names_another_origin_is_refused(classroom: Classroom):
    browser = Browser(classroom.school, classroom.alice)
    page = begin(browser, "form-value")
    address, proof = f"/instances/{id_of(page)}", page.field("proof")
    for origin, status in [("https://evil.example", 403), ("null", 403), ("http://nabla.test", 200)]:
        headers = {"Origin": origin, "Sec-Fetch-Site": ""}
        assert browser.send(address, {"do": "check", "text.answer": "1"}, proof=proof, headers=headers).status == status


def test_a_page_that_was_opened_before_signing_in_still_works(classroom: Classroom):
    guest = Browser(classroom.school)
    proof = guest.visit("/exercises/form-value").field("proof")
    alice = Browser(classroom.school, classroom.alice)
    assert alice.send("/exercises/form-value/instances", {"level": "hand"}, proof=proof).status == 200


def test_another_site_cannot_answer_for_somebody(classroom: Classroom):
    browser = Browser(classroom.school, classroom.alice)
    page = begin(browser, "form-value")
    address = f"/instances/{id_of(page)}"
    fields = {"do": "check", "text.answer": "1"}
    assert browser.send(address, fields, proof="").status == 403
    assert browser.send(address, fields, proof="0" * 64).status in (401, 403)
    assert browser.send(address, fields, headers={"Sec-Fetch-Site": "cross-site"}).status == 403
    assert classroom.school.rows(select(attempts)) == []
