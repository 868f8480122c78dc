"""An assignment while somebody edits it: what stands in the fields of its form, and what that comes to.

The form carries everything that was typed, so that a draft lives in the browser alone until it is saved. Texts that
stand as the assignment itself would show them are left alone: what was rounded to be shown is not stored rounded.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from math import fsum
from typing import Any, Final
from zoneinfo import ZoneInfo

from pydantic import Field, TypeAdapter

from app.courses.assignments import DATES, Assignment, Item, of_sheet
from app.exercise import Catalogue
from app.limits import (
    LONGEST_REASON,
    LONGEST_TITLE,
    MOST_FACTORS,
    MOST_ITEMS,
    MOST_POINTS,
    MOST_TRIES,
    Factors,
    Only,
    Reason,
    Solutions,
    Title,
    Void,
)
from app.pages.forms import Form
from app.pages.teach.clock import from_input, to_input
from app.pages.teach.typed import (
    LOOK,
    PointsTyped,
    ShareTyped,
    TriesTyped,
    Typed,
    checked,
    in_percent,
    number,
    share,
    typed,
)
from app.problems import ErrorOut, InvalidRequest

COLUMNS: Final = ("title", *DATES, "late_penalty", "hint_cost", "attempt_factors", "solutions")
OF_ITEM: Final = ("id", "exercise", "level", "points", "tries", "new_variants", "solutions", "void", "reason")
ITEM: Final = re.compile(r"item\.(\d{1,4})\.exercise", re.ASCII)
PERCENT: Final = "Percent are a number from 0 to 100."
TOO_MANY: Final = f"An assignment has at most {MOST_ITEMS} items."
KNOWN: Final = "Choose one of the list."
FALLING: Final = f"Write percent such as 100, 80, 60: none above the one before, {MOST_FACTORS} at most."
BETWEEN: Final = re.compile(r"[\s,;%]+")


class AssignmentTyped(Typed):
    title: Title = Field(description=f"A title has 1 to {LONGEST_TITLE} characters.")
    late_penalty: ShareTyped = Field(description=PERCENT)
    hint_cost: ShareTyped = Field(description=PERCENT)
    solutions: Solutions = Field(description=KNOWN)


class ItemTyped(Typed):
    points: PointsTyped = Field(description=f"Points are a number from 0 to {MOST_POINTS}.")
    tries: TriesTyped = Field(description=f"Tries are a whole number from 1 to {MOST_TRIES}, or nothing: unlimited.")
    solutions: Solutions | None = Field(description=KNOWN)
    void: Void | None = Field(description=KNOWN)
    reason: Reason | None = Field(description=f"Say why the item is void, in 1 to {LONGEST_REASON} characters.")


POINTS: Final[TypeAdapter[float]] = TypeAdapter(PointsTyped)
FACTORS: Final = TypeAdapter(Factors)
ONLY: Final = TypeAdapter(Only)


@dataclass(frozen=True)
class Row:
    """An item as its fields have it; `id` is empty for a new one, `only` is in JSON by the name of the given."""

    exercise: str
    level: str
    id: str = ""
    points: str = "1"
    tries: str = ""
    new_variants: str = ""
    solutions: str = ""
    void: str = ""
    reason: str = ""
    only: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, item: Item) -> "Row":
        """The fields of an item that there is."""
        return cls(
            item.exercise,
            item.level,
            item.id,
            number(item.points),
            "" if item.tries is None else str(item.tries),
            "yes" if item.new_variants else "",
            item.solutions or "",
            item.void or "",
            item.void_reason or "",
            {name: json.dumps(value) for name, value in item.only.items()},
        )

    def columns(self, catalogue: Catalogue, pointer: str) -> dict[str, Any]:
        """The columns of the item. Raises `InvalidRequest`."""
        fields = {"points": self.points, "tries": self.tries, "solutions": self.solutions or None}
        void = {"void": self.void or None, "reason": self.reason if self.void else None}
        said = checked(ItemTyped, {**fields, **void}, pointer).model_dump()
        said["void_reason"] = said.pop("reason")
        drawn = {"exercise": self.exercise, "level": self.level, "only": self._chosen(catalogue, f"{pointer}/only")}
        return {**drawn, **said, "new_variants": bool(self.new_variants)}

    def _chosen(self, catalogue: Catalogue, pointer: str) -> dict[str, Any]:
        """The values that givens are to have; one of another level, that was chosen before, has no say in it."""
        family = catalogue.get(self.exercise)
        given = family.at(self.level).given if family and self.level in family.levels else self.only
        try:
            only = {name: json.loads(text) for name, text in self.only.items() if name in given}
            return ONLY.validate_python(only, strict=True)
        except (ValueError, RecursionError):  # json's, or pydantic's
            raise _refusal(KNOWN, pointer) from None


@dataclass(frozen=True)
class Draft:
    """An assignment as the fields of its form have it."""

    columns: Mapping[str, str]
    rows: tuple[Row, ...] = ()

    # Where it comes from --------------------------------------------------------------------------

    @classmethod
    def new(cls) -> "Draft":
        """An assignment that nobody has written yet."""
        return cls({**dict.fromkeys(COLUMNS, ""), "late_penalty": "20", "hint_cost": "0", "solutions": "after_close"})

    @classmethod
    def of(cls, found: Assignment, zone: ZoneInfo) -> "Draft":
        """The fields of an assignment that there is."""
        columns = {
            "title": found.title,
            **{name: to_input(getattr(found.dates, name), zone) for name in DATES},
            "late_penalty": in_percent(found.late_penalty),
            "hint_cost": in_percent(found.hint_cost),
            "attempt_factors": ", ".join(map(in_percent, found.attempt_factors)),
            "solutions": found.solutions,
        }
        return cls(columns, tuple(map(Row.of, found.items)))

    @classmethod
    def of_form(cls, form: Form) -> "Draft":
        """What was sent."""
        places = sorted(int(found[1]) for name in form.fields if (found := ITEM.fullmatch(name)))
        return cls(typed(form, *COLUMNS), tuple(_row(form, f"item.{place}.") for place in places))

    @classmethod
    def opened_in(cls, form: Form) -> "Draft":
        """What stood in the fields when the page was opened, as `json` wrote it. Raises `InvalidRequest`."""
        try:
            return OPENED.validate_json(form.get("opened"))
        except ValueError:  # pydantic's
            raise _refusal("This page is out of date. Open it again.", "") from None

    @property
    def json(self) -> str:
        """All of it, for a field that nobody sees."""
        return json.dumps(asdict(self))

    # What is done to it ---------------------------------------------------------------------------

    def with_rows(self, new: Sequence[Row]) -> "Draft":
        """With further items at its end. Raises `InvalidRequest` where that are too many."""
        if len(self.rows) + len(new) > MOST_ITEMS:
            raise _refusal(TOO_MANY, "/items")
        return replace(self, rows=(*self.rows, *new))

    def with_sheet(self, catalogue: Catalogue, sheet: str) -> "Draft":
        """With all items of a ready-made sheet. Raises `InvalidRequest`."""
        return self.with_rows(
            [
                Row(
                    item["exercise"],
                    item["level"],
                    only={name: json.dumps(value) for name, value in item["only"].items()},
                )
                for item in of_sheet(catalogue, sheet)
            ]
        )

    def moved(self, place: int, by: int) -> "Draft":
        """With an item elsewhere; where there is no room for it, as it is."""
        rows = list(self.rows)
        if 0 <= place < len(rows) and 0 <= place + by < len(rows):
            rows.insert(place + by, rows.pop(place))
        return replace(self, rows=tuple(rows))

    def without(self, place: int) -> "Draft":
        """Without an item."""
        return replace(self, rows=(*self.rows[:place], *self.rows[place + 1 :]))

    # What it comes to -----------------------------------------------------------------------------

    @property
    def points(self) -> float:
        """The points of those items that count, as far as they can be read."""
        return fsum(map(_points, (row.points for row in self.rows if row.void != "drop")))

    def values(
        self, zone: ZoneInfo, catalogue: Catalogue, before: "Draft | None" = None
    ) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """What it comes to, for `app.courses.assignments`: columns, and items in order.

        Of what stands as in a draft `before` there are no columns, and of items their ids only. Raises
        `InvalidRequest` with all that is wrong.
        """
        faults: list[ErrorOut] = []
        if len(self.rows) > MOST_ITEMS:
            faults.append(ErrorOut(pointer="/items", detail=TOO_MANY))
        columns, items = self._columns(zone, faults), self._items(catalogue, before, faults)
        if faults:
            raise InvalidRequest(LOOK, faults)
        kept = before.columns if before else {}
        return {name: value for name, value in columns.items() if self.columns[name] != kept.get(name)}, items

    def _columns(self, zone: ZoneInfo, faults: list[ErrorOut]) -> dict[str, Any]:
        columns: dict[str, Any] = {}
        with _noting(faults):
            columns |= checked(
                AssignmentTyped, {name: self.columns[name] for name in AssignmentTyped.model_fields}
            ).model_dump()
        with _noting(faults):
            columns["attempt_factors"] = _factors(self.columns["attempt_factors"])
        for name in DATES:
            with _noting(faults):
                columns[name] = from_input(self.columns[name], zone, f"/{name}")
        return columns

    def _items(self, catalogue: Catalogue, before: "Draft | None", faults: list[ErrorOut]) -> list[dict[str, Any]]:
        known = {row.id: row for row in before.rows} if before else {}
        items = []
        for place, row in enumerate(self.rows):
            with _noting(faults):
                columns = {} if known.get(row.id) == row else row.columns(catalogue, f"/items/{place}")
                items.append({**columns, **({"id": row.id} if row.id else {})})
        return items


OPENED: Final = TypeAdapter(Draft)


def _points(text: str) -> float:
    try:
        return POINTS.validate_python(text)
    except ValueError:  # pydantic's
        return 0.0


def _row(form: Form, prefix: str) -> Row:
    """The fields of an item, whose names begin so."""
    said = {name: form.get(prefix + name).strip() for name in OF_ITEM}
    chosen = f"{prefix}only."
    only = {name.removeprefix(chosen): form.get(name) for name in form.fields if name.startswith(chosen)}
    return Row(**said, only={name: text for name, text in only.items() if text})


def _factors(text: str) -> list[float]:
    try:
        return FACTORS.validate_python([share(part) for part in BETWEEN.split(text) if part])
    except ValueError:  # ours, or pydantic's
        raise _refusal(FALLING, "/attempt_factors") from None


@contextmanager
def _noting(faults: list[ErrorOut]) -> Iterator[None]:
    """Note what is wrong, and go on to find what else is."""
    try:
        yield
    except InvalidRequest as fault:
        faults += fault.errors


def _refusal(detail: str, pointer: str) -> InvalidRequest:
    return InvalidRequest(detail, [ErrorOut(pointer=pointer, detail=detail)])
