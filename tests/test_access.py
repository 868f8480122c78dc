"""Who may do what: people, tokens, roles. Every address about teaching, for everybody who might ask."""

import re
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from time import sleep
from typing import Any, Final

import pytest
from fastapi import FastAPI
from sqlalchemy import func, select

from app.auth import create_secret, seal_of, sign_in
from app.models import audit, metadata, people, replies, tokens
from app.problems import Unauthenticated
from tests.teaching import MORNING, Classroom, Person, Prepared, answer, fine, made, refused, submit, wrong

EVERYBODY: Final = ("student", "assistant", "instructor", "operator")
STAFF: Final = EVERYBODY[1:]
TEACHERS: Final = EVERYBODY[2:]
JSON: Final = {"Content-Type": "application/json"}
FILE: Final = {"Content-Type": "text/csv"}
ROSTER: Final = {"content": b"name,email\nErin,erin@example.org\n", "headers": FILE}
EXPORT: Final = {"content": b"Student,ID,SIS User ID,SIS Login ID,Section\nPoints Possible,,,,\n", "headers": FILE}


@dataclass(frozen=True)
class Row:
    """An address of a course, who may use it, and a request that it takes."""

    method: str
    path: str
    may: tuple[str, ...]
    status: int = 200
    json: Any = None
    options: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    def sent(self, who: Person, ids: dict[str, str]) -> Any:
        options = {**self.options} if self.json is None else {**self.options, "json": _filled(self.json, ids)}
        return who.send(self.method, self.path.format(**ids), **options)


def _filled(value: Any, ids: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {name: _filled(entry, ids) for name, entry in value.items()}
    if isinstance(value, list):
        return [_filled(entry, ids) for entry in value]
    return value.format(**ids) if isinstance(value, str) else value


LATER: Final = "2026-12-24T00:00:00Z"
NEW_ITEM: Final = {"exercise": "ls-gradient", "level": "hand", "points": 1}
COURSE: Final = [
    Row("GET", "/courses/{course}", EVERYBODY),
    Row("PATCH", "/courses/{course}", TEACHERS, json={"title": "Analysis"}),
    Row("POST", "/courses/{course}/copy", TEACHERS, 201, {"title": "Next year", "shift_days": 364}),
    Row("GET", "/courses/{course}/enrolments", STAFF),
    Row("POST", "/courses/{course}/enrolments", TEACHERS, options=ROSTER),
    Row("PATCH", "/courses/{course}/enrolments/{alice}", TEACHERS, json={"group": "B"}),
    Row("DELETE", "/courses/{course}/enrolments/{bob}", TEACHERS, 204),
    Row("POST", "/courses/{course}/enrolments/{alice}/token", TEACHERS, 201),
    Row("DELETE", "/courses/{course}/enrolments/{alice}/token", TEACHERS, 204),
    Row("GET", "/courses/{course}/audit", TEACHERS),
    Row("GET", "/courses/{course}/assignments", EVERYBODY),
    Row("POST", "/courses/{course}/assignments", TEACHERS, 201, {"title": "Sheet 2", "items": [NEW_ITEM]}),
    Row("GET", "/courses/{course}/report", STAFF),
    Row("GET", "/courses/{course}/flags", STAFF),
    Row("GET", "/assignments/{assignment}", EVERYBODY),
    Row("PATCH", "/assignments/{assignment}", TEACHERS, json={"title": "Sheet 1b"}),
    Row("GET", "/assignments/{assignment}/mine", EVERYBODY),
    Row("DELETE", "/assignments/{assignment}", TEACHERS, 409),
    Row("DELETE", "/assignments/{assignment}/items/1", TEACHERS, 409),
    Row("POST", "/assignments/{assignment}/items/{item}/instances", EVERYBODY, 201),
    Row("PUT", "/assignments/{assignment}/extensions/{alice}", STAFF, json={"due_at": LATER}),
    Row("DELETE", "/assignments/{assignment}/extensions/{bob}", STAFF, 204),
    Row("GET", "/assignments/{assignment}/extensions", STAFF),
    Row("POST", "/assignments/{assignment}/extensions", STAFF, json={"items": [{"person": "{alice}", "tries": 3}]}),
    Row("PUT", "/assignments/{assignment}/items/1/overrides/{alice}", TEACHERS, json={"points": 3, "reason": "Paper."}),
    Row("DELETE", "/assignments/{assignment}/items/1/overrides/{bob}", TEACHERS, 204),
    Row("GET", "/assignments/{assignment}/report", STAFF),
    Row("POST", "/assignments/{assignment}/report/canvas", STAFF, options=EXPORT),
    Row("GET", "/assignments/{assignment}/attempts", STAFF),
    Row("GET", "/assignments/{assignment}/statistics", STAFF),
    Row("POST", "/assignments/{assignment}/regrades", TEACHERS, 202),
    Row("GET", "/assignments/{assignment}/regrades", STAFF),
    Row("GET", "/regrades/{regrade}", STAFF),
    Row("POST", "/regrades/{regrade}/keep", TEACHERS, json={"reason": "The reference was wrong."}),
]
OF_PEOPLE: Final = [
    Row("GET", "/people/{bob}/export", TEACHERS),
    Row("DELETE", "/people/{bob}", ("operator",), 204),
]
OWN: Final = [
    Row("GET", "/me", ()),
    Row("GET", "/me/instances", ()),
    Row("GET", "/me/tokens", ()),
    Row("POST", "/me/tokens", (), 201),
    Row("GET", "/me/tokens/{own_token}", ()),
    Row("DELETE", "/me/tokens/{spare_token}", (), 204),
    Row("GET", "/courses", ()),
]
MAKING: Final = Row("POST", "/courses", TEACHERS, 201, {"title": "A new course"})


def callers(classroom: Classroom) -> dict[str, Person]:
    c = classroom
    return {"student": c.alice, "assistant": c.dave, "instructor": c.carol, "operator": c.operator}


def nobodies(classroom: Classroom) -> dict[str, Person]:
    """Tokens with which nobody is signed in."""
    token = made(classroom.carol.post("/me/tokens", {}))
    fine_before = classroom.carol.with_token(token["token"])
    assert fine_before.get("/me").status_code == 200
    assert classroom.carol.delete(f"/me/tokens/{token['id']}").status_code == 204

    def expired(tx: Any) -> str:
        return create_secret(tx, classroom.carol.id, MORNING, lifetime=timedelta()).text

    def session(tx: Any) -> str:
        return create_secret(tx, classroom.carol.id, MORNING, "session").text

    return {
        "guest": classroom.guest,
        "revoked": fine_before,
        "expired": classroom.carol.with_token(classroom.school.write(expired)),
        "a session's": classroom.carol.with_token(classroom.school.write(session)),
        "unknown": classroom.carol.with_token("nabla_" + "x" * 43),
        "malformed": classroom.carol.with_token("ÿ"),
    }


def outsiders(classroom: Classroom) -> dict[str, Person]:
    """People with tokens that are good elsewhere: the last two are carol and the operator themselves."""
    both = [{"name": "Carol", "email": classroom.carol.email, "role": "instructor"}]
    fine(classroom.mallory.post(f"/courses/{classroom.other_course}/enrolments", {"items": both}))
    of_other = partial(create_secret, now=MORNING, course=classroom.other_course)
    tokens = {
        who.id: classroom.school.write(lambda tx, who=who: of_other(tx, person=who.id)).text
        for who in (classroom.carol, classroom.operator)
    }
    return {
        "instructor of another course": classroom.mallory,
        "instructor with a token of another course": classroom.carol.with_token(tokens[classroom.carol.id]),
        "operator with a token of another course": classroom.operator.with_token(tokens[classroom.operator.id]),
    }


def begun(classroom: Classroom) -> dict[str, str]:
    """The ids of what the rows are about."""
    c = classroom
    assignment = c.assign(due_at="2026-12-01T00:00:00Z")
    item, people = assignment["items"][0]["id"], {"alice": c.alice.id, "bob": c.bob.id}
    ids = restored(classroom, {"course": c.course, "assignment": assignment["id"], "item": item, **people})
    started = c.carol.post(f"/assignments/{assignment['id']}/regrades")
    regrade = started.headers["Location"].rsplit("/", 1)[1]
    for _ in range(1_000):  # it runs in the background; while it does, keeping it is refused
        if fine(c.carol.get(f"/regrades/{regrade}"))["state"] == "ready":
            return {**ids, "regrade": regrade}
        sleep(0.01)
    raise AssertionError("the regrade has not come to its end in ten seconds")


def restored(classroom: Classroom, ids: dict[str, str]) -> dict[str, str]:
    """What a row may have taken away, made again."""
    c = classroom
    fine(c.carol.post(f"/courses/{c.course}/enrolments", {"items": [{"name": "Bob", "email": c.bob.email}]}))
    of_bob = f"/assignments/{ids['assignment']}/{{}}/{c.bob.id}"
    fine(c.carol.put(of_bob.format("extensions"), {"due_at": LATER}))
    fine(c.carol.put(of_bob.format("items/1/overrides"), {"excused": True, "reason": "Ill."}))
    return ids


UNKNOWN: Final = "nothing-has-this-id-at-all"


@pytest.mark.parametrize("row", [*COURSE, *OF_PEOPLE], ids=str)
def test_each_address_of_a_course_is_for_those_it_is_for(classroom: Classroom, row: Row):
    ids = begun(classroom)
    for name, who in nobodies(classroom).items():
        assert row.sent(who, ids).status_code == 401, name
        assert row.sent(who, dict.fromkeys(ids, UNKNOWN)).status_code == 401, name
    nothing = row.sent(classroom.operator, dict.fromkeys(ids, UNKNOWN))
    refused(nothing, 404, "not-found")
    for name, who in outsiders(classroom).items():
        reply = row.sent(who, ids)
        assert (reply.status_code, reply.content) == (404, nothing.content), name
        assert row.sent(who, dict.fromkeys(ids, UNKNOWN)).content == nothing.content, name
    for name, who in callers(classroom).items():
        if name not in row.may:
            reply = row.sent(who, ids)
            assert (reply.status_code, reply.json()["title"]) in ((403, "Forbidden"), (404, "Not found")), name
            assert row in OF_PEOPLE or reply.status_code == 403, name  # staff elsewhere is nobody to a person
    for name, who in callers(classroom).items():
        if name in row.may:
            reply = row.sent(who, ids)
            assert reply.status_code == row.status, (name, reply.text)
            if row.method == "DELETE" and row not in OF_PEOPLE:
                restored(classroom, ids)


@pytest.mark.parametrize("row", OWN, ids=str)
def test_what_is_ones_own_needs_a_person_and_nothing_else(classroom: Classroom, row: Row):
    for name, who in nobodies(classroom).items():
        assert row.sent(who, {"own_token": UNKNOWN, "spare_token": UNKNOWN}).status_code == 401, name
    for name, who in {**callers(classroom), **outsiders(classroom)}.items():
        tokens = fine(who.get("/me/tokens"))["items"]
        spare = made(who.post("/me/tokens", {}))["id"]
        reply = row.sent(who, {"own_token": tokens[0]["id"], "spare_token": spare})
        assert reply.status_code == row.status, (name, reply.text)


def test_courses_are_made_by_instructors_and_the_operator(classroom: Classroom):
    for name, who in nobodies(classroom).items():
        assert MAKING.sent(who, {}).status_code == 401, name
    for who in (classroom.alice, classroom.dave):
        refused(MAKING.sent(who, {}), 403, "forbidden")
    for who in (classroom.carol, classroom.mallory, classroom.operator):
        course = made(MAKING.sent(who, {}))
        assert course["role"] == "instructor"
        fine(who.get(f"/courses/{course['id']}"))
    _, carols, operators = outsiders(classroom).values()
    for who in (carols, operators):  # a token for one course makes no other
        refused(MAKING.sent(who, {}), 403, "forbidden")


def test_the_rows_above_are_all_addresses(prepared: Prepared):
    app: FastAPI = prepared.app
    written = {
        f"{method.upper()} {path.removeprefix('/api/v1')}"
        for path, methods in app.openapi()["paths"].items()
        for method in methods
    }
    practice = re.compile(r" /(exercises|sheets|instances|attempts)\b")
    rows = {shape(str(row)) for row in (*COURSE, *OF_PEOPLE, *OWN, MAKING)}
    assert rows == {shape(address) for address in written if not practice.search(address)}


def shape(address: str) -> str:
    """An address whatever its parameters are called."""
    return re.sub(r"\{\w+\}|(?<=/items/)1", "{}", address)


# Tokens -------------------------------------------------------------------------------------------


def given(classroom: Classroom, person: Person) -> Person:
    """The person with a token that carol gave them for her course."""
    reply = made(classroom.carol.post(f"/courses/{classroom.course}/enrolments/{person.id}/token"))
    return person.with_token(reply["token"])


def own_tokens(person: Person) -> list[dict[str, Any]]:
    return fine(person.get("/me/tokens"))["items"]


def test_a_token_is_shown_once_and_kept_as_a_hash(classroom: Classroom):
    new = made(classroom.alice.post("/me/tokens", {"label": "notebook", "days": 30}))
    assert new["token"].startswith("nabla_")
    assert new["expires_at"] == "2026-12-22T10:00:00.000Z"
    shown = fine(classroom.alice.get(f"/me/tokens/{new['id']}"))
    assert (shown["label"], shown["course"], shown["expires_at"]) == ("notebook", None, new["expires_at"])
    assert shown in own_tokens(classroom.alice)
    assert new["token"] not in str(own_tokens(classroom.alice))
    assert new["token"] not in str(classroom.school.rows(select(tokens)))


def test_a_token_ends_when_it_expires(classroom: Classroom):
    token = made(classroom.alice.post("/me/tokens", {"days": 1}))["token"]
    alice = classroom.alice.with_token(token)
    classroom.clock.forward(days=1, milliseconds=-1)
    fine(alice.get("/me"))
    classroom.clock.forward(milliseconds=1)
    refused(alice.get("/me"), 401, "unauthenticated")
    refused(alice.post("/exercises/ls-gradient/instances"), 401, "unauthenticated")  # never a guest


def test_a_revoked_token_opens_nothing_from_the_next_request_on(classroom: Classroom):
    new = made(classroom.alice.post("/me/tokens"))
    alice = classroom.alice.with_token(new["token"])
    assert alice.delete(f"/me/tokens/{new['id']}").status_code == 204  # even by itself
    refused(alice.get("/me"), 401, "unauthenticated")
    refused(classroom.alice.delete(f"/me/tokens/{new['id']}"), 404, "not-found")


def test_tokens_are_revoked_by_their_owner_and_by_the_operator_and_by_nobody_else(classroom: Classroom):
    new = made(classroom.alice.post("/me/tokens"))
    unknown = classroom.bob.delete(f"/me/tokens/{UNKNOWN}")
    for who in (classroom.bob, classroom.dave, classroom.carol, classroom.mallory):
        reply = who.delete(f"/me/tokens/{new['id']}")
        assert (reply.status_code, reply.content) == (404, unknown.content)
    fine(classroom.alice.with_token(new["token"]).get("/me"))
    assert classroom.operator.delete(f"/me/tokens/{new['id']}").status_code == 204
    refused(classroom.alice.with_token(new["token"]).get("/me"), 401, "unauthenticated")
    (deed,) = classroom.school.rows(select(audit).where(audit.c.action == "token revoked"))
    assert (deed.actor, deed.subject, deed.details) == (classroom.operator.id, classroom.alice.id, {"token": new["id"]})


def test_a_session_or_a_sign_in_link_is_no_token_to_list_or_revoke(classroom: Classroom):
    def others(tx: Any) -> list[str]:
        return [create_secret(tx, classroom.alice.id, MORNING, purpose).id for purpose in ("session", "sign-in")]

    ids = classroom.school.write(others)
    assert not {token["id"] for token in own_tokens(classroom.alice)} & set(ids)
    for id in ids:
        refused(classroom.operator.delete(f"/me/tokens/{id}"), 404, "not-found")


@pytest.mark.parametrize(
    "body",
    [
        *({"days": 0}, {"days": 731}, {"days": -1}, {"days": 1.5}, {"days": "30"}, {"days": True}, {"days": 10**300}),
        *({"label": "x" * 101}, {"label": None}, {"label": 5}, {"course": None}, {"person": "x"}, [], "x", 5, True),
    ],
)
def test_any_other_wish_for_a_token_is_refused(classroom: Classroom, body: Any):
    before = own_tokens(classroom.alice)
    refused(classroom.alice.send("POST", "/me/tokens", json=body), 422, "invalid-request")
    assert own_tokens(classroom.alice) == before


def test_nobody_has_tokens_without_end_and_no_course_uses_up_somebodys_own(classroom: Classroom):
    address = f"/courses/{classroom.course}/enrolments/{classroom.alice.id}/token"
    for _ in range(100):
        made(classroom.carol.post(address))
    refused(classroom.carol.post(address), 409, "conflict")
    for _ in range(99):
        made(classroom.alice.post("/me/tokens"))
    refused(classroom.alice.post("/me/tokens"), 409, "conflict")


# A token for one course ---------------------------------------------------------------------------


def test_a_courses_token_opens_that_course_and_nothing_else(classroom: Classroom):
    c = classroom
    lines = [{"name": "Ms Liddell", "email": c.alice.email, "role": "instructor"}]
    fine(c.mallory.post(f"/courses/{c.other_course}/enrolments", {"items": lines}))
    here = given(c, c.alice)
    assert [course["id"] for course in fine(here.get("/courses"))["items"]] == [c.course]
    assert [course["id"] for course in fine(here.get("/me"))["courses"]] == [c.course]
    refused(here.get(f"/courses/{c.other_course}"), 404, "not-found")
    refused(here.get(f"/courses/{c.other_course}/enrolments"), 404, "not-found")
    assert len(fine(c.alice.get("/courses"))["items"]) == 2  # her own token opens both
    fine(c.alice.get(f"/courses/{c.other_course}/enrolments"))


def test_a_courses_token_says_the_name_that_the_course_knows_already(classroom: Classroom):
    """An instructor may enrol any address and make a token for it: that tells no name which is not theirs."""
    c = classroom
    lines = [{"name": "A. L.", "email": c.alice.email, "role": "student"}]
    fine(c.mallory.post(f"/courses/{c.other_course}/enrolments", {"items": lines}))
    token = made(c.mallory.post(f"/courses/{c.other_course}/enrolments/{c.alice.id}/token"))["token"]
    assert fine(c.alice.with_token(token).get("/me"))["name"] == "A. L."
    assert fine(c.alice.get("/me"))["name"] == "Alice"
    (member,) = [
        m for m in fine(c.mallory.get(f"/courses/{c.other_course}/enrolments"))["items"] if m["email"] == c.alice.email
    ]
    assert member["name"] == "A. L."
    assert {m["name"] for m in fine(c.carol.get(f"/courses/{c.course}/enrolments"))["items"]} >= {"Alice"}


def test_a_courses_token_sees_what_is_done_in_the_course_only(classroom: Classroom):
    c = classroom
    practice = made(c.alice.post("/exercises/ls-gradient/instances"))
    own = c.open(c.alice, c.assign())
    here = given(c, c.alice)
    assert [i["id"] for i in fine(here.get("/me/instances"))["items"]] == [own["id"]]
    fine(here.get(f"/instances/{own['id']}"))
    for path in (f"/instances/{practice['id']}", f"/instances/{practice['id']}/attempts"):
        refused(here.get(path), 404, "not-found")
    refused(here.post(f"/instances/{practice['id']}/attempts", {"answers": {"answer": 1}}), 404, "not-found")
    drawn = made(here.post("/exercises/ls-gradient/instances"))
    assert {i["id"] for i in fine(here.get("/me/instances"))["items"]} == {own["id"], drawn["id"]}
    fine(c.alice.get(f"/instances/{drawn['id']}"))


def test_what_a_courses_token_makes_is_for_that_course_too(classroom: Classroom):
    c = classroom
    mine = made(c.alice.post("/me/tokens", {"label": "everything"}))
    here = given(c, c.alice)
    further = made(here.post("/me/tokens", {"label": "further", "days": 730}))
    assert {token["course"] for token in own_tokens(here)} == {c.course}
    refused(here.get(f"/me/tokens/{mine['id']}"), 404, "not-found")
    refused(here.delete(f"/me/tokens/{mine['id']}"), 404, "not-found")
    refused(c.alice.with_token(further["token"]).get(f"/courses/{c.other_course}"), 404, "not-found")
    assert c.carol.delete(f"/courses/{c.course}/enrolments/{c.alice.id}/token").status_code == 204
    for who in (here, c.alice.with_token(further["token"])):
        refused(who.get("/me"), 401, "unauthenticated")
    fine(c.alice.with_token(mine["token"]).get("/me"))


def test_no_instructor_becomes_the_operator_through_a_token(classroom: Classroom):
    """The operator made carol's course and is in it, so that carol may make a token for them."""
    c = classroom
    boss = given(c, c.operator)
    assert fine(boss.get("/me"))["operator"] is False
    fine(boss.get(f"/courses/{c.course}/audit"))  # as the instructor they are there
    refused(boss.get(f"/courses/{c.other_course}"), 404, "not-found")
    assert [course["id"] for course in fine(boss.get("/courses"))["items"]] == [c.course]
    token = own_tokens(c.mallory)[0]["id"]
    refused(boss.delete(f"/me/tokens/{token}"), 404, "not-found")
    refused(boss.post("/courses", {"title": "Mine"}), 403, "forbidden")
    practice = made(c.alice.post("/exercises/ls-gradient/instances"))
    refused(boss.get(f"/instances/{practice['id']}"), 404, "not-found")
    guests = made(c.guest.post("/exercises/ls-gradient/instances"))
    refused(boss.get(f"/instances/{guests['id']}/solution"), 403, "solution-not-open")


def test_no_roster_gives_power_over_another_course(classroom: Classroom):
    c = classroom
    everyone = [c.carol, c.alice, c.dave]
    lines = [{"name": "X", "email": who.email.upper(), "role": "student"} for who in everyone]
    fine(c.mallory.post(f"/courses/{c.other_course}/enrolments", {"items": lines}))
    roles = {m["name"]: m["role"] for m in fine(c.carol.get(f"/courses/{c.course}/enrolments"))["items"]}
    assert roles == {
        "Operator": "instructor",
        "Carol": "instructor",
        "Dave": "assistant",
        "Alice": "student",
        "Bob": "student",
    }
    for who in everyone:
        token = made(c.mallory.post(f"/courses/{c.other_course}/enrolments/{who.id}/token"))["token"]
        refused(who.with_token(token).get(f"/courses/{c.course}"), 404, "not-found")
    refused(c.mallory.delete(f"/courses/{c.course}/enrolments/{c.alice.id}"), 404, "not-found")
    refused(c.mallory.post(f"/courses/{c.other_course}/enrolments/{c.bob.id}/token"), 404, "not-found")


# Retries ------------------------------------------------------------------------------------------


def test_a_kept_reply_with_a_token_cannot_be_read_in_the_database(classroom: Classroom):
    address = f"/courses/{classroom.course}/enrolments/{classroom.alice.id}/token"
    first = classroom.carol.post(address, key="once")
    token = made(first)["token"]
    assert classroom.carol.post(address, key="once").content == first.content
    assert len(classroom.school.rows(select(replies))) == 1
    stored = [file.read_bytes() for file in classroom.school.database.parent.glob("nabla.db*")]
    assert any(b"once" in file for file in stored)
    assert not any(token.encode() in file for file in stored)


def test_a_key_of_a_courses_token_does_not_open_the_reply_to_the_persons_own(classroom: Classroom):
    """Else whoever may make a token for somebody would guess their keys, and be shown their tokens."""
    everything = made(classroom.alice.post("/me/tokens", {}, key="1"))
    here = given(classroom, classroom.alice)
    reply = made(here.post("/me/tokens", {}, key="1"))
    assert reply["token"] != everything["token"]
    assert fine(here.get(f"/me/tokens/{reply['id']}"))["course"] == classroom.course


def test_a_reply_is_kept_for_a_day_and_for_its_caller_only(classroom: Classroom):
    first = classroom.carol.post("/courses", {"title": "Algebra"}, key="k")
    classroom.clock.forward(hours=47)
    again = classroom.carol.post("/courses", {"title": "Algebra"}, key="k")
    assert (again.status_code, again.content, again.headers["Location"]) == (
        201,
        first.content,
        first.headers["Location"],
    )
    assert classroom.mallory.post("/courses", {"title": "Algebra"}, key="k").json()["id"] != first.json()["id"]
    refused(classroom.carol.post("/courses", {"title": "Algebra "}, key="k"), 422, "key-reused")


def test_a_reply_sealed_with_another_secret_is_not_given_again(classroom: Classroom):
    made(classroom.carol.post("/courses", {"title": "Algebra"}, key="k"))
    state, before = classroom.school.app.state, classroom.school.app.state.seal
    state.seal = seal_of(b"another secret of the same server", "kept replies")
    try:
        refused(classroom.carol.post("/courses", {"title": "Algebra"}, key="k"), 422, "key-reused")
    finally:
        state.seal = before
    assert len(fine(classroom.carol.get("/courses"))["items"]) == 2


CREATING: Final = [row for row in (*COURSE, *OWN, MAKING) if row.method == "POST" and row.status in (201, 202)]


@pytest.mark.parametrize("row", CREATING, ids=str)
def test_every_post_that_creates_something_is_done_once_for_a_key(classroom: Classroom, row: Row):
    ids = begun(classroom)
    who = classroom.carol
    first = who.send(row.method, row.path.format(**ids), json=row.json, key="k")
    rows = count_everything(classroom)
    again = who.send(row.method, row.path.format(**ids), json=row.json, key="k")
    assert first.status_code == row.status
    assert (again.status_code, again.content) == (row.status, first.content)
    assert again.headers["Location"] == first.headers["Location"]
    assert count_everything(classroom) == rows
    other = who.send(row.method, row.path.format(**ids), content=b'{ "title": "x" }', headers=JSON, key="k")
    refused(other, 422, "key-reused")
    assert count_everything(classroom) == rows


def count_everything(classroom: Classroom) -> dict[str, int]:
    """How many rows each table has."""
    counted = {name: select(func.count()).select_from(table) for name, table in metadata.tables.items()}
    return classroom.school.read(lambda tx: {name: tx.scalar(query) for name, query in counted.items()})


# Order of decisions -------------------------------------------------------------------------------

SPOILT: Final = {"content": b"{", "headers": {"Content-Type": "text/plain"}}


@pytest.mark.parametrize("row", [row for row in (*COURSE, MAKING) if row.json is not None], ids=str)
def test_who_asks_then_what_exists_then_what_is_allowed_is_decided_before_the_body_is_read(
    classroom: Classroom, row: Row
):
    ids = begun(classroom)

    def spoilt(who: Person, ids: dict[str, str], **options: Any) -> Any:
        return who.send(row.method, row.path.format(**ids), **SPOILT, **options)

    refused(spoilt(classroom.guest, ids), 401, "unauthenticated")
    if row is not MAKING:
        refused(spoilt(classroom.mallory, ids), 404, "not-found")
        refused(spoilt(classroom.operator, dict.fromkeys(ids, UNKNOWN)), 404, "not-found")
    refused(spoilt(classroom.alice, ids), 403, "forbidden")
    refused(spoilt(classroom.carol, ids), 415, "unsupported-media-type")
    refused(
        classroom.carol.send(row.method, row.path.format(**ids), content=b"{", headers=JSON), 422, "invalid-request"
    )


def test_a_retry_is_answered_though_it_would_not_be_allowed_any_more(classroom: Classroom):
    c = classroom
    body = {"title": "Sheet", "items": [NEW_ITEM]}
    first = c.carol.post(f"/courses/{c.course}/assignments", body, key="k")
    fine(c.operator.patch(f"/courses/{c.course}/enrolments/{c.carol.id}", {"role": "assistant"}))
    again = c.carol.post(f"/courses/{c.course}/assignments", body, key="k")
    assert (again.status_code, again.content) == (201, first.content)
    refused(c.carol.post(f"/courses/{c.course}/assignments", body, key="another"), 403, "forbidden")
    assert c.operator.delete(f"/courses/{c.course}/enrolments/{c.carol.id}").status_code == 204
    refused(c.carol.post(f"/courses/{c.course}/assignments", body, key="k"), 404, "not-found")


def test_an_attempt_is_answered_again_though_the_assignment_was_taken_back(classroom: Classroom):
    c = classroom
    assignment = c.assign()
    instance = c.open(c.alice, assignment)
    address, body = f"/instances/{instance['id']}/attempts", {"answers": {"answer": wrong(instance)}}
    first = c.alice.post(address, body, key="k")
    fine(c.carol.patch(f"/assignments/{assignment['id']}", {"opens_at": c.clock.after(days=1)}))
    refused(c.alice.post(address, body), 403, "not-open")
    assert c.alice.post(address, body, key="k").content == first.content
    c.school.app.state.catalogue = {}
    refused(c.alice.post(address, body), 410, "withdrawn")
    assert c.alice.post(address, body, key="k").content == first.content


# Work of students ---------------------------------------------------------------------------------


def test_staff_sees_students_work_on_assignments_and_not_their_practice(classroom: Classroom):
    c = classroom
    own, practice = c.open(c.alice, c.assign()), made(c.alice.post("/exercises/ls-gradient/instances"))
    attempt = submit(c.alice, own, {"answer": wrong(own)})
    practised = submit(c.alice, practice, {"answer": wrong(practice)})
    in_course = made(given(c, c.alice).post("/exercises/ls-gradient/instances"))
    for who in (c.dave, c.carol):
        fine(who.get(f"/instances/{own['id']}"))
        fine(who.get(f"/instances/{own['id']}/solution"))
        assert fine(who.get(f"/instances/{own['id']}/attempts"))["items"] == [attempt]
        assert fine(who.get(f"/attempts/{attempt['id']}")) == attempt
        for instance in (practice, in_course):
            refused(who.get(f"/instances/{instance['id']}"), 404, "not-found")
        refused(who.get(f"/attempts/{practised['id']}"), 404, "not-found")
    for who in (c.bob, c.mallory, c.guest):
        for path in (f"/instances/{own['id']}", f"/instances/{own['id']}/solution", f"/attempts/{attempt['id']}"):
            refused(who.get(path), 404, "not-found")
    fine(c.operator.get(f"/instances/{practice['id']}"))


def test_staff_cannot_give_up_or_open_hints_in_a_students_place(classroom: Classroom):
    c = classroom
    own = c.open(c.alice, c.assign(hint_cost=0.5))
    for who in (c.dave, c.carol, c.operator):
        refused(who.post(f"/instances/{own['id']}/close"), 403, "forbidden")
        made(who.post(f"/instances/{own['id']}/hints", {"part": "answer", "number": 1}))
    after = fine(c.alice.get(f"/instances/{own['id']}"))
    assert (after["closed"], after["parts"][0]["hints_open"]) == (False, 0)


def test_attempts_of_staff_are_seen_by_staff_only(classroom: Classroom):
    """They may hold the right answer."""
    c = classroom
    own = c.open(c.alice, c.assign())
    first = submit(c.alice, own, {"answer": wrong(own)})
    tried = submit(c.carol, own, {"answer": c.solution(own)["answer"]})
    assert tried["parts"]["answer"]["status"] == "correct"
    last = submit(c.alice, own, {"answer": wrong(own, 2)})
    assert fine(c.alice.get(f"/instances/{own['id']}/attempts"))["items"] == [first, last]
    refused(c.alice.get(f"/attempts/{tried['id']}"), 404, "not-found")
    refused(c.alice.post(f"/attempts/{tried['id']}/flag", {"comment": "?"}), 404, "not-found")
    for who in (c.dave, c.carol, c.operator):
        assert fine(who.get(f"/instances/{own['id']}/attempts"))["items"] == [first, tried, last]
        assert fine(who.get(f"/attempts/{tried['id']}")) == tried


def test_attempts_of_staff_are_never_counted_even_of_those_who_become_students(classroom: Classroom):
    c = classroom
    assignment = c.assign({"tries": 2})
    own = c.open(c.dave, assignment)
    right = c.solution(own)["answer"]
    tried = submit(c.dave, own, {"answer": right})
    assert tried["parts"]["answer"]["counted"] is False
    seen = fine(c.dave.get(f"/instances/{own['id']}"))
    assert (seen["score"], seen["parts"][0]["solved"], seen["parts"][0]["tries_used"]) == (1, True, 0)
    assert c.score(c.dave, assignment) is None
    fine(c.carol.patch(f"/courses/{c.course}/enrolments/{c.dave.id}", {"role": "student"}))
    now = fine(c.dave.get(f"/instances/{own['id']}"))
    assert (now["score"], now["parts"][0]["solved"], now["parts"][0]["tries_left"]) == (0, False, 2)
    assert fine(c.dave.get(f"/instances/{own['id']}/attempts"))["items"] == []
    assert answer(c.dave, own, wrong(own))["counted"] is True
    assert c.score(c.dave, assignment).best == 0
    assert answer(c.dave, own, right)["counted"] is True
    assert (c.score(c.dave, assignment).best, c.score(c.dave, assignment).attempts) == (1, 2)


def test_who_tries_an_item_out_as_staff_meets_what_a_student_would(classroom: Classroom):
    """Follow-through, hints in order and the first rounding slip work on their own instance as well."""
    c = classroom
    own = c.open(c.carol, c.assign({"exercise": "ls-steps"}, hint_cost=0.25))
    right = c.solution(own)
    slip = [[-entry[0]] for entry in right["a"]]
    assert submit(c.carol, own, {"a": slip})["parts"]["a"]["status"] != "correct"
    follows = submit(c.carol, own, {"dr_da": [[2 * entry[0] for entry in slip]]})["parts"]["dr_da"]
    assert (follows["status"], follows["follow_through"]) == ("correct", True)
    for number in (1, 2):
        made(c.carol.post(f"/instances/{own['id']}/hints", {"part": "a", "number": number}))
    attempt = submit(c.carol, own, {"a": right["a"]})
    seen = fine(c.carol.get(f"/instances/{own['id']}"))
    assert seen["score"] == attempt["score"] == pytest.approx(0.15 * 0.5 + 0.2)
    now = {part["id"]: part for part in seen["parts"]}
    assert (now["a"]["hints_open"], now["a"]["score"], now["dr_da"]["solved"]) == (2, 0.5, True)


def test_a_student_who_left_keeps_what_they_did_and_does_no_more(classroom: Classroom):
    c = classroom
    assignment = c.assign()
    own = c.open(c.alice, assignment)
    attempt = submit(c.alice, own, {"answer": wrong(own)})
    here = given(c, c.alice)
    assert c.carol.delete(f"/courses/{c.course}/enrolments/{c.alice.id}").status_code == 204
    refused(here.get("/me"), 401, "unauthenticated")
    for path in (f"/courses/{c.course}", f"/assignments/{assignment['id']}"):
        refused(c.alice.get(path), 404, "not-found")
    refused(c.alice.post(f"/assignments/{assignment['id']}/items/1/instances"), 404, "not-found")
    assert fine(c.alice.get("/courses"))["items"] == []
    fine(c.alice.get(f"/instances/{own['id']}"))
    assert fine(c.alice.get(f"/instances/{own['id']}/attempts"))["items"] == [attempt]
    refused(c.alice.post(f"/instances/{own['id']}/attempts", {"answers": {"answer": 1}}), 403, "forbidden")
    refused(c.alice.post(f"/instances/{own['id']}/hints", {"part": "answer", "number": 1}), 403, "forbidden")
    assert fine(c.carol.get(f"/instances/{own['id']}/attempts"))["items"] == [attempt]
    refused(c.carol.put(f"/assignments/{assignment['id']}/extensions/{c.alice.id}", {"tries": 9}), 404, "not-found")
    assert c.score(c.alice, assignment).submissions == 1
    line = {"name": "Alice", "email": c.alice.email}
    assert fine(c.carol.post(f"/courses/{c.course}/enrolments", {"items": [line]}))["added"] == 1
    assert c.open(c.alice, assignment)["id"] == own["id"]
    assert answer(c.alice, own, wrong(own, 2))["counted"]


def test_a_removed_instructor_comes_back_as_a_student_unless_the_roster_says_otherwise(classroom: Classroom):
    c = classroom
    for role, back in ((None, "student"), ("assistant", "assistant")):
        assert c.operator.delete(f"/courses/{c.course}/enrolments/{c.carol.id}").status_code == 204
        line = {"name": "Carol", "email": c.carol.email, **({"role": role} if role else {})}
        fine(c.operator.post(f"/courses/{c.course}/enrolments", {"items": [line]}))
        assert fine(c.carol.get(f"/courses/{c.course}"))["role"] == back
        fine(c.operator.patch(f"/courses/{c.course}/enrolments/{c.carol.id}", {"role": "instructor"}))


# Sign-in links ------------------------------------------------------------------------------------


def test_a_sign_in_link_is_good_once_and_for_fifteen_minutes(classroom: Classroom):
    def link() -> str:
        return classroom.school.write(lambda tx: create_secret(tx, classroom.alice.id, MORNING, "sign-in").text)

    def use(secret: str) -> Any:
        return classroom.school.write(lambda tx: sign_in(tx, secret, classroom.clock()))

    first, second = link(), link()
    classroom.clock.forward(minutes=15, milliseconds=-1)
    session = use(first)
    assert session.expires_at == classroom.clock() + timedelta(hours=12)
    with pytest.raises(Unauthenticated):
        use(first)
    classroom.clock.forward(milliseconds=1)
    with pytest.raises(Unauthenticated):
        use(second)
    refused(classroom.alice.with_token(session.text).get("/me"), 401, "unauthenticated")


def test_me_says_who_asks(classroom: Classroom):
    c = classroom
    assert fine(c.alice.get("/me")) == {
        "id": c.alice.id,
        "name": "Alice",
        "email": c.alice.email,
        "operator": False,
        "courses": [{"id": c.course, "title": "Mathematics", "timezone": "Europe/Vienna", "role": "student"}],
    }
    assert fine(c.operator.get("/me"))["operator"] is True
    assert len(classroom.school.rows(select(people).where(people.c.email == c.alice.email))) == 1


def test_my_instances_are_listed_newest_first_and_only_mine(classroom: Classroom):
    c = classroom
    ids = []
    for n in range(5):
        c.clock.forward(seconds=n % 2)  # some at the same moment
        ids.append(made(c.alice.post("/exercises/ls-gradient/instances"))["id"])
    assignment = c.assign(attempt_factors=[0.5])
    own = c.open(c.alice, assignment)
    made(c.bob.post("/exercises/ls-gradient/instances"))
    listed, cursor = [], ""
    while cursor is not None:
        page = fine(c.alice.get("/me/instances", limit=2, cursor=cursor))
        listed += [instance["id"] for instance in page["items"]]
        cursor = page["next"]
    assert len(listed) == 6
    assert set(listed) == {*ids, own["id"]}
    assert [i["id"] for i in fine(c.alice.get("/me/instances", assignment=assignment["id"]))["items"]] == [own["id"]]
    assert fine(c.alice.get("/me/instances", exercise="relu-derivative"))["items"] == []
    assert len(fine(c.alice.get("/me/instances", open=True))["items"]) == 6
    fine(c.alice.post(f"/instances/{ids[0]}/close"))
    verdict = answer(c.alice, own, c.solution(own)["answer"])
    assert verdict["status"] == "correct"
    still = {i["id"] for i in fine(c.alice.get("/me/instances", open="true"))["items"]}
    assert still == set(ids[1:])  # solved is done, though the first try was worth half the points


# Hostile requests ---------------------------------------------------------------------------------

NESTED: Final = [[[[[[[[[[1]]]]]]]]]]
VALUES: Final = [
    *(
        None,
        True,
        False,
        0,
        -1,
        2**63,
        2**64,
        10**399,
        -(10**399),
        0.5,
        -0.0,
        1e308,
        5e-324,
        "",
        " ",
        "x",
        "\u202e",
        "🙂",
    ),
    *(
        "9" * 1_000,
        "2026-02-30T00:00:00Z",
        "../..",
        "%00",
        [],
        {},
        [None],
        [[]],
        [{}],
        {"x": 1},
        {"": None},
        NESTED,
        "x" * 9_000,
    ),
]


def spoilt_bodies(json: Any) -> list[Any]:
    """A request with each of its fields, at every depth, replaced by each of the values."""
    bodies = list(VALUES)
    for key in json if isinstance(json, dict) else range(len(json)) if isinstance(json, list) else ():
        for value in spoilt_bodies(json[key]):
            copy = dict(json) if isinstance(json, dict) else list(json)
            copy[key] = value
            bodies.append(copy)
    return bodies


@pytest.mark.parametrize(
    "row", [row for row in (*COURSE, *OWN, MAKING) if row.method in ("POST", "PUT", "PATCH")], ids=str
)
def test_no_body_breaks_an_address(classroom: Classroom, row: Row):
    ids = begun(classroom)
    for body in spoilt_bodies(_filled(row.json or {"x": 1}, ids)):
        reply = (
            row.sent(classroom.carol, ids)
            if body is None
            else classroom.carol.send(row.method, row.path.format(**ids), json=body)
        )
        assert reply.status_code < 500, body
        assert reply.status_code < 300 or reply.headers["content-type"] == "application/problem+json"
    for content in (b"", b"null", b"\xff", b'{"a": 1, "a": 2}', b'{"x": NaN}', b"[" * 100_000, b'{"title": "\\ud800"}'):
        reply = classroom.carol.send(row.method, row.path.format(**ids), content=content, headers=JSON)
        assert reply.status_code < 500, content


@pytest.mark.parametrize("row", [*COURSE, *OF_PEOPLE, *OWN], ids=str)
def test_no_address_breaks(classroom: Classroom, row: Row):
    ids = begun(classroom) | {"own_token": "x", "spare_token": "x"}
    for name in re.findall(r"\{(\w+)\}", row.path):
        for value in ("%00", "%ff", "%ed%a0%80", "🙂", "x" * 5_000, "'", '"', "0", "-1", "*", "%25"):
            reply = row.sent(classroom.operator, {**ids, name: value})
            assert reply.status_code in (404, 405, 422), value
