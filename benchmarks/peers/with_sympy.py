"""sympy: matrices of symbols, compared entry by entry with `equals`, after `parse_expr` has evaluated the formula."""

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

import sympy
from sympy.parsing.sympy_parser import (
    convert_xor,
    implicit_multiplication_application,
    parse_expr,
    standard_transformations,
)

SIZES: Final = (2, 3, 1, 2)  # small: every entry is compared
WORD: Final = re.compile(r"[A-Za-z]\w*")
FILLED: Final = re.compile(r"(identity|ones|zeros)_(\w+)_(\w+)")
EXACT: Final = (*standard_transformations, convert_xor)


class Entries:
    """A matrix that multiplies as ours do: one of 1×1 is a number."""

    def __init__(self, matrix: Any):
        self.matrix = matrix if isinstance(matrix, sympy.MatrixBase) else sympy.Matrix([[matrix]])

    @property
    def plain(self) -> Any:
        return self.matrix[0] if self.matrix.shape == (1, 1) else self.matrix

    def each(self, function: Callable[..., Any], *others: Any) -> "Entries":
        """A function of every entry, and of the entry there of each other matrix, or of the number it is."""
        values = [_entries(other).plain for other in others]
        flat = [function(entry, *(_pick(value, k) for value in values)) for k, entry in enumerate(self.matrix)]
        return Entries(sympy.Matrix(*self.matrix.shape, flat))

    def __add__(self, other: Any) -> "Entries":
        return Entries(self.matrix + _entries(other).matrix)

    def __sub__(self, other: Any) -> "Entries":
        return Entries(self.matrix - _entries(other).matrix)

    def __neg__(self) -> "Entries":
        return Entries(-self.matrix)

    def __mul__(self, other: Any) -> "Entries":
        return Entries(self.plain * _entries(other).plain)

    def __truediv__(self, other: Any) -> "Entries":
        return Entries(self.plain / _entries(other).plain)

    def __pow__(self, other: Any) -> "Entries":
        return Entries(self.plain ** _entries(other).plain)

    def __radd__(self, other: Any) -> "Entries":
        return _entries(other) + self

    def __rsub__(self, other: Any) -> "Entries":
        return _entries(other) - self

    def __rmul__(self, other: Any) -> "Entries":
        return _entries(other) * self

    def __rtruediv__(self, other: Any) -> "Entries":
        return _entries(other) / self


def _entries(value: Any) -> Entries:
    if isinstance(value, list):
        return Entries(sympy.Matrix([[_entries(entry).plain for entry in row] for row in value]))
    return value if isinstance(value, Entries) else Entries(value)


def _pick(value: Any, k: int) -> Any:
    return value[k] if isinstance(value, sympy.MatrixBase) else value


def accepts(question: dict[str, Any]) -> bool:
    """Whether every entry of the difference is zero for sympy."""
    known = {**CALLS, **dict(_functions(question["functions"]))}
    sizes = dict(zip(question["letters"], SIZES, strict=False), **{"1": 1, "3": 3})
    known |= dict(_constants(set(WORD.findall(f"{question['reference']} {question['formula']}")), sizes))
    known |= {name: _symbols(name, question, sizes) for name in question["shapes"]}
    for name, rule in question["computed"].items():
        known[name] = _read(rule, known, EXACT)
    right = _read(question["reference"], known, EXACT).matrix
    answer = _read(question["formula"], known, (*EXACT, implicit_multiplication_application)).matrix
    if answer.shape != right.shape:
        return False
    return all((a - b).equals(0) is True for a, b in zip(answer, right, strict=True))


def _read(formula: str, known: dict[str, Any], transformations: Any) -> Entries:
    return _entries(parse_expr(formula, local_dict=dict(known), transformations=transformations))


def _symbols(name: str, question: dict[str, Any], sizes: dict[str, int]) -> Entries:
    shape = question["shapes"][name].split()
    rows, wide = (sizes[size] for size in shape) if len(shape) == 2 else (1, 1)
    positive = True if name in question["positive"] else None

    def symbol(row: int, column: int) -> Any:
        first, second = sorted((row, column)) if name in question["symmetric"] else (row, column)
        return sympy.Symbol(f"{name}_{first}_{second}", real=True, positive=positive)

    return Entries(sympy.Matrix(rows, wide, symbol))


def _constants(names: set[str], sizes: dict[str, int]) -> Iterator[tuple[str, Any]]:
    make = {"identity": sympy.eye, "ones": sympy.ones, "zeros": sympy.zeros}
    for name in names:
        if found := FILLED.fullmatch(name):
            yield name, Entries(make[found[1]](sizes[found[2]], sizes[found[3]]))
        elif name.startswith("size_"):
            yield name, sympy.Integer(sizes[name.removeprefix("size_")])


def _logistic(a: Any) -> Any:
    return 1 / (1 + sympy.exp(-a))


MEANINGS: Final = {
    "sigmoid": (_logistic, lambda a: _logistic(a) * (1 - _logistic(a))),
    "tanh": (sympy.tanh, lambda a: 1 - sympy.tanh(a) ** 2),
    "relu": (lambda a: sympy.Max(a, 0), sympy.Heaviside),
    "softplus": (lambda a: sympy.log(1 + sympy.exp(a)), _logistic),
}
ENTRYWISE: Final = {
    "exp": sympy.exp,
    "ln": sympy.log,
    "sqrt": sympy.sqrt,
    "sin": sympy.sin,
    "cos": sympy.cos,
    "cosh": sympy.cosh,
    "abs": sympy.Abs,
    "sign": sympy.sign,
    "H": sympy.Heaviside,
    "max": sympy.Max,
    "min": sympy.Min,
}


def _functions(declared: dict[str, str]) -> Iterator[tuple[str, Any]]:
    """Entrywise functions; one that is left generic is a function symbol."""
    for name, function in ENTRYWISE.items():
        yield f"each_{name}", _of_entries(function)
    for name, meaning in {**{name: name for name in MEANINGS}, **declared}.items():
        symbols = sympy.Function(name), sympy.Function(f"{name}_prime")
        value, slope = symbols if meaning == "generic" else MEANINGS[meaning]
        yield f"each_{name}", _of_entries(value)
        yield f"each_{name}_prime", _of_entries(slope)


def _of_entries(function: Callable[..., Any]) -> Callable[..., Entries]:
    return lambda first, *others: _entries(first).each(function, *others)


def _pairwise(function: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Entries]:
    """Entry by entry, where one of the two may be a number."""

    def of(a: Any, b: Any) -> Entries:
        a, b = _entries(a), _entries(b)
        if a.matrix.shape == (1, 1):
            return b.each(lambda entry: function(a.plain, entry))
        return a.each(function, b)

    return of


def _diag(a: Entries) -> Entries:
    if 1 in a.matrix.shape:
        return Entries(sympy.diag(*a.matrix))
    return Entries(sympy.Matrix([a.matrix[k, k] for k in range(a.matrix.rows)]))


def _softmax(a: Entries) -> Entries:
    total = sum(map(sympy.exp, a.matrix))
    return a.each(lambda entry: sympy.exp(entry) / total)


def _norm(a: Any) -> Entries:
    return Entries(sympy.sqrt(sum(entry**2 for entry in _entries(a).matrix)))


CALLS: Final = {
    "trans": lambda a: Entries(_entries(a).matrix.T),
    "hadamard": _pairwise(lambda a, b: a * b),
    "ratio": _pairwise(lambda a, b: a / b),
    "powers": _pairwise(lambda a, b: a**b),
    "kronecker": lambda a, b: Entries(sympy.kronecker_product(a.matrix, b.matrix)),
    "diag": _diag,
    "total": lambda a: Entries(sum(a.matrix)),
    "mean": lambda a: Entries(sum(a.matrix) / len(a.matrix)),
    "trace": lambda a: Entries(a.matrix.trace()),
    "inner": lambda a, b: Entries(sum(x * y for x, y in zip(a.matrix, b.matrix, strict=True))),
    "modulus": _of_entries(sympy.Abs),
    "softmax": _softmax,
    "norm": _norm,
    "norm_2": _norm,
    "norm_F": _norm,
    "norm_1": lambda a: Entries(sum(map(sympy.Abs, a.matrix))),
    "norm_inf": lambda a: Entries(sympy.Max(*map(sympy.Abs, a.matrix))),
    "e": sympy.E,
    "pi": sympy.pi,
}
