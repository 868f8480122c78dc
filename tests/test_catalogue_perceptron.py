"""The simple perceptron on numbers that one can follow by head: right answers, named mistakes, follow-through."""

from typing import Any

import numpy as np
import pytest

from app.exercise import Catalogue, Instance
from app.grading import Verdict, grade

W = [[1, -2, 3], [2, 1, -1]]  # N = 2, D = 3
X0 = [2, 1, -3]  # W x0 = (-9, 8)
RELU = {"W": W, "x0": X0, "b": [10, -12], "y0": None, "d": 1, "activation": "relu", "a0": [1, -4]}
TANH = {**RELU, "b": None, "y0": [0.5, 0.6], "activation": "tanh", "a0": np.arctanh([0.5, 0.6]).tolist()}
S = np.diag([0.75, 0.64])  # the slopes of tanh where its values are 1/2 and 3/5
FACTORS = {"da_dx": W, "da_db": np.eye(2).tolist(), "da_dwd": (2 * np.eye(2)).tolist(), "dy_da": S.tolist()}

ANSWERS = {  # by hand: part of perceptron-jacobians, and the single exercise, with tanh
    "da_dx": W,
    "da_db": [[1, 0], [0, 1]],
    "da_dwd": [[2, 0], [0, 2]],
    "dy_da": [["3/4", 0], [0, "16/25"]],
    "dy_dx": [["3/4", "-3/2", "9/4"], ["32/25", "16/25", "-16/25"]],
    "dy_db": [["3/4", 0], [0, "16/25"]],
    "dy_dwd": [["3/2", 0], [0, "32/25"]],
}
MISCONCEPTIONS = {
    "forward": "activation-forgotten bias-forgotten activation-applied-first bias-after-activation derivative-instead",
    "da_dx": "transposed value-instead still-contains-x activation-included rows-summed",
    "da_db": "vector-of-ones all-ones scalar-one size-of-input bias-on-diagonal zero activation-included",
    "da_dwd": "scalar-only vector-instead full-matrix input-forgotten index-slip size-of-input whole-input-row"
    " weights-instead",
    "dy_da": "vector-not-matrix value-on-diagonal formula-on-a other-activation rows-repeated identity diagonal-of-a",
    "dy_dx": "transposed activation-slope-forgotten weights-forgotten sigma-not-differentiated slope-at-x"
    " bias-forgotten rows-not-scaled-separately collapsed-to-row",
    "dy_db": "vector-not-matrix activation-slope-forgotten slope-at-b sigma-not-differentiated multiplied-by-b"
    " multiplied-by-weights",
    "dy_dwd": "vector-not-matrix input-forgotten activation-slope-forgotten index-slip one-column-in-preactivation"
    " whole-weight-matrix sigma-not-differentiated weights-instead",
}


@pytest.fixture
def instance(catalogue: Catalogue):
    def of(exercise: str, drawn: dict[str, Any], level: str = "hand") -> Instance:
        family = catalogue[exercise].at(level)
        known = {**FACTORS, **drawn}
        return family.instance(level, 0, {name: known[name] for name in (*family.given, *family.hidden)})

    return of


def single(part: str) -> str:
    return f"perceptron-{part.replace('_', '-')}"


def mark(instance: Instance, typed: object, part: str = "answer", **earlier: object) -> Verdict:
    """The verdict on what was typed for a part, after what was typed for earlier ones."""
    parts = instance.family.by_id
    own = {name: parts[name].kind.read(before).value for name, before in earlier.items()}
    return grade(parts[part], instance, parts[part].kind.read(typed).value, own)


def named(instance: Instance, typed: object, part: str = "answer") -> tuple[str | None, float]:
    verdict = mark(instance, typed, part)
    return verdict.misconception, verdict.score


# The seven Jacobians, alone and together ----------------------------------------------------------


@pytest.mark.parametrize("part", ANSWERS)
def test_a_jacobian_is_right_alone_and_among_the_seven(instance, part: str):
    assert mark(instance(single(part), TANH), ANSWERS[part]).status == "correct"
    assert mark(instance("perceptron-jacobians", TANH), ANSWERS[part], part).status == "correct"


@pytest.mark.parametrize("part", ANSWERS)
def test_a_jacobian_has_the_same_misconceptions_alone_and_among_the_seven(catalogue: Catalogue, part: str):
    alone = catalogue[single(part)].by_id["answer"].misconceptions
    together = catalogue["perceptron-jacobians"].by_id[part].misconceptions
    assert [known.id for known in alone] == [known.id for known in together] == MISCONCEPTIONS[part].split()
    assert [(k.feedback, k.credit) for k in alone] == [(k.feedback, k.credit) for k in together]


@pytest.mark.parametrize("exercise", ["perceptron-forward", *map(single, ANSWERS)])
@pytest.mark.parametrize("level", ["hand", "numpy"])
def test_the_data_are_those_of_all_seven_and_the_part_is_called_answer(catalogue: Catalogue, exercise: str, level: str):
    for seed in range(6):
        alone = catalogue[exercise].draw(level, seed)
        stored = level == "hand" and alone.values["activation"] != "relu"
        assert set(alone.data) == {"W", "x0", "d", "activation", "y0" if stored else "b"}
        assert list(alone.family.by_id) == ["answer"]


def test_relu_lets_the_slope_of_the_active_neuron_through(instance):
    assert mark(instance("perceptron-dy-dx", RELU | {"dy_da": [[1, 0], [0, 0]]}), [[1, -2, 3], [0, 0, 0]]).score == 1


@pytest.mark.parametrize(
    ("part", "typed", "id", "credit"),
    [
        ("da_dx", np.transpose(W).tolist(), "transposed", 0.6),
        ("da_dx", [["3/4", "-3/2", "9/4"], ["32/25", "16/25", "-16/25"]], "activation-included", 0),
        ("da_dx", [[2, -2, -9], [4, 1, 3]], "still-contains-x", 0),
        ("da_db", 1, "scalar-one", 0),
        ("da_db", [1, 1], "vector-of-ones", 0),
        ("da_db", np.eye(3).tolist(), "size-of-input", 0),
        ("da_dwd", 2, "scalar-only", 0),
        ("da_dwd", [[1, 0], [0, 1]], "input-forgotten", 0),
        ("da_dwd", [1, 2], "weights-instead", 0),
        ("da_dwd", [[2, 1, -3]], "whole-input-row", 0),
        ("dy_da", ["3/4", "16/25"], "vector-not-matrix", 0.5),
        ("dy_da", [[0.5, 0], [0, 0.6]], "value-on-diagonal", 0),
        ("dy_da", [[0.25, 0], [0, 0.24]], "other-activation", 0),
        ("dy_dx", W, "activation-slope-forgotten", 0.3),
        ("dy_dx", S.tolist(), "weights-forgotten", 0.3),
        ("dy_dx", (S @ W).T.tolist(), "transposed", 0.6),
        ("dy_db", ["3/4", "16/25"], "vector-not-matrix", 0),
        ("dy_db", [[1, 0], [0, 1]], "activation-slope-forgotten", 0),
        ("dy_dwd", S.tolist(), "input-forgotten", 0.3),
        ("dy_dwd", [[2, 0], [0, 2]], "activation-slope-forgotten", 0.3),
    ],
)
def test_a_mistake_is_named_alone_and_among_the_seven(instance, part: str, typed: object, id: str, credit: float):
    assert named(instance(single(part), TANH), typed) == (id, credit)
    assert named(instance("perceptron-jacobians", TANH), typed, part) == (id, credit)


def test_an_index_slip_is_counting_from_zero(instance):
    second = {**TANH, "d": 2, "da_dwd": np.eye(2).tolist()}
    assert named(instance("perceptron-dy-dwd", second), [["3/2", 0], [0, "32/25"]]) == ("index-slip", 0)


def test_among_the_seven_the_products_follow_from_own_factors(instance):
    seven = instance("perceptron-jacobians", TANH)
    values = [[0.5, 0], [0, 0.6]]
    product = (np.array(values) @ W).tolist()
    assert mark(seven, values, "dy_da").misconception == "value-on-diagonal"
    followed = mark(seven, product, "dy_dx", dy_da=values)
    assert (followed.score, followed.follow_through) == (1, True)
    assert mark(seven, product, "dy_dx").misconception == "sigma-not-differentiated"
    assert mark(seven, values, "dy_db", dy_da=values).follow_through
    assert mark(seven, [[1, 0], [0, 1.2]], "dy_dwd", dy_da=values).follow_through


def test_a_mistake_with_an_own_factor_is_named_as_well(instance):
    own = [[1, -2, 3], [2, 1, 1]]
    verdict = mark(instance("perceptron-jacobians", TANH), own, "dy_dx", da_dx=own)
    assert (verdict.misconception, verdict.score) == ("activation-slope-forgotten", 0.3)


# Forward pass and shapes --------------------------------------------------------------------------


def test_the_forward_pass_ends_with_the_activation(catalogue: Catalogue, instance):
    forward = instance("perceptron-forward", RELU)
    assert mark(forward, [1, 0]).status == "correct"
    assert named(forward, [1, -4]) == ("activation-forgotten", 0)
    assert named(forward, [0, 8]) == ("bias-forgotten", 0)
    assert named(forward, [10, -4]) == ("bias-after-activation", 0)
    assert named(forward, [10, -7]) == ("activation-applied-first", 0)
    known = [known.id for known in catalogue["perceptron-forward"].by_id["answer"].misconceptions]
    assert known == MISCONCEPTIONS["forward"].split()


def test_by_hand_the_forward_pass_has_relu(catalogue: Catalogue):
    family = catalogue["perceptron-forward"]
    assert {family.draw("hand", seed).values["activation"] for seed in range(8)} == {"relu"}
    assert {family.draw("numpy", seed).values["activation"] for seed in range(12)} == {"relu", "sigmoid", "tanh"}


PARAMETERS = {"W": "5x3", "b": "5x1", "w_d": "5"}
SHAPES = PARAMETERS | dict.fromkeys(ANSWERS, "5x5") | {"da_dx": "5x3", "dy_dx": "5x3"}


@pytest.fixture
def shapes(instance):
    return instance("perceptron-shapes", {"N": 5, "D": 3})


def test_all_ten_shapes_are_asked_with_equal_weight(shapes):
    assert list(shapes.family.by_id) == list(SHAPES)
    assert len({part.weight for part in shapes.family.parts}) == 1
    for part, shape in SHAPES.items():
        assert mark(shapes, shape, part).status == "correct", part


@pytest.mark.parametrize(
    ("part", "typed", "id"),
    [
        ("W", "3x5", "inputs-as-rows"),
        ("b", "1x5", "inputs-as-rows"),
        ("w_d", "1x5", "inputs-as-rows"),
        ("w_d", "3", "column-has-D-entries"),
        ("da_dx", "3x5", "inputs-as-rows"),
        ("da_db", "5x1", "vector-not-matrix"),
        ("da_dwd", "5x3", "column-has-D-entries"),
        ("dy_da", "3x3", "input-size-everywhere"),
        ("dy_dwd", "scalar", "scalar"),
    ],
)
def test_a_wrong_shape_is_named(shapes, part: str, typed: str, id: str):
    assert named(shapes, typed, part) == (id, 0)


# Challenges ---------------------------------------------------------------------------------------


def challenge(instance, exercise: str, drawn: dict[str, Any], **answers: object) -> Instance:
    """The instance, to all parts of which these answers are correct."""
    found = instance(exercise, drawn, "challenge")
    assert set(answers) == set(found.family.by_id)
    for part, typed in answers.items():
        assert mark(found, typed, part).status == "correct", part
    return found


def test_the_last_neuron_wakes_when_the_shift_is_as_large_as_its_deficit(instance):
    drawn = {"W": [[1, 0], [0, 1], [1, 1], [2, -1]], "x0": [2, 1], "b": [-3, 1, -8, 1]}  # a = (-1, 2, -5, 4)
    found = challenge(instance, "perceptron-forward", drawn, active=[0, 1, 0, 1], shift=5)
    assert mark(found, 1, "shift").misconception == "first-to-wake"
    assert mark(found, 6, "shift").misconception == "shifts-added"
    assert mark(found, [0, 2, 0, 4], "active").misconception == "output-instead"


def test_a_step_of_the_input_needs_neither_the_bias_nor_the_point(instance):
    drawn = {"W": W, "x0": X0, "delta": [1, 2, 4]}
    found = challenge(instance, "perceptron-da-dx", drawn, change=[9, 0], elsewhere="same")
    assert mark(found, [0, 8], "change").misconception == "new-value"
    assert mark(found, "unknown", "elsewhere").misconception == "bias-needed"


def test_neurons_that_share_a_bias_have_equal_rows(instance):
    drawn = {"N": 3, "D": 4, "K": 2, "group": [2, 1, 2]}
    found = challenge(instance, "perceptron-da-db", drawn, own="outputs", shared=[[0, 1], [1, 0], [0, 1]])
    assert mark(found, np.eye(3).tolist(), "shared").misconception == "own-bias-each"
    assert mark(found, [[0, "1/2"], [1, 0], [0, "1/2"]], "shared").misconception == "shared-out"


def test_a_row_of_weights_moves_one_output(instance):
    drawn = {"W": W, "x0": X0, "n": 2}
    found = challenge(instance, "perceptron-da-dwd", drawn, answer=[[0, 0, 0], [2, 1, -3]])
    assert mark(found, [[1, 0], [0, 1]]).misconception == "column-instead"
    assert mark(found, [[2, 1, -3], [0, 0, 0]]).misconception == "index-slip"
    assert mark(found, [[2, 1, -3]]).misconception == "row-only"


def test_shares_of_a_sum_feel_every_entry(instance):
    right = [["3/25", "-2/25"], ["-3/25", "2/25"]]
    found = challenge(instance, "perceptron-dy-da", {"a0": [2, 3]}, shares=right, mixing="softmax")
    assert mark(found, [["3/25", 0], [0, "2/25"]], "shares").misconception == "off-diagonal-forgotten"
    assert mark(found, [["1/5", 0], [0, "1/5"]], "shares").misconception == "sum-held-fixed"


def test_a_jacobian_and_the_weights_tell_the_outputs(instance):
    y0 = np.array([0.75, 0.8])
    J = (np.diag(y0 * (1 - y0)) @ W).tolist()
    drawn = {"W": W, "J": J, "x0": X0, "a0": np.log(y0 / (1 - y0)).tolist()}
    found = challenge(instance, "perceptron-dy-dx", drawn, formula="left", slopes=["3/16", "4/25"], y0=["3/4", "4/5"])
    assert named(found, ["1/4", "1/5"], "y0") == ("other-root", 0.5)
    assert named(found, [["3/16", 0], [0, "4/25"]], "slopes") == ("as-a-matrix", 0.5)
    assert mark(found, ["3/4", "9/10"], "y0", slopes=["3/16", "9/100"]).follow_through


def test_a_bias_reaches_the_output_through_the_slope(instance):
    found = challenge(
        instance, "perceptron-dy-db", {**TANH, "delta": [0.03, -0.16]}, formula="slopes", change=["1/25", "-1/4"]
    )
    assert mark(found, [0.03, -0.16], "change").misconception == "slope-forgotten"
    assert mark(found, "at_b", "formula").misconception == "slope-at-b"


def test_all_weights_at_once_have_a_block_for_each_column(instance):
    right = np.hstack([2 * S, S, -3 * S])
    found = challenge(instance, "perceptron-dy-dwd", TANH, answer=right.tolist())
    by_rows = np.kron(S, [X0]).tolist()
    assert named(found, by_rows) == ("row-by-row", 0.5)
    assert named(found, np.vstack([2 * S, S, -3 * S]).tolist()) == ("blocks-below-each-other", 0.5)


def test_the_layer_follows_from_the_numbers_of_entries(instance):
    found = challenge(instance, "perceptron-shapes", {"by_x": 15, "by_b": 25}, W="5x3", parameters=20)
    assert mark(found, "3x5", "W").misconception == "inputs-as-rows"
    assert mark(found, 40, "parameters").misconception == "jacobians-counted"
    assert mark(found, 18, "parameters", W="3x5").follow_through
