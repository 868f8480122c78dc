"""What goes beyond the slides: Hessian and normal equations, logistic regression, two layers, vec, costs, stability.

Worked examples with numbers found by hand, and the answers that are nearly right.
"""

import numpy as np
import pytest

from app.exercise import Catalogue, Instance
from app.grading import Verdict, grade

W = [[1, 0], [0, 1], [1, 1]]
NETWORK = {
    "activation": "relu",
    "x0": [1, 2],
    "W1": [[1, 1], [1, -1], [0, 1]],
    "b1": [0, -1, -1],
    "W2": [[1, 2, -1], [0, 1, 1]],
    "b2": [0, 1],
    "t": [1, 3],
}
DRAWN = {
    "ls-hessian": {"W": [[1, 2], [0, 1], [2, 1]], "theta0": [1, -1], "y": [0, 2, 1]},
    "normal-equations": {"W": W, "y": [2, 3, 2]},
    "logistic-regression-gradient": {"x0": [2, -4], "w": [1, 1], "b": None, "p": 0.25, "t": 1, "a0": -np.log(3)},
    "two-layer-backprop": NETWORK,
    "kronecker-derivative": {"A": [[1, 2]], "B": [[3], [4]]},
    "chain-cost": {"n": [3, 4, 5, 1]},
    "gd-stability": {"l": [2, 5]},
}
RIGHT = {
    "ls-hessian": {"answer": [[10, 8], [8, 12]]},
    "normal-equations": {"WtW": [[2, 1], [1, 2]], "Wty": [4, 5], "theta": [1, 2]},
    "logistic-regression-gradient": {"answer": ["-3/2", 3]},
    "two-layer-backprop": {
        "a1": [3, -2, 1],
        "z": [3, 0, 1],
        "yhat": [2, 2],
        "delta2": [2, -2],
        "delta1": [2, 0, -4],
        "dr_dW2": [[6, 0, 2], [-6, 0, -2]],
        "dr_db2": [2, -2],
        "dr_dW1": [[2, 4], [0, 0], [-4, -8]],
        "dr_db1": [2, 0, -4],
        "dr_dx": [2, -2],
    },
    "kronecker-derivative": {"answer": [[3, 6, 4, 8]]},
    "chain-cost": {"forward": 75, "reverse": 32, "cheaper": "reverse"},
    "gd-stability": {"answer": "1/5"},
}
HARDER = {
    "ls-hessian": {"W": [[1, 2], [1, 2], [1, 2]]},
    "normal-equations": {"W": [[1, 0, 1], [0, 1, 0], [1, 1, 1]], "y": [2, 3, 2], "first": 0, "second": 2},
    "logistic-regression-gradient": {"X": [[3, 0], [0, 3], [3, 3]], "t": [1, 0, 0], "p": [1 / 3, 1 / 3, 2 / 3]},
    "two-layer-backprop": {
        "x0": [-3, -2],
        "a1": [3, 3, -3],
        "a2": [2, -3],
        "e": [-2, 2, -3],
        "W2": [[1, -2, 1], [-1, -2, -2]],
        "W3": [[1, -2], [2, 2], [2, 1]],
    },
    "kronecker-derivative": {"A": [[1, 2]], "B": [[1, 2], [3, 4]]},
    "gd-stability": {"l": [2, 5]},
}
HARDER_RIGHT = {
    "ls-hessian": {"eigenvalues": [30, 0], "definite": "semidefinite", "rate": "1/15"},
    "normal-equations": {"v": [1, 0, -1], "theta": [1, 2, 0], "smallest": ["1/2", 2, "1/2"]},
    "logistic-regression-gradient": {"dw": [0, 1], "db": "1/9"},
    "two-layer-backprop": {
        "delta3": [-4, 4, -6],
        "delta2": [-8, 0],
        "delta1": [-8, 16, 0],
        "dr_dW1": [[24, 16], [-48, -32], [0, 0]],
    },
    "kronecker-derivative": {"answer": [[1, 3, 2, 6], [2, 4, 4, 8]]},
    "gd-stability": {"eta": "1/7", "rate": "3/7"},
}
DEEP = {"activation-slope-forgotten", "slope-at-output-of-layer", "value-instead-of-slope", "second-weights-forgotten"}
EVERYWHERE = {"transposed", "factor-two-lost", "residual-sign"}
CHAIN = {"other-order", "products-multiplied", "result-size-only", "sizes-of-factors-added"}
IDS = {
    ("ls-hessian", "answer"): {
        "factor-two-lost",
        "wrong-order",
        "entries-squared",
        "diagonal-only",
        "targets-included",
        "sign-flipped",
    },
    ("normal-equations", "theta"): {
        "first-rows-solved",
        "inverse-forgotten",
        "columns-treated-separately",
        "sign-flipped",
        "factor-two-left",
        "residual-instead",
    },
    ("logistic-regression-gradient", "answer"): {
        "sign-flipped",
        "extra-sigmoid-slope",
        "input-forgotten",
        "probability-times-input",
        "row-layout",
        "weights-instead",
        "stopped-at-p",
    },
    ("two-layer-backprop", "dr_dW2"): EVERYWHERE | {"wrong-input-in-outer-product"},
    ("two-layer-backprop", "dr_db2"): EVERYWHERE,
    ("two-layer-backprop", "dr_dW1"): EVERYWHERE | DEEP,
    ("two-layer-backprop", "dr_db1"): EVERYWHERE | DEEP,
    ("two-layer-backprop", "dr_dx"): EVERYWHERE | DEEP,
    ("kronecker-derivative", "answer"): {"factors-exchanged", "transpose-forgotten", "transposed"},
    ("chain-cost", "forward"): CHAIN,
    ("chain-cost", "reverse"): CHAIN,
    ("gd-stability", "answer"): {
        "smallest-curvature",
        "factor-two-of-hessian-lost",
        "half",
        "sum-of-curvatures",
        "curvature-itself",
    },
}


@pytest.fixture
def instance(catalogue: Catalogue):
    return lambda name: catalogue[name].instance("hand", 0, DRAWN[name])


@pytest.fixture
def harder(catalogue: Catalogue):
    return lambda name: catalogue[name].instance("challenge", 0, HARDER[name])


def mark(instance: Instance, part: str, answer: object, **earlier: object) -> Verdict:
    """The verdict on what a student sends, after earlier parts in their own values."""
    parts = instance.family.by_id
    own = {id: parts[id].kind.read(raw).value for id, raw in earlier.items()}
    return grade(parts[part], instance, parts[part].kind.read(answer).value, own)


@pytest.mark.parametrize("id", RIGHT)
def test_worked_by_hand(instance, id: str):
    assert list(instance(id).family.by_id) == list(RIGHT[id])
    for part, answer in RIGHT[id].items():
        assert mark(instance(id), part, answer).status == "correct", part


@pytest.mark.parametrize("id", HARDER_RIGHT)
def test_challenges_worked_by_hand(harder, id: str):
    assert list(harder(id).family.by_id) == list(HARDER_RIGHT[id])
    for part, answer in HARDER_RIGHT[id].items():
        assert mark(harder(id), part, answer).status == "correct", part


@pytest.mark.parametrize(("id", "part"), IDS)
def test_known_mistakes_bear_their_names(catalogue: Catalogue, id: str, part: str):
    assert {known.id for known in catalogue[id].by_id[part].misconceptions} == IDS[id, part]


@pytest.mark.parametrize(("number", "id"), list(enumerate(DRAWN, 55)))
def test_they_stand_last_and_are_marked_as_beyond_the_lecture(catalogue: Catalogue, number: int, id: str):
    family = catalogue[id]
    assert (family.number, family.topic, family.beyond_lecture) == (number, "beyond", True)


@pytest.mark.parametrize(
    ("id", "part", "answer", "misconception", "score"),
    [
        ("ls-hessian", "answer", [[5, 4], [4, 6]], "factor-two-lost", 0),
        ("ls-hessian", "answer", [[10, 0], [0, 12]], "diagonal-only", 0),
        ("ls-hessian", "answer", [[10, 4, 8], [4, 2, 2], [8, 2, 10]], "wrong-order", 0),
        ("normal-equations", "WtW", [[1, 0, 1], [0, 1, 1], [1, 1, 2]], "wrong-order", 0),
        ("normal-equations", "theta", [2, 3], "first-rows-solved", 0),
        ("normal-equations", "theta", [4, 5], "inverse-forgotten", 0),
        ("normal-equations", "theta", [2, "5/2"], "columns-treated-separately", 0),
        ("normal-equations", "theta", [-1, -1, 1], "residual-instead", 0),
        ("normal-equations", "Wty", [[4, 5]], "row-layout", 0.6),
        ("logistic-regression-gradient", "answer", ["-9/32", "9/16"], "extra-sigmoid-slope", 0),
        ("logistic-regression-gradient", "answer", [-8, 16], "stopped-at-p", 0),
        ("logistic-regression-gradient", "answer", ["1/2", -1], "probability-times-input", 0),
        ("logistic-regression-gradient", "answer", "-3/4", "input-forgotten", 0),
        ("logistic-regression-gradient", "answer", [["-3/2", 3]], "row-layout", 0.6),
        ("two-layer-backprop", "delta1", [2, 2, -4], "activation-slope-forgotten", 0),
        ("two-layer-backprop", "delta1", [6, 0, -4], "value-instead-of-slope", 0),
        ("two-layer-backprop", "dr_dW1", [[2, 4], [2, 4], [-4, -8]], "activation-slope-forgotten", 0),
        ("two-layer-backprop", "dr_dW2", [[6, -4, 2], [-6, 4, -2]], "wrong-input-in-outer-product", 0),
        ("two-layer-backprop", "dr_dW2", [[6, -6], [0, 0], [2, -2]], "transposed", 0.6),
        ("two-layer-backprop", "dr_db2", [[2, -2]], "transposed", 0.6),
        ("two-layer-backprop", "dr_dx", [1, -1], "factor-two-lost", 0),
        ("two-layer-backprop", "yhat", [-2, 0], "activation-skipped", 0),
        ("kronecker-derivative", "answer", [[3, 4, 6, 8]], "factors-exchanged", 0),
        ("kronecker-derivative", "answer", [[3, 6], [4, 8]], "transpose-forgotten", 0),
        ("kronecker-derivative", "answer", [3, 6, 4, 8], "transposed", 0.6),
        ("chain-cost", "forward", 32, "other-order", 0),
        ("chain-cost", "reverse", 60, "products-multiplied", 0),
        ("chain-cost", "forward", 37, "sizes-of-factors-added", 0),
        ("chain-cost", "cheaper", "equal", "same-result-same-cost", 0),
        ("gd-stability", "answer", "1/2", "smallest-curvature", 0),
        ("gd-stability", "answer", "2/5", "factor-two-of-hessian-lost", 0),
        ("gd-stability", "answer", 0.1, "half", 0),
        ("gd-stability", "answer", "1/7", "sum-of-curvatures", 0),
    ],
)
def test_mistakes_are_named(instance, id: str, part: str, answer: object, misconception: str, score: float):
    verdict = mark(instance(id), part, answer)
    assert (verdict.misconception, verdict.score) == (misconception, score)


@pytest.mark.parametrize(
    ("id", "part", "answer", "misconception", "score"),
    [
        ("ls-hessian", "eigenvalues", [15, 0], "factor-two-lost", 0.5),
        ("ls-hessian", "eigenvalues", [0, 30], "smaller-first", 0.5),
        ("ls-hessian", "eigenvalues", [24, 6], "diagonal-instead", 0),
        ("ls-hessian", "definite", "definite", "definite-taken-for-granted", 0),
        ("ls-hessian", "definite", "indefinite", "judged-by-entries", 0),
        ("normal-equations", "v", [1, 0, 1], "columns-added", 0),
        ("normal-equations", "theta", [1, 2, 1], "counted-twice", 0),
        ("normal-equations", "smallest", [1, 2, 0], "not-the-shortest", 0.3),
        ("logistic-regression-gradient", "dw", [0, 3], "summed-not-averaged", 0),
        ("logistic-regression-gradient", "dw", [[0, 1]], "row-layout", 0.6),
        ("logistic-regression-gradient", "db", "4/9", "labels-forgotten", 0),
        ("two-layer-backprop", "delta1", [-8, 16, -8], "activation-slope-forgotten", 0),
        ("two-layer-backprop", "dr_dW1", [[24, -48, 0], [16, -32, 0]], "transposed", 0.6),
        ("kronecker-derivative", "answer", [[1, 2, 3, 6], [2, 4, 4, 8]], "columns-stacked", 0),
        ("gd-stability", "eta", "1/5", "limit-instead", 0),
        ("gd-stability", "rate", "-3/7", "sign-kept", 0),
    ],
)
def test_mistakes_in_challenges_are_named(harder, id: str, part: str, answer: object, misconception: str, score: float):
    verdict = mark(harder(id), part, answer)
    assert (verdict.misconception, verdict.score) == (misconception, score)


def test_the_steps_of_the_normal_equations_weigh_three_three_and_four(instance):
    assert [part.weight for part in instance("normal-equations").family.parts] == [0.3, 0.3, 0.4]


def test_a_system_solved_rightly_with_a_wrong_matrix_counts(instance):
    own = {"WtW": [[2, 1], [1, 3]], "Wty": [4, 5]}
    verdict = mark(instance("normal-equations"), "theta", ["7/5", "6/5"], **own)
    assert verdict.status == "correct" and verdict.follow_through


def test_a_singular_matrix_of_ones_own_implies_nothing(instance):
    verdict = mark(instance("normal-equations"), "theta", [4, 0], WtW=[[1, 1], [1, 1]])
    assert (verdict.status, verdict.follow_through) == ("incorrect", False)


def test_a_wrong_error_is_followed_through_all_gradients_behind_it(instance):
    network = instance("two-layer-backprop")
    own = {"delta1": [2, 2, -4]}
    for part, answer in {"dr_dW1": [[2, 4], [2, 4], [-4, -8]], "dr_db1": [2, 2, -4], "dr_dx": [4, -4]}.items():
        verdict = mark(network, part, answer, **own)
        assert verdict.status == "correct" and verdict.follow_through, part


def test_a_wrong_forward_pass_is_followed_to_the_first_weights(instance):
    """With ŷ = (3, 2) instead of (2, 2): δ₂ = (4, −2), W₂ᵀδ₂ = (4, 6, −6), δ₁ = (4, 0, −6)."""
    own = {"yhat": [3, 2]}
    assert mark(instance("two-layer-backprop"), "delta2", [4, -2], **own).follow_through
    assert mark(instance("two-layer-backprop"), "dr_dW1", [[4, 8], [0, 0], [-6, -12]], **own).follow_through


def test_where_the_slope_is_taken_shows_only_for_curved_activations(catalogue: Catalogue):
    family = catalogue["two-layer-backprop"]
    (known,) = [known for known in family.by_id["delta1"].misconceptions if known.id == "slope-at-output-of-layer"]
    for activation, applies in {"relu": False, "sigmoid": True, "tanh": True}.items():
        instance = family.instance("numpy", 0, NETWORK | {"activation": activation})
        assert (instance.wrong(family.by_id["delta1"], known) is not None) == applies


def test_without_the_label_an_example_of_class_0_would_be_right(catalogue: Catalogue):
    drawn = DRAWN["logistic-regression-gradient"] | {"t": 0}
    instance = catalogue["logistic-regression-gradient"].instance("hand", 0, drawn)
    assert mark(instance, "answer", ["1/2", -1]).status == "correct"


def test_a_probability_is_shown_by_hand_and_a_bias_with_numpy(catalogue: Catalogue):
    family = catalogue["logistic-regression-gradient"]
    assert set(family.draw("hand", 0).data) == {"x0", "w", "t", "p"}
    assert set(family.draw("numpy", 0).data) == {"x0", "w", "t", "b"}


def test_the_cheaper_order_follows_from_ones_own_costs(instance):
    verdict = mark(instance("chain-cost"), "cheaper", "forward", forward=20, reverse=32)
    assert verdict.status == "correct" and verdict.follow_through


def test_neither_order_of_a_chain_is_cheaper_more_often(catalogue: Catalogue):
    drawn = [catalogue["chain-cost"].draw("hand", seed) for seed in range(60)]
    reverse = sum(one.truth(one.family.by_id["cheaper"]) == "reverse" for one in drawn)
    assert 20 <= reverse <= 40


def test_a_wrong_eigenvalue_does_not_make_the_hessian_indefinite(harder):
    verdict = mark(harder("ls-hessian"), "definite", "indefinite", eigenvalues=[36, -1])
    assert (verdict.misconception, verdict.score) == ("judged-by-entries", 0)


def test_every_direction_without_change_and_every_minimiser_is_accepted(harder):
    twins = harder("normal-equations")
    assert mark(twins, "v", [-2, 0, 2]).status == "correct"
    assert mark(twins, "theta", [5, 2, -4]).status == "correct"
    assert mark(twins, "smallest", ["1/2", 2, "1/2"], theta=[5, 2, -4], v=[-2, 0, 2]).status == "correct"


def test_no_direction_at_all_and_no_minimiser_are_refused_with_a_reason(harder):
    twins = harder("normal-equations")
    assert "no direction" in mark(twins, "v", [0, 0, 0]).feedback
    assert "gradient" in mark(twins, "theta", [3, 3, 3]).feedback


def test_any_minimiser_of_ones_own_is_named_as_not_the_shortest(harder):
    verdict = mark(harder("normal-equations"), "smallest", [0, 2, 1], theta=[0, 2, 1])
    assert verdict.misconception == "not-the-shortest"


def test_the_learning_rate_follows_from_ones_own_eigenvalues(harder):
    verdict = mark(harder("ls-hessian"), "rate", "2/15", eigenvalues=[15, 0])
    assert verdict.status == "correct" and verdict.follow_through


def test_the_rate_of_convergence_follows_from_ones_own_learning_rate(harder):
    verdict = mark(harder("gd-stability"), "rate", "3/5", eta="1/10")
    assert verdict.status == "correct" and verdict.follow_through
