"""Assignments: what carol may ask for and change, what alice and bob get, when it opens, is late and closes."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import select

from app.auth import create_secret
from app.exercise import Catalogue
from app.models import assignments, attempts, instances, items, overrides, revisions
from tests.teaching import (
    ITEM,
    SECRET,
    Classroom,
    Person,
    answer,
    elsewhere,
    fine,
    made,
    refused,
    submit,
    wrong,
)

UNKNOWN: Final = "nothing-has-this-id-at-all"


def opening(person: Person, sheet: dict[str, Any], item: int | str = 1, json: Any = None) -> Any:
    """A request for one's own instance of an item."""
    return person.post(f"/assignments/{sheet['id']}/items/{item}/instances", json)


def change(classroom: Classroom, sheet: dict[str, Any], **values: Any) -> dict[str, Any]:
    return fine(classroom.carol.patch(f"/assignments/{sheet['id']}", values))


def extend(classroom: Classroom, sheet: dict[str, Any], person: Person, **values: Any) -> Any:
    return classroom.dave.put(f"/assignments/{sheet['id']}/extensions/{person.id}", values)


def right(classroom: Classroom, instance: dict[str, Any]) -> Any:
    """The right answer to the only part of an instance."""
    return classroom.solution(instance)["answer"]


def send(person: Person, instance: dict[str, Any], value: Any) -> Any:
    return person.post(f"/instances/{instance['id']}/attempts", {"answers": {"answer": value}})


def best(classroom: Classroom, person: Person, sheet: dict[str, Any]) -> tuple[float, bool]:
    """The share of the points that somebody has, and whether it was late."""
    row = classroom.score(person, sheet)
    return row.best, row.late


@pytest.fixture
def sheet(classroom: Classroom) -> dict[str, Any]:
    """An assignment that has opened an hour ago, is due in a day and closes in three."""
    at = classroom.clock.after
    return classroom.assign({"tries": 3}, opens_at=at(hours=-1), due_at=at(days=1), closes_at=at(days=3))


# Making one ---------------------------------------------------------------------------------------


def test_an_assignment_has_the_fields_of_the_contract(classroom: Classroom):
    address = f"/courses/{classroom.course}/assignments"
    body = {"title": "Sheet 1", "items": [ITEM, {**ITEM, "level": "numpy", "tries": 5, "new_variants": True}]}
    reply = classroom.carol.post(address, body)
    sheet = made(reply)
    assert reply.headers["Location"] == f"/api/v1/assignments/{sheet['id']}"
    given = {"title": "Sheet 1", "course": classroom.course, "opens_at": None, "due_at": None, "closes_at": None}
    policy = {"late_penalty": 0.2, "attempt_factors": [], "hint_cost": 0.0, "solutions": "after_close"}
    assert {**sheet, **given, **policy} == sheet
    plain = {"only": {}, "tries": None, "new_variants": False, "solutions": "after_close", "void": None, "reason": None}
    first, second = sheet["items"]
    assert {**first, **ITEM, **plain, "n": 1} == first
    assert {**second, **plain, "level": "numpy", "tries": 5, "new_variants": True, "n": 2} == second
    assert set(sheet) == {"id", "items", *given, *policy}
    assert set(first) == {"id", "n", "title", *ITEM, *plain}
    assert fine(classroom.carol.get(f"/assignments/{sheet['id']}")) == sheet
    assert fine(classroom.alice.get(address))["items"] == [sheet]


def test_dates_come_back_in_utc_and_an_assignment_closes_when_it_is_due(classroom: Classroom):
    sheet = classroom.assign(opens_at="2026-11-01T00:00:00+01:00", due_at="2026-12-01t23:59:59.9999z")
    assert sheet["opens_at"] == "2026-10-31T23:00:00.000Z"
    assert sheet["due_at"] == sheet["closes_at"] == "2026-12-01T23:59:59.999Z"


TIMES: Final = (
    "2026-02-30T00:00:00Z",
    "2026-11-22T10:00:00",
    "9999-12-31T23:59:59Z",
    "2016-12-31T23:59:60Z",
    "",
    0,
    True,
)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        *(("title", value) for value in ("", "  ", "x" * 201, None, 5, ["x"])),
        *((name, value) for name in ("opens_at", "due_at", "closes_at") for value in TIMES),
        *(("late_penalty", value) for value in (-0.1, 1.1, "0.2", True, None, 10**399, 1e308)),
        *(("hint_cost", value) for value in (-1, 2, "0", None)),
        *(("attempt_factors", value) for value in ([1, 2], [0.5, 1], [-1], ["1"], [True], [1.0] * 101, None, 1)),
        *(("solutions", value) for value in ("always", "", None, 1)),
        *(("items", value) for value in (None, {}, "x", [None], [5], [[]], [{}], [ITEM] * 201)),
        *((name, "x") for name in ("id", "course", "void", "unknown")),
    ],
)
def test_any_other_assignment_is_refused(classroom: Classroom, column: str, value: Any):
    body = {"title": "Sheet", "items": [ITEM], column: value}
    before = classroom.school.rows(select(assignments))
    problem = refused(classroom.carol.post(f"/courses/{classroom.course}/assignments", body), 422, "invalid-request")
    assert all(error["pointer"].startswith(f"/{column}") or not error["pointer"] for error in problem["errors"])
    assert classroom.school.rows(select(assignments)) == before


@pytest.mark.parametrize(
    ("column", "value"),
    [
        *(("exercise", value) for value in ("", "unknown", "LS-GRADIENT", None, 5, "../ls_gradient")),
        *(("level", value) for value in ("", "formula-1", "HAND", None, 5)),
        *(("points", value) for value in (-1, -0.001, 10_001, "4", True, None, 10**399, [4])),
        *(("tries", value) for value in (0, -1, 1_001, 1.5, 3.0, "3", True, 10**30)),
        *(("new_variants", value) for value in (0, "true", None)),
        *(("solutions", value) for value in ("always", 1)),
        *((name, value) for name, value in (("id", "x"), ("n", 1), ("void", "full"), ("weight", 1))),
    ],
)
def test_any_other_item_is_refused_and_pointed_at(classroom: Classroom, column: str, value: Any):
    body = {"title": "Sheet", "items": [ITEM, {**ITEM, column: value}]}
    problem = refused(classroom.carol.post(f"/courses/{classroom.course}/assignments", body), 422, "invalid-request")
    assert problem["errors"][0]["pointer"] in (f"/items/1/{column}", "/items/1")
    assert classroom.school.rows(select(assignments)) == classroom.school.rows(select(items)) == []


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e400", "-1e400"])
def test_numbers_that_are_none_are_refused(classroom: Classroom, number: str):
    raw = f'{{"title": "x", "late_penalty": {number}, "items": []}}'
    reply = classroom.carol.send(
        "POST",
        f"/courses/{classroom.course}/assignments",
        content=raw,
        headers={"Content-Type": "application/json"},
    )
    refused(reply, 422, "invalid-request")


@pytest.mark.parametrize(
    ("dates", "pointer"),
    [
        ({"opens_at": "2026-12-01T00:00:00Z", "due_at": "2026-12-01T00:00:00Z"}, "/due_at"),
        ({"due_at": "2026-12-01T00:00:00.001Z", "closes_at": "2026-12-01T00:00:00Z"}, "/closes_at"),
        ({"opens_at": "2026-12-01T00:00:00Z", "closes_at": "2026-11-30T00:00:00Z"}, "/closes_at"),
    ],
)
def test_dates_out_of_order_are_refused_when_made_and_when_changed(
    classroom: Classroom, dates: dict[str, str], pointer: str
):
    body = {"title": "Sheet", "items": [], **dates}
    problem = refused(classroom.carol.post(f"/courses/{classroom.course}/assignments", body), 422, "invalid-request")
    assert [error["pointer"] for error in problem["errors"]] == [pointer]
    sheet = classroom.assign()
    reply = classroom.carol.patch(f"/assignments/{sheet['id']}", dates)
    assert refused(reply, 422, "invalid-request")["errors"][0]["pointer"] == pointer
    assert fine(classroom.carol.get(f"/assignments/{sheet['id']}")) == sheet


# Changing one -------------------------------------------------------------------------------------


def test_a_patch_changes_what_it_names_and_null_takes_dates_away(classroom: Classroom, sheet: dict[str, Any]):
    assert change(classroom, sheet) == sheet
    assert change(classroom, sheet, title="Sheet 2") == {**sheet, "title": "Sheet 2"}
    after = change(classroom, sheet, opens_at=None, closes_at=None)
    assert (after["opens_at"], after["due_at"], after["closes_at"]) == (None, sheet["due_at"], sheet["due_at"])
    assert change(classroom, sheet, due_at=None)["closes_at"] is None
    policy = {"late_penalty": 1.0, "attempt_factors": [1.0, 0.0], "hint_cost": 1.0, "solutions": "never"}
    assert policy.items() <= change(classroom, sheet, **policy).items()
    kept = change(classroom, sheet, title=None, late_penalty=None, attempt_factors=None, hint_cost=None, solutions=None)
    assert {**policy, "title": "Sheet 2"}.items() <= kept.items()
    assert kept["items"][0]["solutions"] == "never"


def test_items_are_changed_added_moved_and_taken_away(classroom: Classroom):
    sheet = classroom.assign({"tries": 3, "solutions": "never"}, {"level": "numpy"}, {"points": 1})
    first, second, third = (item["id"] for item in sheet["items"])
    named = [{"id": third}, {"id": first, "points": 7, "tries": None, "solutions": None}, {"id": second}]
    after = change(classroom, sheet, items=[*named, {**ITEM, "points": 2}])["items"]
    assert [item["n"] for item in after] == [1, 2, 3, 4]
    assert [item["id"] for item in after[:3]] == [third, first, second]
    assert after[3]["id"] not in (first, second, third)
    assert (after[1]["points"], after[1]["tries"], after[1]["solutions"]) == (7, None, "after_close")
    assert (after[0]["points"], after[3]["points"]) == (1, 2)
    assert change(classroom, sheet, items=[{"id": item["id"]} for item in after])["items"] == after
    moved = change(classroom, sheet, items=[{"id": first, "exercise": "ls-steps", "level": "hand"}])["items"]
    assert [(item["id"], item["exercise"], item["n"]) for item in moved[:2]] == [
        (third, "ls-gradient", 1),
        (first, "ls-steps", 2),
    ]
    assert [item["n"] for item in change(classroom, sheet, items=[ITEM])["items"]] == [1, 2, 3, 4, 5]


def test_an_item_that_nobody_has_begun_is_removed_and_the_others_move_up(classroom: Classroom):
    sheet = classroom.assign({}, {"level": "numpy"}, {"points": 1})
    first, second, third = (item["id"] for item in sheet["items"])
    assert classroom.carol.delete(f"/assignments/{sheet['id']}/items/2").status_code == 204
    left = fine(classroom.carol.get(f"/assignments/{sheet['id']}"))["items"]
    assert [(item["id"], item["n"]) for item in left] == [(first, 1), (third, 2)]
    refused(classroom.carol.delete(f"/assignments/{sheet['id']}/items/{second}"), 404, "not-found")


def test_items_that_a_list_leaves_out_stay_and_a_list_that_only_leaves_out_is_refused(classroom: Classroom):
    sheet = classroom.assign({}, {"level": "numpy"})
    first = sheet["items"][0]["id"]
    voided = change(classroom, sheet, items=[{"id": first, "void": "drop", "reason": "A slip."}])["items"]
    assert [item["void"] for item in voided] == ["drop", None]
    for wanted in ([], [{"id": first}]):
        problem = refused(
            classroom.carol.patch(f"/assignments/{sheet['id']}", {"items": wanted}), 422, "invalid-request"
        )
        assert "DELETE" in problem["detail"]


def test_an_assignment_goes_while_nobody_has_begun_it(classroom: Classroom):
    sheet, begun = classroom.assign(), classroom.assign()
    later = {"due_at": None, "tries": 2}
    fine(classroom.carol.put(f"/assignments/{sheet['id']}/extensions/{classroom.alice.id}", later))
    classroom.open(classroom.alice, begun)
    assert classroom.carol.delete(f"/assignments/{sheet['id']}").status_code == 204
    refused(classroom.carol.get(f"/assignments/{sheet['id']}"), 404, "not-found")
    problem = refused(classroom.carol.delete(f"/assignments/{begun['id']}"), 409, "conflict")
    assert "void" in problem["detail"]


def test_nobody_sees_points_before_the_assignment_opens(classroom: Classroom):
    sheet = classroom.assign(opens_at=classroom.clock.after(days=1))
    refused(classroom.alice.get(f"/assignments/{sheet['id']}/mine"), 403, "not-open")
    fine(classroom.carol.get(f"/assignments/{sheet['id']}/mine"))
    classroom.clock.forward(days=1)
    assert fine(classroom.alice.get(f"/assignments/{sheet['id']}/mine"))["points"] == [None]


def test_late_is_late_without_a_penalty_and_an_extension_takes_it_away(classroom: Classroom):
    later = {"closes_at": classroom.clock.after(days=9), "late_penalty": 0}
    sheet = classroom.assign(due_at=classroom.clock.after(days=1), **later)
    classroom.clock.forward(days=2)
    own = classroom.open(classroom.alice, sheet)
    sent = submit(classroom.alice, own, classroom.solution(own))
    address = f"/attempts/{sent['id']}"
    mine = f"/assignments/{sheet['id']}/mine"
    assert (sent["late"], fine(classroom.alice.get(mine))["late"]) == (True, True)
    extension = {"due_at": classroom.clock.after(days=1)}
    fine(classroom.carol.put(f"/assignments/{sheet['id']}/extensions/{classroom.alice.id}", extension))
    assert fine(classroom.alice.get(address))["late"] is False
    assert fine(classroom.alice.get(mine))["late"] is False


def test_a_student_sees_their_own_points_as_the_report_has_them(classroom: Classroom):
    sheet = classroom.assign({"points": 4}, {"points": 2, "level": "numpy"})
    own = classroom.open(classroom.alice, sheet)
    submit(classroom.alice, own, classroom.solution(own))
    mine = fine(classroom.alice.get(f"/assignments/{sheet['id']}/mine"))
    rows = fine(classroom.carol.get(f"/assignments/{sheet['id']}/report"))["students"]
    row = next(row for row in rows if row["id"] == classroom.alice.id)
    assert (mine["points"], mine["total"], mine["maximum"]) == ([4, None], 4, 6)
    assert {name: row[name] for name in mine if name in row} == {name: mine[name] for name in mine if name in row}


@pytest.mark.parametrize(
    "item",
    [
        *({"exercise": "ls-gradient"}, {"exercise": "ls-gradient", "level": "hand"}, {"id": None}, {}, None, "x"),
        *(
            {**ITEM, "id": UNKNOWN},
            {**ITEM, "exercise": "unknown"},
            {**ITEM, "level": "unknown"},
            {**ITEM, "points": -1},
        ),
        *({**ITEM, "void": "half", "reason": "x"}, {**ITEM, "void": "full"}, {**ITEM, "void": "full", "reason": " "}),
        *({**ITEM, "n": 1}, {**ITEM, "tries": 0}, {**ITEM, "void_reason": "x"}, {**ITEM, "reason": "x" * 1_001}),
    ],
)
def test_any_other_change_of_items_is_refused_and_nothing_is_changed(classroom: Classroom, item: Any):
    sheet = classroom.assign({}, {"level": "numpy"})
    body = {"title": "Changed", "items": [{"id": sheet["items"][1]["id"], "points": 9}, item]}
    refused(classroom.carol.patch(f"/assignments/{sheet['id']}", body), 422, "invalid-request")
    assert fine(classroom.carol.get(f"/assignments/{sheet['id']}")) == sheet


def test_an_item_is_named_once_and_is_the_assignments_own(classroom: Classroom):
    sheet, other = classroom.assign(), classroom.assign()
    own, foreign = sheet["items"][0]["id"], other["items"][0]["id"]
    for listed in ([own, own], [foreign], [own, foreign]):
        body = {"items": [{"id": id} for id in listed]}
        problem = refused(classroom.carol.patch(f"/assignments/{sheet['id']}", body), 422, "invalid-request")
        assert problem["errors"][0]["pointer"] == "/items"
    assert fine(classroom.carol.get(f"/assignments/{other['id']}")) == other


def test_an_item_that_a_student_has_drawn_keeps_its_exercise_and_cannot_go(classroom: Classroom):
    sheet = classroom.assign({}, {"level": "numpy"})
    used, free = (item["id"] for item in sheet["items"])
    classroom.open(classroom.alice, sheet)
    for wanted in ([], [{"id": free}], [{"id": used, "exercise": "ls-steps"}], [{"id": used, "level": "numpy"}]):
        problem = refused(classroom.carol.patch(f"/assignments/{sheet['id']}", {"items": wanted}), 409, "conflict")
        assert "Item 1" in problem["detail"]
        assert "void" in problem["detail"]
    refused(classroom.carol.delete(f"/assignments/{sheet['id']}/items/{used}"), 409, "conflict")
    assert fine(classroom.carol.get(f"/assignments/{sheet['id']}")) == sheet
    after = change(classroom, sheet, items=[{"id": used, "exercise": "ls-gradient", "level": "hand", "points": 1}])
    assert [item["points"] for item in after["items"]] == [1, sheet["items"][1]["points"]]


def test_an_item_for_which_points_were_given_cannot_go(classroom: Classroom):
    sheet = classroom.assign()
    address = f"/assignments/{sheet['id']}/items/1/overrides/{classroom.alice.id}"
    fine(classroom.carol.put(address, {"points": 3, "reason": "Right on paper."}))
    problem = refused(classroom.carol.patch(f"/assignments/{sheet['id']}", {"items": []}), 409, "conflict")
    assert "Item 1 cannot be removed" in problem["detail"]
    assert classroom.carol.delete(address).status_code == 204
    assert classroom.carol.delete(f"/assignments/{sheet['id']}/items/1").status_code == 204


def test_an_item_is_made_void_with_a_reason_and_whole_again(classroom: Classroom, sheet: dict[str, Any]):
    own = classroom.open(classroom.alice, sheet)
    id = sheet["items"][0]["id"]
    for void in ("full", "drop"):
        (item,) = change(classroom, sheet, items=[{"id": id, "void": void, "reason": "The reference was wrong."}])[
            "items"
        ]
        assert (item["void"], item["reason"]) == (void, "The reference was wrong.")
        assert change(classroom, sheet, items=[{"id": id}])["items"] == [item]
    (shown,) = fine(classroom.alice.get(f"/assignments/{sheet['id']}"))["items"]
    assert shown["void"] == "drop"
    assert answer(classroom.alice, own, wrong(own))["counted"]  # it can still be worked on
    assert change(classroom, sheet, items=[{"id": id, "void": None}])["items"] == sheet["items"]


# One's own instance -------------------------------------------------------------------------------


def test_the_first_time_an_instance_is_drawn_and_afterwards_it_is_the_same(classroom: Classroom, sheet: dict[str, Any]):
    first = opening(classroom.alice, sheet)
    assert first.status_code == 201
    own = first.json()
    assert first.headers["Location"] == f"/api/v1/instances/{own['id']}"
    another_device = classroom.alice.with_token(made(classroom.alice.post("/me/tokens"))["token"])
    for again in (
        opening(classroom.alice, sheet),
        opening(classroom.alice, sheet, sheet["items"][0]["id"]),
        opening(another_device, sheet, json={}),
        opening(another_device, sheet, json={"new_variant": False}),
    ):
        assert (again.status_code, again.content) == (200, first.content)
        assert "Location" not in again.headers
    assert own["seed"] is None
    assert own["assignment"] == {
        "id": sheet["id"],
        "item": sheet["items"][0]["id"],
        "points": 4.0,
        **{name: sheet[name] for name in ("opens_at", "due_at", "closes_at")},
    }
    assert own["parts"][0]["tries_left"] == 3


def numbers_of_a_class(classroom: Classroom, level: str) -> list[str]:
    """What forty-five people are given at an exercise with few instances."""
    sheet = classroom.assign({"exercise": "sigmoid-derivative", "level": level})
    lines = [{"name": f"Student {n}", "email": f"s{n}@example.org"} for n in range(40)]
    fine(classroom.carol.post(f"/courses/{classroom.course}/enrolments", {"items": lines}))
    members = fine(classroom.carol.get(f"/courses/{classroom.course}/enrolments", limit=200))["items"]
    address = f"/courses/{classroom.course}/enrolments/{{}}/token"
    tokens = [made(classroom.carol.post(address.format(member["id"])))["token"] for member in members]
    return [str(classroom.open(Person(classroom.school, token), sheet)["data"]) for token in tokens]


def test_two_students_do_not_have_the_same_numbers(classroom: Classroom):
    """Of about four hundred that there are, forty-five drawn at random would have some twice."""
    given = numbers_of_a_class(classroom, "numpy")
    assert len(set(given)) == len(given) == 45


def test_where_there_are_fewer_instances_than_students_numbers_come_again(classroom: Classroom):
    given = numbers_of_a_class(classroom, "hand")
    assert len(given) == 45
    assert 5 <= len(set(given)) < 45


def test_the_same_secret_draws_the_same_numbers_and_another_one_others(
    classroom: Classroom, sheet: dict[str, Any], tmp_path: Path, catalogue: Catalogue
):
    (tmp_path / "same").mkdir()
    (tmp_path / "other").mkdir()
    with (
        elsewhere(classroom, tmp_path / "same", catalogue) as same,
        elsewhere(classroom, tmp_path / "other", catalogue, SECRET.upper()) as other,
    ):
        here = {who.id: classroom.open(who, sheet)["data"] for who in (classroom.alice, classroom.bob)}
        assert {who.id: same.open(who, sheet)["data"] for who in (same.bob, same.alice)} == here
        assert other.open(other.alice, sheet)["data"] != here[classroom.alice.id]
        assert other.open(other.bob, sheet)["data"] != here[classroom.bob.id]


def test_after_a_restart_even_with_another_secret_everyone_has_the_numbers_they_had(
    classroom: Classroom, sheet: dict[str, Any], tmp_path: Path, catalogue: Catalogue
):
    own = classroom.open(classroom.alice, sheet)
    attempt = submit(classroom.alice, own, {"answer": wrong(own)})
    now = fine(classroom.alice.get(f"/instances/{own['id']}"))
    with elsewhere(classroom, tmp_path, catalogue, SECRET.upper()) as later:
        assert later.open(later.alice, sheet) == now
        assert fine(later.alice.get(f"/instances/{own['id']}/attempts"))["items"] == [attempt]


def test_nothing_that_a_student_sends_chooses_the_numbers(classroom: Classroom, sheet: dict[str, Any]):
    for body in ({"seed": 7}, {"level": "numpy"}, {"new_variant": "yes"}, {"new_variant": None}, {"variant": 2}, [], 5):
        refused(opening(classroom.alice, sheet, json=body), 422, "invalid-request")
    assert classroom.school.rows(select(instances)) == []


def test_an_item_is_named_by_its_id_or_its_place(classroom: Classroom, sheet: dict[str, Any]):
    other = classroom.assign()
    for item in ("0", "2", "01", "1.0", "-1", "１", UNKNOWN, other["items"][0]["id"], "%00"):
        refused(opening(classroom.alice, sheet, item), 404, "not-found")


def test_a_new_variant_needs_an_item_that_has_them(classroom: Classroom, sheet: dict[str, Any]):
    first = opening(classroom.alice, sheet, json={"new_variant": True})
    assert first.status_code == 201  # the first one is new anyway
    refused(opening(classroom.alice, sheet, json={"new_variant": True}), 403, "forbidden")


def test_new_variants_have_new_numbers_and_new_tries_and_the_best_counts(classroom: Classroom):
    c = classroom
    sheet = c.assign({"tries": 1, "new_variants": True})
    first = c.open(c.alice, sheet)
    assert answer(c.alice, first, right(c, first))["status"] == "correct"
    second = made(opening(c.alice, sheet, json={"new_variant": True}))
    assert second["id"] != first["id"]
    assert second["data"] != first["data"]
    assert (second["parts"][0]["tries_left"], second["score"]) == (1, 0)
    assert c.open(c.alice, sheet)["id"] == second["id"]  # the newest is hers now, on every device
    assert answer(c.alice, second, wrong(second))["tries_left"] == 0
    assert best(c, c.alice, sheet) == (1, False)
    row = c.score(c.alice, sheet)
    assert (row.attempts, row.submissions, row.first_correct, row.first_score) == (2, 2, 1, 1)
    third = made(opening(c.alice, sheet, json={"new_variant": True}, item=sheet["items"][0]["id"]))
    assert third["data"] not in (first["data"], second["data"])


def test_twenty_requests_at_once_draw_one_instance(classroom: Classroom, sheet: dict[str, Any]):
    with ThreadPoolExecutor(20) as pool:
        replies = list(pool.map(lambda _: opening(classroom.alice, sheet), range(20)))
    assert sorted(reply.status_code for reply in replies) == [200] * 19 + [201]
    assert len({reply.json()["id"] for reply in replies}) == 1


def test_an_instructor_tries_an_item_out_before_it_opens(classroom: Classroom):
    c = classroom
    sheet = c.assign({"tries": 1}, opens_at=c.clock.after(days=1), due_at=c.clock.after(days=2))
    own = c.open(c.carol, sheet)
    for n in range(3):
        verdict = answer(c.carol, own, wrong(own, n))
        assert (verdict["counted"], verdict["tries_left"]) == (False, 1)
    c.clock.forward(days=9)
    assert answer(c.carol, own, right(c, own))["status"] == "correct"
    fine(c.carol.get(f"/instances/{own['id']}/solution"))
    assert c.score(c.carol, sheet) is None
    rows = c.school.rows(select(attempts))
    assert [(row.staff, row.decision, row.factor) for row in rows] == [(True, None, 1.0)] * 4


# Opening and closing ------------------------------------------------------------------------------


def test_nothing_is_served_before_an_assignment_opens(classroom: Classroom):
    c = classroom
    sheet = c.assign(opens_at=c.clock.after(hours=1))
    for who in (c.dave, c.carol, c.operator):
        assert fine(who.get(f"/assignments/{sheet['id']}"))["items"] == sheet["items"]
    assert fine(c.alice.get(f"/assignments/{sheet['id']}")) == {**sheet, "items": []}
    assert fine(c.alice.get(f"/courses/{c.course}/assignments"))["items"] == [{**sheet, "items": []}]
    problem = refused(opening(c.alice, sheet), 403, "not-open")
    assert "opens at 2026-11-22 11:00:00 UTC" in problem["detail"]
    c.clock.forward(hours=1, milliseconds=-1)
    refused(opening(c.alice, sheet), 403, "not-open")
    c.clock.forward(milliseconds=1)
    assert fine(c.alice.get(f"/assignments/{sheet['id']}")) == sheet
    own = c.open(c.alice, sheet)
    change(c, sheet, opens_at=c.clock.after(hours=1))  # and taken back
    for path in ("", "/hints", "/solution"):
        refused(c.alice.get(f"/instances/{own['id']}{path}"), 403, "not-open")
    refused(opening(c.alice, sheet), 403, "not-open")
    refused(send(c.alice, own, wrong(own)), 403, "not-open")
    refused(c.alice.post(f"/instances/{own['id']}/preview", {"answers": {"answer": 1}}), 403, "not-open")
    refused(c.alice.post(f"/instances/{own['id']}/close"), 403, "not-open")


def test_what_is_late_loses_its_share_and_what_is_too_late_is_not_stored(classroom: Classroom, sheet: dict[str, Any]):
    c = classroom
    alices, bobs = c.open(c.alice, sheet), c.open(c.bob, sheet)
    c.clock.set(sheet["due_at"])
    attempt = submit(c.alice, alices, {"answer": right(c, alices)})
    assert (attempt["late"], attempt["score"], best(c, c.alice, sheet)) == (False, 1, (1, False))
    c.clock.forward(milliseconds=1)
    c.clock.set(c.clock())
    attempt = submit(c.bob, bobs, {"answer": right(c, bobs)})
    assert (attempt["late"], attempt["score"], best(c, c.bob, sheet)) == (True, 1, (0.8, True))
    c.clock.set(sheet["closes_at"])
    assert answer(c.bob, bobs, wrong(bobs))["counted"] is False  # solved already, taken still
    c.clock.forward(milliseconds=1)
    before = c.school.rows(select(attempts))
    problem = refused(send(c.bob, bobs, wrong(bobs, 2)), 403, "past-due")
    assert "closed at 2026-11-25 10:00:00 UTC" in problem["detail"]
    refused(c.bob.post(f"/instances/{bobs['id']}/hints", {"part": "answer", "number": 1}), 403, "past-due")
    assert c.school.rows(select(attempts)) == before


def test_an_earlier_better_score_stays_and_a_late_one_may_only_help(classroom: Classroom):
    c = classroom
    at = c.clock.after
    sheet = c.assign({"exercise": "ls-steps"}, due_at=at(days=1), closes_at=at(days=2), late_penalty=0.5)
    alices, bobs = c.open(c.alice, sheet), c.open(c.bob, sheet)
    truth = {who.id: c.solution(own) for who, own in ((c.alice, alices), (c.bob, bobs))}
    first = submit(c.alice, alices, {id: truth[c.alice.id][id] for id in ("a", "r", "dr_da", "da_dtheta", "dr_dtheta")})
    assert first["score"] > 0.5
    submit(c.bob, bobs, {"a": truth[c.bob.id]["a"]})
    c.clock.forward(days=1, seconds=1)
    late = submit(c.alice, alices, {"gradient": truth[c.alice.id]["gradient"]})
    assert (late["score"], late["late"]) == (1, True)
    assert best(c, c.alice, sheet) == (first["score"], False)
    submit(c.bob, bobs, truth[c.bob.id])
    assert best(c, c.bob, sheet) == (0.5, True)


def test_without_dates_an_assignment_is_open_for_ever(classroom: Classroom):
    sheet = classroom.assign()
    own = classroom.open(classroom.alice, sheet)
    for year in (2020, 2045):
        classroom.clock.set(f"{year}-01-01T00:00:00Z")
        now = classroom.clock()
        token = classroom.school.write(partial(create_secret, person=classroom.alice.id, now=now)).text
        attempt = submit(classroom.alice.with_token(token), own, {"answer": wrong(own, year)})
        assert (attempt["late"], attempt["submitted_at"]) == (False, f"{year}-01-01T00:00:00.000Z")


# Extensions ---------------------------------------------------------------------------------------


def test_an_extension_moves_one_students_dates(classroom: Classroom, sheet: dict[str, Any]):
    c = classroom
    due = c.clock.after(days=5)
    given = fine(extend(c, sheet, c.alice, due_at=due))
    assert given == {"person": c.alice.id, "due_at": due, "closes_at": None, "tries": None}
    assert fine(c.dave.get(f"/assignments/{sheet['id']}/extensions"))["items"] == [given]
    moved = {"opens_at": sheet["opens_at"], "due_at": due, "closes_at": c.clock.after(days=7)}
    assert moved.items() <= fine(c.alice.get(f"/assignments/{sheet['id']}")).items()
    assert moved.items() <= fine(c.alice.get(f"/courses/{c.course}/assignments"))["items"][0].items()
    own = c.open(c.alice, sheet)
    assert moved.items() <= own["assignment"].items()
    assert fine(c.alice.get("/me/instances"))["items"][0]["assignment"] == own["assignment"]
    assert fine(c.bob.get(f"/assignments/{sheet['id']}")) == sheet
    bobs = c.open(c.bob, sheet)
    c.clock.forward(days=5)
    refused(send(c.bob, bobs, wrong(bobs)), 403, "past-due")
    assert submit(c.alice, own, {"answer": wrong(own)})["late"] is False
    c.clock.forward(days=1)
    assert submit(c.alice, own, {"answer": wrong(own, 2)})["late"] is True
    c.clock.forward(days=1, milliseconds=1)
    refused(send(c.alice, own, wrong(own, 3)), 403, "past-due")


def test_an_extension_may_say_when_it_closes(classroom: Classroom, sheet: dict[str, Any]):
    due, end = classroom.clock.after(days=2), classroom.clock.after(days=3)
    fine(extend(classroom, sheet, classroom.alice, due_at=due, closes_at=end))
    seen = fine(classroom.alice.get(f"/assignments/{sheet['id']}"))
    assert (seen["due_at"], seen["closes_at"]) == (due, end)
    fine(extend(classroom, sheet, classroom.alice, closes_at=classroom.clock.after(days=9)))  # in place of the other
    seen = fine(classroom.alice.get(f"/assignments/{sheet['id']}"))
    assert (seen["due_at"], seen["closes_at"]) == (sheet["due_at"], classroom.clock.after(days=9))


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"due_at": "2026-11-23T09:59:59.999Z"}, "/due_at"),
        ({"closes_at": "2026-11-25T09:59:59.999Z"}, "/closes_at"),
        ({"due_at": "2026-12-24T00:00:00Z", "closes_at": "2026-12-23T00:00:00Z"}, "/closes_at"),
        ({}, ""),
        ({"due_at": None}, ""),
        ({"tries": 0}, "/tries"),
        ({"tries": 1_001}, "/tries"),
        ({"tries": 2.0}, "/tries"),
        ({"due_at": "tomorrow"}, "/due_at"),
        ({"due_at": 1_800_000_000}, "/due_at"),
        ({"of": "x", "tries": 3}, ""),
    ],
)
def test_an_extension_that_extends_nothing_is_refused(
    classroom: Classroom, sheet: dict[str, Any], body: dict[str, Any], pointer: str
):
    problem = refused(extend(classroom, sheet, classroom.alice, **body), 422, "invalid-request")
    assert [error["pointer"] for error in problem["errors"]] == [pointer]
    many = {"items": [{"person": classroom.bob.id, "tries": 9}, {"person": classroom.alice.id, **body}]}
    problem = refused(classroom.dave.post(f"/assignments/{sheet['id']}/extensions", many), 422, "invalid-request")
    assert [error["pointer"] for error in problem["errors"]] == [f"/items/1{pointer}"]
    assert fine(classroom.dave.get(f"/assignments/{sheet['id']}/extensions"))["items"] == []


def test_an_assignment_without_an_end_has_none_to_extend(classroom: Classroom):
    sheet = classroom.assign()
    for body in ({"due_at": "2026-12-24T00:00:00Z"}, {"closes_at": "2026-12-24T00:00:00Z"}):
        refused(extend(classroom, sheet, classroom.alice, **body), 422, "invalid-request")
    fine(extend(classroom, sheet, classroom.alice, tries=3))


def test_extensions_for_many_are_granted_all_or_none(classroom: Classroom, sheet: dict[str, Any]):
    c = classroom
    address, due = f"/assignments/{sheet['id']}/extensions", c.clock.after(days=2)
    wanted = [{"person": who.id, "due_at": due} for who in (c.alice, c.bob)]
    given = fine(c.dave.post(address, {"items": wanted}))["items"]
    assert given == [{**one, "closes_at": None, "tries": None} for one in wanted]
    for stranger in (c.mallory.id, UNKNOWN):
        body = {"items": [{"person": c.alice.id, "tries": 7}, {"person": stranger, "tries": 7}]}
        problem = refused(c.dave.post(address, body), 422, "invalid-request")
        assert [error["pointer"] for error in problem["errors"]] == ["/items/1/person"]
    twice = {"items": [{"person": c.alice.id, "tries": 7}, {"person": c.alice.id, "tries": 8}]}
    assert refused(c.dave.post(address, twice), 422, "invalid-request")["errors"][0]["pointer"] == "/items/1/person"
    for body in ({"items": []}, {}, {"items": [{"tries": 7}]}, {"items": [None]}, [wanted]):
        refused(c.dave.post(address, body), 422, "invalid-request")
    assert sorted(fine(c.dave.get(address))["items"], key=str) == sorted(given, key=str)
    for id in (c.mallory.id, UNKNOWN):
        refused(c.dave.put(f"{address}/{id}", {"tries": 7}), 404, "not-found")


def test_an_extension_granted_afterwards_takes_the_penalty_off(classroom: Classroom, sheet: dict[str, Any]):
    c = classroom
    own, bobs = c.open(c.alice, sheet), c.open(c.bob, sheet)
    c.clock.forward(days=2)
    attempt = submit(c.alice, own, {"answer": right(c, own)})
    submit(c.bob, bobs, {"answer": right(c, bobs)})
    assert best(c, c.alice, sheet) == (0.8, True)
    c.clock.forward(days=5)
    fine(extend(c, sheet, c.alice, due_at="2026-11-24T10:00:00Z"))  # to the moment in which she sent it
    assert best(c, c.alice, sheet) == (1, False)
    assert fine(c.alice.get(f"/attempts/{attempt['id']}"))["late"] is False
    assert best(c, c.bob, sheet) == (0.8, True)
    (row,) = c.school.rows(select(revisions))
    assert (row.attempt, row.number, row.factor, row.made_by) == (attempt["id"], 1, 1, c.dave.id)
    assert c.school.rows(select(attempts.c.factor).where(attempts.c.id == attempt["id"])) == [(0.8,)]  # the first stays
    assert c.dave.delete(f"/assignments/{sheet['id']}/extensions/{c.alice.id}").status_code == 204
    assert best(c, c.alice, sheet) == (1, False)  # taken back, it takes nothing away
    refused(c.dave.delete(f"/assignments/{sheet['id']}/extensions/{c.alice.id}"), 404, "not-found")


def test_changed_dates_and_penalties_are_decided_anew_in_the_students_favour_only(
    classroom: Classroom, sheet: dict[str, Any]
):
    c = classroom
    on_time, late = c.open(c.alice, sheet), c.open(c.bob, sheet)
    submit(c.alice, on_time, {"answer": right(c, on_time)})
    c.clock.forward(days=2)
    submit(c.bob, late, {"answer": right(c, late)})
    change(c, sheet, due_at=c.clock.after(days=-2, hours=-1, minutes=1), opens_at=None)  # before alice sent hers
    assert (best(c, c.alice, sheet), best(c, c.bob, sheet)) == ((1, False), (0.8, True))
    change(c, sheet, late_penalty=0.9)
    assert (best(c, c.alice, sheet), best(c, c.bob, sheet)) == ((1, False), (0.8, True))
    change(c, sheet, late_penalty=0.1)
    assert best(c, c.bob, sheet) == (0.9, True)
    change(c, sheet, due_at=c.clock.after(), late_penalty=0.5)
    assert best(c, c.bob, sheet) == (1, False)
    change(c, sheet, due_at=None, closes_at=None)
    assert (best(c, c.alice, sheet), best(c, c.bob, sheet)) == ((1, False), (1, False))
    numbers = c.school.rows(select(revisions.c.number, revisions.c.factor).order_by(revisions.c.number))
    assert numbers == [(1, 0.9), (2, 1.0)]


def test_an_extension_gives_more_tries_and_never_fewer(classroom: Classroom, sheet: dict[str, Any]):
    c = classroom
    own = c.open(c.alice, sheet)
    for n in range(3):
        left = answer(c.alice, own, wrong(own, n))["tries_left"]
    assert left == 0
    refused(send(c.alice, own, wrong(own, 9)), 409, "no-tries")
    fine(extend(c, sheet, c.alice, tries=2))  # fewer than the item has
    refused(send(c.alice, own, wrong(own, 9)), 409, "no-tries")
    fine(extend(c, sheet, c.alice, tries=4))
    assert fine(c.alice.get(f"/instances/{own['id']}"))["parts"][0]["tries_left"] == 1
    assert answer(c.alice, own, wrong(own, 9))["tries_left"] == 0
    change(c, sheet, items=[{"id": sheet["items"][0]["id"], "tries": 6}])
    assert answer(c.alice, own, wrong(own, 10))["tries_left"] == 1


# Overrides ----------------------------------------------------------------------------------------


def test_points_are_given_in_place_of_what_was_reached_or_a_student_is_excused(
    classroom: Classroom, sheet: dict[str, Any]
):
    c = classroom
    item = sheet["items"][0]["id"]
    address = f"/assignments/{sheet['id']}/items/{item}/overrides/{c.alice.id}"
    given = fine(c.carol.put(address, {"points": 3, "reason": "Right on paper."}))
    assert given == {"item": item, "person": c.alice.id, "points": 3, "excused": False, "reason": "Right on paper."}
    excused = fine(c.carol.put(address, {"excused": True, "reason": "Ill."}))
    assert (excused["points"], excused["excused"]) == (None, True)
    (row,) = c.school.rows(select(overrides))
    assert (row.points, row.reason) == (None, "Ill.")
    assert c.carol.delete(address).status_code == 204
    refused(c.carol.delete(address), 404, "not-found")


@pytest.mark.parametrize(
    "body",
    [
        *(
            {},
            {"points": 3},
            {"reason": "x"},
            {"points": 3, "reason": ""},
            {"points": 3, "reason": " \n"},
            {"excused": True},
        ),
        *(
            {"points": 3, "excused": True, "reason": "x"},
            {"excused": False, "reason": "x"},
            {"points": None, "reason": "x"},
        ),
        *({"points": -1, "reason": "x"}, {"points": 10_001, "reason": "x"}, {"points": "3", "reason": "x"}, [], 3),
        *(
            {"points": 3, "reason": "x" * 1_001},
            {"points": True, "reason": "x"},
            {"points": 3, "reason": "x", "by": "me"},
        ),
    ],
)
def test_any_other_override_is_refused(classroom: Classroom, sheet: dict[str, Any], body: Any):
    address = f"/assignments/{sheet['id']}/items/1/overrides/{classroom.alice.id}"
    refused(classroom.carol.put(address, body), 422, "invalid-request")
    assert classroom.school.rows(select(overrides)) == []


def test_nobody_outside_the_course_and_no_other_item_has_points(classroom: Classroom, sheet: dict[str, Any]):
    body = {"points": 3, "reason": "x"}
    for item, person in (
        (1, classroom.mallory.id),
        (1, UNKNOWN),
        (2, classroom.alice.id),
        (UNKNOWN, classroom.alice.id),
    ):
        address = f"/assignments/{sheet['id']}/items/{item}/overrides/{person}"
        refused(classroom.carol.put(address, body), 404, "not-found")


# Solutions, hints, factors ------------------------------------------------------------------------


def solution(person: Person, instance: dict[str, Any]) -> Any:
    return person.get(f"/instances/{instance['id']}/solution")


def test_solutions_open_after_the_closing_time_that_holds_for_a_student(classroom: Classroom, sheet: dict[str, Any]):
    c = classroom
    alices, bobs = c.open(c.alice, sheet), c.open(c.bob, sheet)
    fine(extend(c, sheet, c.alice, due_at=c.clock.after(days=2)))
    answer(c.bob, bobs, right(c, bobs))
    fine(c.alice.post(f"/instances/{alices['id']}/close"))
    for who, own, days in ((c.bob, bobs, 3), (c.alice, alices, 4)):
        c.clock.set("2026-11-22T10:00:00Z")
        c.clock.forward(days=days)
        refused(solution(who, own), 403, "solution-not-open")
        c.clock.forward(milliseconds=1)
        fine(solution(who, own))


def test_solutions_of_an_assignment_that_never_closes_stay_shut(classroom: Classroom):
    own = classroom.open(classroom.alice, classroom.assign())
    fine(classroom.alice.post(f"/instances/{own['id']}/close"))
    refused(solution(classroom.alice, own), 403, "solution-not-open")
    fine(solution(classroom.dave, own))


def test_solutions_may_open_when_a_student_is_done(classroom: Classroom):
    c = classroom
    sheet = c.assign({"tries": 1}, solutions="when_done", due_at=c.clock.after(days=1))
    solved, tried, given_up = c.open(c.alice, sheet), c.open(c.bob, sheet), None
    refused(solution(c.alice, solved), 403, "solution-not-open")
    answer(c.alice, solved, right(c, solved))
    fine(solution(c.alice, solved))
    answer(c.bob, tried, wrong(tried))
    fine(solution(c.bob, tried))  # out of tries
    given_up = c.open(c.alice, c.assign(solutions="when_done"))
    refused(solution(c.alice, given_up), 403, "solution-not-open")
    fine(c.alice.post(f"/instances/{given_up['id']}/close"))
    fine(solution(c.alice, given_up))
    refused(send(c.alice, given_up, wrong(given_up)), 409, "closed")


def test_solutions_may_never_open_and_an_item_may_say_otherwise(classroom: Classroom):
    c = classroom
    sheet = c.assign({}, {"solutions": "when_done"}, solutions="never", due_at=c.clock.after(days=1))
    never, done = c.open(c.alice, sheet, 1), c.open(c.alice, sheet, 2)
    for own in (never, done):
        fine(c.alice.post(f"/instances/{own['id']}/close"))
    c.clock.forward(days=99)
    refused(solution(c.alice, never), 403, "solution-not-open")
    fine(solution(c.alice, done))
    fine(solution(c.carol, never))


def test_each_open_hint_takes_its_share_of_its_part(classroom: Classroom):
    c = classroom
    own = c.open(c.alice, sheet := c.assign(hint_cost=0.25))
    for number in (1, 2):
        hint = made(c.alice.post(f"/instances/{own['id']}/hints", {"part": "answer", "number": number}))
        assert hint["cost"] == 0.25
    assert fine(c.alice.post(f"/instances/{own['id']}/hints", {"part": "answer", "number": 1}))["cost"] == 0.25
    attempt = submit(c.alice, own, {"answer": right(c, own)})
    assert (attempt["parts"]["answer"]["score"], attempt["score"]) == (1, 0.5)
    assert best(c, c.alice, sheet) == (0.5, False)


def test_hints_opened_after_the_answer_cost_nothing(classroom: Classroom):
    c = classroom
    own = c.open(c.alice, sheet := c.assign(hint_cost=0.25))
    answer(c.alice, own, right(c, own))
    made(c.alice.post(f"/instances/{own['id']}/hints", {"part": "answer", "number": 1}))
    answer(c.alice, own, right(c, own))
    assert best(c, c.alice, sheet) == (1, False)


def test_hints_never_take_more_than_there_is(classroom: Classroom):
    c = classroom
    own = c.open(c.alice, sheet := c.assign(hint_cost=0.9))
    for number in (1, 2):
        made(c.alice.post(f"/instances/{own['id']}/hints", {"part": "answer", "number": number}))
    assert submit(c.alice, own, {"answer": right(c, own)})["score"] == 0
    assert fine(c.alice.get(f"/instances/{own['id']}"))["parts"][0]["solved"] is True
    assert best(c, c.alice, sheet) == (0, False)


def test_later_tries_are_worth_what_the_assignment_says(classroom: Classroom):
    c = classroom
    for wrong_before, worth in ((0, 1), (1, 0.8), (2, 0.5), (4, 0.5)):
        who = (c.alice, c.bob)[wrong_before % 2]
        sheet = c.assign(attempt_factors=[1, 0.8, 0.5])
        own = c.open(who, sheet)
        for n in [*range(wrong_before), *range(wrong_before)]:  # the same again is no try
            answer(who, own, wrong(own, n))
        assert submit(who, own, {"answer": right(c, own)})["score"] == worth
        assert best(c, who, sheet) == (worth, False)


# Exercises that change ----------------------------------------------------------------------------


@pytest.fixture
def withdrawn(classroom: Classroom, sheet: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """An instance of alice's with an attempt, whose exercise is no longer served."""
    own = classroom.open(classroom.alice, sheet)
    attempt = submit(classroom.alice, own, {"answer": right(classroom, own)})
    state = classroom.school.app.state
    state.catalogue = {id: family for id, family in state.catalogue.items() if id != "ls-gradient"}
    return own, attempt


def test_an_exercise_that_was_withdrawn_says_so_and_leaves_scores_and_attempts_as_they_are(
    classroom: Classroom, sheet: dict[str, Any], withdrawn: tuple[dict[str, Any], dict[str, Any]]
):
    c = classroom
    own, attempt = withdrawn
    for who in (c.alice, c.carol):
        for path in ("", "/solution", "/hints"):
            assert "kept" in refused(who.get(f"/instances/{own['id']}{path}"), 410, "withdrawn")["detail"]
        assert fine(who.get(f"/instances/{own['id']}/attempts"))["items"] == [attempt]
        assert fine(who.get(f"/attempts/{attempt['id']}")) == attempt
        refused(send(who, own, 1), 410, "withdrawn")
    refused(opening(c.alice, sheet), 410, "withdrawn")
    refused(opening(c.bob, sheet), 410, "withdrawn")
    (item,) = fine(c.alice.get(f"/assignments/{sheet['id']}"))["items"]
    assert (item["exercise"], item["title"]) == ("ls-gradient", None)
    assert fine(c.alice.get("/me/instances"))["items"][0]["score"] == 1
    assert best(c, c.alice, sheet) == (1, False)
    made(c.alice.post(f"/attempts/{attempt['id']}/flag", {"comment": "Where is it?"}))


def test_an_assignment_whose_exercise_was_withdrawn_is_changed_like_any_other(
    classroom: Classroom, sheet: dict[str, Any], withdrawn: tuple[dict[str, Any], dict[str, Any]]
):
    id = sheet["items"][0]["id"]
    after = change(
        classroom, sheet, title="Old sheet", items=[{"id": id, "points": 2, "void": "full", "reason": "Gone."}]
    )
    assert (after["items"][0]["points"], after["items"][0]["void"]) == (2, "full")
    body = {"title": "Sheet", "items": [ITEM]}
    refused(classroom.carol.post(f"/courses/{classroom.course}/assignments", body), 422, "invalid-request")
    course = made(classroom.carol.post(f"/courses/{classroom.course}/copy", {"title": "Next year"}))
    assert len(fine(classroom.carol.get(f"/courses/{course['id']}/assignments"))["items"][0]["items"]) == 1
