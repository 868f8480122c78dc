"""Ready-made sheets, and items that keep to instances of one kind."""

from pathlib import Path
from typing import Any

import pytest

from app.exercise import Catalogue, load_folders
from tests.teaching import Classroom, fine, made, refused
from tests.test_exercise import TWICE, edited

RELU = {"exercise": "perceptron-dy-dx", "level": "hand", "points": 2, "only": {"activation": "relu"}}


def test_the_three_sheets_of_the_lecture_are_served(classroom: Classroom):
    sheets = fine(classroom.guest.get("/sheets"))["items"]
    assert [sheet["id"] for sheet in sheets] == ["shapes", "by-hand", "with-numpy"]
    assert fine(classroom.guest.get("/sheets/shapes")) == sheets[0]
    assert sheets[0]["items"][1] == {
        "exercise": "tensor-puzzles",
        "title": "Tensor puzzles",
        "level": "hand",
        "only": {},
    }
    refused(classroom.guest.get("/sheets/no-such"), 404, "not-found")


def test_a_sheet_is_a_shortcut_for_the_items_of_an_assignment(classroom: Classroom):
    address = f"/courses/{classroom.course}/assignments"
    more = {"exercise": "ls-gradient", "level": "hand", "points": 3}
    assignment = made(classroom.carol.post(address, {"title": "Sheet 1", "sheet": "by-hand", "items": [more]}))
    sheet = fine(classroom.carol.get("/sheets/by-hand"))["items"]
    kept = [{name: item[name] for name in ("exercise", "title", "level", "only")} for item in assignment["items"]]
    assert kept[:-1] == sheet
    assert [item["points"] for item in assignment["items"]] == [1.0] * len(sheet) + [3]
    assert {item["exercise"]: item["only"] for item in sheet}["perceptron-dy-dx"] == {"activation": "relu"}


@pytest.mark.parametrize("body", [{"title": "Sheet 1"}, {"title": "Sheet 1", "sheet": "no-such"}])
def test_an_assignment_says_its_items_or_a_sheet_that_there_is(classroom: Classroom, body: dict[str, Any]):
    refused(classroom.carol.post(f"/courses/{classroom.course}/assignments", body), 422, "invalid-request")


def test_an_item_keeps_to_instances_of_one_kind(classroom: Classroom):
    address = f"/courses/{classroom.course}/assignments"
    items = [RELU, {**RELU, "only": {"activation": "tanh"}}]
    assignment = made(classroom.carol.post(address, {"title": "Sheet 1", "items": items}))
    for person in (classroom.alice, classroom.bob):
        for n, activation in ((1, "relu"), (2, "tanh")):
            instance = made(person.post(f"/assignments/{assignment['id']}/items/{n}/instances"))
            assert instance["data"]["activation"] == activation


@pytest.mark.parametrize(
    "only",
    [{"activation": "cosine"}, {"activaton": "relu"}, {"W": 1}, {"activation": ["relu"]}, {"activation": None}, []],
)
def test_a_kind_that_is_never_drawn_is_refused(classroom: Classroom, only: Any):
    address = f"/courses/{classroom.course}/assignments"
    reply = classroom.carol.post(address, {"title": "Sheet 1", "items": [{**RELU, "only": only}]})
    assert refused(reply, 422, "invalid-request")["errors"][0]["pointer"].startswith("/items/0/only")


def test_the_kind_of_an_item_can_change_until_it_is_in_use(classroom: Classroom):
    assignment = made(
        classroom.carol.post(f"/courses/{classroom.course}/assignments", {"title": "Sheet 1", "items": [RELU]})
    )
    address, item = f"/assignments/{assignment['id']}", assignment["items"][0]["id"]
    wanted = {"items": [{"id": item, "only": {"activation": "sigmoid"}}]}
    assert fine(classroom.carol.patch(address, wanted))["items"][0]["only"] == {"activation": "sigmoid"}
    made(classroom.alice.post(f"{address}/items/1/instances"))
    refused(classroom.carol.patch(address, {"items": [{"id": item, "only": {}}]}), 409, "conflict")


# Files --------------------------------------------------------------------------------------------

SHEET = '[first]\ntitle = "First"\nlevel = "hand"\nexercises = ["twice", {exercise = "twice", level = "numpy"}]\n'


def folder(path: Path, sheets: str) -> Catalogue:
    (path / "twice.py").write_text(TWICE)
    (path / "sheets.toml").write_text(sheets)
    return load_folders([path])


def test_a_folder_may_bring_sheets_of_its_own(tmp_path: Path):
    catalogue = folder(tmp_path, SHEET)
    assert not catalogue.faults
    items = catalogue.sheets["first"].items
    assert [(item.exercise, item.level, item.only) for item in items] == [("twice", "hand", {}), ("twice", "numpy", {})]


FAULTS = {
    "no TOML": ("[first", "TOMLDecodeError"),
    "a word too many": (SHEET + "points = 3\n", "write exactly title, level and exercises"),
    "no such exercise": (
        SHEET.replace('["twice",', '["twixe",'),
        "no exercise twixe that loads. Did you mean `twice`?",
    ),
    "no such level": (SHEET.replace('"hand"', '"easy"'), "twice has the levels hand, numpy"),
    "no such given": (SHEET.replace('level = "numpy"', "only = {y = 1}"), "Only these givens can be chosen: x0."),
    "no exercise in it": (SHEET.replace("exercise =", "exercises ="), "an exercise is its id, or a table"),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_malformed_sheet_is_a_fault_of_its_file_and_stops_nothing_else(tmp_path: Path, fault: tuple[str, str]):
    catalogue = folder(tmp_path, fault[0])
    assert list(catalogue) == ["twice"]
    assert [path.name for path in catalogue.faults] == ["sheets.toml"]
    assert fault[1] in catalogue.faults[tmp_path / "sheets.toml"]


def test_a_sheet_leaves_out_what_is_not_served(tmp_path: Path):
    (tmp_path / "thrice.py").write_text(edited(TWICE, {"return dict(x0=": "return 1 / 0 or dict(x0="}))
    catalogue = folder(tmp_path, SHEET.replace('["twice",', '["twice", "thrice",'))
    assert [item.exercise for item in catalogue.drawable().sheets["first"].items] == ["twice", "twice"]


TYPES = {
    "a title that is a number": SHEET.replace('"First"', "3"),
    "exercises in one text": SHEET.replace('["twice", {exercise = "twice", level = "numpy"}]', '"twice"'),
    "an id that is a number": SHEET.replace('["twice",', "[3,"),
    "only as a list": SHEET.replace('level = "numpy"', "only = [1]"),
    "numbers never drawn": SHEET.replace('level = "numpy"', "only = {x0 = 1000.0}"),
}


@pytest.mark.parametrize("written", TYPES.values(), ids=TYPES)
def test_a_sheet_of_wrong_types_is_a_fault(tmp_path: Path, written: str):
    catalogue = folder(tmp_path, written)
    assert [path.name for path in catalogue.faults] == ["sheets.toml"]


def test_a_sheet_takes_the_place_of_none(tmp_path: Path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "sheets.toml").write_text(SHEET.replace('"First"', f'"{name}"'))
    (tmp_path / "one" / "twice.py").write_text(TWICE)
    catalogue = load_folders([tmp_path / "one", tmp_path / "two"])
    assert catalogue.sheets["first"].title == "one"
    assert "another sheet with the id first" in catalogue.faults[tmp_path / "two" / "sheets.toml"]


def test_what_is_wrong_with_an_item_is_told_by_its_place_among_those_that_were_sent(classroom: Classroom):
    body = {"title": "S", "sheet": "shapes", "items": [{"exercise": "no-such", "level": "hand", "points": 1}]}
    problem = refused(classroom.carol.post(f"/courses/{classroom.course}/assignments", body), 422, "invalid-request")
    assert problem["errors"][0]["pointer"] == "/items/0/exercise"


def test_a_refusal_does_not_repeat_what_was_sent(classroom: Classroom):
    name = "x" * 45
    body = {"title": "S", "items": [{**RELU, "only": {name: 1}}]}
    reply = classroom.carol.post(f"/courses/{classroom.course}/assignments", body)
    refused(reply, 422, "invalid-request")
    assert name not in reply.text
