"""Lines of a text, outside brackets: without what is blank around them, beside each other where columns go on below."""

from collections.abc import Sequence
from itertools import pairwise
from math import inf
from typing import Final

from app.answers.pieces import BLANKS, Item, all_blank, have_blanks_between, kind_of, position_of, split
from app.answers.tokens import BLANK, Token
from app.answers.unreadable import EMPTY_CELL, Unreadable

UNEQUAL_BLOCKS: Final = "These columns have not as many rows as the first. Paste all columns of the matrix whole."


def lines_of(items: Sequence[Item]) -> list[list[Item]]:
    """The lines that have something in them, without blanks around them.

    Tabs around them are cells that are empty, unless they are in all lines. Raises `Unreadable` for a line of
    nothing but tabs between others.
    """
    lines = [line for line, _ in split(items, "\n")]
    if any(kind_of(item) == "\t" for item in items):
        return [_trimmed(line, (BLANK,)) for line in _without_empty_columns(lines)]
    return [trimmed(line) for line in lines if not all_blank(line)]


def trimmed(line: list[Item]) -> list[Item]:
    """A line without the blanks and tabs around it."""
    return _trimmed(line, BLANKS)


def _trimmed(line: list[Item], blanks: Sequence[str]) -> list[Item]:
    filled = [place for place, item in enumerate(line) if kind_of(item) not in blanks]
    return line[filled[0] : filled[-1] + 1] if filled else []


def _without_empty_columns(lines: list[list[Item]]) -> list[list[Item]]:
    """Lines of cells from the first column to the last one that has an entry in any of them."""
    full = [place for place, line in enumerate(lines) if not all_blank(line)]
    if not full:
        return []
    kept = [line for line in lines[full[0] : full[-1] + 1] if any(kind_of(item) != BLANK for item in line)]
    rows = [split(line, "\t") for line in kept]
    columns = [[place for place, (cell, _) in enumerate(row) if not all_blank(cell)] for row in rows]
    for line, filled in zip(kept, columns, strict=True):
        if not filled:
            raise Unreadable(EMPTY_CELL, position_of(line[0]))
    first, last = min(filled[0] for filled in columns), max(filled[-1] for filled in columns)
    return [_joined(row[first : last + 1]) for row in rows]


def _joined(cells: list[tuple[list[Item], Token | None]]) -> list[Item]:
    """Cells with the tabs between them again."""
    line = [item for cell, tab in cells for item in (*cell, tab) if item is not None]
    return line[:-1] if cells[-1][1] else line


def side_by_side(lines: list[list[Item]], begins: Sequence[int]) -> list[list[Item]]:
    """The lines of blocks of columns, which begin there, each behind the same line of the block before it."""
    if not begins:
        return lines
    blocks = [
        [line for line in lines if begin <= position_of(line[0]) < end] for begin, end in pairwise((0, *begins, inf))
    ]
    for begin, block in zip(begins, blocks[1:], strict=True):
        if len(block) != len(blocks[0]):
            raise Unreadable(UNEQUAL_BLOCKS, begin)
    return [[item for part in row for item in (Token(BLANK, " ", 0), *part)][1:] for row in zip(*blocks, strict=True)]


def have_tabs(lines: list[list[Item]]) -> bool:
    """Whether tabs separate the cells of these lines: they are not just around rows that end with semicolons."""
    return any(kind_of(item) == "\t" for line in lines for row in _between_semicolons(line) for item in row)


def _between_semicolons(line: list[Item]) -> list[list[Item]]:
    parts = split(line, ";")
    return [line] if len(parts) == 1 else [trimmed(part) for part, _ in parts]


def have_semicolons(lines: list[list[Item]]) -> bool:
    """Whether semicolons separate the cells of these lines rather than rows: there is one entry between them."""
    parts = [[part for part, _ in split(line, ";")] for line in lines]
    several = any(len(line) > 2 or (len(line) == 2 and not all_blank(line[1])) for line in parts)
    return several and not any(have_blanks_between(part) for line in parts for part in line)
