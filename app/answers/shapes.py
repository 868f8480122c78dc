"""Shapes as answers: the sizes of the ways of a tensor, or that there is none."""

import re
from enum import Enum
from typing import Final

from app.answers.characters import BLANKS, FULL_WIDTH, TIMES_SIGNS, remedy
from app.answers.unreadable import MAX_WAYS, Unreadable, short_enough
from app.markup import text_latex

MAX_SIZE: Final = 10**9  # of one way
LONGEST_WORDS: Final = 100  # characters


class Undefined(Enum):
    """The answer "undefined": no such shape, no such derivative. There is one, whoever copies it."""

    UNDEFINED = "undefined"

    def __repr__(self) -> str:
        return "UNDEFINED"


UNDEFINED: Final = Undefined.UNDEFINED
UNDEFINED_LATEX: Final = text_latex("undefined")
UNDEFINED_WORDS: Final = frozenset(
    (
        "undefined",
        "undef",
        "not defined",
        "not well defined",
        "is undefined",
        "is not defined",
        "it is undefined",
        "it is not defined",
        "does not exist",
        "doesn't exist",
        "dne",
        "impossible",
        "not possible",
        "not differentiable",
        "error",
    )
)
IN_TEXT: Final = re.compile(r"\A[\s$]*\\(?:text|mathrm)\{([^{}]*)\}[\s$]*\Z")
SCALAR_WORDS: Final = frozenset(("scalar", "a scalar"))

# One character for one, so that positions stay: 3×5, ℝ³ˣ⁵.
SAME: Final = FULL_WIDTH | str.maketrans(
    TIMES_SIGNS + "*X\N{MODIFIER LETTER SMALL X}\N{DOUBLE-STRUCK CAPITAL R}⁰¹²³⁴⁵⁶⁷⁸⁹" + BLANKS,
    "x" * len(TIMES_SIGNS) + "xxxR0123456789" + " " * len(BLANKS),
)
RAISED_BESIDE: Final = re.compile("[0-9](?=[⁰¹²³⁴⁵⁶⁷⁸⁹])|[⁰¹²³⁴⁵⁶⁷⁸⁹](?=[0-9])")
OPENING: Final = re.compile(
    r"""(?:[\s$]|\\[(\[])*
    (?P<space>(?:R|\\R|\\math(?:bb|bf|rm|ds)\s*(?:R|\{R\}))\s*\^?\s*)?
    (?P<torch>(?:torch\.)?Size\()?(?P<bracket>[(\[{]?)\s*""",
    re.VERBOSE,
)
SIZE: Final = re.compile("[0-9]+")
SEPARATOR: Final = re.compile(r"\s*(?:,|(?P<times>x|\\(?:times|cdot)(?![A-Za-z])|by(?![A-Za-z])|-by-))\s*|\s+(?=[0-9])")
TYPESET_ENDS: Final = re.compile(r"(?:\$|\.|\\[)\]])*\Z")
CLOSING: Final = {"(": ")", "[": "]", "{": "}", "": ""}

ONE_SIZE: Final = "Are these two sizes? Write 3x2 for two, 32 for one."
A_SHAPE: Final = "Expected a shape such as 3x5, (3, 5), 3, scalar or undefined."


def is_undefined(raw: object) -> bool:
    """Whether a student wrote that the thing asked for does not exist."""
    return isinstance(raw, str) and _words(raw) in UNDEFINED_WORDS


def _words(text: str) -> str:
    """A few words in small letters, without the quotes and the full stop around them."""
    text = IN_TEXT.sub(r"\1", text[: LONGEST_WORDS + 1].replace("\N{RIGHT SINGLE QUOTATION MARK}", "'"))
    return " ".join(text.lower().strip(" .\t\r\n\"'`“”„").split())


def read_shape(raw: object) -> tuple[int, ...] | Undefined:
    """Read a shape: `[3, 5]`, `3`, `"3x5"`, `"(3, 5)"`, `"R^{3x5}"`, `"scalar"` or `"undefined"`."""
    if isinstance(raw, str):
        return UNDEFINED if is_undefined(raw) else _shape_in(raw)
    sizes = raw if isinstance(raw, list) else [raw]
    if len(sizes) > MAX_WAYS:
        raise Unreadable(f"A shape may have at most {MAX_WAYS} ways.")
    return tuple(map(_size, sizes))


def _size(size: object) -> int:
    if isinstance(size, float) and size.is_integer():
        size = int(size)
    if isinstance(size, bool) or not isinstance(size, int):
        raise Unreadable("Expected whole numbers: the sizes of the ways, as in [3, 5].")
    return _in_bounds(size)


def _in_bounds(size: int, position: int | None = None) -> int:
    if not 1 <= size <= MAX_SIZE:
        raise Unreadable(f"A size is a whole number from 1 to {MAX_SIZE}.", position)
    return size


def _shape_in(text: str) -> tuple[int, ...]:
    short_enough(text)
    if _words(text) in SCALAR_WORDS:
        return ()
    if beside := RAISED_BESIDE.search(text):
        raise Unreadable(ONE_SIZE, beside.end())
    same = text.translate(SAME)
    opening = next(OPENING.finditer(same))  # there is always one: all of it is optional
    sizes, end = _sizes(same, opening.end())
    bracket, torch = opening["bracket"], opening["torch"]
    rest = TYPESET_ENDS.sub("", "".join(same[end:].split()))
    if bracket and not rest:
        raise Unreadable("This bracket is never closed.", opening.start("bracket"))
    if rest != CLOSING[bracket] + (")" if torch else ""):
        raise _refused(same, end)
    if not sizes and not bracket and not opening["space"]:
        raise _refused(same, end)
    return sizes


def _sizes(text: str, begin: int) -> tuple[tuple[int, ...], int]:
    """The sizes from a place on, and the place behind them; a comma may trail, a cross may not."""
    sizes: list[int] = []
    end = begin
    while size := SIZE.match(text, end):
        digits = size[0].lstrip("0")[:12]  # more are out of bounds in any case
        sizes.append(_in_bounds(int(digits or 0), size.start()))
        if len(sizes) > MAX_WAYS:
            raise Unreadable(f"A shape may have at most {MAX_WAYS} ways.", size.start())
        end = size.end()
        separator = SEPARATOR.match(text, end)
        if separator is None:
            break
        end = separator.end()
        if separator["times"] and not SIZE.match(text, end):
            raise Unreadable("A size, a whole number, is missing behind this.", separator.start("times"))
    return tuple(sizes), end


def _refused(text: str, end: int) -> Unreadable:
    """What to say about a shape that ends at a place where it should not."""
    rest = text[end:].lstrip()
    position = len(text) - len(rest) if rest or text.strip() else 0
    return Unreadable(remedy(rest[0]) if rest[:1].isdigit() else A_SHAPE, position)


def shape_latex(shape: tuple[int, ...] | Undefined) -> str:
    r"""A shape as LaTeX: `3 \times 5`, or the words scalar and undefined."""
    if isinstance(shape, Undefined):
        return UNDEFINED_LATEX
    return r" \times ".join(map(str, shape)) or text_latex("scalar")
