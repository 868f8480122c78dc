"""Numbers and arrays written as LaTeX. Pure."""

from fractions import Fraction
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float64]]


def number_latex(number: float, *, fractions: bool = False, digits: int = 6) -> str:
    """A number as a student would write it: whole, as a small fraction where asked for, or rounded."""
    if number == round(number) and abs(number) < 1e15:
        return str(int(number))
    if fractions:
        near = Fraction(number).limit_denominator(999)
        if near.denominator > 1 and abs(float(near) - number) <= 1e-12 * abs(number):
            return rf"{'-' if near < 0 else ''}\frac{{{abs(near.numerator)}}}{{{near.denominator}}}"
    mantissa, _, exponent = f"{number:.{digits}g}".partition("e")
    return rf"{mantissa}\cdot10^{{{int(exponent)}}}" if exponent else mantissa


def are_fractions(values: Array) -> bool:
    """Whether all numbers are whole or small fractions, as a student would write them."""
    return all("." not in number_latex(value, fractions=True) for value in values.ravel().tolist())


def array_latex(shape: tuple[int, ...], entries: tuple[str, ...]) -> str:
    """Entries in row-major order as a number, a matrix, or a list of matrices."""
    if len(shape) == 0:
        return entries[0]
    if len(shape) == 1:
        return rf"\left({', '.join(entries)}\right)"
    if len(shape) == 2:
        columns = shape[1]
        rows = [" & ".join(entries[k : k + columns]) for k in range(0, len(entries), columns)]
        return r"\begin{bmatrix} " + r" \\ ".join(rows) + r" \end{bmatrix}"
    size = len(entries) // shape[0]
    slices = (array_latex(shape[1:], entries[k : k + size]) for k in range(0, len(entries), size))
    return rf"\left({', '.join(slices)}\right)"


def values_latex(values: Array | float, *, fractions: bool = False) -> str:
    """An array or a number as LaTeX; `fractions` writes 1/3 for 0.333…"""
    values = np.asarray(values)
    return array_latex(values.shape, tuple(number_latex(float(v), fractions=fractions) for v in values.flat))
