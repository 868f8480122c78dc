"""Derivatives: of one variable, of ReLU and the sigmoid, of a curve, of the squared norm, and their challenges.

Worked examples with numbers found by hand, and the answers that are nearly right.
"""

import math
from fractions import Fraction
from math import pi, sqrt

import pytest

from app.exercise import Catalogue, Instance
from app.grading import Verdict, grade

SURD = sqrt(3)
SLIDE = {"a": 1, "n": 2, "b": 0, "c": 0, "x0": 3}
CUBIC = {"kind": "cubic", "theta0": 2, "r": None, "k": [3, -1, 2, -1], "y0": [5, 8, -8]}
HELIX = {"kind": "helix", "theta0": pi / 6, "r": 2, "k": [1, 2, -3, 4], "y0": [SURD, 1, -pi / 2]}
QUARTER = {"s": 0.25, "x0": None, "sigma": 0.25, "x": -math.log(3)}

EXAMPLES = {
    ("derivative-at-point", "hand"): (SLIDE, {"answer": 6}),
    ("derivative-at-point", "numpy"): ({"a": -1.5, "n": 3, "b": 0.5, "c": 2, "x0": 2}, {"answer": -17.5}),
    ("derivative-at-point", "challenge"): ({"a": 2, "b": -3, "c": 1, "s": 51}, {"answer": 3}),
    ("difference-quotient", "hand"): ({"x0": -3, "h": 0.5}, {"quotient": "-11/2", "limit": "zero"}),
    ("difference-quotient", "challenge"): (
        {"b": -1, "x0": 2},
        {"at_1": 18, "at_2": 11.61, "at_3": 11.0601, "limit": 11},
    ),
    ("linear-approx-1d", "hand"): (
        {"x0": 4, "h": -2, "a": 3, "b": 1},
        {"variation": -38, "linear": -50, "error": 12},
    ),
    ("linear-approx-1d", "challenge"): (
        {"delta": 24, "linear": 20, "m": 10},
        {"error": 0.04, "variation": 2.04, "which": "approximation"},
    ),
    ("relu-derivative", "hand"): (
        {"x": [-2, 0, 3, -4], "convention": "math"},
        {"at_1": 0, "at_2": "undefined", "at_3": 1, "at_4": 0},
    ),
    ("relu-derivative", "challenge"): (
        {"a": -2, "b": 4, "alpha": 0.25, "x": [1, 2, 3]},
        {"at_1": -2, "at_2": "undefined", "at_3": "-1/2"},
    ),
    ("sigmoid-derivative", "hand"): (QUARTER, {"answer": "3/16"}),
    ("sigmoid-derivative", "challenge"): (
        {"a": 3, "b": -2, "s": 0.25},
        {"place": "2/3", "largest": "3/4", "mirrored": "3/16", "tanh": "15/16"},
    ),
    ("curve-derivative", "hand"): (CUBIC, {"answer": [[3], [8], [-12]]}),
    ("curve-derivative", "numpy"): (HELIX, {"answer": [[-1], [1.732], [-3]]}),
    ("curve-derivative", "challenge"): (
        {"theta0": pi / 3, "r": 2, "c": 3},
        {"circle": 0, "helix": 9.425, "why": "distance"},
    ),
    ("gradient-squared-norm", "hand"): ({"c": 3, "m": [1, -2], "x0": [4, 2]}, {"answer": [18, 24]}),
    ("gradient-squared-norm", "challenge"): (
        {"x0": [3, -4]},
        {"gradient": ["3/5", "-4/5"], "left": -5, "at_zero": "undefined"},
    ),
}

MISCONCEPTIONS = {
    "derivative-at-point": "value-instead power-not-lowered exponent-factor-lost constant-kept linear-term-kept"
    " secant-with-step-one sign-lost",
    "difference-quotient": "derivative-instead not-divided square-distributed increment-outside wrong-order",
    "linear-approx-1d": "exact-and-linear-mixed new-value f-of-the-step",
    "relu-derivative": "value-instead zero-at-kink one-at-kink half-at-kink undefined-despite-convention"
    " sides-exchanged minus-one-on-the-left undefined-on-the-left",
    "sigmoid-derivative": "value-instead only-one-minus-sigma squared minus-sign tanh-formula plus-instead-of-minus"
    " x-inside-the-formula half-substituted",
    "curve-derivative": "row-layout value-instead cosine-sign signs-swapped linear-part-not-differentiated"
    " speed-instead",
    "gradient-squared-norm": "row-layout factor-two-lost squares-kept two-times-squares value-instead entries-summed"
    " gradient-of-the-norm shift-forgotten shift-sign scale-forgotten",
}


def example(catalogue: Catalogue, exercise: str, level: str = "hand", **other: object) -> Instance:
    """The worked example of an exercise, with other numbers where stated."""
    return catalogue[exercise].instance(level, 0, EXAMPLES[exercise, level][0] | other)


def mark(instance: Instance, part: str, typed: object, **earlier: object) -> Verdict:
    """The verdict on what was typed for a part, after what was typed for earlier ones."""
    parts = instance.family.by_id
    own = {name: parts[name].kind.read(before).value for name, before in earlier.items()}
    return grade(parts[part], instance, parts[part].kind.read(typed).value, own)


def diagnosed(instance: Instance, part: str, *typed: object) -> list[str | None]:
    return [mark(instance, part, one).misconception for one in typed]


@pytest.mark.parametrize(("exercise", "level"), EXAMPLES, ids=map(" ".join, EXAMPLES))
def test_the_worked_example_is_correct_in_every_part(catalogue: Catalogue, exercise: str, level: str):
    instance, answers = example(catalogue, exercise, level), EXAMPLES[exercise, level][1]
    assert [part.id for part in instance.family.parts] == list(answers)
    assert {part: mark(instance, part, typed).score for part, typed in answers.items()} == dict.fromkeys(answers, 1)


@pytest.mark.parametrize("exercise", MISCONCEPTIONS)
def test_the_first_part_knows_these_misconceptions_in_this_order(catalogue: Catalogue, exercise: str):
    known = [misconception.id for misconception in catalogue[exercise].parts[0].misconceptions]
    assert known == MISCONCEPTIONS[exercise].split()


def test_the_first_instance_is_the_square_of_the_lecture(catalogue: Catalogue):
    for level in ("hand", "numpy"):
        assert "$f(x) = x^2$" in catalogue["derivative-at-point"].draw(level, 0).statement
        assert "$f(x) = x^2$" in catalogue["linear-approx-1d"].draw(level, 0).statement


def test_slips_with_a_polynomial_are_told_apart(catalogue: Catalogue):
    slips = [9, 18, 3, 7]  # of x² at 3: its height, 2x², the factor lost, one step of size 1
    found = diagnosed(example(catalogue, "derivative-at-point"), "answer", *slips)
    assert found == ["value-instead", "power-not-lowered", "exponent-factor-lost", "secant-with-step-one"]
    falling = example(catalogue, "derivative-at-point", a=-1, n=3, b=2, c=5, x0=3)  # the slope is -25
    assert diagnosed(falling, "answer", -20, -21, 25) == ["constant-kept", "linear-term-kept", "sign-lost"]


def test_the_other_point_with_the_slope_is_half_right(catalogue: Catalogue):
    challenge = example(catalogue, "derivative-at-point", "challenge")
    assert mark(challenge, "answer", -3).score == 0.5
    assert diagnosed(challenge, "answer", 9, sqrt(27)) == ["square-root-forgotten", "exponent-factor-lost"]


def test_the_derivative_does_not_pass_for_the_quotient(catalogue: Catalogue):
    instance = catalogue["difference-quotient"].instance("numpy", 0, {"x0": 3.5, "h": 0.01})
    assert mark(instance, "quotient", 7.01).status == "correct"
    assert diagnosed(instance, "quotient", 7, 0.0701, 0.01, 1, -7.01) == MISCONCEPTIONS["difference-quotient"].split()
    assert mark(instance, "limit", "infinity").misconception == "step-grows"
    table = example(catalogue, "difference-quotient", "challenge")
    assert mark(table, "at_3", 11).misconception == "derivative-instead"
    assert mark(table, "limit", 11.0601).misconception == "last-row-of-the-table"


def test_the_error_follows_from_a_students_own_two_values(catalogue: Catalogue):
    instance = example(catalogue, "linear-approx-1d")
    exchanged = {"variation": -50, "linear": -38}
    found = [mark(instance, part, typed).misconception for part, typed in exchanged.items()]
    assert found == ["exact-and-linear-mixed"] * 2
    followed = mark(instance, "error", -12, **exchanged)
    assert (followed.status, followed.follow_through) == ("correct", True)
    assert mark(instance, "error", -12).misconception == "error-sign"
    assert diagnosed(instance, "linear", 2, 25, -26) == [
        *("tangent-value", "slope-without-step", "slope-at-the-end"),
    ]


def test_the_variation_for_a_smaller_step_follows_from_ones_own_error(catalogue: Catalogue):
    challenge = example(catalogue, "linear-approx-1d", "challenge")
    assert diagnosed(challenge, "error", 0.4, 4, -0.04) == ["divided-once", "error-unchanged", "error-sign"]
    assert mark(challenge, "variation", 2.4).misconception == "taken-for-linear"
    assert mark(challenge, "variation", 2.4, error=0.4).follow_through


def test_the_corner_of_relu_is_undefined_unless_a_convention_is_fixed(catalogue: Catalogue):
    strict = example(catalogue, "relu-derivative")
    assert diagnosed(strict, "at_2", 0, 1, 0.5) == ["zero-at-kink", "one-at-kink", "half-at-kink"]
    library = example(catalogue, "relu-derivative", convention="framework")
    assert mark(library, "at_2", 0).status == "correct"
    assert mark(library, "at_2", "undefined").misconception == "undefined-despite-convention"
    assert diagnosed(strict, "at_1", -1, "undefined", 1) == [
        *("minus-one-on-the-left", "undefined-on-the-left", "sides-exchanged"),
    ]


def test_a_convention_about_the_corner_comes_with_the_corner(catalogue: Catalogue):
    drawn = [catalogue["relu-derivative"].draw("hand", seed).data for seed in range(30)]
    assert all(0 in data["x"] for data in drawn if data["convention"] == "framework")
    assert {0 in data["x"] for data in drawn if data["convention"] == "math"} == {True, False}


def test_the_side_of_leaky_relu_is_decided_by_its_argument(catalogue: Catalogue):
    challenge = example(catalogue, "relu-derivative", "challenge")  # t = 2, 0, -2 at x = 1, 2, 3
    assert diagnosed(challenge, "at_3", -2, "1/4", 0) == ["side-of-x", "inner-factor-forgotten", "plain-relu"]
    assert diagnosed(challenge, "at_2", "-1/2", -2, 0) == [
        *("left-slope-at-corner", "right-slope-at-corner", "value-instead"),
    ]


def test_the_forward_pass_of_the_sigmoid_has_many_values(catalogue: Catalogue):
    family = catalogue["sigmoid-derivative"]
    shown = {Fraction(family.draw("hand", seed).data["s"]).limit_denominator(12) for seed in range(150)}
    assert len(shown) > 30
    assert max(value.denominator for value in shown) <= 12
    assert min(abs(value - Fraction(1, 2)) for value in shown) > Fraction(1, 20)


def test_a_row_is_not_the_derivative_of_a_curve(catalogue: Catalogue):
    instance = example(catalogue, "curve-derivative")
    assert mark(instance, "answer", [[3, 8, -12]]) == mark(instance, "answer", "[[3, 8, -12]]")
    assert mark(instance, "answer", [[3, 8, -12]]).misconception == "row-layout"
    assert mark(instance, "answer", [[3, 8, -12]]).score == 0.6
    with pytest.raises(Exception, match="Row or column"):
        mark(instance, "answer", [3, 8, -12])
    found = diagnosed(instance, "answer", [[5], [8], [-8]], [[5], [8], [-12]], sqrt(217))
    assert found == ["value-instead", "linear-part-not-differentiated", "speed-instead"]


def test_the_signs_of_a_turning_derivative(catalogue: Catalogue):
    instance = example(catalogue, "curve-derivative", "numpy")
    flipped = [[[1], [SURD], [-3]], [[1], [-SURD], [-3]], [[-1], [SURD], [-pi / 2]]]
    assert diagnosed(instance, "answer", *flipped) == [
        *("cosine-sign", "signs-swapped", "linear-part-not-differentiated"),
    ]


def test_point_and_velocity_on_a_helix(catalogue: Catalogue):
    challenge = example(catalogue, "curve-derivative", "challenge")
    assert diagnosed(challenge, "helix", 0, pi**2, pi) == [
        *("third-component-lost", "height-not-differentiated", "factor-once"),
    ]
    assert mark(challenge, "why", "speed").misconception == "constant-speed"


def test_a_lost_factor_of_the_squared_norm_keeps_part_of_the_credit(catalogue: Catalogue):
    instance = example(catalogue, "gradient-squared-norm")
    scores = {tuple(typed): mark(instance, "answer", typed).score for typed in ([9, 12], [27, 48], [24, 12], [6, 8])}
    assert scores == {(9, 12): 0.4, (27, 48): 0, (24, 12): 0, (6, 8): 0}
    found = diagnosed(instance, "answer", [27, 48], [24, 12], [30, 0], [6, 8], 75)
    assert found == ["squares-kept", "shift-forgotten", "shift-sign", "scale-forgotten", "value-instead"]
    assert mark(instance, "answer", [[18, 24]]).score == 0.6


def test_the_norm_has_a_tip_at_zero(catalogue: Catalogue):
    challenge = example(catalogue, "gradient-squared-norm", "challenge")
    found = diagnosed(challenge, "gradient", [6, -8], ["3/10", "-2/5"], [3, -4], 5)
    assert found == ["squared-norm-instead", "factor-two-lost", "not-divided", "value-instead"]
    assert diagnosed(challenge, "left", 5, -1, 0) == ["sign-lost", "slope-one", "smooth-minimum"]
    assert mark(challenge, "at_zero", "zero").misconception == "minimum-has-slope-zero"
