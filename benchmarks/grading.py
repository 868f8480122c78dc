"""How long grading a wrong answer takes, beside a naive loop of `np.allclose` over the same misconceptions.

    python -m benchmarks.grading [exercise …]

For every exercise, at level numpy where it has that: the median time to grade a misconception's answer to one part
with all its misconceptions, and the median time of a loop that binds each misconception's arguments by its
signature and compares with `np.allclose`, one after the other in the same run.
"""

import argparse
import inspect
from collections.abc import Callable
from statistics import median
from time import perf_counter
from typing import Any, Final

import numpy as np

from app.exercise import Catalogue, Instance, Part, Value, load_folders
from app.grading import grade
from app.settings import Settings

SEEDS: Final = 5
REPEATS: Final = 15
RTOL: Final = 1e-3


def naively(part: Part, instance: Instance, value: Value) -> str | None:
    """The first misconception that explains a value, as one would write it first."""
    environment = instance.true_environments[part.id]
    for misconception in part.misconceptions:
        function = misconception.rule.function
        names = inspect.signature(function).parameters
        if any(environment[name] is None for name in names):
            continue
        wrong = function(*(environment[name] for name in names))
        if wrong is None or np.shape(wrong) != np.shape(value):
            continue
        if np.allclose(value, wrong, rtol=RTOL):
            return misconception.id
    return None


def seconds(call: Callable[[], object]) -> float:
    """The least time of a few calls: whatever else the machine does only adds to it."""
    times = []
    for _ in range(REPEATS):
        started = perf_counter()
        call()
        times.append(perf_counter() - started)
    return min(times)


def measured(catalogue: Catalogue, id: str) -> tuple[float, float]:
    """The median times, ours and the naive loop's, over parts, seeds and misconceptions of arrays."""
    family = catalogue[id]
    level = "numpy" if "numpy" in family.levels else family.levels[0]
    ours, naive = [], []
    for seed in range(SEEDS):
        instance = family.draw(level, seed)
        for part in family.parts:
            for misconception in part.misconceptions:
                wrong = instance.wrong(part, misconception)
                if wrong is None:
                    continue
                ours.append(seconds(lambda: grade(part, instance, wrong, {})))  # noqa: B023 - called at once
                if isinstance(wrong, np.ndarray):
                    naive.append(seconds(lambda: naively(part, instance, wrong)))  # noqa: B023 - called at once
    return median(ours) if ours else float("nan"), median(naive) if naive else float("nan")


def main() -> None:
    parser = argparse.ArgumentParser(description="Time grading.")
    parser.add_argument("exercises", nargs="*")
    wanted = parser.parse_args().exercises
    started = perf_counter()
    catalogue = load_folders(Settings().exercise_folders)
    loading = perf_counter() - started
    print(f"loading {len(catalogue)} exercises: {1000 * loading:.0f} ms")
    found: dict[str, Any] = {id: measured(catalogue, id) for id in wanted or catalogue}
    print("exercise                          grading    naive   times faster")
    for id, (ours, naive) in found.items():
        print(f"{id:<32}{1e6 * ours:>7.0f} µs{1e6 * naive:>6.0f} µs{naive / ours:>10.1f}")
    ratios = [naive / ours for ours, naive in found.values() if naive == naive]
    print(f"slowest: {1e6 * max(ours for ours, _ in found.values()):.0f} µs")
    print(f"median of the ratios: {median(ratios):.1f}; least: {min(ratios):.1f}")


if __name__ == "__main__":
    main()
