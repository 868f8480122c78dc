"""Data about people: exported to those who may have it, erased without a trace, deleted when it has had its time."""

import asyncio
import csv
import io
import json
import random
import re
import shutil
import sqlite3
import stat
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Connection, Table, Text, delete, event, func, insert, select

from app.asking import caller_of
from app.auth import Caller, add_person, create_secret
from app.courses.audit import COMMAND
from app.db import CannotOpen, empty_log, migrate, open_engine
from app.exercise import Catalogue
from app.keeping import belongings, erasure, export, purge, tombstones
from app.keeping.backup import back_up
from app.models import (
    attempts,
    audit,
    flags,
    instances,
    metadata,
    mistakes,
    people,
    replies,
    revisions,
    scores,
    tokens,
    verdicts,
)
from app.settings import Settings
from tests.commands import Nabla
from tests.conftest import HOME, run_nabla, serving
from tests.teaching import MORNING, Classroom, Person, School, fine, made, refused, submit, wrong

CANARY = "canary-1f0d"  # in texts that people write


@pytest.fixture(autouse=True)
def no_tombstones(request: pytest.FixtureRequest) -> None:
    """The tests of a process share a data directory; nobody is erased in it when one begins."""
    if "classroom" in request.fixturenames:
        file_of(request.getfixturevalue("classroom")).unlink(missing_ok=True)


def file_of(classroom: Classroom) -> Path:
    return classroom.school.app.state.settings.tombstones


def exported(person: Person, of: Person) -> dict[str, Any]:
    """The files of an export: what JSON says, lines of the table, texts."""
    reply = person.get(f"/people/{of.id}/export")
    assert reply.status_code == 200, reply.text
    assert reply.headers["content-type"] == "application/zip"
    return contents(reply.content)


def contents(raw: bytes) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        assert archive.testzip() is None
        texts = {name: archive.read(name).decode("utf-8-sig") for name in archive.namelist()}
    return {name: json.loads(text) if name.endswith(".json") else text for name, text in texts.items()}


def work(classroom: Classroom, **columns: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """An assignment, and alice's instance of it with two attempts, a flag, an extension, an override and a practice
    instance beside it."""
    assignment = classroom.assign({"tries": 5}, **columns)
    instance = classroom.open(classroom.alice, assignment)
    attempt = submit(classroom.alice, instance, {"answer": wrong(instance)})
    submit(classroom.alice, instance, classroom.solution(instance))
    made(classroom.alice.post(f"/attempts/{attempt['id']}/flag", {"comment": f"No! {CANARY}"}))
    path = f"/assignments/{assignment['id']}"
    fine(classroom.dave.put(f"{path}/extensions/{classroom.alice.id}", {"tries": 9}))
    reason = {"points": 3, "reason": f"She was ill. {CANARY}"}
    fine(classroom.carol.put(f"{path}/items/1/overrides/{classroom.alice.id}", reason))
    practice = made(classroom.alice.post("/exercises/sigmoid-derivative/instances", {"seed": 3}))
    made(classroom.alice.post(f"/instances/{practice['id']}/attempts", {"answers": {"answer": "-1/4"}}, key="k"))
    return assignment, instance


def row_of(tx: Connection, table: Table, **values: Any) -> dict[str, Any]:
    """The one row of a table with these values."""
    return dict(tx.execute(select(table).filter_by(**values)).one()._mapping)


# Export -------------------------------------------------------------------------------------------


def test_the_operators_export_holds_everything(classroom: Classroom):
    assignment, instance = work(classroom)
    files = exported(classroom.operator, classroom.alice)
    assert files["person.json"]["name"] == "Alice"
    assert files["person.json"]["email"] == "alice@example.org"
    assert [course["course_title"] for course in files["enrolments.json"]] == ["Mathematics"]
    assert {drawn["exercise"] for drawn in files["instances.json"]} == {"ls-gradient", "sigmoid-derivative"}
    (drawn,) = [drawn for drawn in files["instances.json"] if drawn["id"] == instance["id"]]
    assert drawn["data"] == instance["data"]
    assert drawn["assignment_title"] == "Sheet 1"
    assert drawn["parts"][0]["tries_used"] == 2
    sent = [attempt for attempt in files["attempts.json"] if attempt["instance"] == instance["id"]]
    assert sent[0]["answers"] == {"answer": wrong(instance)}
    assert sent[0]["verdicts"][0]["status"] == "incorrect"
    assert CANARY in sent[0]["flags"][0]["comment"]
    assert files["scores.json"][0]["best"] == 1
    assert files["mistakes.json"][0]["count"] == 1
    assert files["extensions.json"][0]["tries"] == 9
    assert files["overrides.json"][0]["points"] == 3
    assert files["overrides.json"][0]["assignment"] == assignment["id"]
    assert {entry["action"] for entry in files["audit.json"]} >= {"extension granted", "points overridden"}
    for name in files:
        assert name in files["README.txt"]


def test_times_in_an_export_are_rfc_3339(classroom: Classroom):
    work(classroom)
    files = exported(classroom.operator, classroom.alice)
    assert files["person.json"]["exported_at"] == "2026-11-22T10:00:00.000Z"
    assert files["attempts.json"][0]["received_at"] == "2026-11-22T10:00:00.000Z"
    assert files["mistakes.json"][0]["day"] == "2026-11-22"


def test_no_export_holds_a_token_or_its_hash(classroom: Classroom):
    work(classroom)
    hashes = [row.hash for row in classroom.school.rows(select(tokens))]
    for person in (classroom.operator, classroom.carol, classroom.alice):
        files = exported(person, classroom.alice)
        assert files["tokens.json"] or person is classroom.carol
        whole = json.dumps(files)
        assert "hash" not in whole
        assert not [secret for secret in (*hashes, classroom.alice.token) if str(secret) in whole]


def test_the_table_of_answers_holds_no_formula(classroom: Classroom):
    work(classroom)
    table = exported(classroom.operator, classroom.alice)["attempts.csv"]
    lines = list(csv.DictReader(io.StringIO(table)))
    assert [line["answer"] for line in lines if line["exercise"] == "sigmoid-derivative"] == ["'-1/4"]
    assert [line["status"] for line in lines if line["exercise"] == "ls-gradient"] == ["incorrect", "correct"]


def test_who_may_export_whom(classroom: Classroom):
    address = f"/people/{classroom.alice.id}/export"
    for person, status in (
        (classroom.operator, 200),
        (classroom.carol, 200),
        (classroom.alice, 200),
        (classroom.dave, 404),
        (classroom.bob, 404),
        (classroom.mallory, 404),
        (classroom.guest, 401),
    ):
        assert person.get(address).status_code == status, person.email
    for person in (classroom.operator, classroom.carol, classroom.alice):
        refused(person.get("/people/nobody/export"), 404, "not-found")


def test_an_instructor_exports_who_has_left_until_they_leave_themselves(classroom: Classroom):
    work(classroom)
    assert classroom.carol.delete(f"/courses/{classroom.course}/enrolments/{classroom.alice.id}").status_code == 204
    assert len(exported(classroom.carol, classroom.alice)["attempts.json"]) == 2
    refused(classroom.mallory.get(f"/people/{classroom.alice.id}/export"), 404, "not-found")
    path = f"/courses/{classroom.course}/enrolments"
    line = {"name": "Second", "email": "second@example.org", "role": "instructor"}
    fine(classroom.operator.post(path, {"items": [line]}))
    assert classroom.operator.delete(f"{path}/{classroom.carol.id}").status_code == 204
    refused(classroom.carol.get(f"/people/{classroom.alice.id}/export"), 404, "not-found")


def test_an_instructor_gets_what_belongs_to_the_assignments_of_their_course_and_no_more(classroom: Classroom):
    work(classroom)
    line = {"name": f"Alice {CANARY}", "email": "alice@example.org", "role": "student"}
    elsewhere = f"/courses/{classroom.other_course}"
    fine(classroom.mallory.post(f"{elsewhere}/enrolments", {"items": [line]}))
    item = {"exercise": "ls-steps", "level": "hand", "points": 4}
    other = made(classroom.mallory.post(f"{elsewhere}/assignments", {"title": "Elsewhere", "items": [item]}))
    theirs = classroom.open(classroom.alice, other)
    submit(classroom.alice, theirs, {"a": [[1]] * len(theirs["data"]["y"])})
    fine(classroom.mallory.put(f"/assignments/{other['id']}/extensions/{classroom.alice.id}", {"tries": 2}))
    fine(classroom.mallory.put(f"/assignments/{other['id']}/items/1/overrides/{classroom.alice.id}", EXCUSED))
    files = exported(classroom.carol, classroom.alice)
    assert {drawn["exercise"] for drawn in files["instances.json"]} == {"ls-gradient"}
    assert {attempt["exercise"] for attempt in files["attempts.json"]} == {"ls-gradient"}
    assert files["person.json"].keys() == {"id", "email", "exported_at"}
    for name in ("enrolments", "scores", "mistakes", "extensions", "overrides"):
        assert len(files[f"{name}.json"]) == 1
    assert classroom.other_course not in json.dumps(files)
    assert other["id"] not in json.dumps(files)
    everything = exported(classroom.operator, classroom.alice)
    assert len(everything["enrolments.json"]) == 2
    assert len(everything["extensions.json"]) == 2


EXCUSED = {"excused": True, "reason": "Elsewhere"}


def test_a_courses_token_exports_that_course(classroom: Classroom):
    work(classroom)
    path = f"/courses/{classroom.course}/enrolments/{classroom.alice.id}/token"
    alice = classroom.alice.with_token(made(classroom.carol.post(path))["token"])
    fine(classroom.carol.patch(path.removesuffix("/token"), {"name": "Alice of Mathematics"}))
    files = exported(alice, alice)
    assert {drawn["exercise"] for drawn in files["instances.json"]} == {"ls-gradient"}
    del files["person.json"]["exported_at"]
    assert files["person.json"] == {"id": alice.id, "name": "Alice of Mathematics", "email": "alice@example.org"}
    path = f"/courses/{classroom.course}/enrolments/{classroom.carol.id}/token"
    carol = classroom.carol.with_token(made(classroom.carol.post(path))["token"])
    assert exported(carol, classroom.alice)["instances.json"]
    line = {"name": "Carol", "email": "carol@example.org", "role": "instructor"}
    fine(classroom.mallory.post(f"/courses/{classroom.other_course}/enrolments", {"items": [line]}))
    path = f"/courses/{classroom.other_course}/enrolments/{classroom.carol.id}/token"
    carol = classroom.carol.with_token(made(classroom.mallory.post(path))["token"])
    assert carol.get(f"/people/{classroom.alice.id}/export").status_code == 404


def test_what_gives_answers_away_is_in_no_export_of_ones_own(classroom: Classroom):
    _, instance = work(classroom)
    mine, all_of_it = (exported(person, classroom.alice) for person in (classroom.alice, classroom.operator))
    seed = classroom.school.rows(select(instances.c.seed).where(instances.c.id == instance["id"]))[0].seed
    for files in (mine, all_of_it):
        assert str(seed) not in json.dumps(files)
        assert "drawn" not in json.dumps(files["instances.json"])
    assert "pattern" not in json.dumps(mine)
    assert "pattern" in all_of_it["mistakes.json"][0]
    assert "pattern" in all_of_it["attempts.json"][0]["verdicts"][0]
    assert "give answers of assignments away" in mine["README.txt"]
    assert "give answers of assignments away" not in all_of_it["README.txt"]
    assert len(mine["attempts.json"]) == len(all_of_it["attempts.json"]) == 3


def test_what_staff_tried_on_a_students_instance_is_not_in_the_students_own_export(classroom: Classroom):
    _, instance = work(classroom)
    tried = submit(classroom.carol, instance, {"answer": wrong(instance, 77)})
    practice = practise(classroom.alice)
    fixed = submit(classroom.operator, practice, {"answer": wrong(practice, 78)})
    mine, theirs = (exported(person, classroom.alice) for person in (classroom.alice, classroom.carol))
    for attempt, value in ((tried, "1077.0"), (fixed, "1078.0")):
        assert attempt["id"] not in json.dumps(mine)
        assert value not in mine["attempts.csv"]
    assert tried["id"] in theirs["attempts.csv"]
    assert len(mine["attempts.json"]) == 3
    assert "what staff tried on your instances" in mine["README.txt"]


def test_what_staff_tried_on_their_own_instance_is_in_their_own_export(classroom: Classroom):
    assignment = classroom.assign()
    instance = classroom.open(classroom.dave, assignment)
    tried = submit(classroom.dave, instance, {"answer": wrong(instance)})
    assert [attempt["id"] for attempt in exported(classroom.dave, classroom.dave)["attempts.json"]] == [tried["id"]]
    path = f"/courses/{classroom.course}/enrolments/{classroom.dave.id}"
    fine(classroom.carol.patch(path, {"role": "student"}))
    assert exported(classroom.dave, classroom.dave)["attempts.json"] == []


def test_an_export_names_nobody_else(classroom: Classroom):
    work(classroom)
    classroom.carol.patch(f"/courses/{classroom.course}/enrolments/{classroom.alice.id}", {"group": "A"})
    others = [person.id for person in (classroom.bob, classroom.carol, classroom.dave, classroom.operator)]
    for person in (classroom.operator, classroom.carol, classroom.alice):
        files = exported(person, classroom.alice)
        assert [(name, id) for name in files for id in others if id in json.dumps(files[name])] == []


def test_an_export_by_staff_is_in_the_audit_log(classroom: Classroom):
    exported(classroom.alice, classroom.alice)
    assert deeds(classroom, "person exported") == []
    exported(classroom.carol, classroom.alice)
    exported(classroom.operator, classroom.alice)
    found = deeds(classroom, "person exported")
    assert [(deed["actor"], deed["subject"]) for deed in found] == [
        (classroom.carol.id, classroom.alice.id),
        (classroom.operator.id, classroom.alice.id),
    ]


def deeds(classroom: Classroom, action: str) -> list[dict[str, Any]]:
    found = fine(classroom.operator.get(f"/courses/{classroom.course}/audit"))["items"]
    return [deed for deed in found if deed["action"] == action]


def test_a_large_history_is_never_in_memory_as_a_whole(classroom: Classroom, tmp_path: Path, catalogue: Catalogue):
    _, instance = work(classroom)
    long = "1" * 10_000

    def add(tx: Connection) -> None:
        attempt = dict(
            tx.execute(select(attempts).where(attempts.c.instance == instance["id"]).limit(1)).one()._mapping
        )
        verdict = dict(tx.execute(select(verdicts).where(verdicts.c.attempt == attempt["id"])).one()._mapping)
        more = [{**attempt, "id": f"a{n}", "number": n, "answers": {"answer": long}} for n in range(10, 1_510)]
        tx.execute(insert(attempts), more)
        tx.execute(insert(verdicts), [{**verdict, "attempt": row["id"], "feedback": long} for row in more])

    def write(tx: Connection) -> int:
        scope = belongings.scope_of(tx, COMMAND, classroom.alice.id)
        with (tmp_path / "alice.zip").open("wb") as file:
            tracemalloc.start()
            export.write(tx, catalogue, scope, MORNING, file)
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
        return peak

    classroom.school.write(add)
    peak = classroom.school.read(write)
    assert peak < 10_000_000
    files = contents((tmp_path / "alice.zip").read_bytes())
    assert len(files["attempts.json"]) == 1_503
    assert len(json.dumps(files)) > 45_000_000


# Erasure ------------------------------------------------------------------------------------------


def erase(classroom: Classroom, person: Person) -> None:
    assert classroom.operator.delete(f"/people/{person.id}").status_code == 204


def raw(database: Path) -> bytes:
    """Every byte of a database and of what SQLite keeps beside it."""
    return b"".join(file.read_bytes() for file in sorted(database.parent.glob(f"{database.name}*")))


def places_of(school: School, id: str) -> set[str]:
    """The tables in which a text occurs, anywhere."""

    def look(tx: Connection) -> set[str]:
        return {table.name for table in metadata.tables.values() if id in str(tx.execute(select(table)).all())}

    return school.read(look)


def test_nothing_is_left_of_somebody_who_was_erased(classroom: Classroom, tmp_path: Path):
    _, instance = work(classroom)
    name = {"name": f"Alice {CANARY}-name", "group": f"{CANARY}-group", "external_id": f"{CANARY}-id"}
    fine(classroom.carol.patch(f"/courses/{classroom.course}/enrolments/{classroom.alice.id}", name))
    made(classroom.alice.post("/me/tokens", {"label": f"{CANARY}-label"}, key="tokens"))
    path = f"/courses/{classroom.course}/enrolments/{classroom.alice.id}/token"
    made(classroom.carol.post(path, key="give"))
    ids = [row.id for row in classroom.school.rows(select(attempts.c.id))]
    hashes = [row.hash for row in classroom.school.rows(select(tokens).where(tokens.c.person == classroom.alice.id))]
    seeds = [str(row.seed) for row in classroom.school.rows(select(instances.c.seed))]
    secrets = [CANARY, "alice@example.org", "1001.0", *ids, *hashes, instance["id"]]
    present = raw(classroom.school.database)
    assert [secret for secret in secrets if secret.encode() not in present] == []
    assert len(hashes) == 3
    assert len(seeds) == 2

    erase(classroom, classroom.alice)
    back_up(classroom.school.database, tmp_path / "backup.db")
    for left in (raw(classroom.school.database), (tmp_path / "backup.db").read_bytes()):
        assert [secret for secret in secrets if secret.encode() in left] == []
        assert left.count(b"Alice") == 0
    assert places_of(classroom.school, classroom.alice.id) == {"erased"}
    assert file_of(classroom).read_text() == f"{classroom.alice.id}\n"
    assert stat.S_IMODE(file_of(classroom).stat().st_mode) == 0o600


def test_every_column_that_names_people_is_looked_after(classroom: Classroom):
    _, instance = work(classroom)
    attempt, item = classroom.school.rows(select(attempts.c.id, instances.c.item).join(instances).limit(1))[0]
    alice, assignment = classroom.alice.id, instance["assignment"]["id"]

    def name_alice_everywhere(tx: Connection) -> set[str]:
        regrade = {"id": "r", "assignment": assignment, "state": "ready", "stamp": "", "exercises": {}, "attempts": 1}
        regrade |= {"cursor": f"{item} {alice}", "total": 1, "changed": 1, "unreplayable": {}}
        tx.execute(insert(TABLES["regrades"]).values(**regrade, made_by=alice, made_at=MORNING, kept_by=alice))
        change = {"regrade": "r", "number": 1, "item": instance["assignment"]["item"], "person": alice}
        change |= {"attempt": attempt, "part": "answer", "before": {}, "after": {}, "lowers": False}
        tx.execute(insert(TABLES["regrade_changes"]).values(**change))
        share = {"regrade": "r", "item": instance["assignment"]["item"], "person": alice}
        tx.execute(insert(TABLES["regrade_scores"]).values(**share, before=0, after=1, only_raise=1))
        revision = {"attempt": attempt, "number": 1, "score": 1, "late": False, "factor": 1, "made_at": MORNING}
        tx.execute(insert(revisions).values(**revision, made_by=alice, reason=""))
        tx.execute(
            insert(audit).values(at=MORNING, actor=alice, action="x", details={"roles": {alice: ["student", alice]}})
        )
        on_a_platform(tx, assignment, classroom.course, alice)
        pointing = [
            (table.name, column.name)
            for table in metadata.tables.values()
            for column in table.columns
            if any(key.column.table is people for key in column.foreign_keys)
        ]
        named = {(table, column): _values(tx, table, column) for table, column in pointing}
        return {f"{table}.{column}" for (table, column), values in named.items() if alice not in values}

    assert classroom.school.write(name_alice_everywhere) == set()
    erase(classroom, classroom.alice)
    assert places_of(classroom.school, alice) == {"erased"}
    (row,) = classroom.school.rows(select(TABLES["regrades"]))
    assert (row.made_by, row.kept_by, row.cursor) == (row.made_by, row.made_by, "")


TABLES = metadata.tables


def on_a_platform(tx: Connection, assignment: str, course: str, person: str) -> None:
    """Somebody came from a learning platform, which was told a grade of theirs."""
    urls = dict.fromkeys(("auth_url", "token_url", "jwks_url"), "https://lms.test/")
    platform = {"id": "p", "name": "The LMS", "product": "", "state": "active", "issuer": "https://lms.test"}
    tx.execute(
        insert(TABLES["platforms"]).values(
            **platform, **urls, client_id="", token_audience="", framed_by=[], created_at=MORNING
        )
    )
    tx.execute(insert(TABLES["identities"]).values(platform="p", subject=f"u-{CANARY}", person=person))
    context = {"id": "c", "platform": "p", "deployment": "1", "context": "7", "course": course, "scopes": []}
    tx.execute(insert(TABLES["contexts"]).values(**context))
    item = {"id": "i", "context": "c", "assignment": assignment, "link": "", "created_at": MORNING}
    tx.execute(insert(TABLES["line_items"]).values(**item))
    told = {"state": "sent", "version": 1, "tries": 0, "changed_at": MORNING, "sent_at": MORNING, "sent": 0.75}
    tx.execute(insert(TABLES["grades"]).values(line_item="i", person=person, **told))


def _values(tx: Connection, table: str, column: str) -> set[str]:
    return set(tx.scalars(select(TABLES[table].c[column])))


def test_what_a_platform_knows_of_somebody_is_exported_and_erased(classroom: Classroom):
    assignment, _ = work(classroom)
    classroom.school.write(lambda tx: on_a_platform(tx, assignment["id"], classroom.course, classroom.alice.id))
    for who in (classroom.alice, classroom.carol):
        files = exported(who, classroom.alice)
        (identity,) = files["identities.json"]
        assert (identity["platform_name"], identity["subject"]) == ("The LMS", f"u-{CANARY}")
        (grade,) = files["grades.json"]
        assert (grade["assignment_title"], grade["state"], grade["sent"]) == ("Sheet 1", "sent", 0.75)
    erase(classroom, classroom.alice)
    assert classroom.school.rows(select(TABLES["identities"])) == classroom.school.rows(select(TABLES["grades"])) == []


def test_old_launches_and_invitations_are_deleted(classroom: Classroom):
    def begin(tx: Connection) -> None:
        on_a_platform(tx, assignment, classroom.course, classroom.alice.id)
        login = {"nonce": "n", "browser": "b", "platform": "p", "request": {}, "created_at": MORNING}
        for state, minutes in (("old", 10), ("new", 20)):
            expires_at = MORNING + timedelta(minutes=minutes)
            tx.execute(insert(TABLES["logins"]).values(state=state, expires_at=expires_at, **login))
        tx.execute(insert(TABLES["invitations"]).values(hash="h", created_at=MORNING, expires_at=MORNING))

    assignment = classroom.assign()["id"]
    classroom.school.write(begin)
    classroom.clock.forward(days=1, minutes=10)
    assert run_purge(classroom).launches == 2
    assert [row.state for row in classroom.school.rows(select(TABLES["logins"]))] == ["new"]


def test_statistics_stay_as_they_were_and_the_report_loses_a_line(classroom: Classroom):
    assignment, _ = work(classroom)
    submit(classroom.bob, theirs := classroom.open(classroom.bob, assignment), {"answer": wrong(theirs)})
    statistics, report = (f"/assignments/{assignment['id']}/{name}" for name in ("statistics", "report"))
    before, lines = (classroom.carol.get(address) for address in (statistics, report))
    assert fine(before)["items"][0]["attempted"] == 2
    erase(classroom, classroom.alice)
    after, fewer = (classroom.carol.get(address) for address in (statistics, report))
    assert without_examples(before) == without_examples(after)
    assert [line["email"] for line in fine(lines)["students"]] == ["alice@example.org", "bob@example.org"]
    assert [line["email"] for line in fine(fewer)["students"]] == ["bob@example.org"]
    assert fewer.headers["etag"] != lines.headers["etag"]


def without_examples(reply: httpx.Response) -> Any:
    """Statistics without the attempts that show a wrong answer: those of erased people are gone."""
    body = fine(reply)
    for item in body["items"]:
        for unexplained in item["unexplained"]:
            del unexplained["attempt"]
    return body


def test_the_times_of_attempts_are_forgotten_but_for_their_days(classroom: Classroom):
    work(classroom)
    erase(classroom, classroom.alice)
    (score,) = classroom.school.rows(select(scores))
    assert [score.last_attempt_at, score.begun_at, score.solved_at] == 3 * [MORNING.replace(hour=0)]
    (nobody,) = classroom.school.rows(select(people).where(people.c.id == score.person))
    assert (nobody.name, nobody.email, nobody.erased_at) == ("", None, MORNING)
    assert [row.attempt for row in classroom.school.rows(select(mistakes))] == [""]


def test_only_the_operator_erases(classroom: Classroom):
    address = f"/people/{classroom.alice.id}"
    for person in (classroom.carol, classroom.dave, classroom.alice, classroom.mallory):
        refused(person.delete(address), 404, "not-found")
    refused(classroom.guest.delete(address), 401, "unauthenticated")
    refused(classroom.operator.delete("/people/nobody"), 404, "not-found")
    assert fine(classroom.alice.get("/me"))["name"] == "Alice"
    assert not file_of(classroom).exists()


def test_who_was_erased_is_nobody_afterwards(classroom: Classroom):
    work(classroom)
    erase(classroom, classroom.alice)
    refused(classroom.alice.get("/me"), 401, "unauthenticated")
    refused(classroom.operator.delete(f"/people/{classroom.alice.id}"), 404, "not-found")
    refused(classroom.operator.get(f"/people/{classroom.alice.id}/export"), 404, "not-found")
    for row in classroom.school.rows(select(people.c.id).where(people.c.erased_at.is_not(None))):
        refused(classroom.operator.delete(f"/people/{row.id}"), 404, "not-found")
        refused(classroom.operator.get(f"/people/{row.id}/export"), 404, "not-found")


def test_the_last_operator_stays(classroom: Classroom):
    refused(classroom.operator.delete(f"/people/{classroom.operator.id}"), 409, "conflict")
    classroom.school.write(lambda tx: add_person(tx, "Second", MORNING, operator=True))
    erase(classroom, classroom.operator)
    assert places_of(classroom.school, classroom.operator.id) == {"erased"}


def test_an_erasure_is_in_the_audit_log_without_a_name(classroom: Classroom):
    work(classroom)
    erase(classroom, classroom.alice)
    (deed,) = deeds(classroom, "person erased")
    assert deed["actor"] == classroom.operator.id
    (overridden,) = deeds(classroom, "points overridden")
    assert overridden["details"] == {"person": deed["subject"], "points": [None, 3.0], "reason": ""}
    (extended,) = deeds(classroom, "extension granted")
    assert extended["details"]["person"] == deed["subject"]
    assert extended["actor"] == classroom.dave.id


def test_what_erased_staff_did_stays_done(classroom: Classroom):
    _, instance = work(classroom, due_at=classroom.clock.after(days=1))
    erase(classroom, classroom.carol)
    (deed,) = deeds(classroom, "points overridden")
    assert deed["actor"] not in (None, classroom.carol.id)
    assert deed["details"]["reason"]
    assert fine(classroom.alice.get(f"/instances/{instance['id']}"))["score"] == 1
    assert places_of(classroom.school, classroom.carol.id) == {"erased"}


def test_an_assignment_goes_on_without_the_erased(classroom: Classroom):
    assignment, _ = work(classroom, due_at=classroom.clock.after(days=1), closes_at=classroom.clock.after(days=9))
    address = f"/assignments/{assignment['id']}"
    classroom.clock.forward(days=2)
    submit(classroom.bob, theirs := classroom.open(classroom.bob, assignment), classroom.solution(theirs))
    erase(classroom, classroom.alice)
    assert classroom.score(classroom.bob, assignment).best == 0.8
    fine(classroom.carol.patch(address, {"due_at": classroom.clock.after(days=3)}))
    assert classroom.score(classroom.bob, assignment).best == 1
    begun = classroom.carol.post(f"{address}/regrades")
    assert begun.status_code == 202
    regrade = fine(classroom.carol.get(begun.headers["location"].removeprefix("/api/v1")))
    for _ in range(500):
        if regrade["state"] == "ready":
            break
        time.sleep(0.01)
        regrade = fine(classroom.carol.get(f"/regrades/{regrade['id']}"))
    assert (regrade["state"], regrade["attempts"], regrade["changed"]) == ("ready", 1, [])


def test_kept_replies_of_the_erased_are_gone_and_those_of_others_stay(classroom: Classroom):
    _, instance = work(classroom)
    sent = {"answers": {"answer": [1, 2]}}
    made(classroom.bob.post("/exercises/ls-gradient/instances", {}, key="bob"))
    made(classroom.alice.post(f"/instances/{instance['id']}/attempts", sent, key="alice"))
    made(classroom.carol.post(f"/instances/{instance['id']}/attempts", sent, key="carol"))
    made(classroom.carol.post(f"/courses/{classroom.course}/enrolments/{classroom.alice.id}/token", key="token"))
    erase(classroom, classroom.alice)
    assert [row.key for row in classroom.school.rows(select(replies.c.key))] == ["bob"]


def test_nobody_is_erased_whom_the_file_does_not_remember(classroom: Classroom, monkeypatch: pytest.MonkeyPatch):
    work(classroom)

    def full(*_: object) -> None:
        raise CannotOpen("nothing can be added: No space left on device")

    monkeypatch.setattr(tombstones, "remember", full)
    refused(classroom.operator.delete(f"/people/{classroom.alice.id}"), 503, "overloaded")
    assert fine(classroom.alice.get("/me"))["name"] == "Alice"
    assert len(classroom.school.rows(select(attempts))) == 3


def test_somebody_is_remembered_before_they_are_erased(classroom: Classroom, monkeypatch: pytest.MonkeyPatch):
    at_commit: list[str] = []
    engine = classroom.school.app.state.writer._engine

    def look(_: Connection) -> None:
        at_commit.append(file_of(classroom).read_text())

    event.listen(engine, "commit", look)
    erase(classroom, classroom.alice)
    event.remove(engine, "commit", look)
    assert at_commit[0] == f"{classroom.alice.id}\n"


def test_who_is_erased_while_they_send_something_gets_no_fault(classroom: Classroom):
    classroom.school.app.dependency_overrides[caller_of] = lambda: Caller("gone")
    try:
        refused(classroom.alice.post("/exercises/ls-gradient/instances", {}), 409, "conflict")
    finally:
        classroom.school.app.dependency_overrides.clear()


def test_no_fragment_is_left_that_a_row_lost_on_its_way_from_page_to_page(classroom: Classroom):
    rng = random.Random(1)  # with this one SQLite 3.40 leaves some

    def come_and_go(tx: Connection) -> None:
        rows = [
            {
                "id": f"{rng.getrandbits(96):x}",
                "name": "x" * rng.randint(1, 150),
                "email": f"{rng.getrandbits(64):x}-{CANARY if n % 5 == 0 else 'stays'}@{'e' * rng.randint(1, 150)}.org",
                "created_at": MORNING,
            }
            for n in range(12_000)
        ]
        tx.execute(insert(people), rows)
        tx.execute(delete(people).where(people.c.id.in_([row["id"] for row in rows[::5]])))

    classroom.school.write(come_and_go)
    erase(classroom, classroom.alice)
    assert CANARY.encode() not in raw(classroom.school.database)


# They do not come back ----------------------------------------------------------------------------


def test_an_old_database_copied_back_by_hand_forgets_again(classroom: Classroom, tmp_path: Path):
    work(classroom)
    back_up(classroom.school.database, tmp_path / "nabla.db")
    erase(classroom, classroom.alice)
    shutil.copy(file_of(classroom), tmp_path / "erased")
    assert b"alice@example.org" in raw(tmp_path / "nabla.db")
    with serving(tmp_path) as server:
        assert "Erased again, because the database is an older one: 1 of" in server.greeting
        assert httpx.get(f"{server.url}/readyz").status_code == 200
    assert b"alice@example.org" not in raw(tmp_path / "nabla.db")
    assert CANARY.encode() not in raw(tmp_path / "nabla.db")
    with serving(tmp_path) as server:
        assert "Erased again" not in server.greeting


def test_the_file_and_the_database_tell_each_other_who_was_erased(tmp_path: Path):
    settings = Settings(data_dir=tmp_path)
    migrate(settings.database)
    engine = open_engine(settings.database, writes=True)
    with engine.begin() as connection:
        alice, bob, carol = (add_person(connection, name, MORNING) for name in ("Alice", "Bob", "Carol"))
        tombstones.record(connection, [bob, "somebody"], MORNING)
    settings.tombstones.write_text(f"{alice}\nsomebody else\ntorn")
    assert erasure.erase_again(engine, settings.tombstones, MORNING) == 2
    assert erasure.erase_again(engine, settings.tombstones, MORNING) == 0
    with engine.begin() as connection:
        assert set(connection.scalars(select(people.c.id).where(people.c.erased_at.is_(None)))) == {carol}
        assert tombstones.recorded(connection) == {alice, bob, "somebody", "torn"}
    assert tombstones.remembered(settings.tombstones) == {alice, bob, "somebody", "torn"}
    engine.dispose()


def test_a_line_torn_by_a_loss_of_power_spoils_no_other(tmp_path: Path):
    file = tmp_path / "erased"
    file.write_text("alice\nbo")
    tombstones.remember(file, "carol")
    tombstones.remember(file, "carol")
    assert file.read_text() == "alice\nbo\ncarol\n"


def test_a_file_of_tombstones_that_cannot_be_read_is_said_in_a_sentence(tmp_path: Path, nabla: Nabla):
    (tmp_path / "erased").mkdir()
    done = nabla("serve", "--port", "0", data=tmp_path)
    assert done.returncode == 1
    assert "erased cannot be read: Is a directory" in done.stderr


# What has had its time ----------------------------------------------------------------------------


def run_purge(classroom: Classroom, **settings: Any) -> purge.Purged:
    whole = classroom.school.app.state.settings.model_copy(update=settings)
    return classroom.school.portal.call(purge.purge, classroom.school.app.state.writer, whole, classroom.clock())


def practise(person: Person, seed: int = 1) -> dict[str, Any]:
    return made(person.post("/exercises/ls-gradient/instances", {"seed": seed}))


def test_work_of_guests_is_deleted_once_it_is_unused_for_long(classroom: Classroom):
    old, used = practise(classroom.guest), practise(classroom.guest)
    for instance in (old, used):
        attempt = submit(classroom.guest, instance, {"answer": [1, 2, 3]})
        made(classroom.guest.post(f"/attempts/{attempt['id']}/flag", {"comment": CANARY}))
    mine = practise(classroom.alice)
    classroom.clock.forward(days=60)
    submit(classroom.guest, used, {"answer": [1, 2, 4]})
    new = practise(classroom.guest)
    classroom.clock.forward(days=30)
    assert run_purge(classroom).instances == 0
    classroom.clock.forward(minutes=1)
    assert run_purge(classroom).instances == 1
    left = {row.id for row in classroom.school.rows(select(instances.c.id))}
    assert left == {used["id"], new["id"], mine["id"]}
    assert len(classroom.school.rows(select(flags))) == 1
    assert len(classroom.school.rows(select(attempts))) == 2
    assert run_purge(classroom, guest_days=40).instances == 0
    assert run_purge(classroom, guest_days=29).instances == 2


def test_many_attempts_of_guests_are_deleted_in_small_batches(classroom: Classroom, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(purge, "ATTEMPTS_AT_ONCE", 3)
    monkeypatch.setattr(purge, "INSTANCES_AT_ONCE", 2)
    for seed in range(5):
        instance = practise(classroom.guest, seed)
        for n in range(5):
            submit(classroom.guest, instance, {"answer": [n, n, n]})
    classroom.clock.forward(days=91)
    batches = []
    work_of_one = purge.unused_instances

    def counted(tx: Connection, cutoff: datetime) -> purge.Batch:
        before = tx.scalar(select(func.count()).select_from(attempts)) or 0
        batch = work_of_one(tx, cutoff)
        batches.append(before - (tx.scalar(select(func.count()).select_from(attempts)) or 0))
        return batch

    monkeypatch.setattr(purge, "unused_instances", counted)
    assert run_purge(classroom).instances == 5
    assert max(batches) == 3
    assert sum(batches) == 25
    assert classroom.school.rows(select(attempts)) == []


def test_deleted_work_of_guests_is_overwritten(classroom: Classroom):
    submit(classroom.guest, practise(classroom.guest), {"answer": [123456789.5, 2, 3]})
    assert b"123456789.5" in raw(classroom.school.database)
    classroom.clock.forward(days=91)
    assert run_purge(classroom).instances == 1
    classroom.school.portal.call(classroom.school.app.state.writer.run_outside, empty_log)
    assert b"123456789.5" not in raw(classroom.school.database)


def test_expired_secrets_and_old_replies_are_deleted(classroom: Classroom):
    classroom.alice.post("/me/tokens", {"days": 1}, key="token")
    classroom.school.write(lambda tx: create_secret(tx, classroom.alice.id, MORNING, "sign-in"))
    classroom.school.write(lambda tx: create_secret(tx, classroom.alice.id, MORNING, "session"))
    before = len(classroom.school.rows(select(tokens)))
    assert run_purge(classroom) == purge.Purged()
    classroom.clock.forward(minutes=15)
    assert run_purge(classroom).secrets == 1
    classroom.clock.forward(hours=12)
    assert run_purge(classroom).secrets == 1
    classroom.clock.forward(hours=12)
    assert run_purge(classroom).secrets == 1
    assert len(classroom.school.rows(select(tokens))) == before - 3
    assert len(classroom.school.rows(select(replies))) == 1
    classroom.clock.forward(days=2)
    assert run_purge(classroom).replies == 1
    fine(classroom.alice.get("/me"))


def test_people_stay_for_ever_unless_a_setting_says_otherwise(classroom: Classroom):
    work(classroom)
    classroom.carol.delete(f"/courses/{classroom.course}/enrolments/{classroom.alice.id}")
    classroom.clock.forward(days=5_000)
    assert run_purge(classroom).people == 0


def test_people_who_left_and_did_nothing_since_are_erased_when_a_setting_says_so(classroom: Classroom):
    classroom.clock.forward(days=10)
    work(classroom)
    for person in (classroom.alice, classroom.bob):
        classroom.carol.delete(f"/courses/{classroom.course}/enrolments/{person.id}")
    classroom.clock.forward(days=10)
    practise(classroom.alice)
    classroom.clock.forward(days=365 - 9)
    assert run_purge(classroom, retention_days=365).people == 1
    left = {row.name for row in classroom.school.rows(select(people).where(people.c.erased_at.is_(None)))}
    assert left == {"Operator", "Carol", "Dave", "Mallory", "Alice"}
    assert classroom.bob.id in file_of(classroom).read_text()
    classroom.clock.forward(days=9)
    assert run_purge(classroom, retention_days=365).people == 0
    classroom.clock.forward(days=1)
    assert run_purge(classroom, retention_days=365).people == 1
    assert len(classroom.school.rows(select(scores))) == 1


def test_a_new_token_or_attempt_is_activity(classroom: Classroom):
    instance = practise(classroom.alice)
    for person in (classroom.alice, classroom.bob):
        classroom.carol.delete(f"/courses/{classroom.course}/enrolments/{person.id}")
    classroom.clock.forward(days=50)
    submit(classroom.alice, instance, {"answer": [1, 2, 3]})
    classroom.school.write(lambda tx: create_secret(tx, classroom.bob.id, classroom.clock()))
    classroom.clock.forward(days=50)
    assert run_purge(classroom, retention_days=51).people == 0
    assert run_purge(classroom, retention_days=49).people == 2


def test_the_service_purges_every_day_by_its_clock(classroom: Classroom):
    school = classroom.school

    async def count_runs(run: Callable[[], Any]) -> list[int]:
        left = []
        task = asyncio.create_task(run())
        for hours in (0, 0, 1, 20, 10, 24):
            classroom.clock.forward(hours=hours)
            await asyncio.sleep(0.15)
            left.append(await school.app.state.reader.run(count_secrets))
            await school.app.state.writer.run(add_expired)
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()
        return left

    def count_secrets(tx: Connection) -> int:
        return tx.scalar(select(func.count()).where(tokens.c.label == "expired")) or 0

    def add_expired(tx: Connection) -> None:
        create_secret(tx, classroom.alice.id, classroom.clock(), label="expired", lifetime=timedelta(0))

    async def keep() -> None:
        state = school.app.state
        await purge.keep_purging(state.writer, state.settings, classroom.clock, look=0.02)

    school.write(add_expired)
    assert school.portal.call(count_runs, keep) == [1, 2, 0, 1, 0, 0]


def test_a_failure_does_not_end_the_daily_purge(classroom: Classroom, monkeypatch: pytest.MonkeyPatch):
    trials = []

    async def fail(*_: object) -> purge.Purged:
        trials.append(classroom.clock())
        raise OSError("a fault")

    async def run() -> None:
        state = classroom.school.app.state
        task = asyncio.create_task(purge.keep_purging(state.writer, state.settings, classroom.clock, look=0.02))
        for minutes in (0, 6, 30, 31):
            classroom.clock.forward(minutes=minutes)
            await asyncio.sleep(0.1)
        task.cancel()
        await asyncio.wait([task])

    monkeypatch.setattr(purge, "purge", fail)
    classroom.school.portal.call(run)
    assert [moment - MORNING for moment in trials] == [timedelta(minutes=6), timedelta(minutes=67)]


def keep_clean(classroom: Classroom, *hours: int) -> list[bool]:
    """Whether the database of the running service is free of the canary, at each of these hours of the next day."""

    async def watch() -> list[bool]:
        state, clean = classroom.school.app.state, []
        task = asyncio.create_task(purge.keep_purging(state.writer, state.settings, classroom.clock, look=0.02))
        for hour in hours:
            classroom.clock.set(MORNING.replace(hour=hour) + timedelta(days=1))
            await asyncio.sleep(0.5)
            clean.append(CANARY.encode() not in raw(classroom.school.database))
        task.cancel()
        await asyncio.wait([task])
        return clean

    return classroom.school.portal.call(watch)


def erase_beside(classroom: Classroom) -> None:
    """Erase alice as a command does beside the service: on a connection that leaves the log to it."""
    fine(
        classroom.carol.patch(
            f"/courses/{classroom.course}/enrolments/{classroom.alice.id}", {"name": f"Alice {CANARY}"}
        )
    )
    engine = open_engine(f"sqlite:///{classroom.school.database}", writes=True, checkpoints=False)
    with engine.begin() as connection:
        erasure.erase(connection, COMMAND, file_of(classroom), classroom.alice.id, MORNING)
    engine.dispose()
    assert CANARY.encode() in raw(classroom.school.database)


def test_the_service_cleans_soon_after_a_command_has_erased_somebody(classroom: Classroom):
    erase_beside(classroom)
    assert keep_clean(classroom, 10) == [True]


def test_a_large_database_is_written_anew_in_a_quiet_hour(classroom: Classroom, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(purge, "QUICKLY_REWRITTEN", 1)
    erase_beside(classroom)
    assert keep_clean(classroom, 0, 1, 2) == [False, False, True]


def test_a_database_that_could_not_be_cleaned_is_tried_again_an_hour_later(
    classroom: Classroom, monkeypatch: pytest.MonkeyPatch
):
    trials = []

    def in_vain(*_: object) -> bool:
        trials.append(classroom.clock().hour)
        return False

    monkeypatch.setattr(purge, "leave_no_trace", in_vain)
    keep_clean(classroom, 10, 11)
    assert trials == [10, 11]


# Commands and logs --------------------------------------------------------------------------------


def test_export_erase_and_purge_are_commands_that_work_beside_the_service(tmp_path: Path, nabla: Nabla):
    with serving(tmp_path / "data") as server:
        data = server.data
        token = nabla("token", "create", "--operator", data=data).stdout.strip()
        with server.client(Authorization=f"Bearer {token}") as operator:
            course = operator.post("/courses", json={"title": "Mathematics"}).json()["id"]
            lines = [
                {"name": f"Alice {CANARY}", "email": "alice@example.org"},
                {"name": "Bob", "email": "bob@example.org"},
            ]
            operator.post(f"/courses/{course}/enrolments", json={"items": lines})
            members = operator.get(f"/courses/{course}/enrolments").json()["items"]
            ids = {member["email"]: member["id"] for member in members}
            for person, name in (("ALICE@example.org", "a"), (ids["bob@example.org"], "b")):
                done = run_nabla("export", person, str(tmp_path / f"{name}.zip"), data=data)
                assert (done.returncode, done.stderr) == (0, "")
                assert done.stdout.startswith(f"{tmp_path / name}.zip holds 0 attempts and all else")
            assert contents((tmp_path / "a.zip").read_bytes())["enrolments.json"][0]["name"] == f"Alice {CANARY}"
            assert stat.S_IMODE((tmp_path / "a.zip").stat().st_mode) == 0o600

            refused_twice = nabla("export", "bob@example.org", str(tmp_path / "a.zip"), data=data)
            assert "exists already" in refused_twice.stderr
            unknown = nabla("export", "nobody", str(tmp_path / "n.zip"), data=data)
            assert unknown.stderr == "nabla: There is no such person.\n"
            assert not (tmp_path / "n.zip").exists()

            asked = nabla("erase", "alice@example.org", data=data)
            assert asked.returncode == 1
            assert "--yes" in asked.stderr
            done = run_nabla("erase", "alice@example.org", "--yes", data=data)
            assert done.returncode == 0, done.stderr
            assert "within a minute up to 100 MB" in done.stdout
            assert "DELETE /api/v1/people/{id}" in done.stdout
            waiting = run_nabla("purge", data=data)
            assert "within a minute up to 100 MB" in waiting.stdout
            assert operator.delete(f"/people/{ids['bob@example.org']}").status_code == 204
            assert CANARY.encode() not in raw(data / "nabla.db")
            assert "within a minute" not in nabla("purge", data=data).stdout
            left = operator.get(f"/courses/{course}/enrolments").json()["items"]
            assert ids["alice@example.org"] not in [member["id"] for member in left]
            assert len(left) == len(members) - 2
            last = nabla("erase", operator.get("/me").json()["id"], "--yes", data=data)
            assert "only operator" in last.stderr
        purged = nabla("purge", data=data)
        assert purged.stdout.startswith("0 expired tokens")
    done = nabla("purge", data=data)
    assert done.returncode == 0, done.stderr
    assert CANARY.encode() not in raw(data / "nabla.db")


def test_an_erasure_without_a_service_leaves_no_trace(tmp_path: Path, nabla: Nabla):
    settings = Settings(data_dir=tmp_path)
    migrate(settings.database)
    engine = open_engine(settings.database, writes=True)
    with engine.begin() as connection:
        add_person(connection, f"Alice {CANARY}", MORNING, email="alice@example.org")
    engine.dispose()
    assert CANARY.encode() in raw(settings.database_file)
    done = nabla("erase", "alice@example.org", "--yes", data=tmp_path)
    assert (done.returncode, "within a minute" in done.stdout) == (0, False)
    assert CANARY.encode() not in raw(settings.database_file)


def test_the_service_logs_nothing_about_people(tmp_path: Path, nabla: Nabla):
    with serving(tmp_path) as server:
        token = nabla("token", "create", "--operator", data=server.data).stdout.strip()
        with server.client(Authorization=f"Bearer {token}") as operator:
            course = operator.post("/courses", json={"title": CANARY}).json()["id"]
            for line in ({"name": CANARY, "email": f"{CANARY}@example.org"}, {"name": CANARY, "email": CANARY}):
                operator.post(f"/courses/{course}/enrolments", json={"items": [line]})
            instance = operator.post("/exercises/ls-gradient/instances", json={"seed": 7}).json()["id"]
            attempt = operator.post(f"/instances/{instance}/attempts", json={"answers": {"answer": [1, 2, 3]}}).json()
            operator.post(f"/instances/{instance}/attempts", json={"answers": {"answer": CANARY}})
            operator.post(f"/instances/{instance}/attempts", content=f'{{"{CANARY}": ')
            operator.get(f"/people/{CANARY}/export?{CANARY}={CANARY}")
            operator.get("/me", headers={"Authorization": f"Bearer {CANARY}"})
            other = sqlite3.connect(server.data / "nabla.db")
            other.execute("DROP TABLE flags")
            other.close()
            broken = operator.post(f"/attempts/{attempt['id']}/flag", json={"comment": CANARY})
            assert broken.status_code == 503
        server.process.terminate()
        assert server.process.stdout is not None
        logged = server.process.stdout.read()
    assert "no such table" in logged
    for secret in (CANARY, token, instance, attempt["id"], "ls-gradient"):
        assert secret not in logged


# Documents ----------------------------------------------------------------------------------------


def test_every_table_is_in_the_page_about_data():
    page = (HOME / "docs" / "data-flow.md").read_text()
    assert [name for name in metadata.tables if f"| `{name}` |" not in page] == []


def test_every_column_that_names_people_is_in_the_page_about_data():
    page = (HOME / "docs" / "data-flow.md").read_text()
    for table in metadata.tables.values():
        (row,) = re.findall(rf"^\| `{table.name}` \|.*$", page, re.MULTILINE)
        for column in table.columns:
            if any(key.column.table is people for key in column.foreign_keys) or isinstance(column.type, Text):
                assert f"`{column.name}`" in row, f"{table.name}.{column.name}"


def test_the_readme_leads_to_what_is_said_about_data():
    readme = (HOME / "README.md").read_text()
    assert "(docs/privacy.md)" in readme
    assert "(docs/data-flow.md)" in readme
