"""An exercise with numbers: what it shows, what is right, what misconceptions make of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from app.answers import are_fractions, values_latex
from app.exercise.kinds import Choice, Kind, plain_numbers
from app.exercise.parts import Part
from app.exercise.values import APART, CLOSE, Near, Value, is_finite
from app.exercise.writing import Declared, ExerciseError, Misconception, Rule
from app.markup import fill

if TYPE_CHECKING:
    from app.exercise.family import Family


SHUFFLED: Final = 3  # options and more have an order of their own on each instance
NOT_ACCEPTED: Final = "This is not one of the right answers. Test it against what the question asks."


@dataclass(frozen=True)
class Instance:
    """An exercise with numbers. `values` holds givens and hidden values, `sizes` the size of each letter."""

    family: "Family"
    level: str
    seed: int
    values: Mapping[str, Any]
    sizes: Mapping[str, int]

    # What it shows --------------------------------------------------------------------------------

    @property
    def drawn(self) -> dict[str, Any]:
        """Everything drawn, as JSON: what `Family.instance` takes."""
        return {name: to_json(value) for name, value in self.values.items()}

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
        rounded = [self._truths[part.id] for part in self.family.parts if part.fixed_tolerance is None]
        numbers = [truth for truth in rounded if isinstance(truth, np.ndarray)]
        if all(np.array_equal(truth, np.round(truth)) for truth in numbers):
            return ""
        if not self.by_hand or not all(map(are_fractions, numbers)):
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
        if not isinstance(part.kind, Choice):
            return part.kind
        options = [(id, self.fill(text, part)) for id, text in part.kind.options.items()]
        if len(options) >= SHUFFLED:  # so that "the second one" is no answer to pass on
            np.random.default_rng([self.seed, *part.id.encode()]).shuffle(options)
        return Choice(**dict(options))

    @cached_property
    def figure(self) -> str | None:
        """The figure as inline SVG with a text alternative, where the exercise has one."""
        rule = self.family.figure_rule
        figure = None if rule is None else rule(self.values)
        if figure is not None and not (isinstance(figure, str) and figure.startswith("<svg ")):
            raise ExerciseError(f"{self.family.id}: the figure is no SVG. Make it with `figures` from app.exercise.")
        return figure

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
            kind = self.kind(part)
            for id, text in kind.options.items() if isinstance(kind, Choice) else ():
                yield f"the choice {id} of {part.id}", text

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

    def true_environment(self, part: Part) -> Mapping[str, Any]:
        """All that the misconceptions of a part may name: its environment and the right value."""
        if part.id not in self._true_environments:
            self._true_environments[part.id] = self.environment(part) | {"reference": self._references[part.id]}
        return self._true_environments[part.id]

    @cached_property
    def _true_environments(self) -> dict[str, Mapping[str, Any]]:
        return {}

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

        `environment` is what the part may name and `reference`: the true values unless stated. On those
        it is computed once, be it when the instance is drawn.
        """
        if environment is not None:
            return self._computed(part, misconception, environment)
        key = part.id, misconception.id
        if key not in self._wrongs:
            self._wrongs[key] = self._computed(part, misconception, self.true_environment(part))
        return self._wrongs[key]

    @cached_property
    def _wrongs(self) -> dict[tuple[str, str], Value | None]:
        return {}

    def _computed(self, part: Part, misconception: Misconception, environment: Mapping[str, Any]) -> Value | None:
        rule = misconception.rule
        if any(name in self.values and self.values[name] is None for name in rule.needs):
            return None
        returned = rule(environment)
        return None if returned is None else self._value(part, rule, returned)

    def mistakes(self, part: Part) -> Iterator[tuple[Misconception, Near]]:
        """The misconceptions that apply to a part on its true values, each with the answers that it explains.

        What was computed once is kept, since many answers may be graded on one instance.
        """
        known = self._mistakes.setdefault(part.id, {})
        for misconception in part.misconceptions:
            if misconception.id not in known:  # two threads may both find so: they compute the same
                wrong = self.wrong(part, misconception)
                known[misconception.id] = None if wrong is None or not is_finite(wrong) else part.near(wrong)
            if (near := known[misconception.id]) is not None:
                yield misconception, near

    @cached_property
    def _mistakes(self) -> dict[str, dict[str, Near | None]]:
        return {}

    def right(self, part: Part) -> Near:
        """The answers to a part that are right, as its reference says."""
        return self.near(part)[0]

    def near(self, part: Part) -> tuple[Near, Near]:
        """The answers to a part that are right, and those right or nearly: rather a rounding slip than a mistake."""
        if part.id not in self._nears:
            right = part.near(self.truth(part))
            self._nears[part.id] = right, Near(right.value, CLOSE * right.tolerance)
        return self._nears[part.id]

    @cached_property
    def _nears(self) -> dict[str, tuple[Near, Near]]:
        return {}

    def accepted(self, part: Part, value: Value, own: Mapping[str, Any] | None = None) -> bool | str:
        """Whether the file accepts a value beside the reference; a text says why not.

        `own` puts a student's values in the place of true ones.
        """
        if part.accepts is None:
            return False
        environment = self.environment(part, own) | {"answer": value}
        try:
            found = part.accepts(environment)
            return found if isinstance(found, str) else bool(found) or NOT_ACCEPTED
        except Exception:
            return NOT_ACCEPTED  # it was written for other values; whatever it raises, this is none of them

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


def to_json(value: Any) -> Any:
    """Drawn values as JSON values: arrays as nested lists, tuples as lists, numpy numbers as Python's."""
    if isinstance(value, Mapping):
        return {name: to_json(entry) for name, entry in value.items()}
    if isinstance(value, (np.ndarray, np.generic)):
        return value.tolist()
    if isinstance(value, (list, tuple)):
        return [to_json(entry) for entry in value]
    return value


def _plain(value: Any, declaration: Declared) -> Any:
    """A given as the API shows it: a declared column as a flat list, whole numbers as such."""
    if isinstance(value, np.ndarray):
        flat = isinstance(declaration, str) and declaration.endswith(" 1")
        return plain_numbers(value[:, 0].tolist() if flat else value.tolist())
    return plain_numbers(value) if isinstance(value, float) else value
