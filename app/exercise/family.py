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

from app.answers import values_latex
from app.exercise.kinds import Choice, Kind, plain_numbers
from app.exercise.values import APART, Near, Value, bind, is_finite
from app.exercise.writing import CHALLENGE, Declared, ExerciseError, Misconception, Rule, did_you_mean
from app.markup import fill

REDRAWS: Final = 1_000


class NoInstance(ExerciseError):
    """No acceptable instance among `REDRAWS` draws."""


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


@dataclass(frozen=True)
class Family:
    """An exercise as the service knows it: an id, a version, and everything its file says.

    `challenge` is what a file of its own says about one level more. Its instances are instances of that
    family, which has the same id and version.
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
        """What is drawn at a level: the challenge, or this family itself."""
        return self.challenge if level == CHALLENGE and self.challenge else self

    def without_challenge(self) -> "Family":
        """This family without the level `challenge`."""
        return replace(self, levels=tuple(level for level in self.levels if level != CHALLENGE), challenge=None)

    def unknown(self, only: Mapping[str, Any]) -> str | None:
        """What is wrong with the wish for instances whose givens have these values; None where nothing is."""
        single = [name for name, declared in self.given.items() if isinstance(declared, type)]
        for name, value in only.items():
            if name not in single:
                return f"`{name}` is no given that can be chosen. {did_you_mean(name, single)}"
            if not isinstance(value, (str, int, float)):
                return f"`{name}` is a single value."
        return None

    def draw(self, level: str, seed: int, only: Mapping[str, Any] | None = None) -> "Instance":
        """The instance of this level and seed: the first acceptable one that the seed draws.

        `only` keeps to instances whose givens have these values. Raises `NoInstance` where there is
        none, `ExerciseError` for a mistake in the file.
        """
        for candidate in self.candidates(level, seed):
            if candidate is None or any(candidate.values.get(name) != value for name, value in (only or {}).items()):
                continue
            if candidate.coincidence() is None:
                return candidate
        raise NoInstance(f"{self.id}: no acceptable instance in {REDRAWS} draws at level {level}, seed {seed}.")

    def candidates(self, level: str, seed: int) -> Iterator["Instance | None"]:
        """Everything that a seed draws, in order; None where the file itself asks for another draw."""
        if (variant := self.at(level)) is not self:
            yield from variant.candidates(level, seed)
            return
        rng = np.random.default_rng([seed, *f"{self.id} {level}".encode()])
        choose = {"rng": rng, "level": level, "seed": seed}
        for _ in range(REDRAWS):
            drawn = self.draw_rule(choose)
            yield None if drawn is None else self.instance(level, seed, _to_json(drawn))

    def instance(self, level: str, seed: int, drawn: Mapping[str, Any]) -> "Instance":
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


@dataclass(frozen=True)
class Instance:
    """An exercise with numbers. `values` holds givens and hidden values, `sizes` the size of each letter."""

    family: Family
    level: str
    seed: int
    values: Mapping[str, Any]
    sizes: Mapping[str, int]

    # What it shows --------------------------------------------------------------------------------

    @property
    def drawn(self) -> dict[str, Any]:
        """Everything drawn, as JSON: what `Family.instance` takes."""
        return {name: _to_json(value) for name, value in self.values.items()}

    @property
    def data(self) -> dict[str, Any]:
        """The givens this instance shows, ready for numpy: columns as flat lists, whole numbers as such."""
        given = self.family.given
        return {name: _plain(self.values[name], given[name]) for name in given if self.values[name] is not None}

    @property
    def statement(self) -> str:
        """The statement in Markdown with this instance's numbers, and how precise an answer must be."""
        return self.fill(self.family.statement) + self._precision()

    def _precision(self) -> str:
        numbers = [truth for truth in self._truths.values() if isinstance(truth, np.ndarray)]
        if all(np.array_equal(truth, np.round(truth)) for truth in numbers):
            return ""
        if not self.by_hand:
            return "\n\nGive at least 4 significant digits."
        example = '[["5/7", 0], [0, "-2/9"]]' if any(truth.ndim for truth in numbers) else "5/7"  # nobody's answer
        return f"\n\nFractions are welcome: `{example}`."

    def fill(self, template: str, part: Part | None = None) -> str:
        """A text of the exercise with this instance's numbers; `part` for a prompt or an explanation."""
        return fill(template, lambda name: self._show(name, part))

    def _show(self, name: str, part: Part | None) -> str:
        known = self.environment(part) if part else self.values
        if name in self.family.texts:
            value = self.family.texts[name](known)
        elif part and name == "reference":
            return self.latex(part)
        elif name in self.family.by_id and name not in self.values:
            return self.latex(self.family.by_id[name])
        else:
            value = known[name]
        if value is None:
            raise ExerciseError(f"{self.family.id}: a text shows `{name}`, which this instance does not.")
        if isinstance(value, (np.ndarray, float)):
            return values_latex(value, fractions=self.by_hand)
        return str(value)

    def latex(self, part: Part) -> str:
        """The reference of a part as LaTeX."""
        return self.kind(part).latex(self.truth(part), fractions=self.by_hand)

    def kind(self, part: Part) -> Kind:
        """The kind of answer a part takes here: the options of a choice may depend on the instance."""
        if isinstance(part.kind, Choice):
            return Choice(**{id: self.fill(text, part) for id, text in part.kind.options.items()})
        return part.kind

    @cached_property
    def figure(self) -> str | None:
        """The figure as inline SVG with a text alternative, where the exercise has one."""
        rule = self.family.figure_rule
        figure = None if rule is None else rule(self.values)
        return None if figure is None else str(figure)

    def explanation(self, part: Part) -> str:
        """The worked solution of a part, in Markdown."""
        return self.fill(part.explanation, part)

    def shown(self) -> Iterator[tuple[str, str]]:
        """Everything that a student may read of this instance: what it is, and its Markdown."""
        yield "the statement", self.statement
        for where, template, part in self.family.texts_shown():
            yield where, self.fill(template, part)
        for part in self.family.parts:
            yield f"the answer of {part.id}", f"${self.latex(part)}$"

    @property
    def by_hand(self) -> bool:
        return self.level != "numpy"

    # What is right --------------------------------------------------------------------------------

    def truth(self, part: Part) -> Value:
        """The right answer to a part."""
        return self._truths[part.id]

    def environment(self, part: Part, own: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """All that the functions of a part may name: drawn values, its own entry, other parts.

        `own` puts a student's values in the place of true ones; see `argument`.
        """
        return {**self._references, **self._given_to(part), **(own or {})}

    @cached_property
    def true_environments(self) -> dict[str, Mapping[str, Any]]:
        """All that the misconceptions of each part may name: its environment and the right value. To be read only."""
        return {
            part.id: {**self.environment(part), "reference": self._references[part.id]} for part in self.family.parts
        }

    def _given_to(self, part: Part) -> Mapping[str, Any]:
        """The drawn values, and what only this part sees."""
        return {**self.values, **part.own.seen(self.values)} if part.own else self.values

    def argument(self, part: Part, value: Value) -> Any:
        """A value of a part in the form in which later parts receive it: with the axes of the reference."""
        if isinstance(value, np.ndarray):
            return value.reshape(np.shape(self._references[part.id]))
        return value

    @cached_property
    def _references(self) -> dict[str, Any]:
        """What each reference returns, by part, computed in the order of the exercise."""
        references: dict[str, Any] = {}
        for part in self.family.parts:
            references[part.id] = part.reference({**references, **self._given_to(part)})
        return references

    @cached_property
    def _truths(self) -> dict[str, Value]:
        return {part.id: self._value(part, part.reference, self._references[part.id]) for part in self.family.parts}

    def _value(self, part: Part, rule: Rule, returned: Any) -> Value:
        try:
            return part.kind.value(returned)
        except (TypeError, ValueError) as error:
            raise ExerciseError(f"{self.family.id}: {rule.name} returned a wrong thing: {error}.") from error

    def value_of(self, part: Part, rule: Rule, environment: Mapping[str, Any]) -> Value:
        """What a function of the file makes of these values, as an answer to the part. Raises `ExerciseError`."""
        return self._value(part, rule, rule(environment))

    def wrong(
        self, part: Part, misconception: Misconception, environment: Mapping[str, Any] | None = None
    ) -> Value | None:
        """What a student who holds this misconception would send; None where it does not apply.

        `environment` is what the part may name and `reference`: the true values unless stated.
        """
        rule = misconception.rule
        environment = self.true_environments[part.id] if environment is None else environment
        if any(name in self.values and self.values[name] is None for name in rule.needs):
            return None
        returned = rule(environment)
        return None if returned is None else self._value(part, rule, returned)

    def mistakes(self, part: Part) -> Iterator[tuple[Misconception, Near]]:
        """The misconceptions that apply to a part on its true values, each with the answers that it explains.

        What was computed once is kept, since many answers may be graded on one instance.
        """
        known = self._mistakes[part.id]
        for index, misconception in enumerate(part.misconceptions):
            if index == len(known):
                wrong = self.wrong(part, misconception)
                explains = wrong is not None and is_finite(wrong) and wrong not in self.right[part.id]
                known.append(part.near(wrong) if wrong is not None and explains else None)
            if (near := known[index]) is not None:
                yield misconception, near

    @cached_property
    def _mistakes(self) -> dict[str, list[Near | None]]:
        return {part.id: [] for part in self.family.parts}

    @cached_property
    def right(self) -> dict[str, Near]:
        """The answers to each part that are right, as its reference says."""
        return {part.id: part.near(self.truth(part)) for part in self.family.parts}

    def accepted(self, part: Part, value: Value) -> bool | str:
        """Whether the file accepts a value beside the reference; a text says why not."""
        if part.accepts is None:
            return False
        environment = self.environment(part) | {"answer": value}
        try:
            found = part.accepts(environment)
        except Exception:
            return False  # it was written for other values; whatever it raises, this is none of them
        return found if isinstance(found, str) else bool(found)

    # Whether to serve it --------------------------------------------------------------------------

    def coincidence(self) -> str | None:
        """Why this instance must not be served: a mistake would not show, or a number is out of range."""
        with np.errstate(all="ignore"):
            for part in self.family.parts:
                truth = self.truth(part)
                if not is_finite(truth):
                    return f"{part.id}: the reference is not finite"
                if self.by_hand and isinstance(truth, np.ndarray) and np.max(np.abs(truth)) > self.family.largest:
                    return f"{part.id}: the reference is too large for paper"
                for misconception in part.misconceptions:
                    wrong = self.wrong(part, misconception)
                    if wrong is not None and self._hides(part, misconception, truth, wrong):
                        return f"{part.id}: {misconception.id} gives the right answer"
        return None

    def _hides(self, part: Part, misconception: Misconception, truth: Value, wrong: Value) -> bool:
        tolerance = part.tolerance(truth)
        apart = 0.0 if self.accepted(part, wrong) is True else part.kind.distance(wrong, truth)
        if misconception.sometimes_right and apart <= tolerance:
            return False
        return apart <= APART * tolerance


def _to_json(value: Any) -> Any:
    """Drawn values as JSON values: arrays as nested lists, tuples as lists, numpy numbers as Python's."""
    if isinstance(value, Mapping):
        return {name: _to_json(entry) for name, entry in value.items()}
    if isinstance(value, (np.ndarray, np.generic)):
        return value.tolist()
    if isinstance(value, (list, tuple)):
        return [_to_json(entry) for entry in value]
    return value


def _plain(value: Any, declaration: Declared) -> Any:
    """A given as the API shows it: a declared column as a flat list, whole numbers as such."""
    if isinstance(value, np.ndarray):
        flat = isinstance(declaration, str) and declaration.endswith(" 1")
        return plain_numbers(value[:, 0].tolist() if flat else value.tolist())
    return plain_numbers(value) if isinstance(value, float) else value
