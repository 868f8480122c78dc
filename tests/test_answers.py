"""Reading what people type: exactly what they meant, or a message with the place, and never anything else."""

import json
import re
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.answers import (
    MAX_ENTRIES,
    MAX_WAYS,
    UNDEFINED,
    Unreadable,
    array_latex,
    number_latex,
    read_numbers,
    read_shape,
    shape_latex,
    values_latex,
)
from app.markup import math
from tests.batteries import readable, unreadable

ROW = [1.0, 2.0]  # a flat list: no orientation yet
COLUMN = [[1.0], [2.0]]
SQUARE = [[1.0, 2.0], [3.0, 4.0]]
SAME = 4e-16  # relative: what two ways to compute a number may differ by


def labelled(rows: list[tuple[Any, ...]]) -> list[Any]:
    """The rows of a table, each under the name of its first cell."""
    return [pytest.param(*row, id=ascii(row[0])[:60]) for row in rows]


# Texts --------------------------------------------------------------------------------------------

NUMBERS = readable.ONE_NUMBER + readable.MATRICES
NO_NUMBERS = unreadable.NO_NUMBERS + unreadable.NO_MATRICES


@pytest.mark.parametrize(("typed", "meant"), labelled(NUMBERS))
def test_a_text_is_read_as_what_it_means(typed: str, meant: Any):
    numbers = read_numbers(typed)
    values = np.array(meant, dtype=object).astype(np.float64)
    assert numbers.values.dtype == np.float64
    assert numbers.values.shape == values.shape
    assert np.allclose(numbers.values, values, rtol=SAME, atol=0)
    assert len(numbers.entries) == numbers.values.size


@pytest.mark.parametrize(("typed", "meant"), labelled(NUMBERS))
def test_what_was_understood_can_be_shown_and_means_the_same(typed: str, meant: Any):
    numbers = read_numbers(typed)
    assert math(numbers.latex).startswith("<math>")
    again = read_numbers(numbers.latex)  # pasted from the page
    assert again.values.size == numbers.values.size
    assert np.allclose(again.values.ravel(), numbers.values.ravel(), rtol=1e-14, atol=0)  # 15 digits are shown


@pytest.mark.parametrize(("typed", "position", "message"), labelled(NO_NUMBERS))
def test_a_text_that_is_no_number_is_refused_at_its_fault(typed: str, position: int, message: str):
    with pytest.raises(Unreadable) as refused:
        read_numbers(typed)
    assert (refused.value.position, refused.value.message) == (position, message)
    assert str(refused.value) == message


@pytest.mark.parametrize("table", [NUMBERS, NO_NUMBERS, readable.SHAPES, unreadable.NO_SHAPES])
def test_no_text_stands_twice_in_a_table(table: list[tuple[Any, ...]]):
    assert len({row[0] for row in table}) == len(table)


@pytest.mark.parametrize(
    ("typed", "latex"),
    [
        ("2/3", r"\frac{2}{3}"),
        ("-2/3", r"-\frac{2}{3}"),
        ("(-2)/3", r"\frac{-2}{3}"),
        ("[1, 2/3]", r"\left(1, \frac{2}{3}\right)"),
        ("1 2; 3 1e-7", r"\begin{bmatrix} 1 & 2 \\ 3 & 1\cdot10^{-7} \end{bmatrix}"),
        ("sqrt(2)/2", r"\frac{\sqrt{2}}{2}"),
        ("e^-2", "e^{-2}"),
        ("2 pi", r"2\pi"),
        ("2*pi", r"2 \cdot \pi"),
        ("1*pi e", r"1 \cdot \pi e"),
        ("(1+2)*3", r"\left(1 + 2\right) \cdot 3"),
        ("(1+2)/3", r"\frac{1 + 2}{3}"),
        ("(2/3)^2", r"\left(\frac{2}{3}\right)^{2}"),
        ("½²", r"\left(\frac{1}{2}\right)^{2}"),
        ("(1e-7)^2", r"\left(1\cdot10^{-7}\right)^{2}"),
        ("1e-7^2", r"\left(1\cdot10^{-7}\right)^{2}"),
        ("sin(2)^2", r"\left(\sin\left(2\right)\right)^{2}"),
        ("np.log(3)", r"\ln\left(3\right)"),
        ("log2(8)", r"\log_{2}\left(8\right)"),
        ("abs(-3)", r"\left|-3\right|"),
        ("0{,}5", "0.5"),
        (0.1 + 0.2, "0.3"),
    ],
    ids=ascii,
)
def test_an_answer_is_shown_as_it_was_typed(typed: object, latex: str):
    assert read_numbers(typed).latex == latex
    assert math(latex)


# JSON ---------------------------------------------------------------------------------------------

READABLE = [
    (3, 3.0),
    (-0.25, -0.25),
    (10**300, 1e300),
    ([1, 2], ROW),
    ([1, "2"], ROW),
    (["2/3", " -1e1 "], [2 / 3, -10.0]),
    ([[1], [2]], COLUMN),
    ([[1, 2]], [ROW]),
    ([["1", 2.0], [3, "4/1"]], SQUARE),
    ([[[[[[1]]]]]], [[[[[[1.0]]]]]]),
    (["1 - 2", "2 * 3", "2 pi"], [-1.0, 6.0, 2 * np.pi]),
    (["sqrt(4)", "½", "\u22122", r"\frac{1}{2}"], [2.0, 0.5, -2.0, 0.5]),
    (["0,5", "1,25"], [0.5, 1.25]),  # in an entry of its own, a comma is decimal
    (["(1 + 2)*3", "+3", "3\n"], [9.0, 3.0, 3.0]),
]


@pytest.mark.parametrize(("typed", "values"), labelled(READABLE))
def test_json_is_read_exactly(typed: object, values: Any):
    numbers = read_numbers(typed)
    assert numbers.values.dtype == np.float64
    assert numbers.values.tolist() == values
    assert len(numbers.entries) == numbers.values.size


UNREADABLE = [
    ([], None, "empty list"),
    ([[]], None, "Entry 1: An empty list"),
    ([[1], []], None, "Entry 2: An empty list"),
    (["1", " "], None, "Entry 2: This cell is empty"),
    ([1, None], None, "Entry 2: Expected a number, not an empty cell"),
    (None, None, "empty cell"),
    (True, None, "not true or false"),
    ([[1, False]], None, "Row 1, entry 2: Expected a number, not true or false"),
    ({"x": 1}, None, "Expected a number, a list"),
    ([{"x": 1}], None, "Entry 1: Expected a number, a list"),
    (["1 2"], 2, "Entry 1: Expected one number"),
    (["1; 2"], 1, "Entry 1: Expected one number"),
    (["1\n2"], 2, "Entry 1: Expected one number"),
    (["1\t2"], 2, "Entry 1: Expected one number"),
    (["[1]"], 0, "Entry 1: Expected one number"),
    (["1, 2"], 1, "Entry 1: This could be a decimal comma"),
    (["1,234"], 1, "Entry 1: Is this one number?"),
    (["1 -2"], 2, "Entry 1: Does an entry begin here?"),
    ([[1, "x"]], 0, "Row 1, entry 2: Expected a number"),
    ([[1, 2], [3, "1/0"]], 2, "Row 2, entry 2: The denominator"),
    (float("nan"), None, "not finite"),
    ([1, float("inf")], None, "Entry 2: This number is not finite"),
    (10**400, None, "not finite"),
    (["1e400"], 0, "Entry 1: This number is not finite"),
    ([[[[[[[1]]]]]]], None, "at most 6 ways"),
    ([0] * (MAX_ENTRIES + 1), None, f"at most {MAX_ENTRIES} entries"),
    ([[0] * 20] * 20, None, f"at most {MAX_ENTRIES} entries"),
    ([[1, 2], [3]], None, "Row 1 has 2 entries and row 2 has 1"),
    ([[1], [2], [3, 4]], None, "Row 1 has 1 entry and row 3 has 2"),
    ([1, [2]], None, "Entry 1 and entry 2 are a number and a list"),
    ([[1], 2], None, "Entry 1 and entry 2 are a number and a list"),
    ([[[1, 2], [3, 4]], [[5, 6], [7]]], None, "Entry 2: Row 1 has 2 entries and row 2 has 1"),
    ([[[1, 2], [3, 4]], [[5, 6]]], None, "Row 1 has 2 entries and row 2 has 1"),
    ([[[1, 2]], [[3, 4, 5]]], None, "Entry 1 and entry 2 have different shapes"),
    ([[1, 2], [[3], [4]]], None, "Entry 1 and entry 2 have different shapes"),
    ([[[1], [[2]]]], None, "Entry 1: Entry 1 and entry 2 have different shapes"),
]


@pytest.mark.parametrize(("typed", "position", "words"), labelled(UNREADABLE))
def test_json_that_is_no_answer_is_refused_with_place_and_reason(typed: object, position: int | None, words: str):
    with pytest.raises(Unreadable, match=re.escape(words)) as refused:
        read_numbers(typed)
    assert refused.value.position == position


@pytest.mark.parametrize("deep", [[[1, 2], [[3], [4]]], [[[1, 2]], [[3, 4, 5]]], [[[1]], [[[2]]]]])
def test_a_ragged_answer_is_not_explained_by_two_equal_lengths(deep: list[Any]):
    with pytest.raises(Unreadable) as refused:
        read_numbers(deep)
    lengths = re.findall(r"has (\d+)", refused.value.message)
    assert len(lengths) == len(set(lengths))


SECRET = "qzx"


@pytest.mark.parametrize(
    "typed",
    [SECRET, f"1 {SECRET}", f"[[1, 2], [{SECRET}, 4]]", f"1e{SECRET}", [SECRET], [[1, SECRET]], {SECRET: 1}],
    ids=ascii,
)
@pytest.mark.parametrize("read", [read_numbers, read_shape])
def test_a_message_never_repeats_what_was_typed(read: Any, typed: object):
    with pytest.raises(Unreadable) as refused:
        read(typed)
    assert SECRET not in refused.value.message


def test_a_flat_list_becomes_a_column_and_nothing_else_changes():
    assert read_numbers([1, 2]).as_column().values.tolist() == COLUMN
    for typed, values in ((3, 3.0), ([[1, 2]], [ROW]), ([[1], [2]], COLUMN)):
        assert read_numbers(typed).as_column().values.tolist() == values


# Shapes -------------------------------------------------------------------------------------------

SHAPES = [(3, (3,)), (3.0, (3,)), ([3, 5], (3, 5)), ([], ()), ([1, 1], (1, 1)), *readable.SHAPES]


@pytest.mark.parametrize(("typed", "shape"), labelled(SHAPES))
def test_a_shape_is_read_in_all_its_spellings(typed: object, shape: object):
    assert read_shape(typed) == shape


NO_SHAPES = [
    (0, None, unreadable.SIZE),
    (-1, None, unreadable.SIZE),
    (10**10, None, unreadable.SIZE),
    ([3, 0], None, unreadable.SIZE),
    (2.5, None, "Expected whole numbers: the sizes of the ways, as in [3, 5]."),
    (float("nan"), None, "Expected whole numbers: the sizes of the ways, as in [3, 5]."),
    (True, None, "Expected whole numbers: the sizes of the ways, as in [3, 5]."),
    (None, None, "Expected whole numbers: the sizes of the ways, as in [3, 5]."),
    ({}, None, "Expected whole numbers: the sizes of the ways, as in [3, 5]."),
    (["3"], None, "Expected whole numbers: the sizes of the ways, as in [3, 5]."),
    ([[3, 5]], None, "Expected whole numbers: the sizes of the ways, as in [3, 5]."),
    ([1] * 7, None, unreadable.MANY_WAYS),
    *unreadable.NO_SHAPES,
]


@pytest.mark.parametrize(("typed", "position", "message"), labelled(NO_SHAPES))
def test_what_is_no_shape_is_refused_with_place_and_reason(typed: object, position: int | None, message: str):
    with pytest.raises(Unreadable) as refused:
        read_shape(typed)
    assert (refused.value.position, refused.value.message) == (position, message)


@given(st.lists(st.integers(1, 10**9), max_size=MAX_WAYS))
def test_any_shape_comes_back_from_json_and_from_text(sizes: list[int]):
    for typed in (sizes, "x".join(map(str, sizes)) or "scalar", str(tuple(sizes)), json.dumps(sizes)):
        assert read_shape(typed) == tuple(sizes)


# LaTeX --------------------------------------------------------------------------------------------

PRINTED = [
    (3.0, "3"),
    (-0.0, "0"),
    (0.25, "0.25"),
    (1 / 3, "0.333333"),
    (1234.5678, "1234.57"),
    (1.5e-7, r"1.5\cdot10^{-7}"),
    (-2e300, r"-2\cdot10^{300}"),
]


@pytest.mark.parametrize(("number", "latex"), PRINTED)
def test_a_number_is_printed_as_a_student_would_write_it(number: float, latex: str):
    assert number_latex(number) == latex


@given(st.fractions(min_value=-300, max_value=300, max_denominator=99))
def test_a_small_fraction_is_printed_as_itself(fraction: Fraction):
    latex = number_latex(float(fraction), fractions=True)
    assert Fraction(re.sub(r"\\frac\{(\d+)\}\{(\d+)\}", r"\1/\2", latex)) == fraction


def test_a_huge_number_is_printed_short_even_where_fractions_are_asked_for():
    assert number_latex(1e300, fractions=True) == r"1\cdot10^{300}"


def test_arrays_of_any_number_of_ways_are_printed():
    matrix = r"\begin{bmatrix} 1 & 2 \end{bmatrix}"
    assert values_latex(np.array([[1.0, 2.0]])) == matrix
    assert values_latex(np.array([[[1.0, 2.0]], [[1.0, 2.0]]])) == rf"\left({matrix}, {matrix}\right)"
    assert array_latex((), ("7",)) == "7"


@pytest.mark.parametrize(
    ("shape", "latex"), [((3, 5), r"3 \times 5"), ((), r"\text{scalar}"), (UNDEFINED, r"\text{undefined}")], ids=str
)
def test_shapes_are_printed(shape: Any, latex: str):
    assert shape_latex(shape) == latex
    assert math(latex)
