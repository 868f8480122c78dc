"""Matrices as people type and paste them: nested brackets, rows and blanks, sheets, LaTeX.

A text is cut into tokens, brackets are closed from the inside, and what stands between separators is read as
one entry. Open brackets wait on a stack: no recursion.

Blanks separate entries where nothing else does. There, as in MATLAB, `[1 -2]` has two entries; `1 - 2` with
blanks on both sides is read only where it is all there is. Between commas, tabs and `&` an expression may have
blanks.
"""

import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, NamedTuple

from app.answers.characters import FRACTIONS, THOUSANDS
from app.answers.commas import DECIMAL_COMMA, are_separators, decimal, refuse_decimal, with_points
from app.answers.constants import Term, constant
from app.answers.displays import displayed
from app.answers.lines import have_semicolons, have_tabs, lines_of, side_by_side, trimmed
from app.answers.pieces import (
    BLANKS,
    Item,
    Rows,
    all_blank,
    begins_with_number,
    broken_row,
    few_steps,
    have_blanks_between,
    joined,
    kind_of,
    pieces,
    position_of,
    spaced_sign,
    split,
)
from app.answers.tokens import BLANK, NAME, OPERATOR, TRANSPOSED, Token, tokens
from app.answers.typeset import (
    BEGIN,
    BRACES,
    END,
    FRACTION_BEGINS,
    FRACTION_ENDS,
    LIST_BEGINS,
    LIST_ENDS,
    is_typeset,
    plain,
)
from app.answers.unreadable import EMPTY_CELL, MAX_ENTRIES, MAX_PARENTHESES, MAX_WAYS, ONE_NUMBER, Unreadable
from app.answers.words import FUNCTIONS, ITS_ROWS, WRAPPERS

CLOSING: Final = {"[": "]", "(": ")", "{": "}", BEGIN: END, FRACTION_BEGINS: FRACTION_ENDS, LIST_BEGINS: LIST_ENDS}
ENDING: Final = frozenset(CLOSING.values())
LISTS: Final = ("[", LIST_BEGINS, BEGIN)
CALLED: Final = FUNCTIONS.keys() | WRAPPERS
LINE_END: Final = "line end"
IN_GROUPS: Final = re.compile(r"[1-9][0-9]{0,2}(?: [0-9]{3})+(?:\.[0-9]*)?")  # 12 345 and 12 345.6
WHERE: Final = {
    ",": "before this comma",
    ";": "before this semicolon",
    r"\\": r"before this \\",
    "&": "before this &",
    LINE_END: "at the end of this line",
}

EMPTY: Final = "This answer is empty. Type a number, or a matrix such as [[1, 2], [3, 4]]."
NOTHING: Final = "There is nothing between these brackets."
ONE_IN_PARENTHESES: Final = "Here parentheses hold one thing, as in sqrt(2) and array([1, 2])."
MIXED_OR_ENTRIES: Final = "Is this one number? Write 1+1/2 for a sum, [1, 1/2] for two entries."
NOT_IN_SUM: Final = "A list is no part of a calculation. Send its entries, with commas between them."
MISSING_COMMA: Final = "Is a comma missing before this? Write commas between all entries, * for products."
MISSING_CELL: Final = "Does a cell begin here? Write all entries in cells of their own, * for products."
PRODUCT_OR_ENTRIES: Final = "Is this a product, or are these entries? Write * for a product, [1, pi] for entries."
ROWS_WITHIN: Final = "Semicolons end rows in one pair of brackets only. Within others, write rows as [[1, 2], [3, 4]]."
BLANKS_SEPARATE: Final = "Blanks separate entries here. Write 1-2 without blanks, or commas between all entries."
AMPERSAND: Final = r"& separates entries between \begin{bmatrix} and \end{bmatrix} only."


class Layout(NamedTuple):
    """What stands in a text: a term, or lists of them; and whether it is one line of a sheet, which is a row."""

    content: Term | Rows
    is_line: bool = False


@dataclass
class _Bracket:
    """An open bracket and what has been read behind it; the whole text is one, too, without brackets."""

    kind: str
    position: int
    items: list[Item] = field(default_factory=list)


def read_layout(text: str) -> Layout:
    """A text as one number or as nested lists of them. Raises `Unreadable`."""
    display = displayed(text)
    items = _with_brackets_closed(display.text, display.exponent)
    lines = side_by_side(lines_of(items), display.blocks[1:])
    if not lines:
        raise Unreadable(EMPTY, 0)
    tabs = have_tabs(lines)
    semicolons = len(lines) > 1 and have_semicolons(lines)
    if any(kind_of(item) == "," for item in items):
        if are_separators(items, tabs or semicolons or any(have_blanks_between(line) for line in lines)):
            return _sheet(lines, ",")
        lines = [with_points(line) for line in lines]
    if tabs or semicolons:
        return _sheet(lines, "\t" if tabs else ";")
    rows = [row for line in lines for row in _rows(line, _line_end(line))]
    if len(rows) == 1:
        return Layout(_lone_row(rows[0][0], is_row=display.has_rows))
    return Layout(_stacked([_row(row, end, one_row=False) for row, end in rows]))


def read_entry(text: str) -> Term:
    """A text that is one number and nothing else. Raises `Unreadable`."""
    items = _with_brackets_closed(text)
    if all_blank(items):
        raise Unreadable(EMPTY_CELL)
    entry = _term(joined(decimal(items), one_row=True))
    if isinstance(entry, Rows):
        raise Unreadable(ONE_NUMBER, entry.position)
    return entry


# Brackets -----------------------------------------------------------------------------------------


def _with_brackets_closed(text: str, exponent: str = "") -> list[Item]:
    """The tokens outside brackets, with lists, and the tokens of calculations, in the place of brackets."""
    found = tokens(text, exponent)
    if is_typeset(found):
        found = [token for token in plain(found) if token.kind not in (BLANK, "\t")]
    stack = [_Bracket("", 0)]
    for token in found:
        if token.kind in CLOSING:
            _open(stack, token)
        elif token.kind == TRANSPOSED:
            stack[-1].items[-1:] = [_transposed(stack[-1].items, token)]
        elif token.kind in ENDING:
            if CLOSING.get(stack[-1].kind) != token.kind:
                raise Unreadable("This closing bracket has no opening partner.", token.start)
            bracket = stack.pop()
            stack[-1].items += _closed(bracket, token, stack)
        else:
            stack[-1].items.append(token)
    if len(stack) > 1:
        raise Unreadable("This bracket is never closed.", stack[-1].position)
    return stack[0].items


def _open(stack: list[_Bracket], token: Token) -> None:
    if token.kind in LISTS and sum(bracket.kind in LISTS for bracket in stack) >= MAX_WAYS:
        raise Unreadable(f"Brackets may be at most {MAX_WAYS} deep.", token.start)
    if len(stack) > MAX_PARENTHESES:
        raise Unreadable(f"Parentheses may be at most {MAX_PARENTHESES} deep.", token.start)
    stack.append(_Bracket(token.kind, token.start))


def _closed(bracket: _Bracket, end: Token, stack: list[_Bracket]) -> list[Item]:
    """What a bracket comes to: a list, or the tokens of a calculation in parentheses."""
    items = [item for item in bracket.items if kind_of(item) not in BLANKS]
    if not items:
        raise Unreadable(NOTHING, bracket.position)
    if bracket.kind == BEGIN:
        return [_typeset_matrix(bracket, end)]
    within = any(outer.kind in LISTS for outer in stack)
    one_row = within or broken_row(bracket.items, bracket.position)
    lone = items[0] if len(items) == 1 and isinstance(items[0], Rows) else None
    name = _word_before(stack[-1].items)
    if bracket.kind in LISTS and name not in FUNCTIONS:
        if within and (semicolon := _between_rows(bracket.items)):
            raise Unreadable(ROWS_WITHIN, semicolon.start)
        if bracket.kind == LIST_BEGINS and not within and not lone and not _is_list(bracket.items, one_row):
            raise Unreadable(BRACES, bracket.position)
        return [lone if lone and lone.typeset else _list(bracket, end, one_row)]
    if name in WRAPPERS:
        stack[-1].items.pop()
    if lone:
        return [lone]
    if bracket.kind == "(" and name not in CALLED and _is_list(bracket.items, one_row):
        return [_list(bracket, end, one_row)]
    calculation = joined(decimal(bracket.items, ONE_IN_PARENTHESES), one_row=one_row)
    few_steps(calculation)
    for item in calculation:
        if kind_of(item) in (",", ";", "&"):
            raise Unreadable(ONE_IN_PARENTHESES, position_of(item))
    if bracket.kind in LISTS:  # Sqrt[2], as in Mathematica
        return [Token("(", "(", bracket.position), *calculation, Token(")", ")", end.start)]
    return [Token(bracket.kind, bracket.kind, bracket.position), *calculation, end]


def _transposed(items: list[Item], sign: Token) -> Rows:
    """The matrix before the sign with its columns as rows."""
    if not items or not isinstance(items[-1], Rows):
        raise Unreadable(ITS_ROWS, sign.start)
    return items[-1].transposed(sign.start)


def _word_before(items: list[Item]) -> str:
    last = items[-1] if items else None
    return last.text if isinstance(last, Token) and last.kind == NAME else ""


def _is_list(items: list[Item], one_row: bool) -> bool:
    """Whether parentheses hold a list: there are separators, or blanks before numbers without a sign."""
    if any(kind_of(item) in (",", ";") for item in items):
        return True
    behind = pieces(items, one_row=one_row)[1:]
    return any(begins_with_number(piece) and kind_of(piece[0]) != OPERATOR for piece in behind)


def _list(bracket: _Bracket, end: Token, one_row: bool) -> Rows:
    refuse_decimal(bracket.items, square=bracket.kind == "[")
    rows = [_row(row, stop, one_row=one_row) for row, stop in _rows(bracket.items, end)]
    return Rows(rows[0] if len(rows) == 1 else _stacked(rows), bracket.position)


def _typeset_matrix(bracket: _Bracket, end: Token) -> Rows:
    """A matrix of LaTeX: always rows of entries. Between `&` a comma is decimal."""
    cells = any(kind_of(item) == "&" for item in bracket.items)
    for item in bracket.items:
        if kind_of(item) == "," and not cells:
            raise Unreadable(DECIMAL_COMMA, position_of(item))
    items = decimal(bracket.items)
    rows = [_cells(row, "&", stop, one_row=True) for row, stop in _rows(items, end)]
    return Rows([Rows(row, row[0].position) for row in rows], bracket.position, typeset=True)


# Rows and cells -----------------------------------------------------------------------------------


def _rows(items: list[Item], end: Token) -> list[tuple[list[Item], Token]]:
    """What stands between semicolons, each with what ends it; the last may be empty."""
    rows: list[tuple[list[Item], Token]] = []
    for row, semicolon in split(items, ";"):
        if not all_blank(row):
            rows.append((row, semicolon or end))
        elif semicolon or not rows:
            raise _missing(semicolon or end)
    return rows


def _between_rows(items: list[Item]) -> Token | None:
    """The first semicolon with something behind it: in MATLAB, what stands beside that is joined row by row."""
    first, *others = split(items, ";")
    return first[1] if any(not all_blank(row) for row, _ in others) else None


def _line_end(line: list[Item]) -> Token:
    return Token(LINE_END, "", position_of(line[-1]))


def _missing(end: Token) -> Unreadable:
    """What to say about an empty place before its end."""
    return Unreadable(f"An entry is missing {WHERE.get(end.text or end.kind, 'before this bracket')}.", end.start)


def _row(items: list[Item], end: Token, *, one_row: bool) -> list[Term | Rows]:
    """The entries of a row: between commas if it has any, else between blanks."""
    if any(kind_of(item) == "," for item in items):
        return _cells(items, ",", end, one_row=one_row)
    return _entries(pieces(items, one_row=one_row), items)


def _entries(found: list[list[Item]], items: list[Item]) -> list[Term | Rows]:
    """The entries that these pieces are, which have blanks between them in the row they come from."""
    if len(found) > 1:
        if sign := spaced_sign(items):
            raise Unreadable(BLANKS_SEPARATE, sign.start)
        _no_thousands(found)
    _few_enough(found)
    return [_term(piece) for piece in found]


def _cells(items: list[Item], separator: str, end: Token, *, one_row: bool) -> list[Term | Rows]:
    parts = split(items, separator)
    if len(parts) > 1 and all_blank(parts[-1][0]) and _may_trail(parts, end):
        parts.pop()
    _few_enough([part for part, _ in parts])
    cells: list[Term | Rows] = []
    for part, stop in parts:
        if all_blank(part):
            empty = stop or end
            raise Unreadable(EMPTY_CELL, empty.start) if separator == "\t" else _missing(empty)
        message = MISSING_COMMA if separator == "," else MISSING_CELL
        cells.append(_term(joined(part, one_row=one_row, message=message)))
    return cells


def _may_trail(parts: list[tuple[list[Item], Token | None]], end: Token) -> bool:
    """Whether nothing is missing behind the last comma: as in Python, before a line end or in (1,)."""
    line_ends = any(kind_of(item) == "\n" for item in parts[-1][0])
    return line_ends or (end.kind == ")" and len(parts) == 2)


def _term(items: list[Item]) -> Term | Rows:
    """The entry that these items, without blanks, are: a list, or a calculation."""
    if len(items) == 1 and isinstance(items[0], Rows):
        return items[0]
    calculation: list[Token] = []
    for item in items:
        if isinstance(item, Rows):
            raise Unreadable(NOT_IN_SUM, item.position)
        if item.kind in ("&", ";"):
            raise Unreadable(AMPERSAND if item.kind == "&" else ONE_NUMBER, item.start)
        calculation.append(item)
    return constant(calculation)


def _few_enough(cells: list[list[Item]]) -> None:
    if len(cells) > MAX_ENTRIES:
        place = next((position_of(item) for item in cells[MAX_ENTRIES]), None)
        raise Unreadable(f"An answer may have at most {MAX_ENTRIES} entries.", place)


def _stacked(rows: list[list[Term | Rows]]) -> Rows:
    """Rows below each other; one that is a bracket and nothing else is what the bracket holds."""
    stacked: list[Rows] = []
    for row in rows:
        first = row[0]
        stacked.append(first if len(row) == 1 and isinstance(first, Rows) else Rows(row, first.position))
    return Rows(stacked, stacked[0].position)


def _no_thousands(found: list[list[Item]]) -> None:
    """Refuse `1 000` and `1 000,5`: no list has an entry 000."""
    for left, right in pairwise(found):
        if _is_written(left, "[0-9]{1,3}") and _is_written(right, r"0[0-9]{2}(?:\.[0-9]*)?"):
            raise Unreadable(THOUSANDS, position_of(right[0]))


def _is_written(piece: list[Item], pattern: str) -> bool:
    """Whether a piece is written as the pattern has it."""
    return re.fullmatch(pattern, _written(piece)) is not None


def _written(piece: list[Item]) -> str:
    return "".join(item.text if isinstance(item, Token) else "[]" for item in piece)


# Outside brackets ---------------------------------------------------------------------------------


def _sheet(lines: list[list[Item]], separator: str) -> Layout:
    """Lines of cells; with other separators than semicolons, these end rows."""
    if separator == ";":
        rows = [_cells(_without_last(line, ";"), ";", _line_end(line), one_row=False) for line in lines]
    else:
        parts = [row for line in lines for row in _rows(line, _line_end(line))]
        several = len(parts) > len(lines)  # tabs may stand around their semicolons
        rows = [_cells(trimmed(row) if several else row, separator, end, one_row=False) for row, end in parts]
    if len(rows) > 1:
        return Layout(_stacked(rows))
    return Layout(Rows(rows[0], rows[0][0].position), is_line=True)


def _without_last(line: list[Item], kind: str) -> list[Item]:
    return line[:-1] if kind_of(line[-1]) == kind else line


def _lone_row(items: list[Item], *, is_row: bool) -> Term | Rows:
    """All there is: one expression, perhaps with blanks, or entries between blanks, a list or a row."""
    found = pieces(items)
    if len(found) > 1 and not any(begins_with_number(piece) for piece in found[1:]):
        if len(found) > 2 or not begins_with_number(found[0]) or isinstance(found[0][0], Rows):
            raise Unreadable(PRODUCT_OR_ENTRIES, position_of(found[1][0]))
        found = [[*found[0], *found[1]]]
    if len(found) == 1:
        return _term(found[0])
    if _is_mixed_number(found):
        raise Unreadable(MIXED_OR_ENTRIES, position_of(found[1][0]))
    if IN_GROUPS.fullmatch(" ".join(map(_written, found))):
        raise Unreadable(THOUSANDS, position_of(found[1][0]))
    entries = Rows(_entries(found, items), position_of(items[0]))
    return Rows([entries], entries.position) if is_row else entries


def _is_mixed_number(found: list[list[Item]]) -> bool:
    """Whether these pieces are a whole number with a fraction behind it, as in 1 1/2."""
    fraction = f"[{''.join(FRACTIONS)}]|[0-9]+/[0-9]+"
    return len(found) == 2 and _is_written(found[0], "[0-9]+") and _is_written(found[1], fraction)
