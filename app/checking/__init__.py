"""What `nabla check` proves about an exercise, seed by seed.

For every level and seed: the reference agrees with its oracle and has its declared shape; it is
graded as correct; every misconception is diagnosed as itself, or as an earlier one that it ties
with; no instance hides one; put in the reference's place, a misconception is refused by the oracle,
or by the declared shape where it is a mere exchange of rows and columns; everything a student reads
renders; nothing is missing.

At level `formula`: the formula equals the reference and its oracle on random values, it is graded as
correct, and every misconception differs from it there and is diagnosed likewise.
"""

from collections.abc import Callable, Iterator
from typing import Final

from app.checking import formulas, numbers, texts
from app.checking.findings import Complaint, Fault, Findings
from app.deadline import TooLong, limited
from app.exercise import ExerciseError, Family, Instance
from app.exercise.in_symbols import FamilyInSymbols
from app.exercise.loading import described, place

__all__ = ["ENOUGH_SEEDS", "Fault", "Findings", "check", "never_seen"]

ENOUGH_SEEDS: Final = 100  # from so many on, every misconception must have come up
LEAST_ACCEPTED: Final = 0.05  # of the draws: below, drawing an instance may fail


def check(family: Family, level: str, seeds: int, progress: Callable[[], object] = lambda: None) -> Findings:
    """Check the instances of seeds 0 to `seeds` − 1; in symbols there is one. `progress` is called after each."""
    family = family.at(level)
    findings = Findings(family.id, level)
    for seed in range(1 if isinstance(family, FamilyInSymbols) else seeds):
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
    for variant in filter(None, (family, family.challenge)):
        levels = [level for level in family.levels if family.at(level) is variant]
        seen = {name for found in findings if found.level in levels for name in found.seen}
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


def _problems(instance: Instance, findings: Findings) -> Iterator[Complaint]:
    yield from texts.problems(instance, findings)
    of_level = formulas if isinstance(instance.family, FamilyInSymbols) else numbers
    yield from of_level.problems(instance, findings)


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
