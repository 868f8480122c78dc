"""Least squares on numbers one can follow by head, and what its challenges accept."""

import pytest

from app.exercise import Catalogue, Instance
from tests.marking import ids, mark, named

W = [[1, 2], [0, 1], [2, -1]]
DATA = {"W": W, "theta0": [1, -1], "y": [0, 2, 1]}  # a = (−1, −3, 2), f = 14, gradient (6, −14)


# The gradient -------------------------------------------------------------------------------------


def test_the_slips_on_the_way_to_the_gradient_have_their_credits(instance):
    gradient = instance("ls-gradient", DATA)
    assert mark(gradient, "answer", [6, -14]).status == "correct"
    slips = {
        "row-layout": ([[6, -14]], 0.6),
        "factor-two-lost": ([3, -7], 0.5),
        "residual-sign": ([-6, 14], 0.0),
        "inner-derivative-forgotten": ([-2, -6, 4], 0.3),
        "averaged": ([2, "-14/3"], 0.5),
        "halved-and-averaged": ([1, "-7/3"], 0.5),
        "not-summed-over-rows": ([[-2, -4], [0, -6], [8, -4]], 0.0),
        "value-instead": (14, 0.0),
    }
    for id, (typed, credit) in slips.items():
        verdict = mark(gradient, "answer", typed)
        assert (verdict.misconception, verdict.score) == (id, credit)


def test_any_targets_missed_at_a_right_angle_are_accepted(instance):
    # Columns (1, 0, 1) and (0, 1, 1): a is perpendicular to both as a multiple of (1, 1, −1); W θ₀ = (1, 2, 3).
    drawn = {"W": [[1, 0], [0, 1], [1, 1]], "theta0": [1, 2], "a": [1, 1, -1]}
    free = instance("ls-gradient", drawn, "challenge")
    for targets in ([0, 1, 4], [2, 3, 2], [-9, -8, 13], ["1/2", "3/2", "7/2"]):
        assert mark(free, "answer", targets).status == "correct", targets
    assert named(free, "answer", [1, 2, 3]) == "perfect-fit"
    assert mark(free, "answer", [1.0001, 2, 3]).status == "incorrect"
    assert named(free, "answer", [1, 1, -1]) == "residual-instead"
    assert "does not vanish" in mark(free, "answer", [0, 0, 0]).feedback
    assert "3×1 column" in mark(free, "answer", [[0, 1, 5]]).feedback
    assert mark(free, "answer", [[0, 1, 4]]).score == 0.6


# Step by step -------------------------------------------------------------------------------------


def test_the_mean_divides_once_and_by_the_number_of_rows(instance):
    mean = instance("ls-steps", DATA, "challenge")
    assert mark(mean, "r", "14/3").status == "correct"
    assert mark(mean, "dr_da", [["-2/3", -2, "4/3"]]).status == "correct"
    assert mark(mean, "gradient", [[2], ["-14/3"]]).status == "correct"
    assert (named(mean, "gradient", [[6], [-14]]), named(mean, "r", 7)) == ("mean-forgotten", "divided-by-parameters")
    assert named(mean, "gradient", [["2/3"], ["-14/9"]]) == "divided-twice"
    assert mark(mean, "gradient", [[6], [-14]], dr_da=[[-2, -6, 4]]).follow_through


def test_the_step_misconceptions_are_those_of_the_catalogue(catalogue: Catalogue):
    found = {part.id: ids(catalogue, "ls-steps", part.id) for part in catalogue["ls-steps"].parts}
    assert found == {
        "a": ["residual-sign", "prediction-only"],
        "r": ["norm-not-squared", "residuals-summed"],
        "dr_da": ["row-column-exchanged", "factor-two-lost", "residual-sign", "squares-kept"],
        "da_dtheta": ["row-column-exchanged"],
        "dr_dtheta": ["row-column-exchanged", "factor-two-lost", "residual-sign", "stopped-at-a"],
        "gradient": ["row-column-exchanged", "factor-two-lost", "residual-sign", "stopped-at-a"],
    }


# A step of gradient descent -----------------------------------------------------------------------


def test_a_short_step_descends(instance):
    step = instance("ls-gd-step", {**DATA, "eta": 0.1})  # to (0.4, 0.4), where a = (1.2, −1.6, −0.6) and f = 4.36
    assert mark(step, "answer", ["2/5", 0.4]).status == "correct"
    assert mark(step, "decreased", "yes").status == "correct"
    slips = {
        "uphill": [1.6, -2.4],
        "step-only": [-0.6, 1.4],
        "learning-rate-forgotten": [-5, 13],
        "factor-two-lost": [0.7, -0.3],
        "gradient-instead": [6, -14],
    }
    for id, typed in slips.items():
        assert named(step, "answer", typed) == id


def test_the_misconceptions_about_a_step_are_those_of_the_catalogue(catalogue: Catalogue):
    assert ids(catalogue, "ls-gd-step", "answer") == [
        "uphill",
        "step-only",
        "learning-rate-forgotten",
        "factor-two-lost",
        "targets-forgotten",
        "averaged",
        "gradient-instead",
    ]


def test_too_long_a_step_climbs_and_the_answer_follows_ones_own_step(instance):
    step = instance("ls-gd-step", {**DATA, "eta": 0.5})  # to (−2, 6): a = (10, 4, −11), f = 237
    assert mark(step, "answer", [-2, 6]).status == mark(step, "decreased", "no").status == "correct"
    assert named(step, "decreased", "yes") == "always-downhill"
    assert mark(step, "decreased", "yes", answer=[0, 0.5]).follow_through  # there f is (1, −1.5, −1.5)², 5.5


def test_the_longest_rate_that_descends_and_two_steps_with_it(instance):
    # ‖g‖² = 232 and W g = (−22, −14, 26) with squares 1356: the limit is 0.171
    steps = instance("ls-gd-step", {**DATA, "etas": [0.02, 0.05, 0.1, 0.2, 0.5]}, "challenge")
    assert mark(steps, "eta", "1/10").status == "correct"
    assert named(steps, "eta", 0.2) == "one-too-long"
    # From (0.4, 0.4) with a = (1.2, −1.6, −0.6) the gradient is (0, 2.8).
    assert mark(steps, "theta2", [0.4, 0.12]).status == "correct"
    assert (named(steps, "theta2", [-0.2, 1.8]), named(steps, "theta2", [0.4, 0.4])) == (
        "first-gradient-twice",
        "one-step-only",
    )
    # With 0.05: to (0.7, −0.3), a = (0.1, −2.3, 0.7), gradient (3, −5.6)
    assert mark(steps, "theta2", [0.55, -0.02], eta=0.05).follow_through


# The linear approximation -------------------------------------------------------------------------


@pytest.fixture
def approximated(instance) -> Instance:
    """Along h = (2, 1): W h = (4, 1, 3), so the gap is 26; predicted 12 − 14 = −2, actual 24."""
    return instance("ls-linear-check", {**DATA, "h": [2, 1]})


def test_the_gap_is_what_the_gradient_does_not_see(approximated: Instance):
    for part, value in {"predicted": -2, "actual": 24, "gap": 26}.items():
        assert mark(approximated, part, value).status == "correct"
    assert named(approximated, "predicted", 24) == named(approximated, "actual", -2) == "predicted-actual-exchanged"
    assert named(approximated, "predicted", -1) == "factor-two-lost"
    assert named(approximated, "predicted", [12, -14]) == "entrywise-not-summed"
    assert named(approximated, "actual", 38) == "new-loss"
    assert named(approximated, "actual", 16 + 1 + 4) == "loss-of-the-step"
    assert (named(approximated, "gap", -26), named(approximated, "gap", 5)) == ("gap-sign", "gap-from-h-alone")


def test_the_gap_of_ones_own_two_changes_is_right(approximated: Instance):
    assert mark(approximated, "gap", 25, predicted=-1).follow_through
    assert not mark(approximated, "gap", 24, predicted=-1).follow_through


def test_the_gap_needs_neither_targets_nor_point(instance):
    hidden = instance("ls-linear-check", {**DATA, "h": [2, 1]}, "challenge")
    assert hidden.data == {"W": W, "h": [2, 1]}
    assert mark(hidden, "gap", 26).status == mark(hidden, "why", "square").status == "correct"
    assert named(hidden, "gap", 52) == "factor-two-kept"
    assert named(hidden, "why", "minimum") == "minimum-assumed"
