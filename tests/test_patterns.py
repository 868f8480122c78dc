"""What wrong answers look like: the same words for the same mistake on different numbers, and never an error."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from time import process_time
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from app.answers import UNDEFINED
from app.exercise import Choice, Instance, Part, Value, load_folders
from app.exercise.values import without_unit_axes
from app.patterns import LONGEST, pattern, stratum
from tests.conftest import HOME

CATALOGUE = load_folders([HOME / "exercises"])
LEVELS = ("hand", "numpy")
SEEDS = range(12)


def drawn(exercise: str, level: str, part: str = "answer") -> list[tuple[Part, Instance]]:
    family = CATALOGUE[exercise]
    return [(family.by_id[part], family.draw(level, seed)) for seed in SEEDS]


def names(instance: Instance) -> SimpleNamespace:
    """Right answers, drawn values and sizes, by name."""
    truths = {part.id: instance.truth(part) for part in instance.family.parts}
    return SimpleNamespace(**{**truths, **instance.values, **instance.sizes})


Mistake = Callable[[Any, SimpleNamespace], Any]  # of the right answer and all there is, by name

ON_ARRAYS: list[tuple[str, str, Mistake]] = [
    ("ls-gradient answer", "-1 × the reference", lambda t, _: -t),
    ("ls-gradient answer", "3 × the reference", lambda t, _: 3 * t),
    ("ls-gradient answer", "1/2 × the reference", lambda t, _: t / 2),
    ("ls-gradient answer", "-3/4 × the reference", lambda t, _: -0.75 * t),
    ("ls-gradient answer", "a multiple of the reference", lambda t, _: np.pi * t),
    ("ls-gradient answer", "the reference + 1", lambda t, _: t + 1),
    ("ls-gradient answer", "the reference - 2.5", lambda t, _: t - 2.5),
    ("ls-gradient answer", "the reference + a constant", lambda t, _: t + 4711.3),
    ("ls-gradient answer", "all zeros", lambda t, _: 0 * t),
    ("ls-gradient answer", "the entries squared", lambda t, _: t**2),
    ("ls-gradient answer", "the entries inverted", lambda t, _: 1 / t),
    ("ls-gradient answer", "the same number everywhere", lambda t, _: np.full_like(t, 4711)),
    ("ls-gradient answer", "one entry wrong", lambda t, _: t + 4711 * (np.arange(len(t)) == 0)[:, None]),
    ("ls-gradient answer", "signs of some entries", lambda t, _: np.where(np.arange(len(t))[:, None] == 0, -t, t)),
    ("ls-gradient answer", "transposed", lambda t, _: t.T),
    ("ls-gradient answer", "transposed, 3 × the reference", lambda t, _: 3 * t.T),
    ("ls-gradient answer", "a row for a column", lambda t, _: t.T + 4711.0 * np.arange(t.size)),
    ("ls-gradient answer", "a number for a column", lambda t, _: np.array(4711.0)),
    ("ls-gradient answer", "the sum of the entries", lambda t, _: t.sum()),
    ("ls-gradient answer", "shape N×1 for D×1", lambda t, v: 3 * v.y),
    ("ls-gradient answer", "shape N×D for D×1", lambda t, v: 3 * v.W),
    ("ls-gradient answer", "equals given `W`", lambda t, v: v.W),
    ("ls-gradient answer", "equals given `W`, transposed", lambda t, v: v.W.T),
    ("ls-gradient answer", "equals given `theta0`", lambda t, v: v.theta0),
    ("ls-steps a", "equals given `y`", lambda t, v: v.y),
    ("ls-steps r", "equals part `a`", lambda t, v: v.a),
    ("ls-steps r", "a matrix for a number", lambda t, v: 5 * v.W),
    ("ls-steps dr_dtheta", "equals part `a`, transposed", lambda t, v: v.a.T),
    ("ls-steps da_dtheta", "one row wrong", lambda t, _: t + 4711 * (np.arange(len(t)) == 1)[:, None]),
    ("ls-steps da_dtheta", "one column wrong", lambda t, _: t + 4711 * (np.arange(t.shape[1]) == 1)),
    ("ls-steps da_dtheta", "entries in another order", lambda t, _: np.roll(t, 1, axis=1)),
    ("ls-steps da_dtheta", "the sums of the columns", lambda t, _: t.sum(axis=0)[None, :]),
    ("ls-steps da_dtheta", "the sums of the rows", lambda t, _: t.sum(axis=1)[:, None]),
    ("ls-steps da_dtheta", "the entries in another shape", lambda t, _: t.reshape(-1, 1)),
    ("perceptron-jacobians da_dwd", "the diagonal as a vector", lambda t, _: t.diagonal()[:, None]),
    ("perceptron-jacobians dy_da", "wrong off the diagonal only", lambda t, _: t + 4711 * (1 - np.eye(len(t)))),
    (
        "perceptron-jacobians dy_da",
        "wrong on the diagonal only",
        lambda t, _: t + np.diag(99.0 + np.arange(len(t))),
    ),
    ("perceptron-jacobians dy_dx", "shape D×N for N×D", lambda t, _: 4711 + np.arange(t.size).reshape(t.T.shape)),
    ("perceptron-jacobians da_dx", "equals hidden `a0`", lambda t, v: v.a0),
    ("perceptron-jacobians dy_dwd", "equals part `dy_dx`", lambda t, v: v.dy_dx),
    ("sigmoid-derivative answer", "2/3 × the reference", lambda t, _: 2 * t / 3),
    ("sigmoid-derivative answer", "the reference + 1", lambda t, _: t + 1),
    ("sigmoid-derivative answer", "other", lambda t, _: t * np.pi + 4711),
    ("sigmoid-derivative answer", "a column for a number", lambda t, _: np.array([[4711.0], [4712.0]])),
]


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(("where", "words", "mistake"), ON_ARRAYS, ids=[words for _, words, _ in ON_ARRAYS])
def test_the_same_mistake_has_the_same_words_on_different_numbers(where: str, words: str, mistake: Mistake, level: str):
    exercise, part = where.split()
    found: Counter[str] = Counter()
    for question, instance in drawn(exercise, level, part):
        value = without_unit_axes(mistake(instance.truth(question), names(instance)))
        found[pattern(question, instance, value)] += 1
    assert found[words] >= len(SEEDS) - 1, found  # small whole numbers may coincide


ON_SHAPES: list[tuple[str, Callable[[tuple[int, ...]], Value]]] = [
    ("axes in another order", lambda t: (*t[1:], t[0])),
    ("one size wrong", lambda t: (*t[:-1], 199)),
    ("several sizes wrong", lambda t: (198, *t[1:-1], 199)),
    ("one axis too many", lambda t: (*t, 199)),
    ("one axis too few", lambda t: t[1:]),
    ("several axes too many", lambda t: (198, *t, 199)),
    ("one axis too many, and sizes wrong", lambda t: (*t[1:], 198, 199)),
    ("undefined for a shape", lambda t: UNDEFINED),
]


@pytest.mark.parametrize(("words", "mistake"), ON_SHAPES, ids=[words for words, _ in ON_SHAPES])
def test_the_same_mistake_about_a_shape_has_the_same_words(words: str, mistake: Callable[[tuple[int, ...]], Value]):
    found = set()
    for level in LEVELS:
        for part in "adf":
            for question, instance in drawn("tensor-puzzles", level, part):
                truth = instance.truth(question)
                assert isinstance(truth, tuple)
                found.add(pattern(question, instance, mistake(truth)))
    assert found == {words}


def test_what_there_is_and_what_there_is_not_are_told_apart():
    puzzle, instance = drawn("tensor-puzzles", "hand", "e2")[0]
    assert pattern(puzzle, instance, (3, 4)) == "a shape for undefined"
    for question, instance in drawn("relu-derivative", "hand", "at_1"):
        words = pattern(question, instance, np.array(4711.0))
        assert words == ("a number for undefined" if instance.truth(question) is UNDEFINED else "other")


def test_points_of_one_question_are_not_taken_for_each_other():
    for question, instance in drawn("relu-derivative", "hand", "at_1"):
        if isinstance(instance.truth(question), np.ndarray):
            assert "part" not in pattern(question, instance, np.array(1.0) - instance.truth(question))


def test_a_size_with_two_letters_bears_that_of_its_place():
    question, instance = drawn("ls-gradient", "hand")[0]
    D = instance.sizes["D"]
    same = replace(instance, sizes={"N": D, "D": D})
    assert pattern(question, same, np.full((D, D + 1), 4711.0)) == "shape D×? for D×1"


def test_a_wrong_choice_is_named():
    part, instance = drawn("ls-gradient", "hand")[0]
    chosen = replace(part, kind=Choice(linear="It is linear.", affine="It is affine."), reference=part.reference)
    assert pattern(chosen, instance, "affine") == "chose affine"


def test_the_exact_and_the_rounded_number_have_the_same_words():
    for question, instance in drawn("ls-gradient", "numpy"):
        truth = instance.truth(question)
        assert isinstance(truth, np.ndarray)
        for digits in (4, 5, 12):
            rounded = np.array([[float(f"{entry:.{digits}g}")] for entry in (3 * truth)[:, 0]])
            assert pattern(question, instance, rounded) == "3 × the reference"
        assert pattern(question, instance, truth + 3 * question.tolerance(truth)) == "close to the reference"


ANY_VALUE = st.one_of(
    arrays(np.float64, array_shapes(min_dims=2, max_dims=4, max_side=4), elements=st.floats(-1.7e308, 1.7e308)),
    arrays(
        np.float64, array_shapes(min_dims=2, max_dims=2, max_side=4), elements=st.sampled_from([0.0, 1, -1, 5e-324])
    ),
    st.floats(-1.7e308, 1.7e308).map(np.array),
    st.sampled_from([1.7e308, -1.7e308, 5e-324, 0.0]).map(np.array),
    st.lists(st.integers(0, 10**6), max_size=9).map(tuple),
    st.sampled_from([UNDEFINED, "a choice"]),
)


@given(value=ANY_VALUE, data=st.data())
def test_any_value_has_a_pattern_of_bounded_length(value: Value, data: st.DataObject):
    family = CATALOGUE[data.draw(st.sampled_from(list(CATALOGUE)))]
    instance = family.draw(data.draw(st.sampled_from(LEVELS)), data.draw(st.sampled_from(SEEDS)))
    for part in family.parts:
        assert 0 < len(pattern(part, instance, value)) <= LONGEST


def test_a_pattern_costs_less_than_its_grading():
    part, instance = drawn("perceptron-jacobians", "numpy", "dy_dwd")[0]
    truth = instance.truth(part)
    assert isinstance(truth, np.ndarray)
    value = truth + np.random.default_rng(0).normal(size=truth.shape)
    pattern(part, instance, value)
    begun = process_time()
    for _ in range(1_000):
        assert pattern(part, instance, value) == "other"
    assert process_time() - begun < 0.5  # about 60 µs each; a busy machine is slower


# Strata -------------------------------------------------------------------------------------------


def strata(exercise: str, level: str, seeds: int = 60) -> set[str]:
    return {stratum(CATALOGUE[exercise].draw(level, seed)) for seed in range(seeds)}


def test_activation_convention_and_operation_are_strata():
    assert strata("perceptron-jacobians", "hand") == {f"activation {name}" for name in ("relu", "sigmoid", "tanh")}
    assert strata("relu-derivative", "numpy") == {"convention math", "convention framework"}
    by_hand = {
        *("Kronecker product", "entrywise product", "matrix product"),
        *("outer product", "product of three", "trace"),
    }
    assert strata("tensor-op-shape", "hand") == by_hand
    assert strata("tensor-op-shape", "numpy") == {*by_hand, "contraction of a tensor"}
    assert strata("gradient-squared-norm", "hand") == {"plain", "scaled and shifted"}


def test_sizes_and_numbers_make_no_strata():
    for family in CATALOGUE.values():
        for level in family.levels:
            assert len(strata(family.id, level)) <= 8
    assert strata("ls-gradient", "hand") == {""}
