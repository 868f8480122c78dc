"""How many verdicts a regrade gives in a second: `python -m benchmarks.regrade DATABASE`.

On one core, in this process: reading stored work, grading it again, counting what follows for the
scores. Nothing is written.
"""

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import Final

from sqlalchemy import Connection, func, select

from app.attempts import regrades
from app.courses.assignments import Assignment, Item
from app.db import open_engine
from app.exercise import Catalogue, Family, load_folders
from app.models import instances, verdicts
from app.settings import HOME
from benchmarks.reports import the_assignment

PIECES: Final = 12  # of `regrades.UNITS` students' work on an item each


def main() -> None:
    parser = argparse.ArgumentParser(description="How many verdicts a regrade gives in a second.")
    parser.add_argument("database", type=Path, help="as `python -m benchmarks.seed` fills it")
    engine = open_engine(f"sqlite:///{parser.parse_args().database.resolve()}", writes=False)
    with engine.begin() as connection:
        assignment, _ = the_assignment(connection)
        catalogue = load_folders([HOME / "exercises"])
        print(f"{'verdicts a second, one core':<34} {'as it is':>10} {'new version':>12} {'other credit':>13}")
        rates = [_rates(connection, catalogue, assignment, item) for item in _each_once(assignment)]
    for rate in rates:
        print(f"{rate.name:<34} {rate.shown()}")
    for name, several in (("median of the single questions", False), ("median of those with several parts", True)):
        of_kind = [rate for rate in rates if rate.several == several]
        print(f"{name:<34} {Rates(name, several, *(median(r.values[n] for r in of_kind) for n in range(3))).shown()}")
    engine.dispose()


@dataclass(frozen=True)
class Rates:
    """Verdicts a second on an item: nothing changed; a new version that says the same; one with other credits."""

    name: str
    several: bool
    as_it_is: float
    new_version: float
    other_credit: float

    @property
    def values(self) -> tuple[float, float, float]:
        return self.as_it_is, self.new_version, self.other_credit

    def shown(self) -> str:
        return "{:10,.0f} {:12,.0f} {:13,.0f}".format(*self.values)


def _each_once(assignment: Assignment) -> list[Item]:
    """An item of each exercise and level."""
    return list({(item.exercise, item.level): item for item in assignment.items}.values())


def _rates(connection: Connection, catalogue: Catalogue, assignment: Assignment, item: Item) -> Rates:
    family = catalogue[item.exercise]
    changes: list[Callable[[Family], Family]] = [lambda family: family, _new_version, _other_credit]
    several = len(family.parts) > 1
    name = f"{item.exercise}, {item.level}" + (f" ({len(family.parts)} parts)" if several else "")
    return Rates(name, several, *(_rate(connection, change(family), assignment, item) for change in changes))


def _new_version(family: Family) -> Family:
    return replace(family, version="another")


def _other_credit(family: Family) -> Family:
    """The exercise where every misconception earns a quarter."""
    parts = (
        replace(part, misconceptions=tuple(replace(wrong, credit=0.25) for wrong in part.misconceptions))
        for part in family.parts
    )
    return replace(family, version="another", parts=tuple(parts))


def _rate(connection: Connection, family: Family, assignment: Assignment, item: Item) -> float:
    """Grade pieces of the work on an item again: verdicts in a second of this process."""
    place, graded, taken = f"{item.id} ", 0, 0.0
    for _ in range(PIECES):
        begun = time.process_time()
        found = regrades.differences(connection, {family.id: family}, assignment.id, after=place)
        spent = time.process_time() - begun
        if found.last is None or not found.last.startswith(item.id):
            break  # it went on to the next item
        taken += spent
        graded += _verdicts(connection, place, found.last)
        place = found.last
    return graded / taken


def _verdicts(connection: Connection, after: str, last: str) -> int:
    """How many verdicts there are on the work between two places of an item."""
    item, _, person = after.partition(" ")
    until = last.partition(" ")[2]
    here = (instances.c.item == item) & (instances.c.owner > person) & (instances.c.owner <= until)
    of_these = select(func.count()).select_from(verdicts).join(instances, instances.c.id == verdicts.c.instance)
    return connection.scalar(of_these.where(here)) or 0


if __name__ == "__main__":
    main()
