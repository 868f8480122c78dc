"""A text as numbers, names, signs, brackets and blanks, each with its place."""

import re
from typing import Final, NamedTuple

from app.answers.characters import (
    ALIKE,
    ALL_OF_IT,
    MINUS_SIGNS,
    NARROW_BLANKS,
    REPEATING,
    THOUSANDS,
    TIMES_SIGNS,
    remedy,
)
from app.answers.unreadable import MAX_NUMBER, Unreadable, few_enough_tokens, short_enough
from app.answers.words import EULER, NOT_A_NUMBER, known

NUMBER: Final = "number"
NAME: Final = "name"
OPERATOR: Final = "operator"  # + - * / ^
POWER: Final = "power"  # raised digits
FRACTION: Final = "fraction"  # ½
BLANK: Final = "blank"
TRANSPOSED: Final = "transposed"  # ', .T, ^T: the matrix before it
COMMAND: Final = "command"  # of LaTeX, as are braces and $
# Brackets, commas, semicolons, &, tabs and line ends are kinds of their own, named by their character.


class Token(NamedTuple):
    """A piece of a text, where it begins, and what it means rather than how it was typed: `sqrt` for `np.sqrt`."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


TOKEN: Final = re.compile(
    r"""
    (?P<number> (?:[0-9]+(?:\{,\}[0-9]+|\.(?!\.)[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)? )
  | (?P<blank> [ ]+ )
  | (?P<mark> [][(){},;&$\t\n] )
  | (?P<infinite> [+-]?[ ]*(?:(?i:nan|inf|infinity)|\\infty|∞)(?![A-Za-z0-9_]) )
  | (?P<transposed> \^?[ᵀ⊤] | \.T(?![A-Za-z0-9_]) | (?<=[])}])\.?['’′]
                  | \^[ ]*(?P<brace>\{[ ]*)?
                    (?:T | \\top | \\intercal | \\(?:math(?:rm|sf|bf|it)|text|operatorname)(?:\{T\}|[ ]T))
                    (?![A-Za-z0-9_])(?(brace)[ ]*\}) )
  | (?P<operator> \*\*|[-+*/^] )
  | (?P<name> [A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)* | π | √ )
  | (?P<power> [⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+ )
  | (?P<fraction> [½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅐⅛⅜⅝⅞⅑⅒] )
  | (?P<command> \\(?:begin|end)\{[A-Za-z]+\*?\}(?:[ ]*\{[lcr|\ ]*\})?
               | \\[dt]?frac[ ]*[0-9][ ]*[0-9]
               | \\sqrt[ ]*[0-9]
               | \\(?:mathrm|operatorname)\{[A-Za-z0-9]+\}
               | \\(?:left|right)[ ]*\|
               | \\log_(?:2|\{2\}|\{10\})
               | \\\\(?:\[[0-9.]+(?:pt|em|ex|mm|cm)\])?
               | \\(?:[A-Za-z]+|.) )
  | (?P<continued> \.\.\.[ ]*\n )
  | (?P<dots> \.\.+ )
  | (?P<other> . )
    """,
    re.VERBOSE | re.DOTALL,
)
POWER_OR_DIFFERENCE: Final = "Is this a power of ten? Write 3*10^-4, or 3*10 - 4 for a difference."
EXPONENT_APART: Final = re.compile(r"[0-9.] +(?=e[-+][0-9])")  # 1.5 e-3
FALLEN_EXPONENT: Final = re.compile(rf"[{TIMES_SIGNS}] ?10(?=[{MINUS_SIGNS}-][0-9])")  # 3·10−4, copied from a page
BETWEEN_THOUSANDS: Final = re.compile(rf"(?<=[0-9])[{NARROW_BLANKS}](?=[0-9]{{3}}(?![0-9]))")
ASSIGNED: Final = re.compile(r"\A\s*[A-Za-z_][A-Za-z0-9_]*[ ]*=(?!=)")
OPTION: Final = re.compile(  # of an array as Python prints it: dtype=float32, grad_fn=<MulBackward0>
    r""",\s*(?:dtype|device|grad_fn|requires_grad|weak_type|shape|order|copy|ndmin|size)\s*=\s*
    (?:<[^<>]{0,100}>|'[^'\n]{0,40}'|\([0-9, ]{0,40}\)|[A-Za-z_][A-Za-z0-9_.]{0,60})""",
    re.VERBOSE,
)


def tokens(text: str, exponent: str = "") -> list[Token]:
    """The pieces of a text in order, LaTeX still as commands; all numbers get the exponent.

    Raises `Unreadable` for a piece that no answer has.
    """
    short_enough(text)
    if not text.isascii():
        if between := BETWEEN_THOUSANDS.search(text):
            raise Unreadable(THOUSANDS, between.start())
        if fallen := FALLEN_EXPONENT.search(text):
            raise Unreadable(POWER_OR_DIFFERENCE, fallen.end())
        text = text.translate(ALIKE)
    elif "\r" in text:
        text = text.replace("\r", "\n")
    if apart := EXPONENT_APART.search(text):
        raise Unreadable(EULER, apart.end())
    if "=" in text:
        text = OPTION.sub(_blanks, ASSIGNED.sub(_blanks, text))
    found: list[Token] = []
    for match in TOKEN.finditer(text):
        kind, piece = match.lastgroup, match[0]
        if kind == "mark" or kind == BLANK:
            found.append(Token(piece if kind == "mark" else BLANK, piece, match.start()))
        else:
            piece += exponent if kind == NUMBER else ""
            found.append(_token(str(kind), piece, match.start(), found))
        few_enough_tokens(found, match.start())
    return found


def _blanks(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _token(kind: str, text: str, start: int, before: list[Token]) -> Token:
    if kind in (NUMBER, POWER) and len(text) > MAX_NUMBER:
        raise Unreadable(f"A number may have at most {MAX_NUMBER} characters.", start)
    if kind == NUMBER:
        return Token(NUMBER, text.replace("{,}", ".") if "{" in text else text, start)
    if kind == NAME:
        return Token(NAME, known(text, start), start)
    if kind == OPERATOR:
        return Token(OPERATOR, "^" if text == "**" else text, start)
    if kind == "infinite":
        raise Unreadable(NOT_A_NUMBER, start)
    if kind == "continued" and before and _line_has_begun(before):
        return Token(BLANK, text, start)
    if kind in ("continued", "dots") or text == "\N{HORIZONTAL ELLIPSIS}":
        if before and before[-1].kind == NUMBER and "." in before[-1].text and before[-1].end == start:
            raise Unreadable(REPEATING, start)
        raise Unreadable(ALL_OF_IT if text != ".." else remedy("."), start)
    if kind == "other":
        raise Unreadable(remedy(text), start)
    return Token(kind, text, start)


def _line_has_begun(before: list[Token]) -> bool:
    """Whether dots at the end of this line continue it, as in MATLAB: there is something before them."""
    last = before[-2] if before[-1].kind == BLANK and len(before) > 1 else before[-1]
    return last.kind not in (BLANK, "\n")
