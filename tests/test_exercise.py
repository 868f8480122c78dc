"""The language of exercises: what a file says, what its mistakes are called, and what is drawn from it."""

import json
from collections.abc import Iterator
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.answers import Unreadable
from app.exercise import (
    UNDEFINED,
    Catalogue,
    Choice,
    ExerciseError,
    Family,
    NoInstance,
    Shape,
    col,
    diag,
    load_folders,
    loading,
    row,
)
from app.exercise.family import REDRAWS
from app.exercise.instance import NOT_ACCEPTED
from app.exercise.kinds import Numeric, kind_of
from app.exercise.loading import load_file
from app.exercise.values import Near
from app.grading import grade
from tests.conftest import HOME

EXERCISE_IDS = sorted(path.stem.replace("_", "-") for path in (HOME / "exercises").glob("[!_]*.py"))
LEVELS = ["hand", "numpy"]
CHALLENGES = sorted(path.stem.replace("_", "-") for path in (HOME / "exercises" / "challenges").glob("*.py"))
EXERCISES_AND_LEVELS = [
    *((id, level) for id in EXERCISE_IDS for level in LEVELS),
    *((id, "challenge") for id in CHALLENGES),
]
IRRATIONAL = {"curve-derivative", "curve-value", "softmax-cross-entropy-gradient"}  # angles, logarithms

# Everything an exercise has, once.
TWICE = r'''r"""# Twice

Compute twice ${{ x0 }}$.
"""
from app.exercise import UNDEFINED, Choice, Exercise, Shape, col

exercise = Exercise(number=7, topic="numbers", section="Numbers", given=dict(x0=float))


@exercise.instance
def draw(rng, level):
    return dict(x0=float(rng.integers(3, 9)) if level == "hand" else round(rng.uniform(3, 9), 2))


@exercise.part("scalar")
def answer(x0):
    r"""Double it

    What is $2\cdot{{ x0 }}$?
    """
    return 2 * x0


@answer.oracle
def added(x0):
    return x0 + x0


@answer.misconception("${{ x0 }}$ itself")
def only_once(x0):
    """That is the number itself."""
    return x0


answer.hints("Add it to itself.")
answer.explained("${{ x0 }} + {{ x0 }} = {{ reference }}$")
'''
GIVEN = "given=dict(x0=float)"
HIDDEN_TOO = f"{GIVEN}, hidden=dict(k=int)"
DRAWN = 'float(rng.integers(3, 9)) if level == "hand" else round(rng.uniform(3, 9), 2)'
ANSWER = "def answer(x0):"
PARTS = TWICE[TWICE.index("@exercise.part") :]
PROMPT = TWICE[TWICE.index('r"""Double') : TWICE.index("    return 2")]
STRATUM = "@exercise.stratum\ndef sign(x00):\n    return 'positive'\n\n\n"
MISCONCEPTION = TWICE[TWICE.index("@answer.misc") : TWICE.index("answer.hints")]


def edited(source: str, changes: dict[str, str]) -> str:
    """A source with some of its text replaced; each must be there."""
    for old, new in changes.items():
        assert old in source, f"there is no {old!r}"
        source = source.replace(old, new)
    return source


def write(folder: Path, source: str, name: str = "twice") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.py"
    path.write_text(source)
    return path


def load(folder: Path, source: str, name: str = "twice") -> Family:
    return load_file(write(folder, source, name))


# A file that works --------------------------------------------------------------------------------


def test_a_file_becomes_a_family(tmp_path: Path):
    family = load(tmp_path, TWICE, name="twice_a_number")
    assert (family.id, family.title, family.number) == ("twice-a-number", "Twice", 7)
    assert (family.topic, family.section, family.levels) == ("numbers", "Numbers", ("hand", "numpy"))
    (part,) = family.parts
    assert (part.id, part.title, part.kind.name, part.weight) == ("answer", "Double it", "scalar", 1.0)
    assert (part.hints, part.follow) == (("Add it to itself.",), False)
    (wrong,) = part.misconceptions
    assert (wrong.id, wrong.feedback, wrong.credit) == ("only-once", "That is the number itself.", None)


def test_an_instance_fills_the_texts_with_its_numbers(tmp_path: Path):
    family = load(tmp_path, TWICE)
    instance = family.instance("hand", 0, {"x0": 4})
    (part,) = family.parts
    assert instance.statement == "Compute twice $4$."
    assert instance.data == instance.drawn == {"x0": 4}
    assert instance.truth(part) == 8
    assert instance.fill(part.prompt, part) == r"What is $2\cdot4$?"
    assert instance.fill(part.explanation, part) == "$4 + 4 = 8$"


def test_a_file_without_misconceptions_and_hints_can_be_drawn_from(tmp_path: Path):
    source = TWICE.partition("\n\n@answer.oracle")[0]
    assert load(tmp_path, source).draw("hand", 0).data


def test_hidden_values_are_drawn_and_kept_but_not_shown(tmp_path: Path):
    source = edited(TWICE, {GIVEN: HIDDEN_TOO, DRAWN: "2.0, k=int(rng.integers(9))"})
    instance = load(tmp_path, source).draw("hand", 0)
    assert instance.data == {"x0": 2}
    assert set(instance.drawn) == {"x0", "k"}


def test_a_text_may_depend_on_the_instance(tmp_path: Path):
    source = edited(TWICE, {"${{ x0 }}$.\n": "{{ described }}.\n"})
    source += '\n\n@exercise.text\ndef described(x0):\n    return "many" if x0 > 5 else "few"\n'
    family = load(tmp_path, source)
    shown = {x0: family.instance("hand", 0, {"x0": x0}).statement for x0 in (3.0, 8.0)}
    assert shown == {3.0: "Compute twice few.", 8.0: "Compute twice many."}


# Mistakes of authors ------------------------------------------------------------------------------

# What is written instead of what, and words of the message.
MISTAKES = {
    "misspelt parameter": ({ANSWER: "def answer(x00):"}, "answer needs `x00`", "Did you mean `x0`?"),
    "parameter like nothing else": ({ANSWER: "def answer(weights):"}, "answer needs `weights`", "There are: x0."),
    "variable parameters": ({ANSWER: "def answer(*x0):"}, "answer: `*x0` must be a plain parameter"),
    "misspelt parameter of the oracle": ({"added(x0)": "added(x00)"}, "added needs `x00`", "Did you mean `x0`?"),
    "misspelt parameter of a misconception": ({"only_once(x0)": "only_once(refrence)"}, "Did you mean `reference`?"),
    "misspelt parameter of draw": ({"draw(rng, level)": "draw(rgn, level)"}, "draw needs `rgn`", "`rng`?"),
    "misspelt parameter of the stratum": ({"@exercise.part": f"{STRATUM}@exercise.part"}, "sign needs `x00`", "`x0`?"),
    "no title": ({"# Twice": "Twice"}, "must begin with a line `# Title`"),
    "no statement": ({"Compute twice ${{ x0 }}$.": ""}, "then state the exercise"),
    "no docstring of a part": ({PROMPT: ""}, "answer has no docstring"),
    "no docstring of a misconception": ({'"""That is the number itself."""': ""}, "only-once has no feedback"),
    "no exercise": ({"exercise = ": "task = exercise = ", PARTS: "del exercise"}, "no `exercise`", "`exercise = Ex"),
    "no instance": ({"@exercise.instance\n": ""}, "how an instance is drawn", "`@exercise.instance`"),
    "no parts": ({PARTS: ""}, "no question", "`@exercise.part(…)`"),
    "no levels": ({"number=7": "number=7, levels=()"}, "level"),
    "unknown level": ({"number=7": 'number=7, levels=("hnad",)'}, "`hnad` is no level", "Did you mean `hand`?"),
    "misspelt kind of answer": ({'"scalar"': '"scaler"'}, "answer: 'scaler' is no kind of answer"),
    "unknown alternative": ({'"scalar"': '"scalar | none"'}, "answer: 'scalar | none' is no kind of answer"),
    "two misconceptions of one name": ({MISCONCEPTION: 2 * MISCONCEPTION}, "two misconceptions `only-once`", "Rename"),
    "part named like a given": ({"answer": "x0"}, "part `x0` bears a name that is taken"),
    "two parts of one name": ({PARTS: 2 * PARTS}, "part `answer` bears a name that is taken"),
    "given and hidden": ({GIVEN: f"{GIVEN}, hidden=dict(x0=float)"}, "`x0` is both given and hidden"),
    "each without a given": (
        {'part("scalar")': 'parts("answer other", "scalar", each="x")', ANSWER: "def answer(x):"},
        "answer: each='x' names no given",
    ),
    "credit beyond 1": ({'itself")': 'itself", credit=5)'}, "only-once", "credit"),
    "credit below 0": ({'itself")': 'itself", credit=-1)'}, "only-once", "credit"),
    "weight of nothing": ({'"scalar"': '"scalar", weight=0'}, "answer", "weight"),
    # what students would see
    "statement shows the answer": ({"twice ${{ x0 }}$": "{{ answer }}"}, "the statement shows `answer`"),
    "statement shows a hidden value": ({GIVEN: HIDDEN_TOO, "twice ${{ x0": "{{ k"}, "the statement shows `k`"),
    "prompt shows the answer": ({"What is": "Is it {{ reference }} or"}, "the prompt of answer shows `reference`"),
    "hint shows the answer": ({"Add it to itself.": "It is {{ reference }}."}, "hint", "`reference`"),
    "hint shows nothing known": ({"Add it to itself.": "Add {{ y0 }}."}, "hint", "`y0`"),
    "feedback shows nothing known": ({"the number itself.": "{{ y0 }}."}, "only-once", "`y0`"),
    "explanation shows nothing known": ({"{{ reference }}": "{{ refrence }}"}, "Did you mean `reference`?"),
    # what shows when an instance is drawn
    "drawn name missing": ({f"x0={DRAWN}": ""}, "`x0` is not drawn", "Draw exactly: x0."),
    "drawn name extra": ({DRAWN: "1.0, y0=2"}, "`y0` is drawn but neither given nor hidden", "exactly: x0."),
    "nothing but a number drawn": ({f"dict(x0={DRAWN})": "7"}, "draw"),
    "text drawn for a number": ({DRAWN: '"x"'}, "`x0` is declared as float and drawn as str"),
    "number drawn for a column": ({GIVEN: 'given=dict(x0="D 1")'}, '`x0` is declared as "D 1" and drawn with shape ()'),
    "row drawn for a column": ({GIVEN: 'given=dict(x0="D 1")', DRAWN: "[[1, 2]]"}, "`x0` is declared", "(1, 2)"),
    "two sizes of one letter": (
        {GIVEN: 'given=dict(x0="D 1", y0="D 1")', DRAWN: "[1, 2], y0=[1, 2, 3]"},
        "`y0` is declared as \"D 1\" and drawn with shape (3, 1), where {'D': 2}",
    ),
    "ragged rows drawn": ({GIVEN: 'given=dict(x0="N D")', DRAWN: "[[1, 2], [3]]"}, "`x0`"),
    "text drawn for a matrix": ({GIVEN: 'given=dict(x0="N D")', DRAWN: '"x"'}, "`x0`"),
    "given of no type": ({GIVEN: "given=dict(x0=3)"}, "`x0`"),
    "flat array returned": ({"return 2 * x0": "return [x0, x0]"}, "answer returned", "use col(…) or row(…)"),
    "text returned": ({"return 2 * x0": 'return "x"'}, "answer returned a wrong thing"),
    "undefined returned for a number": ({"return 2 * x0": "return UNDEFINED"}, "answer returned a wrong thing"),
    "no choice returned": ({'"scalar"': "Choice(a='A', b='B')"}, "answer returned", "none of the choices a, b"),
    "no shape returned": ({'"scalar"': "Shape()"}, "answer returned a wrong thing"),
}


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_called_by_its_name_with_its_remedy(tmp_path: Path, mistake: tuple[Any, ...]):
    changes, *words = mistake
    with pytest.raises(ExerciseError) as error:
        load(tmp_path, edited(TWICE, changes)).draw("hand", 0)
    assert [word for word in words if word not in str(error.value)] == []


# Folders ------------------------------------------------------------------------------------------

BROKEN = {
    "syntax": ("exercise = ", "SyntaxError"),
    "exception": ("1 / 0", "ZeroDivisionError"),
    "missing module": ("import nothing_of_this_name", "ModuleNotFoundError"),
    "exit": ("raise SystemExit(3)", "SystemExit"),
    "mistake": ("", "the file defines no `exercise`"),
}


@pytest.mark.parametrize(("source", "words"), BROKEN.values(), ids=BROKEN)
def test_a_malformed_file_is_a_fault_and_the_others_load(tmp_path: Path, source: str, words: str):
    broken = write(tmp_path, source, "broken")
    write(tmp_path, TWICE, "a_good_one")
    write(tmp_path, TWICE, "the_last_one")
    catalogue = load_folders([tmp_path])
    assert list(catalogue) == ["a-good-one", "the-last-one"]
    assert list(catalogue.faults) == [broken]
    assert str(broken) in catalogue.faults[broken]
    assert words in catalogue.faults[broken]


def test_two_files_of_one_name_are_a_fault_of_the_second(tmp_path: Path):
    first, second = write(tmp_path / "a", TWICE), write(tmp_path / "b", edited(TWICE, {"# Twice": "# Again"}))
    catalogue = load_folders([first.parent, second.parent])
    assert catalogue["twice"].title == "Twice"
    assert "another exercise with the id twice" in catalogue.faults[second]


def test_exercises_come_in_the_order_of_their_numbers_then_names(tmp_path: Path):
    for name, number in {"c": 1, "b": 2, "a": 2, "_shared": 0}.items():
        write(tmp_path, edited(TWICE, {"number=7": f"number={number}"}), name)
    assert list(load_folders([tmp_path])) == ["c", "a", "b"]


def test_our_exercises_load_in_the_order_of_their_numbers(catalogue: Catalogue):
    assert catalogue.faults == {}
    assert sorted(catalogue) == EXERCISE_IDS
    numbers = [family.number for family in catalogue.values()]
    assert numbers == sorted(numbers)
    assert set(numbers) >= set(range(1, 62))  # the lecture and what lies beyond; whoever adds one goes on from there


# Versions -----------------------------------------------------------------------------------------


def test_the_version_changes_with_the_file_and_with_nothing_else(tmp_path: Path):
    version = load(tmp_path, TWICE).version
    assert load(tmp_path, TWICE).version == version
    assert load(tmp_path / "elsewhere", TWICE).version == version
    assert load(tmp_path, TWICE + "# a comment\n").version != version


def test_the_version_changes_with_the_grader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    version = load(tmp_path, TWICE).version
    monkeypatch.setattr(loading, "GRADER", loading.GRADER + 1)
    assert load(tmp_path, TWICE).version != version


IMPORTS = [
    "from exercises.mathematics import jacobian",
    "from exercises.mathematics.drawing import ints",
    "import exercises.mathematics.drawing",
    "from exercises import mathematics",
]


@pytest.mark.parametrize("imports", [*IMPORTS, "import numpy"])
def test_the_version_changes_with_shared_mathematics_where_it_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, imports: str
):
    shared = tmp_path / "exercises" / "mathematics"
    shared.mkdir(parents=True)
    monkeypatch.setattr(loading, "MATHEMATICS", shared)
    source = edited(TWICE, {"from app.exercise": f"{imports}\nfrom app.exercise"})
    versions = []
    for text in ("one = 1", "one = 2"):
        write(shared, text, "drawing")
        write(shared, "from exercises.mathematics.drawing import one", "__init__")
        versions.append(load(tmp_path / "exercises", source).version)
    assert (versions[0] != versions[1]) == (imports in IMPORTS)


# Ordinary functions -------------------------------------------------------------------------------


def test_functions_of_a_file_stay_ordinary_functions():
    from exercises import ls_steps

    W, theta0, y = np.array([[1, 2], [0, 1], [2, -1]]), col([1, -1]), col([0, 2, 1])
    a = ls_steps.a(W, theta0, y)
    assert a.tolist() == [[-1], [-3], [2]]
    assert ls_steps.dr_dtheta(ls_steps.dr_da(a), ls_steps.da_dtheta(W)).tolist() == [[6, -14]]
    assert ls_steps.r(a).tolist() == [[14]]


def test_a_reference_can_be_called_by_keyword():
    from exercises import ls_steps

    assert ls_steps.dr_da(a=col([1, 2])).tolist() == [[2, 4]]


def test_columns_rows_and_diagonals_have_two_axes():
    for entries in ([1, 2], [[1], [2]], np.array([[1, 2]])):
        assert col(entries).tolist() == [[1], [2]]
        assert row(entries).tolist() == [[1, 2]]
        assert diag(entries).tolist() == [[1, 0], [0, 2]]


# Parts --------------------------------------------------------------------------------------------


def test_a_part_knows_all_that_it_is_built_on(catalogue: Catalogue):
    earlier = {part.id: part.earlier for part in catalogue["ls-steps"].parts}
    assert earlier == {
        "a": (),
        "r": ("a",),
        "dr_da": ("a",),
        "da_dtheta": (),
        "dr_dtheta": ("a", "dr_da", "da_dtheta"),
        "gradient": ("a", "dr_da", "da_dtheta", "dr_dtheta"),
    }


def test_a_question_repeated_over_a_given_sees_one_entry_each_time(catalogue: Catalogue):
    family = catalogue["relu-derivative"]
    instance = family.instance("hand", 0, {"x": [3, -2, 0, 4], "convention": "math"})
    assert [part.id for part in family.parts] == ["at_1", "at_2", "at_3", "at_4"]
    assert [instance.truth(part) for part in family.parts] == [1, 0, UNDEFINED, 1]
    assert instance.fill(family.parts[1].prompt, family.parts[1]) == r"$\sigma'(-2)$"
    assert family.parts[1].title == "Slope at point 2"


def test_a_question_repeated_over_entries_of_its_own_sees_only_these(catalogue: Catalogue):
    instance = catalogue["tensor-puzzles"].draw("hand", 0)  # the sizes of the lecture
    truths = {part.id: instance.truth(part) for part in instance.family.parts}
    assert truths["a"] == (8, 6)
    assert (truths["d"], truths["g"]) == ((5, 3), (2, 4, 6))
    assert truths["e2"] is truths["g2"] is UNDEFINED


KINDS = [
    ("scalar", "scalar"),
    ("scalar | undefined", "scalar"),
    ("D 1", "vector"),
    ("1 N", "vector"),
    ("N D", "matrix"),
    ("N D M", "tensor"),
    (Shape(), "shape"),
    (Choice(linear="Linear."), "choice"),
]


@pytest.mark.parametrize(("declared", "name"), KINDS, ids=str)
def test_a_kind_of_answer_has_the_name_that_pages_go_by(declared: Any, name: str):
    assert kind_of(declared, oriented=False).name == name


@pytest.mark.parametrize(("written", "shape"), [("3x1", (3,)), ([3], (3,)), ("1x1", ()), (1, ()), ("1x3", (1, 3))])
def test_a_shape_may_leave_out_a_last_way_of_one(written: object, shape: tuple[int, ...]):
    assert Shape().read(written).value == shape


def test_a_choice_is_one_of_its_ids():
    kind = Choice(linear="It is linear.", not_linear="It is not.")
    assert kind.read(" linear ").value == "linear"
    for other in ("affine", "", None, 1, ["linear"]):
        with pytest.raises(Unreadable, match="linear, not_linear"):
            kind.read(other)


def test_undefined_is_an_answer_only_where_the_question_says_so():
    assert Numeric(or_undefined=True).read("Undefined").value is UNDEFINED
    with pytest.raises(Unreadable):
        Numeric().read("undefined")


# Acceptance ---------------------------------------------------------------------------------------

ZERO_TOO = edited(TWICE, {DRAWN: "float(rng.integers(0, 4))"})  # at 0, once is as right as twice
SOMETIMES = {'itself")': 'itself", sometimes_right=True)'}


def first_draws(family: Family, seeds: int) -> Iterator[float]:
    for seed in range(seeds):
        (candidate,) = islice(family.candidates("hand", seed), 1)
        assert candidate is not None
        yield candidate.values["x0"]


def served(family: Family, seeds: int) -> set[float]:
    return {family.draw("hand", seed).values["x0"] for seed in range(seeds)}


def test_an_instance_on_which_a_misconception_is_right_is_never_served(tmp_path: Path):
    family = load(tmp_path, ZERO_TOO)
    assert 0 in set(first_draws(family, 200))
    assert served(family, 200) == {1, 2, 3}


def test_a_misconception_nearly_right_hides_an_instance_too(tmp_path: Path):
    family = load(tmp_path, edited(TWICE, {DRAWN: "float(rng.choice([1.9e-5, 2.1e-5]))"}))  # 19 and 21 tolerances
    assert served(family, 20) == {2.1e-5}


def test_a_misconception_that_may_be_right_does_not_hide_the_instance(tmp_path: Path):
    assert served(load(tmp_path, edited(ZERO_TOO, SOMETIMES)), 200) == {0, 1, 2, 3}


def test_a_misconception_that_may_be_right_must_not_be_nearly_right(tmp_path: Path):
    source = edited(TWICE, {DRAWN: "float(rng.choice([0, 1.9e-5]))", **SOMETIMES})
    assert served(load(tmp_path, source), 20) == {0}


def test_a_reference_too_large_for_paper_is_drawn_again(tmp_path: Path):
    family = load(tmp_path, edited(TWICE, {DRAWN: "float(rng.choice([100, 200]))"}))
    assert served(family, 20) == {100}
    assert {family.draw("numpy", seed).values["x0"] for seed in range(20)} == {100, 200}


def test_a_reference_that_is_not_finite_is_drawn_again(tmp_path: Path):
    source = edited(TWICE, {DRAWN: 'float(rng.choice([4, float("inf")]))'})
    assert served(load(tmp_path, source), 20) == {4}


def test_a_file_may_ask_for_another_draw(tmp_path: Path):
    source = edited(
        TWICE, {"    return dict(x0": "    if rng.random() < 0.9:\n        return None\n    return dict(x0"}
    )
    assert load(tmp_path, source).draw("hand", 0).data


def test_without_an_acceptable_draw_the_seed_is_named(tmp_path: Path):
    family = load(tmp_path, edited(TWICE, {DRAWN: "0.0"}))
    with pytest.raises(NoInstance, match=f"twice: no acceptable instance in {REDRAWS} draws at level hand, seed 3"):
        family.draw("hand", 3)


def test_a_misconception_about_a_given_that_is_not_shown_does_not_apply(tmp_path: Path):
    source = edited(
        TWICE,
        {
            GIVEN: "given=dict(x0=float, b=float)",
            DRAWN: "float(rng.integers(3, 9)), b=None if rng.random() < 0.5 else 1.0",
            "def only_once(x0):": "def only_once(x0, b):",
            "    return x0\n": "    return x0 + b\n",
        },
    )
    family = load(tmp_path, source)
    (part,) = family.parts
    for b, data, wrong in ((None, {"x0": 4}, None), (1.0, {"x0": 4, "b": 1}, 5.0)):
        instance = family.instance("hand", 0, {"x0": 4.0, "b": b})
        assert instance.data == data
        assert instance.wrong(part, part.misconceptions[0], instance.environment(part)) == wrong
    assert {"b" in family.draw("hand", seed).data for seed in range(20)} == {True, False}


# Seeds and storage --------------------------------------------------------------------------------


@pytest.mark.parametrize(("id", "level"), EXERCISES_AND_LEVELS)
def test_a_seed_draws_the_same_instance_again_and_other_seeds_others(catalogue: Catalogue, id: str, level: str):
    family = catalogue[id]
    drawn = [json.dumps(family.draw(level, seed).drawn) for seed in range(6)]
    assert [json.dumps(family.draw(level, seed).drawn) for seed in range(6)] == drawn
    assert len(set(drawn)) > 1


@pytest.mark.parametrize("id", EXERCISE_IDS)
def test_levels_draw_other_numbers(catalogue: Catalogue, id: str):
    for seed in range(1, 4):
        assert catalogue[id].draw("hand", seed).drawn != catalogue[id].draw("numpy", seed).drawn


def test_the_largest_seed_of_the_contract_draws(catalogue: Catalogue):
    assert catalogue["ls-gradient"].draw("numpy", 2**53 - 1).data


@pytest.mark.parametrize(("id", "level"), EXERCISES_AND_LEVELS)
def test_a_stored_instance_is_the_one_that_was_served(catalogue: Catalogue, id: str, level: str):
    family = catalogue[id]
    for seed in range(5):
        instance = family.draw(level, seed)
        restored = family.instance(level, seed, json.loads(json.dumps(instance.drawn, allow_nan=False)))
        assert restored.data == instance.data
        assert restored.statement == instance.statement
        for part in instance.family.parts:
            np.testing.assert_array_equal(restored.truth(part), instance.truth(part), strict=True)


def numbers_in(data: Any) -> Iterator[float]:
    if isinstance(data, dict | list):
        for entry in data.values() if isinstance(data, dict) else data:
            yield from numbers_in(entry)
    elif not isinstance(data, str):
        yield data


@pytest.mark.parametrize("id", EXERCISE_IDS)
def test_by_hand_all_numbers_are_small_and_whole_or_simple_fractions(catalogue: Catalogue, id: str):
    for seed in range(20):
        for number in numbers_in(catalogue[id].draw("hand", seed).data):
            assert abs(number) <= 300
            if id not in IRRATIONAL:
                assert abs(Fraction(number).limit_denominator(60) - Fraction(number)) < 1e-12


@pytest.mark.parametrize("id", EXERCISE_IDS)
def test_with_numpy_what_is_shown_is_exactly_what_is_drawn(catalogue: Catalogue, id: str):
    for seed in range(20):
        for number in numbers_in(catalogue[id].draw("numpy", seed).data):
            assert number == round(number, 2)


def test_an_exercise_whose_text_fails_is_not_served(tmp_path: Path):
    broken = "@exercise.text\ndef shown(x0):\n    return x0[1]\n\n\n@exercise.part"
    write(tmp_path, edited(TWICE, {"@exercise.part": broken, "Compute twice": "{{ shown }} Compute twice"}))
    catalogue = load_folders([tmp_path])
    assert "twice" in catalogue
    served = catalogue.drawable()
    assert "twice" not in served
    assert "in shown: TypeError" in "".join(served.faults.values())


def test_an_exercise_whose_stratum_fails_is_not_served(tmp_path: Path):
    broken = edited(STRATUM, {"x00": "x0", "'positive'": "x0 / 0"})
    write(tmp_path, edited(TWICE, {"@exercise.part": f"{broken}@exercise.part"}))
    served = load_folders([tmp_path]).drawable()
    assert "twice" not in served
    assert "in sign: ZeroDivisionError" in "".join(served.faults.values())


def test_files_of_other_folders_may_be_called_like_modules_of_the_project(tmp_path: Path):
    for name in ("mathematics", "differences"):
        write(tmp_path, TWICE, name)
    families = load_folders([tmp_path, HOME / "exercises"])
    assert families.faults == {}
    assert {"mathematics", "differences", "ls-steps"} <= set(families)


def test_the_example_of_a_fraction_is_nobodys_answer(catalogue: Catalogue):
    family = catalogue["sigmoid-derivative"]
    for seed in range(100):
        instance = family.draw("hand", seed)
        answer = Fraction(float(instance.truth(family.parts[0]))).limit_denominator(99)
        assert "Fractions are welcome" in instance.statement
        assert f"{answer.numerator}/{answer.denominator}" not in instance.statement


# Wrong ways, texts and answers in short -----------------------------------------------------------

SHORT = edited(
    TWICE,
    {
        MISCONCEPTION: (
            'answer.wrong("only-once", lambda x0: x0, "${{ x0 }}$ itself", credit=0.25)\n'
            'answer.wrong("squared", lambda x0: x0**2, "its ${{ power }}$")\n'
            'answer.feedback("""\n'
            "    only-once: That is the number itself.\n"
            "    squared: Twice is a sum:\n"
            "        add it to itself.\n"
            '""")\n'
            'exercise.texts(power=lambda x0: "square")\n'
        ),
        "@answer.oracle\ndef added(x0):\n    return x0 + x0\n": "answer.oracle(lambda x0: x0 + x0)\n",
    },
)


def test_wrong_ways_are_written_in_a_line_and_their_feedback_in_one_block(tmp_path: Path):
    instance = load(tmp_path, SHORT).instance("hand", 0, {"x0": 4})
    (part,) = instance.family.parts
    said = {known.id: (instance.wrong(part, known), known.feedback, known.credit) for known in part.misconceptions}
    assert said == {
        "only-once": (4, "That is the number itself.", 0.25),
        "squared": (16, "Twice is a sum: add it to itself.", None),
    }
    assert [instance.fill(known.made, part) for known in part.misconceptions] == ["$4$ itself", "its $square$"]


SHORT_MISTAKES = {
    "feedback for nobody": (
        {"    squared: ": "    sqared-twice: "},
        "`sqared-twice`, which is no misconc",
        "`squared`?",
    ),
    "feedback without an id": ({"    only-once: That": "    That"}, "must begin with an id and a colon"),
    "no feedback": ({"    squared: Twice is a sum:\n        add it to itself.\n": ""}, "squared has no feedback"),
    "made of nothing known": ({"{{ power }}": "{{ powr }}"}, "how squared is made shows `powr`", "`power`?"),
    "wrong way of nothing known": ({"lambda x0: x0**2": "lambda x1: x1**2"}, "squared needs `x1`"),
    "oracle that calls its reference": (
        {"oracle(lambda x0: x0 + x0)": "oracle(lambda x0: answer(x0))"},
        "shares its mis",
    ),
    "oracle of nothing known": ({"oracle(lambda x0": "oracle(lambda x1"}, "the oracle of answer needs `x1`"),
    "text of nothing known": ({'power=lambda x0: "square"': 'power=lambda x1: "square"'}, "power needs `x1`"),
}


@pytest.mark.parametrize("mistake", SHORT_MISTAKES.values(), ids=SHORT_MISTAKES)
def test_a_mistake_in_short_forms_is_called_by_its_name(tmp_path: Path, mistake: tuple[Any, ...]):
    changes, *words = mistake
    with pytest.raises(ExerciseError) as error:
        load(tmp_path, edited(SHORT, changes))
    assert [word for word in words if word not in str(error.value)] == []


def test_the_options_of_a_choice_may_depend_on_the_instance(tmp_path: Path):
    chosen = {
        '"scalar"': 'Choice(right="It is ${{ x0 }} + {{ x0 }}$.", wrong="No.")',
        "return 2 * x0": 'return "right"',
    }
    instance = load(tmp_path, edited(TWICE, chosen)).instance("hand", 0, {"x0": 4})
    (part,) = instance.family.parts
    kind = instance.kind(part)
    assert isinstance(kind, Choice)
    assert kind.options == {"right": "It is $4 + 4$.", "wrong": "No."}
    assert kind.read("right").latex == r"\text{It is }4 + 4\text{.}"
    assert instance.latex(part) == r"\text{It is }4 + 4\text{.}"
    with pytest.raises(ExerciseError, match="the choice right of answer shows `reference`"):
        load(tmp_path, edited(TWICE, {'"scalar"': 'Choice(right="{{ reference }}", wrong="No.")'}))


ACCEPTS = "@answer.accepts\ndef even(answer, x0):\n    return answer % 2 == 0 or 'An odd number.'\n\n\n@answer.oracle"


def test_an_exercise_may_accept_other_answers_and_say_why_not(tmp_path: Path):
    instance = load(tmp_path, edited(TWICE, {"@answer.oracle": ACCEPTS})).instance("hand", 0, {"x0": 5})
    (part,) = instance.family.parts
    verdicts = {number: grade(part, instance, np.array(float(number)), {}) for number in (10, 4, 7, 5)}
    assert {number: verdict.status for number, verdict in verdicts.items()} == {
        10: "correct",
        4: "correct",
        7: "incorrect",
        5: "incorrect",
    }
    assert verdicts[7].feedback == "An odd number."
    assert verdicts[5].misconception == "only-once"
    assert grade(part, instance, np.ones((2, 2)), {}).status == "incorrect"  # the rule fails on what has another form


def test_no_instance_is_served_on_which_a_misconception_is_accepted(tmp_path: Path):
    family = load(tmp_path, edited(TWICE, {"@answer.oracle": ACCEPTS}))
    assert {family.draw("hand", seed).values["x0"] for seed in range(50)} == {3, 5, 7}


def test_exact_shapes_are_told_apart_and_others_read_as_vectors():
    shapes = [(), (1,), (1, 1), (3,), (3, 1), (1, 3)]
    assert [Shape(exact=True).value(shape) for shape in shapes] == shapes
    assert [Shape().value(shape) for shape in shapes] == [(), (), (), (3,), (3,), (1, 3)]


@pytest.mark.parametrize(
    ("value", "near"),
    [
        (np.array([[1.0], [2.0009]]), True),
        (np.array([[1.0], [2.0011]]), False),
        (np.array([[1.0, 2.0]]), False),
        (np.array([[1.0], [np.nan]]), False),
        (np.array(1.0), False),
        ((2, 1), False),
        ("x", False),
    ],
)
def test_what_is_near_has_the_same_shape_and_lies_within_the_tolerance(value: Any, near: bool):
    assert (value in Near(np.array([[1.0], [2.0]]), 1e-3)) == near


def test_what_runs_is_what_the_version_is_made_of(tmp_path: Path):
    first = load(tmp_path, TWICE)
    second = load(tmp_path, edited(TWICE, {"return 2 * x0": "return 3 * x0"}))  # as long, and within the same second
    assert first.version != second.version
    truths = [family.instance("hand", 0, {"x0": 4}).truth(family.parts[0]) for family in (first, second)]
    assert truths == [8, 12]


def test_three_options_and_more_have_an_order_of_their_own_on_each_instance(tmp_path: Path):
    options = {'"scalar"': 'Choice(a="A", b="B", c="C", d="D")', "return 2 * x0": 'return "a"'}
    options |= {"    return x0\n": '    return "b"\n'}
    family = load(tmp_path, edited(TWICE, options))
    kinds = [family.draw("hand", seed).kind(family.parts[0]) for seed in range(30)]
    orders = {tuple(kind.options) for kind in kinds if isinstance(kind, Choice)}
    assert len(orders) > 5
    assert {frozenset(order) for order in orders} == {frozenset("abcd")}
    instance = family.draw("hand", 3)
    again = family.instance("hand", 3, instance.drawn)
    assert instance.kind(family.parts[0]) == again.kind(family.parts[0])


@pytest.mark.parametrize(
    ("returned", "said"),
    [
        ("answer == 2 * x0", True),
        ("np.ravel(answer) == 2 * x0", True),
        ("answer[5]", NOT_ACCEPTED),
        ("None", NOT_ACCEPTED),
    ],
)
def test_whatever_a_rule_of_acceptance_does_an_answer_gets_a_verdict(tmp_path: Path, returned: str, said: bool | str):
    rule = f"@answer.accepts\ndef right(answer, x0):\n    return {returned}\n\n\n@answer.oracle"
    source = edited(
        TWICE, {"@answer.oracle": rule, "from app.exercise import": "import numpy as np\n\nfrom app.exercise import"}
    )
    instance = load(tmp_path, source).instance("hand", 0, {"x0": 4})
    (part,) = instance.family.parts
    assert instance.accepted(part, np.array(8.0)) == said
    assert grade(part, instance, np.ones((2, 2)), {}).status == "incorrect"
