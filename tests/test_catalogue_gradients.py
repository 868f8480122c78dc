"""Gradients, Jacobians and linear approximations: worked examples by hand, and the distinctions that matter."""

from collections.abc import Callable

import numpy as np
import pytest

from app.answers import Unreadable
from app.exercise import Catalogue, Choice, Instance
from app.grading import Verdict, grade
from exercises.mathematics import polynomials

Drawn = dict[str, object]
Make = Callable[..., Instance]


@pytest.fixture
def make(catalogue: Catalogue) -> Make:
    """An instance on drawn values, of level hand unless stated."""
    return lambda exercise, drawn, level="hand": catalogue[exercise].instance(level, 0, drawn)


def mark(instance: Instance, part: str, answer: object, **earlier: object) -> Verdict:
    """The verdict on an answer, after the answers to earlier parts."""

    def read(name: str, typed: object) -> object:
        return instance.kind(instance.family.by_id[name]).read(typed).value

    own = {name: read(name, typed) for name, typed in earlier.items()}
    return grade(instance.family.by_id[part], instance, read(part, answer), own)


def status(instance: Instance, part: str, answer: object, **earlier: object) -> str:
    return mark(instance, part, answer, **earlier).status


def named(instance: Instance, part: str, answer: object, **earlier: object) -> str | None:
    return mark(instance, part, answer, **earlier).misconception


# The mistakes that are known ----------------------------------------------------------------------

MISCONCEPTIONS = {
    "gradient-general": {
        "answer": "row-layout exponent-factor-lost other-variables-dropped entries-summed value-instead"
        " entries-permuted"
    },
    "gradient-or-derivative": {
        "derivative": "row-column-exchanged norm-of-gradient",
        "gradient": "row-column-exchanged norm-of-gradient",
        "applied": "entrywise-not-summed outer-product norm-of-gradient",
    },
    "steepest-direction": {
        "increase": "not-normalised opposite-direction towards-the-point divided-by-sum",
        "rate": "opposite-direction squared-length sum-of-entries",
        "decrease": "not-normalised opposite-direction towards-the-point divided-by-sum",
    },
    "total-derivative-shape": {
        "derivative": "inputs-as-rows shape-of-the-value shape-of-the-input flattened square",
        "gradient": "jacobian-called-gradient derivative-row-as-gradient",
        "value": "shape-of-the-input row-layout",
        "step": "shape-of-the-value row-layout",
    },
    "jacobian-general": {
        "answer": "transposed exponent-factor-lost other-variables-dropped rows-summed gradients-added value-instead"
    },
    "linear-approx-nd": {
        "variation": "new-value-or-variation step-ignored entrywise-not-summed step-added length-of-step",
        "new_value": "new-value-or-variation step-ignored entrywise-not-summed step-added length-of-step",
    },
}


@pytest.mark.parametrize("exercise", MISCONCEPTIONS)
def test_every_part_names_its_mistakes_in_this_order(catalogue: Catalogue, exercise: str):
    family = catalogue[exercise]
    known = {part.id: " ".join(wrong.id for wrong in part.misconceptions) for part in family.parts}
    assert known == MISCONCEPTIONS[exercise]
    assert [level for level in family.levels if level != "formula"] == ["hand", "numpy", "challenge"]


# gradient-general ---------------------------------------------------------------------------------

POLYNOMIAL: Drawn = {"E": [[2, 1], [0, 1]], "c": [3, -4], "x0": [2, -1]}  # 3 x₁² x₂ − 4 x₂


@pytest.mark.parametrize(
    ("answer", "misconception", "score"),
    [
        ([-12, 8], None, 1),
        ([[-12, 8]], "row-layout", 0.6),
        ([-6, 8], "exponent-factor-lost", 0),
        ([12, -1], "other-variables-dropped", 0),
        (-4, "entries-summed", 0),
        (-8, "value-instead", 0),
        ([8, -12], "entries-permuted", 0),
    ],
)
def test_the_gradient_of_a_polynomial(make: Make, answer: object, misconception: str | None, score: float):
    verdict = mark(make("gradient-general", POLYNOMIAL), "answer", answer)
    assert (verdict.misconception, verdict.score) == (misconception, score)


def test_a_polynomial_is_written_as_one_would_write_it(make: Make):
    assert "= 3x_1^2x_2 - 4x_2 " in make("gradient-general", POLYNOMIAL).statement
    assert polynomials.latex(np.array([[0, 0], [1, 0], [0, 2]]), [5, -1, 1]) == "-x_1 + x_2^2 + 5"


def test_drawn_exponents_have_a_square_a_product_and_every_variable():
    rng = np.random.default_rng(0)
    for shape in [(2, 2), (3, 3), (3, 2, 2), (2, 2, 3)]:
        rows = polynomials.exponents(rng, 2, *shape).reshape(-1, shape[-1])
        assert rows.any(axis=0).all() and (rows == 2).any() and ((rows > 0).sum(axis=1) == 2).any()
        assert set(rows.sum(axis=1)) <= {1, 2}


FLAT: Drawn = {"E": [[1, 2], [2, 0], [0, 2]], "c": [1, -2, -1], "p": 1, "q": 2}  # x₁ x₂² − 2 x₁² − x₂²


@pytest.mark.parametrize("answer", [[1, 2], [1, -2], "1; 2"])
def test_any_point_where_the_gradient_vanishes_is_right(make: Make, answer: object):
    assert status(make("gradient-general", FLAT, "challenge"), "answer", answer) == "correct"


@pytest.mark.parametrize(
    ("answer", "misconception", "says"),
    [
        ([0, 0], None, "names already"),
        ([1, 1], None, "entry 1 of the gradient is not zero"),
        ([1, 4], "root-not-taken", "square"),
        ([2, 1], "entries-permuted", "two variables"),
        ([-1, 2], "sign-lost", "sign"),
        ([1, 0], "only-second-entry", "Both must"),
    ],
)
def test_other_points_are_told_why_not(make: Make, answer: object, misconception: str | None, says: str):
    verdict = mark(make("gradient-general", FLAT, "challenge"), "answer", answer)
    assert (verdict.status, verdict.misconception) == ("incorrect", misconception)
    assert says in verdict.feedback


# gradient-or-derivative ---------------------------------------------------------------------------

SQUARED: Drawn = {"quad": True, "w": None, "b": None, "x0": [1, -2, 3], "h": [2, 1, 1]}
AFFINE: Drawn = {"quad": False, "w": [4, 0.5, -1], "b": 2, "x0": [1, -2, 3], "h": [2, 1, 1]}


@pytest.mark.parametrize(("drawn", "slopes", "applied"), [(SQUARED, [2, -4, 6], 6), (AFFINE, [4, 0.5, -1], 7.5)])
def test_a_derivative_is_a_row_and_a_gradient_a_column(make: Make, drawn: Drawn, slopes: list[float], applied: float):
    instance = make("gradient-or-derivative", drawn)
    row, column = [slopes], [[slope] for slope in slopes]
    assert status(instance, "derivative", row) == status(instance, "gradient", column) == "correct"
    assert status(instance, "applied", applied) == "correct"
    for part, other in (("derivative", column), ("gradient", row)):
        verdict = mark(instance, part, other)
        assert (verdict.misconception, verdict.score) == ("row-column-exchanged", 0.6)


@pytest.mark.parametrize("part", ["derivative", "gradient"])
def test_a_flat_list_must_say_row_or_column(make: Make, part: str):
    with pytest.raises(Unreadable, match="Row or column"):
        status(make("gradient-or-derivative", SQUARED), part, [2, -4, 6])


def test_the_derivative_applied_is_one_number(make: Make):
    instance = make("gradient-or-derivative", SQUARED)
    assert named(instance, "applied", [4, -4, 6]) == "entrywise-not-summed"
    assert named(instance, "applied", [[4, 2, 2], [-8, -4, -4], [12, 6, 6]]) == "outer-product"
    for part in ("derivative", "gradient", "applied"):
        assert named(instance, part, 56**0.5) == "norm-of-gradient"


def test_own_slopes_are_followed_into_the_other_two_answers(make: Make):
    instance = make("gradient-or-derivative", SQUARED)
    own = [[1, -2, 3]]
    assert mark(instance, "gradient", [[1], [-2], [3]], derivative=own).follow_through
    assert mark(instance, "applied", 3, derivative=own).follow_through


def test_a_form_and_a_norm_are_different_kinds_of_instances(make: Make):
    instances = [make("gradient-or-derivative", drawn) for drawn in (SQUARED, AFFINE)]
    assert [sorted(instance.data) for instance in instances] == [["h", "quad", "x0"], ["b", "h", "quad", "w", "x0"]]


STEP: Drawn = {"w": [2, -4], "x0": [1, 3], "eta": 0.25}  # ∇f = (4, 2)


def test_a_step_downhill_subtracts_the_gradient(make: Make):
    instance = make("gradient-or-derivative", STEP, "challenge")
    assert status(instance, "subtracted", "gradient") == "correct"
    assert named(instance, "subtracted", "derivative") == "row-column-exchanged"
    assert named(instance, "subtracted", "either") == "shapes-ignored"
    assert status(instance, "point", [[0], ["5/2"]]) == "correct"
    assert named(instance, "point", [[2], [3.5]]) == "uphill"
    assert named(instance, "point", [[0, 0.5], [2, 2.5]]) == "row-broadcast"
    assert named(instance, "point", [[0, 2.5]]) == "row-layout"


# steepest-direction -------------------------------------------------------------------------------

FORM: Drawn = {"quad": False, "g": [3, -4], "m": None, "x0": [1, 2], "gradient": [3, -4]}
BOWL: Drawn = {"quad": True, "g": None, "m": [2, 1], "x0": [5, -3], "gradient": [6, -8]}


@pytest.mark.parametrize(("drawn", "length"), [(FORM, 5), (BOWL, 10)])
def test_the_gradient_points_uphill_and_its_length_is_the_rate(make: Make, drawn: Drawn, length: int):
    instance = make("steepest-direction", drawn)
    assert status(instance, "increase", ["3/5", "-4/5"]) == "correct"
    assert status(instance, "rate", length) == "correct"
    assert status(instance, "decrease", [-0.6, 0.8]) == "correct"


@pytest.mark.parametrize(
    ("part", "answer", "misconception"),
    [
        ("increase", [6, -8], "not-normalised"),
        ("increase", [-0.6, 0.8], "opposite-direction"),
        ("increase", [5 / 34**0.5, -3 / 34**0.5], "towards-the-point"),
        ("increase", ["3/7", "-4/7"], "divided-by-sum"),
        ("rate", -10, "opposite-direction"),
        ("rate", 100, "squared-length"),
        ("rate", -2, "sum-of-entries"),
        ("decrease", [-6, 8], "not-normalised"),
        ("decrease", [0.6, -0.8], "opposite-direction"),
        ("decrease", ["-3/7", "4/7"], "divided-by-sum"),
    ],
)
def test_wrong_directions_and_rates_are_named(make: Make, part: str, answer: object, misconception: str):
    assert named(make("steepest-direction", BOWL), part, answer) == misconception


def test_the_opposite_of_a_wrong_increase_is_no_excuse(make: Make):
    assert (
        named(make("steepest-direction", BOWL), "decrease", [0.6, -0.8], increase=[-0.6, 0.8]) == "opposite-direction"
    )


LEVEL: Drawn = {"m": [1, 1], "x0": [3, 2], "u": [0.6, 0.8]}  # ∇f = (4, 2)


@pytest.mark.parametrize("answer", [[-1, 2], [1, -2], [0.5, -1], ["-20", 40], [0.4472, -0.8944]])
def test_every_direction_along_the_level_set_is_right(make: Make, answer: object):
    assert status(make("steepest-direction", LEVEL, "challenge"), "direction", answer) == "correct"


@pytest.mark.parametrize(
    ("answer", "misconception", "says"),
    [
        ([0, 0], "zero-vector", "leads nowhere"),
        ([4, 2], "gradient-itself", "fastest"),
        ([2, 4], "sign-not-changed", "cancel"),
        ([-0.8, 0.6], "perpendicular-to-u", "first question"),
        ([1, 1], None, "does change"),
    ],
)
def test_other_directions_are_told_why_not(make: Make, answer: object, misconception: str | None, says: str):
    verdict = mark(make("steepest-direction", LEVEL, "challenge"), "direction", answer)
    assert (verdict.status, verdict.misconception) == ("incorrect", misconception)
    assert says in verdict.feedback


def test_a_right_direction_as_a_row_earns_what_any_other_orientation_does(make: Make):
    verdict = mark(make("steepest-direction", LEVEL, "challenge"), "direction", [[1, -2]])
    assert (verdict.score, verdict.misconception) == (0.6, "transposed")


def test_the_rate_along_a_unit_vector_is_the_derivative_applied(make: Make):
    instance = make("steepest-direction", LEVEL, "challenge")
    assert status(instance, "rate", 4) == "correct"
    assert named(instance, "rate", 20**0.5) == "steepest-rate"
    assert named(instance, "rate", 2) == "factor-two-lost"


# total-derivative-shape ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("D", "N", "derivative", "gradient", "value", "step"),
    [
        (1, 1, "scalar", "1x1", "1", "()"),
        (1, 4, "4x1", "undefined", "4", "scalar"),
        (3, 1, "1x3", "3x1", "scalar", "3"),
        (3, 4, "4x3", "undefined", "4x1", "3x1"),
    ],
)
def test_the_four_rows_of_the_table(make: Make, D: int, N: int, derivative: str, gradient: str, value: str, step: str):
    instance = make("total-derivative-shape", {"D": D, "N": N})
    answers = {"derivative": derivative, "gradient": gradient, "value": value, "step": step}
    assert {part: status(instance, part, answer) for part, answer in answers.items()} == dict.fromkeys(
        answers, "correct"
    )


@pytest.mark.parametrize(
    ("D", "N", "part", "answer", "misconception"),
    [
        (3, 4, "derivative", "3x4", "inputs-as-rows"),
        (3, 4, "derivative", "4x1", "shape-of-the-value"),
        (3, 4, "derivative", "3", "shape-of-the-input"),
        (3, 4, "derivative", "12", "flattened"),
        (3, 4, "derivative", "3x3", "square"),
        (3, 1, "derivative", "3x1", "inputs-as-rows"),
        (3, 1, "derivative", "scalar", "shape-of-the-value"),
        (1, 4, "derivative", "1x4", "inputs-as-rows"),
        (3, 4, "gradient", "4x3", "jacobian-called-gradient"),
        (1, 4, "gradient", "4x1", "jacobian-called-gradient"),
        (3, 1, "gradient", "1x3", "derivative-row-as-gradient"),
        (3, 4, "value", "3", "shape-of-the-input"),
        (3, 4, "step", "1x3", "row-layout"),
    ],
)
def test_wrong_shapes_are_named(make: Make, D: int, N: int, part: str, answer: str, misconception: str):
    assert named(make("total-derivative-shape", {"D": D, "N": N}), part, answer) == misconception


def test_from_the_shape_back_to_the_spaces(make: Make):
    column, row = (make("total-derivative-shape", {"shape": shape}, "challenge") for shape in ([4, 1], [1, 4]))
    assert status(column, "domain", 1) == status(column, "codomain", 4) == "correct"
    assert status(column, "gradient", "undefined") == status(row, "gradient", "4x1") == "correct"
    assert named(column, "domain", 4) == named(row, "codomain", 4) == "exchanged"
    assert named(column, "gradient", "4x1") == "jacobian-called-gradient"
    assert named(row, "gradient", "1x4") == "derivative-row-as-gradient"
    assert mark(row, "gradient", "5x1", domain=5).follow_through


# jacobian-general ---------------------------------------------------------------------------------

# f₁ = x₁ x₂ + 3 x₁², f₂ = 2 x₂ − x₁, f₃ = x₂² + x₁
MAP: Drawn = {
    "E": [[[1, 1], [2, 0]], [[0, 1], [1, 0]], [[0, 2], [1, 0]]],
    "c": [[1, 3], [2, -1], [1, 1]],
    "x0": [2, -3],
}


@pytest.mark.parametrize(
    ("answer", "misconception", "score"),
    [
        ([[9, 2], [-1, 2], [1, -6]], None, 1),
        ([[9, -1, 1], [2, 2, -6]], "transposed", 0.6),
        ([[3, 2], [-1, 2], [1, -3]], "exponent-factor-lost", 0),
        ([[13, 1], [-1, 2], [1, -6]], "other-variables-dropped", 0),
        ([[11], [1], [-5]], "rows-summed", 0),
        ([[9], [-2]], "gradients-added", 0),
        ([[6], [-8], [11]], "value-instead", 0),
    ],
)
def test_the_jacobian_of_a_map(make: Make, answer: object, misconception: str | None, score: float):
    verdict = mark(make("jacobian-general", MAP), "answer", answer)
    assert (verdict.misconception, verdict.score) == (misconception, score)


def four_maps() -> Drawn:
    """J = (1 2; 3 4) at 0 for the second of four maps, whose first component ends in x₁²."""
    E = [[[[1, 0], [0, 1], [2, 0], [0, 0]], [[1, 0], [0, 1], [1, 1], [0, 0]]]] * 4
    linear = {"transposed": [[1, 3], [2, 4]], "right": [[1, 2], [3, 4]], "at-ones": [[-1, 2], [2, 3]]}
    c = [[[*row, 1, 5] for row in rows] for rows in linear.values()] + [[[-2, 2, 1, 5], [-2, 4, 3, 5]]]
    return {"J": [[1, 2], [3, 4]], "x0": [2, -1], "E": E, "c": c, "kinds": [*linear, "at-squares"]}


def test_the_map_with_a_given_jacobian_is_chosen_among_four(make: Make):
    instance = make("jacobian-general", four_maps(), "challenge")
    assert [named(instance, "which", choice) for choice in "abcd"] == [
        "transposed",
        None,
        "another-point",
        "square-for-slope",
    ]
    assert status(instance, "which", "b") == "correct"
    kind = instance.kind(instance.family.by_id["which"])
    assert isinstance(kind, Choice)
    options = kind.options
    assert "x_1 + 2x_2 + x_1^2 + 5" in options["b"]
    assert status(instance, "at_x0", [[5, 2], [2, 6]]) == "correct"
    assert named(instance, "at_x0", [[1, 2], [3, 4]]) == "another-point"


def test_the_jacobian_of_the_wrong_map_is_followed(make: Make):
    instance = make("jacobian-general", four_maps(), "challenge")
    assert mark(instance, "at_x0", [[5, 3], [1, 6]], which="a").follow_through
    assert status(instance, "at_x0", [[5, 3], [1, 6]]) == "partial"


# linear-approx-nd ---------------------------------------------------------------------------------

PREDICTION: Drawn = {"J": [[1, 2, -3], [4, 5, 6]], "f0": [10, 20], "h": [0.2, -0.1, 0.3]}


def test_the_predicted_change_is_the_jacobian_times_the_step(make: Make):
    instance = make("linear-approx-nd", PREDICTION)
    assert status(instance, "variation", ["-9/10", "21/10"]) == "correct"
    assert status(instance, "new_value", [9.1, 22.1]) == "correct"


@pytest.mark.parametrize(
    ("answer", "misconception"),
    [
        ([9.1, 22.1], "new-value-or-variation"),
        ([0, 15], "step-ignored"),
        ([[0.2, -0.2, -0.9], [0.8, -0.5, 1.8]], "entrywise-not-summed"),
        ([0.4, 15.4], "step-added"),
        ([0, 15 * 0.14**0.5], "length-of-step"),
    ],
)
def test_wrong_predictions_are_named_with_and_without_the_value(make: Make, answer: list[float], misconception: str):
    instance = make("linear-approx-nd", PREDICTION)
    assert named(instance, "variation", answer) == misconception
    if misconception != "new-value-or-variation":
        assert (
            named(instance, "new_value", (np.array([[10], [20]]) + np.reshape(answer, (2, -1))).tolist())
            == misconception
        )


def test_a_change_sent_as_the_new_value_is_named_and_an_own_change_is_followed(make: Make):
    instance = make("linear-approx-nd", PREDICTION)
    assert named(instance, "new_value", [-0.9, 2.1]) == "new-value-or-variation"
    assert mark(instance, "new_value", [9.5, 22.1], variation=[-0.5, 2.1]).follow_through


def test_one_output_is_a_number(make: Make):
    instance = make("linear-approx-nd", {"J": [[2, -1]], "f0": [4], "h": [0.3, 0.2]})
    assert "f(\\mathbf x_0) = 4 " in instance.statement
    assert status(instance, "variation", 0.4) == status(instance, "new_value", "22/5") == "correct"


def test_a_shorter_step_makes_a_quadratically_smaller_error(make: Make):
    instance = make("linear-approx-nd", {"x0": [3, -1], "h": [0.3, 0.4], "k": 5}, "challenge")
    right = {"predicted": 1, "actual": 1.25, "error": "1/4", "factor": 25}
    assert {part: status(instance, part, answer) for part, answer in right.items()} == dict.fromkeys(right, "correct")
    assert named(instance, "predicted", 1.25) == "actual-instead"
    assert named(instance, "actual", 0.25) == "value-of-the-step"
    assert named(instance, "error", -0.25) == "minus-sign"
    assert named(instance, "factor", 5) == "linear-in-the-step"
    assert mark(instance, "error", 0.75, predicted=0.5).follow_through
