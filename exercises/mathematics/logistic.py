r"""Logistic regression: $p = \sigma(a)$ with the logistic sigmoid, label $t \in \{0, 1\}$."""

from math import gcd

import numpy as np

FRACTIONS = (1 / 3, 2 / 3, 1 / 4, 3 / 4, 1 / 5, 4 / 5)  # probabilities for paper
PROPER_FRACTIONS = [p / q for q in range(3, 13) for p in range(1, q) if gcd(p, q) == 1 and abs(p / q - 0.5) > 0.05]


def logit(p):
    """The pre-activation at which the sigmoid is p."""
    return np.log(p / (1 - p))


def cross_entropy(a, t):
    r"""The loss $-t\ln p - (1 - t)\ln(1 - p)$ at $p = \sigma(a)$, entry by entry, without computing p."""
    return t * np.log1p(np.exp(-a)) + (1 - t) * np.log1p(np.exp(a))
