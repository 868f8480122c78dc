"""What a comma outside brackets is: it separates entries, or it is decimal. Where both could be, it is refused."""

import re
from typing import Any, Final

from app.answers.characters import THOUSANDS
from app.answers.tokens import NUMBER, Token
from app.answers.unreadable import Unreadable

DECIMAL_COMMA: Final = "This could be a decimal comma. Write 1.5 for a decimal number, [1, 5] for a list."
WHOLE: Final = re.compile("[0-9]+")
PLACES: Final = re.compile("[0-9]+(?:[eE][+-]?[0-9]+)?")
FIRST_THOUSANDS: Final = re.compile("[1-9][0-9]{0,2}")
THREE_DIGITS: Final = re.compile("[0-9]{3}")


def are_separators(items: list[Any], otherwise_separated: bool) -> bool:
    """Whether the commas among these pieces separate entries; else all of them are decimal.

    They are decimal where each stands tightly between digits and something else separates entries. They
    separate where a blank, a sign or a bracket stands beside one, or numbers have decimal points. Raises
    `Unreadable` where this does not decide, and where they could stand between thousands.
    """
    commas = [place for place, item in enumerate(items) if _is_comma(item)]
    if not commas:
        return False
    _no_thousands(items, commas)
    first = items[commas[0]].start
    tight = [place for place in commas if _is_tight(items, place)]
    points = any(isinstance(item, Token) and item.kind == NUMBER and "." in item.text for item in items)
    if len(tight) < len(commas):
        if tight and not points:
            raise Unreadable(DECIMAL_COMMA, items[tight[0]].start)
        return True
    in_a_row = any(place + 2 in commas for place in commas)
    if points or (in_a_row and otherwise_separated) or (not in_a_row and not otherwise_separated):
        raise Unreadable(DECIMAL_COMMA, first)
    if all(_is_group(items, place) for place in commas):
        raise Unreadable(THOUSANDS, first)
    return in_a_row


def with_points(items: list[Any]) -> list[Any]:
    """The same with decimal points for commas; `Unreadable` for a comma that does not stand between digits."""
    if not any(_is_comma(item) for item in items):
        return items
    merged: list[Any] = []
    for place, item in enumerate(items):
        if _is_comma(item):
            if not _is_tight(items, place) or "." in merged[-1].text or "." in items[place + 1].text:
                raise Unreadable(DECIMAL_COMMA, item.start)
            merged[-1] = Token(NUMBER, f"{merged[-1].text}.", merged[-1].start)
        elif place and _is_comma(items[place - 1]):
            merged[-1] = Token(NUMBER, merged[-1].text + item.text, merged[-1].start)
        else:
            merged.append(item)
    return merged


def decimal(items: list[Any]) -> list[Any]:
    """The same with decimal points, where commas cannot separate: in one entry, between `&`."""
    commas = [place for place, item in enumerate(items) if _is_comma(item)]
    merged = with_points(items)
    if commas and all(_is_group(items, place) for place in commas):
        raise Unreadable(THOUSANDS, items[commas[0]].start)
    return merged


def _is_comma(item: Any) -> bool:
    return isinstance(item, Token) and item.kind == ","


def _beside(items: list[Any], place: int) -> tuple[str, str] | None:
    """The numbers that touch the comma at a place, if two do."""
    if not 0 < place < len(items) - 1:
        return None
    left, comma, right = items[place - 1 : place + 2]
    for item in (left, right):
        if not isinstance(item, Token) or item.kind != NUMBER:
            return None
    touch = left.start + len(left.text) == comma.start and comma.start + 1 == right.start
    return (left.text, right.text) if touch else None


def _is_tight(items: list[Any], place: int) -> bool:
    """Whether the comma at a place stands directly between the digits of what may be one number."""
    pair = _beside(items, place)
    return pair is not None and bool(WHOLE.fullmatch(pair[0]) and PLACES.fullmatch(pair[1]))


def _is_group(items: list[Any], place: int) -> bool:
    """Whether the comma at a place could stand between thousands, as in 1,234."""
    left, right = _beside(items, place) or ("", "")
    begins = FIRST_THOUSANDS.fullmatch(left) or (THREE_DIGITS.fullmatch(left) and _is_comma(items[place - 2]))
    return bool(begins and THREE_DIGITS.fullmatch(right))


def _no_thousands(items: list[Any], commas: list[int]) -> None:
    """Refuse 1.234,5 and 1,234.5, where a separator of thousands and a decimal mark are both used."""
    for place in commas:
        left, right = _beside(items, place) or ("", "")
        german = re.fullmatch(r"[0-9]{1,3}\.[0-9]{3}", left) and PLACES.fullmatch(right)
        english = re.fullmatch("[0-9]{1,3}", left) and re.fullmatch(r"[0-9]{3}\.[0-9]*", right)
        if german or english:
            raise Unreadable(THOUSANDS, items[place].start)
