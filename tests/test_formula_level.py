"""Level `formula`: drawn, previewed, graded, explained and replayed, through the API and on pages."""

import inspect
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Connection

from app.attempts import regrades, replay
from app.checking import check
from app.db import migrate, open_engine
from app.exercise import Catalogue, Exercise, ExerciseError, Instance, Part
from app.exercise.closed_forms import ClosedForm
from app.exercise.in_symbols import FamilyInSymbols
from app.formula import Formula
from app.grading import grade
from app.pages.fields import FORMULA_KEYS, keys_of
from tests.conftest import HOME, Server, run_nabla
from tests.histories import at_work, changed, class_of, with_family
from tests.teaching import Classroom, fine, made
from tests.test_api import answer, attempts, close, draw, hint, look, problem, send, submit
from tests.test_exercise import load
from tests.test_pages_solve import begin, id_of
from tests.visiting import Browser

WITH_FORMULAS = {
    *("batch-ls-gradient", "chain-evaluation-point", "chain-scalar", "chain-two-paths", "chain-values"),
    *("curve-derivative", "curve-value"),
    *("derivative-at-point", "difference-quotient", "form-value", "gd-stability", "gradient-affine-form"),
    *("gradient-or-derivative", "gradient-squared-norm", "kronecker-derivative", "linear-approx-1d"),
    *("linear-approx-nd", "logistic-regression-gradient", "ls-gd-step", "ls-gradient", "ls-hessian"),
    *("ls-linear-check", "ls-steps", "map-value", "mse-gradient", "norm-value", "normal-equations"),
    *("perceptron-da-dW", "perceptron-da-db", "perceptron-da-dwd", "perceptron-da-dx", "perceptron-dy-dW"),
    *("perceptron-dy-da", "perceptron-dy-db", "perceptron-dy-dwd", "perceptron-dy-dx", "perceptron-forward"),
    *("perceptron-jacobians", "quadratic-form-gradient", "relu-derivative", "sigmoid-derivative"),
    *("softmax-cross-entropy-gradient", "softmax-jacobian", "steepest-direction", "two-layer-backprop"),
}


def parts_of(catalogue: Catalogue) -> list[tuple[Instance, Part, ClosedForm]]:
    """Every part that asks for a formula, with its instance."""
    found = []
    for family in catalogue.values():
        if "formula" in family.levels:
            instance = family.draw("formula", 0)
            found += [(instance, part, part.kind) for part in instance.family.parts]
    assert all(isinstance(kind, ClosedForm) for _, _, kind in found)
    return found


def marked(catalogue: Catalogue, exercise: str, part: str, typed: str) -> Any:
    """The verdict on what was typed for a part."""
    instance = catalogue[exercise].draw("formula", 0)
    asked = instance.family.by_id[part]
    return grade(asked, instance, asked.kind.read(typed).value, {})


# Through the API ----------------------------------------------------------------------------------


def test_an_instance_in_symbols_shows_shapes_and_asks_for_formulas(client: httpx.Client):
    instance = draw(client, "perceptron-dy-dx", "formula")
    assert instance["data"] == {"W": "N×D", "x0": "D×1", "b": "N×1"}
    assert instance["parts"][0]["answer"] == "formula"
    assert r"\mathbf W \in \mathbb{R}^{N \times D}" in instance["statement"]
    assert "{{" not in instance["statement"]
    assert "significant digits" not in instance["statement"]


def test_every_instance_in_symbols_is_the_same(client: httpx.Client):
    first, second = draw(client, "ls-steps", "formula", 1), draw(client, "ls-steps", "formula", 2)
    assert (first["data"], first["statement"]) == (second["data"], second["statement"])
    assert (first["seed"], second["seed"]) == (1, 2)


def test_parts_without_a_formula_are_not_asked(client: httpx.Client):
    assert [part["id"] for part in draw(client, "ls-gd-step", "formula")["parts"]] == ["answer"]
    assert [part["id"] for part in draw(client, "ls-gd-step")["parts"]] == ["answer", "decreased"]


@pytest.mark.parametrize(
    "typed", ["2 W^T (W theta0 - y)", "2WᵀWθ₀ − 2Wᵀy", r"2\mathbf{W}^\top(\mathbf{W}\boldsymbol{\theta}_0-\mathbf{y})"]
)
def test_one_formula_has_many_spellings(client: httpx.Client, typed: str):
    instance = draw(client, "ls-gradient", "formula")
    verdict = answer(client, instance, typed)
    assert (verdict["status"], verdict["score"], verdict["entries"]) == ("correct", 1, None)
    assert verdict["read_as"]["shape"] == ["D", 1]
    assert r"\mathbf{W}^\top" in verdict["read_as"]["latex"]
    assert attempts(client, instance)[0]["answers"] == {"answer": typed}
    assert look(client, instance)["score"] == 1


@pytest.mark.parametrize(
    ("typed", "position", "said"),
    [
        ("2 W^T (W theta0 - y", 6, "bracket"),
        ("2 W^T (W x0 - y)", 9, "not known here"),
        ("2 W (W theta0 - y)", 5, "do not meet"),
        ("", 0, "empty"),
        (7, None, "Expected a formula"),
        ("W" * 401, 400, "400 characters"),
    ],
)
def test_what_cannot_be_read_costs_no_try(client: httpx.Client, typed: object, position: int | None, said: str):
    instance = draw(client, "ls-gradient", "formula")
    body = problem(send(client, instance, {"answer": typed}), 422, "unreadable")
    (error,) = body["errors"]
    assert error["pointer"] == "/answers/answer"
    assert error.get("position") == position
    assert said in error["detail"]
    assert attempts(client, instance) == []
    assert look(client, instance)["parts"][0]["tries_used"] == 0


def test_a_derivative_of_an_earlier_part_is_no_symbol(client: httpx.Client):
    body = problem(
        send(client, draw(client, "ls-steps", "formula"), {"dr_dtheta": "dr_da da_dtheta"}), 422, "unreadable"
    )
    assert "may not be used here" in body["errors"][0]["detail"]


def test_a_quantity_of_an_earlier_part_is_a_symbol_with_its_true_value(client: httpx.Client):
    attempt = submit(client, draw(client, "ls-steps", "formula"), {"a": "y - W theta0", "dr_da": "2 a^T"})
    assert attempt["parts"]["a"]["misconception"] == "residual-sign"
    assert attempt["parts"]["dr_da"]["status"] == "correct"
    assert not attempt["parts"]["dr_da"]["follow_through"]


def test_a_misconception_is_found_by_its_values(client: httpx.Client):
    verdict = answer(client, draw(client, "ls-gradient", "formula"), "W' (W θ - y)")
    assert (verdict["misconception"], verdict["status"], verdict["score"]) == ("factor-two-lost", "partial", 0.5)
    assert verdict["feedback"] == "Differentiate the square: a factor comes down."


def test_a_right_formula_in_the_wrong_orientation_is_named(client: httpx.Client):
    verdict = answer(client, draw(client, "map-value", "formula"), "x^T A^T + b^T")
    assert (verdict["misconception"], verdict["status"], verdict["score"]) == ("row-layout", "partial", 0.6)
    attempt = submit(client, draw(client, "linear-approx-nd", "formula"), {"variation": "h^T J^T"})
    verdict = attempt["parts"]["variation"]
    assert (verdict["misconception"], verdict["status"], verdict["score"]) == ("transposed", "partial", 0.6)
    assert verdict["feedback"] == "Right but for its orientation. Write it as a column."


def test_the_same_tree_in_another_spelling_uses_no_second_try(client: httpx.Client):
    instance = draw(client, "ls-gradient", "formula")
    assert answer(client, instance, "2 (W θ₀ - y)")["counted"]
    again = answer(client, instance, r"2\left(\mathbf W\boldsymbol\theta_0 - \mathbf y\right)")
    assert not again["counted"]
    assert answer(client, instance, "2 W θ₀ - 2 y")["counted"]


def test_a_preview_shows_formula_and_shape_and_stores_nothing(client: httpx.Client):
    instance = draw(client, "perceptron-jacobians", "formula")
    answers = {"dy_da": "diag(σ'(a))", "da_db": "I", "da_dwd": "x_d"}
    parts = client.post(f"/instances/{instance['id']}/preview", json={"answers": answers}).json()["parts"]
    shapes = {id: part["read_as"]["shape"] for id, part in parts.items()}
    assert shapes == {"dy_da": ["N", "N"], "da_db": ["?", "?"], "da_dwd": []}
    assert parts["dy_da"]["read_as"]["latex"].startswith(r"\operatorname{diag}")
    assert attempts(client, instance) == []


def test_hints_and_the_solution_speak_in_symbols(client: httpx.Client):
    instance = draw(client, "ls-gradient", "formula")
    assert hint(client, instance, 1).status_code == 201
    answer(client, instance, "W^T (W θ - y)")
    close(client, instance)
    solution = client.get(f"/instances/{instance['id']}/solution").json()["parts"]["answer"]
    assert solution["answer"] == "2 W^T (W theta0 - y)"
    assert solution["latex"] == r"2\,\mathbf{W}^\top\,\left(\mathbf{W}\,\boldsymbol{\theta}_{0} - \mathbf{y}\right)"
    assert "{{" not in solution["explanation"]
    assert solution["explanation"].endswith(r"is $\mathbf W^\top\mathbf a_0$.")


def test_stored_formulas_are_replayed_as_they_were_graded(server: Server, client: httpx.Client):
    instance = draw(client, "ls-steps", "formula")
    submit(client, instance, {"a": "W θ − y", "r": "a' a", "dr_da": "2 a", "gradient": "2 W^T W θ"})
    done = run_nabla("replay", "--exercise", "ls-steps", data=server.data)
    assert done.returncode == 0, done.stdout + done.stderr


def test_formulas_count_in_reports_and_statistics(classroom: Classroom):
    sheet = classroom.assign({"level": "formula"})
    for student, typed in ((classroom.alice, "W^T (W θ - y)"), (classroom.bob, "3 W^T y + θ")):
        instance = classroom.open(student, sheet)
        made(student.post(f"/instances/{instance['id']}/attempts", {"answers": {"answer": typed}}))
    report = fine(classroom.carol.get(f"/assignments/{sheet['id']}/report"))
    assert sorted(student["points"][0] for student in report["students"] if student["attempts"][0]) == [0, 2]
    (item,) = fine(classroom.carol.get(f"/assignments/{sheet['id']}/statistics"))["items"]
    assert [(one["id"], one["count"]) for one in item["misconceptions"]] == [("factor-two-lost", 1)]
    assert "wrote 3 W^T y + theta0" in str(item["unexplained"])


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    engine = open_engine(f"sqlite:///{tmp_path / 'nabla.db'}", writes=True)
    migrate(str(engine.url))
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def test_a_class_that_answers_in_formulas_is_replayed_and_regraded(
    connection: Connection, catalogue: Catalogue, tmp_path: Path
):
    whole = class_of(connection, catalogue, "ls-gradient", "perceptron-jacobians", level="formula")
    at_work(whole, random.Random(5))
    alice = whole.instance("alice", 1)
    whole.submit("alice", alice.id, {"answer": "W^T (W θ - y)"})
    found = replay.replay(connection, catalogue, limit=1000)
    assert (found.differences, found.left_out) == ([], {})
    assert found.same > 20
    harder = with_family(catalogue, changed(tmp_path, "ls_gradient.py", ("credit=0.5)", "credit=0.25)")))
    regrade = whole.regrade(harder)
    changes = regrades.changes_of(connection, regrade.id, 0, 100)
    assert {(change.before["score"], change.after["score"]) for change in changes} == {(0.5, 0.25)}
    whole.keep(regrade, harder)
    assert replay.replay(connection, harder, limit=1000).differences == []


# What the exercises say ---------------------------------------------------------------------------


def test_these_exercises_offer_formulas_between_numbers_and_challenge(catalogue: Catalogue):
    assert {id for id, family in catalogue.items() if "formula" in family.levels} == WITH_FORMULAS
    assert catalogue["ls-gradient"].levels == ("hand", "numpy", "formula", "challenge")


def test_a_formula_and_its_text_and_its_latex_are_right(catalogue: Catalogue):
    for instance, part, kind in parts_of(catalogue):
        for typed in (kind.right.text, kind.right.latex):
            verdict = grade(part, instance, kind.read(typed).value, {})
            assert verdict.status == "correct", (instance.family.id, part.id, typed)


def test_a_formula_that_is_longer_in_print_than_as_typed_is_restored(catalogue: Catalogue):
    instance = catalogue["ls-steps"].draw("formula", 0)
    kind = instance.family.by_id["a"].kind
    value = kind.read("+".join(["Wθ"] * 36) + "-35Wθ-y").value
    stored = kind.json(value)
    assert len(stored) > 400
    assert kind.json(kind.restored(stored)) == stored
    assert grade(instance.family.by_id["a"], instance, kind.restored(stored), {}).status == "correct"


def test_every_symbol_has_a_key_that_is_read_as_it(catalogue: Catalogue):
    for instance, part, kind in parts_of(catalogue):
        keys = keys_of(kind)
        assert set(FORMULA_KEYS) < set(keys)
        symbols = kind.symbols.names
        read = [kind.read(key).value for key in keys[: len(symbols)]]
        assert [value.text for value in read if isinstance(value, Formula)] == symbols, (instance.family.id, part.id)


def test_an_index_is_offered_where_the_right_formula_has_it(catalogue: Catalogue):
    offered = {(instance.family.id, part.id): kind.names for instance, part, kind in parts_of(catalogue)}
    assert offered["perceptron-dy-dx", "answer"] == ("W", "x₀", "b", "a₀", "y₀", "σ")
    assert offered["perceptron-dy-dwd", "answer"] == ("W", "x₀", "b", "a₀", "y₀", "σ", "d")


def test_every_text_in_symbols_is_filled(catalogue: Catalogue):
    for instance, _, _ in parts_of(catalogue):
        for where, text in instance.shown():
            assert "{{" not in text, (instance.family.id, where)
            assert not re.search(r"= *\$|= *=", text), (instance.family.id, where, text)


def test_texts_are_translated_as_one_would_write_them(catalogue: Catalogue):
    form, layers = (catalogue[id].draw("formula", 0) for id in ("form-value", "two-layer-backprop"))
    assert r"{D \times 1} \qquad b \in \mathbb{R} \qquad" in form.statement
    explained = layers.explanation(layers.family.by_id["dr_dx"])
    assert r"\mathbf{W}_{1}^\top\left(\left(\mathbf{W}_{2}^\top" in explained
    perceptron = catalogue["perceptron-forward"].draw("formula", 0)
    assert r"\mathbf W\mathbf x_0 + \mathbf b$. Apply" in perceptron.explanation(perceptron.family.parts[0])


@pytest.mark.parametrize(
    ("exercise", "part", "typed", "misconception", "score"),
    [
        ("perceptron-jacobians", "dy_dx", "W^T diag(σ'(W x + b))", "transposed", 0.6),
        ("perceptron-jacobians", "dy_dx", "diag(σ(a)) W", "sigma-not-differentiated", 0),
        ("perceptron-jacobians", "da_dwd", "I", "input-forgotten", 0),
        ("perceptron-jacobians", "dy_da", "σ'(a)", "vector-not-matrix", 0.5),
        ("perceptron-jacobians", "dy_da", "diag(σ(a) ⊙ (1 - σ(a)))", "one-function-only", 0),
        ("perceptron-da-dW", "entry", "x_d", "other-neurons-contribute", 0),
        ("perceptron-dy-dx", "answer", "2 diag(σ'(a)) W", "constant-factor", 0),
        ("relu-derivative", "slope", "sign(x)", "minus-one-on-the-left", 0),
        ("logistic-regression-gradient", "answer", "p x", "probability-times-input", 0),
        ("two-layer-backprop", "dr_dW1", "(W2^T δ2) x^T", "activation-slope-forgotten", 0),
        ("normal-equations", "theta", "Wty", "inverse-forgotten", 0),
        ("ls-hessian", "answer", "2 W W^T", "wrong-order", 0),
        ("chain-scalar", "answer", "n a x^(n - 1) g'(x)", "outer-derivative-at-x", 0.3),
        ("quadratic-form-gradient", "answer", "(A - A^T) x", "sign-of-a-term", 0),
    ],
)
def test_wrong_formulas_are_told_apart(
    catalogue: Catalogue, exercise: str, part: str, typed: str, misconception: str, score: float
):
    verdict = marked(catalogue, exercise, part, typed)
    assert (verdict.misconception, verdict.score) == (misconception, score)
    assert verdict.status == ("partial" if score else "incorrect")
    assert verdict.feedback


def test_another_shape_is_graded_and_named(catalogue: Catalogue):
    verdict = marked(catalogue, "perceptron-dy-dx", "answer", "diag(σ'(a)) W x")
    assert (verdict.status, verdict.misconception) == ("incorrect", None)
    assert verdict.feedback == "Expected a matrix, N×D; yours is a column, N×1."


def test_a_wrong_formula_without_a_known_mistake_says_how_to_go_on(catalogue: Catalogue):
    verdict = marked(catalogue, "ls-gradient", "answer", "3 W^T y + theta0")
    assert (verdict.status, verdict.misconception) == ("incorrect", None)
    assert "a hint shows one" in verdict.feedback


# Exercise files -----------------------------------------------------------------------------------

SCALED = r'''r"""# Scaled

Let $f(x) = c x$ with $c = {{ c }}$ and $x_0 = {{ x0 }}$, or ${{ twice }}$.
"""

from app.exercise import Exercise

exercise = Exercise(number=1, topic="t", section="s", given=dict(c=float, x0=float))
exercise.texts(twice=lambda c: 2 * c)
exercise.in_symbols(texts=dict(twice="2c"))


@exercise.instance
def draw(rng):
    return dict(c=float(rng.integers(2, 9)), x0=float(rng.integers(2, 9)))


@exercise.part("scalar", formula="c x0")
def value(c, x0):
    """$f(x_0)$"""
    return c * x0


@exercise.part("scalar", formula="2 value")
def twice_the_value(value):
    """Twice"""
    return 2 * value


value.oracle(lambda c, x0: ((c + x0) * (c + x0) - (c - x0) * (c - x0)) / 4)
twice_the_value.oracle(lambda c, x0: (c + x0) ** 2 - c**2 - x0**2)
for part in (value, twice_the_value):
    part.wrong("negative", lambda reference: -reference, "minus ${{ reference }}$").says("Mind the sign.")
    part.hints("Multiply.")
    part.explained("It is $c x_0 = {{ reference }}$ with $c = {{ c }}$.")
'''


def edited(*changes: tuple[str, str]) -> str:
    text = SCALED
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


def test_the_statement_says_where_givens_lie_and_other_texts_say_nothing_twice(tmp_path: Path):
    instance = load(tmp_path, SCALED).draw("formula", 0)
    assert isinstance(instance.family, FamilyInSymbols)
    assert instance.statement == r"Let $f(x) = c x$ with $c \in \mathbb{R}$ and $x_0 \in \mathbb{R}$, or $2c$."
    value, twice = instance.family.parts
    assert instance.explanation(value) == "It is $c x_0$ with $c$."
    assert instance.explanation(twice) == r"It is $c x_0 = 2\,\mathrm{value}$ with $c$."


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ((('"c x0"', '"c x1"'),), "the formula of value cannot be read (at character 3): This name is not known here."),
        ((('"c x0"', '"c (x0"'),), "the formula of value cannot be read (at character 3)"),
        ((('"c x0"', '"[c; x0]"'),), "the formula of value does not fit: the reference is 2×1, not scalar"),
        ((('texts=dict(twice="2c")', 'fixed=dict(d="2c")'),), "in_symbols(…) speaks of `d`, which is neither"),
        ((('in_symbols(texts=dict(twice="2c"))', 'in_symbols(domains=dict(c="big"))'),), "'big' no domain"),
        ((('\nexercise.in_symbols(texts=dict(twice="2c"))', ""),), "the statement shows `twice`, which has no symbol"),
        (((', formula="c x0"', ""), (', formula="2 value"', "")), "in_symbols(…) is of no use: no part has a formula"),
    ],
)
def test_a_formula_that_does_not_fit_is_an_error_at_load(tmp_path: Path, changes: Any, said: str):
    with pytest.raises(ExerciseError, match=re.escape(said)):
        load(tmp_path, edited(*changes))


def test_a_file_whose_formulas_are_right_has_no_fault(tmp_path: Path):
    findings = check(load(tmp_path, SCALED), "formula", seeds=20)
    assert [str(fault) for fault in findings.faults] == []
    assert (findings.instances, findings.diagnosed, findings.mutants) == (1, {"itself": 2}, {"formula": 2})
    assert 0 < findings.worst_error < 1e-12


@pytest.mark.parametrize("id", sorted(WITH_FORMULAS))
def test_our_formulas_are_the_references_and_no_misconception_is(catalogue: Catalogue, id: str):
    findings = check(catalogue[id], "formula", seeds=1)
    assert [str(fault) for fault in findings.faults] == []
    assert findings.seen


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"c x0"', '"c x0^2"', "value: the formula c x0^2 and the reference differ where"),
        ("(c + x0) ** 2", "(c + x0) ** 3", "twice_the_value: the formula 2 value and the oracle differ where"),
        ("lambda reference: -reference", "lambda reference: 1 * reference", "value: in symbols negative is right"),
        ("def value(c, x0)", "def value(c, x0, kind)", "value: value needs c, x0, kind, not all of which there are"),
    ],
)
def test_the_check_finds_what_is_wrong_with_formulas(tmp_path: Path, old: str, new: str, said: str):
    kinds = ("given=dict(c=float", "given=dict(kind=str, c=float"), ("dict(c=float(rng", 'dict(kind="", c=float(rng')
    faults = "\n".join(str(fault) for fault in check(load(tmp_path, edited((old, new), *kinds)), "formula", 1).faults)
    assert said in faults
    assert "remedy:" in faults


def test_the_language_page_has_every_word_for_symbols():
    page = (HOME / "docs" / "exercises.md").read_text()
    words = set(inspect.signature(Exercise.in_symbols).parameters) - {"self"}
    assert {word for word in words if f"\n    {word}=" in page} == words


# Pages --------------------------------------------------------------------------------------------


@pytest.fixture
def guest(classroom: Classroom) -> Browser:
    return Browser(classroom.school)


def test_a_formula_has_one_line_the_symbols_and_no_numbers(guest: Browser):
    page = begin(guest, "perceptron-dy-dx", "formula")
    line = page.one("input", name="text.answer")
    assert line.attributes["autocapitalize"] == "off"
    question = page.one("fieldset", id=f"part-{id_of(page)}-answer")
    keys = json.loads(question.attributes["data-keys"])
    assert keys[:2] == ["W", "x₀"]
    assert {"σ′", "ᵀ", "⊙", "diag(", "‖"} < set(keys)
    assert "A formula in W, x₀, b" in page.text
    assert "for NumPy" not in page.text


def test_a_formula_is_graded_on_its_page_without_scripts(guest: Browser):
    page = begin(guest, "perceptron-dy-dx", "formula")
    page = guest.send(f"/instances/{id_of(page)}", {"do": "check", "text.answer": "W^T diag(σ'(a))"})
    assert "Partly right" in page.text
    assert page.one("input", name="text.answer").attributes["value"] == "W^T diag(σ'(a))"
    page = guest.send(f"/instances/{id_of(page)}", {"do": "check", "text.answer": "diag(σ'(a)) W"})
    assert page.one("h2", id="result").text == "Result: 100 %"
    assert "Once more" in page.text


def test_read_as_shows_the_formula_with_its_shape_or_where_it_cannot_be_read(guest: Browser):
    page = begin(guest, "perceptron-dy-dx", "formula")
    where = f"/instances/{id_of(page)}/read-as"
    read = guest.send(where, {"part": "answer", "text.answer": "diag(σ'(a)) W"})
    assert "N\u00a0×\u00a0D" in read.html
    assert "<math" in read.html
    guest.visit(page.path)
    refused = guest.send(where, {"part": "answer", "text.answer": "diag(σ'(q)) W"})
    assert "not known here" in refused.html
    assert refused.one("mark").text == "q"
    guest.visit(page.path)
    refused = guest.send(where, {"part": "answer", "text.answer": "W W"})
    assert refused.html.count("<code>W</code>") == 2
    assert "`" not in refused.html


def test_what_can_be_typed_is_said_once_and_then_only_what_is_new(guest: Browser):
    page = begin(guest, "ls-steps", "formula")
    assert page.text.count("Greek letters may be spelled out") == 1
    assert "Here also with " in page.text
    described = {found.attributes["aria-describedby"] for found in page.all("input", type="text")}
    assert len(described) == 1
    assert page.one("p", id=described.pop()).text.startswith("A formula in W")


def test_the_page_of_an_exercise_offers_the_level_and_shows_what_it_asks(guest: Browser):
    page = guest.visit("/exercises/ls-steps?level=formula")
    assert "as a formula" in page.text
    assert "The numbers are an example" not in page.text
