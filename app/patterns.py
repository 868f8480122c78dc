"""What a wrong answer looks like beside the right one, and which kind of instance it was given on.

Wrong answers of different students to different numbers are alike when they stand in the same
relation to their references: that is what `pattern` names, so that an author sees which
misconception is missing. Pure.
"""

from bisect import bisect
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from typing import Final

import numpy as np

from app.answers import UNDEFINED, Array
from app.exercise import Instance, Part, Value
from app.exercise.values import CLOSE, EXACT, ROUNDED, distance, tolerance
from app.formula import Formula

LONGEST: Final = 100  # characters of a pattern
OTHER: Final = "other"


def stratum(instance: Instance) -> str:
    """The kind of an instance among others of its exercise and level: what its file says, else the texts it draws."""
    rule = instance.family.stratum_rule
    if rule is not None:
        return str(rule(instance.values))[:200]
    kinds = {name: value for name, value in instance.values.items() if isinstance(value, str)}
    return ", ".join(f"{name} {value}" for name, value in kinds.items())[:200]


def pattern(part: Part, instance: Instance, value: Value) -> str:
    """How a wrong answer stands to the right one, in a few words that are the same for everyone who did the same."""
    if isinstance(value, Formula):
        return f"wrote {value.text}"[:LONGEST]
    with np.errstate(all="ignore"):
        return _described(part, instance, value, instance.truth(part))[:LONGEST]


def _described(part: Part, instance: Instance, value: Value, truth: Value) -> str:
    if isinstance(value, tuple) and isinstance(truth, tuple):
        return _of_shapes(value, truth)
    if isinstance(value, str):
        return f"chose {value}" if part.kind.name == "choice" else f"wrote {value}"
    if not isinstance(value, np.ndarray):
        return f"{_noun(value)} for {_noun(truth)}"
    if not isinstance(truth, np.ndarray):
        return _namesake(part, instance, value) or f"{_noun(value)} for {_noun(truth)}"
    if not value.any():
        return "all zeros"
    if value.shape == truth.shape:
        return _of_arrays(part, instance, value, truth)
    return _of_other_shape(part, instance, value, truth)


def _noun(value: Value) -> str:
    if isinstance(value, tuple):
        return "a shape"
    if not isinstance(value, np.ndarray):
        return "undefined" if value is UNDEFINED else "a word"
    if value.ndim < 2:
        return "a number"
    if value.ndim > 2:
        return "a tensor"
    return "a column" if value.shape[1] == 1 else "a row" if value.shape[0] == 1 else "a matrix"


# Shapes -------------------------------------------------------------------------------------------


def _of_shapes(value: tuple[int, ...], truth: tuple[int, ...]) -> str:
    more = len(value) - len(truth)
    if more == 0:
        if Counter(value) == Counter(truth):
            return "axes in another order"
        wrong = sum(a != b for a, b in zip(value, truth, strict=True))
        return "one size wrong" if wrong == 1 else "several sizes wrong"
    said = f"{'one axis' if abs(more) == 1 else 'several axes'} too {'many' if more > 0 else 'few'}"
    larger, smaller = (value, truth) if more > 0 else (truth, value)
    return said if Counter(smaller) <= Counter(larger) else f"{said}, and sizes wrong"


# Arrays of the right shape ------------------------------------------------------------------------


def _of_arrays(part: Part, instance: Instance, value: Array, truth: Array) -> str:
    allowed = part.tolerance(truth)
    if distance(value, truth) <= CLOSE * allowed:
        return "close to the reference"
    if value.ndim == 2 and distance(value.T, truth) <= allowed:
        return "transposed"
    return (
        _namesake(part, instance, value)
        or _multiple(value, truth)
        or _shifted(value, truth, allowed)
        or _entry_by_entry(value, truth, allowed)
        or _wrong_entries(value, truth, allowed)
    )


def _namesake(part: Part, instance: Instance, value: Array) -> str | None:
    """What else of the exercise has this value: a given, or the right answer to another part."""
    for name, other in _others(part, instance):
        if _same(value, other):
            return f"equals {name}"
        if value.ndim == 2 and _same(value.T, other):
            return f"equals {name}, transposed"
    return None


def _others(part: Part, instance: Instance) -> Iterator[tuple[str, Array]]:
    """Givens, hidden values and other parts by name. Parts of one repeated question are too alike to tell."""
    family = instance.family
    for name, value in instance.environment(part).items():
        if not isinstance(value, (np.ndarray, float)) or name == part.id:
            continue
        other = family.by_id.get(name)
        if other is not None and other.reference is part.reference:
            continue
        kind = "part" if other else "hidden" if name in family.hidden else "given"
        array = np.asarray(value)
        yield f"{kind} `{name}`", array.reshape(()) if array.size == 1 else array


def _same(value: Array, other: Array) -> bool:
    """Whether a student who means `other` may have sent this value; what is far off is seen at little cost."""
    if value.shape != other.shape or value.size == 0:
        return False
    apart = float(np.abs(value - other).max())
    if apart <= EXACT:
        return True
    return apart <= ROUNDED * float(np.abs(other).max()) and apart <= tolerance(other)


def _fractions(largest: int) -> list[Fraction]:
    up_to = range(1, largest + 1)
    found = {Fraction(sign * over, under) for over in up_to for under in up_to for sign in (1, -1)}
    return sorted(found - {Fraction(1)})


# A single number has some simple ratio to the reference sooner than all entries of an array have the same one.
FACTORS: Final = {single: _fractions(4 if single else 12) for single in (True, False)}
FACTORS_AS_FLOATS: Final = {single: [float(factor) for factor in factors] for single, factors in FACTORS.items()}


def _multiple(value: Array, truth: Array) -> str | None:
    """The one factor between value and truth: a simple fraction by its name, any other without."""
    square = float((truth * truth).sum())
    ratio = float((value * truth).sum()) / square if square > 0 else float("nan")
    if not np.isfinite(ratio) or ratio == 0:
        return None
    single = value.size == 1
    factors = FACTORS_AS_FLOATS[single]
    place = bisect(factors, ratio)
    nearest = min(range(max(0, place - 1), min(place + 1, len(factors))), key=lambda k: abs(factors[k] - ratio))
    if _same(value, factors[nearest] * truth):
        return f"{FACTORS[single][nearest]} × the reference"
    if np.count_nonzero(truth) > 1 and _same(value, ratio * truth):
        return "a multiple of the reference"
    return None


def _shifted(value: Array, truth: Array, allowed: float) -> str | None:
    """The one number that was added to every entry."""
    difference = value - truth
    if not float(np.ptp(difference)) <= allowed:
        return None
    added, largest = float(difference.flat[0]), 3 if value.size == 1 else 12
    simple = round(2 * added) / 2 if abs(added) <= largest else 0
    if simple and abs(added - simple) <= allowed:
        return f"the reference {'+' if simple > 0 else '-'} {abs(simple):g}"
    return None if value.size == 1 else "the reference + a constant"


def _entry_by_entry(value: Array, truth: Array, allowed: float) -> str | None:
    """What was done to each entry by itself."""
    if distance(np.abs(value), np.abs(truth)) <= allowed:
        return "signs of some entries"
    if _same(value, truth * truth):
        return "the entries squared"
    if truth.all() and _same(value, 1 / truth):
        return "the entries inverted"
    if value.size > 1 and float(np.ptp(value)) <= EXACT:
        return "the same number everywhere"
    if value.size > 1 and distance(np.sort(value, axis=None), np.sort(truth, axis=None)) <= allowed:
        return "entries in another order"
    return None


def _wrong_entries(value: Array, truth: Array, allowed: float) -> str:
    """Which entries are wrong, where not all of them are."""
    wrong = np.abs(value - truth) > allowed
    if value.size == 1 or wrong.all():
        return OTHER
    if np.count_nonzero(wrong) == 1:
        return "one entry wrong"
    if value.ndim == 2 and min(value.shape) > 1:
        rows, columns = np.flatnonzero(wrong.any(axis=1)), np.flatnonzero(wrong.any(axis=0))
        if len(rows) == 1 or len(columns) == 1:
            return "one row wrong" if len(rows) == 1 else "one column wrong"
        if value.shape[0] == value.shape[1]:
            on_diagonal = np.count_nonzero(wrong.diagonal())
            if on_diagonal in (0, np.count_nonzero(wrong)):
                return "wrong on the diagonal only" if on_diagonal else "wrong off the diagonal only"
    return "some entries wrong" if (~wrong & (truth != 0)).any() else "only zeros are right"


# Arrays of another shape --------------------------------------------------------------------------


def _of_other_shape(part: Part, instance: Instance, value: Array, truth: Array) -> str:
    if value.ndim == 2 and value.T.shape == truth.shape:
        if _same(value.T, truth):
            return "transposed"
        if factor := _multiple(value.T, truth):
            return f"transposed, {factor}"
    if found := _namesake(part, instance, value) or _reduced(value, truth):
        return found
    kinds = _noun(value), _noun(truth)
    if "a number" in kinds or (set(kinds) == {"a row", "a column"} and value.T.shape == truth.shape):
        return f"{kinds[0]} for {kinds[1]}"
    return f"shape {_in_symbols(part, instance, value)} for {_in_symbols(part, instance, truth)}"


def _reduced(value: Array, truth: Array) -> str | None:
    """What was taken out of the truth: its diagonal, or sums of its entries."""
    if truth.ndim != 2:
        return None
    flat = value.ravel()
    if value.size == 1:
        return "the sum of the entries" if _same(flat, truth.sum().reshape(1)) else None
    if truth.shape[0] == truth.shape[1] and _same(flat, truth.diagonal()):
        return "the diagonal as a vector"
    if _same(flat, truth.sum(axis=0)):
        return "the sums of the columns"
    if _same(flat, truth.sum(axis=1)):
        return "the sums of the rows"
    return "the entries in another shape" if _same(flat, truth.ravel()) else None


def _in_symbols(part: Part, instance: Instance, array: Array) -> str:
    """A shape in the letters of the exercise: the same for instances of different sizes."""
    declared = getattr(part.kind, "symbols", ())
    words = []
    for axis, size in enumerate(array.shape):
        letters = [letter for letter, of in instance.sizes.items() if of == size]
        own = declared[axis] if axis < len(declared) else ""
        words.append("1" if size == 1 else own if own in letters else letters[0] if letters else "?")
    return "×".join(words)
