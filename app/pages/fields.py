"""The fields in which people type answers: how a part is asked, and what was typed as an answer of the API.

A matrix has a grid of cells whose numbers of rows and columns the student chooses, so that nothing is given away,
and a box for all of it as text; the box counts where something stands in it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from app.answers import is_undefined
from app.exercise.closed_forms import ClosedForm
from app.exercise.kinds import Kind
from app.pages.forms import Form

Widget = Literal["line", "grid", "box", "choice"]

WIDGETS: Final[Mapping[str, Widget]] = {"vector": "grid", "matrix": "grid", "tensor": "box", "choice": "choice"}
BEGIN: Final = 2  # rows and columns of a grid in which nothing has been typed, whatever the answer is
MOST: Final = 16  # rows, or columns

NUMBER_KEYS: Final = ("-", "/", ".")
KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "scalar": NUMBER_KEYS,
    "vector": NUMBER_KEYS,
    "matrix": NUMBER_KEYS,
    "tensor": ("[", "]", ",", *NUMBER_KEYS),
    "shape": ("×", "scalar", "undefined"),
    "formula": (",", "->"),
    "choice": (),
}
"""What is hard to find on a phone's keyboard, by kind of answer."""


FORMULA_KEYS: Final = ("ᵀ", "⊙", "diag(", "‖", "²", "_")  # behind the symbols of the exercise


def keys_of(kind: Kind) -> tuple[str, ...]:
    """What is hard to find on a phone's keyboard and may be needed for an answer of this kind."""
    if isinstance(kind, ClosedForm):
        return (*kind.names, *kind.slopes, *FORMULA_KEYS)
    return KEYS.get(kind.name, ())


def widget_of(kind: Kind) -> Widget:
    """How a kind of answer is asked."""
    return WIDGETS.get(kind.name, "line")


@dataclass(frozen=True)
class Field:
    """What stands in the fields of one part."""

    text: str = ""
    cells: tuple[tuple[str, ...], ...] = ((("",) * BEGIN),) * BEGIN

    @property
    def answer(self) -> str | list[list[str]] | None:
        """The answer as the API takes it; None where nothing was typed."""
        if self.text.strip():
            return self.text
        filled = self.filled
        if len(filled) == 1 and is_undefined(filled[0]):
            return filled[0]
        return [list(row) for row in self.cells] if filled else None

    @property
    def filled(self) -> list[str]:
        """What stands in the cells that are not empty."""
        return [cell for row in self.cells for cell in row if cell.strip()]

    @property
    def is_partial(self) -> bool:
        """Whether some cells of the grid are filled and others still empty."""
        return not self.text.strip() and 0 < len(self.filled) < self.rows * self.columns

    @property
    def rows(self) -> int:
        return len(self.cells)

    @property
    def columns(self) -> int:
        return len(self.cells[0])


def typed_in(form: Form, part: str, widget: Widget) -> Field:
    """What a form brings for a part."""
    text = form.get(f"text.{part}")
    if widget != "grid":
        return Field(text)
    rows, columns = (_size(form.get(f"{name}.{part}")) for name in ("rows", "columns"))
    cells = tuple(tuple(form.get(f"cell.{part}.{r}.{c}") for c in range(columns)) for r in range(rows))
    return Field(text, cells)


def _size(text: str) -> int:
    return max(1, min(MOST, int(text))) if text.isascii() and text.isdigit() and len(text) < 4 else BEGIN


def filled_with(answer: Any, widget: Widget) -> Field:
    """The fields with an answer in them that was sent before, from wherever it came."""
    if answer is None:
        return Field()
    if isinstance(answer, str):
        return Field(answer)
    if widget == "grid" and _is_grid(answer):
        return Field(cells=tuple(tuple(str(cell) for cell in row) for row in answer))
    return Field(str(answer))


def _is_grid(answer: Any) -> bool:
    """Whether an answer is rows of as many entries each, no more than a grid may have."""
    if not isinstance(answer, list) or not 1 <= len(answer) <= MOST:
        return False
    if not all(isinstance(row, list) and 1 <= len(row) <= MOST and len(row) == len(answer[0]) for row in answer):
        return False
    return not any(isinstance(cell, list) for row in answer for cell in row)
