"""Whatever prints an array, it can be pasted: numpy, Python, MATLAB, LaTeX and sheets come back as the same values."""

import json
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from app.answers import MAX_ENTRIES, Unreadable, cells, read_numbers
from tests.batteries import readable
from tests.batteries.unreadable import ROW_BEGINS

Array = np.ndarray[Any, Any]

FINITE = st.floats(allow_nan=False, allow_infinity=False)
SHORT = st.integers(-999_999, 999_999).map(lambda n: n / 1000)  # numpy prints eight digits, which hold these
MATRICES = arrays(np.float64, array_shapes(min_dims=2, max_dims=2, min_side=2, max_side=4), elements=SHORT)


def rows(array: Array, between: str, rows_between: str, number: Callable[[float], str] = repr) -> str:
    return rows_between.join(between.join(map(number, row)) for row in array.tolist())


def comma(number: float) -> str:
    return repr(number).replace(".", ",")


def typeset(number: float) -> str:
    mantissa, _, exponent = repr(number).partition("e")
    return rf"{mantissa} \cdot 10^{{{int(exponent)}}}" if exponent else mantissa


BELOW = r" \\ "
PRINTERS: dict[str, Callable[[Array], str]] = {
    "str": str,
    "repr": repr,
    "np.repr": lambda array: f"np.{array!r}",
    "float32": lambda array: repr(array.astype(np.float32)),
    "list": lambda array: str(array.tolist()),
    "tuples": lambda array: str(tuple(map(tuple, array.tolist()))),
    "JSON": lambda array: json.dumps(array.tolist(), indent=1),
    "compact JSON": lambda array: json.dumps(array.tolist(), separators=(",", ":")),
    "list of arrays": lambda array: str(list(array)),
    "list of scalars": lambda array: str([list(row) for row in array]),
    "torch": lambda array: f"tensor({array.tolist()}, dtype=torch.float64, grad_fn=<MulBackward0>)",
    "MATLAB, blanks": lambda array: f"[{rows(array, ' ', '; ')}]",
    "MATLAB, commas": lambda array: f"A = [{rows(array, ', ', ';')}];",
    "MATLAB, continued": lambda array: f"[{rows(array, ' ', '; ...' + chr(10))}]",
    "MATLAB, printed": lambda array: f"ans =\n\n   {rows(array, '   ', chr(10) + '   ')}\n\n",
    "bmatrix": lambda array: rf"\begin{{bmatrix}} {rows(array, ' & ', BELOW, typeset)} \end{{bmatrix}}",
    "sympy": lambda array: rf"\left[\begin{{matrix}}{rows(array, ' & ', BELOW, typeset)}\end{{matrix}}\right]",
    "array": lambda array: rf"$$\begin{{array}}{{rr}} {rows(array, '&', BELOW)} {BELOW} \end{{array}}$$",
    "blanks and lines": lambda array: rows(array, " ", "\n"),
    "TSV": lambda array: rows(array, "\t", "\r\n") + "\r\n",
    "CSV": lambda array: rows(array, ", ", "\n"),
}
SHEETS: dict[str, Callable[[Array], str]] = {  # with decimal commas
    "TSV": lambda array: rows(array, "\t", "\n", comma),
    "CSV": lambda array: rows(array, ";", "\n", comma),
    "blanks": lambda array: rows(array, " ", "\n", comma),
}


@pytest.mark.parametrize("printer", PRINTERS)
@settings(max_examples=40, deadline=None)
@given(array=MATRICES)
def test_a_printed_matrix_is_read_and_split_into_cells(printer: str, array: Array):
    text = PRINTERS[printer](array)
    values = read_numbers(text).values
    assert values.shape == array.shape
    assert np.allclose(values, array, rtol=1e-15, atol=0)  # a power of ten in LaTeX is multiplied out
    grid = cells(text)
    assert [[read_numbers(entry).values.tolist() for entry in row] for row in grid] == values.tolist()


@pytest.mark.parametrize("printer", SHEETS)
@settings(max_examples=40, deadline=None)
@given(array=MATRICES)
def test_a_sheet_with_decimal_commas_is_read(printer: str, array: Array):
    array = np.round(array / 7, 4)
    decimals = [comma(value).partition(",")[2] for value in array.flat]
    assume({len(digits) for digits in decimals if digits} != {3})  # 28,441 may be thousands, where all are so
    assert np.array_equal(read_numbers(SHEETS[printer](array)).values, array)


@settings(deadline=None)
@given(arrays(np.float64, array_shapes(min_dims=0, max_dims=5, max_side=3), elements=FINITE))
def test_any_array_comes_back_from_json_to_the_last_bit(array: Array):
    text = json.dumps(array.tolist())
    for typed in (array.tolist(), text, f"\n {text} \r\n", f"np.array({text})"):
        values = read_numbers(typed).values
        assert values.shape == array.shape
        assert values.tobytes() == array.tobytes()  # the sign of zero included


@settings(max_examples=40, deadline=None)  # numpy takes its time to find the shortest digits
@given(arrays(np.float64, array_shapes(min_dims=0, max_dims=4, max_side=3), elements=FINITE))
def test_any_array_comes_back_from_numpy_to_the_last_digit(array: Array):
    with np.printoptions(floatmode="unique", precision=17):
        for typed in (repr(array), str(array)):
            values = read_numbers(typed).values
            assert values.shape == array.shape
            assert np.array_equal(values, array)


@pytest.mark.parametrize("shape", [(40,), (7,), (8,), (9,), (12,), (3, 40), (2, 2, 30)])
@pytest.mark.parametrize("end_of_line", ["\n", "\r\n"])
def test_rows_that_numpy_breaks_are_whole_again(shape: tuple[int, ...], end_of_line: str):
    random = np.random.default_rng(1)
    for array in (
        random.normal(size=shape),
        random.integers(-9999, 9999, size=shape),
        random.exponential(size=shape) * 1e9,
    ):
        for typed in (str(array), repr(array)):
            values = read_numbers(typed.replace("\n", end_of_line)).values
            assert values.shape == shape
            assert np.allclose(values, array, rtol=1e-7)  # numpy prints eight digits


@pytest.mark.parametrize("typed", ["[1 2\n 3 4]", "[1\n 2]", f"[{' 1.5' * 16}\n {' 1.5' * 16}]"])
def test_short_lines_between_brackets_are_not_guessed_to_be_one_row(typed: str):
    with pytest.raises(Unreadable) as refused:
        read_numbers(typed)
    assert refused.value.message == ROW_BEGINS


def test_what_numpy_leaves_out_is_asked_for():
    with pytest.raises(Unreadable, match="Dots stand for entries that are missing"):
        read_numbers(str(np.zeros((100, 100))))


def test_as_many_entries_as_fit_are_read():
    array = np.arange(float(MAX_ENTRIES)).reshape(16, 16) / 3
    for printer in PRINTERS.values():
        assert read_numbers(printer(array)).values.shape == array.shape


# Cells --------------------------------------------------------------------------------------------

GRIDS = [
    ("3", (("3",),)),
    ("2/3", (("2/3",),)),
    ("[1, 2]", (("1",), ("2",))),  # a flat list is a column
    ("1 2", (("1",), ("2",))),
    ("1\n2", (("1",), ("2",))),
    ("1\t2", (("1", "2"),)),  # one line of a sheet is a row
    ("1, 2", (("1", "2"),)),
    ("[[1, 2]]", (("1", "2"),)),
    ("[[1.50, 2/3], [+3, sqrt( 2 )]]", (("1.50", "2/3"), ("3", "sqrt(2)"))),
    ("1,5\t2,5\n3,5\t-4,0", (("1.5", "2.5"), ("3.5", "-4.0"))),
    ("−1;½\n2 π;e⁻²", (("-1", "1/2"), ("2*pi", "e^-2"))),
    (r"\begin{bmatrix} \frac{1}{2} & -\frac{\sqrt{2}}{2} \end{bmatrix}", (("1/2", "-(sqrt(2)/2)"),)),
    (
        r"\begin{bmatrix} \frac{1}{2}\pi & 2^{-1} \\ \frac{1+\pi}{2} & 1 \end{bmatrix}",
        (("(1/2)*pi", "2^-1"), ("(1+pi)/2", "1")),
    ),
    ("[[[1, 2]]]", None),
]


@pytest.mark.parametrize(("text", "grid"), GRIDS)
def test_cells_hold_entries_as_they_were_typed(text: str, grid: tuple[tuple[str, ...], ...] | None):
    if grid is None:
        with pytest.raises(Unreadable, match="more than two ways") as refused:
            cells(text)
        assert refused.value.position == 3
    else:
        assert cells(text) == grid


@pytest.mark.parametrize("text", [text for text, _ in readable.ONE_NUMBER + readable.MATRICES], ids=ascii)
def test_cells_read_again_are_the_same_numbers_to_the_last_bit(text: str):
    values = read_numbers(text).values
    if values.ndim > 2:
        with pytest.raises(Unreadable, match="more than two ways"):
            cells(text)
        return
    grid = cells(text)
    again = np.array([[read_numbers(entry).values.tolist() for entry in row] for row in grid])
    assert again.tobytes() == values.tobytes()
    assert again.ndim == 2
    assert values.ndim < 2 or again.shape == values.shape
    assert all(entry.isascii() and "," not in entry for row in grid for entry in row)


@pytest.mark.parametrize("text", ["½+" * 40 + "½", "√" * 21 + "2"])
def test_cells_hold_what_can_be_read_again_or_nothing(text: str):
    assert read_numbers(text).values.shape == ()
    with pytest.raises(Unreadable, match="too long for a cell"):
        cells(text)


@pytest.mark.parametrize("text", ["", "1,5", "[1, 2", "x", "1 2\n3"])
def test_cells_refuse_what_cannot_be_read(text: str):
    with pytest.raises(Unreadable) as refused:
        cells(text)
    with pytest.raises(Unreadable, match=re.escape(refused.value.message)) as same:
        read_numbers(text)
    assert refused.value.position == same.value.position
