"""What a comma outside brackets is: it separates entries, or it is decimal. Where both could be, it is refused."""

import re
from itertools import pairwise
from typing import Final, NamedTuple

from app.answers.characters import THOUSANDS
from app.answers.pieces import Item, all_blank, split
from app.answers.tokens import NUMBER, Token
from app.answers.unreadable import Unreadable

DECIMAL_COMMA: Final = "This could be a decimal comma. Write 1.5 for a decimal number, [1, 5] for a list."

WHOLE: Final = re.compile("[0-9]+")
PLACES: Final = re.compile("[0-9]+(?:[eE][+-]?[0-9]+)?")
ZERO_FIRST: Final = re.compile("0[0-9]+")
FIRST_GROUP: Final = re.compile("[1-9][0-9]{0,2}|[0-9]{3}")
GROUP: Final = re.compile("[0-9]{3}")
GROUPS_AND_PLACES: Final = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3},[0-9]+|,[0-9]{3}\.[0-9]*)")  # 1.234,5 and 1,234.5


class _Comma(NamedTuple):
    """A comma: its place among the items, where it stands in the text, and the numbers that touch it, if two do."""

    place: int
    start: int
    left: str = ""
    right: str = ""

    @property
    def is_tight(self) -> bool:
        """Whether it stands directly between the digits of what may be one number."""
        return bool(WHOLE.fullmatch(self.left) and PLACES.fullmatch(self.right))

    @property
    def may_group(self) -> bool:
        """Whether it could stand between thousands, as in 1,234."""
        return bool(FIRST_GROUP.fullmatch(self.left) and GROUP.fullmatch(self.right))


def are_separators(items: list[Item], otherwise_separated: bool) -> bool:
    """Whether the commas among these items separate entries; else all of them are decimal, or there are none.

    They are decimal where each stands tightly between digits and something else separates entries. They
    separate where a blank, a sign or a bracket stands beside one, or numbers have decimal points. Raises
    `Unreadable` where this does not decide, and where they could stand between thousands.
    """
    commas = _commas(items)
    if not commas:
        return False
    for comma in commas:
        if GROUPS_AND_PLACES.fullmatch(f"{comma.left},{comma.right}"):
            raise Unreadable(THOUSANDS, comma.start)
    points = any(isinstance(item, Token) and item.kind == NUMBER and "." in item.text for item in items)
    tight = [comma for comma in commas if comma.is_tight]
    if len(tight) < len(commas):
        if tight and not points:
            raise Unreadable(DECIMAL_COMMA, tight[0].start)
        return True
    in_a_row = any(behind.place == comma.place + 2 for comma, behind in pairwise(commas))  # 1,2,3 is no number
    if points or in_a_row == otherwise_separated:
        raise Unreadable(DECIMAL_COMMA, commas[0].start)
    if all(comma.may_group for comma in commas):
        raise Unreadable(THOUSANDS, commas[0].start)
    return in_a_row


def decimal(items: list[Item], otherwise: str = DECIMAL_COMMA) -> list[Item]:
    """The same with decimal points, where commas cannot separate: in one entry, between `&`.

    Raises `Unreadable`, saying `otherwise`, for a comma that does not stand between digits.
    """
    commas = _commas(items)
    merged = with_points(items, otherwise)
    if commas and all(comma.may_group for comma in commas):
        raise Unreadable(THOUSANDS, commas[0].start)
    return merged


def refuse_decimal(items: list[Item], *, square: bool) -> None:
    """Raise `Unreadable` for commas of a list that look decimal, although commas separate there.

    They do in `[1,05]`, in `[0,5, 1,5]`, and between semicolons: in `[0,5; 0,25]`, and in brackets that are not square,
    which are not MATLAB's, in `(1,5; 2,5)`.
    """
    commas = _commas(items)
    tight = [comma for comma in commas if comma.is_tight]
    suspects = [comma for comma in tight if ZERO_FIRST.fullmatch(comma.right)]
    if len(commas) > 1 and tight == commas[::2] and len(commas) % 2:  # in pairs
        suspects += tight
    rows = [_commas(row) for row, _ in split(items, ";") if not all_blank(row)]
    if len(rows) > 1 and all(len(row) == 1 and row[0].is_tight for row in rows):
        suspects += tight if not square or all(comma.left == "0" for comma in tight) else []
    if suspects:
        raise Unreadable(DECIMAL_COMMA, suspects[0].start)


def with_points(items: list[Item], otherwise: str = DECIMAL_COMMA) -> list[Item]:
    """The same with decimal points for commas, which may also stand between thousands."""
    commas = {comma.place: comma for comma in _commas(items)}
    if not commas:
        return items
    merged: list[Item] = []
    for place, item in enumerate(items):
        if comma := commas.get(place):
            if not comma.is_tight or place - 2 in commas:
                raise Unreadable(otherwise, comma.start)
        elif comma := commas.get(place - 1):
            merged[-1] = Token(NUMBER, f"{comma.left}.{comma.right}", comma.start - len(comma.left))
        else:
            merged.append(item)
    return merged


def _commas(items: list[Item]) -> list[_Comma]:
    return [
        _Comma(place, item.start, *_touching(items[place - 1 : place], item.start, items[place + 1 : place + 2]))
        for place, item in enumerate(items)
        if isinstance(item, Token) and item.kind == ","
    ]


def _touching(before: list[Item], start: int, behind: list[Item]) -> tuple[str, str]:
    """The numbers on both sides of a comma that stands there, if they touch it."""
    for left, right in zip(before, behind, strict=False):
        if not isinstance(left, Token) or not isinstance(right, Token) or not left.kind == right.kind == NUMBER:
            continue
        if left.end == start == right.start - 1:
            return left.text, right.text
    return "", ""
