r"""Functions $f(x) = a x^n + b x + c$ of one variable."""

from exercises.mathematics.terms import total


def f(x, a, n, b, c):
    """The value at x."""
    return a * x**n + b * x + c


def variation(x, h, a, n, b):
    """The difference f(x + h) - f(x), in which c is not needed."""
    return f(x + h, a, n, b, 0) - f(x, a, n, b, 0)


def formula(a, n, b, c):
    """The formula of f in LaTeX, such as $3x^2 - x + 2$; terms that are 0 are left out."""
    return total([a, b], [f"x^{n}", "x"], c)


def derived(a, n, b):
    """The formula of its derivative, such as $6x - 1$."""
    return total([n * a], ["x" if n == 2 else f"x^{n - 1}"], b)
