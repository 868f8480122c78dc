"""Ready-made sheets: the exercises that a folder's `sheets.toml` puts together for an assignment."""

import tomllib
from collections.abc import Iterator, Mapping
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
        """The sheet with the exercises that are served."""
        served = tuple(item for item in self.items if item.exercise in families)
        return Sheet(self.id, self.title, served)


def load_sheets(folder: Path, families: Mapping[str, Family]) -> Iterator[Sheet]:
    """The sheets of a folder, where it has some. Raises `ExerciseError`, or what tomllib raises."""
    path = folder / FILE
    if not path.exists():
        return
    for id, said in tomllib.loads(path.read_text(encoding="utf-8")).items():
        if not isinstance(said, dict) or set(said) != {"title", "level", "exercises"}:
            raise ExerciseError(f"sheet {id}: write exactly title, level and exercises.")
        items = tuple(_item(id, entry, said["level"]) for entry in said["exercises"])
        for item in items:
            _require_known(id, item, families)
        yield Sheet(id, said["title"], items)


def _item(sheet: str, entry: object, level: str) -> SheetItem:
    said = {"exercise": entry} if isinstance(entry, str) else entry
    if not isinstance(said, dict) or "exercise" not in said or not set(said) <= {"exercise", "level", "only"}:
        raise ExerciseError(f"sheet {sheet}: an exercise is its id, or a table with exercise, level and only.")
    return SheetItem(**{"level": level, **said})


def _require_known(sheet: str, item: SheetItem, families: Mapping[str, Family]) -> None:
    family = families.get(item.exercise)
    if family is None:
        known = did_you_mean(item.exercise, list(families))
        raise ExerciseError(f"sheet {sheet}: there is no exercise {item.exercise} that loads. {known}")
    if item.level not in family.levels:
        raise ExerciseError(f"sheet {sheet}: {item.exercise} has the levels {', '.join(family.levels)}.")
    if fault := family.at(item.level).unknown(item.only):
        raise ExerciseError(f"sheet {sheet}: {item.exercise}: {fault}")
