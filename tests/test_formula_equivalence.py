"""Judging formulas: by evaluation, with the shape in letters, and with what a wrong one shows about itself."""

import re
from math import prod

import numpy as np
import pytest

from app.formula import Judgement, Reference, Symbols, judge, read
from app.formula.diagnosis import CONSTANT_FACTOR
from app.formula.equivalence import Trial
from app.formula.functions import FUNCTIONS, STAND_INS
from app.formula.instances import POINTS, WORLDS, worlds

PERCEPTRON = {"W": "N D", "x0": "D 1", "b": "N 1", "a": "N 1"}
SYMBOLS = Symbols(PERCEPTRON, functions={"sigma": "generic"}, computed={"a": "W x0 + b"})
JACOBIAN = Reference("diag(sigma'(a)) W", SYMBOLS)
LEAST_SQUARES = Symbols({"W": "N D", "theta0": "D 1", "y": "N 1"})
GRADIENT = Reference("2 W^T (W theta0 - y)", LEAST_SQUARES)
NUMBER = Symbols({"x": "scalar", "c": "scalar"})


def judged(typed: str, reference: Reference) -> Judgement:
    return judge(read(typed, reference.symbols), reference)


def is_right(typed: str, right: str, symbols: Symbols = NUMBER) -> bool:
    return judged(typed, Reference(right, symbols)).right


# Shapes and sizes ---------------------------------------------------------------------------------


def test_only_the_shape_of_the_whole_is_judged():
    assert judged("2 (W θ - y)^T W", GRADIENT) == Judgement(right=False, fits=False, transposed=True)
    assert judged("W θ - y", GRADIENT) == Judgement(right=False, fits=False)
    assert judged("W^T (W θ + y)", GRADIENT).fits


def test_a_square_matrix_that_is_transposed_is_named():
    symbols = Symbols({"A": "D D", "B": "D D"})
    assert judged("(A B)^T", Reference("A B", symbols)) == Judgement(right=False, fits=True, transposed=True)


def test_n_and_d_are_never_the_same_and_no_number_stands_for_them():
    sizes = [world.sizes for world in worlds(SYMBOLS)]
    assert len({tuple(size.items()) for size in sizes}) >= 2
    assert all(len(set(size.values())) == len(size) for size in sizes)
    for letter in SYMBOLS.letters:
        assert len({size[letter] for size in sizes}) >= 2
        assert min(size[letter] for size in sizes) >= 2
    mean = Reference("2/N (y - W theta0)", LEAST_SQUARES)
    assert not any(judged(f"2/{number} (y - W θ)", mean).right for number in (*range(1, 10), "D"))


def test_an_order_of_sizes_is_respected():
    tall = Symbols({"W": "N D", "V": "N K"}, sizes="K < D < N")
    assert all(world.sizes["K"] < world.sizes["D"] < world.sizes["N"] for world in worlds(tall))


def test_a_number_and_a_one_by_one_matrix_are_the_same():
    assert judged("(W θ - y)^T (W θ - y)", Reference("||W theta0 - y||^2", LEAST_SQUARES)).right


def test_a_verdict_can_be_had_again():
    first, again = (Reference("diag(sigma'(a)) W", SYMBOLS).trials for _ in range(2))
    assert all(np.array_equal(a.right, b.right) for a, b in zip(first, again, strict=True))
    assert len(first) == len(STAND_INS) * WORLDS
    assert all(len(trial.right) == POINTS for trial in first)


# Functions, kinks and domains ---------------------------------------------------------------------


@pytest.mark.parametrize("letters", ["N", "D N", "D K N", "D K M N"])
def test_no_number_stands_for_a_product_or_sum_of_sizes(letters: str):
    symbols = Symbols({letter.lower(): f"{letter} 1" for letter in letters.split()})
    sizes = [world.sizes.values() for world in worlds(symbols)]
    assert len({prod(some) for some in sizes}) > 1
    assert len({sum(some) for some in sizes}) > 1


@pytest.mark.parametrize("change", ["|t|", "relu(t)", "min(t, 1)", "max(t, -1)", "sqrt(t^2)", "||t||", "(t^2)^0.5"])
def test_what_holds_for_growing_functions_only_is_wrong_where_any_is_meant(change: str):
    symbols = Symbols({"x": "scalar"}, functions={"g": "generic"})
    for right in ("g'(x)", "g(x)"):
        assert not is_right(re.sub(r"\bt\b", f"({right})", change), right, symbols)


@pytest.mark.parametrize("typed", ["diag(σ(a) ⊙ (1 - σ(a))) W", "diag(1 - σ(a).^2) W", "diag(1 - exp(-σ(a))) W"])
def test_what_holds_for_one_function_only_is_wrong_where_any_is_meant(typed: str):
    found = judged(typed, JACOBIAN)
    assert not found.right
    if typed.startswith("diag(σ(a)"):
        assert found.hint is not None
        assert found.hint.id == "one-function-only"
    for meaning, holds in (("sigmoid", "diag(σ(a) ⊙ (1 - σ(a))) W"), ("tanh", "diag(1 - σ(a).^2) W")):
        fixed = Symbols(PERCEPTRON, functions={"sigma": meaning}, computed={"a": "W x0 + b"})
        assert judged(typed, Reference("diag(sigma'(a)) W", fixed)).right == (typed == holds)


KINKS = [
    ("(x + |x|)/2", "relu(x)", True),
    ("x", "relu(x)", False),
    ("|x|", "relu(x)", False),
    ("(1 + sign(x))/2", "H(x)", True),
    ("relu'(x)", "H(x)", True),
    ("max(x, c)", "c + relu(x - c)", True),
    ("min(x, c)", "c - relu(c - x)", True),
    ("sqrt(x^2)", "|x|", True),
    ("relu(x)^2", "x relu(x)", True),
    ("0", "relu(x - 9)", False),
    ("x - 9", "relu(x - 9)", False),
    ("x + 50", "relu(x + 50)", False),
    ("x^2 + 1", "relu(x^2 + 1)", True),
    ("relu(x - 0.2)", "relu(x)", False),
    ("H(x - 0.1)", "H(x)", False),
    ("H(x - 0.02)", "H(x)", False),
    ("H(x + 0.02)", "H(x)", False),
    ("H(x + 0.01)", "H(x)", False),
    ("relu(x) + H(0.01 - |x|)", "relu(x)", False),
    ("exp(x) H(x)", "H(x) + (exp(x) - 1) H(x)", True),
    ("H(1/x)", "H(x)", True),
    ("relu(c x)", "relu(x) relu(c) + relu(-x) relu(-c)", True),
    ("relu(x + 0.1) - 0.1 H(x)", "relu(x)", False),
    ("exp(x) - exp(x) H(x - 20)", "exp(x)", False),
    ("||x - 9||", "9 - x", False),
    ("||x - 9||_1", "9 - x", False),
    ("sqrt((x - 9)^2)", "9 - x", False),
    ("((x - 9)^2)^0.5", "9 - x", False),
    ("x + (x - 9 + ||x - 9||)/2", "x", False),
    ("(|x| + 1)^4 - 4 |x|^3 - 6 |x|^2 - 4 |x| - 1", "|x|^4", True),
]


@pytest.mark.parametrize(("typed", "right", "equal"), KINKS)
def test_both_sides_of_every_kink_are_met(typed: str, right: str, equal: bool):
    assert is_right(typed, right) == equal


def test_kinks_of_a_reference_that_is_a_function_are_met_too():
    far = Reference(lambda x: max(x - 9, 0.0), NUMBER, shape="scalar")
    assert judged("relu(x - 9)", far).right
    assert not judged("0", far).right


def test_a_dead_unit_does_not_make_small_entries_count():
    symbols = Symbols({"W": "N D", "x0": "D 1"})
    reference = Reference("relu(W x0)", symbols)
    assert judged("relu(W x) + 0", reference).right
    assert not judged("relu(W x) + 0.00001 ones", reference).right


DOMAINS = [
    ("2 ln(x)", "ln(x^2)", "real", False),
    ("2 ln(x)", "ln(x^2)", "positive", True),
    ("x", "sqrt(x^2)", "real", False),
    ("x", "sqrt(x^2)", "positive", True),
    ("x", "|x|", "unit", True),
    ("x^2", "x", "label", True),
    ("x^2", "x", "unit", False),
    ("ln(exp(x))", "x", "real", True),
    ("exp(ln(x))", "x", "real", False),
    ("x/x", "1", "real", True),
    ("1/(x - x)", "x", "real", False),
    ("x/0", "x", "real", False),
    ("0/0", "0", "real", False),
    ("relu(x) + 0 sqrt(9 - x)", "relu(x)", "real", False),
    ("relu(x) + 0 ln(9 - x) + relu(x - 9)", "relu(x)", "real", False),
    ("ln(x^2)/2", "ln(x)", "real", True),
    ("exp(x^2)/(1 + exp(x^2)) + relu(x - 1)", "1/(1 + exp(-x^2)) + relu(x - 1)", "real", True),
]


@pytest.mark.parametrize(("typed", "right", "domain", "equal"), DOMAINS)
def test_a_value_that_only_the_answer_lacks_makes_it_wrong(typed: str, right: str, domain: str, equal: bool):
    assert is_right(typed, right, Symbols({"x": "scalar"}, domains={"x": domain})) == equal


def test_points_without_a_value_of_the_reference_are_replaced():
    reference = Reference("ln(x) + sqrt(c)", NUMBER)
    assert all(np.isfinite(trial.right).all() and len(trial.right) == POINTS for trial in reference.trials)
    assert judged("ln(x) + c^0.5", reference).right


def test_a_reference_without_values_is_an_error_for_its_author():
    with pytest.raises(ValueError, match="declare the domains"):
        judged("x", Reference("ln(-x^2)", NUMBER))


def test_a_sum_of_what_does_not_depend_on_its_index_counts_it():
    assert judged("sum_{k=1}^D x", Reference("D x", Symbols({"x": "D 1"}))).right


def test_at_a_kink_functions_have_the_value_that_software_gives_them():
    values = {name: FUNCTIONS[name](np.zeros(1)).item() for name in ("H", "sign", "relu", "abs")}
    assert values == {"H": 0, "sign": 0, "relu": 0, "abs": 0}
    assert FUNCTIONS["relu"].slope(np.zeros(1)).item() == 0


def test_columns_may_sum_to_one_and_be_one_hot():
    both = Symbols({"p": "K 1", "t": "K 1"}, domains={"p": "simplex", "t": "one-hot"})
    assert is_right("sum(p) + sum(t)", "2", both)
    assert is_right("t ⊙ t", "t", both)
    assert not is_right("p ⊙ p", "p", both)
    assert is_right("(A + A^T)/2", "A", Symbols({"A": "D D"}, domains={"A": "symmetric"}))


# Wrong formulas -----------------------------------------------------------------------------------


def test_a_wrong_formula_is_found_whatever_its_shape_and_the_first_one_wins():
    reference = Reference(
        "2 W^T (W theta0 - y)",
        LEAST_SQUARES,
        wrong={
            "factor-two-lost": lambda reference: reference / 2,
            "half": "W^T (W theta0 - y)",
            "row-layout": lambda reference: reference.T,
            "loss": "||W theta0 - y||^2",
            "residual": lambda W, theta0, y: W @ theta0 - y,
            "never": lambda W: None,
            "wrong-size": lambda W, N: 2 * W.T @ np.ones((N, 1)),
        },
    )
    for typed, wrong in (
        ("W^T (W θ - y)", "factor-two-lost"),
        ("2 (W θ - y)^T W", "row-layout"),
        ("(W θ - y)^T (W θ - y)", "loss"),
        ("W θ - y", "residual"),
        ("2 W^T ones", "wrong-size"),
        ("3 W^T (W θ - y)", None),
        ("2 W^T (W θ - y)", None),
    ):
        assert judged(typed, reference).wrong == wrong
    assert reference.coincidences() == []


def test_wrong_formulas_that_are_right_are_known_to_the_author():
    wrong = {"a": "W^T W theta0", "b": "W^T (2 W theta0 - 2 y)", "c": lambda reference: reference}
    assert Reference("2 W^T (W theta0 - y)", LEAST_SQUARES, wrong=wrong).coincidences() == ["b", "c"]


def test_functions_of_an_exercise_receive_functions_sizes_and_indices():
    symbols = Symbols(PERCEPTRON, functions={"sigma": "generic"}, indices={"d": "D"}, computed={"a": "W x0 + b"})
    reference = Reference(
        lambda a, x0, d, sigma: x0[d - 1, 0] * np.diag(sigma.slope(a).ravel()),
        symbols,
        shape="N N",
        wrong={"ones": lambda x0, d, N: np.full((N, N), x0[d - 1, 0])},
    )
    assert judged("x_d diag(σ'(W x + b))", reference).right
    assert judged("x_d 1_N 1_N^T", reference).wrong == "ones"
    assert not judged("diag(σ'(a))", reference).right


def test_a_quantity_may_be_computed_by_a_function():
    symbols = Symbols(PERCEPTRON, functions={"sigma": "tanh"}, computed={"a": lambda W, x0, b: W @ x0 + b})
    assert judged("a - b", Reference("W x0", symbols)).right


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Reference("W", SYMBOLS, shape="D N"), "the reference is N×D, not D×N"),
        (lambda: Reference(lambda W: W, SYMBOLS), "must be given"),
        (lambda: Reference(lambda V: V, SYMBOLS, shape="N D").trials, "V: no symbol"),
        (lambda: Reference(lambda W: None, SYMBOLS, shape="N D").trials, "returned nothing"),
        (lambda: Reference("W", SYMBOLS, wrong={"identity": "I"}), "identity: the size of this formula is open"),
        (lambda: worlds(Symbols({"W": "N D"}, sizes="N < D < N")), "no sizes are in the order"),
        (lambda: worlds(Symbols({"x": "D 1", "a": "D 1"}, computed={"a": "x^T"})), "computed as something else"),
    ],
)
def test_what_an_author_gets_wrong_is_said(make: object, message: str):
    with pytest.raises(ValueError, match=message):
        make()  # type: ignore[operator]


# Hints --------------------------------------------------------------------------------------------

HINTS = [
    (GRADIENT, "W^T (W θ - y)", "constant-factor"),
    (GRADIENT, "4 W^T (W θ - y)", "constant-factor"),
    (GRADIENT, "2/N W^T (W θ - y)", "constant-factor"),
    (GRADIENT, "2 D W^T (W θ - y)", "constant-factor"),
    (GRADIENT, "2 W^T (y - W θ)", "sign-flipped"),
    (GRADIENT, "2 W^T (W θ + y)", "sign-of-a-term"),
    (GRADIENT, "2 W^T W θ + 2 W^T y", "sign-of-a-term"),
    (GRADIENT, "2 W^T W θ", None),
    (JACOBIAN, "diag(σ(a)) W", "slope-or-value"),
    (JACOBIAN, "diag(σ'(W x - b)) W", "sign-of-a-term"),
    (JACOBIAN, "diag(σ''(a)) W", "slope-or-value"),
    (JACOBIAN, "W", None),
    (Reference("diag(sigma'(a))", SYMBOLS), "σ'(a)", "vector-not-matrix"),
    (Reference("diag(sigma'(a))", SYMBOLS), "σ'(a)^T", "vector-not-matrix"),
    (Reference("A B", Symbols({"A": "D D", "B": "D D"})), "B A", "order-of-factors"),
    (Reference("A B", Symbols({"A": "D D", "B": "D D"})), "A^T B", "transpose-of-a-factor"),
    (Reference("A B", Symbols({"A": "D D", "B": "D D"})), "A B^T", "transpose-of-a-factor"),
    (Reference("A B", Symbols({"A": "D D", "B": "D D"})), "A ⊙ B", "kind-of-product"),
    (Reference("A ⊙ B", Symbols({"A": "D D", "B": "D D"})), "A B", "kind-of-product"),
]


INDEXED = Symbols({"W": "N D", "theta0": "D 1", "y": "N 1"}, indices={"d": "D", "n": "N"})
HINTS += [
    (Reference("2 W^T (W theta0 - y)", INDEXED), "2 sum_k W_{kd} (W θ - y)_k", "entry-not-whole"),
    (Reference("W W^T", INDEXED), "sum_k W_{nk} W_{nk}", None),
    (Reference("W", INDEXED), "W_{nd}", "entry-not-whole"),
    (Reference("W_{nd} theta0_d", INDEXED), "W diag(θ)", "whole-not-entry"),
    (Reference("theta0_d", INDEXED), "θ^T", "whole-not-entry"),
    (Reference("W theta0", INDEXED), "θ_d", None),
]


@pytest.mark.parametrize(("reference", "typed", "hint"), HINTS, ids=[row[1] for row in HINTS])
def test_the_structure_of_a_wrong_formula_shows_what_is_wrong(reference: Reference, typed: str, hint: str | None):
    found = judged(typed, reference)
    assert not found.right
    assert (found.hint.id if found.hint else None) == hint


def test_a_hint_looks_at_values_of_any_size():
    huge = Reference("x", Symbols({"x": "scalar"}))
    assert judged("exp(340 x)", huge).hint is None
    assert judged("exp(-340 x)", huge).hint is None
    assert judged("x exp(500)", huge).hint == CONSTANT_FACTOR


def test_a_named_wrong_formula_comes_before_a_hint():
    reference = Reference("2 W^T (W theta0 - y)", LEAST_SQUARES, wrong={"half": "W^T (W theta0 - y)"})
    assert judged("W^T (W θ - y)", reference) == Judgement(right=False, fits=True, wrong="half")


def test_what_is_wrong_only_far_from_a_kink_is_no_named_mistake_and_shows_nothing():
    at_kink = Reference("H(x)", NUMBER, wrong={"zero-at-kink": lambda x: np.heaviside(x, 1.0)})
    assert at_kink.coincidences() == ["zero-at-kink"]
    assert judged("H(x) + relu(x - 45)", at_kink) == Judgement(right=False, fits=True)
    twice = Reference("H(x)", NUMBER, wrong={"twice": lambda x: 2 * np.heaviside(x, 0.0)})
    assert judged("2 H(x)", twice).wrong == "twice"
    assert judged("2 H(x) + relu(x - 45)", twice).wrong is None
    assert judged("diag(σ'(a)) W + relu(W - 20 * 1_N 1_D^T)", JACOBIAN) == Judgement(right=False, fits=True)


# Comparing ----------------------------------------------------------------------------------------


def test_values_are_never_broadcast_to_another_shape():
    trial = GRADIENT.trials[0]
    assert trial.near(trial.right, trial.right)
    assert not trial.near(trial.right[:, :1], trial.right)
    assert not trial.near(trial.right.swapaxes(1, 2), trial.right)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_agrees_with_nothing(bad: float):
    trial = GRADIENT.trials[0]
    spoiled = trial.right.copy()
    spoiled[3, 0, 0] = bad
    assert not trial.near(spoiled, trial.right)
    assert not trial.near(spoiled, spoiled)


def test_closeness_is_relative_to_the_largest_entry_at_a_point():
    right = np.array([[[1000.0], [0.0]], [[1.0], [0.0]]])
    trial = Trial(GRADIENT.trials[0].world, right)
    apart = np.array([[[0.0], [5e-6]], [[0.0], [5e-9]]])
    assert trial.near(right + apart, right)
    assert not trial.near(right + 10 * apart, right)


def test_the_first_entry_may_be_named_whatever_the_size():
    vectors = Symbols({"x": "D 1", "y": "D 1"})
    stretched = Reference(lambda x, y: x + np.r_[y[:1] * x[:1], 0 * x[1:]], vectors, shape="D 1")
    assert judged("x + y_1 x_1 e_1", stretched).right
    assert not judged("x + y_1 x", stretched).right
    assert judged("e_1^T x", Reference("x_1", vectors)).right


# Indices that stand free --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    ["x_d W", "x_d diag(σ'(a)) W", "δ_{nn} e_n x^T", "e_n x^T", "σ'(a_n) e_n x^T", "W_{n,d} W", "e_n e_d^T", "x_d"],
)
def test_an_index_that_the_right_formula_lacks_makes_a_wrong_one(typed: str):
    indexed = Symbols(
        PERCEPTRON, functions={"sigma": "generic"}, computed={"a": "W x0 + b"}, indices={"n": "N", "d": "D"}
    )
    for right in ("diag(sigma'(a)) W", "W", "sum(a)", "a_n"):
        found = judged(typed, Reference(right, indexed, wrong={"twice": lambda reference: 2 * reference}))
        assert not found.right
        assert found.wrong is None
