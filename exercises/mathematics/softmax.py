r"""The softmax $s_i = e^{z_i} / \sum_j e^{z_j}$ of K scores z, a column K×1."""

import numpy as np

from app.exercise import values_latex


def softmax(z):
    """The probabilities, K×1."""
    powers = np.exp(z - z.max())
    return powers / powers.sum()


def scores_latex(z):
    r"""Scores as a column in LaTeX; those that are logarithms of whole numbers as such."""
    return r"\begin{bmatrix} " + r" \\ ".join(_score_latex(score) for score in z[:, 0]) + r" \end{bmatrix}"


def _score_latex(score):
    whole = int(np.rint(np.exp(score)))
    return rf"\ln {whole}" if whole > 1 and abs(np.log(whole) - score) < 1e-12 else values_latex(score)


def known(z, s):
    """The scores or, at unknown ones, the probabilities: a sentence."""
    if s is None:
        return rf"The scores are $\mathbf z = {values_latex(z)}$."
    return rf"At some scores, which are not needed, $\mathbf s = {values_latex(s, fractions=True)}$."
