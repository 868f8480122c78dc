"""What a person typed, read as numbers and shapes; and numbers and shapes, written as LaTeX.

Reading is separate from marking: whatever cannot be read raises `Unreadable` and costs nothing. Everything is
bounded (`MAX_…`), nothing is evaluated but constant expressions, by our own hands, and no message repeats the
input. In the order in which a text passes them:

    displays     what programs print around numbers
    characters   which ones mean the same; what to do about strange ones
    tokens       numbers, names, signs, brackets and blanks, each with its place
    words        the names of constants and functions
    typeset      LaTeX as plain tokens
    matrices     brackets, rows and cells; pieces and commas say where one entry ends, lines where a row does
    constants    the tokens of one entry as a number
    numbers      all of it as an array
    shapes       answers that are shapes
    latex        numbers and arrays printed
"""

from app.answers.latex import Array, are_fractions, array_latex, number_latex, values_latex
from app.answers.numbers import Numbers, cells, read_numbers
from app.answers.shapes import (
    MAX_SIZE,
    UNDEFINED,
    UNDEFINED_LATEX,
    Undefined,
    is_undefined,
    read_shape,
    shape_latex,
)
from app.answers.unreadable import MAX_ENTRIES, MAX_NUMBER, MAX_TEXT, MAX_WAYS, Unreadable

__all__ = [
    "MAX_ENTRIES",
    "MAX_NUMBER",
    "MAX_SIZE",
    "MAX_TEXT",
    "MAX_WAYS",
    "UNDEFINED",
    "UNDEFINED_LATEX",
    "Array",
    "Numbers",
    "Undefined",
    "Unreadable",
    "are_fractions",
    "array_latex",
    "cells",
    "is_undefined",
    "number_latex",
    "read_numbers",
    "read_shape",
    "shape_latex",
    "values_latex",
]
