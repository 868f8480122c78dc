"""Formulas as answers: a kind beside those of `kinds.py`."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final
from unicodedata import normalize

from app.exercise.kinds import FAR, Reading
from app.exercise.values import Value
from app.exercise.writing import Rule
from app.formula import Formula, Reference, Symbols, read, restored
from app.formula.instances import Function
from app.formula.sizes import OPEN, Size, size_text
from app.formula.symbols import GREEK, NAME, Role

LOWERED: Final = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
MARKS: Final = {"hat": "\u0302", "bar": "\u0304", "tilde": "\u0303"}


@dataclass(frozen=True, eq=False)
class ClosedForm:
    """A formula, which is right where it equals `right` on random instances. Two with one tree are the same value.

    `inside` makes a function of the file one that `app.formula` can evaluate there; None where it cannot be.
    """

    right: Formula
    reference: Reference
    inside: Callable[[Rule], Function | None]
    name: str = field(default="formula", init=False)

    @property
    def symbols(self) -> Symbols:
        """What it may be written with."""
        return self.reference.symbols

    def read(self, raw: object) -> Reading:
        formula = read(raw, self.symbols)
        shape = formula.shape
        sizes = () if shape.is_scalar else (_shown(shape.rows), _shown(shape.columns))
        return Reading(formula, sizes, formula.latex)

    def value(self, returned: Any) -> Value:
        return read(returned, self.symbols)

    def distance(self, a: Value, b: Value) -> float:
        return 0.0 if isinstance(a, Formula) and isinstance(b, Formula) and a.text == b.text else FAR

    def tolerance(self, reference: Value) -> float:
        return 0.0

    def json(self, value: Value) -> Any:
        return value.text if isinstance(value, Formula) else None

    def restored(self, stored: Any) -> Value:
        return restored(stored, self.symbols) if isinstance(stored, str) else read(stored, self.symbols)

    def latex(self, value: Value, *, fractions: bool = False) -> str:
        return value.latex if isinstance(value, Formula) else ""

    @property
    def names(self) -> tuple[str, ...]:
        """What it may be written with: symbols, functions and indices, as one would write them by hand."""
        functions = [name for name in self.symbols.functions if self.symbols.words[name].role == Role.FUNCTION]
        return (*map(_by_hand, (*self.symbols.names, *functions)), *self.symbols.indices)

    @property
    def slopes(self) -> tuple[str, ...]:
        """The derivatives of functions that have a letter."""
        return () if "'" in self.symbols.without else tuple(f"{_by_hand(name)}′" for name in self.symbols.functions)


def _by_hand(name: str) -> str:
    """A name in Unicode: `x₀`, `θ₀`, `ŷ`."""
    match = NAME.fullmatch(name)
    assert match is not None  # noqa: S101 - checked when declared
    letters, digits, index = match.groups()
    hat = next((hat for hat in MARKS if letters.endswith(hat) and letters != hat), "")
    letters = letters.removesuffix(hat)
    base = GREEK.get(letters, letters) + MARKS.get(hat, "")
    return normalize("NFC", base) + digits.translate(LOWERED) + index


def _shown(size: Size) -> int | str:
    """A size as it is shown: 1 as the number, an open one as `?`."""
    if any(letter.startswith(OPEN) for letter in size):
        return OPEN
    text = size_text(size)
    return int(text) if text.isdigit() else text
