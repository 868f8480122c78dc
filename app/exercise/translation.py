"""From numbers to symbols: the level `formula` of an exercise, made of the formulas beside its references.

Every part that has a formula asks for it; the others are not asked. What a student types is compared on random
instances (`app.formula`), on which the misconceptions of the file are evaluated, too. Symbols are the givens, what the
file computes by a formula, and the quantities of earlier parts. Those have their true values, so no mistake is carried
from one part into the next. Derivatives, parts with names such as `dy_dx`, are no symbols.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, fields, replace
from functools import cached_property
from inspect import Parameter, Signature
from typing import Any, Final

from app.answers import Undefined, Unreadable
from app.exercise.closed_forms import ClosedForm
from app.exercise.family import Family
from app.exercise.in_symbols import FamilyInSymbols
from app.exercise.kinds import Kind, Numeric
from app.exercise.parts import Part
from app.exercise.values import without_unit_axes
from app.exercise.vocabulary import Vocabulary
from app.exercise.writing import FORMULA, Declared, ExerciseError, Question, Rule, did_you_mean
from app.formula import Formula, Reference, Symbols, read
from app.formula.instances import Function
from app.formula.sizes import size_text
from app.formula.symbols import NAME
from app.markup import fill_known, placeholders

DERIVATIVE: Final = re.compile(r"d[A-Za-z0-9]+_d[A-Za-z0-9]+|derivative|gradient")  # ids of parts
REFERENCE: Final = "reference"


def with_formulas(family: Family, vocabulary: Vocabulary, questions: Sequence[Question]) -> Family:
    """The family, with the level `formula` where a question has one. Raises `ExerciseError` for what does not fit."""
    if not any(question.formula for question in questions):
        if vocabulary != Vocabulary():
            raise ExerciseError("in_symbols(…) is of no use: no part has a formula. Give one: part(…, formula=…).")
        return family
    _check_names(family, vocabulary)
    return replace(family, levels=(*family.levels, FORMULA), in_symbols=_translated(family, vocabulary, questions))


def _check_names(family: Family, vocabulary: Vocabulary) -> None:
    known = [*family.given, *family.hidden]
    made = [name for name, rule in vocabulary.computed.items() if not isinstance(rule, str)]
    for name in (*made, *vocabulary.fixed, *vocabulary.indices, *vocabulary.domains):
        if name not in known:
            problem = f"in_symbols(…) speaks of `{name}`, which is neither given nor hidden."
            raise ExerciseError(f"{problem} {did_you_mean(name, known)}")


def _translated(family: Family, vocabulary: Vocabulary, questions: Sequence[Question]) -> FamilyInSymbols:
    scope = _Scope.of(family, vocabulary)
    for question in questions:
        if question.formula is not None:
            scope = scope.with_scalars(question.each)  # such a question is asked once, of any entry
    with _faults("in_symbols(…)"):
        symbols = scope.symbols
    parts = tuple(_parts(family, scope, questions))
    same = {field.name: getattr(family, field.name) for field in fields(Family)}
    different: dict[str, Any] = {
        "levels": (FORMULA,),
        "given": {name: of for name, of in family.given.items() if scope.shows(name)},
        "hidden": {},
        "texts": {},
        "stratum_rule": None,
        "figure_rule": None,
        "parts": parts,
    }
    found = FamilyInSymbols(**same | different, symbols=symbols, vocabulary=vocabulary)
    _check_texts(found)
    return found


def _check_texts(family: FamilyInSymbols) -> None:
    """Whether all that a student reads can be said in symbols."""
    known = {*family.vocabulary.texts, *family.vocabulary.fixed, *family.vocabulary.indices, *family.symbols.shape}
    of_parts = {*known, *family.by_id, REFERENCE}
    texts = [("the statement", family.statement, known)]
    texts += [(where, text, of_parts) for where, text, _ in family.texts_shown()]
    for where, text, names in texts:
        if unknown := [name for name in placeholders(text) if name not in names]:
            problem = f"{where} shows `{unknown[0]}`, which has no symbol at level {FORMULA}."
            raise ExerciseError(f'{problem} Say what it prints there: in_symbols(texts=dict({unknown[0]}="…")).')


def _parts(family: Family, scope: "_Scope", questions: Sequence[Question]) -> Iterator[Part]:
    for question in questions:
        if question.formula is not None:
            yield _part(family, scope, question)
        scope = scope.behind(question)


def _part(family: Family, scope: "_Scope", question: Question) -> Part:
    part, name, doc = family.by_id[question.ids[0]], question.reference.name, question.reference.doc
    if question.each:  # asked once, of any entry
        title, _, prompt = fill_known(doc, {"id": name, "number": f"${question.each[0]}$"}).partition("\n\n")
        part = replace(part, id=name, title=" ".join(title.split()), prompt=prompt.strip(), own=None)
    with _faults(f"the formula of {name}"):
        symbols = scope.symbols_of(str(question.formula))
        inside = _Inside(symbols, scope)
        wrong = {misconception.id: inside.misconception(misconception.rule) for misconception in part.misconceptions}
        known = {id: function for id, function in wrong.items() if function}
        reference = Reference(str(question.formula), symbols, shape=_shape_of(part.kind, symbols), wrong=known)
    assert isinstance(reference.right, Formula)  # noqa: S101 - it is made of a text
    kind = ClosedForm(reference.right, reference, inside.function)
    return replace(part, kind=kind, follow=False, fixed_tolerance=None, accepts=None, earlier=())


@contextmanager
def _faults(where: str) -> Iterator[None]:
    """What does not fit is a fault of the file, said with its place."""
    try:
        yield
    except Unreadable as error:
        place = "" if error.position is None else f" (at character {error.position + 1})"
        raise ExerciseError(f"{where} cannot be read{place}: {error.message}") from error
    except ValueError as error:
        raise ExerciseError(f"{where} does not fit: {error}.") from error


def _shape_of(kind: Kind, symbols: Symbols) -> str | None:
    """The shape that a formula must have; None where the answer is declared with sizes of its own."""
    if not isinstance(kind, Numeric) or len(kind.symbols) > 2:
        raise ValueError("only numbers, vectors and matrices have one")
    own = [size for size in kind.symbols if not size.isdigit() and size not in symbols.letters]
    return None if own else " ".join(kind.symbols) or "scalar"


# Names --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Scope:
    """What is known where a part is asked: symbols with their shapes, what is computed, what came before."""

    vocabulary: Vocabulary
    given: Mapping[str, Declared]
    shapes: Mapping[str, str]
    computed: Mapping[str, str]
    rules: Mapping[str, Rule]  # what only functions of the file see
    withheld: tuple[str, ...]

    @classmethod
    def of(cls, family: Family, vocabulary: Vocabulary) -> "_Scope":
        """The names that all parts have."""
        computed = {name: rule for name, rule in vocabulary.computed.items() if isinstance(rule, str)}
        rules = {name: Rule.of(rule, name) for name, rule in vocabulary.computed.items() if not isinstance(rule, str)}
        no_symbols = {*rules, *vocabulary.fixed, *vocabulary.indices, *computed}
        shapes = {name: _declared_shape(of) for name, of in family.given.items() if name not in no_symbols}
        withheld = tuple(filter(DERIVATIVE.fullmatch, rules))
        known = {name: shape for name, shape in shapes.items() if shape}
        scope = cls(vocabulary, family.given, known, {}, rules, withheld)
        for name, formula in computed.items():
            with _faults(f"what in_symbols(…) says of {name}"):
                scope = scope.with_symbol(name, formula)
        return scope

    @cached_property
    def symbols(self) -> Symbols:
        """What formulas may be written with here."""
        return self.vocabulary.symbols(self.shapes, self.computed, self.given, self.withheld)

    def symbols_of(self, formula: str) -> Symbols:
        """The same for a part whose right formula this is: only its indices are free there, others may name sums."""
        free = read(formula, self.symbols).shaped.free
        return replace(self.symbols, indices={i: letter for i, letter in self.symbols.indices.items() if i in free})

    @cached_property
    def plain(self) -> Symbols:
        """The same without indices: what makes a quantity."""
        return replace(self.symbols, indices={}) if self.symbols.indices else self.symbols

    def with_symbol(self, name: str, formula: str) -> "_Scope":
        """With a symbol more, which has the shape of its formula. Raises `Unreadable`, `ValueError`."""
        shape = read(formula, self.plain).shape
        if max(len(shape.rows), len(shape.columns)) > 1:
            raise ValueError(f"{name} would be {shape}, and a symbol has one letter for each of its sizes")
        sizes = () if shape.is_scalar else (size_text(shape.rows), size_text(shape.columns))
        shapes = {**self.shapes, name: " ".join(sizes) or "scalar"}
        return replace(self, shapes=shapes, computed={**self.computed, name: formula})

    def shows(self, given: str) -> bool:
        """Whether a given is a symbol of the statement."""
        return given in self.shapes and given not in self.computed

    def with_scalars(self, names: Sequence[str]) -> "_Scope":
        """Where these givens stand for an entry of them."""
        return self if not names else replace(self, shapes={**self.shapes, **dict.fromkeys(names, "scalar")})

    def behind(self, question: Question) -> "_Scope":
        """What is known behind a question: its quantity as a symbol, its derivative for functions of the file."""
        name = question.reference.name
        if question.each:
            return self
        is_derivative = DERIVATIVE.fullmatch(name)
        if question.formula is not None and NAME.fullmatch(name) and not is_derivative:
            with suppress(Unreadable, ValueError):  # an entry of something would need its index
                return self.with_symbol(name, question.formula)
        withheld = (*self.withheld, name) if is_derivative else self.withheld
        return replace(self, rules={**self.rules, name: question.reference}, withheld=withheld)


def _declared_shape(declared: Declared) -> str | None:
    """The shape of a symbol; None for what is no number, vector or matrix."""
    if isinstance(declared, str):
        return declared if len(declared.split()) == 2 else None
    return "scalar" if declared in (float, int) else None


class _Inside:
    """Functions of a file, called with what there is in a world of random values."""

    def __init__(self, symbols: Symbols, scope: _Scope):
        self.scope = scope
        self.there = {*symbols.shape, *symbols.indices, REFERENCE}
        self.naming = scope.vocabulary.naming(scope.given)

    def function(self, rule: Rule) -> Function | None:
        """A function of the file, its parameters named as the world has them; None where it needs what is not there."""
        names = self._needed(rule)
        return None if names is None else _with_parameters(names, lambda world: self._value(rule, world))

    def misconception(self, rule: Rule) -> Function | None:
        """The same of a misconception. Where it does not apply, who holds it goes right."""
        names = self._needed(rule)
        if names is None:
            return None

        def held(world: Mapping[str, Any]) -> Any:
            value = self._value(rule, world)
            return world[REFERENCE] if value is None else value

        return _with_parameters([*dict.fromkeys((*names, REFERENCE))], held)

    def _needed(self, rule: Rule) -> list[str] | None:
        """What of a world a function needs, for itself or for what it is made of."""
        needed: list[str] = []
        for name in rule.needs:
            if name in self.there:
                needed.append(name)
            elif name in self.naming:
                needed.append(self.naming[name])
            elif name in self.scope.rules:
                more = self._needed(self.scope.rules[name])
                if more is None:
                    return None
                needed += more
            elif name not in self.scope.vocabulary.fixed:
                return None
        return list(dict.fromkeys(needed))

    def _value(self, rule: Rule, world: Mapping[str, Any]) -> Any:
        value = rule({name: self._found(name, world) for name in rule.needs})
        return None if isinstance(value, Undefined) else value

    def _found(self, name: str, world: Mapping[str, Any]) -> Any:
        if name in self.there:
            return world[name]
        if name in self.naming:
            return world[self.naming[name]].name
        if name in self.scope.rules:
            return self._value(self.scope.rules[name], world)
        return self.scope.vocabulary.fixed[name]


def _with_parameters(names: Sequence[str], function: Callable[[Mapping[str, Any]], Any]) -> Function:
    """A function of values by name as one with a parameter for each name; a number is one, whatever its axes."""

    def called(*values: Any) -> Any:
        made = function(dict(zip(names, values, strict=True)))
        return None if made is None else without_unit_axes(made)

    parameters = [Parameter(name, Parameter.POSITIONAL_OR_KEYWORD) for name in names]
    called.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
    return called
