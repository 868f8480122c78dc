"""What an exercise declares that its formulas may be written with, and how each name may be spelled."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from typing import Any, Final

from app.formula.functions import FUNCTIONS, GENERIC, SPELLINGS, STAND_INS, Function
from app.formula.sizes import Shape

SMALL_GREEK: Final = {
    "alpha": "α",
    "beta": "β",
    "gamma": "γ",
    "delta": "δ",
    "epsilon": "ε",
    "zeta": "ζ",
    "eta": "η",
    "theta": "θ",
    "iota": "ι",
    "kappa": "κ",
    "lambda": "λ",
    "mu": "μ",
    "nu": "ν",
    "xi": "ξ",
    "rho": "ρ",
    "pi": "π",
    "sigma": "σ",
    "tau": "τ",
    "upsilon": "υ",
    "phi": "φ",
    "chi": "χ",
    "psi": "ψ",
    "omega": "ω",
}
GREEK: Final = SMALL_GREEK | {name.capitalize(): letter.upper() for name, letter in SMALL_GREEK.items()}

NAME: Final = re.compile(r"([A-Za-z]+)([0-9]*)((?:_[A-Za-z0-9]+)?)")  # letters, digits, a lower index
HATS: Final = ("hat", "bar", "tilde")

Computed = str | Callable[..., Any]  # a quantity made of others: a formula, or a function whose parameters name them


class Domain(StrEnum):
    """Where the values of a symbol lie. What an exercise does not say is `real`: both signs, no special size."""

    REAL = "real"
    POSITIVE = "positive"
    UNIT = "unit"  # between 0 and 1
    LABEL = "label"  # 0 or 1
    SIMPLEX = "simplex"  # a column of positive entries that sum to 1
    ONE_HOT = "one-hot"  # a column with a single 1, else zeros
    SYMMETRIC = "symmetric"


class Role(StrEnum):
    """What a word of a formula stands for."""

    SYMBOL = "symbol"
    FUNCTION = "function"
    SIZE = "size"
    CONSTANT = "constant"
    BUILT_IN = "built-in"  # diag, I, ones, …
    SERIES = "series"  # sum
    WITHHELD = "withheld"


@dataclass(frozen=True)
class Word:
    """A word of a formula and what it means: its role, and the name that the tree has for it."""

    role: Role
    name: str


BUILT_INS: Final = {
    "I": "identity",
    "eye": "identity",
    "identity": "identity",
    "ones": "ones",
    "𝟏": "ones",
    "zeros": "zeros",
    "diag": "diag",
    "tr": "trace",
    "trace": "trace",
    "mean": "mean",
    "norm": "norm",
    "softmax": "softmax",
    "inv": "inverse",
    "transpose": "transpose",
    "dot": "inner",
    "inner": "inner",
    "kron": "kronecker",
    "outer": "outer",
    "matmul": "matmul",
    "multiply": "multiply",
    "max": "max",
    "min": "min",
    "maximum": "max",
    "minimum": "min",
}


@dataclass(frozen=True, eq=False)
class Symbols:
    """The vocabulary of an exercise's formulas. Build it once; it raises `ValueError` where it does not fit together.

    - `shapes`: the symbols, each with its shape: `{"W": "N D", "x0": "D 1", "t": "scalar"}`. Names are ASCII;
      Greek ones are spelled out, and a hat is `yhat`. `v` and `v0` are one symbol unless both are declared.
    - `functions`: letters for functions that apply entry by entry: `{"sigma": "tanh"}`, or `"generic"`: what is equal
      must be so for every smooth one.
    - `indices`: letters that may stand free, each with its range: `{"d": "D"}`. They make entries, as in `x_d`.
    - `domains`: where values lie (see `Domain`), where they are not just any numbers.
    - `computed`: symbols whose values follow from others, such as the quantities of earlier parts: each a formula, or
      a function whose parameters name what it needs. `shapes` has them, too.
    - `sizes`: which sizes are larger, where it matters: `"D < N"`.
    - `latex`: how a symbol is printed, where that does not follow from its name and shape.
    - `without`: functions and built-in words that may not be used; `"'"` stands for all derivatives.
    - `withheld`: names that students know from the exercise and may not use, such as earlier derivatives.
    """

    shapes: Mapping[str, str]
    functions: Mapping[str, str] = field(default_factory=dict)
    indices: Mapping[str, str] = field(default_factory=dict)
    domains: Mapping[str, str] = field(default_factory=dict)
    computed: Mapping[str, Computed] = field(default_factory=dict)
    sizes: str = ""
    latex: Mapping[str, str] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()
    shape: dict[str, Shape] = field(init=False)  # of every symbol
    letters: tuple[str, ...] = field(init=False)  # that sizes have
    words: dict[str, Word] = field(init=False, repr=False)  # by spelling
    spelling: re.Pattern[str] = field(init=False, repr=False)  # any of them, the longest first
    longest: int = field(init=False, repr=False)

    def __post_init__(self) -> None:
        shape = {name: Shape.of(declared) for name, declared in self.shapes.items()}
        declared = [letter for one in shape.values() for letter in one.letters] + list(self.indices.values())
        letters = tuple(sorted({letter for letter in declared if not letter.isdigit()}))
        self._set("shape", shape)
        self._set("letters", letters)
        self._check()
        words = dict(self._spelled())
        self._set("words", words)
        self._set("spelling", re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True)))))
        self._set("longest", max(map(len, words)))

    def _set(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)

    @property
    def names(self) -> list[str]:
        """The symbols, in the order in which they were declared."""
        return list(self.shapes)

    @property
    def ascending(self) -> list[tuple[str, str]]:
        """Pairs of letters of which the first is the smaller size."""
        ordered = [letter.strip() for letter in self.sizes.split("<")] if self.sizes else []
        return list(pairwise(ordered))

    @property
    def generic(self) -> list[str]:
        """The functions that stand for any smooth one."""
        return [name for name, meaning in self.functions.items() if meaning == GENERIC]

    def function(self, name: str, stand_in: str) -> Function:
        """What a function is: itself, what the exercise says, or what stands in for one that is left generic."""
        meaning = self.functions.get(name, name)
        return STAND_INS[stand_in] if meaning == GENERIC else FUNCTIONS[meaning]

    def _check(self) -> None:
        for name in (*self.shapes, *self.functions, *self.withheld):
            if not NAME.fullmatch(name):
                raise ValueError(f"{name!r} is no name of a symbol: use ASCII letters, then digits, then an index")
        for name, meaning in self.functions.items():
            if meaning != GENERIC and meaning not in FUNCTIONS:
                raise ValueError(f"{name} is called {meaning!r}: use {GENERIC!r} or one of {', '.join(FUNCTIONS)}")
        for index, letter in self.indices.items():
            if len(index) != 1 or not index.isalpha() or not letter.isalnum():
                raise ValueError(f"an index is one letter with its range, not {index!r} with {letter!r}")
        for name, domain in self.domains.items():
            if name not in self.shapes or domain not in list(Domain):
                raise ValueError(f"{name} is no symbol or {domain!r} no domain: {', '.join(Domain)}")
        for name in self.computed:
            if name not in self.shapes:
                raise ValueError(f"{name} is computed and has no shape: declare it among the symbols, too")
        for pair in self.ascending:
            if not set(pair) <= set(self.letters):
                raise ValueError(f"{self.sizes!r} names a size that no shape has")
        twice = set(self.shapes) & set(self.functions)
        if twice:
            raise ValueError(f"{', '.join(twice)} cannot be a symbol and a function")

    def _spelled(self) -> Iterator[tuple[str, Word]]:
        """Spellings with what they mean; a later one overrides an earlier one."""
        taken = {*self.without, *self.shapes}
        for spelling, name in BUILT_INS.items():
            if not taken & {spelling, name}:
                yield spelling, Word(Role.BUILT_IN, name)
        for spelling, name in {**SPELLINGS, **{name: name for name in FUNCTIONS}}.items():
            if not taken & {spelling, name}:
                yield spelling, Word(Role.FUNCTION, name)
        for spelling in ("sum", "∑", "Σ"):
            yield spelling, Word(Role.SERIES, "sum")
        yield from {
            "pi": Word(Role.CONSTANT, "pi"),
            "π": Word(Role.CONSTANT, "pi"),
            "e": Word(Role.CONSTANT, "e"),
        }.items()
        for letter in self.letters:
            yield letter, Word(Role.SIZE, letter)
        for role, names in (
            (Role.WITHHELD, self.withheld),
            (Role.FUNCTION, tuple(self.functions)),
            (Role.SYMBOL, tuple(self.shapes)),
        ):
            for name in names:
                for spelling in _spellings(name, (*self.shapes, *self.functions)):
                    yield spelling, Word(role, name)


def _spellings(name: str, declared: tuple[str, ...]) -> Iterator[str]:
    """How a name may be typed once LaTeX and Unicode are plain characters; the zero of `x0` may be left out."""
    match = NAME.fullmatch(name)
    assert match is not None  # noqa: S101 - checked when declared
    letters, digits, index = match.groups()
    lower = [digits + index]
    if digits:
        lower = [digits, f"_{digits}", f"_{{{digits}}}"]
    elif index:
        lower = [index, f"_{{{index[1:]}}}"]
    if digits == "0" and letters not in declared:
        lower.append("")
    elif not digits and not index and f"{letters}0" not in declared:
        lower += ["0", "_0", "_{0}"]
    for base in _letterings(letters):
        yield from (base + ending for ending in lower)


def _letterings(letters: str) -> Iterator[str]:
    yield letters
    if letters in GREEK:
        yield GREEK[letters]
    for hat in HATS:
        plain = letters.removesuffix(hat)
        if plain and plain != letters:
            yield f"{plain}_{hat}"
            if plain in GREEK:
                yield GREEK[plain] + hat
