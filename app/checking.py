"""What `nabla check` proves about an exercise, seed by seed.

For every level and seed: the reference agrees with its oracle and has its declared shape; it is
graded as correct; every misconception is diagnosed as itself, or as an earlier one that it ties
with; no instance hides one; put in the reference's place, a misconception is refused by the oracle,
or by the declared shape where it is a mere exchange of rows and columns; everything a student reads
renders; nothing is missing.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from statistics import median
from time import perf_counter
from typing import Any, Final
from xml.etree import ElementTree

import numpy as np

from app.deadline import TooLong, limited
from app.exercise import ExerciseError, Family, Instance, Part, Value
from app.exercise.kinds import Numeric
from app.exercise.loading import described, place
from app.exercise.values import bind
from app.grading import grade
from app.markup import MarkupError, html

AGREEMENT: Final = 1e-6  # largest relative difference between a reference and its oracle
ENOUGH_SEEDS: Final = 100  # from so many on, every misconception must have come up
NOT_PROSE: Final = re.compile(r"<math.*?</math>|<code>.*?</code>", re.DOTALL)
ILLEGIBLE: Final = re.compile(r"[$\\\x00-\x08\x0b-\x1f]|\{\{")  # a lone $, a backslash, what "\frac" becomes unless raw
LEAST_ACCEPTED: Final = 0.05  # of the draws: below, drawing an instance may fail


@dataclass(frozen=True)
class Fault:
    """Something wrong with an exercise: where it shows, and what to do about it."""

    family: Family
    level: str
    seed: int
    problem: str
    remedy: str
    data: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        data = f"\n    data: {self.data}" if self.data else ""
        return (
            f"{self.family.path}, level {self.level}, seed {self.seed}: {self.problem}{data}\n    remedy: {self.remedy}"
        )


@dataclass
class Findings:
    """What the check of one exercise at one level found."""

    exercise: str
    level: str
    instances: int = 0
    draws: int = 0
    worst_error: float = 0.0
    nearest: float = float("inf")  # a misconception's distance from the reference, in tolerances
    diagnosed: Counter[str] = field(default_factory=Counter)  # "itself" or "tie"
    seen: set[tuple[str, str]] = field(default_factory=set)  # (reference, misconception) that came up
    mutants: Counter[str] = field(default_factory=Counter)  # misconceptions as references: refused by "oracle", "shape"
    seconds: list[float] = field(default_factory=list)  # that grading a wrong answer took
    rendered: set[str] = field(default_factory=set)  # the texts that were looked at
    faults: list[Fault] = field(default_factory=list)

    @property
    def acceptance(self) -> float:
        return self.instances / self.draws if self.draws else 0.0

    @property
    def as_itself(self) -> float:
        total = self.diagnosed.total()
        return self.diagnosed["itself"] / total if total else 1.0

    @property
    def grading_time(self) -> float:
        """The median time to grade a wrong answer, in seconds."""
        return median(self.seconds) if self.seconds else 0.0


def check(family: Family, level: str, seeds: int, progress: Callable[[], object] = lambda: None) -> Findings:
    """Check the instances of seeds 0 to `seeds` − 1. `progress` is called after each."""
    family = family.at(level)
    findings = Findings(family.id, level)
    for seed in range(seeds):
        try:
            with limited():
                instance = _drawn(family, level, seed, findings)
                if instance is not None:
                    findings.instances += 1
                    for problem, remedy in _problems(instance, findings):
                        findings.faults.append(Fault(family, level, seed, problem, remedy, instance.data))
        except TooLong as error:
            problem = f"{place(error, family.path)}: {error}"
            findings.faults.append(Fault(family, level, seed, problem, "give every loop an end"))
            break
        except ExerciseError as error:
            findings.faults.append(Fault(family, level, seed, str(error), "correct the file"))
        except (Exception, SystemExit) as error:
            # Whatever a function of the file raises is a fault of the file.
            problem = f"{place(error, family.path)}: {described(error)}"
            findings.faults.append(Fault(family, level, seed, problem, "correct the file"))
        progress()
    if findings.acceptance < LEAST_ACCEPTED and not findings.faults:
        remedy = "draw numbers on which the misconceptions differ from the reference"
        problem = f"only {findings.acceptance:.1%} of the draws are acceptable"
        findings.faults.append(Fault(family, level, 0, problem, remedy))
    return findings


def never_seen(family: Family, findings: list[Findings], seeds: int) -> Iterator[Fault]:
    """Misconceptions that came up at no level of their file, once there were enough seeds to expect them."""
    if seeds < ENOUGH_SEEDS:
        return
    for variant in filter(None, (family.without_challenge(), family.challenge)):
        seen = {name for found in findings if found.level in variant.levels for name in found.seen}
        yield from _never_seen(variant, seen, seeds)


def _never_seen(family: Family, seen: set[tuple[str, str]], seeds: int) -> Iterator[Fault]:
    for part in family.parts:
        for misconception in part.misconceptions:
            if (part.reference.name, misconception.id) not in seen:
                seen.add((part.reference.name, misconception.id))
                problem = f"{part.reference.name}: {misconception.id} was the diagnosis on no instance"
                remedy = (
                    "it never applies, or an earlier misconception always gives the same answer: reorder or remove it"
                )
                yield Fault(family, "all", seeds - 1, problem, remedy)


def _drawn(family: Family, level: str, seed: int, findings: Findings) -> Instance | None:
    reason = None
    for candidate in family.candidates(level, seed):
        findings.draws += 1
        reason = "draw returned None" if candidate is None else candidate.coincidence()
        if reason is None:
            return candidate
    remedy = (
        "draw other numbers; a misconception returns None where it does not apply; if it is always right, remove it;"
        " does draw end with return?"
    )
    findings.faults.append(Fault(family, level, seed, f"no acceptable instance; last: {reason}", remedy))
    return None


Complaint = tuple[str, str]  # what is wrong, and the remedy


def _problems(instance: Instance, findings: Findings) -> Iterator[Complaint]:
    yield from _unlike_when_drawn_again(instance)
    yield from _unlike_after_storage(instance)
    yield from _not_as_displayed(instance)
    yield from _unrenderable(instance, findings)
    yield from _bad_figure(instance)
    if instance.family.stratum_rule:
        instance.family.stratum_rule(instance.values)
    for part in instance.family.parts:
        yield from _missing(part)
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


def _unrenderable(instance: Instance, findings: Findings) -> Iterator[Complaint]:
    for where, text in instance.shown():
        if text in findings.rendered:
            continue
        findings.rendered.add(text)
        try:
            rendered = html(text)
        except MarkupError as error:
            yield f"{where} does not render: {error}", "correct its LaTeX"
            continue
        if ILLEGIBLE.search(NOT_PROSE.sub("", rendered)):
            yield f"{where} shows raw LaTeX", 'put it between two $, in a raw string: r"…"'


def _bad_figure(instance: Instance) -> Iterator[Complaint]:
    if instance.figure is None:
        return
    try:
        title = ElementTree.fromstring(instance.figure)[0]  # noqa: S314 - made by the exercise, a program itself
    except (ElementTree.ParseError, IndexError) as error:
        yield f"the figure is no well-formed SVG: {error}", "make it with `figures` from app.exercise"
        return
    if not title.tag.endswith("title") or not title.text:
        yield "the figure has no text alternative", "make it with `figures` from app.exercise"


def _missing(part: Part) -> Iterator[Complaint]:
    if part.oracle is None:
        yield f"{part.id} has no oracle", f"decorate an independent computation with `@{part.reference.name}.oracle`"
    if not part.hints:
        yield f"{part.id} has no hints", f"add {part.reference.name}.hints(…) or exercise.hints(…)"
    if not part.misconceptions:
        yield f"{part.id} has no misconceptions", f"decorate a wrong way with `@{part.reference.name}.misconception`"
    for misconception in part.misconceptions:
        if not misconception.made:
            yield f"{part.id}: {misconception.id} does not say how it arises", "describe the wrong way in a few words"
    if not part.explanation:
        yield f"{part.id} has no worked solution", f"add {part.reference.name}.explained(…)"


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
