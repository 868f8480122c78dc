"""mitx-grading-library: a MatrixGrader, given every function of the battery that it lacks."""

import re
from collections.abc import Callable
from typing import Any, Final

import numpy as np
from mitxgraders import MatrixGrader, RealInterval, RealMatrices, RealVectors, SquareMatrices
from mitxgraders.exceptions import InputTypeError
from mitxgraders.helpers.calc import MathArray

SIZES: Final = (3, 4, 5, 6)  # its authors fix sizes
WORD: Final = re.compile(r"[A-Za-z]\w*")
FILLED: Final = re.compile(r"(identity|ones|zeros)_(\w+)_(\w+)")


def accepts(question: dict[str, Any], *, columns: bool) -> bool:
    """Whether a formula is accepted; `columns`: they are n×1 matrices, else vectors without an orientation."""
    sizes = dict(zip(question["letters"], SIZES, strict=False), **{"1": 1, "3": 3})
    formula, reference = (_inlined(question[text], question["computed"]) for text in ("formula", "reference"))
    grader = MatrixGrader(
        answers=reference,
        variables=list(question["shapes"]),
        sample_from={name: _samples(name, question, sizes, columns) for name in question["shapes"]},
        user_constants=dict(_constants(set(WORD.findall(f"{formula} {reference}")), sizes, columns)),
        user_functions=_functions(question["functions"]),
        max_array_dim=2,
        suppress_warnings=True,
        shape_errors=False,
    )
    try:
        return bool(grader(None, formula)["ok"])
    except InputTypeError:  # of another shape than the right one
        return False


def _inlined(formula: str, computed: dict[str, str]) -> str:
    for name in reversed(computed):
        formula = re.sub(rf"\b{name}\b", f"({computed[name]})", formula)
    return formula


def _samples(name: str, question: dict[str, Any], sizes: dict[str, int], columns: bool) -> Any:
    shape = question["shapes"][name].split()
    if len(shape) < 2:
        return RealInterval([0.2 if name in question["positive"] else -3, 3])
    rows, wide = (sizes[size] for size in shape)
    if name in question["symmetric"]:
        return SquareMatrices(dimension=rows, symmetry="symmetric")
    return RealVectors(shape=rows) if wide == 1 and not columns else RealMatrices(shape=[rows, wide])


def _constants(names: set[str], sizes: dict[str, int], columns: bool) -> Any:
    make = {"identity": lambda rows, wide: np.eye(rows, wide), "ones": _ones, "zeros": lambda *shape: 0 * _ones(*shape)}
    for name in names:
        if found := FILLED.fullmatch(name):
            array = make[found[1]](sizes[found[2]], sizes[found[3]])
            yield name, MathArray(array.ravel() if not columns and 1 in array.shape else array)
        elif name.startswith("size_"):
            yield name, sizes[name.removeprefix("size_")]


def _ones(rows: int, wide: int) -> Any:
    return np.ones((rows, wide))


def _sigmoid(a: Any) -> Any:
    return 1 / (1 + np.exp(-a))


def _diag(a: Any) -> Any:
    return np.diag(a.ravel()) if a.ndim == 1 or 1 in a.shape else np.diag(a)


MEANINGS: Final = {
    "sigmoid": (_sigmoid, lambda a: _sigmoid(a) * _sigmoid(-a)),
    "tanh": (np.tanh, lambda a: 1 - np.tanh(a) ** 2),
    "generic": (np.tanh, lambda a: 1 - np.tanh(a) ** 2),
    "relu": (lambda a: np.maximum(a, 0), lambda a: (a > 0) * 1.0),
    "softplus": (lambda a: np.logaddexp(0, a), _sigmoid),
}
ONE: Final = {
    **{f"each_{name}": getattr(np, name) for name in ("exp", "sqrt", "sin", "cos", "cosh", "abs", "sign")},
    "each_ln": np.log,
    "each_H": lambda a: (a > 0) * 1.0,
    "modulus": np.abs,
    "diag": _diag,
    "total": np.sum,
    "mean": np.mean,
    "trace": np.trace,
    "norm_1": lambda a: np.abs(a).sum(),
    "norm_inf": lambda a: np.abs(a).max(),
    "softmax": lambda a: np.exp(a) / np.exp(a).sum(),
    **dict.fromkeys(("norm", "norm_2", "norm_F"), lambda a: np.sqrt((a**2).sum())),
}
TWO: Final = {
    "each_max": np.maximum,
    "each_min": np.minimum,
    "hadamard": np.multiply,
    "ratio": np.divide,
    "powers": np.power,
    "kronecker": np.kron,
    "inner": lambda a, b: (a * b).sum(),
}


def _functions(declared: dict[str, str]) -> dict[str, Callable[..., Any]]:
    found = {name: _of_arrays(function, 1) for name, function in ONE.items()}
    found |= {name: _of_arrays(function, 2) for name, function in TWO.items()}
    for name, meaning in {**{name: name for name in MEANINGS}, **declared}.items():
        value, slope = MEANINGS[meaning]
        found |= {f"each_{name}": _of_arrays(value, 1), f"each_{name}_prime": _of_arrays(slope, 1)}
    return found


def _of_arrays(function: Callable[..., Any], inputs: int) -> Callable[..., Any]:
    """A numpy function that takes and returns the library's arrays."""

    def of(*values: Any) -> Any:
        result = function(*(np.asarray(value, dtype=float) for value in values))
        return MathArray(result) if np.ndim(result) else float(result)

    of.nin = inputs  # type: ignore[attr-defined]
    return of
