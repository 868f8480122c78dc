"""What students think is marked wrong, and what staff did, as pages."""

import ast
import csv
import io
from pathlib import Path

from sqlalchemy import update

from app.exercise import Catalogue
from app.models import verdicts
from tests.conftest import HOME
from tests.histories import changed, with_family, without
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
    assert "✗ wrong" in article
    assert "it comes out the same" in article
    at = f"/teach/assignments/{sheet['id']}"
    (attempt,) = [e["href"] for e in page.all("a") if e["href"].startswith("/attempts/")]
    anchor = f"attempt-{attempt.removeprefix('/attempts/')}"
    assert page.all("a", href=f"{at}/people/{classroom.alice.id}#{anchor}")
    assert page.all("a", href=f"{at}/regrades")
    student = Browser(classroom.school, classroom.dave).visit(f"{at}/people/{classroom.alice.id}")
    assert "It is right. <script>" in student.one("li", id=anchor).text


def test_what_grading_says_now_is_said_where_it_is_something_else(
    classroom: Classroom, catalogue: Catalogue, tmp_path: Path
):
    sheet = classroom.assign({"exercise": "gradient-affine-form"})
    mine = classroom.open(classroom.alice, sheet)
    attempt = submit(classroom.alice, mine, {"answer": [-w for w in mine["data"]["w"]]})
    made(classroom.alice.post(f"/attempts/{attempt['id']}/flag", {"comment": "It is right."}))
    negative = changed(tmp_path, "gradient_affine_form.py", ("    return w\n", "    return -w\n"))
    classroom.school.app.state.catalogue = with_family(catalogue, negative)
    page = Browser(classroom.school, classroom.carol).visit(f"/teach/courses/{classroom.course}/flags")
    assert "Graded again now, it comes out differently: right, 100 %." in page.one("article").text
    classroom.school.app.state.catalogue = without(catalogue, "gradient-affine-form")
    page = Browser(classroom.school, classroom.carol).visit(f"/teach/courses/{classroom.course}/flags")
    assert "It cannot be graded again: the exercise is no longer served" in page.one("article").text


def test_what_cannot_be_rendered_any_more_is_shown_as_it_is(classroom: Classroom):
    flagged(classroom)
    values = {"read_as": {"shape": None, "latex": f"\\nonsense{{{HOSTILE}"}, "feedback": f"$\\nonsense$ {HOSTILE}"}
    classroom.school.write(lambda tx: tx.execute(update(verdicts).values(**values)))
    page = Browser(classroom.school, classroom.carol).visit(f"/teach/courses/{classroom.course}/flags")
    assert page.status == 200
    assert HOSTILE not in page.html
    assert "Read as \\nonsense{<script>" in page.text


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
    assert any(
        "gave Bob 3 points by hand for item 1, Gradient of the squared residual, of Sheet" in row for row in rows
    )
    assert any("reason: “Spoke to me. <script>alert(1)</script>”" in row for row in rows)
    assert any("Carol gave Bob a token" in row for row in rows)
    assert any("Operator took a roster: 4 added, 0 changed" in row for row in rows)
    assert "token" in rows[1]  # the newest stands first


def busy(classroom: Classroom) -> None:
    """Everything that staff can do in a course."""
    carol, course, alice, bob = classroom.carol, classroom.course, classroom.alice.id, classroom.bob.id
    sheet = classroom.assign({}, {"exercise": "gradient-affine-form"}, due_at=classroom.clock.after(hours=1))
    at, enrolments = f"/assignments/{sheet['id']}", f"/courses/{course}/enrolments"
    fine(carol.patch(f"/courses/{course}", {"title": "Analysis", "rule": {"percent": 50}}))
    fine(carol.patch(f"/courses/{course}", {"rule": {"at_least": 2, "assignments_with_percent": 60}}))
    people = [{"name": f"Student {n}", "email": f"s{n}@example.org", "role": "student"} for n in range(25)]
    fine(carol.post(enrolments, {"items": [*people, {"name": "Tutor", "email": "t@example.org", "role": "assistant"}]}))
    fine(carol.patch(f"{enrolments}/{bob}", {"group": "Tuesday"}))
    fine(carol.patch(f"{enrolments}/{classroom.dave.id}", {"role": "instructor"}))
    fine(carol.patch(at, {"late_penalty": 0.25, "due_at": classroom.clock.after(hours=2), "attempt_factors": [1, 0.5]}))
    first, second = sheet["items"]
    changed = [{"id": first["id"], "points": 5, "tries": 3}, {"exercise": "ls-gradient", "level": "numpy", "points": 1}]
    fine(carol.patch(at, {"items": [{**keys_of(first), **changed[0]}, changed[1]]}))
    assert carol.delete(f"{at}/items/{second['id']}").status_code == 204
    fine(carol.put(f"{at}/extensions/{bob}", {"due_at": classroom.clock.after(days=3), "tries": 9}))
    assert carol.delete(f"{at}/extensions/{bob}").status_code == 204
    override = f"{at}/items/{first['id']}/overrides/{alice}"
    fine(carol.put(override, {"excused": True, "reason": "Ill."}))
    fine(carol.put(override, {"points": 1, "reason": "Not so ill."}))
    assert carol.delete(override).status_code == 204
    regrade = carol.post(f"{at}/regrades").headers["location"].removeprefix("/api/v1")
    while fine(carol.get(regrade))["state"] == "running":
        pass
    fine(carol.post(f"{regrade}/keep", {"reason": "As it should be."}))
    assert carol.delete(f"/assignments/{classroom.assign(title='Gone')['id']}").status_code == 204
    made(carol.post(f"{enrolments}/{bob}/token"))
    assert carol.delete(f"{enrolments}/{bob}/token").status_code == 204
    browser = Browser(classroom.school, carol)
    browser.visit(f"/teach/courses/{course}/people")
    browser.send(f"/teach/courses/{course}/people/links")
    browser.visit(f"/teach/courses/{course}/people/{bob}")
    browser.send(f"/teach/courses/{course}/people/{bob}/link")
    assert carol.get(f"/people/{alice}/export").status_code == 200
    assert carol.delete(f"{enrolments}/{bob}").status_code == 204


def keys_of(item: dict[str, object]) -> dict[str, object]:
    return {name: item[name] for name in ("id", "exercise", "level", "points")}


TOLD = (
    "Carol took Bob out of the course",
    "Carol exported what is kept about Alice",
    "Carol made a sign-in link for Bob",
    "Carol made 27 sign-in links for: Alice, Bob, Student 0,",
    "and 7 more",
    "Carol revoked all tokens of Bob for this course",
    "Carol gave Bob a token",
    "Carol removed the assignment “Gone”",
    "Carol made the assignment “Gone” ls-gradient",
    "Carol kept new grades in Sheet 1 0 verdicts differ reason: “As it should be.”",
    "Carol graded all answers again in Sheet 1",
    "Carol took back what was given by hand to Alice for item 1, Gradient of the squared residual, of Sheet 1",
    "Carol gave Alice 1 point by hand for item 1, Gradient of the squared residual, of Sheet 1 before: excused",
    "Carol excused Alice from item 1, Gradient of the squared residual, of Sheet 1 reason: “Ill.”",
    "Carol took back the extension of Bob for Sheet 1 due: Wed 25 Nov 2026, 11:00 → none",
    "Carol granted Bob an extension of Sheet 1 due: none → Wed 25 Nov 2026, 11:00 tries of each question: none → 9",
    "Carol removed an item from Sheet 1: gradient-affine-form",
    "points: 4 → 5 tries of each question: none → 3 new: item 2, Gradient of the squared residual",
    "due: Sun 22 Nov 2026, 12:00 → Sun 22 Nov 2026, 13:00",
    "taken off when late: 20 % → 25 %",
    "what tries count: none → 100 %, 50 %",
    "Carol changed what the roster says of Dave Role: assistant → instructor",
    "Carol changed what the roster says of Bob Group",
    "Carol took a roster: 26 added, 0 changed added: Student 0,",
    "Tutor is assistant",
    "who passes: at least 50 % of all points → at least 60 % in 2 assignments",
    "title: Mathematics → Analysis",
    "Operator made the course “Mathematics” time zone: Europe/Vienna",
)


def test_everything_that_staff_can_do_is_told(classroom: Classroom):
    busy(classroom)
    browser = Browser(classroom.school, classroom.carol)
    page = browser.visit(f"/teach/courses/{classroom.course}/audit")
    assert [told for told in TOLD if told not in page.text] == []
    assert classroom.operator.delete(f"/people/{classroom.bob.id}").status_code == 204
    page = browser.visit(f"/teach/courses/{classroom.course}/audit")
    assert "Operator erased a person" in page.text
    assert "Carol took somebody who was erased out of the course" in page.text


def test_a_copied_course_says_so(classroom: Classroom):
    body = {"title": "Next year", "shift_days": 364}
    copied = made(classroom.carol.post(f"/courses/{classroom.course}/copy", body))["id"]
    page = Browser(classroom.school, classroom.carol).visit(f"/teach/courses/{copied}/audit")
    assert "Carol made this course as a copy of another one dates later by 364 days" in page.text


def actions_in(path: Path) -> set[str]:
    """What a module writes into the audit log, by its text."""
    calls = (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))
    named = (node for node in calls if ast.unparse(node.func).split(".")[-1] in ("record", "record_all"))
    return {arg.value for node in named for arg in node.args if isinstance(arg, ast.Constant)}


def test_every_deed_that_the_code_knows_has_a_sentence():
    words = (HOME / "app/templates/teach/audit-words.html").read_text()
    of_no_course = ("cli", "connecting.py")
    modules = [path for path in (HOME / "app").rglob("*.py") if not {path.parent.name, path.name} & {*of_no_course}]
    actions = {action for path in modules for action in actions_in(path)} - {"token revoked"}  # of one's own
    assert len(actions) > 20
    assert [action for action in sorted(actions) if f'deed.action == "{action}"' not in words] == []


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
