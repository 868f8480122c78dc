"""What students think is marked wrong, and what staff did, as pages."""

import csv
import io

from tests.teaching import Classroom, Person, fine, made, submit, wrong
from tests.visiting import Browser

HOSTILE = "<script>alert(1)</script>"


def flagged(classroom: Classroom, comment: str = "I think so.") -> dict[str, object]:
    """An assignment with a wrong answer of alice's that she doubts is wrong."""
    sheet = classroom.assign()
    instance = classroom.open(classroom.alice, sheet)
    attempt = submit(classroom.alice, instance, {"answer": wrong(instance)})
    made(classroom.alice.post(f"/attempts/{attempt['id']}/flag", {"comment": comment}))
    return sheet


def test_a_doubt_stands_beside_the_verdict_and_what_grading_says_now(classroom: Classroom):
    sheet = flagged(classroom, f"It is right. {HOSTILE}")
    page = Browser(classroom.school, classroom.dave).visit(f"/teach/courses/{classroom.course}/flags")
    assert page.status == 200
    assert HOSTILE not in page.html
    article = page.one("article").text
    assert "Alice: Gradient of the squared residual" in article
    assert "It is right. <script>" in article
    assert "Not right yet" in article
    assert "it comes out the same" in article
    assert page.all("a", href=f"/teach/assignments/{sheet['id']}/people/{classroom.alice.id}")


def test_older_doubts_are_on_pages_of_their_own(classroom: Classroom, monkeypatch):
    monkeypatch.setattr("app.pages.teach.flags.PAGE", 1)
    flagged(classroom, "the first")
    classroom.clock.forward(minutes=1)
    flagged(classroom, "the second")
    browser = Browser(classroom.school, classroom.carol)
    page = browser.visit(f"/teach/courses/{classroom.course}/flags")
    assert "the second" in page.text
    assert "the first" not in page.text
    (older,) = [e["href"] for e in page.all("a") if e["href"].startswith("?before=")]
    page = browser.visit(f"/teach/courses/{classroom.course}/flags{older}")
    assert "the first" in page.text
    assert "the second" not in page.text


def test_without_doubts_the_page_says_so(classroom: Classroom):
    page = Browser(classroom.school, classroom.carol).visit(f"/teach/courses/{classroom.course}/flags")
    assert "Nobody has said so." in page.text


def refused(classroom: Classroom, person: Person | None, page: str) -> int:
    return Browser(classroom.school, person).visit(f"/teach/courses/{classroom.course}/{page}").status


def test_doubts_are_for_staff_and_the_log_for_those_who_teach(classroom: Classroom):
    for page in ("flags", "audit", "audit.csv"):
        assert refused(classroom, None, page) == 401
        assert refused(classroom, classroom.mallory, page) == 404
        assert refused(classroom, classroom.alice, page) == 403
        assert refused(classroom, classroom.carol, page) == 200
    assert refused(classroom, classroom.dave, "flags") == 200
    assert refused(classroom, classroom.dave, "audit") == 403


def test_the_log_tells_what_was_done_in_sentences(classroom: Classroom):
    sheet = classroom.assign(title=f"Sheet {HOSTILE}", due_at=classroom.clock.after(days=1))
    bob, item = classroom.bob.id, sheet["items"][0]["id"]
    fine(classroom.carol.put(f"/assignments/{sheet['id']}/extensions/{bob}", {"due_at": classroom.clock.after(days=3)}))
    override = {"points": 3, "reason": f"Spoke to me. {HOSTILE}"}
    fine(classroom.carol.put(f"/assignments/{sheet['id']}/items/{item}/overrides/{bob}", override))
    made(classroom.carol.post(f"/courses/{classroom.course}/enrolments/{bob}/token"))
    page = Browser(classroom.school, classroom.carol).visit(f"/teach/courses/{classroom.course}/audit")
    assert HOSTILE not in page.html
    rows = [row.text for row in page.all("tr")]
    assert any("Carol made the assignment Sheet <script>" in row for row in rows)
    assert any("Carol granted Bob an extension of Sheet" in row for row in rows)
    assert any("gave Bob other points for Gradient of the squared residual: nothing → 3" in row for row in rows)
    assert any("Carol gave Bob a token" in row for row in rows)
    assert any("Operator took a roster: 4 added, 0 changed" in row for row in rows)
    assert "token" in rows[1]  # the newest stands first


def test_the_log_goes_on_with_older_entries(classroom: Classroom, monkeypatch):
    monkeypatch.setattr("app.pages.teach.audit.PAGE", 1)
    classroom.assign(title="Sheet 1")
    browser = Browser(classroom.school, classroom.carol)
    page = browser.visit(f"/teach/courses/{classroom.course}/audit")
    assert "made the assignment" in page.text
    (older,) = [e["href"] for e in page.all("a") if e["href"].startswith("?before=")]
    assert "took a roster" in browser.visit(f"/teach/courses/{classroom.course}/audit{older}").text


def test_the_whole_log_comes_as_a_spreadsheet(classroom: Classroom):
    classroom.assign()
    page = Browser(classroom.school, classroom.carol).visit(f"/teach/courses/{classroom.course}/audit.csv")
    assert page.reply.headers["content-type"].startswith("text/csv")
    header, *rows = csv.reader(io.StringIO(page.reply.text.removeprefix("\ufeff")))
    assert header[3] == "action"
    assert rows[-1][3] == "assignment created"
