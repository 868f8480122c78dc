"""Harder variants: a file in challenges/ is a level of the exercise whose file bears the same name."""

from dataclasses import replace
from pathlib import Path

import pytest

from app.exercise import Catalogue, ExerciseError, Family, load_folders
from tests.histories import with_family
from tests.teaching import Classroom, fine, made, refused
from tests.test_exercise import TWICE, edited
from tests.test_regrading import done, serve, started

PLACE = 'number=7, topic="numbers", section="Numbers", '
CHALLENGE = edited(
    TWICE,
    {PLACE: "", "# Twice": "# Thrice", "twice": "thrice", "2 * x0": "3 * x0", "x0 + x0": "3 * x0", "answer": "triple"},
)


def folder(path: Path, **challenges: str) -> Catalogue:
    (path / "challenges").mkdir()
    (path / "twice.py").write_text(TWICE)
    for name, source in challenges.items():
        (path / "challenges" / f"{name}.py").write_text(source)
    return load_folders([path])


@pytest.fixture
def twice(tmp_path: Path) -> Family:
    catalogue = folder(tmp_path, twice=CHALLENGE)
    assert catalogue.faults == {}
    return catalogue["twice"]


def test_a_challenge_is_a_level_with_a_statement_and_parts_of_its_own(twice: Family):
    assert twice.levels == ("hand", "numpy", "challenge")
    instance = twice.draw("challenge", 3)
    assert instance.family is twice.challenge
    assert (instance.family.id, instance.family.version) == (twice.id, twice.version)
    assert instance.statement.startswith("Compute thrice $")
    assert [part.id for part in instance.family.parts] == ["triple"]
    assert instance.truth(instance.family.parts[0]) == 3 * instance.values["x0"]
    assert [part.id for part in twice.draw("hand", 3).family.parts] == ["answer"]


def test_a_stored_challenge_is_the_one_that_was_served(twice: Family):
    instance = twice.draw("challenge", 3)
    assert twice.instance("challenge", 3, instance.drawn).statement == instance.statement


def test_a_challenge_is_solved_on_paper(twice: Family):
    assert twice.draw("challenge", 3).by_hand


def test_the_version_changes_with_the_challenge(tmp_path: Path, twice: Family):
    path = tmp_path / "challenges" / "twice.py"
    path.write_text(path.read_text() + "\n")
    assert load_folders([tmp_path])["twice"].version != twice.version


FAULTS = {
    "a place of its own": (edited(CHALLENGE, {"Exercise(": f"Exercise({PLACE}"}), "has the place of its exercise"),
    "levels of its own": (edited(CHALLENGE, {"Exercise(": 'Exercise(levels=("hand",), '}), "the place of its exercise"),
    "a syntax error": ("exercise = ", "SyntaxError"),
    "no exercise": ('"""# Nothing"""', "defines no `exercise`"),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_malformed_challenge_stops_nothing_but_itself(tmp_path: Path, fault: tuple[str, str]):
    catalogue = folder(tmp_path, twice=fault[0])
    assert catalogue["twice"].levels == ("hand", "numpy")
    assert fault[1] in catalogue.faults[tmp_path / "challenges" / "twice.py"]


def test_a_challenge_of_no_exercise_is_a_fault(tmp_path: Path):
    catalogue = folder(tmp_path, thrice=CHALLENGE)
    assert "there is no exercise thrice.py" in catalogue.faults[tmp_path / "challenges" / "thrice.py"]


def test_a_challenge_that_cannot_be_drawn_is_left_out_alone(tmp_path: Path):
    catalogue = folder(
        tmp_path, twice=edited(CHALLENGE, {"return 3 * x0\n\n\n@triple.oracle": "return x0[1]\n\n\n@triple.oracle"})
    )
    served = catalogue.drawable()
    assert served["twice"].levels == ("hand", "numpy")
    assert "TypeError" in served.faults[tmp_path / "challenges" / "twice.py"]


def test_without_its_challenge_an_exercise_does_not_take_its_instances_for_its_own(twice: Family):
    drawn = twice.draw("challenge", 3).drawn
    assert twice.challenge is not None
    alone = twice.without(twice.challenge)
    for attempt in (alone.instance, alone.candidates):
        with pytest.raises(ExerciseError, match="twice has the levels hand, numpy"):
            list(attempt("challenge", 3, drawn))


# Over HTTP ----------------------------------------------------------------------------------------


def test_a_challenge_is_drawn_and_answered_like_any_level(classroom: Classroom):
    alice = classroom.alice
    exercise = fine(alice.get("/exercises/gradient-affine-form"))
    assert exercise["levels"] == ["hand", "numpy", "formula", "challenge"]
    instance = made(alice.post("/exercises/gradient-affine-form/instances", {"level": "challenge", "seed": 1}))
    assert instance["level"] == "challenge"
    answer = [*instance["data"]["x0"], 1]
    attempt = made(alice.post(f"/instances/{instance['id']}/attempts", {"answers": {"answer": answer}}))
    assert attempt["score"] == 1
    assert fine(alice.get(f"/instances/{instance['id']}"))["score"] == 1
    assert (
        "slope with respect to"
        in fine(alice.get(f"/instances/{instance['id']}/solution"))["parts"]["answer"]["explanation"]
    )


def test_a_challenge_with_other_parts_works_from_drawing_to_the_report(classroom: Classroom):
    item = {"exercise": "map-matrix", "level": "challenge", "points": 5}
    sheet = made(classroom.carol.post(f"/courses/{classroom.course}/assignments", {"title": "S", "items": [item]}))
    instance = made(classroom.alice.post(f"/assignments/{sheet['id']}/items/1/instances"))
    parts = [part["id"] for part in instance["parts"]]
    assert parts == ["matrix", "constant"]
    matrix = classroom.solution(instance)["matrix"]
    attempt = made(classroom.alice.post(f"/instances/{instance['id']}/attempts", {"answers": {"matrix": matrix}}))
    weight = instance["parts"][0]["weight"] / sum(part["weight"] for part in instance["parts"])
    assert attempt["score"] == pytest.approx(weight)
    assert classroom.score(classroom.alice, sheet).best == pytest.approx(weight)
    refused(
        classroom.alice.post(f"/instances/{instance['id']}/attempts", {"answers": {"answer": 1}}),
        422,
        "invalid-request",
    )


def test_a_regrade_weighs_the_parts_of_the_challenge(classroom: Classroom, catalogue: Catalogue):
    item = {"exercise": "map-matrix", "level": "challenge", "points": 5}
    sheet = made(classroom.carol.post(f"/courses/{classroom.course}/assignments", {"title": "S", "items": [item]}))
    drawn = made(classroom.alice.post(f"/assignments/{sheet['id']}/items/1/instances"))
    solution = classroom.solution(drawn)
    made(classroom.alice.post(f"/instances/{drawn['id']}/attempts", {"answers": {"matrix": solution["matrix"]}}))
    family = catalogue["map-matrix"]
    assert family.challenge
    parts = tuple(replace(part, weight=1.0) for part in family.challenge.parts)
    other = replace(family, version="new", challenge=replace(family.challenge, version="new", parts=parts))
    serve(classroom, with_family(catalogue, other))
    regrade = done(classroom.carol, started(classroom.carol, sheet))
    assert (regrade["state"], regrade["attempts"], regrade["changed_total"]) == ("ready", 1, 0)
    fine(classroom.carol.post(f"/regrades/{regrade['id']}/keep", {"reason": "Both parts count alike now."}))
    assert classroom.score(classroom.alice, sheet).best == 0.5
