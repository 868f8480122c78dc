"""Whether the formulas of an exercise are its references, and its misconceptions something else, on random values."""

from collections.abc import Iterator
from time import perf_counter
from typing import Final

import numpy as np

from app.answers import Array
from app.checking.findings import Complaint, Findings
from app.checking.numbers import AGREEMENT
from app.exercise import Instance, Part
from app.exercise.closed_forms import ClosedForm
from app.exercise.writing import Rule
from app.formula.equivalence import Trial
from app.formula.evaluate import World
from app.formula.instances import values_of
from app.grading import grade

POINTS: Final = 2  # of each world that oracles see: finite differences take their time


def problems(instance: Instance, findings: Findings) -> Iterator[Complaint]:
    """What is wrong with the formulas of an exercise."""
    for part in instance.family.parts:
        if isinstance(part.kind, ClosedForm):
            yield from _unlike_reference(part, part.kind)
            yield from _unlike_oracle(part, part.kind, findings)
            yield from _not_correct(part, part.kind, instance, findings)
            yield from _not_told_apart(part, part.kind, findings)


def _unlike_reference(part: Part, kind: ClosedForm) -> Iterator[Complaint]:
    for trial in kind.reference.trials:
        made = _values(part.reference, kind, trial.world)
        if made is None:
            yield _out_of_reach(part, part.reference)
            return
        if not trial.near(made, trial.right):
            yield (
                f"{part.id}: the formula {kind.right.text} and the reference differ where {trial.world.sizes}",
                f"find which of the two is wrong, or what they are made of: {part.reference.name} or in_symbols(…)",
            )
            return


def _out_of_reach(part: Part, rule: Rule) -> Complaint:
    """The complaint about a function that cannot be called at this level."""
    return (
        f"{part.id}: {rule.name} needs {', '.join(rule.needs)}, not all of which there are in symbols",
        "say how the rest follows from the givens, or what it is: in_symbols(computed=…, fixed=…, indices=…)",
    )


def _unlike_oracle(part: Part, kind: ClosedForm, findings: Findings) -> Iterator[Complaint]:
    if part.oracle is None:
        return
    for trial in kind.reference.trials:
        made = _values(part.oracle, kind, trial.world.only(slice(POINTS)))
        if made is None:
            yield _out_of_reach(part, part.oracle)
            return
        error = _relative_error(trial.right[:POINTS], made)
        findings.worst_error = max(findings.worst_error, error)
        if not error <= AGREEMENT:
            yield (
                f"{part.id}: the formula {kind.right.text} and the oracle differ where {trial.world.sizes}",
                f"find which of the two is wrong, or what they are made of: {part.oracle.name} or in_symbols(…)",
            )
            return


def _values(rule: Rule, kind: ClosedForm, world: World) -> Array | None:
    """What a function of the file comes to at every point of a world; None where it needs more than there is."""
    function = kind.inside(rule)
    return None if function is None else values_of(function, kind.symbols, world)


def _relative_error(right: Array, made: Array) -> float:
    """The largest difference in an entry, relative to the largest entry at each point; infinite for other shapes."""
    if right.shape[-2:] != made.shape[-2:]:
        return float("inf")
    apart = np.abs(right - made)
    points = apart.reshape(len(apart), -1).max(axis=1)
    scale = np.abs(np.broadcast_to(right, apart.shape)).reshape(len(apart), -1).max(axis=1)
    return float((points / np.where(scale > 0, scale, 1.0)).max())


def _not_correct(part: Part, kind: ClosedForm, instance: Instance, findings: Findings) -> Iterator[Complaint]:
    sent = kind.restored(kind.json(kind.right))
    started = perf_counter()
    verdict = grade(part, instance, sent, {})
    findings.seconds.append(perf_counter() - started)
    if verdict.status != "correct":
        yield f"{part.id}: the formula is graded as {verdict.status}", "this is a fault of the grader: report it"


def _not_told_apart(part: Part, kind: ClosedForm, findings: Findings) -> Iterator[Complaint]:
    """Every misconception must differ from the formula; one that equals an earlier one is diagnosed as that."""
    right = kind.reference.coincidences()
    rules = {misconception.id: misconception.rule for misconception in part.misconceptions}
    known: dict[str, list[Array | None]] = {}
    for id, made in kind.reference.wrong_values.items():
        if id not in right:
            known[id] = made
            first = next(other for other in known if _same(kind.reference.trials, known[other], made))
            findings.diagnosed["itself" if first == id else "tie"] += 1
            findings.seen.add((part.reference.name, first))
            findings.mutants["formula"] += 1  # were it the reference, the formula would not be it
        elif _applies(rules[id], kind):
            yield f"{part.id}: in symbols {id} is right", "return None where it does not apply, or correct it"


def _applies(rule: Rule, kind: ClosedForm) -> bool:
    """Whether a misconception gives a value at every point; where it has none, who holds it goes right."""
    function = kind.inside(rule)
    known = (
        function and values_of(function, kind.symbols, trial.world, reference=trial.right)
        for trial in kind.reference.trials
    )
    return all(values is not None for values in known)


def _same(trials: tuple[Trial, ...], a: list[Array | None], b: list[Array | None]) -> bool:
    """Whether two misconceptions come to the same everywhere."""
    together = zip(trials, a, b, strict=True)
    return all(one is not None and two is not None and trial.near(one, two) for trial, one, two in together)
