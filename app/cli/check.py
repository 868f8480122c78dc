"""`nabla check`."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from app.cli.base import Commands, Refusal, load, positive
from app.settings import Settings

if TYPE_CHECKING:
    from tqdm import tqdm

    from app.checking import Findings
    from app.exercise import Catalogue, Family

FAULTS_SHOWN: Final = 3  # of an exercise and level: one mistake usually shows on every seed
HEADING: Final = "exercise                      level     instances accepted  error nearest as itself  mutants  faults"
LEGEND: Final = """\
error: of a reference against its oracle, relative. nearest: a misconception to the reference, in tolerances.
as itself: diagnoses that name the misconception itself, the others an earlier one that gives the same answer.
mutants: misconceptions put in the reference's place and found out by the oracle, the formula or the declared shape."""


def add(commands: Commands) -> None:
    check = commands.add_parser("check", help="prove exercises")
    check.add_argument("exercises", nargs="*", metavar="exercise", help="ids (default: all)")
    check.add_argument("--seeds", type=positive, default=20, help="instances a level (default: 20)")
    proof = "write what was found as a Markdown table (default: docs/proof.md)"
    check.add_argument("--report", nargs="?", const=Path("docs/proof.md"), type=Path, metavar="FILE", help=proof)
    check.set_defaults(run=_check)


def _check(arguments: argparse.Namespace, settings: Settings) -> int:
    from tqdm import tqdm

    from app.checking import never_seen
    from app.proof import table

    if arguments.report and arguments.exercises:
        raise Refusal("--report is about all exercises: name none of them. Behind it stands its file, if any.")
    catalogue = load(settings)
    chosen = _chosen(catalogue, arguments.exercises)
    faults = list(_faults_of_files(catalogue, arguments.exercises))
    found: list[Findings] = []
    print(HEADING)
    total = sum(len(family.levels) for family in chosen) * arguments.seeds
    with tqdm(total=total, disable=None, leave=False, unit=" instances") as bar:
        for family in chosen:
            of_levels = [_at_level(family, level, arguments.seeds, bar) for level in family.levels]
            for findings in of_levels:
                faults += _said(findings)
            faults += map(str, never_seen(family, of_levels, arguments.seeds))
            found += of_levels
    print(LEGEND)
    if arguments.report:
        _write(arguments.report, table(catalogue, found, arguments.seeds), faults)
    for fault in faults:
        print(f"\n{fault}", file=sys.stderr)
    return 1 if faults else 0


def _write(path: Path, text: str, faults: list[str]) -> None:
    if faults:
        print(f"Nothing written to {path}: there are faults.")
        return
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Refusal(f"cannot write {path}: {error.strerror}. Name another file: --report FILE.") from None
    print(f"Written to {path}.")


def _chosen(catalogue: "Catalogue", wanted: list[str]) -> list["Family"]:
    from app.exercise.loading import id_of

    broken = {id_of(path) for path in catalogue.faults}
    if unknown := set(wanted) - set(catalogue) - broken:
        raise Refusal(f"there is no exercise {min(unknown)}. There are: {', '.join(catalogue)}.")
    return [catalogue[id] for id in wanted or catalogue if id in catalogue]


def _faults_of_files(catalogue: "Catalogue", wanted: list[str]) -> Iterator[str]:
    from app.exercise.loading import id_of

    for path, fault in catalogue.faults.items():
        if not wanted or id_of(path) in wanted:
            yield fault


def _at_level(family: "Family", level: str, seeds: int, bar: "tqdm[Any]") -> "Findings":
    from app.checking import check

    findings = check(family, level, seeds, bar.update)
    nearest = "" if findings.nearest == float("inf") else f"{findings.nearest:.3g}"
    bar.write(
        f"{findings.exercise:<30}{findings.level:<10}{findings.instances:>9}{findings.acceptance:>9.0%}"
        f"{findings.worst_error:>7.0e}{nearest:>8}{findings.as_itself:>10.1%}{findings.mutants.total():>9}"
        f"{len(findings.faults):>8}"
    )
    return findings


def _said(findings: "Findings") -> Iterator[str]:
    """The first faults of an exercise and level."""
    yield from map(str, findings.faults[:FAULTS_SHOWN])
    if len(findings.faults) > FAULTS_SHOWN:
        more = len(findings.faults) - FAULTS_SHOWN
        yield f"… and {more} more of {findings.exercise}, level {findings.level}."
