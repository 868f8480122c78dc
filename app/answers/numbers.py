"""Numeric answers: a number, a list, a matrix or a tensor, from JSON or from a text."""

import math
import re
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from app.answers.constants import Term
from app.answers.latex import Array, array_latex, number_latex
from app.answers.matrices import read_entry, read_layout
from app.answers.pieces import Rows
from app.answers.unreadable import MAX_CELL, MAX_ENTRIES, MAX_NUMBER, MAX_PARENTHESES, MAX_WAYS, NOT_FINITE, Unreadable

DECIMAL: Final = r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
SIMPLE: Final = re.compile(rf"[ \t\r\n]*([+-]?)({DECIMAL})(?:/({DECIMAL}))?[ \t\r\n]*")


@dataclass(frozen=True)
class Numbers:
    """Numbers as they were typed: their values, their LaTeX entry by entry.

    `values` has no axis for a single number, one for a flat list (which has no orientation yet),
    two or more for rows of rows.
    """

    values: Array
    entries: tuple[str, ...]

    def as_column(self) -> "Numbers":
        """A flat list of n numbers read as an n×1 column; anything else unchanged."""
        return Numbers(self.values[:, None], self.entries) if self.values.ndim == 1 else self

    @property
    def latex(self) -> str:
        return array_latex(self.values.shape, self.entries)


def read_numbers(raw: object) -> Numbers:
    """Read a JSON number, a nested list of numbers, or a text such as `2/3` or `[[1, 2], [3, 4]]`.

    Raises `Unreadable` for anything else, and for rows of different lengths, empty cells, booleans
    and numbers that are not finite.
    """
    content = raw
    if isinstance(raw, str):
        if simple := _simple(raw):
            return Numbers(np.asarray(simple[0]), (simple[1],))
        content = read_layout(raw).content
    if not isinstance(content, list):
        value, latex = _entry(content)
        return Numbers(np.asarray(value), (latex,))
    shape, leaves = _arranged(content)
    values: list[float] = []
    entries: list[str] = []
    try:
        for leaf in leaves:
            value, latex = _entry(leaf)
            values.append(value)
            entries.append(latex)
    except Unreadable as refused:
        raise Unreadable(_where(len(values), shape) + refused.message, refused.position) from None
    return Numbers(np.array(values).reshape(shape), tuple(entries))


def cells(text: str) -> tuple[tuple[str, ...], ...]:
    """The entries of a pasted number, list or matrix, row by row, each as a text that `read_numbers` reads.

    A flat list is a column, one line of a sheet is a row as it stands there. Raises `Unreadable`, also
    where there are more than two ways.
    """
    layout = read_layout(text)
    if isinstance(layout.content, Term):
        return ((_cell(layout.content),),)
    shape, leaves = _arranged(layout.content)
    if len(shape) > 2:
        raise Unreadable("This has more than two ways. Paste one matrix at a time.", _first(leaves))
    columns = shape[-1] if len(shape) == 2 or layout.is_line else 1
    texts = [_cell(leaf) for leaf in leaves]
    return tuple(tuple(texts[begin : begin + columns]) for begin in range(0, len(texts), columns))


def _cell(term: Term) -> str:
    if len(term.entry) > MAX_CELL or term.entry.count("(") > MAX_PARENTHESES:  # so that it can be read again
        raise Unreadable("This entry is too long for a cell. Send its value.", term.position)
    return term.entry


# Entries ------------------------------------------------------------------------------------------


def _entry(raw: object) -> tuple[float, str]:
    """The value of a number in JSON or in a text, and its LaTeX."""
    if isinstance(raw, Term):
        return raw.value, raw.latex
    if isinstance(raw, bool) or raw is None:
        raise Unreadable(f"Expected a number, not {'an empty cell' if raw is None else 'true or false'}.")
    if isinstance(raw, (int, float)):
        value = _float(raw)
        return value, number_latex(value, digits=15)
    if isinstance(raw, str):
        return _simple(raw) or read_entry(raw)[:2]
    raise Unreadable("Expected a number, a list of numbers or a text.")


def _float(number: int | float) -> float:
    try:
        value = float(number)
    except OverflowError:
        value = math.inf
    if not math.isfinite(value):
        raise Unreadable(NOT_FINITE)
    return value


def _simple(text: str) -> tuple[float, str] | None:
    """A decimal number or a fraction of two, which most answers are; None for all others, and for faults."""
    match = SIMPLE.fullmatch(text) if len(text) <= MAX_NUMBER else None
    if match is None:
        return None
    sign, above, below = match.groups()
    over = float(above)
    latex = number_latex(over, digits=15) if over < math.inf else ""
    if below is not None:
        under = float(below)
        if not 0 < under < math.inf:
            return None
        over /= under
        latex = rf"\frac{{{latex}}}{{{number_latex(under, digits=15)}}}"
    if over == math.inf or not latex:
        return None
    return (-over, f"-{latex}") if sign == "-" else (over, latex)


# Lists --------------------------------------------------------------------------------------------


def _arranged(nested: list[Any]) -> tuple[tuple[int, ...], list[Any]]:
    """The shape of nested lists and what they hold, in row-major order. Raises `Unreadable` where rows differ."""
    shape: tuple[int, ...] = ()
    level: list[Any] = [nested]
    while isinstance(level[0], list):
        size = len(level[0])
        for place, part in enumerate(level):
            if not isinstance(part, list) or len(part) != size or not size:
                raise _ragged(level, place, shape)
        if len(shape) == MAX_WAYS:
            raise Unreadable(f"An answer may have at most {MAX_WAYS} ways.", _first(level))
        if size * len(level) > MAX_ENTRIES:
            raise Unreadable(f"An answer may have at most {MAX_ENTRIES} entries.", _first(level))
        shape = (*shape, size)
        level = [entry for part in level for entry in part]
    for place, entry in enumerate(level):
        if isinstance(entry, list):
            raise _ragged(level, place, shape)
    return shape, level


def _first(level: list[Any]) -> int | None:
    """Where these begin, if they come from a text."""
    return level[0].position if isinstance(level[0], (Rows, Term)) else None


def _path(place: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    """The indices, from 1, of the entry at a place in row-major order."""
    path: list[int] = []
    for size in reversed(shape):
        place, index = divmod(place, size)
        path.append(index + 1)
    return tuple(reversed(path))


def _where(place: int, shape: tuple[int, ...]) -> str:
    path = _path(place, shape)
    if not path:
        return ""
    return f"Entry {path[0]}: " if len(path) == 1 else f"Row {path[0]}, entry {path[1]}: "


def _ragged(level: list[Any], place: int, shape: tuple[int, ...]) -> Unreadable:
    """What is wrong with the first part of a level that is unlike those before it."""
    part = level[place]
    position = _first([part])
    if isinstance(part, list) and not part:
        return Unreadable(f"{_where(place, shape)}An empty list has no entries.", position)
    path = _path(place, shape)
    depth = max(k for k, index in enumerate(path) if index > 1)  # the ways in which its neighbour is another one
    where = _where(place // math.prod(shape[depth:]), shape[:depth])
    k, first = path[depth], level[0]
    if depth < len(path) - 1:
        message = f"Entry 1 and entry {k} have different shapes. Give all of them the same."
    elif isinstance(first, list) and isinstance(part, list):
        entries = "1 entry" if len(first) == 1 else f"{len(first)} entries"
        message = f"Row 1 has {entries} and row {k} has {len(part)}. Give every row the same number of entries."
    else:
        message = f"Entry 1 and entry {k} are a number and a list. Send numbers only, or rows only."
    return Unreadable(where + message, position)
