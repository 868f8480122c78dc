"""The words of an answer: constants, functions, and the calls that numpy and torch print around numbers."""

import math
from collections.abc import Callable
from typing import Final, NamedTuple

from app.answers.characters import remedy
from app.answers.unreadable import Unreadable

CONSTANTS: Final = {"pi": (math.pi, r"\pi"), "e": (math.e, "e")}


class Function(NamedTuple):
    """A function of one number: its LaTeX around that of its argument, and what the argument must be."""

    compute: Callable[[float], float]
    latex: tuple[str, str]
    domain: str = ""


def _named(name: str) -> tuple[str, str]:
    return rf"\{name}\left(", r"\right)"


POSITIVE: Final = "A logarithm needs a positive number."
BOUNDED: Final = "This function needs a number from -1 to 1."
FUNCTIONS: Final = {
    "sqrt": Function(math.sqrt, (r"\sqrt{", "}"), "A square root needs a number that is not negative."),
    "exp": Function(math.exp, _named("exp")),
    "ln": Function(math.log, _named("ln"), POSITIVE),
    "log2": Function(math.log2, _named("log_{2}"), POSITIVE),
    "log10": Function(math.log10, _named("log_{10}"), POSITIVE),
    "abs": Function(abs, (r"\left|", r"\right|")),
    "sin": Function(math.sin, _named("sin")),
    "cos": Function(math.cos, _named("cos")),
    "tan": Function(math.tan, _named("tan")),
    "sinh": Function(math.sinh, _named("sinh")),
    "cosh": Function(math.cosh, _named("cosh")),
    "tanh": Function(math.tanh, _named("tanh")),
    "arcsin": Function(math.asin, _named("arcsin"), BOUNDED),
    "arccos": Function(math.acos, _named("arccos"), BOUNDED),
    "arctan": Function(math.atan, _named("arctan")),
}
ROOT: Final = "\N{SQUARE ROOT}"  # takes the next number: √2/3 is (√2)/3
FUNCTIONS[ROOT] = FUNCTIONS["sqrt"]
OTHER_NAMES: Final = {
    "\N{GREEK SMALL LETTER PI}": "pi",
    "asin": "arcsin",
    "acos": "arccos",
    "atan": "arctan",
}
# Printed around one number or one list, which means the same without them.
ARRAYS: Final = ("array", "asarray", "matrix", "tensor", "devicearray")
NUMBERS: Final = ("float", "float16", "float32", "float64", "int", "int32", "int64")
WRAPPERS: Final = frozenset(ARRAYS + NUMBERS)
KNOWN: Final = CONSTANTS.keys() | FUNCTIONS.keys() | WRAPPERS
MODULES: Final = frozenset(("np", "numpy", "jnp", "math", "torch", "tf"))

NOT_REAL: Final = "Complex numbers are not read here. Send real numbers."
EULER: Final = "Write 2*e for Euler's number, 2e3 for 2000."
NOT_A_NUMBER: Final = "This is not a finite number. Send finite numbers only."
ITS_ROWS: Final = "Send the transposed matrix itself, by its rows: [[1, 2], [3, 4]]."
REFUSED: Final = {
    "log": "log may be ln or log10. Write ln, log2 or log10.",
    "i": NOT_REAL,
    "j": NOT_REAL,
    "im": NOT_REAL,
    "true": "Expected a number, not true or false.",
    "false": "Expected a number, not true or false.",
    "none": "Expected a number, not an empty cell.",
    "null": "Expected a number, not an empty cell.",
    "nan": NOT_A_NUMBER,
    "inf": NOT_A_NUMBER,
    "infinity": NOT_A_NUMBER,
    "infty": NOT_A_NUMBER,
    "T": ITS_ROWS,
    "transpose": ITS_ROWS,
    "top": ITS_ROWS,
    "intercal": ITS_ROWS,
}
UNKNOWN: Final = (
    "Expected a number such as -3, 0.25 or 2/3. It may have pi, e, sqrt, exp, ln, log2, log10, abs, sin, cos, tan, "
    "sinh, cosh, tanh, arcsin, arccos and arctan in it, and no other names."
)


def known(typed: str, position: int) -> str:
    """The name of a constant, a function or a wrapper for a word such as `Pi`, `np.sqrt` or `asin`."""
    if typed == ROOT:
        return ROOT
    if typed.startswith("_"):
        raise Unreadable(remedy("_"), position)
    module, _, word = typed.rpartition(".")
    word = word.lower() if len(word) > 1 else word  # but E is no number, and J no imaginary one
    if word == "log" and module in MODULES:  # in programs it is the natural one
        word = "ln"
    word = OTHER_NAMES.get(word, word)
    if word in REFUSED:
        raise Unreadable(REFUSED[word], position)
    if word not in KNOWN or module not in ("", *MODULES):
        raise Unreadable(UNKNOWN, position)
    return word
