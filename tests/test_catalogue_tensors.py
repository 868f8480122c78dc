"""The exercises about tensors on small instances that were worked out by hand."""

from typing import Any

import numpy as np
import pytest

from app.exercise import Catalogue, Instance
from tests.test_grading import mark

OUTCOMES = dict[object, str]  # what was typed, and "correct" or the misconception that it shows


def outcome(instance: Instance, part: str, typed: object, **earlier: object) -> str:
    verdict = mark(instance, part, typed, **earlier)
    return "correct" if verdict.status == "correct" else verdict.misconception or verdict.feedback


def outcomes(instance: Instance, part: str, expected: OUTCOMES) -> OUTCOMES:
    return {typed: outcome(instance, part, typed) for typed in expected}


MISCONCEPTIONS = {
    ("tensor-order-size", "ways"): "order-and-size-mixed size-one-ways-dropped sizes-added largest-size",
    ("tensor-order-size", "elements"): "order-and-size-mixed sizes-added largest-size sizes-times-ways",
    ("tensor-puzzles", "a"): "forced-to-fit called-undefined nothing-summed summed-way-kept outer-taken-for-inner"
    " reversed shape-of-first-operand",
    ("tensor-op-shape", "answer"): "forced-to-fit called-undefined nothing-summed summed-way-kept"
    " outer-taken-for-inner reversed shape-of-first-operand forced-to-the-other kronecker-sizes-added"
    " kronecker-taken-for-product",
    ("einsum-shape", "answer"): "forced-to-fit order-of-appearance nothing-summed only-shared-summed called-undefined",
    ("broadcast-shape", "answer"): "aligned-on-the-left everything-stretches shapes-must-be-equal shapes-joined"
    " smaller-shape",
    ("tensor-op-value", "answer"): "hadamard-taken-for-product transposed product-of-traces entrywise-then-added"
    " sum-of-all-entries kronecker-order diagonal-only not-summed summed-without-weights",
}


@pytest.mark.parametrize(("exercise", "part"), MISCONCEPTIONS)
def test_the_misconceptions_have_their_names(catalogue: Catalogue, exercise: str, part: str):
    known = catalogue[exercise].by_id[part].misconceptions
    assert [misconception.id for misconception in known] == MISCONCEPTIONS[exercise, part].split()


# Ways and elements --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def tensor(catalogue: Catalogue) -> Instance:
    return catalogue["tensor-order-size"].instance("hand", 0, {"shape": [4, 1, 5], "story": "space"})


def test_ways_are_counted_and_sizes_multiplied(tensor: Instance):
    ways = {3: "correct", 20: "order-and-size-mixed", 2: "size-one-ways-dropped", 10: "sizes-added", 5: "largest-size"}
    assert outcomes(tensor, "ways", ways) == ways
    elements = {20: "correct", 3: "order-and-size-mixed", 10: "sizes-added", 5: "largest-size", 15: "sizes-times-ways"}
    assert outcomes(tensor, "elements", elements) == elements


STORIES = {
    "images": ([32, 48, 64, 3], "32 RGB images, each 48 pixels high and 64 pixels wide"),
    "recordings": ([12, 16000], "12 mono recordings of 16000 samples"),
    "grey image": ([1, 28, 28], r"28 by 28 pixels is a tensor in $\mathbb R^{1 \times 28 \times 28}$"),
    "space": ([2, 3], r"lives in $\mathbb R^{2 \times 3}$"),
}


@pytest.mark.parametrize("story", STORIES)
def test_a_tensor_may_come_with_a_story(catalogue: Catalogue, story: str):
    shape, words = STORIES[story]
    instance = catalogue["tensor-order-size"].instance("numpy", 0, {"shape": shape, "story": story})
    assert words in instance.statement
    assert mark(instance, "elements", int(np.prod(shape))).status == "correct"


def test_a_number_without_ways_takes_memory(catalogue: Catalogue):
    instance = catalogue["tensor-order-size"].instance("challenge", 0, {"shape": [2, 3, 4], "N": 5})
    one = {1: "correct", 0: "ways-instead", 4: "bytes-instead"}
    assert outcomes(instance, "loss_elements", one) == one
    memory = {120: "correct", 116: "loss-left-out", 30: "bytes-forgotten", 240: "double-precision"}
    memory |= {960: "bits-instead", 60: "sizes-added"}
    assert outcomes(instance, "memory", memory) == memory
    assert mark(instance, "memory", 30).score == 0.5
    assert mark(instance, "memory", 124, loss_elements=2).follow_through


# Products by their index formula ------------------------------------------------------------------


def product(catalogue: Catalogue, formula: str, *operands: list[int]) -> Instance:
    drawn = {"operands": [*operands], "formula": formula}
    return catalogue["tensor-op-shape"].instance("hand", 0, drawn)


def test_a_mode_product_puts_the_new_way_in_the_place_of_the_old(catalogue: Catalogue):
    shapes = {"2x4x6": "correct", "6x4x2": "reversed", "2x3x6": "shape-of-first-operand"}
    shapes |= {"2x3x6x4x3": "nothing-summed", "2x3x6x4": "summed-way-kept", "undefined": "called-undefined"}
    assert outcomes(product(catalogue, "ijk,lj->ilk", [2, 3, 6], [4, 3]), "answer", shapes) == shapes


def test_sizes_that_do_not_fit_leave_the_product_undefined(catalogue: Catalogue):
    shapes = {"undefined": "correct", "3x6": "forced-to-fit", "3x4x3x6": "nothing-summed"}
    assert outcomes(product(catalogue, "ij,jk->ik", [3, 4], [3, 6]), "answer", shapes) == shapes


def test_neither_of_two_sizes_is_right_in_an_entrywise_product(catalogue: Catalogue):
    shapes = {"undefined": "correct", "7x4": "forced-to-fit", "7x5": "forced-to-the-other"}
    assert outcomes(product(catalogue, "ij,ij->ij", [7, 4], [7, 5]), "answer", shapes) == shapes


def test_a_kronecker_product_multiplies_sizes(catalogue: Catalogue):
    shapes = {"9x24": "correct", "6x10": "kronecker-sizes-added", "3x6": "kronecker-taken-for-product"}
    assert outcomes(product(catalogue, "kron", [3, 4], [3, 6]), "answer", shapes) == shapes


def test_a_formula_has_bold_arrays_and_plain_entries(catalogue: Catalogue):
    said = product(catalogue, "ijk,kl->ijl", [3, 4, 6], [6, 5]).statement
    assert r"Let $\mathcal T \in \mathbb R^{3 \times 4 \times 6}$, $\mathbf A \in \mathbb R^{6 \times 5}$" in said
    assert r"$C_{ijl} = \sum_{k} T_{ijk}\,A_{kl}$" in said


def test_one_or_two_operands_are_drawn_where_boxes_can_show_them(catalogue: Catalogue):
    assert "T, A: 2×3×6 and 4×3." in (product(catalogue, "ijk,lj->ilk", [2, 3, 6], [4, 3]).figure or "")
    assert product(catalogue, "ijkl,lm->ijkm", [2, 3, 4, 5], [5, 6]).figure is None
    assert product(catalogue, "i,ij,j->", [2], [2, 3], [3]).figure is None


FACTORS = {  # 2×3 and 3×4, unless one is to be transposed
    "none": ([2, 3], [3, 4]),
    "first": ([3, 2], [3, 4]),
    "second": ([2, 3], [4, 3]),
    "both": ([3, 2], [4, 3]),
}


@pytest.mark.parametrize("way", FACTORS)
def test_one_way_of_transposing_makes_the_product_defined(catalogue: Catalogue, way: str):
    A, B = FACTORS[way]
    instance = catalogue["tensor-op-shape"].instance("challenge", 0, {"A": A, "B": B})
    assert {choice for choice in FACTORS if outcome(instance, "transpose", choice) == "correct"} == {way}
    shapes = {"2x4": "correct", "4x2": "reversed", "3x3": "inner-sizes-kept"}
    assert outcomes(instance, "shape", shapes) == shapes
    numbers = {24: "correct", 8: "one-per-entry", 3: "one-entry-only", 40: "additions-counted", 72: "every-pair"}
    assert outcomes(instance, "multiplications", numbers) == numbers


# Einsum -------------------------------------------------------------------------------------------


def call(catalogue: Catalogue, B: list[int]) -> Instance:
    drawn = {"a": "ijk", "b": "jl", "out": "li", "A": [2, 3, 4], "B": B}
    return catalogue["einsum-shape"].instance("hand", 0, drawn)


def test_what_stands_behind_the_arrow_says_what_stays_and_in_which_order(catalogue: Catalogue):
    shapes = {"5x2": "correct", "2x5": "order-of-appearance", "2x3x4x5": "nothing-summed"}
    shapes |= {"2x4x5": "only-shared-summed", "undefined": "called-undefined"}
    instance = call(catalogue, [3, 5])
    assert outcomes(instance, "answer", shapes) == shapes
    assert "`A.shape == (2, 3, 4)` and `B.shape == (3, 5)`" in instance.statement
    assert '`einsum("ijk,jl->li", A, B)`' in instance.statement


def test_a_letter_with_two_sizes_is_an_error(catalogue: Catalogue):
    shapes = {"undefined": "correct", "5x2": "forced-to-fit"}
    assert outcomes(call(catalogue, [6, 5]), "answer", shapes) == shapes


@pytest.fixture(scope="module")
def formulas(catalogue: Catalogue) -> Instance:
    tasks = {
        "product": {"task": "A^T B", "operands": [[3, 4], [3, 5]]},
        "trace": {"task": "tr(A B)", "operands": [[2, 3], [3, 2]]},
        "batch": {"task": "T_b S_b^T", "operands": [[2, 3, 4], [2, 5, 4]]},
    }
    return catalogue["einsum-shape"].instance("challenge", 0, tasks)


WRITTEN: dict[str, dict[str, str]] = {
    "product": {
        "ij,ik->jk": "correct",
        "na,nb->ab": "correct",
        "ij,jk->ik": "transpose-forgotten",
        "ij,ik->kj": "result-transposed",
        "ij,ik->ijk": "nothing-summed",
    },
    "trace": {
        "ij,ji->": "correct",
        "xy, yx ->": "correct",
        "ij,ji->ij": "nothing-summed",
        "ij,ji->i": "diagonal-kept",
        "ij,jk->": "sum-of-all-entries",
    },
    "batch": {
        "bij,bkj->bik": "correct",
        "ijk,ilk->ijl": "correct",
        "bij,bjk->bik": "transpose-forgotten",
        "bij,bkj->bki": "result-transposed",
        "bij,bkj->ik": "batch-summed",
        "aij,bkj->abik": "every-pair",
    },
}


@pytest.mark.parametrize("part", WRITTEN)
def test_a_formula_counts_whatever_its_letters(formulas: Instance, part: str):
    assert outcomes(formulas, part, dict(WRITTEN[part])) == WRITTEN[part]


SAID = {
    "ij,jk,kl->il": "There are 2 operands.",
    "ij->ji": "There are 2 operands.",
    "ij,i->j": "one letter for each of its ways",
    "ij,ij->ij": "two different sizes",
    "ij,ik->k": "makes the shape $5$.",
    "ij,lk->jk": "The shape is right, the numbers are not.",
}


@pytest.mark.parametrize("typed", SAID)
def test_another_formula_is_told_what_it_computes(formulas: Instance, typed: str):
    verdict = mark(formulas, "product", typed)
    assert (verdict.status, verdict.misconception) == ("incorrect", None)
    assert SAID[typed] in verdict.feedback


# Broadcasting -------------------------------------------------------------------------------------

SUMS: list[tuple[list[int], list[int], OUTCOMES]] = [
    (
        [3, 1],
        [3],
        {"3x3": "correct", "3x1": "aligned-on-the-left", "undefined": "shapes-must-be-equal", "3": "smaller-shape"},
    ),
    ([2, 1, 4], [3, 1], {"2x3x4": "correct", "2x1x4x3x1": "shapes-joined", "3x1": "smaller-shape"}),
    ([4, 3], [4], {"undefined": "correct", "4x3": "aligned-on-the-left", "4x4": "everything-stretches"}),
    ([1], [1, 3], {"1x3": "correct", "1": "smaller-shape"}),
]


@pytest.mark.parametrize(("a", "b", "expected"), SUMS)
def test_shapes_are_aligned_on_the_right_and_ones_stretched(
    catalogue: Catalogue, a: list[int], b: list[int], expected: OUTCOMES
):
    instance = catalogue["broadcast-shape"].instance("hand", 0, {"a": a, "b": b})
    assert outcomes(instance, "answer", expected) == expected


def test_a_row_a_column_and_a_flat_array_are_three_shapes(catalogue: Catalogue):
    instance = catalogue["broadcast-shape"].instance("hand", 0, {"a": [1], "b": [3]})
    right = {typed: mark(instance, "answer", typed).status == "correct" for typed in ("(3,)", "3", "3x1", "1x3")}
    assert right == {"(3,)": True, "3": True, "3x1": False, "1x3": False}


def test_a_wrong_sum_is_sent_back_to_the_pairs(catalogue: Catalogue):
    instance = catalogue["broadcast-shape"].instance("hand", 0, {"a": [1], "b": [3]})
    assert mark(instance, "answer", "3x1").feedback == "A sum, if there is one, has as many ways as the longer shape."
    assert "pair by pair" in mark(instance, "answer", "4").feedback


def test_a_column_of_targets_makes_a_loss_of_all_pairs(catalogue: Catalogue):
    instance = catalogue["broadcast-shape"].instance("challenge", 0, {"y": [1, 2], "t": [[1], [4]]})
    shapes = {"2x2": "correct", "2": "one-way", "2x1": "column-kept"}
    assert outcomes(instance, "shape", shapes) == shapes
    # The rows of y − t are (0, 1) and (−3, −2); intended were 0 and −2.
    losses = {3.5: "correct", 2: "intended-loss", 14: "not-averaged", 7: "divided-by-rows"}
    assert outcomes(instance, "loss", losses) == losses
    reasons = {"every_pair": "correct", "unaffected": "unaffected", "factor": "factor", "first_only": "first-only"}
    assert outcomes(instance, "why", reasons) == reasons


# Values -------------------------------------------------------------------------------------------

A, B = [[1, 2], [3, 4]], [[0, 1], [-1, 2]]
T = [[[1, 2], [3, 4], [5, 6]], [[0, 1], [1, 0], [2, -1]]]
VALUES: dict[str, tuple[list[Any], dict[str, Any]]] = {
    "outer": ([[[1], [2]], [[3, 4, 5]]], {"correct": [[3, 4, 5], [6, 8, 10]], "transposed": [[3, 6], [4, 8], [5, 10]]}),
    "matmul": ([A, [[1, 0, 2], [0, 1, 1]]], {"correct": [[1, 2, 4], [3, 4, 10]]}),
    "AtB": ([A, [[1, 0, 2], [0, 1, 1]]], {"correct": [[1, 3, 5], [2, 4, 8]], "transposed": [[1, 2], [3, 4], [5, 8]]}),
    "ABt": ([A, [[1, 0], [0, 1], [2, 1]]], {"correct": [[1, 2, 4], [3, 4, 10]]}),
    "hadamard": (
        [A, B],
        {
            "correct": [[0, 2], [-3, 8]],
            "hadamard-taken-for-product": [[-2, 5], [-4, 11]],
            "transposed": [[0, -3], [2, 8]],
        },
    ),
    "traceAB": (
        [A, [[1, 0], [2, -1]]],
        {"correct": 1, "product-of-traces": 0, "entrywise-then-added": 3, "sum-of-all-entries": 10},
    ),
    "kron": (
        [A, [[1, 5]]],
        {"correct": [[1, 5, 2, 10], [3, 15, 4, 20]], "kronecker-order": [[1, 2, 5, 10], [3, 4, 15, 20]]},
    ),
    "bilinear": ([[[1, 2]], [[1, 0, 2], [3, 1, 1]], [[1], [1], [-1]]], {"correct": 5, "diagonal-only": 3}),
    "mode3-vector": (
        [T, [2, -1]],
        {
            "correct": [[0, 2, 4], [-1, 2, 5]],
            "not-summed": [[[2, -2], [6, -4], [10, -6]], [[0, -1], [2, 0], [4, 1]]],
            "summed-without-weights": [[3, 7, 11], [1, 1, 1]],
        },
    ),
}


@pytest.mark.parametrize("op", VALUES)
def test_a_small_product_has_its_value(catalogue: Catalogue, op: str):
    X, answers = VALUES[op]
    instance = catalogue["tensor-op-value"].instance("hand", 0, {"op": op, "X": X})
    for expected, typed in answers.items():
        assert outcome(instance, "answer", typed) == expected
    assert mark(instance, "answer", 4711).status == "incorrect"


def test_a_slice_of_a_tensor_is_shown_for_each_first_index(catalogue: Catalogue):
    instance = catalogue["tensor-op-value"].instance("hand", 0, {"op": "mode3-vector", "X": [T, [2, -1]]})
    assert r"(T_{2jk})_{jk} = \begin{bmatrix} 0 & 1 \\ 1 & 0 \\ 2 & -1 \end{bmatrix}" in instance.statement


def test_both_products_have_one_trace(catalogue: Catalogue):
    drawn = {"A": [[1, 2, 3], [0, 1, -1]], "B": [[2, 1], [1, 0], [-1, 3]]}
    instance = catalogue["tensor-op-value"].instance("challenge", 0, drawn)
    assert outcome(instance, "ab", [[1, 10], [2, -3]]) == "correct"
    assert outcome(instance, "ba", [[2, 5, 5], [1, 2, 3], [-1, 1, -6]]) == "correct"
    assert outcome(instance, "ab", [[2, 5, 5], [1, 2, 3], [-1, 1, -6]]) == "other-order"
    assert mark(instance, "ab", [[1, 2], [10, -3]]).score == 0.6
    traces = {-2: "correct", 10: "sum-of-all-entries", -3: "diagonal-multiplied"}
    assert outcomes(instance, "trace_ab", traces) == traces
    assert outcome(instance, "trace_ba", -2) == "correct"
    assert mark(instance, "trace_ab", 8, ab=[[11, 10], [2, -3]]).follow_through
