r"""Logistic regression: $p = \sigma(a)$ with the logistic sigmoid, label $t \in \{0, 1\}$."""

from math import gcd

import numpy as np

from exercises.mathematics.drawing import decimals, ints, numbers

FRACTIONS = (1 / 3, 2 / 3, 1 / 4, 3 / 4, 1 / 5, 4 / 5)  # probabilities for paper
PROPER_FRACTIONS = [p / q for q in range(3, 13) for p in range(1, q) if gcd(p, q) == 1 and abs(p / q - 0.5) > 0.05]


def draw(rng, level):
    """An example x0 with label t, weights w and the pre-activation a0; by hand the prediction p, else the bias b."""
    D = int(rng.integers(2, 4))
    shown = dict(x0=numbers(rng, level, D, 1), t=int(rng.integers(2)), b=None, p=None)
    if level == "hand":
        p = float(rng.choice(FRACTIONS))
        return shown | dict(w=ints(rng, -2, 2, D, 1), p=p, a0=float(logit(p)))
    w, b = decimals(rng, -1, 1, D, 1), decimals(rng, -1, 1)
    a0 = (w.T @ shown["x0"]).item() + b
    return shown | dict(w=w, b=b, a0=a0) if 0.3 < abs(a0) < 2 else None


def prediction(a0):
    """The sigmoid of a0."""
    return 1 / (1 + np.exp(-a0))


def slope(a0):
    """The slope of the sigmoid at a0."""
    return prediction(a0) * (1 - prediction(a0))


def logit(p):
    """The pre-activation at which the sigmoid is p."""
    return np.log(p / (1 - p))


def cross_entropy(a, t):
    r"""The loss $-t\ln p - (1 - t)\ln(1 - p)$ at $p = \sigma(a)$, entry by entry, without computing p."""
    return t * np.log1p(np.exp(-a)) + (1 - t) * np.log1p(np.exp(a))
