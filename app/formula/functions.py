"""Functions that apply entry by entry, with their slopes; and what an exercise may call σ.

At a kink every function here has the value that software gives it by convention: H(0), sign(0) and the slope of ReLU
at 0 are 0. No verdict depends on that (see `equivalence.py`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from app.answers import Array

Entrywise = Callable[[Array], Array]


@dataclass(frozen=True)
class Function:
    """A function of one number: its name, its LaTeX, itself and its derivatives as far as they are known.

    Calling it applies it to every entry of an array, `slope` applies its derivative. `kinked`: it has a kink or a jump
    where its argument is zero.
    """

    name: str
    latex: str
    orders: tuple[Entrywise, ...]
    kinked: bool = False

    def __call__(self, values: Array) -> Array:
        return self.orders[0](np.asarray(values, dtype=np.float64))

    def slope(self, values: Array) -> Array:
        return self.orders[1](np.asarray(values, dtype=np.float64))


def _logistic(a: Array) -> Array:
    return 1 / (1 + np.exp(-a))


def _logistic_slope(a: Array) -> Array:
    return _logistic(a) * _logistic(-a)


def _logistic_curvature(a: Array) -> Array:
    return _logistic_slope(a) * (1 - 2 * _logistic(a))


def _tanh_slope(a: Array) -> Array:
    return 1 - np.tanh(a) ** 2


def _tanh_curvature(a: Array) -> Array:
    return -2 * np.tanh(a) * _tanh_slope(a)


def _softplus(a: Array) -> Array:
    return np.logaddexp(0, a)


def _wave(a: Array) -> Array:
    return 2 * np.sin(a)


def _wave_slope(a: Array) -> Array:
    return 2 * np.cos(a)


def _wave_curvature(a: Array) -> Array:
    return -2 * np.sin(a)


def _relu(a: Array) -> Array:
    return np.maximum(a, 0)


def _step(a: Array) -> Array:
    return (a > 0).astype(np.float64)


def _named(latex: str) -> str:
    return rf"\operatorname{{{latex}}}"


FUNCTIONS: Final = {
    function.name: function
    for function in (
        Function("exp", r"\exp", (np.exp, np.exp, np.exp)),
        Function("ln", r"\ln", (np.log, np.reciprocal)),
        Function("sqrt", r"\sqrt", (np.sqrt,), kinked=True),
        Function("sin", r"\sin", (np.sin, np.cos)),
        Function("cos", r"\cos", (np.cos, lambda a: -np.sin(a))),
        Function("tan", r"\tan", (np.tan,)),
        Function("sinh", r"\sinh", (np.sinh, np.cosh)),
        Function("cosh", r"\cosh", (np.cosh, np.sinh)),
        Function("tanh", r"\tanh", (np.tanh, _tanh_slope, _tanh_curvature)),
        Function("sigmoid", _named("sigmoid"), (_logistic, _logistic_slope, _logistic_curvature)),
        Function("softplus", _named("softplus"), (_softplus, _logistic, _logistic_slope)),
        Function("relu", _named("relu"), (_relu, _step), kinked=True),
        Function("abs", _named("abs"), (np.abs, np.sign), kinked=True),
        Function("sign", _named("sign"), (np.sign,), kinked=True),
        Function("H", "H", (_step,), kinked=True),
    )
}
SPELLINGS: Final = {  # beside the names themselves
    "log": "ln",
    "sgn": "sign",
    "logistic": "sigmoid",
    "relu": "relu",
    "ReLU": "relu",
    "heaviside": "H",
    "step": "H",
}
GENERIC: Final = "generic"
STAND_INS: Final = {
    function.name: function
    for function in (
        FUNCTIONS["sigmoid"],
        FUNCTIONS["tanh"],
        FUNCTIONS["softplus"],
        Function("wave", _named("wave"), (_wave, _wave_slope, _wave_curvature)),
    )
}
"""For a function that an exercise leaves generic. The first three only grow, and no faster than their argument; the
wave, which is no word of formulas, rises and falls, and faster, so that |σ′| or min(σ′, 1) is not σ′."""
ANY_STAND_IN: Final = "sigmoid"  # where it does not matter which
