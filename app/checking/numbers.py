"""Whether references, oracles and misconceptions agree on an instance with numbers."""

from collections.abc import Iterator
from time import perf_counter
from typing import Final

import numpy as np

from app.checking.findings import Complaint, Findings
from app.exercise import Instance, Part, Value
from app.exercise.kinds import Numeric
from app.exercise.values import bind
from app.grading import grade

AGREEMENT: Final = 1e-6  # largest relative difference between a reference and its oracle


def problems(instance: Instance, findings: Findings) -> Iterator[Complaint]:
    """What is wrong with the numbers of an instance, with its references and with its misconceptions."""
    yield from _unlike_when_drawn_again(instance)
    yield from _unlike_after_storage(instance)
    yield from _not_as_displayed(instance)
    if instance.family.stratum_rule:
        instance.family.stratum_rule(instance.values)
    for part in instance.family.parts:
        yield from _wrong_shape(part, instance)
        yield from _unlike_oracle(part, instance, findings)
        yield from _not_correct(part, instance)
        yield from _misdiagnosed(part, instance, findings)


def _unlike_when_drawn_again(instance: Instance) -> Iterator[Complaint]:
    if instance.family.draw(instance.level, instance.seed).drawn != instance.drawn:
        yield "the same seed draws other numbers the second time", "take all random numbers from rng"


def _unlike_after_storage(instance: Instance) -> Iterator[Complaint]:
    restored = instance.family.instance(instance.level, instance.seed, instance.drawn)
    for part in instance.family.parts:
        if part.kind.distance(restored.truth(part), instance.truth(part)) != 0:
            yield f"{part.id}: the reference changes when the instance is stored", "draw plain numbers, texts and lists"


def _not_as_displayed(instance: Instance) -> Iterator[Complaint]:
    """What the page shows must be exactly what is graded: at level numpy, numbers of at most four decimals."""
    for name, value in instance.values.items():
        if name not in instance.family.given or not isinstance(value, (float, np.ndarray)):
            continue
        numbers = np.atleast_1d(value)
        exact = np.abs(numbers - np.round(numbers, 4)) < 1e-12
        if not instance.by_hand and not np.all(exact):
            yield f"{name} has more than four decimals", "round it before anything is computed from it"


def _wrong_shape(part: Part, instance: Instance) -> Iterator[Complaint]:
    truth = instance.truth(part)
    if not _has_declared_shape(part, truth, instance):
        declared = " ".join(getattr(part.kind, "symbols", ())) or "scalar"
        shape = getattr(truth, "shape", ())
        problem = f'{part.id} is declared as "{declared}" and has shape {shape}'
        yield problem, "correct the reference or the declaration"


def _has_declared_shape(part: Part, value: Value, instance: Instance) -> bool:
    if not isinstance(part.kind, Numeric) or not isinstance(value, np.ndarray):
        return True
    shape = value.shape if value.ndim or not part.kind.symbols else (1,) * len(part.kind.symbols)
    return bind(part.kind.symbols, shape, dict(instance.sizes))


def _unlike_oracle(part: Part, instance: Instance, findings: Findings) -> Iterator[Complaint]:
    if part.oracle is None:
        return
    truth, oracle = instance.truth(part), instance.value_of(part, part.oracle, instance.environment(part))
    error = _relative_error(part, truth, oracle)
    findings.worst_error = max(findings.worst_error, error)
    if not error <= AGREEMENT:
        yield (
            f"{part.id}: the reference {part.kind.json(truth)} and its oracle {part.kind.json(oracle)} differ",
            f"find which of {part.reference.name} and {part.oracle.name} is wrong",
        )
    yield from _mutants(part, instance, oracle, findings)


def _relative_error(part: Part, value: Value, oracle: Value) -> float:
    error = part.kind.distance(value, oracle)
    return error / (float(np.max(np.abs(value))) or 1.0) if isinstance(value, np.ndarray) else error


def _mutants(part: Part, instance: Instance, oracle: Value, findings: Findings) -> Iterator[Complaint]:
    """Put each misconception in the reference's place: were the file wrong in this way, would it be found?"""
    for misconception in part.misconceptions:
        wrong = instance.wrong(part, misconception)
        if wrong is None or (misconception.sometimes_right and _is_right(part, instance, wrong)):
            continue
        if _merely_turned(wrong, oracle):
            refused = "shape" if not _has_declared_shape(part, wrong, instance) else None
        else:
            refused = "oracle" if not _relative_error(part, wrong, oracle) <= AGREEMENT else None
        if refused:
            findings.mutants[refused] += 1
        else:
            yield (
                f"{part.id}: with {misconception.id} as the reference, its oracle finds nothing wrong",
                "compute the oracle by a way that does not share this step",
            )


def _merely_turned(wrong: Value, oracle: Value) -> bool:
    """Whether the entries are the same in the same order, and only the axes differ: a row for a column."""
    if not isinstance(wrong, np.ndarray) or not isinstance(oracle, np.ndarray) or wrong.shape == oracle.shape:
        return False
    return wrong.size == oracle.size and bool(np.allclose(wrong.ravel(), oracle.ravel(), rtol=AGREEMENT))


def _is_right(part: Part, instance: Instance, value: Value) -> bool:
    return value in instance.right(part) or instance.accepted(part, value) is True


def _sent(part: Part, value: Value) -> Value:
    """A value after its way through JSON, as a student would send it."""
    return part.kind.read(part.kind.json(value)).value


def _not_correct(part: Part, instance: Instance) -> Iterator[Complaint]:
    if part.accepts is not None and instance.accepted(part, instance.truth(part)) is not True:
        yield f"{part.id}: {part.accepts.name} does not accept the reference", "it must accept every right answer"
    verdict = grade(part, instance, _sent(part, instance.truth(part)), {})
    if verdict.status != "correct":
        yield f"{part.id}: the reference is graded as {verdict.status}", "this is a fault of the grader: report it"


def _misdiagnosed(part: Part, instance: Instance, findings: Findings) -> Iterator[Complaint]:
    truth = instance.truth(part)
    tolerance = part.tolerance(truth)
    before: list[str] = []
    for misconception in part.misconceptions:
        wrong = instance.wrong(part, misconception, instance.true_environment(part))  # anew, should it vary
        before.append(misconception.id)
        if wrong is None:
            continue
        apart = part.kind.distance(wrong, truth)
        if misconception.sometimes_right and _is_right(part, instance, wrong):
            continue
        if isinstance(wrong, np.ndarray) and not np.all(np.isfinite(wrong)):
            yield f"{part.id}: {misconception.id} is not finite", "return None where it does not apply"
            continue
        if tolerance and np.isfinite(apart):
            findings.nearest = min(findings.nearest, apart / tolerance)
        sent = _sent(part, wrong)
        started = perf_counter()
        diagnosis = grade(part, instance, sent, {}).misconception
        findings.seconds.append(perf_counter() - started)
        if diagnosis not in before:
            yield (
                f"{part.id}: {misconception.id} is diagnosed as {diagnosis}",
                "the two give nearly the same answer: put the more important one first, or draw other numbers",
            )
            continue
        findings.diagnosed["itself" if diagnosis == misconception.id else "tie"] += 1
        findings.seen.add((part.reference.name, str(diagnosis)))
