r"""Chains of functions: their sizes, and the chain $\mathbf x \mapsto y \mapsto \mathbf z \mapsto \mathbf A\mathbf z$.

`n` holds the sizes of the input and of the value after each step: step k, from 1 on, has a derivative of n[k]×n[k − 1].
"""

import numpy as np

from app.exercise import col, values_latex
from exercises.mathematics.drawing import decimals, ints, numbers, sizes


def spaces(n):
    r"""The spaces with numbered arrows between them, in LaTeX."""
    names = [r"\mathbb R" if size == 1 else rf"\mathbb R^{{{size}}}" for size in n]
    return names[0] + "".join(rf" \xrightarrow{{\text{{step {k}}}}} {name}" for k, name in enumerate(names[1:], 1))


def first_to_last(n):
    r"""The derivatives $\mathbf J_1 \, \mathbf J_2 \cdots$ in the order of the steps, in LaTeX."""
    return r" \, ".join(rf"\mathbf J_{k}" for k in range(1, len(n)))


def last_to_first(n):
    """The same in the order of the chain rule."""
    return r" \, ".join(rf"\mathbf J_{k}" for k in range(len(n) - 1, 0, -1))


def with_sizes(n):
    """The sizes of the derivatives in the order of the chain rule, in LaTeX."""
    return r"\,".join(rf"({n[k]}\times{n[k - 1]})" for k in range(len(n) - 1, 0, -1))


def ones(n):
    """A matrix of ones for each step."""
    return [np.ones((n[k], n[k - 1])) for k in range(1, len(n))]


def draw(rng, level):
    """Such a chain and a point x0; the value y0 of y is apart from 0, from 1 and from the first entry of x0."""
    hand, quadratic = level == "hand", bool(rng.random() < 0.6)
    D, N, M = sizes(rng, 2, 4, 3)
    x0 = ints(rng, -2, 2, D, 1) if hand else decimals(rng, -1.2, 1.2, D, 1)
    c = None if quadratic else numbers(rng, level, D, 1, largest=3)
    al = ints(rng, -3, 3, N, 1) if hand else decimals(rng, -1.5, 1.5, N, 1)
    y0 = f(x0, quadratic, c)
    if abs(y0) <= 0.3 or abs(y0 - 1) <= 0.2 or abs(y0 - x0[0, 0]) <= 0.2:
        return None
    return dict(x0=x0, q=quadratic, c=c, al=al, A=numbers(rng, level, M, N, largest=3), y0=y0)


def f(x, q, c):
    """y, a number: the squared norm of x if `q`, else the linear form with the coefficients c."""
    return float(((x if q else c).T @ x).item())


def g(y, al):
    """z, N×1: the first entry is a multiple of y², the others of y."""
    return col([al[0, 0] * y**2, *(al[1:, 0] * y)])


def dg(y, al):
    """The derivative of z by y, N×1."""
    return col([2 * al[0, 0] * y, *al[1:, 0]])


def setting(q, c):
    """What y is, as the beginning of a sentence that goes on with z."""
    if q:
        return r"Let $y = f(\mathbf x) = \lVert\mathbf x\rVert_2^2$ and"
    return rf"Let $y = f(\mathbf x) = \mathbf c^\top\mathbf x$ with $\mathbf c = {values_latex(c)}$ and"


def g_latex(al):
    r"""What z is, with $\alpha_n$ for its factors."""
    entries = [r"\alpha_1 y^2", *(rf"\alpha_{n} y" for n in range(2, len(al) + 1))]
    return r"\begin{bmatrix} " + r" \\ ".join(entries) + r" \end{bmatrix}"
