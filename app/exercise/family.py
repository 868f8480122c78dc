"""A loaded exercise: its parts, and the instances drawn from it.

    family = catalogue["ls-gradient"]
    instance = family.draw("hand", seed=7)
    instance.statement, instance.data, instance.truth(family.parts[0])

An instance is made from what was drawn and from nothing else, so one restored from storage is the
one that was served.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np

from app.exercise.instance import Instance, to_json
from app.exercise.parts import Part
from app.exercise.values import bind
from app.exercise.writing import CHALLENGE, FORMULA, Declared, ExerciseError, Rule

REDRAWS: Final = 1_000


class NoInstance(ExerciseError):
    """No acceptable instance among `REDRAWS` draws."""


@dataclass(frozen=True)
class Family:
    """An exercise as the service knows it: an id, a version, and everything its file says.

    `challenge` is what a file of its own says about one level more, `in_symbols` what the formulas of the
    file make of it. Instances of these levels are instances of those families, which have the same id and version.
    """

    id: str
    path: Path
    version: str
    number: int
    title: str
    topic: str
    section: str
    statement: str
    levels: tuple[str, ...]
    beyond_lecture: bool
    largest: float
    given: Mapping[str, Declared]
    hidden: Mapping[str, Declared]
    draw_rule: Rule
    stratum_rule: Rule | None
    figure_rule: Rule | None
    texts: Mapping[str, Rule]
    parts: tuple[Part, ...]
    challenge: "Family | None" = None
    in_symbols: "Family | None" = None

    @cached_property
    def by_id(self) -> dict[str, Part]:
        return {part.id: part for part in self.parts}

    def texts_shown(self) -> Iterator[tuple[str, str, Part]]:
        """Every text of a part that a student may read: what it is, its template, and the part."""
        for part in self.parts:
            yield f"the title of {part.id}", part.title, part
            yield f"the prompt of {part.id}", part.prompt, part
            yield f"the explanation of {part.id}", part.explanation, part
            for hint in part.hints:
                yield f"a hint of {part.id}", hint, part
            for misconception in part.misconceptions:
                yield f"the feedback of {misconception.id}", misconception.feedback, part
                yield f"how {misconception.id} is made", misconception.made, part

    def at(self, level: str) -> "Family":
        """What is drawn at a level: a variant, or this family itself. Raises `ExerciseError` for no level of it."""
        if level not in self.levels:
            raise ExerciseError(f"{self.id} has the levels {', '.join(self.levels)}.")
        return {CHALLENGE: self.challenge, FORMULA: self.in_symbols}.get(level) or self

    @property
    def variants(self) -> list["Family"]:
        """The families of levels that have one of their own."""
        return [variant for variant in (self.in_symbols, self.challenge) if variant]

    def without(self, variant: "Family") -> "Family":
        """This family without the level of a variant."""
        levels = tuple(level for level in self.levels if level not in variant.levels)
        challenge, in_symbols = (None if of is variant else of for of in (self.challenge, self.in_symbols))
        return replace(self, levels=levels, challenge=challenge, in_symbols=in_symbols)

    def undrawn(self, level: str, only: Mapping[str, Any]) -> str | None:
        """Why no instance has these values for its givens; None where some has."""
        single = [name for name, declared in self.given.items() if isinstance(declared, type)]
        if not set(only) <= set(single):
            return f"Only these givens can be chosen: {', '.join(single) or 'none'}."
        try:
            if only:
                self.draw(level, 0, only)
        except NoInstance:
            return "No instance of this exercise has these values at this level."
        return None

    def draw(self, level: str, seed: int, only: Mapping[str, Any] | None = None) -> Instance:
        """The instance of this level and seed: the first acceptable one that the seed draws.

        `only` keeps to instances whose givens have these values. Raises `NoInstance` where there is
        none, `ExerciseError` for a mistake in the file.
        """
        for candidate in self.candidates(level, seed, only):
            if candidate is not None and candidate.coincidence() is None:
                return candidate
        raise NoInstance(f"{self.id}: no acceptable instance in {REDRAWS} draws at level {level}, seed {seed}.")

    def candidates(self, level: str, seed: int, only: Mapping[str, Any] | None = None) -> Iterator[Instance | None]:
        """Everything that a seed draws, in order; None where the file itself, or `only`, asks for another draw."""
        if (variant := self.at(level)) is not self:
            yield from variant.candidates(level, seed, only)
            return
        rng = np.random.default_rng([seed, *f"{self.id} {level}".encode()])
        choose = {"rng": rng, "level": level, "seed": seed}
        for _ in range(REDRAWS):
            drawn = self.draw_rule(choose)
            if drawn is None or (only and any(drawn.get(name) != value for name, value in only.items())):
                yield None
            else:
                yield self.instance(level, seed, to_json(drawn))

    def instance(self, level: str, seed: int, drawn: Mapping[str, Any]) -> Instance:
        """The instance on drawn values, as `Instance.drawn` stores them.

        Raises `ExerciseError` where they are not what the file declares.
        """
        if (variant := self.at(level)) is not self:
            return variant.instance(level, seed, drawn)
        declared = {**self.given, **self.hidden}
        if not isinstance(drawn, Mapping):
            raise ExerciseError(f"{self.id}: {self.draw_rule.name} returned {type(drawn).__name__}, not a dict.")
        for name in set(declared) ^ set(drawn):
            problem = "is drawn but neither given nor hidden" if name in drawn else "is not drawn"
            raise ExerciseError(f"{self.id}: `{name}` {problem}. Draw exactly: {', '.join(declared)}.")
        sizes: dict[str, int] = {}
        values = {name: self._declared(name, declared[name], drawn[name], sizes) for name in declared}
        return Instance(self, level, seed, values, sizes)

    def _declared(self, name: str, declaration: Declared, drawn: Any, sizes: dict[str, int]) -> Any:
        """A drawn value in its declared form: an array with its declared axes, a number, a text."""
        if drawn is None:
            return None
        if isinstance(declaration, type):
            value = float(drawn) if declaration is float and isinstance(drawn, int) else drawn
            if not isinstance(value, declaration):
                raise ExerciseError(
                    f"{self.id}: `{name}` is declared as {declaration.__name__} and drawn as {type(drawn).__name__}."
                )
            return value
        if not isinstance(declaration, str):
            raise ExerciseError(f"{self.id}: `{name}` is declared as {declaration!r}: write a shape or a type.")
        symbols = declaration.split()
        try:
            array = np.asarray(drawn, dtype=np.float64)
        except (TypeError, ValueError) as error:
            raise ExerciseError(f"{self.id}: `{name}` is drawn as something that is no array: {error}.") from error
        if array.ndim == 1 and len(symbols) == 2 and symbols[1] == "1":
            array = array[:, None]
        if not bind(symbols, array.shape, sizes):
            raise ExerciseError(
                f'{self.id}: `{name}` is declared as "{declaration}" and drawn with shape {array.shape}, where {sizes}.'
            )
        return array
