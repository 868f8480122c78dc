"""What cannot be read, and the bounds of what can."""

from collections.abc import Sized
from typing import Final

MAX_TEXT: Final = 10_000  # characters of one answer
MAX_TOKENS: Final = 3_000  # numbers, names, signs, brackets and blanks of one answer
MAX_NUMBER: Final = 60  # characters of one number
MAX_STEPS: Final = 100  # numbers, names, signs and parentheses of one entry
MAX_CELL: Final = 100  # characters of one entry, where entries go into cells
MAX_PARENTHESES: Final = 20  # within each other
MAX_ENTRIES: Final = 256
MAX_WAYS: Final = 6

ONE_NUMBER: Final = "Expected one number such as -3, 0.25, 2/3 or 1.5e-3."
A_NUMBER: Final = "Expected a number such as -3, 0.25, 2/3 or 1.5e-3."
NOT_FINITE: Final = "This number is not finite. Send a number below 1.8e308 in size."
EMPTY_CELL: Final = "This cell is empty. Send a number for every entry."


class Unreadable(ValueError):
    """An answer that cannot be read: `message` says why and what to type, `position` where (0-based)."""

    def __init__(self, message: str, position: int | None = None):
        super().__init__(message)
        self.message = message
        self.position = position


def short_enough(text: str) -> None:
    """Refuse a text of more than `MAX_TEXT` characters."""
    if len(text) > MAX_TEXT:
        raise Unreadable(f"An answer may have at most {MAX_TEXT} characters.", MAX_TEXT)


def few_enough_tokens(found: Sized, position: int) -> None:
    """Refuse more than `MAX_TOKENS` tokens."""
    if len(found) > MAX_TOKENS:
        raise Unreadable("This answer has too many pieces. Send fewer entries, or shorter ones.", position)
