"""How long reading and judging a formula takes, by processor time of the thread, over the battery of the tests.

    python -m benchmarks.formulas [--repeat 5]

Each formula of the battery is read and judged beside the right one of its family, with the family's wrong formulas as
those that the exercise names, as often as is asked; the best time counts, since whatever else the machine does only
adds to it. So are the formulas that try to be slow. Instances are drawn once a question, before.

*First answers* are the first wrong ones to each question of the catalogue in a process, for which instances have to be
drawn and wrong formulas to be evaluated, beside a new `Reference` each time.
"""

import argparse
from collections.abc import Iterator
from contextlib import suppress
from time import thread_time
from typing import Final

from app.answers import Unreadable
from app.exercise.closed_forms import ClosedForm
from app.exercise.loading import load_folders
from app.formula import Formula, Reference, judge, read
from app.formula.sizes import size_text
from tests.batteries.formulas import FAMILIES, Family
from tests.batteries.slow_formulas import SLOW, VOCABULARY
from tests.conftest import HOME

LINE: Final = "{:<34}{:>9}{:>10}{:>10}{:>10}"


def reference_of(family: Family) -> Reference:
    """The question of a family, ready to judge: its wrong formulas are the misconceptions."""
    symbols = family.symbols
    wrong = {formula: formula for _, formula in family.wrong_formulas if not read(formula, symbols).is_open}
    reference = Reference(family.reference, symbols, wrong=wrong)
    reference.trials, reference.near_trials, reference.far_trials, reference.wrong_values  # noqa: B018 - drawn before the clock runs
    return reference


def seconds(typed: str, reference: Reference, repeat: int) -> float:
    """The best time of reading and judging a formula, also of finding that it cannot be read."""
    best = float("inf")
    for _ in range(repeat):
        started = thread_time()
        with suppress(Unreadable):
            judge(read(typed, reference.symbols), reference)
        best = min(best, thread_time() - started)
    return best


def first_seconds(known: Reference, repeat: int) -> float:
    """The best time of the slower one of two first answers: right but for a factor, and right but with a kink."""
    right = known.right
    assert isinstance(right, Formula)
    shape = f"{size_text(known.shape.rows)} {size_text(known.shape.columns)}" if right.is_open else None

    def new() -> Reference:
        return Reference(right.text, known.symbols, shape=shape, wrong=known.wrong)

    answers = (f"3 ({right.text})", f"({right.text}) + abs({right.text})")
    return max(min(seconds(typed, new(), 1) for _ in range(repeat)) for typed in answers)


def questions() -> Iterator[Reference]:
    """All of the catalogue that ask for a formula."""
    for family in load_folders([HOME / "exercises"]).values():
        for part in family.in_symbols.parts if family.in_symbols else ():
            if isinstance(part.kind, ClosedForm):
                yield part.kind.reference


def row(name: str, times: list[float]) -> str:
    ordered = sorted(times)
    shown = [f"{1000 * ordered[int(share * (len(ordered) - 1))]:.2f} ms" for share in (0.5, 0.99, 1)]
    return LINE.format(name, len(ordered), *shown)


def main() -> None:
    parser = argparse.ArgumentParser(description="Time formulas.")
    parser.add_argument("--repeat", type=int, default=5)
    repeat = parser.parse_args().repeat
    print(LINE.format("family", "formulas", "p50", "p99", "worst"))
    everything: list[float] = []
    for family in FAMILIES:
        reference = reference_of(family)
        formulas = [*family.right, *(formula for _, formula in family.wrong_formulas)]
        times = [seconds(formula, reference, repeat) for formula in formulas]
        print(row(family.name, times))
        everything += times
    slow = Reference("diag(sigma'(W x0 + b)) W", VOCABULARY)
    print(row("tries to be slow", [seconds(formula, slow, repeat) for formula in SLOW]))
    print(row("first answers", [first_seconds(reference, repeat) for reference in questions()]))
    print(row("the battery", everything))


if __name__ == "__main__":
    main()
