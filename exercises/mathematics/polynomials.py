r"""Polynomials: a sum of K monomials $c_k\,x_1^{e_{k1}}\cdots x_D^{e_{kD}}$ at a point x, D×1.

A polynomial has exponents E, K×D, and coefficients c with K entries. A map of N polynomials has E N×K×D and c N×K.
"""

from itertools import product

import numpy as np

from exercises.mathematics.differences import jacobian
from exercises.mathematics.terms import column_latex, matrix_latex, total


def exponents(rng, degree, *shape):
    """Exponents 0 to 2 of this shape (K×D or N×K×D): no constants, the monomials of one polynomial different.

    No variable is missing, one is squared, and two are multiplied by each other.
    """
    *maps, K, D = shape
    monomials = np.array([e for e in product(range(3), repeat=D) if 1 <= sum(e) <= degree])
    while True:
        E = np.array([rng.permutation(monomials)[:K] for _ in range(int(np.prod(maps)))]).reshape(shape)
        rows = E.reshape(-1, D)
        if rows.any(axis=0).all() and (rows == 2).any() and ((rows > 0).sum(axis=1) > 1).any():
            return E


def value(E, c, x0):
    """The value at x0, N×1; 1×1 for a single polynomial."""
    monomials = np.prod(x0[:, 0] ** E, axis=-1)
    return (np.reshape(c, monomials.shape) * monomials).sum(axis=-1).reshape(-1, 1)


def partial(E, c, d, factor=True, others=True):
    """The polynomials ∂f/∂x_d (d 1-based): their exponents and coefficients, 0 for what does not contain x_d.

    Two slips: without `factor` the exponents do not come down, without `others` the other variables vanish.
    """
    lowered = np.array(E) if others else np.zeros_like(E)
    lowered[..., d - 1] = np.maximum(E[..., d - 1] - 1, 0)
    return lowered, np.reshape(c, E.shape[:-1]) * (E[..., d - 1] if factor else E[..., d - 1] > 0)


def derivative(E, c, x0, **slips):
    """The total derivative at x0, N×D; the row 1×D for a single polynomial."""
    return np.hstack([value(*partial(E, c, d, **slips), x0) for d in range(1, x0.size + 1)])


def factors_lost(E, c, x0):
    """The total derivative where exponents do not come down as factors."""
    return derivative(E, c, x0, factor=False)


def others_dropped(E, c, x0):
    """The total derivative with a 1 in the place of the variables that are held constant."""
    return derivative(E, c, x0, others=False)


def by_differences(E, c, x0):
    """The total derivative at x0 by finite differences of the sum as it is written, for oracles."""
    K, D = E.shape[-2:]

    def f(x):
        polynomials = zip(np.reshape(c, (-1, K)), np.reshape(E, (-1, K, D)))
        return [sum(a * np.prod(x[:, 0] ** e) for a, e in zip(*polynomial)) for polynomial in polynomials]

    return jacobian(f, x0)


def latex(E, c):
    """A polynomial as one would write it; monomials whose coefficient is 0 are left out, a constant is last."""
    contains_x = E.any(axis=1)
    return total(np.ravel(c) * contains_x, [power_product(e) for e in E], np.ravel(c)[~contains_x].sum())


def power_product(exponents):
    """The variables of a monomial with their exponents."""
    powers = [(d, int(e)) for d, e in enumerate(exponents, 1) if e]
    return "".join(f"x_{d}" if e == 1 else f"x_{d}^{e}" for d, e in powers)


def map_latex(E, c):
    """A map as the column of its polynomials."""
    return column_latex(latex(*polynomial) for polynomial in zip(E, c))


def derivative_latex(E, c):
    """The total derivative of a map before a point is inserted: the matrix of its partial derivatives."""
    directions = range(1, E.shape[-1] + 1)
    return matrix_latex([[latex(*partial(*polynomial, d)) for d in directions] for polynomial in zip(E, c)])


def gradient_latex(E, c):
    """The gradient of a polynomial before a point is inserted, a column."""
    return column_latex(latex(*partial(E, c, d)) for d in range(1, E.shape[-1] + 1))
