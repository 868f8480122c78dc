"""The editor of an assignment: a draft in a form, saved when all of it is right."""

from typing import Any

import pytest
from sqlalchemy import Connection

from app.auth import Caller
from app.courses.assignments import Assignment, find, keep_items
from app.exercise import Catalogue
from app.limits import MOST_ITEMS
from tests.teaching import Classroom, fine, submit
from tests.visiting import Browser, Page

HOSTILE = "<script>alert(1)</script>"
Fields = dict[str, str]


@pytest.fixture
def carol(classroom: Classroom) -> Browser:
    return Browser(classroom.school, classroom.carol)


def new(classroom: Classroom) -> str:
    return f"/teach/courses/{classroom.course}/assignments/new"


def at(assignment: dict[str, Any]) -> str:
    return f"/teach/assignments/{assignment['id']}"


def fields_of(page: Page) -> Fields:
    """What a browser would send of the fields as they stand."""
    fields: Fields = {}
    select = ""
    for element in page.elements:
        name, is_on = element["name"], "checked" in element.attributes
        if element.name == "input" and (is_on or element["type"] not in ("checkbox", "radio")):
            fields[name] = element["value"]
        elif element.name == "select":
            select = name
        elif element.name == "option" and select and (select not in fields or "selected" in element.attributes):
            fields[select] = element["value"]
    return fields


def press(browser: Browser, path: str, do: str, **changes: str) -> Page:
    """Press a button of the page that is open, with some fields changed; `__` stands for a dot."""
    assert browser.page
    typed = {name.replace("__", "."): value for name, value in changes.items()}
    return browser.send(path, {**fields_of(browser.page), **typed, "do": do})


def exercises(page: Page) -> list[str]:
    """The exercises of the draft, in order."""
    return [e["value"] for e in page.elements if e["name"].startswith("item.") and e["name"].endswith(".exercise")]


def stored(classroom: Classroom, page: Page) -> dict[str, Any]:
    """The assignment whose page is open, as the API shows it."""
    return fine(classroom.carol.get(f"/assignments/{page.path.split('/')[3].partition('?')[0]}"))


def wrong(page: Page) -> set[str]:
    """The fields beside which something is said, and the pages says what."""
    marked = [e for e in page.elements if e["aria-invalid"] == "true"]
    assert all(page.one("small", id=e["aria-describedby"]).text.startswith("✗") for e in marked)
    return {e["name"] for e in marked}


# A new one ----------------------------------------------------------------------------------------


def test_an_assignment_is_made_in_a_minute(carol: Browser, classroom: Classroom):
    carol.visit(new(classroom))
    press(carol, new(classroom), "add ls-gradient hand", title="Sheet 1", due_at="2026-12-01T23:59")
    press(carol, new(classroom), "add perceptron-dy-da numpy")
    page = press(
        carol, new(classroom), "save", item__0__points="2,5", item__1__tries="3", item__1__only__activation='"tanh"'
    )
    assert "Saved." in page.text
    made = stored(classroom, page)
    assert (made["title"], made["due_at"], made["late_penalty"]) == ("Sheet 1", "2026-12-01T22:59:00.000Z", 0.2)
    items = [(one["exercise"], one["level"], one["points"], one["tries"], one["only"]) for one in made["items"]]
    assert items == [
        ("ls-gradient", "hand", 2.5, None, {}),
        ("perceptron-dy-da", "numpy", 1, 3, {"activation": "tanh"}),
    ]


def test_a_draft_is_nowhere_until_it_is_saved(carol: Browser, classroom: Classroom):
    carol.visit(new(classroom))
    page = press(carol, new(classroom), "add ls-gradient hand", title="Sheet 1")
    assert page.status == 200
    assert "Not saved yet." in page.text
    assert exercises(page) == ["ls-gradient"]
    assert fine(classroom.carol.get(f"/courses/{classroom.course}/assignments"))["items"] == []


def test_a_ready_made_sheet_adds_all_its_items_at_once(carol: Browser, classroom: Classroom, catalogue: Catalogue):
    sheet = catalogue.sheets["by-hand"]
    carol.visit(new(classroom))
    page = press(carol, new(classroom), "sheet", sheet="by-hand")
    assert exercises(page) == [item.exercise for item in sheet.items]
    page = press(carol, new(classroom), "save", title="By hand")
    assert [item["only"] for item in stored(classroom, page)["items"]] == [item.only for item in sheet.items]
    assert exercises(carol.visit(f"{new(classroom)}?sheet=shapes")) == [
        item.exercise for item in catalogue.sheets["shapes"].items
    ]


def test_items_move_and_go_with_all_that_was_typed_in_them(carol: Browser, classroom: Classroom):
    carol.visit(new(classroom))
    for exercise in ("ls-gradient", "ls-steps", "sigmoid-derivative"):
        press(carol, new(classroom), f"add {exercise} hand")
    page = press(carol, new(classroom), "up 2", item__2__points="7", item__2__new_variants="yes", title="Kept")
    assert exercises(page) == ["ls-gradient", "sigmoid-derivative", "ls-steps"]
    assert page.field("item.1.points") == "7"
    assert fields_of(page)["item.1.new_variants"] == "yes"
    page = press(carol, new(classroom), "down 0")
    assert exercises(page) == ["sigmoid-derivative", "ls-gradient", "ls-steps"]
    page = press(carol, new(classroom), "remove 1")
    assert exercises(page) == ["sigmoid-derivative", "ls-steps"]
    assert page.field("item.0.points") == "7"
    assert page.field("title") == "Kept"
    for nowhere in ("up 0", "down 1", "remove 9", "up ten", "up -1", "add", "nothing", "up ²"):
        assert exercises(press(carol, new(classroom), nowhere)) == ["sigmoid-derivative", "ls-steps"]


def test_everything_that_is_wrong_is_said_at_once_beside_its_field(carol: Browser, classroom: Classroom):
    carol.visit(new(classroom))
    press(carol, new(classroom), "add ls-gradient hand")
    page = press(
        carol,
        new(classroom),
        "save",
        title="",
        opens_at="tomorrow",
        late_penalty="120",
        hint_cost=HOSTILE,
        attempt_factors="50, 100",
        item__0__points="many",
        item__0__tries="0",
    )
    assert page.status == 422
    assert wrong(page) == {
        "title",
        "opens_at",
        "late_penalty",
        "hint_cost",
        "attempt_factors",
        "item.0.points",
        "item.0.tries",
    }
    assert "what you typed is kept" in page.text
    assert (page.field("opens_at"), page.field("hint_cost")) == ("tomorrow", HOSTILE)
    assert (page.field("item.0.points"), page.field("item.0.tries")) == ("many", "0")
    assert HOSTILE not in page.html
    assert fine(classroom.carol.get(f"/courses/{classroom.course}/assignments"))["items"] == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "x" * 201),
        ("due_at", "2026-12-32T10:00"),
        ("closes_at", "2999-12-32T10:00"),
        ("late_penalty", "nan"),
        ("late_penalty", ""),
        ("hint_cost", "-1"),
        ("attempt_factors", "101"),
        ("attempt_factors", "100 x"),
        ("attempt_factors", " ".join(["50"] * 101)),
        ("solutions", "soon"),
        ("item.0.points", "10001"),
        ("item.0.points", "inf"),
        ("item.0.tries", "1001"),
        ("item.0.tries", "1.5"),
        ("item.0.solutions", "soon"),
        ("item.0.void", "half"),
        ("item.0.level", "nothing"),
        ("item.0.exercise", "nothing"),
        ("item.0.only.activation", '"cosine"'),
        ("item.0.only.activation", "{"),
        ("item.0.only.activation", "[1]"),
    ],
)
def test_what_the_api_refuses_the_editor_refuses(carol: Browser, classroom: Classroom, field: str, value: str):
    carol.visit(new(classroom))
    press(carol, new(classroom), "add perceptron-dy-da hand", title="Sheet 1")
    page = press(carol, new(classroom), "save", **{field: value})
    assert page.status == 422
    assert page.all("div", role="alert")
    assert page.field("title") == (value if field == "title" else "Sheet 1")
    assert fine(classroom.carol.get(f"/courses/{classroom.course}/assignments"))["items"] == []


def test_dates_must_be_in_order(carol: Browser, classroom: Classroom):
    carol.visit(new(classroom))
    page = press(carol, new(classroom), "save", title="Sheet 1", opens_at="2026-12-02T10:00", due_at="2026-12-01T10:00")
    assert page.status == 422
    assert wrong(page) == {"due_at"}


def test_rules_are_kept_as_they_were_typed(carol: Browser, classroom: Classroom):
    carol.visit(new(classroom))
    changes = {"late_penalty": "12,5 %", "hint_cost": "10", "attempt_factors": "100, 80 60", "solutions": "never"}
    page = press(carol, new(classroom), "save", title="Sheet 1", **changes)
    made = stored(classroom, page)
    assert (made["late_penalty"], made["hint_cost"]) == (0.125, 0.1)
    assert made["attempt_factors"] == [1, 0.8, 0.6]
    assert made["solutions"] == "never"
    shown = (page.field("late_penalty"), page.field("hint_cost"), page.field("attempt_factors"))
    assert shown == ("12.5", "10", "100, 80, 60")


def test_there_is_room_for_so_many_items_and_no_more(carol: Browser, classroom: Classroom):
    carol.visit(new(classroom))
    items = {}
    for n in range(MOST_ITEMS):
        row = {"exercise": "ls-gradient", "level": "hand", "points": "1", "reason": "", "solutions": ""}
        items |= {f"item.{n}.{name}": value for name, value in row.items()}
    page = press(carol, new(classroom), "add ls-steps hand", **items)
    assert page.status == 422
    assert f"at most {MOST_ITEMS} items" in page.text
    assert len(exercises(page)) == MOST_ITEMS
    page = press(carol, new(classroom), "save", title="Long")
    assert page.status == 200
    assert len(stored(classroom, page)["items"]) == MOST_ITEMS


def test_one_item_too_many_is_not_saved(carol: Browser, classroom: Classroom):
    carol.visit(new(classroom))
    items = {}
    for n in range(MOST_ITEMS + 1):
        row = {"exercise": "ls-gradient", "level": "hand", "points": "1"}
        items |= {f"item.{n}.{name}": value for name, value in row.items()}
    page = press(carol, new(classroom), "save", title="Too long", **items)
    assert page.status == 422
    assert f"at most {MOST_ITEMS} items" in page.text
    assert fine(classroom.carol.get(f"/courses/{classroom.course}/assignments"))["items"] == []


def test_the_same_form_twice_makes_one_assignment(carol: Browser, classroom: Classroom):
    page = carol.visit(new(classroom))
    fields = {**fields_of(page), "title": "Once", "do": "save"}
    first, second = (carol.send(new(classroom), fields, proof=fields["proof"]) for _ in range(2))
    assert first.path == second.path
    assert len(fine(classroom.carol.get(f"/courses/{classroom.course}/assignments"))["items"]) == 1


# The catalogue ------------------------------------------------------------------------------------


def offered(page: Page) -> set[str]:
    return {e["id"].removeprefix("add-") for e in page.all("li", class_="exercise") if "hidden" not in e.attributes}


def test_the_catalogue_is_searched_without_scripts_and_without_losing_the_draft(carol: Browser, classroom: Classroom):
    everything = offered(carol.visit(new(classroom)))
    assert len(everything) > 50
    assert offered(carol.visit(f"{new(classroom)}?q=softmax+jacobian")) == {"softmax-jacobian"}
    assert offered(carol.visit(f"{new(classroom)}?topic=least-squares&q=gradient")) == {"ls-gradient", "ls-gd-step"}
    press(carol, new(classroom), "add ls-gradient hand", title="Kept")
    page = press(carol, new(classroom), "look", q="softmax jacobian", topic="")
    assert offered(page) == {"softmax-jacobian"}
    assert (page.field("title"), exercises(page)) == ("Kept", ["ls-gradient"])
    page = press(carol, new(classroom), "look", q=HOSTILE)
    (nothing,) = [e for e in page.all("p") if "data-none" in e.attributes]
    assert "hidden" not in nothing.attributes
    assert offered(page) == set()
    assert HOSTILE not in page.html


def test_every_exercise_can_be_looked_at_and_added_at_each_level(
    carol: Browser, classroom: Classroom, catalogue: Catalogue
):
    page = carol.visit(new(classroom))
    buttons = {e["value"] for e in page.all("button", name="do")}
    for family in catalogue.values():
        assert page.all("a", href=f"/exercises/{family.id}", target="_blank")
        assert {f"add {family.id} {level}" for level in family.levels} <= buttons


def test_givens_that_differ_between_instances_can_be_chosen(carol: Browser, classroom: Classroom):
    carol.visit(new(classroom))
    page = press(carol, new(classroom), "add perceptron-dy-da hand")
    page = press(carol, new(classroom), "add ls-gradient hand")
    chosen = [e for e in page.all("select") if ".only." in e["name"]]
    assert [e["name"] for e in chosen] == ["item.0.only.activation"]
    values = [e["value"] for e in page.all("option")]
    assert {"", '"relu"', '"sigmoid"', '"tanh"'} <= set(values)


def test_another_level_takes_back_what_it_cannot_draw(carol: Browser, classroom: Classroom):
    carol.visit(new(classroom))
    press(carol, new(classroom), "add chain-scalar hand")
    page = press(carol, new(classroom), "save", title="Sheet", item__0__only__g='"relu"', item__0__level="challenge")
    assert stored(classroom, page)["items"][0]["only"] == {}


# One that there is --------------------------------------------------------------------------------


def audit_of(classroom: Classroom) -> list[dict[str, Any]]:
    return fine(classroom.carol.get(f"/courses/{classroom.course}/audit"))["items"]


def test_saving_what_stands_there_changes_nothing(carol: Browser, classroom: Classroom):
    assignment = classroom.assign(
        {"points": 1 / 3},
        {"exercise": "sigmoid-derivative", "level": "challenge", "only": {"a": 3.0}, "tries": 2},
        opens_at="2026-10-25T01:30:00Z",  # the second time that the clock shows half past two
        due_at="2026-12-01T22:59:59.999Z",
        late_penalty=1 / 3,
        attempt_factors=[1, 2 / 3],
        solutions="when_done",
    )
    before = audit_of(classroom)
    carol.visit(at(assignment))
    page = press(carol, at(assignment), "save")
    assert "Saved." in page.text
    assert stored(classroom, page) == fine(classroom.carol.get(f"/assignments/{assignment['id']}")) == assignment
    assert audit_of(classroom) == before


def test_items_keep_their_ids_while_everything_else_changes(carol: Browser, classroom: Classroom):
    assignment = classroom.assign({}, {"exercise": "ls-steps"}, {"exercise": "sigmoid-derivative"})
    first, second, third = (item["id"] for item in assignment["items"])
    carol.visit(at(assignment))
    press(carol, at(assignment), "down 0")
    press(carol, at(assignment), "add form-value numpy")
    press(carol, at(assignment), "remove 2", title="Sheet 2", item__0__points="9")
    page = press(carol, at(assignment), "save")
    changed = stored(classroom, page)
    assert changed["title"] == "Sheet 2"
    assert [item["id"] for item in changed["items"]][:2] == [second, first]
    assert [(item["n"], item["exercise"], item["points"]) for item in changed["items"]] == [
        (1, "ls-steps", 9),
        (2, "ls-gradient", 4),
        (3, "form-value", 1),
    ]
    assert third not in {item["id"] for item in changed["items"]}


def test_items_that_stay_close_ranks(classroom: Classroom):
    assignment = classroom.assign({"points": 1}, {"points": 2}, {"points": 3}, {"points": 4}, {"points": 5})
    kept = {assignment["items"][place]["id"] for place in (2, 4)}

    def keep(tx: Connection) -> Assignment:
        boss = Caller(classroom.operator.id, operator=True)
        return keep_items(tx, boss, find(tx, boss, assignment["id"])[0], kept, classroom.clock())

    left = classroom.school.write(keep)
    assert [(item.n, item.points) for item in left.items] == [(1, 3), (2, 5)]


def test_an_item_in_use_keeps_exercise_and_level_and_cannot_be_removed(carol: Browser, classroom: Classroom):
    assignment = classroom.assign({"only": {}}, {"exercise": "ls-steps"})
    classroom.open(classroom.alice, assignment)
    page = carol.visit(at(assignment))
    assert "in use" in page.text
    assert page.all("button", value="remove 0") == []
    assert page.all("select", name="item.0.level") == []
    assert page.all("button", value="remove 1")
    page = press(carol, at(assignment), "save", item__0__level="numpy")
    assert page.status == 409
    assert "Item 1 is in use and keeps its exercise and level." in page.text
    carol.visit(at(assignment))
    press(carol, at(assignment), "remove 0", title="Not lost")
    page = press(carol, at(assignment), "save")
    assert page.status == 409
    assert "Item 1 cannot be removed" in page.text
    assert page.field("title") == "Not lost"
    page = press(carol, at(assignment), "save", **{"item.0.points": "8"})
    assert fine(classroom.carol.get(f"/assignments/{assignment['id']}")) == assignment


def test_points_of_an_item_in_use_change_at_once(carol: Browser, classroom: Classroom):
    assignment = classroom.assign()
    instance = classroom.open(classroom.alice, assignment)
    submit(classroom.alice, instance, classroom.solution(instance))
    carol.visit(at(assignment))
    press(carol, at(assignment), "save", item__0__points="10")
    report = fine(classroom.carol.get(f"/assignments/{assignment['id']}/report"))
    assert {one["name"]: one["total"] for one in report["students"]} == {"Alice": 10, "Bob": 0}


def test_what_students_have_begun_is_not_changed_without_a_word(carol: Browser, classroom: Classroom):
    assignment = classroom.assign({}, {"exercise": "ls-steps"}, {"exercise": "form-value"})
    for item in assignment["items"][:2]:
        classroom.open(classroom.alice, assignment, item["n"])
    carol.visit(at(assignment))
    page = press(carol, at(assignment), "save", item__0__points="10", item__1__tries="2", item__2__points="5")
    assert "Students have begun items 1, 2, of which you changed points or tries." in page.text
    page = press(carol, at(assignment), "save", item__0__solutions="never", item__2__points="6")
    assert "Saved." in page.text
    assert "Students have begun" not in page.text


@pytest.mark.parametrize(
    ("dates", "words"),
    [
        ({"opens_at": "2026-11-01T10:00", "due_at": "2026-11-21T10:00", "late_penalty": "0"}, ["due in the past"]),
        ({"opens_at": "2026-11-01T10:00", "due_at": "2026-12-01T10:00"}, ["but none are taken"]),
        ({"due_at": "2026-12-01T10:00", "closes_at": "2026-12-02T10:00"}, ["It is open now"]),
        ({"opens_at": "2026-12-01T10:00"}, []),
    ],
)
def test_dates_that_may_surprise_are_pointed_out_once_they_are_saved(
    carol: Browser, classroom: Classroom, dates: Fields, words: list[str]
):
    carol.visit(new(classroom))
    page = press(carol, new(classroom), "save", title="Sheet", **dates)
    assert "Saved." in page.text
    shown = [said for said in ("due in the past", "but none are taken", "It is open now") if said in page.text]
    assert shown == words
    page = press(carol, page.path.partition("?")[0], "save", title="Another title")
    assert "see whether you meant this" not in page.text


def test_what_is_wrong_is_named_above_with_a_way_to_its_field(carol: Browser, classroom: Classroom):
    carol.visit(new(classroom))
    press(carol, new(classroom), "add ls-gradient hand")
    page = press(carol, new(classroom), "save", title="", due_at="soon", item__0__points="x", item__0__solutions="?")
    ways = {e.text: e["href"].removeprefix("#") for e in page.all("a") if e["href"].startswith("#at-")}
    assert set(ways) == {"Title", "Due", "Item 1, Points", "Item 1, Worked solutions open"}
    names = {
        way: page.one(tag, id=way)["name"]
        for way in ways.values()
        for tag in ("input", "select")
        if page.all(tag, id=way)
    }
    assert set(names.values()) == {"title", "due_at", "item.0.points", "item.0.solutions"}


def test_an_item_is_made_void_with_a_reason(carol: Browser, classroom: Classroom):
    assignment = classroom.assign()
    carol.visit(at(assignment))
    page = press(carol, at(assignment), "save", item__0__void="full")
    assert page.status == 422
    assert wrong(page) == {"item.0.reason"}
    page = press(carol, at(assignment), "save", item__0__reason=HOSTILE)
    (item,) = stored(classroom, page)["items"]
    assert (item["void"], item["reason"]) == ("full", HOSTILE)
    assert HOSTILE not in page.html
    page = press(carol, at(assignment), "save", item__0__void="")
    (item,) = stored(classroom, page)["items"]
    assert (item["void"], item["reason"]) == (None, None)


def test_a_change_of_somebody_else_is_not_written_over_unseen(carol: Browser, classroom: Classroom):
    assignment = classroom.assign({}, {"exercise": "ls-steps"})
    first, second = (item["id"] for item in assignment["items"])
    carol.visit(at(assignment))
    new_item = {"exercise": "form-value", "level": "hand", "points": 2}
    fine(classroom.carol.patch(f"/assignments/{assignment['id']}", {"items": [new_item], "title": "Theirs"}))
    assert classroom.carol.delete(f"/assignments/{assignment['id']}/items/{second}").status_code == 204
    page = press(carol, at(assignment), "save", title="Mine")
    assert page.status == 409
    assert "Somebody else changed this assignment" in page.text
    assert page.field("title") == "Mine"
    assert exercises(page) == ["ls-gradient", "ls-steps", "form-value"]
    assert stored(classroom, page)["title"] == "Theirs"
    page = press(carol, at(assignment), "save")
    assert page.status == 200
    changed = stored(classroom, page)
    assert changed["title"] == "Mine"
    assert [item["exercise"] for item in changed["items"]] == ["ls-gradient", "ls-steps", "form-value"]
    assert changed["items"][0]["id"] == first


def test_what_only_a_colleague_changed_stays_changed(carol: Browser, classroom: Classroom):
    assignment = classroom.assign({"points": 2}, {"exercise": "ls-steps"})
    carol.visit(at(assignment))
    theirs = {"due_at": "2026-12-24T10:00:00.000Z", "items": [{"id": assignment["items"][0]["id"], "points": 7}]}
    fine(classroom.carol.patch(f"/assignments/{assignment['id']}", theirs))
    page = press(carol, at(assignment), "save", title="Mine", item__1__points="5")
    assert page.status == 409
    press(carol, at(assignment), "down 0")  # another look at it changes nothing of that
    press(carol, at(assignment), "up 1")
    page = press(carol, at(assignment), "save")
    changed = stored(classroom, page)
    assert (changed["title"], changed["due_at"]) == ("Mine", theirs["due_at"])
    assert [item["points"] for item in changed["items"]] == [7, 5]


@pytest.mark.parametrize("value", ["", "{", "[" * 60_000, '{"columns": {"title": 1}, "rows": []}'])
def test_a_form_that_no_page_sent_is_refused(carol: Browser, classroom: Classroom, value: str):
    assignment = classroom.assign()
    carol.visit(at(assignment))
    fine(classroom.carol.patch(f"/assignments/{assignment['id']}", {"title": "Theirs"}))
    assert press(carol, at(assignment), "save", title="Mine", opened=value).status == 422
    carol.visit(at(assignment))
    assert press(carol, at(assignment), f"up {'9' * 5_000}").status == 200  # nowhere, so nothing moves
    assert fine(classroom.carol.get(f"/assignments/{assignment['id']}"))["title"] == "Theirs"


def test_an_exercise_that_is_no_longer_served_stays_as_it_is(
    carol: Browser, classroom: Classroom, catalogue: Catalogue
):
    assignment = classroom.assign({}, {"exercise": "ls-steps"})
    served = Catalogue({id: family for id, family in catalogue.items() if id != "ls-gradient"}, catalogue.sheets)
    classroom.school.app.state.catalogue = served
    page = carol.visit(at(assignment))
    assert "no longer served" in page.text
    press(carol, at(assignment), "down 0")
    page = press(carol, at(assignment), "save")
    assert [item["exercise"] for item in stored(classroom, page)["items"]] == ["ls-steps", "ls-gradient"]


def test_an_assignment_that_nobody_has_begun_is_removed(carol: Browser, classroom: Classroom):
    assignment = classroom.assign()
    carol.visit(at(assignment))
    page = carol.send(f"{at(assignment)}/remove")
    assert page.path == f"/teach/courses/{classroom.course}"
    assert carol.visit(at(assignment)).status == 404


def test_an_assignment_that_somebody_has_begun_stays(carol: Browser, classroom: Classroom):
    assignment = classroom.assign()
    classroom.open(classroom.alice, assignment)
    page = carol.visit(at(assignment))
    assert page.all("form", action=f"{at(assignment)}/remove") == []
    page = carol.send(f"{at(assignment)}/remove")
    assert page.status == 409
    assert carol.visit(at(assignment)).status == 200


def test_hostile_titles_are_titles(carol: Browser, classroom: Classroom):
    assignment = classroom.assign(title=HOSTILE)
    page = carol.visit(at(assignment))
    assert page.field("title") == page.one("h1").text == HOSTILE
    assert HOSTILE not in page.html
    assert HOSTILE not in Browser(classroom.school, classroom.dave).visit(at(assignment)).html


def test_what_was_typed_outlives_a_session(carol: Browser, classroom: Classroom):
    carol.visit(new(classroom))
    page = press(carol, new(classroom), "add ls-gradient hand", title="Kept")
    fields = {**fields_of(page), "do": "save"}
    carol.cookies.clear()
    carol.cookies.set("nabla_session", "over", domain="nabla.test")
    page = carol.send(new(classroom), fields, proof=fields["proof"])
    assert page.status == 401
    kept = fields_of(page)
    back = Browser(classroom.school, classroom.carol)
    page = back.send(new(classroom), kept, proof=kept["proof"])
    assert stored(classroom, page)["title"] == "Kept"


# Who may ------------------------------------------------------------------------------------------


def test_assistants_read_and_do_not_edit(classroom: Classroom):
    assignment = classroom.assign({"tries": 3}, due_at="2026-12-01T22:59:00Z")
    dave = Browser(classroom.school, classroom.dave)
    page = dave.visit(at(assignment))
    assert page.all("form") == []
    assert "Tue 1 Dec 2026, 23:59" in page.text
    assert "4 points, 3 tries" in page.text


def test_assistants_read_all_the_rules(classroom: Classroom):
    rules = {"attempt_factors": [1, 0.75, 0.5], "solutions": "after_close"}
    assignment = classroom.assign({"new_variants": True, "solutions": "never"}, {}, **rules)
    page = Browser(classroom.school, classroom.dave).visit(at(assignment))
    assert "Tries are worth100 %, 75 %, 50 %" in page.text
    first, second = (e.text for e in page.all("li"))
    assert "new numbers may be drawn, worked solution: never" in first
    assert "new numbers" not in second and "worked solution" not in second


def test_the_editor_is_for_instructors(classroom: Classroom):
    assignment = classroom.assign()
    fields = {"do": "save", "title": "Mine", "late_penalty": "0", "hint_cost": "0", "solutions": "never"}
    for path, assistant in ((new(classroom), 403), (at(assignment), 200)):
        for person, status in (
            (None, 401),
            (classroom.mallory, 404),
            (classroom.alice, 403),
            (classroom.dave, assistant),
            (classroom.operator, 200),
        ):
            assert Browser(classroom.school, person).visit(path).status == status
    for path in (new(classroom), at(assignment), f"{at(assignment)}/remove"):
        for person, status in ((None, 401), (classroom.mallory, 404), (classroom.alice, 403), (classroom.dave, 403)):
            for do in ("save", "look"):
                browser = Browser(classroom.school, person)
                browser.visit("/")
                assert browser.send(path, {**fields, "do": do}).status == status
    assert fine(classroom.carol.get(f"/assignments/{assignment['id']}")) == assignment
