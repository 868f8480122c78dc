r"""Formulas with numbers in LaTeX, such as $3x_1 - x_4 + 2$, or ready for Python."""

import re

import numpy as np

from app.exercise import values_latex


def term(coefficient, symbol):
    """A multiple of a symbol: the coefficients 1 and -1 are not written."""
    if abs(coefficient) == 1:
        return symbol if coefficient > 0 else f"-{symbol}"
    return f"{values_latex(coefficient)}{symbol}"


def in_brackets(number):
    """A number as a term or a factor: in brackets where it is negative."""
    return values_latex(number) if number >= 0 else f"({values_latex(number)})"


def inserted(coefficients, values, constant=0.0):
    r"""The sum of products of numbers, and a constant, such as $2 \cdot 3 - (-4) + 1$."""
    factors = zip(np.ravel(coefficients), map(in_brackets, np.ravel(values)))
    return total(coefficients, [x if abs(w) == 1 else rf" \cdot {x}" for w, x in factors], constant)


def total(coefficients, symbols, constant=0.0):
    """The sum of multiples of symbols, in this order, and of a constant, a number or a column; without what is 0."""
    entries = [float(coefficient) for coefficient in np.ravel(coefficients)]
    terms = [term(entry, symbol) for entry, symbol in zip(entries, symbols) if entry]
    if np.any(constant):
        terms.append(values_latex(constant))
    return " + ".join(terms).replace("+ -", "- ") or "0"


def variables(count, letter="x"):
    """The names $x_1$ to $x_D$ of the entries of a vector."""
    return [f"{letter}_{d}" for d in range(1, count + 1)]


def components(A, b, letter="x"):
    """The components of an affine map as a list of formulas, such as $2x_1 - x_3 + 4$."""
    return [total(row, variables(len(row), letter), constant) for row, constant in zip(A, b[:, 0])]


def matrix_latex(rows):
    """Rows of formulas as a matrix."""
    return r"\begin{bmatrix} " + r" \\ ".join(" & ".join(row) for row in rows) + r" \end{bmatrix}"


def column_latex(formulas):
    """Formulas one under the other."""
    return matrix_latex([[formula] for formula in formulas])


def expression(coefficients, constant=0.0):
    """The sum for the entries of x and a constant, as an expression in `x1`, `x2` and so on, ready for Python."""
    products = [f"*x{d}" for d in range(1, np.size(coefficients) + 1)]
    return re.sub(r"(?<![0-9])\*", "", total(coefficients, products, constant))
