r"""Logistic regression: $p = \sigma(a)$ with the logistic sigmoid, label $t \in \{0, 1\}$."""

import numpy as np

FRACTIONS = (1 / 3, 2 / 3, 1 / 4, 3 / 4, 1 / 5, 4 / 5)  # probabilities for paper


def logit(p):
    """The pre-activation at which the sigmoid is p."""
    return np.log(p / (1 - p))


def cross_entropy(a, t):
    r"""The loss $-t\ln p - (1 - t)\ln(1 - p)$ at $p = \sigma(a)$, entry by entry, without computing p."""
    return t * np.log1p(np.exp(-a)) + (1 - t) * np.log1p(np.exp(a))
