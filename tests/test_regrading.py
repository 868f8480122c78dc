"""Regrades as staff meets them: over HTTP, in the background, through restarts, on the command line."""

import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from anyio.from_thread import BlockingPortal
from sqlalchemy import select

from app.attempts import keep, regrades, regrading
from app.courses import assignments, audit
from app.exercise import Catalogue
from app.models import regrades as regrades_table
from app.models import revisions, verdicts
from app.problems import Overloaded
from app.web import create_app
from tests.conftest import HOME, Server, run_nabla, serving
from tests.histories import changed, with_family, without
from tests.teaching import Classroom, Person, fine, made, opened, refused, submit

HALVED = ("return 2 * W.T @ (W @ theta0 - y)", "return W.T @ (W @ theta0 - y)")
REASON = {"reason": "There is no factor 2 here."}


@pytest.fixture
def halved(tmp_path: Path, catalogue: Catalogue) -> Catalogue:
    """The exercises after the factor 2 of a gradient was lost."""
    return with_family(catalogue, changed(tmp_path, "ls_gradient.py", HALVED))


def gradient(instance: dict[str, Any], factor: float = 2) -> list[float]:
    data = instance["data"]
    rows = [sum(w * t for w, t in zip(row, data["theta0"], strict=True)) for row in data["W"]]
    apart = [r - y for r, y in zip(rows, data["y"], strict=True)]
    return [
        factor * sum(row[k] * a for row, a in zip(data["W"], apart, strict=True)) for k in range(len(data["theta0"]))
    ]


@pytest.fixture
def sheet(classroom: Classroom) -> dict[str, Any]:
    """An assignment: alice has it right, bob lost a factor 2 on the way and then had it right."""
    sheet = classroom.assign({})
    alices, bobs = classroom.open(classroom.alice, sheet), classroom.open(classroom.bob, sheet)
    submit(classroom.alice, alices, {"answer": gradient(alices)})
    submit(classroom.bob, bobs, {"answer": gradient(bobs, 1)})
    return sheet


def serve(classroom: Classroom, catalogue: Catalogue) -> None:
    """From now on the app serves these exercises."""
    classroom.school.app.state.catalogue = catalogue


def done(person: Person, regrade: dict[str, Any], **query: Any) -> dict[str, Any]:
    """A regrade, once it does not run any more."""
    return within(
        10, lambda: fine(person.get(f"/regrades/{regrade['id']}", **query)), lambda r: r["state"] != "running"
    )


def within(seconds: float, look: Callable[[], Any], good: Callable[[Any], bool]) -> Any:
    end = time.monotonic() + seconds
    while not good(found := look()):
        assert time.monotonic() < end, found
        time.sleep(0.02)
    return found


def started(person: Person, sheet: dict[str, Any], **options: Any) -> dict[str, Any]:
    reply = person.post(f"/assignments/{sheet['id']}/regrades", **options)
    assert reply.status_code == 202, reply.text
    assert reply.headers["location"] == f"/api/v1/regrades/{reply.json()['id']}"
    return reply.json()


# Over HTTP ----------------------------------------------------------------------------------------


def test_an_instructor_sees_every_difference_and_keeps_it(
    classroom: Classroom, sheet: dict[str, Any], halved: Catalogue
):
    serve(classroom, halved)
    shown = done(classroom.carol, started(classroom.carol, sheet))
    item = sheet["items"][0]["id"]
    assert (shown["state"], shown["attempts"], shown["total"], shown["changed_total"]) == ("ready", 2, 2, 2)
    assert (shown["unreplayable"], shown["changed_next"], shown["scores_next"]) == ([], None, None)
    assert shown["versions"] == {"ls-gradient": halved["ls-gradient"].version}
    by = {change["person"]: change for change in shown["changed"]}
    bobs, alices = by[classroom.bob.id], by[classroom.alice.id]
    assert (bobs["part"], bobs["item"], bobs["kept"]) == ("answer", item, False)
    assert bobs["before"]["misconception"] == "factor-two-lost"
    assert bobs["after"] == {
        "status": "correct",
        "score": 1,
        "feedback": "Correct.",
        "misconception": None,
        "follow_through": False,
        "entries": None,
    }
    assert (alices["before"]["status"], alices["after"]["status"]) == ("correct", "incorrect")
    assert sorted(shown["scores"], key=lambda s: s["before"]) == [
        {"person": classroom.bob.id, "item": item, "before": 2, "after": 4, "only_raise": 4},
        {"person": classroom.alice.id, "item": item, "before": 4, "after": 0, "only_raise": 4},
    ]
    assert classroom.score(classroom.bob, sheet).best == 0.5  # nothing is kept so far
    kept = fine(classroom.carol.post(f"/regrades/{shown['id']}/keep", REASON))
    assert (kept["state"], kept["kept_by"], kept["reason"]) == ("kept", classroom.carol.id, REASON["reason"])
    assert kept == fine(classroom.carol.get(f"/regrades/{shown['id']}"))
    assert all(change["kept"] for change in kept["changed"])
    assert (classroom.score(classroom.alice, sheet).best, classroom.score(classroom.bob, sheet).best) == (0, 1)
    attempt = fine(classroom.bob.get(f"/attempts/{bobs['attempt']}"))
    assert (attempt["score"], attempt["parts"]["answer"]["feedback"]) == (1, "Correct.")
    deeds = fine(classroom.carol.get(f"/courses/{classroom.course}/audit"))["items"]
    assert [deed["action"] for deed in deeds][-2:] == ["regrade started", "regrade kept"]


def test_only_raise_keeps_what_lowers_nobody(classroom: Classroom, sheet: dict[str, Any], halved: Catalogue):
    serve(classroom, halved)
    shown = done(classroom.carol, started(classroom.carol, sheet))
    kept = fine(classroom.carol.post(f"/regrades/{shown['id']}/keep", {**REASON, "only_raise": True}))
    assert {change["person"]: change["kept"] for change in kept["changed"]} == {
        classroom.alice.id: False,
        classroom.bob.id: True,
    }
    assert (classroom.score(classroom.alice, sheet).best, classroom.score(classroom.bob, sheet).best) == (1, 1)


def test_keeping_twice_answers_the_same_and_changes_nothing(
    classroom: Classroom, sheet: dict[str, Any], halved: Catalogue
):
    serve(classroom, halved)
    shown = done(classroom.carol, started(classroom.carol, sheet))
    first = classroom.carol.post(f"/regrades/{shown['id']}/keep", REASON)
    graded = classroom.school.rows(select(verdicts)), classroom.school.rows(select(revisions))
    for body in (REASON, {"reason": "Another one.", "only_raise": True}):
        second = classroom.carol.post(f"/regrades/{shown['id']}/keep", body)
        assert (second.status_code, second.content) == (200, first.content)
    assert (classroom.school.rows(select(verdicts)), classroom.school.rows(select(revisions))) == graded


def test_a_stale_regrade_is_refused_and_another_one_started(
    classroom: Classroom, sheet: dict[str, Any], halved: Catalogue
):
    serve(classroom, halved)
    shown = done(classroom.carol, started(classroom.carol, sheet))
    submit(classroom.bob, classroom.open(classroom.bob, sheet), {"answer": [7, 7, 7]})
    refused(classroom.carol.post(f"/regrades/{shown['id']}/keep", REASON), 409, "regrade-stale")
    again = done(classroom.carol, started(classroom.carol, sheet))
    assert (again["id"] != shown["id"], again["attempts"]) == (True, 3)
    serve(classroom, with_family(halved))
    assert fine(classroom.carol.post(f"/regrades/{again['id']}/keep", REASON))["state"] == "kept"
    listed = fine(classroom.dave.get(f"/assignments/{sheet['id']}/regrades"))["items"]
    assert {regrade["id"]: regrade["state"] for regrade in listed} == {again["id"]: "kept", shown["id"]: "ready"}


def test_a_regrade_is_started_once(classroom: Classroom, sheet: dict[str, Any], halved: Catalogue):
    serve(classroom, halved)
    first = classroom.carol.post(f"/assignments/{sheet['id']}/regrades", key="k")
    shown = done(classroom.carol, first.json())
    again = classroom.carol.post(f"/assignments/{sheet['id']}/regrades", key="k")
    assert (again.status_code, again.content, again.headers["location"]) == (
        202,
        first.content,
        first.headers["location"],
    )
    assert started(classroom.carol, sheet) == shown
    deeds = fine(classroom.carol.get(f"/courses/{classroom.course}/audit"))["items"]
    assert [deed["action"] for deed in deeds].count("regrade started") == 1


def test_who_may_regrade(classroom: Classroom, sheet: dict[str, Any], halved: Catalogue):
    path = f"/assignments/{sheet['id']}/regrades"
    shown = done(classroom.carol, started(classroom.carol, sheet))
    of = f"/regrades/{shown['id']}"
    for person, look, change in (
        (classroom.guest, 401, 401),
        (classroom.mallory, 404, 404),
        (classroom.alice, 403, 403),
        (classroom.dave, 200, 403),
    ):
        assert person.get(of).status_code == look
        assert person.get(path).status_code == look
        assert person.post(path).status_code == change
        assert person.post(f"{of}/keep", REASON).status_code == change
    assert classroom.carol.get("/regrades/nothing").status_code == 404
    refused(classroom.carol.post(f"{of}/keep", {"only_raise": True}), 422, "invalid-request")
    refused(classroom.carol.post(f"{of}/keep", {"reason": " "}), 422, "invalid-request")
    assert fine(classroom.operator.post(f"{of}/keep", REASON))["state"] == "kept"


def test_many_differences_come_page_by_page(classroom: Classroom, sheet: dict[str, Any], halved: Catalogue):
    serve(classroom, halved)
    whole = done(classroom.carol, started(classroom.carol, sheet))
    path = f"/regrades/{whole['id']}"
    first = fine(classroom.carol.get(path, limit=1))
    rest = fine(classroom.carol.get(path, limit=1, cursor=first["changed_next"], scores_cursor=first["scores_next"]))
    assert first["changed"] + rest["changed"] == whole["changed"]
    assert first["scores"] + rest["scores"] == whole["scores"]
    assert (rest["changed_next"], rest["scores_next"]) == (None, None)
    progress = fine(classroom.carol.get(path, limit=0))
    assert (progress["changed"], progress["scores"], progress["changed_total"]) == ([], [], 2)
    refused(classroom.carol.get(path, limit=10_001), 422, "invalid-request")


# A withdrawn exercise -----------------------------------------------------------------------------


def test_an_exercise_withdrawn_while_in_use_tells_in_words_and_breaks_nothing(
    classroom: Classroom, sheet: dict[str, Any], catalogue: Catalogue
):
    mine = classroom.open(classroom.alice, sheet)
    attempts = fine(classroom.alice.get(f"/instances/{mine['id']}/attempts"))
    before = fine(classroom.carol.get(f"/assignments/{sheet['id']}/report"))
    serve(classroom, without(catalogue, "ls-gradient"))
    item = f"/assignments/{sheet['id']}/items/1/instances"
    for reply in (
        classroom.alice.get(f"/instances/{mine['id']}"),
        classroom.alice.post(item),
        classroom.alice.post(f"/instances/{mine['id']}/attempts", {"answers": {"answer": 1}}),
        classroom.alice.get(f"/instances/{mine['id']}/solution"),
        classroom.alice.get(f"/instances/{mine['id']}/hints"),
        classroom.dave.post(item),
    ):
        assert "no longer served" in refused(reply, 410, "withdrawn")["detail"]
    assert fine(classroom.alice.get(f"/instances/{mine['id']}/attempts")) == attempts
    attempt = attempts["items"][0]["id"]
    assert fine(classroom.alice.get(f"/attempts/{attempt}"))["score"] == 1
    assert fine(classroom.alice.get(f"/assignments/{sheet['id']}"))["items"][0]["title"] is None
    assert fine(classroom.alice.get("/me/instances"))["items"][0]["id"] == mine["id"]
    assert fine(classroom.carol.get(f"/assignments/{sheet['id']}/report")) == before
    fine(classroom.carol.get(f"/courses/{classroom.course}/report"))
    fine(classroom.carol.get(f"/assignments/{sheet['id']}/statistics"))
    fine(classroom.carol.get(f"/assignments/{sheet['id']}/attempts"))
    fine(classroom.carol.patch(f"/assignments/{sheet['id']}", {"title": "Sheet 1, corrected"}))
    made(classroom.carol.post(f"/courses/{classroom.course}/copy", {"title": "Next year", "shift_days": 364}))
    shown = done(classroom.carol, started(classroom.carol, sheet))
    assert shown["unreplayable"] == [{"exercise": "ls-gradient", "reason": "withdrawn", "attempts": 2}]
    assert (shown["changed"], shown["versions"]) == ([], {"ls-gradient": None})
    made(classroom.alice.post(f"/attempts/{attempt}/flag", {"comment": "Where is it?"}))
    (flag,) = fine(classroom.carol.get(f"/courses/{classroom.course}/flags"))["items"]
    assert flag["replay"] == {"answer": {"unreplayable": "the exercise is no longer served"}}


# In the background --------------------------------------------------------------------------------


def half_done(classroom: Classroom, sheet: dict[str, Any], exercises: Catalogue) -> str:
    """A regrade that somebody began and left after its first piece."""

    def begin(tx: Any) -> str:
        assignment = assignments.find(tx, audit.COMMAND, sheet["id"])[0]
        regrade = regrades.start(tx, exercises, audit.COMMAND, assignment, classroom.clock())
        piece = regrades.differences(tx, exercises, sheet["id"], limit=1)
        assert regrades.store(tx, regrade, piece)
        assert regrades.by_id(tx, regrade.id).attempts == 1
        return regrade.id

    return classroom.school.write(begin)


def restarted(classroom: Classroom, portal: BlockingPortal, exercises: Catalogue, regrade: str, state: str) -> None:
    """Start the app anew, with these exercises, until the regrade has come so far."""
    school = classroom.school
    app = create_app(school.app.state.settings, exercises, school.clock)
    with opened(app, school.clock, portal, school.database) as anew:
        here = select(regrades_table.c.state).where(regrades_table.c.id == regrade)
        within(10, lambda: anew.rows(here)[0].state, lambda found: found == state)


def test_a_regrade_goes_on_after_a_restart(
    classroom: Classroom, sheet: dict[str, Any], halved: Catalogue, portal: BlockingPortal
):
    id = half_done(classroom, sheet, halved)
    restarted(classroom, portal, halved, id, "ready")
    shown = fine(classroom.carol.get(f"/regrades/{id}"))
    assert (shown["attempts"], shown["changed_total"], len(shown["changed"])) == (2, 2, 2)


def test_a_regrade_that_ran_with_other_exercises_begins_anew_after_a_restart(
    classroom: Classroom, sheet: dict[str, Any], halved: Catalogue, catalogue: Catalogue, portal: BlockingPortal
):
    id = half_done(classroom, sheet, halved)
    restarted(classroom, portal, catalogue, id, "ready")
    shown = fine(classroom.carol.get(f"/regrades/{id}"))
    assert (shown["attempts"], shown["changed"], shown["scores"]) == (2, [], [])
    assert shown["versions"] == {"ls-gradient": catalogue["ls-gradient"].version}
    assert fine(classroom.carol.post(f"/regrades/{id}/keep", REASON))["state"] == "kept"


def test_a_regrade_with_other_exercises_is_left_alone_by_a_running_server(
    classroom: Classroom, sheet: dict[str, Any], halved: Catalogue
):
    id = half_done(classroom, sheet, halved)
    done(classroom.carol, started(classroom.carol, sheet))
    shown = fine(classroom.carol.get(f"/regrades/{id}"))
    assert (shown["state"], shown["attempts"]) == ("running", 1)


def test_keeping_goes_on_after_a_restart(
    classroom: Classroom,
    sheet: dict[str, Any],
    halved: Catalogue,
    portal: BlockingPortal,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(keep, "UNITS", 1)
    serve(classroom, halved)
    id = done(classroom.carol, started(classroom.carol, sheet))["id"]

    def begin(tx: Any) -> None:
        found = regrades.find(tx, audit.COMMAND, id)
        keep.begin(tx, audit.COMMAND, *found, "why", False, classroom.clock())
        assert not keep.keep_some(tx, id)

    classroom.school.write(begin)
    assert fine(classroom.carol.get(f"/regrades/{id}"))["state"] == "running"
    refused(classroom.carol.post(f"/assignments/{sheet['id']}/regrades"), 409, "conflict")
    restarted(classroom, portal, halved, id, "kept")
    assert (classroom.score(classroom.alice, sheet).best, classroom.score(classroom.bob, sheet).best) == (0, 1)


def test_who_keeps_a_regrade_again_finishes_what_was_begun(
    classroom: Classroom, sheet: dict[str, Any], halved: Catalogue, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(keep, "UNITS", 1)
    serve(classroom, halved)
    id = done(classroom.carol, started(classroom.carol, sheet))["id"]
    work, failures = keep.keep_some, []

    def fails_once(*given: Any) -> bool:
        if work(*given):
            return True
        if not failures:
            failures.append(1)
            raise Overloaded("Too many requests are waiting.")
        return False

    monkeypatch.setattr(keep, "keep_some", fails_once)
    assert classroom.carol.post(f"/regrades/{id}/keep", REASON).status_code in (200, 503)
    assert fine(classroom.carol.post(f"/regrades/{id}/keep", REASON))["state"] == "kept"
    assert failures
    assert (classroom.score(classroom.alice, sheet).best, classroom.score(classroom.bob, sheet).best) == (0, 1)


def test_a_failure_is_tried_again(
    classroom: Classroom, sheet: dict[str, Any], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    failures = []
    work = regrades.store

    def fails_once(*piece: Any, **named: Any) -> bool:
        if not failures:
            failures.append(1)
            raise OSError("no space left on device")
        return work(*piece, **named)

    monkeypatch.setattr(regrading, "RETRY", 0.05)
    monkeypatch.setattr(regrades, "store", fails_once)
    assert done(classroom.carol, started(classroom.carol, sheet))["state"] == "ready"
    assert "could not go on" in caplog.text


ROW_LAYOUT = 'answer.wrong("row-layout", lambda reference: reference.T'
SLOW = """
def slowly(reference):
    from pathlib import Path
    from time import sleep
    sleep(Path(__file__).with_name("slow").exists())
    return reference.T


answer.wrong("row-layout", slowly"""


def test_submissions_flow_while_a_regrade_runs_and_a_stopped_server_takes_it_up_again(tmp_path: Path):
    folder = tmp_path / "exercises"
    folder.mkdir()
    text = (HOME / "exercises" / "ls_gradient.py").read_text()
    assert ROW_LAYOUT in text
    (folder / "slow_gradient.py").write_text(text.replace(ROW_LAYOUT, SLOW))
    settings = {"NABLA_EXERCISES": str(folder)}
    with serving(tmp_path / "data", **settings) as server, server.client() as client:
        operator, students, sheet = a_slow_assignment(server, client)
        (folder / "slow").touch()
        path = f"/regrades/{send(client, operator, f'/assignments/{sheet}/regrades', {})['id']}"
        for student in students:
            instance = send(client, student, f"/assignments/{sheet}/items/2/instances", {})["id"]
            send(client, student, f"/instances/{instance}/attempts", {"answers": {"answer": [1, 2, 3]}})
        assert send(client, operator, path)["state"] == "running", "it was over before it could be stopped"
        begin = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(20) == 0
        assert time.monotonic() - begin < 5
    (folder / "slow").unlink()
    with serving(tmp_path / "data", **settings) as server, server.client() as client:
        ready = within(60, lambda: send(client, operator, path), lambda found: found["state"] == "ready")
        assert ready["attempts"] == ready["total"]
        done = run_nabla("regrade", sheet, "--keep", "--reason", "why not", data=server.data, **settings)
        assert done.stdout == "Sheet: 25 attempts, 0 verdicts differ\n", done.stderr
        (other, first) = send(client, operator, f"/assignments/{sheet}/regrades")["items"]
        assert (other["attempts"], first["id"]) == (25, ready["id"])


def send(client: httpx.Client, token: str, path: str, body: Any = None) -> dict[str, Any]:
    """What a GET, or a POST of this body, is answered."""
    method = "GET" if body is None else "POST"
    headers = {"Authorization": f"Bearer {token}"}
    reply = client.request(method, path, headers=headers, json=body)
    assert reply.is_success, reply.text
    return reply.json()


def a_slow_assignment(server: Server, client: httpx.Client) -> tuple[str, list[str], str]:
    """An assignment whose regrade takes some seconds: the operator's token, students' tokens, its id."""
    operator = run_nabla("token", "create", "--operator", data=server.data).stdout.strip()
    course = f"/courses/{send(client, operator, '/courses', {'title': 'Mathematics'})['id']}"
    people = [{"name": f"S{n}", "email": f"s{n}@example.org"} for n in range(5)]
    send(client, operator, f"{course}/enrolments", {"items": people})
    members = send(client, operator, f"{course}/enrolments")["items"]
    ids = [member["id"] for member in members if member["role"] == "student"]
    students = [send(client, operator, f"{course}/enrolments/{id}/token", {})["token"] for id in ids]
    items = [{"exercise": id, "level": "hand", "points": 1} for id in ("slow-gradient", "ls-gradient")]
    items[0]["new_variants"] = True
    sheet = send(client, operator, f"{course}/assignments", {"title": "Sheet", "items": items})["id"]
    for student in students:
        for _ in range(4):
            new = {"new_variant": True}
            instance = send(client, student, f"/assignments/{sheet}/items/1/instances", new)["id"]
            send(client, student, f"/instances/{instance}/attempts", {"answers": {"answer": [1, 2, 3]}})
    return operator, students, sheet
