"""Formulas as answers: a kind beside those of `kinds.py`."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from app.exercise.kinds import FAR, Reading
from app.exercise.values import Value
from app.exercise.writing import Rule
from app.formula import Formula, Reference, Symbols, read
from app.formula.instances import Function
from app.formula.sizes import OPEN, Size, size_text


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
        return read(stored, self.symbols)

    def latex(self, value: Value, *, fractions: bool = False) -> str:
        return value.latex if isinstance(value, Formula) else ""

    @property
    def keys(self) -> tuple[str, ...]:
        """What it is written with and a keyboard may lack: symbols, functions, and signs."""
        return ()


def _shown(size: Size) -> int | str:
    """A size as it is shown: 1 as the number, an open one as `?`."""
    if any(letter.startswith(OPEN) for letter in size):
        return OPEN
    text = size_text(size)
    return int(text) if text.isdigit() else text
