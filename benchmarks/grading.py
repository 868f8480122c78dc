"""How long grading a wrong answer takes, beside a naive loop of `np.allclose` over the same misconceptions.

    python -m benchmarks.grading [exercise …]

For every exercise, at level numpy where it has that: the median time to grade a misconception's answer to one part
with all its misconceptions, and the median time of a loop that binds each misconception's arguments by its signature
and compares with `np.allclose`, one after the other in the same run. The first answer on an instance computes what its
misconceptions explain, further ones find that known.
"""

import argparse
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import Final

import numpy as np

from app.exercise import Catalogue, Instance, Part, Value, load_folders
from app.grading import grade
from app.settings import Settings

SEEDS: Final = 5
REPEATS: Final = 15
RTOL: Final = 1e-3


def naively(part: Part, instance: Instance, value: Value) -> str | None:
    """The first misconception that explains a value, as one would write it first."""
    environment = instance.true_environment(part)
    for misconception in part.misconceptions:
        function = misconception.rule.function
        parameters = inspect.signature(function).parameters.values()
        names = [parameter.name for parameter in parameters if parameter.default is parameter.empty]
        if any(environment[name] is None for name in names):
            continue
        wrong = function(*(environment[name] for name in names))
        if wrong is None or np.shape(wrong) != np.shape(value):
            continue
        if np.allclose(value, wrong, rtol=RTOL):
            return misconception.id
    return None


@dataclass(frozen=True)
class Times:
    """Of one wrong answer, in seconds: on an instance just restored, on one known already, by the naive loop."""

    first: float
    again: float
    naive: float


def timed(instance: Instance, part: Part, wrong: Value) -> Times:
    """The least time of a few calls: whatever else the machine does only adds to it."""
    first, again, naive = [], [], []
    for _ in range(REPEATS):
        restored = instance.family.instance(instance.level, instance.seed, instance.drawn)
        restored.truth(part)  # the references are needed in any case
        first.append(seconds(lambda: grade(part, restored, wrong, {})))  # noqa: B023 - called at once
        again.append(seconds(lambda: grade(part, instance, wrong, {})))
        if isinstance(wrong, np.ndarray):
            naive.append(seconds(lambda: naively(part, instance, wrong)))
    return Times(min(first), min(again), min(naive, default=float("nan")))


def seconds(call: Callable[[], object]) -> float:
    started = perf_counter()
    call()
    return perf_counter() - started


def measured(catalogue: Catalogue, id: str) -> Times:
    """The median times over parts, seeds and misconceptions."""
    family = catalogue[id]
    level = "numpy" if "numpy" in family.levels else family.levels[0]
    found = [
        timed(instance, part, wrong)
        for instance in (family.draw(level, seed) for seed in range(SEEDS))
        for part in family.parts
        for misconception in part.misconceptions
        if (wrong := instance.wrong(part, misconception)) is not None
    ]
    arrays = [times.naive for times in found if times.naive == times.naive]
    return Times(
        median(times.first for times in found),
        median(times.again for times in found),
        median(arrays) if arrays else float("nan"),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="Time grading.")
    parser.add_argument("exercises", nargs="*")
    wanted = parser.parse_args().exercises
    loading = seconds(lambda: load_folders(Settings().exercise_folders))
    catalogue = load_folders(Settings().exercise_folders)
    print(f"loading {len(catalogue)} exercises: {1000 * loading:.0f} ms")
    print("exercise                        first answer  further ones    naive  times faster: first, further")
    found = {id: measured(catalogue, id) for id in wanted or catalogue}
    for id, times in found.items():
        ratios = f"{times.naive / times.first:>8.1f}{times.naive / times.again:>9.1f}" if times.naive > 0 else ""
        naive = f"{1e6 * times.naive:>6.0f} µs" if times.naive > 0 else " " * 9
        print(f"{id:<32}{1e6 * times.first:>9.0f} µs{1e6 * times.again:>11.0f} µs{naive}{ratios}")
    compared = [times for times in found.values() if times.naive > 0]
    print(f"slowest: {1e6 * max(times.first for times in found.values()):.0f} µs for a first answer")
    for name, ratios in (
        ("first answer", [times.naive / times.first for times in compared]),
        ("further ones", [times.naive / times.again for times in compared]),
    ):
        print(f"{name}: {median(ratios):.1f} times faster than the naive loop (median), {min(ratios):.1f} at least")


if __name__ == "__main__":
    main()
