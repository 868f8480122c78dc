"""Numbers as exercises use them: always with two axes, compared without broadcasting."""

from collections.abc import Sequence
from math import isfinite
from typing import Final

import numpy as np
import numpy.typing as npt

from app.answers import Array, Undefined
from app.formula import Formula

Value = Array | tuple[int, ...] | Undefined | str | Formula  # what an answer, a reference or a misconception comes to

EXACT: Final = 1e-6  # absolute tolerance where every entry of the reference is whole
ROUNDED: Final = 1e-3  # tolerance otherwise, relative to the largest entry of the reference
WHOLE: Final = 1e-12  # so near to a whole number is whole
CLOSE: Final = 10  # within so many tolerances: "check your rounding"
APART: Final = 20  # a misconception lies at least so many tolerances from the reference


def col(entries: npt.ArrayLike) -> Array:
    """Entries as a column, n×1."""
    return np.asarray(entries, dtype=np.float64).reshape(-1, 1)


def row(entries: npt.ArrayLike) -> Array:
    """Entries as a row, 1×n."""
    return np.asarray(entries, dtype=np.float64).reshape(1, -1)


def diag(entries: npt.ArrayLike) -> Array:
    """The n×n matrix with these n entries on its diagonal, zeros elsewhere."""
    return np.diag(np.asarray(entries, dtype=np.float64).ravel())


def without_unit_axes(array: npt.ArrayLike) -> Array:
    """One entry is a scalar, whatever its axes: a 1×1 matrix and a number are the same thing here."""
    values = np.asarray(array, dtype=np.float64)
    return values.reshape(()) if values.size == 1 else values


def tolerance(reference: Array) -> float:
    """How far an answer may lie from the reference in any entry, absolute.

    1e-6 where the reference is whole; else a thousandth of its largest entry, so that an exact zero
    beside large entries is not held to more digits than they are.
    """
    entries = reference.ravel().tolist()  # few: plain numbers are faster than arrays here
    if not all(map(isfinite, entries)):
        return EXACT
    if all(abs(entry - round(entry)) <= WHOLE for entry in entries):
        return EXACT
    return max(EXACT, ROUNDED * max(map(abs, entries)))


class Near:
    """The values that would be accepted if one were right: equal ones, or arrays within a tolerance of it.

    Shapes are compared first, entries next, until one is too far away: never broadcast, and nothing is near to
    what is not finite.
    """

    __slots__ = ("entries", "shape", "tolerance", "value")

    def __init__(self, value: Value, tolerance: float):
        self.value = value
        self.tolerance = tolerance
        if isinstance(value, np.ndarray):
            self.shape, self.entries = value.shape, value.ravel().tolist()

    def __contains__(self, value: Value) -> bool:
        if not isinstance(value, np.ndarray) or not isinstance(self.value, np.ndarray):
            return type(value) is type(self.value) and value == self.value
        if value.shape != self.shape:
            return False
        most = self.tolerance
        return all(abs(a - b) <= most for a, b in zip(value.ravel().tolist(), self.entries, strict=True))


def distance(a: Array, b: Array) -> float:
    """The largest difference between two entries; infinite between different shapes. Never broadcasts."""
    if a.shape != b.shape:
        return float("inf")
    with np.errstate(over="ignore"):
        return float(np.abs(a - b).max())


def is_finite(value: Value) -> bool:
    """Whether all entries are finite; shapes, choices and `UNDEFINED` always are."""
    return not isinstance(value, np.ndarray) or bool(np.isfinite(value).all())


def bind(symbols: Sequence[str], shape: Sequence[int], sizes: dict[str, int]) -> bool:
    """Match a shape against symbols such as `N D`, noting new sizes. False where they do not fit."""
    if len(symbols) != len(shape):
        return False
    return all(
        size == (int(symbol) if symbol.isdigit() else sizes.setdefault(symbol, size))
        for symbol, size in zip(symbols, shape, strict=True)
    )
