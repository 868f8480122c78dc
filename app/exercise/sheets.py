"""Ready-made sheets: the exercises that a folder's `sheets.toml` puts together for an assignment."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from app.exercise.family import Family
from app.exercise.writing import ExerciseError, did_you_mean

FILE: Final = "sheets.toml"


@dataclass(frozen=True)
class SheetItem:
    """An exercise of a sheet, at a level; `only` keeps to instances whose givens have these values."""

    exercise: str
    level: str
    only: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Sheet:
    """Some exercises in the order in which to solve them."""

    id: str
    title: str
    items: tuple[SheetItem, ...]

    def of(self, families: Mapping[str, Family]) -> "Sheet":
        """The sheet with those of its exercises that are served."""
        return Sheet(self.id, self.title, tuple(item for item in self.items if _fault(item, families) is None))

    def faults(self, families: Mapping[str, Family]) -> list[str]:
        """What is wrong with exercises that it names."""
        return [f"sheet {self.id}: {fault}" for item in self.items if (fault := _fault(item, families))]


def load_sheets(folder: Path) -> dict[str, Sheet]:
    """The sheets of a folder, where it has some. Raises `ExerciseError`, or what tomllib raises."""
    path = folder / FILE
    written = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return {id: _sheet(id, said) for id, said in written.items()}


def _sheet(id: str, said: Any) -> Sheet:
    if not isinstance(said, dict) or set(said) != {"title", "level", "exercises"}:
        raise ExerciseError(f"sheet {id}: write exactly title, level and exercises.")
    for name, kind, called in (("title", str, "a text"), ("level", str, "a text"), ("exercises", list, "a list")):
        if not isinstance(said[name], kind):
            raise ExerciseError(f"sheet {id}: {name} must be {called}.")
    return Sheet(id, said["title"], tuple(_item(id, entry, said["level"]) for entry in said["exercises"]))


def _item(sheet: str, entry: object, level: str) -> SheetItem:
    said = {"exercise": entry} if isinstance(entry, str) else entry
    if not isinstance(said, dict) or "exercise" not in said or not set(said) <= {"exercise", "level", "only"}:
        raise ExerciseError(f"sheet {sheet}: an exercise is its id, or a table with exercise, level and only.")
    item = SheetItem(**{"level": level, **said})
    if not isinstance(item.exercise, str) or not isinstance(item.level, str) or not isinstance(item.only, dict):
        raise ExerciseError(f"sheet {sheet}: exercise and level of an exercise are texts, only is a table.")
    return item


def _fault(item: SheetItem, families: Mapping[str, Family]) -> str | None:
    family = families.get(item.exercise)
    if family is None:
        return f"there is no exercise {item.exercise} that loads. {did_you_mean(item.exercise, list(families))}"
    if item.level not in family.levels:
        return f"{item.exercise} has the levels {', '.join(family.levels)}."
    if fault := family.at(item.level).undrawn(item.level, item.only):
        return f"{item.exercise}: {fault}"
    return None
