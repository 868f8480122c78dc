"""Tensor derivatives, batches and the first exercises beyond the slides, on numbers one can follow by head."""

import numpy as np
import pytest

from app.exercise import Catalogue, Instance
from tests.marking import ids, mark, named

WEIGHTS = [[1, 2, -1], [2, -1, 3]]  # N = 2, D = 3
LAYER = {"W": WEIGHTS, "x0": [2, 1, -3]}
TANH = {**LAYER, "b": None, "y0": [0.5, 0.6], "activation": "tanh", "a0": np.arctanh([0.5, 0.6]).tolist()}


def assert_correct(instance: Instance, **answers: object):
    """These answers, to all parts, are correct."""
    assert set(answers) == set(instance.family.by_id)
    for part, typed in answers.items():
        assert mark(instance, part, typed).status == "correct", part


# Shapes of tensor derivatives ---------------------------------------------------------------------


def test_the_ways_of_the_output_come_before_those_of_the_input(instance):
    matrix_by_vector = instance("tensor-derivative-shape", {"Y": [2, 3], "X": [4]})
    assert_correct(matrix_by_vector, ways=3, shape="2x3x4")
    assert named(matrix_by_vector, "shape", "4x2x3") == "inputs-first"
    assert named(matrix_by_vector, "shape", "6x4") == "flattened-to-matrix"
    assert named(matrix_by_vector, "ways", 24) == "number-of-entries"


def test_a_number_by_a_matrix_has_the_shape_of_the_matrix(instance):
    assert_correct(instance("tensor-derivative-shape", {"Y": [], "X": [4, 5]}), ways=2, shape="4x5")


@pytest.mark.parametrize("level", ["hand", "numpy", "challenge"])
def test_no_instance_asks_for_the_derivative_of_a_number_by_a_vector(catalogue: Catalogue, level: str):
    """It is D as a tensor and 1×D as a total derivative."""
    for seed in range(40):
        drawn = catalogue["tensor-derivative-shape"].draw(level, seed).drawn
        assert len(drawn.get("Z", drawn["Y"])) + len(drawn["X"]) > 1


def test_the_chain_rule_sums_all_ways_of_the_middle_tensor(instance):
    chain = instance("tensor-derivative-shape", {"Z": [7], "Y": [2, 3], "X": [4, 5]}, "challenge")
    assert_correct(chain, dz_dy="7x2x3", dy_dx="2x3x4x5", products=6, dz_dx="7x4x5")
    assert named(chain, "dz_dx", "7x2x3x4x5") == "one-way-summed"


# The perceptron and all its weights ---------------------------------------------------------------


@pytest.fixture
def own_weight(instance) -> Instance:
    return instance("perceptron-da-dW", {**LAYER, "b": [1, 1], "i": 2, "n": 2, "d": 3})


def test_an_output_feels_the_weights_of_its_own_row(own_weight: Instance):
    assert_correct(own_weight, shape="2x2x3", entry=-3, count=6, slice=[[0, 0, 0], [2, 1, -3]])


def test_an_output_does_not_feel_the_weights_of_another_row(instance):
    other = instance("perceptron-da-dW", {**LAYER, "b": [1, 1], "i": 1, "n": 2, "d": 3})
    assert_correct(other, shape=[2, 2, 3], entry=0, count=6, slice=[[2, 1, -3], [0, 0, 0]])
    assert named(other, "entry", -3) == "other-neurons-contribute"
    assert named(other, "entry", 3) == "weights-instead"


def test_wrong_ways_to_the_tensor_are_named(own_weight: Instance):
    assert named(own_weight, "shape", "2x6") == "flattened-to-matrix"
    assert named(own_weight, "shape", "2x3x2") == "inputs-first"
    assert named(own_weight, "entry", 0) == "zero-because-of-indices"
    assert named(own_weight, "entry", 1) == "index-slip"  # the entry beside it is 1, too
    assert named(own_weight, "count", 2) == "count-of-the-diagonal"
    assert named(own_weight, "slice", [[2, 1, -3]]) == "row-only"


def test_the_whole_tensor_is_a_list_of_matrices(instance):
    """The slopes are 3/4 and 16/25."""
    tensor = instance("perceptron-da-dW", TANH, "challenge")
    right = [[["3/2", "3/4", "-9/4"], [0, 0, 0]], [[0, 0, 0], ["32/25", "16/25", "-48/25"]]]
    assert_correct(tensor, answer=right)
    assert named(tensor, "answer", [right[0][0], right[1][1]]) == "rows-collected"
    flattened = mark(tensor, "answer", [[entry for row in matrix for entry in row] for matrix in right])
    assert (flattened.misconception, flattened.score) == ("flattened-to-matrix", 0.6)


def test_the_slope_of_the_activation_multiplies_the_input(instance):
    weight = instance("perceptron-dy-dW", {**TANH, "i": 1, "n": 1, "d": 1})
    assert_correct(weight, entry="3/2", slice=[["3/2", "3/4", "-9/4"], [0, 0, 0]])
    assert named(weight, "entry", 2) == "activation-slope-forgotten"
    assert named(weight, "entry", "3/4") == "input-forgotten"
    assert named(weight, "slice", [["3/2", "3/4", "-9/4"], ["32/25", "16/25", "-48/25"]]) == "other-neurons-contribute"
    assert_correct(
        instance("perceptron-dy-dW", {**TANH, "i": 1, "n": 2, "d": 1}),
        entry=0,
        slice=[["3/2", "3/4", "-9/4"], [0, 0, 0]],
    )


def test_where_relu_is_on_its_slope_cannot_be_forgotten(instance):
    relu = {**LAYER, "b": [-4, 9], "y0": None, "activation": "relu", "a0": [3, 3]}
    assert named(instance("perceptron-dy-dW", {**relu, "i": 1, "n": 1, "d": 1}), "entry", 2) is None


def test_a_loss_reaches_the_weights_through_the_activations(instance):
    loss = instance("perceptron-dy-dW", {**TANH, "g": [4, -1]}, "challenge")
    assert_correct(loss, grad_a=[3, "-16/25"], grad_W=[[6, 3, -9], ["-32/25", "-16/25", "48/25"]])
    transposed = mark(loss, "grad_W", [[6, "-32/25"], [3, "-16/25"], [-9, "48/25"]])
    assert (transposed.misconception, transposed.score) == ("transposed", 0.6)
    assert mark(loss, "grad_W", [[8, 4, -12], [-2, -1, 3]], grad_a=[4, -1]).follow_through


# Batches ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "right"),
    [
        (True, {"Y": "5x2", "dY_dX": "5x2x5x3", "dY_dW": "5x2x2x3", "dY_db": "5x2x2"}),
        (False, {"Y": "2x5", "dY_dX": "2x5x3x5", "dY_dW": "2x5x2x3", "dY_db": "2x5x2"}),
    ],
)
def test_the_batch_stands_where_it_is_stored(instance, rows: bool, right: dict[str, str]):
    batch = instance("batch-perceptron", {"N": 2, "D": 3, "B": 5, "rows": rows})
    assert_correct(batch, **right)
    assert_correct(batch, **{**right, "dY_db": right["dY_db"] + "x1"})  # b as a column
    assert named(batch, "Y", right["Y"][::-1]) == "other-storage-convention"
    assert named(batch, "dY_dW", "2x2x3") == "batch-forgotten"
    assert named(batch, "dY_dX", "5x2x3") == "batch-counted-once"


def test_derivatives_follow_from_ones_own_shape_of_the_output(instance):
    batch = instance("batch-perceptron", {"N": 2, "D": 3, "B": 5, "rows": True})
    assert mark(batch, "dY_dW", "2x5x2x3", Y="2x5").follow_through


def test_examples_of_a_batch_do_not_interact(instance):
    drawn = {"X": [[1, 2, 0, 1], [0, 1, 1, -1]], "W": [[1, 1, 0, 0], [0, -1, 0, 0], [0, 0, 0, 2]], "b": [1, 1, -1]}
    batch = instance("batch-perceptron", drawn, "challenge")
    assert_correct(batch, Y=[[4, 0, 1], [2, 0, 0]], nonzero=24)
    assert named(batch, "Y", [[4, -1, 1], [2, 0, -3]]) == "activation-forgotten"
    assert named(batch, "nonzero", 48) == "examples-interact"


TARGETS = {"W": [[1, 0], [0, 1], [1, 1], [1, -1]], "T": [[1, 0, 2], [0, 1, -1]], "Y": [[1, 0, 1]] * 4}


def test_each_column_of_targets_is_a_problem_of_its_own(instance):
    """The residual has the rows (0, 0, 1), (−1, 1, −2), (0, 1, 0) and (0, −1, 2)."""
    several = instance("batch-ls-gradient", TARGETS)
    right = [[0, 0, 6], [-2, 6, -8]]
    assert_correct(several, answer=right)
    assert named(several, "answer", [[6], [-4]]) == "columns-summed"
    assert named(several, "answer", [[0, 0, 3], [-1, 3, -4]]) == "factor-two-lost"
    transposed = mark(several, "answer", [[0, -2], [0, 6], [6, -8]])
    assert (transposed.misconception, transposed.score) == ("transposed", 0.6)


def test_a_mean_over_the_rows_shortens_the_step(instance):
    step = instance("batch-ls-gradient", {**TARGETS, "eta": 0.5}, "challenge")
    assert_correct(step, step=[[1, 0, -1], [1, -2, 3]], mean_step=[[1, 0, "5/4"], ["1/4", "1/4", 0]])
    assert named(step, "step", [[1, 0, 5], [-1, 4, -5]]) == "uphill"
    uphill = {"step": [[1, 0, 5], [-1, 4, -5]]}
    assert mark(step, "mean_step", [[1, 0, "11/4"], ["-1/4", "7/4", -2]], **uphill).follow_through


# Beyond the slides --------------------------------------------------------------------------------


def test_each_probability_feels_every_score(instance):
    softmax = instance("softmax-jacobian", {"z": None, "s": [0.5, 0.25, 0.25], "p": [0.5, 0.25, 0.25]})
    right = [["1/4", "-1/8", "-1/8"], ["-1/8", "3/16", "-1/16"], ["-1/8", "-1/16", "3/16"]]
    assert_correct(softmax, answer=right)
    assert named(softmax, "answer", [["1/4", 0, 0], [0, "3/16", 0], [0, 0, "3/16"]]) == "treated-entry-by-entry"
    assert named(softmax, "answer", ["1/4", "3/16", "3/16"]) == "vector-not-matrix"


def test_any_multiple_of_ones_is_a_null_vector_of_the_softmax(instance):
    softmax = instance("softmax-jacobian", {"s": [0.5, 0.25, 0.25]}, "challenge")
    assert_correct(softmax, row_sum=0, null=[1, 1, 1], rank=2, shift="nothing")
    assert mark(softmax, "null", [[-3], [-3], [-3]]).status == "correct"
    assert named(softmax, "null", [0, 0, 0]) == "zero-vector"
    assert "not every product is 0" in mark(softmax, "null", [1, 2, 3]).feedback
    assert mark(softmax, "null", [[1, 1, 1]]).score == 0.6
    assert named(softmax, "rank", 3) == "full-rank"


def test_the_gradient_of_cross_entropy_is_probability_minus_target(instance):
    loss = instance("softmax-cross-entropy-gradient", {"z": np.log([1, 2, 5]).tolist(), "t": [0, 1, 0], "c": 2})
    assert r"\ln 2" in loss.statement
    assert_correct(loss, answer=["1/8", "-3/4", "5/8"])
    assert named(loss, "answer", [0, -4, 0]) == "stopped-at-probabilities"
    assert named(loss, "answer", 1.3863) == "value-instead"
    row = mark(loss, "answer", [["1/8", "-3/4", "5/8"]])
    assert (row.misconception, row.score) == ("row-layout", 0.6)


def test_soft_targets_change_the_signs_not_the_formula(instance):
    drawn = {"z": np.log([1, 4, 5]).tolist(), "t": [0.5, 0.3, 0.2]}
    loss = instance("softmax-cross-entropy-gradient", drawn, "challenge")
    assert_correct(loss, answer=["-2/5", "1/10", "3/10"], positive="too_likely")
    assert named(loss, "answer", ["-9/10", "2/5", "1/2"]) == "target-made-hard"
    assert named(loss, "positive", "no_target") == "hard-target-habit"


def test_a_mean_over_the_entries_stays_in_the_gradient(instance):
    loss = instance("mse-gradient", {"h": [3, 1, 2], "y": [0, 0, 4]})
    assert_correct(loss, answer=[2, "2/3", "-4/3"])
    assert named(loss, "answer", [6, 2, -4]) == "mean-forgotten"
    assert named(loss, "answer", [3, 1, -2]) == "both-factors-lost"
    batch = instance("mse-gradient", {"H": [[3, 1, 2], [1, 1, 1]], "Y": [[0, 0, 4], [4, 2, 1]]}, "challenge")
    assert_correct(batch, answer=[[1, "1/3", "-2/3"], [-1, "-1/3", 0]])
    assert named(batch, "answer", [[3, 1, -2], [-3, -1, 0]]) == "mean-over-examples-only"


def test_both_places_of_a_quadratic_form_vary(instance):
    form = instance("quadratic-form-gradient", {"A": [[1, 2], [4, 3]], "x0": [1, -1]})
    assert_correct(form, answer=[-4, 0])
    assert named(form, "answer", [-2, 2]) == "symmetric-formula"
    assert named(form, "answer", [-1, 1]) == "one-place-only"
    assert named(form, "answer", [[2, 6], [6, 6]]) == "matrix-instead"


def test_the_hessian_of_a_quadratic_form_is_symmetric(instance):
    form = instance("quadratic-form-gradient", {"A": [[1, 2, 0], [4, 3, 1], [2, 2, 5]], "x0": [1, 1, 1]}, "challenge")
    hessian = [[2, 6, 2], [6, 6, 3], [2, 3, 10]]
    assert_correct(form, hessian=hessian, symmetric=[[1, 3, 1], [3, 3, "3/2"], [1, "3/2", 5]])
    assert named(form, "symmetric", hessian) == "hessian-instead"
    assert named(form, "hessian", [[2, 4, 0], [8, 6, 2], [4, 4, 10]]) == "symmetric-formula"


# Names --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("exercise", "part", "expected"),
    [
        ("tensor-derivative-shape", "ways", "number-of-entries always-a-matrix"),
        (
            "tensor-derivative-shape",
            "shape",
            "inputs-first shape-of-the-output shape-of-the-input flattened-to-matrix",
        ),
        ("perceptron-da-dW", "shape", "shape-of-the-weights flattened-to-matrix inputs-first"),
        (
            "perceptron-da-dW",
            "entry",
            "other-neurons-contribute zero-because-of-indices index-slip one-instead-of-input weights-instead",
        ),
        ("perceptron-da-dW", "count", "other-neurons-contribute count-of-the-diagonal"),
        ("perceptron-da-dW", "slice", "other-neurons-contribute one-instead-of-input row-only"),
        (
            "perceptron-dy-dW",
            "entry",
            (
                "activation-slope-forgotten input-forgotten other-neurons-contribute sigma-not-differentiated"
                " index-slip weights-kept"
            ),
        ),
        (
            "batch-perceptron",
            "dY_dX",
            "other-storage-convention shape-of-the-variable batch-forgotten batch-counted-once inputs-first",
        ),
        (
            "batch-ls-gradient",
            "answer",
            (
                "transposed factor-two-lost residual-sign targets-forgotten inner-derivative-forgotten"
                " averaged-over-rows columns-summed value-instead"
            ),
        ),
        (
            "softmax-jacobian",
            "answer",
            (
                "treated-entry-by-entry vector-not-matrix off-diagonal-sign outer-product-forgotten outer-product-only"
                " sign-flipped"
            ),
        ),
        (
            "softmax-cross-entropy-gradient",
            "answer",
            (
                "sign-flipped stopped-at-probabilities softmax-jacobian-diagonal-only probabilities-only"
                " scores-minus-targets row-layout value-instead"
            ),
        ),
        (
            "mse-gradient",
            "answer",
            "mean-forgotten factor-two-lost residual-sign value-instead row-layout both-factors-lost",
        ),
        (
            "quadratic-form-gradient",
            "answer",
            (
                "symmetric-formula transposed-formula one-place-only other-place-only value-instead row-layout"
                " matrix-instead"
            ),
        ),
    ],
)
def test_misconceptions_keep_their_names_and_their_order(catalogue: Catalogue, exercise: str, part: str, expected: str):
    assert ids(catalogue, exercise, part) == expected.split()


def test_what_is_beyond_the_lecture_says_so(catalogue: Catalogue):
    beyond = [catalogue[id].beyond_lecture for id in ("softmax-jacobian", "mse-gradient", "batch-perceptron")]
    assert beyond == [True, True, False]
