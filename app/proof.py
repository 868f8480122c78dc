"""The table that `nabla check --report` writes: what was proved about every exercise, and of which version."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from app.checking import Findings
from app.exercise import Family

INTRODUCTION: Final = """\
# What is proved about the exercises

Written by `nabla check --seeds {seeds} --report`: {instances} instances of {exercises}
exercises, no fault.

- **accepted**: of the draws; the others would have hidden a mistake, and were drawn again.
- **error**: the largest difference between a reference and its oracle, relative.
- **nearest**: the least distance between a misconception's answer and the reference, in tolerances. Empty where all
  differ in shape or kind.
- **as itself**: of the misconceptions' answers, those diagnosed as what they are; **tie**: as an earlier one that gives
  the same answer.
- **mutants**: misconceptions put in the reference's place, and how many the oracle, the formula and (of rows and
  columns merely exchanged) the declared shape refused.
- **grading**: median time to grade a misconception's answer, on the machine that wrote this.
- **formula**: this level has one instance, in symbols. The formulas are compared with references, oracles and
  misconceptions on random values, and the formula itself is graded.

| exercise | version | level | accepted | error | nearest | as itself | tie | mutants | refused | grading |
|---|---|---|---:|---:|---:|---:|---:|---:|---:|---:|
"""
ROW: Final = re.compile(r"^\| `(?P<id>[A-Za-z0-9-]+)` \| (?P<version>[0-9a-f]+) \|", re.MULTILINE)


def table(families: Mapping[str, Family], findings: Iterable[Findings], seeds: int) -> str:
    """Findings without a fault as a Markdown document, a row for each exercise and level."""
    found = list(findings)
    said = INTRODUCTION.format(
        seeds=seeds,
        instances=f"{sum(one.instances for one in found):,}",
        exercises=len({one.exercise for one in found}),
    )
    return said + "".join(_row(families[one.exercise], one) for one in found)


def _row(family: Family, found: Findings) -> str:
    total = found.diagnosed.total()
    cells = (
        f"`{family.id}`",
        family.version,
        found.level,
        f"{found.acceptance:.0%}",
        f"{found.worst_error:.0e}" if found.worst_error else "0",
        "" if found.nearest == float("inf") else f"{found.nearest:.3g}",
        f"{found.as_itself:.1%}",
        f"{found.diagnosed['tie'] / total:.1%}" if total else "0.0%",
        f"{total:,}",
        f"{found.mutants.total():,}",
        f"{found.grading_time * 1e6:.0f} µs",
    )
    return f"| {' | '.join(cells)} |\n"


def stale(text: str, families: Mapping[str, Family]) -> list[str]:
    """The exercises whose present version the document does not speak of, and those that are no more."""
    proved = {match["id"]: match["version"] for match in ROW.finditer(text)}
    present = {family.id: family.version for family in families.values()}
    return sorted(id for id in proved.keys() | present.keys() if proved.get(id) != present.get(id))
