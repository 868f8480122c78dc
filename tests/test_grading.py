"""One answer, one verdict: right answers pass, near misses are named, nothing is compared by broadcasting."""

import math
from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from app.answers import Unreadable
from app.exercise import Catalogue, Instance, Part, Value
from app.exercise.closed_forms import ClosedForm
from app.exercise.kinds import Choice, IndexFormula, Numeric
from app.exercise.values import distance
from app.grading import Verdict, grade
from tests.test_exercise import EXERCISE_IDS, PARTS, TWICE, edited, load

# Instances with numbers that one can follow by head -----------------------------------------------

W = [[1, 2], [0, 1], [2, -1]]  # N = 3, D = 2
STEPS = {"W": W, "theta0": [1, -1], "y": [0, 2, 1]}
TRUTHS = {
    "a": [-1, -3, 2],
    "r": 14,
    "dr_da": [[-2, -6, 4]],
    "da_dtheta": W,
    "dr_dtheta": [[6, -14]],
    "gradient": [[6], [-14]],
}


@pytest.fixture(scope="module")
def steps(catalogue: Catalogue) -> Instance:
    """Least squares with the answers `TRUTHS`."""
    return catalogue["ls-steps"].instance("hand", 0, STEPS)


@pytest.fixture(scope="module")
def alike(catalogue: Catalogue) -> Instance:
    """Least squares with a = (2, 2, 2): what broadcasting would take for the number 2."""
    drawn = {"W": [[1, 0], [0, 1], [1, 1]], "theta0": [1, 1], "y": [-1, -1, 0]}
    return catalogue["ls-steps"].instance("hand", 0, drawn)


@pytest.fixture(scope="module")
def solved(catalogue: Catalogue) -> Instance:
    """Least squares at the solution: the residual and everything built on it is zero."""
    return catalogue["ls-steps"].instance("hand", 0, {**STEPS, "y": [-1, -1, 3]})


WEIGHTS = np.array([[1.0, -2.0, 3.0], [2.0, 1.0, -1.0]])
SLOPES = np.diag([0.75, 0.64])  # of tanh where its values are 1/2 and 3/5


@pytest.fixture(scope="module")
def perceptron(catalogue: Catalogue) -> Instance:
    """A perceptron with N = 2, D = 3, d = 1 and x_d = 2."""
    drawn = {"W": WEIGHTS.tolist(), "x0": [2, 1, -3], "b": None, "y0": [0.5, 0.6], "d": 1, "activation": "tanh"}
    return catalogue["perceptron-jacobians"].instance("hand", 0, {**drawn, "a0": np.arctanh([0.5, 0.6]).tolist()})


def read(instance: Instance, part: str, typed: object) -> Value:
    raw = typed.tolist() if isinstance(typed, np.ndarray | np.generic) else typed
    return instance.family.by_id[part].kind.read(raw).value


def mark(instance: Instance, part: str, typed: object, **earlier: object) -> Verdict:
    """The verdict on what was typed for a part, after what was typed for earlier ones."""
    own = {name: read(instance, name, before) for name, before in earlier.items()}
    return grade(instance.family.by_id[part], instance, read(instance, part, typed), own)


# Right, close, wrong ------------------------------------------------------------------------------


@pytest.mark.parametrize("part", TRUTHS)
def test_the_right_answer_is_correct(steps: Instance, part: str):
    verdict = mark(steps, part, TRUTHS[part])
    assert verdict == Verdict("correct", 1.0, "Correct.")


THIRD = {"s": 1 / 3, "x0": None, "sigma": 1 / 3, "x": -math.log(2)}
REFERENCES = {
    "whole numbers": ("ls-steps", "a", STEPS, 1e-6),
    "a fraction": ("sigmoid-derivative", "answer", THIRD, 1e-3 * 2 / 9),
    "decimals": ("gradient-affine-form", "answer", {"w": [1.25, 0, 2.5], "b": 1, "x0": [1, 2, 3]}, 2.5e-3),
    "tiny numbers": ("gradient-affine-form", "answer", {"w": [1.5e-4, 2.5e-4], "b": 1, "x0": [1, 2]}, 1e-6),
}
OFFSETS = [(0.99, "correct"), (1.01, "close"), (9.9, "close"), (10.1, "wrong")]  # in tolerances


@pytest.mark.parametrize(("id", "part", "drawn", "tolerance"), REFERENCES.values(), ids=REFERENCES)
def test_within_one_tolerance_is_correct_and_within_ten_is_close(
    catalogue: Catalogue, id: str, part: str, drawn: dict[str, Any], tolerance: float
):
    instance = catalogue[id].instance("hand", 0, drawn)
    for tolerances, outcome in OFFSETS:
        for sign in (1, -1):
            typed = np.array(instance.truth(instance.family.by_id[part]))
            typed.flat[min(1, typed.size - 1)] += sign * tolerances * tolerance
            verdict = mark(instance, part, typed)
            assert (verdict.status == "correct") == (outcome == "correct")
            assert verdict.close == ("rounding" in verdict.feedback) == (outcome == "close")


@pytest.mark.parametrize("part", ["a", "r", "dr_da", "gradient"])
def test_zero_is_right_where_the_truth_is_zero_and_near_zero_is_close(solved: Instance, part: str):
    zero = np.zeros(np.shape(TRUTHS[part]))
    assert mark(solved, part, zero + 9e-7).status == "correct"
    assert mark(solved, part, zero + 9e-6).close
    wrong = mark(solved, part, zero + 1)
    assert (wrong.status, wrong.misconception) == ("incorrect", None)
    assert wrong.feedback


HUGE = [1e308, -1e308, 1.7976931348623157e308, 1e200, 5e-324]


@pytest.mark.parametrize("size", HUGE)
@pytest.mark.parametrize("part", TRUTHS)
def test_huge_values_are_marked_wrong_without_a_warning(steps: Instance, part: str, size: float):
    typed = np.full(np.shape(TRUTHS[part]), size)
    typed.flat[-1] = -size / 2
    own = {name: np.full(np.shape(TRUTHS[name]), size) for name in steps.family.by_id[part].earlier}
    for verdict in (mark(steps, part, typed), mark(steps, part, typed, **own)):
        assert (verdict.status, verdict.score) == ("incorrect", 0.0)


# Shapes first: nothing is ever broadcast ----------------------------------------------------------


def test_other_shapes_and_sizes_beyond_floats_are_infinitely_far():
    two = np.full((2, 1), 2.0)
    for other in (np.asarray(2.0), two.T, two[:, 0], np.full((2, 2), 2.0), np.full((1, 1), 2.0)):
        assert distance(two, other) == distance(other, two) == math.inf
    assert distance(8e307 * two, -8e307 * two) == math.inf  # without a warning


OTHER_SHAPES = [
    ("a", 2),
    ("a", [[2]]),
    ("a", [[2], [2]]),
    ("a", [[2]] * 4),
    ("a", [[2, 2, 2]]),
    ("a", [[2, 2, 2]] * 3),
    ("a", [[[2], [2], [2]]]),
    ("r", [[12], [12]]),
    ("r", [12, 12, 12]),
    ("r", [[12, 12], [12, 12]]),
    ("dr_da", 4),
    ("dr_da", [[4], [4], [4]]),
    ("dr_da", [[4, 4]]),
    ("dr_da", [[4, 4, 4]] * 3),
    ("dr_da", [[[4, 4, 4]]]),
]


@pytest.mark.parametrize(("part", "typed"), OTHER_SHAPES, ids=str)
def test_the_right_number_in_another_shape_is_never_correct(alike: Instance, part: str, typed: Any):
    verdict = mark(alike, part, typed)
    assert verdict.status != "correct"
    assert verdict.entries is None
    assert verdict.feedback


def test_the_right_shape_is_correct_where_all_entries_are_alike(alike: Instance):
    for part, typed in (("a", [2, 2, 2]), ("a", [[2], [2], [2]]), ("r", 12), ("dr_da", [[4, 4, 4]])):
        assert mark(alike, part, typed).status == "correct"


@pytest.mark.parametrize("typed", [14, [14], [[14]], [[[14]]], "14", "[[14]]"], ids=str)
def test_a_single_entry_is_a_number_whatever_its_brackets(steps: Instance, typed: object):
    assert mark(steps, "r", typed).status == "correct"


def test_feedback_on_the_shape_names_the_expected_one_and_the_one_sent(steps: Instance):
    assert "Expected a 3×2 matrix (N×D); yours is a 2×2 matrix." in mark(steps, "da_dtheta", [[1, 2], [3, 4]]).feedback
    assert "Expected a 1×3 row (1×N); yours is a single number." in mark(steps, "dr_da", 3).feedback
    assert "Expected a single number; yours is a 2×1 column." in mark(steps, "r", [1, 2]).feedback
    assert "yours is a 1×1×3 tensor." in mark(steps, "a", [[[1, 2, 3]]]).feedback


def test_a_flat_list_is_a_column_unless_orientation_is_graded(steps: Instance):
    assert mark(steps, "a", [-1, -3, 2]).status == "correct"
    for part in ("dr_da", "dr_dtheta", "gradient"):
        with pytest.raises(Unreadable, match="Row or column"):
            read(steps, part, np.ravel(TRUTHS[part]))


# Near misses --------------------------------------------------------------------------------------

MATRIX = np.array(W)
NAMED = [
    # the part's own misconceptions come before the detectors that would fit as well
    ("dr_da", [[-1, -3, 2]], "factor-two-lost", 0.5),
    ("dr_da", [[2, 6, -4]], "residual-sign", 0.0),
    ("da_dtheta", MATRIX.T, "row-column-exchanged", 0.6),
    ("dr_da", [[-2], [-6], [4]], "row-column-exchanged", 0.6),
    ("gradient", [[6, -14]], "row-column-exchanged", 0.6),
    ("r", 14**0.5, "norm-not-squared", 0.0),
    ("a", [-1, -1, 3], "prediction-only", 0.0),
    # detectors for every array
    ("a", [[-1, -3, 2]], "transposed", 0.6),
    ("da_dtheta", -MATRIX, "sign-flipped", 0.0),
    ("r", -14, "sign-flipped", 0.0),
    ("r", 28, "constant-factor", 0.0),
    ("da_dtheta", 2 * MATRIX, "constant-factor", 0.0),
    ("da_dtheta", MATRIX / 2, "constant-factor", 0.0),
    ("da_dtheta", 3 * MATRIX, "constant-factor", 0.0),  # N
    ("da_dtheta", MATRIX / 3, "constant-factor", 0.0),
    ("da_dtheta", MATRIX[::-1], "permuted", 0.0),
    ("a", [2, -1, -3], "permuted", 0.0),
    # and what nothing explains
    ("da_dtheta", 5 * MATRIX, None, 0.0),
    ("r", 15, None, 0.0),
]


@pytest.mark.parametrize(("part", "typed", "name", "score"), NAMED)
def test_a_near_miss_is_named(steps: Instance, part: str, typed: Any, name: str | None, score: float):
    verdict = mark(steps, part, typed)
    assert (verdict.misconception, verdict.score) == (name, score)
    assert verdict.status == ("partial" if score else "incorrect")
    assert len(verdict.feedback) > 10


@pytest.mark.parametrize(("factor", "name"), [(-1, "sign-flipped"), (2, "constant-factor")])
def test_a_rounded_scalar_is_told_like_an_exact_one(catalogue: Catalogue, factor: float, name: str):
    family = catalogue["ls-steps"]
    part = family.by_id["r"]
    for seed in range(10):
        instance = family.draw("numpy", seed)
        truth = float(np.asarray(instance.truth(part)))
        rounded = float(f"{factor * truth:.5g}")
        assert grade(part, instance, np.asarray(rounded), {}).misconception == name


def test_a_transposed_jacobian_is_named(perceptron: Instance):
    verdict = mark(perceptron, "dy_dx", (SLOPES @ WEIGHTS).T)
    assert (verdict.misconception, verdict.status, verdict.score) == ("transposed", "partial", 0.6)
    assert verdict.feedback.startswith("Outputs are rows")


def test_a_misconception_earns_its_credit_and_says_its_docstring(catalogue: Catalogue):
    instance = catalogue["ls-gradient"].instance("hand", 0, STEPS)
    verdict = mark(instance, "answer", [3, -7])
    assert (verdict.misconception, verdict.status, verdict.score) == ("factor-two-lost", "partial", 0.5)
    assert verdict.feedback == "Differentiate the square: a factor comes down."


ENTRY_CREDIT = [(5, 5 / 12), (4, 4 / 12), (3, 3 / 12), (2, 0.0), (1, 0.0), (0, 0.0)]


@pytest.mark.parametrize(("right", "score"), ENTRY_CREDIT)
def test_half_of_the_entries_or_more_earn_half_their_share(steps: Instance, right: int, score: float):
    typed = np.array([11.0, 12.0, 13.0, 14.0, 15.0, 16.0])
    typed[:right] = MATRIX.flat[:right]
    verdict = mark(steps, "da_dtheta", typed.reshape(3, 2))
    assert verdict.score == pytest.approx(score)
    assert verdict.status == ("partial" if score else "incorrect")
    assert np.ravel(verdict.entries).tolist() == [True] * right + [False] * (6 - right)
    assert f"{right} of 6 entries {'is' if right == 1 else 'are'} right" in verdict.feedback


def test_a_named_mistake_earns_no_credit_for_entries(steps: Instance):
    verdict = mark(steps, "da_dtheta", [[2, 1], [0, 1], [2, -1]])  # four of six are right, two are exchanged
    assert (verdict.misconception, verdict.score) == ("permuted", 0.0)
    assert verdict.entries == [[False, False], [True, True], [True, True]]


def test_undefined_and_a_number_are_told_apart(catalogue: Catalogue):
    instance = catalogue["relu-derivative"].instance("hand", 0, {"x": [0, -3, 2, 4], "convention": "math"})
    assert mark(instance, "at_1", "undefined").status == "correct"
    assert mark(instance, "at_1", 0).misconception == "zero-at-kink"
    assert mark(instance, "at_2", "not defined").misconception == "undefined-on-the-left"
    assert mark(instance, "at_3", "undefined").feedback == mark(instance, "at_1", 7).feedback  # gives neither away


def test_a_shape_is_all_or_nothing_except_in_reversed_order(catalogue: Catalogue):
    drawn = {"operands": [[3, 5], [5, 4]], "formula": "ij,jk->ik"}
    instance = catalogue["tensor-op-shape"].instance("hand", 0, drawn)
    scores = {"3x4": 1.0, "(3, 4)": 1.0, "4x3": 0.3, "3x5x5x4": 0.0, "3": 0.0, "7x7": 0.0, "undefined": 0.0}
    assert {typed: mark(instance, "answer", typed).score for typed in scores} == scores


CHOICE = '''@exercise.part(Choice(linear="It is linear.", affine="It is affine and not linear."))
def kind(x0):
    """What kind of map doubles a number?"""
    return "linear"
'''


def test_a_wrong_choice_is_told_to_test_the_definition(tmp_path: Path):
    instance = load(tmp_path, edited(TWICE, {PARTS: CHOICE})).draw("hand", 0)
    assert mark(instance, "kind", "linear").status == "correct"
    wrong = mark(instance, "kind", "affine")
    assert (wrong.status, wrong.score) == ("incorrect", 0.0)
    assert "Test the definition" in wrong.feedback


# Follow-through -----------------------------------------------------------------------------------

OWN_A = [-2, -3, 2]  # one slip in the first entry
FOLLOWED = "This step is right for your own earlier values."


def follows(verdict: Verdict) -> bool:
    return verdict.follow_through and (verdict.status, verdict.score) == ("correct", 1.0)


def test_a_step_that_is_right_for_a_wrong_earlier_value_is_correct(steps: Instance):
    for part, typed in {"r": 17, "dr_da": [[-4, -6, 4]]}.items():
        verdict = mark(steps, part, typed, a=OWN_A)
        assert follows(verdict)
        assert verdict.feedback.startswith(FOLLOWED)
        assert "in `a`" in verdict.feedback


def test_without_own_values_nothing_follows(steps: Instance):
    assert mark(steps, "r", 17).status == "incorrect"


def test_the_truth_is_correct_after_a_wrong_earlier_value_too(steps: Instance):
    verdict = mark(steps, "r", 14, a=OWN_A)
    assert (verdict.status, verdict.follow_through) == ("correct", False)


def test_an_unanswered_ancestor_is_recomputed_from_own_values(steps: Instance):
    row = np.array([[-4, -6, 4]]) @ MATRIX  # from the dr_da that follows from the student's a
    assert follows(mark(steps, "dr_dtheta", row, a=OWN_A))
    assert follows(mark(steps, "gradient", row.T, a=OWN_A))


def test_an_answered_ancestor_counts_as_it_was_answered(steps: Instance):
    own_row = np.array([[-2, -6, 5]])
    assert follows(mark(steps, "dr_dtheta", own_row @ MATRIX, a=OWN_A, dr_da=own_row))
    assert not mark(steps, "dr_dtheta", np.array([[-4, -6, 4]]) @ MATRIX, a=OWN_A, dr_da=own_row).follow_through


def test_an_ancestor_of_the_wrong_shape_is_replaced_by_the_truth(steps: Instance):
    own_matrix = np.array([[1, 2], [0, 1], [2, 1]])
    own = {"dr_da": [[-4], [-6], [4]], "da_dtheta": own_matrix}
    assert follows(mark(steps, "dr_dtheta", np.array([[-2, -6, 4]]) @ own_matrix, **own))
    assert not mark(steps, "dr_dtheta", np.array([[-4, -6, 4]]) @ own_matrix, **own).follow_through


def test_rounding_an_earlier_value_never_hurts(catalogue: Catalogue):
    drawn = {"W": [[0.5, 0], [0, 0.5], [0.5, 0.5]], "theta0": [1, 1], "y": [-1, 2, -0.5]}  # a = (1.5, -1.5, 1.5)
    instance = catalogue["ls-steps"].instance("numpy", 0, drawn)
    rounded = np.array([1.5014, -1.5014, 1.5014])
    assert mark(instance, "a", rounded).status == "correct"
    squares = float(rounded @ rounded)  # 1.9 tolerances away: the error of a doubles in its square
    assert mark(instance, "r", squares).close
    verdict = mark(instance, "r", squares, a=rounded)
    assert follows(verdict)
    assert verdict.feedback == "Correct."


TINY = np.array([1e-9, 2e-9, 3e-9])
TOO_EASY = {
    "all zero": np.zeros(3),
    "all alike": np.full(3, 2.0),
    "mostly zero": np.array([-1.0, 0.0, 0.0]),
    # and what differs from these by less than anybody would write
    "nearly all zero": TINY,
    "nearly all alike": np.full(3, 2.0) + TINY,
    "nearly mostly zero": np.array([-1.0, 0.0, 0.0]) + TINY,
}


@pytest.mark.parametrize("own", TOO_EASY.values(), ids=TOO_EASY)
def test_nothing_follows_from_a_value_that_makes_the_step_easy(steps: Instance, own: np.ndarray[Any, Any]):
    for part, typed in {"r": own @ own, "dr_da": [(2 * own).tolist()]}.items():
        verdict = mark(steps, part, typed, a=own)
        assert verdict.status != "correct"
        assert not verdict.follow_through


@pytest.mark.parametrize("noise", [0, 1e-9], ids=["exactly", "nearly"])
@pytest.mark.parametrize("factor", [1, 2, -0.5])
def test_nothing_follows_from_a_multiple_of_the_identity(perceptron: Instance, factor: float, noise: float):
    own = factor * np.eye(2) + noise * np.array([[1, 2], [3, 4]])
    verdict = mark(perceptron, "dy_dx", own @ WEIGHTS, dy_da=own)
    assert verdict.status != "correct"
    assert not verdict.follow_through


def test_tiny_values_and_zeros_after_them_earn_nothing(steps: Instance):
    zeros = {part: np.zeros(np.shape(truth)) for part, truth in TRUTHS.items()}
    for part in ("r", "dr_da", "dr_dtheta", "gradient"):
        assert mark(steps, part, zeros[part], a=TINY).score == 0


def test_one_degenerate_value_refuses_follow_through_from_all(steps: Instance):
    own_row, zeros = np.array([[-2, -6, 5]]), np.zeros((3, 2))
    assert not mark(steps, "dr_dtheta", own_row @ MATRIX, dr_da=own_row, da_dtheta=zeros).follow_through


def test_a_simple_value_counts_where_the_truth_is_as_simple(perceptron: Instance, alike: Instance, solved: Instance):
    assert follows(mark(perceptron, "dy_db", 3 * SLOPES, da_db=3 * np.eye(2)))  # the truth is the identity
    assert follows(mark(alike, "dr_da", [[6, 6, 6]], a=[3, 3, 3]))  # the truth is (2, 2, 2)
    assert mark(solved, "r", 0, a=[0, 0, 0]).status == "correct"


def test_half_of_the_non_zero_entries_are_enough(steps: Instance, perceptron: Instance):
    assert follows(mark(steps, "dr_da", [[-2, -6, 0]], a=[-1, -3, 0]))
    own = np.diag([0.75, 0])  # one of two
    assert follows(mark(perceptron, "dy_dx", own @ WEIGHTS, dy_da=own))


def test_nothing_follows_where_the_implied_answer_is_zero(perceptron: Instance):
    own = {"dy_da": np.array([[0, 5], [0, 7]]), "da_dx": np.array([[1, -2, 3], [0, 0, 0]])}
    verdict = mark(perceptron, "dy_dx", np.zeros((2, 3)), **own)
    assert (verdict.status, verdict.follow_through) == ("incorrect", False)


def test_nothing_follows_where_the_implied_answer_equals_an_input(perceptron: Instance):
    # With the identity for da/dw_d the product would be dy/da, for which there is nothing to do.
    verdict = mark(perceptron, "dy_dwd", SLOPES, da_dwd=np.eye(2))
    assert (verdict.misconception, verdict.score) == ("input-forgotten", 0.3)
    assert not verdict.follow_through


def test_an_implied_answer_may_equal_an_input_where_the_truth_does(perceptron: Instance):
    own = np.diag([0.5, 0.6])  # dy/db equals dy/da in truth as well
    assert follows(mark(perceptron, "dy_db", own, dy_da=own))


def test_a_step_computed_from_huge_own_values_is_no_reason_to_fail(steps: Instance):
    assert mark(steps, "r", 14, a=[1e308, -1e308, 3]).status == "correct"
    assert mark(steps, "r", 15, a=[1e308, -1e308, 3]).status == "incorrect"


CHAIN = '''@exercise.part("scalar")
def first(x0):
    """One more"""
    return x0 + 1


@exercise.part("scalar", follow=FOLLOW)
def second(first):
    """Ten times as much"""
    return 10 * first
'''


@pytest.mark.parametrize("follow", [True, False])
def test_follow_through_can_be_switched_off(tmp_path: Path, follow: bool):
    source = edited(TWICE, {PARTS: CHAIN.replace("FOLLOW", str(follow))})
    instance = load(tmp_path, source).instance("hand", 0, {"x0": 4})
    assert follows(mark(instance, "second", 70, first=7)) == follow


# Marking order ------------------------------------------------------------------------------------


def test_follow_through_comes_before_misconceptions(steps: Instance):
    negated = [[2, 6, -4]]
    assert mark(steps, "dr_da", negated).misconception == "residual-sign"
    assert follows(mark(steps, "dr_da", negated, a=[1, 3, -2]))


def test_a_misconception_is_found_on_own_values(steps: Instance, perceptron: Instance):
    verdict = mark(steps, "dr_da", [[-2, -3, 2]], a=OWN_A)
    assert (verdict.misconception, verdict.follow_through, verdict.score) == ("factor-two-lost", False, 0.5)
    own = WEIGHTS + np.array([[1, 0, 0], [0, 0, 0]])
    verdict = mark(perceptron, "dy_dx", own, da_dx=own)
    assert (verdict.misconception, verdict.status, verdict.score) == ("activation-slope-forgotten", "partial", 0.3)


def test_misconceptions_on_true_values_come_before_those_on_own(steps: Instance):
    # For a = (2, 6, -4) this is factor-two-lost, which stands first in the file; for the true a it is residual-sign.
    assert mark(steps, "dr_da", [[2, 6, -4]], a=[2, 6, -4]).misconception == "residual-sign"


def test_close_to_the_truth_comes_before_misconceptions(catalogue: Catalogue):
    drawn = {"W": [[0.5, 1], [0, 1], [2, -1]], "theta0": [1, -1], "y": [0, 2, 1]}
    instance = catalogue["ls-steps"].instance("numpy", 0, drawn)
    verdict = mark(instance, "a", [-0.5 + 9e-3, -3, 2])
    assert verdict.close
    assert verdict.score == pytest.approx(0.5 * 2 / 3)


# Whatever is sent ---------------------------------------------------------------------------------

NASTY = st.sampled_from([0.0, -0.0, 1.0, -1.0, 0.5, 2.0, 1e16, -1e308, 1.7976931348623157e308, 5e-324, 1e-300])
FACTORS = st.sampled_from([1.0] * 6 + [1 + 1e-7, 1.002, -1.0, 2.0, 0.5, 0.0, 1e300])
FLOATS = st.one_of(NASTY, st.floats(-4, 4), st.floats(allow_nan=False, allow_infinity=False))
SHAPES = ["scalar", [3], [1, 3], [3, 1], [2, 3, 4], [10**9] * 6, "undefined"]


def typed_for(part: Part, truth: Value) -> st.SearchStrategy[Any]:
    """Answers for a part: the truth with some entries distorted, anything of its shape, anything."""
    if isinstance(part.kind, Choice):
        return st.sampled_from(list(part.kind.options))
    if isinstance(part.kind, IndexFormula):
        return st.sampled_from(["ij,jk->ik", "i->i", "ii->", part.kind.json(truth)])
    if isinstance(part.kind, ClosedForm):
        right = part.kind.json(truth)
        return st.sampled_from([right, f"2 ({right})", f"-({right})", *part.kind.symbols.names, "0", "I"])
    if not isinstance(part.kind, Numeric):
        return st.sampled_from([*SHAPES, part.kind.json(truth)])
    shape = np.shape(truth) if isinstance(truth, np.ndarray) else ()
    numbers = np.asarray(truth if isinstance(truth, np.ndarray) else 0.0)
    near = arrays(np.float64, shape, elements=FACTORS).map(lambda factors: (numbers * factors).tolist())
    same = arrays(np.float64, shape, elements=FLOATS).map(np.ndarray.tolist)
    any_shape = st.one_of(st.just(()), array_shapes(min_dims=2, max_dims=3, max_side=4))
    other = any_shape.flatmap(lambda size: arrays(np.float64, size, elements=FLOATS)).map(np.ndarray.tolist)
    return st.one_of(near, near, same, other, st.just("undefined") if part.kind.or_undefined else other)


@pytest.mark.parametrize("id", EXERCISE_IDS)
@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_every_verdict_is_consistent_and_repeatable_and_changes_nothing(
    catalogue: Catalogue, id: str, data: st.DataObject
):
    family = catalogue[id]
    instance = family.draw(data.draw(st.sampled_from(family.levels)), data.draw(st.integers(0, 3)))
    family = instance.family
    part = data.draw(st.sampled_from(family.parts))
    value, *own = [
        asked.kind.read(data.draw(typed_for(asked, instance.truth(asked)))).value
        for asked in (part, *(family.by_id[name] for name in part.earlier))
    ]
    earlier = {name: before for name, before in zip(part.earlier, own, strict=True) if data.draw(st.booleans())}
    arguments = deepcopy((part.kind.json(value), earlier, instance.drawn))

    verdict = grade(part, instance, value, earlier)

    assert_consistent(verdict, value)
    np.testing.assert_equal((part.kind.json(value), earlier, instance.drawn), arguments)
    assert grade(part, instance, value, earlier) == verdict


def assert_consistent(verdict: Verdict, value: Value) -> None:
    in_range = {
        "correct": verdict.score == 1,
        "partial": 0 < verdict.score < 1,
        "incorrect": verdict.score == 0,
    }
    assert in_range[verdict.status], verdict
    assert verdict.feedback.strip()
    assert verdict.status == "correct" or not verdict.follow_through
    assert not verdict.close or verdict.misconception is None
    if verdict.entries is not None:
        assert np.shape(verdict.entries) == np.shape(value)
        assert not np.all(verdict.entries)


@pytest.mark.parametrize("noise", [0, 1e-7, 1e-5, 1e-4, 9e-4])
def test_noise_does_not_hide_a_value_that_is_too_simple(catalogue: Catalogue, noise: float):
    instance = catalogue["ls-steps"].draw("hand", 3)
    N = instance.sizes["N"]
    W = instance.values["W"]
    for simple in (np.eye(1, N), np.ones((1, N)), np.zeros((1, N))):
        own = (simple + noise * np.arange(N)).tolist()
        verdict = mark(instance, "dr_dtheta", (simple @ W).tolist(), dr_da=own, da_dtheta=W.tolist())
        assert not verdict.follow_through


def test_the_mistake_is_named_where_it_begins_and_matters(steps: Instance):
    # a is wrong, but dr_da was answered right: only da_dtheta leads to this answer.
    da_dtheta = [[1, 2], [0, 1], [2, 1]]
    dr_dtheta = (np.array(TRUTHS["dr_da"]) @ da_dtheta).tolist()
    verdict = mark(steps, "dr_dtheta", dr_dtheta, a=[[5], [7], [9]], dr_da=TRUTHS["dr_da"], da_dtheta=da_dtheta)
    assert verdict.follow_through
    assert verdict.feedback.endswith("in `da_dtheta`.")


def test_a_mistake_that_runs_through_is_named_at_its_source(steps: Instance):
    a = np.array([[5.0], [7.0], [9.0]])
    dr_da = 2 * a.T
    dr_dtheta = dr_da @ W
    verdict = mark(
        steps, "gradient", dr_dtheta.T.tolist(), a=a.tolist(), dr_da=dr_da.tolist(), dr_dtheta=dr_dtheta.tolist()
    )
    assert verdict.follow_through
    assert verdict.feedback.endswith("in `a`.")


def test_zeros_earn_nothing_even_where_they_are_right(catalogue: Catalogue):
    instance = catalogue["perceptron-jacobians"].draw("numpy", 1)
    for part in ("dy_da", "dy_db", "dy_dwd"):
        verdict = mark(instance, part, np.zeros((instance.sizes["N"],) * 2).tolist())
        assert (verdict.status, verdict.score) == ("incorrect", 0)


@pytest.mark.parametrize(("linear", "error"), [(7, 0), (3, 4), (0, 7)])
def test_a_step_that_own_numbers_make_too_easy_is_not_followed(catalogue: Catalogue, linear: float, error: float):
    """Zero, or one of its own inputs, where the truth is neither: anybody could send that."""
    instance = catalogue["linear-approx-1d"].draw("hand", 3)
    own = {"variation": np.array(7.0), "linear": np.array(float(linear))}
    verdict = grade(instance.family.by_id["error"], instance, np.array(float(error)), own)
    assert (verdict.status == "correct") == (linear == 3)


def test_other_forms_are_accepted_on_own_values_too(catalogue: Catalogue):
    instance = catalogue["batch-perceptron"].draw("hand", 1)
    part, own = instance.family.by_id["dY_db"], {"Y": (6, 10)}
    implied = part.reference(instance.environment(part, own))
    assert part.kind.value(implied) != instance.truth(part)
    for shape in (implied, (*implied, 1)):
        verdict = grade(part, instance, part.kind.value(shape), own)
        assert (verdict.status, verdict.follow_through) == ("correct", True)
