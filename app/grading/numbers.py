"""Marking numbers, arrays, shapes and choices.

The marking order: the truth; follow-through; other answers that the file accepts; close enough for a
rounding slip; the part's misconceptions on the true values, then on the student's own; generic
detectors; entry by entry.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np

from app.answers import Array
from app.exercise import Instance, Part, Shape, Value
from app.exercise.instance import NOT_ACCEPTED
from app.exercise.values import EXACT, ROUNDED, Near, distance, is_finite, without_unit_axes
from app.exercise.writing import Misconception
from app.grading.verdict import WRONG_ORIENTATION, Entries, Verdict

ENTRIES: Final = 0.5  # credit for a share q of right entries is 0.5 q, from q = 0.5 on
MANY_RIGHT: Final = 0.6  # from this share of right entries on, the feedback speaks of the wrong ones

CHECK_ROUNDING: Final = "Close: check your rounding. Keep at least four significant digits."
CHECK_VALUE: Final = "Close, but not exact: compute it once more without rounding."
NO_IDEA: Final = "This is not the value. Take it step by step; a hint shows the first."


def marked(part: Part, instance: Instance, value: Value, earlier: Mapping[str, Value]) -> Verdict:
    """As `grade`, for what is no formula."""
    right, nearly = instance.near(part)
    if value in right:
        return Verdict("correct", 1.0, "Correct.")
    truth = instance.truth(part)
    with np.errstate(all="ignore"):
        own = _own_values(part, instance, earlier) if part.follow and earlier else {}
        implied = _implied(part, instance, own) if own else None
        if implied is not None and _is(part, value, implied):
            return Verdict("correct", 1.0, _followed(part, instance, earlier, own), follow_through=True)
        accepted = instance.accepted(part, value)
        if accepted is True:
            return Verdict("correct", 1.0, "Correct.")
        if implied is not None and instance.accepted(part, value, own) is True:
            return Verdict("correct", 1.0, _followed(part, instance, earlier, own), follow_through=True)
        arrays = _arrays(value, truth)
        if arrays and value in nearly:
            rounding = CHECK_ROUNDING if right.tolerance > EXACT else CHECK_VALUE
            return _by_entries(*arrays, right.tolerance, rounding, close=True)
        if found := next((known for known, explained in instance.mistakes(part) if value in explained), None):
            return _of_misconception(found, value, right, right)
        if implied is not None and (found := _on_own_values(part, instance, value, own, implied)):
            return _of_misconception(found, value, right, part.near(implied))
        if isinstance(accepted, str):
            return _of_accepting(part, instance, value, accepted)
        if arrays:
            return _of_array(part, instance, *arrays, right)
        return Verdict("incorrect", 0.0, _about_other_kinds(part, value, truth))


def _of_accepting(part: Part, instance: Instance, value: Value, refusal: str) -> Verdict:
    """The verdict where many answers are right and this is none of them: entries are compared with no one of those."""
    if isinstance(value, np.ndarray) and value.ndim == 2 and instance.accepted(part, value.T) is True:
        return Verdict("partial", WRONG_ORIENTATION, _about_orientation(value.T), "transposed")
    arrays = _arrays(value, instance.truth(part))
    if refusal == NOT_ACCEPTED and arrays and arrays[0].shape != arrays[1].shape:
        return Verdict("incorrect", 0.0, _about_shape(part, *arrays))
    return Verdict("incorrect", 0.0, refusal)


def _arrays(a: Value, b: Value) -> tuple[Array, Array] | None:
    """Both values, if both are arrays and not shapes, choices or undefined."""
    return (a, b) if isinstance(a, np.ndarray) and isinstance(b, np.ndarray) else None


# Follow-through -----------------------------------------------------------------------------------


def _own_values(part: Part, instance: Instance, earlier: Mapping[str, Value]) -> dict[str, Any]:
    """The student's values of all parts before this one, as its reference receives them.

    Unanswered ones are recomputed from the student's own; one of another shape is replaced by the
    truth. Right ones count, too, so that their rounding never hurts. Empty where follow-through is
    refused: nothing was answered, or a wrong value is degenerate, so that what follows from it
    would be too easy.
    """
    own: dict[str, Any] = {}
    for before in (instance.family.by_id[name] for name in part.earlier):
        truth = instance.truth(before)
        value = earlier.get(before.id)
        if value is None and any(name in own for name in before.earlier):
            value = _computed(before, instance.environment(before, own))
        if value is None or not _same_form(value, truth) or not is_finite(value):
            continue
        if not _right(before, instance, value) and _degenerate(value, truth):
            return {}
        own[before.id] = instance.argument(before, value)
    return own


def _computed(part: Part, environment: Mapping[str, Any]) -> Value | None:
    """What a reference makes of a student's values; None where it fails on them."""
    try:
        return part.kind.value(part.reference(environment))
    except Exception:
        return None  # it was written for other values; whatever it raises, nothing follows from these


def _same_form(value: Value, truth: Value) -> bool:
    if arrays := _arrays(value, truth):
        return bool(arrays[0].shape == arrays[1].shape)
    return type(value) is type(truth)


def _degenerate(value: Value, truth: Value) -> bool:
    """Whether a wrong value is simpler than the truth: a student cannot make the next step easy by guessing.

    What rounding would hide does not make it less simple.
    """
    if not isinstance(value, np.ndarray) or not isinstance(truth, np.ndarray):
        return False
    negligible = ROUNDED * float(np.max(np.abs(value)))
    if np.max(np.abs(value)) <= ROUNDED * np.max(np.abs(truth)):
        return True
    if _multiple_of_identity(value, negligible) and not _multiple_of_identity(truth, 0):
        return True
    if value.size > 1 and np.ptp(value) <= negligible and np.ptp(truth) != 0:
        return True
    return bool(2 * np.count_nonzero(np.abs(value) > negligible) < np.count_nonzero(truth))


def _multiple_of_identity(array: Array, negligible: float) -> bool:
    if array.ndim != 2 or array.shape[0] != array.shape[1]:
        return False
    return distance(array, array[0, 0] * np.eye(len(array))) <= negligible


def _implied(part: Part, instance: Instance, own: Mapping[str, Any]) -> Value | None:
    """What this part's reference makes of the student's own values; None where that is too easy an answer."""
    environment = instance.environment(part, own)
    implied = _computed(part, environment)
    truth = instance.truth(part)
    if implied is None or not is_finite(implied) or not _same_form(implied, truth):
        return None
    if isinstance(implied, np.ndarray) and isinstance(truth, np.ndarray):
        true_environment = instance.environment(part)
        zero = np.zeros_like(truth)  # of the truth's shape, which `implied` has as well
        if _passes(part, zero, implied) and not _passes(part, zero, truth):
            return None
        for name in part.reference.needs:
            if _passes(part, environment[name], implied) and not _passes(part, true_environment[name], truth):
                return None
    return implied


def _passes(part: Part, value: Any, right: Array) -> bool:
    """Whether a value would be accepted where `right` is right."""
    if not isinstance(value, (np.ndarray, float)):
        return False
    return without_unit_axes(value) in part.near(right)


def _followed(part: Part, instance: Instance, earlier: Mapping[str, Value], own: Mapping[str, Any]) -> str:
    """Praise the step, and name the earlier parts in which a mistake begins."""
    origins = [f"`{id}`" for id in _origins(part, instance, earlier, own)]
    if not origins:
        return "Correct."
    return f"This step is right for your own earlier values. The mistake is before it, in {' and '.join(origins)}."


def _origins(part: Part, instance: Instance, earlier: Mapping[str, Value], own: Mapping[str, Any]) -> list[str]:
    """The earlier parts that are wrong and do not follow from what is before them, as far as they matter here."""
    origins: set[str] = set()
    seen: set[str] = set()
    waiting = [part]
    while waiting:
        for id in set(waiting.pop().reference.needs) & set(part.earlier) - seen:
            seen.add(id)
            before = instance.family.by_id[id]
            value = earlier.get(id)
            if value is not None and _right(before, instance, value):
                continue
            implied = _computed(before, instance.environment(before, own))
            if value is None or (implied is not None and _is(before, value, implied)):
                waiting.append(before)
            else:
                origins.add(id)
    return [id for id in part.earlier if id in origins]


def _right(part: Part, instance: Instance, value: Value) -> bool:
    return value in instance.right(part) or instance.accepted(part, value) is True


def _is(part: Part, value: Value, reference: Value) -> bool:
    """Whether an answer to this part would be accepted if this were its reference."""
    return value in part.near(reference)


# Misconceptions -----------------------------------------------------------------------------------


def _on_own_values(
    part: Part, instance: Instance, value: Value, own: Mapping[str, Any], implied: Value
) -> Misconception | None:
    """The first misconception that explains this value where the student's own earlier values are taken for true."""
    environment = instance.environment(part, own) | {"reference": instance.argument(part, implied)}
    try:
        for misconception in part.misconceptions:
            wrong = instance.wrong(part, misconception, environment)
            if wrong is not None and _is(part, value, wrong) and not _is(part, wrong, implied):
                return misconception
    except Exception:
        return None  # as in `_computed`
    return None


def _of_misconception(found: Misconception, value: Value, right: Near, start: Near) -> Verdict:
    """The verdict on a misconception that started from right values, or from what own ones imply."""
    credit = found.credit
    if credit is None:
        credit = WRONG_ORIENTATION if _transposed(value, start) else 0.0
    entries = _entries(value, right.value, right.tolerance)
    return Verdict("partial" if credit else "incorrect", credit, found.feedback, found.id, entries=entries)


def _transposed(value: Value, right: Near) -> bool:
    return isinstance(value, np.ndarray) and value.ndim == 2 and value.T in right


# Detectors that fit every array -------------------------------------------------------------------


def _of_array(part: Part, instance: Instance, value: Array, truth: Array, right: Near) -> Verdict:
    tolerance = right.tolerance
    if _transposed(value, right):
        return Verdict("partial", WRONG_ORIENTATION, _about_orientation(truth), "transposed")
    if value.shape != truth.shape:
        return Verdict("incorrect", 0.0, _about_shape(part, value, truth))
    entries = _entries(value, truth, tolerance)
    for name, feedback, alike in _alike(instance, truth):
        if distance(value, alike) <= part.tolerance(alike):
            return Verdict("incorrect", 0.0, feedback, name, entries=entries)
    if value.size > 1 and distance(np.sort(value, axis=None), np.sort(truth, axis=None)) <= tolerance:
        feedback = "All the right numbers, in another order. Check which index runs where."
        return Verdict("incorrect", 0.0, feedback, "permuted", entries=entries)
    return _by_entries(value, truth, tolerance, None)


def _alike(instance: Instance, truth: Array) -> Iterator[tuple[str, str, Array]]:
    """Simple distortions of the truth: name, feedback, and what they give."""
    if not np.any(truth):
        return
    yield (
        "sign-flipped",
        "The size is right and the direction is opposite. Check the sign of your first step again."
        if truth.ndim
        else "Check the signs, step by step.",
        np.asarray(-truth),  # of a scalar it would be no array, and have no tolerance
    )
    factors = {2.0, *(float(size) for size in instance.sizes.values() if size > 1)}
    for factor in sorted(factors | {1 / factor for factor in factors}):
        yield (
            "constant-factor",
            "One constant factor is off everywhere. Look for one lost or added when differentiating or averaging."
            if truth.ndim
            else "Look for a factor that was lost or added on the way.",
            np.asarray(factor * truth),
        )


def _entries(value: Value, truth: Value, tolerance: float) -> Entries | None:
    """Which entries are right, as nested lists; None for a single number and for another shape."""
    if not isinstance(value, np.ndarray) or not isinstance(truth, np.ndarray):
        return None
    if value.shape != truth.shape or value.ndim == 0:
        return None
    marks: Entries = (np.abs(value - truth) <= tolerance).tolist()
    return marks


def _by_entries(value: Array, truth: Array, tolerance: float, feedback: str | None, close: bool = False) -> Verdict:
    """Credit for the share of right entries, where nothing else explains the answer.

    Right zeros alone earn nothing, since they can be guessed: one other entry must be right, too.
    """
    entries = _entries(value, truth, tolerance)
    if entries is None:
        return Verdict("incorrect", 0.0, feedback or NO_IDEA, close=close)
    marks = np.asarray(entries, dtype=np.bool_)
    share = float(marks.mean())
    score = ENTRIES * share if share >= 0.5 and np.any(marks & (np.abs(truth) > tolerance)) else 0.0
    if feedback is None:
        count = int(marks.sum())
        feedback = f"{count} of {marks.size} entries {'is' if count == 1 else 'are'} right. " + (
            "Find what the wrong ones have in common."
            if score and share >= MANY_RIGHT
            else "The shape is right. Compute one entry by hand and compare."
        )
    return Verdict("partial" if score else "incorrect", score, feedback, close=close, entries=entries)


# Words --------------------------------------------------------------------------------------------


def _about_orientation(truth: Array) -> str:
    if min(truth.shape) > 1:
        return "The numbers are right and rows and columns are exchanged. Which index of a Jacobian counts outputs?"
    return f"The numbers are right. Write them as a {'column' if truth.shape[1] == 1 else 'row'}."


def _about_shape(part: Part, value: Array, truth: Array) -> str:
    symbols = getattr(part.kind, "symbols", ())
    expected = "a single number" if truth.ndim == 0 else f"{_named(truth)} ({'×'.join(symbols)})"
    return f"Expected {expected}; yours is {_named(value)}."


def _named(array: Array) -> str:
    if array.ndim == 0:
        return "a single number"
    sizes = "×".join(map(str, array.shape))
    if array.ndim > 2:
        return f"a {sizes} tensor"
    noun = "column" if array.shape[1] == 1 else "row" if array.shape[0] == 1 else "matrix"
    return f"a {sizes} {noun}"


def _about_other_kinds(part: Part, value: Value, truth: Value) -> str:
    """About shapes, choices and things that may be undefined; never says outright which of these it is."""
    if isinstance(truth, str):
        return "Not this one. Test the definition on a small example before you answer again."
    if not isinstance(truth, tuple) or not isinstance(value, tuple):
        return "Go back to the definition: what does it ask for here, and is it there?"
    if len(truth) == 1 and value == (1, *truth) and part.kind != Shape(exact=True):
        return "A result with one index is a vector: write its size, as in 3 or 3x1."
    if len(value) == len(truth) and Counter(value) == Counter(truth):
        return "The sizes are right, in another order: give them in the order of the indices of the result."
    if len(value) != len(truth):
        return f"Yours is of {_ways(value)}. Which indices does the result have? Each is one way."
    return "The number of ways is right, a size is not. Write each size beside its index and compare."


def _ways(shape: tuple[int, ...]) -> str:
    if not shape:
        return "a single number"
    return "1 way" if len(shape) == 1 else f"{len(shape)} ways"
