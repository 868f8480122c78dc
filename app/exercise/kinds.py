"""Kinds of answers: how each is read, compared and printed. One class a kind, all with the same methods."""

import re
from dataclasses import dataclass, field
from string import ascii_letters, ascii_lowercase, ascii_uppercase
from typing import Any, Final, Protocol

import numpy as np

from app.answers import (
    UNDEFINED,
    UNDEFINED_LATEX,
    Undefined,
    Unreadable,
    is_undefined,
    read_numbers,
    read_shape,
    shape_latex,
    values_latex,
)
from app.exercise.values import Value, distance, tolerance, without_unit_axes
from app.markup import text_latex

FAR: Final = float("inf")
MAX_FORMULA: Final = 100  # characters of an index formula
ARROW: Final = re.compile("->|\N{RIGHTWARDS ARROW}")
INDEX_NAMES: Final = ascii_lowercase[8:] + ascii_lowercase[:8] + ascii_uppercase  # i, j, k, …


@dataclass(frozen=True)
class Reading:
    """An answer that could be read: its value, and how to show the student what was understood."""

    value: Value
    shape: tuple[int | str, ...] | None
    latex: str


class Kind(Protocol):
    """What the grader, the checker and the doors need to know about a kind of answer."""

    @property
    def name(self) -> str:
        """What the API calls it: scalar, vector, matrix, tensor, shape, choice or formula."""

    def read(self, raw: object) -> Reading:
        """Read what a student sent. Raises `Unreadable`."""

    def value(self, returned: Any) -> Value:
        """What a reference or a misconception returned, as a value. Raises `TypeError`."""

    def distance(self, a: Value, b: Value) -> float:
        """How far two values lie apart: 0 where they are the same, infinite where they cannot be compared."""

    def tolerance(self, reference: Value) -> float:
        """How far an answer may lie from the reference."""

    def json(self, value: Value) -> Any:
        """A value as JSON; `read` and `restored` turn it back into the same value."""

    def restored(self, stored: Any) -> Value:
        """The value that `read` finds in stored JSON. Raises `Unreadable` for one of a kind that is read otherwise."""

    def latex(self, value: Value, *, fractions: bool = False) -> str:
        """A value as LaTeX."""


@dataclass(frozen=True)
class Numeric:
    """A number, or an array whose `symbols` declare its shape, such as `N D`; `()` declares a scalar.

    `oriented`: rows and columns are told apart, so a flat list is refused. `or_undefined`: the
    answer may also be that there is none.
    """

    symbols: tuple[str, ...] = ()
    oriented: bool = False
    or_undefined: bool = False

    @property
    def name(self) -> str:
        if not self.symbols:
            return "scalar"
        if len(self.symbols) > 2:
            return "tensor"
        return "vector" if "1" in self.symbols else "matrix"

    def read(self, raw: object) -> Reading:
        if self.or_undefined and is_undefined(raw):
            return Reading(UNDEFINED, None, UNDEFINED_LATEX)
        try:
            numbers = read_numbers(raw)
        except Unreadable as error:
            alternative = " Or write undefined." if self.or_undefined else ""
            raise Unreadable(error.message + alternative, error.position) from None
        if numbers.values.ndim == 1 and numbers.values.size > 1 and self.oriented:
            raise Unreadable("Row or column? Send [[1, 2, 3]] for a row and [[1], [2], [3]] for a column.")
        numbers = numbers.as_column()
        return Reading(without_unit_axes(numbers.values), numbers.values.shape, numbers.latex)

    def value(self, returned: Any) -> Value:
        if isinstance(returned, Undefined):
            if not self.or_undefined:
                raise TypeError('undefined, which needs the answer to be declared as "scalar | undefined"')
            return UNDEFINED
        if returned is None:
            raise TypeError("nothing: does it end with return?")
        array = without_unit_axes(returned)
        if array.ndim == 1:
            raise TypeError(f"a flat array of {array.size} entries has no orientation: use col(…) or row(…)")
        return array

    def distance(self, a: Value, b: Value) -> float:
        if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
            return distance(a, b)
        return 0.0 if a is b else FAR

    def tolerance(self, reference: Value) -> float:
        return tolerance(reference) if isinstance(reference, np.ndarray) else 0.0

    def json(self, value: Value) -> Any:
        return plain_numbers(value.tolist()) if isinstance(value, np.ndarray) else "undefined"

    def restored(self, stored: Any) -> Value:
        if isinstance(stored, list) and isinstance(stored[0], list):  # nothing is left to interpret or to show
            return without_unit_axes(stored)
        return self.read(stored).value

    def latex(self, value: Value, *, fractions: bool = False) -> str:
        return values_latex(value, fractions=fractions) if isinstance(value, np.ndarray) else UNDEFINED_LATEX


def plain_numbers(value: Any) -> Any:
    """A number or nested lists of numbers, with whole ones written as such."""
    if isinstance(value, list):
        return [plain_numbers(entry) for entry in value]
    return int(value) if abs(value) < 2**53 and value == int(value) else value


class Exact:
    """Answers that are the same or another one: nothing lies between."""

    def read(self, raw: object) -> Reading:
        raise NotImplementedError

    def distance(self, a: Value, b: Value) -> float:
        return 0.0 if a == b else FAR

    def tolerance(self, reference: Value) -> float:
        return 0.0

    def restored(self, stored: Any) -> Value:
        return self.read(stored).value


@dataclass(frozen=True)
class Shape(Exact):
    """A shape, or `UNDEFINED`. A vector's may be given as n or n×1, a scalar's as 1, 1×1 or `scalar`.

    `exact`: as numpy has them, where (3,), (3, 1) and (1, 3) are three different shapes.
    """

    exact: bool = False
    name: str = field(default="shape", init=False)

    def read(self, raw: object) -> Reading:
        shape = read_shape(raw)
        latex = shape_latex(shape)
        return Reading(self.value(shape), None if isinstance(shape, Undefined) else shape, latex)

    def value(self, returned: Any) -> Value:
        if isinstance(returned, Undefined):
            return UNDEFINED
        shape = tuple(int(size) for size in returned)
        if self.exact:
            return shape
        if all(size == 1 for size in shape):
            return ()
        return shape[:1] if len(shape) == 2 and shape[1] == 1 else shape

    def json(self, value: Value) -> Any:
        return list(value) if isinstance(value, tuple) else "undefined"

    def latex(self, value: Value, *, fractions: bool = False) -> str:
        return shape_latex(value) if isinstance(value, (tuple, Undefined)) else ""


@dataclass(frozen=True, init=False)
class Choice(Exact):
    """One of several options: `Choice(linear="It is linear.", affine="It is affine, not linear.")`."""

    options: dict[str, str]
    name: str = "choice"

    def __init__(self, **options: str):
        object.__setattr__(self, "options", options)

    def read(self, raw: object) -> Reading:
        ids = {id.casefold(): id for id in self.options}
        id = ids.get(raw.strip().casefold()) if isinstance(raw, str) else None
        if id is None:
            raise Unreadable(f"Expected one of the choices: {', '.join(self.options)}.")
        return Reading(id, None, self.latex(id))

    def value(self, returned: Any) -> Value:
        if returned not in self.options:
            raise TypeError(f"{returned!r} is none of the choices {', '.join(self.options)}")
        return str(returned)

    def json(self, value: Value) -> Any:
        return value

    def latex(self, value: Value, *, fractions: bool = False) -> str:
        return text_latex(self.options[str(value)])


@dataclass(frozen=True)
class IndexFormula(Exact):
    """An index formula such as `ij,ik->jk`: a letter for each way of every operand, and those of the result.

    Formulas that differ in the names of their letters only are the same one: a value bears i, j, k, …
    in the order of their first appearance.
    """

    name: str = field(default="formula", init=False)

    def read(self, raw: object) -> Reading:
        if not isinstance(raw, str):
            raise Unreadable("Expected an index formula as a text, such as ij,j->i.")
        formula = read_formula(raw)
        return Reading(_renamed(formula), None, text_latex(formula))

    def value(self, returned: Any) -> Value:
        if not isinstance(returned, str):
            raise TypeError(f"{returned!r} is no text such as ij,j->i")
        return _renamed(read_formula(returned))

    def json(self, value: Value) -> Any:
        return value

    def latex(self, value: Value, *, fractions: bool = False) -> str:
        return text_latex(str(value))


def read_formula(text: str) -> str:
    """The index formula in a text, without its blanks. Raises `Unreadable`."""
    if len(text) > MAX_FORMULA:
        raise Unreadable(f"An index formula may have at most {MAX_FORMULA} characters.", MAX_FORMULA)
    arrow = ARROW.search(text)
    begin, end = arrow.span() if arrow else (len(text), len(text))
    for place, character in enumerate(text):
        if character not in ascii_letters + ", \t\r\n" and not begin <= place < end:
            raise Unreadable("Only letters, commas and one arrow -> belong here, without quotes: ij,j->i.", place)
    if arrow is None:
        raise Unreadable("The arrow -> is missing. Write it, and behind it the letters of the result: ij,j->i.", end)
    operands, result, place = text[:begin], text[end:], 0
    for letters in operands.split(","):
        place += len(letters)
        if not letters.strip():
            raise Unreadable("Letters are missing here: an operand has one for each of its ways.", place)
        place += 1
    for place, letter in enumerate(result):
        if letter == ",":
            raise Unreadable("There is one result, so no comma belongs behind the arrow.", end + place)
        if letter in ascii_letters and letter not in operands:
            raise Unreadable("No operand has this letter, so it has no size.", end + place)
        if letter in ascii_letters and letter in result[:place]:
            raise Unreadable("Behind the arrow a letter stands only once.", end + place)
    return "".join(f"{operands}->{result}".split())


def _renamed(formula: str) -> str:
    letters = dict.fromkeys(letter for letter in formula if letter in ascii_letters)
    return formula.translate({ord(letter): name for letter, name in zip(letters, INDEX_NAMES, strict=False)})


def kind_of(answer: str | Kind, oriented: bool) -> Kind:
    """The kind that an exercise file names: `"N D"`, `"scalar"`, `"scalar | undefined"`, `Shape()`, `Choice(…)`."""
    if not isinstance(answer, str):
        return answer
    words, _, alternative = (word.strip() for word in answer.partition("|"))
    symbols = () if words == "scalar" else tuple(words.split())
    if alternative not in ("", "undefined") or len(symbols) == 1 or not all(symbol.isalnum() for symbol in symbols):
        raise ValueError(
            f'{answer!r} is no kind of answer: write a shape such as "N D", "scalar" or "scalar | undefined"'
        )
    return Numeric(symbols, oriented=oriented, or_undefined=bool(alternative))
