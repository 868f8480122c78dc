"""Reading what people type: exactly what they meant, or a message with the place, and never anything else."""

import json
import re
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from app.answers import (
    MAX_ENTRIES,
    MAX_TEXT,
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

ROW = [1.0, 2.0]  # a flat list: no orientation yet
COLUMN = [[1.0], [2.0]]
SQUARE = [[1.0, 2.0], [3.0, 4.0]]


def labelled(rows: list[tuple[Any, ...]]) -> list[Any]:
    """The rows of a table, each under the name of its first cell."""
    return [pytest.param(*row, id=ascii(row[0])[:40]) for row in rows]


# Numbers ------------------------------------------------------------------------------------------

READABLE = [
    # one number
    ("3", 3.0),
    ("  3\t\r\n", 3.0),
    ("+3", 3.0),
    ("-3", -3.0),
    ("\u22123", -3.0),  # the minus sign of a word processor,
    ("\u20133", -3.0),  # an en dash,
    ("\u20143", -3.0),  # an em dash
    (".5", 0.5),
    ("5.", 5.0),
    ("007", 7.0),
    ("1.5e-3", 0.0015),
    ("1.5E+3", 1500.0),
    ("1e\u22123", 0.001),
    ("1e-999999999", 0.0),
    ("2/3", 2 / 3),
    ("-2/3", -2 / 3),
    ("2 / 3", 2 / 3),
    ("0/5", 0.0),
    ("1.5/2e1", 0.075),
    (3, 3.0),
    (-0.25, -0.25),
    (10**300, 1e300),
    # a flat list
    ("1 2", ROW),
    ("1\t2", ROW),
    ("[1, 2]", ROW),
    ("[1,2]", ROW),
    ("(1, 2)", ROW),
    ("[ 1 2 ]", ROW),
    ("[-1, \u22122/3]", [-1.0, -2 / 3]),
    ("1 2;", ROW),
    ("[1, 2]\n", ROW),
    ("[5]", [5.0]),
    ([1, 2], ROW),
    ([1, "2"], ROW),
    (["2/3", " -1e1 "], [2 / 3, -10.0]),
    # a column
    ("1; 2", COLUMN),
    ("1;2;", COLUMN),
    ("1\n2", COLUMN),
    ("[1; 2]", COLUMN),
    ("[[1], [2]]", COLUMN),
    ([[1], [2]], COLUMN),
    # a row that says so
    ("[[1, 2]]", [ROW]),
    ([[1, 2]], [ROW]),
    # a matrix
    ("1 2; 3 4", SQUARE),
    ("1 2\n3 4", SQUARE),
    ("1\t2\r\n3\t4\r\n", SQUARE),
    ("\n1 2\n\n3 4\n", SQUARE),
    ("[1 2; 3 4]", SQUARE),
    ("[1, 2; 3, 4]", SQUARE),
    ("[[1, 2], [3, 4]]", SQUARE),
    ("[[1 2]\n [3 4]]", SQUARE),
    ("[1, 2] [3, 4]", SQUARE),
    ("((1, 2), (3, 4))", SQUARE),
    ("[[1, 2], [3, 4]]\n", SQUARE),  # as the clipboard brings it
    ("[[1, 2], [3, 4]];", SQUARE),
    ("[1, 2]\n[3, 4]\n", SQUARE),
    ([["1", 2.0], [3, "4/1"]], SQUARE),
    # more ways
    ("[[[1, 2], [3, 4]]]", [SQUARE]),
    ([[[[[[1]]]]]], [[[[[[1.0]]]]]]),
]


@pytest.mark.parametrize(("typed", "values"), labelled(READABLE))
def test_what_can_be_read_is_read_exactly(typed: object, values: Any):
    numbers = read_numbers(typed)
    assert numbers.values.dtype == np.float64
    assert numbers.values.shape == np.shape(values)
    assert numbers.values.tolist() == values
    assert len(numbers.entries) == numbers.values.size


UNREADABLE = [
    # numpy breaks long rows, MATLAB begins new ones: not guessed
    ("[1\n 2]", 4, "row begin here"),
    ("[1 2\n3 4]", 5, "row begin here"),
    # nothing there
    ("", 0, "empty"),
    (" \n", 0, "empty"),
    ("[]", 0, "nothing between"),
    ("[[1], []]", 6, "nothing between"),
    ([], None, "empty list"),
    ([[1], []], None, "Entry 2: An empty list"),
    (["1", " "], None, "Entry 2: This cell is empty"),
    ([1, None], None, "Entry 2: Expected a number, not an empty cell"),
    ("[1,,2]", 3, "missing before this comma"),
    ("[,1]", 1, "missing before this comma"),
    ("[1,]", 3, "missing before this bracket"),
    ("1 2;; 3 4", 4, "missing before this semicolon"),
    (";1", 0, "missing before this semicolon"),
    # not a number
    (None, None, "empty cell"),
    (True, None, "not true or false"),
    ([[1, False]], None, "Row 1, entry 2: Expected a number, not true or false"),
    ({"x": 1}, None, "Expected a number, a list"),
    ("true", 0, "Expected a number"),
    ("x", 0, "Expected a number"),
    ("[1, x]", 4, "Expected a number"),
    ("0x10", 1, "Expected a number"),
    ("1_0", 1, "digits alone"),
    ("1.2.3", 3, "Expected one number"),
    ("1e", 1, "2e3 for 2000"),
    ("1'000", 1, "Write 1000"),
    ("\u200b3", 0, "invisible"),  # a blank of no width
    ("\ud800", 0, "invisible"),
    ("3\x00", 1, "invisible"),
    (["1 2"], 2, "Entry 1: Expected one number"),
    ([[1, "x"]], 0, "Row 1, entry 2: Expected a number"),
    # signs
    ("--3", 0, "sign"),
    # digits that float() would read
    ("\u0661\u0662", 0, "digits 0 to 9"),  # Arabic-Indic 12
    ("\uff10.\uff15", 0, "digits 0 to 9"),  # full-width 0.5
    # not finite
    ("nan", 0, "not a finite number"),
    ("inf", 0, "not a finite number"),
    ("-Infinity", 0, "not a finite number"),
    (float("nan"), None, "not finite"),
    ([1, float("inf")], None, "Entry 2: This number is not finite"),
    ("1e400", 0, "not finite"),
    ("2 1e999999999", 2, "not finite"),
    ("1e308/1e-308", 0, "not finite"),
    (10**400, None, "not finite"),
    (["1e400"], 0, "Entry 1: This number is not finite"),
    # fractions
    ("1/0", 2, "denominator"),
    ("[1, 2 / 0.0]", 8, "denominator"),
    ("1/1e-999", 2, "denominator"),
    # commas
    ("1,5", 1, "decimal comma"),
    ("1.234,5", 5, "thousands"),
    # brackets
    ("[1, 2", 0, "never closed"),
    ("[[1, 2], [3, 4]", 0, "never closed"),
    ("[[1, 2], [3, 4", 9, "never closed"),
    ("1]", 1, "no opening partner"),
    ("[1)", 2, "no opening partner"),
    # more than fits
    ("[" * 7 + "1" + "]" * 7, 6, "at most 6 deep"),
    ([[[[[[[1]]]]]]], None, "at most 6 ways"),
    ([0] * (MAX_ENTRIES + 1), None, f"at most {MAX_ENTRIES} entries"),
    ("1" * 61, 0, "at most 60 characters"),
    ("1 " * MAX_TEXT, MAX_TEXT, f"at most {MAX_TEXT} characters"),
    # rows of different lengths
    ([[1, 2], [3]], None, "Row 1 has 2 entries and row 2 has 1"),
    ([[1], [2], [3, 4]], None, "Row 1 has 1 entries and row 3 has 2"),
    ([1, [2]], None, "a number and a list"),
    ([[[1, 2], [3, 4]], [[5, 6], [7]]], None, "Entry 2: Row 1 has 2 entries"),
]


@pytest.mark.parametrize(("typed", "position", "words"), labelled(UNREADABLE))
def test_what_cannot_be_read_is_refused_with_place_and_reason(typed: object, position: int | None, words: str):
    with pytest.raises(Unreadable, match=re.escape(words)) as refused:
        read_numbers(typed)
    assert refused.value.position == position
    assert str(refused.value) == refused.value.message


@pytest.mark.parametrize(
    "text", ["1 2; 3", "1 2\n3", "[[1, 2], [3]]", "[1, [2]]", pytest.param("1 " * (MAX_ENTRIES + 1), id="too many")]
)
def test_every_fault_of_a_text_has_a_place(text: str):
    with pytest.raises(Unreadable) as refused:
        read_numbers(text)
    assert refused.value.position is not None


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


FINITE = st.floats(allow_nan=False, allow_infinity=False)


@given(arrays(np.float64, array_shapes(min_dims=0, max_dims=5, max_side=3), elements=FINITE))
def test_any_array_comes_back_exactly_from_json_and_from_text(array: np.ndarray[Any, Any]):
    text = json.dumps(array.tolist())
    for typed in (array.tolist(), text, f"\n {text} \r\n"):
        values = read_numbers(typed).values
        assert values.shape == array.shape
        assert values.tobytes() == array.tobytes()  # to the last bit, the sign of zero included


@given(arrays(np.float64, array_shapes(min_dims=1, max_dims=4, max_side=3), elements=st.integers(-9, 9)))
def test_what_numpy_prints_can_be_pasted(array: np.ndarray[Any, Any]):
    assert np.array_equal(read_numbers(str(array)).values, array)


def test_a_flat_list_becomes_a_column_and_nothing_else_changes():
    assert read_numbers([1, 2]).as_column().values.tolist() == COLUMN
    for typed, values in ((3, 3.0), ([[1, 2]], [ROW]), ([[1], [2]], COLUMN)):
        assert read_numbers(typed).as_column().values.tolist() == values


# Shapes -------------------------------------------------------------------------------------------

SHAPES = [
    ("3x5", (3, 5)),
    ("3X5", (3, 5)),
    ("3 x 5", (3, 5)),
    ("3×5", (3, 5)),
    ("3*5", (3, 5)),
    ("3,5", (3, 5)),
    ("3 5", (3, 5)),
    ("(3, 5)", (3, 5)),
    ("[3, 5]", (3, 5)),
    ("2x3x4", (2, 3, 4)),
    ("3", (3,)),
    ("(3,)", (3,)),
    ("1", (1,)),
    (3, (3,)),
    (3.0, (3,)),
    ([3, 5], (3, 5)),
    ([], ()),
    ("()", ()),
    ("( )", ()),
    ("scalar", ()),
    (" Scalar\n", ()),
    ("undefined", UNDEFINED),
    ("Not  defined", UNDEFINED),
    ("IMPOSSIBLE", UNDEFINED),
    ("error", UNDEFINED),
]


@pytest.mark.parametrize(("typed", "shape"), labelled(SHAPES))
def test_a_shape_is_read_in_all_its_spellings(typed: object, shape: object):
    assert read_shape(typed) == shape


NO_SHAPES = [
    (0, None, "from 1 to"),
    (-1, None, "from 1 to"),
    ("0x5", 0, "from 1 to"),
    (10**10, None, "from 1 to"),
    (2.5, None, "whole numbers"),
    (float("nan"), None, "whole numbers"),
    (True, None, "whole numbers"),
    (None, None, "whole numbers"),
    ({}, None, "whole numbers"),
    (["3"], None, "whole numbers"),
    ([[3, 5]], None, "whole numbers"),
    ([1] * 7, None, "at most 6 ways"),
    ("1x1x1x1x1x1x1", 12, "at most 6 ways"),
    ("", 0, "Expected a shape"),
    ("3x", 1, "A size is missing"),
    ("3y4", 1, "Expected a shape"),
    ("(3, 5", 5, "Expected a shape"),
    ("(3, 5]", 5, "Expected a shape"),
    ("-1", 0, "Expected a shape"),
    ("\u0663", 0, "digits 0 to 9"),  # Arabic-Indic 3
    ("3" * (MAX_TEXT + 1), MAX_TEXT, f"at most {MAX_TEXT} characters"),
]


@pytest.mark.parametrize(("typed", "position", "words"), labelled(NO_SHAPES))
def test_what_is_no_shape_is_refused_with_a_reason(typed: object, position: int | None, words: str):
    with pytest.raises(Unreadable, match=words) as refused:
        read_shape(typed)
    assert refused.value.position == position


@given(st.lists(st.integers(1, 10**9), max_size=MAX_WAYS))
def test_any_shape_comes_back_from_json_and_from_text(sizes: list[int]):
    for typed in (sizes, "x".join(map(str, sizes)) or "scalar", str(tuple(sizes)), json.dumps(sizes)):
        assert read_shape(typed) == tuple(sizes)


# Nothing but an array or `Unreadable` -------------------------------------------------------------

TYPICAL = st.text(st.sampled_from("0123456789+-\u2212./eE,;[]() \t\r\nx×*_²\u0661\uff10\xa0ANan\x00"), max_size=40)
TEXTS = st.one_of(TYPICAL, st.text(max_size=40), st.text(st.characters(codec=None), max_size=5))
JSON_VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), TEXTS),
    lambda children: st.one_of(st.lists(children, max_size=4), st.dictionaries(st.text(max_size=3), children)),
    max_leaves=12,
)


@settings(max_examples=250)
@given(st.one_of(TEXTS, JSON_VALUES))
@pytest.mark.parametrize("read", [read_numbers, read_shape])
def test_anything_is_read_or_refused(read: Any, typed: object):
    try:
        answer = read(typed)
    except Unreadable as refused:
        assert refused.message
        assert refused.position is None or 0 <= refused.position <= len(str(typed))
    else:
        assert answer is UNDEFINED or isinstance(answer, tuple) or np.all(np.isfinite(answer.values))


@settings(max_examples=200)
@given(st.one_of(TYPICAL, st.lists(FINITE, min_size=1), st.lists(st.lists(FINITE, min_size=2, max_size=2), min_size=1)))
def test_the_latex_of_whatever_was_read_renders(typed: object):
    try:
        numbers = read_numbers(typed)
    except Unreadable:
        return
    assert math(numbers.latex).startswith("<math>")


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


@pytest.mark.parametrize(
    ("typed", "latex"),
    [
        ("2/3", r"\frac{2}{3}"),
        ("-2/3", r"-\frac{2}{3}"),
        ("[1, 2/3]", r"\left(1, \frac{2}{3}\right)"),
        ("1 2; 3 1e-7", r"\begin{bmatrix} 1 & 2 \\ 3 & 1\cdot10^{-7} \end{bmatrix}"),
        (0.1 + 0.2, "0.3"),
    ],
    ids=ascii,
)
def test_an_answer_is_shown_as_it_was_typed(typed: object, latex: str):
    assert read_numbers(typed).latex == latex


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
