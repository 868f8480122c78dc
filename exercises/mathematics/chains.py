r"""Chains of functions: their sizes, and the chain $\mathbf x \mapsto y \mapsto \mathbf z \mapsto \mathbf A\mathbf z$.

The sizes `n` are those of the input and of the value after each step: step k, from 1 on, has a derivative of n[k]×n[k − 1].
"""

import numpy as np

from app.exercise import col, values_latex


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


def sizes_last_to_first(n):
    """The sizes of the derivatives in the order of the chain rule, in LaTeX."""
    return r"\,".join(rf"({n[k]}\times{n[k - 1]})" for k in range(len(n) - 1, 0, -1))


def ones(n):
    """A matrix of ones for each step."""
    return [np.ones((n[k], n[k - 1])) for k in range(1, len(n))]


def f(x, q, c):
    """y, a number: the squared norm of x if `q`, else the linear form with the coefficients c."""
    return float(((x if q else c).T @ x).item())


def g(y, al):
    """z, N×1: the first entry is a multiple of y², the others of y."""
    return col([al[0, 0] * y**2, *(al[1:, 0] * y)])


def dg(y, al):
    """The derivative of z by y, N×1."""
    return col([2 * al[0, 0] * y, *al[1:, 0]])


def f_latex(q, c):
    r"""What y is, such as $\mathbf c^\top\mathbf x$ with the numbers in c."""
    return (
        r"\lVert\mathbf x\rVert_2^2" if q else rf"\mathbf c^\top\mathbf x \text{{ with }} \mathbf c = {values_latex(c)}"
    )


def g_latex(al):
    r"""What z is, with $\alpha_n$ for its factors."""
    entries = [r"\alpha_1 y^2", *(rf"\alpha_{n} y" for n in range(2, len(al) + 1))]
    return r"\begin{bmatrix} " + r" \\ ".join(entries) + r" \end{bmatrix}"
