"""Shapes in the exercise's own letters, before any number: N×D is not D×N, and nothing is known of N but its name.

A way's size is a product of letters (a Kronecker product multiplies them), as a sorted tuple: `()` is 1, `("D", "N")`
is ND. A whole number is a letter, too. An open size, such as that of an `I`, is a letter `?…` until something around
it says what it is; it is never 1.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import prod
from typing import Final

Size = tuple[str, ...]
ONE: Final[Size] = ()
OPEN: Final = "?"
RAISED: Final = dict(zip("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹", strict=True))


def size(label: str) -> Size:
    """The size that a letter or a whole number names."""
    return ONE if label == "1" else (label,)


def times(a: Size, b: Size) -> Size:
    return tuple(sorted(a + b))


def size_text(a: Size) -> str:
    return (
        "".join(letter + "".join(RAISED[digit] for digit in str(n)) if n > 1 else letter for letter, n in _powers(a))
        or "1"
    )


def size_latex(a: Size) -> str:
    return " ".join(f"{letter}^{n}" if n > 1 else letter for letter, n in _powers(a)) or "1"


def _powers(a: Size) -> list[tuple[str, int]]:
    """The letters of a size as they are shown, each with how often it occurs."""
    return list(Counter(OPEN if letter.startswith(OPEN) else letter for letter in a).items())


def number_of(a: Size, sizes: Mapping[str, int]) -> int:
    """How many that is where `sizes` says what the letters are."""
    return prod(int(letter) if letter.isdigit() else sizes[letter] for letter in a)


@dataclass(frozen=True)
class Shape:
    """Rows and columns. A number is 1×1: the two are the same thing here."""

    rows: Size
    columns: Size

    @classmethod
    def of(cls, declared: str) -> "Shape":
        """A shape as exercises declare it: `N D`, `D 1`, or `scalar`."""
        letters = [] if declared in ("scalar", "") else declared.split()
        if len(letters) not in (0, 2) or not all(letter.isalnum() for letter in letters):
            raise ValueError(f'{declared!r} is no shape of a formula: write "scalar" or two sizes such as "N D"')
        return cls(size(letters[0]), size(letters[1])) if letters else SCALAR

    @property
    def transposed(self) -> "Shape":
        return Shape(self.columns, self.rows)

    @property
    def is_scalar(self) -> bool:
        return self.rows == self.columns == ONE

    @property
    def is_column(self) -> bool:
        return self.columns == ONE and not self.is_scalar

    @property
    def is_row(self) -> bool:
        return self.rows == ONE and not self.is_scalar

    @property
    def is_square(self) -> bool:
        return self.rows == self.columns

    @property
    def letters(self) -> Size:
        return self.rows + self.columns

    def __str__(self) -> str:
        return "scalar" if self.is_scalar else f"{size_text(self.rows)}×{size_text(self.columns)}"

    @property
    def latex(self) -> str:
        if self.is_scalar:
            return r"\text{scalar}"
        return rf"{size_latex(self.rows)} \times {size_latex(self.columns)}"

    @property
    def words(self) -> str:
        """As it stands in a sentence: `a number`, `N×D`."""
        return "a number" if self.is_scalar else str(self)


SCALAR: Final = Shape(ONE, ONE)


class Sizes:
    """What the open sizes of one formula turn out to be."""

    def __init__(self) -> None:
        self._known: dict[str, Size] = {}

    def resolved(self, a: Size) -> Size:
        found = a
        while self._known and any(letter in self._known for letter in found):
            found = tuple(sorted(_replaced(found, self._known)))
        if found != a and len(a) == 1:
            self._known[a[0]] = found  # the next time, it is one step
        return found

    def shape(self, shape: Shape) -> Shape:
        if not self._known:
            return shape
        return Shape(self.resolved(shape.rows), self.resolved(shape.columns))

    def equal(self, a: Size, b: Size) -> bool:
        """Whether two sizes can be the same; an open one becomes what the other says."""
        a, b = self.resolved(a), self.resolved(b)
        if a == b:
            return True
        left, right = Counter(a) - Counter(b), Counter(b) - Counter(a)
        for one, other in ((right, left), (left, right)):  # so that in a long product all become the first
            rest = tuple(sorted(other.elements()))
            if one.total() == 1 and next(iter(one)).startswith(OPEN) and rest and next(iter(one)) not in rest:
                self._known[next(iter(one))] = rest
                return True
        return False

    def same(self, a: Shape, b: Shape) -> bool:
        """Whether two shapes can be the same. Where they cannot, nothing is learned."""
        before = dict(self._known)
        if self.equal(a.rows, b.rows) and self.equal(a.columns, b.columns):
            return True
        self._known = before
        return False

    def copy(self) -> "Sizes":
        copied = Sizes()
        copied._known = dict(self._known)
        return copied


def _replaced(a: Size, known: Mapping[str, Size]) -> Iterator[str]:
    for letter in a:
        yield from known.get(letter, (letter,))
