"""Where entries end: a row cut at its separators or, where it has none, at its blanks."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final

from app.answers.tokens import BLANK, FRACTION, NAME, NUMBER, OPERATOR, POWER, Token
from app.answers.typeset import FRACTION_BEGINS, FRACTION_ENDS
from app.answers.unreadable import MAX_STEPS, ONE_NUMBER, Unreadable
from app.answers.words import FUNCTIONS, ITS_ROWS


class Rows(list[Any]):
    """A list of terms and lists as found in a text, where it begins, and whether it is a matrix of LaTeX.

    `turned` says that it has been transposed, which is read once.
    """

    def __init__(self, content: Sequence[Any], position: int, *, typeset: bool = False, turned: bool = False):
        super().__init__(content)
        self.position = position
        self.typeset = typeset
        self.turned = turned

    def transposed(self, sign: int) -> "Rows":
        """A matrix with its columns as rows. Raises `Unreadable`, at the sign, for anything else."""
        if self.turned or any(isinstance(entry, Rows) for row in self if isinstance(row, Rows) for entry in row):
            raise Unreadable(ITS_ROWS, sign)
        if not all(isinstance(row, Rows) for row in self):
            raise Unreadable(ROW_OR_COLUMN, sign)
        if len({len(row) for row in self}) > 1:
            return self  # which is refused for that
        columns = [Rows(column, column[0].position) for column in zip(*self, strict=True)]
        return Rows(columns, self.position, typeset=self.typeset, turned=True)


Item = Token | Rows

BLANKS: Final = (BLANK, "\n", "\t")
ENDS: Final = (NUMBER, FRACTION, POWER, ")", "}", FRACTION_ENDS)
BEGINS: Final = (NUMBER, FRACTION, NAME, "(", "{", FRACTION_BEGINS)

LAST_COLUMN: Final = 74  # of a line that numpy prints, without the closing bracket

ROW_BEGINS: Final = "Does a row begin here? Write [1 2; 3 4] or [[1, 2], [3, 4]] for rows."
ROW_OR_COLUMN: Final = "Is this a row or a column? Write [[1, 2]] for a row, [[1], [2]] for a column."
SIGN_OR_ENTRY: Final = "Does an entry begin here? Write 1, -2 for two entries, 1 - 2 for a difference."


def kind_of(item: Item) -> str:
    return item.kind if isinstance(item, Token) else ""


def position_of(item: Item) -> int:
    return item.start if isinstance(item, Token) else item.position


def all_blank(items: Sequence[Item]) -> bool:
    return all(kind_of(item) in BLANKS for item in items)


def split(items: Sequence[Item], kind: str) -> list[tuple[list[Item], Token | None]]:
    """What stands between the separators of a kind, each with the separator behind it."""
    parts: list[tuple[list[Item], Token | None]] = []
    part: list[Item] = []
    for item in items:
        if isinstance(item, Token) and item.kind == kind:
            parts.append((part, item))
            part = []
        else:
            part.append(item)
    return [*parts, (part, None)]


def pieces(items: Sequence[Item], *, one_row: bool = False) -> list[list[Item]]:
    """What stands between blanks, those around operators aside, and between lists; without blanks.

    A line end is a blank if the items are known to be `one_row`; else a number behind it is refused.
    """
    found: list[list[Item]] = []
    gap = ""
    for place, item in enumerate(items):
        kind = kind_of(item)
        if kind in BLANKS:
            gap = gap if gap == "\n" else kind
            continue
        if not found or _separated(found[-1][-1], gap, items, place):
            if found and gap == "\n" and not one_row and isinstance(item, Token):
                raise Unreadable(ROW_BEGINS, item.start)
            found.append([])
        found[-1].append(item)
        gap = ""
    return found


def _separated(before: Item, gap: str, items: Sequence[Item], place: int) -> bool:
    if not gap:
        return isinstance(before, Rows) and isinstance(items[place], Rows)
    return _ends(before) and _begins(items, place)


def broken_row(items: Sequence[Item], begin: int) -> bool:
    """Whether lines, the first from `begin` on, are one row as numpy prints it.

    It breaks a line where the next entry, as wide as the widest, would pass the last column.
    """
    ends = [item.start for item in items if isinstance(item, Token) and item.kind == "\n"]
    if not ends or any(isinstance(item, Rows) for item in items):
        return False
    widest = max(_end(piece[-1]) - position_of(piece[0]) for piece in pieces(items, one_row=True))
    lines = zip([begin, *(end + 1 for end in ends)], ends, strict=False)
    return all(end - start + 1 + widest > LAST_COLUMN for start, end in lines if start != end)


def _end(item: Item) -> int:
    return item.end if isinstance(item, Token) else item.position


def spaced_sign(items: Sequence[Item]) -> Token | None:
    """The first sign with a blank behind it."""
    for item, behind in pairwise(items):
        if isinstance(item, Token) and item.kind == OPERATOR and item.text in "+-" and kind_of(behind) in BLANKS:
            return item
    return None


def _ends(item: Item) -> bool:
    """Whether a number, or a list, may end here."""
    if not isinstance(item, Token):
        return True
    return item.kind in ENDS or (item.kind == NAME and item.text not in FUNCTIONS)


def _begins(items: Sequence[Item], place: int) -> bool:
    """Whether a number, or a list, may begin here: also with a sign, if it touches what follows."""
    item = items[place]
    if not isinstance(item, Token) or item.kind in BEGINS:
        return True
    behind = items[place + 1 : place + 2]
    return item.kind == OPERATOR and item.text in "+-" and not all_blank(behind)


def begins_with_number(piece: Sequence[Item]) -> bool:
    """Whether a piece cannot be a factor of what stands before it, as pi and sqrt(2) can."""
    return kind_of(piece[0]) in (NUMBER, FRACTION, OPERATOR, "")


def have_blanks_between(items: Sequence[Item], *, one_row: bool = False) -> bool:
    """Whether blanks separate entries among these items, rather than factors as in 2 pi."""
    return any(begins_with_number(piece) for piece in pieces(items, one_row=one_row)[1:])


def joined(items: Sequence[Item], *, one_row: bool = False, message: str = ONE_NUMBER) -> list[Item]:
    """One entry without its blanks. Raises `Unreadable` where they could separate two."""
    solid = [item for item in items if kind_of(item) not in BLANKS]
    if len(solid) == 1:  # as most entries are
        return solid
    found = pieces(items, one_row=one_row)
    for piece in found[1:]:
        if begins_with_number(piece):
            sign = kind_of(piece[0]) == OPERATOR
            raise Unreadable(SIGN_OR_ENTRY if sign else message, position_of(piece[0]))
    return [item for piece in found for item in piece]


def few_steps(items: Sequence[Item]) -> None:
    """Refuse a calculation of more than `MAX_STEPS` tokens."""
    if len(items) > MAX_STEPS:
        raise Unreadable(f"An entry may have at most {MAX_STEPS} numbers and signs.", position_of(items[MAX_STEPS]))
