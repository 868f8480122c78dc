"""What `nabla check` finds in an exercise, fault by fault, and that the project's own have none."""

from pathlib import Path
from typing import Any

import pytest

from app.checking import ENOUGH_SEEDS, Findings, check, never_seen
from app.deadline import limited
from app.exercise import Catalogue, Family, load_folders
from app.proof import stale, table
from tests.conftest import HOME
from tests.test_challenges import CHALLENGE
from tests.test_exercise import DRAWN, EXERCISES_AND_LEVELS, GIVEN, LEVELS, MISCONCEPTION, TWICE, edited, load

# What is written instead of what, and words of the fault.
FAULTS = {
    "wrong reference": ({"return 2 * x0": "return 3 * x0"}, "reference 18 and its oracle 12 differ", "answer and"),
    "wrong oracle": ({"return x0 + x0": "return x0 + x0 + 1e-3"}, "and its oracle 12.001 differ"),
    "oracle of another shape": ({"return x0 + x0": "return col([x0, x0])"}, "and its oracle [[6], [6]] differ"),
    "oracle that is undefined": ({"return x0 + x0": "return UNDEFINED"}, "added", "undefined"),
    "oracle that is not finite": ({"return x0 + x0": 'return float("inf")'}, "oracle"),
    "wrong declared shape": (
        {'"scalar"': '"2 1"', "return 2 * x0": "return col([x0, x0]).T", "return x0 + x0": "return [[x0, x0]]"},
        'answer is declared as "2 1" and has shape (1, 2)',
    ),
    "no oracle": ({"@answer.oracle\n": ""}, "answer has no oracle", "`@answer.oracle`"),
    "no hints": ({'answer.hints("Add it to itself.")\n': ""}, "answer has no hints", "answer.hints(…)"),
    "no misconceptions": ({MISCONCEPTION: ""}, "answer has no misconceptions", "`@answer.misconception`"),
    "no worked solution": ({"answer.explained(": "str("}, "answer has no worked solution", "answer.explained(…)"),
    "misconception that is not finite": ({"    return x0\n": '    return float("nan")\n'}, "only-once is not finite"),
    "misconception always right": ({"    return x0\n": "    return 2 * x0\n"}, "only-once gives the right answer"),
    # One that gives another answer each time cannot be recognised.
    "misconception at random": (
        {
            "    return x0\n": "    return 100 + 7 * next(calls)\n",
            "exercise = ": "calls = count()\nexercise = ",
            "from app.": "from itertools import count\n\nfrom app.",
        },
        "only-once is diagnosed as None",
    ),
    "more decimals than shown": ({DRAWN: "float(rng.uniform(3, 9))"}, "x0 has more than four decimals", "round it"),
    "broken LaTeX in the statement": ({"Compute twice": r"$\nosuch$"}, "the statement does not render"),
    "broken LaTeX in a title": ({"Double it": r"$\frac{1}$"}, "the title of answer does not render"),
    "broken LaTeX in a prompt": ({r"2\cdot": r"2\left("}, "the prompt of answer does not render"),
    "broken LaTeX in a hint": ({"Add it to itself.": "Add $x^$"}, "a hint of answer does not render"),
    "broken LaTeX in feedback": ({"the number itself": "$x_0}$"}, "the feedback of only-once does not render"),
    "broken LaTeX in the solution": ({"{{ reference }}$": r"{{ reference }$"}, "explanation of answer does not render"),
    "no acceptable draw": ({DRAWN: "0.0"}, "no acceptable instance; last: answer: only-once gives the right answer"),
    "few acceptable draws": ({DRAWN: "4.0 * (rng.random() < 0.01)"}, "of the draws are acceptable", "draw numbers"),
    "no number for a given": ({f"x0={DRAWN}": ""}, "`x0` is not drawn", "correct the file"),
    # what happens when a function of the file fails
    "reference fails": ({"return 2 * x0": "return x0[0]"}, "answer", "TypeError"),
    "oracle fails": ({"return x0 + x0": "return x0[0]"}, "added", "TypeError"),
    "oracle without orientation": ({"return x0 + x0": "return [x0, x0]"}, "added", "col(…)"),
    "misconception fails": ({"    return x0\n": "    return x0[0]\n"}, "only_once", "TypeError"),
    "misconception undefined for a number": ({"    return x0\n": "    return UNDEFINED\n"}, "only-once returned"),
    "draw fails": ({DRAWN: "1 / 0"}, "draw", "ZeroDivisionError"),
}


def checked(folder: Path, changes: dict[str, str], level: str, seeds: int = 3) -> Findings:
    return check(load(folder, edited(TWICE, changes)), level, seeds)


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_fault_is_found_and_comes_with_its_remedy(tmp_path: Path, fault: tuple[Any, ...]):
    changes, *words = fault
    faults = "\n".join(str(found) for level in LEVELS for found in checked(tmp_path, changes, level).faults)
    assert [word for word in words if word not in faults] == []


def test_an_exercise_without_a_fault_is_clean(tmp_path: Path):
    for level in LEVELS:
        findings = checked(tmp_path, {}, level, seeds=20)
        assert findings.faults == []
        assert (findings.instances, findings.draws, findings.acceptance) == (20, 20, 1.0)
        assert findings.worst_error == 0
        assert findings.as_itself == 1
        assert findings.seen == {("answer", "only-once")}


def test_a_fault_says_where_to_look(tmp_path: Path):
    fault = checked(tmp_path, {"return x0 + x0": "return 3 * x0"}, "hand").faults[1]
    assert (fault.family.id, fault.level, fault.seed, fault.data) == ("twice", "hand", 1, {"x0": 4})
    assert f"{tmp_path}/twice.py, level hand, seed 1: answer: " in str(fault)
    assert "data: {'x0': 4}" in str(fault)
    assert "remedy: find which of" in str(fault)


def test_every_seed_is_checked_and_reported_as_progress(tmp_path: Path):
    seen: list[int] = []
    findings = check(load(tmp_path, TWICE), "hand", 7, lambda: seen.append(1))
    assert len(seen) == findings.instances == 7


def test_a_small_error_of_differences_is_no_fault(tmp_path: Path):
    findings = checked(tmp_path, {"return x0 + x0": "return (x0 + x0) * (1 + 1e-9)"}, "numpy")
    assert findings.faults == []
    assert findings.worst_error == pytest.approx(1e-9, rel=1e-3)


def test_redraws_lower_the_acceptance(tmp_path: Path):
    findings = checked(tmp_path, {DRAWN: "float(rng.integers(0, 2))"}, "hand", seeds=30)
    assert findings.faults == []
    assert findings.draws > findings.instances == 30
    assert findings.acceptance == 30 / findings.draws


SECOND = MISCONCEPTION.replace("only_once", "same_again")


def test_of_two_misconceptions_alike_the_first_is_diagnosed(tmp_path: Path):
    findings = checked(tmp_path, {MISCONCEPTION: f"{MISCONCEPTION}\n\n{SECOND}"}, "hand")
    assert findings.faults == []
    assert findings.diagnosed == {"itself": 3, "tie": 3}
    assert findings.as_itself == 0.5


def unseen(family: Family, seeds: int) -> list[str]:
    return [str(fault) for fault in never_seen(family, [check(family, level, seeds) for level in LEVELS], seeds)]


@pytest.mark.parametrize(
    "changes",
    [{"    return x0\n": "    return None\n"}, {MISCONCEPTION: MISCONCEPTION.replace("only_once", "before") + SECOND}],
    ids=["never applies", "always hidden by another"],
)
def test_a_misconception_that_never_comes_up_is_a_fault(tmp_path: Path, changes: dict[str, str]):
    family = load(tmp_path, edited(TWICE, changes))
    (fault,) = unseen(family, ENOUGH_SEEDS)
    assert "was the diagnosis on no instance" in fault
    assert "reorder or remove it" in fault
    assert unseen(family, ENOUGH_SEEDS - 1) == []  # too few seeds to expect it


def test_a_misconception_that_comes_up_at_one_level_is_enough(tmp_path: Path):
    changes = {
        GIVEN: "given=dict(x0=float, level=str)",
        f"x0={DRAWN}": f"level=level, x0={DRAWN}",
        "only_once(x0)": "only_once(x0, level)",
        "    return x0\n": '    return x0 if level == "hand" else None\n',
    }
    assert unseen(load(tmp_path, edited(TWICE, changes)), ENOUGH_SEEDS) == []


@pytest.mark.parametrize(("id", "level"), EXERCISES_AND_LEVELS)
def test_our_exercises_have_no_fault(catalogue: Catalogue, id: str, level: str):
    findings = check(catalogue[id], level, seeds=10)
    assert [str(fault) for fault in findings.faults] == []
    assert findings.instances == 10


# The proof of the proof ---------------------------------------------------------------------------


def test_a_misconception_in_the_place_of_the_reference_is_refused(tmp_path: Path):
    findings = checked(tmp_path, {}, "hand", seeds=5)
    assert findings.mutants == {"oracle": 5}


def test_an_oracle_that_agrees_with_a_misconception_is_a_fault(tmp_path: Path):
    faults = checked(tmp_path, {"return x0 + x0": "return x0"}, "hand").faults
    assert any("with only-once as the reference, its oracle finds nothing wrong" in str(fault) for fault in faults)


def test_a_misconception_says_how_it_arises(tmp_path: Path):
    faults = checked(tmp_path, {'"${{ x0 }}$ itself"': '""'}, "hand").faults
    assert any("only-once does not say how it arises" in str(fault) for fault in faults)


ACCEPTED = (
    "@answer.accepts\ndef near_enough(answer, x0):\n    return answer == 2 * x0 or 'Not that one.'\n\n\n@answer.oracle"
)


def test_an_accepted_answer_must_include_the_reference(tmp_path: Path):
    right = {"@answer.oracle": ACCEPTED}
    assert checked(tmp_path, right, "hand").faults == []
    wrong = {"@answer.oracle": ACCEPTED.replace("2 * x0", "3 * x0")}
    assert "near_enough does not accept the reference" in str(checked(tmp_path, wrong, "hand").faults[0])


# docs/proof.md ------------------------------------------------------------------------------------


def test_the_table_has_a_row_for_each_level_and_says_what_is_stale(tmp_path: Path):
    family = load(tmp_path, TWICE)
    families = {"twice": family}
    text = table(families, [check(family, level, 3) for level in LEVELS], 3)
    rows = [line for line in text.splitlines() if line.startswith("| `twice`")]
    assert [row.split("|")[2:4] for row in rows] == [[f" {family.version} ", f" {level} "] for level in LEVELS]
    assert "6 instances of 1\nexercises, no fault" in text
    assert stale(text, families) == []
    changed = load(tmp_path, edited(TWICE, {"itself": "as it is"}))
    assert stale(text, {"twice": changed}) == ["twice"]
    assert stale(text, {}) == ["twice"]
    assert stale("", families) == ["twice"]


def test_the_proof_speaks_of_the_present_exercises(catalogue: Catalogue):
    text = (HOME / "docs" / "proof.md").read_text()
    assert stale(text, catalogue) == [], "write it anew: make prove-exercises"
    assert "Written by `nabla check --seeds 400 --report`" in text


# What the service would stumble over --------------------------------------------------------------

FIGURE = "@exercise.figure\ndef picture(x0):\n    return {}\n\n\n@exercise.part"
BESIDE = {
    "figure that fails": ({"@exercise.part": FIGURE.format("x0[0]")}, "in picture", "TypeError"),
    "figure that is a number": ({"@exercise.part": FIGURE.format("0.25")}, "the figure is no SVG"),
    "figure that is a script": ({"@exercise.part": FIGURE.format("'<script>'")}, "the figure is no SVG"),
    "figure not well-formed": ({"@exercise.part": FIGURE.format("'<svg ><title>'")}, "no well-formed SVG"),
    "figure without a title": ({"@exercise.part": FIGURE.format("'<svg ><g/></svg>'")}, "no text alternative"),
    "stratum that fails": ({"@exercise.part": "exercise.stratum(lambda x0: x0[0])\n\n\n@exercise.part"}, "TypeError"),
    "draw that ends the program": ({DRAWN: "exit(3)"}, "SystemExit"),
    "broken LaTeX in a choice": (
        {'"scalar"': "Choice(a='It is $x^$', b='B')", "return 2 * x0": "return 'b'", "return x0 + x0": "return 'b'"}
        | {"    return x0\n": "    return 'a'\n"},
        "the choice a of answer does not render",
    ),
    "broken LaTeX in how it arises": ({"${{ x0 }}$ itself": "$x^$"}, "how only-once is made does not render"),
}


@pytest.mark.parametrize("fault", BESIDE.values(), ids=BESIDE)
def test_what_the_service_would_stumble_over_is_a_fault(tmp_path: Path, fault: tuple[Any, ...]):
    changes, *words = fault
    faults = "\n".join(map(str, checked(tmp_path, changes, "hand").faults))
    assert [word for word in words if word not in faults] == []


def test_a_loop_without_an_end_is_named_and_the_check_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("app.checking.limited", lambda: limited(0.3))
    endless = {"def draw(rng, level):\n": "def draw(rng, level):\n    while True:\n        rng.random()\n"}
    (fault,) = checked(tmp_path, endless, "hand").faults
    assert "in draw: it does not come to an end" in str(fault)


def test_a_loop_without_an_end_is_not_served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("app.exercise.loading.limited", lambda: limited(0.3))
    (tmp_path / "endless.py").write_text("while True:\n    pass\n")
    (tmp_path / "twice.py").write_text(TWICE)
    catalogue = load_folders([tmp_path])
    assert list(catalogue) == ["twice"]
    assert "does not come to an end" in catalogue.faults[tmp_path / "endless.py"]


def test_a_misconception_of_a_challenge_is_looked_for_there(tmp_path: Path):
    (tmp_path / "challenges").mkdir()
    (tmp_path / "twice.py").write_text(TWICE)
    never = edited(CHALLENGE, {"triple": "answer", "    return x0\n": "    return None\n"})
    (tmp_path / "challenges" / "twice.py").write_text(never)
    family = load_folders([tmp_path])["twice"]
    found = [check(family, level, ENOUGH_SEEDS) for level in family.levels]
    (fault,) = never_seen(family, found, ENOUGH_SEEDS)
    assert "challenges/twice.py" in str(fault)


def test_faults_of_a_challenge_name_its_file(tmp_path: Path):
    (tmp_path / "challenges").mkdir()
    (tmp_path / "twice.py").write_text(TWICE)
    (tmp_path / "challenges" / "twice.py").write_text(edited(CHALLENGE, {"    return x0\n": "    return x0[1]\n"}))
    faults = check(load_folders([tmp_path])["twice"], "challenge", 1).faults
    assert f"{tmp_path}/challenges/twice.py, line" in str(faults[0])


def test_a_row_for_a_column_is_refused_by_the_declared_shape(tmp_path: Path):
    turned = {
        '"scalar"': '"2 1"',
        "return 2 * x0": "return col([2 * x0, x0])",
        "return x0 + x0": "return col([x0 + x0, x0])",
        "    return x0\n": "    return col([2 * x0, x0]).T\n",
    }
    assert checked(tmp_path, turned, "hand").mutants == {"shape": 3}
