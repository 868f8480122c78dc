"""Whatever is typed: a formula or a message, soon and in little memory; and what is printed is the same formula."""

import json
import os
import random
import subprocess
import sys
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.answers import Unreadable
from app.formula import Symbols, read, render, restored
from app.formula.reading import tree_of
from app.formula.tree import Kind, Node
from app.markup import math
from tests import fuzzing
from tests.batteries.formulas import FAMILIES, Family
from tests.batteries.slow_formulas import SLOW
from tests.conftest import HOME
from tests.formula_trees import TREES
from tests.formula_trees import VOCABULARY as EVERY_NAME

INPUTS = int(os.environ.get("INPUTS", "1500"))  # `make prove-formulas` sends half a million
EXAMPLES = max(300, min(INPUTS // 10, 20_000))


@given(TREES)
@example(Node(Kind.ENTRY, (Node(Kind.SYMBOL, (), "W"),), "1"))  # beside a W1
@example(Node(Kind.MODULUS, (Node(Kind.MODULUS, (Node(Kind.SYMBOL, (), "t"),)),)))
@example(Node(Kind.PRODUCT, (Node(Kind.IDENTITY), Node(Kind.PRODUCT, (Node(Kind.SIZE, (), "N"),) * 2))))  # no I_N
@example(Node(Kind.PRODUCT, (Node(Kind.ONES, (), ",1"), Node(Kind.QUOTIENT, (Node(Kind.SIZE, (), "N"),) * 2))))
@settings(max_examples=EXAMPLES, deadline=None)
def test_what_is_printed_is_the_same_formula(tree: Node):
    for printed in (render.text(tree, EVERY_NAME), render.latex(tree, EVERY_NAME)):
        try:
            again = tree_of(printed, EVERY_NAME)
        except Unreadable as error:
            assert "deep" in error.message or "at most 400" in error.message, printed
        else:
            assert again == tree, printed
    assert math(render.latex(tree, EVERY_NAME))


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_the_battery_is_printed_as_the_same_formulas(family: Family):
    for typed in (*family.right, *(formula for _, formula in family.wrong_formulas)):
        formula = read(typed, family.symbols)
        assert tree_of(formula.text, family.symbols) == formula.tree
        assert tree_of(formula.latex, family.symbols) == formula.tree


@given(st.text(max_size=60) | st.text(alphabet="Wxσ'()[]{}^_*+-/|,;. 0123Tdk⊙⊗\\", max_size=60))
@example("\ud800")
@example("\\")
@example("\\\\")
@example("_{")
@example("sum_")
@example("sum_{")
@example("δ_")
@example("^{-T}")
@example("|||")
@example("\\hat")
@settings(max_examples=EXAMPLES, deadline=None)
def test_any_text_is_a_formula_or_a_message(typed: str):
    fuzzing.check(typed)


@given(st.lists(st.sampled_from(("W", "W^T", "x_0", "b^T", "I", "ones", "e_k", "e_k^T", "b_k", "x_k")), min_size=2))
@example(["W", "e_k", "b_k"])
@example(["b_k", "e_k", "e_k^T", "x_0"])
@settings(max_examples=EXAMPLES, deadline=None)
def test_sizes_that_an_index_runs_over_hold_in_every_factor(factors: list[str]):
    fuzzing.check("sum_k " + " ".join(factors[:6]))


def test_hostile_formulas_are_answered_soon_and_in_little_memory():
    fuzzing.prove(INPUTS, seed=random.Random(INPUTS).randrange(1000))


@pytest.mark.parametrize("typed", SLOW, ids=[ascii(typed)[:40] for typed in SLOW])
def test_no_formula_is_heavy(typed: str):
    assert fuzzing.weight(typed) < fuzzing.BYTES


@pytest.mark.parametrize(
    ("made", "few", "many"),
    [
        (lambda n: f"A x + A' x + 0 ({'+'.join(['A x^T x'] * n)}) x", 15, 24),
        (lambda n: "tanh(" * n + "A x^T x" + ")" * n, 30, 37),
    ],
)
def test_products_that_are_grouped_count_as_what_they_become(made: Callable[[int], str], few: int, many: int):
    symbols = Symbols({"A": "D D", "x": "D 1"})
    formula = read(made(few), symbols)
    assert restored(formula.text, symbols).tree == formula.tree
    with pytest.raises(Unreadable, match="too deeply or too long"):
        read(made(many), symbols)


def test_the_slowest_inputs_are_measured_in_a_process_of_their_own():
    command = [sys.executable, "-m", "tests.fuzzing", "--measure"]
    done = subprocess.run(command, cwd=HOME, input=json.dumps(["W x", "x"]), capture_output=True, text=True)
    assert "none uncaught" in done.stdout, done.stderr


def test_coverage_guides_the_fuzzing_where_atheris_is():
    pytest.importorskip("atheris")
    command = [sys.executable, "-m", "tests.fuzzing", "--atheris", "--inputs", str(INPUTS)]
    done = subprocess.run(command, cwd=HOME, capture_output=True, text=True)
    assert "none uncaught" in done.stdout, done.stderr


def test_nothing_typed_is_ever_run():
    typed = (
        "__import__('os').getpid()",
        "(lambda: 1)()",
        "W.__class__",
        "exec(1)",
        "eval(t)",
        "open('/etc/passwd')",
        "{{W}}",
        "diag(sigma'(W x0 + b)) W",
    )
    seen: list[str] = []
    watching = False

    def watch(event: str, _: object) -> None:
        if watching:
            seen.append(event)

    sys.addaudithook(watch)  # of the interpreter: it tells of what is compiled, run, imported, opened
    for once in (False, True):  # at first modules are imported
        watching = once
        for formula in typed:
            fuzzing.use(formula)
    watching = False
    assert seen == []
    watching = True
    exec("1")
    watching = False
    assert "exec" in seen
