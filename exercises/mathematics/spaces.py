r"""Spaces and their vectors in LaTeX, by their size: $\mathbb R$ for 1, where vectors are numbers."""

from app.exercise import shape_latex


def space(size):
    r"""The space, such as $\mathbb{R}^{3}$."""
    return rf"\mathbb{{R}}^{{{size}}}" if size > 1 else r"\mathbb{R}"


def column(size):
    r"""The shape of its vectors, such as $3 \times 1$."""
    return shape_latex((size, 1) if size > 1 else ())
