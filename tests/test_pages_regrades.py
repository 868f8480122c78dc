"""Grading again as teachers meet it: started with a button, looked through, kept with a reason, or out of date."""

import re
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select

from app.attempts.replay import REASONS
from app.exercise import Catalogue
from app.models import regrades
from app.pages.teach import regrades as pages
from tests.histories import changed, with_family, without
from tests.teaching import Classroom, Person, fine, submit
from tests.test_regrading import HALVED, done, gradient, serve, started, within
from tests.visiting import Browser, Page

REASON = "There is no factor 2 here."
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def halved(tmp_path: Path, catalogue: Catalogue) -> Catalogue:
    """The exercises after the factor 2 of a gradient was lost."""
    return with_family(catalogue, changed(tmp_path, "ls_gradient.py", HALVED))


@pytest.fixture
def sheet(classroom: Classroom) -> dict[str, Any]:
    """An assignment: alice has it right, bob lost a factor 2."""
    sheet = classroom.assign({})
    alices, bobs = classroom.open(classroom.alice, sheet), classroom.open(classroom.bob, sheet)
    submit(classroom.alice, alices, {"answer": gradient(alices)})
    submit(classroom.bob, bobs, {"answer": gradient(bobs, 1)})
    return sheet


def browser(classroom: Classroom, who: Person | None = None) -> Browser:
    return Browser(classroom.school, who or classroom.carol)


def list_of(sheet: dict[str, Any]) -> str:
    return f"/teach/assignments/{sheet['id']}/regrades"


def made(classroom: Classroom, sheet: dict[str, Any], catalogue: Catalogue) -> str:
    """The address of a regrade with these exercises that has come to its end."""
    serve(classroom, catalogue)
    return f"/teach/regrades/{done(classroom.carol, started(classroom.carol, sheet))['id']}"


def rows(page: Page) -> list[str]:
    return [row.text for row in page.all("tr")]


def kept(classroom: Classroom, address: str) -> Page:
    """The page of a regrade, once the server has kept it in the background."""
    return within(10, lambda: browser(classroom).visit(address), lambda page: "✓ kept" in page.one("h1").text)


@pytest.fixture
def address(classroom: Classroom, sheet: dict[str, Any], halved: Catalogue) -> str:
    return made(classroom, sheet, halved)


def test_regrades_are_for_staff_and_instructors_decide(classroom: Classroom, sheet: dict[str, Any], address: str):
    people = [classroom.mallory, classroom.alice, classroom.dave, classroom.carol, classroom.operator]
    for path in (list_of(sheet), address, f"{address}?fragment=1"):
        assert Browser(classroom.school).visit(path).status == 401
        assert [browser(classroom, who).visit(path).status for who in people] == [404, 403, 200, 200, 200]
    for path in (list_of(sheet), f"{address}/keep"):
        assert Browser(classroom.school).send(path, proof="none").status == 401
        for who, status in ((classroom.mallory, 404), (classroom.alice, 403), (classroom.dave, 403)):
            theirs = browser(classroom, who)
            theirs.visit("/me")
            assert theirs.send(path, {"reason": REASON}).status == status
    assert classroom.score(classroom.bob, sheet).best == 0.5
    for path in (list_of(sheet), address):
        assert not browser(classroom, classroom.dave).visit(path).all("form")
    assert browser(classroom).visit("/teach/regrades/none").status == 404


def test_a_form_of_another_site_starts_and_keeps_nothing(classroom: Classroom, sheet: dict[str, Any], address: str):
    for path in (list_of(sheet), f"{address}/keep"):
        assert browser(classroom).send(path, {"reason": REASON}, proof="guessed").status == 403
    assert [row.state for row in classroom.school.rows(select(regrades))] == ["ready"]


def test_the_button_starts_a_regrade_and_shows_what_it_finds(
    classroom: Classroom,
    sheet: dict[str, Any],
    halved: Catalogue,
):
    serve(classroom, halved)
    carol = browser(classroom)
    carol.visit(list_of(sheet))
    page = carol.send(list_of(sheet))
    assert page.path.startswith("/teach/regrades/")
    page = within(10, lambda: carol.visit(page.path), lambda page: "to be looked at" in page.one("h1").text)
    assert "2 attempts were graded again. 2 verdicts differ." in page.text
    assert "1 Gradient of the squared residual211" in rows(page)  # verdicts, up, down
    alices, bobs = sorted(row for row in rows(page) if "→" in row)
    assert alices.startswith("Alice 4 → 0 ↓ downonly raising: 4 answer ✓ right ✗ wrong")
    assert bobs == "Bob 2 → 4 ↑ up answer ◐ partly right, 50 % factor-two-lost ✓ rightCorrect."
    link = carol.visit(list_of(sheet)).one("a", href=page.path)
    assert link.text == "Sun 22 Nov 2026, 11:00"


def test_points_that_go_down_can_be_looked_at_alone(classroom: Classroom, address: str):
    for query, names in (("?points=down", ["Alice"]), ("?points=up", ["Bob"]), ("", ["Alice", "Bob"])):
        page = browser(classroom).visit(address + query)
        assert sorted(re.findall(r"(Alice|Bob) \d", " ".join(rows(page)))) == names


def test_a_regrade_is_kept_with_a_reason(classroom: Classroom, sheet: dict[str, Any], address: str):
    carol = browser(classroom)
    carol.visit(address)
    page = carol.send(f"{address}/keep", {"reason": REASON})
    assert page.path == address
    page = kept(classroom, address)
    assert f"Reason: {REASON}" in page.text
    assert "Kept Sun 22 Nov 2026, 11:00, Carol." in page.text
    assert not page.all("textarea")
    assert (classroom.score(classroom.alice, sheet).best, classroom.score(classroom.bob, sheet).best) == (0, 1)
    assert f"✓ kept 2 {REASON}" in " ".join(rows(carol.visit(list_of(sheet))))


def test_only_what_raises_is_kept_where_that_is_wanted(classroom: Classroom, sheet: dict[str, Any], address: str):
    carol = browser(classroom)
    carol.visit(address)
    carol.send(f"{address}/keep", {"reason": REASON, "only_raise": "yes"})
    page = kept(classroom, address)
    assert "only what raises points was kept" in page.text
    (alice,) = (row for row in rows(page) if row.startswith("Alice"))
    assert alice.startswith("Alice 4 as before")
    assert alice.endswith("not kept")
    assert (classroom.score(classroom.alice, sheet).best, classroom.score(classroom.bob, sheet).best) == (1, 1)


def test_without_a_reason_nothing_is_kept_and_the_choice_stays(classroom: Classroom, address: str):
    carol = browser(classroom)
    carol.visit(address)
    page = carol.send(f"{address}/keep", {"reason": "  ", "only_raise": "yes"})
    assert page.status == 422
    assert page.one("div", role="alert").text.startswith("Say why")
    assert "checked" in page.one("input", name="only_raise").attributes
    long = "x" * 1001
    page = carol.send(f"{address}/keep", {"reason": long})
    assert (page.status, page.field("reason")) == (422, long)
    assert [row.state for row in classroom.school.rows(select(regrades))] == ["ready"]


def test_keeping_twice_changes_nothing(classroom: Classroom, address: str):
    carol = browser(classroom)
    carol.visit(address)
    proof = carol.page.field("proof") if carol.page else ""
    carol.send(f"{address}/keep", {"reason": REASON})
    kept(classroom, address)
    page = carol.send(f"{address}/keep", {"reason": "Another one."}, proof=proof)
    assert (page.status, page.path) == (200, address)
    assert f"Reason: {REASON}" in page.text


def test_a_regrade_out_of_date_says_why_and_offers_another_one(
    classroom: Classroom,
    sheet: dict[str, Any],
    address: str,
):
    carol = browser(classroom)
    carol.visit(address)
    instance = classroom.open(classroom.bob, sheet)
    submit(classroom.bob, instance, {"answer": gradient(instance)})
    page = carol.send(f"{address}/keep", {"reason": REASON})
    assert page.status == 409
    assert "attempts came in" in page.one("div", role="alert").text
    page = carol.visit(address)
    assert "This regrade is out of date and cannot be kept" in page.text
    assert not page.all("textarea")
    page = carol.send(page.one("form")["action"])
    assert page.path != address
    assert page.path.startswith("/teach/regrades/")


def test_what_cannot_be_graded_again_is_said_in_words(
    classroom: Classroom,
    sheet: dict[str, Any],
    catalogue: Catalogue,
):
    page = browser(classroom).visit(made(classroom, sheet, without(catalogue, "ls-gradient")))
    assert "2 attempts, ls-gradient: the exercise is no longer served" in page.text
    assert "Nothing would change" in page.text


def test_every_reason_has_words_of_its_own(classroom: Classroom, address: str):
    reasons = sorted(REASONS.keys() - {"other-version"})  # that is replay's alone
    left_out = [{"exercise": "ls-gradient", "reason": reason, "attempts": 1} for reason in reasons]
    classroom.school.write(lambda tx: tx.execute(regrades.update().values(unreplayable=left_out)))
    said = re.findall(r"1 attempt, <code>ls-gradient</code>: ([^<]+)</li>", browser(classroom).visit(address).html)
    assert len(set(said)) == len(reasons) == 5


def test_many_differences_come_page_by_page(classroom: Classroom, address: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(pages, "PAGE", 1)
    page = browser(classroom).visit(address)
    first = [row for row in rows(page) if "→" in row]
    (more,) = (e["href"] for e in page.all("a") if e.text == "Next page")
    page = browser(classroom).visit(more)
    second = [row for row in rows(page) if "→" in row]
    assert len(first) == len(second) == 1
    assert first != second
    assert not [e for e in page.all("a") if e.text == "Next page"]
    assert browser(classroom).visit(f"{address}?after=%3Cscript%3E").status == 422


def test_names_titles_and_reasons_are_no_markup(classroom: Classroom, sheet: dict[str, Any], address: str):
    fine(classroom.carol.patch(f"/courses/{classroom.course}/enrolments/{classroom.alice.id}", {"name": HOSTILE}))
    fine(classroom.carol.patch(f"/assignments/{sheet['id']}", {"title": HOSTILE}))
    carol = browser(classroom)
    carol.visit(address)
    assert HOSTILE not in carol.send(f"{address}/keep", {"reason": "x" * 1000 + HOSTILE}).html
    carol.send(f"{address}/keep", {"reason": HOSTILE})
    for page in (kept(classroom, address), carol.visit(list_of(sheet))):
        assert HOSTILE not in page.html
        assert page.html.count("&lt;script&gt;alert(1)") >= 3
        assert not re.search(r" style=|<style|<script(?! type=\"module\" src=)| on[a-z]+=", page.html)


def test_while_it_runs_the_page_shows_how_far_it_is(
    classroom: Classroom,
    sheet: dict[str, Any],
    halved: Catalogue,
    monkeypatch: pytest.MonkeyPatch,
):
    serve(classroom, halved)
    monkeypatch.setattr(classroom.school.app.state.regrading, "wake", lambda: None)  # it begins later
    carol = browser(classroom)
    carol.visit(list_of(sheet))
    page = carol.send(list_of(sheet))
    assert "running" in page.one("h1").text
    assert "0 of 2 attempts are graded again." in page.text
    assert not page.all("textarea")
    assert page.one("div", data_live=f"{page.path}?fragment=1")
    part = carol.visit(f"{page.path}?fragment=1")
    assert part.one("progress")["max"] == "2"
    assert "data-done" not in part.html
    carol.visit(list_of(sheet))
    assert carol.send(f"{page.path}/keep", {"reason": REASON}).status == 409


def test_while_it_is_kept_the_page_waits_for_the_end(
    classroom: Classroom, address: str, monkeypatch: pytest.MonkeyPatch
):
    carol = browser(classroom)
    carol.visit(address)
    monkeypatch.setattr(classroom.school.app.state.regrading, "wake", lambda: None)
    page = carol.send(f"{address}/keep", {"reason": REASON})
    assert "being kept" in page.one("h1").text
    assert not page.all("textarea")
    monkeypatch.undo()
    classroom.school.portal.call(classroom.school.app.state.regrading.wake)
    kept(classroom, address)
    assert "data-done" in carol.visit(f"{address}?fragment=1").html


def test_a_regrade_begun_while_another_one_is_being_kept_is_refused_in_words(
    classroom: Classroom, sheet: dict[str, Any], address: str
):
    def keeping(tx: Connection) -> None:
        tx.execute(regrades.update().values(state="keeping", kept_at=classroom.clock.moment, reason=REASON))

    classroom.school.write(keeping)
    carol = browser(classroom)
    carol.visit(list_of(sheet))
    page = carol.send(list_of(sheet))
    assert page.status == 409
    assert "is being kept" in page.one("div", role="alert").text
    assert page.one("h1").text == "Grade again"
