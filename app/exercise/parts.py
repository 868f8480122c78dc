"""The questions of a loaded exercise: what each asks, accepts and explains."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.exercise.kinds import Kind
from app.exercise.values import Near, Value
from app.exercise.writing import Misconception, Rule


@dataclass(frozen=True)
class EntryOf:
    """One entry of a given, seen under the name of the given."""

    given: str
    index: int

    def seen(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {self.given: float(values[self.given].flat[self.index])}


@dataclass(frozen=True)
class KeysOf:
    """Some keys of a given dict, seen under their own names."""

    given: str
    keys: tuple[str, ...]

    def seen(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {key: values[self.given][key] for key in self.keys}


@dataclass(frozen=True)
class Part:
    """One question of an exercise.

    `earlier` are the parts its reference is built on, directly or not, in the order of the exercise.
    `own` is what only it sees, where one question is asked in several parts.
    """

    id: str
    title: str
    prompt: str
    kind: Kind
    weight: float
    follow: bool
    fixed_tolerance: float | None
    reference: Rule
    oracle: Rule | None
    accepts: Rule | None
    misconceptions: tuple[Misconception, ...]
    hints: tuple[str, ...]
    explanation: str
    earlier: tuple[str, ...]
    own: EntryOf | KeysOf | None = None

    def tolerance(self, reference: Value) -> float:
        """How far an answer may lie from the reference, in any entry."""
        return self.kind.tolerance(reference) if self.fixed_tolerance is None else self.fixed_tolerance

    def near(self, reference: Value) -> Near:
        """The answers that would be accepted if this were the right one."""
        return Near(reference, self.tolerance(reference))
