"""What a person typed, read as numbers and shapes; and numbers and shapes, written as LaTeX.

Reading is separate from marking: whatever cannot be read raises `Unreadable` and costs nothing.
Everything is bounded (`MAX_…`), nothing is evaluated, and no message repeats the input.
"""

import re
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from typing import Any, Final

import numpy as np

from app.markup import text_latex

Array = np.ndarray[Any, np.dtype[np.float64]]

MAX_TEXT: Final = 10_000  # characters of one answer
MAX_NUMBER: Final = 60  # characters of one number
MAX_ENTRIES: Final = 256
MAX_WAYS: Final = 6
MAX_SIZE: Final = 10**9  # of one way, in an answer that is a shape


class Unreadable(ValueError):
    """An answer that cannot be read: `message` says why and what to type, `position` where (0-based)."""

    def __init__(self, message: str, position: int | None = None):
        super().__init__(message)
        self.message = message
        self.position = position


class Undefined(Enum):
    """The answer "undefined": no such shape, no such derivative. There is one, whoever copies it."""

    UNDEFINED = "undefined"

    def __repr__(self) -> str:
        return "UNDEFINED"


UNDEFINED: Final = Undefined.UNDEFINED
UNDEFINED_LATEX: Final = text_latex("undefined")


@dataclass(frozen=True)
class Numbers:
    """Numbers as they were typed: their values, their LaTeX entry by entry.

    `values` has no axis for a single number, one for a flat list (which has no orientation yet),
    two or more for rows of rows.
    """

    values: Array
    entries: tuple[str, ...]

    def as_column(self) -> "Numbers":
        """A flat list of n numbers read as an n×1 column; anything else unchanged."""
        return Numbers(self.values[:, None], self.entries) if self.values.ndim == 1 else self

    @property
    def latex(self) -> str:
        return array_latex(self.values.shape, self.entries)


# Numbers ------------------------------------------------------------------------------------------

DECIMAL = r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
NUMBER = re.compile(rf"(?P<sign>[+-]?)(?P<over>{DECIMAL})(?:[ \t]*/[ \t]*(?P<under>{DECIMAL}))?")
MINUS_SIGNS = str.maketrans("\u2212\u2013\u2014", "---")  # typographic minus, en dash, em dash
BLANKS = " \t"
ENDS_A_NUMBER = BLANKS + ",;[]()\r\n"
CLOSING = {"[": "]", "(": ")"}


def read_numbers(raw: object) -> Numbers:
    """Read a JSON number, a nested list of numbers, or a text such as `2/3` or `[[1, 2], [3, 4]]`.

    Raises `Unreadable` for anything else, and for rows of different lengths, empty cells, booleans
    and numbers that are not finite.
    """
    if isinstance(raw, str):
        return _from_lists(_parse_text(raw))
    if isinstance(raw, list):
        return _from_lists(raw)
    value, latex = _entry(raw, "")
    return Numbers(np.asarray(value), (latex,))


@dataclass(frozen=True)
class _Typed:
    """One number found in a text."""

    value: float
    latex: str
    position: int | None = None


def _entry(raw: object, where: str) -> tuple[float, str]:
    if isinstance(raw, _Typed):
        return raw.value, raw.latex
    if isinstance(raw, bool) or raw is None:
        raise Unreadable(f"{where}Expected a number, not {'an empty cell' if raw is None else 'true or false'}.")
    if isinstance(raw, (int, float)):
        return _finite(raw, where), number_latex(float(raw), digits=15)
    if isinstance(raw, str):
        typed = _parse_number(raw, where)
        return typed.value, typed.latex
    raise Unreadable(f"{where}Expected a number, a list of numbers or a text.")


def _finite(number: int | float, where: str = "", position: int | None = None) -> float:
    try:
        value = float(number)
    except OverflowError:
        value = float("inf")
    if not np.isfinite(value):
        raise Unreadable(f"{where}This number is not finite. Send a number below 1.8e308 in size.", position)
    return value


def _parse_number(text: str, where: str) -> _Typed:
    """A text that is one number and nothing else, as an entry of a list."""
    characters = text.translate(MINUS_SIGNS).rstrip()
    if not characters:
        raise Unreadable(f"{where}This cell is empty. Send a number for every entry.")
    typed, end = _number_at(characters, len(characters) - len(characters.lstrip()), where)
    if end < len(characters):
        raise Unreadable(f"{where}Expected one number such as -3, 0.25, 2/3 or 1.5e-3.", end)
    return typed


def _number_at(text: str, start: int, where: str = "") -> tuple[_Typed, int]:
    """The number that begins at `start`, and the position behind it."""
    match = NUMBER.match(text, start)
    if match is None:
        raise Unreadable(f"{where}{_not_a_number(text, start)}", start)
    end = match.end()
    if end - start > MAX_NUMBER:
        raise Unreadable(f"{where}A number may have at most {MAX_NUMBER} characters.", start)
    if end < len(text) and text[end] not in ENDS_A_NUMBER:
        raise Unreadable(f"{where}{_not_a_number(text, end)}", end)
    sign = "-" if match["sign"] == "-" else ""
    over = _finite(float(match["over"]), where, start)
    if match["under"] is None:
        return _Typed(float(sign + match["over"]), sign + number_latex(over, digits=15), start), end
    under = _finite(float(match["under"]), where, start)
    if under == 0:
        raise Unreadable(f"{where}The denominator of this fraction is zero.", match.start("under"))
    quotient = _finite(over / under, where, start)
    latex = rf"{sign}\frac{{{number_latex(over, digits=15)}}}{{{number_latex(under, digits=15)}}}"
    return _Typed(-quotient if sign else quotient, latex, start), end


def _not_a_number(text: str, position: int) -> str:
    if text[position] in "+-":
        return "A sign stands directly before its number, as in -3."
    if text[position].isdigit():
        return "Write numbers with the digits 0 to 9."
    if text[position].isalpha():
        return "Expected a number such as -3, 0.25 or 2/3. From numpy, send x.tolist()."
    return "Expected a number such as -3, 0.25, 2/3 or 1.5e-3."


# Lists and matrices -------------------------------------------------------------------------------


@dataclass
class _Bracket:
    """What has been read since a bracket opened; the whole text is one, too, without brackets."""

    closed_by: str
    position: int
    rows: list[list[Any]]
    after_comma: bool = False
    after_line: bool = False

    def add(self, entry: object, position: int) -> None:
        if self.after_line and not self.after_comma and self.rows[-1] and isinstance(entry, _Typed):
            raise Unreadable("Does a row begin here? Write [1 2; 3 4] or [[1, 2], [3, 4]] for rows.", position)
        self.rows[-1].append(entry)
        self.after_comma = self.after_line = False

    def separator(self, name: str, position: int) -> None:
        """Refuse a comma, semicolon or bracket that comes where an entry is due."""
        if self.after_comma or (name != "bracket" and not self.rows[-1]):
            raise Unreadable(f"An entry is missing before this {name}.", position)

    def content(self) -> list[Any]:
        """Its rows where it has several, else the entries of its only row. A row that is one bracket is its content."""
        filled = [row for row in self.rows if row]
        if not filled:
            raise Unreadable("There is nothing between these brackets.", self.position)
        if len(filled) == 1:
            return filled[0]
        return [row[0] if len(row) == 1 and isinstance(row[0], list) else row for row in filled]


def _parse_text(text: str) -> object:
    """A text as one number or as nested lists of them.

    Rows end with `;` or, outside brackets, with the line. Entries are separated by blanks, within
    brackets also by commas: outside brackets a comma could be a decimal comma and is refused.
    """
    _short_enough(text)
    characters = text.translate(MINUS_SIGNS)
    if not characters.strip():
        raise Unreadable("This answer is empty. Type a number, or a matrix such as [[1, 2], [3, 4]].", 0)
    whole = _Bracket("", 0, [[]])
    brackets = [whole]
    i = found = 0
    while i < len(characters):
        c, inner = characters[i], brackets[-1]
        if c in CLOSING:
            if len(brackets) > MAX_WAYS:
                raise Unreadable(f"Brackets may be at most {MAX_WAYS} deep.", i)
            brackets.append(_Bracket(CLOSING[c], i, [[]]))
        elif c in "])":
            if inner.closed_by != c:
                raise Unreadable("This closing bracket has no opening partner.", i)
            inner.separator("bracket", i)
            brackets.pop()
            brackets[-1].add(inner.content(), i)
        elif c == "," and inner is whole:
            raise Unreadable("This could be a decimal comma. Write 1.5 for a decimal number, [1, 5] for a list.", i)
        elif c == ",":
            inner.separator("comma", i)
            inner.after_comma = True
        elif c == ";":
            inner.separator("semicolon", i)
            inner.rows.append([])
        elif c == "\n" and inner is whole:
            inner.rows.append([])
        elif c == "\n":
            inner.after_line = True
        elif c not in BLANKS + "\r\n":
            number, end = _number_at(characters, i)
            inner.add(number, i)
            found += 1
            if found > MAX_ENTRIES:
                raise Unreadable(f"An answer may have at most {MAX_ENTRIES} entries.", i)
            i = end
            continue
        i += 1
    if brackets[-1] is not whole:
        raise Unreadable("This bracket is never closed.", brackets[-1].position)
    content = whole.content()
    return content[0] if len(content) == 1 else content


def _short_enough(text: str) -> None:
    if len(text) > MAX_TEXT:
        raise Unreadable(f"An answer may have at most {MAX_TEXT} characters.", MAX_TEXT)


def _from_lists(nested: object) -> Numbers:
    """Nested lists of entries as an array, or `Unreadable` where rows differ."""
    values: list[float] = []
    entries: list[str] = []
    positions: list[int | None] = []
    if not isinstance(nested, list):
        value, latex = _entry(nested, "")
        return Numbers(np.asarray(value), (latex,))

    def shape_of(part: object, path: tuple[int, ...]) -> tuple[int, ...]:
        if not isinstance(part, list):
            value, latex = _entry(part, _where(path))
            values.append(value)
            entries.append(latex)
            positions.append(part.position if isinstance(part, _Typed) else None)
            if len(values) > MAX_ENTRIES:
                raise Unreadable(f"An answer may have at most {MAX_ENTRIES} entries.", positions[-1])
            return ()
        if len(path) >= MAX_WAYS:
            raise Unreadable(f"An answer may have at most {MAX_WAYS} ways.")
        if not part:
            raise Unreadable(f"{_where(path)}An empty list has no entries.")
        first: tuple[int, ...] = ()
        for k, child in enumerate(part, 1):
            begins = len(positions)
            shape = shape_of(child, (*path, k))
            first = shape if k == 1 else first
            if shape != first:
                raise Unreadable(f"{_where(path)}{_ragged(first, shape, k)}", positions[begins])
        return (len(part), *first)

    shape = shape_of(nested, ())
    return Numbers(np.array(values).reshape(shape), tuple(entries))


def _where(path: tuple[int, ...]) -> str:
    if not path:
        return ""
    return f"Entry {path[0]}: " if len(path) == 1 else f"Row {path[0]}, entry {path[1]}: "


def _ragged(first: tuple[int, ...], other: tuple[int, ...], k: int) -> str:
    if first and other and first[0] == other[0]:
        return f"Entry 1 and entry {k} have different shapes. Give all of them the same."
    if first and other:
        return f"Row 1 has {first[0]} entries and row {k} has {other[0]}. Give every row the same number of entries."
    return f"Entry 1 and entry {k} are a number and a list. Send numbers only, or rows only."


# Shapes -------------------------------------------------------------------------------------------

UNDEFINED_WORDS: Final = {"undefined", "not defined", "does not exist", "impossible", "error"}
SCALAR_WORDS: Final = {"scalar", "()", "[]"}
SHAPE = re.compile(r"[0-9]+(?:(?:\s*[x×*,]\s*|\s+)[0-9]+)*,?")


def is_undefined(raw: object) -> bool:
    """Whether a student wrote that the thing asked for does not exist."""
    return isinstance(raw, str) and " ".join(raw.lower().rstrip(". ").split()) in UNDEFINED_WORDS


def read_shape(raw: object) -> tuple[int, ...] | Undefined:
    """Read a shape: `[3, 5]`, `3`, `"3x5"`, `"(3, 5)"`, `"scalar"` or `"undefined"`."""
    if is_undefined(raw):
        return UNDEFINED
    sizes = _sizes_in(raw) if isinstance(raw, str) else raw if isinstance(raw, list) else [raw]
    if len(sizes) > MAX_WAYS:
        raise Unreadable(f"A shape may have at most {MAX_WAYS} ways.")
    return tuple(_size(size) for size in sizes)


def _sizes_in(text: str) -> list[float]:
    _short_enough(text)
    words = text.strip().lower()
    if "".join(words.split()) in SCALAR_WORDS:
        return []
    inside = words[1:-1].strip() if words[:1] + words[-1:] in ("()", "[]") else words
    if not SHAPE.fullmatch(inside):
        raise Unreadable("Expected a shape such as 3x5, (3, 5), 3, scalar or undefined.", 0)
    return [float(size) for size in re.findall("[0-9]+", inside)]


def _size(size: object) -> int:
    if isinstance(size, float) and size.is_integer():
        size = int(size)
    if isinstance(size, bool) or not isinstance(size, int):
        raise Unreadable("Expected whole numbers: the sizes of the ways, as in [3, 5].")
    if not 1 <= size <= MAX_SIZE:
        raise Unreadable(f"A size is a whole number from 1 to {MAX_SIZE}.")
    return size


# LaTeX --------------------------------------------------------------------------------------------


def number_latex(number: float, *, fractions: bool = False, digits: int = 6) -> str:
    """A number as a student would write it: whole, as a small fraction where asked for, or rounded."""
    if number == round(number) and abs(number) < 1e15:
        return str(int(number))
    if fractions:
        near = Fraction(number).limit_denominator(999)
        if near.denominator > 1 and abs(float(near) - number) <= 1e-12 * abs(number):
            return rf"{'-' if near < 0 else ''}\frac{{{abs(near.numerator)}}}{{{near.denominator}}}"
    mantissa, _, exponent = f"{number:.{digits}g}".partition("e")
    return rf"{mantissa}\cdot10^{{{int(exponent)}}}" if exponent else mantissa


def are_fractions(values: Array) -> bool:
    """Whether all numbers are whole or small fractions, as a student would write them."""
    return all("." not in number_latex(value, fractions=True) for value in values.ravel().tolist())


def array_latex(shape: tuple[int, ...], entries: tuple[str, ...]) -> str:
    """Entries in row-major order as a number, a matrix, or a list of matrices."""
    if len(shape) == 0:
        return entries[0]
    if len(shape) == 1:
        return rf"\left({', '.join(entries)}\right)"
    if len(shape) == 2:
        columns = shape[1]
        rows = [" & ".join(entries[k : k + columns]) for k in range(0, len(entries), columns)]
        return r"\begin{bmatrix} " + r" \\ ".join(rows) + r" \end{bmatrix}"
    size = len(entries) // shape[0]
    slices = (array_latex(shape[1:], entries[k : k + size]) for k in range(0, len(entries), size))
    return rf"\left({', '.join(slices)}\right)"


def values_latex(values: Array | float, *, fractions: bool = False) -> str:
    """An array or a number as LaTeX; `fractions` writes 1/3 for 0.333…"""
    values = np.asarray(values)
    return array_latex(values.shape, tuple(number_latex(float(v), fractions=fractions) for v in values.flat))


def shape_latex(shape: tuple[int, ...] | Undefined) -> str:
    r"""A shape as LaTeX: `3 \times 5`, or the words scalar and undefined."""
    if isinstance(shape, Undefined):
        return UNDEFINED_LATEX
    return r" \times ".join(map(str, shape)) or text_latex("scalar")
